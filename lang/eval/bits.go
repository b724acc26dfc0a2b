package eval

import (
	"encoding/binary"
	"github.com/erlsh/erlsh/lang/atom"
	"math"
	"math/big"
	"slices"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// segmentKind is the type of an element of a binary.
type segmentKind uint8

const (
	integerSegment segmentKind = iota
	floatSegment
	binarySegment
	utf8Segment
	utf16Segment
	utf32Segment
)

var segmentKinds = map[string]segmentKind{
	"integer": integerSegment, "float": floatSegment, "utf8": utf8Segment, "utf16": utf16Segment, "utf32": utf32Segment,
}

// segment is one element of a binary expression or pattern.
type segment struct {
	kind   segmentKind
	little bool
	signed bool
	native bool
	rest   bool // binary without a size: all that is left
	text   bool // made of a character of a string literal
	// position is the number of the element, from 1 on, for errors
	position int
	unit     int
	fixed    int    // the size in bits where the text says it; -1 where it is computed
	size     simple // computes it
	value    simple // of an expression
	match    part   // of a pattern
}

// maxBits bounds one segment: 512 MB.
const maxBits = 1 << 32

// segmentOf reads the types of an element.
func (c *compiler) segmentOf(e *syntax.BinElement) segment {
	g := segment{fixed: -1}
	unit := 1
	for _, t := range e.Types {
		switch t {
		case "integer", "float", "utf8", "utf16", "utf32":
			g.kind = segmentKinds[t]
		case "binary", "bytes":
			g.kind, unit = binarySegment, 8
		case "bitstring", "bits":
			g.kind, unit = binarySegment, 1
		case "little", "native": // little is what every machine that this runs on is
			g.little, g.native = true, t == "native"
		case "signed":
			g.signed = true
		case "unsigned", "big":
		default:
			c.unit.fail(e.Position, "bit type %s undefined", t)
		}
	}
	if e.Unit > 0 {
		unit = e.Unit
	}
	g.unit = unit
	g.setSize(c, e)
	return g
}

func (g *segment) setSize(c *compiler, e *syntax.BinElement) {
	switch {
	case e.Size != nil:
		if v, ok := constantExpr(e.Size); ok {
			if n, small := v.Int(); small && n >= 0 && n <= maxBits {
				g.fixed = int(n) * g.unit
				return
			}
		}
		g.size = c.simple(e.Size)
	case g.kind == binarySegment:
		g.rest = true
	case g.kind == floatSegment:
		g.fixed = 64
	case g.kind == integerSegment:
		g.fixed = 8 * g.unit
	}
}

// expand makes an element for each character of a string literal.
func expand(elements []syntax.BinElement) []syntax.BinElement {
	out, _ := expandFrom(elements)
	return out
}

// expandFrom says also which element each comes from.
func expandFrom(elements []syntax.BinElement) (out []syntax.BinElement, origin []int) {
	for i, e := range elements {
		l, ok := e.Value.(*syntax.Literal)
		if !ok || l.Form != syntax.StringLiteral || binaryTyped(e.Types) {
			out, origin = append(out, e), append(origin, i)
			continue
		}
		chars, _ := l.Value.Slice()
		for _, ch := range chars {
			origin = append(origin, i)
			x := e
			x.Value = &syntax.Literal{Position: e.Position, Form: syntax.IntegerLiteral, Value: ch}
			out = append(out, x)
		}
	}
	return out, origin
}

func binaryTyped(types []string) bool {
	return slices.ContainsFunc(types, func(t string) bool { return t == "binary" || t == "bytes" || t == "bitstring" || t == "bits" })
}

// simpleBinary compiles the construction of a binary. All values and sizes are computed before the first one is put in.
func (c *compiler) simpleBinary(e *syntax.Binary) simple {
	if v, ok := syntax.Constant(e); ok {
		return constant(v)
	}
	elements, origin := expandFrom(e.Elements)
	segments := make([]segment, len(elements))
	for i := range elements {
		segments[i] = c.segmentOf(&elements[i])
		segments[i].value = c.simple(elements[i].Value)
		segments[i].position = origin[i] + 1 + c.appended
		l, ok := e.Elements[origin[i]].Value.(*syntax.Literal)
		segments[i].text = ok && l.Form == syntax.StringLiteral
	}
	typed := c.unit.shell
	if len(segments) == 0 {
		return constant(term.EmptyBinary)
	}
	return func(m *Machine, s []term.Term) term.Term {
		var few [8]term.Term
		values := few[:0]
		for i := range segments {
			g := &segments[i]
			v := g.value(m, s)
			if v.None() {
				return v
			}
			values = append(values, v)
			if g.size != nil {
				if v = g.size(m, s); v.None() {
					return v
				}
				values = append(values, v)
			}
		}
		return m.build(segments, values, typed)
	}
}

// build puts segments together out of their values and sizes.
func (m *Machine) build(segments []segment, values []term.Term, typed bool) term.Term {
	all := values
	var w bitWriter
	for i := range segments {
		g := &segments[i]
		v := values[0]
		values = values[1:]
		n := g.fixed
		if g.size != nil {
			if n = g.scaled(values[0]); n < 0 {
				return m.bitsFailed(segments, all, i, typed)
			}
			values = values[1:]
		}
		if i == 0 && g.rest && g.unit == 8 && len(segments) > 1 {
			if b, ok := v.Binary(); ok {
				if !m.room(3 * len(b)) {
					return m.failed(atom.SystemLimit)
				}
				w.out = m.reuse(b)
				continue
			}
		}
		if g.kind == binarySegment && !m.room(3*len(w.out)) {
			return m.failed(atom.SystemLimit)
		}
		if !g.write(&w, v, n) {
			return m.bitsFailed(segments, all, i, typed)
		}
	}
	if w.odd != 0 {
		return w.term()
	}
	if segments[0].rest {
		m.grown = w.out
	}
	return term.Binary(w.out[:len(w.out):len(w.out)])
}

// muchAtOnce is from how many bytes on it is asked whether they are there.
const muchAtOnce = 16 << 20

func (m *Machine) room(bytes int) bool { return bytes < muchAtOnce || m.p.Room(int64(bytes)) }

// scaled returns a computed size in bits; negative for a size that is none.
func (g *segment) scaled(size term.Term) int {
	i, ok := size.Int()
	if !ok || i < 0 || i > maxBits {
		return -1
	}
	return int(i) * g.unit
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

// write appends one segment of n bits; false for a value that does not fit its type.
func (g *segment) write(w *bitWriter, v term.Term, n int) bool {
	switch g.kind {
	case binarySegment:
		b, ok := v.Bits()
		if !ok {
			return false
		}
		if !g.rest {
			if n > b.Len {
				return false
			}
			b.Len = n
		} else if b.Len%g.unit != 0 {
			return false
		}
		w.bits(b)
		return true
	case integerSegment:
		if i, small := v.Int(); small {
			w.small(i, n, g.little)
			return true
		}
		i, ok := v.Big()
		if !ok {
			return false
		}
		w.integer(i, n, g.little)
		return true
	case floatSegment:
		return g.writeFloat(w, v, n)
	}
	return g.writeUTF(w, v)
}

func (g *segment) writeFloat(w *bitWriter, v term.Term, n int) bool {
	f, err := term.ToFloat(v)
	if err != nil {
		return false
	}
	x, _ := f.Float()
	var bits uint64
	switch n {
	case 64:
		bits = math.Float64bits(x)
	case 32:
		bits = uint64(math.Float32bits(float32(x)))
	case 16:
		bits = uint64(halfBits(x))
	default:
		return false
	}
	w.small(int64(bits), n, g.little)
	return true
}

func (g *segment) writeUTF(w *bitWriter, v term.Term) bool {
	i, ok := v.Int()
	if !ok || i < 0 || i > utf8.MaxRune || i >= 0xd800 && i < 0xe000 {
		return false
	}
	switch g.kind {
	case utf8Segment:
		var bytes [4]byte
		for _, b := range bytes[:utf8.EncodeRune(bytes[:], rune(i))] {
			w.few(uint64(b), 8)
		}
	case utf16Segment:
		for _, u := range utf16.AppendRune(nil, rune(i)) {
			w.small(int64(u), 16, g.little)
		}
	default:
		w.small(i, 32, g.little)
	}
	return true
}

// halfBits is IEEE 754 binary16, rounded to nearest, ties to even.
func halfBits(x float64) uint16 {
	sign := uint16(0)
	if math.Signbit(x) {
		sign, x = 0x8000, -x
	}
	switch {
	case x >= 65520:
		return sign | 0x7c00
	case x < 0x1p-14:
		return sign | uint16(math.RoundToEven(x*0x1p24))
	}
	frac, exp := math.Frexp(x) // frac is in [0.5, 1)
	return sign | uint16(int(math.RoundToEven(frac*2048))+(exp+13)<<10)
}

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
	if n == 0 {
		return
	}
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

// small appends the n low bits of v, in two's complement.
func (w *bitWriter) small(v int64, n int, little bool) {
	switch {
	case n == 8 && w.odd == 0:
		w.out = append(w.out, byte(v))
	case n > 64:
		w.integer(big.NewInt(v), n, little)
	case little:
		for ; n > 8; n -= 8 {
			w.few(uint64(v), 8)
			v >>= 8
		}
		w.few(uint64(v), n)
	case w.odd == 0 && n == 16:
		w.out = binary.BigEndian.AppendUint16(w.out, uint16(v))
	case w.odd == 0 && n == 32:
		w.out = binary.BigEndian.AppendUint32(w.out, uint32(v))
	case w.odd == 0 && n == 64:
		w.out = binary.BigEndian.AppendUint64(w.out, uint64(v))
	default:
		top := n % 8
		w.few(uint64(v)>>(n-top), top)
		for n -= top; n > 0; {
			n -= 8
			w.few(uint64(v)>>n, 8)
		}
	}
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
