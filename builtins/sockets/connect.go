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

// lookup is the answer to a question for the addresses of a host.
func lookup(ctx context.Context, host, family string) ([]netip.Addr, string) {
	if a, err := netip.ParseAddr(host); err == nil {
		if a.Is4() != (family == "inet") {
			return nil, "nxdomain"
		}
		return []netip.Addr{a}, ""
	}
	network := map[string]string{"inet": "ip4", "inet6": "ip6"}[family]
	found, err := net.DefaultResolver.LookupNetIP(ctx, network, host)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return nil, "timeout"
	case err != nil || len(found) == 0:
		return nil, "nxdomain"
	}
	return found, ""
}

// Host is whom a connection goes to: an address, or a name that is looked up.
type Host struct {
	address netip.Addr
	name    string
}

// HostOf reads a host: a tuple, a string or an atom.
func HostOf(t term.Term) (Host, bool) {
	if a, ok := Address(t); ok {
		return Host{address: a}, true
	}
	if t.IsBinary() || t.Kind() == term.KindTuple {
		return Host{}, false
	}
	name, ok := bif.FileName(t)
	if t == term.Atom("loopback") {
		return Host{address: netip.AddrFrom4([4]byte{127, 0, 0, 1})}, true
	}
	return Host{name: name}, ok && name != ""
}

// Connect is gen_tcp:connect/4.
func Connect(p *node.Process, host Host, port int, o Options, timeout time.Duration) (term.Term, error) {
	if host.name == "" && (host.address.Is4()) != (o.family == "inet") {
		return Failure("eafnosupport"), nil
	}
	s := &Socket{Kind: Stream, Family: o.family, options: o.options}
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	if s.open(p) == nil {
		return Failure("closed"), nil
	}
	r := &request{ref: p.MakeRef(), from: p}
	s.requests = []*request{r}
	s.port.Go(func() { s.dial(ctx, r, host, port, o) })
	result, err := s.wait(p, r, timeout)
	if err != nil || result != atom.OK {
		s.port.Close()
		return result, err
	}
	s.mu.Lock()
	if s.options.active != passive {
		s.start()
	}
	s.mu.Unlock()
	return term.Tuple(atom.OK, s.Term()), nil
}

// dial connects to the first address that answers and tells the process how it went.
func (s *Socket) dial(ctx context.Context, r *request, host Host, port int, o Options) {
	addresses, reason := []netip.Addr{host.address}, ""
	if host.name != "" {
		addresses, reason = lookup(ctx, host.name, o.family)
	}
	for _, a := range addresses {
		d := net.Dialer{KeepAlive: -1, Control: o.control}
		if o.local != nil {
			d.LocalAddr = &net.TCPAddr{IP: o.local.AsSlice(), Port: o.localPort}
		} else if o.localPort != 0 {
			d.LocalAddr = &net.TCPAddr{Port: o.localPort}
		}
		c, err := d.DialContext(ctx, network("tcp", o.family), net.JoinHostPort(a.String(), strconv.Itoa(port)))
		if err == nil {
			s.connected(r, c.(*net.TCPConn))
			return
		}
		reason = bif.PosixName(err)
		var timeout net.Error
		if errors.As(err, &timeout) && timeout.Timeout() {
			reason = "etimedout"
		}
	}
	if s.withdraw(r) {
		s.answer(r, Failure(reason))
	}
}

func network(protocol, family string) string {
	if family == "inet6" {
		return protocol + "6"
	}
	return protocol + "4"
}

// connected takes the connection, unless nobody waits for it any more.
func (s *Socket) connected(r *request, c *net.TCPConn) {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		_ = c.Close()
		return
	}
	s.stream = c
	s.cancel()
	s.apply()
	s.mu.Unlock()
	if s.withdraw(r) {
		s.answer(r, atom.OK)
	}
}

// Listen is gen_tcp:listen/2.
func Listen(p *node.Process, port int, o Options) (term.Term, error) {
	if port == 0 {
		port = o.localPort
	}
	host := ""
	if o.local != nil {
		host = o.local.String()
	}
	var l net.Listener
	var err error
	p.Blocking(func() {
		lc := net.ListenConfig{KeepAlive: -1, Control: o.control}
		l, err = lc.Listen(context.Background(), network("tcp", o.family), net.JoinHostPort(host, strconv.Itoa(port)))
	})
	if err != nil {
		return bif.ErrorTuple(err), nil
	}
	s := &Socket{Kind: Listener, Family: o.family, options: o.options, listener: l.(*net.TCPListener)}
	if s.open(p) == nil {
		return Failure("closed"), nil
	}
	return term.Tuple(atom.OK, s.Term()), nil
}

// Accept is gen_tcp:accept/2.
func (s *Socket) Accept(p *node.Process, timeout time.Duration) (term.Term, error) {
	if s.Kind != Listener {
		return Failure("einval"), nil
	}
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return Failure("closed"), nil
	}
	if len(s.arrived) > 0 {
		c := s.arrived[0]
		s.arrived = s.arrived[1:]
		s.mu.Unlock()
		return s.accepted(p, c), nil
	}
	r := &request{ref: p.MakeRef(), from: p}
	s.requests = append(s.requests, r)
	s.start()
	s.mu.Unlock()
	if timeout == 0 {
		timeout = 2 * time.Millisecond // the time to see what has arrived
	}
	result, err := s.wait(p, r, timeout)
	if err != nil || result != atom.OK {
		return result, err
	}
	s.mu.Lock()
	if len(s.arrived) == 0 {
		s.mu.Unlock()
		return Failure("closed"), nil
	}
	c := s.arrived[0]
	s.arrived = s.arrived[1:]
	s.mu.Unlock()
	return s.accepted(p, c), nil
}

// accepted makes the socket of a connection that came in.
func (s *Socket) accepted(p *node.Process, c *net.TCPConn) term.Term {
	s.mu.Lock()
	o := s.options
	s.mu.Unlock()
	n := &Socket{Kind: Stream, Family: s.Family, options: o, stream: c}
	if n.open(p) == nil {
		return Failure("closed")
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.apply()
	if n.options.active != passive {
		n.start()
	}
	return term.Tuple(atom.OK, n.Term())
}

// serveListener accepts as long as somebody waits for a connection. What nobody waits for any more goes to the next one.
func (s *Socket) serveListener() {
	for {
		s.mu.Lock()
		for !s.closed && len(s.requests) == 0 {
			s.wake.Wait()
		}
		if s.closed {
			s.mu.Unlock()
			return
		}
		s.mu.Unlock()
		c, err := s.listener.AcceptTCP()
		s.mu.Lock()
		if s.closed {
			s.mu.Unlock()
			if err == nil {
				_ = c.Close()
			}
			return
		}
		result := atom.OK
		if err != nil {
			result = bif.ErrorTuple(err)
		} else {
			s.arrived = append(s.arrived, c)
		}
		var r *request
		if len(s.requests) > 0 {
			r, s.requests = s.requests[0], s.requests[1:]
		}
		s.mu.Unlock()
		if r != nil {
			s.answer(r, result)
		}
	}
}
