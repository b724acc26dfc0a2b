package erlang

import (
	"crypto/md5"
	"encoding"
	"hash"
	"hash/crc32"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
)

func checksumRows() []bif.Function {
	return []bif.Function{
		{Spec: "md5(Data :: iodata()) -> binary()", Doc: "Returns the MD5 digest of Data.",
			Example: "1> erlang:md5(\"\").\n<<212,29,140,217,143,0,178,4,233,128,9,152,236,248,66,126>>", Pure: md5Sum},
		{Spec: "md5_init() -> binary()", Doc: "Begins an MD5 digest.",
			Example: "1> erlang:md5_final(erlang:md5_init()) =:= erlang:md5(\"\").\ntrue", Pure: md5Init},
		{Spec: "md5_update(Context :: binary(), Data :: iodata()) -> binary()", Doc: "Goes on with an MD5 digest.",
			Example: "1> erlang:md5_final(erlang:md5_update(erlang:md5_init(), \"a\")) =:= erlang:md5(\"a\").\ntrue", Pure: md5Update},
		{Spec: "md5_final(Context :: binary()) -> binary()", Doc: "Ends an MD5 digest and returns it.",
			Example: "1> byte_size(erlang:md5_final(erlang:md5_init())).\n16", Pure: md5Final},
		{Spec: "crc32(Data :: iodata()) -> non_neg_integer()", Doc: "Returns the CRC-32 (IEEE 802.3) of Data.",
			Example: "1> erlang:crc32(\"abc\").\n891568578", Pure: crc},
		{Spec: "crc32(OldCrc :: non_neg_integer(), Data :: iodata()) -> non_neg_integer()", Doc: "Goes on with a CRC-32.",
			Example: "1> erlang:crc32(erlang:crc32(\"a\"), \"bc\").\n891568578", Pure: crc},
		{Spec: "crc32_combine(First :: non_neg_integer(), Second :: non_neg_integer(), SecondSize :: non_neg_integer()) -> non_neg_integer()",
			Doc:     "Returns the CRC-32 of data whose two parts have these checksums.",
			Example: "1> erlang:crc32_combine(erlang:crc32(\"a\"), erlang:crc32(\"bc\"), 2).\n891568578", Pure: crcCombine},
		{Spec: "adler32(Data :: iodata()) -> non_neg_integer()", Doc: "Returns the Adler-32 checksum of Data.",
			Example: "1> erlang:adler32(\"abc\").\n38600999", Pure: adler},
		{Spec: "adler32(OldAdler :: non_neg_integer(), Data :: iodata()) -> non_neg_integer()", Doc: "Goes on with an Adler-32 checksum.",
			Example: "1> erlang:adler32(erlang:adler32(\"a\"), \"bc\").\n38600999", Pure: adler},
		{Spec: "adler32_combine(First :: non_neg_integer(), Second :: non_neg_integer(), SecondSize :: non_neg_integer()) -> non_neg_integer()",
			Doc:     "Returns the Adler-32 checksum of data whose two parts have these checksums.",
			Example: "1> erlang:adler32_combine(erlang:adler32(\"a\"), erlang:adler32(\"bc\"), 2).\n38600999", Pure: adlerCombine},
	}
}

func md5Sum(args []term.Term) (term.Term, error) {
	b, ok := bif.Iodata(nil, args[0])
	if !ok {
		return term.None, term.Badarg()
	}
	sum := md5.Sum(b)
	return term.Binary(sum[:]), nil
}

func md5Init([]term.Term) (term.Term, error) { return md5Context(md5.New()) }

// md5Context keeps the state of a digest in a binary.
func md5Context(h hash.Hash) (term.Term, error) {
	b, err := h.(encoding.BinaryMarshaler).MarshalBinary()
	if err != nil {
		return term.None, term.Badarg()
	}
	return term.Binary(b), nil
}

func md5Of(context term.Term) (hash.Hash, error) {
	b, ok := context.Binary()
	h := md5.New()
	if !ok || h.(encoding.BinaryUnmarshaler).UnmarshalBinary(b) != nil {
		return nil, term.Badarg()
	}
	return h, nil
}

func md5Update(args []term.Term) (term.Term, error) {
	b, ok := bif.Iodata(nil, args[1])
	h, err := md5Of(args[0])
	if err != nil || !ok {
		return term.None, term.Badarg()
	}
	h.Write(b)
	return md5Context(h)
}

func md5Final(args []term.Term) (term.Term, error) {
	h, err := md5Of(args[0])
	if err != nil {
		return term.None, err
	}
	return term.Binary(h.Sum(nil)), nil
}

// word reads an unsigned integer of 32 bits.
func word(t term.Term) (uint32, bool) {
	n, ok := t.Int()
	return uint32(n), ok && n >= 0 && n <= 1<<32-1
}

// summed reads the arguments of crc32 and adler32: [Old,] Data.
func summed(args []term.Term, start uint32) (old uint32, data []byte, err error) {
	ok := true
	if old = start; len(args) == 2 {
		old, ok = word(args[0])
	}
	data, isData := bif.Iodata(nil, args[len(args)-1])
	if !ok || !isData {
		return 0, nil, term.Badarg()
	}
	return old, data, nil
}

func crc(args []term.Term) (term.Term, error) {
	old, data, err := summed(args, 0)
	if err != nil {
		return term.None, err
	}
	return term.Int(int64(crc32.Update(old, crc32.IEEETable, data))), nil
}

const adlerBase = 65521

func adler(args []term.Term) (term.Term, error) {
	old, data, err := summed(args, 1)
	if err != nil {
		return term.None, err
	}
	a, b := old&0xffff, old>>16
	for len(data) > 0 {
		n := min(len(data), 5552) // as many as cannot overflow
		for _, c := range data[:n] {
			a += uint32(c)
			b += a
		}
		a, b = a%adlerBase, b%adlerBase
		data = data[n:]
	}
	return term.Int(int64(b<<16 | a)), nil
}

// combined reads two checksums and the size of what the second one is of.
func combined(args []term.Term) (first, second uint32, size uint64, err error) {
	first, ok1 := word(args[0])
	second, ok2 := word(args[1])
	n, ok3 := args[2].Int()
	if !ok1 || !ok2 || !ok3 || n < 0 || n >= 1<<59 {
		return 0, 0, 0, term.Badarg()
	}
	return first, second, uint64(n), nil
}

func adlerCombine(args []term.Term) (term.Term, error) {
	first, second, size, err := combined(args)
	if err != nil {
		return term.None, err
	}
	if size == 0 {
		return args[0], nil
	}
	rest := size % adlerBase
	a1, b1 := uint64(first&0xffff), uint64(first>>16)
	a2, b2 := uint64(second&0xffff), uint64(second>>16)
	a := (a1 + a2 + adlerBase - 1) % adlerBase
	b := (rest*a1 + b1 + b2 + adlerBase - rest) % adlerBase
	return term.Int(int64(b<<16 | a)), nil
}

// crcCombine moves the first checksum behind size zero bytes: a multiplication by x^(8*size) modulo the polynomial.
func crcCombine(args []term.Term) (term.Term, error) {
	first, second, size, err := combined(args)
	if err != nil {
		return term.None, err
	}
	power := uint32(1) << 23 // x^8
	for ; size > 0; size >>= 1 {
		if size&1 != 0 {
			first = crcTimes(power, first)
		}
		power = crcTimes(power, power)
	}
	return term.Int(int64(first ^ second)), nil
}

// crcTimes multiplies two polynomials, the lowest power in the highest bit.
func crcTimes(a, b uint32) uint32 {
	var product uint32
	for bit := uint32(1) << 31; bit != 0; bit >>= 1 {
		if a&bit != 0 {
			product ^= b
		}
		carry := b & 1
		if b >>= 1; carry != 0 {
			b ^= crc32.IEEE
		}
	}
	return product
}
