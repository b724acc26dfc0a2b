package main

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// hosts are network namespaces on one switch, each with a node: hosts whose cables can be pulled.
type hosts struct {
	t    testing.TB
	mark string // begins the names of everything that is made
	n    int
}

// newHosts makes hosts, or skips the test where that is not possible.
func newHosts(t testing.TB, n int) *hosts {
	t.Helper()
	if os.Getenv("ERLSH_NETNS") == "" {
		t.Skip("SKIPPED: ERLSH_NETNS=1 tries partitions between network namespaces (needs root)")
	}
	h := &hosts{t, fmt.Sprintf("e%d", os.Getpid()%100000), n}
	if out, err := exec.Command("ip", "netns", "add", h.switchName()).CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: network namespaces cannot be made here: %v %s", err, out)
	}
	t.Cleanup(h.remove)
	h.ip("-n", h.switchName(), "link", "add", "name", "switch0", "type", "bridge")
	h.ip("-n", h.switchName(), "link", "set", "switch0", "up")
	for i := range n {
		ns := h.name(i)
		h.ip("netns", "add", ns)
		h.ip("-n", h.switchName(), "link", "add", "name", h.port(i), "type", "veth", "peer", "name", "eth0", "netns", ns)
		h.ip("-n", h.switchName(), "link", "set", h.port(i), "master", "switch0", "up")
		h.ip("-n", ns, "addr", "add", h.address(i)+"/24", "dev", "eth0")
		h.ip("-n", ns, "link", "set", "eth0", "up")
		h.ip("-n", ns, "link", "set", "lo", "up")
	}
	return h
}

func (h *hosts) switchName() string   { return h.mark + "sw" }
func (h *hosts) name(i int) string    { return fmt.Sprintf("%sn%d", h.mark, i) }
func (h *hosts) port(i int) string    { return fmt.Sprintf("port%d", i) }
func (h *hosts) address(i int) string { return fmt.Sprintf("10.99.0.%d", i+1) }
func (h *hosts) enter(i int) []string { return []string{"ip", "netns", "exec", h.name(i)} }
func (h *hosts) node(c *cluster, r system, i int) *peer {
	return c.add(r, fmt.Sprintf("%c@%s", 'a'+i, h.address(i)), h.enter(i)...)
}

func (h *hosts) ip(args ...string) {
	h.t.Helper()
	if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
		h.t.Fatalf("ip %s: %v %s", strings.Join(args, " "), err, out)
	}
}

// remove ends what runs on the hosts, port mappers of real nodes among it, and takes them away.
func (h *hosts) remove() {
	for i := range h.n {
		out, _ := exec.Command("ip", "netns", "pids", h.name(i)).Output()
		for pid := range strings.FieldsSeq(string(out)) {
			if n, err := strconv.Atoi(pid); err == nil {
				_ = syscall.Kill(n, syscall.SIGKILL)
			}
		}
		_ = exec.Command("ip", "netns", "del", h.name(i)).Run()
	}
	_ = exec.Command("ip", "netns", "del", h.switchName()).Run()
}

// cut pulls the cable of a host, mend puts it back.
func (h *hosts) cut(i int)  { h.ip("-n", h.switchName(), "link", "set", h.port(i), "down") }
func (h *hosts) mend(i int) { h.ip("-n", h.switchName(), "link", "set", h.port(i), "up") }

// lose has everything vanish that one host sends to another, while the other way works; find ends that.
func (h *hosts) lose(from, to int) {
	h.ip("-n", h.name(from), "neigh", "replace", h.address(to), "lladdr", "02:00:00:00:00:99", "nud", "permanent", "dev", "eth0")
}

func (h *hosts) find(from, to int) {
	h.ip("-n", h.name(from), "neigh", "del", h.address(to), "dev", "eth0")
}

// slow delays what a host sends and loses some of it, or else narrows its link; false where the kernel can do neither.
func (h *hosts) slow(i int) bool {
	ways := [][]string{{"netem", "delay", "80ms", "20ms", "loss", "3%"}, {"tbf", "rate", "400kbit", "burst", "8kb", "latency", "800ms"}}
	for _, way := range ways {
		args := append([]string{"netns", "exec", h.name(i), "tc", "qdisc", "replace", "dev", "eth0", "root"}, way...)
		if out, err := exec.Command("ip", args...).CombinedOutput(); err == nil {
			h.t.Logf("slow link: %s", strings.Join(way, " "))
			return true
		} else {
			h.t.Logf("no %s here: %s", way[0], strings.TrimSpace(string(out)))
		}
	}
	return false
}

func (h *hosts) fast(i int) {
	h.ip("netns", "exec", h.name(i), "tc", "qdisc", "del", "dev", "eth0", "root")
}

// sees waits until a node sees exactly some others.
func (p *peer) sees(others ...*peer) {
	p.c.t.Helper()
	list := names(others)
	p.want("true", "(fun F(0) -> {still, nodes()}; F(N) -> lists:sort(nodes()) =:= lists:sort(%s) orelse receive after 100 -> F(N-1) end end)(300)", list)
}

// TestPartitions pulls cables between hosts with nodes of every kind that is here, and puts them back: nothing hangs meanwhile, and
// afterwards all agree again. ERLSH_NETNS=1 runs it.
func TestPartitions(t *testing.T) {
	kinds := []system{{"erlsh", []string{"erlsh"}}}
	all := systems(t)
	kinds = append(kinds, all...)
	h := newHosts(t, len(kinds))
	c := newCluster(t, "-kernel", "net_ticktime", "2")
	for i, r := range kinds {
		h.node(c, r, i)
	}
	a, b, rest := c.peers[0], c.peers[1], c.peers[1:]
	c.agree(patience, "none")

	t.Log("the cable of the first host is pulled")
	h.cut(0)
	a.sees()
	for _, p := range rest {
		p.sees(without(rest, p)...)
	}
	a.want("{badrpc,nodedown}", "rpc:call(%s, erlang, node, [])", quoted(b.name))
	a.want("pang", "net_adm:ping(%s)", quoted(b.name))
	a.want("yes", "global:register_name(both, %s, fun global:random_notify_name/3)", idle)
	b.want("yes", "global:register_name(both, %s, fun global:random_notify_name/3)", idle)
	a.want("yes", "global:register_name(mine, %s)", idle)
	b.want("yes", "global:register_name(theirs, %s)", idle)
	h.mend(0)
	c.agree(patience, "none")
	a.want("[both,mine,theirs]", "lists:sort(global:registered_names())")

	t.Log("what the last host sends to the first one is lost")
	last := len(kinds) - 1
	h.lose(last, 0)
	a.want("true", "(fun F(0) -> nodes(); F(N) -> not lists:member(%s, nodes()) orelse receive after 100 -> F(N-1) end end)(300)", quoted(c.peers[last].name))
	c.peers[last].want("true", "(fun F(0) -> nodes(); F(N) -> not lists:member(%s, nodes()) orelse receive after 100 -> F(N-1) end end)(300)", quoted(a.name))
	a.want("{badrpc,nodedown}", "rpc:call(%s, erlang, node, [])", quoted(c.peers[last].name))
	b.want("yes", "global:register_name(while_lost, %s)", idle)
	h.find(last, 0)
	c.agree(patience, "none")

	t.Log("the first node stands still")
	_ = syscall.Kill(a.cmd.Process.Pid, syscall.SIGSTOP)
	b.want("yes", "global:register_name(still, %s)", idle)
	for _, p := range rest {
		p.sees(without(rest, p)...)
	}
	_ = syscall.Kill(a.cmd.Process.Pid, syscall.SIGCONT)
	c.agree(patience, "none")

	if h.slow(1) {
		t.Log("the link of the second host is slow")
		b.want("yes", "global:register_name(slowly, %s)", idle)
		a.want("true", "case rpc:call(%s, binary, copy, [<<0>>, 300000]) of {badrpc, nodedown} -> true; B -> byte_size(B) =:= 300000 end", quoted(b.name))
		c.agree(patience, "none") // so slow a link may take longer than the tick time, and nodes lose one another
		for _, p := range c.peers {
			p.want("true", "lists:member(slowly, global:registered_names())")
		}
		h.fast(1)
	}
	c.agree(patience, "none")
	began := time.Now()
	for _, p := range c.peers {
		p.want("ok", "global:sync()")
	}
	t.Logf("in sync after %v", time.Since(began))
}

func without(peers []*peer, p *peer) []*peer {
	var others []*peer
	for _, q := range peers {
		if q != p {
			others = append(others, q)
		}
	}
	return others
}
