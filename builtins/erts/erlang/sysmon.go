package erlang

import (
	"slices"
	"time"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

const smallestLargeHeap = 16384 // words; system_monitor takes nothing less for large

func sysmonRows() []bif.Function {
	const result = "undefined | {MonitorPid :: pid(), Options :: [term()]}"
	return []bif.Function{
		{Spec: "system_monitor() -> " + result, Doc: "Returns who is told what strikes the system, and of what.",
			Example: "1> erlang:system_monitor().\nundefined", Proc: systemMonitor0},
		{Spec: "system_monitor(Settings :: undefined | {MonitorPid :: pid(), Options :: [term()]}) -> " + result,
			Doc: "As system_monitor/2; `undefined` ends it.", Example: "1> erlang:system_monitor(undefined).\nundefined", Proc: systemMonitor1},
		{Spec: "system_monitor(MonitorPid :: pid(), Options :: [term()]) -> " + result,
			Doc: "Has a process told what strikes the system, as `{monitor,Pid,What,Details}`, and returns what was set before. There is one such process. " +
				"`{long_schedule,Milliseconds}` tells of processes that run for long without giving others a turn, `busy_port` and `busy_dist_port` of those " +
				"that wait until a port, or the connection to a node, has taken what was sent; for a connection Details is the name of the node. " +
				"`{long_gc,Milliseconds}`, `{large_heap,Words}` and `{long_message_queue,{Short,Long}}` are taken and never come to pass: processes have no heaps of their own.",
			Example: "1> erlang:system_monitor(self(), [busy_port]), erlang:system_monitor() =:= {self(),[busy_port]}.\ntrue", Proc: systemMonitor2},
	}
}

func monitorTerm(m *node.SystemMonitor) term.Term {
	if m == nil {
		return atom.Undefined
	}
	return term.Tuple(m.To, m.Options)
}

func systemMonitor0(p *node.Process, _ []term.Term) (term.Term, error) {
	return monitorTerm(p.Node().SystemMonitor()), nil
}

func systemMonitor1(p *node.Process, args []term.Term) (term.Term, error) {
	if args[0] == atom.Undefined {
		return monitorTerm(p.Node().SetSystemMonitor(nil)), nil
	}
	e, ok := args[0].Tuple()
	if !ok || len(e) != 2 {
		return term.None, term.Badarg()
	}
	return systemMonitor2(p, e)
}

func systemMonitor2(p *node.Process, args []term.Term) (term.Term, error) {
	list, ok := args[1].Slice()
	switch {
	case !ok:
		return term.None, term.Badarg()
	case args[0].IsAtom() && len(list) == 0:
		return monitorTerm(p.Node().SetSystemMonitor(nil)), nil
	case p.Node().Process(args[0]) == nil:
		return term.None, term.Badarg()
	}
	m := &node.SystemMonitor{To: args[0]}
	found := map[string]term.Term{}
	for _, o := range list {
		name, value, ok := monitorOption(m, o)
		if !ok {
			return term.None, term.Badarg()
		}
		found[name] = value
	}
	var b term.Builder
	for _, name := range []string{"busy_dist_port", "busy_port", "long_message_queue", "large_heap", "long_schedule", "long_gc"} {
		if v, ok := found[name]; ok {
			b.Add(v)
		}
	}
	if m.Options = b.List(term.Nil); m.Options.IsNil() {
		m = nil
	}
	return monitorTerm(p.Node().SetSystemMonitor(m)), nil
}

// monitorOption reads one option; value is how system_monitor/0 shows it.
func monitorOption(m *node.SystemMonitor, o term.Term) (name string, value term.Term, ok bool) {
	switch name = o.AtomName(); name {
	case "busy_port":
		m.BusyPort = true
		return name, o, true
	case "busy_dist_port":
		m.BusyDistPort = true
		return name, o, true
	}
	e, isTuple := o.Tuple()
	if !isTuple || len(e) != 2 {
		return "", term.None, false
	}
	name = e[0].AtomName()
	if name == "long_message_queue" {
		return name, o, isQueueRange(e[1])
	}
	n, isInt := e[1].Int()
	if !isInt || n < 0 || !slices.Contains([]string{"long_gc", "long_schedule", "large_heap"}, name) {
		return "", term.None, false
	}
	switch name {
	case "large_heap":
		n = max(n, smallestLargeHeap)
	case "long_schedule":
		n = max(n, 1)
		m.LongSchedule = time.Duration(n) * time.Millisecond
	}
	return name, term.Tuple(e[0], term.Int(n)), true
}

func isQueueRange(t term.Term) bool {
	e, ok := t.Tuple()
	if !ok || len(e) != 2 {
		return false
	}
	short, ok1 := e[0].Int()
	long, ok2 := e[1].Int()
	return ok1 && ok2 && 0 <= short && short < long
}
