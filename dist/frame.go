package dist

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/erlsh/erlsh/dist/handshake"
)

// The first bytes of a frame's data.
const (
	passThrough   = 112 // control and payload, each with a version byte
	versionMagic  = 131
	plainHeader   = 68
	fragmentFirst = 69
	fragmentNext  = 70
)

// fragmentSize is how many bytes each fragment but the last one carries, and the longest message that goes in one piece.
// erl_dist_protocol, "Distribution Header for fragmented messages".
const fragmentSize = 1 << 16

const (
	// sharedFrame is the size from which on a frame has a buffer of its own, so that its binaries need not be copied.
	sharedFrame = 32 << 10
	// maxUnfinished is how many fragmented messages may be under way towards us.
	maxUnfinished = 4096
)

var (
	errFrame    = errors.New("malformed frame")
	errTooLarge = errors.New("message too large")
)

// withHeader reports whether frames begin with a distribution header: both sides conclude it from the flags agreed.
func withHeader(agreed handshake.Flags) bool {
	return agreed&(handshake.DistHdrAtomCache|handshake.Fragments) != 0
}

// frames reads frames and joins fragments.
type frames struct {
	r      io.Reader
	header bool // the form that was agreed
	limit  int  // bytes of the largest message
	small  []byte
	head   [4]byte

	unfinished map[uint64]*partial
	held       int // bytes of all unfinished messages
}

// partial is a message of which fragments are missing; next is the number of the one that must come next.
type partial struct {
	b    []byte
	next uint64
}

// read returns the next message, control and payload; nil for a tick and for a fragment that is not the last one. shared says that
// nobody else will write to the bytes.
func (f *frames) read() (message []byte, shared bool, err error) {
	if _, err := io.ReadFull(f.r, f.head[:]); err != nil {
		return nil, false, err
	}
	n := int64(binary.BigEndian.Uint32(f.head[:]))
	if n == 0 {
		return nil, false, nil
	}
	if n > int64(f.limit) {
		return nil, false, fmt.Errorf("%w: %d bytes", errTooLarge, n)
	}
	b, err := f.body(int(n))
	if err != nil {
		return nil, false, err
	}
	return f.open(b, n >= sharedFrame)
}

// body reads n bytes: into a buffer that is used again if they are few, else into one of their own, which grows as they come in.
func (f *frames) body(n int) ([]byte, error) {
	if n < sharedFrame {
		if f.small == nil {
			f.small = make([]byte, sharedFrame)
		}
		_, err := io.ReadFull(f.r, f.small[:n])
		return f.small[:n], err
	}
	b := make([]byte, min(n, 1<<20))
	if _, err := io.ReadFull(f.r, b); err != nil {
		return nil, err
	}
	for len(b) < n {
		at := len(b)
		grown := make([]byte, min(n, 2*at))
		copy(grown, b)
		b = grown
		if _, err := io.ReadFull(f.r, b[at:]); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func (f *frames) open(b []byte, shared bool) ([]byte, bool, error) {
	if !f.header { // the first byte is not looked at, as in OTP
		if len(b) < 2 {
			return nil, false, errFrame
		}
		return b[1:], shared, nil
	}
	if len(b) < 3 || b[0] != versionMagic {
		return nil, false, errFrame
	}
	switch b[1] {
	case plainHeader:
		if b[2] != 0 { // atoms of a cache that was not agreed on
			return nil, false, errFrame
		}
		return b[3:], shared, nil
	case fragmentFirst, fragmentNext:
		m, err := f.fragment(b[1] == fragmentFirst, b[2:])
		return m, true, err
	}
	return nil, false, errFrame
}

// fragment takes one fragment and returns the whole message after its last one. Fragments count down to 1.
func (f *frames) fragment(first bool, b []byte) ([]byte, error) {
	if len(b) < 16 {
		return nil, errFrame
	}
	sequence, number := binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])
	b = b[16:]
	p := f.unfinished[sequence]
	if first {
		if p != nil || number == 0 || len(b) < 1 || b[0] != 0 || len(f.unfinished) >= maxUnfinished {
			return nil, errFrame
		}
		b = b[1:]
		p = &partial{next: number}
		if number > 1 {
			if f.unfinished == nil {
				f.unfinished = map[uint64]*partial{}
			}
			f.unfinished[sequence] = p
		}
	}
	if p == nil || number != p.next {
		return nil, errFrame
	}
	if f.held += len(b); f.held > f.limit {
		return nil, errTooLarge
	}
	p.b = append(p.b, b...)
	p.next--
	if p.next > 0 {
		return nil, nil
	}
	delete(f.unfinished, sequence)
	f.held -= len(p.b)
	return p.b, nil
}
