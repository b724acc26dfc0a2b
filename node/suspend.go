package node

import "github.com/erlsh/erlsh/lang/term"

// suspension is how often a process has suspended another one.
type suspension struct {
	who   *Process
	count int32
}

// undo resumes the other one.
func (s suspension) undo(p *Process) {
	s.who.post(p.worker, func(q *Process) { q.suspends -= s.count })
}

// Suspend keeps a local process from running until Resume has been called as often, or p ends; with once only if p has not suspended
// it already. It returns whether p suspended it now, and whether there is such a process.
func (p *Process) Suspend(pid term.Term, once bool) (now, alive bool) {
	q := p.node.Process(pid)
	if q == nil || q == p {
		return false, false
	}
	k := p.node.keyOfPid(pid)
	s, _ := p.more().suspending.get(k)
	if once && s.count > 0 {
		return false, true
	}
	if !p.Ask(pid, func(q *Process) { q.suspends++ }) {
		return false, false
	}
	p.more().suspending.put(k, suspension{q, s.count + 1})
	return true, true
}

// Resume takes one Suspend of p back; false when there is none.
func (p *Process) Resume(pid term.Term) bool {
	if p.extra == nil {
		return false
	}
	k := p.node.keyOfPid(pid)
	s, ok := p.extra.suspending.get(k)
	if !ok || p.node.Process(pid) == nil {
		return false
	}
	if s.count--; s.count == 0 {
		p.extra.suspending.remove(k)
	} else {
		p.extra.suspending.put(k, s)
	}
	return s.who.post(p.worker, func(q *Process) { q.suspends-- })
}

// Suspended reports whether the process is kept from running. It wants to be asked on the turn of the process.
func (p *Process) Suspended() bool { return p.suspends > 0 }

// Suspending returns whom the process has suspended: {Pid, Times, 0} of each.
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
