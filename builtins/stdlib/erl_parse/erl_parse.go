// Package erl_parse is module erl_parse: tokens to the abstract format.
package erl_parse

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
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
				Example: "1> erl_parse:abstract({a,1}).\n{tuple,0,[{atom,0,a},{integer,0,1}]}", Proc: abstract},
			{Spec: "abstract(Data :: term(), Options :: erl_anno:line() | [{line, erl_anno:line()} | {location, erl_anno:location()} | {encoding, latin1 | unicode | utf8 | none | fun((char()) -> boolean())}]) -> abstract_expr()",
				Doc:     "Returns a term in the abstract format, at a line, or at that of the option `{line,Line}` or `{location,Location}`.",
				Example: "1> erl_parse:abstract(a, 5).\n{atom,5,a}", Proc: abstract},
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

// failed is {error,{Location,erl_parse,Reason}}; empty is the location where there are no tokens, None otherwise.
func failed(err error, empty term.Term) term.Term {
	e, ok := err.(*syntax.Error)
	if !ok {
		e = &syntax.Error{Text: err.Error()}
	}
	module, reason := e.Descriptor()
	at := syntax.AbstractAnno(e.At)
	if !empty.None() {
		at = empty
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
		return failed(err, nowhere(tokens, 0)), nil
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
		return failed(err, nowhere(tokens, 999999)), nil
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
		return failed(err, nowhere(tokens, 0)), nil
	}
	return term.Tuple(atom.OK, t), nil
}

// nowhere is where an error of no tokens at all is said to be.
func nowhere(tokens []syntax.Token, line int64) term.Term {
	if len(tokens) > 0 {
		return term.None
	}
	return term.Int(line)
}

func abstract(p *node.Process, args []term.Term) (term.Term, error) {
	var at syntax.Position
	text := syntax.IsCharacter
	if len(args) == 2 {
		at = syntax.AnnoPosition(args[1])
		list, _ := args[1].Slice()
		for _, o := range list {
			if e, _ := o.Tuple(); len(e) == 2 && (e[0] == atom.Line || e[0].AtomName() == "location") {
				at = syntax.AnnoPosition(e[1])
			} else if len(e) == 2 && e[0].AtomName() == "encoding" {
				text = inEncoding(p, e[1])
			}
		}
	}
	e, ok := syntax.FromTermAs(args[0], at, text)
	if !ok {
		return term.None, term.FunctionClause()
	}
	return syntax.Abstract(e), nil
}

// inEncoding says which characters make strings: those of an encoding, or those of which a fun says so.
func inEncoding(p *node.Process, encoding term.Term) func(term.Term) bool {
	if _, ok := encoding.Fun(); ok {
		return func(t term.Term) bool {
			is, err := p.Call(encoding, t)
			return err == nil && t.IsInteger() && is == term.True
		}
	}
	return func(t term.Term) bool {
		n, _ := t.Int()
		name := encoding.AtomName()
		return syntax.IsCharacter(t) && name != "none" && (name != "latin1" || n < 256)
	}
}

func normalise(args []term.Term) (term.Term, error) {
	if t, ok := constant(args[0]); ok {
		return t, nil
	}
	return term.None, term.Error(term.Tuple(atom.Badarg, culprit(args[0])))
}

func constant(t term.Term) (term.Term, bool) {
	e, err := syntax.FromAbstract(t)
	if err != nil {
		return term.None, false
	}
	return syntax.Constant(e)
}

// culprit is the innermost part of an expression that stands for no term.
func culprit(t term.Term) term.Term {
	e, _ := t.Tuple()
	if len(e) < 3 {
		return t
	}
	var parts []term.Term
	switch e[0].AtomName() {
	case "tuple":
		parts, _ = e[2].Slice()
	case "cons":
		parts = e[2:]
	case "map":
		fields, _ := e[2].Slice()
		for _, f := range fields {
			if f, _ := f.Tuple(); len(f) == 4 {
				parts = append(parts, f[2:]...)
			}
		}
	case "bin":
		elements, _ := e[2].Slice()
		for _, x := range elements {
			if x, _ := x.Tuple(); len(x) == 5 {
				parts = append(parts, x[2])
			}
		}
	}
	for _, part := range parts {
		if _, ok := constant(part); !ok {
			return culprit(part)
		}
	}
	return t
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
