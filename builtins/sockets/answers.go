package sockets

import (
	"net"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

// Get is inet:getopts/2.
func (s *Socket) Get(list term.Term) term.Term {
	items, ok := list.Slice()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || !ok {
		return Failure("einval")
	}
	var b term.Builder
	for _, item := range items {
		name, isAtom := item.Atom()
		if !isAtom {
			return Failure("einval")
		}
		value, known := s.option(name)
		if !known {
			return Failure("einval")
		}
		if !value.None() {
			b.Add(term.Tuple(item, value))
		}
	}
	return term.Tuple(atom.OK, b.List(term.Nil))
}

// streamOnly are options that sockets for datagrams do not have, and do not refuse.
func streamOnly(name string) bool {
	switch name {
	case "nodelay", "send_timeout", "send_timeout_close", "delay_send", "show_econnreset", "high_watermark", "low_watermark", "nopush":
		return true
	}
	return false
}

// option is the value of an option; None for one that this kind of socket does not have. mu is held.
func (s *Socket) option(name string) (value term.Term, known bool) {
	if s.Kind == Datagram && streamOnly(name) || s.Kind != Datagram && name == "read_packets" || name == "ipv6_v6only" || name == "tclass" {
		return term.None, true
	}
	if at, ok := levels()[name]; ok {
		var n int64
		if set, ok := s.options.numbers[name]; ok && name != "sndbuf" && name != "recbuf" || name == "reuseaddr" {
			n = set
		} else if !s.system(name, &n, false) {
			return term.None, false
		}
		if at.flag {
			return term.Bool(n != 0), true
		}
		return term.Int(n), true
	}
	o := &s.options
	switch name {
	case "active":
		return o.activeTerm(), true
	case "mode":
		return term.Atom(map[bool]string{true: "binary", false: "list"}[o.binary]), true
	case "packet":
		return o.packet.Term(), true
	case "packet_size":
		return term.Int(int64(o.packetSize)), true
	case "header":
		return term.Int(int64(o.headerSize)), true
	case "buffer":
		return term.Int(int64(o.buffer)), true
	case "exit_on_close":
		return term.Bool(o.exitOnClose), true
	case "show_econnreset":
		return term.Bool(o.showReset), true
	case "send_timeout_close":
		return term.Bool(o.timeoutClose), true
	case "deliver":
		return term.Atom(map[bool]string{true: "port", false: "term"}[o.deliverPort]), true
	case "send_timeout":
		if o.sendTimeout < 0 {
			return atom.Infinity, true
		}
		return term.Int(o.sendTimeout.Milliseconds()), true
	}
	if v, ok := o.others[name]; ok {
		return v, true
	}
	v, ok := map[string]term.Term{
		"delay_send": term.False, "nopush": term.False, "debug": term.False, "recvtos": term.False, "recvttl": term.False,
		"multicast_loop": term.True, "high_watermark": term.Int(8192), "low_watermark": term.Int(4096), "high_msgq_watermark": term.Int(8192),
		"low_msgq_watermark": term.Int(4096), "priority": term.Int(0), "read_packets": term.Int(5), "multicast_ttl": term.Int(1),
		"linger": term.Tuple(term.False, term.Int(0)), "bind_to_device": term.EmptyBinary,
	}[name]
	return v, ok
}

func (o *options) activeTerm() term.Term {
	switch o.active {
	case active:
		return term.True
	case once:
		return term.Atom("once")
	case counted:
		return term.Int(int64(o.count))
	}
	return term.False
}

// name makes {Address, Port} of an address.
func (s *Socket) name(a net.Addr) term.Term {
	var ip net.IP
	port := 0
	switch a := a.(type) {
	case *net.TCPAddr:
		ip, port = a.IP, a.Port
	case *net.UDPAddr:
		ip, port = a.IP, a.Port
	}
	if len(ip) == 0 {
		ip = net.IPv4zero
	}
	if four := ip.To4(); four != nil && s.Family == "inet" {
		ip = four
	}
	e := make([]term.Term, 0, 8)
	if len(ip) == 4 {
		for _, b := range ip {
			e = append(e, term.Int(int64(b)))
		}
	} else {
		if four := ip.To4(); four != nil && four.Equal(net.IPv4zero) {
			ip = net.IPv6zero
		}
		for i := 0; i < 16; i += 2 {
			e = append(e, term.Int(int64(ip[i])<<8|int64(ip[i+1])))
		}
	}
	return term.Tuple(term.Tuple(e...), term.Int(int64(port)))
}

// Sockname is inet:sockname/1.
func (s *Socket) Sockname() term.Term {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed || s.gone:
	case s.stream != nil:
		return term.Tuple(atom.OK, s.name(s.stream.LocalAddr()))
	case s.listener != nil:
		return term.Tuple(atom.OK, s.name(s.listener.Addr()))
	case s.datagram != nil:
		return term.Tuple(atom.OK, s.name(s.datagram.LocalAddr()))
	}
	return Failure("einval")
}

// Peername is inet:peername/1.
func (s *Socket) Peername() term.Term {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return Failure("einval")
	case s.stream != nil && !s.gone:
		return term.Tuple(atom.OK, s.name(s.stream.RemoteAddr()))
	case s.remote != nil:
		return term.Tuple(atom.OK, s.name(s.remote))
	}
	return Failure("enotconn")
}

// StatNames are the items of inet:getstat/1, in its order.
func StatNames() []string {
	return []string{"recv_oct", "recv_cnt", "recv_max", "recv_avg", "recv_dvi", "send_oct", "send_cnt", "send_max", "send_avg", "send_pend"}
}

// Stat returns an item of inet:getstat/2; false for what is none.
func (s *Socket) Stat(name string) (int64, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.counts.in
	if len(name) > 4 && name[:4] == "send" {
		t = s.counts.out
	}
	switch name {
	case "recv_oct", "send_oct":
		return t.octets, true
	case "recv_cnt", "send_cnt":
		return t.packets, true
	case "recv_max", "send_max":
		return t.longest, true
	case "recv_avg", "send_avg":
		return t.octets / max(t.packets, 1), true
	case "recv_dvi":
		return t.deviation, true
	case "send_pend":
		return 0, true
	}
	return 0, false
}

// Closed reports whether the socket is closed.
func (s *Socket) Closed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

// State returns what inet:info/1 tells of the state.
func (s *Socket) State() term.Term {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.Kind == Listener:
		return term.List(term.Atom("listen"), term.Atom("open"))
	case s.Kind == Stream && !s.gone:
		return term.List(term.Atom("connected"), term.Atom("open"))
	case s.Kind == Datagram:
		return term.List(term.Atom("bound"), term.Atom("open"))
	}
	return term.List(term.Atom("closed"))
}
