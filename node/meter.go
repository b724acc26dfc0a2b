package node

import (
	"sync/atomic"
	"time"
)

// asleepPlaces is how many processes in Blocking are measured at a time: OTP has ten threads for them.
const asleepPlaces = 10

// meters measure how long the workers are busy, while anybody wants to know that. All is guarded by the lock of the scheduler; on may be
// read without it.
type meters struct {
	on     atomic.Bool
	users  int // who wants it: the flag of the node, and all processes together
	wanted int // by how many calls of Meter
	began  Usages
	asleep [asleepPlaces]meter // of processes in Blocking
}

// meter measures for how long something is busy.
type meter struct {
	total time.Duration
	since time.Time // of the work under way; zero: there is none
}

func (m *meter) start(now time.Time) {
	if m.since.IsZero() {
		m.since = now
	}
}

func (m *meter) stop(now time.Time) {
	if !m.since.IsZero() {
		m.total += now.Sub(m.since)
		m.since = time.Time{}
	}
}

func (m *meter) read(now time.Time) time.Duration {
	if m.since.IsZero() {
		return m.total
	}
	return m.total + now.Sub(m.since)
}

// Meter has the node measure how busy its workers are, or takes one such wish of the process back. It returns whether a process wanted
// that before. What a process wants ends with it.
func (p *Process) Meter(on bool) bool {
	s := &p.node.sched
	s.mu.Lock()
	defer s.mu.Unlock()
	was := s.meters.wanted > 0
	switch x := p.more(); {
	case on:
		x.meters++
		if s.meters.wanted++; !was {
			s.measure(true)
			s.meters.began = s.usages()
		}
	case x.meters > 0:
		x.meters--
		s.unwanted(1)
	}
	return was
}

// forgetMeters takes the wishes of a process that ends back.
func (n *Node) forgetMeters(wishes int) {
	n.sched.mu.Lock()
	defer n.sched.mu.Unlock()
	n.sched.unwanted(wishes)
}

func (s *scheduler) unwanted(wishes int) {
	if s.meters.wanted -= wishes; s.meters.wanted == 0 {
		s.measure(false)
	}
}

// Measure begins measuring how busy the workers are, or ends it as often as it was begun.
func (n *Node) Measure(on bool) {
	n.sched.mu.Lock()
	defer n.sched.mu.Unlock()
	n.sched.measure(on)
}

func (s *scheduler) measure(on bool) {
	now := time.Now()
	switch {
	case on:
		s.meters.users++
	default:
		s.meters.users--
	}
	s.meters.on.Store(s.meters.users > 0)
	for _, w := range s.workers {
		switch {
		case s.meters.users == 0:
			w.meter.stop(now)
		case !s.isIdle(w) && w.blocked.Load() == 0:
			w.meter.start(now)
		}
	}
}

// Usages are for how long the workers were busy, and the places of processes in calls of the system that take long, while that was measured.
type Usages struct {
	At              time.Time
	Workers, Asleep []time.Duration
}

// Usages returns them as they are now.
func (n *Node) Usages() Usages {
	n.sched.mu.Lock()
	defer n.sched.mu.Unlock()
	return n.sched.usages()
}

func (s *scheduler) usages() Usages {
	u := Usages{At: time.Now()}
	for _, w := range s.workers {
		u.Workers = append(u.Workers, w.meter.read(u.At))
	}
	for i := range s.meters.asleep {
		u.Asleep = append(u.Asleep, s.meters.asleep[i].read(u.At))
	}
	return u
}

// Since subtracts what was before.
func (u Usages) Since(before Usages) (workers, asleep []time.Duration, total time.Duration) {
	for i, d := range u.Workers {
		workers = append(workers, d-before.Workers[i])
	}
	for i, d := range u.Asleep {
		asleep = append(asleep, d-before.Asleep[i])
	}
	return workers, asleep, u.At.Sub(before.At)
}

// Metered returns how things stand since the first of the calls of Meter that are not taken back; false when there is none.
func (n *Node) Metered() (workers, asleep []time.Duration, total time.Duration, ok bool) {
	s := &n.sched
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.meters.wanted == 0 {
		return nil, nil, 0, false
	}
	workers, asleep, total = s.usages().Since(s.meters.began)
	return workers, asleep, total, true
}

// busy notes that a worker has something to do from now on, quiet that it has nothing; mu is held.
func (s *scheduler) busy(w *worker) {
	if s.meters.on.Load() {
		w.meter.start(time.Now())
	}
}

func (s *scheduler) quiet(w *worker) {
	if s.meters.on.Load() {
		w.meter.stop(time.Now())
	}
}

// resumes notes that a process has come back from Blocking and has its worker still.
func (s *scheduler) resumes(w *worker) {
	if s.meters.on.Load() {
		s.mu.Lock()
		s.busy(w)
		s.mu.Unlock()
	}
}

// fallsAsleep notes that a process is in Blocking, with a worker that nobody has taken yet or with none, and returns where it is measured.
// mu is held.
func (s *scheduler) fallsAsleep(w *worker) *meter {
	s.asleep++
	if !s.meters.on.Load() {
		return nil
	}
	if w != nil && w.blocked.Load() == 1 {
		s.quiet(w)
	}
	for i := range s.meters.asleep {
		if m := &s.meters.asleep[i]; m.since.IsZero() {
			m.start(time.Now())
			return m
		}
	}
	return nil
}

// awakes ends that.
func (s *scheduler) awakes(m *meter) {
	s.asleep--
	if m != nil {
		m.stop(time.Now())
	}
}
