// Package calendar is module calendar: dates and times of the Gregorian calendar.
package calendar

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed calendar.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{Name: "calendar", Doc: "Dates and times of the Gregorian calendar.", Source: source}
}
