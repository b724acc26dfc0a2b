package file

import (
	"os"
	"strings"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

func consult(p *node.Process, args []term.Term) (term.Term, error) {
	return onPath(func(path string) (term.Term, error) {
		b, err := os.ReadFile(path)
		if err != nil {
			return term.None, err
		}
		return terms(string(b)), nil
	})(p, args)
}

// terms reads all terms of a text; the result is {ok, Terms} or {error, {Line, Module, Reason}}.
func terms(text string) term.Term {
	var b term.Builder
	at := syntax.Position{Line: 1, Column: 1}
	for {
		tokens, rest, restAt, err := syntax.Next(text, at)
		if err != nil {
			e := err.(*syntax.Error)
			if e.Incomplete && len(tokens) == 0 && e.Text == "" {
				return term.Tuple(atom.OK, b.List(term.Nil))
			}
			if e.Incomplete && len(tokens) > 0 && strings.HasPrefix(e.Text, before) {
				e = &syntax.Error{At: tokens[len(tokens)-1].Position, Text: before, Module: term.Atom("erl_parse")}
			}
			return term.Tuple(atom.ErrorAtom, reason(e))
		}
		t, err := syntax.ParseTerm(tokens)
		if err != nil {
			return term.Tuple(atom.ErrorAtom, reason(err.(*syntax.Error)))
		}
		b.Add(t)
		text, at = rest, restAt
	}
}

// before begins the words about a syntax error; the token that was not expected is a part of its own.
const before = "syntax error before: "

func reason(e *syntax.Error) term.Term {
	text := term.String(e.Text)
	if token, ok := strings.CutPrefix(e.Text, before); ok {
		text = term.List(term.String(before), term.String(token))
	}
	return term.Tuple(term.Int(int64(e.At.Line)), e.Module, text)
}
