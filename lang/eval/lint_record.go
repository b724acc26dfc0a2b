package eval

import (
	"slices"

	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// native reports whether a name, with a module or without, means a native record, and returns its definition where that is known. A
// record that is known counts as used.
func (l *linter) native(module, name string) (def *syntax.RecordDef, native bool) {
	if module != "" || name == "" {
		if r := l.records[name]; r != nil && r.Native && l.unit != nil && module == l.unit.module.AtomName() {
			l.usedRecords[name] = true
		}
		return nil, true
	}
	if r := l.records[name]; r != nil {
		if r.Native {
			l.usedRecords[name] = true
		}
		return r, r.Native
	}
	return nil, l.unit != nil && !l.unit.recordsFrom[name].None()
}

func (l *linter) isNative(name string) bool {
	_, native := l.native("", name)
	return native && name != ""
}

func hasField(r *syntax.RecordDef, name string) bool {
	return slices.ContainsFunc(r.Fields, func(f syntax.RecordField) bool { return f.Name == name })
}

// nativeFields checks the fields of an expression or a pattern with a native record and returns their values.
func (l *linter) nativeFields(e *syntax.RecordExpr, def *syntax.RecordDef, making bool) []syntax.Expr {
	if making && e.Name == "" {
		l.fail(e.Position, "native record '_' undefined")
	}
	var values []syntax.Expr
	seen := map[string]bool{}
	for _, f := range e.Fields {
		switch {
		case f.Var:
			l.fail(f.Position, notField, syntax.QuoteAtom(f.Name), quote(term.Atom(e.Name)))
		case f.Other && making:
			l.fail(f.Position, "multi-field initialization (assigning to _) is only supported for tuple records")
		case f.Other:
		case def != nil && !hasField(def, f.Name):
			l.undefinedField(def, f, making)
		case seen[f.Name]:
			l.fail(f.Position, "field %s already defined in record %s", quote(term.Atom(f.Name)), quote(term.Atom(e.Name)))
		}
		seen[f.Name] = true
		values = append(values, f.Value)
	}
	if making && def != nil {
		for _, f := range def.Fields {
			if f.Value == nil && !seen[f.Name] {
				l.fail(e.Position, "field %s is not initialized in native record %s", quote(term.Atom(f.Name)), quote(term.Atom(e.Name)))
			}
		}
	}
	return values
}

// undefinedField is an error where a record is made; elsewhere a value may have come from another version of the definition.
func (l *linter) undefinedField(def *syntax.RecordDef, f syntax.RecordField, making bool) {
	const text = "field %s undefined in record %s"
	if making {
		l.fail(f.Position, text, quote(term.Atom(f.Name)), quote(term.Atom(def.Name)))
		return
	}
	l.warn("undefined_field", f.Position, text, quote(term.Atom(f.Name)), quote(term.Atom(def.Name)))
}

// defaults checks that the fields of a native record have constants as defaults.
func (l *linter) defaults(r *syntax.RecordDef) {
	for _, f := range r.Fields {
		if _, ok := nativeDefault(f.Value); !ok {
			l.fail(f.Position, "illegal default value for field %s in native record %s", quote(term.Atom(f.Name)), quote(term.Atom(r.Name)))
		}
	}
}

// CheckRecord says what is wrong with the definition of a native record; nil when nothing is.
func CheckRecord(r *syntax.RecordDef) *syntax.Error {
	l := &linter{}
	l.defaults(r)
	if len(l.errors) == 0 {
		return nil
	}
	return l.errors[0]
}

// exportedRecords checks -export_record when all records are known.
func (l *moduleLint) exportedRecords(a *syntax.Attribute) {
	names, ok := a.Value.Slice()
	if !ok || slices.ContainsFunc(names, func(t term.Term) bool { return !t.IsAtom() }) {
		l.fail(a.Position, "badly formed -export_record(); expected a list of record names")
		return
	}
	for _, n := range names {
		switch r := l.linter.records[n.AtomName()]; {
		case r == nil:
			l.fail(a.Position, "native record %s undefined", quote(n))
		case !r.Native:
			l.fail(a.Position, "tuple records cannot be exported; only native records can")
			l.usedRecords[r.Name] = true
		default:
			l.usedRecords[r.Name] = true
		}
	}
}

// importedRecords notes what -import_record names.
func (l *moduleLint) importedRecords(a *syntax.Attribute) {
	e, ok := a.Value.Tuple()
	if !ok || len(e) != 2 {
		return
	}
	names, _ := e[1].Slice()
	for _, n := range names {
		key := code.NameArity{Name: n, Arity: -1} // no function has that arity
		if from, twice := l.imported[key]; twice {
			l.fail(a.Position, "record %s already imported from %s", quote(n), quote(from))
		}
		l.imported[key] = e[0]
	}
}
