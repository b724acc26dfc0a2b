// Package funspec makes match specifications of literal funs: what ets:fun2ms/1 and dbg:fun2ms/1 stand for, at a prompt and in modules
// that ask for it with -include_lib("stdlib/include/ms_transform.hrl").
//
// Fun translates one fun, Module all calls in the forms of a module.
package funspec

import (
	"fmt"
	"strings"

	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// Scope is what a fun stands in.
type Scope struct {
	Dialect string // "ets" or "dbg"
	Records map[string]*syntax.RecordDef
	// Value returns what stands for a variable from outside the fun; nil leaves the variable itself in its place.
	Value func(name string) (syntax.Expr, bool)
}

// translation is the work on one clause.
type translation struct {
	Scope
	vars  map[string]int // the variables of the head by their numbers
	alias string         // the variable that is the whole argument
	where string         // "guard" or "body"
	err   *syntax.Error
}

// fail notes what is wrong, the first thing only, and returns something to go on with.
func (t *translation) fail(at syntax.Position, format string, args ...any) syntax.Expr {
	if t.err == nil {
		t.err = &syntax.Error{At: at, Text: fmt.Sprintf(format, args...)}
	}
	return &syntax.NilExpr{Position: at}
}

// Fun returns the specification that a fun stands for, as an expression, and the variables of its heads.
func Fun(f *syntax.Fun, s Scope) (spec syntax.Expr, vars []*syntax.Var, err *syntax.Error) {
	var clauses []syntax.Expr
	for _, c := range f.Clauses {
		t := &translation{Scope: s, vars: map[string]int{}}
		head := t.head(c)
		t.where = "guard"
		alternatives := c.Guards
		if len(alternatives) == 0 {
			alternatives = [][]syntax.Expr{nil}
		}
		for _, guards := range alternatives {
			t.where = "guard"
			tests := t.all(guards)
			t.where = "body"
			clauses = append(clauses, tuple(c.Position, head, list(c.Position, tests), list(c.Position, t.all(c.Body))))
		}
		if t.err != nil {
			return nil, nil, t.err
		}
		for _, p := range c.Patterns {
			syntax.Walk(p, func(x syntax.Expr) bool {
				if v, ok := x.(*syntax.Var); ok && v.Name != "_" {
					vars = append(vars, v)
				}
				return true
			})
		}
	}
	return list(f.Position, clauses), vars, nil
}

func tuple(at syntax.Position, parts ...syntax.Expr) syntax.Expr {
	return &syntax.Tuple{Position: at, Elements: parts}
}

func list(at syntax.Position, parts []syntax.Expr) syntax.Expr {
	out := syntax.Expr(&syntax.NilExpr{Position: at})
	for i := len(parts) - 1; i >= 0; i-- {
		out = &syntax.Cons{Position: parts[i].Pos(), Head: parts[i], Tail: out}
	}
	return out
}

func atom(at syntax.Position, name string) syntax.Expr {
	return &syntax.Literal{Position: at, Form: syntax.AtomLiteral, Value: term.Atom(name)}
}

func integer(at syntax.Position, n int) syntax.Expr {
	return &syntax.Literal{Position: at, Form: syntax.IntegerLiteral, Value: term.Int(int64(n))}
}

// head translates the argument of a clause.
func (t *translation) head(c *syntax.Clause) syntax.Expr {
	if len(c.Patterns) != 1 {
		return t.badHead(c)
	}
	pattern := c.Patterns[0]
	if m, ok := pattern.(*syntax.Match); ok {
		if v, ok := m.Pattern.(*syntax.Var); ok {
			t.alias, pattern = v.Name, m.Value
		} else if v, ok := m.Value.(*syntax.Var); ok {
			t.alias, pattern = v.Name, m.Pattern
		}
	}
	fits := false
	switch pattern.(type) {
	case *syntax.Var:
		fits = true
	case *syntax.Tuple, *syntax.RecordExpr:
		fits = t.Dialect == "ets"
	case *syntax.Cons, *syntax.NilExpr:
		fits = t.Dialect == "dbg"
	}
	if !fits {
		return t.badHead(c)
	}
	return t.pattern(pattern)
}

func (t *translation) badHead(c *syntax.Clause) syntax.Expr {
	kind := "tuple"
	if t.Dialect == "dbg" {
		kind = "list"
	}
	return t.fail(c.Position, "%s:fun2ms requires fun with single variable or %s parameter", t.Dialect, kind)
}

// pattern translates a part of a head.
func (t *translation) pattern(e syntax.Expr) syntax.Expr {
	switch e := e.(type) {
	case *syntax.Var:
		if e.Name == "_" {
			return atom(e.Position, "_")
		}
		if t.vars[e.Name] == 0 {
			t.vars[e.Name] = len(t.vars) + 1
		}
		return atom(e.Position, fmt.Sprintf("$%d", t.vars[e.Name]))
	case *syntax.Tuple:
		return &syntax.Tuple{Position: e.Position, Elements: t.patterns(e.Elements)}
	case *syntax.Cons:
		head := t.pattern(e.Head)
		return &syntax.Cons{Position: e.Position, Head: head, Tail: t.pattern(e.Tail)}
	case *syntax.MapExpr:
		out := &syntax.MapExpr{Position: e.Position}
		for _, f := range e.Fields {
			out.Fields = append(out.Fields, syntax.MapField{Position: f.Position, Key: f.Key, Value: t.pattern(f.Value)})
		}
		return out
	case *syntax.RecordExpr:
		return t.recordPattern(e)
	case *syntax.Match:
		return t.fail(e.Position, "in fun head, only matching (=) on toplevel can be translated into match_spec")
	case *syntax.Binary:
		for _, x := range e.Elements {
			if v, ok := x.Value.(*syntax.Var); ok {
				return t.fail(v.Position, "fun head contains bit syntax matching of variable '%s', which cannot be translated into match_spec", v.Name)
			}
		}
	case *syntax.BinaryOp:
		if s, ok := e.Left.(*syntax.Literal); ok && e.Op == "++" {
			out := t.pattern(e.Right)
			chars, _ := s.Value.Slice()
			for i := len(chars) - 1; i >= 0; i-- {
				out = &syntax.Cons{Position: s.Position, Head: &syntax.Literal{Position: s.Position, Form: syntax.CharLiteral, Value: chars[i]}, Tail: out}
			}
			return out
		}
	}
	return e
}

func (t *translation) patterns(es []syntax.Expr) []syntax.Expr {
	out := make([]syntax.Expr, len(es))
	for i, e := range es {
		out[i] = t.pattern(e)
	}
	return out
}

func (t *translation) recordPattern(e *syntax.RecordExpr) syntax.Expr {
	r := t.Records[e.Name]
	if r == nil {
		return t.fail(e.Position, "fun head contains unknown record type %s", e.Name)
	}
	t.known(r, e, "fun head contains reference to unknown field %s in record type %s")
	out := []syntax.Expr{atom(e.Position, r.Name)}
	for _, f := range r.Fields {
		v := field(e, f.Name)
		if v == nil {
			out = append(out, atom(e.Position, "_"))
			continue
		}
		out = append(out, t.pattern(v))
	}
	return &syntax.Tuple{Position: e.Position, Elements: out}
}

// known fails for a field that the record does not have.
func (t *translation) known(r *syntax.RecordDef, e *syntax.RecordExpr, text string) {
	for _, f := range e.Fields {
		if !f.Other && index(r, f.Name) < 0 {
			t.fail(e.Position, text, f.Name, r.Name)
		}
	}
}

func index(r *syntax.RecordDef, name string) int {
	for i, f := range r.Fields {
		if f.Name == name {
			return i
		}
	}
	return -1
}

// field returns what a record expression says of a field; nil for nothing.
func field(e *syntax.RecordExpr, name string) syntax.Expr {
	var other syntax.Expr
	for _, f := range e.Fields {
		switch {
		case f.Other:
			other = f.Value
		case f.Name == name:
			return f.Value
		}
	}
	return other
}

// Asked reports whether a module asks for the translation.
func Asked(forms []syntax.Form) bool {
	for _, f := range forms {
		if a, ok := f.(*syntax.Attribute); ok && a.Name == "compile" && mentions(a.Value) {
			return true
		}
	}
	return false
}

func mentions(options term.Term) bool {
	if e, ok := options.Tagged(term.Atom("parse_transform"), 2); ok {
		return e[1].AtomName() == "ms_transform"
	}
	all, _ := options.Slice()
	for _, x := range all {
		if mentions(x) {
			return true
		}
	}
	return false
}

// Call returns the dialect of a call of fun2ms; "" for any other expression.
func Call(e syntax.Expr) (call *syntax.Call, dialect string) {
	c, ok := e.(*syntax.Call)
	if !ok || len(c.Args) != 1 {
		return nil, ""
	}
	r, ok := c.Callee.(*syntax.Remote)
	if !ok {
		return nil, ""
	}
	module, ok1 := r.Module.(*syntax.Literal)
	name, ok2 := r.Name.(*syntax.Literal)
	if !ok1 || !ok2 || name.Value.AtomName() != "fun2ms" {
		return nil, ""
	}
	if m := module.Value.AtomName(); m == "ets" || m == "dbg" {
		return c, m
	}
	return nil, ""
}

// Module translates the calls of fun2ms in the forms of a module, whose records are those of the forms in front.
func Module(forms []syntax.Form) (out []syntax.Form, warnings, errors []*syntax.Error) {
	m := &moduleWork{records: map[string]*syntax.RecordDef{}}
	out = make([]syntax.Form, len(forms))
	for i, f := range forms {
		out[i] = f
		switch f := f.(type) {
		case *syntax.RecordDef:
			m.records[f.Name] = f
		case *syntax.Function:
			out[i] = m.function(f)
		}
	}
	return out, m.warnings, m.errors
}

type moduleWork struct {
	records          map[string]*syntax.RecordDef
	warnings, errors []*syntax.Error
}

func (m *moduleWork) function(f *syntax.Function) *syntax.Function {
	g := *f
	g.Clauses = Clauses(f.Clauses, m.records, m.add)
	return &g
}

func (m *moduleWork) add(e *syntax.Error, warning bool) {
	if warning {
		m.warnings = append(m.warnings, e)
	} else {
		m.errors = append(m.errors, e)
	}
}

// Clauses translates the calls of fun2ms in the bodies of clauses and tells report what is wrong.
func Clauses(clauses []*syntax.Clause, records map[string]*syntax.RecordDef, report func(e *syntax.Error, warning bool)) []*syntax.Clause {
	out := make([]*syntax.Clause, len(clauses))
	for i, c := range clauses {
		copied := *c
		copied.Body = make([]syntax.Expr, len(c.Body))
		for j, e := range c.Body {
			copied.Body[j] = syntax.Rewrite(e, func(x syntax.Expr) (syntax.Expr, bool) {
				call, dialect := Call(x)
				if call == nil {
					return nil, false
				}
				f, ok := call.Args[0].(*syntax.Fun)
				if !ok {
					report(&syntax.Error{At: call.Position, Text: "Parameter of ets/dbg:fun2ms/1 is not a literal fun"}, false)
					return x, true
				}
				spec, vars, err := Fun(f, Scope{Dialect: dialect, Records: records})
				if err != nil {
					report(err, false)
					return x, true
				}
				for _, v := range vars {
					if boundBefore(c, v, f) && !strings.HasPrefix(v.Name, "_") {
						report(&syntax.Error{At: v.Position, Text: fmt.Sprintf("variable '%s' shadowed in ms_transform fun head", v.Name)}, true)
					}
				}
				return spec, true
			})
		}
		out[i] = &copied
	}
	return out
}

// boundBefore reports whether a clause mentions a variable in front of the fun in whose head it stands.
func boundBefore(c *syntax.Clause, v *syntax.Var, f *syntax.Fun) bool {
	found := false
	look := func(x syntax.Expr) bool {
		if w, ok := x.(*syntax.Var); ok && w.Name == v.Name && before(w.Position, f.Position) {
			found = true
		}
		call, _ := Call(x)
		return call == nil
	}
	for _, p := range c.Patterns {
		syntax.Walk(p, look)
	}
	for _, e := range c.Body {
		syntax.Walk(e, look)
	}
	return found
}

func before(a, b syntax.Position) bool {
	return a.Line < b.Line || a.Line == b.Line && a.Column < b.Column
}
