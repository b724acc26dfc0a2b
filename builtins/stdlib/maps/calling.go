package maps

import (
	"strings"

	"slices"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// calling are the functions that call a fun for every pair.
func calling() []bif.Function {
	return []bif.Function{
		{
			Spec:    "map(Fun :: fun((Key, Value1) -> Value2), MapOrIterator :: #{Key => Value1} | iterator()) -> Map :: #{Key => Value2}",
			Doc:     "Returns the map in which every key has what Fun gives for it and its value.",
			Example: "1> maps:map(fun(_, V) -> V * 2 end, #{a => 1}).\n#{a => 2}",
			Proc:    mapping,
		},
		{
			Spec:    "fold(Fun :: fun((Key, Value, AccIn) -> AccOut), Init, MapOrIterator :: map() | iterator()) -> Acc",
			Doc:     "Calls Fun for every pair and what the call before returned, and returns the last result.",
			Example: "1> maps:fold(fun(_, V, Sum) -> V + Sum end, 0, #{a => 1,b => 2}).\n3",
			Proc:    fold,
		},
		{
			Spec:    "foreach(Fun :: fun((Key, Value) -> term()), MapOrIterator :: map() | iterator()) -> ok",
			Doc:     "Calls Fun for every pair.",
			Example: "1> maps:foreach(fun(K, V) -> self() ! {K,V} end, #{a => 1}).\nok",
			Proc:    foreach,
		},
		{
			Spec:    "filter(Pred :: fun((Key, Value) -> boolean()), MapOrIterator :: map() | iterator()) -> Map :: map()",
			Doc:     "Returns the pairs for which Pred is true.",
			Example: "1> maps:filter(fun(_, V) -> V > 1 end, #{a => 1,b => 2}).\n#{b => 2}",
			Proc:    filter,
		},
		{
			Spec:    "filtermap(Fun :: fun((Key, Value1) -> boolean() | {true, Value2}), MapOrIterator :: map() | iterator()) -> Map :: map()",
			Doc:     "Keeps the pairs for which Fun returns true, and the key with Value2 where it returns `{true,Value2}`.",
			Example: "1> maps:filtermap(fun(_, 1) -> false; (_, V) -> {true,-V} end, #{a => 1,b => 2}).\n#{b => -2}",
			Proc:    filtermap,
		},
		{
			Spec:    "merge_with(Combiner :: fun((Key, Value1, Value2) -> Value), Map1 :: map(), Map2 :: map()) -> Map3 :: map()",
			Doc:     "As merge/2; where the maps share a key, Combiner makes the value.",
			Example: "1> maps:merge_with(fun(_, A, B) -> A + B end, #{a => 1}, #{a => 2}).\n#{a => 3}",
			Proc:    mergeWith,
		},
		{
			Spec:    "intersect_with(Combiner :: fun((Key, Value1, Value2) -> Value), Map1 :: map(), Map2 :: map()) -> Map3 :: map()",
			Doc:     "As intersect/2, and Combiner makes the values.",
			Example: "1> maps:intersect_with(fun(_, A, B) -> {A,B} end, #{a => 1,b => 1}, #{a => 2}).\n#{a => {1,2}}",
			Proc:    intersectWith,
		},
		{
			Spec:    "groups_from_list(KeyFun :: fun((Elem) -> Key), List :: [Elem]) -> Groups :: #{Key => [Elem]}",
			Doc:     "Returns the elements for which KeyFun gives the same key as lists, by key.",
			Example: "1> maps:groups_from_list(fun(X) -> X rem 2 end, [1,2,3]).\n#{0 => [2],1 => [1,3]}",
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
				return groups(p, args[0], term.None, args[1])
			},
		},
		{
			Spec:    "groups_from_list(KeyFun :: fun((Elem) -> Key), ValueFun :: fun((Elem) -> Value), List :: [Elem]) -> Groups :: #{Key => [Value]}",
			Doc:     "As groups_from_list/2 with what ValueFun gives in the place of the elements.",
			Example: "1> maps:groups_from_list(fun(X) -> X rem 2 end, fun(X) -> -X end, [1,2,3]).\n#{0 => [-2],1 => [-1,-3]}",
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
				return groups(p, args[0], args[1], args[2])
			},
		},
	}
}

func sortKeys(keys []term.Term, sign int) {
	slices.SortFunc(keys, func(a, b term.Term) int { return sign * term.CompareExact(a, b) })
}

// over checks a fun and what it is called for, and calls each with what it returns for a pair.
func over(p *node.Process, fun term.Term, pairs term.Term, inner string, each func(k, v, result term.Term) error) error {
	if !isFun(fun, 2) {
		return term.Badarg()
	}
	at := []term.Term{frame(inner, 2)}
	if outer := strings.TrimSuffix(inner, "_1"); outer != "foreach" && outer != "fold" {
		at = append(at, frame(outer, 2)) // which makes a map of the list
	}
	var buffer [2]term.Term
	ok, err := pairsOf(pairs, func(k, v term.Term) error {
		buffer[0], buffer[1] = k, v
		result, err := p.Call(fun, buffer[:]...)
		if err != nil {
			return bif.Behind(err, at...)
		}
		return each(k, v, result)
	})
	if !ok {
		return badmap(pairs)
	}
	return err
}

func mapping(p *node.Process, args []term.Term) (term.Term, error) {
	var out term.MapBuilder
	err := over(p, args[0], args[1], "map_1", func(k, _, result term.Term) error {
		out.Put(k, result)
		return nil
	})
	if err != nil {
		return term.None, err
	}
	return out.Map().Term(), nil
}

func fold(p *node.Process, args []term.Term) (term.Term, error) {
	fun, acc := args[0], args[1]
	if !isFun(fun, 3) {
		return term.None, term.Badarg()
	}
	var buffer [3]term.Term
	ok, err := pairsOf(args[2], func(k, v term.Term) error {
		buffer[0], buffer[1], buffer[2] = k, v, acc
		var err error
		if acc, err = p.Call(fun, buffer[:]...); err != nil {
			return bif.Behind(err, frame("fold_1", 3))
		}
		return nil
	})
	if !ok {
		return term.None, badmap(args[2])
	}
	if err != nil {
		return term.None, err
	}
	return acc, nil
}

func foreach(p *node.Process, args []term.Term) (term.Term, error) {
	err := over(p, args[0], args[1], "foreach_1", func(_, _, _ term.Term) error { return nil })
	if err != nil {
		return term.None, err
	}
	return atom.OK, nil
}

func notBoolean(v term.Term, inner string) error {
	return bif.Behind(bif.ErrorOf(term.Tuple(atom.CaseClause, v), module, inner, term.Int(2)), frame(strings.TrimSuffix(inner, "_1"), 2))
}

func filter(p *node.Process, args []term.Term) (term.Term, error) {
	var out term.MapBuilder
	err := over(p, args[0], args[1], "filter_1", func(k, v, result term.Term) error {
		switch result {
		case term.True:
			out.Put(k, v)
		case term.False:
		default:
			return notBoolean(result, "filter_1")
		}
		return nil
	})
	if err != nil {
		return term.None, err
	}
	return out.Map().Term(), nil
}

func filtermap(p *node.Process, args []term.Term) (term.Term, error) {
	var out term.MapBuilder
	err := over(p, args[0], args[1], "filtermap_1", func(k, v, result term.Term) error {
		pair, isPair := result.Tagged(term.True, 2)
		switch {
		case result == term.True:
			out.Put(k, v)
		case isPair:
			out.Put(k, pair[1])
		case result != term.False:
			return notBoolean(result, "filtermap_1")
		}
		return nil
	})
	if err != nil {
		return term.None, err
	}
	return out.Map().Term(), nil
}

func combine(p *node.Process, args []term.Term, inner string, take func(combine func(k, a, b term.Term) (term.Term, error), a, b *term.Map) (term.Term, error)) (term.Term, error) {
	if !isFun(args[0], 3) {
		return term.None, term.Badarg()
	}
	a, b, err := bothMaps(args[1], args[2])
	if err != nil {
		return term.None, err
	}
	return take(func(k, x, y term.Term) (term.Term, error) {
		v, err := p.Call(args[0], k, x, y)
		if err != nil {
			return v, bif.Behind(err, frame(inner, 4))
		}
		return v, nil
	}, a, b)
}

func mergeWith(p *node.Process, args []term.Term) (term.Term, error) {
	return combine(p, args, "merge_with_1", func(f func(k, a, b term.Term) (term.Term, error), a, b *term.Map) (term.Term, error) {
		if a.Len() > b.Len() {
			for k, v := range b.All() {
				if old, ok := a.Get(k); ok {
					var err error
					if v, err = f(k, old, v); err != nil {
						return v, err
					}
				}
				a = a.Put(k, v)
			}
			return a.Term(), nil
		}
		for k, v := range a.All() {
			if old, ok := b.Get(k); ok {
				var err error
				if v, err = f(k, v, old); err != nil {
					return v, err
				}
			}
			b = b.Put(k, v)
		}
		return b.Term(), nil
	})
}

func intersectWith(p *node.Process, args []term.Term) (term.Term, error) {
	return combine(p, args, "intersect_with_small_map_first", func(f func(k, a, b term.Term) (term.Term, error), a, b *term.Map) (term.Term, error) {
		var out term.MapBuilder
		small, other := a, b
		if a.Len() > b.Len() {
			small, other = b, a
		}
		for k := range small.All() {
			if _, ok := other.Get(k); !ok {
				continue
			}
			x, _ := a.Get(k)
			y, _ := b.Get(k)
			v, err := f(k, x, y)
			if err != nil {
				return v, err
			}
			out.Put(k, v)
		}
		return out.Map().Term(), nil
	})
}

func groups(p *node.Process, keyFun, valueFun, list term.Term) (term.Term, error) {
	elements, ok := list.Slice()
	arity := int64(2)
	if !valueFun.None() {
		ok = ok && isFun(valueFun, 1)
		arity = 3
	}
	if !ok || !isFun(keyFun, 1) {
		return term.None, term.Badarg()
	}
	at := frame("groups_from_list_1", arity)
	out, _ := term.EmptyMap.Map()
	for i := len(elements) - 1; i >= 0; i-- {
		key, err := p.Call(keyFun, elements[i])
		if err != nil {
			return term.None, bif.Behind(err, at)
		}
		v := elements[i]
		if !valueFun.None() {
			if v, err = p.Call(valueFun, elements[i]); err != nil {
				return term.None, bif.Behind(err, at)
			}
		}
		group, ok := out.Get(key)
		if !ok {
			group = term.Nil
		}
		out = out.Put(key, term.NewCons(v, group))
	}
	return out.Term(), nil
}
