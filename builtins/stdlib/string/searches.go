package string

import (
	"bytes"
	"unicode/utf8"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/builtins/chars"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

// searches are the functions that look for a text in another.
func searches() []bif.Function {
	return []bif.Function{
		{
			Spec:    "find(String :: unicode:chardata(), SearchPattern :: unicode:chardata()) -> unicode:chardata() | nomatch",
			Doc:     "Returns the text from the first place on where SearchPattern stands, or `nomatch`.",
			Example: "1> string:find(\"ab.cd\", \".\").\n\".cd\"",
			Pure:    func(args []term.Term) (term.Term, error) { return find(args[0], args[1], atomLeading) },
		},
		{
			Spec:    "find(String :: unicode:chardata(), SearchPattern :: unicode:chardata(), Dir :: leading | trailing) -> unicode:chardata() | nomatch",
			Doc:     "As find/2; with `trailing` from the last such place on.",
			Example: "1> string:find(\"a.b.c\", \".\", trailing).\n\".c\"",
			Pure:    func(args []term.Term) (term.Term, error) { return find(args[0], args[1], args[2]) },
		},
		{
			Spec:    "prefix(String :: unicode:chardata(), Prefix :: unicode:chardata()) -> nomatch | unicode:chardata()",
			Doc:     "Returns the text behind Prefix when it begins with that, or `nomatch`.",
			Example: "1> string:prefix(<<\"prefix of\">>, \"pre\").\n<<\"fix of\">>",
			Pure:    prefix,
		},
		{
			Spec:    "split(String :: unicode:chardata(), SearchPattern :: unicode:chardata()) -> [unicode:chardata()]",
			Doc:     "Splits the text where SearchPattern stands first.",
			Example: "1> string:split(\"ab..bc..cd\", \"..\").\n[\"ab\",\"bc..cd\"]",
			Pure:    func(args []term.Term) (term.Term, error) { return split(args[0], args[1], atomLeading) },
		},
		{
			Spec:    "split(String :: unicode:chardata(), SearchPattern :: unicode:chardata(), Where :: leading | trailing | all) -> [unicode:chardata()]",
			Doc:     "Splits the text at the first, the last or every place where SearchPattern stands.",
			Example: "1> string:split(<<\"ab..bc..cd\">>, \"..\", all).\n[<<\"ab\">>,<<\"bc\">>,<<\"cd\">>]",
			Pure:    func(args []term.Term) (term.Term, error) { return split(args[0], args[1], args[2]) },
		},
		{
			Spec:    "replace(String :: unicode:chardata(), SearchPattern :: unicode:chardata(), Replacement :: unicode:chardata()) -> [unicode:chardata()]",
			Doc:     "Puts Replacement in the place of the first SearchPattern; the result is in pieces.",
			Example: "1> string:replace(\"a.b.c\", \".\", \"-\").\n[\"a\",\"-\",\"b.c\"]",
			Pure:    func(args []term.Term) (term.Term, error) { return replace(args[0], args[1], args[2], atomLeading) },
		},
		{
			Spec:    "replace(String :: unicode:chardata(), SearchPattern :: unicode:chardata(), Replacement :: unicode:chardata(), Where :: leading | trailing | all) -> [unicode:chardata()]",
			Doc:     "Puts Replacement in the place of the first, the last or every SearchPattern.",
			Example: "1> string:replace(<<\"a.b.c\">>, \".\", \"-\", all).\n[<<\"a\">>,\"-\",<<\"b\">>,\"-\",<<\"c\">>]",
			Pure:    func(args []term.Term) (term.Term, error) { return replace(args[0], args[1], args[2], args[3]) },
		},
		{
			Spec:    "lexemes(String :: unicode:chardata(), SeparatorList :: [grapheme_cluster()]) -> [unicode:chardata()]",
			Doc:     "Returns the pieces between separators, those that are not empty.",
			Example: "1> string:lexemes(\"foo bar, baz\", \" ,\").\n[\"foo\",\"bar\",\"baz\"]",
			Pure:    lexemes,
		},
		{
			Spec:    "nth_lexeme(String :: unicode:chardata(), N :: non_neg_integer(), SeparatorList :: [grapheme_cluster()]) -> unicode:chardata()",
			Doc:     "Returns the Nth piece between separators.",
			Example: "1> string:nth_lexeme(\"foo bar baz\", 2, \" \").\n\"bar\"",
			Pure:    nthLexeme,
		},
	}
}

// after returns what stands in t behind the code points of pattern, which end where a cluster ends.
func after(t term.Term, pattern []rune) (term.Term, bool, *invalid) {
	last := len(pattern) - 1
	for _, want := range pattern[:last] {
		r, rest, ok, err := next(t)
		if err != nil || !ok || r != want {
			return t, false, err
		}
		t = rest
	}
	var buffer [4]rune
	runes, rest, ok, err := cluster(t, buffer[:])
	if err != nil || !ok || len(runes) != 1 || runes[0] != pattern[last] {
		return t, false, err
	}
	return rest, true, nil
}

// seek returns the first place where pattern stands, and what is behind it.
func seek(t term.Term, pattern []rune) (at, behind term.Term, ok bool, err *invalid) {
	text, isBinary := t.Binary()
	want := []byte(string(pattern))
	for {
		if isBinary { // jump to where it can stand
			i := bytes.Index(text, want)
			if i < 0 {
				return t, t, false, nil
			}
			text = text[i:]
			t = term.Binary(text)
		}
		behind, found, err := after(t, pattern)
		if err != nil {
			return t, t, false, err
		}
		if found {
			return t, behind, true, nil
		}
		_, rest, more, err := next(t)
		if err != nil || !more {
			return t, t, false, err
		}
		t = rest
		text, _ = t.Binary()
	}
}

// patternOf reads what is searched for. Where that is text up to some place only, other is what unicode:characters_to_list/1 makes of it:
// no function of the searches has a clause for that.
func patternOf(t term.Term) (runes []rune, other term.Term, err error) {
	if b, ok := t.Binary(); ok && utf8.Valid(b) {
		return []rune(string(b)), term.None, nil
	}
	list, err := chars.ToList(t, chars.UTF8)
	if err != nil {
		e := bif.StdlibBadarg()
		e.Stack = term.List(bif.Frame("unicode", "characters_to_list", term.List(t)))
		return nil, term.None, e
	}
	if !list.IsList() {
		return nil, list, nil
	}
	for c, more := list.Cons(); more; c, more = c.Tail.Cons() {
		runes = append(runes, runeOf(c.Head))
	}
	return runes, term.None, nil
}

func find(t, pattern, dir term.Term) (term.Term, error) {
	if dir != atomLeading && dir != atomTrailing {
		return term.None, term.FunctionClause()
	}
	runes, other, err := patternOf(pattern)
	if err != nil {
		return term.None, err
	}
	if !other.None() {
		e := bif.StdlibBadarg()
		e.Stack = term.List(bif.Frame("unicode", "characters_to_binary", term.List(other)))
		return term.None, e
	}
	if len(runes) == 0 {
		return t, nil
	}
	if !t.IsList() && !t.IsBinary() {
		return term.None, noText(t)
	}
	found := atomNomatch
	for {
		at, _, ok, err := seek(t, runes)
		if err != nil {
			return term.None, err.exception("find_l", 2)
		}
		if !ok {
			return found, nil
		}
		if dir == atomLeading {
			return at, nil
		}
		found = at
		_, t, _, _ = next(at)
	}
}

func noText(t term.Term) error {
	return bif.ErrorOf(term.Tuple(atom.Badmatch, t), module, "bin_search_str_1", term.Int(4))
}

var atomNomatch = term.Atom("nomatch")

func prefix(args []term.Term) (term.Term, error) {
	runes, other, err := patternOf(args[1])
	if err != nil {
		return term.None, err
	}
	if !other.None() {
		return term.None, bif.ClauseOf(module, "prefix_1", args[0], other)
	}
	if len(runes) == 0 {
		return args[0], nil
	}
	rest, ok, bad := after(args[0], runes)
	if bad != nil {
		return term.None, bad.exception("prefix_1", 2)
	}
	if !ok {
		return atomNomatch, nil
	}
	return rest, nil
}

// pieces cuts a text at a pattern.
func pieces(t, pattern, where term.Term) ([]term.Term, error) {
	runes, other, err := patternOf(pattern)
	if err != nil {
		return nil, err
	}
	if !other.None() {
		return nil, bif.ClauseOf(module, "split_1", t, other, term.Int(0), where, term.Nil, term.Nil)
	}
	if len(runes) == 0 {
		return []term.Term{t}, nil
	}
	if !t.IsList() && !t.IsBinary() {
		return nil, noText(t)
	}
	var out []term.Term
	start, from := t, t
	for {
		at, behind, ok, err := seek(from, runes)
		switch {
		case err != nil:
			return nil, err.exception("find_l", 2)
		case !ok:
			return append(out, start), nil
		}
		if where != atomLeading && where != atomTrailing && where != atom.All {
			return nil, term.FunctionClause() // asked only when there is something to split
		}
		switch where {
		case atomLeading:
			return []term.Term{prefixUpTo(t, at), behind}, nil
		case atomTrailing:
			out = []term.Term{prefixUpTo(t, at)}
			start = behind
			_, from, _, _ = next(at)
		default:
			out = append(out, prefixUpTo(start, at))
			start, from = behind, behind
		}
	}
}

func split(t, pattern, where term.Term) (term.Term, error) {
	all, err := pieces(t, pattern, where)
	if err != nil {
		return term.None, err
	}
	return term.List(all...), nil
}

func replace(t, pattern, replacement, where term.Term) (term.Term, error) {
	all, err := pieces(t, pattern, where)
	if err != nil {
		return term.None, err
	}
	out := make([]term.Term, 0, 2*len(all))
	for i, piece := range all {
		if i > 0 {
			out = append(out, replacement)
		}
		out = append(out, piece)
	}
	return term.List(out...), nil
}

func lexemes(args []term.Term) (term.Term, error) {
	if args[0].IsNil() {
		return term.Nil, nil
	}
	set, ok := newSet(args[1])
	if !ok {
		return term.None, term.FunctionClause()
	}
	if set.empty() {
		return term.List(args[0]), nil
	}
	var out []term.Term
	t := args[0]
	for {
		start, err := set.span(t, true)
		if err != nil {
			return term.None, err.exception("lexemes_m", 3)
		}
		if empty(start) {
			return term.List(out...), nil
		}
		end, err := set.span(start, false)
		if err != nil {
			return term.None, err.exception("lexeme_pick", 3)
		}
		out = append(out, prefixUpTo(start, end))
		t = end
	}
}

func nthLexeme(args []term.Term) (term.Term, error) {
	n, ok := args[1].Int()
	set, isSet := newSet(args[2])
	if !ok || n < 1 || !isSet {
		return term.None, term.FunctionClause()
	}
	t := args[0]
	if set.empty() && n > 1 && t.IsList() {
		return term.Nil, nil
	}
	if set.empty() {
		return t, nil
	}
	for {
		start, err := set.span(t, true)
		if err != nil {
			return term.None, err.exception("nth_lexeme_m", 3)
		}
		end, err := set.span(start, false)
		if err != nil {
			return term.None, err.exception("lexeme_skip", 3)
		}
		if n == 1 || empty(start) {
			return prefixUpTo(start, end), nil
		}
		n--
		t = end
	}
}
