package eval

import (
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// operators are the binary operators as functions; andalso, orelse and ! are no functions.
var operators = map[string]func(a, b term.Term) (term.Term, error){
	"+": term.Add, "-": term.Sub, "*": term.Mul, "/": term.Divide, "div": term.Div, "rem": term.Rem,
	"band": term.Band, "bor": term.Bor, "bxor": term.Bxor, "bsl": term.Bsl, "bsr": term.Bsr,
	"==":  func(a, b term.Term) (term.Term, error) { return term.Bool(term.Same(a, b)), nil },
	"/=":  func(a, b term.Term) (term.Term, error) { return term.Bool(!term.Same(a, b)), nil },
	"=:=": func(a, b term.Term) (term.Term, error) { return term.Bool(term.Equal(a, b)), nil },
	"=/=": func(a, b term.Term) (term.Term, error) { return term.Bool(!term.Equal(a, b)), nil },
	"<":   func(a, b term.Term) (term.Term, error) { return term.Bool(term.Compare(a, b) < 0), nil },
	">":   func(a, b term.Term) (term.Term, error) { return term.Bool(term.Compare(a, b) > 0), nil },
	"=<":  func(a, b term.Term) (term.Term, error) { return term.Bool(term.Compare(a, b) <= 0), nil },
	">=":  func(a, b term.Term) (term.Term, error) { return term.Bool(term.Compare(a, b) >= 0), nil },
	"and": logical(func(a, b bool) bool { return a && b }),
	"or":  logical(func(a, b bool) bool { return a || b }),
	"xor": logical(func(a, b bool) bool { return a != b }),
	"++":  appendLists,
	"--":  subtractLists,
}

var unaries = map[string]func(a term.Term) (term.Term, error){
	"-": term.Neg,
	"+": func(a term.Term) (term.Term, error) {
		if !a.IsNumber() {
			return term.None, term.Badarith()
		}
		return a, nil
	},
	"bnot": term.Bnot,
	"not": func(a term.Term) (term.Term, error) {
		if a != term.True && a != term.False {
			return term.None, term.Badarg()
		}
		return term.Bool(a == term.False), nil
	},
}

// Operator returns the function of a binary operator, for module erlang.
func Operator(op string) func(a, b term.Term) (term.Term, error) { return operators[op] }

// UnaryOperator returns the function of a unary operator, for module erlang.
func UnaryOperator(op string) func(a term.Term) (term.Term, error) { return unaries[op] }

func logical(op func(a, b bool) bool) func(a, b term.Term) (term.Term, error) {
	isBool := func(t term.Term) bool { return t == term.True || t == term.False }
	return func(a, b term.Term) (term.Term, error) {
		if !isBool(a) || !isBool(b) {
			return term.None, term.Badarg()
		}
		return term.Bool(op(a == term.True, b == term.True)), nil
	}
}

func appendLists(a, b term.Term) (term.Term, error) {
	if a.IsNil() {
		return b, nil
	}
	elements, ok := a.Slice()
	if !ok {
		return term.None, term.Badarg()
	}
	return term.ListTail(elements, b), nil
}

// subtractLists removes from a the first occurrence of each element of b. With many elements on both sides it counts them in a map.
func subtractLists(a, b term.Term) (term.Term, error) {
	from, ok1 := a.Slice()
	gone, ok2 := b.Slice()
	if !ok1 || !ok2 {
		return term.None, term.Badarg()
	}
	if len(from)*len(gone) > 1024 {
		return subtractMany(from, gone), nil
	}
	taken := make([]bool, len(gone))
	var out term.Builder
next:
	for _, x := range from {
		for i, g := range gone {
			if !taken[i] && term.Equal(x, g) {
				taken[i] = true
				continue next
			}
		}
		out.Add(x)
	}
	return out.List(term.Nil), nil
}

func subtractMany(from, gone []term.Term) term.Term {
	m, _ := term.EmptyMap.Map()
	for _, g := range gone {
		n, _ := m.Get(g)
		count, _ := n.Int()
		m = m.Put(g, term.Int(count+1))
	}
	var out term.Builder
	for _, x := range from {
		if n, ok := m.Get(x); ok {
			if count, _ := n.Int(); count > 0 {
				m = m.Put(x, term.Int(count-1))
				continue
			}
		}
		out.Add(x)
	}
	return out.List(term.Nil)
}

func (c *compiler) simpleUnary(e *syntax.Unary) simple {
	if v, ok := constantExpr(e); ok {
		return constant(v)
	}
	op, arg, name := unaries[e.Op], c.simple(e.Operand), term.Atom(e.Op)
	return func(m *Machine, s []term.Term) term.Term {
		a := arg(m, s)
		if a.None() {
			return a
		}
		v, err := op(a)
		if err != nil {
			return m.operatorFailed(err, name, a)
		}
		return v
	}
}

func (c *compiler) simpleOperator(e *syntax.BinaryOp) simple {
	if e.Op == "andalso" || e.Op == "orelse" {
		return c.simpleShortCircuit(e)
	}
	left, right := c.simple(e.Left), c.simple(e.Right)
	if k, ok := constantExpr(e.Right); ok {
		if i, small := k.Int(); small {
			if f := withConstant(e.Op, left, i, k); f != nil {
				return f
			}
		}
	}
	if f := fastOperator(e.Op, left, right); f != nil {
		return f
	}
	return slowOperator(e.Op, left, right)
}

// slowOperator works for every operator and all types.
func slowOperator(op string, left, right simple) simple {
	f, name := operators[op], term.Atom(op)
	return func(m *Machine, s []term.Term) term.Term {
		a := left(m, s)
		if a.None() {
			return a
		}
		b := right(m, s)
		if b.None() {
			return b
		}
		v, err := f(a, b)
		if err != nil {
			return m.operatorFailed(err, name, a, b)
		}
		return v
	}
}

// apply computes an operator on values that are no small integers.
func (m *Machine) apply(op string, a, b term.Term) term.Term {
	if a.None() || b.None() {
		return term.None
	}
	v, err := operators[op](a, b)
	if err != nil {
		return m.operatorFailed(err, term.Atom(op), a, b)
	}
	return v
}

// withConstant is for an operator whose right side is a small integer in the text.
func withConstant(op string, left simple, k int64, kt term.Term) simple {
	switch op {
	case "+":
		return func(m *Machine, s []term.Term) term.Term {
			a := left(m, s)
			if x, ok := a.Int(); ok {
				if v := x + k; (v > x) == (k > 0) {
					return term.Int(v)
				}
			}
			return m.apply("+", a, kt)
		}
	case "-":
		return func(m *Machine, s []term.Term) term.Term {
			a := left(m, s)
			if x, ok := a.Int(); ok {
				if v := x - k; (v < x) == (k > 0) {
					return term.Int(v)
				}
			}
			return m.apply("-", a, kt)
		}
	case "<":
		return compareConstant(op, left, kt, func(x int64) bool { return x < k })
	case ">":
		return compareConstant(op, left, kt, func(x int64) bool { return x > k })
	case "=<":
		return compareConstant(op, left, kt, func(x int64) bool { return x <= k })
	case ">=":
		return compareConstant(op, left, kt, func(x int64) bool { return x >= k })
	case "==", "=:=":
		return compareConstant(op, left, kt, func(x int64) bool { return x == k })
	}
	return nil
}

func compareConstant(op string, left simple, kt term.Term, small func(x int64) bool) simple {
	return func(m *Machine, s []term.Term) term.Term {
		a := left(m, s)
		if x, ok := a.Int(); ok {
			return term.Bool(small(x))
		}
		return m.apply(op, a, kt)
	}
}

// fastOperator tries small integers first.
func fastOperator(op string, left, right simple) simple {
	switch op {
	case "+":
		return func(m *Machine, s []term.Term) term.Term {
			a := left(m, s)
			if a.None() {
				return a
			}
			b := right(m, s)
			x, ok1 := a.Int()
			y, ok2 := b.Int()
			if ok1 && ok2 {
				if v := x + y; (v > x) == (y > 0) {
					return term.Int(v)
				}
			}
			return m.apply(op, a, b)
		}
	case "-":
		return func(m *Machine, s []term.Term) term.Term {
			a := left(m, s)
			if a.None() {
				return a
			}
			b := right(m, s)
			x, ok1 := a.Int()
			y, ok2 := b.Int()
			if ok1 && ok2 {
				if v := x - y; (v < x) == (y > 0) {
					return term.Int(v)
				}
			}
			return m.apply(op, a, b)
		}
	case "<":
		return compareFast(op, left, right, func(x, y int64) bool { return x < y })
	case ">":
		return compareFast(op, left, right, func(x, y int64) bool { return x > y })
	case "=<":
		return compareFast(op, left, right, func(x, y int64) bool { return x <= y })
	case ">=":
		return compareFast(op, left, right, func(x, y int64) bool { return x >= y })
	case "==", "=:=":
		return compareFast(op, left, right, func(x, y int64) bool { return x == y })
	}
	return nil
}

func compareFast(op string, left, right simple, small func(x, y int64) bool) simple {
	return func(m *Machine, s []term.Term) term.Term {
		a := left(m, s)
		if a.None() {
			return a
		}
		b := right(m, s)
		x, ok1 := a.Int()
		y, ok2 := b.Int()
		if ok1 && ok2 {
			return term.Bool(small(x, y))
		}
		return m.apply(op, a, b)
	}
}

func (c *compiler) simpleShortCircuit(e *syntax.BinaryOp) simple {
	left, right := c.simple(e.Left), c.simple(e.Right)
	stop := term.Bool(e.Op == "orelse")
	return func(m *Machine, s []term.Term) term.Term {
		a := left(m, s)
		switch {
		case a == stop || a.None():
			return a
		case a == term.True || a == term.False:
			return right(m, s)
		}
		return m.failed(term.Tuple(atom.Badarg, a))
	}
}
