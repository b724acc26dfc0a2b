package builtins

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/syntax"
)

// TestTextOnErl formats terms at random, here and on a real erl: ERLSH_CASES says how many hundreds of each kind (without it one),
// ERLSH_SEED where the choice begins, ERLSH_KINDS which kinds. testdata/text/text_cases.erl makes them.
func TestTextOnErl(t *testing.T) {
	erl, err := exec.LookPath("erl")
	if err != nil {
		if os.Getenv("ERLSH_INTEROP") == "1" {
			t.Fatal("no erl")
		}
		t.Skip("no erl here: formats are not compared with the real one")
	}
	hundreds, seed, kinds := 1, 1, envOr("ERLSH_KINDS", "formats, terms, reads, scans, sources")
	_, _ = fmt.Sscan(os.Getenv("ERLSH_CASES"), &hundreds)
	_, _ = fmt.Sscan(os.Getenv("ERLSH_SEED"), &seed)
	source, err := os.ReadFile("testdata/text/text_cases.erl")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "text_cases.erl"), source, 0o600); err != nil {
		t.Fatal(err)
	}
	script := fmt.Sprintf(`{ok, M} = compile:file("text_cases"), [M:main(K, S, 100) || S <- lists:seq(%d, %d), K <- [%s]], halt().`,
		seed, seed+hundreds-1, kinds)
	cmd := exec.Command(erl, "-noshell", "+pc", "latin1", "-eval", script)
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(string(out), "\n")
	c := newConversation(t)
	c.output = make(chan string, 5*len(want)+100)
	forms, errs := syntax.ParseModule(string(source), "text_cases.erl", syntax.PreprocessOptions{})
	m, _, more := eval.Module(forms, eval.ModuleOptions{File: "text_cases.erl", Table: c.node.Code()})
	if errs = append(errs, more...); len(errs) > 0 {
		t.Fatal(errs[0])
	}
	c.node.Code().Load(m)
	var said strings.Builder
	for i := range hundreds {
		said.WriteString(strings.TrimSuffix(c.say(fmt.Sprintf(`[text_cases:main(K, %d, 100) || K <- [%s]], ok.`, seed+i, kinds)), "ok"))
	}
	got := strings.Split(said.String(), "\n")
	if len(got) != len(want) {
		t.Fatalf("%d lines, want %d", len(got), len(want))
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf(" got: %.600s\nwant: %.600s", got[i], want[i])
		}
	}
}
