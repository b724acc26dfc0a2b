package erlang

import (
	"math/big"
	"time"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

func timeRows() []bif.Function {
	return []bif.Function{
		{Spec: "monotonic_time() -> integer()", Doc: "Returns a time that never goes back, in native units (nanoseconds).",
			Example: "1> erlang:monotonic_time() =< erlang:monotonic_time().\ntrue", Proc: monotonic},
		{Spec: "monotonic_time(Unit :: time_unit()) -> integer()", Doc: "Returns a time that never goes back, in Unit.",
			Example: "1> is_integer(erlang:monotonic_time(millisecond)).\ntrue", Proc: monotonic},
		{Spec: "system_time() -> integer()", Doc: "Returns the time since 1970 in native units (nanoseconds).",
			Example: "1> is_integer(erlang:system_time()).\ntrue", Proc: systemTime},
		{Spec: "system_time(Unit :: time_unit()) -> integer()", Doc: "Returns the time since 1970 in Unit.",
			Example: "1> is_integer(erlang:system_time(second)).\ntrue", Proc: systemTime},
		{Spec: "time_offset() -> integer()", Doc: "Returns what to add to the monotonic time to get the system time.",
			Example: "1> is_integer(erlang:time_offset()).\ntrue", Proc: timeOffset},
		{Spec: "time_offset(Unit :: time_unit()) -> integer()", Doc: "As `time_offset/0`, in Unit.",
			Example: "1> is_integer(erlang:time_offset(second)).\ntrue", Proc: timeOffset},
		{Spec: "convert_time_unit(Time :: integer(), From :: time_unit(), To :: time_unit()) -> integer()",
			Doc:     "Converts a time from one unit to another, rounded down.",
			Example: "1> erlang:convert_time_unit(1500, millisecond, second).\n1", Pure: convertUnit},
		{Spec: "timestamp() -> {MegaSecs :: integer(), Secs :: integer(), MicroSecs :: integer()}", Doc: "Returns the time since 1970 in three parts.",
			Example: "1> tuple_size(erlang:timestamp()).\n3", Proc: timestamp},
		{Spec: "now() -> {MegaSecs :: integer(), Secs :: integer(), MicroSecs :: integer()}", Doc: "As `timestamp/0`, never the same twice.",
			Example: "1> now() < now().\ntrue", Auto: true, Proc: now0},
		{Spec: "date() -> {Year :: integer(), Month :: integer(), Day :: integer()}", Doc: "Returns the local date.",
			Example: "1> tuple_size(date()).\n3", Auto: true, Proc: func(p *node.Process, _ []term.Term) (term.Term, error) { return dateOf(now(p)), nil }},
		{Spec: "time() -> {Hour :: integer(), Minute :: integer(), Second :: integer()}", Doc: "Returns the local time.",
			Example: "1> tuple_size(time()).\n3", Auto: true, Proc: func(p *node.Process, _ []term.Term) (term.Term, error) { return clockOf(now(p)), nil }},
		{Spec: "localtime() -> {{integer(), integer(), integer()}, {integer(), integer(), integer()}}", Doc: "Returns the local date and time.",
			Example: "1> tuple_size(erlang:localtime()).\n2", Proc: func(p *node.Process, _ []term.Term) (term.Term, error) { return dateTime(now(p)), nil }},
		{Spec: "universaltime() -> {{integer(), integer(), integer()}, {integer(), integer(), integer()}}", Doc: "Returns the date and time in UTC.",
			Example: "1> tuple_size(erlang:universaltime()).\n2", Proc: func(p *node.Process, _ []term.Term) (term.Term, error) { return dateTime(now(p).UTC()), nil }},
		{Spec: "make_ref() -> reference()", Doc: "Returns a reference that this node has not returned before.",
			Example: "1> make_ref() =:= make_ref().\nfalse", Auto: true, Proc: func(p *node.Process, _ []term.Term) (term.Term, error) { return p.MakeRef(), nil }},
		{Spec: "unique_integer() -> integer()", Doc: "Returns an integer that this node has not returned before.",
			Example: "1> erlang:unique_integer() =:= erlang:unique_integer().\nfalse", Proc: uniqueInteger},
		{Spec: "unique_integer(Modifiers :: [positive | monotonic]) -> integer()",
			Doc:     "Returns an integer that this node has not returned before: greater than 0 with `positive`, greater than all earlier ones with `monotonic`.",
			Example: "1> erlang:unique_integer([monotonic]) < erlang:unique_integer([monotonic]).\ntrue", Proc: uniqueInteger},
	}
}

// now is the wall clock of a node: the time at which it began and what passed since, so that it agrees with its monotonic time.
func now(p *node.Process) time.Time { return p.Node().Started().Add(p.Node().Monotonic()) }

// perSecond returns how many of a unit make a second.
func perSecond(unit term.Term) (int64, bool) {
	if n, ok := unit.Int(); ok {
		return n, n > 0
	}
	switch unit.AtomName() {
	case "second", "seconds":
		return 1, true
	case "millisecond", "milli_seconds":
		return 1e3, true
	case "microsecond", "micro_seconds":
		return 1e6, true
	case "nanosecond", "nano_seconds", "native", "perf_counter":
		return 1e9, true
	}
	return 0, false
}

// inUnit converts nanoseconds to the unit of the only argument, if there is one.
func inUnit(ns int64, args []term.Term) (term.Term, error) {
	if len(args) == 0 {
		return term.Int(ns), nil
	}
	n, ok := perSecond(args[0])
	if !ok {
		return term.None, term.Badarg()
	}
	return scale(big.NewInt(ns), big.NewInt(1e9), big.NewInt(n)), nil
}

// scale converts a time of from units a second to one of to units a second, rounded down.
func scale(t, from, to *big.Int) term.Term {
	product := new(big.Int).Mul(t, to)
	quotient, remainder := product.QuoRem(product, from, new(big.Int))
	if remainder.Sign() < 0 {
		quotient.Sub(quotient, big.NewInt(1))
	}
	return term.Big(quotient)
}

func monotonic(p *node.Process, args []term.Term) (term.Term, error) {
	return inUnit(p.Node().Monotonic().Nanoseconds(), args)
}

func systemTime(p *node.Process, args []term.Term) (term.Term, error) {
	return inUnit(now(p).UnixNano(), args)
}

func timeOffset(p *node.Process, args []term.Term) (term.Term, error) {
	return inUnit(p.Node().Started().UnixNano(), args)
}

func convertUnit(args []term.Term) (term.Term, error) {
	t, isInt := args[0].Big()
	from, ok1 := unitOf(args[1])
	to, ok2 := unitOf(args[2])
	if !isInt || !ok1 || !ok2 {
		return term.None, term.Badarg()
	}
	return scale(t, from, to), nil
}

// unitOf returns how many of a unit make a second, however many those are.
func unitOf(t term.Term) (*big.Int, bool) {
	if n, ok := t.Big(); ok {
		return n, n.Sign() > 0
	}
	n, ok := perSecond(t)
	return big.NewInt(n), ok
}

func timestamp(p *node.Process, _ []term.Term) (term.Term, error) {
	us := now(p).UnixMicro()
	return term.Tuple(term.Int(us/1e12), term.Int(us/1e6%1e6), term.Int(us%1e6)), nil
}

// now0 is a timestamp that grows with every call.
func now0(p *node.Process, _ []term.Term) (term.Term, error) {
	last := &stamps.Of(p.Node(), func(*node.Node) *counter { return new(counter) }).next
	for {
		old, us := last.Load(), now(p).UnixMicro()
		us = max(us, old+1)
		if last.CompareAndSwap(old, us) {
			return term.Tuple(term.Int(us/1e12), term.Int(us/1e6%1e6), term.Int(us%1e6)), nil
		}
	}
}

// stamps is what now/0 returned last, in microseconds.
var stamps node.Slot[*counter]

func dateOf(t time.Time) term.Term {
	return term.Tuple(term.Int(int64(t.Year())), term.Int(int64(t.Month())), term.Int(int64(t.Day())))
}

func clockOf(t time.Time) term.Term {
	return term.Tuple(term.Int(int64(t.Hour())), term.Int(int64(t.Minute())), term.Int(int64(t.Second())))
}

func dateTime(t time.Time) term.Term { return term.Tuple(dateOf(t), clockOf(t)) }
