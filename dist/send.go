package dist

import (
	"encoding/binary"
	"errors"
	"net"
	"sync"

	"github.com/erlsh/erlsh/dist/handshake"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// buffers are those of messages being encoded, which are copied into the connection's when they are small.
var buffers = sync.Pool{New: func() any { return new(wire) }}

// errClosed says that a signal was not taken because the connection is closed.
var errClosed = errors.New("connection closed")

// send encodes a signal and queues it. The error is that of node.Network.Send, or errClosed.
func (c *Conn) send(s node.Signal, o node.SendOptions) error {
	if s == nil {
		return nil
	}
	if o.NoSuspend && c.isBusy() {
		return node.ErrBusy
	}
	w := buffers.Get().(*wire)
	defer buffers.Put(w)
	w.enc, w.pack, w.err = c.enc, nil, nil
	w.large, w.apart = nil, c.fragments()
	w.b = append(w.b[:0], 0, 0, 0, 0) // the length
	switch c.form {
	case formHeader:
		w.b = append(w.b, versionMagic, plainHeader, 0) // without atoms
	case formPlain:
		w.b = append(w.b, passThrough, versionMagic)
	case formMsgpack:
		w.pack = c.pack
	}
	start := len(w.b)
	r := writeControl(w, s, c.forms)
	if r == nil {
		c.refused(s)
		return nil
	}
	w.appendPayload(c.form == formPlain)
	if w.err != nil { // a term that nests too deep is lost, as if the receiver did not exist
		return nil
	}
	m := &outgoing{sender: sender(s), w: w, frame: w.b, data: w.b[start:], large: w.large, size: len(w.b) - start}
	for i, p := range m.large {
		m.large[i].at -= start
		m.size += len(p.b)
	}
	if m.size > c.form.fragment() {
		w.b, m.w = nil, nil // the queue keeps it
	}
	w.large = nil
	be32(m.frame, len(m.frame)-4)
	err := c.queue(m, o)
	if r.op == opUnlink { // such a peer does not confirm
		u := s.(*node.Unlink)
		c.host.Deliver(&node.UnlinkAck{ID: u.ID, From: u.To, To: u.From})
	}
	return err
}

func (c *Conn) isBusy() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.queued > c.limits.busy
}

// refused answers for a peer that has no form of a signal.
func (c *Conn) refused(s node.Signal) {
	if r, ok := s.(*node.SpawnRequest); ok {
		c.host.Deliver(&node.SpawnReply{Ref: r.Ref, To: r.From, Result: atomNotsup})
	}
}

// sender returns whose order with its other signals a signal keeps.
func sender(s node.Signal) senderKey {
	var from term.Term
	switch s := s.(type) {
	case *node.Send:
		from = s.From
	case *node.AliasSend:
		from = s.From
	case *node.Link:
		from = s.From
	case *node.Unlink:
		from = s.From
	case *node.UnlinkAck:
		from = s.From
	case *node.Exit:
		from = s.From
	case *node.Exit2:
		from = s.From
	case *node.Monitor:
		from = s.From
	case *node.Demonitor:
		from = s.From
	case *node.Down:
		from = s.Process
	case *node.SpawnRequest:
		from = s.From
	case *node.SpawnReply:
		from = s.Result
	}
	if p, ok := from.Pid(); ok {
		return senderKey{p.ID, p.Serial}
	}
	return senderKey{}
}

// queue hands a message to the writer.
func (c *Conn) queue(m *outgoing, o node.SendOptions) error {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return errClosed
	}
	c.queued += len(m.frame) - len(m.data) + m.size
	c.out.Add(1)
	if q := c.under(m.sender); q != nil {
		q.after = append(q.after, m.kept())
	} else {
		c.enqueue(m)
	}
	flush, now := c.announce(o.Outbox)
	busy, full := c.queued > c.limits.busy, c.queued > c.limits.busy+maxQueued
	if busy && o.Done != nil {
		c.waiting = append(c.waiting, o.Done)
	}
	c.mu.Unlock()
	if flush {
		o.Outbox.Add(c)
	}
	if now {
		c.Flush()
	}
	if full {
		c.close(atomConnectionClosed, errNotReading)
	}
	if busy && o.Done != nil {
		return node.ErrBusy
	}
	return nil
}

// under returns the sequence of a sender that is under way; mu is held.
func (c *Conn) under(s senderKey) *sequence {
	for _, q := range c.long {
		if q.sender == s {
			return q
		}
	}
	return nil
}

// kept returns m in bytes of its own.
func (m *outgoing) kept() *outgoing {
	if m.w == nil {
		return m
	}
	frame := append([]byte(nil), m.frame...)
	return &outgoing{sender: m.sender, frame: frame, data: frame[len(frame)-len(m.data):], size: m.size}
}

// enqueue wants mu held, and nothing of the same sender under way.
func (c *Conn) enqueue(m *outgoing) {
	size := c.form.fragment()
	if m.size <= size || !c.fragments() {
		if len(c.pending) == 0 && len(m.frame) >= exchanged {
			c.pending, c.spare = m.frame, c.exchange(m)
			return
		}
		c.pending = append(c.pending, m.frame...)
		return
	}
	c.serial++
	n := (m.size + size - 1) / size
	c.long = append(c.long, &sequence{sender: m.sender, id: c.serial, data: m.pieces(), left: uint64(n), first: true})
}

// fragments reports whether messages may go in fragments.
func (c *Conn) fragments() bool {
	return c.form == formMsgpack || c.form == formHeader && c.agreed.Has(handshake.Fragments)
}

// exchanged is from how many bytes on a message is not copied into the buffer of the connection but becomes that buffer.
const exchanged = 16 << 10

// exchange gives the sender of a message a buffer in place of the one that the connection keeps; what is left to be the spare one
// is returned. It wants mu held.
func (c *Conn) exchange(m *outgoing) []byte {
	if m.w == nil {
		return c.spare
	}
	m.w.b, m.w = c.pending[:0], nil
	return c.spare
}

// corkedSize is how many bytes are held back until a process pauses, at most.
const corkedSize = 64 << 10

// announce sees to it that what is queued gets written: by the writer, or by the sender, when its outbox is flushed or, if it is much,
// at once. It wants mu held.
func (c *Conn) announce(o *node.Outbox) (flush, now bool) {
	switch {
	case c.writing: // who writes looks again
		return false, false
	case o == nil || c.raw == nil || len(c.long)+len(c.rest) > 0:
		c.wake.Signal()
		return false, false
	case len(c.pending) > corkedSize:
		return false, true
	}
	flush = !c.corked
	c.corked = true
	return flush, false
}

// Flush writes what was held back as far as the socket takes it at once; the writer does the rest.
func (c *Conn) Flush() {
	c.mu.Lock()
	c.corked = false
	if c.closed || c.writing || len(c.pending)+len(c.long)+len(c.rest) == 0 {
		c.mu.Unlock()
		return
	}
	if c.raw == nil || len(c.long)+len(c.rest) > 0 {
		c.wake.Signal()
		c.mu.Unlock()
		return
	}
	b := c.pending
	c.pending, c.spare, c.writing = c.spare, nil, true
	c.mu.Unlock()
	n, err := c.raw.Write(b)
	c.spoke.Store(true)
	if err != nil {
		c.close(atomConnectionClosed, reasonOf(err))
		return
	}
	c.wrote(n, b[n:], b)
}

// write writes what is queued until the connection is closed.
func (c *Conn) write() {
	for {
		c.mu.Lock()
		for c.writing || len(c.pending)+len(c.long)+len(c.rest) == 0 && !c.closed {
			if c.closed {
				break
			}
			c.wake.Wait()
		}
		if c.closed {
			c.mu.Unlock()
			return
		}
		batch, pending := c.batch()
		c.writing = true
		c.mu.Unlock()

		size := 0
		for _, b := range batch {
			size += len(b)
		}
		err := c.writeAll(batch)
		c.spoke.Store(true)
		if err != nil {
			c.close(atomConnectionClosed, reasonOf(err))
			return
		}
		c.wrote(size, nil, pending)
	}
}

func (c *Conn) writeAll(b net.Buffers) error {
	if c.raw != nil {
		return c.raw.writeAll(b)
	}
	_, err := b.WriteTo(c.c)
	return err
}

// batch takes what is written next: all frames that are whole, then one fragment of each long message, so that none waits for
// another. It wants mu held.
func (c *Conn) batch() (net.Buffers, []byte) {
	pending := c.pending
	c.pending, c.spare = c.spare, nil
	out := make(net.Buffers, 0, 2+2*len(c.long))
	if len(c.rest) > 0 {
		out = append(out, c.rest)
		c.rest = nil
	}
	if len(pending) > 0 {
		out = append(out, pending)
	}
	under := c.long
	c.long = c.long[:0:0]
	for _, q := range under {
		head, body := q.next(c.form)
		out = append(append(out, head), body...)
		c.queued += len(head)
		if q.left > 0 {
			c.long = append(c.long, q)
			continue
		}
		c.resume(q)
	}
	return out, pending
}

// next takes a fragment off.
func (q *sequence) next(f form) (head []byte, body [][]byte) {
	n := 0
	for room := f.fragment(); room > 0 && len(q.data) > 0; room = f.fragment() - n {
		b := q.data[0]
		if len(b) > room {
			q.data[0], b = b[room:], b[:room]
		} else {
			q.data = q.data[1:]
		}
		body = append(body, b)
		n += len(b)
	}
	if f == formMsgpack {
		head = appendPackedFragment(make([]byte, 4, 4+packedHead), q.id, uint32(q.left), n)
		be32(head, len(head)-4+n)
		q.left--
		return head, body
	}
	if q.first {
		head = append(make([]byte, 0, 23), 0, 0, 0, 0, versionMagic, fragmentFirst)
	} else {
		head = append(make([]byte, 0, 22), 0, 0, 0, 0, versionMagic, fragmentNext)
	}
	head = binary.BigEndian.AppendUint64(head, q.id)
	head = binary.BigEndian.AppendUint64(head, q.left)
	if q.first {
		head = append(head, 0)
	}
	be32(head, len(head)-4+n)
	q.first = false
	q.left--
	return head, body
}

// resume queues what waited behind a message that is out now. It wants mu held.
func (c *Conn) resume(done *sequence) {
	for i, m := range done.after {
		c.enqueue(m)
		if n := len(c.long); n > 0 && c.long[n-1].sender == done.sender { // the next long one: the rest waits behind it
			c.long[n-1].after = done.after[i+1:]
			return
		}
	}
}

// maxSpare is up to how many bytes a buffer is kept.
const maxSpare = 1 << 20

// wrote accounts for n bytes that are out, and lets senders go on. rest is what has to be written before anything else, and used the
// buffer of both.
func (c *Conn) wrote(n int, rest, used []byte) {
	c.mu.Lock()
	c.queued -= n
	c.writing = false
	if len(rest) > 0 {
		c.rest = rest
	} else if cap(used) <= maxSpare {
		c.spare = used[:0]
	}
	var free []func(error)
	if c.queued <= c.limits.busy/2 {
		free, c.waiting = c.waiting, nil
	}
	if len(c.pending)+len(c.long)+len(c.rest) == 0 {
		c.queued = 0
		if c.flushed != nil {
			close(c.flushed)
			c.flushed = nil
		}
	} else {
		c.wake.Signal()
	}
	c.mu.Unlock()
	for _, done := range free {
		done(nil)
	}
}

// tick keeps the peer from giving this connection up: a frame of length 0, if nothing else was written lately.
func (c *Conn) tick() {
	if c.spoke.Swap(false) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed || c.writing || len(c.pending)+len(c.long)+len(c.rest) > 0 {
		return // bytes are on their way already
	}
	c.pending = append(c.pending, 0, 0, 0, 0)
	c.queued += 4
	c.wake.Signal()
}
