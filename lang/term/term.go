// Package term holds the values of Erlang: how they are made, taken apart, ordered, compared and hashed.
//
// A Term is two words and passes by value. Terms are immutable: nobody writes into one after it left its maker, so they are
// shared freely between processes, nodes and goroutines. Every exported accessor checks the kind and reports it in its second
// result. The zero Term is no value: it marks an absent result and never lies inside another term.
//
// Start with Int, Atom, List, Tuple and Binary to make terms, and with Term.Kind and the accessors to take them apart.
package term

import (
	"math"
	"math/big"
	"unsafe"
)

// Term is one Erlang value. Comparing two Terms with == compares identity, which is right for atoms, small integers and the
// empty list and wrong for everything else: use Equal, Same or Compare.
type Term struct {
	p unsafe.Pointer // nil, or a real Go pointer, so always safe for the collector
	u uint64         // the value, or the kind in the low byte and a length above it
}

// Kind names the representation of a Term.
type Kind uint8

// The kinds of terms. KindInt is an integer of 64 bits, KindBig one that does not fit; an integer is never KindBig when it
// would fit KindInt. KindBinary is a sequence of whole bytes that starts at a byte, KindBits any other bitstring. KindRecord is a native
// record of OTP 29.
const (
	KindNone Kind = iota
	KindInt
	KindBig
	KindFloat
	KindAtom
	KindNil
	KindCons
	KindTuple
	KindBinary
	KindBits
	KindMap
	KindFun
	KindPid
	KindPort
	KindRef
	KindRecord
)

// Tags are told apart by address, which is a constant of the program.
var intTag, floatTag, nilTag byte

var empty [1]byte // what {} and <<>> point at, for a nil pointer is taken

// Nil is the empty list.
var Nil = Term{unsafe.Pointer(&nilTag), uint64(KindNil)}

// None is the zero Term, which is no value.
var None Term

// EmptyTuple is {}.
var EmptyTuple = Term{unsafe.Pointer(&empty), uint64(KindTuple)}

// EmptyBinary is <<>>.
var EmptyBinary = Term{unsafe.Pointer(&empty), uint64(KindBinary)}

// Kind returns the representation of t.
func (t Term) Kind() Kind {
	if t.isInt() {
		return KindInt
	}
	if t.isFloat() {
		return KindFloat
	}
	return Kind(t.u)
}

func (t Term) isInt() bool   { return t.p == unsafe.Pointer(&intTag) }
func (t Term) isFloat() bool { return t.p == unsafe.Pointer(&floatTag) }

// None reports whether t is the zero Term.
func (t Term) None() bool { return t.p == nil }

// Int makes a small integer.
func Int(i int64) Term { return Term{unsafe.Pointer(&intTag), uint64(i)} }

// Int returns the value of a small integer, and false for everything else, bigger integers included.
func (t Term) Int() (int64, bool) { return int64(t.u), t.isInt() }

// Uint makes an integer out of an unsigned one, big when it has to be.
func Uint(u uint64) Term {
	if u <= math.MaxInt64 {
		return Int(int64(u))
	}
	return Term{unsafe.Pointer(new(big.Int).SetUint64(u)), uint64(KindBig)}
}

// Big makes an integer of any size and takes the number over: the caller no longer writes to it.
func Big(b *big.Int) Term {
	if b.IsInt64() {
		return Int(b.Int64())
	}
	return Term{unsafe.Pointer(b), uint64(KindBig)}
}

// Big returns the value of any integer, small ones converted. The result is read only.
func (t Term) Big() (*big.Int, bool) {
	switch t.Kind() {
	case KindInt:
		return big.NewInt(int64(t.u)), true
	case KindBig:
		return (*big.Int)(t.p), true
	}
	return nil, false
}

// IsInteger reports whether t is an integer of any size.
func (t Term) IsInteger() bool {
	return t.isInt() || !t.isFloat() && Kind(t.u) == KindBig
}

// IsNumber reports whether t is an integer or a float.
func (t Term) IsNumber() bool {
	return t.isInt() || t.isFloat() || Kind(t.u) == KindBig
}

// Float makes a float. NaN and the infinities are no Erlang floats; arithmetic refuses them before it comes here.
func Float(f float64) Term { return Term{unsafe.Pointer(&floatTag), math.Float64bits(f)} }

// Float returns the value of a float.
func (t Term) Float() (float64, bool) {
	return math.Float64frombits(t.u), t.isFloat()
}

// Cons is one cell of a list.
type Cons struct {
	Head, Tail Term
}

// Term returns the list that begins with this cell.
func (c *Cons) Term() Term { return Term{unsafe.Pointer(c), uint64(KindCons)} }

// NewCons makes the list [head|tail].
func NewCons(head, tail Term) Term {
	return Term{unsafe.Pointer(&Cons{head, tail}), uint64(KindCons)}
}

// Cons returns the first cell of a nonempty list.
func (t Term) Cons() (*Cons, bool) {
	if Kind(t.u) != KindCons || t.isInt() || t.isFloat() {
		return nil, false
	}
	return (*Cons)(t.p), true
}

// IsNil reports whether t is the empty list.
func (t Term) IsNil() bool { return t.p == unsafe.Pointer(&nilTag) }

// IsList reports whether t is the empty list or a cell; a list may still be improper.
func (t Term) IsList() bool {
	if t.isInt() || t.isFloat() {
		return false
	}
	k := Kind(t.u)
	return k == KindCons || k == KindNil
}

// Tuple makes a tuple of the elements.
func Tuple(elements ...Term) Term {
	if len(elements) == 0 {
		return EmptyTuple
	}
	return Term{unsafe.Pointer(unsafe.SliceData(elements)), uint64(KindTuple) | uint64(len(elements))<<8}
}

// Tuple returns the elements of a tuple: a view, read only.
func (t Term) Tuple() ([]Term, bool) {
	if Kind(t.u) != KindTuple || t.isInt() || t.isFloat() {
		return nil, false
	}
	n := int(t.u >> 8)
	if n == 0 {
		return nil, true
	}
	return unsafe.Slice((*Term)(t.p), n), true
}

// Tagged returns the elements of a tuple whose first element is tag and that has size elements.
func (t Term) Tagged(tag Term, size int) ([]Term, bool) {
	e, ok := t.Tuple()
	if !ok || len(e) != size || e[0] != tag {
		return nil, false
	}
	return e, true
}

// Binary makes a binary and takes the bytes over: the caller no longer writes to them.
func Binary(b []byte) Term {
	if len(b) == 0 {
		return EmptyBinary
	}
	return Term{unsafe.Pointer(unsafe.SliceData(b)), uint64(KindBinary) | uint64(len(b))<<8}
}

// BinaryString makes a binary of the bytes of s.
func BinaryString(s string) Term {
	if len(s) == 0 {
		return EmptyBinary
	}
	return Term{unsafe.Pointer(unsafe.StringData(s)), uint64(KindBinary) | uint64(len(s))<<8}
}

// Binary returns the bytes of a binary: a view, read only. A bitstring of whole bytes that does not start at a byte is copied.
func (t Term) Binary() ([]byte, bool) {
	switch t.Kind() {
	case KindBinary:
		return t.bytes(), true
	case KindBits:
		if b := (*Bits)(t.p); b.Len%8 == 0 {
			return b.Bytes(), true
		}
	}
	return nil, false
}

func (t Term) bytes() []byte {
	n := int(t.u >> 8)
	if n == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(t.p), n)
}

// IsBinary reports whether t is a bitstring of whole bytes.
func (t Term) IsBinary() bool {
	switch t.Kind() {
	case KindBinary:
		return true
	case KindBits:
		return (*Bits)(t.p).Len%8 == 0
	}
	return false
}

// IsBitstring reports whether t is a bitstring.
func (t Term) IsBitstring() bool {
	k := t.Kind()
	return k == KindBinary || k == KindBits
}

// Map returns the map behind t.
func (t Term) Map() (*Map, bool) {
	if t.Kind() != KindMap {
		return nil, false
	}
	return (*Map)(t.p), true
}

// Fun returns the fun behind t.
func (t Term) Fun() (*Fun, bool) {
	if t.Kind() != KindFun {
		return nil, false
	}
	return (*Fun)(t.p), true
}

// Pid returns the process identifier behind t.
func (t Term) Pid() (*Pid, bool) {
	if t.Kind() != KindPid {
		return nil, false
	}
	return (*Pid)(t.p), true
}

// Port returns the port identifier behind t.
func (t Term) Port() (*Port, bool) {
	if t.Kind() != KindPort {
		return nil, false
	}
	return (*Port)(t.p), true
}

// Ref returns the reference behind t.
func (t Term) Ref() (*Ref, bool) {
	if t.Kind() != KindRef {
		return nil, false
	}
	return (*Ref)(t.p), true
}
