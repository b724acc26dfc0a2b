// Package rpc is module rpc and its server process rex, which answers calls of nodes that do not use spawn requests.
package rpc

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

//go:embed rpc.erl
var source string

var (
	atomRex         = term.Atom("rex")
	atomRPC         = term.Atom("rpc")
	atomGenCall     = term.Atom("$gen_call")
	atomGenCast     = term.Atom("$gen_cast")
	atomCall        = term.Atom("call")
	atomBlockCall   = term.Atom("block_call")
	atomCast        = term.Atom("cast")
	atomSbcast      = term.Atom("sbcast")
	atomSend        = term.Atom("send")
	atomNonexisting = term.Atom("nonexisting_name")
	atomFeatures    = term.Atom("features_request")
	atomFeaturesRep = term.Atom("features_reply")
	atomErpc        = term.Atom("erpc")
	atomAlias       = term.Atom("alias")
	atomServe       = term.Atom("serve")
	atomPerform     = term.Atom("perform")
)

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:   "rpc",
		Doc:    "Calls functions on other nodes and returns {badrpc, Reason} where that fails.",
		Source: source,
		Start: func(n *node.Node) error {
			n.Spawn(node.SpawnOptions{Name: atomRex, Handler: rex, As: node.Shown{Server: "rpc"}})
			return nil
		},
	}
}

// rex serves the requests that real nodes serve under this name. Calls run in processes of their own; only block_call runs here, one
// after the other, which is its purpose.
func rex(p *node.Process, message term.Term) {
	if e, ok := message.Tagged(atomGenCall, 3); ok {
		rexCall(p, e[1], e[2])
		return
	}
	if e, ok := message.Tagged(atomGenCast, 2); ok {
		if c, ok := e[1].Tagged(atomCast, 5); ok {
			_, _, _ = p.Spawn(node.SpawnOptions{Module: c[1], Function: c[2], Args: list(c[3]), GroupLeader: leader(p, c[4])})
		}
		return
	}
	e, ok := message.Tuple()
	if !ok || len(e) != 2 {
		return
	}
	rexMessage(p, e[0], e[1])
}

// rexCall answers a gen call: {call, ...} and {block_call, ...}.
func rexCall(p *node.Process, from, request term.Term) {
	pid, tag, ok := caller(from)
	if !ok {
		return
	}
	if c, ok := request.Tagged(atomCall, 5); ok {
		spawnCall(p, c, pid, tag)
		return
	}
	if c, ok := request.Tagged(atomBlockCall, 5); ok {
		value, err := p.Call(external(atomRPC, atomPerform, 3), c[1], c[2], c[3])
		if err != nil {
			return
		}
		_ = p.Send(pid, term.Tuple(tag, value))
	}
}

// rexMessage answers the plain messages {Pid, Request}.
func rexMessage(p *node.Process, pid, request term.Term) {
	self := p.Node().Name()
	if request == atomFeatures {
		_ = p.Send(pid, term.Tuple(atomFeaturesRep, self, term.List(atomErpc)))
		return
	}
	if c, ok := request.Tagged(atomCall, 5); ok {
		spawnCall(p, c, pid, atomRex)
		return
	}
	e, ok := request.Tuple()
	if !ok || len(e) != 3 || e[0] != atomSbcast && e[0] != atomSend || !e[1].IsAtom() {
		return
	}
	answer := self
	if p.Node().Whereis(e[1]).None() {
		answer = term.Tuple(atomNonexisting, e[1])
	} else {
		_ = p.Send(e[1], e[2])
	}
	if e[0] == atomSbcast {
		_ = p.Send(pid, term.Tuple(atomRex, self, answer))
	}
}

// spawnCall runs {call, Module, Function, Args, Leader} in a process of its own, which sends {Tag, Result} to pid.
func spawnCall(p *node.Process, call []term.Term, pid, tag term.Term) {
	_, _, _ = p.Spawn(node.SpawnOptions{
		Module: atomRPC, Function: atomServe,
		Args:        []term.Term{pid, tag, call[1], call[2], call[3]},
		GroupLeader: leader(p, call[4]),
	})
}

func leader(p *node.Process, t term.Term) term.Term {
	if _, ok := t.Pid(); ok {
		return t
	}
	if user := p.Node().Whereis(term.Atom("user")); !user.None() {
		return user
	}
	return p.GroupLeader()
}

func list(t term.Term) []term.Term {
	s, _ := t.Slice()
	return s
}

func external(module, name term.Term, arity int) term.Term {
	return (&term.Fun{Module: module, Name: name, Arity: arity, External: true}).Term()
}

// caller takes the From of a gen call apart: where the reply goes, and its tag.
func caller(from term.Term) (pid, tag term.Term, ok bool) {
	e, ok := from.Tuple()
	if !ok || len(e) != 2 {
		return term.None, term.None, false
	}
	if tag, ok := e[1].Cons(); ok && tag.Head == atomAlias && tag.Tail.Kind() == term.KindRef {
		return tag.Tail, e[1], true // who has given up waiting hears nothing
	}
	return e[0], e[1], true
}
