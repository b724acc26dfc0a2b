package builtins

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/term"
)

// testdata/exports.txt lists what the modules export that people call: a line for each function with the releases that have it, `doc`
// where OTP documents it, and behind `!` why it is not here. ERLSH_UPDATE=1 writes the lists anew and keeps the reasons; the newer
// release is asked with the command in ERLSH_ERL29, and without that its column stays.

const exportsFile = "testdata/exports.txt"

// export is a line: module and function, the releases, whether it is documented, and the reason why it is missing.
type export struct {
	module, function string
	in25, in29, doc  bool
	reason           string
}

func (e export) key() string { return e.module + ":" + e.function }

func readExports(t *testing.T) []export {
	t.Helper()
	b, err := os.ReadFile(exportsFile)
	if err != nil {
		t.Fatal(err)
	}
	var all []export
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "%") {
			continue
		}
		line, reason, _ := strings.Cut(line, " ! ")
		f := strings.Fields(line)
		all = append(all, export{f[0], f[1], slices.Contains(f, "25"), slices.Contains(f, "29"), slices.Contains(f, "doc"), reason})
	}
	return all
}

// ours are the functions that the modules of the table export here.
func ourExports(modules map[string]bool) map[string]bool {
	table := Table()
	out := map[string]bool{}
	for name := range modules {
		m := table.Module(term.Atom(name))
		if m == nil {
			continue
		}
		for k, f := range m.Functions {
			if f.Exported {
				out[fmt.Sprintf("%s:%s/%d", name, atomText(k.Name), k.Arity)] = true
			}
		}
	}
	return out
}

// mostMissing is how many of the documented functions may be missing: it only ever gets less.
const mostMissing = 37

// TestExportTable holds the table against the modules: what is missing has a reason, and what has a reason is missing.
func TestExportTable(t *testing.T) {
	if os.Getenv("ERLSH_UPDATE") == "1" {
		updateExports(t)
	}
	all := readExports(t)
	modules := map[string]bool{}
	for _, e := range all {
		modules[e.module] = true
	}
	ours := ourExports(modules)
	documented, missing, whole := 0, 0, 0
	for _, e := range all {
		switch here := ours[e.key()]; {
		case here && e.reason != "":
			t.Errorf("%s is not missing any more", e.key())
		case !here && e.reason == "":
			t.Errorf("%s is missing", e.key())
		}
		if e.doc {
			documented++
			if e.reason != "" {
				missing++
			}
		}
		if e.reason != "" {
			whole++
		}
	}
	t.Logf("%d of %d functions are missing, %d of the %d documented ones", whole, len(all), missing, documented)
	if missing > mostMissing {
		t.Errorf("%d of %d documented functions are missing, more than the %d there were", missing, documented, mostMissing)
	}
}

// TestExportTableOnErl holds the table against a real OTP 25.
func TestExportTableOnErl(t *testing.T) {
	if os.Getenv("ERLSH_CONFIRM") == "" {
		t.Skip("ERLSH_CONFIRM=1 compares the table of exports with a real erl")
	}
	var want []string
	modules := map[string]bool{}
	for _, e := range readExports(t) {
		modules[e.module] = true
		if e.in25 {
			want = append(want, e.key())
		}
	}
	var got []string
	for key := range askExports(t, "erl", modules) {
		got = append(got, key)
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		t.Error("the table of exports is not that of this erl: ERLSH_UPDATE=1 writes it anew")
	}
}

// askExports asks an erl for the exports of modules: whether each is documented, as far as it knows.
func askExports(t *testing.T, command string, modules map[string]bool) map[string]bool {
	t.Helper()
	names := slices.Sorted(maps.Keys(modules))
	script := `Docs = fun(M) -> case catch code:get_doc(M) of {ok, D} -> [{F, A} || {{function, F, A}, _, _, #{}, _} <- element(7, D)]; _ -> [] end end, ` +
		`[case code:ensure_loaded(M) of {module, _} -> Known = Docs(M), [io:format("~w:~w/~w ~w~n", [M, F, A, lists:member({F, A}, Known)]) || ` +
		`{F, A} <- M:module_info(exports), F =/= module_info]; _ -> none end || M <- [` + strings.Join(names, ",") + `]], halt().`
	args := append(strings.Fields(command), "-noshell", "-eval", script)
	out, err := exec.Command(args[0], args[1:]...).Output()
	if err != nil {
		t.Fatalf("%s: %v", command, err)
	}
	found := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		key, doc, _ := strings.Cut(strings.TrimSpace(line), " ")
		found[key] = doc == "true"
	}
	return found
}

// updateExports writes the table anew.
func updateExports(t *testing.T) {
	old := map[string]export{}
	modules := map[string]bool{}
	for _, e := range readExports(t) {
		old[e.key()] = e
		modules[e.module] = true
	}
	now := map[string]export{}
	put := func(key string, change func(e *export)) {
		e, ok := now[key]
		if !ok {
			module, function, _ := strings.Cut(key, ":")
			e = export{module: module, function: function, reason: old[key].reason}
		}
		change(&e)
		now[key] = e
	}
	for key := range askExports(t, "erl", modules) {
		put(key, func(e *export) { e.in25 = true; e.doc = old[key].doc })
	}
	if command := os.Getenv("ERLSH_ERL29"); command != "" {
		for key, doc := range askExports(t, command, modules) {
			put(key, func(e *export) { e.in29, e.doc = true, doc })
		}
	} else {
		for key, o := range old {
			if o.in29 {
				put(key, func(e *export) { e.in29, e.doc = true, o.doc })
			}
		}
	}
	ours := ourExports(modules)
	var b strings.Builder
	b.WriteString("% What OTP's modules export, by release; `doc` is what OTP documents. Behind ! stands why a function is not here.\n")
	for _, e := range slices.SortedFunc(maps.Values(now), func(a, b export) int {
		return cmp.Or(strings.Compare(a.module, b.module), strings.Compare(a.function, b.function))
	}) {
		line := e.module + " " + e.function
		for _, part := range []struct {
			on   bool
			text string
		}{{e.in25, "25"}, {e.in29, "29"}, {e.doc, "doc"}} {
			if part.on {
				line += " " + part.text
			}
		}
		if e.reason == "" && !ours[e.key()] {
			e.reason = "?"
		}
		if e.reason != "" && !ours[e.key()] {
			line += " ! " + e.reason
		}
		b.WriteString(line + "\n")
	}
	if err := os.WriteFile(filepath.FromSlash(exportsFile), []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

// atomText writes an atom as Erlang does.
func atomText(t term.Term) string { return format.Write(t, format.Options{}) }
