// Package erl_anno is module erl_anno: the annotations of the abstract format.
package erl_anno

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed erl_anno.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{Name: "erl_anno", Doc: "Where a part of a program stands in its text.", Source: source}
}
