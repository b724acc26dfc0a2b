package node

import (
	"maps"
	"sync/atomic"

	"github.com/erlsh/erlsh/lang/code"
)

// counts say how often functions were called, whoever called them. Nothing but the numbers is written to them once they are in use.
type counts map[code.MFA]*callCount

type callCount struct {
	calls  atomic.Int64
	paused atomic.Bool
}

// Counting is what trace_pattern/3 can ask of the counters of functions.
type Counting uint8

const (
	CountOn      Counting = iota // from 0 on
	CountOff                     // no more
	CountRestart                 // those that count begin at 0 again
	CountPause                   // those that count keep their number
)

// CountCalls changes the counters of functions.
func (n *Node) CountCalls(functions []code.MFA, how Counting) {
	t := &n.tracing
	t.mu.Lock()
	defer t.mu.Unlock()
	next := counts{}
	if old := t.counts.Load(); old != nil {
		maps.Copy(next, *old)
	}
	for _, f := range functions {
		c := next[f]
		switch {
		case how == CountOn || how == CountRestart && c != nil:
			next[f] = &callCount{}
		case how == CountOff:
			delete(next, f)
		case how == CountPause && c != nil:
			c.paused.Store(true)
		}
	}
	if len(next) == 0 {
		t.counts.Store(nil)
		return
	}
	t.counts.Store(&next)
}

// CallCount returns how often a function was called; false when nobody counts.
func (n *Node) CallCount(f code.MFA) (int64, bool) {
	all := n.tracing.counts.Load()
	if all == nil || (*all)[f] == nil {
		return 0, false
	}
	return (*all)[f].calls.Load(), true
}

func (c counts) called(f code.MFA) {
	if count := c[f]; count != nil && !count.paused.Load() {
		count.calls.Add(1)
	}
}

// countCalls has the machine of the process tell of its calls as long as some are counted.
func (p *Process) countCalls(on bool) {
	if x := p.more(); x.counted != on {
		x.counted = on
		p.watchCalls()
	}
}

// watchCalls gives the machine a tracer if there is something to tell of its calls, and takes it away otherwise.
func (p *Process) watchCalls() {
	x := p.extra
	if x.counted || x.tracer != nil && x.tracer.flags&traceCalls != 0 {
		p.machine.TraceCalls(callTracer{p})
	} else {
		p.machine.TraceCalls(nil)
	}
}
