package node

import (
	"time"

	"github.com/erlsh/erlsh/lang/term"
)

// timer is one that erlang:send_after or start_timer set.
type timer struct {
	t      *time.Timer
	at     time.Time
	number uint64
	owner  *Process // the process it is for, where that is known; its end ends the timer

	prev, next *timer // guarded by timersMu: the others of owner
}

var atomTimeout = term.Atom("timeout")

// StartTimer sends a message to a pid or a registered name after some time, {timeout, Ref, Message} with wrapped, and returns the
// reference of the timer. A timer for a process ends with it; a name is looked up when the time is over.
// Module erlang, send_after/4 and start_timer/4.
func (n *Node) StartTimer(after time.Duration, to, message term.Term, wrapped bool) term.Term {
	ref := n.MakeRef()
	if wrapped {
		message = term.Tuple(atomTimeout, ref, message)
	}
	owner := n.Process(to)
	if owner == nil && !to.IsAtom() {
		return ref
	}
	k := n.number(ref)
	t := &timer{number: k, at: time.Now().Add(after), owner: owner}
	n.timersMu.Lock()
	defer n.timersMu.Unlock()
	if n.closed.Load() || owner != nil && !owner.flagUnlessEnding(flagTimed) {
		return ref
	}
	n.timers[k] = t
	if owner != nil {
		if t.next = owner.timers; t.next != nil {
			t.next.prev = t
		}
		owner.timers = t
	}
	t.t = time.AfterFunc(after, func() {
		n.timersMu.Lock()
		live := n.timers[k] == t
		n.forgetTimer(k, t)
		n.timersMu.Unlock()
		if live {
			_ = n.Send(term.None, to, message) // a name that nobody has any more is no error
		}
	})
	return ref
}

// forgetTimer wants timersMu held.
func (n *Node) forgetTimer(k uint64, t *timer) {
	if n.timers[k] != t {
		return
	}
	delete(n.timers, k)
	switch {
	case t.prev != nil:
		t.prev.next = t.next
	case t.owner != nil:
		t.owner.timers = t.next
	}
	if t.next != nil {
		t.next.prev = t.prev
	}
}

// CancelTimer stops a timer and returns what was left of its time; false when there is none.
func (n *Node) CancelTimer(ref term.Term) (time.Duration, bool) {
	n.timersMu.Lock()
	defer n.timersMu.Unlock()
	k := n.number(ref)
	t := n.timers[k]
	if t == nil {
		return 0, false
	}
	t.t.Stop()
	n.forgetTimer(k, t)
	return max(time.Until(t.at), 0), true
}

// ReadTimer returns what is left of a timer's time; false when there is none.
func (n *Node) ReadTimer(ref term.Term) (time.Duration, bool) {
	n.timersMu.RLock()
	defer n.timersMu.RUnlock()
	t := n.timers[n.number(ref)]
	if t == nil {
		return 0, false
	}
	return max(time.Until(t.at), 0), true
}

// stopTimers ends the timers of a process that ends.
func (n *Node) stopTimers(p *Process) {
	n.timersMu.Lock()
	defer n.timersMu.Unlock()
	for t := p.timers; t != nil; t = t.next {
		t.t.Stop()
		delete(n.timers, t.number)
	}
	p.timers = nil
}
