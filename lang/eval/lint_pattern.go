package eval

import (
	"strings"

	"github.com/erlsh/erlsh/lang/syntax"
)

func (l *linter) pattern(s lintScope, p syntax.Expr) { l.patterns(s, []syntax.Expr{p}) }

// patterns looks at patterns that are matched together: a variable that is bound already, or occurs twice, is a use.
func (l *linter) patterns(s lintScope, ps []syntax.Expr) {
	before := s.clone()
	l.underscored(before, ps)
	for _, p := range ps {
		l.patternIn(s, before, p)
	}
}

// underscored warns of variables whose name says that nobody looks at them, and that have to be equal to something all the same.
func (l *linter) underscored(before lintScope, ps []syntax.Expr) {
	found := map[string][]syntax.Position{}
	var names []string
	for _, p := range ps {
		eachBinding(p, func(v *syntax.Var) {
			if strings.HasPrefix(v.Name, "_") {
				if found[v.Name] == nil {
					names = append(names, v.Name)
				}
				found[v.Name] = append(found[v.Name], v.Position)
			}
		})
	}
	const advice = "If you mean to ignore this value, use '_' or a different underscore-prefixed name"
	for _, name := range names {
		for _, at := range found[name] {
			switch {
			case before[name] != nil:
				l.warn("underscore_match", at, "variable '%s' is already bound. %s", name, advice)
			case len(found[name]) > 1:
				l.warn("underscore_match", at, "variable '%s' is bound multiple times in this pattern. %s", name, advice)
			}
		}
	}
}

// patternIn looks at a pattern; before is what was bound when matching began, which is what map keys see.
func (l *linter) patternIn(s, before lintScope, p syntax.Expr) {
	switch p := p.(type) {
	case nil, *syntax.Literal, *syntax.NilExpr:
	case *syntax.Var:
		l.patternVar(s, p)
	case *syntax.Cons:
		l.patternIn(s, before, p.Head)
		l.patternIn(s, before, p.Tail)
	case *syntax.Tuple:
		for _, x := range p.Elements {
			l.patternIn(s, before, x)
		}
	case *syntax.Match:
		l.patternIn(s, before, p.Pattern)
		l.patternIn(s, before, p.Value)
	case *syntax.MapExpr:
		if p.Base != nil {
			l.fail(p.Position, "illegal pattern")
		}
		for _, f := range p.Fields {
			if !f.Exact {
				l.fail(f.Position, "illegal pattern")
				continue
			}
			l.guard(before, f.Key)
			l.patternIn(s, before, f.Value)
		}
	case *syntax.Binary:
		l.binaryPattern(s, before, p)
	case *syntax.RecordExpr:
		if p.Base != nil {
			l.fail(p.Position, "illegal pattern")
		}
		var values []syntax.Expr
		if def, native := l.native(p.Module, p.Name); native {
			values = l.nativeFields(p, def, false)
		} else {
			values = l.fields(p)
		}
		for _, x := range values {
			l.patternIn(s, before, x)
		}
	case *syntax.RecordIndex:
		l.record(s, p)
	case *syntax.BinaryOp:
		if p.Op == "++" {
			if prefix, ok := constantExpr(p.Left); ok && prefix.IsList() {
				l.patternIn(s, before, p.Right)
				return
			}
		}
		l.constantPattern(p)
	default:
		l.constantPattern(p)
	}
}

func (l *linter) constantPattern(p syntax.Expr) {
	if _, ok := constantExpr(p); ok {
		return
	}
	arithmetic := true // what fails when it is computed is no error of the text
	syntax.Walk(p, func(x syntax.Expr) bool {
		switch x.(type) {
		case *syntax.Literal, *syntax.Unary, *syntax.BinaryOp:
		default:
			arithmetic = false
		}
		return arithmetic
	})
	if !arithmetic {
		l.fail(p.Pos(), "illegal pattern")
	}
}

func (l *linter) patternVar(s lintScope, v *syntax.Var) {
	if v.Name == "_" {
		return
	}
	known := s[v.Name]
	if known == nil {
		l.bind(s, v.Name, v.Position)
		return
	}
	if known.unsafe != "" {
		l.fail(v.Position, "variable '%s' unsafe in %s", v.Name, known.unsafe)
		s[v.Name] = &lintVar{uses: known.uses}
	}
	if known.export != "" {
		l.warn("", v.Position, exportedVar, v.Name, known.export)
		s[v.Name] = &lintVar{uses: known.uses}
	}
	for _, u := range known.uses {
		u.used = true
	}
}

func (l *linter) binaryPattern(s, before lintScope, p *syntax.Binary) {
	inner := before.clone() // what sizes see: also what the same binary bound before them
	for i := range p.Elements {
		x := &p.Elements[i]
		if lit, ok := x.Value.(*syntax.Literal); ok && lit.Form == syntax.StringLiteral && x.Size != nil {
			l.fail(x.Position, "a literal string in a binary pattern must not have a type or a size")
			continue
		}
		l.bitTypes(x)
		if x.Size != nil {
			if bad := l.notGuard(x.Size); bad != nil {
				l.fail(x.Size.Pos(), "illegal bit size")
			} else {
				l.expr(inner, x.Size)
				if n, ok := constantExpr(x.Size); ok && !n.IsInteger() && !n.IsList() {
					l.warn("size", x.Size.Pos(), "a size expression in a pattern evaluates to a non-integer value; this pattern cannot possibly match")
				}
			}
		} else if i+1 < len(p.Elements) && binaryTyped(x.Types) {
			l.fail(x.Position, "a binary field without size is only allowed at the end of a binary pattern")
		}
		switch v := x.Value.(type) {
		case *syntax.Var:
			lacked := s[v.Name] == nil && inner[v.Name] != nil // by a size before it, which is an error already
			l.patternVar(s, v)
			if lacked && s[v.Name] != nil {
				s[v.Name].uses = nil
				l.usages = l.usages[:len(l.usages)-1]
			}
			if v.Name != "_" {
				inner[v.Name] = s[v.Name]
			}
		case *syntax.Literal, *syntax.Unary, *syntax.BinaryOp:
			l.constantPattern(v)
		default:
			l.fail(x.Value.Pos(), "illegal pattern")
		}
	}
}
