package eval

import (
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// operandKind says how an operand is computed. The commonest ways need no call.
type operandKind uint8

const (
	inCode     operandKind = iota // what code computes
	inSlot                        // what is in a slot
	inConstant                    // always the same
	slotPlus                      // a slot and a small integer
	slotsSum                      // two slots, sign being what the second one counts
)

// operand is a simple expression whose value something needs: an argument, an element, a result. code computes every kind.
type operand struct {
	kind        operandKind
	slot, other int
	k           int64 // what is added; the sign of the other slot
	value       term.Term
	code        simple
}

// get computes an operand; the zero Term means that m.exc is pending.
func (o *operand) get(m *Machine, s []term.Term) term.Term {
	switch o.kind {
	case inSlot:
		return s[o.slot]
	case inConstant:
		return o.value
	case slotPlus:
		if x, ok := s[o.slot].Int(); ok {
			if v := x + o.k; (v > x) == (o.k > 0) {
				return term.Int(v)
			}
		}
	case slotsSum:
		x, ok1 := s[o.slot].Int()
		y, ok2 := s[o.other].Int()
		if ok1 && ok2 {
			if v, ok := added(x, y, o.k); ok {
				return term.Int(v)
			}
		}
	}
	return o.code(m, s)
}

// operand compiles an expression that isSimple.
func (c *compiler) operand(e syntax.Expr) operand {
	o := operand{code: c.simple(e)}
	if slot, ok := c.slotOf(e); ok {
		o.kind, o.slot = inSlot, slot
		return o
	}
	if v, ok := syntax.Constant(e); ok {
		if f, isFun := v.Fun(); isFun {
			if f.Arity < 0 || f.Arity > 255 {
				return o // which fails
			}
			v = external(c.unit.table.Entry(f.Module, f.Name, f.Arity))
		}
		o.kind, o.value = inConstant, v
		return o
	}
	b, ok := e.(*syntax.BinaryOp)
	if !ok || b.Op != "+" && b.Op != "-" {
		return o
	}
	sign := int64(1)
	if b.Op == "-" {
		sign = -1
	}
	if slot, k, _, ok := c.slotAndSmall(b, sign); ok {
		o.kind, o.slot, o.k = slotPlus, slot, k
		return o
	}
	left, ok1 := c.slotOf(b.Left)
	right, ok2 := c.slotOf(b.Right)
	if ok1 && ok2 {
		o.kind, o.slot, o.other, o.k = slotsSum, left, right, sign
	}
	return o
}

func (c *compiler) operands(es []syntax.Expr) []operand {
	out := make([]operand, len(es))
	for i, e := range es {
		out[i] = c.operand(e)
	}
	return out
}

// slotAndSmall takes a sum of a slot and a constant that is small apart: the slot, what the constant adds, and whether it stands on the
// left.
func (c *compiler) slotAndSmall(e *syntax.BinaryOp, sign int64) (slot int, k int64, turned, ok bool) {
	variable, fixed := e.Left, e.Right
	if _, isConst := constantExpr(e.Left); isConst && sign > 0 {
		variable, fixed, turned = e.Right, e.Left, true
	}
	v, isConst := constantExpr(fixed)
	n, small := v.Int()
	slot, isSlot := c.slotOf(variable)
	if !isConst || !small || !isSlot || n <= -1<<62 || n >= 1<<62 {
		return 0, 0, false, false
	}
	return slot, n * sign, turned, true
}

// returned is the node that returns the operand.
func (o *operand) returned(at *site) *node {
	v, slot, other, sign := o.code, o.slot, o.other, o.k
	switch o.kind {
	case inSlot:
		return &node{run: func(m *Machine, s []term.Term) *node { return m.ret(s[slot]) }}
	case inConstant:
		value := o.value
		return &node{run: func(m *Machine, _ []term.Term) *node { return m.ret(value) }}
	case slotsSum:
		return &node{run: func(m *Machine, s []term.Term) *node {
			x, ok1 := s[slot].Int()
			y, ok2 := s[other].Int()
			if ok1 && ok2 {
				if v, ok := added(x, y, sign); ok {
					return m.ret(term.Int(v))
				}
			}
			out := v(m, s)
			if out.None() {
				return m.pending(at)
			}
			return m.ret(out)
		}}
	case slotPlus:
		return &node{run: func(m *Machine, s []term.Term) *node {
			if x, ok := s[slot].Int(); ok {
				if v := x + sign; (v > x) == (sign > 0) {
					return m.ret(term.Int(v))
				}
			}
			out := v(m, s)
			if out.None() {
				return m.pending(at)
			}
			return m.ret(out)
		}}
	}
	return &node{run: func(m *Machine, s []term.Term) *node {
		out := v(m, s)
		if out.None() {
			return m.pending(at)
		}
		return m.ret(out)
	}}
}
