// Package slave is module slave: the older way to start nodes that end with the one that started them.
package slave

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed slave.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:   "slave",
		Doc:    "Starts nodes that end with this one, on this host or by ssh on another. `peer` can do more.",
		Source: source,
	}
}
