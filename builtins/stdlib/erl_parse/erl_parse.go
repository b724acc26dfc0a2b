// Package erl_parse is module erl_parse: the trees of tokens.
package erl_parse

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

var (
	atomParse    = term.Atom("erl_parse")
	atomDot      = term.Atom("dot")
	atomLocation = term.Atom("location")
)

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{Name: "erl_parse", Doc: "The trees of tokens.", Functions: []bif.Function{
		{
			Spec:    "parse_term(Tokens :: [tuple()]) -> {ok, Term :: term()} | {error, ErrorInfo :: tuple()}",
			Doc:     "Returns the term that tokens stand for.",
			Example: "1> {ok, Tokens, _} = erl_scan:string(\"{a,[1]}.\"), erl_parse:parse_term(Tokens).\n{ok,{a,[1]}}",
			Pure:    parsing(syntax.ParseTerm),
		},
		{
			Spec:    "parse_exprs(Tokens :: [tuple()]) -> {ok, Expressions :: [tuple()]} | {error, ErrorInfo :: tuple()}",
			Doc:     "Returns the trees of expressions in the abstract format.",
			Example: "1> {ok, Tokens, _} = erl_scan:string(\"X + 1.\"), erl_parse:parse_exprs(Tokens).\n{ok,[{op,1,'+',{var,1,'X'},{integer,1,1}}]}",
			Pure: parsing(func(tokens []syntax.Token) (term.Term, error) {
				exprs, err := syntax.ParseExprs(tokens, syntax.Options{})
				if err != nil {
					return term.None, err
				}
				return syntax.AbstractExprs(exprs), nil
			}),
		},
		{
			Spec:    "parse_form(Tokens :: [tuple()]) -> {ok, Form :: tuple()} | {error, ErrorInfo :: tuple()}",
			Doc:     "Returns the tree of a form of a module in the abstract format.",
			Example: "1> {ok, Tokens, _} = erl_scan:string(\"-module(m).\"), erl_parse:parse_form(Tokens).\n{ok,{attribute,1,module,m}}",
			Pure: parsing(func(tokens []syntax.Token) (term.Term, error) {
				form, err := syntax.ParseForm(tokens, syntax.Options{})
				if err != nil {
					return term.None, err
				}
				return syntax.AbstractForm(form), nil
			}),
		},
		{
			Spec:    "normalise(Tree :: tuple()) -> Term :: term()",
			Doc:     "Returns the term that a tree in the abstract format stands for.",
			Example: "1> erl_parse:normalise({cons,1,{atom,1,a},{nil,1}}).\n[a]",
			Pure: func(args []term.Term) (term.Term, error) {
				if e, err := syntax.FromAbstract(args[0]); err == nil {
					if t, ok := syntax.Constant(e); ok {
						return t, nil
					}
				}
				return term.None, bif.ErrorOf(atom.FunctionClaus, "erl_parse", "normalise", term.List(args...))
			},
		},
		{
			Spec:    "format_error(Description :: term()) -> chars()",
			Doc:     "Returns words for the description in an ErrorInfo.",
			Example: "1> lists:flatten(erl_parse:format_error([\"syntax error before: \",\"b\"])).\n\"syntax error before: b\"",
			Pure: func(args []term.Term) (term.Term, error) {
				if _, ok := bif.Text(args[0]); ok {
					return args[0], nil
				}
				return term.String(format.Write(args[0], format.Options{})), nil
			},
		},
	}}
}

// parsing makes a function on the tokens of erl_scan of one on ours.
func parsing(parse func(tokens []syntax.Token) (term.Term, error)) func(args []term.Term) (term.Term, error) {
	return func(args []term.Term) (term.Term, error) {
		tokens, ok := tokensOf(args[0])
		if !ok {
			return term.None, bif.ErrorOf(atom.FunctionClaus, "erl_parse", "parse", term.List(args...))
		}
		value, err := parse(tokens)
		if err == nil {
			return term.Tuple(atom.OK, value), nil
		}
		e, ok := err.(*syntax.Error)
		if !ok {
			return term.None, err
		}
		reason := e.Reason
		if reason.None() {
			reason = term.String(e.Text)
		}
		return term.Tuple(atom.ErrorAtom, term.Tuple(syntax.AbstractAnno(e.At), atomParse, reason)), nil
	}
}

// tokensOf reads the tokens of erl_scan. What a token is follows from how it is written.
func tokensOf(list term.Term) ([]syntax.Token, bool) {
	elements, ok := list.Slice()
	if !ok {
		return nil, false
	}
	var out []syntax.Token
	for _, t := range elements {
		e, ok := t.Tuple()
		if !ok || len(e) < 2 || len(e) > 3 {
			return nil, false
		}
		scanned, _, err := syntax.Scan(written(e), syntax.Position{Line: 1, Column: 1})
		if err != nil || len(scanned) != 1 {
			return nil, false
		}
		token := scanned[0]
		token.Position = syntax.AnnoPosition(locationOf(e[1]))
		out = append(out, token)
	}
	return out, true
}

func locationOf(anno term.Term) term.Term {
	for c, ok := anno.Cons(); ok; c, ok = c.Tail.Cons() {
		if e, ok := c.Head.Tagged(atomLocation, 2); ok {
			return e[1]
		}
	}
	return anno
}

// written returns a token as source text.
func written(e []term.Term) string {
	if len(e) == 2 {
		if e[0] == atomDot {
			return ". "
		}
		return e[0].AtomName()
	}
	switch e[0].AtomName() {
	case "var":
		return e[2].AtomName()
	case "char":
		r, _ := e[2].Int()
		return string(format.AppendChar(nil, rune(r), false))
	case "string":
		text, _ := bif.Text(e[2])
		return format.String(text)
	}
	return format.Write(e[2], format.Options{})
}
