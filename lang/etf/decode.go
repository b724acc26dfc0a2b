package etf

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/erlsh/erlsh/lang/term"
)

var (
	errShort  = errors.New("etf: the bytes end inside a term")
	errDepth  = errors.New("etf: terms nest too deep")
	errAtom   = errors.New("etf: bad atom")
	errIdent  = errors.New("etf: bad pid, port or reference")
	errFun    = errors.New("etf: bad fun")
	errFloat  = errors.New("etf: bad float")
	errMap    = errors.New("etf: a map has a key twice")
	errRecord = errors.New("etf: bad record")
	errBits   = errors.New("etf: bad bitstring")
)

// Reader takes terms out of a message, one after the other.
type Reader struct {
	b   []byte
	at  int
	o   *Decoding
	err error
	// owed is how many terms the heads of tuples, lists and maps read so far still promise. Each takes a byte at least, so that a
	// head which promises more than can follow is refused before room is made for it.
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
	return &Reader{b: b, o: o}
}

// Reset starts the reader anew on other bytes.
func (r *Reader) Reset(b []byte) { r.b, r.at, r.err, r.owed = b, 0, nil, 0 }

// Left returns how many bytes are not read yet.
func (r *Reader) Left() int { return len(r.b) - r.at }

// Version takes the version byte that begins a term which stands alone.
func (r *Reader) Version() error {
	if r.u8() != version && r.err == nil {
		r.err = errors.New("etf: no version byte 131")
	}
	return r.err
}

// Term returns the next term.
func (r *Reader) Term() (term.Term, error) {
	if r.err != nil {
		return term.None, r.err
	}
	t := r.term(0)
	if r.err != nil {
		return term.None, r.err
	}
	return t, nil
}

// Tuple takes the head of a tuple and returns how many terms follow.
func (r *Reader) Tuple() (int, error) {
	n := 0
	switch r.u8() {
	case tagSmallTuple:
		n = int(r.u8())
	case tagLargeTuple:
		n = r.count()
	default:
		r.fail(errors.New("etf: no tuple"))
	}
	return n, r.err
}

func (r *Reader) fail(err error) term.Term {
	if r.err == nil {
		r.err = err
	}
	return term.None
}

func (r *Reader) u8() byte {
	if r.err != nil || r.at >= len(r.b) {
		r.fail(errShort)
		return 0
	}
	r.at++
	return r.b[r.at-1]
}

// take returns the next n bytes, which remain those of the message.
func (r *Reader) take(n int) []byte {
	if r.err != nil || n < 0 || n > len(r.b)-r.at {
		r.fail(errShort)
		return nil
	}
	r.at += n
	return r.b[r.at-n : r.at : r.at]
}

func (r *Reader) u16() int {
	if b := r.take(2); b != nil {
		return int(binary.BigEndian.Uint16(b))
	}
	return 0
}

func (r *Reader) u32() uint32 {
	if b := r.take(4); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

// count reads a number of bytes or terms, and refuses more than can follow.
func (r *Reader) count() int {
	n := int64(r.u32())
	if r.err == nil && n > int64(r.Left()) {
		r.fail(errShort)
	}
	if r.err != nil {
		return 0
	}
	return int(n)
}

// owe promises n terms, false when they cannot follow; item reads one of them.
func (r *Reader) owe(n int) bool {
	if r.err == nil && n > r.Left()-r.owed {
		r.fail(errShort)
	}
	if r.err != nil {
		return false
	}
	r.owed += n
	return true
}

func (r *Reader) item(depth int) term.Term {
	r.owed--
	return r.term(depth + 1)
}

func (r *Reader) term(depth int) term.Term {
	if depth > maxDepth {
		return r.fail(errDepth)
	}
	switch tag := r.u8(); tag {
	case tagSmallInteger:
		return term.Int(int64(r.u8()))
	case tagInteger:
		return term.Int(int64(int32(r.u32())))
	case tagSmallAtomUTF8, tagAtomUTF8, tagAtom, tagSmallAtom:
		return r.atom(tag)
	case tagNil:
		return term.Nil
	case tagString:
		return r.string()
	case tagList:
		return r.list(depth)
	case tagSmallTuple:
		return r.tuple(int(r.u8()), depth)
	case tagLargeTuple:
		return r.tuple(r.count(), depth)
	case tagBinary:
		return r.binary(r.count())
	case tagBitBinary:
		return r.bits(r.count())
	case tagMap:
		return r.dictionary(depth)
	case tagNewFloat, tagFloat:
		return r.float(tag)
	case tagSmallBig:
		return r.big(int(r.u8()))
	case tagLargeBig:
		return r.big(r.count())
	case tagNewPid, tagPid:
		return r.pid(tag)
	case tagNewPort, tagV4Port, tagPort:
		return r.port(tag)
	case tagNewerRef, tagNewReference, tagReference:
		return r.ref(tag)
	case tagNewFun:
		return r.fun(depth)
	case tagExport:
		return r.export(depth)
	case tagNativeRecord:
		return r.record(depth)
	default:
		return r.fail(fmt.Errorf("etf: unknown tag %d", tag))
	}
}

func (r *Reader) atom(tag byte) term.Term {
	n := 0
	if tag == tagSmallAtomUTF8 || tag == tagSmallAtom {
		n = int(r.u8())
	} else {
		n = r.u16()
	}
	raw := r.take(n)
	if r.err != nil {
		return term.None
	}
	if (tag == tagAtom || tag == tagSmallAtom) && !ascii(raw) {
		return r.named(latin1(raw))
	}
	if n == 0 {
		return r.named("")
	}
	slot := &r.atoms[(raw[0]*7+raw[n-1]*3+byte(n))%64]
	if !slot.None() && slot.AtomName() == string(raw) {
		return *slot
	}
	t, ok := term.ExistingAtomBytes(raw)
	if !ok {
		t = r.named(string(raw))
	}
	*slot = t
	return t
}

// named returns the atom of a name, made if that is allowed.
func (r *Reader) named(name string) term.Term {
	if t, ok := term.ExistingAtom(name); ok {
		return t
	}
	switch {
	case !term.AtomFits(name):
		return r.fail(errAtom)
	case r.o.Safe:
		return r.fail(fmt.Errorf("%w: there is none called %q", errAtom, name))
	case r.o.MaxAtoms > 0 && term.AtomCount() >= r.o.MaxAtoms:
		return r.fail(fmt.Errorf("%w: there are %d already", errAtom, r.o.MaxAtoms))
	}
	return term.Atom(name)
}

// ascii reports whether a name is the same bytes in Latin-1 and in UTF-8.
func ascii[T []byte | string](name T) bool {
	for i := range len(name) {
		if name[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func latin1(raw []byte) string {
	var b strings.Builder
	for _, c := range raw {
		b.WriteRune(rune(c))
	}
	return b.String()
}

func (r *Reader) string() term.Term {
	raw := r.take(r.u16())
	tail := term.Nil
	for n := len(raw); n > 0; {
		cells := make([]term.Cons, min(n, 32))
		for i := len(cells) - 1; i >= 0; i-- {
			n--
			cells[i] = term.Cons{Head: term.Int(int64(raw[n])), Tail: tail}
			tail = cells[i].Term()
		}
	}
	return tail
}

// list makes its cells 32 at a time while it reads: the length is not believed.
func (r *Reader) list(depth int) term.Term {
	n := r.count()
	if !r.owe(n + 1) {
		return term.None
	}
	if n == 0 {
		return r.item(depth)
	}
	var head term.Term
	var last *term.Cons
	for n > 0 && r.err == nil {
		cells := make([]term.Cons, min(n, 32))
		for i := range cells {
			cells[i].Head = r.item(depth)
			if r.err != nil {
				return term.None
			}
			if last == nil {
				head = cells[i].Term()
			} else {
				last.Tail = cells[i].Term()
			}
			last = &cells[i]
		}
		n -= len(cells)
	}
	tail := r.item(depth)
	if r.err != nil {
		return term.None
	}
	last.Tail = tail
	return head
}

func (r *Reader) tuple(n, depth int) term.Term {
	if !r.owe(n) {
		return term.None
	}
	elements := make([]term.Term, n)
	for i := range elements {
		elements[i] = r.item(depth)
		if r.err != nil {
			return term.None
		}
	}
	return term.Tuple(elements...)
}

// binary shares the bytes of the message where the binary is most of it, and copies otherwise: a small binary must not keep a large
// message alive.
func (r *Reader) binary(n int) term.Term {
	raw := r.take(n)
	if r.err != nil {
		return term.None
	}
	if r.o.Share && n >= len(r.b)/4 {
		return term.Binary(raw)
	}
	return term.Binary(append([]byte(nil), raw...))
}

func (r *Reader) bits(n int) term.Term {
	used := int(r.u8())
	raw := r.take(n)
	switch {
	case r.err != nil:
		return term.None
	case used > 8 || (used == 0) != (n == 0):
		return r.fail(errBits)
	case n == 0:
		return term.EmptyBinary
	}
	data := append([]byte(nil), raw...)
	return term.Bitstring(data, 0, n*8-8+used)
}

func (r *Reader) dictionary(depth int) term.Term {
	n := r.count()
	if !r.owe(2 * n) {
		return term.None
	}
	if n <= few {
		return r.fewPairs(n, depth)
	}
	var b term.MapBuilder
	for range n {
		k := r.item(depth)
		v := r.item(depth)
		if r.err != nil {
			return term.None
		}
		b.Put(k, v)
	}
	if b.Len() != n {
		return r.fail(errMap)
	}
	if r.err != nil {
		return term.None
	}
	return b.Map().Term()
}

// few is how many pairs are read before the map is made.
const few = 8

func (r *Reader) fewPairs(n, depth int) term.Term {
	var room [2 * few]term.Term
	pairs := room[:2*n]
	for i := range pairs {
		pairs[i] = r.item(depth)
	}
	if r.err != nil {
		return term.None
	}
	t := term.NewMap(pairs...)
	if m, _ := t.Map(); m.Len() != n {
		return r.fail(errMap)
	}
	return t
}

func (r *Reader) float(tag byte) term.Term {
	var f float64
	if tag == tagFloat {
		raw := r.take(31)
		text, _, _ := strings.Cut(string(raw), "\x00")
		var err error
		if f, err = strconv.ParseFloat(strings.TrimSpace(text), 64); err != nil {
			return r.fail(errFloat)
		}
	} else if raw := r.take(8); raw != nil {
		f = math.Float64frombits(binary.BigEndian.Uint64(raw))
	}
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return r.fail(errFloat)
	}
	return term.Float(f)
}

func (r *Reader) big(n int) term.Term {
	sign := r.u8()
	raw := r.take(n)
	if r.err != nil {
		return term.None
	}
	if n < 8 || n == 8 && raw[7] < 128 {
		u := int64(0)
		for i := n - 1; i >= 0; i-- {
			u = u<<8 | int64(raw[i])
		}
		if sign != 0 {
			u = -u
		}
		return term.Int(u)
	}
	magnitude := make([]byte, n)
	for i, c := range raw {
		magnitude[n-1-i] = c
	}
	i := new(big.Int).SetBytes(magnitude)
	if sign != 0 {
		i.Neg(i)
	}
	return term.Big(i)
}

// node reads the atom of an identifier's node.
func (r *Reader) node() term.Term {
	switch tag := r.u8(); tag {
	case tagSmallAtomUTF8, tagAtomUTF8, tagAtom, tagSmallAtom:
		return r.atom(tag)
	}
	return r.fail(errIdent)
}

func (r *Reader) originOf(name term.Term, creation uint32) *term.Origin {
	if r.err != nil {
		return nil
	}
	if r.origin != nil && r.name == name && r.creation == creation {
		return r.origin
	}
	r.name, r.creation = name, creation
	if r.o.Origin != nil {
		r.origin = r.o.Origin(name, creation)
	} else {
		r.origin = term.NewOrigin(name, creation)
	}
	return r.origin
}

// incarnation reads a creation, which has one byte in the old tags.
func (r *Reader) incarnation(old bool) uint32 {
	if old {
		return uint32(r.u8())
	}
	return r.u32()
}

func (r *Reader) pid(tag byte) term.Term {
	name := r.node()
	p := &term.Pid{ID: r.u32(), Serial: r.u32()}
	p.Origin = r.originOf(name, r.incarnation(tag == tagPid))
	if r.err != nil {
		return term.None
	}
	return p.Term()
}

func (r *Reader) port(tag byte) term.Term {
	name := r.node()
	p := &term.Port{}
	if tag == tagV4Port {
		p.ID = uint64(r.u32()) << 32
	}
	p.ID |= uint64(r.u32())
	p.Origin = r.originOf(name, r.incarnation(tag == tagPort))
	if r.err != nil {
		return term.None
	}
	return p.Term()
}

func (r *Reader) ref(tag byte) term.Term {
	ref := &term.Ref{Len: 1}
	if tag != tagReference {
		n := r.u16()
		if n < 1 || n > len(ref.Words) {
			return r.fail(errIdent)
		}
		ref.Len = uint8(n)
	}
	name := r.node()
	if tag == tagReference {
		ref.Words[0] = r.u32()
		ref.Origin = r.originOf(name, r.incarnation(true))
	} else {
		ref.Origin = r.originOf(name, r.incarnation(tag == tagNewReference))
		for i := range ref.Words[:ref.Len] {
			ref.Words[i] = r.u32()
		}
	}
	if r.err != nil {
		return term.None
	}
	return ref.Term()
}

func (r *Reader) export(depth int) term.Term {
	module, name, arity := r.term(depth+1), r.term(depth+1), r.term(depth+1)
	n, ok := arity.Int()
	if r.err != nil || !module.IsAtom() || !name.IsAtom() || !ok || n < 0 || n > 255 {
		return r.fail(errFun)
	}
	if r.o.Safe && r.o.Exported != nil && !r.o.Exported(module, name, int(n)) {
		return r.fail(errFun)
	}
	return (&term.Fun{Module: module, Name: name, Arity: int(n), External: true}).Term()
}

// record reads a native record of OTP 29.
func (r *Reader) record(depth int) term.Term {
	n := r.count()
	if !r.owe(2*n + 2) {
		return term.None
	}
	rec := &term.Record{Flags: r.u8(), Module: r.item(depth), Name: r.item(depth)}
	if r.err != nil || !rec.Module.IsAtom() || !rec.Name.IsAtom() {
		return r.fail(errRecord)
	}
	rec.Fields, rec.Values = make([]term.Term, n), make([]term.Term, n)
	for i := range rec.Fields {
		if rec.Fields[i] = r.item(depth); !rec.Fields[i].IsAtom() {
			return r.fail(errRecord)
		}
	}
	for i := range rec.Values {
		if rec.Values[i] = r.item(depth); r.err != nil {
			return term.None
		}
	}
	return rec.Term()
}

// fun reads a fun. Unless the option makes one that runs here out of it, it keeps its bytes, and is written with them again.
func (r *Reader) fun(depth int) term.Term {
	begin := r.at - 1
	size := int(r.u32())
	var f Fun
	f.Arity = int(r.u8())
	copy(f.Uniq[:], r.take(16))
	f.Index = r.u32()
	free := r.count()
	f.Module = r.term(depth + 1)
	oldIndex, oldUniq := r.term(depth+1), r.term(depth+1)
	f.Pid = r.term(depth + 1)
	i, ok1 := oldIndex.Int()
	u, ok2 := oldUniq.Int()
	if r.err != nil || !f.Module.IsAtom() || !ok1 || !ok2 || f.Pid.Kind() != term.KindPid {
		return r.fail(errFun)
	}
	f.OldIndex, f.OldUniq = uint32(i), uint32(u)
	for range free {
		v := r.term(depth + 1)
		if r.err != nil {
			return term.None
		}
		f.Free = append(f.Free, v)
	}
	if r.at-begin-1 != size {
		return r.fail(errFun)
	}
	f.Wire = r.b[begin:r.at:r.at]
	if r.o.Fun != nil {
		if known := r.o.Fun(&f); known != nil {
			return known.Term()
		}
	}
	return (&term.Fun{
		Module: f.Module, Name: f.Module, Arity: f.Arity, Env: f.Free, Index: f.OldIndex, OldUniq: f.OldUniq, Pid: f.Pid,
		Wire: append([]byte(nil), f.Wire...),
	}).Term()
}

// ParseFun reads the bytes of a fun that came from another node, as term.Fun keeps them.
func ParseFun(wire []byte, o *Decoding) (*Fun, error) {
	var parsed *Fun
	own := Decoding{}
	if o != nil {
		own = *o
	}
	known := own.Fun
	own.Fun = func(f *Fun) *term.Fun {
		parsed = f // the outermost fun comes last
		if known != nil {
			return known(f)
		}
		return nil
	}
	if _, err := NewReader(wire, &own).Term(); err != nil {
		return nil, err
	}
	if parsed == nil {
		return nil, errFun
	}
	return parsed, nil
}
