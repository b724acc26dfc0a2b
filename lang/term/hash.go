package term

import (
	"math"
	"math/big"
	"unsafe"
)

// Hash returns a hash that is the same for equal (=:=) terms and in every run, for the order of big maps.
func Hash(t Term) uint32 {
	switch t.Kind() {
	case KindInt:
		return mix(uint64(t.u) ^ 0x9e3779b97f4a7c15)
	case KindAtom:
		return (*atom)(t.p).hash
	}
	return mix(deepHash(t, 0x2545f4914f6cdd1d))
}

// mix is the finaliser of splitmix64, folded to 32 bits.
func mix(h uint64) uint32 {
	h ^= h >> 30
	h *= 0xbf58476d1ce4e5b9
	h ^= h >> 27
	h *= 0x94d049bb133111eb
	h ^= h >> 31
	return uint32(h) ^ uint32(h>>32)
}

func step(h, v uint64) uint64 {
	h ^= v
	h *= 0x100000001b3
	return h ^ h>>29
}

func deepHash(t Term, h uint64) uint64 {
	for {
		k := t.Kind()
		h = step(h, uint64(k)+1)
		switch k {
		case KindInt:
			return step(h, t.u)
		case KindFloat:
			f, _ := t.Float()
			return step(h, math.Float64bits(f+0)) // -0.0 hashes as 0.0
		case KindAtom:
			return step(h, uint64((*atom)(t.p).hash))
		case KindBig:
			for _, w := range (*big.Int)(t.p).Bits() {
				h = step(h, uint64(w))
			}
			return h
		case KindCons:
			c := (*Cons)(t.p)
			h = deepHash(c.Head, h)
			t = c.Tail
			continue
		case KindTuple:
			e, _ := t.Tuple()
			for _, x := range e {
				h = deepHash(x, h)
			}
			return step(h, uint64(len(e)))
		case KindBinary, KindBits:
			b, _ := t.Bits()
			h = step(0x51ed270b, uint64(b.Len))
			for _, c := range b.Bytes() {
				h = step(h, uint64(c))
			}
			return h
		case KindRecord:
			r := (*Record)(t.p)
			h = deepHash(r.Name, deepHash(r.Module, h))
			for _, x := range r.Values {
				h = deepHash(x, h)
			}
			return h
		case KindMap:
			var sum uint64
			(*Map)(t.p).root.each(func(k, v Term) bool {
				sum += uint64(mix(deepHash(v, deepHash(k, 7))))
				return true
			})
			return step(h, sum)
		}
		return step(h, identityHash(t, k))
	}
}

// identityHash leaves out what a change of the node's name changes.
func identityHash(t Term, k Kind) uint64 {
	switch k {
	case KindPid:
		p := (*Pid)(t.p)
		return uint64(p.ID)<<32 | uint64(p.Serial)
	case KindPort:
		return (*Port)(t.p).ID
	case KindRef:
		r := (*Ref)(t.p)
		return uint64(r.Words[0])<<32 | uint64(r.Words[1])
	case KindFun:
		f := (*Fun)(t.p)
		return uint64(f.Index)<<32 ^ uint64(f.OldUniq) ^ uint64(f.Arity) ^ uint64((*atom)(f.Module.p).hash)
	}
	return 0
}

// codeOrder gives two different functions of the same place an order that holds while the program runs.
func codeOrder(f *Fun) uintptr {
	type iface struct{ typ, data unsafe.Pointer }
	return uintptr((*iface)(unsafe.Pointer(&f.Code)).data)
}
