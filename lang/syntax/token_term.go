package syntax

import (
	"strconv"
	"strings"

	"github.com/erlsh/erlsh/lang/term"
)

var tokenTags = map[Kind]string{
	AtomToken: "atom", VarToken: "var", IntegerToken: "integer", FloatToken: "float", CharToken: "char", StringToken: "string",
	BlankToken: "white_space", CommentToken: "comment",
}

// TokenTerm returns a token as erl_scan gives it: {Category, Anno, Symbol}, or {Symbol, Anno} for words, operators and the dot. A
// position without a column becomes a line.
func TokenTerm(t Token) term.Term {
	anno := AbstractAnno(t.Position)
	switch {
	case t.Kind == DotToken:
		return term.Tuple(term.Atom("dot"), anno)
	case t.Kind == VarToken:
		return term.Tuple(term.Atom("var"), anno, term.Atom(t.Text))
	case t.Kind == SigilToken:
		return term.Tuple(term.Atom("string"), anno, t.Value)
	case tokenTags[t.Kind] != "":
		return term.Tuple(term.Atom(tokenTags[t.Kind]), anno, t.Value)
	case t.Is("maybe"), t.Is("else"):
		return term.Tuple(term.Atom("atom"), anno, term.Atom(t.Text))
	}
	return term.Tuple(term.Atom(t.Text), anno)
}

// Unexpected is a token that no rule of the grammar takes.
func Unexpected(at Position, offset int) Token {
	return Token{Kind: wordKinds["`"], Text: "`", Position: at, Offset: offset}
}

// TokenFromTerm makes a token of what erl_scan returned; false for anything else.
func TokenFromTerm(t term.Term) (Token, bool) {
	e, ok := t.Tuple()
	if !ok || len(e) < 2 || !e[0].IsAtom() {
		return Token{}, false
	}
	tok := Token{Position: AnnoPosition(e[1])}
	tag := e[0].AtomName()
	if len(e) == 2 {
		if tag == "dot" {
			tok.Kind, tok.Text = DotToken, "."
			return tok, true
		}
		tok.Kind, tok.Text = wordKinds[tag], tag
		return tok, tok.Kind != 0
	}
	for kind, name := range tokenTags {
		if name == tag {
			tok.Kind, tok.Value = kind, e[2]
		}
	}
	if len(e) != 3 || tok.Kind == 0 {
		return Token{}, false
	}
	if _, ok := written(tok, e[2]); !ok {
		return written(tok, standIns[tok.Kind]) // erl_parse does not look at values
	}
	return written(tok, e[2])
}

// standIns are the values of tokens whose own are of wrong types.
var standIns = map[Kind]term.Term{
	AtomToken: term.Atom("undefined"), VarToken: term.Atom("_"), IntegerToken: term.Int(0), FloatToken: term.Float(0), CharToken: term.Int(0), StringToken: term.Nil,
	BlankToken: term.Nil, CommentToken: term.Nil,
}

// written gives a token that was made of a term the text that it could have come from.
func written(tok Token, v term.Term) (Token, bool) {
	switch tok.Kind {
	case AtomToken:
		tok.Text = atomText(v.AtomName())
		return tok, v.IsAtom()
	case VarToken:
		tok.Text, tok.Value = v.AtomName(), term.None
		return tok, v.IsAtom()
	case IntegerToken:
		n, ok := v.Big()
		if ok {
			tok.Text = n.String()
		}
		return tok, ok
	case FloatToken:
		f, ok := v.Float()
		tok.Text = strconv.FormatFloat(f, 'f', -1, 64)
		if !strings.Contains(tok.Text, ".") {
			tok.Text += ".0"
		}
		return tok, ok
	case CharToken:
		n, ok := v.Int()
		tok.Text = "$" + escapeChar(rune(n))
		return tok, ok
	}
	tok.Text = quoteString(textOf(v))
	return tok, v.IsList()
}

// Descriptor returns the module that explains an error and the reason as that module has it, for {error, {Location, Module, Reason}}.
func (e *Error) Descriptor() (module, reason term.Term) {
	module = e.Module
	if module.None() {
		module = term.Atom("erl_parse")
	}
	if !e.Reason.None() {
		return module, e.Reason
	}
	if module == term.Atom("erl_scan") {
		return module, scanReason(e.Text)
	}
	if rest, ok := strings.CutPrefix(e.Text, "syntax error before: "); ok {
		return module, term.List(term.String("syntax error before: "), term.String(rest))
	}
	return module, term.String(e.Text)
}

// scanReason makes erl_scan's reason of its words.
func scanReason(text string) term.Term {
	if what, ok := strings.CutPrefix(text, "illegal "); ok {
		if base, ok := strings.CutPrefix(what, "base '"); ok {
			n, _ := strconv.Atoi(strings.TrimSuffix(base, "'"))
			return term.Tuple(term.Atom("base"), term.Int(int64(n)))
		}
		return term.Tuple(term.Atom("illegal"), term.Atom(strings.ReplaceAll(what, "escape sequence", "character")))
	}
	if what, ok := strings.CutPrefix(text, "unterminated "); ok {
		kind, start, found := strings.Cut(what, " starting with ")
		if !found {
			return term.Atom("char")
		}
		if plain, err := strconv.Unquote(start); err == nil {
			start = plain
		}
		quote := map[string]int64{"string": '"', "atom": '\''}[kind]
		return term.Tuple(term.Atom("string"), term.Int(quote), term.String(start))
	}
	return term.String(text)
}
