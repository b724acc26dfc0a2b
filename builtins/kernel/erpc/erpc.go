// Package erpc is module erpc: calls to other nodes that tell an error of the call from one of the callee.
package erpc

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed erpc.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:   "erpc",
		Doc:    "Calls functions on other nodes and tells an error of the call from an error of what was called.",
		Source: source,
	}
}
