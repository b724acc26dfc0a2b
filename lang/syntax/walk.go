package syntax

// Walk calls visit for e and everything below it, in the order of the text; visit returns false to leave out what is below.
func Walk(e Expr, visit func(Expr) bool) {
	if e == nil || !visit(e) {
		return
	}
	w := func(es ...Expr) {
		for _, x := range es {
			if x != nil {
				Walk(x, visit)
			}
		}
	}
	switch e := e.(type) {
	case *Cons:
		w(e.Head, e.Tail)
	case *Tuple:
		w(e.Elements...)
	case *MapExpr:
		w(e.Base)
		for _, f := range e.Fields {
			w(f.Key, f.Value)
		}
	case *RecordExpr:
		w(e.Base)
		for _, f := range e.Fields {
			w(f.Value)
		}
	case *RecordAccess:
		w(e.Base)
	case *Binary:
		for _, x := range e.Elements {
			w(x.Value, x.Size)
		}
	case *Unary:
		w(e.Operand)
	case *BinaryOp:
		w(e.Left, e.Right)
	case *Match:
		w(e.Pattern, e.Value)
	case *MaybeMatch:
		w(e.Pattern, e.Value)
	case *Call:
		w(e.Callee)
		w(e.Args...)
	case *Remote:
		w(e.Module, e.Name)
	case *FunRef:
		w(e.Module, e.Name, e.Arity)
	case *Fun:
		walkClauses(e.Clauses, visit)
	case *Block:
		w(e.Body...)
	case *If:
		walkClauses(e.Clauses, visit)
	case *Case:
		w(e.Value)
		walkClauses(e.Clauses, visit)
	case *Receive:
		walkClauses(e.Clauses, visit)
		w(e.Timeout)
		w(e.After...)
	case *Try:
		w(e.Body...)
		walkClauses(e.Of, visit)
		walkClauses(e.Catch, visit)
		w(e.After...)
	case *Catch:
		w(e.Body)
	case *Maybe:
		w(e.Body...)
		walkClauses(e.Else, visit)
	case *Comprehension:
		w(e.Qualifiers...)
		w(e.Templates...)
	case *MapEntry:
		w(e.Key, e.Value)
	case *Generator:
		w(e.Source, e.Pattern)
	case *Zip:
		for _, g := range e.Generators {
			w(g)
		}
	}
}

func walkClauses(clauses []*Clause, visit func(Expr) bool) {
	for _, c := range clauses {
		for _, p := range c.Patterns {
			Walk(p, visit)
		}
		for _, g := range c.Guards {
			for _, x := range g {
				Walk(x, visit)
			}
		}
		for _, x := range c.Body {
			Walk(x, visit)
		}
	}
}
