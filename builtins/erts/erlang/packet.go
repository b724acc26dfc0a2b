package erlang

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/packet"
	"github.com/erlsh/erlsh/lang/term"
)

func packetRows() []bif.Function {
	return []bif.Function{
		{Spec: "decode_packet(Type :: atom() | 0 | 1 | 2 | 4, Bin :: binary(), Options :: [{packet_size | line_length | line_delimiter, non_neg_integer()}]) -> {ok, Packet :: binary() | term(), Rest :: binary()} | {more, Length :: non_neg_integer() | undefined} | {error, Reason :: term()}",
			Doc:     "Finds the packet at the front of a binary: one that begins with its length, a line, a line of HTTP, and so on.",
			Example: "1> erlang:decode_packet(line, <<\"ab\\ncd\">>, []).\n{ok,<<\"ab\\n\">>,<<\"cd\">>}", Pure: decodePacket},
	}
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
			if o.Delimiter = byte(n); args[0].AtomName() != "line" || n > 255 {
				return term.None, term.Badarg()
			}
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
