package string

import (
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

// invalid is the error of text that is none: what stands there, and whether it could be read as chardata at all.
type invalid struct {
	rest term.Term
	odd  bool // no chardata
}

// Error says what is wrong, for Go readers.
func (i *invalid) Error() string { return "no text: " + i.rest.String() }

// exception is what a function raises that came upon invalid text.
func (i *invalid) exception(inner string, arity int64) error {
	if i.odd {
		return bif.ClauseOf("unicode_util", "cp", i.rest)
	}
	return bif.ErrorOf(term.Tuple(atom.Badarg, i.rest), module, inner, term.Int(arity))
}

// next takes the first code point off a text. At the end ok is false.
func next(t term.Term) (r rune, rest term.Term, ok bool, err *invalid) {
	for {
		c, isCons := t.Cons()
		if !isCons {
			break
		}
		if i, isInt := c.Head.Int(); isInt {
			return rune(i), c.Tail, true, nil
		}
		if c.Head.IsNil() {
			t = c.Tail
			continue
		}
		if !c.Head.IsList() && !c.Head.IsBinary() {
			return 0, t, false, &invalid{t, true}
		}
		r, rest, ok, err = next(c.Head)
		if err != nil {
			if !err.odd && !c.Tail.IsNil() {
				err.rest = term.NewCons(err.rest, c.Tail)
			}
			return 0, t, false, err
		}
		if ok {
			return r, before(rest, c.Tail), true, nil
		}
		t = c.Tail
	}
	if t.IsNil() {
		return 0, t, false, nil
	}
	b, isBinary := t.Binary()
	if !isBinary {
		return 0, t, false, &invalid{t, true}
	}
	if len(b) == 0 {
		return 0, term.Nil, false, nil
	}
	r, n := utf8.DecodeRune(b)
	if r == utf8.RuneError && n <= 1 {
		return 0, t, false, &invalid{t, false}
	}
	return r, term.Binary(b[n:]), true, nil
}

// before puts what is left of the head of a list in front of its tail.
func before(rest, tail term.Term) term.Term {
	c, ok := rest.Cons()
	switch {
	case rest.IsNil():
		return tail
	case tail.IsNil():
		return rest
	case !ok:
		return term.NewCons(rest, tail)
	case c.Tail.IsNil():
		return term.NewCons(c.Head, tail)
	}
	return term.NewCons(c.Head, term.NewCons(c.Tail, tail))
}

// plain reports whether nothing can join a to b to one cluster.
func plain(a, b rune) bool { return a < 0x300 && b < 0x300 && a != '\r' && a != 0xad }

// cluster takes the first grapheme cluster off a text: its code points, which are valid until the next call with the same buffer.
func cluster(t term.Term, buffer []rune) (runes []rune, rest term.Term, ok bool, err *invalid) {
	r, rest, ok, err := next(t)
	if !ok || err != nil {
		return nil, rest, ok, err
	}
	runes = append(buffer[:0], r)
	r2, rest2, ok, err := next(rest)
	if err != nil || !ok || plain(r, r2) {
		return runes, rest, true, nil // an error shows when its turn comes
	}
	rests := []term.Term{rest, rest2}
	runes = append(runes, r2)
	for {
		n := firstCluster(runes)
		if n < len(runes) {
			return runes[:n], rests[n-1], true, nil
		}
		r, rest, ok, err := next(rests[len(rests)-1])
		if err != nil || !ok {
			return runes, rests[len(rests)-1], true, nil
		}
		runes, rests = append(runes, r), append(rests, rest)
	}
}

// firstCluster returns how many of the code points make up the first cluster.
func firstCluster(runes []rune) int {
	text := string(runes)
	first, _, _, _ := uniseg.FirstGraphemeClusterInString(text, -1)
	return utf8.RuneCountInString(first)
}

// clusterTerm is a cluster as a term: a code point, or a list of several.
func clusterTerm(runes []rune) term.Term {
	if len(runes) == 1 {
		return term.Int(int64(runes[0]))
	}
	return runeList(runes, term.Nil)
}

func runeList(runes []rune, tail term.Term) term.Term {
	elements := make([]term.Term, len(runes))
	for i, r := range runes {
		elements[i] = term.Int(int64(r))
	}
	return term.ListTail(elements, tail)
}

// codepoints reads a whole text.
func codepoints(t term.Term) ([]rune, *invalid) {
	if b, ok := t.Binary(); ok && utf8.Valid(b) {
		return []rune(string(b)), nil
	}
	var out []rune
	for {
		r, rest, ok, err := next(t)
		if err != nil {
			return nil, err
		}
		if !ok {
			return out, nil
		}
		out = append(out, r)
		t = rest
	}
}

// ascii returns the bytes of a binary of ASCII characters without carriage returns, each of which is a cluster.
func ascii(t term.Term) ([]byte, bool) {
	b, ok := t.Binary()
	if !ok {
		return nil, false
	}
	for _, c := range b {
		if c >= 0x80 || c == '\r' {
			return nil, false
		}
	}
	return b, true
}

// prefixUpTo returns what stands in t before the place where only rest is left, in the shape of t.
func prefixUpTo(t, rest term.Term) term.Term {
	if b, ok := t.Binary(); ok {
		r, _ := rest.Binary()
		return term.Binary(b[: len(b)-len(r) : len(b)-len(r)])
	}
	var out term.Builder
	for at := t; ; { // the cells of a flat list are those of the rest
		if at == rest {
			return out.List(term.Nil)
		}
		c, ok := at.Cons()
		if !ok {
			break
		}
		if _, isInt := c.Head.Int(); !isInt {
			break
		}
		out.Add(c.Head)
		at = c.Tail
	}
	out = term.Builder{}
	n := count(t) - count(rest)
	first(&out, t, &n)
	return out.List(term.Nil)
}

// count returns the number of code points, up to where the text is invalid.
func count(t term.Term) int {
	n := 0
	for {
		_, rest, ok, err := next(t)
		if !ok || err != nil {
			return n
		}
		n++
		t = rest
	}
}

// first adds the first n code points of mixed chardata: those of lists one by one, those of a binary as one.
func first(out *term.Builder, t term.Term, n *int) {
	for *n > 0 {
		c, ok := t.Cons()
		if !ok {
			break
		}
		if _, isInt := c.Head.Int(); isInt {
			out.Add(c.Head)
			*n--
		} else {
			first(out, c.Head, n)
		}
		t = c.Tail
	}
	b, ok := t.Binary()
	if !ok || *n == 0 || len(b) == 0 {
		return
	}
	size := 0
	for ; *n > 0 && size < len(b); *n-- {
		_, width := utf8.DecodeRune(b[size:])
		size += width
	}
	out.Add(term.Binary(b[:size:size]))
}
