package builtins

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/erlsh/erlsh/lang/eval"
	"github.com/erlsh/erlsh/lang/syntax"
)

// TestSocketEndsOnErl opens connections whose other ends are in a real erl, as server and as client: both ends see what they see where
// both are real. testdata/ends has the scenes.
func TestSocketEndsOnErl(t *testing.T) {
	erl := realErl(t)
	dir := t.TempDir()
	source := readFile(t, "testdata/ends/socket_ends.erl")
	writeFile(t, filepath.Join(dir, "socket_ends.erl"), []byte(source))
	compile := exec.Command(erl, "-noshell", "-eval", `{ok, _} = compile:file("socket_ends"), halt().`)
	compile.Dir = dir
	if out, err := compile.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	c := newConversation(t)
	c.await = time.Minute
	forms, errs := syntax.ParseModule(source, "socket_ends.erl", syntax.PreprocessOptions{})
	m, _, more := eval.Module(forms, eval.ModuleOptions{File: "socket_ends.erl", Table: c.node.Code()})
	if errs = append(errs, more...); len(errs) > 0 {
		t.Fatal(errs[0])
	}
	c.node.Code().Load(m)
	call := func(side, run string) string {
		return fmt.Sprintf("socket_ends:main(%s, %q, %q)", side, filepath.Join(dir, run+"-port"), filepath.Join(dir, run+"-"+side))
	}
	real := func(side, run string) *exec.Cmd {
		cmd := exec.Command(erl, "-noshell", "-eval", call(side, run)+", halt().")
		cmd.Dir = dir
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return cmd
	}
	here := func(side, run string) {
		if said := c.say(call(side, run) + "."); said != "ok" {
			t.Fatal(said)
		}
	}
	both := []*exec.Cmd{real("server", "real"), real("client", "real")}
	server := real("server", "client")
	here("client", "client")
	client := real("client", "server")
	here("server", "server")
	for _, cmd := range append(both, server, client) {
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	}
	for _, side := range []string{"server", "client"} {
		want := strings.Split(readFile(t, filepath.Join(dir, "real-"+side)), "\n")
		for _, run := range []string{"client", "server"} {
			got := strings.Split(readFile(t, filepath.Join(dir, run+"-"+side)), "\n")
			for i := range min(len(got), len(want)) {
				if got[i] != want[i] {
					t.Errorf("%s, where the %s is here\n got: %.400s\nwant: %.400s", side, run, got[i], want[i])
				}
			}
		}
	}
	if os.Getenv("ERLSH_SHOW") != "" {
		t.Log(readFile(t, filepath.Join(dir, "real-server")))
	}
}
