package funspec

import (
	"fmt"

	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// guardFunctions are those that may be called in guards and bodies, with their numbers of arguments.
var guardFunctions = map[string][]int{
	"abs": {1}, "binary_part": {2, 3}, "bit_size": {1}, "byte_size": {1}, "ceil": {1}, "element": {2}, "float": {1}, "floor": {1}, "hd": {1},
	"is_atom": {1}, "is_binary": {1}, "is_float": {1}, "is_function": {1, 2}, "is_integer": {1}, "is_list": {1}, "is_map": {1},
	"is_map_key": {2}, "is_number": {1}, "is_pid": {1}, "is_port": {1}, "is_reference": {1}, "is_tuple": {1}, "is_bitstring": {1},
	"is_boolean": {1}, "length": {1}, "map_get": {2}, "map_size": {1}, "max": {2}, "min": {2}, "node": {0, 1}, "round": {1}, "self": {0},
	"size": {1}, "tl": {1}, "trunc": {1}, "tuple_size": {1}, "get_tcw": {0}, "is_seq_trace": {0},
}

// actionFunctions are those that may be called in bodies only.
var actionFunctions = map[string][]int{
	"caller": {0}, "caller_line": {0}, "current_stacktrace": {0, 1}, "disable_trace": {1, 2}, "display": {1}, "enable_trace": {1, 2},
	"exception_trace": {0}, "get_seq_token": {0}, "message": {1}, "process_dump": {0}, "return_trace": {0}, "set_seq_token": {2},
	"set_tcw": {1}, "silent": {1}, "trace": {2, 3},
}

// oldTests are the names that type tests once had.
var oldTests = map[string]string{
	"atom": "is_atom", "binary": "is_binary", "float": "is_float", "function": "is_function", "integer": "is_integer", "list": "is_list",
	"number": "is_number", "pid": "is_pid", "port": "is_port", "reference": "is_reference", "tuple": "is_tuple",
}

func (t *translation) all(es []syntax.Expr) []syntax.Expr {
	out := make([]syntax.Expr, len(es))
	for i, e := range es {
		out[i] = t.expression(e)
	}
	return out
}

// expression translates a part of a guard or body.
func (t *translation) expression(e syntax.Expr) syntax.Expr {
	switch e := e.(type) {
	case *syntax.Literal, *syntax.NilExpr:
		return e
	case *syntax.Var:
		return t.variable(e)
	case *syntax.Tuple:
		return tuple(e.Position, tuple(e.Position, t.all(e.Elements)...))
	case *syntax.Cons:
		head := t.expression(e.Head)
		return &syntax.Cons{Position: e.Position, Head: head, Tail: t.expression(e.Tail)}
	case *syntax.MapExpr:
		if e.Base != nil {
			return t.element(e.Position, "map")
		}
		out := &syntax.MapExpr{Position: e.Position}
		for _, f := range e.Fields {
			out.Fields = append(out.Fields, syntax.MapField{Position: f.Position, Key: t.expression(f.Key), Value: t.expression(f.Value)})
		}
		return out
	case *syntax.RecordExpr:
		return t.record(e)
	case *syntax.RecordAccess:
		at := t.fieldAt(e.Name, e.Field, e.Position)
		return tuple(e.Position, atom(e.Position, "element"), at, t.expression(e.Base))
	case *syntax.RecordIndex:
		return t.fieldAt(e.Name, e.Field, e.Position)
	case *syntax.Unary:
		return t.unary(e)
	case *syntax.BinaryOp:
		left := t.expression(e.Left)
		return tuple(e.Position, atom(e.Position, e.Op), left, t.expression(e.Right))
	case *syntax.Call:
		return t.call(e)
	case *syntax.Binary:
		for _, x := range e.Elements {
			if v, ok := x.Value.(*syntax.Var); ok {
				return t.fail(v.Position, "bit syntax construction with variable '%s' (in %s) cannot be translated into match_spec", v.Name, t.where)
			}
		}
		return e
	case *syntax.Match:
		return t.fail(e.Position, "fun with %s matching ('=' in %s) is illegal as match_spec", t.where, t.where)
	}
	return t.element(e.Pos(), nameOf(e))
}

func (t *translation) element(at syntax.Position, name string) syntax.Expr {
	return t.fail(at, "the language element %s (in %s) cannot be translated into match_spec", name, t.where)
}

// nameOf names a kind of expression that has no translation.
func nameOf(e syntax.Expr) string {
	switch e := e.(type) {
	case *syntax.Case:
		return "case"
	case *syntax.If:
		return "if"
	case *syntax.Fun, *syntax.FunRef:
		return "fun"
	case *syntax.Catch:
		return "catch"
	case *syntax.Block:
		return "begin/end block"
	case *syntax.Try:
		return "try"
	case *syntax.Receive:
		return "receive"
	case *syntax.Maybe:
		return "maybe"
	case *syntax.Comprehension:
		return map[syntax.ComprehensionKind]string{syntax.ListKind: "list comprehension", syntax.BinaryKind: "binary comprehension",
			syntax.MapKind: "map comprehension"}[e.Kind]
	}
	return "this"
}

func (t *translation) variable(v *syntax.Var) syntax.Expr {
	if n := t.vars[v.Name]; n > 0 {
		return atom(v.Position, fmt.Sprintf("$%d", n))
	}
	if v.Name == t.alias {
		return atom(v.Position, "$_")
	}
	value := syntax.Expr(v)
	if t.Value != nil {
		given, ok := t.Value(v.Name)
		if !ok {
			return t.fail(v.Position, "variable '%s' is unbound", v.Name)
		}
		value = given
	}
	return tuple(v.Position, atom(v.Position, "const"), value)
}

func (t *translation) unary(e *syntax.Unary) syntax.Expr {
	if l, ok := e.Operand.(*syntax.Literal); ok && l.Value.IsNumber() && (e.Op == "-" || e.Op == "+") {
		return e
	}
	return tuple(e.Position, atom(e.Position, e.Op), t.expression(e.Operand))
}

func (t *translation) definition(name string, at syntax.Position) *syntax.RecordDef {
	r := t.Records[name]
	if r == nil {
		t.fail(at, "fun contains unknown record type %s (in %s)", name, t.where)
	}
	return r
}

func (t *translation) fieldAt(record, name string, at syntax.Position) syntax.Expr {
	r := t.definition(record, at)
	if r == nil {
		return integer(at, 0)
	}
	i := index(r, name)
	if i < 0 {
		t.fail(at, "fun contains reference to unknown field %s in record type %s (in %s)", name, record, t.where)
	}
	return integer(at, i+2)
}

// record translates the making or the update of a record.
func (t *translation) record(e *syntax.RecordExpr) syntax.Expr {
	r := t.definition(e.Name, e.Position)
	if r == nil {
		return e
	}
	t.known(r, e, "fun contains reference to unknown field %s in record type %s (in "+t.where+")")
	parts := []syntax.Expr{atom(e.Position, r.Name)}
	for i, f := range r.Fields {
		v := field(e, f.Name)
		switch {
		case v == nil && e.Base != nil:
			parts = append(parts, tuple(e.Position, atom(e.Position, "element"), integer(e.Position, i+2), t.expression(e.Base)))
			continue
		case v == nil:
			v = f.Value
		}
		if v == nil {
			v = atom(e.Position, "undefined")
		}
		parts = append(parts, t.expression(v))
	}
	return tuple(e.Position, tuple(e.Position, parts...))
}

// call translates the call of a function.
func (t *translation) call(e *syntax.Call) syntax.Expr {
	module, name := "", ""
	switch c := e.Callee.(type) {
	case *syntax.Literal:
		name = c.Value.AtomName()
	case *syntax.Remote:
		m, ok1 := c.Module.(*syntax.Literal)
		f, ok2 := c.Name.(*syntax.Literal)
		if !ok1 || !ok2 {
			return t.element(e.Position, "remote call")
		}
		module, name = m.Value.AtomName(), f.Value.AtomName()
	default:
		return t.element(e.Position, "call")
	}
	n := len(e.Args)
	if module == "" || module == "erlang" {
		if x := t.specialCall(e, name, n); x != nil {
			return x
		}
		if old := oldTests[name]; old != "" && n == 1 && t.where == "guard" && name != "float" {
			name = old
		}
		if takes(guardFunctions[name], n) || t.where == "body" && takes(actionFunctions[name], n) && module == "" {
			return tuple(e.Position, append([]syntax.Expr{atom(e.Position, name)}, t.all(e.Args)...)...)
		}
	}
	text := "fun containing the local function call '%s/%d' (called in %s) cannot be translated into match_spec"
	if module != "" {
		text = "fun containing the remote function call '" + module + ":%s/%d' (called in %s) cannot be translated into match_spec"
	}
	return t.fail(e.Position, text, name, n, t.where)
}

func takes(arities []int, n int) bool {
	for _, a := range arities {
		if a == n {
			return true
		}
	}
	return false
}

// specialCall translates the calls that are not what they look like; nil for others.
func (t *translation) specialCall(e *syntax.Call, name string, n int) syntax.Expr {
	switch {
	case name == "object" && n == 0:
		return atom(e.Position, "$_")
	case name == "bindings" && n == 0:
		return atom(e.Position, "$*")
	case n == 2 && (name == "is_record" || name == "record"):
		l, ok := e.Args[1].(*syntax.Literal)
		if !ok || !l.Value.IsAtom() {
			return nil
		}
		r := t.definition(l.Value.AtomName(), e.Position)
		if r == nil {
			return e
		}
		return tuple(e.Position, atom(e.Position, "is_record"), t.expression(e.Args[0]), e.Args[1], integer(e.Position, len(r.Fields)+1))
	}
	return nil
}

// Term returns the term that a translated expression stands for, one without variables; false for any other.
func Term(e syntax.Expr) (term.Term, bool) { return syntax.Constant(e) }
