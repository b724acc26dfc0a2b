package erlang

import (
	"runtime/metrics"
	"sync"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

func statisticsRows() []bif.Function {
	return []bif.Function{
		{Spec: "statistics(Item :: atom()) -> term()",
			Doc: "Returns what the system has done so far: `wall_clock`, `runtime`, `reductions`, `run_queue`, `garbage_collection`, `io`, " +
				"`context_switches`, `total_run_queue_lengths` and others.",
			Example: "1> {_, _} = erlang:statistics(wall_clock), ok.\nok", Auto: true, Proc: statistics},
		{Spec: "garbage_collect(Pid :: pid()) -> boolean()", Doc: "Returns whether Pid lives; memory is collected when it has to be.",
			Example: "1> garbage_collect(self()).\ntrue", Auto: true, Proc: garbageCollect},
		{Spec: "garbage_collect(Pid :: pid(), Options :: [{async, term()} | {type, major | minor}]) -> boolean() | async",
			Doc:     "As `garbage_collect/1`; with `{async, Id}` the answer is the message `{garbage_collect, Id, Result}`.",
			Example: "1> garbage_collect(self(), [{type, minor}]).\ntrue", Auto: true, Proc: garbageCollect},
	}
}

// since keeps what statistics/1 told last, for the second number of its pairs.
var since node.Slot[*lastSeen]

type lastSeen struct {
	mu   sync.Mutex
	seen map[string]int64 // guarded by mu
}

// delta returns {Total, SinceLastCall}.
func delta(n *node.Node, name string, total int64) term.Term {
	s := since.Of(n, func(*node.Node) *lastSeen { return &lastSeen{seen: map[string]int64{}} })
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.seen[name]
	s.seen[name] = total
	return term.Tuple(term.Int(total), term.Int(total-old))
}

func statistics(p *node.Process, args []term.Term) (term.Term, error) {
	n := p.Node()
	switch name := args[0].AtomName(); name {
	case "wall_clock":
		return delta(n, name, n.Monotonic().Milliseconds()), nil
	case "runtime":
		return delta(n, name, cpuTime().Milliseconds()), nil
	case "reductions", "exact_reductions":
		return delta(n, name, allReductions(p)), nil
	case "garbage_collection":
		sample := []metrics.Sample{{Name: "/gc/cycles/total:gc-cycles"}, {Name: "/gc/heap/frees:bytes"}}
		metrics.Read(sample)
		return term.Tuple(term.Uint(sample[0].Value.Uint64()), term.Uint(sample[1].Value.Uint64()/8), term.Int(0)), nil
	case "io":
		in, out := traffic(n)
		return term.Tuple(term.Tuple(term.Atom("input"), term.Uint(in)), term.Tuple(term.Atom("output"), term.Uint(out))), nil
	case "context_switches":
		return term.Tuple(term.Uint(n.Switches()), term.Int(0)), nil
	}
	if v := taskItem(n, args[0].AtomName()); !v.None() {
		return v, nil
	}
	if v := usageItem(n, args[0].AtomName()); !v.None() {
		return v, nil
	}
	return term.None, term.Badarg()
}

// traffic counts the frames of all connections.
func traffic(n *node.Node) (in, out uint64) {
	if w := n.Network(); w != nil {
		for _, peer := range w.Peers() {
			in, out = in+peer.In, out+peer.Out
		}
	}
	return in, out
}

func allReductions(p *node.Process) int64 {
	total := int64(0)
	for _, pid := range p.Node().Processes() {
		p.Ask(pid, func(q *node.Process) { total += int64(q.Reductions()) })
	}
	return total
}

func garbageCollect(p *node.Process, args []term.Term) (term.Term, error) {
	if err := localPid(p, args[0]); err != nil {
		return term.None, err
	}
	alive := term.Bool(p.Node().Process(args[0]) != nil)
	if len(args) == 1 {
		return alive, nil
	}
	options, ok := args[1].Slice()
	if !ok {
		return term.None, term.Badarg()
	}
	id := term.None
	for _, o := range options {
		e, isTuple := o.Tuple()
		switch {
		case isTuple && len(e) == 2 && e[0].AtomName() == "async":
			id = e[1]
		case isTuple && len(e) == 2 && e[0].AtomName() == "type" && (e[1].AtomName() == "major" || e[1].AtomName() == "minor"):
		default:
			return term.None, badargFor("bad_option")
		}
	}
	if id.None() {
		return alive, nil
	}
	_ = p.Send(p.Self(), term.Tuple(term.Atom("garbage_collect"), id, alive))
	return term.Atom("async"), nil
}
