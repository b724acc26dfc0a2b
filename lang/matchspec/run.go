package matchspec

import (
	"slices"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

// Host is the process for which a program runs.
type Host interface {
	// Self returns the pid.
	Self() term.Term
	// NodeName returns the name of the node.
	NodeName() term.Term
	// Action does what a body of the dialect of tracing asks for and returns its value; None when it cannot.
	Action(name string, args []term.Term) term.Term
}

// Runner runs a program. It belongs to one goroutine.
type Runner struct {
	Host Host
	// What the body that ran last has asked for: what message/1 was given (None without it), and what the end of the call is to be
	// told of.
	Message                     term.Term
	ReturnTrace, ExceptionTrace bool

	program *Program
	object  term.Term
	vars    []term.Term
	args    []term.Term // of the functions that are being called
	few     [4]term.Term
	room    [4]term.Term
}

// Runner returns a runner of the program.
func (p *Program) Runner(host Host) *Runner {
	r := &Runner{Host: host, program: p}
	r.args = r.room[:0]
	return r
}

// Run gives the runner an object, or a list of arguments, and returns what the body of the first clause that matches it returns; None
// when none does. A body of tables that fails returns 'EXIT'.
func (r *Runner) Run(object term.Term) term.Term {
	r.object = object
	for _, c := range r.program.clauses {
		n := len(c.vars)
		if n <= len(r.few) {
			r.vars = r.few[:n]
		} else if cap(r.vars) >= n {
			r.vars = r.vars[:n]
		} else {
			r.vars = make([]term.Term, n)
		}
		if c.match(r, object) && r.pass(c) {
			return r.body(c)
		}
	}
	return term.None
}

func (r *Runner) pass(c *clause) bool {
	for _, g := range c.guards {
		if g(r) != term.True {
			return false
		}
	}
	return true
}

func (r *Runner) body(c *clause) term.Term {
	if r.program.dialect == Trace {
		r.Message, r.ReturnTrace, r.ExceptionTrace = term.None, false, false
		for _, e := range c.body {
			e(r)
		}
		return term.True
	}
	if c.whole {
		return r.object
	}
	v := term.None
	for _, e := range c.body {
		if v = e(r); v.None() {
			return atom.ExitSignal
		}
	}
	return v
}

// WholeObjects reports whether all that the program can return is the object itself.
func (p *Program) WholeObjects() bool {
	return !slices.ContainsFunc(p.clauses, func(c *clause) bool { return !c.whole })
}

// Bindings returns the variables of a match pattern as a result lists them: those of the object that the runner was given last.
func (r *Runner) Bindings() []term.Term { return r.vars }
