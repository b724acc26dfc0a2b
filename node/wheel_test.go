package node

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestWheel compares the wheel with a sorted list, for timers of up to three rounds and steps of any length.
func TestWheel(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var w wheel
	var model []*timer
	for now := int64(0); now < 20000; {
		for range r.IntN(5) {
			one := &timer{due: now + 1 + r.Int64N(3*wheelSize), number: r.Uint64()}
			w.add(one)
			model = append(model, one)
		}
		if len(model) > 0 && r.IntN(3) == 0 {
			i := r.IntN(len(model))
			w.remove(model[i])
			model = slices.Delete(model, i, i+1)
		}
		if at := w.next(); (at == 0) != (len(model) == 0) || len(model) > 0 && at > slices.MinFunc(model, byDue).due {
			t.Fatalf("at %d the next list is that of %d, with %d timers", now, at, len(model))
		}
		now += 1 + r.Int64N(1+int64(r.IntN(2))*2*wheelSize)
		var want, got []*timer
		slices.SortStableFunc(model, byDue)
		for len(model) > 0 && model[0].due <= now {
			want, model = append(want, model[0]), model[1:]
		}
		w.expire(now, func(one *timer) { got = append(got, one) })
		slices.SortStableFunc(got, byDue) // those of different rounds in one list come together
		if !slices.Equal(got, want) {
			t.Fatalf("at %d went off %d timers, of which %d were due", now, len(got), len(want))
		}
	}
}

func byDue(a, b *timer) int { return int(a.due - b.due) }
