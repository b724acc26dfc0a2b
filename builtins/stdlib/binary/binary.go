// Package binary is module binary: searching, cutting and converting binaries.
package binary

import (
	"bytes"
	"encoding/hex"
	"math/big"
	"slices"
	"strings"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// Module returns the module.
func Module() *bif.Module {
	m := &bif.Module{
		Name:      "binary",
		Doc:       "Functions on binaries.",
		ErrorInfo: "erl_stdlib_errors",
	}
	for _, rows := range [][]bif.Function{pieces(), conversions(), searches()} {
		m.Functions = append(m.Functions, rows...)
	}
	return m
}

func pieces() []bif.Function {
	return []bif.Function{
		{
			Spec:    "at(Subject :: binary(), Pos :: non_neg_integer()) -> byte()",
			Doc:     "Returns the byte at position Pos; the first one is 0.",
			Example: "1> binary:at(<<5,6,7>>, 1).\n6",
			Pure: func(args []term.Term) (term.Term, error) {
				i, ok := args[1].Int()
				return byteAt(args[0], func(b []byte) int64 { return i }, ok)
			},
		},
		{
			Spec:    "first(Subject :: binary()) -> byte()",
			Doc:     "Returns the first byte.",
			Example: "1> binary:first(<<5,6,7>>).\n5",
			Pure: func(args []term.Term) (term.Term, error) {
				return byteAt(args[0], func([]byte) int64 { return 0 }, true)
			},
		},
		{
			Spec:    "last(Subject :: binary()) -> byte()",
			Doc:     "Returns the last byte.",
			Example: "1> binary:last(<<5,6,7>>).\n7",
			Pure: func(args []term.Term) (term.Term, error) {
				return byteAt(args[0], func(b []byte) int64 { return int64(len(b)) - 1 }, true)
			},
		},
		{
			Spec:    "part(Subject :: binary(), PosLen :: {Start :: non_neg_integer(), Length :: integer()}) -> binary()",
			Doc:     "Returns the bytes of a part; a negative length counts backwards.",
			Example: "1> binary:part(<<1,2,3,4>>, {4,-2}).\n<<3,4>>",
			Pure: func(args []term.Term) (term.Term, error) {
				start, length, ok := pair(args[1])
				if !ok {
					return term.None, term.Badarg()
				}
				return part(args[0], start, length)
			},
		},
		{
			Spec:    "part(Subject :: binary(), Pos :: non_neg_integer(), Len :: integer()) -> binary()",
			Doc:     "The same as part(Subject, {Pos, Len}).",
			Example: "1> binary:part(<<1,2,3,4>>, 1, 2).\n<<2,3>>",
			Pure:    func(args []term.Term) (term.Term, error) { return part(args[0], args[1], args[2]) },
		},
		{
			Spec:    "copy(Subject :: binary()) -> binary()",
			Doc:     "Returns a copy, which keeps no larger binary alive.",
			Example: "1> binary:copy(<<1,2>>).\n<<1,2>>",
			Pure:    func(args []term.Term) (term.Term, error) { return repeat(args[0], term.Int(1)) },
		},
		{
			Spec:    "copy(Subject :: binary(), N :: non_neg_integer()) -> binary()",
			Doc:     "Returns N times the binary, one behind the other.",
			Example: "1> binary:copy(<<1,2>>, 2).\n<<1,2,1,2>>",
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
				b, _ := args[0].Binary()
				n, _ := args[1].Int()
				if size := float64(len(b)) * float64(n); size > 16<<20 && (size > 1<<50 || !p.Room(int64(size))) {
					return term.None, term.SystemLimit()
				}
				return repeat(args[0], args[1])
			},
		},
		{
			Spec:    "referenced_byte_size(Binary :: binary()) -> non_neg_integer()",
			Doc:     "Returns the size of the memory that the binary keeps alive, which here is its own.",
			Example: "1> binary:referenced_byte_size(<<1,2>>) >= 2.\ntrue",
			Pure: func(args []term.Term) (term.Term, error) {
				b, ok := args[0].Binary()
				if !ok {
					return term.None, term.Badarg()
				}
				return term.Int(int64(cap(b))), nil
			},
		},
		{
			Spec:    "longest_common_prefix(Binaries :: [binary()]) -> non_neg_integer()",
			Doc:     "Returns how many bytes all binaries have in common at their beginning.",
			Example: "1> binary:longest_common_prefix([<<\"erlang\">>,<<\"ergonomy\">>]).\n2",
			Pure: func(args []term.Term) (term.Term, error) {
				return common(args[0], func(b []byte, i int) byte { return b[i] })
			},
		},
		{
			Spec:    "longest_common_suffix(Binaries :: [binary()]) -> non_neg_integer()",
			Doc:     "Returns how many bytes all binaries have in common at their end.",
			Example: "1> binary:longest_common_suffix([<<\"erlang\">>,<<\"fang\">>]).\n3",
			Pure: func(args []term.Term) (term.Term, error) {
				return common(args[0], func(b []byte, i int) byte { return b[len(b)-1-i] })
			},
		},
		{
			Spec:    "join(Binaries :: [binary()], Separator :: binary()) -> binary()",
			Doc:     "Returns the binaries in one with Separator between them.",
			Example: "1> binary:join([<<\"a\">>,<<\"b\">>], <<\", \">>).\n<<\"a, b\">>",
			Pure:    join,
		},
	}
}

func byteAt(subject term.Term, at func(b []byte) int64, ok bool) (term.Term, error) {
	b, isBinary := subject.Binary()
	if !ok || !isBinary {
		return term.None, term.Badarg()
	}
	i := at(b)
	if i < 0 || i >= int64(len(b)) {
		return term.None, term.Badarg()
	}
	return term.Int(int64(b[i])), nil
}

func pair(t term.Term) (a, b term.Term, ok bool) {
	e, ok := t.Tuple()
	if !ok || len(e) != 2 {
		return term.None, term.None, false
	}
	return e[0], e[1], true
}

// bounds turns a position and a length, which may be negative, into the limits of a slice of n bytes.
func bounds(start, length term.Term, n int) (from, to int, ok bool) {
	a, ok1 := start.Int()
	l, ok2 := length.Int()
	if !ok1 || !ok2 {
		return 0, 0, false
	}
	b := a + l
	if l < 0 {
		a, b = b, a
	}
	if a < 0 || a > b || b > int64(n) {
		return 0, 0, false
	}
	return int(a), int(b), true
}

func part(subject, start, length term.Term) (term.Term, error) {
	bits, ok := subject.Bits() // (sic) a bitstring that is no binary has parts too
	if !ok {
		return term.None, term.Badarg()
	}
	bits.Len &^= 7
	b := bits.Bytes()
	from, to, ok := bounds(start, length, len(b))
	if !ok {
		return term.None, term.Badarg()
	}
	return term.Binary(b[from:to:to]), nil
}

// maxRepeat bounds what copy/2 makes.
const maxRepeat = 1 << 32

func repeat(subject, times term.Term) (term.Term, error) {
	b, ok := subject.Binary()
	n, isInt := times.Int()
	if !ok || !isInt || n < 0 {
		return term.None, term.Badarg()
	}
	if n > 0 && int64(len(b)) > maxRepeat/n {
		return term.None, term.SystemLimit()
	}
	return term.Binary(bytes.Repeat(b, int(n))), nil
}

func common(list term.Term, at func(b []byte, i int) byte) (term.Term, error) {
	elements, ok := list.Slice()
	if !ok || len(elements) == 0 {
		return term.None, term.Badarg()
	}
	all := make([][]byte, len(elements))
	least := -1
	for i, e := range elements {
		if all[i], ok = e.Binary(); !ok {
			return term.None, term.Badarg()
		}
		if least < 0 || len(all[i]) < least {
			least = len(all[i])
		}
	}
	n := 0
	for n < least && !slices.ContainsFunc(all, func(b []byte) bool { return at(b, n) != at(all[0], n) }) {
		n++
	}
	return term.Int(int64(n)), nil
}

func join(args []term.Term) (term.Term, error) {
	elements, ok := args[0].Slice()
	sep, isBinary := args[1].Binary()
	if !ok || !isBinary {
		return term.None, term.Badarg()
	}
	all := make([][]byte, len(elements))
	for i, e := range elements {
		if all[i], ok = e.Binary(); !ok {
			return term.None, term.Badarg()
		}
	}
	return term.Binary(bytes.Join(all, sep)), nil
}

func conversions() []bif.Function {
	return []bif.Function{
		{
			Spec:    "bin_to_list(Subject :: binary()) -> [byte()]",
			Doc:     "Returns the bytes as a list.",
			Example: "1> binary:bin_to_list(<<\"abc\">>).\n\"abc\"",
			Pure: func(args []term.Term) (term.Term, error) {
				b, ok := args[0].Binary()
				if !ok {
					return term.None, term.Badarg()
				}
				return list(b), nil
			},
		},
		{
			Spec:    "bin_to_list(Subject :: binary(), PosLen :: {Start :: non_neg_integer(), Length :: integer()}) -> [byte()]",
			Doc:     "Returns the bytes of a part as a list.",
			Example: "1> binary:bin_to_list(<<\"abc\">>, {1,2}).\n\"bc\"",
			Pure: func(args []term.Term) (term.Term, error) {
				start, length, ok := pair(args[1])
				if !ok {
					return term.None, term.Badarg()
				}
				return partList(args[0], start, length)
			},
		},
		{
			Spec:    "bin_to_list(Subject :: binary(), Pos :: non_neg_integer(), Len :: integer()) -> [byte()]",
			Doc:     "The same as bin_to_list(Subject, {Pos, Len}).",
			Example: "1> binary:bin_to_list(<<\"abc\">>, 1, 2).\n\"bc\"",
			Pure:    func(args []term.Term) (term.Term, error) { return partList(args[0], args[1], args[2]) },
		},
		{
			Spec:    "list_to_bin(ByteList :: iolist()) -> binary()",
			Doc:     "The same as list_to_binary(ByteList).",
			Example: "1> binary:list_to_bin([1,[2,<<3>>]]).\n<<1,2,3>>",
			Pure: func(args []term.Term) (term.Term, error) {
				b, ok := bif.Iodata(nil, args[0])
				if !ok || !args[0].IsList() {
					return term.None, term.Badarg()
				}
				return term.Binary(b), nil
			},
		},
		{
			Spec:    "decode_unsigned(Subject :: binary()) -> non_neg_integer()",
			Doc:     "Returns the integer that the bytes are, the most significant one first.",
			Example: "1> binary:decode_unsigned(<<1,2>>).\n258",
			Pure:    func(args []term.Term) (term.Term, error) { return decodeUnsigned(args[0], bigEndian) },
		},
		{
			Spec:    "decode_unsigned(Subject :: binary(), Endianness :: big | little) -> non_neg_integer()",
			Doc:     "Returns the integer that the bytes are, in the order that Endianness says.",
			Example: "1> binary:decode_unsigned(<<1,2>>, little).\n513",
			Pure:    func(args []term.Term) (term.Term, error) { return decodeUnsigned(args[0], args[1]) },
		},
		{
			Spec:    "encode_unsigned(Unsigned :: non_neg_integer()) -> binary()",
			Doc:     "Returns the bytes of an integer, as few as possible, the most significant one first.",
			Example: "1> binary:encode_unsigned(258).\n<<1,2>>",
			Pure:    func(args []term.Term) (term.Term, error) { return encodeUnsigned(args[0], bigEndian) },
		},
		{
			Spec:    "encode_unsigned(Unsigned :: non_neg_integer(), Endianness :: big | little) -> binary()",
			Doc:     "Returns the bytes of an integer in the order that Endianness says.",
			Example: "1> binary:encode_unsigned(258, little).\n<<2,1>>",
			Pure:    func(args []term.Term) (term.Term, error) { return encodeUnsigned(args[0], args[1]) },
		},
		{
			Spec:    "encode_hex(Bin :: binary()) -> binary()",
			Doc:     "Returns two hexadecimal digits for each byte, in upper case.",
			Example: "1> binary:encode_hex(<<1,255>>).\n<<\"01FF\">>",
			Pure:    func(args []term.Term) (term.Term, error) { return encodeHex(args[0], term.Atom("uppercase")) },
		},
		{
			Spec:    "encode_hex(Bin :: binary(), Case :: lowercase | uppercase) -> binary()",
			Doc:     "Returns two hexadecimal digits for each byte.",
			Example: "1> binary:encode_hex(<<1,255>>, lowercase).\n<<\"01ff\">>",
			Pure:    func(args []term.Term) (term.Term, error) { return encodeHex(args[0], args[1]) },
		},
		{
			Spec:    "decode_hex(Bin :: binary()) -> binary()",
			Doc:     "Returns the bytes that hexadecimal digits stand for.",
			Example: "1> binary:decode_hex(<<\"01ff\">>).\n<<1,255>>",
			Pure:    decodeHex,
		},
	}
}

var (
	bigEndian    = term.Atom("big")
	littleEndian = term.Atom("little")
)

func list(b []byte) term.Term {
	elements := make([]term.Term, len(b))
	for i, c := range b {
		elements[i] = term.Int(int64(c))
	}
	return term.List(elements...)
}

func partList(subject, start, length term.Term) (term.Term, error) {
	t, err := part(subject, start, length)
	if err != nil {
		return t, err
	}
	b, _ := t.Binary()
	return list(b), nil
}

func decodeUnsigned(subject, order term.Term) (term.Term, error) {
	b, ok := subject.Binary()
	if !ok || order != bigEndian && order != littleEndian {
		return term.None, term.Badarg()
	}
	if order == littleEndian {
		b = slices.Clone(b)
		slices.Reverse(b)
	}
	return term.Big(new(big.Int).SetBytes(b)), nil
}

func encodeUnsigned(t, order term.Term) (term.Term, error) {
	n, ok := t.Big()
	if !ok || n.Sign() < 0 || order != bigEndian && order != littleEndian {
		return term.None, term.Badarg()
	}
	b := n.Bytes()
	if len(b) == 0 {
		b = []byte{0}
	}
	if order == littleEndian {
		slices.Reverse(b)
	}
	return term.Binary(b), nil
}

func encodeHex(t, letters term.Term) (term.Term, error) {
	b, ok := t.Binary()
	if !ok {
		return term.None, term.Badarg()
	}
	text := hex.EncodeToString(b)
	switch letters.AtomName() {
	case "uppercase":
		text = strings.ToUpper(text)
	case "lowercase":
	default:
		return term.None, term.Badarg()
	}
	return term.BinaryString(text), nil
}

func decodeHex(args []term.Term) (term.Term, error) {
	b, ok := args[0].Binary()
	if !ok || len(b)%2 != 0 {
		return term.None, term.Badarg()
	}
	out := make([]byte, len(b)/2)
	for i := range out {
		if _, err := hex.Decode(out[i:i+1], b[2*i:2*i+2]); err != nil {
			return term.None, term.Badarg()
		}
	}
	return term.Binary(out), nil
}
