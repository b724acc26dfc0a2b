package erlang

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

func requestRows() []bif.Function {
	const fun, on, options = "Fun :: fun(() -> term())", "Node :: node(), ", "Options :: [term()]"
	const mfa = "Module :: module(), Function :: atom(), Args :: [term()]"
	const answer = "receive {spawn_reply, R, How, _} -> How end.\nok"
	return []bif.Function{
		{Spec: "spawn_request(" + fun + ") -> reference()",
			Doc:     "Asks for a process that calls Fun. The answer is the message `{spawn_reply, Ref, ok | error, PidOrReason}`.",
			Example: "1> R = spawn_request(fun() -> ok end), " + answer, Auto: true, Proc: spawnRequest},
		{Spec: "spawn_request(NodeOrFun :: node() | fun(() -> term()), FunOrOptions :: fun(() -> term()) | [term()]) -> reference()",
			Doc:     "As `spawn_request/1`, on a node or with options: `{reply_tag, Tag}`, `{reply, yes | no | error_only | success_only}`, and those of `spawn_opt`.",
			Example: "1> R = spawn_request(fun() -> ok end, [monitor]), " + answer, Auto: true, Proc: spawnRequest},
		{Spec: "spawn_request(NodeOrModule :: atom(), FunOrFunction :: fun(() -> term()) | atom(), OptionsOrArgs :: [term()]) -> reference()",
			Doc:     "As `spawn_request/1`, for Node, Fun and Options, or for Module, Function and Args.",
			Example: "1> R = spawn_request(lists, sum, [[]]), " + answer, Auto: true, Proc: spawnRequest},
		{Spec: "spawn_request(NodeOrModule :: atom(), ModuleOrFunction :: atom(), FunctionOrArgs :: atom() | [term()], ArgsOrOptions :: [term()]) -> reference()",
			Doc:     "As `spawn_request/1`, for Node, Module, Function and Args, or for Module, Function, Args and Options.",
			Example: "1> R = spawn_request(lists, sum, [[]], []), " + answer, Auto: true, Proc: spawnRequest},
		{Spec: "spawn_request(" + on + mfa + ", " + options + ") -> reference()", Doc: "As `spawn_request/1`, for Module:Function on Node.",
			Example: "1> R = spawn_request(node(), lists, sum, [[]], []), " + answer, Auto: true, Proc: spawnRequest},
		{Spec: "spawn_request_abandon(Request :: reference()) -> boolean()", Doc: "Gives a request up whose answer has not come yet.",
			Example: "1> spawn_request_abandon(make_ref()).\nfalse", Auto: true, Proc: spawnRequestAbandon},
	}
}

// spawnRequest tells its forms apart by the types of the arguments: [Node,] Fun | Module, Function, Args [, Options].
func spawnRequest(p *node.Process, args []term.Term) (term.Term, error) {
	where := p.Node().Name()
	byFun := func(i int) bool { return i < len(args) && args[i].Kind() == term.KindFun }
	switch {
	case byFun(1), len(args) == 5, len(args) == 4 && args[2].IsAtom():
		where, args = args[0], args[1:]
	}
	module, function := atom.Erlang, atom.Apply
	var list term.Term
	switch {
	case byFun(0):
		list, args = term.List(args[0], term.Nil), args[1:]
	case len(args) >= 3:
		module, function, list, args = args[0], args[1], args[2], args[3:]
	default:
		return term.None, term.Badarg()
	}
	options := term.Nil
	if len(args) > 0 {
		options = args[0]
	}
	return p.SpawnAsync(where, module, function, list, options)
}

func spawnRequestAbandon(p *node.Process, args []term.Term) (term.Term, error) {
	if _, ok := args[0].Ref(); !ok {
		return term.None, term.Badarg()
	}
	return term.Bool(p.AbandonSpawn(args[0])), nil
}
