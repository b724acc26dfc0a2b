package eval

import (
	"slices"

	"github.com/erlsh/erlsh/lang/syntax"
)

// numbering gives the funs of a function their numbers, which stand in their names. They come in the order in which OTP's compiler gets to
// them: what a fun holds before the fun, lists, tuples and arguments from their ends, and each loop of a comprehension takes a number too.
type numbering struct {
	next  int
	of    map[*syntax.Fun]int
	loops map[*syntax.Generator]int // by the first of those that advance together
}

// number returns the number of a fun. One that stands in nothing that was numbered is the next.
func (n *numbering) number(e *syntax.Fun) int {
	if number, ok := n.of[e]; ok {
		return number
	}
	n.expr(e)
	return n.of[e]
}

func (n *numbering) clauses(clauses []*syntax.Clause) {
	for _, c := range clauses {
		for _, g := range c.Guards {
			n.exprs(g)
		}
		n.exprs(c.Body)
	}
}

func (n *numbering) exprs(all []syntax.Expr) {
	for _, e := range all {
		n.expr(e)
	}
}

func (n *numbering) backwards(all []syntax.Expr) {
	for _, e := range slices.Backward(all) {
		n.expr(e)
	}
}

func (n *numbering) expr(e syntax.Expr) {
	switch e := e.(type) {
	case *syntax.Fun:
		n.clauses(e.Clauses)
		if n.of == nil {
			n.of = map[*syntax.Fun]int{}
		}
		n.of[e] = n.next
		n.next++
	case *syntax.Cons:
		n.expr(e.Tail)
		n.expr(e.Head)
	case *syntax.Tuple:
		n.backwards(e.Elements)
	case *syntax.BinaryOp:
		if e.Op == "andalso" || e.Op == "orelse" {
			n.expr(e.Left)
			n.expr(e.Right)
			return
		}
		n.expr(e.Right)
		n.expr(e.Left)
	case *syntax.RecordExpr:
		for _, f := range slices.Backward(e.Fields) {
			n.expr(f.Value)
		}
		n.expr(e.Base)
	case *syntax.Call:
		n.call(e)
	case *syntax.Comprehension:
		n.comprehension(e)
	case *syntax.Try:
		n.exprs(e.Body)
		n.clauses(e.Of)
		n.clauses(e.Catch)
		n.exprs(e.After)
		if len(e.After) > 0 { // what stands behind after is a function of its own
			n.next++
		}
	default:
		syntax.Walk(e, func(x syntax.Expr) bool {
			if x == e {
				return true
			}
			n.expr(x)
			return false
		})
	}
}

func (n *numbering) call(e *syntax.Call) {
	if r, ok := e.Callee.(*syntax.Remote); ok {
		n.backwards(e.Args)
		n.expr(r.Name)
		n.expr(r.Module)
		return
	}
	n.expr(e.Callee)
	n.backwards(e.Args)
}

func (n *numbering) comprehension(e *syntax.Comprehension) {
	for _, q := range e.Qualifiers {
		switch q := q.(type) {
		case *syntax.Generator:
			n.expr(q.Source)
			n.loop(q)
		case *syntax.Zip:
			for _, g := range q.Generators {
				n.expr(g.Source)
			}
			n.loop(q.Generators[0])
		default:
			n.expr(q)
		}
	}
	n.exprs(e.Templates)
}

func (n *numbering) loop(g *syntax.Generator) {
	if n.loops == nil {
		n.loops = map[*syntax.Generator]int{}
	}
	n.loops[g] = n.next
	n.next++
}
