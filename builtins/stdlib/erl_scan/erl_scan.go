// Package erl_scan is module erl_scan: text to tokens.
package erl_scan

import (
	"strings"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name: "erl_scan",
		Doc:  "Turns text into the tokens of the language.",
		Functions: []bif.Function{
			{Spec: "string(String :: string()) -> {ok, [token()], erl_anno:location()} | {error, error_info(), erl_anno:location()}",
				Doc:     "Returns the tokens of String, which begins at line 1.",
				Example: "1> erl_scan:string(\"a + 1.\").\n{ok,[{atom,1,a},{'+',1},{integer,1,1},{dot,1}],1}", Pure: scan},
			{Spec: "string(String :: string(), StartLocation :: erl_anno:location()) -> {ok, [token()], erl_anno:location()} | {error, error_info(), erl_anno:location()}",
				Doc:     "Returns the tokens of String; with a location `{Line,Column}` the tokens have columns too.",
				Example: "1> erl_scan:string(\"a.\", {1,1}).\n{ok,[{atom,{1,1},a},{dot,{1,2}}],{1,3}}", Pure: scan},
			{Spec: "string(String :: string(), StartLocation :: erl_anno:location(), Options :: list()) -> {ok, [token()], erl_anno:location()} | {error, error_info(), erl_anno:location()}",
				Doc:     "The same with options; `text` keeps the text of each token.",
				Example: "1> erl_scan:string(\"a\", 1, [text]).\n{ok,[{atom,[{text,\"a\"},{location,1}],a}],1}", Pure: scan},
			{Spec: "tokens(Continuation :: term(), CharSpec :: string() | eof, StartLocation :: erl_anno:location()) -> {done, term(), term()} | {more, term()}",
				Doc:     "Reads tokens up to a dot, piece by piece; the first Continuation is `[]`.",
				Example: "1> {more, C} = erl_scan:tokens([], \"f(\", 1), erl_scan:tokens(C, \"1). \", 1).\n{done,{ok,[{atom,1,f},{'(',1},{integer,1,1},{')',1},{dot,1}],\n          1},\n      []}", Pure: tokens},
			{Spec: "tokens(Continuation :: term(), CharSpec :: string() | eof, StartLocation :: erl_anno:location(), Options :: list()) -> {done, term(), term()} | {more, term()}",
				Doc:     "The same with options, as those of string/3.",
				Example: "1> erl_scan:tokens([], \"a. \", 1, []).\n{done,{ok,[{atom,1,a},{dot,1}],1},[]}", Pure: tokens},
			{Spec: "reserved_word(Atom :: atom()) -> boolean()", Doc: "Tells whether Atom is a reserved word.",
				Example: "1> erl_scan:reserved_word('case').\ntrue", Pure: reservedWord},
			{Spec: "format_error(ErrorDescriptor :: term()) -> string()", Doc: "Explains the reason of an error.",
				Example: "1> erl_scan:format_error({illegal,integer}).\n\"illegal integer\"", Pure: formatError},
			{Spec: "category(Token :: token()) -> atom()", Doc: "Returns the category of a token.",
				Example: "1> erl_scan:category({atom,1,a}).\natom", Pure: element(func(e []term.Term) term.Term { return e[0] })},
			{Spec: "symbol(Token :: token()) -> term()", Doc: "Returns the symbol of a token.",
				Example: "1> erl_scan:symbol({atom,1,a}).\na", Pure: element(func(e []term.Term) term.Term { return e[(len(e)-2)*2] })},
			{Spec: "location(Token :: token()) -> erl_anno:location()", Doc: "Returns where a token stands.",
				Example: "1> erl_scan:location({atom,{1,2},a}).\n{1,2}", Proc: annotation("location")},
			{Spec: "line(Token :: token()) -> integer()", Doc: "Returns the line of a token.",
				Example: "1> erl_scan:line({atom,{3,2},a}).\n3", Proc: annotation("line")},
			{Spec: "column(Token :: token()) -> integer() | undefined", Doc: "Returns the column of a token.",
				Example: "1> erl_scan:column({atom,{3,2},a}).\n2", Proc: annotation("column")},
			{Spec: "text(Token :: token()) -> string() | undefined", Doc: "Returns the text of a token, if it was kept.",
				Example: "1> {ok, [T], _} = erl_scan:string(\"'a b'\", 1, [text]), erl_scan:text(T).\n\"'a b'\"",
				Proc:    annotation("text")},
			{Spec: "end_location(Token :: token()) -> erl_anno:location() | undefined", Doc: "Returns where a token ends, if its text was kept.",
				Example: "1> {ok, [T], _} = erl_scan:string(\"abc\", {1,1}, [text]), erl_scan:end_location(T).\n{1,4}", Proc: annotation("end_location")},
		},
	}
}

func element(f func(e []term.Term) term.Term) func([]term.Term) (term.Term, error) {
	return func(args []term.Term) (term.Term, error) {
		e, ok := args[0].Tuple()
		if !ok || len(e) < 2 || len(e) > 3 {
			return term.None, term.Badarg()
		}
		return f(e), nil
	}
}

// annotation is a function that asks erl_anno for something of a token's annotation.
func annotation(name string) func(*node.Process, []term.Term) (term.Term, error) {
	ask := (&term.Fun{Module: term.Atom("erl_anno"), Name: term.Atom(name), Arity: 1, External: true}).Term()
	return func(p *node.Process, args []term.Term) (term.Term, error) {
		e, ok := args[0].Tuple()
		if !ok || len(e) < 2 {
			return term.None, term.Badarg()
		}
		return p.Call(ask, e[1])
	}
}

// text reads a list of characters.
func text(t term.Term) (string, bool) {
	list, ok := t.Slice()
	var b strings.Builder
	for _, c := range list {
		n, isInt := c.Int()
		if !isInt || n < 0 || n > 0x10ffff {
			return "", false
		}
		b.WriteRune(rune(n))
	}
	return b.String(), ok
}

// writer makes terms of tokens and positions as the caller wants them.
type writer struct {
	columns, text, blanks, comments bool
}

// scan returns the tokens of a text, with white space and comments where they are asked for.
func (w writer) scan(text string, at syntax.Position) ([]syntax.Token, syntax.Position, error) {
	if !w.blanks && !w.comments && !w.text {
		return syntax.Scan(text, at)
	}
	all, end, err := syntax.ScanAll(text, at)
	var ts []syntax.Token
	for _, t := range all {
		if t.Kind == syntax.BlankToken && !w.blanks || t.Kind == syntax.CommentToken && !w.comments {
			continue
		}
		if next := t.Offset + 1; t.Kind == syntax.DotToken && next < len(text) && text[next] <= ' ' {
			t.Text = text[t.Offset : next+1]
		}
		ts = append(ts, t)
	}
	return ts, end, err
}

// isLocation reports whether a term is a line, or a line and a column.
func isLocation(t term.Term) bool {
	line := t
	if e, ok := t.Tuple(); ok {
		if len(e) != 2 || !e[1].IsInteger() || term.Compare(e[1], term.Int(1)) < 0 {
			return false
		}
		line = e[0]
	}
	return line.IsInteger() && term.Compare(line, term.Int(0)) >= 0
}

// start reads the location and options of a call.
func start(args []term.Term, from int) (syntax.Position, writer, error) {
	at := syntax.Position{Line: 1, Column: 1}
	var w writer
	if len(args) > from {
		if !isLocation(args[from]) {
			return at, w, term.FunctionClause()
		}
		at = syntax.AnnoPosition(args[from])
		if w.columns = at.Column > 0; !w.columns {
			at.Column = 1
		}
	}
	if len(args) > from+1 {
		list, ok := args[from+1].Slice()
		switch {
		case !ok && args[from+1].IsList():
			return at, w, term.FunctionClause()
		case !ok:
			list = []term.Term{args[from+1]} // one option alone
		}
		for _, o := range list {
			switch o.AtomName() {
			case "text":
				w.text = true
			case "return":
				w.blanks, w.comments = true, true
			case "return_white_spaces":
				w.blanks = true
			case "return_comments":
				w.comments = true
			}
		}
	}
	return at, w, nil
}

func (w writer) location(p syntax.Position) term.Term {
	if !w.columns {
		p.Column = 0
	}
	return syntax.AbstractAnno(p)
}

func (w writer) token(t syntax.Token) term.Term {
	if !w.columns {
		t.Column = 0
	}
	out := syntax.TokenTerm(t)
	if !w.text {
		return out
	}
	e, _ := out.Tuple()
	e = append([]term.Term(nil), e...)
	e[1] = term.List(term.Tuple(term.Atom("text"), term.String(t.Text)), term.Tuple(term.Atom("location"), e[1]))
	return term.Tuple(e...)
}

func (w writer) tokens(ts []syntax.Token) term.Term {
	out := make([]term.Term, len(ts))
	for i, t := range ts {
		out[i] = w.token(t)
	}
	return term.List(out...)
}

func (w writer) failure(err error, end syntax.Position) term.Term {
	e, ok := err.(*syntax.Error)
	if !ok {
		e = &syntax.Error{At: end, Text: err.Error()}
	}
	module, reason := e.Descriptor()
	return term.Tuple(atom.ErrorAtom, term.Tuple(w.location(e.At), module, reason), w.location(end))
}

func scan(args []term.Term) (term.Term, error) {
	s, ok := text(args[0])
	at, w, err := start(args, 1)
	switch {
	case err != nil:
		return term.None, err
	case !ok:
		return term.None, term.Badarg()
	}
	ts, end, err := w.scan(s, at)
	if err != nil {
		return w.failure(err, end), nil
	}
	return term.Tuple(atom.OK, w.tokens(ts), w.location(end)), nil
}

var (
	atomContinuation = term.Atom("erl_scan_continuation")
	atomDone         = term.Atom("done")
	atomMore         = term.Atom("more")
)

// tokens keeps the text that has come so far as its continuation.
func tokens(args []term.Term) (term.Term, error) {
	at, w, err := start(args, 2)
	if err != nil {
		return term.None, err
	}
	before := ""
	if c, ok := args[0].Tagged(atomContinuation, 3); ok {
		before, _ = text(c[1])
		at = syntax.AnnoPosition(c[2])
	} else if !args[0].IsNil() {
		return term.None, term.FunctionClause()
	}
	if args[1] == atom.EOF {
		return ended(before, at, w), nil
	}
	more, ok := text(args[1])
	if !ok {
		return term.None, term.Badarg()
	}
	all := before + more
	ts, rest, end, err := syntax.Next(all, at)
	e, _ := err.(*syntax.Error)
	if e != nil && e.Incomplete || err == nil && rest == "" && strings.HasSuffix(all, ".") {
		return term.Tuple(atomMore, term.Tuple(atomContinuation, term.String(all), syntax.AbstractAnno(at))), nil
	}
	if err != nil {
		return term.Tuple(atomDone, w.failure(err, end), term.String(rest)), nil
	}
	if w.blanks || w.comments || w.text {
		ts, _, _ = w.scan(all[:len(all)-len(rest)+min(1, len(rest))], at)
	}
	if rest != "" && (rest[0] == '\n' || rest[0] == ' ' || rest[0] == '\t') { // the dot takes one blank with it
		if rest[0] == '\n' {
			end.Line, end.Column = end.Line+1, 0
		}
		end.Column++
		rest = rest[1:]
	}
	return term.Tuple(atomDone, term.Tuple(atom.OK, w.tokens(ts), w.location(end)), term.String(rest)), nil
}

// ended is what tokens returns at the end of the input.
func ended(before string, at syntax.Position, w writer) term.Term {
	ts, end, err := w.scan(before, at)
	switch {
	case err != nil:
		return term.Tuple(atomDone, w.failure(err, end), atom.EOF)
	case len(ts) == 0:
		return term.Tuple(atomDone, term.Tuple(atom.EOF, w.location(end)), atom.EOF)
	}
	return term.Tuple(atomDone, term.Tuple(atom.OK, w.tokens(ts), w.location(end)), atom.EOF)
}

func reservedWord(args []term.Term) (term.Term, error) {
	name := args[0].AtomName()
	ts, _, err := syntax.Scan(name, syntax.Position{Line: 1, Column: 1})
	reserved := err == nil && len(ts) == 1 && ts[0].Kind != syntax.AtomToken && name != "" && name[0] >= 'a' && name[0] <= 'z'
	return term.Bool(reserved && name != "maybe" && name != "else"), nil
}

func formatError(args []term.Term) (term.Term, error) {
	e, _ := args[0].Tuple()
	switch {
	case args[0].AtomName() == "char":
		return term.String("unterminated character"), nil
	case len(e) == 2 && e[0].AtomName() == "illegal":
		return term.String("illegal " + written(e[1])), nil
	case len(e) == 2 && e[0].AtomName() == "base":
		return term.String("illegal base '" + e[1].String() + "'"), nil
	case len(e) == 3 && e[0].AtomName() == "string":
		what, quote := "string", '"'
		if e[1] == term.Int('\'') {
			what, quote = "atom", '\''
		}
		s, ok := text(e[2])
		if !ok {
			return term.None, bif.ClauseOf("io_lib", "write_string", e[2], e[1])
		}
		return term.String("unterminated " + what + " starting with " + string(format.AppendQuoted(nil, s, byte(quote), false))), nil
	}
	return term.String(written(args[0])), nil
}

func written(t term.Term) string { return format.Write(t, format.Options{Latin1: true}) }
