package handshake

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// A handshake of two nodes, each with its options, on a pipe.
func shake(t *testing.T, a, b Options) (pa, pb Peer, ea, eb error) {
	t.Helper()
	ca, cb := net.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		pb, eb = Accept(cb, b)
		if eb != nil {
			_ = cb.Close()
		}
	}()
	pa, ea = Connect(ca, a)
	_ = ca.Close()
	<-done
	_ = cb.Close()
	return pa, pb, ea, eb
}

func secret(string) string { return "secret" }

func alice() Options {
	return Options{Name: "alice@host", Creation: 11, Flags: Ours(false), Cookie: secret, Peer: "bob@host", Timeout: 5 * time.Second}
}

func bob() Options {
	return Options{Name: "bob@host", Creation: 22, Flags: Ours(false), Cookie: secret, Timeout: 5 * time.Second,
		Decide: func(string) Status { return StatusOK }}
}

func TestAgreement(t *testing.T) {
	pa, pb, ea, eb := shake(t, alice(), bob())
	if ea != nil || eb != nil {
		t.Fatal(ea, eb)
	}
	if pa.Name != "bob@host" || pa.Creation != 22 || pb.Name != "alice@host" || pb.Creation != 11 {
		t.Errorf("alice knows %+v, bob %+v", pa, pb)
	}
	if pa.Agreed != pb.Agreed || !pa.Agreed.Has(Published|Fragments|UnlinkID|Spawn|AltactSig) || pa.Agreed.Has(DistHdrAtomCache) {
		t.Errorf("agreed on %v and %v", pa.Agreed, pb.Agreed)
	}
	// Real nodes ask for these; flags of OTP 29 without the atom cache, as recorded, and our own.
	const own = Erlsh | Msgpack
	if Ours(true) != 0x6D07DF5FBC|own || Ours(false) != 0x6D07DF5FBD|own {
		t.Errorf("we announce %#x", uint64(Ours(false)))
	}
}

func TestOutcomes(t *testing.T) {
	status := func(s Status) func(*Options, *Options) {
		return func(_, b *Options) { b.Decide = func(string) Status { return s } }
	}
	cases := []struct {
		name   string
		edit   func(a, b *Options)
		ea, eb error
	}{
		{"ok_simultaneous", status(StatusSimultaneous), nil, nil},
		{"nok", status(StatusNOK), ErrNOK, ErrNOK},
		{"not_allowed", status(StatusNotAllowed), ErrNotAllowed, ErrNotAllowed},
		{"alive", status(StatusAlive), nil, nil},
		{"different cookies", func(a, _ *Options) { a.Cookie = func(string) string { return "guess" } }, ErrCookie, ErrCookie},
		{"another name", func(a, _ *Options) { a.Peer = "carol@host" }, ErrWrongName, ErrClosed},
		{"the dialling node lacks a capability", func(a, _ *Options) { a.Flags &^= BigCreation | Mandatory25Digest }, ErrNotAllowed, ErrFlags},
		{"the dialled node lacks a capability", func(_, b *Options) { b.Flags &^= Handshake23 | Mandatory25Digest }, ErrFlags, ErrClosed},
		{"the digest of capabilities will do", func(a, _ *Options) { a.Flags = a.Flags&^BigCreation | Mandatory25Digest }, nil, nil},
		{"no name", func(a, _ *Options) { a.Name = "alice" }, ErrClosed, ErrMalformed},
		{"two ats", func(a, _ *Options) { a.Name = "a@b@c" }, ErrClosed, ErrMalformed},
		{"no host", func(a, _ *Options) { a.Name = "a@" }, ErrClosed, ErrMalformed},
		{"the node changes its mind", func(_, b *Options) { b.Commit = func(Peer) error { return io.ErrUnexpectedEOF } }, ErrCookie, io.ErrUnexpectedEOF},
		{"no names are given", func(a, _ *Options) { a.Name, a.Flags = "host", a.Flags|NameMe }, ErrNotAllowed, ErrNotAllowed},
	}
	for _, c := range cases {
		a, b := alice(), bob()
		c.edit(&a, &b)
		_, _, ea, eb := shake(t, a, b)
		if !errors.Is(ea, c.ea) || !errors.Is(eb, c.eb) {
			t.Errorf("%s: alice says %v, bob %v; want %v, %v", c.name, ea, eb, c.ea, c.eb)
		}
	}
}

func TestGivenName(t *testing.T) {
	a, b := alice(), bob()
	a.Name, a.Creation, a.Flags = "host", 0, Ours(true)|NameMe
	b.Assign = func(host string) (string, uint32) { return "X7@" + host, 33 }
	pa, pb, ea, eb := shake(t, a, b)
	if ea != nil || eb != nil {
		t.Fatal(ea, eb)
	}
	if pa.Own != "X7@host" || pa.OwnCreation != 33 || pb.Name != "X7@host" || pb.Creation != 33 {
		t.Errorf("alice knows %+v, bob %+v", pa, pb)
	}
	if !pa.Flags.Has(NameMe) || pa.Flags.Has(Published) || pb.Agreed.Has(Published) {
		t.Errorf("flags %v and %v", pa.Flags, pb.Agreed)
	}
}

// script plays one side by hand: it writes what is given and reads what it is told to.
type script struct {
	t *testing.T
	c net.Conn
}

func (s script) write(body []byte) {
	_, _ = s.c.Write(binary.BigEndian.AppendUint16(nil, uint16(len(body))))
	_, _ = s.c.Write(body)
}

func (s script) read() []byte {
	var head [2]byte
	if _, err := io.ReadFull(s.c, head[:]); err != nil {
		return nil
	}
	b := make([]byte, binary.BigEndian.Uint16(head[:]))
	_, _ = io.ReadFull(s.c, b)
	return b
}

// TestOldName is a node of OTP 23 that does not know yet that the other end understands the new message.
func TestOldName(t *testing.T) {
	ca, cb := net.Pipe()
	var p Peer
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		p, err = Accept(cb, bob())
	}()
	s := script{t, ca}
	flags := Ours(false) | Mandatory25Digest
	s.write(append(binary.BigEndian.AppendUint32([]byte{'n', 0, 5}, uint32(flags)), "alice@host"...))
	if got := s.read(); string(got) != "sok" {
		t.Fatalf("status %q", got)
	}
	challenge := s.read()
	if len(challenge) < 19 || challenge[0] != 'N' {
		t.Fatalf("challenge %x", challenge)
	}
	s.write(binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32([]byte{'c'}, uint32(flags>>32)), 77))
	proof := digest("secret", binary.BigEndian.Uint32(challenge[9:]))
	s.write(append(binary.BigEndian.AppendUint32([]byte{'r'}, 5), proof[:]...))
	answer := digest("secret", 5)
	if got := s.read(); !bytes.Equal(got, append([]byte{'a'}, answer[:]...)) {
		t.Errorf("ack %x", got)
	}
	<-done
	if err != nil || p.Creation != 77 || !p.Agreed.Has(Spawn|V4NC) {
		t.Errorf("%+v, %v", p, err)
	}
}

// TestSilence and rubbish end a handshake, and nothing else happens.
func TestSilence(t *testing.T) {
	ca, cb := net.Pipe()
	defer func() { _ = ca.Close() }()
	b := bob()
	b.Timeout = time.Millisecond
	if _, err := Accept(cb, b); !errors.Is(err, ErrTimeout) {
		t.Errorf("a mute peer: %v", err)
	}
	go func() { _, _ = io.Copy(io.Discard, ca) }()
	a := alice()
	a.Timeout = time.Millisecond
	if _, err := Connect(cb, a); !errors.Is(err, ErrTimeout) {
		t.Errorf("a mute peer: %v", err)
	}
}

func TestFlagsAreNamed(t *testing.T) {
	text := Ours(false).String()
	for _, name := range []string{"PUBLISHED", "UNLINK_ID", "V4_NC", "ALTACT_SIG"} {
		if !strings.Contains(text, name) {
			t.Errorf("%s is not among %s", name, text)
		}
	}
	var last Flags
	for _, row := range table {
		if row.bit <= last {
			t.Errorf("%s is out of order", row.name)
		}
		last = row.bit
	}
}

// fixed is a connection that reads given bytes and swallows what is written.
type fixed struct {
	net.Conn
	r *bytes.Reader
}

func (f fixed) Read(b []byte) (int, error) { return f.r.Read(b) }
func (fixed) Write(b []byte) (int, error)  { return len(b), nil }
func (fixed) SetDeadline(time.Time) error  { return nil }
func message(body string) string {
	return string(binary.BigEndian.AppendUint16(nil, uint16(len(body)))) + body
}
func fuzzed(b []byte) net.Conn { return fixed{r: bytes.NewReader(b)} }
func challengeOf(flags Flags, name string) string {
	return string(nameMessage(flags, []byte{0, 0, 0, 1}, 3, name))
}

func FuzzAccept(f *testing.F) {
	f.Add([]byte(message(string(nameMessage(Ours(false), nil, 4, "a@b"))) + message("r0000"+strings.Repeat("x", 16))))
	f.Add([]byte(message("n\x00\x05\xff\xff\xff\xffa@b")))
	f.Add([]byte(message(string(nameMessage(Ours(true)|NameMe, nil, 0, "b")))))
	f.Fuzz(func(t *testing.T, b []byte) {
		o := bob()
		o.Decide = func(name string) Status {
			if !validName(name) {
				t.Fatalf("asked about %q", name)
			}
			return StatusAlive
		}
		o.Assign = func(host string) (string, uint32) { return "x@" + host, 4 }
		if _, err := Accept(fuzzed(b), o); err == nil {
			t.Fatal("proved by chance")
		}
	})
}

func FuzzConnect(f *testing.F) {
	f.Add([]byte(message("sok") + message(challengeOf(Ours(false), "bob@host")) + message("a"+strings.Repeat("x", 16))))
	f.Add([]byte(message("snamed:\x00\x03a@b\x00\x00\x00\x05")))
	f.Fuzz(func(t *testing.T, b []byte) {
		o := alice()
		o.Flags |= NameMe
		if _, err := Connect(fuzzed(b), o); err == nil {
			t.Fatal("proved by chance")
		}
	})
}
