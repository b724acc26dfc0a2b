package json

import (
	"math"
	"math/big"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/erlsh/erlsh/lang/term"
)

var (
	atomUnexpectedEnd = term.Atom("unexpected_end")
	atomInvalidByte   = term.Atom("invalid_byte")
	atomSequence      = term.Atom("unexpected_sequence")
	atomNull          = term.Atom("null")
)

// parser reads JSON text.
type parser struct {
	text  []byte
	pos   int
	depth int
	hooks *hooks // nil: the values are those of decode/1
}

// maxDepth bounds nesting, which uses Go's stack.
const maxDepth = 100_000

func decode(text []byte) (term.Term, error) {
	p := &parser{text: text}
	v, err := p.value()
	if err != nil {
		return term.None, err
	}
	p.blanks()
	if p.pos < len(text) {
		return term.None, p.bad()
	}
	return v, nil
}

func (p *parser) blanks() {
	for p.pos < len(p.text) && (p.text[p.pos] == ' ' || p.text[p.pos] >= '\t' && p.text[p.pos] <= '\r' && p.text[p.pos] != 11 && p.text[p.pos] != 12) {
		p.pos++
	}
}

// bad is the error of the byte here, or of the end.
func (p *parser) bad() error {
	if p.pos >= len(p.text) {
		return term.Error(atomUnexpectedEnd)
	}
	return term.Error(term.Tuple(atomInvalidByte, term.Int(int64(p.text[p.pos]))))
}

func (p *parser) peek() byte {
	if p.pos < len(p.text) {
		return p.text[p.pos]
	}
	return 0
}

func (p *parser) value() (term.Term, error) {
	p.blanks()
	if p.depth++; p.depth > maxDepth {
		return term.None, term.SystemLimit()
	}
	defer func() { p.depth-- }()
	switch c := p.peek(); {
	case c == '{' && p.hooks != nil:
		return p.hookedObject()
	case c == '[' && p.hooks != nil:
		return p.hookedArray()
	case c == '{':
		return p.object()
	case c == '[':
		return p.array()
	case c == '"':
		return p.text1()
	case c == 't':
		return p.word("true", term.True)
	case c == 'f':
		return p.word("false", term.False)
	case c == 'n':
		return p.word("null", p.null())
	case c == '-' || c >= '0' && c <= '9':
		return p.number()
	}
	return term.None, p.bad()
}

func (p *parser) word(word string, v term.Term) (term.Term, error) {
	for i := range len(word) {
		if p.peek() != word[i] {
			return term.None, p.bad()
		}
		p.pos++
	}
	return v, nil
}

func (p *parser) array() (term.Term, error) {
	p.pos++
	p.blanks()
	if p.peek() == ']' {
		p.pos++
		return term.Nil, nil
	}
	var out term.Builder
	for {
		v, err := p.value()
		if err != nil {
			return v, err
		}
		out.Add(v)
		p.blanks()
		switch p.peek() {
		case ',':
			p.pos++
		case ']':
			p.pos++
			return out.List(term.Nil), nil
		default:
			return term.None, p.bad()
		}
	}
}

func (p *parser) object() (term.Term, error) {
	p.pos++
	p.blanks()
	if p.peek() == '}' {
		p.pos++
		return term.EmptyMap, nil
	}
	var out term.MapBuilder
	for {
		p.blanks()
		if p.peek() != '"' {
			return term.None, p.bad()
		}
		key, err := p.quoted()
		if err != nil {
			return term.None, err
		}
		p.blanks()
		if p.peek() != ':' {
			return term.None, p.bad()
		}
		p.pos++
		v, err := p.value()
		if err != nil {
			return v, err
		}
		out.Put(term.BinaryString(key), v)
		p.blanks()
		switch p.peek() {
		case ',':
			p.pos++
		case '}':
			p.pos++
			return out.Map().Term(), nil
		default:
			return term.None, p.bad()
		}
	}
}

func (p *parser) digits() error {
	if c := p.peek(); c < '0' || c > '9' {
		return p.bad()
	}
	for c := p.peek(); c >= '0' && c <= '9'; c = p.peek() {
		p.pos++
	}
	return nil
}

func (p *parser) number() (term.Term, error) {
	start := p.pos
	if p.peek() == '-' {
		p.pos++
	}
	if p.peek() == '0' {
		p.pos++
	} else if err := p.digits(); err != nil {
		return term.None, err
	}
	whole := true
	if p.peek() == '.' {
		whole = false
		p.pos++
		if err := p.digits(); err != nil {
			return term.None, err
		}
	}
	if c := p.peek(); c == 'e' || c == 'E' {
		whole = false
		p.pos++
		if c := p.peek(); c == '+' || c == '-' {
			p.pos++
		}
		if err := p.digits(); err != nil {
			return term.None, err
		}
	}
	text := string(p.text[start:p.pos])
	if p.hooks != nil {
		if v, used, err := p.hookedNumber(text, whole); used {
			return v, err
		}
	}
	if whole {
		n, _ := new(big.Int).SetString(text, 10)
		return term.Big(n), nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(f, 0) {
		return term.None, term.Error(term.Tuple(atomSequence, term.BinaryString(text)))
	}
	return term.Float(f), nil
}

// quoted reads a string.
func (p *parser) quoted() (string, error) {
	p.pos++
	var out []byte
	for {
		if p.pos >= len(p.text) {
			return "", p.bad()
		}
		switch c := p.text[p.pos]; {
		case c == '"':
			p.pos++
			return string(out), nil
		case c == '\\':
			r, err := p.escape()
			if err != nil {
				return "", err
			}
			out = utf8.AppendRune(out, r)
		case c < ' ':
			return "", p.bad()
		case c < 0x80:
			out = append(out, c)
			p.pos++
		default:
			r, n := utf8.DecodeRune(p.text[p.pos:])
			if r == utf8.RuneError && n <= 1 {
				if !utf8.FullRune(p.text[p.pos:]) {
					p.pos = len(p.text)
				}
				return "", p.bad()
			}
			out = append(out, p.text[p.pos:p.pos+n]...)
			p.pos += n
		}
	}
}

func (p *parser) escape() (rune, error) {
	start := p.pos
	p.pos++
	c := p.peek()
	plain := map[byte]rune{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}
	if r, ok := plain[c]; ok {
		p.pos++
		return r, nil
	}
	if c != 'u' {
		return 0, p.bad()
	}
	p.pos++
	r, err := p.hex()
	if err != nil || !utf16.IsSurrogate(r) {
		return r, err
	}
	if p.peek() == '\\' && p.pos+1 < len(p.text) && p.text[p.pos+1] == 'u' {
		p.pos += 2
		low, err := p.hex()
		if err != nil {
			return 0, err
		}
		if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
			return pair, nil
		}
	}
	return 0, term.Error(term.Tuple(atomSequence, term.Binary(p.text[start:p.pos:p.pos])))
}

func (p *parser) hex() (rune, error) {
	var r rune
	for range 4 {
		n, err := strconv.ParseUint(string(rune(p.peek())), 16, 8)
		if err != nil {
			return 0, p.bad()
		}
		r = r<<4 | rune(n)
		p.pos++
	}
	return r, nil
}
