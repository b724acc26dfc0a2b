// Package pack writes terms as msgpack and reads them back: for links between erlsh nodes, recordings, and whoever has a msgpack tool.
//
// Integers of 64 bits, floats, booleans, binaries, maps and proper lists are msgpack's own. An atom is an extension that holds its name, a
// bigger integer one that holds its bytes. A tuple is an array whose first element is nil. What msgpack lacks otherwise is an array
// whose first element is an empty extension that names the kind, so that nothing needs a length beforehand: see the constants. The
// atom nil is an atom like any other, so nil stands nowhere else.
//
// Start with Encode and Decode, or with Append and NewReader for messages of several terms.
package pack

import (
	"errors"

	"github.com/erlsh/erlsh/lang/term"
)

// The extension types of msgpack that terms use.
const (
	ExtAtom    = 1  // the name in UTF-8
	ExtInteger = 2  // an integer beyond 64 bits: a sign byte (0 or 1), then the magnitude, most significant byte first
	ExtList    = 17 // marker of an improper list: the elements follow, the tail last
	ExtChars   = 18 // marker of a list whose elements are all 0 to 255: one binary
	ExtPid     = 19 // marker: node, id, serial, creation
	ExtPort    = 20 // marker: node, id, creation
	ExtRef     = 21 // marker: node, creation, words, the least significant first
	ExtBits    = 22 // marker of a bitstring: bytes, number of bits
	ExtExport  = 23 // marker of fun M:F/A: module, function, arity
	ExtFun     = 24 // marker of a fun made at the writer: arity, and what Encoding.Fun gave
	ExtForeign = 25 // marker of a fun of yet another node: its external term format
	ExtRecord  = 26 // marker of a native record: flags, module, name, then fields and values in turn
)

// maxDepth bounds how deep terms nest, list tails apart.
const maxDepth = 100_000

// The errors of reading and writing.
var (
	ErrDepth   = errors.New("pack: term nests too deep")
	ErrFun     = errors.New("pack: a fun that cannot be written")
	errShort   = errors.New("pack: the bytes end inside a term")
	errAtom    = errors.New("pack: bad atom")
	errInteger = errors.New("pack: bad integer")
	errFloat   = errors.New("pack: no finite float")
	errMap     = errors.New("pack: a map has a key twice")
	errMarker  = errors.New("pack: bad extension")
)

// Encoding says how to write. A nil Encoding cannot write funs made here.
type Encoding struct {
	// Fun describes a fun made here by a term; its error becomes that of Append.
	Fun func(f *term.Fun) (term.Term, error)
	// Foreign returns the external term format of a fun that Fun has refused with ErrFun, false where there is none.
	Foreign func(f *term.Fun) ([]byte, bool)
}

// Decoding says how to read. A nil Decoding reads everything but funs made elsewhere.
type Decoding struct {
	// Origin returns the origin of a node's name and creation; nil makes new ones.
	Origin func(name term.Term, creation uint32) *term.Origin
	// Fun makes a fun of what Encoding.Fun gave, nil where it cannot.
	Fun func(arity int, description term.Term) *term.Fun
	// Foreign makes a fun of its external term format, nil where it cannot.
	Foreign func(wire []byte) *term.Fun
	// Share says that the bytes read will not change any more, so that large binaries may lie in them.
	Share bool
	// MaxAtoms is how many atoms there may be before a new one is refused; 0 is no limit.
	MaxAtoms int
}

// Encode returns a term as msgpack. The errors are ErrDepth and ErrFun.
func Encode(t term.Term, o *Encoding) ([]byte, error) { return Append(nil, t, o) }

// Decode reads the term at the front of b and returns how many bytes it took. The error says what is wrong with them.
func Decode(b []byte, o *Decoding) (t term.Term, used int, err error) {
	r, _ := readers.Get().(*Reader)
	if r.o = o; o == nil {
		r.o = &Decoding{}
	}
	r.Reset(b)
	t, err = r.Term()
	used = r.at
	r.Reset(nil)
	r.origin, r.o = nil, nil
	readers.Put(r)
	return t, used, err
}
