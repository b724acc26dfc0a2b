// Package logger_filters is module logger_filters: filters for log events.
package logger_filters

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed logger_filters.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:   "logger_filters",
		Doc:    "Filters for the logger.",
		Source: source,
	}
}
