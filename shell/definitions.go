package shell

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// local is a function defined at the prompt or in a script.
type local struct {
	form     *syntax.Function
	function *code.Function
}

// definition recognises what defines something instead of being evaluated: a function, a record, a type or a spec. The name of a command
// or of a BIF cannot be defined, as in the real shell.
func (s *Session) definition(tokens []syntax.Token) (syntax.Form, bool) {
	if len(tokens) < 3 {
		return nil, false
	}
	if tokens[0].Is("-") && tokens[1].Kind == syntax.AtomToken {
		switch tokens[1].Text {
		case "record", "type", "opaque", "nominal", "spec":
			f, err := syntax.ParseForm(tokens, syntax.Options{Extensions: true})
			return f, err == nil
		}
		return nil, false
	}
	if tokens[0].Kind != syntax.AtomToken || !tokens[1].Is("(") {
		return nil, false
	}
	f, err := syntax.ParseForm(tokens, syntax.Options{Extensions: true})
	if err != nil {
		return nil, false
	}
	function, ok := f.(*syntax.Function)
	return f, ok && !s.reserved(function.Name)
}

// reserved reports whether a name is that of a command, of a function of module c, or of a BIF. In a script there are no commands that
// could be meant.
func (s *Session) reserved(name string) bool {
	for _, c := range commands() {
		if n, _ := c.head(); n == name && !s.scripted {
			return true
		}
	}
	n := term.Atom(name)
	if m := s.node.Code().Module(atomC); m != nil && !s.scripted {
		for key, f := range m.Functions {
			if key.Name == n && f.Exported {
				return true
			}
		}
	}
	if m := s.node.Code().Module(atom.Erlang); m != nil {
		for key, f := range m.Functions {
			if key.Name == n && f.Auto {
				return true
			}
		}
	}
	return false
}

// overridden reports whether a script has a function of its own under the name of a command.
func (s *Session) overridden(e syntax.Expr) bool {
	call, ok := e.(*syntax.Call)
	if !ok || !s.scripted {
		return false
	}
	callee, ok := call.Callee.(*syntax.Literal)
	if !ok || callee.Form != syntax.AtomLiteral {
		return false
	}
	_, ok = s.locals.get(code.NameArity{Name: callee.Value, Arity: len(call.Args)})
	return ok
}

// define takes a definition in. What the linter refuses counts as a command, as an expression that it refuses does.
func (s *Session) define(f syntax.Form) (counted bool) {
	e := entry{number: s.count, form: f, value: atom.OK}
	s.current = s.bindings
	if err := s.take(f); err != nil {
		s.fail(err)
		e.value = term.Tuple(atom.ExitSignal, lintReason(err))
	} else if !s.quiet {
		s.group.Write(s.pretty(atom.OK) + "\n")
	}
	s.remember(e)
	return true
}

func (s *Session) take(f syntax.Form) *syntax.Error {
	switch f := f.(type) {
	case *syntax.Function:
		env := s.env()
		env.Bound = nil
		function, errs := eval.Definition(f, env)
		if len(errs) > 0 {
			return errs[0]
		}
		s.locals.put(code.NameArity{Name: function.Name, Arity: function.Arity}, &local{f, function})
	case *syntax.RecordDef:
		return s.addRecord(f)
	case *syntax.TypeDef:
		s.types = append(slices.DeleteFunc(s.types, func(t *syntax.TypeDef) bool { return t.Name == f.Name }), f)
	case *syntax.Spec:
		s.specs[code.NameArity{Name: term.Atom(f.Name), Arity: f.Arity}] = f
	}
	return nil
}

// addRecord takes a record in, whose default values have to be sound.
func (s *Session) addRecord(r *syntax.RecordDef) *syntax.Error {
	env := s.env()
	env.Bound = nil
	env.Records = maps.Clone(s.records)
	env.Records[r.Name] = r
	if r.Native {
		bad := eval.CheckRecord(r)
		if bad == nil {
			s.records = env.Records
		}
		return bad
	}
	for i, f := range r.Fields {
		if slices.ContainsFunc(r.Fields[:i], func(g syntax.RecordField) bool { return g.Name == f.Name }) {
			return &syntax.Error{At: f.Position, Text: "field " + syntax.QuoteAtom(f.Name) + " already defined in record " + syntax.QuoteAtom(r.Name)}
		}
	}
	if _, errs := eval.Exprs([]syntax.Expr{&syntax.RecordExpr{Position: r.Position, Name: r.Name}}, env); len(errs) > 0 {
		return errs[0]
	}
	s.records = env.Records
	return nil
}

func compareNames(a, b code.NameArity) int {
	if c := term.Compare(a.Name, b.Name); c != 0 {
		return c
	}
	return a.Arity - b.Arity
}

func (s *Session) printFunctions() (term.Term, error) {
	var b strings.Builder
	known := s.locals.all()
	for _, k := range slices.SortedFunc(maps.Keys(known), compareNames) {
		if spec := s.specs[k]; spec != nil {
			b.WriteString(syntax.PrintForm(spec, s.treeOptions()))
		}
		b.WriteString(syntax.PrintForm(known[k].form, s.treeOptions()) + "\n")
	}
	s.group.Write(b.String())
	return atom.OK, nil
}

func (s *Session) printTypes() (term.Term, error) {
	for _, t := range s.types {
		s.group.Write(syntax.PrintForm(t, s.treeOptions()) + "\n")
	}
	return atom.OK, nil
}

func (s *Session) forgetFunctions() { s.locals.clear(); clear(s.specs) }

func (s *Session) forgetFunction(args []term.Term) (term.Term, error) {
	arity, ok := args[1].Int()
	if !ok || !args[0].IsAtom() {
		return term.None, commandClause("ff", 2)
	}
	key := code.NameArity{Name: args[0], Arity: int(arity)}
	s.locals.remove(key)
	delete(s.specs, key)
	return atom.OK, nil
}

func (s *Session) forgetType(args []term.Term) (term.Term, error) {
	if !args[0].IsAtom() {
		return term.None, commandClause("tf", 1)
	}
	s.types = slices.DeleteFunc(s.types, func(t *syntax.TypeDef) bool { return t.Name == args[0].AtomName() })
	return atom.OK, nil
}

// locals are the functions that were typed. Processes that run funs of the session read them at any time.
type locals struct {
	mu sync.RWMutex
	m  map[code.NameArity]*local // guarded by mu
}

func (l *locals) get(key code.NameArity) (*local, bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	f, ok := l.m[key]
	return f, ok
}

func (l *locals) put(key code.NameArity, f *local) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.m == nil {
		l.m = map[code.NameArity]*local{}
	}
	l.m[key] = f
}

func (l *locals) remove(key code.NameArity) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.m, key)
}

func (l *locals) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	clear(l.m)
}

// all returns what there is now.
func (l *locals) all() map[code.NameArity]*local {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return maps.Clone(l.m)
}
