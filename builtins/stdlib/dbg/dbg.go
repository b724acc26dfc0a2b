// Package dbg is module dbg: tracing in the words that people type. A server process remembers the tracer and the patterns; the tracer
// prints what the traced processes do.
package dbg

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed dbg.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:   "dbg",
		Doc:    "Traces processes, messages and calls, and prints what they do: start with `tracer/0`, `p/2` and `tpl/3`.",
		Source: source,
	}
}
