package syntax

import (
	"slices"
	"strings"

	"github.com/erlsh/erlsh/lang/term"
)

// parseAttribute parses -Name(...). or -Name ... .
func parseAttribute(tokens []Token) (form Form, err error) {
	defer rescue(&err)
	pos := tokens[1].Position
	name := tokens[1].Text
	if tokens[1].Kind == AtomToken {
		name = tokens[1].Value.AtomName()
	}
	p, err := newParser(tokens[2:], tokens[len(tokens)-1].Position)
	if err != nil {
		return nil, err
	}
	switch name {
	case "spec", "callback":
		s := p.spec(pos, name)
		s.Text = joinTokens(unwrap(tokens[2:]))
		return s, nil
	case "type", "opaque", "nominal":
		d := p.typeDef(pos, name)
		d.Text = joinTokens(unwrap(tokens[2:]))
		return d, nil
	case "record":
		return p.record(pos), nil
	}
	var args []Expr
	if p.is("(") && name != "doc" && name != "moduledoc" {
		if t := p.peek2(); t.Value == ")" && t.Type <= firstWord {
			panic(failure{before(t)})
		}
		args = p.args()
	} else {
		args = []Expr{p.expr(0)}
	}
	if p.is("-") && len(args) == 1 { // a dot is missing: what follows the parenthesis goes on
		if p, err = newParser(tokens[2:], tokens[len(tokens)-1].Position); err != nil {
			return nil, err
		}
		args = []Expr{p.expr(0)}
	}
	for name == "module" && p.accept(",") {
		args = append(args, p.expr(0))
	}
	if name == "module" {
		p.expect(DotToken)
		return moduleDeclaration(pos, args)
	}
	if len(args) == 1 && p.is("::") {
		return nil, parseError(tokens[1].Position, "bad attribute")
	}
	if len(args) == 1 && p.lex.Peek().Type != DotToken { // what is no term is found first
		if _, err := attribute(pos, name, args); err != nil {
			return nil, err
		}
	}
	p.expect(DotToken)
	if len(args) > 1 && !slices.Contains(twoArguments, name) {
		return nil, parseError(startOf(args[1]), "bad attribute")
	}
	for i, a := range args {
		if what := listed[name]; what > 0 && i == what-1 {
			if bad, text := isNameArities(a); text != "" {
				return nil, parseError(bad, text)
			}
		}
	}
	if name == "import_record" && len(args) == 2 && !isAtomList(args[1]) {
		return nil, parseError(startOf(args[1]), "bad native record name")
	}
	return attribute(pos, name, args)
}

// moduleDeclaration makes -module(Name); a list of variables behind the name, which means nothing any more, is refused later.
func moduleDeclaration(pos Position, args []Expr) (Form, error) {
	if !isLiteral(args[0], AtomLiteral) {
		return nil, parseError(startOf(args[0]), "bad module declaration")
	}
	a := &Attribute{Position: pos, Name: "module", Value: args[0].(*Literal).Value}
	if len(args) == 1 {
		return a, nil
	}
	var names term.Builder
	list := args[1]
	for c, ok := list.(*Cons); ok && len(args) == 2; c, ok = list.(*Cons) {
		v, ok := c.Head.(*Var)
		if !ok {
			break
		}
		names.Add(term.Atom(v.Name))
		list = c.Tail
	}
	if _, ok := list.(*NilExpr); !ok || len(args) > 2 {
		return nil, parseError(startOf(args[1]), "bad variable list")
	}
	a.Value = term.Tuple(a.Value, names.List(term.Nil))
	return a, nil
}

func isAtomList(e Expr) bool {
	for {
		switch x := e.(type) {
		case *NilExpr:
			return true
		case *Cons:
			if !isLiteral(x.Head, AtomLiteral) {
				return false
			}
			e = x.Tail
		default:
			return false
		}
	}
}

// twoArguments are the attributes that may have two arguments.
var twoArguments = []string{"import", "import_record", "record", "file", "define", "feature"}

// listed says which argument of an attribute is a list of Name/Arity.
var listed = map[string]int{"export": 1, "import": 2}

// isNameArities says where an expression ceases to be a list of Name/Arity, and in what way; "" for one that is one.
func isNameArities(e Expr) (bad Position, text string) {
	first := true
	for {
		switch x := e.(type) {
		case *NilExpr:
			return bad, ""
		case *Cons:
			bad = startOf(x.Head)
			if first {
				bad = startOf(x)
			}
			op, ok := x.Head.(*BinaryOp)
			if !ok || op.Op != "/" {
				return bad, "bad Name/Arity"
			}
			if !isLiteral(op.Left, AtomLiteral) {
				return startOf(op.Left), "bad function name"
			}
			if !isLiteral(op.Right, IntegerLiteral) {
				return startOf(op.Right), "bad function arity"
			}
			e, first = x.Tail, false
		default:
			return startOf(e), "bad Name/Arity"
		}
	}
}

func isLiteral(e Expr, form LiteralForm) bool {
	l, ok := e.(*Literal)
	return ok && l.Form == form
}

// startOf is the place of the first token of an expression.
func startOf(e Expr) Position {
	switch x := e.(type) {
	case *BinaryOp:
		return startOf(x.Left)
	case *Match:
		return startOf(x.Pattern)
	case *Remote:
		return startOf(x.Module)
	}
	return e.Pos()
}

// declares refuses an expression where a declaration has to have a token of another kind.
func (p *parser) declares(k Kind, text string) {
	t := p.lex.Peek()
	begins := t.Type <= AtomToken && t.Type >= SigilToken || p.is("{") || p.is("[") || p.is("<<") || p.is("(") || p.is("#")
	if t.Type != k && begins {
		panic(failure{parseError(at(t), text)})
	}
}

func parseError(at Position, text string) *Error {
	return &Error{At: at, Text: text, Module: term.Atom("erl_parse")}
}

// attribute makes terms of the arguments, in which name/arity stands for {name, arity}.
func attribute(pos Position, name string, args []Expr) (Form, error) {
	values := make([]term.Term, len(args))
	for i, a := range args {
		v, ok := attributeTerm(a)
		if !ok {
			return nil, parseError(startOf(a), "bad attribute")
		}
		values[i] = v
	}
	a := &Attribute{Position: pos, Name: name}
	switch len(values) {
	case 0:
		a.Value = term.Nil
	case 1:
		a.Value = values[0]
	default:
		a.Value = term.Tuple(values...)
	}
	return a, nil
}

func attributeTerm(e Expr) (term.Term, bool) {
	switch e := e.(type) {
	case *BinaryOp:
		if e.Op == "/" {
			name, ok1 := Constant(e.Left)
			arity, ok2 := Constant(e.Right)
			return term.Tuple(name, arity), ok1 && ok2
		}
	case *Cons:
		head, ok1 := attributeTerm(e.Head)
		tail, ok2 := attributeTerm(e.Tail)
		return term.NewCons(head, tail), ok1 && ok2
	case *Tuple:
		out := make([]term.Term, len(e.Elements))
		for i, x := range e.Elements {
			v, ok := attributeTerm(x)
			if !ok {
				return term.None, false
			}
			out[i] = v
		}
		return term.Tuple(out...), true
	}
	return Constant(e)
}

// record reads (Name, {Fields}) of a definition, or #Name{Fields} of one of a native record, in parentheses or not.
func (p *parser) record(pos Position) Form {
	parens := p.accept("(")
	if p.accept("#") {
		r := &RecordDef{Position: pos, Native: true}
		begin := p.lex.Peek()
		if r.Name = p.recordWord(); !p.is("{") {
			panic(failure{parseError(at(begin), "bad [record] declaration")})
		}
		p.definedFields(r)
		if parens {
			p.want(")")
		}
		p.expect(DotToken)
		return r
	}
	if !parens {
		p.want("(")
	}
	p.declares(AtomToken, "bad record declaration")
	first := at(p.lex.Peek())
	r := &RecordDef{Position: pos, Name: decode(p.expect(AtomToken)).AtomName()}
	if p.is(")") {
		panic(failure{parseError(first, "bad record declaration")})
	}
	p.want(",")
	if !p.is("{") {
		p.declares(EOF, "bad record declaration")
	}
	p.definedFields(r)
	p.want(")")
	p.expect(DotToken)
	return r
}

// definedFields reads {Fields}.
func (p *parser) definedFields(r *RecordDef) {
	p.want("{")
	for !p.is("}") {
		p.declares(AtomToken, "bad record field")
		t := p.expect(AtomToken)
		f := RecordField{Position: at(t), Name: decode(t).AtomName()}
		if p.accept("=") {
			f.Value = p.expr(0)
		}
		if p.accept("::") {
			f.Type = p.topType()
		}
		r.Fields = append(r.Fields, f)
		if !p.accept(",") {
			break
		}
	}
	p.want("}")
}

// unwrap drops the dot, and parentheses around the whole.
func unwrap(tokens []Token) []Token {
	tokens = tokens[:len(tokens)-1]
	if len(tokens) > 2 && tokens[0].Is("(") && tokens[len(tokens)-1].Is(")") {
		return tokens[1 : len(tokens)-1]
	}
	return tokens
}

// parameters counts what stands between the parentheses that tokens begin with.
func parameters(tokens []Token) int {
	depth, commas := 0, 0
	for i, t := range tokens {
		switch {
		case t.Is("("), t.Is("{"), t.Is("["), t.Is("<<"):
			depth++
		case t.Is(")"), t.Is("}"), t.Is("]"), t.Is(">>"):
			if depth--; depth == 0 {
				if i == 1 {
					return 0
				}
				return commas + 1
			}
		case t.Is(",") && depth == 1:
			commas++
		}
	}
	return 0
}

// joinTokens writes tokens with the spacing of a spec.
func joinTokens(tokens []Token) string {
	var b strings.Builder
	for i, t := range tokens {
		spaced := t.Is("::") || t.Is("->") || t.Is("|") || t.Is("when") || t.Is("=>") || t.Is(":=")
		if spaced {
			b.WriteByte(' ')
		}
		b.WriteString(t.Text)
		if (spaced || t.Is(",") || t.Is(";")) && i+1 < len(tokens) {
			b.WriteByte(' ')
		}
	}
	return b.String()
}
