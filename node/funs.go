package node

import (
	"bytes"
	"slices"
	"sync"
	"time"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/etf"
	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// evalFuns makes funs that were typed here run on other nodes, and funs that were typed there run here. Both travel as OTP's own
// interpreter makes them: funs of module erl_eval whose one captured value holds the bindings and the text. The hash of that
// module differs from release to release, so each Erlang node is asked once for a fun of its own, which serves as the template; an
// erlsh node needs none.
type evalFuns struct {
	n         *Node
	mu        sync.Mutex
	templates map[originKey]*etf.Fun // guarded by mu: a fun of that node's interpreter; nil when it has none to give
}

var (
	atomExpr     = term.Atom("expr")
	atomShell    = term.Atom("shell")
	atomErlEval  = term.Atom("erl_eval")
	atomErpc     = term.Atom("erpc")
	atomCall     = term.Atom("call")
	atomFun      = term.Atom("fun")
	atomNamedFun = term.Atom("named_fun")
	atomClauses  = term.Atom("clauses")
	atomClause   = term.Atom("clause")
	atomValue    = term.Atom("value")
	atomVar      = term.Atom("var")
)

// The interpreter's funs take up to 20 arguments; which of its own funs one is depends on their number and on having a name.
// Module erl_eval of OTP 25 to 29.
const (
	maxEvalArity   = 20
	anonymousIndex = 43
	namedIndex     = 20
	templatePeriod = 5 * time.Second
	wireUniq       = 6 // where the hash stands: behind the tag, the size and the arity
)

// WriteFun appends a fun that was typed here as one that peer's interpreter runs.
func (c *evalFuns) WriteFun(peer term.Term, b []byte, f *term.Fun) ([]byte, bool) {
	if peer.None() || f.Arity > maxEvalArity {
		return b, false
	}
	form, names, values, ok := eval.Inlined(f)
	if !ok {
		return b, false
	}
	out := etf.Fun{Module: atomErlEval, OldUniq: f.OldUniq}
	if p, ok := c.n.peer(peer); !ok || !p.Erlsh {
		t, _ := c.template(peer, p.Creation)
		if t == nil {
			return b, false
		}
		if out = *t; f.Wire != nil && bytes.Equal(f.Wire[wireUniq:wireUniq+16], t.Uniq[:]) {
			return append(b, f.Wire...), true // it comes from the same interpreter
		}
	}
	out.Arity, out.Pid = f.Arity, f.Pid
	out.Index = uint32(anonymousIndex - f.Arity)
	if _, named := form.Tagged(atomNamedFun, 4); named {
		out.Index = uint32(namedIndex - f.Arity)
	}
	out.OldIndex = out.Index
	out.Free = []term.Term{environment(form, names, values)}
	written, err := etf.AppendFun(b, &out, c.n.Encoding(peer))
	return written, err == nil
}

// environment is what a fun of the interpreter captures: place, bindings sorted by name, handlers, a cache of used variables, clauses,
// and the name if it has one.
func environment(form term.Term, names []string, values []term.Term) term.Term {
	order := make([]int, len(names))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return term.Compare(term.Atom(names[i]), term.Atom(names[j])) })
	bindings := make([]term.Term, len(order))
	for i, at := range order {
		bindings[i] = term.Tuple(term.Atom(names[at]), values[at])
	}
	e, _ := form.Tuple() // {'fun',Anno,{clauses,Clauses}} or {named_fun,Anno,Name,Clauses}
	clauses := e[len(e)-1]
	if wrapped, ok := clauses.Tagged(atomClauses, 2); ok {
		clauses = wrapped[1]
	}
	captured := []term.Term{e[1], term.List(bindings...), atom.None, atom.None, term.EmptyMap, clauses}
	if len(e) == 4 {
		captured = append(captured, e[2])
	}
	return term.Tuple(captured...)
}

// peer returns a connected node.
func (n *Node) peer(name term.Term) (Peer, bool) {
	if w := n.Network(); w != nil {
		for _, p := range w.Peers() {
			if p.Name == name {
				return p, true
			}
		}
	}
	return Peer{}, false
}

func (c *evalFuns) template(peer term.Term, creation uint32) (t *etf.Fun, asked bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	t, asked = c.templates[originKey{peer, creation}]
	return t, asked
}

// ready makes sure, before a signal with a fun in it is written for a node, that its template is there. The first time this waits for
// an answer of that node, so it runs in the goroutine of the sender.
func (c *evalFuns) ready(peer term.Term, t term.Term) {
	if !hasFun(t, 0) {
		return
	}
	p, connected := c.n.peer(peer)
	if p.Erlsh || connected && c.known(peer, p.Creation) {
		return
	}
	fun := c.fetch(peer)
	if p, connected = c.n.peer(peer); connected {
		c.mu.Lock()
		c.templates[originKey{peer, p.Creation}] = fun
		c.mu.Unlock()
	}
}

func (c *evalFuns) known(peer term.Term, creation uint32) bool {
	_, asked := c.template(peer, creation)
	return asked
}

// hasFun reports whether a fun that was typed here is part of a term. What nests deeper than anything that is sent is not looked at.
func hasFun(t term.Term, depth int) bool {
	if depth > 10_000 {
		return false
	}
	for c, ok := t.Cons(); ok; c, ok = t.Cons() {
		if hasFun(c.Head, depth+1) {
			return true
		}
		t = c.Tail
	}
	switch t.Kind() {
	case term.KindTuple:
		e, _ := t.Tuple()
		return slices.ContainsFunc(e, func(x term.Term) bool { return hasFun(x, depth+1) })
	case term.KindMap:
		m, _ := t.Map()
		for k, v := range m.All() {
			if hasFun(k, depth+1) || hasFun(v, depth+1) {
				return true
			}
		}
	case term.KindFun:
		f, _ := t.Fun()
		return f.Code != nil && (f.Module == atomErlEval || f.Module == atomShell)
	}
	return false
}

// content returns the term that a signal carries, None for one that carries none of somebody's making.
func content(s Signal) term.Term {
	switch s := s.(type) {
	case *Send:
		return s.Message
	case *AliasSend:
		return s.Message
	case *Exit:
		return s.Reason
	case *Exit2:
		return s.Reason
	case *Down:
		return s.Reason
	case *SpawnRequest:
		return s.Args
	}
	return term.None
}

// fetch asks a node for a fun with one argument, by a call from a process of its own.
func (c *evalFuns) fetch(peer term.Term) *etf.Fun {
	call := c.n.Code().Lookup(atomErpc, atomCall, 5)
	if call == nil {
		return nil
	}
	line := term.Int(1)
	form := term.Tuple(atomFun, line, term.Tuple(atomClauses, term.List(
		term.Tuple(atomClause, line, term.List(term.Tuple(atomVar, line, term.Atom("_"))), term.Nil,
			term.List(term.Tuple(term.Atom("atom"), line, atom.OK))))))
	answer := make(chan term.Term, 1)
	caller := c.n.Spawn(SpawnOptions{Resident: true})
	caller.Invoke(call, []term.Term{peer, atomErlEval, atomExpr, term.List(form, term.Nil), term.Int(templatePeriod.Milliseconds())},
		func(v term.Term, _ *term.Exception) { answer <- v })
	defer c.n.extraWorker()() // the goroutine that waits here may be the only one that runs processes
	defer c.n.Deliver(&Exit2{From: caller.Self(), To: caller.Self(), Reason: atom.Kill})
	var got term.Term
	select {
	case got = <-answer:
	case <-time.After(templatePeriod + time.Second):
		return nil
	}
	e, ok := got.Tagged(atomValue, 3)
	if !ok {
		return nil
	}
	f, ok := e[1].Fun()
	if !ok || f.Wire == nil {
		return nil
	}
	t, err := etf.ParseFun(f.Wire, &etf.Decoding{Origin: c.n.OriginOf})
	if err != nil || t.Module != atomErlEval || t.Index != anonymousIndex-1 {
		return nil
	}
	return t
}

// ReadFun makes a fun that another node's interpreter made run here. Its bytes stay with it, so that it is passed on as it came.
func (c *evalFuns) ReadFun(f *etf.Fun) *term.Fun {
	if f.Module != atomErlEval || len(f.Free) != 1 {
		return nil
	}
	e, ok := f.Free[0].Tuple()
	if !ok || len(e) != 6 && len(e) != 7 {
		return nil
	}
	names, values, ok := bindings(e[1])
	if !ok {
		return nil
	}
	form := term.Tuple(atomFun, e[0], term.Tuple(atomClauses, e[5]))
	if len(e) == 7 {
		form = term.Tuple(atomNamedFun, e[0], e[6], e[5])
	}
	expr, err := syntax.FromAbstract(form)
	if err != nil {
		return nil
	}
	text, ok := expr.(*syntax.Fun)
	if !ok || len(text.Clauses) == 0 || len(text.Clauses[0].Patterns) != f.Arity {
		return nil
	}
	made := eval.MakeFun(text, names, values, c.n.Code())
	made.OldUniq, made.Pid, made.Wire = f.OldUniq, f.Pid, bytes.Clone(f.Wire)
	return made
}

// bindings reads variables and values, a list of pairs or a map.
func bindings(t term.Term) (names []string, values []term.Term, ok bool) {
	if m, isMap := t.Map(); isMap {
		for k, v := range m.All() {
			names, values = append(names, k.AtomName()), append(values, v)
		}
		return names, values, true
	}
	list, ok := t.Slice()
	for _, x := range list {
		e, isPair := x.Tuple()
		if !isPair || len(e) != 2 || !e[0].IsAtom() {
			return nil, nil, false
		}
		names, values = append(names, e[0].AtomName()), append(values, e[1])
	}
	return names, values, ok
}
