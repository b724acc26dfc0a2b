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
