// Package sys is module sys: what may be asked of every process of a behaviour.
package sys

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed sys.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:   "sys",
		Doc:    "Looks into a process of a behaviour and debugs it: state, status, suspend and resume, trace, statistics, change of code.",
		Source: source,
	}
}
