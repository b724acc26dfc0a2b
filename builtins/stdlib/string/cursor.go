package string

import (
	"unicode/utf8"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/builtins/chars"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

// invalid is the error of text that is none: what stands there, or, where that is no chardata at all, the exception of it.
type invalid struct {
	rest term.Term
	odd  error
}

// Error says what is wrong, for Go readers.
func (i *invalid) Error() string { return "no text: " + i.rest.String() }

// exception is what a function raises that came upon invalid text.
func (i *invalid) exception(inner string, arity int64) error {
	if i.odd != nil {
		return i.odd
	}
	return bif.ErrorOf(term.Tuple(atom.Badarg, i.rest), module, inner, term.Int(arity))
}

// wrongIn is what is wrong where a step took nothing, or nil at the end of the text.
func wrongIn(s chars.Step) *invalid {
	switch s.Outcome {
	case chars.Wrong:
		return &invalid{rest: s.Rest}
	case chars.Odd:
		return &invalid{odd: s.Err}
	}
	return nil
}

// next takes the first code point off a text. At the end ok is false.
func next(t term.Term) (r rune, rest term.Term, ok bool, err *invalid) {
	s := chars.CodePoint(t)
	if s.Outcome != chars.Taken {
		return 0, t, false, wrongIn(s)
	}
	return runeOf(s.Head), s.Rest, true, nil
}

// runeOf is an integer of a text, be it a code point or not.
func runeOf(t term.Term) rune {
	if i, ok := t.Int(); ok && i == int64(rune(i)) {
		return rune(i)
	}
	return -1
}

// cluster takes the first grapheme cluster off a text: its code points, which are valid until the next call with the same buffer.
func cluster(t term.Term, buffer []rune) (runes []rune, rest term.Term, ok bool, err *invalid) {
	s := chars.Cluster(t)
	if s.Outcome != chars.Taken {
		return nil, t, false, wrongIn(s)
	}
	runes = buffer[:0]
	if s.Head.IsNumber() {
		return append(runes, runeOf(s.Head)), s.Rest, true, nil
	}
	for c, more := s.Head.Cons(); more; c, more = c.Tail.Cons() {
		runes = append(runes, runeOf(c.Head))
	}
	return runes, s.Rest, true, nil
}

func runeList(runes []rune, tail term.Term) term.Term { return chars.List(runes, tail) }

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
