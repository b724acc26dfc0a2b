// Package logger_formatter is module logger_formatter: the text of log events.
package logger_formatter

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed logger_formatter.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:   "logger_formatter",
		Doc:    "The formatter of log events that handlers use when they are told nothing else.",
		Source: source,
	}
}
