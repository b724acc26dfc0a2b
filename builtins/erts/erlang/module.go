package erlang

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

func moduleRows() []bif.Function {
	return []bif.Function{
		{Spec: "function_exported(Module :: module(), Function :: atom(), Arity :: arity()) -> boolean()",
			Doc:     "Tells whether Module is loaded and exports the function.",
			Example: "1> lists:sum([]), erlang:function_exported(lists, sum, 1).\ntrue", Proc: functionExported},
		{Spec: "module_loaded(Module :: module()) -> boolean()", Doc: "Tells whether Module is loaded.",
			Example: "1> module_loaded(no_such_module).\nfalse", Auto: true, Proc: moduleLoaded},
		{Spec: "loaded() -> [module()]", Doc: "Returns the loaded modules.",
			Example: "1> lists:member(erlang, erlang:loaded()).\ntrue", Proc: loaded},
		{Spec: "pre_loaded() -> [module()]", Doc: "Returns the modules that are part of the runtime system.",
			Example: "1> lists:member(erlang, pre_loaded()).\ntrue", Auto: true, Pure: preLoaded},
		{Spec: "check_old_code(Module :: module()) -> boolean()", Doc: "Tells whether there is an old version of Module.",
			Example: "1> check_old_code(lists).\nfalse", Auto: true, Proc: checkOldCode},
		{Spec: "check_process_code(Pid :: pid(), Module :: module()) -> boolean()",
			Doc:     "Tells whether a process runs the old version of Module.",
			Example: "1> check_process_code(self(), lists).\nfalse", Auto: true, Proc: checkProcessCode},
		{Spec: "check_process_code(Pid :: pid(), Module :: module(), Options :: [term()]) -> boolean() | async",
			Doc:     "As `check_process_code/2`; with `{async, Id}` the answer is the message `{check_process_code, Id, Result}`.",
			Example: "1> check_process_code(self(), lists, []).\nfalse", Auto: true, Proc: checkProcessCode},
		{Spec: "delete_module(Module :: module()) -> true | undefined", Doc: "Makes the current version of Module old.",
			Example: "1> delete_module(no_such_module).\nundefined", Auto: true, Proc: deleteModule},
		{Spec: "purge_module(Module :: module()) -> true", Doc: "Forgets the old version of Module.",
			Example: "1> try purge_module(no_such_module) catch error:Reason -> Reason end.\nbadarg", Auto: true, Proc: purgeModule},
		{Spec: "get_module_info(Module :: module()) -> [{atom(), term()}]", Doc: "The same as `Module:module_info()`.",
			Example: "1> hd(erlang:get_module_info(lists)).\n{module,lists}", Proc: getModuleInfo},
		{Spec: "get_module_info(Module :: module(), Item :: atom()) -> term()", Doc: "The same as `Module:module_info(Item)`.",
			Example: "1> erlang:get_module_info(lists, module).\nlists", Proc: getModuleInfo},
	}
}

func functionExported(p *node.Process, args []term.Term) (term.Term, error) {
	n, ok := args[2].Int()
	if !args[0].IsAtom() || !args[1].IsAtom() || !ok || n < -maxSmall-1 || n > maxSmall {
		return term.None, term.Badarg()
	}
	return term.Bool(n >= 0 && n <= 255 && p.Code().Loaded(args[0]) != nil && p.Code().Lookup(args[0], args[1], int(n)) != nil), nil
}

func moduleLoaded(p *node.Process, args []term.Term) (term.Term, error) {
	if !args[0].IsAtom() {
		return term.None, term.Badarg()
	}
	return term.Bool(p.Code().Loaded(args[0]) != nil), nil
}

func loaded(p *node.Process, _ []term.Term) (term.Term, error) {
	var b term.Builder
	for _, m := range p.Code().Modules() {
		b.Add(m.Name)
	}
	return b.List(term.Nil), nil
}

func preLoaded([]term.Term) (term.Term, error) {
	var b term.Builder
	for _, name := range []string{"persistent_term", "counters", "atomics", "erlang", "init"} {
		b.Add(term.Atom(name))
	}
	return b.List(term.Nil), nil
}

func checkOldCode(p *node.Process, args []term.Term) (term.Term, error) {
	if !args[0].IsAtom() {
		return term.None, term.Badarg()
	}
	return term.Bool(p.Code().Old(args[0]) != nil), nil
}

func checkProcessCode(p *node.Process, args []term.Term) (term.Term, error) {
	if err := localPid(p, args[0]); err != nil || !args[1].IsAtom() {
		return term.None, term.Badarg()
	}
	runs := term.Bool(p.Uses(args[0], p.Code().Old(args[1])))
	if len(args) == 2 {
		return runs, nil
	}
	options, ok := args[2].Slice()
	if !ok {
		return term.None, term.Badarg()
	}
	id := term.None
	for _, o := range options {
		e, isTuple := o.Tuple()
		switch {
		case isTuple && len(e) == 2 && e[0].AtomName() == "async":
			id = e[1]
		case isTuple && len(e) == 2 && e[0].AtomName() == "allow_gc":
		default:
			return term.None, term.Badarg()
		}
	}
	if id.None() {
		return runs, nil
	}
	_ = p.Send(p.Self(), term.Tuple(term.Atom("check_process_code"), id, runs))
	return term.Atom("async"), nil
}

func deleteModule(p *node.Process, args []term.Term) (term.Term, error) {
	switch {
	case !args[0].IsAtom():
		return term.None, term.Badarg()
	case p.Code().Loaded(args[0]) != nil && p.Code().Old(args[0]) != nil:
		p.Node().Report(node.Report{
			Level: term.ClassError, Format: "Module ~w must be purged before deleting~n", Args: []term.Term{args[0]},
			Pid: p.Self(), GroupLeader: p.GroupLeader(),
		})
		return term.None, term.Badarg()
	case p.Code().Delete(args[0]):
		return term.True, nil
	}
	return atom.Undefined, nil
}

func purgeModule(p *node.Process, args []term.Term) (term.Term, error) {
	if !args[0].IsAtom() || !p.Code().Purge(args[0]) {
		return term.None, term.Badarg()
	}
	return term.True, nil
}

func getModuleInfo(p *node.Process, args []term.Term) (term.Term, error) {
	if args[0].IsAtom() {
		if f := p.Code().Lookup(args[0], term.Atom("module_info"), len(args)-1); f != nil && f.Pure != nil {
			return f.Pure(args[1:])
		}
	}
	return term.None, term.Badarg()
}
