package format

import (
	"math"
	"math/big"
	"strconv"

	"github.com/erlsh/erlsh/lang/term"
)

// small adds a control sequence whose result is short: characters, numbers, atoms.
func (f *formatter) small(s *Spec) bool {
	f.data = sink{text: f.data.text[:0], nested: f.nested, odd: f.odd}
	if !s.Pad.IsInteger() && s.Control != 'i' {
		if _, ok := Length(s.Pad); !ok || s.Pad.IsAtom() {
			return false
		}
	}
	switch s.Control {
	case 's':
		name := s.Args[0].AtomName()
		for _, r := range name {
			if r > 0xff && !s.Unicode {
				return false
			}
		}
		f.data.string(name)
		return f.string1(f.data.text, s.Width, s.Precision, s)
	case 'e', 'f', 'g':
		x, ok := s.Args[0].Float()
		return ok && f.float(x, s.Control, s.Width, s.Precision, s)
	case 'b', 'B', 'x', 'X', '+', '#':
		return f.integer(s)
	case 'c':
		return f.char(s)
	case '~':
		return f.repeatChar(term.Int('~'), s)
	case 'n':
		if s.Width == None {
			f.byte('\n')
			return true
		}
		f.fill(term.Int('\n'), s.Width)
		return !s.Left
	}
	return true // ~i
}

func (f *formatter) char(s *Spec) bool {
	c := s.Args[0]
	if !c.IsInteger() {
		return false
	}
	if !s.Unicode {
		low, err := term.Band(c, term.Int(0xff))
		if err != nil {
			return false
		}
		c = low
	}
	return f.repeatChar(c, s)
}

// repeatChar adds a character as often as width or precision say.
func (f *formatter) repeatChar(c term.Term, s *Spec) bool {
	switch {
	case s.Width == None && s.Precision == None:
		f.term(c)
	case s.Precision == None:
		f.fill(c, s.Width)
	case s.Width == None:
		f.fill(c, s.Precision)
		return s.Precision >= 0
	case s.Width < s.Precision || s.Precision < 0:
		return false
	default:
		f.adjust(func() { f.fill(c, s.Precision) }, s.Width-s.Precision, s)
	}
	return true
}

func (f *formatter) integer(s *Spec) bool {
	n, ok := s.Args[0].Big()
	base := s.Precision
	if base == None {
		base = 10
	}
	if !ok || base < 2 || base > 36 {
		return false
	}
	if n.Sign() < 0 {
		f.data.byte('-')
	}
	switch s.Control {
	case 'x', 'X':
		if name, ok := s.Args[1].Atom(); ok {
			f.data.string(name)
		} else if !DeepChars(s.Args[1], false) || !f.data.chardata(s.Args[1], true) {
			return false
		}
	case '+', '#':
		f.data.text = strconv.AppendInt(f.data.text, int64(base), 10)
		f.data.byte('#')
	}
	start := len(f.data.text)
	f.data.text = new(big.Int).Abs(n).Append(f.data.text, base)
	if s.Control == 'B' || s.Control == 'X' || s.Control == '#' {
		upper(f.data.text[start:])
	}
	return f.field(f.data.text, s.Width, None, s)
}

func upper(b []byte) {
	for i, c := range b {
		if c >= 'a' && c <= 'z' {
			b[i] = c - 'a' + 'A'
		}
	}
}

// DeepChars reports whether t is a proper list of characters, of Latin-1 or of all, that may be nested.
func DeepChars(t term.Term, latin1 bool) bool {
	for {
		c, ok := t.Cons()
		if !ok {
			return t.IsNil()
		}
		if c.Head.IsList() {
			if !DeepChars(c.Head, latin1) {
				return false
			}
		} else if !IsChar(c.Head, latin1) {
			return false
		}
		t = c.Tail
	}
}

// IsChar reports whether t is a character, of Latin-1 or any.
func IsChar(t term.Term, latin1 bool) bool {
	i, ok := t.Int()
	if latin1 {
		return ok && i >= 0 && i <= 0xff
	}
	return ok && i >= 0 && (i < 0xd800 || i > 0xdfff && i < 0xfffe || i > 0xffff && i <= 0x10ffff)
}

// float adds a float in one of the three forms.
func (f *formatter) float(x float64, form rune, size, precision int, s *Spec) bool {
	if precision == None {
		precision = 6
	}
	switch form {
	case 'e':
		if precision < 2 {
			return false
		}
		f.data.text = appendE(f.data.text, x, precision)
	case 'f':
		if precision < 1 {
			return false
		}
		f.data.text = appendF(f.data.text, x, precision)
	case 'g':
		return f.general(x, size, precision, s)
	}
	return f.field(f.data.text, size, size, s)
}

// general chooses between the forms: the fixed one from 0.1 to 10000, if there are digits enough for what stands before the point.
func (f *formatter) general(x float64, size, precision int, s *Spec) bool {
	if precision < 1 {
		return false
	}
	exp, fixed := -1, true
	for limit := 1.0; exp < 3 && math.Abs(x) >= limit; limit *= 10 {
		exp++
	}
	if math.Abs(x) < 0.1 || math.Abs(x) >= 1e4 {
		fixed = false
	}
	if fixed && (precision-1 > exp || precision <= 1 && exp == -1) {
		return f.float(x, 'f', size, precision-1-exp, s)
	}
	return f.float(x, 'e', size, max(precision, 2), s)
}

// digitsOf returns the decimal digits from which the fixed and the scientific form are rounded, and the exponent of the first.
// There are 21 of them, as float_to_list/1 has.
func digitsOf(x float64) (digits []byte, exp int) {
	text := strconv.AppendFloat(nil, math.Abs(x), 'e', 20, 64)
	exp, _ = strconv.Atoi(string(text[23:]))
	return append(text[:1], text[2:22]...), exp
}

// round cuts digits to n of them, filled up with zeros, and reports whether there is one more in front now.
func round(digits []byte, n int) ([]byte, bool) {
	if n >= len(digits) {
		for len(digits) < n {
			digits = append(digits, '0')
		}
		return digits, false
	}
	up := digits[n] >= '5'
	digits = digits[:n]
	for i := n - 1; up && i >= 0; i-- {
		if digits[i] < '9' {
			digits[i]++
			return digits, false
		}
		digits[i] = '0'
	}
	if up {
		return append([]byte{'1'}, digits...), true
	}
	return digits, false
}

func appendSign(b []byte, x float64) []byte {
	if math.Signbit(x) {
		return append(b, '-')
	}
	return b
}

func appendE(b []byte, x float64, precision int) []byte {
	digits, exp := digitsOf(x)
	digits, carry := round(digits, precision)
	if carry {
		digits = digits[:precision]
		exp++
	}
	b = append(append(appendSign(b, x), digits[0], '.'), digits[1:]...)
	b = append(b, 'e')
	if exp >= 0 {
		b = append(b, '+')
	}
	return strconv.AppendInt(b, int64(exp), 10)
}

func appendF(b []byte, x float64, precision int) []byte {
	digits, exp := digitsOf(x)
	if exp < 0 {
		zeros := make([]byte, -exp, -exp+len(digits))
		for i := range zeros {
			zeros[i] = '0'
		}
		digits, exp = append(zeros, digits...), 0
	}
	digits, carry := round(digits, exp+1+precision)
	if carry {
		exp++
	}
	b = append(appendSign(b, x), digits[:exp+1]...)
	return append(append(b, '.'), digits[exp+1:]...)
}
