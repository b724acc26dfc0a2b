// Package sockets is what the modules gen_tcp, gen_udp and inet share: sockets as ports that belong to processes, with the options,
// active modes, packets and errors of OTP.
//
// A Socket stands behind a node.Gate. Connect, Listen and OpenDatagram make one, Of finds it. Input is read by one goroutine for each
// socket, and only while somebody wants it: an active mode, or a process that waits in Receive. What a process waits for comes as a message, so
// that it can be ended while it waits.
package sockets

import (
	"context"
	"net"
	"sync"
	"time"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// Kind is what a socket is for.
type Kind int

// The kinds of sockets.
const (
	Stream Kind = iota
	Listener
	Datagram
)

// Socket is an open socket.
type Socket struct {
	Kind   Kind
	Family string // inet or inet6

	port     *node.Gate
	node     *node.Node
	stream   *net.TCPConn
	listener *net.TCPListener
	datagram *net.UDPConn
	cancel   context.CancelFunc // ends a dial

	sending sync.Mutex // held while something is written

	mu       sync.Mutex
	wake     *sync.Cond
	options  options    // guarded by mu
	requests []*request // guarded by mu: who waits for input, or for a connection
	buffer   []byte     // guarded by mu: input that nobody took yet
	packets  []packetOf // guarded by mu: datagrams that nobody took yet
	arrived  []*net.TCPConn
	ended    error // guarded by mu: why there is no more input
	gone     bool  // guarded by mu: the connection is over, the socket still open
	closed   bool  // guarded by mu
	header   bool  // guarded by mu: the next lines of HTTP are headers
	serving  bool  // guarded by mu: the goroutine that reads was started
	shut     bool  // guarded by mu: nothing may be written any more
	remote   *net.UDPAddr
	counts   counts // guarded by mu
}

// request is a process that waits for input: for length bytes, or with 0 for what there is.
type request struct {
	ref    term.Term
	from   *node.Process
	length int
}

type packetOf struct {
	from *net.UDPAddr
	data []byte
}

// counts are the numbers of inet:getstat/1.
type counts struct {
	in, out traffic
}

type traffic struct {
	octets, packets, longest int64
	deviation                int64
}

func (t *traffic) add(n int) {
	t.octets += int64(n)
	t.packets++
	t.longest = max(t.longest, int64(n))
	if average := t.octets / t.packets; t.packets > 0 {
		t.deviation += (max(int64(n)-average, average-int64(n)) - t.deviation) / t.packets
	}
}

var (
	atomTCP       = term.Atom("tcp")
	atomUDP       = term.Atom("udp")
	atomInetAsync = term.Atom("inet_async")
)

// Failure is {error, Reason}.
func Failure(reason string) term.Term { return term.Tuple(atom.ErrorAtom, term.Atom(reason)) }

// Of returns the socket behind a port; nil for one that is closed, or no socket.
func Of(n *node.Node, t term.Term) *Socket {
	p := n.Gate(t)
	if p == nil {
		return nil
	}
	s, _ := p.Value().(*Socket)
	return s
}

// open makes the port of a socket; nil when its owner has ended.
func (s *Socket) open(owner *node.Process) *Socket {
	s.node = owner.Node()
	s.wake = sync.NewCond(&s.mu)
	name := "tcp_inet"
	if s.Kind == Datagram {
		name = "udp_inet"
	}
	if s.port = s.node.OpenGate(owner, name, s, s.shutDown); s.port == nil {
		s.release()
		return nil
	}
	return s
}

// Term returns the port of the socket.
func (s *Socket) Term() term.Term { return s.port.Term() }

func (s *Socket) release() {
	if s.cancel != nil {
		s.cancel()
	}
	switch {
	case s.stream != nil:
		_ = s.stream.Close() // nobody could do anything about it
	case s.listener != nil:
		_ = s.listener.Close()
	case s.datagram != nil:
		_ = s.datagram.Close()
	}
}

// shutDown is called once, when the port is closed.
func (s *Socket) shutDown() {
	s.mu.Lock()
	s.closed = true
	waiting := s.requests
	s.requests = nil
	arrived := s.arrived
	s.arrived = nil
	s.release()
	s.wake.Broadcast()
	s.mu.Unlock()
	for _, r := range waiting {
		s.answer(r, Failure("closed"))
	}
	for _, c := range arrived {
		_ = c.Close()
	}
}

// Close closes the socket.
func (s *Socket) Close() { s.port.Close() }

// answer tells a process what it waits for.
func (s *Socket) answer(r *request, result term.Term) {
	_ = s.node.Send(s.port.Owner(), r.from.Self(), term.Tuple(atomInetAsync, s.Term(), r.ref, result))
}

// wait waits for the answer to a request, up to a timeout; below 0 is for ever. The error ends the process.
func (s *Socket) wait(p *node.Process, r *request, timeout time.Duration) (term.Term, error) {
	match := func(m term.Term) bool {
		e, ok := m.Tagged(atomInetAsync, 4)
		return ok && term.Equal(e[2], r.ref)
	}
	m, ok, err := p.Receive(match, timeout)
	if err != nil {
		return term.None, err
	}
	if !ok {
		if s.withdraw(r) {
			return Failure("timeout"), nil
		}
		if m, _, err = p.Receive(match, -1); err != nil { // it is on its way
			return term.None, err
		}
	}
	e, _ := m.Tuple()
	return e[3], nil
}

// withdraw takes a request back; false when it was answered.
func (s *Socket) withdraw(r *request) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, x := range s.requests {
		if x == r {
			s.requests = append(s.requests[:i:i], s.requests[i+1:]...)
			return true
		}
	}
	return false
}

// Timeout reads a timeout: milliseconds or infinity, which is below 0.
func Timeout(t term.Term) (time.Duration, bool) {
	if t == atom.Infinity {
		return -1, true
	}
	n, ok := t.Int()
	return time.Duration(n) * time.Millisecond, ok && n >= 0
}

// start starts the goroutine that reads, when it does not run yet; mu is held.
func (s *Socket) start() {
	if s.serving {
		s.wake.Signal()
		return
	}
	s.serving = true
	switch s.Kind {
	case Stream:
		s.port.Go(s.serveStream)
	case Listener:
		s.port.Go(s.serveListener)
	case Datagram:
		s.port.Go(s.serveDatagram)
	}
}

// wanted waits until somebody wants input; false when the socket is closed.
func (s *Socket) wanted() bool {
	for !s.closed && (s.ended != nil || len(s.requests) == 0 && s.options.active == passive) {
		s.wake.Wait()
	}
	return !s.closed
}
