package syntax

import (
	"fmt"

	"github.com/erlsh/erlsh/lang/term"
)

// reader builds syntax trees of the abstract format. A bad form ends it by panic, which the functions that begin turn into an error.
type reader struct{}

// FromAbstract makes an expression of the abstract format, as any OTP from 25 to 29 writes it. The error names the part that is none.
func FromAbstract(t term.Term) (e Expr, err error) {
	defer rescue(&err)
	return reader{}.expr(t), nil
}

// FromAbstractExprs makes expressions of a list in the abstract format.
func FromAbstractExprs(t term.Term) (es []Expr, err error) {
	defer rescue(&err)
	return reader{}.exprs(t), nil
}

// FromAbstractClauses makes clauses, of a fun or of a function, of a list in the abstract format.
func FromAbstractClauses(t term.Term) (cs []*Clause, err error) {
	defer rescue(&err)
	return reader{}.clauses(t), nil
}

func (reader) bad(t term.Term) {
	panic(failure{&Error{Text: fmt.Sprintf("bad form: %v", t), Reason: t, Module: term.Atom("erl_parse")}})
}

// AnnoPosition returns the position that an annotation has: a line, {Line, Column}, or a list that says so under location.
func AnnoPosition(t term.Term) Position {
	if n, ok := t.Int(); ok {
		return Position{Line: int(n)}
	}
	if e, ok := t.Tuple(); ok && len(e) == 2 {
		line, _ := e[0].Int()
		column, _ := e[1].Int()
		return Position{int(line), int(column)}
	}
	list, _ := t.Slice()
	for _, x := range list {
		if e, ok := x.Tagged(term.Atom("location"), 2); ok {
			return AnnoPosition(e[1])
		}
	}
	return Position{}
}

// parts takes a form apart: its tag, position and what follows these.
func (r reader) parts(t term.Term) (string, Position, []term.Term) {
	e, ok := t.Tuple()
	if !ok || len(e) < 2 || !e[0].IsAtom() {
		r.bad(t)
	}
	return e[0].AtomName(), AnnoPosition(e[1]), e[2:]
}

func (r reader) list(t term.Term) []term.Term {
	out, ok := t.Slice()
	if !ok {
		r.bad(t)
	}
	return out
}

func (r reader) name(t term.Term) string {
	name, ok := t.Atom()
	if !ok {
		r.bad(t)
	}
	return name
}

func (r reader) exprs(t term.Term) []Expr {
	list := r.list(t)
	if len(list) == 0 {
		return nil
	}
	out := make([]Expr, len(list))
	for i, x := range list {
		out[i] = r.expr(x)
	}
	return out
}

func (r reader) expr(t term.Term) Expr {
	tag, p, a := r.parts(t)
	var e Expr
	switch len(a) {
	case 0:
		if tag == "nil" {
			e = &NilExpr{p}
		}
	case 1:
		e = r.one(tag, p, a[0])
	case 2:
		e = r.two(tag, p, a[0], a[1])
	case 3:
		e = r.three(tag, p, a[0], a[1], a[2])
	case 4:
		if tag == "try" {
			e = &Try{p, r.exprs(a[0]), r.clauses(a[1]), r.catches(a[2]), r.exprs(a[3])}
		}
	}
	if e == nil {
		r.bad(t)
	}
	return e
}

// one reads a form of one part besides tag and position; nil when there is none of this tag.
func (r reader) one(tag string, p Position, a term.Term) Expr {
	for form, name := range literalTags {
		if name == tag {
			return &Literal{p, LiteralForm(form), a}
		}
	}
	switch tag {
	case "var":
		return &Var{p, r.name(a)}
	case "tuple":
		return &Tuple{p, r.exprs(a)}
	case "bin":
		return &Binary{p, r.elements(a)}
	case "map":
		return &MapExpr{p, nil, r.mapFields(a)}
	case "fun":
		return r.fun(p, a)
	case "block":
		return &Block{p, r.exprs(a)}
	case "if":
		return &If{p, r.clauses(a)}
	case "receive":
		return &Receive{p, r.clauses(a), nil, nil}
	case "catch":
		return &Catch{p, r.expr(a)}
	case "maybe":
		return &Maybe{Position: p, Body: r.exprs(a)}
	case "zip":
		z := &Zip{Position: p}
		for _, x := range r.list(a) {
			g, ok := r.expr(x).(*Generator)
			if !ok {
				r.bad(x)
			}
			z.Generators = append(z.Generators, g)
		}
		return z
	}
	return nil
}

func (r reader) two(tag string, p Position, a, b term.Term) Expr {
	switch tag {
	case "cons":
		return r.cons(p, a, b)
	case "op":
		return &Unary{p, r.name(a), r.expr(b)}
	case "match":
		return &Match{p, r.expr(a), r.expr(b)}
	case "maybe_match":
		return &MaybeMatch{p, r.expr(a), r.expr(b)}
	case "call":
		return &Call{p, r.expr(a), r.exprs(b)}
	case "remote":
		return &Remote{p, r.expr(a), r.expr(b)}
	case "map":
		return &MapExpr{p, r.expr(a), r.mapFields(b)}
	case "record":
		module, name := r.recordName(a)
		return &RecordExpr{p, nil, module, name, r.recordFields(b)}
	case "record_index":
		field, _ := r.expr(b).(*Literal)
		return &RecordIndex{p, r.name(a), r.literalName(b), field.Position}
	case "named_fun":
		return &Fun{p, r.name(a), r.clauses(b)}
	case "case":
		return &Case{p, r.expr(a), r.clauses(b)}
	case "maybe":
		tag, at, rest := r.parts(b)
		if tag != "else" || len(rest) != 1 {
			r.bad(b)
		}
		return &Maybe{p, r.exprs(a), r.clauses(rest[0]), at}
	case "lc", "bc", "mc":
		return r.comprehension(tag, p, a, b)
	case "map_field_assoc", "map_field_exact":
		return &MapEntry{p, r.expr(a), r.expr(b)}
	}
	return r.generator(tag, p, a, b)
}

func (r reader) three(tag string, p Position, a, b, c term.Term) Expr {
	switch tag {
	case "op":
		return &BinaryOp{p, r.name(a), r.expr(b), r.expr(c)}
	case "record":
		module, name := r.recordName(b)
		return &RecordExpr{p, r.expr(a), module, name, r.recordFields(c)}
	case "record_field":
		module, name := r.recordName(b)
		_, at, _ := r.parts(c)
		return &RecordAccess{p, r.expr(a), module, name, r.literalName(c), at}
	case "receive":
		return &Receive{p, r.clauses(a), r.expr(b), r.exprs(c)}
	}
	return nil
}

// cons reads a list without recursion into its tail, which may be long.
func (r reader) cons(p Position, head, tail term.Term) Expr {
	first := &Cons{Position: p, Head: r.expr(head)}
	for last := first; ; {
		tag, at, a := r.parts(tail)
		if tag != "cons" || len(a) != 2 {
			last.Tail = r.expr(tail)
			return first
		}
		next := &Cons{Position: at, Head: r.expr(a[0])}
		last.Tail = next
		last, tail = next, a[1]
	}
}

func (r reader) literalName(t term.Term) string {
	tag, _, a := r.parts(t)
	if tag != "atom" || len(a) != 1 {
		r.bad(t)
	}
	return r.name(a[0])
}

func (r reader) recordName(t term.Term) (module, name string) {
	if e, ok := t.Tuple(); ok && len(e) == 2 {
		return r.name(e[0]), r.name(e[1])
	}
	if t.IsNil() {
		return "", ""
	}
	return "", r.name(t)
}

func (r reader) recordFields(t term.Term) []RecordField {
	var out []RecordField
	for _, x := range r.list(t) {
		tag, p, a := r.parts(x)
		if tag != "record_field" || len(a) != 2 {
			r.bad(x)
		}
		f := RecordField{Position: p, Value: r.expr(a[1])}
		if v, ok := r.expr(a[0]).(*Var); ok && v.Name == "_" {
			f.Name, f.Other = "_", true
		} else if ok {
			f.Name, f.Var = v.Name, true
		} else {
			f.Name = r.literalName(a[0])
		}
		out = append(out, f)
	}
	return out
}

func (r reader) mapFields(t term.Term) []MapField {
	var out []MapField
	for _, x := range r.list(t) {
		tag, p, a := r.parts(x)
		if tag != "map_field_assoc" && tag != "map_field_exact" || len(a) != 2 {
			r.bad(x)
		}
		out = append(out, MapField{p, tag == "map_field_exact", r.expr(a[0]), r.expr(a[1])})
	}
	return out
}

func (r reader) elements(t term.Term) []BinElement {
	var out []BinElement
	fallback := term.Atom("default")
	for _, x := range r.list(t) {
		tag, p, a := r.parts(x)
		if tag != "bin_element" || len(a) != 3 {
			r.bad(x)
		}
		e := BinElement{Position: p, Value: r.expr(a[0])}
		if a[1] != fallback {
			e.Size = r.expr(a[1])
		}
		if a[2] != fallback {
			for _, word := range r.list(a[2]) {
				if unit, ok := word.Tagged(term.Atom("unit"), 2); ok {
					n, _ := unit[1].Int()
					e.Unit, e.UnitAt, e.HasUnit = int(n), len(e.Types), true
				} else {
					e.Types = append(e.Types, r.name(word))
				}
			}
		}
		out = append(out, e)
	}
	return out
}

func (r reader) fun(p Position, t term.Term) Expr {
	e, ok := t.Tuple()
	if !ok || len(e) < 2 {
		r.bad(t)
	}
	switch tag := r.name(e[0]); {
	case tag == "clauses" && len(e) == 2:
		return &Fun{Position: p, Clauses: r.clauses(e[1])}
	case tag == "function" && len(e) == 3:
		return &FunRef{p, nil, &Literal{p, AtomLiteral, e[1]}, &Literal{p, IntegerLiteral, e[2]}}
	case tag == "function" && len(e) == 4:
		return &FunRef{p, r.expr(e[1]), r.expr(e[2]), r.expr(e[3])}
	}
	return nil
}

func (r reader) comprehension(tag string, p Position, template, qualifiers term.Term) Expr {
	c := &Comprehension{Position: p, Qualifiers: r.exprs(qualifiers)}
	for kind, name := range comprehensionTags {
		if name == tag {
			c.Kind = ComprehensionKind(kind)
		}
	}
	if template.IsList() {
		c.Templates = r.exprs(template)
	} else {
		c.Templates = []Expr{r.expr(template)}
	}
	return c
}

func (r reader) generator(tag string, p Position, pattern, source term.Term) Expr {
	for kind, name := range generatorTags {
		if tag == name || tag == name+"_strict" {
			return &Generator{p, ComprehensionKind(kind), tag != name, r.expr(pattern), r.expr(source)}
		}
	}
	return nil
}

func (r reader) clauses(t term.Term) []*Clause {
	var out []*Clause
	for _, x := range r.list(t) {
		tag, p, a := r.parts(x)
		if tag != "clause" || len(a) != 3 {
			r.bad(x)
		}
		c := &Clause{Position: p, Patterns: r.exprs(a[0]), Body: r.exprs(a[2])}
		for _, g := range r.list(a[1]) {
			c.Guards = append(c.Guards, r.exprs(g))
		}
		out = append(out, c)
	}
	return out
}

// catches reads clauses whose one pattern is a tuple of class, reason and stack trace.
func (r reader) catches(t term.Term) []*Clause {
	out := r.clauses(t)
	for _, c := range out {
		if len(c.Patterns) != 1 {
			r.bad(t)
		}
		three, ok := c.Patterns[0].(*Tuple)
		if !ok || len(three.Elements) != 3 {
			r.bad(t)
		}
		c.Patterns = three.Elements
	}
	return out
}
