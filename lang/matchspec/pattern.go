package matchspec

import (
	"slices"

	"github.com/erlsh/erlsh/lang/term"
)

// pattern compiles a part of a head.
func (c *compiler) pattern(t term.Term) matcher {
	if t.AtomName() == "_" {
		return func(*Runner, term.Term) bool { return true }
	}
	if n := Variable(t); n >= 0 {
		slot := c.slot(n)
		if c.seen[slot] {
			return func(r *Runner, v term.Term) bool { return term.Equal(r.vars[slot], v) }
		}
		c.seen[slot] = true
		return func(r *Runner, v term.Term) bool { r.vars[slot] = v; return true }
	}
	switch t.Kind() {
	case term.KindTuple:
		return c.tuplePattern(t)
	case term.KindMap:
		return c.mapPattern(t)
	case term.KindCons:
		if !HasVariables(t) && !hasMap(t) {
			break
		}
		cell, _ := t.Cons()
		head, tail := c.pattern(cell.Head), c.pattern(cell.Tail)
		return func(r *Runner, v term.Term) bool {
			cell, ok := v.Cons()
			return ok && head(r, cell.Head) && tail(r, cell.Tail)
		}
	case term.KindAtom, term.KindInt, term.KindNil:
		return func(_ *Runner, v term.Term) bool { return v == t }
	}
	return func(_ *Runner, v term.Term) bool { return term.Equal(v, t) }
}

func (c *compiler) tuplePattern(t term.Term) matcher {
	e, _ := t.Tuple()
	type part struct {
		match matcher
		at    int
	}
	parts := make([]part, 0, len(e))
	for i, x := range e {
		if x.AtomName() != "_" {
			parts = append(parts, part{c.pattern(x), i})
		}
	}
	size := len(e)
	return func(r *Runner, v term.Term) bool {
		have, ok := v.Tuple()
		if !ok || len(have) != size {
			return false
		}
		for i := range parts {
			if !parts[i].match(r, have[parts[i].at]) {
				return false
			}
		}
		return true
	}
}

// mapPattern matches maps that have at least the keys of the pattern.
func (c *compiler) mapPattern(t term.Term) matcher {
	m, _ := t.Map()
	var keys []term.Term
	var values []matcher
	for k, v := range m.All() {
		walk(k, func(x term.Term) {
			switch {
			case x.AtomName() == "_":
				c.wrong("Underscore found in map key.")
			case Variable(x) >= 0:
				c.wrong("Variable found in map key.")
			}
		})
		keys, values = append(keys, k), append(values, c.pattern(v))
	}
	return func(r *Runner, v term.Term) bool {
		have, ok := v.Map()
		if !ok || have.Len() < len(keys) {
			return false
		}
		for i, k := range keys {
			x, ok := have.Get(k)
			if !ok || !values[i](r, x) {
				return false
			}
		}
		return true
	}
}

// Key describes which keys a program can match.
type Key struct {
	// Exact are the keys when every clause names one; nil with Some when they are not known.
	Exact []term.Term
	Some  bool // there are keys to look for besides Exact: all objects have to be tried
	// Prefix is the key pattern of a program of one clause, for a table in the order of its keys; None otherwise.
	Prefix term.Term
}

// Keys returns what is known of the keys, which are element at (from 1) of the objects.
func (p *Program) Keys(at int) Key {
	var k Key
	for _, cl := range p.clauses {
		e, ok := cl.head.Tuple()
		if !ok {
			k.Some = k.Some || Variable(cl.head) >= 0 || cl.head.AtomName() == "_"
			continue // nothing matches it, or everything
		}
		if len(e) < at {
			continue
		}
		if HasVariables(e[at-1]) {
			k.Some = true
			if len(p.clauses) == 1 {
				k.Prefix = e[at-1]
			}
			continue
		}
		k.Exact = append(k.Exact, e[at-1])
	}
	if k.Some {
		k.Exact = nil
	}
	return k
}

// hasMap reports whether a map is part of a pattern.
func hasMap(t term.Term) bool {
	switch t.Kind() {
	case term.KindMap:
		return true
	case term.KindTuple:
		e, _ := t.Tuple()
		return slices.ContainsFunc(e, hasMap)
	case term.KindCons:
		c, _ := t.Cons()
		return hasMap(c.Head) || hasMap(c.Tail)
	}
	return false
}

// ComparePrefix compares a key with a key pattern by what is fixed in it: 0 when the key lies in the range that the pattern can match.
func ComparePrefix(key, pattern term.Term) int {
	c, _ := comparePrefix(key, pattern)
	return c
}

// comparePrefix reports in open whether what is not fixed has been reached.
func comparePrefix(key, pattern term.Term) (order int, open bool) {
	if pattern.AtomName() == "_" || Variable(pattern) >= 0 || pattern.Kind() == term.KindMap {
		return 0, true
	}
	pe, ok := pattern.Tuple()
	ke, same := key.Tuple()
	if ok && same && len(pe) == len(ke) {
		for i := range pe {
			if c, open := comparePrefix(ke[i], pe[i]); c != 0 || open {
				return c, open
			}
		}
		return 0, false
	}
	pc, ok := pattern.Cons()
	kc, same := key.Cons()
	for ok && same {
		if c, open := comparePrefix(kc.Head, pc.Head); c != 0 || open {
			return c, open
		}
		key, pattern = kc.Tail, pc.Tail
		if pattern.AtomName() == "_" || Variable(pattern) >= 0 {
			return 0, true
		}
		pc, ok = pattern.Cons()
		kc, same = key.Cons()
	}
	if ok || pattern.Kind() == term.KindTuple { // of another type or size than the key
		return term.Compare(key, pattern), false
	}
	return term.Compare(key, pattern), false
}
