package syntax

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/erlsh/erlsh/lang/term"
)

// PrintOptions say how trees are printed. The zero value prints well.
type PrintOptions struct {
	// Auto reports whether erlang:Name/Arity is called without its module; nil: none is.
	Auto func(name string, arity int) bool
	// Value writes a term that stands in the tree as a value; nil: as Go readers see terms.
	Value func(term.Term) string
}

// PrintExprs prints a sequence of expressions as the first line of a text that is indented by indent columns, in the way of erl_pp.
func PrintExprs(exprs []Expr, indent int, o PrintOptions) string {
	p := printer{o}
	return layout(group{sep: ",", lastSep: ",", spaced: true, items: p.list(exprs)}, indent).text
}

// PrintExpr prints one expression.
func PrintExpr(e Expr, indent int, o PrintOptions) string {
	p := printer{o}
	return layout(p.expr(e, 0), indent).text
}

// PrintGuard prints a guard with its word.
func PrintGuard(guards [][]Expr, o PrintOptions) string {
	p := printer{o}
	return layout(p.guard(guards), 0).text
}

// PrintForm prints a form with its final newline.
func PrintForm(f Form, o PrintOptions) string {
	p := printer{o}
	switch f := f.(type) {
	case *Function:
		return layout(row{p.function(f), leaf(".\n")}, 0).text
	case *RecordDef:
		if f.Native {
			head := row{solid("-record #"), leaf(atomText(f.Name))}
			return layout(row{under(head, p.definedFields(f.Fields)), leaf(".\n")}, 0).text
		}
		return layout(row{group{before: row{solid("-record("), leaf(atomText(f.Name)), solid(",")}, items: []item{p.definedFields(f.Fields)}},
			solid(")"), leaf(".\n")}, 0).text
	case *TypeDef:
		return layout(row{p.typeDef(f), leaf(".\n")}, 0).text
	case *Spec:
		return layout(row{p.spec(f), leaf(".\n")}, 0).text
	case *Attribute:
		if text, ok := p.namedAttribute(f); ok {
			return text
		}
		value, ok := FromTerm(f.Value, Position{})
		if !ok {
			value = &Literal{Form: ValueLiteral, Value: f.Value}
		}
		return layout(row{group{before: row{solid("-"), leaf(atomText(f.Name))}, items: []item{p.args([]Expr{value})}}, leaf(".\n")}, 0).text
	case *Exprs:
		return PrintExprs(f.Body, 0, o) + ".\n"
	}
	return ""
}

// namedAttribute prints the attributes that name functions, and -file.
func (p printer) namedAttribute(a *Attribute) (string, bool) {
	head := "-" + atomText(a.Name) + "("
	e, isPair := a.Value.Tuple()
	isPair = isPair && len(e) == 2
	switch {
	case a.Name == "file" && isPair && e[0].IsList():
		return head + quoteString(textOf(e[0])) + ", " + e[1].String() + ").\n", true
	case a.Name == "import" && isPair:
		list, ok := functionNames(e[1])
		return layout(row{solid(head + atomText(e[0].AtomName()) + ", "), list, solid(")"), leaf(".\n")}, 0).text, ok
	case a.Name == "export", a.Name == "export_type", a.Name == "optional_callbacks":
		list, ok := functionNames(a.Value)
		return layout(row{solid(head), list, solid(")"), leaf(".\n")}, 0).text, ok
	}
	return "", false
}

// functionNames writes [{f,1}] as [f/1].
func functionNames(t term.Term) (item, bool) {
	list, ok := t.Slice()
	names := make([]item, len(list))
	for i, x := range list {
		e, isPair := x.Tuple()
		if ok = ok && isPair && len(e) == 2 && e[0].IsAtom(); !ok {
			return nil, false
		}
		names[i] = leaf(atomText(e[0].AtomName()) + "/" + e[1].String())
	}
	return group{before: solid("["), after: solid("]"), sep: ",", lastSep: ",", items: names}, ok
}

type printer struct{ PrintOptions }

// words keeps items together without separators other than a blank: a line or a column of them.
func line(items ...item) item { return group{spaced: true, items: items} }

// sequence is items between brackets with commas.
func sequence(open, end string, items []item) item {
	return group{before: solid(open), after: solid(end), sep: ",", lastSep: ",", spaced: true, items: items}
}

// under puts it behind before, indented by its width.
func under(before, it item) item { return group{before: before, spaced: true, items: []item{it}} }

func (p printer) list(es []Expr) []item { return p.listAt(es, 0) }

func (p printer) listAt(es []Expr, prec int) []item {
	out := make([]item, len(es))
	for i, e := range es {
		out[i] = p.expr(e, prec)
	}
	return out
}

func (p printer) args(es []Expr) item { return sequence("(", ")", p.list(es)) }

func (p printer) tuple(items []item) item {
	if len(items) == 0 {
		return leaf("{}")
	}
	return sequence("{", "}", items)
}

func paren(own, wanted int, it item) item {
	if own < wanted {
		return row{solid("("), it, solid(")")}
	}
	return it
}

// precedence is that of an operator: of its left side, its own, and of its right side.
type precedence struct{ left, own, right int }

var binaryPrecedence = func() map[string]precedence {
	m := map[string]precedence{}
	for words, p := range map[string]precedence{
		"= !":                         {150, 100, 100},
		"orelse":                      {160, 150, 150},
		"andalso":                     {200, 160, 160},
		"== /= =< < >= > =:= =/=":     {300, 200, 300},
		"++ --":                       {400, 300, 300},
		"+ - bor bxor bsl bsr or xor": {400, 400, 500},
		"* / div rem band and":        {500, 500, 600},
	} {
		for w := range strings.FieldsSeq(words) {
			m[w] = p
		}
	}
	return m
}()

var (
	hashPrecedence  = precedence{800, 700, 800}
	colonPrecedence = precedence{900, 800, 900}
	callPrecedence  = precedence{800, 700, 0}
	unaryPrecedence = precedence{0, 600, 700}
	catchPrecedence = precedence{0, 700, 100}
	highest         = 900
)

// expr makes the items of an expression that stands where precedence prec is wanted.
func (p printer) expr(e Expr, prec int) item {
	switch e := e.(type) {
	case *Literal:
		return p.literal(e)
	case *Var:
		return leaf(e.Name)
	case *NilExpr:
		return leaf("[]")
	case *Cons:
		return p.cons(e)
	case *Tuple:
		return p.tuple(p.list(e.Elements))
	case *MapExpr, *RecordExpr, *RecordAccess, *RecordIndex:
		return p.hash(e, prec)
	case *Binary:
		return p.binary(e)
	case *Unary:
		op := e.Op
		if op != "+" && op != "-" {
			op += " "
		}
		return paren(unaryPrecedence.own, prec, row{solid(op), p.expr(e.Operand, unaryPrecedence.right)})
	case *BinaryOp:
		return p.binaryOp(e, prec)
	case *Match:
		q := binaryPrecedence["="]
		return paren(q.own, prec, line(step{row{p.expr(e.Pattern, q.left), leaf(" =")}, p.expr(e.Value, q.right), true}))
	case *MaybeMatch:
		return line(step{row{p.expr(e.Pattern, 0), leaf(" ?=")}, p.expr(e.Value, 0), true})
	case *Call:
		return p.call(e, prec)
	case *Remote:
		return paren(colonPrecedence.own, prec,
			row{p.expr(e.Module, colonPrecedence.left), solid(":"), p.expr(e.Name, colonPrecedence.right)})
	case *Fun:
		return p.fun(e)
	case *FunRef:
		return p.funRef(e)
	case *Catch:
		return paren(catchPrecedence.own, prec, line(step{head: leaf("catch"), body: p.expr(e.Body, catchPrecedence.right)}))
	case *Comprehension:
		return p.comprehension(e)
	case *Generator, *MapEntry, *Zip:
		return p.qualifier(e)
	}
	return p.control(e)
}

func (p printer) literal(e *Literal) item {
	switch e.Form {
	case AtomLiteral:
		return leaf(atomText(e.Value.AtomName()))
	case CharLiteral:
		n, _ := e.Value.Int()
		return solid("$" + escapeChar(rune(n)))
	case StringLiteral:
		return text{literalText(e.Value)}
	case IntegerLiteral:
		n, _ := e.Value.Big()
		return leaf(n.String())
	}
	if p.Value != nil {
		if e.Form == ValueLiteral {
			return solid(p.Value(e.Value))
		}
		return leaf(p.Value(e.Value))
	}
	return leaf(e.Value.String())
}

func literalText(t term.Term) string {
	var b strings.Builder
	list, _ := t.Slice()
	for _, c := range list {
		n, _ := c.Int()
		b.WriteRune(rune(n))
	}
	return b.String()
}

func (p printer) cons(e *Cons) item {
	g := group{before: solid("["), after: solid("]"), sep: ",", lastSep: ",", spaced: true}
	var tail Expr = e
	for {
		c, ok := tail.(*Cons)
		if !ok {
			break
		}
		g.items = append(g.items, p.expr(c.Head, 0))
		tail = c.Tail
	}
	if _, proper := tail.(*NilExpr); !proper {
		g.items = append(g.items, p.expr(tail, 0))
		g.lastSep = " |"
	}
	return g
}

// hash makes maps and records.
func (p printer) hash(e Expr, prec int) item {
	own := hashPrecedence.own
	switch e := e.(type) {
	case *MapExpr:
		before := row{solid("#")}
		if e.Base != nil {
			before = append(row{p.expr(e.Base, hashPrecedence.left)}, p.blankBehind(e.Base), solid("#"))
		}
		return paren(own, prec, under(before, p.tuple(p.mapFields(e.Fields))))
	case *RecordExpr:
		name := recordHead(e.Module, e.Name)
		if e.Base != nil {
			name = row{p.expr(e.Base, hashPrecedence.left), p.blankBehind(e.Base), name}
		}
		return paren(own, prec, under(name, p.tuple(p.recordFields(e.Fields))))
	case *RecordAccess:
		return paren(own, prec, row{p.expr(e.Base, hashPrecedence.left), p.blankBehind(e.Base), recordHead(e.Module, e.Name), solid("."), leaf(atomText(e.Field))})
	case *RecordIndex:
		return paren(own, prec, row{recordHead("", e.Name), solid("."), leaf(atomText(e.Field))})
	}
	return nil
}

// blankBehind is a blank where a hash would otherwise become part of a number.
func (p printer) blankBehind(e Expr) item {
	switch e := e.(type) {
	case *Literal:
		if e.Form == IntegerLiteral {
			return solid(" ")
		}
	case *FunRef:
		return solid(" ")
	}
	return nil
}

func recordHead(module, name string) row {
	if name == "" {
		return row{solid("#_")}
	}
	if module != "" {
		return row{solid("#"), leaf(atomText(module)), solid(":"), leaf(atomText(name))}
	}
	return row{solid("#"), leaf(atomText(name))}
}

func (p printer) mapFields(fields []MapField) []item {
	out := make([]item, len(fields))
	for i, f := range fields {
		arrow := " =>"
		if f.Exact {
			arrow = " :="
		}
		out[i] = line(step{head: row{p.expr(f.Key, 0), leaf(arrow)}, body: p.expr(f.Value, 0)})
	}
	return out
}

func (p printer) recordFields(fields []RecordField) []item {
	out := make([]item, len(fields))
	for i, f := range fields {
		name := leaf(f.Name)
		if f.Name != "_" {
			name = leaf(atomText(f.Name))
		}
		switch {
		case f.Value != nil && !f.Type.None():
			value := typed(p.expr(f.Value, binaryPrecedence["="].right), p.typ(f.Type, 0))
			out[i] = line(step{row{name, leaf(" =")}, value, true})
		case f.Value != nil:
			out[i] = line(step{row{name, leaf(" =")}, p.expr(f.Value, binaryPrecedence["="].right), true})
		case !f.Type.None():
			out[i] = typed(name, p.typ(f.Type, 0))
		default:
			out[i] = name
		}
	}
	return out
}

// definedFields are those of a definition.
func (p printer) definedFields(fields []RecordField) item { return p.tuple(p.recordFields(fields)) }

func (p printer) binary(e *Binary) item {
	if len(e.Elements) == 0 {
		return leaf("<<>>")
	}
	g := group{sep: ",", lastSep: ","}
	for _, x := range e.Elements {
		it := row{p.expr(x.Value, highest)}
		if x.Size != nil {
			it = append(it, solid(":"), p.expr(x.Size, highest))
		}
		types := x.Types
		if x.Unit != 0 {
			types = slices.Insert(slices.Clone(types), min(x.UnitAt, len(types)), "unit:"+strconv.Itoa(x.Unit))
		}
		if len(types) > 0 {
			it = append(it, solid("/"+strings.Join(types, "-")))
		}
		if len(it) == 1 {
			g.items = append(g.items, it[0])
		} else {
			g.items = append(g.items, it)
		}
	}
	return row{leaf("<<"), row{g}, leaf(">>")}
}

func (p printer) binaryOp(e *BinaryOp, prec int) item {
	q := binaryPrecedence[e.Op]
	left, right := p.expr(e.Left, q.left), p.expr(e.Right, q.right)
	if e.Op == "andalso" || e.Op == "orelse" {
		return paren(q.own, prec, stack{items: []item{left, solid(e.Op), right}})
	}
	return paren(q.own, prec, line(left, solid(e.Op), right))
}

func (p printer) call(e *Call, prec int) item {
	callee := e.Callee
	if r, ok := callee.(*Remote); ok && p.Auto != nil {
		module, ok1 := r.Module.(*Literal)
		name, ok2 := r.Name.(*Literal)
		if ok1 && ok2 && module.Value.AtomName() == "erlang" && name.Value.AtomName() != "float" && p.Auto(name.Value.AtomName(), len(e.Args)) {
			callee = name
		}
	}
	return paren(callPrecedence.own, prec, under(p.expr(callee, callPrecedence.left), p.args(e.Args)))
}

func (p printer) funRef(e *FunRef) item {
	if e.Module == nil {
		return row{leaf("fun "), p.expr(e.Name, 0), solid("/"), p.expr(e.Arity, 0)}
	}
	return row{leaf("fun "), p.expr(e.Module, 0), solid(":"), p.expr(e.Name, 0), solid("/"), p.expr(e.Arity, 0)}
}

// comprehension breaks behind the bracket wherever it breaks at all.
func (p printer) comprehension(e *Comprehension) item {
	open, end, prec := item(solid("[")), item(solid("]")), 0
	switch e.Kind {
	case BinaryKind:
		open, end, prec = leaf("<<"), leaf(">>"), highest
	case MapKind:
		open, end = solid("#{"), solid("}")
	}
	var template item
	if len(e.Templates) == 1 {
		template = p.expr(e.Templates[0], prec)
	} else {
		template = group{sep: ",", lastSep: ",", spaced: true, items: p.listAt(e.Templates, prec)}
	}
	inner := line(step{head: row{template, leaf(" ||")}, body: stack{sep: ",", items: p.list(e.Qualifiers)}})
	return line(under(open, stack{items: []item{leaf(" "), row{inner}}}), end)
}

func (p printer) qualifier(e Expr) item {
	switch e := e.(type) {
	case *Generator:
		arrow := " <"
		if e.Strict {
			arrow += ":"
		}
		if e.Kind == BinaryKind {
			arrow += "="
		} else {
			arrow += "-"
		}
		return line(step{head: row{p.expr(e.Pattern, 0), leaf(arrow)}, body: p.expr(e.Source, 0)})
	case *MapEntry:
		return line(step{head: row{p.expr(e.Key, 0), leaf(" =>")}, body: p.expr(e.Value, 0)})
	case *Zip:
		g := group{sep: " &&", lastSep: " &&", spaced: true}
		for _, x := range e.Generators {
			g.items = append(g.items, p.qualifier(x))
		}
		return g
	}
	return nil
}

// atomText writes an atom, quoted where that is needed: also for words that are reserved though no grammar has them.
func atomText(name string) string {
	if text := quoteAtom(name); text == name && name != "let" && name != "cond" {
		return name
	}
	return quoteText(name, '\'')
}

// quoteText writes a string literal or a quoted atom.
func quoteText(s string, quote rune) string {
	var b strings.Builder
	b.WriteRune(quote)
	for _, r := range s {
		if r == quote {
			b.WriteByte('\\')
		}
		if r == quote || r == '\'' || r == '"' || r == ' ' {
			b.WriteRune(r)
			continue
		}
		b.WriteString(escapeChar(r))
	}
	b.WriteRune(quote)
	return b.String()
}

// escapeChar writes a character as it may stand behind a dollar sign.
func escapeChar(r rune) string {
	const names = "\bb\tt\nn\vv\ff\rr\x1be\x7fd\\\\ s"
	if at := strings.IndexRune(names, r); at >= 0 && at%2 == 0 {
		return `\` + names[at+1:at+2]
	}
	if r < 32 || r > 126 && r < 160 {
		return fmt.Sprintf(`\%03o`, r)
	}
	return string(r)
}
