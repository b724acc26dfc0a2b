package io_lib

import (
	"strconv"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

// reading are the functions that read characters by a format.
func reading() []bif.Function {
	return []bif.Function{
		{
			Spec: "fread(Format :: string(), String :: string()) -> {ok, [term()], Rest :: string()} | " +
				"{more, RestFormat :: string(), Nchars :: non_neg_integer(), InputStack :: list()} | {error, {fread, What :: atom()}}",
			Doc: "Reads the characters of String by Format: `~d` an integer, `~u` one without a sign, `~-` a sign, `~#` one with its base, `~f` a float, " +
				"`~s` a word, `~a` an atom, `~c` characters, `~l` how many characters were read. A number in front is the size of the field, a star " +
				"reads a field without keeping it, white space skips white space, and any other character must be there.",
			Example: "1> io_lib:fread(\"~d ~s\", \"12 abc rest\").\n{ok,[12,\"abc\"],\" rest\"}\n2> io_lib:fread(\"~d\", \"x\").\n{error,{fread,integer}}",
			Pure: func(args []term.Term) (term.Term, error) {
				format, ok1 := args[0].Slice()
				line, ok2 := args[1].Slice()
				if ok1 && len(format) == 0 {
					return term.Tuple(atom.OK, term.Nil, args[1]), nil
				}
				if !ok1 || !ok2 && args[1] != atom.EOF {
					return term.None, bif.ClauseOf("io_lib_fread", "fread", args...)
				}
				r := reader{format: format, line: line, end: !ok2}
				return r.read(), nil
			},
		},
		{
			Spec: "fread(Continuation :: term(), String :: string() | eof, Format :: string()) -> {more, Continuation :: term()} | " +
				"{done, {ok, [term()]} | eof | {error, {fread, What :: atom()}}, Rest :: string()}",
			Doc: "As fread/2 for characters that come bit by bit: the first time with `[]`, then with the continuation that `more` brought. " +
				"Whole lines are read.",
			Example: "1> {more, C} = io_lib:fread([], \"12\", \"~d\"), io_lib:fread(C, \"34\\n\", \"~d\").\n{done,{ok,[1234]},[]}",
			Pure:    fread3,
		},
	}
}

// failure says what could not be read.
type failure string

func (f failure) term() term.Term {
	return term.Tuple(atom.ErrorAtom, term.Tuple(atomFread, term.Atom(string(f))))
}

var (
	atomFread = term.Atom("fread")
	atomMore  = term.Atom("more")
	atomDone  = term.Atom("done")
)

// reader reads a line by a format.
type reader struct {
	format []term.Term
	line   []term.Term
	end    bool // the input ended: there is no line
	count  int  // the characters read so far
	values []term.Term
}

func char(t term.Term) rune {
	if i, ok := t.Int(); ok && i >= 0 && i <= 0x10ffff {
		return rune(i)
	}
	return -1
}

func first(list []term.Term) rune {
	if len(list) == 0 {
		return -1
	}
	return char(list[0])
}

func white(r rune) bool { return r == ' ' || r == '\t' || r == '\r' || r == '\n' }

func (r *reader) skip(n int) {
	r.line = r.line[n:]
	r.count += n
}

func (r *reader) skipWhite() {
	for white(first(r.line)) {
		r.skip(1)
	}
}

// read returns what fread/2 returns.
func (r *reader) read() term.Term {
	for len(r.format) > 0 {
		c := first(r.format)
		switch {
		case c == '~':
			all := r.format
			more, failed := r.field()
			if failed != "" {
				return failed.term()
			}
			if more {
				r.format = all
				return r.short()
			}
		case white(c):
			r.format = r.format[1:]
			r.skipWhite()
		case len(r.line) == 0:
			return r.short()
		case r.format[0] != r.line[0]:
			return failure("input").term()
		default:
			r.format = r.format[1:]
			r.skip(1)
		}
	}
	rest := term.List(r.line...)
	if r.end {
		rest = atom.EOF
	}
	return term.Tuple(atom.OK, term.List(r.values...), rest)
}

// short says that the line is too short for the format.
func (r *reader) short() term.Term {
	switch {
	case !r.end:
		values := make([]term.Term, len(r.values))
		for i, v := range r.values {
			values[len(values)-1-i] = v
		}
		return term.Tuple(atomMore, term.List(r.format...), term.Int(int64(r.count)), term.List(values...))
	case r.count == 0 && len(r.values) == 0:
		return atom.EOF
	}
	return failure("input").term()
}

// spec is a control sequence of a format for reading.
type spec struct {
	keep    bool
	size    int // below 0: as much as there is
	unicode bool
	control rune
}

func (r *reader) spec() spec {
	s := spec{keep: true, size: -1}
	f := r.format[1:]
	if first(f) == '*' {
		s.keep = false
		f = f[1:]
	}
	for c := first(f); c >= '0' && c <= '9'; c = first(f) {
		s.size = min(max(s.size, 0)*10+int(c-'0'), 1<<30)
		f = f[1:]
	}
	if first(f) == 't' {
		s.unicode = true
		f = f[1:]
	}
	if s.control = first(f); s.control >= 0 {
		f = f[1:]
	}
	r.format = f
	return s
}

// field reads one control sequence; more asks for another line.
func (r *reader) field() (more bool, failed failure) {
	s := r.spec()
	switch {
	case s.control == 'l':
		r.keep(s, term.Int(int64(r.count)))
		return false, ""
	case len(r.line) == 0:
		return true, ""
	}
	plain := !s.unicode
	switch {
	case s.control == 'f' && plain:
		return false, r.float(s)
	case s.control == 'd' && plain:
		return false, r.integer(s)
	case s.control == 'u' && plain && (s.size < 0 || s.size >= 2 && s.size <= 36):
		return false, r.unsigned(s)
	case s.control == '-' && plain:
		r.sign(s)
		return false, ""
	case s.control == '#' && plain:
		return false, r.based(s)
	case s.control == 's':
		return false, r.word(s, "string", func(text []term.Term) term.Term { return term.List(text...) })
	case s.control == 'a' && (plain || s.size < 0):
		return false, r.word(s, "atom", func(text []term.Term) term.Term { return term.Atom(string(runesOf(text))) })
	case s.control == 'c':
		text, ok := r.take(max(s.size, 1)*sign01(s.size), s.unicode)
		if !ok {
			return false, "character"
		}
		r.keep(s, term.List(text...))
		return false, ""
	case s.control == '~' && first(r.line) == '~':
		r.skip(1)
		return false, ""
	}
	return false, "format"
}

// sign01 is 0 for a size of 0 and 1 for all others.
func sign01(size int) int {
	if size == 0 {
		return 0
	}
	return 1
}

func (r *reader) keep(s spec, value term.Term) {
	if s.keep {
		r.values = append(r.values, value)
	}
}

func runesOf(text []term.Term) []rune {
	out := make([]rune, len(text))
	for i, t := range text {
		out[i] = char(t)
	}
	return out
}

// take reads exactly n characters, none of which is a new line.
func (r *reader) take(n int, unicode bool) ([]term.Term, bool) {
	for i := range n {
		if i >= len(r.line) {
			return nil, false
		}
		if c := char(r.line[i]); c == '\n' || !unicode && (c < 0 || c > 0xff) {
			return nil, false
		}
	}
	text := r.line[:n:n]
	r.skip(n)
	return text, true
}

// trimmed returns text without white space at its ends.
func trimmed(text []term.Term) []term.Term {
	for white(first(text)) {
		text = text[1:]
	}
	for len(text) > 0 && white(char(text[len(text)-1])) {
		text = text[:len(text)-1]
	}
	return text
}

// span reads characters as long as they are accepted.
func (r *reader) span(accept func(c rune) bool) []term.Term {
	n := 0
	for n < len(r.line) && accept(char(r.line[n])) {
		n++
	}
	text := r.line[:n:n]
	r.skip(n)
	return text
}

func digit(c rune) bool { return c >= '0' && c <= '9' }

// baseDigit accepts the digits of a base.
func baseDigit(base int) func(c rune) bool {
	return func(c rune) bool {
		return digit(c) || c >= 'A' && c < rune('A'+base-10) || c >= 'a' && c < rune('a'+base-10)
	}
}

// signed reads a sign, if there is one, and digits.
func (r *reader) signed() []term.Term {
	start := r.line
	n := len(r.line)
	if c := first(r.line); c == '+' || c == '-' {
		r.skip(1)
	}
	r.span(digit)
	return start[:n-len(r.line)]
}

// number reads the text of a field for a number, as long as it says or as far as the number goes.
func (r *reader) text(s spec, number func() []term.Term) []term.Term {
	if s.size < 0 {
		r.skipWhite()
		return number()
	}
	text, ok := r.take(s.size, false)
	if !ok {
		return nil
	}
	for white(first(text)) {
		text = text[1:]
	}
	return text
}

func (r *reader) integer(s spec) failure {
	return r.keepInteger(s, r.text(s, r.signed), 10, "integer")
}

func (r *reader) keepInteger(s spec, text []term.Term, base int, failed failure) failure {
	n, ok := parseInteger(runesOf(text), base)
	if !ok {
		return failed
	}
	r.keep(s, n)
	return ""
}

func (r *reader) unsigned(s spec) failure {
	base := 10
	if s.size >= 0 {
		base = s.size
	}
	if base == 10 && s.size < 0 {
		return r.keepInteger(s, r.span(digitOfTen), 10, "unsigned")
	}
	return r.keepInteger(s, r.span(baseDigit(base)), base, "unsigned")
}

func digitOfTen(c rune) bool { return digit(c) }

func (r *reader) sign(s spec) {
	value := 1
	switch first(r.line) {
	case '-':
		value = -1
		r.skip(1)
	case '+':
		r.skip(1)
	}
	r.keep(s, term.Int(int64(value)))
}

// based reads an integer with its base in front: 16#ff.
func (r *reader) based(s spec) failure {
	in := r
	if s.size >= 0 {
		text, ok := r.take(s.size, false)
		if !ok {
			return "based"
		}
		in = &reader{line: text}
	}
	in.skipWhite()
	base, err := strconv.Atoi(string(runesOf(in.signed())))
	if err != nil || first(in.line) != '#' {
		return "based"
	}
	in.skip(1)
	negative := base < 0
	if negative && s.size < 0 {
		base = -base
	}
	if base < 2 || base > 36 {
		return "based"
	}
	text := in.line
	if s.size < 0 {
		text = in.span(baseDigit(base))
	}
	digits := runesOf(text)
	if negative {
		digits = append([]rune{'-'}, digits...)
	}
	n, ok := parseInteger(digits, base)
	if !ok {
		return "based"
	}
	r.keep(s, n)
	return ""
}

func (r *reader) float(s spec) failure {
	text := r.text(s, func() []term.Term {
		start, n := r.line, len(r.line)
		r.signed()
		if first(r.line) == '.' {
			r.skip(1)
			r.span(digit)
			if c := first(r.line); c == 'e' || c == 'E' {
				r.skip(1)
				r.signed()
			}
		}
		return start[:n-len(r.line)]
	})
	f, ok := parseFloat(string(runesOf(text)))
	if !ok {
		return "float"
	}
	r.keep(s, term.Float(f))
	return ""
}

// word reads characters up to white space, or a field of them.
func (r *reader) word(s spec, failed failure, value func(text []term.Term) term.Term) failure {
	if s.size >= 0 {
		text, ok := r.take(s.size, s.unicode)
		if !ok {
			return failed
		}
		r.keep(s, value(trimmed(text)))
		return ""
	}
	r.skipWhite()
	text := r.span(func(c rune) bool { return !white(c) && (s.unicode || c <= 0xff) })
	if len(text) == 0 && !s.unicode && first(r.line) > 0xff {
		return failed
	}
	r.keep(s, value(text))
	return ""
}
