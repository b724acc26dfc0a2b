package erlang

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

func infoRows() []bif.Function {
	return []bif.Function{
		{Spec: "process_info(Pid :: pid()) -> [{atom(), term()}] | undefined", Doc: "Returns what is known of a local process.",
			Example: "1> [{current_function,_}|_] = process_info(self()), ok.\nok", Auto: true, Proc: processInfo1},
		{Spec: "process_info(Pid :: pid(), Item :: atom() | [atom()]) -> {atom(), term()} | [{atom(), term()}] | [] | undefined",
			Doc: "Returns one or several facts about a local process, such as `message_queue_len`, `links`, `current_function` or `dictionary`. " +
				"Facts about memory are estimates.",
			Example: "1> process_info(self(), trap_exit).\n{trap_exit,false}", Auto: true, Proc: processInfo2},
	}
}

// itemsOfAll are those that process_info/1 returns, registered_name in front where there is one.
var itemsOfAll = []string{"registered_name", "current_function", "initial_call", "status", "message_queue_len", "links", "dictionary", "trap_exit",
	"error_handler", "priority", "group_leader", "total_heap_size", "heap_size", "stack_size", "reductions", "garbage_collection", "suspending"}

func processInfo1(p *node.Process, args []term.Term) (term.Term, error) {
	if err := localPid(p, args[0]); err != nil {
		return term.None, err
	}
	var b term.Builder
	alive := p.Ask(args[0], func(q *node.Process) {
		for _, item := range itemsOfAll {
			if v, _ := infoItem(p, q, item); !v.IsNil() || item != "registered_name" {
				b.Add(term.Tuple(term.Atom(item), v))
			}
		}
	})
	if !alive {
		return term.Atom("undefined"), nil
	}
	return b.List(term.Nil), nil
}

func localPid(p *node.Process, pid term.Term) error {
	if _, ok := pid.Pid(); !ok || !p.Node().Local(pid) {
		return term.Badarg()
	}
	return nil
}

func processInfo2(p *node.Process, args []term.Term) (term.Term, error) {
	if err := localPid(p, args[0]); err != nil {
		return term.None, err
	}
	items, several := args[1].Slice()
	if !several {
		items = args[1:2]
	}
	for _, i := range items {
		if _, ok := infoItem(p, p, i.AtomName()); !ok {
			return term.None, term.Badarg()
		}
	}
	var b term.Builder
	single := term.None
	alive := p.Ask(args[0], func(q *node.Process) {
		for _, i := range items {
			v, _ := infoItem(p, q, i.AtomName())
			single = term.Tuple(i, v)
			if v.IsNil() && i.AtomName() == "registered_name" && !several {
				single = v
			}
			b.Add(single)
		}
	})
	switch {
	case !alive:
		return term.Atom("undefined"), nil
	case several:
		return b.List(term.Nil), nil
	}
	return single, nil
}

func mfa(f code.MFA) term.Term { return term.Tuple(f.Module, f.Name, term.Int(int64(f.Arity))) }

// infoItem returns one fact about q, which asker wants to know; false for an item that does not exist.
func infoItem(asker, q *node.Process, item string) (term.Term, bool) {
	switch item {
	case "registered_name":
		if name := q.RegisteredName(); !name.None() {
			return name, true
		}
		return term.Nil, true
	case "current_function", "current_location":
		return currently(q, item == "current_location"), true
	case "current_stacktrace":
		return q.Stacktrace(), true
	case "initial_call":
		return mfa(q.InitialCall()), true
	case "status":
		return q.Status(asker), true
	case "message_queue_len":
		return term.Int(int64(q.MessageCount())), true
	case "messages":
		return term.List(q.Messages()...), true
	case "links":
		return term.List(q.Links()...), true
	case "monitors":
		return monitorsOf(q), true
	case "monitored_by":
		return term.List(q.MonitoredBy()...), true
	case "dictionary":
		return pairs(q.Dictionary()), true
	case "group_leader":
		return q.GroupLeader(), true
	case "parent":
		return orUndefined(q.Parent()), true
	case "reductions":
		return term.Int(int64(q.Reductions())), true
	case "trap_exit", "priority", "error_handler", "message_queue_data", "min_heap_size", "min_bin_vheap_size", "fullsweep_after", "max_heap_size":
		return q.FlagValue(term.Atom(item))
	}
	return memoryItem(q, item)
}

func currently(q *node.Process, location bool) term.Term {
	f, ok := q.CurrentFunction()
	if !ok {
		f = q.InitialCall()
	}
	if !location {
		return mfa(f)
	}
	if top, ok := q.Stacktrace().Cons(); ok {
		return top.Head
	}
	return term.Tuple(f.Module, f.Name, term.Int(int64(f.Arity)), term.Nil)
}

func monitorsOf(q *node.Process) term.Term {
	var b term.Builder
	for _, m := range q.Monitors() {
		kind := atom.Process
		switch {
		case m == node.ClockService:
			kind = atomTimeOffset
		case m.Kind() == term.KindPort:
			kind = term.Atom("port")
		}
		b.Add(term.Tuple(kind, m))
	}
	return b.List(term.Nil)
}

// memoryItem returns the facts that describe the heap of a process in OTP: here there is one heap for all, so it is
// weighed, which takes time in proportion to its size.
func memoryItem(q *node.Process, item string) (term.Term, bool) {
	switch item {
	case "heap_size":
		return term.Int(max(q.Weigh(0).Heap, 233)), true
	case "total_heap_size":
		w := q.Weigh(0)
		return term.Int(max(w.Heap+w.Stack, 233)), true
	case "memory":
		return term.Int(q.Weigh(0).Bytes + 700), true
	case "stack_size":
		return term.Int(q.Weigh(1).Stack), true
	case "suspending":
		return term.List(q.Suspending()...), true
	case "binary", "sequential_trace_token", "magic_ref":
		return term.Nil, true
	case "trace", "catchlevel":
		return term.Int(0), true
	case "last_calls":
		return term.False, true
	case "backtrace":
		return term.BinaryString(q.Stacktrace().String()), true
	case "garbage_collection_info":
		return q.Weigh(0).Collection(), true
	case "garbage_collection":
		var b term.Builder
		for _, name := range []string{"max_heap_size", "min_bin_vheap_size", "min_heap_size", "fullsweep_after"} {
			v, _ := q.FlagValue(term.Atom(name))
			b.Add(term.Tuple(term.Atom(name), v))
		}
		b.Add(term.Tuple(term.Atom("minor_gcs"), term.Int(0)))
		return b.List(term.Nil), true
	}
	return term.None, false
}
