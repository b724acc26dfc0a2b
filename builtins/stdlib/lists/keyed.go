package lists

import (
	"math"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
)

// keyed are the functions on lists of tuples that are found by one of their elements.
func keyed() []bif.Function {
	return []bif.Function{
		{
			Spec:    "keyfind(Key :: term(), N :: pos_integer(), Tuples :: [tuple()]) -> tuple() | false",
			Doc:     "Returns the first tuple whose Nth element compares equal to Key, or `false`.",
			Example: "1> lists:keyfind(b, 1, [{a,1},{b,2}]).\n{b,2}",
			Pure: func(args []term.Term) (term.Term, error) {
				return search(args, func(t term.Term) term.Term { return t }, term.False)
			},
		},
		{
			Spec:    "keymember(Key :: term(), N :: pos_integer(), Tuples :: [tuple()]) -> boolean()",
			Doc:     "Tells whether there is a tuple whose Nth element compares equal to Key.",
			Example: "1> lists:keymember(c, 1, [{a,1},{b,2}]).\nfalse",
			Pure: func(args []term.Term) (term.Term, error) {
				return search(args, func(term.Term) term.Term { return term.True }, term.False)
			},
		},
		{
			Spec:    "keysearch(Key :: term(), N :: pos_integer(), Tuples :: [tuple()]) -> {value, tuple()} | false",
			Doc:     "The older form of keyfind, which returns `{value,Tuple}`.",
			Example: "1> lists:keysearch(a, 1, [{a,1}]).\n{value,{a,1}}",
			Pure: func(args []term.Term) (term.Term, error) {
				return search(args, func(t term.Term) term.Term { return term.Tuple(atomValue, t) }, term.False)
			},
		},
		{
			Spec:    "keydelete(Key :: term(), N :: pos_integer(), Tuples1 :: [tuple()]) -> Tuples2 :: [tuple()]",
			Doc:     "Returns the list without the first tuple whose Nth element compares equal to Key.",
			Example: "1> lists:keydelete(a, 1, [{a,1},{b,2},{a,3}]).\n[{b,2},{a,3}]",
			Pure:    keydelete,
		},
		{
			Spec:    "keyreplace(Key :: term(), N :: pos_integer(), Tuples1 :: [tuple()], New :: tuple()) -> Tuples2 :: [tuple()]",
			Doc:     "Puts New in the place of the first tuple whose Nth element compares equal to Key.",
			Example: "1> lists:keyreplace(a, 1, [{a,1},{b,2}], {a,9}).\n[{a,9},{b,2}]",
			Pure:    keyreplace,
		},
		{
			Spec:    "keystore(Key :: term(), N :: pos_integer(), Tuples1 :: [tuple()], New :: tuple()) -> Tuples2 :: [tuple(), ...]",
			Doc:     "As keyreplace, but New comes to the end when there is no such tuple.",
			Example: "1> lists:keystore(c, 1, [{a,1}], {c,3}).\n[{a,1},{c,3}]",
			Pure:    keystore,
		},
		{
			Spec:    "keytake(Key :: term(), N :: pos_integer(), Tuples1 :: [tuple()]) -> {value, tuple(), Tuples2 :: [tuple()]} | false",
			Doc:     "Returns the first tuple whose Nth element compares equal to Key, and the list without it.",
			Example: "1> lists:keytake(b, 1, [{a,1},{b,2}]).\n{value,{b,2},[{a,1}]}",
			Pure:    keytake,
		},
	}
}

var (
	atomValue = term.Atom("value")
)

// field returns the nth element of t if t is a tuple of that size.
func field(t term.Term, n int64) (term.Term, bool) {
	e, ok := t.Tuple()
	if !ok || int64(len(e)) < n {
		return term.None, false
	}
	return e[n-1], true
}

// search finds a tuple by key; elements that are no such tuples are passed over.
func search(args []term.Term, found func(t term.Term) term.Term, missing term.Term) (term.Term, error) {
	key, list := args[0], args[2]
	n, ok := args[1].Int()
	if !ok || n < 1 || n >= 1<<59 { // which is no immediate integer in OTP
		return term.None, bif.StdlibBadarg()
	}
	atom := key.IsAtom()
	for {
		c, ok := list.Cons()
		if !ok {
			break
		}
		if x, ok := field(c.Head, n); ok && (x == key || !atom && term.Same(x, key)) {
			return found(c.Head), nil
		}
		list = c.Tail
	}
	if !list.IsNil() {
		return term.None, bif.StdlibBadarg()
	}
	return missing, nil
}

// cut splits a list before the first tuple with a key: the elements before it, and the list from it on or the end of the list.
func cut(key term.Term, n int64, list term.Term) (before []term.Term, at *term.Cons, end term.Term) {
	for {
		c, ok := list.Cons()
		if !ok {
			return before, nil, list
		}
		if x, ok := field(c.Head, n); ok && term.Same(x, key) {
			return before, c, list
		}
		before = append(before, c.Head)
		list = c.Tail
	}
}

// position reads the number of an element; no tuple has one whose number is big.
func position(t term.Term) (int64, bool) {
	if n, ok := t.Int(); ok {
		return n, n > 0
	}
	n, ok := t.Big()
	return math.MaxInt64, ok && n.Sign() > 0
}

func keydelete(args []term.Term) (term.Term, error) {
	n, ok := position(args[1])
	if !ok {
		return term.None, term.FunctionClause()
	}
	before, c, end := cut(args[0], n, args[2])
	if c != nil {
		return term.ListTail(before, c.Tail), nil
	}
	if !end.IsNil() {
		return term.None, clause("keydelete3", args[0], args[1], end)
	}
	return args[2], nil
}

func keyreplace(args []term.Term) (term.Term, error) {
	n, ok := position(args[1])
	if _, isTuple := args[3].Tuple(); !ok || !isTuple {
		return term.None, term.FunctionClause()
	}
	before, c, end := cut(args[0], n, args[2])
	if c != nil {
		return term.ListTail(append(before, args[3]), c.Tail), nil
	}
	if !end.IsNil() {
		return term.None, clause("keyreplace3", args[0], args[1], end, args[3])
	}
	return args[2], nil
}

func keystore(args []term.Term) (term.Term, error) {
	n, ok := position(args[1])
	if _, isTuple := args[3].Tuple(); !ok || !isTuple {
		return term.None, term.FunctionClause()
	}
	before, c, end := cut(args[0], n, args[2])
	if c != nil {
		return term.ListTail(append(before, args[3]), c.Tail), nil
	}
	if !end.IsNil() {
		return term.None, clause("keystore2", args[0], args[1], end, args[3])
	}
	return term.List(append(before, args[3])...), nil
}

func keytake(args []term.Term) (term.Term, error) {
	n, ok := position(args[1])
	if !ok {
		return term.None, term.FunctionClause()
	}
	before, c, end := cut(args[0], n, args[2])
	if c != nil {
		return term.Tuple(atomValue, c.Head, term.ListTail(before, c.Tail)), nil
	}
	if !end.IsNil() {
		seen, _ := reverse2([]term.Term{term.List(before...), term.Nil})
		return term.None, clause("keytake", args[0], args[1], end, seen)
	}
	return term.False, nil
}
