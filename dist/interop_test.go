package dist_test

import (
	"context"
	"testing"

	"github.com/erlsh/erlsh/lang/term"
)

func atom(name string) term.Term { return term.Atom(name) }

func TestConnectToErl(t *testing.T) {
	port := startEpmd(t)
	e := startErl(t, port, "-sname", "real", "-setcookie", "secret")
	n := startOurs(t, "ours", port)
	real := atom("real@" + hostOf(n))
	if err := n.net.Connect(context.Background(), real, false); err != nil {
		t.Fatal(err)
	}
	e.want("[ours@"+hostOf(n)+"]", "nodes().")
	p, in := n.sink("sink")
	e.want("true", "register(echo, spawn(fun F() -> receive {P, M} -> P ! {echo, M}, F() end end)).")
	if err := n.Send(p.Self(), term.Tuple(atom("echo"), real), term.Tuple(p.Self(), term.String("hello"))); err != nil {
		t.Fatal(err)
	}
	if got := receive(t, in); got.String() != `{echo,[104,101,108,108,111]}` {
		t.Errorf("got %v", got)
	}
	e.want("hi", "{sink, 'ours@%s'} ! hi.", hostOf(n))
	if got := receive(t, in); got != atom("hi") {
		t.Errorf("got %v", got)
	}
}

func hostOf(n *ours) string {
	name := n.Name().AtomName()
	for i := range name {
		if name[i] == '@' {
			return name[i+1:]
		}
	}
	return ""
}
