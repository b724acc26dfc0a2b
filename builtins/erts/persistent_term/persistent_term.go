// Package persistent_term is module persistent_term: terms that all processes of a node read at no cost and seldom change.
package persistent_term

import (
	"sync/atomic"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// table is the terms of a node. A change swaps the map.
var table node.Slot[*atomic.Pointer[term.Map]]

func of(n *node.Node) *atomic.Pointer[term.Map] {
	return table.Of(n, func(*node.Node) *atomic.Pointer[term.Map] {
		p := new(atomic.Pointer[term.Map])
		empty, _ := term.EmptyMap.Map()
		p.Store(empty)
		return p
	})
}

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:      "persistent_term",
		Doc:       "Terms that all processes read at no cost and seldom change.",
		ErrorInfo: "erl_erts_errors",
		Functions: []bif.Function{
			{Spec: "put(Key :: term(), Value :: term()) -> ok", Doc: "Stores Value under Key.",
				Example: "1> persistent_term:put(k, 1), persistent_term:get(k).\n1", Proc: put},
			{Spec: "get(Key :: term()) -> term()", Doc: "Returns what is stored under Key; fails with `badarg` when nothing is.",
				Example: "1> persistent_term:put(k, 1), persistent_term:get(k).\n1", Proc: get1},
			{Spec: "get(Key :: term(), Default :: term()) -> term()", Doc: "Returns what is stored under Key, Default when nothing is.",
				Example: "1> persistent_term:get(nothing, none).\nnone", Proc: get2},
			{Spec: "get() -> [{Key :: term(), Value :: term()}]", Doc: "Returns all that is stored.",
				Example: "1> persistent_term:put(k, 1), lists:keyfind(k, 1, persistent_term:get()).\n{k,1}", Proc: get0},
			{Spec: "erase(Key :: term()) -> boolean()", Doc: "Forgets what is stored under Key; tells whether anything was.",
				Example: "1> persistent_term:erase(nothing).\nfalse", Proc: erase},
			{Spec: "info() -> #{count := non_neg_integer(), memory := non_neg_integer()}", Doc: "Returns how many terms are stored.",
				Example: "1> is_integer(maps:get(count, persistent_term:info())).\ntrue", Proc: info},
		},
	}
}

func put(p *node.Process, args []term.Term) (term.Term, error) {
	key, value := args[0], args[1]
	change(p.Node(), func(m *term.Map) *term.Map { return m.Put(key, value) })
	return atom.OK, nil
}

// change swaps the map for what edit makes of it.
func change(n *node.Node, edit func(m *term.Map) *term.Map) (old *term.Map) {
	at := of(n)
	for {
		old = at.Load()
		if at.CompareAndSwap(old, edit(old)) {
			return old
		}
	}
}

func get0(p *node.Process, _ []term.Term) (term.Term, error) {
	var b term.Builder
	for k, v := range of(p.Node()).Load().All() {
		b.Add(term.Tuple(k, v))
	}
	return b.List(term.Nil), nil
}

func get1(p *node.Process, args []term.Term) (term.Term, error) {
	v, ok := of(p.Node()).Load().Get(args[0])
	if !ok {
		return term.None, term.Badarg()
	}
	return v, nil
}

func get2(p *node.Process, args []term.Term) (term.Term, error) {
	if v, ok := of(p.Node()).Load().Get(args[0]); ok {
		return v, nil
	}
	return args[1], nil
}

func erase(p *node.Process, args []term.Term) (term.Term, error) {
	key := args[0]
	old := change(p.Node(), func(m *term.Map) *term.Map { return m.Remove(key) })
	_, had := old.Get(key)
	return term.Bool(had), nil
}

func info(p *node.Process, _ []term.Term) (term.Term, error) {
	n := int64(of(p.Node()).Load().Len())
	return term.NewMap(term.Atom("count"), term.Int(n), term.Atom("memory"), term.Int(n*64)), nil
}
