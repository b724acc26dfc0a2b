package node_test

import (
	"testing"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// TestInterruptEarly interrupts processes that may not have begun what they are to run: it ends all the same, and what is asked next runs.
func TestInterruptEarly(t *testing.T) {
	n, m := erlangNode(t, "testdata/scenes.erl")
	loop := m.Functions[code.NameArity{Name: term.Atom("loop")}]
	p := n.Spawn(node.SpawnOptions{Resident: true})
	ended := make(chan *term.Exception)
	for range 200 {
		p.Invoke(loop, nil, func(_ term.Term, e *term.Exception) { ended <- e })
		p.Interrupt()
		if e := <-ended; e == nil || e.Reason != atom.Killed {
			t.Fatal(e)
		}
	}
}
