package node

import (
	"slices"
	"testing"
	"time"

	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/term"
)

// TestCarrierLeftBehind: a receiver that waits inside a native keeps the goroutine that reads, and goes on later with another worker.
// The reader after it may have the first worker then, which the one that was left behind must not touch any more.
func TestCarrierLeftBehind(t *testing.T) {
	n := New(Options{Table: code.NewTable(nil), Workers: 2})
	defer n.Close()
	left, over, inside, leave := make(chan struct{}, 2), make(chan struct{}), make(chan struct{}), make(chan struct{})
	waits := n.Spawn(SpawnOptions{Handler: func(p *Process, _ term.Term) {
		_, _, _ = p.Receive(func(term.Term) bool { return true }, -1)
		close(over)
	}})
	stays := n.Spawn(SpawnOptions{Handler: func(*Process, term.Term) {
		close(inside)
		<-leave
	}})
	c := n.Carrier(func() { left <- struct{}{} }).(*Carrier)
	ping := term.Atom("ping")

	awaitIdle(t, n, 2)
	c.Deliver(&Send{To: waits.Self(), Message: ping})
	go c.Run()
	<-left
	awaitIdle(t, n, 2)
	c.Deliver(&Send{To: stays.Self(), Message: ping})
	mine := c.w
	go c.Run()
	<-inside
	_ = n.Send(waits.Self(), waits.Self(), ping)
	<-over
	idle := awaitIdle(t, n, 1)
	if slices.Contains(idle, mine) {
		t.Error("a worker is idle and has a goroutine too")
	}
	close(leave)
}

// awaitIdle waits until so many workers are idle, nothing is on its way, and returns them.
func awaitIdle(t *testing.T, n *Node, count int) []*worker {
	t.Helper()
	s := &n.sched
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(50 * time.Microsecond) {
		s.mu.Lock()
		idle := slices.Clone(s.idle)
		s.mu.Unlock()
		if len(idle) == count && n.Count() == 2 && n.sched.waiting.Load() == 0 {
			return idle
		}
	}
	t.Fatalf("never %d idle workers", count)
	return nil
}

// TestCarrierLeaves: what was delivered before the connection ended runs all the same, and the node can end.
func TestCarrierLeaves(t *testing.T) {
	n := New(Options{Table: code.NewTable(nil), Workers: 2})
	got := make(chan term.Term, 1)
	to := n.Spawn(SpawnOptions{Handler: func(_ *Process, m term.Term) { got <- m }})
	c := n.Carrier(func() {})
	for s := &n.sched; s.idlers.Load() < 2; {
		time.Sleep(50 * time.Microsecond)
	}
	c.Deliver(&Send{To: to.Self(), Message: term.Atom("last")})
	if c.(*Carrier).w == nil {
		t.Fatal("no worker was borrowed")
	}
	c.Leave()
	select {
	case <-got:
	case <-time.After(time.Minute):
		t.Fatal("the receiver never ran")
	}
	closed := make(chan struct{})
	go func() { n.Close(); close(closed) }()
	select {
	case <-closed:
	case <-time.After(time.Minute):
		t.Fatal("the node does not end")
	}
}
