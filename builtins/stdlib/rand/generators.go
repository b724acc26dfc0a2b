package rand

import "math"

// state is the state of any generator: two words, one word, or a ring of 16 whose second part is in reverse order.
type state struct {
	words []uint64
	done  []uint64
}

// generator is one of the algorithms; next returns a number of so many bits and the state after it.
type generator struct {
	bits, weak uint // weak: low bits that are not random enough
	next       func(s state) (uint64, state)
	size       int  // words of the state
	old        bool // one of OTP 18's, which make floats of all bits
	scrambled  bool // three integers are mixed by splitmix64
}

const mask58 = 1<<58 - 1

func rotl58(x uint64, n uint) uint64 { return (x<<n | x>>(58-n)) & mask58 }

// starstar58 scrambles a word.
func starstar58(x uint64) uint64 { return rotl58(x*5&mask58, 7) * 9 & mask58 }

// xorshift116 is the state transition of the exs* generators of 58 bits.
func xorshift116(s state) (s0, s1 uint64) { return transition116(s.words[0], s.words[1]) }

func transition116(s1, s0 uint64) (uint64, uint64) {
	s1 ^= s1 << 24 & mask58
	return s0, s1 ^ s0 ^ s1>>11 ^ s0>>41
}

func exsss(s state) (uint64, state) {
	v, a, b := exsss116(s.words[0], s.words[1])
	return v, state{words: []uint64{a, b}}
}

func exsss116(s1, s0 uint64) (v, a, b uint64) {
	a, b = transition116(s1, s0)
	return starstar58(a), a, b
}

func exsp(s state) (uint64, state) {
	s0, s1 := xorshift116(s)
	return (s0 + s1) & mask58, state{words: []uint64{s0, s1}}
}

func exrop(s state) (uint64, state) {
	s0, s1 := s.words[0], s.words[1]
	v := (s0 + s1) & mask58
	x := s1 ^ s0
	return v, state{words: []uint64{(rotl58(s0, 24) ^ x ^ x<<2) & mask58, rotl58(x, 35)}}
}

// turn brings the ring to its beginning when its first part is used up.
func (s state) turn() state {
	if len(s.words) > 1 {
		return s
	}
	words := append([]uint64(nil), s.words...)
	for i := len(s.done) - 1; i >= 0; i-- {
		words = append(words, s.done[i])
	}
	return state{words: words}
}

func (s state) step(first, passed uint64) state {
	words := append([]uint64{first}, s.words[2:]...)
	return state{words: words, done: append([]uint64{passed}, s.done...)}
}

func exro928ss(s state) (uint64, state) {
	s = s.turn()
	s15, s0 := s.words[0], s.words[1]
	q := s15 ^ s0
	return starstar58(s0), s.step(rotl58(q, 45), (rotl58(s0, 44)^q^q<<9)&mask58)
}

func exs64(s state) (uint64, state) {
	x := s.words[0]
	x ^= x >> 12
	x ^= x << 25
	x ^= x >> 27
	return x * 2685821657736338717, state{words: []uint64{x}}
}

func exs1024(s state) (uint64, state) {
	s = s.turn()
	s0, s1 := s.words[0], s.words[1]
	s1 ^= s1 << 31
	s1 ^= s1 >> 11
	n := s0 ^ s0>>30 ^ s1
	return n * 1181783497276652981, s.step(n, s0)
}

// generators are the algorithms by name.
func generators(name string) (generator, bool) {
	switch name {
	case "exsss", "default":
		return generator{bits: 58, weak: 0, next: exsss, size: 2, old: false, scrambled: true}, true
	case "exsp":
		return generator{bits: 58, weak: 1, next: exsp, size: 2, old: false}, true
	case "exsplus":
		return generator{bits: 58, weak: 0, next: exsp, size: 2, old: true}, true
	case "exrop":
		return generator{bits: 58, weak: 1, next: exrop, size: 2, old: false}, true
	case "exro928ss":
		return generator{bits: 58, weak: 0, next: exro928ss, size: 16, old: false, scrambled: true}, true
	case "exs64":
		return generator{bits: 64, weak: 0, next: exs64, size: 1, old: true}, true
	case "exs1024":
		return generator{bits: 64, weak: 0, next: exs1024, size: 16, old: true}, true
	case "exs1024s":
		return generator{bits: 64, weak: 3, next: exs1024, size: 16, old: false}, true
	}
	return generator{}, false
}

// splitmix64 makes seeds.
func splitmix64(x uint64) (value, next uint64) {
	x += 0x9e3779b97f4a7c15
	z := x
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31, x
}

// seeded makes a state of an integer.
func (g generator) seeded(x uint64) state {
	var s state
	for len(s.words) < g.size {
		var z uint64
		z, x = splitmix64(x)
		if z &= math.MaxUint64 >> (64 - g.bits); z != 0 {
			s.words = append(s.words, z)
		}
	}
	return s
}

// seeded3 makes a state of three integers.
func (g generator) seeded3(a, b, c uint64) state {
	k := [3]uint64{(a*4294967197 + 1) & mask58, (b*4294967231 + 1) & mask58, (c*4294967279 + 1) & mask58}
	switch {
	case g.scrambled:
		return g.chained(a, b, c)
	case g.size == 2:
		_, r := g.next(state{words: k[:2]})
		_, r = g.next(state{words: []uint64{k[2], r.words[1]}})
		return r
	case g.size == 1:
		const m32 = 1<<32 - 1
		out := func(seed uint64) uint64 {
			v, _ := exs64(state{words: []uint64{seed}})
			return v
		}
		return state{words: []uint64{product(out((a&m32)*4294967197+1), out((b&m32)*4294967231+1), out((c&m32)*4294967279+1))}}
	}
	const m21 = 1<<21 - 1
	b1, b2, b3 := ((a&m21+1)*2097131)&m21, ((b&m21+1)*2097133)&m21, ((c&m21+1)*2097143)&m21
	seed := state{words: []uint64{b1<<43 | b2<<22 | b3<<1 | 1}}
	var out state
	for range 16 {
		var v uint64
		v, seed = exs64(seed)
		out.words = append([]uint64{v}, out.words...)
	}
	return out
}

// chained makes a state of three integers by splitmix64, each word from what the ones before left.
func (g generator) chained(a, b, c uint64) state {
	one := func(x uint64) (uint64, uint64) {
		for {
			var z uint64
			if z, x = splitmix64(x); z&mask58 != 0 {
				return z & mask58, x
			}
		}
	}
	s0, x := one(a)
	s1, x := one(b ^ x)
	s2, x := one(c ^ x)
	if g.size == 2 {
		return state{words: []uint64{s1, s2}}
	}
	out := state{words: []uint64{s0, s1, s2}}
	for len(out.words) < g.size {
		var z uint64
		z, x = one(x)
		out.words = append(out.words, z)
	}
	return out
}
