package erlang

import (
	"errors"
	"time"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

func sendRows() []bif.Function {
	const to = "Dest :: pid() | reference() | atom() | {atom(), node()}, Message :: term()"
	return []bif.Function{
		{Spec: "'!'(" + to + ") -> term()", Doc: "The operator `!` as a function: sends Message and returns it.",
			Example: "1> erlang:'!'(self(), hi).\nhi", Proc: send2},
		{Spec: "send(" + to + ") -> term()", Doc: "The same as `Dest ! Message`.",
			Example: "1> erlang:send(self(), hi).\nhi", Proc: send2},
		{Spec: "send(" + to + ", Options :: [nosuspend | noconnect]) -> ok | nosuspend | noconnect",
			Doc:     "Sends Message, unless that would take what the options forbid: waiting for a busy connection, or setting one up.",
			Example: "1> erlang:send(self(), hi, [noconnect]).\nok", Proc: send3},
		{Spec: "send_nosuspend(" + to + ") -> boolean()", Doc: "Sends Message unless the caller would have to wait for it; tells whether it did.",
			Example: "1> erlang:send_nosuspend(self(), hi).\ntrue", Proc: sendNosuspend},
		{Spec: "send_nosuspend(" + to + ", Options :: [noconnect]) -> boolean()", Doc: "As `send_nosuspend/2`, with options.",
			Example: "1> erlang:send_nosuspend(self(), hi, []).\ntrue", Proc: sendNosuspend},
		{Spec: "send_after(Time :: non_neg_integer(), Dest :: pid() | atom(), Message :: term()) -> reference()",
			Doc:     "Sends Message to a local process after Time milliseconds.",
			Example: "1> erlang:send_after(1, self(), hi), receive M -> M end.\nhi", Proc: timing(false)},
		{Spec: "send_after(Time :: integer(), Dest :: pid() | atom(), Message :: term(), Options :: [{abs, boolean()}]) -> reference()",
			Doc:     "As `send_after/3`; with `{abs,true}` Time is a point of the monotonic time in milliseconds.",
			Example: "1> erlang:send_after(0, self(), hi, [{abs,true}]), receive M -> M end.\nhi", Proc: timing(false)},
		{Spec: "start_timer(Time :: non_neg_integer(), Dest :: pid() | atom(), Message :: term()) -> reference()",
			Doc:     "Sends `{timeout, TimerRef, Message}` to a local process after Time milliseconds.",
			Example: "1> Ref = erlang:start_timer(1, self(), hi), receive {timeout, Ref, M} -> M end.\nhi", Proc: timing(true)},
		{Spec: "start_timer(Time :: integer(), Dest :: pid() | atom(), Message :: term(), Options :: [{abs, boolean()}]) -> reference()",
			Doc:     "As `start_timer/3`; with `{abs,true}` Time is a point of the monotonic time in milliseconds.",
			Example: "1> Ref = erlang:start_timer(1, self(), hi, []), receive {timeout, Ref, M} -> M end.\nhi", Proc: timing(true)},
		{Spec: "cancel_timer(TimerRef :: reference()) -> non_neg_integer() | false", Doc: "Stops a timer and returns the milliseconds that were left; `false` when there is none.",
			Example: "1> erlang:cancel_timer(make_ref()).\nfalse", Proc: cancelTimer},
		{Spec: "cancel_timer(TimerRef :: reference(), Options :: [{async, boolean()} | {info, boolean()}]) -> non_neg_integer() | false | ok",
			Doc:     "As `cancel_timer/1`. With `{async,true}` the result comes as message `{cancel_timer, TimerRef, Result}`; with `{info,false}` there is none.",
			Example: "1> erlang:cancel_timer(make_ref(), [{info,false}]).\nok", Proc: cancelTimer},
		{Spec: "read_timer(TimerRef :: reference()) -> non_neg_integer() | false", Doc: "Returns the milliseconds that are left of a timer.",
			Example: "1> erlang:read_timer(make_ref()).\nfalse", Proc: readTimer},
		{Spec: "read_timer(TimerRef :: reference(), Options :: [{async, boolean()}]) -> non_neg_integer() | false | ok",
			Doc:     "As `read_timer/1`. With `{async,true}` the result comes as message `{read_timer, TimerRef, Result}`.",
			Example: "1> Ref = make_ref(), erlang:read_timer(Ref, [{async,true}]), receive {read_timer, Ref, Left} -> Left end.\nfalse", Proc: readTimer},
	}
}

func send2(p *node.Process, args []term.Term) (term.Term, error) {
	if err := p.Send(args[0], args[1]); err != nil {
		return term.None, err
	}
	return args[1], nil
}

// send sends with the options of send/3.
func send(p *node.Process, args []term.Term, nosuspend bool) (term.Term, error) {
	o := node.SendOptions{NoSuspend: nosuspend}
	if len(args) == 3 {
		list, ok := args[2].Slice()
		if !ok {
			return term.None, badopt()
		}
		for _, x := range list {
			switch x.AtomName() {
			case "nosuspend":
				o.NoSuspend = true
			case "noconnect":
				o.NoConnect = true
			default:
				return term.None, badopt()
			}
		}
	}
	switch err := p.SendOpt(args[0], args[1], o); {
	case errors.Is(err, node.ErrBusy):
		return term.Atom("nosuspend"), nil
	case errors.Is(err, node.ErrNotConnected):
		return term.Atom("noconnect"), nil
	case err != nil:
		return term.None, err
	}
	return atom.OK, nil
}

func send3(p *node.Process, args []term.Term) (term.Term, error) { return send(p, args, false) }

func sendNosuspend(p *node.Process, args []term.Term) (term.Term, error) {
	v, err := send(p, args, true)
	if err != nil {
		return term.None, err
	}
	return term.Bool(v == atom.OK), nil
}

// switches reads a list of {Name, boolean()} for the names that are allowed.
func switches(options term.Term, names ...string) (map[string]bool, bool) {
	out := map[string]bool{}
	list, ok := options.Slice()
	for _, x := range list {
		e, isTuple := x.Tuple()
		if !isTuple || len(e) != 2 || e[1] != term.True && e[1] != term.False {
			return nil, false
		}
		known := false
		for _, n := range names {
			known = known || e[0].AtomName() == n
		}
		if !known {
			return nil, false
		}
		out[e[0].AtomName()] = e[1] == term.True
	}
	return out, ok
}

// timing makes send_after and start_timer.
func timing(wrapped bool) proc {
	return func(p *node.Process, args []term.Term) (term.Term, error) {
		ms, isInt := args[0].Int()
		_, isPid := args[1].Pid()
		absolute := false
		if len(args) == 4 {
			o, ok := switches(args[3], "abs")
			if !ok {
				return term.None, badopt()
			}
			absolute = o["abs"]
		}
		if absolute {
			ms = max(ms-p.Node().Monotonic().Milliseconds(), 0)
		}
		switch {
		case !isInt || ms < 0 || ms > maxWait:
			return term.None, badargFor("time")
		case !isPid && !args[1].IsAtom(), isPid && !p.Node().Local(args[1]):
			return term.None, term.Badarg()
		}
		return p.Node().StartTimer(time.Duration(ms)*time.Millisecond, args[1], args[2], wrapped), nil
	}
}

// maxWait is the longest time of a timer, in milliseconds.
const maxWait = 1 << 42

// left returns what is left of a timer in milliseconds, rounded up; false when there is none.
func left(d time.Duration, ok bool) term.Term {
	if !ok {
		return term.False
	}
	return term.Int((d + time.Millisecond - 1).Milliseconds())
}

func cancelTimer(p *node.Process, args []term.Term) (term.Term, error) {
	o, err := timerOptions(args, "async", "info")
	if err != nil {
		return term.None, err
	}
	rest := left(p.Node().CancelTimer(args[0]))
	info, given := o["info"]
	switch {
	case given && !info:
		return atom.OK, nil
	case o["async"]:
		_ = p.Send(p.Self(), term.Tuple(term.Atom("cancel_timer"), args[0], rest))
		return atom.OK, nil
	}
	return rest, nil
}

func timerOptions(args []term.Term, names ...string) (map[string]bool, error) {
	var o map[string]bool
	ok := true
	if len(args) == 2 {
		o, ok = switches(args[1], names...)
	}
	if _, isRef := args[0].Ref(); !ok || !isRef {
		return nil, term.Badarg()
	}
	return o, nil
}

func readTimer(p *node.Process, args []term.Term) (term.Term, error) {
	o, err := timerOptions(args, "async")
	if err != nil {
		return term.None, err
	}
	rest := left(p.Node().ReadTimer(args[0]))
	if o["async"] {
		_ = p.Send(p.Self(), term.Tuple(term.Atom("read_timer"), args[0], rest))
		return atom.OK, nil
	}
	return rest, nil
}
