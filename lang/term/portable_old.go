package term

import (
	"math"
	"math/big"
)

// The primes of OTP's make_hash, by the number that they have there.
var funny = [...]uint32{0, 268440163, 268439161, 268435459, 268436141, 268438633, 268437017, 268438039, 268437511, 268439627, 268440479, 268440577,
	268440581, 268440593, 268440611}

// OldPortableHash returns the hash that erlang:phash makes its values of.
func OldPortableHash(t Term) uint32 { return oldHash(0, t) }

// octets mixes the bytes of a word in, the least significant first.
func octets(h, x, prime uint32) uint32 {
	for range 4 {
		h = h*prime + x&0xff
		x >>= 8
	}
	return h
}

func oldHash(h uint32, t Term) uint32 {
	list := t.Kind() == KindCons
	for c, ok := t.Cons(); ok; c, ok = t.Cons() {
		if b, isByte := octet(c.Head); isByte {
			h = h*funny[2] + b
		} else {
			h = oldHash(h, c.Head)
		}
		t = c.Tail
	}
	h = oldHashSimple(h, t)
	if list {
		h *= funny[8]
	}
	return h
}

func oldHashSimple(h uint32, t Term) uint32 {
	switch t.Kind() {
	case KindNil:
		return h*funny[3] + 1
	case KindAtom:
		return h*funny[1] + portableAtom(t)
	case KindInt, KindBig:
		return oldHashInteger(h, t)
	case KindFloat:
		f, _ := t.Float()
		bits := math.Float64bits(f + 0)
		return h*funny[6] + (uint32(bits) ^ uint32(bits>>32))
	case KindBinary, KindBits:
		b, _ := t.Bits()
		data := b.Bytes()
		for _, c := range data[:b.Len/8] {
			h = h*funny[1] + uint32(c)
		}
		if odd := b.Len % 8; odd != 0 {
			h = (h*funny[1]+uint32(data[b.Len/8]>>(8-odd)))*funny[12] + uint32(odd)
		}
		return h*funny[4] + uint32(b.Len/8)
	case KindTuple:
		e, _ := t.Tuple()
		for _, x := range e {
			h = oldHash(h, x)
		}
		return h*funny[9] + uint32(len(e))
	case KindMap:
		return h*funny[13] + funny[14] + PortableHash(t)
	}
	return oldHashIdentity(h, t)
}

func oldHashInteger(h uint32, t Term) uint32 {
	if n, ok := t.Int(); ok && n >= 0 && n <= math.MaxUint32 {
		return octets(h, uint32(n), funny[2]) * funny[3]
	}
	b, _ := t.Big()
	sign := funny[3]
	if b.Sign() < 0 {
		sign = funny[4]
	}
	if b.Sign() == 0 {
		return octets(h, 0, funny[2]) * sign
	}
	magnitude := new(big.Int).Abs(b)
	low, mask := new(big.Int), big.NewInt(math.MaxUint32)
	for magnitude.Sign() != 0 {
		h = octets(h, uint32(low.And(magnitude, mask).Uint64()), funny[2])
		magnitude.Rsh(magnitude, 32)
	}
	return h * sign
}

func oldHashIdentity(h uint32, t Term) uint32 {
	switch t.Kind() {
	case KindPid:
		p, _ := t.Pid()
		return octets(h, p.ID, funny[5]) * funny[6]
	case KindPort:
		p, _ := t.Port()
		return octets(h, uint32(p.ID), funny[9]) * funny[10]
	case KindRef:
		r, _ := t.Ref()
		return octets(h, r.Words[0], funny[9]) * funny[10]
	case KindFun:
		f, _ := t.Fun()
		if f.External {
			h = h*funny[11] + uint32(f.Arity)
			h = h*funny[1] + portableAtom(f.Module)
			return h*funny[1] + portableAtom(f.Name)
		}
		h = h*funny[10] + uint32(len(f.Env))
		h = h*funny[1] + portableAtom(f.Module)
		h = h*funny[2] + f.Index
		h = h*funny[2] + f.OldUniq
		for _, v := range f.Env {
			if g, ok := v.Fun(); !ok || g != f {
				h = oldHash(h, v)
			}
		}
	}
	return h
}
