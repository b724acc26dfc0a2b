package zlib

import (
	"encoding/binary"
	"hash"
	"hash/adler32"
	"hash/crc32"
	"sync"

	"github.com/erlsh/erlsh/lang/deflate"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// zstream is a stream. All but the owner belongs to the process that owns it.
type zstream struct {
	mu    sync.Mutex
	owner term.Term // guarded by mu

	closed bool
	buffer int
	pack   *packer
	expand *expander
}

func (z *zstream) belongs(p *node.Process) bool {
	z.mu.Lock()
	defer z.mu.Unlock()
	return term.Equal(z.owner, p.Self())
}

func (z *zstream) give(pid term.Term) {
	z.mu.Lock()
	defer z.mu.Unlock()
	z.owner = pid
}

// format is how the compressed data is wrapped.
type format int

const (
	raw format = iota
	zlibFormat
	gzipFormat
	either // zlib or gzip, as the data says
)

// formatOf reads window bits as zlib does: below 0 raw, from 16 on gzip, from 32 on either.
func formatOf(windowBits int) (format, int) {
	switch {
	case windowBits < 0:
		return raw, -windowBits
	case windowBits >= 32:
		return either, windowBits - 32
	case windowBits >= 16:
		return gzipFormat, windowBits - 16
	}
	return zlibFormat, windowBits
}

// sum returns the checksum that a format has.
func (f format) sum() hash.Hash32 {
	if f == gzipFormat {
		return crc32.NewIEEE()
	}
	return adler32.New()
}

// packer compresses.
type packer struct {
	format
	level, bits, memory int
	strategy            deflate.Strategy

	w          *deflate.Writer
	check      hash.Hash32
	size       uint32
	dictionary uint32
	ready      []byte // what deflateParams brought out
	begun      bool
	finished   bool
	touched    bool // data went in
	last       deflate.Flush
}

func (d *packer) reset() {
	d.w = deflate.NewWriter(d.level, d.bits, d.memory, d.strategy)
	d.check, d.size, d.dictionary, d.ready = d.sum(), 0, 0, nil
	d.begun, d.finished, d.touched = false, false, false
}

// write compresses data; false when there is more after the end.
func (d *packer) write(data []byte, f deflate.Flush) ([]byte, bool) {
	if d.finished {
		return nil, len(data) == 0
	}
	if len(data) == 0 && d.begun && f != deflate.Finish && f <= d.last { // no news, and flushed that far already
		return d.take(), true
	}
	d.last = f
	out := d.take()
	if !d.begun {
		d.begun = true
		out = append(out, d.head()...)
	}
	_, _ = d.check.Write(data) // never fails
	d.size += uint32(len(data))
	d.touched = true
	out = append(out, d.w.Write(data, f)...)
	if f == deflate.Finish {
		d.finished = true
		out = append(out, d.tail()...)
	}
	return out, true
}

func (d *packer) take() []byte {
	out := d.ready
	d.ready = nil
	return out
}

func (d *packer) head() []byte {
	switch d.format {
	case zlibFormat:
		return deflate.Header(d.level, d.bits, d.dictionary)
	case gzipFormat:
		extra := byte(0)
		if d.level == 9 {
			extra = 2
		} else if d.level == 1 || d.level == 0 || d.strategy >= deflate.HuffmanOnly {
			extra = 4
		}
		return []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, extra, 3}
	}
	return nil
}

func (d *packer) tail() []byte {
	switch d.format {
	case zlibFormat:
		return binary.BigEndian.AppendUint32(nil, d.check.Sum32())
	case gzipFormat:
		return binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, d.check.Sum32()), d.size)
	}
	return nil
}

// ending says what follows the end of the data.
type ending int

const (
	endError ending = iota
	endReset
	endCut
)

// expander expands.
type expander struct {
	format
	bits   int
	ending ending

	real   format // what either turned out to be
	stage  stage
	head   []byte // input that is no data: the head, or the tail
	r      *deflate.Reader
	check  hash.Hash32
	size   uint32
	wanted uint32 // the checksum of the dictionary that is asked for
}

type stage int

const (
	inHead stage = iota
	needDictionary
	inData
	inTail
	atEnd
)

func newExpander(bits int, e ending) *expander {
	x := &expander{ending: e}
	x.format, x.bits = formatOf(bits)
	if x.bits == 0 {
		x.bits = 15
	}
	x.restart(nil)
	return x
}

// restart begins with input that was not used.
func (x *expander) restart(rest []byte) {
	x.real, x.stage, x.head, x.size = x.format, inHead, rest, 0
	x.begin()
}

func (x *expander) begin() {
	x.r = deflate.NewReader(x.bits)
	x.check = x.real.sum()
	if x.real == raw {
		x.stage = inData
		x.r = deflate.NewReader(x.bits)
	}
}

// outcome of a read.
type outcome int

const (
	goesOn outcome = iota // there may be more
	usedUp                // all input is used
	finished
	dictionary
	broken
)

// read takes more input and returns up to limit bytes.
func (x *expander) read(more []byte, limit int) ([]byte, outcome) {
	var out []byte
	for {
		switch x.stage {
		case inHead:
			x.head = append(x.head, more...)
			more = nil
			if done, ok := x.readHead(); !ok {
				return out, broken
			} else if !done {
				return out, usedUp
			}
		case needDictionary:
			x.head = append(x.head, more...)
			return out, dictionary
		case inData:
			input := append(x.head, more...)
			x.head, more = nil, nil
			piece, err := x.r.Read(input, limit-len(out))
			_, _ = x.check.Write(piece) // never fails
			x.size += uint32(len(piece))
			out = append(out, piece...)
			switch {
			case err != nil:
				return out, broken
			case x.r.Done() && x.r.Stalled():
				x.head, x.stage = append([]byte(nil), x.r.Rest()...), inTail
			case len(out) >= limit:
				return out, goesOn
			default:
				return out, usedUp
			}
		case inTail:
			x.head = append(x.head, more...)
			more = nil
			if done, ok := x.readTail(); !ok {
				return out, broken
			} else if !done {
				return out, usedUp
			}
		case atEnd:
			x.head = append(x.head, more...)
			more = nil
			if len(x.head) == 0 || x.ending == endCut {
				x.head = nil
				return out, finished
			}
			if x.ending == endError {
				return out, broken
			}
			x.restart(x.head)
			if len(out) > 0 {
				return out, goesOn
			}
		}
	}
}

// readHead reads the head of the format when all of it is there.
func (x *expander) readHead() (done, ok bool) {
	b := x.head
	if len(b) < 2 {
		return false, x.real != gzipFormat || len(b) == 0 || b[0] == 0x1f
	}
	gzip := b[0] == 0x1f && b[1] == 0x8b
	switch {
	case x.real == either && gzip, x.real == gzipFormat && gzip:
		n, complete, valid := gzipHead(b)
		if !valid || !complete {
			return false, valid
		}
		x.real, x.head = gzipFormat, b[n:]
	case x.real == gzipFormat:
		return false, false
	default:
		if b[0]&15 != 8 || (int(b[0])<<8|int(b[1]))%31 != 0 || int(b[0]>>4)+8 > x.bits {
			return false, false
		}
		x.real, x.head = zlibFormat, b[2:]
		if b[1]&0x20 != 0 {
			if len(b) < 6 {
				x.real, x.head = x.format, b
				return false, true
			}
			x.wanted, x.head, x.stage = binary.BigEndian.Uint32(b[2:]), b[6:], needDictionary
			x.check = x.real.sum()
			return true, true
		}
	}
	x.check, x.stage = x.real.sum(), inData
	return true, true
}

// gzipHead finds the length of the head: RFC 1952, 2.3.
func gzipHead(b []byte) (n int, complete, valid bool) {
	if len(b) < 10 {
		return 0, false, true
	}
	if b[2] != 8 || b[3]&0xe0 != 0 {
		return 0, false, false
	}
	n = 10
	if b[3]&4 != 0 {
		if len(b) < n+2 {
			return 0, false, true
		}
		n += 2 + int(binary.LittleEndian.Uint16(b[n:]))
	}
	for _, flag := range []byte{8, 16} { // a name and a comment, each up to a zero byte
		if b[3]&flag == 0 {
			continue
		}
		for {
			if n >= len(b) {
				return 0, false, true
			}
			n++
			if b[n-1] == 0 {
				break
			}
		}
	}
	if b[3]&2 != 0 {
		n += 2
	}
	return n, n <= len(b), true
}

// readTail compares the checksum when all of the tail is there.
func (x *expander) readTail() (done, ok bool) {
	n := map[format]int{raw: 0, zlibFormat: 4, gzipFormat: 8}[x.real]
	if len(x.head) < n {
		return false, true
	}
	switch x.real {
	case zlibFormat:
		ok = binary.BigEndian.Uint32(x.head) == x.check.Sum32()
	case gzipFormat:
		ok = binary.LittleEndian.Uint32(x.head) == x.check.Sum32() && binary.LittleEndian.Uint32(x.head[4:]) == x.size
	default:
		ok = true
	}
	x.head, x.stage = x.head[n:], atEnd
	return true, ok
}
