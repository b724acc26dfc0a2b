package tables

import "github.com/erlsh/erlsh/lang/term"

// ordered holds the objects of an ordered_set: a B-tree of items in the order of their keys, in which 1 and 1.0 are the same.
type ordered struct {
	keypos int
	root   *branch
	count  int
}

type item struct{ key, object term.Term }

// branch is a node of the tree: kids has one more than items, or is nil in a leaf.
type branch struct {
	items []item
	kids  []*branch
}

// A node that has lowItems or fewer takes one from its neighbour, or is joined with it, before it loses one.
const (
	maxItems = 31
	lowItems = 7
)

func newOrdered(keypos int) *ordered { return &ordered{keypos: keypos, root: &branch{}} }

func compareKeys(a, b term.Term) int {
	if x, ok := a.Int(); ok {
		if y, ok := b.Int(); ok {
			switch {
			case x < y:
				return -1
			case x > y:
				return 1
			}
			return 0
		}
	}
	return term.Compare(a, b)
}

// search returns where a key is among the items, or where it would be.
func (b *branch) search(key term.Term) (int, bool) {
	low, high := 0, len(b.items)
	for low < high {
		mid := int(uint(low+high) >> 1)
		switch c := compareKeys(b.items[mid].key, key); {
		case c < 0:
			low = mid + 1
		case c > 0:
			high = mid
		default:
			return mid, true
		}
	}
	return low, false
}

func (o *ordered) item(key term.Term) *item {
	for b := o.root; ; {
		i, found := b.search(key)
		if found {
			return &b.items[i]
		}
		if b.kids == nil {
			return nil
		}
		b = b.kids[i]
	}
}

func (o *ordered) get(key term.Term) term.Term {
	if it := o.item(key); it != nil {
		return it.object
	}
	return term.None
}

func (o *ordered) lookup(key term.Term, f func(object term.Term) bool) {
	if it := o.item(key); it != nil {
		f(it.object)
	}
}

func (o *ordered) size() int { return o.count }

func (o *ordered) insert(key, object term.Term) {
	if len(o.root.items) == maxItems {
		o.root = &branch{kids: []*branch{o.root}}
		o.root.split(0)
	}
	for b := o.root; ; {
		i, found := b.search(key)
		if found {
			b.items[i] = item{key, object}
			return
		}
		if b.kids == nil {
			b.items = insertAt(b.items, i, item{key, object})
			o.count++
			return
		}
		if len(b.kids[i].items) == maxItems {
			b.split(i)
			switch c := compareKeys(key, b.items[i].key); {
			case c == 0:
				b.items[i] = item{key, object}
				return
			case c > 0:
				i++
			}
		}
		b = b.kids[i]
	}
}

func insertAt[T any](s []T, at int, v T) []T {
	if s == nil {
		s = make([]T, 0, maxItems+1)
	}
	var none T
	s = append(s, none)
	copy(s[at+1:], s[at:])
	s[at] = v
	return s
}

func removeAt[T any](s []T, at int) []T {
	copy(s[at:], s[at+1:])
	var none T
	s[len(s)-1] = none
	return s[:len(s)-1]
}

// split cuts kid i, which is full, in two. At the right end the left part stays almost full, since keys mostly come in order there.
func (b *branch) split(i int) {
	full := b.kids[i]
	at := maxItems / 2
	if i == len(b.kids)-1 {
		at = maxItems - lowItems
	}
	right := &branch{items: make([]item, 0, maxItems+1)}
	right.items = append(right.items, full.items[at+1:]...)
	if full.kids != nil {
		right.kids = append(make([]*branch, 0, maxItems+2), full.kids[at+1:]...)
		clear(full.kids[at+1:])
		full.kids = full.kids[:at+1]
	}
	middle := full.items[at]
	clear(full.items[at:])
	full.items = full.items[:at]
	b.items = insertAt(b.items, i, middle)
	b.kids = insertAt(b.kids, i+1, right)
}

func (o *ordered) place(key term.Term) *term.Term {
	if it := o.item(key); it != nil {
		return &it.object
	}
	return nil
}

func (o *ordered) remove(key term.Term) {
	if o.root.remove(key) {
		o.count--
	}
	if len(o.root.items) == 0 && o.root.kids != nil {
		o.root = o.root.kids[0]
	}
}

func (o *ordered) removeObject(key, object term.Term) {
	if it := o.item(key); it != nil && term.Equal(it.object, object) {
		o.remove(key)
	}
}

// remove takes a key out of the tree below b; on the way down every kid that is entered gets an item more than it needs.
func (b *branch) remove(key term.Term) bool {
	for {
		i, found := b.search(key)
		if b.kids == nil {
			if found {
				b.items = removeAt(b.items, i)
			}
			return found
		}
		if !found {
			b = b.kids[b.fill(i)]
			continue
		}
		if left := b.kids[i]; len(left.items) > lowItems {
			last := left.largest()
			b.items[i] = last
			key, b = last.key, left
		} else if right := b.kids[i+1]; len(right.items) > lowItems {
			first := right.smallest()
			b.items[i] = first
			key, b = first.key, right
		} else {
			b.merge(i)
			b = b.kids[i]
		}
	}
}

func (b *branch) largest() item {
	for b.kids != nil {
		b = b.kids[len(b.kids)-1]
	}
	return b.items[len(b.items)-1]
}

func (b *branch) smallest() item {
	for b.kids != nil {
		b = b.kids[0]
	}
	return b.items[0]
}

// fill sees to it that kid i can lose an item, and returns where that kid is now.
func (b *branch) fill(i int) int {
	kid := b.kids[i]
	if len(kid.items) > lowItems {
		return i
	}
	if i > 0 && len(b.kids[i-1].items) > lowItems {
		left := b.kids[i-1]
		n := len(left.items) - 1
		kid.items = insertAt(kid.items, 0, b.items[i-1])
		b.items[i-1] = left.items[n]
		left.items = removeAt(left.items, n)
		if left.kids != nil {
			kid.kids = insertAt(kid.kids, 0, left.kids[n+1])
			left.kids = removeAt(left.kids, n+1)
		}
		return i
	}
	if i < len(b.kids)-1 && len(b.kids[i+1].items) > lowItems {
		right := b.kids[i+1]
		kid.items = append(kid.items, b.items[i])
		b.items[i] = right.items[0]
		right.items = removeAt(right.items, 0)
		if right.kids != nil {
			kid.kids = append(kid.kids, right.kids[0])
			right.kids = removeAt(right.kids, 0)
		}
		return i
	}
	if i == len(b.kids)-1 {
		i--
	}
	b.merge(i)
	return i
}

// merge joins kid i, the item behind it and kid i+1.
func (b *branch) merge(i int) {
	left, right := b.kids[i], b.kids[i+1]
	left.items = append(append(left.items, b.items[i]), right.items...)
	if left.kids != nil {
		left.kids = append(left.kids, right.kids...)
	}
	b.items = removeAt(b.items, i)
	b.kids = removeAt(b.kids, i+1)
}

func (o *ordered) empty() { o.root, o.count = &branch{}, 0 }

func (o *ordered) fix(bool) {}

// ascend calls f for the items whose keys are greater than key (with None: for all; with also: for that key too), in order, until f
// returns false.
func (o *ordered) ascend(key term.Term, also bool, f func(it *item) bool) {
	o.root.ascend(key, also, f)
}

func (b *branch) ascend(key term.Term, also bool, f func(it *item) bool) bool {
	i := 0
	if !key.None() {
		at, found := b.search(key)
		i = at
		if found && !also {
			i++
		}
		if b.kids != nil && (!found || also) && !b.kids[at].ascend(key, also, f) {
			return false
		}
		if b.kids != nil && found && !also && !b.kids[i].ascend(term.None, also, f) {
			return false
		}
	} else if b.kids != nil && !b.kids[0].ascend(key, also, f) {
		return false
	}
	for ; i < len(b.items); i++ {
		if !f(&b.items[i]) {
			return false
		}
		if b.kids != nil && !b.kids[i+1].ascend(term.None, also, f) {
			return false
		}
	}
	return true
}

// descend is ascend in the other direction.
func (o *ordered) descend(key term.Term, also bool, f func(it *item) bool) {
	o.root.descend(key, also, f)
}

func (b *branch) descend(key term.Term, also bool, f func(it *item) bool) bool {
	i := len(b.items) - 1
	if !key.None() {
		at, found := b.search(key)
		i = at - 1
		switch {
		case b.kids == nil:
		case !found:
			if !b.kids[at].descend(key, also, f) {
				return false
			}
		case !also && !b.kids[at].descend(term.None, also, f):
			return false
		}
		if found && also {
			i = at
		}
	} else if b.kids != nil && !b.kids[i+1].descend(key, also, f) {
		return false
	}
	for ; i >= 0; i-- {
		if !f(&b.items[i]) {
			return false
		}
		if b.kids != nil && !b.kids[i].descend(term.None, also, f) {
			return false
		}
	}
	return true
}

func (o *ordered) firstKey() term.Term {
	if o.count == 0 {
		return term.None
	}
	return o.root.smallest().key
}

func (o *ordered) lastKey() term.Term {
	if o.count == 0 {
		return term.None
	}
	return o.root.largest().key
}

func (o *ordered) nextKey(key term.Term) term.Term {
	next := term.None
	o.ascend(key, false, func(it *item) bool { next = it.key; return false })
	return next
}

func (o *ordered) prevKey(key term.Term) term.Term {
	prev := term.None
	o.descend(key, false, func(it *item) bool { prev = it.key; return false })
	return prev
}
