package handshake

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
)

// Connect proves this node to the one that was dialled, and that one to this. The connection stays open, deadlines set, whatever
// comes of it.
func Connect(c net.Conn, o Options) (Peer, error) {
	s := newSession(c, o)
	p, err := s.connect()
	if err != nil {
		return p, fmt.Errorf("handshake with %s: %w", o.Peer, err)
	}
	return p, nil
}

func (s *session) connect() (Peer, error) {
	p := Peer{Own: s.o.Name, OwnCreation: s.o.Creation}
	if err := s.send(nameMessage(s.o.Flags, nil, s.o.Creation, s.o.Name)); err != nil {
		return p, err
	}
	if err := s.status(&p); err != nil {
		return p, err
	}
	challenge, err := s.challenge(&p)
	if err != nil {
		return p, err
	}
	return p, s.prove(p, challenge)
}

// status reads the answer to our name.
func (s *session) status(p *Peer) error {
	_, body, err := s.receive(0, messageStatus)
	if err != nil {
		return err
	}
	text := string(body)
	switch Status(text) {
	case StatusOK, StatusSimultaneous:
		if !validName(p.Own) {
			return fmt.Errorf("%w: it gives no name to this node", ErrMalformed)
		}
		return nil
	case StatusNOK:
		return ErrNOK
	case StatusNotAllowed:
		return ErrNotAllowed
	case StatusAlive: // there is no connection here, so the peer's is dead
		return s.send([]byte("strue"))
	}
	if len(text) > len(StatusNamed) && Status(text[:len(StatusNamed)]) == StatusNamed && s.o.Flags.Has(NameMe) {
		return p.named(body[len(StatusNamed):])
	}
	return fmt.Errorf("%w: status %q", ErrMalformed, text)
}

// named takes the name and creation that the peer gives to this node.
func (p *Peer) named(b []byte) error {
	if len(b) < 2 {
		return fmt.Errorf("%w: no name given", ErrMalformed)
	}
	n := int(binary.BigEndian.Uint16(b))
	if len(b) < 2+n+4 {
		return fmt.Errorf("%w: no name given", ErrMalformed)
	}
	p.Own, p.OwnCreation = fromLatin1(b[2:2+n]), binary.BigEndian.Uint32(b[2+n:])
	if !validName(p.Own) {
		return fmt.Errorf("%w: bad name given", ErrMalformed)
	}
	return nil
}

// challenge reads who the peer is and what it wants digested.
func (s *session) challenge(p *Peer) (uint32, error) {
	_, body, err := s.receive(18, messageName)
	if err != nil {
		return 0, err
	}
	p.Flags = Flags(binary.BigEndian.Uint64(body)).spelledOut()
	if p.Creation, p.Name, err = parseName(body[12:]); err != nil {
		return 0, err
	}
	if p.Name != s.o.Peer {
		return 0, fmt.Errorf("%w: it is %s", ErrWrongName, p.Name)
	}
	if missing := p.Flags.missing(); missing != "" {
		return 0, fmt.Errorf("%w: %s", ErrFlags, missing)
	}
	p.Agreed = p.Flags & s.o.Flags
	return binary.BigEndian.Uint32(body[8:]), nil
}

// prove answers the peer's challenge and has it answer ours.
func (s *session) prove(p Peer, theirs uint32) error {
	cookie := s.o.Cookie(p.Name)
	ours := s.o.Challenge()
	proof := digest(cookie, theirs)
	reply := binary.BigEndian.AppendUint32([]byte{messageReply}, ours)
	if err := s.send(append(reply, proof[:]...)); err != nil {
		return err
	}
	_, body, err := s.receive(len(proof), messageAck)
	if errors.Is(err, ErrClosed) { // how a peer says that it does not like the digest
		return ErrCookie
	}
	if err != nil {
		return err
	}
	if !equal(digest(cookie, ours), body[:len(proof)]) {
		return ErrCookie
	}
	return nil
}
