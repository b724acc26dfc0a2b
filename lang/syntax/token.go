package syntax

import (
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/erlsh/erlsh/lang/term"
)

// Kind is the type of a token: a class of literals, or one keyword or operator.
type Kind = lexer.TokenType

// The classes of tokens. Keywords and operators follow, one Kind each, in the order of words.
const (
	EOF Kind = -(iota + 1)
	AtomToken
	VarToken
	IntegerToken
	FloatToken
	CharToken
	StringToken
	SigilToken
	DotToken
	BlankToken   // of ScanAll
	CommentToken // of ScanAll
	firstWord
)

// words are the keywords and operators; the longest match counts.
var words = []string{
	"after", "begin", "case", "try", "catch", "end", "fun", "if", "of", "receive", "when", "maybe", "else",
	"andalso", "orelse", "bnot", "not", "div", "rem", "band", "and", "bor", "bxor", "bsl", "bsr", "or", "xor",
	"(", ")", ",", "->", "{", "}", "[", "]", ":", "/", "*", "+", "-", "#", "<<", ">>", "==", "/=", "=<", "<", ">=", ">", "=:=", "=/=",
	"++", "--", "=", "!", "<-", "<=", "<:-", "<:=", "=>", ":=", "?=", "||", "|", ";", "::", "..", "...", "?", "??", "&&", ".",
	"&", "@", "\\", "^", "`", "~", // tokens that no rule of the grammar takes
}

var wordKinds = func() map[string]Kind {
	m := make(map[string]Kind, len(words))
	for i, w := range words {
		m[w] = firstWord - Kind(i)
	}
	return m
}()

// Token is one token. Text is the source as written, quotes included; Value what it stands for: the atom, the number, the character,
// or the list of a string; the zero Term for all others.
type Token struct {
	Kind  Kind
	Text  string
	Value term.Term
	Position
	Offset int // in the scanned text, in bytes
}

// Is reports whether the token is this keyword or operator.
func (t Token) Is(word string) bool { return t.Kind <= firstWord && t.Text == word }

// shown is how an error message names the token. As erl_parse does it: literals as written, everything else as an atom.
func (t Token) shown() string {
	switch t.Kind {
	case EOF:
		return ""
	case AtomToken:
		return quoteAtom(t.Value.AtomName())
	case IntegerToken:
		n, _ := t.Value.Big()
		return n.String()
	case VarToken, FloatToken, CharToken, StringToken, SigilToken:
		return t.Text
	case DotToken:
		return "'.'"
	}
	return quoteAtom(t.Text)
}

func quoteAtom(name string) string {
	plain := name != ""
	for i, r := range name {
		if i == 0 && !isLower(r) || i > 0 && !isNameRune(r) {
			plain = false
		}
	}
	if _, reserved := wordKinds[name]; plain && !(reserved && name != "maybe" && name != "else") {
		return name
	}
	return "'" + name + "'"
}

// QuoteAtom returns the name of an atom as it is written in a program.
func QuoteAtom(name string) string { return atomText(name) }
