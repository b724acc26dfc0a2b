package node

import "testing"

func TestGrowthOfTheHeap(t *testing.T) {
	for _, c := range []struct {
		live uint64
		want int
	}{{0, 1600}, {2 << 20, 1600}, {4 << 20, 1500}, {8 << 20, 700}, {12 << 20, 400}, {1 << 40, 400}} {
		if got := growth(c.live); got != c.want {
			t.Errorf("growth(%d) = %d, want %d", c.live, got, c.want)
		}
	}
}
