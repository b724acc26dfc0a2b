package node

import "github.com/erlsh/erlsh/lang/term"

// Suspend keeps a local process from running until Resume has been called as often; with once only if p has not suspended it already.
// It returns false when there is no such process, and whether p suspended it now.
func (p *Process) Suspend(pid term.Term, once bool) (now, alive bool) {
	k := p.node.keyOfPid(pid)
	if once && p.suspending[k] > 0 {
		return false, p.node.Process(pid) != nil
	}
	if !p.Ask(pid, func(q *Process) { q.suspended++ }) {
		return false, false
	}
	if p.suspending == nil {
		p.suspending = map[pidKey]int{}
	}
	p.suspending[k]++
	return true, true
}

// Resume takes one Suspend of p back; false when there is none.
func (p *Process) Resume(pid term.Term) bool {
	k := p.node.keyOfPid(pid)
	q := p.node.Process(pid)
	if p.suspending[k] == 0 || q == nil {
		return false
	}
	if p.suspending[k]--; p.suspending[k] == 0 {
		delete(p.suspending, k)
	}
	return q.post(item{signal: func(q *Process) { q.suspended-- }})
}

// Suspended reports whether the process is kept from running. It wants to be asked on the turn of the process.
func (p *Process) Suspended() bool { return p.suspended > 0 }

// release resumes what the process has suspended, when it ends.
func (p *Process) release() {
	for k, times := range p.suspending {
		q := p.node.byKey(k)
		for range times {
			if q != nil {
				q.post(item{signal: func(q *Process) { q.suspended-- }})
			}
		}
	}
	p.suspending = nil
}

// byKey returns the local process with a key, nil when there is none.
func (n *Node) byKey(k pidKey) *Process {
	n.mu.RLock()
	defer n.mu.RUnlock()
	if q := n.processes[k.id]; q != nil && q.id.Serial == k.serial {
		return q
	}
	return nil
}
