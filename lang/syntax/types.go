package syntax

import (
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/erlsh/erlsh/lang/term"
)

// Types are read straight into the abstract format, since nothing here computes with them.

// typeInfix are the operators of types, from the loosest to the tightest: Erlang reference manual, "Types and Function Specifications".
var typeInfix = [...][]string{
	{".."}, {"+", "-", "bor", "bxor", "bsl", "bsr", "or", "xor"}, {"*", "/", "div", "rem", "band", "and"},
}

// topType reads a type, a union of types, or a type with a name before it.
func (p *parser) topType() term.Term {
	if t := p.lex.Peek(); t.Type == VarToken && p.peek2().Type == wordKinds["::"] {
		p.lex.Next()
		p.lex.Next()
		name := form("var", at(t), term.Atom(t.Value))
		return form("ann_type", at(t), term.List(name, p.topType()))
	}
	first := p.typ(0)
	if !p.is("|") {
		return first
	}
	union := []term.Term{first}
	for p.accept("|") {
		next := p.topType()
		if e, ok := next.Tuple(); ok && len(e) == 4 && e[2] == term.Atom("union") && e[0] == term.Atom("type") {
			rest, _ := e[3].Slice()
			union = append(union, rest...)
		} else {
			union = append(union, next)
		}
	}
	e, _ := first.Tuple()
	return term.Tuple(term.Atom("type"), e[1], term.Atom("union"), term.List(union...))
}

// typ reads a type whose operators bind at least as tightly as level.
func (p *parser) typ(level int) term.Term {
	if level == len(typeInfix) {
		return p.unaryType()
	}
	left := p.typ(level + 1)
	for {
		op := p.lex.Peek()
		if !p.isAny(typeInfix[level]) {
			return left
		}
		p.lex.Next()
		right := p.typ(level + 1)
		if level == 0 {
			e, _ := left.Tuple()
			return term.Tuple(term.Atom("type"), e[1], term.Atom("range"), term.List(left, right))
		}
		left = form("op", at(op), term.Atom(op.Value), left, right)
	}
}

func (p *parser) isAny(words []string) bool {
	for _, w := range words {
		if p.is(w) {
			return true
		}
	}
	return false
}

func (p *parser) unaryType() term.Term {
	if t := p.lex.Peek(); p.isAny([]string{"+", "-", "bnot", "not"}) {
		p.lex.Next()
		return form("op", at(t), term.Atom(t.Value), p.primaryType())
	}
	return p.primaryType()
}

func typeForm1(pos Position, name string, args ...term.Term) term.Term {
	return form("type", pos, term.Atom(name), term.List(args...))
}

func (p *parser) primaryType() term.Term {
	t := p.lex.Peek()
	pos := at(t)
	switch {
	case t.Type == VarToken:
		p.lex.Next()
		return form("var", pos, term.Atom(t.Value))
	case t.Type == AtomToken:
		return p.namedType()
	case t.Type == IntegerToken:
		p.lex.Next()
		return form("integer", pos, decode(t))
	case t.Type == CharToken:
		p.lex.Next()
		return form("char", pos, decode(t))
	case p.accept("("):
		inner := p.topType()
		p.want(")")
		return inner
	case p.is("["):
		return p.listType(pos)
	case p.accept("{"):
		if p.accept("}") {
			return typeForm1(pos, "tuple")
		}
		elements := p.topTypes()
		p.want("}")
		return typeForm1(pos, "tuple", elements...)
	case p.accept("#"):
		return p.hashType(pos)
	case p.is("<<"):
		return p.binaryType(pos)
	case p.accept("fun"):
		p.want("(")
		if p.accept(")") {
			return typeForm1(pos, "fun")
		}
		f := p.funType()
		p.want(")")
		return f
	}
	p.fail()
	return term.None
}

func (p *parser) topTypes() []term.Term {
	out := []term.Term{p.topType()}
	for p.accept(",") {
		out = append(out, p.topType())
	}
	return out
}

// namedType reads an atom, a type with arguments, or a type of another module.
func (p *parser) namedType() term.Term {
	t := p.lex.Next()
	pos, name := at(t), decode(t)
	if p.accept(":") {
		n := p.expect(AtomToken)
		args := p.typeArgs()
		return form("remote_type", pos, term.List(form("atom", pos, name), form("atom", at(n), decode(n)), term.List(args...)))
	}
	if !p.is("(") {
		return form("atom", pos, name)
	}
	args := p.typeArgs()
	kind := "user_type"
	if BuiltinType(name.AtomName(), len(args)) {
		kind = "type"
	}
	if name.AtomName() == "tuple" && len(args) == 0 {
		return form("type", pos, name, term.Atom("any"))
	}
	if name.AtomName() == "map" && len(args) == 0 {
		return form("type", pos, name, term.Atom("any"))
	}
	return form(kind, pos, name, term.List(args...))
}

func (p *parser) typeArgs() []term.Term {
	p.want("(")
	var args []term.Term
	if !p.is(")") {
		args = p.topTypes()
	}
	p.want(")")
	return args
}

// builtinTypes are the types that need no definition, with their arity.
var builtinTypes = map[string][]int{
	"any": {0}, "arity": {0}, "atom": {0}, "binary": {0}, "bitstring": {0}, "bool": {0}, "boolean": {0}, "byte": {0}, "char": {0},
	"dynamic": {0}, "float": {0}, "function": {0}, "identifier": {0}, "integer": {0}, "iodata": {0}, "iolist": {0}, "list": {0, 1},
	"map": {0}, "maybe_improper_list": {0, 2}, "mfa": {0}, "module": {0}, "neg_integer": {0}, "nil": {0}, "no_return": {0}, "node": {0},
	"non_neg_integer": {0}, "none": {0}, "nonempty_binary": {0}, "nonempty_bitstring": {0}, "nonempty_improper_list": {2},
	"nonempty_list": {0, 1}, "nonempty_maybe_improper_list": {0, 2}, "nonempty_string": {0}, "number": {0}, "pid": {0}, "port": {0},
	"pos_integer": {0}, "reference": {0}, "string": {0}, "term": {0}, "timeout": {0}, "tuple": {0},
}

// BuiltinType reports whether a type needs no definition.
func BuiltinType(name string, arity int) bool {
	for _, n := range builtinTypes[name] {
		if n == arity {
			return true
		}
	}
	return false
}

func (p *parser) listType(pos Position) term.Term {
	p.want("[")
	if p.accept("]") {
		return typeForm1(pos, "nil")
	}
	inner := p.topType()
	name := "list"
	if p.accept(",") {
		p.want("...")
		name = "nonempty_list"
	}
	p.want("]")
	return typeForm1(pos, name, inner)
}

// hashType reads what follows # in a type: a map or a record.
func (p *parser) hashType(pos Position) term.Term {
	if t := p.lex.Peek(); t.Type == AtomToken {
		p.lex.Next()
		name := form("atom", at(t), decode(t))
		if p.accept(":") {
			t := p.expect(AtomToken)
			name = form("tuple", pos, term.List(name, form("atom", at(t), decode(t))))
		}
		parts := []term.Term{name}
		p.want("{")
		for !p.is("}") {
			f := p.expect(AtomToken)
			name := form("atom", at(f), decode(f))
			p.want("::")
			parts = append(parts, typeForm1(at(f), "field_type", name, p.topType()))
			if !p.accept(",") {
				break
			}
		}
		p.want("}")
		return typeForm1(pos, "record", parts...)
	}
	p.want("{")
	var pairs []term.Term
	for !p.is("}") {
		key := p.topType()
		t := p.lex.Peek()
		tag := "map_field_assoc"
		if p.is(":=") {
			tag = "map_field_exact"
		} else if !p.is("=>") {
			p.fail()
		}
		p.lex.Next()
		pairs = append(pairs, typeForm1(at(t), tag, key, p.topType()))
		if !p.accept(",") {
			break
		}
	}
	p.want("}")
	return typeForm1(pos, "map", pairs...)
}

// binaryType reads <<>>, <<_:N>>, <<_:_*U>> or <<_:N, _:_*U>>.
func (p *parser) binaryType(pos Position) term.Term {
	p.want("<<")
	base := form("integer", Position{Line: pos.Line}, term.Int(0)) // (sic) as erl_parse: a line only
	unit := base
	for i := 0; !p.is(">>"); i++ {
		if i > 0 {
			p.want(",")
		}
		p.underscore()
		p.want(":")
		if p.lex.Peek().Type == VarToken {
			p.underscore()
			p.want("*")
			unit = p.typ(0)
			break
		}
		if i > 0 {
			p.fail()
		}
		base = p.typ(0)
	}
	p.want(">>")
	return typeForm1(pos, "binary", base, unit)
}

func (p *parser) underscore() {
	if t := p.lex.Peek(); t.Type != VarToken || t.Value != "_" {
		p.fail()
	}
	p.lex.Next()
}

// funType reads (Parameters) -> Type.
func (p *parser) funType() term.Term {
	pos := at(p.want("("))
	var args term.Term
	switch {
	case p.accept("..."):
		args = form("type", pos, term.Atom("any"))
	case p.is(")"):
		args = typeForm1(pos, "product")
	default:
		args = typeForm1(pos, "product", p.topTypes()...)
	}
	p.want(")")
	p.want("->")
	return typeForm1(pos, "fun", args, p.topType())
}

// signature reads one alternative of a spec: a fun type and what is required of its variables.
func (p *parser) signature() term.Term {
	f := p.funType()
	if !p.accept("when") {
		return f
	}
	var guards []term.Term
	for {
		guards = append(guards, p.constraint())
		if !p.accept(",") {
			break
		}
	}
	e, _ := f.Tuple()
	return term.Tuple(term.Atom("type"), e[1], term.Atom("bounded_fun"), term.List(f, term.List(guards...)))
}

// constraint reads Var :: Type, or the older is_subtype(Var, Type).
func (p *parser) constraint() term.Term {
	t := p.lex.Peek()
	pos := at(t)
	if t.Type == AtomToken {
		p.lex.Next()
		p.want("(")
		v := p.topType()
		p.want(",")
		sub := p.topType()
		p.want(")")
		return typeForm1(pos, "constraint", form("atom", pos, decode(t)), term.List(v, sub))
	}
	p.expect(VarToken)
	p.want("::")
	v := form("var", pos, term.Atom(t.Value))
	return typeForm1(pos, "constraint", form("atom", pos, term.Atom("is_subtype")), term.List(v, p.topType()))
}

// spec reads Name(...) -> ...; ... of -spec and -callback, in parentheses or not.
func (p *parser) spec(pos Position, kind string) *Spec {
	parens := p.accept("(")
	name := p.expect(AtomToken)
	module := term.None
	if p.accept(":") {
		module = decode(name)
		name = p.expect(AtomToken)
	}
	s := &Spec{Position: pos, Kind: kind, Name: decode(name).AtomName(), Module: module.AtomName()}
	signatures := []term.Term{p.signature()}
	for p.accept(";") {
		begins := at(p.lex.Peek())
		signatures = append(signatures, p.signature())
		if s.Uneven == (Position{}) && signatureArity(signatures[len(signatures)-1]) != signatureArity(signatures[0]) {
			s.Uneven = begins
		}
	}
	if parens {
		p.want(")")
	}
	p.expect(DotToken)
	s.Arity = signatureArity(signatures[0])
	id := term.Tuple(term.Atom(s.Name), term.Int(int64(s.Arity)))
	if !module.None() {
		id = term.Tuple(module, term.Atom(s.Name), term.Int(int64(s.Arity)))
	}
	s.Abstract = term.Tuple(id, term.List(signatures...))
	return s
}

// signatureArity counts the parameters of a signature.
func signatureArity(t term.Term) int {
	e, _ := t.Tuple()
	parts, _ := e[3].Slice()
	if e[2] == term.Atom("bounded_fun") {
		return signatureArity(parts[0])
	}
	product, _ := parts[0].Tuple()
	if len(product) < 4 {
		return 0
	}
	n, _ := product[3].Length()
	return n
}

// typeDef reads Name(Vars) :: Type of -type and its like, in parentheses or not.
func (p *parser) typeDef(pos Position, kind string) *TypeDef {
	parens := p.accept("(")
	if next := p.lex.Peek().Type; next <= AtomToken && next >= SigilToken && (next != AtomToken || p.peek2().Value == "::") {
		panic(failure{parseError(pos, "bad type declaration")})
	}
	name := p.expect(AtomToken)
	p.want("(")
	var vars []term.Term
	for !p.is(")") {
		if p.lex.Peek().Value == "_" {
			panic(failure{parseError(at(p.lex.Peek()), "bad type variable")})
		}
		p.declares(VarToken, "bad type variable")
		v := p.expect(VarToken)
		vars = append(vars, form("var", at(v), term.Atom(v.Value)))
		if !p.accept(",") {
			break
		}
	}
	p.want(")")
	p.want("::")
	d := &TypeDef{Position: pos, Kind: kind, Name: decode(name).AtomName(), Arity: len(vars)}
	d.Abstract = term.Tuple(decode(name), p.topType(), term.List(vars...))
	if parens {
		p.want(")")
	}
	p.expect(DotToken)
	return d
}

// newParser returns a parser of tokens that ended with a dot.
func newParser(tokens []Token, end Position) (*parser, error) {
	lex, err := lexer.Upgrade(&sliceLexer{tokens: tokens, end: end})
	return &parser{lex: lex}, err
}
