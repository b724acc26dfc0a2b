package node

import (
	"sync"
	"sync/atomic"
)

// Flusher is a connection that holds signals back until the process that sends them pauses.
type Flusher interface {
	// Flush writes what is held back, and does not wait for anything.
	Flush()
}

// Outbox remembers the connections that a worker has to flush when the process that it runs pauses: what one slice sends leaves at
// once, and a thread that has to be woken is saved.
type Outbox struct {
	mu    sync.Mutex
	conns []Flusher   // guarded by mu
	some  atomic.Bool // conns is not empty
}

// Add notes a connection.
func (o *Outbox) Add(f Flusher) {
	o.mu.Lock()
	o.conns = append(o.conns, f)
	o.some.Store(true)
	o.mu.Unlock()
}

// flush writes what all noted connections hold back.
func (o *Outbox) flush() {
	if o.some.Load() {
		o.write()
	}
}

func (o *Outbox) write() {
	o.mu.Lock()
	conns := o.conns
	o.conns = nil
	o.some.Store(false)
	o.mu.Unlock()
	for i, f := range conns {
		f.Flush()
		conns[i] = nil
	}
	o.mu.Lock()
	if o.conns == nil {
		o.conns = conns[:0]
	}
	o.mu.Unlock()
}

// Carrier delivers what a connection reads. The goroutine that reads runs the receivers itself, with the worker of an idle goroutine, so
// that no other thread has to be woken. When a receiver waits inside a native, the goroutine stays with that one, and another
// one goes on reading.
type Carrier struct {
	n      *Node
	resume func()
	w      *worker // borrowed; belongs to the goroutine that reads
	now    *visit  // likewise
}

// visit tells one goroutine that reads from the next one: a worker may be lent to the same carrier again while the goroutine that had it
// before stays with a process elsewhere.
type visit struct{ c *Carrier }

// guestSlices is how many slices a goroutine that reads runs before it reads again.
const guestSlices = 8

// Deliverer is a Carrier as its user sees it.
type Deliverer interface {
	// Deliver carries a signal to its receiver, which runs in Run at the latest.
	Deliver(s Signal)
	// Run has the receivers run. False says that another goroutine reads from now on, and that this one has nothing to do any more.
	Run() bool
	// Leave is the last call of a goroutine that reads no more: what was delivered runs elsewhere.
	Leave()
}

// Carrier returns one for a goroutine that reads. resume is what another goroutine does when the first one cannot go on reading.
func (n *Node) Carrier(resume func()) Deliverer {
	c := &Carrier{n: n, resume: resume}
	c.now = &visit{c}
	return c
}

// Deliver carries a signal to its receiver, which may run only in Run.
func (c *Carrier) Deliver(s Signal) {
	if c.w == nil {
		c.w = c.n.borrow()
	}
	s.deliver(c.n, c.w)
}

// Run runs what was delivered. False says that another goroutine reads now, and that this one has nothing to do any more.
func (c *Carrier) Run() bool {
	w, v := c.w, c.now
	if w == nil {
		return true
	}
	for range guestSlices {
		p := w.ring.take()
		if p == nil {
			break
		}
		if p.pinned { // its goroutine needs a worker for itself
			w.ring.put(p)
			break
		}
		w.turns.Add(1)
		w.guest.Store(v)
		next := p.turn(w)
		if !w.guest.CompareAndSwap(v, nil) {
			c.n.stay(w, next)
			return false
		}
		w.outbox.flush()
	}
	w.outbox.flush() // deliveries are answered too
	c.w = nil
	c.n.giveBack(w)
	return true
}

// Leave gives back what was borrowed.
func (c *Carrier) Leave() {
	if w := c.w; w != nil {
		c.w = nil
		w.outbox.flush()
		c.n.giveBack(w)
	}
}

// strand has another goroutine go on reading, on a visit of its own.
func (v *visit) strand(w *worker) {
	if c := v.c; w.guest.CompareAndSwap(v, nil) {
		c.w, c.now = nil, &visit{c}
		go c.resume()
	}
}

// borrow takes the worker of an idle goroutine, nil when there is none.
func (n *Node) borrow() *worker {
	s := &n.sched
	if s.idlers.Load() == 0 {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if last := len(s.idle) - 1; last < 0 || s.idle[last].extra {
		return nil // the watch does not look after extra ones
	}
	w := s.unrest()
	w.lent = true
	return w
}

// giveBack returns a borrowed worker: to its goroutine if there is work left, else to the idle ones.
func (n *Node) giveBack(w *worker) {
	s := &n.sched
	w.lent = false
	s.mu.Lock()
	if w.load() == 0 && !s.closing && !w.quit.Load() && s.global.len() == 0 && s.urgent.Load()+s.modest.Load() == 0 {
		s.rests(w)
		s.mu.Unlock()
		return
	}
	s.mu.Unlock()
	w.wake <- struct{}{}
}

// stay is what becomes of a goroutine that cannot read any more, with the worker that its process left it.
func (n *Node) stay(borrowed, next *worker) {
	if next == borrowed && next.lent { // it only took long
		next.outbox.flush()
		next.lent = false
		next.wake <- struct{}{}
		return
	}
	if next != nil {
		next.outbox.flush()
	}
	n.goOn(next)
}
