// Package digraph_utils is module digraph_utils: questions about directed graphs: order, components, trees, what is reachable.
package digraph_utils

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed digraph_utils.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{Name: "digraph_utils", Doc: "Questions about directed graphs: order, components, trees, what is reachable.", Source: source}
}
