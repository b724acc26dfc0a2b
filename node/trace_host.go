package node

import (
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

// traceHost is the process for which the match specification of a traced call runs: it does what the body asks for.
type traceHost struct{ p *Process }

// Self returns the pid.
func (h traceHost) Self() term.Term { return h.p.Self() }

// NodeName returns the name of the node.
func (h traceHost) NodeName() term.Term { return h.p.node.Name() }

// Action does what a body asks for; None when it cannot.
func (h traceHost) Action(name string, args []term.Term) term.Term {
	p := h.p
	switch name {
	case "silent":
		p.setTracer(&tracer{flags: traceSilent}, args[0] == term.True)
		return term.True
	case "enable_trace", "disable_trace":
		return h.change(args[:len(args)-1], args[len(args)-1], name == "enable_trace")
	case "trace":
		off, on := args[len(args)-2], args[len(args)-1]
		who := args[:len(args)-2]
		if h.change(who, off, false).None() {
			return term.None
		}
		return h.change(who, on, true)
	case "caller":
		if c, ok := p.machine.Caller(); ok {
			return functionTerm(c.MFA)
		}
		return atom.Undefined
	case "caller_line":
		c, ok := p.machine.Caller()
		if !ok {
			return atom.Undefined
		}
		if c.File == "" {
			return term.Tuple(c.Module, c.Name, term.Int(int64(c.Arity)), term.Nil)
		}
		where := term.Tuple(term.String(c.File), term.Int(int64(c.Line)))
		return term.Tuple(c.Module, c.Name, term.Int(int64(c.Arity)), where)
	case "current_stacktrace":
		return p.Stacktrace()
	case "get_tcw":
		return term.Int(p.node.tracing.word.Load())
	case "set_tcw":
		n, ok := args[0].Int()
		if !ok {
			return term.None
		}
		return term.Int(p.node.TraceWord(n))
	case "display":
		p.node.Notice(args[0].String())
		return term.True
	case "get_seq_token":
		return term.Nil
	case "is_seq_trace":
		return term.False
	}
	return term.None
}

// change turns flags on or off: those of this process, or of the one that who names.
func (h traceHost) change(who []term.Term, flags term.Term, on bool) term.Term {
	list := flags
	if !list.IsList() {
		list = term.List(list)
	}
	names, ok := list.Slice()
	if !ok {
		return term.None
	}
	t, ok := h.p.readTraceFlags(names, on)
	if !ok {
		return term.None
	}
	if now := h.p.currentTracer(); now != nil {
		t.to = now.to
	}
	q := h.p
	if len(who) == 1 {
		if q = h.p.node.find(who[0]); q == nil {
			return term.None
		}
	}
	if q != h.p {
		q.post(h.p.worker, func(q *Process) { q.setTracer(t, on) })
		return term.True
	}
	h.p.setTracer(t, on)
	return term.True
}
