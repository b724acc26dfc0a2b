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

// isLocal reports whether a pid or port is of this node.
func (n *Node) isLocal(pid term.Term) bool {
	o := originOf(pid)
	return o != nil && n.local(o)
}

// nodeOf returns the name of the node of a pid.
func nodeOf(pid term.Term) term.Term {
	if o := originOf(pid); o != nil {
		return o.Name()
	}
	return term.None
}

// Deliver carries a signal to its receiver, here or, through the network, elsewhere.
func (n *Node) Deliver(s Signal) { s.deliver(n, nil) }

func (n *Node) deliver(s Signal, w *worker) { s.deliver(n, w) }

// deliver carries a signal of this process to its receiver.
func (p *Process) deliver(s Signal) { s.deliver(p.node, p.worker) }

// receiver returns the receiver of a signal when it is a process of this node, and otherwise reports whether it is one of another node.
func (n *Node) receiver(to term.Term) (p *Process, elsewhere bool) {
	id, ok := to.Pid()
	if port, isPort := to.Port(); isPort {
		if n.local(port.Origin) {
			return n.port(port), false
		}
		return nil, true
	}
	switch {
	case !ok:
		return nil, false
	case n.local(id.Origin):
		return n.byID(id), false
	}
	return nil, true
}

// forward hands a signal to the network; false when there is none to reach the node.
func (n *Node) forward(w *worker, name term.Term, s Signal) bool {
	network := n.Network()
	if network == nil || !n.Alive() {
		return false
	}
	n.prepareFuns(name, s)
	return network.Send(name, s, SendOptions{Outbox: w.out()}) == nil
}

// forwardIfConnected is forward for what is of no use to a node that has gone meanwhile: ends of links and monitors, and answers.
func (n *Node) forwardIfConnected(w *worker, name term.Term, s Signal) {
	if network := n.Network(); network != nil {
		n.prepareFuns(name, s)
		_ = network.Send(name, s, SendOptions{NoConnect: true, Outbox: w.out()})
	}
}

// out returns the worker's outbox, nil for a goroutine without a worker.
func (w *worker) out() *Outbox {
	if w == nil {
		return nil
	}
	return &w.outbox
}

// Link links the process to another one. The error is noproc, for a local process that is gone, or badarg.
func (p *Process) Link(to term.Term) error {
	if _, ok := to.Pid(); !ok && to.Kind() != term.KindPort {
		return term.Badarg()
	}
	k := p.node.keyOfPid(to)
	if k == p.node.keyOfPid(p.Self()) {
		return nil
	}
	if l, ok := p.more().links.get(k); ok && l.unlinking == 0 {
		return nil
	}
	if !p.trapExit {
		if q, elsewhere := p.node.receiver(to); q == nil && !elsewhere {
			return term.Error(atom.Noproc)
		}
	}
	p.addLink(to)
	p.trace(traceProcs, atomLinkEvent, to)
	p.traceLinked(to)
	p.deliver(&Link{From: p.Self(), To: to})
	return nil
}

func (p *Process) addLink(to term.Term) {
	p.more().links.put(p.node.keyOfPid(to), link{to: to})
	p.concern(nodeOf(to))
}

// Unlink ends a link; afterwards no exit of it arrives any more.
func (p *Process) Unlink(to term.Term) {
	if p.extra == nil {
		return
	}
	k := p.node.keyOfPid(to)
	l, ok := p.extra.links.get(k)
	if !ok || l.unlinking != 0 {
		return
	}
	p.trace(traceProcs, atomUnlinkEvent, to)
	id := uint64(1)
	if p.node.isLocal(to) {
		p.extra.links.remove(k)
	} else {
		id = p.node.refs.Add(1)
		l.unlinking = id
		p.extra.links.put(k, l)
	}
	p.deliver(&Unlink{ID: id, From: p.Self(), To: to})
}

func (s *Link) deliver(n *Node, w *worker) {
	q, elsewhere := n.receiver(s.To)
	if elsewhere {
		if !n.forward(w, nodeOf(s.To), s) {
			n.deliver(&Exit{From: s.To, To: s.From, Reason: atom.Noconnection}, w)
		}
		return
	}
	if q == nil || !n.postTie(q, w, nodeOf(s.From), func(p *Process) {
		if _, linked := p.more().links.get(n.keyOfPid(s.From)); !linked {
			p.addLink(s.From)
			p.trace(traceProcs, atomLinkedEvent, s.From)
		}
	}) {
		n.deliver(&Exit{From: s.To, To: s.From, Reason: atom.Noproc}, w)
	}
}

func (s *Unlink) deliver(n *Node, w *worker) {
	q, elsewhere := n.receiver(s.To)
	if elsewhere {
		n.forwardIfConnected(w, nodeOf(s.To), s)
		return
	}
	ack := func(w *worker) {
		if !n.isLocal(s.From) {
			n.deliver(&UnlinkAck{ID: s.ID, From: s.To, To: s.From}, w)
		}
	}
	if q == nil || !q.post(w, func(p *Process) {
		k := n.keyOfPid(s.From)
		if l, ok := p.more().links.get(k); ok && l.unlinking == 0 {
			p.extra.links.remove(k)
			p.trace(traceProcs, atomUnlinkedEvent, s.From)
		}
		ack(p.worker)
	}) {
		ack(w)
	}
}

func (s *UnlinkAck) deliver(n *Node, w *worker) {
	q, elsewhere := n.receiver(s.To)
	if elsewhere {
		n.forwardIfConnected(w, nodeOf(s.To), s)
		return
	}
	if q != nil {
		q.post(w, func(p *Process) {
			k := n.keyOfPid(s.From)
			if l, ok := p.more().links.get(k); ok && l.unlinking == s.ID {
				p.extra.links.remove(k)
			}
		})
	}
}

func (s *Exit) deliver(n *Node, w *worker) {
	q, elsewhere := n.receiver(s.To)
	if elsewhere {
		n.forwardIfConnected(w, nodeOf(s.To), s)
		return
	}
	if q != nil {
		q.post(w, func(p *Process) { p.linkBroke(s) })
	}
}

// linkBroke takes the exit signal of a link, if the link still stands.
func (p *Process) linkBroke(s *Exit) {
	if p.extra == nil {
		return
	}
	l, ok := p.extra.links.remove(p.node.keyOfPid(s.From))
	if !ok || l.unlinking != 0 {
		return
	}
	p.trace(traceProcs, atomUnlinkedEvent, s.From)
	switch {
	case p.trapExit:
		p.enqueue(term.Tuple(atom.ExitSignal, s.From, s.Reason))
	case s.Reason != atom.Normal:
		p.exit(s.Reason)
	}
}

// exit has the process end for a reason, if it does not end already.
func (p *Process) exit(reason term.Term) {
	if p.exiting == nil {
		p.exiting = &exitReason{reason: reason}
	}
}

// ExitSignal is exit/2: it asks a process to end, which may be p itself: a native then returns what Stop gives. The error is badarg.
func (p *Process) ExitSignal(to, reason term.Term) error {
	if _, ok := to.Pid(); !ok && to.Kind() != term.KindPort {
		return term.Badarg()
	}
	p.deliver(&Exit2{From: p.Self(), To: to, Reason: reason})
	return nil
}

func (s *Exit2) deliver(n *Node, w *worker) {
	q, elsewhere := n.receiver(s.To)
	if elsewhere {
		n.forward(w, nodeOf(s.To), s)
		return
	}
	if q != nil {
		if s.Reason == atom.Kill {
			q.flag(flagDoomed)
		}
		q.post(w, func(p *Process) { p.asked(s) })
	}
}

func (p *Process) asked(s *Exit2) {
	switch {
	case s.Reason == atom.Kill:
		p.exit(atom.Killed)
	case p.trapExit:
		p.enqueue(term.Tuple(atom.ExitSignal, s.From, s.Reason))
	case s.Reason != atom.Normal || p.node.keyOfPid(s.From) == p.node.keyOfPid(p.Self()):
		p.exit(s.Reason)
	}
}

func (s *GroupLeader) deliver(n *Node, w *worker) {
	q, elsewhere := n.receiver(s.To)
	if elsewhere {
		n.forward(w, nodeOf(s.To), s)
		return
	}
	if leader, ok := s.Leader.Pid(); ok && q != nil {
		q.post(w, func(p *Process) { p.leader = leader })
	}
}

// end takes a process out of the world and tells those who asked.
func (p *Process) end() {
	n := p.node
	had := p.flags.Or(flagEnding)
	if had&flagOwner != 0 {
		n.ownerEnds(p)
	}
	if had&flagNamed != 0 {
		n.forgetName(p)
	}
	if p.id != nil {
		n.table.remove(p)
	} else {
		defer n.ports.remove(p)
	}
	late := p.inbox.take(closed)
	p.state.Store(stateGone)
	reason := p.exiting.reason
	p.trace(traceProcs, atom.ExitAtom, reason)
	if x := p.extra; x != nil {
		if x.meters > 0 {
			n.forgetMeters(x.meters)
		}
		p.extra = nil
		x.endTies(p, reason)
	}
	for _, l := range [2]*letter{p.exiting.rest, late} { // what was asked for meanwhile is answered as by a process that is gone
		for ; l != nil; l = l.next {
			if l.signal != nil {
				l.signal(p)
			}
		}
	}
	if x := p.extra; x != nil {
		x.endTies(p, atom.Noproc)
	}
	if had&(flagWatching|flagTimed|flagPeers) != 0 {
		n.forgetProcess(p)
	}
	p.machine, p.mailbox, p.extra = machineZero, mailbox{}, nil
}

// endTies tells those who are linked to the process, who monitor it, and whom it monitors.
func (x *extra) endTies(p *Process, reason term.Term) {
	if x.clock != nil {
		x.clock.end()
	}
	for _, e := range x.links.entries() {
		if e.value.unlinking == 0 {
			p.deliver(&Exit{From: p.Self(), To: e.value.to, Reason: reason})
		}
	}
	for _, m := range x.monitors.all() {
		p.drop(m)
	}
	for next := x.watches; next != nil; {
		m := next
		next = m.next
		m.prev, m.next, m.listed = nil, nil, false
		m.owner.post(p.worker, func(q *Process) { q.fired(m, reason) })
	}
	for _, e := range x.watchers.entries() {
		p.deliver(&Down{From: e.value.item, To: e.value.from, Ref: e.value.ref, Reason: reason, Process: p.Self()})
	}
	for _, e := range x.suspending.entries() {
		e.value.undo(p)
	}
}

func (n *Node) forgetName(p *Process) {
	n.namesMu.Lock()
	defer n.namesMu.Unlock()
	if name := n.nameOf[p]; !name.None() {
		delete(n.names, name)
		delete(n.nameOf, p)
	}
}
