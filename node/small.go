package node

// fewEntries is up to how many entries a small map is searched from the front.
const fewEntries = 8

// smallMap is a map that is cheap while it has few entries, as the links of most processes, and that keeps their order. The zero
// value is empty.
type smallMap[K comparable, V any] struct {
	list  []entry[K, V]
	index map[K]int32 // where in list; nil while there are few
	dead  int         // entries of list that were removed
}

type entry[K comparable, V any] struct {
	key   K
	value V
	live  bool
}

func (m *smallMap[K, V]) find(k K) int {
	if m.index != nil {
		if i, ok := m.index[k]; ok {
			return int(i)
		}
		return -1
	}
	for i := range m.list {
		if m.list[i].live && m.list[i].key == k {
			return i
		}
	}
	return -1
}

func (m *smallMap[K, V]) get(k K) (V, bool) {
	if i := m.find(k); i >= 0 {
		return m.list[i].value, true
	}
	var none V
	return none, false
}

func (m *smallMap[K, V]) put(k K, v V) {
	if i := m.find(k); i >= 0 {
		m.list[i].value = v
		return
	}
	m.list = append(m.list, entry[K, V]{k, v, true})
	switch last := len(m.list) - 1; {
	case m.index != nil:
		m.index[k] = int32(last)
	case last >= fewEntries:
		m.compact()
	}
}

// remove takes an entry out and returns its value.
func (m *smallMap[K, V]) remove(k K) (V, bool) {
	i := m.find(k)
	if i < 0 {
		var none V
		return none, false
	}
	v := m.list[i].value
	m.list[i] = entry[K, V]{}
	delete(m.index, k)
	if m.dead++; m.dead > fewEntries && m.dead > len(m.list)/2 || m.dead == len(m.list) {
		m.compact()
	}
	return v, true
}

// compact forgets the dead entries and indexes the rest anew.
func (m *smallMap[K, V]) compact() {
	live := m.list[:0]
	for _, e := range m.list {
		if e.live {
			live = append(live, e)
		}
	}
	clear(m.list[len(live):])
	m.list, m.index, m.dead = live, nil, 0
	if len(live) <= fewEntries {
		return
	}
	m.index = make(map[K]int32, 2*len(live))
	for i, e := range live {
		m.index[e.key] = int32(i)
	}
}

// entries returns a copy of what the map holds, the oldest entry first.
func (m *smallMap[K, V]) entries() []entry[K, V] {
	out := make([]entry[K, V], 0, len(m.list)-m.dead)
	for _, e := range m.list {
		if e.live {
			out = append(out, e)
		}
	}
	return out
}

// refMap finds what belongs to references of this node, by their numbers. The zero value is empty.
type refMap[V any] struct {
	slots []refSlot[V] // a power of two of them; a key of 0 is a free one
	count int
}

// home returns where a key is looked for first. Four keys that follow one another, as a process makes them, lie in one stretch of
// memory, with gaps between them, or they would make one long cluster; such stretches are scattered.
func home(k uint64) uint64 { return k>>2*0x9e3779b97f4a7c15>>32<<3 | k&3<<1 }

type refSlot[V any] struct {
	key   uint64
	value V
}

func (m *refMap[V]) find(k uint64) int {
	if m.count == 0 || k == 0 {
		return -1
	}
	mask := uint64(len(m.slots) - 1)
	for i := home(k) & mask; ; i = (i + 1) & mask {
		switch m.slots[i].key {
		case k:
			return int(i)
		case 0:
			return -1
		}
	}
}

func (m *refMap[V]) get(k uint64) (V, bool) {
	if i := m.find(k); i >= 0 {
		return m.slots[i].value, true
	}
	var none V
	return none, false
}

// put adds an entry whose key is not there yet.
func (m *refMap[V]) put(k uint64, v V) {
	if 4*(m.count+1) > 3*len(m.slots) {
		old := m.slots
		m.slots = make([]refSlot[V], max(2*len(old), 4))
		for i := range old {
			if old[i].key != 0 {
				m.place(old[i])
			}
		}
	}
	m.place(refSlot[V]{k, v})
	m.count++
}

func (m *refMap[V]) place(s refSlot[V]) {
	mask := uint64(len(m.slots) - 1)
	i := home(s.key) & mask
	for m.slots[i].key != 0 {
		i = (i + 1) & mask
	}
	m.slots[i] = s
}

// remove takes an entry out and moves those behind it, so that no gap is left.
func (m *refMap[V]) remove(k uint64) (V, bool) {
	at := m.find(k)
	if at < 0 {
		var none V
		return none, false
	}
	v := m.slots[at].value
	m.count--
	if m.count == 0 && len(m.slots) > fewEntries {
		m.slots = nil
		return v, true
	}
	mask := uint64(len(m.slots) - 1)
	hole := uint64(at)
	for i := (hole + 1) & mask; m.slots[i].key != 0; i = (i + 1) & mask {
		if (i-home(m.slots[i].key))&mask >= (i-hole)&mask {
			m.slots[hole] = m.slots[i]
			hole = i
		}
	}
	m.slots[hole] = refSlot[V]{}
	return v, true
}

// all returns the values.
func (m *refMap[V]) all() []V {
	out := make([]V, 0, m.count)
	for i := range m.slots {
		if m.slots[i].key != 0 {
			out = append(out, m.slots[i].value)
		}
	}
	return out
}
