// Package cluster is module cluster, which OTP does not have: what the nodes of a cluster think of each other, and where they differ.
package cluster

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed cluster.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:   "cluster",
		Doc:    "What the nodes of a cluster think of each other, and where they differ. Nothing is changed, and no connection made.",
		Source: source,
	}
}
