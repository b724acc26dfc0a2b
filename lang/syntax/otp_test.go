package syntax

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// lines are what mutations begin from.
var lines = []string{
	"X = lists:map(fun(A) when A > 1 -> A * 2; (_) -> 0 end, [1,2,3]).",
	"case foo(X, Y) of {ok, V} when is_atom(V), V =/= x -> V; [H|T] -> {H, T}; _ -> \"str\" end.",
	"receive {msg, From, 16#FF} -> From ! {self(), done} after 1000 -> timeout end.",
	"try f() of 1 -> a; B -> B catch error:E:S -> {E, S}; throw:T -> T; _ -> x after g() end.",
	"#{a => 1, \"k\" := V} = M#{b => $c, d => 2.5e3}.",
	"<<A:8/integer-unit:2, B/binary, (C + 1):N/little-signed, \"abc\"/utf8>>.",
	"[{X, Y} || X <- L, <<Y>> <= Bin, X > 1 andalso not Y].",
	"<< <<X:4>> || X <- [1,2] >>.",
	"R#rec.field, #rec{a = 1, _ = 2}, R#rec{b = 3}, #rec.a.",
	"if A > B, C; D -> ok; true -> begin 1, 2 end end.",
	"fun m:f/1, fun M:F/A, fun f/2, fun F(0) -> 1; F(N) -> N * F(N - 1) end.",
	"-1 + +2 - (3 div 4) band bnot 5 bsl 1 ++ [a] -- [b].",
	"catch exit('quoted atom'), A = B = c, D ! e ! f.",
	"foo:bar(1, X), Mod:Fun(), (F)(1), a@b(), f(), {}, [], [1|2].",
}

const parseJudge = `
main(In, Out) ->
    {ok, Bin} = file:read_file(In),
    {ok, Fd} = file:open(Out, [write, raw, delayed_write]),
    [file:write(Fd, [one(L), 10]) || L <- string:split(unicode:characters_to_list(Bin), "\n", all), L =/= []],
    file:close(Fd), halt().
one(L) ->
    case erl_scan:string(L, {1,1}) of
        {ok, Ts, _} ->
            case erl_parse:parse_exprs(Ts) of
                {ok, _} -> "ok";
                {error, E} -> show(E)
            end;
        {error, E, _} -> show(E)
    end.
show({{L, C}, M, D}) -> unicode:characters_to_binary(io_lib:format("~w:~w: ~ts", [L, C, M:format_error(D)]));
show({L, M, D}) -> unicode:characters_to_binary(io_lib:format("~w: ~ts", [L, M:format_error(D)])).
`

// mutate drops, doubles, swaps or replaces a token.
func mutate(r *rand.Rand, line string, pool []Token) string {
	tokens, _, _ := Scan(line, Position{1, 1})
	parts := make([]string, len(tokens))
	for i, t := range tokens {
		parts[i] = t.Text
	}
	for range 1 + r.IntN(2) {
		i := r.IntN(len(parts))
		switch r.IntN(4) {
		case 0:
			parts = append(parts[:i:i], parts[i+1:]...)
		case 1:
			parts = append(parts[:i:i], append([]string{parts[i]}, parts[i:]...)...)
		case 2:
			j := r.IntN(len(parts))
			parts[i], parts[j] = parts[j], parts[i]
		default:
			parts[i] = pool[r.IntN(len(pool))].Text
		}
		if len(parts) == 0 {
			parts = []string{"."}
		}
	}
	return strings.Join(parts, " ")
}

// TestErrorsAgainstErl compares the errors of mutated lines, place and words, with those of the real parser.
func TestErrorsAgainstErl(t *testing.T) {
	if _, err := exec.LookPath("erl"); err != nil {
		if os.Getenv("ERLSH_INTEROP") == "1" {
			t.Fatal("no erl on this machine")
		}
		t.Skip("no erl on this machine: nothing to compare with")
	}
	r := rand.New(rand.NewPCG(3, 4))
	var pool []Token
	for _, l := range lines {
		tokens, _, _ := Scan(l, Position{1, 1})
		pool = append(pool, tokens...)
	}
	var all []string
	for range 2000 {
		all = append(all, mutate(r, lines[r.IntN(len(lines))], pool))
	}
	dir := t.TempDir()
	in, out, source := filepath.Join(dir, "in"), filepath.Join(dir, "out"), filepath.Join(dir, "judge.erl")
	for file, text := range map[string]string{in: strings.Join(all, "\n") + "\n", source: "-module(judge).\n-export([main/2]).\n" + parseJudge} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range [][]string{{"erlc", "-o", dir, source}, {"erl", "-noshell", "-noinput", "-pa", dir, "-eval", fmt.Sprintf("judge:main(%q, %q).", in, out)}} {
		if msg, err := exec.Command(c[0], c[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", c[0], err, msg)
		}
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(strings.TrimSpace(string(text)), "\n")
	bad := 0
	for i, line := range all {
		if got := parsed(line); got != want[i] {
			if bad++; bad <= 25 {
				t.Errorf("%s\n  here %s\n  erl  %s", line, got, want[i])
			}
		}
	}
	if bad > 0 {
		t.Errorf("%d of %d differ", bad, len(all))
	}
}

// parsed is ok, or the place and the words of the error.
func parsed(line string) string {
	tokens, _, err := Scan(line, Position{1, 1})
	if err == nil {
		_, err = ParseExprs(tokens, Options{})
	}
	if e, ok := err.(*Error); ok {
		return place(e)
	}
	return "ok"
}
