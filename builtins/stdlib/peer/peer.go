// Package peer is module peer: it starts other nodes on this host, erlsh or erl, and ends them together with the process that controls
// them.
package peer

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed peer.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:   "peer",
		Doc:    "Starts other nodes, each under the control of a process here. They run this program unless `exec` names another one, such as erl.",
		Source: source,
	}
}
