package eval

import (
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/term"
)

// CallTracer is told of the calls of a machine. While it has one a machine stops in front of every call, as it does when a slice of
// reductions is over; one without does not know of any of this.
type CallTracer interface {
	// Call is told of a call that is about to happen; local is set for one that does not name the module. The answer says what to
	// tell of its end, nil for nothing. args is valid during the call only.
	Call(f code.MFA, args []term.Term, local bool) *Ending
	// Returned is told of the value of a call.
	Returned(e *Ending, value term.Term)
	// Raised is told of a call that ends with an exception.
	Raised(e *Ending, x *term.Exception)
	// ReturnedTo is told where a call returned to; false for nowhere that is known.
	ReturnedTo(f code.MFA, ok bool)
}

// Ending is what is to be told of the end of a call.
type Ending struct {
	Function code.MFA
	Value    bool // its value
	Failure  bool // the exception with which it ends
	Target   bool // where it returns to
}

// Caller is where a call comes from.
type Caller struct {
	code.MFA
	File string // "" where it is not known
	Line int
}

// traced is what a frame has whose end is to be told of: what it was before, and of which call.
type traced struct {
	inner  *cont
	ending *Ending
}

// TraceCalls gives the machine a tracer, or takes it away with nil. It may be called by the goroutine that runs the machine only.
func (m *Machine) TraceCalls(t CallTracer) {
	if m.calls == nil {
		m.reds = 0 // what runs sees it at its next call
	}
	m.calls = t
}

// Caller returns where the call comes from of which the tracer is being told.
func (m *Machine) Caller() (Caller, bool) {
	s := m.callSite
	if s == nil {
		return Caller{}, false
	}
	top, _ := framesOf([]*site{s}, 1)[0].Tuple()
	arity, _ := top[2].Int()
	c := Caller{MFA: code.MFA{Module: top[0], Name: top[1], Arity: int(arity)}}
	if !s.shell {
		c.File, c.Line = s.file, s.line
	}
	return c, true
}

// runTraced is Run with a tracer. It goes from call to call.
func (m *Machine) runTraced(reductions int) Outcome {
	m.reds = 0
	n := m.n
	for {
		for n != nil {
			n = n.run(m, m.s)
		}
		if m.outcome != Yielded {
			return m.outcome
		}
		if reductions += min(m.reds, 0); reductions <= 0 || m.calls == nil || m.aborted {
			return Yielded
		}
		at := m.n
		m.reds = 1 // for the one call in front of which the machine stands
		if at.call == nil {
			n = at.run(m, m.s)
		} else {
			n = m.traceCall(at)
		}
		m.reds = min(m.reds, 0)
	}
}

// traceCall tells of the call that a node makes and makes it.
func (m *Machine) traceCall(at *node) *node {
	p, s := at.call, m.s
	f, ok := p.resolve(m, s)
	if !ok || f.fail != nil {
		return at.run(m, s)
	}
	args := make([]term.Term, len(p.args))
	if !p.evaluate(m, s, args) {
		return at.run(m, s)
	}
	top := len(m.frames) - 1
	if m.callSite = p.site; p.site.tail || p.cont == nil {
		m.callSite = m.frames[top].c.site
	}
	e := m.tellCall(&f, args, p.function != nil || p.entry == nil && p.module == nil && !isExternal(&f), p)
	if e == nil {
		return at.run(m, s)
	}
	if p.site.tail || p.cont == nil {
		m.watch(top, e)
		return at.run(m, s)
	}
	next := at.run(m, s)
	switch {
	case m.calls == nil:
	case len(m.frames) == top+2 && m.frames[top+1].c == p.cont:
		m.watch(top+1, e)
	case f.native != nil && next == p.cont.n && next != nil:
		m.ended(e, m.s[p.cont.dst], p.cont)
	case f.native != nil && m.exc != nil && next != p.cont.n:
		m.calls.Raised(e, m.exc)
	}
	return next
}

// isExternal reports whether what was called is fun M:F/A.
func isExternal(f *callable) bool {
	x, ok := f.self.Fun()
	return !ok || x.External
}

// tellCall tells of a call of what was found.
func (m *Machine) tellCall(f *callable, args []term.Term, local bool, p *prepared) *Ending {
	var name code.MFA
	switch x, isFun := f.self.Fun(); {
	case f.native != nil:
		name = code.MFA{Module: f.native.Module, Name: f.native.Name, Arity: f.native.Arity}
	case isFun:
		name = code.MFA{Module: x.Module, Name: x.Name, Arity: len(args) + len(f.env)}
		args = append(args, f.env...)
		local = true
	case p != nil && p.function != nil:
		name = code.MFA{Module: p.function.Module, Name: p.function.Name, Arity: p.function.Arity}
	case f.body != nil && f.body.of != nil:
		name = code.MFA{Module: f.body.of.Module, Name: f.body.of.Name, Arity: f.body.of.Arity}
	default:
		return nil
	}
	return m.calls.Call(name, args, local)
}

// entered tells of a call that no node makes: by a native, or the first of a process. Its frame is on top already.
func (m *Machine) entered(f *callable, args []term.Term) {
	if f.fail != nil {
		return
	}
	top := len(m.frames) - 1
	m.callSite = m.frames[top].c.site
	if e := m.tellCall(f, append([]term.Term(nil), args...), false, nil); e != nil {
		m.watch(top, e)
	}
}

// watch has the end of the call told that returns to a frame.
func (m *Machine) watch(frame int, e *Ending) {
	inner := m.frames[frame].c
	c := &cont{dst: inner.dst, size: inner.size, site: inner.site, traced: &traced{inner, e}}
	c.n = &node{run: func(m *Machine, s []term.Term) *node {
		if m.calls != nil {
			m.ended(e, s[inner.dst], inner)
		}
		return inner.n
	}}
	m.frames[frame].c = c
}

// ended tells of the value of a call.
func (m *Machine) ended(e *Ending, v term.Term, to *cont) {
	if e.Value {
		m.calls.Returned(e, v)
	}
	if e.Target && to.traced == nil && m.calls != nil { // otherwise it returns to where the other call returns to
		m.callSite = to.site
		c, ok := m.Caller()
		m.calls.ReturnedTo(c.MFA, ok)
	}
}

// finishTraced tells of the ends of the calls that the bottom frame of a Begin stands for.
func (m *Machine) finishTraced(v term.Term) {
	for c := m.frames[len(m.frames)-1].c; c.traced != nil && m.calls != nil; c = c.traced.inner {
		m.ended(c.traced.ending, v, c.traced.inner)
	}
}

// unwindTraced tells of the calls that end with the pending exception: those of the frames from floor on.
func (m *Machine) unwindTraced(floor int) {
	for i := len(m.frames) - 1; i >= floor && i >= 0; i-- {
		for c := m.frames[i].c; c.traced != nil; c = c.traced.inner {
			if c.traced.ending.Failure && m.calls != nil {
				m.calls.Raised(c.traced.ending, m.exc)
			}
		}
	}
}
