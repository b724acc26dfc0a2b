package query

import (
	"testing"

	"github.com/erlsh/erlsh/lang/syntax"
)

func TestExprs(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"qlc:q([X || X <- L]).", "qlc:q(fun() -> [X || X <- qlc:e(L)] end)"},
		{"qlc:q([X || X <- L, f(X)], unique).", "qlc:q(fun() -> [X || X <- qlc:e(L), f(X)] end, unique)"},
		{"Q = qlc:q([Y || X <- L, Y <- qlc:q([Z || Z <- X])]).",
			"Q = qlc:q(fun() -> [Y || X <- qlc:e(L), Y <- qlc:e(qlc:q(fun() -> [Z || Z <- qlc:e(X)] end))] end)"},
		{"qlc:q([[Y || Y <- X] || <<X>> <= B]).", "qlc:q(fun() -> [[Y || Y <- X] || <<X>> <= B] end)"},
		{"qlc:q(L).", "qlc:q(L)"},
		{"[X || X <- L].", "[X || X <- L]"},
	} {
		got, want := parse(t, c.text), parse(t, c.want+".")
		if text := written(Exprs(got)); text != written(want) {
			t.Errorf("%s becomes %s, want %s", c.text, text, c.want)
		}
	}
}

func parse(t *testing.T, text string) []syntax.Expr {
	t.Helper()
	tokens, _, err := syntax.Scan(text, syntax.Position{Line: 1, Column: 1})
	if err != nil {
		t.Fatal(err)
	}
	exprs, err := syntax.ParseExprs(tokens, syntax.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return exprs
}

func written(exprs []syntax.Expr) string { return syntax.PrintExprs(exprs, 0, syntax.PrintOptions{}) }
