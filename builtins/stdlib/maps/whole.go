package maps

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
)

// whole are the functions that make maps of lists, lists of maps and maps of maps.
func whole() []bif.Function {
	return []bif.Function{
		{
			Spec:    "new() -> Map :: #{}",
			Doc:     "Returns the empty map.",
			Example: "1> maps:new().\n#{}",
			Pure:    func([]term.Term) (term.Term, error) { return term.EmptyMap, nil },
		},
		{
			Spec:    "size(Map :: map()) -> non_neg_integer()",
			Doc:     "Returns the number of keys.",
			Example: "1> maps:size(#{a => 1}).\n1",
			Pure:    withMap(0, func(m *term.Map, _ []term.Term) (term.Term, error) { return term.Int(int64(m.Len())), nil }),
		},
		{
			Spec:    "keys(Map :: #{Key => term()}) -> [Key]",
			Doc:     "Returns the keys.",
			Example: "1> maps:keys(#{a => 1,b => 2}).\n[a,b]",
			Pure:    withMap(0, func(m *term.Map, _ []term.Term) (term.Term, error) { return term.List(m.Keys()...), nil }),
		},
		{
			Spec:    "values(Map :: #{term() => Value}) -> [Value]",
			Doc:     "Returns the values, in the order of keys/1.",
			Example: "1> maps:values(#{a => 1,b => 2}).\n[1,2]",
			Pure:    withMap(0, func(m *term.Map, _ []term.Term) (term.Term, error) { return term.List(m.Values()...), nil }),
		},
		{
			Spec:    "from_list(List :: [{Key, Value}]) -> Map :: map()",
			Doc:     "Makes a map of pairs; of those with equal keys the last one counts.",
			Example: "1> maps:from_list([{a,1},{b,2}]).\n#{a => 1,b => 2}",
			Pure:    fromList,
		},
		{
			Spec:    "from_keys(Keys :: [Key], Value) -> Map :: map()",
			Doc:     "Makes a map in which every key has the same value.",
			Example: "1> maps:from_keys([a,b], 0).\n#{a => 0,b => 0}",
			Pure:    fromKeys,
		},
		{
			Spec:    "merge(Map1 :: map(), Map2 :: map()) -> Map3 :: map()",
			Doc:     "Returns both maps in one; where they share a key, the value of Map2.",
			Example: "1> maps:merge(#{a => 1,b => 1}, #{b => 2}).\n#{a => 1,b => 2}",
			Pure:    merge,
		},
		{
			Spec:    "intersect(Map1 :: map(), Map2 :: map()) -> Map3 :: map()",
			Doc:     "Returns the keys that both maps have, with their values in Map2.",
			Example: "1> maps:intersect(#{a => 1,b => 1}, #{b => 2}).\n#{b => 2}",
			Pure:    intersect,
		},
		{
			Spec:    "with(Keys :: [Key], Map1 :: map()) -> Map2 :: map()",
			Doc:     "Returns the map with those of its keys only that are in Keys.",
			Example: "1> maps:with([a,c], #{a => 1,b => 2}).\n#{a => 1}",
			Pure:    withMap(1, with),
		},
		{
			Spec:    "without(Keys :: [Key], Map1 :: map()) -> Map2 :: map()",
			Doc:     "Returns the map without the keys in Keys.",
			Example: "1> maps:without([a,c], #{a => 1,b => 2}).\n#{b => 2}",
			Pure:    withMap(1, without),
		},
	}
}

func fromList(args []term.Term) (term.Term, error) {
	var b term.MapBuilder
	list := args[0]
	for {
		c, ok := list.Cons()
		if !ok {
			break
		}
		e, ok := c.Head.Tuple()
		if !ok || len(e) != 2 {
			return term.None, term.Badarg()
		}
		b.Put(e[0], e[1])
		list = c.Tail
	}
	if !list.IsNil() {
		return term.None, term.Badarg()
	}
	return b.Map().Term(), nil
}

func fromKeys(args []term.Term) (term.Term, error) {
	keys, ok := args[0].Slice()
	if !ok {
		return term.None, term.Badarg()
	}
	var b term.MapBuilder
	for _, k := range keys {
		b.Put(k, args[1])
	}
	return b.Map().Term(), nil
}

func bothMaps(a, b term.Term) (x, y *term.Map, err error) {
	x, ok := a.Map()
	if !ok {
		return nil, nil, badmap(a)
	}
	y, ok = b.Map()
	if !ok {
		return nil, nil, badmap(b)
	}
	return x, y, nil
}

// merge changes the larger of the two, key by key of the smaller.
func merge(args []term.Term) (term.Term, error) {
	a, b, err := bothMaps(args[0], args[1])
	if err != nil {
		return term.None, err
	}
	if a.Len() >= b.Len() {
		for k, v := range b.All() {
			a = a.Put(k, v)
		}
		return a.Term(), nil
	}
	for k, v := range a.All() {
		if _, ok := b.Get(k); !ok {
			b = b.Put(k, v)
		}
	}
	return b.Term(), nil
}

func intersect(args []term.Term) (term.Term, error) {
	a, b, err := bothMaps(args[0], args[1])
	if err != nil {
		return term.None, err
	}
	var out term.MapBuilder
	if a.Len() < b.Len() {
		for k := range a.All() {
			if v, ok := b.Get(k); ok {
				out.Put(k, v)
			}
		}
		return out.Map().Term(), nil
	}
	for k, v := range b.All() {
		if _, ok := a.Get(k); ok {
			out.Put(k, v)
		}
	}
	return out.Map().Term(), nil
}

func with(m *term.Map, args []term.Term) (term.Term, error) {
	if !args[0].IsList() {
		return term.None, term.Badarg()
	}
	var out term.MapBuilder
	list := args[0]
	for {
		c, ok := list.Cons()
		if !ok {
			break
		}
		if v, ok := m.Get(c.Head); ok {
			out.Put(c.Head, v)
		}
		list = c.Tail
	}
	if !list.IsNil() {
		return term.None, bif.ClauseOf(module, "with_1", list, m.Term())
	}
	return out.Map().Term(), nil
}

var removeFun = (&term.Fun{Module: term.Atom(module), Name: term.Atom("remove"), Arity: 2, External: true}).Term()

func without(m *term.Map, args []term.Term) (term.Term, error) {
	if !args[0].IsList() {
		return term.None, term.Badarg()
	}
	list := args[0]
	for {
		c, ok := list.Cons()
		if !ok {
			break
		}
		m = m.Remove(c.Head)
		list = c.Tail
	}
	if !list.IsNil() {
		return term.None, bif.ClauseOf("lists", "foldl_1", removeFun, m.Term(), list)
	}
	return m.Term(), nil
}
