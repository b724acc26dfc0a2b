// Package erl_pp is module erl_pp: the abstract format as text.
package erl_pp

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// Module returns the module.
func Module() *bif.Module {
	rows := []bif.Function{
		{Spec: "form(Form :: abstract_form()) -> io_lib:chars()", Doc: "Returns the text of a form of a module.",
			Example: "1> erl_pp:form({attribute,1,module,m}).\n\"-module(m).\\n\"", Pure: form},
		{Spec: "attribute(Attribute :: abstract_form()) -> io_lib:chars()", Doc: "Returns the text of an attribute.",
			Example: "1> erl_pp:attribute({attribute,1,vsn,2}).\n\"-vsn(2).\\n\"", Pure: attribute},
		{Spec: "function(Function :: abstract_form()) -> io_lib:chars()", Doc: "Returns the text of a function.",
			Example: "1> erl_pp:function({function,1,f,0,[{clause,1,[],[],[{atom,1,ok}]}]}).\n\"f() ->\\n    ok.\\n\"", Pure: function},
		{Spec: "guard(Guard :: [[abstract_expr()]]) -> io_lib:chars()", Doc: "Returns the text of a guard.",
			Example: "1> erl_pp:guard([[{atom,1,true}]]).\n\"when true\"", Pure: guard},
		{Spec: "exprs(Expressions :: [abstract_expr()]) -> io_lib:chars()", Doc: "Returns the text of expressions, with commas between them.",
			Example: "1> erl_pp:exprs([{atom,1,a},{var,1,'X'}]).\n\"a, X\"", Pure: exprs},
		{Spec: "expr(Expression :: abstract_expr()) -> io_lib:chars()", Doc: "Returns the text of an expression.",
			Example: "1> erl_pp:expr({op,1,'+',{integer,1,1},{var,1,'X'}}).\n\"1 + X\"", Pure: expr},
		{Spec: "legalize_vars(Function :: abstract_form()) -> abstract_form()", Doc: "Gives the variables of a function names that a program may have.",
			Example: "1> element(5, erl_pp:legalize_vars({function,1,f,1,[{clause,1,[{var,1,rec0}],[],[{var,1,rec0}]}]})).\n[{clause,1,[{var,1,'REC0'}],[],[{var,1,'REC0'}]}]", Pure: legalizeVars},
	}
	for _, f := range []struct {
		head string
		pure func([]term.Term) (term.Term, error)
	}{
		{"form(Form :: abstract_form(), Options :: term())", form}, {"attribute(Attribute :: abstract_form(), Options :: term())", attribute},
		{"function(Function :: abstract_form(), Options :: term())", function}, {"guard(Guard :: [[abstract_expr()]], Options :: term())", guard},
		{"exprs(Expressions :: [abstract_expr()], Options :: term())", exprs},
		{"exprs(Expressions :: [abstract_expr()], Indent :: integer(), Options :: term())", exprs},
		{"expr(Expression :: abstract_expr(), Options :: term())", expr},
		{"expr(Expression :: abstract_expr(), Indent :: integer(), Options :: term())", expr},
		{"expr(Expression :: abstract_expr(), Indent :: integer(), Precedence :: integer(), Options :: term())", expr},
	} {
		rows = append(rows, bif.Function{Spec: f.head + " -> io_lib:chars()", Doc: "The same, with options that make no difference here.",
			Example: "1> is_list(erl_pp:expr({atom,1,a})).\ntrue", Pure: f.pure})
	}
	return &bif.Module{Name: "erl_pp", Doc: "Prints the abstract format as a program has it.", Functions: rows}
}

func printed(text string, err error) (term.Term, error) {
	if err != nil {
		return term.None, term.FunctionClause()
	}
	return term.String(text), nil
}

// options write values as Erlang does.
func options() syntax.PrintOptions {
	return syntax.PrintOptions{Value: func(t term.Term) string { return format.Write(t, format.Options{}) }}
}

func attribute(args []term.Term) (term.Term, error) {
	f, err := syntax.FromAbstractForm(args[0])
	switch f.(type) {
	case *syntax.Attribute, *syntax.RecordDef, *syntax.TypeDef, *syntax.Spec:
		if err == nil {
			return form(args)
		}
	}
	return term.None, term.FunctionClause()
}

func function(args []term.Term) (term.Term, error) {
	f, err := syntax.FromAbstractForm(args[0])
	if _, ok := f.(*syntax.Function); !ok || err != nil {
		return term.None, term.FunctionClause()
	}
	return form(args)
}

func form(args []term.Term) (term.Term, error) {
	if e, ok := args[0].Tuple(); ok && len(e) == 2 {
		switch e[0].AtomName() {
		case "eof":
			return term.String("\n"), nil
		case "error", "warning":
			return term.String(format.Write(args[0], format.Options{}) + "\n"), nil
		}
	}
	f, err := syntax.FromAbstractForm(args[0])
	if err != nil {
		return term.None, term.FunctionClause()
	}
	return term.String(syntax.PrintForm(f, options())), nil
}

// indent is the second argument where there are three.
func indent(args []term.Term) int {
	if len(args) < 3 {
		return 0
	}
	n, _ := args[1].Int()
	return int(max(n, 0))
}

func exprs(args []term.Term) (term.Term, error) {
	body, err := syntax.FromAbstractExprs(args[0])
	if err != nil {
		return term.None, term.FunctionClause()
	}
	return printed(syntax.PrintExprs(body, indent(args), options()), nil)
}

func expr(args []term.Term) (term.Term, error) {
	e, err := syntax.FromAbstract(args[0])
	if err != nil {
		return term.None, term.FunctionClause()
	}
	return printed(syntax.PrintExpr(e, indent(args), options()), nil)
}

func guard(args []term.Term) (term.Term, error) {
	alternatives, ok := args[0].Slice()
	if ok && len(alternatives) == 0 {
		return term.Nil, nil
	}
	var g [][]syntax.Expr
	for _, a := range alternatives {
		body, err := syntax.FromAbstractExprs(a)
		ok = ok && err == nil
		g = append(g, body)
	}
	if !ok {
		return term.None, term.FunctionClause()
	}
	return printed(syntax.PrintGuard(g, options()), nil)
}
