package eval

import (
	"fmt"
	"slices"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

func place(p syntax.Position) string { return fmt.Sprintf("(line %d, column %d)", p.Line, p.Column) }

// comprehension compiles a comprehension into loops: each generator is a loop, each filter a test, and the innermost adds to the
// result, whose state is in three slots.
func (c *compiler) comprehension(e *syntax.Comprehension, dst int, next *node) *node {
	before, names, flags := c.scope.clone(), copyNames(c.names), c.flags
	c.flags = nil
	acc := c.temp()
	place, info, free := c.site, c.loopInfo, c.loopFree
	c.loopInfo = &loopInfo{acc: acc, lists: e.Kind == syntax.ListKind && c.loopEffect != e}
	if c.loopTail != e {
		c.loopInfo.outer = c.at(e.Qualifiers[0].Pos()) // (sic) which is what calls the first of those functions
	}
	c.temp()
	c.temp()
	finish := &node{run: func(m *Machine, s []term.Term) *node {
		s[dst] = collected(e.Kind, s, acc)
		s[acc], s[acc+1] = term.Nil, term.Nil
		return next
	}}
	loop := c.qualifiers(e, e.Qualifiers, acc, finish)
	c.scope, c.names, c.flags = before, names, flags
	c.site, c.loopInfo, c.loopFree = place, info, free
	kind := e.Kind
	return &node{run: func(m *Machine, s []term.Term) *node {
		s[acc], s[acc+1] = term.Nil, term.Nil
		switch kind {
		case syntax.BinaryKind:
			s[acc] = boxed(&bitWriter{})
		case syntax.MapKind:
			s[acc] = boxed(&term.MapBuilder{})
		}
		return loop
	}}
}

// boxed puts what a comprehension collects in into a slot. Nothing but the comprehension sees that slot.
func boxed(state any) term.Term { return (&term.Fun{Code: state}).Term() }

func unboxed[T any](t term.Term) T {
	f, _ := t.Fun()
	return f.Code.(T)
}

func copyNames(m map[string]int) map[string]int {
	out := make(map[string]int, len(m))
	for k, v := range m {
		out[k] = v
	}
	return out
}

// collected makes the value of a comprehension of its state.
func collected(kind syntax.ComprehensionKind, s []term.Term, acc int) term.Term {
	switch kind {
	case syntax.BinaryKind:
		return unboxed[*bitWriter](s[acc]).term()
	case syntax.MapKind:
		return unboxed[*term.MapBuilder](s[acc]).Map().Term()
	}
	if last, ok := s[acc+1].Cons(); ok {
		last.Tail = term.Nil
	}
	return s[acc]
}

// maxCells is how many cells of a list that is collected are allocated at a time at most.
const maxCells = 16

// push appends an element to the list in slot acc, whose last cell is in the slot behind it. The list is not finished, so that nobody
// else can see it yet: free cells may follow the last one. How many were allocated last is in the third slot.
func push(s []term.Term, acc int, v term.Term) {
	last, ok := s[acc+1].Cons()
	if ok {
		if free, more := last.Tail.Cons(); more {
			free.Head = v
			s[acc+1] = last.Tail
			return
		}
	}
	n := 1
	if ok {
		allocated, _ := s[acc+2].Int()
		n = min(2*int(allocated), maxCells)
	}
	cells := make([]term.Cons, n)
	for i := range n - 1 {
		cells[i].Tail = cells[i+1].Term()
	}
	cells[n-1].Tail = term.Nil
	cells[0].Head = v
	first := cells[0].Term()
	if ok {
		last.Tail = first
	} else {
		s[acc] = first
	}
	s[acc+1], s[acc+2] = first, term.Int(int64(n))
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

// templates compiles what is added each time; done comes after it.
func (c *compiler) templates(e *syntax.Comprehension, acc int, done *node) *node {
	var first, link *node
	for _, t := range e.Templates {
		if p, ok := t.(*syntax.MapEntry); ok {
			t = &syntax.Tuple{Position: p.Position, Elements: []syntax.Expr{p.Key, p.Value}}
		}
		hole := &node{}
		n := c.template(e.Kind, t, acc, hole)
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

func (c *compiler) template(kind syntax.ComprehensionKind, t syntax.Expr, acc int, next *node) *node {
	at := c.siteOf(t)
	if kind == syntax.ListKind && c.isSimple(t) {
		v := c.simple(t)
		return &node{run: func(m *Machine, s []term.Term) *node {
			x := v(m, s)
			if x.None() {
				return m.pending(at)
			}
			push(s, acc, x)
			return next.run(m, s)
		}}
	}
	slot, add := c.temp(), &node{}
	if _, ok := t.(*syntax.Binary); ok && kind == syntax.BinaryKind && !c.unit.shell {
		c.appended = 1
	}
	first := c.to(t, slot, add)
	c.appended = 0
	add.run = func(m *Machine, s []term.Term) *node {
		switch v := s[slot]; kind {
		case syntax.ListKind:
			push(s, acc, v)
		case syntax.MapKind:
			pair, _ := v.Tuple()
			unboxed[*term.MapBuilder](s[acc]).Put(pair[0], pair[1])
		case syntax.BinaryKind:
			b, ok := v.Bits()
			if !ok {
				return m.notBits(v, at)
			}
			unboxed[*bitWriter](s[acc]).bits(b)
		}
		return next.run(m, s)
	}
	return first
}

// filter compiles a test; one that guards allow fails as a guard does, any other has to be true or false.
func (c *compiler) filter(e *syntax.Comprehension, qs []syntax.Expr, acc int, done *node) *node {
	q := qs[0]
	if c.isGuard(q) {
		test := c.guardTest(q)
		rest := c.qualifiers(e, qs[1:], acc, done)
		return &node{run: func(m *Machine, s []term.Term) *node {
			if test(m, s) {
				return rest.run(m, s)
			}
			return done
		}}
	}
	slot, hole, at := c.temp(), &node{}, c.filterSite(q)
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
	match part
	shell bool
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
		streams[i] = &stream{slot: c.temp(), kind: g.Kind, shell: c.unit.shell}
		hole := &node{}
		n := c.to(g.Source, streams[i].slot, c.mapSource(streams[i], g, len(gs) > 1, hole))
		if link == nil {
			first = n
		} else {
			link.run = n.run
		}
		link = hole
	}
	c.enterLoop(e, gs, rest, generatorsBefore(e, gs[0]))
	for _, g := range gs {
		c.shadowIn(g.Pattern)
	}
	for i, g := range gs { // one that binds what another of them binds too has to agree with it
		c.streamPattern(streams[i], g)
	}
	at := c.siteOf(gs[0])
	c.loopInfo.inner = at
	loop := &node{owner: c.unit.owner}
	var filters []check
	single := len(gs) == 1 && gs[0].Kind == syntax.ListKind && !gs[0].Strict
	for single && len(rest) > 0 && c.isFilter(rest[0]) && c.isGuard(rest[0]) {
		filters, rest = append(filters, c.checks(rest[0])...), rest[1:]
	}
	inner := c.qualifiers(e, rest, acc, loop)
	loop.run = func(m *Machine, s []term.Term) *node {
		if m.reds--; m.reds < 0 {
			return m.stop(Yielded, loop)
		}
		return advance(m, s, streams, gs, inner, loop, done, at)
	}
	if single {
		loop.run = listLoop(streams[0], filters, loop, inner, done, at).run
	}
	shell := c.unit.shell
	link.run = func(m *Machine, s []term.Term) *node {
		wrong := false
		for i, st := range streams {
			if bad := st.begin(s); !bad {
				continue
			}
			if len(streams) == 1 || st.kind == syntax.MapKind {
				return m.raiseReason(badGenerator(gs[i], s[st.slot]), at)
			}
			wrong = true
		}
		switch {
		case !wrong:
			return loop
		case shell && nothingLeft(streams, s):
			return done
		}
		return m.raiseReason(badGenerators(streams, s), at)
	}
	return first
}

// nothingLeft tells whether every stream is at an end as the interpreter sees it: the first at that of its own kind, the others at any.
func nothingLeft(streams []*stream, s []term.Term) bool {
	for i, st := range streams {
		v := st.left(s[st.slot])
		size, isMap := v.Map()
		isMap = isMap && size.Len() == 0
		own := [...]bool{syntax.ListKind: v.IsNil(), syntax.BinaryKind: isEmptyBits(v), syntax.MapKind: isMap}
		if !own[st.kind] && (i == 0 || !v.IsNil() && !isEmptyBits(v) && !isMap) {
			return false
		}
	}
	return true
}

// mapSource looks at what a map among generators that go together is made of, before the sources behind it are computed.
func (c *compiler) mapSource(st *stream, g *syntax.Generator, together bool, next *node) *node {
	if g.Kind != syntax.MapKind || !together {
		return next
	}
	at := c.siteOf(g)
	return &node{run: func(m *Machine, s []term.Term) *node {
		if _, ok := s[st.slot].Map(); !ok {
			return m.raiseReason(badGenerator(g, s[st.slot]), at)
		}
		return next.run(m, s)
	}}
}

// generatorsBefore counts the generators, those that go together as one, in front of one.
func generatorsBefore(e *syntax.Comprehension, g *syntax.Generator) int {
	n := 0
	for _, q := range e.Qualifiers {
		switch q := q.(type) {
		case *syntax.Generator:
			if q == g {
				return n
			}
			n++
		case *syntax.Zip:
			if q.Generators[0] == g {
				return n
			}
			n++
		}
	}
	return n
}

func (c *compiler) isFilter(q syntax.Expr) bool {
	switch q.(type) {
	case *syntax.Generator, *syntax.Zip:
		return false
	}
	return true
}

// listLoop is the loop of a single list generator, the common case, with the filters behind it that guards allow.
//
//go:noinline
func listLoop(st *stream, filters []check, loop, inner, done *node, at *site) *node {
	slot, match := st.slot, st.match
	var only test
	if len(filters) == 1 && filters[0].kind == checkTest {
		only, filters = filters[0].test, nil
	}
	return &node{run: func(m *Machine, s []term.Term) *node {
		for {
			if m.reds--; m.reds < 0 {
				return m.stop(Yielded, loop)
			}
			cell, ok := s[slot].Cons()
			if !ok {
				if s[slot].IsNil() {
					return done
				}
				return m.raiseReason(term.Tuple(term.Atom("bad_generator"), s[slot]), at)
			}
			s[slot] = cell.Tail
			if match.kind == partBind {
				s[match.slot] = cell.Head
			} else if !match.ok(m, s, cell.Head) {
				continue
			}
			if only != nil && !only(m, s) {
				continue
			}
			if len(filters) == 0 || allHold(m, s, filters) {
				return inner.run(m, s)
			}
		}
	}}
}

func badGenerator(g *syntax.Generator, v term.Term) term.Term {
	return term.Tuple(term.Atom("bad_generator"), v)
}

// badGenerators is the reason of generators that do not end together, or of which one is none: what is left of each.
func badGenerators(streams []*stream, s []term.Term) term.Term {
	left := make([]term.Term, len(streams))
	for i, st := range streams {
		left[i] = st.left(s[st.slot])
	}
	return term.Tuple(term.Atom("bad_generators"), term.Tuple(left...))
}

// left is what a stream has still to give: in the form in which it came, but of a map a compiled module has an iterator only.
func (st *stream) left(state term.Term) term.Term {
	if _, whole := state.Map(); st.kind != syntax.MapKind || whole {
		return state
	}
	if !st.shell {
		return iterator(state)
	}
	var b term.MapBuilder
	for c, ok := state.Cons(); ok; c, ok = c.Tail.Cons() {
		if pair, ok := c.Head.Tuple(); ok && len(pair) == 2 {
			b.Put(pair[0], pair[1])
		}
	}
	return b.Map().Term()
}

// iterator is a list of pairs in the form of what maps:next/1 takes apart.
func iterator(pairs term.Term) term.Term {
	var all [][]term.Term
	for c, ok := pairs.Cons(); ok; c, ok = c.Tail.Cons() {
		pair, _ := c.Head.Tuple()
		all = append(all, pair)
	}
	out := term.Atom("none")
	for _, pair := range slices.Backward(all) {
		out = term.Tuple(pair[0], pair[1], out)
	}
	return out
}

// advance takes one element of every stream.
func advance(m *Machine, s []term.Term, streams []*stream, gs []*syntax.Generator, inner, loop, done *node, at *site) *node {
	var few [4]term.Term
	before := few[:0]
	for _, st := range streams {
		before = append(before, s[st.slot])
	}
	wrong := func() *node {
		for i, st := range streams {
			s[st.slot] = before[i]
		}
		return m.raiseReason(badGenerators(streams, s), at)
	}
	ended, skip, tooShort := 0, false, false
	for i, st := range streams {
		v, state := st.step(m, s)
		switch state {
		case streamEnd:
			ended++
			if gs[i].Strict && st.kind == syntax.BinaryKind && len(streams) == 1 && s[st.slot] != term.EmptyBinary && !isEmptyBits(s[st.slot]) {
				return m.raiseReason(term.Tuple(atom.Badmatch, s[st.slot]), at)
			}
			if st.kind == syntax.BinaryKind {
				tooShort = tooShort || gs[i].Strict && !isEmptyBits(s[st.slot])
				if st.shell {
					before[i] = term.EmptyBinary // what is too short to match is taken too
				}
			}
			continue
		case streamBad:
			if len(streams) > 1 {
				return wrong()
			}
			return m.raiseReason(badGenerator(gs[i], s[st.slot]), at)
		case streamSkip:
			if gs[i].Strict {
				if len(streams) > 1 {
					return wrong()
				}
				return m.raiseReason(term.Tuple(atom.Badmatch, before[0]), at)
			}
			skip = true
			continue
		}
		if st.kind != syntax.BinaryKind && !st.match.ok(m, s, v) {
			if gs[i].Strict {
				if len(streams) > 1 {
					return wrong()
				}
				return m.raiseReason(term.Tuple(atom.Badmatch, v), at)
			}
			skip = true
		}
	}
	switch {
	case ended == len(streams) && !tooShort:
		return done
	case ended > 0:
		return wrong()
	case skip:
		return loop
	}
	return inner
}

func isEmptyBits(t term.Term) bool {
	b, ok := t.Bits()
	return ok && b.Len == 0
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
