package erlang

import (
	"bytes"
	big "encoding/binary"

	"github.com/erlsh/erlsh/lang/term"
)

// framer makes of the bytes that a port receives what its owner gets, as the options packet, line and stream ask.
type framer struct {
	packet int // length of the header: 0, 1, 2 or 4
	line   int // 0: no lines
	binary bool
	rest   []byte
}

// value makes a list or a binary of bytes.
func (f *framer) value(data []byte) term.Term {
	if f.binary {
		return term.Binary(data)
	}
	bytes := make([]term.Term, len(data))
	for i, c := range data {
		bytes[i] = term.Int(int64(c))
	}
	return term.List(bytes...)
}

// receive takes bytes that came in.
func (f *framer) receive(data []byte, end bool) []term.Term {
	switch {
	case f.line > 0:
		return f.lines(data, end)
	case f.packet > 0:
		return f.packets(data)
	case len(data) == 0:
		return nil
	}
	return []term.Term{f.value(data)}
}

// lines cuts at newlines and where a line is too long.
func (f *framer) lines(data []byte, end bool) (out []term.Term) {
	add := func(tag string, line []byte) { out = append(out, term.Tuple(term.Atom(tag), f.value(line))) }
	f.rest = append(f.rest, data...)
	for len(f.rest) > 0 {
		at := bytes.IndexByte(f.rest, '\n')
		switch {
		case at >= 0 && at <= f.line:
			add("eol", f.rest[:at])
			f.rest = f.rest[at+1:]
			continue
		case len(f.rest) > f.line || len(f.rest) == f.line && end:
			add("noeol", f.rest[:f.line])
			f.rest = f.rest[f.line:]
			continue
		}
		break
	}
	if end && len(f.rest) > 0 {
		add("noeol", f.rest)
		f.rest = nil
	}
	f.rest = append([]byte(nil), f.rest...)
	return out
}

// packets takes whole packets.
func (f *framer) packets(data []byte) (out []term.Term) {
	f.rest = append(f.rest, data...)
	for len(f.rest) >= f.packet {
		var header [4]byte
		copy(header[4-f.packet:], f.rest)
		size := int(big.BigEndian.Uint32(header[:]))
		if len(f.rest) < f.packet+size {
			break
		}
		out = append(out, f.value(f.rest[f.packet:f.packet+size]))
		f.rest = f.rest[f.packet+size:]
	}
	f.rest = append([]byte(nil), f.rest...)
	return out
}

// frame puts the header of a packet in front.
func (f *framer) frame(data []byte) []byte {
	if f.packet == 0 {
		return data
	}
	var header [4]byte
	big.BigEndian.PutUint32(header[:], uint32(len(data)))
	return append(append([]byte(nil), header[4-f.packet:]...), data...)
}
