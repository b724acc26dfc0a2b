package etf

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"slices"

	"github.com/erlsh/erlsh/lang/term"
)

// encoder appends terms to b; err is the first failure.
type encoder struct {
	b   []byte
	o   *Encoding
	err error
	out Apart
}

// Apart takes the bytes of a large binary whose place is at that offset of what is written, and writes them there itself; false
// leaves that to the encoder. What it has taken is not part of what Append returns.
type Apart func(at int, b []byte) bool

// Append appends a term without the version byte. The error is ErrDepth.
func Append(b []byte, t term.Term, o *Encoding) ([]byte, error) { return AppendApart(b, t, o, nil) }

// AppendApart is Append for who writes large binaries without copying them; out may be nil.
func AppendApart(b []byte, t term.Term, o *Encoding, out Apart) ([]byte, error) {
	if o == nil {
		o = &Encoding{}
	}
	e := encoder{b: b, o: o, out: out}
	e.term(t, 0)
	return e.b, e.err
}

func (e *encoder) u8(v byte) { e.b = append(e.b, v) }

func (e *encoder) head(tag, v byte) { e.b = append(e.b, tag, v) }

func (e *encoder) u16(v int) { e.b = binary.BigEndian.AppendUint16(e.b, uint16(v)) }

func (e *encoder) u32(v uint32) { e.b = binary.BigEndian.AppendUint32(e.b, v) }

func (e *encoder) term(t term.Term, depth int) {
	if depth > maxDepth {
		e.err = ErrDepth
		return
	}
	switch t.Kind() {
	case term.KindInt:
		i, _ := t.Int()
		e.integer(i)
	case term.KindBig:
		i, _ := t.Big()
		e.big(i)
	case term.KindFloat:
		f, _ := t.Float()
		e.float(f)
	case term.KindAtom:
		e.atom(t)
	case term.KindNil:
		e.u8(tagNil)
	case term.KindCons:
		e.list(t, depth)
	case term.KindTuple:
		e.tuple(t, depth)
	case term.KindBinary:
		b, _ := t.Binary()
		e.u8(tagBinary)
		e.u32(uint32(len(b)))
		e.bytes(b)
	case term.KindBits:
		bits, _ := t.Bits()
		e.bits(bits)
	case term.KindMap:
		e.dictionary(t, depth)
	case term.KindFun:
		f, _ := t.Fun()
		out := e.out
		e.out = nil // a fun says how long it is
		e.fun(f, depth)
		e.out = out
	case term.KindRecord:
		e.record(t, depth)
	default:
		e.identifier(t)
	}
}

// record writes a native record of OTP 29: NATIVE_RECORD_EXT.
func (e *encoder) record(t term.Term, depth int) {
	r, _ := t.Record()
	e.u8(tagNativeRecord)
	e.u32(uint32(len(r.Fields)))
	e.u8(r.Flags)
	e.atom(r.Module)
	e.atom(r.Name)
	for _, f := range r.Fields {
		e.atom(f)
	}
	for _, v := range r.Values {
		e.term(v, depth+1)
	}
}

func (e *encoder) integer(i int64) {
	switch {
	case i >= 0 && i <= math.MaxUint8:
		e.head(tagSmallInteger, byte(i))
	case i >= math.MinInt32 && i <= math.MaxInt32:
		e.b = append(e.b, tagInteger, byte(i>>24), byte(i>>16), byte(i>>8), byte(i))
	default:
		sign, u := byte(0), uint64(i)
		if i < 0 {
			sign, u = 1, -u
		}
		at := len(e.b)
		e.b = append(e.b, tagSmallBig, 0, sign)
		for ; u > 0; u >>= 8 {
			e.u8(byte(u))
		}
		e.b[at+1] = byte(len(e.b) - at - 3)
	}
}

func (e *encoder) big(i *big.Int) {
	n := (i.BitLen() + 7) / 8
	if n <= math.MaxUint8 {
		e.head(tagSmallBig, byte(n))
	} else {
		e.u8(tagLargeBig)
		e.u32(uint32(n))
	}
	sign := byte(0)
	if i.Sign() < 0 {
		sign = 1
	}
	e.u8(sign)
	at := len(e.b)
	e.b = append(e.b, make([]byte, n)...)
	magnitude := i.FillBytes(e.b[at:])
	for l, r := 0, len(magnitude)-1; l < r; l, r = l+1, r-1 {
		magnitude[l], magnitude[r] = magnitude[r], magnitude[l]
	}
}

func (e *encoder) float(f float64) {
	if e.o.TextFloat {
		e.u8(tagFloat)
		at := len(e.b)
		e.b = append(e.b, make([]byte, 31)...)
		copy(e.b[at:], fmt.Sprintf("%.20e", f))
		return
	}
	e.u8(tagNewFloat)
	e.b = binary.BigEndian.AppendUint64(e.b, math.Float64bits(f))
}

func (e *encoder) atom(t term.Term) {
	name := t.AtomName()
	if e.o.Latin1 && e.latin1(name) {
		return
	}
	if len(name) <= math.MaxUint8 {
		e.head(tagSmallAtomUTF8, byte(len(name)))
	} else {
		e.u8(tagAtomUTF8)
		e.u16(len(name))
	}
	e.b = append(e.b, name...)
}

// latin1 writes an atom in the old form if its characters allow it.
func (e *encoder) latin1(name string) bool {
	if ascii(name) {
		e.b = append(e.b, tagAtom, byte(len(name)>>8), byte(len(name)))
		e.b = append(e.b, name...)
		return true
	}
	at := len(e.b)
	e.b = append(e.b, tagAtom, 0, 0)
	for _, r := range name {
		if r > math.MaxUint8 {
			e.b = e.b[:at]
			return false
		}
		e.u8(byte(r))
	}
	binary.BigEndian.PutUint16(e.b[at+1:], uint16(len(e.b)-at-3))
	return true
}

// list writes a list, as a string of bytes where it is one. erl_ext_dist, "STRING_EXT".
func (e *encoder) list(t term.Term, depth int) {
	n, bytes, tail := 0, true, t
	for c, ok := tail.Cons(); ok && bytes; c, ok = tail.Cons() {
		i, small := c.Head.Int()
		bytes = small && uint64(i) <= math.MaxUint8
		n++
		tail = c.Tail
	}
	for c, ok := tail.Cons(); ok; c, ok = tail.Cons() {
		n++
		tail = c.Tail
	}
	if bytes && n <= math.MaxUint16 && tail.IsNil() {
		e.b = append(slices.Grow(e.b, n+3), tagString, byte(n>>8), byte(n))
		for c, ok := t.Cons(); ok; c, ok = c.Tail.Cons() {
			i, _ := c.Head.Int()
			e.b = append(e.b, byte(i))
		}
		return
	}
	e.u8(tagList)
	e.u32(uint32(n))
	for c, ok := t.Cons(); ok && e.err == nil; c, ok = c.Tail.Cons() {
		e.term(c.Head, depth+1)
	}
	e.term(tail, depth+1)
}

func (e *encoder) tuple(t term.Term, depth int) {
	elements, _ := t.Tuple()
	if len(elements) <= math.MaxUint8 {
		e.head(tagSmallTuple, byte(len(elements)))
	} else {
		e.u8(tagLargeTuple)
		e.u32(uint32(len(elements)))
	}
	for i := 0; i < len(elements) && e.err == nil; i++ {
		e.term(elements[i], depth+1)
	}
}

func (e *encoder) bits(b term.Bits) {
	bytes := b.Bytes()
	if b.Len%8 == 0 {
		e.u8(tagBinary)
		e.u32(uint32(len(bytes)))
	} else {
		e.u8(tagBitBinary)
		e.u32(uint32(len(bytes)))
		e.u8(byte(b.Len % 8))
	}
	e.bytes(bytes)
}

func (e *encoder) bytes(b []byte) {
	if e.out == nil || !e.out(len(e.b), b) {
		e.b = append(e.b, b...)
	}
}

func (e *encoder) dictionary(t term.Term, depth int) {
	m, _ := t.Map()
	e.u8(tagMap)
	e.u32(uint32(m.Len()))
	for k, v := range m.All() {
		e.term(k, depth+1)
		e.term(v, depth+1)
		if e.err != nil {
			return
		}
	}
}

func (e *encoder) identifier(t term.Term) {
	switch t.Kind() {
	case term.KindPid:
		p, _ := t.Pid()
		e.u8(tagNewPid)
		e.atom(p.Origin.Name())
		e.u32(p.ID)
		e.u32(p.Serial)
		e.u32(p.Origin.Creation())
	case term.KindPort:
		p, _ := t.Port()
		if p.ID < 1<<28 { // what nodes before OTP 24 can read
			e.u8(tagNewPort)
			e.atom(p.Origin.Name())
			e.u32(uint32(p.ID))
		} else {
			e.u8(tagV4Port)
			e.atom(p.Origin.Name())
			e.b = binary.BigEndian.AppendUint64(e.b, p.ID)
		}
		e.u32(p.Origin.Creation())
	case term.KindRef:
		r, _ := t.Ref()
		e.u8(tagNewerRef)
		e.u16(int(r.Len))
		e.atom(r.Origin.Name())
		e.u32(r.Origin.Creation())
		for _, w := range r.Words[:r.Len] {
			e.u32(w)
		}
	}
}

// fun writes a fun in one of four ways: its name, what the option makes of it, the bytes that it came in, or as one that only this
// node can run.
func (e *encoder) fun(f *term.Fun, depth int) {
	switch {
	case f.External:
		e.u8(tagExport)
		e.atom(f.Module)
		e.atom(f.Name)
		e.head(tagSmallInteger, byte(f.Arity))
		return
	case f.Code != nil && e.o.Fun != nil:
		if b, ok := e.o.Fun(e.b, f); ok {
			e.b = b
			return
		}
	}
	if f.Wire != nil {
		e.b = append(e.b, f.Wire...)
		return
	}
	out := Fun{Arity: f.Arity, Index: f.Index, Module: f.Module, OldIndex: f.Index, OldUniq: f.OldUniq, Pid: f.Pid}
	binary.BigEndian.PutUint32(out.Uniq[:], f.OldUniq)
	for _, v := range f.Env {
		if g, ok := v.Fun(); !ok || g != f { // a named fun captures itself
			out.Free = append(out.Free, v)
		}
	}
	e.newFun(&out, depth)
}

// AppendFun appends a fun as NEW_FUN_EXT. The error is ErrDepth.
func AppendFun(b []byte, f *Fun, o *Encoding) ([]byte, error) {
	if o == nil {
		o = &Encoding{}
	}
	e := encoder{b: b, o: o}
	e.newFun(f, 0)
	return e.b, e.err
}

func (e *encoder) newFun(f *Fun, depth int) {
	e.u8(tagNewFun)
	at := len(e.b)
	e.u32(0)
	e.u8(byte(f.Arity))
	e.b = append(e.b, f.Uniq[:]...)
	e.u32(f.Index)
	e.u32(uint32(len(f.Free)))
	e.atom(f.Module)
	e.integer(int64(f.OldIndex))
	e.integer(int64(f.OldUniq))
	if f.Pid.Kind() == term.KindPid {
		e.identifier(f.Pid)
	} else { // a fun that was made by no process: fun Name/Arity of a module
		e.u8(tagNewPid)
		e.atom(atomNobody)
		e.b = append(e.b, make([]byte, 12)...)
	}
	for _, v := range f.Free {
		e.term(v, depth+1)
	}
	binary.BigEndian.PutUint32(e.b[at:], uint32(len(e.b)-at))
}

var atomNobody = term.Atom("nonode@nohost")
