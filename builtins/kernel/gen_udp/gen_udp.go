// Package gen_udp is module gen_udp: datagrams over UDP. What sockets are is in package builtins/sockets.
package gen_udp

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/builtins/sockets"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

const module = "gen_udp"

// Module returns the module.
func Module() *bif.Module {
	const socket, port, data = "Socket :: gen_udp:socket()", "Port :: inet:port_number()", "PacketData :: iodata()"
	const host, result = "Address :: inet:socket_address() | inet:hostname()", ") -> ok | {error, not_owner | atom()}"
	const two = "1> {ok, A} = gen_udp:open(0, [{active,false}]), {ok, P} = inet:port(A), {ok, B} = gen_udp:open(0, []), "
	return &bif.Module{
		Name: module,
		Doc:  "Datagrams over UDP.",
		Functions: []bif.Function{
			{Spec: "open(" + port + ") -> {ok, " + socket + "} | {error, atom()}", Doc: "Opens a socket on a port; 0 leaves the choice to the system.",
				Example: "1> element(1, gen_udp:open(0)).\nok", Proc: open1},
			{Spec: "open(" + port + ", Opts :: [gen_udp:option()]) -> {ok, " + socket + "} | {error, atom()}", Doc: "As `open/1`, with options as of `inet:setopts/2`. The caller gets datagrams as `{udp, Socket, Address, Port, Data}`, or with `{active, false}` fetches them by `recv/2`.",
				Example: "1> element(1, gen_udp:open(0, [binary,{active,false}])).\nok", Proc: open2},
			{Spec: "send(" + socket + ", " + data + result, Doc: "Sends a datagram to whom the socket is connected.", Example: two + "gen_udp:connect(B, {127,0,0,1}, P), gen_udp:send(B, \"hi\").\nok", Proc: send2},
			{Spec: "send(" + socket + ", Destination :: {inet:ip_address(), inet:port_number()}, " + data + result, Doc: "Sends a datagram to an address with a port.", Example: two + "gen_udp:send(B, {{127,0,0,1}, P}, \"hi\").\nok", Proc: send3},
			{Spec: "send(" + socket + ", " + host + ", PortOrAncData :: inet:port_number() | list(), " + data + result, Doc: "Sends a datagram to a port of a host.", Example: two + "gen_udp:send(B, \"localhost\", P, \"hi\"), {ok, {IP, _, Data}} = gen_udp:recv(A, 0), {IP, Data}.\n{{127,0,0,1},\"hi\"}", Proc: send4},
			{Spec: "send(" + socket + ", " + host + ", " + port + ", AncData :: list(), " + data + result, Doc: "As `send/4`; ancillary data is left out.", Example: two + "gen_udp:send(B, \"localhost\", P, [], \"hi\").\nok", Proc: send5},
			{Spec: "recv(" + socket + ", Length :: non_neg_integer()) -> {ok, {inet:ip_address(), inet:port_number(), string() | binary()}} | {error, not_owner | atom()}", Doc: "Waits for a datagram. Length changes nothing.",
				Example: two + "gen_udp:send(B, \"localhost\", P, \"hi\"), element(3, element(2, gen_udp:recv(A, 0))).\n\"hi\"", Proc: recv2},
			{Spec: "recv(" + socket + ", Length :: non_neg_integer(), Timeout :: timeout()) -> {ok, {inet:ip_address(), inet:port_number(), string() | binary()}} | {error, not_owner | timeout | atom()}", Doc: "As `recv/2`, up to a time in milliseconds.",
				Example: two + "gen_udp:recv(A, 0, 1).\n{error,timeout}", Proc: recv3},
			{Spec: "connect(" + socket + ", SockAddr :: #{family := atom(), addr := term(), port := inet:port_number()}) -> ok | {error, atom()}", Doc: "As `connect/3`, for an address as module `socket` has it.", Example: two + "gen_udp:connect(B, #{family => inet, addr => {127,0,0,1}, port => P}).\nok", Proc: connect2},
			{Spec: "connect(" + socket + ", " + host + ", " + port + ") -> ok | {error, atom()}", Doc: "Binds a socket to one peer: to whom `send/2` sends, and from whom alone datagrams are taken.", Example: two + "gen_udp:connect(B, \"localhost\", P).\nok", Proc: connect3},
			{Spec: "close(" + socket + ") -> ok", Doc: "Closes a socket.", Example: two + "gen_udp:close(A).\nok", Proc: closeSocket},
			{Spec: "controlling_process(" + socket + ", Pid :: pid()) -> ok | {error, closed | not_owner | badarg | atom()}", Doc: "Gives a socket to another process.", Example: two + "gen_udp:controlling_process(A, self()).\nok", Proc: controllingProcess},
		},
	}
}

func exit() error {
	e := term.Exit(atom.Badarg)
	e.Stack = term.List(bif.Frame("inet_udp", "open", term.Int(2)))
	return e
}

func socketOf(p *node.Process, args []term.Term) (*sockets.Socket, error) {
	if args[0].Kind() != term.KindPort {
		return nil, term.FunctionClause()
	}
	return sockets.Of(p.Node(), args[0]), nil
}

func open1(p *node.Process, args []term.Term) (term.Term, error) {
	return open2(p, []term.Term{args[0], term.Nil})
}

func open2(p *node.Process, args []term.Term) (term.Term, error) {
	port, ok := args[0].Int()
	if !ok {
		return term.None, term.Error(term.Tuple(atom.Badmatch, sockets.Failure("einval")))
	}
	o := sockets.Defaults(sockets.Datagram)
	if port < 0 || port > 65535 || !o.Read(args[1], sockets.Datagram) {
		return term.None, exit()
	}
	return sockets.OpenDatagram(p, int(port), o)
}

// transmit sends to a host, or, when it is nil, to the peer.
func transmit(p *node.Process, args []term.Term, host *sockets.Host, port int) (term.Term, error) {
	s, err := socketOf(p, args)
	if err != nil {
		return term.None, err
	}
	data, ok := bif.Iodata(nil, args[len(args)-1])
	switch {
	case !ok:
		return sockets.Failure("einval"), nil
	case s == nil:
		return sockets.Failure("closed"), nil
	}
	return s.SendTo(p, host, port, data)
}

func send2(p *node.Process, args []term.Term) (term.Term, error) { return transmit(p, args, nil, 0) }

func send3(p *node.Process, args []term.Term) (term.Term, error) {
	pair, ok := args[1].Tuple()
	if !ok || len(pair) != 2 {
		return term.None, term.FunctionClause()
	}
	return to(p, args, pair[0], pair[1])
}

func to(p *node.Process, args []term.Term, hostTerm, portTerm term.Term) (term.Term, error) {
	host, ok := sockets.HostOf(hostTerm)
	port, isInt := portTerm.Int()
	if args[0].Kind() != term.KindPort || !ok {
		return term.None, term.FunctionClause()
	}
	if !isInt || port < 0 || port > 65535 {
		return term.None, bif.ClauseOf("inet_udp", "send", args[0], term.Tuple(hostTerm, portTerm), term.Nil, args[len(args)-1])
	}
	return transmit(p, args, &host, int(port))
}

func send4(p *node.Process, args []term.Term) (term.Term, error) {
	if pair, ok := args[1].Tuple(); ok && len(pair) == 2 && args[2].IsList() {
		return to(p, args, pair[0], pair[1])
	}
	return to(p, args, args[1], args[2])
}

func send5(p *node.Process, args []term.Term) (term.Term, error) {
	return to(p, args, args[1], args[2])
}

func recv2(p *node.Process, args []term.Term) (term.Term, error) { return recv(p, args, atom.Infinity) }

func recv3(p *node.Process, args []term.Term) (term.Term, error) { return recv(p, args, args[2]) }

func recv(p *node.Process, args []term.Term, wait term.Term) (term.Term, error) {
	s, err := socketOf(p, args)
	if err != nil {
		return term.None, err
	}
	n, okLength := args[1].Int()
	timeout, okTime := sockets.Timeout(wait)
	switch {
	case !okLength || n < 0 || !okTime:
		return term.None, term.FunctionClause()
	case s == nil:
		return sockets.Failure("closed"), nil
	case s.Kind != sockets.Datagram:
		return sockets.Failure("einval"), nil
	}
	return s.ReceiveFrom(p, timeout)
}

func connect2(p *node.Process, args []term.Term) (term.Term, error) {
	m, ok := args[1].Map()
	if !ok {
		return term.None, term.FunctionClause()
	}
	host, _ := m.Get(term.Atom("addr"))
	port, _ := m.Get(term.Atom("port"))
	return connect3(p, []term.Term{args[0], host, port})
}

func connect3(p *node.Process, args []term.Term) (term.Term, error) {
	s, err := socketOf(p, args)
	if err != nil {
		return term.None, err
	}
	host, okHost := sockets.HostOf(args[1])
	port, okPort := args[2].Int()
	switch {
	case !okHost || !okPort || port < 0 || port > 65535:
		return sockets.Failure("einval"), nil
	case s == nil:
		return sockets.Failure("closed"), nil
	}
	return s.ConnectTo(p, host, int(port))
}

func closeSocket(p *node.Process, args []term.Term) (term.Term, error) {
	s, err := socketOf(p, args)
	if err != nil {
		return term.None, err
	}
	if s != nil {
		s.Close()
	}
	return atom.OK, nil
}

func controllingProcess(p *node.Process, args []term.Term) (term.Term, error) {
	if args[0].Kind() != term.KindPort {
		return term.None, bif.ClauseOf("inet", "udp_controlling_process", args...)
	}
	if _, ok := args[1].Pid(); !ok {
		return term.None, bif.ClauseOf("inet", "udp_controlling_process", args...)
	}
	s := sockets.Of(p.Node(), args[0])
	if s == nil {
		return sockets.Failure("closed"), nil
	}
	return s.Give(p, args[1])
}
