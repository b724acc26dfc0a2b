package json

import (
	"fmt"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/term"
)

var (
	atomUnsupported = term.Atom("unsupported_type")
	quote           = term.Int('"')
	comma           = term.Int(',')
)

// encodeTerm returns the JSON text of a term as iodata of OTP's shape.
func encodeTerm(t term.Term) (term.Term, error) {
	switch {
	case t.IsAtom():
		if t == term.True || t == term.False || t == atomNull {
			return term.BinaryString(t.AtomName()), nil
		}
		return encodeString([]byte(t.AtomName()), false)
	case t.IsInteger():
		n, _ := t.Big()
		return term.BinaryString(n.String()), nil
	case t.IsNumber():
		return term.BinaryString(floatText(t)), nil
	case t.IsBinary():
		b, _ := t.Binary()
		return encodeString(b, false)
	case t.IsList():
		return encodeList(t)
	}
	if m, ok := t.Map(); ok {
		return encodeMap(m)
	}
	return term.None, term.Error(term.Tuple(atomUnsupported, t))
}

func floatText(t term.Term) string { return format.Write(t, format.Options{}) }

func encodeList(t term.Term) (term.Term, error) {
	if t.IsNil() {
		return term.BinaryString("[]"), nil
	}
	var out term.Builder
	out.Add(term.Int('['))
	for first := true; ; first = false {
		c, ok := t.Cons()
		if !ok {
			break
		}
		if !first {
			out.Add(comma)
		}
		v, err := encodeTerm(c.Head)
		if err != nil {
			return term.None, err
		}
		out.Add(v)
		t = c.Tail
	}
	if !t.IsNil() {
		return term.None, bif.ClauseOf("json", "list_loop", t, term.Atom("fun"))
	}
	out.Add(term.Int(']'))
	return out.List(term.Nil), nil
}

func encodeMap(m *term.Map) (term.Term, error) {
	if m.Len() == 0 {
		return term.BinaryString("{}"), nil
	}
	first := term.None
	var rest term.Builder
	for k, v := range m.All() {
		key, err := encodeKey(k)
		if err != nil {
			return term.None, err
		}
		value, err := encodeTerm(v)
		if err != nil {
			return term.None, err
		}
		pair := term.ListTail([]term.Term{key, term.Int(':')}, value)
		if first.None() {
			first = pair
		} else {
			rest.Add(term.NewCons(comma, pair))
		}
	}
	return term.List(term.Int('{'), first, rest.List(term.Nil), term.Int('}')), nil
}

// encodeKey writes atoms and numbers as strings.
func encodeKey(k term.Term) (term.Term, error) {
	switch {
	case k.IsAtom():
		return encodeString([]byte(k.AtomName()), false)
	case k.IsBinary():
		b, _ := k.Binary()
		return encodeString(b, false)
	case k.IsNumber():
		text, err := encodeTerm(k)
		return term.List(quote, text, quote), err
	}
	return term.None, bif.ClauseOf("json", "key", k, term.Atom("fun"))
}

// encodeString writes a string: the pieces between what is escaped, each list with the one before as its first element; with ascii
// everything else is escaped.
func encodeString(text []byte, ascii bool) (term.Term, error) {
	short := map[byte]byte{'"': '"', '\\': '\\', '\b': 'b', '\f': 'f', '\n': 'n', '\r': 'r', '\t': 't'}
	acc, start := term.List(quote), 0
	escape := func(i, n int, as string) {
		before := acc
		if i > start {
			acc = term.ListTail([]term.Term{before, term.Binary(text[start:i:i])}, term.BinaryString(as))
		} else {
			acc = term.NewCons(before, term.BinaryString(as))
		}
		start = i + n
	}
	for i := 0; i < len(text); {
		c := text[i]
		if c < 0x80 {
			switch e, ok := short[c]; {
			case ok:
				escape(i, 1, string([]byte{'\\', e}))
			case c < ' ':
				escape(i, 1, fmt.Sprintf(`\u%04X`, c))
			}
			i++
			continue
		}
		r, n := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && n <= 1 {
			if !utf8.FullRune(text[i:]) {
				return term.None, term.Error(atomUnexpectedEnd)
			}
			return term.None, term.Error(term.Tuple(atomInvalidByte, term.Int(int64(c))))
		}
		switch a, b := utf16.EncodeRune(r); {
		case !ascii:
		case a != utf8.RuneError:
			escape(i, n, fmt.Sprintf(`\u%04X\u%04X`, a, b))
		default:
			escape(i, n, fmt.Sprintf(`\u%04X`, r))
		}
		i += n
	}
	switch {
	case start == 0:
		return term.List(quote, term.Binary(text), quote), nil
	case start < len(text):
		return term.List(acc, term.Binary(text[start:]), quote), nil
	}
	return term.List(acc, quote), nil
}
