// Package supervisor is module supervisor: processes that start other processes and restart them.
package supervisor

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed supervisor.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:   "supervisor",
		Doc:    "Supervisors: processes that start children, watch them and start them again.",
		Source: source,
	}
}
