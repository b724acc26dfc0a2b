package node

// fewEntries is up to how many entries a small map is searched from the front.
const fewEntries = 8

// smallMap is a map that is cheap while it has few entries, as the links and monitors of most processes. The zero value is empty.
type smallMap[K comparable, V any] struct {
	few  []entry[K, V]
	many map[K]V // when not nil it has everything
}

type entry[K comparable, V any] struct {
	key   K
	value V
}

func (m *smallMap[K, V]) len() int {
	if m.many != nil {
		return len(m.many)
	}
	return len(m.few)
}

func (m *smallMap[K, V]) get(k K) (V, bool) {
	if m.many != nil {
		v, ok := m.many[k]
		return v, ok
	}
	for i := range m.few {
		if m.few[i].key == k {
			return m.few[i].value, true
		}
	}
	var none V
	return none, false
}

func (m *smallMap[K, V]) put(k K, v V) {
	if m.many != nil {
		m.many[k] = v
		return
	}
	for i := range m.few {
		if m.few[i].key == k {
			m.few[i].value = v
			return
		}
	}
	if len(m.few) < fewEntries {
		m.few = append(m.few, entry[K, V]{k, v})
		return
	}
	m.many = make(map[K]V, 4*fewEntries)
	for _, e := range m.few {
		m.many[e.key] = e.value
	}
	m.many[k] = v
	m.few = nil
}

// remove takes an entry out and returns its value.
func (m *smallMap[K, V]) remove(k K) (V, bool) {
	v, ok := m.get(k)
	if !ok {
		return v, false
	}
	if m.many != nil {
		if delete(m.many, k); len(m.many) == 0 {
			m.many = nil
		}
		return v, true
	}
	for i := range m.few {
		if m.few[i].key == k {
			last := len(m.few) - 1
			copy(m.few[i:], m.few[i+1:])
			clear(m.few[last:])
			m.few = m.few[:last]
			break
		}
	}
	return v, true
}

// entries returns a copy of what the map holds.
func (m *smallMap[K, V]) entries() []entry[K, V] {
	if m.many == nil {
		return append([]entry[K, V](nil), m.few...)
	}
	out := make([]entry[K, V], 0, len(m.many))
	for k, v := range m.many {
		out = append(out, entry[K, V]{k, v})
	}
	return out
}

// take returns what the map holds and leaves it empty.
func (m *smallMap[K, V]) take() []entry[K, V] {
	out := m.few
	if m.many != nil {
		out = m.entries()
	}
	m.few, m.many = nil, nil
	return out
}
