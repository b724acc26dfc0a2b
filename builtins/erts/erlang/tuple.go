package erlang

import (
	"slices"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
)

// maxTuple is how many elements a tuple can have, as in OTP.
const maxTuple = 1<<24 - 1

func tupleRows() []bif.Function {
	return []bif.Function{
		{Spec: "element(N :: pos_integer(), Tuple :: tuple()) -> term()", Doc: "Returns the Nth element of Tuple; the first is 1.",
			Example: "1> element(2, {a,b}).\nb", Auto: true, Guard: true, Pure: element},
		{Spec: "setelement(N :: pos_integer(), Tuple :: tuple(), Value :: term()) -> tuple()", Doc: "Returns Tuple with Value as its Nth element.",
			Example: "1> setelement(1, {a,b}, x).\n{x,b}", Auto: true, Pure: setelement},
		{Spec: "tuple_size(Tuple :: tuple()) -> non_neg_integer()", Doc: "Returns the number of elements.",
			Example: "1> tuple_size({a,b}).\n2", Auto: true, Guard: true, Pure: tupleSize},
		{Spec: "size(Item :: tuple() | binary()) -> non_neg_integer()", Doc: "Returns the number of elements of a tuple or of whole bytes of a bitstring.",
			Example: "1> size({a,b}).\n2", Auto: true, Guard: true, Pure: size},
		{Spec: "tuple_to_list(Tuple :: tuple()) -> [term()]", Doc: "Returns the elements as a list.",
			Example: "1> tuple_to_list({a,b}).\n[a,b]", Auto: true, Pure: tupleToList},
		{Spec: "list_to_tuple(List :: [term()]) -> tuple()", Doc: "Makes a tuple of the elements of List.",
			Example: "1> list_to_tuple([a,b]).\n{a,b}", Auto: true, Pure: listToTuple},
		{Spec: "make_tuple(Arity :: arity(), Value :: term()) -> tuple()", Doc: "Makes a tuple with Value in every place.",
			Example: "1> erlang:make_tuple(3, x).\n{x,x,x}", Pure: makeTuple2},
		{Spec: "make_tuple(Arity :: arity(), Default :: term(), Init :: [{pos_integer(), term()}]) -> tuple()",
			Doc:     "Makes a tuple with Default in every place that Init, a list of positions and values, leaves free; of several values for one place the last counts.",
			Example: "1> erlang:make_tuple(3, x, [{2,b}]).\n{x,b,x}", Pure: makeTuple3},
		{Spec: "append_element(Tuple :: tuple(), Value :: term()) -> tuple()", Doc: "Returns Tuple with one more element at its end.",
			Example: "1> erlang:append_element({a}, b).\n{a,b}", Pure: appendElement},
		{Spec: "insert_element(N :: pos_integer(), Tuple :: tuple(), Value :: term()) -> tuple()", Doc: "Returns Tuple with Value put in front of its Nth element.",
			Example: "1> erlang:insert_element(1, {b}, a).\n{a,b}", Pure: insertElement},
		{Spec: "delete_element(N :: pos_integer(), Tuple :: tuple()) -> tuple()", Doc: "Returns Tuple without its Nth element.",
			Example: "1> erlang:delete_element(1, {a,b}).\n{b}", Pure: deleteElement},
	}
}

// at returns a position within a tuple of n elements, counted from 0.
func at(t term.Term, n int) (int, bool) {
	i, ok := t.Int()
	return int(i) - 1, ok && i >= 1 && i <= int64(n)
}

func element(args []term.Term) (term.Term, error) {
	if e, ok := args[1].Tuple(); ok {
		if i, ok := at(args[0], len(e)); ok {
			return e[i], nil
		}
	}
	return term.None, term.Badarg()
}

func setelement(args []term.Term) (term.Term, error) {
	if e, ok := args[1].Tuple(); ok {
		if i, ok := at(args[0], len(e)); ok {
			out := slices.Clone(e)
			out[i] = args[2]
			return term.Tuple(out...), nil
		}
	}
	return term.None, term.Badarg()
}

func tupleSize(args []term.Term) (term.Term, error) {
	if e, ok := args[0].Tuple(); ok {
		return term.Int(int64(len(e))), nil
	}
	return term.None, term.Badarg()
}

func size(args []term.Term) (term.Term, error) {
	if e, ok := args[0].Tuple(); ok {
		return term.Int(int64(len(e))), nil
	}
	if b, ok := args[0].Bits(); ok {
		return term.Int(int64(b.Len / 8)), nil
	}
	return term.None, term.Badarg()
}

func tupleToList(args []term.Term) (term.Term, error) {
	if e, ok := args[0].Tuple(); ok {
		return term.List(e...), nil
	}
	return term.None, term.Badarg()
}

func listToTuple(args []term.Term) (term.Term, error) {
	if n, ok := args[0].Length(); !ok || n > maxTuple {
		return term.None, term.Badarg()
	}
	e, _ := args[0].Slice()
	return term.Tuple(e...), nil
}

func arityOf(t term.Term) (int, bool) {
	n, ok := t.Int()
	return int(n), ok && n >= 0 && n <= maxTuple
}

func makeTuple2(args []term.Term) (term.Term, error) {
	n, ok := arityOf(args[0])
	if !ok {
		return term.None, term.Badarg()
	}
	return term.Tuple(slices.Repeat(args[1:2], n)...), nil
}

func makeTuple3(args []term.Term) (term.Term, error) {
	n, ok := arityOf(args[0])
	init, proper := args[2].Slice()
	if !ok || !proper {
		return term.None, term.Badarg()
	}
	out := slices.Repeat(args[1:2], n)
	for _, x := range init {
		e, ok := x.Tuple()
		if !ok || len(e) != 2 {
			return term.None, term.Badarg()
		}
		i, ok := at(e[0], n)
		if !ok {
			return term.None, term.Badarg()
		}
		out[i] = e[1]
	}
	return term.Tuple(out...), nil
}

func appendElement(args []term.Term) (term.Term, error) {
	e, ok := args[0].Tuple()
	if !ok || len(e) >= maxTuple {
		return term.None, term.Badarg()
	}
	out := make([]term.Term, len(e)+1)
	copy(out, e)
	out[len(e)] = args[1]
	return term.Tuple(out...), nil
}

func insertElement(args []term.Term) (term.Term, error) {
	e, ok := args[1].Tuple()
	if ok && len(e) < maxTuple {
		if i, ok := at(args[0], len(e)+1); ok {
			return term.Tuple(slices.Insert(slices.Clone(e), i, args[2])...), nil
		}
	}
	return term.None, term.Badarg()
}

func deleteElement(args []term.Term) (term.Term, error) {
	if e, ok := args[1].Tuple(); ok {
		if i, ok := at(args[0], len(e)); ok {
			return term.Tuple(slices.Delete(slices.Clone(e), i, i+1)...), nil
		}
	}
	return term.None, term.Badarg()
}

func listRows() []bif.Function {
	return []bif.Function{
		{Spec: "hd(List :: [term(), ...]) -> term()", Doc: "Returns the first element.",
			Example: "1> hd([a,b]).\na", Auto: true, Guard: true, Pure: head},
		{Spec: "tl(List :: [term(), ...]) -> term()", Doc: "Returns List without its first element.",
			Example: "1> tl([a,b]).\n[b]", Auto: true, Guard: true, Pure: tail},
		{Spec: "length(List :: [term()]) -> non_neg_integer()", Doc: "Returns the number of elements.",
			Example: "1> length([a,b]).\n2", Auto: true, Guard: true, Pure: length},
	}
}

func head(args []term.Term) (term.Term, error) {
	if c, ok := args[0].Cons(); ok {
		return c.Head, nil
	}
	return term.None, term.Badarg()
}

func tail(args []term.Term) (term.Term, error) {
	if c, ok := args[0].Cons(); ok {
		return c.Tail, nil
	}
	return term.None, term.Badarg()
}

func length(args []term.Term) (term.Term, error) {
	if n, ok := args[0].Length(); ok {
		return term.Int(int64(n)), nil
	}
	return term.None, term.Badarg()
}
