package handshake

import (
	"crypto/md5"
	"encoding/binary"
	"fmt"
	"net"
	"strings"
)

// Accept lets a node that has dialled this one prove itself, and proves this node to it. The connection stays open, deadlines set,
// whatever comes of it.
func Accept(c net.Conn, o Options) (Peer, error) {
	s := newSession(c, o)
	p, err := s.accept()
	if err != nil {
		who := p.Name
		if who == "" {
			who = "an unknown node"
		}
		return p, fmt.Errorf("handshake with %s: %w", who, err)
	}
	return p, nil
}

func (s *session) accept() (Peer, error) {
	p := Peer{Own: s.o.Name, OwnCreation: s.o.Creation}
	old, err := s.introduced(&p)
	if err != nil {
		return p, err
	}
	flags := s.o.Flags
	if err := s.answer(&p, &flags); err != nil {
		return p, err
	}
	p.Agreed = p.Flags & s.o.Flags
	ours := s.o.Challenge()
	challenge := binary.BigEndian.AppendUint32(nil, ours)
	if err := s.send(nameMessage(flags, challenge, s.o.Creation, s.o.Name)); err != nil {
		return p, err
	}
	return p, s.verify(&p, ours, old)
}

// introduced reads who dials. old says that it was the message of times before OTP 23, whose missing half comes later.
func (s *session) introduced(p *Peer) (old bool, err error) {
	kind, body, err := s.receive(7, messageName, messageOldName)
	if err != nil {
		return false, err
	}
	if kind == messageOldName {
		p.Flags, p.Name = Flags(binary.BigEndian.Uint32(body[2:])), fromLatin1(body[6:])
	} else {
		if len(body) < 8 {
			return false, fmt.Errorf("%w: a name is cut off", ErrMalformed)
		}
		p.Flags = Flags(binary.BigEndian.Uint64(body))
		if p.Creation, p.Name, err = parseName(body[8:]); err != nil {
			return false, err
		}
	}
	p.Flags = p.Flags.spelledOut()
	nameless := p.Flags.Has(NameMe) && !strings.Contains(p.Name, "@") && validHost(p.Name)
	if !validName(p.Name) && !nameless {
		err := fmt.Errorf("%w: name %q", ErrMalformed, p.Name)
		p.Name = ""
		return false, err
	}
	return kind == messageOldName, nil
}

// answer tells the peer whether to go on. flags are those to announce.
func (s *session) answer(p *Peer, flags *Flags) error {
	if missing := p.Flags.missing(); missing != "" {
		_ = s.send([]byte("s" + StatusNotAllowed))
		return fmt.Errorf("%w: %s", ErrFlags, missing)
	}
	if !strings.Contains(p.Name, "@") {
		return s.name(p, flags)
	}
	status := s.o.Decide(p.Name)
	if err := s.send([]byte("s" + status)); err != nil {
		return err
	}
	switch status {
	case StatusOK, StatusSimultaneous:
		return nil
	case StatusAlive:
		return s.confirmed()
	case StatusNOK:
		return ErrNOK
	}
	return ErrNotAllowed
}

// confirmed reads whether the peer means what it does, although there is a connection from it.
func (s *session) confirmed() error {
	_, body, err := s.receive(4, messageStatus)
	if err != nil {
		return err
	}
	if string(body) != "true" {
		return ErrNotConfirmed
	}
	return nil
}

// name gives a name to a node that has none. Such a node is hidden, and expects its wish among the flags.
func (s *session) name(p *Peer, flags *Flags) error {
	if s.o.Assign == nil {
		_ = s.send([]byte("s" + StatusNotAllowed))
		return ErrNotAllowed
	}
	p.Name, p.Creation = s.o.Assign(p.Name)
	b := []byte("s" + StatusNamed)
	raw := toLatin1(p.Name)
	b = binary.BigEndian.AppendUint16(b, uint16(len(raw)))
	b = append(b, raw...)
	b = binary.BigEndian.AppendUint32(b, p.Creation)
	*flags = *flags&^Published | NameMe
	p.Flags &^= Published
	return s.send(b)
}

// verify lets the peer prove itself first, then proves this node.
func (s *session) verify(p *Peer, ours uint32, old bool) error {
	kind, body, err := s.receive(8, messageReply, messageComplement)
	if err != nil {
		return err
	}
	if kind == messageComplement {
		if !old {
			return fmt.Errorf("%w: a complement to nothing", ErrMalformed)
		}
		p.Flags |= Flags(binary.BigEndian.Uint32(body)) << 32
		p.Creation = binary.BigEndian.Uint32(body[4:])
		p.Agreed = p.Flags & s.o.Flags
		if _, body, err = s.receive(4+md5.Size, messageReply); err != nil {
			return err
		}
	}
	if len(body) < 4+md5.Size {
		return fmt.Errorf("%w: a reply is cut off", ErrMalformed)
	}
	cookie := s.o.Cookie(p.Name)
	if !equal(digest(cookie, ours), body[4:4+md5.Size]) {
		return ErrCookie
	}
	if s.o.Commit != nil {
		if err := s.o.Commit(*p); err != nil {
			return err
		}
	}
	proof := digest(cookie, binary.BigEndian.Uint32(body))
	return s.send(append([]byte{messageAck}, proof[:]...))
}
