package node

import (
	"strings"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/matchspec"
	"github.com/erlsh/erlsh/lang/term"
)

// patterns say which functions' calls are told of. Nothing is written to them once they are in use.
type patterns struct {
	calls  map[code.MFA]*CallPattern
	funs   map[term.Term]*CallPattern // of the funs of a module, or of '_' for all
	onLoad *CallPattern               // of modules that are loaded from now on
}

// CallPattern is what erlang:trace_pattern/3 was told of a function.
type CallPattern struct {
	Local   bool               // calls that do not name the module count too
	Source  term.Term          // the match specification; Nil without one
	Program *matchspec.Program // nil: every call is told of, and nothing else
}

// CallPattern returns the pattern of a function, nil when its calls are not told of.
func (n *Node) CallPattern(f code.MFA) *CallPattern {
	if ps := n.tracing.calls.Load(); ps != nil {
		return ps.calls[f]
	}
	return nil
}

// LoadPattern returns the pattern of modules that are loaded from now on, nil without one.
func (n *Node) LoadPattern() *CallPattern {
	if ps := n.tracing.calls.Load(); ps != nil {
		return ps.onLoad
	}
	return nil
}

// SetCallPatterns sets the pattern of functions, nil to forget those they have. funs is the module whose funs it is for as well, '_' for
// those of all modules, and None for no funs.
func (n *Node) SetCallPatterns(functions []code.MFA, funs term.Term, c *CallPattern) {
	n.changePatterns(func(ps *patterns) {
		switch {
		case funs.None():
		case c == nil && funs == anyModule:
			clear(ps.funs)
		case c == nil:
			delete(ps.funs, funs)
		default:
			ps.funs[funs] = c
		}
		for _, f := range functions {
			if c == nil {
				delete(ps.calls, f)
			} else {
				ps.calls[f] = c
			}
		}
	})
}

// SetLoadPattern sets the pattern of modules that are loaded from now on, nil for none.
func (n *Node) SetLoadPattern(c *CallPattern) {
	n.changePatterns(func(ps *patterns) { ps.onLoad = c })
}

func (n *Node) changePatterns(change func(ps *patterns)) {
	t := &n.tracing
	t.mu.Lock()
	defer t.mu.Unlock()
	next := &patterns{calls: map[code.MFA]*CallPattern{}, funs: map[term.Term]*CallPattern{}}
	if old := t.calls.Load(); old != nil {
		for f, c := range old.calls {
			next.calls[f] = c
		}
		for f, c := range old.funs {
			next.funs[f] = c
		}
		next.onLoad = old.onLoad
	}
	change(next)
	t.calls.Store(next)
}

// SetEventPattern sets which messages are told of, by a specification for their arguments: those that are sent (receiver and message) or
// those that come in (node, sender and message). Without a program it is all of them, or with none no message.
func (n *Node) SetEventPattern(received, none bool, program *matchspec.Program) {
	e := &eventPattern{none, program}
	if received {
		n.tracing.receives.Store(e)
	} else {
		n.tracing.sends.Store(e)
	}
}

// EventPattern returns what SetEventPattern set.
func (n *Node) EventPattern(received bool) (none bool, program *matchspec.Program) {
	e := n.tracing.sends.Load()
	if received {
		e = n.tracing.receives.Load()
	}
	if e == nil {
		return false, nil
	}
	return e.none, e.program
}

// TraceWord exchanges the trace control word.
func (n *Node) TraceWord(word int64) int64 { return n.tracing.word.Swap(word) }

var (
	atomCallEvent     = term.Atom("call")
	atomReturnFrom    = term.Atom("return_from")
	atomExceptionFrom = term.Atom("exception_from")
	atomReturnToEvent = term.Atom("return_to")
	anyModule         = term.Atom("_")
)

// callTracer tells of the calls of its process.
type callTracer struct{ p *Process }

// Call tells of a call, if there is a pattern for it.
func (c callTracer) Call(f code.MFA, args []term.Term, local bool) *eval.Ending {
	p := c.p
	if all := p.node.tracing.counts.Load(); all != nil {
		all.called(f)
	}
	ps := p.node.tracing.calls.Load()
	if t := p.currentTracer(); ps == nil || t == nil || t.flags&traceCalls == 0 {
		return nil
	}
	pattern := ps.calls[f]
	if pattern == nil && local && strings.HasPrefix(f.Name.AtomName(), "-") {
		if pattern = ps.funs[f.Module]; pattern == nil {
			pattern = ps.funs[anyModule]
		}
	}
	if pattern == nil || local && !pattern.Local {
		return nil
	}
	before := p.currentTracer()
	e := &eval.Ending{Function: f, Target: pattern.Local && p.extra.tracer.flags&traceReturnTo != 0}
	message := term.None
	if pattern.Program != nil {
		r := pattern.Program.Runner(traceHost{p})
		if r.Run(term.List(args...)).None() {
			return nil
		}
		message = r.Message
		e.Value, e.Failure = r.ReturnTrace || r.ExceptionTrace, r.ExceptionTrace
	}
	if now := p.currentTracer(); (now == nil || now.flags&traceSilent == 0) && message != term.False {
		p.tellOfCall(before, f, args, message)
	}
	if !e.Value && !e.Failure && !e.Target {
		return nil
	}
	return e
}

func (p *Process) tellOfCall(t *tracer, f code.MFA, args []term.Term, message term.Term) {
	what := term.Tuple(f.Module, f.Name, term.List(args...))
	if t.flags&traceArity != 0 {
		what = functionTerm(f)
	}
	if message.None() || message == term.True {
		p.tellTracer(t, atomCallEvent, what)
		return
	}
	p.tellTracer(t, atomCallEvent, what, message)
}

// tells reports whether the process still is traced for calls, and told of them.
func (c callTracer) tells() bool {
	t := c.p.currentTracer()
	return t != nil && t.flags&traceCalls != 0 && t.flags&traceSilent == 0
}

// Returned tells of the value of a call.
func (c callTracer) Returned(e *eval.Ending, value term.Term) {
	if c.tells() {
		c.p.traced(atomReturnFrom, functionTerm(e.Function), value)
	}
}

// Raised tells of the exception with which a call ended.
func (c callTracer) Raised(e *eval.Ending, x *term.Exception) {
	if c.tells() {
		c.p.traced(atomExceptionFrom, functionTerm(e.Function), term.Tuple(x.Class, x.Reason))
	}
}

// ReturnedTo tells where a call returned to.
func (c callTracer) ReturnedTo(f code.MFA, ok bool) {
	if !c.tells() {
		return
	}
	if !ok {
		c.p.traced(atomReturnToEvent, atom.Undefined)
		return
	}
	c.p.traced(atomReturnToEvent, functionTerm(f))
}
