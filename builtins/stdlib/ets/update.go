package ets

import (
	"slices"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/builtins/tables"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// updateRows are the functions that change elements of an object.
func updateRows() []bif.Function {
	return []bif.Function{
		{Spec: "update_counter(Table :: table(), Key :: term(), UpdateOp :: integer() | {Pos, Incr} | {Pos, Incr, Threshold, SetValue} | [UpdateOp]) -> integer() | [integer()]",
			Doc: "Adds to an element of the object of a key, at once for all who look, and returns the result: the element behind the key for an integer, the one at Pos " +
				"for `{Pos,Incr}`. Beyond Threshold the element becomes SetValue instead. A list does several.",
			Example: "1> T = ets:new(t, []), ets:insert(T, {hits,0}), ets:update_counter(T, hits, 2).\n2", Proc: with(write, updateCounter)},
		{Spec: "update_counter(Table :: table(), Key :: term(), UpdateOp :: term(), Default :: tuple()) -> integer() | [integer()]",
			Doc:     "As update_counter/3; where the key is not there, an object is made of Default first.",
			Example: "1> ets:update_counter(ets:new(t, []), hits, 1, {hits,10}).\n11", Proc: with(write, updateCounter)},
		{Spec: "update_element(Table :: table(), Key :: term(), ElementSpec :: {Pos, Value} | [{Pos, Value}]) -> boolean()",
			Doc:     "Exchanges elements of the object of a key, all at once, and tells whether there is such an object.",
			Example: "1> T = ets:new(t, []), ets:insert(T, {a,1}), ets:update_element(T, a, {2,x}), ets:lookup(T, a).\n[{a,x}]", Proc: with(write, updateElement)},
		{Spec: "update_element(Table :: table(), Key :: term(), ElementSpec :: {Pos, Value} | [{Pos, Value}], Default :: tuple()) -> true",
			Doc:     "As update_element/3; where the key is not there, an object is made of Default first.",
			Example: "1> T = ets:new(t, []), ets:update_element(T, a, {2,x}, {a,1,2}), ets:lookup(T, a).\n[{a,x,2}]", Proc: with(write, updateElement)},
	}
}

// step is one operation of update_counter.
type step struct {
	at         int64
	by         term.Term
	limit, set term.Term // None without a threshold
}

// steps returns the operations; single reports that there was no list of them.
func steps(x term.Term) (list []term.Term, single, ok bool) {
	if !x.IsList() {
		return []term.Term{x}, true, true
	}
	list, ok = x.Slice()
	return list, false, ok
}

// readStep reads one operation.
func readStep(t *tables.Table, x term.Term) (step, bool) {
	if x.IsInteger() {
		return step{at: int64(t.KeyPos) + 1, by: x}, true
	}
	e, _ := x.Tuple()
	ok := len(e) == 2 || len(e) == 4
	for _, n := range e {
		ok = ok && n.IsInteger()
	}
	if !ok {
		return step{}, false
	}
	at, _ := e[0].Int()
	s := step{at: at, by: e[1]}
	if len(e) == 4 {
		s.limit, s.set = e[2], e[3]
	}
	return s, true
}

func updateCounter(_ *node.Process, t *tables.Table, args []term.Term) (term.Term, error) {
	if !t.Many() && len(args) == 3 {
		at, by := term.Int(int64(t.KeyPos)+1), args[2]
		if e, ok := by.Tuple(); ok && len(e) == 2 {
			at, by = e[0], e[1]
		}
		if n, ok := at.Int(); ok {
			if sum := t.Count(args[1], n, by); !sum.None() {
				return sum, nil
			}
		}
	}
	initial, err := initially(t, args)
	if err != nil {
		return term.None, err
	}
	if t.Many() {
		return badarg(causeKind)
	}
	var results []term.Term
	list, single, ok := steps(args[2])
	t.Update(args[1], initial, func(old term.Term) term.Term {
		if old.None() {
			_, err = badarg(causeBadkey)
			return old
		}
		if !ok {
			_, err = plain()
			return term.None
		}
		e, _ := old.Tuple()
		e = slices.Clone(e)
		for _, x := range list {
			s, good := readStep(t, x)
			if !good {
				_, err = plain()
				return term.None
			}
			if err = s.apply(t, e); err != nil {
				return term.None
			}
			results = append(results, e[s.at-1])
		}
		return term.Tuple(e...)
	})
	if err != nil {
		return term.None, err
	}
	if single {
		return results[0], nil
	}
	return term.List(results...), nil
}

// initially returns the object that an update makes where there is none; None without a default.
func initially(t *tables.Table, args []term.Term) (term.Term, error) {
	if len(args) < 4 {
		return term.None, nil
	}
	if _, ok := t.Key(args[3]); !ok {
		return plain()
	}
	e, _ := args[3].Tuple()
	e = slices.Clone(e)
	e[t.KeyPos-1] = args[1]
	return term.Tuple(e...), nil
}

func (s step) apply(t *tables.Table, e []term.Term) error {
	switch {
	case s.at < 1 || s.at > int64(len(e)):
		return bif.StdlibError(atom.Badarg, causePosition)
	case s.at == int64(t.KeyPos):
		return bif.StdlibError(atom.Badarg, causeKeypos)
	case !e[s.at-1].IsInteger():
		return bif.StdlibBadarg()
	}
	sum, err := term.Add(e[s.at-1], s.by)
	if err != nil {
		return err
	}
	if !s.limit.None() {
		c := term.Compare(sum, s.limit)
		if up := term.Compare(s.by, term.Int(0)) >= 0; up && c > 0 || !up && c < 0 {
			sum = s.set
		}
	}
	e[s.at-1] = sum
	return nil
}

func updateElement(_ *node.Process, t *tables.Table, args []term.Term) (term.Term, error) {
	if t.Many() {
		return plain()
	}
	initial, err := initially(t, args)
	if err != nil {
		return term.None, err
	}
	found := false
	t.Update(args[1], initial, func(old term.Term) term.Term {
		if old.None() {
			return old
		}
		var object term.Term
		if object, err = withElements(t, old, args[2]); err != nil {
			return term.None
		}
		found = true
		return object
	})
	if err != nil {
		return term.None, err
	}
	return term.Bool(found), nil
}

// withElements returns an object with the elements exchanged that {Pos, Value}, or a list of those, names.
func withElements(t *tables.Table, object, list term.Term) (term.Term, error) {
	pairs, ok := []term.Term{list}, true
	if list.IsList() {
		pairs, ok = list.Slice()
	}
	if !ok {
		return plain()
	}
	e, _ := object.Tuple()
	e = slices.Clone(e)
	for _, x := range pairs {
		pair, _ := x.Tuple()
		if len(pair) != 2 {
			return plain()
		}
		switch at, ok := pair[0].Int(); {
		case !ok || at < 1 || at > int64(len(e)):
			return plain()
		case at == int64(t.KeyPos):
			return badarg(causeKeypos)
		default:
			e[at-1] = pair[1]
		}
	}
	return term.Tuple(e...), nil
}
