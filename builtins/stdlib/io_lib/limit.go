package io_lib

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// limiting is limit_term/2.
func limiting() []bif.Function {
	return []bif.Function{{
		Spec: "limit_term(Term, Depth :: integer()) -> Term",
		Doc: "Returns Term without what a print with the same depth leaves out; the atom `'...'` stands in its place. What is sent " +
			"elsewhere to be printed need not be larger than that.",
		Example: "1> io_lib:limit_term([1, 2, 3, 4], 3).\n[1,2,'...']",
		Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
			depth, ok := number(args[1])
			if !ok {
				return term.None, term.FunctionClause()
			}
			l := limiter{unicode: p.Node().Unicode()}
			if l.deep(args[0], depth) {
				return l.limit(args[0], depth), nil
			}
			return args[0], nil
		},
	}}
}

type limiter struct {
	unicode bool
}

// deep reports whether something of t lies below depth.
func (l limiter) deep(t term.Term, depth int) bool {
	if depth == 0 {
		return true
	}
	switch t.Kind() {
	case term.KindCons:
		if depth == 1 {
			return true
		}
		if format.Printable(t, l.unicode) {
			return false
		}
		for c, ok := t.Cons(); ok; c, ok = t.Cons() {
			depth--
			if depth == 0 || l.deep(c.Head, depth) {
				return true
			}
			t = c.Tail
			if depth == 1 && !t.IsNil() {
				return true
			}
		}
		return !t.IsNil() && l.deep(t, depth-1)
	case term.KindTuple:
		elements, _ := t.Tuple()
		for _, e := range elements {
			if depth == 1 || l.deep(e, depth-1) {
				return true
			}
			depth--
		}
	case term.KindMap:
		m, _ := t.Map()
		for k, v := range m.All() {
			if depth == 0 || l.deep(k, depth-1) || l.deep(v, depth-1) {
				return true
			}
			depth--
		}
		return depth == 0
	}
	return false
}

// limit returns t down to depth.
func (l limiter) limit(t term.Term, depth int) term.Term {
	if depth == 0 {
		return atomDots
	}
	switch t.Kind() {
	case term.KindCons:
		return l.list(t, depth)
	case term.KindTuple:
		elements, _ := t.Tuple()
		if len(elements) == 0 {
			return t
		}
		var out []term.Term
		for _, e := range elements {
			if depth == 1 {
				out = append(out, atomDots)
				break
			}
			depth--
			out = append(out, l.limit(e, depth))
		}
		return term.Tuple(out...)
	case term.KindMap:
		m, _ := t.Map()
		var b term.MapBuilder
		left := depth + 1 // one more than is printed, so that the dots behind them are
		for k, v := range m.All() {
			if left == 0 {
				break
			}
			left--
			b.Put(k, l.limit(v, depth-1))
		}
		return b.Map().Term()
	}
	return t
}

func (l limiter) list(t term.Term, depth int) term.Term {
	if depth == 1 {
		return term.List(atomDots)
	}
	if format.Printable(t, l.unicode) {
		return t
	}
	var b term.Builder
	for first := true; ; first = false {
		c, ok := t.Cons()
		switch {
		case !first && depth == 1 && !t.IsNil():
			b.Add(atomDots)
			return b.List(term.Nil)
		case !ok && t.IsNil():
			return b.List(term.Nil)
		case !ok:
			return b.List(l.limit(t, depth-1))
		}
		depth--
		b.Add(l.limit(c.Head, depth))
		t = c.Tail
	}
}
