// Package erl_eval is module erl_eval: it evaluates expressions in the abstract format.
package erl_eval

import (
	"slices"
	"strings"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name: "erl_eval",
		Doc:  "Evaluates expressions in the abstract format. Bindings are a list of pairs or a map.",
		Functions: []bif.Function{
			{Spec: "exprs(Expressions :: [abstract_expr()], Bindings :: bindings()) -> {value, Value :: term(), NewBindings :: bindings()}",
				Doc: "Evaluates expressions and returns the last value and what is bound now.", Proc: exprs},
			{Spec: "exprs(Expressions :: [abstract_expr()], Bindings :: bindings(), LocalFunctionHandler :: term()) -> {value, term(), bindings()}",
				Doc: "The same; `{value,Fun}` or `{eval,Fun}` answers calls of local functions.", Proc: exprs},
			{Spec: "exprs(Expressions :: [abstract_expr()], Bindings :: bindings(), LocalFunctionHandler :: term(), NonLocal :: term()) -> {value, term(), bindings()}",
				Doc: "The same; the handler of other calls is not asked.", Proc: exprs},
			{Spec: "expr(Expression :: abstract_expr(), Bindings :: bindings()) -> {value, Value :: term(), NewBindings :: bindings()}",
				Doc: "Evaluates one expression.", Proc: expr},
			{Spec: "expr(Expression :: abstract_expr(), Bindings :: bindings(), LocalFunctionHandler :: term()) -> {value, term(), bindings()}",
				Doc: "Evaluates one expression with a handler of local calls.", Proc: expr},
			{Spec: "expr_list(ExpressionList :: [abstract_expr()], Bindings :: bindings()) -> {ValueList :: [term()], NewBindings :: bindings()}",
				Doc: "Evaluates each expression with the same bindings and returns all values.", Proc: exprList},
			{Spec: "expr_list(ExpressionList :: [abstract_expr()], Bindings :: bindings(), LocalFunctionHandler :: term(), NonLocal :: term()) -> {ValueList :: [term()], NewBindings :: bindings()}",
				Doc:     "The same with a handler of local calls; the handler of other calls is not asked.",
				Example: "1> erl_eval:expr_list([{var,1,'X'},{integer,1,2}], [{'X',1}], none, none).\n{[1,2],[{'X',1}]}", Proc: exprList},
			{Spec: "expr(Expression :: abstract_expr(), Bindings :: bindings(), LocalFunctionHandler :: term(), NonLocal :: term(), ReturnFormat :: none | value) -> {value, term(), bindings()} | term()",
				Doc:     "Evaluates one expression; with the format `value` only the value is returned. The handler of other calls is not asked.",
				Example: "1> erl_eval:expr({integer,1,3}, [], none, none, value).\n3", Proc: exprAs},
			{Spec: "fun_data(Fun :: function()) -> {fun_data, Bindings, Clauses} | {named_fun_data, Bindings, Name, Clauses} | false",
				Doc:     "Returns the clauses of a fun that was typed at a prompt, and the variables that it uses from outside; false for any other fun.",
				Example: "1> X = 1, {fun_data, Bindings, _} = erl_eval:fun_data(fun() -> X end), Bindings.\n[{'X',1}]", Pure: funData},
			{Spec: "new_bindings() -> bindings()", Doc: "Returns empty bindings.", Example: "1> erl_eval:new_bindings().\n[]",
				Pure: func([]term.Term) (term.Term, error) { return term.Nil, nil }},
			{Spec: "bindings(Bindings :: bindings()) -> [{Name, Value}]", Doc: "Returns the bindings as a list of pairs.",
				Example: "1> erl_eval:bindings(#{'X' => 1}).\n[{'X',1}]", Pure: list},
			{Spec: "binding(Name :: atom(), Bindings :: bindings()) -> {value, term()} | unbound", Doc: "Returns the value of a variable.",
				Example: "1> erl_eval:binding('X', [{'X',1}]).\n{value,1}", Pure: binding},
			{Spec: "add_binding(Name :: atom(), Value :: term(), Bindings :: bindings()) -> bindings()", Doc: "Binds a variable.",
				Example: "1> erl_eval:add_binding('X', 1, []).\n[{'X',1}]", Pure: addBinding},
			{Spec: "del_binding(Name :: atom(), Bindings :: bindings()) -> bindings()", Doc: "Removes a variable.",
				Example: "1> erl_eval:del_binding('X', [{'X',1}]).\n[]", Pure: delBinding},
		},
	}
}

// bindings are variables with values, remembering in which of the two forms they came.
type bindings struct {
	values map[string]term.Term
	isMap  bool
}

func read(t term.Term) (bindings, bool) {
	b := bindings{values: map[string]term.Term{}}
	if m, ok := t.Map(); ok {
		b.isMap = true
		for k, v := range m.All() {
			b.values[k.AtomName()] = v
		}
		return b, true
	}
	pairs, ok := t.Slice()
	for _, p := range pairs {
		e, isTuple := p.Tuple()
		if !isTuple || len(e) != 2 {
			return b, false
		}
		b.values[e[0].AtomName()] = e[1]
	}
	return b, ok
}

func (b bindings) names() []string {
	var names []string
	for name := range b.values {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (b bindings) term() term.Term {
	if b.isMap {
		var m term.MapBuilder
		for name, v := range b.values {
			m.Put(term.Atom(name), v)
		}
		return m.Map().Term()
	}
	var out term.Builder
	for _, name := range b.names() {
		out.Add(term.Tuple(term.Atom(name), b.values[name]))
	}
	return out.List(term.Nil)
}

func list(args []term.Term) (term.Term, error) {
	b, ok := read(args[0])
	if !ok {
		return term.None, term.FunctionClause()
	}
	b.isMap = false
	return b.term(), nil
}

func binding(args []term.Term) (term.Term, error) {
	b, ok := read(args[1])
	if !ok {
		return term.None, term.FunctionClause()
	}
	if v, ok := b.values[args[0].AtomName()]; ok {
		return term.Tuple(atomValue, v), nil
	}
	return term.Atom("unbound"), nil
}

func addBinding(args []term.Term) (term.Term, error) {
	b, ok := read(args[2])
	if !ok {
		return term.None, term.FunctionClause()
	}
	b.values[args[0].AtomName()] = args[1]
	return b.term(), nil
}

func delBinding(args []term.Term) (term.Term, error) {
	b, ok := read(args[1])
	if !ok {
		return term.None, term.FunctionClause()
	}
	delete(b.values, args[0].AtomName())
	return b.term(), nil
}

var (
	atomValue    = term.Atom("value")
	atomEval     = term.Atom("eval")
	atomErlEval  = term.Atom("erl_eval")
	atomUnbound  = term.Atom("unbound_var")
	atomUnsafe   = term.Atom("unsafe_var")
	atomNoRecord = term.Atom("undefined_record")
)

func funData(args []term.Term) (term.Term, error) {
	f, ok := args[0].Fun()
	if !ok || !eval.TypedFun(f) {
		return term.False, nil
	}
	text, names, values, ok := eval.FunSource(f)
	if !ok {
		return term.False, nil
	}
	b := bindings{values: map[string]term.Term{}}
	for i, name := range names {
		b.values[name] = values[i]
	}
	clauses := syntax.AbstractClauses(text.Clauses)
	if text.Name != "" {
		return term.Tuple(term.Atom("named_fun_data"), b.term(), term.Atom(text.Name), clauses), nil
	}
	return term.Tuple(term.Atom("fun_data"), b.term(), clauses), nil
}

func exprs(p *node.Process, args []term.Term) (term.Term, error) {
	body, err := syntax.FromAbstractExprs(args[0])
	if err != nil || len(body) == 0 {
		return term.None, term.FunctionClause()
	}
	return run(p, body, args)
}

func expr(p *node.Process, args []term.Term) (term.Term, error) {
	e, err := syntax.FromAbstract(args[0])
	if err != nil {
		return term.None, term.FunctionClause()
	}
	return run(p, []syntax.Expr{e}, args)
}

func exprAs(p *node.Process, args []term.Term) (term.Term, error) {
	only := args[4] == atomValue
	if !only && args[4] != term.Atom("none") {
		return term.None, term.FunctionClause()
	}
	v, err := expr(p, args[:4])
	if err != nil || !only {
		return v, err
	}
	e, _ := v.Tuple()
	return e[1], nil
}

func run(p *node.Process, body []syntax.Expr, args []term.Term) (term.Term, error) {
	b, ok := read(args[1])
	if !ok {
		return term.None, term.FunctionClause()
	}
	handler := term.None
	if len(args) > 2 {
		handler = args[2]
	}
	v, err := b.evaluate(p, body, handler, len(args) == 2)
	if err != nil {
		return term.None, err
	}
	return term.Tuple(atomValue, v, b.term()), nil
}

func exprList(p *node.Process, args []term.Term) (term.Term, error) {
	body, err := syntax.FromAbstractExprs(args[0])
	before, ok := read(args[1])
	if err != nil || !ok {
		return term.None, term.FunctionClause()
	}
	var out term.Builder
	after, _ := read(args[1])
	handler := term.None
	if len(args) > 2 {
		handler = args[2]
	}
	for _, e := range body {
		own := bindings{values: map[string]term.Term{}}
		for name, v := range before.values {
			own.values[name] = v
		}
		v, err := own.evaluate(p, []syntax.Expr{e}, handler, false)
		if err != nil {
			return term.None, err
		}
		for name, v := range own.values {
			after.values[name] = v
		}
		out.Add(v)
	}
	return term.Tuple(out.List(term.Nil), after.term()), nil
}

// evaluate runs expressions and adds what they bind; linted: they are checked before, as exprs/2 does.
func (b bindings) evaluate(p *node.Process, body []syntax.Expr, handler term.Term, linted bool) (term.Term, error) {
	env := eval.Env{Bound: b.names(), Table: p.Code(), Locals: nobody{}}
	if e, ok := handler.Tuple(); ok && len(e) >= 2 {
		env.Locals = locals{b, e[0] == atomEval, e[1]}
	}
	program, errs := eval.Exprs(body, env)
	if len(errs) > 0 {
		return term.None, refused(errs[0], linted)
	}
	in := make([]term.Term, len(program.In))
	for i, name := range program.In {
		in[i] = b.values[name]
	}
	f := &term.Fun{Module: atomErlEval, Name: term.Atom("expr"), Arity: len(in), Code: program.Function}
	result, err := p.Call(f.Term(), in...)
	if err != nil {
		return term.None, err
	}
	values, _ := result.Tuple()
	for i, name := range program.Out {
		if !values[i+1].None() {
			b.values[name] = values[i+1]
		}
	}
	return values[0], nil
}

// refused is the exception of expressions that do not compile, which the real interpreter finds when it gets there, unless the linter
// has seen them before.
func refused(e *syntax.Error, linted bool) error {
	unbound, noRecord := atomUnbound, atomNoRecord
	if !linted {
		unbound, noRecord = term.Atom("unbound"), term.Atom("undef_record")
	}
	word := strings.Split(e.Text, "'")
	switch {
	case strings.HasPrefix(e.Text, "variable '") && strings.Contains(e.Text, "is unbound"):
		return term.Error(term.Tuple(unbound, term.Atom(word[1])))
	case strings.HasPrefix(e.Text, "variable '") && len(word) > 3:
		return term.Error(term.Tuple(atomUnsafe, term.Atom(word[1]), term.Tuple(term.Atom(word[3]), term.Int(int64(e.At.Line)))))
	case strings.HasPrefix(e.Text, "record "):
		return term.Error(term.Tuple(noRecord, term.Atom(strings.TrimSuffix(strings.TrimPrefix(e.Text, "record "), " undefined"))))
	}
	return term.Error(term.Tuple(term.Atom("illegal_expr"), term.String(e.Text)))
}

// nobody answers calls of local functions where there is no handler.
type nobody struct{}

// Local returns a function that is not there.
func (nobody) Local(name term.Term, arity int) (*code.Function, bool) {
	return &code.Function{Module: atomErlEval, Name: name, Arity: arity,
		Native: func(code.Process, []term.Term) (term.Term, error) { return term.None, term.Error(term.Atom("undef")) }}, true
}

// locals asks the handler of local functions: with their values, or with their expressions and the bindings.
type locals struct {
	b          bindings
	expression bool
	fun        term.Term
}

// Local returns a function that hands a call on to the handler.
func (l locals) Local(name term.Term, arity int) (*code.Function, bool) {
	return &code.Function{
		Module: atomErlEval, Name: name, Arity: arity,
		Native: func(p code.Process, args []term.Term) (term.Term, error) {
			if !l.expression {
				return p.Call(l.fun, name, term.List(args...))
			}
			given := make([]term.Term, len(args))
			for i, a := range args {
				e, ok := syntax.FromTerm(a, syntax.Position{Line: 1})
				if !ok {
					e = &syntax.Literal{Position: syntax.Position{Line: 1}, Form: syntax.ValueLiteral, Value: a}
				}
				given[i] = syntax.Abstract(e)
			}
			v, err := p.Call(l.fun, name, term.List(given...), l.b.term())
			if err != nil {
				return term.None, err
			}
			if e, ok := v.Tagged(atomValue, 3); ok {
				return e[1], nil
			}
			return term.None, term.Badarg()
		},
	}, true
}
