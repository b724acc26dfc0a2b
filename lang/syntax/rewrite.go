package syntax

// Rewrite returns e with expressions replaced: replace is asked for e and, where it has no answer, for everything below it. Patterns
// and guards stay as they are. What is not touched is shared with e.
func Rewrite(e Expr, replace func(Expr) (Expr, bool)) Expr {
	if e == nil {
		return nil
	}
	if x, ok := replace(e); ok {
		return x
	}
	r := rewriter{replace}
	switch e := e.(type) {
	case *Cons:
		c := *e
		c.Head, c.Tail = r.expr(e.Head), r.expr(e.Tail)
		return &c
	case *Tuple:
		c := *e
		c.Elements = r.exprs(e.Elements)
		return &c
	case *MapExpr:
		c := *e
		c.Base, c.Fields = r.expr(e.Base), append([]MapField(nil), e.Fields...)
		for i := range c.Fields {
			c.Fields[i].Key, c.Fields[i].Value = r.expr(c.Fields[i].Key), r.expr(c.Fields[i].Value)
		}
		return &c
	case *RecordExpr:
		c := *e
		c.Base, c.Fields = r.expr(e.Base), append([]RecordField(nil), e.Fields...)
		for i := range c.Fields {
			c.Fields[i].Value = r.expr(c.Fields[i].Value)
		}
		return &c
	case *RecordAccess:
		c := *e
		c.Base = r.expr(e.Base)
		return &c
	case *Binary:
		c := *e
		c.Elements = append([]BinElement(nil), e.Elements...)
		for i := range c.Elements {
			c.Elements[i].Value = r.expr(c.Elements[i].Value)
		}
		return &c
	case *Unary:
		c := *e
		c.Operand = r.expr(e.Operand)
		return &c
	case *BinaryOp:
		c := *e
		c.Left, c.Right = r.expr(e.Left), r.expr(e.Right)
		return &c
	case *Match:
		c := *e
		c.Value = r.expr(e.Value)
		return &c
	case *MaybeMatch:
		c := *e
		c.Value = r.expr(e.Value)
		return &c
	case *Call:
		c := *e
		c.Callee, c.Args = r.expr(e.Callee), r.exprs(e.Args)
		return &c
	case *Remote:
		c := *e
		c.Module, c.Name = r.expr(e.Module), r.expr(e.Name)
		return &c
	case *Catch:
		c := *e
		c.Body = r.expr(e.Body)
		return &c
	}
	return r.compound(e)
}

type rewriter struct {
	replace func(Expr) (Expr, bool)
}

func (r rewriter) expr(e Expr) Expr { return Rewrite(e, r.replace) }

func (r rewriter) exprs(es []Expr) []Expr {
	if es == nil {
		return nil
	}
	out := make([]Expr, len(es))
	for i, e := range es {
		out[i] = r.expr(e)
	}
	return out
}

func (r rewriter) clauses(cs []*Clause) []*Clause {
	if cs == nil {
		return nil
	}
	out := make([]*Clause, len(cs))
	for i, c := range cs {
		copied := *c
		copied.Body = r.exprs(c.Body)
		out[i] = &copied
	}
	return out
}

// compound rewrites what has clauses or bodies.
func (r rewriter) compound(e Expr) Expr {
	switch e := e.(type) {
	case *Fun:
		c := *e
		c.Clauses = r.clauses(e.Clauses)
		return &c
	case *Block:
		c := *e
		c.Body = r.exprs(e.Body)
		return &c
	case *If:
		c := *e
		c.Clauses = r.clauses(e.Clauses)
		return &c
	case *Case:
		c := *e
		c.Value, c.Clauses = r.expr(e.Value), r.clauses(e.Clauses)
		return &c
	case *Receive:
		c := *e
		c.Clauses, c.Timeout, c.After = r.clauses(e.Clauses), r.expr(e.Timeout), r.exprs(e.After)
		return &c
	case *Try:
		c := *e
		c.Body, c.Of, c.Catch, c.After = r.exprs(e.Body), r.clauses(e.Of), r.clauses(e.Catch), r.exprs(e.After)
		return &c
	case *Maybe:
		c := *e
		c.Body, c.Else = r.exprs(e.Body), r.clauses(e.Else)
		return &c
	case *Comprehension:
		c := *e
		c.Templates, c.Qualifiers = r.exprs(e.Templates), r.exprs(e.Qualifiers)
		return &c
	case *MapEntry:
		c := *e
		c.Key, c.Value = r.expr(e.Key), r.expr(e.Value)
		return &c
	case *Generator:
		c := *e
		c.Source = r.expr(e.Source)
		return &c
	case *Zip:
		c := *e
		c.Generators = make([]*Generator, len(e.Generators))
		for i, g := range e.Generators {
			c.Generators[i] = r.expr(g).(*Generator)
		}
		return &c
	}
	return e
}
