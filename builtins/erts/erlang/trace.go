package erlang

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

func traceRows() []bif.Function {
	return []bif.Function{
		{Spec: "trace(Whom :: pid() | all | processes | existing | new, On :: boolean(), Flags :: [atom() | {tracer, pid()}]) -> non_neg_integer()",
			Doc: "Turns the tracing of processes on or off and returns how many that concerns. The calling process, or the tracer, gets a message for " +
				"what they `send`, for what they `'receive'`, for `procs`, which are starts, ends and links, for each `call` of a function that " +
				"trace_pattern/3 names, and for their turns with `running`. `return_to` tells where such calls return to, `arity` leaves their " +
				"arguments out, `silent` keeps quiet about them; `timestamp`, `monotonic_timestamp` and `strict_monotonic_timestamp` add the time; " +
				"`set_on_spawn`, `set_on_first_spawn`, `set_on_link` and `set_on_first_link` have others traced as well.",
			Example: "1> P = spawn(fun() -> receive X -> X end end), erlang:trace(P, true, ['receive']), P ! hi, receive {trace, P, What, M} -> {What, M} end.\n{'receive',hi}",
			Proc:    trace},
		{Spec: "trace_pattern(MFA :: {module(), atom(), arity() | '_'} | send | 'receive' | on_load, MatchSpec :: boolean() | [term()]) -> non_neg_integer()",
			Doc: "As trace_pattern/3 without options.", Proc: tracePattern,
			Example: "1> erlang:trace_pattern({lists,nosuch,1}, true).\n0"},
		{Spec: "trace_pattern(MFA :: {module(), atom(), arity() | '_'} | send | 'receive' | on_load, MatchSpec :: boolean() | [term()], FlagList :: [global | local | call_count]) -> non_neg_integer()",
			Doc: "Says which calls processes with the flag `call` are traced for, and returns how many functions that concerns: with `global` those that name the " +
				"module, with `local` all. A match specification sees the list of arguments; its body may ask for more with `{return_trace}`, " +
				"`{exception_trace}`, `{message,Term}`, `{caller}` and the like. `dbg` is the comfortable way. With `call_count` calls are " +
				"counted, whoever makes them, and trace_info/2 tells how many there were: MatchSpec is `true`, `false`, `restart` or `pause`.",
			Proc: tracePattern, Example: "1> erlang:trace_pattern({lists,nosuch,1}, true, [local]).\n0"},
		{Spec: "trace_info(PidOrFunc :: pid() | new | mfa() | on_load | send | 'receive', Item :: atom()) -> {Item :: atom(), Value :: term()}",
			Doc:     "Tells what a process is traced for (`flags`) and by whom (`tracer`), and of a function whether its calls are told of (`traced`, `match_spec`, `all`).",
			Example: "1> erlang:trace_info(self(), flags).\n{flags,[]}", Proc: traceInfo},
		{Spec: "trace_delivered(Tracee :: pid() | all) -> reference()",
			Doc:     "Sends the calling process `{trace_delivered,Tracee,Ref}` when all that was traced before has been told.",
			Example: "1> P = self(), R = erlang:trace_delivered(P), receive {trace_delivered, P, R} -> ok end.\nok", Proc: traceDelivered},
	}
}

var (
	causeBadopt = term.Atom("badopt")
	causeNone   = term.Atom("none")
)

// traceError is a badarg of tracing with its cause.
func traceError(cause term.Term) error {
	e := term.Badarg()
	e.Info = term.NewMap(term.Atom("module"), term.Atom("erl_erts_errors"), term.Atom("cause"), cause)
	return e
}

func trace(p *node.Process, args []term.Term) (term.Term, error) {
	flags, ok := args[2].Slice()
	if !ok {
		return term.None, traceError(causeBadopt)
	}
	if args[1] != term.True && args[1] != term.False {
		return term.None, traceError(causeNone)
	}
	n, option, err := p.Trace(args[0], args[1] == term.True, flags)
	switch {
	case err != nil && option:
		return term.None, traceError(causeBadopt)
	case err != nil:
		return term.None, traceError(causeNone)
	}
	return term.Int(int64(n)), nil
}

func traceDelivered(p *node.Process, args []term.Term) (term.Term, error) {
	if args[0] != atom.All && (args[0].Kind() != term.KindPid || !p.Node().Local(args[0])) {
		return term.None, term.Badarg()
	}
	if args[0] != atom.All {
		p.Ask(args[0], func(*node.Process) {})
	}
	ref := p.MakeRef()
	return ref, p.Send(p.Self(), term.Tuple(term.Atom("trace_delivered"), args[0], ref))
}
