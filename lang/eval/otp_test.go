package eval_test

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/erlsh/erlsh/builtins"
	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// judge evaluates each line of a file with the real interpreter and writes one line of outcome for each.
const judge = `
main(In, Out) ->
    {ok, Bin} = file:read_file(In),
    {ok, Fd} = file:open(Out, [write, raw, delayed_write]),
    [file:write(Fd, [one(L), 10]) || L <- string:split(unicode:characters_to_list(Bin), "\n", all), L =/= []],
    file:close(Fd),
    halt().
one(Line) ->
    erase(),
    try
        {ok, Tokens, _} = erl_scan:string(Line),
        {ok, Exprs} = erl_parse:parse_exprs(Tokens),
        {value, V, _} = erl_eval:exprs(Exprs, []),
        io_lib:format("~w", [V])
    catch
        C:R -> io_lib:format("~w ~w", [C, R])
    end.
`

// outcome prints a value, or the class and reason of an exception, as the judge does.
func outcome(v term.Term, e *term.Exception) string {
	o := format.Options{}
	if e != nil {
		return e.Class.AtomName() + " " + format.Write(e.Reason, o)
	}
	return format.Write(v, o)
}

// world is a node to evaluate on.
type world struct {
	n *node.Node
	p *node.Process
}

func newWorld(t testing.TB) *world {
	n := node.New(node.Options{Table: builtins.Table(), Workers: 1})
	t.Cleanup(n.Close)
	return &world{n, n.Spawn(node.SpawnOptions{Resident: true})}
}

// eval evaluates the text of a prompt line in a fresh state.
func (w *world) eval(text string) string {
	tokens, _, _, err := syntax.Next(text, syntax.Position{Line: 1, Column: 1})
	if err != nil {
		return "scan: " + err.Error()
	}
	body, err := syntax.ParseExprs(tokens, syntax.Options{})
	if err != nil {
		return "parse: " + err.Error()
	}
	program, errs := eval.Exprs(body, eval.Env{Table: w.n.Code()})
	if len(errs) > 0 {
		return "compile: " + errs[0].Error()
	}
	type result struct {
		v term.Term
		e *term.Exception
	}
	done := make(chan result, 1)
	w.p.Invoke(program.Function, nil, func(v term.Term, e *term.Exception) {
		w.p.EraseAll()
		done <- result{v, e}
	})
	r := <-done
	if r.e == nil {
		values, _ := r.v.Tuple()
		r.v = values[0]
	}
	return outcome(r.v, r.e)
}

func needErl(t *testing.T) {
	if _, err := exec.LookPath("erl"); err != nil {
		if os.Getenv("ERLSH_INTEROP") == "1" {
			t.Fatal("no erl on this machine")
		}
		t.Skip("no erl on this machine: nothing to compare with")
	}
}

func setting(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}

// TestAgainstInterpreter evaluates random expressions here and with the real erl_eval, and compares every value and exception.
// ERLSH_CASES and ERLSH_SEED choose how many and which.
func TestAgainstInterpreter(t *testing.T) {
	needErl(t)
	cases, seed := setting("ERLSH_CASES", 3000), setting("ERLSH_SEED", 1)
	lines := make([]string, cases)
	for i := range lines {
		lines[i] = newGenerator(uint64(seed*1_000_000+i), false).body(4) + "."
	}
	want := judged(t, lines)
	w := newWorld(t)
	bad := 0
	for i, line := range lines {
		got := w.eval(line)
		if got != want[i] {
			if bad++; bad <= setting("ERLSH_SHOW", 20) {
				t.Errorf("%s\n  here %s\n  erl  %s", line, cut(got), cut(want[i]))
			}
		}
	}
	if bad > 0 {
		t.Errorf("%d of %d differ", bad, cases)
	}
}

func cut(s string) string {
	if len(s) > 300 {
		return s[:300] + "..."
	}
	return s
}

// judged has the real thing evaluate lines, in one run.
func judged(t *testing.T, lines []string) []string {
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in"), filepath.Join(dir, "out")
	source := filepath.Join(dir, "judge.erl")
	write(t, in, strings.Join(lines, "\n")+"\n")
	write(t, source, "-module(judge).\n-export([main/2]).\n"+judge)
	run(t, dir, "erlc", "-o", dir, source)
	run(t, dir, "erl", "-noshell", "-noinput", "-pa", dir, "-eval", fmt.Sprintf("judge:main(%q, %q).", in, out))
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var answers []string
	s := bufio.NewScanner(bytes.NewReader(text))
	s.Buffer(nil, 1<<26)
	for s.Scan() {
		answers = append(answers, s.Text())
	}
	if len(answers) != len(lines) {
		t.Fatalf("%d answers to %d lines", len(answers), len(lines))
	}
	return answers
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func run(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	c := exec.Command(name, args...)
	c.Dir = dir
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
}
