package term

import (
	"math/bits"
	"unsafe"
)

// small is what a map of few pairs is made of, in one allocation.
type small[K, P any] struct {
	Map
	laid[K]
	pairs P
}

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
	var pairs []pair
	switch {
	case n <= 2:
		x := new(small[[2]unsafe.Pointer, [2]pair])
		m, t, pairs = &x.Map, &x.trie, x.pairs[:n]
		t.room = 2
	case n <= 4:
		x := new(small[[4]unsafe.Pointer, [4]pair])
		m, t, pairs = &x.Map, &x.trie, x.pairs[:n]
		t.room = 4
	default:
		x := new(small[[8]unsafe.Pointer, [8]pair])
		m, t, pairs = &x.Map, &x.trie, x.pairs[:n]
		t.room = 8
	}
	for i := range pairs {
		p := &pairs[i]
		p.key, p.value = in[2*i], in[2*i+1]
		*t.kid(bits.OnesCount16(used & (1<<slots[i] - 1))) = unsafe.Pointer(p)
	}
	t.used, t.leaf = used, used
	m.root, m.n = t, n
	return m
}
