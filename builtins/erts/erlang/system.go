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
