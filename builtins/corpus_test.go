package builtins

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/etf"
	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
)

// corpusJudge writes for each file the forms that the real preprocessor and parser make of it, and what the real compiler has to say.
const corpusJudge = `-module(judge).
-export([files/2]).
files(List, Out) ->
    {ok, Bin} = file:read_file(List),
    Files = [unicode:characters_to_list(L) || L <- binary:split(Bin, <<"\n">>, [global]), L =/= <<>>],
    each(Files, 1, Out),
    halt().
each([], _, _) -> ok;
each([F | Fs], N, Out) ->
    Incs = [filename:join([filename:dirname(F), "..", "include"]), filename:join([filename:dirname(F), "..", "src"])],
    {ok, Forms} = epp:parse_file(F, [{includes, [filename:dirname(F) | Incs]}, {location, {1, 1}}]),
    Said = compile:file(F, [return, strong_validation, binary | [{i, I} || I <- [filename:dirname(F) | Incs]]]),
    file:write_file(filename:join(Out, integer_to_list(N)), term_to_binary({Forms, said(Said)})),
    each(Fs, N + 1, Out).
said({ok, _, Ws}) -> texts(Ws, "W");
said({ok, _, _, Ws}) -> texts(Ws, "W");
said({error, Es, Ws}) -> texts(Es, "E") ++ texts(Ws, "W");
said(X) -> [unicode:characters_to_binary(io_lib:format("~0p", [X]))].
texts(L, K) -> [text(K, F, E) || {F, Es} <- L, E <- Es].
text(K, F, {At, M, D}) ->
    Words = lists:map(fun($\n) -> $\s; (C) -> C end, unicode:characters_to_list(M:format_error(D))),
    unicode:characters_to_binary([K, " ", filename:basename(F), ":", place(At), ": ", Words]);
text(K, F, X) -> unicode:characters_to_binary([K, " ", filename:basename(F), ": ", io_lib:format("~0p", [X])]).
place({L, C}) -> io_lib:format("~w:~w", [L, C]);
place(L) -> io_lib:format("~w", [L]).
`

// TestCorpus reads every source file under the directories of ERLSH_CORPUS, separated by colons, and compares the forms with those of
// the real preprocessor and parser, term by term, and the errors and warnings with those of the real compiler. ERLSH_OTP29 names a
// program that starts an erl of OTP 29, and ERLSH_OTP29_ROOT where its files are seen from here: then that one is the judge, of the forms
// and the errors.
func TestCorpus(t *testing.T) {
	roots := os.Getenv("ERLSH_CORPUS")
	if roots == "" {
		t.Skip("ERLSH_CORPUS names no directories of Erlang source")
	}
	erl := envOr("ERLSH_OTP29", realErl(t))
	var files []string
	for _, root := range filepath.SplitList(roots) {
		_ = filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
			if err == nil && !d.IsDir() && strings.HasSuffix(path, ".erl") {
				files = append(files, path)
			}
			return nil
		})
	}
	out := corpusVerdicts(t, erl, files)
	table := Table()
	wrong, kinds := 0, map[string]int{}
	for i, file := range files {
		b, err := os.ReadFile(filepath.Join(out, fmt.Sprint(i+1)))
		if err != nil {
			t.Fatalf("%s: the real one has no verdict: %v", file, err)
		}
		v, _, err := etf.Decode(b, nil)
		if err != nil {
			t.Fatal(err)
		}
		want, _ := v.Tuple()
		if lines := corpusDifferences(file, want, table, kinds); len(lines) > 0 {
			wrong++
			t.Errorf("%s\n  %s", file, strings.Join(lines[:min(len(lines), 40)], "\n  "))
		}
	}
	t.Logf("%d files, %d differ", len(files), wrong)
	var names []string
	for k, n := range kinds {
		names = append(names, fmt.Sprintf("%6d %s", n, k))
	}
	sort.Sort(sort.Reverse(sort.StringSlice(names)))
	t.Logf("differences by kind:\n%s", strings.Join(names[:min(len(names), 60)], "\n"))
}

// corpusVerdicts returns the directory with what the real erl makes of the files; ERLSH_CORPUS_OUT keeps it for the next time.
func corpusVerdicts(t *testing.T, erl string, files []string) string {
	dir := t.TempDir()
	out := os.Getenv("ERLSH_CORPUS_OUT")
	if out == "" {
		out = filepath.Join(dir, "out")
	}
	if _, err := os.Stat(filepath.Join(out, fmt.Sprint(len(files)))); err == nil {
		return out
	}
	if err := os.MkdirAll(out, 0o700); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "judge.erl"), []byte(corpusJudge))
	writeFile(t, filepath.Join(dir, "list"), []byte(strings.Join(files, "\n")))
	expr := fmt.Sprintf("{ok, judge} = c:c(%q, [{outdir, %q}]), judge:files(%q, %q).", filepath.Join(dir, "judge.erl"), dir, filepath.Join(dir, "list"), out)
	cmd := exec.Command(erl, "-noshell", "-noinput", "-pa", dir, "-eval", expr)
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("erl: %v\n%s", err, text)
	}
	return out
}

// corpusDifferences compares one file with the verdict of the real one: its forms and its messages.
func corpusDifferences(file string, want []term.Term, table *code.Table, kinds map[string]int) []string {
	text, err := os.ReadFile(file)
	if err != nil {
		return []string{err.Error()}
	}
	dir := filepath.Dir(file)
	o := syntax.PreprocessOptions{Include: []string{dir, dir + "/../include", dir + "/../src"}, Library: otpLibrary, Read: readInRoot}
	forms, wrong := syntax.ParseModule(string(text), file, o)
	lines := formDifferences(slices.DeleteFunc(slices.Clone(forms), func(f syntax.Form) bool {
		_, bad := f.(*syntax.ErrorForm)
		return bad
	}), want[0], kinds)
	_, warned, more := eval.Module(forms, eval.ModuleOptions{File: file, Path: file, Table: table})
	var got, judged []string
	for _, e := range append(wrong, more...) {
		got = append(got, said("E", file, e))
	}
	newer := os.Getenv("ERLSH_OTP29") != ""
	for _, e := range warned {
		if !newer {
			got = append(got, said("W", file, e))
		}
	}
	list, _ := want[1].Slice()
	for _, x := range list {
		b, _ := x.Binary()
		if !newer || b[0] == 'E' {
			text, _, _ := strings.Cut(string(b), ", did you mean ")
			judged = append(judged, text)
		}
	}
	for _, l := range judged {
		if !slices.Contains(got, l) {
			lines = append(lines, "missing "+l)
			kinds["missing "+kindOf(l)]++
		}
	}
	for _, l := range got {
		if !slices.Contains(judged, l) {
			lines = append(lines, "too much "+l)
			kinds["too much "+kindOf(l)]++
		}
	}
	return lines
}

func said(kind, file string, e *syntax.Error) string {
	if e.File != "" {
		file = e.File
	}
	text := strings.ReplaceAll(e.Text, "\n", " ")
	if e.At.Line == 0 {
		return fmt.Sprintf("%s %s: %s", kind, filepath.Base(file), text)
	}
	if e.At.Column == 0 {
		return fmt.Sprintf("%s %s:%d: %s", kind, filepath.Base(file), e.At.Line, text)
	}
	return fmt.Sprintf("%s %s:%d:%d: %s", kind, filepath.Base(file), e.At.Line, e.At.Column, text)
}

// kindOf leaves names and numbers out of a message.
func kindOf(line string) string {
	_, text, _ := strings.Cut(line, ": ")
	words := strings.Fields(text)
	for i, w := range words {
		if strings.ContainsAny(w, "'/_0123456789") {
			words[i] = "*"
		}
	}
	return line[:2] + strings.Join(words[:min(len(words), 6)], " ")
}

// formDifferences compares the forms one by one.
func formDifferences(forms []syntax.Form, want term.Term, kinds map[string]int) (lines []string) {
	real, _ := want.Slice()
	var got []term.Term
	for _, f := range forms {
		got = append(got, syntax.AbstractForm(f))
	}
	real = slices.DeleteFunc(slices.Clone(real), func(f term.Term) bool {
		e, _ := f.Tuple()
		return len(e) == 2 && (e[0] == term.Atom("error") || e[0] == term.Atom("warning"))
	})
	for i := range real {
		real[i] = plainPlaces(real[i])
	}
	for i := range min(len(got), len(real)) {
		if !term.Equal(got[i], real[i]) {
			kinds["form differs"]++
			return []string{firstDifference(fmt.Sprintf("form %.60s", format.Write(got[i], format.Options{})), got[i], real[i])}
		}
	}
	if len(got) != len(real) {
		kinds["number of forms"]++
		lines = append(lines, fmt.Sprintf("%d forms, %d wanted", len(got), len(real)))
	}
	return lines
}

// plainPlaces leaves the texts of quoted atoms out of the places: epp keeps those of words that a feature may reserve.
func plainPlaces(t term.Term) term.Term {
	list, ok := t.Slice()
	if ok && len(list) == 2 {
		if at, ok := list[1].Tagged(term.Atom("location"), 2); ok {
			return at[1]
		}
	}
	if e, ok := t.Tuple(); ok {
		out := make([]term.Term, len(e))
		for i := range e {
			out[i] = plainPlaces(e[i])
		}
		return term.Tuple(out...)
	}
	if c, ok := t.Cons(); ok {
		return term.NewCons(plainPlaces(c.Head), plainPlaces(c.Tail))
	}
	return t
}

// firstDifference finds the innermost place where two terms differ.
func firstDifference(path string, got, want term.Term) string {
	a, ok1 := got.Tuple()
	b, ok2 := want.Tuple()
	if !ok1 || !ok2 {
		a, ok1 = got.Slice()
		b, ok2 = want.Slice()
	}
	if ok1 && ok2 && len(a) == len(b) {
		for i := range a {
			if !term.Equal(a[i], b[i]) {
				return firstDifference(fmt.Sprintf("%s.%d", path, i+1), a[i], b[i])
			}
		}
	}
	return fmt.Sprintf("%s\n     here %.300s\n     erl  %.300s", path, format.Write(got, format.Options{}), format.Write(want, format.Options{}))
}

const otpRoot = "/usr/lib/erlang/lib"

func otpLibrary(app string) string {
	inside := os.Getenv("ERLSH_OTP29_ROOT")
	for _, root := range append(filepath.SplitList(os.Getenv("ERL_LIBS")), inside+otpRoot) {
		for _, pattern := range []string{app, app + "-[0-9]*"} {
			if dirs, _ := filepath.Glob(filepath.Join(root, pattern)); len(dirs) > 0 {
				return strings.TrimPrefix(dirs[len(dirs)-1], inside)
			}
		}
	}
	return ""
}

func readInRoot(path string) (string, error) {
	if strings.HasPrefix(path, otpRoot) {
		path = os.Getenv("ERLSH_OTP29_ROOT") + path
	}
	b, err := os.ReadFile(path)
	return string(b), err
}
