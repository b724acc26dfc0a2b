package node

import (
	"time"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

// What a process may be traced for.
const (
	traceSend uint8 = 1 << iota
	traceReceived
	traceProcs
	traceTimestamp
	traceOnSpawn // those it starts are traced as well
	traceOnLink  // those it links to are traced as well
)

// tracer is who is told what a process does. Nothing is written to it once it is in use.
type tracer struct {
	to    *Process
	flags uint8
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
)

// traceFlags are the names of the flags of erlang:trace/3.
var traceFlags = map[string]uint8{
	"send": traceSend, "receive": traceReceived, "procs": traceProcs, "timestamp": traceTimestamp,
	"set_on_spawn": traceOnSpawn, "set_on_link": traceOnLink,
	"all": traceSend | traceReceived | traceProcs | traceTimestamp | traceOnSpawn | traceOnLink,
}

// trace tells the tracer, if there is one, what the process does.
func (p *Process) trace(kind uint8, event, about term.Term) {
	if p.extra == nil || p.extra.tracer == nil || p.extra.tracer.flags&kind == 0 {
		return
	}
	p.traced(event, about)
}

func (p *Process) traced(event term.Term, about ...term.Term) {
	t := p.extra.tracer
	e := append([]term.Term{atomTrace, p.Self(), event}, about...)
	if t.flags&traceTimestamp != 0 {
		e[0] = atomTraceStamped
		now := time.Now().UnixMicro()
		e = append(e, term.Tuple(term.Int(now/1e12), term.Int(now/1e6%1e6), term.Int(now%1e6)))
	}
	if !t.to.tell(p.worker, term.Tuple(e...)) {
		p.extra.tracer = nil
	}
}

func (p *Process) traceReceive(m term.Term) { p.trace(traceReceived, atomReceiveEvent, m) }

func (p *Process) traceSend(to, m term.Term) {
	if p.extra.tracer.flags&traceSend == 0 {
		return
	}
	event := atomSendEvent
	if q, elsewhere := p.node.receiver(to); to.Kind() == term.KindPid && q == nil && !elsewhere {
		event = atomSendToNobody
	}
	p.traced(event, m, to)
}

// traceSpawn tells of a process that this one starts, and has it traced as well where that is wanted.
func (p *Process) traceSpawn(q *Process, o SpawnOptions) {
	if p.extra == nil || p.extra.tracer == nil {
		return
	}
	t := p.extra.tracer
	what := term.Tuple(o.Module, o.Function, term.List(o.Args...))
	if o.Module.None() {
		what = term.Tuple(atom.Erlang, atom.Apply, term.List(o.Fun, term.List(o.Args...)))
	}
	if t.flags&traceProcs != 0 {
		p.traced(atomSpawnEvent, q.Self(), what)
	}
	if t.flags&traceOnSpawn != 0 || o.Link && t.flags&traceOnLink != 0 {
		q.more().tracer = t
		if t.flags&traceProcs != 0 {
			q.worker = p.worker
			q.traced(atomSpawnedEvent, p.Self(), what)
			q.worker = nil
		}
	}
}

// Trace turns the tracing of a process, or of all (the atoms all, processes and existing), on or off, as erlang:trace/3 does; calls are
// not traced. It returns how many processes that concerns. The error is badarg.
func (p *Process) Trace(target term.Term, on bool, flags []term.Term) (int, error) {
	t := &tracer{to: p}
	for _, f := range flags {
		if e, ok := f.Tagged(term.Atom("tracer"), 2); ok {
			if t.to = p.node.Process(e[1]); t.to == nil {
				return 0, term.Badarg()
			}
			continue
		}
		bits, ok := traceFlags[f.AtomName()]
		if !ok || f.AtomName() == "" {
			return 0, term.Badarg()
		}
		t.flags |= bits
	}
	var whom []term.Term
	switch {
	case target.Kind() == term.KindPid && p.node.Process(target) != nil:
		whom = []term.Term{target}
	case target.AtomName() == "all" || target.AtomName() == "processes" || target.AtomName() == "existing" ||
		target.AtomName() == "existing_processes":
		whom = p.node.Processes()
	default:
		return 0, term.Badarg()
	}
	count := 0
	for _, pid := range whom {
		if id, _ := pid.Pid(); p.node.byID(id) == t.to {
			continue
		}
		if p.Ask(pid, func(q *Process) { q.setTracer(t, on) }) {
			count++
		}
	}
	return count, nil
}

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
}
