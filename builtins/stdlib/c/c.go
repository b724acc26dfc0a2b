// Package c is module c: the commands that are typed at a prompt without a module name and do not need the session.
// They are written in Erlang, in c.erl; those that need the session stand in shell/commands.go.
package c

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed c.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:   "c",
		Doc:    "The commands that one types at the prompt without a module name.",
		Source: source,
	}
}
