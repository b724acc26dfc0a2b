// Package array is module array: arrays by index, which grow as needed.
package array

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed array.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{Name: "array", Doc: "Arrays by index, which grow as needed.", Source: source, Shorts: shorts()}
}
