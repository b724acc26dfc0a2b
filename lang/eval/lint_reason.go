package eval

import (
	"fmt"
	"strings"

	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// problemKind ties the words of a problem to the descriptor that programs see. The shape says what follows the tag: a is an atom, f a
// function {Name, Arity}, t a type {Name, Arity}, r two atoms in the other order than in the text, b a function and an atom, u what a
// variable is unsafe in, w a word in quotes.
type problemKind struct {
	format, tag, shape string
}

var problemKinds = []problemKind{
	{"variable '%s' is unbound", "unbound_var", "a"},
	{"variable '%s' is unbound%s", "unbound_var", "a"},
	{"variable '%s' unsafe in %s", "unsafe_var", "u"},
	{"variable '%s' is unused", "unused_var", "a"},
	{exportedVar, "exported_var", "u"},
	{"missing specification for function %s/%d", "missing_spec", "f"},
	{"record %s has field(s) without type information", "untyped_record", "a"},
	{"variable '%s' shadowed in %s", "shadowed_var", "w"},
	{"function %s/%d undefined", "undefined_function", "f"},
	{"function %s/%d already defined", "redefine_function", "f"},
	{"function %s/%d is unused", "unused_function", "f"},
	{"function %s/%d already exported", "duplicated_export", "f"},
	{"defining imported function %s/%d", "define_import", "f"},
	{"spec for undefined function %s/%d", "spec_fun_undefined", "f"},
	{"record %s undefined", "undefined_record", "a"},
	{"record %s already defined", "redefine_record", "a"},
	{"record %s is unused", "unused_record", "a"},
	{"field %s undefined in record %s", "undefined_field", "r"},
	{"field %s already defined in record %s", "redefine_field", "r"},
	{"bit type %s undefined", "undefined_bittype", "a"},
	{"type %s undefined", "undefined_type", "t"},
	{"type %s is unused", "unused_type", "t"},
	{"type %s already defined", "redefine_type", "t"},
	{"type %s/%d already exported", "duplicated_export_type", "f"},
	{"type %s is a builtin type; it cannot be redefined", "builtin_type", "t"},
	{"opaque type %s is not exported", "not_exported_opaque", "t"},
	{"opaque type %s is underspecified and therefore meaningless", "underspecified_opaque", "t"},
	{"type variable %s is only used once (is unbound)", "singleton_typevar", "a"},
	{"behaviour %s undefined", "undefined_behaviour", "a"},
	{"undefined callback function %s/%d (behaviour '%s')", "undefined_behaviour_func", "b"},
	{"no module definition", "undefined_module", ""},
	{"attribute %s after function definitions", "attribute", "a"},
	{"stacktrace variable %s must not be used in a guard", "stacktrace_guard", "a"},
	{"stacktrace variable %s must not be previously bound", "stacktrace_bound", "a"},
	{"illegal pattern", "illegal_pattern", ""},
	{"illegal expression", "illegal_expr", ""},
	{"illegal guard expression", "illegal_guard_expr", ""},
	{"illegal record info", "illegal_record_info", ""},
	{"only association operators '=>' are allowed in map construction", "illegal_map_construction", ""},
	{"a binary field without size is only allowed at the end of a binary pattern", "unsized_binary_not_at_end", ""},
	{"export_all flag enabled - all functions will be exported", "export_all", ""},
}

// descriptor makes the descriptor of a problem; None where it has none of its own.
func descriptor(format string, args []any) term.Term {
	for _, k := range problemKinds {
		if k.format == format {
			return k.of(args)
		}
	}
	return term.None
}

func (k problemKind) of(args []any) term.Term {
	tag := term.Atom(k.tag)
	function := func() term.Term {
		n, _ := args[1].(int)
		return term.Tuple(unquoted(args[0]), term.Int(int64(n)))
	}
	switch k.shape {
	case "a":
		return term.Tuple(tag, unquoted(args[0]))
	case "f":
		return term.Tuple(tag, function())
	case "b":
		return term.Tuple(tag, function(), unquoted(args[2]))
	case "r":
		return term.Tuple(tag, unquoted(args[1]), unquoted(args[0]))
	case "t":
		name, blanks, _ := strings.Cut(fmt.Sprint(args[0]), "(")
		return term.Tuple(tag, term.Tuple(unquoted(name), term.Int(int64(strings.Count(blanks, "_")))))
	case "w":
		return term.Tuple(tag, unquoted(args[0]), unquoted(args[1]))
	case "u":
		what, where, _ := strings.Cut(fmt.Sprint(args[1]), " (")
		var p syntax.Position
		if _, err := fmt.Sscanf(where, "line %d, column %d)", &p.Line, &p.Column); err != nil {
			_, _ = fmt.Sscanf(where, "line %d)", &p.Line)
		}
		return term.Tuple(tag, unquoted(args[0]), term.Tuple(unquoted(what), syntax.AbstractAnno(p)))
	}
	return tag
}

// unquoted is the atom that a text in a message stands for.
func unquoted(text any) term.Term {
	s := fmt.Sprint(text)
	if len(s) > 1 && s[0] == '\'' && strings.HasSuffix(s, "'") {
		s = strings.NewReplacer(`\'`, `'`, `\\`, `\`).Replace(s[1 : len(s)-1])
	}
	return term.Atom(s)
}

// ExplainLint returns the text of a problem, as erl_lint:format_error/1 does; false for a descriptor that is none.
func ExplainLint(d term.Term) (string, bool) {
	tag, ok := d.Atom()
	var e []term.Term
	if !ok {
		if e, ok = d.Tuple(); !ok || len(e) == 0 || !e[0].IsAtom() {
			return "", false
		}
		tag = e[0].AtomName()
	}
	for _, k := range problemKinds {
		if k.tag == tag {
			return k.text(e)
		}
	}
	return "", false
}

func (k problemKind) text(e []term.Term) (string, bool) {
	var args []any
	want := map[string]int{"": 0, "a": 2, "f": 2, "t": 2, "b": 3, "r": 3, "w": 3, "u": 3}[k.shape]
	if len(e) != want {
		return "", false
	}
	pair := func(t term.Term) (string, int) {
		p, ok := t.Tuple()
		if !ok || len(p) != 2 {
			return "", 0
		}
		n, _ := p[1].Int()
		return quote(p[0]), int(n)
	}
	plain := strings.Contains(k.format, "'%s'")
	name := func(t term.Term) string {
		if plain {
			return t.AtomName()
		}
		return quote(t)
	}
	switch k.shape {
	case "a":
		args = []any{name(e[1])}
	case "f", "b":
		f, n := pair(e[1])
		args = []any{f, n}
		if k.shape == "b" {
			args = append(args, e[2].AtomName())
		}
	case "r":
		args = []any{quote(e[2]), quote(e[1])}
	case "t":
		f, n := pair(e[1])
		args = []any{f + blanks(n)}
	case "w":
		args = []any{name(e[1]), "'" + e[2].AtomName() + "'"}
	case "u":
		p, ok := e[2].Tuple()
		if !ok || len(p) != 2 {
			return "", false
		}
		args = []any{name(e[1]), construct(p[0].AtomName(), syntax.AnnoPosition(p[1]))}
	}
	return fmt.Sprintf(k.format, args...), true
}
