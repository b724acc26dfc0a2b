package ets

import (
	"time"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/builtins/tables"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// infoRows are the functions that tell of tables.
func infoRows() []bif.Function {
	return []bif.Function{
		{Spec: "info(Table :: table()) -> [{Item :: atom(), Value :: term()}] | undefined", Doc: "Returns what there is to know of a table.",
			Example: "1> T = ets:new(t, [bag]), proplists:get_value(type, ets:info(T)).\nbag", Proc: info1},
		{Spec: "info(Table :: table(), Item :: atom()) -> Value :: term() | undefined",
			Doc: "Returns one item: `id`, `name`, `type`, `keypos`, `protection`, `size`, `memory` (about, in words), `owner`, `heir`, `node`, `named_table`, " +
				"`compressed`, `read_concurrency`, `write_concurrency`, `decentralized_counters`, `fixed`, `safe_fixed` or `safe_fixed_monotonic_time`.",
			Example: "1> T = ets:new(t, []), ets:insert(T, {a,1}), ets:info(T, size).\n1", Proc: info2},
	}
}

// items are those of info/1, in its order.
var items = []string{"id", "decentralized_counters", "read_concurrency", "write_concurrency", "compressed", "memory", "owner", "heir", "name",
	"size", "node", "named_table", "type", "keypos", "protection"}

var kinds = map[tables.Kind]term.Term{tables.Set: term.Atom("set"), tables.OrderedSet: term.Atom("ordered_set"), tables.Bag: term.Atom("bag"),
	tables.DuplicateBag: term.Atom("duplicate_bag")}

var rights = map[tables.Access]term.Term{tables.Protected: term.Atom("protected"), tables.Public: term.Atom("public"),
	tables.Private: term.Atom("private")}

// known finds a table to tell of; nil for one that is gone.
func known(p *node.Process, id term.Term) (*tables.Table, error) {
	ts := tables.Of(p.Node())
	if t := ts.Find(id); t != nil || id.IsAtom() || ts.IsID(id) {
		return t, nil
	}
	return nil, bif.StdlibError(atom.Badarg, causeType)
}

func info1(p *node.Process, args []term.Term) (term.Term, error) {
	t, err := known(p, args[0])
	if err != nil {
		return term.None, err
	}
	if t == nil {
		return atom.Undefined, nil
	}
	var b term.Builder
	for _, name := range items {
		b.Add(term.Tuple(term.Atom(name), item(p, t, name)))
	}
	return b.List(term.Nil), nil
}

func info2(p *node.Process, args []term.Term) (term.Term, error) {
	t, err := known(p, args[0])
	if err != nil {
		return term.None, err
	}
	if t == nil {
		return atom.Undefined, nil
	}
	v := item(p, t, args[1].AtomName())
	if v.None() {
		return plain()
	}
	return v, nil
}

// item returns the value of an item, None for what is none.
func item(p *node.Process, t *tables.Table, name string) term.Term {
	own, named := t.Name()
	switch name {
	case "id":
		return t.ID
	case "name":
		return own
	case "named_table":
		return term.Bool(named)
	case "decentralized_counters":
		return term.Bool(t.Decentralized)
	case "read_concurrency":
		return term.Bool(t.ReadConcurrency)
	case "write_concurrency":
		return t.WriteConcurrency
	case "compressed":
		return term.Bool(t.Compressed)
	case "memory":
		return term.Int(t.Words())
	case "owner":
		return t.Owner().Self()
	case "heir":
		if h := t.Heir(); !h.Pid.None() {
			return h.Pid
		}
		return atom.None
	case "size":
		return term.Int(int64(t.Size()))
	case "node":
		return p.Node().Name()
	case "type":
		return kinds[t.Kind]
	case "keypos":
		return term.Int(int64(t.KeyPos))
	case "protection":
		return rights[t.Right()]
	case "binary":
		return term.Nil
	case "fixed":
		_, who := t.Fixings()
		return term.Bool(len(who) > 0)
	case "safe_fixed", "safe_fixed_monotonic_time":
		return fixings(p, t, name == "safe_fixed")
	}
	return term.None
}

// fixings tells who has fixed a table, and since when: as a timestamp or in native monotonic time.
func fixings(p *node.Process, t *tables.Table, stamp bool) term.Term {
	since, who := t.Fixings()
	if len(who) == 0 {
		return term.False
	}
	var b term.Builder
	for _, f := range who {
		b.Add(term.Tuple(f.Pid, term.Int(int64(f.Count))))
	}
	at := term.Int(int64(p.Node().Monotonic() - time.Since(since)))
	if stamp {
		us := since.UnixMicro()
		at = term.Tuple(term.Int(us/1e12), term.Int(us/1e6%1e6), term.Int(us%1e6))
	}
	return term.Tuple(at, b.List(term.Nil))
}
