package node_test

import (
	"flag"
	"os"
	"os/exec"
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

var update = flag.Bool("update", false, "write testdata/scenes.txt anew from a real erl")

const scenesFile = "testdata/scenes.txt"

// erlangNode returns a node with a module of testdata loaded.
func erlangNode(t testing.TB, file string) (*node.Node, *code.Module) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	n := node.New(node.Options{Table: builtins.Table(), Workers: 2})
	t.Cleanup(n.Close)
	forms, errs := syntax.ParseModule(string(text), file, syntax.PreprocessOptions{})
	m, _, more := eval.Module(forms, eval.ModuleOptions{File: file, Path: file, Table: n.Code()})
	for _, e := range append(errs, more...) {
		t.Fatalf("%s:%d: %s", file, e.At.Line, e.Text)
	}
	n.Code().Load(m)
	return n, m
}

// call calls a function without arguments in a process of its own.
func call(t testing.TB, n *node.Node, m *code.Module, name string) term.Term {
	f := m.Functions[code.NameArity{Name: term.Atom(name)}]
	p := n.Spawn(node.SpawnOptions{Resident: true})
	type result struct {
		value term.Term
		e     *term.Exception
	}
	done := make(chan result, 1)
	p.Invoke(f, nil, func(v term.Term, e *term.Exception) { done <- result{v, e} })
	r := <-done
	if r.e != nil {
		t.Fatalf("%s: %v", name, r.e)
	}
	return r.value
}

// TestScenes runs the scenes, whose outcomes a real erl has written down.
func TestScenes(t *testing.T) {
	want, err := os.ReadFile(scenesFile)
	if err != nil {
		t.Fatal(err)
	}
	expected := map[string]string{}
	for line := range strings.Lines(string(want)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		expected[name] = value
	}
	n, m := erlangNode(t, "testdata/scenes.erl")
	list, _ := call(t, n, m, "run").Slice()
	if len(list) != len(expected) {
		t.Errorf("%d scenes, %d outcomes", len(list), len(expected))
	}
	for _, x := range list {
		e, _ := x.Tuple()
		if name, got := e[0].AtomName(), format.Write(e[1], format.Options{}); got != expected[name] {
			t.Errorf("%s\n got: %s\nwant: %s", name, got, expected[name])
		}
	}
}

// TestScenesAreErlangs has a real erl confirm what is written down.
func TestScenesAreErlangs(t *testing.T) {
	if _, err := exec.LookPath("erl"); err != nil {
		if os.Getenv("ERLSH_INTEROP") == "1" {
			t.Fatal("no erl")
		}
		t.Skip("SKIPPED: no erl to compare with")
	}
	dir := t.TempDir()
	if out, err := exec.Command("erlc", "-o", dir, "testdata/scenes.erl").CombinedOutput(); err != nil {
		t.Fatalf("erlc: %v\n%s", err, out)
	}
	out, err := exec.Command("erl", "-noshell", "-pa", dir, "-kernel", "logger_level", "none", "-eval",
		`[io:format("~s ~w~n", [N, V]) || {N, V} <- scenes:run()], halt().`).Output()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(scenesFile, out, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, _ := os.ReadFile(scenesFile)
	if string(out) != string(want) {
		t.Errorf("a real erl says\n%s", out)
	}
}
