// Package timer is module timer: calls and messages after a time or again and again.
package timer

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed timer.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:   "timer",
		Doc:    "Calls functions and sends messages after a time, or again and again.",
		Source: source,
	}
}
