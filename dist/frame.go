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
	// fragmentHead is what a fragment begins with: version, tag, sequence and number.
	fragmentHead = 18
	// packedSize is what fragmentSize is in msgpack.
	packedSize = 1 << 18
	// growth is how many times the bytes that are there a message may take on the word of the peer that more will come.
	growth = 16
	// maxUnfinished is how many fragmented messages may be under way towards us.
	maxUnfinished = 4096
)

var (
	errFrame    = errors.New("malformed frame")
	errTooLarge = errors.New("message too large")
)

// form is what the frames of a connection look like: both sides conclude it from the flags agreed.
type form int

const (
	formPlain   form = iota // pass through: control and payload, each with a version byte
	formHeader              // with a distribution header, perhaps in fragments
	formMsgpack             // between nodes of our own kind: see msgpack.go
)

func formOf(agreed handshake.Flags) form {
	switch {
	case agreed.Has(handshake.Erlsh | handshake.Msgpack):
		return formMsgpack
	case agreed&(handshake.DistHdrAtomCache|handshake.Fragments) != 0:
		return formHeader
	}
	return formPlain
}

// frames reads frames and joins fragments.
type frames struct {
	r     io.Reader
	form  form
	limit int // bytes of the largest message
	small []byte
	head  [4]byte

	unfinished map[uint64]*partial
	held       int // bytes of all unfinished messages
}

// partial is a message of which fragments are missing; next is the number of the one that must come next.
type partial struct {
	b    []byte
	next uint64
	size int // of the whole message, as its first fragment says
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
	if f.small == nil {
		f.small = make([]byte, sharedFrame)
	}
	begin := f.small[:min(n, int64(f.form.head()))]
	if _, err := io.ReadFull(f.r, begin); err != nil {
		return nil, false, err
	}
	if f.form.isFragment(begin) {
		message, err = f.fragment(begin, int(n)-len(begin))
		return message, true, err
	}
	b, err := f.body(int(n), len(begin))
	if err != nil {
		return nil, false, err
	}
	message, err = f.open(b)
	return message, n >= sharedFrame, err
}

// body reads the rest of n bytes, of which some stand in the small buffer: there if they fit, else into a buffer of their own.
func (f *frames) body(n, have int) ([]byte, error) {
	if n < sharedFrame {
		_, err := io.ReadFull(f.r, f.small[have:n])
		return f.small[:n], err
	}
	return f.append(append(make([]byte, 0, min(n, 1<<20)), f.small[:have]...), n-have, n)
}

// append reads n bytes to the end of b, which grows as they come in and for a message of size bytes at most.
func (f *frames) append(b []byte, n, size int) ([]byte, error) {
	for n > 0 {
		if len(b) == cap(b) {
			grown := make([]byte, len(b), max(len(b)+min(n, fragmentSize), min(size, max(growth*len(b), 1<<20))))
			copy(grown, b)
			b = grown
		}
		step := min(n, cap(b)-len(b))
		at := len(b)
		b = b[:at+step]
		if _, err := io.ReadFull(f.r, b[at:]); err != nil {
			return nil, err
		}
		n -= step
	}
	return b, nil
}

// open takes the head off a frame that is a whole message.
func (f *frames) open(b []byte) ([]byte, error) {
	switch f.form {
	case formMsgpack:
		return b, nil
	case formPlain: // the first byte is not looked at, as in OTP
		if len(b) < 2 {
			return nil, errFrame
		}
		return b[1:], nil
	}
	// an atom in the header would be of a cache that was not agreed on
	if len(b) < 3 || b[0] != versionMagic || b[1] != plainHeader || b[2] != 0 {
		return nil, errFrame
	}
	return b[3:], nil
}

// fragment is how many bytes go in one piece.
func (f form) fragment() int {
	if f == formMsgpack {
		return packedSize
	}
	return fragmentSize
}

// head is how many bytes a fragment begins with.
func (f form) head() int {
	if f == formMsgpack {
		return packedHead
	}
	return fragmentHead
}

// isFragment tells by the first bytes of a frame.
func (f form) isFragment(b []byte) bool {
	switch f {
	case formMsgpack:
		return len(b) == packedHead && b[0] == packedFragment[0] && b[1] == packedFragment[1]
	case formHeader:
		return len(b) == fragmentHead && b[0] == versionMagic && (b[1] == fragmentFirst || b[1] == fragmentNext)
	}
	return false
}

// opened is what the head of a fragment says.
type opened struct {
	sequence, number uint64
	first            bool
}

// opening reads the head of a fragment, behind which n bytes follow. In msgpack a fragment does not say that it is the first one.
func (f *frames) opening(head []byte, n int) (o opened, rest int, err error) {
	if f.form == formMsgpack {
		o, err = openPacked(head, n)
		o.first = f.unfinished[o.sequence] == nil
		return o, n, err
	}
	o = opened{binary.BigEndian.Uint64(head[2:]), binary.BigEndian.Uint64(head[10:]), head[1] == fragmentFirst}
	if !o.first {
		return o, n, nil
	}
	var atoms [1]byte
	if n < 1 {
		return o, n, errFrame
	}
	if _, err := io.ReadFull(f.r, atoms[:]); err != nil {
		return o, n, err
	}
	if atoms[0] != 0 {
		return o, n, errFrame
	}
	return o, n - 1, nil
}

// fragment reads the n bytes of one fragment behind its head, and returns the whole message after the last one. Fragments count
// down to 1.
func (f *frames) fragment(head []byte, n int) ([]byte, error) {
	o, n, err := f.opening(head, n)
	if err != nil {
		return nil, err
	}
	sequence, number := o.sequence, o.number
	p := f.unfinished[sequence]
	if o.first {
		if p != nil || number == 0 || len(f.unfinished) >= maxUnfinished {
			return nil, errFrame
		}
		p = &partial{next: number, size: n + int(min(number-1, uint64(f.limit)))*n} // all but the last one are as long
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
	if f.held += n; f.held > f.limit {
		return nil, errTooLarge
	}
	b, err := f.append(p.b, n, min(p.size, f.limit))
	if err != nil {
		return nil, err
	}
	p.b = b
	p.next--
	if p.next > 0 {
		return nil, nil
	}
	delete(f.unfinished, sequence)
	f.held -= len(p.b)
	return p.b, nil
}
