package shell

import (
	"strings"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

var (
	atomC           = term.Atom("c")
	atomUserDefault = term.Atom("user_default")
	atomShell       = term.Atom("shell")
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
			run:     func(s *Session, _ []term.Term) (term.Term, error) { return atom.Undefined, nil }, // see expand
		},
		{
			spec:    "exit() -> no_return()",
			doc:     "terminate the shell instance",
			example: "1> exit().\n...",
			run:     (*Session).exit,
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
			run:     plain((*Session).forgetFunctions),
		},
		{
			spec:    "ff(F :: atom(), A :: integer()) -> ok",
			doc:     "forget locally defined function named as atom F and arity A",
			example: "1> double(X) -> 2 * X.\nok\n2> ff(double,1).\nok",
			run:     (*Session).forgetFunction,
		},
		{
			spec:    "fl() -> ok",
			doc:     "forget all locally defined functions, types and records",
			example: "1> double(X) -> 2 * X.\nok\n2> fl().\nok",
			run: plain(func(s *Session) {
				s.forgetFunctions()
				s.types = nil
				s.records = map[string]*syntax.RecordDef{}
			}),
		},
		{
			spec:    "h() -> ok",
			doc:     "history",
			example: "1> 1 + 1.\n2\n2> h().\n1: 1 + 1\n-> 2\nok",
			run:     func(s *Session, _ []term.Term) (term.Term, error) { return s.printHistory() },
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
			spec:    "help() -> true",
			doc:     "help info",
			example: "1> help().\n...",
			run:     func(s *Session, _ []term.Term) (term.Term, error) { return s.help() },
		},
		{
			spec:    "lf() -> ok",
			doc:     "list locally defined functions",
			example: "1> double(X) -> 2 * X.\nok\n2> lf().\n...",
			run:     func(s *Session, _ []term.Term) (term.Term, error) { return s.printFunctions() },
		},
		{
			spec:    "lr() -> ok",
			doc:     "list locally defined records",
			example: "1> -record(r,{a}).\nok\n2> lr().\n...",
			run:     func(s *Session, _ []term.Term) (term.Term, error) { return s.printLocalRecords() },
		},
		{
			spec:    "lt() -> ok",
			doc:     "list locally defined types",
			example: "1> -type t() :: atom().\nok\n2> lt().\n...",
			run:     func(s *Session, _ []term.Term) (term.Term, error) { return s.printTypes() },
		},
		{
			spec:    "rd(R :: atom(), D :: term()) -> atom()",
			doc:     "define a record",
			example: "1> rd(point,{x,y = 0}).\npoint\n2> #point{x = 1}.\n#point{x = 1,y = 0}",
			run:     (*Session).defineRecord,
		},
		{
			spec:    "rf() -> []",
			doc:     "remove all record information",
			example: "1> rf().\n[]",
			run: func(s *Session, _ []term.Term) (term.Term, error) {
				s.records = map[string]*syntax.RecordDef{}
				return term.Nil, nil
			},
		},
		{
			spec:    "rf(R :: atom() | [atom()]) -> ok",
			doc:     "remove record information about R",
			example: "1> rd(point,{x,y}).\npoint\n2> rf(point).\nok",
			run:     (*Session).forgetRecords,
		},
		{
			spec:    "rl() -> ok",
			doc:     "display all record information",
			example: "1> rd(point,{x,y = 0}).\npoint\n2> rl().\n-record(point,{x, y = 0}).\nok",
			run:     func(s *Session, _ []term.Term) (term.Term, error) { return s.printRecords(s.recordNames()) },
		},
		{
			spec:    "rl(R :: atom() | [atom()]) -> ok",
			doc:     "display record information about R",
			example: "1> rd(point,{x,y = 0}).\npoint\n2> rl(point).\n-record(point,{x, y = 0}).\nok",
			run:     (*Session).printSomeRecords,
		},
		{
			spec:    "rp(Term :: term()) -> ok",
			doc:     "display Term using the shell's record information",
			example: "1> rp({a,1}).\n{a,1}\nok",
			run:     (*Session).printDeep,
		},
		{
			spec:    "rr(File :: module() | file:name()) -> [atom()] | {error, term()}",
			doc:     "read record information from File (wildcards allowed)",
			example: "1> rr(\"nofile.hrl\").\n[]",
			run:     (*Session).readRecords,
		},
		{
			spec:    "rr(F :: module() | file:name(), R :: atom() | [atom()]) -> [atom()] | {error, term()}",
			doc:     "read selected record information from file(s)",
			example: "1> rr(\"nofile.hrl\",r).\n[]",
			run:     (*Session).readRecords,
		},
		{
			spec:    "rr(F :: module() | file:name(), R :: atom() | [atom()], O :: [term()]) -> [atom()] | {error, term()}",
			doc:     "read selected record information with options",
			example: "1> rr(\"nofile.hrl\",r,[]).\n[]",
			run:     (*Session).readRecords,
		},
		{
			spec:    "tf() -> ok",
			doc:     "forget all locally defined types",
			example: "1> -type t() :: atom().\nok\n2> tf().\nok",
			run:     plain(func(s *Session) { s.types = nil }),
		},
		{
			spec:    "tf(T :: atom()) -> ok",
			doc:     "forget locally defined type named as atom T",
			example: "1> -type t() :: atom().\nok\n2> tf(t).\nok",
			run:     (*Session).forgetType,
		},
		{
			spec:    "v(N :: integer()) -> term()",
			doc:     "use the value of query <N>",
			example: "1> 1 + 1.\n2\n2> v(1) + 1.\n3",
			run:     (*Session).value,
		},
		{
			spec:    "catch_exception(B :: boolean()) -> boolean()",
			doc:     "how exceptions are handled",
			example: "1> catch_exception(true).\nfalse",
			run:     (*Session).catchException,
		},
		{
			spec:    "history(N :: non_neg_integer()) -> non_neg_integer()",
			doc:     "set how many previous commands to keep",
			example: "1> history(10).\n20",
			run: func(s *Session, args []term.Term) (term.Term, error) {
				return s.setCount("history", &s.keep, args[0])
			},
		},
		{
			spec:    "results(N :: non_neg_integer()) -> non_neg_integer()",
			doc:     "set how many previous command results to keep",
			example: "1> results(10).\n20",
			run: func(s *Session, args []term.Term) (term.Term, error) {
				return s.setCount("results", &s.keepVals, args[0])
			},
		},
	}
}

// plain is a command without arguments that always says ok.
func plain(do func(s *Session)) func(*Session, []term.Term) (term.Term, error) {
	return func(s *Session, _ []term.Term) (term.Term, error) {
		do(s)
		return atom.OK, nil
	}
}

func (c command) head() (name string, parameters []string) { return head(c.spec) }

// head returns the name and the parameters of a spec.
func head(spec string) (name string, parameters []string) {
	open := strings.IndexByte(spec, '(')
	depth, from := 0, open+1
	for i := open; i < len(spec); i++ {
		switch spec[i] {
		case '(', '{', '[':
			depth++
		case ')', '}', ']':
			depth--
		}
		if depth == 1 && spec[i] == ',' || depth == 0 {
			if p := strings.TrimSpace(spec[from:i]); p != "" {
				p, _, annotated := strings.Cut(p, " ::")
				if annotated && p[0] == '[' {
					p += "]"
				}
				parameters = append(parameters, p)
			}
			from = i + 1
		}
		if depth == 0 {
			break
		}
	}
	return spec[:open], parameters
}

// Local answers an unqualified call that is neither a BIF nor in scope: a command, a function of user_default, one defined here, or one
// of module c.
func (s *Session) Local(name term.Term, arity int) (*code.Function, bool) {
	if l, ok := s.locals.get(code.NameArity{Name: name, Arity: arity}); ok && s.scripted {
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
	if f := s.node.Code().Lookup(atomUserDefault, name, arity); f != nil {
		return f, true
	}
	if l, ok := s.locals.get(code.NameArity{Name: name, Arity: arity}); ok {
		return l.function, true
	}
	f := s.node.Code().Lookup(atomC, name, arity)
	return f, f != nil
}

// forgetInside serves f() where it is part of a larger expression, whose variables it can no longer change, and f(X) where X is no
// variable.
func (s *Session) forgetInside(args []term.Term) (term.Term, error) {
	if len(args) == 1 && args[0] == atom.ErrorAtom {
		return term.None, commandClause("f", 1)
	}
	return atom.OK, nil
}

func (s *Session) catchException(args []term.Term) (term.Term, error) {
	if args[0] != atom.True && args[0] != atom.False {
		return term.None, commandClause("catch_exception", 1)
	}
	old := s.catching
	s.catching = args[0] == atom.True
	return term.Bool(old), nil
}

// exit ends the session.
func (s *Session) exit([]term.Term) (term.Term, error) {
	s.leaving = true
	return term.None, term.Exit(atom.Normal)
}
