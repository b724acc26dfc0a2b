package erl_pp

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

// legalizeVars gives the variables of a function names that a program may have: those that the compiler made begin with a small letter.
func legalizeVars(args []term.Term) (term.Term, error) {
	if _, ok := args[0].Tagged(term.Atom("function"), 5); !ok {
		return term.None, term.Error(atom.Badarg)
	}
	used := map[string]bool{}
	eachVar(args[0], func(name string) string { used[name] = true; return name })
	named := map[string]string{}
	return eachVar(args[0], func(name string) string {
		if first, _ := utf8.DecodeRuneInString(name); first == '_' || unicode.IsUpper(first) {
			return name
		}
		legal, ok := named[name]
		if !ok {
			for legal = strings.ToUpper(name); used[legal]; {
				legal = "X" + legal
			}
			named[name], used[legal] = legal, true
		}
		return legal
	}), nil
}

// eachVar returns a form with its variables under other names.
func eachVar(t term.Term, rename func(string) string) term.Term {
	if e, ok := t.Tagged(term.Atom("var"), 3); ok && e[2].IsAtom() {
		return term.Tuple(e[0], e[1], term.Atom(rename(e[2].AtomName())))
	}
	if e, ok := t.Tuple(); ok {
		out := make([]term.Term, len(e))
		for i := range e {
			out[i] = eachVar(e[i], rename)
		}
		return term.Tuple(out...)
	}
	if list, ok := t.Slice(); ok {
		out := make([]term.Term, len(list))
		for i := range list {
			out[i] = eachVar(list[i], rename)
		}
		return term.List(out...)
	}
	return t
}
