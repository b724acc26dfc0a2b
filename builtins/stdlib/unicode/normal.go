package unicode

import (
	"unicode/utf8"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/builtins/chars"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

// normalizing are the functions that bring a text into a normal form.
func normalizing() []bif.Function {
	docs := map[string]string{
		"nfc": "composed, canonically equivalent", "nfd": "decomposed, canonically equivalent",
		"nfkc": "composed, compatibly equivalent", "nfkd": "decomposed, compatibly equivalent",
	}
	var rows []bif.Function
	for _, form := range chars.Forms() {
		rows = append(rows,
			bif.Function{
				Spec:    "characters_to_" + form.Name + "_list(Data :: chardata()) -> [char()] | {error, [char()], chardata()}",
				Doc:     "Returns the text in its " + docs[form.Name] + " form, as a list.",
				Example: "1> unicode:characters_to_" + form.Name + "_list(\"abc\").\n\"abc\"",
				Pure:    func(args []term.Term) (term.Term, error) { return normal(args[0], form, false) },
			},
			bif.Function{
				Spec:    "characters_to_" + form.Name + "_binary(Data :: chardata()) -> unicode_binary() | {error, unicode_binary(), chardata()}",
				Doc:     "Returns the text in its " + docs[form.Name] + " form, as a binary in UTF-8.",
				Example: "1> unicode:characters_to_" + form.Name + "_binary(\"abc\").\n<<\"abc\">>",
				Pure:    func(args []term.Term) (term.Term, error) { return normal(args[0], form, true) },
			})
	}
	return rows
}

// normal goes through a text cluster by cluster. Into a list go integers that are no characters as well.
func normal(data term.Term, form chars.Form, binary bool) (term.Term, error) {
	if b, ok := data.Binary(); ok && chars.ASCII(b) {
		if binary {
			return data, nil
		}
		return term.ByteList(b, term.Nil), nil
	}
	var list term.Builder
	var text []byte
	for {
		s := chars.Cluster(data)
		made := func() term.Term {
			if binary {
				return term.Binary(text)
			}
			return list.List(term.Nil)
		}
		switch s.Outcome {
		case chars.End:
			return made(), nil
		case chars.Wrong:
			return term.Tuple(atom.ErrorAtom, made(), s.Rest), nil
		case chars.Odd:
			return term.None, term.Badarg()
		}
		all := []term.Term{form.Of(s.Head)}
		if many, ok := all[0].Slice(); ok {
			all = many
		}
		for _, c := range all {
			r := chars.Rune(c)
			switch {
			case !binary:
				list.Add(c)
			case !utf8.ValidRune(r):
				return term.None, term.Badarg()
			default:
				text = utf8.AppendRune(text, r)
			}
		}
		data = s.Rest
	}
}
