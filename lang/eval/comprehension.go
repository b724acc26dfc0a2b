package eval

import (
	"fmt"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

func place(p syntax.Position) string { return fmt.Sprintf("(line %d, column %d)", p.Line, p.Column) }

// comprehension compiles a comprehension into loops: each generator is a loop, each filter a test, and the innermost adds to a list
// that is turned around, joined or made a map at the end.
func (c *compiler) comprehension(e *syntax.Comprehension, dst int, next *node) *node {
	before, names := c.scope.clone(), copyNames(c.names)
	acc := c.temp()
	finish := &node{func(m *Machine, s []term.Term) *node {
		if s[dst] = collected(e.Kind, s[acc]); s[dst].None() {
			return m.raise(term.Badarg(), nil)
		}
		return next
	}}
	loop := c.qualifiers(e, e.Qualifiers, acc, finish)
	c.scope, c.names = before, names
	return &node{func(m *Machine, s []term.Term) *node {
		s[acc] = term.Nil
		return loop
	}}
}

func copyNames(m map[string]int) map[string]int {
	out := make(map[string]int, len(m))
	for k, v := range m {
		out[k] = v
	}
	return out
}

// collected makes the value of a comprehension out of the list of its elements, the last one first.
func collected(kind syntax.ComprehensionKind, acc term.Term) term.Term {
	elements, _ := acc.Slice()
	for i, j := 0, len(elements)-1; i < j; i, j = i+1, j-1 {
		elements[i], elements[j] = elements[j], elements[i]
	}
	switch kind {
	case syntax.BinaryKind:
		var w bitWriter
		for _, x := range elements {
			b, ok := x.Bits()
			if !ok {
				return term.None
			}
			w.bits(b)
		}
		return w.term()
	case syntax.MapKind:
		var b term.MapBuilder
		for _, x := range elements {
			pair, _ := x.Tuple()
			b.Put(pair[0], pair[1])
		}
		return b.Map().Term()
	}
	return term.List(elements...)
}

// qualifiers compiles the qualifiers from the first on; done runs when the loop over them is over.
func (c *compiler) qualifiers(e *syntax.Comprehension, qs []syntax.Expr, acc int, done *node) *node {
	if len(qs) == 0 {
		return c.templates(e, acc, done)
	}
	switch q := qs[0].(type) {
	case *syntax.Generator:
		return c.generators([]*syntax.Generator{q}, e, qs[1:], acc, done)
	case *syntax.Zip:
		return c.generators(q.Generators, e, qs[1:], acc, done)
	}
	return c.filter(e, qs, acc, done)
}

func (c *compiler) templates(e *syntax.Comprehension, acc int, done *node) *node {
	var first, link *node
	for _, t := range e.Templates {
		if p, ok := t.(*syntax.MapEntry); ok {
			t = &syntax.Tuple{Position: p.Position, Elements: []syntax.Expr{p.Key, p.Value}}
		}
		slot, hole, add := c.temp(), &node{}, &node{}
		n := c.to(t, slot, add)
		add.run = func(m *Machine, s []term.Term) *node {
			s[acc] = term.NewCons(s[slot], s[acc])
			return hole
		}
		if link == nil {
			first = n
		} else {
			link.run = n.run
		}
		link = hole
	}
	link.run = func(*Machine, []term.Term) *node { return done }
	return first
}

// filter compiles a test; one that guards allow fails as a guard does, any other has to be true or false.
func (c *compiler) filter(e *syntax.Comprehension, qs []syntax.Expr, acc int, done *node) *node {
	q := qs[0]
	if c.isGuard(q) {
		test := c.guard([][]syntax.Expr{{q}})
		rest := c.qualifiers(e, qs[1:], acc, done)
		return &node{func(m *Machine, s []term.Term) *node {
			if test(m, s) {
				return rest
			}
			return done
		}}
	}
	slot, hole, at := c.temp(), &node{}, c.at(q.Pos())
	first := c.to(q, slot, hole)
	rest := c.qualifiers(e, qs[1:], acc, done)
	hole.run = func(m *Machine, s []term.Term) *node {
		switch s[slot] {
		case term.True:
			return rest
		case term.False:
			return done
		}
		return m.raiseReason(term.Tuple(term.Atom("bad_filter"), s[slot]), at)
	}
	return first
}

// source is one generator at run time: its state is in slot, and step takes the next element off it.
type stream struct {
	slot  int
	kind  syntax.ComprehensionKind
	match matcher
	step  func(m *Machine, s []term.Term) (element term.Term, state streamState)
}

type streamState uint8

const (
	streamElement streamState = iota
	streamSkip                // an element that does not match the pattern of a binary
	streamEnd
	streamBad
)

// generators compiles generators that advance together; a single one is the common case.
func (c *compiler) generators(gs []*syntax.Generator, e *syntax.Comprehension, rest []syntax.Expr, acc int, done *node) *node {
	streams := make([]*stream, len(gs))
	var first, link *node
	for i, g := range gs {
		streams[i] = &stream{slot: c.temp(), kind: g.Kind}
		hole := &node{}
		n := c.to(g.Source, streams[i].slot, hole)
		if link == nil {
			first = n
		} else {
			link.run = n.run
		}
		link = hole
	}
	for i, g := range gs {
		c.shadowIn(g.Pattern)
		c.streamPattern(streams[i], g)
	}
	at := c.at(gs[0].Pos())
	loop := &node{}
	inner := c.qualifiers(e, rest, acc, loop)
	loop.run = func(m *Machine, s []term.Term) *node {
		if m.reds--; m.reds < 0 {
			return m.stop(Yielded, loop)
		}
		return advance(m, s, streams, gs, inner, loop, done, at)
	}
	link.run = func(m *Machine, s []term.Term) *node {
		for i, st := range streams {
			if bad := st.begin(s); bad {
				return m.raiseReason(badGenerator(gs[i], s[st.slot]), at)
			}
		}
		return loop
	}
	return first
}

func badGenerator(g *syntax.Generator, v term.Term) term.Term {
	return term.Tuple(term.Atom("bad_generator"), v)
}

// advance takes one element of every stream.
func advance(m *Machine, s []term.Term, streams []*stream, gs []*syntax.Generator, inner, loop, done *node, at *site) *node {
	ended, skip := 0, false
	for i, st := range streams {
		v, state := st.step(m, s)
		switch state {
		case streamEnd:
			ended++
			continue
		case streamBad:
			return m.raiseReason(badGenerator(gs[i], s[st.slot]), at)
		case streamSkip:
			skip = true
			continue
		}
		if st.match != nil && !st.match(m, s, v) {
			if gs[i].Strict {
				return m.raiseReason(term.Tuple(atom.Badmatch, v), at)
			}
			skip = true
		}
	}
	switch {
	case ended == len(streams):
		return done
	case ended > 0:
		return m.raiseReason(term.Tuple(term.Atom("bad_generators"), term.Nil), at)
	case skip:
		return loop
	}
	return inner
}

// begin prepares the state in the slot; true when the value is none that can be generated from.
func (st *stream) begin(s []term.Term) bool {
	v := s[st.slot]
	switch st.kind {
	case syntax.MapKind:
		m, ok := v.Map()
		if !ok {
			return true
		}
		var b term.Builder
		for k, x := range m.All() {
			b.Add(term.Tuple(k, x))
		}
		s[st.slot] = b.List(term.Nil)
	case syntax.BinaryKind:
		return !v.IsBitstring()
	default:
		return !v.IsList()
	}
	return false
}

func (c *compiler) streamPattern(st *stream, g *syntax.Generator) {
	slot := st.slot
	if g.Kind == syntax.BinaryKind {
		b, ok := g.Pattern.(*syntax.Binary)
		if !ok {
			c.unit.fail(g.Pattern.Pos(), "illegal pattern")
			return
		}
		take := c.binaryPrefix(b)
		st.step = func(m *Machine, s []term.Term) (term.Term, streamState) {
			bits, _ := s[slot].Bits()
			rest, matched, enough := take(m, s, bits)
			if !enough {
				return term.None, streamEnd
			}
			s[slot] = rest
			if !matched {
				return term.None, streamSkip
			}
			return term.Nil, streamElement
		}
		return
	}
	pattern := g.Pattern
	if p, ok := pattern.(*syntax.MapEntry); ok {
		pattern = &syntax.Tuple{Position: p.Position, Elements: []syntax.Expr{p.Key, p.Value}}
	}
	st.match = c.pattern(pattern)
	st.step = func(_ *Machine, s []term.Term) (term.Term, streamState) {
		cell, ok := s[slot].Cons()
		if !ok {
			if s[slot].IsNil() {
				return term.None, streamEnd
			}
			return term.None, streamBad
		}
		s[slot] = cell.Tail
		return cell.Head, streamElement
	}
}
