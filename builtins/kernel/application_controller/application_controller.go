// Package application_controller is module application_controller: the process that loads, starts and stops applications, and the place
// where a node keeps what it knows of them.
package application_controller

import (
	_ "embed"
	"sync/atomic"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

//go:embed application_controller.erl
var source string

var atomController = term.Atom("application_controller")

// kept holds what each node knows of applications, so that get_env asks no process.
var kept node.Slot[*atomic.Pointer[term.Term]]

func of(p *node.Process) *atomic.Pointer[term.Term] {
	return kept.Of(p.Node(), func(*node.Node) *atomic.Pointer[term.Term] { return new(atomic.Pointer[term.Term]) })
}

// given holds the environment that the command line gives to applications.
var given node.Slot[*atomic.Pointer[term.Term]]

func givenOf(n *node.Node) *atomic.Pointer[term.Term] {
	return given.Of(n, func(*node.Node) *atomic.Pointer[term.Term] { return new(atomic.Pointer[term.Term]) })
}

// SetEnvironment gives parameters to applications: a map with a map of values for each of them. It is called before anything runs.
func SetEnvironment(n *node.Node, applications term.Term) { givenOf(n).Store(&applications) }

// modules are the names of the modules of each application that is in the binary.
var modules node.Slot[map[term.Term]term.Term]

// SetModules tells a node which modules an application of the binary has. It is called before anything runs.
func SetModules(n *node.Node, application string, names []string) {
	list := make([]term.Term, len(names))
	for i, name := range names {
		list[i] = term.Atom(name)
	}
	modules.Of(n, func(*node.Node) map[term.Term]term.Term { return map[term.Term]term.Term{} })[term.Atom(application)] = term.List(list...)
}

func modulesOf(p *node.Process, args []term.Term) (term.Term, error) {
	if list, ok := modules.Of(p.Node(), func(*node.Node) map[term.Term]term.Term { return map[term.Term]term.Term{} })[args[0]]; ok {
		return list, nil
	}
	return term.Nil, nil
}

// Module returns the module.
func Module() *bif.Module {
	handle := (&term.Fun{Module: atomController, Name: term.Atom("handle"), Arity: 1, External: true}).Term()
	return &bif.Module{
		Name:   "application_controller",
		Doc:    "Loads, starts and stops applications. Module application is the way to ask for it.",
		Source: source,
		Start: func(n *node.Node) error {
			n.Spawn(node.SpawnOptions{
				Name:    atomController,
				As:      node.Shown{Server: "application_controller"},
				Handler: func(p *node.Process, message term.Term) { _, _ = p.Call(handle, message) },
			})
			return nil
		},
		Functions: []bif.Function{
			{
				Spec: "read() -> map() | undefined",
				Doc:  "Returns what write/1 was given last; undefined before.",
				Proc: read,
			},
			{
				Spec: "given() -> map()",
				Doc:  "Returns the parameters of applications that stood on the command line.",
				Proc: func(p *node.Process, _ []term.Term) (term.Term, error) {
					if t := givenOf(p.Node()).Load(); t != nil {
						return *t, nil
					}
					return term.EmptyMap, nil
				},
			},
			{
				Spec: "modules(Application :: atom()) -> [module()]",
				Doc:  "Returns the modules of an application that is in the binary.",
				Proc: modulesOf,
			},
			{
				Spec: "write(Known :: map()) -> ok",
				Doc:  "Keeps what is known of applications.",
				Proc: write,
			},
		},
	}
}

func read(p *node.Process, _ []term.Term) (term.Term, error) {
	if t := of(p).Load(); t != nil {
		return *t, nil
	}
	return atom.Undefined, nil
}

func write(p *node.Process, args []term.Term) (term.Term, error) {
	t := args[0]
	of(p).Store(&t)
	return atom.OK, nil
}
