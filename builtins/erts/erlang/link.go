package erlang

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

var atomTimeOffset = term.Atom("time_offset")

func linkRows() []bif.Function {
	return []bif.Function{
		{Spec: "link(Pid :: pid() | port()) -> true", Doc: "Links the calling process to Pid: when one ends, the other gets an exit signal.",
			Example: "1> link(self()).\ntrue", Auto: true, Proc: link},
		{Spec: "unlink(Pid :: pid()) -> true", Doc: "Takes a link away.",
			Example: "1> unlink(self()).\ntrue", Auto: true, Proc: unlink},
		{Spec: "monitor(Type :: process | port | time_offset, Item :: pid() | port() | atom() | {atom(), node()}) -> reference()",
			Doc:     "Asks for the message `{'DOWN', Ref, process, Item, Reason}` when the process ends.",
			Example: "1> Ref = monitor(process, nobody), receive {'DOWN', Ref, process, _, Why} -> Why end.\nnoproc", Auto: true, Proc: monitor},
		{Spec: "monitor(Type :: process, Item :: pid() | atom() | {atom(), node()}, Options :: [{alias, atom()} | {tag, term()}]) -> reference()",
			Doc:     "As `monitor/2`. With `{alias, Kind}` the reference is an alias of the calling process too; `{tag, Tag}` stands for `'DOWN'` in the message.",
			Example: "1> Ref = monitor(process, nobody, [{tag, gone}]), receive {gone, Ref, process, _, Why} -> Why end.\nnoproc", Auto: true, Proc: monitor},
		{Spec: "demonitor(Ref :: reference()) -> true", Doc: "Takes a monitor back.",
			Example: "1> demonitor(monitor(process, self())).\ntrue", Auto: true, Proc: demonitor},
		{Spec: "demonitor(Ref :: reference(), Options :: [flush | info]) -> boolean()",
			Doc:     "Takes a monitor back; with `flush` its message too, and with `info` the result tells whether the monitor stood.",
			Example: "1> demonitor(monitor(process, nobody), [flush]).\ntrue", Auto: true, Proc: demonitor},
		{Spec: "alias() -> reference()", Doc: "Returns an alias of the calling process: a reference to which messages can be sent.",
			Example: "1> A = alias(), A ! hi, receive hi -> got end.\ngot", Auto: true, Proc: alias},
		{Spec: "alias(Options :: [explicit_unalias | reply]) -> reference()", Doc: "As `alias/0`; with `reply` the first message ends the alias.",
			Example: "1> A = alias([reply]), A ! one, A ! two, receive M -> {M, unalias(A)} end.\n{one,false}", Auto: true, Proc: alias},
		{Spec: "unalias(Alias :: reference()) -> boolean()", Doc: "Ends an alias; `false` when it was none.",
			Example: "1> unalias(alias()).\ntrue", Auto: true, Proc: unalias},
		{Spec: "exit(Pid :: pid(), Reason :: term()) -> true", Doc: "Sends an exit signal with Reason to a process.",
			Example: "1> {P, R} = spawn_monitor(fun() -> receive never -> ok end end), exit(P, bye), receive {'DOWN', R, process, P, Why} -> Why end.\nbye",
			Auto:    true, Proc: exit2},
		{Spec: "exit(Pid :: pid(), Reason :: term(), Options :: [priority]) -> true", Doc: "As `exit/2`; `priority` makes no difference.",
			Example: "1> {P, R} = spawn_monitor(fun() -> receive never -> ok end end), erlang:exit(P, bye, []), receive {'DOWN', R, process, P, Why} -> Why end.\nbye",
			Proc:    withPriority(exit2)},
		{Spec: "exit_signal(Pid :: pid(), Reason :: term()) -> true", Doc: "The same as `exit/2`.",
			Example: "1> {P, R} = spawn_monitor(fun() -> receive never -> ok end end), erlang:exit_signal(P, bye), receive {'DOWN', R, process, P, Why} -> Why end.\nbye",
			Proc:    exit2},
		{Spec: "exit_signal(Pid :: pid(), Reason :: term(), Options :: [priority]) -> true", Doc: "The same as `exit/3`.",
			Example: "1> {P, R} = spawn_monitor(fun() -> receive never -> ok end end), erlang:exit_signal(P, bye, []), receive {'DOWN', R, process, P, Why} -> Why end.\nbye",
			Proc:    withPriority(exit2)},
		{Spec: "link(Pid :: pid() | port(), Options :: [priority]) -> true", Doc: "As `link/1`; `priority` makes no difference.",
			Example: "1> erlang:link(self(), []).\ntrue", Proc: withPriority(link)},
	}
}

func link(p *node.Process, args []term.Term) (term.Term, error) {
	if err := p.Link(args[0]); err != nil {
		return term.None, err
	}
	return term.True, nil
}

// withPriority takes the list of options behind the arguments of a function: the one that there is says how urgent a signal is.
func withPriority(f func(p *node.Process, args []term.Term) (term.Term, error)) func(p *node.Process, args []term.Term) (term.Term, error) {
	return func(p *node.Process, args []term.Term) (term.Term, error) {
		last := len(args) - 1
		options, ok := args[last].Slice()
		for _, o := range options {
			ok = ok && o == term.Atom("priority")
		}
		if !ok {
			return term.None, term.Badarg()
		}
		return f(p, args[:last])
	}
}

func unlink(p *node.Process, args []term.Term) (term.Term, error) {
	if _, ok := args[0].Pid(); !ok && args[0].Kind() != term.KindPort {
		return term.None, term.Badarg()
	}
	p.Unlink(args[0])
	return term.True, nil
}

func monitor(p *node.Process, args []term.Term) (term.Term, error) {
	var o node.MonitorOptions
	ok := true
	if len(args) == 3 {
		o, ok = monitorOptions(args[2])
	}
	switch {
	case !ok:
		return term.None, badopt()
	case args[0] == atomTimeOffset && args[1] == node.ClockService:
		return p.MonitorTimeOffset(), nil
	case args[0] == atomTimeOffset:
		return term.None, term.Badarg()
	case args[0].AtomName() == "port":
		return p.MonitorPort(args[1], o)
	case args[0] != atom.Process:
		return term.None, badargFor("badtype")
	}
	return p.Monitor(args[1], o)
}

func demonitor(p *node.Process, args []term.Term) (term.Term, error) {
	flush, info := false, false
	if len(args) == 2 {
		list, ok := args[1].Slice()
		if !ok {
			return term.None, term.Badarg()
		}
		for _, o := range list {
			switch o.AtomName() {
			case "flush":
				flush = true
			case "info":
				info = true
			default:
				return term.None, term.Badarg()
			}
		}
	}
	if _, ok := args[0].Ref(); !ok {
		return term.None, term.Badarg()
	}
	stood := p.Demonitor(args[0], flush)
	return term.Bool(stood || !info), nil
}

func alias(p *node.Process, args []term.Term) (term.Term, error) {
	kind := term.Atom("explicit_unalias")
	if len(args) == 1 {
		list, ok := args[0].Slice()
		if !ok {
			return term.None, term.Badarg()
		}
		for _, o := range list {
			if o.AtomName() != "explicit_unalias" && o.AtomName() != "reply" {
				return term.None, term.Badarg()
			}
			kind = o
		}
	}
	return p.Alias(kind), nil
}

func unalias(p *node.Process, args []term.Term) (term.Term, error) {
	if _, ok := args[0].Ref(); !ok {
		return term.None, term.Badarg()
	}
	return term.Bool(p.Unalias(args[0])), nil
}

func exit2(p *node.Process, args []term.Term) (term.Term, error) {
	if err := p.ExitSignal(args[0], args[1]); err != nil {
		return term.None, err
	}
	if args[0] == p.Self() {
		if err := p.Stop(); err != nil {
			return term.None, err
		}
	}
	return term.True, nil
}
