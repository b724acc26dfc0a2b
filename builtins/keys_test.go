package builtins

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/syntax"
)

// TestKeysOnErl signs and encrypts here and on a real erl; each side checks what the other one made. testdata/keys has the cases.
func TestKeysOnErl(t *testing.T) {
	erl := realErl(t)
	dir := t.TempDir()
	source := readFile(t, "testdata/keys/key_cases.erl")
	writeFile(t, filepath.Join(dir, "key_cases.erl"), []byte(source))
	c := newConversation(t)
	forms, errs := syntax.ParseModule(source, "key_cases.erl", syntax.PreprocessOptions{})
	m, _, more := eval.Module(forms, eval.ModuleOptions{File: "key_cases.erl", Table: c.node.Code()})
	if errs = append(errs, more...); len(errs) > 0 {
		t.Fatal(errs[0])
	}
	c.node.Code().Load(m)
	ours, theirs := filepath.Join(dir, "ours"), filepath.Join(dir, "theirs")
	if said := c.say(fmt.Sprintf("key_cases:make(%q).", ours)); said != "ok" {
		t.Fatal(said)
	}
	script := fmt.Sprintf(`{ok, _} = compile:file("key_cases"), ok = key_cases:make(%q), io:format("~p", [key_cases:check(%q)]), halt().`, theirs, ours)
	cmd := exec.Command(erl, "-noshell", "-eval", script)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil || string(out) != "[]" {
		t.Errorf("erl: %v\n%s", err, out)
	}
	if said := c.say(fmt.Sprintf("key_cases:check(%q).", theirs)); said != "[]" {
		t.Error(said)
	}
}
