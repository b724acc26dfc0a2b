// Package filelib is module filelib: questions about files, and files found by patterns.
package filelib

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed filelib.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{Name: "filelib", Doc: "Questions about files, and files found by patterns.", Source: source}
}
