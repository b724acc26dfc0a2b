package uri_string

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

func composeQuery1(args []term.Term) (term.Term, error) {
	return composeQuery2([]term.Term{args[0], term.List(term.Tuple(term.Atom("encoding"), term.Atom("utf8")))})
}

// formChars stay as they are in a form.
const formChars = "*-._" + digits + letters

func composeQuery2(args []term.Term) (term.Term, error) {
	var b strings.Builder
	list, rest := false, args[0]
	for c, ok := rest.Cons(); ok; c, ok = rest.Cons() {
		pair, _ := c.Head.Tuple()
		if len(pair) != 2 {
			break
		}
		for i, v := range pair {
			if i == 1 && v == term.True {
				break
			}
			if i == 1 {
				b.WriteByte('=')
			}
			s, isList, problem := formEncoded(v, args[1])
			if problem.Kind() != term.KindNone {
				return problem, nil
			}
			b.WriteString(s)
			list = list || isList
		}
		if rest = c.Tail; rest.Kind() == term.KindNil {
			return text{list: list}.with(b.String()), nil
		}
		b.WriteByte('&')
	}
	if rest.IsNil() {
		return term.Nil, nil
	}
	return term.None, clause("compose_query", rest, args[1], term.Bool(list), term.BinaryString(b.String()))
}

// encodingOf reads [{encoding, E}].
func encodingOf(options term.Term) (name term.Term, ok bool) {
	list, _ := options.Slice()
	if len(list) != 1 {
		return term.None, len(list) == 0 && options.IsNil()
	}
	pair, ok := list[0].Tagged(term.Atom("encoding"), 2)
	if !ok {
		return term.None, false
	}
	return pair[1], true
}

// formEncoded writes a name or value as forms are sent: HTML 5, "application/x-www-form-urlencoded".
func formEncoded(v, options term.Term) (s string, list bool, problem term.Term) {
	t, ok, err := textOf(v)
	if err != nil || !ok {
		return "", false, failure("invalid_input", v)
	}
	encoding, ok := encodingOf(options)
	if !ok {
		return "", false, failure("invalid_input", v)
	}
	switch encoding.AtomName() {
	case "", "utf8", "unicode":
		s = formBytes(t.bytes)
	case "latin1":
		var b strings.Builder
		for _, r := range t.bytes {
			if r < 256 {
				b.WriteString(formBytes(string([]byte{byte(r)})))
			} else {
				b.WriteString(formBytes(fmt.Sprintf("&#%d;", r)))
			}
		}
		s = b.String()
	default:
		return "", false, failure("invalid_encoding", encoding)
	}
	return s, t.list, term.None
}

func formBytes(s string) string {
	return strings.ReplaceAll(encoded(s, formChars+" "), " ", "+")
}

func dissectQuery(args []term.Term) (term.Term, error) {
	t, ok, err := textOf(args[0])
	switch {
	case err != nil:
		return term.None, err
	case !ok:
		return term.None, clause("dissect_query_key", args[0], term.False, term.Nil, term.EmptyBinary, term.EmptyBinary)
	case t.bytes == "":
		return term.Nil, nil
	}
	var out term.Builder
	for s, more := t.bytes, true; more; {
		var field, key, value string
		keyEnd := keyLength(s)
		key = s[:keyEnd]
		field, more = s[keyEnd:], keyEnd < len(s)
		hasValue := more && field[0] == '='
		if hasValue {
			value, s, more = strings.Cut(field[1:], "&")
		} else if more {
			s = field[1:]
		}
		k, problem, err := formDecoded(t, key)
		if problem.Kind() != term.KindNone || err != nil {
			return problem, err
		}
		v := term.True
		if hasValue {
			if v, problem, err = formDecoded(t, value); problem.Kind() != term.KindNone || err != nil {
				return problem, err
			}
		}
		out.Add(term.Tuple(k, v))
	}
	return out.List(term.Nil), nil
}

// keyLength finds the end of a name: = or &, but not the & of a reference to a character (&#65;).
func keyLength(s string) int {
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '=':
			return i
		case s[i] == '&':
			n := referenceLength(s[i:])
			if n == 0 {
				return i
			}
			i += n - 1
		}
	}
	return len(s)
}

// referenceLength is the length of &#DIGITS; at the beginning of s, 0 when there is none.
func referenceLength(s string) int {
	if !strings.HasPrefix(s, "&#") {
		return 0
	}
	n := 2 + span(s[2:], digits, false)
	if n < len(s) && s[n] == ';' {
		return n + 1
	}
	return 0
}

// formDecoded reads a name or value of a form.
func formDecoded(like text, s string) (value, problem term.Term, err error) {
	if !utf8.ValidString(s) {
		return term.None, failure("invalid_character", firstChar(s[invalidAt(s):])), nil
	}
	s, bad := decoded(strings.ReplaceAll(s, "+", " "), never)
	if bad != "" {
		return term.None, failure("invalid_percent_encoding", term.String(bad)), nil
	}
	var b strings.Builder
	for s != "" {
		if !strings.HasPrefix(s, "&#") {
			r, n := utf8.DecodeRuneInString(s)
			if r == utf8.RuneError && n == 1 {
				return term.None, failure("invalid_input", firstChar(s)), nil
			}
			b.WriteString(s[:n])
			s = s[n:]
			continue
		}
		n := 2 + span(s[2:], digits, false)
		if n == len(s) || s[n] != ';' {
			return term.None, failure("invalid_input", firstChar(s[n:])), nil
		}
		code, err := strconv.Atoi(s[2:n])
		if err != nil && n > 2 || code > utf8.MaxRune || utf16.IsSurrogate(rune(code)) {
			return term.None, term.None, bif.ErrorOf(atom.Badarg, module, "base10_decode_unicode", term.Int(3))
		}
		b.WriteRune(rune(code))
		s = s[n+1:]
	}
	return like.with(b.String()), term.None, nil
}

// invalidAt is where a text stops to be UTF-8.
func invalidAt(s string) int {
	for i, r := range s {
		if r == utf8.RuneError && !strings.HasPrefix(s[i:], string(utf8.RuneError)) {
			return i
		}
	}
	return len(s)
}

// coding is an encoding of transcode/2.
type coding struct {
	decode func([]byte) (string, bool)
	encode func(string) ([]byte, bool)
}

func codingOf(name term.Term) coding {
	latin := coding{
		func(b []byte) (string, bool) {
			out := make([]rune, len(b))
			for i, c := range b {
				out[i] = rune(c)
			}
			return string(out), true
		},
		func(s string) ([]byte, bool) {
			var out []byte
			for _, r := range s {
				if r > 255 {
					return nil, false
				}
				out = append(out, byte(r))
			}
			return out, true
		},
	}
	little := func(t term.Term) bool {
		e, ok := t.Tuple()
		return ok && len(e) == 2 && e[1] == term.Atom("little")
	}(name)
	if e, ok := name.Tuple(); ok && len(e) == 2 {
		name = e[0]
	}
	switch name.AtomName() {
	case "latin1":
		return latin
	case "utf16":
		return wide(2, little)
	case "utf32":
		return wide(4, little)
	}
	return coding{
		func(b []byte) (string, bool) { return string(b), utf8.Valid(b) },
		func(s string) ([]byte, bool) { return []byte(s), true },
	}
}

// wide is UTF-16 and UTF-32.
func wide(size int, little bool) coding {
	unit := func(b []byte) (v rune) {
		for i := range size {
			at := i
			if little {
				at = size - 1 - i
			}
			v = v<<8 | rune(b[at])
		}
		return v
	}
	put := func(out []byte, v rune) []byte {
		for i := range size {
			shift := 8 * (size - 1 - i)
			if little {
				shift = 8 * i
			}
			out = append(out, byte(v>>shift))
		}
		return out
	}
	return coding{
		func(b []byte) (string, bool) {
			if len(b)%size != 0 {
				return "", false
			}
			var runes []rune
			var units []uint16
			for ; len(b) > 0; b = b[size:] {
				v := unit(b)
				units, runes = append(units, uint16(v)), append(runes, v)
			}
			if size == 2 {
				runes = utf16.Decode(units)
			}
			for _, r := range runes {
				if !utf8.ValidRune(r) {
					return "", false
				}
			}
			return string(runes), true
		},
		func(s string) (out []byte, ok bool) {
			for _, r := range s {
				if size == 2 && r > 0xffff {
					high, low := utf16.EncodeRune(r)
					out = put(put(out, high), low)
					continue
				}
				out = put(out, r)
			}
			return out, true
		},
	}
}

func transcode(args []term.Term) (term.Term, error) {
	t, isBinary := args[0].Binary()
	if !isBinary && !args[0].IsList() {
		return term.None, clause("transcode", args...)
	}
	in, out := term.None, term.None
	options, ok := args[1].Slice()
	if !ok {
		return term.None, bif.ClauseOf("proplists", "get_value", term.Atom("in_encoding"), args[1], term.Atom("utf8"))
	}
	for _, o := range options {
		if pair, ok := o.Tagged(term.Atom("in_encoding"), 2); ok && in.None() {
			in = pair[1]
		} else if pair, ok := o.Tagged(term.Atom("out_encoding"), 2); ok && out.None() {
			out = pair[1]
		}
	}
	from, to := codingOf(in), codingOf(out)
	source := ""
	if isBinary {
		if source, ok = from.decode(t); !ok {
			return failure("invalid_input", args[0]), nil
		}
	} else if source, ok = bif.Text(args[0]); !ok {
		return failure("invalid_input", args[0]), nil
	}
	converted, problem := recoded(source, from, to)
	if problem.Kind() != term.KindNone {
		return problem, nil
	}
	if !isBinary {
		return term.String(converted), nil
	}
	bytes, ok := to.encode(converted)
	if !ok {
		return failure("invalid_input", args[0]), nil
	}
	return term.Binary(bytes), nil
}

// recoded changes the encoding of what the runs of %XX stand for.
func recoded(s string, from, to coding) (string, term.Term) {
	var b strings.Builder
	for s != "" {
		n := 0
		for n+2 < len(s) && s[n] == '%' {
			if hexValue(s[n+1]) < 0 || hexValue(s[n+2]) < 0 {
				return "", failure("invalid_percent_encoding", term.String(s[n:n+3]))
			}
			n += 3
		}
		if n == 0 {
			b.WriteByte(s[0])
			s = s[1:]
			continue
		}
		raw, _ := decoded(s[:n], never)
		chars, ok := from.decode([]byte(raw))
		if !ok {
			return "", failure("invalid_input", term.BinaryString(raw))
		}
		bytes, ok := to.encode(chars)
		if !ok {
			return "", failure("invalid_input", term.BinaryString(chars))
		}
		b.WriteString(encoded(string(bytes), unreservedChars))
		s = s[n:]
	}
	return b.String(), term.None
}
