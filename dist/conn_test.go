package dist

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/erlsh/erlsh/dist/handshake"
	"github.com/erlsh/erlsh/lang/etf"
	"github.com/erlsh/erlsh/lang/pack"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

const patience = 2 * time.Minute

// host stands for a node: what is delivered to it goes to a channel.
type host struct {
	origin *term.Origin
	in     chan node.Signal
	mu     sync.Mutex
	others map[string]*term.Origin // guarded by mu
}

func newHost(name string, creation uint32) *host {
	return &host{origin: term.NewOrigin(term.Atom(name), creation), in: make(chan node.Signal, 1000), others: map[string]*term.Origin{}}
}

func (h *host) Origin() *term.Origin { return h.origin }

func (h *host) OriginOf(name term.Term, creation uint32) *term.Origin {
	if name == h.origin.Name() && creation == h.origin.Creation() {
		return h.origin
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	key := fmt.Sprint(name, creation)
	if h.others[key] == nil {
		h.others[key] = term.NewOrigin(name, creation)
	}
	return h.others[key]
}

func (h *host) Encoding(term.Term) *etf.Encoding { return &etf.Encoding{} }
func (h *host) Packing() *pack.Encoding          { return &pack.Encoding{} }
func (h *host) Unpacking() *pack.Decoding        { return &pack.Decoding{Origin: h.OriginOf} }
func (h *host) Decoding() *etf.Decoding          { return &etf.Decoding{Origin: h.OriginOf} }
func (h *host) Deliver(s node.Signal)            { h.in <- s }
func (h *host) Run() bool                        { return true }
func (h *host) Carrier(func()) node.Deliverer    { return h }
func (h *host) Leave()                           {}
func (h *host) NodeUp(node.Peer)                 {}
func (h *host) NodeDown(node.Peer, term.Term)    {}
func (h *host) Lost(term.Term)                   {}
func (h *host) Notice(string)                    {}
func (h *host) pid(id uint32) term.Term          { return (&term.Pid{Origin: h.origin, ID: id}).Term() }
func (h *host) ref(words ...uint32) term.Term {
	r := &term.Ref{Origin: h.origin, Len: uint8(len(words))}
	copy(r.Words[:], words)
	return r.Term()
}

// link connects two hosts by a pipe.
func link(t testing.TB, a, b *host, agreed handshake.Flags, l limits) (ca, cb *Conn, ended chan *Conn) {
	t.Helper()
	pa, pb := net.Pipe()
	ended = make(chan *Conn, 2)
	end := func(c *Conn) { ended <- c }
	ca = newConn(a, pa, node.Peer{Name: b.origin.Name()}, agreed, l, end)
	cb = newConn(b, pb, node.Peer{Name: a.origin.Name()}, agreed, l, end)
	var wait sync.WaitGroup
	ca.start(&wait)
	cb.start(&wait)
	t.Cleanup(func() {
		ca.close(atomDisconnect, errDisconnected)
		cb.close(atomDisconnect, errDisconnected)
		wait.Wait()
	})
	return ca, cb, ended
}

var usual = limits{message: 1 << 24, busy: 1 << 20}

func (h *host) next(t testing.TB) node.Signal {
	t.Helper()
	select {
	case s := <-h.in:
		return s
	case <-time.After(patience):
		t.Fatal("no signal")
	}
	return nil
}

func text(s node.Signal) string {
	return fmt.Sprintf("%T%+v", s, reflect.ValueOf(s).Elem().Interface())
}

// each is one signal of every kind from a process of a to one of b.
func each(a, b *host) []node.Signal {
	from, to, ref := a.pid(1), b.pid(2), a.ref(1, 2, 3)
	value := term.Tuple(term.Atom("value"), term.Int(1), from, to)
	return []node.Signal{
		&node.Send{From: from, To: to, Message: value},
		&node.Send{From: from, Name: term.Atom("name"), Message: value},
		&node.AliasSend{From: from, Alias: b.ref(7, 8, 9), Message: value},
		&node.AliasSend{From: from, Alias: b.ref(7, 8, 9), Message: value, Priority: true},
		&node.Link{From: from, To: to},
		&node.Unlink{ID: 1<<64 - 1, From: from, To: to},
		&node.UnlinkAck{ID: 5, From: from, To: to},
		&node.Exit{From: from, To: to, Reason: value},
		&node.Exit2{From: from, To: to, Reason: value},
		&node.Exit2{From: from, To: to, Reason: value, Priority: true},
		&node.Monitor{From: from, To: to, Ref: ref},
		&node.Monitor{From: from, To: term.Atom("name"), Ref: ref},
		&node.Demonitor{From: from, To: term.Atom("name"), Ref: ref},
		&node.Down{From: term.Atom("name"), To: to, Ref: b.ref(1), Reason: value},
		&node.Down{From: from, To: to, Ref: b.ref(1), Reason: value},
		&node.SpawnRequest{Ref: ref, From: from, GroupLeader: from, Module: term.Atom("m"), Function: term.Atom("f"),
			Args: term.List(term.Int(100)), Options: term.List(term.Atom("monitor"))},
		&node.SpawnReply{Ref: b.ref(1, 2, 3), To: to, Flags: 3, Result: from},
		&node.SpawnReply{Ref: b.ref(1, 2, 3), To: to, Result: term.Atom("badopt")},
		&node.GroupLeader{Leader: from, To: to},
	}
}

// TestSignals sends every signal with the flags of different peers, and with too long a message as well.
func TestSignals(t *testing.T) {
	all := handshake.Ours(false) &^ handshake.Msgpack
	cases := []struct {
		name   string
		agreed handshake.Flags
		lost   string // what the peer has no form for
	}{
		{"OTP 29", all, ""},
		{"one of ours", handshake.Ours(false), ""},
		{"OTP 25", all &^ handshake.AltactSig, "priority"},
		{"OTP 23", all &^ (handshake.AltactSig | handshake.Alias), "priority *node.AliasSend"},
		{"without fragments", all &^ handshake.Fragments, ""},
		{"old exits and sends", all &^ (handshake.ExitPayload | handshake.SendSender | handshake.AltactSig | handshake.Fragments), "priority sender"},
		{"no spawn", all &^ handshake.Spawn, "*node.SpawnRe"},
		{"no monitors", all &^ handshake.DistMonitor, "*node.Monitor *node.Demonitor *node.Down"},
	}
	for _, c := range cases {
		a, b := newHost("a@h", 4), newHost("b@h", 5)
		ca, _, _ := link(t, a, b, c.agreed, usual)
		for _, s := range each(a, b) {
			want := text(s)
			lost := false
			for _, word := range strings.Fields(c.lost) {
				switch {
				case word == "priority": // is sent without
					want = strings.Replace(want, "Priority:true", "Priority:false", 1)
				case word == "sender":
					if m, ok := s.(*node.Send); ok && !m.To.None() {
						want = text(&node.Send{To: m.To, Message: m.Message})
					}
				default:
					lost = lost || strings.HasPrefix(want, word)
				}
			}
			if err := ca.send(s, node.SendOptions{}); err != nil {
				t.Fatalf("%s: %s: %v", c.name, want, err)
			}
			if lost {
				continue
			}
			if got := text(b.next(t)); got != want {
				t.Errorf("%s: got %s\n want %s", c.name, got, want)
			}
		}
		if c.name == "no spawn" {
			if got := text(a.next(t)); !strings.Contains(got, "Result:notsup") {
				t.Errorf("a spawn request to a peer that has none is answered %s", got)
			}
		}
	}
}

// TestStray is signals for processes that cannot be here.
func TestStray(t *testing.T) {
	a, b := newHost("a@h", 4), newHost("b@h", 5)
	ca, _, _ := link(t, a, b, handshake.Ours(false), usual)
	former := newHost("b@h", 1).pid(2)
	for _, s := range []node.Signal{
		&node.Send{From: a.pid(1), To: former, Message: term.Int(1)},
		&node.Link{From: a.pid(1), To: former},
		&node.Monitor{From: a.pid(1), To: former, Ref: a.ref(1)},
		&node.Unlink{ID: 3, From: a.pid(1), To: former},
	} {
		_ = ca.send(s, node.SendOptions{})
	}
	for _, want := range []string{"*node.Exit{From:<b@h.2.0> To:<a@h.1.0> Reason:noproc}", "*node.Down{From:<b@h.2.0> To:<a@h.1.0> Ref:#Ref[1] Reason:noproc Process:<none>}",
		"*node.UnlinkAck{ID:3 From:<b@h.2.0> To:<a@h.1.0>}"} {
		if got := text(a.next(t)); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if len(b.in) > 0 {
		t.Errorf("delivered %s", text(<-b.in))
	}
}

// TestFragments cuts messages at every interesting size and keeps the order of each sender.
func TestFragments(t *testing.T) {
	t.Run("header", func(t *testing.T) { inFragments(t, handshake.Ours(false)&^handshake.Msgpack) })
	t.Run("msgpack", func(t *testing.T) { inFragments(t, handshake.Ours(false)) })
}

func inFragments(t *testing.T, agreed handshake.Flags) {
	a, b := newHost("a@h", 4), newHost("b@h", 5)
	ca, _, _ := link(t, a, b, agreed, usual)
	sizes := []int{0, fragmentSize - 100, fragmentSize, fragmentSize + 1, 2*fragmentSize + 100, 1 << 20}
	for _, size := range sizes {
		for id := range uint32(3) {
			big := &node.Send{From: a.pid(id), To: b.pid(id), Message: term.Binary(make([]byte, size))}
			_ = ca.send(big, node.SendOptions{})
			_ = ca.send(&node.Send{From: a.pid(id), To: b.pid(id), Message: term.Int(int64(size))}, node.SendOptions{})
			_ = ca.send(&node.Down{From: term.Atom("name"), To: b.pid(id), Ref: b.ref(id), Process: a.pid(id), Reason: term.Int(0)}, node.SendOptions{})
		}
		sizeOf := map[uint32]int{}
		for range 9 {
			signal := b.next(t)
			if d, ok := signal.(*node.Down); ok {
				if p, _ := d.To.Pid(); sizeOf[p.ID] != size+2 {
					t.Errorf("size %d: the end of %d came before what it has sent", size, p.ID)
				}
				continue
			}
			s := signal.(*node.Send)
			p, _ := s.From.Pid()
			if m, ok := s.Message.Binary(); ok {
				sizeOf[p.ID] = len(m) + 1
			} else if sizeOf[p.ID] != size+1 {
				t.Errorf("size %d: the small message of %d came first", size, p.ID)
			} else {
				sizeOf[p.ID]++
			}
		}
	}
}

// TestLargeBinaries: binaries that are not copied stand where they belong, whatever is before, between and behind them.
func TestLargeBinaries(t *testing.T) {
	large := func(seed byte, size int) term.Term {
		b := make([]byte, size)
		for i := range b {
			b[i] = byte(i*7) + seed
		}
		return term.Binary(b)
	}
	x, y, z := large(1, apartSize), large(2, 1<<20+3), large(3, apartSize-1)
	messages := []term.Term{
		x, y, term.Tuple(x, y), term.List(term.Int(1), x, z, y, term.String("text"), x), term.NewMap(x, y, term.Atom("k"), term.Tuple(y)),
		term.Tuple(term.Float(1), term.List(z, z, z, z, z), y),
	}
	for _, agreed := range []handshake.Flags{handshake.Ours(false), handshake.Ours(false) &^ handshake.Msgpack,
		handshake.Ours(false) &^ (handshake.Msgpack | handshake.Fragments)} {
		a, b := newHost("a@h", 4), newHost("b@h", 5)
		ca, _, _ := link(t, a, b, agreed, usual)
		for i, m := range messages {
			_ = ca.send(&node.Send{From: a.pid(1), To: b.pid(2), Message: m}, node.SendOptions{})
			if got := b.next(t).(*node.Send).Message; !term.Equal(got, m) {
				t.Errorf("flags %x: message %d has changed", agreed, i)
			}
		}
	}
}

// TestBusy suspends senders while the peer does not read.
func TestBusy(t *testing.T) {
	a, b := newHost("a@h", 4), newHost("b@h", 5)
	pa, pb := net.Pipe()
	ca := newConn(a, pa, node.Peer{Name: b.origin.Name()}, handshake.Ours(false), limits{1 << 20, 1 << 10}, func(*Conn) {})
	var wait sync.WaitGroup
	ca.start(&wait)
	s := &node.Send{From: a.pid(1), To: b.pid(1), Message: term.Binary(make([]byte, 600))}
	done := make(chan error, 2)
	o := node.SendOptions{Done: func(err error) { done <- err }}
	for n := 0; ; n++ {
		if err := ca.send(s, o); errors.Is(err, node.ErrBusy) {
			break
		}
		if n > 100 {
			t.Fatal("never busy")
		}
	}
	if err := ca.send(s, node.SendOptions{NoSuspend: true}); !errors.Is(err, node.ErrBusy) {
		t.Errorf("not to be suspended: %v", err)
	}
	if len(done) > 0 {
		t.Error("freed too early")
	}
	go func() { _, _ = io.Copy(io.Discard, pb) }()
	select {
	case <-done:
	case <-time.After(patience):
		t.Error("never freed")
	}
	_ = ca.send(s, node.SendOptions{})
	ca.flush(patience)
	ca.close(atomDisconnect, errDisconnected)
	wait.Wait()
	if err := ca.send(s, o); !errors.Is(err, errClosed) {
		t.Errorf("a message to a connection that has ended: %v", err)
	}
}

// TestHostile is what no peer should send: each costs the connection.
func TestHostile(t *testing.T) {
	const head = "8344 00"
	send := func(control string) string { return head + control }
	other := "58 7703 634068 00000001 00000000 00000004" // a pid of c@h
	ours := "58 7703 624068 00000001 00000000 00000005"  // of b@h
	theirs := "58 7703 614068 00000001 00000000 00000004"
	ref := "5a 0001 7703614068 00000004 00000001"
	for _, c := range []struct{ name, frame string }{
		{"one byte", "83"},
		{"the form that was not agreed on", "70 83 6803 6102 7700 " + ours + " 83 6101"},
		{"nothing behind the header", head},
		{"an atom cache", "8344 01 00 00"},
		{"no tuple", send("6101")},
		{"an empty tuple", send("6800")},
		{"an unknown number", send("6801 6163")},
		{"a number that is none", send("6801 7700")},
		{"a tuple of the wrong size", send("6802 6101" + theirs)},
		{"an element too many", send("6804 6101 " + theirs + ours + "6101")},
		{"no payload", send("6803 6116 " + theirs + ours)},
		{"a payload that is rubbish", send("6803 6116 " + theirs + ours + "ff")},
		{"another version byte", send("6803 6116 " + theirs + ours + "83 6101")},
		{"a monitor in the name of another node", send("6804 6113 " + other + ours + ref)},
		{"a link in our name", send("6803 6101 " + ours + ours)},
		{"a message to no pid", send("6803 6116 " + theirs + "6101 6101")},
		{"an id too large", send("6804 6123 6e0900010203040506070809 " + theirs + ours)},
		{"a fragment of nothing known", "8346 0000000000000001 0000000000000001 6101"},
		{"a first fragment number 0", "8345 0000000000000001 0000000000000000 00 6101"},
		{"half a fragment head", "8345 0000"},
		{"flags that mean nothing", send("6804 6125 610c " + theirs + ours + "6101")},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, err := hex.DecodeString(strings.ReplaceAll(c.frame, " ", ""))
			if err != nil {
				t.Fatal(err)
			}
			refuses(t, handshake.Ours(false)&^handshake.Msgpack, append([]byte{0, 0, 0, byte(len(b))}, b...))
		})
	}
	t.Run("an absurd length", func(t *testing.T) {
		refuses(t, handshake.Ours(false)&^handshake.Msgpack, []byte{0xff, 0xff, 0xff, 0xff, 131, 68})
	})
	t.Run("endless fragments", func(t *testing.T) {
		var all []byte
		for i := range maxUnfinished + 1 {
			all = append(all, 0, 0, 0, 20, 131, 69, 0, 0, 0, 0, 0, 0, byte(i>>8), byte(i), 0, 0, 0, 0, 0, 0, 0, 9, 0, 1)
		}
		refuses(t, handshake.Ours(false)&^handshake.Msgpack, all)
	})
}

// TestHostilePacked is the same in msgpack.
func TestHostilePacked(t *testing.T) {
	const ours = "95 c70013 d6006201 02 00 05" // looks like a pid and is none
	atom := func(name string) string { return fmt.Sprintf("c7 %02x 01 %x", len(name), name) }
	pid := func(node, creation string) string { return "95 c70013" + atom(node) + "02 00" + creation }
	theirs, here := pid("a@h", "04"), pid("b@h", "05")
	for _, c := range []struct{ name, frame string }{
		{"one byte", "93"},
		{"no array", "01"},
		{"an empty array", "90"},
		{"a frame of the external format", "8344 00 6803 6101"},
		{"an unknown number", "91 63"},
		{"a number that is none", "91 c0"},
		{"an array of the wrong size", "92 01" + theirs},
		{"an element too many", "94 01" + theirs + here + "01"},
		{"no payload", "93 16" + theirs + here},
		{"a payload that is rubbish", "93 16" + theirs + here + "c1"},
		{"half a payload", "93 16" + theirs + here + "c6 00001000 01"},
		{"bytes behind the payload", "93 16" + theirs + here + "01 02"},
		{"a link in the name of another node", "93 01" + pid("c@h", "04") + here},
		{"a message to no pid", "93 16" + theirs + "01 01"},
		{"a bad identifier", "93 16" + ours + here + "01"},
		{"an array that promises too much", "dd ffffffff 16"},
		{"a fragment with another length", "94 ff cf 0000000000000001 ce 00000002 c6 00000009 01"},
		{"half a fragment head", "94 ff cf 0000"},
		{"a fragment number 0", "94 ff cf 0000000000000001 ce 00000000 c6 00000001 01"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, err := hex.DecodeString(strings.ReplaceAll(c.frame, " ", ""))
			if err != nil {
				t.Fatal(err)
			}
			refuses(t, handshake.Ours(false), append([]byte{0, 0, 0, byte(len(b))}, b...))
		})
	}
}

// refuses wants a connection to end on some bytes.
func refuses(t *testing.T, agreed handshake.Flags, frames []byte) {
	t.Helper()
	b := newHost("b@h", 5)
	pa, pb := net.Pipe()
	ended := make(chan struct{})
	c := newConn(b, pb, node.Peer{Name: term.Atom("a@h")}, agreed, limits{1 << 20, 1 << 20}, func(*Conn) { close(ended) })
	var wait sync.WaitGroup
	c.start(&wait)
	go func() {
		_, _ = pa.Write([]byte{0, 0, 0, 0})
		_, _ = pa.Write(frames)
	}()
	select {
	case <-ended:
	case <-time.After(patience):
		t.Error("the connection stands")
		c.close(atomDisconnect, errDisconnected)
	}
	_ = pa.Close()
	wait.Wait()
	if len(b.in) > 0 {
		t.Errorf("delivered %s", text(<-b.in))
	}
}

// TestRecorded reads frames that a real node of OTP 25 has sent, and writes them again byte for byte.
func TestRecorded(t *testing.T) {
	f, err := os.Open("testdata/otp25/frames.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	agreed := handshake.Ours(false) & otp25
	lines, count := bufio.NewScanner(f), 0
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		name, frame, ok := strings.Cut(lines.Text(), " ")
		if !ok || strings.HasPrefix(name, "%") {
			continue
		}
		b, err := hex.DecodeString(frame)
		if err != nil {
			t.Fatal(err)
		}
		count++
		in := etf.NewReader(b[3:], nil)
		w := &wire{r: in, peer: term.Atom("real@vm"), origin: term.NewOrigin(term.Atom("ours@vm"), 1)}
		s, err := readControl(w, readers())
		if err != nil || in.Left() > 0 {
			t.Errorf("%s: %v, %d bytes left", frame, err, in.Left())
			continue
		}
		out := &wire{b: append([]byte(nil), b[:3]...), enc: &etf.Encoding{}}
		r := writeControl(out, s, writers(agreed))
		if r == nil {
			t.Errorf("%s: %s has no form", frame, text(s))
			continue
		}
		out.appendPayload(false)
		if got := hex.EncodeToString(out.b); got != frame || r.name != name {
			t.Errorf("%s %s\nis written as\n%s %s", name, frame, r.name, got)
		}
	}
	if count < 20 {
		t.Errorf("only %d frames", count)
	}
}

// otp25 is what a node of OTP 25 announces.
const otp25 handshake.Flags = 0xD07DF7FBD

func FuzzFrames(f *testing.F) {
	a, b := newHost("a@h", 4), newHost("b@h", 5)
	for _, s := range each(a, b) {
		w := &wire{b: []byte{0, 0, 0, 0, 131, 68, 0}, enc: &etf.Encoding{}}
		if writeControl(w, s, writers(handshake.Ours(false))) != nil {
			w.appendPayload(false)
			be32(w.b, len(w.b)-4)
			f.Add(w.b, true)
		}
	}
	f.Fuzz(func(t *testing.T, frame []byte, header bool) {
		in := frames{r: strings.NewReader(string(frame)), limit: 1 << 20}
		if header {
			in.form = formHeader
		}
		for {
			message, _, err := in.read()
			if err != nil {
				return
			}
			if message == nil {
				continue
			}
			w := &wire{r: etf.NewReader(message, nil), peer: a.origin.Name(), origin: b.origin, versioned: !header}
			s, err := readControl(w, readers())
			if err != nil {
				return
			}
			out := &wire{enc: &etf.Encoding{}}
			if r := writeControl(out, s, writers(handshake.Ours(false))); r == nil {
				t.Fatalf("what was read cannot be written: %s", text(s))
			}
		}
	})
}

// FuzzPackedFrames is what a peer that speaks msgpack might send.
func FuzzPackedFrames(f *testing.F) {
	a, b := newHost("a@h", 4), newHost("b@h", 5)
	for _, s := range each(a, b) {
		w := &wire{b: []byte{0, 0, 0, 0}, pack: &pack.Encoding{}}
		if writeControl(w, s, writers(handshake.Ours(false))) != nil {
			w.appendPayload(false)
			be32(w.b, len(w.b)-4)
			f.Add(w.b)
		}
	}
	f.Add(append(appendPackedFragment([]byte{0, 0, 0, packedHead + 1}, 7, 2, 1), 0x93))
	f.Fuzz(func(t *testing.T, frame []byte) {
		in := frames{r: strings.NewReader(string(frame)), form: formMsgpack, limit: 1 << 20}
		for {
			message, _, err := in.read()
			if err != nil {
				return
			}
			if message == nil {
				continue
			}
			w := &wire{r: packed{pack.NewReader(message, nil)}, peer: a.origin.Name(), origin: b.origin}
			s, err := readControl(w, readers())
			if err != nil {
				return
			}
			if r := writeControl(&wire{pack: &pack.Encoding{}}, s, writers(handshake.Ours(false))); r == nil {
				t.Fatalf("what was read cannot be written: %s", text(s))
			}
		}
	})
}
