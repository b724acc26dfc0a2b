package gb_trees

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/builtins/trees"
	"github.com/erlsh/erlsh/lang/term"
)

var value = term.Atom("value")

// shorts are the functions on one key, and those that list the whole tree.
func shorts() []bif.Short {
	const t = trees.Pairs
	return []bif.Short{
		{Name: "lookup", Arity: 2, Do: lookup},
		{Name: "is_defined", Arity: 2, Do: isDefined},
		{Name: "get", Arity: 2, Do: get},
		{Name: "insert", Arity: 3, Do: func(a []term.Term) term.Term { return t.Enter(a[2], true, false, a[0], a[1]) }},
		{Name: "update", Arity: 3, Do: func(a []term.Term) term.Term { return t.Enter(a[2], false, true, a[0], a[1]) }},
		{Name: "enter", Arity: 3, Do: func(a []term.Term) term.Term { return t.Enter(a[2], false, false, a[0], a[1]) }},
		{Name: "delete", Arity: 2, Do: func(a []term.Term) term.Term { return t.Delete(a[0], a[1], false) }},
		{Name: "delete_any", Arity: 2, Do: func(a []term.Term) term.Term { return t.Delete(a[0], a[1], true) }},
		{Name: "take_smallest", Arity: 1, Do: takeSmallest},
		{Name: "balance", Arity: 1, Do: func(a []term.Term) term.Term { return t.Balance(a[0]) }},
		{Name: "to_list", Arity: 1, Do: func(a []term.Term) term.Term {
			return t.List(a[0], func(n []term.Term) term.Term { return term.Tuple(n[0], n[1]) })
		}},
		{Name: "keys", Arity: 1, Do: func(a []term.Term) term.Term {
			return t.List(a[0], func(n []term.Term) term.Term { return n[0] })
		}},
		{Name: "values", Arity: 1, Do: func(a []term.Term) term.Term {
			return t.List(a[0], func(n []term.Term) term.Term { return n[1] })
		}},
	}
}

var none = term.Atom("none")

func lookup(args []term.Term) term.Term {
	n, ok := trees.Pairs.Find(args[0], args[1])
	switch {
	case !ok:
		return term.None
	case n == nil:
		return none
	}
	return term.Tuple(value, n[1])
}

func isDefined(args []term.Term) term.Term {
	n, ok := trees.Pairs.Find(args[0], args[1])
	if !ok {
		return term.None
	}
	return term.Bool(n != nil)
}

func get(args []term.Term) term.Term {
	if n, _ := trees.Pairs.Find(args[0], args[1]); n != nil {
		return n[1]
	}
	return term.None
}

func takeSmallest(args []term.Term) term.Term {
	least, rest := trees.Pairs.TakeSmallest(args[0])
	if least == nil || rest.None() {
		return term.None
	}
	return term.Tuple(least[0], least[1], rest)
}
