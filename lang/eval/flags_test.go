package eval_test

import (
	"strings"
	"testing"

	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/syntax"
)

// TestBoundBehind says which variables an expression leaves bound at a prompt: those it came to bind, as in the real shell.
func TestBoundBehind(t *testing.T) {
	w := newWorld(t)
	for text, want := range map[string]string{
		"{A, B} = {1, 2}.":                            "A=1 B=2",
		"case b of a -> Q = 1; b -> W = 2 end.":       "W=2",
		"case {1, 2} of {V, 3} -> a; _ -> b end.":     "",
		"catch Z = 1.":                                "Z=1",
		"catch (begin Z = 1, throw(x) end).":          "",
		"try T = 1 after ok end.":                     "T=1",
		"true andalso (H = 1).":                       "",
		"[begin U = X end || X <- [1]].":              "",
		"if true -> K = 1, L = 2; true -> L = 3 end.": "K=1 L=2",
	} {
		tokens, _, _, err := syntax.Next(text, syntax.Position{Line: 1, Column: 1})
		if err != nil {
			t.Fatal(err)
		}
		body, err := syntax.ParseExprs(tokens, syntax.Options{})
		if err != nil {
			t.Fatal(err)
		}
		program, errs := eval.Exprs(body, eval.Env{Table: w.n.Code()})
		if len(errs) > 0 {
			t.Errorf("%s: %v", text, errs[0])
			continue
		}
		v, e := w.apply(program.Function)
		if e != nil {
			t.Errorf("%s: %v", text, e)
			continue
		}
		values, _ := v.Tuple()
		var got []string
		for i, name := range program.Out {
			if !values[i+1].None() {
				got = append(got, name+"="+values[i+1].String())
			}
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s: %q, want %q", text, s, want)
		}
	}
}
