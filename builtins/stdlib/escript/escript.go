// Package escript is module escript: what an escript can ask about itself. The command erlsh runs escripts.
package escript

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed escript.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{Name: "escript", Doc: "What an escript can ask about itself.", Source: source}
}
