// Package erl_lint is module erl_lint: what is wrong with a module in the abstract format, and what is hardly meant.
package erl_lint

import (
	"path/filepath"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name: "erl_lint",
		Doc:  "Checks modules in the abstract format.",
		Functions: []bif.Function{
			{Spec: "module(AbsForms :: [abstract_form()]) -> {ok, Warnings :: list()} | {error, Errors :: list(), Warnings :: list()}",
				Doc:     "Returns the warnings and errors of a module, each `{Location,Module,Descriptor}`, by file.",
				Example: "1> erl_lint:module([{attribute,1,file,{\"m.erl\",1}},{attribute,1,module,m},{eof,2}]).\n{ok,[]}", Proc: module},
			{Spec: "module(AbsForms :: [abstract_form()], FileName :: file:name()) -> {ok, list()} | {error, list(), list()}",
				Doc: "The same for the forms of FileName.", Proc: module},
			{Spec: "module(AbsForms :: [abstract_form()], FileName :: file:name(), Options :: [term()]) -> {ok, list()} | {error, list(), list()}",
				Doc: "The same with what `-compile` could say.", Proc: module},
			{Spec: "format_error(ErrorDescriptor :: term()) -> io_lib:chars()", Doc: "Explains the reason of an error or warning.",
				Example: "1> erl_lint:format_error({unbound_var,'X'}).\n\"variable 'X' is unbound\"", Pure: formatError},
		},
	}
}

func module(p *node.Process, args []term.Term) (term.Term, error) {
	forms, err := syntax.FromAbstractForms(args[0])
	if err != nil {
		return term.None, term.FunctionClause()
	}
	file := "nofile"
	if len(forms) > 0 {
		if a, ok := forms[0].(*syntax.Attribute); ok && a.Name == "file" {
			if e, ok := a.Value.Tuple(); ok {
				file, _ = bif.Text(e[0])
			}
		}
	}
	if len(args) > 1 {
		if name, ok := bif.Text(args[1]); ok {
			file = name
		}
	}
	if len(args) > 2 {
		forms = append([]syntax.Form{&syntax.Attribute{Name: "compile", Value: args[2]}}, forms...)
	}
	_, warnings, errors := eval.Module(forms, eval.ModuleOptions{File: file, Path: file, Table: p.Code()})
	if len(errors) == 0 {
		return term.Tuple(atom.OK, grouped(ofLint(warnings), file)), nil
	}
	return term.Tuple(atom.ErrorAtom, grouped(errors, file), grouped(ofLint(warnings), file)), nil
}

// ofLint leaves the warnings of later passes of the compiler out.
func ofLint(list []*syntax.Error) []*syntax.Error {
	var out []*syntax.Error
	for _, e := range list {
		if e.Module == term.Atom("erl_lint") {
			out = append(out, e)
		}
	}
	return out
}

func grouped(list []*syntax.Error, path string) term.Term {
	var files []string
	found := map[string][]term.Term{}
	for _, e := range list {
		file := e.File
		if file == "" || file == filepath.Base(path) {
			file = path
		}
		if found[file] == nil {
			files = append(files, file)
		}
		name, reason := e.Descriptor()
		found[file] = append(found[file], term.Tuple(syntax.AbstractAnno(e.At), name, reason))
	}
	var out term.Builder
	for _, f := range files {
		out.Add(term.Tuple(term.String(f), term.List(found[f]...)))
	}
	return out.List(term.Nil)
}

func formatError(args []term.Term) (term.Term, error) {
	if text, ok := eval.ExplainLint(args[0]); ok {
		return term.String(text), nil
	}
	if args[0].IsList() {
		return args[0], nil // the words themselves
	}
	return term.String(format.Pretty(args[0], format.Options{})), nil
}
