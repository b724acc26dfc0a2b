package term

import "testing"

func TestPortionVisitsEveryPairOnce(t *testing.T) {
	for _, size := range []int{0, 1, 32, 33, 100, 5000} {
		var b MapBuilder
		for i := range size {
			b.Put(Int(int64(i*7919)), Int(int64(i)))
		}
		m := b.Map()
		seen := map[Term]bool{}
		where := int64(0)
		for {
			pairs, next := m.Portion(where, 64)
			for _, p := range pairs {
				if seen[p[0]] {
					t.Fatalf("%d keys: %v comes twice", size, p[0])
				}
				seen[p[0]] = true
			}
			if next == 0 {
				break
			}
			where = next
		}
		if len(seen) != size {
			t.Errorf("%d keys: %d visited", size, len(seen))
		}
	}
}
