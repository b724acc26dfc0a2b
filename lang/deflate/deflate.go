// Package deflate compresses and expands data in the DEFLATE format (RFC 1951) step by step: a compressor that makes the very bytes
// that zlib makes for the same data and parameters, so that what Erlang prints of compressed data is what is printed here, and an
// expander that takes its input in pieces of any size and goes on where it stopped.
//
// Start with NewWriter and NewReader; Compress and Expand do the whole of it in the zlib format (RFC 1950).
package deflate

import (
	"encoding/binary"
	"errors"
	"hash/adler32"
)

// Flush says how much of what was written has to come out.
type Flush int

// The modes of flushing, as zlib's.
const (
	NoFlush Flush = iota
	SyncFlush
	FullFlush
	Finish
)

// Strategy tunes the compressor.
type Strategy int

// The strategies, as zlib's.
const (
	DefaultStrategy Strategy = iota
	Filtered
	HuffmanOnly
	RLE
	Fixed
)

const (
	minMatch     = 3
	maxMatch     = 258
	minLookahead = maxMatch + minMatch + 1
	tooFar       = 4096 // a match of three bytes from further away costs more than the bytes
)

// tuning is how hard a level searches.
type tuning struct {
	good, lazy, nice, chain int
	run                     func(w *Writer, f Flush) bool
}

func tuningOf(level int) tuning {
	switch level {
	case 0:
		return tuning{0, 0, 0, 0, (*Writer).stored}
	case 1:
		return tuning{4, 4, 8, 4, (*Writer).fast}
	case 2:
		return tuning{4, 5, 16, 8, (*Writer).fast}
	case 3:
		return tuning{4, 6, 32, 32, (*Writer).fast}
	case 4:
		return tuning{4, 4, 16, 16, (*Writer).slow}
	case 5:
		return tuning{8, 16, 32, 32, (*Writer).slow}
	case 7:
		return tuning{8, 32, 128, 256, (*Writer).slow}
	case 8:
		return tuning{32, 128, 258, 1024, (*Writer).slow}
	case 9:
		return tuning{32, 258, 258, 4096, (*Writer).slow}
	}
	return tuning{8, 16, 128, 128, (*Writer).slow}
}

// Writer compresses. What is ready is taken with Write.
type Writer struct {
	tuning
	strategy Strategy
	bits     bitWriter
	blocks   blocks

	in       []byte // what is not in the window yet
	window   []byte // twice the size that matches reach back
	size     int
	hashBits uint
	hashMask uint32
	hash     uint32
	head     []uint16 // the last position of each hash, 0: none
	prev     []uint16 // the position before with the same hash

	at, ahead  int // position in the window, bytes behind it
	blockStart int
	insert     int // bytes before at that are not in the table yet

	matchStart, matchLength int
	prevMatch, prevLength   int
	pending                 bool // the byte before at is not out yet
	finished                bool
}

// NewWriter returns a compressor: level 0 to 9, a window of 1<<windowBits bytes (8 to 15), memory 1 to 9.
func NewWriter(level, windowBits, memory int, strategy Strategy) *Writer {
	if windowBits == 8 {
		windowBits = 9 // as zlib
	}
	w := &Writer{tuning: tuningOf(level), strategy: strategy, size: 1 << windowBits, hashBits: uint(memory) + 7}
	w.window = make([]byte, 2*w.size)
	w.prev = make([]uint16, w.size)
	w.head = make([]uint16, 1<<w.hashBits)
	w.hashMask = 1<<w.hashBits - 1
	w.blocks.limit = 1<<(memory+6) - 1
	w.blocks.reset()
	w.prevLength, w.matchLength = minMatch-1, minMatch-1
	return w
}

// Tune changes level and strategy for what comes; what was written before is compressed first.
func (w *Writer) Tune(level int, strategy Strategy) []byte {
	out := w.Write(nil, blockFlush)
	w.tuning, w.strategy = tuningOf(level), strategy
	return out
}

// blockFlush ends the block without a mark.
const blockFlush Flush = -1

// Write takes data and returns what comes out.
func (w *Writer) Write(data []byte, f Flush) []byte {
	if w.finished {
		return nil
	}
	w.in = data
	if len(data) > 0 || w.ahead > 0 || f != NoFlush {
		done := false
		switch {
		case w.strategy == HuffmanOnly && w.chain > 0:
			done = w.huffmanOnly(f)
		case w.strategy == RLE && w.chain > 0:
			done = w.runs(f)
		default:
			done = w.run(w, f)
		}
		if done {
			w.mark(f)
		}
	}
	return w.bits.take()
}

// mark writes what ends a flush.
func (w *Writer) mark(f Flush) {
	switch f {
	case SyncFlush, FullFlush:
		w.storedBlock(nil, false)
		if f == FullFlush {
			clear(w.head)
			if w.ahead == 0 {
				w.at, w.blockStart, w.insert = 0, 0, 0
			}
		}
	case Finish:
		w.finished = true
		w.bits.align()
	}
}

// Preset fills the window with a dictionary.
func (w *Writer) Preset(dictionary []byte) {
	if len(dictionary) > w.size {
		dictionary = dictionary[len(dictionary)-w.size:]
	}
	w.in = dictionary
	w.fill()
	for w.ahead >= minMatch {
		n := w.ahead - (minMatch - 1)
		for i := range n {
			w.rehash(w.window[w.at+i+minMatch-1])
			w.prev[(w.at+i)&(w.size-1)] = w.head[w.hash]
			w.head[w.hash] = uint16(w.at + i)
		}
		w.at += n
		w.ahead = minMatch - 1
		w.fill()
	}
	w.at += w.ahead
	w.blockStart = w.at
	w.insert = w.ahead
	w.ahead = 0
	w.matchLength, w.prevLength, w.pending = minMatch-1, minMatch-1, false
}

// fill moves data into the window, and the upper half of the window down where that makes room.
func (w *Writer) fill() {
	for {
		room := len(w.window) - w.ahead - w.at
		if w.at >= w.size+w.size-minLookahead {
			copy(w.window, w.window[w.size:2*w.size-room])
			w.matchStart -= w.size
			w.at -= w.size
			w.blockStart -= w.size
			w.insert = min(w.insert, w.at)
			w.slide()
			room += w.size
		}
		if len(w.in) == 0 {
			return
		}
		n := copy(w.window[w.at+w.ahead:w.at+w.ahead+min(room, len(w.in))], w.in)
		w.in = w.in[n:]
		w.ahead += n
		w.catchUp()
		if w.ahead >= minLookahead || len(w.in) == 0 {
			return
		}
	}
}

// catchUp puts into the table what stood too close to the end before.
func (w *Writer) catchUp() {
	if w.ahead+w.insert < minMatch {
		return
	}
	from := w.at - w.insert
	w.hash = uint32(w.window[from])
	w.rehash(w.window[from+1])
	for w.insert > 0 {
		w.rehash(w.window[from+minMatch-1])
		w.prev[from&(w.size-1)] = w.head[w.hash]
		w.head[w.hash] = uint16(from)
		from++
		w.insert--
		if w.ahead+w.insert < minMatch {
			break
		}
	}
}

func (w *Writer) slide() {
	for _, table := range [][]uint16{w.head, w.prev} {
		for i, p := range table {
			table[i] = uint16(max(int(p)-w.size, 0))
		}
	}
}

func (w *Writer) rehash(b byte) {
	shift := (w.hashBits + minMatch - 1) / minMatch
	w.hash = (w.hash<<shift ^ uint32(b)) & w.hashMask
}

// enter puts the position at into the table and returns the one before with the same hash, 0 for none.
func (w *Writer) enter(at int) int {
	w.rehash(w.window[at+minMatch-1])
	old := w.head[w.hash]
	w.prev[at&(w.size-1)] = old
	w.head[w.hash] = uint16(at)
	return int(old)
}

// longest looks for the longest match behind a position, longer than the one before.
func (w *Writer) longest(candidate int) int {
	chain, best, nice := w.chain, w.prevLength, min(w.nice, w.ahead)
	limit := max(w.at-(w.size-minLookahead), 0)
	if w.prevLength >= w.good {
		chain >>= 2
	}
	scan := w.window[w.at:]
	for {
		match := w.window[candidate:]
		if match[best] == scan[best] && (best == 0 || match[best-1] == scan[best-1]) && match[0] == scan[0] && match[1] == scan[1] {
			n := 2
			for n < maxMatch && w.at+n < len(w.window) && match[n] == scan[n] {
				n++
			}
			if n > best {
				w.matchStart, best = candidate, n
				if n >= nice {
					break
				}
			}
		}
		candidate = int(w.prev[candidate&(w.size-1)])
		if chain--; candidate <= limit || chain == 0 {
			break
		}
	}
	return min(best, w.ahead)
}

// ready makes sure that there is enough to search in; false when the data is not enough and more may come.
func (w *Writer) ready(f Flush, want int) bool {
	if w.ahead < want {
		w.fill()
		if w.ahead < want && f == NoFlush {
			return false
		}
	}
	return true
}

// cut ends the block at the current position.
func (w *Writer) cut(last bool) {
	var raw []byte
	if w.blockStart >= 0 {
		raw = w.window[w.blockStart:w.at]
	}
	w.flushBlock(raw, w.at-w.blockStart, last)
	w.blockStart = w.at
}

// over ends what a flush asks for.
func (w *Writer) over(f Flush) bool {
	if f == Finish {
		w.cut(true)
		return true
	}
	if w.blocks.count() > 0 {
		w.cut(false)
	}
	return true
}

func (w *Writer) near(head int) bool { return head != 0 && w.at-head <= w.size-minLookahead }

// fast takes each match that it finds.
func (w *Writer) fast(f Flush) bool {
	for {
		if !w.ready(f, minLookahead) {
			return false
		}
		if w.ahead == 0 {
			break
		}
		head := 0
		if w.ahead >= minMatch {
			head = w.enter(w.at)
		}
		w.prevLength = minMatch - 1
		length := 0
		if w.near(head) {
			length = w.longest(head)
		}
		full := false
		if length >= minMatch {
			full = w.blocks.match(w.at-w.matchStart, length)
			w.ahead -= length
			w.pass(length)
		} else {
			full = w.blocks.literal(w.window[w.at])
			w.ahead--
			w.at++
		}
		if full {
			w.cut(false)
		}
	}
	w.insert = min(w.at, minMatch-1)
	return w.over(f)
}

// pass goes behind a match: short ones enter the table, long ones do not.
func (w *Writer) pass(length int) {
	if length <= w.lazy && w.ahead >= minMatch {
		for length--; length > 0; length-- {
			w.at++
			w.enter(w.at)
		}
		w.at++
		return
	}
	w.at += length
	w.hash = uint32(w.window[w.at])
	w.rehash(w.window[w.at+1])
}

// slow looks one byte further before it takes a match.
func (w *Writer) slow(f Flush) bool {
	for {
		if !w.ready(f, minLookahead) {
			return false
		}
		if w.ahead == 0 {
			break
		}
		head := 0
		if w.ahead >= minMatch {
			head = w.enter(w.at)
		}
		w.prevLength, w.prevMatch = w.matchLength, w.matchStart
		w.matchLength = minMatch - 1
		if w.near(head) && w.prevLength < w.lazy {
			w.matchLength = w.longest(head)
			if w.matchLength <= 5 && (w.strategy == Filtered || w.matchLength == minMatch && w.at-w.matchStart > tooFar) {
				w.matchLength = minMatch - 1
			}
		}
		w.decide()
	}
	if w.pending {
		w.blocks.literal(w.window[w.at-1])
		w.pending = false
	}
	w.insert = min(w.at, minMatch-1)
	return w.over(f)
}

// decide takes the match before, or puts off what was found now.
func (w *Writer) decide() {
	switch {
	case w.prevLength >= minMatch && w.matchLength <= w.prevLength:
		last := w.at + w.ahead - minMatch
		full := w.blocks.match(w.at-1-w.prevMatch, w.prevLength)
		w.ahead -= w.prevLength - 1
		for n := w.prevLength - 2; n > 0; n-- {
			if w.at++; w.at <= last {
				w.enter(w.at)
			}
		}
		w.pending = false
		w.matchLength = minMatch - 1
		w.at++
		if full {
			w.cut(false)
		}
	case w.pending:
		if w.blocks.literal(w.window[w.at-1]) {
			w.cut(false)
		}
		w.at++
		w.ahead--
	default:
		w.pending = true
		w.at++
		w.ahead--
	}
}

func (w *Writer) huffmanOnly(f Flush) bool {
	for {
		if !w.ready(f, 1) {
			return false
		}
		if w.ahead == 0 {
			break
		}
		full := w.blocks.literal(w.window[w.at])
		w.ahead--
		w.at++
		if full {
			w.cut(false)
		}
	}
	w.insert = 0
	return w.over(f)
}

// runs looks for runs of one byte only.
func (w *Writer) runs(f Flush) bool {
	for {
		if !w.ready(f, maxMatch+1) {
			return false
		}
		if w.ahead == 0 {
			break
		}
		n := 0
		if w.at > 0 {
			before := w.window[w.at-1]
			for n < min(maxMatch, w.ahead) && w.window[w.at+n] == before {
				n++
			}
		}
		full := false
		if n >= minMatch {
			full = w.blocks.match(1, n)
		} else {
			n = 1
			full = w.blocks.literal(w.window[w.at])
		}
		w.ahead -= n
		w.at += n
		if full {
			w.cut(false)
		}
	}
	w.insert = 0
	return w.over(f)
}

// stored copies: blocks as long as they may be.
func (w *Writer) stored(f Flush) bool {
	longest := min(w.size, 65535)
	for len(w.in) > longest || len(w.in) > 0 && f != Finish {
		n := min(len(w.in), longest)
		w.storedBlock(w.in[:n], false)
		w.in = w.in[n:]
	}
	if f == Finish {
		w.storedBlock(w.in, true)
		w.in = nil
	}
	return f != NoFlush
}

// Compress returns data in the zlib format.
func Compress(data []byte, level int) []byte {
	out := Header(level, 15, 0)
	out = append(out, NewWriter(level, 15, 8, DefaultStrategy).Write(data, Finish)...)
	return binary.BigEndian.AppendUint32(out, adler32.Checksum(data))
}

// Header returns the first bytes of the zlib format; dictionary is the checksum of one, or 0.
func Header(level, windowBits int, dictionary uint32) []byte {
	strength := 3
	switch {
	case level < 2 && level >= 0:
		strength = 0
	case level < 6 && level >= 0:
		strength = 1
	case level == 6 || level < 0:
		strength = 2
	}
	head := (8+(windowBits-8)<<4)<<8 | strength<<6
	if dictionary != 0 {
		head |= 0x20
	}
	head += 31 - head%31
	out := []byte{byte(head >> 8), byte(head)}
	if dictionary != 0 {
		out = binary.BigEndian.AppendUint32(out, dictionary)
	}
	return out
}

// ErrData says that the data is not in the format.
var ErrData = errors.New("deflate: the data is not in the format")

// Expand expands data in the zlib format, of at most limit bytes, and returns what follows it.
func Expand(data []byte, limit int) (out, rest []byte, err error) {
	if len(data) < 2 || data[0]&15 != 8 || data[0]>>4 > 7 || (int(data[0])<<8|int(data[1]))%31 != 0 || data[1]&0x20 != 0 {
		return nil, nil, ErrData
	}
	r := NewReader(15)
	out, err = r.Read(data[2:], limit+1)
	rest = r.Rest()
	if err != nil || !r.Done() || len(out) > limit || len(rest) < 4 || binary.BigEndian.Uint32(rest) != adler32.Checksum(out) {
		return nil, nil, ErrData
	}
	return out, rest[4:], nil
}
