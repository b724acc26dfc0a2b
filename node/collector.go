package node

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

const (
	// gcPercent is how much is allocated between two collections, in percent of what lives; half the processor time of Go's 100.
	gcPercent = 400
	// gcRoom is how much is allocated at least, however little lives: most programs are small, and collect what does not matter.
	gcRoom = 64 << 20
	// gcLeast is from which heap on Go's collector looks at the percentage.
	gcLeast = 4 << 20
)

// TuneCollector has Go's collector trade memory for time, unless the environment says how it is to be. A program calls it once.
func TuneCollector() {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	debug.SetGCPercent(gcRoom / gcLeast * 100)
	atNextCollection(new(tuning))
}

// tuning is the percentage that holds.
type tuning struct{ percent int }

// atNextCollection has the percentage follow the size of the heap.
func atNextCollection(t *tuning) {
	sentinel := new([16]byte)
	runtime.AddCleanup(sentinel, func(t *tuning) {
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(live)
		t.follow(int64(live[0].Value.Uint64()))
		atNextCollection(t)
	}, t)
}

// follow sets the percentage for a heap of which so many bytes live. To set it stops the program for a moment, so that small changes do
// not count.
func (t *tuning) follow(live int64) {
	want := max(gcPercent, int(gcRoom/max(live/100, gcLeast/100)))
	if t.percent == 0 || want < t.percent*7/8 || want > t.percent*9/8 {
		t.percent = want
		debug.SetGCPercent(want)
	}
}
