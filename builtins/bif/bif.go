// Package bif says how a function written in Go becomes part of an Erlang module, and helps to read its arguments.
//
// A module is a Module value with one Function row for each function; calling, help, completion, exports and guard checks all
// read that row.
package bif

import (
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// Module is one Erlang module: its native functions and, where Source is set, those written in Erlang. A function that stands in
// both is an error, which the test of package builtins finds.
type Module struct {
	Name      string
	Doc       string     // Markdown; the first sentence is its summary
	Source    string     // Erlang text, embedded; compiled at first use
	ErrorInfo string     // the module whose format_error/2 explains the errors of its natives: "erl_erts_errors", or ""
	Functions []Function // the native functions
	// Shorts are functions of Source once more in Go, where the text is too slow.
	Shorts []Short
	// Start is called once when a node comes up, for modules with a server process; nil for all others.
	Start func(n *node.Node) error
}

// Short is the short way of a function that stands in Source: Do returns what the text returns for the arguments that programs mostly
// call it with, and None for all others, wrong ones above all: what happens then the text says alone. It depends on its arguments, and
// they are valid during the call only.
type Short struct {
	Name  string
	Arity int
	Do    func(args []term.Term) term.Term
}

// Function is one native function. Name and arity come from the head of Spec. Exactly one of Pure and Proc is set.
type Function struct {
	Spec    string // "reverse(List1 :: [T]) -> List2 :: [T]"
	Doc     string // Markdown
	Example string // "1> lists:reverse([1,2,3]).\n[3,2,1]"
	Auto    bool   // auto-imported (module erlang)
	Guard   bool   // allowed in guards; Pure is set, or it takes no arguments and only looks at the process
	Pure    func(args []term.Term) (term.Term, error)
	Proc    func(p *node.Process, args []term.Term) (term.Term, error)
}
