package lists

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

// basic are the functions that look into a list.
func basic() []bif.Function {
	return []bif.Function{
		{
			Spec:    "member(Elem :: T, List :: [T]) -> boolean()",
			Doc:     "Tells whether an element of List matches Elem.",
			Example: "1> lists:member(2, [1,2,3]).\ntrue",
			Pure:    member,
		},
		{
			Spec:    "nth(N :: pos_integer(), List :: [T, ...]) -> Elem :: T",
			Doc:     "Returns the Nth element of List; the first has number 1.",
			Example: "1> lists:nth(2, [a,b,c]).\nb",
			Pure:    nth,
		},
		{
			Spec:    "nthtail(N :: non_neg_integer(), List :: [T]) -> Tail :: [T]",
			Doc:     "Returns what is left of List behind its first N elements.",
			Example: "1> lists:nthtail(1, [a,b,c]).\n[b,c]",
			Pure:    nthtail,
		},
		{
			Spec:    "last(List :: [T, ...]) -> Last :: T",
			Doc:     "Returns the last element of List.",
			Example: "1> lists:last([a,b,c]).\nc",
			Pure:    last,
		},
		{
			Spec:    "max(List :: [T, ...]) -> Max :: T",
			Doc:     "Returns the greatest element, the first one of several that compare equal.",
			Example: "1> lists:max([1,3,2]).\n3",
			Pure:    func(args []term.Term) (term.Term, error) { return extreme(args[0], "max", 1) },
		},
		{
			Spec:    "min(List :: [T, ...]) -> Min :: T",
			Doc:     "Returns the least element, the first one of several that compare equal.",
			Example: "1> lists:min([3,1,2]).\n1",
			Pure:    func(args []term.Term) (term.Term, error) { return extreme(args[0], "min", -1) },
		},
		{
			Spec:    "sum(List :: [number()]) -> number()",
			Doc:     "Returns the sum of the elements.",
			Example: "1> lists:sum([1,2,3]).\n6",
			Pure:    sum,
		},
		{
			Spec:    "prefix(List1 :: [T], List2 :: [T]) -> boolean()",
			Doc:     "Tells whether List2 begins with List1.",
			Example: "1> lists:prefix(\"ab\", \"abc\").\ntrue",
			Pure:    prefix,
		},
		{
			Spec:    "suffix(List1 :: [T], List2 :: [T]) -> boolean()",
			Doc:     "Tells whether List2 ends with List1.",
			Example: "1> lists:suffix(\"bc\", \"abc\").\ntrue",
			Pure:    suffix,
		},
		{
			Spec:    "flatlength(DeepList :: [term()]) -> non_neg_integer()",
			Doc:     "Returns how many elements flatten(DeepList) has.",
			Example: "1> lists:flatlength([a,[b,[c]]]).\n3",
			Pure:    flatlength,
		},
	}
}

func member(args []term.Term) (term.Term, error) {
	elem, list := args[0], args[1]
	identical := elem.Identical()
	for {
		c, ok := list.Cons()
		if !ok {
			break
		}
		if c.Head == elem || !identical && term.Equal(c.Head, elem) {
			return term.True, nil
		}
		list = c.Tail
	}
	if !list.IsNil() {
		return term.None, bif.StdlibBadarg()
	}
	return term.False, nil
}

// noPlace is the error of nth and nthtail for a number that is none: the list is walked while the count goes down.
func noPlace(name string, n, list term.Term) error {
	c, ok := list.Cons()
	if !ok {
		return term.FunctionClause()
	}
	if !n.IsNumber() && term.Compare(n, term.Int(1)) > 0 {
		_ = c
		return failure(atom.Badarith, name, 2)
	}
	return term.FunctionClause()
}

func nth(args []term.Term) (term.Term, error) {
	n, ok := args[0].Int()
	if !ok || n < 1 {
		return oddNumber("nth", args, 1)
	}
	list := args[1]
	for name := "nth"; ; name = "nth_1" { // as OTP 26 and later
		c, ok := list.Cons()
		if !ok {
			return term.None, clause(name, term.Int(n), list)
		}
		if n == 1 {
			return c.Head, nil
		}
		n--
		list = c.Tail
	}
}

func nthtail(args []term.Term) (term.Term, error) {
	n, ok := args[0].Int()
	if !ok || n < 0 {
		return oddNumber("nthtail", args, 0)
	}
	list := args[1]
	name := "nthtail"
	for ; n > 0; n-- {
		c, ok := list.Cons()
		if !ok {
			return term.None, clause(name, term.Int(n), list)
		}
		list, name = c.Tail, "nthtail_1" // as OTP 26 and later
	}
	if name == "nthtail" && !list.IsList() {
		return term.None, clause(name, term.Int(0), list)
	}
	return list, nil
}

// oddNumber counts down from what is no small integer: floats run past the end or beyond the stop, other terms cannot be counted.
func oddNumber(name string, args []term.Term, stop float64) (term.Term, error) {
	n, list := args[0], args[1]
	if !n.IsNumber() {
		return term.None, noPlace(name, n, list)
	}
	for term.Compare(n, term.Float(stop)) > 0 {
		c, ok := list.Cons()
		if !ok {
			break
		}
		n, _ = term.Sub(n, term.Int(1))
		list = c.Tail
	}
	return term.None, clause(name, n, list)
}

func last(args []term.Term) (term.Term, error) {
	c, ok := args[0].Cons()
	if !ok {
		return term.None, term.FunctionClause()
	}
	for {
		next, ok := c.Tail.Cons()
		if !ok {
			break
		}
		c = next
	}
	if !c.Tail.IsNil() {
		return term.None, clause("last", c.Head, c.Tail)
	}
	return c.Head, nil
}

func extreme(list term.Term, name string, sign int) (term.Term, error) {
	c, ok := list.Cons()
	if !ok {
		return term.None, term.FunctionClause()
	}
	best, list := c.Head, c.Tail
	for {
		c, ok := list.Cons()
		if !ok {
			break
		}
		if term.Compare(c.Head, best)*sign > 0 {
			best = c.Head
		}
		list = c.Tail
	}
	if !list.IsNil() {
		return term.None, clause(name, list, best)
	}
	return best, nil
}

func sum(args []term.Term) (term.Term, error) {
	total, list := term.Int(0), args[0]
	for {
		c, ok := list.Cons()
		if !ok {
			break
		}
		next, err := term.Add(total, c.Head)
		if err != nil {
			return term.None, within(bif.ErtsError(atom.Badarith, "+", total, c.Head), "sum", 2)
		}
		total, list = next, c.Tail
	}
	if !list.IsNil() {
		return term.None, clause("sum", list, total)
	}
	return total, nil
}

func prefix(args []term.Term) (term.Term, error) {
	a, b := args[0], args[1]
	for {
		x, okX := a.Cons()
		y, okY := b.Cons()
		switch {
		case okX && okY:
			if !term.Equal(x.Head, y.Head) {
				return term.False, nil
			}
			a, b = x.Tail, y.Tail
		case a.IsNil() && b.IsList():
			return term.True, nil
		case okX && b.IsNil():
			return term.False, nil
		default:
			return term.None, clause("prefix", a, b)
		}
	}
}

func suffix(args []term.Term) (term.Term, error) {
	n, ok := args[1].Length()
	if !ok {
		return term.None, bif.ErtsError(atom.Badarg, "length", args[1])
	}
	m, ok := args[0].Length()
	if !ok {
		return term.None, bif.ErtsError(atom.Badarg, "length", args[0])
	}
	if m > n {
		return term.False, nil
	}
	list := args[1]
	for ; n > m; n-- {
		c, _ := list.Cons()
		list = c.Tail
	}
	return term.Bool(term.Equal(list, args[0])), nil
}

func flatlength(args []term.Term) (term.Term, error) {
	n := int64(0)
	list := args[0]
	var rest []term.Term
	for {
		if c, ok := list.Cons(); ok {
			if c.Head.IsList() {
				rest = append(rest, c.Tail)
				list = c.Head
			} else {
				n++
				list = c.Tail
			}
			continue
		}
		if !list.IsNil() {
			return term.None, clause("flatlength", list, term.Int(n))
		}
		if len(rest) == 0 {
			return term.Int(n), nil
		}
		list = rest[len(rest)-1]
		rest = rest[:len(rest)-1]
	}
}
