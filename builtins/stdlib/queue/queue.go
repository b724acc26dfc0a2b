// Package queue is module queue: queues, which take items in and out at both ends.
package queue

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
)

//go:embed queue.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{Name: "queue", Doc: "Queues, which take items in and out at both ends.", Source: source, Shorts: shorts()}
}
