package syntax

import "github.com/erlsh/erlsh/lang/term"

// Abstract returns an expression in the abstract format, as erl_parse:parse_exprs/1 gives it: ERTS User's Guide, "The Abstract
// Format". A position without a column becomes a line.
func Abstract(e Expr) term.Term {
	switch e := e.(type) {
	case *Literal:
		return abstractLiteral(e)
	case *Var:
		return form("var", e.Position, term.Atom(e.Name))
	case *NilExpr:
		return form("nil", e.Position)
	case *Cons:
		return form("cons", e.Position, Abstract(e.Head), Abstract(e.Tail))
	case *Tuple:
		return form("tuple", e.Position, AbstractExprs(e.Elements))
	case *Binary:
		return form("bin", e.Position, abstractElements(e.Elements))
	case *Unary:
		return form("op", e.Position, term.Atom(e.Op), Abstract(e.Operand))
	case *BinaryOp:
		return form("op", e.Position, term.Atom(e.Op), Abstract(e.Left), Abstract(e.Right))
	case *Match:
		return form("match", e.Position, Abstract(e.Pattern), Abstract(e.Value))
	case *MaybeMatch:
		return form("maybe_match", e.Position, Abstract(e.Pattern), Abstract(e.Value))
	case *Call:
		return form("call", e.Position, Abstract(e.Callee), AbstractExprs(e.Args))
	case *Remote:
		return form("remote", e.Position, Abstract(e.Module), Abstract(e.Name))
	case *MapExpr, *RecordExpr, *RecordAccess, *RecordIndex:
		return abstractFields(e)
	case *Fun, *FunRef:
		return abstractFun(e)
	case *Comprehension, *Generator, *Zip, *MapEntry:
		return abstractComprehension(e)
	}
	return abstractControl(e)
}

// AbstractExprs returns a list of expressions in the abstract format.
func AbstractExprs(es []Expr) term.Term {
	out := make([]term.Term, len(es))
	for i, e := range es {
		out[i] = Abstract(e)
	}
	return term.List(out...)
}

// AbstractAnno returns a position as the abstract format has it: {Line, Column}, or Line when the column is not known.
func AbstractAnno(p Position) term.Term {
	if p.Column == 0 {
		return term.Int(int64(p.Line))
	}
	return term.Tuple(term.Int(int64(p.Line)), term.Int(int64(p.Column)))
}

func form(tag string, p Position, rest ...term.Term) term.Term {
	return term.Tuple(append([]term.Term{term.Atom(tag), AbstractAnno(p)}, rest...)...)
}

var literalTags = [...]string{
	AtomLiteral: "atom", IntegerLiteral: "integer", FloatLiteral: "float", CharLiteral: "char", StringLiteral: "string", ValueLiteral: "value",
}

func abstractLiteral(e *Literal) term.Term { return form(literalTags[e.Form], e.Position, e.Value) }

func abstractAtom(p Position, name string) term.Term { return form("atom", p, term.Atom(name)) }

func abstractElements(elements []BinElement) term.Term {
	out := make([]term.Term, len(elements))
	fallback := term.Atom("default")
	for i, x := range elements {
		size, types := fallback, fallback
		if x.Size != nil {
			size = Abstract(x.Size)
		}
		if words := x.typeTerms(); words != nil {
			types = term.List(words...)
		}
		out[i] = form("bin_element", x.Position, Abstract(x.Value), size, types)
	}
	return term.List(out...)
}

// typeTerms returns the type specifiers in the order of the text; nil for none.
func (x *BinElement) typeTerms() []term.Term {
	var out []term.Term
	unit := term.Tuple(term.Atom("unit"), term.Int(int64(x.Unit)))
	for i, t := range x.Types {
		if x.Unit > 0 && x.UnitAt == i {
			out = append(out, unit)
		}
		out = append(out, term.Atom(t))
	}
	if x.Unit > 0 && x.UnitAt >= len(x.Types) {
		out = append(out, unit)
	}
	return out
}

// abstractFields is for what has fields: maps and records.
func abstractFields(e Expr) term.Term {
	switch e := e.(type) {
	case *MapExpr:
		fields := make([]term.Term, len(e.Fields))
		for i, f := range e.Fields {
			fields[i] = form(fieldTag(f.Exact), f.Position, Abstract(f.Key), Abstract(f.Value))
		}
		if e.Base == nil {
			return form("map", e.Position, term.List(fields...))
		}
		return form("map", e.Position, Abstract(e.Base), term.List(fields...))
	case *RecordExpr:
		fields := abstractRecordFields(e.Fields)
		if e.Base == nil {
			return form("record", e.Position, recordName(e.Module, e.Name), fields)
		}
		return form("record", e.Position, Abstract(e.Base), recordName(e.Module, e.Name), fields)
	case *RecordAccess:
		return form("record_field", e.Position, Abstract(e.Base), recordName(e.Module, e.Name), abstractAtom(e.FieldAt, e.Field))
	case *RecordIndex:
		return form("record_index", e.Position, term.Atom(e.Name), abstractAtom(e.FieldAt, e.Field))
	}
	return term.None
}

func fieldTag(exact bool) string {
	if exact {
		return "map_field_exact"
	}
	return "map_field_assoc"
}

func recordName(module, name string) term.Term {
	switch {
	case module == "" && name == "":
		return term.Nil
	case module == "":
		return term.Atom(name)
	}
	return term.Tuple(term.Atom(module), term.Atom(name))
}

func abstractRecordFields(fields []RecordField) term.Term {
	out := make([]term.Term, len(fields))
	for i, f := range fields {
		name := abstractAtom(f.Position, f.Name)
		if f.Var || f.Name == "_" && f.Other {
			name = form("var", f.Position, term.Atom(f.Name))
		}
		if f.Value == nil {
			out[i] = form("record_field", f.Position, name)
		} else {
			out[i] = form("record_field", f.Position, name, Abstract(f.Value))
		}
		if !f.Type.None() {
			out[i] = term.Tuple(term.Atom("typed_record_field"), out[i], f.Type)
		}
	}
	return term.List(out...)
}

func abstractFun(e Expr) term.Term {
	switch e := e.(type) {
	case *Fun:
		if e.Name != "" {
			return form("named_fun", e.Position, term.Atom(e.Name), AbstractClauses(e.Clauses))
		}
		return form("fun", e.Position, term.Tuple(term.Atom("clauses"), AbstractClauses(e.Clauses)))
	case *FunRef:
		function := term.Atom("function")
		if e.Module != nil {
			return form("fun", e.Position, term.Tuple(function, Abstract(e.Module), Abstract(e.Name), Abstract(e.Arity)))
		}
		name, _ := Constant(e.Name)
		arity, _ := Constant(e.Arity)
		return form("fun", e.Position, term.Tuple(function, name, arity))
	}
	return term.None
}

var (
	comprehensionTags = [...]string{ListKind: "lc", BinaryKind: "bc", MapKind: "mc"}
	generatorTags     = [...]string{ListKind: "generate", BinaryKind: "b_generate", MapKind: "m_generate"}
)

func abstractComprehension(e Expr) term.Term {
	switch e := e.(type) {
	case *Comprehension:
		template := AbstractExprs(e.Templates)
		if len(e.Templates) == 1 {
			template = Abstract(e.Templates[0])
		}
		return form(comprehensionTags[e.Kind], e.Position, template, AbstractExprs(e.Qualifiers))
	case *Generator:
		tag := generatorTags[e.Kind]
		if e.Strict {
			tag += "_strict"
		}
		pattern := Abstract(e.Pattern)
		if m, ok := e.Pattern.(*MapEntry); ok {
			pattern = form("map_field_exact", m.Position, Abstract(m.Key), Abstract(m.Value))
		}
		return form(tag, e.Position, pattern, Abstract(e.Source))
	case *Zip:
		out := make([]term.Term, len(e.Generators))
		for i, g := range e.Generators {
			out[i] = Abstract(g)
		}
		return form("zip", e.Position, term.List(out...))
	case *MapEntry:
		return form("map_field_assoc", e.Position, Abstract(e.Key), Abstract(e.Value))
	}
	return term.None
}

func abstractControl(e Expr) term.Term {
	switch e := e.(type) {
	case *Block:
		return form("block", e.Position, AbstractExprs(e.Body))
	case *If:
		return form("if", e.Position, AbstractClauses(e.Clauses))
	case *Case:
		return form("case", e.Position, Abstract(e.Value), AbstractClauses(e.Clauses))
	case *Receive:
		if e.Timeout == nil {
			return form("receive", e.Position, AbstractClauses(e.Clauses))
		}
		return form("receive", e.Position, AbstractClauses(e.Clauses), Abstract(e.Timeout), AbstractExprs(e.After))
	case *Try:
		return form("try", e.Position, AbstractExprs(e.Body), AbstractClauses(e.Of), catchClauses(e.Catch), AbstractExprs(e.After))
	case *Catch:
		return form("catch", e.Position, Abstract(e.Body))
	case *Maybe:
		if e.Else == nil {
			return form("maybe", e.Position, AbstractExprs(e.Body))
		}
		return form("maybe", e.Position, AbstractExprs(e.Body), form("else", e.ElseAt, AbstractClauses(e.Else)))
	}
	return form("atom", e.Pos(), term.Atom("undefined"))
}

// AbstractClauses returns clauses in the abstract format.
func AbstractClauses(clauses []*Clause) term.Term {
	out := make([]term.Term, len(clauses))
	for i, c := range clauses {
		out[i] = abstractClause(c, AbstractExprs(c.Patterns))
	}
	return term.List(out...)
}

// catchClauses packs class, reason and stack trace into the one pattern that the abstract format has for them.
func catchClauses(clauses []*Clause) term.Term {
	out := make([]term.Term, len(clauses))
	for i, c := range clauses {
		out[i] = abstractClause(c, term.List(form("tuple", c.Position, AbstractExprs(c.Patterns))))
	}
	return term.List(out...)
}

func abstractClause(c *Clause, patterns term.Term) term.Term {
	guards := make([]term.Term, len(c.Guards))
	for i, g := range c.Guards {
		guards[i] = AbstractExprs(g)
	}
	return form("clause", c.Position, patterns, term.List(guards...), AbstractExprs(c.Body))
}

// AbstractForm returns a form of a module in the abstract format, as erl_parse:parse_form/1 gives it.
func AbstractForm(f Form) term.Term {
	switch f := f.(type) {
	case *Function:
		return form("function", f.Position, term.Atom(f.Name), term.Int(int64(f.Arity)), AbstractClauses(f.Clauses))
	case *Attribute:
		return form("attribute", f.Position, term.Atom(f.Name), f.Value)
	case *RecordDef:
		value := term.Tuple(term.Atom(f.Name), abstractRecordFields(f.Fields))
		kind := "record"
		if f.Native {
			kind = "native_record"
		}
		return form("attribute", f.Position, term.Atom(kind), value)
	case *TypeDef:
		return form("attribute", f.Position, term.Atom(f.Kind), f.Abstract)
	case *Spec:
		return form("attribute", f.Position, term.Atom(f.Kind), f.Abstract)
	case *EndOfFile:
		return form("eof", f.Position)
	}
	return term.None
}
