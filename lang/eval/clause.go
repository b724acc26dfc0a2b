package eval

import (
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// test is a condition on the window: patterns matched against slots, a guard. It may bind variables.
type test func(m *Machine, s []term.Term) bool

// option is a compiled clause: where to go when its test holds. A nil test always holds.
type option struct {
	test test
	then *node
	// value is what then returns, for a function's clause whose body is one simple expression.
	value simple
	key   slotPart // the first pattern, where that is a constant
}

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
	c.own.quick = quickly(options)
	return choice(options, none)
}

// quickly makes a simple of a function all of whose clauses are: to call it takes no frame. It gives None when the function fails, which
// is then called in the ordinary way, for the exception.
func quickly(options []option) simple {
	for i, o := range options {
		if o.value == nil || i == maxQuick {
			return nil
		}
	}
	if len(options) == 1 {
		test, value := options[0].test, options[0].value
		if test == nil {
			return value
		}
		return func(m *Machine, s []term.Term) term.Term {
			if !test(m, s) {
				return term.None
			}
			return value(m, s)
		}
	}
	return func(m *Machine, s []term.Term) term.Term {
		for i := range options {
			if o := &options[i]; o.test == nil || o.test(m, s) {
				return o.value(m, s)
			}
		}
		return term.None
	}
}

// maxQuick is the number of clauses from which on it is better to look at them in other ways than one by one.
const maxQuick = manyConstants

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
	o := option{test: clauseTest(parts, c.guard(cl.Guards))}
	if len(parts) > 0 && parts[0].kind == partSame {
		o.key = parts[0]
	}
	fresh := c.freshNames(before)
	c.value = nil
	o.then = c.flagged(fresh, body(cl.Body))
	if len(cl.Body) == 1 && c.isSimple(cl.Body[0]) {
		o.value = c.value
	}
	return o
}

// clauseTest joins patterns and guard.
func clauseTest(parts []slotPart, guard test) test {
	switch {
	case len(parts) == 0:
		return guard
	case len(parts) == 1:
		t := parts[0].test()
		if guard == nil {
			return t
		}
		return func(m *Machine, s []term.Term) bool { return t(m, s) && guard(m, s) }
	case len(parts) == 2 && guard == nil:
		a, b := parts[0].test(), parts[1].test()
		return func(m *Machine, s []term.Term) bool { return a(m, s) && b(m, s) }
	}
	return func(m *Machine, s []term.Term) bool {
		for i := range parts {
			if p := &parts[i]; !p.ok(m, s, s[p.at]) {
				return false
			}
		}
		return guard == nil || guard(m, s)
	}
}

// test is one pattern alone.
func (p slotPart) test() test {
	at, slot, want, match := p.at, p.slot, p.want, p.match
	switch p.kind {
	case partBind:
		return func(_ *Machine, s []term.Term) bool {
			s[slot] = s[at]
			return true
		}
	case partSame:
		return func(_ *Machine, s []term.Term) bool { return s[at] == want }
	case partOther:
		return func(m *Machine, s []term.Term) bool { return match(m, s, s[at]) }
	}
	return func(m *Machine, s []term.Term) bool { return p.ok(m, s, s[at]) }
}

// manyConstants is from how many constants on a table is quicker than one test after the other.
const manyConstants = 12

// choice tries options one after the other; none runs when no test holds.
func choice(options []option, none *node) *node {
	if len(options) == 1 && options[0].test == nil {
		return options[0].then
	}
	if n := leadingConstants(options); n >= manyConstants {
		return tableChoice(options, n, none)
	}
	if len(options) == 2 && options[1].test == nil {
		t, yes, no := options[0].test, options[0].then, options[1].then
		return &node{run: func(m *Machine, s []term.Term) *node {
			if t == nil || t(m, s) {
				return yes.run(m, s)
			}
			return no.run(m, s)
		}}
	}
	return &node{run: func(m *Machine, s []term.Term) *node { return choose(m, s, options, none) }}
}

func choose(m *Machine, s []term.Term, options []option, none *node) *node {
	for i := range options {
		if o := &options[i]; o.test == nil || o.test(m, s) {
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
