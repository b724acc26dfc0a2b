package eval

import (
	"fmt"

	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// The compiler of OTP makes a function of every generator of a comprehension, and stack traces show it. Here a comprehension is a part of
// the function it stands in; what its places add to a trace is worked out when a trace is made.

// loopInfo is what the places in one comprehension have in common.
type loopInfo struct {
	acc   int   // the slots of what is collected
	lists bool  // it makes a list, which those functions do on their way back
	inner *site // the innermost function, where it has called itself
	outer *site // where the comprehension stands; nil in tail position
}

// collectedAny is a bit for each comprehension around a place, the innermost lowest, that has collected something already.
func (s *site) collectedAny(window []term.Term) (bits uint8) {
	level := 0
	for l := s.loop; l != nil && level < 8; level++ {
		if l.lists && l.acc+1 < len(window) && !window[l.acc+1].IsNil() && !window[l.acc+1].None() {
			bits |= 1 << level
		}
		if l.outer == nil {
			break
		}
		l = l.outer.loop
	}
	return bits
}

// frames are what a site of a module contributes to a stack trace: itself, and what the comprehensions around it add.
func (s *site) frames(out []term.Term, collected uint8) []term.Term {
	add := func(s *site) {
		f := s.frame()
		if n := len(out); n == 0 || !term.Equal(out[n-1], f) {
			out = append(out, f)
		}
	}
	out = append(out, s.frame())
	for l := s.loop; l != nil; l = l.outer.loop {
		if collected&1 != 0 && l.inner != nil {
			if f := l.inner.frame(); !term.Equal(out[len(out)-1], f) || s.line == l.inner.line {
				out = append(out, f)
			}
		}
		collected >>= 1
		if l.outer == nil {
			break
		}
		add(l.outer)
	}
	return out
}

// loops numbers the generators of a function as the compiler of OTP numbers the functions it makes of them: one before those behind it,
// and before what is in its own source.
func loops(clauses []*syntax.Clause) map[*syntax.Generator]int {
	numbers := map[*syntax.Generator]int{}
	var walk func(e syntax.Expr)
	var qualifiers func(c *syntax.Comprehension, qs []syntax.Expr)
	qualifiers = func(c *syntax.Comprehension, qs []syntax.Expr) {
		if len(qs) == 0 {
			for _, t := range c.Templates {
				walk(t)
			}
			return
		}
		var gs []*syntax.Generator
		switch q := qs[0].(type) {
		case *syntax.Generator:
			gs = []*syntax.Generator{q}
		case *syntax.Zip:
			gs = q.Generators
		default:
			walk(q)
		}
		if len(gs) > 0 {
			numbers[gs[0]] = len(numbers)
		}
		qualifiers(c, qs[1:])
		for _, g := range gs {
			walk(g.Source)
		}
	}
	walk = func(e syntax.Expr) {
		syntax.Walk(e, func(x syntax.Expr) bool {
			if c, ok := x.(*syntax.Comprehension); ok {
				qualifiers(c, c.Qualifiers)
				return false
			}
			return true
		})
	}
	for _, c := range clauses {
		for _, e := range c.Body {
			walk(e)
		}
	}
	return numbers
}

// enterLoop makes the places that are compiled next those of the function of a generator: rest is what runs inside it. The variables that
// its patterns bind are not bound yet.
func (c *compiler) enterLoop(e *syntax.Comprehension, gs []*syntax.Generator, rest []syntax.Expr, depth int) {
	if c.unit.shell {
		return
	}
	names := c.loopFree
	if depth == 0 {
		names = map[string]bool{}
	}
	free := map[string]bool{}
	for n := range names {
		free[n] = true
	}
	bound := map[string]bool{}
	c.freeInside(e, gs, rest, free, bound)
	c.loopFree = free
	kind, base := "lc", 1
	switch e.Kind {
	case syntax.BinaryKind:
		kind, base = "lbc", 2
	case syntax.MapKind:
		kind = "mc"
	}
	c.site.name = term.Atom(fmt.Sprintf("-%s-%s$^%d/%d-%d-", c.home, kind, c.funs.loops[gs[0]], base, c.loopNumbers[gs[0]]))
	c.site.arity = base + len(free) + depth
	c.site.loop = c.loopInfo
}

// freeInside adds the variables that the inside of a generator mentions and that are bound outside of it.
func (c *compiler) freeInside(e *syntax.Comprehension, gs []*syntax.Generator, rest []syntax.Expr, free, bound map[string]bool) {
	binds := func(gs []*syntax.Generator) {
		for _, g := range gs {
			eachBinding(g.Pattern, func(v *syntax.Var) { bound[v.Name] = true })
		}
	}
	mention := func(x syntax.Expr) {
		syntax.Walk(x, func(x syntax.Expr) bool {
			if v, ok := x.(*syntax.Var); ok && !bound[v.Name] {
				if _, outside := c.scope.slots[v.Name]; outside {
					free[v.Name] = true
				}
			}
			return true
		})
	}
	binds(gs)
	for _, q := range rest {
		switch q := q.(type) {
		case *syntax.Generator:
			mention(q.Source)
			binds([]*syntax.Generator{q})
		case *syntax.Zip:
			for _, g := range q.Generators {
				mention(g.Source)
			}
			binds(q.Generators)
		default:
			mention(q)
		}
	}
	for _, t := range e.Templates {
		mention(t)
	}
}
