package sockets

import (
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"time"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/packet"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// maxLength is the most that recv takes at once.
const maxLength = 0x4000000

// serveStream reads as long as somebody wants input.
func (s *Socket) serveStream() {
	var chunk []byte
	for {
		s.mu.Lock()
		if !s.wanted() {
			s.mu.Unlock()
			return
		}
		size := s.options.buffer
		if len(s.requests) > 0 {
			size = max(size, min(s.requests[0].length-len(s.buffer), 1<<20))
		}
		s.mu.Unlock()
		if len(chunk) < size {
			chunk = make([]byte, size)
		}
		n, err := s.stream.Read(chunk[:size])
		s.mu.Lock()
		if n > 0 {
			s.buffer = append(s.buffer, chunk[:n]...)
			s.counts.in.add(n)
			s.port.In.Add(uint64(n))
		}
		if err != nil && s.ended == nil {
			s.ended = err
		}
		s.mu.Unlock()
		s.deliver()
	}
}

// deliver hands out what is there: to those who wait, or to the owner of an active socket.
func (s *Socket) deliver() {
	for {
		s.mu.Lock()
		if s.closed {
			s.mu.Unlock()
			return
		}
		if len(s.requests) > 0 {
			r := s.requests[0]
			result, ok := s.take(r.length)
			if ok {
				s.requests = s.requests[1:]
			}
			s.mu.Unlock()
			if !ok {
				return
			}
			s.answer(r, result)
			continue
		}
		if s.options.active == passive {
			s.mu.Unlock()
			return
		}
		message, got, err := s.next()
		if got {
			passives := s.spend()
			s.mu.Unlock()
			s.port.Tell(message)
			if passives {
				s.port.Tell(term.Tuple(term.Atom("tcp_passive"), s.Term()))
			}
			continue
		}
		if err == nil && s.ended == nil {
			s.mu.Unlock()
			return
		}
		if err == nil {
			err = s.ended
		}
		s.mu.Unlock()
		s.over(err)
		return
	}
}

// spend counts a message of an active mode; true when the socket becomes passive by that. mu is held.
func (s *Socket) spend() bool {
	switch s.options.active {
	case once:
		s.options.active = passive
	case counted:
		if s.options.count--; s.options.count <= 0 {
			s.options.active, s.options.count = passive, 0
			return true
		}
	}
	return false
}

// over tells the owner of an active socket that the connection is at its end.
func (s *Socket) over(err error) {
	reason := reasonOf(err)
	s.mu.Lock()
	stays := !s.options.exitOnClose
	told := reason != "closed" && (reason != "econnreset" || s.options.showReset)
	if s.gone {
		s.mu.Unlock()
		return
	}
	s.gone = true
	s.options.active = passive
	s.mu.Unlock()
	if told {
		s.port.Tell(term.Tuple(term.Atom("tcp_error"), s.Term(), term.Atom(reason)))
	}
	s.port.Tell(term.Tuple(term.Atom("tcp_closed"), s.Term()))
	if !stays {
		s.port.Close()
	}
}

// reasonOf names what went wrong on a connection.
func reasonOf(err error) string {
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, net.ErrClosed), errors.Is(err, syscall.EPIPE):
		return "closed"
	case errors.Is(err, packet.ErrInvalid):
		return "emsgsize"
	case errors.Is(err, os.ErrDeadlineExceeded):
		return "timeout"
	}
	return bif.PosixName(err)
}

// take returns {ok, Data} for a passive read, or how the connection ended; false when that takes more input. mu is held.
func (s *Socket) take(length int) (term.Term, bool) {
	if s.options.packet == packet.Raw && (length == 0 && len(s.buffer) > 0 || length > 0 && len(s.buffer) >= length) {
		if length == 0 {
			length = len(s.buffer)
		}
		data := s.cut(length)
		return term.Tuple(atom.OK, s.data(data)), true
	}
	err := s.ended
	if s.options.packet != packet.Raw {
		p, wrong := s.decode()
		if wrong == nil && p.Used > 0 {
			return term.Tuple(atom.OK, s.payload(p)), true
		}
		if wrong != nil {
			err = wrong
		}
	}
	if err == nil {
		return term.None, false
	}
	reason := reasonOf(err)
	if reason == "econnreset" && !s.options.showReset {
		reason = "closed"
	}
	s.ended = err
	if s.options.exitOnClose {
		s.gone = true
		_ = s.stream.Close() // its end is known
	}
	return Failure(reason), true
}

// cut takes n bytes from the front of the buffer.
func (s *Socket) cut(n int) []byte {
	data := s.buffer[:n:n]
	if s.buffer = s.buffer[n:]; len(s.buffer) == 0 {
		s.buffer = nil
	}
	return data
}

func (s *Socket) decode() (packet.Packet, error) {
	kind := s.options.packet
	if s.header {
		switch kind {
		case packet.HTTP:
			kind = packet.HTTPHeader
		case packet.HTTPBin:
			kind = packet.HTTPHeaderBin
		}
	}
	o := packet.Options{Size: s.options.packetSize, Delimiter: s.options.delimiter}
	if kind == packet.Line {
		o.LineLength = s.options.buffer
	}
	if len(s.buffer) == 0 {
		return packet.Packet{}, nil
	}
	return packet.Decode(kind, s.buffer, o)
}

// payload takes a packet out of the buffer as what a program gets of it. mu is held.
func (s *Socket) payload(p packet.Packet) term.Term {
	whole := s.cut(p.Used)
	if !p.Term.None() {
		if k := s.options.packet; k == packet.HTTP || k == packet.HTTPBin {
			e, _ := p.Term.Tuple()
			s.header = p.Term != term.Atom("http_eoh") && !(len(e) > 0 && e[0] == term.Atom("http_error"))
		}
		return p.Term
	}
	start := 0
	if k := s.options.packet; k == packet.Length1 || k == packet.Length2 || k == packet.Length4 {
		start = p.Used - len(p.Data)
	} else if k == packet.FastCGI {
		whole = whole[:len(p.Data)]
	}
	return s.data(whole[start:])
}

// data makes a list or a binary of bytes, as the mode says.
func (s *Socket) data(b []byte) term.Term {
	if !s.options.binary {
		return bytesTerm(b, term.Nil)
	}
	if n := min(s.options.headerSize, len(b)); n > 0 {
		return bytesTerm(b[:n], term.Binary(b[n:]))
	}
	return term.Binary(b)
}

func bytesTerm(b []byte, tail term.Term) term.Term {
	list := make([]term.Term, len(b))
	for i, c := range b {
		list[i] = term.Int(int64(c))
	}
	return term.ListTail(list, tail)
}

// next makes the next message of an active socket, as far as there is one. mu is held.
func (s *Socket) next() (term.Term, bool, error) {
	if len(s.buffer) == 0 {
		return term.None, false, nil
	}
	p, err := s.decode()
	if err != nil || p.Used == 0 {
		return term.None, false, err
	}
	if e, ok := p.Term.Tagged(term.Atom("ssl_tls"), 5); ok {
		s.cut(p.Used)
		return term.Tuple(e[0], s.Term(), e[2], e[3], e[4]), true, nil
	}
	tag := atomTCP
	if s.options.packet.HTTPLike() {
		tag = term.Atom("http")
	}
	if s.options.deliverPort && !s.options.packet.HTTPLike() {
		return term.Tuple(s.Term(), term.Tuple(term.Atom("data"), bytesTerm(s.cut(p.Used)[p.Used-len(p.Data):], term.Nil))), true, nil
	}
	value := s.payload(p)
	return term.Tuple(tag, s.Term(), value), true, nil
}

// Receive is gen_tcp:recv/3.
func (s *Socket) Receive(p *node.Process, length int, timeout time.Duration) (term.Term, error) {
	s.mu.Lock()
	switch {
	case s.closed:
		s.mu.Unlock()
		return Failure("closed"), nil
	case s.Kind != Stream || s.gone:
		s.mu.Unlock()
		return Failure("enotconn"), nil
	case length > maxLength:
		s.mu.Unlock()
		return Failure("enomem"), nil
	case s.options.active != passive, s.options.packet != packet.Raw && length > 0:
		s.mu.Unlock()
		return Failure("einval"), nil
	case len(s.requests) > 0:
		s.mu.Unlock()
		return Failure("ealready"), nil
	}
	if result, ok := s.take(length); ok {
		s.mu.Unlock()
		return result, nil
	}
	r := &request{ref: p.MakeRef(), from: p, length: length}
	s.requests = append(s.requests, r)
	s.start()
	s.mu.Unlock()
	return s.wait(p, r, timeout)
}

// Unreceive is gen_tcp:unrecv/2.
func (s *Socket) Unreceive(data []byte) {
	s.mu.Lock()
	s.buffer = append(append([]byte(nil), data...), s.buffer...)
	s.mu.Unlock()
	s.deliver()
}

// Send is gen_tcp:send/2.
func (s *Socket) Send(p *node.Process, data []byte) (term.Term, error) {
	s.mu.Lock()
	kind, closed, gone, shut, timeout := s.options.packet, s.closed, s.gone, s.shut, s.options.sendTimeout
	s.mu.Unlock()
	switch {
	case closed:
		return Failure("closed"), nil
	case s.Kind != Stream:
		return Failure("enotconn"), nil
	case gone || shut:
		return Failure("closed"), nil
	}
	n := len(data)
	switch kind {
	case packet.Length1:
		data = append([]byte{byte(n)}, data...)
	case packet.Length2:
		data = append([]byte{byte(n >> 8), byte(n)}, data...)
	case packet.Length4:
		data = append([]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}, data...)
	}
	if len(data) == 0 {
		return atom.OK, nil
	}
	rest, err := data, error(nil)
	if s.sending.TryLock() {
		rest, err = s.writeNow(data)
		s.sending.Unlock()
	}
	if err == nil && len(rest) > 0 {
		return s.writeLater(p, rest, n, timeout)
	}
	return s.sent(n, err), nil
}

// writeNow writes what the system takes at once; sending is held.
func (s *Socket) writeNow(data []byte) (rest []byte, err error) {
	raw, err := s.stream.SyscallConn()
	if err != nil {
		return data, err
	}
	n := 0
	var wrote error
	err = raw.Write(func(fd uintptr) bool {
		n, wrote = syscall.Write(handle(fd), data)
		return true
	})
	switch {
	case err != nil:
		return data, err
	case wrote == nil:
		return data[n:], nil
	case errors.Is(wrote, syscall.EAGAIN), errors.Is(wrote, syscall.EINTR):
		return data, nil
	}
	return data, wrote
}

// writeLater has a goroutine write while the process waits.
func (s *Socket) writeLater(p *node.Process, data []byte, n int, timeout time.Duration) (term.Term, error) {
	r := &request{ref: p.MakeRef(), from: p}
	s.port.Go(func() {
		s.sending.Lock()
		defer s.sending.Unlock()
		if timeout >= 0 {
			_ = s.stream.SetWriteDeadline(time.Now().Add(timeout)) // what fails here fails below
		}
		_, err := s.stream.Write(data)
		if timeout >= 0 {
			_ = s.stream.SetWriteDeadline(time.Time{})
		}
		s.answer(r, s.sent(n, err))
	})
	return s.wait(p, r, -1)
}

// sent counts what was written and names what went wrong.
func (s *Socket) sent(n int, err error) term.Term {
	if err != nil {
		reason := reasonOf(err)
		if reason == "econnreset" {
			reason = "closed"
		}
		return Failure(reason)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts.out.add(n)
	s.port.Out.Add(uint64(n))
	return atom.OK
}

// Shutdown is gen_tcp:shutdown/2.
func (s *Socket) Shutdown(read, write bool) term.Term {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return Failure("closed")
	}
	if s.Kind != Stream || s.gone {
		return Failure("enotconn")
	}
	var err error
	if write {
		s.shut = true
		err = s.stream.CloseWrite()
	}
	if read && err == nil {
		err = s.stream.CloseRead()
	}
	if err != nil {
		return Failure(reasonOf(err))
	}
	return atom.OK
}

// Give is gen_tcp:controlling_process/2: the socket and the messages that came from it go to another process.
func (s *Socket) Give(p *node.Process, to term.Term) (term.Term, error) {
	q := s.node.Process(to)
	s.mu.Lock()
	mode, closed := s.options.active, s.closed
	s.mu.Unlock()
	switch {
	case closed:
		return Failure("closed"), nil
	case !term.Equal(s.port.Owner(), p.Self()):
		return Failure("not_owner"), nil
	case q == nil:
		return Failure("badarg"), nil
	case q == p:
		return atom.OK, nil
	}
	s.mu.Lock()
	s.options.active = passive
	s.mu.Unlock()
	if err := s.forward(p, to); err != nil {
		return term.None, err
	}
	if !s.port.Give(p, to) {
		return Failure("badarg"), nil
	}
	s.mu.Lock()
	if s.options.active = mode; mode != passive {
		s.start()
	}
	s.mu.Unlock()
	s.deliver()
	return atom.OK, nil
}

// forward hands the messages of the socket that a process has to another one.
func (s *Socket) forward(p *node.Process, to term.Term) error {
	mine := func(m term.Term) bool {
		e, _ := m.Tuple()
		if len(e) < 2 || !term.Equal(e[1], s.Term()) {
			return false
		}
		switch e[0].AtomName() {
		case "tcp", "tcp_closed", "tcp_error", "tcp_passive", "udp", "udp_error", "udp_passive", "http", "ssl_tls":
			return true
		}
		return false
	}
	for {
		m, ok, err := p.Receive(mine, 0)
		if err != nil || !ok {
			return err
		}
		if err := p.Send(to, m); err != nil {
			return err
		}
	}
}
