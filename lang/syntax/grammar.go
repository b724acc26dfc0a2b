package syntax

import (
	"errors"
	"io"
	"slices"
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/erlsh/erlsh/lang/term"
)

// Options choose what the parser accepts beyond the language of modules.
type Options struct {
	// Extensions accepts what only makes sense at a prompt: the pid <0.84.0>, and the address <name, Node> for {name, Node}.
	Extensions bool
}

// The productions. Forms are participle's; an expression is one Parseable, which climbs precedence by hand.
type (
	exprsForm struct {
		Body []*exprNode `parser:"@@ (',' @@)* Dot"`
	}
	functionForm struct {
		Clauses []*functionClause `parser:"@@ (';' @@)* Dot"`
	}
	// grammar ties the productions together so that one parser holds them all.
	grammar struct {
		Exprs    *exprsForm    `parser:"@@"`
		Function *functionForm `parser:"| 'function' @@"`
	}
	exprNode       struct{ expr Expr }
	functionClause struct {
		name   string
		clause *Clause
	}
)

// Parse reads one expression for participle.
func (n *exprNode) Parse(lex *lexer.PeekingLexer) (err error) {
	defer rescue(&err)
	n.expr = (&parser{lex: lex}).expr(0)
	return nil
}

// Parse reads one clause of a function definition for participle.
func (n *functionClause) Parse(lex *lexer.PeekingLexer) (err error) {
	defer rescue(&err)
	p := &parser{lex: lex}
	name := p.expect(AtomToken)
	n.name = decode(name).AtomName()
	n.clause = p.funClause(at(name))
	return nil
}

// definition is the lexer as participle sees it. Texts are scanned before; here are only the names of the classes.
type definition struct{}

// Symbols names the classes of tokens that the productions mention.
func (definition) Symbols() map[string]lexer.TokenType {
	return map[string]lexer.TokenType{
		"EOF": lexer.EOF, "Atom": AtomToken, "Var": VarToken, "Integer": IntegerToken, "Float": FloatToken,
		"Char": CharToken, "String": StringToken, "Sigil": SigilToken, "Dot": DotToken,
	}
}

// Lex scans a whole text.
func (definition) Lex(_ string, r io.Reader) (lexer.Lexer, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	tokens, _, err := Scan(string(text), Position{1, 1})
	return &sliceLexer{tokens: tokens}, err
}

// sliceLexer hands out tokens that were scanned before.
type sliceLexer struct {
	tokens []Token
	next   int
	end    Position
}

// Next returns the next token.
func (l *sliceLexer) Next() (lexer.Token, error) {
	if l.next >= len(l.tokens) {
		return lexer.EOFToken(lexer.Position{Line: l.end.Line, Column: l.end.Column}), nil
	}
	t := &l.tokens[l.next]
	l.next++
	return lexer.Token{Type: t.Kind, Value: t.Text, Pos: lexer.Position{Line: t.Line, Column: t.Column, Offset: t.Offset}}, nil
}

var (
	exprsParser    = sync.OnceValue(func() *participle.Parser[exprsForm] { return production[exprsForm]() })
	functionParser = sync.OnceValue(func() *participle.Parser[functionForm] { return production[functionForm]() })
	grammarParser  = sync.OnceValue(func() *participle.Parser[grammar] {
		participle.MaxIterations = 1 << 30
		return participle.MustBuild[grammar](participle.Lexer(definition{}), participle.UseLookahead(0))
	})
)

func production[P any]() *participle.Parser[P] {
	p, err := participle.ParserForProduction[P](grammarParser())
	if err != nil {
		panic(err) // a bug of this file
	}
	return p
}

// parse runs a production over tokens and gives its error the compiler's words.
func parse[P any](p *participle.Parser[P], tokens []Token, o Options) (*P, error) {
	if o.Extensions {
		tokens = prompt(tokens)
	}
	end := Position{1, 1}
	if n := len(tokens); n > 0 {
		end = tokens[n-1].Position
	}
	lex, err := lexer.Upgrade(&sliceLexer{tokens: tokens, end: end})
	if err != nil {
		return nil, err
	}
	out, err := p.ParseFromLexer(lex)
	if err == nil {
		return out, nil
	}
	var mine *Error
	if errors.As(err, &mine) {
		return nil, mine
	}
	var unexpected *participle.UnexpectedTokenError
	if errors.As(err, &unexpected) {
		return nil, before(&unexpected.Unexpected)
	}
	next := lex.Peek()
	return nil, before(next)
}

// before is the error that every unexpected token gives.
func before(t *lexer.Token) *Error {
	kind := t.Type
	if t.EOF() {
		kind = EOF
	}
	tok := Token{Kind: kind, Text: t.Value}
	if kind == AtomToken || kind == IntegerToken {
		tok.Value = decode(t)
	}
	return &Error{At: at(t), Text: "syntax error before: " + tok.shown(), Module: term.Atom("erl_parse"), Offset: t.Pos.Offset}
}

func at(t *lexer.Token) Position { return Position{t.Pos.Line, t.Pos.Column} }

// decode returns what the text of a literal stands for.
func decode(t *lexer.Token) term.Term {
	if t.Type == AtomToken && t.Value[0] != '\'' {
		return term.Atom(t.Value)
	}
	tokens, _, err := Scan(t.Value, Position{1, 1})
	if err != nil || len(tokens) == 0 {
		return term.Atom(t.Value)
	}
	if tokens[0].Value.None() {
		return term.Atom(t.Value) // a keyword that stands for an atom
	}
	return tokens[0].Value
}

// ParseExprs parses expressions separated by commas and ended by a dot. The error is an *Error.
func ParseExprs(tokens []Token, o Options) ([]Expr, error) {
	form, err := parse(exprsParser(), tokens, o)
	if err != nil {
		return nil, pastSemicolon(err, tokens)
	}
	body := make([]Expr, len(form.Body))
	for i, n := range form.Body {
		body[i] = n.expr
	}
	return body, nil
}

// pastSemicolon is what erl_parse makes of a semicolon between expressions: it reads them as the body of a function, and so another
// clause may follow.
func pastSemicolon(err error, tokens []Token) error {
	e, ok := err.(*Error)
	if !ok || e.Text != "syntax error before: ';'" {
		return err
	}
	for i, t := range tokens {
		if t.Position != e.At || !t.Is(";") || i+1 == len(tokens) {
			continue
		}
		before := append(slices.Clone(tokens[:i]), Token{Kind: DotToken, Text: ".", Position: t.Position})
		if _, incomplete := parse(exprsParser(), before, Options{}); incomplete != nil {
			return err
		}
		if _, more := parse(functionParser(), tokens[i+1:], Options{}); more != nil {
			return more
		}
	}
	return err
}

// ParseForm parses one form of a module. The error is an *Error.
func ParseForm(tokens []Token, o Options) (Form, error) {
	if len(tokens) > 1 && tokens[0].Is("-") && (tokens[1].Kind == AtomToken || tokens[1].Is("if") || tokens[1].Is("else")) {
		return parseAttribute(tokens)
	}
	if len(tokens) > 0 && tokens[0].Is("-") {
		lex := sliceLexer{tokens: tokens, next: 1, end: tokens[0].Position}
		next, err := lex.Next()
		if err == nil {
			err = before(&next)
		}
		return nil, err
	}
	form, err := parse(functionParser(), tokens, o)
	if err != nil {
		return nil, err
	}
	first := form.Clauses[0]
	f := &Function{Position: first.clause.Position, Name: first.name, Arity: len(first.clause.Patterns)}
	for _, c := range form.Clauses {
		if c.name != f.Name || len(c.clause.Patterns) != f.Arity {
			return nil, &Error{At: c.clause.Position, Text: "head mismatch", Module: term.Atom("erl_parse")}
		}
		f.Clauses = append(f.Clauses, c.clause)
	}
	return f, nil
}

// leftmost is where the expression begins that tokens begin with, parentheses left aside.
func leftmost(tokens []Token) Position {
	i := slices.IndexFunc(tokens, func(t Token) bool { return !t.Is("(") })
	return tokens[max(i, 0)].Position
}

// comma finds the first comma that is not inside anything.
func comma(tokens []Token) int {
	depth := 0
	for i, t := range tokens {
		switch {
		case t.Is("(") || t.Is("[") || t.Is("{") || t.Is("<<") || t.Is("begin") || t.Is("case") || t.Is("if") || t.Is("receive") || t.Is("try") || t.Is("maybe"):
			depth++
		case t.Is("fun") && i+1 < len(tokens) && tokens[i+1].Is("("):
			depth++
		case t.Is(")") || t.Is("]") || t.Is("}") || t.Is(">>") || t.Is("end"):
			depth--
		case t.Is(",") && depth == 0:
			return i
		}
	}
	return -1
}

// ParseTerm parses one term ended by a dot, as file:consult/1 reads them. The error is an *Error.
func ParseTerm(tokens []Token) (term.Term, error) {
	body, err := ParseExprs(tokens, Options{})
	if err != nil {
		return term.None, err
	}
	if len(body) == 1 {
		if t, ok := Constant(body[0]); ok {
			return t, nil
		}
	}
	at := leftmost(tokens)
	if len(body) > 1 {
		at = leftmost(tokens[comma(tokens)+1:])
	}
	return term.None, &Error{At: at, Text: "bad term", Module: term.Atom("erl_parse")}
}

// prompt rewrites what only a prompt accepts into the language: <0.84.0> becomes c:pid(0,84,0), <Name, Node> becomes {Name, Node}.
func prompt(tokens []Token) []Token {
	var out []Token
	for i := 0; i < len(tokens); i++ {
		if tokens[i].Is("<") && operandExpected(out) {
			if n := pidLiteral(tokens[i:]); n > 0 {
				out = append(out, pidCall(tokens[i:i+n])...)
				i += n - 1
				continue
			}
			if n := address(tokens[i:]); n > 0 {
				open, end := tokens[i], tokens[i+n-1]
				open.Kind, open.Text = wordKinds["{"], "{"
				end.Kind, end.Text = wordKinds["}"], "}"
				out = append(append(append(out, open), tokens[i+1:i+n-1]...), end)
				i += n - 1
				continue
			}
		}
		out = append(out, tokens[i])
	}
	return out
}

// operandExpected reports whether an operand has to come next, so that < cannot be the comparison.
func operandExpected(before []Token) bool {
	if len(before) == 0 {
		return true
	}
	switch t := before[len(before)-1]; t.Kind {
	case AtomToken, VarToken, IntegerToken, FloatToken, CharToken, StringToken, SigilToken, DotToken:
		return false
	default:
		return !t.Is(")") && !t.Is("]") && !t.Is("}") && !t.Is(">>") && !t.Is("end")
	}
}

// pidLiteral returns the number of tokens of <A.B.C>, which scans as a float, a dot and an integer, or as <A.B.C with other cuts.
func pidLiteral(t []Token) int {
	text := ""
	for i := 1; i < len(t) && i < 8; i++ {
		if t[i].Is(">") {
			var a, b, c uint32
			if n, err := scanPid(text, &a, &b, &c); err == nil && n == 3 {
				return i + 1
			}
			return 0
		}
		if k := t[i].Kind; k != IntegerToken && k != FloatToken && k != DotToken && !t[i].Is(".") && !t[i].Is("..") {
			return 0
		}
		text += t[i].Text
	}
	return 0
}

func pidCall(t []Token) []Token {
	text := ""
	for _, x := range t[1 : len(t)-1] {
		text += x.Text
	}
	var a, b, c uint32
	_, _ = scanPid(text, &a, &b, &c)
	source := "c:pid(" + utoa(a) + "," + utoa(b) + "," + utoa(c) + ")"
	tokens, _, _ := Scan(source, t[0].Position)
	for i := range tokens {
		tokens[i].Position = t[0].Position
	}
	return tokens
}

// address returns the number of tokens of <Name, Node>, both single tokens.
func address(t []Token) int {
	if len(t) < 5 || !t[2].Is(",") || !t[4].Is(">") {
		return 0
	}
	for _, i := range []int{1, 3} {
		if t[i].Kind != AtomToken && t[i].Kind != VarToken {
			return 0
		}
	}
	return 5
}
