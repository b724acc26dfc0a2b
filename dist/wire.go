package dist

import (
	"encoding/binary"
	"errors"

	"github.com/erlsh/erlsh/lang/etf"
	"github.com/erlsh/erlsh/lang/pack"
	"github.com/erlsh/erlsh/lang/term"
)

var (
	errControl = errors.New("malformed control message")
	atomEmpty  = term.Atom("")
)

// wire is a control message on its way out or in. The methods that a row of the table calls name the elements of the tuple in their
// order: while writing they append what the fields of the signal hold, while reading they fill them.
type wire struct {
	// reading
	r         decoder
	left      int       // elements of the tuple that are not read yet
	peer      term.Term // name of the node that sent this
	origin    *term.Origin
	traced    bool // the form with a trace token
	versioned bool // a version byte stands before the payload
	stray     bool // the receiver is not of this node, or of an earlier life of it
	given     int  // ALTACT_SIG_SEND: the flags read
	err       error

	// writing
	b     []byte
	enc   *etf.Encoding
	pack  *pack.Encoding // not nil: as msgpack
	count int            // elements written
	alt   int            // ALTACT_SIG_SEND: the flags to write
	load  term.Term      // the payload, None without one
	skip  bool           // the form does not fit the signal
	apart bool           // large binaries stay where they are
	large []piece        // those binaries
}

// piece is a large binary of a message, whose place is at that offset of the rest.
type piece struct {
	at int
	b  []byte
}

// apartSize is from how many bytes on a binary is not copied to be sent; such a message goes in fragments in every form that has them.
const apartSize = packedSize

// keep is where the encoders leave a binary that is not to be copied.
func (w *wire) keep(at int, b []byte) bool {
	if len(b) < apartSize {
		return false
	}
	w.large = append(w.large, piece{at, b})
	return true
}

// decoder reads the terms of a message.
type decoder interface {
	Reset(b []byte)
	// Tuple takes the head of the control tuple and returns how many elements follow.
	Tuple() (int, error)
	Term() (term.Term, error)
}

// packed reads msgpack, where the control tuple is a plain array.
type packed struct{ *pack.Reader }

func (p packed) Tuple() (int, error) { return p.Array() }

// version takes the version byte where the form of the frames has one.
func (w *wire) version() error {
	if r, ok := w.r.(*etf.Reader); ok && w.versioned {
		return r.Version()
	}
	return nil
}

func (w *wire) reading() bool { return w.r != nil }

func (w *wire) bad() {
	if w.err == nil {
		w.err = errControl
	}
}

// next reads an element.
func (w *wire) next() term.Term {
	if w.err != nil {
		return term.None
	}
	if w.left == 0 {
		w.bad()
		return term.None
	}
	w.left--
	t, err := w.r.Term()
	if err != nil {
		w.err = err
	}
	return t
}

func (w *wire) put(t term.Term) {
	w.count++
	w.append(t)
}

func (w *wire) append(t term.Term) {
	var err error
	switch {
	case w.pack != nil && w.apart:
		w.b, err = pack.AppendApart(w.b, t, w.pack, w.keep)
	case w.pack != nil:
		w.b, err = pack.Append(w.b, t, w.pack)
	case w.apart:
		w.b, err = etf.AppendApart(w.b, t, w.enc, w.keep)
	default:
		w.b, err = etf.Append(w.b, t, w.enc)
	}
	if err != nil {
		w.err = err
	}
}

// element is any term that fits.
func (w *wire) element(t *term.Term, fits func(term.Term) bool) {
	if !w.reading() {
		w.put(*t)
		return
	}
	if *t = w.next(); w.err == nil && !fits(*t) {
		w.bad()
	}
}

func isPid(t term.Term) bool  { return t.Kind() == term.KindPid }
func isName(t term.Term) bool { return t.Kind() == term.KindPid || t.IsAtom() }
func isRef(t term.Term) bool  { return t.Kind() == term.KindRef }
func isAny(term.Term) bool    { return true }

// pid is a pid of whatever node.
func (w *wire) pid(t *term.Term) { w.element(t, isPid) }

// from is the pid of a sender: it must be of the node that sent the message.
func (w *wire) from(t *term.Term) {
	w.element(t, isPid)
	w.ofPeer(*t)
}

// fromName is the pid of a sender, or the name that it is known by.
func (w *wire) fromName(t *term.Term) {
	w.element(t, isName)
	w.ofPeer(*t)
}

func (w *wire) ofPeer(t term.Term) {
	if p, ok := t.Pid(); ok && w.reading() && w.err == nil && p.Origin.Name() != w.peer {
		w.bad()
	}
}

// to is the pid of the receiver.
func (w *wire) to(t *term.Term) {
	w.element(t, isPid)
	w.ofOurs(*t)
}

// toName is the pid of the receiver, or its name.
func (w *wire) toName(t *term.Term) {
	w.element(t, isName)
	w.ofOurs(*t)
}

func (w *wire) ofOurs(t term.Term) {
	if p, ok := t.Pid(); ok && w.reading() && !p.Origin.Is(w.origin) {
		w.stray = true
	}
}

// ref is a reference of whatever node.
func (w *wire) ref(t *term.Term) { w.element(t, isRef) }

// alias is a reference of the receiver's node.
func (w *wire) alias(t *term.Term) {
	w.element(t, isRef)
	if r, ok := t.Ref(); ok && w.reading() && !r.Origin.Is(w.origin) {
		w.stray = true
	}
}

func (w *wire) atom(t *term.Term) { w.element(t, term.Term.IsAtom) }

func (w *wire) term(t *term.Term) { w.element(t, isAny) }

// unused is an element without meaning: once it was the cookie.
func (w *wire) unused() {
	if w.reading() {
		w.next()
		return
	}
	w.put(atomEmpty)
}

// number is an unsigned integer.
func (w *wire) number(u *uint64) {
	if !w.reading() {
		w.put(term.Uint(*u))
		return
	}
	t := w.next()
	if n, ok := t.Int(); ok && n >= 0 {
		*u = uint64(n)
		return
	}
	i, ok := t.Big()
	if w.err == nil && (!ok || !i.IsUint64()) {
		w.bad()
	}
	if w.err == nil {
		*u = i.Uint64()
	}
}

func (w *wire) small(n *int) {
	u := uint64(*n)
	w.number(&u)
	*n = int(u & 0xffff)
}

// function is {Module, Function, Arity}; the arity is that of the argument list, which comes later, and is not believed.
func (w *wire) function(module, name, args *term.Term) {
	if !w.reading() {
		n, _ := args.Length()
		w.put(term.Tuple(*module, *name, term.Int(int64(n))))
		return
	}
	e, ok := w.next().Tuple()
	if !ok || len(e) != 3 || !e[0].IsAtom() || !e[1].IsAtom() {
		w.bad()
		return
	}
	*module, *name = e[0], e[1]
}

// trace stands where the token of sequential tracing goes, which is read over.
func (w *wire) trace() {
	if w.reading() && w.traced {
		w.next()
	}
}

// priority is the flag of ALTACT_SIG_SEND that says so.
func (w *wire) priority(p *bool) {
	if w.reading() {
		*p = w.given&altPriority != 0
	} else if w.put(term.Int(int64(w.alt | bit(*p, altPriority)))); w.alt == 0 {
		w.skip = true
	}
}

func bit(set bool, b int) int {
	if set {
		return b
	}
	return 0
}

// payload is the term behind the tuple; it comes last.
func (w *wire) payload(t *term.Term) {
	if !w.reading() {
		w.load = *t
		return
	}
	if w.err != nil {
		return
	}
	if w.left != 0 {
		w.bad()
		return
	}
	if w.err = w.version(); w.err == nil {
		*t, w.err = w.r.Term()
	}
}

// only says for which signals of its type a form is right.
func (w *wire) only(fits bool) {
	if !w.reading() && !fits {
		w.skip = true
	}
}

// begin starts writing a control tuple.
func (w *wire) begin(op int) {
	if w.pack != nil {
		w.b = append(w.b, smallArray, byte(op)) // of a size not known yet
	} else {
		w.b = append(w.b, 104, 0, 97, byte(op)) // SMALL_TUPLE of a size not known yet, SMALL_INTEGER
	}
	w.count, w.skip, w.load = 1, false, term.None
}

// appendPayload writes what follows the tuple.
func (w *wire) appendPayload(versioned bool) {
	if w.load.None() {
		return
	}
	if versioned {
		w.b = append(w.b, 131)
	}
	w.append(w.load)
}

func be32(b []byte, n int) { binary.BigEndian.PutUint32(b, uint32(n)) }
