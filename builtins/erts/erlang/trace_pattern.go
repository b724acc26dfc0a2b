package erlang

import (
	"slices"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/matchspec"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// wildcard is what stands for any module, name or arity.
var wildcard = term.Atom("_")

func tracePattern(p *node.Process, args []term.Term) (term.Term, error) {
	local, counted := false, false
	if len(args) == 3 {
		options, ok := args[2].Slice()
		for _, o := range options {
			switch o.AtomName() {
			case "local":
				local = true
			case "global":
				local = false
			case "call_count":
				counted = true
			default:
				ok = false
			}
		}
		if !ok {
			return term.None, traceError(causeBadopt)
		}
	}
	if counted {
		return countPattern(p, args)
	}
	pattern, on, ok := readPattern(p, args[1], local)
	if !ok {
		return term.None, traceError(causeNone)
	}
	switch args[0].AtomName() {
	case "send", "receive":
		var program *matchspec.Program
		if pattern != nil {
			program = pattern.Program
		}
		p.Node().SetEventPattern(args[0].AtomName() == "receive", !on, program)
		return term.Int(1), nil
	case "on_load":
		p.Node().SetLoadPattern(pattern)
		return term.Int(0), nil
	}
	e, ok := args[0].Tuple()
	if !ok || !isFunctionPattern(e) {
		return term.None, traceError(causeNone)
	}
	found := functionsLike(p, e, local || !on)
	funs := term.None
	if e[1] == wildcard && (local || !on) {
		funs = e[0]
	}
	p.Node().SetCallPatterns(found, funs, pattern)
	return term.Int(int64(len(found))), nil
}

// countPattern is trace_pattern/3 with the option call_count, which goes with local alone.
func countPattern(p *node.Process, args []term.Term) (term.Term, error) {
	how, ok := map[string]node.Counting{"true": node.CountOn, "false": node.CountOff, "restart": node.CountRestart, "pause": node.CountPause}[args[1].AtomName()]
	if !ok && !args[1].IsNil() { // the empty specification is as good as true
		return term.None, traceError(term.Atom("call_count"))
	}
	options, _ := args[2].Slice()
	if slices.Contains(options, term.Atom("global")) {
		return term.None, traceError(causeBadopt)
	}
	e, ok := args[0].Tuple()
	if !ok || !isFunctionPattern(e) {
		return term.None, traceError(causeNone)
	}
	found := functionsLike(p, e, true)
	p.Node().CountCalls(found, how)
	if slices.Contains(options, term.Atom("local")) {
		return tracePattern(p, []term.Term{args[0], args[1], term.List(term.Atom("local"))})
	}
	return term.Int(int64(len(found))), nil
}

// isFunctionPattern reports whether a tuple names functions: a wildcard may be followed by wildcards only.
func isFunctionPattern(e []term.Term) bool {
	if len(e) != 3 || !e[0].IsAtom() || !e[1].IsAtom() || e[0] == wildcard && e[1] != wildcard || e[1] == wildcard && e[2] != wildcard {
		return false
	}
	n, isInt := e[2].Int()
	return e[2] == wildcard || isInt && n >= 0
}

// readPattern reads what a pattern says of calls: false, true, restart and pause, or a match specification.
func readPattern(p *node.Process, t term.Term, local bool) (pattern *node.CallPattern, on, ok bool) {
	switch {
	case t == term.False:
		return nil, false, true
	case t == term.True || t.IsNil():
		return &node.CallPattern{Local: local, Source: term.Nil}, true, true
	}
	program, err := matchspec.Compile(t, matchspec.Trace, p.Code())
	if err != nil {
		return nil, false, false
	}
	return &node.CallPattern{Local: local, Source: t, Program: program}, true, true
}

// functionsLike returns the functions that a pattern names; those that are not exported only with local.
func functionsLike(p *node.Process, e []term.Term, local bool) []code.MFA {
	modules := p.Code().Modules()
	if e[0] != wildcard {
		modules = nil
		if m := p.Code().Module(e[0]); m != nil {
			modules = []*code.Module{m}
		}
	}
	var out []code.MFA
	for _, m := range modules {
		for k, f := range m.Functions {
			n, _ := e[2].Int()
			if (local || f.Exported) && (e[1] == wildcard || e[1] == k.Name) && (e[2] == wildcard || int(n) == k.Arity) {
				out = append(out, code.MFA{Module: m.Name, Name: k.Name, Arity: k.Arity})
			}
		}
	}
	return out
}

func traceInfo(p *node.Process, args []term.Term) (term.Term, error) {
	item := args[1].AtomName()
	if v, ok := p.TraceInfo(args[0], item); ok {
		if v.None() {
			return atom.Undefined, nil
		}
		return term.Tuple(args[1], v), nil
	}
	e, isTuple := args[0].Tuple()
	name := args[0].AtomName()
	var facts []term.Term
	switch {
	case isTuple && len(e) == 3 && e[0].IsAtom() && e[1].IsAtom():
		n, ok := e[2].Int()
		if !ok {
			return term.None, traceError(causeBadopt)
		}
		f := code.MFA{Module: e[0], Name: e[1], Arity: int(n)}
		facts = counted(p.Node(), f, patternFacts(p.Node().CallPattern(f)))
	case name == "on_load":
		facts = patternFacts(p.Node().LoadPattern())
	case name == "send" || name == "receive":
		none, program := p.Node().EventPattern(name == "receive")
		facts = []term.Term{term.Atom("match_spec"), term.Bool(!none)}
		if program != nil {
			facts[1] = program.Source()
		}
	default:
		return term.None, traceError(causeBadopt)
	}
	return pickFact(args[1], facts)
}

// patternFacts are the items of trace_info/2 on functions, with their values; nil for one whose calls are not told of.
func patternFacts(c *node.CallPattern) []term.Term {
	if c == nil {
		return nil
	}
	kind := "global"
	if c.Local {
		kind = "local"
	}
	no := term.False
	return []term.Term{term.Atom("traced"), term.Atom(kind), term.Atom("match_spec"), c.Source, term.Atom("meta"), no, term.Atom("meta_match_spec"), no,
		term.Atom("call_time"), no, term.Atom("call_count"), no}
}

// counted puts the number of calls of a function among its facts.
func counted(n *node.Node, f code.MFA, facts []term.Term) []term.Term {
	calls, ok := n.CallCount(f)
	if !ok {
		return facts
	}
	if facts == nil {
		no := term.False
		facts = []term.Term{term.Atom("traced"), no, term.Atom("match_spec"), no, term.Atom("meta"), no, term.Atom("meta_match_spec"), no,
			term.Atom("call_time"), no, term.Atom("call_count"), no}
	}
	facts[len(facts)-1] = term.Int(calls)
	return facts
}

func pickFact(item term.Term, facts []term.Term) (term.Term, error) {
	if item == atom.All {
		if facts == nil {
			return term.Tuple(item, term.False), nil
		}
		var b term.Builder
		for i := 0; i < len(facts); i += 2 {
			b.Add(term.Tuple(facts[i], facts[i+1]))
		}
		return term.Tuple(item, b.List(term.Nil)), nil
	}
	if item.AtomName() == "meta" && facts != nil { // (sic) asked for alone it is a pid, or this
		return term.Tuple(item, term.Nil), nil
	}
	for i := 0; i < len(facts); i += 2 {
		if facts[i] == item {
			return term.Tuple(item, facts[i+1]), nil
		}
	}
	switch item.AtomName() {
	case "traced", "match_spec", "meta", "meta_match_spec", "call_time", "call_count", "call_memory":
		return term.Tuple(item, term.False), nil
	}
	return term.None, traceError(causeNone)
}
