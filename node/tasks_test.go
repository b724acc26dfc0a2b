package node_test

import (
	"testing"
	"time"

	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// TestTasks counts processes that loop, on the turn of one that asks.
func TestTasks(t *testing.T) {
	n, m := erlangNode(t, "testdata/scenes.erl")
	total := func(list []int) (sum int) {
		for _, k := range list {
			sum += k
		}
		return sum
	}
	asked := make(chan node.Tasks)
	asker := n.Spawn(node.SpawnOptions{Handler: func(p *node.Process, _ term.Term) { asked <- p.Node().Tasks() }})
	until := func(what string, want int) {
		t.Helper()
		for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
			_ = n.Send(asker.Self(), asker.Self(), term.True)
			if tasks := <-asked; total(tasks.Active) == want {
				if queued := total(tasks.Queued); queued > want-1 {
					t.Errorf("%s: %d in queues of %d", what, queued, want)
				}
				return
			}
		}
		t.Fatalf("%s: never %d", what, want)
	}
	until("nobody else", 1)
	before := n.Switches()
	loop := m.Functions[code.NameArity{Name: term.Atom("loop")}]
	var all []*node.Process
	for range 7 {
		p := n.Spawn(node.SpawnOptions{Resident: true})
		p.Invoke(loop, nil, func(term.Term, *term.Exception) {})
		all = append(all, p)
	}
	until("with seven that loop", 8)
	for n.Switches() == before { // it is counted a little late
		time.Sleep(time.Millisecond)
	}
	for _, p := range all {
		p.Interrupt()
	}
	until("afterwards", 1)
}

// TestMeter sees that a worker is busy while a process loops, and a place for long calls while one is in such a call.
func TestMeter(t *testing.T) {
	n := node.New(node.Options{Table: code.NewTable(nil), Workers: 1})
	defer n.Close()
	inside, leave := make(chan struct{}), make(chan struct{})
	p := n.Spawn(node.SpawnOptions{Handler: func(p *node.Process, _ term.Term) {
		if p.Meter(true) || !p.Meter(true) || !p.Meter(false) {
			t.Error("who asked first?")
		}
		p.Blocking(func() {
			close(inside)
			<-leave
		})
	}})
	if _, _, _, ok := n.Metered(); ok {
		t.Error("measured before anybody wants it")
	}
	_ = n.Send(p.Self(), p.Self(), term.True)
	<-inside
	_, first, _, ok := n.Metered()
	time.Sleep(time.Millisecond)
	workers, asleep, total, _ := n.Metered()
	if !ok || len(workers) != 1 || asleep[0] <= first[0] || asleep[0] > total || workers[0] > total {
		t.Errorf("%v %v of %v", workers, asleep, total)
	}
	close(leave)
	n.Deliver(&node.Exit2{From: p.Self(), To: p.Self(), Reason: term.Atom("kill")})
	for ok {
		time.Sleep(time.Millisecond)
		_, _, _, ok = n.Metered()
	}
}
