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
	templates map[originKey]*template // guarded by mu: of that node's interpreter; nil when it has none to give
}

// template is what funs of a node's interpreter look like.
type template struct {
	fun              *etf.Fun
	anonymous, named uint32 // which of the interpreter's funs one without arguments is
	place, used      bool   // whether it captures its place and a cache of used variables: since OTP 25
}

// own is how funs travel between erlsh nodes: as those of OTP 25 to 29, from which no hash tells them apart.
var own = template{fun: &etf.Fun{Module: atomErlEval}, anonymous: 43, named: 20, place: true, used: true}

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
const (
	maxEvalArity   = 20
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
	t := &own
	if p, ok := c.n.peer(peer); !ok || !p.Erlsh {
		if t, _ = c.template(peer, p.Creation); t == nil {
			return b, false
		}
		if f.Wire != nil && bytes.Equal(f.Wire[wireUniq:wireUniq+16], t.fun.Uniq[:]) {
			return append(b, f.Wire...), true // it comes from the same interpreter
		}
	}
	out := *t.fun
	if t == &own {
		out.OldUniq = f.OldUniq
	}
	out.Arity, out.Pid = f.Arity, f.Pid
	out.Index = t.anonymous - uint32(f.Arity)
	if _, named := form.Tagged(atomNamedFun, 4); named {
		out.Index = t.named - uint32(f.Arity)
	}
	out.OldIndex = out.Index
	out.Free = []term.Term{t.environment(form, names, values)}
	written, err := etf.AppendFun(b, &out, c.n.Encoding(peer))
	return written, err == nil
}

// environment is what a fun of the interpreter captures: place, bindings sorted by name, handlers, a cache of used variables, clauses,
// and the name if it has one.
func (t *template) environment(form term.Term, names []string, values []term.Term) term.Term {
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
	var captured []term.Term
	if t.place {
		captured = append(captured, e[1])
	}
	captured = append(captured, term.List(bindings...), atom.None, atom.None)
	if t.used {
		captured = append(captured, term.EmptyMap)
	}
	captured = append(captured, clauses)
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

func (c *evalFuns) template(peer term.Term, creation uint32) (t *template, asked bool) {
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
	made := c.fetch(peer)
	if p, connected = c.n.peer(peer); connected {
		c.mu.Lock()
		c.templates[originKey{peer, p.Creation}] = made
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

// fetch asks a node for two funs with one argument, one of them with a name, by a call from a process of its own.
func (c *evalFuns) fetch(peer term.Term) *template {
	call := c.n.Code().Lookup(atomErpc, atomCall, 5)
	if call == nil {
		return nil
	}
	line := term.Int(1)
	clauses := term.List(term.Tuple(atomClause, line, term.List(term.Tuple(atomVar, line, term.Atom("_"))), term.Nil,
		term.List(term.Tuple(term.Atom("atom"), line, atom.OK))))
	form := term.Tuple(term.Atom("tuple"), line, term.List(
		term.Tuple(atomFun, line, term.Tuple(atomClauses, clauses)), term.Tuple(atomNamedFun, line, term.Atom("F"), clauses)))
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
	e, _ := got.Tagged(atomValue, 3)
	if e == nil {
		return nil
	}
	pair, _ := e[1].Tuple()
	if len(pair) != 2 {
		return nil
	}
	anonymous, named := c.evalFun(pair[0]), c.evalFun(pair[1])
	if anonymous == nil || named == nil {
		return nil
	}
	// What it captures is {Bindings,none,none,Clauses}, with its place in front and with a map behind the handlers in newer releases.
	captured, _ := anonymous.Free[0].Tuple()
	first := slices.Index(captured, atom.None)
	if first != 1 && first != 2 || len(captured) < first+3 || len(captured) > first+4 {
		return nil
	}
	return &template{fun: anonymous, anonymous: anonymous.Index + 1, named: named.Index + 1, place: first == 2, used: len(captured) == first+4}
}

// evalFun reads a fun of an interpreter's own, nil if it is none.
func (c *evalFuns) evalFun(t term.Term) *etf.Fun {
	f, ok := t.Fun()
	if !ok || f.Wire == nil {
		return nil
	}
	read, err := etf.ParseFun(f.Wire, &etf.Decoding{Origin: c.n.OriginOf})
	if err != nil || read.Module != atomErlEval || len(read.Free) != 1 || read.Arity != 1 {
		return nil
	}
	return read
}

// captured takes apart what a fun of an interpreter captures: {Place,Bindings,_,_,Used,Clauses} and the name if it has one; OTP 24 and
// older have no place, the oldest no cache of used variables.
func captured(e []term.Term) (place, bound, clauses, name term.Term) {
	if last := len(e) - 1; last > 0 && e[last].IsAtom() {
		name, e = e[last], e[:last]
	}
	switch len(e) {
	case 6:
		return e[0], e[1], e[5], name
	case 4, 5:
		return term.Int(1), e[0], e[len(e)-1], name
	}
	return
}

// ReadFun makes a fun that another node's interpreter made run here. Its bytes stay with it, so that it is passed on as it came.
func (c *evalFuns) ReadFun(f *etf.Fun) *term.Fun {
	if f.Module != atomErlEval || len(f.Free) != 1 {
		return nil
	}
	e, _ := f.Free[0].Tuple()
	place, bound, clauses, name := captured(e)
	if place.None() {
		return nil
	}
	names, values, ok := bindings(bound)
	if !ok {
		return nil
	}
	form := term.Tuple(atomFun, place, term.Tuple(atomClauses, clauses))
	if !name.None() {
		form = term.Tuple(atomNamedFun, place, name, clauses)
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
