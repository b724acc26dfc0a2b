// Package ms_transform is module ms_transform: it makes match specifications of literal funs. The translation is that of package
// funspec, which the compiler and the prompt use themselves.
package ms_transform

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/funspec"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name: "ms_transform",
		Doc:  "Makes match specifications of the literal funs in calls of `ets:fun2ms/1` and `dbg:fun2ms/1`.",
		Functions: []bif.Function{
			{Spec: "parse_transform(Forms :: [erl_parse:abstract_form()], Options :: term()) -> [erl_parse:abstract_form()] | {error, list(), list()}",
				Doc:  "Puts match specifications in the place of the calls of fun2ms in the forms of a module.",
				Proc: func(_ *node.Process, args []term.Term) (term.Term, error) { return parseTransform(args[0]) }},
			{Spec: "transform_from_shell(Dialect :: ets | dbg, Clauses :: [erl_parse:abstract_clause()], BoundEnvironment :: [{atom(), term()}]) -> term()",
				Doc: "Makes a match specification of the clauses of a fun and of the variables that it uses from outside.",
				Example: "1> {ok, Ts, _} = erl_scan:string(\"fun({A}) -> A end.\"), {ok, [{'fun',_,{clauses,Cs}}]} = erl_parse:parse_exprs(Ts), " +
					"ms_transform:transform_from_shell(ets, Cs, []).\n[{{'$1'},[],['$1']}]",
				Proc: func(_ *node.Process, args []term.Term) (term.Term, error) { return fromShell(args) }},
			{Spec: "from_fun(Dialect :: ets | dbg, Fun :: function()) -> {ok, term()} | {error, string()} | false",
				Doc:     "Makes a match specification of a fun that was typed at a prompt; false for any other fun.",
				Example: "1> ms_transform:from_fun(ets, fun({A}) -> A end).\n{ok,[{{'$1'},[],['$1']}]}", Pure: fromFun},
			{Spec: "format_error(Error :: term()) -> io_lib:chars()", Doc: "Tells in words what was wrong with a fun.",
				Proc: func(_ *node.Process, args []term.Term) (term.Term, error) {
					if e, ok := args[0].Tagged(atomText, 2); ok {
						return e[1], nil
					}
					return term.None, term.FunctionClause()
				}},
		},
	}
}

var (
	atomText      = term.Atom("text")
	atomTransform = term.Atom("ms_transform")
	atomFunction  = term.Atom("function")
	atomAttribute = term.Atom("attribute")
	atomRecord    = term.Atom("record")
)

// refused is the answer for what has no translation, in the form of a compiler's errors.
func refused(file term.Term, errors []*syntax.Error) term.Term {
	var b term.Builder
	for _, e := range errors {
		b.Add(term.Tuple(syntax.AbstractAnno(e.At), atomTransform, term.Tuple(atomText, term.String(e.Text))))
	}
	return term.Tuple(atom.ErrorAtom, term.List(term.Tuple(file, b.List(term.Nil))), term.Nil)
}

func fromShell(args []term.Term) (term.Term, error) {
	clauses, err := syntax.FromAbstractClauses(args[1])
	pairs, ok := args[2].Slice()
	if err != nil || !ok || len(clauses) == 0 {
		return term.None, term.FunctionClause()
	}
	values := map[string]term.Term{}
	for _, x := range pairs {
		if e, ok := x.Tuple(); ok && len(e) == 2 {
			values[e[0].AtomName()] = e[1]
		}
	}
	f := &syntax.Fun{Position: clauses[0].Position, Clauses: clauses}
	spec, wrong := translate(args[0].AtomName(), f, values, nil)
	if wrong != nil {
		return refused(term.Nil, []*syntax.Error{wrong}), nil
	}
	return spec, nil
}

func translate(dialect string, f *syntax.Fun, values map[string]term.Term, records map[string]*syntax.RecordDef) (term.Term, *syntax.Error) {
	spec, _, wrong := funspec.Fun(f, funspec.Scope{Dialect: dialect, Records: records, Value: func(name string) (syntax.Expr, bool) {
		v, ok := values[name]
		return &syntax.Literal{Position: f.Position, Form: syntax.ValueLiteral, Value: v}, ok
	}})
	if wrong != nil {
		return term.None, wrong
	}
	v, ok := syntax.Constant(spec)
	if !ok {
		return term.None, &syntax.Error{At: f.Position, Text: "the fun cannot be translated into match_spec"}
	}
	return v, nil
}

func fromFun(args []term.Term) (term.Term, error) {
	f, ok := args[1].Fun()
	if !ok || !eval.TypedFun(f) {
		return term.False, nil
	}
	text, names, captured, ok := eval.FunSource(f)
	if !ok {
		return term.False, nil
	}
	values := map[string]term.Term{}
	for i, name := range names {
		values[name] = captured[i]
	}
	spec, wrong := translate(args[0].AtomName(), text, values, eval.FunRecords(f))
	if wrong != nil {
		return term.Tuple(atom.ErrorAtom, term.String(wrong.Text)), nil
	}
	return term.Tuple(atom.OK, spec), nil
}

func parseTransform(forms term.Term) (term.Term, error) {
	all, ok := forms.Slice()
	if !ok {
		return term.None, term.FunctionClause()
	}
	records := map[string]*syntax.RecordDef{}
	var errors []*syntax.Error
	file := term.Nil
	report := func(e *syntax.Error, warning bool) {
		if !warning {
			errors = append(errors, e)
		}
	}
	for i, f := range all {
		e, _ := f.Tuple()
		switch {
		case len(e) == 4 && e[0] == atomAttribute && e[2] == atom.File:
			if x, ok := e[3].Tuple(); ok && len(x) == 2 {
				file = x[0]
			}
		case len(e) == 4 && e[0] == atomAttribute && e[2] == atomRecord:
			addRecord(records, e[3])
		case len(e) == 5 && e[0] == atomFunction:
			clauses, err := syntax.FromAbstractClauses(e[4])
			if err != nil {
				return term.None, term.FunctionClause()
			}
			all[i] = term.Tuple(e[0], e[1], e[2], e[3], syntax.AbstractClauses(funspec.Clauses(clauses, records, report)))
		}
	}
	if len(errors) > 0 {
		return refused(file, errors), nil
	}
	return term.List(all...), nil
}

// addRecord reads {Name, [Field]} of a record attribute in the abstract format.
func addRecord(records map[string]*syntax.RecordDef, t term.Term) {
	e, ok := t.Tuple()
	if !ok || len(e) != 2 {
		return
	}
	r := &syntax.RecordDef{Name: e[0].AtomName()}
	fields, _ := e[1].Slice()
	for _, f := range fields {
		x, _ := f.Tuple()
		if len(x) == 3 && x[0].AtomName() == "typed_record_field" {
			x, _ = x[1].Tuple()
		}
		if len(x) < 3 {
			continue
		}
		name, _ := x[2].Tuple()
		if len(name) != 3 {
			continue
		}
		field := syntax.RecordField{Name: name[2].AtomName()}
		if len(x) == 4 {
			field.Value, _ = syntax.FromAbstract(x[3])
		}
		r.Fields = append(r.Fields, field)
	}
	records[r.Name] = r
}
