package node

import (
	"slices"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/term"
)

// Ask has a local process look at itself: it runs f on the turn of the process with that pid, be it p itself, and returns when f has
// run; false when there is no such process. f must not wait.
func (p *Process) Ask(pid term.Term, f func(q *Process)) bool {
	q := p.node.Process(pid)
	switch {
	case q == nil:
		return false
	case q == p:
		p.drain()
		f(p)
		return true
	case q.resting(f):
		return true
	}
	answered, alive := false, false
	sent := q.post(item{signal: func(q *Process) {
		ok := q.exiting == nil
		if ok {
			f(q)
		}
		p.post(item{signal: func(*Process) { answered, alive = true, ok }})
	}})
	if !sent {
		return false
	}
	p.node.pin()
	defer p.node.unpin()
	for !answered && p.exiting == nil && !p.node.closed.Load() {
		p.waitPinned()
		p.drain()
	}
	return alive
}

// resting runs f at once if the process waits: while mu is held nobody can wake it.
func (p *Process) resting(f func(q *Process)) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.state != stateWaiting || p.exiting != nil {
		return false
	}
	f(p)
	return true
}

// Status is what process_info calls it, as another process sees it: running, runnable or waiting. It wants to be asked by Ask.
func (p *Process) Status(asker *Process) term.Term {
	switch {
	case p == asker:
		return term.Atom("running")
	case p.suspended > 0:
		return term.Atom("suspended")
	case p.state == stateWaiting || p.machine.Depth() == 0:
		return term.Atom("waiting")
	}
	return term.Atom("runnable")
}

// The following may be asked on the turn of the process: by itself, or through Ask.

// Links returns the pids to which the process is linked.
func (p *Process) Links() []term.Term {
	var out []term.Term
	for _, l := range p.links {
		if l.unlinking == 0 {
			out = append(out, l.to)
		}
	}
	slices.SortFunc(out, term.Compare)
	return out
}

// Monitors returns what the process monitors: pids and tuples {Name, Node}.
func (p *Process) Monitors() []term.Term {
	var out []term.Term
	for _, m := range p.monitors {
		out = append(out, m.item)
	}
	slices.SortFunc(out, term.Compare)
	return out
}

// MonitoredBy returns the pids of those who monitor the process.
func (p *Process) MonitoredBy() []term.Term {
	var out []term.Term
	for _, w := range p.watchers {
		out = append(out, w.from)
	}
	slices.SortFunc(out, term.Compare)
	return out
}

// Messages returns what waits in the mailbox, the oldest first.
func (p *Process) Messages() []term.Term {
	out := make([]term.Term, 0, p.MessageCount())
	for _, m := range p.messages() {
		if !m.None() {
			out = append(out, m)
		}
	}
	return out
}

// MessageCount returns how many messages wait in the mailbox.
func (p *Process) MessageCount() int { return len(p.queue) - p.head }

// InitialCall returns the function that the process began with.
func (p *Process) InitialCall() code.MFA { return p.initial }

// Parent returns the pid of the process that spawned it, None for one that the node started by itself.
func (p *Process) Parent() term.Term { return p.parent }

// CurrentFunction returns the function that runs, or that waits; false when the process runs Go code.
func (p *Process) CurrentFunction() (code.MFA, bool) { return p.machine.Current() }

// Stacktrace returns where the process is now, as a stack trace.
func (p *Process) Stacktrace() term.Term { return p.machine.Stacktrace() }

// Reductions returns about how many reductions the process has used.
func (p *Process) Reductions() int { return p.reductions }

// TrapsExit reports whether exit signals come as messages.
func (p *Process) TrapsExit() bool { return p.trapExit }

// FlagValue returns the value of a process flag; false for a name that is none.
func (p *Process) FlagValue(name term.Term) (term.Term, bool) {
	switch name.AtomName() {
	case "trap_exit":
		return term.Bool(p.trapExit), true
	case "priority":
		if p.priority.None() {
			return atom.Normal, true
		}
		return p.priority, true
	}
	if v, ok := p.flags[name]; ok {
		return v, true
	}
	v, ok := flagDefaults[name.AtomName()]
	return v, ok
}

// RegisteredName returns the name of the process, None when it has none. It may be called at any time.
func (p *Process) RegisteredName() term.Term {
	p.node.mu.RLock()
	defer p.node.mu.RUnlock()
	return p.name
}
