// Package dict is module dict: dictionaries as hash tables.
package dict

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed dict.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{Name: "dict", Doc: "Dictionaries as hash tables.", Source: source, Shorts: shorts()}
}
