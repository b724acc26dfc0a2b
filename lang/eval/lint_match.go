package eval

import (
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// What the compiler sees of clauses and matches that can never be taken.

const (
	noClause   = "no clause will ever match"
	guardFalse = "this clause cannot match because its guard evaluates to 'false'"
	wrongShape = "this clause cannot match because of different types/sizes"
)

// verdict is what is known of a guard when a text is compiled.
type verdict int

const (
	perhaps verdict = iota
	always
	never
)

// guardVerdict says whether a guard is true or false whatever happens.
func (l *linter) guardVerdict(guards [][]syntax.Expr) verdict {
	if len(guards) == 0 {
		return always
	}
	whole := never
	for _, conjunction := range guards {
		this := always
		for _, g := range conjunction {
			v, known := l.known1(g)
			if !known {
				this = perhaps
				break // (sic) what follows is not looked at
			}
			if v != term.True {
				this = never
				break
			}
		}
		switch {
		case this == always:
			return always
		case this == perhaps:
			whole = perhaps
		}
	}
	return whole
}

// known1 computes a test of constants.
func (l *linter) known1(e syntax.Expr) (term.Term, bool) {
	if v, ok := constantExpr(e); ok {
		return v, true
	}
	call, ok := e.(*syntax.Call)
	if !ok || l.table == nil || !l.guardCall(call) {
		return term.None, false
	}
	_, name, _ := callee(call)
	f := l.table.Lookup(atom.Erlang, name, len(call.Args))
	if f == nil || f.Pure == nil {
		return term.None, false
	}
	args := make([]term.Term, len(call.Args))
	for i, a := range call.Args {
		if args[i], ok = constantExpr(a); !ok {
			return term.None, false
		}
	}
	v, err := f.Pure(args)
	return v, err == nil
}

// dead warns of clauses whose guard is false or whose pattern the value can never match; at is where all of them stand. value is nil
// where nothing is known of it.
func (l *linter) dead(clauses []*syntax.Clause, value syntax.Expr, at syntax.Position) {
	lost := 0
	for _, c := range clauses {
		switch {
		case value != nil && len(c.Patterns) == 1 && clash(c.Patterns[0], value):
			if !isConstant(value) {
				l.hint(c.Position, wrongShape)
			}
			lost++
		case l.guardVerdict(c.Guards) == never:
			l.hint(c.Position, guardFalse)
			lost++
		}
	}
	if lost == len(clauses) && lost > 0 {
		l.hint(at, noClause)
	}
}

// deadGuards warns of clauses whose guard is false.
func (l *linter) deadGuards(clauses []*syntax.Clause) {
	for _, c := range clauses {
		if l.guardVerdict(c.Guards) == never {
			l.hint(c.Position, guardFalse)
		}
	}
}

// deadMatch warns of a match that can never succeed.
func (l *linter) deadMatch(e *syntax.Match) {
	if !clash(e.Pattern, e.Value) {
		return
	}
	l.hint(e.Pattern.Pos(), noClause)
	if !isConstant(e.Value) {
		l.hint(e.Pattern.Pos(), wrongShape)
	}
}

// clash reports whether a pattern can never match what an expression makes.
func clash(pattern, value syntax.Expr) bool {
	switch p := pattern.(type) {
	case *syntax.Var:
		return false
	case *syntax.Match:
		return clash(p.Pattern, value) || clash(p.Value, value)
	}
	v, valueKnown := constantExpr(value)
	if p, ok := constantExpr(pattern); ok && valueKnown {
		return !term.Equal(p, v)
	}
	pk, ok1 := shapeOf(pattern)
	vk, ok2 := shapeOf(value)
	if !ok1 || !ok2 {
		return false
	}
	if pk != vk {
		return true
	}
	switch p := pattern.(type) {
	case *syntax.Tuple:
		v, ok := value.(*syntax.Tuple)
		if !ok {
			return false
		}
		if len(p.Elements) != len(v.Elements) {
			return true
		}
		for i := range p.Elements {
			if clash(p.Elements[i], v.Elements[i]) {
				return true
			}
		}
	case *syntax.Cons:
		if v, ok := value.(*syntax.Cons); ok {
			return clash(p.Head, v.Head) || clash(p.Tail, v.Tail)
		}
	}
	return false
}

// shapeOf is the kind of term that an expression makes or a pattern takes; false where that is open.
func shapeOf(e syntax.Expr) (string, bool) {
	switch e := e.(type) {
	case *syntax.Tuple:
		return "tuple", true
	case *syntax.Cons:
		return "cons", true
	case *syntax.NilExpr:
		return "nil", true
	case *syntax.Binary:
		return "binary", true
	case *syntax.MapExpr:
		return "map", e.Base == nil
	case *syntax.Literal:
		switch {
		case e.Value.IsAtom():
			return "atom " + e.Value.AtomName(), true
		case e.Value.IsInteger():
			return "integer " + e.Value.String(), true
		case e.Value.IsNumber():
			return "float", true
		case e.Value.IsNil():
			return "nil", true
		case e.Value.IsList():
			return "cons", true
		}
	}
	return "", false
}

// overridden warns of keys that stand in a map expression again.
func (l *linter) overridden(e *syntax.MapExpr) {
	last := map[string]bool{}
	for i := len(e.Fields) - 1; i >= 0; i-- {
		v, ok := constantExpr(e.Fields[i].Key)
		if !ok {
			continue
		}
		text := syntax.PrintExpr(e.Fields[i].Key, 0, syntax.PrintOptions{})
		if v.IsAtom() {
			text = "'" + v.AtomName() + "'"
		}
		if last[v.String()] {
			l.hint(e.Fields[i].Key.Pos(), "key %s will be overridden in expression", text)
		}
		last[v.String()] = true
	}
}

// binaryHint warns of a binary that cannot be made; true if it did.
func (l *linter) binaryHint(e *syntax.Binary) bool {
	for i := range e.Elements {
		x := &e.Elements[i]
		if x.Size != nil {
			if n, ok := constantExpr(x.Size); ok && !n.IsInteger() {
				l.hint(e.Position, misfit)
				return true
			} else if ok && term.Compare(n, term.Int(0)) < 0 {
				l.hint(x.Position, "binary construction will fail because the size of a segment is invalid")
				return false
			}
		}
		if misfits(x) {
			l.hint(e.Position, misfit)
			return true
		}
	}
	return false
}

const misfit = "binary construction will fail because of a type mismatch"

// misfits reports whether the value of an element is of a type that it cannot be.
func misfits(x *syntax.BinElement) bool {
	kind, known := shapeOf(x.Value)
	if v, ok := constantExpr(x.Value); ok {
		switch {
		case v.IsInteger():
			kind, known = "integer", true
		case v.IsNumber():
			kind, known = "float", true
		}
	}
	if !known {
		return false
	}
	literal, _ := x.Value.(*syntax.Literal)
	text := literal != nil && literal.Form == syntax.StringLiteral
	switch elementType(x.Types) {
	case "binary":
		return kind != "binary"
	case "float":
		return kind != "integer" && kind != "float" && !text
	}
	return kind != "integer" && !text
}

// elementType is integer, float, binary or utf.
func elementType(types []string) string {
	for _, t := range types {
		switch t {
		case "binary", "bytes", "bitstring", "bits":
			return "binary"
		case "float":
			return t
		case "utf8", "utf16", "utf32":
			return "utf"
		}
	}
	return "integer"
}
