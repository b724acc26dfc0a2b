package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"erlsh": func() { os.Exit(run(os.Args[1:])) },
	})
}

// TestScripts runs the program as people do: from a command line, with pipes, beside other nodes. Scripts whose name begins with erl_
// need a real Erlang node.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOME", env.WorkDir)
			port := freePort(t)
			env.Setenv("ERL_EPMD_PORT", port)
			env.Defer(func() { endMapper(t, port) })
			env.Setenv("TERM", "dumb")
			return nil
		},
		Cmds:     map[string]func(*testscript.TestScript, bool, []string){"up": up},
		Deadline: time.Now().Add(scriptsEnd),
		Condition: func(name string) (bool, error) {
			if name != "erl" {
				return false, fmt.Errorf("unknown condition %s", name)
			}
			return haveErl(t), nil
		},
	})
}

// scriptsEnd is when the scripts end that wait for something in vain: before the whole run does, which does not say where it hangs.
const scriptsEnd = 6 * time.Minute

// up is a command of the scripts: it waits until a node answers that has the cookie c, as one that was started in the background does.
func up(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: up node")
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		err := ts.Exec("erlsh", "-start_epmd", "false", "-hidden", "-sname", "w@localhost", "-setcookie", "c", "-e", "pong = net_adm:ping("+args[0]+").")
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("%s does not come up: %v", args[0], err)
		}
	}
}

// haveErl reports whether a real Erlang is there. Without one its tests are skipped loudly, and where it is mandatory that is a failure.
func haveErl(t *testing.T) bool {
	_, err := exec.LookPath("erl")
	if err == nil {
		return true
	}
	if os.Getenv("ERLSH_INTEROP") == "1" {
		t.Fatal("no erl: tests against a real Erlang node are mandatory here")
	}
	t.Log("SKIPPED, no erl on this machine: nothing is tested against a real Erlang node")
	return false
}

// freePort returns a port on which nobody listens, for a port mapper of the test's own.
func freePort(t testing.TB) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// endMapper ends the port mapper that a real node has started and left behind. It obeys as soon as all nodes have gone.
func endMapper(t testing.TB, port string) {
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		conn, err := net.DialTimeout("tcp", net.JoinHostPort("127.0.0.1", port), 5*time.Second)
		if err != nil {
			return
		}
		_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
		_, _ = io.WriteString(conn, "\x00\x01k")
		_, _ = io.ReadAll(conn)
		_ = conn.Close()
	}
	t.Errorf("the port mapper on port %s does not end", port)
}

// TestBytesThatAreNoText feeds bytes that are no UTF-8: they get an error like other bad input, the program goes on behind them, and
// nothing panics.
func TestBytesThatAreNoText(t *testing.T) {
	for _, input := range []string{"\"\xff", "'\xff", "$\xff", "\xff\xfe.\n", "\"\\^\xff", "<<\"\xff", "1.\n\xff\x00\x80.\n"} {
		cmd := exec.Command("erlsh")
		cmd.Stdin = strings.NewReader(input)
		out, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if errors.As(err, &exit) && exit.ExitCode() != 1 || strings.Contains(string(out), "panic") || strings.Contains(string(out), "goroutine") {
			t.Errorf("%q: %v\n%s", input, err, out)
		}
	}
	cmd := exec.Command("erlsh")
	cmd.Stdin = strings.NewReader("\xff.\n40 + 2.\n")
	if out, _ := cmd.Output(); !strings.HasSuffix(string(out), "42\n") {
		t.Errorf("it does not go on behind bad bytes: %q", out)
	}
}

// TestSignals sends signals to programs at which nobody sits at a prompt: they end with the status that shells expect, at once.
func TestSignals(t *testing.T) {
	for _, c := range []struct {
		signal os.Signal
		status int
	}{{syscall.SIGINT, 130}, {syscall.SIGHUP, 129}, {syscall.SIGQUIT, 0}, {syscall.SIGUSR1, 1}, {syscall.SIGTERM, 0}} {
		for _, args := range [][]string{{"-noshell", "-eval", `io:put_chars("up\n").`}, {"-e", `io:put_chars("up\n"), receive after infinity -> ok end.`}} {
			cmd := exec.Command("erlsh", args...)
			cmd.Env = append(os.Environ(), "HOME="+t.TempDir())
			out, err := cmd.StdoutPipe()
			if err == nil {
				err = cmd.Start()
			}
			if err != nil {
				t.Fatal(err)
			}
			late := time.AfterFunc(30*time.Second, func() { _ = cmd.Process.Kill() })
			if line, err := bufio.NewReader(out).ReadString('\n'); line != "up\n" {
				t.Fatalf("%q, %v", line, err)
			}
			_ = cmd.Process.Signal(c.signal)
			_ = cmd.Wait()
			late.Stop()
			if got := cmd.ProcessState.ExitCode(); got != c.status {
				t.Errorf("%v, %v: status %d, want %d", args, c.signal, got, c.status)
			}
		}
	}
}
