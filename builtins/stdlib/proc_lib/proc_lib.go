// Package proc_lib is module proc_lib: processes that know their ancestors, start in step with their parent and leave a crash report.
package proc_lib

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed proc_lib.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:   "proc_lib",
		Doc:    "Starts processes that know their ancestors, tell their parent when they are ready, and log a report when they crash.",
		Source: source,
	}
}
