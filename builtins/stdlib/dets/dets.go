// Package dets is module dets: tables that live in files.
package dets

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed dets.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{Name: "dets", Doc: "Tables that live in files.", Source: source}
}
