package ets

import (
	"runtime"
	"sync"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/matchspec"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// specKind marks the references that stand for compiled match specifications.
const specKind = 2

// programs are the compiled specifications of a node behind references, each as long as its reference lives.
type programs struct {
	mu   sync.RWMutex
	rows map[uint64]*matchspec.Program // guarded by mu
}

var allPrograms node.Slot[*programs]

func programsOf(n *node.Node) *programs {
	return allPrograms.Of(n, func(*node.Node) *programs { return &programs{rows: map[uint64]*matchspec.Program{}} })
}

// keep returns a reference for a program.
func keep(n *node.Node, m *matchspec.Program) term.Term {
	ps := programsOf(n)
	t := n.MakeKindRef(specKind)
	k := n.RefNumber(t)
	ps.mu.Lock()
	ps.rows[k] = m
	ps.mu.Unlock()
	ref, _ := t.Ref()
	runtime.AddCleanup(ref, func(k uint64) {
		ps.mu.Lock()
		delete(ps.rows, k)
		ps.mu.Unlock()
	}, k)
	return t
}

// kept returns the program of a reference, nil for any other term.
func kept(n *node.Node, t term.Term) *matchspec.Program {
	if n.RefKind(t) != specKind {
		return nil
	}
	ps := programsOf(n)
	ps.mu.RLock()
	defer ps.mu.RUnlock()
	return ps.rows[n.RefNumber(t)]
}

// host is the process for which a specification runs.
type host struct{ *node.Process }

func (h host) NodeName() term.Term { return h.Node().Name() }

// Action does nothing: the dialect of tables has no actions.
func (h host) Action(string, []term.Term) term.Term { return term.None }

func compile(p *node.Process, spec term.Term) (*matchspec.Program, error) {
	return matchspec.Compile(spec, matchspec.Table, p.Code())
}

// specRows are the functions on specifications without a table.
func specRows() []bif.Function {
	return []bif.Function{
		{Spec: "match_spec_compile(MatchSpec :: match_spec()) -> comp_match_spec()",
			Doc:     "Compiles a match specification for match_spec_run/2.",
			Example: "1> ets:match_spec_run([{1},{2}], ets:match_spec_compile([{{'$1'},[{'>','$1',1}],['$1']}])).\n[2]",
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
				m, err := compile(p, args[0])
				if err != nil {
					return plain()
				}
				return keep(p.Node(), m), nil
			}},
		{Spec: "is_compiled_ms(Term :: term()) -> boolean()", Doc: "Tells whether a term is what match_spec_compile/1 returned on this node.",
			Example: "1> ets:is_compiled_ms(ets:match_spec_compile([{'_',[],[1]}])).\ntrue",
			Proc: func(p *node.Process, args []term.Term) (term.Term, error) {
				return term.Bool(kept(p.Node(), args[0]) != nil), nil
			}},
		{Spec: "match_spec_run_r(List :: [term()], CompiledMatchSpec :: comp_match_spec(), Acc :: list()) -> list()",
			Doc:     "Puts the results for the elements in front of Acc, the last one first: what match_spec_run/2 is made of.",
			Example: "1> ets:match_spec_run_r([{1},{2}], ets:match_spec_compile([{{'$1'},[],['$1']}]), [0]).\n[2,1,0]", Proc: runReversed},
	}
}

func runReversed(p *node.Process, args []term.Term) (term.Term, error) {
	m := kept(p.Node(), args[1])
	list, ok := args[0].Slice()
	if m == nil || !ok {
		return plain()
	}
	out, r := args[2], m.Runner(host{p})
	for _, x := range list {
		if v := r.Run(x); !v.None() {
			out = term.NewCons(v, out)
		}
	}
	p.Spend(len(list))
	return out, nil
}
