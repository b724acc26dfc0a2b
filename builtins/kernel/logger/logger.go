// Package logger is module logger: events with a level and metadata, filters and handlers.
package logger

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

//go:embed logger.erl
var source string

var (
	atomLogger = term.Atom("logger")
	atomProxy  = term.Atom("logger_proxy")
)

// Module returns the module. Its two processes wait for events from elsewhere: logger for those of the node itself and for changes of the
// configuration, logger_proxy for those of processes on other nodes whose group leader is here.
func Module() *bif.Module {
	return &bif.Module{
		Name:   "logger",
		Doc:    "Logs events: each has a level, a message and metadata, and passes filters on its way to the handlers.",
		Source: source,
		Start: func(n *node.Node) error {
			n.Spawn(node.SpawnOptions{Name: atomLogger, Handler: server("handle"), As: node.Shown{Server: "logger_server"}})
			n.Spawn(node.SpawnOptions{Name: atomProxy, Handler: server("handle_proxy"), As: node.Shown{Server: "logger_olp"}})
			return nil
		},
	}
}

// server is a process that hands every message to a function of the module.
func server(function string) func(p *node.Process, message term.Term) {
	fun := (&term.Fun{Module: atomLogger, Name: term.Atom(function), Arity: 1, External: true}).Term()
	return func(p *node.Process, message term.Term) { _, _ = p.Call(fun, message) }
}
