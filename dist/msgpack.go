package dist

import (
	"encoding/binary"
	"io"
	"sync"
)

// Between two nodes of our own kind every frame is msgpack: 4 bytes of length as everywhere, then an array, the control message, whose
// elements are its number and its fields, then the payload, if there is one. Terms are as package pack writes them. A fragment is
// an array too: -1, the sequence, how many fragments are left with this one, and a binary with the bytes of the message. A frame of
// length 0 is a tick.

// The codes of msgpack that stand in the heads of frames.
const (
	smallArray = 0x90 // of up to 15 elements: their number is added
	minusOne   = 0xff
	codeUint32 = 0xce
	codeUint64 = 0xcf
	codeBin32  = 0xc6
)

// packedFragment begins a fragment: an array of four, -1.
var packedFragment = [2]byte{smallArray | 4, minusOne}

// packedHead is how long the head of a fragment is: array, -1, uint64, uint32, head of a bin32.
const packedHead = 2 + 9 + 5 + 5

// appendPackedFragment appends the head of a fragment of n bytes.
func appendPackedFragment(b []byte, sequence uint64, left uint32, n int) []byte {
	b = append(b, packedFragment[0], packedFragment[1], codeUint64)
	b = binary.BigEndian.AppendUint64(b, sequence)
	b = binary.BigEndian.AppendUint32(append(b, codeUint32), left)
	return binary.BigEndian.AppendUint32(append(b, codeBin32), uint32(n))
}

// openPacked reads the head of a fragment, behind which n bytes must follow.
func openPacked(head []byte, n int) (opened, error) {
	if head[2] != codeUint64 || head[11] != codeUint32 || head[16] != codeBin32 ||
		int64(binary.BigEndian.Uint32(head[17:])) != int64(n) {
		return opened{}, errFrame
	}
	return opened{sequence: binary.BigEndian.Uint64(head[3:]), number: uint64(binary.BigEndian.Uint32(head[12:]))}, nil
}

// recorder writes down the messages of all connections.
type recorder struct {
	mu sync.Mutex
	w  io.Writer // guarded by mu
}

func newRecorder(w io.Writer) *recorder {
	if w == nil {
		return nil
	}
	return &recorder{w: w}
}

// add writes a message. What cannot be written is missing: the link does not depend on it.
func (r *recorder) add(message []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, _ = r.w.Write(append(binary.BigEndian.AppendUint32(make([]byte, 0, 4+len(message)), uint32(len(message))), message...))
}
