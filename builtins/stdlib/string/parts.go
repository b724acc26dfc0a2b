package string

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

// steps are the functions that walk through a text cluster by cluster.
func steps() []bif.Function {
	return []bif.Function{
		{
			Spec:    "length(String :: unicode:chardata()) -> non_neg_integer()",
			Doc:     "Returns the number of grapheme clusters.",
			Example: "1> string:length(\"abc\").\n3",
			Pure:    length,
		},
		{
			Spec:    "to_graphemes(String :: unicode:chardata()) -> [grapheme_cluster()]",
			Doc:     "Returns the grapheme clusters: a code point, or a list of code points that belong together.",
			Example: "1> string:to_graphemes([$e,769,$x]).\n[[101,769],120]",
			Pure: func(args []term.Term) (term.Term, error) {
				all, err := clusters(args[0])
				if err != nil {
					return term.None, err.exception("to_graphemes", 1)
				}
				return term.List(all...), nil
			},
		},
		{
			Spec:    "reverse(String :: unicode:chardata()) -> [grapheme_cluster()]",
			Doc:     "Returns the grapheme clusters in reverse order.",
			Example: "1> string:reverse(<<\"abc\">>).\n\"cba\"",
			Pure: func(args []term.Term) (term.Term, error) {
				all, err := clusters(args[0])
				if err != nil {
					return term.None, err.exception("reverse_1", 2)
				}
				out := term.Nil
				for _, c := range all {
					out = term.NewCons(c, out)
				}
				return out, nil
			},
		},
		{
			Spec:    "is_empty(String :: unicode:chardata()) -> boolean()",
			Doc:     "Tells whether there is no character in String.",
			Example: "1> string:is_empty([\"\",<<>>]).\ntrue",
			Pure:    func(args []term.Term) (term.Term, error) { return term.Bool(empty(args[0])), nil },
		},
		{
			Spec:    "next_grapheme(String :: unicode:chardata()) -> nonempty_improper_list(grapheme_cluster(), unicode:chardata()) | [] | {error, unicode:chardata()}",
			Doc:     "Returns the first grapheme cluster and the rest of the text as `[Cluster|Rest]`, or `[]` at its end.",
			Example: "1> string:next_grapheme(<<\"abc\">>).\n[97|<<\"bc\">>]",
			Pure: func(args []term.Term) (term.Term, error) {
				var buffer [4]rune
				runes, rest, ok, err := cluster(args[0], buffer[:])
				if ok {
					return term.NewCons(clusterTerm(runes), rest), nil
				}
				return nothing(err)
			},
		},
		{
			Spec:    "next_codepoint(String :: unicode:chardata()) -> nonempty_improper_list(char(), unicode:chardata()) | [] | {error, unicode:chardata()}",
			Doc:     "Returns the first code point and the rest of the text as `[Codepoint|Rest]`, or `[]` at its end.",
			Example: "1> string:next_codepoint(<<\"abc\">>).\n[97|<<\"bc\">>]",
			Pure: func(args []term.Term) (term.Term, error) {
				r, rest, ok, err := next(args[0])
				if ok {
					return term.NewCons(term.Int(int64(r)), rest), nil
				}
				return nothing(err)
			},
		},
	}
}

func nothing(err *invalid) (term.Term, error) {
	switch {
	case err == nil:
		return term.Nil, nil
	case err.odd:
		return term.None, err.exception("cp", 1)
	}
	return term.Tuple(atom.ErrorAtom, err.rest), nil
}

func empty(t term.Term) bool {
	for {
		c, ok := t.Cons()
		if !ok {
			b, isBinary := t.Binary()
			return t.IsNil() || isBinary && len(b) == 0
		}
		if !empty(c.Head) {
			return false
		}
		t = c.Tail
	}
}

func length(args []term.Term) (term.Term, error) {
	if b, ok := ascii(args[0]); ok {
		return term.Int(int64(len(b))), nil
	}
	n := int64(0)
	t := args[0]
	var buffer [4]rune
	for {
		_, rest, ok, err := cluster(t, buffer[:])
		if err != nil {
			return term.None, err.exception("length_1", 2)
		}
		if !ok {
			return term.Int(n), nil
		}
		n++
		t = rest
	}
}

func clusters(t term.Term) ([]term.Term, *invalid) {
	var out []term.Term
	var buffer [4]rune
	for {
		runes, rest, ok, err := cluster(t, buffer[:])
		if err != nil {
			return nil, err
		}
		if !ok {
			return out, nil
		}
		out = append(out, clusterTerm(runes))
		t = rest
	}
}

// parts are the functions that cut pieces out of a text or fill it up.
func parts() []bif.Function {
	return []bif.Function{
		{
			Spec:    "slice(String :: unicode:chardata(), Start :: non_neg_integer()) -> unicode:chardata()",
			Doc:     "Returns the text without its first Start grapheme clusters.",
			Example: "1> string:slice(<<\"hello\">>, 1).\n<<\"ello\">>",
			Pure:    func(args []term.Term) (term.Term, error) { return slice(args[0], args[1], atom.Infinity) },
		},
		{
			Spec:    "slice(String :: unicode:chardata(), Start :: non_neg_integer(), Length :: infinity | non_neg_integer()) -> unicode:chardata()",
			Doc:     "Returns at most Length grapheme clusters of the text, behind the first Start ones.",
			Example: "1> string:slice(\"hello\", 1, 2).\n\"el\"",
			Pure: func(args []term.Term) (term.Term, error) {
				return slice(args[0], args[1], args[2])
			},
		},
		{
			Spec:    "trim(String :: unicode:chardata()) -> unicode:chardata()",
			Doc:     "Returns the text without white space at its ends.",
			Example: "1> string:trim(\"  hello \").\n\"hello\"",
			Pure:    func(args []term.Term) (term.Term, error) { return trim(args[0], atomBoth, whiteSpace, nil) },
		},
		{
			Spec:    "trim(String :: unicode:chardata(), Dir :: leading | trailing | both) -> unicode:chardata()",
			Doc:     "Returns the text without white space at the end that Dir says.",
			Example: "1> string:trim(<<\"  hello \">>, leading).\n<<\"hello \">>",
			Pure:    func(args []term.Term) (term.Term, error) { return trim(args[0], args[1], whiteSpace, args) },
		},
		{
			Spec:    "trim(String :: unicode:chardata(), Dir :: leading | trailing | both, Characters :: [grapheme_cluster()]) -> unicode:chardata()",
			Doc:     "Returns the text without Characters at the end that Dir says.",
			Example: "1> string:trim(\"--x--\", both, \"-\").\n\"x\"",
			Pure: func(args []term.Term) (term.Term, error) {
				set, ok := newSet(args[2])
				if !ok {
					return term.None, noSet(args[0], args[2])
				}
				return trim(args[0], args[1], set, args)
			},
		},
		{
			Spec:    "chomp(String :: unicode:chardata()) -> unicode:chardata()",
			Doc:     "Returns the text without newlines at its end.",
			Example: "1> string:chomp(<<\"line\\n\">>).\n<<\"line\">>",
			Pure:    func(args []term.Term) (term.Term, error) { return trim(args[0], atomTrailing, newlines, nil) },
		},
		{
			Spec:    "take(String :: unicode:chardata(), Characters :: [grapheme_cluster()]) -> {Leading :: unicode:chardata(), Trailing :: unicode:chardata()}",
			Doc:     "Splits the text behind the Characters at its beginning.",
			Example: "1> string:take(\"aab\", \"a\").\n{\"aa\",\"b\"}",
			Pure:    func(args []term.Term) (term.Term, error) { return take(args[0], args[1], term.False, atomLeading) },
		},
		{
			Spec:    "take(String :: unicode:chardata(), Characters :: [grapheme_cluster()], Complement :: boolean()) -> {Leading :: unicode:chardata(), Trailing :: unicode:chardata()}",
			Doc:     "As take/2; with Complement `true` it takes all but Characters.",
			Example: "1> string:take(<<\"abc;d\">>, \";\", true).\n{<<\"abc\">>,<<\";d\">>}",
			Pure:    func(args []term.Term) (term.Term, error) { return take(args[0], args[1], args[2], atomLeading) },
		},
		{
			Spec:    "take(String :: unicode:chardata(), Characters :: [grapheme_cluster()], Complement :: boolean(), Dir :: leading | trailing) -> {Leading :: unicode:chardata(), Trailing :: unicode:chardata()}",
			Doc:     "As take/3 from the end that Dir says.",
			Example: "1> string:take(\"abb\", \"b\", false, trailing).\n{\"a\",\"bb\"}",
			Pure: func(args []term.Term) (term.Term, error) {
				if args[3] != atomLeading && args[3] != atomTrailing {
					return term.None, term.FunctionClause()
				}
				return take(args[0], args[1], args[2], args[3])
			},
		},
		{
			Spec:    "pad(String :: unicode:chardata(), Length :: integer()) -> unicode:charlist()",
			Doc:     "Fills the text up with blanks behind it to Length grapheme clusters.",
			Example: "1> string:pad(<<\"ab\">>, 4).\n[<<\"ab\">>,32,32]",
			Pure: func(args []term.Term) (term.Term, error) {
				return pad(args[0], args[1], atomTrailing, term.Int(' '))
			},
		},
		{
			Spec:    "pad(String :: unicode:chardata(), Length :: integer(), Dir :: leading | trailing | both) -> unicode:charlist()",
			Doc:     "Fills the text up with blanks on the side that Dir says.",
			Example: "1> string:pad(\"ab\", 4, leading).\n[\"  \",\"ab\"]",
			Pure:    func(args []term.Term) (term.Term, error) { return pad(args[0], args[1], args[2], term.Int(' ')) },
		},
		{
			Spec:    "pad(String :: unicode:chardata(), Length :: integer(), Dir :: leading | trailing | both, Char :: grapheme_cluster()) -> unicode:charlist()",
			Doc:     "Fills the text up with Char on the side that Dir says.",
			Example: "1> string:pad(\"ab\", 4, trailing, $.).\n[\"ab\",46,46]",
			Pure:    func(args []term.Term) (term.Term, error) { return pad(args[0], args[1], args[2], args[3]) },
		},
	}
}

var (
	atomLeading  = term.Atom("leading")
	atomTrailing = term.Atom("trailing")
	atomBoth     = term.Atom("both")
)

// skip takes n clusters off a text.
func skip(t term.Term, n int64) (rest term.Term, left int64, err *invalid) {
	var buffer [4]rune
	for ; n > 0; n-- {
		_, rest, ok, err := cluster(t, buffer[:])
		if err != nil {
			return t, n, err
		}
		if !ok {
			return rest, n, nil
		}
		t = rest
	}
	return t, 0, nil
}

func slice(t, start, count term.Term) (term.Term, error) {
	from, ok := start.Int()
	n, sized := count.Int()
	if !ok || from < 0 || count != atom.Infinity && (!sized || n < 0) {
		if count == atom.Infinity {
			return term.None, clause("slice", t, start)
		}
		return term.None, term.FunctionClause()
	}
	if sized && n == 0 && !t.IsBinary() {
		return term.Nil, nil
	}
	if b, ok := ascii(t); ok {
		b = b[min(from, int64(len(b))):]
		if sized {
			b = b[:min(n, int64(len(b)))]
		}
		return term.Binary(b[:len(b):len(b)]), nil
	}
	rest, left, err := skip(t, from)
	if err != nil {
		return term.None, err.exception("slice_l0", 2)
	}
	if left > 0 && t.IsBinary() {
		return term.EmptyBinary, nil
	}
	if !sized {
		return rest, nil
	}
	end, _, err := skip(rest, n)
	if err != nil {
		return term.None, err.exception("slice_trail", 2)
	}
	if t.IsBinary() {
		return prefixUpTo(rest, end), nil
	}
	return flatUpTo(rest, end)
}

// flatUpTo is prefixUpTo as a flat list.
func flatUpTo(t, rest term.Term) (term.Term, error) {
	runes, err := codepoints(prefixUpTo(t, rest))
	if err != nil {
		return term.None, err.exception("slice_trail", 2)
	}
	return runeList(runes, term.Nil), nil
}

func trim(t, dir term.Term, set clusterSet, args []term.Term) (term.Term, error) {
	if dir != atomLeading && dir != atomTrailing && dir != atomBoth {
		return term.None, clause("trim", args...)
	}
	if set.empty() {
		return t, nil
	}
	if dir != atomTrailing {
		rest, err := set.span(t, true)
		if err != nil {
			return term.None, err.exception("trim_ls", 2)
		}
		t = rest
	}
	if dir == atomLeading {
		return t, nil
	}
	end, err := set.lastOther(t, true)
	if err != nil {
		return term.None, err.exception("trim_ts", 2)
	}
	if end.IsNil() && !t.IsBinary() {
		if runes, ok := t.Slice(); ok && flatInts(runes) {
			return t, nil
		}
	}
	return prefixUpTo(t, end), nil
}

func flatInts(elements []term.Term) bool {
	for _, e := range elements {
		if _, ok := e.Int(); !ok {
			return false
		}
	}
	return true
}

func take(t, chars, complement, dir term.Term) (term.Term, error) {
	if complement != term.True && complement != term.False {
		return term.None, term.FunctionClause()
	}
	set, ok := newSet(chars)
	if !ok {
		return term.None, noSet(t, chars)
	}
	in := complement == term.False
	var at term.Term
	var err *invalid
	if dir == atomLeading {
		at, err = set.span(t, in)
	} else {
		at, err = set.lastOther(t, in)
	}
	if err != nil {
		return term.None, err.exception("take_l", 3)
	}
	if t.IsBinary() && at.IsNil() {
		at = term.EmptyBinary
	}
	return term.Tuple(prefixUpTo(t, at), at), nil
}

// noSet is the error of a set of characters that is no list: it shows when the first one is looked up in it.
func noSet(t, chars term.Term) error {
	var buffer [4]rune
	runes, _, ok, _ := cluster(t, buffer[:])
	if !ok {
		return term.FunctionClause()
	}
	e := bif.StdlibBadarg()
	where := term.List(term.Tuple(atom.ErrorInfo, e.Info))
	e.Stack = term.List(term.Tuple(term.Atom("lists"), term.Atom("member"), term.List(clusterTerm(runes), chars), where))
	return e
}

func pad(t, width, dir, char term.Term) (term.Term, error) {
	want, ok := width.Int()
	if !ok || dir != atomLeading && dir != atomTrailing && dir != atomBoth {
		return term.None, clause("pad", t, width, dir, char)
	}
	have, err := length([]term.Term{t})
	if err != nil {
		return term.None, err
	}
	n, _ := have.Int()
	n = max(want-n, 0)
	fill := func(n int64, tail term.Term) term.Term {
		for ; n > 0; n-- {
			tail = term.NewCons(char, tail)
		}
		return tail
	}
	switch dir {
	case atomLeading:
		return term.List(fill(n, term.Nil), t), nil
	case atomTrailing:
		return term.NewCons(t, fill(n, term.Nil)), nil
	}
	half := fill(n/2, term.Nil)
	return term.ListTail([]term.Term{half, t, half}, fill(n%2, term.Nil)), nil
}
