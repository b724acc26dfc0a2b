package node_test

import (
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// TestSoak has a node spawn, link, monitor, kill, register and time at random and looks for what is left. It is short unless
// ERLSH_SOAK says how long it shall last, as in ERLSH_SOAK=10m.
func TestSoak(t *testing.T) {
	var lasts time.Duration
	if text := os.Getenv("ERLSH_SOAK"); text != "" {
		var err error
		if lasts, err = time.ParseDuration(text); err != nil {
			t.Fatal(err)
		}
	}
	steps := int64(300)
	if lasts > 0 {
		steps = 2000
	}
	n, m := erlangNode(t, "testdata/soak.erl")
	end := time.Now().Add(lasts)
	soak(t, n, m, steps, 0) // what is made once is made now
	before, held := sample(), n.Held()
	var early, last uint64
	for round := int64(1); round <= 4 || time.Now().Before(end); round++ {
		soak(t, n, m, steps, round)
		if got := settled(n, held); got != held {
			t.Fatalf("after round %d: %s; before it: %s", round, got, held)
		}
		s := sample()
		if last = s.heap; round <= 4 {
			early = max(early, s.heap)
		}
		if lasts > 0 && round%20 == 0 {
			t.Logf("round %d: heap %d KB, goroutines %d, %s", round, s.heap>>10, s.goroutines, held)
		}
	}
	if last > early+early/4+4<<20 {
		t.Errorf("the heap has grown from %d to %d", early, last)
	}
	if now := sample().goroutines; now > before.goroutines+8 { // idle goroutines of workers are kept
		t.Errorf("%d goroutines, %d before", now, before.goroutines)
	}
	t.Logf("heap %d KB early, %d KB at the end; goroutines %d, %d; %s", early>>10, last>>10, before.goroutines, sample().goroutines, n.Held())
}

type usage struct {
	heap       uint64
	goroutines int
}

func sample() usage {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return usage{m.HeapAlloc, runtime.NumGoroutine()}
}

// settled waits until the tables hold what they held before: the last processes may still be ending.
func settled(n *node.Node, want string) string {
	deadline := time.Now().Add(time.Minute)
	for n.Held() != want && time.Now().Before(deadline) {
		runtime.Gosched()
	}
	return n.Held()
}

func soak(t *testing.T, n *node.Node, m *code.Module, steps, seed int64) {
	t.Helper()
	f := m.Functions[code.NameArity{Name: term.Atom("run"), Arity: 3}]
	p := n.Spawn(node.SpawnOptions{Resident: true})
	done := make(chan *term.Exception, 1)
	p.Invoke(f, []term.Term{term.Int(8), term.Int(steps), term.Int(seed)}, func(v term.Term, e *term.Exception) {
		reasons, _ := v.Slice()
		for _, r := range reasons {
			if r != term.Atom("done") {
				t.Errorf("a driver ended with %v", r)
			}
		}
		done <- e
	})
	if e := <-done; e != nil {
		t.Fatal(e)
	}
	n.Deliver(&node.Exit2{From: p.Self(), To: p.Self(), Reason: term.Atom("kill")})
}
