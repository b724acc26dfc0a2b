// Package global_group is module global_group: parts of a cluster that keep names of their own. A node of ours belongs to none, as nodes
// do for which none is configured.
package global_group

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed global_group.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{Name: "global_group", Doc: "Groups of nodes that share names; this node belongs to none.", Source: source}
}
