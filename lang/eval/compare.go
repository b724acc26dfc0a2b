package eval

import (
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// comparisons says for each operator which results of Compare it takes, and whether numbers must be of one type.
var comparisons = map[string]struct {
	less, same, more bool
	exact            bool
}{
	"<": {less: true}, "=<": {less: true, same: true}, ">": {more: true}, ">=": {same: true, more: true},
	"==": {same: true}, "/=": {less: true, more: true},
	"=:=": {same: true, exact: true}, "=/=": {less: true, more: true, exact: true},
}

// compared returns the function of a comparison on any two values.
func compared(op string) func(a, b term.Term) bool {
	switch op {
	case "<":
		return func(a, b term.Term) bool { return term.Compare(a, b) < 0 }
	case "=<":
		return func(a, b term.Term) bool { return term.Compare(a, b) <= 0 }
	case ">":
		return func(a, b term.Term) bool { return term.Compare(a, b) > 0 }
	case ">=":
		return func(a, b term.Term) bool { return term.Compare(a, b) >= 0 }
	case "==":
		return term.Same
	case "/=":
		return func(a, b term.Term) bool { return !term.Same(a, b) }
	case "=:=":
		return term.Equal
	}
	return func(a, b term.Term) bool { return !term.Equal(a, b) }
}

// slotAgainst takes a comparison of a slot with a small integer apart.
func (c *compiler) slotAgainst(e *syntax.BinaryOp) (slot int, k int64, kt term.Term, ok bool) {
	if _, ok := comparisons[e.Op]; !ok {
		return 0, 0, term.None, false
	}
	slot, isSlot := c.slotOf(e.Left)
	kt, isConst := constantExpr(e.Right)
	k, small := kt.Int()
	return slot, k, kt, isSlot && isConst && small
}

// comparison compiles a comparison as a test; nil for any other operator.
func (c *compiler) comparison(e *syntax.BinaryOp) test {
	how, ok := comparisons[e.Op]
	if !ok {
		return nil
	}
	slow := compared(e.Op)
	slot, isSlot := c.slotOf(e.Left)
	if kt, ok := constantExpr(e.Right); ok && isSlot {
		if k, small := kt.Int(); small {
			return smallTest(e.Op, slot, k, kt, slow)
		}
		if kt.IsAtom() || kt.IsNil() {
			switch {
			case how.same && !how.less && !how.more:
				return func(_ *Machine, s []term.Term) bool { return s[slot] == kt }
			case !how.same && how.less && how.more:
				return func(_ *Machine, s []term.Term) bool { return s[slot] != kt }
			}
		}
	}
	if other, ok := c.slotOf(e.Right); ok && isSlot {
		return func(_ *Machine, s []term.Term) bool {
			return small(s[slot], s[other], how.less, how.same, how.more, slow)
		}
	}
	left := c.operand(e.Left)
	if kt, ok := constantExpr(e.Right); ok {
		if k, small := kt.Int(); small {
			if lo, hi, ok := within(e.Op, k); ok {
				return func(m *Machine, s []term.Term) bool {
					a := left.code(m, s)
					if x, ok := a.Int(); ok {
						return lo <= x && x <= hi
					}
					return !a.None() && slow(a, kt)
				}
			}
		}
	}
	right := c.operand(e.Right)
	return func(m *Machine, s []term.Term) bool {
		a := left.get(m, s)
		if a.None() {
			return false
		}
		b := right.get(m, s)
		return !b.None() && small(a, b, how.less, how.same, how.more, slow)
	}
}

// small compares small integers directly and leaves the rest to slow.
func small(a, b term.Term, less, same, more bool, slow func(a, b term.Term) bool) bool {
	x, ok1 := a.Int()
	y, ok2 := b.Int()
	if ok1 && ok2 {
		return less && x < y || same && x == y || more && x > y
	}
	return slow(a, b)
}

// smallTest compares a slot with a small integer.
func smallTest(op string, slot int, k int64, kt term.Term, slow func(a, b term.Term) bool) test {
	if lo, hi, ok := within(op, k); ok {
		return func(_ *Machine, s []term.Term) bool {
			if x, ok := s[slot].Int(); ok {
				return lo <= x && x <= hi
			}
			return slow(s[slot], kt)
		}
	}
	return func(_ *Machine, s []term.Term) bool {
		if x, ok := s[slot].Int(); ok && (op == "/=" || op == "=/=") {
			return x != k
		}
		return slow(s[slot], kt)
	}
}

// simpleComparison compiles a comparison whose value counts: unlike a test it passes exceptions on.
func (c *compiler) simpleComparison(e *syntax.BinaryOp) simple {
	how, slow := comparisons[e.Op], compared(e.Op)
	left, right := c.operand(e.Left), c.operand(e.Right)
	return func(m *Machine, s []term.Term) term.Term {
		a := left.get(m, s)
		if a.None() {
			return a
		}
		b := right.get(m, s)
		if b.None() {
			return b
		}
		return term.Bool(small(a, b, how.less, how.same, how.more, slow))
	}
}
