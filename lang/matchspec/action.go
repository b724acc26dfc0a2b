package matchspec

import "github.com/erlsh/erlsh/lang/term"

// action is a function of the dialect of tracing. Those for bodies only act.
type action struct {
	arities []int
	guard   bool // allowed in guards too
	// do is what it does; nil for what the host does.
	do func(r *Runner, args []term.Term) term.Term
}

// actions are the functions that only tracing has, by name.
var actions = map[string]action{
	"message": {arities: []int{1}, do: func(r *Runner, args []term.Term) term.Term {
		r.Message = args[0]
		return term.True
	}},
	"return_trace": {arities: []int{0}, do: func(r *Runner, _ []term.Term) term.Term {
		r.ReturnTrace = true
		return term.True
	}},
	"exception_trace": {arities: []int{0}, do: func(r *Runner, _ []term.Term) term.Term {
		r.ExceptionTrace = true
		return term.True
	}},
	"enable_trace": {arities: []int{1, 2}}, "disable_trace": {arities: []int{1, 2}}, "trace": {arities: []int{2, 3}},
	"silent": {arities: []int{1}}, "display": {arities: []int{1}}, "process_dump": {arities: []int{0}},
	"caller": {arities: []int{0}}, "caller_line": {arities: []int{0}}, "current_stacktrace": {arities: []int{0, 1}},
	"get_tcw": {arities: []int{0}, guard: true}, "set_tcw": {arities: []int{1}},
	"set_seq_token": {arities: []int{2}}, "get_seq_token": {arities: []int{0}}, "is_seq_trace": {arities: []int{0}, guard: true},
}

// action compiles the call of an action.
func (c *compiler) action(a action, name string, whole, args []term.Term) expression {
	fits := false
	for _, n := range a.arities {
		fits = fits || n == len(args)
	}
	tcw := name == "get_tcw" || name == "set_tcw"
	switch {
	case tcw && !fits:
		c.wrong("Function %s/%d does_not_exist.", name, len(args))
		return nil
	case tcw && c.dialect == Table:
		c.wrong("Function %s/%d cannot be called in this context.", name, len(args))
		return nil
	case c.dialect == Table:
		c.wrong("Special form '%s' used in wrong dialect.", name)
		return nil
	case c.guard && !a.guard:
		c.wrong("Special form '%s' called in guard context.", name)
		return nil
	case !fits:
		c.wrong("Special form '%s' called with wrong number of arguments in %s.", name, writeForm(whole))
		return nil
	}
	failure := c.failure()
	in, ok := c.all(args)
	if !ok {
		return nil
	}
	return func(r *Runner) term.Term {
		values := make([]term.Term, len(in))
		for i, x := range in {
			if values[i] = x(r); values[i].None() {
				return term.None
			}
		}
		if a.do != nil {
			return a.do(r, values)
		}
		if v := r.Host.Action(name, values); !v.None() {
			return v
		}
		return failure
	}
}
