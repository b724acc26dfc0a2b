package dist

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"reflect"
	"runtime"
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
	ticket uint64 // its place in the order of connections
	record *recorder
	ended  func(*Conn) // called by the reading goroutine as the last thing it does

	in, out atomic.Uint64 // frames
	heard   atomic.Bool   // something came since the last check
	spoke   atomic.Bool   // something was written since the last check
	silent  int           // checks without a sign of the peer; belongs to the ticking goroutine

	mu      sync.Mutex
	wake    sync.Cond     // the writer waits for work
	rest    []byte        // guarded by mu: what did not fit into the socket; it goes before everything else
	pending []byte        // guarded by mu: whole frames in their order
	spare   []byte        // guarded by mu: will be pending; nil while it is being written
	corked  bool          // guarded by mu: somebody will flush
	raw     *rawSocket    // reads and writes without waiting; nil where that cannot be done
	long    []*sequence   // guarded by mu: messages that go in fragments
	serial  uint64        // guarded by mu: of the last sequence
	queued  int           // guarded by mu: bytes in pending and long and being written
	waiting []func(error) // guarded by mu: senders suspended until queued is small
	writing bool          // guarded by mu
	closed  bool          // guarded by mu
	reason  term.Term     // guarded by mu: why it was closed
	cause   error         // guarded by mu: the same for a person
	flushed chan struct{} // guarded by mu: not nil while somebody waits for everything to be written
	parting chan struct{} // guarded by mu: not nil when the node leaves; closed when the peer has read all and hung up
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
	data   [][]byte // what is left
	left   uint64   // fragments
	first  bool
	after  []*outgoing
}

// outgoing is an encoded message: frame is all of it as one frame, of which data is control and payload. With large binaries there is
// no frame: it goes in fragments.
type outgoing struct {
	sender senderKey
	w      *wire // whose buffer frame is; nil for one of its own
	frame  []byte
	data   []byte
	large  []piece // of data, which does not contain them
	size   int     // bytes of data and large
}

// pieces returns the data with the large binaries in their places.
func (m *outgoing) pieces() [][]byte {
	all, at := make([][]byte, 0, 2*len(m.large)+1), 0
	for _, p := range m.large {
		all = append(all, m.data[at:p.at], p.b)
		at = p.at
	}
	return append(all, m.data[at:])
}

// senderKey tells local senders apart.
type senderKey struct{ id, serial uint32 }

func newConn(host Host, c net.Conn, peer node.Peer, agreed handshake.Flags, l limits, ended func(*Conn)) *Conn {
	k := &Conn{host: host, c: c, peer: peer, agreed: agreed, limits: l, ended: ended}
	k.forms = writers(agreed)
	k.form = formOf(agreed)
	k.enc, k.pack = host.Encoding(peer.Name), host.Packing()
	k.wake.L = &k.mu
	k.raw = newRaw(c)
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
		c.read(func() {
			defer wait.Done()
			c.ended(c)
		})
	}()
}

// close ends the connection; the first reason counts. reason is that of nodedown_reason, cause the same for a person.
func (c *Conn) close(reason term.Term, cause error) {
	c.mu.Lock()
	var waiting []func(error)
	if !c.closed {
		if c.parting != nil {
			reason, cause = atomKernelTerminated, errStopped
		}
		c.closed, c.reason, c.cause = true, reason, cause
		waiting, c.waiting = c.waiting, nil
		c.rest, c.pending, c.long = nil, nil, nil
		c.wake.Signal()
		if c.flushed != nil {
			close(c.flushed)
			c.flushed = nil
		}
	}
	c.mu.Unlock()
	if c.raw != nil {
		_ = c.raw.Close()
	} else {
		_ = c.c.Close()
	}
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

// part says goodbye: nothing more is written, and what is on its way stays whole, which a connection that is closed while the peer
// writes does not grant. The channel is closed when the peer has hung up in turn; nil when there is no such way out.
func (c *Conn) part() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	half, ok := c.c.(interface{ CloseWrite() error })
	if c.raw != nil {
		half, ok = c.raw, true
	}
	if c.closed || !ok || c.queued > 0 || c.writing { // what does not take what was sent before does not take this
		return nil
	}
	c.parting = make(chan struct{})
	_ = half.CloseWrite()
	return c.parting
}

// reading is what the goroutine that reads works with. Another goroutine takes it over when that one cannot go on.
type reading struct {
	f            frames
	in           *bufio.Reader
	w            *wire
	forms        map[int]reader
	plain, large decoder
	carrier      node.Deliverer
}

// read delivers what comes in until the connection ends; ended is called then, by the goroutine that reads at that time.
func (c *Conn) read(ended func()) {
	r := &reading{in: bufio.NewReaderSize(hearing{c}, readBuffer), forms: readers()}
	r.f = frames{r: r.in, form: c.form, limit: c.limits.message}
	r.w = &wire{peer: c.peer.Name, origin: c.host.Origin(), versioned: c.form == formPlain}
	r.plain, r.large = c.decoders()
	r.carrier = c.host.Carrier(func() { c.goOn(r, ended) })
	c.goOn(r, ended)
}

// goOn reads until the connection ends, or until another goroutine does so in its place.
func (c *Conn) goOn(r *reading, ended func()) {
	mine, err := c.deliver(r)
	if !mine {
		return
	}
	r.carrier.Leave()
	c.close(atomConnectionClosed, reasonOf(err))
	c.mu.Lock()
	parting := c.parting
	c.mu.Unlock()
	if parting != nil {
		close(parting)
	} else if isFault(err) {
		c.host.Notice(fmt.Sprintf("connection to %s closed: %v", c.peer.Name.AtomName(), err))
	}
	ended()
}

func (c *Conn) deliver(r *reading) (mine bool, err error) {
	mine = true
	defer func() {
		if v := recover(); v != nil { // a bug of ours costs this connection and nothing else
			err = fmt.Errorf("internal error: %v", v)
		}
	}()
	yielded := time.Now()
	for {
		if !r.complete() {
			if !r.carrier.Run() {
				return false, nil
			}
			if now := time.Now(); now.Sub(yielded) > turnOfReader {
				yielded = now
				runtime.Gosched()
			}
		}
		message, own, err := r.f.read()
		if err != nil {
			return true, err
		}
		if message == nil {
			continue
		}
		c.in.Add(1)
		if c.record != nil && c.form == formMsgpack {
			c.record.add(message)
		}
		r.w.r = r.plain
		if own {
			r.w.r = r.large
		}
		r.w.r.Reset(message)
		if err := c.take(r.w, r.forms, r.carrier); err != nil {
			return true, err
		}
	}
}

// turnOfReader is after how long the goroutine that reads lets the runtime choose anew. The runtime's monitor takes the processor from a
// goroutine that it has seen for 10 ms, at every system call, and looks for such ones every 20 us then.
const turnOfReader = 4 * time.Millisecond

// complete reports whether a whole frame has been read from the connection already.
func (r *reading) complete() bool {
	n := r.in.Buffered()
	if n < 4 {
		return false
	}
	head, _ := r.in.Peek(4)
	return n-4 >= int(binary.BigEndian.Uint32(head))
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

// readBuffer is small enough for most of a large message to be read where it shall be.
const readBuffer = 16 << 10

// hearing notes every sign of the peer, be it a part of a large message.
type hearing struct{ *Conn }

func (h hearing) Read(b []byte) (int, error) {
	var n int
	var err error
	if h.raw != nil {
		n, err = h.raw.Read(b)
	} else {
		n, err = h.c.Read(b)
	}
	if n > 0 {
		h.heard.Store(true)
	}
	return n, err
}

// take delivers one message.
func (c *Conn) take(w *wire, forms map[int]reader, to node.Deliverer) error {
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
	to.Deliver(s)
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

// isFault reports whether a connection ended for something that the peer has sent, or for a bug of ours.
func isFault(err error) bool {
	var n net.Error
	return reasonOf(err) == err && !errors.As(err, &n) && !errors.Is(err, io.ErrUnexpectedEOF)
}

func reasonOf(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) || errors.Is(err, os.ErrClosed) || errors.Is(err, io.ErrClosedPipe) {
		return errors.New("the peer closed the connection")
	}
	return err
}
