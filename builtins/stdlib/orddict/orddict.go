// Package orddict is module orddict: dictionaries as ordered lists of pairs.
package orddict

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed orddict.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{Name: "orddict", Doc: "Dictionaries as ordered lists of pairs.", Source: source}
}
