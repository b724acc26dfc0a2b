package main

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestReadmeSession runs the session of the README against a real Erlang node, and once more against another erlsh in its place.
func TestReadmeSession(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	peer, ours := block(t, string(text), "erl"), block(t, string(text), "erlsh")
	t.Run("erlsh", func(t *testing.T) { replay(t, peer, ours, "erlsh") })
	t.Run("erl", func(t *testing.T) {
		if !haveErl(t) {
			t.Skip("no erl")
		}
		replay(t, peer, ours, "erl")
	})
}

// block returns the first fenced block of a language.
func block(t *testing.T, text, language string) string {
	_, rest, ok := strings.Cut(text, "```"+language+"\n")
	body, _, closed := strings.Cut(rest, "```")
	if !ok || !closed {
		t.Fatalf("no block ```%s in the README", language)
	}
	return body
}

var promptLine = regexp.MustCompile(`^(\([^)]*\))?\d+> `)

// turn is one input of a transcript and the output wanted for it.
type turn struct{ input, output string }

func parseTranscript(text string) (command []string, turns []turn) {
	for line := range strings.Lines(text) {
		if c, ok := strings.CutPrefix(line, "$ "); ok {
			command = strings.Fields(c)
			continue
		}
		if p := promptLine.FindString(line); p != "" {
			turns = append(turns, turn{input: strings.TrimPrefix(line, p)})
		} else if len(turns) > 0 {
			turns[len(turns)-1].output += line
		}
	}
	return command, turns
}

// replay starts the peer, feeds it its inputs, and compares what erlsh answers to ours with what the transcript says.
func replay(t *testing.T, peerText, oursText, program string) {
	port := freePort(t)
	env := append(os.Environ(), "ERL_EPMD_PORT="+port, "HOME="+t.TempDir(), "TERM=dumb")
	if program == "erl" {
		startMapper(t, port) // a real node would leave one behind
	}
	command, turns := parseTranscript(peerText)
	command[0] = program
	peer := startTalk(t, env, command)
	for _, turn := range turns {
		peer.say(turn.input)
		peer.await(turn.output)
	}
	command, turns = parseTranscript(oursText)
	command[0] = "erlsh"
	us := startTalk(t, env, command)
	for _, turn := range turns {
		us.say(turn.input)
		got := us.lines(strings.Count(turn.output, "\n"))
		if !matches(turn.output, got) {
			t.Fatalf("%s\n--- want\n%s--- got\n%s", turn.input, turn.output, got)
		}
	}
}

// startMapper runs the real port mapper until the test ends, and waits until it listens.
func startMapper(t *testing.T, port string) {
	path, err := exec.LookPath("epmd")
	if err != nil {
		t.Fatal(err)
	}
	mapper := exec.Command(path, "-port", port)
	if err := mapper.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = mapper.Process.Kill()
		_ = mapper.Wait()
	})
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if c, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
			_ = c.Close()
			return
		}
	}
	t.Fatal("the port mapper does not listen")
}

// matches compares line by line; what follows ... in a wanted line may be anything.
func matches(want, got string) bool {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	if len(w) != len(g) {
		return false
	}
	for i := range w {
		head, _, cut := strings.Cut(w[i], "...")
		if cut && !strings.HasPrefix(g[i], head) || !cut && w[i] != g[i] {
			return false
		}
	}
	return true
}

// talk is a program that is spoken to through a pipe.
type talk struct {
	t   *testing.T
	in  io.Writer
	out *bufio.Reader
}

func startTalk(t *testing.T, env, command []string) *talk {
	path, err := exec.LookPath(command[0])
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, command[1:]...)
	cmd.Env = env
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = w, w
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = w.Close()
	limit := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() })
	t.Cleanup(func() {
		limit.Stop()
		_ = in.Close()
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = r.Close()
	})
	return &talk{t, in, bufio.NewReader(r)}
}

func (k *talk) say(text string) {
	if _, err := io.WriteString(k.in, text); err != nil {
		k.t.Fatalf("%s: %v", text, err)
	}
}

// lines reads n lines of output.
func (k *talk) lines(n int) string {
	var b bytes.Buffer
	for range n {
		line, err := k.out.ReadString('\n')
		b.WriteString(line)
		if err != nil {
			k.t.Fatalf("output ended: %v; so far:\n%s", err, b.String())
		}
	}
	return b.String()
}

// await reads until a line of output has the text in it, whatever a prompt puts in front of it.
func (k *talk) await(text string) {
	var seen strings.Builder
	for {
		line, err := k.out.ReadString('\n')
		seen.WriteString(line)
		if strings.Contains(line, strings.TrimSpace(text)) {
			return
		}
		if err != nil {
			k.t.Fatalf("waiting for %q: %v; so far:\n%s", text, err, seen.String())
		}
	}
}
