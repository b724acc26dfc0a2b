package rand

import (
	"math/bits"
	"slices"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

// The generators are linear: a state is a vector of bits, and a step multiplies it with a matrix T. T satisfies its minimal polynomial,
// so that T to the power of 2^n is a polynomial in T of a low degree: the remainder of x^(2^n).

// poly is a polynomial of bits, the coefficient of x^0 first.
type poly []uint64

func (p poly) bit(i int) bool { return i>>6 < len(p) && p[i>>6]>>(i&63)&1 == 1 }

func (p poly) degree() int {
	for i := len(p) - 1; i >= 0; i-- {
		if p[i] != 0 {
			return i*64 + bits.Len64(p[i]) - 1
		}
	}
	return -1
}

// addShifted adds q*x^n.
func (p poly) addShifted(q poly, n int) {
	words, rest := n>>6, uint(n&63)
	for i, w := range q {
		if i+words < len(p) {
			p[i+words] ^= w << rest
		}
		if rest > 0 && i+words+1 < len(p) {
			p[i+words+1] ^= w >> (64 - rest)
		}
	}
}

// minimal finds the shortest recurrence of a sequence of bits: Berlekamp and Massey.
func minimal(sequence []byte) poly {
	size := len(sequence)/64 + 2
	c, b := make(poly, size), make(poly, size)
	c[0], b[0] = 1, 1
	length, since := 0, 1
	for n, s := range sequence {
		d := s
		for i := 1; i <= length; i++ {
			if c.bit(i) {
				d ^= sequence[n-i]
			}
		}
		if d == 0 {
			since++
			continue
		}
		t := slices.Clone(c)
		c.addShifted(b, since)
		if 2*length <= n {
			length, b, since = n+1-length, t, 1
		} else {
			since++
		}
	}
	// The recurrence is the polynomial backwards.
	out := make(poly, length>>6+1)
	for i := range length + 1 {
		if c.bit(length - i) {
			out[i>>6] |= 1 << (i & 63)
		}
	}
	return out
}

// power is x^(2^n) modulo m.
func power(n int, m poly) poly {
	degree := m.degree()
	p := make(poly, 2*len(m))
	p[0] = 2
	for range n {
		square := make(poly, 2*len(m))
		for i := range degree {
			if p.bit(i) {
				square[2*i>>6] |= 1 << (2 * i & 63)
			}
		}
		for d := square.degree(); d >= degree; d = square.degree() {
			square.addShifted(m, d-degree)
		}
		p = square
	}
	return p
}

// vector is the state as one list of words, from the place where the ring stands.
func (s state) vector() []uint64 {
	words := slices.Clone(s.words)
	for i := len(s.done) - 1; i >= 0; i-- {
		words = append(words, s.done[i])
	}
	return words
}

// ahead is the state after 2^n steps of a generator.
func (g generator) ahead(s state, n int) state {
	probe := state{words: make([]uint64, g.size)}
	probe.words[0] = 1
	sequence := make([]byte, 2*g.size*int(g.bits))
	for i := range sequence {
		sequence[i] = byte(probe.vector()[0] & 1)
		_, probe = g.next(probe)
	}
	jump := power(n, minimal(sequence))
	sum := make([]uint64, g.size)
	for i := range jump.degree() + 1 {
		if jump.bit(i) {
			for j, w := range s.vector() {
				sum[j] ^= w
			}
		}
		_, s = g.next(s)
	}
	return state{words: sum}
}

// jump moves the source ahead; false for an algorithm that has no jumps.
func (s *source) jump() bool {
	if s.size == 1 {
		return false
	}
	n := 64
	if s.size == 16 {
		n = 512
	}
	place := len(s.state.done)
	after := s.ahead(s.state, n)
	if place > 0 && s.name != "exro928ss" {
		cut := len(after.words) - place
		done := slices.Clone(after.words[cut:])
		slices.Reverse(done)
		after = state{words: after.words[:cut], done: done}
	}
	s.state = after
	return true
}

// ring is the algorithm exro928ss, whose bare states have functions of their own.
func ring() *source {
	s, _ := newSource(term.Atom("exro928ss"))
	return s
}

func bareRows() []bif.Function {
	const bare = "AlgState :: term()"
	seed := "rand:exro928_seed(lists:seq(1, 16))"
	with := func(f func(s *source) term.Term) func([]term.Term) (term.Term, error) {
		return func(args []term.Term) (term.Term, error) {
			s := ring()
			if !s.readState(args[0]) {
				return term.None, term.FunctionClause()
			}
			return f(s), nil
		}
	}
	ahead := func(n int) func(s *source) term.Term {
		return func(s *source) term.Term {
			s.state = s.ahead(s.state, n)
			return s.stateTerm()
		}
	}
	return []bif.Function{
		{Spec: "exro928_seed(List :: [0..288230376151711743]) -> " + bare, Doc: "Makes a bare state of algorithm exro928ss from a list of words; what is missing is 0.",
			Example: "1> rand:exro928_seed([1]).\n{[1,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0],[]}", Pure: func(args []term.Term) (term.Term, error) {
				list, ok := wordsOf(args[0])
				if !ok || len(list) > 16 {
					return term.None, term.FunctionClause()
				}
				s := ring()
				s.state.words = make([]uint64, 16)
				for i, w := range list {
					s.state.words[i] = w & mask58
				}
				return s.stateTerm(), nil
			}},
		{Spec: "exro928_next_state(" + bare + ") -> New" + bare, Doc: "Returns the bare state after one number.", Example: "1> hd(element(1, rand:exro928_next_state(" + seed + "))).\n105553116266496",
			Pure: with(func(s *source) term.Term { s.draw(); return s.stateTerm() })},
		{Spec: "exro928_next(" + bare + ") -> {{S0 :: integer(), S1 :: integer()}, New" + bare + "}", Doc: "Returns the two words that numbers are made of, and the bare state after one number.",
			Example: "1> element(1, rand:exro928_next(" + seed + ")).\n{1,2}", Pure: with(func(s *source) term.Term {
				turned := s.state.turn()
				pair := term.Tuple(term.Uint(turned.words[0]), term.Uint(turned.words[1]))
				s.draw()
				return term.Tuple(pair, s.stateTerm())
			})},
		{Spec: "exro928_jump_2pow512(" + bare + ") -> New" + bare, Doc: "Returns the bare state after 2^512 numbers.", Example: "1> length(element(1, rand:exro928_jump_2pow512(" + seed + "))).\n16", Pure: with(ahead(512))},
		{Spec: "exro928_jump_2pow20(" + bare + ") -> New" + bare, Doc: "Returns the bare state after 2^20 numbers.", Example: "1> length(element(1, rand:exro928_jump_2pow20(" + seed + "))).\n16", Pure: with(ahead(20))},
		{Spec: "exsp_jump(" + bare + ") -> New" + bare, Doc: "Returns the bare state of algorithm exsp after 2^64 numbers.", Example: "1> rand:exsp_jump([1|2]).\n[62857607239118635|99818531232796752]", Pure: func(args []term.Term) (term.Term, error) {
			s, _ := newSource(term.Atom("exsp"))
			if !s.readState(args[0]) {
				return term.None, term.FunctionClause()
			}
			s.jump()
			return s.stateTerm(), nil
		}},
		{Spec: "mwc59_value(CX :: 1..576460752303423487) -> V :: 0..576460752303423487", Doc: "Returns 59 random bits of a state of mwc59/1.", Example: "1> rand:mwc59_value(rand:mwc59(1)).\n271027045312247074", Pure: mwcValue},
		{Spec: "mwc59_float(CX :: 1..576460752303423487) -> V :: float()", Doc: "Returns a float from 0.0 up to, and without, 1.0 of a state of mwc59/1.", Example: "1> rand:mwc59_float(rand:mwc59(1)).\n0.09004660017823007", Pure: func(args []term.Term) (term.Term, error) {
			v, ok := word(args[0])
			if !ok {
				return term.None, bif.ErtsError(atom.Badarith, "band", args[0], term.Int(1<<53-1))
			}
			v &= 1<<53 - 1
			v ^= v << 4 & (1<<53 - 1)
			return term.Float(float64(v^v<<27&(1<<53-1)) * 0x1p-53), nil
		}},
		{Spec: "mwc59_seed() -> CX :: 1..576460752303423487", Doc: "Returns a state for mwc59/1 that nobody can foresee.", Example: "1> rand:mwc59_seed() > 0.\ntrue", Pure: func([]term.Term) (term.Term, error) {
			s := ring()
			s.random()
			return term.Uint(hash58(s.draw()) + 1), nil
		}},
		{Spec: "mwc59_seed(S :: 0..288230376151711743) -> CX :: 1..576460752303423487", Doc: "Returns a state for mwc59/1.", Example: "1> rand:mwc59_seed(1).\n11213862807209314", Pure: func(args []term.Term) (term.Term, error) {
			n, ok := args[0].Int()
			if !ok || n < 0 || n > mask58 {
				return term.None, term.FunctionClause()
			}
			return term.Uint(hash58(uint64(n)) + 1), nil
		}},
	}
}

const mask59 = 1<<59 - 1

// mwcBits scrambles a state of the generator that multiplies with carry.
func mwcBits(cx uint64) uint64 {
	cx ^= cx << 4 & mask59
	return cx ^ cx<<27&mask59
}

func mwcValue(args []term.Term) (term.Term, error) {
	v, ok := word(args[0])
	if !ok {
		return term.None, bif.ErtsError(atom.Badarith, "band", args[0], term.Int(mask59))
	}
	return term.Uint(mwcBits(v & mask59)), nil
}

// hash58 mixes the bits of a word.
func hash58(x uint64) uint64 {
	x &= mask58
	x = (x ^ x>>29) * 0x351afd7ed558ccd & mask58
	x = (x ^ x>>29) * 0x0ceb9fe1a85ec53 & mask58
	return x ^ x>>29
}
