package string

import (
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

// casing is one of the ways in which letters change.
type casing struct {
	simple func(r rune) rune
	full   func() cases.Caser
	fold   bool
}

var (
	upper = casing{unicode.ToUpper, func() cases.Caser { return cases.Upper(language.Und) }, false}
	lower = casing{unicode.ToLower, func() cases.Caser { return cases.Lower(language.Und, cases.HandleFinalSigma(false)) }, false}
	title = casing{unicode.ToTitle, func() cases.Caser { return cases.Title(language.Und, cases.NoLower) }, false}
	fold  = casing{unicode.ToLower, func() cases.Caser { return cases.Fold() }, true}
)

// of changes one code point, which may become several. Only letters above ASCII need the full tables, which look at each by itself.
func (c casing) of(r rune, out []rune) []rune {
	if r < 0x80 {
		return append(out, c.simple(r))
	}
	if c.fold && (r >= 0x13a0 && r <= 0x13fd || r >= 0xab70 && r <= 0xabbf) {
		return append(out, unicode.ToUpper(r)) // Cherokee folds to its capitals, which the library does not know
	}
	for _, x := range c.full().String(string(r)) {
		out = append(out, x)
	}
	return out
}

func changing(name, spec, doc, example string, c casing) bif.Function {
	return bif.Function{
		Spec:    spec,
		Doc:     doc,
		Example: example,
		Pure:    func(args []term.Term) (term.Term, error) { return recased(args[0], name, c) },
	}
}

// letters are the functions that change letters.
func letters() []bif.Function {
	return []bif.Function{
		changing("uppercase", "uppercase(String :: unicode:chardata()) -> unicode:chardata()",
			"Returns the text in upper case.", "1> string:uppercase(\"abc\").\n\"ABC\"", upper),
		changing("lowercase", "lowercase(String :: unicode:chardata()) -> unicode:chardata()",
			"Returns the text in lower case.", "1> string:lowercase(<<\"ABC\">>).\n<<\"abc\">>", lower),
		changing("casefold", "casefold(String :: unicode:chardata()) -> unicode:chardata()",
			"Returns the text in a form in which texts that differ in case only are the same.", "1> string:casefold(\"ABC\").\n\"abc\"", fold),
		{
			Spec:    "titlecase(String :: unicode:chardata()) -> unicode:chardata()",
			Doc:     "Returns the text with its first character in title case.",
			Example: "1> string:titlecase(\"abc\").\n\"Abc\"",
			Pure:    titlecase,
		},
	}
}

func recased(t term.Term, name string, c casing) (term.Term, error) {
	if !t.IsBinary() && !t.IsList() {
		return term.None, bif.ErrorOf(term.Tuple(atom.Badarg, t), module, name, term.Int(1))
	}
	if b, ok := ascii(t); ok {
		out := make([]byte, len(b))
		for i, x := range b {
			out[i] = byte(c.simple(rune(x)))
		}
		return term.Binary(out), nil
	}
	runes, err := codepoints(t)
	if err != nil {
		if t.IsBinary() {
			return term.None, err.exception(name+"_bin", 3)
		}
		return term.None, err.exception(name+"_list", 2)
	}
	out := make([]rune, 0, len(runes))
	for _, r := range runes {
		out = c.of(r, out)
	}
	if t.IsBinary() {
		return term.BinaryString(string(out)), nil
	}
	return runeList(out, term.Nil), nil
}

func titlecase(args []term.Term) (term.Term, error) {
	t := args[0]
	if !t.IsBinary() && !t.IsList() {
		return term.None, term.FunctionClause()
	}
	r, rest, ok, err := next(t)
	switch {
	case err != nil:
		return term.None, err.exception("titlecase", 1)
	case !ok:
		return rest, nil
	}
	out := title.of(r, nil)
	if b, ok := rest.Binary(); ok && t.IsBinary() {
		return term.BinaryString(string(out) + string(b)), nil
	}
	return runeList(out, rest), nil
}
