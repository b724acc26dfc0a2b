package shell

import (
	"fmt"
	"sort"
	"strings"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

var (
	atomC              = term.Atom("c")
	atomE              = term.Atom("e")
	atomF              = term.Atom("f")
	atomCommandMissing = term.Atom("erlsh_command_not_found")
)

// command is one command that needs the session. Everything else that can be typed without a module is a function of module c.
type command struct {
	spec    string // name and arity are read from its head
	doc     string
	example string
	run     func(s *Session, args []term.Term) (term.Term, error)
}

// commands returns the table: the commands themselves, help() and h/1,2,3 read it.
func commands() []command {
	return []command{
		{
			spec:    "b() -> ok",
			doc:     "display all variable bindings",
			example: "1> X = 1.\n1\n2> b().\nX = 1\nok",
			run:     func(s *Session, _ []term.Term) (term.Term, error) { return s.printBindings() },
		},
		{
			spec:    "e(N :: integer()) -> term()",
			doc:     "repeat the expression in query <N>",
			example: "1> 1 + 1.\n2\n2> e(1).\n2",
			run:     (*Session).repeat,
		},
		{
			spec:    "f() -> ok",
			doc:     "forget all variable bindings",
			example: "1> X = 1.\n1\n2> f().\nok\n3> X = 2.\n2",
			run:     (*Session).forgetInside,
		},
		{
			spec:    "f(X :: term()) -> ok",
			doc:     "forget the binding of variable X",
			example: "1> X = 1.\n1\n2> f(X).\nok\n3> X = 2.\n2",
			run:     (*Session).forgetInside,
		},
		{
			spec:    "ff() -> ok",
			doc:     "forget all locally defined functions",
			example: "1> double(X) -> 2 * X.\nok\n2> ff().\nok",
			run: func(s *Session, _ []term.Term) (term.Term, error) {
				clear(s.locals)
				return atom.OK, nil
			},
		},
		{
			spec:    "ff(Name :: atom(), Arity :: integer()) -> ok",
			doc:     "forget locally defined function named as atom F and arity A",
			example: "1> double(X) -> 2 * X.\nok\n2> ff(double,1).\nok",
			run:     (*Session).forgetFunction,
		},
		{
			spec:    "h() -> ok",
			doc:     "history",
			example: "1> 1 + 1.\n2\n2> h().\n1: 1 + 1\n-> 2\nok",
			run:     func(s *Session, _ []term.Term) (term.Term, error) { return s.printHistory() },
		},
		{
			spec:    "help() -> true",
			doc:     "help info",
			example: "1> help().\n...",
			run:     func(s *Session, _ []term.Term) (term.Term, error) { return s.help() },
		},
		{
			spec:    "h(Mod :: module()) -> ok | {error, term()}",
			doc:     "help about module",
			example: "1> h(lists).\n...",
			run:     (*Session).describe,
		},
		{
			spec:    "h(Mod :: module(), Func :: atom()) -> ok | {error, term()}",
			doc:     "help about function in module",
			example: "1> h(lists,map).\n...",
			run:     (*Session).describe,
		},
		{
			spec:    "h(Mod :: module(), Func :: atom(), Arity :: arity()) -> ok | {error, term()}",
			doc:     "help about function with arity in module",
			example: "1> h(lists,map,2).\n...",
			run:     (*Session).describe,
		},
		{
			spec:    "history(N :: non_neg_integer()) -> non_neg_integer()",
			doc:     "set how many previous commands to keep",
			example: "1> history(10).\n20",
			run: func(s *Session, args []term.Term) (term.Term, error) {
				return setCount(&s.keep, args[0])
			},
		},
		{
			spec:    "lf() -> ok",
			doc:     "list locally defined functions",
			example: "1> double(X) -> 2 * X.\nok\n2> lf().\n...",
			run:     func(s *Session, _ []term.Term) (term.Term, error) { return s.printFunctions() },
		},
		{
			spec:    "results(N :: non_neg_integer()) -> non_neg_integer()",
			doc:     "set how many previous command results to keep",
			example: "1> results(10).\n20",
			run: func(s *Session, args []term.Term) (term.Term, error) {
				return setCount(&s.keepVals, args[0])
			},
		},
		{
			spec:    "v(N :: integer()) -> term()",
			doc:     "use the value of query <N>",
			example: "1> 1 + 1.\n2\n2> v(1) + 1.\n3",
			run:     (*Session).value,
		},
	}
}

// head returns the name and the parameters of a spec.
func (c command) head() (name string, parameters []string) {
	open := strings.IndexByte(c.spec, '(')
	depth, from := 0, open+1
	for i := open; i < len(c.spec); i++ {
		switch c.spec[i] {
		case '(', '{', '[':
			depth++
		case ')', '}', ']':
			depth--
		}
		if depth == 1 && c.spec[i] == ',' || depth == 0 {
			if p := strings.TrimSpace(c.spec[from:i]); p != "" {
				p, _, _ = strings.Cut(p, " ::")
				parameters = append(parameters, p)
			}
			from = i + 1
		}
		if depth == 0 {
			break
		}
	}
	return c.spec[:open], parameters
}

// Local answers an unqualified call that is neither a BIF nor in scope: a command, a function defined here, or one of module c.
func (s *Session) Local(name term.Term, arity int) (*code.Function, bool) {
	if l, ok := s.locals[code.NameArity{Name: name, Arity: arity}]; ok {
		return l.function, true
	}
	for _, c := range commands() {
		n, parameters := c.head()
		if n == name.AtomName() && len(parameters) == arity {
			return &code.Function{
				Module: term.Atom("shell"), Name: name, Arity: arity,
				Native: func(_ code.Process, args []term.Term) (term.Term, error) { return c.run(s, args) },
			}, true
		}
	}
	f := s.node.Code().Lookup(atomC, name, arity)
	return f, f != nil
}

func setCount(place *int, t term.Term) (term.Term, error) {
	n, ok := t.Int()
	if !ok || n < 0 {
		return term.None, term.FunctionClause()
	}
	old := *place
	*place = int(n)
	return term.Int(int64(old)), nil
}

// find returns the command with a number; negative ones count back from the present.
func (s *Session) find(t term.Term) (entry, error) {
	n, ok := t.Int()
	if !ok {
		return entry{}, term.FunctionClause()
	}
	number := int(n)
	if number < 0 {
		number += s.count
	}
	for _, e := range s.history {
		if e.number == number {
			return e, nil
		}
	}
	return entry{}, term.Throw(term.Tuple(atomCommandMissing, t))
}

func (s *Session) value(args []term.Term) (term.Term, error) {
	e, err := s.find(args[0])
	if err != nil {
		return term.None, err
	}
	if e.value.None() {
		return term.None, term.Throw(term.Tuple(atomCommandMissing, args[0]))
	}
	return e.value, nil
}

// expand puts the remembered expressions in the place of every e(N) that stands for itself in a body.
func (s *Session) expand(body []syntax.Expr) error {
	for i, x := range body {
		call, ok := x.(*syntax.Call)
		if !ok || len(call.Args) != 1 {
			continue
		}
		callee, ok := call.Callee.(*syntax.Literal)
		if !ok || callee.Value != atomE {
			continue
		}
		n, ok := constant(call.Args[0])
		if !ok {
			continue
		}
		e, err := s.find(n)
		if err != nil {
			return missing(n)
		}
		if len(e.body) == 1 {
			body[i] = e.body[0]
		} else {
			body[i] = &syntax.Block{Position: call.Position, Body: e.body}
		}
	}
	return nil
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

type missingCommand struct{ text string }

func (m missingCommand) Error() string { return m.text }

func missing(n term.Term) error { return missingCommand{n.String() + ": command not found"} }

// repeat serves e(N) inside a larger expression, where the bindings of what it repeats stay its own.
func (s *Session) repeat(args []term.Term) (term.Term, error) {
	return term.None, term.Throw(term.Tuple(atomCommandMissing, args[0]))
}

// forgetInside serves f() where it is part of a larger expression, whose variables it can no longer change.
func (s *Session) forgetInside(args []term.Term) (term.Term, error) { return atom.OK, nil }

func (s *Session) forgetFunction(args []term.Term) (term.Term, error) {
	arity, ok := args[1].Int()
	if !ok || !args[0].IsAtom() {
		return term.None, term.FunctionClause()
	}
	delete(s.locals, code.NameArity{Name: args[0], Arity: int(arity)})
	return atom.OK, nil
}

func (s *Session) printBindings() (term.Term, error) {
	names := make([]string, 0, len(s.bindings))
	for name := range s.bindings {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		s.group.Write(s.binding(name, s.bindings[name]) + "\n")
	}
	return atom.OK, nil
}

func (s *Session) printHistory() (term.Term, error) {
	for _, e := range s.history {
		lead := fmt.Sprintf("%d: ", e.number)
		s.group.Write(lead + source(e.body, len(lead)) + "\n")
		if !e.value.None() {
			s.group.Write("-> " + s.prettyAt(e.value, 4) + "\n")
		}
	}
	return atom.OK, nil
}

func (s *Session) printFunctions() (term.Term, error) {
	keys := make([]code.NameArity, 0, len(s.locals))
	for k := range s.locals {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool {
		if c := term.Compare(keys[i].Name, keys[j].Name); c != 0 {
			return c < 0
		}
		return keys[i].Arity < keys[j].Arity
	})
	for _, k := range keys {
		s.group.Write(syntax.PrintForm(s.locals[k].form) + "\n")
	}
	return atom.OK, nil
}
