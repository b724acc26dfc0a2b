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
	left, right := c.simple(e.Left), c.simple(e.Right)
	return func(m *Machine, s []term.Term) bool {
		a := left(m, s)
		if a.None() {
			return false
		}
		b := right(m, s)
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
	on := func(is func(x int64) bool) test {
		return func(_ *Machine, s []term.Term) bool {
			if x, ok := s[slot].Int(); ok {
				return is(x)
			}
			return slow(s[slot], kt)
		}
	}
	switch op {
	case "<":
		return func(_ *Machine, s []term.Term) bool {
			if x, ok := s[slot].Int(); ok {
				return x < k
			}
			return slow(s[slot], kt)
		}
	case ">":
		return func(_ *Machine, s []term.Term) bool {
			if x, ok := s[slot].Int(); ok {
				return x > k
			}
			return slow(s[slot], kt)
		}
	case "=<":
		return on(func(x int64) bool { return x <= k })
	case ">=":
		return on(func(x int64) bool { return x >= k })
	case "==", "=:=":
		return func(_ *Machine, s []term.Term) bool { return s[slot] == kt || slow(s[slot], kt) }
	}
	return on(func(x int64) bool { return x != k })
}

// simpleComparison compiles a comparison whose value counts: unlike a test it passes exceptions on.
func (c *compiler) simpleComparison(e *syntax.BinaryOp) simple {
	how, slow := comparisons[e.Op], compared(e.Op)
	left, right := c.simple(e.Left), c.simple(e.Right)
	return func(m *Machine, s []term.Term) term.Term {
		a := left(m, s)
		if a.None() {
			return a
		}
		b := right(m, s)
		if b.None() {
			return b
		}
		return term.Bool(small(a, b, how.less, how.same, how.more, slow))
	}
}
