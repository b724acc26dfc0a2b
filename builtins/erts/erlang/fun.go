package erlang

import (
	"crypto/md5"
	"fmt"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

func funRows() []bif.Function {
	return []bif.Function{
		{Spec: "fun_info(Fun :: fun()) -> [{Item :: atom(), Info :: term()}]", Doc: "Returns what is known of Fun.",
			Example: "1> erlang:fun_info(fun lists:sum/1).\n[{module,lists},\n {name,sum},\n {arity,1},\n {env,[]},\n {type,external}]", Pure: funInfo1},
		{Spec: "fun_info(Fun :: fun(), Item :: atom()) -> {Item :: atom(), Info :: term()}",
			Doc:     "Returns one fact about Fun: `module`, `name`, `arity`, `env`, `type`, `pid`, `index`, `new_index`, `uniq` or `new_uniq`.",
			Example: "1> erlang:fun_info(fun lists:sum/1, arity).\n{arity,1}", Pure: funInfo2},
		{Spec: "fun_info_mfa(Fun :: fun()) -> {module(), atom(), arity()}", Doc: "Returns module, name and arity of Fun.",
			Example: "1> erlang:fun_info_mfa(fun lists:sum/1).\n{lists,sum,1}", Pure: funInfoMFA},
		{Spec: "fun_to_list(Fun :: fun()) -> string()", Doc: "Returns Fun as it prints.",
			Example: "1> erlang:fun_to_list(fun lists:sum/1).\n\"fun lists:sum/1\"", Pure: funToList},
		{Spec: "make_fun(Module :: module(), Function :: atom(), Arity :: arity()) -> fun()", Doc: "The same as `fun Module:Function/Arity`.",
			Example: "1> erlang:make_fun(lists, sum, 1).\nfun lists:sum/1", Pure: makeFun},
		{Spec: "is_builtin(Module :: module(), Function :: atom(), Arity :: arity()) -> boolean()",
			Doc:     "Tells whether the function is written in the language of the system, which is Go here.",
			Example: "1> erlang:is_builtin(erlang, abs, 1).\ntrue", Proc: isBuiltin},
	}
}

var (
	localItems    = []string{"pid", "module", "new_index", "new_uniq", "index", "uniq", "name", "arity", "env", "type"}
	externalItems = []string{"module", "name", "arity", "env", "type"}
)

func funInfo1(args []term.Term) (term.Term, error) {
	f, ok := args[0].Fun()
	if !ok {
		return term.None, term.Badarg()
	}
	items := localItems
	if f.External {
		items = externalItems
	}
	var b term.Builder
	for _, name := range items {
		v, _ := funItem(f, name)
		b.Add(term.Tuple(term.Atom(name), v))
	}
	return b.List(term.Nil), nil
}

func funInfo2(args []term.Term) (term.Term, error) {
	f, ok := args[0].Fun()
	if !ok {
		return term.None, term.Badarg()
	}
	v, ok := funItem(f, args[1].AtomName())
	if !ok {
		return term.None, term.Badarg()
	}
	return term.Tuple(args[1], v), nil
}

// funItem returns one fact about a fun; those that an external fun does not have are undefined.
func funItem(f *term.Fun, item string) (term.Term, bool) {
	switch item {
	case "module":
		return f.Module, true
	case "name":
		return f.Name, true
	case "arity":
		return term.Int(int64(f.Arity)), true
	case "type":
		if f.External {
			return term.Atom("external"), true
		}
		return term.Atom("local"), true
	case "env":
		var b term.Builder
		for _, v := range f.Env {
			if g, ok := v.Fun(); !ok || g != f { // a named fun captures itself
				b.Add(v)
			}
		}
		return b.List(term.Nil), true
	case "pid", "index", "new_index", "uniq", "new_uniq":
		if f.External {
			return term.Atom("undefined"), true
		}
		return localFunItem(f, item), true
	}
	return term.None, false
}

func localFunItem(f *term.Fun, item string) term.Term {
	switch item {
	case "pid":
		return orUndefined(f.Pid)
	case "uniq":
		return term.Int(int64(f.OldUniq))
	case "new_uniq":
		sum := md5.Sum(fmt.Appendf(nil, "%s %d", f.Module.AtomName(), f.OldUniq))
		return term.Binary(sum[:])
	}
	return term.Int(int64(f.Index))
}

func funInfoMFA(args []term.Term) (term.Term, error) {
	f, ok := args[0].Fun()
	if !ok {
		return term.None, term.Badarg()
	}
	return term.Tuple(f.Module, f.Name, term.Int(int64(f.Arity))), nil
}

func funToList(args []term.Term) (term.Term, error) {
	if args[0].Kind() != term.KindFun {
		return term.None, term.Badarg()
	}
	return term.String(format.Write(args[0], format.Options{})), nil
}

func makeFun(args []term.Term) (term.Term, error) {
	n, ok := args[2].Int()
	if !args[0].IsAtom() || !args[1].IsAtom() || !ok || n < 0 || n > 255 {
		return term.None, term.Badarg()
	}
	return external(args[0], args[1], int(n)), nil
}

func isBuiltin(p *node.Process, args []term.Term) (term.Term, error) {
	n, ok := args[2].Int()
	if !args[0].IsAtom() || !args[1].IsAtom() || !ok || n < -maxSmall-1 || n > maxSmall {
		return term.None, term.Badarg()
	}
	if n < 0 || n > 255 || p.Code().Loaded(args[0]) == nil {
		return term.False, nil
	}
	f := p.Code().Lookup(args[0], args[1], int(n))
	return term.Bool(f != nil && (f.Pure != nil || f.Native != nil)), nil
}
