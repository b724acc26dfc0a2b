package term

import (
	"iter"
	"math/bits"
	"slices"
	"unsafe"
)

// Map is a map: a hash array mapped trie of sixteen-way nodes, persistent, so that an update shares all but one path with its original.
type Map struct {
	root *trie
	n    int
}

// trie is one node. Bit i of used says that slot i is taken, of leaf that a single pair stands there and not a deeper node: a kid is a
// pointer to a pair or to a trie accordingly. The kids lie behind the node, in the order of their slots, and there is room for a few more
// than there are where the next step of sizes is further away. Below the last level a node is a bucket, whose one kid is a list of pairs
// whose hashes are equal.
type trie struct {
	used, leaf uint16
	room       uint8
	bucket     bool
}

// pair is a key with its value, written once.
type pair struct{ key, value Term }

// bucket is what is below the last level.
type bucket []pair

// trieHead is how far the kids are behind the beginning of a node.
const trieHead = unsafe.Offsetof(laid[[1]unsafe.Pointer]{}.kids)

// kid returns the place of kid i, which must be one for which there is room.
func (t *trie) kid(i int) *unsafe.Pointer {
	return (*unsafe.Pointer)(unsafe.Add(unsafe.Pointer(t), trieHead+uintptr(i)*unsafe.Sizeof(unsafe.Pointer(nil))))
}

// kids are the first n kids; n is at most the room.
func (t *trie) kids(n int) []unsafe.Pointer {
	if n == 0 {
		return nil
	}
	return unsafe.Slice(t.kid(0), n)
}

func (t *trie) len() int { return bits.OnesCount16(t.used) }

func (t *trie) pair(i int) *pair { return (*pair)(*t.kid(i)) }

func (t *trie) sub(i int) *trie { return (*trie)(*t.kid(i)) }

func (t *trie) pairs() bucket { return *(*bucket)(*t.kid(0)) }

func newBucket(pairs bucket) *trie {
	t := newTrie(1)
	t.bucket = true
	*t.kid(0) = unsafe.Pointer(&pairs)
	return t
}

// laid is a node with its kids.
type laid[K any] struct {
	trie
	_    [2]byte
	kids K
}

// newTrie returns a node with room for n kids, at most 16: the sizes are those of the allocator.
func newTrie(n int) (t *trie) {
	switch {
	case n <= 1:
		t = &new(laid[[1]unsafe.Pointer]).trie
		t.room = 1
	case n == 2:
		t = &new(laid[[2]unsafe.Pointer]).trie
		t.room = 2
	case n == 3:
		t = &new(laid[[3]unsafe.Pointer]).trie
		t.room = 3
	case n <= 5:
		t = &new(laid[[5]unsafe.Pointer]).trie
		t.room = 5
	case n <= 7:
		t = &new(laid[[7]unsafe.Pointer]).trie
		t.room = 7
	case n <= 9:
		t = &new(laid[[9]unsafe.Pointer]).trie
		t.room = 9
	case n <= 11:
		t = &new(laid[[11]unsafe.Pointer]).trie
		t.room = 11
	case n <= 13:
		t = &new(laid[[13]unsafe.Pointer]).trie
		t.room = 13
	default:
		t = &new(laid[[16]unsafe.Pointer]).trie
		t.room = 16
	}
	return t
}

const (
	trieBits  = 4
	trieLevel = 8 // a hash has 32 bits
	// sortedMap is up to how many keys a map lists its keys in term order, as in OTP, where that is the size of a flat map.
	sortedMap = 32
)

var emptyMap = &Map{root: newTrie(1)}

// EmptyMap is #{}.
var EmptyMap = emptyMap.Term()

// Term returns the map as a term.
func (m *Map) Term() Term { return Term{unsafe.Pointer(m), uint64(KindMap)} }

// Len returns the number of pairs.
func (m *Map) Len() int { return m.n }

// NewMap makes a map of keys and values in turn; of equal keys the last one counts.
func NewMap(pairs ...Term) Term {
	if m := smallMap(pairs); m != nil {
		return m.Term()
	}
	var b MapBuilder
	for i := 0; i+1 < len(pairs); i += 2 {
		b.Put(pairs[i], pairs[i+1])
	}
	return b.Map().Term()
}

// Get returns the value of a key.
func (m *Map) Get(key Term) (Term, bool) {
	t, h := m.root, Hash(key)
	for {
		if t.bucket {
			for _, p := range t.pairs() {
				if Equal(p.key, key) {
					return p.value, true
				}
			}
			return None, false
		}
		bit := uint16(1) << (h & 15)
		if t.used&bit == 0 {
			return None, false
		}
		k := *t.kid(bits.OnesCount16(t.used & (bit - 1)))
		if t.leaf&bit != 0 {
			if p := (*pair)(k); p.key == key || Equal(p.key, key) {
				return p.value, true
			}
			return None, false
		}
		t = (*trie)(k)
		h >>= trieBits
	}
}

// Put returns the map with key bound to value.
func (m *Map) Put(key, value Term) *Map {
	root, added := put(m.root, 0, Hash(key), key, value, false)
	if root == m.root {
		return m
	}
	if added {
		return &Map{root, m.n + 1}
	}
	return &Map{root, m.n}
}

// Replace returns the map with key, which it must have, bound to value; false when it does not have it.
func (m *Map) Replace(key, value Term) (*Map, bool) {
	root := replace(m.root, Hash(key), key, value)
	switch root {
	case nil:
		return m, false
	case m.root:
		return m, true
	}
	return &Map{root, m.n}, true
}

// replace returns the trie with the value of a key replaced; nil when there is no such key.
func replace(t *trie, h uint32, key, value Term) *trie {
	if t.bucket {
		old := t.pairs()
		i := slices.IndexFunc(old, func(p pair) bool { return Equal(p.key, key) })
		if i < 0 {
			return nil
		}
		t, _ = putBucket(t, key, value)
		return t
	}
	bit := uint16(1) << (h & 15)
	if t.used&bit == 0 {
		return nil
	}
	at := bits.OnesCount16(t.used & (bit - 1))
	var kid unsafe.Pointer
	if t.leaf&bit == 0 {
		old := t.sub(at)
		sub := replace(old, h>>trieBits, key, value)
		if sub == nil || sub == old {
			if sub == nil {
				return nil
			}
			return t
		}
		kid = unsafe.Pointer(sub)
	} else {
		p := t.pair(at)
		if p.key != key && !Equal(p.key, key) {
			return nil
		}
		if p.value == value {
			return t
		}
		kid = unsafe.Pointer(&pair{p.key, value})
	}
	c := edit(t, false)
	*c.kid(at) = kid
	return c
}

// put returns the trie with the pair in it; with own it may change t itself, which nobody else has seen yet.
func put(t *trie, level int, h uint32, key, value Term, own bool) (*trie, bool) {
	if t.bucket {
		return putBucket(t, key, value)
	}
	bit := uint16(1) << (h & 15)
	at := bits.OnesCount16(t.used & (bit - 1))
	if t.used&bit == 0 {
		return insert(t, at, bit, &pair{key, value}, own), true
	}
	if t.leaf&bit == 0 {
		old := t.sub(at)
		sub, added := put(old, level+1, h>>trieBits, key, value, own)
		if sub == old {
			return t, added
		}
		t = edit(t, own)
		*t.kid(at) = unsafe.Pointer(sub)
		return t, added
	}
	p := t.pair(at)
	if p.key == key || Equal(p.key, key) {
		if p.value == value {
			return t, false
		}
		t = edit(t, own)
		*t.kid(at) = unsafe.Pointer(&pair{p.key, value})
		return t, false
	}
	sub := split(level+1, p, Hash(p.key)>>(trieBits*uint(level+1)), &pair{key, value}, h>>trieBits)
	t = edit(t, own)
	t.leaf &^= bit
	*t.kid(at) = unsafe.Pointer(sub)
	return t, true
}

func putBucket(t *trie, key, value Term) (*trie, bool) {
	old := t.pairs()
	i := slices.IndexFunc(old, func(p pair) bool { return Equal(p.key, key) })
	if i < 0 {
		return newBucket(append(slices.Clip(old), pair{key, value})), true
	}
	pairs := slices.Clone(old)
	pairs[i].value = value
	return newBucket(pairs), false
}

func edit(t *trie, own bool) *trie {
	if own {
		return t
	}
	n := t.len()
	c := newTrie(n)
	c.used, c.leaf = t.used, t.leaf
	copy(c.kids(n), t.kids(n))
	return c
}

func insert(t *trie, at int, bit uint16, p *pair, own bool) *trie {
	n := t.len()
	if own && n < int(t.room) {
		kids := t.kids(n + 1)
		copy(kids[at+1:], kids[at:n])
		kids[at] = unsafe.Pointer(p)
		t.used |= bit
		t.leaf |= bit
		return t
	}
	room := n + 1
	if own {
		room = min(2*n+1, 16)
	}
	c := newTrie(room)
	c.used, c.leaf = t.used|bit, t.leaf|bit
	to, from := c.kids(n+1), t.kids(n)
	copy(to, from[:at])
	to[at] = unsafe.Pointer(p)
	copy(to[at+1:], from[at:])
	return c
}

// split makes a node of two pairs whose hashes were the same so far.
func split(level int, a *pair, ha uint32, b *pair, hb uint32) *trie {
	i, j := ha&15, hb&15
	switch {
	case level >= trieLevel:
		return newBucket(bucket{*a, *b})
	case i == j:
		t := newTrie(1)
		t.used = 1 << i
		*t.kid(0) = unsafe.Pointer(split(level+1, a, ha>>trieBits, b, hb>>trieBits))
		return t
	case i > j:
		a, b = b, a
	}
	t := newTrie(2)
	t.used = uint16(1)<<i | uint16(1)<<j
	t.leaf = t.used
	*t.kid(0), *t.kid(1) = unsafe.Pointer(a), unsafe.Pointer(b)
	return t
}

// Remove returns the map without key.
func (m *Map) Remove(key Term) *Map {
	root, ok := remove(m.root, Hash(key), key)
	if !ok {
		return m
	}
	if m.n == 1 {
		return emptyMap
	}
	return &Map{root, m.n - 1}
}

func remove(t *trie, h uint32, key Term) (*trie, bool) {
	if t.bucket {
		old := t.pairs()
		at := slices.IndexFunc(old, func(p pair) bool { return Equal(p.key, key) })
		if at < 0 {
			return t, false
		}
		return newBucket(slices.Delete(slices.Clone(old), at, at+1)), true
	}
	bit := uint16(1) << (h & 15)
	if t.used&bit == 0 {
		return t, false
	}
	at := bits.OnesCount16(t.used & (bit - 1))
	if t.leaf&bit != 0 {
		if !Equal(t.pair(at).key, key) {
			return t, false
		}
		return without(t, at, bit), true
	}
	sub, ok := remove(t.sub(at), h>>trieBits, key)
	if !ok {
		return t, false
	}
	if !sub.bucket && sub.used == 0 {
		return without(t, at, bit), true
	}
	t = edit(t, false)
	if p := sub.lone(); p != nil { // a lone pair moves up, so that equal maps have equal shape
		*t.kid(at) = unsafe.Pointer(p)
		t.leaf |= bit
	} else {
		*t.kid(at) = unsafe.Pointer(sub)
	}
	return t, true
}

// lone returns the pair of a node that has nothing else; nil for any other node.
func (t *trie) lone() *pair {
	switch {
	case t.bucket:
		if p := t.pairs(); len(p) == 1 {
			return &p[0]
		}
	case t.leaf != 0 && t.len() == 1:
		return t.pair(0)
	}
	return nil
}

// without returns the node less one kid.
func without(t *trie, at int, bit uint16) *trie {
	n := t.len()
	c := newTrie(n - 1)
	c.used, c.leaf = t.used&^bit, t.leaf&^bit
	to, from := c.kids(n-1), t.kids(n)
	copy(to, from[:at])
	copy(to[min(at, n-1):], from[at+1:])
	return c
}

// each visits the pairs in hash order until yield returns false.
func (t *trie) each(yield func(k, v Term) bool) bool {
	if t.bucket {
		for _, p := range t.pairs() {
			if !yield(p.key, p.value) {
				return false
			}
		}
		return true
	}
	left := t.used
	for i := range t.len() {
		bit := left & -left
		left &^= bit
		if t.leaf&bit != 0 {
			if p := t.pair(i); !yield(p.key, p.value) {
				return false
			}
		} else if !t.sub(i).each(yield) {
			return false
		}
	}
	return true
}

// All yields the pairs: up to 32 keys in the order of the keys, more in hash order, which is the same in every run.
func (m *Map) All() iter.Seq2[Term, Term] {
	return func(yield func(k, v Term) bool) {
		if m.n > sortedMap {
			m.root.each(yield)
			return
		}
		var few [8]pair
		for _, p := range m.sorted(few[:0]) {
			if !yield(p.key, p.value) {
				return
			}
		}
	}
}

// sorted returns the pairs in the order of their keys, in pairs if they fit.
func (m *Map) sorted(pairs []pair) []pair {
	if m.n > cap(pairs) {
		pairs = make([]pair, 0, m.n)
	}
	m.root.each(func(k, v Term) bool {
		pairs = append(pairs, pair{k, v})
		return true
	})
	if len(pairs) > 8 {
		slices.SortFunc(pairs, func(a, b pair) int { return CompareExact(a.key, b.key) })
		return pairs
	}
	for i := 1; i < len(pairs); i++ {
		for j := i; j > 0 && CompareExact(pairs[j].key, pairs[j-1].key) < 0; j-- {
			pairs[j], pairs[j-1] = pairs[j-1], pairs[j]
		}
	}
	return pairs
}

// Keys returns the keys in the order of All.
func (m *Map) Keys() []Term {
	out := make([]Term, 0, m.n)
	for k := range m.All() {
		out = append(out, k)
	}
	return out
}

// Values returns the values in the order of All.
func (m *Map) Values() []Term {
	out := make([]Term, 0, m.n)
	for _, v := range m.All() {
		out = append(out, v)
	}
	return out
}

// MapBuilder makes a map pair by pair without copying. The zero MapBuilder is ready; after Map it starts anew.
type MapBuilder struct {
	root *trie
	n    int
}

// Put binds key to value.
func (b *MapBuilder) Put(key, value Term) {
	if b.root == nil {
		b.root = newTrie(5)
	}
	root, added := put(b.root, 0, Hash(key), key, value, true)
	b.root = root
	if added {
		b.n++
	}
}

// Len returns how many keys there are so far.
func (b *MapBuilder) Len() int { return b.n }

// Map returns the map.
func (b *MapBuilder) Map() *Map {
	if b.n == 0 {
		return emptyMap
	}
	m := &Map{b.root, b.n}
	*b = MapBuilder{}
	return m
}

// equalMaps wants maps of the same length.
func equalMaps(a, b *Map, equal func(x, y Term) bool) bool {
	return a.root.each(func(k, v Term) bool {
		w, ok := b.Get(k)
		return ok && equal(v, w)
	})
}

// Portion returns pairs of the map in hash order, from a place on: 0 for the first, later the second result of the call before. It
// returns about n pairs, more only where hashes are equal; the second result is 0 when there are no more. A small map comes whole,
// in the order of its keys.
func (m *Map) Portion(where int64, n int) (pairs [][2]Term, next int64) {
	if m.n <= sortedMap {
		for k, v := range m.All() {
			pairs = append(pairs, [2]Term{k, v})
		}
		return pairs, 0
	}
	m.root.since(0, uint32(where), func(k, v Term) bool {
		at := int64(path(Hash(k)))
		if len(pairs) >= n && at != next {
			next = at
			return false
		}
		pairs = append(pairs, [2]Term{k, v})
		next = at
		return true
	})
	if len(pairs) < n || int64(path(Hash(pairs[len(pairs)-1][0]))) == next {
		return pairs, 0
	}
	return pairs, next
}

// path turns a hash into a number that orders hashes as each visits them: the nibbles that choose the slots, the first one first.
func path(h uint32) uint32 {
	h = bits.ReverseBytes32(h)
	return h>>4&0x0f0f0f0f | h<<4&0xf0f0f0f0
}

// since is each for the pairs whose path is at least from.
func (t *trie) since(level int, from uint32, yield func(k, v Term) bool) bool {
	if level >= trieLevel || from == 0 {
		return t.each(yield)
	}
	first := int(from >> (32 - trieBits*(level+1)) & 15)
	at := 0
	for slot := range 16 {
		if t.used&(1<<slot) == 0 {
			continue
		}
		i := at
		at++
		switch {
		case slot < first:
		case t.leaf&(1<<slot) != 0:
			if p := t.pair(i); path(Hash(p.key)) >= from && !yield(p.key, p.value) {
				return false
			}
		case slot == first:
			if !t.sub(i).since(level+1, from, yield) {
				return false
			}
		default:
			if !t.sub(i).each(yield) {
				return false
			}
		}
	}
	return true
}

// Ordered returns the pairs in the order of their keys, only the first most of them if that is above 0.
func (m *Map) Ordered(most int) [][2]Term {
	if m.n == 0 {
		return nil
	}
	if most <= 0 || most > m.n {
		most = m.n
	}
	out := make([][2]Term, 0, min(m.n, 2*most))
	byKey := func(a, b [2]Term) int { return CompareExact(a[0], b[0]) }
	for k, v := range m.All() {
		if out = append(out, [2]Term{k, v}); len(out) == 2*most {
			slices.SortFunc(out, byKey)
			out = out[:most]
		}
	}
	slices.SortFunc(out, byKey)
	return out[:min(len(out), most)]
}
