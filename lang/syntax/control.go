package syntax

import "github.com/erlsh/erlsh/lang/term"

// control reads if, case, receive and try.
func (p *parser) control(pos Position) Expr {
	switch {
	case p.accept("if"):
		e := &If{Position: pos}
		for {
			c := &Clause{Guards: p.guards()}
			c.Position = firstPosition(c.Guards[0][0])
			p.want("->")
			c.Body = p.body()
			e.Clauses = append(e.Clauses, c)
			if !p.accept(";") {
				break
			}
		}
		p.want("end")
		return e
	case p.accept("case"):
		e := &Case{Position: pos, Value: p.expr(0)}
		p.want("of")
		e.Clauses = p.clauses()
		p.want("end")
		return e
	case p.accept("receive"):
		return p.receive(pos)
	}
	return p.try(pos)
}

func (p *parser) receive(pos Position) Expr {
	e := &Receive{Position: pos}
	if !p.is("after") {
		e.Clauses = p.clauses()
	}
	if p.accept("after") {
		e.Timeout = p.expr(0)
		p.want("->")
		e.After = p.body()
	}
	p.want("end")
	return e
}

func (p *parser) try(pos Position) Expr {
	p.want("try")
	e := &Try{Position: pos, Body: p.body()}
	if p.accept("of") {
		e.Of = p.clauses()
	}
	if !p.is("catch") && !p.is("after") {
		p.fail()
	}
	if p.accept("catch") {
		for {
			e.Catch = append(e.Catch, p.catchClause())
			if !p.accept(";") {
				break
			}
		}
	}
	if p.accept("after") {
		e.After = p.body()
	}
	p.want("end")
	return e
}

// catchClause reads Class:Reason:Stack, what is not written filled in.
func (p *parser) catchClause() *Clause {
	pos := at(p.lex.Peek())
	var class, reason, stack Expr
	first := p.lex.Peek()
	if (first.Type == AtomToken || first.Type == VarToken) && p.peek2().Type == wordKinds[":"] {
		class = p.primary()
		p.want(":")
		reason = p.outermost()
		stack = &Var{lastPosition(reason), "_"}
		if p.accept(":") {
			t := p.expect(VarToken)
			stack = &Var{at(t), t.Value}
		}
	} else {
		reason = p.outermost()
		pos = firstPosition(reason)
		class, stack = &Literal{pos, AtomLiteral, term.ClassThrow}, &Var{lastPosition(reason), "_"}
	}
	c := &Clause{Position: pos, Patterns: []Expr{class, reason, stack}}
	p.guardAndBody(c)
	return c
}

// lastPosition returns the position of the last part of an expression.
func lastPosition(e Expr) Position {
	last := e.Pos()
	Walk(e, func(x Expr) bool {
		if p := x.Pos(); p.Line > last.Line || p.Line == last.Line && p.Column > last.Column {
			last = p
		}
		return true
	})
	return last
}

func (p *parser) guardAndBody(c *Clause) {
	if p.accept("when") {
		c.Guards = p.guards()
	}
	p.want("->")
	c.Body = p.body()
}

// guards reads alternatives of conjunctions.
func (p *parser) guards() [][]Expr {
	out := [][]Expr{p.body()}
	for p.accept(";") {
		out = append(out, p.body())
	}
	return out
}

// clauses reads Pattern [when Guard] -> Body, separated by semicolons.
func (p *parser) clauses() []*Clause {
	var out []*Clause
	for {
		e := p.expr(0)
		c := &Clause{Position: firstPosition(e), Patterns: []Expr{e}}
		p.guardAndBody(c)
		out = append(out, c)
		if !p.accept(";") {
			return out
		}
	}
}

// funClause reads (Patterns) [when Guard] -> Body.
func (p *parser) funClause(pos Position) *Clause {
	c := &Clause{Position: pos, Patterns: p.patterns()}
	p.guardAndBody(c)
	return c
}

// fun reads a fun expression or a reference to a function.
func (p *parser) fun() Expr {
	pos := at(p.want("fun"))
	t := p.lex.Peek()
	switch {
	case p.is("("):
		return p.funClauses(pos, "")
	case t.Type == VarToken && p.peek2().Type == wordKinds["("]:
		return p.funClauses(pos, t.Value)
	}
	name := p.funPart()
	var module Expr
	if t.Type == VarToken && !p.is(":") {
		p.fail()
	}
	if p.accept(":") {
		module, name = name, p.funPart()
	}
	p.want("/")
	arity := p.lex.Peek()
	if arity.Type != IntegerToken && (module == nil || arity.Type != VarToken) {
		p.fail()
	}
	return &FunRef{pos, module, name, p.primary()}
}

func (p *parser) funPart() Expr {
	t := p.lex.Peek()
	if t.Type != AtomToken && t.Type != VarToken && !p.is("maybe") && !p.is("else") {
		p.fail()
	}
	return p.primary()
}

// funClauses reads the clauses of a fun up to its end. Heads that do not fit together are an error only when everything else is right.
func (p *parser) funClauses(pos Position, name string) Expr {
	f := &Fun{Position: pos, Name: name}
	var mismatch *Position
	for {
		where := at(p.lex.Peek())
		own := ""
		if t := p.lex.Peek(); t.Type == VarToken && len(f.Clauses)+len(name) > 0 {
			own = p.lex.Next().Value
		}
		c := p.funClause(where)
		if own != name || len(f.Clauses) > 0 && len(c.Patterns) != len(f.Clauses[0].Patterns) {
			if mismatch == nil {
				mismatch = &where
			}
		}
		f.Clauses = append(f.Clauses, c)
		if !p.accept(";") {
			break
		}
	}
	p.want("end")
	if mismatch != nil {
		p.failAt(*mismatch, "head mismatch")
	}
	return f
}

func (p *parser) maybe(pos Position) Expr {
	p.want("maybe")
	m := &Maybe{Position: pos, Body: []Expr{p.step()}}
	for p.accept(",") {
		m.Body = append(m.Body, p.step())
	}
	if p.is("else") {
		m.ElseAt = at(p.lex.Next())
		m.Else = p.clauses()
	}
	p.want("end")
	return m
}

// step reads an expression of a maybe, which may be Pattern ?= Expr.
func (p *parser) step() Expr {
	e := p.expr(0)
	if !p.is("?=") {
		return e
	}
	pos := at(p.lex.Next())
	return &MaybeMatch{pos, e, p.expr(0)}
}

// Constant returns the value of an expression that is a term: literals, signed numbers, lists, tuples, maps and binaries of such.
func Constant(e Expr) (term.Term, bool) {
	switch e := e.(type) {
	case *Literal:
		return e.Value, true
	case *NilExpr:
		return term.Nil, true
	case *Cons:
		head, ok1 := Constant(e.Head)
		tail, ok2 := Constant(e.Tail)
		return term.NewCons(head, tail), ok1 && ok2
	case *Tuple:
		elements := make([]term.Term, len(e.Elements))
		for i, x := range e.Elements {
			v, ok := Constant(x)
			if !ok {
				return term.None, false
			}
			elements[i] = v
		}
		return term.Tuple(elements...), true
	case *Unary:
		v, ok := Constant(e.Operand)
		if _, number := e.Operand.(*Literal); !number || !ok || !v.IsNumber() || e.Op != "-" && e.Op != "+" {
			return term.None, false
		}
		if e.Op == "+" {
			return v, true
		}
		n, err := term.Neg(v)
		return n, err == nil
	case *MapExpr:
		return constantMap(e)
	case *Binary:
		return constantBinary(e)
	case *FunRef:
		return constantFun(e)
	}
	return term.None, false
}

func constantMap(e *MapExpr) (term.Term, bool) {
	var b term.MapBuilder
	for _, f := range e.Fields {
		k, ok1 := Constant(f.Key)
		v, ok2 := Constant(f.Value)
		if !ok1 || !ok2 || f.Exact {
			return term.None, false
		}
		b.Put(k, v)
	}
	return b.Map().Term(), e.Base == nil
}

// constantBinary knows the elements that terms print as: bytes and strings.
func constantBinary(e *Binary) (term.Term, bool) {
	var out []byte
	for _, x := range e.Elements {
		v, ok := Constant(x.Value)
		if !ok || x.Size != nil {
			return term.None, false
		}
		utf8 := len(x.Types) == 1 && x.Types[0] == "utf8"
		l, ok := x.Value.(*Literal)
		if chars, _ := v.Slice(); ok && l.Form == StringLiteral && (utf8 || x.Types == nil) {
			for _, c := range chars {
				n, _ := c.Int()
				if utf8 {
					out = append(out, string(rune(n))...)
				} else {
					out = append(out, byte(n))
				}
			}
			continue
		}
		n, ok := v.Int()
		if !ok || x.Types != nil {
			return term.None, false
		}
		out = append(out, byte(n))
	}
	return term.Binary(out), true
}

func constantFun(e *FunRef) (term.Term, bool) {
	if e.Module == nil {
		return term.None, false
	}
	m, ok1 := Constant(e.Module)
	f, ok2 := Constant(e.Name)
	a, ok3 := Constant(e.Arity)
	n, ok4 := a.Int()
	if !ok1 || !ok2 || !ok3 || !ok4 || !m.IsAtom() || !f.IsAtom() {
		return term.None, false
	}
	return (&term.Fun{Module: m, Name: f, Arity: int(n), External: true}).Term(), true
}
