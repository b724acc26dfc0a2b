// Package eval compiles syntax trees and runs them.
//
// A function becomes a graph of nodes, Go closures that do one thing and name the next. A Machine runs them on a stack of its own:
// windows of slots for the variables, frames for calls that will return, handlers for try and catch. So a process can stop anywhere,
// recursion is limited by memory only, and a tail call leaves nothing behind.
//
// Module compiles a module, Exprs what was typed at a prompt; Machine.Begin and Machine.Run run functions.
package eval

import (
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/term"
)

// node does one thing and returns what comes next; nil stops the machine, whose outcome says why.
type node struct {
	run   func(m *Machine, s []term.Term) *node
	owner *code.Module // of a node at which the machine may stop: the module whose code goes on there
	call  *prepared    // of a node that calls: for a tracer
}

// simple computes a value without calling anything that could wait. The zero Term means that m.exc is pending.
type simple func(m *Machine, s []term.Term) term.Term

// Outcome says why Run returned.
type Outcome uint8

// The outcomes of Run.
const (
	Yielded Outcome = iota // the slice is over
	Waiting                // a receive has no message to take
	Done                   // the innermost Begin has a value
	Raised                 // the innermost Begin ended with an exception
)

// cont is what a call site does with the value of its call: it goes into slot dst of the caller's window, which has size slots, and then
// comes n. It is one for all calls from that place.
type cont struct {
	n    *node
	dst  int
	size int32
	site *site

	traced *traced // set where the end of the call is to be told of
}

// bottom lies under the first call of a Begin.
var bottom = &cont{dst: -1}

// frame is a call that will return: what comes then, and where the window of the caller begins.
type frame struct {
	c    *cont
	from mark
}

// mark is a place on the stack of windows: where the window of the running function begins.
type mark struct{ chunk, at int32 }

// handler is an open try or catch: where to go when something is raised.
type handler struct {
	frames int
	s      []term.Term
	from   mark
	n      *node
	blind  bool // see guarded
}

// base separates nested Begins: what was there before, and what went on then.
type base struct {
	frames, handlers int
	n                *node
	s                []term.Term
	from             mark
}

// traceDepth is the length of stack traces, as OTP's backtrace_depth is by default.
const traceDepth = 8

// Machine is the state of one running program. The zero Machine is ready.
type Machine struct {
	s        []term.Term
	n        *node // where Run goes on
	p        code.Process
	reds     int
	outcome  Outcome
	aborted  bool  // see Abort
	waits    *site // after Waiting: what waits
	value    term.Term
	exc      *term.Exception
	*failure                 // nil until the first exception
	handling *term.Exception // what the catch clauses that are tried have caught
	frames   []frame
	handlers []handler
	chunks   [][]term.Term
	from     mark // of the running window
	end      mark // behind the running window
	bases    []base
	grown    []byte     // the last binary built with room behind it
	calls    CallTracer // nil for nearly all
	callSite *site      // where the call comes from of which calls is being told

	// What most processes need of frames, chunks and bases lies here, so that to start one takes fewer allocations.
	frames0 [1]frame
	chunks0 [1][]term.Term
	bases0  [1]base
}

// Begin pushes a call of a fun on top of what runs; Run then goes on until it has returned. The arguments are copied. The error is an
// *term.Exception: badfun, badarity or undef.
func (m *Machine) Begin(p code.Process, fun term.Term, args []term.Term) error {
	m.p = p
	f, ok := fun.Fun()
	if !ok {
		return term.Error(term.Tuple(atom.Badfun, fun))
	}
	if f.Arity != len(args) {
		return term.Error(term.Tuple(atom.Badarity, term.Tuple(fun, term.List(args...))))
	}
	if f.External {
		target := functionOf(p, f)
		if target == nil {
			return undefined(f.Module, f.Name, args)
		}
		m.BeginFunction(p, target, args)
		return nil
	}
	if target, ok := f.Code.(*code.Function); ok && !purged(target) {
		m.BeginFunction(p, target, args)
		return nil
	}
	b, ok := f.Code.(*body)
	if !ok || b.gone() {
		return term.Error(term.Tuple(atom.Badfun, fun))
	}
	m.push()
	w := m.window(b.size)
	copy(w, args)
	b.capture(w[len(args):], f.Env, fun)
	m.s, m.n = w, b.entry
	return nil
}

// Quick calls a fun that takes no machine to run: one whose value is a simple expression. False for all others, when it fails, and when
// the slice is over: Begin and Run know what to make of that.
func (m *Machine) Quick(fun term.Term, args []term.Term) (term.Term, bool) {
	f, ok := fun.Fun()
	if !ok || f.Arity != len(args) || m.calls != nil {
		return term.None, false
	}
	b, env := m.quickBody(f)
	if b == nil || !b.quick || b.gone() {
		return term.None, false
	}
	m.reds--
	from, end := m.from, m.end
	w := m.window(b.size)
	//lint:ignore S1001 quicker than copy for few
	for i, v := range args {
		w[i] = v
	}
	if env {
		b.capture(w[len(args):], f.Env, fun)
	}
	v, _ := b.ends(m, w)
	m.from, m.end = from, end
	return v, !v.None()
}

// quickBody returns the body of a fun if it is compiled, and whether it has something captured.
func (m *Machine) quickBody(f *term.Fun) (b *body, env bool) {
	switch c := f.Code.(type) {
	case *body:
		return c, true
	case *code.Function:
		if !purged(c) {
			b, _ = c.Body.Load().(*body)
		}
		return b, false
	case *code.Entry:
		if target := c.Function(); target != nil {
			b, _ = target.Body.Load().(*body)
		}
		return b, false
	}
	return nil, false
}

// functionOf finds the function that an external fun means; nil when there is none.
func functionOf(p code.Process, f *term.Fun) *code.Function {
	if e, ok := f.Code.(*code.Entry); ok {
		return p.Code().Resolve(e)
	}
	return p.Code().Lookup(f.Module, f.Name, f.Arity)
}

// BeginFunction pushes a call of a function on top of what runs.
func (m *Machine) BeginFunction(p code.Process, f *code.Function, args []term.Term) {
	m.p = p
	m.push()
	if b, ok := f.Body.Load().(*body); ok && m.calls == nil {
		w := m.window(b.size)
		copy(w, args)
		m.s, m.n = w, b.entry
		return
	}
	w := m.window(len(args))
	copy(w, args)
	m.s = w
	m.n = &node{run: func(m *Machine, s []term.Term) *node { return m.enter(f, s[:len(args)]) }}
}

// push saves what runs and puts a frame under the new call that ends Run.
func (m *Machine) push() {
	if m.bases == nil {
		m.frames, m.chunks, m.bases = m.frames0[:0], m.chunks0[:0], m.bases0[:0]
	}
	m.bases = append(m.bases, base{len(m.frames), len(m.handlers), m.n, m.s, m.from})
	m.frames = append(m.frames, frame{c: bottom})
	m.from = m.end
}

// Run runs until the innermost Begin is Done or Raised, or the slice of reductions is over, or a receive has to wait.
func (m *Machine) Run(p code.Process, reductions int) Outcome {
	m.p, m.reds, m.outcome = p, reductions, Yielded
	if m.calls != nil {
		return m.runTraced(reductions)
	}
	for n := m.n; n != nil; {
		n = n.run(m, m.s)
	}
	return m.outcome
}

// stop ends Run; n is where it goes on.
func (m *Machine) stop(o Outcome, n *node) *node {
	m.outcome, m.n = o, n
	return nil
}

// wait ends Run until there is a message; n is where it goes on, at what waits.
func (m *Machine) wait(n *node, at *site) *node {
	m.waits = at
	return m.stop(Waiting, n)
}

// pop leaves the innermost Begin.
func (m *Machine) pop() {
	b := m.bases[len(m.bases)-1]
	m.bases[len(m.bases)-1] = base{}
	m.bases = m.bases[:len(m.bases)-1]
	m.frames, m.handlers = m.frames[:b.frames], m.handlers[:b.handlers]
	m.n, m.s, m.from = b.n, b.s, b.from
	m.end = m.behind(b.s)
}

// behind returns the mark after the window s, which is the running one.
func (m *Machine) behind(s []term.Term) mark {
	return mark{m.from.chunk, m.from.at + int32(len(s))}
}

// Value returns the result after Done.
func (m *Machine) Value() term.Term { return m.value }

// Exception returns the exception after Raised, its stack trace filled in.
func (m *Machine) Exception() *term.Exception { return m.exc }

// Spend charges reductions, for natives that run long.
func (m *Machine) Spend(n int) { m.reds -= n }

// lasted ends the slice at the next call when it has lasted long: a native without a process cannot say how long it takes.
func (m *Machine) lasted() {
	if m.p.Hurried() {
		m.reds = min(m.reds, 0)
	}
}

// Left returns what is left of the reductions that Run was given.
func (m *Machine) Left() int { return m.reds }

// Refill begins a new slice inside a native.
func (m *Machine) Refill(reductions int) { m.reds = reductions }

// Abort has everything that runs end: exceptions are no longer caught, and the slice is over at the next call. Reset completes it.
func (m *Machine) Abort() { m.aborted, m.reds = true, 0 }

// Reset drops everything that runs. No native may be under way.
func (m *Machine) Reset() {
	for len(m.bases) > 0 {
		m.pop()
	}
	m.aborted = false
}

// forget drops all that the innermost Begin has called, and its handlers: what is called next is called in its place.
func (m *Machine) forget() {
	b := m.bases[len(m.bases)-1]
	m.frames, m.handlers = m.frames[:b.frames+1], m.handlers[:b.handlers]
	m.from = b.from
	m.end = m.behind(b.s)
	m.from = m.end
}

// Depth returns how many Begins are under way.
func (m *Machine) Depth() int { return len(m.bases) }

// Unwind drops the innermost Begin with all it called.
func (m *Machine) Unwind() {
	if len(m.bases) > 0 {
		m.pop()
	}
}

// Park is called when the process starts to wait: it clears what is above the running window, so that dead terms are not kept. One
// small chunk above stays, for a process that goes up and down at the edge of a chunk.
func (m *Machine) Park() {
	if len(m.chunks) == 0 {
		return
	}
	clearUsed(m.chunks[m.end.chunk][m.end.at:])
	next := int(m.end.chunk) + 1
	if next < len(m.chunks) && len(m.chunks[next]) <= keptChunk {
		clearUsed(m.chunks[next])
		next++
	}
	clear(m.chunks[min(next, len(m.chunks)):])
	m.chunks = m.chunks[:min(next, len(m.chunks))]
	m.grown = nil
}

// Weigh puts what the program holds on a scale, and returns how many words its stack has. What lies in slots that are free counts too:
// the collector keeps it.
func (m *Machine) Weigh(s *term.Scale) (stack int64) {
	for i, c := range m.chunks {
		s.Bytes += int64(len(c)) * 16
		switch at := int(m.end.chunk); {
		case i < at:
			stack += int64(len(c))
		case i == at:
			stack += int64(m.end.at)
		}
		for _, t := range c {
			if !t.None() {
				s.Add(t)
			}
		}
	}
	for _, t := range []term.Term{m.value, m.pendingReason()} {
		if !t.None() {
			s.Add(t)
		}
	}
	s.Bytes += int64(cap(m.frames))*frameBytes + int64(cap(m.handlers))*56 + int64(cap(m.grown))
	return stack + int64(len(m.frames))
}

func (m *Machine) pendingReason() term.Term {
	if m.exc == nil {
		return term.None
	}
	return m.exc.Reason
}

// clearUsed clears slots up to a long stretch of empty ones, behind which nothing has been since the last time.
func clearUsed(s []term.Term) {
	for len(s) > 0 {
		n := min(len(s), emptyStretch)
		used := false
		for i := range s[:n] {
			if !s[i].None() {
				used = true
				s[i] = term.None
			}
		}
		if !used {
			return
		}
		s = s[n:]
	}
}

const (
	firstChunk = 16
	lastChunk  = 16 << 10
	// keptChunk is the largest chunk that a waiting process keeps unused.
	keptChunk = 64
	// emptyStretch is how many empty slots in a row mean that the rest is empty.
	emptyStretch = 64
	frameBytes   = 16
)

// window returns size slots behind the running window, which becomes m.from's. The capacity of a window goes to the end of its chunk: what
// is behind it is free, as far as it is the running one.
func (m *Machine) window(size int) []term.Term {
	e := m.end
	if len(m.chunks) > 0 && int(e.at)+size <= len(m.chunks[e.chunk]) {
		m.from = e
		m.end.at += int32(size)
		return m.chunks[e.chunk][e.at : int(e.at)+size]
	}
	return m.nextChunk(size)
}

// enterAbove is window where s is the running window.
func (m *Machine) enterAbove(s []term.Term, size int) []term.Term {
	n := len(s)
	if end := n + size; end <= cap(s) {
		at := m.from.at + int32(n)
		m.from.at, m.end.at = at, at+int32(size)
		return s[n:end]
	}
	return m.nextChunk(size)
}

func (m *Machine) nextChunk(size int) []term.Term {
	if n := cap(m.frames); n > muchAtOnce/frameBytes && len(m.frames) > n/10*9 && !m.p.Room(int64(n)*frameBytes*3/2) {
		m.p.Exhaust()
	}
	next := 0
	want := firstChunk
	if len(m.chunks) > 0 {
		next = int(m.end.chunk) + 1
		want = min(2*len(m.chunks[next-1]), lastChunk)
	}
	if next == len(m.chunks) {
		m.chunks = append(m.chunks, make([]term.Term, max(want, size)))
	} else if len(m.chunks[next]) < size {
		m.chunks[next] = make([]term.Term, max(want, size))
	}
	m.from = mark{int32(next), 0}
	m.end = mark{int32(next), int32(size)}
	return m.chunks[next][:size]
}

// again makes the running window one of size slots, for a tail call: its old contents are dead.
func (m *Machine) again(size int) []term.Term {
	c := m.chunks[m.from.chunk]
	if at := int(m.from.at); at+size <= len(c) {
		m.end = mark{m.from.chunk, int32(at + size)}
		return c[at : at+size]
	}
	m.end = m.from
	return m.nextChunk(size)
}

// ret returns a value to the caller.
func (m *Machine) ret(v term.Term) *node {
	at := len(m.frames) - 1
	f := &m.frames[at]
	c := f.c
	if c.dst < 0 {
		return m.finish(v)
	}
	m.from = f.from
	end := f.from.at + c.size
	m.end = mark{f.from.chunk, end}
	s := m.chunks[f.from.chunk][f.from.at:end]
	m.s = s
	s[c.dst] = v
	m.frames = m.frames[:at]
	return c.n
}

func (m *Machine) finish(v term.Term) *node {
	if m.calls != nil {
		m.finishTraced(v)
	}
	m.value = v
	m.pop()
	m.outcome = Done
	return nil
}

// enter starts a function on arguments that lie in a window of their own already, as a tail call of it.
func (m *Machine) enter(f *code.Function, args []term.Term) *node {
	c := ofFunction(f)
	if m.calls != nil {
		m.entered(&c, args)
	}
	return (&prepared{}).become(m, &c, args)
}

func callNative(m *Machine, f *code.Function, args []term.Term) (term.Term, error) {
	if f.Pure != nil {
		v, err := f.Pure(args)
		m.lasted()
		return checked(f, v, err)
	}
	v, err := f.Native(m.p, args)
	m.lasted()
	return checked(f, v, err)
}

// checked turns a success without a value into the error that it is.
func checked(f *code.Function, v term.Term, err error) (term.Term, error) {
	if err == nil && v.None() {
		return v, term.Error(term.Tuple(term.Atom("native_returned_nothing"), f.Module, f.Name, term.Int(int64(f.Arity))))
	}
	return v, err
}
