package bif

import (
	"unicode/utf8"

	"github.com/erlsh/erlsh/lang/term"
)

// Bytes returns the bytes of a flat list of bytes, and false for anything else.
func Bytes(t term.Term) ([]byte, bool) {
	var out []byte
	for c, ok := t.Cons(); ok; c, ok = t.Cons() {
		n, isInt := c.Head.Int()
		if !isInt || n < 0 || n > 255 {
			return nil, false
		}
		out = append(out, byte(n))
		t = c.Tail
	}
	return out, t.IsNil()
}

// Text returns the string that a list of characters, or chardata of lists and UTF-8 binaries, stands for, and false for anything else.
func Text(t term.Term) (string, bool) {
	out, ok := appendText(nil, t)
	return string(out), ok && utf8.Valid(out)
}

func appendText(out []byte, t term.Term) ([]byte, bool) {
	var below []term.Term // tails to go on with
	for {
		switch t.Kind() {
		case term.KindCons:
			c, _ := t.Cons()
			if n, ok := c.Head.Int(); ok {
				if n < 0 || !utf8.ValidRune(rune(n)) || n > utf8.MaxRune {
					return nil, false
				}
				out = utf8.AppendRune(out, rune(n))
				t = c.Tail
				continue
			}
			below = append(below, c.Tail)
			t = c.Head
			continue
		case term.KindBinary, term.KindBits:
			b, ok := t.Binary()
			if !ok {
				return nil, false
			}
			out = append(out, b...)
		case term.KindNil:
		default:
			return nil, false
		}
		if len(below) == 0 {
			return out, true
		}
		t = below[len(below)-1]
		below = below[:len(below)-1]
	}
}

// Iodata appends the bytes of an iolist, or a binary, and returns false for anything else.
func Iodata(out []byte, t term.Term) ([]byte, bool) {
	var room [16]term.Term
	below := room[:0] // tails to go on with
	for {
		if c, ok := t.Cons(); ok {
			switch n, ok := c.Head.Int(); {
			case !ok && (c.Head.IsList() || c.Head.IsBitstring()):
				if !c.Tail.IsNil() {
					below = append(below, c.Tail)
				}
				t = c.Head
			case !ok || uint64(n) > 255:
				return out, false
			default:
				out = append(out, byte(n))
				t = c.Tail
			}
			continue
		}
		if !t.IsNil() {
			b, ok := t.Binary()
			if !ok {
				return out, false
			}
			out = append(out, b...)
		}
		if len(below) == 0 {
			return out, true
		}
		t = below[len(below)-1]
		below = below[:len(below)-1]
	}
}

// Chunks walks an iolist from its first byte to its last; it returns false for what is none, and when bits refuses a bitstring.
func Chunks(t term.Term, octet func(byte), bits func(term.Bits) bool) bool {
	var below []term.Term
	for {
		switch t.Kind() {
		case term.KindCons:
			c, _ := t.Cons()
			if n, ok := c.Head.Int(); ok {
				if n < 0 || n > 255 {
					return false
				}
				octet(byte(n))
				t = c.Tail
				continue
			}
			if !c.Head.IsList() && !c.Head.IsBitstring() {
				return false
			}
			below = append(below, c.Tail)
			t = c.Head
			continue
		case term.KindBinary, term.KindBits:
			b, _ := t.Bits()
			if !bits(b) {
				return false
			}
		case term.KindNil:
		default:
			return false
		}
		if len(below) == 0 {
			return true
		}
		t = below[len(below)-1]
		below = below[:len(below)-1]
	}
}
