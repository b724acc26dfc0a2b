package eval

import (
	"math"

	"github.com/erlsh/erlsh/lang/term"
)

// checkKind says how a condition is tested. The commonest ones need no call.
type checkKind uint8

const (
	checkAlways checkKind = iota // holds
	checkSame                    // a slot is identical to a value
	checkRange                   // a slot is an integer of a range; test says of what is no small one
	checkCell                    // a slot is a cell, whose parts go into slots
	checkKindOf                  // a slot is of a kind
	checkMatch                   // a slot matches
	checkTest                    // what test says
)

// check is a condition on the window: a pattern matched against a slot, or a test of a guard. It may bind variables.
type check struct {
	kind       checkKind
	of         term.Kind
	at         int
	head, tail int // -1: nowhere
	lo, hi     int64
	want       term.Term
	match      matcher
	test       test
}

// holds tests one check.
func (c *check) holds(m *Machine, s []term.Term) bool {
	switch c.kind {
	case checkAlways:
		return true
	case checkSame:
		return s[c.at] == c.want
	case checkRange:
		if x, ok := s[c.at].Int(); ok {
			return c.lo <= x && x <= c.hi
		}
	case checkCell:
		return c.cell(s)
	case checkKindOf:
		return s[c.at].Kind() == c.of
	case checkMatch:
		return c.match(m, s, s[c.at])
	}
	return c.test(m, s)
}

// cell takes a cell apart.
func (c *check) cell(s []term.Term) bool {
	cell, ok := s[c.at].Cons()
	if !ok {
		return false
	}
	if c.head >= 0 {
		s[c.head] = cell.Head
	}
	if c.tail >= 0 {
		s[c.tail] = cell.Tail
	}
	return true
}

// allHold tests checks one after the other.
func allHold(m *Machine, s []term.Term, checks []check) bool {
	for i := range checks {
		if !checks[i].holds(m, s) {
			return false
		}
	}
	return true
}

// check is one pattern alone.
func (p *slotPart) check() check {
	switch p.kind {
	case partAny:
		return check{}
	case partSame:
		return check{kind: checkSame, at: p.at, want: p.want}
	case partCell:
		return check{kind: checkCell, at: p.at, head: p.slot, tail: p.tail}
	case partOther:
		return check{kind: checkMatch, at: p.at, match: p.match}
	}
	part, at := p.part, p.at
	return check{kind: checkTest, test: func(m *Machine, s []term.Term) bool { return part.ok(m, s, s[at]) }}
}

// checkOf is a test as a check; nil always holds.
func checkOf(t test) check {
	if t == nil {
		return check{}
	}
	return check{kind: checkTest, test: t}
}

// within is the range of the integers that compare with k as op says; false for an operator that means no range.
func within(op string, k int64) (lo, hi int64, ok bool) {
	switch op {
	case "<":
		return math.MinInt64, k - 1, k > math.MinInt64
	case "=<":
		return math.MinInt64, k, true
	case ">":
		return k + 1, math.MaxInt64, k < math.MaxInt64
	case ">=":
		return k, math.MaxInt64, true
	case "==", "=:=":
		return k, k, true
	}
	return 0, 0, false
}

// joined makes one check of two ranges of the same slot where it can.
func joined(a, b check) (check, bool) {
	if a.kind != checkRange || b.kind != checkRange || a.at != b.at {
		return check{}, false
	}
	first, second := a.test, b.test
	a.lo, a.hi = max(a.lo, b.lo), min(a.hi, b.hi)
	a.test = func(m *Machine, s []term.Term) bool { return first(m, s) && second(m, s) }
	return a, true
}
