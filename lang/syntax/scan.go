package syntax

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/erlsh/erlsh/lang/term"
)

// scanner reads tokens from a text. The rules are those of the reference manual's lexical chapter; the messages are erl_scan's.
type scanner struct {
	text string
	at   int // byte offset
	Position
	tokens []Token
	keep   bool // white space and comments become tokens too
}

// Scan returns the tokens of a text and where it ended. The error is an *Error.
func Scan(text string, start Position) (tokens []Token, end Position, err error) {
	s := &scanner{text: text, Position: start}
	return s.all()
}

// ScanAll is Scan with white space and comments as tokens of their own.
func ScanAll(text string, start Position) (tokens []Token, end Position, err error) {
	s := &scanner{text: text, Position: start, keep: true}
	return s.all()
}

func (s *scanner) all() (tokens []Token, end Position, err error) {
	for {
		more, err := s.next()
		if err != nil {
			return s.tokens, s.Position, err
		}
		if !more {
			return s.tokens, s.Position, nil
		}
	}
}

// Next returns the tokens of the first form of a text, its dot included, and what follows it. An error that is Incomplete asks for
// more text; after any other one rest is what follows the bad token.
func Next(text string, at Position) (tokens []Token, rest string, restAt Position, err error) {
	s := &scanner{text: text, Position: at}
	for {
		more, err := s.next()
		if err != nil {
			return s.tokens, s.text[s.at:], s.Position, err
		}
		if !more {
			e := s.fail(s.Position, "")
			e.Incomplete = true
			if n := len(s.tokens); n > 0 {
				e.Text = "syntax error before: "
			}
			return s.tokens, "", s.Position, e
		}
		if n := len(s.tokens); n > 0 && s.tokens[n-1].Kind == DotToken {
			return s.tokens, s.text[s.at:], s.Position, nil
		}
	}
}

func (s *scanner) fail(at Position, format string, args ...any) *Error {
	return &Error{At: at, Text: fmt.Sprintf(format, args...), Module: term.Atom("erl_scan")}
}

func (s *scanner) peek(offset int) rune {
	if s.at+offset >= len(s.text) {
		return -1
	}
	if c := s.text[s.at+offset]; c < utf8.RuneSelf {
		return rune(c)
	}
	r, _ := utf8.DecodeRuneInString(s.text[s.at+offset:])
	return r
}

// skip moves n bytes on, which hold whole characters.
func (s *scanner) skip(n int) {
	for _, r := range s.text[s.at : s.at+n] {
		if r == '\n' {
			s.Line++
			s.Column = 1
		} else {
			s.Column++
		}
	}
	s.at += n
}

// skipRune moves one character on; a byte that begins no character counts as one.
func (s *scanner) skipRune() {
	_, n := utf8.DecodeRuneInString(s.text[s.at:])
	s.skip(n)
}

func (s *scanner) emit(kind Kind, from int, at Position, value term.Term) {
	s.tokens = append(s.tokens, Token{Kind: kind, Text: s.text[from:s.at], Value: value, Position: at, Offset: from})
}

// next reads one token; false at the end of the text.
func (s *scanner) next() (bool, error) {
	s.blanks()
	if s.at >= len(s.text) {
		return false, nil
	}
	at, from := s.Position, s.at
	r := s.peek(0)
	switch {
	case r >= '0' && r <= '9':
		return true, s.number()
	case isLower(r):
		s.skip(s.nameEnd())
		word := s.text[from:s.at]
		if k, ok := wordKinds[word]; ok {
			s.emit(k, from, at, term.None)
			return true, nil
		}
		return true, s.atom(word, from, at)
	case r == '_' || unicode.IsUpper(r) && r <= 0xff && r != 0xd7:
		s.skip(s.nameEnd())
		s.emit(VarToken, from, at, term.None)
		return true, nil
	case r == '\'':
		text, err := s.quoted('\'', "atom")
		if err != nil {
			return true, err
		}
		return true, s.atom(text, from, at)
	case r == '"':
		return true, s.str()
	case r == '$':
		return true, s.char()
	case r == '~' && s.beginsSigil():
		return true, s.sigil()
	case r == '.' && s.endsForm():
		s.skip(1)
		s.emit(DotToken, from, at, term.None)
		if s.keep && s.at < len(s.text) && s.text[s.at] <= ' ' { // the dot takes one blank with it
			s.skip(1)
		}
		return true, nil
	}
	return true, s.operator()
}

// blanks skips white space and comments.
func (s *scanner) blanks() {
	for s.at < len(s.text) {
		c := s.text[s.at]
		at, from := s.Position, s.at
		switch {
		case s.keep && (c <= ' ' || c == '%'):
			kind := BlankToken
			if c == '%' {
				kind = CommentToken
			}
			s.skip(s.run())
			s.emit(kind, from, at, term.String(s.text[from:s.at]))
		case c == '%':
			end := strings.IndexByte(s.text[s.at:], '\n')
			if end < 0 {
				end = len(s.text) - s.at
			}
			s.skip(end)
		case c <= ' ' || c == 0x7f:
			s.skip(1)
		case c == 0xc2 && s.at+1 < len(s.text) && (s.text[s.at+1] == 0xa0 || s.text[s.at+1] >= 0x80 && s.text[s.at+1] < 0xa0):
			s.skip(2)
		default:
			return
		}
	}
}

// run is the length of a comment, or of a newline and white space of one kind.
func (s *scanner) run() int {
	rest := s.text[s.at:]
	if rest[0] == '%' {
		if end := strings.IndexByte(rest, '\n'); end >= 0 {
			return end
		}
		return len(rest)
	}
	n := 0
	if rest[0] == '\n' {
		n = 1
	}
	first := n
	for n < len(rest) && rest[n] <= ' ' && rest[n] != '\n' && (rest[n] == rest[first] || !strings.ContainsAny(rest[n:n+1]+rest[first:first+1], " \t")) {
		n++
	}
	return n
}

// endsForm reports whether the dot here is followed by white space, a comment or the end.
func (s *scanner) endsForm() bool {
	if s.at+1 >= len(s.text) {
		return true
	}
	c := s.text[s.at+1]
	return c <= ' ' || c == '%'
}

func isLower(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 0xdf && r <= 0xff && r != 0xf7
}

func isNameRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '@' ||
		r >= 0xc0 && r <= 0xff && r != 0xd7 && r != 0xf7
}

func (s *scanner) nameEnd() int {
	for i, r := range s.text[s.at:] {
		if !isNameRune(r) {
			return i
		}
	}
	return len(s.text) - s.at
}

func (s *scanner) atom(name string, from int, at Position) error {
	if !term.AtomFits(name) {
		return s.fail(at, "illegal atom")
	}
	s.emit(AtomToken, from, at, term.Atom(name))
	return nil
}

// digits returns the length of a run of digits of a base at offset, underscores between digits included.
func (s *scanner) digits(offset, base int) int {
	n := 0
	for {
		c := s.peek(offset + n)
		if digit(c) < base {
			n++
			continue
		}
		if c == '_' && n > 0 && digit(s.peek(offset+n-1)) < base && digit(s.peek(offset+n+1)) < base {
			n++
			continue
		}
		return n
	}
}

func digit(r rune) int {
	switch {
	case r >= '0' && r <= '9':
		return int(r - '0')
	case r >= 'a' && r <= 'z':
		return int(r-'a') + 10
	case r >= 'A' && r <= 'Z':
		return int(r-'A') + 10
	}
	return 99
}

func (s *scanner) number() error {
	at, from := s.Position, s.at
	n := s.digits(0, 10)
	switch {
	case s.peek(n) == '#':
		return s.based(n)
	case s.peek(n) == '.' && digit(s.peek(n+1)) < 10:
		n += 1 + s.digits(n+1, 10)
		if c := s.peek(n); c == 'e' || c == 'E' {
			m := n + 1
			if c := s.peek(m); c == '+' || c == '-' {
				m++
			}
			if k := s.digits(m, 10); k > 0 {
				n = m + k
			} else {
				s.skip(m)
				return s.fail(at, "illegal float")
			}
		}
		s.skip(n)
		f, err := strconv.ParseFloat(strings.ReplaceAll(s.text[from:s.at], "_", ""), 64)
		if err != nil {
			return s.fail(at, "illegal float")
		}
		s.emit(FloatToken, from, at, term.Float(f))
		return nil
	}
	if s.peek(n) == '.' && (s.peek(n+1) == 'e' || s.peek(n+1) == 'E') {
		s.skip(n)
		return s.fail(at, "illegal float")
	}
	s.skip(n)
	if s.peek(0) == '_' { // as OTP 29
		return s.fail(at, "illegal integer")
	}
	v, _ := new(big.Int).SetString(strings.ReplaceAll(s.text[from:s.at], "_", ""), 10)
	s.emit(IntegerToken, from, at, term.Big(v))
	return nil
}

// based reads Base#Digits; n is the length of the base.
func (s *scanner) based(n int) error {
	at, from := s.Position, s.at
	base, err := strconv.Atoi(strings.ReplaceAll(s.text[s.at:s.at+n], "_", ""))
	if err != nil || base < 2 || base > 36 {
		s.skip(n)
		return s.fail(at, "illegal base '%s'", s.text[from:s.at])
	}
	k := s.digits(n+1, base)
	if k == 0 {
		s.skip(n + 1)
		return s.fail(at, "illegal integer")
	}
	if m := n + 1 + k; s.peek(m) == '.' && digit(s.peek(m+1)) < base {
		return s.basedFloat(base, n+1, m)
	}
	s.skip(n + 1 + k)
	v, _ := new(big.Int).SetString(strings.ReplaceAll(s.text[from+n+1:s.at], "_", ""), base)
	s.emit(IntegerToken, from, at, term.Big(v))
	return nil
}

// basedFloat reads Base#Digits.Digits, with #eExponent behind it or without, as OTP 28 has it: the digits begin at start, and the point
// is at point.
func (s *scanner) basedFloat(base, start, point int) error {
	at, from := s.Position, s.at
	end := point + 1 + s.digits(point+1, base)
	number := func(i, j int) string { return strings.ReplaceAll(s.text[from+i:from+j], "_", "") }
	fraction := number(point+1, end)
	mantissa, ok := new(big.Int).SetString(number(start, point)+fraction, base)
	exponent := 0
	if s.peek(end) == '#' && (s.peek(end+1) == 'e' || s.peek(end+1) == 'E') {
		sign := end + 2
		digits := sign
		if c := s.peek(sign); c == '+' || c == '-' {
			digits++
		}
		if k := s.digits(digits, 10); k > 0 {
			end = digits + k
			n, err := strconv.Atoi(number(sign, end))
			exponent, ok = n, ok && err == nil && n > -maxExponent && n < maxExponent
		} else {
			ok = false
		}
	}
	s.skip(end)
	if !ok {
		return s.fail(at, "illegal float")
	}
	f := scaledFloat(mantissa, base, exponent-len(fraction))
	if math.IsInf(f, 0) {
		return s.fail(at, "illegal float")
	}
	s.emit(FloatToken, from, at, term.Float(f))
	return nil
}

// maxExponent bounds the exponents of floats with a base: beyond, none has a value.
const maxExponent = 2000

// scaledFloat returns mantissa * base^exponent.
func scaledFloat(mantissa *big.Int, base, exponent int) float64 {
	power := new(big.Int).Exp(big.NewInt(int64(base)), big.NewInt(int64(max(exponent, -exponent))), nil)
	r := new(big.Rat).SetInt(mantissa)
	if exponent < 0 {
		r.Quo(r, new(big.Rat).SetInt(power))
	} else {
		r.Mul(r, new(big.Rat).SetInt(power))
	}
	f, _ := r.Float64()
	return f
}

// quoted reads text between quotes and returns what it stands for.
func (s *scanner) quoted(quote byte, what string) (string, error) {
	at, from := s.Position, s.at
	var b strings.Builder
	s.skip(1)
	for s.at < len(s.text) {
		r := s.peek(0)
		switch {
		case r == rune(quote):
			s.skip(1)
			return b.String(), nil
		case r == '\\':
			c, err := s.escape()
			if err != nil {
				return "", err
			}
			if c >= 0 {
				b.WriteRune(c)
			}
		default:
			b.WriteRune(r)
			s.skipRune()
		}
	}
	begun := quoteString(cut(s.text[from+1:]))
	if quote == '\'' {
		begun = QuoteAtom(" " + cut(s.text[from+1:])) // quoted for sure
		begun = "'" + begun[2:]
	}
	e := s.fail(at, "unterminated %s starting with %s", what, begun)
	e.Incomplete = true
	return "", e
}

func cut(text string) string {
	if r := []rune(text); len(r) > 16 {
		return string(r[:16])
	}
	return text
}

// escape reads an escape sequence.
func (s *scanner) escape() (rune, error) {
	at := s.Position
	s.skip(1)
	if s.at >= len(s.text) {
		e := s.fail(at, "unterminated character")
		e.Incomplete = true
		return 0, e
	}
	r := s.peek(0)
	switch {
	case r >= '0' && r <= '7':
		v, n := rune(0), 0
		for n < 3 && s.peek(n) >= '0' && s.peek(n) <= '7' {
			v = v*8 + s.peek(n) - '0'
			n++
		}
		s.skip(n)
		return v, nil
	case r == 'x':
		return s.hex(at)
	case r == '^':
		s.skip(1)
		c := s.peek(0)
		if c < 0 {
			e := s.fail(at, "unterminated character")
			e.Incomplete = true
			return 0, e
		}
		s.skipRune()
		return c & 31, nil
	}
	s.skipRune()
	if i := strings.IndexRune("bdefnrstv", r); i >= 0 {
		return rune("\b\x7f\x1b\f\n\r \t\v"[i]), nil
	}
	return r, nil
}

func (s *scanner) hex(at Position) (rune, error) {
	digits, n := "", 0
	if s.peek(1) == '{' {
		end := strings.IndexByte(s.text[s.at:], '}')
		if end < 0 {
			return 0, s.fail(at, "illegal character")
		}
		digits, n = s.text[s.at+2:s.at+end], end+1
	} else {
		for n = 1; n < 3 && digit(s.peek(n)) < 16; n++ {
		}
		digits = s.text[s.at+1 : s.at+n]
		if len(digits) < 2 {
			return 0, s.fail(at, "illegal character")
		}
	}
	v, err := strconv.ParseInt(digits, 16, 32)
	if err != nil {
		s.skip(min(n, 2)) // (sic) what follows is read as if the string began there
		return 0, s.fail(at, "illegal character")
	}
	if v > unicode.MaxRune || v >= 0xd800 && v < 0xe000 {
		s.skip(n)
		return 0, s.fail(at, "illegal character")
	}
	s.skip(n)
	return rune(v), nil
}

func (s *scanner) str() error {
	at, from := s.Position, s.at
	if strings.HasPrefix(s.text[s.at:], `"""`) {
		text, err := s.triple()
		if err != nil {
			return err
		}
		s.emit(StringToken, from, at, term.String(text))
		return nil
	}
	text, err := s.quoted('"', "string")
	if err != nil {
		return err
	}
	s.emit(StringToken, from, at, term.String(text))
	return nil
}

// triple reads a triple-quoted string (OTP 27): the text between the lines of the quotes, without the indentation of the last one.
func (s *scanner) triple() (string, error) {
	at := s.Position
	n := 0
	for s.peek(n) == '"' {
		n++
	}
	quotes := strings.Repeat(`"`, n)
	first := strings.IndexByte(s.text[s.at:], '\n')
	if first < 0 {
		e := s.fail(at, "unterminated string starting with %s", strconv.Quote(""))
		e.Incomplete = true
		return "", e
	}
	if strings.TrimSpace(s.text[s.at+n:s.at+first]) != "" {
		s.skip(n) // what follows is read as if nothing had stood in front of it
		return "", s.fail(at, "white space expected after start of triple-quoted string")
	}
	body := s.text[s.at+first+1:]
	var lines []string
	offset := s.at + first + 1
	for {
		line, rest, found := strings.Cut(body, "\n")
		if trimmed := strings.TrimLeft(line, " \t"); strings.HasPrefix(trimmed, quotes) {
			indent := line[:len(line)-len(trimmed)]
			s.skip(offset + len(indent) + n - s.at)
			return unindent(lines, indent), nil
		}
		if !found {
			e := s.fail(at, "unterminated string starting with %s", strconv.Quote(cut(body)))
			e.Incomplete = true
			return "", e
		}
		lines = append(lines, line)
		offset += len(line) + 1
		body = rest
	}
}

func unindent(lines []string, indent string) string {
	for i, l := range lines {
		lines[i] = strings.TrimPrefix(l, indent)
	}
	return strings.Join(lines, "\n")
}

// beginsSigil reports whether the tilde here is followed by a name and a delimiter.
func (s *scanner) beginsSigil() bool {
	n := 1
	for isNameRune(s.peek(n)) {
		n++
	}
	open := s.peek(n)
	return open > 0 && strings.ContainsRune(`"'([{</|#`+"`", open)
}

// sigil reads ~"...", ~s"...", ~b, ~S, ~B with any of the delimiters (OTP 27).
func (s *scanner) sigil() error {
	at, from := s.Position, s.at
	kind, n := "", 1
	for isNameRune(s.peek(n)) {
		n++
	}
	kind = s.text[s.at+1 : s.at+n]
	open := s.peek(n)
	if !strings.Contains("|sbSB", kind) || open < 0 || !strings.ContainsRune(`"'([{</|#`+"`", open) {
		s.skip(1)
		return s.fail(at, "illegal character")
	}
	s.skip(n)
	var text string
	var err error
	switch {
	case open == '"' && strings.HasPrefix(s.text[s.at:], `"""`):
		text, err = s.triple()
	case kind == "S" || kind == "B":
		text, err = s.verbatim(closer(open))
	default:
		text, err = s.quoted(closer(open), "sigil")
	}
	if err != nil {
		return err
	}
	value := term.BinaryString(text)
	if kind == "s" || kind == "S" {
		value = term.String(text)
	}
	s.emit(SigilToken, from, at, value)
	return nil
}

func closer(open rune) byte {
	if i := strings.IndexRune("([{<", open); i >= 0 {
		return ")]}>"[i]
	}
	return byte(open)
}

func (s *scanner) verbatim(quote byte) (string, error) {
	end := strings.IndexByte(s.text[s.at+1:], quote)
	if end < 0 {
		e := s.fail(s.Position, "unterminated sigil")
		e.Incomplete = true
		return "", e
	}
	text := s.text[s.at+1 : s.at+1+end]
	s.skip(end + 2)
	return text, nil
}

func (s *scanner) char() error {
	at, from := s.Position, s.at
	s.skip(1)
	if s.at >= len(s.text) {
		e := s.fail(at, "unterminated character")
		e.Incomplete = true
		return e
	}
	r := s.peek(0)
	if r == '\\' {
		c, err := s.escape()
		if e, ok := err.(*Error); ok {
			e.At = at
		}
		if err != nil {
			return err
		}
		r = c
	} else {
		s.skipRune()
	}
	s.emit(CharToken, from, at, term.Int(int64(r)))
	return nil
}

func (s *scanner) operator() error {
	at, from := s.Position, s.at
	for n := min(3, len(s.text)-s.at); n > 0; n-- {
		if k, ok := wordKinds[s.text[s.at:s.at+n]]; ok {
			s.skip(n)
			s.emit(k, from, at, term.None)
			return nil
		}
	}
	s.skipRune()
	return s.fail(at, "illegal character")
}
