package bif

import (
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

var (
	explainerKey    = term.Atom("module")
	causeKey        = term.Atom("cause")
	stdlibExplainer = term.NewMap(explainerKey, term.Atom("erl_stdlib_errors"))
	ertsExplainer   = term.NewMap(explainerKey, term.Atom("erl_erts_errors"))
)

// StdlibBadarg returns the badarg of a native of the standard library that erl_stdlib_errors explains.
func StdlibBadarg() *term.Exception { return StdlibError(atom.Badarg, term.None) }

// StdlibError returns an error of a native of the standard library that erl_stdlib_errors explains; cause says more than the
// arguments do, or is None.
func StdlibError(reason, cause term.Term) *term.Exception {
	e := term.Error(reason)
	e.Info = stdlibExplainer
	if !cause.None() {
		e.Info = term.NewMap(explainerKey, term.Atom("erl_stdlib_errors"), causeKey, cause)
	}
	return e
}

// ClauseOf returns the function_clause of a function inside a module: one that the native stands for but that has a name of its
// own in stack traces.
func ClauseOf(module, name string, args ...term.Term) *term.Exception {
	return ErrorOf(atom.FunctionClaus, module, name, term.List(args...))
}

// ErrorOf returns an error whose trace begins with the given function; what is its arity or the list of its arguments.
func ErrorOf(reason term.Term, module, name string, what term.Term) *term.Exception {
	e := term.Error(reason)
	e.Stack = term.List(Frame(module, name, what))
	return e
}

// Frame makes an entry of a stack trace for a function of a module of the library.
func Frame(module, name string, what term.Term) term.Term {
	where := term.List(term.Tuple(atom.File, term.String(module+".erl")), term.Tuple(atom.Line, term.Int(1)))
	return term.Tuple(term.Atom(module), term.Atom(name), what, where)
}

// ErtsError returns an error that a function of module erlang raises on the way.
func ErtsError(reason term.Term, name string, args ...term.Term) *term.Exception {
	e := term.Error(reason)
	where := term.List(term.Tuple(atom.ErrorInfo, ertsExplainer))
	e.Stack = term.List(term.Tuple(atom.Erlang, term.Atom(name), term.List(args...), where))
	return e
}

// Behind returns err with frames added behind those that it has: the functions that a native which called a fun stands for.
func Behind(err error, frames ...term.Term) error {
	e, ok := err.(*term.Exception)
	if !ok || e.Complete {
		return err
	}
	copied := *e
	var b term.Builder
	if !e.Stack.None() {
		have, _ := e.Stack.Slice()
		for _, f := range have {
			b.Add(f)
		}
	}
	for _, f := range frames {
		b.Add(f)
	}
	copied.Stack = b.List(term.Nil)
	return &copied
}
