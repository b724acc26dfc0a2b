package node

import (
	"errors"

	"github.com/erlsh/erlsh/lang/term"
)

// What Network.Send may answer.
var (
	ErrBusy         = errors.New("the connection is busy")
	ErrNotConnected = errors.New("not connected")
)

// Send does what the operator ! does.
func (p *Process) Send(to, msg term.Term) error { return p.SendOpt(to, msg, SendOptions{}) }

// SendOpt is erlang:send/3. The error is ErrBusy or ErrNotConnected where the options forbid what it would take, else as of Send.
func (p *Process) SendOpt(to, msg term.Term, o SendOptions) error {
	traced := p.extra != nil && p.extra.tracer != nil
	if traced {
		p.traceSend(to, msg)
	}
	if id, ok := to.Pid(); ok && id.Origin == p.node.origin {
		q := p.node.byID(id)
		switch {
		case q == p && !traced && p.inbox.empty() && p.exiting == nil:
			p.append(p.worker.letter(msg)) // it would come next anyway
		case q != nil:
			q.tell(p.worker, msg)
		}
		return nil
	}
	return p.node.send(p, p.Self(), to, msg, o)
}

// Send sends a message from anywhere in Go; from is the pid of whoever speaks. The error is badarg.
func (n *Node) Send(from, to, msg term.Term) error { return n.send(nil, from, to, msg, SendOptions{}) }

func (n *Node) send(p *Process, from, to, msg term.Term, o SendOptions) error {
	var w *worker
	if p != nil {
		w = p.worker
	}
	switch to.Kind() {
	case term.KindPid:
		q, elsewhere := n.receiver(to)
		if elsewhere {
			return n.sendRemote(p, nodeOf(to), &Send{From: from, To: to, Message: msg}, o)
		}
		if q != nil {
			q.tell(w, msg)
		}
		return nil
	case term.KindRef:
		r, _ := to.Ref()
		s := &AliasSend{From: from, Alias: to, Message: msg}
		if n.local(r.Origin) {
			n.deliver(s, w)
			return nil
		}
		return n.sendRemote(p, r.Origin.Name(), s, o)
	case term.KindAtom:
		q := n.named(to)
		if q == nil {
			return term.Badarg()
		}
		q.say(w, from, msg)
		return nil
	case term.KindTuple:
		e, _ := to.Tuple()
		if len(e) != 2 || !e[0].IsAtom() || !e[1].IsAtom() {
			return term.Badarg()
		}
		if e[1] == n.Name() {
			if q := n.named(e[0]); q != nil {
				q.say(w, from, msg)
			}
			return nil
		}
		return n.sendRemote(p, e[1], &Send{From: from, Name: e[0], Message: msg}, o)
	case term.KindPort:
		if q, _ := n.receiver(to); q != nil {
			q.say(w, from, msg)
		}
		return nil
	}
	return term.Badarg()
}

// sendRemote hands a message to the network. A process that sends to a busy connection waits until it is not, unless it said
// nosuspend.
func (n *Node) sendRemote(p *Process, name term.Term, s Signal, o SendOptions) error {
	w := n.Network()
	if w == nil || !n.Alive() {
		if o.NoConnect {
			return ErrNotConnected
		}
		return nil
	}
	if !o.NoConnect {
		n.prepareFuns(name, s)
	}
	if p != nil {
		o.Outbox = p.worker.out()
	}
	if p == nil || o.NoSuspend {
		err := w.Send(name, s, o)
		if errors.Is(err, ErrBusy) && p == nil {
			return nil
		}
		return err
	}
	o.Done = p.resumer()
	err := w.Send(name, s, o)
	if errors.Is(err, ErrBusy) {
		p.waitsFor(atomBusyDistPort, name)
		return p.suspended()
	}
	if errors.Is(err, ErrNotConnected) && !o.NoConnect {
		return nil
	}
	return err
}

// resumer returns what ends the wait of a process for a busy connection.
func (p *Process) resumer() func(error) {
	x := p.more()
	if x.resumed == nil {
		x.resumed = func(error) { p.post(nil, func(p *Process) { p.extra.free = true }) }
	}
	return x.resumed
}

// suspended waits until a busy connection takes more. A process that is ended meanwhile does not: the error says so.
func (p *Process) suspended() error {
	for !p.extra.free {
		p.waitPinned()
		if p.look() {
			return killed()
		}
	}
	p.extra.free = false
	return nil
}

// say puts a message from a process into the inbox; a port wants to know who it is.
func (p *Process) say(w *worker, from, m term.Term) {
	if p.id == nil {
		m = term.Tuple(from, m)
	}
	p.tell(w, m)
}

func (s *Send) deliver(n *Node, w *worker) {
	if s.To.None() {
		if q := n.named(s.Name); q != nil {
			q.say(w, s.From, s.Message)
		}
		return
	}
	q, elsewhere := n.receiver(s.To)
	if elsewhere {
		n.forward(w, nodeOf(s.To), s)
	} else if q != nil {
		q.tell(w, s.Message)
	}
}
