package node

import (
	"errors"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

// What Network.Send may answer.
var (
	ErrBusy         = errors.New("the connection is busy")
	ErrNotConnected = errors.New("not connected")
)

// Send does what the operator ! does.
func (p *Process) Send(to, msg term.Term) error { return p.node.send(p, p.pid, to, msg, SendOptions{}) }

// SendOpt is erlang:send/3. The error is ErrBusy or ErrNotConnected where the options forbid what it would take, else as of Send.
func (p *Process) SendOpt(to, msg term.Term, o SendOptions) error {
	return p.node.send(p, p.pid, to, msg, o)
}

// Send sends a message from anywhere in Go; from is the pid of whoever speaks. The error is badarg.
func (n *Node) Send(from, to, msg term.Term) error { return n.send(nil, from, to, msg, SendOptions{}) }

func (n *Node) send(p *Process, from, to, msg term.Term, o SendOptions) error {
	switch to.Kind() {
	case term.KindPid:
		pid, _ := to.Pid()
		if n.local(pid.Origin) {
			if q := n.Process(to); q != nil {
				q.post(item{message: msg})
			}
			return nil
		}
		return n.sendRemote(p, pid.Origin.Name(), &Send{From: from, To: to, Message: msg}, o)
	case term.KindRef:
		r, _ := to.Ref()
		s := &AliasSend{From: from, Alias: to, Message: msg}
		if n.local(r.Origin) {
			n.Deliver(s)
			return nil
		}
		return n.sendRemote(p, r.Origin.Name(), s, o)
	case term.KindAtom:
		q := n.Process(n.Whereis(to))
		if q == nil {
			if !n.Whereis(to).None() {
				return nil
			}
			return term.Badarg()
		}
		q.post(item{message: msg})
		return nil
	case term.KindTuple:
		e, _ := to.Tuple()
		if len(e) != 2 || !e[0].IsAtom() || !e[1].IsAtom() {
			return term.Badarg()
		}
		if e[1] == n.Name() {
			if q := n.Process(n.Whereis(e[0])); q != nil {
				q.post(item{message: msg})
			}
			return nil
		}
		return n.sendRemote(p, e[1], &Send{From: from, Name: e[0], Message: msg}, o)
	case term.KindPort:
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
	if p == nil || o.NoSuspend {
		err := w.Send(name, s, o)
		if errors.Is(err, ErrBusy) && p == nil {
			return nil
		}
		return err
	}
	free := make(chan error, 1)
	o.Done = func(err error) { free <- err }
	err := w.Send(name, s, o)
	if errors.Is(err, ErrBusy) {
		p.Blocking(func() { err = <-free })
	}
	if errors.Is(err, ErrNotConnected) && !o.NoConnect {
		return nil
	}
	return err
}

func (s *Send) deliver(n *Node) {
	to := s.To
	if to.None() {
		to = n.Whereis(s.Name)
	}
	if q := n.Process(to); q != nil {
		q.post(item{message: s.Message})
	} else if pid, ok := to.Pid(); ok && !n.local(pid.Origin) {
		n.forward(pid.Origin.Name(), s)
	}
}

// aliasOwners is which process has which alias; mu is held.
func (n *Node) aliasOwners() map[refKey]*Process {
	const key = "aliases"
	m, ok := n.slots[key].(map[refKey]*Process)
	if !ok {
		m = map[refKey]*Process{}
		n.slots[key] = m
	}
	return m
}

// Flag sets a process flag and returns its old value. The error is badarg.
func (p *Process) Flag(name, value term.Term) (term.Term, error) {
	switch name.AtomName() {
	case "trap_exit":
		if value != term.True && value != term.False {
			return term.None, term.Badarg()
		}
		old := term.Bool(p.trapExit)
		p.trapExit = value == term.True
		return old, nil
	case "priority":
		old := p.priority
		if old.None() {
			old = atom.Normal
		}
		switch value.AtomName() {
		case "low", "normal", "high", "max":
			p.priority = value
			return old, nil
		}
		return term.None, term.Badarg()
	}
	initial, ok := flagDefaults[name.AtomName()]
	if !ok {
		return term.None, term.Badarg()
	}
	old, set := p.flags[name]
	if !set {
		old = initial
	}
	if p.flags == nil {
		p.flags = map[term.Term]term.Term{}
	}
	p.flags[name] = value
	return old, nil
}

// flagDefaults are flags that are kept and change nothing here.
var flagDefaults = map[string]term.Term{
	"error_handler": term.Atom("error_handler"), "message_queue_data": term.Atom("on_heap"), "min_heap_size": term.Int(233),
	"min_bin_vheap_size": term.Int(46422), "fullsweep_after": term.Int(65535), "save_calls": term.Int(0), "sensitive": term.False,
	"max_heap_size": term.NewMap(term.Atom("error_logger"), term.True, term.Atom("kill"), term.True, term.Atom("size"), term.Int(0)),
}
