package tables

import (
	"sync/atomic"

	"github.com/erlsh/erlsh/lang/term"
)

// hash holds the objects of a set or bag: rows in the order in which their keys came, and an index of them by the hash of the key.
// Traversal goes from the newest row to the oldest, so that it never meets what is inserted meanwhile.
type hash struct {
	kind   Kind
	keypos int
	index  []uint32 // a power of two of places; 0 is a free one, otherwise the number of a row, counted from 1
	rows   []row
	gone   int // rows without objects
	count  int // objects
	fixed  bool
	epoch  uint64       // how often rows have moved
	pins   atomic.Int32 // traversals under way: rows do not move
}

// row is the objects of one key, the oldest first. A row whose objects were deleted keeps its place until rows are moved; while the table
// is fixed it keeps its key too.
type row struct {
	first term.Term // without an object: the key, or None
	rest  *[]term.Term
	hash  uint32
	gone  bool
}

func newHash(kind Kind, keypos int) *hash {
	return &hash{kind: kind, keypos: keypos, index: make([]uint32, 8)}
}

func (h *hash) key(r *row) term.Term {
	if r.gone {
		return r.first
	}
	e, _ := r.first.Tuple()
	return e[h.keypos-1]
}

// find returns the row of a key, which may be without objects; nil when there is none.
func (h *hash) find(key term.Term) *row { return h.at(key, term.Hash(key)) }

func (h *hash) at(key term.Term, hash uint32) *row {
	mask := uint32(len(h.index) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		n := h.index[i]
		if n == 0 {
			return nil
		}
		if r := &h.rows[n-1]; r.hash == hash {
			if k := h.key(r); k == key || term.Equal(k, key) {
				return r
			}
		}
	}
}

// lookup calls f for the objects of a key, the oldest first, until it returns false.
func (h *hash) lookup(key term.Term, f func(object term.Term) bool) {
	r := h.find(key)
	if r == nil || r.gone || !f(r.first) || r.rest == nil {
		return
	}
	for _, o := range *r.rest {
		if !f(o) {
			return
		}
	}
}

func (h *hash) get(key term.Term) term.Term {
	if r := h.find(key); r != nil && !r.gone {
		return r.first
	}
	return term.None
}

func (h *hash) size() int { return h.count }

// insert puts an object in: in the place of the old one, or behind those of the same key.
func (h *hash) insert(key, object term.Term) {
	hash := term.Hash(key)
	r := h.at(key, hash)
	switch {
	case r == nil:
		h.add(hash, object)
		h.count++
	case r.gone:
		r.first, r.gone = object, false
		h.gone--
		h.count++
	case h.kind == Set:
		r.first = object
	default:
		if h.kind == Bag && r.has(object) {
			return
		}
		if r.rest == nil {
			r.rest = new([]term.Term)
		}
		*r.rest = append(*r.rest, object)
		h.count++
	}
}

func (r *row) has(object term.Term) bool {
	if term.Equal(r.first, object) {
		return true
	}
	if r.rest != nil {
		for _, o := range *r.rest {
			if term.Equal(o, object) {
				return true
			}
		}
	}
	return false
}

func (h *hash) place(key term.Term) *term.Term {
	if r := h.find(key); r != nil && !r.gone {
		return &r.first
	}
	return nil
}

func (h *hash) add(hash uint32, object term.Term) {
	if 2*(len(h.rows)+1) > len(h.index) {
		h.grow()
	}
	h.rows = append(h.rows, row{first: object, hash: hash})
	h.enter(hash, uint32(len(h.rows)))
}

func (h *hash) enter(hash, number uint32) {
	mask := uint32(len(h.index) - 1)
	i := hash & mask
	for h.index[i] != 0 {
		i = (i + 1) & mask
	}
	h.index[i] = number
}

// grow makes room: rows without objects go if there are many, otherwise the index doubles.
func (h *hash) grow() {
	if h.loose() && h.gone > len(h.rows)/4 {
		h.compact()
		return
	}
	h.reindex(2 * len(h.index))
}

func (h *hash) reindex(size int) {
	h.index = make([]uint32, size)
	for i := range h.rows {
		h.enter(h.rows[i].hash, uint32(i+1))
	}
}

// compact moves the rows together.
func (h *hash) compact() {
	live := h.rows[:0]
	if h.gone > len(h.rows)/2 {
		live = make([]row, 0, len(h.rows)-h.gone+4)
	}
	for i := range h.rows {
		if !h.rows[i].gone {
			live = append(live, h.rows[i])
		}
	}
	if len(live) > 0 && &live[0] == &h.rows[0] {
		clear(h.rows[len(live):])
	}
	h.rows, h.gone = live, 0
	h.epoch++
	size := 8
	for size < 2*(len(live)+1) {
		size *= 2
	}
	h.reindex(size)
}

// remove takes all objects of a key out.
func (h *hash) remove(key term.Term) {
	if r := h.find(key); r != nil && !r.gone {
		h.clear(r, key)
	}
}

// removeObject takes all objects out that are equal to one.
func (h *hash) removeObject(key, object term.Term) {
	r := h.find(key)
	if r == nil || r.gone {
		return
	}
	if r.rest == nil {
		if term.Equal(r.first, object) {
			h.clear(r, key)
		}
		return
	}
	var left []term.Term
	for _, o := range r.all() {
		if !term.Equal(o, object) {
			left = append(left, o)
		}
	}
	h.keep(r, key, left)
}

// keep leaves only some of the objects of a row.
func (h *hash) keep(r *row, key term.Term, left []term.Term) {
	if len(left) == 0 {
		h.clear(r, key)
		return
	}
	h.count -= r.len() - len(left)
	r.first, r.rest = left[0], nil
	if len(left) > 1 {
		rest := left[1:]
		r.rest = &rest
	}
}

func (r *row) len() int {
	switch {
	case r.gone:
		return 0
	case r.rest == nil:
		return 1
	}
	return 1 + len(*r.rest)
}

// all returns the objects of a row, the oldest first.
func (r *row) all() []term.Term {
	if r.gone {
		return nil
	}
	if r.rest == nil {
		return []term.Term{r.first}
	}
	return append([]term.Term{r.first}, *r.rest...)
}

func (h *hash) clear(r *row, key term.Term) {
	h.count -= r.len()
	r.first, r.rest, r.gone = term.None, nil, true
	h.gone++
	if h.fixed {
		r.first = key
		return
	}
	h.tidy()
}

// loose reports whether rows may move.
func (h *hash) loose() bool { return !h.fixed && h.pins.Load() == 0 }

// tidy moves the rows together when most are without objects.
func (h *hash) tidy() {
	if h.loose() && h.gone > 16 && h.gone > len(h.rows)/2 {
		h.compact()
	}
}

func (h *hash) empty() {
	if h.fixed {
		for i := range h.rows {
			if r := &h.rows[i]; !r.gone {
				h.clear(r, h.key(r))
			}
		}
		return
	}
	h.index, h.rows, h.gone, h.count = make([]uint32, 8), nil, 0, 0
	h.epoch++
}

func (h *hash) fix(on bool) {
	h.fixed = on
	if on || h.gone == 0 {
		return
	}
	for i := range h.rows {
		if h.rows[i].gone {
			h.rows[i].first = term.None
		}
	}
	h.tidy()
}

// cursor is where a traversal is: before row at, in the order of traversal.
type cursor struct {
	at    int
	epoch uint64
	key   term.Term // of the row that was visited last
}

func (h *hash) begin() cursor { return cursor{at: len(h.rows), epoch: h.epoch} }

// next returns the next row with objects and moves the cursor behind it; nil at the end.
func (h *hash) next(c *cursor) *row {
	if c.epoch != h.epoch { // rows have moved, since the table was not fixed
		c.epoch = h.epoch
		if r := h.position(c.key); r >= 0 {
			c.at = r
		}
	}
	for c.at = min(c.at, len(h.rows)) - 1; c.at >= 0; c.at-- {
		if r := &h.rows[c.at]; !r.gone {
			c.key = h.key(r)
			return r
		}
	}
	c.at = 0
	return nil
}

// position returns where the row of a key is, -1 when there is none.
func (h *hash) position(key term.Term) int {
	if key.None() {
		return -1
	}
	hash := term.Hash(key)
	mask := uint32(len(h.index) - 1)
	for i := hash & mask; h.index[i] != 0; i = (i + 1) & mask {
		n := h.index[i] - 1
		if r := &h.rows[n]; r.hash == hash && term.Equal(h.key(r), key) {
			return int(n)
		}
	}
	return -1
}

func (h *hash) firstKey() term.Term {
	c := h.begin()
	if r := h.next(&c); r != nil {
		return h.key(r)
	}
	return term.None
}

// nextKey returns the key after one; false when that one is not there.
func (h *hash) nextKey(key term.Term) (term.Term, bool) {
	at := h.position(key)
	if at < 0 {
		return term.None, false
	}
	c := cursor{at: at, epoch: h.epoch}
	if r := h.next(&c); r != nil {
		return h.key(r), true
	}
	return term.None, true
}
