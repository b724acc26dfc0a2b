package node

import "sync/atomic"

const ringSize = 256

// ring is the queue of one worker. Its worker alone puts; anybody may take.
type ring struct {
	head, tail atomic.Uint32
	slots      [ringSize]atomic.Pointer[Process]
}

func (r *ring) len() int { return int(int32(r.tail.Load() - r.head.Load())) }

// put adds a process; false when the ring is full.
func (r *ring) put(p *Process) bool {
	t := r.tail.Load()
	if t-r.head.Load() >= ringSize {
		return false
	}
	r.slots[t%ringSize].Store(p)
	r.tail.Store(t + 1)
	return true
}

// take removes the process that waits longest, nil when there is none.
func (r *ring) take() *Process {
	for {
		h := r.head.Load()
		if h == r.tail.Load() {
			return nil
		}
		p := r.slots[h%ringSize].Load()
		if r.head.CompareAndSwap(h, h+1) {
			return p
		}
	}
}

// takeHalf removes half of what waits, at most len(out), and returns how many that are.
func (r *ring) takeHalf(out []*Process) int {
	for {
		h, t := r.head.Load(), r.tail.Load()
		n := int(t-h+1) / 2
		if n <= 0 || n > ringSize/2 {
			if n <= 0 {
				return 0
			}
			continue // head and tail are not of one moment
		}
		n = min(n, len(out))
		for i := range n {
			out[i] = r.slots[(h+uint32(i))%ringSize].Load()
		}
		if r.head.CompareAndSwap(h, h+uint32(n)) {
			return n
		}
	}
}
