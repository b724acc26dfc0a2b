package erlang

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// unique counts the unique integers of a node.
var unique node.Slot[*counter]

func systemRows() []bif.Function {
	return []bif.Function{
		{Spec: "halt() -> no_return()", Doc: "Ends the program with status 0.", Auto: true, Proc: halt},
		{Spec: "halt(Status :: non_neg_integer() | abort | string()) -> no_return()", Doc: "Ends the program with Status.", Auto: true, Proc: halt},
		{Spec: "halt(Status :: non_neg_integer() | abort | string(), Options :: [{flush, boolean()}]) -> no_return()", Doc: "Ends the program with Status.",
			Auto: true, Proc: halt},
		{Spec: "function_exported(Module :: module(), Function :: atom(), Arity :: arity()) -> boolean()",
			Doc:     "Tells whether Module is loaded and exports the function.",
			Example: "1> lists:sum([]), erlang:function_exported(lists, sum, 1).\ntrue", Proc: functionExported},
		{Spec: "module_loaded(Module :: module()) -> boolean()", Doc: "Tells whether Module is loaded.",
			Example: "1> module_loaded(no_such_module).\nfalse", Auto: true, Proc: moduleLoaded},
		{Spec: "loaded() -> [module()]", Doc: "Returns the loaded modules.",
			Example: "1> lists:member(erlang, erlang:loaded()).\ntrue", Proc: loaded},
	}
}

func halt(p *node.Process, args []term.Term) (term.Term, error) {
	status := int64(0)
	if len(args) > 0 {
		n, ok := args[0].Int()
		_, text := bif.Text(args[0])
		switch {
		case ok && n >= 0:
			status = n
		case text, args[0].AtomName() == "abort":
			status = 1
		default:
			return term.None, term.Badarg()
		}
	}
	if len(args) == 2 {
		if _, ok := switches(args[1], "flush"); !ok {
			return term.None, term.Badarg()
		}
	}
	p.Node().Halt(int(status & 0xff))
	return term.True, nil
}

func functionExported(p *node.Process, args []term.Term) (term.Term, error) {
	n, ok := args[2].Int()
	if !args[0].IsAtom() || !args[1].IsAtom() || !ok || n < 0 || n > maxSmall {
		return term.None, term.Badarg()
	}
	return term.Bool(n <= 255 && p.Code().Loaded(args[0]) != nil && p.Code().Lookup(args[0], args[1], int(n)) != nil), nil
}

func moduleLoaded(p *node.Process, args []term.Term) (term.Term, error) {
	if !args[0].IsAtom() {
		return term.None, term.Badarg()
	}
	return term.Bool(p.Code().Loaded(args[0]) != nil), nil
}

func loaded(p *node.Process, _ []term.Term) (term.Term, error) {
	var b term.Builder
	for _, m := range p.Code().Modules() {
		b.Add(m.Name)
	}
	return b.List(term.Nil), nil
}
