// Package ordsets is module ordsets: sets as ordered lists.
package ordsets

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed ordsets.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{Name: "ordsets", Doc: "Sets as ordered lists.", Source: source, Shorts: shorts()}
}
