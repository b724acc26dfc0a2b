// Package global is module global: names for processes, and locks, that hold in a whole cluster.
package global

import (
	_ "embed"
	"sync/atomic"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

//go:embed global.erl
var source string

var (
	atomGlobal = term.Atom("global")
	atomServer = term.Atom("global_name_server")

	atomNodeup   = term.Atom("nodeup")
	atomNodedown = term.Atom("nodedown")
)

// kept holds each node's table of names, so that looking one up asks no process.
var kept node.Slot[*atomic.Pointer[term.Term]]

func of(p *node.Process) *atomic.Pointer[term.Term] {
	return kept.Of(p.Node(), func(*node.Node) *atomic.Pointer[term.Term] { return new(atomic.Pointer[term.Term]) })
}

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:   "global",
		Doc:    "Names for processes, and locks, that hold in a whole cluster.",
		Source: source,
		Start:  start,
		Functions: []bif.Function{
			{
				Spec: "table() -> map()",
				Doc:  "Returns the names of the cluster and their processes.",
				Proc: table,
			},
			{
				Spec: "keep(Table :: map()) -> ok",
				Doc:  "Keeps a new table of names; for the server only.",
				Proc: keep,
			},
		},
	}
}

// start brings up the server. It first asks to be told of nodes that come and go.
func start(n *node.Node) error {
	handle := (&term.Fun{Module: atomGlobal, Name: term.Atom("handle"), Arity: 1, External: true}).Term()
	begun := false
	server := n.Spawn(node.SpawnOptions{Name: atomServer, As: node.Shown{Server: "global"}, Handler: func(p *node.Process, message term.Term) {
		if !begun {
			begun = true
			if _, err := p.MonitorNodes(true, term.Nil); err != nil {
				return
			}
			return
		}
		if e, ok := message.Tuple(); ok && len(e) == 2 && e[1] == n.Name() && (e[0] == atomNodeup || e[0] == atomNodedown) {
			return // that this node has got a name, or lost it
		}
		_, _ = p.Call(handle, message)
	}})
	return n.Send(server.Self(), server.Self(), atom.OK)
}

func table(p *node.Process, _ []term.Term) (term.Term, error) {
	if t := of(p).Load(); t != nil {
		return *t, nil
	}
	return term.NewMap(), nil
}

func keep(p *node.Process, args []term.Term) (term.Term, error) {
	t := args[0]
	of(p).Store(&t)
	return atom.OK, nil
}
