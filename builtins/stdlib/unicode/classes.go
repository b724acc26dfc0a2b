package unicode

import (
	"unicode"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
)

// classes are the functions that say what a code point is.
func classes() []bif.Function {
	test := func(is func(rune) bool) func([]term.Term) (term.Term, error) {
		return func(args []term.Term) (term.Term, error) {
			r, ok := point(args[0])
			if !ok {
				return term.None, term.Badarg()
			}
			return term.Bool(is(r)), nil
		}
	}
	return []bif.Function{
		{Spec: "category(Char :: char()) -> {atom(), atom()}", Doc: "Returns the general category of a code point: its class, and which kind of it.",
			Example: "1> unicode:category($a).\n{letter,lowercase}", Pure: category},
		{Spec: "is_whitespace(Char :: char()) -> boolean()", Doc: "Tells whether a code point is white space.",
			Example: "1> unicode:is_whitespace($\\s).\ntrue", Pure: test(func(r rune) bool { return unicode.Is(unicode.White_Space, r) })},
		{Spec: "is_id_start(Char :: char()) -> boolean()", Doc: "Tells whether an identifier can begin with a code point.",
			Example: "1> unicode:is_id_start($_).\nfalse", Pure: test(startsName)},
		{Spec: "is_id_continue(Char :: char()) -> boolean()", Doc: "Tells whether a code point can stand within an identifier.",
			Example: "1> unicode:is_id_continue($_).\ntrue", Pure: test(isInName)},
	}
}

func point(t term.Term) (rune, bool) {
	n, ok := t.Int()
	if !ok || n < 0 || n > unicode.MaxRune {
		return 0, false
	}
	return rune(n), true
}

func startsName(r rune) bool {
	return unicode.In(r, unicode.Letter, unicode.Nl, unicode.Other_ID_Start) && !unicode.In(r, unicode.Pattern_Syntax, unicode.Pattern_White_Space)
}

func isInName(r rune) bool {
	switch r {
	case 0x200c, 0x200d, 0x30fb, 0xff65: // joiners and middle dots, in the property since Unicode 15.1
		return true
	}
	return startsName(r) || unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue) &&
		!unicode.In(r, unicode.Pattern_Syntax, unicode.Pattern_White_Space)
}

func category(args []term.Term) (term.Term, error) {
	r, ok := point(args[0])
	if !ok {
		return term.None, term.Badarg()
	}
	for _, c := range []struct {
		name, class, kind string
	}{
		{"Ll", "letter", "lowercase"}, {"Lu", "letter", "uppercase"}, {"Lt", "letter", "titlecase"}, {"Lm", "letter", "modifier"},
		{"Lo", "letter", "other"}, {"Mn", "mark", "non_spacing"}, {"Mc", "mark", "spacing_combining"}, {"Me", "mark", "enclosing"},
		{"Nd", "number", "decimal"}, {"Nl", "number", "letter"}, {"No", "number", "other"}, {"Cc", "other", "control"},
		{"Cf", "other", "format"}, {"Cs", "other", "surrogate"}, {"Co", "other", "private"}, {"Pc", "punctuation", "connector"},
		{"Pd", "punctuation", "dash"}, {"Ps", "punctuation", "open"}, {"Pe", "punctuation", "close"}, {"Pi", "punctuation", "initial"},
		{"Pf", "punctuation", "final"}, {"Po", "punctuation", "other"}, {"Zs", "separator", "space"}, {"Zl", "separator", "line"},
		{"Zp", "separator", "paragraph"}, {"Sm", "symbol", "math"}, {"Sc", "symbol", "currency"}, {"Sk", "symbol", "modifier"},
		{"So", "symbol", "other"},
	} {
		if unicode.Is(unicode.Categories[c.name], r) {
			return term.Tuple(term.Atom(c.class), term.Atom(c.kind)), nil
		}
	}
	return term.Tuple(term.Atom("other"), term.Atom("not_assigned")), nil
}
