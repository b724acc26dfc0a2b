// Package atomics is module atomics: arrays of 64-bit integers that all processes of a node change without waiting for each other.
package atomics

import (
	"sync/atomic"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// Module returns the module.
func Module() *bif.Module {
	const ref, index = "Ref :: reference(), ", "Index :: pos_integer()"
	const three = "1> A = atomics:new(3, []), "
	return &bif.Module{
		Name:      "atomics",
		Doc:       "Arrays of 64-bit integers that all processes change without waiting for each other.",
		ErrorInfo: "erl_erts_errors",
		Functions: []bif.Function{
			{Spec: "new(Arity :: pos_integer(), Options :: [{signed, boolean()}]) -> reference()", Doc: "Makes an array of Arity integers, all 0.",
				Example: three + "atomics:get(A, 1).\n0", Proc: create},
			{Spec: "put(" + ref + index + ", Value :: integer()) -> ok", Doc: "Sets an integer.",
				Example: three + "atomics:put(A, 1, 5), atomics:get(A, 1).\n5", Proc: put},
			{Spec: "get(" + ref + index + ") -> integer()", Doc: "Returns an integer.",
				Example: three + "atomics:get(A, 3).\n0", Proc: get},
			{Spec: "add(" + ref + index + ", Increment :: integer()) -> ok", Doc: "Adds Increment to an integer.",
				Example: three + "atomics:add(A, 1, 5).\nok", Proc: adding(1, false)},
			{Spec: "add_get(" + ref + index + ", Increment :: integer()) -> integer()", Doc: "Adds Increment to an integer and returns the sum.",
				Example: three + "atomics:add_get(A, 1, 5).\n5", Proc: adding(1, true)},
			{Spec: "sub(" + ref + index + ", Decrement :: integer()) -> ok", Doc: "Subtracts Decrement from an integer.",
				Example: three + "atomics:sub(A, 1, 5).\nok", Proc: adding(-1, false)},
			{Spec: "sub_get(" + ref + index + ", Decrement :: integer()) -> integer()", Doc: "Subtracts Decrement from an integer and returns the difference.",
				Example: three + "atomics:sub_get(A, 1, 5).\n-5", Proc: adding(-1, true)},
			{Spec: "exchange(" + ref + index + ", Desired :: integer()) -> integer()", Doc: "Sets an integer and returns its old value.",
				Example: three + "atomics:exchange(A, 1, 5).\n0", Proc: exchange},
			{Spec: "compare_exchange(" + ref + index + ", Expected :: integer(), Desired :: integer()) -> ok | integer()",
				Doc:     "Sets an integer if it is Expected; otherwise returns what it is.",
				Example: three + "{atomics:compare_exchange(A, 1, 0, 7), atomics:compare_exchange(A, 1, 0, 8)}.\n{ok,7}", Proc: compareExchange},
			{Spec: "info(Ref :: reference()) -> #{size := pos_integer(), max := integer(), min := integer(), memory := non_neg_integer()}",
				Doc:     "Returns size and limits of an array.",
				Example: three + "maps:get(size, atomics:info(A)).\n3", Proc: info},
		},
	}
}

// maxSize is beyond what could ever be allocated.
const maxSize = 1 << 32

func create(p *node.Process, args []term.Term) (term.Term, error) {
	n, small := args[0].Int()
	b, isInt := args[0].Big()
	unsigned, ok := options(args[1])
	switch {
	case !isInt || b.Sign() <= 0:
		return term.None, term.Badarg()
	case !ok:
		return term.None, badopt()
	case !small || n > maxSize:
		return term.None, term.SystemLimit()
	}
	return bif.NewCells(p.Node(), int(n), unsigned), nil
}

func options(t term.Term) (unsigned, ok bool) {
	list, ok := t.Slice()
	for _, o := range list {
		e, isTuple := o.Tuple()
		if !isTuple || len(e) != 2 || e[0].AtomName() != "signed" || e[1] != atom.True && e[1] != atom.False {
			return false, false
		}
		unsigned = e[1] == atom.False
	}
	return unsigned, ok
}

func badopt() error {
	e := term.Badarg()
	e.Info = term.NewMap(term.Atom("module"), term.Atom("erl_erts_errors"), term.Atom("cause"), term.Atom("badopt"))
	return e
}

// cell finds what Ref and Index mean.
func cell(p *node.Process, args []term.Term) (*bif.Cells, *atomic.Int64, error) {
	c := bif.CellsOf(p.Node(), args[0])
	if c == nil {
		return nil, nil, term.Badarg()
	}
	at := c.At(args[1])
	if at == nil {
		return nil, nil, term.Badarg()
	}
	return c, at, nil
}

func put(p *node.Process, args []term.Term) (term.Term, error) {
	if _, err := exchange(p, args); err != nil {
		return term.None, err
	}
	return atom.OK, nil
}

func get(p *node.Process, args []term.Term) (term.Term, error) {
	c, at, err := cell(p, args)
	if err != nil {
		return term.None, err
	}
	return c.Value(at.Load()), nil
}

// adding makes the functions that add sign times their last argument.
func adding(sign int64, tell bool) func(p *node.Process, args []term.Term) (term.Term, error) {
	return func(p *node.Process, args []term.Term) (term.Term, error) {
		c, at, err := cell(p, args)
		if err != nil {
			return term.None, err
		}
		n, ok := c.Read(args[2], true)
		if !ok {
			return term.None, term.Badarg()
		}
		sum := at.Add(sign * n)
		if !tell {
			return atom.OK, nil
		}
		return c.Value(sum), nil
	}
}

func exchange(p *node.Process, args []term.Term) (term.Term, error) {
	c, at, err := cell(p, args)
	if err != nil {
		return term.None, err
	}
	n, ok := c.Read(args[2], false)
	if !ok {
		return term.None, term.Badarg()
	}
	return c.Value(at.Swap(n)), nil
}

func compareExchange(p *node.Process, args []term.Term) (term.Term, error) {
	c, at, err := cell(p, args)
	if err != nil {
		return term.None, err
	}
	expected, ok1 := c.Read(args[2], false)
	desired, ok2 := c.Read(args[3], false)
	if !ok1 || !ok2 {
		return term.None, term.Badarg()
	}
	for {
		if at.CompareAndSwap(expected, desired) {
			return atom.OK, nil
		}
		if now := at.Load(); now != expected {
			return c.Value(now), nil
		}
	}
}

func info(p *node.Process, args []term.Term) (term.Term, error) {
	c := bif.CellsOf(p.Node(), args[0])
	if c == nil {
		return term.None, term.Badarg()
	}
	return c.Info(40), nil
}
