package shell

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/erlsh/erlsh/builtins"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/syntax"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
	"github.com/erlsh/erlsh/shell/tty"
)

var update = flag.Bool("update", false, "rewrite the transcripts with what erlsh prints")

// patience is how long output that is still missing may take.
const patience = 20 * time.Second

// exchange is one prompt of a transcript: what stands above it, what was typed, and what came.
type exchange struct {
	notes  []string // lines that begin with %%, in front of the prompt
	prompt string   // "12> "
	input  string   // with the newlines
	shown  []string // the lines of the input as they stand in the file
	output []string
	line   int
}

var promptLine = regexp.MustCompile(`^(\([^ )]+\))?\d+> `)

// readTranscript takes a file of prompts and answers apart. Lines in front of the first prompt are its head.
func readTranscript(text string) (head []string, out []exchange) {
	var notes []string
	for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		prompt := promptLine.FindString(line)
		switch {
		case prompt != "":
			out = append(out, exchange{notes: notes, prompt: prompt, input: line[len(prompt):] + "\n", shown: []string{line}, line: i + 1})
			notes = nil
		case strings.HasPrefix(line, "%% differs: "), strings.HasPrefix(line, "%% ") && len(out) > 0:
			notes = append(notes, line)
		case len(out) == 0:
			head = append(head, line)
		default:
			last := &out[len(out)-1]
			if len(last.output) == 0 && unfinished(last.input) {
				last.input += strings.TrimPrefix(line, strings.Repeat(" ", len(last.prompt))) + "\n"
				last.shown = append(last.shown, line)
				continue
			}
			last.output = append(last.output, line)
		}
	}
	return head, out
}

func unfinished(text string) bool {
	_, _, _, err := syntax.Next(text, start1)
	return incomplete(err)
}

// differs returns why the real shell prints something else here, "" if it does not.
func (e exchange) differs() string {
	for _, n := range e.notes {
		if why, ok := strings.CutPrefix(n, "%% differs: "); ok {
			return why
		}
	}
	return ""
}

// bench is a session whose output can be looked at.
type bench struct {
	*Session
	jobs   *jobs
	editor *tty.Editor
	file   *os.File
	seen   int
	rest   string // typed and not read yet
}

func newBench(t *testing.T) *bench {
	t.Helper()
	file, err := os.CreateTemp(t.TempDir(), "out")
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{file: file}
	n := node.New(node.Options{Table: builtins.Table(), Report: func(r node.Report) { b.jobs.Report(r) }})
	in, _ := os.Open(os.DevNull)
	editor, err := tty.New(tty.Options{In: in, Out: file, Err: file})
	if err != nil {
		t.Fatal(err)
	}
	b.editor = editor
	b.jobs = newJobs(Options{Node: n})
	b.Session = b.jobs.open(editor)
	if err := builtins.Start(n); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		editor.Close()
		n.Close()
		_ = file.Close()
	})
	return b
}

// typed evaluates the next form of what was typed, of which text is new.
func (b *bench) typed(text string) {
	if strings.TrimSpace(b.rest) == "" || unfinished(b.rest) {
		b.rest = text // what was left stands in front of it
	}
	tokens, rest, _, err := syntax.Next(strings.TrimLeft(b.rest, " \t\n"), start1)
	b.rest = rest
	switch {
	case err != nil:
		b.rest = ""
		if !incomplete(err) {
			b.showRest(rest)
		}
		b.fail(err)
	case len(tokens) > 0 && b.scanned(tokens):
		b.count++
	}
}

// settle takes note of an evaluator that has ended, as the prompt would.
func (b *bench) settle() {
	select {
	case e := <-b.events:
		if e.ended {
			b.printException(e.exception)
		}
	default:
	}
}

// printed returns the lines that came since they were asked for last.
func (b *bench) printed() []string {
	b.editor.Flush()
	all, _ := os.ReadFile(b.file.Name())
	text := string(all[b.seen:])
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

func (b *bench) forgetPrinted() {
	all, _ := os.ReadFile(b.file.Name())
	b.seen = len(all)
}

var varying = []struct {
	pattern *regexp.Regexp
	with    string
}{
	{regexp.MustCompile(`<\d+\.\d+\.\d+>`), "<P>"},
	{regexp.MustCompile(`#Ref<[0-9.]+>`), "#Ref<R>"},
	{regexp.MustCompile(`#Port<[0-9.]+>`), "#Port<N>"},
	{regexp.MustCompile(`#Fun<([a-z_]+)\.[0-9.]+>`), "#Fun<$1>"},
	{regexp.MustCompile(`\d+-[A-Z][a-z][a-z]-\d+::[0-9:.]+`), "DATE"},
	{regexp.MustCompile(`\(([a-z_]+\.erl)(:|, line )\d+\)`), "($1)"},
	{regexp.MustCompile(`{line,\d+}`), "{line,N}"},
}

// plainLine takes out of a line what is another one every time.
func plainLine(line string) string {
	for _, v := range varying {
		line = v.pattern.ReplaceAllString(line, v.with)
	}
	return strings.TrimRight(line, " ")
}

// sameLines compares what is wanted, in which ... stands for the rest of a line, with what was printed. Where reports come in, the
// order is free.
func sameLines(want, got []string) bool {
	want, got = plainLines(want), plainLines(got)
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		cut, open := strings.CutSuffix(want[i], "...")
		if want[i] != got[i] && !(open && strings.HasPrefix(got[i], cut)) {
			return false
		}
	}
	return true
}

func plainLines(lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = plainLine(l)
	}
	if slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, " REPORT==== ") }) {
		return unordered(out)
	}
	return trimmed(out)
}

// unordered sorts lines and leaves empty ones out.
func unordered(lines []string) []string {
	lines = slices.DeleteFunc(lines, func(l string) bool { return l == "" })
	slices.Sort(lines)
	return lines
}

// trimmed leaves out the empty line behind a report.
func trimmed(lines []string) []string {
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// TestTranscripts replays testdata/*.txt, each on a node of its own.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			replay(t, file)
		})
	}
}

func replay(t *testing.T, file string) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, exchanges := readTranscript(string(text))
	b := newBench(t)
	var out bytes.Buffer
	for _, line := range head {
		fmt.Fprintln(&out, line)
	}
	for _, e := range exchanges {
		prompt := b.prompt()
		b.awaitMessages(e)
		b.typed(e.input)
		got := b.printed()
		for deadline := time.Now().Add(patience); !sameLines(e.output, got) && time.Now().Before(deadline) && waits(e, got); {
			time.Sleep(time.Millisecond)
			b.settle()
			got = b.printed()
		}
		b.forgetPrinted()
		for _, line := range e.notes {
			fmt.Fprintln(&out, line)
		}
		fmt.Fprintln(&out, prompt+strings.TrimPrefix(strings.Join(e.shown, "\n"), e.prompt))
		lines := got
		if sameLines(e.output, got) {
			lines = e.output
		} else if !*update {
			t.Errorf("%s:%d: %s%s--- want\n%s\n--- got\n%s", file, e.line, e.prompt, e.input, strings.Join(e.output, "\n"), strings.Join(got, "\n"))
		}
		for _, line := range lines {
			fmt.Fprintln(&out, line)
		}
		if prompt != e.prompt && !*update {
			t.Errorf("%s:%d: prompt %q, want %q", file, e.line, prompt, e.prompt)
		}
	}
	if *update {
		if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// waits reports whether more output may still come: a report, or the end of another process.
func waits(e exchange, got []string) bool {
	return len(got) < len(e.output) || slices.ContainsFunc(e.output, func(l string) bool { return strings.Contains(l, " REPORT==== ") })
}

// awaitMessages waits until the messages are in that a flush is going to show: nobody types faster than they come.
func (b *bench) awaitMessages(e exchange) {
	want := 0
	for _, line := range e.output {
		if strings.HasPrefix(line, "Shell got ") {
			want++
		}
	}
	for deadline := time.Now().Add(patience); want > 0 && b.messages() < want && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
}

// messages counts what is in the mailbox of the evaluator, which counts for us.
func (b *bench) messages() int {
	n := make(chan int, 1)
	count := &code.Function{Module: atomShell, Name: term.Atom("count"), Native: func(p code.Process, _ []term.Term) (term.Term, error) {
		n <- p.(*node.Process).MessageCount()
		return atom.OK, nil
	}}
	b.renew().Invoke(count, nil, func(term.Term, *term.Exception) {})
	return <-n
}
