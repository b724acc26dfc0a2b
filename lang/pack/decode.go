package pack

import (
	"bytes"
	"fmt"
	"math"
	"math/big"
	"sync"

	"github.com/vmihailenco/msgpack/v5"
	"github.com/vmihailenco/msgpack/v5/msgpcode"

	"github.com/erlsh/erlsh/lang/term"
)

// Reader takes terms out of a message, one after the other.
type Reader struct {
	b bytes.Reader
	d *msgpack.Decoder
	o *Decoding
	// owed is how many terms the heads read so far still promise. Each takes a byte at least, so a head that promises more than can
	// follow is refused before room is made for it.
	owed int
}

var readers = sync.Pool{New: func() any {
	r := new(Reader)
	r.d = msgpack.NewDecoder(&r.b)
	return r
}}

// NewReader returns a Reader of b. Close gives it back.
func NewReader(b []byte, o *Decoding) *Reader {
	if o == nil {
		o = &Decoding{}
	}
	r, _ := readers.Get().(*Reader)
	r.b.Reset(b)
	r.d.Reset(&r.b)
	r.o, r.owed = o, 0
	return r
}

// Close gives the reader back; it is not used afterwards.
func (r *Reader) Close() {
	r.b.Reset(nil)
	r.o = nil
	readers.Put(r)
}

// Left returns how many bytes are not read yet.
func (r *Reader) Left() int { return r.b.Len() }

// Term reads the next term. The error says what is wrong with the bytes.
func (r *Reader) Term() (term.Term, error) { return r.term(0) }

func (r *Reader) term(depth int) (term.Term, error) {
	if depth > maxDepth {
		return term.None, ErrDepth
	}
	c, err := r.d.PeekCode()
	if err != nil {
		return term.None, errShort
	}
	switch {
	case msgpcode.IsFixedNum(c), c >= msgpcode.Int8 && c <= msgpcode.Int64, c >= msgpcode.Uint8 && c <= msgpcode.Uint32:
		i, err := r.d.DecodeInt64()
		return term.Int(i), short(err)
	case c == msgpcode.Uint64:
		u, err := r.d.DecodeUint64()
		return term.Uint(u), short(err)
	case c == msgpcode.Double || c == msgpcode.Float:
		f, err := r.d.DecodeFloat64()
		if err == nil && (math.IsNaN(f) || math.IsInf(f, 0)) {
			return term.None, errFloat
		}
		return term.Float(f), short(err)
	case c == msgpcode.True || c == msgpcode.False:
		b, err := r.d.DecodeBool()
		return term.Bool(b), short(err)
	case c == msgpcode.Nil:
		return atomNil, short(r.d.DecodeNil())
	case msgpcode.IsBin(c), msgpcode.IsString(c):
		b, err := r.bytes()
		return term.Binary(b), err
	case msgpcode.IsExt(c):
		return r.scalar()
	case msgpcode.IsFixedMap(c), c == msgpcode.Map16, c == msgpcode.Map32:
		return r.dictionary(depth)
	case msgpcode.IsFixedArray(c), c == msgpcode.Array16, c == msgpcode.Array32:
		return r.array(depth)
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

// bytes reads a binary or a string into bytes of its own.
func (r *Reader) bytes() ([]byte, error) {
	n, err := r.d.DecodeBytesLen()
	if err != nil || n < 0 || n > r.Left() {
		return nil, errShort
	}
	return r.take(n)
}

func (r *Reader) take(n int) ([]byte, error) {
	if n < 0 || n > r.Left() {
		return nil, errShort
	}
	b := make([]byte, n)
	return b, short(r.d.ReadFull(b))
}

// owe takes note of n terms to come; false when the bytes left cannot hold all that was promised.
func (r *Reader) owe(n int) bool {
	r.owed += n
	return n >= 0 && r.owed <= r.Left()
}

// item reads a term that was promised.
func (r *Reader) item(depth int) (term.Term, error) {
	r.owed--
	return r.term(depth)
}

// scalar reads an atom or a big integer.
func (r *Reader) scalar() (term.Term, error) {
	kind, n, err := r.d.DecodeExtHeader()
	if err != nil {
		return term.None, errShort
	}
	b, err := r.take(n)
	if err != nil {
		return term.None, err
	}
	switch kind {
	case ExtAtom:
		return r.atom(string(b))
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

func (r *Reader) atom(name string) (term.Term, error) {
	if t, ok := term.ExistingAtom(name); ok {
		return t, nil
	}
	if !term.AtomFits(name) || r.o.MaxAtoms > 0 && term.AtomCount() >= r.o.MaxAtoms {
		return term.None, errAtom
	}
	return term.Atom(name), nil
}

func (r *Reader) dictionary(depth int) (term.Term, error) {
	n, err := r.d.DecodeMapLen()
	if err != nil || !r.owe(2*n) {
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
	n, err := r.d.DecodeArrayLen()
	if err != nil || !r.owe(n) {
		return term.None, errShort
	}
	if n == 0 {
		return term.Nil, nil
	}
	kind, marked, err := r.kind()
	if err != nil {
		return term.None, err
	}
	if marked {
		n--
		r.owed--
	}
	if marked && (kind == ExtChars || kind == ExtForeign || kind == ExtBits) {
		r.owed -= n
		return r.raw(kind, n)
	}
	elements := make([]term.Term, n)
	for i := range elements {
		if elements[i], err = r.item(depth + 1); err != nil {
			return term.None, err
		}
	}
	if !marked {
		return term.List(elements...), nil
	}
	return r.marked(kind, elements)
}

// kind takes the marker in front of an array, if one stands there: an extension without content whose type is one of the markers'.
func (r *Reader) kind() (kind int8, marked bool, err error) {
	c, err := r.d.PeekCode()
	if err != nil {
		return 0, false, errShort
	}
	if c != msgpcode.Ext8 || r.Left() < 3 {
		return 0, false, nil
	}
	var head [3]byte
	at := r.b.Size() - int64(r.Left())
	if _, err := r.b.ReadAt(head[:], at); err != nil || head[1] != 0 || head[2] < ExtTuple {
		return 0, false, nil
	}
	kind, _, err = r.d.DecodeExtHeader()
	return kind, true, short(err)
}

// raw reads what begins with bytes that need not become a term.
func (r *Reader) raw(kind int8, n int) (term.Term, error) {
	b, err := r.bytes()
	if err != nil {
		return term.None, err
	}
	switch {
	case kind == ExtChars && n == 1:
		chars := make([]term.Term, len(b))
		for i, c := range b {
			chars[i] = term.Int(int64(c))
		}
		return term.List(chars...), nil
	case kind == ExtForeign && n == 1 && r.o.Foreign != nil:
		if f := r.o.Foreign(b); f != nil {
			return f.Term(), nil
		}
	case kind == ExtBits && n == 2:
		size, err := r.d.DecodeUint64()
		if err == nil && size <= uint64(len(b))*8 && (size+7)/8 == uint64(len(b)) {
			return term.Bitstring(b, 0, int(size)), nil
		}
	}
	return term.None, errMarker
}

// marked makes the term that a marker and what follows it mean.
func (r *Reader) marked(kind int8, e []term.Term) (term.Term, error) {
	switch {
	case kind == ExtTuple:
		return term.Tuple(e...), nil
	case kind == ExtList && len(e) >= 2 && !e[len(e)-1].IsList():
		return term.ListTail(e[:len(e)-1], e[len(e)-1]), nil
	case kind == ExtExport && len(e) == 3 && e[0].IsAtom() && e[1].IsAtom():
		if n, ok := e[2].Int(); ok && n >= 0 && n <= 255 {
			return (&term.Fun{Module: e[0], Name: e[1], Arity: int(n), External: true}).Term(), nil
		}
	case kind == ExtFun && len(e) == 2 && r.o.Fun != nil:
		if n, ok := e[0].Int(); ok && n >= 0 && n <= 255 {
			if f := r.o.Fun(int(n), e[1]); f != nil {
				return f.Term(), nil
			}
		}
	case kind == ExtPid || kind == ExtPort || kind == ExtRef:
		return r.identifier(kind, e)
	}
	return term.None, errMarker
}

func (r *Reader) identifier(kind int8, e []term.Term) (term.Term, error) {
	if len(e) < 3 || !e[0].IsAtom() {
		return term.None, errMarker
	}
	n := make([]uint64, len(e)-1)
	for i, t := range e[1:] {
		v, ok := t.Int()
		if b, isBig := t.Big(); !ok && isBig && b.IsUint64() {
			v, ok = int64(b.Uint64()), true
		} else if v < 0 || v > math.MaxUint32 && (kind != ExtPort || i > 0) {
			ok = false
		}
		if !ok {
			return term.None, errMarker
		}
		n[i] = uint64(v)
	}
	switch {
	case kind == ExtPid && len(n) == 3:
		return (&term.Pid{Origin: r.origin(e[0], n[2]), ID: uint32(n[0]), Serial: uint32(n[1])}).Term(), nil
	case kind == ExtPort && len(n) == 2:
		return (&term.Port{Origin: r.origin(e[0], n[1]), ID: n[0]}).Term(), nil
	case kind == ExtRef && len(n) <= 6:
		ref := &term.Ref{Origin: r.origin(e[0], n[0]), Len: uint8(len(n) - 1)}
		for i, w := range n[1:] {
			ref.Words[i] = uint32(w)
		}
		return ref.Term(), nil
	}
	return term.None, errMarker
}

func (r *Reader) origin(name term.Term, creation uint64) *term.Origin {
	if r.o.Origin != nil {
		return r.o.Origin(name, uint32(creation))
	}
	return term.NewOrigin(name, uint32(creation))
}
