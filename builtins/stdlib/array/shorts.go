package array

import (
	"slices"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
)

// shorts are the accesses to one element.
func shorts() []bif.Short {
	return []bif.Short{{Name: "get", Arity: 2, Do: get}, {Name: "set", Arity: 3, Do: set}, {Name: "size", Arity: 1, Do: size}}
}

const width = 10

var tag = term.Atom("array")

// array is what an array says of itself.
type array struct {
	term     []term.Term
	size     int64
	max      int64
	elements term.Term
}

func read(t term.Term) (a array, ok bool) {
	if a.term, ok = t.Tagged(tag, 5); !ok {
		return a, false
	}
	var sized, bounded bool
	a.size, sized = a.term[1].Int()
	a.max, bounded = a.term[2].Int()
	a.elements = a.term[4]
	return a, sized && bounded
}

func size(args []term.Term) term.Term {
	if a, ok := read(args[0]); ok {
		return a.term[1]
	}
	return term.None
}

// node returns the children of an inner node and how many elements each has room for.
func node(t term.Term) (children []term.Term, room int64, ok bool) {
	children, ok = t.Tuple()
	if !ok || len(children) != width+1 {
		return nil, 0, false
	}
	room, ok = children[width].Int()
	return children, room, ok && room >= width
}

func get(args []term.Term) term.Term {
	a, ok := read(args[1])
	i, isInt := args[0].Int()
	if !ok || !isInt || i < 0 || i >= a.size {
		return term.None
	}
	at := a.elements
	for {
		children, room, ok := node(at)
		if !ok {
			break
		}
		child := i / room
		if child >= width {
			return term.None
		}
		at, i = children[child], i%room
	}
	if _, empty := at.Int(); empty {
		return a.term[3]
	}
	if leaf, ok := at.Tuple(); ok && len(leaf) == width && i < width {
		return leaf[i]
	}
	return term.None
}

func set(args []term.Term) term.Term {
	a, ok := read(args[2])
	i, isInt := args[0].Int()
	if !ok || !isInt || i < 0 || i >= a.size && i >= a.max {
		return term.None
	}
	e := with(a.elements, i, args[1], a.term[3], deepest)
	if e.None() {
		return e
	}
	return term.Tuple(tag, term.Int(max(a.size, i+1)), a.term[2], a.term[3], e)
}

// deepest is how many levels a tree can have whose size is an integer of 64 bits.
const deepest = 20

// with returns the tree in which element i is set, None for one that is no tree.
func with(tree term.Term, i int64, value, fallback term.Term, levels int) term.Term {
	if children, room, ok := node(tree); ok {
		if i/room >= width || levels == 0 {
			return term.None
		}
		child := with(children[i/room], i%room, value, fallback, levels-1)
		if child.None() {
			return child
		}
		return replaced(children, i/room, child)
	}
	if room, ok := tree.Int(); ok {
		if i >= room {
			return term.None
		}
		return grown(room, i, value, fallback)
	}
	if leaf, ok := tree.Tuple(); ok && len(leaf) == width && i < width {
		return replaced(leaf, i, value)
	}
	return term.None
}

func replaced(elements []term.Term, i int64, value term.Term) term.Term {
	elements = slices.Clone(elements)
	elements[i] = value
	return term.Tuple(elements...)
}

// grown makes the tree of a room in which nothing was set but element i.
func grown(room, i int64, value, fallback term.Term) term.Term {
	if room <= width {
		if room < width {
			return term.None
		}
		return replaced(slices.Repeat([]term.Term{fallback}, width), i, value)
	}
	if room%width != 0 {
		return term.None
	}
	children := slices.Repeat([]term.Term{term.Int(room / width)}, width+1)
	child := grown(room/width, i%(room/width), value, fallback)
	if child.None() {
		return child
	}
	children[i/(room/width)] = child
	return term.Tuple(children...)
}
