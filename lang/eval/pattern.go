package eval

import (
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// matcher matches a value and binds variables on the way; false when it does not match.
type matcher func(m *Machine, s []term.Term, v term.Term) bool

// declare is called with the patterns of a match before they are compiled. Variables that occur in them twice are bound by the first
// occurrence and compared at the others, which pattern does by itself.
func (c *compiler) declare(...syntax.Expr) {}

// pattern compiles a pattern; nil for one that matches everything and binds nothing.
func (c *compiler) pattern(e syntax.Expr) matcher {
	switch e := e.(type) {
	case *syntax.Var:
		return c.variablePattern(e)
	case *syntax.Literal:
		return literalPattern(e.Value)
	case *syntax.NilExpr:
		return func(_ *Machine, _ []term.Term, v term.Term) bool { return v.IsNil() }
	case *syntax.Cons:
		return c.consPattern(e)
	case *syntax.Tuple:
		return c.tuplePattern(e.Elements)
	case *syntax.Match:
		return both(c.pattern(e.Pattern), c.pattern(e.Value))
	case *syntax.MapExpr:
		return c.mapPattern(e)
	case *syntax.Binary:
		return c.binaryPattern(e)
	case *syntax.RecordExpr:
		return c.recordPattern(e)
	case *syntax.RecordIndex:
		return literalPattern(c.recordIndex(e))
	case *syntax.BinaryOp:
		if e.Op == "++" {
			return c.prefixPattern(e)
		}
	}
	if v, ok := constantExpr(e); ok {
		return literalPattern(v)
	}
	c.unit.fail(e.Pos(), "illegal pattern")
	return nil
}

func literalPattern(want term.Term) matcher {
	switch want.Kind() {
	case term.KindAtom, term.KindInt, term.KindNil:
		return func(_ *Machine, _ []term.Term, v term.Term) bool { return v == want }
	}
	return func(_ *Machine, _ []term.Term, v term.Term) bool { return term.Equal(v, want) }
}

func both(a, b matcher) matcher {
	if a == nil {
		return b
	}
	if b == nil {
		return a
	}
	return func(m *Machine, s []term.Term, v term.Term) bool { return a(m, s, v) && b(m, s, v) }
}

func (c *compiler) variablePattern(e *syntax.Var) matcher {
	if e.Name == "_" {
		return nil
	}
	if slot, ok := c.scope.slots[e.Name]; ok {
		return func(_ *Machine, s []term.Term, v term.Term) bool { return v == s[slot] || term.Equal(v, s[slot]) }
	}
	slot := c.bind(e.Name)
	return func(_ *Machine, s []term.Term, v term.Term) bool {
		s[slot] = v
		return true
	}
}

func (c *compiler) consPattern(e *syntax.Cons) matcher {
	head := c.pattern(e.Head)
	tail := c.pattern(e.Tail)
	return func(m *Machine, s []term.Term, v term.Term) bool {
		cell, ok := v.Cons()
		return ok && (head == nil || head(m, s, cell.Head)) && (tail == nil || tail(m, s, cell.Tail))
	}
}

func (c *compiler) tuplePattern(elements []syntax.Expr) matcher {
	parts := make([]matcher, len(elements))
	for i, x := range elements {
		parts[i] = c.pattern(x)
	}
	return func(m *Machine, s []term.Term, v term.Term) bool {
		e, ok := v.Tuple()
		if !ok || len(e) != len(parts) {
			return false
		}
		for i, p := range parts {
			if p != nil && !p(m, s, e[i]) {
				return false
			}
		}
		return true
	}
}

func (c *compiler) mapPattern(e *syntax.MapExpr) matcher {
	type part struct {
		key   simple
		value matcher
	}
	var parts []part
	for _, f := range e.Fields {
		if !f.Exact {
			c.unit.fail(f.Position, "illegal pattern")
		}
		parts = append(parts, part{c.guardExpr(f.Key), c.pattern(f.Value)})
	}
	return func(m *Machine, s []term.Term, v term.Term) bool {
		pairs, ok := v.Map()
		if !ok {
			return false
		}
		for _, p := range parts {
			k := p.key(m, s)
			if k.None() {
				m.exc = nil
				return false
			}
			got, ok := pairs.Get(k)
			if !ok || p.value != nil && !p.value(m, s, got) {
				return false
			}
		}
		return true
	}
}

// prefixPattern compiles "abc" ++ Tail.
func (c *compiler) prefixPattern(e *syntax.BinaryOp) matcher {
	prefix, ok := constantExpr(e.Left)
	chars, proper := prefix.Slice()
	if !ok || !proper {
		c.unit.fail(e.Pos(), "illegal pattern")
		return nil
	}
	tail := c.pattern(e.Right)
	return func(m *Machine, s []term.Term, v term.Term) bool {
		for _, want := range chars {
			cell, ok := v.Cons()
			if !ok || !term.Equal(cell.Head, want) {
				return false
			}
			v = cell.Tail
		}
		return tail == nil || tail(m, s, v)
	}
}

// constantExpr returns the value of a constant expression: literals and arithmetic on them.
func constantExpr(e syntax.Expr) (term.Term, bool) {
	if v, ok := syntax.Constant(e); ok {
		return v, true
	}
	switch e := e.(type) {
	case *syntax.BinaryOp:
		op, known := operators[e.Op]
		a, ok1 := constantExpr(e.Left)
		b, ok2 := constantExpr(e.Right)
		if !known || !ok1 || !ok2 {
			return term.None, false
		}
		v, err := op(a, b)
		return v, err == nil
	case *syntax.Unary:
		op, known := unaries[e.Op]
		a, ok := constantExpr(e.Operand)
		if !known || !ok {
			return term.None, false
		}
		v, err := op(a)
		return v, err == nil
	case *syntax.Cons:
		a, ok1 := constantExpr(e.Head)
		b, ok2 := constantExpr(e.Tail)
		return term.NewCons(a, b), ok1 && ok2
	}
	return term.None, false
}

// guard compiles alternatives of conjunctions; nil for no guard. A guard that fails in any way is false.
func (c *compiler) guard(alternatives [][]syntax.Expr) func(m *Machine, s []term.Term) bool {
	if len(alternatives) == 0 {
		return nil
	}
	var all [][]simple
	for _, conjunction := range alternatives {
		var tests []simple
		for _, e := range conjunction {
			tests = append(tests, c.guardExpr(e))
		}
		all = append(all, tests)
	}
	if len(all) == 1 && len(all[0]) == 1 {
		test := all[0][0]
		return func(m *Machine, s []term.Term) bool {
			v := test(m, s)
			if v.None() {
				m.exc = nil
			}
			return v == term.True
		}
	}
	return func(m *Machine, s []term.Term) bool {
		for _, tests := range all {
			if holds(m, s, tests) {
				return true
			}
		}
		return false
	}
}

func holds(m *Machine, s []term.Term, tests []simple) bool {
	for _, test := range tests {
		if v := test(m, s); v != term.True {
			if v.None() {
				m.exc = nil
			}
			return false
		}
	}
	return true
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
		case *syntax.Fun, *syntax.Case, *syntax.If, *syntax.Receive, *syntax.Try, *syntax.Catch, *syntax.Block, *syntax.Comprehension, *syntax.Maybe, *syntax.Match, *syntax.FunRef:
			ok = false
			return false
		case *syntax.BinaryOp:
			ok = ok && x.Op != "!" && x.Op != "++" && x.Op != "--"
		}
		return ok
	})
	return ok
}
