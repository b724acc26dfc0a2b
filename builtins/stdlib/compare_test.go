package stdlib_test

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/erlsh/erlsh/builtins"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// A file of testdata/compare says how the functions of a module are compared with those of a real erl. A line `= value` is an
// argument to call every function with, a line `? expression` one call, a line `- name/arity` a function that is left out (what is
// random, or needs the world), a line `~ name/arity` one whose differences are known and only counted, with the reason behind it.
type plan struct {
	module string
	values []string
	calls  []string
	left   map[string]bool
	known  map[string]bool
}

func readPlan(t *testing.T, path string) plan {
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	p := plan{module: strings.TrimSuffix(filepath.Base(path), ".txt"), left: map[string]bool{}, known: map[string]bool{}}
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "= "):
			p.values = append(p.values, line[2:])
		case strings.HasPrefix(line, "? "):
			p.calls = append(p.calls, line[2:])
		case strings.HasPrefix(line, "- "):
			p.left[line[2:]] = true
		case strings.HasPrefix(line, "~ "):
			name, _, _ := strings.Cut(line[2:], " ")
			p.known[name] = true
		}
	}
	return p
}

// outcome is evaluated on both sides: a fun that makes of fun() -> Call something that can be compared. What cannot be the same in two
// systems is named only, and maps are listed in the order of their keys.
const outcome = `fun(Call) ->
    Norm = fun N([H | T]) -> [N(H) | N(T)];
               N(T) when is_tuple(T) -> list_to_tuple([N(E) || E <- tuple_to_list(T)]);
               N(T) when is_map(T) -> {'$map', lists:sort([{N(K), N(V)} || {K, V} <- maps:to_list(T)])};
               N(T) when is_function(T) -> '$fun';
               N(T) when is_pid(T); is_reference(T); is_port(T) -> '$ref';
               N(T) -> T
           end,
    try Call() of V -> {ok, Norm(V)}
    catch C:R:S ->
        {M, F, A, _} = hd(S ++ [{none, none, none, none}]),
        {C, Norm(R), {M, F, Norm(A)}}
    end
end`

// driver runs a file of calls on the real erl: {Values, [{M, F, [Index]} | Expression]} and writes an answer a line.
const driver = `-module(driver).
-export([main/1]).
main([In, Out]) ->
    {ok, [Outcome, Values, Calls]} = file:consult(In),
    Fun = value(Outcome),
    V = list_to_tuple([value(T) || T <- Values]),
    {ok, F} = file:open(Out, [write, raw, delayed_write]),
    lists:foreach(fun(Call) ->
        Do = case Call of
                 {Mod, Name, Is} -> Args = [element(I, V) || I <- Is], fun() -> apply(Mod, Name, Args) end;
                 Text -> fun() -> value(Text) end
             end,
        file:write(F, unicode:characters_to_binary(io_lib:format("~tw~n", [Fun(Do)])))
    end, Calls),
    file:close(F),
    halt(0).
value(Text) ->
    {ok, Ts, _} = erl_scan:string(Text),
    {ok, Es} = erl_parse:parse_exprs(Ts),
    {value, V, _} = erl_eval:exprs(Es, []),
    V.
`

// call is a function and the numbers of its arguments, or an expression.
type call struct {
	name string
	args []int
	text string
}

func (c call) String(p plan) string {
	if c.text != "" {
		return c.text
	}
	args := make([]string, len(c.args))
	for i, a := range c.args {
		args[i] = p.values[a]
	}
	return fmt.Sprintf("%s:%s(%s)", p.module, c.name, strings.Join(args, ", "))
}

// callsOf makes up to n calls of each function that both sides have.
func callsOf(p plan, real map[string]bool, m *code.Module, n int) []call {
	h := fnv.New64()
	h.Write([]byte(p.module))
	r := rand.New(rand.NewPCG(h.Sum64(), seed()))
	var keys []string
	for k, f := range m.Functions {
		key := fmt.Sprintf("%s/%d", k.Name.AtomName(), k.Arity)
		if f.Exported && real[key] && !p.left[key] && k.Name.AtomName() != "module_info" {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	var out []call
	for _, key := range keys {
		if len(p.values) == 0 {
			break
		}
		name, rest, _ := strings.Cut(key, "/")
		arity, _ := strconv.Atoi(rest)
		out = append(out, some(r, name, arity, len(p.values), n)...)
	}
	for _, text := range p.calls {
		out = append(out, call{text: text})
	}
	return out
}

func some(r *rand.Rand, name string, arity, values, n int) []call {
	var out []call
	if arity == 1 && values <= n || arity == 0 {
		for i := range max(1, values*arity) {
			c := call{name: name}
			if arity == 1 {
				c.args = []int{i}
			}
			out = append(out, c)
		}
		return out
	}
	for range n {
		c := call{name: name, args: make([]int, arity)}
		for i := range c.args {
			c.args[i] = r.IntN(values)
		}
		out = append(out, c)
	}
	return out
}

// TestAsReal calls the functions of the modules here and in a real erl and compares values and exceptions. The function that stands
// first in the stack trace is compared too, but one that is a detail of the other side's module does not fail the test.
func TestAsReal(t *testing.T) {
	erl := findErl(t)
	n := 60
	_, _ = fmt.Sscan(os.Getenv("ERLSH_COMPARE"), &n)
	plans, err := filepath.Glob("testdata/compare/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	exports := realExports(t, erl, plans)
	for _, path := range plans {
		p := readPlan(t, path)
		t.Run(p.module, func(t *testing.T) { comparePlan(t, erl, p, exports[p.module], n) })
	}
}

func findErl(t *testing.T) string {
	erl, err := exec.LookPath("erl")
	if err != nil {
		if os.Getenv("ERLSH_INTEROP") == "1" {
			t.Fatal("no erl")
		}
		t.Skip("no erl here: functions are not compared with the real ones")
	}
	return erl
}

func comparePlan(t *testing.T, erl string, p plan, real map[string]bool, n int) {
	table := builtins.Table()
	m := table.Module(term.Atom(p.module))
	if m == nil {
		t.Fatalf("no module %s", p.module)
	}
	all := callsOf(p, real, m, n)
	want := realAnswers(t, erl, p, all)
	got := ourAnswers(t, table, p, all)
	hard, soft := map[string]int{}, map[string]int{}
	for i, c := range all {
		if got[i] == want[i] {
			continue
		}
		key := fmt.Sprintf("%s/%d", c.name, len(c.args))
		report := fmt.Sprintf("%s\n got: %s\nwant: %s", c.String(p), got[i], want[i])
		if cutTrace(got[i]) == cutTrace(want[i]) {
			if soft[key]++; soft[key] == 1 && testing.Verbose() {
				t.Log(clip(report))
			}
			continue
		}
		if hard[key]++; hard[key] <= 3 && !p.known[key] {
			t.Error(clip(report))
		}
	}
	t.Logf("%d calls; differences: %v; in the place only: %v", len(all), hard, soft)
}

func clip(text string) string {
	if len(text) > 1200 {
		return text[:1200] + "..."
	}
	return text
}

// cutTrace leaves out where an exception happened.
func cutTrace(answer string) string {
	for _, class := range []string{"{error,", "{exit,", "{throw,"} {
		if strings.HasPrefix(answer, class) {
			// The place is the last element: {M,F,A}.
			depth := 0
			for i := len(answer) - 2; i > 0; i-- {
				switch answer[i] {
				case '}', ']':
					depth++
				case '{', '[':
					if depth--; depth == 0 {
						return answer[:i]
					}
				}
			}
		}
	}
	return answer
}

func realExports(t *testing.T, erl string, plans []string) map[string]map[string]bool {
	var modules []string
	for _, path := range plans {
		modules = append(modules, strings.TrimSuffix(filepath.Base(path), ".txt"))
	}
	script := `[try [io:format("~w ~ts/~w~n", [M, F, A]) || {F, A} <- M:module_info(exports)] catch _:_ -> none end || M <- [` +
		strings.Join(modules, ",") + `]], halt().`
	out, err := exec.Command(erl, "-noshell", "-eval", script).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	all := map[string]map[string]bool{}
	for line := range strings.Lines(string(out)) {
		m, key, _ := strings.Cut(strings.TrimSpace(line), " ")
		if all[m] == nil {
			all[m] = map[string]bool{}
		}
		all[m][key] = true
	}
	return all
}

func realAnswers(t *testing.T, erl string, p plan, all []call) []string {
	dir := t.TempDir()
	var in bytes.Buffer
	fmt.Fprintf(&in, "%%%% -*- coding: utf-8 -*-\n%s.\n[", format.String(outcome+"."))
	for i, v := range p.values {
		if i > 0 {
			in.WriteString(",\n")
		}
		in.WriteString(format.String(v + "."))
	}
	in.WriteString("].\n[")
	for i, c := range all {
		if i > 0 {
			in.WriteString(",\n")
		}
		if c.text != "" {
			in.WriteString(format.String(c.text + "."))
			continue
		}
		fmt.Fprintf(&in, "{%s,%s,[", format.Atom(p.module), format.Atom(c.name))
		for j, a := range c.args {
			if j > 0 {
				in.WriteString(",")
			}
			fmt.Fprint(&in, a+1)
		}
		in.WriteString("]}")
	}
	in.WriteString("].\n")
	write := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("driver.erl", []byte(driver))
	input, output := write("calls", in.Bytes()), filepath.Join(dir, "answers")
	cmd := exec.Command(erl, "-noshell", "+pc", "unicode", "-pa", dir, "-eval", `{ok,driver,B} = compile:file("driver",[binary]), `+
		`code:load_binary(driver,"driver.erl",B), driver:main(init:get_plain_arguments()).`, "-extra", input, output)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	b, err := os.ReadFile(output)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
}

// bench evaluates text on a node of its own.
type bench struct {
	t     *testing.T
	table *code.Table
	node  *node.Node
	p     *node.Process
}

func newBench(t *testing.T, table *code.Table) *bench {
	n := node.New(node.Options{Table: table, Workers: 1})
	t.Cleanup(n.Close)
	return &bench{t, table, n, n.Spawn(node.SpawnOptions{Resident: true})}
}

func (b *bench) compile(text string) *code.Function {
	tokens, _, _, err := syntax.Next(text+".", syntax.Position{Line: 1, Column: 1})
	if err != nil {
		b.t.Fatalf("%s: %v", text, err)
	}
	body, err := syntax.ParseExprs(tokens, syntax.Options{})
	if err != nil {
		b.t.Fatalf("%s: %v", text, err)
	}
	program, errs := eval.Exprs(body, eval.Env{Table: b.table})
	if len(errs) > 0 {
		b.t.Fatalf("%s: %v", text, errs[0])
	}
	return program.Function
}

func (b *bench) run(f *code.Function) term.Term {
	done := make(chan term.Term, 1)
	b.p.Invoke(f, nil, func(v term.Term, e *term.Exception) {
		if e != nil {
			b.t.Errorf("%v", e)
		}
		done <- v
	})
	return <-done
}

func (b *bench) value(text string) term.Term {
	v, ok := b.run(b.compile(text)).Tuple()
	if !ok {
		b.t.Fatalf("%s has no value", text)
	}
	return v[0]
}

func ourAnswers(t *testing.T, table *code.Table, p plan, all []call) []string {
	b := newBench(t, table)
	values := make([]term.Term, len(p.values))
	for i, v := range p.values {
		values[i] = b.value(v)
	}
	norm := b.value(outcome)
	out := make([]string, len(all))
	b.run(&code.Function{Module: term.Atom("driver"), Name: term.Atom("main"), Native: func(proc code.Process, _ []term.Term) (term.Term, error) {
		for i, c := range all {
			v, err := proc.Call(norm, b.thunk(p, c, values))
			if err != nil {
				t.Errorf("%s: %v", c.String(p), err)
				continue
			}
			out[i] = format.Write(v, format.Options{Home: b.node.Origin()})
		}
		return term.True, nil
	}})
	return out
}

// thunk makes a fun of no arguments of a call.
func (b *bench) thunk(p plan, c call, values []term.Term) term.Term {
	f := &code.Function{Module: term.Atom("driver"), Name: term.Atom("call")}
	switch {
	case c.text != "":
		program := b.compile(c.text)
		f.Native = func(proc code.Process, _ []term.Term) (term.Term, error) {
			v, err := proc.Call((&term.Fun{Module: term.Atom("driver"), Name: term.Atom("text"), Code: program}).Term())
			if err != nil {
				return v, err
			}
			parts, _ := v.Tuple()
			return parts[0], nil
		}
	default:
		args := make([]term.Term, len(c.args))
		for i, a := range c.args {
			args[i] = values[a]
		}
		target := (&term.Fun{Module: term.Atom(p.module), Name: term.Atom(c.name), Arity: len(args), External: true}).Term()
		f.Native = func(proc code.Process, _ []term.Term) (term.Term, error) { return proc.Call(target, args...) }
	}
	return (&term.Fun{Module: f.Module, Name: f.Name, Code: f}).Term()
}

// seed is what the choice of arguments begins with: ERLSH_SEED, or 1.
func seed() uint64 {
	n := uint64(1)
	_, _ = fmt.Sscan(os.Getenv("ERLSH_SEED"), &n)
	return n
}
