package chars

import (
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

type kind uint8

const (
	latin1Kind kind = iota
	utf8Kind
	utf16Kind
	utf32Kind
)

// Encoding is how characters lie in a binary.
type Encoding struct {
	kind   kind
	little bool
}

// The encodings that a text has unless one says otherwise.
var (
	Latin1 = Encoding{kind: latin1Kind}
	UTF8   = Encoding{kind: utf8Kind}
)

// EncodingOf reads the name of an encoding as unicode:characters_to_list/2 takes it; false for anything else.
func EncodingOf(t term.Term) (Encoding, bool) {
	little := false
	if e, ok := t.Tuple(); ok && len(e) == 2 {
		switch e[1].AtomName() {
		case "little":
			little = true
		case "big":
		default:
			return Encoding{}, false
		}
		t = e[0]
		if name := t.AtomName(); name != "utf16" && name != "utf32" {
			return Encoding{}, false
		}
	}
	switch t.AtomName() {
	case "latin1":
		return Encoding{kind: latin1Kind}, true
	case "unicode", "utf8":
		return Encoding{kind: utf8Kind}, true
	case "utf16":
		return Encoding{utf16Kind, little}, true
	case "utf32":
		return Encoding{utf32Kind, little}, true
	}
	return Encoding{}, false
}

// Encode returns the bytes of runes.
func (e Encoding) Encode(runes []rune) []byte {
	out := make([]byte, 0, len(runes))
	var order binary.AppendByteOrder = binary.BigEndian
	if e.little {
		order = binary.LittleEndian
	}
	for _, r := range runes {
		switch e.kind {
		case latin1Kind:
			out = append(out, byte(r))
		case utf8Kind:
			out = utf8.AppendRune(out, r)
		case utf16Kind:
			if a, b := utf16.EncodeRune(r); a != utf8.RuneError {
				out = order.AppendUint16(order.AppendUint16(out, uint16(a)), uint16(b))
			} else {
				out = order.AppendUint16(out, uint16(r))
			}
		default:
			out = order.AppendUint32(out, uint32(r))
		}
	}
	return out
}

// state is how reading ended: all read, a wrong character, a character cut off at the end, or data that is no text at all.
type state uint8

const (
	fine state = iota
	wrong
	incomplete
	bad
)

// decode takes the first character off b.
func (e Encoding) decode(b []byte) (rune, int, state) {
	switch e.kind {
	case latin1Kind:
		return rune(b[0]), 1, fine
	case utf8Kind:
		r, n := utf8.DecodeRune(b)
		if r != utf8.RuneError || n > 1 {
			return r, n, fine
		}
		if !utf8.FullRune(b) {
			return 0, 0, incomplete
		}
		return 0, 0, wrong
	case utf16Kind:
		return e.decode16(b)
	}
	if len(b) < 4 {
		if !e.little && (b[0] != 0 || len(b) > 1 && b[1] > 0x10 || len(b) > 2 && b[1] == 0 && b[2]&0xf8 == 0xd8) {
			return 0, 0, wrong // nothing that follows makes it right
		}
		return 0, 0, incomplete
	}
	u := binary.BigEndian.Uint32(b)
	if e.little {
		u = binary.LittleEndian.Uint32(b)
	}
	if !validRune(int64(u)) {
		return 0, 0, wrong
	}
	return rune(u), 4, fine
}

func (e Encoding) decode16(b []byte) (rune, int, state) {
	unit := func(i int) rune {
		if e.little {
			return rune(binary.LittleEndian.Uint16(b[i:]))
		}
		return rune(binary.BigEndian.Uint16(b[i:]))
	}
	if len(b) < 2 {
		return 0, 0, incomplete
	}
	r := unit(0)
	if !utf16.IsSurrogate(r) {
		return r, 2, fine
	}
	if r >= 0xdc00 {
		return 0, 0, wrong
	}
	if len(b) < 4 {
		return 0, 0, incomplete
	}
	if r = utf16.DecodeRune(r, unit(2)); r == utf8.RuneError {
		return 0, 0, wrong
	}
	return r, 4, fine
}

func validRune(i int64) bool {
	return i >= 0 && i <= utf8.MaxRune && (i < 0xd800 || i >= 0xe000)
}

func valid(b []byte) bool { return utf8.Valid(b) }

// reader takes chardata apart. The lists that it has entered but not finished are on the stack tails, so that what is left can be
// given back in the shape that it came in.
type reader struct {
	in     Encoding
	latin1 bool // what is read has to fit latin1
	slow   bool // OTP does this in Erlang: what it leaves has another shape
	runes  []rune
	tails  []term.Term
	cut    []byte // the beginning of a character whose end has to come in the next binary
}

func (r *reader) read(data term.Term) (state, term.Term) {
	if !r.slow && !isChardata(data) {
		return bad, term.None
	}
	for {
		if s, rest := r.one(&data); s != fine {
			return s, rest
		}
		if data.None() {
			if len(r.tails) == 0 {
				break
			}
			data = r.tails[len(r.tails)-1]
			r.tails = r.tails[:len(r.tails)-1]
		}
	}
	if len(r.cut) > 0 {
		return incomplete, term.Binary(r.cut)
	}
	return fine, term.None
}

// one reads a binary or one cell, and moves data on; None says that it is finished.
func (r *reader) one(data *term.Term) (state, term.Term) {
	if data.IsNil() {
		*data = term.None
		return fine, term.None
	}
	if b, ok := data.Bits(); ok {
		if b.Len%8 != 0 {
			return bad, term.None
		}
		whole := *data
		*data = term.None
		return r.binary(b.Bytes(), whole)
	}
	c, ok := data.Cons()
	if !ok {
		return bad, term.None
	}
	switch {
	case c.Head.IsList(), c.Head.IsBitstring():
		r.tails = append(r.tails, c.Tail)
		*data = c.Head
		return fine, term.None
	case !c.Head.IsInteger():
		return bad, term.None
	case len(r.cut) > 0 && r.slow:
		return wrong, r.left(r.withCut(*data))
	case len(r.cut) > 0:
		return wrong, r.left(*data)
	}
	i, small := c.Head.Int()
	if small && i < 0 && r.latin1 {
		return bad, term.None
	}
	if !small || !validRune(i) || (r.latin1 || r.in.kind == latin1Kind) && i > 255 {
		if r.slow {
			return wrong, r.left(term.NewCons(term.List(c.Head), c.Tail))
		}
		return wrong, r.left(*data)
	}
	r.runes = append(r.runes, rune(i))
	*data = c.Tail
	return fine, term.None
}

// left is what is not read: t, what stands behind it in the lists around, and before it the character that was cut.
func (r *reader) left(t term.Term) term.Term {
	for i := len(r.tails) - 1; i >= 0; i-- {
		if t.IsNil() {
			t = r.tails[i]
		} else {
			t = term.NewCons(t, r.tails[i])
		}
	}
	if len(r.cut) > 0 {
		return term.List(term.Binary(r.cut), t)
	}
	return t
}

// withCut puts the character that was cut in front of t.
func (r *reader) withCut(t term.Term) term.Term {
	t = term.NewCons(term.Binary(r.cut), t)
	r.cut = nil
	return t
}

// leftJoined is what is not read where b does not go on with the character that was cut, for it has as many bytes of b as it takes.
func (r *reader) leftJoined(b []byte) term.Term {
	n := map[kind]int{utf16Kind: 2, utf32Kind: 4}[r.in.kind]
	switch first := r.cut[0]; {
	case r.in.kind != utf8Kind:
	case first >= 0xf0:
		n = 4
	case first >= 0xe0:
		n = 3
	default:
		n = 2
	}
	n = min(max(n-len(r.cut), 0), len(b))
	r.cut = append(append([]byte(nil), r.cut...), b[:n]...)
	tail := term.Nil
	if last := len(r.tails) - 1; last >= 0 {
		tail = r.tails[last]
		r.tails = r.tails[:last]
	}
	return r.left(r.withCut(term.NewCons(term.Binary(b[n:]), tail)))
}

func (r *reader) binary(b []byte, whole term.Term) (state, term.Term) {
	if len(r.cut) > 0 && len(b) > 0 {
		joined := append(append([]byte(nil), r.cut...), b[:min(len(b), 4)]...)
		c, n, s := r.in.decode(joined)
		switch {
		case s == incomplete && len(joined) < 4 || s == incomplete && len(b) < 4:
			r.cut = joined
			return fine, term.None
		case (s != fine || r.latin1 && c > 255) && r.slow:
			return wrong, r.leftJoined(b)
		case s != fine || r.latin1 && c > 255:
			return wrong, r.left(whole)
		}
		b = b[n-len(r.cut):]
		r.cut = nil
		r.runes = append(r.runes, c)
	}
	for len(b) > 0 {
		if r.in.kind == utf8Kind && b[0] < 0x80 {
			r.runes = append(r.runes, rune(b[0]))
			b = b[1:]
			continue
		}
		c, n, s := r.in.decode(b)
		switch {
		case s == incomplete:
			r.cut = b
			return fine, term.None
		case s == wrong || r.latin1 && c > 255:
			return wrong, r.left(term.Binary(b))
		}
		r.runes = append(r.runes, c)
		b = b[n:]
	}
	return fine, term.None
}

// isChardata tells whether there are but integers and binaries in data. (sic) Behind an integer too big for any character, there may
// be anything.
func isChardata(data term.Term) bool {
	ok, _ := looksSound(data)
	return ok
}

func looksSound(data term.Term) (sound, end bool) {
	for c, ok := data.Cons(); ok; c, ok = data.Cons() {
		if c.Head.IsInteger() && !isSmall(c.Head) {
			return true, true
		}
		if !c.Head.IsInteger() {
			if sound, end := looksSound(c.Head); !sound || end {
				return sound, end
			}
		}
		data = c.Tail
	}
	return data.IsNil() || data.IsBinary(), false
}

// isSmall tells whether OTP keeps an integer in one word.
func isSmall(t term.Term) bool {
	i, ok := t.Int()
	return ok && i >= -1<<59 && i < 1<<59
}

// ToList is unicode:characters_to_list/2: the code points of data, or a tuple that tells how far it is text. The error is badarg, for
// what is no chardata at all.
func ToList(data term.Term, in Encoding) (term.Term, error) {
	if b, ok := data.Binary(); ok {
		switch {
		case in.kind == latin1Kind || in.kind == utf8Kind && ASCII(b):
			return term.ByteList(b, term.Nil), nil
		case in.kind == utf8Kind && valid(b):
			return term.String(string(b)), nil
		}
	}
	r := reader{in: in, slow: in.kind > utf8Kind}
	state, rest := r.read(data)
	if state == bad {
		return term.None, term.Badarg()
	}
	elements := make([]term.Term, len(r.runes))
	for i, c := range r.runes {
		elements[i] = term.Int(int64(c))
	}
	return outcome(state, term.List(elements...), rest), nil
}

// ASCII tells whether there are but ASCII characters in b.
func ASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// flat returns the bytes of a list of characters in UTF-8, and false for a list in which there is anything else.
func flat(list term.Term) ([]byte, bool) {
	size := 0
	end := list
	for c, ok := end.Cons(); ok; c, ok = end.Cons() {
		i, isInt := c.Head.Int()
		if !isInt || !validRune(i) {
			return nil, false
		}
		size += utf8.RuneLen(rune(i))
		end = c.Tail
	}
	if !end.IsNil() {
		return nil, false
	}
	out := make([]byte, 0, size)
	for c, ok := list.Cons(); ok; c, ok = c.Tail.Cons() {
		i, _ := c.Head.Int()
		out = utf8.AppendRune(out, rune(i))
	}
	return out, true
}

// ToBinary is unicode:characters_to_binary/3: data in one binary, or a tuple that tells how far it is text. The error is badarg, for what
// is no chardata at all.
func ToBinary(data term.Term, in, out Encoding) (term.Term, error) {
	if b, ok := data.Binary(); ok && in == out && in.kind == utf8Kind && valid(b) {
		return data, nil
	}
	if in.kind == utf8Kind && out == in {
		if b, ok := flat(data); ok {
			return term.Binary(b), nil
		}
	}
	r := reader{in: in, latin1: out.kind == latin1Kind, slow: in.kind > utf8Kind || out.kind != utf8Kind}
	state, rest := r.read(data)
	if state == bad {
		return term.None, term.Badarg()
	}
	return outcome(state, term.Binary(out.Encode(r.runes)), rest), nil
}

var atomIncomplete = term.Atom("incomplete")

func outcome(s state, made, rest term.Term) term.Term {
	switch s {
	case wrong:
		return term.Tuple(atom.ErrorAtom, made, rest)
	case incomplete:
		return term.Tuple(atomIncomplete, made, rest)
	}
	return made
}
