package ets

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/builtins/tables"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// keyRows are the functions that go from key to key.
func keyRows() []bif.Function {
	sorted := "1> T = ets:new(t, [ordered_set]), ets:insert(T, [{1,a},{2,b},{3,c}]), "
	return []bif.Function{
		{Spec: "first(Table :: table()) -> Key | '$end_of_table'", Doc: "Returns the first key.", Example: sorted + "ets:first(T).\n1",
			Proc: with(read, func(_ *node.Process, t *tables.Table, _ []term.Term) (term.Term, error) { return key(t.FirstKey()) })},
		{Spec: "last(Table :: table()) -> Key | '$end_of_table'", Doc: "Returns the last key; in a table without order, the first.", Example: sorted + "ets:last(T).\n3",
			Proc: with(read, func(_ *node.Process, t *tables.Table, _ []term.Term) (term.Term, error) { return key(t.LastKey()) })},
		{Spec: "next(Table :: table(), Key1 :: term()) -> Key2 | '$end_of_table'", Doc: "Returns the key behind Key1, which has to be there unless the table is an ordered_set.",
			Example: sorted + "ets:next(T, 1).\n2", Proc: with(read, neighbour((*tables.Table).NextKey))},
		{Spec: "prev(Table :: table(), Key1 :: term()) -> Key2 | '$end_of_table'", Doc: "Returns the key before Key1 of an ordered_set; in other tables it is next/2.",
			Example: sorted + "ets:prev(T, 2).\n1", Proc: with(read, neighbour((*tables.Table).PrevKey))},
		{Spec: "first_lookup(Table :: table()) -> {Key, [Object]} | '$end_of_table'", Doc: "Returns the first key with its objects.",
			Example: sorted + "ets:first_lookup(T).\n{1,[{1,a}]}",
			Proc: with(read, func(_ *node.Process, t *tables.Table, _ []term.Term) (term.Term, error) {
				return keyed(t, t.FirstKey())
			})},
		{Spec: "last_lookup(Table :: table()) -> {Key, [Object]} | '$end_of_table'", Doc: "Returns the last key with its objects.",
			Example: sorted + "ets:last_lookup(T).\n{3,[{3,c}]}",
			Proc: with(read, func(_ *node.Process, t *tables.Table, _ []term.Term) (term.Term, error) {
				return keyed(t, t.LastKey())
			})},
		{Spec: "next_lookup(Table :: table(), Key1 :: term()) -> {Key2, [Object]} | '$end_of_table'", Doc: "Returns the key behind Key1 with its objects.",
			Example: sorted + "ets:next_lookup(T, 1).\n{2,[{2,b}]}", Proc: with(read, neighbourObjects((*tables.Table).NextKey))},
		{Spec: "prev_lookup(Table :: table(), Key1 :: term()) -> {Key2, [Object]} | '$end_of_table'", Doc: "Returns the key before Key1 with its objects.",
			Example: sorted + "ets:prev_lookup(T, 2).\n{1,[{1,a}]}", Proc: with(read, neighbourObjects((*tables.Table).PrevKey))},
		{Spec: "slot(Table :: table(), I :: non_neg_integer()) -> [Object] | '$end_of_table'",
			Doc:     "Returns the objects at place I, which counts from 0; behind the last place is `'$end_of_table'`. Few have a use for it.",
			Example: sorted + "ets:slot(T, 0).\n[{1,a}]", Proc: with(read, slot)},
	}
}

func key(k term.Term) (term.Term, error) {
	if k.None() {
		return endOfTable, nil
	}
	return k, nil
}

func keyed(t *tables.Table, k term.Term) (term.Term, error) {
	if k.None() {
		return endOfTable, nil
	}
	return term.Tuple(k, term.List(t.Lookup(k)...)), nil
}

func neighbour(of func(t *tables.Table, k term.Term) (term.Term, bool)) operation {
	return func(_ *node.Process, t *tables.Table, args []term.Term) (term.Term, error) {
		k, ok := of(t, args[1])
		if !ok {
			return plain()
		}
		return key(k)
	}
}

func neighbourObjects(of func(t *tables.Table, k term.Term) (term.Term, bool)) operation {
	return func(_ *node.Process, t *tables.Table, args []term.Term) (term.Term, error) {
		k, ok := of(t, args[1])
		if !ok {
			return plain()
		}
		return keyed(t, k)
	}
}

func slot(_ *node.Process, t *tables.Table, args []term.Term) (term.Term, error) {
	at, ok := args[1].Int()
	if !ok || at < 0 {
		return plain()
	}
	list, end, ok := t.Slot(int(at))
	switch {
	case !ok:
		return plain()
	case end:
		return endOfTable, nil
	}
	return term.List(list...), nil
}
