package syntax

import "github.com/erlsh/erlsh/lang/term"

// The precedences of what types are joined with.
const (
	annotationPower = 150
	unionPower      = 170
	rangePower      = 200
)

// typed is Name :: Type.
func typed(name, typ item) item { return line(step{row{name, leaf(" ::")}, typ, true}) }

// abstractParts takes {Tag, Anno, X, Y} of the abstract format apart; the tag is "" for anything else.
func abstractParts(t term.Term) (tag string, rest []term.Term) {
	e, ok := t.Tuple()
	if !ok || len(e) < 2 {
		return "", nil
	}
	return e[0].AtomName(), e[2:]
}

func listOf(t term.Term) []term.Term {
	list, _ := t.Slice()
	return list
}

// typ makes the items of a type in the abstract format that stands where precedence prec is wanted.
func (p printer) typ(t term.Term, prec int) item {
	tag, rest := abstractParts(t)
	switch {
	case tag == "ann_type":
		pair := listOf(rest[0])
		return paren(annotationPower, prec, typed(p.typ(pair[0], annotationPower+10), p.typ(pair[1], annotationPower)))
	case tag == "atom":
		return leaf(atomText(rest[0].AtomName()))
	case tag == "var":
		return leaf(rest[0].AtomName())
	case tag == "user_type":
		return p.namedType(leaf(atomText(rest[0].AtomName())), rest[1])
	case tag == "remote_type":
		parts := listOf(rest[0])
		return p.namedType(row{p.typ(parts[0], 0), solid(":"), p.typ(parts[1], 0)}, parts[2])
	case tag == "type" && len(rest) == 2:
		return p.builtinType(rest[0].AtomName(), rest[1], prec)
	}
	return p.constantType(tag, rest, prec)
}

// constantType makes the items of numbers and of what is computed of them.
func (p printer) constantType(tag string, rest []term.Term, prec int) item {
	switch {
	case tag == "op" && len(rest) == 2:
		op := rest[0].AtomName()
		if op != "+" && op != "-" {
			op += " "
		}
		return paren(unaryPrecedence.own, prec, row{solid(op), p.typ(rest[1], unaryPrecedence.right)})
	case tag == "op" && len(rest) == 3:
		q := binaryPrecedence[rest[0].AtomName()]
		return paren(q.own, prec, line(p.typ(rest[1], q.left), solid(rest[0].AtomName()), p.typ(rest[2], q.right)))
	case tag == "integer":
		return p.literal(&Literal{Form: IntegerLiteral, Value: rest[0]})
	case tag == "char":
		return p.literal(&Literal{Form: CharLiteral, Value: rest[0]})
	case tag == "remote" && len(rest) == 2:
		return row{p.typ(rest[0], 0), solid(":"), p.typ(rest[1], 0)}
	}
	return leaf(tag)
}

func (p printer) typeItems(list term.Term, prec int) []item {
	var out []item
	for _, t := range listOf(list) {
		out = append(out, p.typ(t, prec))
	}
	return out
}

func (p printer) namedType(name item, args term.Term) item {
	return under(name, sequence("(", ")", p.typeItems(args, 0)))
}

// builtinType makes the items of {type, Anno, Name, Args}.
func (p printer) builtinType(name string, args term.Term, prec int) item {
	list := listOf(args)
	anything := args == term.Atom("any")
	switch {
	case name == "union":
		return paren(unionPower, prec, group{sep: " |", lastSep: " |", spaced: true, items: p.typeItems(args, unionPower)})
	case name == "list" && len(list) == 1:
		return group{before: solid("["), after: solid("]"), sep: ",", lastSep: ",", items: p.typeItems(args, 0)}
	case name == "nonempty_list" && len(list) == 1:
		return sequence("[", "]", []item{p.typ(list[0], 0), leaf("...")})
	case name == "nil" && len(list) == 0:
		return leaf("[]")
	case name == "map" && !anything:
		return paren(hashPrecedence.own, prec, under(solid("#"), p.tuple(p.typePairs(list))))
	case name == "tuple" && !anything:
		return p.tuple(p.typeItems(args, 0))
	case name == "record":
		_, record := abstractParts(list[0])
		return paren(hashPrecedence.own, prec, under(recordHead("", record[0].AtomName()), p.tuple(p.typeFields(list[1:]))))
	case name == "range":
		return paren(rangePower, prec, group{sep: "..", lastSep: "..", items: p.typeItems(args, 300)})
	case name == "binary" && len(list) == 2:
		return p.binaryTypeItem(list)
	case name == "fun" && len(list) == 0:
		return leaf("fun()")
	case name == "fun":
		return row{p.signature(row{leaf("fun"), solid("(")}, args), solid(")")}
	}
	return p.namedType(leaf(atomText(name)), args)
}

func (p printer) typePairs(pairs []term.Term) []item {
	var out []item
	for _, t := range pairs {
		_, rest := abstractParts(t)
		arrow := " =>"
		if rest[0].AtomName() == "map_field_exact" {
			arrow = " :="
		}
		pair := listOf(rest[1])
		out = append(out, line(step{row{p.typ(pair[0], 0), leaf(arrow)}, p.typ(pair[1], 0), true}))
	}
	return out
}

func (p printer) typeFields(fields []term.Term) []item {
	var out []item
	for _, t := range fields {
		_, rest := abstractParts(t)
		pair := listOf(rest[1])
		out = append(out, typed(p.typ(pair[0], 0), p.typ(pair[1], 0)))
	}
	return out
}

func (p printer) binaryTypeItem(sizes []term.Term) item {
	g := group{before: leaf("<<"), after: leaf(">>"), sep: ",", lastSep: ",", spaced: true}
	for i, lead := range []string{"_:", "_:_*"} {
		if _, rest := abstractParts(sizes[i]); len(rest) == 1 && rest[0] == term.Int(0) {
			continue
		}
		g.items = append(g.items, row{solid(lead), p.typ(sizes[i], highest)})
	}
	if len(g.items) == 0 {
		return leaf("<<>>")
	}
	return g
}

// signature makes the items of (Args) -> Type behind before.
func (p printer) signature(before item, parts term.Term) item {
	pair := listOf(parts)
	var args item = leaf("(...)")
	if _, rest := abstractParts(pair[0]); len(rest) == 2 {
		args = sequence("(", ")", p.typeItems(rest[1], 0))
	}
	return group{before: before, spaced: true, items: []item{step{head: row{args, leaf(" ->")}, body: p.typ(pair[1], 0)}}}
}

// clauseType makes the items of one clause of a spec.
func (p printer) clauseType(t term.Term) item {
	_, rest := abstractParts(t)
	if rest[0].AtomName() != "bounded_fun" {
		return p.signature(nil, rest[1])
	}
	pair := listOf(rest[1])
	_, fun := abstractParts(pair[0])
	limits := group{sep: ",", lastSep: ",", spaced: true}
	for _, c := range listOf(pair[1]) {
		_, constraint := abstractParts(c)
		what := listOf(constraint[1])
		sides := listOf(what[1])
		if len(sides) == 2 {
			limits.items = append(limits.items, typed(p.typ(sides[0], 0), p.typ(sides[1], 0)))
		}
	}
	return line(step{head: p.signature(nil, fun[1]), body: line(step{head: leaf("when"), body: limits})})
}

// spec makes the items of -spec or -callback.
func (p printer) spec(s *Spec) item {
	all := stack{sep: ";"}
	e, _ := s.Abstract.Tuple()
	if len(e) != 2 {
		return solid("-" + s.Kind + " " + s.Text)
	}
	for _, t := range listOf(e[1]) {
		all.items = append(all.items, p.clauseType(t))
	}
	name := item(leaf(atomText(s.Name)))
	if full, _ := e[0].Tuple(); len(full) == 3 {
		name = row{leaf(atomText(full[0].AtomName())), solid(":"), name}
	}
	return under(leaf("-"+s.Kind+" "), line(under(name, all)))
}

// typeDef makes the items of -type and the like.
func (p printer) typeDef(d *TypeDef) item {
	e, _ := d.Abstract.Tuple()
	if len(e) != 3 {
		return solid("-" + d.Kind + " " + d.Text)
	}
	return under(leaf("-"+d.Kind+" "), typed(p.namedType(leaf(atomText(d.Name)), e[2]), p.typ(e[1], 0)))
}
