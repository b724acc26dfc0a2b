// Package gen is module gen: what the behaviours have in common: starting under a name, calls and their replies.
package gen

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed gen.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:   "gen",
		Doc:    "Starts processes of a behaviour under a name and calls them; what gen_server, gen_statem and gen_event are made of.",
		Source: source,
	}
}
