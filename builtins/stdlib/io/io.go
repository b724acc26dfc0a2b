// Package io is module io: the client of the I/O protocol.
package io

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

//go:embed io.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:   "io",
		Doc:    "Writes to devices and reads from them: each function sends a request to a process and waits for its answer.",
		Source: source,
		Functions: []bif.Function{
			{
				Spec: "printable_range() -> latin1 | unicode",
				Doc: "Returns which characters count as printable, so that lists of them print as strings: those of Latin-1, or all of " +
					"Unicode.",
				Example: "1> io:printable_range().\nlatin1",
				Proc: func(p *node.Process, _ []term.Term) (term.Term, error) {
					if p.Node().Unicode() {
						return atomUnicode, nil
					}
					return atomLatin1, nil
				},
			},
		},
	}
}

var (
	atomLatin1  = term.Atom("latin1")
	atomUnicode = term.Atom("unicode")
)
