package term

import (
	"strings"
	"testing"
)

func TestString(t *testing.T) {
	for _, s := range []string{"", "a", "äöü€", strings.Repeat("x", 15), strings.Repeat("x", 16), strings.Repeat("ä", 17), strings.Repeat("xyz", 100), "\xff"} {
		var want []Term
		for _, r := range s {
			want = append(want, Int(int64(r)))
		}
		if got := String(s); !Equal(got, List(want...)) {
			t.Errorf("String(%q) is %v", s, got)
		}
	}
}
