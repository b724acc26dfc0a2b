package erlang

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
)

func test(is func(t term.Term) bool) pure {
	return func(args []term.Term) (term.Term, error) { return term.Bool(is(args[0])), nil }
}

func ofKind(k term.Kind) pure {
	return func(args []term.Term) (term.Term, error) { return term.Bool(args[0].Kind() == k), nil }
}

func typeRows() []bif.Function {
	return []bif.Function{
		{Spec: "is_atom(Term :: term()) -> boolean()", Doc: "Tells whether Term is an atom.",
			Example: "1> is_atom(a).\ntrue", Auto: true, Guard: true, Pure: test(term.Term.IsAtom)},
		{Spec: "is_binary(Term :: term()) -> boolean()", Doc: "Tells whether Term is a binary: a bitstring of whole bytes.",
			Example: "1> is_binary(<<1:7>>).\nfalse", Auto: true, Guard: true, Pure: test(term.Term.IsBinary)},
		{Spec: "is_bitstring(Term :: term()) -> boolean()", Doc: "Tells whether Term is a bitstring.",
			Example: "1> is_bitstring(<<1:7>>).\ntrue", Auto: true, Guard: true, Pure: test(term.Term.IsBitstring)},
		{Spec: "is_boolean(Term :: term()) -> boolean()", Doc: "Tells whether Term is `true` or `false`.",
			Example: "1> is_boolean(maybe).\nfalse", Auto: true, Guard: true,
			Pure: test(func(t term.Term) bool { return t == term.True || t == term.False })},
		{Spec: "is_float(Term :: term()) -> boolean()", Doc: "Tells whether Term is a float.",
			Example: "1> is_float(1).\nfalse", Auto: true, Guard: true, Pure: ofKind(term.KindFloat)},
		{Spec: "is_function(Term :: term()) -> boolean()", Doc: "Tells whether Term is a fun.",
			Example: "1> is_function(fun erlang:abs/1).\ntrue", Auto: true, Guard: true, Pure: ofKind(term.KindFun)},
		{Spec: "is_function(Term :: term(), Arity :: arity()) -> boolean()", Doc: "Tells whether Term is a fun that takes Arity arguments.",
			Example: "1> is_function(fun erlang:abs/1, 2).\nfalse", Auto: true, Guard: true, Pure: isFunction2},
		{Spec: "is_integer(Term :: term()) -> boolean()", Doc: "Tells whether Term is an integer.",
			Example: "1> is_integer(1.0).\nfalse", Auto: true, Guard: true, Pure: test(term.Term.IsInteger)},
		{Spec: "is_integer(Term :: term(), LowerBound :: integer(), UpperBound :: integer()) -> boolean()",
			Doc:     "Tells whether Term is an integer that is no less than LowerBound and no more than UpperBound. As OTP 29.",
			Example: "1> is_integer(5, 1, 10).\ntrue", Auto: true, Guard: true, Pure: isIntegerBetween},
		{Spec: "is_list(Term :: term()) -> boolean()", Doc: "Tells whether Term is a list, proper or not.",
			Example: "1> is_list([a|b]).\ntrue", Auto: true, Guard: true, Pure: test(term.Term.IsList)},
		{Spec: "is_map(Term :: term()) -> boolean()", Doc: "Tells whether Term is a map.",
			Example: "1> is_map(#{}).\ntrue", Auto: true, Guard: true, Pure: ofKind(term.KindMap)},
		{Spec: "is_number(Term :: term()) -> boolean()", Doc: "Tells whether Term is an integer or a float.",
			Example: "1> is_number(1.0).\ntrue", Auto: true, Guard: true, Pure: test(term.Term.IsNumber)},
		{Spec: "is_pid(Term :: term()) -> boolean()", Doc: "Tells whether Term is a process identifier.",
			Example: "1> is_pid(self()).\ntrue", Auto: true, Guard: true, Pure: ofKind(term.KindPid)},
		{Spec: "is_port(Term :: term()) -> boolean()", Doc: "Tells whether Term is a port identifier.",
			Example: "1> is_port(a).\nfalse", Auto: true, Guard: true, Pure: ofKind(term.KindPort)},
		{Spec: "is_reference(Term :: term()) -> boolean()", Doc: "Tells whether Term is a reference.",
			Example: "1> is_reference(make_ref()).\ntrue", Auto: true, Guard: true, Pure: ofKind(term.KindRef)},
		{Spec: "is_tuple(Term :: term()) -> boolean()", Doc: "Tells whether Term is a tuple.",
			Example: "1> is_tuple({}).\ntrue", Auto: true, Guard: true, Pure: ofKind(term.KindTuple)},
		{Spec: "is_record(Term :: term()) -> boolean()", Doc: "Tells whether Term is a native record, as OTP 29 has them.",
			Example: "1> is_record({point,1,2}).\nfalse", Auto: true, Guard: true, Pure: isRecord1},
		{Spec: "is_record(Term :: term(), Tag :: atom()) -> boolean()", Doc: "Tells whether Term is a tuple whose first element is Tag, or a native record of that name.",
			Example: "1> apply(erlang, is_record, [{point,1,2}, point]).\ntrue", Auto: true, Guard: true, Pure: isRecord2},
		{Spec: "is_record(Term :: term(), Tag :: atom(), Size :: non_neg_integer()) -> boolean()",
			Doc:     "Tells whether Term is a tuple of Size elements, the first of which is Tag.",
			Example: "1> is_record({point,1,2}, point, 3).\ntrue", Auto: true, Guard: true, Pure: isRecord3},
	}
}

func isFunction2(args []term.Term) (term.Term, error) {
	n, small := args[1].Int()
	if !args[1].IsInteger() || n < 0 {
		return term.None, term.Badarg()
	}
	if b, ok := args[1].Big(); ok && b.Sign() < 0 {
		return term.None, term.Badarg()
	}
	f, ok := args[0].Fun()
	return term.Bool(ok && small && int64(f.Arity) == n), nil
}

func isRecord2(args []term.Term) (term.Term, error) {
	if !args[1].IsAtom() {
		return term.None, term.Badarg()
	}
	if r, ok := args[0].Record(); ok {
		return term.Bool(r.Name == args[1]), nil
	}
	e, ok := args[0].Tuple()
	return term.Bool(ok && len(e) > 0 && e[0] == args[1]), nil
}

func isRecord1(args []term.Term) (term.Term, error) {
	_, ok := args[0].Record()
	return term.Bool(ok), nil
}

// maxSmall is the largest integer that is no big one in OTP, which is a matter for the few functions that refuse big ones.
const maxSmall = 1<<59 - 1

func isRecord3(args []term.Term) (term.Term, error) {
	if r, ok := args[0].Record(); ok && args[1].IsAtom() {
		return term.Bool(r.Module == args[1] && r.Name == args[2]), nil
	}
	n, small := args[2].Int()
	if !args[1].IsAtom() || !small || n < -maxSmall-1 || n > maxSmall {
		return term.None, term.Badarg()
	}
	e, ok := args[0].Tuple()
	return term.Bool(ok && len(e) > 0 && int64(len(e)) == n && e[0] == args[1]), nil
}

func mapRows() []bif.Function {
	return []bif.Function{
		{Spec: "is_map_key(Key :: term(), Map :: map()) -> boolean()", Doc: "Tells whether Map has Key.",
			Example: "1> is_map_key(a, #{a => 1}).\ntrue", Auto: true, Guard: true, Pure: isMapKey},
		{Spec: "map_get(Key :: term(), Map :: map()) -> term()", Doc: "Returns the value of Key; fails with `{badkey,Key}` when Map has none.",
			Example: "1> map_get(a, #{a => 1}).\n1", Auto: true, Guard: true, Pure: mapGet},
		{Spec: "map_size(Map :: map()) -> non_neg_integer()", Doc: "Returns how many keys Map has.",
			Example: "1> map_size(#{a => 1}).\n1", Auto: true, Guard: true, Pure: mapSize},
	}
}

func badmap(t term.Term) error { return term.Error(term.Tuple(term.Atom("badmap"), t)) }

func isMapKey(args []term.Term) (term.Term, error) {
	m, ok := args[1].Map()
	if !ok {
		return term.None, badmap(args[1])
	}
	_, ok = m.Get(args[0])
	return term.Bool(ok), nil
}

func mapGet(args []term.Term) (term.Term, error) {
	m, ok := args[1].Map()
	if !ok {
		return term.None, badmap(args[1])
	}
	v, ok := m.Get(args[0])
	if !ok {
		return term.None, term.Error(term.Tuple(term.Atom("badkey"), args[0]))
	}
	return v, nil
}

func mapSize(args []term.Term) (term.Term, error) {
	m, ok := args[0].Map()
	if !ok {
		return term.None, badmap(args[0])
	}
	return term.Int(int64(m.Len())), nil
}

func isIntegerBetween(args []term.Term) (term.Term, error) {
	if !args[1].IsInteger() || !args[2].IsInteger() {
		return term.None, term.Badarg()
	}
	return term.Bool(args[0].IsInteger() && term.Compare(args[0], args[1]) >= 0 && term.Compare(args[0], args[2]) <= 0), nil
}
