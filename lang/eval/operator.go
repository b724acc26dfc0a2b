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
	joined, end := term.Join(a, b)
	if !end.IsNil() {
		return term.None, term.Badarg()
	}
	return joined, nil
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
	switch e.Op {
	case "andalso", "orelse":
		return c.simpleShortCircuit(e)
	case "+":
		return c.sum(e, 1, term.Add)
	case "-":
		return c.sum(e, -1, term.Sub)
	case "<", ">", "=<", ">=", "==", "/=", "=:=", "=/=":
		return c.simpleComparison(e)
	}
	if kind, ok := smallOperators[e.Op]; ok {
		return c.smallOperator(e, kind)
	}
	return c.anyOperator(e)
}

// smallKind is an operator on integers that has a short way for small ones.
type smallKind uint8

const (
	smallMul smallKind = iota
	smallDiv
	smallRem
	smallAnd
	smallOr
	smallXor
	smallRight
)

var smallOperators = map[string]smallKind{
	"*": smallMul, "div": smallDiv, "rem": smallRem, "band": smallAnd, "bor": smallOr, "bxor": smallXor, "bsr": smallRight,
}

// result is the short way: false where the operator itself has to decide.
func (k smallKind) result(x, y int64) (int64, bool) {
	switch k {
	case smallMul:
		return x * y, int64(int32(x)) == x && int64(int32(y)) == y
	case smallDiv:
		if y > 0 {
			return x / y, true
		}
	case smallRem:
		if uint64(x|y)>>32 == 0 && y != 0 { // shorter numbers take less time
			return int64(uint32(x) % uint32(y)), true
		}
		if y > 0 {
			return x % y, true
		}
	case smallAnd:
		return x & y, true
	case smallOr:
		return x | y, true
	case smallXor:
		return x ^ y, true
	case smallRight:
		if y >= 0 && y < 64 {
			return x >> uint(y), true
		}
	}
	return 0, false
}

func (c *compiler) smallOperator(e *syntax.BinaryOp, kind smallKind) simple {
	left, right := c.operand(e.Left), c.operand(e.Right)
	f, name := operators[e.Op], term.Atom(e.Op)
	if kind == smallMul && c.inFloats(e) {
		name = term.None
	}
	if k, small := right.value.Int(); left.kind == inSlot && right.kind == inConstant && small {
		kt := right.value
		return slotOperator(kind, left.slot, k, func(m *Machine, a term.Term) term.Term {
			v, err := f(a, kt)
			if err != nil {
				return m.operatorFailed(err, name, a, kt)
			}
			return v
		})
	}
	return func(m *Machine, s []term.Term) term.Term {
		a := left.get(m, s)
		if a.None() {
			return a
		}
		b := right.get(m, s)
		if b.None() {
			return b
		}
		x, ok1 := a.Int()
		y, ok2 := b.Int()
		if ok1 && ok2 {
			if v, ok := kind.result(x, y); ok {
				return term.Int(v)
			}
		}
		v, err := f(a, b)
		if err != nil {
			return m.operatorFailed(err, name, a, b)
		}
		return v
	}
}

// slotOperator is an operator on a slot and a small constant; slow is what decides where there is no short way.
//
//go:noinline
func slotOperator(kind smallKind, slot int, k int64, slow func(m *Machine, a term.Term) term.Term) simple {
	if positive := k > 0 && k>>32 == 0; kind == smallRem && positive {
		return func(m *Machine, s []term.Term) term.Term {
			x, ok := s[slot].Int()
			switch {
			case ok && uint64(x)>>32 == 0: // shorter numbers take less time
				return term.Int(int64(uint32(x) % uint32(k)))
			case ok:
				return term.Int(x % k)
			}
			return slow(m, s[slot])
		}
	}
	if half := int64(int32(k)) == k; kind == smallMul && half {
		return func(m *Machine, s []term.Term) term.Term {
			if x, ok := s[slot].Int(); ok && int64(int32(x)) == x {
				return term.Int(x * k)
			}
			return slow(m, s[slot])
		}
	}
	return func(m *Machine, s []term.Term) term.Term {
		if x, ok := s[slot].Int(); ok {
			if v, ok := kind.result(x, k); ok {
				return term.Int(v)
			}
		}
		return slow(m, s[slot])
	}
}

// anyOperator works for every operator and all types.
func (c *compiler) anyOperator(e *syntax.BinaryOp) simple {
	left, right := c.simple(e.Left), c.simple(e.Right)
	f, name := operators[e.Op], term.Atom(e.Op)
	if c.inFloats(e) {
		name = term.None
	}
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

// inFloats tells of operators that compiled modules carry out as instructions for floats; of these an error tells the function only.
func (c *compiler) inFloats(e *syntax.BinaryOp) bool {
	return !c.unit.shell && isFloat(e)
}

// isFloat recognises expressions whose value, if they have one, is a float.
func isFloat(e syntax.Expr) bool {
	if op, ok := e.(*syntax.BinaryOp); ok {
		sum := op.Op == "+" || op.Op == "-" || op.Op == "*"
		return op.Op == "/" || sum && (isFloat(op.Left) || isFloat(op.Right))
	}
	v, ok := constantExpr(e)
	return ok && v.Kind() == term.KindFloat
}

// sum compiles + and -, sign being what the right side counts. Slots and constants, which are most operands, are read in place.
func (c *compiler) sum(e *syntax.BinaryOp, sign int64, slow func(a, b term.Term) (term.Term, error)) simple {
	name := term.Atom(e.Op)
	if c.inFloats(e) {
		name = term.None
	}
	finish := func(m *Machine, a, b term.Term) term.Term {
		if v, err := slow(a, b); err == nil {
			return v
		} else {
			return m.operatorFailed(err, name, a, b)
		}
	}
	if slot, k, turned, ok := c.slotAndSmall(e, sign); ok && turned {
		kt, _ := constantExpr(e.Left)
		return func(m *Machine, s []term.Term) term.Term {
			if x, ok := s[slot].Int(); ok {
				if v := x + k; (v > x) == (k > 0) {
					return term.Int(v)
				}
			}
			return finish(m, kt, s[slot])
		}
	}
	right := c.operand(e.Right)
	slot, isSlot := c.slotOf(e.Left)
	if kt, ok := constantExpr(e.Right); ok {
		if k, small := kt.Int(); small && k > -1<<62 && k < 1<<62 {
			k *= sign
			if isSlot {
				return func(m *Machine, s []term.Term) term.Term {
					if x, ok := s[slot].Int(); ok {
						if v := x + k; (v > x) == (k > 0) {
							return term.Int(v)
						}
					}
					return finish(m, s[slot], kt)
				}
			}
			left := c.simple(e.Left)
			return func(m *Machine, s []term.Term) term.Term {
				a := left(m, s)
				if x, ok := a.Int(); ok {
					if v := x + k; (v > x) == (k > 0) {
						return term.Int(v)
					}
				} else if a.None() {
					return a
				}
				return finish(m, a, kt)
			}
		}
	}
	if other, ok := c.slotOf(e.Right); ok && isSlot {
		return func(m *Machine, s []term.Term) term.Term {
			x, ok1 := s[slot].Int()
			y, ok2 := s[other].Int()
			if ok1 && ok2 {
				if v, ok := added(x, y, sign); ok {
					return term.Int(v)
				}
			}
			return finish(m, s[slot], s[other])
		}
	}
	left := c.operand(e.Left)
	return func(m *Machine, s []term.Term) term.Term {
		a := left.get(m, s)
		if a.None() {
			return a
		}
		b := right.get(m, s)
		x, ok1 := a.Int()
		y, ok2 := b.Int()
		if ok1 && ok2 {
			if v, ok := added(x, y, sign); ok {
				return term.Int(v)
			}
		} else if b.None() {
			return b
		}
		return finish(m, a, b)
	}
}

// added returns x + sign*y, false when it overflows.
func added(x, y, sign int64) (int64, bool) {
	if sign < 0 {
		v := x - y
		return v, (v < x) == (y > 0)
	}
	v := x + y
	return v, (v > x) == (y > 0)
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

// slotOf returns the slot of an expression that is a bound variable or a value computed before.
func (c *compiler) slotOf(e syntax.Expr) (int, bool) {
	switch e := e.(type) {
	case *syntax.Slot:
		return e.Index, true
	case *syntax.Var:
		slot, ok := c.scope.slots[e.Name]
		return slot, ok
	}
	return 0, false
}
