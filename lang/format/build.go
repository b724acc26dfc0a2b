package format

import (
	"github.com/erlsh/erlsh/lang/term"
)

// Format fills a format with arguments, as io_lib:format does; the error is badarg. Of the options, those of the control sequences
// go before.
func Format(o Options, format string, args ...term.Term) (string, error) {
	items, ok := Scan(term.String(format), term.List(args...))
	b := formatter{o: o}
	if !ok || !b.build(items, unlimited(o.Limit)) {
		return "", term.Badarg()
	}
	return string(b.text), nil
}

// FormatChars fills a format with arguments and returns the nested list of characters that io_lib:format returns; the error is badarg.
func FormatChars(o Options, format, args term.Term) (term.Term, error) {
	items, ok := Scan(format, args)
	if !ok {
		return term.None, term.Badarg()
	}
	return Build(o, items, unlimited(o.Limit))
}

// Build makes characters of a format that Scan took apart, about limit of them unless that is below 0; the error is badarg.
func Build(o Options, items []Item, limit int) (term.Term, error) {
	b := formatter{o: o}
	b.nested = true
	if !b.build(items, limit) {
		return term.None, term.Badarg()
	}
	return b.chars(), nil
}

// formatter fills formats.
type formatter struct {
	sink
	o     Options
	data  sink // what goes into a field
	limit int  // how many characters the sequence at hand may have; below 0: any number
}

// large reports whether a sequence shares the limit of characters and is a list of its own in the result.
func (s *Spec) large() bool {
	switch s.Control {
	case 'p', 'P', 'w', 'W':
		return true
	case 's':
		return !s.Args[0].IsAtom()
	}
	return false
}

// build adds all items; false stands for badarg. A limit below 0 is none.
func (f *formatter) build(items []Item, limit int) bool {
	printing, large := 0, 0
	for i := range items {
		if s := items[i].Spec; s != nil && s.large() {
			large++
			if s.Control == 'p' || s.Control == 'P' {
				printing++
			}
		}
	}
	if limit >= 0 && large > 0 {
		rest, ok := f.others(items)
		if !ok {
			return false
		}
		limit = less(limit, rest)
	}
	f.odd = new([]term.Term) // one for both sinks, since text moves from data to the result
	column := 0
	for i := range items {
		start := len(f.text)
		s := items[i].Spec
		switch {
		case s == nil:
			if !f.character(items[i].Char) {
				return false
			}
			column = f.advance(column, start, printing)
			continue
		case !s.large():
			if !f.small(s) {
				return false
			}
			f.flatten(start)
			column = f.advance(column, start, printing)
			continue
		}
		f.limit = limit
		if limit >= 0 {
			f.limit = limit / large
		}
		large--
		f.open()
		if !f.sequence(s, column) {
			return false
		}
		f.close()
		if limit >= 0 {
			limit = less(limit, width(f.text[start:]))
		}
		if s.Control == 'p' || s.Control == 'P' {
			printing--
		}
		column = f.advance(column, start, printing)
	}
	return true
}

// others counts the characters of what is not large.
func (f *formatter) others(items []Item) (int, bool) {
	n := 0
	for i := range items {
		s := items[i].Spec
		start := len(f.text)
		switch {
		case s == nil && items[i].Char.IsInteger():
			n++
			continue
		case s == nil:
			var text sink
			if !text.chardata(items[i].Char, true) {
				return 0, false
			}
			n += width(text.text)
			continue
		case s.large():
			continue
		case !f.small(s):
			return 0, false
		}
		n += chars(f.text[start:])
		f.text = f.text[:start]
	}
	return n, true
}

// character adds a part of the format that is no control sequence.
func (f *formatter) character(c term.Term) bool {
	if !c.IsInteger() {
		// As in OTP: lists and binaries within a format are taken as they are.
		start := len(f.data.text)
		ok := (c.IsList() || c.IsBinary()) && f.data.chardata(c, true)
		f.data.text = f.data.text[:start]
		if !ok {
			return false
		}
	}
	f.term(c)
	return true
}

// advance returns the column behind what was added since start; it is counted only while there is something left to be printed.
func (f *formatter) advance(column, start, printing int) int {
	if printing == 0 {
		return column
	}
	for i := start; i < len(f.text); i++ {
		switch c := f.text[i]; {
		case c == '\n':
			column = 0
		case c == '\t':
			column = (column/8 + 1) * 8
		case c == oddMark:
			column++
			i += 3
		case c < 0x80 || c >= 0xc0 && c < marks:
			column++
		}
	}
	return column
}

// sequence adds a large control sequence.
func (f *formatter) sequence(s *Spec, column int) bool {
	o := f.o
	o.Latin1 = !s.Unicode
	f.data = sink{text: f.data.text[:0], nested: f.nested, odd: f.odd}
	depth := -1
	if len(s.Args) == 2 {
		d, ok := s.Args[1].Int()
		if !ok && !s.Args[1].IsInteger() {
			return false
		}
		depth = int(max(d, -1))
	}
	switch s.Control {
	case 's':
		return f.text1(s)
	case 'w', 'W':
		writeTerm(&f.data, s.Args[0], &o, depth, f.limit)
		return f.field(f.data.text, s.Width, s.Precision, s)
	}
	length, at := s.Width, s.Precision
	if length == None {
		length = 80
	}
	if at == None {
		at = column + 1
	}
	if s.Left {
		return false
	}
	o.NoStrings = s.NoStrings
	prettyTerm(&f.sink, s.Args[0], &o, at, length, depth, -1, f.limit)
	return true
}

// writeTerm is Write with the numbers that OTP's functions take: what is below 0 is no limit.
func writeTerm(s *sink, t term.Term, o *Options, depth, limit int) {
	if depth == 0 || limit == 0 {
		s.string("...")
		return
	}
	if limit > 0 {
		plain := *o
		plain.NoStrings, plain.Records = true, nil
		p := planner{writer: writer{sink: sink{nested: s.nested}, o: &plain}}
		root := p.within(t, depth, limit)
		l := layout{sink: s}
		l.line(&root)
		return
	}
	w := writer{sink: *s, o: o}
	w.write(t, depth)
	*s = w.sink
}

// fill adds n times the padding.
func (f *formatter) fill(pad term.Term, n int) {
	if n <= 0 {
		return
	}
	start := len(f.text)
	f.term(pad)
	one := string(f.text[start:])
	f.text = repeat(f.text[:start], one, n, f.nested)
}

// adjust adds data, written by put, and n times the padding on the side where it belongs.
func (f *formatter) adjust(put func(), n int, s *Spec) {
	switch {
	case n <= 0:
		put()
	case s.Left:
		f.open()
		put()
		f.close()
		f.fill(s.Pad, n)
	default:
		f.open()
		f.fill(s.Pad, n)
		f.close()
		put()
	}
}

func (f *formatter) putter(data []byte) func() {
	return func() { f.text = append(f.text, data...) }
}

// field adds data that must not be cut: where it does not fit, stars stand for it.
func (f *formatter) field(data []byte, size, precision int, s *Spec) bool {
	if size == None && precision == None {
		f.text = append(f.text, data...)
		return true
	}
	if size == None {
		size = precision
	}
	length, room := width(data), size
	if precision != None {
		room = min(precision, size)
	}
	room = min(length, room)
	if room < 0 {
		return false
	}
	if length > room {
		f.adjust(func() { f.fill(term.Int('*'), room) }, size-room, s)
		return true
	}
	f.adjust(f.putter(data), size-length, s)
	return true
}
