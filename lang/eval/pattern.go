package eval

import (
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// matcher matches a value and binds variables on the way; false when it does not match.
type matcher func(m *Machine, s []term.Term, v term.Term) bool

// partKind says how a part of a pattern matches. The common ways need no matcher.
type partKind uint8

const (
	partAny   partKind = iota // everything, binding nothing
	partBind                  // everything, into a slot
	partSame                  // what is identical: atoms, small integers, the empty list
	partBound                 // what is equal to a slot
	partCell                  // a cell whose parts go into slots or nowhere: see slot and tail
	partOther                 // what a matcher says
)

// part is a compiled pattern.
type part struct {
	kind  partKind
	slot  int
	tail  int
	want  term.Term
	match matcher
}

// ok matches a value and binds variables on the way.
func (p *part) ok(m *Machine, s []term.Term, v term.Term) bool {
	switch p.kind {
	case partAny:
		return true
	case partBind:
		s[p.slot] = v
		return true
	case partSame:
		return v == p.want
	case partBound:
		return v == s[p.slot] || term.Equal(v, s[p.slot])
	}
	return p.match(m, s, v)
}

// pattern compiles a pattern.
func (c *compiler) pattern(e syntax.Expr) part {
	switch e := e.(type) {
	case *syntax.Var:
		return c.variablePattern(e)
	case *syntax.Literal:
		return literalPattern(e.Value)
	case *syntax.NilExpr:
		return part{kind: partSame, want: term.Nil}
	case *syntax.Cons:
		return c.consPattern(e)
	case *syntax.Tuple:
		return c.tuplePattern(e.Elements)
	case *syntax.Match:
		return both(c.pattern(e.Pattern), c.pattern(e.Value))
	case *syntax.MapExpr:
		return c.mapPattern(e)
	case *syntax.Binary:
		return part{kind: partOther, match: c.binaryPattern(e)}
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
	return part{}
}

func literalPattern(want term.Term) part {
	switch want.Kind() {
	case term.KindAtom, term.KindInt, term.KindNil:
		return part{kind: partSame, want: want}
	}
	return part{kind: partOther, match: func(_ *Machine, _ []term.Term, v term.Term) bool { return term.Equal(v, want) }}
}

func both(a, b part) part {
	if a.kind == partAny {
		return b
	}
	if b.kind == partAny {
		return a
	}
	return part{kind: partOther, match: func(m *Machine, s []term.Term, v term.Term) bool { return a.ok(m, s, v) && b.ok(m, s, v) }}
}

func (c *compiler) variablePattern(e *syntax.Var) part {
	if e.Name == "_" {
		return part{}
	}
	if slot, ok := c.scope.slots[e.Name]; ok {
		return part{kind: partBound, slot: slot}
	}
	return part{kind: partBind, slot: c.bind(e.Name)}
}

func (c *compiler) consPattern(e *syntax.Cons) part {
	head := c.pattern(e.Head)
	tail := c.pattern(e.Tail)
	match := func(m *Machine, s []term.Term, v term.Term) bool {
		cell, ok := v.Cons()
		return ok && head.ok(m, s, cell.Head) && tail.ok(m, s, cell.Tail)
	}
	if head.kind <= partBind && tail.kind <= partBind {
		p := part{kind: partCell, slot: -1, tail: -1, match: match}
		if head.kind == partBind {
			p.slot = head.slot
		}
		if tail.kind == partBind {
			p.tail = tail.slot
		}
		return p
	}
	return part{kind: partOther, match: match}
}

func (c *compiler) tuplePattern(elements []syntax.Expr) part {
	parts := make([]part, len(elements))
	for i, x := range elements {
		parts[i] = c.pattern(x)
	}
	return part{kind: partOther, match: func(m *Machine, s []term.Term, v term.Term) bool {
		e, ok := v.Tuple()
		if !ok || len(e) != len(parts) {
			return false
		}
		for i := range parts {
			switch p := &parts[i]; p.kind {
			case partAny:
			case partBind:
				s[p.slot] = e[i]
			case partSame:
				if e[i] != p.want {
					return false
				}
			default:
				if !p.ok(m, s, e[i]) {
					return false
				}
			}
		}
		return true
	}}
}

func (c *compiler) mapPattern(e *syntax.MapExpr) part {
	type pair struct {
		key   simple
		value part
	}
	var pairs []pair
	for _, f := range e.Fields {
		if !f.Exact {
			c.unit.fail(f.Position, "illegal pattern")
		}
		pairs = append(pairs, pair{c.guardExpr(f.Key), c.pattern(f.Value)})
	}
	return part{kind: partOther, match: func(m *Machine, s []term.Term, v term.Term) bool {
		have, ok := v.Map()
		if !ok {
			return false
		}
		for i := range pairs {
			p := &pairs[i]
			k := p.key(m, s)
			if k.None() {
				return false
			}
			got, ok := have.Get(k)
			if !ok || !p.value.ok(m, s, got) {
				return false
			}
		}
		return true
	}}
}

// prefixPattern compiles "abc" ++ Tail.
func (c *compiler) prefixPattern(e *syntax.BinaryOp) part {
	prefix, ok := constantExpr(e.Left)
	chars, proper := prefix.Slice()
	if !ok || !proper {
		c.unit.fail(e.Pos(), "illegal pattern")
		return part{}
	}
	tail := c.pattern(e.Right)
	return part{kind: partOther, match: func(m *Machine, s []term.Term, v term.Term) bool {
		for _, want := range chars {
			cell, ok := v.Cons()
			if !ok || !term.Equal(cell.Head, want) {
				return false
			}
			v = cell.Tail
		}
		return tail.ok(m, s, v)
	}}
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
