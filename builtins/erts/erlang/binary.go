package erlang

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
)

func binaryRows() []bif.Function {
	return []bif.Function{
		{Spec: "byte_size(Bitstring :: bitstring()) -> non_neg_integer()", Doc: "Returns how many bytes hold Bitstring.",
			Example: "1> byte_size(<<1:9>>).\n2", Auto: true, Guard: true, Pure: byteSize},
		{Spec: "bit_size(Bitstring :: bitstring()) -> non_neg_integer()", Doc: "Returns the number of bits.",
			Example: "1> bit_size(<<1:9>>).\n9", Auto: true, Guard: true, Pure: bitSize},
		{Spec: "binary_part(Binary :: binary(), Start :: non_neg_integer(), Length :: integer()) -> binary()",
			Doc:     "Returns Length bytes from Start on; a negative Length counts backwards.",
			Example: "1> binary_part(<<\"abcd\">>, 1, 2).\n<<\"bc\">>", Auto: true, Guard: true, Pure: binaryPart3},
		{Spec: "binary_part(Binary :: binary(), PosLen :: {non_neg_integer(), integer()}) -> binary()", Doc: "The same as `binary_part(Binary, Pos, Len)`.",
			Example: "1> binary_part(<<\"abcd\">>, {4,-2}).\n<<\"cd\">>", Auto: true, Guard: true, Pure: binaryPart2},
		{Spec: "split_binary(Binary :: binary(), Pos :: non_neg_integer()) -> {binary(), binary()}", Doc: "Returns the first Pos bytes and the rest.",
			Example: "1> split_binary(<<\"abcd\">>, 1).\n{<<\"a\">>,<<\"bcd\">>}", Auto: true, Pure: splitBinary},
		{Spec: "binary_to_list(Binary :: binary()) -> [byte()]", Doc: "Returns the bytes.",
			Example: "1> binary_to_list(<<1,2>>).\n[1,2]", Auto: true, Pure: binaryToList1},
		{Spec: "binary_to_list(Binary :: binary(), Start :: pos_integer(), Stop :: pos_integer()) -> [byte()]",
			Doc:     "Returns the bytes from Start to Stop; the first byte is 1 here.",
			Example: "1> binary_to_list(<<\"abcd\">>, 2, 3).\n\"bc\"", Auto: true, Pure: binaryToList3},
		{Spec: "bitstring_to_list(Bitstring :: bitstring()) -> [byte() | bitstring()]", Doc: "Returns the bytes, and what is left over as a bitstring.",
			Example: "1> bitstring_to_list(<<1,2:2>>).\n[1,<<2:2>>]", Auto: true, Pure: bitstringToList},
		{Spec: "list_to_binary(IoList :: iolist()) -> binary()", Doc: "Joins the bytes and binaries of a list.",
			Example: "1> list_to_binary([1,[2,<<3>>]|<<4>>]).\n<<1,2,3,4>>", Auto: true, Pure: listToBinary},
		{Spec: "iolist_to_binary(IoData :: iodata()) -> binary()", Doc: "Joins the bytes and binaries of a list; a binary stays itself.",
			Example: "1> iolist_to_binary([\"ab\",<<\"c\">>]).\n<<\"abc\">>", Auto: true, Pure: iolistToBinary},
		{Spec: "iolist_to_iovec(IoData :: iodata()) -> [binary()]", Doc: "Returns the bytes as a list of binaries.",
			Example: "1> erlang:iolist_to_iovec([\"ab\",<<\"c\">>]).\n[<<\"abc\">>]", Pure: iolistToIovec},
		{Spec: "iolist_size(IoData :: iodata()) -> non_neg_integer()", Doc: "Returns how many bytes there are.",
			Example: "1> iolist_size([\"ab\",<<\"c\">>]).\n3", Auto: true, Pure: iolistSize},
		{Spec: "list_to_bitstring(BitstringList :: [byte() | bitstring()]) -> bitstring()", Doc: "Joins the bytes and bitstrings of a list.",
			Example: "1> list_to_bitstring([1,<<2:2>>]).\n<<1,2:2>>", Auto: true, Pure: listToBitstring},
	}
}

func byteSize(args []term.Term) (term.Term, error) {
	if b, ok := args[0].Bits(); ok {
		return term.Int(int64(b.Len+7) / 8), nil
	}
	return term.None, term.Badarg()
}

func bitSize(args []term.Term) (term.Term, error) {
	if b, ok := args[0].Bits(); ok {
		return term.Int(int64(b.Len)), nil
	}
	return term.None, term.Badarg()
}

func binaryPart3(args []term.Term) (term.Term, error) { return part(args[0], args[1], args[2]) }

func binaryPart2(args []term.Term) (term.Term, error) {
	if e, ok := args[1].Tuple(); ok && len(e) == 2 {
		return part(args[0], e[0], e[1])
	}
	return term.None, term.Badarg()
}

func part(binary, start, length term.Term) (term.Term, error) {
	bits, ok1 := binary.Bits() // (sic) a bitstring that is no binary has parts too
	from, ok2 := start.Int()
	n, ok3 := length.Int()
	bits.Len &^= 7
	b := bits.Bytes()
	if !ok1 || !ok2 || !ok3 || from < 0 || from > int64(len(b)) {
		return term.None, term.Badarg()
	}
	if n < 0 {
		if -n > from || n < -int64(len(b)) {
			return term.None, term.Badarg()
		}
		from, n = from+n, -n
	}
	if n > int64(len(b))-from {
		return term.None, term.Badarg()
	}
	return term.Binary(b[from : from+n]), nil
}

func splitBinary(args []term.Term) (term.Term, error) {
	b, ok := args[0].Bits()
	n, isInt := args[1].Int()
	if !ok || !isInt || n < 0 || n > int64(b.Len/8) {
		return term.None, term.Badarg()
	}
	return term.Tuple(
		term.Bitstring(b.Data, b.Offset, int(n)*8),
		rest(b, int(n)*8),
	), nil
}

// rest returns what follows the first n bits.
func rest(b term.Bits, n int) term.Term {
	if b.Len == n {
		return term.EmptyBinary
	}
	return term.Bitstring(b.Data, b.Offset+n, b.Len-n)
}

func binaryToList1(args []term.Term) (term.Term, error) {
	b, ok := args[0].Binary()
	if !ok {
		return term.None, term.Badarg()
	}
	return term.ByteList(b, term.Nil), nil
}

func binaryToList3(args []term.Term) (term.Term, error) {
	bits, ok := args[0].Bits() // (sic) of a bitstring that is no binary too
	bits.Len &^= 7
	b := bits.Bytes()
	from, ok1 := args[1].Int()
	to, ok2 := args[2].Int()
	if !ok || !ok1 || !ok2 || from < 1 || to < from || to > int64(len(b)) {
		return term.None, term.Badarg()
	}
	return term.ByteList(b[from-1:to], term.Nil), nil
}

func bitstringToList(args []term.Term) (term.Term, error) {
	b, ok := args[0].Bits()
	if !ok {
		return term.None, term.Badarg()
	}
	odd := b.Len % 8
	tail := term.Nil
	if odd != 0 {
		tail = term.List(rest(b, b.Len-odd))
	}
	return term.ByteList(b.Bytes()[:b.Len/8], tail), nil
}

func listToBinary(args []term.Term) (term.Term, error) {
	if !args[0].IsList() {
		return term.None, term.Badarg()
	}
	return iolistToBinary(args)
}

func iolistToBinary(args []term.Term) (term.Term, error) {
	if args[0].Kind() == term.KindBinary {
		return args[0], nil
	}
	b, ok := bif.Iodata(nil, args[0])
	if !ok {
		return term.None, term.Badarg()
	}
	return term.Binary(b), nil
}

func iolistToIovec(args []term.Term) (term.Term, error) {
	b, err := iolistToBinary(args)
	switch {
	case err != nil:
		return term.None, err
	case b == term.EmptyBinary:
		return term.Nil, nil
	}
	return term.List(b), nil
}

func iolistSize(args []term.Term) (term.Term, error) {
	n := 0
	ok := bif.Chunks(args[0], func(byte) { n++ }, func(b term.Bits) bool {
		n += b.Len / 8
		return b.Len%8 == 0
	})
	if !ok {
		return term.None, term.Badarg()
	}
	return term.Int(int64(n)), nil
}

// bitWriter collects bits.
type bitWriter struct {
	out []byte
	odd int // bits of the last byte that are taken, 0 to 7
}

func (w *bitWriter) add(b byte, n int) {
	if w.odd == 0 {
		w.out = append(w.out, b)
	} else {
		w.out[len(w.out)-1] |= b >> w.odd
		if n > 8-w.odd {
			w.out = append(w.out, b<<(8-w.odd))
		}
	}
	w.odd = (w.odd + n) % 8
}

func (w *bitWriter) length() int {
	if w.odd == 0 {
		return len(w.out) * 8
	}
	return len(w.out)*8 - 8 + w.odd
}

func listToBitstring(args []term.Term) (term.Term, error) {
	var w bitWriter
	ok := args[0].IsList() && bif.Chunks(args[0], func(b byte) { w.add(b, 8) }, func(b term.Bits) bool {
		for i, c := range b.Bytes() {
			w.add(c, min(8, b.Len-8*i))
		}
		return true
	})
	if !ok {
		return term.None, term.Badarg()
	}
	if len(w.out) == 0 {
		return term.EmptyBinary, nil
	}
	return term.Bitstring(w.out, 0, w.length()), nil
}
