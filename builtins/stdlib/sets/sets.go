// Package sets is module sets: sets, as hash tables or as maps.
package sets

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed sets.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{Name: "sets", Doc: "Sets, as hash tables or as maps.", Source: source}
}
