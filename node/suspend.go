package node

import (
	"github.com/erlsh/erlsh/lang/term"
)

// suspension is how often a process has suspended another one.
type suspension struct {
	who   *Process
	count int32
}

// undo resumes the other one.
func (s suspension) undo(p *Process) {
	s.who.post(p.worker, func(q *Process) { q.suspends -= s.count })
}

// SuspendOptions are those of erlang:suspend_process/2.
type SuspendOptions struct {
	Unless bool // not when this process has suspended it already
	Async  bool // do not wait until it is
	// Tag, when not None, asks for the message {Tag, suspended} or {Tag, exited}, and implies Async.
	Tag term.Term
}

// Suspend stops another local process until Resume has been called as often, or this process ends; false when Unless forbids it. The
// error is badarg.
func (p *Process) Suspend(pid term.Term, o SuspendOptions) (bool, error) {
	q := p.node.Process(pid)
	if q == p || q == nil && (!o.Async || o.Tag.None()) {
		return false, term.Badarg()
	}
	tell := func(what string) {
		if !o.Tag.None() {
			p.tell(nil, term.Tuple(o.Tag, term.Atom(what)))
		}
	}
	if q == nil {
		tell("exited")
		return true, nil
	}
	k := p.node.keyOfPid(pid)
	s, _ := p.more().suspending.get(k)
	if o.Unless && s.count > 0 {
		return false, nil
	}
	p.extra.suspending.put(k, suspension{q, s.count + 1})
	if o.Async {
		if !q.post(p.worker, func(q *Process) {
			q.suspends++
			tell("suspended")
		}) {
			tell("exited")
		}
		return true, nil
	}
	if !p.Ask(pid, func(q *Process) { q.suspends++ }) {
		p.extra.suspending.remove(k)
		return false, term.Badarg()
	}
	return true, nil
}

// Resume takes one Suspend back. The error is badarg when there is none.
func (p *Process) Resume(pid term.Term) error {
	if p.extra == nil {
		return term.Badarg()
	}
	k := p.node.keyOfPid(pid)
	s, ok := p.extra.suspending.get(k)
	if !ok || p.node.Process(pid) == nil {
		return term.Badarg()
	}
	if s.count--; s.count == 0 {
		p.extra.suspending.remove(k)
	} else {
		p.extra.suspending.put(k, s)
	}
	s.who.post(p.worker, func(q *Process) { q.suspends-- })
	return nil
}

// Suspending returns whom the process has suspended and how often.
func (p *Process) Suspending() []term.Term {
	if p.extra == nil {
		return nil
	}
	var out []term.Term
	for _, e := range p.extra.suspending.entries() {
		out = append(out, term.Tuple(e.value.who.Self(), term.Int(int64(e.value.count)), term.Int(0)))
	}
	return out
}
