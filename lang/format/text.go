package format

import (
	"unicode/utf8"

	"github.com/erlsh/erlsh/lang/term"
)

// text1 adds a control sequence ~s.
func (f *formatter) text1(s *Spec) bool {
	size := s.Width
	limited := f.limit >= 0 && (size == None || f.limit < size)
	if limited {
		if !f.data.limitedText(s.Args[0], s.Unicode, f.limit) {
			return false
		}
	} else if !f.data.chardata(s.Args[0], s.Unicode) {
		return false
	}
	if f.limit >= 0 && size != None {
		size = max(3, min(size, f.limit))
	}
	return f.string1(f.data.text, size, s.Precision, s)
}

// chardata adds characters, nested as they are in t; false where t is none.
func (s *sink) chardata(t term.Term, unicode bool) bool {
	for {
		switch t.Kind() {
		case term.KindNil:
			return true
		case term.KindBinary, term.KindBits:
			b, ok := t.Binary()
			s.bytes(b, unicode)
			return ok
		case term.KindCons:
		default:
			return false
		}
		c, _ := t.Cons()
		t = c.Tail
		if c.Head.IsInteger() {
			i, small := c.Head.Int()
			if i < 0 || !unicode && (!small || i > 0xff) {
				return false
			}
			if big, _ := c.Head.Big(); !small && big.Sign() < 0 {
				return false
			}
			s.term(c.Head)
			continue
		}
		s.open()
		if !s.chardata(c.Head, unicode) {
			return false
		}
		s.close()
	}
}

// bytes adds the characters of a binary: of UTF-8 where that is wanted and the whole of it is valid, else of Latin-1.
func (s *sink) bytes(b []byte, unicode bool) {
	if unicode && utf8.Valid(b) {
		s.text = append(s.text, b...)
		return
	}
	for _, c := range b {
		s.rune(rune(c))
	}
}

// string1 adds a text in a field of a size, of which precision characters are used.
func (f *formatter) string1(data []byte, size, precision int, s *Spec) bool {
	switch {
	case size == None && precision == None:
		f.text = append(f.text, data...)
		return true
	case precision == None:
		return f.stringField(data, size, s.Left, s)
	case size == None:
		return f.stringField(data, precision, true, s)
	case size < precision:
		return false
	case size == precision:
		return f.stringField(data, size, s.Left, s)
	}
	length := width(data)
	switch {
	case length > precision:
		if precision < 0 {
			return false
		}
		cut := f.cut(data, precision, s)
		f.adjust(f.putter(cut), size-precision, s)
	case length < precision:
		f.adjust(func() {
			f.open()
			f.text = append(f.text, data...)
			f.close()
			f.fill(s.Pad, precision-length)
		}, size-precision, s)
	default:
		f.adjust(f.putter(data), size-precision, s)
	}
	return true
}

func (f *formatter) stringField(data []byte, size int, left bool, s *Spec) bool {
	length := width(data)
	if length > size {
		if size < 0 {
			return false
		}
		f.text = append(f.text, f.cut(data, size, s)...)
		return true
	}
	side := *s
	side.Left = left
	f.adjust(f.putter(data), size-length, &side)
	return true
}

// cut returns the first n characters of a text, as a flat list.
func (f *formatter) cut(data []byte, n int, s *Spec) []byte {
	flat := sink{text: append([]byte(nil), data...)}
	flat.flatten(0)
	return flat.text[:prefix(flat.text, n, s.Unicode)]
}

// Length returns the number of characters of chardata, as io_lib:chars_length does; false where t is none.
func Length(t term.Term) (int, bool) {
	var s sink
	if !s.chardata(t, false) { // bytes first: what is in binaries is not UTF-8 then
		s = sink{}
		if !s.chardata(t, true) {
			return 0, false
		}
		return width(s.text), true
	}
	return chars(s.text), true
}
