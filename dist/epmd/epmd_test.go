package epmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

const host = "127.0.0.1"

// serve starts a server on a free port and returns it with a client.
func serve(t testing.TB, port int) (*Server, *Client) {
	t.Helper()
	s, err := Serve(port, []string{host}, ServerOptions{Seed: 1000})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s, &Client{Port: s.Port()}
}

func register(t testing.TB, c *Client, name string, port int) *Registration {
	t.Helper()
	r, err := c.Register(context.Background(), host, Node{Name: name, Port: port}, time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

func until(t testing.TB, what string, condition func() bool) {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for !condition() {
		if time.Now().After(deadline) {
			t.Fatalf("in vain: %s", what)
		}
		time.Sleep(time.Millisecond)
	}
}

func known(c *Client, name string) bool {
	_, err := c.Lookup(context.Background(), host, name)
	return err == nil
}

func TestRegister(t *testing.T) {
	_, c := serve(t, 0)
	ctx := context.Background()
	if _, err := c.Lookup(ctx, host, "a"); !errors.Is(err, ErrNotRegistered) {
		t.Errorf("an unknown name: %v", err)
	}
	a := register(t, c, "a", 4001)
	register(t, c, "b c", 4002)
	n, err := c.Lookup(ctx, host, "a")
	if err != nil || n.Port != 4001 || n.Name != "a" || n.Type != typeVisible || n.High != 6 || n.Low != 5 {
		t.Errorf("%+v, %v", n, err)
	}
	names, err := c.Names(ctx, host)
	if err != nil || len(names) != 2 || names[0].Name != "b c" || names[1].Port != 4001 {
		t.Errorf("%+v, %v", names, err)
	}
	if _, err := c.Register(ctx, host, Node{Name: "a", Port: 5}, 0); !errors.Is(err, ErrDuplicate) {
		t.Errorf("the same name: %v", err)
	}
	if _, err := c.Register(ctx, host, Node{Name: strings.Repeat("x", 256), Port: 5}, 0); !errors.Is(err, ErrDuplicate) {
		t.Errorf("a name too long: %v", err)
	}
	before := a.Creation
	if before < 4 {
		t.Errorf("creation %d", before)
	}
	a.Close()
	until(t, "a is forgotten", func() bool { return !known(c, "a") })
	if again := register(t, c, "a", 4001); again.Creation == before {
		t.Errorf("two lives have the creation %d", before)
	}
}

func TestServerComesBack(t *testing.T) {
	s, c := serve(t, 0)
	port := s.Port()
	refused := make(chan struct{}, 1000)
	c.Refused = func() {
		select {
		case refused <- struct{}{}:
		default:
		}
	}
	r := register(t, c, "a", 4001)
	creation := r.Creation
	s.Close()
	<-refused
	_, _ = serve(t, port)
	until(t, "a is registered again", func() bool { return known(c, "a") })
	if r.Creation != creation {
		t.Errorf("the creation has changed from %d to %d", creation, r.Creation)
	}
}

// TestRubbish sends what nobody should, and asks whether the server still does its work.
func TestRubbish(t *testing.T) {
	s, c := serve(t, 0)
	register(t, c, "a", 4001)
	for _, request := range []string{
		"", "\x00", "\x00\x00", "\xff\xff", "\x00\x01x", "\x00\x01a", "\x00\x02pa", "\x00\x05zabc", "\x00\x04\x78\x00\x00\x00",
		"GET / HTTP/1.1\r\n\r\n", "\x00\x0d\x78\x0f\xa0\x4d\x00\x00\x06\x00\x05\xff\xff\x61\x00", "\x00\x0d\x78\x0f\xa0\x4d\x00\x00\x06\x00\x05\x00\x00\x00\x00",
	} {
		conn, err := net.Dial("tcp", c.Address(host))
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(conn, request)
		_ = conn.(*net.TCPConn).CloseWrite()
		answer, _ := io.ReadAll(conn)
		if len(answer) > 0 && request != "\x00\x05zabc" {
			t.Errorf("%q is answered %q", request, answer)
		}
		_ = conn.Close()
	}
	ask := func(body string) string {
		b, err := c.ask(context.Background(), host, []byte(body), 1000)
		if err != nil && !errors.Is(err, ErrNoAnswer) {
			t.Errorf("%q: %v", body, err)
		}
		return string(b)
	}
	if got := ask("k"); got != "NO" {
		t.Errorf("KILL: %q", got)
	}
	if got := ask("sa"); got != "" {
		t.Errorf("STOP: %q", got)
	}
	if got := ask("d"); !strings.Contains(got, "active name     <a> at port 4001, fd = ") || !strings.HasSuffix(got, "\n\x00") {
		t.Errorf("DUMP: %q", got)
	}
	if !known(c, "a") {
		t.Error("a is lost")
	}
	// a byte behind the request ends a registration
	conn, _, err := c.alive(context.Background(), host, Node{Name: "b", Port: 1})
	if err != nil {
		t.Fatal(err)
	}
	_, _ = conn.Write([]byte{0})
	until(t, "b is forgotten", func() bool { return !known(c, "b") })
	_ = conn.Close()
	_ = s
}

// TestNobody says what was tried when nobody answers.
func TestNobody(t *testing.T) {
	s, c := serve(t, 0)
	s.Close()
	if _, err := c.Lookup(context.Background(), host, "a"); err == nil || !strings.Contains(err.Error(), "refused") {
		t.Errorf("no mapper: %v", err)
	}
	l, err := net.Listen("tcp", host+":0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	c.Port = l.Addr().(*net.TCPAddr).Port
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	if _, err := c.Names(ctx, host); err == nil {
		t.Error("a mute mapper")
	}
}

// TestRealEpmd is our client with the real mapper, and the real client with ours.
func TestRealEpmd(t *testing.T) {
	path, err := exec.LookPath("epmd")
	if err != nil {
		if os.Getenv("ERLSH_INTEROP") == "1" {
			t.Fatal("ERLSH_INTEROP is set, and there is no epmd")
		}
		t.Skip("NO epmd HERE: not compared with the real one")
	}
	s, c := serve(t, 0)
	register(t, c, "ours", 4001)
	out, err := exec.Command(path, "-port", fmt.Sprint(s.Port()), "-names").CombinedOutput()
	if want := fmt.Sprintf("epmd: up and running on port %d with data:\nname ours at port 4001\n", s.Port()); string(out) != want {
		t.Errorf("epmd -names prints %q (%v), want %q", out, err, want)
	}

	l, err := net.Listen("tcp", host+":0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	_ = l.Close()
	daemon := exec.Command(path, "-port", fmt.Sprint(port))
	if err := daemon.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = daemon.Process.Kill()
		_ = daemon.Wait()
	})
	real := &Client{Port: port}
	until(t, "epmd listens", func() bool {
		_, err := real.Names(context.Background(), host)
		return err == nil
	})
	register(t, real, "ours", 4001)
	n, err := real.Lookup(context.Background(), host, "ours")
	names, _ := real.Names(context.Background(), host)
	if err != nil || n.Port != 4001 || !slices.ContainsFunc(names, func(n Node) bool { return n.Name == "ours" && n.Port == 4001 }) {
		t.Errorf("%+v, %+v, %v", n, names, err)
	}
	if _, err := real.Register(context.Background(), host, Node{Name: "ours", Port: 1}, 0); !errors.Is(err, ErrDuplicate) {
		t.Errorf("the same name: %v", err)
	}
}

// TestMapperThatHangsUp: a mapper that is just ending takes the question and closes the connection.
func TestMapperThatHangsUp(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = c.Read(make([]byte, 64))
			_ = c.Close()
		}
	}()
	c := &Client{Port: l.Addr().(*net.TCPAddr).Port}
	if _, err := c.Lookup(context.Background(), "127.0.0.1", "x"); !errors.Is(err, ErrNoAnswer) {
		t.Errorf("lookup: %v", err)
	}
	if _, err := c.Names(context.Background(), "127.0.0.1"); !errors.Is(err, ErrNoAnswer) {
		t.Errorf("names: %v", err)
	}
}
