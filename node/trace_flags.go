package node

import (
	"slices"

	"github.com/erlsh/erlsh/lang/term"
)

// traceFlags are the names of the flags of erlang:trace/3, in the order in which trace_info tells them.
var traceFlags = []struct {
	name string
	bits uint32
}{
	{"all", 1<<19 - 1 - traceCPU},
	{"timestamp", traceTimestamp}, {"monotonic_timestamp", traceMonotonic}, {"strict_monotonic_timestamp", traceStrict},
	{"cpu_timestamp", traceCPU}, {"send", traceSend}, {"receive", traceReceived}, {"set_on_spawn", traceOnSpawn}, {"call", traceCalls},
	{"procs", traceProcs}, {"set_on_first_spawn", traceOnFirstSpawn}, {"set_on_link", traceOnLink}, {"running", traceRunning},
	{"garbage_collection", traceGC}, {"set_on_first_link", traceOnFirstLink}, {"arity", traceArity}, {"return_to", traceReturnTo},
	{"silent", traceSilent}, {"exiting", traceExiting}, {"ports", tracePorts},
}

func flagBits(name string) uint32 {
	for _, f := range traceFlags {
		if f.name == name {
			return f.bits
		}
	}
	return 0
}

// readTraceFlags reads the flags of erlang:trace/3; to is who is told unless they say otherwise. False for what are none.
func (p *Process) readTraceFlags(flags []term.Term, on bool) (*tracer, bool) {
	t := &tracer{to: p}
	for _, f := range flags {
		if e, ok := f.Tagged(term.Atom("tracer"), 2); ok {
			if t.to = p.node.Process(e[1]); t.to == nil {
				return nil, false
			}
			continue
		}
		bits := flagBits(f.AtomName())
		if bits == 0 {
			return nil, false
		}
		t.flags |= bits
	}
	if on && t.flags&traceCPU != 0 {
		return nil, false
	}
	return t, true
}

// Trace turns the tracing of a process, or of many, on or off, as erlang:trace/3 does, and returns how many processes that concerns. The
// error is badarg; option says that it is because of the flags.
func (p *Process) Trace(target term.Term, on bool, flags []term.Term) (count int, option bool, err error) {
	t, ok := p.readTraceFlags(flags, on)
	if !ok {
		return 0, true, term.Badarg()
	}
	p.node.tracing.used.Store(true)
	var whom []term.Term
	newcomers := false
	switch name := target.AtomName(); name {
	case "all", "processes":
		whom, newcomers = p.node.Processes(), true
	case "existing", "existing_processes":
		whom = p.node.Processes()
	case "new", "new_processes":
		newcomers = true
	case "ports", "existing_ports", "new_ports":
	default:
		if p.node.Process(target) == nil {
			return 0, false, term.Badarg()
		}
		whom = []term.Term{target}
	}
	if newcomers {
		p.node.traceNewcomers(t, on)
	}
	single := target.Kind() == term.KindPid
	for _, pid := range whom {
		id, _ := pid.Pid()
		if q := p.node.byID(id); q == t.to && on {
			if single && t.flags != 0 { // nobody is told of what he does himself
				return 0, false, term.Badarg()
			}
			continue
		}
		other := false
		if p.Ask(pid, func(q *Process) {
			now := q.currentTracer()
			if other = on && now != nil && now.to != t.to && now.to.state.Load() != stateGone; !other {
				q.setTracer(t, on)
			}
		}) && !other {
			count++
		}
		if other && single {
			return 0, false, term.Badarg()
		}
	}
	return count, false, nil
}

func (p *Process) currentTracer() *tracer {
	if p.extra == nil {
		return nil
	}
	return p.extra.tracer
}

// traceNewcomers sets what processes to be are traced for.
func (n *Node) traceNewcomers(t *tracer, on bool) {
	n.tracing.mu.Lock()
	defer n.tracing.mu.Unlock()
	now := tracer{to: t.to}
	if old := n.tracing.newcomers.Load(); old != nil {
		now = *old
	}
	if on {
		now.flags |= t.flags
	} else {
		now.flags &^= t.flags
	}
	if now.flags == 0 {
		n.tracing.newcomers.Store(nil)
		return
	}
	n.tracing.newcomers.Store(&now)
}

// TraceInfo returns what a process is traced for and by whom, as trace_info/2 tells it: flags or tracer. target is a pid, new, or
// new_processes. False for what is none of these.
func (p *Process) TraceInfo(target term.Term, item string) (term.Term, bool) {
	var t *tracer
	switch {
	case target.AtomName() == "new" || target.AtomName() == "new_processes":
		t = p.node.tracing.newcomers.Load()
	case target.AtomName() == "new_ports":
	case target.Kind() == term.KindPid:
		if !p.Ask(target, func(q *Process) { t = q.currentTracer() }) {
			return term.None, p.node.Local(target)
		}
	default:
		return term.None, false
	}
	switch item {
	case "flags":
		var names []term.Term
		for _, f := range slices.Backward(traceFlags) {
			if t != nil && t.flags&f.bits == f.bits && f.name != "all" {
				names = append(names, term.Atom(f.name))
			}
		}
		return term.List(names...), true
	case "tracer":
		if t == nil {
			return term.Nil, true
		}
		return t.to.Self(), true
	}
	return term.None, false
}
