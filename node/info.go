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
	return q != nil && p.askOf(q, f)
}

// askOf is Ask for a process, or port, that was found already.
func (p *Process) askOf(q *Process, f func(q *Process)) bool {
	if q == p {
		p.drain()
		f(p)
		return true
	}
	if done, ok := q.resting(p.worker, f); done {
		return ok
	}
	answered, alive := false, false
	sent := q.post(p.worker, func(q *Process) {
		ok := q.exiting == nil
		if ok {
			f(q)
		}
		p.post(q.worker, func(*Process) { answered, alive = true, ok })
	})
	if !sent {
		return false
	}
	p.drain()
	for !answered && !p.stopped() {
		p.waitPinned()
		p.drain()
	}
	return alive
}

// Alive reports whether a local process lives, after what p has sent it before has reached it.
// Module erlang, is_process_alive/1.
func (p *Process) Alive(pid term.Term) bool {
	q := p.node.Process(pid)
	if q == nil || q.flags.Load()&flagBlocking != 0 {
		return q != nil && !q.Doomed()
	}
	return p.Ask(pid, func(*Process) {})
}

// resting runs f at once if the process waits, and wakes it if something came in; done is false when it does not wait, and ok when it
// has ended. w is the worker of the goroutine that calls.
func (p *Process) resting(w *worker, f func(q *Process)) (done, ok bool) {
	if p.state.Load() != stateWaiting || !p.state.CompareAndSwap(stateWaiting, stateRunning) {
		return false, false
	}
	news := !p.inbox.empty()
	held := p.worker
	p.worker = w
	p.drain()
	if ok = p.exiting == nil; ok {
		f(p)
	}
	p.worker = held
	p.state.Store(stateWaiting)
	if (news || !ok || !p.inbox.empty()) && p.state.CompareAndSwap(stateWaiting, stateReady) {
		p.node.put(w, p)
	}
	return true, ok
}

// Status is what process_info calls it, as another process sees it: running, runnable, waiting or suspended. It wants to be asked by
// Ask.
func (p *Process) Status(asker *Process) term.Term {
	switch {
	case p == asker:
		return term.Atom("running")
	case p.suspends > 0:
		return term.Atom("suspended")
	case p.parked || p.pinned || p.machine.Depth() == 0:
		return term.Atom("waiting")
	}
	return term.Atom("runnable")
}

// The following may be asked on the turn of the process: by itself, or through Ask.

// Links returns the pids to which the process is linked.
func (p *Process) Links() []term.Term {
	var out []term.Term
	for _, e := range p.more().links.entries() {
		if e.value.unlinking == 0 {
			out = append(out, e.value.to)
		}
	}
	slices.SortFunc(out, term.Compare)
	return out
}

// Monitors returns what the process monitors: pids and tuples {Name, Node}.
func (p *Process) Monitors() []term.Term {
	var out []term.Term
	for _, m := range p.more().monitors.all() {
		out = append(out, m.item)
	}
	slices.SortFunc(out, term.Compare)
	return out
}

// MonitoredBy returns the pids of those who monitor the process.
func (p *Process) MonitoredBy() []term.Term {
	var out []term.Term
	for m := p.more().watches; m != nil; m = m.next {
		out = append(out, m.owner.Self())
	}
	for _, e := range p.more().watchers.entries() {
		out = append(out, e.value.from)
	}
	slices.SortFunc(out, term.Compare)
	return out
}

// Messages returns what waits in the mailbox, the oldest first.
func (p *Process) Messages() []term.Term { return p.messages() }

// MessageCount returns how many messages wait in the mailbox.
func (p *Process) MessageCount() int { return p.mailbox.count }

// InitialCall returns the function that the process began with.
func (p *Process) InitialCall() code.MFA {
	if p.initial == nil {
		return code.MFA{Module: atom.Erlang, Name: atom.Apply, Arity: 2}
	}
	return p.initial.MFA
}

// Parent returns the pid of the process that spawned it, None for one that the node started by itself.
func (p *Process) Parent() term.Term {
	if p.parent == nil {
		return term.None
	}
	return p.parent.Term()
}

// CurrentFunction returns the function that runs, or that waits; false when the process runs Go code.
func (p *Process) CurrentFunction() (code.MFA, bool) {
	if x := p.extra; x != nil && x.handler != nil && !x.loop.Module.None() {
		return x.loop, true
	}
	return p.machine.Current()
}

// Runs reports whether calls of a version of a module are under way.
func (p *Process) Runs(module *code.Module) bool { return p.machine.Runs(module) }

// Uses reports whether a local process runs a version of a module. One that is busy outside of Erlang is not waited for.
func (p *Process) Uses(pid term.Term, module *code.Module) bool {
	q := p.node.Process(pid)
	if module == nil || q == nil || q.flags.Load()&flagBlocking != 0 {
		return false
	}
	runs := false
	return p.Ask(pid, func(q *Process) { runs = q.Runs(module) }) && runs
}

// Stacktrace returns where the process is now, as a stack trace.
func (p *Process) Stacktrace() term.Term { return p.machine.Stacktrace() }

// Reductions returns about how many reductions the process has used.
func (p *Process) Reductions() int { return int(p.reductions) }

// TrapsExit reports whether exit signals come as messages.
func (p *Process) TrapsExit() bool { return p.trapExit }

// FlagValue returns the value of a process flag; false for a name that is none.
func (p *Process) FlagValue(name term.Term) (term.Term, bool) {
	switch name.AtomName() {
	case "trap_exit":
		return term.Bool(p.trapExit), true
	case "priority":
		return p.priority(), true
	}
	if p.extra != nil {
		if v, ok := p.extra.flags[name]; ok {
			return v, true
		}
	}
	v, ok := flagDefaults[name.AtomName()]
	return v, ok
}

// RegisteredName returns the name of the process, None when it has none. It may be called at any time.
func (p *Process) RegisteredName() term.Term {
	p.node.namesMu.RLock()
	defer p.node.namesMu.RUnlock()
	return p.node.nameOf[p]
}
