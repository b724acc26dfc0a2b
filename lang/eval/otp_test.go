package eval_test

import (
	"bufio"
	"bytes"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/erlsh/erlsh/builtins"
	"github.com/erlsh/erlsh/lang/code"
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
    flush(),
    try
        {ok, Tokens, _} = erl_scan:string(Line, {1, 1}),
        {ok, Exprs} = erl_parse:parse_exprs(Tokens),
        {value, V, _} = erl_eval:exprs(Exprs, [], none, {value, fun({M, F}, A) -> apply(M, F, A); (F, A) -> apply(F, A) end}),
        text(io_lib:format("~tw", [V]))
    catch
        C:R -> text(io_lib:format("~w ~tw", [C, R]))
    end.
text(T) -> unicode:characters_to_binary(T).
flush() -> receive _ -> flush() after 0 -> erase() end.
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
	v, e := w.apply(program.Function)
	if e == nil {
		values, _ := v.Tuple()
		v = values[0]
	}
	return outcome(v, e)
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
		if !agree(line, got, want[i]) {
			if bad++; bad <= setting("ERLSH_SHOW", 20) {
				t.Errorf("%s\n  here %s\n  erl  %s", line, cut(got), cut(want[i]))
			}
		}
	}
	if bad > 0 {
		t.Errorf("%d of %d differ", bad, cases)
	}
}

// judgeNewer is judge for OTP 26 and later, where the order of keys in a map is asked for, and for a module too.
const judgeNewer = `
main(In, Out) ->
    {ok, Bin} = file:read_file(In),
    {ok, Fd} = file:open(Out, [write, raw, delayed_write]),
    [file:write(Fd, [one(L), 10]) || L <- string:split(unicode:characters_to_list(Bin), "\n", all), L =/= []],
    file:close(Fd),
    halt().
one(Line) ->
    flush(),
    try
        {ok, Tokens, _} = erl_scan:string(Line, {1, 1}),
        {ok, Exprs} = erl_parse:parse_exprs(Tokens),
        {value, V, _} = erl_eval:exprs(Exprs, [], none, {value, fun({M, F}, A) -> apply(M, F, A); (F, A) -> apply(F, A) end}),
        text(io_lib:format("~ktw", [V]))
    catch
        C:R -> text(io_lib:format("~w ~ktw", [C, R]))
    end.
module(Source, N, Out) ->
    {ok, cases, Code} = compile:file(Source, [binary, nowarn, report_errors]),
    {module, cases} = code:load_binary(cases, Source, Code),
    {ok, Fd} = file:open(Out, [write, raw, delayed_write]),
    [file:write(Fd, [call(I), 10]) || I <- lists:seq(0, N - 1)],
    file:close(Fd),
    halt().
call(I) ->
    flush(),
    try
        text(io_lib:format("~ktw", [cases:(list_to_atom("c" ++ integer_to_list(I)))()]))
    catch
        C:R -> text(io_lib:format("~w ~ktw", [C, R]))
    end.
text(T) -> unicode:characters_to_binary(T).
flush() -> receive _ -> flush() after 0 -> erase() end.
`

// newer is an erl of OTP 29 that ERLSH_OTP29 says how to start, and whose files are seen here below ERLSH_OTP29_ROOT.
type newer struct {
	command   []string
	root, dir string
}

func needNewer(t *testing.T) *newer {
	command := strings.Fields(os.Getenv("ERLSH_OTP29"))
	if len(command) == 0 {
		t.Skip("ERLSH_OTP29 does not say how to start an erl of OTP 29")
	}
	n := &newer{command: command, root: os.Getenv("ERLSH_OTP29_ROOT")}
	dir, err := os.MkdirTemp(filepath.Join(n.root, os.TempDir()), "erlsh")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	n.dir = dir
	write(t, filepath.Join(dir, "judge.erl"), "-module(judge).\n-export([main/2, module/3]).\n"+judgeNewer)
	return n
}

// answers has a function of the judge write its answers to file out of the directory, and reads them.
func (n *newer) answers(t *testing.T, call string) []string {
	inside := strings.TrimPrefix(n.dir, n.root)
	run(t, n.dir, n.command[0], append(n.command[1:], "-noshell", "-noinput", "-eval",
		fmt.Sprintf("ok = file:set_cwd(%q), {ok, _} = c:c(judge), judge:%s.", inside, call))...)
	text, err := os.ReadFile(filepath.Join(n.dir, "out"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
}

// TestAgainstNewer does the same as TestAgainstInterpreter and TestAgainstCompiler with what OTP 26 to 29 added to the language.
func TestAgainstNewer(t *testing.T) {
	n := needNewer(t)
	cases, seed := setting("ERLSH_CASES", 3000), setting("ERLSH_SEED", 1)
	lines := make([]string, cases)
	for i := range lines {
		g := newGenerator(uint64(seed*1_000_000+i), false)
		g.newer = true
		lines[i] = g.body(4) + "."
	}
	write(t, filepath.Join(n.dir, "in"), strings.Join(lines, "\n")+"\n")
	want := n.answers(t, `main("in", "out")`)
	w := newWorld(t)
	got := make([]string, len(lines))
	for i, line := range lines {
		got[i] = w.eval(line)
	}
	compareAnswers(t, lines, got, want)

	var b strings.Builder
	b.WriteString("-module(cases).\n-compile(export_all).\n-record(r, {a = 1, b, c = [x]}).\n-record #n{a, b = {1, \"x\"}}.\n-export_record([n]).\n")
	texts := make([]string, setting("ERLSH_COMPILED", 400))
	for i := range texts {
		g := newGenerator(uint64(seed*1_000_000+i), true)
		g.newer = true
		texts[i] = g.body(4)
		fmt.Fprintf(&b, "c%d() -> %s.\n", i, texts[i])
	}
	write(t, filepath.Join(n.dir, "cases.erl"), b.String())
	want = n.answers(t, fmt.Sprintf(`module("cases.erl", %d, "out")`, len(texts)))
	m := w.load(t, b.String(), "cases.erl")
	got = make([]string, len(texts))
	for i := range texts {
		got[i] = w.call(m.Functions[code.NameArity{Name: term.Atom(fmt.Sprintf("c%d", i)), Arity: 0}])
	}
	compareAnswers(t, texts, got, want)
}

func compareAnswers(t *testing.T, texts, got, want []string) {
	t.Helper()
	if len(want) != len(texts) {
		t.Fatalf("%d answers to %d texts", len(want), len(texts))
	}
	bad := 0
	for i, text := range texts {
		if !agree(text, plain(got[i]), plain(want[i])) {
			if bad++; bad <= setting("ERLSH_SHOW", 20) {
				t.Errorf("%s\n  here %s\n  erl  %s", text, cut(got[i]), cut(want[i]))
			}
		}
	}
	if bad > 0 {
		t.Errorf("%d of %d differ", bad, len(texts))
	}
}

var (
	floats = regexp.MustCompile(`-?[0-9]+\.[0-9]+(e-?[0-9]+)?`)
	long   = regexp.MustCompile(`[0-9a-z]{19,}`)
)

// agree tells whether two outcomes of a text are the same but for what later releases mended: a float made of an integer of more than 64 bits is
// the one next to the nearest at times in OTP 25, and a binary comprehension there shows the whole list whose tail is improper.
func agree(text, got, want string) bool {
	if got == want {
		return true
	}
	const bad = "error {bad_generator,"
	if strings.HasPrefix(got, bad) && strings.HasPrefix(want, bad+"[") {
		return strings.HasSuffix(want, "|"+got[len(bad):len(got)-1]+"]}")
	}
	a, b := floats.FindAllString(got, -1), floats.FindAllString(want, -1)
	if len(a) != len(b) || floats.ReplaceAllString(got, "F") != floats.ReplaceAllString(want, "F") {
		return false
	}
	for i := range a {
		x, _ := strconv.ParseFloat(a[i], 64)
		y, _ := strconv.ParseFloat(b[i], 64)
		if x != y && (math.Abs(x) < 1<<64 && !long.MatchString(text) || math.Nextafter(x, y) != y) {
			return false
		}
	}
	return true
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

// moduleJudge compiles a module with the real compiler, calls c0 to cN of it and writes one line of outcome for each.
const moduleJudge = `
module(Source, N, Out) ->
    {ok, cases, Code} = compile:file(Source, [binary, nowarn, report_errors]),
    {module, cases} = code:load_binary(cases, Source, Code),
    {ok, Fd} = file:open(Out, [write, raw, delayed_write]),
    [file:write(Fd, [call(I), 10]) || I <- lists:seq(0, N - 1)],
    file:close(Fd),
    halt().
call(I) ->
    flush(),
    try
        text(io_lib:format("~tw", [cases:(list_to_atom("c" ++ integer_to_list(I)))()]))
    catch
        C:R -> text(io_lib:format("~w ~tw", [C, R]))
    end.
text(T) -> unicode:characters_to_binary(T).
flush() -> receive _ -> flush() after 0 -> erase() end.
`

// TestAgainstCompiler compiles random expressions as functions of a module here and with the real compiler, and compares.
func TestAgainstCompiler(t *testing.T) {
	needErl(t)
	cases, seed := setting("ERLSH_COMPILED", 400), setting("ERLSH_SEED", 1)
	var b strings.Builder
	b.WriteString("-module(cases).\n-compile(export_all).\n-record(r, {a = 1, b, c = [x]}).\n")
	texts := make([]string, cases)
	for i := range texts {
		texts[i] = newGenerator(uint64(seed*1_000_000+i), true).body(4)
		fmt.Fprintf(&b, "c%d() -> %s.\n", i, texts[i])
	}
	dir := t.TempDir()
	source, judge, out := filepath.Join(dir, "cases.erl"), filepath.Join(dir, "judge.erl"), filepath.Join(dir, "out")
	write(t, source, b.String())
	write(t, judge, "-module(judge).\n-export([module/3]).\n"+moduleJudge)
	run(t, dir, "erlc", "-o", dir, judge)
	run(t, dir, "erl", "-noshell", "-noinput", "-pa", dir, "-eval", fmt.Sprintf("judge:module(%q, %d, %q).", source, cases, out))
	answers, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(strings.TrimSpace(string(answers)), "\n")
	w := newWorld(t)
	m := w.load(t, b.String(), "cases.erl")
	bad := 0
	for i, text := range texts {
		f := m.Functions[code.NameArity{Name: term.Atom(fmt.Sprintf("c%d", i))}]
		if got := plain(w.call(f)); !agree(text, got, plain(want[i])) {
			if bad++; bad <= setting("ERLSH_SHOW", 20) {
				t.Errorf("%s\n  here %s\n  erl  %s", text, cut(got), cut(want[i]))
			}
		}
	}
	if bad > 0 {
		t.Errorf("%d of %d differ", bad, cases)
	}
}

// TestTraces compares stack traces of a module with those that its compiled code has.
func TestTraces(t *testing.T) {
	needErl(t)
	const cases = 22
	text, err := os.ReadFile("testdata/traces/loops.erl")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	source, judge, out := filepath.Join(dir, "loops.erl"), filepath.Join(dir, "judge.erl"), filepath.Join(dir, "out")
	write(t, source, string(text))
	write(t, judge, "-module(judge).\n-export([module/3]).\n"+strings.ReplaceAll(moduleJudge, "cases", "loops"))
	run(t, dir, "erlc", "-o", dir, judge)
	run(t, dir, "erl", "-noshell", "-noinput", "-pa", dir, "-eval", fmt.Sprintf("judge:module(%q, %d, %q).", source, cases, out))
	answers, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t)
	m := w.load(t, string(text), "loops.erl")
	names, got := make([]string, cases), make([]string, cases)
	for i := range names {
		names[i] = fmt.Sprintf("c%d", i)
		got[i] = w.call(m.Functions[code.NameArity{Name: term.Atom(names[i])}])
	}
	compareAnswers(t, names, got, strings.Split(strings.TrimSpace(string(answers)), "\n"))
}

var funName = regexp.MustCompile(`#Fun<[^>]*>`)

// plain leaves out what names the funs of a compiled module.
func plain(s string) string { return funName.ReplaceAllString(s, "#Fun<>") }

// load compiles a module and makes it current.
func (w *world) load(t testing.TB, text, file string) *code.Module {
	t.Helper()
	forms, errs := syntax.ParseModule(text, file, syntax.PreprocessOptions{})
	m, _, more := eval.Module(forms, eval.ModuleOptions{File: file, Path: file, Table: w.n.Code()})
	for _, e := range append(errs, more...) {
		t.Errorf("%d:%d: %s", e.At.Line, e.At.Column, e.Text)
	}
	w.n.Code().Load(m)
	return m
}

func (w *world) call(f *code.Function, args ...term.Term) string {
	v, e := w.apply(f, args...)
	return outcome(v, e)
}

// apply calls a function in a fresh state.
func (w *world) apply(f *code.Function, args ...term.Term) (term.Term, *term.Exception) {
	type result struct {
		v term.Term
		e *term.Exception
	}
	done := make(chan result, 1)
	if w.p.MessageCount() > 0 { // of a case that ended before it took what it sent to itself
		w.p = w.n.Spawn(node.SpawnOptions{Resident: true})
	}
	w.p.Invoke(f, args, func(v term.Term, e *term.Exception) {
		w.p.EraseAll()
		done <- result{v, e}
	})
	r := <-done
	return r.v, r.e
}

// lintJudge compiles files and prints what the real compiler has to say of each.
const lintJudge = `
files(Files) ->
    [report(F, compile:file(F, [return, {i, filename:dirname(F)}, binary])) || F <- Files],
    halt().
report(F, {ok, _, _, Ws}) -> show(F, "W", Ws);
report(F, {error, Es, Ws}) -> show(F, "E", Es), show(F, "W", Ws).
show(F, Kind, List) ->
    [io:format("~ts ~s ~ts: ~ts~n", [filename:basename(F), Kind, where(At), string:replace(M:format_error(D), "\n", " ", all)])
     || {_, Ds} <- List, {At, M, D} <- Ds].
where({L, C}) -> io_lib:format("~w:~w", [L, C]);
where(X) -> io_lib:format("~w", [X]).
`

// TestMistakes compares what is said of many small modules, each with a mistake of its own, with what the real compiler says.
func TestMistakes(t *testing.T) {
	needErl(t)
	text, err := os.ReadFile("testdata/lint/mistakes.txt")
	if err != nil {
		t.Fatal(err)
	}
	if more := os.Getenv("ERLSH_MISTAKES"); more != "" {
		text, _ = os.ReadFile(more)
	}
	dir := t.TempDir()
	var files []string
	for i, body := range strings.Split(strings.TrimSpace(string(text)), "\n====\n") {
		name := fmt.Sprintf("m%03d", i)
		files = append(files, filepath.Join(dir, name+".erl"))
		write(t, files[i], "-module("+name+").\n"+body+"\n")
	}
	compareLint(t, files)
}

// TestLint compares the errors and warnings of modules with those of the real compiler.
func TestLint(t *testing.T) {
	needErl(t)
	files, err := filepath.Glob("testdata/lint/*.erl")
	if err != nil || len(files) == 0 {
		t.Fatal("no files to look at")
	}
	compareLint(t, files)
}

func compareLint(t *testing.T, files []string) {
	dir := t.TempDir()
	judge := filepath.Join(dir, "judge.erl")
	write(t, judge, "-module(judge).\n-export([files/1]).\n"+lintJudge)
	run(t, dir, "erlc", "-o", dir, judge)
	var quoted []string
	for _, f := range files {
		full, _ := filepath.Abs(f)
		quoted = append(quoted, strconv.Quote(full))
	}
	call := fmt.Sprintf("judge:files([%s]).", strings.Join(quoted, ","))
	out, err := exec.Command("erl", "-noshell", "-noinput", "-pa", dir, "-eval", call).CombinedOutput()
	if err != nil {
		t.Fatalf("erl: %v\n%s", err, out)
	}
	want := strings.Split(strings.TrimSpace(string(out)), "\n")
	var got []string
	w := newWorld(t)
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		forms, errs := syntax.ParseModule(string(text), f, syntax.PreprocessOptions{})
		_, warnings, more := eval.Module(forms, eval.ModuleOptions{File: f, Path: f, Table: w.n.Code()})
		for _, e := range append(errs, more...) {
			got = append(got, fmt.Sprintf("%s E %d:%d: %s", filepath.Base(f), e.At.Line, e.At.Column, strings.ReplaceAll(e.Text, "\n", " ")))
		}
		for _, e := range warnings {
			got = append(got, fmt.Sprintf("%s W %d:%d: %s", filepath.Base(f), e.At.Line, e.At.Column, strings.ReplaceAll(e.Text, "\n", " ")))
		}
	}
	for _, line := range want {
		if !slices.Contains(got, line) {
			t.Errorf("missing: %s", line)
		}
	}
	for _, line := range got {
		if !slices.Contains(want, line) {
			t.Errorf("too much: %s", line)
		}
	}
}
