package eval

import (
	"encoding/binary"
	"math"
	"math/big"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// bitWriter builds a bitstring.
type bitWriter struct {
	out []byte
	odd int // bits used in the last byte, 0 for all
}

func (w *bitWriter) term() term.Term {
	n := len(w.out) * 8
	if w.odd != 0 {
		n -= 8 - w.odd
	}
	return term.Bitstring(w.out, 0, n)
}

// bits appends a bitstring.
func (w *bitWriter) bits(b term.Bits) {
	bytes := b.Bytes()
	if w.odd == 0 {
		w.out = append(w.out, bytes...)
		w.odd = b.Len % 8
		return
	}
	for left := b.Len; left > 0; left -= 8 {
		w.few(uint64(bytes[0])>>(8-min(left, 8)), min(left, 8))
		bytes = bytes[1:]
	}
}

// few appends the n (at most 8) low bits of v.
func (w *bitWriter) few(v uint64, n int) {
	v &= 1<<n - 1
	if w.odd == 0 {
		w.out = append(w.out, byte(v<<(8-n)))
		w.odd = n % 8
		return
	}
	room := 8 - w.odd
	last := &w.out[len(w.out)-1]
	if n <= room {
		*last |= byte(v << (room - n))
		w.odd = (w.odd + n) % 8
		return
	}
	*last |= byte(v >> (n - room))
	w.odd = 0
	w.few(v, n-room)
}

// integer appends the n low bits of v, in two's complement.
func (w *bitWriter) integer(v *big.Int, n int, little bool) {
	bytes := make([]byte, (n+7)/8)
	mask := new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), uint(n)), big.NewInt(1))
	new(big.Int).And(v, mask).FillBytes(bytes)
	if little {
		for i, j := 0, len(bytes)-1; i < j; i, j = i+1, j-1 {
			bytes[i], bytes[j] = bytes[j], bytes[i]
		}
		for i := range n / 8 {
			w.few(uint64(bytes[i]), 8)
		}
		if n%8 != 0 {
			w.few(uint64(bytes[n/8]), n%8)
		}
		return
	}
	if n%8 != 0 {
		w.few(uint64(bytes[0]), n%8)
		bytes = bytes[1:]
	}
	for _, b := range bytes {
		w.few(uint64(b), 8)
	}
}

// segment is one element of a binary expression or pattern.
type segment struct {
	kind   string // integer, float, binary, utf8, utf16, utf32
	little bool
	signed bool
	unit   int
	size   simple // nil: the default, or the rest
	value  simple
	match  matcher
	rest   bool // binary without a size: all that is left
	pos    syntax.Position
}

// maxBits bounds one segment: 512 MB.
const maxBits = 1 << 32

// segmentOf reads the types of an element.
func (c *compiler) segmentOf(e syntax.BinElement, pattern bool) segment {
	g := segment{kind: "integer", pos: e.Position}
	if l, ok := e.Value.(*syntax.Literal); ok && l.Form == syntax.FloatLiteral && pattern {
		g.kind = "integer"
	}
	for _, t := range e.Types {
		switch t {
		case "integer", "float", "utf8", "utf16", "utf32":
			g.kind = t
		case "binary", "bytes":
			g.kind, g.unit = "binary", 8
		case "bitstring", "bits":
			g.kind, g.unit = "binary", 1
		case "little":
			g.little = true
		case "native":
			g.little = true // what every machine that this runs on is
		case "signed":
			g.signed = true
		case "unsigned", "big":
		default:
			c.unit.fail(e.Position, "undefined bit type %s", t)
		}
	}
	if g.unit == 0 {
		g.unit = 1
	}
	if e.Unit > 0 {
		g.unit = e.Unit
	}
	if e.Size != nil {
		g.size = c.simple(e.Size)
	}
	g.rest = g.kind == "binary" && g.size == nil
	return g
}

// bitsOf returns the size in bits; false for a size that is none.
func (g *segment) bitsOf(m *Machine, s []term.Term) (int, bool) {
	if g.size == nil {
		if g.kind == "float" {
			return 64, true
		}
		return 8 * g.unit, true
	}
	v := g.size(m, s)
	n, ok := v.Int()
	if !ok || n < 0 || n > maxBits {
		return 0, false
	}
	return int(n) * g.unit, true
}

// expand makes an element for each character of a string literal.
func expand(elements []syntax.BinElement) []syntax.BinElement {
	var out []syntax.BinElement
	for _, e := range elements {
		l, ok := e.Value.(*syntax.Literal)
		if !ok || l.Form != syntax.StringLiteral {
			out = append(out, e)
			continue
		}
		chars, _ := l.Value.Slice()
		for _, ch := range chars {
			x := e
			x.Value = &syntax.Literal{Position: e.Position, Form: syntax.IntegerLiteral, Value: ch}
			out = append(out, x)
		}
	}
	return out
}

// simpleBinary compiles the construction of a binary.
func (c *compiler) simpleBinary(e *syntax.Binary) simple {
	if v, ok := syntax.Constant(e); ok {
		return constant(v)
	}
	elements := expand(e.Elements)
	segments := make([]segment, len(elements))
	for i, x := range elements {
		segments[i] = c.segmentOf(x, false)
		segments[i].value = c.simple(x.Value)
	}
	return func(m *Machine, s []term.Term) term.Term {
		var w bitWriter
		for i := range segments {
			g := &segments[i]
			v := g.value(m, s)
			if v.None() {
				return v
			}
			if i == 0 && g.rest && g.unit == 8 && len(segments) > 1 {
				if b, ok := v.Binary(); ok {
					w.out = m.reuse(b)
					continue
				}
			}
			if !g.write(m, s, &w, v) {
				if m.exc == nil {
					m.exc = term.Badarg()
				}
				return term.None
			}
		}
		if w.odd == 0 {
			if segments[0].rest {
				m.grown = w.out
			}
			return term.Binary(w.out[:len(w.out):len(w.out)])
		}
		return w.term()
	}
}

// reuse returns bytes to append to: those of b, if nothing follows them yet in the buffer that was built last, so that a loop that
// appends does not copy each time; otherwise a copy with room.
func (m *Machine) reuse(b []byte) []byte {
	if n := len(b); n > 0 && len(m.grown) == n && &m.grown[0] == &b[0] && cap(m.grown) > n {
		return m.grown
	}
	out := make([]byte, len(b), len(b)*2+64)
	copy(out, b)
	return out
}

// write appends one segment; false for a value that does not fit its type.
func (g *segment) write(m *Machine, s []term.Term, w *bitWriter, v term.Term) bool {
	switch g.kind {
	case "binary":
		b, ok := v.Bits()
		if !ok {
			return false
		}
		if !g.rest {
			n, ok := g.bitsOf(m, s)
			if !ok || n > b.Len {
				return false
			}
			b.Len = n
		} else if b.Len%g.unit != 0 {
			return false
		}
		w.bits(b)
		return true
	case "float":
		return g.writeFloat(m, s, w, v)
	case "integer":
		n, ok := g.bitsOf(m, s)
		if !ok {
			return false
		}
		if i, small := v.Int(); small && n <= 8 {
			w.few(uint64(i), n)
			return true
		}
		i, ok := v.Big()
		if !ok {
			return false
		}
		w.integer(i, n, g.little)
		return true
	}
	return g.writeUTF(w, v)
}

func (g *segment) writeFloat(m *Machine, s []term.Term, w *bitWriter, v term.Term) bool {
	n, ok := g.bitsOf(m, s)
	f, err := term.ToFloat(v)
	if !ok || err != nil {
		return false
	}
	x, _ := f.Float()
	var bits uint64
	switch n {
	case 64:
		bits = math.Float64bits(x)
	case 32:
		if math.Abs(x) > math.MaxFloat32 {
			return false
		}
		bits = uint64(math.Float32bits(float32(x)))
	case 16:
		bits = uint64(halfBits(x))
	default:
		return false
	}
	w.integer(new(big.Int).SetUint64(bits), n, g.little)
	return true
}

func (g *segment) writeUTF(w *bitWriter, v term.Term) bool {
	i, ok := v.Int()
	if !ok || i < 0 || i > utf8.MaxRune || i >= 0xd800 && i < 0xe000 {
		return false
	}
	var bytes []byte
	switch g.kind {
	case "utf8":
		bytes = utf8.AppendRune(nil, rune(i))
	case "utf16":
		units := utf16.AppendRune(nil, rune(i))
		for _, u := range units {
			if g.little {
				bytes = binary.LittleEndian.AppendUint16(bytes, u)
			} else {
				bytes = binary.BigEndian.AppendUint16(bytes, u)
			}
		}
	default:
		if g.little {
			bytes = binary.LittleEndian.AppendUint32(bytes, uint32(i))
		} else {
			bytes = binary.BigEndian.AppendUint32(bytes, uint32(i))
		}
	}
	for _, b := range bytes {
		w.few(uint64(b), 8)
	}
	return true
}

// halfBits is IEEE 754 binary16.
func halfBits(x float64) uint16 {
	f := math.Float32bits(float32(x))
	sign, exp, frac := uint16(f>>16&0x8000), int(f>>23&0xff)-127+15, f&0x7fffff
	switch {
	case exp >= 31:
		return sign | 0x7c00
	case exp <= 0:
		if exp < -10 {
			return sign
		}
		return sign | uint16((frac|0x800000)>>uint(14-exp))
	}
	return sign | uint16(exp)<<10 | uint16(frac>>13)
}

func halfFloat(h uint16) float64 {
	sign, exp, frac := 1.0, int(h>>10&31), float64(h&0x3ff)
	if h&0x8000 != 0 {
		sign = -1
	}
	if exp == 0 {
		return sign * math.Ldexp(frac, -24)
	}
	return sign * math.Ldexp(1024+frac, exp-25)
}

// binaryPattern compiles a pattern that takes a whole bitstring apart.
func (c *compiler) binaryPattern(e *syntax.Binary) matcher {
	take := c.binaryPrefix(e)
	return func(m *Machine, s []term.Term, v term.Term) bool {
		bits, ok := v.Bits()
		if !ok {
			return false
		}
		rest, matched, enough := take(m, s, bits)
		if !matched || !enough {
			return false
		}
		left, _ := rest.Bits()
		return left.Len == 0
	}
}

// binaryPrefix compiles a pattern that takes segments off the front: what is left, whether they matched, and whether there were
// enough bits at all.
func (c *compiler) binaryPrefix(e *syntax.Binary) func(m *Machine, s []term.Term, b term.Bits) (rest term.Term, matched, enough bool) {
	elements := expand(e.Elements)
	segments := make([]segment, len(elements))
	for i, x := range elements {
		segments[i] = c.segmentOf(x, true)
		if l, ok := x.Value.(*syntax.Literal); ok && l.Form == syntax.FloatLiteral {
			segments[i].match = c.pattern(x.Value)
			continue
		}
		segments[i].match = c.pattern(x.Value)
	}
	return func(m *Machine, s []term.Term, b term.Bits) (term.Term, bool, bool) {
		matched := true
		for i := range segments {
			g := &segments[i]
			v, n, ok := g.read(m, s, b)
			if !ok {
				return term.None, false, n >= 0
			}
			b = drop(b, n)
			if g.match != nil && !g.match(m, s, v) {
				matched = false
				if i+1 < len(segments) {
					return skipRest(m, s, segments[i+1:], b)
				}
			}
		}
		return term.Bitstring(b.Data, b.Offset, b.Len), matched, true
	}
}

// skipRest finds where the next element of a generator begins when this one does not match.
func skipRest(m *Machine, s []term.Term, segments []segment, b term.Bits) (term.Term, bool, bool) {
	for i := range segments {
		_, n, ok := segments[i].read(m, s, b)
		if !ok {
			return term.None, false, false
		}
		b = drop(b, n)
	}
	return term.Bitstring(b.Data, b.Offset, b.Len), false, true
}

func drop(b term.Bits, n int) term.Bits {
	at := b.Offset + n
	return term.Bits{Data: b.Data[at/8:], Offset: at % 8, Len: b.Len - n}
}

// read takes a segment off the front of b: its value and how many bits it has. When it cannot, n is negative if bits are missing.
func (g *segment) read(m *Machine, s []term.Term, b term.Bits) (v term.Term, n int, ok bool) {
	switch g.kind {
	case "utf8", "utf16", "utf32":
		return g.readUTF(b)
	case "binary":
		if g.rest {
			if b.Len%g.unit != 0 {
				return term.None, 0, false
			}
			return term.Bitstring(b.Data, b.Offset, b.Len), b.Len, true
		}
	}
	n, sized := g.bitsOf(m, s)
	if !sized {
		m.exc = nil
		return term.None, 0, false
	}
	if n > b.Len {
		return term.None, -1, false
	}
	part := term.Bits{Data: b.Data, Offset: b.Offset, Len: n}
	switch g.kind {
	case "binary":
		return term.Bitstring(b.Data[:(b.Offset+n+7)/8], b.Offset, n), n, true
	case "float":
		return g.readFloat(part)
	}
	if n == 8 && b.Offset == 0 && !g.signed {
		return term.Int(int64(b.Data[0])), 8, true
	}
	return g.readInteger(part), n, true
}

func (g *segment) readInteger(b term.Bits) term.Term {
	bytes := b.Bytes()
	odd := b.Len % 8
	v := new(big.Int)
	if g.little {
		for i := len(bytes) - 1; i >= 0; i-- {
			part := bytes[i]
			if odd != 0 && i == len(bytes)-1 {
				part >>= 8 - odd
			}
			v.Or(v.Lsh(v, 8), big.NewInt(int64(part)))
		}
	} else {
		v.SetBytes(bytes)
		if odd != 0 {
			v.Rsh(v, uint(8-odd))
		}
	}
	if g.signed && b.Len > 0 && v.Bit(b.Len-1) == 1 {
		v.Sub(v, new(big.Int).Lsh(big.NewInt(1), uint(b.Len)))
	}
	return term.Big(v)
}

func (g *segment) readFloat(b term.Bits) (term.Term, int, bool) {
	u, _ := (&segment{little: g.little}).readInteger(b).Big()
	var f float64
	switch b.Len {
	case 64:
		f = math.Float64frombits(u.Uint64())
	case 32:
		f = float64(math.Float32frombits(uint32(u.Uint64())))
	case 16:
		f = halfFloat(uint16(u.Uint64()))
	default:
		return term.None, 0, false
	}
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return term.None, 0, false
	}
	return term.Float(f), b.Len, true
}

func (g *segment) readUTF(b term.Bits) (term.Term, int, bool) {
	bytes := term.Bits{Data: b.Data, Offset: b.Offset, Len: min(b.Len, 32) / 8 * 8}.Bytes()
	if len(bytes) == 0 {
		return term.None, -1, false
	}
	switch g.kind {
	case "utf8":
		r, n := utf8.DecodeRune(bytes)
		if r == utf8.RuneError && n <= 1 {
			return term.None, 0, false
		}
		return term.Int(int64(r)), n * 8, true
	case "utf16":
		return g.readUTF16(bytes)
	}
	if len(bytes) < 4 {
		return term.None, -1, false
	}
	v := binary.BigEndian.Uint32(bytes)
	if g.little {
		v = binary.LittleEndian.Uint32(bytes)
	}
	if v > utf8.MaxRune || v >= 0xd800 && v < 0xe000 {
		return term.None, 0, false
	}
	return term.Int(int64(v)), 32, true
}

func (g *segment) readUTF16(bytes []byte) (term.Term, int, bool) {
	unit := func(i int) rune {
		if g.little {
			return rune(binary.LittleEndian.Uint16(bytes[i:]))
		}
		return rune(binary.BigEndian.Uint16(bytes[i:]))
	}
	if len(bytes) < 2 {
		return term.None, -1, false
	}
	r := unit(0)
	if !utf16.IsSurrogate(r) {
		return term.Int(int64(r)), 16, true
	}
	if len(bytes) < 4 {
		return term.None, -1, false
	}
	r = utf16.DecodeRune(r, unit(2))
	if r == utf8.RuneError {
		return term.None, 0, false
	}
	return term.Int(int64(r)), 32, true
}
