// Package supervisor_bridge is module supervisor_bridge: a supervisor's child in front of a subsystem that is not built of behaviours.
package supervisor_bridge

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed supervisor_bridge.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:   "supervisor_bridge",
		Doc:    "Bridges between a supervisor and a subsystem that is not built of behaviours.",
		Source: source,
	}
}
