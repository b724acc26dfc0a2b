package rand

import (
	"math"
	"math/big"
	"math/bits"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// drawing are the functions that return random values; each has a form for the state of the process and one for a state given.
func drawing() []bif.Function {
	var rows []bif.Function
	add := func(name, params, result, doc, example string, draw func(s *source, args []term.Term) (term.Term, error)) {
		more := params
		if more != "" {
			more += ", "
		}
		rows = append(rows,
			bif.Function{
				Spec: name + "(" + params + ") -> " + result, Doc: doc, Example: example,
				Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
					s := current(p)
					v, err := draw(s, args)
					if err == nil {
						p.Put(key, s.term())
					}
					return v, err
				},
			},
			bif.Function{
				Spec: name + "_s(" + more + "State :: state()) -> {" + result + ", NewState :: state()}",
				Doc:  doc + " Takes the state and returns the next one.", Example: example,
				Pure: func(args []term.Term) (term.Term, error) {
					last := len(args) - 1
					if v := common(name, args); !v.None() {
						return v, nil
					}
					s, ok := sourceOf(args[last])
					if !ok {
						return term.None, term.FunctionClause()
					}
					v, err := draw(s, args[:last])
					if err != nil {
						return v, err
					}
					return term.Tuple(v, s.term()), nil
				},
			})
	}
	add("uniform", "", "float()", "Returns a float from 0.0 up to, and without, 1.0.", "1> rand:seed(exsss, 42), rand:uniform() < 1.0.\ntrue",
		func(s *source, _ []term.Term) (term.Term, error) { return term.Float(s.float()), nil })
	add("uniform", "N :: pos_integer()", "pos_integer()", "Returns an integer from 1 to N.", "1> rand:seed(exsss, 42), rand:uniform(10) =< 10.\ntrue", uniform)
	add("uniform_real", "", "float()", "Returns a float above 0.0 and below 1.0, as finely spread as floats are near 0.0.",
		"1> rand:uniform_real() > 0.0.\ntrue", func(s *source, _ []term.Term) (term.Term, error) { return term.Float(s.real()), nil })
	add("bytes", "N :: non_neg_integer()", "binary()", "Returns N bytes.", "1> byte_size(rand:bytes(3)).\n3", randomBytes)
	add("shuffle", "List :: [T]", "ShuffledList :: [T]", "Returns the list in an order by chance (OTP 29).",
		"1> rand:seed(exsss, 4711), rand:shuffle(lists:seq($A, $Z)).\n\"KRCYQBUXTIWHMEJGFNODAZPSLV\"", shuffle)
	return rows
}

// common draws from a state of the generator that seed/1 takes where no other is asked for: a float, or an integer of a small range.
func common(name string, args []term.Term) term.Term {
	last := len(args) - 1
	t, ok := args[last].Tuple()
	if name != "uniform" || !ok || len(t) != 2 {
		return term.None
	}
	m, isHandler := t[0].Map()
	words, isPair := t[1].Cons()
	if !isHandler || !isPair {
		return term.None
	}
	s1, ok1 := words.Head.Int()
	s0, ok0 := words.Tail.Int()
	if kind, _ := m.Get(typeKey); kind != usual || !ok1 || !ok0 {
		return term.None
	}
	v, a, b := exsss116(uint64(s1), uint64(s0))
	drawn := term.Float(float64(v>>(58-53)) * 0x1p-53)
	if last == 1 {
		n, ok := args[0].Int()
		if !ok || n < 1 || n > 1<<57 || v-v%uint64(n) > 1<<58-uint64(n) {
			return term.None
		}
		drawn = term.Int(int64(v%uint64(n)) + 1)
	}
	return term.Tuple(drawn, term.Tuple(t[0], term.NewCons(term.Uint(a), term.Uint(b))))
}

var usual = term.Atom("exsss")

// float is a number in [0,1).
func (s *source) float() float64 {
	v := s.draw()
	if s.old {
		return float64(v) / math.Ldexp(1, int(s.bits))
	}
	return float64(v>>(s.bits-53)) * 0x1p-53
}

func uniform(s *source, args []term.Term) (term.Term, error) {
	n, ok := args[0].Big()
	if !ok || n.Sign() < 1 {
		return term.None, term.FunctionClause()
	}
	last := new(big.Int).Sub(n, big.NewInt(1))
	switch {
	case n.IsUint64() && last.BitLen() <= int(s.bits):
		return term.Uint(s.below(n.Uint64()) + 1), nil
	case last.BitLen() <= int(s.bits): // every draw is a number
		v := new(big.Int).SetUint64(s.draw())
		return term.Big(v.Add(v, big.NewInt(1))), nil
	case s.old:
		wide, _ := new(big.Float).SetInt(n).Float64()
		v, _ := big.NewFloat(math.Floor(s.float() * wide)).Int(nil)
		return term.Big(v.Add(v, big.NewInt(1))), nil
	}
	return s.wide(n), nil
}

// below returns a number under n, drawing again where the last, incomplete range was hit.
func (s *source) below(n uint64) uint64 {
	limit := math.MaxUint64>>(64-s.bits) - n + 1
	for {
		v := s.draw()
		i := v % n
		if v-i <= limit {
			return i
		}
	}
}

// wide returns a number from 1 to n, of as many draws as that takes.
func (s *source) wide(n *big.Int) term.Term {
	width, need := s.bits-s.weak, uint(new(big.Int).Sub(n, big.NewInt(1)).BitLen())
	for {
		v := new(big.Int)
		have := uint(0)
		for have+s.bits < need {
			v.Lsh(v, width).Or(v, new(big.Int).SetUint64(s.draw()>>s.weak))
			have += width
		}
		v.Lsh(v, s.bits).Or(v, new(big.Int).SetUint64(s.draw())) // the last number is taken whole
		have += s.bits
		i := new(big.Int).Rem(v, n)
		limit := new(big.Int).Lsh(big.NewInt(1), have)
		limit.Sub(limit, n)
		if new(big.Int).Sub(v, i).Cmp(limit) <= 0 {
			return term.Big(i.Add(i, big.NewInt(1)))
		}
	}
}

// real draws more bits where the first ones are zeros: as many fours of a further number as are missing.
func (s *source) real() float64 {
	m := s.draw() >> (s.bits - 56)
	exponent := -56
	for exponent > -1000 && m < 1<<52 {
		v := s.draw()
		for used := uint(4); used <= 56 && m < 1<<52; used += 4 {
			m = m<<4 | v>>(s.bits-used)&15
			exponent -= 4
		}
	}
	extra := max(bits.Len64(m)-53, 0)
	return math.Ldexp(float64(max(m>>extra, 1)), exponent+extra)
}

func randomBytes(s *source, args []term.Term) (term.Term, error) {
	n, ok := args[0].Int()
	if !ok || n < 0 {
		return term.None, term.FunctionClause()
	}
	out := make([]byte, 0, n)
	all := s.bits
	if s.old {
		all = 58
	}
	width := int64(all-s.weak) / 8
	for {
		left := n - int64(len(out))
		v := s.draw() // the last number may give no byte at all
		if left <= width {
			out = appendBytes(out, v>>(8*(width-left)), left)
			break
		}
		out = appendBytes(out, v>>(int64(all)-8*width), width)
	}
	return term.Binary(out), nil
}

// appendBytes appends the n low bytes of v, the highest one first.
func appendBytes(out []byte, v uint64, n int64) []byte {
	for i := n - 1; i >= 0; i-- {
		out = append(out, byte(v>>(8*i)))
	}
	return out
}

// niche are the functions that give away how the numbers are made.
func niche() []bif.Function {
	two := func(next func(s state) (uint64, state)) func(args []term.Term) (term.Term, error) {
		return func(args []term.Term) (term.Term, error) {
			s := source{generator: generator{size: 2}}
			if !s.readState(args[0]) {
				return term.None, term.FunctionClause()
			}
			v, after := next(s.state)
			s.state = after
			return term.Tuple(term.Uint(v), s.stateTerm()), nil
		}
	}
	return []bif.Function{
		{
			Spec:    "exsp_next(AlgState) -> {X :: 0..288230376151711743, NewAlgState}",
			Doc:     "Draws from the bare state of algorithm exsp.",
			Example: "1> rand:exsp_next([1|2]).\n{16785413,[2|16785411]}",
			Pure:    two(exsp),
		},
		{
			Spec:    "splitmix64_next(AlgState :: integer()) -> {X :: 0..18446744073709551615, NewAlgState :: 0..18446744073709551615}",
			Doc:     "Draws from the generator that makes seeds of integers.",
			Example: "1> rand:splitmix64_next(0).\n{16294208416658607535,11400714819323198485}",
			Pure: func(args []term.Term) (term.Term, error) {
				x, ok := word(args[0])
				if !ok {
					return term.None, bif.ErtsError(atom.Badarith, "+", args[0], term.Uint(0x9e3779b97f4a7c15))
				}
				v, next := splitmix64(x)
				return term.Tuple(term.Uint(v), term.Uint(next)), nil
			},
		},
		{
			Spec:    "mwc59(CX0 :: 1..576460752303423487) -> CX1 :: 1..576460752303423487",
			Doc:     "Returns the next state of a small and fast generator (multiply with carry).",
			Example: "1> rand:mwc59(1).\n133850370",
			Pure: func(args []term.Term) (term.Term, error) {
				cx, ok := word(args[0])
				if !ok {
					return term.None, bif.ErtsError(atom.Badarith, "band", args[0], term.Int(mask59))
				}
				cx &= mask59
				return term.Uint(133850370*(cx&(1<<32-1)) + cx>>32), nil
			},
		},
		{
			Spec:    "mwc59_value32(CX :: 1..576460752303423487) -> V :: 0..4294967295",
			Doc:     "Returns 32 random bits of a state of mwc59/1.",
			Example: "1> rand:mwc59_value32(1).\n257",
			Pure: func(args []term.Term) (term.Term, error) {
				cx, ok := word(args[0])
				if !ok {
					return term.None, bif.ErtsError(atom.Badarith, "band", args[0], term.Int(1<<32-1))
				}
				low := cx & (1<<32 - 1)
				return term.Uint((low ^ low<<8) & (1<<32 - 1)), nil
			},
		},
	}
}
