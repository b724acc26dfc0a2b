package term

import (
	"math/rand/v2"
	"testing"
)

// TestMapAgainstGo does random puts and removals on a map and on Go's own, and keeps earlier versions to see that they do not change.
func TestMapAgainstGo(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	m, _ := EmptyMap.Map()
	model := map[int64]int64{}
	type version struct {
		m     *Map
		model map[int64]int64
	}
	var kept []version
	for step := range 4000 {
		k, v := r.Int64N(600), r.Int64N(1000)
		if r.IntN(3) == 0 {
			m = m.Remove(Int(k))
			delete(model, k)
		} else {
			m = m.Put(Int(k), Int(v))
			model[k] = v
		}
		if step%500 == 0 {
			copied := map[int64]int64{}
			for k, v := range model {
				copied[k] = v
			}
			kept = append(kept, version{m, copied})
		}
	}
	kept = append(kept, version{m, model})
	for _, v := range kept {
		if v.m.Len() != len(v.model) {
			t.Fatalf("%d pairs, want %d", v.m.Len(), len(v.model))
		}
		n := 0
		for key, value := range v.m.All() {
			k, _ := key.Int()
			if value != Int(v.model[k]) {
				t.Errorf("%d: %v, want %d", k, value, v.model[k])
			}
			n++
		}
		if n != len(v.model) {
			t.Errorf("%d pairs visited, want %d", n, len(v.model))
		}
		var b MapBuilder
		for k, x := range v.model {
			b.Put(Int(k), Int(x))
			if got, ok := v.m.Get(Int(k)); !ok || got != Int(x) {
				t.Errorf("get %d: %v %v", k, got, ok)
			}
		}
		if !Equal(b.Map().Term(), v.m.Term()) {
			t.Error("a map built anew is not equal")
		}
	}
}

// TestMapOfEqualHashes puts, replaces and removes keys that all have the same hash, beside one that has another.
func TestMapOfEqualHashes(t *testing.T) {
	key := func(i int64) Term { // the hash of a fun leaves out what it captured
		return (&Fun{Module: Atom("m"), Name: Atom("f"), Env: []Term{Int(i)}}).Term()
	}
	if Hash(key(1)) != Hash(key(2)) || Equal(key(1), key(2)) {
		t.Fatal("the keys are no different ones of one hash")
	}
	m, _ := EmptyMap.Map()
	m = m.Put(Int(7), Int(7))
	var b MapBuilder
	b.Put(Int(7), Int(7))
	const n = 20
	for i := range int64(n) {
		before := m
		m = m.Put(key(i), Int(i))
		b.Put(key(i), Int(-1))
		b.Put(key(i), Int(i))
		if _, ok := before.Get(key(i)); ok || before.Len() != int(i)+1 {
			t.Errorf("putting key %d changed the map before", i)
		}
	}
	if built := b.Map(); !Equal(built.Term(), m.Term()) || Hash(built.Term()) != Hash(m.Term()) {
		t.Error("a map built anew is not equal")
	}
	for i := range int64(n) {
		changed, ok := m.Replace(key(i), Int(i+100))
		got, _ := changed.Get(key(i))
		old, _ := m.Get(key(i))
		if !ok || got != Int(i+100) || old != Int(i) || changed.Len() != m.Len() {
			t.Errorf("replace %d: %v, got %v, before %v", i, ok, got, old)
		}
	}
	if _, ok := m.Replace(key(n), Int(1)); ok {
		t.Error("a key was replaced that is not there")
	}
	if _, ok := m.Replace(Int(8), Int(1)); ok {
		t.Error("a number was replaced that is not there")
	}
	for i := range int64(n) {
		m = m.Remove(key(i))
		if got, ok := m.Get(Int(7)); !ok || got != Int(7) || m.Len() != n-int(i) {
			t.Errorf("after removing %d: %v %v, %d pairs", i, got, ok, m.Len())
		}
	}
	if !Equal(m.Term(), NewMap(Int(7), Int(7))) {
		t.Error("what is left is not what was there first")
	}
}
