// Package sofs is module sofs: sets of sets, relations and families, with types.
package sofs

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed sofs.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{Name: "sofs", Doc: "Sets of sets, relations and families, with types.", Source: source}
}
