package dist_test

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/erlsh/erlsh/lang/term"
)

// TestChurn spawns, links and monitors processes on other nodes while connections come and go: every request is answered once, and
// every process that came to be is mourned once by its monitor and once by its link.
func TestChurn(t *testing.T) {
	port := startEpmd(t)
	e := startErl(t, port, "-sname", "real", "-setcookie", "secret")
	n, other := startOurs(t, "ours", port), startOurs(t, "other", port)
	peers := []term.Term{atom("real@" + hostOf(n)), other.Name()}
	random := rand.New(rand.NewPCG(1, 2))
	p, in := n.sink("")
	run(n, p, func() { _, _ = p.Flag(atom("trap_exit"), term.True) })
	type fate struct {
		replies, downs, exits int
		number                int
		peer                  term.Term
	}
	fates := map[string]*fate{}
	byPid := map[string]string{}
	options := term.List(atom("monitor"), atom("link"))
	const requests = 600
	for i := range requests {
		peer := peers[random.IntN(2)]
		switch random.IntN(20) {
		case 0:
			n.net.Disconnect(peer)
		case 1:
			if peer == other.Name() {
				other.net.Disconnect(n.Name())
			} else {
				e.eval("erlang:disconnect_node('%s').", n.Name().AtomName())
			}
		case 2:
			go func() { _ = other.net.Connect(context.Background(), n.Name(), false) }()
		}
		run(n, p, func() {
			// a process that ends at once, or only when it is killed
			module, function, args := atom("erlang"), atom("self"), term.Nil
			if i%3 == 0 {
				module, function = atom("test"), atom("wait")
			}
			if i%3 == 0 && peer != other.Name() {
				module, function, args = atom("timer"), atom("sleep"), term.List(atom("infinity"))
			}
			ref, err := p.SpawnAsync(peer, module, function, args, options)
			if err != nil {
				t.Error(err)
				return
			}
			fates[ref.String()] = &fate{number: i, peer: peer}
		})
	}
	living := map[string]term.Term{}
	settled := func() bool {
		for {
			select {
			case m := <-in:
				e, _ := m.Tuple()
				switch e[0] {
				case atom("spawn_reply"):
					fates[e[1].String()].replies++
					if e[2] == atom("ok") {
						byPid[e[3].String()] = e[1].String()
						living[e[3].String()] = e[3]
					} else {
						fates[e[1].String()].downs++ // none will come
						fates[e[1].String()].exits++
					}
				case atom("DOWN"):
					fates[e[1].String()].downs++
				case atom("EXIT"):
					fates[byPid[e[1].String()]].exits++
				}
				continue
			default:
			}
			for _, f := range fates {
				if f.replies == 0 || f.downs == 0 || f.exits == 0 {
					return false
				}
			}
			return true
		}
	}
	deadline := time.Now().Add(patience / 2)
	until(t, "all is answered", func() bool {
		done := settled()
		if time.Now().After(deadline) {
			for ref, f := range fates {
				if f.replies != 1 || f.downs != 1 || f.exits != 1 {
					t.Errorf("request %d to %v, %s: %d replies, %d downs, %d exits", f.number, f.peer, ref, f.replies, f.downs, f.exits)
				}
			}
			t.Fatalf("peers %+v", n.net.Peers())
		}
		for key, pid := range living {
			run(n, p, func() { _ = p.ExitSignal(pid, atom("kill")) })
			delete(living, key)
		}
		return done
	})
	settled()
	for ref, f := range fates {
		if f.replies != 1 || f.downs != 1 || f.exits != 1 {
			t.Errorf("%s: %d replies, %d downs, %d exits", ref, f.replies, f.downs, f.exits)
		}
	}
}
