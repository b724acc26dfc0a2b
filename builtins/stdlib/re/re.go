// Package re is module re: regular expressions as PCRE reads them.
//
// The engine is regexp2, which backtracks and knows lookaround, atomic groups and backreferences as PCRE does; a translator (see
// translate) rewrites the rest of the language for it. A compiled pattern is the tuple that OTP makes, with the pattern and its options
// in the place of PCRE's code.
package re

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:      "re",
		Doc:       "Regular expressions in the language of Perl (PCRE).",
		ErrorInfo: "erl_stdlib_errors",
		Functions: append(basic(), pieces()...),
	}
}

func basic() []bif.Function {
	return []bif.Function{
		{
			Spec:    "version() -> binary()",
			Doc:     "Returns the version of PCRE whose language this is.",
			Example: "1> is_binary(re:version()).\ntrue",
			Pure:    func([]term.Term) (term.Term, error) { return term.BinaryString("8.44 2020-02-12"), nil },
		},
		{
			Spec:    "compile(Regexp :: iodata()) -> {ok, MP :: mp()} | {error, {string(), non_neg_integer()}}",
			Doc:     "Compiles a pattern for use more than once.",
			Example: "1> re:compile(\"(\").\n{error,{\"missing )\",1}}",
			Proc:    func(p *node.Process, args []term.Term) (term.Term, error) { return compile2(p, args[0], term.Nil) },
		},
		{
			Spec:    "compile(Regexp :: iodata() | unicode:charlist(), Options :: [compile_option()]) -> {ok, MP :: mp()} | {error, {string(), non_neg_integer()}}",
			Doc:     "Compiles a pattern with options: unicode, caseless, multiline, dotall, extended, anchored, dollar_endonly, ungreedy, dupnames, no_auto_capture, ucp, firstline, {newline,_} and bsr_*.",
			Example: "1> {ok,MP} = re:compile(\"B\", [caseless]), re:run(\"abc\", MP).\n{match,[{1,1}]}",
			Proc:    func(p *node.Process, args []term.Term) (term.Term, error) { return compile2(p, args[0], args[1]) },
		},
		{
			Spec:    "run(Subject :: iodata() | unicode:charlist(), RE :: mp() | iodata()) -> {match, [{non_neg_integer(), non_neg_integer()}]} | nomatch",
			Doc:     "Looks for the first match: `{match,Captured}` with position and length of the whole and of each group, or `nomatch`.",
			Example: "1> re:run(\"abc\", \"b(c)\").\n{match,[{1,2},{2,1}]}",
			Proc:    func(p *node.Process, args []term.Term) (term.Term, error) { return run(p, args[0], args[1], term.Nil) },
		},
		{
			Spec:    "run(Subject :: iodata() | unicode:charlist(), RE :: mp() | iodata(), Options :: [option()]) -> {match, term()} | match | nomatch | {error, term()}",
			Doc:     "Looks for matches with options: global, {capture, all | all_but_first | first | none | all_names | [Number or name], index | list | binary}, {offset,N}, notempty, anchored, report_errors, and those of compile/2.",
			Example: "1> re:run(\"key=val\", \"(?<k>\\\\w+)=(?<v>\\\\w+)\", [{capture,[k,v],list}]).\n{match,[\"key\",\"val\"]}",
			Proc:    func(p *node.Process, args []term.Term) (term.Term, error) { return run(p, args[0], args[1], args[2]) },
		},
		{
			Spec:    "inspect(MP :: mp(), Item :: namelist) -> {namelist, [binary()]}",
			Doc:     "Returns the names of the groups of a compiled pattern.",
			Example: "1> {ok,MP} = re:compile(\"(?<b>.)(?<a>.)\"), re:inspect(MP, namelist).\n{namelist,[<<\"a\">>,<<\"b\">>]}",
			Proc:    inspect,
		},
	}
}

func badopt() error { return bif.StdlibError(atom.Badarg, term.Atom("badopt")) }

// unexplained is the badarg of a function whose arguments OTP has turned into binaries on the way.
func unexplained(name string, args ...term.Term) error {
	return bif.ErrorOf(atom.Badarg, "re", name, term.List(args...))
}

func compile2(p *node.Process, pattern, list term.Term) (term.Term, error) {
	o := newOptions("")
	if !o.read(list, false) {
		return term.None, badopt()
	}
	text, err := textOf(pattern, o.unicode)
	if err == nil {
		var c *compiled
		if c, err = cached(p, text, &o); err == nil {
			return term.Tuple(atom.OK, c.term()), nil
		}
	}
	switch {
	case err != errNoPattern:
		return term.Tuple(atom.ErrorAtom, syntaxTerm(err)), nil
	case o.unicode && !pattern.IsBitstring():
		return term.None, unexplained("compile", pattern, list)
	}
	return term.None, term.Badarg()
}

// syntaxTerm is {Text, Position}.
func syntaxTerm(err error) term.Term {
	e, ok := err.(*syntaxError)
	if !ok {
		return term.Tuple(term.String(err.Error()), term.Int(0))
	}
	return term.Tuple(term.String(e.text), term.Int(int64(e.at)))
}

func run(p *node.Process, text, pattern, list term.Term) (term.Term, error) {
	o := newOptions("global")
	if !o.read(list, true) {
		return term.None, badopt()
	}
	wrong := func() (term.Term, error) {
		if converted(text, pattern, &o) {
			return term.None, unexplained("run", text, pattern, list)
		}
		return term.None, term.Badarg()
	}
	c, err := compiledOf(p, pattern, &o)
	switch {
	case err == nil:
	case o.reportErrors && err != errNoPattern:
		return term.Tuple(atom.ErrorAtom, term.Tuple(term.Atom("compile"), syntaxTerm(err))), nil
	default:
		return wrong()
	}
	s, ok := newSubject(text, c.unicode)
	if !ok || o.captureWrong {
		return wrong()
	}
	start, ok := s.start(o.offset)
	if !ok && o.global && o.offset > int64(len(s.bytes)) {
		return atomNomatch, nil
	}
	if !ok {
		return wrong()
	}
	if !o.global {
		if m := c.match(s, start, &o); m != nil {
			return o.result1(c, o.captured(c, s, m)), nil
		}
		return atomNomatch, nil
	}
	all := c.all(s, start, &o, -1)
	if len(all) == 0 {
		return atomNomatch, nil
	}
	var out term.Builder
	for _, m := range all {
		out.Add(o.captured(c, s, m))
	}
	return o.result1(c, out.List(term.Nil)), nil
}

// result1 is what a match returns: {match, Captured}, or match where nothing is to be captured.
func (o *options) result1(c *compiled, captured term.Term) term.Term {
	if o.capture == captureNone || o.capture == captureNames && len(c.names) == 0 {
		return atomMatch
	}
	return term.Tuple(atomMatch, captured)
}

// converted tells whether OTP makes binaries of characters before it runs; it does not explain what goes wrong then.
func converted(text, pattern term.Term, o *options) bool {
	if _, ok := pattern.Tuple(); ok {
		flags, ok := flagsOf(pattern)
		return ok && flags.unicode && !o.compileOnly && !text.IsBitstring()
	}
	return o.unicode && (pattern.IsList() || pattern.IsBitstring() && !text.IsBitstring())
}

var (
	atomMatch    = term.Atom("match")
	atomNomatch  = term.Atom("nomatch")
	atomNamelist = term.Atom("namelist")
)

func inspect(p *node.Process, args []term.Term) (term.Term, error) {
	o := newOptions("")
	if _, ok := args[0].Tuple(); !ok {
		return term.None, term.Badarg()
	}
	c, err := compiledOf(p, args[0], &o)
	if err != nil || args[1] != atomNamelist {
		return term.None, term.Badarg()
	}
	var out term.Builder
	for _, name := range c.sortedNames() {
		out.Add(term.BinaryString(name))
	}
	return term.Tuple(atomNamelist, out.List(term.Nil)), nil
}
