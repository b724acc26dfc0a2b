package eval

import (
	"slices"
	"strings"

	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// moduleLint is what the linter collects of the forms of a module before it looks at the functions.
type moduleLint struct {
	*linter
	main       string // the file of the module itself, as opposed to included ones
	file       string
	functions  []*syntax.Function
	places     []string // the files of the functions
	roots      []code.NameArity
	exported   map[code.NameArity]bool
	exportAll  bool
	records    map[string]syntax.Position // defined in the module's own file
	behaviours []*syntax.Attribute
	types      *typeLint
	dialyzer   []*syntax.Attribute
	naming     []*syntax.Attribute // those that name functions
	imported   map[code.NameArity]term.Term
	callbacks  map[code.NameArity]bool
	required   map[code.NameArity]*syntax.Attribute // callbacks, by the first behaviour that has them
	named      bool                                 // -module has come, or is missed already
	onLoads    int
	begun      bool // a function has come
	specified  map[code.NameArity]bool
	importing  []*syntax.Attribute
	refused    bool // a form could not be read
}

// lint looks at a module. The warnings that need a text without errors are left out where there are some.
func (b *moduleBuilder) lint(forms []syntax.Form, natives map[code.NameArity]*code.Function) (warnings, errors []*syntax.Error) {
	l := &moduleLint{
		linter: &linter{
			unit: b.unit, table: b.unit.table, records: map[string]*syntax.RecordDef{}, file: b.unit.file, off: map[string]bool{}, on: map[string]bool{},
			usedImports: map[code.NameArity]bool{},
			usedRecords: map[string]bool{}, noAutoImport: map[code.NameArity]bool{}, calls: map[code.NameArity][]code.NameArity{},
		},
		exported: map[code.NameArity]bool{}, records: map[string]syntax.Position{},
		specified: map[code.NameArity]bool{}, imported: map[code.NameArity]term.Term{}, callbacks: map[code.NameArity]bool{}, required: map[code.NameArity]*syntax.Attribute{},
	}
	l.types = newTypeLint(l)
	for k := range natives {
		l.roots = append(l.roots, k)
	}
	for _, f := range forms {
		if a, ok := f.(*syntax.Attribute); ok && a.Name == "compile" {
			l.options(a.Value)
		}
	}
	for _, f := range forms {
		l.form(f)
	}
	own := l.linter.file
	for i, f := range l.functions {
		if file := l.places[i]; file != l.main {
			l.linter.file = file
		}
		l.function(f)
		l.linter.file = own
	}
	l.finish()
	if len(l.errors)+len(b.unit.errors) == 0 && !l.refused {
		l.warnings = append(l.warnings, l.late...)
	}
	return sorted(l.warnings), l.errors
}

// options takes what -compile switches off.
func (l *moduleLint) options(value term.Term) {
	list, ok := value.Slice()
	if !ok {
		list = []term.Term{value}
	}
	for _, o := range list {
		if name, ok := o.Atom(); ok {
			if what, ok := strings.CutPrefix(name, "nowarn_"); ok {
				l.off[what], l.on[what] = true, false
			}
			if what, ok := strings.CutPrefix(name, "warn_"); ok {
				l.off[what], l.on[what] = false, true
			}
			l.exportAll = l.exportAll || name == "export_all"
			continue
		}
		e, ok := o.Tuple()
		if !ok || len(e) != 2 {
			continue
		}
		if e[0].AtomName() == "nowarn_deprecated_function" { // {Module, Name, Arity}
			l.off["deprecated_function"] = true
			continue
		}
		keys := nameArities(e[1])
		if !e[1].IsList() {
			keys = nameArities(term.List(e[1]))
		}
		switch e[0].AtomName() {
		case "no_auto_import":
			for _, k := range keys {
				l.noAutoImport[k] = true
			}
		case "nowarn_unused_function":
			l.roots = append(l.roots, keys...)
		case "nowarn_unused_record":
			names, ok := e[1].Slice()
			if !ok {
				names = e[1:]
			}
			for _, name := range names {
				l.usedRecords[name.AtomName()] = true
			}
		}
	}
}

func (l *moduleLint) form(f syntax.Form) {
	if l.order(f) {
		return
	}
	switch f := f.(type) {
	case *syntax.Attribute:
		l.attribute(f)
	case *syntax.ErrorForm:
		if f.Warning {
			l.warnings = append(l.warnings, f.Error)
		}
		l.refused = l.refused || !f.Warning
	case *syntax.RecordDef:
		l.recordDef(f)
	case *syntax.Function:
		key := code.NameArity{Name: term.Atom(f.Name), Arity: f.Arity}
		if _, ok := l.unit.imports[key]; ok {
			l.fail(f.Position, "defining imported function %s/%d", syntax.QuoteAtom(f.Name), f.Arity)
		}
		l.functions = append(l.functions, f)
		l.places = append(l.places, l.file)
	case *syntax.Spec:
		l.spec(f)
	case *syntax.TypeDef:
		l.types.define(f)
	}
}

// order checks that -module comes first, and attributes before functions; true for one that is out of place and says nothing then.
func (l *moduleLint) order(f syntax.Form) bool {
	a, isAttribute := f.(*syntax.Attribute)
	_, isFunction := f.(*syntax.Function)
	_, isEnd := f.(*syntax.EndOfFile)
	_, isError := f.(*syntax.ErrorForm)
	switch {
	case isAttribute && (a.Name == "file" || a.Position == syntax.Position{}), isError:
		return false
	case isAttribute && a.Name == "module":
		if l.named {
			l.fail(a.Position, "redefining module")
		}
		l.named = true
		if !a.Value.IsAtom() {
			l.fail(a.Position, "parameterized modules are no longer supported")
		}
	case !l.named && !isEnd:
		l.named = true
		l.fail(f.Pos(), "no module definition")
	}
	if isAttribute && l.begun && a.Name != "dialyzer" && a.Name != "compile" && a.Name != "doc" && a.Name != "moduledoc" {
		l.fail(a.Position, "attribute %s after function definitions", syntax.QuoteAtom(a.Name))
		return true
	}
	l.begun = l.begun || isFunction
	return false
}

func (l *moduleLint) attribute(a *syntax.Attribute) {
	switch a.Name {
	case "file":
		if e, ok := a.Value.Tuple(); ok && len(e) == 2 {
			if l.file = textOf(e[0]); l.main == "" {
				l.main = l.file
			}
		}
	case "export":
		for _, k := range nameArities(a.Value) {
			if l.exported[k] {
				l.warn("duplicated_export", a.Position, "function %s/%d already exported", quote(k.Name), k.Arity)
			}
			l.exported[k] = true
			l.roots = append(l.roots, k)
		}
	case "export_type":
		l.types.export(a)
	case "import":
		l.imports(a)
	case "import_record":
		l.importedRecords(a)
	case "export_record":
		l.naming = append(l.naming, a)
	case "deprecated", "optional_callbacks", "nifs":
		l.naming = append(l.naming, a)
	case "compile":
		l.naming = append(l.naming, a)
		if a.Line > 0 && mentions(a.Value, term.Atom("export_all")) { // an option is no news to who gave it
			l.warn("export_all", a.Position, "export_all flag enabled - all functions will be exported")
		}
	case "on_load":
		l.naming = append(l.naming, a)
		l.roots = append(l.roots, nameArities(term.List(a.Value))...)
	case "dialyzer":
		l.dialyzer = append(l.dialyzer, a)
	case "behaviour", "behavior":
		l.behaviours = append(l.behaviours, a)
	}
}

func (l *moduleLint) recordDef(r *syntax.RecordDef) {
	if l.linter.records[r.Name] != nil {
		l.fail(r.Position, "record %s already defined", syntax.QuoteAtom(r.Name))
		return
	}
	if from, imported := l.imported[code.NameArity{Name: term.Atom(r.Name), Arity: -1}]; imported {
		l.fail(r.Position, "record %s already imported from %s", syntax.QuoteAtom(r.Name), quote(from))
		return
	}
	if r.Native {
		l.defaults(r)
	}
	seen := map[string]bool{}
	for _, f := range r.Fields {
		if seen[f.Name] {
			l.fail(f.Position, "field %s already defined in record %s", syntax.QuoteAtom(f.Name), syntax.QuoteAtom(r.Name))
		}
		seen[f.Name] = true
	}
	l.linter.records[r.Name] = r
	for _, f := range r.Fields {
		if f.Value != nil && !r.Native {
			l.expr(lintScope{}, f.Value)
		}
	}
	l.types.record(r)
	if l.file == l.main {
		l.records[r.Name] = r.Position
	}
}

// finish looks at what only the whole module tells.
func (l *moduleLint) finish() {
	if !l.exportAll {
		l.unusedFunctions(l.functions, append(l.roots, code.NameArity{})) // and what records call
	}
	for _, a := range l.naming {
		l.namesFunctions(a)
	}
	for name, at := range l.records {
		if !l.usedRecords[name] {
			l.warn("unused_record", at, "record %s is unused", syntax.QuoteAtom(name))
		}
	}
	l.types.finish()
	l.unspecified()
	for _, a := range l.dialyzer {
		l.dialyzerOptions(a)
	}
	for _, a := range l.behaviours {
		l.behaviour(a)
	}
}

// unspecified warns of functions and records without types and of imports without use, where that is asked for.
func (l *moduleLint) unspecified() {
	all := l.on["missing_spec_all"]
	for _, f := range l.functions {
		key := code.NameArity{Name: term.Atom(f.Name), Arity: f.Arity}
		if (all || l.on["missing_spec"] && (l.exportAll || l.exported[key])) && !l.specified[key] {
			l.warn("missing_spec", f.Position, "missing specification for function %s/%d", syntax.QuoteAtom(f.Name), f.Arity)
		}
	}
	for _, a := range l.importing {
		e, _ := a.Value.Tuple()
		for _, k := range nameArities(e[1]) {
			if l.on["unused_import"] && !l.usedImports[k] {
				l.warn("unused_import", a.Position, "import %s:%s/%d is unused", quote(e[0]), quote(k.Name), k.Arity)
			}
		}
	}
	for name, at := range l.records {
		r := l.linter.records[name]
		if l.on["untyped_record"] && !r.Native && slices.ContainsFunc(r.Fields, func(f syntax.RecordField) bool { return f.Type.None() }) {
			l.warn("untyped_record", at, "record %s has field(s) without type information", syntax.QuoteAtom(name))
		}
	}
}

// dialyzerOptions looks at the options of -dialyzer one by one.
func (l *moduleLint) dialyzerOptions(a *syntax.Attribute) {
	list, ok := a.Value.Slice()
	if !ok {
		list = []term.Term{a.Value}
	}
	for _, o := range list {
		l.dialyzerOption(a, o)
	}
}

// behaviour warns of the callbacks that a module owes its behaviour.
func (l *moduleLint) behaviour(a *syntax.Attribute) {
	if !a.Value.IsAtom() {
		return
	}
	m := l.table.Module(a.Value)
	if m == nil || len(m.Callbacks) == 0 {
		l.warn("undefined_behaviour", a.Position, "behaviour %s undefined", quote(a.Value))
		return
	}
	missing := slices.DeleteFunc(slices.Clone(m.Callbacks), func(k code.NameArity) bool {
		return slices.Contains(m.Optional, k) || l.exported[k] || l.exportAll && l.unit.functions[k] != nil
	})
	missing = sortedKeys(missing)
	l.conflicts(a, sortedKeys(m.Callbacks), m.Optional)
	for _, k := range missing {
		l.warn("undefined_behaviour_func", a.Position, "undefined callback function %s/%d (behaviour '%s')", quote(k.Name), k.Arity, a.Value.AtomName())
	}
}

func sortedKeys(keys []code.NameArity) []code.NameArity {
	return slices.SortedFunc(slices.Values(keys), func(x, y code.NameArity) int {
		if c := term.Compare(x.Name, y.Name); c != 0 {
			return c
		}
		return x.Arity - y.Arity
	})
}

// behaviourInfo gives a module with callbacks the function behaviour_info/1, as the compiler does.
func (b *moduleBuilder) behaviourInfo() {
	m := b.module
	key := code.NameArity{Name: term.Atom("behaviour_info"), Arity: 1}
	if len(m.Callbacks) == 0 || b.unit.functions[key] != nil {
		return
	}
	b.unit.functions[key] = &code.Function{
		Module: m.Name, Name: key.Name, Arity: 1, Exported: true, InModule: m,
		Pure: func(args []term.Term) (term.Term, error) {
			switch args[0].AtomName() {
			case "callbacks":
				return keyList(m.Callbacks), nil
			case "optional_callbacks":
				return keyList(m.Optional), nil
			}
			return term.None, term.FunctionClause()
		},
	}
}

func keyList(keys []code.NameArity) term.Term {
	var b term.Builder
	for _, k := range keys {
		b.Add(term.Tuple(k.Name, term.Int(int64(k.Arity))))
	}
	return b.List(term.Nil)
}
