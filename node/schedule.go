package node

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// slice is how many reductions a process gets before it is another one's turn.
	slice = 1000
	// globalEvery is at every how many picks the queue of all workers is looked at first.
	globalEvery = 61
	// lookEvery is at every how many picks, or slices that were used up, a worker thinks of the others.
	lookEvery = 64
	// lateEvery is at every how many picks a process that used its last slice up comes first.
	lateEvery = 8
	// breathEvery is at every how many used up slices a worker lets the other goroutines of the program run.
	breathEvery = 8
	// stuckAfter is how long a worker may be in one slice before others take what waits behind it.
	stuckAfter = 2 * time.Millisecond
	// maxSpare is how many goroutines without a worker are kept.
	maxSpare = 16
)

// worker is the right to run processes, and a queue of them. As many run at a time as the node has workers. It is handed from
// goroutine to goroutine when one of them has to stay with a process that waits inside a native.
type worker struct {
	node   *Node
	ring   ring          // processes that something came in for
	late   ring          // those that used their slice up: they do not keep the others waiting
	wake   chan struct{} // has room for one: ends the rest of an idle worker
	ticks  uint32
	used   uint32  // slices that were used up
	spare  *letter // that may be used again; belongs to the goroutine that holds the worker
	spares int
	fair   bool // look at the queue of all workers next
	// extra says that the node has the worker for a while only; quit ends it then.
	extra bool
	quit  atomic.Bool
	// blocked is 1 while the process that runs is in Blocking; who sets it back owns the worker.
	blocked atomic.Uint32
	batch   [ringSize / 2]*Process
	outbox  Outbox
	// lent says that the goroutine which waits for wake is not the one that has the worker; guest is whose goroutine has it while
	// that may still go on reading.
	lent  bool
	guest atomic.Pointer[visit]
	turns atomic.Uint32 // of guests
	given uint64        // turns; belongs to the goroutine that holds the worker
	known atomic.Uint64 // given, a little late
	meter meter         // guarded by sched.mu
	// hurry is set at every tick of the watch: a slice of few calls that take long each is to end before its reductions are used.
	hurry atomic.Bool
}

// scheduler is what the workers of a node share.
type scheduler struct {
	workers []*worker
	urgent  atomic.Int32 // processes of high priority that are ready
	modest  atomic.Int32 // processes of low priority that are ready
	waiting atomic.Int32 // length of global
	idlers  atomic.Int32 // length of idle
	blocked atomic.Int32 // workers in Blocking

	mu       sync.Mutex
	global   queue          // guarded by mu
	levels   [4]queue       // guarded by mu: by priority, global for normal
	idle     []*worker      // guarded by mu
	spare    []chan *worker // guarded by mu
	running  int            // guarded by mu: goroutines that hold a worker, or will again
	closing  bool           // guarded by mu
	extras   int            // guarded by mu: extra workers
	asleep   int            // guarded by mu: processes in Blocking
	meters   meters
	over     sync.Cond     // running has become 0
	watching bool          // guarded by mu: the watch looks at the clock
	rouse    chan struct{} // has room for one: tells the watch that somebody works
	watched  chan struct{} // closed when the watch has ended
	halted   chan struct{} // closed when the node is
}

// load returns how many processes wait for the worker.
func (w *worker) load() int { return w.ring.len() + w.late.len() }

// queue is a plain queue of processes.
type queue struct {
	list []*Process
	head int
}

func (q *queue) len() int       { return len(q.list) - q.head }
func (q *queue) put(p *Process) { q.list = append(q.list, p) }

func (q *queue) take() *Process {
	p := q.list[q.head]
	q.list[q.head] = nil
	q.head++
	if q.head == len(q.list) {
		q.list, q.head = q.list[:0], 0
		if cap(q.list) > 1<<12 {
			q.list = nil
		}
	}
	return p
}

func (n *Node) startWorkers(count int) {
	s := &n.sched
	s.over.L = &s.mu
	s.rouse = make(chan struct{}, 1)
	s.watched = make(chan struct{})
	s.halted = make(chan struct{})
	s.watching = true
	s.rouse <- struct{}{}
	for range count {
		w := &worker{node: n, wake: make(chan struct{}, 1)}
		s.workers = append(s.workers, w)
		s.running++
	}
	for _, w := range s.workers {
		go n.work(w)
	}
	go n.watch()
}

// work is the life of a goroutine that runs processes.
func (n *Node) work(w *worker) { n.goOn(w) }

// goOn is the same for a goroutine that may be without a worker.
func (n *Node) goOn(w *worker) {
	for {
		for w != nil {
			p := w.pick()
			if p == nil {
				n.leave()
				return
			}
			if w = p.turn(w); w != nil {
				w.outbox.flush()
			}
		}
		if w = n.rest(); w == nil {
			return
		}
	}
}

// leave ends a goroutine that was counted as running.
func (n *Node) leave() {
	s := &n.sched
	s.mu.Lock()
	if s.running--; s.running == 0 {
		s.over.Broadcast()
	}
	s.mu.Unlock()
}

// rest keeps a goroutine without a worker until there is one for it; nil: it shall end.
func (n *Node) rest() *worker {
	s := &n.sched
	s.mu.Lock()
	s.running--
	if s.running == 0 {
		s.over.Broadcast()
	}
	if s.closing || len(s.spare) >= maxSpare {
		s.mu.Unlock()
		return nil
	}
	c := make(chan *worker, 1)
	s.spare = append(s.spare, c)
	s.mu.Unlock()
	return <-c
}

// handOff gives a worker to another goroutine.
func (n *Node) handOff(w *worker) {
	w.outbox.flush()
	s := &n.sched
	s.mu.Lock()
	s.running++
	s.busy(w)
	if w.lent {
		v := w.guest.Load()
		w.lent = false
		s.mu.Unlock()
		if v != nil {
			v.strand(w)
		}
		w.wake <- struct{}{}
		return
	}
	if last := len(s.spare) - 1; last >= 0 {
		c := s.spare[last]
		s.spare = s.spare[:last]
		s.mu.Unlock()
		c <- w
		return
	}
	s.mu.Unlock()
	go n.work(w)
}

// put makes a process that is ready wait for its turn; w is the worker of the goroutine that calls, nil if it has none.
func (n *Node) put(w *worker, p *Process) {
	if p.flags.Load()&priorityBits != 0 {
		n.putByPriority(p)
		return
	}
	if w == nil {
		n.inject(p)
		return
	}
	if !w.ring.put(p) {
		w.overflow(p)
	}
}

// inject puts a process into the queue of all workers and wakes one that is idle.
func (n *Node) inject(p *Process) {
	s := &n.sched
	s.mu.Lock()
	s.global.put(p)
	s.waiting.Store(int32(s.global.len()))
	w := s.unrest()
	s.mu.Unlock()
	n.rouse(w)
}

func (n *Node) putByPriority(p *Process) {
	s := &n.sched
	s.mu.Lock()
	level := p.level()
	s.levels[level].put(p)
	if level < levelNormal {
		s.urgent.Add(1)
	} else {
		s.modest.Add(1)
	}
	w := s.unrest()
	s.mu.Unlock()
	n.rouse(w)
}

// unrest takes an idle worker, nil when there is none; mu is held.
func (s *scheduler) unrest() *worker {
	last := len(s.idle) - 1
	if last < 0 {
		return nil
	}
	w := s.idle[last]
	s.idle = s.idle[:last]
	s.idlers.Store(int32(last))
	s.running++
	s.busy(w)
	if !s.watching {
		s.watching = true
		select {
		case s.rouse <- struct{}{}:
		default:
		}
	}
	return w
}

// rouse lets a worker that unrest gave run; without one, it takes one from a process that blocks.
func (n *Node) rouse(w *worker) {
	if w != nil {
		w.wake <- struct{}{}
		return
	}
	if n.sched.blocked.Load() > 0 {
		n.retake()
	}
}

// retake takes the worker of a process that blocks and lets another goroutine use it.
func (n *Node) retake() {
	for _, w := range n.sched.workers {
		if w.blocked.Load() == 1 && w.blocked.CompareAndSwap(1, 0) {
			n.sched.blocked.Add(-1)
			n.handOff(w)
			return
		}
	}
}

// help wakes an idle worker, which will find something to steal.
func (n *Node) help() {
	s := &n.sched
	if s.idlers.Load() == 0 {
		return
	}
	s.mu.Lock()
	w := s.unrest()
	s.mu.Unlock()
	if w != nil {
		w.wake <- struct{}{}
	}
}

// overflow moves half of a full ring, and p, to the queue of all.
func (w *worker) overflow(p *Process) {
	k := w.ring.takeHalf(w.batch[:])
	s := &w.node.sched
	s.mu.Lock()
	for i, q := range w.batch[:k] {
		s.global.put(q)
		w.batch[i] = nil
	}
	s.global.put(p)
	s.waiting.Store(int32(s.global.len()))
	v := s.unrest()
	s.mu.Unlock()
	if v != nil {
		v.wake <- struct{}{}
	}
}

// pick returns the process to run next, when there is none it waits; nil: the node is closed.
func (w *worker) pick() *Process {
	n := w.node
	s := &n.sched
	for !n.closed.Load() && !w.quit.Load() {
		w.ticks++
		if s.urgent.Load() > 0 {
			if p := n.fromLevel(levelMax, levelHigh); p != nil {
				return p
			}
		}
		if w.fair || w.ticks%globalEvery == 0 {
			w.fair = false
			if p := w.common(); p != nil {
				return p
			}
		}
		if w.ticks%lookEvery == 0 && w.load() > 4 {
			n.help()
		}
		if w.ticks%lateEvery == 0 {
			if p := w.late.take(); p != nil {
				return p
			}
		}
		if p := w.ring.take(); p != nil {
			return p
		}
		if p := w.late.take(); p != nil {
			return p
		}
		if p := w.common(); p != nil {
			return p
		}
		if p := w.steal(); p != nil {
			return p
		}
		w.idle()
	}
	for p := w.ring.take(); p != nil; p = w.ring.take() {
		n.inject(p)
	}
	for p := w.late.take(); p != nil; p = w.late.take() {
		n.inject(p)
	}
	return nil
}

// extraWorker gives the node one more worker while a goroutine waits that may hold one; the result takes it away.
func (n *Node) extraWorker() (end func()) {
	s := &n.sched
	w := &worker{node: n, wake: make(chan struct{}, 1), extra: true}
	s.mu.Lock()
	s.running++
	s.extras++
	s.mu.Unlock()
	go n.work(w)
	return func() {
		w.quit.Store(true)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.extras--
		if i := slices.Index(s.idle, w); i >= 0 {
			s.idle = slices.Delete(s.idle, i, i+1)
			s.idlers.Store(int32(len(s.idle)))
			s.running++
			w.wake <- struct{}{}
		}
	}
}

// common takes from the queues that all workers share: from the normal one a share for the own ring too.
func (w *worker) common() *Process {
	s := &w.node.sched
	modest := s.modest.Load() > 0
	if s.waiting.Load() == 0 {
		if modest {
			return w.node.fromLevel(levelLow, levelLow)
		}
		return nil
	}
	if modest && w.ticks%(8*globalEvery) == 0 {
		if p := w.node.fromLevel(levelLow, levelLow); p != nil {
			return p
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.global.len()
	if k == 0 {
		return nil
	}
	share := min(k/len(s.workers), (ringSize-w.ring.len())/2)
	p := s.global.take()
	for range share - 1 {
		w.ring.put(s.global.take())
	}
	s.waiting.Store(int32(s.global.len()))
	return p
}

// fromLevel takes a process of one of the priorities from first to last.
func (n *Node) fromLevel(first, last int) *Process {
	s := &n.sched
	s.mu.Lock()
	defer s.mu.Unlock()
	for level := first; level <= last; level++ {
		if s.levels[level].len() > 0 {
			if level < levelNormal {
				s.urgent.Add(-1)
			} else {
				s.modest.Add(-1)
			}
			return s.levels[level].take()
		}
	}
	return nil
}

// steal takes half of what waits for another worker.
func (w *worker) steal() *Process {
	all := w.node.sched.workers
	for i := range all {
		v := all[(int(w.ticks)+i)%len(all)]
		if v == w {
			continue
		}
		k := v.ring.takeHalf(w.batch[:])
		if k == 0 {
			k = v.late.takeHalf(w.batch[:])
		}
		if k == 0 {
			continue
		}
		for i := 1; i < k; i++ {
			w.ring.put(w.batch[i])
			w.batch[i] = nil
		}
		p := w.batch[0]
		w.batch[0] = nil
		return p
	}
	return nil
}

// idle waits until there may be something to do.
func (w *worker) idle() {
	s := &w.node.sched
	s.mu.Lock()
	if s.closing || w.quit.Load() || s.global.len() > 0 || s.urgent.Load()+s.modest.Load() > 0 {
		s.mu.Unlock()
		return
	}
	s.rests(w)
	s.mu.Unlock()
	<-w.wake
}

// rests puts a worker to the idle ones; mu is held.
func (s *scheduler) rests(w *worker) {
	w.known.Store(w.given)
	s.quiet(w)
	s.idle = append(s.idle, w)
	s.idlers.Store(int32(len(s.idle)))
	if s.running--; s.running == 0 {
		s.over.Broadcast()
	}
}

// Settle waits until no process runs or is ready to run, but not longer than limit, and reports whether it came to that. What waits
// for a message or a time does not count.
func (n *Node) Settle(limit time.Duration) bool {
	s := &n.sched
	deadline := time.Now().Add(limit)
	late := time.AfterFunc(limit, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.over.Broadcast()
	})
	defer late.Stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.running > 0 && time.Now().Before(deadline) {
		s.over.Wait()
	}
	return s.running == 0
}

// yielded puts a process that used its slice up behind the others.
func (w *worker) yielded(p *Process) {
	n := w.node
	if n.sched.idlers.Load() > 0 && w.load() > 0 {
		n.help()
	}
	if p.flags.Load()&priorityBits != 0 || !w.late.put(p) {
		n.put(w, p)
	}
	w.fair = true
	if w.used++; w.used%breathEvery == 0 {
		runtime.Gosched()
	}
}

// lingers is for how many ticks the watch goes on after the last sign of work: connections on which now and then something comes would
// have to wake it each time.
const lingers = 25

// watch looks, while anybody works, for workers that are in one slice for long, and has the others take what waits behind them.
func (n *Node) watch() {
	s := &n.sched
	defer close(s.watched)
	heads, turns := make([]uint32, len(s.workers)), make([]uint32, len(s.workers))
	tick := time.NewTicker(stuckAfter)
	tick.Stop()
	for range s.rouse {
		tick.Reset(stuckAfter)
		for quiet := 0; s.anyBody(quiet < lingers); quiet++ {
			<-tick.C
			n.lookAtMemory()
			for i, w := range s.workers {
				h := w.ring.head.Load() + w.late.head.Load()
				if stuck := h == heads[i] && w.load() > 0; stuck {
					n.relieve(w)
				}
				heads[i] = h
				w.hurry.Store(true)
				w.outbox.flush()
				turn := w.turns.Load()
				if turn != turns[i] || h != heads[i] {
					quiet = 0
				}
				if v := w.guest.Load(); v != nil && turn == turns[i] {
					v.strand(w)
				}
				turns[i] = turn
			}
		}
		tick.Stop()
	}
}

// relieve sees to it that what waits for a worker that is stuck runs elsewhere.
func (n *Node) relieve(w *worker) {
	if w.blocked.Load() == 1 && w.blocked.CompareAndSwap(1, 0) {
		n.sched.blocked.Add(-1)
		n.handOff(w)
		return
	}
	n.help()
}

// anyBody reports whether the watch goes on: a worker is not idle, or it lingers. It notes that the watch may sleep when not.
func (s *scheduler) anyBody(linger bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watching = (linger || len(s.idle) < len(s.workers)+s.extras) && !s.closing
	return s.watching
}

// stopWorkers waits for all goroutines that run processes.
func (n *Node) stopWorkers() {
	s := &n.sched
	s.mu.Lock()
	s.closing = true
	idle := s.idle
	s.idle = nil
	s.idlers.Store(0)
	s.running += len(idle)
	spare := s.spare
	s.spare = nil
	s.mu.Unlock()
	close(s.halted)
	for _, w := range idle {
		w.wake <- struct{}{}
	}
	for _, c := range spare {
		c <- nil
	}
	s.mu.Lock()
	for s.running > 0 {
		s.over.Wait()
	}
	s.mu.Unlock()
	close(s.rouse)
	<-s.watched
}
