package eval

import (
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

func (c *compiler) record(name string, p syntax.Position) *syntax.RecordDef {
	r := c.unit.records[name]
	if r == nil {
		c.unit.fail(p, "record %s undefined", syntax.QuoteAtom(name))
	}
	return r
}

// fieldIndex returns the position of a field, 0 being the first; -1 when there is none, which is an error of the text.
func (c *compiler) fieldIndex(r *syntax.RecordDef, name string, p syntax.Position) int {
	for i, f := range r.Fields {
		if f.Name == name {
			return i
		}
	}
	c.unit.fail(p, "field %s undefined in record %s", syntax.QuoteAtom(name), syntax.QuoteAtom(r.Name))
	return -1
}

func (c *compiler) recordIndex(e *syntax.RecordIndex) term.Term {
	if r := c.record(e.Name, e.Position); r != nil {
		return term.Int(int64(c.fieldIndex(r, e.Field, e.Position)) + 2)
	}
	return term.Int(0)
}

// expandRecord makes a tuple of a record expression: the fields in the order of the definition. Any other expression stays.
func (c *compiler) expandRecord(e syntax.Expr) syntax.Expr {
	x, ok := e.(*syntax.RecordExpr)
	if !ok || x.Base != nil {
		return e
	}
	if _, native := c.native(x.Module, x.Name); native {
		return e
	}
	r := c.record(x.Name, x.Position)
	if r == nil {
		return &syntax.NilExpr{Position: x.Position}
	}
	parts := []syntax.Expr{&syntax.Literal{Position: x.Position, Value: term.Atom(r.Name)}}
	for i, v := range c.given(r, x) {
		if v == nil {
			v = r.Fields[i].Value
		}
		if v == nil {
			v = &syntax.Literal{Position: x.Position, Value: atom.Undefined}
		}
		parts = append(parts, v)
	}
	return &syntax.Tuple{Position: x.Position, Elements: parts}
}

func (c *compiler) simpleRecord(e syntax.Expr) simple {
	switch e := e.(type) {
	case *syntax.RecordIndex:
		return constant(c.recordIndex(e))
	case *syntax.RecordAccess:
		return c.recordAccess(e)
	case *syntax.RecordExpr:
		n, native := c.native(e.Module, e.Name)
		switch {
		case native && e.Base != nil:
			return c.nativeUpdate(n, e)
		case native:
			return c.nativeMake(n, e)
		case e.Base != nil:
			return c.recordUpdate(e)
		}
		return c.simple(c.expandRecord(e))
	}
	return constant(term.Nil)
}

func (c *compiler) recordAccess(e *syntax.RecordAccess) simple {
	if n, native := c.native(e.Module, e.Name); native {
		return c.nativeAccess(n, e.Base, e.Field)
	}
	base := c.simple(e.Base)
	r := c.record(e.Name, e.Position)
	if r == nil {
		return constant(term.Nil)
	}
	i, tag, size := c.fieldIndex(r, e.Field, e.Position)+1, term.Atom(r.Name), len(r.Fields)+1
	return func(m *Machine, s []term.Term) term.Term {
		v := base(m, s)
		if v.None() {
			return v
		}
		fields, ok := v.Tagged(tag, size)
		if !ok {
			return m.failed(term.Tuple(atom.Badrecord, v))
		}
		return fields[i]
	}
}

// given returns for each field of r the expression that an expression gives for it; nil where it says nothing.
func (c *compiler) given(r *syntax.RecordDef, e *syntax.RecordExpr) []syntax.Expr {
	out := make([]syntax.Expr, len(r.Fields))
	var others syntax.Expr
	for _, f := range e.Fields {
		if f.Var {
			c.unit.fail(f.Position, notField, syntax.QuoteAtom(f.Name), syntax.QuoteAtom(r.Name))
			continue
		}
		if f.Name == "_" {
			others = f.Value
			continue
		}
		i := c.fieldIndex(r, f.Name, f.Position)
		if i < 0 {
			continue
		}
		if out[i] != nil {
			c.unit.fail(f.Position, "field %s already defined in record %s", syntax.QuoteAtom(f.Name), syntax.QuoteAtom(r.Name))
		}
		out[i] = f.Value
	}
	if others != nil {
		for i := range out {
			if out[i] == nil {
				out[i] = others
			}
		}
	}
	return out
}

func (c *compiler) recordUpdate(e *syntax.RecordExpr) simple {
	base := c.simple(e.Base)
	r := c.record(e.Name, e.Position)
	if r == nil {
		return constant(term.Nil)
	}
	given := c.given(r, e)
	values := make([]simple, len(given))
	for i, x := range given {
		if x != nil {
			values[i] = c.simple(x)
		}
	}
	tag := term.Atom(r.Name)
	return func(m *Machine, s []term.Term) term.Term {
		out := make([]term.Term, len(values)+1)
		for i, v := range values { // the new values come before the record
			if v != nil {
				if out[i+1] = v(m, s); out[i+1].None() {
					return term.None
				}
			}
		}
		b := base(m, s)
		if b.None() {
			return b
		}
		old, ok := b.Tagged(tag, len(values)+1)
		if !ok {
			return m.failed(term.Tuple(atom.Badrecord, b))
		}
		for i := range out {
			if out[i].None() {
				out[i] = old[i]
			}
		}
		return term.Tuple(out...)
	}
}

func (c *compiler) recordPattern(e *syntax.RecordExpr) part {
	if n, native := c.native(e.Module, e.Name); native {
		return c.nativePattern(n, e)
	}
	r := c.record(e.Name, e.Position)
	if r == nil {
		return part{}
	}
	parts := []syntax.Expr{&syntax.Literal{Position: e.Position, Value: term.Atom(r.Name)}}
	for _, x := range c.given(r, e) {
		if x == nil {
			x = &syntax.Var{Position: e.Position, Name: "_"}
		}
		parts = append(parts, x)
	}
	return c.tuplePattern(parts)
}

// recordInfo returns the value of record_info(fields, Name) and record_info(size, Name), which are constants; false for any other call.
func (c *compiler) recordInfo(e *syntax.Call) (term.Term, bool) {
	name, ok := e.Callee.(*syntax.Literal)
	if !ok || len(e.Args) != 2 || name.Value.AtomName() != "record_info" {
		return term.None, false
	}
	what, ok1 := e.Args[0].(*syntax.Literal)
	record, ok2 := e.Args[1].(*syntax.Literal)
	if !ok1 || !ok2 {
		return term.None, false
	}
	r := c.unit.records[record.Value.AtomName()]
	if r == nil {
		return term.None, false
	}
	if what.Value.AtomName() == "size" {
		return term.Int(int64(len(r.Fields) + 1)), true
	}
	var b term.Builder
	for _, f := range r.Fields {
		b.Add(term.Atom(f.Name))
	}
	return b.List(term.Nil), what.Value.AtomName() == "fields"
}

// recordTest reports whether a call is is_record(Value, name) with the name of a record that is known here.
func (c *compiler) recordTest(e *syntax.Call) bool {
	if _, native := c.nativeTest(e); native {
		return true
	}
	module, name, ok := callee(e)
	if !ok || name.AtomName() != "is_record" || len(e.Args) != 2 || !module.None() && module != atom.Erlang {
		return false
	}
	l, ok := e.Args[1].(*syntax.Literal)
	return ok && l.Form == syntax.AtomLiteral && c.unit.records[l.Value.AtomName()] != nil
}

func (c *compiler) simpleRecordTest(e *syntax.Call) simple {
	tag := e.Args[1].(*syntax.Literal).Value
	size := len(c.unit.records[tag.AtomName()].Fields) + 1
	value := c.simple(e.Args[0])
	return func(m *Machine, s []term.Term) term.Term {
		v := value(m, s)
		if v.None() {
			return v
		}
		_, ok := v.Tagged(tag, size)
		return term.Bool(ok)
	}
}
