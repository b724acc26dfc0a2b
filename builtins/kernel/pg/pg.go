// Package pg is module pg: process groups over all nodes.
package pg

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed pg.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:   "pg",
		Doc:    "Process groups: members on all nodes under one name, known everywhere.",
		Source: source,
	}
}
