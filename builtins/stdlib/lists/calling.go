package lists

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// calling are the functions that call a fun for every element and that programs spend their time in.
func calling() []bif.Function {
	return []bif.Function{
		{
			Spec:    "map(Fun :: fun((A) -> B), List1 :: [A]) -> List2 :: [B]",
			Doc:     "Returns what Fun gives for each element.",
			Example: "1> lists:map(fun(X) -> X * 2 end, [1,2,3]).\n[2,4,6]",
			Proc:    mapping,
		},
		{
			Spec:    "foldl(Fun :: fun((Elem :: T, AccIn) -> AccOut), Acc0 :: term(), List :: [T]) -> Acc1 :: term()",
			Doc:     "Calls Fun for each element and what the call before returned, from the first to the last, and returns the last result.",
			Example: "1> lists:foldl(fun(X, Sum) -> X + Sum end, 0, [1,2,3]).\n6",
			Proc:    foldl,
		},
		{
			Spec:    "foldr(Fun :: fun((Elem :: T, AccIn) -> AccOut), Acc0 :: term(), List :: [T]) -> Acc1 :: term()",
			Doc:     "As foldl, from the last element to the first.",
			Example: "1> lists:foldr(fun(X, Acc) -> [X|Acc] end, [], [1,2,3]).\n[1,2,3]",
			Proc:    foldr,
		},
		{
			Spec:    "foreach(Fun :: fun((Elem :: T) -> term()), List :: [T]) -> ok",
			Doc:     "Calls Fun for each element in turn.",
			Example: "1> lists:foreach(fun(X) -> self() ! X end, [a,b]).\nok",
			Proc:    foreach,
		},
		{
			Spec:    "filter(Pred :: fun((Elem :: T) -> boolean()), List1 :: [T]) -> List2 :: [T]",
			Doc:     "Returns the elements for which Pred is true.",
			Example: "1> lists:filter(fun(X) -> X > 1 end, [1,2,3]).\n[2,3]",
			Proc:    filter,
		},
		{
			Spec:    "partition(Pred :: fun((Elem :: T) -> boolean()), List :: [T]) -> {Satisfying :: [T], NotSatisfying :: [T]}",
			Doc:     "Returns the elements for which Pred is true, and the others.",
			Example: "1> lists:partition(fun(X) -> X > 1 end, [1,2,3]).\n{[2,3],[1]}",
			Proc:    partition,
		},
		{
			Spec:    "any(Pred :: fun((Elem :: T) -> boolean()), List :: [T]) -> boolean()",
			Doc:     "Tells whether Pred is true for some element.",
			Example: "1> lists:any(fun erlang:is_atom/1, [1,a]).\ntrue",
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
				return until(p, args, true, call{"any", 2, 1291}, call{"any_1", 2, 1299})
			},
		},
		{
			Spec:    "all(Pred :: fun((Elem :: T) -> boolean()), List :: [T]) -> boolean()",
			Doc:     "Tells whether Pred is true for every element.",
			Example: "1> lists:all(fun erlang:is_atom/1, [1,a]).\nfalse",
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
				return until(p, args, false, call{"all", 2, 1268}, call{"all_1", 2, 1276})
			},
		},
		{
			Spec:    "filtermap(Fun :: fun((Elem :: A) -> boolean() | {true, B}), List1 :: [A]) -> List2 :: [A | B]",
			Doc:     "Keeps the elements for which Fun returns true, and Value where it returns `{true,Value}`.",
			Example: "1> lists:filtermap(fun(X) when X > 1 -> {true,X*X}; (_) -> false end, [1,2,3]).\n[4,9]",
			Proc:    filtermap,
		},
		{
			Spec:    "mapfoldl(Fun :: fun((A, AccIn) -> {B, AccOut}), Acc0 :: term(), List1 :: [A]) -> {List2 :: [B], Acc1 :: term()}",
			Doc:     "map and foldl in one: Fun returns an element and the value for its next call.",
			Example: "1> lists:mapfoldl(fun(X, N) -> {{N,X},N+1} end, 1, [a,b]).\n{[{1,a},{2,b}],3}",
			Proc:    mapfoldl,
		},
	}
}

// call is where a fun is called from: a function of the module as stack traces name it.
type call struct {
	name  string
	arity int64
	line  int64
}

func (c call) frame() term.Term {
	where := term.List(term.Tuple(atom.File, term.String("lists.erl")), term.Tuple(atom.Line, term.Int(c.line)))
	return term.Tuple(term.Atom(module), term.Atom(c.name), term.Int(c.arity), where)
}

// caller calls a fun again and again.
type caller struct {
	p    *node.Process
	fun  term.Term
	args [2]term.Term
}

func (c *caller) call1(x term.Term, at ...call) (term.Term, error) {
	c.args[0] = x
	v, err := c.p.Call(c.fun, c.args[:1]...)
	if err != nil {
		return v, behind(err, at)
	}
	return v, nil
}

func (c *caller) call2(x, y term.Term, at ...call) (term.Term, error) {
	c.args[0], c.args[1] = x, y
	v, err := c.p.Call(c.fun, c.args[:2]...)
	if err != nil {
		return v, behind(err, at)
	}
	return v, nil
}

func behind(err error, at []call) error {
	frames := make([]term.Term, len(at))
	for i, c := range at {
		frames[i] = c.frame()
	}
	return bif.Behind(err, frames...)
}

// truth is the value of a boolean; anything else fails as a case expression does.
func (c *caller) truth(v term.Term, at call) (bool, error) {
	switch v {
	case term.True:
		return true, nil
	case term.False:
		return false, nil
	}
	e := term.Error(term.Tuple(caseClause, v))
	e.Stack = term.List(at.frame())
	return false, e
}

func isFun(t term.Term, arity int) bool {
	f, ok := t.Fun()
	return ok && f.Arity == arity
}

func mapping(p *node.Process, args []term.Term) (term.Term, error) {
	f := caller{p: p, fun: args[0]}
	list := args[1]
	if !isFun(f.fun, 1) {
		return term.None, term.FunctionClause()
	}
	if !list.IsList() {
		return term.None, noCase(list, "map", 2)
	}
	var out term.Builder
	for {
		c, ok := list.Cons()
		if !ok {
			break
		}
		v, err := f.call1(c.Head)
		if err != nil {
			return term.None, behind(err, nested(call{"map", 2, 1315}, call{"map_1", 2, 1320}, out.Len()))
		}
		out.Add(v)
		list = c.Tail
	}
	if !list.IsNil() {
		return term.None, clause("map_1", f.fun, list)
	}
	return out.List(term.Nil), nil
}

// nested is the trace of a function whose first call is of first and that then recurses through again.
func nested(first, again call, times int) []call {
	most := 2 // the call of the fun, and that of itself; what returns to the same place again is not shown again
	if first == again {
		most = 1
	}
	var at []call
	for range min(times, most) {
		at = append(at, again)
	}
	return append(at, first)
}

func foldl(p *node.Process, args []term.Term) (term.Term, error) {
	f := caller{p: p, fun: args[0]}
	acc, list := args[1], args[2]
	if !isFun(f.fun, 2) {
		return term.None, term.FunctionClause()
	}
	if !list.IsList() {
		return term.None, noCase(list, "foldl", 3)
	}
	at := call{"foldl", 3, 1350}
	for {
		c, ok := list.Cons()
		if !ok {
			break
		}
		var err error
		if acc, err = f.call2(c.Head, acc); err != nil {
			return term.None, behind(err, []call{at})
		}
		at = call{"foldl_1", 3, 1355}
		list = c.Tail
	}
	if !list.IsNil() {
		return term.None, clause("foldl_1", f.fun, acc, list)
	}
	return acc, nil
}

func foldr(p *node.Process, args []term.Term) (term.Term, error) {
	f := caller{p: p, fun: args[0]}
	acc, list := args[1], args[2]
	if !isFun(f.fun, 2) {
		return term.None, term.FunctionClause()
	}
	var elements []term.Term
	for {
		c, ok := list.Cons()
		if !ok {
			break
		}
		elements = append(elements, c.Head)
		list = c.Tail
	}
	if !list.IsNil() {
		return term.None, clause("foldr_1", f.fun, acc, list)
	}
	for i := len(elements) - 1; i >= 0; i-- {
		var err error
		if acc, err = f.call2(elements[i], acc); err != nil {
			return term.None, behind(err, []call{{"foldr_1", 3, 1372}}[:min(i, 1)]) // the first call of the fun is the last one
		}
	}
	return acc, nil
}

func foreach(p *node.Process, args []term.Term) (term.Term, error) {
	f := caller{p: p, fun: args[0]}
	list := args[1]
	if !isFun(f.fun, 1) {
		return term.None, term.FunctionClause()
	}
	for {
		c, ok := list.Cons()
		if !ok {
			break
		}
		if _, err := f.call1(c.Head); err != nil {
			return term.None, behind(err, []call{{"foreach_1", 2, 1442}})
		}
		list = c.Tail
	}
	if !list.IsNil() {
		return term.None, clause("foreach_1", f.fun, list)
	}
	return atom.OK, nil
}

var (
	badFilter    = term.Atom("bad_filter")
	badGenerator = term.Atom("bad_generator")
)

func filter(p *node.Process, args []term.Term) (term.Term, error) {
	f := caller{p: p, fun: args[0]}
	list := args[1]
	if !isFun(f.fun, 1) {
		return term.None, term.FunctionClause()
	}
	const comprehension = "-filter/2-lc$^0/1-0-"
	var out term.Builder
	for {
		c, ok := list.Cons()
		if !ok {
			break
		}
		v, err := f.call1(c.Head)
		if err != nil {
			return term.None, behind(err, nested(call{comprehension, 2, 1383}, call{comprehension, 2, 1383}, out.Len()))
		}
		switch v {
		case term.True:
			out.Add(c.Head)
		case term.False:
		default:
			return term.None, failure(term.Tuple(badFilter, v), comprehension, 2)
		}
		list = c.Tail
	}
	if !list.IsNil() {
		return term.None, failure(term.Tuple(badGenerator, list), comprehension, 2)
	}
	return out.List(term.Nil), nil
}

func partition(p *node.Process, args []term.Term) (term.Term, error) {
	f := caller{p: p, fun: args[0]}
	list := args[1]
	if !isFun(f.fun, 1) {
		return term.None, term.FunctionClause()
	}
	var yes, no term.Builder
	at := call{"partition_1", 4, 1399}
	for {
		c, ok := list.Cons()
		if !ok {
			break
		}
		v, err := f.call1(c.Head, at)
		if err != nil {
			return term.None, err
		}
		in, err := f.truth(v, at)
		if err != nil {
			return term.None, err
		}
		if in {
			yes.Add(c.Head)
		} else {
			no.Add(c.Head)
		}
		list = c.Tail
	}
	if !list.IsNil() {
		a, _ := reverse2([]term.Term{yes.List(term.Nil), term.Nil})
		b, _ := reverse2([]term.Term{no.List(term.Nil), term.Nil})
		return term.None, clause("partition_1", f.fun, list, a, b)
	}
	return term.Tuple(yes.List(term.Nil), no.List(term.Nil)), nil
}

// until is any/2 and all/2: it ends at the first element for which the fun returns stop.
func until(p *node.Process, args []term.Term, stop bool, at, later call) (term.Term, error) {
	f := caller{p: p, fun: args[0]}
	list := args[1]
	if !isFun(f.fun, 1) {
		return term.None, term.FunctionClause()
	}
	if !list.IsList() {
		return term.None, noCase(list, at.name, 2)
	}
	for {
		c, ok := list.Cons()
		if !ok {
			break
		}
		v, err := f.call1(c.Head, at)
		if err != nil {
			return term.None, err
		}
		in, err := f.truth(v, at)
		if err != nil {
			return term.None, err
		}
		if in == stop {
			return term.Bool(stop), nil
		}
		at = later
		list = c.Tail
	}
	if !list.IsNil() {
		return term.None, clause(later.name, f.fun, list)
	}
	return term.Bool(!stop), nil
}

func filtermap(p *node.Process, args []term.Term) (term.Term, error) {
	f := caller{p: p, fun: args[0]}
	list := args[1]
	if !isFun(f.fun, 1) {
		return term.None, term.FunctionClause()
	}
	at := call{"filtermap_1", 2, 1417}
	var out term.Builder
	for {
		c, ok := list.Cons()
		if !ok {
			break
		}
		v, err := f.call1(c.Head, at)
		if err != nil {
			return term.None, err
		}
		if pair, ok := v.Tagged(term.True, 2); ok {
			out.Add(pair[1])
		} else {
			in, err := f.truth(v, at)
			if err != nil {
				return term.None, err
			}
			if in {
				out.Add(c.Head)
			}
		}
		list = c.Tail
	}
	if !list.IsNil() {
		return term.None, clause("filtermap_1", f.fun, list)
	}
	return out.List(term.Nil), nil
}

func mapfoldl(p *node.Process, args []term.Term) (term.Term, error) {
	f := caller{p: p, fun: args[0]}
	acc, list := args[1], args[2]
	if !isFun(f.fun, 2) {
		return term.None, term.FunctionClause()
	}
	at := call{"mapfoldl_1", 3, 1462}
	var out term.Builder
	for {
		c, ok := list.Cons()
		if !ok {
			break
		}
		v, err := f.call2(c.Head, acc)
		if err != nil {
			return term.None, behind(err, nested(at, at, out.Len()))
		}
		pair, ok := v.Tuple()
		if !ok || len(pair) != 2 {
			return term.None, failure(term.Tuple(atom.Badmatch, v), at.name, 3)
		}
		out.Add(pair[0])
		acc = pair[1]
		list = c.Tail
	}
	if !list.IsNil() {
		return term.None, clause("mapfoldl_1", f.fun, acc, list)
	}
	return term.Tuple(out.List(term.Nil), acc), nil
}
