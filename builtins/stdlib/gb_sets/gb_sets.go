// Package gb_sets is module gb_sets: sets as balanced trees, in the order of their elements.
package gb_sets

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed gb_sets.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{Name: "gb_sets", Doc: "Sets as balanced trees, in the order of their elements.", Source: source, Shorts: shorts()}
}
