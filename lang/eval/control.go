package eval

import (
	"slices"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// receive compiles a receive; body compiles what runs when a message, or the time-out, ends it.
func (c *compiler) receive(e *syntax.Receive, body func([]syntax.Expr) *node) *node {
	message, at := c.temp(), c.siteOf(e)
	fresh := c.freshReference(e)
	self := &node{owner: c.unit.owner}
	n := len(e.Clauses)
	options := make([]option, n)
	var after *node
	timeout, hole := -1, &node{}
	var first *node
	if e.Timeout != nil {
		timeout = c.temp()
		first = c.to(e.Timeout, timeout, hole)
		hole.run = checkTimeout(timeout, at, self).run
	}
	alternatives := n
	if e.Timeout != nil {
		alternatives++
	}
	c.branches(alternatives, "receive", e.Pos(), func(i int) {
		if i == n {
			after = body(e.After)
			return
		}
		options[i] = c.option(e.Clauses[i], message, false, func(b []syntax.Expr) *node {
			then := body(b)
			return &node{run: func(m *Machine, s []term.Term) *node {
				m.p.Accept()
				return then
			}}
		})
	})
	try := choice(options, &node{run: func(m *Machine, s []term.Term) *node { return self }})
	self.run = func(m *Machine, s []term.Term) *node {
		if fresh >= 0 {
			m.p.SkipTo(s[fresh])
		}
		if n > 0 {
			if m.reds--; m.reds < 0 {
				return m.stop(Yielded, self)
			}
			if v, ok := m.p.Next(); ok {
				s[message] = v
				return try
			}
		}
		if timeout < 0 {
			return m.wait(self, at)
		}
		return m.waitOrTimeOut(s, timeout, self, after, at)
	}
	if first == nil {
		return self
	}
	return first
}

// armed marks, in the slot of a time-out, that the timer runs already.
var armed = term.Atom("erlsh_timer_armed")

//go:noinline
func checkTimeout(slot int, at *site, next *node) *node {
	return &node{run: func(m *Machine, s []term.Term) *node {
		if v := s[slot]; v != atom.Infinity {
			ms, ok := v.Int()
			if !ok || ms < 0 || ms > 1<<32-1 {
				e := term.Error(atom.TimeoutValue)
				if at.shell { // where the interpreter asks the machine to wait
					e.Stack = term.List(stackFrame(term.Atom("prim_eval"), term.Atom("receive"), term.Int(2), term.Nil))
				}
				return m.raise(e, at)
			}
		}
		return next
	}}
}

func (m *Machine) waitOrTimeOut(s []term.Term, slot int, self, after *node, at *site) *node {
	switch v := s[slot]; v {
	case atom.Infinity:
		return m.wait(self, at)
	case armed:
		if !m.p.TimedOut() {
			return m.wait(self, at)
		}
	default:
		if ms, _ := v.Int(); ms > 0 {
			m.p.Arm(ms)
			s[slot] = armed
			return m.wait(self, at)
		}
	}
	m.p.Rewind()
	return after
}

// freshReference returns the slot of a bound variable that every clause of a receive demands at some place, which may hold a new
// reference: messages older than it need not be looked at. -1 when there is none.
func (c *compiler) freshReference(e *syntax.Receive) int {
	found := -1
	for i, cl := range e.Clauses {
		slot := -1
		if t, ok := cl.Patterns[0].(*syntax.Tuple); ok {
			for _, x := range t.Elements {
				if v, ok := x.(*syntax.Var); ok {
					if at, bound := c.scope.slots[v.Name]; bound && (i == 0 || at == found) {
						slot = at
						break
					}
				}
			}
		}
		if slot < 0 {
			return -1
		}
		found = slot
	}
	return found
}

// guarded compiles code that runs under a handler: enter pushes it, and leave, which the code goes on to, takes it off again.
// blind says that what is thrown ends there, and that nobody asks where it comes from.
func guarded(body *node, handle *node, blind bool) *node {
	return &node{run: func(m *Machine, s []term.Term) *node {
		m.handlers = append(m.handlers, handler{len(m.frames), s, m.from, handle, blind})
		return body
	}}
}

func leave(next *node) *node {
	return &node{run: func(m *Machine, s []term.Term) *node {
		m.handlers = m.handlers[:len(m.handlers)-1]
		return next
	}}
}

// catch compiles catch Expr.
func (c *compiler) catch(e *syntax.Catch, dst int, next *node) *node {
	before, flags := c.scope.clone(), copyNames(c.flags)
	body := c.to(e.Body, dst, leave(next))
	c.forget(before, "catch", e.Pos())
	undo := c.flagsSince(flags)
	return guarded(body, &node{run: func(m *Machine, s []term.Term) *node {
		unset(s, undo)
		x := m.caught()
		switch x.Class {
		case term.ClassThrow:
			s[dst] = x.Reason
		case term.ClassExit:
			s[dst] = term.Tuple(atom.ExitSignal, x.Reason)
		default:
			m.complete()
			s[dst] = term.Tuple(atom.ExitSignal, term.Tuple(x.Reason, m.exc.Stack))
		}
		return next
	}}, true)
}

func (m *Machine) caught() *term.Exception { return m.exc }

// forget makes what was bound since before unsafe.
func (c *compiler) forget(before scope, what string, p syntax.Position) {
	after := c.scope
	c.scope = before
	c.branchesUnsafe(after, what, p)
}

func (c *compiler) branchesUnsafe(after scope, what string, p syntax.Position) {
	now := c.scope
	c.branches(2, what, p, func(i int) {
		if i == 0 {
			c.scope = after
		} else {
			c.scope = now.clone()
		}
	})
}

// try compiles try ... of ... catch ... after ... end. The after part is compiled twice, for the way with and without an exception.
//
// last compiles the clauses behind of and catch: in tail position these are; nil: their value goes into slot dst.
func (c *compiler) try(e *syntax.Try, dst int, next *node, last func([]syntax.Expr) *node) *node {
	before := c.scope.clone()
	done := next
	if len(e.After) > 0 {
		c.scope = before.clone()
		done = c.sequence(e.After, func(x syntax.Expr) *node { return c.to(x, c.temp(), next) })
		c.scope = before.clone()
		done = leave(done)
	}
	to := func(x syntax.Expr) *node { return c.to(x, dst, done) }
	finish := last
	if finish == nil {
		finish = func(body []syntax.Expr) *node { return c.sequence(body, to) }
	}
	var whole *node
	flags := copyNames(c.flags)
	inner := c.tryBody(e, dst, done, finish)
	undo := c.flagsSince(flags)
	c.scope = before.clone()
	whole = inner
	if len(e.Catch) > 0 {
		handle := c.catchClauses(e, finish)
		whole = guarded(inner, &node{run: func(m *Machine, s []term.Term) *node {
			unset(s, undo)
			return handle.run(m, s)
		}}, takesThrows(e.Catch, before))
	}
	if len(e.After) > 0 {
		whole = guarded(whole, c.afterFailure(e), false)
	}
	c.scope = before
	c.markTry(e)
	return whole
}

// markTry makes what the parts of a try bind unsafe behind it.
func (c *compiler) markTry(e *syntax.Try) {
	syntax.Walk(e, func(x syntax.Expr) bool {
		switch x := x.(type) {
		case *syntax.Fun:
			return false
		case *syntax.Var:
			if _, bound := c.scope.slots[x.Name]; !bound && x.Name != "_" {
				c.scope.unsafe[x.Name] = "'try' " + place(e.Position)
			}
		}
		return true
	})
}

func (c *compiler) tryBody(e *syntax.Try, dst int, done *node, finish func([]syntax.Expr) *node) *node {
	catching := len(e.Catch) > 0
	if len(e.Of) == 0 {
		end := done
		if catching {
			end = leave(done)
		}
		return c.sequence(e.Body, func(x syntax.Expr) *node { return c.to(x, dst, end) })
	}
	slot, hole := c.temp(), &node{}
	first := c.sequence(e.Body, func(x syntax.Expr) *node { return c.to(x, slot, hole) })
	at := c.siteOf(e)
	none := &node{run: func(m *Machine, s []term.Term) *node {
		return m.raiseReason(term.Tuple(atom.TryClause, s[slot]), at)
	}}
	of := c.alternatives(e.Of, "try", e.Pos(), slot, none, finish)
	hole.run = of.run
	if catching {
		hole.run = leave(of).run
	}
	return first
}

// catchClauses compiles the clauses that a caught exception tries; one that none takes goes on. The stack trace is made only where a
// clause asks for it.
func (c *compiler) catchClauses(e *syntax.Try, finish func([]syntax.Expr) *node) *node {
	slot := c.temp()
	c.temp()
	c.temp() // class, reason and stack trace, side by side
	wanted := wantsTrace(e.Catch)
	none := &node{run: func(m *Machine, s []term.Term) *node {
		m.exc = m.handling
		return m.cut()
	}}
	clauses := c.alternatives(e.Catch, "try", e.Pos(), slot, none, finish)
	return &node{run: func(m *Machine, s []term.Term) *node {
		if wanted {
			m.complete()
			s[slot+2] = m.exc.Stack
		}
		m.handling = m.exc
		s[slot], s[slot+1] = m.exc.Class, m.exc.Reason
		return clauses.run(m, s)
	}}
}

// wantsTrace reports whether a catch clause asks for the stack trace.
func wantsTrace(clauses []*syntax.Clause) bool {
	return slices.ContainsFunc(clauses, func(cl *syntax.Clause) bool {
		v, ok := cl.Patterns[2].(*syntax.Var)
		return !ok || v.Name != "_"
	})
}

// takesThrows reports whether a catch clause takes whatever is thrown, and none asks for the stack trace.
func takesThrows(clauses []*syntax.Clause, before scope) bool {
	return !wantsTrace(clauses) && slices.ContainsFunc(clauses, func(cl *syntax.Clause) bool {
		class, fixed := cl.Patterns[0].(*syntax.Literal)
		every, isVar := cl.Patterns[0].(*syntax.Var)
		v, open := cl.Patterns[1].(*syntax.Var)
		if !open || len(cl.Guards) > 0 {
			return false
		}
		_, bound := before.slots[v.Name]
		return !bound && (fixed && class.Value == term.ClassThrow || isVar && every.Name == "_")
	})
}

func (m *Machine) reraise(class, reason, stack term.Term) *node {
	return m.raise(&term.Exception{Class: class, Reason: reason, Stack: stack, Complete: true}, nil)
}

// afterFailure runs the after part and raises the exception again.
func (c *compiler) afterFailure(e *syntax.Try) *node {
	slot := c.temp()
	c.temp()
	c.temp()
	before := c.scope.clone()
	after := c.sequence(e.After, func(x syntax.Expr) *node {
		return c.to(x, c.temp(), &node{run: func(m *Machine, s []term.Term) *node { return m.reraise(s[slot], s[slot+1], s[slot+2]) }})
	})
	c.scope = before
	return &node{run: func(m *Machine, s []term.Term) *node {
		m.complete()
		s[slot], s[slot+1], s[slot+2] = m.exc.Class, m.exc.Reason, m.exc.Stack
		return after
	}}
}

// maybe compiles maybe ... else ... end.
func (c *compiler) maybe(e *syntax.Maybe, dst int, next *node) *node {
	before := c.scope.clone()
	failed := &node{} // the value that did not match is in dst
	if e.Else == nil {
		failed = next
	} else {
		at := c.siteOf(e)
		none := &node{run: func(m *Machine, s []term.Term) *node {
			return m.raiseReason(term.Tuple(term.Atom("else_clause"), s[dst]), at)
		}}
		failed = c.alternatives(e.Else, "maybe", e.Pos(), dst, none, func(b []syntax.Expr) *node {
			return c.sequence(b, func(x syntax.Expr) *node { return c.to(x, dst, next) })
		})
		c.scope = before.clone()
	}
	var first, link *node
	for i, x := range e.Body {
		hole := &node{}
		to, then := dst, hole
		if i == len(e.Body)-1 {
			then = next
		}
		var n *node
		if q, ok := x.(*syntax.MaybeMatch); ok {
			n = c.maybeMatch(q, to, then, failed)
		} else {
			n = c.to(x, to, then)
		}
		if link == nil {
			first = n
		} else {
			link.run = n.run
		}
		link = hole
	}
	c.forget(before, "maybe", e.Pos())
	return first
}

func (c *compiler) maybeMatch(e *syntax.MaybeMatch, dst int, next, failed *node) *node {
	hole := &node{}
	first := c.to(e.Value, dst, hole)
	before := c.boundNames()
	p := c.pattern(e.Pattern)
	next = c.flagged(c.freshNames(before), next)
	hole.run = func(m *Machine, s []term.Term) *node {
		if p.ok(m, s, s[dst]) {
			return next
		}
		return failed
	}
	return first
}
