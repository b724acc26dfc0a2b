// Package lists is module lists. What only moves elements about is Go, and so are the functions that call a fun for every element and
// that programs spend their time in; the rest is Erlang.
package lists

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
)

//go:embed lists.erl
var source string

const module = "lists"

// Module returns the module.
func Module() *bif.Module {
	m := &bif.Module{
		Name:   module,
		Doc:    "Functions on lists.",
		Source: source,
	}
	for _, rows := range [][]bif.Function{basic(), building(), keyed(), sorting(), calling()} {
		m.Functions = append(m.Functions, rows...)
	}
	return m
}

// clause is function_clause in another function than the one that was called.
func clause(name string, args ...term.Term) error { return bif.ClauseOf(module, name, args...) }

// failure is any other error there.
func failure(reason term.Term, name string, arity int) error {
	return bif.ErrorOf(reason, module, name, term.Int(int64(arity)))
}

// within is err with a frame of a function of the module behind those that it has.
func within(err error, name string, arity int) error {
	return bif.Behind(err, bif.Frame(module, name, term.Int(int64(arity))))
}

var caseClause = term.Atom("case_clause")

// noCase is the error of a case expression that had no clause for v.
func noCase(v term.Term, name string, arity int) error {
	return failure(term.Tuple(caseClause, v), name, arity)
}
