// Package erts_internal is module erts_internal: parts of functions of module erlang that are written in Erlang.
package erts_internal

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed erts_internal.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:   "erts_internal",
		Doc:    "What functions of module erlang do behind the scenes.",
		Source: source,
	}
}
