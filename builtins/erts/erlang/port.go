package erlang

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/packet"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

func portRows() []bif.Function {
	const port, socket = "Port :: port() | atom()", "1> {ok, S} = gen_udp:open(0), "
	return []bif.Function{
		{Spec: "ports() -> [port()]", Doc: "Returns the open ports, which are sockets here.", Example: socket + "erlang:ports() =:= [S].\ntrue",
			Proc: func(p *node.Process, _ []term.Term) (term.Term, error) { return term.List(p.Node().Ports()...), nil }},
		{Spec: "port_info(" + port + ") -> [{atom(), term()}] | undefined", Doc: "Returns what is known of a port.",
			Example: "1> erlang:port_info(nobody).\nundefined", Proc: portInfo1},
		{Spec: "port_info(" + port + ", Item :: atom()) -> {atom(), term()} | undefined", Doc: "Returns one fact about a port.",
			Example: socket + "erlang:port_info(S, name).\n{name,\"udp_inet\"}", Proc: portInfo2},
		{Spec: "port_close(" + port + ") -> true", Doc: "Closes a port.", Example: socket + "port_close(S).\ntrue", Auto: true, Proc: portClose},
		{Spec: "port_connect(" + port + ", Pid :: pid()) -> true", Doc: "Gives a port to another process.", Example: socket + "port_connect(S, self()).\ntrue", Auto: true, Proc: portConnect},
		{Spec: "decode_packet(Type :: atom() | 0 | 1 | 2 | 4, Bin :: binary(), Options :: [{packet_size | line_length | line_delimiter, non_neg_integer()}]) -> {ok, Packet :: binary() | term(), Rest :: binary()} | {more, Length :: non_neg_integer() | undefined} | {error, Reason :: term()}",
			Doc:     "Finds the packet at the front of a binary: one that begins with its length, a line, a line of HTTP, and so on.",
			Example: "1> erlang:decode_packet(line, <<\"ab\\ncd\">>, []).\n{ok,<<\"ab\\n\">>,<<\"cd\">>}", Pure: decodePacket},
	}
}

// portOf finds an open port; the error is badarg for what is neither port nor name.
func portOf(p *node.Process, t term.Term) (*node.Port, error) {
	if t.Kind() != term.KindPort && !t.IsAtom() {
		return nil, term.Badarg()
	}
	return p.Node().Port(t), nil
}

// portItem is an item of port_info/2; false for what is none.
func portItem(port *node.Port, item term.Term) (term.Term, bool) {
	none := term.Nil
	switch item.AtomName() {
	case "name":
		return term.String(port.Name()), true
	case "id":
		return term.Int(int64(port.Number())), true
	case "connected":
		return port.Owner(), true
	case "links":
		return term.List(port.Owner()), true
	case "input":
		return term.Int(int64(port.In.Load())), true
	case "output":
		return term.Int(int64(port.Out.Load())), true
	case "os_pid":
		return atom.Undefined, true
	case "memory":
		return term.Int(40), true
	case "monitors", "monitored_by":
		return none, true
	case "parallelism":
		return term.False, true
	case "queue_size":
		return term.Int(0), true
	case "locking":
		return term.Atom("port_level"), true
	}
	return none, false
}

func portInfo1(p *node.Process, args []term.Term) (term.Term, error) {
	port, err := portOf(p, args[0])
	if err != nil || port == nil {
		return atom.Undefined, err
	}
	var b term.Builder
	for _, name := range []string{"name", "links", "id", "connected", "input", "output", "os_pid"} {
		v, _ := portItem(port, term.Atom(name))
		b.Add(term.Tuple(term.Atom(name), v))
	}
	return b.List(term.Nil), nil
}

func portInfo2(p *node.Process, args []term.Term) (term.Term, error) {
	port, err := portOf(p, args[0])
	if err != nil || !args[1].IsAtom() {
		return term.None, term.Badarg()
	}
	if port == nil {
		return atom.Undefined, nil
	}
	if args[1].AtomName() == "registered_name" {
		return term.Nil, nil
	}
	v, ok := portItem(port, args[1])
	if !ok {
		return term.None, term.Badarg()
	}
	return term.Tuple(args[1], v), nil
}

func portClose(p *node.Process, args []term.Term) (term.Term, error) {
	port, err := portOf(p, args[0])
	if err != nil || port == nil || !port.Close() {
		return term.None, term.Badarg()
	}
	return term.True, nil
}

func portConnect(p *node.Process, args []term.Term) (term.Term, error) {
	port, err := portOf(p, args[0])
	to := p.Node().Process(args[1])
	if err != nil || port == nil || to == nil || !port.Give(to) {
		return term.None, term.Badarg()
	}
	return term.True, nil
}

func decodePacket(args []term.Term) (term.Term, error) {
	kind, ok := packet.KindOf(args[0])
	if !ok {
		return term.None, badopt()
	}
	bits, ok := args[1].Bits()
	options, proper := args[2].Slice()
	if !ok || !proper {
		return term.None, term.Badarg()
	}
	var o packet.Options
	for _, x := range options {
		pair, _ := x.Tuple()
		if len(pair) != 2 {
			return term.None, term.Badarg()
		}
		n, isInt := pair[1].Int()
		if !isInt || n < 0 || n > 1<<31 {
			return term.None, term.Badarg()
		}
		switch pair[0].AtomName() {
		case "packet_size":
			o.Size = int(n)
		case "line_length":
			o.LineLength = int(n)
		case "line_delimiter":
			o.Delimiter = byte(n)
		default:
			return term.None, term.Badarg()
		}
	}
	data := bits.Bytes()[:bits.Len/8]
	p, err := packet.Decode(kind, data, o)
	switch {
	case err != nil:
		return term.Tuple(atom.ErrorAtom, term.Atom("invalid")), nil
	case p.Used == 0 && p.More == 0:
		return term.Tuple(term.Atom("more"), atom.Undefined), nil
	case p.Used == 0:
		return term.Tuple(term.Atom("more"), term.Int(int64(p.More))), nil
	}
	value := p.Term
	if value.None() {
		value = term.Binary(p.Data)
	}
	return term.Tuple(atom.OK, value, term.Binary(data[p.Used:])), nil
}
