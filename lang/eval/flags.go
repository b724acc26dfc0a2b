package eval

import (
	"maps"
	"slices"

	"github.com/erlsh/erlsh/lang/term"
)

// A variable that only some branches bind is unsafe within its expression, and bound or not behind it: at a prompt the next expression
// may use it if it came to be bound. So clauses and matches at a prompt note which variables they have bound, in slots of their own.

// boundNames returns the names that are bound where the compiler stands; nil where nobody keeps notes.
func (c *compiler) boundNames() map[string]int {
	if c.flags == nil {
		return nil
	}
	return maps.Clone(c.scope.slots)
}

// freshNames returns the names that were bound since.
func (c *compiler) freshNames(before map[string]int) []string {
	if c.flags == nil {
		return nil
	}
	var fresh []string
	for name := range c.scope.slots {
		if _, old := before[name]; !old {
			fresh = append(fresh, name)
		}
	}
	slices.Sort(fresh)
	return fresh
}

// flagged notes that names are bound, and goes on.
func (c *compiler) flagged(names []string, next *node) *node {
	if len(names) == 0 {
		return next
	}
	var slots []int
	for _, name := range names {
		slot, ok := c.flags[name]
		if !ok {
			slot = c.temp()
			c.flags[name] = slot
		}
		slots = append(slots, slot)
	}
	return &node{run: func(m *Machine, s []term.Term) *node {
		for _, slot := range slots {
			s[slot] = term.True
		}
		return next.run(m, s)
	}}
}

// flagsSince returns the slots of the notes that came in since.
func (c *compiler) flagsSince(before map[string]int) []int {
	var out []int
	for name, slot := range c.flags {
		if _, old := before[name]; !old {
			out = append(out, slot)
		}
	}
	return out
}

// unset takes notes back.
func unset(s []term.Term, slots []int) {
	for _, slot := range slots {
		s[slot] = term.None
	}
}

// results returns the value and the variables of a prompt line.
func (c *compiler) results(value int, names []string) func(m *Machine, s []term.Term) *node {
	slots, flags := make([]int, len(names)), make([]int, len(names))
	for i, name := range names {
		slots[i], flags[i] = c.names[name], c.flags[name]
	}
	return func(m *Machine, s []term.Term) *node {
		out := make([]term.Term, len(names)+1)
		out[0] = s[value]
		for i, slot := range slots {
			if !s[flags[i]].None() {
				out[i+1] = s[slot]
			}
		}
		return m.ret(term.Tuple(out...))
	}
}
