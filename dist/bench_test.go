package dist_test

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"testing"

	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// player spawns a process that answers each message, until it has had n; then it says so.
func (n *ours) player(to term.Term, count int) (*node.Process, chan struct{}) {
	done := make(chan struct{})
	left := count
	return n.Spawn(node.SpawnOptions{Handler: func(p *node.Process, _ term.Term) {
		if left--; left == 0 {
			close(done)
			return
		}
		_ = p.Send(to, p.Self())
	}}), done
}

// BenchmarkPingPongErl is a round trip between a process here and one of a real node.
func BenchmarkPingPongErl(b *testing.B) {
	port := startEpmd(b)
	e := startErl(b, port, "-sname", "real", "-setcookie", "secret")
	n := startOurs(b, "ours", port)
	real := atom("real@" + hostOf(n))
	if err := n.net.Connect(context.Background(), real, false); err != nil {
		b.Fatal(err)
	}
	compiled(e)
	e.want("true", "register(echo, spawn(pong, serve, [])).")
	p, done := n.player(term.Tuple(atom("echo"), real), b.N+1)
	b.ResetTimer()
	_ = n.Send(p.Self(), p.Self(), atom("go"))
	<-done
}

// BenchmarkPingPong is a round trip between two nodes of ours.
func BenchmarkPingPong(b *testing.B) {
	port := freePort(b)
	n, m := startOurs(b, "ours", port), startOurs(b, "others", port)
	m.Spawn(node.SpawnOptions{Name: atom("echo"), Handler: func(p *node.Process, from term.Term) { _ = p.Send(from, atom("ok")) }})
	if err := n.net.Connect(context.Background(), m.Name(), false); err != nil {
		b.Fatal(err)
	}
	p, done := n.player(term.Tuple(atom("echo"), m.Name()), b.N+1)
	b.ResetTimer()
	_ = n.Send(p.Self(), p.Self(), atom("go"))
	<-done
}

// BenchmarkOneWay is small messages in one direction, between two nodes of ours.
func BenchmarkOneWay(b *testing.B) {
	port := freePort(b)
	n, m := startOurs(b, "ours", port), startOurs(b, "others", port)
	done, left := make(chan struct{}), b.N
	m.Spawn(node.SpawnOptions{Name: atom("sink"), Handler: func(*node.Process, term.Term) {
		if left--; left == 0 {
			close(done)
		}
	}})
	if err := n.net.Connect(context.Background(), m.Name(), false); err != nil {
		b.Fatal(err)
	}
	to := term.Tuple(atom("sink"), m.Name())
	b.ResetTimer()
	count := b.N
	sender := n.Spawn(node.SpawnOptions{Handler: func(p *node.Process, _ term.Term) {
		for range count {
			_ = p.Send(to, term.Int(5))
		}
	}})
	_ = n.Send(sender.Self(), sender.Self(), atom("go"))
	<-done
}

// compiled loads module pong into a real node: what it measures must not be its interpreter.
func compiled(e *erl) {
	dir := e.t.TempDir()
	source := "-module(pong).\n-export([serve/0, play/2]).\n" +
		"serve() -> receive P -> P ! ok, serve() end.\n" +
		"play(_, 0) -> ok;\nplay(To, N) -> To ! self(), receive ok -> play(To, N-1) end.\n"
	if err := os.WriteFile(dir+"/pong.erl", []byte(source), 0o600); err != nil {
		e.t.Fatal(err)
	}
	e.want("{module,pong}", `begin {ok,_,Code} = compile:file("%s/pong", [binary]), code:load_binary(pong, "pong", Code) end.`, dir)
}

// BenchmarkErlErl is the measure: the round trip between two real nodes, timed by one of them.
func BenchmarkErlErl(b *testing.B) {
	port := startEpmd(b)
	e := startErl(b, port, "-sname", "real", "-setcookie", "secret")
	f := startErl(b, port, "-sname", "real2", "-setcookie", "secret")
	compiled(e)
	compiled(f)
	f.want("true", "register(echo, spawn(pong, serve, [])).")
	e.want("pong", `net_adm:ping(list_to_atom("real2@" ++ tl(lists:dropwhile(fun(C) -> C =/= $@ end, atom_to_list(node()))))).`)
	b.ResetTimer()
	e.want("ok", "pong:play({echo, hd(nodes())}, %d).", b.N)
}

// BenchmarkBinaries is large binaries in one direction: to another node of ours, and to a real one.
func BenchmarkBinaries(b *testing.B) {
	for _, size := range []int{64 << 10, 16 << 20} {
		for _, kind := range []string{"ours", "erl"} {
			b.Run(fmt.Sprintf("%s/%dK", kind, size>>10), func(b *testing.B) { binaries(b, size, kind == "erl") })
		}
	}
}

func binaries(b *testing.B, size int, real bool) {
	port := startEpmd(b)
	n := startOurs(b, "ours", port)
	p, in := n.sink("")
	to := atom("other@" + hostOf(n))
	if real {
		e := startErl(b, port, "-sname", "other", "-setcookie", "secret")
		e.want("true", "register(echo, spawn(fun F() -> receive {P, _, last} -> P ! last, F(); _ -> F() end end)).")
	} else {
		m := startOurs(b, "other", port)
		m.Spawn(node.SpawnOptions{Name: atom("echo"), Handler: func(p *node.Process, message term.Term) {
			if e, _ := message.Tuple(); e[2] == atom("last") {
				_ = p.Send(e[0], atom("last"))
			}
		}})
	}
	if err := n.net.Connect(context.Background(), to, false); err != nil {
		b.Fatal(err)
	}
	data := term.Binary(make([]byte, size))
	b.SetBytes(int64(size))
	b.ResetTimer()
	count := b.N
	n.mu.Lock()
	n.jobs = append(n.jobs, func() {
		for i := range count {
			what := atom("more")
			if i == count-1 {
				what = atom("last")
			}
			_ = p.Send(term.Tuple(atom("echo"), to), term.Tuple(p.Self(), data, what))
		}
	})
	job := len(n.jobs) - 1
	n.mu.Unlock()
	_ = n.Send(p.Self(), p.Self(), term.Tuple(atom("job"), term.Int(int64(job))))
	receive(b, in)
}

// BenchmarkReconnect is a connection from nothing and its end: with a node of ours, and with a real one.
func BenchmarkReconnect(b *testing.B) {
	for _, kind := range []string{"ours", "erl"} {
		b.Run(kind, func(b *testing.B) {
			port := startEpmd(b)
			n := startOurs(b, "ours", port)
			other := atom("other@" + hostOf(n))
			if kind == "erl" {
				startErl(b, port, "-sname", "other", "-setcookie", "secret")
			} else {
				startOurs(b, "other", port)
			}
			for b.Loop() {
				if err := n.net.Connect(context.Background(), other, true); err != nil {
					b.Fatal(err)
				}
				n.net.Disconnect(other)
				for len(n.net.Peers()) > 0 {
					runtime.Gosched()
				}
			}
		})
	}
}
