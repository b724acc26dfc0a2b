package pack

import (
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"sync"

	"github.com/vmihailenco/msgpack/v5"

	"github.com/erlsh/erlsh/lang/term"
)

// Reader takes terms out of a message, one after the other. The small codes, which are most of a message, are read here; the library
// reads the others, through the Reader itself, which is its source.
type Reader struct {
	b  []byte
	at int
	d  *msgpack.Decoder
	o  *Decoding
	// owed is how many terms the heads read so far still promise. Each takes a byte at least, so a head that promises more than can
	// follow is refused before room is made for it.
	owed int
	// the origin that was looked up last: most identifiers of a message are of one node
	name     term.Term
	creation uint32
	origin   *term.Origin
	// atoms that were read lately, found without the lock of the atom table
	atoms [64]term.Term
}

// NewReader returns a Reader of b.
func NewReader(b []byte, o *Decoding) *Reader {
	if o == nil {
		o = &Decoding{}
	}
	r := &Reader{b: b, o: o}
	r.d = msgpack.NewDecoder(r)
	return r
}

// Reset starts the reader anew on other bytes.
func (r *Reader) Reset(b []byte) { r.b, r.at, r.owed = b, 0, 0 }

var readers = sync.Pool{New: func() any { return NewReader(nil, nil) }}

// Read is what the library reads with.
func (r *Reader) Read(p []byte) (int, error) {
	if r.at >= len(r.b) {
		return 0, io.EOF
	}
	n := copy(p, r.b[r.at:])
	r.at += n
	return n, nil
}

// ReadByte is what the library reads single bytes with.
func (r *Reader) ReadByte() (byte, error) {
	if r.at >= len(r.b) {
		return 0, io.EOF
	}
	r.at++
	return r.b[r.at-1], nil
}

// UnreadByte is what the library looks ahead with.
func (r *Reader) UnreadByte() error {
	if r.at == 0 {
		return errors.New("pack: nothing was read")
	}
	r.at--
	return nil
}

// Left returns how many bytes are not read yet.
func (r *Reader) Left() int { return len(r.b) - r.at }

// Term reads the next term. The error says what is wrong with the bytes.
func (r *Reader) Term() (term.Term, error) { return r.term(0) }

// Array takes the head of an array and returns how many terms follow.
func (r *Reader) Array() (int, error) {
	if r.at >= len(r.b) {
		return 0, errShort
	}
	if c := r.b[r.at]; c >= codeFixedArray && c < codeFixedString {
		r.at++
		return int(c & 15), nil
	}
	n, err := r.d.DecodeArrayLen()
	if err != nil || n < 0 || n > r.Left() {
		return 0, errShort
	}
	return n, nil
}

// Number reads an unsigned integer.
func (r *Reader) Number() (uint64, error) {
	if r.at >= len(r.b) {
		return 0, errShort
	}
	c := r.b[r.at]
	if c <= maxFixedInt {
		r.at++
		return uint64(c), nil
	}
	if c < codeUint8 || c > codeUint64 {
		return 0, errMarker
	}
	size := 1 << (c - codeUint8)
	if r.Left() <= size {
		return 0, errShort
	}
	u := uint64(0)
	for _, x := range r.b[r.at+1 : r.at+1+size] {
		u = u<<8 | uint64(x)
	}
	r.at += 1 + size
	return u, nil
}

// Bytes reads a binary; the result is part of the message.
func (r *Reader) Bytes() ([]byte, error) {
	n := 0
	if r.Left() >= 2 && r.b[r.at] == codeBin8 {
		n = int(r.b[r.at+1])
		r.at += 2
	} else {
		var err error
		if n, err = r.d.DecodeBytesLen(); err != nil {
			return nil, errShort
		}
	}
	return r.take(n)
}

// take returns the next n bytes, which remain those of the message.
func (r *Reader) take(n int) ([]byte, error) {
	if n < 0 || n > r.Left() {
		return nil, errShort
	}
	r.at += n
	return r.b[r.at-n : r.at : r.at], nil
}

func (r *Reader) term(depth int) (term.Term, error) {
	if depth > maxDepth {
		return term.None, ErrDepth
	}
	if r.at >= len(r.b) {
		return term.None, errShort
	}
	c := r.b[r.at]
	switch {
	case c <= codeFixedInt:
		r.at++
		return term.Int(int64(c)), nil
	case c < codeFixedArray:
		return r.dictionary(depth)
	case c < codeFixedString:
		return r.array(depth)
	case c < codeNil:
		return r.binary()
	case c >= codeNegative:
		r.at++
		return term.Int(int64(int8(c))), nil
	case isExtension(c):
		return r.scalar(c)
	}
	switch c {
	case codeBin8, codeBin16, codeBin32, codeString8, codeString16, codeString32:
		return r.binary()
	case codeArray16, codeArray32:
		return r.array(depth)
	case codeMap16, codeMap32:
		return r.dictionary(depth)
	}
	return r.rare(c)
}

// rare reads numbers with a head of their own, and what has no content.
func (r *Reader) rare(c byte) (term.Term, error) {
	switch c {
	case codeTrue, codeFalse:
		r.at++
		return term.Bool(c == codeTrue), nil
	case codeNil:
		r.at++
		return atomNil, nil
	case codeUint8, codeUint16, codeUint32, codeUint64:
		u, err := r.Number()
		return term.Uint(u), err
	case codeInt8, codeInt16, codeInt32, codeInt64:
		i, err := r.d.DecodeInt64()
		return term.Int(i), short(err)
	case codeDouble, codeFloat:
		f, err := r.d.DecodeFloat64()
		if err == nil && (math.IsNaN(f) || math.IsInf(f, 0)) {
			return term.None, errFloat
		}
		return term.Float(f), short(err)
	}
	return term.None, fmt.Errorf("pack: unknown code %#x", c)
}

var atomNil = term.Atom("nil")

func short(err error) error {
	if err != nil {
		return errShort
	}
	return nil
}

// binary shares the bytes of the message where the binary is most of it, and copies otherwise: a small binary must not keep a large
// message alive.
func (r *Reader) binary() (term.Term, error) {
	b, err := r.Bytes()
	if err != nil {
		return term.None, err
	}
	if r.o.Share && len(b) >= len(r.b)/4 {
		return term.Binary(b), nil
	}
	return term.Binary(append([]byte(nil), b...)), nil
}

// owe takes note of n terms to come; false when the bytes left cannot hold all that was promised.
func (r *Reader) owe(n int) bool {
	if n < 0 || n > r.Left()-r.owed {
		return false
	}
	r.owed += n
	return true
}

// item reads a term that was promised.
func (r *Reader) item(depth int) (term.Term, error) {
	r.owed--
	return r.term(depth)
}

// extension takes the head of an extension, whose code is c.
func (r *Reader) extension(c byte) (kind int8, n int, err error) {
	if c == codeExt8 && r.Left() >= 3 {
		kind, n = int8(r.b[r.at+2]), int(r.b[r.at+1])
		r.at += 3
		return kind, n, nil
	}
	if c >= codeFixExt1 && c <= codeFixExt16 && r.Left() >= 2 {
		kind, n = int8(r.b[r.at+1]), 1<<(c-codeFixExt1)
		r.at += 2
		return kind, n, nil
	}
	kind, n, err = r.d.DecodeExtHeader()
	return kind, n, short(err)
}

// scalar reads an atom or a big integer.
func (r *Reader) scalar(c byte) (term.Term, error) {
	kind, n, err := r.extension(c)
	if err != nil {
		return term.None, err
	}
	b, err := r.take(n)
	if err != nil {
		return term.None, err
	}
	switch kind {
	case ExtAtom:
		return r.atom(b)
	case ExtInteger:
		if len(b) < 2 || b[0] > 1 {
			return term.None, errInteger
		}
		i := new(big.Int).SetBytes(b[1:])
		if b[0] == 1 {
			i.Neg(i)
		}
		return term.Big(i), nil
	}
	return term.None, errMarker
}

func (r *Reader) atom(name []byte) (term.Term, error) {
	n := len(name)
	if n == 0 {
		return term.Atom(""), nil
	}
	slot := &r.atoms[(name[0]*7+name[n-1]*3+byte(n))%64]
	if !slot.None() && slot.AtomName() == string(name) {
		return *slot, nil
	}
	t, ok := term.ExistingAtomBytes(name)
	if !ok {
		s := string(name)
		if !term.AtomFits(s) || r.o.MaxAtoms > 0 && term.AtomCount() >= r.o.MaxAtoms {
			return term.None, errAtom
		}
		t = term.Atom(s)
	}
	*slot = t
	return t, nil
}

func (r *Reader) dictionary(depth int) (term.Term, error) {
	n := 0
	if c := r.b[r.at]; c < codeFixedArray {
		n = int(c & 15)
		r.at++
	} else {
		var err error
		if n, err = r.d.DecodeMapLen(); err != nil {
			return term.None, errShort
		}
	}
	if !r.owe(2 * n) {
		return term.None, errShort
	}
	var b term.MapBuilder
	for i := range n {
		k, err := r.item(depth + 1)
		if err != nil {
			return term.None, err
		}
		v, err := r.item(depth + 1)
		if err != nil {
			return term.None, err
		}
		if b.Put(k, v); b.Len() != i+1 {
			return term.None, errMap
		}
	}
	return b.Map().Term(), nil
}

// array reads a proper list, or what a marker in its front says.
func (r *Reader) array(depth int) (term.Term, error) {
	n, err := r.Array()
	if err != nil {
		return term.None, err
	}
	if n == 0 {
		return term.Nil, nil
	}
	if r.at < len(r.b) && r.b[r.at] == codeNil {
		r.at++
		e, err := r.elements(n-1, depth)
		return term.Tuple(e...), err
	}
	// a marker is an extension without content whose type is one of the markers'
	if r.Left() < 3 || r.b[r.at] != codeExt8 || r.b[r.at+1] != 0 || r.b[r.at+2] < ExtList {
		return r.list(n, depth)
	}
	kind := r.b[r.at+2]
	r.at += 3
	return r.marked(kind, n-1, depth)
}

// list makes its cells 32 at a time while it reads.
func (r *Reader) list(n, depth int) (term.Term, error) {
	if !r.owe(n) {
		return term.None, errShort
	}
	var head term.Term
	var last *term.Cons
	for n > 0 {
		cells := make([]term.Cons, min(n, 32))
		for i := range cells {
			t, err := r.item(depth + 1)
			if err != nil {
				return term.None, err
			}
			cells[i].Head = t
			if last == nil {
				head = cells[i].Term()
			} else {
				last.Tail = cells[i].Term()
			}
			last = &cells[i]
		}
		n -= len(cells)
	}
	last.Tail = term.Nil
	return head, nil
}

func (r *Reader) elements(n, depth int) ([]term.Term, error) {
	if !r.owe(n) {
		return nil, errShort
	}
	e := make([]term.Term, n)
	for i := range e {
		var err error
		if e[i], err = r.item(depth + 1); err != nil {
			return nil, err
		}
	}
	return e, nil
}
