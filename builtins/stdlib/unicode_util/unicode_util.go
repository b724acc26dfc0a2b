// Package unicode_util is module unicode_util: single steps through text, on which module string stands in OTP, and what the tables of
// Unicode say about code points.
package unicode_util

import (
	"fmt"
	"unicode"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/builtins/chars"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

const module = "unicode_util"

// Module returns the module.
func Module() *bif.Module {
	m := &bif.Module{
		Name: module,
		Doc:  "Steps through text by code points and grapheme clusters, and the tables of Unicode.",
	}
	for _, rows := range [][]bif.Function{steps(), forms(), letters(), spaces()} {
		m.Functions = append(m.Functions, rows...)
	}
	return m
}

// steps are the functions that take the first character off a text.
func steps() []bif.Function {
	return []bif.Function{
		{
			Spec:    "cp(String :: unicode:chardata()) -> maybe_improper_list() | {error, unicode:chardata()}",
			Doc:     "Returns the first code point and the rest of the text as `[Codepoint|Rest]`, or `[]` at its end.",
			Example: "1> unicode_util:cp(<<\"abc\">>).\n[97|<<\"bc\">>]",
			Pure:    func(args []term.Term) (term.Term, error) { return step(chars.CodePoint(args[0]), nil) },
		},
		{
			Spec:    "gc(String :: unicode:chardata()) -> maybe_improper_list() | {error, unicode:chardata()}",
			Doc:     "Returns the first grapheme cluster and the rest of the text as `[Cluster|Rest]`, or `[]` at its end.",
			Example: "1> unicode_util:gc([$e,769,$x]).\n[[101,769],120]",
			Pure:    func(args []term.Term) (term.Term, error) { return step(chars.Cluster(args[0]), nil) },
		},
	}
}

// step is what a step comes to; change is for the character taken.
func step(s chars.Step, change func(term.Term) term.Term) (term.Term, error) {
	switch s.Outcome {
	case chars.End:
		return term.Nil, nil
	case chars.Wrong:
		return s.Error(), nil
	case chars.Odd:
		return term.None, s.Err
	}
	if change != nil {
		s.Head = change(s.Head)
	}
	return s.List(), nil
}

// forms are the functions that bring the first character of a text into a normal form.
func forms() []bif.Function {
	examples := map[string]string{
		"nfd":  "1> unicode_util:nfd([229,$x]).\n[[97,778],120]",
		"nfc":  "1> unicode_util:nfc([$x,778]).\n[[120,778]]",
		"nfkd": "1> unicode_util:nfkd([64257]).\n[\"fi\"]",
		"nfkc": "1> unicode_util:nfkc([64257]).\n[\"fi\"]",
	}
	var rows []bif.Function
	for _, f := range chars.Forms() {
		rows = append(rows, bif.Function{
			Spec:    f.Name + "(String :: unicode:chardata()) -> maybe_improper_list() | {error, unicode:chardata()}",
			Doc:     "As gc/1, with the cluster in the normal form of that name.",
			Example: examples[f.Name],
			Pure:    func(args []term.Term) (term.Term, error) { return step(chars.Cluster(args[0]), f.Of) },
		})
	}
	return rows
}

// letters are the functions about upper and lower case.
func letters() []bif.Function {
	all := chars.AllCasings()
	rows := []bif.Function{{
		Spec:    "get_case(Codepoint :: char()) -> #{fold := gc(), lower := gc(), title := gc(), upper := gc()}",
		Doc:     "Returns a code point in each case: a code point, or a list where it becomes several.",
		Example: "1> unicode_util:get_case($a).\n#{fold => 97,lower => 97,title => 65,upper => 65}",
		Pure: func(args []term.Term) (term.Term, error) {
			return term.NewMap(term.Atom("fold"), all.Fold.Of(args[0]), term.Atom("lower"), all.Lower.Of(args[0]),
				term.Atom("title"), all.Title.Of(args[0]), term.Atom("upper"), all.Upper.Of(args[0])), nil
		},
	}}
	for _, c := range []struct {
		chars.Casing
		what, example string
	}{
		{all.Upper, "upper case", "1> unicode_util:uppercase(\"ab\").\n\"Ab\""},
		{all.Lower, "lower case", "1> unicode_util:lowercase(\"AB\").\n\"aB\""},
		{all.Title, "title case", "1> unicode_util:titlecase(\"ab\").\n\"Ab\""},
		{all.Fold, "a form in which case makes no difference", "1> unicode_util:casefold(\"AB\").\n\"aB\""},
	} {
		rows = append(rows, bif.Function{
			Spec:    c.Name + "(String :: unicode:chardata()) -> maybe_improper_list(gc(), unicode:chardata())",
			Doc:     "Takes the first code point of a text in " + c.what + ", and returns it with the rest of the text behind it.",
			Example: c.example,
			Pure:    func(args []term.Term) (term.Term, error) { return recased(args[0], c.Casing) },
		})
	}
	return rows
}

func recased(t term.Term, c chars.Casing) (term.Term, error) {
	s := chars.CodePoint(t)
	if s.Outcome == chars.Wrong {
		return term.None, bif.ErrorOf(term.Tuple(atom.Badarg, s.Rest), module, c.Name, term.Int(1))
	}
	return step(s, c.Of)
}

// spaces are the functions about white space, and about the tables themselves.
func spaces() []bif.Function {
	space := []rune{'\t', '\n', '\v', '\f', '\r', ' ', 0x85, 0x200e, 0x200f, 0x2028, 0x2029} // Pattern_White_Space
	newline := term.List(term.Int('\r'), term.Int('\n'))
	all := term.NewCons(newline, chars.List(space, term.Nil))
	return []bif.Function{
		{
			Spec:    "whitespace() -> [gc()]",
			Doc:     "Returns the clusters that are white space in the text of programs.",
			Example: "1> unicode_util:whitespace().\n[\"\\r\\n\",9,10,11,12,13,32,133,8206,8207,8232,8233]",
			Pure:    func([]term.Term) (term.Term, error) { return all, nil },
		},
		{
			Spec:    "is_whitespace(Cluster :: gc()) -> boolean()",
			Doc:     "Tells whether a cluster is one of whitespace/0.",
			Example: "1> unicode_util:is_whitespace($\\s).\ntrue",
			Pure: func(args []term.Term) (term.Term, error) {
				for c, ok := all.Cons(); ok; c, ok = c.Tail.Cons() {
					if term.Equal(c.Head, args[0]) {
						return term.True, nil
					}
				}
				return term.False, nil
			},
		},
		{
			Spec:    "spec_version() -> {Major :: non_neg_integer(), Minor :: non_neg_integer()}",
			Doc:     "Returns the version of Unicode of the tables.",
			Example: "1> is_tuple(unicode_util:spec_version()).\ntrue",
			Pure: func([]term.Term) (term.Term, error) {
				var major, minor int64
				_, _ = fmt.Sscanf(unicode.Version, "%d.%d", &major, &minor)
				return term.Tuple(term.Int(major), term.Int(minor)), nil
			},
		},
	}
}
