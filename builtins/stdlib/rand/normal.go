package rand

import (
	"math"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// tailStart is where the last layer of the ziggurat ends.
const tailStart = 3.6541528853610087963519472518

// normal draws from the standard normal distribution.
func (s *source) normal() float64 {
	for {
		v := s.draw()
		sign, r := v>>(s.bits-52)&1, v>>(s.bits-51)
		if s.old {
			sign, r = v>>51&1, v&(1<<51-1)
		}
		layer := r & 255
		x := float64(r) * zigguratWidth[layer]
		if sign == 1 {
			x = -x
		}
		if r < zigguratInside[layer] {
			return x
		}
		if layer == 0 {
			return s.tail(sign == 1)
		}
		low, high := zigguratHeight[layer], zigguratHeight[layer-1]
		if (high-low)*s.float()+low < math.Exp(-0.5*x*x) {
			return x
		}
	}
}

// tail draws from beyond the last layer.
func (s *source) tail(negative bool) float64 {
	const inverse = 1 / tailStart
	for {
		x := -inverse * math.Log(s.float())
		y := -math.Log(s.float())
		if y+y > x*x {
			if negative {
				return -tailStart - x
			}
			return tailStart + x
		}
	}
}

func normalRows() []bif.Function {
	return []bif.Function{
		{Spec: "normal() -> float()", Doc: "Returns a float of the standard normal distribution: mean 0, variance 1.",
			Example: "1> rand:seed(exsss, 5), rand:normal().\n-0.8004755667909033", Proc: func(p *node.Process, _ []term.Term) (term.Term, error) {
				s := current(p)
				v := s.normal()
				p.Put(key, s.term())
				return term.Float(v), nil
			}},
		{Spec: "normal(Mean :: number(), Variance :: number()) -> float()", Doc: "Returns a float of a normal distribution.",
			Example: "1> rand:seed(exsss, 5), rand:normal(0, 4).\n-1.6009511335818065", Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
				s := current(p)
				v, err := s.scaled(args[0], args[1])
				p.Put(key, s.term())
				return v, err
			}},
		{Spec: "normal_s(State :: state()) -> {X :: float(), NewState :: state()}", Doc: "As `normal/0`; takes the state and returns the next one.",
			Example: "1> element(1, rand:normal_s(rand:seed_s(exsss, 5))).\n-0.8004755667909033", Pure: func(args []term.Term) (term.Term, error) {
				s, ok := sourceOf(args[0])
				if !ok {
					return term.None, term.FunctionClause()
				}
				v := s.normal()
				return term.Tuple(term.Float(v), s.term()), nil
			}},
		{Spec: "normal_s(Mean :: number(), Variance :: number(), State0 :: state()) -> {X :: float(), NewState :: state()}", Doc: "As `normal/2`; takes the state and returns the next one.",
			Example: "1> element(1, rand:normal_s(0, 4, rand:seed_s(exsss, 5))).\n-1.6009511335818065", Pure: func(args []term.Term) (term.Term, error) {
				s, ok := sourceOf(args[2])
				if !ok || !args[0].IsNumber() || !args[1].IsNumber() || term.Compare(args[1], term.Int(0)) < 0 {
					return term.None, term.FunctionClause()
				}
				v, err := s.scaled(args[0], args[1])
				if err != nil {
					return term.None, err
				}
				return term.Tuple(v, s.term()), nil
			}},
		{Spec: "jump() -> NewState :: state()", Doc: "Moves the state of the process as far as 2^64 numbers (2^512 for exs1024s and exro928ss) would.",
			Example: "1> rand:seed(exsss, 1), rand:export_seed_s(rand:jump()).\n{exsss,[285906172023498826|51120954082399550]}", Proc: func(p *node.Process, _ []term.Term) (term.Term, error) {
				s := current(p)
				if !s.jump() {
					return term.None, term.Error(term.Atom("not_implemented"))
				}
				p.Put(key, s.term())
				return s.term(), nil
			}},
		{Spec: "jump(State0 :: state()) -> NewState :: state()", Doc: "As `jump/0`, for a state.",
			Example: "1> rand:export_seed_s(rand:jump(rand:seed_s(exsss, 1))).\n{exsss,[285906172023498826|51120954082399550]}", Pure: func(args []term.Term) (term.Term, error) {
				s, ok := sourceOf(args[0])
				if !ok {
					return term.None, term.FunctionClause()
				}
				if !s.jump() {
					return term.None, term.Error(term.Atom("not_implemented"))
				}
				return s.term(), nil
			}},
	}
}

// scaled is a number of the distribution with a mean and a variance.
func (s *source) scaled(mean, variance term.Term) (term.Term, error) {
	deviation, ok := number(variance)
	if !ok || deviation < 0 {
		reason := atom.Badarith
		if !ok {
			reason = atom.Badarg
		}
		e := term.Error(reason)
		e.Stack = term.List(term.Tuple(term.Atom("math"), term.Atom("sqrt"), term.List(variance), term.List(term.Tuple(atom.ErrorInfo, term.NewMap(term.Atom("module"), term.Atom("erl_stdlib_errors"))))))
		return term.None, e
	}
	m, ok := number(mean)
	if !ok {
		return term.None, term.Badarith()
	}
	return term.Float(m + math.Sqrt(deviation)*s.normal()), nil
}

func number(t term.Term) (float64, bool) {
	if f, ok := t.Float(); ok {
		return f, true
	}
	n, ok := t.Big()
	if !ok {
		return 0, false
	}
	f, _ := n.Float64()
	return f, true
}
