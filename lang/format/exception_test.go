package format

import (
	"strings"
	"testing"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

func atLine(file string, line int64) term.Term {
	return term.List(term.Tuple(atom.File, term.String(file)), term.Tuple(atom.Line, term.Int(line)))
}

func failedCall(module, name string, args ...term.Term) term.Term {
	info := term.List(term.Tuple(atom.ErrorInfo, term.NewMap(atomModule, term.Atom("erl_erts_errors"))))
	return term.Tuple(term.Atom(module), term.Atom(name), term.List(args...), info)
}

func TestException(t *testing.T) {
	a := term.Atom
	within := term.Tuple(a("lists"), a("map"), term.Int(2), atLine("lists.erl", 12))
	long := term.List(term.Atom(strings.Repeat("x", 40)), term.Atom(strings.Repeat("y", 40)))
	for _, c := range []struct {
		name          string
		class, reason term.Term
		stack         []term.Term
		want          string
	}{
		{"plain", term.ClassError, a("badarg"), nil, "exception error: bad argument"},
		{"value", term.ClassError, term.Tuple(a("badmatch"), term.Int(2)), nil, "exception error: no match of right hand side value 2"},
		{"unknown", term.ClassExit, term.Tuple(a("shutdown"), a("x")), nil, "exception exit: {shutdown,x}"},
		{"throw", term.ClassThrow, a("badarg"), nil, "exception throw: badarg"},
		{"operator", term.ClassError, a("badarith"), []term.Term{failedCall("erlang", "/", term.Int(1), term.Int(0)), within},
			"exception error: an error occurred when evaluating an arithmetic expression\n" +
				"     in operator  '/'/2\n        called as 1 / 0\n     in call from lists:map/2 (lists.erl:12)"},
		{"explained", term.ClassError, a("badarg"), []term.Term{failedCall("erlang", "hd", term.Nil)},
			"exception error: bad argument\n     in function  hd/1\n        called as hd([])\n        *** argument 1: not a nonempty list"},
		{"function clause", term.ClassError, a("function_clause"), []term.Term{term.Tuple(a("lists"), a("map"), term.List(term.Int(1), term.Nil), atLine("lists.erl", 3))},
			"exception error: no function clause matching lists:map(1,[]) (lists.erl:3)"},
		{"arguments that look like a string", term.ClassError, a("function_clause"), []term.Term{term.Tuple(a("m"), a("f"), term.List(term.Int('a'), term.Int('b')), term.Nil)},
			"exception error: no function clause matching m:f(97,98) "},
		{"call on a line of its own", term.ClassError, a("function_clause"), []term.Term{term.Tuple(a("m"), a("f"), long, term.Nil)},
			"exception error: no function clause matching m:f(" + strings.Repeat("x", 40) + ",\n" + strings.Repeat(" ", 52) + strings.Repeat("y", 40) + ") "},
		{"command", term.ClassError, a("function_clause"), []term.Term{term.Tuple(a("shell"), a("history"), term.Int(1), term.Nil)},
			"exception error: no function clause matching call to history/1"},
		{"undefined", term.ClassError, a("undef"), []term.Term{term.Tuple(a("m"), a("F"), term.Nil, term.Nil), within},
			"exception error: undefined function m:'F'/0\n     in function  lists:map/2 (lists.erl:12)"},
		{"undefined command", term.ClassError, term.Tuple(a("shell_undef"), a("foo"), term.Int(1), term.Nil), nil, "exception error: undefined shell command foo/1"},
		{"no stack", term.ClassExit, a("x"), []term.Term{a("y")}, "exception exit: {x,[y]}"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Exception(c.class, c.reason, term.List(c.stack...), ExceptionOptions{
				Column: 4,
				Explain: func(_, _, _, _ term.Term) term.Term {
					if c.name != "explained" {
						return term.None
					}
					return term.NewMap(term.Int(1), term.BinaryString("not a nonempty list"))
				},
				Auto: func(_, name term.Term, _ int) bool { return name == a("hd") },
			})
			if got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestExceptionTrims(t *testing.T) {
	stack := term.List(
		term.Tuple(term.Atom("m"), term.Atom("f"), term.Int(1), term.Nil),
		term.Tuple(term.Atom("shell"), term.Atom("a"), term.Int(1), term.Nil),
		term.Tuple(term.Atom("m"), term.Atom("g"), term.Int(1), term.Nil),
		term.Tuple(term.Atom("shell"), term.Atom("b"), term.Int(1), term.Nil))
	got := Exception(term.ClassError, term.Atom("x"), stack, ExceptionOptions{
		Column: 1, Trim: func(module, _ term.Term, _ int) bool { return module == atomShellName },
	})
	want := "exception error: x\n  in function  m:f/1 \n  in call from shell:a/1 \n  in call from m:g/1 "
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
