package eval

import (
	"fmt"
	"slices"
	"strings"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// What the compiler finds only while it optimises: clauses that cannot match, values that nobody uses, and what is bound to fail.

// hint notes a warning for a text without errors.
func (l *linter) hint(p syntax.Position, format string, args ...any) {
	e := l.problem(p, format, args)
	e.Module = term.Atom("sys_core_fold")
	l.late = append(l.late, e)
}

// unreachable warns of clauses behind one that takes everything.
func (l *linter) unreachable(s lintScope, clauses []*syntax.Clause, of string) {
	for i, c := range clauses {
		if !l.takesAll(s, c) {
			continue
		}
		for _, late := range clauses[i+1:] {
			l.hint(late.Position, "this clause%s cannot match because a previous clause at line %d always matches", of, c.Line)
		}
		return
	}
}

// hintsOf looks at the parts of expressions.
func (l *linter) hintsOf(exprs []syntax.Expr) {
	for _, e := range exprs {
		syntax.Walk(e, func(x syntax.Expr) bool {
			if slices.Contains(l.passed, x) {
				return false
			}
			l.hintsIn(x)
			return true
		})
	}
}

// hints looks at a body and everything in it.
func (l *linter) hints(body []syntax.Expr) {
	l.unused(body)
	l.hintsOf(l.reached(body))
}

func (l *linter) hintsIn(x syntax.Expr) {
	var clauses []*syntax.Clause
	switch x := x.(type) {
	case *syntax.Case:
		clauses = x.Clauses
		l.dead(clauses, x.Value, x.Position)
		if !isConstant(x.Value) {
			l.repeated(clauses)
		}
	case *syntax.Fun:
		clauses = x.Clauses
		l.deadGuards(clauses)
		l.repeated(clauses)
	case *syntax.If:
		clauses = x.Clauses
		l.dead(clauses, nil, x.Position)
		l.unreachable(nil, clauses, "")
	case *syntax.Match:
		l.deadMatch(x)
		l.pass(x.Pattern)
	case *syntax.MaybeMatch:
		l.pass(x.Pattern)
	case *syntax.Generator:
		l.pass(x.Pattern)
	case *syntax.MapExpr:
		l.overridden(x)
	case *syntax.Binary:
		l.binaryHint(x)
	case *syntax.Unary:
		l.failingUnary(x)
	case *syntax.Receive:
		clauses = x.Clauses
		l.deadGuards(clauses)
		l.repeated(clauses)
		l.unused(x.After)
	case *syntax.Block:
		l.unused(x.Body)
	case *syntax.Try:
		clauses = append(append(clauses, x.Of...), x.Catch...)
		l.repeated(x.Of)
		l.unused(x.Body)
		l.unused(x.After)
	case *syntax.BinaryOp:
		l.failingOperator(x)
	case *syntax.Call:
		l.failingCall(x)
	}
	for _, c := range clauses {
		l.pass(c.Patterns...)
		l.unused(c.Body)
	}
}

// pass leaves expressions out that stand for no computation, such as patterns.
func (l *linter) pass(exprs ...syntax.Expr) {
	for _, e := range exprs {
		switch e.(type) {
		case nil, *syntax.Var, *syntax.Literal, *syntax.NilExpr:
		default:
			l.passed = append(l.passed, e)
		}
	}
}

func isConstant(e syntax.Expr) bool {
	_, ok := constantExpr(e)
	return ok
}

const suppress = "(suppress the warning by assigning the expression to the _ variable)"

// unused warns of values that are computed for nothing.
func (l *linter) unused(body []syntax.Expr) {
	for i, e := range l.reached(body) {
		m, ok := e.(*syntax.Match)
		switch {
		case ok && l.otherConstant(body[:i], m):
			l.hint(m.Pattern.Pos(), noClause)
			l.hint(m.Pattern.Pos(), guardFalse)
		case ok:
			l.unusedMatch(m)
		case i < len(body)-1:
			l.ignored(e)
		}
	}
}

// reached is what of a body can be reached, as the compiler sees it: nothing behind a match that never succeeds.
func (l *linter) reached(body []syntax.Expr) []syntax.Expr {
	for i, e := range body {
		if m, ok := e.(*syntax.Match); ok && clash(m.Pattern, m.Value) {
			return body[:i+1]
		}
	}
	return body
}

// otherConstant reports whether a match compares a variable that is a constant since a match before it with another constant.
func (l *linter) otherConstant(before []syntax.Expr, m *syntax.Match) bool {
	name, value, ok := l.constantMatch(m)
	if !ok {
		return false
	}
	for _, e := range before {
		if m, ok := e.(*syntax.Match); ok {
			if n, v, ok := l.constantMatch(m); ok && n == name && !term.Equal(v, value) {
				return true
			}
		}
	}
	return false
}

// constantMatch takes Variable = Constant apart.
func (l *linter) constantMatch(m *syntax.Match) (name string, value term.Term, ok bool) {
	v, isVar := m.Pattern.(*syntax.Var)
	value, isConst := constantExpr(m.Value)
	if !isVar || !isConst || v.Name == "_" {
		return "", term.None, false
	}
	return v.Name, value, true
}

// unusedMatch warns of values that only go to variables that nothing uses. One whose name begins with _ is meant to be so.
func (l *linter) unusedMatch(m *syntax.Match) {
	switch p := m.Pattern.(type) {
	case *syntax.Var:
		if !l.isUnused(p) {
			return
		}
		value := m.Value
		for {
			b, ok := value.(*syntax.Block)
			if !ok || len(b.Body) == 0 {
				break
			}
			value = b.Body[len(b.Body)-1]
		}
		if inner, ok := value.(*syntax.Match); ok {
			l.unusedMatch(inner)
		} else if _, constant := constantExpr(value); !constant {
			l.ignored(value)
		}
	case *syntax.Tuple:
		v, ok := m.Value.(*syntax.Tuple)
		if !ok || len(v.Elements) != len(p.Elements) {
			return
		}
		for i, x := range p.Elements {
			l.unusedMatch(&syntax.Match{Position: m.Position, Pattern: x, Value: v.Elements[i]})
		}
	}
}

// isUnused reports whether a variable is bound here and used nowhere.
func (l *linter) isUnused(v *syntax.Var) bool {
	return !strings.HasPrefix(v.Name, "_") && slices.ContainsFunc(l.usages, func(u *usage) bool {
		return u.at == v.Position && u.name == v.Name && !u.used
	})
}

// last warns of the value of a body that nothing uses.
func (l *linter) last(body []syntax.Expr) {
	if n := len(body); n > 0 {
		l.ignored(body[n-1])
	}
}

// ignored warns of an expression whose value nothing uses.
func (l *linter) ignored(e syntax.Expr) {
	switch e := e.(type) {
	case *syntax.Case:
		l.ignoredClauses(e.Clauses)
	case *syntax.If:
		l.ignoredClauses(e.Clauses)
	case *syntax.Receive:
		l.ignoredClauses(e.Clauses)
		l.last(e.After)
	case *syntax.Block:
		l.last(e.Body)
	case *syntax.Binary:
		if !(&linter{unit: l.unit}).binaryHint(e) {
			l.hint(e.Pos(), "a term is constructed, but never used")
		}
	case *syntax.RecordExpr:
		if e.Base == nil {
			l.hint(e.Pos(), "a term is constructed, but never used")
		}
	case *syntax.FunRef:
		if e.Module != nil {
			l.hint(e.Pos(), "the result of fun construction is ignored %s", suppress)
		}
	case *syntax.Tuple:
		l.hint(e.Pos(), "a term is constructed, but never used")
		l.ignoredParts(e.Elements...)
	case *syntax.Cons:
		l.hint(e.Pos(), "a term is constructed, but never used")
		l.ignoredParts(e.Head, e.Tail)
	case *syntax.Fun:
		l.pass(e)
		l.hint(e.Pos(), "a term is constructed, but never used")
	case *syntax.MapExpr:
		l.hint(e.Pos(), "a term is constructed, but never used")
	case *syntax.Comprehension:
		if e.Kind == syntax.ListKind {
			for _, t := range e.Templates {
				l.ignored(t)
			}
		}
	case *syntax.Literal:
		if !e.Value.IsAtom() && !e.Value.IsNil() {
			l.hint(e.Pos(), "a term is constructed, but never used")
		}
	case *syntax.BinaryOp:
		if _, ok := comparisons[e.Op]; ok {
			l.hint(e.Pos(), "use of operator '%s' has no effect", e.Op)
		} else if operators[e.Op] != nil {
			l.hint(e.Pos(), "the result of evaluating operator '%s'/2 is ignored %s", e.Op, suppress)
		}
	case *syntax.Unary:
		l.hint(e.Pos(), "the result of evaluating operator '%s'/1 is ignored %s", e.Op, suppress)
	case *syntax.Call:
		l.unusedCall(e)
	}
}

func (l *linter) ignoredClauses(clauses []*syntax.Clause) {
	for _, c := range clauses {
		l.last(c.Body)
	}
}

// ignoredParts looks at what is computed for a term that nothing uses.
func (l *linter) ignoredParts(parts ...syntax.Expr) {
	for _, e := range parts {
		switch e.(type) {
		case *syntax.BinaryOp, *syntax.Unary, *syntax.Call, *syntax.Tuple:
			if !isConstant(e) {
				l.ignored(e)
			}
		}
	}
}

// unusedCall warns of a call of a function that does nothing but compute.
func (l *linter) unusedCall(e *syntax.Call) {
	module, name, ok := callee(e)
	n := len(e.Args)
	key := fmt.Sprintf("%s/%d", name.AtomName(), n)
	switch {
	case !ok || !module.None() && module != atom.Erlang:
	case typeTests[name.AtomName()] != nil && n == 1, slices.Contains(harmless, key):
		l.hint(e.Pos(), "the call to %s/%d has no effect", quote(name), n)
	case l.guardCall(e), slices.Contains(pureFunctions, key):
		l.hint(e.Pos(), "the result of calling %s/%d is ignored %s", quote(name), n, suppress)
	}
}

// harmless are functions that cannot fail and change nothing, pureFunctions those that may fail: to call one for nothing is a mistake.
var (
	harmless = []string{"self/0", "node/0", "make_ref/0", "date/0", "time/0", "registered/0", "processes/0", "nodes/0", "get/0", "get/1", "get_keys/1",
		"group_leader/0", "is_alive/0", "pre_loaded/0", "min/2", "max/2", "term_to_binary/1"}
	pureFunctions = []string{"binary_to_atom/1", "binary_to_atom/2", "atom_to_binary/1", "atom_to_binary/2", "binary_to_float/1", "float_to_binary/1",
		"list_to_integer/1", "list_to_integer/2", "integer_to_binary/1", "binary_to_integer/1", "tuple_to_list/1", "split_binary/2", "setelement/3",
		"pid_to_list/1", "list_to_tuple/1", "list_to_pid/1", "list_to_float/1", "list_to_binary/1", "list_to_atom/1", "integer_to_list/1",
		"float_to_list/1", "binary_to_list/1", "binary_to_list/3", "atom_to_list/1"}
)

// failingUnary warns of an operator whose operand is a constant that it does not take.
func (l *linter) failingUnary(e *syntax.Unary) {
	f := unaries[e.Op]
	v, ok := constantExpr(e.Operand)
	if f == nil || !ok {
		return
	}
	if _, err := f(v); err != nil {
		l.hint(e.Pos(), "evaluation of operator '%s'/1 will fail with a '%s' exception", e.Op, reasonName(err))
	}
}

// failingOperator warns of an operator whose operands are constants that it does not take.
func (l *linter) failingOperator(e *syntax.BinaryOp) {
	f := operators[e.Op]
	a, ok1 := constantExpr(e.Left)
	b, ok2 := constantExpr(e.Right)
	if f == nil || !ok1 || !ok2 {
		return
	}
	if _, err := f(a, b); err != nil {
		l.hint(e.Pos(), "evaluation of operator '%s'/2 will fail with a '%s' exception", e.Op, reasonName(err))
	}
}

// failingCall warns of a guard function whose arguments are constants that it does not take.
func (l *linter) failingCall(e *syntax.Call) {
	module, name, ok := callee(e)
	pure := ok && slices.Contains(pureFunctions, fmt.Sprintf("%s/%d", name.AtomName(), len(e.Args)))
	if !ok || !module.None() && module != atom.Erlang || len(e.Args) == 0 || !pure && !l.guardCall(e) {
		return
	}
	f := l.table.Lookup(atom.Erlang, name, len(e.Args))
	if f == nil || f.Pure == nil {
		return
	}
	args := make([]term.Term, len(e.Args))
	for i, a := range e.Args {
		if args[i], ok = constantExpr(a); !ok {
			return
		}
	}
	if _, err := f.Pure(args); err != nil && operators[name.AtomName()] != nil && len(args) == 2 {
		l.hint(e.Pos(), "evaluation of operator '%s'/2 will fail with a '%s' exception", name.AtomName(), reasonName(err))
	} else if err != nil {
		l.hint(e.Pos(), "the call to %s/%d will fail with a '%s' exception", quote(name), len(args), reasonName(err))
	}
}

func reasonName(err error) string {
	if e, ok := err.(*term.Exception); ok && e.Reason.IsAtom() {
		return e.Reason.AtomName()
	}
	return "badarg"
}
