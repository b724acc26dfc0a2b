package binary

import (
	"bytes"
	"slices"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

func searches() []bif.Function {
	rows := []bif.Function{
		{
			Spec:    "compile_pattern(Pattern :: binary() | [binary()]) -> cp()",
			Doc:     "Prepares a pattern, or several, for searching more than once.",
			Example: "1> binary:match(<<\"a,b\">>, binary:compile_pattern(<<\",\">>)).\n{1,1}",
			Pure:    compilePattern,
		},
		{
			Spec:    "replace(Subject :: binary(), Pattern :: binary() | [binary()] | cp(), Replacement :: binary() | fun((binary()) -> binary())) -> binary()",
			Doc:     "Puts Replacement in the place of the first match.",
			Example: "1> binary:replace(<<\"a,b,c\">>, <<\",\">>, <<\";\">>).\n<<\"a;b,c\">>",
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
				return replace(p, args, term.Nil)
			},
		},
		{
			Spec:    "replace(Subject :: binary(), Pattern :: binary() | [binary()] | cp(), Replacement :: binary() | fun((binary()) -> binary()), Options :: [global | {scope, part()} | {insert_replaced, non_neg_integer() | [non_neg_integer()]}]) -> binary()",
			Doc:     "Puts Replacement in the place of the first match, or with `global` of every match. `{insert_replaced,Pos}` puts what was found into Replacement.",
			Example: "1> binary:replace(<<\"a,b,c\">>, <<\",\">>, <<\"[]\">>, [global,{insert_replaced,1}]).\n<<\"a[,]b[,]c\">>",
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
				return replace(p, args, args[3])
			},
		},
	}
	add := func(head, result, doc, example, options string, f func(args []term.Term, options term.Term) (term.Term, error)) {
		const patterns = "Subject :: binary(), Pattern :: binary() | [binary()] | cp()"
		rows = append(rows,
			bif.Function{
				Spec: head + "(" + patterns + ") -> " + result, Doc: doc, Example: example,
				Pure: func(args []term.Term) (term.Term, error) { return f(args, term.Nil) },
			},
			bif.Function{
				Spec: head + "(" + patterns + ", Options :: [" + options + "]) -> " + result, Doc: doc + " Options are " + options + ".",
				Example: example,
				Pure:    func(args []term.Term) (term.Term, error) { return f(args, args[2]) },
			})
	}
	add("match", "part() | nomatch", "Returns the position and length of the first match, the longest one there, or `nomatch`.",
		"1> binary:match(<<\"a,b\">>, <<\",\">>).\n{1,1}", "{scope, part()}", match)
	add("matches", "[part()]", "Returns the positions and lengths of all matches, which do not overlap.",
		"1> binary:matches(<<\"a,b,c\">>, <<\",\">>).\n[{1,1},{3,1}]", "{scope, part()}", matches)
	add("split", "[binary()]", "Splits the binary at the first match, or with option `global` at every match.",
		"1> binary:split(<<\"a,b,c\">>, <<\",\">>).\n[<<\"a\">>,<<\"b,c\">>]", "global | trim | trim_all | {scope, part()}", split)
	return rows
}

var (
	atomBM      = term.Atom("bm")
	atomAC      = term.Atom("ac")
	atomNomatch = term.Atom("nomatch")
)

// compilePattern has nothing to prepare: a compiled pattern is the pattern under the tag that the real one has.
func compilePattern(args []term.Term) (term.Term, error) {
	patterns, ok := patternsOf(args[0])
	if !ok {
		return term.None, term.Badarg()
	}
	if len(patterns) == 1 {
		return term.Tuple(atomBM, term.Binary(patterns[0])), nil
	}
	return term.Tuple(atomAC, args[0]), nil
}

// patternsOf reads what is searched for: binaries that are not empty.
func patternsOf(t term.Term) ([][]byte, bool) {
	if e, ok := t.Tuple(); ok && len(e) == 2 && (e[0] == atomBM || e[0] == atomAC) {
		t = e[1]
	}
	if b, ok := t.Binary(); ok {
		return [][]byte{b}, len(b) > 0
	}
	elements, ok := t.Slice()
	out := make([][]byte, 0, len(elements))
	for _, e := range elements {
		b, isBinary := e.Binary()
		ok = ok && isBinary && len(b) > 0
		out = append(out, b)
	}
	return out, ok && len(out) > 0
}

// finder finds matches of patterns from left to right. Where a pattern stands next is remembered until the search has passed it.
type finder struct {
	text     []byte // up to the end of the scope
	patterns [][]byte
	next     []int // -1: nowhere any more
	at       int
}

func newFinder(text []byte, from, to int, patterns [][]byte) *finder {
	f := &finder{text: text[:to], patterns: patterns, next: make([]int, len(patterns)), at: from}
	for i := range patterns {
		f.next[i] = f.find(i)
	}
	return f
}

func (f *finder) find(i int) int {
	n := bytes.Index(f.text[f.at:], f.patterns[i])
	if n < 0 {
		return -1
	}
	return f.at + n
}

// match returns the limits of the next match: the leftmost one, and there the longest.
func (f *finder) match() (from, to int, ok bool) {
	best := -1
	for i := range f.patterns {
		if f.next[i] >= 0 && f.next[i] < f.at {
			f.next[i] = f.find(i)
		}
		n := f.next[i]
		if n < 0 {
			continue
		}
		if best < 0 || n < f.next[best] || n == f.next[best] && len(f.patterns[i]) > len(f.patterns[best]) {
			best = i
		}
	}
	if best < 0 {
		return 0, 0, false
	}
	from = f.next[best]
	f.at = from + len(f.patterns[best])
	return from, f.at, true
}

// options are those of all searching functions.
type options struct {
	from, to              int
	scope                 [2]term.Term // the last one counts
	global, trim, trimAll bool
	insert                []int
}

// start reads subject, pattern and options; which of the options are allowed the function says.
func start(args []term.Term, list term.Term, allowed ...string) ([]byte, *finder, options, bool) {
	b, ok := args[0].Binary()
	patterns, isPattern := patternsOf(args[1])
	if ok && len(b) == 0 {
		patterns, isPattern = nil, true // nothing is looked at
	}
	elements, isList := list.Slice()
	if !ok || !isPattern || !isList {
		return nil, nil, options{}, false
	}
	o := options{to: len(b)}
	for _, e := range elements {
		if !o.read(e, allowed) {
			return nil, nil, options{}, false
		}
	}
	if !o.scope[0].None() {
		if o.from, o.to, ok = bounds(o.scope[0], o.scope[1], len(b)); !ok {
			return nil, nil, options{}, false
		}
	}
	return b, newFinder(b, o.from, o.to, patterns), o, true
}

func (o *options) read(t term.Term, allowed []string) bool {
	name, value := t.AtomName(), term.None
	if e, ok := t.Tuple(); ok && len(e) == 2 {
		name, value = e[0].AtomName(), e[1]
	}
	known := false
	for _, a := range allowed {
		known = known || a == name
	}
	switch {
	case !known:
		return false
	case name == "scope":
		var ok bool
		o.scope[0], o.scope[1], ok = pair(value)
		return ok && o.scope[0].IsInteger() && o.scope[1].IsInteger()
	case name == "insert_replaced":
		return o.inserts(value)
	case !value.None():
		return false
	}
	o.global = o.global || name == "global"
	o.trim = o.trim || name == "trim"
	o.trimAll = o.trimAll || name == "trim_all"
	return true
}

func (o *options) inserts(value term.Term) bool {
	elements, ok := value.Slice()
	if !ok {
		elements = []term.Term{value}
	}
	o.insert = o.insert[:0]
	for _, e := range elements {
		n, ok := e.Int()
		if !ok || n < 0 {
			return false
		}
		o.insert = append(o.insert, int(n))
	}
	return true
}

func spot(from, to int) term.Term {
	return term.Tuple(term.Int(int64(from)), term.Int(int64(to-from)))
}

func match(args []term.Term, list term.Term) (term.Term, error) {
	_, f, _, ok := start(args, list, "scope")
	if !ok {
		return term.None, term.Badarg()
	}
	from, to, ok := f.match()
	if !ok {
		return atomNomatch, nil
	}
	return spot(from, to), nil
}

func matches(args []term.Term, list term.Term) (term.Term, error) {
	_, f, _, ok := start(args, list, "scope")
	if !ok {
		return term.None, term.Badarg()
	}
	var out term.Builder
	for {
		from, to, ok := f.match()
		if !ok {
			return out.List(term.Nil), nil
		}
		out.Add(spot(from, to))
	}
}

func split(args []term.Term, list term.Term) (term.Term, error) {
	b, f, o, ok := start(args, list, "scope", "global", "trim", "trim_all")
	if !ok {
		return term.None, term.Badarg()
	}
	var out term.Builder
	held := 0 // empty parts, which trim drops when no other one follows
	add := func(part []byte) {
		if len(part) == 0 && o.trim {
			held++
			return
		}
		for ; held > 0; held-- {
			out.Add(term.EmptyBinary)
		}
		out.Add(term.Binary(part))
	}
	at := 0
	for {
		from, to, ok := f.match()
		if !ok {
			break
		}
		if from > at || !o.trimAll {
			add(b[at:from:from])
		}
		at = to
		if !o.global {
			break
		}
	}
	if at < len(b) || !o.trim && !o.trimAll {
		add(b[at:])
	}
	return out.List(term.Nil), nil
}

func replace(p *node.Process, args []term.Term, list term.Term) (term.Term, error) {
	b, f, o, ok := start(args, list, "scope", "global", "insert_replaced")
	fixed, isBinary := args[2].Binary()
	fun, isFun := args[2].Fun()
	if !ok || !isBinary && (!isFun || fun.Arity != 1) {
		return term.None, term.Badarg()
	}
	if isBinary && slices.ContainsFunc(o.insert, func(n int) bool { return n > len(fixed) }) {
		return term.None, term.Badarg()
	}
	out := make([]byte, 0, len(b))
	at := 0
	for {
		from, to, ok := f.match()
		if !ok {
			break
		}
		piece := fixed
		if isFun {
			v, err := p.Call(args[2], term.Binary(b[from:to:to]))
			if err != nil {
				return term.None, err
			}
			if piece, ok = v.Binary(); !ok {
				return term.None, term.Badarg()
			}
		}
		if piece, ok = o.inserted(piece, b[from:to]); !ok {
			return term.None, term.Badarg()
		}
		out = append(append(out, b[at:from]...), piece...)
		at = to
		if !o.global {
			break
		}
	}
	return term.Binary(append(out, b[at:]...)), nil
}

// inserted puts what was found into a replacement.
func (o *options) inserted(piece, found []byte) ([]byte, bool) {
	if len(o.insert) == 0 {
		return piece, true
	}
	var out []byte
	for i := 0; i <= len(piece); i++ {
		for _, at := range o.insert {
			if at > len(piece) {
				return nil, false
			}
			if at == i {
				out = append(out, found...)
			}
		}
		if i < len(piece) {
			out = append(out, piece[i])
		}
	}
	return out, true
}
