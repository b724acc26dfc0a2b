package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/erlsh/erlsh/builtins"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// rounds is how often each case runs; the best time counts. BENCH_ROUNDS=N runs each N times, here only.
const rounds = 12

// alone reports how often cases run here when the real Erlang is left out.
func alone() (int, bool) {
	n, err := strconv.Atoi(os.Getenv("BENCH_ROUNDS"))
	return n, err == nil && n > 0
}

// driver is the part that runs in the real Erlang: the best time of each case, compiled and at a prompt, in microseconds.
const driver = `
-module(driver).
-export([main/2]).
main(Cases, Prompts) ->
    [io:format("~s ~w~n", [C, best(fun() -> bench:C() end)]) || C <- Cases],
    [io:format("~s ~w~n", [C, prompt(P)]) || {C, P} <- Prompts],
    halt().
best(F) -> lists:min([element(1, run(F)) || _ <- lists:seq(1, %d)]).
run(F) ->
    Me = self(),
    spawn_opt(fun() -> Me ! {done, timer:tc(F)} end, [{min_heap_size, 1000}]),
    receive {done, T} -> T end.
prompt(Text) ->
    {ok, Tokens, _} = erl_scan:string(Text),
    {ok, Exprs} = erl_parse:parse_exprs(Tokens),
    lists:min([element(1, timer:tc(fun() -> erl_eval:exprs(Exprs, []) end)) || _ <- [1, 2]]).
`

// measured are the best times of a case.
type measured struct{ compiled, prompt time.Duration }

func run(s Suite) error {
	var theirs map[string]measured
	if _, only := alone(); !only {
		var err error
		if theirs, err = real(s); err != nil {
			return err
		}
	}
	ours, err := here(s)
	if err != nil {
		return err
	}
	fmt.Printf("%-24s %12s %12s %8s %6s %12s %12s %8s %6s\n", s.Name, "erlsh", "erl", "slower", "goal", "prompt", "erl prompt", "faster", "goal")
	for _, c := range s.Cases {
		o, t := ours[c.Name], theirs[c.Name]
		fmt.Printf("%-24s %12s %12s %8s %6s", c.Name, o.compiled, t.compiled, ratio(o.compiled, t.compiled), goal(c.Goal))
		if c.Prompt != "" {
			fmt.Printf(" %12s %12s %8s %6s", o.prompt, t.prompt, ratio(t.prompt, o.prompt), goal(c.PromptGoal))
		}
		fmt.Println()
	}
	return nil
}

func ratio(a, b time.Duration) string {
	if a == 0 || b == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f", float64(a)/float64(b))
}

func goal(g float64) string {
	if g == 0 {
		return ""
	}
	return strconv.FormatFloat(g, 'g', -1, 64)
}

// real runs a suite in the real Erlang.
func real(s Suite) (map[string]measured, error) {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	var cases, prompts []string
	for _, c := range s.Cases {
		cases = append(cases, c.Name)
		if c.Prompt != "" {
			prompts = append(prompts, fmt.Sprintf("{%s,%q}", c.Name, c.Prompt))
		}
	}
	for name, text := range map[string]string{"bench": s.Module, "driver": fmt.Sprintf(driver, rounds)} {
		file := filepath.Join(dir, name+".erl")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			return nil, err
		}
		if out, err := exec.Command("erlc", "-o", dir, file).CombinedOutput(); err != nil {
			return nil, fmt.Errorf("erlc %s: %w\n%s", name, err, out)
		}
	}
	call := fmt.Sprintf("driver:main([%s], [%s]).", strings.Join(cases, ","), strings.Join(prompts, ","))
	out, err := exec.Command("erl", "-noshell", "-noinput", "-pa", dir, "-eval", call).Output()
	if err != nil {
		return nil, fmt.Errorf("erl: %w\n%s", err, out)
	}
	return parse(string(out)), nil
}

// parse reads the lines of the driver: first come the compiled cases, then the prompts.
func parse(text string) map[string]measured {
	out := map[string]measured{}
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		us, err := strconv.Atoi(f[len(f)-1])
		if err != nil {
			continue
		}
		d := time.Duration(us) * time.Microsecond
		if m, again := out[f[0]]; again {
			m.prompt = d
			out[f[0]] = m
		} else {
			out[f[0]] = measured{compiled: d}
		}
	}
	return out
}

// here runs a suite in this program.
func here(s Suite) (map[string]measured, error) {
	n := node.New(node.Options{Table: builtins.Table()})
	defer n.Close()
	forms, errs := syntax.ParseModule(s.Module, "bench.erl", syntax.PreprocessOptions{})
	m, _, more := eval.Module(forms, eval.ModuleOptions{File: "bench.erl", Path: "bench.erl", Table: n.Code()})
	for _, e := range append(errs, more...) {
		return nil, fmt.Errorf("%d:%d: %s", e.At.Line, e.At.Column, e.Text)
	}
	n.Code().Load(m)
	out := map[string]measured{}
	for _, c := range s.Cases {
		f := m.Functions[code.NameArity{Name: term.Atom(c.Name)}]
		if f == nil {
			return nil, fmt.Errorf("no function %s/0", c.Name)
		}
		compiled, err := best(n, f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.Name, err)
		}
		result := measured{compiled: compiled}
		if c.Prompt != "" {
			f, err := typed(n, c.Prompt)
			if err != nil {
				return nil, err
			}
			if result.prompt, err = best(n, f); err != nil {
				return nil, fmt.Errorf("%s at the prompt: %w", c.Name, err)
			}
		}
		out[c.Name] = result
	}
	return out, nil
}

func typed(n *node.Node, text string) (*code.Function, error) {
	tokens, _, _, err := syntax.Next(text, syntax.Position{Line: 1, Column: 1})
	if err != nil {
		return nil, err
	}
	body, err := syntax.ParseExprs(tokens, syntax.Options{})
	if err != nil {
		return nil, err
	}
	program, errs := eval.Exprs(body, eval.Env{Table: n.Code()})
	if len(errs) > 0 {
		return nil, errs[0]
	}
	return program.Function, nil
}

// best calls a function in a fresh process each time.
func best(n *node.Node, f *code.Function) (time.Duration, error) {
	least := time.Duration(1 << 62)
	times := rounds
	if n, only := alone(); only {
		times = n
	}
	for range times {
		p := n.Spawn(node.SpawnOptions{Resident: true})
		done := make(chan *term.Exception, 1)
		start := time.Now()
		p.Invoke(f, nil, func(_ term.Term, e *term.Exception) { done <- e })
		e := <-done
		least = min(least, time.Since(start))
		n.Deliver(&node.Exit2{From: p.Self(), To: p.Self(), Reason: atom.Kill})
		if e != nil {
			return 0, e
		}
	}
	return least.Round(time.Microsecond), nil
}
