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

// cursor is where the matching of a bitstring stands; at and end count bits of data.
type cursor struct {
	data    []byte
	at, end int
}

func cursorOf(b term.Bits) cursor { return cursor{b.Data, b.Offset, b.Offset + b.Len} }

// take returns n bits as a term and steps over them.
func (c *cursor) take(n int) term.Term {
	from := c.at
	c.at += n
	if from&7 == 0 && n&7 == 0 {
		return term.Binary(c.data[from>>3 : (from+n)>>3])
	}
	return term.Bitstring(c.data, from, n)
}

// outcome of reading a segment.
type reading uint8

const (
	readOK    reading = iota
	readOther         // the bits are there, and are not what the type says
	readShort         // there are not enough bits, or the size is none
)

// binaryPattern compiles a pattern that takes a whole bitstring apart.
func (c *compiler) binaryPattern(e *syntax.Binary) matcher {
	segments := c.segmentPatterns(e)
	least, open, whole := wholeBytes(segments)
	return func(m *Machine, s []term.Term, v term.Term) bool {
		var cur cursor
		if bytes, ok := v.Binary(); ok && v.Kind() == term.KindBinary {
			if whole {
				return (len(bytes) == least || open && len(bytes) > least) && matchBytes(m, s, segments, bytes)
			}
			cur = cursor{bytes, 0, len(bytes) * 8}
		} else if b, ok := v.Bits(); ok {
			cur = cursorOf(b)
		} else {
			return false
		}
		for i := range segments {
			g := &segments[i]
			v, r := g.read(m, s, &cur)
			if r != readOK || !g.match.ok(m, s, v) {
				return false
			}
		}
		return cur.at == cur.end
	}
}

// wholeBytes reports whether all segments are unsigned integers, first byte first, and binaries, of known numbers of bytes: how many
// bytes there must be, and whether there may be more, for the last segment.
func wholeBytes(segments []segment) (least int, open, ok bool) {
	for i := range segments {
		switch g := &segments[i]; {
		case g.rest:
			return least, true, i == len(segments)-1 && (g.unit == 8 || g.unit == 1)
		case g.fixed < 0 || g.fixed%8 != 0:
			return 0, false, false
		case g.kind == integerSegment && (g.signed || g.fixed > 56 || g.little && g.fixed > 8):
			return 0, false, false
		case g.kind != integerSegment && g.kind != binarySegment:
			return 0, false, false
		default:
			least += g.fixed / 8
		}
	}
	return least, false, true
}

// matchBytes takes bytes apart of which wholeBytes says that they are enough.
func matchBytes(m *Machine, s []term.Term, segments []segment, bytes []byte) bool {
	for i := range segments {
		g := &segments[i]
		var v term.Term
		switch n := g.fixed >> 3; {
		case g.rest:
			v = term.Binary(bytes)
		case g.kind == binarySegment:
			v, bytes = term.Binary(bytes[:n]), bytes[n:]
		case n == 1:
			v, bytes = term.Int(int64(bytes[0])), bytes[1:]
		default:
			var u uint64
			for _, b := range bytes[:n] {
				u = u<<8 | uint64(b)
			}
			v, bytes = term.Int(int64(u)), bytes[n:]
		}
		if g.match.kind == partBind {
			s[g.match.slot] = v
		} else if !g.match.ok(m, s, v) {
			return false
		}
	}
	return true
}

func (c *compiler) segmentPatterns(e *syntax.Binary) []segment {
	elements := expand(e.Elements)
	segments := make([]segment, len(elements))
	for i := range elements {
		segments[i] = c.segmentOf(&elements[i])
		segments[i].match = c.pattern(elements[i].Value)
	}
	return segments
}

// binaryPrefix compiles the pattern of a generator, which takes segments off the front: what is left, whether they matched, and
// whether there were enough bits at all.
func (c *compiler) binaryPrefix(e *syntax.Binary) func(m *Machine, s []term.Term, b term.Bits) (rest term.Term, matched, enough bool) {
	segments := c.segmentPatterns(e)
	return func(m *Machine, s []term.Term, b term.Bits) (term.Term, bool, bool) {
		cur := cursorOf(b)
		matched := true
		for i := range segments {
			g := &segments[i]
			v, r := g.read(m, s, &cur)
			if r == readShort {
				return term.None, false, false
			}
			if r == readOther || matched && !g.match.ok(m, s, v) {
				matched = false
			}
		}
		return cur.take(cur.end - cur.at), matched, true
	}
}

// read takes a segment off the front.
func (g *segment) read(m *Machine, s []term.Term, c *cursor) (term.Term, reading) {
	left := c.end - c.at
	switch {
	case g.kind == integerSegment && g.fixed == 8 && c.at&7 == 0 && !g.signed:
		if left < 8 {
			return term.None, readShort
		}
		b := c.data[c.at>>3]
		c.at += 8
		return term.Int(int64(b)), readOK
	case g.rest:
		if left%g.unit != 0 {
			return term.None, readShort
		}
		return c.take(left), readOK
	case g.kind >= utf8Segment:
		return g.readUTF(c)
	}
	n := g.fixed
	if n < 0 {
		n = g.scaled(g.size(m, s))
	}
	if n < 0 || n > left {
		return term.None, readShort
	}
	switch {
	case g.kind == binarySegment:
		return c.take(n), readOK
	case g.kind == floatSegment:
		return g.readFloat(c, n)
	case n > 64:
		return g.readBig(c, n), readOK
	}
	return g.small(c.unsigned(n, g.little), n), readOK
}

// small makes an integer of n bits, at most 64.
func (g *segment) small(u uint64, n int) term.Term {
	if !g.signed {
		return term.Uint(u)
	}
	if n == 0 {
		return term.Int(0)
	}
	return term.Int(int64(u<<(64-n)) >> (64 - n))
}

// unsigned reads n bits, at most 64, as a number.
func (c *cursor) unsigned(n int, little bool) uint64 {
	if little {
		var v uint64
		for shift := 0; n > 0; shift += 8 {
			k := min(n, 8)
			v |= c.unsigned(k, false) << shift
			n -= k
		}
		return v
	}
	var v uint64
	for n > 0 {
		free := 8 - c.at&7 // bits left in this byte
		k := min(free, n)
		b := uint64(c.data[c.at>>3]) >> (free - k) & (1<<k - 1)
		v = v<<k | b
		c.at += k
		n -= k
	}
	return v
}

func (g *segment) readBig(c *cursor, n int) term.Term {
	b := term.Bits{Data: c.data[c.at>>3:], Offset: c.at & 7, Len: n}
	c.at += n
	bytes := b.Bytes()
	odd := n % 8
	v := new(big.Int)
	if g.little {
		turned := make([]byte, len(bytes))
		for i, x := range bytes {
			turned[len(bytes)-1-i] = x
		}
		if odd != 0 {
			turned[0] >>= 8 - odd
		}
		v.SetBytes(turned)
	} else {
		v.SetBytes(bytes)
		if odd != 0 {
			v.Rsh(v, uint(8-odd))
		}
	}
	if g.signed && v.Bit(n-1) == 1 {
		v.Sub(v, new(big.Int).Lsh(big.NewInt(1), uint(n)))
	}
	return term.Big(v)
}

func (g *segment) readFloat(c *cursor, n int) (term.Term, reading) {
	var f float64
	switch n {
	case 0: // (sic) what cannot be constructed matches
	case 64:
		f = math.Float64frombits(c.unsigned(64, g.little))
	case 32:
		f = float64(math.Float32frombits(uint32(c.unsigned(32, g.little))))
	case 16:
		f = halfFloat(uint16(c.unsigned(16, g.little)))
	default:
		return term.None, readShort
	}
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return term.None, readOther
	}
	return term.Float(f), readOK
}

func halfFloat(h uint16) float64 {
	sign, exp, frac := 1.0, int(h>>10&31), float64(h&0x3ff)
	if h&0x8000 != 0 {
		sign = -1
	}
	switch exp {
	case 0:
		return sign * math.Ldexp(frac, -24)
	case 31:
		return math.Inf(1)
	}
	return sign * math.Ldexp(1024+frac, exp-25)
}

// readUTF takes one character off the front.
func (g *segment) readUTF(c *cursor) (term.Term, reading) {
	left := min(c.end-c.at, 32) &^ 7
	b := term.Bits{Data: c.data[c.at>>3:], Offset: c.at & 7, Len: left}
	if left == 0 {
		return term.None, readShort
	}
	bytes := b.Bytes()
	switch g.kind {
	case utf8Segment:
		r, n := utf8.DecodeRune(bytes)
		if r == utf8.RuneError && n <= 1 {
			return term.None, readShort
		}
		c.at += n * 8
		return term.Int(int64(r)), readOK
	case utf16Segment:
		return g.readUTF16(c, bytes)
	}
	if len(bytes) < 4 {
		return term.None, readShort
	}
	v := binary.BigEndian.Uint32(bytes)
	if g.little {
		v = binary.LittleEndian.Uint32(bytes)
	}
	if v > utf8.MaxRune || v >= 0xd800 && v < 0xe000 {
		return term.None, readShort
	}
	c.at += 32
	return term.Int(int64(v)), readOK
}

func (g *segment) readUTF16(c *cursor, bytes []byte) (term.Term, reading) {
	unit := func(i int) rune {
		if g.little {
			return rune(binary.LittleEndian.Uint16(bytes[i:]))
		}
		return rune(binary.BigEndian.Uint16(bytes[i:]))
	}
	if len(bytes) < 2 {
		return term.None, readShort
	}
	r := unit(0)
	if !utf16.IsSurrogate(r) {
		c.at += 16
		return term.Int(int64(r)), readOK
	}
	if len(bytes) < 4 {
		return term.None, readShort
	}
	r = utf16.DecodeRune(r, unit(2))
	if r == utf8.RuneError {
		return term.None, readShort
	}
	c.at += 32
	return term.Int(int64(r)), readOK
}
