package node_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// eventually waits for a condition with a deadline.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !ok(); runtime.Gosched() {
		if time.Now().After(end) {
			t.Fatalf("still not so: %s", what)
		}
	}
}

// member is a process of the model test. What it does comes as messages of Go functions; it checks what it sees.
type member struct {
	t        *testing.T
	pid      term.Term
	expected map[term.Term]term.Term // monitors that have not fired: by reference, the pid
	linked   map[term.Term]bool      // whom it has linked to, until it hears of their end or unlinks
	seen     map[term.Term]int64     // the last number that each sender sent
	sent     map[term.Term]int64     // the last number sent to each receiver
}

var atomNumber = term.Atom("number")

func (m *member) handle(p *node.Process, msg term.Term) {
	if f, ok := msg.Fun(); ok {
		f.Code.(func(*node.Process, *member))(p, m)
		return
	}
	if e, ok := msg.Tagged(atomNumber, 3); ok {
		n, _ := e[2].Int()
		if last := m.seen[e[1]]; n != last+1 {
			m.t.Errorf("%v got number %d from %v after %d", m.pid, n, e[1], last)
		}
		m.seen[e[1]] = n
		return
	}
	if e, ok := msg.Tagged(term.Atom("EXIT"), 3); ok {
		delete(m.linked, e[1])
		return
	}
	if e, ok := msg.Tagged(atom.Down, 5); ok {
		pid, stood := m.expected[e[1]]
		if !stood || pid != e[3] {
			m.t.Errorf("unexpected %v", msg)
		}
		delete(m.expected, e[1])
	}
}

func do(f func(*node.Process, *member)) term.Term { return (&term.Fun{Code: f}).Term() }

// TestRandomTies has processes link, monitor, register, send and die at random. Every monitor fires exactly once or was taken back,
// numbers come in order between any two, links carry the end on, and nothing is left behind. ERLSH_TIES says how many steps to take.
func TestRandomTies(t *testing.T) {
	const members = 60
	steps := 6000
	_, _ = fmt.Sscan(os.Getenv("ERLSH_TIES"), &steps)
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 1))
	t.Logf("seed %d", seed)
	n := node.New(node.Options{Table: code.NewTable(nil), Workers: 4})
	defer n.Close()
	var live []*member
	birth := func() *member {
		m := &member{t: t, expected: map[term.Term]term.Term{}, linked: map[term.Term]bool{}, seen: map[term.Term]int64{}, sent: map[term.Term]int64{}}
		trap := r.IntN(2) == 0
		p := n.Spawn(node.SpawnOptions{Handler: m.handle})
		m.pid = p.Self()
		_ = n.Send(term.None, m.pid, do(func(p *node.Process, _ *member) {
			if trap {
				_, _ = p.Flag(term.Atom("trap_exit"), term.True)
			}
		}))
		return m
	}
	for range members {
		live = append(live, birth())
	}
	var parted sync.Map // pairs of which one has unlinked
	name := func() term.Term { return term.Atom(fmt.Sprint("name", r.IntN(8))) }
	for range steps {
		i := r.IntN(len(live))
		a, b := live[i], live[r.IntN(len(live))]
		var f func(p *node.Process, m *member)
		switch r.IntN(12) {
		case 0, 1:
			f = func(p *node.Process, m *member) {
				if p.Link(b.pid) == nil && a != b { // else: noproc
					m.linked[b.pid] = true
				}
			}
		case 2:
			f = func(p *node.Process, m *member) {
				parted.Store([2]term.Term{b.pid, m.pid}, true)
				delete(m.linked, b.pid)
				p.Unlink(b.pid)
			}
		case 3, 4, 5:
			f = func(p *node.Process, m *member) {
				if ref, err := p.Monitor(b.pid, node.MonitorOptions{}); err == nil && a != b {
					m.expected[ref] = b.pid
				}
			}
		case 6:
			f = func(p *node.Process, m *member) {
				for ref := range m.expected {
					p.Demonitor(ref, true)
					delete(m.expected, ref)
					return
				}
			}
		case 7, 8:
			f = func(p *node.Process, m *member) {
				m.sent[b.pid]++
				_ = p.Send(b.pid, term.Tuple(atomNumber, m.pid, term.Int(m.sent[b.pid])))
			}
		case 9:
			x := name()
			f = func(p *node.Process, m *member) { _ = n.Register(x, m.pid) }
		case 10:
			x := name()
			f = func(p *node.Process, m *member) { _ = n.Unregister(x) }
		case 11:
			reason := []term.Term{atom.Kill, atom.Normal, term.Atom("boom")}[r.IntN(3)]
			if a == b { // an end with normal takes nobody along
				reason = term.Atom("boom")
			}
			f = func(p *node.Process, m *member) { _ = p.ExitSignal(b.pid, reason) }
		}
		_ = n.Send(term.None, a.pid, do(f))
		if n.Process(a.pid) == nil {
			live[i] = birth()
		}
	}
	for _, a := range live { // no 'DOWN' is lost, and nobody outlives what it is linked to without having heard of the end
		eventually(t, "what is monitored lives, or its end has been told", func() bool {
			lost := make(chan int, 1)
			_ = n.Send(term.None, a.pid, do(func(p *node.Process, m *member) {
				missing := 0
				for _, pid := range m.expected {
					if n.Process(pid) == nil {
						missing++
					}
				}
				for pid := range m.linked {
					if _, apart := parted.Load([2]term.Term{m.pid, pid}); !apart && n.Process(pid) == nil {
						missing++
					}
				}
				lost <- missing
			}))
			for {
				select {
				case missing := <-lost:
					return missing == 0
				default:
				}
				if n.Process(a.pid) == nil {
					return true
				}
				runtime.Gosched()
			}
		})
	}
	// the survivors see the rest of the world end
	watcher := birth()
	result := make(chan bool)
	_ = n.Send(term.None, watcher.pid, do(func(p *node.Process, m *member) {
		for _, pid := range n.Processes() {
			if pid != p.Self() {
				ref, _ := p.Monitor(pid, node.MonitorOptions{})
				m.expected[ref] = pid
			}
		}
		for _, pid := range n.Processes() {
			if pid != p.Self() {
				_ = p.ExitSignal(pid, atom.Kill)
			}
		}
		close(result)
	}))
	<-result
	eventually(t, "only the watcher lives", func() bool { return n.Count() == 1 })
	checked := make(chan int)
	eventually(t, "every monitor of the watcher has fired", func() bool {
		_ = n.Send(term.None, watcher.pid, do(func(p *node.Process, m *member) { checked <- len(m.expected) }))
		return <-checked == 0
	})
	if left := n.Registered(); len(left) != 0 && n.Process(n.Whereis(left[0])) == nil {
		t.Errorf("names of the dead: %v", left)
	}
}

// TestSpawnStorm starts and ends many processes in all ways at once and looks for what they leave behind.
func TestSpawnStorm(t *testing.T) {
	before := runtime.NumGoroutine()
	n := node.New(node.Options{Table: code.NewTable(nil), Workers: 2})
	for range 20_000 {
		p := n.Spawn(node.SpawnOptions{Handler: func(p *node.Process, m term.Term) {
			_, _, _ = p.Spawn(node.SpawnOptions{Handler: func(*node.Process, term.Term) {}, Link: true, Monitor: true})
			p.Put(m, m)
			p.Node().StartTimer(time.Hour, p.Self(), m, true)
			_ = p.ExitSignal(p.Self(), term.Atom("done"))
		}})
		_ = n.Send(term.None, p.Self(), atom.OK)
	}
	eventually(t, "all processes have ended", func() bool { return n.Count() == 0 })
	n.Close()
	eventually(t, "all goroutines have ended", func() bool { return runtime.NumGoroutine() <= before })
}
