package builtins

import (
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// callRules are what testdata/calls/left.txt says, by the first word of its lines: patterns of functions, "lists:seq/2" or "array:*".
type callRules struct {
	patterns map[string][]string
	specs    map[string]string
}

// callFlags are the words that the makers of arguments know too.
var callFlags = []string{"small", "exact", "files", "unordered", "same", "distinct", "text", "texts"}

func readCallRules(t *testing.T) callRules {
	r := callRules{map[string][]string{}, map[string]string{}}
	for line := range strings.Lines(readFile(t, "testdata/calls/left.txt")) {
		kind, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		name, spec, _ := strings.Cut(rest, " ")
		r.patterns[kind] = append(r.patterns[kind], name)
		if kind == "=" {
			r.specs[name] = spec
		}
	}
	return r
}

func matchesAny(patterns []string, key string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		ok, _ := path.Match(strings.ReplaceAll(p, "/", ":"), strings.ReplaceAll(key, "/", ":")) // so that a star goes past the slash
		return ok
	})
}

// calledFunctions lists what is called as Erlang terms, one a line: {Module, Name, Arity, Spec, Flags}. ERLSH_ONLY names
// modules and functions: "lists erl_* string:find/2".
func calledFunctions(t *testing.T, rules callRules) string {
	only := strings.Fields(envOr("ERLSH_ONLY", "*"))
	table := Table()
	var b strings.Builder
	b.WriteString("%% -*- coding: utf-8 -*-\n")
	for _, e := range readExports(t) {
		key := e.key()
		picked := matchesAny(only, key) || slices.Contains(only, e.module)
		if !picked || !e.in25 || e.reason != "" || matchesAny(rules.patterns["-"], key) || strings.HasPrefix(e.function, "module_info/") {
			continue
		}
		name, arity, spec := functionSpec(t, table.Module(term.Atom(e.module)).Functions, e.function)
		if s, ok := rules.specs[key]; ok {
			spec = s
		}
		var flags []string
		for _, f := range callFlags {
			if matchesAny(rules.patterns[f], key) {
				flags = append(flags, f)
			}
		}
		fmt.Fprintf(&b, "{%s,%s,%s,%s,[%s]}.\n", e.module, name, arity, format.String(spec), strings.Join(flags, ","))
	}
	return b.String()
}

// TestCallsOnErl calls every function of the table of exports that both sides have with arguments made at random after its spec, here
// and on a real erl, and compares results, exceptions and what is explained of them: ERLSH_CALLS says how many calls, ERLSH_SEED where
// the choice begins. testdata/calls makes them.
func TestCallsOnErl(t *testing.T) {
	erl := realErl(t)
	count, seed := 3000, 1
	_, _ = fmt.Sscan(os.Getenv("ERLSH_CALLS"), &count)
	_, _ = fmt.Sscan(os.Getenv("ERLSH_SEED"), &seed)
	rules := readCallRules(t)
	dir := t.TempDir()
	in := filepath.Join(dir, "functions")
	writeFile(t, in, []byte(calledFunctions(t, rules)))
	names := []string{"random_types", "random_terms", "random_calls"}
	c := newConversation(t)
	script := ""
	for _, name := range names {
		source := readFile(t, "testdata/calls/"+name+".erl")
		writeFile(t, filepath.Join(dir, name+".erl"), []byte(source))
		script += fmt.Sprintf(`{ok, %s, B%s} = compile:file(%q, [binary]), code:load_binary(%s, "", B%s), `, name, name, filepath.Join(dir, name), name, name)
		forms, errs := syntax.ParseModule(source, name+".erl", syntax.PreprocessOptions{})
		m, _, more := eval.Module(forms, eval.ModuleOptions{File: name + ".erl", Table: c.node.Code()})
		if errs = append(errs, more...); len(errs) > 0 {
			t.Fatal(errs[0])
		}
		c.node.Code().Load(m)
	}
	run := func(side string) string {
		return fmt.Sprintf("random_calls:main(%q, %q, %d, %d, %q)", in, filepath.Join(dir, side), seed, count, filepath.Join(dir, "files"))
	}
	cmd := exec.Command(erl, "-noshell", "+pc", "latin1", "-kernel", "logger_level", "none", "-eval", script+run("real")+", halt().")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		t.Fatalf("erl: %v\n%s", err, out)
	}
	c.await = time.Hour
	if said := c.say(`logger:set_primary_config(level, none), ` + run("here") + "."); said != "ok" {
		t.Fatal(said)
	}
	compareCalls(t, rules, readFile(t, filepath.Join(dir, "real")), readFile(t, filepath.Join(dir, "here")))
}

// compareCalls compares the lines of both sides; of each function it shows the first differences.
func compareCalls(t *testing.T, rules callRules, want, got string) {
	if dir := os.Getenv("ERLSH_KEEP"); dir != "" {
		writeFile(t, filepath.Join(dir, "real"), []byte(want))
		writeFile(t, filepath.Join(dir, "here"), []byte(got))
	}
	wants, gots := strings.Split(want, "\n"), strings.Split(got, "\n")
	if len(wants) != len(gots) {
		t.Fatalf("%d lines, want %d", len(gots), len(wants))
	}
	hard, soft, known := map[string]int{}, 0, 0
	for i := range wants {
		w, g := strings.Split(wants[i], "\t"), strings.Split(gots[i], "\t")
		if wants[i] == gots[i] {
			continue
		}
		if len(w) != 6 || len(g) != 6 || w[2] != g[2] {
			t.Errorf("other arguments\n here: %.600s\n real: %.600s", gots[i], wants[i])
			continue
		}
		if w[3] == g[3] {
			soft++
			continue
		}
		key := w[1]
		if matchesAny(rules.patterns["~"], key) || w[5] == "wrong" && matchesAny(rules.patterns["wrong"], key) {
			known++
			continue
		}
		if hard[key]++; hard[key] <= 3 {
			t.Errorf("%.700s\n here: %.500s %s\n real: %.500s %s", w[2], g[3], g[4], w[3], w[4])
		}
	}
	t.Logf("%d calls; differences by function: %v; known: %d; in the place of the exception only: %d", len(wants)-1, hard, known, soft)
}

// functionSpec finds the name, number of arguments and spec of a function such as "seq/2".
func functionSpec(t *testing.T, functions map[code.NameArity]*code.Function, text string) (name, arity, spec string) {
	at := strings.LastIndexByte(text, '/')
	name, arity = text[:at], text[at+1:]
	for k, f := range functions {
		if f.Exported && fmt.Sprint(k.Arity) == arity && atomText(k.Name) == name {
			if f.Doc != nil {
				spec = f.Doc().Spec
			}
			return name, arity, spec
		}
	}
	t.Fatalf("%s is not here", text)
	return
}
