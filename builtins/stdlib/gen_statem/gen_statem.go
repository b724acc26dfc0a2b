// Package gen_statem is module gen_statem: state machines.
package gen_statem

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed gen_statem.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:   "gen_statem",
		Doc:    "State machines: a process whose reaction to an event depends on its state.",
		Source: source,
	}
}
