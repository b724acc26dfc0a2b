package erlang

import (
	"math"
	"math/big"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/term"
)

type pure = func(args []term.Term) (term.Term, error)

// binary and unary make a function of an operator of the language.
func binary(op string) pure {
	f := eval.Operator(op)
	return func(args []term.Term) (term.Term, error) { return f(args[0], args[1]) }
}

func unary(op string) pure {
	f := eval.UnaryOperator(op)
	return func(args []term.Term) (term.Term, error) { return f(args[0]) }
}

func operatorRows() []bif.Function {
	return []bif.Function{
		{Spec: "'+'(A :: number(), B :: number()) -> number()", Doc: "The operator `+` as a function.",
			Example: "1> erlang:'+'(1, 2).\n3", Guard: true, Pure: binary("+")},
		{Spec: "'-'(A :: number(), B :: number()) -> number()", Doc: "The operator `-` as a function.",
			Example: "1> erlang:'-'(1, 2).\n-1", Guard: true, Pure: binary("-")},
		{Spec: "'*'(A :: number(), B :: number()) -> number()", Doc: "The operator `*` as a function.",
			Example: "1> erlang:'*'(6, 7).\n42", Guard: true, Pure: binary("*")},
		{Spec: "'/'(A :: number(), B :: number()) -> float()", Doc: "The operator `/` as a function.",
			Example: "1> erlang:'/'(1, 2).\n0.5", Guard: true, Pure: binary("/")},
		{Spec: "'div'(A :: integer(), B :: integer()) -> integer()", Doc: "The operator `div` as a function.",
			Example: "1> erlang:'div'(-7, 2).\n-3", Guard: true, Pure: binary("div")},
		{Spec: "'rem'(A :: integer(), B :: integer()) -> integer()", Doc: "The operator `rem` as a function.",
			Example: "1> erlang:'rem'(-7, 2).\n-1", Guard: true, Pure: binary("rem")},
		{Spec: "'band'(A :: integer(), B :: integer()) -> integer()", Doc: "The operator `band` as a function.",
			Example: "1> erlang:'band'(6, 3).\n2", Guard: true, Pure: binary("band")},
		{Spec: "'bor'(A :: integer(), B :: integer()) -> integer()", Doc: "The operator `bor` as a function.",
			Example: "1> erlang:'bor'(6, 3).\n7", Guard: true, Pure: binary("bor")},
		{Spec: "'bxor'(A :: integer(), B :: integer()) -> integer()", Doc: "The operator `bxor` as a function.",
			Example: "1> erlang:'bxor'(6, 3).\n5", Guard: true, Pure: binary("bxor")},
		{Spec: "'bsl'(A :: integer(), Shift :: integer()) -> integer()", Doc: "The operator `bsl` as a function.",
			Example: "1> erlang:'bsl'(1, 10).\n1024", Guard: true, Pure: binary("bsl")},
		{Spec: "'bsr'(A :: integer(), Shift :: integer()) -> integer()", Doc: "The operator `bsr` as a function.",
			Example: "1> erlang:'bsr'(1024, 3).\n128", Guard: true, Pure: binary("bsr")},
		{Spec: "'bnot'(A :: integer()) -> integer()", Doc: "The operator `bnot` as a function.",
			Example: "1> erlang:'bnot'(5).\n-6", Guard: true, Pure: unary("bnot")},
		{Spec: "'-'(A :: number()) -> number()", Doc: "The sign `-` as a function.",
			Example: "1> erlang:'-'(5).\n-5", Guard: true, Pure: unary("-")},
		{Spec: "'+'(A :: number()) -> number()", Doc: "The sign `+` as a function.",
			Example: "1> erlang:'+'(5).\n5", Guard: true, Pure: unary("+")},
		{Spec: "'=='(A :: term(), B :: term()) -> boolean()", Doc: "The operator `==` as a function: equal, numbers by value.",
			Example: "1> erlang:'=='(1, 1.0).\ntrue", Guard: true, Pure: binary("==")},
		{Spec: "'/='(A :: term(), B :: term()) -> boolean()", Doc: "The operator `/=` as a function.",
			Example: "1> erlang:'/='(1, 1.0).\nfalse", Guard: true, Pure: binary("/=")},
		{Spec: "'=:='(A :: term(), B :: term()) -> boolean()", Doc: "The operator `=:=` as a function: equal in type and value.",
			Example: "1> erlang:'=:='(1, 1.0).\nfalse", Guard: true, Pure: binary("=:=")},
		{Spec: "'=/='(A :: term(), B :: term()) -> boolean()", Doc: "The operator `=/=` as a function.",
			Example: "1> erlang:'=/='(1, 1.0).\ntrue", Guard: true, Pure: binary("=/=")},
		{Spec: "'<'(A :: term(), B :: term()) -> boolean()", Doc: "The operator `<` as a function.",
			Example: "1> erlang:'<'(1, a).\ntrue", Guard: true, Pure: binary("<")},
		{Spec: "'>'(A :: term(), B :: term()) -> boolean()", Doc: "The operator `>` as a function.",
			Example: "1> erlang:'>'([], {}).\ntrue", Guard: true, Pure: binary(">")},
		{Spec: "'=<'(A :: term(), B :: term()) -> boolean()", Doc: "The operator `=<` as a function.",
			Example: "1> erlang:'=<'(1, 1.0).\ntrue", Guard: true, Pure: binary("=<")},
		{Spec: "'>='(A :: term(), B :: term()) -> boolean()", Doc: "The operator `>=` as a function.",
			Example: "1> erlang:'>='(1, 1.0).\ntrue", Guard: true, Pure: binary(">=")},
		{Spec: "'and'(A :: boolean(), B :: boolean()) -> boolean()", Doc: "The operator `and` as a function.",
			Example: "1> erlang:'and'(true, false).\nfalse", Guard: true, Pure: binary("and")},
		{Spec: "'or'(A :: boolean(), B :: boolean()) -> boolean()", Doc: "The operator `or` as a function.",
			Example: "1> erlang:'or'(true, false).\ntrue", Guard: true, Pure: binary("or")},
		{Spec: "'xor'(A :: boolean(), B :: boolean()) -> boolean()", Doc: "The operator `xor` as a function.",
			Example: "1> erlang:'xor'(true, true).\nfalse", Guard: true, Pure: binary("xor")},
		{Spec: "'not'(A :: boolean()) -> boolean()", Doc: "The operator `not` as a function.",
			Example: "1> erlang:'not'(true).\nfalse", Guard: true, Pure: unary("not")},
		{Spec: "'++'(A :: [term()], B :: term()) -> term()", Doc: "The operator `++` as a function.",
			Example: "1> erlang:'++'([1], [2]).\n[1,2]", Pure: binary("++")},
		{Spec: "'--'(A :: [term()], B :: [term()]) -> [term()]", Doc: "The operator `--` as a function.",
			Example: "1> erlang:'--'([1,2,1], [1]).\n[2,1]", Pure: binary("--")},
		{Spec: "append(A :: [term()], B :: term()) -> term()", Doc: "The same as `A ++ B`.",
			Example: "1> erlang:append([1], [2]).\n[1,2]", Pure: binary("++")},
		{Spec: "subtract(A :: [term()], B :: [term()]) -> [term()]", Doc: "The same as `A -- B`.",
			Example: "1> erlang:subtract([1,2,1], [1]).\n[2,1]", Pure: binary("--")},
	}
}

func numberRows() []bif.Function {
	return []bif.Function{
		{Spec: "abs(Number :: number()) -> number()", Doc: "Returns the absolute value of Number.",
			Example: "1> abs(-3.5).\n3.5", Auto: true, Guard: true, Pure: func(args []term.Term) (term.Term, error) { return term.Abs(args[0]) }},
		{Spec: "float(Number :: number()) -> float()", Doc: "Converts Number to a float.",
			Example: "1> float(7).\n7.0", Auto: true, Guard: true, Pure: func(args []term.Term) (term.Term, error) { return term.ToFloat(args[0]) }},
		{Spec: "round(Number :: number()) -> integer()", Doc: "Rounds to the nearest integer, halves away from zero.",
			Example: "1> round(-2.5).\n-3", Auto: true, Guard: true, Pure: func(args []term.Term) (term.Term, error) { return whole(args[0], math.Round) }},
		{Spec: "trunc(Number :: number()) -> integer()", Doc: "Cuts the fraction off.",
			Example: "1> trunc(-2.5).\n-2", Auto: true, Guard: true, Pure: func(args []term.Term) (term.Term, error) { return whole(args[0], math.Trunc) }},
		{Spec: "ceil(Number :: number()) -> integer()", Doc: "Returns the smallest integer that is not less than Number.",
			Example: "1> ceil(-2.5).\n-2", Auto: true, Guard: true, Pure: func(args []term.Term) (term.Term, error) { return whole(args[0], math.Ceil) }},
		{Spec: "floor(Number :: number()) -> integer()", Doc: "Returns the largest integer that is not greater than Number.",
			Example: "1> floor(-2.5).\n-3", Auto: true, Guard: true, Pure: func(args []term.Term) (term.Term, error) { return whole(args[0], math.Floor) }},
		{Spec: "max(A :: term(), B :: term()) -> term()", Doc: "Returns the larger of the two, the first one when they are equal.",
			Example: "1> max(1, a).\na", Auto: true, Pure: maximum},
		{Spec: "min(A :: term(), B :: term()) -> term()", Doc: "Returns the smaller of the two, the first one when they are equal.",
			Example: "1> min(1, 1.0).\n1", Auto: true, Pure: minimum},
	}
}

// whole makes an integer of a number; round says how.
func whole(t term.Term, round func(float64) float64) (term.Term, error) {
	f, ok := t.Float()
	switch {
	case !ok && t.IsInteger():
		return t, nil
	case !ok:
		return term.None, term.Badarg()
	}
	f = round(f)
	if f >= -1<<63 && f < 1<<63 {
		return term.Int(int64(f)), nil
	}
	b, _ := big.NewFloat(f).Int(nil)
	return term.Big(b), nil
}

func maximum(args []term.Term) (term.Term, error) {
	if term.Compare(args[0], args[1]) >= 0 {
		return args[0], nil
	}
	return args[1], nil
}

func minimum(args []term.Term) (term.Term, error) {
	if term.Compare(args[0], args[1]) <= 0 {
		return args[0], nil
	}
	return args[1], nil
}
