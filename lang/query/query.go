// Package query makes the calls of qlc:q/1,2 what module qlc can run. The list comprehension in such a call is not evaluated where it
// stands: it becomes a fun, whose generators ask qlc:e/1 for what their sources, lists or other queries, hold. Start at Expr, for a
// prompt, and Module, for a module that includes qlc.hrl.
package query

import (
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// Exprs returns expressions with the calls of qlc:q rewritten; the same ones when there are none.
func Exprs(exprs []syntax.Expr) []syntax.Expr {
	found := false
	for _, e := range exprs {
		syntax.Walk(e, func(x syntax.Expr) bool {
			found = found || called(x) != nil
			return !found
		})
	}
	if !found {
		return exprs
	}
	out := make([]syntax.Expr, len(exprs))
	for i, e := range exprs {
		out[i] = Expr(e)
	}
	return out
}

// Expr returns an expression with the calls of qlc:q rewritten.
func Expr(e syntax.Expr) syntax.Expr {
	return syntax.Rewrite(e, func(x syntax.Expr) (syntax.Expr, bool) {
		call := called(x)
		if call == nil {
			return nil, false
		}
		c := *call
		c.Args = []syntax.Expr{lazy(call.Args[0].(*syntax.Comprehension))}
		for _, a := range call.Args[1:] {
			c.Args = append(c.Args, Expr(a))
		}
		return &c, true
	})
}

// called returns the call of qlc:q that an expression is, whose first argument is a list comprehension, or nil.
func called(e syntax.Expr) *syntax.Call {
	c, ok := e.(*syntax.Call)
	if !ok || len(c.Args) != 1 && len(c.Args) != 2 {
		return nil
	}
	r, ok := c.Callee.(*syntax.Remote)
	if !ok || !isAtom(r.Module, "qlc") || !isAtom(r.Name, "q") {
		return nil
	}
	if l, ok := c.Args[0].(*syntax.Comprehension); !ok || l.Kind != syntax.ListKind {
		return nil
	}
	return c
}

func isAtom(e syntax.Expr, name string) bool {
	l, ok := e.(*syntax.Literal)
	return ok && l.Value.IsAtom() && l.Value.AtomName() == name
}

// lazy makes fun() -> [T || P <- qlc:e(Source), ...] end of a comprehension.
func lazy(l *syntax.Comprehension) syntax.Expr {
	c := *l
	c.Templates = make([]syntax.Expr, len(l.Templates))
	for i, t := range l.Templates {
		c.Templates[i] = Expr(t)
	}
	c.Qualifiers = make([]syntax.Expr, len(l.Qualifiers))
	for i, q := range l.Qualifiers {
		switch q := q.(type) {
		case *syntax.Generator:
			c.Qualifiers[i] = generator(q)
		case *syntax.Zip:
			z := *q
			z.Generators = make([]*syntax.Generator, len(q.Generators))
			for j, g := range q.Generators {
				z.Generators[j] = generator(g)
			}
			c.Qualifiers[i] = &z
		default:
			c.Qualifiers[i] = Expr(q)
		}
	}
	at := l.Position
	return &syntax.Fun{Position: at, Clauses: []*syntax.Clause{{Position: at, Body: []syntax.Expr{&c}}}}
}

func generator(g *syntax.Generator) *syntax.Generator {
	c := *g
	c.Source = Expr(g.Source)
	if g.Kind == syntax.ListKind {
		at := g.Source.Pos()
		atom := func(name string) syntax.Expr {
			return &syntax.Literal{Position: at, Value: term.Atom(name), Form: syntax.AtomLiteral}
		}
		c.Source = &syntax.Call{Position: at, Callee: &syntax.Remote{Position: at, Module: atom("qlc"), Name: atom("e")}, Args: []syntax.Expr{c.Source}}
	}
	return &c
}

// Module rewrites the calls of qlc:q in the forms of a module that asks for it: -include_lib("stdlib/include/qlc.hrl").
func Module(forms []syntax.Form) []syntax.Form {
	asked := false
	for _, f := range forms {
		if a, ok := f.(*syntax.Attribute); ok && a.Name == "compile" {
			asked = asked || mentions(a.Value)
		}
	}
	if !asked {
		return forms
	}
	out := make([]syntax.Form, len(forms))
	for i, f := range forms {
		out[i] = f
		if f, ok := f.(*syntax.Function); ok {
			g := *f
			g.Clauses = make([]*syntax.Clause, len(f.Clauses))
			for j, c := range f.Clauses {
				d := *c
				d.Body = Exprs(c.Body)
				g.Clauses[j] = &d
			}
			out[i] = &g
		}
	}
	return out
}

func mentions(options term.Term) bool {
	if e, ok := options.Tagged(term.Atom("parse_transform"), 2); ok {
		return e[1].AtomName() == "qlc"
	}
	all, _ := options.Slice()
	for _, x := range all {
		if mentions(x) {
			return true
		}
	}
	return false
}
