// Package trees works on general balanced trees as modules gb_trees and gb_sets keep them: the short ways of both are made of it.
//
// A tree is {Size, Node}, a node is the atom nil or a tuple of what it holds, the key first, and behind that the smaller and the bigger
// subtree. Every function returns None for a tree that is none, or that is deeper than one gets that was made by these modules, and for a
// key that must be there and is not or the other way round: what to make of that is for the Erlang text.
package trees

import (
	"slices"

	"github.com/erlsh/erlsh/lang/term"
)

// Shape is the number of elements of a node: those that it holds, and two.
type Shape int

// The shapes of nodes.
const (
	Sets  Shape = 3 // {Key, Smaller, Bigger}
	Pairs Shape = 4 // {Key, Value, Smaller, Bigger}
)

// deepest is how deep trees are followed. The modules keep them much flatter, and a recursion of that many levels is cheap.
const deepest = 60

var empty = term.Atom("nil")

// Read takes a tree apart.
func Read(tree term.Term) (size int64, root term.Term, ok bool) {
	e, ok := tree.Tuple()
	if !ok || len(e) != 2 {
		return 0, term.None, false
	}
	size, ok = e[0].Int()
	return size, e[1], ok && size >= 0 && size < 1<<30
}

func tree(size int64, root term.Term) term.Term {
	if root.None() {
		return root
	}
	return term.Tuple(term.Int(size), root)
}

// node returns the elements of a node; nil for the empty one.
func (s Shape) node(t term.Term) (elements []term.Term, ok bool) {
	e, ok := t.Tuple()
	if !ok {
		return nil, t == empty
	}
	return e, len(e) == int(s)
}

func (s Shape) smaller(node []term.Term) term.Term { return node[s-2] }
func (s Shape) bigger(node []term.Term) term.Term  { return node[s-1] }

// with returns the node with another subtree.
func (s Shape) with(node []term.Term, order int, sub term.Term) term.Term {
	node = slices.Clone(node)
	if order < 0 {
		node[s-2] = sub
	} else {
		node[s-1] = sub
	}
	return term.Tuple(node...)
}

// Find returns the node of a key, nil when there is none, and false for a tree that is none.
func (s Shape) Find(key, tree term.Term) (node []term.Term, ok bool) {
	e, ok := tree.Tuple()
	if !ok || len(e) != 2 {
		return nil, false
	}
	t := e[1]
	for {
		node, ok = s.node(t)
		if !ok || node == nil {
			return nil, ok
		}
		switch order := term.Compare(key, node[0]); {
		case order == 0:
			return node, true
		case order < 0:
			t = s.smaller(node)
		default:
			t = s.bigger(node)
		}
	}
}

// step is a node on the way down, and where the way goes from there.
type step struct {
	node  []term.Term
	order int
}

// path is the way from the root to a key.
type path struct {
	room  [deepest]step
	steps []step
}

// follow goes down to a key: to its node or, with nil, to where it would be.
func (s Shape) follow(key, root term.Term, p *path) (node []term.Term, ok bool) {
	p.steps = p.room[:0]
	for {
		node, ok = s.node(root)
		if !ok || node == nil {
			return nil, ok
		}
		order := term.Compare(key, node[0])
		if order == 0 {
			return node, true
		}
		if len(p.steps) == deepest {
			return nil, false
		}
		p.steps = append(p.steps, step{node, order})
		root = s.bigger(node)
		if order < 0 {
			root = s.smaller(node)
		}
	}
}

// up rebuilds the nodes above one that has changed.
func (s Shape) up(p *path, node term.Term) term.Term {
	for i := len(p.steps) - 1; i >= 0 && !node.None(); i-- {
		node = s.with(p.steps[i].node, p.steps[i].order, node)
	}
	return node
}

// Enter binds a key: what holds is the elements of its node in front of the subtrees. With insert the key must be new, with update it
// must be there.
func (s Shape) Enter(t term.Term, insert, update bool, holds ...term.Term) term.Term {
	var p path
	size, root, ok := Read(t)
	if !ok {
		return term.None
	}
	node, ok := s.follow(holds[0], root, &p)
	switch {
	case !ok || node != nil && insert || node == nil && update:
		return term.None
	case node != nil:
		node = slices.Clone(node)
		copy(node, holds)
		return tree(size, s.up(&p, term.Tuple(node...)))
	}
	return tree(size+1, s.inserted(&p, (size+1)*(size+1), holds))
}

// inserted puts a new node under a path. The room is halved at every step down, and where none is left the node stands too deep: then the
// first subtree on the way up that is too deep for its size is made anew.
func (s Shape) inserted(p *path, room int64, holds []term.Term) term.Term {
	leaf := make([]term.Term, s)
	copy(leaf, holds)
	leaf[s-2], leaf[s-1] = empty, empty
	node := term.Tuple(leaf...)
	if room>>len(p.steps) > 0 {
		return s.up(p, node)
	}
	height, size := int64(1), int64(1)
	for i := len(p.steps) - 1; i >= 0; i-- {
		at := p.steps[i]
		other := s.smaller(at.node)
		if at.order < 0 {
			other = s.bigger(at.node)
		}
		h, n, ok := s.count(other, deepest)
		if !ok {
			return term.None
		}
		height, size = 2*max(height, h), size+n+1
		node = s.with(at.node, at.order, node)
		if height > size*size {
			p.steps = p.steps[:i]
			return s.up(p, s.balanced(node, size))
		}
	}
	return term.None
}

// count returns the height of a tree as a power of two, and its size.
func (s Shape) count(t term.Term, levels int) (height, size int64, ok bool) {
	node, ok := s.node(t)
	if !ok || levels == 0 {
		return 0, 0, false
	}
	if node == nil {
		return 1, 0, true
	}
	if s.smaller(node) == empty && s.bigger(node) == empty {
		return 1, 1, true
	}
	h1, n1, ok1 := s.count(s.smaller(node), levels-1)
	h2, n2, ok2 := s.count(s.bigger(node), levels-1)
	return 2 * max(h1, h2), n1 + n2 + 1, ok1 && ok2
}

// balanced returns the node in its best form; size is how many nodes it has.
func (s Shape) balanced(node term.Term, size int64) term.Term {
	nodes, ok := s.nodes(nil, node, deepest)
	if !ok || int64(len(nodes)) != size {
		return term.None
	}
	return s.build(nodes)
}

func (s Shape) build(nodes [][]term.Term) term.Term {
	if len(nodes) == 0 {
		return empty
	}
	half := (len(nodes) - 1) / 2
	root := len(nodes) - 1 - half
	node := slices.Clone(nodes[root])
	node[s-2], node[s-1] = s.build(nodes[:root]), s.build(nodes[root+1:])
	return term.Tuple(node...)
}

// nodes appends the nodes of a tree in their order.
func (s Shape) nodes(out [][]term.Term, t term.Term, levels int) ([][]term.Term, bool) {
	for {
		node, ok := s.node(t)
		if !ok || levels == 0 {
			return out, false
		}
		if node == nil {
			return out, true
		}
		if out, ok = s.nodes(out, s.smaller(node), levels-1); !ok {
			return out, false
		}
		out = append(out, node)
		t = s.bigger(node)
		levels--
	}
}

// List returns what of makes of the nodes, in the order of the keys.
func (s Shape) List(t term.Term, of func(node []term.Term) term.Term) term.Term {
	e, ok := t.Tuple()
	if !ok || len(e) != 2 {
		return term.None
	}
	nodes, ok := s.nodes(nil, e[1], deepest)
	if !ok {
		return term.None
	}
	var b term.Builder
	for _, n := range nodes {
		b.Add(of(n))
	}
	return b.List(term.Nil)
}

// Balance returns the tree in its best form.
func (s Shape) Balance(t term.Term) term.Term {
	size, root, ok := Read(t)
	if !ok {
		return term.None
	}
	return tree(size, s.balanced(root, size))
}

// Delete returns the tree without a key; one that is not there is no mistake with missing.
func (s Shape) Delete(key, t term.Term, missing bool) term.Term {
	var p path
	size, root, ok := Read(t)
	if !ok {
		return term.None
	}
	node, ok := s.follow(key, root, &p)
	switch {
	case !ok || node == nil && !missing:
		return term.None
	case node == nil:
		return t
	}
	return tree(size-1, s.up(&p, s.joined(s.smaller(node), s.bigger(node))))
}

// joined makes one tree of the two subtrees of a node that goes: the smallest node of the bigger one becomes the root.
func (s Shape) joined(smaller, bigger term.Term) term.Term {
	switch {
	case bigger == empty:
		return smaller
	case smaller == empty:
		return bigger
	}
	least, rest := s.takeSmallest(bigger)
	if least == nil {
		return term.None
	}
	least = slices.Clone(least)
	least[s-2], least[s-1] = smaller, rest
	return term.Tuple(least...)
}

// takeSmallest returns the first node of a tree that is not empty, and the tree without it.
func (s Shape) takeSmallest(t term.Term) (least []term.Term, rest term.Term) {
	var p path
	p.steps = p.room[:0]
	for {
		node, ok := s.node(t)
		if !ok || node == nil || len(p.steps) == deepest {
			return nil, term.None
		}
		if s.smaller(node) == empty {
			return node, s.up(&p, s.bigger(node))
		}
		p.steps = append(p.steps, step{node, -1})
		t = s.smaller(node)
	}
}

// TakeSmallest returns the node of the least key, and the tree without it; nil where there is none.
func (s Shape) TakeSmallest(t term.Term) (least []term.Term, rest term.Term) {
	size, root, ok := Read(t)
	if !ok {
		return nil, term.None
	}
	least, root = s.takeSmallest(root)
	return least, tree(size-1, root)
}
