// Package logger_config is module logger_config: where a node keeps the configuration of its logger, so that every process can read it
// without asking another one.
package logger_config

import (
	_ "embed"
	"sync/atomic"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

//go:embed logger_config.erl
var source string

// kept holds the configuration of each node.
var kept node.Slot[*atomic.Pointer[term.Term]]

func of(p *node.Process) *atomic.Pointer[term.Term] {
	return kept.Of(p.Node(), func(*node.Node) *atomic.Pointer[term.Term] { return new(atomic.Pointer[term.Term]) })
}

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:   "logger_config",
		Doc:    "Keeps the configuration of the logger. Module logger is the way to read and to change it.",
		Source: source,
		Functions: []bif.Function{
			{
				Spec: "read() -> map() | undefined",
				Doc:  "Returns what write/1 was given last; undefined before.",
				Proc: read,
			},
			{
				Spec: "write(Config :: map()) -> ok",
				Doc:  "Keeps Config.",
				Proc: write,
			},
		},
	}
}

func read(p *node.Process, _ []term.Term) (term.Term, error) {
	if t := of(p).Load(); t != nil {
		return *t, nil
	}
	return atom.Undefined, nil
}

func write(p *node.Process, args []term.Term) (term.Term, error) {
	t := args[0]
	of(p).Store(&t)
	return atom.OK, nil
}
