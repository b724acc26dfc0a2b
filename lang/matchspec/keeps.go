package matchspec

import "github.com/erlsh/erlsh/lang/term"

// KeepsKey reports whether every result of a specification has the same element at, from 1, as the object it is made of, as far as that
// can be seen in its text. What is no specification is left to Compile.
func KeepsKey(spec term.Term, at int) bool {
	list, ok := spec.Slice()
	for _, x := range list {
		e, isTuple := x.Tuple()
		if !ok || !isTuple || len(e) != 3 || !keepsKey(e[0], e[2], at) {
			return false
		}
	}
	return ok
}

func keepsKey(head, body term.Term, at int) bool {
	cell, ok := body.Cons()
	if !ok || !cell.Tail.IsNil() {
		return false
	}
	result := cell.Head
	if result.AtomName() == "$_" {
		return true
	}
	pattern, ok := head.Tuple()
	if !ok || len(pattern) < at {
		return false
	}
	e, _ := result.Tuple()
	exact := false
	switch {
	case len(e) == 2 && e[0].AtomName() == "const":
		e, _ = e[1].Tuple()
		exact = true
	case len(e) == 1:
		e, _ = e[0].Tuple()
	default:
		return false
	}
	if len(e) < at {
		return false
	}
	key := e[at-1]
	if x, ok := key.Tagged(term.Atom("element"), 3); ok && !exact && x[1] == term.Int(int64(at)) && x[2].AtomName() == "$_" {
		return true
	}
	return makes(pattern[at-1], key, exact)
}

// makes reports whether an expression gives exactly what a pattern has matched; exact says that it is a constant.
func makes(pattern, expression term.Term, exact bool) bool {
	if pattern.AtomName() == "_" || expression.AtomName() == "$_" && !exact || expression.AtomName() == "$$" && !exact {
		return false
	}
	if Variable(pattern) >= 0 {
		return !exact && pattern == expression
	}
	if e, ok := expression.Tagged(term.Atom("const"), 2); ok && !exact {
		return makes(pattern, e[1], true)
	}
	switch pattern.Kind() {
	case term.KindCons:
		p, _ := pattern.Cons()
		x, ok := expression.Cons()
		return ok && makes(p.Head, x.Head, exact) && makes(p.Tail, x.Tail, exact)
	case term.KindTuple:
		p, _ := pattern.Tuple()
		x, ok := expression.Tuple()
		if ok && !exact && len(x) == 1 {
			x, ok = x[0].Tuple()
		} else if !exact {
			ok = false
		}
		if !ok || len(x) != len(p) {
			return false
		}
		for i := range p {
			if !makes(p[i], x[i], exact) {
				return false
			}
		}
		return true
	case term.KindMap:
		return false
	}
	return term.Equal(pattern, expression)
}
