package syntax

import (
	"fmt"
	"strconv"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/erlsh/erlsh/lang/term"
)

// parser reads expressions by precedence climbing, one token of lookahead. An error ends it by panic, which the Parseable that began
// turns back into an error.
type parser struct {
	lex *lexer.PeekingLexer
	// pattern says that a pattern is read outside of all brackets: the grammar knows no calls and control structures there, whereas
	// inside brackets any expression passes and the compiler refuses it.
	pattern bool
}

type failure struct{ err *Error }

func rescue(err *error) {
	switch r := recover().(type) {
	case nil:
	case failure:
		*err = r.err
	default:
		panic(r)
	}
}

func utoa(n uint32) string { return strconv.FormatUint(uint64(n), 10) }

func scanPid(text string, a, b, c *uint32) (int, error) { return fmt.Sscanf(text, "%d.%d.%d", a, b, c) }

func (p *parser) fail() { panic(failure{before(p.lex.Peek())}) }

func (p *parser) failAt(pos Position, text string) {
	panic(failure{&Error{At: pos, Text: text, Module: term.Atom("erl_parse")}})
}

// is compares texts, which is quicker than to look the kind of the word up.
func (p *parser) is(word string) bool {
	t := p.lex.Peek()
	return t.Type <= firstWord && t.Value == word
}

func (p *parser) accept(word string) bool {
	if p.is(word) {
		p.lex.Next()
		return true
	}
	return false
}

func (p *parser) want(word string) *lexer.Token {
	if !p.is(word) {
		p.fail()
	}
	return p.lex.Next()
}

func (p *parser) expect(k Kind) *lexer.Token {
	if p.lex.Peek().Type != k {
		p.fail()
	}
	return p.lex.Next()
}

// peek2 returns the token behind the next one.
func (p *parser) peek2() *lexer.Token {
	c := p.lex.MakeCheckpoint()
	p.lex.Next()
	t := p.lex.Peek()
	p.lex.LoadCheckpoint(c)
	return t
}

// binding is the precedence of an infix operator: how tightly it binds, and the least of what may stand on its right.
// Erlang reference manual, "Operator Precedence".
type binding struct{ left, right int }

var infix = map[string]binding{
	"=": {100, 100}, "!": {100, 100},
	"orelse": {150, 150}, "andalso": {160, 160},
	"==": {200, 201}, "/=": {200, 201}, "=<": {200, 201}, "<": {200, 201}, ">=": {200, 201}, ">": {200, 201}, "=:=": {200, 201}, "=/=": {200, 201},
	"++": {300, 300}, "--": {300, 300},
	"+": {400, 401}, "-": {400, 401}, "bor": {400, 401}, "bxor": {400, 401}, "bsl": {400, 401}, "bsr": {400, 401}, "or": {400, 401}, "xor": {400, 401},
	"*": {500, 501}, "/": {500, 501}, "div": {500, 501}, "rem": {500, 501}, "band": {500, 501}, "and": {500, 501},
}

const (
	prefixPower = 600
	nonassoc    = 200
)

// infixOf is infix by token type.
func infixOf(k Kind) (binding, bool) {
	if k > firstWord {
		return binding{}, false
	}
	b := infixKinds[firstWord-k]
	return b, b.left > 0
}

var infixKinds = func() []binding {
	m := make([]binding, len(words))
	for w, b := range infix {
		m[firstWord-wordKinds[w]] = b
	}
	return m
}()

// expr reads an expression whose operators all bind at least as tightly as power.
func (p *parser) expr(power int) Expr {
	var left Expr
	switch t := p.lex.Peek(); {
	case p.is("catch") && !p.pattern:
		p.lex.Next()
		left = &Catch{at(t), p.expr(0)}
	case p.is("+"), p.is("-"), p.is("bnot"), p.is("not"):
		p.lex.Next()
		left = &Unary{at(t), t.Value, p.expr(prefixPower + 1)}
	default:
		hashed := p.is("#")
		left = p.postfix(p.primary(), hashed)
	}
	for {
		t := p.lex.Peek()
		b, ok := infixOf(t.Type)
		if !ok || b.left < power || p.pattern && b.left < nonassoc && t.Value != "=" {
			return left
		}
		p.lex.Next()
		right := p.expr(b.right)
		left = combine(at(t), t.Value, left, right)
		if b.left == nonassoc {
			if next, ok := infixOf(p.lex.Peek().Type); ok && next.left == nonassoc {
				p.fail()
			}
		}
	}
}

func combine(pos Position, op string, left, right Expr) Expr {
	switch op {
	case "=":
		return &Match{firstPosition(left), left, right}
	}
	return &BinaryOp{pos, op, left, right}
}

// firstPosition returns where the text of an expression begins, as opposed to where its operator stands.
func firstPosition(e Expr) Position {
	for {
		var left Expr
		switch e := e.(type) {
		case *BinaryOp:
			left = e.Left
		case *Remote:
			left = e.Module
		case *MapExpr:
			left = e.Base
		case *RecordExpr:
			left = e.Base
		case *RecordAccess:
			left = e.Base
		}
		if left == nil {
			return e.Pos()
		}
		e = left
	}
}

// postfix reads what follows a primary expression: map and record updates, or a remote name and a call, which nothing follows.
func (p *parser) postfix(e Expr, hashed bool) Expr {
	for p.is("#") {
		_, ofMap := e.(*MapExpr)
		if next := p.peek2(); hashed && ofMap != (next.Value == "{") { // a map and a record do not follow each other
			panic(failure{before(next)})
		}
		e, hashed = p.hash(e), true
	}
	if hashed || p.pattern {
		return e
	}
	if p.is(":") {
		colon := p.lex.Next()
		e = &Remote{at(colon), e, p.primary()}
	}
	if p.is("(") {
		e = &Call{firstPosition(e), e, p.args()}
	}
	return e
}

func (p *parser) args() []Expr {
	p.want("(")
	defer p.inside()()
	args := p.list(")")
	p.want(")")
	return args
}

// inside enters brackets, where a pattern is no longer told from an expression; what it returns leaves them.
func (p *parser) inside() func() {
	was := p.pattern
	p.pattern = false
	return func() { p.pattern = was }
}

// outermost reads a pattern outside of brackets.
func (p *parser) outermost() Expr {
	was := p.pattern
	p.pattern = true
	e := p.expr(0)
	p.pattern = was
	return e
}

// patterns reads the patterns in the head of a function.
func (p *parser) patterns() []Expr {
	p.want("(")
	var out []Expr
	if !p.is(")") {
		out = append(out, p.outermost())
		for p.accept(",") {
			out = append(out, p.outermost())
		}
	}
	p.want(")")
	return out
}

// list reads expressions separated by commas, none when the closing word comes at once.
func (p *parser) list(end string) []Expr {
	if p.is(end) {
		return nil
	}
	return p.body()
}

// body reads one expression or more, separated by commas.
func (p *parser) body() []Expr {
	out := []Expr{p.expr(0)}
	for p.accept(",") {
		out = append(out, p.expr(0))
	}
	return out
}

func (p *parser) primary() Expr {
	t := p.lex.Peek()
	switch t.Type {
	case AtomToken:
		p.lex.Next()
		return &Literal{at(t), AtomLiteral, decode(t)}
	case VarToken:
		p.lex.Next()
		return &Var{at(t), t.Value}
	case IntegerToken, FloatToken, CharToken:
		p.lex.Next()
		return &Literal{at(t), map[Kind]LiteralForm{IntegerToken: IntegerLiteral, FloatToken: FloatLiteral, CharToken: CharLiteral}[t.Type], decode(t)}
	case StringToken:
		return p.str()
	case SigilToken:
		p.lex.Next()
		return sigilExpr(at(t), decode(t))
	}
	return p.compound(t)
}

// str joins adjacent strings.
func (p *parser) str() Expr {
	t := p.lex.Next()
	value := decode(t)
	if p.lex.Peek().Type == StringToken {
		all, _ := value.Slice()
		for p.lex.Peek().Type == StringToken {
			more, _ := decode(p.lex.Next()).Slice()
			all = append(all, more...)
		}
		value = term.List(all...)
	}
	return &Literal{at(t), StringLiteral, value}
}

// sigilExpr is a string, or the binary <<"..."/utf8>>.
func sigilExpr(pos Position, value term.Term) Expr {
	if bytes, ok := value.Binary(); ok {
		s := &Literal{pos, StringLiteral, term.String(string(bytes))}
		return &Binary{pos, []BinElement{{Position: pos, Value: s, Types: []string{"utf8"}}}}
	}
	return &Literal{pos, StringLiteral, value}
}

func (p *parser) compound(t *lexer.Token) Expr {
	pos := at(t)
	switch {
	case p.accept("("):
		e := p.expr(0)
		p.want(")")
		return e
	case p.is("{"), p.is("["), p.is("<<"), p.is("#"):
		return p.brackets(pos)
	case p.pattern:
		p.fail()
	case p.is("fun"):
		return p.fun()
	case p.accept("begin"):
		body := p.body()
		p.want("end")
		return &Block{pos, body}
	case p.is("if"), p.is("case"), p.is("receive"), p.is("try"):
		return p.control(pos)
	case p.is("maybe") && (startsExpr(p.peek2()) || p.maybeMatches()):
		return p.maybe(pos)
	case p.is("maybe"), p.is("else"):
		p.lex.Next()
		return &Literal{pos, AtomLiteral, term.Atom(t.Value)}
	}
	p.fail()
	return nil
}

// brackets reads a tuple, list, binary, map or record.
func (p *parser) brackets(pos Position) Expr {
	defer p.inside()()
	switch {
	case p.accept("{"):
		elements := p.list("}")
		p.want("}")
		return &Tuple{pos, elements}
	case p.is("["):
		return p.listExpr()
	case p.is("<<"):
		return p.binary()
	}
	return p.hash(nil)
}

// startsExpr reports whether an expression can begin with the token, an opening parenthesis excepted: maybe( is a call.
func startsExpr(t *lexer.Token) bool {
	switch t.Type {
	case AtomToken, VarToken, IntegerToken, FloatToken, CharToken, StringToken, SigilToken:
		return true
	}
	for _, w := range []string{"{", "[", "<<", "#", "fun", "begin", "if", "case", "receive", "try", "maybe", "catch", "not", "bnot"} {
		if t.Type == wordKinds[w] {
			return true
		}
	}
	return false
}

// maybeMatches reports whether maybe stands in front of a sign or a parenthesis, which could follow an atom too, and a ?= behind them.
func (p *parser) maybeMatches() bool {
	c := p.lex.MakeCheckpoint()
	defer p.lex.LoadCheckpoint(c)
	p.lex.Next()
	if !p.is("(") && !p.is("-") && !p.is("+") {
		return false
	}
	for p.lex.Peek().Type != DotToken && !p.lex.Peek().EOF() {
		if p.is("?=") {
			return true
		}
		p.lex.Next()
	}
	return false
}

func (p *parser) listExpr() Expr {
	pos := at(p.want("["))
	if p.accept("]") {
		return &NilExpr{pos}
	}
	first := p.expr(0)
	if p.is("||") {
		return p.comprehension(pos, ListKind, []Expr{first}, "]")
	}
	elements := []Expr{first}
	for p.accept(",") {
		elements = append(elements, p.expr(0))
	}
	if p.is("||") {
		return p.comprehension(pos, ListKind, elements, "]")
	}
	var tail Expr
	if p.accept("|") {
		tail = p.expr(0)
	} else {
		tail = &NilExpr{at(p.lex.Peek())}
	}
	p.want("]")
	for i := len(elements) - 1; i >= 0; i-- {
		where := firstPosition(elements[i])
		if i == 0 {
			where = pos
		}
		tail = &Cons{where, elements[i], tail}
	}
	return tail
}

func (p *parser) comprehension(pos Position, kind ComprehensionKind, templates []Expr, end string) Expr {
	p.want("||")
	c := &Comprehension{Position: pos, Kind: kind, Templates: templates}
	for {
		c.Qualifiers = append(c.Qualifiers, p.qualifier())
		if !p.accept(",") {
			break
		}
	}
	p.want(end)
	return c
}

func (p *parser) qualifier() Expr {
	e := p.generatorOrFilter()
	g, ok := e.(*Generator)
	if !ok || !p.is("&&") {
		return e
	}
	z := &Zip{g.Position, []*Generator{g}}
	for p.accept("&&") {
		e := p.generatorOrFilter()
		g, ok := e.(*Generator)
		if !ok {
			p.failAt(e.Pos(), "only generators are allowed in a zip generator.")
		}
		z.Generators = append(z.Generators, g)
	}
	return z
}

func (p *parser) generatorOrFilter() Expr {
	e := p.expr(0)
	kind := ListKind
	if p.is(":=") {
		e, kind = &MapEntry{at(p.lex.Next()), e, p.expr(0)}, MapKind
	}
	for _, g := range []struct {
		word   string
		kind   ComprehensionKind
		strict bool
	}{{"<-", ListKind, false}, {"<:-", ListKind, true}, {"<=", BinaryKind, false}, {"<:=", BinaryKind, true}} {
		if _, bits := e.(*Binary); g.kind == BinaryKind && !bits && p.is(g.word) {
			p.fail()
		}
		if t := p.lex.Peek(); p.accept(g.word) {
			if g.kind == ListKind {
				g.kind = kind
			}
			return &Generator{at(t), g.kind, g.strict, e, p.expr(0)}
		}
	}
	if kind == MapKind {
		p.fail()
	}
	return e
}

// binary reads <<...>>, be it elements or a comprehension.
func (p *parser) binary() Expr {
	pos := at(p.want("<<"))
	b := &Binary{Position: pos}
	if p.accept(">>") {
		return b
	}
	b.Elements = append(b.Elements, p.binElement())
	if p.is("||") {
		e := b.Elements[0]
		template := e.Value
		if e.Size != nil || e.Types != nil {
			p.fail()
		}
		return p.comprehension(pos, BinaryKind, []Expr{template}, ">>")
	}
	for p.accept(",") {
		b.Elements = append(b.Elements, p.binElement())
	}
	p.want(">>")
	return b
}

func (p *parser) binElement() BinElement {
	t := p.lex.Peek()
	e := BinElement{Position: at(t)}
	if p.is("+") || p.is("-") || p.is("bnot") || p.is("not") {
		p.lex.Next()
		e.Value = &Unary{at(t), t.Value, p.primary()}
	} else {
		e.Value = p.primary()
		for p.is("#") {
			e.Value = p.hash(e.Value)
		}
	}
	e.Position = firstPosition(e.Value)
	if p.accept(":") {
		e.Size = p.primary()
	}
	if p.accept("/") {
		p.binTypes(&e)
	}
	return e
}

func (p *parser) binTypes(e *BinElement) {
	for {
		word := decode(p.expect(AtomToken)).AtomName()
		if word == "unit" && p.accept(":") {
			n, _ := decode(p.expect(IntegerToken)).Int()
			e.Unit, e.UnitAt, e.HasUnit = int(n), len(e.Types), true
		} else if p.accept(":") {
			e.Types = append(e.Types, word+":"+p.expect(IntegerToken).Value) // which the linter does not know
		} else {
			e.Types = append(e.Types, word)
		}
		if !p.accept("-") {
			return
		}
	}
}

// hash reads what follows #: a map, a record, or a field of one; base is nil unless something stands before it.
func (p *parser) hash(base Expr) Expr {
	defer p.inside()()
	pos := at(p.want("#"))
	if p.accept("{") {
		return p.mapExpr(pos, base)
	}
	module, name := "", ""
	if next := p.lex.Peek(); next.Type == VarToken && next.Value == "_" {
		p.lex.Next()
	} else if name = decode(p.expect(AtomToken)).AtomName(); p.accept(":") {
		module, name = name, p.recordWord()
	}
	if base == nil && p.is(".") && (module != "" || name == "") {
		p.fail()
	}
	if p.accept(".") {
		t := p.expect(AtomToken)
		field := decode(t).AtomName()
		if base == nil {
			return &RecordIndex{pos, name, field, at(t)}
		}
		return &RecordAccess{pos, base, module, name, field, at(t)}
	}
	p.want("{")
	r := &RecordExpr{Position: pos, Base: base, Module: module, Name: name}
	if !p.is("}") {
		for {
			r.Fields = append(r.Fields, p.recordField())
			if !p.accept(",") {
				break
			}
		}
	}
	p.want("}")
	return r
}

// recordWord reads the name of a native record where it may be written like a variable too.
func (p *parser) recordWord() string {
	if t := p.lex.Peek(); t.Type == VarToken {
		return p.lex.Next().Value
	}
	return decode(p.expect(AtomToken)).AtomName()
}

func (p *parser) recordField() RecordField {
	t := p.lex.Next()
	f := RecordField{Position: at(t), Name: t.Value}
	switch {
	case t.Type == AtomToken:
		f.Name = decode(t).AtomName()
	case t.Type == VarToken && t.Value == "_":
		f.Other = true
	case t.Type == VarToken:
		f.Var = true
	default:
		panic(failure{before(t)})
	}
	p.want("=")
	f.Value = p.expr(0)
	return f
}

func (p *parser) mapExpr(pos Position, base Expr) Expr {
	m := &MapExpr{Position: pos, Base: base}
	for !p.is("}") {
		key := p.expr(0)
		f := MapField{Position: at(p.lex.Peek()), Exact: p.is(":="), Key: key}
		if !f.Exact && !p.is("=>") {
			p.fail()
		}
		p.lex.Next()
		f.Value = p.expr(0)
		m.Fields = append(m.Fields, f)
		if p.is("||") && base == nil {
			templates := make([]Expr, len(m.Fields))
			for i, f := range m.Fields {
				if f.Exact {
					p.fail()
				}
				templates[i] = &MapEntry{f.Position, f.Key, f.Value}
			}
			return p.comprehension(pos, MapKind, templates, "}")
		}
		if !p.accept(",") {
			break
		}
		if p.is("}") {
			p.fail()
		}
	}
	p.want("}")
	return m
}
