package eval

import (
	"slices"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// Native records (OTP 29) are values of a type of their own. Their definitions belong to modules: those of other modules are looked up
// when the code runs, and only what they export can be made, read and changed here.

var (
	atomShellDefault = term.Atom("shell_default") // the module of those that are defined at a prompt
	atomBadfield     = term.Atom("badfield")
	atomNovalue      = term.Atom("novalue")
	atomUndefRecord  = term.Atom("undef_record")
)

// nativeRef is what an expression says of the record it means.
type nativeRef struct {
	module, name term.Term         // None for any record
	def          *syntax.RecordDef // where the record is of the module that is compiled
	home         term.Term         // that module
	shell        bool
}

// native returns what a name, with a module or without, means if it is a native record.
func (c *compiler) native(module, name string) (nativeRef, bool) {
	home := c.unit.module
	if c.unit.shell {
		home = atomShellDefault
	}
	r := nativeRef{home: home, shell: c.unit.shell}
	def := c.unit.records[name]
	switch {
	case name == "":
	case module != "":
		r.module, r.name = term.Atom(module), term.Atom(name)
		if own := c.unit.records[name]; c.unit.shell && r.module == home && own != nil && own.Native {
			r.def = own
		}
	case def != nil && def.Native:
		r.module, r.name, r.def = home, term.Atom(name), def
	case def == nil && !c.unit.recordsFrom[name].None():
		r.module, r.name = c.unit.recordsFrom[name], term.Atom(name)
	default:
		return r, false
	}
	return r, true
}

func (r *nativeRef) any() bool { return r.name.None() }

// id is {Module, Name}.
func (r *nativeRef) id() term.Term { return term.Tuple(r.module, r.name) }

// is reports whether a record is what the expression means.
func (r *nativeRef) is(x *term.Record) bool {
	return r.any() || x.Module == r.module && x.Name == r.name
}

// open reports whether the code may look into a record.
func (r *nativeRef) open(x *term.Record) bool { return r.def != nil || x.Flags&1 != 0 }

func badField(id, field term.Term) term.Term { return term.Tuple(atomBadfield, term.Tuple(id, field)) }

func fieldsOf(fields []syntax.RecordField) []term.Term {
	out := make([]term.Term, len(fields))
	for i, f := range fields {
		out[i] = term.Atom(f.Name)
	}
	return out
}

// definition makes of a definition in the text what can be looked up when code runs.
func definition(d *syntax.RecordDef, exported bool) *code.NativeRecord {
	r := &code.NativeRecord{Fields: fieldsOf(d.Fields), Exported: exported}
	for _, f := range d.Fields {
		v, _ := nativeDefault(f.Value)
		r.Values = append(r.Values, v)
	}
	return r
}

// nativeDefault returns the value that a field has where none is given; None and true for a field without one, false for an expression
// that may not stand there.
func nativeDefault(e syntax.Expr) (term.Term, bool) {
	if e == nil {
		return term.None, true
	}
	for rest := e; ; {
		c, ok := rest.(*syntax.Cons)
		if !ok {
			break
		}
		if _, ok := nativeDefault(c.Head); !ok {
			return term.None, false
		}
		rest = c.Tail
	}
	switch e.(type) {
	case *syntax.Literal, *syntax.NilExpr, *syntax.Cons, *syntax.Tuple, *syntax.MapExpr, *syntax.Unary, *syntax.BinaryOp:
		return constantExpr(e)
	}
	return term.None, false
}

// nativeMake compiles #Name{Fields}.
func (c *compiler) nativeMake(r nativeRef, e *syntax.RecordExpr) simple {
	names := fieldsOf(e.Fields)
	values := make([]simple, len(e.Fields))
	for i, f := range e.Fields {
		values[i] = c.simple(f.Value)
	}
	var own *code.NativeRecord
	if r.def != nil {
		own = definition(r.def, c.unit.exportsRecord[r.def.Name])
	}
	return func(m *Machine, s []term.Term) term.Term {
		given := make([]term.Term, len(values))
		for i, v := range values {
			if given[i] = v(m, s); given[i].None() {
				return term.None
			}
		}
		d := own
		if d == nil {
			if d = recordOf(m.p.Code(), r.module, r.name); d == nil || !d.Exported {
				if r.shell {
					return m.failed(term.Tuple(atomUndefRecord, r.id()))
				}
				return m.failed(term.Tuple(atom.Badrecord, r.id()))
			}
		}
		v, reason := newRecord(r.module, r.name, d, names, given)
		if v == nil {
			return m.failed(reason)
		}
		return v.Term()
	}
}

// recordOf finds the definition of a record; nil when there is none.
func recordOf(t *code.Table, module, name term.Term) *code.NativeRecord {
	if m := t.Module(module); m != nil {
		return m.Records[name]
	}
	return nil
}

// newRecord makes a record of a definition and of values for some fields; otherwise it says what is wrong.
func newRecord(module, name term.Term, d *code.NativeRecord, names, given []term.Term) (*term.Record, term.Term) {
	values := slices.Clone(d.Values)
	for i, n := range names {
		at := slices.Index(d.Fields, n)
		if at < 0 {
			return nil, badField(term.Tuple(module, name), n)
		}
		values[at] = given[i]
	}
	for i, v := range values {
		if v.None() {
			return nil, term.Tuple(atomNovalue, term.Tuple(term.Tuple(module, name), d.Fields[i]))
		}
	}
	x := &term.Record{Module: module, Name: name, Fields: d.Fields, Values: values}
	if d.Exported {
		x.Flags = 1
	}
	return x, term.None
}

// nativeAccess compiles Base#Name.Field.
func (c *compiler) nativeAccess(r nativeRef, base syntax.Expr, field string) simple {
	of, name := c.simple(base), term.Atom(field)
	return func(m *Machine, s []term.Term) term.Term {
		v := of(m, s)
		if v.None() {
			return v
		}
		x, ok := v.Record()
		if !ok || !r.is(x) || !r.any() && !r.open(x) {
			return m.failed(term.Tuple(atom.Badrecord, v))
		}
		at := slices.Index(x.Fields, name)
		if at < 0 {
			return m.failed(badField(term.Tuple(x.Module, x.Name), name))
		}
		return x.Values[at]
	}
}

// nativeUpdate compiles Base#Name{Fields}.
func (c *compiler) nativeUpdate(r nativeRef, e *syntax.RecordExpr) simple {
	base := c.simple(e.Base)
	names := fieldsOf(e.Fields)
	values := make([]simple, len(e.Fields))
	for i, f := range e.Fields {
		values[i] = c.simple(f.Value)
	}
	return func(m *Machine, s []term.Term) term.Term {
		given := make([]term.Term, len(values))
		for i, v := range values {
			if given[i] = v(m, s); given[i].None() {
				return term.None
			}
		}
		v := base(m, s)
		if v.None() {
			return v
		}
		x, ok := v.Record()
		if !ok || !r.is(x) || !r.open(x) && !(r.any() && x.Module == r.home) {
			return m.failed(term.Tuple(atom.Badrecord, v))
		}
		changed := *x
		changed.Values = slices.Clone(x.Values)
		for i, n := range names {
			at := slices.Index(x.Fields, n)
			if at < 0 {
				return m.failed(badField(term.Tuple(x.Module, x.Name), n))
			}
			changed.Values[at] = given[i]
		}
		return changed.Term()
	}
}

// nativePattern compiles #Name{Fields} in a pattern.
func (c *compiler) nativePattern(r nativeRef, e *syntax.RecordExpr) part {
	names := fieldsOf(e.Fields)
	parts := make([]part, len(e.Fields))
	for i, f := range e.Fields {
		parts[i] = c.pattern(f.Value)
	}
	return part{kind: partOther, match: func(m *Machine, s []term.Term, v term.Term) bool {
		x, ok := v.Record()
		if !ok || !r.is(x) || len(names) > 0 && !r.any() && !r.open(x) {
			return false
		}
		for i, n := range names {
			at := slices.Index(x.Fields, n)
			if at < 0 || !parts[i].ok(m, s, x.Values[at]) {
				return false
			}
		}
		return true
	}}
}

// nativeTest reports whether a call is is_record(Value, name) with the name of a native record that is known here.
func (c *compiler) nativeTest(e *syntax.Call) (nativeRef, bool) {
	module, name, ok := callee(e)
	if !ok || name.AtomName() != "is_record" || len(e.Args) != 2 || !module.None() && module != atom.Erlang {
		return nativeRef{}, false
	}
	l, ok := e.Args[1].(*syntax.Literal)
	if !ok || l.Form != syntax.AtomLiteral || l.Value.AtomName() == "" {
		return nativeRef{}, false
	}
	return c.native("", l.Value.AtomName())
}

func (c *compiler) simpleNativeTest(r nativeRef, e *syntax.Call) simple {
	value := c.simple(e.Args[0])
	return func(m *Machine, s []term.Term) term.Term {
		v := value(m, s)
		if v.None() {
			return v
		}
		x, ok := v.Record()
		return term.Bool(ok && r.is(x))
	}
}
