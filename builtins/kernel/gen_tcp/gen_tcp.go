// Package gen_tcp is module gen_tcp: connections over TCP. What sockets are is in package builtins/sockets.
package gen_tcp

import (
	"net"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/builtins/sockets"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

const module = "gen_tcp"

// Module returns the module.
func Module() *bif.Module {
	const options, socket = "Options :: [gen_tcp:option()]", "Socket :: gen_tcp:socket()"
	const address = "Address :: inet:socket_address() | inet:hostname()"
	const opened = "1> {ok, L} = gen_tcp:listen(0, [{ip,loopback},{active,false}]), {ok, P} = inet:port(L), {ok, C} = gen_tcp:connect(\"localhost\", P, [{active,false}]), {ok, S} = gen_tcp:accept(L), "
	return &bif.Module{
		Name: module,
		Doc:  "Connections over TCP.",
		Functions: []bif.Function{
			{Spec: "listen(Port :: inet:port_number(), " + options + ") -> {ok, ListenSocket :: gen_tcp:socket()} | {error, atom()}", Doc: "Opens a port for connections; 0 leaves the choice to the system, and `inet:port/1` tells it. Options are those of `inet:setopts/2`, and `{ip, Address}`, `inet6`, `{backlog, N}`.",
				Example: "1> element(1, gen_tcp:listen(0, [])).\nok", Proc: listen},
			{Spec: "accept(ListenSocket :: gen_tcp:socket()) -> {ok, " + socket + "} | {error, atom()}", Doc: "Waits for a connection and returns its socket, which has the options of the listening one and belongs to the caller.",
				Example: opened + "is_port(S).\ntrue", Proc: accept1},
			{Spec: "accept(ListenSocket :: gen_tcp:socket(), Timeout :: timeout()) -> {ok, " + socket + "} | {error, closed | timeout | atom()}", Doc: "As `accept/1`, up to a time in milliseconds.",
				Example: "1> {ok, L} = gen_tcp:listen(0, []), gen_tcp:accept(L, 1).\n{error,timeout}", Proc: accept2},
			{Spec: "connect(SockAddr :: #{family := atom(), addr := term(), port := inet:port_number()}, " + options + ") -> {ok, " + socket + "} | {error, timeout | atom()}", Doc: "As `connect/3`, for an address as module `socket` has it.",
				Example: "1> gen_tcp:connect(#{family => inet, addr => {127,0,0,1}, port => 1}, []).\n{error,econnrefused}", Proc: connect2},
			{Spec: "connect(" + address + ", Port :: inet:port_number(), " + options + ") -> {ok, " + socket + "} | {error, timeout | atom()}", Doc: "Connects to a port of a host. The socket belongs to the caller, who gets what comes in as messages `{tcp, Socket, Data}`, at the end `{tcp_closed, Socket}`; with `{active, false}` `recv/2` fetches it.",
				Example: opened + "gen_tcp:send(C, \"hello\"), gen_tcp:recv(S, 0).\n{ok,\"hello\"}", Proc: connect3},
			{Spec: "connect(" + address + ", Port :: inet:port_number(), " + options + ", Timeout :: timeout()) -> {ok, " + socket + "} | {error, timeout | atom()}", Doc: "As `connect/3`, up to a time in milliseconds.",
				Example: "1> gen_tcp:connect({127,0,0,1}, 1, [], 1000).\n{error,econnrefused}", Proc: connect4},
			{Spec: "send(" + socket + ", Packet :: iodata()) -> ok | {error, closed | timeout | atom()}", Doc: "Sends data, with the head that the option `packet` asks for.",
				Example: opened + "gen_tcp:send(C, [<<\"a\">>, \"b\"]).\nok", Proc: send},
			{Spec: "recv(" + socket + ", Length :: non_neg_integer()) -> {ok, Packet :: string() | binary() | term()} | {error, closed | atom()}", Doc: "Waits for input of a passive socket: Length bytes, or with 0 what there is or the next packet.",
				Example: opened + "gen_tcp:send(C, \"hello\"), gen_tcp:recv(S, 2).\n{ok,\"he\"}", Proc: recv2},
			{Spec: "recv(" + socket + ", Length :: non_neg_integer(), Timeout :: timeout()) -> {ok, Packet :: string() | binary() | term()} | {error, closed | timeout | atom()}", Doc: "As `recv/2`, up to a time in milliseconds.",
				Example: opened + "gen_tcp:recv(S, 0, 1).\n{error,timeout}", Proc: recv3},
			{Spec: "unrecv(" + socket + ", Data :: iodata()) -> ok | {error, atom()}", Doc: "Puts data back in front of the input.",
				Example: opened + "gen_tcp:unrecv(S, \"ab\"), gen_tcp:recv(S, 0).\n{ok,\"ab\"}", Proc: unrecv},
			{Spec: "shutdown(" + socket + ", How :: read | write | read_write) -> ok | {error, atom()}", Doc: "Ends one direction of a connection; with `write` the other side sees the end, and can still answer.",
				Example: opened + "gen_tcp:shutdown(C, write), gen_tcp:recv(S, 0).\n{error,closed}", Proc: shutdown},
			{Spec: "close(" + socket + ") -> ok", Doc: "Closes a socket.", Example: opened + "gen_tcp:close(C), gen_tcp:recv(S, 0).\n{error,closed}", Proc: closeSocket},
			{Spec: "controlling_process(" + socket + ", Pid :: pid()) -> ok | {error, closed | not_owner | badarg | atom()}", Doc: "Gives a socket to another process, with the messages of it that have come already.",
				Example: opened + "gen_tcp:controlling_process(C, self()).\nok", Proc: controllingProcess},
		},
	}
}

// exit returns the exit that bad options and the like cause.
func exit(module, name string, arity int64) error {
	e := term.Exit(atom.Badarg)
	e.Stack = term.List(bif.Frame(module, name, term.Int(arity)))
	return e
}

// socketOf returns the socket behind a port; nil for one that is closed. What is no port is a function_clause of the function.
func socketOf(p *node.Process, args []term.Term) (*sockets.Socket, error) {
	if args[0].Kind() != term.KindPort {
		return nil, term.FunctionClause()
	}
	return sockets.Of(p.Node(), args[0]), nil
}

func listen(p *node.Process, args []term.Term) (term.Term, error) {
	port, ok := portOf(args[0])
	if !ok {
		return term.None, exit(module, "listen", 2)
	}
	o := sockets.Defaults(sockets.Listener)
	if port < 0 || port > 65535 || !o.Read(args[1], sockets.Listener) {
		return term.None, exit("inet_tcp", "listen", 2)
	}
	return sockets.Listen(p, port, o)
}

// portOf reads a port: a number, or the name of a service.
func portOf(t term.Term) (int, bool) {
	if n, ok := t.Int(); ok {
		return int(max(min(n, 1<<20), -1)), true
	}
	if name, ok := t.Atom(); ok {
		n, err := net.LookupPort("tcp", name)
		return n, err == nil && name != ""
	}
	return 0, false
}

func accept1(p *node.Process, args []term.Term) (term.Term, error) {
	return accept2(p, []term.Term{args[0], atom.Infinity})
}

func accept2(p *node.Process, args []term.Term) (term.Term, error) {
	s, err := socketOf(p, args)
	if err != nil {
		return term.None, err
	}
	timeout, ok := sockets.Timeout(args[1])
	if !ok {
		return term.None, bif.ClauseOf("prim_inet", "accept0", args[0], args[1], term.Nil)
	}
	if s == nil {
		return sockets.Failure("closed"), nil
	}
	return s.Accept(p, timeout)
}

func connect2(p *node.Process, args []term.Term) (term.Term, error) {
	m, ok := args[0].Map()
	if !ok {
		return term.None, term.FunctionClause()
	}
	family, _ := m.Get(term.Atom("family"))
	host, _ := m.Get(term.Atom("addr"))
	port, ok := m.Get(term.Atom("port"))
	if !ok || family != term.Atom("inet") && family != term.Atom("inet6") || host.None() {
		return term.None, exit(module, "connect", 3)
	}
	return connect4(p, []term.Term{host, port, term.NewCons(family, args[1]), atom.Infinity})
}

func connect3(p *node.Process, args []term.Term) (term.Term, error) {
	return connect4(p, append(append([]term.Term(nil), args...), atom.Infinity))
}

func connect4(p *node.Process, args []term.Term) (term.Term, error) {
	if !args[0].IsAtom() && !args[0].IsList() && args[0].Kind() != term.KindTuple {
		return term.None, term.FunctionClause()
	}
	timeout, ok := sockets.Timeout(args[3])
	if !ok {
		return term.None, bif.ErtsError(atom.Badarg, "start_timer", args[3], p.Self(), term.Atom("inet"))
	}
	host, okHost := sockets.HostOf(args[0])
	port, okPort := portOf(args[1])
	o := sockets.Defaults(sockets.Stream)
	if !okHost || !okPort || port < 0 || port > 65535 || !o.Read(args[2], sockets.Stream) {
		return term.None, exit(module, "connect", 4)
	}
	return sockets.Connect(p, host, port, o, timeout)
}

func send(p *node.Process, args []term.Term) (term.Term, error) {
	s, err := socketOf(p, args)
	if err != nil {
		return term.None, err
	}
	data, ok := bif.Iodata(nil, args[1])
	switch {
	case !ok:
		return sockets.Failure("einval"), nil
	case s == nil:
		return sockets.Failure("closed"), nil
	}
	return s.Send(p, data)
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
	if !okLength || n < 0 || !okTime {
		if wait == atom.Infinity {
			wait = term.Int(-1)
		}
		return term.None, bif.ClauseOf("prim_inet", "recv0", args[0], args[1], wait)
	}
	if s == nil {
		return sockets.Failure("closed"), nil
	}
	return s.Receive(p, int(n), timeout)
}

func unrecv(p *node.Process, args []term.Term) (term.Term, error) {
	s, err := socketOf(p, args)
	if err != nil {
		return term.None, err
	}
	data, ok := bif.Iodata(nil, args[1])
	if s == nil || !ok {
		return sockets.Failure("einval"), nil
	}
	s.Unreceive(data)
	return atom.OK, nil
}

func shutdown(p *node.Process, args []term.Term) (term.Term, error) {
	s, err := socketOf(p, args)
	if err != nil {
		return term.None, err
	}
	how := args[1].AtomName()
	if how != "read" && how != "write" && how != "read_write" {
		return term.None, bif.ClauseOf("prim_inet", "shutdown", args...)
	}
	if s == nil {
		return sockets.Failure("closed"), nil
	}
	return s.Shutdown(how != "write", how != "read"), nil
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
		return term.None, bif.ClauseOf("inet_db", "lookup_socket", args[0])
	}
	if _, ok := args[1].Pid(); !ok {
		return term.None, bif.ClauseOf("inet", "tcp_controlling_process", args...)
	}
	s := sockets.Of(p.Node(), args[0])
	if s == nil {
		return sockets.Failure("closed"), nil
	}
	return s.Give(p, args[1])
}
