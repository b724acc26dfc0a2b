// Package digraph is module digraph: directed graphs, kept in tables that belong to a process.
package digraph

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed digraph.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{Name: "digraph", Doc: "Directed graphs, kept in tables that belong to a process.", Source: source}
}
