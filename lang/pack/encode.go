package pack

import (
	"bytes"
	"math/big"
	"sync"

	"github.com/vmihailenco/msgpack/v5"

	"github.com/erlsh/erlsh/lang/term"
)

// encoder writes to b through the library; err is the first failure. The library's own errors are those of its writer, which has none.
type encoder struct {
	b   bytes.Buffer
	e   *msgpack.Encoder
	o   *Encoding
	err error
}

var encoders = sync.Pool{New: func() any {
	e := new(encoder)
	e.e = msgpack.NewEncoder(&e.b)
	return e
}}

// keptBuffer is up to how many bytes a buffer stays with its encoder.
const keptBuffer = 64 << 10

// Append appends a term. The errors are ErrDepth and ErrFun.
func Append(b []byte, t term.Term, o *Encoding) ([]byte, error) {
	if o == nil {
		o = &Encoding{}
	}
	e, _ := encoders.Get().(*encoder)
	e.o, e.err = o, nil
	e.term(t, 0)
	err := e.err
	if err == nil {
		b = append(b, e.b.Bytes()...)
	}
	e.b.Reset()
	if e.b.Cap() <= keptBuffer {
		encoders.Put(e)
	}
	return b, err
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
		_ = e.e.EncodeInt(i)
	case term.KindBig:
		i, _ := t.Big()
		e.big(i)
	case term.KindFloat:
		f, _ := t.Float()
		_ = e.e.EncodeFloat64(f)
	case term.KindAtom:
		e.atom(t)
	case term.KindNil:
		_ = e.e.EncodeArrayLen(0)
	case term.KindCons:
		e.list(t, depth)
	case term.KindTuple:
		elements, _ := t.Tuple()
		e.marker(ExtTuple, len(elements))
		for _, x := range elements {
			e.term(x, depth+1)
		}
	case term.KindBinary:
		b, _ := t.Binary()
		_ = e.e.EncodeBytesLen(len(b)) // the library writes nil for an empty slice
		e.b.Write(b)
	case term.KindMap:
		m, _ := t.Map()
		_ = e.e.EncodeMapLen(m.Len())
		for k, v := range m.All() {
			e.term(k, depth+1)
			e.term(v, depth+1)
		}
	case term.KindFun:
		f, _ := t.Fun()
		e.fun(f, depth)
	default:
		e.identifier(t)
	}
}

// marker begins an array of n elements behind the extension that names its kind.
func (e *encoder) marker(kind int8, n int) {
	_ = e.e.EncodeArrayLen(n + 1)
	_ = e.e.EncodeExtHeader(kind, 0)
}

func (e *encoder) atom(t term.Term) {
	switch t {
	case term.True, term.False:
		_ = e.e.EncodeBool(t == term.True)
		return
	}
	name := t.AtomName()
	_ = e.e.EncodeExtHeader(ExtAtom, len(name))
	e.b.WriteString(name)
}

func (e *encoder) big(i *big.Int) {
	magnitude := i.Bytes()
	_ = e.e.EncodeExtHeader(ExtInteger, len(magnitude)+1)
	sign := byte(0)
	if i.Sign() < 0 {
		sign = 1
	}
	e.b.WriteByte(sign)
	e.b.Write(magnitude)
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
		e.marker(ExtChars, 1)
		_ = e.e.EncodeBytesLen(n)
	case proper:
		_ = e.e.EncodeArrayLen(n)
	default:
		e.marker(ExtList, n+1)
	}
	for c, ok := t.Cons(); ok && e.err == nil; c, ok = t.Cons() {
		if proper && small {
			i, _ := c.Head.Int()
			e.b.WriteByte(byte(i))
		} else {
			e.term(c.Head, depth+1)
		}
		t = c.Tail
	}
	if !proper {
		e.term(tail, depth+1)
	}
}

func (e *encoder) identifier(t term.Term) {
	if p, ok := t.Pid(); ok {
		e.marker(ExtPid, 4)
		e.atom(p.Origin.Name())
		e.numbers(uint64(p.ID), uint64(p.Serial), uint64(p.Origin.Creation()))
		return
	}
	if p, ok := t.Port(); ok {
		e.marker(ExtPort, 3)
		e.atom(p.Origin.Name())
		e.numbers(p.ID, uint64(p.Origin.Creation()))
		return
	}
	if r, ok := t.Ref(); ok {
		e.marker(ExtRef, 2+int(r.Len))
		e.atom(r.Origin.Name())
		e.numbers(uint64(r.Origin.Creation()))
		for _, w := range r.Words[:r.Len] {
			e.numbers(uint64(w))
		}
		return
	}
	bits, _ := t.Bits()
	e.marker(ExtBits, 2)
	b := bits.Bytes()
	_ = e.e.EncodeBytesLen(len(b))
	e.b.Write(b)
	e.numbers(uint64(bits.Len))
}

func (e *encoder) numbers(ns ...uint64) {
	for _, n := range ns {
		_ = e.e.EncodeUint(n)
	}
}

func (e *encoder) fun(f *term.Fun, depth int) {
	switch {
	case f.External:
		e.marker(ExtExport, 3)
		e.atom(f.Module)
		e.atom(f.Name)
		e.numbers(uint64(f.Arity))
	case f.Wire != nil:
		e.marker(ExtForeign, 1)
		_ = e.e.EncodeBytesLen(len(f.Wire))
		e.b.Write(f.Wire)
	default:
		if e.o.Fun != nil {
			if description, ok := e.o.Fun(f); ok {
				e.marker(ExtFun, 2)
				e.numbers(uint64(f.Arity))
				e.term(description, depth+1)
				return
			}
		}
		e.err = ErrFun
	}
}
