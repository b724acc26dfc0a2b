package dist_test

import (
	"context"
	"os"
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
