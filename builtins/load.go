package builtins

import (
	"errors"
	"fmt"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// load makes a module of its rows and its Erlang text. The error collects what is wrong with either; with lazy the bodies of Erlang
// functions are looked at when they are called first.
func load(m *bif.Module, table *code.Table, lazy bool) (*code.Module, error) {
	name := term.Atom(m.Name)
	natives := make(map[code.NameArity]*code.Function, len(m.Functions))
	var wrong []error
	for i := range m.Functions {
		f, err := native(name, &m.Functions[i])
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", m.Name, err))
			continue
		}
		key := code.NameArity{Name: f.Name, Arity: f.Arity}
		if natives[key] != nil {
			wrong = append(wrong, fmt.Errorf("%s:%s/%d stands in two rows", m.Name, f.Name.AtomName(), f.Arity))
		}
		natives[key] = f
	}
	loaded, errs := assemble(m, name, table, natives, lazy)
	for _, e := range errs {
		wrong = append(wrong, fmt.Errorf("%s.erl:%d:%d: %s", m.Name, e.At.Line, e.At.Column, e.Text))
	}
	loaded.Name = name
	if m.Doc != "" {
		loaded.Doc = m.Doc
	}
	if m.ErrorInfo != "" {
		loaded.ErrorInfo = term.Atom(m.ErrorInfo)
	}
	for _, f := range natives {
		f.InModule = loaded
	}
	for _, s := range m.Shorts {
		f := loaded.Functions[code.NameArity{Name: term.Atom(s.Name), Arity: s.Arity}]
		if f == nil || f.Source == nil {
			wrong = append(wrong, fmt.Errorf("%s: a short way of %s/%d, which its text does not have", m.Name, s.Name, s.Arity))
			continue
		}
		f.Short = s.Do
	}
	return loaded, errors.Join(wrong...)
}

// assemble joins the natives with the functions of the Erlang text, if there is one.
func assemble(m *bif.Module, name term.Term, table *code.Table, natives map[code.NameArity]*code.Function, lazy bool) (*code.Module, []*syntax.Error) {
	file := m.Name + ".erl"
	if m.Source == "" {
		loaded := &code.Module{Name: name, File: file, Functions: natives, Attributes: term.Nil}
		eval.AddModuleInfo(loaded)
		return loaded, nil
	}
	options := eval.ModuleOptions{File: file, Table: table, Natives: natives}
	if outline, ok := syntax.NewOutline(m.Source, file); ok && lazy {
		return eval.Library(outline, options)
	}
	forms, errs := syntax.ParseModule(m.Source, file, syntax.PreprocessOptions{})
	loaded, _, more := eval.Module(forms, options)
	return loaded, append(errs, more...)
}

// native makes a function of a row.
func native(module term.Term, row *bif.Function) (*code.Function, error) {
	name, arity, err := bif.Head(row.Spec)
	if err != nil {
		return nil, err
	}
	f := &code.Function{
		Module: module, Name: term.Atom(name), Arity: arity, Exported: true, Guard: row.Guard, Auto: row.Auto, Pure: row.Pure,
		Doc: func() *code.Doc { return &code.Doc{Spec: row.Spec, Text: row.Doc, Example: row.Example} },
	}
	if proc := row.Proc; proc != nil {
		f.Native = func(p code.Process, args []term.Term) (term.Term, error) { return proc(p.(*node.Process), args) }
	}
	if (row.Pure == nil) == (row.Proc == nil) {
		return nil, fmt.Errorf("%s/%d needs one of Pure and Proc", name, arity)
	}
	return f, nil
}
