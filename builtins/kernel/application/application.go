// Package application is module application: applications: loading, starting, their environment.
package application

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed application.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:   "application",
		Doc:    "Applications: modules that are started and stopped together, with an environment of parameters.",
		Source: source,
	}
}
