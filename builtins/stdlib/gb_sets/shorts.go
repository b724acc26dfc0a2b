package gb_sets

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/builtins/trees"
	"github.com/erlsh/erlsh/lang/term"
)

// shorts are the functions on one element, and to_list/1.
func shorts() []bif.Short {
	const t = trees.Sets
	insert := func(a []term.Term) term.Term { return t.Enter(a[1], true, false, a[0]) }
	deleteAny := func(a []term.Term) term.Term { return t.Delete(a[0], a[1], true) }
	return []bif.Short{
		{Name: "is_member", Arity: 2, Do: isMember},
		{Name: "is_element", Arity: 2, Do: isMember},
		{Name: "insert", Arity: 2, Do: insert},
		{Name: "add", Arity: 2, Do: add},
		{Name: "add_element", Arity: 2, Do: add},
		{Name: "delete", Arity: 2, Do: func(a []term.Term) term.Term { return t.Delete(a[0], a[1], false) }},
		{Name: "delete_any", Arity: 2, Do: deleteAny},
		{Name: "del_element", Arity: 2, Do: deleteAny},
		{Name: "take_smallest", Arity: 1, Do: takeSmallest},
		{Name: "balance", Arity: 1, Do: func(a []term.Term) term.Term { return t.Balance(a[0]) }},
		{Name: "to_list", Arity: 1, Do: func(a []term.Term) term.Term {
			return t.List(a[0], func(n []term.Term) term.Term { return n[0] })
		}},
	}
}

func isMember(args []term.Term) term.Term {
	n, ok := trees.Sets.Find(args[0], args[1])
	if !ok {
		return term.None
	}
	return term.Bool(n != nil)
}

func add(args []term.Term) term.Term {
	n, ok := trees.Sets.Find(args[0], args[1])
	switch {
	case !ok:
		return term.None
	case n != nil:
		return args[1]
	}
	return trees.Sets.Enter(args[1], true, false, args[0])
}

func takeSmallest(args []term.Term) term.Term {
	least, rest := trees.Sets.TakeSmallest(args[0])
	if least == nil || rest.None() {
		return term.None
	}
	return term.Tuple(least[0], rest)
}
