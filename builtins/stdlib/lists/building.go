package lists

import (
	"math"
	"math/big"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// building are the functions that make lists out of lists and numbers.
func building() []bif.Function {
	return []bif.Function{
		{
			Spec:    "reverse(List1 :: [T]) -> List2 :: [T]",
			Doc:     "Returns the elements of List1 in reverse order.",
			Example: "1> lists:reverse([1,2,3]).\n[3,2,1]",
			Pure:    reverse1,
		},
		{
			Spec:    "reverse(List1 :: [T], Tail :: term()) -> List2 :: [T]",
			Doc:     "Returns the elements of List1 in reverse order, followed by Tail.",
			Example: "1> lists:reverse([1,2], [a]).\n[2,1,a]",
			Pure:    reverse2,
		},
		{
			Spec:    "seq(From :: integer(), To :: integer()) -> [integer()]",
			Doc:     "Returns the integers from From to To.",
			Example: "1> lists:seq(1, 5).\n[1,2,3,4,5]",
			Proc:    sized(between2, seq2),
		},
		{
			Spec:    "seq(From :: integer(), To :: integer(), Incr :: integer()) -> [integer()]",
			Doc:     "Returns the integers From, From+Incr and so on that do not pass To.",
			Example: "1> lists:seq(1, 10, 3).\n[1,4,7,10]",
			Proc:    sized(between3, seq3),
		},
		{
			Spec:    "duplicate(N :: non_neg_integer(), Elem :: T) -> [T]",
			Doc:     "Returns a list of N times Elem.",
			Example: "1> lists:duplicate(3, x).\n[x,x,x]",
			Proc:    sized(first, duplicate),
		},
		{
			Spec:    "append(ListOfLists :: [[T]]) -> [T]",
			Doc:     "Returns all lists of a list, one behind the other.",
			Example: "1> lists:append([[1,2],[3]]).\n[1,2,3]",
			Pure:    append1,
		},
		{
			Spec:    "append(List1 :: [T], List2 :: [T]) -> [T]",
			Doc:     "Returns List1 followed by List2, as `List1 ++ List2` does.",
			Example: "1> lists:append([1], [2]).\n[1,2]",
			Pure:    append2,
		},
		{
			Spec:    "delete(Elem :: T, List1 :: [T]) -> List2 :: [T]",
			Doc:     "Returns List1 without the first element that matches Elem.",
			Example: "1> lists:delete(b, [a,b,c,b]).\n[a,c,b]",
			Pure:    remove,
		},
		{
			Spec:    "droplast(List :: [T, ...]) -> [T]",
			Doc:     "Returns List without its last element.",
			Example: "1> lists:droplast([1,2,3]).\n[1,2]",
			Pure:    droplast,
		},
		{
			Spec:    "flatten(DeepList :: [term()]) -> [term()]",
			Doc:     "Returns a list of the elements of DeepList and of all lists in it.",
			Example: "1> lists:flatten([1,[2,[3]],[]]).\n[1,2,3]",
			Pure:    flatten1,
		},
		{
			Spec:    "flatten(DeepList :: [term()], Tail :: [term()]) -> [term()]",
			Doc:     "Returns flatten(DeepList) followed by Tail.",
			Example: "1> lists:flatten([1,[2]], [3]).\n[1,2,3]",
			Pure:    flatten2,
		},
		{
			Spec:    "split(N :: non_neg_integer(), List :: [T]) -> {[T], [T]}",
			Doc:     "Returns the first N elements of List, and the others.",
			Example: "1> lists:split(1, [a,b,c]).\n{[a],[b,c]}",
			Pure:    split,
		},
		{
			Spec:    "sublist(List :: [T], Len :: non_neg_integer()) -> [T]",
			Doc:     "Returns the first Len elements of List, or all where there are fewer.",
			Example: "1> lists:sublist([a,b,c], 2).\n[a,b]",
			Pure:    func(args []term.Term) (term.Term, error) { return front(args[0], args[1], true) },
		},
		{
			Spec:    "sublist(List :: [T], Start :: pos_integer(), Len :: non_neg_integer()) -> [T]",
			Doc:     "Returns at most Len elements of List, from the one with number Start on.",
			Example: "1> lists:sublist([a,b,c,d], 2, 2).\n[b,c]",
			Pure:    sublist3,
		},
		{
			Spec:    "unzip(List :: [{A, B}]) -> {[A], [B]}",
			Doc:     "Returns the first elements of the pairs, and the second ones.",
			Example: "1> lists:unzip([{a,1},{b,2}]).\n{[a,b],[1,2]}",
			Pure:    func(args []term.Term) (term.Term, error) { return unzipped("unzip", args[0], 2) },
		},
		{
			Spec:    "unzip3(List :: [{A, B, C}]) -> {[A], [B], [C]}",
			Doc:     "Returns the first, the second and the third elements of the triples.",
			Example: "1> lists:unzip3([{a,1,x},{b,2,y}]).\n{[a,b],[1,2],[x,y]}",
			Pure:    func(args []term.Term) (term.Term, error) { return unzipped("unzip3", args[0], 3) },
		},
		{
			Spec:    "uniq(List1 :: [T]) -> List2 :: [T]",
			Doc:     "Returns the elements of List1, each only where it stands first.",
			Example: "1> lists:uniq([3,1,3,2,1]).\n[3,1,2]",
			Pure:    uniq,
		},
	}
}

func reverse1(args []term.Term) (term.Term, error) {
	if out, end := term.Reverse(args[0], term.Nil); end.IsNil() {
		return out, nil
	}
	first, ok1 := args[0].Cons()
	if !ok1 {
		return term.None, term.FunctionClause()
	}
	second, ok2 := first.Tail.Cons()
	if !ok2 {
		return term.None, term.FunctionClause()
	}
	// Two elements are turned round, the rest is left to reverse/2.
	e := bif.StdlibBadarg()
	frame := term.Tuple(term.Atom(module), term.Atom("reverse"), term.List(second.Tail, term.List(second.Head, first.Head)),
		term.List(term.Tuple(atom.ErrorInfo, e.Info)))
	e.Stack = term.List(frame)
	return term.None, e
}

func reverse2(args []term.Term) (term.Term, error) {
	out, end := term.Reverse(args[0], args[1])
	if !end.IsNil() {
		return term.None, bif.StdlibBadarg()
	}
	return out, nil
}

// sized is a function that makes a list of as many elements as count says, for which there has to be room.
func sized(count func(args []term.Term) float64, f func(args []term.Term) (term.Term, error)) func(*node.Process, []term.Term) (term.Term, error) {
	const many, cell = 1 << 19, 32
	return func(p *node.Process, args []term.Term) (term.Term, error) {
		if n := count(args); n > many && (n > math.MaxInt64/cell || !p.Room(int64(n)*cell)) {
			return term.None, term.SystemLimit()
		}
		return f(args)
	}
}

func first(args []term.Term) float64 { return number(args[0]) }

func between2(args []term.Term) float64 { return between3([]term.Term{args[0], args[1], term.Int(1)}) }

func between3(args []term.Term) float64 {
	if !args[0].IsInteger() || !args[1].IsInteger() || number(args[2]) == 0 {
		return 0 // wrong, or one element at most
	}
	return (number(args[1]) - number(args[0])) / number(args[2])
}

// number is a number as a float, infinite where it is too large for one; 0 for anything else.
func number(t term.Term) float64 {
	if !t.IsNumber() {
		return 0
	}
	f, err := term.ToFloat(t)
	if err != nil {
		return math.Inf(1)
	}
	x, _ := f.Float()
	return x
}

func seq2(args []term.Term) (term.Term, error) {
	if !args[0].IsInteger() || !args[1].IsInteger() {
		return term.None, term.FunctionClause()
	}
	before, _ := term.Sub(args[0], term.Int(1))
	if term.Compare(before, args[1]) > 0 {
		return term.None, term.FunctionClause()
	}
	return between(args[0], args[1], term.Int(1))
}

func seq3(args []term.Term) (term.Term, error) {
	from, to, step := args[0], args[1], args[2]
	if !from.IsInteger() || !to.IsInteger() || !step.IsInteger() {
		return term.None, bif.StdlibBadarg()
	}
	sign := term.Compare(step, term.Int(0))
	before, _ := term.Sub(from, step)
	switch {
	case sign > 0 && term.Compare(before, to) <= 0, sign < 0 && term.Compare(before, to) >= 0:
		return between(from, to, step)
	case sign == 0 && term.Equal(from, to):
		return term.List(from), nil
	}
	return term.None, bif.StdlibBadarg()
}

// between makes an arithmetic sequence from its far end, which needs no second pass.
func between(from, to, step term.Term) (term.Term, error) {
	a, ok1 := from.Int()
	b, ok2 := to.Int()
	s, ok3 := step.Int()
	if !ok1 || !ok2 || !ok3 || s == -s {
		return betweenBig(from, to, step)
	}
	if s > 0 && a > b || s < 0 && a < b {
		return term.Nil, nil
	}
	n := (b-a)/s + 1
	var out term.Builder
	for i := range n {
		out.Add(term.Int(a + i*s))
	}
	return out.List(term.Nil), nil
}

func betweenBig(from, to, step term.Term) (term.Term, error) {
	a, _ := from.Big()
	b, _ := to.Big()
	s, _ := step.Big()
	var out term.Builder
	for x := new(big.Int).Set(a); x.Cmp(b)*s.Sign() <= 0; {
		out.Add(term.Big(new(big.Int).Set(x)))
		x.Add(x, s)
	}
	return out.List(term.Nil), nil
}

func duplicate(args []term.Term) (term.Term, error) {
	n, ok := args[0].Int()
	if !ok || n < 0 {
		return term.None, term.FunctionClause()
	}
	var out term.Builder
	for range n {
		out.Add(args[1])
	}
	return out.List(term.Nil), nil
}

func append1(args []term.Term) (term.Term, error) {
	parts := []term.Term{}
	list := args[0]
	for {
		c, ok := list.Cons()
		if !ok {
			break
		}
		parts = append(parts, c.Head)
		list = c.Tail
	}
	if !list.IsNil() {
		err := clause("append", list)
		for range min(len(parts), 7) {
			err = within(err, "append", 1)
		}
		return term.None, err
	}
	if len(parts) == 0 {
		return term.Nil, nil
	}
	out := parts[len(parts)-1]
	for i := len(parts) - 2; i >= 0; i-- {
		var err error
		if out, err = join(parts[i], out); err != nil {
			for range min(i+1, 8) {
				err = within(err, "append", 1)
			}
			return term.None, err
		}
	}
	return out, nil
}

// join is the operator ++.
func join(a, b term.Term) (term.Term, error) {
	joined, end := term.Join(a, b)
	if !end.IsNil() {
		return term.None, bif.ErtsError(atom.Badarg, "++", a, b)
	}
	return joined, nil
}

func append2(args []term.Term) (term.Term, error) {
	joined, err := join(args[0], args[1])
	if err != nil {
		return term.None, within(err, "append", 2)
	}
	return joined, nil
}

func remove(args []term.Term) (term.Term, error) {
	var before []term.Term
	list := args[1]
	for {
		c, ok := list.Cons()
		if !ok {
			break
		}
		if term.Equal(c.Head, args[0]) {
			return term.ListTail(before, c.Tail), nil
		}
		before = append(before, c.Head)
		list = c.Tail
	}
	if !list.IsNil() {
		return term.None, clause("delete", args[0], list)
	}
	return args[1], nil
}

func droplast(args []term.Term) (term.Term, error) {
	list := args[0]
	var out []term.Term
	for {
		c, ok := list.Cons()
		if !ok {
			break
		}
		out = append(out, c.Head)
		list = c.Tail
	}
	if len(out) == 0 || !list.IsNil() {
		return term.None, clause("droplast", list)
	}
	return term.List(out[:len(out)-1]...), nil
}

func flatten1(args []term.Term) (term.Term, error) {
	if !args[0].IsList() {
		return term.None, term.FunctionClause()
	}
	return flat(args[0], term.Nil)
}

func flatten2(args []term.Term) (term.Term, error) {
	if !args[0].IsList() || !args[1].IsList() {
		return term.None, term.FunctionClause()
	}
	return flat(args[0], args[1])
}

// flat keeps the lists that it has entered but not finished on a stack of its own, so that depth costs no Go stack.
func flat(list, tail term.Term) (term.Term, error) {
	var out, rest []term.Term
	for {
		if c, ok := list.Cons(); ok {
			if c.Head.IsList() {
				rest = append(rest, c.Tail)
				list = c.Head
			} else {
				out = append(out, c.Head)
				list = c.Tail
			}
			continue
		}
		if !list.IsNil() {
			return term.None, improperInside(list, tail, rest)
		}
		if len(rest) == 0 {
			return term.ListTail(out, tail), nil
		}
		list = rest[len(rest)-1]
		rest = rest[:len(rest)-1]
	}
}

// improperInside names what came behind the part that could not be flattened: that is flattened first.
func improperInside(bad, tail term.Term, rest []term.Term) error {
	for _, later := range rest {
		v, err := flat(later, tail)
		if err != nil {
			return err
		}
		tail = v
	}
	return clause("do_flatten", bad, tail)
}

func split(args []term.Term) (term.Term, error) {
	n, ok := args[0].Int()
	if !ok || n < 0 || !args[1].IsList() {
		return term.None, bif.ErrorOf(atom.Badarg, module, "split", term.List(args...))
	}
	var out []term.Term
	list := args[1]
	for ; n > 0; n-- {
		c, ok := list.Cons()
		if !ok {
			if list.IsNil() {
				return term.None, bif.ErrorOf(atom.Badarg, module, "split", term.List(args...))
			}
			seen, _ := reverse2([]term.Term{term.List(out...), term.Nil})
			return term.None, clause("split", term.Int(n), list, seen)
		}
		out = append(out, c.Head)
		list = c.Tail
	}
	return term.Tuple(term.List(out...), list), nil
}

// front returns the first elements of a list; first says that nothing was taken off it yet.
func front(list, count term.Term, first bool) (term.Term, error) {
	if first && (!count.IsInteger() || !list.IsList()) {
		return term.None, term.FunctionClause()
	}
	n, small := count.Int()
	if !small {
		n = 1 << 62
	}
	if first && n < 0 || !small && term.Compare(count, term.Int(0)) < 0 {
		return term.None, clause("sublist_2", list, count)
	}
	var out []term.Term
	for rest := list; ; n-- {
		c, ok := rest.Cons()
		switch {
		case n == 0 && (rest.IsList() || len(out) > 0 || first):
			return term.List(out...), nil
		case ok:
			out = append(out, c.Head)
			rest = c.Tail
		case rest.IsNil():
			return term.List(out...), nil
		default:
			return term.None, clause("sublist_2", rest, term.Int(n))
		}
	}
}

func sublist3(args []term.Term) (term.Term, error) {
	list, count := args[0], args[2]
	start, ok := position(args[1])
	if !ok {
		return term.None, term.FunctionClause()
	}
	for ; start > 1; start-- {
		c, ok := list.Cons()
		if !ok {
			if list.IsNil() {
				break
			}
			return term.None, clause("sublist", list, term.Int(start), count)
		}
		list = c.Tail
	}
	if start > 1 {
		return term.Nil, nil // whatever count is
	}
	if n, ok := count.Int(); !count.IsInteger() || ok && n < 0 || !list.IsList() {
		return term.None, clause("sublist", list, term.Int(1), count)
	}
	return front(list, count, false)
}

func unzipped(name string, list term.Term, n int) (term.Term, error) {
	columns := make([][]term.Term, n)
	for {
		c, ok := list.Cons()
		if !ok {
			break
		}
		e, ok := c.Head.Tuple()
		if !ok || len(e) != n {
			break
		}
		for i := range columns {
			columns[i] = append(columns[i], e[i])
		}
		list = c.Tail
	}
	out := make([]term.Term, n)
	if !list.IsNil() {
		for i, column := range columns {
			out[i], _ = reverse2([]term.Term{term.List(column...), term.Nil})
		}
		return term.None, clause(name, append([]term.Term{list}, out...)...)
	}
	for i, column := range columns {
		out[i] = term.List(column...)
	}
	return term.Tuple(out...), nil
}

func uniq(args []term.Term) (term.Term, error) {
	var seen term.MapBuilder
	var out []term.Term
	list := args[0]
	for {
		c, ok := list.Cons()
		if !ok {
			break
		}
		n := seen.Len()
		if seen.Put(c.Head, term.True); seen.Len() > n {
			out = append(out, c.Head)
		}
		list = c.Tail
	}
	if !list.IsNil() {
		return term.None, clause("uniq_1", list, seen.Map().Term())
	}
	return term.List(out...), nil
}
