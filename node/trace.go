package node

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/matchspec"
	"github.com/erlsh/erlsh/lang/term"
)

// What a process may be traced for, and how it is told.
const (
	traceSend uint32 = 1 << iota
	traceReceived
	traceProcs
	traceCalls
	traceReturnTo
	traceSilent  // calls are not told of
	traceArity   // calls are told of with the number of their arguments
	traceRunning // when it gets a turn and when that ends
	traceExiting
	tracePorts
	traceGC
	traceTimestamp
	traceMonotonic
	traceStrict
	traceCPU
	traceOnSpawn      // those it starts are traced as well
	traceOnFirstSpawn // only the first of them
	traceOnLink       // those it links to are traced as well
	traceOnFirstLink

	traceStamped = traceTimestamp | traceMonotonic | traceStrict
)

// tracer is who is told what a process does. Nothing is written to it once it is in use.
type tracer struct {
	to    *Process
	flags uint32
}

// tracing is what a node knows of tracing as a whole.
type tracing struct {
	mu        sync.Mutex               // held by those who change what follows
	calls     atomic.Pointer[patterns] // which calls are told of; nil for none
	counts    atomic.Pointer[counts]   // which calls are counted; nil for none
	sends     atomic.Pointer[eventPattern]
	receives  atomic.Pointer[eventPattern]
	newcomers atomic.Pointer[tracer] // of processes to be
	used      atomic.Bool            // somebody has been traced
	word      atomic.Int64           // the trace control word
}

// eventPattern says which messages are told of: none without a program when none is set, all with none otherwise.
type eventPattern struct {
	none    bool
	program *matchspec.Program
}

var (
	atomTrace         = term.Atom("trace")
	atomTraceStamped  = term.Atom("trace_ts")
	atomSendEvent     = term.Atom("send")
	atomSendToNobody  = term.Atom("send_to_non_existing_process")
	atomReceiveEvent  = term.Atom("receive")
	atomSpawnEvent    = term.Atom("spawn")
	atomSpawnedEvent  = term.Atom("spawned")
	atomLinkEvent     = term.Atom("link")
	atomUnlinkEvent   = term.Atom("unlink")
	atomLinkedEvent   = term.Atom("getting_linked")
	atomUnlinkedEvent = term.Atom("getting_unlinked")
	atomRegister      = term.Atom("register")
	atomUnregister    = term.Atom("unregister")
	atomInEvent       = term.Atom("in")
	atomOutEvent      = term.Atom("out")
)

// trace tells the tracer, if there is one, what the process does.
func (p *Process) trace(kind uint32, event, about term.Term) {
	if p.extra == nil || p.extra.tracer == nil || p.extra.tracer.flags&kind == 0 {
		return
	}
	p.traced(event, about)
}

func (p *Process) traced(event term.Term, about ...term.Term) {
	p.tellTracer(p.extra.tracer, event, about...)
}

// tellTracer tells a tracer what the process does.
func (p *Process) tellTracer(t *tracer, event term.Term, about ...term.Term) {
	e := append([]term.Term{atomTrace, p.Self(), event}, about...)
	if t.flags&traceStamped != 0 {
		e[0] = atomTraceStamped
		e = append(e, p.node.stamp(t.flags))
	}
	if !t.to.tell(p.worker, term.Tuple(e...)) {
		p.setTracer(&tracer{flags: ^uint32(0)}, false)
	}
}

// stamp returns the time as the flags of a tracer want it.
func (n *Node) stamp(flags uint32) term.Term {
	switch {
	case flags&traceStrict != 0:
		return term.Tuple(term.Int(int64(n.Monotonic())), term.Int(int64(n.refs.Add(1))))
	case flags&traceMonotonic != 0:
		return term.Int(int64(n.Monotonic()))
	}
	now := time.Now().UnixMicro()
	return term.Tuple(term.Int(now/1e12), term.Int(now/1e6%1e6), term.Int(now%1e6))
}

func (p *Process) traceReceive(m term.Term) {
	t := p.extra.tracer
	if t.flags&traceReceived == 0 || !p.wanted(p.node.tracing.receives.Load(), p.node.Name(), atom.Undefined, m) {
		return
	}
	p.traced(atomReceiveEvent, m)
}

func (p *Process) traceSend(to, m term.Term) {
	if p.extra.tracer.flags&traceSend == 0 || !p.wanted(p.node.tracing.sends.Load(), to, m) {
		return
	}
	event := atomSendEvent
	if q, elsewhere := p.node.receiver(to); to.Kind() == term.KindPid && q == nil && !elsewhere {
		event = atomSendToNobody
	}
	p.traced(event, m, to)
}

// wanted reports whether a pattern of messages lets one through.
func (p *Process) wanted(e *eventPattern, args ...term.Term) bool {
	switch {
	case e == nil:
		return true
	case e.program == nil:
		return !e.none
	}
	r := e.program.Runner(traceHost{p})
	return !r.Run(term.List(args...)).None() && r.Message != term.False
}

// Named tells the tracer of a process, where it has one, that it got a name or lost it.
func (p *Process) Named(pid, name term.Term, got bool) {
	q := p.node.Process(pid)
	if q == nil || !p.node.tracing.used.Load() {
		return
	}
	event := atomUnregister
	if got {
		event = atomRegister
	}
	if q == p {
		p.trace(traceProcs, event, name)
		return
	}
	q.post(p.worker, func(q *Process) { q.trace(traceProcs, event, name) })
}

// spawned returns the function with which a process begins, as traces tell of it.
func (o *SpawnOptions) spawned() term.Term {
	if o.Module.None() {
		return term.Tuple(atom.Erlang, atom.Apply, term.List(o.Fun, term.List(o.Args...)))
	}
	return term.Tuple(o.Module, o.Function, term.List(o.Args...))
}

// traceNewcomer has a new process traced, as all new ones are.
func (p *Process) traceNewcomer(t *tracer, o SpawnOptions) {
	if o.Handler != nil {
		return
	}
	p.setTracer(t, true)
	if o.Parent != nil && t.flags&traceProcs != 0 {
		p.traced(atomSpawnedEvent, o.Parent.Self(), o.spawned())
	}
}

// traceLinked has a process traced to which this one links, where that is wanted.
func (p *Process) traceLinked(to term.Term) {
	t := p.currentTracer()
	if t == nil || t.flags&(traceOnLink|traceOnFirstLink) == 0 {
		return
	}
	passed := t.flags
	if t.flags&traceOnFirstLink != 0 {
		passed &^= traceOnFirstSpawn | traceOnFirstLink | traceOnSpawn | traceOnLink
		p.setTracer(&tracer{flags: traceOnFirstLink | traceOnFirstSpawn}, false)
	}
	if q := p.node.Process(to); q != nil && q != t.to {
		q.post(p.worker, func(q *Process) {
			if q.currentTracer() == nil {
				q.setTracer(&tracer{to: t.to, flags: passed}, true)
			}
		})
	}
}

// heirloom returns what a process that this one starts is traced for from the beginning, nil for nothing.
func (p *Process) heirloom(o SpawnOptions) *tracer {
	t := p.currentTracer()
	if t == nil || t.flags&(traceOnSpawn|traceOnFirstSpawn) == 0 && (!o.Link || t.flags&(traceOnLink|traceOnFirstLink) == 0) {
		return nil
	}
	passed := t.flags
	if t.flags&traceOnFirstSpawn != 0 || o.Link && t.flags&traceOnFirstLink != 0 {
		passed &^= traceOnFirstSpawn | traceOnFirstLink | traceOnSpawn | traceOnLink
	}
	return &tracer{to: t.to, flags: passed}
}

// traceSpawn tells of a process that this one starts, and has it traced as well where that is wanted.
func (p *Process) traceSpawn(q *Process, o SpawnOptions) {
	if p.extra == nil || p.extra.tracer == nil {
		return
	}
	t := p.extra.tracer
	what := o.spawned()
	if t.flags&traceProcs != 0 {
		p.traced(atomSpawnEvent, q.Self(), what)
	}
	if q.currentTracer() == nil {
		return
	}
	if t.flags&traceOnFirstSpawn != 0 || o.Link && t.flags&traceOnFirstLink != 0 {
		p.setTracer(&tracer{flags: traceOnFirstSpawn | traceOnFirstLink}, false)
	}
	if t.flags&traceProcs != 0 {
		q.worker = p.worker
		q.traced(atomSpawnedEvent, p.Self(), what)
		q.worker = nil
	}
}

// traceTurn tells of a turn of a process that begins or ends.
func (p *Process) traceTurn(event term.Term) {
	if p.extra == nil || p.extra.tracer == nil || p.extra.tracer.flags&traceRunning == 0 {
		return
	}
	where := term.Int(0)
	if f, ok := p.CurrentFunction(); ok {
		where = functionTerm(f)
	}
	p.traced(event, where)
}

func functionTerm(f code.MFA) term.Term {
	return term.Tuple(f.Module, f.Name, term.Int(int64(f.Arity)))
}

// setTracer adds flags to what the process is traced for, or takes them away.
func (p *Process) setTracer(t *tracer, on bool) {
	x := p.more()
	now := tracer{to: t.to}
	if x.tracer != nil {
		now = *x.tracer
	}
	if on {
		now.flags |= t.flags
	} else {
		now.flags &^= t.flags
	}
	if x.tracer = &now; now.flags == 0 {
		x.tracer = nil
	}
	p.watchCalls()
}
