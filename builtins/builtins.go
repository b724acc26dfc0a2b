// Package builtins puts the modules that erlsh brings along on their shelves: a table that loads each of them at its first use, and
// the start of their server processes.
//
// Table makes the table of a node, Start brings the servers up.
package builtins

import (
	"fmt"
	"slices"
	"sync"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/builtins/erts"
	initial "github.com/erlsh/erlsh/builtins/erts/init"
	"github.com/erlsh/erlsh/builtins/kernel"
	controller "github.com/erlsh/erlsh/builtins/kernel/application_controller"
	loader "github.com/erlsh/erlsh/builtins/kernel/code"
	"github.com/erlsh/erlsh/builtins/stdlib"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// shelves is the modules of all shelves, which never change. The servers among them start in this order.
var shelves = sync.OnceValue(func() []*bif.Module {
	var all []*bif.Module
	for _, shelf := range [][]func() *bif.Module{erts.Modules(), kernel.Modules(), stdlib.Modules()} {
		for _, module := range shelf {
			all = append(all, module())
		}
	}
	return all
})

// Table returns a table of modules that knows every module of the binary and loads it when it is used for the first time.
func Table() *code.Table {
	byName := map[term.Term]*bif.Module{}
	for _, m := range shelves() {
		byName[term.Atom(m.Name)] = m
	}
	var table *code.Table
	table = code.NewTable(func(name term.Term) *code.Module {
		m := byName[name]
		if m == nil {
			return nil
		}
		loaded, _ := load(m, table, true)
		return loaded
	})
	return table
}

// Names returns the names of all modules of the binary.
func Names() []string {
	var names []string
	for _, m := range shelves() {
		names = append(names, m.Name)
	}
	return names
}

// Start starts the server processes of all modules that have one. The error says which one could not start and why.
func Start(n *node.Node) error {
	for application, shelf := range map[string][]func() *bif.Module{"kernel": kernel.Modules(), "stdlib": stdlib.Modules()} {
		var names []string
		for _, module := range shelf {
			names = append(names, module().Name)
		}
		controller.SetModules(n, application, names)
	}
	for _, m := range shelves() {
		if m.Start == nil {
			continue
		}
		if err := m.Start(n); err != nil {
			return fmt.Errorf("builtins: start %s: %w", m.Name, err)
		}
	}
	return nil
}

// SetEnvironment gives parameters to applications: a map with a map of values for each of them. It is called before anything runs.
func SetEnvironment(n *node.Node, applications term.Term) { controller.SetEnvironment(n, applications) }

// AddPath puts directories in front of the code path of a node and behind it; what is no directory is left out.
func AddPath(n *node.Node, before, behind []string) {
	loader.AddPath(n, true, slices.Clone(before)...)
	loader.AddPath(n, false, behind...)
}

// SetArguments tells a node what init:get_arguments/0 and get_plain_arguments/0 return. It is called before anything runs.
func SetArguments(n *node.Node, flags, plain []string) { initial.SetArguments(n, flags, plain) }
