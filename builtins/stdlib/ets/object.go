package ets

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/builtins/tables"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// objectRows are the functions on the objects of one key.
func objectRows() []bif.Function {
	return []bif.Function{
		{Spec: "insert(Table :: table(), ObjectOrObjects :: tuple() | [tuple()]) -> true",
			Doc: "Puts an object into the table, or all objects of a list at once. In a set or ordered_set it takes the place of the one with the same key.",
			Example: "1> T = ets:new(t, [ordered_set]), ets:insert(T, [{b,2},{a,1}]), ets:tab2list(T).\n" +
				"[{a,1},{b,2}]", Proc: with(write, insert)},
		{Spec: "insert_new(Table :: table(), ObjectOrObjects :: tuple() | [tuple()]) -> boolean()",
			Doc:     "Puts an object, or all of a list, into the table if none of their keys is there, and tells whether it did.",
			Example: "1> T = ets:new(t, []), ets:insert_new(T, {a,1}), ets:insert_new(T, [{b,1},{a,2}]).\nfalse", Proc: with(write, insertNew)},
		{Spec: "lookup(Table :: table(), Key :: term()) -> [Object :: tuple()]",
			Doc:     "Returns the objects of a key, in the order in which they came.",
			Example: "1> T = ets:new(t, [bag]), ets:insert(T, [{a,1},{a,2}]), ets:lookup(T, a).\n[{a,1},{a,2}]", Proc: with(read, lookup)},
		{Spec: "lookup_element(Table :: table(), Key :: term(), Pos :: pos_integer()) -> Elem | [Elem]",
			Doc:     "Returns one element of the object of a key; in a bag that of each of its objects. A key that is not there is an error.",
			Example: "1> T = ets:new(t, []), ets:insert(T, {a,1}), ets:lookup_element(T, a, 2).\n1", Proc: with(read, lookupElement)},
		{Spec: "lookup_element(Table :: table(), Key :: term(), Pos :: pos_integer(), Default :: term()) -> Elem | [Elem] | Default",
			Doc:     "As lookup_element/3, but returns Default for a key that is not there.",
			Example: "1> ets:lookup_element(ets:new(t, []), a, 2, none).\nnone", Proc: with(read, lookupElement)},
		{Spec: "member(Table :: table(), Key :: term()) -> boolean()", Doc: "Tells whether the table has objects of a key.",
			Example: "1> ets:member(ets:new(t, []), a).\nfalse", Proc: with(read, member)},
		{Spec: "take(Table :: table(), Key :: term()) -> [Object :: tuple()]", Doc: "Deletes the objects of a key and returns them.",
			Example: "1> T = ets:new(t, []), ets:insert(T, {a,1}), ets:take(T, a).\n[{a,1}]", Proc: with(write, take)},
		{Spec: "delete(Table :: table(), Key :: term()) -> true", Doc: "Deletes the objects of a key.",
			Example: "1> T = ets:new(t, []), ets:insert(T, {a,1}), ets:delete(T, a), ets:tab2list(T).\n[]", Proc: with(write, deleteKey)},
		{Spec: "delete_object(Table :: table(), Object :: tuple()) -> true", Doc: "Deletes exactly this object.",
			Example: "1> T = ets:new(t, [bag]), ets:insert(T, [{a,1},{a,2}]), ets:delete_object(T, {a,1}), ets:tab2list(T).\n[{a,2}]",
			Proc:    with(write, deleteObject)},
		{Spec: "internal_delete_all(Table :: table(), undefined) -> non_neg_integer()",
			Doc: "Deletes all objects and returns how many there were: what delete_all_objects/1 is made of.", Proc: with(write, deleteAll)},
	}
}

// objects reads an object or a list of them.
func objects(t *tables.Table, x term.Term) ([]term.Term, bool) {
	if x.Kind() == term.KindTuple {
		_, ok := t.Key(x)
		return []term.Term{x}, ok
	}
	list, ok := x.Slice()
	for _, o := range list {
		_, has := t.Key(o)
		ok = ok && has
	}
	return list, ok
}

func insert(_ *node.Process, t *tables.Table, args []term.Term) (term.Term, error) {
	if k, ok := t.Key(args[1]); ok {
		t.InsertOne(k, args[1])
		return term.True, nil
	}
	list, ok := objects(t, args[1])
	if !ok {
		return plain()
	}
	t.Insert(list...)
	return term.True, nil
}

func insertNew(_ *node.Process, t *tables.Table, args []term.Term) (term.Term, error) {
	list, ok := objects(t, args[1])
	if !ok {
		return plain()
	}
	return term.Bool(t.InsertNew(list...)), nil
}

func lookup(_ *node.Process, t *tables.Table, args []term.Term) (term.Term, error) {
	if t.Many() {
		return term.List(t.Lookup(args[1])...), nil
	}
	o := t.First(args[1])
	if o.None() {
		return term.Nil, nil
	}
	return term.NewCons(o, term.Nil), nil
}

func lookupElement(_ *node.Process, t *tables.Table, args []term.Term) (term.Term, error) {
	at, ok := args[2].Int()
	if !ok || at < 1 {
		return plain()
	}
	var found []term.Term
	if t.Many() {
		found = t.Lookup(args[1])
	} else if o := t.First(args[1]); !o.None() {
		found = []term.Term{o}
	}
	if len(found) == 0 {
		if len(args) == 4 {
			return args[3], nil
		}
		return badarg(causeBadkey)
	}
	out := make([]term.Term, len(found))
	for i, o := range found {
		e, _ := o.Tuple()
		if at > int64(len(e)) {
			return plain()
		}
		out[i] = e[at-1]
	}
	if t.Many() {
		return term.List(out...), nil
	}
	return out[0], nil
}

func member(_ *node.Process, t *tables.Table, args []term.Term) (term.Term, error) {
	return term.Bool(!t.First(args[1]).None()), nil
}

func take(_ *node.Process, t *tables.Table, args []term.Term) (term.Term, error) {
	return term.List(t.Take(args[1])...), nil
}

func deleteKey(_ *node.Process, t *tables.Table, args []term.Term) (term.Term, error) {
	t.Delete(args[1])
	return term.True, nil
}

func deleteObject(_ *node.Process, t *tables.Table, args []term.Term) (term.Term, error) {
	if _, ok := t.Key(args[1]); !ok {
		return plain()
	}
	t.DeleteObject(args[1])
	return term.True, nil
}

func deleteAll(_ *node.Process, t *tables.Table, _ []term.Term) (term.Term, error) {
	return term.Int(int64(t.Empty())), nil
}
