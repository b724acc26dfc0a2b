package erlang

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

func errorRows() []bif.Function {
	return []bif.Function{
		{Spec: "error(Reason :: term()) -> no_return()", Doc: "Raises an exception of class `error`.",
			Example: "1> catch error(oops), ok.\nok", Auto: true, Pure: error1},
		{Spec: "error(Reason :: term(), Args :: [term()] | none) -> no_return()",
			Doc:     "As `error/1`; the stack trace shows Args as the arguments of the calling function.",
			Example: "1> try error(oops, [1]) catch error:Reason -> Reason end.\noops", Auto: true, Pure: error2},
		{Spec: "error(Reason :: term(), Args :: [term()] | none, Options :: [{error_info, map()}]) -> no_return()",
			Doc:     "As `error/2`; `error_info` says which module explains the error.",
			Example: "1> try error(oops, [1], []) catch error:Reason -> Reason end.\noops", Auto: true, Pure: error3},
		{Spec: "exit(Reason :: term()) -> no_return()", Doc: "Raises an exception of class `exit`, which ends the process when nobody catches it.",
			Example: "1> try exit(bye) catch exit:Reason -> Reason end.\nbye", Auto: true,
			Pure: func(args []term.Term) (term.Term, error) { return term.None, term.Exit(args[0]) }},
		{Spec: "throw(Any :: term()) -> no_return()", Doc: "Raises an exception of class `throw`: a value for whoever catches it.",
			Example: "1> catch throw(ball).\nball", Auto: true,
			Pure: func(args []term.Term) (term.Term, error) { return term.None, term.Throw(args[0]) }},
		{Spec: "raise(Class :: error | exit | throw, Reason :: term(), Stacktrace :: [term()]) -> badarg",
			Doc:     "Raises an exception with a given stack trace; returns `badarg` when the arguments are none of that.",
			Example: "1> erlang:raise(what, reason, []).\nbadarg", Pure: raise},
		{Spec: "nif_error(Reason :: term()) -> no_return()", Doc: "Raises the error of a function that waits for its native code.",
			Example: "1> try erlang:nif_error(oops) catch error:Reason -> Reason end.\noops", Pure: nifError},
		{Spec: "nif_error(Reason :: term(), Args :: [term()]) -> no_return()", Doc: "As `nif_error/1`.",
			Example: "1> try erlang:nif_error(oops, []) catch error:Reason -> Reason end.\noops", Pure: nifError},
	}
}

func error1(args []term.Term) (term.Term, error) {
	e := term.Error(args[0])
	e.Stack = term.Nil // it speaks for its caller
	return term.None, e
}

func error2(args []term.Term) (term.Term, error) {
	if args[1].AtomName() == "none" || !args[1].IsList() {
		return error1(args)
	}
	e := term.Error(args[0])
	e.Stack, e.Args = term.Nil, args[1]
	return term.None, e
}

func nifError(args []term.Term) (term.Term, error) { return term.None, term.Error(args[0]) }

func error3(args []term.Term) (term.Term, error) {
	options, ok := args[2].Slice()
	if !ok {
		return term.None, term.Badarg()
	}
	e := term.Error(args[0])
	e.Stack = term.Nil
	if args[1].IsList() {
		e.Args = args[1]
	}
	for _, o := range options {
		pair, isTuple := o.Tuple()
		if isTuple && len(pair) == 2 && pair[0].AtomName() == "error_info" && pair[1].Kind() == term.KindMap {
			e.Info = pair[1]
		}
	}
	return term.None, e
}

func raise(args []term.Term) (term.Term, error) {
	switch args[0] {
	case term.ClassError, term.ClassExit, term.ClassThrow:
		if frames(args[2]) {
			return term.None, &term.Exception{Class: args[0], Reason: args[1], Stack: args[2], Complete: true}
		}
	}
	return term.Atom("badarg"), nil
}

// frames reports whether a list can be a stack trace.
func frames(t term.Term) bool {
	list, ok := t.Slice()
	for _, f := range list {
		e, isTuple := f.Tuple()
		ok = ok && isTuple && len(e) >= 2 && len(e) <= 4
	}
	return ok
}

func dictionaryRows() []bif.Function {
	return []bif.Function{
		{Spec: "get() -> [{Key :: term(), Value :: term()}]", Doc: "Returns the process dictionary.",
			Example: "1> erase(), put(a, 1), get().\n[{a,1}]", Auto: true,
			Proc: func(p *node.Process, _ []term.Term) (term.Term, error) { return pairs(p.Dictionary()), nil }},
		{Spec: "get(Key :: term()) -> term() | undefined", Doc: "Returns the value of Key in the process dictionary.",
			Example: "1> get(nothing).\nundefined", Auto: true,
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) { return orUndefined(p.Get(args[0])), nil }},
		{Spec: "put(Key :: term(), Value :: term()) -> term() | undefined", Doc: "Sets Key in the process dictionary and returns its old value.",
			Example: "1> put(a, 1), put(a, 2).\n1", Auto: true,
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
				return orUndefined(p.Put(args[0], args[1])), nil
			}},
		{Spec: "erase(Key :: term()) -> term() | undefined", Doc: "Takes Key out of the process dictionary and returns its value.",
			Example: "1> put(a, 1), erase(a).\n1", Auto: true,
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) { return orUndefined(p.Erase(args[0])), nil }},
		{Spec: "erase() -> [{Key :: term(), Value :: term()}]", Doc: "Empties the process dictionary and returns what it held.",
			Example: "1> erase(), put(a, 1), erase().\n[{a,1}]", Auto: true,
			Proc: func(p *node.Process, _ []term.Term) (term.Term, error) { return pairs(p.EraseAll()), nil }},
		{Spec: "get_keys() -> [term()]", Doc: "Returns the keys of the process dictionary.",
			Example: "1> erase(), put(a, 1), get_keys().\n[a]", Auto: true,
			Proc: func(p *node.Process, _ []term.Term) (term.Term, error) { return keysOf(p, term.None), nil }},
		{Spec: "get_keys(Value :: term()) -> [term()]", Doc: "Returns the keys of the process dictionary that have Value.",
			Example: "1> erase(), put(a, 1), put(b, 2), get_keys(2).\n[b]", Auto: true,
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) { return keysOf(p, args[0]), nil }},
	}
}

func orUndefined(t term.Term) term.Term {
	if t.None() {
		return term.Atom("undefined")
	}
	return t
}

func pairs(all [][2]term.Term) term.Term {
	var b term.Builder
	for _, kv := range all {
		b.Add(term.Tuple(kv[0], kv[1]))
	}
	return b.List(term.Nil)
}

func keysOf(p *node.Process, value term.Term) term.Term {
	var b term.Builder
	for _, kv := range p.Dictionary() {
		if value.None() || term.Equal(kv[1], value) {
			b.Add(kv[0])
		}
	}
	return b.List(term.Nil)
}
