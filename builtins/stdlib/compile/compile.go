// Package compile is module compile: it checks source files and tells what is wrong with them. Loading is the business of module
// code.
package compile

import (
	"bytes"
	_ "embed"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/etf"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

//go:embed compile.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:   "compile",
		Doc:    "Compiles Erlang source files.",
		Source: source,
		Functions: []bif.Function{
			{
				Spec: "check(File :: file:filename(), Options :: [term()]) -> tuple()",
				Doc:  "Reads and checks a source file: errors and warnings as terms, and as the texts that the compiler prints.",
				Proc: check,
			},
			{
				Spec: "check_forms(Forms :: [tuple()], Options :: [term()]) -> tuple()",
				Doc:  "Checks forms in the abstract format, as `check/2` does a file.",
				Proc: checkForms,
			},
			{
				Spec: "load(Binary :: binary(), File :: file:filename()) -> module() | badfile", Doc: "Loads what compile:forms/1 has returned.",
				Proc: load,
			},
			{
				Spec:    "format_error(ErrorDescriptor :: term()) -> string()",
				Doc:     "Explains the reason of an error of the compiler itself.",
				Example: "1> compile:format_error({open,enoent}).\n\"no such file or directory\"", Pure: formatError,
			},
		},
	}
}

func check(p *node.Process, args []term.Term) (term.Term, error) {
	path, ok := bif.Text(args[0])
	if !ok {
		return term.None, term.Badarg()
	}
	if !strings.HasSuffix(path, ".erl") {
		path += ".erl"
	}
	o, ok := options(args[1])
	if !ok {
		return term.None, term.Badarg()
	}
	o.Directory = bif.WorldOf(p.Node()).Directory()
	return result(p, bif.CompileBy(p, path, o), o, path)
}

func checkForms(p *node.Process, args []term.Term) (term.Term, error) {
	forms, err := syntax.FromAbstractForms(args[0])
	o, ok := options(args[1])
	if err != nil || !ok {
		return term.None, term.Badarg()
	}
	o.Anywhere = true
	path := ""
	if len(forms) == 0 {
		return term.None, term.Badarg()
	}
	if t, ok := forms[0].(*syntax.Attribute); ok && t.Name == "file" {
		if e, ok := t.Value.Tuple(); ok {
			path, _ = bif.Text(e[0])
		}
	}
	return result(p, bif.CompileFormsBy(p, path, forms, o), o, path)
}

// result is what there is to say about a source: with the module as bytes, which are the forms.
func result(p *node.Process, s bif.Source, o bif.SourceOptions, path string) (term.Term, error) {
	if s.Module == nil {
		return term.Tuple(atom.ErrorAtom, messages(s.Wrong, path), messages(s.Warned, path), texts(s.Errors), texts(s.Warnings)), nil
	}
	var forms term.Builder
	if len(o.Compile) > 0 {
		forms.Add(syntax.AbstractForm(&syntax.Attribute{Name: "compile", Value: term.List(o.Compile...)}))
	}
	for _, f := range s.Forms {
		forms.Add(syntax.AbstractForm(f))
	}
	b, err := etf.Encode(term.Tuple(atomForms, term.String(path), forms.List(term.Nil)), nil)
	if err != nil {
		return term.None, term.Badarg()
	}
	fresh(p).Store(&compiled{b, s.Module})
	return term.Tuple(atom.OK, s.Module.Name, term.Binary(b), messages(s.Warned, path), texts(s.Warnings)), nil
}

// compiled is the module that was compiled last, until it is loaded: mostly that is what happens next.
type compiled struct {
	bytes  []byte
	module *code.Module
}

var freshest node.Slot[*atomic.Pointer[compiled]]

func fresh(p *node.Process) *atomic.Pointer[compiled] {
	return freshest.Of(p.Node(), func(*node.Node) *atomic.Pointer[compiled] { return &atomic.Pointer[compiled]{} })
}

var atomForms = term.Atom("erlsh_forms")

// load makes the module of bytes that result has made the current one.
func load(p *node.Process, args []term.Term) (term.Term, error) {
	b, ok := args[0].Binary()
	bad := term.Atom("badfile")
	if !ok {
		return term.None, term.Badarg()
	}
	if c := fresh(p).Swap(nil); c != nil && bytes.Equal(c.bytes, b) {
		if file, ok := bif.Text(args[1]); ok && file != "" {
			c.module.Path = file
		}
		p.Code().Load(c.module)
		return c.module.Name, nil
	}
	t, used, err := etf.Decode(b, nil)
	e, ok := t.Tagged(atomForms, 3)
	if err != nil || used != len(b) || !ok {
		return bad, nil
	}
	forms, err := syntax.FromAbstractForms(e[2])
	if err != nil {
		return bad, nil
	}
	path, _ := bif.Text(e[1])
	s := bif.CompileForms(path, forms, bif.SourceOptions{Anywhere: true}, p.Code()) // transformed already
	if s.Module == nil {
		return bad, nil
	}
	if file, ok := bif.Text(args[1]); ok && file != "" {
		s.Module.Path = file
	}
	p.Code().Load(s.Module)
	return s.Module.Name, nil
}

// messages groups errors by file, as programs see them.
func messages(list []*syntax.Error, path string) term.Term {
	var out term.Builder
	file, lint := "", false
	var found []term.Term
	flush := func() {
		if len(found) > 0 {
			out.Add(term.Tuple(term.String(file), term.List(found...)))
		}
		found = nil
	}
	for _, e := range list {
		name := e.File
		if name == "" || name == filepath.Base(path) {
			name = path
		}
		isLint := e.Module == term.Atom("erl_lint")
		if name != file || isLint != lint {
			flush()
		}
		file, lint = name, isLint
		where := term.Atom("none")
		if e.At.Line > 0 {
			where = syntax.AbstractAnno(e.At)
		}
		module, reason := e.Descriptor()
		found = append(found, term.Tuple(where, module, reason))
	}
	flush()
	return out.List(term.Nil)
}

func formatError(args []term.Term) (term.Term, error) {
	if e, ok := args[0].Tuple(); ok && len(e) == 2 && (e[0] == term.Atom("open") || e[0] == term.Atom("epp")) {
		return term.String("no such file or directory"), nil
	}
	return term.String(format.Pretty(args[0], format.Options{})), nil
}

func options(t term.Term) (bif.SourceOptions, bool) {
	o := bif.SourceOptions{Defines: map[string]string{}}
	list, ok := t.Slice()
	if !ok {
		list = []term.Term{t}
	}
	for _, x := range list {
		option(&o, x)
	}
	o.All = list
	return o, true
}

// option takes one option in; what it does not know makes no difference.
func option(o *bif.SourceOptions, t term.Term) {
	if name, ok := t.Atom(); ok {
		o.Strict = o.Strict || name == "warnings_as_errors"
		if name == "export_all" || strings.HasPrefix(name, "nowarn_") || strings.HasPrefix(name, "warn_") {
			o.Compile = append(o.Compile, t)
		}
		return
	}
	e, _ := t.Tuple()
	switch {
	case len(e) == 2 && e[0] == term.Atom("i"):
		if dir, ok := bif.Text(e[1]); ok {
			o.Include = append(o.Include, dir)
		}
	case len(e) == 2 && e[0] == term.Atom("d"):
		o.Defines[e[1].AtomName()] = "true"
	case len(e) == 3 && e[0] == term.Atom("d"):
		o.Defines[e[1].AtomName()] = format.Write(e[2], format.Options{})
	case len(e) == 2:
		o.Compile = append(o.Compile, t)
	}
}

func texts(lines []string) term.Term {
	var b term.Builder
	for _, l := range lines {
		b.Add(term.BinaryString(l))
	}
	return b.List(term.Nil)
}
