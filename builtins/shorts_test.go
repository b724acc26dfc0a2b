package builtins

import (
	_ "embed"
	"os"
	"strconv"
	"testing"

	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

//go:embed testdata/shorts.erl
var shortsSource string

// TestShorts has two nodes call the functions that have a short way in Go with the same arguments, most of them right and some of them
// wrong in every way: one of the nodes has nothing but the Erlang texts. ERLSH_CASES says how many calls a play has.
func TestShorts(t *testing.T) {
	n := 800
	if s := os.Getenv("ERLSH_CASES"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	taken := map[string]int{}
	short, _ := play(t, n, func(f *code.Function) {
		do, name := f.Short, f.Module.AtomName()+":"+f.Name.AtomName()
		f.Short = func(args []term.Term) term.Term {
			v := do(args)
			if !v.None() {
				taken[name]++
			}
			return v
		}
		taken[name] += 0
	}).Slice()
	long, _ := play(t, n, func(f *code.Function) { f.Short = nil }).Slice()
	if len(short) != len(long) || len(short) < n {
		t.Fatalf("%d outcomes, and without short ways %d", len(short), len(long))
	}
	wrong := 0
	for i := range short {
		if term.Equal(short[i], long[i]) {
			continue
		}
		if wrong++; wrong > 10 {
			break
		}
		got, want := format.Write(short[i], format.Options{}), format.Write(long[i], format.Options{})
		t.Errorf("the short way and the text differ:\n%.1500s\n%.1500s", got, want)
	}
	for name, n := range taken {
		if n == 0 {
			t.Errorf("no call has taken the short way of %s", name)
		}
	}
}

// play runs testdata/shorts.erl on a new node, to whose functions with a short way something was done first.
func play(t *testing.T, calls int, do func(*code.Function)) term.Term {
	n := node.New(node.Options{Table: Table()})
	defer n.Close()
	for _, m := range shelves() {
		if len(m.Shorts) == 0 {
			continue
		}
		loaded := n.Code().Module(term.Atom(m.Name))
		for _, s := range m.Shorts {
			do(loaded.Functions[code.NameArity{Name: term.Atom(s.Name), Arity: s.Arity}])
		}
	}
	forms, errs := syntax.ParseModule(shortsSource, "shorts.erl", syntax.PreprocessOptions{})
	m, _, more := eval.Module(forms, eval.ModuleOptions{File: "shorts.erl", Table: n.Code()})
	for _, e := range append(errs, more...) {
		t.Fatalf("%d:%d: %s", e.At.Line, e.At.Column, e.Text)
	}
	n.Code().Load(m)
	type end struct {
		v term.Term
		e *term.Exception
	}
	done := make(chan end, 1)
	run := m.Functions[code.NameArity{Name: term.Atom("run"), Arity: 2}]
	p := n.Spawn(node.SpawnOptions{Resident: true})
	p.Invoke(run, []term.Term{term.Int(1), term.Int(int64(calls))}, func(v term.Term, e *term.Exception) { done <- end{v, e} })
	r := <-done
	if r.e != nil {
		t.Fatal(r.e)
	}
	return r.v
}
