package string

import (
	"unicode/utf8"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/builtins/chars"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

func changing(name, spec, doc, example string, c chars.Casing) bif.Function {
	return bif.Function{
		Spec:    spec,
		Doc:     doc,
		Example: example,
		Pure:    func(args []term.Term) (term.Term, error) { return recased(args[0], name, c) },
	}
}

// letters are the functions that change letters.
func letters() []bif.Function {
	all := chars.AllCasings()
	return []bif.Function{
		changing("uppercase", "uppercase(String :: unicode:chardata()) -> unicode:chardata()",
			"Returns the text in upper case.", "1> string:uppercase(\"abc\").\n\"ABC\"", all.Upper),
		changing("lowercase", "lowercase(String :: unicode:chardata()) -> unicode:chardata()",
			"Returns the text in lower case.", "1> string:lowercase(<<\"ABC\">>).\n<<\"abc\">>", all.Lower),
		changing("casefold", "casefold(String :: unicode:chardata()) -> unicode:chardata()",
			"Returns the text in a form in which texts that differ in case only are the same.", "1> string:casefold(\"ABC\").\n\"abc\"", all.Fold),
		{
			Spec:    "titlecase(String :: unicode:chardata()) -> unicode:chardata()",
			Doc:     "Returns the text with its first character in title case.",
			Example: "1> string:titlecase(\"abc\").\n\"Abc\"",
			Pure:    func(args []term.Term) (term.Term, error) { return titlecase(args[0], all.Title) },
		},
	}
}

func recased(t term.Term, name string, c chars.Casing) (term.Term, error) {
	if t.IsList() {
		return recasedList(t, name, c)
	}
	b, ok := t.Binary()
	if !ok {
		return term.None, bif.ErrorOf(term.Tuple(atom.Badarg, t), module, name, term.Int(1))
	}
	out := make([]byte, 0, len(b))
	var buffer [3]rune
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		switch {
		case r < utf8.RuneSelf:
			out = append(out, byte(c.ASCII(r)))
		case r == utf8.RuneError && n == 1 && i == 0:
			return term.None, bif.ErrorOf(term.Tuple(atom.Badarg, t), module, name, term.Int(1))
		case r == utf8.RuneError && n == 1:
			return term.None, bif.ErrorOf(term.Tuple(atom.Badarg, term.Binary(b[i:])), module, name+"_bin", term.Int(3))
		default:
			for _, x := range c.Append(buffer[:0], r) {
				out = utf8.AppendRune(out, x)
			}
		}
		i += n
	}
	return term.Binary(out), nil
}

// recasedList changes a list; one in which there is nothing to change stays as it is, with all its lists in it.
func recasedList(t term.Term, name string, c chars.Casing) (term.Term, error) {
	var out term.Builder
	changed := false
	for rest := t; ; {
		s := chars.CodePoint(rest)
		switch s.Outcome {
		case chars.Wrong:
			return term.None, bif.ErrorOf(term.Tuple(atom.Badarg, s.Rest), "unicode_util", name, term.Int(1))
		case chars.Odd:
			return term.None, s.Err
		case chars.End:
			if !changed {
				return t, nil
			}
			return out.List(term.Nil), nil
		}
		now := c.Of(s.Head)
		if head, ok := rest.Cons(); !ok || !term.Equal(head.Head, now) { // (sic) what is taken out of a list is a change
			changed = true
		}
		addText(&out, now)
		rest = s.Rest
	}
}

func titlecase(t term.Term, title chars.Casing) (term.Term, error) {
	if !t.IsBinary() && !t.IsList() {
		return term.None, term.FunctionClause()
	}
	s := chars.CodePoint(t)
	switch s.Outcome {
	case chars.Wrong:
		return term.None, bif.ErrorOf(term.Tuple(atom.Badarg, s.Rest), "unicode_util", title.Name, term.Int(1))
	case chars.Odd:
		return term.None, s.Err
	case chars.End:
		return emptyLike(t), nil
	}
	var first term.Builder
	addText(&first, title.Of(s.Head))
	if !t.IsBinary() {
		return first.List(s.Rest), nil
	}
	var out []byte
	for c, ok := first.List(term.Nil).Cons(); ok; c, ok = c.Tail.Cons() {
		out = utf8.AppendRune(out, chars.Rune(c.Head))
	}
	rest, _ := s.Rest.Binary()
	return term.Binary(append(out, rest...)), nil
}
