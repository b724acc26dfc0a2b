// Package matchspec compiles match specifications, the little language in which ets says which objects it wants and tracing which calls,
// and runs them.
//
// A specification is a list of clauses {Head, Guards, Body}. Compile makes a Program of it, which any number of goroutines may share;
// each of them takes a Runner and gives it one object after the other.
// ERTS user's guide, "Match Specifications in Erlang".
package matchspec

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/term"
)

// Dialect says what a specification is for.
type Dialect uint8

// The dialects: of tables, whose heads are matched with objects and whose bodies give results, and of tracing, whose heads are matched with
// lists of arguments and whose bodies act.
const (
	Table Dialect = iota
	Trace
)

// Program is a compiled specification.
type Program struct {
	dialect Dialect
	clauses []*clause
	source  term.Term
}

// clause is one alternative. Its variables have slots, in the order of their numbers.
type clause struct {
	head   term.Term
	match  matcher
	vars   []int // the number of the variable in each slot
	guards []expression
	body   []expression
	whole  bool // the body is '$_'
}

type matcher func(r *Runner, t term.Term) bool

// expression computes a value; None for one that cannot be computed.
type expression func(r *Runner) term.Term

// Source returns the specification as it was written.
func (p *Program) Source() term.Term { return p.source }

// Problem is what is wrong with a specification.
type Problem struct{ Text string }

// Problems are all that was found.
type Problems []Problem

// Error lists the problems.
func (p Problems) Error() string {
	var texts []string
	for _, x := range p {
		texts = append(texts, x.Text)
	}
	return strings.Join(texts, " ")
}

// compiler makes one program.
type compiler struct {
	dialect  Dialect
	table    *code.Table
	vars     []int  // the numbers of the variables of the clause's head, by their slots
	seen     []bool // those that stand further left in the head, by their slots
	guard    bool   // what is compiled stands in a guard
	problems Problems
}

func (c *compiler) wrong(format string, args ...any) {
	c.problems = append(c.problems, Problem{fmt.Sprintf(format, args...)})
}

func write(t term.Term) string { return format.Write(t, format.Options{}) }

// writeForm writes a form whose name needs no quotes here, though it is a word of the language.
func writeForm(e []term.Term) string {
	parts := []string{e[0].AtomName()}
	for _, x := range e[1:] {
		parts = append(parts, write(x))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// Compile compiles a specification; table is where the functions of guards are found. The error is of type Problems.
func Compile(spec term.Term, d Dialect, table *code.Table) (*Program, error) {
	c := &compiler{dialect: d, table: table}
	p := &Program{dialect: d, source: spec}
	if _, ok := spec.Cons(); !ok {
		c.wrong("Match programs are not in a list.")
		return nil, c.problems
	}
	list, ok := spec.Slice()
	if !ok {
		c.wrong("Match programs are not in a proper list.")
		return nil, c.problems
	}
	for _, x := range list {
		e, ok := x.Tuple()
		if !ok || len(e) != 3 {
			c.wrong("Match program part is not a tuple of arity 3.")
			return nil, c.problems
		}
		if cl := c.clause(e[0], e[1], e[2]); cl != nil {
			p.clauses = append(p.clauses, cl)
		}
	}
	if len(c.problems) > 0 {
		return nil, c.problems
	}
	return p, nil
}

func (c *compiler) clause(head, guards, body term.Term) *clause {
	cl := &clause{head: head}
	if c.dialect == Trace && !head.IsList() && head.AtomName() != "_" && Variable(head) < 0 && head.Kind() != term.KindTuple {
		c.wrong("Match head is invalid in this context.")
		return nil
	}
	cl.vars = variables(head)
	c.vars, c.seen = cl.vars, make([]bool, len(cl.vars))
	cl.match = c.pattern(head)
	c.guard = true
	cl.guards = c.list(guards)
	c.guard = false
	cl.body = c.list(body)
	cl.whole = len(cl.body) == 1 && isList1(body, "$_")
	if c.dialect == Table && body.Kind() != term.KindCons {
		c.wrong("Body clause does not return anything.")
	}
	return cl
}

func isList1(t term.Term, name string) bool {
	cell, ok := t.Cons()
	return ok && cell.Head.AtomName() == name && cell.Tail.IsNil()
}

// list compiles a list of expressions, guards or a body.
func (c *compiler) list(t term.Term) []expression {
	var out []expression
	if !t.IsList() {
		if c.guard || c.dialect == Trace {
			c.wrong("Match expression is not a list.")
		}
		return nil
	}
	for cell, ok := t.Cons(); ok; cell, ok = t.Cons() {
		if e := c.expression(cell.Head); e != nil {
			out = append(out, e)
		}
		t = cell.Tail
	}
	if !t.IsNil() {
		c.wrong("Match expression is not a proper list.")
	}
	return out
}

// Variable returns the number of a variable like '$1', and -1 for any other term.
func Variable(t term.Term) int {
	name, ok := t.Atom()
	if !ok || len(name) < 2 || len(name) > 10 || name[0] != '$' || len(name) > 2 && name[1] == '0' {
		return -1
	}
	for i := 1; i < len(name); i++ {
		if name[i] < '0' || name[i] > '9' {
			return -1
		}
	}
	n, err := strconv.Atoi(name[1:])
	if err != nil || n > 100_000_000 {
		return -1
	}
	return n
}

// variables returns the numbers of the variables in a pattern, the smallest first.
func variables(pattern term.Term) []int {
	out := make([]int, 0, 4)
	walk(pattern, func(t term.Term) {
		if n := Variable(t); n >= 0 && !slices.Contains(out, n) {
			out = append(out, n)
		}
	})
	slices.Sort(out)
	return out
}

// slot returns the slot of a variable, -1 for one that is not in the head.
func (c *compiler) slot(n int) int { return slices.Index(c.vars, n) }

// walk calls f for every part of a pattern that is no compound term.
func walk(t term.Term, f func(term.Term)) {
	for {
		switch t.Kind() {
		case term.KindCons:
			cell, _ := t.Cons()
			walk(cell.Head, f)
			t = cell.Tail
			continue
		case term.KindTuple:
			e, _ := t.Tuple()
			for _, x := range e {
				walk(x, f)
			}
		case term.KindMap:
			m, _ := t.Map()
			for k, v := range m.All() {
				walk(k, f)
				walk(v, f)
			}
		default:
			f(t)
		}
		return
	}
}

// HasVariables reports whether a term has variables or '_' in it, so that as a pattern it may match more than one term.
func HasVariables(t term.Term) bool {
	found := false
	walk(t, func(x term.Term) { found = found || x.AtomName() == "_" || Variable(x) >= 0 })
	return found
}
