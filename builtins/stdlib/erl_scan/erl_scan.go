// Package erl_scan is module erl_scan: the tokens of Erlang text.
package erl_scan

import (
	"strings"
	"unicode/utf8"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

var (
	atomScan     = term.Atom("erl_scan")
	atomDone     = term.Atom("done")
	atomMore     = term.Atom("more")
	atomDot      = term.Atom("dot")
	atomText     = term.Atom("text")
	atomLocation = term.Atom("location")
	atomGoOn     = term.Atom("erl_scan_continuation")
)

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{Name: "erl_scan", Doc: "The tokens of Erlang text.", Functions: append(scanning(), tokens()...)}
}

// scanning are the functions on text.
func scanning() []bif.Function {
	result := "{ok, Tokens :: [tuple()], EndLocation :: term()} | {error, ErrorInfo :: tuple(), EndLocation :: term()}"
	return []bif.Function{
		{
			Spec:    "string(String :: string()) -> " + result,
			Doc:     "Returns the tokens of a text.",
			Example: "1> erl_scan:string(\"a -> 1\").\n{ok,[{atom,1,a},{'->',1},{integer,1,1}],1}",
			Pure:    func(args []term.Term) (term.Term, error) { return scanString(args[0], term.Int(1), term.Nil) },
		},
		{
			Spec:    "string(String :: string(), StartLocation :: term()) -> " + result,
			Doc:     "Returns the tokens of a text that begins at a line, or at `{Line,Column}`.",
			Example: "1> erl_scan:string(\"a b\", {1,1}).\n{ok,[{atom,{1,1},a},{atom,{1,3},b}],{1,4}}",
			Pure:    func(args []term.Term) (term.Term, error) { return scanString(args[0], args[1], term.Nil) },
		},
		{
			Spec:    "string(String :: string(), StartLocation :: term(), Options :: [atom()] | atom()) -> " + result,
			Doc:     "As string/2; with the option `text`, tokens hold their text.",
			Example: "1> erl_scan:string(\"16#ff\", 1, [text]).\n{ok,[{integer,[{text,\"16#ff\"},{location,1}],255}],1}",
			Pure:    func(args []term.Term) (term.Term, error) { return scanString(args[0], args[1], args[2]) },
		},
		{
			Spec: "tokens(Continuation :: term(), Chars :: string() | eof, StartLocation :: term()) -> " +
				"{done, Result :: term(), LeftOver :: string() | eof} | {more, Continuation :: term()}",
			Doc:     "Returns the tokens up to the next full stop of a text that comes bit by bit: the first time with `[]` as Continuation.",
			Example: "1> erl_scan:tokens([], \"a. b\", 1).\n{done,{ok,[{atom,1,a},{dot,1}],1},\"b\"}",
			Pure:    func(args []term.Term) (term.Term, error) { return scanTokens(args[0], args[1], args[2], term.Nil) },
		},
		{
			Spec: "tokens(Continuation :: term(), Chars :: string() | eof, StartLocation :: term(), Options :: [atom()] | atom()) -> " +
				"{done, Result :: term(), LeftOver :: string() | eof} | {more, Continuation :: term()}",
			Doc:     "As tokens/3, with the options of string/3.",
			Example: "1> erl_scan:tokens([], \"a. b\", 1, []).\n{done,{ok,[{atom,1,a},{dot,1}],1},\"b\"}",
			Pure:    func(args []term.Term) (term.Term, error) { return scanTokens(args[0], args[1], args[2], args[3]) },
		},
		{
			Spec:    "reserved_word(Atom :: atom()) -> boolean()",
			Doc:     "Tells whether an atom is a reserved word.",
			Example: "1> erl_scan:reserved_word('end').\ntrue",
			Pure: func(args []term.Term) (term.Term, error) {
				name, ok := args[0].Atom()
				return term.Bool(ok && format.Reserved(name)), nil
			},
		},
	}
}

// start is where a text begins; tokens have columns only if it has one.
type start struct {
	syntax.Position
	columns bool
	text    bool
}

func startOf(location, options term.Term) (start, bool) {
	var s start
	if line, ok := location.Int(); ok {
		s.Position = syntax.Position{Line: int(line), Column: 1}
	} else {
		e, ok := location.Tuple()
		if !ok || len(e) != 2 {
			return s, false
		}
		line, ok1 := e[0].Int()
		column, ok2 := e[1].Int()
		if !ok1 || !ok2 {
			return s, false
		}
		s.Position, s.columns = syntax.Position{Line: int(line), Column: int(column)}, true
	}
	s.text = options == atomText
	for c, ok := options.Cons(); ok; c, ok = c.Tail.Cons() {
		s.text = s.text || c.Head == atomText
	}
	return s, true
}

func (s start) location(p syntax.Position) term.Term {
	if !s.columns {
		p.Column = 0
	}
	return syntax.AbstractAnno(p)
}

// list returns tokens as erl_scan has them.
func (s start) list(tokens []syntax.Token) term.Term {
	var b term.Builder
	for _, t := range tokens {
		anno := s.location(t.Position)
		if s.text {
			anno = term.List(term.Tuple(atomText, term.String(t.Text)), term.Tuple(atomLocation, anno))
		}
		category, valued := categories[t.Kind]
		switch {
		case t.Kind == syntax.DotToken:
			b.Add(term.Tuple(atomDot, anno))
		case t.Kind == syntax.VarToken:
			b.Add(term.Tuple(category, anno, term.Atom(t.Text)))
		case valued:
			b.Add(term.Tuple(category, anno, t.Value))
		default:
			b.Add(term.Tuple(term.Atom(t.Text), anno))
		}
	}
	return b.List(term.Nil)
}

// categories are the tokens that have a value.
var categories = map[syntax.Kind]term.Term{
	syntax.AtomToken: term.Atom("atom"), syntax.VarToken: term.Atom("var"), syntax.IntegerToken: term.Atom("integer"),
	syntax.FloatToken: term.Atom("float"), syntax.CharToken: term.Atom("char"), syntax.StringToken: term.Atom("string"),
}

// failed returns {error, {Location, Module, Description}, EndLocation}.
func (s start) failed(err error, end syntax.Position) term.Term {
	e, ok := err.(*syntax.Error)
	if !ok {
		e = &syntax.Error{At: end, Text: err.Error()}
	}
	reason := e.Reason
	if reason.None() {
		reason = term.String(e.Text)
	}
	return term.Tuple(atom.ErrorAtom, term.Tuple(s.location(e.At), atomScan, reason), s.location(end))
}

func scanString(text, location, options term.Term) (term.Term, error) {
	s, ok1 := startOf(location, options)
	chars, ok2 := bif.Text(text)
	if !ok1 || !ok2 {
		return term.None, bif.ErrorOf(atom.Badarg, "erl_scan", "string", term.List(text, location, options))
	}
	tokens, end, err := syntax.Scan(chars, s.Position)
	if err != nil {
		return s.failed(err, end), nil
	}
	return term.Tuple(atom.OK, s.list(tokens), s.location(end)), nil
}

// scanTokens is tokens/4. A continuation holds the text so far and where it begins: what is a token may depend on what follows.
func scanTokens(continuation, chars, location, options term.Term) (term.Term, error) {
	text := ""
	if e, ok := continuation.Tagged(atomGoOn, 4); ok {
		b, _ := e[1].Binary()
		text, location, options = string(b), e[2], e[3]
	}
	s, ok := startOf(location, options)
	more, isText := bif.Text(chars)
	if !ok || !isText && chars != atom.EOF {
		return term.None, bif.ErrorOf(atom.Badarg, "erl_scan", "tokens", term.List(continuation, chars, location, options))
	}
	text += more
	tokens, rest, at, err := syntax.Next(text, s.Position)
	wants, isError := err.(*syntax.Error)
	switch {
	case err == nil && (rest != "" || !isText):
		rest, at = afterDot(rest, at)
		left := term.String(rest)
		if !isText {
			left = atom.EOF
		}
		return term.Tuple(atomDone, term.Tuple(atom.OK, s.list(tokens), s.location(at)), left), nil
	case isText && (err == nil || isError && wants.Incomplete):
		return term.Tuple(atomMore, term.Tuple(atomGoOn, term.BinaryString(text), location, options)), nil
	case isText:
		return term.Tuple(atomDone, s.failed(err, at), term.String(rest)), nil
	}
	return term.Tuple(atomDone, s.ended(text), atom.EOF), nil
}

// ended is the result for a text that has no full stop at the end of the input.
func (s start) ended(text string) term.Term {
	tokens, end, err := syntax.Scan(text, s.Position)
	switch {
	case err != nil:
		return s.failed(err, end)
	case len(tokens) == 0:
		return term.Tuple(atom.EOF, s.location(end))
	}
	return term.Tuple(atom.OK, s.list(tokens), s.location(end))
}

// afterDot leaves out the blank that ends a full stop.
func afterDot(rest string, at syntax.Position) (string, syntax.Position) {
	r, n := utf8.DecodeRuneInString(rest)
	if n == 0 || !strings.ContainsRune(" \t\r\n\v\f\u00a0", r) {
		return rest, at
	}
	at.Column++
	if r == '\n' {
		at = syntax.Position{Line: at.Line + 1, Column: 1}
	}
	return rest[n:], at
}

// tokens are the functions on single tokens.
func tokens() []bif.Function {
	element := func(name string, doc, example string, f func(e []term.Term) term.Term) bif.Function {
		return bif.Function{
			Spec: name + "(Token :: tuple()) -> term()", Doc: doc, Example: example,
			Pure: func(args []term.Term) (term.Term, error) {
				e, ok := args[0].Tuple()
				if !ok || len(e) < 2 || len(e) > 3 {
					return term.None, bif.ErrorOf(atom.Badarg, "erl_scan", name, term.List(args...))
				}
				return f(e), nil
			},
		}
	}
	return []bif.Function{
		element("category", "Returns what kind of token it is.", "1> erl_scan:category({atom,1,a}).\natom",
			func(e []term.Term) term.Term { return e[0] }),
		element("symbol", "Returns the value of a token, or the word that it is.", "1> erl_scan:symbol({atom,1,a}).\na",
			func(e []term.Term) term.Term {
				if len(e) == 2 {
					return e[0]
				}
				return e[2]
			}),
		element("location", "Returns where a token begins.", "1> erl_scan:location({atom,1,a}).\n1",
			func(e []term.Term) term.Term { return locationOf(e[1]) }),
		element("line", "Returns the line in which a token begins.", "1> erl_scan:line({atom,{1,5},a}).\n1",
			func(e []term.Term) term.Term {
				if pair, ok := locationOf(e[1]).Tuple(); ok && len(pair) == 2 {
					return pair[0]
				}
				return locationOf(e[1])
			}),
	}
}

// locationOf returns the location in an annotation, which may be a list.
func locationOf(anno term.Term) term.Term {
	for c, ok := anno.Cons(); ok; c, ok = c.Tail.Cons() {
		if e, ok := c.Head.Tagged(atomLocation, 2); ok {
			return e[1]
		}
	}
	return anno
}
