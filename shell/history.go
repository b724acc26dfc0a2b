package shell

import (
	"fmt"
	"strings"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// find returns the command with a number; negative ones count back from the present.
func (s *Session) find(number int) (entry, bool) {
	if number < 0 {
		number += s.count
	}
	for _, e := range s.history {
		if e.number == number {
			return e, true
		}
	}
	return entry{}, false
}

// expand puts the remembered expressions in the place of every e(N), and the number that is meant into every v(N). The error says that
// there is no such command.
func (s *Session) expand(body []syntax.Expr) ([]syntax.Expr, error) {
	var missing error
	replace := func(e syntax.Expr) (syntax.Expr, bool) {
		r, err := s.expandCall(e)
		if err != nil && missing == nil {
			missing = err
		}
		return r, r != nil
	}
	out := make([]syntax.Expr, len(body))
	for i, e := range body {
		out[i] = syntax.Rewrite(e, replace)
	}
	return out, missing
}

// expandCall returns what stands for a call of e or v; nil for every other expression.
func (s *Session) expandCall(e syntax.Expr) (syntax.Expr, error) {
	call, ok := e.(*syntax.Call)
	if !ok || len(call.Args) == 0 || s.overridden(e) {
		return nil, nil
	}
	callee, ok := call.Callee.(*syntax.Literal)
	if !ok || callee.Form != syntax.AtomLiteral {
		return nil, nil
	}
	switch name := callee.Value.AtomName(); {
	case name == "e" && len(call.Args) == 1:
		found, number := s.meant(call.Args[0])
		if number == nil {
			return nil, s.noCommand(call.Args[0])
		}
		if len(found.body) == 1 {
			return found.body[0], nil
		}
		return &syntax.Block{Position: call.Position, Body: found.body}, nil
	case name == "v" && len(call.Args) == 1:
		found, number := s.meant(call.Args[0])
		if number == nil || found.value.None() {
			return nil, s.noCommand(call.Args[0])
		}
		return &syntax.Call{Position: call.Position, Callee: callee, Args: []syntax.Expr{number}}, nil
	}
	return nil, nil
}

// prepare makes an expression that can be evaluated of one with calls of commands whose arguments are not: rd, f, history and the like.
func (s *Session) prepare(e syntax.Expr) syntax.Expr {
	s.typed = nil
	return syntax.Rewrite(e, func(e syntax.Expr) (syntax.Expr, bool) {
		call, ok := e.(*syntax.Call)
		if !ok || s.overridden(e) {
			return nil, false
		}
		switch _, isVar := firstArgument(call).(*syntax.Var); {
		case isLocalCall(call, "rd", 2):
			return s.typedRecord(call), true
		case isLocalCall(call, "f", 1) && !isVar, // (sic) only a variable can be forgotten
			isLocalCall(call, "history", 1) && !written(call.Args[0]), // (sic) what these take has to be written out
			isLocalCall(call, "results", 1) && !written(call.Args[0]),
			isLocalCall(call, "catch_exception", 1) && !written(call.Args[0]):
			refused := atomAt(call.Position, atom.ErrorAtom)
			return &syntax.Call{Position: call.Position, Callee: call.Callee, Args: []syntax.Expr{refused}}, true
		}
		return nil, false
	})
}

func firstArgument(call *syntax.Call) syntax.Expr {
	if len(call.Args) == 0 {
		return nil
	}
	return call.Args[0]
}

func isLocalCall(call *syntax.Call, name string, arity int) bool {
	_, ok := localCall(call, name)
	return ok && len(call.Args) == arity
}

// written reports whether an expression is an integer or an atom.
func written(e syntax.Expr) bool {
	l, ok := e.(*syntax.Literal)
	return ok && (l.Form == syntax.IntegerLiteral || l.Form == syntax.AtomLiteral)
}

func atomAt(p syntax.Position, value term.Term) syntax.Expr {
	return &syntax.Literal{Position: p, Form: syntax.AtomLiteral, Value: value}
}

// meant returns the command that a number written out means, and that number; nil when there is none.
func (s *Session) meant(e syntax.Expr) (entry, syntax.Expr) {
	t, ok := constant(e)
	if !ok {
		return entry{}, nil
	}
	n, ok := t.Int()
	if !ok {
		return entry{}, nil
	}
	found, ok := s.find(int(n))
	if !ok {
		return entry{}, nil
	}
	return found, &syntax.Literal{Position: e.Pos(), Form: syntax.IntegerLiteral, Value: term.Int(int64(found.number))}
}

type missingCommand struct{ text string }

func (m missingCommand) Error() string { return m.text }

func (s *Session) noCommand(e syntax.Expr) error {
	return missingCommand{s.source([]syntax.Expr{e}, 0) + ": command not found"}
}

// constant returns the value of a literal integer, with or without a sign.
func constant(e syntax.Expr) (term.Term, bool) {
	switch e := e.(type) {
	case *syntax.Literal:
		return e.Value, e.Form == syntax.IntegerLiteral
	case *syntax.Unary:
		if v, ok := constant(e.Operand); ok && e.Op == "-" {
			n, _ := v.Int()
			return term.Int(-n), true
		}
	}
	return term.None, false
}

// value is v(N) when it runs; the number has been checked.
func (s *Session) value(args []term.Term) (term.Term, error) {
	n, _ := args[0].Int()
	if e, ok := s.find(int(n)); ok && !e.value.None() {
		return e.value, nil
	}
	return atom.Undefined, nil
}

func (s *Session) printHistory() (term.Term, error) {
	for _, e := range s.history {
		lead := fmt.Sprintf("%d: ", e.number)
		text := ""
		if e.form != nil {
			text = strings.TrimSuffix(strings.TrimSpace(syntax.PrintForm(e.form, s.treeOptions())), ".")
		} else {
			text = s.source(e.body, len(lead))
		}
		s.group.Write(lead + text + "\n")
		if !e.value.None() {
			s.group.Write("-> " + s.theme.Value(s.prettyAt(e.value, 4)) + "\n")
		}
	}
	return atom.OK, nil
}

// setCount changes one of the limits of the history and returns the old one.
func (s *Session) setCount(name string, place *int, t term.Term) (term.Term, error) {
	n, ok := t.Int()
	if !ok || n < 0 {
		return term.None, commandClause(name, 1)
	}
	old := *place
	*place = int(n)
	return term.Int(int64(old)), nil
}

// commandClause is the exception for a command that was called with something it does not take.
func commandClause(name string, arity int) error {
	e := term.FunctionClause()
	e.Stack = term.List(term.Tuple(atomShell, term.Atom(name), term.Int(int64(arity)), term.Nil))
	e.Complete = true
	return e
}
