package eval

// The functions that make nodes are not inlined: in a copy of a closure that inlining makes, the compiler inlines nothing.

import (
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// localCall is the way to a function of the same module.
func (p *prepared) localCall(f *code.Function) *node {
	src := f.Source.(*source)
	self := &node{owner: p.site.ownerOf(), call: p}
	switch len(p.args) {
	case 1:
		p.localCall1(self, src, f)
		return self
	case 2:
		p.localCall2(self, src, f)
		return self
	}
	self.run = func(m *Machine, s []term.Term) *node {
		if m.reds--; m.reds < 0 {
			return m.stop(Yielded, self)
		}
		b := src.ready.Load()
		if b == nil {
			b = src.compile(f)
		}
		from, end := m.from, m.end
		w := m.enterAbove(s, b.size)
		if !p.evaluate(m, s, w) {
			m.from, m.end = from, end
			return m.pending(p.site)
		}
		return p.proceed(m, s, w, b, region{from, end})
	}
	return self
}

//go:noinline
func (p *prepared) localCall1(self *node, src *source, f *code.Function) {
	arg, k := p.args[0], p.cont
	self.run = func(m *Machine, s []term.Term) *node {
		if m.reds--; m.reds < 0 {
			return m.stop(Yielded, self)
		}
		b := src.ready.Load()
		if b == nil {
			b = src.compile(f)
		}
		var v term.Term
		switch arg.kind {
		case inSlot:
			v = s[arg.slot]
		case slotPlus:
			if x, ok := s[arg.slot].Int(); ok {
				if sum := x + arg.k; (sum > x) == (arg.k > 0) {
					v = term.Int(sum)
					break
				}
			}
			fallthrough
		default:
			if v = arg.code(m, s); v.None() {
				return m.pending(p.site)
			}
		}
		from, end := m.from, m.end
		var w []term.Term
		if n := len(s); n+b.size <= cap(s) { // enterAbove
			at := from.at + int32(n)
			m.from.at, m.end.at = at, at+int32(b.size)
			w = s[n : n+b.size]
		} else {
			w = m.nextChunk(b.size)
		}
		w[0] = v
		entry := b.entry
		if len(b.early) > 0 {
			v, rest := b.ends(m, w)
			if rest == nil {
				m.from, m.end = from, end
				s[k.dst] = v
				return k.n
			}
			entry = rest
		}
		m.frames = append(m.frames, frame{k, from})
		m.s = w
		return entry
	}
}

//go:noinline
func (p *prepared) localCall2(self *node, src *source, f *code.Function) {
	first, second, k := p.args[0], p.args[1], p.cont
	self.run = func(m *Machine, s []term.Term) *node {
		if m.reds--; m.reds < 0 {
			return m.stop(Yielded, self)
		}
		b := src.ready.Load()
		if b == nil {
			b = src.compile(f)
		}
		var x, y term.Term
		switch first.kind {
		case inSlot:
			x = s[first.slot]
		case slotPlus:
			if n, ok := s[first.slot].Int(); ok {
				if sum := n + first.k; (sum > n) == (first.k > 0) {
					x = term.Int(sum)
					break
				}
			}
			fallthrough
		default:
			if x = first.code(m, s); x.None() {
				return m.pending(p.site)
			}
		}
		if second.kind == inSlot {
			y = s[second.slot]
		} else if y = second.get(m, s); y.None() {
			return m.pending(p.site)
		}
		from, end := m.from, m.end
		var w []term.Term
		if n := len(s); n+b.size <= cap(s) { // enterAbove
			at := from.at + int32(n)
			m.from.at, m.end.at = at, at+int32(b.size)
			w = s[n : n+b.size]
		} else {
			w = m.nextChunk(b.size)
		}
		w[0], w[1] = x, y
		entry := b.entry
		if len(b.early) > 0 {
			v, rest := b.ends(m, w)
			if rest == nil {
				m.from, m.end = from, end
				s[k.dst] = v
				return k.n
			}
			entry = rest
		}
		m.frames = append(m.frames, frame{k, from})
		m.s = w
		return entry
	}
}

// callsItself reports whether a call in a named fun is one of that fun.
func (c *compiler) callsItself(e *syntax.Call) bool {
	v, ok := e.Callee.(*syntax.Var)
	if !ok || c.self < 0 || len(e.Args) != c.arity {
		return false
	}
	slot, ok := c.scope.slots[v.Name]
	return ok && slot == c.self
}

// funCall is a call of the running fun, whose captured values are in the slots from the arity up to n.
func (p *prepared) funCall(b *body, n int) *node {
	self := &node{owner: p.site.ownerOf(), call: p}
	arity := len(p.args)
	if arity == 1 {
		p.funCall1(self, b, n)
		return self
	}
	self.run = func(m *Machine, s []term.Term) *node {
		if m.reds--; m.reds < 0 {
			return m.stop(Yielded, self)
		}
		from, end := m.from, m.end
		w := m.enterAbove(s, b.size)
		if !p.evaluate(m, s, w) {
			m.from, m.end = from, end
			return m.pending(p.site)
		}
		for i := arity; i < n; i++ {
			w[i] = s[i]
		}
		return p.proceed(m, s, w, b, region{from, end})
	}
	return self
}

//go:noinline
func (p *prepared) funCall1(self *node, b *body, n int) {
	arg, k := p.args[0], p.cont
	self.run = func(m *Machine, s []term.Term) *node {
		if m.reds--; m.reds < 0 {
			return m.stop(Yielded, self)
		}
		var v term.Term
		switch arg.kind {
		case inSlot:
			v = s[arg.slot]
		case slotPlus:
			if x, ok := s[arg.slot].Int(); ok {
				if sum := x + arg.k; (sum > x) == (arg.k > 0) {
					v = term.Int(sum)
					break
				}
			}
			fallthrough
		default:
			if v = arg.code(m, s); v.None() {
				return m.pending(p.site)
			}
		}
		from, end := m.from, m.end
		var w []term.Term
		if top := len(s); top+b.size <= cap(s) { // enterAbove
			at := from.at + int32(top)
			m.from.at, m.end.at = at, at+int32(b.size)
			w = s[top : top+b.size]
		} else {
			w = m.nextChunk(b.size)
		}
		w[0] = v
		for i := 1; i < n; i++ {
			w[i] = s[i]
		}
		entry := b.entry
		if len(b.early) > 0 {
			v, rest := b.ends(m, w)
			if rest == nil {
				m.from, m.end = from, end
				s[k.dst] = v
				return k.n
			}
			entry = rest
		}
		m.frames = append(m.frames, frame{k, from})
		m.s = w
		return entry
	}
}

// localTail is a tail call of another function of the module.
//
//go:noinline
func (p *prepared) localTail(f *code.Function) *node {
	src := f.Source.(*source)
	self := &node{owner: p.site.ownerOf(), call: p}
	self.run = func(m *Machine, s []term.Term) *node {
		if m.reds--; m.reds < 0 {
			return m.stop(Yielded, self)
		}
		return p.becomeLocal(m, s, src.body(f))
	}
	return self
}

// becomeLocal is becomeBody for a function of the module, which captures nothing.
func (p *prepared) becomeLocal(m *Machine, s []term.Term, b *body) *node {
	if !b.quick {
		var few [8]term.Term
		args := above(s, len(p.args), &few)
		if !p.evaluate(m, s, args) {
			return m.pending(p.site)
		}
		w := m.again(b.size)
		copy(w, args)
		m.s = w
		return b.entry
	}
	return p.becomeQuick(m, s, &callable{body: b})
}

// selfCall is a tail call of the running function: a loop. The window stays.
func (p *prepared) selfCall(entry *node) *node {
	self := &node{owner: p.site.ownerOf(), call: p}
	switch len(p.args) {
	case 1:
		a := p.args[0]
		self.run = func(m *Machine, s []term.Term) *node {
			if m.reds--; m.reds < 0 {
				return m.stop(Yielded, self)
			}
			v := a.get(m, s)
			if v.None() {
				return m.pending(p.site)
			}
			s[0] = v
			return entry
		}
	case 2:
		p.selfCall2(self, entry)
	default:
		self.run = func(m *Machine, s []term.Term) *node {
			if m.reds--; m.reds < 0 {
				return m.stop(Yielded, self)
			}
			var few [8]term.Term
			args := above(s, len(p.args), &few)
			if !p.evaluate(m, s, args) {
				return m.pending(p.site)
			}
			copy(s, args)
			return entry
		}
	}
	return self
}

//go:noinline
func (p *prepared) selfCall2(self, entry *node) {
	a, b := p.args[0], p.args[1]
	self.run = func(m *Machine, s []term.Term) *node {
		if m.reds--; m.reds < 0 {
			return m.stop(Yielded, self)
		}
		var v, w term.Term
		switch a.kind {
		case inSlot:
			v = s[a.slot]
		case slotPlus:
			if x, ok := s[a.slot].Int(); ok {
				if sum := x + a.k; (sum > x) == (a.k > 0) {
					v = term.Int(sum)
					break
				}
			}
			fallthrough
		default:
			if v = a.code(m, s); v.None() {
				return m.pending(p.site)
			}
		}
		if b.kind == inSlot {
			w = s[b.slot]
		} else if w = b.get(m, s); w.None() {
			return m.pending(p.site)
		}
		s[0], s[1] = v, w
		return entry
	}
}
