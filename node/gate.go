package node

import (
	"sync"
	"sync/atomic"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

// Gate is a port whose maker moves the data itself, as sockets do: the node knows whom it belongs to, and closes it with its owner.
type Gate struct {
	port  *port
	value any
	close func()

	In, Out atomic.Uint64 // bytes that came in and went out

	mu    sync.Mutex
	owner *Process // guarded by mu
}

// OpenGate makes a gate that belongs to a process of this node, to which it is linked, and that stands for value; close is called once,
// when it is closed. It may be called by any goroutine; nil when the process, or the node, has ended.
func (n *Node) OpenGate(owner *Process, name string, value any, close func()) *Gate {
	q := &Process{node: n, parent: owner.id, leader: owner.leader, trapExit: true}
	q.state.Store(stateReady)
	g := &Gate{value: value, close: close, owner: owner}
	t := &port{process: q, o: PortOptions{Name: name}, owner: owner.Self(), gate: g}
	g.port = t
	q.more().handler = t.handle
	q.addLink(owner.Self())
	n.ports.add(t, n.origin)
	id := t.id.Term()
	if t.closed.Load() || !owner.post(nil, func(p *Process) { p.addLink(id) }) {
		n.ports.remove(q)
		return nil
	}
	n.put(nil, q)
	return g
}

// Gate returns an open gate of this node, nil for any other term.
func (n *Node) Gate(to term.Term) *Gate {
	if to.Kind() != term.KindPort {
		return nil
	}
	if t := n.portOf(to); t != nil {
		return t.gate
	}
	return nil
}

// Term returns the port.
func (g *Gate) Term() term.Term { return g.port.id.Term() }

// Number returns the number that the port has on its node.
func (g *Gate) Number() uint64 { return g.port.id.ID }

// Value returns what the gate stands for.
func (g *Gate) Value() any { return g.value }

// Owner returns the pid of the process that the gate belongs to.
func (g *Gate) Owner() term.Term {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.owner.Self()
}

func (g *Gate) setOwner(p *Process) {
	if p == nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.owner = p
}

// Tell sends a message to the owner.
func (g *Gate) Tell(message term.Term) {
	g.mu.Lock()
	owner := g.owner
	g.mu.Unlock()
	owner.tell(nil, message)
}

// Give gives the gate to another process, and ends the link to its owner; false when it is closed or the other process has ended.
func (g *Gate) Give(p *Process, to term.Term) bool {
	if !p.ConnectPort(g.Term(), to) {
		return false
	}
	p.Unlink(g.Term())
	return true
}

// Go runs f in a goroutine that serves the gate; f ends when the gate is closed. A node that closes waits for it.
func (g *Gate) Go(f func()) {
	s := &g.port.process.node.ports
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.over {
		s.gates.Go(f)
	}
}

// Close closes the gate and ends the link to its owner, who hears nothing of it.
func (g *Gate) Close() {
	t := g.port
	t.stop()
	g.mu.Lock()
	owner := g.owner
	g.mu.Unlock()
	id, pid := t.id.Term(), owner.Self()
	owner.post(nil, func(p *Process) { p.forgetLink(id) })
	t.process.post(nil, func(q *Process) {
		q.forgetLink(pid)
		q.exit(atom.Normal)
	})
}

// forgetLink ends this side of a link.
func (p *Process) forgetLink(to term.Term) {
	if p.extra != nil {
		p.extra.links.remove(p.node.keyOfPid(to))
	}
}
