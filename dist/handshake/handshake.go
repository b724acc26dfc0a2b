// Package handshake proves two Erlang nodes to each other on a connection and agrees on what both can do.
//
// Connect plays the node that dials, Accept the one that is dialled. Both speak version 6 of the protocol; Accept also takes the
// older first message. What a peer sends is never believed beyond its length, and silence ends the handshake.
// erl_dist_protocol, "Distribution Handshake".
package handshake

import (
	"crypto/md5"
	"crypto/rand"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Status is the dialled node's answer to the name of the dialling one.
type Status string

// The statuses. StatusNamed goes with a name that the dialled node has given to the dialling one.
const (
	StatusOK           Status = "ok"
	StatusSimultaneous Status = "ok_simultaneous" // go on: my own attempt to you ends
	StatusNOK          Status = "nok"             // go away: my own attempt to you goes on
	StatusNotAllowed   Status = "not_allowed"
	StatusAlive        Status = "alive" // I have a connection to you: is it dead?
	StatusNamed        Status = "named:"
	DefaultTimeout            = 7 * time.Second
	maxMessage                = 4096
	maxName                   = 255
	messageName               = 'N'
	messageOldName            = 'n'
	messageStatus             = 's'
	messageReply              = 'r'
	messageAck                = 'a'
	messageComplement         = 'c'
)

// Why a handshake fails. The errors of Connect and Accept wrap one of these, or the error of the connection.
var (
	ErrCookie       = errors.New("the cookies differ")
	ErrNOK          = errors.New("refused: the peer goes on with a connection of its own")
	ErrNotAllowed   = errors.New("the peer does not allow this node")
	ErrWrongName    = errors.New("another node answers there")
	ErrFlags        = errors.New("the peer lacks mandatory capabilities")
	ErrClosed       = errors.New("the peer closed the connection")
	ErrTimeout      = errors.New("the peer is silent")
	ErrMalformed    = errors.New("the peer does not speak the distribution protocol")
	ErrEncrypted    = errors.New("the peer speaks TLS")
	ErrNotConfirmed = errors.New("the peer keeps the connection it has")
)

// Options say who takes part.
type Options struct {
	Name     string // of this node, or only the host part to be given a name by the dialled node (with flag NameMe)
	Creation uint32
	Flags    Flags
	Cookie   func(peer string) string // the cookie for a peer
	Timeout  time.Duration            // for each step; 0: DefaultTimeout
	// Wide has lengths of four bytes before each message instead of two: so do nodes on connections with TLS.
	Wide bool
	// Challenge returns a random number; nil takes one of the system's.
	Challenge func() uint32

	// Peer is the name that is dialled. Only for Connect.
	Peer string

	// Decide answers the name of a dialling node. Only for Accept.
	Decide func(peer string) Status
	// Assign gives a name and a creation to a node that has none. Only for Accept; nil refuses it.
	Assign func(host string) (name string, creation uint32)
	// Commit is called when the peer has proved itself, before it is told; an error ends the handshake. Only for Accept.
	Commit func(p Peer) error
}

// Peer is the other side after a handshake.
type Peer struct {
	Name     string
	Creation uint32
	Flags    Flags // of the peer, all of them
	Agreed   Flags // what both have
	// Own and OwnCreation are this node's name and creation as the peer knows them: what Options said, or what the peer has given.
	Own         string
	OwnCreation uint32
}

// session is one handshake under way.
type session struct {
	c net.Conn
	o Options
}

func newSession(c net.Conn, o Options) *session {
	if o.Timeout == 0 {
		o.Timeout = DefaultTimeout
	}
	if o.Challenge == nil {
		o.Challenge = randomChallenge
	}
	return &session{c, o}
}

func randomChallenge() uint32 {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails
	return binary.BigEndian.Uint32(b[:])
}

// send writes one message.
func (s *session) send(body []byte) error {
	if err := s.c.SetDeadline(time.Now().Add(s.o.Timeout)); err != nil {
		return reason(err)
	}
	b := make([]byte, 0, len(body)+4)
	if s.o.Wide {
		b = binary.BigEndian.AppendUint32(b, uint32(len(body)))
	} else {
		b = binary.BigEndian.AppendUint16(b, uint16(len(body)))
	}
	_, err := s.c.Write(append(b, body...))
	return reason(err)
}

// receive reads one message that begins with one of the wanted bytes and has at least size bytes behind it.
func (s *session) receive(size int, wanted ...byte) (kind byte, body []byte, err error) {
	if err := s.c.SetDeadline(time.Now().Add(s.o.Timeout)); err != nil {
		return 0, nil, reason(err)
	}
	head := make([]byte, 2, 4)
	if s.o.Wide {
		head = head[:4]
	}
	if _, err := io.ReadFull(s.c, head); err != nil {
		return 0, nil, reason(err)
	}
	if !s.o.Wide && head[1] == 3 && (head[0] == 0x15 || head[0] == 0x16) { // a record of TLS: an alert, or a hello
		return 0, nil, ErrEncrypted
	}
	n := 0
	for _, b := range head {
		n = n<<8 | int(b)
	}
	if n < 1 || n > maxMessage {
		return 0, nil, fmt.Errorf("%w: message of %d bytes", ErrMalformed, n)
	}
	body = make([]byte, n)
	if _, err := io.ReadFull(s.c, body); err != nil {
		return 0, nil, reason(err)
	}
	for _, w := range wanted {
		if body[0] == w && n-1 >= size {
			return w, body[1:], nil
		}
	}
	return 0, nil, fmt.Errorf("%w: unexpected message %q of %d bytes", ErrMalformed, body[0], n)
}

// reason turns the errors of connections into ours.
func reason(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, os.ErrDeadlineExceeded):
		return ErrTimeout
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.ErrClosedPipe),
		strings.Contains(err.Error(), "connection reset"), strings.Contains(err.Error(), "broken pipe"):
		return ErrClosed
	}
	return err
}

// digest proves knowledge of the cookie to whoever sent the challenge.
func digest(cookie string, challenge uint32) [md5.Size]byte {
	return md5.Sum([]byte(cookie + strconv.FormatUint(uint64(challenge), 10)))
}

func equal(a [md5.Size]byte, b []byte) bool { return subtle.ConstantTimeCompare(a[:], b) == 1 }

// validName reports whether a name is that of a node: something, one @, something, and nothing that a terminal would obey.
func validName(name string) bool {
	before, after, ok := strings.Cut(name, "@")
	return ok && before != "" && after != "" && !strings.Contains(after, "@") && validHost(name)
}

func validHost(name string) bool {
	return name != "" && len(name) <= maxName && !strings.ContainsFunc(name, func(r rune) bool { return r == ' ' || !unicode.IsPrint(r) })
}

// latin1 turns the bytes of a name into text, and back. The protocol has names in Latin-1.
func fromLatin1(b []byte) string {
	var s strings.Builder
	for _, c := range b {
		s.WriteRune(rune(c))
	}
	return s.String()
}

func toLatin1(name string) []byte {
	var b []byte
	for _, r := range name {
		if r > 255 {
			r = '?'
		}
		b = append(b, byte(r))
	}
	return b
}

// nameMessage is what both sides introduce themselves with; the challenge is in that of the dialled side only.
func nameMessage(flags Flags, challenge []byte, creation uint32, name string) []byte {
	b := binary.BigEndian.AppendUint64([]byte{messageName}, uint64(flags))
	b = append(b, challenge...)
	b = binary.BigEndian.AppendUint32(b, creation)
	raw := toLatin1(name)
	b = binary.BigEndian.AppendUint16(b, uint16(len(raw)))
	return append(b, raw...)
}

// parseName takes creation, length and name from the end of either side's introduction. What follows the name is ignored.
func parseName(b []byte) (creation uint32, name string, err error) {
	if len(b) < 6 || len(b)-6 < int(binary.BigEndian.Uint16(b[4:])) {
		return 0, "", fmt.Errorf("%w: a name is cut off", ErrMalformed)
	}
	return binary.BigEndian.Uint32(b), fromLatin1(b[6 : 6+binary.BigEndian.Uint16(b[4:])]), nil
}
