package node

import (
	"sync"
	"sync/atomic"

	"github.com/erlsh/erlsh/lang/term"
)

// Port is a way to the world outside, such as a socket. It belongs to a process, is linked to it, and is closed when the process ends.
type Port struct {
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

// ports are the open ports of a node, and the goroutines that serve them.
type ports struct {
	mu    sync.Mutex
	next  uint64                           // guarded by mu
	open  map[uint64]*Port                 // guarded by mu
	owned map[*Process]map[uint64]struct{} // guarded by mu
	over  bool                             // guarded by mu: the node is closed
	work  sync.WaitGroup
}

var portSlot Slot[*ports]

func (n *Node) ports() *ports {
	return portSlot.Of(n, func(n *Node) *ports {
		p := &ports{next: 2, open: map[uint64]*Port{}, owned: map[*Process]map[uint64]struct{}{}}
		n.OnExit(p.ownerEnds)
		return p
	})
}

// OpenPort makes a port that belongs to a process of this node and stands for value; close is called once, when the port is closed. It
// may be called by any goroutine; nil when the process, or the node, has ended.
func (n *Node) OpenPort(owner *Process, name string, value any, close func()) *Port {
	s := n.ports()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over || !owner.Owns() {
		return nil
	}
	s.next++
	p := &Port{node: n, id: &term.Port{Origin: n.origin, ID: s.next}, name: name, value: value, close: close, owner: owner}
	s.open[s.next] = p
	s.own(owner, s.next)
	id := p.id.Term()
	owner.post(nil, func(q *Process) { q.addLink(id) })
	return p
}

// own notes who owns a port; mu is held.
func (s *ports) own(owner *Process, id uint64) {
	if s.owned[owner] == nil {
		s.owned[owner] = map[uint64]struct{}{}
	}
	s.owned[owner][id] = struct{}{}
}

func (s *ports) disown(owner *Process, id uint64) {
	delete(s.owned[owner], id)
	if len(s.owned[owner]) == 0 {
		delete(s.owned, owner)
	}
}

// ownerEnds closes what a process that ends owns.
func (s *ports) ownerEnds(p *Process) {
	s.mu.Lock()
	var mine []*Port
	for id := range s.owned[p] {
		mine = append(mine, s.open[id])
	}
	s.mu.Unlock()
	for _, port := range mine {
		port.Close()
	}
}

// Port returns an open port of this node, nil for any other term.
func (n *Node) Port(t term.Term) *Port {
	id, ok := t.Port()
	if !ok || !n.local(id.Origin) {
		return nil
	}
	s := n.ports()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open[id.ID]
}

// Ports returns the open ports, the oldest first.
func (n *Node) Ports() []term.Term {
	s := n.ports()
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []term.Term
	for id := uint64(0); id <= s.next && len(out) < len(s.open); id++ {
		if p := s.open[id]; p != nil {
			out = append(out, p.Term())
		}
	}
	return out
}

// Term returns the port as a term.
func (p *Port) Term() term.Term { return p.id.Term() }

// Number returns the number that the port has on its node.
func (p *Port) Number() uint64 { return p.id.ID }

// Name returns what the port is.
func (p *Port) Name() string { return p.name }

// Value returns what the port stands for.
func (p *Port) Value() any { return p.value }

// Owner returns the pid of the process that the port belongs to.
func (p *Port) Owner() term.Term {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.owner.Self()
}

// Give gives an open port to another process; false when that has ended.
func (p *Port) Give(to *Process) bool {
	s := p.node.ports()
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
func (p *Port) Tell(message term.Term) {
	p.mu.Lock()
	owner := p.owner
	p.mu.Unlock()
	owner.tell(nil, message)
}

// Go runs f in a goroutine that serves the port; f ends when the port is closed. A node that closes waits for it.
func (p *Port) Go(f func()) {
	s := p.node.ports()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over {
		return
	}
	s.work.Go(f)
}

// Close closes the port and its link; false when it was closed before.
func (p *Port) Close() bool {
	s := p.node.ports()
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

// closePorts closes all ports of a node and waits for their goroutines.
func (n *Node) closePorts() {
	s := n.ports()
	s.mu.Lock()
	s.over = true
	var all []*Port
	for _, p := range s.open {
		all = append(all, p)
	}
	s.mu.Unlock()
	for _, p := range all {
		p.Close()
	}
	s.work.Wait()
}
