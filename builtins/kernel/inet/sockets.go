package inet

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/builtins/sockets"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

func socketRows() []bif.Function {
	const socket = "Socket :: inet:socket()"
	const opened = "1> {ok, S} = gen_tcp:listen(0, [{ip,loopback}]), "
	return []bif.Function{
		{Spec: "setopts(" + socket + ", Options :: [term()]) -> ok | {error, atom()}", Doc: "Sets options of a socket: `{active, true | false | once | N}`, `binary` or `list`, `{packet, Type}`, `{nodelay, Boolean}` and so on.",
			Example: opened + "inet:setopts(S, [binary]).\nok", Proc: setopts},
		{Spec: "getopts(" + socket + ", Options :: [atom()]) -> {ok, [{Option :: atom(), Value :: term()}]} | {error, atom()}", Doc: "Returns options of a socket.",
			Example: opened + "inet:getopts(S, [active,mode,packet]).\n{ok,[{active,true},{mode,list},{packet,0}]}", Proc: getopts},
		{Spec: "sockname(" + socket + ") -> {ok, {inet:ip_address(), inet:port_number()}} | {error, atom()}", Doc: "Returns the address and the port of this end.",
			Example: opened + "{ok, {A, _}} = inet:sockname(S), A.\n{127,0,0,1}", Proc: withSocket("sockname", (*sockets.Socket).Sockname)},
		{Spec: "peername(" + socket + ") -> {ok, {inet:ip_address(), inet:port_number()}} | {error, atom()}", Doc: "Returns the address and the port of the other end.",
			Example: opened + "inet:peername(S).\n{error,enotconn}", Proc: withSocket("peername", (*sockets.Socket).Peername)},
		{Spec: "socknames(" + socket + ") -> {ok, [{inet:ip_address(), inet:port_number()}]} | {error, atom()}", Doc: "Returns the addresses of this end.",
			Example: opened + "{ok, [{A, _}]} = inet:socknames(S), A.\n{127,0,0,1}", Proc: listed("socknames", (*sockets.Socket).Sockname)},
		{Spec: "peernames(" + socket + ") -> {ok, [{inet:ip_address(), inet:port_number()}]} | {error, atom()}", Doc: "Returns the addresses of the other end.",
			Example: opened + "inet:peernames(S).\n{error,enotconn}", Proc: listed("peernames", (*sockets.Socket).Peername)},
		{Spec: "port(" + socket + ") -> {ok, inet:port_number()} | {error, atom()}", Doc: "Returns the port of this end.", Example: opened + "element(1, inet:port(S)).\nok", Proc: port},
		{Spec: "close(" + socket + ") -> ok", Doc: "Closes a socket.", Example: opened + "inet:close(S).\nok", Proc: closeSocket},
		{Spec: "getstat(" + socket + ") -> {ok, [{Item :: atom(), integer()}]} | {error, atom()}", Doc: "Returns how much went through a socket.", Example: opened + "hd(element(2, inet:getstat(S))).\n{recv_oct,0}", Proc: getstat1},
		{Spec: "getstat(" + socket + ", Items :: [atom()]) -> {ok, [{Item :: atom(), integer()}]} | {error, atom()}", Doc: "Returns some of what `getstat/1` returns.", Example: opened + "inet:getstat(S, [send_cnt]).\n{ok,[{send_cnt,0}]}", Proc: getstat2},
		{Spec: "info(" + socket + ") -> #{atom() => term()}", Doc: "Returns what is known of a socket.", Example: opened + "maps:get(owner, inet:info(S)) =:= self().\ntrue", Proc: info},
		{Spec: "i() -> ok", Doc: "Prints a table of all sockets.", Proc: i0},
		{Spec: "i(Protocol :: tcp | udp) -> ok", Doc: "Prints a table of the sockets of a protocol.", Proc: i0},
		{Spec: "i(Protocol :: tcp | udp, Columns :: [atom()]) -> ok", Doc: "As `i/1`, with these columns: `port`, `module`, `recv`, `sent`, `owner`, `local_address`, `foreign_address`, `state`, `type`.", Proc: i0},
	}
}

func moreRows() []bif.Function {
	return []bif.Function{
		{Spec: "getifaddrs() -> {ok, [{Name :: string(), [{Option :: atom(), term()}]}]} | {error, atom()}", Doc: "Returns the network interfaces with their addresses.",
			Example: "1> element(1, inet:getifaddrs()).\nok", Pure: getifaddrs},
		{Spec: "getiflist() -> {ok, [Name :: string()]} | {error, atom()}", Doc: "Returns the names of the network interfaces.", Example: "1> element(1, inet:getiflist()).\nok", Pure: getiflist},
		{Spec: "getif() -> {ok, [{Address :: tuple(), Broadcast :: tuple(), Netmask :: tuple()}]} | {error, atom()}", Doc: "Returns the addresses of the network interfaces that have one of IPv4.", Example: "1> element(1, inet:getif()).\nok", Pure: getif},
		{Spec: "gethostbyaddr(Address :: string() | inet:ip_address()) -> {ok, tuple()} | {error, atom()}", Doc: "Returns what is known of the host with an address, as a record `hostent`.",
			Example: "1> element(1, element(2, inet:gethostbyaddr({127,0,0,1}))).\nhostent", Proc: gethostbyaddr},
		{Spec: "getservbyname(Name :: atom() | string(), Protocol :: tcp | udp) -> {ok, inet:port_number()} | {error, einval}", Doc: "Returns the port of a service, given by its name or another of its names, as the system's list of services (/etc/services) says.", Example: "1> inet:getservbyname(no_such_service, tcp).\n{error,einval}", Pure: getservbyname},
		{Spec: "getservbyport(Port :: inet:port_number(), Protocol :: tcp | udp) -> {ok, string()} | {error, einval}", Doc: "Returns the name of the service of a port, as the system's list of services (/etc/services) says.", Example: "1> inet:getservbyport(0, tcp).\n{error,einval}", Pure: getservbyport},
		{Spec: "is_ipv4_address(Term :: term()) -> boolean()", Doc: "Tells whether Term is an address of IPv4.", Example: "1> inet:is_ipv4_address({1,2,3,4}).\ntrue", Pure: isFamily(4)},
		{Spec: "is_ipv6_address(Term :: term()) -> boolean()", Doc: "Tells whether Term is an address of IPv6.", Example: "1> inet:is_ipv6_address({1,2,3,4}).\nfalse", Pure: isFamily(8)},
		{Spec: "ipv4_mapped_ipv6_address(Address :: tuple()) -> tuple()", Doc: "Turns an address of IPv4 into the one of IPv6 that stands for it, and back.", Example: "1> inet:ipv4_mapped_ipv6_address({1,2,3,4}).\n{0,0,0,0,0,65535,258,772}", Pure: mapped},
		{Spec: "parse_ipv4strict_address(Address :: string()) -> {ok, tuple()} | {error, einval}", Doc: "Reads an address of IPv4, all four numbers wanted.", Example: "1> inet:parse_ipv4strict_address(\"127.1\").\n{error,einval}", Pure: strict(true)},
		{Spec: "parse_ipv6strict_address(Address :: string()) -> {ok, tuple()} | {error, einval}", Doc: "Reads an address of IPv6.", Example: "1> inet:parse_ipv6strict_address(\"::1\").\n{ok,{0,0,0,0,0,0,0,1}}", Pure: strict(false)},
		{Spec: "get_rc() -> [{Par :: atom(), Val :: term()}]", Doc: "Returns how names are looked up: by the system.", Example: "1> inet:get_rc().\n[{lookup,[native]}]",
			Pure: func([]term.Term) (term.Term, error) {
				return term.List(term.Tuple(term.Atom("lookup"), term.List(term.Atom("native")))), nil
			}},
		{Spec: "getaddr(Host :: inet:ip_address() | string() | atom(), Family :: inet | inet6, Timer :: term()) -> {ok, tuple()} | {error, atom()}", Doc: "As `getaddr/2`; the timer of OTP's resolver changes nothing.",
			Example: "1> inet:getaddr(\"127.0.0.1\", inet, false).\n{ok,{127,0,0,1}}", Proc: getaddr},
		{Spec: "getaddrs(Host :: inet:ip_address() | string() | atom(), Family :: inet | inet6, Timer :: term()) -> {ok, [tuple()]} | {error, atom()}", Doc: "As `getaddrs/2`; the timer of OTP's resolver changes nothing.",
			Example: "1> inet:getaddrs(\"127.0.0.1\", inet, false).\n{ok,[{127,0,0,1}]}", Proc: getaddrs},
	}
}

// socketOf returns the socket behind a port; nil for one that is closed.
func socketOf(p *node.Process, name string, args []term.Term) (*sockets.Socket, error) {
	if args[0].Kind() != term.KindPort {
		return nil, bif.ClauseOf("prim_inet", name, args...)
	}
	return sockets.Of(p.Node(), args[0]), nil
}

func withSocket(name string, f func(*sockets.Socket) term.Term) func(*node.Process, []term.Term) (term.Term, error) {
	return func(p *node.Process, args []term.Term) (term.Term, error) {
		s, err := socketOf(p, name, args)
		if err != nil {
			return term.None, err
		}
		if s == nil {
			return sockets.Failure("einval"), nil
		}
		return f(s), nil
	}
}

func listed(name string, f func(*sockets.Socket) term.Term) func(*node.Process, []term.Term) (term.Term, error) {
	return withSocket(name, func(s *sockets.Socket) term.Term {
		t := f(s)
		if e, ok := t.Tagged(atom.OK, 2); ok {
			return term.Tuple(atom.OK, term.List(e[1]))
		}
		return t
	})
}

func setopts(p *node.Process, args []term.Term) (term.Term, error) {
	return withSocket("setopts", func(s *sockets.Socket) term.Term { return s.Set(args[1]) })(p, args)
}

func getopts(p *node.Process, args []term.Term) (term.Term, error) {
	if _, ok := args[1].Slice(); !ok {
		return term.None, bif.ClauseOf("prim_inet", "getopts", args...)
	}
	return withSocket("getopts", func(s *sockets.Socket) term.Term { return s.Get(args[1]) })(p, args)
}

func port(p *node.Process, args []term.Term) (term.Term, error) {
	return withSocket("sockname", func(s *sockets.Socket) term.Term {
		t := s.Sockname()
		if e, ok := t.Tagged(atom.OK, 2); ok {
			pair, _ := e[1].Tuple()
			return term.Tuple(atom.OK, pair[1])
		}
		return t
	})(p, args)
}

func closeSocket(p *node.Process, args []term.Term) (term.Term, error) {
	s, err := socketOf(p, "close", args)
	if err != nil {
		return term.None, err
	}
	if s != nil {
		s.Close()
	}
	return atom.OK, nil
}

func getstat1(p *node.Process, args []term.Term) (term.Term, error) {
	var names term.Builder
	for _, n := range sockets.StatNames() {
		names.Add(term.Atom(n))
	}
	return getstat2(p, []term.Term{args[0], names.List(term.Nil)})
}

func getstat2(p *node.Process, args []term.Term) (term.Term, error) {
	return withSocket("getstat", func(s *sockets.Socket) term.Term {
		list, ok := stats(s, args[1])
		if !ok {
			return sockets.Failure("einval")
		}
		return term.Tuple(atom.OK, term.List(list...))
	})(p, args)
}

func stats(s *sockets.Socket, names term.Term) ([]term.Term, bool) {
	items, ok := names.Slice()
	var out []term.Term
	for _, item := range items {
		n, known := s.Stat(item.AtomName())
		if !known {
			return nil, false
		}
		out = append(out, term.Tuple(item, term.Int(n)))
	}
	return out, ok
}

func info(p *node.Process, args []term.Term) (term.Term, error) {
	s, err := socketOf(p, "info", args)
	if err != nil {
		return term.None, err
	}
	port := p.Node().Gate(args[0])
	if s == nil || port == nil {
		return term.NewMap(term.Atom("states"), term.List(term.Atom("closed"))), nil
	}
	counters := term.EmptyMap
	m, _ := counters.Map()
	for _, name := range sockets.StatNames() {
		n, _ := s.Stat(name)
		m = m.Put(term.Atom(name), term.Int(n))
	}
	return term.NewMap(term.Atom("counters"), m.Term(), term.Atom("input"), term.Int(int64(port.In.Load())),
		term.Atom("output"), term.Int(int64(port.Out.Load())), term.Atom("links"), term.List(port.Owner()), term.Atom("memory"), term.Int(40),
		term.Atom("monitors"), term.Nil, term.Atom("owner"), port.Owner(), term.Atom("states"), s.State()), nil
}

// i0 prints the sockets, as OTP 25 does.
func i0(p *node.Process, args []term.Term) (term.Term, error) {
	rows := [][]string{{"Port", "Module", "Recv", "Sent", "Owner", "Local Address", "Foreign Address", "State", "Type"}}
	for _, t := range p.Node().Ports() {
		s, port := sockets.Of(p.Node(), t), p.Node().Gate(t)
		if s == nil || port == nil {
			continue
		}
		protocol, kind := "tcp", "STREAM"
		if s.Kind == sockets.Datagram {
			protocol, kind = "udp", "DGRAM"
		}
		if len(args) > 0 && args[0] != term.Atom(protocol) {
			continue
		}
		family := map[string]string{"inet": "inet_", "inet6": "inet6_"}[s.Family]
		state := map[sockets.Kind]string{sockets.Stream: "CONNECTED(O)", sockets.Listener: "ACCEPTING", sockets.Datagram: "IDLE"}[s.Kind]
		owner, _ := port.Owner().Pid()
		rows = append(rows, []string{strconv.FormatUint(port.Number(), 10), family + protocol, strconv.FormatUint(port.In.Load(), 10),
			strconv.FormatUint(port.Out.Load(), 10), fmt.Sprintf("<0.%d.%d>", owner.ID, owner.Serial), shown(s.Sockname()), shown(s.Peername()), state, kind})
	}
	if len(args) == 2 {
		var ok bool
		if rows, ok = columns(rows, args[1]); !ok {
			return term.None, term.FunctionClause()
		}
	}
	var b strings.Builder
	for _, r := range rows {
		for i, cell := range r {
			width := 0
			for _, other := range rows {
				width = max(width, len(other[i]))
			}
			fmt.Fprintf(&b, "%-*s ", width, cell)
		}
		b.WriteByte('\n')
	}
	request := term.Tuple(term.Atom("put_chars"), term.Atom("unicode"), term.BinaryString(b.String()))
	target := &term.Fun{Module: term.Atom("io"), Name: term.Atom("request"), Arity: 1, External: true}
	_, err := p.Call(target.Term(), request)
	return atom.OK, err
}

// columns picks some columns of a table by the words of its first row.
func columns(rows [][]string, names term.Term) ([][]string, bool) {
	list, ok := names.Slice()
	out := make([][]string, len(rows))
	for _, name := range list {
		i := slices.IndexFunc(rows[0], func(title string) bool {
			return strings.ReplaceAll(strings.ToLower(title), " ", "_") == name.AtomName()
		})
		if ok = ok && i >= 0; !ok {
			return nil, false
		}
		for j := range rows {
			out[j] = append(out[j], rows[j][i])
		}
	}
	return out, ok
}

func shown(answer term.Term) string {
	e, ok := answer.Tagged(atom.OK, 2)
	if !ok {
		return "*:*"
	}
	pair, _ := e[1].Tuple()
	n, _ := pair[1].Int()
	a, _ := sockets.Address(pair[0])
	host := a.String()
	switch {
	case a.IsUnspecified():
		host = "*"
	case a.IsLoopback():
		host = "localhost"
	}
	return host + ":" + strconv.FormatInt(n, 10)
}

func isFamily(size int) func([]term.Term) (term.Term, error) {
	return func(args []term.Term) (term.Term, error) {
		e, _ := args[0].Tuple()
		_, ok := sockets.Address(args[0])
		return term.Bool(ok && len(e) == size), nil
	}
}

func mapped(args []term.Term) (term.Term, error) {
	a, ok := sockets.Address(args[0])
	if !ok {
		return term.None, term.FunctionClause()
	}
	if a.Is4() {
		return sockets.Tuple16(netip.AddrFrom16(a.As16())), nil
	}
	b := a.As16()
	return sockets.Tuple(netip.AddrFrom4([4]byte(b[12:]))), nil
}

func strict(four bool) func([]term.Term) (term.Term, error) {
	return func(args []term.Term) (term.Term, error) {
		s, _ := bif.Text(args[0])
		a, err := netip.ParseAddr(s)
		return parsed(a.WithZone(""), err == nil && a.Is4() == four)
	}
}

func getservbyname(args []term.Term) (term.Term, error) {
	name, ok := args[0].Atom()
	protocol := protocolName(args[1])
	if !ok {
		return term.None, bif.ClauseOf("inet", "getservbyname", args...)
	}
	if isImproper(args[1]) {
		return term.None, bif.ErtsError(atom.Badarg, "length", args[1])
	}
	for _, s := range services() {
		if s.protocol == protocol && (s.name == name || slices.Contains(s.others, name)) {
			return term.Tuple(atom.OK, term.Int(s.port)), nil
		}
	}
	return sockets.Failure("einval"), nil
}

// service is a line of /etc/services.
type service struct {
	name, protocol string
	port           int64
	others         []string
}

// services are what the system's list knows: on a system without one, no service has a name.
func services() []service {
	b, err := os.ReadFile("/etc/services")
	if err != nil {
		return nil
	}
	var out []service
	for line := range strings.Lines(string(b)) {
		line, _, _ = strings.Cut(line, "#")
		f := strings.Fields(line)
		if len(f) < 2 {
			continue
		}
		number, protocol, _ := strings.Cut(f[1], "/")
		if n, err := strconv.ParseInt(number, 10, 64); err == nil {
			out = append(out, service{f[0], protocol, n, f[2:]})
		}
	}
	return out
}

// protocolName reads an atom or a string.
func protocolName(t term.Term) string {
	if name, ok := t.Atom(); ok {
		return name
	}
	name, _ := bif.Text(t)
	return name
}

// isImproper is true for a list whose tail is no list: its length cannot be told.
func isImproper(t term.Term) bool {
	_, proper := t.Slice()
	_, pair := t.Cons()
	return pair && !proper
}

func getservbyport(args []term.Term) (term.Term, error) {
	n, ok := args[0].Int()
	protocol := protocolName(args[1])
	_, named := args[1].Atom()
	_, list := args[1].Cons()
	switch f, float := args[0].Float(); {
	case isImproper(args[1]):
		return term.None, bif.ErtsError(atom.Badarg, "length", args[1])
	case float && f >= 0 && f <= 65535 && (named || list || args[1] == term.Nil):
		return term.None, bif.ErtsError(atom.Badarith, "bsr", args[0], term.Int(8))
	}
	for _, s := range services() {
		if ok && s.port == n && s.protocol == protocol {
			return term.Tuple(atom.OK, term.String(s.name)), nil
		}
	}
	return sockets.Failure("einval"), nil
}

func gethostbyaddr(p *node.Process, args []term.Term) (term.Term, error) {
	a, ok := sockets.Address(args[0])
	if !ok {
		s, _ := bif.Text(args[0])
		var err error
		if a, err = netip.ParseAddr(s); err != nil {
			return sockets.Failure("einval"), nil
		}
	}
	var names []string
	var err error
	p.Blocking(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 8*time.Second)
		defer cancel()
		names, err = net.DefaultResolver.LookupAddr(ctx, a.String())
	})
	if err != nil || len(names) == 0 {
		return sockets.Failure("nxdomain"), nil
	}
	family, size := atomInet, int64(4)
	if a.Is6() {
		family, size = atomInet6, 16
	}
	record := term.Tuple(term.Atom("hostent"), term.String(strings.TrimSuffix(names[0], ".")), term.Nil, family, term.Int(size), term.List(sockets.Tuple(a)))
	return term.Tuple(atom.OK, record), nil
}

func getiflist([]term.Term) (term.Term, error) {
	all, err := net.Interfaces()
	if err != nil {
		return bif.ErrorTuple(err), nil
	}
	var b term.Builder
	for _, i := range all {
		b.Add(term.String(i.Name))
	}
	return term.Tuple(atom.OK, b.List(term.Nil)), nil
}

func getifaddrs([]term.Term) (term.Term, error) {
	all, err := net.Interfaces()
	if err != nil {
		return bif.ErrorTuple(err), nil
	}
	var out term.Builder
	for _, i := range all {
		var b, flags term.Builder
		for _, f := range []struct {
			flag net.Flags
			name string
		}{{net.FlagUp, "up"}, {net.FlagBroadcast, "broadcast"}, {net.FlagLoopback, "loopback"}, {net.FlagPointToPoint, "pointtopoint"}, {net.FlagRunning, "running"}, {net.FlagMulticast, "multicast"}} {
			if i.Flags&f.flag != 0 {
				flags.Add(term.Atom(f.name))
			}
		}
		b.Add(term.Tuple(term.Atom("flags"), flags.List(term.Nil)))
		addresses, _ := i.Addrs() // an interface without is shown without
		for _, a := range addresses {
			prefix, err := netip.ParsePrefix(a.String())
			if err != nil {
				continue
			}
			b.Add(term.Tuple(term.Atom("addr"), sockets.Tuple(prefix.Addr())))
			b.Add(term.Tuple(term.Atom("netmask"), netmask(prefix)))
			if i.Flags&net.FlagBroadcast != 0 && prefix.Addr().Is4() {
				b.Add(term.Tuple(term.Atom("broadaddr"), broadcast(prefix)))
			}
		}
		var hardware term.Builder
		for _, c := range i.HardwareAddr {
			hardware.Add(term.Int(int64(c)))
		}
		if i.Flags&net.FlagLoopback != 0 && hardware.Len() == 0 {
			for range 6 {
				hardware.Add(term.Int(0))
			}
		}
		if hardware.Len() > 0 {
			b.Add(term.Tuple(term.Atom("hwaddr"), hardware.List(term.Nil)))
		}
		out.Add(term.Tuple(term.String(i.Name), b.List(term.Nil)))
	}
	return term.Tuple(atom.OK, out.List(term.Nil)), nil
}

func netmask(p netip.Prefix) term.Term {
	mask := net.CIDRMask(p.Bits(), p.Addr().BitLen())
	a, _ := netip.AddrFromSlice(mask)
	if a.Is4() {
		return sockets.Tuple(a)
	}
	return sockets.Tuple16(a)
}

func broadcast(p netip.Prefix) term.Term {
	b := p.Addr().As4()
	for i, m := range net.CIDRMask(p.Bits(), 32) {
		b[i] |= ^m
	}
	return sockets.Tuple(netip.AddrFrom4(b))
}

func getif([]term.Term) (term.Term, error) {
	all, err := net.Interfaces()
	if err != nil {
		return bif.ErrorTuple(err), nil
	}
	var b term.Builder
	for _, i := range all {
		addresses, _ := i.Addrs() // an interface without is left out
		for _, a := range addresses {
			p, err := netip.ParsePrefix(a.String())
			if err != nil || !p.Addr().Is4() {
				continue
			}
			cast := term.Tuple(term.Int(0), term.Int(0), term.Int(0), term.Int(0))
			if i.Flags&net.FlagBroadcast != 0 {
				cast = broadcast(p)
			}
			b.Add(term.Tuple(sockets.Tuple(p.Addr()), cast, netmask(p)))
		}
	}
	return term.Tuple(atom.OK, b.List(term.Nil)), nil
}
