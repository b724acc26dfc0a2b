// Package counters is module counters: arrays of counters that all processes of a node change without waiting for each other.
package counters

import (
	"sync/atomic"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

var (
	atomAtomics     = term.Atom("atomics")
	atomConcurrency = term.Atom("write_concurrency")
)

// Module returns the module.
func Module() *bif.Module {
	const ref, index = "Ref :: term(), ", "Index :: pos_integer()"
	const three = "1> C = counters:new(3, []), "
	return &bif.Module{
		Name:      "counters",
		Doc:       "Arrays of counters that all processes change without waiting for each other.",
		ErrorInfo: "erl_erts_errors",
		Functions: []bif.Function{
			{Spec: "new(Size :: pos_integer(), Options :: [atomics | write_concurrency]) -> term()", Doc: "Makes an array of Size counters, all 0.",
				Example: three + "counters:get(C, 1).\n0", Proc: create},
			{Spec: "get(" + ref + index + ") -> integer()", Doc: "Returns the value of a counter.",
				Example: three + "counters:get(C, 3).\n0", Proc: get},
			{Spec: "add(" + ref + index + ", Increment :: integer()) -> ok", Doc: "Adds Increment to a counter.",
				Example: three + "counters:add(C, 1, 5), counters:get(C, 1).\n5", Proc: changing(func(at *atomic.Int64, n int64) { at.Add(n) }, true)},
			{Spec: "sub(" + ref + index + ", Decrement :: integer()) -> ok", Doc: "Subtracts Decrement from a counter.",
				Example: three + "counters:sub(C, 1, 5), counters:get(C, 1).\n-5", Proc: changing(func(at *atomic.Int64, n int64) { at.Add(-n) }, true)},
			{Spec: "put(" + ref + index + ", Value :: integer()) -> ok", Doc: "Sets a counter.",
				Example: three + "counters:put(C, 1, 5), counters:get(C, 1).\n5", Proc: changing(func(at *atomic.Int64, n int64) { at.Store(n) }, false)},
			{Spec: "info(Ref :: term()) -> #{size := pos_integer(), memory := non_neg_integer()}", Doc: "Returns the size of an array.",
				Example: three + "maps:get(size, counters:info(C)).\n3", Proc: info},
		},
	}
}

// maxSize is beyond what could ever be allocated.
const maxSize = 1 << 32

func create(p *node.Process, args []term.Term) (term.Term, error) {
	n, small := args[0].Int()
	b, isInt := args[0].Big()
	kind := atomAtomics
	options, ok := args[1].Slice()
	for _, o := range options {
		ok = ok && (o == atomAtomics || o == atomConcurrency) && len(options) == 1
		kind = o
	}
	switch {
	case !ok:
		e := term.Badarg()
		e.Info = term.NewMap(term.Atom("module"), term.Atom("erl_erts_errors"), term.Atom("cause"), term.Atom("badopt"))
		return term.None, e
	case !isInt || b.Sign() <= 0:
		return term.None, term.Badarg()
	case !small || n > maxSize:
		return term.None, term.SystemLimit()
	}
	return term.Tuple(kind, bif.NewCells(p.Node(), int(n), false)), nil
}

func arrayOf(p *node.Process, t term.Term) (*bif.Cells, term.Term, error) {
	if e, ok := t.Tuple(); ok && len(e) == 2 && (e[0] == atomAtomics || e[0] == atomConcurrency) {
		if c := bif.CellsOf(p.Node(), e[1]); c != nil {
			return c, e[0], nil
		}
	}
	return nil, term.None, term.Badarg()
}

func cell(p *node.Process, args []term.Term) (*bif.Cells, *atomic.Int64, error) {
	c, _, err := arrayOf(p, args[0])
	if err != nil {
		return nil, nil, err
	}
	at := c.At(args[1])
	if at == nil {
		return nil, nil, term.Badarg()
	}
	return c, at, nil
}

func get(p *node.Process, args []term.Term) (term.Term, error) {
	c, at, err := cell(p, args)
	if err != nil {
		return term.None, err
	}
	return c.Value(at.Load()), nil
}

func changing(change func(at *atomic.Int64, n int64), either bool) func(p *node.Process, args []term.Term) (term.Term, error) {
	return func(p *node.Process, args []term.Term) (term.Term, error) {
		c, at, err := cell(p, args)
		if err != nil {
			return term.None, err
		}
		n, ok := c.Read(args[2], either)
		if !ok {
			return term.None, term.Badarg()
		}
		change(at, n)
		return atom.OK, nil
	}
}

func info(p *node.Process, args []term.Term) (term.Term, error) {
	c, kind, err := arrayOf(p, args[0])
	if err != nil {
		return term.None, err
	}
	if kind == atomAtomics {
		return c.Info(40), nil
	}
	return term.NewMap(term.Atom("size"), term.Int(int64(c.Len())), term.Atom("memory"), term.Int(200+8*int64(c.Len()))), nil
}
