package json

import (
	"fmt"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/term"
)

var atomUnsupported = term.Atom("unsupported_type")

// encode appends the JSON text of a term.
func encode(out []byte, t term.Term) ([]byte, error) {
	switch {
	case t.IsAtom():
		if t == term.True || t == term.False || t == atomNull {
			return append(out, t.AtomName()...), nil
		}
		return encodeString(out, []byte(t.AtomName()), false)
	case t.IsInteger():
		n, _ := t.Big()
		return n.Append(out, 10), nil
	case t.IsNumber():
		return append(out, floatText(t)...), nil
	case t.IsBinary():
		b, _ := t.Binary()
		return encodeString(out, b, false)
	case t.IsList():
		return encodeList(out, t)
	}
	if m, ok := t.Map(); ok {
		return encodeMap(out, m)
	}
	return nil, term.Error(term.Tuple(atomUnsupported, t))
}

func floatText(t term.Term) string { return format.Write(t, format.Options{}) }

func encodeList(out []byte, t term.Term) ([]byte, error) {
	out = append(out, '[')
	first := true
	var err error
	for {
		c, ok := t.Cons()
		if !ok {
			break
		}
		if !first {
			out = append(out, ',')
		}
		first = false
		if out, err = encode(out, c.Head); err != nil {
			return nil, err
		}
		t = c.Tail
	}
	if !t.IsNil() {
		return nil, term.Error(term.Tuple(atomUnsupported, t))
	}
	return append(out, ']'), nil
}

func encodeMap(out []byte, m *term.Map) ([]byte, error) {
	out = append(out, '{')
	first := true
	var err error
	for k, v := range m.All() {
		if !first {
			out = append(out, ',')
		}
		first = false
		if out, err = encodeKey(out, k); err != nil {
			return nil, err
		}
		out = append(out, ':')
		if out, err = encode(out, v); err != nil {
			return nil, err
		}
	}
	return append(out, '}'), nil
}

// encodeKey writes atoms and numbers as strings.
func encodeKey(out []byte, k term.Term) ([]byte, error) {
	switch {
	case k.IsAtom():
		return encodeString(out, []byte(k.AtomName()), false)
	case k.IsBinary():
		b, _ := k.Binary()
		return encodeString(out, b, false)
	case k.IsNumber():
		text, err := encode(nil, k)
		if err != nil {
			return nil, err
		}
		return encodeString(out, text, false)
	}
	return nil, term.Error(term.Tuple(atomUnsupported, k))
}

// encodeString writes a string; with ascii everything else is escaped.
func encodeString(out, text []byte, ascii bool) ([]byte, error) {
	short := map[byte]byte{'"': '"', '\\': '\\', '\b': 'b', '\f': 'f', '\n': 'n', '\r': 'r', '\t': 't'}
	out = append(out, '"')
	for i := 0; i < len(text); {
		c := text[i]
		if c < 0x80 {
			switch e, ok := short[c]; {
			case ok:
				out = append(out, '\\', e)
			case c < ' ':
				out = fmt.Appendf(out, `\u%04X`, c)
			default:
				out = append(out, c)
			}
			i++
			continue
		}
		r, n := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && n <= 1 {
			if !utf8.FullRune(text[i:]) {
				return nil, term.Error(atomUnexpectedEnd)
			}
			return nil, term.Error(term.Tuple(atomInvalidByte, term.Int(int64(c))))
		}
		switch a, b := utf16.EncodeRune(r); {
		case !ascii:
			out = append(out, text[i:i+n]...)
		case a != utf8.RuneError:
			out = fmt.Appendf(out, `\u%04X\u%04X`, a, b)
		default:
			out = fmt.Appendf(out, `\u%04X`, r)
		}
		i += n
	}
	return append(out, '"'), nil
}
