package ordsets

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
)

// shorts are the walks through sets that are proper lists.
func shorts() []bif.Short {
	return []bif.Short{
		{Name: "is_element", Arity: 2, Do: isElement},
		{Name: "add_element", Arity: 2, Do: addElement},
		{Name: "del_element", Arity: 2, Do: delElement},
		{Name: "union", Arity: 2, Do: union},
		{Name: "intersection", Arity: 2, Do: intersection},
		{Name: "subtract", Arity: 2, Do: subtract},
		{Name: "is_subset", Arity: 2, Do: isSubset},
		{Name: "is_disjoint", Arity: 2, Do: isDisjoint},
	}
}

// find puts the elements below elem into below and returns the rest of the set, and whether it begins with elem; false for an improper
// list that ends on the way.
func find(elem, set term.Term, below *term.Builder) (rest *term.Cons, found, ok bool) {
	for {
		c, ok := set.Cons()
		if !ok {
			return nil, false, set.IsNil()
		}
		order := term.Compare(elem, c.Head)
		if order <= 0 {
			return c, order == 0, true
		}
		if below != nil {
			below.Add(c.Head)
		}
		set = c.Tail
	}
}

func isElement(args []term.Term) term.Term {
	_, found, ok := find(args[0], args[1], nil)
	if !ok {
		return term.None
	}
	return term.Bool(found)
}

func addElement(args []term.Term) term.Term {
	var below term.Builder
	rest, found, ok := find(args[0], args[1], &below)
	switch {
	case !ok:
		return term.None
	case found:
		return below.List(rest.Term())
	case rest == nil:
		below.Add(args[0])
		return below.List(term.Nil)
	}
	below.Add(args[0])
	return below.List(rest.Term())
}

func delElement(args []term.Term) term.Term {
	var below term.Builder
	rest, found, ok := find(args[0], args[1], &below)
	switch {
	case !ok:
		return term.None
	case found:
		return below.List(rest.Tail)
	case rest == nil:
		return below.List(term.Nil)
	}
	return below.List(rest.Term())
}

// pairs walks two sets side by side while both have elements. It tells of the elements that are in one set or both, and ends with the
// rests, or early when told so. With turn the sets change places where the second has an element of its own, as the text does where it
// matters which one of two numbers that compare equal it takes.
func pairs(a, b term.Term, turn bool, tell func(x, y *term.Cons) bool) (restA, restB term.Term, early bool) {
	for {
		x, more := a.Cons()
		if !more {
			return a, b, false
		}
		y, more := b.Cons()
		if !more {
			return a, b, false
		}
		switch order := term.Compare(x.Head, y.Head); {
		case order < 0:
			a, y = x.Tail, nil
		case order == 0:
			a, b = x.Tail, y.Tail
		case turn:
			a, b, x = y.Tail, a, nil
		default:
			b, x = y.Tail, nil
		}
		if !tell(x, y) {
			return a, b, true
		}
	}
}

func union(args []term.Term) term.Term {
	var out term.Builder
	a, b, _ := pairs(args[0], args[1], true, func(x, y *term.Cons) bool {
		if x == nil {
			x = y
		}
		out.Add(x.Head)
		return true
	})
	switch {
	case a.IsNil():
		return out.List(b)
	case b.IsNil():
		return out.List(a)
	}
	return term.None
}

func intersection(args []term.Term) term.Term {
	var out term.Builder
	a, b, _ := pairs(args[0], args[1], true, func(x, y *term.Cons) bool {
		if x != nil && y != nil {
			out.Add(x.Head)
		}
		return true
	})
	if !a.IsNil() && !b.IsNil() {
		return term.None
	}
	return out.List(term.Nil)
}

func subtract(args []term.Term) term.Term {
	var out term.Builder
	a, b, _ := pairs(args[0], args[1], false, func(x, y *term.Cons) bool {
		if y == nil {
			out.Add(x.Head)
		}
		return true
	})
	switch {
	case a.IsNil():
		return out.List(term.Nil)
	case b.IsNil():
		return out.List(a)
	}
	return term.None
}

func isSubset(args []term.Term) term.Term {
	a, b, alone := pairs(args[0], args[1], false, func(_, y *term.Cons) bool { return y != nil })
	switch {
	case alone:
		return term.False
	case a.IsNil():
		return term.True
	case b.IsNil():
		return term.False
	}
	return term.None
}

func isDisjoint(args []term.Term) term.Term {
	a, b, shared := pairs(args[0], args[1], false, func(x, y *term.Cons) bool { return x == nil || y == nil })
	switch {
	case shared:
		return term.False
	case a.IsNil() || b.IsNil():
		return term.True
	}
	return term.None
}
