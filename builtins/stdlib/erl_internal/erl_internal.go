// Package erl_internal is module erl_internal: what the compiler knows of functions and operators by their names.
package erl_internal

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed erl_internal.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{Name: "erl_internal", Doc: "What the compiler knows of functions and operators by their names.", Source: source}
}
