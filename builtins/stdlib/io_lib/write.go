package io_lib

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// writing are the functions that print terms.
func writing() []bif.Function {
	return []bif.Function{
		{
			Spec:    "write(Term) -> chars()",
			Doc:     "Returns the characters of Term as `~w` prints it.",
			Example: "1> lists:flatten(io_lib:write({a, [1, b]})).\n\"{a,[1,b]}\"",
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
				return format.WriteChars(args[0], options(p, true)), nil
			},
		},
		{
			Spec: "write(Term, Depth :: integer() | [{depth, integer()} | {encoding, latin1 | utf8 | unicode} | {chars_limit, integer()}]) -> chars()",
			Doc: "Returns the characters of Term as `~W` prints it: down to a depth, with dots for what is left out. The options say the same, and " +
				"whether characters above Latin-1 are printed as they are, and about how many characters may be returned.",
			Example: "1> lists:flatten(io_lib:write({1, [2], [3], [4, 5], 6, 7, 8, 9}, 5)).\n\"{1,[2],[3],[...],...}\"",
			Proc:    write2,
		},
		{
			Spec:    "write(Term, Depth :: integer(), Pretty :: boolean()) -> chars()",
			Doc:     "As write/2; with Pretty, as print/4 with 80 columns.",
			Example: "1> lists:flatten(io_lib:write([$a], -1, true)).\n\"\\\"a\\\"\"",
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
				switch args[2].AtomName() {
				case "true":
					return printed(p, args[0], term.Int(1), term.Int(80), args[1])
				case "false":
					return write2(p, args[:2])
				}
				return term.None, term.FunctionClause()
			},
		},
		{
			Spec:    "print(Term) -> chars()",
			Doc:     "Returns the characters of Term as `~p` prints it, 80 columns wide.",
			Example: "1> lists:flatten(io_lib:print({a, \"b\"})).\n\"{a,\\\"b\\\"}\"",
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
				return printed(p, args[0], term.Int(1), term.Int(80), term.Int(-1))
			},
		},
		{
			Spec: "print(Term, Column :: non_neg_integer(), LineLength :: non_neg_integer(), Depth :: integer()) -> chars()",
			Doc: "Returns the characters of Term as `~P` prints it: down to Depth, from Column on, in lines of LineLength; without a line's " +
				"end when that is 0.",
			Example: "1> lists:flatten(io_lib:print([ab, cd], 1, 6, -1)).\n\"[ab,\\n cd]\"",
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
				return printed(p, args[0], args[1], args[2], args[3])
			},
		},
		{
			Spec:    "nl() -> string()",
			Doc:     "Returns a new line.",
			Example: "1> io_lib:nl().\n\"\\n\"",
			Pure:    func([]term.Term) (term.Term, error) { return term.String("\n"), nil },
		},
	}
}

// write2 is write/2: the second argument is a depth or a list of options.
func write2(p *node.Process, args []term.Term) (term.Term, error) {
	depth, limit, latin1 := args[1], term.Int(-1), true
	if args[1].IsList() {
		depth = option(args[1], atomDepth, term.Int(-1))
		limit = option(args[1], atomCharsLimit, limit)
		latin1 = option(args[1], atomEncoding, atomUnicode) == atomLatin1
	}
	d, ok1 := number(depth)
	l, ok2 := number(limit)
	if !ok1 || !ok2 {
		return term.None, term.Error(term.Atom("badarith"))
	}
	if d == 0 || l == 0 {
		return dots, nil
	}
	o := options(p, latin1)
	o.Depth, o.Limit = d, l
	return format.WriteChars(args[0], o), nil
}

// printed is print/4.
func printed(p *node.Process, t, column, length, depth term.Term) (term.Term, error) {
	c, ok1 := number(column)
	l, ok2 := number(length)
	d, ok3 := number(depth)
	if !ok1 || !ok2 || !ok3 {
		return term.None, term.FunctionClause()
	}
	if d == 0 {
		return dots, nil
	}
	if l == 0 {
		l = -1
	}
	o := options(p, true)
	o.Column, o.LineLength, o.Depth = c, l, d
	return format.PrettyChars(t, o), nil
}
