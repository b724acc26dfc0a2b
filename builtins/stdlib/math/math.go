// Package math is module math.
package math

import (
	"fmt"
	"math"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
)

// one is a function of one number.
type one struct {
	name, doc string
	f         func(x float64) float64
	sample    string // argument and result of the example
}

var ones = []one{
	{"acos", "the arc cosine of X", acos, "1 0.0"},
	{"acosh", "the inverse hyperbolic cosine of X", acosh, "1 0.0"},
	{"asin", "the arc sine of X", asin, "0 0.0"},
	{"asinh", "the inverse hyperbolic sine of X", math.Asinh, "0 0.0"},
	{"atan", "the arc tangent of X", atan, "0 0.0"},
	{"atanh", "the inverse hyperbolic tangent of X", math.Atanh, "0 0.0"},
	{"ceil", "the least integer that is not less than X, as a float", math.Ceil, "1.5 2.0"},
	{"cos", "the cosine of X radians", cos, "0 1.0"},
	{"cosh", "the hyperbolic cosine of X", cosh, "0 1.0"},
	{"erf", "the error function of X", math.Erf, "0 0.0"},
	{"erfc", "the complementary error function of X, 1 - erf(X)", math.Erfc, "0 1.0"},
	{"exp", "e to the power of X", exp, "0 1.0"},
	{"floor", "the greatest integer that is not greater than X, as a float", math.Floor, "1.5 1.0"},
	{"log", "the natural logarithm of X", log, "1 0.0"},
	{"log10", "the logarithm of X to the base 10", log10, "1000 3.0"},
	{"log2", "the logarithm of X to the base 2", log2, "8 3.0"},
	{"sin", "the sine of X radians", sin, "0 0.0"},
	{"sinh", "the hyperbolic sine of X", sinh, "0 0.0"},
	{"sqrt", "the square root of X", math.Sqrt, "2.25 1.5"},
	{"tan", "the tangent of X radians", tan, "0 0.0"},
	{"tanh", "the hyperbolic tangent of X", tanh, "0 0.0"},
}

// Module returns the module.
func Module() *bif.Module {
	m := &bif.Module{
		Name:      "math",
		Doc:       "Mathematical functions on floats.",
		ErrorInfo: "erl_stdlib_errors",
	}
	for _, o := range ones {
		var argument, result string
		_, _ = fmt.Sscan(o.sample, &argument, &result)
		m.Functions = append(m.Functions, bif.Function{
			Spec:    o.name + "(X :: number()) -> float()",
			Doc:     "Returns " + o.doc + ".",
			Example: fmt.Sprintf("1> math:%s(%s).\n%s", o.name, argument, result),
			Pure: func(args []term.Term) (term.Term, error) {
				return compute(args, func(x []float64) float64 { return o.f(x[0]) })
			},
		})
	}
	m.Functions = append(m.Functions, twos()...)
	return m
}

func twos() []bif.Function {
	return []bif.Function{
		{
			Spec:    "pi() -> float()",
			Doc:     "Returns the ratio of a circle's circumference to its diameter.",
			Example: "1> math:pi().\n3.141592653589793",
			Pure:    func([]term.Term) (term.Term, error) { return term.Float(math.Pi), nil },
		},
		{
			Spec:    "tau() -> float()",
			Doc:     "Returns the ratio of a circle's circumference to its radius.",
			Example: "1> math:tau().\n6.283185307179586",
			Pure:    func([]term.Term) (term.Term, error) { return term.Float(2 * math.Pi), nil },
		},
		{
			Spec:    "atan2(Y :: number(), X :: number()) -> float()",
			Doc:     "Returns the arc tangent of Y/X, in the quadrant of the point {X,Y}.",
			Example: "1> math:atan2(0, 1).\n0.0",
			Pure: func(args []term.Term) (term.Term, error) {
				return compute(args, func(x []float64) float64 { return atan2(x[0], x[1]) })
			},
		},
		{
			Spec:    "pow(X :: number(), N :: number()) -> float()",
			Doc:     "Returns X to the power of N.",
			Example: "1> math:pow(2, 10).\n1024.0",
			Pure: func(args []term.Term) (term.Term, error) {
				return compute(args, func(x []float64) float64 { return pow(x[0], x[1]) })
			},
		},
		{
			Spec:    "fmod(X :: number(), Y :: number()) -> float()",
			Doc:     "Returns what is left of X after whole times Y.",
			Example: "1> math:fmod(5, 3.5).\n1.5",
			Pure: func(args []term.Term) (term.Term, error) {
				return compute(args, func(x []float64) float64 { return math.Mod(x[0], x[1]) })
			},
		},
	}
}

// compute converts the arguments: what is no number is badarg, what has no finite result badarith.
func compute(args []term.Term, f func(x []float64) float64) (term.Term, error) {
	var x [2]float64
	for i, a := range args {
		if !a.IsNumber() {
			return term.None, term.Badarg()
		}
		t, err := term.ToFloat(a)
		if err != nil {
			return term.None, term.Badarith()
		}
		x[i], _ = t.Float()
	}
	y := f(x[:])
	if math.IsNaN(y) || math.IsInf(y, 0) {
		return term.None, term.Badarith()
	}
	return term.Float(y), nil
}
