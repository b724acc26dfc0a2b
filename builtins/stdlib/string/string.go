// Package string is module string: text as lists of code points, binaries in UTF-8, and lists of both, by grapheme clusters.
//
// Everything on new-style strings is Go on a cursor that knows what is left of the text in the shape that it came in (see next). The
// older functions, on flat lists only, are Erlang.
package string

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
)

//go:embed string.erl
var source string

const module = "string"

// Module returns the module.
func Module() *bif.Module {
	m := &bif.Module{
		Name:   module,
		Doc:    "Text: lists of code points, binaries in UTF-8 and lists of both.",
		Source: source,
		Shorts: shorts(),
	}
	for _, rows := range [][]bif.Function{steps(), parts(), searches(), letters(), comparisons(), numbers()} {
		m.Functions = append(m.Functions, rows...)
	}
	return m
}

func clause(name string, args ...term.Term) error { return bif.ClauseOf(module, name, args...) }
