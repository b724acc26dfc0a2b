package node

import (
	"math/bits"
	"time"
)

// wheelSize is how many milliseconds a wheel goes round in.
const wheelSize = 1024

// wheel holds timers in a circle of lists, one for each millisecond: a timer comes into the list of its time, whatever the round.
// One timer of Go wakes the wheel when the next list is due that has timers in it. Those of one millisecond go off in the order in
// which they were set. All of it is guarded by node.timersMu.
type wheel struct {
	slots [wheelSize]struct{ first, last *timer }
	used  [wheelSize / 64]uint64 // the lists that are not empty
	done  int64                  // the millisecond up to which all has gone off
	wake  int64                  // the millisecond for which alarm is set; 0: it is not
	alarm *time.Timer
}

// add puts a timer in.
func (w *wheel) add(t *timer) {
	i := t.due % wheelSize
	s := &w.slots[i]
	if t.before = s.last; t.before != nil {
		t.before.after = t
	} else {
		s.first = t
	}
	s.last = t
	w.used[i/64] |= 1 << (i % 64)
}

// remove takes a timer out.
func (w *wheel) remove(t *timer) {
	i := t.due % wheelSize
	s := &w.slots[i]
	if t.before != nil {
		t.before.after = t.after
	} else {
		s.first = t.after
	}
	if t.after != nil {
		t.after.before = t.before
	} else {
		s.last = t.before
	}
	t.before, t.after = nil, nil
	if s.first == nil {
		w.used[i/64] &^= 1 << (i % 64)
	}
}

// expire takes all timers out whose time has come, the earliest first, and calls gone for each.
func (w *wheel) expire(now int64, gone func(t *timer)) {
	from := max(w.done+1, now-wheelSize+1) // all lists, if more than a round has passed
	for at := from; at <= now; at++ {
		if w.used[at%wheelSize/64]&(1<<(at%wheelSize%64)) == 0 {
			continue
		}
		for t := w.slots[at%wheelSize].first; t != nil; {
			next := t.after
			if t.due <= now {
				w.remove(t)
				gone(t)
			}
			t = next
		}
	}
	w.done = max(w.done, now)
}

// next returns the millisecond of the next list that has timers in it, which need not be of this round; 0 when there is none.
func (w *wheel) next() int64 {
	start := (w.done + 1) % wheelSize
	for k := int64(0); k <= wheelSize/64; k++ {
		word := (start/64 + k) % (wheelSize / 64)
		m := w.used[word]
		switch k {
		case 0:
			m &= ^uint64(0) << (start % 64)
		case wheelSize / 64:
			m &= 1<<(start%64) - 1
		}
		if m != 0 {
			i := word*64 + int64(bits.TrailingZeros64(m))
			return w.done + 1 + (i-start+wheelSize)%wheelSize
		}
	}
	return 0
}
