package syntax

// control makes the items of what ends in "end".
func (p printer) control(e Expr) item {
	end := solid("end")
	switch e := e.(type) {
	case *Block:
		return line(step{head: leaf("begin"), body: p.body(e.Body)}, end)
	case *If:
		return line(step{head: leaf("if"), body: p.clauses(e.Clauses, p.ifClause)}, end)
	case *Case:
		head := line(step{head: leaf("case"), body: p.expr(e.Value, 0)}, solid("of"))
		return line(step{head: head, body: p.clauses(e.Clauses, p.caseClause)}, end)
	case *Receive:
		items := []item{step{head: leaf("receive"), body: p.clauses(e.Clauses, p.caseClause)}}
		if e.Timeout != nil {
			items = append(items, step{head: leaf("after"),
				body: line(step{head: row{p.expr(e.Timeout, 0), leaf(" ->")}, body: p.body(e.After)})})
		}
		return line(append(items, end)...)
	case *Try:
		return p.try(e)
	case *Maybe:
		items := []item{step{head: leaf("maybe"), body: p.body(e.Body)}}
		if e.Else != nil {
			items = append(items, step{head: leaf("else"), body: p.clauses(e.Else, p.caseClause)})
		}
		return line(append(items, end)...)
	}
	return leaf("?")
}

func (p printer) try(e *Try) item {
	items := []item{step{head: leaf("try"), body: p.body(e.Body)}}
	if len(e.Of) > 0 {
		items[0] = step{head: line(items[0], solid("of")), body: p.clauses(e.Of, p.caseClause)}
	}
	if len(e.Catch) > 0 {
		items = append(items, step{head: leaf("catch"), body: p.clauses(e.Catch, p.catchClause)})
	}
	if len(e.After) > 0 {
		items = append(items, step{head: leaf("after"), body: p.body(e.After)})
	}
	return line(append(items, solid("end"))...)
}

func (p printer) body(es []Expr) item {
	if len(es) == 1 {
		return p.expr(es[0], 0)
	}
	return stack{",", p.list(es)}
}

func (p printer) clauses(cs []*Clause, make func(*Clause) item) item {
	s := stack{sep: ";"}
	for _, c := range cs {
		s.items = append(s.items, make(c))
	}
	return s
}

// clause is what all clauses have in common: a head with a guard, and the body.
func (p printer) clause(head item, c *Clause) step {
	g := line(step{head: head, body: p.guard(c.Guards)})
	return step{head: row{g, leaf(" ->")}, body: p.body(c.Body)}
}

func (p printer) guard(guards [][]Expr) item {
	if len(guards) == 0 {
		return nil
	}
	return line(step{head: leaf("when"), body: p.alternatives(guards, true)})
}

func (p printer) alternatives(guards [][]Expr, spaced bool) item {
	g := group{sep: ";", lastSep: ";", spaced: spaced}
	for _, all := range guards {
		g.items = append(g.items, group{sep: ",", lastSep: ",", spaced: true, items: p.list(all)})
	}
	return g
}

func (p printer) ifClause(c *Clause) item {
	return step{head: row{p.alternatives(c.Guards, false), leaf(" ->")}, body: p.body(c.Body)}
}

func (p printer) caseClause(c *Clause) item { return p.clause(p.expr(c.Patterns[0], 0), c) }

func (p printer) catchClause(c *Clause) item {
	head := row{p.expr(c.Patterns[0], 0), solid(":"), p.expr(c.Patterns[1], 0)}
	if v, ok := c.Patterns[2].(*Var); !ok || v.Name != "_" {
		head = append(head, solid(":"), p.expr(c.Patterns[2], 0))
	}
	return p.clause(head, c)
}

func (p printer) fun(e *Fun) item {
	before := item(leaf("fun"))
	make := func(c *Clause) item { return p.clause(p.args(c.Patterns), c) }
	if e.Name != "" {
		before = row{leaf("fun"), solid(" ")}
		make = func(c *Clause) item {
			s := p.clause(p.args(c.Patterns), c)
			s.head = row{solid(e.Name), s.head}
			return s
		}
	}
	return line(under(before, p.clauses(e.Clauses, make)), solid("end"))
}

func (p printer) function(f *Function) item {
	name := leaf(quoteAtom(f.Name))
	return p.clauses(f.Clauses, func(c *Clause) item { return p.clause(under(name, p.args(c.Patterns)), c) })
}
