// Package erl_error is module erl_error: exceptions as the shell and crash reports show them.
package erl_error

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

var (
	atomColumn       = term.Atom("column")
	atomFormatFun    = term.Atom("format_fun")
	atomStackTrimFun = term.Atom("stack_trim_fun")
)

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name: "erl_error",
		Doc:  "Writes exceptions for people to read.",
		Functions: []bif.Function{
			{
				Spec:    "format_exception(Class :: error | exit | throw, Reason :: term(), StackTrace :: [tuple()]) -> unicode:chardata()",
				Doc:     "Returns the text that the shell prints for an exception, without the stars in front and a newline at the end.",
				Example: "1> erl_error:format_exception(error, badarg, []).\n\"exception error: bad argument\"",
				Proc:    formatException,
			},
			{
				Spec: "format_exception(Class :: error | exit | throw, Reason :: term(), StackTrace :: [tuple()], Options :: map()) -> unicode:chardata()",
				Doc: `Returns the text that the shell prints for an exception. Options are column (where the text begins, from 1),
stack_trim_fun (of module, function and arity: whether to leave a frame out at the bottom of the stack) and format_fun (of a term and
a column: the text of the term).`,
				Example: "1> erl_error:format_exception(throw, x, [], #{column => 5}).\n\"exception throw: x\"",
				Proc:    formatException,
			},
		},
	}
}

func formatException(p *node.Process, args []term.Term) (term.Term, error) {
	o := format.ExceptionOptions{
		Column: 1,
		Explain: func(module, function, reason, stack term.Term) term.Term {
			if p.Code().Lookup(module, function, 2) == nil {
				return term.None
			}
			fun := (&term.Fun{Module: module, Name: function, Arity: 2, External: true}).Term()
			known, _ := p.Call(fun, reason, stack)
			return known
		},
		Auto: func(module, name term.Term, arity int) bool {
			if module != atom.Erlang {
				return false
			}
			f := p.Code().Lookup(module, name, arity)
			return f != nil && f.Auto
		},
	}
	var failed error
	if len(args) == 4 {
		m, ok := args[3].Map()
		if !ok {
			return term.None, term.Error(term.Tuple(atom.Badmap, args[3]))
		}
		options(p, m, &o, &failed)
	}
	text := format.Exception(args[0], args[1], args[2], o)
	return term.String(text), failed
}

// options takes the options in; failed gets the exception of a fun among them.
func options(p *node.Process, m *term.Map, o *format.ExceptionOptions, failed *error) {
	if t, ok := m.Get(atomColumn); ok {
		if n, ok := t.Int(); ok {
			o.Column = int(n)
		}
	}
	if fun, ok := m.Get(atomFormatFun); ok {
		o.Pretty = func(t term.Term, column int) string {
			chars, err := p.Call(fun, t, term.Int(int64(column)))
			if err != nil {
				*failed = err
			}
			text, _ := bif.Text(chars)
			return text
		}
	}
	if fun, ok := m.Get(atomStackTrimFun); ok {
		o.Trim = func(module, name term.Term, arity int) bool {
			trim, err := p.Call(fun, module, name, term.Int(int64(arity)))
			if err != nil {
				*failed = err
			}
			return trim == atom.True
		}
	}
}
