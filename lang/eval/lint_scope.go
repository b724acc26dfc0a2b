package eval

import (
	"fmt"
	"maps"

	"github.com/erlsh/erlsh/lang/syntax"
)

// usage is one place where a variable is bound, and whether anything uses it.
type usage struct {
	name string
	at   syntax.Position
	used bool
}

// lintVar is what the linter knows of a variable at a place of the text.
type lintVar struct {
	unsafe string // why it must not be used, "" when it may
	export string // the construct whose branches all bind it, until it is used
	uses   []*usage
}

// lintScope is the variables at a place of the text.
type lintScope map[string]*lintVar

func (s lintScope) clone() lintScope { return maps.Clone(s) }

// bind makes a variable known that a pattern binds.
func (l *linter) bind(s lintScope, name string, at syntax.Position) {
	u := &usage{name: name, at: at}
	l.usages = append(l.usages, u)
	s[name] = &lintVar{uses: []*usage{u}}
}

// use notes that an expression uses a variable.
func (l *linter) use(s lintScope, v *syntax.Var) {
	known := s[v.Name]
	switch {
	case known == nil:
		hint := ""
		if l.unit == nil { // as OTP 26 and later do at the prompt
			hint = s.suggestion(v.Name)
		}
		l.fail(v.Position, "variable '%s' is unbound%s", v.Name, hint)
		l.unbound = append(l.unbound, v.Name)
		s[v.Name] = &lintVar{}
		return
	case known.unsafe != "":
		l.fail(v.Position, "variable '%s' unsafe in %s", v.Name, known.unsafe)
		s[v.Name] = &lintVar{uses: known.uses}
	case known.export != "" && l.on["export_vars"]: // (sic) otherwise it stays exported
		l.warn("export_vars", v.Position, exportedVar, v.Name, known.export)
		s[v.Name] = &lintVar{uses: known.uses}
	}
	for _, u := range known.uses {
		u.used = true
	}
}

const exportedVar = "variable '%s' exported from %s"

// met takes over that a variable which a construct exports was used in an inner scope.
func (s lintScope) met(inner lintScope) {
	for name, v := range s {
		if o := inner[name]; v.export != "" && o != nil && o != v && o.unsafe == "" && o.export == "" {
			s[name] = o
		}
	}
}

// parallel looks at operands none of which sees what another one binds; what they bind is bound behind them.
func (l *linter) parallel(s lintScope, exprs ...syntax.Expr) {
	if len(exprs) == 1 {
		l.expr(s, exprs[0])
		return
	}
	var bound, met []lintScope
	for _, e := range exprs {
		switch x := e.(type) {
		case nil, *syntax.Literal, *syntax.NilExpr:
		case *syntax.Var:
			if known := s[x.Name]; known != nil {
				l.use(s, x)
				if known.export != "" { // operands do not see each other
					met = append(met, lintScope{x.Name: s[x.Name]})
					s[x.Name] = known
				}
				continue
			}
			own := s.clone()
			l.use(own, x)
			bound = append(bound, own)
		default:
			own := s.clone()
			l.expr(own, e)
			bound = append(bound, own)
		}
	}
	for _, inner := range met {
		s.met(inner)
	}
	for _, own := range bound {
		s.met(own)
		for name, v := range own {
			switch s[name] {
			case nil:
				s[name] = v
			case v:
			default: // two operands bind or lack it: the error is reported where it is used
				for _, u := range v.uses {
					u.used = true
				}
			}
		}
	}
}

// construct names a construct in a message about an unsafe variable.
func construct(what string, p syntax.Position) string {
	if p.Column == 0 {
		return fmt.Sprintf("'%s' (line %d)", what, p.Line)
	}
	return fmt.Sprintf("'%s' (line %d, column %d)", what, p.Line, p.Column)
}

// join sets s to what holds behind alternatives: bound is what all of them bind, unsafe what only some do.
func (l *linter) join(s lintScope, branches []lintScope, what string, p syntax.Position) {
	for _, b := range branches {
		s.met(b)
	}
	for _, b := range branches {
		for name, v := range b {
			if s[name] != nil {
				if s[name].unsafe != "" && v.unsafe == "" && len(branches) == 1 {
					s[name] = v
				}
				continue
			}
			merged := &lintVar{}
			for _, other := range branches {
				o := other[name]
				switch {
				case o == nil:
					merged.unsafe = construct(what, p)
				case o.unsafe != "":
					merged.unsafe = o.unsafe
				}
				if o != nil {
					merged.uses = append(merged.uses, o.uses...)
				}
			}
			if merged.unsafe == "" {
				merged.export = construct(what, p)
			}
			s[name] = merged
		}
	}
}

// taint makes what inner binds beyond s unsafe behind the construct.
func (l *linter) taint(s, inner lintScope, what string, p syntax.Position) {
	for name, v := range inner {
		if s[name] == nil {
			why := construct(what, p)
			if v.unsafe != "" {
				why = v.unsafe
			}
			s[name] = &lintVar{unsafe: why, uses: v.uses}
		}
	}
}
