// Package erl_parse is module erl_parse: tokens to the abstract format.
package erl_parse

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

//go:embed erl_parse.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:   "erl_parse",
		Doc:    "Turns tokens into the abstract format, and terms into it and back.",
		Source: source,
		Functions: []bif.Function{
			{Spec: "parse_exprs(Tokens :: [erl_scan:token()]) -> {ok, [abstract_expr()]} | {error, error_info()}",
				Doc: "Parses expressions separated by commas and ended by a dot.",
				Example: "1> {ok, Ts, _} = erl_scan:string(\"X + 1.\"), erl_parse:parse_exprs(Ts).\n" +
					"{ok,[{op,1,'+',{var,1,'X'},{integer,1,1}}]}", Pure: parseExprs},
			{Spec: "parse_form(Tokens :: [erl_scan:token()]) -> {ok, abstract_form()} | {error, error_info()}",
				Doc: "Parses one form of a module.",
				Example: "1> {ok, Ts, _} = erl_scan:string(\"-module(m).\"), erl_parse:parse_form(Ts).\n" +
					"{ok,{attribute,1,module,m}}", Pure: parseForm},
			{Spec: "parse_term(Tokens :: [erl_scan:token()]) -> {ok, term()} | {error, error_info()}",
				Doc:     "Parses one term ended by a dot.",
				Example: "1> {ok, Ts, _} = erl_scan:string(\"{a,1}.\"), erl_parse:parse_term(Ts).\n{ok,{a,1}}", Pure: parseTerm},
			{Spec: "abstract(Data :: term()) -> abstract_expr()", Doc: "Returns a term in the abstract format, at line 0.",
				Example: "1> erl_parse:abstract({a,1}).\n{tuple,0,[{atom,0,a},{integer,0,1}]}", Pure: abstract},
			{Spec: "abstract(Data :: term(), Options :: erl_anno:line() | list()) -> abstract_expr()",
				Doc:     "Returns a term in the abstract format, at a line, or at that of the option `{line,Line}` or `{location,Location}`.",
				Example: "1> erl_parse:abstract(a, 5).\n{atom,5,a}", Pure: abstract},
			{Spec: "normalise(AbsTerm :: abstract_expr()) -> term()", Doc: "Returns the term that an expression in the abstract format stands for.",
				Example: "1> erl_parse:normalise({tuple,1,[{atom,1,a}]}).\n{a}", Pure: normalise},
			{Spec: "format_error(ErrorDescriptor :: term()) -> string()", Doc: "Explains the reason of an error.",
				Example: "1> erl_parse:format_error([\"syntax error before: \",\"x\"]).\n\"syntax error before: x\"", Pure: formatError},
		},
	}
}

// read makes tokens of a list; false where the list holds something else.
func read(t term.Term) ([]syntax.Token, bool) {
	list, ok := t.Slice()
	out := make([]syntax.Token, len(list))
	for i, x := range list {
		tok, isToken := syntax.TokenFromTerm(x)
		ok = ok && isToken
		out[i] = tok
	}
	return out, ok
}

func failed(err error, empty bool) term.Term {
	e, ok := err.(*syntax.Error)
	if !ok {
		e = &syntax.Error{Text: err.Error()}
	}
	module, reason := e.Descriptor()
	at := syntax.AbstractAnno(e.At)
	if empty {
		at = term.Int(0)
	}
	return term.Tuple(atom.ErrorAtom, term.Tuple(at, module, reason))
}

func parseExprs(args []term.Term) (term.Term, error) {
	tokens, ok := read(args[0])
	if !ok {
		return term.None, term.Badarg()
	}
	body, err := syntax.ParseExprs(tokens, syntax.Options{})
	if err != nil {
		return failed(err, len(tokens) == 0), nil
	}
	return term.Tuple(atom.OK, syntax.AbstractExprs(body)), nil
}

func parseForm(args []term.Term) (term.Term, error) {
	tokens, ok := read(args[0])
	if !ok {
		return term.None, term.Badarg()
	}
	form, err := syntax.ParseForm(tokens, syntax.Options{})
	if err != nil {
		return failed(err, len(tokens) == 0), nil
	}
	return term.Tuple(atom.OK, syntax.AbstractForm(form)), nil
}

func parseTerm(args []term.Term) (term.Term, error) {
	tokens, ok := read(args[0])
	if !ok {
		return term.None, term.Badarg()
	}
	t, err := syntax.ParseTerm(tokens)
	if err != nil {
		return failed(err, len(tokens) == 0), nil
	}
	return term.Tuple(atom.OK, t), nil
}

func abstract(args []term.Term) (term.Term, error) {
	var at syntax.Position
	if len(args) == 2 {
		at = syntax.AnnoPosition(args[1])
		list, _ := args[1].Slice()
		for _, o := range list {
			if e, ok := o.Tagged(atom.Line, 2); ok {
				at = syntax.AnnoPosition(e[1])
			}
		}
	}
	e, ok := syntax.FromTerm(args[0], at)
	if !ok {
		return term.None, term.FunctionClause()
	}
	return syntax.Abstract(e), nil
}

func normalise(args []term.Term) (term.Term, error) {
	e, err := syntax.FromAbstract(args[0])
	if err == nil {
		if t, ok := syntax.Constant(e); ok {
			return t, nil
		}
	}
	return term.None, term.Error(term.Tuple(atom.Badarg, args[0]))
}

func formatError(args []term.Term) (term.Term, error) {
	if out := flat(args[0]); characters(out) {
		return out, nil
	}
	return term.String(format.Write(args[0], format.Options{})), nil
}

func characters(t term.Term) bool {
	list, ok := t.Slice()
	for _, c := range list {
		n, isInt := c.Int()
		ok = ok && isInt && n >= 0 && n <= 0x10ffff
	}
	return ok
}

// flat joins strings within a list.
func flat(t term.Term) term.Term {
	list, ok := t.Slice()
	if !ok {
		return t
	}
	var b term.Builder
	for _, x := range list {
		inner, isList := flat(x).Slice()
		if !isList {
			b.Add(x)
			continue
		}
		for _, c := range inner {
			b.Add(c)
		}
	}
	return b.List(term.Nil)
}
