package eval

import (
	"fmt"
	"slices"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// body looks at expressions one after the other.
func (l *linter) body(s lintScope, exprs []syntax.Expr) {
	for _, e := range exprs {
		l.expr(s, e)
	}
}

func (l *linter) expr(s lintScope, e syntax.Expr) {
	switch e := e.(type) {
	case nil, *syntax.Literal, *syntax.NilExpr, *syntax.Slot:
	case *syntax.Var:
		l.use(s, e)
	case *syntax.Cons:
		l.cons(s, e)
	case *syntax.Tuple:
		l.parallel(s, e.Elements...)
	case *syntax.Unary:
		l.expr(s, e.Operand)
	case *syntax.BinaryOp:
		l.operator(s, e)
	case *syntax.Match:
		l.expr(s, e.Value)
		l.pattern(s, e.Pattern)
	case *syntax.MaybeMatch:
		l.expr(s, e.Value)
		l.pattern(s, e.Pattern)
	case *syntax.Call:
		l.call(s, e)
	case *syntax.Remote:
		if l.unit != nil {
			l.fail(e.Module.Pos(), "illegal expression")
			return
		}
		l.parallel(s, e.Module, e.Name)
	case *syntax.MapExpr:
		l.mapExpr(s, e)
	case *syntax.RecordExpr, *syntax.RecordAccess, *syntax.RecordIndex:
		l.record(s, e)
	case *syntax.Binary:
		l.binary(s, e)
	case *syntax.Fun, *syntax.FunRef:
		l.fun(s, e)
	case *syntax.Comprehension:
		l.comprehension(s, e)
	default:
		l.control(s, e)
	}
}

// cons walks a list without recursion into its tail.
func (l *linter) cons(s lintScope, e *syntax.Cons) {
	var parts []syntax.Expr
	var rest syntax.Expr = e
	for {
		c, ok := rest.(*syntax.Cons)
		if !ok {
			break
		}
		parts = append(parts, c.Head)
		rest = c.Tail
	}
	l.parallel(s, append(parts, rest)...)
}

func (l *linter) operator(s lintScope, e *syntax.BinaryOp) {
	if e.Op != "andalso" && e.Op != "orelse" {
		l.parallel(s, e.Left, e.Right)
		return
	}
	l.expr(s, e.Left)
	inner := s.clone()
	l.expr(inner, e.Right)
	l.taint(s, inner, e.Op, e.Position)
}

func (l *linter) mapExpr(s lintScope, e *syntax.MapExpr) {
	parts := []syntax.Expr{e.Base}
	for _, f := range e.Fields {
		if f.Exact && e.Base == nil {
			l.fail(f.Position, "only association operators '=>' are allowed in map construction")
		}
		parts = append(parts, f.Key, f.Value)
	}
	l.parallel(s, parts...)
}

func (l *linter) binary(s lintScope, e *syntax.Binary) {
	var parts []syntax.Expr
	for i := range e.Elements {
		x := &e.Elements[i]
		l.bitTypes(x)
		parts = append(parts, x.Value, x.Size)
	}
	l.parallel(s, parts...)
}

var bitTypes = []string{"integer", "float", "binary", "bytes", "bitstring", "bits", "utf8", "utf16", "utf32", "signed", "unsigned", "big", "little", "native"}

func (l *linter) bitTypes(x *syntax.BinElement) {
	for _, t := range x.Types {
		if !slices.Contains(bitTypes, t) {
			l.fail(x.Position, "bit type %s undefined", t)
		}
	}
	l.bitSizes(x)
	for _, family := range bitFamilies {
		first := ""
		for _, t := range x.Types {
			kind, ok := family.words[t]
			switch {
			case !ok:
			case first == "":
				first = kind
			case first != kind:
				l.fail(x.Position, "conflict in %s specification for bit field: '%s' and '%s'", family.name, kind, first)
				return
			}
		}
	}
}

// bitSizes checks size and unit of a field against its type.
func (l *linter) bitSizes(x *syntax.BinElement) {
	kind := elementType(x.Types)
	switch {
	case x.HasUnit && (x.Unit < 1 || x.Unit > 256):
		l.fail(x.Position, "bit type {unit,%d} undefined", x.Unit)
	case kind == "utf" && (x.Size != nil || x.HasUnit):
		l.fail(x.Position, "neither size nor unit must be given for segments of type utf8/utf16/utf32")
	case (kind == "integer" || kind == "float") && x.HasUnit && x.Size == nil:
		l.fail(x.Position, "a bit unit size must not be specified unless a size is specified too")
	case kind == "float" && x.Size != nil:
		v, ok := constantExpr(x.Size)
		n, isInt := v.Int()
		if size := n * int64(max(x.Unit, 1)); ok && isInt && size != 16 && size != 32 && size != 64 {
			l.warn("bad_float_size", x.Position, "bad float bit size")
		}
	}
}

// bitFamilies are the types of a bit field that exclude one another.
var bitFamilies = []struct {
	name  string
	words map[string]string
}{
	{"type", map[string]string{"integer": "integer", "float": "float", "binary": "binary", "bytes": "binary", "bitstring": "binary", "bits": "binary",
		"utf8": "utf8", "utf16": "utf16", "utf32": "utf32"}},
	{"sign", map[string]string{"signed": "signed", "unsigned": "unsigned"}},
	{"endian", map[string]string{"big": "big", "little": "little", "native": "native"}},
}

func (l *linter) call(s lintScope, e *syntax.Call) {
	module, name, fixed := callee(e)
	parts := e.Args
	if r, ok := e.Callee.(*syntax.Remote); ok && !fixed {
		parts = append([]syntax.Expr{r.Module, r.Name}, parts...)
	} else if !fixed {
		parts = append([]syntax.Expr{e.Callee}, parts...)
	}
	l.parallel(s, parts...)
	l.callable(e)
	if fixed {
		l.deprecated(e, module, name)
		l.format(e, module, name)
		l.loads(e, module, name)
	}
	if !fixed || !module.None() {
		return
	}
	l.local(e.Pos(), code.NameArity{Name: name, Arity: len(e.Args)}, e.Args)
}

// callable warns of a call of what is no function whatever happens. A tuple is found later.
func (l *linter) callable(e *syntax.Call) {
	const text = "invalid function call"
	switch c := e.Callee.(type) {
	case *syntax.Tuple:
		l.hint(c.Pos(), text)
	case *syntax.Literal:
		if c.Value.IsAtom() {
			return
		}
		l.warn("invalid_call", c.Pos(), text)
		l.hint(c.Pos(), text)
	case *syntax.NilExpr, *syntax.Cons:
		l.warn("invalid_call", c.Pos(), text)
		l.hint(c.Pos(), text)
	}
}

// hasRecord warns of a record expression on what is no record whatever happens; at is where its # stands.
func (l *linter) hasRecord(base syntax.Expr, at syntax.Position) {
	switch base.(type) {
	case *syntax.Literal, *syntax.NilExpr, *syntax.Cons, *syntax.Fun:
		l.warn("invalid_record", at, "invalid record expression")
	}
}

// deprecated warns of a call of a function that is on its way out.
func (l *linter) deprecated(e *syntax.Call, module, name term.Term) {
	if l.unit == nil {
		return
	}
	local := code.NameArity{Name: name, Arity: len(e.Args)}
	if module.None() {
		if l.unit.functions[local] != nil || !l.bif(local) {
			return
		}
		module = atom.Erlang
	}
	key := fmt.Sprintf("%s:%s/%d", module.AtomName(), name.AtomName(), len(e.Args))
	o, ok := obsoleteOf(module.AtomName(), name.AtomName(), len(e.Args))
	switch {
	case !ok:
	case o.removed:
		l.warn("removed", e.Pos(), "%s is removed; %s", key, o.instead)
	case o.until != "":
		l.warn("deprecated_function", e.Pos(), "%s is deprecated and will be removed in %s; %s", key, o.until, o.instead)
	default:
		l.warn("deprecated_function", e.Pos(), "%s is deprecated; %s", key, o.instead)
	}
}

// local looks at the use of a function without module name.
func (l *linter) local(p syntax.Position, key code.NameArity, args []syntax.Expr) {
	name := key.Name.AtomName()
	if name == "is_record" && key.Arity > 1 && args != nil {
		if lit, ok := args[1].(*syntax.Literal); ok && lit.Form == syntax.AtomLiteral && key.Arity == 2 && !l.isNative(lit.Value.AtomName()) {
			l.known(lit.Value.AtomName(), lit.Position)
		}
	}
	if name == "record_info" && key.Arity == 2 && args != nil {
		l.recordInfo(p, args)
		return
	}
	if l.unit == nil {
		return
	}
	if name == "record_info" && key.Arity == 2 {
		l.fail(p, "illegal record info")
		return
	}
	f := l.unit.functions[key]
	if f == nil && l.usedImports != nil {
		l.usedImports[key] = true
	}
	if f != nil {
		l.calls[l.inside] = append(l.calls[l.inside], key)
		if !l.bif(key) || l.noAutoImport[key] {
			return
		}
		const clash = "ambiguous call of overridden %sauto-imported BIF %s/%d\n - use erlang:%[2]s/%[3]d or \"-compile({no_auto_import,[%[2]s/%[3]d]}).\" to resolve name clash"
		if oldBIF(name) {
			l.fail(p, clash, "pre R14 ", quote(key.Name), key.Arity)
		} else {
			l.warn("bif_clash", p, clash, "", quote(key.Name), key.Arity)
		}
		return
	}
	if _, ok := l.unit.imports[key]; ok || l.bif(key) && !l.noAutoImport[key] || name == "module_info" && key.Arity < 2 {
		return
	}
	l.fail(p, "function %s/%d undefined", quote(key.Name), key.Arity)
}

func (l *linter) bif(key code.NameArity) bool {
	f := l.unit.table.Lookup(atom.Erlang, key.Name, key.Arity)
	return f != nil && f.Auto || isAbsent(key.Name, key.Arity)
}

func isAbsent(name term.Term, arity int) bool {
	n, ok := absent[name.AtomName()]
	return ok && n == arity
}

// absent are auto-imported functions that erlsh may lack: a call of one is no error of the text.
var absent = map[string]int{"load_module": 2, "open_port": 2, "port_close": 1, "port_command": 2, "port_connect": 2, "port_control": 3}

// newBIFs are the functions that are called without module name only since OTP R14: a function of the same name is no error there.
var newBIFs = []string{"binary_part", "ceil", "floor", "max", "min", "map_get", "is_map_key", "map_size", "is_map", "monitor", "demonitor",
	"binary_to_float", "binary_to_integer", "float_to_binary", "integer_to_binary", "error", "spawn_request", "spawn_request_abandon", "alias", "unalias"}

func oldBIF(name string) bool { return !slices.Contains(newBIFs, name) }

func (l *linter) recordInfo(p syntax.Position, args []syntax.Expr) {
	what, ok1 := args[0].(*syntax.Literal)
	name, ok2 := args[1].(*syntax.Literal)
	if r := l.records[literalName(name)]; ok1 && ok2 && r != nil && r.Native {
		l.fail(args[0].Pos(), "record_info/2 is only supported for tuple records")
		return
	}
	if !ok1 || !ok2 || what.Value.AtomName() != "fields" && what.Value.AtomName() != "size" {
		l.fail(args[0].Pos(), "illegal record info")
		return
	}
	l.known(name.Value.AtomName(), p)
}

func literalName(e *syntax.Literal) string {
	if e == nil {
		return ""
	}
	return e.Value.AtomName()
}

// known returns the definition of a record and notes its use; nil when there is none, which is an error.
func (l *linter) known(name string, p syntax.Position) *syntax.RecordDef {
	r := l.records[name]
	if r == nil {
		l.fail(p, "record %s undefined", quote(term.Atom(name)))
		return nil
	}
	l.usedRecords[name] = true
	return r
}

func (l *linter) field(r *syntax.RecordDef, name string, p syntax.Position) {
	if r != nil && !slices.ContainsFunc(r.Fields, func(f syntax.RecordField) bool { return f.Name == name }) {
		l.fail(p, "field %s undefined in record %s", quote(term.Atom(name)), quote(term.Atom(r.Name)))
	}
}

func (l *linter) record(s lintScope, e syntax.Expr) {
	switch e := e.(type) {
	case *syntax.RecordIndex:
		if _, native := l.native("", e.Name); native {
			l.fail(e.Position, "syntax #%s.%s is only supported for tuple records", syntax.QuoteAtom(e.Name), syntax.QuoteAtom(e.Field))
			return
		}
		l.field(l.known(e.Name, e.Position), e.Field, e.FieldAt)
	case *syntax.RecordAccess:
		l.expr(s, e.Base)
		if def, native := l.native(e.Module, e.Name); native {
			if def != nil && !hasField(def, e.Field) {
				l.undefinedField(def, syntax.RecordField{Position: e.FieldAt, Name: e.Field}, false)
			}
			return
		}
		l.field(l.known(e.Name, e.Position), e.Field, e.FieldAt)
		l.hasRecord(e.Base, e.Position)
	case *syntax.RecordExpr:
		if def, native := l.native(e.Module, e.Name); native {
			l.parallel(s, append([]syntax.Expr{e.Base}, l.nativeFields(e, def, e.Base == nil)...)...)
			return
		}
		l.parallel(s, append([]syntax.Expr{e.Base}, l.fields(e)...)...)
		l.hasRecord(e.Base, e.Position)
	}
}

// notField is said of a field that is named by a variable.
const notField = "field %s is not an atom or _ in record %s"

// fields checks the fields of a record expression or pattern and returns their values.
func (l *linter) fields(e *syntax.RecordExpr) []syntax.Expr {
	r := l.known(e.Name, e.Position)
	if r == nil {
		return nil
	}
	var values []syntax.Expr
	seen := map[string]bool{}
	others := 0
	for _, f := range e.Fields {
		if f.Other {
			if others++; others > 1 && e.Base == nil {
				l.fail(f.Position, "'_' initializes no omitted fields")
			}
		}
		if f.Var {
			l.fail(f.Position, notField, syntax.QuoteAtom(f.Name), quote(term.Atom(e.Name)))
		}
		if !f.Other && !f.Var {
			l.field(r, f.Name, f.Position)
			if !hasField(r, f.Name) {
				continue
			}
			if seen[f.Name] {
				l.fail(f.Position, "field %s already defined in record %s", quote(term.Atom(f.Name)), quote(term.Atom(e.Name)))
			}
			seen[f.Name] = true
		}
		values = append(values, f.Value)
	}
	return values
}

func (l *linter) fun(s lintScope, e syntax.Expr) {
	switch e := e.(type) {
	case *syntax.Fun:
		inner := s.clone()
		what := "'fun'"
		if e.Name != "" {
			if inner[e.Name] != nil && e.Name != "_" {
				l.warn("shadow_vars", e.Position, "variable '%s' shadowed in 'named fun'", e.Name)
			}
			l.bind(inner, e.Name, e.Position)
		}
		l.unreachable(nil, e.Clauses, "")
		for _, c := range e.Clauses {
			own := inner.clone()
			l.shadowing(own, c.Patterns, what)
			l.clause(own, c)
			s.met(own)
		}
	case *syntax.FunRef:
		if e.Module != nil {
			l.parallel(s, e.Module, e.Name, e.Arity)
			return
		}
		name, _ := syntax.Constant(e.Name)
		arity, _ := syntax.Constant(e.Arity)
		n, _ := arity.Int()
		l.local(e.Position, code.NameArity{Name: name, Arity: int(n)}, nil)
	}
}

// shadowing makes the variables of patterns new ones.
func (l *linter) shadowing(s lintScope, patterns []syntax.Expr, what string) {
	for _, p := range patterns {
		eachBinding(p, func(v *syntax.Var) {
			if s[v.Name] == nil {
				return
			}
			if s[v.Name].unsafe == "" {
				l.warn("shadow_vars", v.Position, "variable '%s' shadowed in %s", v.Name, what)
			}
			delete(s, v.Name)
		})
	}
}

// eachBinding visits the variables of a pattern that it may bind: not those in sizes and map keys.
func eachBinding(p syntax.Expr, visit func(*syntax.Var)) {
	syntax.Walk(p, func(x syntax.Expr) bool {
		switch x := x.(type) {
		case *syntax.Var:
			if x.Name != "_" {
				visit(x)
			}
		case *syntax.Binary:
			for i := range x.Elements {
				eachBinding(x.Elements[i].Value, visit)
			}
			return false
		case *syntax.MapExpr:
			for i := range x.Fields {
				eachBinding(x.Fields[i].Value, visit)
			}
			return false
		}
		return true
	})
}

func (l *linter) comprehension(s lintScope, e *syntax.Comprehension) {
	inner := s.clone()
	for _, q := range e.Qualifiers {
		switch q := q.(type) {
		case *syntax.Generator:
			l.generators(inner, []*syntax.Generator{q})
		case *syntax.Zip:
			l.generators(inner, q.Generators)
		default:
			l.expr(inner, q)
		}
	}
	for _, t := range e.Templates {
		if p, ok := t.(*syntax.MapEntry); ok {
			l.parallel(inner, p.Key, p.Value)
		} else {
			l.expr(inner, t)
		}
	}
	s.met(inner)
}

var generatorNames = [...]string{syntax.ListKind: "generate", syntax.BinaryKind: "generate", syntax.MapKind: "generate"}

func (l *linter) generators(s lintScope, gs []*syntax.Generator) {
	for _, g := range gs {
		own := s.clone()
		l.expr(own, g.Source)
	}
	for _, g := range gs {
		p := g.Pattern
		if m, ok := p.(*syntax.MapEntry); ok {
			p = &syntax.Tuple{Position: m.Position, Elements: []syntax.Expr{m.Key, m.Value}}
		}
		l.shadowing(s, []syntax.Expr{p}, generatorNames[g.Kind])
		l.pattern(s, p)
	}
}

// control looks at what has clauses.
func (l *linter) control(s lintScope, e syntax.Expr) {
	switch e := e.(type) {
	case *syntax.Block:
		l.body(s, e.Body)
	case *syntax.If:
		l.alternatives(s, e.Clauses, "if", e.Position)
	case *syntax.Case:
		l.expr(s, e.Value)
		if !isConstant(e.Value) {
			l.unreachable(s, e.Clauses, "")
		}
		l.alternatives(s, e.Clauses, "case", e.Position)
	case *syntax.Receive:
		branches := l.clauseScopes(s, e.Clauses)
		if e.Timeout != nil {
			l.expr(s, e.Timeout)
			own := s.clone()
			l.body(own, e.After)
			branches = append(branches, own)
		}
		l.join(s, branches, "receive", e.Position)
	case *syntax.Catch:
		inner := s.clone()
		l.expr(inner, e.Body)
		l.taint(s, inner, "catch", e.Position)
	case *syntax.Try:
		l.try(s, e)
	case *syntax.Maybe:
		inner := s.clone()
		l.body(inner, e.Body)
		l.taint(s, inner, "maybe", e.Position)
		for _, own := range l.clauseScopes(s, e.Else) {
			l.taint(s, own, "maybe", e.Position)
		}
	}
}

func (l *linter) try(s lintScope, e *syntax.Try) {
	inner := s.clone()
	l.body(inner, e.Body)
	tainted := s.clone()
	l.taint(tainted, inner, "try", e.Position)
	all := []lintScope{inner}
	all = append(all, l.clauseScopes(inner, e.Of)...)
	for _, c := range e.Catch {
		l.stackVariable(tainted, c)
	}
	all = append(all, l.clauseScopes(tainted, e.Catch)...)
	for _, b := range all {
		l.taint(tainted, b, "try", e.Position)
	}
	after := tainted.clone()
	l.body(after, e.After)
	l.taint(tainted, after, "try", e.Position)
	for name, v := range tainted {
		if s[name] == nil {
			s[name] = v
		}
	}
}

// stackVariable checks the variable for the stack trace of a clause: it is a new one, and no guard may use it.
func (l *linter) stackVariable(s lintScope, c *syntax.Clause) {
	if len(c.Patterns) != 3 {
		return
	}
	v, ok := c.Patterns[2].(*syntax.Var)
	if !ok || v.Name == "_" {
		return
	}
	again := false // it is in front of itself, too
	for _, p := range c.Patterns[:2] {
		eachBinding(p, func(u *syntax.Var) { again = again || u.Name == v.Name })
	}
	if s[v.Name] != nil || again {
		l.fail(v.Position, "stacktrace variable %s must not be previously bound", syntax.QuoteAtom(v.Name))
	}
	for _, conjunction := range c.Guards {
		for _, g := range conjunction {
			syntax.Walk(g, func(x syntax.Expr) bool {
				if u, ok := x.(*syntax.Var); ok && u.Name == v.Name {
					l.fail(u.Position, "stacktrace variable %s must not be used in a guard", syntax.QuoteAtom(v.Name))
				}
				return true
			})
		}
	}
}

// clauseScopes looks at clauses, each in a scope of its own.
func (l *linter) clauseScopes(s lintScope, clauses []*syntax.Clause) []lintScope {
	var out []lintScope
	for _, c := range clauses {
		own := s.clone()
		l.clause(own, c)
		out = append(out, own)
	}
	return out
}

func (l *linter) alternatives(s lintScope, clauses []*syntax.Clause, what string, p syntax.Position) {
	l.join(s, l.clauseScopes(s, clauses), what, p)
}

func (l *linter) clause(s lintScope, c *syntax.Clause) {
	l.patterns(s, c.Patterns)
	for _, conjunction := range c.Guards {
		for _, g := range conjunction {
			l.guard(s, g)
		}
	}
	l.body(s, c.Body)
}

// guard looks at a test; what may not stand in one is an error.
func (l *linter) guard(s lintScope, e syntax.Expr) {
	made := false
	syntax.Walk(e, func(x syntax.Expr) bool {
		if r, ok := x.(*syntax.RecordExpr); ok {
			if _, native := l.native(r.Module, r.Name); native && r.Base == nil {
				l.fail(r.Position, "creating a record in a guard is only supported for tuple records")
				made = true
			} else if native {
				l.fail(r.Position, "illegal guard expression")
				made = true
			}
		}
		return !made
	})
	if made {
		syntax.Walk(e, func(x syntax.Expr) bool {
			if v, ok := x.(*syntax.Var); ok {
				l.use(s, v)
			}
			return true
		})
		return
	}
	if bad := l.notGuard(e); bad != nil {
		call, isCall := bad.(*syntax.Call)
		if k, local := l.illegalCallIn(call, isCall); local {
			l.fail(bad.Pos(), "call to local/imported function %s/%d is illegal in guard", quote(k.Name), k.Arity)
		} else {
			l.fail(bad.Pos(), "illegal guard expression")
		}
		if call, ok := bad.(*syntax.Call); ok {
			if _, local := call.Callee.(*syntax.Literal); local {
				l.parallel(s, call.Args...)
			}
		}
		return
	}
	l.expr(s, e)
}

// notGuard returns the part of an expression that may not stand in a guard, or nil.
func (l *linter) notGuard(e syntax.Expr) (bad syntax.Expr) {
	syntax.Walk(e, func(x syntax.Expr) bool {
		if bad != nil {
			return false
		}
		switch x := x.(type) {
		case *syntax.Call:
			if !l.guardCall(x) {
				bad = x
			}
			for _, a := range x.Args {
				if bad == nil {
					bad = l.notGuard(a)
				}
			}
			return false
		case *syntax.Fun, *syntax.Case, *syntax.If, *syntax.Receive, *syntax.Try, *syntax.Catch, *syntax.Block, *syntax.Comprehension,
			*syntax.Maybe, *syntax.Match, *syntax.FunRef, *syntax.Remote:
			bad = x
		case *syntax.BinaryOp:
			if x.Op == "!" || x.Op == "++" || x.Op == "--" {
				bad = x
			}
		}
		return bad == nil
	})
	return bad
}

func (l *linter) guardCall(e *syntax.Call) bool {
	module, name, ok := callee(e)
	if !ok {
		return false
	}
	key := code.NameArity{Name: name, Arity: len(e.Args)}
	if module.None() && l.unit != nil && l.unit.functions[key] != nil {
		return false
	}
	if name.AtomName() == "is_record" && (len(e.Args) == 2 || len(e.Args) == 3) && (module.None() || module == atom.Erlang) {
		return true
	}
	if !module.None() && module != atom.Erlang || l.table == nil {
		return false
	}
	f := l.table.Lookup(atom.Erlang, name, len(e.Args))
	return f != nil && f.Guard
}
