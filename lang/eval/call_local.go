package eval

import (
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// localCall is the way to a function of the same module.
func (p *prepared) localCall(f *code.Function) *node {
	src := f.Source.(*source)
	self := &node{owner: p.site.ownerOf(), call: p}
	if len(p.args) == 1 {
		arg := p.args[0]
		self.run = func(m *Machine, s []term.Term) *node {
			if m.reds--; m.reds < 0 {
				return m.stop(Yielded, self)
			}
			v := arg(m, s)
			if v.None() {
				return m.pending(p.site)
			}
			b := src.body(f)
			from, end := m.from, m.end
			w := m.window(b.size)
			w[0] = v
			if b.quick != nil {
				if v := b.quick(m, w); !v.None() {
					m.from, m.end = from, end
					s[p.cont.dst] = v
					return p.cont.n
				}
			}
			m.frames = append(m.frames, frame{p.cont, from})
			m.s = w
			return b.entry
		}
		return self
	}
	if len(p.args) == 2 {
		p.localCall2(self, src, f)
		return self
	}
	self.run = func(m *Machine, s []term.Term) *node {
		if m.reds--; m.reds < 0 {
			return m.stop(Yielded, self)
		}
		b := src.body(f)
		from, end := m.from, m.end
		w := m.window(b.size)
		if !p.evaluate(m, s, w) {
			m.from, m.end = from, end
			return m.pending(p.site)
		}
		if b.quick != nil {
			if v := b.quick(m, w); !v.None() {
				m.from, m.end = from, end
				s[p.cont.dst] = v
				return p.cont.n
			}
		}
		m.frames = append(m.frames, frame{p.cont, from})
		m.s = w
		return b.entry
	}
	return self
}

func (p *prepared) localCall2(self *node, src *source, f *code.Function) {
	first, second := p.args[0], p.args[1]
	self.run = func(m *Machine, s []term.Term) *node {
		if m.reds--; m.reds < 0 {
			return m.stop(Yielded, self)
		}
		x := first(m, s)
		if x.None() {
			return m.pending(p.site)
		}
		y := second(m, s)
		if y.None() {
			return m.pending(p.site)
		}
		b := src.body(f)
		from, end := m.from, m.end
		w := m.window(b.size)
		w[0], w[1] = x, y
		if b.quick != nil {
			if v := b.quick(m, w); !v.None() {
				m.from, m.end = from, end
				s[p.cont.dst] = v
				return p.cont.n
			}
		}
		m.frames = append(m.frames, frame{p.cont, from})
		m.s = w
		return b.entry
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
		w := m.window(b.size)
		if !p.evaluate(m, s, w) {
			m.from, m.end = from, end
			return m.pending(p.site)
		}
		for i := arity; i < n; i++ {
			w[i] = s[i]
		}
		m.frames = append(m.frames, frame{p.cont, from})
		m.s = w
		return b.entry
	}
	return self
}

func (p *prepared) funCall1(self *node, b *body, n int) {
	arg := p.args[0]
	self.run = func(m *Machine, s []term.Term) *node {
		if m.reds--; m.reds < 0 {
			return m.stop(Yielded, self)
		}
		v := arg(m, s)
		if v.None() {
			return m.pending(p.site)
		}
		from := m.from
		w := m.window(b.size)
		w[0] = v
		for i := 1; i < n; i++ {
			w[i] = s[i]
		}
		m.frames = append(m.frames, frame{p.cont, from})
		m.s = w
		return b.entry
	}
}

// localTail is a tail call of another function of the module.
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
	var few [4]term.Term
	n := len(p.args)
	args := few[:]
	if n > len(few) {
		args = make([]term.Term, n)
	}
	if !p.evaluate(m, s, args) {
		return m.pending(p.site)
	}
	if b.quick == nil {
		w := m.again(b.size)
		copy(w, args[:n])
		m.s = w
		return b.entry
	}
	from, end := m.from, m.end
	w := m.window(b.size)
	copy(w, args[:n])
	if v := b.quick(m, w); !v.None() {
		m.from, m.end = from, end
		return m.ret(v)
	}
	copy(args, w[:n])
	m.from, m.end = from, end
	w = m.again(b.size)
	copy(w, args[:n])
	m.s = w
	return b.entry
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
			v := a(m, s)
			if v.None() {
				return m.pending(p.site)
			}
			s[0] = v
			return entry
		}
	case 2:
		a, b := p.args[0], p.args[1]
		self.run = func(m *Machine, s []term.Term) *node {
			if m.reds--; m.reds < 0 {
				return m.stop(Yielded, self)
			}
			v := a(m, s)
			if v.None() {
				return m.pending(p.site)
			}
			w := b(m, s)
			if w.None() {
				return m.pending(p.site)
			}
			s[0], s[1] = v, w
			return entry
		}
	case 3:
		a, b, c := p.args[0], p.args[1], p.args[2]
		self.run = func(m *Machine, s []term.Term) *node {
			if m.reds--; m.reds < 0 {
				return m.stop(Yielded, self)
			}
			v := a(m, s)
			if v.None() {
				return m.pending(p.site)
			}
			w := b(m, s)
			if w.None() {
				return m.pending(p.site)
			}
			x := c(m, s)
			if x.None() {
				return m.pending(p.site)
			}
			s[0], s[1], s[2] = v, w, x
			return entry
		}
	default:
		self.run = func(m *Machine, s []term.Term) *node {
			if m.reds--; m.reds < 0 {
				return m.stop(Yielded, self)
			}
			var few [8]term.Term
			args := few[:]
			if len(p.args) > len(few) {
				args = make([]term.Term, len(p.args))
			}
			if !p.evaluate(m, s, args) {
				return m.pending(p.site)
			}
			copy(s, args[:len(p.args)])
			return entry
		}
	}
	return self
}
