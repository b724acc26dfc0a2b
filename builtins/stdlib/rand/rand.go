// Package rand is module rand: the algorithms of OTP, so that the same seed gives the same numbers.
package rand

import (
	crypto "crypto/rand"
	"encoding/binary"
	"math"
	"math/big"
	"slices"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

const module = "rand"

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:      module,
		Doc:       "Random numbers that are the same for the same seed.",
		Functions: slices.Concat(seeding(), drawing(), niche(), normalRows(), bareRows()),
	}
}

// key is where a process keeps its state.
var key = term.Atom("rand_seed")

// product is (a*b*c) rem (2^64 - 2) + 1.
func product(a, b, c uint64) uint64 {
	n := new(big.Int).SetUint64(a)
	n.Mul(n, new(big.Int).SetUint64(b)).Mul(n, new(big.Int).SetUint64(c))
	m := new(big.Int).SetUint64(math.MaxUint64 - 1)
	return n.Rem(n, m).Uint64() + 1
}

// source is a generator with its state, as the term {Handler, State}.
type source struct {
	generator
	name    string
	handler term.Term
	state   state
	outside term.Term // the state of module crypto, which holds nothing
}

func (s *source) term() term.Term { return term.Tuple(s.handler, s.stateTerm()) }

func (s *source) stateTerm() term.Term {
	switch s.size {
	case 0:
		return s.outside
	case 1:
		return term.Uint(s.state.words[0])
	case 2:
		return term.NewCons(term.Uint(s.state.words[0]), term.Uint(s.state.words[1]))
	}
	return term.Tuple(words(s.state.words), words(s.state.done))
}

func words(list []uint64) term.Term {
	elements := make([]term.Term, len(list))
	for i, w := range list {
		elements[i] = term.Uint(w)
	}
	return term.List(elements...)
}

func (s *source) draw() uint64 {
	v, next := s.next(s.state)
	s.state = next
	return v
}

var (
	typeKey = term.Atom("type")
	bitsKey = term.Atom("bits")
	weakKey = term.Atom("weak_low_bits")
	maxKey  = term.Atom("max")
)

// newSource makes a source of a name; the state is still to come.
func newSource(name term.Term) (*source, bool) {
	s, ok := namedSource(name)
	if !ok {
		return nil, false
	}
	g, text := s.generator, s.name
	pairs := []term.Term{typeKey, term.Atom(text)}
	if g.old {
		pairs = append(pairs, maxKey, term.Uint(math.MaxUint64>>(64-g.bits)))
	} else {
		pairs = append(pairs, bitsKey, term.Int(int64(g.bits)))
	}
	if g.weak > 0 {
		pairs = append(pairs, weakKey, term.Int(int64(g.weak)))
	}
	s.handler = term.NewMap(pairs...)
	return s, true
}

// namedSource is a source without its handler.
func namedSource(name term.Term) (*source, bool) {
	text := name.AtomName()
	g, ok := generators(text)
	if text == "default" {
		text = "exsss"
	}
	return &source{generator: g, name: text}, ok
}

// sourceOf reads {Handler, State} or {Name, State}.
func sourceOf(t term.Term) (*source, bool) {
	e, ok := t.Tuple()
	if !ok || len(e) != 2 {
		return nil, false
	}
	name := e[0]
	m, isHandler := name.Map()
	if isHandler {
		name, _ = m.Get(typeKey)
		if text := name.AtomName(); text == "crypto" || text == "crypto_cache" {
			return &source{generator: generator{bits: 64, next: unforeseen}, name: text, handler: e[0], outside: e[1]}, true
		}
	}
	if !name.IsAtom() || name.AtomName() == "default" {
		return nil, false
	}
	var s *source
	if isHandler {
		if s, ok = namedSource(name); ok {
			s.handler = e[0]
		}
	} else {
		s, ok = newSource(name)
	}
	if !ok {
		return nil, false
	}
	return s, s.readState(e[1])
}

func (s *source) readState(t term.Term) bool {
	switch s.size {
	case 1:
		w, ok := word(t)
		s.state.words = []uint64{w}
		return ok
	case 2:
		c, ok := t.Cons()
		if !ok {
			return false
		}
		a, ok1 := word(c.Head)
		b, ok2 := word(c.Tail)
		s.state.words = []uint64{a, b}
		return ok1 && ok2
	}
	e, ok := t.Tuple()
	if !ok || len(e) != 2 {
		return false
	}
	first, ok1 := wordsOf(e[0])
	done, ok2 := wordsOf(e[1])
	s.state = state{first, done}
	return ok1 && ok2 && len(first)+len(done) == s.size && len(first) > 0
}

func word(t term.Term) (uint64, bool) {
	if n, ok := t.Int(); ok {
		return uint64(n), true
	}
	n, ok := t.Big()
	return truncated(n), ok
}

// truncated is the low 64 bits of an integer.
func truncated(n *big.Int) uint64 {
	if n == nil {
		return 0
	}
	return new(big.Int).And(n, new(big.Int).SetUint64(math.MaxUint64)).Uint64()
}

func wordsOf(t term.Term) ([]uint64, bool) {
	elements, ok := t.Slice()
	out := make([]uint64, len(elements))
	for i, e := range elements {
		w, isWord := word(e)
		out[i], ok = w, ok && isWord
	}
	return out, ok
}

// seed sets the state from an integer, three integers or a list of words.
func (s *source) seed(t term.Term) error {
	if n, ok := t.Big(); ok {
		s.state = s.seeded(truncated(n))
		return nil
	}
	if list, ok := t.Slice(); ok {
		return s.seedWords(list)
	}
	e, ok := t.Tuple()
	if !ok || len(e) != 3 {
		return term.FunctionClause()
	}
	a, ok1 := word(e[0])
	b, ok2 := word(e[1])
	c, ok3 := word(e[2])
	if !ok1 || !ok2 || !ok3 {
		return term.FunctionClause()
	}
	s.state = s.seeded3(a, b, c)
	return nil
}

// seedWords takes the words of a state as they are; those that are missing are zeros, but not all may be.
func (s *source) seedWords(list []term.Term) error {
	out := make([]uint64, s.size)
	used := uint64(0)
	for i, x := range list {
		if i == s.size {
			return term.Error(term.Atom("too_many_seed_integers"))
		}
		w, ok := word(x)
		if !ok {
			return term.Error(term.Atom("non_integer_seed"))
		}
		out[i] = w & (math.MaxUint64 >> (64 - s.bits))
		used |= out[i]
	}
	if used == 0 {
		return term.Error(term.Atom("zero_seed"))
	}
	s.state = state{words: out}
	return nil
}

// unforeseen is the generator of the system.
func unforeseen(s state) (uint64, state) {
	var b [8]byte
	_, _ = crypto.Read(b[:]) // never fails
	return binary.LittleEndian.Uint64(b[:]), s
}

// random seeds from the system.
func (s *source) random() {
	var b [8]byte
	_, _ = crypto.Read(b[:])
	s.state = s.seeded(binary.LittleEndian.Uint64(b[:]))
}

// current is the source of a process, made when there is none yet.
func current(p *node.Process) *source {
	if s, ok := sourceOf(p.Get(key)); ok {
		return s
	}
	s, _ := newSource(term.Atom("exsss"))
	s.random()
	return s
}

func seeding() []bif.Function {
	return []bif.Function{
		{
			Spec:    "seed(AlgOrStateOrExpState :: builtin_alg() | state() | export_state()) -> state()",
			Doc:     "Seeds the process with an algorithm (exsss, exro928ss, exrop, exs1024s, exsp, or default) at random, or with a state.",
			Example: "1> element(1, rand:export_seed_s(rand:seed(exsss))).\nexsss",
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
				return keep(p, args, seed1)
			},
		},
		{
			Spec:    "seed(Alg :: builtin_alg(), Seed :: seed()) -> state()",
			Doc:     "Seeds the process with an algorithm and an integer, three integers or a list of words.",
			Example: "1> rand:seed(exsss, 42), rand:uniform(1000000).\n999294",
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
				return keep(p, args, seed2)
			},
		},
		{
			Spec:    "seed_s(AlgOrStateOrExpState :: builtin_alg() | state() | export_state()) -> state()",
			Doc:     "As seed/1 without keeping the state in the process.",
			Example: "1> rand:export_seed_s(rand:seed_s({exsss,[1|2]})).\n{exsss,[1|2]}",
			Pure:    stateOf(seed1),
		},
		{
			Spec:    "seed_s(Alg :: builtin_alg(), Seed :: seed()) -> state()",
			Doc:     "As seed/2 without keeping the state in the process.",
			Example: "1> rand:export_seed_s(rand:seed_s(exsss, 42)).\n{exsss,[132629853624823445|67522330609774851]}",
			Pure:    stateOf(seed2),
		},
		{
			Spec:    "export_seed() -> undefined | export_state()",
			Doc:     "Returns the state of the process in a form that can be kept and sent.",
			Example: "1> rand:seed(exsp, 1), element(1, rand:export_seed()).\nexsp",
			Proc: func(p *node.Process, _ []term.Term) (term.Term, error) {
				s, ok := sourceOf(p.Get(key))
				if !ok {
					return atom.Undefined, nil
				}
				return term.Tuple(term.Atom(s.name), s.stateTerm()), nil
			},
		},
		{
			Spec:    "export_seed_s(State :: state()) -> export_state()",
			Doc:     "Returns a state in a form that can be kept and sent.",
			Example: "1> element(1, rand:export_seed_s(rand:seed_s(exrop, 1))).\nexrop",
			Pure: func(args []term.Term) (term.Term, error) {
				s, ok := sourceOf(args[0])
				if !ok {
					return term.None, term.FunctionClause()
				}
				return term.Tuple(term.Atom(s.name), s.stateTerm()), nil
			},
		},
	}
}

func keep(p *node.Process, args []term.Term, f func(args []term.Term) (*source, error)) (term.Term, error) {
	s, err := f(args)
	if err != nil {
		return term.None, err
	}
	p.Put(key, s.term())
	return s.term(), nil
}

func stateOf(f func(args []term.Term) (*source, error)) func(args []term.Term) (term.Term, error) {
	return func(args []term.Term) (term.Term, error) {
		s, err := f(args)
		if err != nil {
			return term.None, err
		}
		return s.term(), nil
	}
}

func noAlg(t term.Term) error {
	return bif.ClauseOf(module, "mk_alg", t)
}

func seed1(args []term.Term) (*source, error) {
	if s, ok := sourceOf(args[0]); ok {
		return s, nil
	}
	s, ok := newSource(args[0])
	if !ok {
		return nil, noAlg(args[0])
	}
	s.random()
	return s, nil
}

func seed2(args []term.Term) (*source, error) {
	s, ok := newSource(args[0])
	if !ok {
		return nil, noAlg(args[0])
	}
	if err := s.seed(args[1]); err != nil {
		return nil, err
	}
	return s, nil
}
