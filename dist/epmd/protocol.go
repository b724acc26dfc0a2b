// Package epmd speaks the protocol of the Erlang port mapper, which tells under which port a node of a host listens.
//
// Client asks the mapper of a host, and Register keeps the registration of a node alive, mapper restarts included. Server is a
// mapper of our own, for hosts where none runs. A request is a length and a body whose first byte says what it is.
// erl_dist_protocol, "EPMD Protocol".
package epmd

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"time"
)

// DefaultPort is where mappers listen.
const DefaultPort = 4369

const (
	reqAlive2 = 120
	reqPort2  = 122
	reqNames  = 110
	reqDump   = 100
	reqKill   = 107
	reqStop   = 115

	respAlive2  = 121
	respAlive2X = 118
	respPort2   = 119
)

const (
	typeVisible = 77
	maxName     = 255
	// the distribution versions that a node announces: 5 and 6 are what nodes since OTP 23 send
	highVersion = 6
	lowVersion  = 5
)

// Node is what a mapper knows of a node.
type Node struct {
	Name      string // the part before the @
	Port      int
	Type      byte // 77 for a normal node, 72 for a hidden one
	Protocol  byte // 0: TCP
	High, Low int  // distribution versions
	Extra     []byte
}

var errMalformed = errors.New("malformed")

// appendNode appends a node in the form that ALIVE2_REQ and PORT2_RESP share.
func appendNode(b []byte, n Node) []byte {
	b = binary.BigEndian.AppendUint16(b, uint16(n.Port))
	b = append(b, n.Type, n.Protocol)
	b = binary.BigEndian.AppendUint16(b, uint16(n.High))
	b = binary.BigEndian.AppendUint16(b, uint16(n.Low))
	b = binary.BigEndian.AppendUint16(b, uint16(len(n.Name)))
	b = append(b, n.Name...)
	b = binary.BigEndian.AppendUint16(b, uint16(len(n.Extra)))
	return append(b, n.Extra...)
}

func parseNode(b []byte) (Node, error) {
	if len(b) < 10 {
		return Node{}, errMalformed
	}
	n := Node{Port: int(binary.BigEndian.Uint16(b)), Type: b[2], Protocol: b[3],
		High: int(binary.BigEndian.Uint16(b[4:])), Low: int(binary.BigEndian.Uint16(b[6:]))}
	name, b, ok := sized(b[8:])
	if !ok {
		return Node{}, errMalformed
	}
	extra, _, ok := sized(b)
	if !ok {
		return Node{}, errMalformed
	}
	n.Name, n.Extra = string(name), append([]byte(nil), extra...)
	return n, nil
}

// sized takes bytes that their number of two bytes precedes.
func sized(b []byte) (part, rest []byte, ok bool) {
	if len(b) < 2 {
		return nil, nil, false
	}
	n := int(binary.BigEndian.Uint16(b))
	if len(b)-2 < n {
		return nil, nil, false
	}
	return b[2 : 2+n], b[2+n:], true
}

func writeRequest(c net.Conn, body []byte) error {
	b := binary.BigEndian.AppendUint16(make([]byte, 0, len(body)+2), uint16(len(body)))
	_, err := c.Write(append(b, body...))
	return err
}

func readRequest(c net.Conn) ([]byte, error) {
	var head [2]byte
	if _, err := io.ReadFull(c, head[:]); err != nil {
		return nil, err
	}
	body := make([]byte, binary.BigEndian.Uint16(head[:]))
	if len(body) == 0 {
		return nil, errMalformed
	}
	_, err := io.ReadFull(c, body)
	return body, err
}

// patience is how long either side waits for the other.
const patience = 10 * time.Second

// listing is one line of NAMES.
func listing(n Node) string { return fmt.Sprintf("name %s at port %d\n", n.Name, n.Port) }
