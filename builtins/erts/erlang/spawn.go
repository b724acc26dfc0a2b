package erlang

import (
	"slices"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

var (
	atomAlias       = term.Atom("alias")
	atomTag         = term.Atom("tag")
	atomPriority    = term.Atom("priority")
	atomMaxHeapSize = term.Atom("max_heap_size")
	atomScheduler   = term.Atom("scheduler")
	atomAsyncDist   = term.Atom("async_dist")

	atomErtsInternal      = term.Atom("erts_internal")
	atomProcessesIterator = term.Atom("processes_iterator")
	atomAwaitSpawn        = term.Atom("await_spawn")
)

type proc = func(p *node.Process, args []term.Term) (term.Term, error)

func spawnRows() []bif.Function {
	const fun, on = "Fun :: fun(() -> term())", "Node :: node(), "
	const mfa = "Module :: module(), Function :: atom(), Args :: [term()]"
	return []bif.Function{
		{Spec: "spawn(" + fun + ") -> pid()", Doc: "Starts a process that calls Fun.",
			Example: "1> is_pid(spawn(fun() -> ok end)).\ntrue", Auto: true, Proc: spawning(false, 0)},
		{Spec: "spawn(" + on + fun + ") -> pid()", Doc: "Starts a process on Node that calls Fun.",
			Example: "1> is_pid(spawn(node(), fun() -> ok end)).\ntrue", Auto: true, Proc: spawning(true, 0)},
		{Spec: "spawn(" + mfa + ") -> pid()", Doc: "Starts a process that calls Module:Function with the elements of Args.",
			Example: "1> is_pid(spawn(lists, sum, [[]])).\ntrue", Auto: true, Proc: spawning(false, 0)},
		{Spec: "spawn(" + on + mfa + ") -> pid()", Doc: "Starts a process on Node that calls Module:Function with the elements of Args.",
			Example: "1> is_pid(spawn(node(), lists, sum, [[]])).\ntrue", Auto: true, Proc: spawning(true, 0)},
		{Spec: "spawn_link(" + fun + ") -> pid()", Doc: "As `spawn/1`, the new process linked to the calling one.",
			Example: "1> is_pid(spawn_link(fun() -> ok end)).\ntrue", Auto: true, Proc: spawning(false, linked)},
		{Spec: "spawn_link(" + on + fun + ") -> pid()", Doc: "As `spawn/2`, the new process linked to the calling one.",
			Example: "1> is_pid(spawn_link(node(), fun() -> ok end)).\ntrue", Auto: true, Proc: spawning(true, linked)},
		{Spec: "spawn_link(" + mfa + ") -> pid()", Doc: "As `spawn/3`, the new process linked to the calling one.",
			Example: "1> is_pid(spawn_link(lists, sum, [[]])).\ntrue", Auto: true, Proc: spawning(false, linked)},
		{Spec: "spawn_link(" + on + mfa + ") -> pid()", Doc: "As `spawn/4`, the new process linked to the calling one.",
			Example: "1> is_pid(spawn_link(node(), lists, sum, [[]])).\ntrue", Auto: true, Proc: spawning(true, linked)},
		{Spec: "spawn_monitor(" + fun + ") -> {pid(), reference()}", Doc: "As `spawn/1`, the new process monitored by the calling one.",
			Example: "1> {P, R} = spawn_monitor(fun() -> ok end), receive {'DOWN', R, process, P, Why} -> Why end.\nnormal",
			Auto:    true, Proc: spawning(false, monitored)},
		{Spec: "spawn_monitor(" + on + fun + ") -> {pid(), reference()}", Doc: "As `spawn/2`, the new process monitored by the calling one.",
			Example: "1> {P, R} = spawn_monitor(node(), fun() -> ok end), receive {'DOWN', R, process, P, Why} -> Why end.\nnormal",
			Auto:    true, Proc: spawning(true, monitored)},
		{Spec: "spawn_monitor(" + mfa + ") -> {pid(), reference()}", Doc: "As `spawn/3`, the new process monitored by the calling one.",
			Example: "1> {P, R} = spawn_monitor(erlang, exit, [bye]), receive {'DOWN', R, process, P, Why} -> Why end.\nbye",
			Auto:    true, Proc: spawning(false, monitored)},
		{Spec: "spawn_monitor(" + on + mfa + ") -> {pid(), reference()}", Doc: "As `spawn/4`, the new process monitored by the calling one.",
			Example: "1> {P, R} = spawn_monitor(node(), erlang, exit, [bye]), receive {'DOWN', R, process, P, Why} -> Why end.\nbye",
			Auto:    true, Proc: spawning(true, monitored)},
		{Spec: "spawn_opt(" + fun + ", Options :: [term()]) -> pid() | {pid(), reference()}",
			Doc:     "Starts a process that calls Fun. Options: `link`, `monitor`, `{monitor, MonitorOptions}`, `{priority, Level}`, `{max_heap_size, Words}`, see process_flag/2; the others about memory change nothing here.",
			Example: "1> is_pid(spawn_opt(fun() -> ok end, [link])).\ntrue", Auto: true, Proc: spawning(false, withOptions)},
		{Spec: "spawn_opt(" + on + fun + ", Options :: [term()]) -> pid() | {pid(), reference()}", Doc: "As `spawn_opt/2`, on Node.",
			Example: "1> is_pid(spawn_opt(node(), fun() -> ok end, [])).\ntrue", Auto: true, Proc: spawning(true, withOptions)},
		{Spec: "spawn_opt(" + mfa + ", Options :: [term()]) -> pid() | {pid(), reference()}", Doc: "As `spawn_opt/2`, for Module:Function.",
			Example: "1> is_pid(spawn_opt(lists, sum, [[]], [])).\ntrue", Auto: true, Proc: spawning(false, withOptions)},
		{Spec: "spawn_opt(" + on + mfa + ", Options :: [term()]) -> pid() | {pid(), reference()}", Doc: "As `spawn_opt/4`, on Node.",
			Example: "1> is_pid(spawn_opt(node(), lists, sum, [[]], [])).\ntrue", Auto: true, Proc: spawning(true, withOptions)},
	}
}

// What a spawn function does besides.
const (
	linked = 1 + iota
	monitored
	withOptions
)

var (
	listOfLink    = term.List(atom.Link)
	listOfMonitor = term.List(atom.Monitor)
)

// spawning makes one of the spawn functions: its arguments are [Node,] Fun or Module, Function, Args [, Options].
func spawning(remote bool, how int) proc {
	return func(p *node.Process, args []term.Term) (term.Term, error) {
		where := p.Node().Name()
		if remote {
			where, args = args[0], args[1:]
		}
		options := term.Nil
		switch how {
		case linked:
			options = listOfLink
		case monitored:
			options = listOfMonitor
		case withOptions:
			args, options = args[:len(args)-1], args[len(args)-1]
		}
		if !where.IsAtom() || !startable(args) {
			return term.None, term.Badarg()
		}
		if where == p.Node().Name() {
			return spawnHere(p, args, options)
		}
		return spawnThere(p, where, args, options)
	}
}

// startable reports whether a process can begin with Fun or Module, Function, Args.
func startable(args []term.Term) bool {
	if len(args) == 1 {
		return args[0].Kind() == term.KindFun
	}
	_, proper := args[2].Length()
	return proper && args[0].IsAtom() && args[1].IsAtom()
}

func spawnHere(p *node.Process, args []term.Term, options term.Term) (term.Term, error) {
	o, err := spawnOptions(p, options)
	if err != nil {
		return term.None, err
	}
	if len(args) == 1 {
		o.Fun = args[0]
	} else {
		o.Module, o.Function = args[0], args[1]
		o.Args, _ = args[2].Slice()
	}
	pid, ref, err := p.Spawn(o)
	if err != nil {
		return term.None, err
	}
	if o.Monitor {
		return term.Tuple(pid, ref), nil
	}
	return pid, nil
}

// spawnOptions reads the options of spawn_opt.
func spawnOptions(p *node.Process, options term.Term) (node.SpawnOptions, error) {
	var o node.SpawnOptions
	list, ok := options.Slice()
	if !ok {
		return o, badopt()
	}
	for _, x := range list {
		e, isTuple := x.Tuple()
		switch {
		case x == atom.Link:
			o.Link = true
		case x == atom.Monitor:
			o.Monitor, o.MonitorOptions = true, node.MonitorOptions{}
		case isTuple && len(e) == 2 && e[0] == atom.Monitor:
			if o.MonitorOptions, ok = monitorOptions(e[1]); !ok {
				return o, badopt()
			}
			o.Monitor = true
		case isTuple && len(e) == 2 && e[0] == atomPriority:
			switch e[1].AtomName() {
			case "low", "normal", "high", "max":
				o.Priority = e[1]
			default:
				return o, badopt()
			}
		case isTuple && len(e) == 2 && e[0] == atomMaxHeapSize:
			if o.MaxHeap, ok = p.Node().MaxHeap(e[1]); !ok {
				return o, badopt()
			}
		case isTuple && len(e) == 2 && memoryOption(e[0], e[1]):
			if e[0] != atomScheduler && e[0] != atomAsyncDist {
				if o.Flags == nil {
					o.Flags = map[term.Term]term.Term{}
				}
				o.Flags[e[0]] = node.HeapSize(e[0], e[1])
			}
		default:
			return o, badopt()
		}
	}
	return o, nil
}

// memoryOption reports whether an option is one of those about heaps, which are accepted and change nothing.
func memoryOption(name, value term.Term) bool {
	n, isInt := value.Int()
	switch name.AtomName() {
	case "fullsweep_after", "min_heap_size", "min_bin_vheap_size", "scheduler":
		return isInt && n >= 0
	case "message_queue_data":
		return value.AtomName() == "on_heap" || value.AtomName() == "off_heap"
	case "async_dist":
		return value == term.True || value == term.False
	}
	return false
}

// monitorOptions reads the options of monitor/3.
func monitorOptions(options term.Term) (node.MonitorOptions, bool) {
	var o node.MonitorOptions
	list, ok := options.Slice()
	for _, x := range list {
		e, isTuple := x.Tuple()
		switch {
		case !isTuple || len(e) != 2:
			return o, false
		case e[0] == atomTag:
			o.Tag = e[1]
		case e[0] == atomAlias && aliasKind(e[1]):
			o.Alias = e[1]
		default:
			return o, false
		}
	}
	return o, ok
}

func aliasKind(t term.Term) bool {
	switch t.AtomName() {
	case "explicit_unalias", "demonitor", "reply_demonitor":
		return true
	}
	return false
}

// spawnThere asks another node. Where that does not answer, the pid is one of a process that ended at once with the reason, as in OTP.
func spawnThere(p *node.Process, where term.Term, args []term.Term, options term.Term) (term.Term, error) {
	module, function := atom.Erlang, atom.Apply
	var list term.Term
	if len(args) == 1 {
		list = term.List(args[0], term.Nil)
	} else {
		module, function, list = args[0], args[1], args[2]
	}
	o, err := spawnOptions(p, options)
	if err != nil {
		return term.None, err
	}
	value := func(result term.Term) (term.Term, error) {
		if _, ok := result.Pid(); !ok {
			return spawnFailed(p, where, []term.Term{module, function, list, options}, o, result)
		}
		return result, nil
	}
	ref, err := p.SpawnRemote(where, module, function, list, options, value)
	if err != nil {
		return term.None, err
	}
	return term.None, &code.TailCall{Fun: external(atomErtsInternal, atomAwaitSpawn, 2), Args: []term.Term{ref, term.Bool(o.Monitor)}}
}

// spawnFailed starts the process that stands for one that another node refused.
func spawnFailed(p *node.Process, where term.Term, asked []term.Term, o node.SpawnOptions, reason term.Term) (term.Term, error) {
	text := "** Can not start ~w:~w,~w (~w) on ~w **~n"
	if asked[3].IsNil() {
		text, asked = "** Can not start ~w:~w,~w on ~w **~n", asked[:3]
	}
	p.Node().Report(node.Report{
		Level: term.Atom("warning"), Format: text, Args: append(slices.Clone(asked), where), Pid: p.Self(), GroupLeader: p.GroupLeader(),
	})
	o.Module, o.Function, o.Args = atom.Erlang, atom.ExitAtom, []term.Term{reason}
	pid, ref, err := p.Spawn(o)
	if err == nil && o.Monitor {
		return term.Tuple(pid, ref), nil
	}
	return pid, err
}
