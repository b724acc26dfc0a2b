package erlang

import (
	"runtime/metrics"
	"sync"
	"time"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// taskItem returns what statistics/1 tells of the processes that are ready to run. OTP's schedulers of long computations are shown as
// well: there are none here, so nothing ever waits for them. Those of calls that take long have what is in such a call.
func taskItem(n *node.Node, name string) term.Term {
	t := n.Tasks()
	switch name {
	case "run_queue", "total_run_queue_lengths", "total_run_queue_lengths_all":
		return term.Int(int64(sum(t.Queued)))
	case "run_queue_lengths":
		return counts(append(t.Queued, 0))
	case "run_queue_lengths_all":
		return counts(append(t.Queued, 0, 0))
	case "total_active_tasks":
		return term.Int(int64(sum(t.Active)))
	case "total_active_tasks_all":
		return term.Int(int64(sum(t.Active) + t.Asleep))
	case "active_tasks":
		return counts(append(t.Active, 0))
	case "active_tasks_all":
		return counts(append(t.Active, 0, t.Asleep))
	}
	return term.None
}

func sum(list []int) int {
	total := 0
	for _, n := range list {
		total += n
	}
	return total
}

func counts(list []int) term.Term {
	var b term.Builder
	for _, n := range list {
		b.Add(term.Int(int64(n)))
	}
	return b.List(term.Nil)
}

// usageItem returns how busy the schedulers are; scheduler_wall_time is undefined unless a process has asked for measuring it.
func usageItem(n *node.Node, name string) term.Term {
	switch name {
	case "scheduler_wall_time", "scheduler_wall_time_all":
		workers, asleep, total, ok := n.Metered()
		if !ok {
			return atom.Undefined
		}
		all := append(workers, make([]time.Duration, len(workers))...)
		if name == "scheduler_wall_time_all" {
			all = append(all, asleep...)
		}
		var b term.Builder
		for i, busy := range all {
			b.Add(term.Tuple(term.Int(int64(i+1)), term.Int(int64(busy)), term.Int(int64(total))))
		}
		return b.List(term.Nil)
	case "microstate_accounting":
		return accountsOf(n).threads(n)
	}
	return term.None
}

// accounts keep what microstate_accounting has counted.
var accounts node.Slot[*accounting]

// accounting adds up what the threads did while it was on.
type accounting struct {
	mu        sync.Mutex
	on        bool            // guarded by mu
	since     node.Usages     // guarded by mu
	collected time.Duration   // guarded by mu: what the collector had used then
	workers   []time.Duration // guarded by mu, as what follows: until since
	asleep    []time.Duration
	collector time.Duration
	total     time.Duration
}

func accountsOf(n *node.Node) *accounting {
	return accounts.Of(n, func(*node.Node) *accounting { return &accounting{} })
}

// set turns counting on or off, or begins it anew with the atom reset; it returns whether it was on.
func (a *accounting) set(n *node.Node, value term.Term) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	was := a.on
	a.count(n)
	switch value {
	case term.True, term.False:
		if a.on = value == term.True; a.on != was {
			n.Measure(a.on)
		}
	default:
		a.workers, a.asleep, a.collector, a.total = nil, nil, 0, 0
	}
	a.since, a.collected = n.Usages(), collectorTime()
	return was
}

// count adds what was done since it was called last; mu is held.
func (a *accounting) count(n *node.Node) {
	now, collected := n.Usages(), collectorTime()
	if a.workers == nil {
		a.workers, a.asleep = make([]time.Duration, len(now.Workers)), make([]time.Duration, len(now.Asleep))
	}
	if !a.on {
		return
	}
	workers, asleep, total := now.Since(a.since)
	for i, d := range workers {
		a.workers[i] += d
	}
	for i, d := range asleep {
		a.asleep[i] += d
	}
	a.collector += collected - a.collected
	a.total += total
	a.since, a.collected = now, collected
}

// threads shows the counters as OTP does, whose kinds of threads are more than those here: a scheduler runs Erlang or sleeps, processes in
// calls that take long stand for its threads for such calls, and the collector of memory, which has threads of its own, for auxiliary work.
func (a *accounting) threads(n *node.Node) term.Term {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.count(n)
	var b term.Builder
	add := func(kind string, id int, state string, busy time.Duration) {
		counters, _ := term.NewMap().Map()
		for _, s := range []string{"aux", "check_io", "emulator", "gc", "other", "port", "sleep"} {
			d := time.Duration(0)
			switch s {
			case state:
				d = busy
			case "sleep":
				d = max(a.total-busy, 0)
			}
			counters = counters.Put(term.Atom(s), term.Int(int64(d)))
		}
		b.Add(term.NewMap(term.Atom("counters"), counters.Term(), term.Atom("id"), term.Int(int64(id)), term.Atom("type"), term.Atom(kind)))
	}
	add("poll", 0, "check_io", 0)
	for i, d := range a.asleep {
		add("dirty_io_scheduler", i+1, "other", d)
	}
	for i := range a.workers {
		add("dirty_cpu_scheduler", i+1, "emulator", 0)
	}
	for i, d := range a.workers {
		add("scheduler", i+1, "emulator", d)
	}
	add("async", 0, "other", 0)
	add("aux", 1, "gc", a.collector)
	return b.List(term.Nil)
}

func collectorTime() time.Duration {
	sample := []metrics.Sample{{Name: "/cpu/classes/gc/total:cpu-seconds"}}
	metrics.Read(sample)
	return time.Duration(sample[0].Value.Float64() * float64(time.Second))
}
