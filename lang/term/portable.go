package term

import (
	"encoding/binary"
	"math"
	"math/big"
	"sync/atomic"
)

// PortableHash returns the hash that erlang:phash2 makes its values of, the same for equal terms on every node and in every release.
func PortableHash(t Term) uint32 { return portable(0, t) }

// The constants are multiples of the golden ratio, as in OTP's make_hash2: portable hashes have to agree between nodes.
const golden = 0x9e3779b9

func multiple(k uint32) uint32 { return golden * k }

// nilHash is the hash of the empty list, and nilWord what stands for it inside other terms.
const (
	nilHash = 3468870702
	nilWord = 2
)

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

// words mixes two words into the hash h of what came before.
func words(h, x, y, k uint32) uint32 {
	_, _, c := jenkins(k+x, k+y, h)
	return c
}

// portable mixes a term into the hash h of what came before it.
func portable(h uint32, t Term) uint32 {
	for c, ok := t.Cons(); ok; c, ok = t.Cons() {
		b, isByte := octet(c.Head)
		if !isByte {
			h, t = portable(h, c.Head), c.Tail
			continue
		}
		if h, t = portableText(h, c, b); t.Kind() == KindCons {
			c, _ = t.Cons()
			h, t = portable(h, c.Head), c.Tail
		}
	}
	switch t.Kind() {
	case KindNil:
		if h == 0 {
			return nilHash
		}
		return words(h, nilWord, 0, multiple(2))
	case KindInt:
		n, _ := t.Int()
		return portableInt(h, n)
	case KindBig:
		return portableBig(h, t)
	case KindFloat:
		f, _ := t.Float()
		bits := math.Float64bits(f + 0) // -0.0 as 0.0
		return words(h, uint32(bits>>32), uint32(bits), multiple(12))
	case KindAtom:
		if h == 0 {
			return portableAtom(t)
		}
		return words(h, portableAtom(t), 0, multiple(3))
	case KindTuple:
		e, _ := t.Tuple()
		h = words(h, uint32(len(e)), 0, multiple(9))
		for _, x := range e {
			h = portable(h, x)
		}
		return h
	case KindBinary, KindBits:
		return portableBits(h, t)
	case KindMap:
		return portableMap(h, t)
	}
	return portableIdentity(h, t)
}

func octet(t Term) (uint32, bool) {
	n, ok := t.Int()
	return uint32(n), ok && uint64(n) < 256
}

// portableText takes the bytes that a list begins with, four at a time, and returns the rest of the list.
func portableText(h uint32, c *Cons, b uint32) (uint32, Term) {
	var word uint32
	n := 0
	for {
		word = word<<8 + b
		if n++; n == 4 {
			h = words(h, word, 0, multiple(4))
			n, word = 0, 0
		}
		rest := c.Tail
		next, more := rest.Cons()
		if more {
			b, more = octet(next.Head)
			c = next
		}
		if !more {
			if n > 0 {
				h = words(h, word, 0, multiple(4))
			}
			return h, rest
		}
	}
}

func portableInt(h uint32, n int64) uint32 {
	switch {
	case n >= 0 && n < 1<<27:
		return words(h, uint32(n), 0, multiple(1))
	case n < 0 && n >= -1<<27:
		return words(words(h, uint32(-n), 0, multiple(1)), uint32(n), 0, multiple(1))
	case n < 0:
		return words(h, uint32(-n), uint32(uint64(-n)>>32), multiple(10))
	}
	return words(h, uint32(n), uint32(n>>32), multiple(11))
}

func portableBig(h uint32, t Term) uint32 {
	b, _ := t.Big()
	k := multiple(11)
	if b.Sign() < 0 {
		k = multiple(10)
	}
	magnitude := new(big.Int).Abs(b)
	low, mask := new(big.Int), new(big.Int).SetUint64(math.MaxUint64)
	for {
		w := low.And(magnitude, mask).Uint64()
		h = words(h, uint32(w), uint32(w>>32), k)
		if magnitude.Rsh(magnitude, 64).Sign() == 0 {
			return h
		}
	}
}

// portableAtom is the hash of an atom's name, which is computed once.
func portableAtom(t Term) uint32 {
	a := (*atom)(t.p)
	if h := atomic.LoadUint32(&a.portable); h != 0 {
		return h
	}
	h := pjw(a.name)
	atomic.StoreUint32(&a.portable, h)
	return h
}

// pjw is P. J. Weinberger's hash of the characters; those of Latin-1 count as one byte each.
func pjw(name string) uint32 {
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

func portableBits(h uint32, t Term) uint32 {
	start := multiple(13) + h
	if b, ok := t.Binary(); ok {
		if len(b) == 0 {
			return start
		}
		return block(b, start)
	}
	b, _ := t.Bits()
	data := b.Bytes()
	h = block(data[:b.Len/8], start)
	if odd := b.Len % 8; odd != 0 {
		h = words(h, uint32(odd), uint32(data[b.Len/8]>>(8-odd)), multiple(15))
	}
	return h
}

// block is Jenkins's hash of bytes.
func block(k []byte, start uint32) uint32 {
	a, b, c := uint32(golden), uint32(golden), start
	n := uint32(len(k))
	for len(k) >= 12 {
		a, b, c = jenkins(a+binary.LittleEndian.Uint32(k), b+binary.LittleEndian.Uint32(k[4:]), c+binary.LittleEndian.Uint32(k[8:]))
		k = k[12:]
	}
	var rest [12]byte // with a free byte in front of the last word
	copy(rest[:8], k)
	if len(k) > 8 {
		copy(rest[9:], k[8:])
	}
	_, _, c = jenkins(a+binary.LittleEndian.Uint32(rest[:]), b+binary.LittleEndian.Uint32(rest[4:]), c+n+binary.LittleEndian.Uint32(rest[8:]))
	return c
}

// portableMap does not depend on the order of the keys.
func portableMap(h uint32, t Term) uint32 {
	m, _ := t.Map()
	h = words(h, uint32(m.Len()), 0, multiple(16))
	if m.Len() == 0 {
		return h
	}
	var all uint32
	m.root.each(func(k, v Term) bool {
		all ^= portable(portable(0, k), v)
		return true
	})
	return words(h, all, 0, multiple(19))
}

func portableIdentity(h uint32, t Term) uint32 {
	switch t.Kind() {
	case KindPid:
		p, _ := t.Pid()
		return words(h, p.ID, 0, multiple(5))
	case KindPort:
		p, _ := t.Port()
		return words(h, uint32(p.ID), 0, multiple(6))
	case KindRef:
		r, _ := t.Ref()
		return words(h, r.Words[0], 0, multiple(7))
	case KindFun:
		f, _ := t.Fun()
		if f.External {
			h = words(h, uint32(f.Arity), portableAtom(f.Module), multiple(1))
			return words(h, portableAtom(f.Name), 0, multiple(14))
		}
		h = words(h, uint32(len(f.Env)), portableAtom(f.Module), multiple(1))
		h = words(h, f.Index, f.OldUniq, multiple(1))
		for _, v := range f.Env {
			if g, ok := v.Fun(); !ok || g != f { // a named fun captures itself
				h = portable(h, v)
			}
		}
	}
	return h
}
