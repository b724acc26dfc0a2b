package eval

import (
	"cmp"
	"math/big"
	"slices"
	"sort"
	"strings"

	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/funspec"
	"github.com/erlsh/erlsh/lang/query"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// Env is what the expressions of a prompt may refer to.
type Env struct {
	Bound   []string // variables that have values
	Locals  Locals
	Records map[string]*syntax.RecordDef
	Table   *code.Table
	File    string // that of a script, whose functions show in stack traces
}

// Program is a compiled prompt line. Function takes the values of the variables In and returns a tuple of the value and those of Out;
// the zero Term stands there for a variable that did not come to be bound, in a branch that was not taken.
type Program struct {
	Function *code.Function
	In, Out  []string
}

// Exprs compiles what was typed at a prompt. The errors are those of the text, in erl_lint's words.
func Exprs(exprs []syntax.Expr, env Env) (*Program, []*syntax.Error) {
	exprs = query.Exprs(exprs)
	p := &Program{}
	for _, name := range env.Bound {
		used := false
		for _, e := range exprs {
			syntax.Walk(e, func(x syntax.Expr) bool {
				v, ok := x.(*syntax.Var)
				used = used || ok && v.Name == name
				return !used
			})
		}
		if used {
			p.In = append(p.In, name)
		}
	}
	if errs := lintExprs(exprs, env); len(errs) > 0 {
		return nil, errs
	}
	u := &unit{module: atomErlEval, table: env.Table, locals: env.Locals, records: env.Records, shell: true, typed: newTyped(exprs, env.Table)}
	f := &code.Function{Module: atomErlEval, Name: term.Atom("expr"), Arity: len(p.In)}
	c := newCompiler(u, f.Name, 0)
	c.size = len(p.In)
	for i, name := range p.In {
		c.names[name], c.scope.slots[name] = i, i
	}
	c.flags = map[string]int{}
	value := c.temp()
	end := &node{}
	entry := c.sequence(exprs, func(e syntax.Expr) *node { return c.to(e, value, end) })
	for name := range c.flags {
		if !slices.Contains(p.In, name) {
			p.Out = append(p.Out, name)
		}
	}
	sort.Strings(p.Out)
	end.run = c.results(value, p.Out)
	all := c.flagsSince(nil)
	start := &node{run: func(m *Machine, s []term.Term) *node {
		unset(s, all)
		return entry
	}}
	f.Body.Store(c.finish(start))
	p.Function = f
	return p, u.errors
}

// Definition compiles a function that was defined at a prompt or in a script: other unqualified calls in it are looked up when they
// happen.
func Definition(form *syntax.Function, env Env) (*code.Function, []*syntax.Error) {
	if errs := lintFunction(form, env); len(errs) > 0 {
		return nil, errs
	}
	name := term.Atom(form.Name)
	f := &code.Function{Module: atomShell, Name: name, Arity: form.Arity}
	u := &unit{module: atomShell, table: env.Table, locals: env.Locals, records: env.Records, shell: true}
	u.typed = newTyped(nil, env.Table)
	u.typed.clauses(form.Clauses, nil, true)
	u.functions = map[code.NameArity]*code.Function{{Name: name, Arity: form.Arity}: f}
	u.file = env.File
	src := &source{unit: u, form: form}
	f.Source = src
	src.compile(f)
	return f, u.errors
}

// ModuleOptions say where a module comes from.
type ModuleOptions struct {
	File  string // as stack traces show it: "lists.erl"
	Path  string // "" for a module of the binary
	Table *code.Table
	// Natives are functions of the module that are written in Go; a local call may mean them.
	Natives map[code.NameArity]*code.Function
	// Transforms are parse transforms besides those that the module asks for. Only ms_transform is known.
	Transforms []string
}

func moduleName(forms []syntax.Form) term.Term {
	for _, f := range forms {
		if a, ok := f.(*syntax.Attribute); ok && a.Name == "module" {
			return a.Value
		}
	}
	return term.Atom("")
}

// Module compiles a module. Its functions are compiled one by one at their first call; all of them are checked here.
func Module(forms []syntax.Form, o ModuleOptions) (_ *code.Module, warnings, errors []*syntax.Error) {
	b := newModuleBuilder(o)
	u, m := b.unit, b.module
	var unasked, refused []*syntax.Error
	if funspec.Asked(forms) || slices.Contains(o.Transforms, "ms_transform") {
		if forms, unasked, refused = funspec.Module(forms); len(refused) > 0 {
			m.Name = moduleName(forms)
			return m, nil, refused
		}
	}
	forms = query.Module(forms)
	for _, f := range forms {
		b.form(f)
	}
	b.finish()
	warnings, errors = b.lint(forms, o.Natives)
	warnings = append(warnings, unasked...)
	if errors = sorted(append(errors, u.errors...)); len(errors) > 0 {
		return m, warnings, errors
	}
	for _, f := range u.functions {
		if s, ok := f.Source.(*source); ok {
			s.compile(f)
		}
	}
	return m, warnings, sorted(u.errors)
}

// exported is a function that -export names.
type exported struct {
	key code.NameArity
	at  syntax.Position
}

// moduleBuilder collects what the forms of a module say.
type moduleBuilder struct {
	unit       *unit
	module     *code.Module
	exports    []exported
	exportAll  bool
	natives    []*syntax.RecordDef
	specs      map[code.NameArity]string
	doc        string
	attributes term.Builder
}

func (b *moduleBuilder) form(f syntax.Form) {
	switch f := f.(type) {
	case *syntax.Attribute:
		b.attribute(f)
	case *syntax.RecordDef:
		b.unit.records[f.Name] = f
		if f.Native {
			b.natives = append(b.natives, f)
		}
	case *syntax.Spec:
		if f.Kind == "callback" {
			b.module.Callbacks = append(b.module.Callbacks, code.NameArity{Name: term.Atom(f.Name), Arity: f.Arity})
		}
		if f.Kind == "spec" {
			b.specs[code.NameArity{Name: term.Atom(f.Name), Arity: f.Arity}] = f.Text
		}
	case *syntax.Function:
		b.function(f)
	}
}

func (b *moduleBuilder) function(f *syntax.Function) {
	key := code.NameArity{Name: term.Atom(f.Name), Arity: f.Arity}
	if b.unit.functions[key] != nil {
		b.unit.fail(f.Position, "function %s/%d already defined", f.Name, f.Arity)
		return
	}
	text, example := splitExample(b.doc)
	doc := &code.Doc{Spec: b.specs[key], Text: text, Example: example}
	b.unit.functions[key] = &code.Function{
		Module: b.unit.module, Name: key.Name, Arity: f.Arity, Line: f.Line, InModule: b.module,
		Source: &source{unit: b.unit, form: f},
		Doc:    func() *code.Doc { return doc },
	}
	b.doc = ""
}

// splitExample cuts the indented prompt lines off the end of a documentation text.
func splitExample(doc string) (text, example string) {
	lines := strings.Split(strings.TrimRight(doc, "\n "), "\n")
	at := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "    ") && strings.Contains(l, "> ") })
	if at < 0 {
		return strings.TrimSpace(doc), ""
	}
	var out []string
	for _, l := range lines[at:] {
		out = append(out, strings.TrimPrefix(l, "    "))
	}
	return strings.TrimSpace(strings.Join(lines[:at], "\n")), strings.Join(out, "\n")
}

func (b *moduleBuilder) attribute(a *syntax.Attribute) {
	switch a.Name {
	case "module":
		b.unit.module, b.module.Name = a.Value, a.Value
	case "export":
		for _, k := range nameArities(a.Value) {
			b.exports = append(b.exports, exported{k, a.Position})
		}
	case "import":
		if e, ok := a.Value.Tuple(); ok && len(e) == 2 {
			for _, k := range nameArities(e[1]) {
				b.unit.imports[k] = e[0]
			}
		}
	case "export_record":
		names, _ := a.Value.Slice()
		for _, n := range names {
			b.unit.exportsRecord[n.AtomName()] = true
		}
	case "import_record":
		if e, ok := a.Value.Tuple(); ok && len(e) == 2 {
			names, _ := e[1].Slice()
			for _, n := range names {
				b.unit.recordsFrom[n.AtomName()] = e[0]
			}
		}
	case "compile":
		b.exportAll = b.exportAll || mentions(a.Value, term.Atom("export_all"))
	case "doc":
		b.doc = textOf(a.Value)
	case "moduledoc":
		b.module.Doc = textOf(a.Value)
	case "on_load":
		if e, ok := a.Value.Tuple(); ok && len(e) == 2 {
			b.module.OnLoad = e[0]
		}
	case "optional_callbacks":
		b.module.Optional = append(b.module.Optional, nameArities(a.Value)...)
	case "export_type", "dialyzer", "file":
	default:
		value := a.Value
		if !value.IsList() {
			value = term.List(value)
		}
		b.attributes.Add(term.Tuple(term.Atom(a.Name), value))
	}
}

func mentions(t, what term.Term) bool {
	list, ok := t.Slice()
	return t == what || ok && slices.Contains(list, what)
}

func textOf(t term.Term) string {
	if b, ok := t.Binary(); ok {
		return string(b)
	}
	chars, _ := t.Slice()
	var s strings.Builder
	for _, c := range chars {
		n, _ := c.Int()
		s.WriteRune(rune(n))
	}
	return s.String()
}

func nameArities(list term.Term) []code.NameArity {
	all, _ := list.Slice()
	var out []code.NameArity
	for _, x := range all {
		if e, ok := x.Tuple(); ok && len(e) == 2 {
			n, _ := e[1].Int()
			out = append(out, code.NameArity{Name: e[0], Arity: int(n)})
		}
	}
	return out
}

func (b *moduleBuilder) finish() {
	for _, e := range b.exports {
		f := b.unit.functions[e.key]
		if f == nil {
			b.unit.fail(e.at, "function %s/%d undefined", quote(e.key.Name), e.key.Arity)
			continue
		}
		f.Exported = true
	}
	if b.exportAll {
		for _, f := range b.unit.functions {
			f.Exported = true
		}
	}
	for _, d := range b.natives {
		if b.module.Records == nil {
			b.module.Records = map[term.Term]*code.NativeRecord{}
		}
		b.module.Records[term.Atom(d.Name)] = definition(d, b.unit.exportsRecord[d.Name])
	}
	b.module.Attributes = b.attributes.List(term.Nil)
	b.behaviourInfo()
	AddModuleInfo(b.module)
}

// AddModuleInfo gives a module the functions module_info/0,1, which every module has.
func AddModuleInfo(m *code.Module) {
	for arity := range 2 {
		key := code.NameArity{Name: atomModuleInfo, Arity: arity}
		m.Functions[key] = &code.Function{
			Module: m.Name, Name: atomModuleInfo, Arity: arity, Exported: true, InModule: m,
			Pure: func(args []term.Term) (term.Term, error) {
				if len(args) == 1 {
					return moduleInfo(m, args[0])
				}
				var b term.Builder
				for _, item := range []string{"module", "exports", "attributes", "compile", "md5"} {
					v, _ := moduleInfo(m, term.Atom(item))
					b.Add(term.Tuple(term.Atom(item), v))
				}
				return b.List(term.Nil), nil
			},
		}
	}
}

// functionList lists the functions of a module in the order of their definitions, those that every module has last.
func functionList(m *code.Module, all bool) term.Term {
	var functions []*code.Function
	for _, f := range m.Functions {
		if f.Exported || all {
			functions = append(functions, f)
		}
	}
	own := func(f *code.Function) int {
		if f.Name == atomModuleInfo {
			return 1
		}
		return 0
	}
	slices.SortFunc(functions, func(f, g *code.Function) int {
		return cmp.Or(own(f)-own(g), f.Line-g.Line, term.Compare(f.Name, g.Name), f.Arity-g.Arity)
	})
	var b term.Builder
	for _, f := range functions {
		b.Add(term.Tuple(f.Name, term.Int(int64(f.Arity))))
	}
	return b.List(term.Nil)
}

// compilerVersion is that of the compiler of OTP 25.2.3, whose words and warnings this one has.
const compilerVersion = "8.2.3"

// versioned reports whether a module says its version itself.
func versioned(attributes term.Term) bool {
	list, _ := attributes.Slice()
	return slices.ContainsFunc(list, func(a term.Term) bool { _, ok := a.Tagged(term.Atom("vsn"), 2); return ok })
}

func moduleInfo(m *code.Module, item term.Term) (term.Term, error) {
	switch item.AtomName() {
	case "module":
		return m.Name, nil
	case "exports", "functions":
		return functionList(m, item.AtomName() == "functions"), nil
	case "attributes":
		attributes := m.Attributes
		if attributes.None() {
			attributes = term.Nil
		}
		if len(m.MD5) > 0 && !versioned(attributes) {
			version := term.List(term.Big(new(big.Int).SetBytes(m.MD5)))
			attributes = term.NewCons(term.Tuple(term.Atom("vsn"), version), attributes)
		}
		return attributes, nil
	case "compile":
		if m.Path == "" {
			return term.Nil, nil
		}
		options := m.Options
		if options.None() {
			options = term.Nil
		}
		return term.List(
			term.Tuple(term.Atom("version"), term.String(compilerVersion)), term.Tuple(term.Atom("options"), options),
			term.Tuple(term.Atom("source"), term.String(m.Path)),
		), nil
	case "native":
		return term.False, nil
	case "md5":
		return term.Binary(m.MD5), nil
	case "nifs":
		return term.Nil, nil
	}
	return term.None, term.Badarg()
}
