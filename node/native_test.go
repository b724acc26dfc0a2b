package node_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// TestInterrupt ends what a resident process runs, wherever it is, and the process runs the next thing.
func TestInterrupt(t *testing.T) {
	n, m := erlangNode(t, "testdata/scenes.erl")
	for _, name := range []string{"loop", "idle", "idle_in_native"} {
		f := m.Functions[code.NameArity{Name: term.Atom(name)}]
		p := n.Spawn(node.SpawnOptions{Resident: true})
		done := make(chan *term.Exception, 1)
		p.Invoke(f, nil, func(_ term.Term, e *term.Exception) { done <- e })
		interrupt := func() *term.Exception {
			for {
				p.Interrupt()
				select {
				case e := <-done:
					return e
				case <-time.After(time.Millisecond):
				}
			}
		}
		if e := interrupt(); e == nil || e.Reason != atom.Killed {
			t.Errorf("%s: %v", name, e)
		}
		p.Invoke(m.Functions[code.NameArity{Name: term.Atom("s_receive_after_zero")}], nil, func(_ term.Term, e *term.Exception) { done <- e })
		if e := <-done; e != nil {
			t.Errorf("%s: afterwards %v", name, e)
		}
	}
}

// TestBlocking has more processes block at once than there are workers, and others go on meanwhile.
func TestBlocking(t *testing.T) {
	n := node.New(node.Options{Table: code.NewTable(nil), Workers: 1})
	defer n.Close()
	free := make(chan struct{})
	var all sync.WaitGroup
	for range 10 {
		all.Add(1)
		p := n.Spawn(node.SpawnOptions{Handler: func(p *node.Process, _ term.Term) {
			p.Blocking(func() { <-free })
			all.Done()
		}})
		_ = n.Send(term.None, p.Self(), atom.OK)
	}
	q := n.Spawn(node.SpawnOptions{Handler: func(*node.Process, term.Term) { close(free) }})
	_ = n.Send(term.None, q.Self(), atom.OK)
	all.Wait()
}

// TestPriorities lets an urgent process run before those that are ready already.
func TestPriorities(t *testing.T) {
	n := node.New(node.Options{Table: code.NewTable(nil), Workers: 1})
	defer n.Close()
	order := make(chan string, 3)
	busy := make(chan struct{})
	first := n.Spawn(node.SpawnOptions{Handler: func(*node.Process, term.Term) { <-busy }})
	_ = n.Send(term.None, first.Self(), atom.OK)
	for _, level := range []string{"low", "normal", "max"} {
		p := n.Spawn(node.SpawnOptions{Priority: term.Atom(level), Handler: func(*node.Process, term.Term) { order <- level }})
		_ = n.Send(term.None, p.Self(), atom.OK)
	}
	close(busy)
	if a, b, c := <-order, <-order, <-order; a != "max" || b != "normal" || c != "low" {
		t.Errorf("ran %s, %s, %s", a, b, c)
	}
}

// TestSettle: whatever is set off is done once the node has settled; a loop without end is not waited for.
func TestSettle(t *testing.T) {
	n := node.New(node.Options{Workers: 2})
	defer n.Close()
	var relays []*node.Process
	var passed atomic.Int32
	for i := range 50 {
		relays = append(relays, n.Spawn(node.SpawnOptions{Handler: func(p *node.Process, m term.Term) {
			passed.Add(1)
			if i > 0 {
				_ = p.Send(relays[i-1].Self(), m)
			}
		}}))
	}
	_ = n.Send(term.None, relays[49].Self(), term.Int(1))
	if !n.Settle(time.Minute) || passed.Load() != 50 {
		t.Errorf("settled after %d of 50 had the message", passed.Load())
	}
	loop := n.Spawn(node.SpawnOptions{Handler: func(p *node.Process, m term.Term) { _ = p.Send(p.Self(), m) }})
	_ = n.Send(term.None, loop.Self(), term.Int(1))
	if n.Settle(time.Millisecond) {
		t.Error("settled while a process goes round and round")
	}
	n.Deliver(&node.Exit2{From: loop.Self(), To: loop.Self(), Reason: term.Atom("kill")})
	if !n.Settle(time.Minute) {
		t.Error("did not settle once the loop was killed")
	}
}
