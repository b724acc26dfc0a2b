package erlang

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

func traceRows() []bif.Function {
	return []bif.Function{
		{Spec: "trace(Whom :: pid() | all | processes | existing, On :: boolean(), Flags :: [atom() | {tracer, pid()}]) -> non_neg_integer()",
			Doc: "Turns the tracing of processes on or off and returns how many that concerns: the calling process, or the tracer, gets a message for " +
				"what they `send`, for what they `'receive'`, and for `procs`, which are starts, ends and links.",
			Example: "1> P = spawn(fun() -> receive X -> X end end), erlang:trace(P, true, ['receive']), P ! hi, receive {trace, P, What, M} -> {What, M} end.\n{'receive',hi}",
			Proc:    trace},
	}
}

func trace(p *node.Process, args []term.Term) (term.Term, error) {
	flags, ok := args[2].Slice()
	if !ok || args[1] != term.True && args[1] != term.False {
		return term.None, term.Badarg()
	}
	n, err := p.Trace(args[0], args[1] == term.True, flags)
	if err != nil {
		return term.None, err
	}
	return term.Int(int64(n)), nil
}
