package eval

import (
	"fmt"
	"slices"

	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// What attributes say of functions is checked when all functions are known.

// imports notes what -import names: no function twice, and none that is called without a module name anyway.
func (l *moduleLint) imports(a *syntax.Attribute) {
	e, ok := a.Value.Tuple()
	if !ok || len(e) != 2 {
		return
	}
	l.importing = append(l.importing, a)
	for _, k := range nameArities(e[1]) {
		name := quote(k.Name)
		if from, twice := l.imported[k]; twice && from != e[0] {
			l.fail(a.Position, "function %s/%d already imported from %s", name, k.Arity, quote(from))
		}
		l.imported[k] = e[0]
		const clash = "import directive overrides %sauto-imported BIF %s/%d\n - use \"-compile({no_auto_import,[%[2]s/%[3]d]}).\" to resolve name clash"
		switch {
		case !l.bif(k) || l.noAutoImport[k]:
		case oldBIF(k.Name.AtomName()):
			l.fail(a.Position, clash, "pre R14 ", name, k.Arity)
		default:
			l.warn("bif_clash", a.Position, clash, "", name, k.Arity)
		}
	}
}

// named checks attributes that name functions of the module.
func (l *moduleLint) namesFunctions(a *syntax.Attribute) {
	switch a.Name {
	case "export_record":
		l.exportedRecords(a)
	case "on_load":
		l.onLoad(a)
	case "optional_callbacks":
		for _, k := range nameArities(a.Value) {
			if !l.callbacks[k] {
				l.fail(a.Position, "callback %s/%d is undefined", quote(k.Name), k.Arity)
			}
		}
	case "deprecated":
		l.deprecation(a)
	case "compile":
		for _, k := range optionKeys(a.Value, "inline") {
			if l.unit.functions[k] == nil {
				l.fail(a.Position, "inlined function %s/%d undefined", quote(k.Name), k.Arity)
			}
		}
	case "nifs":
		for _, k := range nameArities(a.Value) {
			if l.unit.functions[k] == nil {
				l.fail(a.Position, "nif %s/%d undefined", quote(k.Name), k.Arity)
			}
		}
		if !l.loadsNif {
			l.warn("nif_inline", a.Position, "nifs defined, but no call to erlang:load_nif/2")
		}
	}
}

func (l *moduleLint) onLoad(a *syntax.Attribute) {
	keys := nameArities(term.List(a.Value))
	if len(keys) == 0 {
		l.fail(a.Position, "badly formed on_load attribute: %s", shown(a.Value))
		return
	}
	if l.onLoads++; l.onLoads > 1 {
		l.fail(a.Position, "more than one on_load attribute")
		return
	}
	for _, k := range keys {
		switch {
		case k.Arity != 0:
			l.fail(a.Position, "function %s/%d has wrong arity (must be 0)", quote(k.Name), k.Arity)
		case l.unit.functions[k] == nil:
			l.fail(a.Position, "function %s/%d undefined", quote(k.Name), k.Arity)
		}
	}
}

// deprecation checks that -deprecated names functions that can be called.
func (l *moduleLint) deprecation(a *syntax.Attribute) {
	list, ok := a.Value.Slice()
	if !ok {
		list = []term.Term{a.Value}
	}
	for _, d := range list {
		e, ok := d.Tuple()
		if !ok || len(e) < 2 {
			continue
		}
		n, isNumber := e[1].Int()
		if k := (code.NameArity{Name: e[0], Arity: int(n)}); isNumber && !l.exported[k] && !l.exportAll {
			l.fail(a.Position, "deprecated function %s/%d undefined or not exported", quote(k.Name), k.Arity)
		}
	}
}

// optionKeys returns the functions of {Option, Functions} in the value of -compile.
func optionKeys(value term.Term, option string) []code.NameArity {
	list, ok := value.Slice()
	if !ok {
		list = []term.Term{value}
	}
	var out []code.NameArity
	for _, o := range list {
		if e, ok := o.Tuple(); ok && len(e) == 2 && e[0].AtomName() == option {
			keys := e[1]
			if !keys.IsList() {
				keys = term.List(keys)
			}
			out = append(out, nameArities(keys)...)
		}
	}
	return out
}

// spec checks that a specification is of a function of this module, with one arity in all its clauses.
func (l *moduleLint) spec(f *syntax.Spec) {
	key := code.NameArity{Name: term.Atom(f.Name), Arity: f.Arity}
	switch {
	case f.Kind == "callback":
		l.callbacks[key] = true
	case f.Module != "" && f.Module != l.unit.module.AtomName():
		l.fail(f.Position, "spec for function %s:%s/%d from other module", syntax.QuoteAtom(f.Module), syntax.QuoteAtom(f.Name), f.Arity)
		return
	case l.unit.functions[key] != nil:
		l.specified[key] = true
	default:
		l.fail(f.Position, "spec for undefined function %s/%d", syntax.QuoteAtom(f.Name), f.Arity)
	}
	if f.Uneven != (syntax.Position{}) {
		l.fail(f.Uneven, "spec has wrong arity")
	}
	l.types.spec(f)
}

// dialyzerOptions are the warnings that -dialyzer may name.
var dialyzerOptions = map[string]bool{
	"no_return": true, "no_unused": true, "no_unknown": true, "no_improper_lists": true, "no_fun_app": true, "no_match": true, "no_opaque": true,
	"no_fail_call": true, "no_contracts": true, "no_behaviours": true, "no_undefined_callbacks": true, "unmatched_returns": true,
	"error_handling": true, "race_conditions": true, "no_missing_calls": true, "specdiffs": true, "overspecs": true, "underspecs": true,
	"unknown": true, "extra_return": true, "missing_return": true, "no_extra_return": true, "no_missing_return": true,
	"no_underspecs": true, "no_opaque_union": true, "opaque_union": true, "no_overspecs": true, "no_specdiffs": true,
	"no_unmatched_returns": true, "nowarn_function": true,
}

// dialyzer checks the options of -dialyzer and the functions they are for.
func (l *moduleLint) dialyzerOption(a *syntax.Attribute, option term.Term) {
	names := option
	var keys []code.NameArity
	if e, ok := option.Tuple(); ok && len(e) == 2 {
		names = e[0]
		list := e[1]
		if !list.IsList() {
			list = term.List(list)
		}
		keys = nameArities(list)
	}
	list, ok := names.Slice()
	if !ok {
		list = []term.Term{names}
	}
	for _, name := range list {
		if !dialyzerOptions[name.AtomName()] {
			l.fail(a.Position, "unknown dialyzer warning option: %s", shown(name))
		}
		for _, k := range keys {
			if l.unit.functions[k] == nil {
				l.fail(a.Position, "function %s/%d undefined", quote(k.Name), k.Arity)
			}
		}
	}
}

func shown(t term.Term) string {
	if t.IsAtom() {
		return quote(t)
	}
	return t.String()
}

// conflicts warns of a callback that an earlier behaviour has too.
func (l *moduleLint) conflicts(a *syntax.Attribute, callbacks, optional []code.NameArity) {
	for _, k := range callbacks {
		if slices.Contains(optional, k) {
			continue
		}
		if first := l.required[k]; first != nil {
			l.warn("conflicting_behaviours", a.Position, "conflicting behaviours - callback %s/%d required by both '%s' and '%s' %s",
				quote(k.Name), k.Arity, a.Value.AtomName(), first.Value.AtomName(), fmt.Sprintf("(line %d, column %d)", first.Line, first.Column))
			continue
		}
		l.required[k] = a
	}
}
