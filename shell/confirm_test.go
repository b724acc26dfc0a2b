package shell

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/erlsh/erlsh/lang/syntax"
)

// TestConfirm types the transcripts into a real erl: what stands there as Erlang's answer is Erlang's answer. What differs on purpose
// is typed too and not compared.
func TestConfirm(t *testing.T) {
	if os.Getenv("ERLSH_CONFIRM") == "" {
		t.Skip("set ERLSH_CONFIRM=1 to replay the transcripts on a real erl")
	}
	erl, err := exec.LookPath("erl")
	if err != nil {
		t.Fatalf("no erl here: %v", err)
	}
	files, _ := filepath.Glob("testdata/*.txt")
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			_, exchanges := readTranscript(string(text))
			confirm(t, file, startErl(t, erl), exchanges)
		})
	}
}

func confirm(t *testing.T, file string, e *realShell, exchanges []exchange) {
	for _, x := range exchanges {
		got := e.exchange(x.input)
		if x.differs() == "" && !sameLines(x.output, got) {
			t.Errorf("%s:%d: %s%s--- here\n%s\n--- erl\n%s", file, x.line, x.prompt, x.input, strings.Join(x.output, "\n"), strings.Join(got, "\n"))
		}
	}
}

// realShell is an erl that reads from a pipe.
type realShell struct {
	in  io.Writer
	mu  sync.Mutex
	out []byte // guarded by mu
}

func startErl(t *testing.T, erl string) *realShell {
	cmd := exec.Command(erl, "-eval", "io:setopts(user, [{encoding, unicode}]).")
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	e := &realShell{in: in}
	cmd.Stdout, cmd.Stderr = e, e
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	e.answer()
	return e
}

// Write takes what erl prints.
func (e *realShell) Write(b []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.out = append(e.out, b...)
	return len(b), nil
}

var (
	endsInPrompt = regexp.MustCompile(`(^|\n)(\([^ )]+\))?\d+> $`)
	prompts      = regexp.MustCompile(`(?m)^((\([^ )]+\))?\d+> )+`)
)

// exchange types a form and returns the lines that come. What stands behind the form on the same line is typed with the next one.
func (e *realShell) exchange(input string) []string {
	if _, rest, _, err := syntax.Next(input, start1); err == nil && strings.TrimSpace(rest) != "" {
		input = strings.TrimSuffix(input, rest) + "\n"
	}
	_, _ = io.WriteString(e.in, input)
	text := prompts.ReplaceAllString(e.answer(), "")
	if text = strings.TrimSuffix(text, "\n"); text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// answer waits until erl has said what it has to say: until it asks again and stays quiet.
func (e *realShell) answer() string {
	const quiet, patience = 60 * time.Millisecond, 2 * time.Second
	seen, last := 0, time.Now()
	for start := last; time.Since(start) < patience; time.Sleep(5 * time.Millisecond) {
		e.mu.Lock()
		text := string(e.out)
		e.mu.Unlock()
		if len(text) != seen {
			seen, last = len(text), time.Now()
		}
		if time.Since(last) > quiet && (endsInPrompt.MatchString(text) || strings.Contains(text, " REPORT==== ")) {
			break
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	text := string(e.out)
	e.out = nil
	return text
}
