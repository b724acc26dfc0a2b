package eval

import (
	"math"
	"slices"
	"strings"

	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// typeLint is what the linter knows of the types of a module.
type typeLint struct {
	*moduleLint
	defined  map[code.NameArity]typeInfo
	exported map[code.NameArity]bool
	uses     map[code.NameArity][]typeUse
	from     *code.NameArity // the type whose definition is looked at; nil for anything else, which is where reaching begins
	seen     map[string]*typeVariable
	specs    map[string]bool
}

type typeInfo struct {
	at     syntax.Position
	opaque bool
	main   bool // defined in the module's own file
}

type typeUse struct {
	at   syntax.Position
	file string
	from *code.NameArity
}

type typeVariable struct {
	at    syntax.Position
	times int
}

func newTypeLint(l *moduleLint) *typeLint {
	return &typeLint{
		moduleLint: l, defined: map[code.NameArity]typeInfo{}, exported: map[code.NameArity]bool{},
		uses: map[code.NameArity][]typeUse{}, specs: map[string]bool{},
	}
}

// blanks writes the parameters of a type in a message.
func blanks(arity int) string {
	return "(" + strings.TrimSuffix(strings.Repeat("_,", arity), ",") + ")"
}

func typeName(k code.NameArity) string { return quote(k.Name) + blanks(k.Arity) }

// define looks at -type, -opaque and -nominal.
func (l *typeLint) define(d *syntax.TypeDef) {
	e, _ := d.Abstract.Tuple()
	vars, _ := e[2].Slice()
	key := code.NameArity{Name: e[0], Arity: len(vars)}
	if syntax.BuiltinType(d.Name, key.Arity) {
		l.fail(d.Position, "type %s is a builtin type; it cannot be redefined", typeName(key))
		return
	}
	if _, again := l.defined[key]; again {
		l.fail(d.Position, "type %s already defined", typeName(key))
		return
	}
	opaque := d.Kind == "opaque"
	if opaque && key.Arity == 0 {
		if b, ok := e[1].Tuple(); ok && len(b) == 4 && b[0] == atomType && (b[2] == term.Atom("term") || b[2] == term.Atom("any")) {
			l.warn("underspecified_opaque", d.Position, "opaque type %s is underspecified and therefore meaningless", typeName(key))
		}
	}
	l.defined[key] = typeInfo{d.Position, opaque, l.file == l.main}
	l.from = &key
	l.check(append([]term.Term{e[1]}, vars...))
	l.from = nil
}

// export looks at -export_type.
func (l *typeLint) export(a *syntax.Attribute) {
	if list, ok := a.Value.Slice(); !ok || len(nameArities(a.Value)) != len(list) {
		l.fail(a.Position, "bad export_type declaration")
		return
	}
	for _, k := range nameArities(a.Value) {
		if l.exported[k] {
			l.warn("duplicated_export", a.Position, "type %s/%d already exported", quote(k.Name), k.Arity)
		} else {
			l.use(k, a.Position)
		}
		l.exported[k] = true
	}
}

func (l *typeLint) use(k code.NameArity, at syntax.Position) {
	l.uses[k] = append(l.uses[k], typeUse{at, l.file, l.from})
}

// spec looks at -spec and -callback.
func (l *typeLint) spec(s *syntax.Spec) {
	e, _ := s.Abstract.Tuple()
	kind, other := s.Kind, len(e) == 0
	if other {
		return
	}
	key := kind + " " + syntax.QuoteAtom(s.Name) + blanks(s.Arity)
	if l.specs[key] {
		if kind == "callback" {
			l.fail(s.Position, "callback %s/%d already defined", syntax.QuoteAtom(s.Name), s.Arity)
		} else {
			l.fail(s.Position, "spec for %s/%d already defined", syntax.QuoteAtom(s.Name), s.Arity)
		}
		return
	}
	l.specs[key] = true
	signatures, _ := e[1].Slice()
	for _, sig := range signatures {
		types := []term.Term{sig}
		if b, ok := sig.Tuple(); ok && len(b) == 4 && b[2] == term.Atom("bounded_fun") {
			parts, _ := b[3].Slice()
			types = parts[:1]
			constraints, _ := parts[1].Slice()
			for _, c := range constraints {
				x, _ := c.Tuple()
				pair, _ := x[3].Slice()
				bound, _ := pair[1].Slice()
				types = append(slices.Clone(types), bound...)
			}
		}
		l.check(types)
	}
}

// record looks at the types of the fields of a record.
func (l *typeLint) record(r *syntax.RecordDef) {
	var types []term.Term
	for _, f := range r.Fields {
		if !f.Type.None() {
			types = append(types, f.Type)
		}
	}
	l.check(types)
}

// check looks at types that share their variables, each of which has to occur twice.
func (l *typeLint) check(types []term.Term) {
	l.seen = map[string]*typeVariable{}
	for _, t := range types {
		l.one(t)
	}
	var once []string
	for name, v := range l.seen {
		if v.times == 1 && !strings.HasPrefix(name, "_") {
			once = append(once, name)
		}
	}
	slices.Sort(once)
	for _, name := range once {
		l.fail(l.seen[name].at, "type variable %s is only used once (is unbound)", syntax.QuoteAtom(name))
	}
}

var atomType = term.Atom("type")

func (l *typeLint) all(list term.Term) {
	parts, _ := list.Slice()
	for _, t := range parts {
		l.one(t)
	}
}

func (l *typeLint) one(t term.Term) {
	e, ok := t.Tuple()
	if !ok || len(e) < 3 {
		return
	}
	at := syntax.AnnoPosition(e[1])
	switch e[0].AtomName() {
	case "ann_type":
		parts, _ := e[2].Slice()
		l.one(parts[1])
	case "remote_type":
		l.remote(at, e[2])
	case "var":
		l.variable(e[2].AtomName(), at)
	case "user_type":
		args, _ := e[3].Slice()
		l.use(code.NameArity{Name: e[2], Arity: len(args)}, at)
		l.all(e[3])
	case "type":
		if len(e) == 4 {
			l.builtin(at, e[2].AtomName(), e[3])
		}
	case "integer", "atom", "char", "op":
	default:
		l.all(e[len(e)-1])
	}
}

func (l *typeLint) variable(name string, at syntax.Position) {
	if name == "_" {
		return
	}
	if l.seen[name] == nil {
		l.seen[name] = &typeVariable{at: at}
	}
	l.seen[name].times++
}

// remote looks at Module:Name(Args), which may mean this module.
func (l *typeLint) remote(at syntax.Position, parts term.Term) {
	p, _ := parts.Slice()
	module, _ := p[0].Tuple()
	name, _ := p[1].Tuple()
	args, _ := p[2].Slice()
	if module[2] == l.unit.module {
		l.use(code.NameArity{Name: name[2], Arity: len(args)}, at)
	}
	l.all(p[2])
}

func (l *typeLint) builtin(at syntax.Position, name string, args term.Term) {
	parts, isList := args.Slice()
	switch {
	case !isList:
	case name == "bool" && len(parts) == 0:
		l.warn("renamed_type", at, "type bool() is now called boolean(); please use the new name instead")
	case name == "range":
		from, ok1 := constantType(parts[0])
		to, ok2 := constantType(parts[1])
		if !ok1 || !ok2 || from >= to {
			l.fail(at, "bad range type")
		}
	case name == "binary" && len(parts) == 2:
		size, ok1 := constantType(parts[0])
		unit, ok2 := constantType(parts[1])
		if !ok1 || !ok2 || size < 0 || unit < 0 {
			l.fail(at, "bad binary type")
		}
	case name == "record":
		l.recordType(at, parts)
	default:
		l.all(args)
	}
}

// constantType returns the value of an integer in a type.
func constantType(t term.Term) (int64, bool) {
	e, err := syntax.FromAbstract(t)
	if err != nil {
		return 0, false
	}
	v, ok := computed(e)
	if !ok {
		return 0, false
	}
	if n, small := v.Int(); small {
		return n, true
	}
	if b, big := v.Big(); big {
		return int64(b.Sign()) * math.MaxInt64, true
	}
	return 0, false
}

// computed evaluates operators on integers.
func computed(e syntax.Expr) (term.Term, bool) {
	switch e := e.(type) {
	case *syntax.Literal:
		return e.Value, true
	case *syntax.Unary:
		a, ok := computed(e.Operand)
		if f := unaries[e.Op]; ok && f != nil {
			v, err := f(a)
			return v, err == nil
		}
	case *syntax.BinaryOp:
		a, ok1 := computed(e.Left)
		b, ok2 := computed(e.Right)
		if f := operators[e.Op]; ok1 && ok2 && f != nil {
			v, err := f(a, b)
			return v, err == nil
		}
	}
	return term.None, false
}

// recordType looks at #name{field :: Type}.
func (l *typeLint) recordType(at syntax.Position, parts []term.Term) {
	name, ok := parts[0].Tuple()
	if ok && len(name) > 0 && name[0] == term.Atom("tuple") {
		return // of another module
	}
	if !ok || len(name) != 3 || name[0] != term.Atom("atom") {
		l.fail(at, "bad record type")
		return
	}
	r := l.known(name[2].AtomName(), at)
	if r != nil && r.Native {
		if len(parts) > 1 {
			e, _ := parts[1].Tuple()
			l.fail(syntax.AnnoPosition(e[1]), "native records do not allow special field types")
		}
		return
	}
	seen := map[string]bool{}
	for _, f := range parts[1:] {
		e, _ := f.Tuple()
		pair, _ := e[3].Slice()
		field, _ := pair[0].Tuple()
		where, fieldName := syntax.AnnoPosition(field[1]), field[2].AtomName()
		if r != nil {
			l.field(r, fieldName, where)
			if seen[fieldName] {
				l.fail(where, "field %s already defined in record %s", syntax.QuoteAtom(fieldName), quote(name[2]))
			}
			seen[fieldName] = true
			l.one(pair[1])
		}
	}
}

// finish reports types that are used and not defined, or the other way round.
func (l *typeLint) finish() {
	for k, uses := range l.uses {
		if _, ok := l.defined[k]; ok || syntax.BuiltinType(k.Name.AtomName(), k.Arity) {
			continue
		}
		for _, u := range uses {
			file := l.file
			l.file = u.file
			l.fail(u.at, "type %s undefined", typeName(k))
			l.file = file
		}
	}
	reached := l.reached()
	for k, d := range l.defined {
		if d.main && !reached[k] {
			l.warn("unused_type", d.at, "type %s is unused", typeName(k))
		}
		if d.opaque && !l.exported[k] {
			l.warn("not_exported_opaque", d.at, "opaque type %s is not exported", typeName(k))
		}
	}
}

// reached returns the types that something other than a type leads to.
func (l *typeLint) reached() map[code.NameArity]bool {
	out := map[code.NameArity]bool{}
	for changed := true; changed; {
		changed = false
		for k, uses := range l.uses {
			if !out[k] && slices.ContainsFunc(uses, func(u typeUse) bool { return u.from == nil || out[*u.from] }) {
				out[k], changed = true, true
			}
		}
	}
	return out
}
