package maps

import (
	"slices"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// iterating are the functions about iterators. As in OTP an iterator is [Where|Map] before it has been asked, then {Key, Value, Next}
// and none at the end; the pairs of a big map are taken out some at a time. An ordered iterator is [Keys|Map].
func iterating() []bif.Function {
	return []bif.Function{
		{
			Spec:    "iterator(Map :: map()) -> Iterator :: iterator()",
			Doc:     "Returns an iterator, from which next/1 takes the pairs of the map one by one.",
			Example: "1> maps:next(maps:iterator(#{a => 1})).\n{a,1,none}",
			Pure: withMap(0, func(_ *term.Map, args []term.Term) (term.Term, error) {
				return term.NewCons(term.Int(0), args[0]), nil
			}),
		},
		{
			Spec:    "iterator(Map :: map(), Order :: undefined | ordered | reversed | fun((A, B) -> boolean())) -> Iterator :: iterator()",
			Doc:     "Returns an iterator that takes the keys in an order: `ordered` as terms are, `reversed`, or by a fun as that of lists:sort/2.",
			Example: "1> maps:to_list(maps:iterator(#{a => 1,b => 2}, reversed)).\n[{b,2},{a,1}]",
			Proc:    ordered,
		},
		{
			Spec:    "next(Iterator :: iterator()) -> {Key, Value, NextIterator :: iterator()} | none",
			Doc:     "Returns the next key with its value and the iterator for those behind it, or `none`.",
			Example: "1> maps:next(maps:iterator(#{})).\nnone",
			Pure: func(args []term.Term) (term.Term, error) {
				v, ok := next(args[0])
				if !ok {
					return term.None, term.Badarg()
				}
				return v, nil
			},
		},
		{
			Spec:    "to_list(MapOrIterator :: map() | iterator()) -> [{Key, Value}]",
			Doc:     "Returns the pairs of a map, or those that an iterator has not taken yet.",
			Example: "1> maps:to_list(#{a => 1,b => 2}).\n[{a,1},{b,2}]",
			Pure:    toList,
		},
	}
}

// portion is how many pairs of a big map an iterator takes out at a time.
const portion = 64

var (
	atomOrdered  = term.Atom("ordered")
	atomReversed = term.Atom("reversed")
	sortFun      = (&term.Fun{Module: term.Atom("lists"), Name: term.Atom("sort"), Arity: 2, External: true}).Term()
)

func ordered(p *node.Process, args []term.Term) (term.Term, error) {
	m, ok := args[0].Map()
	if !ok {
		return term.None, badmap(args[0])
	}
	keys := m.Keys()
	switch {
	case args[1] == atom.Undefined:
		return term.NewCons(term.Int(0), args[0]), nil
	case args[1] == atomOrdered:
		sortKeys(keys, 1)
	case args[1] == atomReversed:
		sortKeys(keys, -1)
	case isFun(args[1], 2):
		sorted, err := p.Call(sortFun, args[1], term.List(keys...))
		if err != nil {
			return term.None, err
		}
		return term.NewCons(sorted, args[0]), nil
	default:
		return term.None, term.Badarg()
	}
	return term.NewCons(term.List(keys...), args[0]), nil
}

// next advances an iterator; false for what is none.
func next(iterator term.Term) (term.Term, bool) {
	if iterator == atom.None {
		return iterator, true
	}
	if e, ok := iterator.Tuple(); ok && len(e) == 3 {
		return iterator, true
	}
	c, ok := iterator.Cons()
	if !ok {
		return term.None, false
	}
	m, ok := c.Tail.Map()
	if !ok {
		return term.None, false
	}
	if keys, ok := c.Head.Slice(); ok {
		return inOrder(m, keys)
	}
	where, ok := c.Head.Int()
	if !ok || where < 0 || where > 0 && m.Len() <= portion {
		return term.None, false
	}
	pairs, where := m.Portion(where, portion)
	rest := atom.None
	if where > 0 {
		rest = term.NewCons(term.Int(where), c.Tail)
	}
	for i := len(pairs) - 1; i >= 0; i-- {
		rest = term.Tuple(pairs[i][0], pairs[i][1], rest)
	}
	return rest, true
}

// inOrder is the iterator for these keys; all are looked up at once.
func inOrder(m *term.Map, keys []term.Term) (term.Term, bool) {
	rest := atom.None
	for _, k := range slices.Backward(keys) {
		v, ok := m.Get(k)
		if !ok {
			return term.None, false
		}
		rest = term.Tuple(k, v, rest)
	}
	return rest, true
}

// pairsOf calls each for the pairs of a map or an iterator; false for what is neither, which an iterator may turn out to be late.
func pairsOf(t term.Term, each func(k, v term.Term) error) (bool, error) {
	if m, ok := t.Map(); ok {
		for k, v := range m.All() {
			if err := each(k, v); err != nil {
				return true, err
			}
		}
		return true, nil
	}
	for {
		var ok bool
		if t, ok = next(t); !ok {
			return false, nil
		}
		e, ok := t.Tuple()
		if !ok {
			return true, nil
		}
		if err := each(e[0], e[1]); err != nil {
			return true, err
		}
		t = e[2]
	}
}

func toList(args []term.Term) (term.Term, error) {
	var out term.Builder
	ok, _ := pairsOf(args[0], func(k, v term.Term) error {
		out.Add(term.Tuple(k, v))
		return nil
	})
	if !ok {
		return term.None, badmap(args[0])
	}
	return out.List(term.Nil), nil
}
