package dist_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/erlsh/erlsh/dist"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

const patience = 2 * time.Minute

// freePort returns a port that nobody listens on.
func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port
}

// erl is a real node that evaluates what it is given.
type erl struct {
	t    testing.TB
	name string
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  chan string
}

// loop reads expressions from standard input, a line each, and prints their values.
const loop = `L = fun L(B) -> case io:get_line("") of
	eof -> halt();
	Line ->
		{R, B1} = try {ok,Ts,_} = erl_scan:string(Line), {ok,Es} = erl_parse:parse_exprs(Ts), {value,V,N} = erl_eval:exprs(Es,B), {V,N}
			catch C:E -> {{caught,C,E}, B} end,
		io:format("=> ~w~n",[R]), L(B1) end end, spawn(fun() -> io:format("=> ready~n"), L([]) end).`

// startErl starts a real node with its own port mapper, or skips the test where there is no erl.
func startErl(t testing.TB, epmdPort int, flags ...string) *erl {
	t.Helper()
	path, err := exec.LookPath("erl")
	if err != nil {
		if os.Getenv("ERLSH_INTEROP") == "1" {
			t.Fatal("ERLSH_INTEROP is set, and there is no erl")
		}
		t.Skip("NO erl HERE: not tested with a real node")
	}
	e := &erl{t: t, out: make(chan string, 100)}
	for i, f := range flags {
		if f == "-sname" || f == "-name" {
			e.name = flags[i+1]
		}
	}
	flags = append([]string{"-noinput", "-eval", strings.ReplaceAll(loop, "\n", " ")}, flags...)
	flags[0] = "-noshell"
	e.cmd = exec.Command(path, flags...)
	e.cmd.Env = append(os.Environ(), fmt.Sprintf("ERL_EPMD_PORT=%d", epmdPort), "HOME="+t.TempDir())
	e.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if e.in, err = e.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := e.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	e.cmd.Stderr = os.Stderr
	if err := e.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		lines := bufio.NewScanner(out)
		lines.Buffer(nil, 1<<26)
		for lines.Scan() {
			if text, ok := strings.CutPrefix(lines.Text(), "=> "); ok {
				e.out <- text
			} else if testing.Verbose() {
				fmt.Fprintln(os.Stderr, "erl:", lines.Text())
			}
		}
		close(e.out)
	}()
	t.Cleanup(e.stop)
	if got := e.next(); got != "ready" {
		t.Fatalf("erl starts with %q", got)
	}
	return e
}

func (e *erl) next() string {
	e.t.Helper()
	select {
	case text, ok := <-e.out:
		if !ok {
			e.t.Fatal("erl has ended")
		}
		return text
	case <-time.After(patience):
		e.t.Fatal("erl does not answer")
	}
	return ""
}

// eval returns the value of expressions as erl prints it.
func (e *erl) eval(format string, args ...any) string {
	e.t.Helper()
	text := fmt.Sprintf(format, args...)
	if _, err := io.WriteString(e.in, strings.ReplaceAll(text, "\n", " ")+"\n"); err != nil {
		e.t.Fatalf("erl: %v", err)
	}
	return e.next()
}

// want checks the value of expressions.
func (e *erl) want(value, format string, args ...any) {
	e.t.Helper()
	if got := e.eval(format, args...); got != value {
		e.t.Errorf("erl: %s = %s, want %s", fmt.Sprintf(format, args...), got, value)
	}
}

func (e *erl) signal(s syscall.Signal) { _ = syscall.Kill(-e.cmd.Process.Pid, s) }

func (e *erl) stop() {
	if e.cmd.ProcessState != nil {
		return
	}
	_ = e.in.Close()
	e.signal(syscall.SIGCONT)
	e.signal(syscall.SIGKILL)
	_ = e.cmd.Wait()
}

// startEpmd starts the port mapper of real nodes and returns its port.
func startEpmd(t testing.TB) int {
	t.Helper()
	path, err := exec.LookPath("epmd")
	if err != nil {
		if os.Getenv("ERLSH_INTEROP") == "1" {
			t.Fatal("ERLSH_INTEROP is set, and there is no epmd")
		}
		t.Skip("NO epmd HERE: not tested with a real one")
	}
	port := freePort(t)
	cmd := exec.Command(path, "-port", fmt.Sprint(port))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	until(t, "epmd listens", func() bool {
		c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	})
	return port
}

// until waits for a condition.
func until(t testing.TB, what string, condition func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !condition() {
		if time.Now().After(deadline) {
			t.Fatalf("in vain: %s", what)
		}
		time.Sleep(time.Millisecond)
	}
}

// ours is a node of ours on a network.
type ours struct {
	*node.Node
	t       testing.TB
	net     *dist.NetKernel
	notices chan string

	mu   sync.Mutex
	jobs []func() // guarded by mu: what processes of sinks are to run
}

// startOurs starts a node of ours.
func startOurs(t testing.TB, name string, epmdPort int, edit ...func(*dist.Options, *node.StartOptions)) *ours {
	t.Helper()
	n := newOurs(t, epmdPort, edit...)
	s := node.StartOptions{Name: name}
	for _, e := range edit {
		e(&dist.Options{}, &s)
	}
	if err := n.net.Start(s); err != nil {
		t.Fatalf("start %s: %v", name, err)
	}
	return n
}

func newOurs(t testing.TB, epmdPort int, edit ...func(*dist.Options, *node.StartOptions)) *ours {
	n := &ours{t: t, notices: make(chan string, 100)}
	table := code.NewTable(nil)
	table.Load(testModule())
	table.Load(erpcModule())
	table.Load(module("erlang", &code.Function{Name: term.Atom("self"), Arity: 0, Pure: func([]term.Term) (term.Term, error) { return term.Nil, nil }}))
	n.Node = node.New(node.Options{Table: table, Notice: func(text string) { n.notices <- text }})
	o := dist.Options{Host: n.Node, Cookie: func() (string, string, error) { return "secret", "the test's", nil }, EpmdPort: epmdPort}
	for _, e := range edit {
		e(&o, &node.StartOptions{})
	}
	n.net = dist.New(o)
	n.SetNetwork(n.net)
	t.Cleanup(func() {
		n.net.Stop()
		n.Close()
	})
	return n
}

// sink spawns a process that hands on what it is sent.
func (n *ours) sink(name string) (*node.Process, chan term.Term) {
	in := make(chan term.Term, 10000)
	o := node.SpawnOptions{Handler: func(_ *node.Process, m term.Term) {
		if e, ok := m.Tagged(term.Atom("job"), 2); ok {
			i, _ := e[1].Int()
			n.mu.Lock()
			job := n.jobs[i]
			n.mu.Unlock()
			job()
			return
		}
		in <- m
	}}
	if name != "" {
		o.Name = term.Atom(name)
	}
	return n.Spawn(o), in
}

func receive(t testing.TB, in chan term.Term) term.Term {
	t.Helper()
	select {
	case m := <-in:
		return m
	case <-time.After(patience):
		t.Fatal("no message")
	}
	return term.None
}

// module makes a module of natives.
func module(name string, functions ...*code.Function) *code.Module {
	m := &code.Module{Name: term.Atom(name), Functions: map[code.NameArity]*code.Function{}}
	for _, f := range functions {
		f.Module, f.Exported, f.InModule = m.Name, true, m
		m.Functions[code.NameArity{Name: f.Name, Arity: f.Arity}] = f
	}
	return m
}

// testModule is module test: what other nodes call here.
func testModule() *code.Module {
	return module("test",
		&code.Function{Name: term.Atom("tell"), Arity: 2, Native: func(p code.Process, args []term.Term) (term.Term, error) {
			return args[1], p.Send(args[0], term.Tuple(term.Atom("told"), args[1]))
		}},
		&code.Function{Name: term.Atom("wait"), Arity: 0, Native: func(p code.Process, _ []term.Term) (term.Term, error) {
			_, _, err := p.(*node.Process).Receive(func(term.Term) bool { return false }, -1)
			return term.Nil, err
		}},
		&code.Function{Name: term.Atom("add"), Arity: 2, Pure: func(args []term.Term) (term.Term, error) {
			list, _ := args[0].Slice()
			for i := range list {
				sum, err := term.Add(list[i], args[1])
				if err != nil {
					return term.None, err
				}
				list[i] = sum
			}
			return term.List(list...), nil
		}},
	)
}

// erpcModule is what nodes call to have something evaluated.
func erpcModule() *code.Module {
	return module("erpc",
		&code.Function{Name: term.Atom("execute_call"), Arity: 4, Native: func(p code.Process, args []term.Term) (term.Term, error) {
			ref := args[0]
			list, _ := args[3].Slice()
			arguments := append([]term.Term(nil), list...)
			f := &term.Fun{Module: args[1], Name: args[2], Arity: len(list), External: true}
			v, err := p.Call(f.Term(), arguments...)
			if e, ok := err.(*term.Exception); ok {
				return term.None, term.Exit(term.Tuple(ref, e.Class, e.Reason, term.Nil))
			}
			return term.None, term.Exit(term.Tuple(ref, term.Atom("return"), v))
		}},
	)
}
