package bif

import (
	"fmt"
	"slices"
	"strings"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// Parse transforms are functions, parse_transform/2 of some module, that a module or the options of the compiler name: they get the forms
// of the module and return other ones.

var atomTransform = term.Atom("parse_transform")

// native reports whether the compiler itself does what a parse transform of OTP does.
func native(transform string) bool { return transform == "ms_transform" || transform == "qlc" }

// transforms returns the modules that options name, in their order; those that the compiler does itself are left out.
func transforms(options term.Term) []term.Term {
	list, ok := options.Slice()
	if !ok {
		list = []term.Term{options}
	}
	var out []term.Term
	for _, o := range list {
		if e, ok := o.Tagged(atomTransform, 2); ok && e[1].IsAtom() && !native(e[1].AtomName()) {
			out = append(out, e[1])
		} else if o.IsList() {
			out = append(out, transforms(o)...)
		}
	}
	return out
}

// CompileBy compiles a source file as Compile does, for a process that calls the parse transforms of the module.
func CompileBy(p *node.Process, path string, o SourceOptions) Source {
	var r read
	p.Blocking(func() { r = readSource(path, o) })
	return r.compileBy(p, o)
}

// Compile compiles a source file where no process can call parse transforms: a module that wants one is refused.
func Compile(path string, o SourceOptions, table *code.Table) Source {
	r := readSource(path, o)
	if r.failed != nil {
		return *r.failed
	}
	if wanted := r.transforms(o); len(wanted) > 0 {
		name := wanted[0].AtomName()
		return *refused(path, fmt.Sprintf("%s: undefined parse transform '%s'\n", path, name), term.Tuple(term.Atom("undef_parse_transform"), wanted[0]))
	}
	return r.compile(o, table)
}

// CompileFormsBy is the same for forms that are there already.
func CompileFormsBy(p *node.Process, path string, forms []syntax.Form, o SourceOptions) Source {
	return readForms(path, forms).compileBy(p, o)
}

func (r read) compileBy(p *node.Process, o SourceOptions) (s Source) {
	if r.failed != nil {
		return *r.failed
	}
	t := transformer{p: p, options: o.All}
	for _, m := range r.transforms(o) {
		if failed := t.run(&r, m); failed != nil {
			return *failed
		}
	}
	p.Blocking(func() { s = r.compile(o, p.Code()) })
	s.Warned = append(t.warned, s.Warned...)
	s.Warnings = append(t.warnings, s.Warnings...)
	return s
}

// transforms returns the parse transforms that the options and the module name.
func (r read) transforms(o SourceOptions) []term.Term {
	modules := transforms(term.List(o.Compile...))
	for _, f := range r.forms {
		if a, ok := f.(*syntax.Attribute); ok && a.Name == "compile" {
			modules = append(modules, transforms(a.Value)...)
		}
	}
	return modules
}

// transformer applies parse transforms and keeps what they warn of.
type transformer struct {
	p        *node.Process
	options  []term.Term
	warned   []*syntax.Error
	warnings []string
}

// run applies one; the result is not nil when the module cannot be compiled.
func (t *transformer) run(r *read, module term.Term) *Source {
	name := module.AtomName()
	if !t.known(module) {
		return refused(r.path, fmt.Sprintf("%s: undefined parse transform '%s'\n", r.path, name), term.Tuple(term.Atom("undef_parse_transform"), module))
	}
	var forms term.Builder
	for _, f := range r.forms {
		forms.Add(syntax.AbstractForm(f))
	}
	fun := (&term.Fun{Module: module, Name: atomTransform, Arity: 2, External: true}).Term()
	v, err := t.p.Call(fun, forms.List(term.Nil), term.List(t.options...))
	if err != nil {
		return refused(r.path, fmt.Sprintf("%s: error in parse transform '%s':\n%s\n", r.path, name, t.explain(err)), term.Tuple(atomTransform, module))
	}
	if e, ok := v.Tagged(atom.ErrorAtom, 3); ok {
		s := &Source{}
		s.Wrong, s.Errors = t.found(e[1], "")
		s.Warned, s.Warnings = t.found(e[2], "Warning: ")
		return s
	}
	if e, ok := v.Tagged(term.Atom("warning"), 3); ok {
		v = e[1]
		warned, texts := t.found(e[2], "Warning: ")
		t.warned, t.warnings = append(t.warned, warned...), append(t.warnings, texts...)
	}
	out, err := syntax.FromAbstractForms(v)
	if err != nil {
		return refused(r.path, fmt.Sprintf("%s: internal error in pass lint_module:\n%s\n", r.path, err), term.Tuple(atomTransform, module))
	}
	r.forms = out
	r.wrong = nil
	for _, f := range out {
		if e, ok := f.(*syntax.ErrorForm); ok && !e.Warning {
			r.wrong = append(r.wrong, e.Error)
		}
	}
	return nil
}

// known reports whether there is such a parse transform, looking for its module where code is looked for.
func (t *transformer) known(module term.Term) bool {
	exported := func() bool {
		m := t.p.Code().Module(module)
		if m == nil {
			return false
		}
		f := m.Functions[code.NameArity{Name: atomTransform, Arity: 2}]
		return f != nil && f.Exported
	}
	if !exported() {
		ensure := (&term.Fun{Module: term.Atom("code"), Name: term.Atom("ensure_loaded"), Arity: 1, External: true}).Term()
		_, _ = t.p.Call(ensure, module)
	}
	return exported()
}

// explain writes an exception as the compiler does.
func (t *transformer) explain(err error) string {
	e, ok := err.(*term.Exception)
	if !ok {
		return err.Error()
	}
	stack := e.Stack
	if stack.None() {
		stack = term.Nil
	}
	fun := (&term.Fun{Module: term.Atom("erl_error"), Name: term.Atom("format_exception"), Arity: 3, External: true}).Term()
	v, failed := t.p.Call(fun, term.Atom(e.Class.AtomName()), e.Reason, stack)
	if failed != nil {
		return e.Error()
	}
	text, _ := Text(v)
	return text
}

// found turns what a parse transform returns, [{File, [{Location, Module, Descriptor}]}], into problems and their texts.
func (t *transformer) found(list term.Term, lead string) (problems []*syntax.Error, texts []string) {
	files, _ := list.Slice()
	for _, f := range files {
		e, ok := f.Tuple()
		if !ok || len(e) != 2 {
			continue
		}
		file, _ := Text(e[0])
		all, _ := e[1].Slice()
		var own []*syntax.Error
		for _, x := range all {
			d, ok := x.Tuple()
			if !ok || len(d) != 3 {
				continue
			}
			fun := (&term.Fun{Module: d[1], Name: term.Atom("format_error"), Arity: 1, External: true}).Term()
			text := d[2].String()
			if v, err := t.p.Call(fun, d[2]); err == nil {
				text = flat(v)
			}
			own = append(own, &syntax.Error{File: file, At: syntax.AnnoPosition(d[0]), Text: text, Module: d[1], Reason: d[2]})
		}
		problems = append(problems, own...)
		slices.SortStableFunc(own, func(a, b *syntax.Error) int { return a.At.Line - b.At.Line })
		texts = append(texts, messages(file, nil, own, lead)...)
	}
	return problems, texts
}

// flat is the text of nested characters.
func flat(t term.Term) string {
	var b strings.Builder
	var walk func(term.Term)
	walk = func(t term.Term) {
		if n, ok := t.Int(); ok {
			b.WriteRune(rune(n))
			return
		}
		if bytes, ok := t.Binary(); ok {
			b.Write(bytes)
			return
		}
		for c, ok := t.Cons(); ok; c, ok = t.Cons() {
			walk(c.Head)
			t = c.Tail
		}
	}
	walk(t)
	return b.String()
}

func refused(path, text string, reason term.Term) *Source {
	return &Source{Errors: []string{text}, Wrong: []*syntax.Error{{File: path, Text: text, Module: term.Atom("compile"), Reason: reason}}}
}
