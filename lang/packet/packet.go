// Package packet finds the packets in a stream of bytes: those that begin with their length, lines, the messages of ASN.1, CORBA, Sun
// RPC, FastCGI, TPKT and TLS, and the lines of HTTP, as the option packet of sockets and erlang:decode_packet/3 name them.
//
// Decode looks at the front of the bytes that are there.
package packet

import (
	"bytes"
	"encoding/binary"
	"errors"

	"github.com/erlsh/erlsh/lang/term"
)

// Kind is a kind of packets.
type Kind int

// The kinds. Of HTTP those with Bin have binaries where the others have strings; Header begins with the lines behind the first one.
const (
	Raw Kind = iota
	Length1
	Length2
	Length4
	Line
	ASN1
	CDR
	SunRM
	FastCGI
	TPKT
	TLS
	HTTP
	HTTPBin
	HTTPHeader
	HTTPHeaderBin
)

// KindOf reads the name of a kind: an atom, or 0, 1, 2 or 4.
func KindOf(t term.Term) (Kind, bool) {
	if n, ok := t.Int(); ok {
		k, ok := map[int64]Kind{0: Raw, 1: Length1, 2: Length2, 4: Length4}[n]
		return k, ok
	}
	if !t.IsAtom() {
		return Raw, false
	}
	k, ok := map[string]Kind{
		"raw": Raw, "line": Line, "asn1": ASN1, "cdr": CDR, "sunrm": SunRM, "fcgi": FastCGI, "tpkt": TPKT, "ssl_tls": TLS,
		"http": HTTP, "http_bin": HTTPBin, "httph": HTTPHeader, "httph_bin": HTTPHeaderBin,
	}[t.AtomName()]
	return k, ok
}

// Term returns the name of a kind, as inet:getopts/2 gives it.
func (k Kind) Term() term.Term {
	switch k {
	case Raw:
		return term.Int(0)
	case Length1:
		return term.Int(1)
	case Length2:
		return term.Int(2)
	case Length4:
		return term.Int(4)
	}
	return term.Atom([]string{Line: "line", ASN1: "asn1", CDR: "cdr", SunRM: "sunrm", FastCGI: "fcgi", TPKT: "tpkt", TLS: "ssl_tls",
		HTTP: "http", HTTPBin: "http_bin", HTTPHeader: "httph", HTTPHeaderBin: "httph_bin"}[k])
}

// HTTPLike reports whether the packets are terms and not bytes.
func (k Kind) HTTPLike() bool { return k >= HTTP }

// Options bound packets; the zero value does not.
type Options struct {
	Size       int // the longest packet; 0: any
	LineLength int // longer lines are cut; 0: never
	Delimiter  byte
}

// Packet is what was found: Used bytes of the input, of which Data is what is handed on, or, for the kinds of HTTP, Term. With Used 0
// there is none yet, and More is how many bytes it takes in all, 0 for unknown.
type Packet struct {
	Data []byte
	Term term.Term
	Used int
	More int
}

// ErrInvalid says that there is no such packet, or that it is too long.
var ErrInvalid = errors.New("packet: invalid")

// Decode finds the packet at the front of b.
func Decode(k Kind, b []byte, o Options) (Packet, error) {
	switch k {
	case Raw:
		return Packet{Data: b, Used: len(b)}, nil
	case Line:
		return line(b, o)
	case HTTP, HTTPBin, HTTPHeader, HTTPHeaderBin:
		return webLine(k, b, o)
	}
	head, body, err := sizes(k, b)
	if err != nil {
		return Packet{}, err
	}
	size := head + body
	if head == 0 || body < 0 || body > 1<<31-1 || o.Size > 0 && body > o.Size {
		if head == 0 {
			return Packet{}, nil
		}
		return Packet{}, ErrInvalid
	}
	if len(b) < size {
		return Packet{More: size}, nil
	}
	p := Packet{Data: b[:size], Used: size}
	switch k {
	case Length1, Length2, Length4:
		p.Data = b[head:size]
	case FastCGI:
		p.Data = b[:size-int(b[6])] // the padding is left out
	case TLS:
		p.Term = term.Tuple(term.Atom("ssl_tls"), term.Nil, term.Int(int64(b[0])),
			term.Tuple(term.Int(int64(b[1])), term.Int(int64(b[2]))), term.Binary(bytes.Clone(b[head:size])))
	}
	return p, nil
}

// sizes reads the head of a packet: how long it is and how much follows; 0 while it is not all there.
func sizes(k Kind, b []byte) (head, body int, err error) {
	need := map[Kind]int{Length1: 1, Length2: 2, Length4: 4, SunRM: 4, CDR: 12, FastCGI: 8, TPKT: 4, TLS: 5, ASN1: 2}[k]
	if len(b) < need {
		return 0, 0, nil
	}
	switch k {
	case Length1:
		return 1, int(b[0]), nil
	case Length2:
		return 2, int(binary.BigEndian.Uint16(b)), nil
	case Length4:
		return 4, int(binary.BigEndian.Uint32(b)), nil
	case SunRM:
		return 4, int(binary.BigEndian.Uint32(b) & 0x7fffffff), nil
	case CDR:
		if string(b[:4]) != "GIOP" {
			return 0, 0, ErrInvalid
		}
		if b[6]&1 != 0 {
			return 12, int(binary.LittleEndian.Uint32(b[8:])), nil
		}
		return 12, int(binary.BigEndian.Uint32(b[8:])), nil
	case FastCGI:
		if b[0] != 1 {
			return 0, 0, ErrInvalid
		}
		return 8, int(binary.BigEndian.Uint16(b[4:])) + int(b[6]), nil
	case TPKT:
		n := int(binary.BigEndian.Uint16(b[2:]))
		if b[0] != 3 || n < 4 {
			return 0, 0, ErrInvalid
		}
		return 4, n - 4, nil
	case TLS:
		return 5, int(binary.BigEndian.Uint16(b[3:])), nil
	}
	return asn1Sizes(b)
}

// asn1Sizes reads tag and length in the basic encoding: X.690, 8.1.
func asn1Sizes(b []byte) (head, body int, err error) {
	at := 1
	if b[0]&0x1f == 0x1f {
		for at < len(b) && b[at]&0x80 != 0 {
			at++
		}
		at++
	}
	if at >= len(b) {
		return 0, 0, nil
	}
	first := b[at]
	at++
	if first&0x80 == 0 {
		return at, int(first), nil
	}
	n := int(first & 0x7f)
	if n > 4 {
		return 0, 0, ErrInvalid
	}
	if at+n > len(b) {
		return 0, 0, nil
	}
	for range n {
		body = body<<8 | int(b[at])
		at++
	}
	return at, body, nil
}

func line(b []byte, o Options) (Packet, error) {
	delimiter := o.Delimiter
	if delimiter == 0 {
		delimiter = '\n'
	}
	n := bytes.IndexByte(b, delimiter) + 1
	whole := n > 0
	if !whole {
		n = len(b)
	}
	switch {
	case o.Size > 0 && n > o.Size:
		return Packet{}, ErrInvalid
	case o.LineLength > 0 && n > o.LineLength:
		return Packet{Data: b[:o.LineLength], Used: o.LineLength}, nil
	case whole:
		return Packet{Data: b[:n], Used: n}, nil
	}
	return Packet{}, nil
}
