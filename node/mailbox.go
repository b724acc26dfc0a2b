package node

import (
	"time"

	"github.com/erlsh/erlsh/lang/term"
)

// drain takes what came in: messages go to the queue, signals are carried out.
func (p *Process) drain() {
	p.mu.Lock()
	in := p.inbox
	p.inbox = nil
	p.mu.Unlock()
	for i := range in {
		if p.exiting != nil { // the rest comes too late; end answers it
			p.mu.Lock()
			p.inbox = append(in[i:], p.inbox...)
			p.mu.Unlock()
			return
		}
		if in[i].signal != nil {
			in[i].signal(p)
		} else {
			p.enqueue(in[i].message)
		}
	}
}

func (p *Process) enqueue(m term.Term) {
	if p.head > 64 && p.head*2 > len(p.queue) {
		n := copy(p.queue, p.queue[p.head:])
		clear(p.queue[n:])
		p.queue, p.head = p.queue[:n], 0
	}
	p.queue = append(p.queue, m)
}

// Next returns the message at the receive cursor and moves the cursor behind it; false when no message is left.
func (p *Process) Next() (term.Term, bool) {
	if p.head+p.cursor >= len(p.queue) {
		p.drain()
		if p.head+p.cursor >= len(p.queue) || p.exiting != nil {
			return term.None, false
		}
	}
	m := p.queue[p.head+p.cursor]
	p.cursor++
	return m, true
}

// Accept removes the message that Next returned last.
func (p *Process) Accept() {
	at := p.head + p.cursor - 1
	copy(p.queue[p.head+1:at+1], p.queue[p.head:at])
	p.queue[p.head] = term.None
	p.head++
	p.removed++
	p.Rewind()
}

// Rewind puts the cursor to the front and stops the receive timer.
func (p *Process) Rewind() {
	p.cursor = 0
	if p.timer != nil {
		p.timer.Stop()
	}
	p.timerID++
	p.timedOut = false
}

// Arm starts the receive timer.
func (p *Process) Arm(milliseconds int64) {
	p.timerID++
	p.timedOut = false
	id := p.timerID
	p.timer = time.AfterFunc(time.Duration(milliseconds)*time.Millisecond, func() {
		p.post(item{signal: func(p *Process) { p.timedOut = p.timedOut || id == p.timerID }})
	})
}

// TimedOut reports whether the receive timer has run out.
func (p *Process) TimedOut() bool { return p.timedOut }

// SkipTo moves the cursor past the messages that are older than ref, if ref is the newest reference that this process made. How many
// messages were taken out since counts as if all were older, so that the cursor never goes too far.
func (p *Process) SkipTo(ref term.Term) {
	if p.cursor != 0 || p.markAt == 0 || keyOfRef(ref) != p.mark || p.mark == (refKey{}) {
		return
	}
	if at := p.markAt - p.removed; at > 0 && at <= len(p.queue)-p.head {
		p.cursor = at
	}
}

// made notes a reference that this process made, for SkipTo.
func (p *Process) made(ref term.Term) {
	p.mu.Lock()
	waiting := 0
	for _, i := range p.inbox {
		if i.signal == nil {
			waiting++
		}
	}
	p.mu.Unlock()
	p.mark = keyOfRef(ref)
	p.markAt = p.removed + len(p.queue) - p.head + waiting
}

// MakeRef returns a new reference, noted as made by this process.
func (p *Process) MakeRef() term.Term {
	ref := p.node.MakeRef()
	p.made(ref)
	return ref
}

// Messages returns what waits in the mailbox, the oldest first.
func (p *Process) messages() []term.Term { return p.queue[p.head:] }
