// Package logger_std_h is module logger_std_h: the handler that writes log events to the terminal or a file.
package logger_std_h

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed logger_std_h.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:   "logger_std_h",
		Doc:    "The handler that writes log events to the terminal or to a file.",
		Source: source,
	}
}
