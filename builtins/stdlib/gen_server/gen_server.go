// Package gen_server is module gen_server: servers.
package gen_server

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed gen_server.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:   "gen_server",
		Doc:    "Servers: a process that owns a state and handles one request after the other.",
		Source: source,
	}
}
