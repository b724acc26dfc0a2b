package format

import (
	"unicode/utf8"

	"github.com/erlsh/erlsh/lang/term"
)

// PrintableLatin1 reports whether r is a printable character of Latin-1.
func PrintableLatin1(r rune) bool {
	return r >= ' ' && r <= '~' || r >= 0xa0 && r <= 0xff || r >= '\b' && r <= '\r' || r == 0x1b
}

// PrintableUnicode reports whether r is a character of Unicode that OTP counts as printable.
func PrintableUnicode(r rune) bool {
	return PrintableLatin1(r) || r > 0xff && r < 0xd800 || r > 0xdfff && r < 0xfffe || r > 0xffff && r <= utf8.MaxRune
}

// Printable reports whether t is a proper list of printable characters, of Unicode or of Latin-1; the empty list is one.
func Printable(t term.Term, unicode bool) bool {
	for {
		c, ok := t.Cons()
		if !ok {
			return t.IsNil()
		}
		i, ok := c.Head.Int()
		if !ok || i < 0 || i > utf8.MaxRune {
			return false
		}
		if !PrintableLatin1(rune(i)) && !(unicode && PrintableUnicode(rune(i))) {
			return false
		}
		t = c.Tail
	}
}

// binaryText is a binary as a string: how many of its bytes, and whether they are UTF-8.
type binaryText struct {
	bytes int
	whole bool
	utf8  bool
}

// charsPerDepth is how many characters of a binary count as one step of depth.
const charsPerDepth = 4

// printableBinary says how much of a binary prints as a string under a depth and a limit of characters; false where bytes have to be
// printed.
func (o *Options) printableBinary(b []byte, depth, limit int) (binaryText, bool) {
	n := len(b)
	if depth >= 0 {
		n = min(n, charsPerDepth*depth)
		if limit >= 0 {
			n = min(n, limit)
		}
	}
	if n == 0 {
		return binaryText{}, false
	}
	if !o.Latin1 && validPrefix(b, n) {
		return o.printableUTF8(b, n, depth)
	}
	at := 0
	for at < n && PrintableLatin1(rune(b[at])) {
		at++
	}
	switch {
	case at == n && n == len(b):
		return binaryText{bytes: n, whole: true}, true
	case at == n && n <= 20: // (sic) whatever the depth
		return binaryText{bytes: n}, true
	}
	return binaryText{bytes: at}, depth > 0 && at >= depth
}

// validPrefix reports whether the first n characters are UTF-8.
func validPrefix(b []byte, n int) bool {
	for ; n > 0 && len(b) > 0; n-- {
		r, size := utf8.DecodeRune(b)
		if r == utf8.RuneError && size == 1 {
			return false
		}
		b = b[size:]
	}
	return true
}

func (o *Options) printableUTF8(b []byte, n, depth int) (binaryText, bool) {
	at, count := 0, 0
	for at < len(b) && count < n {
		r, size := utf8.DecodeRune(b[at:])
		if !PrintableLatin1(r) && !(o.Unicode && PrintableUnicode(r)) {
			break
		}
		at += size
		count++
	}
	text := binaryText{bytes: at, whole: at == len(b), utf8: at != count}
	return text, text.whole || depth > 0 && count >= depth
}
