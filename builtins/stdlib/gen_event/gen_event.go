// Package gen_event is module gen_event: event managers.
package gen_event

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed gen_event.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:   "gen_event",
		Doc:    "Event managers: a process that hands events to handlers, which may come and go.",
		Source: source,
	}
}
