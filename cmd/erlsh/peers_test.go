package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience is how long a peer may take for an answer; one that takes longer hangs.
const patience = 3 * time.Minute

// system is a way to start nodes: this program, or one of the real ones.
type system struct {
	kind    string // "erlsh", "otp25", "otp27", "otp29", "elixir"
	command []string
}

// reading has a real node evaluate the lines of its standard input.
const reading = `L = fun L() -> case io:get_line("") of eof -> halt(); Line -> ` +
	`{ok,Ts,_} = erl_scan:string(Line), {ok,Es} = erl_parse:parse_exprs(Ts), erl_eval:exprs(Es,[]), L() end end, spawn(L).`

// systems returns this program and the real ones that are here: erl, and what ERLSH_OTP27 and ERLSH_OTP29 say how to start.
func systems(t testing.TB) []system {
	t.Helper()
	all := []system{{"erlsh", []string{"erlsh"}}}
	if path, err := exec.LookPath("erl"); err == nil {
		all = append(all, system{"otp25", []string{path}})
	} else if os.Getenv("ERLSH_INTEROP") == "1" {
		t.Fatal("no erl: tests against a real Erlang node are mandatory here")
	}
	for _, release := range []string{"27", "29"} {
		if command := strings.Fields(os.Getenv("ERLSH_OTP" + release)); len(command) > 0 {
			all = append(all, system{"otp" + release, command})
		} else {
			t.Logf("SKIPPED: OTP %s, for ERLSH_OTP%s does not say how to start it", release, release)
		}
	}
	return all
}

// cluster is some nodes with a port mapper and a cookie of their own.
type cluster struct {
	t     testing.TB
	port  string // of the port mapper
	home  string
	host  string
	flags []string
	peers []*peer
}

func newCluster(t testing.TB, flags ...string) *cluster {
	t.Helper()
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	host, _, _ = strings.Cut(host, ".")
	c := &cluster{t: t, port: freePort(t), home: t.TempDir(), host: host, flags: flags}
	t.Cleanup(func() { // a real node may have started a port mapper, which stays
		if path, err := exec.LookPath("epmd"); err == nil {
			_ = exec.Command(path, "-port", c.port, "-kill").Run()
		}
	})
	return c
}

// mapper has a port mapper of its own, so that it does not go with a node.
func (c *cluster) mapper() {
	c.t.Helper()
	m := exec.Command("erlsh", "-epmd")
	m.Env = append(os.Environ(), "ERL_EPMD_PORT="+c.port, "HOME="+c.home)
	if err := m.Start(); err != nil {
		c.t.Fatal(err)
	}
	c.t.Cleanup(func() { _ = m.Process.Kill(); _ = m.Wait() })
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if conn, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", c.port)); err == nil {
			_ = conn.Close()
			return
		}
	}
	c.t.Fatal("the port mapper does not start")
}

// peer is one node, of whatever kind, that evaluates what it is given.
type peer struct {
	c      *cluster
	r      system
	name   string // with the host
	prefix []string
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    chan string
}

// add starts a node. prefix is what its command runs in, such as ip netns exec.
func (c *cluster) add(r system, name string, prefix ...string) *peer {
	c.t.Helper()
	if !strings.Contains(name, "@") {
		name += "@" + c.host
	}
	p := &peer{c: c, r: r, name: name, prefix: prefix}
	c.peers = append(c.peers, p)
	p.start()
	return p
}

func (p *peer) start() {
	t := p.c.t
	t.Helper()
	args := append(slices.Clone(p.prefix), p.r.command...)
	kind := "-sname"
	if _, host, _ := strings.Cut(p.name, "@"); strings.Contains(host, ".") {
		kind = "-name"
	}
	args = append(args, kind, p.name, "-setcookie", "crumbs")
	args = append(args, p.c.flags...)
	if p.r.kind != "erlsh" {
		args = append(args, "-noshell", "-eval", reading)
	}
	p.cmd = exec.Command(args[0], args[1:]...)
	p.cmd.Env = append(os.Environ(), "ERL_EPMD_PORT="+p.c.port, "HOME="+p.c.home)
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var err error
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if testing.Verbose() {
		p.cmd.Stderr = os.Stderr
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p.out = make(chan string, 100)
	go read(out, p.out)
	t.Cleanup(p.kill)
	if got := p.eval("node()"); got != p.name && got != "'"+p.name+"'" {
		t.Fatalf("%s is called %s", p.name, got)
	}
}

func read(out io.Reader, to chan<- string) {
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		if text, ok := strings.CutPrefix(lines.Text(), "=> "); ok {
			to <- text
		}
	}
	close(to)
}

// alive reports whether the node has been started and not been killed.
func (p *peer) alive() bool { return p.cmd != nil }

// kill ends a node at once.
func (p *peer) kill() {
	if p.cmd == nil {
		return
	}
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGCONT)
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	_ = p.in.Close()
	_ = p.cmd.Wait()
	p.cmd = nil
}

// eval returns the value of an expression as ~w prints it, {caught,Class,Reason} when it raises.
func (p *peer) eval(format string, args ...any) string {
	t := p.c.t
	t.Helper()
	text, err := p.ask(fmt.Sprintf(format, args...), patience)
	if err != nil {
		t.Fatalf("%s (%s): %s: %v", p.name, p.r.kind, fmt.Sprintf(format, args...), err)
	}
	return text
}

func (p *peer) ask(expression string, patience time.Duration) (string, error) {
	line := fmt.Sprintf(`io:format("=> ~w~n", [(fun() -> try begin %s end catch C:E -> {caught,C,E} end end)()]).`+"\n", expression)
	if _, err := io.WriteString(p.in, line); err != nil {
		return "", err
	}
	select {
	case text, ok := <-p.out:
		if !ok {
			return "", fmt.Errorf("the node has ended")
		}
		return text, nil
	case <-time.After(patience):
		return "", fmt.Errorf("it hangs")
	}
}

// want checks the value of an expression.
func (p *peer) want(value, format string, args ...any) {
	p.c.t.Helper()
	if got := p.eval(format, args...); got != value {
		p.c.t.Errorf("%s (%s): %s = %s, want %s", p.name, p.r.kind, fmt.Sprintf(format, args...), got, value)
	}
}

// quoted is a name as an atom in source text.
func quoted(name string) string { return "'" + name + "'" }

// names is the list of the names of some nodes, in source text.
func names(peers []*peer) string {
	var list []string
	for _, p := range peers {
		list = append(list, quoted(p.name))
	}
	return "[" + strings.Join(list, ",") + "]"
}

// view is what a node thinks of the cluster: the nodes, the names and where they are, the groups and where their members are.
const view = `{lists:sort([node()|nodes()]), lists:sort([{N, case global:whereis_name(N) of undefined -> undefined; P -> node(P) end} || ` +
	`N <- global:registered_names()]), [{S, lists:sort([{G, lists:sort([node(P) || P <- pg:get_members(S, G)])} || ` +
	`S1 <- [S], G <- pg:which_groups(S1)])} || S <- [%s], whereis(S) =/= undefined]}`

// agree waits until all nodes see the same cluster, with all of them in it, connecting them meanwhile. scopes are those of groups.
func (c *cluster) agree(within time.Duration, scopes string) {
	c.t.Helper()
	deadline := time.Now().Add(within)
	for {
		views := map[string]string{}
		same := true
		for _, p := range c.peers {
			_ = p.eval("[net_kernel:connect_node(N) || N <- %s -- [node()|nodes()]]", names(c.peers))
		}
		for _, p := range c.peers {
			views[p.name] = p.eval(view, scopes)
		}
		first := c.peers[0]
		for _, p := range c.peers {
			mine, theirs := views[p.name], views[first.name]
			if c.mixed(scopes) { // each scope is on some nodes only
				mine, theirs = c.common(p, first, mine), c.common(first, p, theirs)
			}
			same = same && mine == theirs && strings.Count(c.nodesOf(views[p.name]), "@") == len(c.peers)
		}
		if same {
			return
		}
		if time.Now().After(deadline) {
			for _, p := range c.peers {
				c.t.Errorf("%s (%s) sees %s", p.name, p.r.kind, views[p.name])
				c.t.Logf("global there: %.3000s", p.eval("{global:info(), catch process_info(global:get_locker(), [messages, current_function])}"))
			}
			c.t.Fatal("the nodes do not agree")
		}
		time.Sleep(200 * time.Millisecond)
	}
}

func (c *cluster) mixed(scopes string) bool { return strings.Contains(scopes, ",") }

// nodesOf is the list of nodes in a view.
func (c *cluster) nodesOf(view string) string {
	end := strings.IndexByte(view, ']')
	return view[:max(end, 0)]
}

// common leaves out of p's view the scopes that q has not.
func (c *cluster) common(p, q *peer, view string) string {
	for _, scope := range []string{"old", "new"} {
		if hasScope(p, scope) && !hasScope(q, scope) {
			if i := strings.Index(view, "{"+scope+",["); i >= 0 {
				view = view[:i] + cutScope(view[i:])
			}
		}
	}
	return strings.NewReplacer(",]", "]", "[,", "[").Replace(view)
}

// cutScope cuts {scope,[...]} off the beginning of a text.
func cutScope(text string) string {
	depth := 0
	for i, r := range text {
		switch r {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return strings.TrimPrefix(text[i+1:], ",")
			}
		}
	}
	return ""
}

// hasScope reports whether a node takes part in a scope of groups. OTP 25 cannot stand what OTP 29 says in one.
func hasScope(p *peer, scope string) bool {
	return p.r.kind == "erlsh" || p.r.kind == "otp27" || p.r.kind == map[string]string{"old": "otp25", "new": "otp29"}[scope]
}
