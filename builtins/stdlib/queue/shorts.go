package queue

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
)

var (
	atomEmpty = term.Atom("empty")
	atomValue = term.Atom("value")
)

// shorts are what programs do with queues all the time.
func shorts() []bif.Short {
	return []bif.Short{
		{Name: "in", Arity: 2, Do: func(a []term.Term) term.Term { return put(a[0], a[1], rear) }},
		{Name: "in_r", Arity: 2, Do: func(a []term.Term) term.Term { return put(a[0], a[1], front) }},
		{Name: "out", Arity: 1, Do: func(a []term.Term) term.Term { return take(a[0], front) }},
		{Name: "out_r", Arity: 1, Do: func(a []term.Term) term.Term { return take(a[0], rear) }},
		{Name: "is_empty", Arity: 1, Do: isEmpty},
	}
}

// The sides of a queue, as places in the tuple {Rear, Front}.
const (
	rear = iota
	front
)

// sides returns the list of a side and that of the other one.
func sides(t term.Term, side int) (this, other term.Term, ok bool) {
	e, ok := t.Tuple()
	if !ok || len(e) != 2 || !e[0].IsList() || !e[1].IsList() {
		return term.None, term.None, false
	}
	return e[side], e[1-side], true
}

// queue makes a queue of the list of a side and that of the other one.
func queue(this, other term.Term, side int) term.Term {
	if side == rear {
		return term.Tuple(this, other)
	}
	return term.Tuple(other, this)
}

// put puts an item in at a side.
func put(item, t term.Term, side int) term.Term {
	this, other, ok := sides(t, side)
	if !ok {
		return term.None
	}
	if c, ok := this.Cons(); ok && other.IsNil() && c.Tail.IsNil() {
		return queue(term.NewCons(item, term.Nil), this, side)
	}
	return queue(term.NewCons(item, this), other, side)
}

// take takes an item out at a side. Where that takes the last one of its list the Erlang text does it, unless it is the last one of all.
func take(t term.Term, side int) term.Term {
	this, other, ok := sides(t, side)
	if !ok {
		return term.None
	}
	if c, ok := this.Cons(); ok && (!c.Tail.IsNil() || other.IsNil()) {
		return taken(c.Head, queue(c.Tail, other, side))
	}
	c, ok := other.Cons()
	switch {
	case !ok:
		return term.Tuple(atomEmpty, t)
	case this.IsNil() && c.Tail.IsNil():
		return taken(c.Head, queue(term.Nil, term.Nil, side))
	}
	return term.None
}

func taken(item, rest term.Term) term.Term {
	return term.Tuple(term.Tuple(atomValue, item), rest)
}

func isEmpty(args []term.Term) term.Term {
	this, other, ok := sides(args[0], rear)
	if !ok {
		return term.None
	}
	return term.Bool(this.IsNil() && other.IsNil())
}
