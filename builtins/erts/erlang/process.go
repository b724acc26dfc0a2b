package erlang

import (
	"fmt"
	"strings"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

func processRows() []bif.Function {
	return []bif.Function{
		{Spec: "self() -> pid()", Doc: "Returns the pid of the calling process.",
			Example: "1> self() =:= self().\ntrue", Auto: true, Guard: true, Proc: self},
		{Spec: "processes() -> [pid()]", Doc: "Returns the pids of all processes of this node.",
			Example: "1> lists:member(self(), processes()).\ntrue", Auto: true, Proc: processes},
		{Spec: "is_process_alive(Pid :: pid()) -> boolean()", Doc: "Tells whether the local process Pid lives.",
			Example: "1> is_process_alive(self()).\ntrue", Auto: true, Proc: isProcessAlive},
		{Spec: "register(Name :: atom(), Pid :: pid()) -> true", Doc: "Gives a local process a name, under which messages can be sent to it.",
			Example: "1> register(me, self()).\ntrue\n2> whereis(me) =:= self().\ntrue", Auto: true, Proc: register},
		{Spec: "unregister(Name :: atom()) -> true", Doc: "Frees a name.",
			Example: "1> register(me, self()), unregister(me).\ntrue", Auto: true, Proc: unregister},
		{Spec: "whereis(Name :: atom()) -> pid() | undefined", Doc: "Returns the process that has the name.",
			Example: "1> whereis(nobody).\nundefined", Auto: true, Proc: whereis},
		{Spec: "registered() -> [atom()]", Doc: "Returns the names of all registered processes.",
			Example: "1> register(me, self()), lists:member(me, registered()).\ntrue", Auto: true, Proc: registered},
		{Spec: "group_leader() -> pid()", Doc: "Returns the group leader of the calling process, to which its output goes.",
			Example: "1> is_pid(group_leader()).\ntrue", Auto: true, Proc: groupLeader0},
		{Spec: "group_leader(Leader :: pid(), Pid :: pid()) -> true", Doc: "Makes Leader the group leader of Pid.",
			Example: "1> group_leader(group_leader(), self()).\ntrue", Auto: true, Proc: groupLeader2},
		{Spec: "process_flag(Flag :: atom(), Value :: term()) -> term()", Doc: "Sets a flag of the calling process, such as `trap_exit`, and returns its old value.\n\n" +
			"`max_heap_size` bounds what the process takes, in words of 8 bytes as OTP counts them; it is looked at when the slice of a process ends. " +
			"It is a number, 0 for no bound, or a map with the key `size` and, if wanted, `kill` and `error_logger`.",
			Example: "1> process_flag(trap_exit, true).\nfalse", Auto: true, Proc: processFlag},
		{Spec: "process_flag(Pid :: pid(), Flag :: save_calls, Value :: non_neg_integer()) -> non_neg_integer()",
			Doc:     "Sets a flag of another process, and returns its old value.",
			Example: "1> process_flag(self(), save_calls, 10).\n0", Auto: true, Proc: processFlag3},
		{Spec: "apply(Fun :: fun(), Args :: [term()]) -> term()", Doc: "Calls Fun with the elements of Args.",
			Example: "1> apply(fun(X) -> X + 1 end, [1]).\n2", Auto: true, Proc: apply2},
		{Spec: "apply(Module :: module(), Function :: atom(), Args :: [term()]) -> term()", Doc: "Calls Module:Function with the elements of Args.",
			Example: "1> apply(lists, sum, [[1,2]]).\n3", Auto: true, Proc: apply3},
		{Spec: "hibernate(Module :: module(), Function :: atom(), Args :: [term()]) -> no_return()",
			Doc:     "Drops all that the process has on its stack, waits for a message, and calls Module:Function with the elements of Args.",
			Example: "1> P = spawn(erlang, hibernate, [erlang, exit, [bye]]), R = monitor(process, P), P ! wake, receive {'DOWN', R, _, _, Why} -> Why end.\nbye",
			Proc:    hibernate},
		{Spec: "hibernate() -> ok", Doc: "Waits until the process has a message, which may be there already. Unlike with `hibernate/3` its callers remain.",
			Example: "1> self() ! hi, erlang:hibernate(), receive X -> X end.\nhi",
			Proc: func(*node.Process, []term.Term) (term.Term, error) {
				return term.None, &code.TailCall{Fun: external(atomErtsInternal, term.Atom("awake"), 0), Await: true}
			}},
		{Spec: "processes_iterator() -> Iterator :: term()", Doc: "Returns an iterator over the processes of this node, for processes_next/1.",
			Example: "1> {P, _} = erlang:processes_next(erlang:processes_iterator()), is_pid(P).\ntrue",
			Proc: func(p *node.Process, _ []term.Term) (term.Term, error) {
				return term.Tuple(atomProcessesIterator, term.List(p.Node().Processes()...)), nil
			}},
		{Spec: "processes_next(Iterator :: term()) -> {pid(), NewIterator :: term()} | none",
			Doc:     "Returns the next process of an iterator. Processes that have ended in the meantime are left out, those that began after it was made too.",
			Example: "1> F = fun F(I, N) -> case erlang:processes_next(I) of none -> N; {_, J} -> F(J, N + 1) end end, F(erlang:processes_iterator(), 0) =:= length(processes()).\ntrue",
			Proc:    processesNext},
		{Spec: "suspend_process(Pid :: pid()) -> true", Doc: "Keeps a process from running until `resume_process/1`: for debugging.",
			Example: "1> P = spawn(fun() -> receive X -> exit(X) end end), erlang:suspend_process(P), process_info(P, status).\n{status,suspended}",
			Proc:    suspendProcess},
		{Spec: "suspend_process(Pid :: pid(), Options :: [unless_suspending | asynchronous | {asynchronous, term()}]) -> boolean()",
			Doc:     "As `suspend_process/1`; with `unless_suspending` only if the calling process has not suspended it already.",
			Example: "1> P = spawn(fun() -> receive X -> exit(X) end end), [erlang:suspend_process(P, [unless_suspending]) || _ <- [1,2]].\n[true,false]",
			Proc:    suspendProcess},
		{Spec: "resume_process(Pid :: pid()) -> true", Doc: "Takes one `suspend_process` back.",
			Example: "1> P = spawn(fun() -> receive X -> exit(X) end end), erlang:suspend_process(P), erlang:resume_process(P).\ntrue", Proc: resumeProcess},
		{Spec: "process_display(Pid :: pid(), Type :: backtrace) -> true", Doc: "Writes to the error output where a process is: for debugging.",
			Proc: processDisplay},
		{Spec: "garbage_collect() -> true", Doc: "Returns `true`: memory is collected when it has to be.",
			Example: "1> garbage_collect().\ntrue", Auto: true, Pure: func([]term.Term) (term.Term, error) { return term.True, nil }},
		{Spec: "yield() -> true", Doc: "Lets other processes run.",
			Example: "1> erlang:yield().\ntrue", Proc: func(p *node.Process, _ []term.Term) (term.Term, error) {
				p.Spend(1000)
				return term.True, nil
			}},
	}
}

func self(p *node.Process, _ []term.Term) (term.Term, error) { return p.Self(), nil }

func processes(p *node.Process, _ []term.Term) (term.Term, error) {
	return term.List(p.Node().Processes()...), nil
}

func processesNext(p *node.Process, args []term.Term) (term.Term, error) {
	e, ok := args[0].Tagged(atomProcessesIterator, 2)
	if !ok {
		return term.None, term.Badarg()
	}
	for left := e[1]; ; {
		c, more := left.Cons()
		switch {
		case !more && left.IsNil():
			return causeNone, nil
		case !more || c.Head.Kind() != term.KindPid:
			return term.None, term.Badarg()
		case p.Node().Process(c.Head) != nil:
			return term.Tuple(c.Head, term.Tuple(atomProcessesIterator, c.Tail)), nil
		}
		left = c.Tail
	}
}

func isProcessAlive(p *node.Process, args []term.Term) (term.Term, error) {
	if _, ok := args[0].Pid(); !ok || !p.Node().Local(args[0]) {
		return term.None, term.Badarg()
	}
	return term.Bool(p.Alive(args[0])), nil
}

func register(p *node.Process, args []term.Term) (term.Term, error) {
	if err := p.Node().Register(args[0], args[1]); err != nil {
		return term.None, badargFor(whyNotRegister(p.Node(), args[0], args[1]))
	}
	p.Named(args[1], args[0], true)
	return term.True, nil
}

// whyNotRegister returns the cause that erl_erts_errors explains.
func whyNotRegister(n *node.Node, name, pid term.Term) string {
	if _, ok := pid.Pid(); !ok || !name.IsAtom() || name == atom.Undefined {
		return "none"
	}
	switch q := n.Process(pid); {
	case q == nil:
		return "notalive"
	case !q.RegisteredName().None():
		return "registered_name"
	}
	return "none"
}

func unregister(p *node.Process, args []term.Term) (term.Term, error) {
	pid := p.Node().Whereis(args[0])
	if err := p.Node().Unregister(args[0]); err != nil {
		return term.None, err
	}
	p.Named(pid, args[0], false)
	return term.True, nil
}

func whereis(p *node.Process, args []term.Term) (term.Term, error) {
	if !args[0].IsAtom() {
		return term.None, term.Badarg()
	}
	if pid := p.Node().Whereis(args[0]); !pid.None() {
		return pid, nil
	}
	return atom.Undefined, nil
}

func registered(p *node.Process, _ []term.Term) (term.Term, error) {
	return term.List(p.Node().Registered()...), nil
}

func groupLeader0(p *node.Process, _ []term.Term) (term.Term, error) { return p.GroupLeader(), nil }

func groupLeader2(p *node.Process, args []term.Term) (term.Term, error) {
	if _, ok := args[1].Pid(); !ok {
		return term.None, term.Badarg()
	}
	if err := p.SetGroupLeader(args[0], args[1]); err != nil {
		return term.None, err
	}
	return term.True, nil
}

func processFlag(p *node.Process, args []term.Term) (term.Term, error) {
	old, known := p.FlagValue(args[0])
	if !known {
		return term.None, badopt()
	}
	n, isInt := args[1].Int()
	ok := true
	switch args[0].AtomName() {
	case "error_handler":
		ok = args[1].IsAtom()
	case "min_heap_size", "min_bin_vheap_size", "fullsweep_after":
		ok = isInt && n >= 0
	case "save_calls":
		ok = isInt && n >= 0 && n <= 10000
	case "message_queue_data":
		ok = args[1].AtomName() == "on_heap" || args[1].AtomName() == "off_heap"
	case "sensitive":
		ok = args[1] == term.True || args[1] == term.False
	case "max_heap_size":
		var value term.Term
		if value, ok = p.Node().MaxHeap(args[1]); ok {
			_, err := p.Flag(args[0], value)
			return old, err
		}
	}
	if !ok {
		return term.None, term.Badarg()
	}
	return p.Flag(args[0], args[1])
}

func processFlag3(p *node.Process, args []term.Term) (term.Term, error) {
	if localPid(p, args[0]) != nil {
		return term.None, badargFor("badtype")
	}
	n, ok := args[2].Int()
	switch {
	case args[1].AtomName() != "save_calls", !ok || n < 0 || n > 10000:
		return term.None, term.Badarg()
	}
	old := term.None
	if !p.Ask(args[0], func(q *node.Process) { old, _ = q.Flag(args[1], args[2]) }) {
		return term.None, badargFor("badtype")
	}
	return old, nil
}

func suspendProcess(p *node.Process, args []term.Term) (term.Term, error) {
	once, async := false, false
	tag, answer := term.None, term.Atom("suspended")
	if len(args) == 2 {
		options, ok := args[1].Slice()
		for _, o := range options {
			e, _ := o.Tuple()
			switch {
			case o.AtomName() == "unless_suspending":
				once = true
			case o.AtomName() == "asynchronous":
				async = true
			case len(e) == 2 && e[0].AtomName() == "asynchronous":
				async, tag = true, e[1]
			default:
				ok = false
			}
		}
		if !ok {
			return term.None, badopt()
		}
	}
	if localPid(p, args[0]) != nil || term.Equal(args[0], p.Self()) {
		return term.None, term.Badarg()
	}
	now, alive := p.Suspend(args[0], once)
	switch {
	case !alive && !async:
		return term.None, term.Badarg()
	case !alive:
		now = true
		answer = atom.Badarg
	}
	if !tag.None() {
		_ = p.Send(p.Self(), term.Tuple(tag, answer))
	}
	return term.Bool(now), nil
}

func resumeProcess(p *node.Process, args []term.Term) (term.Term, error) {
	if localPid(p, args[0]) != nil || !p.Resume(args[0]) {
		return term.None, term.Badarg()
	}
	return term.True, nil
}

func processDisplay(p *node.Process, args []term.Term) (term.Term, error) {
	if args[1].AtomName() != "backtrace" {
		return term.None, badopt()
	}
	if localPid(p, args[0]) != nil {
		return term.None, term.Badarg()
	}
	stack := term.Nil
	if !p.Ask(args[0], func(q *node.Process) { stack = q.Stacktrace() }) {
		return term.None, term.Badarg()
	}
	var text strings.Builder
	frames, _ := stack.Slice()
	for _, f := range frames {
		e, _ := f.Tuple()
		fmt.Fprintf(&text, "%s:%s/%s\n", e[0].String(), e[1].String(), e[2].String())
	}
	request := term.Tuple(term.Atom("put_chars"), term.Atom("unicode"), term.BinaryString(text.String()))
	err := p.Send(term.Atom("standard_error"), term.Tuple(term.Atom("io_request"), p.Self(), p.MakeRef(), request))
	if err != nil {
		return term.True, nil // nobody writes errors out
	}
	_, _, err = p.Receive(func(m term.Term) bool { _, ok := m.Tagged(term.Atom("io_reply"), 3); return ok }, -1)
	return term.True, err
}

func apply2(p *node.Process, args []term.Term) (term.Term, error) {
	list, ok := args[1].Slice()
	if !ok {
		return term.None, term.Badarg()
	}
	return term.None, &code.TailCall{Fun: args[0], Args: list}
}

func apply3(p *node.Process, args []term.Term) (term.Term, error) {
	list, ok := args[2].Slice()
	if !ok || !args[0].IsAtom() || !args[1].IsAtom() {
		return term.None, term.Badarg()
	}
	return term.None, &code.TailCall{Fun: external(args[0], args[1], len(list)), Args: list}
}

func hibernate(p *node.Process, args []term.Term) (term.Term, error) {
	list, ok := args[2].Slice()
	if !ok || !args[0].IsAtom() || !args[1].IsAtom() {
		return term.None, term.Badarg()
	}
	return term.None, &code.TailCall{Fun: external(args[0], args[1], len(list)), Args: list, Hibernate: true}
}

func external(module, name term.Term, arity int) term.Term {
	return (&term.Fun{Module: module, Name: name, Arity: arity, External: true}).Term()
}
