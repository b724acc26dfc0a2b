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

func compile2(p *node.Process, pattern, list term.Term) (term.Term, error) {
	o := newOptions("")
	if !o.read(list, false) {
		return term.None, badopt()
	}
	text, ok := textOf(pattern, o.unicode)
	if !ok {
		return term.None, term.Badarg()
	}
	c, err := cached(p, text, o.flags)
	if err != nil {
		return term.Tuple(atom.ErrorAtom, syntaxTerm(err)), nil
	}
	return term.Tuple(atom.OK, c.term()), nil
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
	c, err := compiledOf(p, pattern, &o)
	if err != nil {
		if o.reportErrors && err != errNoPattern {
			return term.Tuple(atom.ErrorAtom, term.Tuple(term.Atom("compile"), syntaxTerm(err))), nil
		}
		return term.None, term.Badarg()
	}
	s, ok := newSubject(text, c.unicode)
	if !ok {
		return term.None, term.Badarg()
	}
	start, ok := s.start(o.offset)
	if !ok {
		return term.None, term.Badarg()
	}
	if !o.global {
		m := c.match(s, start, &o)
		if m == nil {
			return atomNomatch, nil
		}
		if o.capture == captureNone || o.capture == captureNames && len(c.names) == 0 {
			return atomMatch, nil
		}
		return term.Tuple(atomMatch, o.captured(c, s, m)), nil
	}
	all := c.all(s, start, &o, -1)
	if len(all) == 0 {
		return atomNomatch, nil
	}
	if o.capture == captureNone || o.capture == captureNames && len(c.names) == 0 {
		return atomMatch, nil
	}
	var out term.Builder
	for _, m := range all {
		out.Add(o.captured(c, s, m))
	}
	return term.Tuple(atomMatch, out.List(term.Nil)), nil
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
