// Package qlc is module qlc: queries over lists and tables, written as list comprehensions.
package qlc

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed qlc.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{Name: "qlc", Doc: "Queries over lists and tables, written as list comprehensions.", Source: source}
}
