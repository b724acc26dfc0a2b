// Package random is module random: the random numbers of before rand, the Wichmann-Hill generator AS 183.
package random

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed random.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{Name: "random", Doc: "The random numbers of before rand, the Wichmann-Hill generator AS 183.", Source: source}
}
