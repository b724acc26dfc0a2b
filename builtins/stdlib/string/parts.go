package string

import (
	"unicode/utf8"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/builtins/chars"
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
			Pure:    func(args []term.Term) (term.Term, error) { return reversed(args[0]) },
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
			Pure:    func(args []term.Term) (term.Term, error) { return step(chars.Cluster(args[0])) },
		},
		{
			Spec:    "next_codepoint(String :: unicode:chardata()) -> nonempty_improper_list(char(), unicode:chardata()) | [] | {error, unicode:chardata()}",
			Doc:     "Returns the first code point and the rest of the text as `[Codepoint|Rest]`, or `[]` at its end.",
			Example: "1> string:next_codepoint(<<\"abc\">>).\n[97|<<\"bc\">>]",
			Pure:    func(args []term.Term) (term.Term, error) { return step(chars.CodePoint(args[0])) },
		},
	}
}

// step is what the functions return that take one step.
func step(s chars.Step) (term.Term, error) {
	switch s.Outcome {
	case chars.End:
		return term.Nil, nil
	case chars.Wrong:
		return s.Error(), nil
	case chars.Odd:
		return term.None, s.Err
	}
	return s.List(), nil
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

// walk takes a text apart, cluster by cluster.
func walk(t term.Term, each func(cluster term.Term)) *invalid {
	for {
		s := chars.Cluster(t)
		if s.Outcome != chars.Taken {
			return wrongIn(s)
		}
		each(s.Head)
		t = s.Rest
	}
}

// either is the name of the function inside OTP's that goes through a binary behind its first character, or through any text.
func either(t term.Term, ofBinary string, binaryArity int64, ofAny string, anyArity int64) (string, int64) {
	if b, ok := t.Binary(); ok {
		if r, n := utf8.DecodeRune(b); r != utf8.RuneError || n > 1 {
			return ofBinary, binaryArity
		}
	}
	return ofAny, anyArity
}

func length(args []term.Term) (term.Term, error) {
	if b, ok := ascii(args[0]); ok {
		return term.Int(int64(len(b))), nil
	}
	n := int64(0)
	if err := walk(args[0], func(term.Term) { n++ }); err != nil {
		return term.None, err.exception(either(args[0], "length_b", 3, "length_1", 2))
	}
	return term.Int(n), nil
}

func reversed(t term.Term) (term.Term, error) {
	out := term.Nil
	if err := walk(t, func(c term.Term) { out = term.NewCons(c, out) }); err != nil {
		return term.None, err.exception(either(t, "reverse_b", 3, "reverse_1", 2))
	}
	return out, nil
}

func clusters(t term.Term) (out []term.Term, err *invalid) {
	err = walk(t, func(c term.Term) { out = append(out, c) })
	return out, err
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
					return term.None, noSet(args[0], args[2], args[1] == atomTrailing)
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
	for ; n > 0; n-- {
		s := chars.Cluster(t)
		if s.Outcome == chars.End {
			return term.Nil, n, nil
		}
		if s.Outcome != chars.Taken {
			return t, n, wrongIn(s)
		}
		t = s.Rest
	}
	return t, 0, nil
}

func slice(t, start, count term.Term) (term.Term, error) {
	from, ok := start.Int()
	n, sized := count.Int()
	if sized && n == 0 && (!ok || from < 0) {
		return emptyLike(t), nil
	}
	if !ok || from < 0 || count != atom.Infinity && (!sized || n < 0) {
		if count == atom.Infinity {
			return term.None, clause("slice", t, start)
		}
		return term.None, term.FunctionClause()
	}
	if sized && n == 0 {
		return emptyLike(t), nil
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
		return term.None, err.exception(either(t, "slice_lb", 3, "slice_l", 2))
	}
	switch {
	case left > 0 && t.IsBinary():
		return term.EmptyBinary, nil
	case !sized:
		return rest, nil
	case rest.IsBinary():
		return sliceBinary(rest, n)
	}
	return sliceList(rest, n)
}

// emptyLike is a text without characters of the type of t.
func emptyLike(t term.Term) term.Term {
	if t.IsBinary() {
		return term.EmptyBinary
	}
	return term.Nil
}

func sliceBinary(t term.Term, n int64) (term.Term, error) {
	end, _, err := skip(t, n)
	if err != nil {
		return term.None, err.exception(either(t, "slice_bin", 3, "slice_trail", 2))
	}
	if end.IsNil() {
		return t, nil
	}
	return prefixUpTo(t, end), nil
}

func sliceList(t term.Term, n int64) (term.Term, error) {
	if !t.IsList() {
		return term.None, clause("slice_trail", t, term.Int(n))
	}
	var out term.Builder
	for ; n > 0; n-- {
		s := chars.Cluster(t)
		if s.Outcome == chars.End {
			break
		}
		if s.Outcome != chars.Taken {
			return term.None, wrongIn(s).exception("slice_list", 2)
		}
		addText(&out, s.Head)
		t = s.Rest
	}
	return out.List(term.Nil), nil
}

// addText adds a code point, or those of a list.
func addText(out *term.Builder, t term.Term) {
	if t.IsNumber() {
		out.Add(t)
		return
	}
	for c, ok := t.Cons(); ok; c, ok = c.Tail.Cons() {
		out.Add(c.Head)
	}
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

func take(t, elements, complement, dir term.Term) (term.Term, error) {
	if complement != term.True && complement != term.False {
		return term.None, term.FunctionClause()
	}
	set, ok := newSet(elements)
	in := complement == term.False
	if !ok && in && dir == atomLeading && empty(t) {
		return term.Tuple(emptyLike(t), emptyLike(t)), nil
	}
	if !ok {
		return term.None, noSet(t, elements, !in || dir == atomTrailing)
	}
	if set.empty() {
		if in == (dir == atomLeading) {
			return term.Tuple(emptyLike(t), t), nil
		}
		return term.Tuple(t, emptyLike(t)), nil
	}
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

// noSet is the error of a set of characters that is no list: in some functions it is gone through first, in the others it shows when the
// first cluster is looked up in it.
func noSet(t, set term.Term, before bool) error {
	if before {
		for c, ok := set.Cons(); ok; c, ok = set.Cons() {
			set = c.Tail
		}
		return clause("search_cp", set)
	}
	s := chars.Cluster(t)
	if s.Outcome != chars.Taken {
		return term.FunctionClause()
	}
	e := bif.StdlibBadarg()
	where := term.List(term.Tuple(atom.ErrorInfo, e.Info))
	e.Stack = term.List(term.Tuple(term.Atom("lists"), term.Atom("member"), term.List(s.Head, set), where))
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
