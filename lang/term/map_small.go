package term

import (
	"math/bits"
	"unsafe"
)

// What a map of few pairs is made of, in one allocation.
type (
	map2 struct {
		Map
		trie
		kids  [2]unsafe.Pointer
		pairs [2]pair
	}
	map4 struct {
		Map
		trie
		kids  [4]unsafe.Pointer
		pairs [4]pair
	}
	map8 struct {
		Map
		trie
		kids  [8]unsafe.Pointer
		pairs [8]pair
	}
)

// smallMap makes a map of keys and values in turn whose keys each have a slot of the root to themselves; nil where they have not, as equal
// keys never have, or where they are too many.
func smallMap(in []Term) *Map {
	n := len(in) / 2
	if n == 0 || n > 8 {
		return nil
	}
	var slots [8]uint8
	used := uint16(0)
	for i := range n {
		slots[i] = uint8(Hash(in[2*i]) & 15)
		used |= 1 << slots[i]
	}
	if bits.OnesCount16(used) != n {
		return nil
	}
	var m *Map
	var t *trie
	var kids []unsafe.Pointer
	var pairs []pair
	switch {
	case n <= 2:
		x := new(map2)
		m, t, kids, pairs = &x.Map, &x.trie, x.kids[:n], x.pairs[:n]
	case n <= 4:
		x := new(map4)
		m, t, kids, pairs = &x.Map, &x.trie, x.kids[:n], x.pairs[:n]
	default:
		x := new(map8)
		m, t, kids, pairs = &x.Map, &x.trie, x.kids[:n], x.pairs[:n]
	}
	for i := range pairs {
		p := &pairs[i]
		p.key, p.value = in[2*i], in[2*i+1]
		kids[bits.OnesCount16(used&(1<<slots[i]-1))] = unsafe.Pointer(p)
	}
	t.used, t.leaf, t.kids = used, used, kids
	m.root, m.n = t, n
	return m
}
