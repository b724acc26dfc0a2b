package eval

import (
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// test is a condition on the window: patterns matched against slots, a guard. It may bind variables.
type test func(m *Machine, s []term.Term) bool

// option is a compiled clause: where to go when its checks hold.
type option struct {
	first check
	more  []check
	then  *node
	// early: the clause is that of a function, and its body is one simple expression, which is value.
	early bool
	value operand
	key   slotPart // the first pattern, where that is a constant
}

// always reports whether a clause takes everything.
func (o *option) always() bool { return o.first.kind == checkAlways && len(o.more) == 0 }

// slotPart is a pattern for the value in a slot.
type slotPart struct {
	at int
	part
}

// clauses compiles the clauses of a function: the arguments are the first slots. Every clause is in tail position.
func (c *compiler) clauses(clauses []*syntax.Clause, none *node, shadows bool) *node {
	outer, names := c.scope, c.names
	options := make([]option, len(clauses))
	for i, cl := range clauses {
		c.scope, c.names = outer.clone(), copyNames(names)
		if shadows {
			c.shadow(cl.Patterns)
		}
		options[i] = c.option(cl, 0, true, c.body)
	}
	c.scope, c.names = outer, names
	c.own.early, c.own.rest = leadingEarly(options, none)
	c.own.quick = c.own.early != nil && len(c.own.early) == len(options)
	return choice(options, none)
}

// leadingEarly returns the clauses at the front whose value takes no calls, and what comes when none of them takes the arguments. To call
// a function that ends in one of these takes no frame.
func leadingEarly(options []option, none *node) (early []option, rest *node) {
	n := 0
	for n < len(options) && options[n].early {
		n++
	}
	if n == 0 || n > maxEarly || leadingConstants(options) >= manyConstants {
		return nil, nil
	}
	if n == len(options) {
		return options, none
	}
	return options[:n], choice(options[n:], none)
}

// maxEarly is the number of clauses from which on it is better to look at them in other ways than one by one.
const maxEarly = manyConstants - 1

// ends tries the clauses whose value takes no calls. The second result is where the call goes on when the first is None: behind these
// clauses, or at the beginning for one of them that fails, which is then called in the ordinary way, for the exception.
func (b *body) ends(m *Machine, w []term.Term) (term.Term, *node) {
	for i := range b.early {
		o := &b.early[i]
		switch c := &o.first; c.kind {
		case checkAlways:
		case checkSame:
			if w[c.at] != c.want {
				continue
			}
		case checkRange:
			if x, ok := w[c.at].Int(); ok {
				if x < c.lo || x > c.hi {
					continue
				}
			} else if !c.test(m, w) {
				continue
			}
		default:
			if !c.holds(m, w) {
				continue
			}
		}
		if len(o.more) > 0 && !allHold(m, w, o.more) {
			continue
		}
		var v term.Term
		switch o.value.kind {
		case inSlot:
			return w[o.value.slot], nil
		case inConstant:
			return o.value.value, nil
		case inCode:
			v = o.value.code(m, w)
		default:
			v = o.value.get(m, w)
		}
		if v.None() {
			return v, b.entry
		}
		return v, nil
	}
	return term.None, b.rest
}

// option compiles a clause whose values are in the slots from first on. With alias, a variable that stands alone means the slot itself:
// where nothing else uses that and no other clause has to bind it to the same place.
func (c *compiler) option(cl *syntax.Clause, first int, alias bool, body func([]syntax.Expr) *node) option {
	var parts []slotPart
	before := c.boundNames()
	for i, p := range cl.Patterns {
		if v, ok := p.(*syntax.Var); ok && alias && v.Name != "_" {
			if _, bound := c.scope.slots[v.Name]; !bound {
				c.names[v.Name] = first + i
				c.bind(v.Name)
				continue
			}
		}
		if p := c.pattern(p); p.kind != partAny {
			parts = append(parts, slotPart{first + i, p})
		}
	}
	o := option{}
	if checks := clauseChecks(parts, c.guardChecks(cl.Guards)); len(checks) > 0 {
		o.first, o.more = checks[0], checks[1:]
	}
	if len(parts) > 0 && parts[0].kind == partSame {
		o.key = parts[0]
	}
	fresh := c.freshNames(before)
	c.value = nil
	o.then = c.flagged(fresh, body(cl.Body))
	if len(cl.Body) == 1 && c.value != nil && c.isSimple(cl.Body[0]) {
		o.early, o.value = true, *c.value
	}
	return o
}

// clauseChecks joins patterns and guard.
func clauseChecks(parts []slotPart, guard []check) []check {
	var out []check
	for i := range parts {
		out = append(out, parts[i].check())
	}
	return append(out, guard...)
}

// manyConstants is from how many constants on a table is quicker than one test after the other.
const manyConstants = 12

// choice tries options one after the other; none runs when no test holds.
func choice(options []option, none *node) *node {
	if len(options) == 1 && options[0].always() {
		return options[0].then
	}
	if n := leadingConstants(options); n >= manyConstants {
		return tableChoice(options, n, none)
	}
	if len(options) > maxChain {
		return &node{run: func(m *Machine, s []term.Term) *node { return choose(m, s, options, none) }}
	}
	next := none
	for i := len(options) - 1; i >= 0; i-- {
		o, otherwise := &options[i], next
		yes := o.then
		if more := o.more; len(more) == 1 {
			yes = either(&more[0], yes, otherwise)
		} else if len(more) > 1 {
			yes = either(&check{kind: checkTest, test: func(m *Machine, s []term.Term) bool { return allHold(m, s, more) }}, yes, otherwise)
		}
		if next = yes; o.first.kind != checkAlways {
			next = either(&o.first, yes, otherwise)
		}
	}
	return next
}

// maxChain is up to how many options each is a node of its own that runs the next one.
const maxChain = 4

// either goes on at one of two places.
func either(c *check, yes, no *node) *node {
	at, want := c.at, c.want
	switch c.kind {
	case checkSame:
		return &node{run: func(m *Machine, s []term.Term) *node {
			if s[at] == want {
				return yes.run(m, s)
			}
			return no.run(m, s)
		}}
	case checkRange:
		lo, hi, test := c.lo, c.hi, c.test
		return &node{run: func(m *Machine, s []term.Term) *node {
			x, ok := s[at].Int()
			if ok && lo <= x && x <= hi || !ok && test(m, s) {
				return yes.run(m, s)
			}
			return no.run(m, s)
		}}
	case checkCell:
		if head, tail := c.head, c.tail; head >= 0 && tail >= 0 {
			return &node{run: func(m *Machine, s []term.Term) *node {
				if cell, ok := s[at].Cons(); ok {
					s[head], s[tail] = cell.Head, cell.Tail
					return yes.run(m, s)
				}
				return no.run(m, s)
			}}
		}
	case checkMatch:
		match := c.match
		return &node{run: func(m *Machine, s []term.Term) *node {
			if match(m, s, s[at]) {
				return yes.run(m, s)
			}
			return no.run(m, s)
		}}
	}
	return &node{run: func(m *Machine, s []term.Term) *node {
		if c.holds(m, s) {
			return yes.run(m, s)
		}
		return no.run(m, s)
	}}
}

func choose(m *Machine, s []term.Term, options []option, none *node) *node {
	for i := range options {
		o := &options[i]
		switch c := &o.first; c.kind {
		case checkAlways:
		case checkSame:
			if s[c.at] != c.want {
				continue
			}
		case checkMatch:
			if !c.match(m, s, s[c.at]) {
				continue
			}
		default:
			if !c.holds(m, s) {
				continue
			}
		}
		if len(o.more) == 0 || allHold(m, s, o.more) {
			return o.then.run(m, s)
		}
	}
	return none.run(m, s)
}

// leadingConstants counts the options at the front that begin with a constant for the same slot.
func leadingConstants(options []option) int {
	for i, o := range options {
		if o.key.kind != partSame || o.key.at != options[0].key.at {
			return i
		}
	}
	return len(options)
}

// tableChoice looks the value of the slot up among the constants of the first n options.
func tableChoice(options []option, n int, none *node) *node {
	at := options[0].key.at
	table := make(map[term.Term]int, n)
	for i := n - 1; i >= 0; i-- {
		table[options[i].key.want] = i
	}
	return &node{run: func(m *Machine, s []term.Term) *node {
		i, ok := table[s[at]]
		if !ok {
			i = n
		}
		return choose(m, s, options[i:], none)
	}}
}

// branchOptions compiles the clauses of case, if, receive, try and maybe: each in a scope of its own, and what all of them bind is
// bound afterwards. The value is in slot first.
func (c *compiler) branchOptions(clauses []*syntax.Clause, what string, p syntax.Position, first int, body func([]syntax.Expr) *node) []option {
	options := make([]option, len(clauses))
	c.branches(len(clauses), what, p, func(i int) { options[i] = c.option(clauses[i], first, false, body) })
	return options
}
