package erlang

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/matchspec"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

func matchSpecRows() []bif.Function {
	return []bif.Function{
		{Spec: "match_spec_test(MatchAgainst :: [term()] | tuple(), MatchSpec :: term(), Type :: trace | table) -> TestResult :: term()",
			Doc: "Runs a match specification on a tuple, as `ets` would, or on a list of arguments, as call tracing would, and returns what it gives, what it " +
				"asks for, and warnings; or what is wrong with it.",
			Example: "1> erlang:match_spec_test([1,2], [{['$1','_'],[{'<','$1',2}],[{return_trace}]}], trace).\n{ok,true,[return_trace],[]}",
			Proc:    matchSpecTest},
	}
}

// testHost is the process for which a specification is tested: what bodies ask for is not done.
type testHost struct{ *node.Process }

func (h testHost) NodeName() term.Term { return h.Node().Name() }

func (h testHost) Action(string, []term.Term) term.Term { return term.True }

func matchSpecTest(p *node.Process, args []term.Term) (term.Term, error) {
	dialect := matchspec.Table
	switch args[2].AtomName() {
	case "table":
	case "trace":
		if _, ok := args[0].Length(); !ok {
			return term.None, term.Badarg()
		}
		dialect = matchspec.Trace
	default:
		return term.None, term.Badarg()
	}
	m, err := matchspec.Compile(args[1], dialect, p.Code())
	if problems, ok := err.(matchspec.Problems); ok {
		var b term.Builder
		for _, x := range problems {
			b.Add(term.Tuple(atom.ErrorAtom, term.String(x.Text)))
		}
		return term.Tuple(atom.ErrorAtom, b.List(term.Nil)), nil
	}
	r := m.Runner(testHost{p})
	v := r.Run(args[0])
	var flags []term.Term
	if r.ReturnTrace {
		flags = append(flags, term.Atom("return_trace"))
	}
	if r.ExceptionTrace {
		flags = append(flags, term.Atom("exception_trace"))
	}
	switch {
	case v.None():
		v = term.False
	case dialect == matchspec.Trace && !r.Message.None():
		v = r.Message
	}
	return term.Tuple(atom.OK, v, term.List(flags...), term.Nil), nil
}
