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
	compareCases(t, "text_cases", kindsOr("formats, terms, reads, scans, sources"), kindsOr("formats, terms, reads, scans, sources"))
}

// TestChardataOnErl takes chardata made at random apart, in the same way.
func TestChardataOnErl(t *testing.T) {
	compareCases(t, "chardata_cases", kindsOr("steps"), kindsOr("steps"))
}

// TestStringAsSource has OTP's own module string, compiled from its source under another name, called on that chardata: all that it
// stands on is here.
func TestStringAsSource(t *testing.T) {
	files, _ := filepath.Glob("/usr/lib/erlang/lib/stdlib-*/src/string.erl")
	if len(files) == 0 {
		if os.Getenv("ERLSH_INTEROP") == "1" {
			t.Fatal("no OTP sources: erlang-src is mandatory here")
		}
		t.Skip("SKIPPED: no OTP sources on this machine, install erlang-src to run this")
	}
	source := strings.Replace(readFile(t, files[0]), "-module(string)", "-module(t_string)", 1)
	compareCases(t, "chardata_cases", "{strings, string}", "{strings, t_string}", [2]string{"t_string", source})
}

func kindsOr(all string) string { return envOr("ERLSH_KINDS", all) }

// compareCases has a module of testdata/text make and try cases of some kinds on a real erl, and of the same kinds here, where more
// modules may be loaded from source.
func compareCases(t *testing.T, module, kinds, ours string, more ...[2]string) {
	erl, err := exec.LookPath("erl")
	if err != nil {
		if os.Getenv("ERLSH_INTEROP") == "1" {
			t.Fatal("no erl")
		}
		t.Skip("no erl here: formats are not compared with the real one")
	}
	hundreds, seed := 1, 1
	_, _ = fmt.Sscan(os.Getenv("ERLSH_CASES"), &hundreds)
	_, _ = fmt.Sscan(os.Getenv("ERLSH_SEED"), &seed)
	source, err := os.ReadFile("testdata/text/" + module + ".erl")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, module+".erl"), source, 0o600); err != nil {
		t.Fatal(err)
	}
	script := fmt.Sprintf(`{ok, M} = compile:file(%q), [M:main(K, S, 100) || S <- lists:seq(%d, %d), K <- [%s]], halt().`,
		module, seed, seed+hundreds-1, kinds)
	cmd := exec.Command(erl, "-noshell", "+pc", "latin1", "-eval", script)
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(string(out), "\n")
	c := newConversation(t)
	c.output = make(chan string, 5*len(want)+100)
	for _, m := range append(more, [2]string{module, string(source)}) {
		loadText(t, c, m[0], m[1])
	}
	var said strings.Builder
	for i := range hundreds {
		said.WriteString(strings.TrimSuffix(c.say(fmt.Sprintf(`[%s:main(K, %d, 100) || K <- [%s]], ok.`, module, seed+i, ours)), "ok"))
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

func loadText(t *testing.T, c *conversation, name, source string) {
	forms, errs := syntax.ParseModule(source, name+".erl", syntax.PreprocessOptions{})
	m, _, more := eval.Module(forms, eval.ModuleOptions{File: name + ".erl", Table: c.node.Code()})
	if errs = append(errs, more...); len(errs) > 0 {
		t.Fatal(errs[0])
	}
	c.node.Code().Load(m)
}
