// Package maps is module maps.
package maps

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

const module = "maps"

// Module returns the module.
func Module() *bif.Module {
	m := &bif.Module{
		Name:      module,
		Doc:       "Functions on maps.",
		ErrorInfo: "erl_stdlib_errors",
	}
	for _, rows := range [][]bif.Function{single(), whole(), iterating(), calling()} {
		m.Functions = append(m.Functions, rows...)
	}
	return m
}

func badmap(t term.Term) error { return term.Error(term.Tuple(atom.Badmap, t)) }

func badkey(t term.Term) error { return term.Error(term.Tuple(atom.Badkey, t)) }

// withMap reads the map that is argument i.
func withMap(i int, f func(m *term.Map, args []term.Term) (term.Term, error)) func(args []term.Term) (term.Term, error) {
	return func(args []term.Term) (term.Term, error) {
		m, ok := args[i].Map()
		if !ok {
			return term.None, badmap(args[i])
		}
		return f(m, args)
	}
}

// single are the functions on one key.
func single() []bif.Function {
	return []bif.Function{
		{
			Spec:    "get(Key, Map :: #{Key => Value}) -> Value",
			Doc:     "Returns the value of Key; without one the error is `{badkey,Key}`.",
			Example: "1> maps:get(a, #{a => 1}).\n1",
			Pure: withMap(1, func(m *term.Map, args []term.Term) (term.Term, error) {
				if v, ok := m.Get(args[0]); ok {
					return v, nil
				}
				return term.None, badkey(args[0])
			}),
		},
		{
			Spec:    "get(Key, Map :: #{Key => Value}, Default) -> Value | Default",
			Doc:     "Returns the value of Key, or Default without one.",
			Example: "1> maps:get(b, #{a => 1}, none).\nnone",
			Pure: withMap(1, func(m *term.Map, args []term.Term) (term.Term, error) {
				if v, ok := m.Get(args[0]); ok {
					return v, nil
				}
				return args[2], nil
			}),
		},
		{
			Spec:    "find(Key, Map :: #{Key => Value}) -> {ok, Value} | error",
			Doc:     "Returns `{ok,Value}` for a key of the map and `error` for any other.",
			Example: "1> maps:find(a, #{a => 1}).\n{ok,1}",
			Pure: withMap(1, func(m *term.Map, args []term.Term) (term.Term, error) {
				if v, ok := m.Get(args[0]); ok {
					return term.Tuple(atom.OK, v), nil
				}
				return atom.ErrorAtom, nil
			}),
		},
		{
			Spec:    "is_key(Key, Map :: #{Key => term()}) -> boolean()",
			Doc:     "Tells whether the map has Key.",
			Example: "1> maps:is_key(a, #{a => 1}).\ntrue",
			Pure: withMap(1, func(m *term.Map, args []term.Term) (term.Term, error) {
				_, ok := m.Get(args[0])
				return term.Bool(ok), nil
			}),
		},
		{
			Spec:    "put(Key, Value, Map1 :: map()) -> Map2 :: map()",
			Doc:     "Returns the map with Key bound to Value, whether it had Key or not.",
			Example: "1> maps:put(b, 2, #{a => 1}).\n#{a => 1,b => 2}",
			Pure: withMap(2, func(m *term.Map, args []term.Term) (term.Term, error) {
				return m.Put(args[0], args[1]).Term(), nil
			}),
		},
		{
			Spec:    "update(Key, Value, Map1 :: #{Key := term()}) -> Map2 :: #{Key := Value}",
			Doc:     "Returns the map with Key bound to Value; the map has to have Key.",
			Example: "1> maps:update(a, 2, #{a => 1}).\n#{a => 2}",
			Pure: withMap(2, func(m *term.Map, args []term.Term) (term.Term, error) {
				if _, ok := m.Get(args[0]); !ok {
					return term.None, badkey(args[0])
				}
				return m.Put(args[0], args[1]).Term(), nil
			}),
		},
		{
			Spec:    "remove(Key, Map1 :: map()) -> Map2 :: map()",
			Doc:     "Returns the map without Key.",
			Example: "1> maps:remove(a, #{a => 1,b => 2}).\n#{b => 2}",
			Pure: withMap(1, func(m *term.Map, args []term.Term) (term.Term, error) {
				return m.Remove(args[0]).Term(), nil
			}),
		},
		{
			Spec:    "take(Key, Map1 :: #{Key => Value}) -> {Value, Map2 :: map()} | error",
			Doc:     "Returns the value of Key and the map without it, or `error`.",
			Example: "1> maps:take(a, #{a => 1,b => 2}).\n{1,#{b => 2}}",
			Pure: withMap(1, func(m *term.Map, args []term.Term) (term.Term, error) {
				v, ok := m.Get(args[0])
				if !ok {
					return atom.ErrorAtom, nil
				}
				return term.Tuple(v, m.Remove(args[0]).Term()), nil
			}),
		},
		{
			Spec:    "update_with(Key, Fun :: fun((Value1) -> Value2), Map1 :: #{Key := Value1}) -> Map2 :: #{Key := Value2}",
			Doc:     "Binds Key to what Fun makes of its value; the map has to have Key.",
			Example: "1> maps:update_with(a, fun(X) -> X + 1 end, #{a => 1}).\n#{a => 2}",
			Proc:    updateWith3,
		},
		{
			Spec:    "update_with(Key, Fun :: fun((Value1) -> Value2), Init, Map1 :: #{Key => Value1}) -> Map2 :: #{Key := Value2 | Init}",
			Doc:     "Binds Key to what Fun makes of its value, or to Init when the map does not have Key.",
			Example: "1> maps:update_with(b, fun(X) -> X + 1 end, 0, #{a => 1}).\n#{a => 1,b => 0}",
			Proc:    updateWith4,
		},
	}
}

func updateWith3(p *node.Process, args []term.Term) (term.Term, error) {
	m, ok := args[2].Map()
	if !ok {
		return term.None, badmap(args[2])
	}
	if !isFun(args[1], 1) {
		return term.None, term.Badarg()
	}
	old, ok := m.Get(args[0])
	if !ok {
		return term.None, bif.ErrorOf(term.Tuple(atom.Badkey, args[0]), module, "update_with", term.List(args...))
	}
	v, err := p.Call(args[1], old)
	if err != nil {
		return term.None, bif.Behind(err, frame("update_with", 3))
	}
	return m.Put(args[0], v).Term(), nil
}

func updateWith4(p *node.Process, args []term.Term) (term.Term, error) {
	m, ok := args[3].Map()
	if !ok {
		return term.None, badmap(args[3])
	}
	if !isFun(args[1], 1) {
		return term.None, term.Badarg()
	}
	v := args[2]
	if old, ok := m.Get(args[0]); ok {
		var err error
		if v, err = p.Call(args[1], old); err != nil {
			return term.None, bif.Behind(err, frame("update_with", 4))
		}
	}
	return m.Put(args[0], v).Term(), nil
}

func isFun(t term.Term, arity int) bool {
	f, ok := t.Fun()
	return ok && f.Arity == arity
}

func frame(name string, arity int64) term.Term { return bif.Frame(module, name, term.Int(arity)) }
