package eval

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// linter finds what is wrong with a text, and what is right but hardly meant, before it is compiled. Its words are those of the
// compiler.
type linter struct {
	unit         *unit // nil at a prompt, where any name may be defined later
	table        *code.Table
	records      map[string]*syntax.RecordDef
	file         string
	errors       []*syntax.Error
	warnings     []*syntax.Error
	late         []*syntax.Error // warnings that only a text without errors gets
	off          map[string]bool // warnings that are switched off, by the name of their option without nowarn_
	on           map[string]bool // those that have to be asked for, and are
	usages       []*usage        // of the function that is looked at
	unbound      []string        // variables of it that are used where they are not bound
	usedRecords  map[string]bool
	noAutoImport map[code.NameArity]bool
	inside       code.NameArity                      // the function that is looked at
	calls        map[code.NameArity][]code.NameArity // who calls whom in the module
	loadsNif     bool                                // load_nif/2 is called
	usedImports  map[code.NameArity]bool             // functions called that the module does not define
	passed       []syntax.Expr                       // patterns and what is left out, as hints are looked for
}

func (l *linter) problem(p syntax.Position, format string, args []any) *syntax.Error {
	return &syntax.Error{At: p, File: l.file, Text: fmt.Sprintf(format, args...), Module: term.Atom("erl_lint"), Reason: descriptor(format, args)}
}

func (l *linter) fail(p syntax.Position, format string, args ...any) {
	l.errors = append(l.errors, l.problem(p, format, args))
}

func (l *linter) warn(option string, p syntax.Position, format string, args ...any) {
	if !l.off[option] {
		l.warnings = append(l.warnings, l.problem(p, format, args))
	}
}

// quote writes an atom as the language does.
func quote(a term.Term) string { return syntax.QuoteAtom(a.AtomName()) }

// lintExprs looks at what was typed at a prompt.
func lintExprs(exprs []syntax.Expr, env Env) []*syntax.Error {
	l := &linter{table: env.Table, records: env.Records, usedRecords: map[string]bool{}}
	s := lintScope{}
	for _, name := range env.Bound {
		s[name] = &lintVar{}
	}
	l.body(s, exprs)
	return l.errors
}

// lintFunction looks at a function typed at a prompt.
func lintFunction(f *syntax.Function, env Env) []*syntax.Error {
	l := &linter{table: env.Table, records: env.Records, usedRecords: map[string]bool{}}
	for _, c := range f.Clauses {
		l.clause(lintScope{}, c)
	}
	return l.errors
}

// function looks at a function of a module.
func (l *linter) function(f *syntax.Function) {
	l.inside = code.NameArity{Name: term.Atom(f.Name), Arity: f.Arity}
	l.usages, l.unbound, l.passed = l.usages[:0], nil, l.passed[:0]
	for _, c := range f.Clauses {
		l.clause(lintScope{}, c)
	}
	for _, u := range l.usages {
		if !u.used && !strings.HasPrefix(u.name, "_") && !slices.Contains(l.unbound, u.name) {
			l.warn("unused_vars", u.at, "variable '%s' is unused", u.name)
		}
	}
	l.unreachable(nil, f.Clauses, fmt.Sprintf(" for %s/%d", syntax.QuoteAtom(f.Name), f.Arity))
	l.dead(f.Clauses, nil, f.Position)
	l.repeated(f.Clauses)
	for _, c := range f.Clauses {
		for _, conjunction := range c.Guards {
			l.hintsOf(conjunction)
		}
		l.hints(c.Body)
	}
}

// takesAll reports whether a clause has only variables, all different and none bound in s, and no guard.
func (l *linter) takesAll(s lintScope, c *syntax.Clause) bool {
	seen := map[string]bool{}
	for _, p := range c.Patterns {
		v, ok := p.(*syntax.Var)
		if !ok || v.Name != "_" && (seen[v.Name] || s[v.Name] != nil) {
			return false
		}
		seen[v.Name] = true
	}
	return l.guardVerdict(c.Guards) == always
}

// unusedFunctions warns of functions that nothing exported leads to.
func (l *linter) unusedFunctions(forms []*syntax.Function, roots []code.NameArity) {
	reached := map[code.NameArity]bool{}
	for len(roots) > 0 {
		k := roots[len(roots)-1]
		roots = roots[:len(roots)-1]
		if !reached[k] {
			reached[k] = true
			roots = append(roots, l.calls[k]...)
		}
	}
	for _, f := range forms {
		if !reached[code.NameArity{Name: term.Atom(f.Name), Arity: f.Arity}] {
			l.warn("unused_function", f.Position, "function %s/%d is unused", syntax.QuoteAtom(f.Name), f.Arity)
		}
	}
}

// rank orders what is said of one place: first what fails, then what is ignored, then what does not match.
func rank(e *syntax.Error) int {
	switch {
	case strings.Contains(e.Text, "will fail"):
		return 0
	case strings.Contains(e.Text, "is ignored"), strings.Contains(e.Text, "never used"), strings.HasPrefix(e.Text, "opaque type"):
		return 1
	case e.Text == noClause:
		return 2
	case strings.HasPrefix(e.Text, "this clause"):
		return 3
	case strings.HasPrefix(e.Text, "type "), strings.HasPrefix(e.Text, "undefined callback"):
		return 2
	case strings.HasSuffix(e.Text, "is unused"):
		return 2
	case strings.HasPrefix(e.Text, "variable"):
		return 3
	}
	return 1
}

// sorted puts problems in the order of the text and drops those that say the same of the same place.
func sorted(problems []*syntax.Error) []*syntax.Error {
	sort.SliceStable(problems, func(i, j int) bool {
		x, y := problems[i], problems[j]
		a, b := x.At, y.At
		if a != b {
			return a.Line < b.Line || a.Line == b.Line && a.Column < b.Column
		}
		if x.Module != y.Module {
			return x.Module.AtomName() < y.Module.AtomName()
		}
		if lint := term.Atom("erl_lint"); x.Module == lint && y.Module == lint && !x.Reason.None() && !y.Reason.None() {
			return term.Compare(x.Reason, y.Reason) < 0
		}
		return rank(x) < rank(y)
	})
	return slices.CompactFunc(problems, func(a, b *syntax.Error) bool { return a.At == b.At && a.Text == b.Text && a.Module == b.Module })
}
