package term

import "testing"

func TestOrdered(t *testing.T) {
	var b MapBuilder
	for i := range int64(1000) {
		b.Put(Int(i*7919%1000), Int(i))
	}
	m := b.Map()
	for _, most := range []int{0, 1, 3, 33, 999, 1000, 5000} {
		got := m.Ordered(most)
		want := most
		if most == 0 || most > 1000 {
			want = 1000
		}
		if len(got) != want {
			t.Fatalf("%d pairs of %d", len(got), want)
		}
		for i, p := range got {
			if n, _ := p[0].Int(); n != int64(i) {
				t.Fatalf("of the first %d, number %d is %s", most, i, p[0])
			}
		}
	}
}
