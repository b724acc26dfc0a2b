package node

import (
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

// link is one side of a link. While an unlink is not yet confirmed by the other side, exits of it are ignored.
// Erlang reference manual, "Processes", "Links"; erl_dist_protocol, "Link Protocol".
type link struct {
	to        term.Term
	unlinking uint64 // id of the unlink that is under way; 0: none
}

func (n *Node) isLocal(pid term.Term) bool {
	p, ok := pid.Pid()
	return ok && n.local(p.Origin)
}

// nodeOf returns the name of the node of a pid.
func nodeOf(pid term.Term) term.Term {
	if o := originOf(pid); o != nil {
		return o.Name()
	}
	return term.None
}

// Deliver carries a signal to its receiver, here or, through the network, elsewhere.
func (n *Node) Deliver(s Signal) { s.deliver(n) }

// forward hands a signal to the network; false when there is none to reach the node.
func (n *Node) forward(name term.Term, s Signal) bool {
	w := n.Network()
	if w == nil || !n.Alive() {
		return false
	}
	n.prepareFuns(name, s)
	return w.Send(name, s, SendOptions{}) == nil
}

// Link links the process to another one. The error is noproc, for a local process that is gone, or badarg.
func (p *Process) Link(to term.Term) error {
	if _, ok := to.Pid(); !ok {
		return term.Badarg()
	}
	k := p.node.keyOfPid(to)
	if k == p.node.keyOfPid(p.pid) {
		return nil
	}
	if l := p.links[k]; l != nil && l.unlinking == 0 {
		return nil
	}
	if p.node.isLocal(to) && p.node.Process(to) == nil && !p.trapExit {
		return term.Error(atom.Noproc)
	}
	p.addLink(to)
	p.node.Deliver(&Link{From: p.pid, To: to})
	return nil
}

func (p *Process) addLink(to term.Term) {
	if p.links == nil {
		p.links = map[pidKey]*link{}
	}
	p.links[p.node.keyOfPid(to)] = &link{to: to}
	p.concern(nodeOf(to))
}

// Unlink ends a link; afterwards no exit of it arrives any more.
func (p *Process) Unlink(to term.Term) {
	k := p.node.keyOfPid(to)
	l := p.links[k]
	if l == nil || l.unlinking != 0 {
		return
	}
	if p.node.isLocal(to) {
		delete(p.links, k)
	} else {
		l.unlinking = p.node.refs.Add(1)
	}
	p.node.Deliver(&Unlink{ID: max(l.unlinking, 1), From: p.pid, To: to})
}

func (s *Link) deliver(n *Node) {
	if !n.isLocal(s.To) {
		if !n.forward(nodeOf(s.To), s) {
			n.Deliver(&Exit{From: s.To, To: s.From, Reason: atom.Noconnection})
		}
		return
	}
	p := n.Process(s.To)
	if p == nil || !n.postTie(p, nodeOf(s.From), item{signal: func(p *Process) {
		if l := p.links[n.keyOfPid(s.From)]; l == nil {
			p.addLink(s.From)
		}
	}}) {
		n.Deliver(&Exit{From: s.To, To: s.From, Reason: atom.Noproc})
	}
}

func (s *Unlink) deliver(n *Node) {
	if !n.isLocal(s.To) {
		n.forward(nodeOf(s.To), s)
		return
	}
	ack := func() {
		if !n.isLocal(s.From) {
			n.Deliver(&UnlinkAck{ID: s.ID, From: s.To, To: s.From})
		}
	}
	p := n.Process(s.To)
	if p == nil || !p.post(item{signal: func(p *Process) {
		if l := p.links[n.keyOfPid(s.From)]; l != nil && l.unlinking == 0 {
			delete(p.links, n.keyOfPid(s.From))
		}
		ack()
	}}) {
		ack()
	}
}

func (s *UnlinkAck) deliver(n *Node) {
	if !n.isLocal(s.To) {
		n.forward(nodeOf(s.To), s)
		return
	}
	if p := n.Process(s.To); p != nil {
		p.post(item{signal: func(p *Process) {
			if l := p.links[n.keyOfPid(s.From)]; l != nil && l.unlinking == s.ID {
				delete(p.links, n.keyOfPid(s.From))
			}
		}})
	}
}

func (s *Exit) deliver(n *Node) {
	if !n.isLocal(s.To) {
		n.forward(nodeOf(s.To), s)
		return
	}
	if p := n.Process(s.To); p != nil {
		p.post(item{signal: func(p *Process) { p.linkBroke(s) }})
	}
}

// linkBroke takes the exit signal of a link, if the link still stands.
func (p *Process) linkBroke(s *Exit) {
	k := p.node.keyOfPid(s.From)
	l := p.links[k]
	if l == nil {
		return
	}
	delete(p.links, k)
	if l.unlinking != 0 {
		return
	}
	switch {
	case p.trapExit:
		p.enqueue(term.Tuple(atom.ExitSignal, s.From, s.Reason))
	case s.Reason != atom.Normal:
		p.exiting = &exitReason{reason: s.Reason}
	}
}

// ExitSignal is exit/2: it asks a process to end. The error is badarg.
func (p *Process) ExitSignal(to, reason term.Term) error {
	if _, ok := to.Pid(); !ok {
		return term.Badarg()
	}
	p.node.Deliver(&Exit2{From: p.pid, To: to, Reason: reason})
	if p.node.keyOfPid(to) == p.node.keyOfPid(p.pid) {
		p.drain()
	}
	return nil
}

func (s *Exit2) deliver(n *Node) {
	if !n.isLocal(s.To) {
		n.forward(nodeOf(s.To), s)
		return
	}
	if p := n.Process(s.To); p != nil {
		p.post(item{signal: func(p *Process) { p.asked(s) }})
	}
}

func (p *Process) asked(s *Exit2) {
	switch {
	case s.Reason == atom.Kill:
		p.exiting = &exitReason{reason: atom.Killed, killed: true}
	case p.trapExit:
		p.enqueue(term.Tuple(atom.ExitSignal, s.From, s.Reason))
	case s.Reason != atom.Normal || p.node.keyOfPid(s.From) == p.node.keyOfPid(p.pid):
		p.exiting = &exitReason{reason: s.Reason}
	}
}

func (s *GroupLeader) deliver(n *Node) {
	if !n.isLocal(s.To) {
		n.forward(nodeOf(s.To), s)
		return
	}
	if p := n.Process(s.To); p != nil {
		p.post(item{signal: func(p *Process) { p.leader = s.Leader }})
	}
}

// end takes a process out of the world and tells those who asked.
func (p *Process) end() {
	n := p.node
	reason := p.exiting.reason
	n.mu.Lock()
	if !p.name.None() {
		delete(n.names, p.name)
	}
	delete(n.processes, p.id.ID)
	n.mu.Unlock()
	p.mu.Lock()
	rest := p.inbox
	p.inbox = nil
	p.state = stateGone
	p.mu.Unlock()
	if p.timer != nil {
		p.timer.Stop()
	}
	p.farewell(reason)
	for _, i := range rest { // what came too late is answered as by a process that is gone
		if i.signal != nil {
			p.late(i)
		}
	}
	p.release()
	p.farewell(atom.Noproc)
	for ref, m := range p.monitors {
		n.drop(p, ref, m)
	}
	n.forgetWatcher(p)
	for alias := range p.aliases {
		n.freeAlias(alias)
	}
	p.machine = machineZero
	p.queue, p.dictionary, p.links, p.monitors, p.watchers = nil, nil, nil, nil, nil
}

// farewell tells those who have links or monitors why the process is gone.
func (p *Process) farewell(reason term.Term) {
	for _, l := range p.links {
		if l.unlinking == 0 {
			p.node.Deliver(&Exit{From: p.pid, To: l.to, Reason: reason})
		}
	}
	for _, w := range p.watchers {
		p.node.Deliver(&Down{From: w.item, To: w.from, Ref: w.ref, Reason: reason, Process: p.pid})
	}
	p.links, p.watchers = nil, nil
}

// late carries out a signal that arrived while the process was ending, so that links and monitors asked for meanwhile are answered.
func (p *Process) late(i item) {
	exiting := p.exiting
	i.signal(p)
	p.exiting = exiting
}
