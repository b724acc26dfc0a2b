package eval

import (
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// What is typed at a prompt is evaluated by an interpreter in OTP, module erl_eval, whose own calls stand in stack traces. This file
// says which these are: for each expression, the calls that evaluate what it is a part of. Lines are those of OTP 25.2.

// calls is a stack of calls, the innermost first.
type calls struct {
	frame term.Term
	outer *calls
}

func (c *calls) push(frame term.Term) *calls { return &calls{frame, c} }

// whereabouts is where the interpreter evaluates an expression: under which calls, and whether its value is that of the fun it is in.
type whereabouts struct {
	calls *calls
	last  bool
}

// typed is what the functions of one text typed at a prompt share for their stack traces.
type typed struct {
	places map[syntax.Expr]whereabouts
	parts  map[syntax.Expr]simple // what computes an operand, to find the one that failed
	table  *code.Table
}

// isBIF reports whether a call without module name means a function of module erlang.
func (t *typed) isBIF(name term.Term, arity int) bool {
	if t == nil || t.table == nil {
		return false
	}
	f := t.table.Lookup(atom.Erlang, name, arity)
	return f != nil && f.Auto
}

func evalFrame(name string, arity, line int) term.Term {
	return stackFrame(atomErlEval, term.Atom(name), term.Int(int64(arity)), location("erl_eval.erl", line))
}

func bitsFrame(name string, arity, line int) term.Term {
	return stackFrame(atomEvalBits, term.Atom(name), term.Int(int64(arity)), location("eval_bits.erl", line))
}

func exprFrame(line int) term.Term { return evalFrame("expr", 6, line) }

var (
	atomEvalBits    = term.Atom("eval_bits")
	frameExprs      = evalFrame("exprs", 6, 136)
	frameList       = evalFrame("expr_list", 7, 961)
	frameApply      = evalFrame("do_apply", 7, 748)
	frameApplyFun   = evalFrame("do_apply", 6, 735)
	frameLocalApply = evalFrame("do_apply", 6, 731)
	frameLocal      = evalFrame("local_func", 8, 649)
	frameBin        = exprFrame(543)
	shellFrames     = []term.Term{shellFrame("exprs", 7, 691), shellFrame("eval_exprs", 7, 647), shellFrame("eval_loop", 4, 632)}
)

func shellFrame(name string, arity, line int) term.Term {
	return stackFrame(atomShell, term.Atom(name), term.Int(int64(arity)), location("shell.erl", line))
}

// newTyped finds the places of all that is in expressions typed at a prompt.
func newTyped(exprs []syntax.Expr, table *code.Table) *typed {
	t := &typed{map[syntax.Expr]whereabouts{}, map[syntax.Expr]simple{}, table}
	for _, e := range exprs {
		t.walk(e, nil, false)
	}
	return t
}

// body finds the places in expressions that are evaluated one after the other.
func (t *typed) body(exprs []syntax.Expr, in *calls, last bool) {
	for i, e := range exprs {
		if i < len(exprs)-1 {
			t.walk(e, in.push(frameExprs), false)
		} else {
			t.walk(e, in, last)
		}
	}
}

func (t *typed) clauses(clauses []*syntax.Clause, in *calls, last bool) {
	for _, c := range clauses {
		t.body(c.Body, in, last)
	}
}

func (t *typed) list(exprs []syntax.Expr, in *calls, frame term.Term) {
	for _, e := range exprs {
		t.walk(e, in.push(frame).push(frameList), false)
	}
}

func (t *typed) walk(e syntax.Expr, in *calls, last bool) {
	if e == nil {
		return
	}
	t.places[e] = whereabouts{in, last}
	part := func(e syntax.Expr, line int) { t.walk(e, in.push(exprFrame(line)), false) }
	switch e := e.(type) {
	case *syntax.Cons:
		part(e.Head, 282)
		part(e.Tail, 283)
	case *syntax.Tuple:
		t.list(e.Elements, in, exprFrame(290))
	case *syntax.RecordExpr:
		part(e.Base, 323)
		for _, f := range e.Fields {
			t.walk(f.Value, in.push(exprFrame(290)).push(frameList), false)
		}
	case *syntax.RecordAccess:
		part(e.Base, 323)
	case *syntax.MapExpr:
		t.mapExpr(e, in)
	case *syntax.Block:
		t.body(e.Body, in, last)
	case *syntax.If:
		t.clauses(e.Clauses, in, last)
	case *syntax.Case:
		part(e.Value, 323)
		t.clauses(e.Clauses, in, last)
	case *syntax.Receive:
		part(e.Timeout, 330)
		t.clauses(e.Clauses, in, last)
		t.body(e.After, in, last)
	case *syntax.Catch:
		part(e.Body, 480)
	case *syntax.Match:
		part(e.Value, 492)
	case *syntax.Unary:
		part(e.Operand, 514)
	case *syntax.BinaryOp:
		lines := map[string][2]int{"andalso": {517, 520}, "orelse": {527, 531}}[e.Op]
		if lines[0] == 0 {
			lines = [2]int{537, 538}
		}
		part(e.Left, lines[0])
		part(e.Right, lines[1])
	default:
		t.walkMore(e, in, last)
	}
}

func (t *typed) walkMore(e syntax.Expr, in *calls, last bool) {
	part := func(e syntax.Expr, line int) { t.walk(e, in.push(exprFrame(line)), false) }
	switch e := e.(type) {
	case *syntax.Call:
		t.call(e, in)
	case *syntax.FunRef:
		if e.Module != nil {
			t.list([]syntax.Expr{e.Module, e.Name, e.Arity}, in, exprFrame(333))
		}
	case *syntax.Fun:
		t.clauses(e.Clauses, nil, true)
	case *syntax.Try:
		inside := func(line int) *calls { return in.push(evalFrame("try_clauses", 10, line)) }
		t.body(e.Body, inside(987), false)
		t.clauses(e.Of, inside(993), last)
		t.clauses(e.Catch, inside(1004), last)
		t.body(e.After, inside(1012), false)
	case *syntax.Maybe:
		line := 499
		if e.Else != nil {
			line = 502
		}
		for i, s := range e.Body {
			own := 162
			if m, ok := s.(*syntax.MaybeMatch); ok {
				s, own = m.Value, 146
			} else if i == len(e.Body)-1 {
				own = 159
			}
			t.walk(s, in.push(exprFrame(line)).push(evalFrame("maybe_match_exprs", 4, own)), false)
		}
		t.clauses(e.Else, in, last)
	case *syntax.Binary:
		for i := range e.Elements {
			outer := in.push(frameBin).push(bitsFrame("expr_grp", 5, 67)).push(bitsFrame("expr_grp1", 6, 71))
			t.walk(e.Elements[i].Value, outer.push(bitsFrame("eval_field", 5, 106)), false)
			t.walk(e.Elements[i].Size, outer.push(bitsFrame("eval_field", 5, 109)), false)
		}
	case *syntax.Comprehension:
		t.comprehension(e, in)
	case *syntax.Remote:
		part(e.Module, 452)
		part(e.Name, 453)
	}
}

func (t *typed) mapExpr(e *syntax.MapExpr, in *calls) {
	line := 313
	if e.Base != nil {
		line = 304
		t.walk(e.Base, in.push(exprFrame(303)), false)
	}
	for _, f := range e.Fields {
		key := 855
		if f.Exact {
			key = 859
		}
		t.walk(f.Key, in.push(exprFrame(line)).push(evalFrame("eval_map_fields", 6, key)), false)
		t.walk(f.Value, in.push(exprFrame(line)).push(evalFrame("eval_map_fields", 6, key+1)), false)
	}
}

func (t *typed) call(e *syntax.Call, in *calls) {
	switch f := e.Callee.(type) {
	case *syntax.Remote:
		t.walkMore(f, in, false)
		t.list(e.Args, in, exprFrame(454))
	case *syntax.Literal:
		if t.isBIF(f.Value, len(e.Args)) {
			t.list(e.Args, in, exprFrame(465))
			return
		}
		for _, a := range e.Args {
			t.walk(a, in.push(frameLocal).push(shellFrame("local_func", 7, 1051)).push(frameList), false)
		}
	default:
		t.walk(f, in.push(exprFrame(471)), false)
		t.list(e.Args, in, exprFrame(472))
	}
}

// comprehension finds the places in a comprehension: each generator calls what follows it.
func (t *typed) comprehension(e *syntax.Comprehension, in *calls) {
	name, template, list, bits, whole := "eval_lc1", 775, 764, 768, 761
	if e.Kind == syntax.BinaryKind {
		name, template, list, bits, whole = "eval_bc1", 797, 790, 786, 783
	}
	in = in.push(evalFrame(name[:len(name)-1], 7, whole))
	for _, q := range e.Qualifiers {
		g, ok := q.(*syntax.Generator)
		if !ok {
			t.walk(q, in.push(evalFrame("eval_filter", 7, 839)), false)
			continue
		}
		t.places[g] = whereabouts{in, false}
		line, caller := list, evalFrame("eval_generate", 8, 804)
		if g.Kind == syntax.BinaryKind {
			line, caller = bits, evalFrame("eval_b_generate", 8, 821)
		}
		t.walk(g.Source, in.push(evalFrame(name, 7, line)), false)
		in = in.push(caller)
	}
	for _, x := range e.Templates {
		t.walk(x, in.push(evalFrame(name, 7, template)), false)
	}
}

// ownFrames are the calls by which the interpreter finds that an expression itself fails; apply marks those of a call, of which nothing
// stays when it is the last one of a fun that compiled code has called.
func (t *typed) ownFrames(e syntax.Expr) (frames []term.Term, apply bool) {
	one := func(f term.Term) []term.Term { return []term.Term{f} }
	switch e := e.(type) {
	case *syntax.Match:
		return one(exprFrame(496)), false
	case *syntax.Case:
		return one(evalFrame("case_clauses", 8, 1041)), false
	case *syntax.If:
		return one(evalFrame("if_clauses", 7, 980)), false
	case *syntax.Try:
		return one(evalFrame("try_clauses", 10, 995)), false
	case *syntax.Maybe:
		return one(exprFrame(510)), false
	case *syntax.Receive:
		return one(evalFrame("receive_clauses", 8, 1055)), false
	case *syntax.Generator:
		if e.Kind == syntax.BinaryKind {
			return one(evalFrame("eval_b_generate", 8, 829)), false
		}
		return one(evalFrame("eval_generate", 8, 812)), false
	case *syntax.FunRef:
		return one(exprFrame(334)), false
	case *syntax.MapExpr: // see mapFailed
		return nil, false
	case *syntax.Binary:
		return []term.Term{bitsFrame("create_binary", 2, 77), bitsFrame("expr_grp", 5, 68), frameBin}, false
	case *syntax.BinaryOp:
		switch e.Op {
		case "andalso":
			return one(exprFrame(523)), false
		case "orelse":
			return one(exprFrame(533)), false
		}
	case *syntax.Call:
		switch f := e.Callee.(type) {
		case *syntax.Remote:
		case *syntax.Literal:
			if !t.isBIF(f.Value, len(e.Args)) {
				return one(frameLocalApply), true
			}
		default:
			return one(frameApplyFun), true
		}
	}
	return one(frameApply), true
}

// site returns the site of an expression, for what it raises and what it calls.
func (c *compiler) siteOf(e syntax.Expr) *site {
	s := c.at(e.Pos())
	if c.unit.typed != nil {
		s.typing = &typing{typed: c.unit.typed, expr: e}
		s.own, s.apply = s.typed.ownFrames(e)
	}
	return s
}

// filterSite is the site of a filter that is neither true nor false.
func (c *compiler) filterSite(e syntax.Expr) *site {
	s := c.siteOf(e)
	if p, ok := c.placeOf(e); ok && p.calls != nil {
		s.typing = &typing{own: []term.Term{evalFrame("eval_filter", 7, 843)}, calls: p.calls.outer}
	}
	return s
}

func (c *compiler) placeOf(e syntax.Expr) (whereabouts, bool) {
	if c.unit.typed == nil {
		return whereabouts{}, false
	}
	p, ok := c.unit.typed.places[e]
	return p, ok
}

// copied notes that a copy of an expression stands in its place.
func (c *compiler) copied(from, to syntax.Expr) {
	if p, ok := c.placeOf(from); ok {
		c.unit.typed.places[to] = p
	}
}

// clauseSite is where the interpreter finds that a function has no clause.
func (c *compiler) clauseSite(p syntax.Position) *site {
	s := c.at(p)
	if s.shell {
		s.typing = &typing{own: []term.Term{evalFrame("eval_fun", 8, 898)}}
		if c.self >= 0 {
			s.own = []term.Term{evalFrame("eval_named_fun", 10, 918)}
		}
	}
	return s
}

// uncallable raises what a call of something that cannot be called raises.
func (p *prepared) uncallable(m *Machine, e *term.Exception, caller *site) *node {
	if p.site == nil || p.site.typing == nil {
		return m.raise(e, caller)
	}
	at := *p.site
	t := *at.typing
	at.typing = &t
	reason, _ := e.Reason.Tuple()
	switch {
	case p.missing != nil:
		t.own, t.apply = []term.Term{frameLocal}, false
	case p.value != nil && len(reason) == 2 && reason[0] == atom.Badarity:
		t.own, t.apply = []term.Term{evalFrame("do_apply", 6, 714)}, false
	case p.value != nil && len(reason) == 2 && reason[0] == atom.Badfun:
		if f, ok := reason[1].Tuple(); ok && len(f) == 2 && f[0].IsAtom() && f[1].IsAtom() {
			t.own, t.apply = []term.Term{exprFrame(475)}, false
		} else {
			e.Stack = term.List(shellFrame("apply_fun", 3, 914))
		}
	}
	return m.raise(e, &at)
}

// calledFromPrompt reports whether the running fun returns to what was typed at a prompt: then the interpreter stays on the stack below
// what its last expression calls.
func (m *Machine) calledFromPrompt() bool {
	s := m.frames[len(m.frames)-1].c.site
	return s != nil && s.shell
}

// typedTail is a tail call in a fun typed at a prompt.
func (c *compiler) typedTail(p *prepared) *node {
	dst := c.temp()
	p.cont = &cont{dst: dst, site: p.site, n: &node{run: func(m *Machine, s []term.Term) *node { return m.ret(s[dst]) }}}
	c.conts = append(c.conts, p.cont)
	self := &node{call: p}
	self.run = func(m *Machine, s []term.Term) *node {
		if m.reds--; m.reds < 0 {
			return m.stop(Yielded, self)
		}
		f, ok := p.resolve(m, s)
		switch {
		case !ok:
			return m.pending(p.site)
		case f.body == nil:
			return p.becomeNative(m, s, &f)
		case f.body.typed || !m.calledFromPrompt():
			return p.becomeBody(m, s, &f)
		}
		return p.enterBody(m, s, &f)
	}
	return self
}

// failing returns the site of the operand that failed: the first one, in the order in which the interpreter takes them, that has no
// value. What is simple has no effects and can be computed again.
func (s *site) failing(m *Machine) *site {
	if s.typing == nil || s.expr == nil {
		return s
	}
	m.failing()
	exc, own, top, shorter := m.exc, m.own, m.top, m.shorter
	e := s.typed.culprit(s.expr, m)
	m.exc, m.own, m.top, m.shorter = exc, own, top, shorter
	if e == s.expr {
		return s
	}
	at := *s
	at.typing = &typing{typed: s.typed, expr: e}
	at.own, at.apply = s.typed.ownFrames(e)
	return &at
}

func (t *typed) culprit(e syntax.Expr, m *Machine) syntax.Expr {
	for _, x := range operandsOf(e) {
		if *x == nil {
			continue
		}
		if v := t.parts[*x]; v != nil && v(m, m.s).None() {
			return t.culprit(*x, m)
		}
	}
	return e
}

// interpreted returns the frames of a site of a prompt. above is the site of the call that it made, below the one that called the
// function it is in; either may be nil.
func (s *site) interpreted(above, below *site) []term.Term {
	var out []term.Term
	if s.typing == nil {
		return shellFrames
	}
	here := whereabouts{calls: s.calls}
	if s.expr != nil {
		here = s.typed.places[s.expr]
	}
	compiled := s.inFun && (below == nil || !below.shell) // compiled code has called the fun
	switch {
	case !s.apply:
		out = append(out, s.own...)
	case above != nil && above.shell && above.inFun, here.last && compiled:
	default:
		out = append(out, s.own...)
	}
	for c := here.calls; c != nil; c = c.outer {
		out = append(out, c.frame)
	}
	if !s.inFun {
		out = append(out, shellFrames...)
	}
	return out
}
