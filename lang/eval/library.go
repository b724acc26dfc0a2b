package eval

import (
	"path/filepath"

	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// Library makes a module of the outline of its text: what is written in a function, its records, spec and documentation is read when
// it is wanted first. It is for modules of the binary, whose texts are known to be right.
func Library(o *syntax.Outline, opts ModuleOptions) (*code.Module, []*syntax.Error) {
	b := newModuleBuilder(opts)
	l := library{builder: b, outline: o}
	for i, s := range o.Forms {
		l.form(i, s)
	}
	b.unit.prepare = l.readRecords
	b.finish()
	return b.module, append(l.errors, b.unit.errors...)
}

// library is a module that is read piece by piece.
type library struct {
	builder *moduleBuilder
	outline *syntax.Outline
	records []int // the forms that define them
	doc     int   // the -doc form in front, as an index counted from 1
	specs   map[code.NameArity]int
	errors  []*syntax.Error
}

func (l *library) form(i int, s syntax.Sketch) {
	switch s.Attribute {
	case "":
		l.function(i, s)
	case "spec":
		if l.specs == nil {
			l.specs = map[code.NameArity]int{}
		}
		l.specs[code.NameArity{Name: term.Atom(s.Name), Arity: s.Arity}] = i + 1
	case "callback":
		m := l.builder.module
		m.Callbacks = append(m.Callbacks, code.NameArity{Name: term.Atom(s.Name), Arity: s.Arity})
	case "doc":
		l.doc = i + 1
	case "record":
		l.records = append(l.records, i)
	case "define", "type", "opaque", "nominal", "export_type", "dialyzer":
	default:
		f, errs := l.outline.Parse(i)
		if l.errors = append(l.errors, errs...); f != nil {
			l.builder.form(f)
		}
	}
}

func (l *library) function(i int, s syntax.Sketch) {
	u := l.builder.unit
	key := code.NameArity{Name: term.Atom(s.Name), Arity: s.Arity}
	if u.functions[key] != nil {
		u.fail(s.At, "function %s/%d already defined", s.Name, s.Arity)
		return
	}
	o, doc, spec := l.outline, l.doc, l.specs[key]
	l.doc = 0
	u.functions[key] = &code.Function{
		Module: u.module, Name: key.Name, Arity: s.Arity, Line: s.At.Line, InModule: l.builder.module,
		Source: &source{unit: u, read: func() *syntax.Function { return parsed(o, i).(*syntax.Function) }},
		Doc:    func() *code.Doc { return documentation(o, doc, spec) },
	}
}

func documentation(o *syntax.Outline, doc, spec int) *code.Doc {
	d := &code.Doc{}
	if doc > 0 {
		d.Text, d.Example = splitExample(textOf(parsed(o, doc-1).(*syntax.Attribute).Value))
	}
	if spec > 0 {
		d.Spec = parsed(o, spec-1).(*syntax.Spec).Text
	}
	return d
}

// parsed returns a form of a text that is known to be right.
func parsed(o *syntax.Outline, i int) syntax.Form {
	f, errs := o.Parse(i)
	if len(errs) > 0 {
		panic(errs[0]) // a bug of the library, which its test finds
	}
	return f
}

func (l *library) readRecords() {
	for _, i := range l.records {
		r := parsed(l.outline, i).(*syntax.RecordDef)
		l.builder.unit.records[r.Name] = r
	}
}

func newModuleBuilder(o ModuleOptions) *moduleBuilder {
	u := &unit{
		file: filepath.Base(o.File), table: o.Table, records: map[string]*syntax.RecordDef{},
		functions: make(map[code.NameArity]*code.Function, len(o.Natives)), imports: map[code.NameArity]term.Term{},
		recordsFrom: map[string]term.Term{}, exportsRecord: map[string]bool{},
	}
	m := &code.Module{File: u.file, Path: o.Path, Functions: u.functions}
	u.owner = m
	for k, f := range o.Natives {
		u.functions[k] = f
	}
	return &moduleBuilder{unit: u, module: m, specs: map[code.NameArity]string{}}
}
