package pack

import (
	"errors"
	"math/big"
	"sync"

	"github.com/vmihailenco/msgpack/v5"

	"github.com/erlsh/erlsh/lang/term"
)

// encoder appends to b; err is the first failure. Small heads, which are most of a message, are appended here; the library writes
// the others, through the encoder itself. The library's own errors are those of its writer, which has none.
type encoder struct {
	b   []byte
	e   *msgpack.Encoder
	o   *Encoding
	err error
	out Apart
}

// Apart takes the bytes of a large binary whose place is at that offset of what is written, and writes them there itself; false
// leaves that to the encoder. What it has taken is not part of what Append returns.
type Apart func(at int, b []byte) bool

// Write is what the library writes with.
func (e *encoder) Write(p []byte) (int, error) {
	e.b = append(e.b, p...)
	return len(p), nil
}

// WriteByte is what the library writes single bytes with.
func (e *encoder) WriteByte(c byte) error {
	e.b = append(e.b, c)
	return nil
}

var encoders = sync.Pool{New: func() any {
	e := new(encoder)
	e.e = msgpack.NewEncoder(e)
	return e
}}

var plain Encoding

// Append appends a term. The errors are ErrDepth and those of Encoding.Fun.
func Append(b []byte, t term.Term, o *Encoding) ([]byte, error) { return AppendApart(b, t, o, nil) }

// AppendApart is Append for who writes large binaries without copying them; out may be nil.
func AppendApart(b []byte, t term.Term, o *Encoding, out Apart) ([]byte, error) {
	if o == nil {
		o = &plain
	}
	e, _ := encoders.Get().(*encoder)
	e.b, e.o, e.err, e.out = b, o, nil, out
	e.term(t, 0)
	b, err := e.b, e.err
	e.b, e.o, e.err, e.out = nil, nil, nil, nil
	encoders.Put(e)
	return b, err
}

// AppendHead appends the head of an array of n elements.
func AppendHead(b []byte, n int) []byte {
	switch {
	case n <= maxFixedSize:
		return append(b, codeFixedArray|byte(n))
	case n <= 0xffff:
		return append(b, codeArray16, byte(n>>8), byte(n))
	}
	return append(b, codeArray32, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
}

func (e *encoder) term(t term.Term, depth int) {
	if depth > maxDepth {
		e.err = ErrDepth
	}
	if e.err != nil {
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
		_ = e.e.EncodeFloat64(f)
	case term.KindAtom:
		e.atom(t)
	case term.KindNil:
		e.b = append(e.b, codeFixedArray)
	case term.KindCons:
		e.list(t, depth)
	case term.KindTuple:
		elements, _ := t.Tuple()
		e.b = append(AppendHead(e.b, len(elements)+1), codeNil)
		for _, x := range elements {
			e.term(x, depth+1)
		}
	case term.KindBinary:
		b, _ := t.Binary()
		e.binary(b)
	case term.KindMap:
		m, _ := t.Map()
		if n := m.Len(); n <= maxFixedSize {
			e.b = append(e.b, codeFixedMap|byte(n))
		} else {
			_ = e.e.EncodeMapLen(n)
		}
		for k, v := range m.All() {
			e.term(k, depth+1)
			e.term(v, depth+1)
		}
	case term.KindFun:
		f, _ := t.Fun()
		e.fun(f, depth)
	case term.KindRecord:
		r, _ := t.Record()
		e.record(r, depth)
	default:
		e.identifier(t)
	}
}

func (e *encoder) integer(i int64) {
	if i >= minFixedInt && i <= maxFixedInt {
		e.b = append(e.b, byte(i))
		return
	}
	_ = e.e.EncodeInt(i)
}

func (e *encoder) number(u uint64) {
	if u <= maxFixedInt {
		e.b = append(e.b, byte(u))
		return
	}
	_ = e.e.EncodeUint(u)
}

func (e *encoder) binary(b []byte) {
	if len(b) <= 0xff {
		e.b = append(e.b, codeBin8, byte(len(b)))
	} else {
		_ = e.e.EncodeBytesLen(len(b)) // the library writes nil for an empty slice
	}
	if e.out != nil && e.out(len(e.b), b) {
		return
	}
	e.b = append(e.b, b...)
}

// marker begins an array of n elements behind the extension that names its kind.
func (e *encoder) marker(kind int8, n int) {
	e.b = append(AppendHead(e.b, n+1), codeExt8, 0, byte(kind))
}

func (e *encoder) atom(t term.Term) {
	switch t {
	case term.True:
		e.b = append(e.b, codeTrue)
		return
	case term.False:
		e.b = append(e.b, codeFalse)
		return
	}
	name := t.AtomName()
	switch n := len(name); {
	case n == 1 || n == 2 || n == 4 || n == 8 || n == 16: // the short heads, as the library chooses them
		e.b = append(e.b, fixedExt[n], ExtAtom)
	case n <= 0xff:
		e.b = append(e.b, codeExt8, byte(n), ExtAtom)
	default:
		_ = e.e.EncodeExtHeader(ExtAtom, n)
	}
	e.b = append(e.b, name...)
}

// fixedExt has the codes of extensions whose length the code says.
var fixedExt = [17]byte{
	1: codeFixExt1, 2: codeFixExt2, 4: codeFixExt4, 8: codeFixExt8, 16: codeFixExt16,
}

func (e *encoder) big(i *big.Int) {
	magnitude := i.Bytes()
	_ = e.e.EncodeExtHeader(ExtInteger, len(magnitude)+1)
	sign := byte(0)
	if i.Sign() < 0 {
		sign = 1
	}
	e.b = append(append(e.b, sign), magnitude...)
}

func (e *encoder) list(t term.Term, depth int) {
	n, small, tail := 0, true, t
	for c, ok := tail.Cons(); ok; c, ok = tail.Cons() {
		i, isInt := c.Head.Int()
		small = small && isInt && i >= 0 && i <= 255
		tail = c.Tail
		n++
	}
	proper := tail.IsNil()
	switch {
	case proper && small:
		e.chars(t, n)
		return
	case proper:
		e.b = AppendHead(e.b, n)
	default:
		e.marker(ExtList, n+1)
	}
	for c, ok := t.Cons(); ok && e.err == nil; c, ok = t.Cons() {
		e.term(c.Head, depth+1)
		t = c.Tail
	}
	if !proper {
		e.term(tail, depth+1)
	}
}

// chars writes a list of n bytes.
func (e *encoder) chars(t term.Term, n int) {
	e.marker(ExtChars, 1)
	_ = e.e.EncodeBytesLen(n)
	for c, ok := t.Cons(); ok; c, ok = t.Cons() {
		i, _ := c.Head.Int()
		e.b = append(e.b, byte(i))
		t = c.Tail
	}
}

func (e *encoder) identifier(t term.Term) {
	if p, ok := t.Pid(); ok {
		e.marker(ExtPid, 4)
		e.atom(p.Origin.Name())
		e.number(uint64(p.ID))
		e.number(uint64(p.Serial))
		e.number(uint64(p.Origin.Creation()))
		return
	}
	if p, ok := t.Port(); ok {
		e.marker(ExtPort, 3)
		e.atom(p.Origin.Name())
		e.number(p.ID)
		e.number(uint64(p.Origin.Creation()))
		return
	}
	if r, ok := t.Ref(); ok {
		e.marker(ExtRef, 2+int(r.Len))
		e.atom(r.Origin.Name())
		e.number(uint64(r.Origin.Creation()))
		for _, w := range r.Words[:r.Len] {
			e.number(uint64(w))
		}
		return
	}
	bits, _ := t.Bits()
	e.marker(ExtBits, 2)
	e.binary(bits.Bytes())
	e.number(uint64(bits.Len))
}

// record writes a native record of OTP 29.
func (e *encoder) record(r *term.Record, depth int) {
	e.marker(ExtRecord, 3+2*len(r.Fields))
	e.number(uint64(r.Flags))
	e.atom(r.Module)
	e.atom(r.Name)
	for i, f := range r.Fields {
		e.atom(f)
		e.term(r.Values[i], depth+1)
	}
}

func (e *encoder) fun(f *term.Fun, depth int) {
	switch {
	case f.External:
		e.marker(ExtExport, 3)
		e.atom(f.Module)
		e.atom(f.Name)
		e.number(uint64(f.Arity))
	case f.Wire != nil:
		e.marker(ExtForeign, 1)
		e.binary(f.Wire)
	case e.o.Fun == nil:
		e.err = ErrFun
	default:
		e.described(f, depth)
	}
}

// described writes a fun made here.
func (e *encoder) described(f *term.Fun, depth int) {
	o := e.o
	description, err := o.Fun(f)
	switch {
	case err == nil:
		e.marker(ExtFun, 2)
		e.number(uint64(f.Arity))
		e.term(description, depth+1)
	case errors.Is(err, ErrFun) && o.Foreign != nil:
		wire, ok := o.Foreign(f)
		if !ok {
			e.err = err
			return
		}
		e.marker(ExtForeign, 1)
		e.binary(wire)
	default:
		e.err = err
	}
}
