package format

import (
	"math"

	"github.com/erlsh/erlsh/lang/term"
)

// Spec is one control sequence of a format string with its arguments.
type Spec struct {
	Control   rune
	Args      []term.Term
	Width     int // None where it is not given
	Left      bool
	Precision int // None where it is not given
	Pad       term.Term
	Unicode   bool
	NoStrings bool
}

// None is the width or precision that is not given.
const None = math.MinInt

// Item is a part of a format: a control sequence, or a character. Char may be a list or a binary, too, which stand for themselves.
type Item struct {
	Spec *Spec
	Char term.Term
}

// Scan takes a format apart, which is an atom, a binary of Latin-1 or a list of characters, and gives each control sequence its
// arguments; false where it is no format or the arguments do not suffice or are too many.
func Scan(format, args term.Term) ([]Item, bool) {
	s := scanner{}
	switch format.Kind() {
	case term.KindAtom:
		for _, r := range format.AtomName() {
			s.format = append(s.format, term.Int(int64(r)))
		}
	case term.KindBinary, term.KindBits:
		b, ok := format.Binary()
		if !ok {
			return nil, false
		}
		for _, c := range b {
			s.format = append(s.format, term.Int(int64(c)))
		}
	default:
		list, ok := format.Slice()
		if !ok {
			return nil, false
		}
		s.format = list
	}
	list, ok := args.Slice()
	if !ok {
		return nil, false
	}
	s.args = list
	return s.scan()
}

type scanner struct {
	format []term.Term
	args   []term.Term
}

func (s *scanner) scan() ([]Item, bool) {
	items := make([]Item, 0, len(s.format))
	for len(s.format) > 0 {
		c := s.format[0]
		s.format = s.format[1:]
		if c != term.Int('~') {
			items = append(items, Item{Char: c})
			continue
		}
		spec := s.sequence()
		if spec == nil {
			return nil, false
		}
		items = append(items, Item{Spec: spec})
	}
	return items, len(s.args) == 0
}

// peek returns the next character, -1 at the end and for what is none.
func (s *scanner) peek() rune {
	if len(s.format) == 0 {
		return -1
	}
	i, ok := s.format[0].Int()
	if !ok || i < 0 || i > math.MaxInt32 {
		return -1
	}
	return rune(i)
}

// accept takes the next character if it is r.
func (s *scanner) accept(r rune) bool {
	if s.peek() != r {
		return false
	}
	s.format = s.format[1:]
	return true
}

func (s *scanner) argument() (term.Term, bool) {
	if len(s.args) == 0 {
		return term.None, false
	}
	a := s.args[0]
	s.args = s.args[1:]
	return a, true
}

// sequence reads what follows a tilde: width, precision, padding, modifiers and the control character; nil where that is wrong.
func (s *scanner) sequence() *Spec {
	spec := &Spec{Precision: None, Pad: term.Int(' ')}
	minus := s.accept('-')
	spec.Width = s.number()
	if minus {
		if spec.Width == None {
			return nil
		}
		spec.Width = -spec.Width
	}
	if spec.Width != None && spec.Width < 0 {
		spec.Width, spec.Left = -spec.Width, true
	}
	if s.accept('.') {
		spec.Precision = s.number()
	}
	if s.accept('.') {
		ok := len(s.format) > 0
		if s.peek() == '*' && len(s.args) > 0 {
			s.format = s.format[1:]
			spec.Pad, ok = s.argument()
		} else if ok {
			spec.Pad, s.format = s.format[0], s.format[1:]
		}
		if !ok {
			return nil
		}
	}
	for {
		switch {
		case s.accept('t'):
			spec.Unicode = true
			continue
		case s.accept('l'):
			spec.NoStrings = true
			continue
		}
		break
	}
	return s.control(spec)
}

// number reads digits, or a star that stands for an argument.
func (s *scanner) number() int {
	if s.peek() == '*' && len(s.args) > 0 {
		if n, ok := s.args[0].Int(); ok && n == int64(int32(n)) {
			s.format, s.args = s.format[1:], s.args[1:]
			return int(n)
		}
	}
	n := None
	for c := s.peek(); c >= '0' && c <= '9'; c = s.peek() {
		n = min(max(n, 0)*10+int(c-'0'), math.MaxInt32)
		s.format = s.format[1:]
	}
	return n
}

// control reads the control character and takes its arguments.
func (s *scanner) control(spec *Spec) *Spec {
	count := 1
	spec.Control = s.peek()
	switch spec.Control {
	case 'w', 'p', 's', 'e', 'f', 'g', 'b', 'B', '+', '#', 'c', 'i':
	case 'W', 'P', 'x', 'X':
		count = 2
	case '~', 'n':
		count = 0
	default:
		return nil
	}
	if len(s.args) < count {
		return nil
	}
	s.format = s.format[1:]
	spec.Args, s.args = s.args[:count:count], s.args[count:]
	return spec
}
