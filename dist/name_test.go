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
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// TestDynamicNames has nodes without a name that get one from the first node they connect to, lose it with the last connection, and
// get it back.
func TestDynamicNames(t *testing.T) {
	port := freePort(t)
	server := startOurs(t, "server", port)
	host := hostOf(server)
	var nameless []*ours
	for range 2 {
		n := newOurs(t, port)
		if err := n.net.Start(node.StartOptions{Name: "undefined"}); err != nil {
			t.Fatal(err)
		}
		nameless = append(nameless, n)
	}
	n, m := nameless[0], nameless[1]
	if n.Name() != atom("nonode@nohost") || !n.Alive() {
		t.Errorf("before: %v, alive %v", n.Name(), n.Alive())
	}
	p, in := n.sink("sink")
	self := p.Self()
	for _, x := range nameless {
		if err := x.net.Connect(context.Background(), server.Name(), false); err != nil {
			t.Fatal(err)
		}
	}
	first := n.Name()
	if !strings.HasSuffix(first.AtomName(), "@"+host) || len(first.AtomName()) != 13+len(host) || m.Name() == first {
		t.Errorf("named %v and %v", first, m.Name())
	}
	if o, _ := self.Pid(); o.Origin.Name() != first {
		t.Errorf("a pid from before is of %v", o.Origin.Name())
	}
	_, elsewhere := server.sink("sink")
	_ = n.Send(self, term.Tuple(atom("sink"), server.Name()), self)
	_ = server.Send(term.None, receive(t, elsewhere), atom("answer"))
	if got := receive(t, in); got != atom("answer") {
		t.Errorf("got %v", got)
	}
	if peers := server.net.Peers(); len(peers) != 2 || !peers[0].Hidden {
		t.Errorf("the server sees %+v", peers)
	}
	n.net.Disconnect(server.Name())
	until(t, "the name is gone", func() bool { return n.Name() == atom("nonode@nohost") })
	until(t, "the server knows", func() bool { return len(server.net.Peers()) == 1 })
	if err := n.net.Connect(context.Background(), server.Name(), false); err != nil || n.Name() != first {
		t.Errorf("again: %v, named %v", err, n.Name())
	}
}

// TestPorts dials a node by its port, without a port mapper, and has nodes listen where they are told to.
func TestPorts(t *testing.T) {
	port, low := freePort(t), freePort(t)
	inRange := func(o *dist.Options, _ *node.StartOptions) { o.PortMin, o.PortMax = low, low+1 }
	a := startOurs(t, "first", port, inRange)
	startOurs(t, "second", port, inRange)
	if got := portOf(t, port, "first"); got != low {
		t.Errorf("the first listens on %d, not %d", got, low)
	}
	if got := portOf(t, port, "second"); got != low+1 {
		t.Errorf("the second listens on %d, not %d", got, low+1)
	}
	lost := startOurs(t, "lost", freePort(t))
	if err := lost.net.Connect(context.Background(), a.Name(), false); err == nil {
		t.Error("found without a port mapper")
	}
	name := fmt.Sprintf("%s:%d", a.Name().AtomName(), low)
	if err := lost.net.Connect(context.Background(), atom(name), false); err != nil {
		t.Error(err)
	}
	if peers := lost.net.Peers(); len(peers) != 1 || peers[0].Name != a.Name() {
		t.Errorf("peers: %+v", peers)
	}
}

// TestSilent has a node that does not listen: it is hidden, nobody finds it, and it talks all the same.
func TestSilent(t *testing.T) {
	port := freePort(t)
	other := startOurs(t, "other", port)
	n := startOurs(t, "quiet", port, func(_ *dist.Options, s *node.StartOptions) { s.Silent = true })
	if err := other.net.Connect(context.Background(), n.Name(), false); err == nil || !strings.Contains(err.Error(), "not registered") {
		t.Errorf("found: %v", err)
	}
	if err := n.net.Connect(context.Background(), other.Name(), false); err != nil {
		t.Fatal(err)
	}
	until(t, "connected", func() bool { peers := other.net.Peers(); return len(peers) == 1 && peers[0].Hidden })
}

// TestTickChange changes the tick time while a connection stands.
func TestTickChange(t *testing.T) {
	n := startOurs(t, "ours", freePort(t))
	for _, c := range []struct {
		set, over time.Duration
		want      time.Duration
		changing  bool
	}{{time.Hour, time.Hour, time.Hour, true}, {30 * time.Second, 0, 30 * time.Second, false}} {
		n.net.SetTick(c.set, c.over)
		if got, changing := n.net.Tick(); got != c.want || changing != c.changing {
			t.Errorf("set %v over %v: %v, %v", c.set, c.over, got, changing)
		}
	}
	n.net.SetTick(time.Minute, time.Millisecond)
	until(t, "the change is over", func() bool { d, changing := n.net.Tick(); return d == time.Minute && !changing })
}

// TestLooseMapper has a node that is the port mapper obey KILL and STOP if it is told to.
func TestLooseMapper(t *testing.T) {
	ask := func(port int, request string) string {
		c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			return err.Error()
		}
		defer func() { _ = c.Close() }()
		_ = c.SetDeadline(time.Now().Add(patience))
		_, _ = io.WriteString(c, string([]byte{0, byte(len(request))})+request)
		answer, _ := io.ReadAll(c)
		return string(answer)
	}
	strict, loose := freePort(t), freePort(t)
	startOurs(t, "strict", strict)
	startOurs(t, "loose", loose, func(o *dist.Options, _ *node.StartOptions) { o.EpmdLoose = true })
	registered(t, loose, "guest", 1)
	for _, c := range []struct {
		port          int
		request, want string
	}{{strict, "k", "NO"}, {strict, "sstrict", ""}, {loose, "snobody", "NOEXIST"}, {loose, "sguest", "STOPPED"}, {loose, "k", "OK"}} {
		if got := ask(c.port, c.request); got != c.want {
			t.Errorf("%q: %q, want %q", c.request, got, c.want)
		}
	}
	until(t, "the mapper is gone", func() bool {
		_, err := (&epmd.Client{Port: loose}).Names(context.Background(), "127.0.0.1")
		return err != nil
	})
}
