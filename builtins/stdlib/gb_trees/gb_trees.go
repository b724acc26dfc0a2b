// Package gb_trees is module gb_trees: dictionaries as balanced trees, in the order of their keys.
package gb_trees

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed gb_trees.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{Name: "gb_trees", Doc: "Dictionaries as balanced trees, in the order of their keys.", Source: source, Shorts: shorts()}
}
