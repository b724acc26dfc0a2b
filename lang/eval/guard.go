package eval

import (
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// guardChecks compiles alternatives of conjunctions; nil for no guard. A guard that fails in any way is false.
func (c *compiler) guardChecks(alternatives [][]syntax.Expr) []check {
	switch len(alternatives) {
	case 0:
		return nil
	case 1:
		return c.conjunction(alternatives[0])
	}
	all := make([][]check, len(alternatives))
	for i, a := range alternatives {
		all[i] = c.conjunction(a)
	}
	return []check{checkOf(func(m *Machine, s []term.Term) bool {
		for _, checks := range all {
			if allHold(m, s, checks) {
				return true
			}
		}
		return false
	})}
}

func (c *compiler) conjunction(tests []syntax.Expr) []check {
	var out []check
	for _, e := range tests {
		if !c.isGuard(e) {
			c.unit.fail(e.Pos(), "illegal guard expression")
			continue
		}
		for _, k := range c.checks(e) {
			if n := len(out); n > 0 {
				if both, ok := joined(out[n-1], k); ok {
					out[n-1] = both
					continue
				}
			}
			out = append(out, k)
		}
	}
	return out
}

// checks compiles an expression of which only matters whether it is true.
func (c *compiler) checks(e syntax.Expr) []check {
	switch x := e.(type) {
	case *syntax.BinaryOp:
		if x.Op == "andalso" {
			return append(c.checks(x.Left), c.checks(x.Right)...)
		}
		if slot, k, kt, ok := c.slotAgainst(x); ok {
			if lo, hi, ok := within(x.Op, k); ok {
				return []check{{kind: checkRange, at: slot, lo: lo, hi: hi, test: smallTest(x.Op, slot, k, kt, compared(x.Op))}}
			}
		}
	case *syntax.Call:
		if c.typeTest(x) != nil {
			_, name, _ := callee(x)
			kind, one := kindTests[name.AtomName()]
			if slot, ok := c.slotOf(x.Args[0]); ok && one {
				return []check{{kind: checkKindOf, at: slot, of: kind}}
			}
		}
	}
	return []check{checkOf(c.test(e))}
}

// kindTests are the guard functions that ask for one kind.
var kindTests = map[string]term.Kind{
	"is_atom": term.KindAtom, "is_tuple": term.KindTuple, "is_map": term.KindMap, "is_float": term.KindFloat, "is_pid": term.KindPid,
}

func (c *compiler) guardTest(e syntax.Expr) test {
	if !c.isGuard(e) {
		c.unit.fail(e.Pos(), "illegal guard expression")
		return func(*Machine, []term.Term) bool { return false }
	}
	return c.test(e)
}

// test compiles an expression of which only matters whether it is true.
func (c *compiler) test(e syntax.Expr) test {
	switch x := e.(type) {
	case *syntax.BinaryOp:
		switch x.Op {
		case "andalso":
			a, b := c.test(x.Left), c.test(x.Right)
			return func(m *Machine, s []term.Term) bool { return a(m, s) && b(m, s) }
		case "orelse":
			a, b := c.simple(x.Left), c.test(x.Right)
			return func(m *Machine, s []term.Term) bool {
				v := a(m, s)
				return v == term.True || v == term.False && b(m, s)
			}
		}
		if t := c.comparison(x); t != nil {
			return t
		}
	case *syntax.Unary:
		if x.Op == "not" {
			a := c.simple(x.Operand)
			return func(m *Machine, s []term.Term) bool { return a(m, s) == term.False }
		}
	case *syntax.Call:
		if is := c.typeTest(x); is != nil {
			return c.typeCondition(is, x.Args[0])
		}
	}
	v := c.simple(e)
	return func(m *Machine, s []term.Term) bool { return v(m, s) == term.True }
}

// typeTests are the guard functions that look at one value and never fail.
var typeTests = map[string]func(term.Term) bool{
	"is_atom": term.Term.IsAtom, "is_integer": term.Term.IsInteger, "is_list": term.Term.IsList, "is_number": term.Term.IsNumber,
	"is_binary": term.Term.IsBinary, "is_bitstring": term.Term.IsBitstring,
	"is_tuple":   func(t term.Term) bool { return t.Kind() == term.KindTuple },
	"is_map":     func(t term.Term) bool { return t.Kind() == term.KindMap },
	"is_float":   func(t term.Term) bool { return t.Kind() == term.KindFloat },
	"is_pid":     func(t term.Term) bool { return t.Kind() == term.KindPid },
	"is_boolean": func(t term.Term) bool { return t == term.True || t == term.False },
}

// typeTest returns the type test that a call means, or nil.
func (c *compiler) typeTest(e *syntax.Call) func(term.Term) bool {
	if len(e.Args) != 1 || c.guardFunction(e) == nil {
		return nil
	}
	_, name, _ := callee(e)
	return typeTests[name.AtomName()]
}

func (c *compiler) typeCondition(is func(term.Term) bool, arg syntax.Expr) test {
	if slot, ok := c.slotOf(arg); ok {
		return func(_ *Machine, s []term.Term) bool { return is(s[slot]) }
	}
	v := c.simple(arg)
	return func(m *Machine, s []term.Term) bool {
		t := v(m, s)
		return !t.None() && is(t)
	}
}

// guardExpr compiles an expression that may stand in a guard.
func (c *compiler) guardExpr(e syntax.Expr) simple {
	if !c.isGuard(e) {
		c.unit.fail(e.Pos(), "illegal guard expression")
		return func(*Machine, []term.Term) term.Term { return term.False }
	}
	return c.simple(e)
}

func (c *compiler) isGuard(e syntax.Expr) bool {
	ok := true
	syntax.Walk(e, func(x syntax.Expr) bool {
		switch x := x.(type) {
		case *syntax.Call:
			f := c.guardFunction(x)
			if f == nil && !c.recordTest(x) {
				ok = false
			}
			for _, a := range x.Args {
				ok = ok && c.isGuard(a)
			}
			return false
		case *syntax.Fun, *syntax.Case, *syntax.If, *syntax.Receive, *syntax.Try, *syntax.Catch, *syntax.Block, *syntax.Comprehension,
			*syntax.Maybe, *syntax.Match, *syntax.FunRef:
			ok = false
			return false
		case *syntax.BinaryOp:
			ok = ok && x.Op != "!" && x.Op != "++" && x.Op != "--"
		}
		return ok
	})
	return ok
}
