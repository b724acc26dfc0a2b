package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestReadmeMsgpack runs the README's program on what one node heard of another.
func TestReadmeMsgpack(t *testing.T) {
	if out, err := exec.Command("/usr/bin/python3", "-c", "import msgpack").CombinedOutput(); err != nil {
		t.Skipf("no python3 with msgpack: %s", out)
	}
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	record, script := filepath.Join(dir, "record"), filepath.Join(dir, "frames.py")
	if err := os.WriteFile(script, []byte(block(t, string(text), "python")), 0o600); err != nil {
		t.Fatal(err)
	}
	env := append(os.Environ(), "ERL_EPMD_PORT="+freePort(t), "HOME="+dir)
	b := exec.Command("erlsh", "-sname", "b@localhost", "-setcookie", "c", "-dist_record", record, "-e",
		`register(echo, self()), register(here, spawn(fun() -> receive stop -> ok end end)), receive {hello, _} -> ok end.`)
	b.Env = env
	var said bytes.Buffer
	b.Stdout, b.Stderr = &said, &said
	if err := b.Start(); err != nil {
		t.Fatal(err)
	}
	a := exec.Command("erlsh", "-sname", "a@localhost", "-setcookie", "c", "-e",
		`(fun F() -> case rpc:call(b@localhost, erlang, whereis, [here]) of P when is_pid(P) -> ok; _ -> timer:sleep(20), F() end end)(),
		{echo, b@localhost} ! {hello, [1, 2.5, <<"bin">>]}, monitor_node(b@localhost, true), receive {nodedown, _} -> ok end.`)
	a.Env = b.Env
	out, err := a.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if err := b.Wait(); err != nil {
		t.Fatalf("%v\n%s", err, &said)
	}
	frames, err := exec.Command("/usr/bin/python3", script, record).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, frames)
	}
	for _, want := range []string{"'', 'echo'] [None, 'hello', [1, 2.5, b'bin']]", "[29, ['<21>', 'a@localhost'"} {
		if !strings.Contains(string(frames), want) {
			t.Errorf("%q is not in\n%s", want, frames)
		}
	}
}
