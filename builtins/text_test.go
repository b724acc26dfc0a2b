package builtins

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/syntax"
)

// TestTextOnErl formats terms at random, here and on a real erl: ERLSH_CASES says how many of each kind (without it 300), ERLSH_SEED
// where the choice begins. testdata/text/text_cases.erl makes them.
func TestTextOnErl(t *testing.T) {
	erl, err := exec.LookPath("erl")
	if err != nil {
		if os.Getenv("ERLSH_INTEROP") == "1" {
			t.Fatal("no erl")
		}
		t.Skip("no erl here: formats are not compared with the real one")
	}
	count, seed := os.Getenv("ERLSH_CASES"), os.Getenv("ERLSH_SEED")
	if count == "" {
		count = "300"
	}
	if seed == "" {
		seed = "1"
	}
	source, err := os.ReadFile("testdata/text/text_cases.erl")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "text_cases.erl"), source, 0o600); err != nil {
		t.Fatal(err)
	}
	script := `{ok, M} = compile:file("text_cases"), [M:main(K, ` + seed + `, ` + count + `) || K <- [formats, terms]], halt().`
	cmd := exec.Command(erl, "-noshell", "+pc", "latin1", "-eval", script)
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(string(out), "\n")
	c := newConversation(t)
	c.output = make(chan string, 2*len(want)+100)
	forms, errs := syntax.ParseModule(string(source), "text_cases.erl", syntax.PreprocessOptions{})
	m, _, more := eval.Module(forms, eval.ModuleOptions{File: "text_cases.erl", Table: c.node.Code()})
	if errs = append(errs, more...); len(errs) > 0 {
		t.Fatal(errs[0])
	}
	c.node.Code().Load(m)
	said := c.say(`[text_cases:main(K, ` + seed + `, ` + count + `) || K <- [formats, terms]], ok.`)
	got := strings.Split(strings.TrimSuffix(said, "ok"), "\n")
	if len(got) != len(want) {
		t.Fatalf("%d lines, want %d", len(got), len(want))
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf(" got: %.600s\nwant: %.600s", got[i], want[i])
		}
	}
}
