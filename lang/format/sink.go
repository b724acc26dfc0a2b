package format

import (
	"unicode/utf8"

	"github.com/erlsh/erlsh/lang/term"
)

// sink takes the characters of a result. OTP's functions return nested lists of characters, and at a prompt one sees the nesting, so
// a sink can record it: in bytes that occur in no UTF-8 text, between the characters.
type sink struct {
	text   []byte
	nested bool
	odd    *[]term.Term // what is no character and stands in the result all the same; nil when there was none
}

// The bytes between the characters. UTF-8 never uses bytes from 0xf8 up.
const (
	opened  = 0xf8 // a list inside the list begins
	closed  = 0xf9 // and ends
	oddMark = 0xfa // one of odd, whose number follows in three bytes of seven bits
	marks   = 0xf8 // the first of them
)

func (s *sink) byte(c byte) { s.text = append(s.text, c) }

func (s *sink) string(t string) { s.text = append(s.text, t...) }

// list adds a string that is a list of its own.
func (s *sink) list(t string) {
	s.open()
	s.text = append(s.text, t...)
	s.close()
}

func (s *sink) open() {
	if s.nested {
		s.text = append(s.text, opened)
	}
}

func (s *sink) close() {
	if s.nested {
		s.text = append(s.text, closed)
	}
}

// rune adds a code point; surrogates too, which utf8 refuses.
func (s *sink) rune(r rune) { s.text = appendRune(s.text, r) }

func appendRune(b []byte, r rune) []byte {
	switch {
	case r >= 0 && r < utf8.RuneSelf:
		return append(b, byte(r))
	case r >= 0xd800 && r < 0xe000:
		return append(b, 0xe0|byte(r>>12), 0x80|byte(r>>6)&0xbf, 0x80|byte(r)&0xbf)
	}
	return utf8.AppendRune(b, r)
}

// term adds one element: a character, or what is none.
func (s *sink) term(t term.Term) {
	if i, ok := t.Int(); ok && i >= 0 && i <= utf8.MaxRune {
		s.rune(rune(i))
		return
	}
	if s.odd == nil {
		s.odd = new([]term.Term)
	}
	n := len(*s.odd)
	*s.odd = append(*s.odd, t)
	s.text = append(s.text, oddMark, 0x80|byte(n>>14), 0x80|byte(n>>7), 0x80|byte(n))
}

// decodeRune returns the first character of text and its length; below 0 the character is ^n for the n-th of odd.
func decodeRune(text []byte) (rune, int) {
	c := text[0]
	switch {
	case c < utf8.RuneSelf:
		return rune(c), 1
	case c == oddMark:
		return ^(rune(text[1]&0x7f)<<14 | rune(text[2]&0x7f)<<7 | rune(text[3]&0x7f)), 4
	case c == 0xed && len(text) >= 3 && text[1] >= 0xa0:
		return rune(c&0xf)<<12 | rune(text[1]&0x3f)<<6 | rune(text[2]&0x3f), 3
	}
	return utf8.DecodeRune(text)
}

// chars counts the characters of text, whatever their width.
func chars(text []byte) int {
	n := 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == oddMark:
			n++
			i += 3
		case c < 0x80 || c >= 0xc0 && c < marks:
			n++
		}
	}
	return n
}

// flatten removes what is not a character of text: the marks of lists in place.
func (s *sink) flatten(from int) {
	out := s.text[:from]
	for i := from; i < len(s.text); i++ {
		if c := s.text[i]; c != opened && c != closed {
			out = append(out, c)
		}
	}
	s.text = out
}

// term builds the list that the text with its marks describes.
func (s *sink) chars() term.Term {
	b := builder{s: s}
	return b.list()
}

// builder turns the text of a sink into a nested list.
type builder struct {
	s     *sink
	at    int
	stack []term.Term // the elements of all lists that are open
}

// list reads elements up to the end of a list and returns it.
func (b *builder) list() term.Term {
	base := len(b.stack)
	text := b.s.text
	for b.at < len(text) {
		c := text[b.at]
		if c == opened || c == closed {
			b.at++
			if c == closed {
				break
			}
			b.stack = append(b.stack, b.list())
			continue
		}
		r, n := decodeRune(text[b.at:])
		b.at += n
		if r < 0 {
			b.stack = append(b.stack, (*b.s.odd)[^r])
			continue
		}
		b.stack = append(b.stack, term.Int(int64(r)))
	}
	list := term.List(b.stack[base:]...)
	b.stack = b.stack[:base]
	return list
}
