package node

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

const (
	// rare is how much the heap may grow between two collections, in percent.
	rare = 400
	// smallHeap is how large the heap may get in any case before it is collected.
	smallHeap = 64 << 20
	// rarest is the growth of a heap in which next to nothing lives: the collector takes it for one of 4 MB.
	rarest = smallHeap / (4 << 20) * 100
)

// sentinel is unreachable from the beginning: its finalizer runs after each collection.
type sentinel struct{ percent *int }

// TuneCollector has the collector run rarely: it trades memory for time, as a heap for each process does. A small heap is left alone
// until it has grown to a size that no one minds. It is for programs, and is called once.
func TuneCollector() {
	percent := growth(0)
	debug.SetGCPercent(percent)
	await(&percent)
}

func await(percent *int) {
	runtime.SetFinalizer(&sentinel{percent}, func(s *sentinel) {
		sample := [1]metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(sample[:])
		if now := growth(sample[0].Value.Uint64()); now != *s.percent {
			*s.percent = now
			debug.SetGCPercent(now)
		}
		await(s.percent)
	})
}

// growth is the percentage for a heap in which so many bytes live.
func growth(live uint64) int {
	fill := (smallHeap/int(max(live, 1)) - 1) * 100
	return min(max(rare, fill), rarest)
}
