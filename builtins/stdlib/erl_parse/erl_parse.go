// Package erl_parse is module erl_parse: tokens to the abstract format.
package erl_parse

import (
	_ "embed"
	"strings"

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
					"{ok,[{op,1,'+',{var,1,'X'},{integer,1,1}}]}", Proc: parseExprs},
			{Spec: "parse_form(Tokens :: [erl_scan:token()]) -> {ok, abstract_form()} | {error, error_info()}",
				Doc: "Parses one form of a module.",
				Example: "1> {ok, Ts, _} = erl_scan:string(\"-module(m).\"), erl_parse:parse_form(Ts).\n" +
					"{ok,{attribute,1,module,m}}", Proc: parseForm},
			{Spec: "parse_term(Tokens :: [erl_scan:token()]) -> {ok, term()} | {error, error_info()}",
				Doc:     "Parses one term ended by a dot.",
				Example: "1> {ok, Ts, _} = erl_scan:string(\"{a,1}.\"), erl_parse:parse_term(Ts).\n{ok,{a,1}}", Proc: parseTerm},
			{Spec: "abstract(Data :: term()) -> abstract_expr()", Doc: "Returns a term in the abstract format, at line 0.",
				Example: "1> erl_parse:abstract({a,1}).\n{tuple,0,[{atom,0,a},{integer,0,1}]}", Proc: abstract},
			{Spec: "abstract(Data :: term(), Options :: erl_anno:line() | [{line, erl_anno:line()} | {location, erl_anno:location()} | {encoding, latin1 | unicode | utf8 | none | fun((char()) -> boolean())}]) -> abstract_expr()",
				Doc:     "Returns a term in the abstract format, at a line, or at that of the option `{line,Line}` or `{location,Location}`.",
				Example: "1> erl_parse:abstract(a, 5).\n{atom,5,a}", Proc: abstract},
			{Spec: "format_error(ErrorDescriptor :: term()) -> string()", Doc: "Explains the reason of an error.",
				Example: "1> erl_parse:format_error([\"syntax error before: \",\"x\"]).\n\"syntax error before: x\"", Pure: formatError},
		},
	}
}

// tokens are those of a list, as far as it holds what has the shape of one.
type tokens struct {
	terms []term.Term
	list  []syntax.Token
	stop  error // what comes of it when the parser gets to the end of them
}

func read(t term.Term) tokens {
	var ts tokens
	for c, ok := t.Cons(); ok; c, ok = t.Cons() {
		e, _ := c.Head.Tuple()
		if len(e) < 2 {
			ts.stop = term.Badarg()
			break
		}
		tok, ok := syntax.TokenFromTerm(c.Head)
		if !ok {
			tok = syntax.Unexpected(syntax.AnnoPosition(e[1]), 0)
		}
		tok.Offset = len(ts.list)
		ts.terms, ts.list, t = append(ts.terms, c.Head), append(ts.list, tok), c.Tail
	}
	if !t.IsNil() && ts.stop == nil {
		ts.stop = bif.ClauseOf("erl_parse", "yeccpars1", t)
	}
	if ts.stop != nil {
		ts.list = append(ts.list, syntax.Unexpected(syntax.Position{}, len(ts.list)))
	}
	return ts
}

// failed is {error,{Location,erl_parse,Reason}}; empty is the line where there are no tokens.
func (ts tokens) failed(p *node.Process, err error, empty int64) (term.Term, error) {
	e, ok := err.(*syntax.Error)
	if !ok {
		e = &syntax.Error{Text: err.Error()}
	}
	module, reason := e.Descriptor()
	at := syntax.AbstractAnno(e.At)
	switch before := strings.HasPrefix(e.Text, unexpected); {
	case len(ts.list) == 0:
		at = term.Int(empty)
	case before && e.Offset == len(ts.terms) && ts.stop != nil:
		return term.None, ts.stop
	case e.Text == unexpected:
		at = ask(p, "end_location", ts.terms[len(ts.terms)-1], atom.Undefined)
		if at == atom.Undefined {
			at = ask(p, "location", ts.terms[len(ts.terms)-1], term.None)
		}
		reason = term.List(term.String(unexpected), term.Nil)
	case before && e.Offset < len(ts.terms):
		at = ask(p, "location", ts.terms[e.Offset], term.None)
		reason = term.List(term.String(unexpected), shown(ts.terms[e.Offset]))
	}
	return term.Tuple(atom.ErrorAtom, term.Tuple(at, module, reason)), nil
}

// ask asks erl_anno about a token; for what is no annotation the answer is otherwise, or where that is None the annotation.
func ask(p *node.Process, what string, token, otherwise term.Term) term.Term {
	e, _ := token.Tuple()
	v, err := p.Call((&term.Fun{Module: term.Atom("erl_anno"), Name: term.Atom(what), Arity: 1, External: true}).Term(), e[1])
	switch {
	case err == nil:
		return v
	case otherwise.None():
		return e[1]
	}
	return otherwise
}

const unexpected = "syntax error before: "

// shown is a token in the words of an error: as it was written, where its text was kept.
func shown(token term.Term) term.Term {
	e, _ := token.Tuple()
	anno, _ := e[1].Slice()
	for _, item := range anno {
		if text, ok := item.Tagged(term.Atom("text"), 2); ok {
			return text[1]
		}
	}
	write := func(t term.Term) term.Term { return term.String(format.Write(t, format.Options{Latin1: true})) }
	switch name := e[0].AtomName(); {
	case len(e) == 2 && name == "dot":
		return term.String("'.'")
	case len(e) == 2 && e[0].IsAtom():
		return write(e[0])
	case len(e) != 3:
		return term.List(format.PrettyChars(token, format.Options{Latin1: true}))
	case name == "atom" || name == "integer" || name == "float":
		return write(e[2])
	case name == "var":
		return term.String(e[2].AtomName())
	case name == "char":
		if n, ok := e[2].Int(); ok {
			return term.String(string(format.AppendChar(nil, rune(n), false)))
		}
	case name == "string":
		if s, ok := bif.Text(e[2]); ok {
			return term.String(format.String(s))
		}
	}
	return term.List(format.PrettyChars(e[2], format.Options{Latin1: true}))
}

func parseExprs(p *node.Process, args []term.Term) (term.Term, error) {
	ts := read(args[0])
	body, err := syntax.ParseExprs(ts.list, syntax.Options{})
	if err != nil {
		return ts.failed(p, err, 0)
	}
	return term.Tuple(atom.OK, syntax.AbstractExprs(body)), nil
}

func parseForm(p *node.Process, args []term.Term) (term.Term, error) {
	ts := read(args[0])
	form, err := syntax.ParseForm(ts.list, syntax.Options{})
	if err != nil {
		return ts.failed(p, err, 999999)
	}
	return term.Tuple(atom.OK, syntax.AbstractForm(form)), nil
}

func parseTerm(p *node.Process, args []term.Term) (term.Term, error) {
	ts := read(args[0])
	t, err := syntax.ParseTerm(ts.list)
	if err != nil {
		return ts.failed(p, err, 0)
	}
	return term.Tuple(atom.OK, t), nil
}

func abstract(p *node.Process, args []term.Term) (term.Term, error) {
	var at syntax.Position
	text, fail := syntax.IsCharacter, error(nil)
	if len(args) == 2 {
		location, encoding := args[1], term.None
		if args[1].IsList() {
			var err error
			if location, encoding, err = options(args[1]); err != nil {
				return term.None, err
			}
		}
		valid := (&term.Fun{Module: term.Atom("erl_anno"), Name: term.Atom("new"), Arity: 1, External: true}).Term()
		if _, err := p.Call(valid, location); err != nil {
			return term.None, err
		}
		at = syntax.AnnoPosition(location)
		if !encoding.None() {
			if text = inEncoding(p, encoding, &fail); text == nil {
				return term.None, term.Error(term.Tuple(atom.Badarg, encoding))
			}
		}
	}
	e, ok := syntax.FromTermAs(args[0], at, text)
	switch {
	case fail != nil:
		return term.None, fail
	case !ok:
		if isFun(odd(args[0])) {
			return term.None, bif.ErrorOf(term.Tuple(atom.CaseClause, term.Tuple(term.Atom("type"), term.Atom("local"))), "erl_parse", "abstract", term.Int(3))
		}
		return term.None, term.FunctionClause()
	}
	return syntax.Abstract(e), nil
}

// options reads location or line, whichever there is of these, and encoding, which may be None.
func options(list term.Term) (location, encoding term.Term, err error) {
	location, err = property(list, "location")
	if err == nil && location.None() {
		location, err = property(list, "line")
	}
	if location.None() {
		location = term.Int(0)
	}
	if err == nil {
		encoding, err = property(list, "encoding")
	}
	return
}

// property is what proplists:get_value/2 finds, or None.
func property(list term.Term, key string) (term.Term, error) {
	for c, ok := list.Cons(); ok; c, ok = c.Tail.Cons() {
		e, _ := c.Head.Tuple()
		switch {
		case c.Head.AtomName() == key:
			return term.True, nil
		case len(e) == 2 && e[0].AtomName() == key:
			return e[1], nil
		}
		list = c.Tail
	}
	if !list.IsNil() {
		return term.None, bif.ClauseOf("proplists", "get_value", term.Atom(key), list, term.None)
	}
	return term.None, nil
}

// inEncoding says which characters make strings: those of an encoding, or those of which a fun says so; nil for what is neither.
func inEncoding(p *node.Process, encoding term.Term, fail *error) func(term.Term) bool {
	if f, ok := encoding.Fun(); ok && f.Arity == 1 {
		return func(t term.Term) bool {
			if n, ok := t.Int(); *fail != nil || !ok || n < 0 {
				return false
			}
			is, err := p.Call(encoding, t)
			if err == nil && is != term.True && is != term.False {
				err = term.Error(term.Tuple(atom.CaseClause, is))
			}
			*fail = err
			return is == term.True
		}
	}
	switch encoding.AtomName() {
	case "none":
		return func(term.Term) bool { return false }
	case "latin1":
		return func(t term.Term) bool { n, _ := t.Int(); return syntax.IsCharacter(t) && n < 256 }
	case "unicode", "utf8":
		return syntax.IsCharacter
	}
	return nil
}

func isFun(t term.Term) bool {
	_, ok := t.Fun()
	return ok
}

// odd is the first part of a term that has no abstract form, or None.
func odd(t term.Term) term.Term {
	var parts []term.Term
	for c, ok := t.Cons(); ok; c, ok = c.Tail.Cons() {
		parts, t = append(parts, c.Head), c.Tail
	}
	parts = append(parts, t)
	if e, ok := t.Tuple(); ok {
		parts = append(parts[:len(parts)-1], e...)
	} else if m, ok := t.Map(); ok {
		parts = parts[:len(parts)-1]
		for k, v := range m.All() {
			parts = append(parts, k, v)
		}
	} else if len(parts) == 1 {
		f, _ := t.Fun()
		if t.IsNumber() || t.IsAtom() || t.IsNil() || t.IsBitstring() || f != nil && f.External {
			return term.None
		}
		return t
	}
	for _, part := range parts {
		if o := odd(part); !o.None() {
			return o
		}
	}
	return term.None
}

func formatError(args []term.Term) (term.Term, error) {
	if out := flat(args[0]); characters(out) {
		return out, nil
	}
	return term.String(format.Write(args[0], format.Options{Latin1: true})), nil
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
