package syntax

import (
	"errors"
	"testing"
)

// FuzzText reads any bytes as forms of a prompt and as a module: errors, never a panic, and the scanner always gets on.
func FuzzText(f *testing.F) {
	for _, seed := range []string{
		"X = 1, {a, \"b\", <<C:8/little, _/binary>>}.", "\"\xff", "$\\^\xff", "case X of {ok, V} when V > 1 -> V; _ -> none end.",
		"try f(X) of _ -> ok catch C:R:S -> {C, R, S} after ok end.", "receive {a, B} -> B after 10 -> t end.",
		"fun F(0) -> 1; F(N) -> N * F(N-1) end.", "[X || {X, _} <:- L, X > 1 && <<Y>> <= B].", "#{a => 1, b := 2}#r{c = 3}#r.c.",
		"maybe {ok, X} ?= f(), X else _ -> no end.", "\"\"\"\n  text\n  \"\"\".", "~b[x]. ~s\"y\".", "16#FF + 1_000 + 1.5e3 + $\\n.",
		"-module(m). -define(A(X), ??X). -record(r, {a = 1 :: integer()}).\nf(X) when is_list(X) -> ?A(X).\n", "<a, 'b@c'> ! x.", "1.e3. 16#ZZ.",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for rest, at := text, (Position{1, 1}); rest != ""; {
			tokens, next, nextAt, err := Next(rest, at)
			var e *Error
			if errors.As(err, &e) && e.Incomplete {
				break
			}
			if len(next) >= len(rest) {
				t.Fatalf("the scanner stands still at %q", rest)
			}
			if err == nil && len(tokens) > 0 {
				if exprs, err := ParseExprs(tokens, Options{Extensions: true}); err == nil {
					_ = AbstractExprs(exprs)
					_ = PrintExprs(exprs, 0, PrintOptions{})
				}
			}
			rest, at = next, nextAt
		}
		_, _ = ParseModule(text, "m.erl", PreprocessOptions{})
	})
}
