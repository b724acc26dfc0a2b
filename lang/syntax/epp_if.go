package syntax

import (
	"slices"

	"github.com/erlsh/erlsh/lang/term"
)

// conditional is an -if, -ifdef or -ifndef that is open.
type conditional struct {
	branch string // the directive that began the present branch: if, ifdef, ifndef, elif, else
	hidden bool   // the present branch is left out
	taken  bool   // a branch was taken already, or the whole is left out
}

// conditional carries out a directive that chooses what is read, and reports whether it was one.
func (p *preprocessor) conditional(name string, word Token, args []Token) bool {
	switch name {
	case "ifdef", "ifndef", "if":
		hidden := p.skip > 0
		c := conditional{branch: name, hidden: hidden, taken: hidden}
		if !hidden {
			c.taken = p.condition(name, word, args)
			c.hidden = !c.taken
		}
		p.open(c)
	case "elif", "else":
		p.branch(name, word, args)
	case "endif":
		switch {
		case p.skip == 0 && args[0].Kind != DotToken:
			p.fail(args[0].Position, bad(name))
		case len(p.ifs) == 0:
			p.fail(word.Position, tuple("illegal", term.String("unbalanced"), term.Atom(name)))
		default:
			p.close()
		}
	default:
		return false
	}
	return true
}

func (p *preprocessor) open(c conditional) {
	p.ifs = append(p.ifs, c)
	if c.hidden {
		p.skip++
	}
}

func (p *preprocessor) close() {
	n := len(p.ifs) - 1
	if p.ifs[n].hidden {
		p.skip--
	}
	p.ifs = p.ifs[:n]
}

// branch carries out -elif and -else.
func (p *preprocessor) branch(name string, word Token, args []Token) {
	active := p.skip == 0
	if active && name == "else" && args[0].Kind != DotToken {
		p.fail(args[0].Position, bad(name))
		return
	}
	n := len(p.ifs) - 1
	if n < 0 {
		p.fail(word.Position, tuple("illegal", term.String("unbalanced"), term.Atom(name)))
		return
	}
	c := p.ifs[n]
	inner := p.skip == 0 || p.skip == 1 && c.hidden // nothing around the whole is left out
	if c.branch == "else" && inner {
		switch {
		case name == "else":
			p.fail(word.Position, tuple("illegal", term.String("repeated"), term.Atom(name)))
		case active:
			p.fail(word.Position, tuple("illegal", term.String("unbalanced"), term.Atom(name)))
		default:
			p.fail(word.Position, term.Atom("elif_after_else"))
		}
		p.close()
		p.open(conditional{"else", true, true})
		return
	}
	p.close()
	take := !c.taken
	if take && name == "elif" {
		take = p.condition("if", word, args)
	}
	p.open(conditional{name, !take, c.taken || take})
}

// condition decides -if, -ifdef and -ifndef; one that is badly formed is false.
func (p *preprocessor) condition(name string, word Token, args []Token) bool {
	if name == "if" {
		return p.truth(word, args)
	}
	if t, ok := mismatch(args, word, "(", "name", ")", "."); !ok {
		p.fail(t.Position, bad(name))
		return false
	}
	m := p.macros[args[1].name()]
	return (m != nil && !m.undefined) == (name == "ifdef")
}

// truth evaluates the condition of -if and -elif: one guard expression, in which defined(Name) may stand.
func (p *preprocessor) truth(word Token, args []Token) bool {
	if !args[0].Is("(") {
		p.fail(args[0].Position, bad("if"))
		return false
	}
	expanded, err := p.expand(args, &formName{})
	if err != nil {
		p.report(err)
		return false
	}
	body, parseErr := ParseExprs(expanded, Options{})
	if e, ok := parseErr.(*Error); ok {
		p.report(e)
		return false
	}
	if len(body) != 1 || !p.conditionExpr(body[0]) {
		p.fail(word.Position, bad("if"))
		return false
	}
	v, ok := p.fold(body[0])
	return ok && v == term.True
}

// conditionExpr reports whether an expression may be a condition: guards may be, and calls of anything that is no function of module
// erlang, which then fail.
func (p *preprocessor) conditionExpr(e Expr) bool {
	ok := true
	Walk(e, func(x Expr) bool {
		switch x := x.(type) {
		case *Var, *Case, *If, *Receive, *Try, *Catch, *Block, *Comprehension, *Maybe, *Match, *Fun, *FunRef, *RecordExpr, *RecordAccess, *RecordIndex:
			ok = false
		case *Remote:
			m, isLiteral := x.Module.(*Literal)
			ok = ok && isLiteral && m.Value == term.Atom("erlang")
		case *BinaryOp:
			ok = ok && x.Op != "!" && x.Op != "++" && x.Op != "--"
		case *Call:
			if f, isLiteral := x.Callee.(*Literal); isLiteral && f.Value == term.Atom("defined") && len(x.Args) == 1 {
				switch a := x.Args[0].(type) {
				case *Var:
				case *Literal:
					ok = ok && a.Value.IsAtom()
				default:
					ok = false
				}
				return false
			}
			if f, isLiteral := x.Callee.(*Literal); isLiteral && slices.Contains(noConditions, f.Value.AtomName()) {
				ok = false
			}
		}
		return ok
	})
	return ok
}

// noConditions are auto-imported functions that no condition may call.
var noConditions = []string{"spawn", "spawn_link", "spawn_monitor", "put", "get", "erase", "exit", "error", "throw", "apply", "halt", "link",
	"unlink", "register", "unregister", "whereis", "send", "list_to_atom", "atom_to_list", "integer_to_list", "list_to_integer", "now", "time",
	"date", "make_ref", "process_flag", "processes", "process_info", "setelement", "list_to_tuple", "tuple_to_list", "binary_to_list", "list_to_binary"}

// fold evaluates a condition; false where it fails.
func (p *preprocessor) fold(e Expr) (term.Term, bool) {
	switch e := e.(type) {
	case *Unary:
		v, ok := p.fold(e.Operand)
		if e.Op == "not" {
			return term.Bool(v != term.True), ok && (v == term.True || v == term.False)
		}
		c, isConstant := Constant(e)
		return c, isConstant
	case *BinaryOp:
		return p.foldOp(e)
	case *Call:
		return p.foldCall(e)
	}
	return Constant(e)
}

func (p *preprocessor) foldOp(e *BinaryOp) (term.Term, bool) {
	a, ok := p.fold(e.Left)
	if !ok {
		return term.None, false
	}
	isBool := a == term.True || a == term.False
	switch {
	case e.Op == "andalso" && a == term.False, e.Op == "orelse" && a == term.True:
		return a, true
	case e.Op == "andalso", e.Op == "orelse":
		b, ok := p.fold(e.Right)
		return b, ok && isBool
	}
	b, ok := p.fold(e.Right)
	if !ok {
		return term.None, false
	}
	isBool = isBool && (b == term.True || b == term.False)
	switch e.Op {
	case "and":
		return term.Bool(a == term.True && b == term.True), isBool
	case "or":
		return term.Bool(a == term.True || b == term.True), isBool
	case "xor":
		return term.Bool(a != b), isBool
	case "=:=":
		return term.Bool(term.Equal(a, b)), true
	case "=/=":
		return term.Bool(!term.Equal(a, b)), true
	case "==":
		return term.Bool(term.Same(a, b)), true
	case "/=":
		return term.Bool(!term.Same(a, b)), true
	}
	return foldArithmetic(e.Op, a, b)
}

func foldArithmetic(op string, a, b term.Term) (term.Term, bool) {
	switch c := term.Compare(a, b); op {
	case "<":
		return term.Bool(c < 0), true
	case ">":
		return term.Bool(c > 0), true
	case "=<":
		return term.Bool(c <= 0), true
	case ">=":
		return term.Bool(c >= 0), true
	}
	functions := map[string]func(a, b term.Term) (term.Term, error){
		"+": term.Add, "-": term.Sub, "*": term.Mul, "/": term.Divide, "div": term.Div, "rem": term.Rem,
	}
	if f := functions[op]; f != nil {
		v, err := f(a, b)
		return v, err == nil
	}
	return term.None, false
}

func (p *preprocessor) foldCall(e *Call) (term.Term, bool) {
	f, ok := e.Callee.(*Literal)
	if !ok || len(e.Args) != 1 {
		return term.None, false
	}
	name := f.Value.AtomName()
	if name == "defined" {
		switch a := e.Args[0].(type) {
		case *Var:
			return term.Bool(p.macros[a.Name] != nil), true
		case *Literal:
			return term.Bool(p.macros[a.Value.AtomName()] != nil), true
		}
		return term.None, false
	}
	v, ok := p.fold(e.Args[0])
	if !ok {
		return term.None, false
	}
	switch name {
	case "is_atom":
		return term.Bool(v.IsAtom()), true
	case "is_integer":
		_, big := v.Big()
		return term.Bool(big), true
	case "is_list":
		return term.Bool(v.IsList()), true
	case "is_tuple":
		_, tuple := v.Tuple()
		return term.Bool(tuple), true
	case "is_boolean":
		return term.Bool(v == term.True || v == term.False), true
	}
	return term.None, false
}
