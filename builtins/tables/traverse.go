package tables

import (
	"slices"

	"github.com/erlsh/erlsh/lang/term"
)

// portion is how many objects a traversal visits before it lets others at the table.
const portion = 1000

// FirstKey returns the first key of a table; None for an empty one.
func (t *Table) FirstKey() term.Term {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if t.ordered != nil {
		return t.ordered.firstKey()
	}
	return t.hash.firstKey()
}

// LastKey returns the last key, in a table without order the first.
func (t *Table) LastKey() term.Term {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if t.ordered != nil {
		return t.ordered.lastKey()
	}
	return t.hash.firstKey()
}

// NextKey returns the key behind one, None at the end; false when a table without order does not have that one.
func (t *Table) NextKey(key term.Term) (term.Term, bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if t.ordered != nil {
		return t.ordered.nextKey(key), true
	}
	return t.hash.nextKey(key)
}

// PrevKey returns the key before one, in a table without order that behind it.
func (t *Table) PrevKey(key term.Term) (term.Term, bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if t.ordered != nil {
		return t.ordered.prevKey(key), true
	}
	return t.hash.nextKey(key)
}

// Slot returns the objects at a place that counts from 0. Behind the last place is the end; false for a place beyond that.
func (t *Table) Slot(at int) (objects []term.Term, end, ok bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if t.ordered != nil {
		n := t.ordered.count
		if at >= n {
			return nil, true, at == n
		}
		t.ordered.ascend(term.None, false, func(it *item) bool {
			if at == 0 {
				objects = []term.Term{it.object}
			}
			at--
			return at >= 0
		})
		return objects, false, true
	}
	if at >= len(t.hash.rows) {
		return nil, true, at == len(t.hash.rows)
	}
	return t.hash.rows[at].all(), false, true
}

// Place is where a traversal stands: a value that may be kept and used again.
type Place struct {
	started bool
	cursor  cursor
	reverse bool
	key     term.Term // of an ordered_set: visited last
	more    []term.Term
	within  func(key term.Term) int
}

// Start returns the place in front of the first object; with reverse, behind the last.
func (t *Table) Start(reverse bool) *Place { return &Place{reverse: reverse} }

// Within has the place be in front of a range of the keys of an ordered_set: those for which compare returns 0; it is negative for those
// before and positive for those behind.
func (p *Place) Within(compare func(key term.Term) int) *Place {
	p.within = compare
	return p
}

// Visit calls f for the objects from a place on, and moves the place, until f returns false or there are no more: then it returns true.
// In between it lets others at the table, and asks goOn whether to go on.
func (t *Table) Visit(p *Place, goOn func(visited int) bool, f func(object term.Term) bool) (end bool) {
	defer t.pin()()
	for {
		visited, stopped, end := t.visitSome(p, f)
		if stopped || end || !goOn(visited) {
			return end && !stopped
		}
	}
}

// pin keeps the rows of a table in their places until what it returns is called.
func (t *Table) pin() func() {
	if t.hash == nil {
		return func() {}
	}
	t.hash.pins.Add(1)
	return func() { t.hash.pins.Add(-1) }
}

func (t *Table) visitSome(p *Place, f func(object term.Term) bool) (visited int, stopped, end bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	for len(p.more) > 0 {
		o := p.more[len(p.more)-1]
		p.more = p.more[:len(p.more)-1]
		visited++
		if !f(o) {
			return visited, true, false
		}
	}
	if t.ordered != nil {
		return t.visitOrdered(p, f)
	}
	if !p.started {
		p.started, p.cursor = true, t.hash.begin()
	}
	for visited < portion {
		r := t.hash.next(&p.cursor)
		if r == nil {
			return visited, false, true
		}
		visited++
		if r.rest == nil {
			if !f(r.first) {
				return visited, true, false
			}
			continue
		}
		all := r.all()
		for i := len(all) - 1; i >= 0; i-- {
			visited++
			if !f(all[i]) {
				p.more = all[:i]
				return visited, true, false
			}
		}
	}
	return visited, false, false
}

func (t *Table) visitOrdered(p *Place, f func(object term.Term) bool) (visited int, stopped, end bool) {
	end = true
	each := func(it *item) bool {
		if p.within != nil {
			c := p.within(it.key)
			if c != 0 {
				return (c < 0) != p.reverse // not there yet: it goes on
			}
		}
		if visited == portion {
			end = false
			return false
		}
		visited++
		p.key = it.key
		if !f(it.object) {
			end, stopped = false, true
			return false
		}
		return true
	}
	also := false
	from := p.key
	if from.None() && p.within != nil {
		from, also = t.seek(p), true
		if from.None() {
			return 0, false, true
		}
	}
	if p.reverse {
		t.ordered.descend(from, also, each)
	} else {
		t.ordered.ascend(from, also, each)
	}
	return visited, stopped, end
}

// seek returns the first key in the range of a place, None when there is none.
func (t *Table) seek(p *Place) term.Term {
	found := term.None
	for b := t.ordered.root; b != nil; {
		low, high := 0, len(b.items)
		for low < high {
			mid := int(uint(low+high) >> 1)
			c := p.within(b.items[mid].key)
			if c == 0 {
				found = b.items[mid].key
			}
			if c < 0 || c == 0 && p.reverse {
				low = mid + 1
			} else {
				high = mid
			}
		}
		if b.kids == nil {
			break
		}
		b = b.kids[low]
	}
	return found
}

// Change visits all objects under the lock of a writer, portion by portion: f returns the object to put in the place of the one that it
// is given (of the same key), that one itself, or None to delete it.
func (t *Table) Change(p *Place, goOn func(visited int) bool, f func(object term.Term) term.Term) {
	defer t.pin()()
	for {
		var batch []term.Term
		t.Visit(p, func(int) bool { return true }, func(o term.Term) bool {
			batch = append(batch, o)
			return len(batch) < portion
		})
		t.mu.Lock()
		for _, o := range batch {
			t.changeOne(o, f)
		}
		t.mu.Unlock()
		if len(batch) < portion || !goOn(len(batch)) {
			return
		}
	}
}

// changeOne changes an object if it still is there.
func (t *Table) changeOne(o term.Term, f func(object term.Term) term.Term) {
	k, _ := t.Key(o)
	if !t.Many() {
		at := t.store.place(k)
		if at == nil || *at != o && !term.Equal(*at, o) {
			return
		}
		switch n := f(o); {
		case n.None():
			t.store.remove(k)
		case n != o:
			*at = n
		}
		return
	}
	r := t.hash.find(k)
	if r == nil {
		return
	}
	all := r.all()
	for i, now := range all {
		if now != o && !term.Equal(now, o) {
			continue
		}
		switch n := f(o); {
		case n.None():
			t.hash.keep(r, k, append(append([]term.Term(nil), all[:i]...), all[i+1:]...))
		case n != o:
			t.hash.exchange(r, i, n)
		}
		return
	}
}

func (h *hash) exchange(r *row, i int, object term.Term) {
	if i == 0 {
		r.first = object
		return
	}
	(*r.rest)[i-1] = object
}

// State is a Place as a program can keep it.
type State struct {
	At    int
	Epoch uint64
	Key   term.Term   // visited last
	More  []term.Term // objects of the same key that are still to be visited, the last first
}

// State returns where a place is.
func (p *Place) State() State {
	if p.key.None() {
		return State{p.cursor.at, p.cursor.epoch, p.cursor.key, p.more}
	}
	return State{Key: p.key}
}

// Resume returns the place that a state describes.
func (t *Table) Resume(s State, reverse bool) *Place {
	if t.ordered != nil {
		return &Place{reverse: reverse, key: s.Key}
	}
	return &Place{started: true, cursor: cursor{s.At, s.Epoch, s.Key}, more: s.More}
}

// Distinct returns keys without those that are the same, in the order of the keys where the table has one.
func (t *Table) Distinct(keys []term.Term, reverse bool) []term.Term {
	same := term.Equal
	if t.Kind == OrderedSet {
		same = term.Same
	}
	var out []term.Term
	for _, k := range keys {
		if !slices.ContainsFunc(out, func(x term.Term) bool { return same(x, k) }) {
			out = append(out, k)
		}
	}
	if t.Kind == OrderedSet {
		slices.SortFunc(out, term.Compare)
		if reverse {
			slices.Reverse(out)
		}
	}
	return out
}

// ChangeKeys is Change for the objects of some keys.
func (t *Table) ChangeKeys(keys []term.Term, f func(object term.Term) term.Term) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, k := range t.Distinct(keys, false) {
		var all []term.Term
		t.store.lookup(k, func(o term.Term) bool { all = append(all, o); return true })
		for _, o := range all {
			t.changeOne(o, f)
		}
	}
}
