package node

import (
	"runtime"
	"runtime/metrics"
	"sync"
	"sync/atomic"
	"time"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

// A program that eats all memory is to end its process and nothing else. While anybody works, the watch looks at what the whole program
// takes. When that passes the brink, all processes stand still and are weighed on their turns, and the heaviest one is killed. What asks
// for much at once asks Process.Room first. What no process reaches by its terms is nobody's: tables of ets, what the Go runtime needs.

const (
	// memoryEvery is at every how many looks at the workers the watch looks at the memory.
	memoryEvery = 8
	// plenty is a size of the program below which its bound does not matter.
	plenty = 16 << 20
	// weighingTime is how long processes may take to be weighed; one that does not get to it in this time is not considered.
	weighingTime = 5 * time.Second
	// endTime is how long a killed process may take to end before the memory is looked at again, and graveTime how long it is not looked
	// at when nobody is to blame.
	endTime   = 200 * time.Millisecond
	graveTime = 2 * time.Second
	// heaviest bounds what is looked at of one process.
	heaviest = 4 << 30
)

// memory is what the watch knows of the memory. All but tight belongs to the goroutine of the watch.
type memory struct {
	tight atomic.Bool  // all processes stand still, to be weighed
	bound atomic.Int64 // bytes the program may take; 0: not asked yet or unbounded

	asked bool
	looks int
	until time.Time // when weighing ends, or nothing is looked at
	found *weighing
}

// weighing collects what the processes take.
type weighing struct {
	mu    sync.Mutex
	due   int      // guarded by mu: those that are still to be weighed
	top   *Process // guarded by mu: the heaviest so far
	bytes int64    // guarded by mu: what it takes
	queue int      // guarded by mu: how many messages it has
}

func (w *weighing) add(p *Process) {
	bytes := p.Weigh(heaviest).Bytes
	w.mu.Lock()
	defer w.mu.Unlock()
	if bytes > w.bytes {
		w.top, w.bytes, w.queue = p, bytes, p.mailbox.count
	}
}

func (w *weighing) done(n int) (left int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.due += n
	return w.due
}

// footprint returns how many bytes the program takes from the system.
func footprint() int64 {
	samples := [2]metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples[:])
	return int64(samples[0].Value.Uint64() - samples[1].Value.Uint64())
}

// brink is how much may be in use after a collection. What is allocated until the next one comes on top.
func brink(bound int64) int64 { return bound / 100 * 60 }

// Room reports whether the program may take so many bytes more.
func (p *Process) Room(bytes int64) bool {
	bound := p.node.memoryBound()
	if bound == 0 || footprint()+bytes < bound/100*80 {
		return true
	}
	runtime.GC()
	return live()+bytes < bound/100*70
}

// Exhaust ends the process: it needs more memory than there is.
func (p *Process) Exhaust() {
	w := p.Weigh(heaviest)
	p.node.reportExhausted(p, w.Bytes, p.mailbox.count)
	p.exiting = &exitReason{reason: atom.Killed}
	p.machine.Abort()
}

// reportExhausted says which process is killed since memory comes to an end.
func (n *Node) reportExhausted(p *Process, bytes int64, queue int) {
	n.Report(Report{
		Level: term.ClassError,
		Format: "     Process:            ~p ~n     Context:            out of memory: the process that takes most is killed~n" +
			"     Memory:             ~p bytes~n     In Use:             ~p bytes~n     Bound:              ~p bytes~n" +
			"     Message Queue Len:  ~p~n",
		Args: []term.Term{p.Self(), term.Int(bytes), term.Int(live()), term.Int(brink(n.memoryBound())), term.Int(int64(queue))},
		Pid:  p.Self(), GroupLeader: p.GroupLeader(),
	})
}

// live returns how many bytes the last collection found in use.
func live() int64 {
	sample := [1]metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample[:])
	return int64(sample[0].Value.Uint64())
}

// memoryBound asks once how much memory there is.
func (n *Node) memoryBound() int64 {
	if n.options.MemoryBound == nil {
		return 0
	}
	n.memoryOnce.Do(func() { n.memory.bound.Store(n.options.MemoryBound()) })
	return n.memory.bound.Load()
}

// lookAtMemory is a step of the watch.
func (n *Node) lookAtMemory() {
	m := &n.memory
	if m.found != nil {
		n.weighed()
		return
	}
	if m.looks++; m.looks%memoryEvery != 0 || n.options.MemoryBound == nil {
		return
	}
	size := live()
	if size < plenty || !m.until.IsZero() && time.Now().Before(m.until) {
		return
	}
	bound := n.memoryBound()
	if bound == 0 || size < brink(bound) {
		return
	}
	m.tight.Store(true)
	m.found, m.until = &weighing{}, time.Now().Add(weighingTime)
	n.weighAll(m.found)
}

// weighAll weighs the processes that wait and has the others weigh themselves when it is their turn.
func (n *Node) weighAll(w *weighing) {
	n.table.all(func(p *Process) {
		if done, _ := p.resting(nil, w.add); done {
			return
		}
		w.done(1)
		if !p.post(nil, func(p *Process) { w.add(p); w.done(-1) }) {
			w.done(-1)
		}
	})
}

// weighed ends a weighing: the heaviest process is killed, unless it does not take much.
func (n *Node) weighed() {
	m := &n.memory
	w := m.found
	if w.done(0) > 0 && time.Now().Before(m.until) {
		return
	}
	w.mu.Lock()
	p, bytes, queue := w.top, w.bytes, w.queue
	w.mu.Unlock()
	m.found, m.until = nil, time.Now().Add(graveTime)
	if p != nil && bytes > live()/8 {
		n.reportExhausted(p, bytes, queue)
		n.Deliver(&Exit2{From: p.Self(), To: p.Self(), Reason: atom.Kill})
		m.until = time.Now().Add(endTime)
	}
	m.tight.Store(false)
}

// halt has a process stand still while all are weighed; it is called inside a native.
func (p *Process) halt() {
	for p.node.memory.tight.Load() && !p.stopped() {
		p.standBy(stateReady)
		p.drain()
	}
}
