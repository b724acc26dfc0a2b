package shell

import (
	"slices"
	"sort"
	"strings"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// printDepth is how deep values are printed, as the real shell does.
const printDepth = 30

// pretty prints a value from the beginning of a line.
func (s *Session) pretty(t term.Term) string { return s.theme.Value(s.prettyAt(t, 1)) }

// prettyAt prints a value that begins in a column, counted from 1, without colour.
func (s *Session) prettyAt(t term.Term, column int) string {
	return s.prettyDeep(t, column, printDepth)
}

// prettyDeep prints a value down to a depth; 0 is all of it.
func (s *Session) prettyDeep(t term.Term, column, depth int) string {
	return format.Pretty(t, format.Options{
		Home: s.node.Origin(), Depth: depth, Column: column, LineLength: s.columns(), Ribbon: 60, NoStrings: !s.strings,
		Unicode: s.node.Unicode(),
		Records: s.recordFields,
	})
}

// columns is the width of the terminal.
func (s *Session) columns() int {
	if columns, _, ok := s.group.Size(); ok {
		return columns
	}
	return 80
}

// recordFields returns the names of the fields of a record of the session, for printing.
func (s *Session) recordFields(tag term.Term, fields int) ([]term.Term, bool) {
	def := s.records[tag.AtomName()]
	if def == nil || def.Native || len(def.Fields) != fields {
		return nil, false
	}
	names := make([]term.Term, fields)
	for i, f := range def.Fields {
		names[i] = term.Atom(f.Name)
	}
	return names, true
}

// printException prints an exception; with catch_exception(true) it is not a serious one.
func (s *Session) printException(e *term.Exception) {
	s.failed = true
	tag := "** "
	if s.catching {
		tag = "* "
	}
	text := tag + s.exception(e, len(tag)+1)
	s.group.Warn(s.theme.Failure(text) + "\n")
}

// exception is the text of an exception whose first line begins in a column.
func (s *Session) exception(e *term.Exception, column int) string {
	stack := e.Stack
	if stack.None() {
		stack = term.Nil
	}
	return format.Exception(e.Class, e.Reason, stack, format.ExceptionOptions{
		Column: column,
		Pretty: s.prettyAt,
		Explain: func(module, function, reason, stack term.Term) term.Term {
			return s.apply(module, function, reason, stack)
		},
		Auto: s.autoImported,
		Trim: func(module, _ term.Term, _ int) bool {
			return module == atom.ErlEval || module == atomShell
		},
	})
}

// ended is the exception that the end of the evaluator shows as. An exit reason that carries a stack trace is taken apart.
func ended(class, reason term.Term) *term.Exception {
	if e, ok := reason.Tuple(); ok && len(e) == 2 && isTrace(e[1]) {
		return &term.Exception{Class: class, Reason: e[0], Stack: e[1], Complete: true}
	}
	return &term.Exception{Class: class, Reason: reason, Stack: term.Nil, Complete: true}
}

func isTrace(t term.Term) bool {
	list, ok := t.Slice()
	return ok && !slices.ContainsFunc(list, func(f term.Term) bool {
		e, ok := f.Tuple()
		return !ok || len(e) != 4
	})
}

// apply calls Module:Function(Args) in a process of its own; None when that fails, or when there is no such function.
func (s *Session) apply(module, function term.Term, args ...term.Term) term.Term {
	if s.node.Code().Lookup(module, function, len(args)) == nil {
		return term.None
	}
	result := make(chan term.Term, 1)
	p := s.node.Spawn(node.SpawnOptions{Resident: true, GroupLeader: s.group.Pid()})
	fun := (&term.Fun{Module: module, Name: function, Arity: len(args), External: true}).Term()
	call := &code.Function{Module: atomShell, Name: function, Arity: len(args), Native: func(p code.Process, args []term.Term) (term.Term, error) {
		return p.Call(fun, args...)
	}}
	p.Invoke(call, args, func(value term.Term, _ *term.Exception) { result <- value })
	defer s.node.Deliver(&node.Exit2{From: p.Self(), To: p.Self(), Reason: atom.Kill})
	return <-result
}

func (s *Session) autoImported(module, name term.Term, arity int) bool {
	if module != atom.Erlang {
		return false
	}
	f := s.node.Code().Lookup(module, name, arity)
	return f != nil && f.Auto
}

// treeOptions say how syntax trees are printed.
func (s *Session) treeOptions() syntax.PrintOptions {
	return syntax.PrintOptions{
		Auto:  func(name string, arity int) bool { return s.autoImported(atom.Erlang, term.Atom(name), arity) },
		Value: func(t term.Term) string { return s.prettyAt(t, 1) },
	}
}

// source prints expressions that begin in a column, counted from 0.
func (s *Session) source(body []syntax.Expr, column int) string {
	return syntax.PrintExprs(body, column, s.treeOptions())
}

// binding prints a variable with its value; funs that were typed here as what was typed.
func (s *Session) binding(name string, value term.Term) string {
	if f, ok := value.Fun(); ok {
		if text, _, _, ok := eval.FunSource(f); ok && !f.External && f.Module == atom.ErlEval {
			return syntax.PrintExpr(&syntax.Match{Pattern: &syntax.Var{Name: name}, Value: text}, 0, s.treeOptions())
		}
	}
	lead := name + " = "
	return lead + s.theme.Value(s.prettyAt(value, len(lead)+1))
}

func (s *Session) printBindings() (term.Term, error) {
	names := make([]string, 0, len(s.current))
	for name := range s.current {
		names = append(names, name)
	}
	sort.Strings(names)
	var b strings.Builder
	for _, name := range names {
		b.WriteString(s.binding(name, s.current[name]) + "\n")
	}
	s.group.Write(b.String())
	return atom.OK, nil
}
