// Package erl_tar is module erl_tar: archives in the format of tar: written, listed and extracted.
package erl_tar

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed erl_tar.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{Name: "erl_tar", Doc: "Archives in the format of tar: written, listed and extracted.", Source: source}
}
