package node

import (
	"sync/atomic"
	"time"

	"github.com/erlsh/erlsh/lang/term"
)

// letter is what is put into an inbox: a message, or a signal that its receiver carries out on its own turn.
type letter struct {
	next    *letter
	message term.Term
	signal  func(p *Process)
}

// closed is the inbox of a process that is gone.
var closed = new(letter)

// inbox is where others put letters, the newest first. No lock: whoever comes in between makes one try again.
type inbox struct{ top atomic.Pointer[letter] }

// push puts a letter in; false when the process is gone.
func (b *inbox) push(l *letter) bool {
	for {
		top := b.top.Load()
		if top == closed {
			return false
		}
		l.next = top
		if b.top.CompareAndSwap(top, l) {
			return true
		}
	}
}

func (b *inbox) empty() bool { return b.top.Load() == nil }

// take removes all letters, leaves then in their place, and returns them with the oldest first.
func (b *inbox) take(then *letter) *letter {
	l := b.top.Swap(then)
	if l == closed {
		return nil
	}
	var first *letter
	for l != nil {
		next := l.next
		l.next = first
		first, l = l, next
	}
	return first
}

// mailbox is the list of messages that a process has not received yet, the oldest first. Only the process itself touches it.
type mailbox struct {
	head, tail *letter
	at         *letter // the message examined last by the receive that runs; nil: none yet
	before     *letter // the one before at
	count      int
}

// enqueue puts a message behind the others.
func (p *Process) enqueue(m term.Term) { p.append(&letter{message: m}) }

func (p *Process) append(l *letter) {
	l.next = nil
	b := &p.mailbox
	if b.tail == nil {
		b.head = l
	} else {
		b.tail.next = l
	}
	b.tail = l
	b.count++
	if p.extra != nil && p.extra.tracer != nil {
		p.traceReceive(l.message)
	}
}

// cut takes l, which comes after prev, out of the list.
func (p *Process) cut(prev, l *letter) {
	b := &p.mailbox
	if prev == nil {
		b.head = l.next
	} else {
		prev.next = l.next
	}
	if b.tail == l {
		b.tail = prev
	}
	b.count--
	if p.extra != nil {
		p.extra.marks.moved(l, prev)
	}
}

// drain takes what came in: messages go to the mailbox, signals are carried out. What comes behind a signal that ends the process
// is kept for its end.
func (p *Process) drain() {
	if p.exiting != nil || p.inbox.empty() {
		return
	}
	for l := p.inbox.take(nil); l != nil; {
		next := l.next
		if l.signal == nil {
			p.append(l)
		} else if l.signal(p); p.exiting != nil {
			p.exiting.rest = next
			return
		}
		l = next
	}
}

// Next returns the message at the receive cursor and moves the cursor behind it; false when no message is left.
func (p *Process) Next() (term.Term, bool) {
	b := &p.mailbox
	l := b.head
	if b.at != nil {
		l = b.at.next
	}
	if l == nil {
		p.drain()
		if l = b.head; b.at != nil {
			l = b.at.next
		}
		if l == nil || p.exiting != nil {
			return term.None, false
		}
	}
	b.before, b.at = b.at, l
	return l.message, true
}

// Accept removes the message that Next returned last.
func (p *Process) Accept() {
	l := p.mailbox.at
	p.cut(p.mailbox.before, l)
	p.Rewind()
	p.worker.keep(l)
}

// maxSpareLetters is how many letters a worker keeps to be used again.
const maxSpareLetters = 256

// letter makes a letter of a message.
func (w *worker) letter(m term.Term) *letter {
	if w == nil || w.spare == nil {
		return &letter{message: m}
	}
	l := w.spare
	w.spare, w.spares = l.next, w.spares-1
	l.message = m
	return l
}

// keep takes a letter that has been read: nothing refers to it any more.
func (w *worker) keep(l *letter) {
	if w == nil || w.spares == maxSpareLetters {
		return
	}
	l.message = term.None
	l.next = w.spare
	w.spare, w.spares = l, w.spares+1
}

// Rewind puts the cursor to the front and stops the receive timer.
func (p *Process) Rewind() {
	p.mailbox.at, p.mailbox.before = nil, nil
	if p.extra != nil && p.extra.clock != nil {
		p.extra.clock.stop()
	}
}

// messages returns what waits in the mailbox, the oldest first.
func (p *Process) messages() []term.Term {
	out := make([]term.Term, 0, p.mailbox.count)
	for l := p.mailbox.head; l != nil; l = l.next {
		out = append(out, l.message)
	}
	return out
}

// clock is the timer of a receive. It is made for the first one that needs it and used again. Most receives end long before their time
// is over: the timer of Go goes on then, and when it rings it is set anew for the receive that waits at that time, if there is one.
type clock struct {
	timer    *time.Timer
	armed    bool
	out      bool          // the time is over
	deadline time.Duration // on the clock of the node, where armed
	rings    time.Duration // when the timer rings, on the same clock; 0: it does not
}

func (c *clock) stop() { c.armed, c.out = false, false }

// end stops the timer itself.
func (c *clock) end() {
	c.stop()
	if c.timer != nil {
		c.timer.Stop()
	}
}

// Arm starts the receive timer.
func (p *Process) Arm(milliseconds int64) {
	x := p.more()
	if x.clock == nil {
		x.clock = new(clock)
	}
	c, after := x.clock, time.Duration(milliseconds)*time.Millisecond
	c.armed, c.out, c.deadline = true, false, p.node.Monotonic()+after
	if c.rings == 0 || c.rings > c.deadline {
		p.setClock(c, after)
	}
}

func (p *Process) setClock(c *clock, after time.Duration) {
	c.rings = c.deadline
	if c.timer != nil {
		c.timer.Reset(after)
		return
	}
	c.timer = time.AfterFunc(after, func() { p.post(nil, func(p *Process) { p.clockRings(c) }) })
}

// clockRings is when the timer of Go has rung.
func (p *Process) clockRings(c *clock) {
	c.rings = 0
	if !c.armed || p.extra == nil {
		return
	}
	if left := c.deadline - p.node.Monotonic(); left > 0 {
		p.setClock(c, left)
	} else {
		c.out = true
	}
}

// TimedOut reports whether the receive timer has run out.
func (p *Process) TimedOut() bool { return p.extra != nil && p.extra.clock != nil && p.extra.clock.out }

// marks are the references that the process made last, each with the message that was the newest then: what answers to the reference
// comes behind it.
type marks struct {
	next  uint8
	marks [4]mark
}

type mark struct {
	ref   *term.Ref
	after *letter
}

// moved notes that a message left the mailbox; prev is the one before it.
func (m *marks) moved(l, prev *letter) {
	for i := range m.marks {
		if m.marks[i].after == l {
			m.marks[i].after = prev
		}
	}
}

// made notes a reference that this process made, for SkipTo.
func (p *Process) made(ref term.Term) {
	p.drain()
	r, _ := ref.Ref()
	if p.mailbox.tail == nil && p.extra == nil {
		return
	}
	m := &p.more().marks
	m.marks[m.next%uint8(len(m.marks))] = mark{r, p.mailbox.tail}
	m.next++
}

// SkipTo moves the cursor past the messages that are older than ref, if ref is one of the references that this process made last.
func (p *Process) SkipTo(ref term.Term) {
	if p.mailbox.at != nil || p.extra == nil {
		return
	}
	r, ok := ref.Ref()
	if !ok {
		return
	}
	for i := range p.extra.marks.marks {
		if m := &p.extra.marks.marks[i]; m.ref == r && m.after != nil {
			p.mailbox.at = m.after
			return
		}
	}
}

// MakeRef returns a new reference, noted as made by this process.
func (p *Process) MakeRef() term.Term {
	ref := p.node.makeRef(p.id.ID)
	p.made(ref)
	return ref
}
