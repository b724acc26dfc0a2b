package erlang

import (
	"fmt"
	"runtime"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/builtins/tables"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

func systemRows() []bif.Function {
	return []bif.Function{
		{Spec: "halt() -> no_return()", Doc: "Ends the program with status 0.", Auto: true, Proc: halt},
		{Spec: "halt(Status :: non_neg_integer() | abort | string()) -> no_return()", Doc: "Ends the program with Status.", Auto: true, Proc: halt},
		{Spec: "halt(Status :: non_neg_integer() | abort | string(), Options :: [{flush, boolean()}]) -> no_return()", Doc: "Ends the program with Status.",
			Auto: true, Proc: halt},
		{Spec: "system_info(Item :: atom() | {wordsize, internal | external}) -> term()",
			Doc:     "Returns a fact about the system, such as `otp_release`, `process_count` or `schedulers`.",
			Example: "1> erlang:system_info(otp_release).\n\"25\"", Proc: systemInfo},
		{Spec: "system_flag(Flag :: atom(), Value :: term()) -> term()",
			Doc:     "Sets a flag of the system and returns the old value. The flags are those of OTP; they are checked, and change nothing here but `max_heap_size`: it is what processes have that are spawned without one.",
			Example: "1> erlang:system_flag(schedulers_online, 1) > 0.\ntrue", Proc: systemFlag},
		{Spec: "system_profile() -> undefined", Doc: "Returns `undefined`: there is no system profiler.",
			Example: "1> erlang:system_profile().\nundefined", Pure: undefined},
		{Spec: "display(Term :: term()) -> true", Doc: "Writes Term and a newline to the output: for debugging.", Proc: display},
		{Spec: "display_string(String :: string()) -> true", Doc: "Writes String to the output: for debugging.", Proc: displayString},
		{Spec: "bump_reductions(Reductions :: non_neg_integer()) -> true", Doc: "Charges the calling process with reductions.",
			Example: "1> erlang:bump_reductions(100).\ntrue", Proc: bumpReductions},
	}
}

func undefined([]term.Term) (term.Term, error) { return atom.Undefined, nil }

func halt(p *node.Process, args []term.Term) (term.Term, error) {
	status := int64(0)
	if len(args) > 0 {
		n, ok := args[0].Int()
		_, text := bif.Text(args[0])
		switch {
		case ok && n >= 0:
			status = n
		case text, args[0].AtomName() == "abort":
			status = 1
		default:
			return term.None, term.Badarg()
		}
	}
	if len(args) == 2 {
		if _, ok := switches(args[1], "flush"); !ok {
			return term.None, badopt()
		}
	}
	return term.True, p.Halt(int(status & 0xff))
}

// print sends text to the group leader of the process, which writes it in its turn.
func print(p *node.Process, text string) error {
	request := term.Tuple(term.Atom("put_chars"), term.Atom("unicode"), term.BinaryString(text))
	return p.Send(p.GroupLeader(), term.Tuple(term.Atom("io_request"), p.GroupLeader(), p.MakeRef(), request))
}

func display(p *node.Process, args []term.Term) (term.Term, error) {
	return term.True, print(p, format.Write(args[0], format.Options{Home: p.Node().Origin()})+"\n")
}

func displayString(p *node.Process, args []term.Term) (term.Term, error) {
	text, ok := bif.Text(args[0])
	if !ok {
		return term.None, term.Badarg()
	}
	return term.True, print(p, text)
}

func bumpReductions(p *node.Process, args []term.Term) (term.Term, error) {
	n, ok := args[0].Int()
	if !ok || n < 0 || n > maxSmall {
		return term.None, term.Badarg()
	}
	p.Spend(int(min(n, 1<<30)))
	return term.True, nil
}

// processLimit and atomLimit are what OTP has by default.
const (
	processLimit = 262144
	atomLimit    = 1048576
	ertsVersion  = "13.1.5"
)

func architecture() string {
	machine := map[string]string{"amd64": "x86_64", "arm64": "aarch64", "386": "i686"}[runtime.GOARCH]
	if machine == "" {
		machine = runtime.GOARCH
	}
	system := map[string]string{"linux": "pc-linux-gnu", "darwin": "apple-darwin"}[runtime.GOOS]
	if system == "" {
		system = "unknown-" + runtime.GOOS
	}
	if machine == "aarch64" && runtime.GOOS == "linux" {
		system = "unknown-linux-gnu"
	}
	return machine + "-" + system
}

func systemVersion(n int) string {
	return fmt.Sprintf("Erlang/OTP 25 [erts-%s] [erlsh] [64-bit] [smp:%d:%d]\n", ertsVersion, n, n)
}

func systemInfo(p *node.Process, args []term.Term) (term.Term, error) {
	if e, ok := args[0].Tuple(); ok {
		if len(e) == 2 && e[0].AtomName() == "wordsize" && (e[1].AtomName() == "internal" || e[1].AtomName() == "external") {
			return term.Int(8), nil
		}
		return term.None, term.Badarg()
	}
	name := args[0].AtomName()
	if v := countItem(p, name); !v.None() {
		return v, nil
	}
	if v := timeItem(p, name); !v.None() {
		return v, nil
	}
	if n, ok := systemNumbers[name]; ok {
		return term.Int(n), nil
	}
	if a, ok := systemAtoms[name]; ok {
		return term.Atom(a), nil
	}
	if v := textItem(p, name); !v.None() {
		return v, nil
	}
	return term.None, term.Badarg()
}

// countItem returns what can be counted.
func countItem(p *node.Process, name string) term.Term {
	switch name {
	case "process_count":
		return term.Int(int64(p.Node().Count()))
	case "ets_count":
		return term.Int(int64(tables.Of(p.Node()).Count()))
	case "port_count":
		return term.Int(int64(len(p.Node().Ports())))
	case "atom_count":
		return term.Int(int64(term.AtomCount()))
	case "schedulers", "schedulers_online", "dirty_cpu_schedulers", "dirty_cpu_schedulers_online", "logical_processors_available":
		return term.Int(int64(p.Node().Workers()))
	case "logical_processors", "logical_processors_online":
		return term.Int(int64(runtime.NumCPU()))
	case "creation":
		return term.Int(int64(p.Node().Origin().Creation()))
	}
	return term.None
}

// systemNumbers are the numbers of OTP that do not change while the program runs.
var systemNumbers = map[string]int64{
	"atom_limit": atomLimit, "compat_rel": 25, "delayed_node_table_gc": 60, "dirty_io_schedulers": 10, "dist_buf_busy_limit": 1 << 20,
	"ets_limit": 8192, "port_limit": 65536, "process_limit": processLimit, "scheduler_id": 1,
	"thread_pool_size": 1, "trace_control_word": 0, "wordsize": 8, "context_reductions": 1000,
}

// systemAtoms are facts that are one atom.
var systemAtoms = map[string]string{
	"build_type": "opt", "debug_compiled": "false", "dynamic_trace": "none", "dynamic_trace_probes": "false", "emu_flavor": "emu", "emu_type": "opt",
	"heap_type": "private", "kernel_poll": "true", "message_queue_data": "on_heap", "modified_timing_level": "undefined", "multi_scheduling": "enabled",
	"port_parallelism": "false", "scheduler_bind_type": "unbound", "smp_support": "true", "threads": "true", "time_correction": "true",
	"time_offset": "final", "time_warp_mode": "no_time_warp", "tolerant_timeofday": "enabled", "system_logger": "logger",
}

// textItem returns facts that are strings, lists and tuples.
func textItem(p *node.Process, name string) term.Term {
	pair := func(v int64) term.Term { return term.Tuple(term.Atom(name), term.Int(v)) }
	switch name {
	case "otp_release":
		return term.String("25")
	case "version":
		return term.String(ertsVersion)
	case "machine":
		return term.String("erlsh")
	case "system_version":
		return term.String(systemVersion(p.Node().Workers()))
	case "system_architecture":
		return term.String(architecture())
	case "driver_version":
		return term.String("3.3")
	case "nif_version":
		return term.String("2.16")
	case "c_compiler_used":
		return term.Tuple(term.Atom("go"), term.String(runtime.Version()))
	case "min_heap_size":
		return pair(233)
	case "min_bin_vheap_size":
		return pair(46422)
	case "fullsweep_after":
		return pair(65535)
	case "dist_ctrl":
		return connections(p)
	case "multi_scheduling_blockers", "normal_multi_scheduling_blockers", "alloc_util_allocators":
		return term.Nil
	case "cpu_topology":
		return atom.Undefined
	case "scheduler_bindings":
		e := make([]term.Term, p.Node().Workers())
		for i := range e {
			e[i] = term.Atom("unbound")
		}
		return term.Tuple(e...)
	case "max_heap_size":
		return p.Node().DefaultMaxHeap()
	case "allocator":
		return term.Tuple(term.Atom("undefined"), term.Nil, term.Nil, term.Nil)
	}
	return term.None
}

// connections pairs the connected nodes with who serves them: nobody that could be named.
func connections(p *node.Process) term.Term {
	var b term.Builder
	if w := p.Node().Network(); w != nil {
		for _, peer := range w.Peers() {
			b.Add(term.Tuple(peer.Name, p.Node().Whereis(term.Atom("net_kernel"))))
		}
	}
	return b.List(term.Nil)
}

func timeItem(p *node.Process, name string) term.Term {
	switch name {
	case "start_time":
		return term.Int(0)
	case "end_time":
		return term.Int(1<<63 - 1)
	case "os_monotonic_time_source", "os_system_time_source":
		clock, t := "CLOCK_MONOTONIC", p.Node().Monotonic().Nanoseconds()
		if name == "os_system_time_source" {
			clock, t = "CLOCK_REALTIME", now(p).UnixNano()
		}
		pair := func(k string, v term.Term) term.Term { return term.Tuple(term.Atom(k), v) }
		return term.List(pair("function", term.Atom("clock_gettime")), pair("clock_id", term.Atom(clock)), pair("resolution", term.Int(1e9)),
			pair("parallel", term.Atom("yes")), pair("time", term.Int(t)))
	}
	return term.None
}

// badopt is badarg for an option, or a name, that is none.
func badopt() error { return badargFor("badopt") }

// badargFor is badarg with a cause that erl_erts_errors knows.
func badargFor(cause string) error {
	e := term.Badarg()
	e.Info = term.NewMap(term.Atom("module"), term.Atom("erl_erts_errors"), term.Atom("cause"), term.Atom(cause))
	return e
}

func systemFlag(p *node.Process, args []term.Term) (term.Term, error) {
	n, isInt := args[1].Int()
	natural := isInt && n >= 0
	switch name := args[0].AtomName(); name {
	case "backtrace_depth", "fullsweep_after", "min_heap_size", "min_bin_vheap_size", "trace_control_word":
		old := map[string]int64{"backtrace_depth": 8, "fullsweep_after": 65535, "min_heap_size": 233, "min_bin_vheap_size": 46422}
		if natural {
			return term.Int(old[name]), nil
		}
	case "schedulers_online", "dirty_cpu_schedulers_online":
		if isInt && n >= 1 && n <= int64(p.Node().Workers()) {
			return term.Int(int64(p.Node().Workers())), nil
		}
	case "max_heap_size":
		if value, ok := p.Node().MaxHeap(args[1]); ok {
			old := p.Node().DefaultMaxHeap()
			p.Node().SetMaxHeap(value)
			return old, nil
		}
	case "multi_scheduling":
		switch args[1].AtomName() {
		case "block", "unblock", "block_normal", "unblock_normal":
			return term.Atom("enabled"), nil
		}
	case "time_offset":
		if args[1].AtomName() == "finalize" {
			return term.Atom("final"), nil
		}
	case "scheduler_wall_time":
		if args[1] == term.True || args[1] == term.False {
			return term.Bool(p.Meter(args[1] == term.True)), nil
		}
	case "microstate_accounting":
		if args[1] == term.True || args[1] == term.False || args[1].AtomName() == "reset" {
			return term.Bool(accountsOf(p.Node()).set(p.Node(), args[1])), nil
		}
	case "system_logger":
		if args[1].IsAtom() || args[1].Kind() == term.KindPid {
			return term.Atom("logger"), nil
		}
	default:
		return term.None, badopt()
	}
	return term.None, term.Badarg()
}
