package lists

import (
	"slices"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// sorting are the sorts; they are stable, and so are those of OTP.
func sorting() []bif.Function {
	return []bif.Function{
		{
			Spec:    "sort(List1 :: [T]) -> List2 :: [T]",
			Doc:     "Returns the elements of List1 in the order of terms.",
			Example: "1> lists:sort([3,1.0,a,1]).\n[1,1.0,3,a]",
			Pure:    func(args []term.Term) (term.Term, error) { return sorted(args[0], "split_1", false) },
		},
		{
			Spec:    "usort(List1 :: [T]) -> List2 :: [T]",
			Doc:     "Returns the elements of List1 in the order of terms; of those that compare equal only the first.",
			Example: "1> lists:usort([2,1,2,3,1]).\n[1,2,3]",
			Pure:    func(args []term.Term) (term.Term, error) { return sorted(args[0], "usplit_1", true) },
		},
		{
			Spec:    "keysort(N :: pos_integer(), Tuples1 :: [tuple()]) -> Tuples2 :: [tuple()]",
			Doc:     "Sorts tuples by their Nth elements.",
			Example: "1> lists:keysort(2, [{a,3},{b,1},{c,2}]).\n[{b,1},{c,2},{a,3}]",
			Pure:    func(args []term.Term) (term.Term, error) { return keySorted("keysort", args, false) },
		},
		{
			Spec:    "ukeysort(N :: pos_integer(), Tuples1 :: [tuple()]) -> Tuples2 :: [tuple()]",
			Doc:     "Sorts tuples by their Nth elements; of those that compare equal there only the first stays.",
			Example: "1> lists:ukeysort(1, [{b,1},{a,2},{b,3}]).\n[{a,2},{b,1}]",
			Pure:    func(args []term.Term) (term.Term, error) { return keySorted("ukeysort", args, true) },
		},
		{
			Spec:    "sort(Fun :: fun((A :: T, B :: T) -> boolean()), List1 :: [T]) -> List2 :: [T]",
			Doc:     "Sorts by Fun, which tells whether A comes before B or is equal to it.",
			Example: "1> lists:sort(fun(A, B) -> A >= B end, [1,3,2]).\n[3,2,1]",
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
				return funSorted(p, "sort", "fsplit_1", args, false)
			},
		},
		{
			Spec:    "usort(Fun :: fun((A :: T, B :: T) -> boolean()), List1 :: [T]) -> List2 :: [T]",
			Doc:     "Sorts by Fun; of elements that Fun finds equal only the first stays.",
			Example: "1> lists:usort(fun(A, B) -> A >= B end, [1,3,2,3]).\n[3,2,1]",
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
				return funSorted(p, "usort", "ufsplit_1", args, true)
			},
		},
	}
}

// sorted sorts by the order of terms; without duplicates when unique.
func sorted(list term.Term, inner string, unique bool) (term.Term, error) {
	elements, ok := list.Slice()
	if !ok {
		return term.None, notSortable(list, inner)
	}
	if !sortInts(elements) {
		if at := firstStep(elements); !unique && at > 0 && term.Compare(elements[at-1], elements[at]) > 0 {
			elements = falling(elements, at)
			slices.Reverse(elements)
		}
		stable(elements, nil)
	}
	if unique {
		elements = slices.CompactFunc(elements, term.Same)
	}
	return term.List(elements...), nil
}

// firstStep returns the place of the first element that differs from the one before it; 0 when there is none, or so few elements that
// it does not matter.
func firstStep(elements []term.Term) int {
	for i := 1; i < len(elements) && len(elements) > 3; i++ {
		if term.Compare(elements[i-1], elements[i]) != 0 {
			return i
		}
	}
	return 0
}

// falling cuts elements whose first step, to the one at that place, goes down into runs that go down, and returns one run after the
// other. What compares equal and still can be told apart, 1 and 1.0, comes out of a sort in the opposite order then, and not quite in
// that: two equal elements with which a run begins change places. OTP's sort is seen to do so.
func falling(elements []term.Term, at int) []term.Term {
	out := make([]term.Term, 0, len(elements))
	upper := slices.Clone(elements[:at-1]) // of the run, above x and y
	x, y, later := elements[at-1], elements[at], term.None
	for _, z := range elements[at+1:] {
		switch {
		case term.Compare(z, y) <= 0:
			upper, x, y = append(upper, x), y, z
		case term.Compare(z, x) <= 0:
			upper, x = append(upper, x), z
		case !later.None():
			out = append(append(out, upper...), x, y)
			upper = upper[:0]
			if x, y = z, later; term.Compare(later, z) > 0 {
				x, y = later, z
			}
			later = term.None
		case len(upper) == 0:
			upper = append(upper, z)
		default:
			later = z
		}
	}
	out = append(append(out, upper...), x, y)
	if !later.None() {
		out = append(out, later)
	}
	return out
}

// notSortable is the error of an improper list: the sort notices at the end that comes behind two elements.
func notSortable(list term.Term, inner string) error {
	var seen []term.Term
	for {
		c, ok := list.Cons()
		if !ok {
			break
		}
		seen = append(seen, c.Head)
		list = c.Tail
	}
	if len(seen) < 2 {
		return term.FunctionClause()
	}
	a, b := seen[len(seen)-2], seen[len(seen)-1]
	return clause(inner, a, b, list, term.Nil, term.Nil)
}

// sortInts sorts elements that are all small integers, where equal ones cannot be told apart.
func sortInts(elements []term.Term) bool {
	ints := make([]int64, len(elements))
	for i, t := range elements {
		n, ok := t.Int()
		if !ok {
			return false
		}
		ints[i] = n
	}
	slices.Sort(ints)
	for i, n := range ints {
		elements[i] = term.Int(n)
	}
	return true
}

// stable sorts by a key of each element, nil for the element itself; where keys compare equal, the order stays.
func stable(elements []term.Term, key func(t term.Term) term.Term) {
	if key == nil {
		copy(elements, mergeSort(elements, func(a, b term.Term) bool { return term.Compare(a, b) <= 0 }))
		return
	}
	type entry struct{ key, value term.Term }
	entries := make([]entry, len(elements))
	for i, t := range elements {
		entries[i] = entry{key(t), t}
	}
	for i, e := range mergeSort(entries, func(a, b entry) bool { return term.Compare(a.key, b.key) <= 0 }) {
		elements[i] = e.value
	}
}

// mergeSort sorts from one buffer to another and returns the one that it ends in: first short stretches in their places, then runs of
// growing length.
func mergeSort[T any](from []T, ordered func(a, b T) bool) []T {
	const short = 8
	n := len(from)
	for start := 0; start < n; start += short {
		end := min(start+short, n)
		for i := start + 1; i < end; i++ {
			x, j := from[i], i
			for ; j > start && !ordered(from[j-1], x); j-- {
				from[j] = from[j-1]
			}
			from[j] = x
		}
	}
	to := make([]T, n)
	for width := short; width < n; width *= 2 {
		for start := 0; start < n; start += 2 * width {
			middle, end := min(start+width, n), min(start+2*width, n)
			mergeInto(to[start:end], from[start:middle], from[middle:end], ordered)
		}
		from, to = to, from
	}
	return from
}

func mergeInto[T any](out, a, b []T, ordered func(a, b T) bool) {
	if len(a) == 0 || len(b) == 0 || ordered(a[len(a)-1], b[0]) {
		copy(out, a)
		copy(out[len(a):], b)
		return
	}
	i, j := 0, 0
	for k := range out {
		if j == len(b) || i < len(a) && ordered(a[i], b[j]) {
			out[k] = a[i]
			i++
		} else {
			out[k] = b[j]
			j++
		}
	}
}

// mergeSortErr merges runs of growing length from one buffer to another. The runs that it begins with are those that the elements
// have already, ascending or strictly descending.
func mergeSortErr(elements []term.Term, ordered func(a, b term.Term) (bool, error)) error {
	ends, err := runs(elements, ordered)
	if err != nil {
		return err
	}
	from, to := elements, make([]term.Term, len(elements))
	for len(ends) > 1 {
		next := ends[:0]
		start := 0
		for i := 0; i < len(ends); i += 2 {
			if i+1 == len(ends) {
				copy(to[start:ends[i]], from[start:ends[i]])
				next = append(next, ends[i])
				break
			}
			end := ends[i+1]
			if err := merge(to[start:end], from[start:ends[i]], from[ends[i]:end], ordered); err != nil {
				return err
			}
			next = append(next, end)
			start = end
		}
		ends = next
		from, to = to, from
	}
	copy(elements, from)
	return nil
}

// runs finds the ends of the stretches that are in order, turning descending ones round.
func runs(elements []term.Term, ordered func(a, b term.Term) (bool, error)) ([]int, error) {
	var ends []int
	for start := 0; start < len(elements); {
		end := start + 1
		if end < len(elements) {
			up, err := ordered(elements[start], elements[end])
			if err != nil {
				return nil, err
			}
			for end++; end < len(elements); end++ {
				same, err := ordered(elements[end-1], elements[end])
				if err != nil {
					return nil, err
				}
				if same != up {
					break
				}
			}
			if !up {
				slices.Reverse(elements[start:end])
			}
		}
		ends = append(ends, end)
		start = end
	}
	return ends, nil
}

func merge(out, a, b []term.Term, ordered func(a, b term.Term) (bool, error)) error {
	for len(a) > 0 && len(b) > 0 {
		first, err := ordered(a[0], b[0])
		if err != nil {
			return err
		}
		if first {
			out[0], a = a[0], a[1:]
		} else {
			out[0], b = b[0], b[1:]
		}
		out = out[1:]
	}
	copy(out, a)
	copy(out[len(a):], b)
	return nil
}

func keySorted(name string, args []term.Term, unique bool) (term.Term, error) {
	n, ok := position(args[0])
	if !ok {
		return term.None, term.FunctionClause()
	}
	list := args[1]
	c, ok := list.Cons()
	if list.IsNil() || ok && c.Tail.IsNil() {
		return list, nil
	}
	if _, more := c2(c).Tail.Cons(); !ok || !more {
		return term.None, noCase(list, name, 2)
	}
	var elements []term.Term
	for {
		c, ok := list.Cons()
		if !ok {
			break
		}
		if _, ok := field(c.Head, n); !ok {
			return term.None, bif.ErtsError(atom.Badarg, "element", args[0], c.Head)
		}
		elements = append(elements, c.Head)
		list = c.Tail
	}
	if !list.IsNil() {
		return term.None, clause(name+"_1", args[0], list)
	}
	key := func(t term.Term) term.Term { k, _ := field(t, n); return k }
	stable(elements, key)
	if unique {
		elements = slices.CompactFunc(elements, func(a, b term.Term) bool { return term.Same(key(a), key(b)) })
	}
	return term.List(elements...), nil
}

// c2 is c, or an empty cell for nil.
func c2(c *term.Cons) *term.Cons {
	if c == nil {
		return &term.Cons{}
	}
	return c
}

func funSorted(p *node.Process, name, inner string, args []term.Term, unique bool) (term.Term, error) {
	fun, list := args[0], args[1]
	elements, ok := list.Slice()
	c, isCons := list.Cons()
	switch {
	case unique && !isFun(fun, 2):
		return term.None, term.FunctionClause()
	case list.IsNil() || isCons && c.Tail.IsNil():
		if !isFun(fun, 2) {
			return term.None, term.FunctionClause()
		}
		return list, nil
	case !isCons:
		return term.None, term.FunctionClause()
	}
	if !ok {
		if _, two := c.Tail.Cons(); !two {
			return term.None, term.FunctionClause()
		}
	}
	f := caller{p: p, fun: fun}
	first := true
	ordered := func(a, b term.Term) (bool, error) {
		site := call{inner, 6, 0}
		if first {
			site = call{name, 2, 1022}
			first = false
		}
		v, err := f.call2(a, b, site)
		if err != nil {
			return false, err
		}
		return f.truth(v, site)
	}
	if !ok {
		if _, err := ordered(c.Head, c2(mustCons(c.Tail)).Head); err != nil {
			return term.None, err
		}
		return term.None, notSortable(list, inner)
	}
	if err := mergeSortErr(elements, ordered); err != nil {
		return term.None, err
	}
	if unique {
		out := elements[:1]
		for _, x := range elements[1:] {
			same, err := ordered(x, out[len(out)-1])
			if err != nil {
				return term.None, err
			}
			if !same {
				out = append(out, x)
			}
		}
		elements = out
	}
	return term.List(elements...), nil
}

func mustCons(t term.Term) *term.Cons {
	c, _ := t.Cons()
	return c
}
