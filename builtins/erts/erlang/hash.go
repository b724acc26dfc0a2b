package erlang

import (
	"math"
	"math/big"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
)

func hashRows() []bif.Function {
	return []bif.Function{
		{Spec: "phash2(Term :: term()) -> non_neg_integer()", Doc: "Returns a hash below 2^27, the same for equal terms on every node and in every release.",
			Example: "1> erlang:phash2({a,1,\"text\"}).\n124440926", Pure: phash2},
		{Spec: "phash2(Term :: term(), Range :: pos_integer()) -> non_neg_integer()", Doc: "As `phash2/1`, below Range, which is at most 2^32.",
			Example: "1> erlang:phash2(hello, 10).\n7", Pure: phash2},
		{Spec: "phash(Term :: term(), Range :: pos_integer()) -> pos_integer()", Doc: "Returns the older portable hash, from 1 to Range: use `phash2/2`.",
			Example: "1> erlang:phash(hello, 10).\n8", Pure: phash},
	}
}

// span reads the range of a hash function.
func span(t term.Term) (uint64, bool) {
	n, ok := t.Int()
	return uint64(n), ok && n > 0 && n <= 1<<32
}

func phash2(args []term.Term) (term.Term, error) {
	if len(args) == 1 {
		return term.Int(int64(hash2(args[0]) & (1<<27 - 1))), nil
	}
	n, ok := span(args[1])
	if !ok {
		return term.None, term.Badarg()
	}
	return term.Int(int64(uint64(hash2(args[0])) % n)), nil
}

// The constants are multiples of the golden ratio, as in OTP's make_hash2: portable hashes have to agree between nodes.
const golden = 0x9e3779b9

func multiple(k uint32) uint32 { return golden * k }

// nilHash is the hash of the empty list, and nilWord what stands for it inside other terms.
const (
	nilHash = 3468870702
	nilWord = 2
)

// hasher carries the hash that the terms so far have.
type hasher uint32

// jenkins mixes three words: Bob Jenkins, "Hash Functions", Dr. Dobb's, 1997.
func jenkins(a, b, c uint32) (uint32, uint32, uint32) {
	a = (a - b - c) ^ c>>13
	b = (b - c - a) ^ a<<8
	c = (c - a - b) ^ b>>13
	a = (a - b - c) ^ c>>12
	b = (b - c - a) ^ a<<16
	c = (c - a - b) ^ b>>5
	a = (a - b - c) ^ c>>3
	b = (b - c - a) ^ a<<10
	c = (c - a - b) ^ b>>15
	return a, b, c
}

func (h *hasher) words(x, y, k uint32) {
	_, _, c := jenkins(k+x, k+y, uint32(*h))
	*h = hasher(c)
}

func hash2(t term.Term) uint32 {
	var h hasher
	h.term(t)
	return uint32(h)
}

func (h *hasher) term(t term.Term) {
	for t.Kind() == term.KindCons {
		c, _ := t.Cons()
		if b, ok := octet(c.Head); ok {
			if t = h.text(c, b); t.Kind() == term.KindCons {
				c, _ = t.Cons()
				h.term(c.Head)
				t = c.Tail
			}
			continue
		}
		h.term(c.Head)
		t = c.Tail
	}
	switch t.Kind() {
	case term.KindNil:
		if *h == 0 {
			*h = nilHash
		} else {
			h.words(nilWord, 0, multiple(2))
		}
	case term.KindInt, term.KindBig:
		h.integer(t)
	case term.KindFloat:
		f, _ := t.Float()
		bits := math.Float64bits(f + 0) // -0.0 as 0.0
		h.words(uint32(bits>>32), uint32(bits), multiple(12))
	case term.KindAtom:
		if v := atomHash(t.AtomName()); *h == 0 {
			*h = hasher(v)
		} else {
			h.words(v, 0, multiple(3))
		}
	case term.KindTuple:
		e, _ := t.Tuple()
		h.words(uint32(len(e)), 0, multiple(9))
		for _, x := range e {
			h.term(x)
		}
	case term.KindBinary, term.KindBits:
		h.bits(t)
	case term.KindMap:
		h.pairs(t)
	default:
		h.identity(t)
	}
}

func octet(t term.Term) (uint32, bool) {
	n, ok := t.Int()
	return uint32(n), ok && n >= 0 && n < 256
}

// text takes the bytes that a list begins with, four at a time, and returns the rest of the list.
func (h *hasher) text(c *term.Cons, b uint32) term.Term {
	var word uint32
	n := 0
	for {
		word = word<<8 + b
		if n++; n == 4 {
			h.words(word, 0, multiple(4))
			n, word = 0, 0
		}
		next, more := c.Tail.Cons()
		rest := c.Tail
		if more {
			b, more = octet(next.Head)
			c = next
		}
		if !more {
			if n > 0 {
				h.words(word, 0, multiple(4))
			}
			return rest
		}
	}
}

func (h *hasher) integer(t term.Term) {
	n, small := t.Int()
	if small && n >= -1<<27 && n < 1<<27 {
		if n < 0 {
			h.words(uint32(-n), 0, multiple(1))
		}
		h.words(uint32(n), 0, multiple(1))
		return
	}
	b, _ := t.Big()
	k := multiple(11)
	if b.Sign() < 0 {
		k = multiple(10)
	}
	magnitude := new(big.Int).Abs(b)
	low, mask := new(big.Int), new(big.Int).SetUint64(math.MaxUint64)
	for {
		w := low.And(magnitude, mask).Uint64()
		h.words(uint32(w), uint32(w>>32), k)
		if magnitude.Rsh(magnitude, 64).Sign() == 0 {
			return
		}
	}
}

// atomHash is PJW's hash of the characters; those of Latin-1 count as one byte each.
func atomHash(name string) uint32 {
	var h uint32
	for i := 0; i < len(name); i++ {
		v := uint32(name[i])
		if i+1 < len(name) && v&0xfe == 0xc2 && name[i+1]&0xc0 == 0x80 {
			i++
			v = uint32(byte(v<<6)) | uint32(name[i]&0x3f)
		}
		h = h<<4 + v
		if g := h & 0xf0000000; g != 0 {
			h ^= g >> 24
			h ^= g
		}
	}
	return h
}

func (h *hasher) bits(t term.Term) {
	b, _ := t.Bits()
	start := multiple(13) + uint32(*h)
	if b.Len == 0 {
		*h = hasher(start)
		return
	}
	data := b.Bytes()
	*h = hasher(block(data[:b.Len/8], start))
	if odd := b.Len % 8; odd != 0 {
		h.words(uint32(odd), uint32(data[b.Len/8]>>(8-odd)), multiple(15))
	}
}

// block is Jenkins's hash of bytes.
func block(k []byte, start uint32) uint32 {
	a, b, c := uint32(golden), uint32(golden), start
	n := uint32(len(k))
	word := func(from int) (w uint32) {
		for i := 3; i >= 0; i-- {
			w <<= 8
			if from+i < len(k) {
				w |= uint32(k[from+i])
			}
		}
		return w
	}
	for len(k) >= 12 {
		a, b, c = jenkins(a+word(0), b+word(4), c+word(8))
		k = k[12:]
	}
	_, _, c = jenkins(a+word(0), b+word(4), c+n+word(8)<<8)
	return c
}

// pairs does not depend on the order of the keys.
func (h *hasher) pairs(t term.Term) {
	m, _ := t.Map()
	h.words(uint32(m.Len()), 0, multiple(16))
	if m.Len() == 0 {
		return
	}
	var all hasher
	for k, v := range m.All() {
		var one hasher
		one.term(k)
		one.term(v)
		all ^= one
	}
	h.words(uint32(all), 0, multiple(19))
}

func (h *hasher) identity(t term.Term) {
	switch t.Kind() {
	case term.KindPid:
		p, _ := t.Pid()
		h.words(p.ID, 0, multiple(5))
	case term.KindPort:
		p, _ := t.Port()
		h.words(uint32(p.ID), 0, multiple(6))
	case term.KindRef:
		r, _ := t.Ref()
		h.words(r.Words[0], 0, multiple(7))
	case term.KindFun:
		f, _ := t.Fun()
		if f.External {
			h.words(uint32(f.Arity), atomHash(f.Module.AtomName()), multiple(1))
			h.words(atomHash(f.Name.AtomName()), 0, multiple(14))
			return
		}
		h.words(uint32(len(f.Env)), atomHash(f.Module.AtomName()), multiple(1))
		h.words(f.Index, f.OldUniq, multiple(1))
		for _, v := range f.Env {
			if g, ok := v.Fun(); !ok || g != f { // a named fun captures itself
				h.term(v)
			}
		}
	}
}
