package node_test

import (
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/node"
)

// resident returns the memory of this program that is in use, in bytes.
func resident(b *testing.B) int {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Skip(err)
	}
	_, after, _ := strings.Cut(string(text), "VmRSS:")
	kb, _ := strconv.Atoi(strings.Fields(after)[0])
	return kb << 10
}

// BenchmarkIdle reports how much memory a process takes that waits in a receive.
func BenchmarkIdle(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	n, m := erlangNode(b, "testdata/bench.erl")
	call(b, n, m, "one")
	for b.Loop() {
		runtime.GC()
		debug.FreeOSMemory()
		before, count := resident(b), n.Count()
		call(b, n, m, "idle")
		started := n.Count() - count
		grown := resident(b) - before
		runtime.GC()
		debug.FreeOSMemory()
		b.ReportMetric(float64(grown)/float64(started), "B/process-grown")
		b.ReportMetric(float64(resident(b)-before)/float64(started), "B/process")
		for _, pid := range n.Processes() {
			n.Deliver(&node.Exit2{From: pid, To: pid, Reason: atom.Kill})
		}
		for n.Count() > 0 {
			runtime.Gosched()
		}
	}
}
