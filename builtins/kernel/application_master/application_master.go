// Package application_master is module application_master: the process that stands at the top of a running application.
package application_master

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed application_master.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:   "application_master",
		Doc:    "The process at the top of a running application, the group leader of all others.",
		Source: source,
	}
}
