// Package init is module init: how the program was started, and its end.
package init

import (
	"strings"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// arguments keeps the command line of a node.
var arguments node.Slot[*commandLine]

type commandLine struct{ flags, plain []string }

func of(n *node.Node) *commandLine {
	return arguments.Of(n, func(*node.Node) *commandLine { return &commandLine{} })
}

// SetArguments tells the node what stood on the command line: flags with their values, and what stood behind the script. It is called
// before anything runs.
func SetArguments(n *node.Node, flags, plain []string) {
	line := of(n)
	line.flags, line.plain = flags, plain
}

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:  "init",
		Doc:   "How the program was started, and its end. The process `init` knows it too.",
		Start: start,
		Functions: []bif.Function{
			{Spec: "get_plain_arguments() -> [string()]", Doc: "Returns the arguments that are no flags: those of the script.",
				Example: "1> init:get_plain_arguments().\n[]", Proc: func(p *node.Process, _ []term.Term) (term.Term, error) {
					return plainArguments(p.Node(), term.String), nil
				}},
			{Spec: "get_arguments() -> [{atom(), [string()]}]", Doc: "Returns the flags of the command line and their values, those first that every emulator has.",
				Example: "1> [home] -- [Flag || {Flag, _} <- init:get_arguments()].\n[]", Proc: func(p *node.Process, _ []term.Term) (term.Term, error) {
					return allArguments(p.Node()), nil
				}},
			{Spec: "get_argument(Flag :: atom()) -> {ok, [[string()]]} | error", Doc: "Returns the values of a flag of the command line, a list for each time it stands there.",
				Example: "1> init:get_argument(nosuchflag).\nerror", Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
					return argument(p.Node(), args[0]), nil
				}},
			{Spec: "script_id() -> {string(), string()}", Doc: "Returns the name and the release of the system.",
				Example: "1> init:script_id().\n{\"Erlang/OTP\",\"25\"}", Pure: func([]term.Term) (term.Term, error) { return scriptID(), nil }},
			{Spec: "stopped(Status :: non_neg_integer()) -> ok", Doc: "Ends the program with Status: `stop/0` and `stop/1` call this when the applications have stopped.",
				Proc: stopped},
			{Spec: "get_status() -> {starting | started | stopping, term()}", Doc: "Tells how far the start of the system is.",
				Example: "1> init:get_status().\n{started,started}", Pure: func([]term.Term) (term.Term, error) { return status(), nil }},
			{Spec: "stop() -> ok", Doc: "Ends the program with status 0.", Proc: stop},
			{Spec: "stop(Status :: non_neg_integer() | string()) -> ok", Doc: "Ends the program with Status.", Proc: stop},
		},
	}
}

// start makes the process init, the first of a node. It answers {Pid, Request} with {init, Answer}, and stops the node when it gets
// {stop, stop} or {stop, {stop, Status}}.
func start(n *node.Node) error {
	n.Spawn(node.SpawnOptions{
		Name: term.Atom("init"),
		As: node.Shown{
			Loop:  code.MFA{Module: term.Atom("init"), Name: term.Atom("loop"), Arity: 1},
			First: code.MFA{Module: term.Atom("erl_init"), Name: term.Atom("start"), Arity: 2},
		},
		Handler: handle,
	})
	return nil
}

func handle(p *node.Process, message term.Term) {
	e, ok := message.Tuple()
	if !ok || len(e) != 2 {
		return
	}
	if e[0] == term.Atom("stop") {
		if end, ok := e[1].Tagged(e[0], 2); ok {
			_, _ = stop(p, end[1:])
		} else if e[1] == e[0] {
			_, _ = stop(p, nil)
		}
		return
	}
	if answer := answer(p.Node(), e[1]); e[0].Kind() == term.KindPid && !answer.None() {
		_ = p.Send(e[0], term.Tuple(term.Atom("init"), answer))
	}
}

// answer is what the process says to a request, None if that is none.
func answer(n *node.Node, request term.Term) term.Term {
	if e, ok := request.Tagged(term.Atom("get_argument"), 2); ok {
		return argument(n, e[1])
	}
	if !request.IsAtom() {
		return term.None
	}
	switch request.AtomName() {
	case "get_arguments":
		return allArguments(n)
	case "get_plain_arguments":
		return plainArguments(n, func(s string) term.Term { return term.Binary([]byte(s)) })
	case "get_status":
		return status()
	case "script_id":
		return scriptID()
	}
	return term.None
}

func status() term.Term { return term.Tuple(term.Atom("started"), term.Atom("started")) }

func scriptID() term.Term { return term.Tuple(term.String("Erlang/OTP"), term.String("25")) }

func plainArguments(n *node.Node, text func(string) term.Term) term.Term {
	var b term.Builder
	for _, a := range of(n).plain {
		b.Add(text(a))
	}
	return b.List(term.Nil)
}

// option is a flag with the values behind it.
type option struct {
	name   string
	values []term.Term
}

// options reads the command line as erl does: what begins with a dash is a flag, what follows up to the next one are its values. Those
// that the emulator itself reads, with a plus, are none.
func options(n *node.Node) []option {
	all := []option{{"progname", []term.Term{term.String("erlsh")}}}
	if home, _ := bif.WorldOf(n).Getenv("HOME"); home != "" {
		all = append(all, option{"home", []term.Term{term.String(home)}})
	}
	system := false
	for _, word := range of(n).flags {
		name, isFlag := strings.CutPrefix(word, "-")
		if system = strings.HasPrefix(word, "+") || system && !isFlag; system {
			continue
		}
		if isFlag {
			all = append(all, option{name: strings.TrimPrefix(name, "-")})
		} else {
			last := &all[len(all)-1]
			last.values = append(last.values, term.String(word))
		}
	}
	return all
}

func allArguments(n *node.Node) term.Term {
	var b term.Builder
	for _, o := range options(n) {
		b.Add(term.Tuple(term.Atom(o.name), term.List(o.values...)))
	}
	return b.List(term.Nil)
}

func argument(n *node.Node, flag term.Term) term.Term {
	var b term.Builder
	found := false
	for _, o := range options(n) {
		if flag.IsAtom() && flag.AtomName() == o.name {
			found = true
			b.Add(term.List(o.values...))
		}
	}
	if !found {
		return atom.ErrorAtom
	}
	return term.Tuple(atom.OK, b.List(term.Nil))
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
