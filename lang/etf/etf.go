// Package etf turns terms into bytes and back: the external term format, as term_to_binary/1 makes it and as nodes send it.
//
// Encode and Append write a term, Decode reads one; a Reader takes several terms out of one message. Both sides are written by hand:
// the writer appends to a slice, the reader checks every length against the bytes that are left and every depth against a limit,
// so that no input makes it panic or allocate more than the input is long, by a constant factor.
//
// Erlang documentation, "External Term Format"; the tags carry its names.
package etf

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/erlsh/erlsh/lang/deflate"
	"github.com/erlsh/erlsh/lang/term"
)

// The first byte of a term that stands alone.
const version = 131

const (
	tagNativeRecord  = 67
	tagNewFloat      = 70
	tagBitBinary     = 77
	tagCompressed    = 80
	tagAtomCacheRef  = 82
	tagNewPid        = 88
	tagNewPort       = 89
	tagNewerRef      = 90
	tagSmallInteger  = 97
	tagInteger       = 98
	tagFloat         = 99
	tagAtom          = 100
	tagReference     = 101
	tagPort          = 102
	tagPid           = 103
	tagSmallTuple    = 104
	tagLargeTuple    = 105
	tagNil           = 106
	tagString        = 107
	tagList          = 108
	tagBinary        = 109
	tagSmallBig      = 110
	tagLargeBig      = 111
	tagNewFun        = 112
	tagExport        = 113
	tagNewReference  = 114
	tagSmallAtom     = 115
	tagMap           = 116
	tagFun           = 117
	tagAtomUTF8      = 118
	tagSmallAtomUTF8 = 119
	tagV4Port        = 120
	tagLocal         = 121
)

// maxDepth bounds how deep terms nest, list tails apart, for reading and writing: much that is done to terms is recursive.
const maxDepth = 100_000

// ErrDepth says that a term nests too deep to be written.
var ErrDepth = errors.New("etf: term nests too deep")

// Encoding says how to write. The zero Encoding, and a nil one, write what nodes send to one another.
type Encoding struct {
	Compress  int  // zlib level 1 to 9 as of the option compressed, 0: not at all
	Latin1    bool // atoms in the old tags where their characters allow it: minor_version 0 and 1
	TextFloat bool // floats as text: minor_version 0
	// Fun writes a fun that was made here, and returns false where it cannot: then the fun is written as one of its module that only
	// this node knows how to run.
	Fun func(b []byte, f *term.Fun) ([]byte, bool)
}

// Decoding says how to read. The zero Decoding, and a nil one, read everything.
type Decoding struct {
	Safe bool // refuse what would create an atom, or a fun of a function that is not there: the option safe
	// Exported tells whether a function exists, for Safe.
	Exported func(module, name term.Term, arity int) bool
	// Origin returns the origin of a node's name and creation, so that identifiers of one node share it and those of our own node
	// have its own; nil makes new ones.
	Origin func(name term.Term, creation uint32) *term.Origin
	// Fun makes a fun out of what was read, and returns nil where the fun remains one that can only be passed on.
	Fun func(f *Fun) *term.Fun
	// Share says that the bytes read will not change any more, so that large binaries may lie in them.
	Share bool
	// MaxAtoms is how many atoms there may be before a new one is refused; 0 is no limit.
	MaxAtoms int
}

// Fun is NEW_FUN_EXT: a fun as it travels.
type Fun struct {
	Arity    int
	Uniq     [16]byte
	Index    uint32
	Module   term.Term
	OldIndex uint32
	OldUniq  uint32
	Pid      term.Term
	Free     []term.Term
	Wire     []byte // the bytes that it was read from, valid until Decoding.Fun returns; nil for one to be written
}

// Encode returns a term in the external format, as term_to_binary does, version byte included. The error is ErrDepth.
func Encode(t term.Term, o *Encoding) ([]byte, error) {
	if o == nil {
		o = &Encoding{}
	}
	b, err := Append([]byte{version}, t, o)
	if err != nil || o.Compress == 0 {
		return b, err
	}
	return compress(b, o.Compress), nil
}

// compress packs a term, if that makes it smaller.
func compress(b []byte, level int) []byte {
	out := binary.BigEndian.AppendUint32([]byte{version, tagCompressed}, uint32(len(b)-1))
	if out = append(out, deflate.Compress(b[1:], level)...); len(out) >= len(b) {
		return b
	}
	return out
}

// Decode reads the term at the front of b, version byte included, and returns how many bytes it took.
func Decode(b []byte, o *Decoding) (t term.Term, used int, err error) {
	if len(b) > 1 && b[0] == version && b[1] == tagCompressed {
		return decompress(b, o)
	}
	r := NewReader(b, o)
	if err := r.Version(); err != nil {
		return term.None, 0, err
	}
	t, err = r.Term()
	return t, len(b) - r.Left(), err
}

// decompress reads a packed term. Its stated size bounds what is unpacked, and is not believed beforehand.
func decompress(b []byte, o *Decoding) (term.Term, int, error) {
	if len(b) < 6 {
		return term.None, 0, errShort
	}
	size := int64(binary.BigEndian.Uint32(b[2:]))
	packed := bytes.NewReader(b[6:])
	z, err := zlib.NewReader(packed)
	if err != nil {
		return term.None, 0, fmt.Errorf("etf: unpack: %w", err)
	}
	plain, err := io.ReadAll(io.LimitReader(z, size+1))
	if err != nil {
		return term.None, 0, fmt.Errorf("etf: unpack: %w", err)
	}
	if int64(len(plain)) != size {
		return term.None, 0, errors.New("etf: unpack: the size is not the stated one")
	}
	r := NewReader(plain, o)
	t, err := r.Term()
	if err == nil && r.Left() > 0 {
		err = errors.New("etf: unpack: bytes behind the term")
	}
	return t, len(b) - packed.Len(), err
}
