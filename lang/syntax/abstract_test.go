package syntax

import (
	"os"
	"testing"

	"github.com/erlsh/erlsh/lang/term"
)

// TestAbstractRoundTrip makes the abstract format of expressions and trees of that again; both ways keep everything, positions included.
func TestAbstractRoundTrip(t *testing.T) {
	for _, text := range []string{
		"X = {a, 1, 2.5, $c, \"str\", [], [1,2|T], <<1:8/little-unit:1, \"x\"/utf8, R/bits>>}.",
		"#{a => 1}, M#{b := 2, c => 3}, #r{x = 1, _ = 2}, R#r.x, #r.x, R#r{x = 2}.",
		"fun(A) when A > 1, A < 5; is_atom(A) -> A; (_) -> not A end, fun F() -> F() end, fun f/1, fun m:f/1, fun M:F/A.",
		"[X || X <- L, <<Y>> <= B, K := V <- M, X > 1], << <<X>> || <<X>> <= B >>, #{K => V || K := V <- M}.",
		"[{X, Y} || X <- A && Y <- B], [X || X <:- A], [X || <<X>> <:= B].",
		"begin a, b end, if A -> b; true -> c end, case X of 1 -> a; _ when true -> b end, catch f(), self() ! x.",
		"receive {a, B} -> B after 10 -> ok end, receive x -> y end, maybe {ok, X} ?= f(), X else _ -> no end, maybe 1 end.",
		"try f() of X -> X catch error:E:S -> {E, S}; T -> T after g() end, (F)(1), m:f(X), M:F(X), -1 + +X.",
	} {
		tokens, _, _, err := Next(text, Position{1, 1})
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		body, err := ParseExprs(tokens, Options{})
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		want := AbstractExprs(body)
		again, err := FromAbstractExprs(want)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := AbstractExprs(again); !term.Equal(got, want) {
			t.Errorf("%s:\n%v\n%v", text, got, want)
		}
	}
}

func TestFromAbstractRefuses(t *testing.T) {
	for _, bad := range []term.Term{
		term.Nil, term.Atom("x"), term.Tuple(term.Atom("atom")), term.Tuple(term.Atom("what"), term.Int(1), term.Int(2)),
		term.Tuple(term.Atom("tuple"), term.Int(1), term.Int(2)), term.Tuple(term.Atom("var"), term.Int(1), term.Int(2)),
	} {
		if e, err := FromAbstract(bad); err == nil {
			t.Errorf("%v: made %v", bad, e)
		}
	}
}

func BenchmarkParseModule(b *testing.B) {
	text, err := os.ReadFile("/usr/lib/erlang/lib/stdlib-4.2/src/lists.erl")
	if err != nil {
		b.Skip("no OTP sources on this machine")
	}
	lines := 0
	for _, c := range text {
		if c == '\n' {
			lines++
		}
	}
	for b.Loop() {
		ParseModule(string(text), "lists.erl", PreprocessOptions{})
	}
	b.ReportMetric(float64(lines*b.N)/b.Elapsed().Seconds(), "lines/s")
}

func BenchmarkPromptLine(b *testing.B) {
	for b.Loop() {
		tokens, _, _, _ := Next("lists:map(fun({X, Y}) when X > 1 -> X + Y * 2; (_) -> 0 end, [{1,2},{3,4}]).", Position{1, 1})
		if _, err := ParseExprs(tokens, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
