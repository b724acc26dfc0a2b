package node

import (
	"sync"
	"sync/atomic"

	"github.com/erlsh/erlsh/lang/term"
)

// SocketPort is a port that stands for a socket. It belongs to a process, is linked to it, and is closed when the process ends.
type SocketPort struct {
	node  *Node
	id    *term.Port
	name  string
	value any
	close func()

	In, Out atomic.Uint64 // bytes that came in and went out

	mu     sync.Mutex
	owner  *Process // guarded by mu
	closed bool     // guarded by mu
}

// sockets are the open sockets of a node, and the goroutines that serve them.
type sockets struct {
	mu    sync.Mutex
	open  map[uint64]*SocketPort           // guarded by mu
	owned map[*Process]map[uint64]struct{} // guarded by mu
	over  bool                             // guarded by mu: the node is closed
	work  sync.WaitGroup
}

var socketSlot Slot[*sockets]

func (n *Node) sockets() *sockets {
	return socketSlot.Of(n, func(n *Node) *sockets {
		p := &sockets{open: map[uint64]*SocketPort{}, owned: map[*Process]map[uint64]struct{}{}}
		n.OnExit(p.ownerEnds)
		return p
	})
}

// OpenSocket makes a port that belongs to a process of this node and stands for value; close is called once, when the port is closed. It
// may be called by any goroutine; nil when the process, or the node, has ended.
func (n *Node) OpenSocket(owner *Process, name string, value any, close func()) *SocketPort {
	s := n.sockets()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over || !owner.Owns() {
		return nil
	}
	number := n.ports.number()
	p := &SocketPort{node: n, id: &term.Port{Origin: n.origin, ID: number}, name: name, value: value, close: close, owner: owner}
	s.open[number] = p
	s.own(owner, number)
	id := p.id.Term()
	owner.post(nil, func(q *Process) { q.addLink(id) })
	return p
}

// own notes who owns a port; mu is held.
func (s *sockets) own(owner *Process, id uint64) {
	if s.owned[owner] == nil {
		s.owned[owner] = map[uint64]struct{}{}
	}
	s.owned[owner][id] = struct{}{}
}

func (s *sockets) disown(owner *Process, id uint64) {
	delete(s.owned[owner], id)
	if len(s.owned[owner]) == 0 {
		delete(s.owned, owner)
	}
}

// ownerEnds closes what a process that ends owns.
func (s *sockets) ownerEnds(p *Process) {
	s.mu.Lock()
	var mine []*SocketPort
	for id := range s.owned[p] {
		mine = append(mine, s.open[id])
	}
	s.mu.Unlock()
	for _, port := range mine {
		port.Close()
	}
}

// SocketPort returns an open socket of this node, nil for any other term.
func (n *Node) SocketPort(t term.Term) *SocketPort {
	id, ok := t.Port()
	if !ok || !n.local(id.Origin) {
		return nil
	}
	s := n.sockets()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open[id.ID]
}

// list returns the open sockets in no order.
func (s *sockets) list() []term.Term {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]term.Term, 0, len(s.open))
	for _, p := range s.open {
		out = append(out, p.Term())
	}
	return out
}

// Facts returns what is known of the port.
func (p *SocketPort) Facts() PortFacts {
	owner := p.Owner()
	return PortFacts{Name: p.name, ID: p.id.ID, RegisteredName: term.None, Owner: owner, Links: []term.Term{owner}, Input: p.In.Load(), Output: p.Out.Load()}
}

// Term returns the port as a term.
func (p *SocketPort) Term() term.Term { return p.id.Term() }

// Number returns the number that the port has on its node.
func (p *SocketPort) Number() uint64 { return p.id.ID }

// Name returns what the port is.
func (p *SocketPort) Name() string { return p.name }

// Value returns what the port stands for.
func (p *SocketPort) Value() any { return p.value }

// Owner returns the pid of the process that the port belongs to.
func (p *SocketPort) Owner() term.Term {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.owner.Self()
}

// Give gives an open port to another process; false when that has ended.
func (p *SocketPort) Give(to *Process) bool {
	s := p.node.sockets()
	s.mu.Lock()
	defer s.mu.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || !to.Owns() {
		return false
	}
	from, id := p.owner, p.Term()
	s.disown(from, p.id.ID)
	s.own(to, p.id.ID)
	p.owner = to
	to.post(nil, func(q *Process) { q.addLink(id) })
	from.post(nil, func(q *Process) { q.forgetLink(id) })
	return true
}

// forgetLink ends a link to a port.
func (p *Process) forgetLink(to term.Term) {
	if p.extra != nil {
		p.extra.links.remove(p.node.keyOfPid(to))
	}
}

// Tell sends a message to the owner.
func (p *SocketPort) Tell(message term.Term) {
	p.mu.Lock()
	owner := p.owner
	p.mu.Unlock()
	owner.tell(nil, message)
}

// Go runs f in a goroutine that serves the port; f ends when the port is closed. A node that closes waits for it.
func (p *SocketPort) Go(f func()) {
	s := p.node.sockets()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over {
		return
	}
	s.work.Go(f)
}

// Close closes the port and its link; false when it was closed before.
func (p *SocketPort) Close() bool {
	s := p.node.sockets()
	s.mu.Lock()
	p.mu.Lock()
	was := p.closed
	p.closed = true
	owner := p.owner
	p.mu.Unlock()
	if !was {
		delete(s.open, p.id.ID)
		s.disown(owner, p.id.ID)
	}
	s.mu.Unlock()
	if was {
		return false
	}
	p.close()
	id := p.Term()
	owner.post(nil, func(q *Process) { q.forgetLink(id) })
	return true
}

// closeSockets closes all sockets of a node and waits for their goroutines.
func (n *Node) closeSockets() {
	s := n.sockets()
	s.mu.Lock()
	s.over = true
	var all []*SocketPort
	for _, p := range s.open {
		all = append(all, p)
	}
	s.mu.Unlock()
	for _, p := range all {
		p.Close()
	}
	s.work.Wait()
}
