package node_test

import (
	"testing"

	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// TestHeapSize: the second and third column are what OTP 25 makes of the first.
func TestHeapSize(t *testing.T) {
	for _, c := range [][3]int64{
		{0, 233, 46422}, {233, 233, 46422}, {234, 376, 46422}, {377, 610, 46422}, {1000, 1598, 46422}, {10000, 10958, 46422},
		{46422, 46422, 46422}, {46423, 75113, 75113}, {100000, 121536, 121536}, {1000000, 1199557, 1199557},
		{2000000, 2072833, 2072833}, {5000000, 5157867, 5157867}, {10000000, 10695351, 10695351},
	} {
		heap := node.HeapSize(term.Atom("min_heap_size"), term.Int(c[0]))
		binaries := node.HeapSize(term.Atom("min_bin_vheap_size"), term.Int(c[0]))
		if heap != term.Int(c[1]) || binaries != term.Int(c[2]) {
			t.Errorf("%d: %v, %v", c[0], heap, binaries)
		}
	}
	if v := node.HeapSize(term.Atom("fullsweep_after"), term.Int(3)); v != term.Int(3) {
		t.Errorf("another flag: %v", v)
	}
}
