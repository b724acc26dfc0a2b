package node

import (
	"time"

	"github.com/erlsh/erlsh/lang/term"
)

// timer is one that erlang:send_after or start_timer set. All is guarded by timersMu.
type timer struct {
	at      time.Duration // on the clock of the node
	due     int64         // the first millisecond that is not before at
	number  uint64
	owner   *Process // the process it is for, where that is known; its end ends the timer
	to      term.Term
	message term.Term

	prev, next    *timer // the others of owner
	before, after *timer // the others of its list in the wheel
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
	t := &timer{at: n.Monotonic() + after, number: n.number(ref), owner: owner, to: to, message: message}
	t.due = int64((t.at + time.Millisecond - 1) / time.Millisecond)
	n.timersMu.Lock()
	defer n.timersMu.Unlock()
	if n.closed.Load() || owner != nil && !owner.flagUnlessEnding(flagTimed) {
		return ref
	}
	t.due = max(t.due, n.wheel.done+1)
	n.timers.put(t.number, t)
	n.wheel.add(t)
	if owner != nil {
		if t.next = owner.timers; t.next != nil {
			t.next.prev = t
		}
		owner.timers = t
	}
	if n.wheel.wake == 0 || t.due < n.wheel.wake {
		n.setAlarm(t.due)
	}
	return ref
}

// setAlarm has the wheel woken at a millisecond; timersMu is held.
func (n *Node) setAlarm(at int64) {
	w := &n.wheel
	w.wake = at
	wait := time.Duration(at)*time.Millisecond - n.Monotonic()
	if w.alarm == nil {
		w.alarm = time.AfterFunc(wait, n.ring)
	} else {
		w.alarm.Reset(wait)
	}
}

// ring lets the timers go off whose time has come.
func (n *Node) ring() {
	var due []*timer
	n.timersMu.Lock()
	n.wheel.wake = 0
	n.wheel.expire(int64(n.Monotonic()/time.Millisecond), func(t *timer) {
		due = append(due, t)
		n.forgetTimer(t)
	})
	if at := n.wheel.next(); at != 0 && !n.closed.Load() {
		n.setAlarm(at)
	}
	n.timersMu.Unlock()
	for _, t := range due {
		_ = n.Send(term.None, t.to, t.message) // a name that nobody has any more is no error
	}
}

// forgetTimer wants timersMu held; the timer is out of the wheel.
func (n *Node) forgetTimer(t *timer) {
	n.timers.remove(t.number)
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
	t, ok := n.timers.get(n.number(ref))
	if !ok {
		return 0, false
	}
	n.wheel.remove(t)
	n.forgetTimer(t)
	return max(t.at-n.Monotonic(), 0), true
}

// ReadTimer returns what is left of a timer's time; false when there is none.
func (n *Node) ReadTimer(ref term.Term) (time.Duration, bool) {
	n.timersMu.RLock()
	defer n.timersMu.RUnlock()
	t, ok := n.timers.get(n.number(ref))
	if !ok {
		return 0, false
	}
	return max(t.at-n.Monotonic(), 0), true
}

// stopTimers ends the timers of a process that ends.
func (n *Node) stopTimers(p *Process) {
	n.timersMu.Lock()
	defer n.timersMu.Unlock()
	for t := p.timers; t != nil; t = t.next {
		n.wheel.remove(t)
		n.timers.remove(t.number)
	}
	p.timers = nil
}
