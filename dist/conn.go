package dist

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"github.com/erlsh/erlsh/dist/handshake"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/etf"
	"github.com/erlsh/erlsh/lang/pack"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// Conn is the connection to one node. One goroutine reads and delivers, one writes.
type Conn struct {
	host   Host
	c      net.Conn
	peer   node.Peer // without what changes
	agreed handshake.Flags
	forms  map[reflect.Type][]*row
	form   form
	enc    *etf.Encoding
	pack   *pack.Encoding
	limits limits
	ticket uint64      // its place in the order of connections
	ended  func(*Conn) // called by the reading goroutine as the last thing it does

	in, out atomic.Uint64 // frames
	heard   atomic.Bool   // something came since the last check
	spoke   atomic.Bool   // something was written since the last check
	silent  int           // checks without a sign of the peer; belongs to the ticking goroutine

	mu      sync.Mutex
	wake    sync.Cond     // the writer waits for work
	pending []byte        // guarded by mu: whole frames in their order
	long    []*sequence   // guarded by mu: messages that go in fragments
	serial  uint64        // guarded by mu: of the last sequence
	queued  int           // guarded by mu: bytes in pending and long and being written
	waiting []func(error) // guarded by mu: senders suspended until queued is small
	writing bool          // guarded by mu
	closed  bool          // guarded by mu
	reason  term.Term     // guarded by mu: why it was closed
	cause   error         // guarded by mu: the same for a person
	flushed chan struct{} // guarded by mu: not nil while somebody waits for everything to be written
}

// limits bound what a connection holds.
type limits struct {
	message int // bytes of one message read
	busy    int // bytes queued before senders are suspended
}

// maxQueued is how many bytes of signals that cannot be held back, links and answers among them, may wait for a peer that does not
// read before the connection is given up.
const maxQueued = 1 << 30

var (
	atomConnectionClosed = term.Atom("connection_closed")
	atomDisconnect       = term.Atom("disconnect")
	atomTickTimeout      = term.Atom("net_tick_timeout")
	atomKernelTerminated = term.Atom("net_kernel_terminated")
)

// sequence is a message on its way out in fragments. What its sender sends meanwhile waits behind it.
type sequence struct {
	sender senderKey
	id     uint64
	data   []byte // what is left
	left   uint64 // fragments
	first  bool
	after  []*outgoing
}

// outgoing is an encoded message: frame is all of it as one frame, of which data is control and payload.
type outgoing struct {
	sender senderKey
	frame  []byte
	data   []byte
}

// senderKey tells local senders apart.
type senderKey struct{ id, serial uint32 }

func newConn(host Host, c net.Conn, peer node.Peer, agreed handshake.Flags, l limits, ended func(*Conn)) *Conn {
	k := &Conn{host: host, c: c, peer: peer, agreed: agreed, limits: l, ended: ended}
	k.forms = writers(agreed)
	k.form = formOf(agreed)
	k.enc, k.pack = host.Encoding(peer.Name), host.Packing()
	k.wake.L = &k.mu
	return k
}

// start begins to read and write. wait ends when both goroutines have.
func (c *Conn) start(wait *sync.WaitGroup) {
	wait.Add(2)
	go func() {
		defer wait.Done()
		c.write()
	}()
	go func() {
		defer wait.Done()
		c.read()
		c.ended(c)
	}()
}

// close ends the connection; the first reason counts. reason is that of nodedown_reason, cause the same for a person.
func (c *Conn) close(reason term.Term, cause error) {
	c.mu.Lock()
	var waiting []func(error)
	if !c.closed {
		c.closed, c.reason, c.cause = true, reason, cause
		waiting, c.waiting = c.waiting, nil
		c.pending, c.long = nil, nil
		c.wake.Signal()
		if c.flushed != nil {
			close(c.flushed)
			c.flushed = nil
		}
	}
	c.mu.Unlock()
	_ = c.c.Close()
	for _, done := range waiting {
		done(nil)
	}
}

// flush waits until everything is written, a while at most.
func (c *Conn) flush(patience time.Duration) {
	c.mu.Lock()
	if c.closed || c.queued == 0 {
		c.mu.Unlock()
		return
	}
	if c.flushed == nil {
		c.flushed = make(chan struct{})
	}
	done := c.flushed
	c.mu.Unlock()
	t := time.NewTimer(patience)
	defer t.Stop()
	select {
	case <-done:
	case <-t.C:
	}
}

// read delivers what comes in until the connection ends.
func (c *Conn) read() {
	defer func() {
		if r := recover(); r != nil { // a bug of ours costs this connection and nothing else
			c.close(atomConnectionClosed, fmt.Errorf("internal error: %v", r))
		}
	}()
	f := frames{r: bufio.NewReaderSize(hearing{c}, 1<<16), form: c.form, limit: c.limits.message}
	w := &wire{peer: c.peer.Name, origin: c.host.Origin(), versioned: c.form == formPlain}
	forms := readers()
	plain, large := c.decoders()
	for {
		message, mine, err := f.read()
		if err != nil {
			c.close(atomConnectionClosed, reasonOf(err))
			return
		}
		if message == nil {
			continue
		}
		c.in.Add(1)
		w.r = plain
		if mine {
			w.r = large
		}
		w.r.Reset(message)
		if err := c.take(w, forms); err != nil {
			c.close(atomConnectionClosed, err)
			return
		}
	}
}

// decoders return what reads messages: those whose bytes are used again, and those that may keep theirs.
func (c *Conn) decoders() (plain, large decoder) {
	if c.form == formMsgpack {
		unpacking := *c.host.Unpacking()
		shared := unpacking
		shared.Share = true
		return packed{pack.NewReader(nil, &unpacking)}, packed{pack.NewReader(nil, &shared)}
	}
	decoding := *c.host.Decoding()
	shared := decoding
	shared.Share = true
	return etf.NewReader(nil, &decoding), etf.NewReader(nil, &shared)
}

// hearing notes every sign of the peer, be it a part of a large message.
type hearing struct{ *Conn }

func (h hearing) Read(b []byte) (int, error) {
	n, err := h.c.Read(b)
	if n > 0 {
		h.heard.Store(true)
	}
	return n, err
}

// take delivers one message.
func (c *Conn) take(w *wire, forms map[int]reader) error {
	if err := w.version(); err != nil {
		return err
	}
	s, err := readControl(w, forms)
	if err != nil {
		return err
	}
	if p, ok := w.r.(packed); ok && p.Left() > 0 {
		return errControl
	}
	if w.stray {
		c.lost(s)
		return nil
	}
	c.host.Deliver(s)
	return nil
}

// lost answers what was meant for a process that cannot exist here: one of an earlier life of this node, or of another node.
func (c *Conn) lost(s node.Signal) {
	switch s := s.(type) {
	case *node.Link:
		_ = c.send(&node.Exit{From: s.To, To: s.From, Reason: atom.Noproc}, node.SendOptions{})
	case *node.Monitor:
		_ = c.send(&node.Down{From: s.To, To: s.From, Ref: s.Ref, Reason: atom.Noproc}, node.SendOptions{})
	case *node.Unlink:
		_ = c.send(&node.UnlinkAck{ID: s.ID, From: s.To, To: s.From}, node.SendOptions{})
	}
}

func reasonOf(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) || errors.Is(err, io.ErrClosedPipe) {
		return errors.New("the peer closed the connection")
	}
	return err
}
