// Package error_logger is module error_logger: the older interface to the logger.
package error_logger

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed error_logger.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:   "error_logger",
		Doc:    "The older interface to the logger, and handlers of its kind.",
		Source: source,
	}
}
