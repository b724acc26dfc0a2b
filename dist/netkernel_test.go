package dist_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/erlsh/erlsh/dist"
	"github.com/erlsh/erlsh/dist/epmd"
	"github.com/erlsh/erlsh/dist/handshake"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// registered makes the port mapper believe that a node listens on a port.
func registered(t *testing.T, epmdPort int, name string, port int) {
	t.Helper()
	c := &epmd.Client{Port: epmdPort}
	r, err := c.Register(context.Background(), "127.0.0.1", epmd.Node{Name: name, Port: port}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
}

func portOf(t *testing.T, epmdPort int, name string) int {
	t.Helper()
	n, err := (&epmd.Client{Port: epmdPort}).Lookup(context.Background(), "127.0.0.1", name)
	if err != nil {
		t.Fatal(err)
	}
	return n.Port
}

// TestWhyNot has every reason for which there is no connection, and what a person is told.
func TestWhyNot(t *testing.T) {
	port := freePort(t)
	quick := func(o *dist.Options, _ *node.StartOptions) { o.Setup = 50 * time.Millisecond }
	n := startOurs(t, "ours", port, quick)
	other := startOurs(t, "other", port)
	strict := startOurs(t, "strict", port)
	strict.net.Allow([]term.Term{atom("friend@nowhere")})
	guarded := startOurs(t, "guarded", port)
	guarded.net.SetCookie(term.None, atom("another"))
	closed := freePort(t)
	registered(t, port, "closed", closed)
	registered(t, port, "renamed", portOf(t, port, "other"))
	mute, err := net.Listen("tcp", ":0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = mute.Close() }()
	registered(t, port, "mute", mute.Addr().(*net.TCPAddr).Port)
	h := hostOf(n)
	for _, c := range []struct{ name, want string }{
		{"x@no..such", "no such host"},
		{"nobody@" + h, "nobody is not registered with epmd on " + h + ": it knows mute, renamed, closed, guarded, strict, other, ours"},
		{"x@host.example.org", "has a short name"},
		{"nonsense", "is no node name"},
		{"closed@" + h, fmt.Sprintf("connection refused by %s:%d", h, closed)},
		{"renamed@" + h, "another node answers there: it is other@" + h},
		{"mute@" + h, "says nothing"},
		{"strict@" + h, "does not allow"},
		{"guarded@" + h, "rejected our cookie"},
	} {
		err := n.net.Connect(context.Background(), atom(c.name), false)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	if err := n.net.Connect(context.Background(), other.Name(), false); err != nil {
		t.Error(err)
	}
	nowhere := newOurs(t, port)
	if err := nowhere.net.Connect(context.Background(), other.Name(), false); err == nil || !strings.Contains(err.Error(), "has no name") {
		t.Errorf("a node without a name: %v", err)
	}
	for _, c := range []struct {
		name string
		long bool
		want string
	}{
		{"ours", false, "a node called ours runs on this host already"},
		{"a b", false, "is no node name"},
		{"", false, "is no node name"},
		{"x@host.domain", false, "a short name must not"},
		{strings.Repeat("x", 300), false, "at most 255"},
	} {
		err := nowhere.net.Start(node.StartOptions{Name: c.name, Long: c.long})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("start %q: %v, want %q", c.name, err, c.want)
		}
	}
	if err := nowhere.net.Start(node.StartOptions{Name: "long@127.0.0.1", Long: true}); err != nil {
		t.Fatal(err)
	}
	if err := nowhere.net.Connect(context.Background(), other.Name(), false); err == nil || !strings.Contains(err.Error(), "has a long name") {
		t.Errorf("a long name dials a short one: %v", err)
	}
	unmapped := newOurs(t, freePort(t), func(o *dist.Options, _ *node.StartOptions) { o.NoEpmd = true })
	if err := unmapped.net.Start(node.StartOptions{Name: "unmapped"}); err == nil || !strings.Contains(err.Error(), "cannot register with epmd") {
		t.Errorf("no port mapper: %v", err)
	}
}

// TestBothDial has two nodes dial one another at the same time, again and again.
func TestBothDial(t *testing.T) {
	port := freePort(t)
	a, b := startOurs(t, "a", port), startOurs(t, "b", port)
	pa, fromB := a.sink("sink")
	pb, fromA := b.sink("sink")
	for round := range 30 {
		done := make(chan error, 2)
		go func() { done <- a.net.Connect(context.Background(), b.Name(), false) }()
		go func() { done <- b.net.Connect(context.Background(), a.Name(), false) }()
		for range 2 {
			if err := <-done; err != nil {
				t.Fatalf("round %d: %v", round, err)
			}
		}
		_ = a.Send(pa.Self(), term.Tuple(atom("sink"), b.Name()), term.Int(int64(round)))
		_ = b.Send(pb.Self(), term.Tuple(atom("sink"), a.Name()), term.Int(int64(round)))
		for _, in := range []chan term.Term{fromA, fromB} {
			if got := receive(t, in); got != term.Int(int64(round)) {
				t.Fatalf("round %d: got %v", round, got)
			}
		}
		if len(a.net.Peers()) != 1 || len(b.net.Peers()) != 1 {
			t.Fatalf("round %d: %v and %v", round, a.net.Peers(), b.net.Peers())
		}
		a.net.Disconnect(b.Name())
		until(t, "both know that it is over", func() bool { return len(a.net.Peers())+len(b.net.Peers()) == 0 })
	}
}

// TestBothDialErl is the same with a real node, whose name is greater than one of ours and less than the other.
func TestBothDialErl(t *testing.T) {
	port := startEpmd(t)
	e := startErl(t, port, "-sname", "m", "-setcookie", "secret")
	for _, name := range []string{"a", "z"} {
		n := startOurs(t, name, port)
		real := atom("m@" + hostOf(n))
		for round := range 10 {
			done := make(chan error, 1)
			go func() { done <- n.net.Connect(context.Background(), real, false) }()
			e.want("true", "net_kernel:connect_node('%s').", n.Name().AtomName())
			if err := <-done; err != nil {
				t.Fatalf("%s, round %d: %v", name, round, err)
			}
			n.net.Disconnect(real)
			e.want("ok", "(fun F() -> case lists:member('%s', nodes()) of true -> F(); false -> ok end end)().", n.Name().AtomName())
			until(t, "it is over", func() bool { return len(n.net.Peers()) == 0 })
		}
	}
}

// stranger speaks the protocol by hand.
func stranger(t *testing.T, n *ours, port int, name string, cookie string) (net.Conn, error) {
	t.Helper()
	short, _, _ := strings.Cut(n.Name().AtomName(), "@")
	c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", portOf(t, port, short)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_, err = handshake.Connect(c, handshake.Options{
		Name: name, Creation: 77, Flags: handshake.Ours(false), Peer: n.Name().AtomName(), Cookie: func(string) string { return cookie },
	})
	_ = c.SetDeadline(time.Time{})
	return c, err
}

// TestBadPeers do what they should not; a good one does not notice.
func TestBadPeers(t *testing.T) {
	port := freePort(t)
	n, good := startOurs(t, "ours", port), startOurs(t, "good", port)
	p, in := n.sink("sink")
	if err := n.net.Connect(context.Background(), good.Name(), false); err != nil {
		t.Fatal(err)
	}
	if _, err := stranger(t, n, port, "thief@h", "guess"); err == nil {
		t.Error("let in with the wrong cookie")
	}
	for i, rubbish := range []string{
		"\xff\xff\xff\xff\x83\x44", "\x00\x00\x00\x03\x83\x44\x00", "\x00\x00\x00\x05rubbi", "GET / HTTP/1.0\r\n\r\n",
		"\x00\x00\x00\x0a\x83\x44\x00\x68\x02\x61\x63\x61\x01\x01",
	} {
		c, err := stranger(t, n, port, fmt.Sprintf("bad%d@h", i), "secret")
		if err != nil {
			t.Fatal(err)
		}
		until(t, "it is a peer", func() bool { return len(n.net.Peers()) == 2 })
		_, _ = io.WriteString(c, rubbish)
		_, _ = io.Copy(io.Discard, c) // ends when we close
		until(t, "it is no peer", func() bool { return len(n.net.Peers()) == 1 })
	}
	for _, rubbish := range []string{"", "\x00\x00", "\x00\x01N", "\xff\xffN", "GET / HTTP/1.0\r\n\r\n"} {
		c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", portOf(t, port, "ours")))
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(c, rubbish)
		_ = c.(*net.TCPConn).CloseWrite()
		_, _ = io.Copy(io.Discard, c)
		_ = c.Close()
	}
	_ = good.Send(p.Self(), term.Tuple(atom("sink"), n.Name()), atom("fine"))
	if got := receive(t, in); got != atom("fine") {
		t.Errorf("got %v", got)
	}
}

// TestReplaced is a peer that comes again although its connection stands: it has lost it without our noticing.
func TestReplaced(t *testing.T) {
	port := freePort(t)
	n := startOurs(t, "ours", port)
	watcher, nodes := n.sink("")
	run(n, watcher, func() { _, _ = watcher.MonitorNodes(true, term.Nil) })
	for round := range 3 {
		if _, err := stranger(t, n, port, "peer@h", "secret"); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		if round > 0 {
			if got := receive(t, nodes).String(); got != "{nodedown,peer@h}" {
				t.Errorf("round %d: got %s", round, got)
			}
		}
		if got := receive(t, nodes).String(); got != "{nodeup,peer@h}" {
			t.Errorf("round %d: got %s", round, got)
		}
	}
}

// TestMapperGoes is about the node that was the port mapper of its host and leaves.
func TestMapperGoes(t *testing.T) {
	port := freePort(t)
	quick := func(o *dist.Options, _ *node.StartOptions) { o.Retry = time.Millisecond }
	first := startOurs(t, "first", port, quick)
	second, third := startOurs(t, "second", port, quick), startOurs(t, "third", port, quick)
	if !first.net.Stop() {
		t.Fatal("not stopped")
	}
	mapper := &epmd.Client{Port: port}
	for _, name := range []string{"second", "third"} {
		until(t, name+" is registered again", func() bool {
			_, err := mapper.Lookup(context.Background(), "127.0.0.1", name)
			return err == nil
		})
	}
	if err := second.net.Connect(context.Background(), third.Name(), false); err != nil {
		t.Error(err)
	}
	if first.Name() != atom("nonode@nohost") || first.net.Stop() {
		t.Errorf("the first one is still %v", first.Name())
	}
	if err := first.net.Start(node.StartOptions{Name: "again"}); err != nil {
		t.Fatal(err)
	}
	if err := first.net.Connect(context.Background(), second.Name(), false); err != nil {
		t.Error(err)
	}
}

// TestNameless is a real node that asks us for its name.
func TestNameless(t *testing.T) {
	port := startEpmd(t)
	n := startOurs(t, "ours", port)
	e := startErl(t, port, "-sname", "undefined", "-setcookie", "secret")
	e.want("nonode@nohost", "node().")
	e.want("true", "net_kernel:connect_node('%s').", n.Name().AtomName())
	peers := n.net.Peers()
	if len(peers) != 1 || !peers[0].Hidden {
		t.Fatalf("peers: %+v", peers)
	}
	e.want("'"+peers[0].Name.AtomName()+"'", "node().")
	_, in := n.sink("sink")
	e.want("{sink,self}", "begin {sink, '%s'} ! {self(), pid}, {sink, self} end.", n.Name().AtomName())
	m, _ := receive(t, in).Tuple()
	_ = n.Send(m[0], m[0], atom("back"))
	e.want("back", "receive back -> back after 60000 -> lost end.")
}

// TestWithoutEpmd is a cluster whose nodes all listen on one port, each on its own address.
func TestWithoutEpmd(t *testing.T) {
	port := freePort(t)
	fixed := func(o *dist.Options, s *node.StartOptions) {
		o.FixedPort, o.ListenHost, s.Long = port, "127.0.0.2", true
	}
	n := startOurs(t, "ours@127.0.0.2", 1, fixed)
	e := startErl(t, 1, "-name", "real@127.0.0.3", "-setcookie", "secret", "-start_epmd", "false", "-erl_epmd_port", fmt.Sprint(port),
		"-kernel", "inet_dist_use_interface", "{127,0,0,3}")
	if err := n.net.Connect(context.Background(), atom("real@127.0.0.3"), false); err != nil {
		t.Fatal(err)
	}
	e.want("['ours@127.0.0.2']", "nodes().")
	n.net.Disconnect(atom("real@127.0.0.3"))
	e.want("ok", "(fun F() -> case nodes() of [] -> ok; _ -> F() end end)().")
	e.want("true", "net_kernel:connect_node('ours@127.0.0.2').")
}

// TestReconnects leaves and comes back faster than the other side notices.
func TestReconnects(t *testing.T) {
	port := freePort(t)
	n, other := startOurs(t, "ours", port), startOurs(t, "other", port)
	p, in := n.sink("sink")
	for round := range 200 {
		if err := n.net.Connect(context.Background(), other.Name(), false); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		n.net.Disconnect(other.Name())
	}
	if err := n.net.Connect(context.Background(), other.Name(), false); err != nil {
		t.Fatal(err)
	}
	until(t, "the other one knows", func() bool {
		_ = other.Send(p.Self(), term.Tuple(atom("sink"), n.Name()), atom("here"))
		select {
		case m := <-in:
			return m == atom("here")
		case <-time.After(20 * time.Millisecond):
			return false
		}
	})
}

// TestAutoConnect is about connections that nobody asked for.
func TestAutoConnect(t *testing.T) {
	port := freePort(t)
	other := startOurs(t, "other", port)
	mode := func(m string) func(*dist.Options, *node.StartOptions) {
		return func(o *dist.Options, _ *node.StartOptions) { o.AutoConnect = m }
	}
	never, once := startOurs(t, "never", port, mode("never")), startOurs(t, "once", port, mode("once"))
	s := &node.Send{From: never.Spawn(node.SpawnOptions{}).Self(), Name: atom("x"), Message: atom("y")}
	if err := never.net.Send(other.Name(), s, node.SendOptions{}); err == nil {
		t.Error("never was once")
	}
	if err := never.net.Connect(context.Background(), other.Name(), false); err != nil {
		t.Error(err)
	}
	if err := once.net.Send(other.Name(), s, node.SendOptions{NoConnect: true}); err == nil {
		t.Error("sent although it was not to connect")
	}
	if err := once.net.Send(other.Name(), s, node.SendOptions{}); err != nil {
		t.Error(err)
	}
	until(t, "connected", func() bool { return len(once.net.Peers()) == 1 })
	once.net.Disconnect(other.Name())
	until(t, "disconnected", func() bool { return len(once.net.Peers()) == 0 })
	if err := once.net.Send(other.Name(), s, node.SendOptions{}); err == nil {
		t.Error("once was twice")
	}
}
