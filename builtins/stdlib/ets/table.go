package ets

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/builtins/tables"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// tableRows are the functions on tables as such.
func tableRows() []bif.Function {
	return []bif.Function{
		{Spec: "new(Name :: atom(), Options :: [option()]) -> table()",
			Doc: "Makes a table that the calling process owns and returns its identifier, or with the option `named_table` its name. It is a `set` unless the " +
				"options say `ordered_set`, `bag` or `duplicate_bag`; others may read it unless they say `public` or `private`. The key is the first element " +
				"of an object, or the one that `{keypos,N}` names. With `{heir,Pid,Data}` the table goes to another process when its owner ends.",
			Example: "1> T = ets:new(t, [set]), ets:insert(T, {a,1}), ets:lookup(T, a).\n[{a,1}]", Proc: create},
		{Spec: "delete(Table :: table()) -> true", Doc: "Deletes the table.",
			Example: "1> ets:new(t, [named_table]), ets:delete(t), ets:whereis(t).\nundefined", Proc: with(write, deleteTable)},
		{Spec: "rename(Table :: table(), Name :: atom()) -> atom()", Doc: "Gives the table another name and returns it.",
			Example: "1> ets:new(t, [named_table]), ets:rename(t, u), ets:info(u, name).\nu", Proc: with(write, rename)},
		{Spec: "give_away(Table :: table(), Pid :: pid(), GiftData :: term()) -> true",
			Doc: "Makes another process the owner of the table, which only the owner may do. It gets the message `{'ETS-TRANSFER',Table,FromPid,GiftData}`.",
			Example: "1> Me = self(), spawn(fun() -> T = ets:new(t, []), ets:give_away(T, Me, hi) end), " +
				"receive {'ETS-TRANSFER', _, _, Data} -> Data end.\nhi",
			Proc: with(own, giveAway)},
		{Spec: "setopts(Table :: table(), Opts :: {heir, pid(), term()} | {heir, none} | [option()]) -> true",
			Doc:     "Sets the heir of the table; only the owner may do that.",
			Example: "1> T = ets:new(t, []), ets:setopts(T, {heir,none}).\ntrue", Proc: with(write, setopts)},
		{Spec: "safe_fixtable(Table :: table(), Fix :: boolean()) -> true",
			Doc: "Fixes the table, so that a traversal with first/1 and next/2 visits every object that is there all the time once, though others are deleted; or " +
				"releases it.",
			Example: "1> T = ets:new(t, []), ets:safe_fixtable(T, true).\ntrue", Proc: with(read, safeFixtable)},
		{Spec: "whereis(TableName :: atom()) -> reference() | undefined", Doc: "Returns the identifier of a named table.",
			Example: "1> ets:whereis(nobody).\nundefined", Proc: whereis},
		{Spec: "all() -> [table()]", Doc: "Returns all tables of the node.", Example: "1> is_list(ets:all()).\ntrue", Proc: all},
	}
}

func create(p *node.Process, args []term.Term) (term.Term, error) {
	options, ok := args[1].Slice()
	if !args[0].IsAtom() || !ok {
		return plain()
	}
	o := tables.Options{Name: args[0], KeyPos: 1}
	o.Described.WriteConcurrency = term.False
	for _, x := range options {
		if !option(p, &o, x) {
			return plain()
		}
	}
	if auto := o.Described.WriteConcurrency.AtomName() == "auto"; auto || o.Kind == tables.OrderedSet && o.Described.WriteConcurrency == term.True {
		o.Described.Decentralized = true
	}
	if o.Described.WriteConcurrency == term.False {
		o.Described.Decentralized = false
	}
	t := tables.Of(p.Node()).New(p, o)
	if t == nil {
		return badarg(causeExists)
	}
	return idOf(t), nil
}

// option reads one option; false when it is none.
func option(p *node.Process, o *tables.Options, x term.Term) bool {
	switch x.AtomName() {
	case "set":
		o.Kind = tables.Set
	case "ordered_set":
		o.Kind = tables.OrderedSet
	case "bag":
		o.Kind = tables.Bag
	case "duplicate_bag":
		o.Kind = tables.DuplicateBag
	case "named_table":
		o.Named = true
	case "public":
		o.Access = tables.Public
	case "protected":
		o.Access = tables.Protected
	case "private":
		o.Access = tables.Private
	case "compressed":
		o.Described.Compressed = true
	case "":
		return pairOption(p, o, x)
	default:
		return false
	}
	return true
}

func pairOption(p *node.Process, o *tables.Options, x term.Term) bool {
	e, _ := x.Tuple()
	if len(e) < 2 || len(e) > 3 {
		return false
	}
	truth := e[1] == term.True || e[1] == term.False
	switch name := e[0].AtomName(); {
	case name == "heir":
		h, ok := readHeir(p, x)
		if ok {
			o.HeirPid, o.HeirData = h.Pid, h.Data
		}
		return ok
	case len(e) == 3:
		return false
	case name == "keypos":
		n, ok := e[1].Int()
		o.KeyPos = int(n)
		return ok && n > 0
	case name == "write_concurrency":
		o.Described.WriteConcurrency = e[1]
		return truth || e[1].AtomName() == "auto"
	case name == "read_concurrency":
		o.Described.ReadConcurrency = e[1] == term.True
		return truth
	case name == "decentralized_counters":
		o.Described.Decentralized = e[1] == term.True
		return truth
	}
	return false
}

// readHeir reads {heir, none} or {heir, Pid, Data}.
func readHeir(p *node.Process, x term.Term) (tables.Heir, bool) {
	e, _ := x.Tuple()
	switch {
	case len(e) == 2 && e[1] == atom.None:
		return tables.Heir{}, true
	case len(e) == 3 && e[1].Kind() == term.KindPid && p.Node().Local(e[1]):
		return tables.Heir{Pid: e[1], Data: e[2]}, true
	}
	return tables.Heir{}, false
}

func deleteTable(p *node.Process, t *tables.Table, _ []term.Term) (term.Term, error) {
	tables.Of(p.Node()).Delete(t)
	return term.True, nil
}

func rename(p *node.Process, t *tables.Table, args []term.Term) (term.Term, error) {
	if !args[1].IsAtom() {
		return plain()
	}
	if !tables.Of(p.Node()).Rename(t, args[1]) {
		return plain()
	}
	return idOf(t), nil
}

func giveAway(p *node.Process, t *tables.Table, args []term.Term) (term.Term, error) {
	to := p.Node().Process(args[1])
	switch {
	case to == p:
		return badarg(causeOwner)
	case to == nil || !tables.Of(p.Node()).Give(t, to, args[2]):
		return plain()
	}
	return term.True, nil
}

func setopts(p *node.Process, t *tables.Table, args []term.Term) (term.Term, error) {
	list := args[1]
	if !list.IsList() {
		list = term.List(list)
	}
	options, ok := list.Slice()
	var heir *tables.Heir
	var right *tables.Access
	for _, x := range options {
		e, _ := x.Tuple()
		switch {
		case len(e) > 0 && e[0].AtomName() == "heir" && heir == nil:
			h, good := readHeir(p, x)
			ok = ok && good
			heir = &h
		case len(e) == 2 && e[0].AtomName() == "protection" && right == nil:
			o := tables.Options{}
			ok = ok && (e[1].AtomName() == "public" || e[1].AtomName() == "private" || e[1].AtomName() == "protected") && option(p, &o, e[1])
			right = &o.Access
		default:
			ok = false
		}
	}
	if !ok || t.Owner() != p {
		return plain()
	}
	if heir != nil {
		t.SetHeir(*heir)
	}
	if right != nil {
		t.SetAccess(*right)
	}
	return term.True, nil
}

func safeFixtable(p *node.Process, t *tables.Table, args []term.Term) (term.Term, error) {
	switch args[1] {
	case term.True:
		tables.Of(p.Node()).Fix(t, p)
	case term.False:
		tables.Of(p.Node()).Release(t, p)
	default:
		return plain()
	}
	return term.True, nil
}

func whereis(p *node.Process, args []term.Term) (term.Term, error) {
	if !args[0].IsAtom() {
		return plain()
	}
	if t := tables.Of(p.Node()).Find(args[0]); t != nil {
		return t.ID, nil
	}
	return atom.Undefined, nil
}

func all(p *node.Process, _ []term.Term) (term.Term, error) {
	var b term.Builder
	for _, t := range tables.Of(p.Node()).All() {
		b.Add(idOf(t))
	}
	return b.List(term.Nil), nil
}
