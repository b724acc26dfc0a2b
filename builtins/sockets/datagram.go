package sockets

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strconv"
	"time"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// maxDatagram is the longest datagram.
const maxDatagram = 65536

// OpenDatagram is gen_udp:open/2.
func OpenDatagram(p *node.Process, port int, o Options) (term.Term, error) {
	host := ""
	if o.local != nil {
		host = o.local.String()
	}
	var c net.PacketConn
	var err error
	p.Blocking(func() {
		lc := net.ListenConfig{Control: o.control}
		c, err = lc.ListenPacket(context.Background(), network("udp", o.family), net.JoinHostPort(host, strconv.Itoa(port)))
	})
	if err != nil {
		return bif.ErrorTuple(err), nil
	}
	s := &Socket{Kind: Datagram, Family: o.family, options: o.options, datagram: c.(*net.UDPConn)}
	if s.open(p) == nil {
		return Failure("closed"), nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.apply()
	if s.options.active != passive {
		s.start()
	}
	return term.Tuple(atom.OK, s.Term()), nil
}

// serveDatagram reads as long as somebody wants datagrams.
func (s *Socket) serveDatagram() {
	chunk := make([]byte, maxDatagram)
	for {
		s.mu.Lock()
		if !s.wanted() {
			s.mu.Unlock()
			return
		}
		size := s.options.buffer
		s.mu.Unlock()
		n, from, err := s.datagram.ReadFromUDP(chunk)
		s.mu.Lock()
		remote := s.remote
		switch {
		case err != nil && errors.Is(err, net.ErrClosed):
			s.mu.Unlock()
			return
		case err != nil:
			s.mu.Unlock()
			s.failed(err)
			continue
		case remote != nil && (!remote.IP.Equal(from.IP) || remote.Port != from.Port):
		default:
			n = min(n, size)
			s.counts.in.add(n)
			s.port.In.Add(uint64(n))
			s.packets = append(s.packets, packetOf{from, append([]byte(nil), chunk[:n]...)})
		}
		s.mu.Unlock()
		s.deliverDatagrams()
	}
}

// failed tells of an error: to the one who waits, or to the owner.
func (s *Socket) failed(err error) {
	reason := term.Atom(bif.PosixName(err))
	s.mu.Lock()
	var r *request
	if len(s.requests) > 0 {
		r, s.requests = s.requests[0], s.requests[1:]
	}
	s.mu.Unlock()
	if r != nil {
		s.answer(r, term.Tuple(atom.ErrorAtom, reason))
		return
	}
	s.port.Tell(term.Tuple(term.Atom("udp_error"), s.Term(), reason))
}

// deliverDatagrams hands out what is there.
func (s *Socket) deliverDatagrams() {
	for {
		s.mu.Lock()
		if s.closed || len(s.packets) == 0 || len(s.requests) == 0 && s.options.active == passive {
			s.mu.Unlock()
			return
		}
		d := s.packets[0]
		s.packets = s.packets[1:]
		address, port, data := s.source(d), term.Int(int64(d.from.Port)), s.data(d.data)
		if len(s.requests) > 0 {
			r := s.requests[0]
			s.requests = s.requests[1:]
			s.mu.Unlock()
			s.answer(r, term.Tuple(atom.OK, term.Tuple(address, port, data)))
			continue
		}
		passives := s.spend()
		message := term.Tuple(atomUDP, s.Term(), address, port, data)
		if s.options.deliverPort {
			message = term.Tuple(s.Term(), term.Tuple(term.Atom("data"), data))
		}
		s.mu.Unlock()
		s.port.Tell(message)
		if passives {
			s.port.Tell(term.Tuple(term.Atom("udp_passive"), s.Term()))
		}
	}
}

func (s *Socket) source(d packetOf) term.Term {
	a := d.from.AddrPort().Addr()
	if s.Family == "inet6" {
		return Tuple16(a)
	}
	return Tuple(a)
}

// ReceiveFrom is gen_udp:recv/3.
func (s *Socket) ReceiveFrom(p *node.Process, timeout time.Duration) (term.Term, error) {
	s.mu.Lock()
	switch {
	case s.closed:
		s.mu.Unlock()
		return Failure("closed"), nil
	case s.options.active != passive:
		s.mu.Unlock()
		return Failure("einval"), nil
	case len(s.requests) > 0:
		s.mu.Unlock()
		return Failure("ealready"), nil
	}
	r := &request{ref: p.MakeRef(), from: p}
	s.requests = append(s.requests, r)
	s.start()
	s.mu.Unlock()
	s.deliverDatagrams()
	return s.wait(p, r, timeout)
}

// SendTo is gen_udp:send/5: to an address, or, when that is nil, to whom the socket is connected.
func (s *Socket) SendTo(p *node.Process, host *Host, port int, data []byte) (term.Term, error) {
	s.mu.Lock()
	closed, remote := s.closed, s.remote
	s.mu.Unlock()
	if closed {
		return Failure("closed"), nil
	}
	if host != nil {
		addresses, reason := s.addresses(p, *host)
		if reason != "" {
			return Failure(reason), nil
		}
		remote = net.UDPAddrFromAddrPort(netip.AddrPortFrom(addresses[0], uint16(port)))
	}
	if remote == nil {
		return Failure("einval"), nil
	}
	_, err := s.datagram.WriteToUDP(data, remote)
	if err != nil {
		return bif.ErrorTuple(err), nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts.out.add(len(data))
	s.port.Out.Add(uint64(len(data)))
	return atom.OK, nil
}

// addresses looks a host up while the process waits.
func (s *Socket) addresses(p *node.Process, host Host) (found []netip.Addr, reason string) {
	if host.name == "" {
		if host.address.Is4() != (s.Family == "inet") {
			return nil, "eafnosupport"
		}
		return []netip.Addr{host.address}, ""
	}
	p.Blocking(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 8*time.Second)
		defer cancel()
		found, reason = lookup(ctx, host.name, s.Family)
	})
	return found, reason
}

// ConnectTo is gen_udp:connect/3: afterwards only datagrams of that address are taken.
func (s *Socket) ConnectTo(p *node.Process, host Host, port int) (term.Term, error) {
	addresses, reason := s.addresses(p, host)
	if reason != "" {
		return Failure(reason), nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return Failure("closed"), nil
	}
	s.remote = net.UDPAddrFromAddrPort(netip.AddrPortFrom(addresses[0], uint16(port)))
	return atom.OK, nil
}
