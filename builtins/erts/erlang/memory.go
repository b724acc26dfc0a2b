package erlang

import (
	"runtime/metrics"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/builtins/tables"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

func memoryRows() []bif.Function {
	return []bif.Function{
		{Spec: "memory() -> [{Type :: atom(), Size :: non_neg_integer()}]",
			Doc:     "Returns how many bytes of memory the program uses, and what for. Only the total is exact: all processes share one heap.",
			Example: "1> [{total,_}|_] = erlang:memory(), ok.\nok", Proc: memory0},
		{Spec: "memory(Type :: atom() | [atom()]) -> non_neg_integer() | [{atom(), non_neg_integer()}]", Doc: "Returns one or several entries of `memory/0`.",
			Example: "1> is_integer(erlang:memory(total)).\ntrue", Proc: memory1},
	}
}

var memoryTypes = []string{"total", "processes", "processes_used", "system", "atom", "atom_used", "binary", "code", "ets"}

// memorySizes returns the size of each of memoryTypes.
func memorySizes(p *node.Process) map[string]int64 {
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	heap := int64(samples[1].Value.Uint64())
	total := int64(samples[0].Value.Uint64() - samples[2].Value.Uint64())
	atoms := int64(term.AtomCount()) * 96
	return map[string]int64{
		"total": total, "processes": heap, "processes_used": heap, "system": total - heap, "atom": atoms, "atom_used": atoms,
		"binary": 0, "code": 0, "ets": 8 * tables.Of(p.Node()).Words(),
	}
}

func memory0(p *node.Process, _ []term.Term) (term.Term, error) {
	sizes := memorySizes(p)
	var b term.Builder
	for _, name := range memoryTypes {
		b.Add(term.Tuple(term.Atom(name), term.Int(sizes[name])))
	}
	return b.List(term.Nil), nil
}

func memory1(p *node.Process, args []term.Term) (term.Term, error) {
	sizes := memorySizes(p)
	if n, ok := sizes[args[0].AtomName()]; ok {
		return term.Int(n), nil
	}
	list, ok := args[0].Slice()
	if !ok {
		return term.None, term.Badarg()
	}
	var b term.Builder
	for _, x := range list {
		n, ok := sizes[x.AtomName()]
		if !ok {
			return term.None, term.Badarg()
		}
		b.Add(term.Tuple(x, term.Int(n)))
	}
	return b.List(term.Nil), nil
}
