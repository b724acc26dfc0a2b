// Package init is module init: how the program was started, and its end.
package init

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// arguments keeps the command line of a node.
var arguments node.Slot[*commandLine]

type commandLine struct{ plain []string }

// SetArguments tells the node what stood on the command line behind the script. It is called before anything runs.
func SetArguments(n *node.Node, plain []string) {
	arguments.Of(n, func(*node.Node) *commandLine { return &commandLine{} }).plain = plain
}

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name: "init",
		Doc:  "How the program was started, and its end.",
		Functions: []bif.Function{
			{Spec: "get_plain_arguments() -> [string()]", Doc: "Returns the arguments that are no flags: those of the script.",
				Example: "1> init:get_plain_arguments().\n[]", Proc: plainArguments},
			{Spec: "get_arguments() -> [{atom(), [string()]}]", Doc: "Returns the flags of the command line and their values.",
				Example: "1> init:get_arguments().\n[]", Pure: func([]term.Term) (term.Term, error) { return term.Nil, nil }},
			{Spec: "get_argument(Flag :: atom()) -> {ok, [[string()]]} | error", Doc: "Returns the values of a flag of the command line.",
				Example: "1> init:get_argument(nosuchflag).\nerror", Proc: argument},
			{Spec: "script_id() -> {string(), string()}", Doc: "Returns the name and the release of the system.",
				Example: "1> init:script_id().\n{\"Erlang/OTP\",\"25\"}", Pure: func([]term.Term) (term.Term, error) {
					return term.Tuple(term.String("Erlang/OTP"), term.String("25")), nil
				}},
			{Spec: "stopped(Status :: non_neg_integer()) -> ok", Doc: "Ends the program with Status: `stop/0` and `stop/1` call this when the applications have stopped.",
				Proc: stopped},
			{Spec: "get_status() -> {starting | started | stopping, term()}", Doc: "Tells how far the start of the system is.",
				Example: "1> init:get_status().\n{started,started}",
				Pure: func([]term.Term) (term.Term, error) {
					return term.Tuple(term.Atom("started"), term.Atom("started")), nil
				}},
			{Spec: "stop() -> ok", Doc: "Ends the program with status 0.", Proc: stop},
			{Spec: "stop(Status :: non_neg_integer() | string()) -> ok", Doc: "Ends the program with Status.", Proc: stop},
		},
	}
}

func plainArguments(p *node.Process, _ []term.Term) (term.Term, error) {
	var b term.Builder
	for _, a := range arguments.Of(p.Node(), func(*node.Node) *commandLine { return &commandLine{} }).plain {
		b.Add(term.String(a))
	}
	return b.List(term.Nil), nil
}

func stop(p *node.Process, args []term.Term) (term.Term, error) {
	status := int64(0)
	if len(args) == 1 {
		n, ok := args[0].Int()
		if _, text := bif.Text(args[0]); !text && (!ok || n < 0) {
			return term.None, term.FunctionClause()
		}
		if status = n; !ok {
			status = 1
		}
	}
	_, _, err := p.Spawn(node.SpawnOptions{
		Module: term.Atom("application_controller"), Function: term.Atom("stop_all"), Args: []term.Term{term.Int(status & 0xff)},
		GroupLeader: p.Node().Whereis(term.Atom("user")),
	})
	return atom.OK, err
}

func stopped(p *node.Process, args []term.Term) (term.Term, error) {
	status, ok := args[0].Int()
	if !ok || status < 0 {
		return term.None, term.FunctionClause()
	}
	p.Node().Stop(int(status & 0xff))
	return atom.OK, nil
}

// argument knows what every emulator is started with.
func argument(p *node.Process, args []term.Term) (term.Term, error) {
	value := ""
	switch args[0].AtomName() {
	case "home":
		value, _ = bif.WorldOf(p.Node()).Getenv("HOME")
	case "progname":
		value = "erlsh"
	}
	if value == "" {
		return atom.ErrorAtom, nil
	}
	return term.Tuple(atom.OK, term.List(term.List(term.String(value)))), nil
}
