package node

// Tasks tells what the workers of a node have to do at one moment.
type Tasks struct {
	Queued []int // by worker: processes that are ready and wait for their turn
	Active []int // by worker: those, and the one that runs
	Asleep int   // processes inside a call of the system that takes long, which need no worker
}

// Tasks counts the processes that run or could. What no worker in particular is to run counts for all of them in equal parts. Who asks on
// its turn is one of the active ones; when that is all there is, no other process of the node runs or is ready to.
func (n *Node) Tasks() Tasks {
	s := &n.sched
	s.mu.Lock()
	defer s.mu.Unlock()
	count := len(s.workers)
	t := Tasks{Queued: make([]int, count), Active: make([]int, count), Asleep: s.asleep}
	shared := s.global.len()
	for i := range s.levels {
		shared += s.levels[i].len()
	}
	for i, w := range s.workers {
		t.Queued[i] = w.load() + shared/count
		if i < shared%count {
			t.Queued[i]++
		}
		t.Active[i] = t.Queued[i]
		if !s.isIdle(w) && w.blocked.Load() == 0 {
			t.Active[i]++
		}
	}
	return t
}

// isIdle reports whether a worker has nothing to do; mu is held.
func (s *scheduler) isIdle(w *worker) bool {
	for _, v := range s.idle {
		if v == w {
			return true
		}
	}
	return false
}

// countEvery is at every how many turns a worker makes known how many it has given.
const countEvery = 64

// counted counts a turn.
func (w *worker) counted() {
	if w.given++; w.given%countEvery == 0 {
		w.known.Store(w.given)
	}
}

// Switches returns how often a process of the node got its turn, up to a few that are under way.
func (n *Node) Switches() uint64 {
	total := uint64(0)
	for _, w := range n.sched.workers {
		total += w.known.Load()
	}
	return total
}
