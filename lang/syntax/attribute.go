package syntax

import (
	"strings"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/erlsh/erlsh/lang/term"
)

// parseAttribute parses -Name(...). or -Name ... .
func parseAttribute(tokens []Token) (form Form, err error) {
	defer rescue(&err)
	pos := tokens[0].Position
	name := tokens[1].Text
	if tokens[1].Kind == AtomToken {
		name = tokens[1].Value.AtomName()
	}
	switch name {
	case "spec", "callback":
		return specForm(pos, name, tokens[2:])
	case "type", "opaque", "nominal":
		return typeForm(pos, name, tokens[2:])
	}
	lex, err := lexer.Upgrade(&sliceLexer{tokens: tokens[2:], end: tokens[len(tokens)-1].Position})
	if err != nil {
		return nil, err
	}
	p := &parser{lex}
	if name == "record" {
		return p.record(pos), nil
	}
	var args []Expr
	if p.is("(") && name != "doc" && name != "moduledoc" {
		args = p.args()
	} else {
		args = []Expr{p.expr(0)}
	}
	p.expect(DotToken)
	return attribute(pos, name, args)
}

// attribute makes terms of the arguments, in which name/arity stands for {name, arity}.
func attribute(pos Position, name string, args []Expr) (Form, error) {
	values := make([]term.Term, len(args))
	for i, a := range args {
		v, ok := attributeTerm(a)
		if !ok {
			return nil, &Error{At: a.Pos(), Text: "bad attribute", Module: term.Atom("erl_parse")}
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

// record reads (Name, {Fields}) of a definition; types of fields are passed over.
func (p *parser) record(pos Position) Form {
	p.want("(")
	r := &RecordDef{Position: pos, Name: decode(p.expect(AtomToken)).AtomName()}
	p.want(",")
	p.want("{")
	for !p.is("}") {
		t := p.expect(AtomToken)
		f := RecordField{Position: at(t), Name: decode(t).AtomName()}
		if p.accept("=") {
			f.Value = p.expr(0)
		}
		if p.accept("::") {
			p.skipType()
		}
		r.Fields = append(r.Fields, f)
		if !p.accept(",") {
			break
		}
	}
	p.want("}")
	p.want(")")
	p.expect(DotToken)
	return r
}

// skipType passes over a type, up to the comma or brace that ends the field.
func (p *parser) skipType() {
	depth := 0
	for {
		t := p.lex.Peek()
		switch {
		case t.EOF(), t.Type == DotToken:
			p.fail()
		case p.is("("), p.is("{"), p.is("["), p.is("<<"):
			depth++
		case p.is(")"), p.is("]"), p.is(">>"), p.is("}"):
			if depth == 0 {
				return
			}
			depth--
		case p.is(",") && depth == 0:
			return
		}
		p.lex.Next()
	}
}

func specForm(pos Position, kind string, tokens []Token) (Form, error) {
	tokens = unwrap(tokens)
	if len(tokens) > 2 && tokens[1].Is(":") { // Module:Name
		tokens = tokens[2:]
	}
	if len(tokens) < 3 || tokens[0].Kind != AtomToken || !tokens[1].Is("(") {
		return nil, unexpected(tokens)
	}
	return &Spec{pos, kind, tokens[0].Value.AtomName(), parameters(tokens[1:]), joinTokens(tokens)}, nil
}

func typeForm(pos Position, kind string, tokens []Token) (Form, error) {
	tokens = unwrap(tokens)
	if len(tokens) < 3 || tokens[0].Kind != AtomToken || !tokens[1].Is("(") {
		return nil, unexpected(tokens)
	}
	return &TypeDef{pos, kind, tokens[0].Value.AtomName(), joinTokens(tokens)}, nil
}

func unexpected(tokens []Token) *Error {
	e := &Error{Text: "syntax error before: ", Module: term.Atom("erl_parse")}
	if len(tokens) > 0 {
		e.At = tokens[0].Position
		e.Text += tokens[0].shown()
	}
	return e
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
