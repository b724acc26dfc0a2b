package sockets

import (
	"net/netip"
	"syscall"
	"time"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/packet"
	"github.com/erlsh/erlsh/lang/term"
)

// mode is how input reaches the owner.
type mode int

const (
	passive mode = iota
	active
	once
	counted
)

// options are those that can be changed while the socket is open.
type options struct {
	binary       bool
	active       mode
	count        int
	packet       packet.Kind
	packetSize   int
	headerSize   int
	delimiter    byte
	exitOnClose  bool
	deliverPort  bool
	showReset    bool
	sendTimeout  time.Duration
	timeoutClose bool
	buffer       int
	numbers      map[string]int64     // options of the system that are numbers and flags, as they were set
	others       map[string]term.Term // options that change nothing here
}

// Options are all options that a socket is opened with.
type Options struct {
	options
	family    string
	local     *netip.Addr
	localPort int
}

// Defaults returns the options of a socket that sets none.
func Defaults(kind Kind) Options {
	o := Options{family: "inet"}
	o.active, o.exitOnClose, o.sendTimeout, o.buffer = active, true, -1, 1460
	o.numbers, o.others = map[string]int64{}, map[string]term.Term{}
	if kind == Datagram {
		o.buffer = 9000
	}
	return o
}

// Read reads a list of options; false when there is one that no such socket has.
func (o *Options) Read(list term.Term, kind Kind) bool {
	items, ok := list.Slice()
	if !ok {
		return false
	}
	for _, item := range items {
		if !o.opening(item) && o.set(item, kind) != nil {
			return false
		}
	}
	return true
}

// opening reads an option that only counts when a socket is opened.
func (o *Options) opening(item term.Term) bool {
	switch item.AtomName() {
	case "inet", "inet6":
		o.family = item.AtomName()
		if o.local != nil && o.local.IsLoopback() && o.local.Is4() && o.family == "inet6" {
			*o.local = netip.IPv6Loopback()
		}
		return true
	}
	pair, ok := item.Tuple()
	if !ok || len(pair) != 2 {
		return false
	}
	switch pair[0].AtomName() {
	case "ip", "ifaddr":
		return o.localAddress(pair[1])
	case "port":
		n, ok := pair[1].Int()
		o.localPort = int(n)
		return ok && n >= 0 && n < 65536
	case "backlog":
		n, ok := pair[1].Int()
		return ok && n >= 0
	case "tcp_module", "udp_module", "inet_backend":
		return pair[1].IsAtom()
	}
	return false
}

func (o *Options) localAddress(t term.Term) bool {
	a, ok := Address(t)
	switch {
	case t == term.Atom("loopback") && o.family == "inet6":
		a = netip.IPv6Loopback()
	case t == term.Atom("loopback"):
		a = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	case t == term.Atom("any"):
		return true
	case !ok:
		return false
	}
	o.local = &a
	if a.Is6() {
		o.family = "inet6"
	}
	return true
}

// control sets options of the system before a socket is bound.
func (o *Options) control(_, _ string, c syscall.RawConn) error {
	var failed error
	err := c.Control(func(fd uintptr) {
		for name, v := range o.numbers {
			if at, ok := levels()[name]; ok && name != "sndbuf" && name != "recbuf" {
				failed = syscall.SetsockoptInt(handle(fd), at.level, at.option, int(v))
			}
		}
	})
	if err != nil {
		return err
	}
	return failed
}

// place is where the system keeps an option; flag says that it is one of two.
type place struct {
	level, option int
	flag          bool
	stream        bool // TCP only
}

func levels() map[string]place {
	return map[string]place{
		"nodelay":   {syscall.IPPROTO_TCP, syscall.TCP_NODELAY, true, true},
		"keepalive": {syscall.SOL_SOCKET, syscall.SO_KEEPALIVE, true, false},
		"reuseaddr": {syscall.SOL_SOCKET, syscall.SO_REUSEADDR, true, false},
		"broadcast": {syscall.SOL_SOCKET, syscall.SO_BROADCAST, true, false},
		"dontroute": {syscall.SOL_SOCKET, syscall.SO_DONTROUTE, true, false},
		"sndbuf":    {syscall.SOL_SOCKET, syscall.SO_SNDBUF, false, false},
		"recbuf":    {syscall.SOL_SOCKET, syscall.SO_RCVBUF, false, false},
		"tos":       {syscall.IPPROTO_IP, syscall.IP_TOS, false, false},
		"ttl":       {syscall.IPPROTO_IP, syscall.IP_TTL, false, false},
	}
}

type optionError struct{}

func (optionError) Error() string { return "sockets: no such option" }

// flagOf reads true and false as 1 and 0.
func flagOf(t term.Term) (int64, bool) {
	switch t {
	case term.True:
		return 1, true
	case term.False:
		return 0, true
	}
	return 0, false
}

// set reads an option that may change while the socket is open.
func (o *options) set(item term.Term, kind Kind) error {
	switch item.AtomName() {
	case "binary", "list":
		o.binary = item.AtomName() == "binary"
		return nil
	}
	pair, ok := item.Tuple()
	if !ok || len(pair) != 2 || !pair[0].IsAtom() {
		return optionError{}
	}
	name, value := pair[0].AtomName(), pair[1]
	if at, ok := levels()[name]; ok {
		n, isInt := value.Int()
		if at.flag {
			n, isInt = flagOf(value)
		}
		if !isInt || n < 0 {
			return optionError{}
		}
		o.numbers[name] = n
		if name == "recbuf" && o.buffer < int(n) {
			o.buffer = int(n)
		}
		return nil
	}
	if !o.setOwn(name, value, kind) {
		return optionError{}
	}
	return nil
}

// setOwn reads an option that the system knows nothing of.
func (o *options) setOwn(name string, value term.Term, kind Kind) bool {
	n, isInt := value.Int()
	flag, isFlag := flagOf(value)
	switch name {
	case "active":
		return o.setActive(value)
	case "mode":
		o.binary = value == term.Atom("binary")
		return o.binary || value == term.Atom("list")
	case "packet":
		k, ok := packet.KindOf(value)
		o.packet = k
		return ok && kind != Datagram
	case "packet_size":
		o.packetSize = int(n)
		return isInt && n >= 0
	case "header":
		o.headerSize = int(n)
		return isInt && n >= 0
	case "line_delimiter":
		o.delimiter = byte(n)
		return isInt && n >= 0 && n < 256
	case "buffer":
		o.buffer = int(n)
		return isInt && n > 0 && n < 1<<28
	case "exit_on_close":
		o.exitOnClose = flag == 1
		return isFlag
	case "show_econnreset":
		o.showReset = flag == 1
		return isFlag
	case "send_timeout_close":
		o.timeoutClose = flag == 1
		return isFlag
	case "deliver":
		o.deliverPort = value == term.Atom("port")
		return o.deliverPort || value == term.Atom("term")
	case "send_timeout":
		d, ok := Timeout(value)
		o.sendTimeout = d
		return ok
	case "delay_send", "nopush", "debug", "multicast_loop", "recvtos", "recvttl", "ipv6_v6only", "reuseport", "inet6":
		o.others[name] = value
		return isFlag
	case "high_watermark", "low_watermark", "high_msgq_watermark", "low_msgq_watermark", "priority", "read_packets", "multicast_ttl":
		o.others[name] = value
		return isInt && n >= 0
	case "linger":
		e, ok := value.Tuple()
		o.others[name] = value
		return ok && len(e) == 2
	case "add_membership", "drop_membership", "bind_to_device", "raw", "multicast_if":
		return true
	}
	return false
}

func (o *options) setActive(value term.Term) bool {
	switch value {
	case term.True:
		o.active, o.count = active, 0
	case term.False:
		o.active, o.count = passive, 0
	case term.Atom("once"):
		o.active, o.count = once, 0
	default:
		n, ok := value.Int()
		have := 0
		if o.active == counted {
			have = o.count
		}
		if !ok || n < -32768 || n > 32767 || have+int(n) > 32767 {
			return false
		}
		o.active, o.count = counted, max(have+int(n), 0)
		if o.count == 0 {
			o.active = passive
		}
	}
	return true
}

// apply hands the options of the system to it; mu is held.
func (s *Socket) apply() {
	switch {
	case s.stream != nil:
		_ = s.stream.SetNoDelay(s.options.numbers["nodelay"] == 1) // an option that the system refuses is none
		_ = s.stream.SetKeepAlive(s.options.numbers["keepalive"] == 1)
		s.linger()
	}
	for _, name := range []string{"sndbuf", "recbuf"} {
		if n, ok := s.options.numbers[name]; ok {
			s.system(name, &n, true)
		}
	}
}

// linger sets how long closing waits for data that is not sent yet: with 0 the connection is reset. mu is held.
func (s *Socket) linger() {
	e, ok := s.options.others["linger"].Tuple()
	if !ok || s.stream == nil {
		return
	}
	n, _ := e[1].Int()
	if e[0] != term.True {
		n = -1
	}
	_ = s.stream.SetLinger(int(n)) // an option that the system refuses is none
}

// system reads or writes an option of the system; mu is held.
func (s *Socket) system(name string, value *int64, write bool) bool {
	at := levels()[name]
	var conn syscall.Conn
	switch {
	case s.stream != nil:
		conn = s.stream
	case s.listener != nil:
		conn = s.listener
	case s.datagram != nil:
		conn = s.datagram
	default:
		return false
	}
	raw, err := conn.SyscallConn()
	if err != nil {
		return false
	}
	ok := false
	err = raw.Control(func(fd uintptr) {
		if write {
			ok = syscall.SetsockoptInt(handle(fd), at.level, at.option, int(*value)) == nil
			return
		}
		n, err := syscall.GetsockoptInt(handle(fd), at.level, at.option)
		*value, ok = int64(n), err == nil
	})
	return ok && err == nil
}

// Set is inet:setopts/2.
func (s *Socket) Set(list term.Term) term.Term {
	items, ok := list.Slice()
	s.mu.Lock()
	if s.closed || !ok {
		s.mu.Unlock()
		return Failure("einval")
	}
	o := s.options
	o.numbers, o.others = map[string]int64{}, map[string]term.Term{}
	for k, v := range s.options.numbers {
		o.numbers[k] = v
	}
	for k, v := range s.options.others {
		o.others[k] = v
	}
	wasActive, told := s.options.active, false
	for _, item := range items {
		if o.set(item, s.Kind) != nil {
			s.mu.Unlock()
			return Failure("einval")
		}
		if pair, ok := item.Tagged(term.Atom("active"), 2); ok && pair[1].IsInteger() {
			told = o.active == passive
		}
	}
	if o.packet != s.options.packet {
		s.header = false
	}
	s.options = o
	s.linger()
	for name, n := range o.numbers {
		s.system(name, &n, true)
	}
	if o.active != passive && s.Kind != Listener {
		s.start()
	}
	s.mu.Unlock()
	if told {
		tag := "tcp_passive"
		if s.Kind == Datagram {
			tag = "udp_passive"
		}
		s.port.Tell(term.Tuple(term.Atom(tag), s.Term()))
	}
	if o.active != passive || wasActive != o.active {
		s.again()
	}
	return atom.OK
}

// again hands out what is there after the options have changed.
func (s *Socket) again() {
	switch s.Kind {
	case Stream:
		s.deliver()
	case Datagram:
		s.deliverDatagrams()
	}
}
