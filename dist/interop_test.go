package dist_test

import (
	"bytes"
	"context"
	"crypto/md5"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/erlsh/erlsh/dist"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

func atom(name string) term.Term { return term.Atom(name) }

func TestConnectToErl(t *testing.T) {
	port := startEpmd(t)
	e := startErl(t, port, "-sname", "real", "-setcookie", "secret")
	n := startOurs(t, "ours", port)
	real := atom("real@" + hostOf(n))
	if err := n.net.Connect(context.Background(), real, false); err != nil {
		t.Fatal(err)
	}
	e.want("[ours@"+hostOf(n)+"]", "nodes().")
	p, in := n.sink("sink")
	e.want("true", "register(echo, spawn(fun F() -> receive {P, M} -> P ! {echo, M}, F() end end)).")
	if err := n.Send(p.Self(), term.Tuple(atom("echo"), real), term.Tuple(p.Self(), term.String("hello"))); err != nil {
		t.Fatal(err)
	}
	if got := receive(t, in); got.String() != `{echo,[104,101,108,108,111]}` {
		t.Errorf("got %v", got)
	}
	e.want("hi", "{sink, 'ours@%s'} ! hi.", hostOf(n))
	if got := receive(t, in); got != atom("hi") {
		t.Errorf("got %v", got)
	}
}

func hostOf(n *ours) string {
	name := n.Name().AtomName()
	for i := range name {
		if name[i] == '@' {
			return name[i+1:]
		}
	}
	return ""
}

// pair is a real node and one of ours, connected.
func pair(t *testing.T) (*erl, *ours, term.Term) {
	t.Helper()
	port := startEpmd(t)
	e := startErl(t, port, "-sname", "real", "-setcookie", "secret")
	n := startOurs(t, "ours", port)
	return e, n, atom("real@" + hostOf(n))
}

func TestErlConnectsToUs(t *testing.T) {
	e, n, real := pair(t)
	p, in := n.sink("sink")
	e.want("true", "net_kernel:connect_node('ours@%s').", hostOf(n))
	e.want("{sink,self}", "begin {sink, 'ours@%s'} ! {self(), pid}, {sink, self} end.", hostOf(n))
	m, _ := receive(t, in).Tuple()
	e.want("true", "register(me, self()).")
	if err := n.Send(p.Self(), m[0], term.Tuple(atom("to"), p.Self())); err != nil {
		t.Fatal(err)
	}
	e.want("true", "receive {to, P} -> node(P) =:= 'ours@%s' end.", hostOf(n))
	if err := n.Send(p.Self(), term.Tuple(atom("me"), real), atom("again")); err != nil {
		t.Fatal(err)
	}
	e.want("again", "receive again -> again after 60000 -> lost end.")
	peers := n.net.Peers()
	if len(peers) != 1 || peers[0].Name != real || peers[0].Hidden {
		t.Errorf("peers: %+v", peers)
	}
	e.want("true", "begin P ! {big, lists:seq(1,100000), #{a => 1.5}, <<1:3>>, fun lists:map/2, make_ref(), self()}, true end.")
	message := receive(t, in)
	if big, _ := message.Tuple(); len(big) != 7 {
		t.Errorf("got %v", message)
	}
}

func TestLinksAndMonitors(t *testing.T) {
	e, n, real := pair(t)
	p, in := n.sink("sink")
	e.want("true", "(fun() -> register(victim, spawn(fun() -> receive {die, R} -> exit(R) end end)) end)().")
	if err := n.net.Connect(context.Background(), real, false); err != nil {
		t.Fatal(err)
	}

	// we monitor a real name, and one that does not exist
	run(n, p, func() {
		mustRef(t, p, term.Tuple(atom("victim"), real))
		mustRef(t, p, term.Tuple(atom("nobody"), real))
	})
	down, _ := receive(t, in).Tuple()
	if down[0] != atom("DOWN") || down[4] != atom("noproc") {
		t.Errorf("got %v", down)
	}
	e.want("ok", "begin victim ! {die, {bye, now}}, ok end.")
	down, _ = receive(t, in).Tuple()
	if down[0] != atom("DOWN") || down[3].String() != "{victim,real@"+hostOf(n)+"}" || down[4].String() != "{bye,now}" {
		t.Errorf("got %v", down)
	}

	// they monitor a name of ours, and one that does not exist
	e.want("noproc", "begin R1 = monitor(process, {nobody, 'ours@%s'}), receive {'DOWN', R1, process, _, Why} -> Why end end.", hostOf(n))
	e.want("true", "begin R2 = monitor(process, {sink, 'ours@%s'}), is_reference(R2) end.", hostOf(n))

	// links both ways
	e.want("false", "process_flag(trap_exit, true).")
	e.want("true", "begin {sink, 'ours@%s'} ! {self(), link_me}, true end.", hostOf(n))
	m, _ := receive(t, in).Tuple()
	run(n, p, func() {
		if err := p.Link(m[0]); err != nil {
			t.Error(err)
		}
		if err := p.ExitSignal(p.Self(), atom("finished")); err != nil {
			t.Error(err)
		}
	})
	e.want("[finished,finished]", `lists:sort([receive {'EXIT', _, W} -> W after 60000 -> lost end, receive {'DOWN', R2, process, _, V} -> V after 60000 -> lost end]).`)
}

func TestKilledPeer(t *testing.T) {
	e, n, real := pair(t)
	p, in := n.sink("sink")
	watcher, nodes := n.sink("")
	run(n, watcher, func() {
		if _, err := watcher.MonitorNodes(true, term.List(atom("nodedown_reason"))); err != nil {
			t.Error(err)
		}
	})
	e.want("true", "register(victim, spawn(fun() -> receive after infinity -> ok end end)).")
	var ref term.Term
	run(n, p, func() { ref = mustRef(t, p, term.Tuple(atom("victim"), real)) })
	if got := receive(t, nodes).String(); got != "{nodeup,real@"+hostOf(n)+",[]}" {
		t.Errorf("got %s", got)
	}
	e.want("true", "is_pid(whereis(victim)).") // the monitor is there: what we sent before has arrived, or will before the end
	e.signal(syscall.SIGKILL)
	down, _ := receive(t, in).Tuple()
	if down[0] != atom("DOWN") || !term.Equal(down[1], ref) || down[4] != atom("noconnection") {
		t.Errorf("got %v", down)
	}
	if got := receive(t, nodes).String(); got != "{nodedown,real@"+hostOf(n)+",[{nodedown_reason,connection_closed}]}" {
		t.Errorf("got %s", got)
	}
	if len(n.net.Peers()) != 0 {
		t.Error("it is still a peer")
	}
	// a new monitor cannot be set up
	run(n, p, func() { mustRef(t, p, term.Tuple(atom("victim"), real)) })
	if down, _ := receive(t, in).Tuple(); down[4] != atom("noconnection") {
		t.Errorf("got %v", down)
	}
}

func TestSpawnRequests(t *testing.T) {
	e, n, real := pair(t)
	p, in := n.sink("sink")

	// we ask a real node
	run(n, p, func() {
		args := term.List(p.Self(), term.Tuple(atom("spawned"), term.Int(7)))
		if _, err := p.SpawnAsync(real, atom("erlang"), atom("send"), args, term.List(atom("monitor"))); err != nil {
			t.Error(err)
		}
	})
	got := map[string]bool{}
	for range 3 {
		m, _ := receive(t, in).Tuple()
		got[m[0].AtomName()] = true
		if m[0] == atom("DOWN") && m[4] != atom("normal") {
			t.Errorf("got %v", m)
		}
	}
	if !got["spawn_reply"] || !got["spawned"] || !got["DOWN"] {
		t.Errorf("got %v", got)
	}

	// a real node asks us
	us := hostOf(n)
	e.want("normal", `begin {_, M1} = spawn_monitor('ours@%s', test, tell, [self(), hello]), receive {told, hello} -> receive {'DOWN', M1, process, _, W} -> W end end end.`, us)
	e.want("{undef,[{nosuch,f,[1],[]}]}", `begin {_, M2} = spawn_monitor('ours@%s', nosuch, f, [1]), receive {'DOWN', M2, process, _, W2} -> W2 end end.`, us)
	e.want("badopt", `begin R3 = spawn_request('ours@%s', test, tell, [self(), x], [{priority,high}, monitor, bad_option]), receive {spawn_reply, R3, error, W3} -> W3 end end.`, us)

	// calls: the same, with the module of the other end
	e.want("[3,4]", "rpc:call('ours@%s', test, add, [[1,2], 2]).", us)
	e.want("{caught,error,{exception,badarith,[]}}", "try erpc:call('ours@%s', test, add, [[a], 2]) catch error:{exception,E,_} -> {caught,error,{exception,E,[]}} end.", us)
	e.want("[100]", "rpc:call('ours@%s', test, add, [[99], 1]).", us)
}

func TestLargeMessages(t *testing.T) {
	e, n, real := pair(t)
	p, in := n.sink("sink")
	e.want("true", "register(echo, spawn(fun F() -> receive {P, M} -> P ! {erlang:md5(M), M}, F() end end)).")
	large := make([]byte, 16<<20)
	for i := range large {
		large[i] = byte(i * i >> 7)
	}
	for _, size := range []int{1, 65500, 65536, 65537, 131072, 131073, len(large)} {
		to := term.Tuple(atom("echo"), real)
		part := large[:size]
		_ = n.Send(p.Self(), to, term.Tuple(p.Self(), term.Binary(part)))
		back, _ := receive(t, in).Tuple()
		b, _ := back[1].Binary()
		sum, _ := back[0].Binary()
		if want := md5.Sum(part); !bytes.Equal(b, part) || !bytes.Equal(sum, want[:]) {
			t.Errorf("%d bytes came back as %d", size, len(b))
		}
	}
	// a small message of another process does not wait for a large one, but one of the same process does
	q, other := n.sink("")
	_ = n.Send(p.Self(), term.Tuple(atom("echo"), real), term.Tuple(p.Self(), term.Binary(large)))
	_ = n.Send(p.Self(), term.Tuple(atom("echo"), real), term.Tuple(p.Self(), term.Binary(large[:3])))
	_ = n.Send(q.Self(), term.Tuple(atom("echo"), real), term.Tuple(q.Self(), term.Binary(large[:2])))
	receive(t, other)
	for _, size := range []int{len(large), 3} {
		back, _ := receive(t, in).Tuple()
		if b, _ := back[1].Binary(); len(b) != size {
			t.Errorf("got %d bytes, want %d", len(b), size)
		}
	}
}

func TestWrongCookie(t *testing.T) {
	port := startEpmd(t)
	e := startErl(t, port, "-sname", "real", "-setcookie", "another")
	n := startOurs(t, "ours", port)
	real := atom("real@" + hostOf(n))
	err := n.net.Connect(context.Background(), real, false)
	if err == nil || !strings.Contains(err.Error(), "cookie") {
		t.Errorf("connected, or said %v", err)
	}
	e.want("false", "net_kernel:connect_node('ours@%s').", hostOf(n))
	select {
	case text := <-n.notices:
		if !strings.Contains(text, "cookie") {
			t.Errorf("noticed %q", text)
		}
	case <-time.After(patience):
		t.Error("nobody was told of the wrong cookie")
	}
	// a cookie for that node alone
	n.net.SetCookie(real, atom("another"))
	if err := n.net.Connect(context.Background(), real, false); err != nil {
		t.Error(err)
	}
}

func TestEmbeddedEpmd(t *testing.T) {
	port := freePort(t)
	n := startOurs(t, "ours", port)
	e := startErl(t, port, "-sname", "real", "-setcookie", "secret")
	e.want("[ours,real]", "lists:sort([list_to_atom(X) || {X, _} <- element(2, net_adm:names())]).")
	e.want("pong", "case net_kernel:connect_node('ours@%s') of true -> pong end.", hostOf(n))
	names, err := n.net.Names(context.Background(), "")
	if err != nil || len(names) != 2 {
		t.Errorf("names: %v, %v", names, err)
	}
}

func TestTicks(t *testing.T) {
	port := startEpmd(t)
	e := startErl(t, port, "-sname", "real", "-setcookie", "secret", "-kernel", "net_ticktime", "1")
	n := startOurs(t, "ours", port, func(_ *dist.Options, s *node.StartOptions) { s.Tick = time.Second })
	real := atom("real@" + hostOf(n))
	if err := n.net.Connect(context.Background(), real, false); err != nil {
		t.Fatal(err)
	}
	watcher, nodes := n.sink("")
	run(n, watcher, func() { _, _ = watcher.MonitorNodes(true, term.List(atom("nodedown_reason"))) })
	// two tick times of silence pass, and the connection stands on both sides
	e.want("[ours@"+hostOf(n)+"]", "begin timer:sleep(2500), nodes() end.")
	if len(n.net.Peers()) != 1 || len(nodes) != 0 {
		t.Error("the connection did not last")
	}
	e.signal(syscall.SIGSTOP)
	if got := receive(t, nodes).String(); got != "{nodedown,real@"+hostOf(n)+",[{nodedown_reason,net_tick_timeout}]}" {
		t.Errorf("got %s", got)
	}
	e.signal(syscall.SIGCONT)
}

func TestHidden(t *testing.T) {
	port := startEpmd(t)
	e := startErl(t, port, "-sname", "real", "-setcookie", "secret")
	n := startOurs(t, "ours", port, func(_ *dist.Options, s *node.StartOptions) { s.Hidden = true })
	real := atom("real@" + hostOf(n))
	if err := n.net.Connect(context.Background(), real, false); err != nil {
		t.Fatal(err)
	}
	e.want("{[],[ours@"+hostOf(n)+"]}", "{nodes(), nodes(hidden)}.")
	if p := n.net.Peers(); len(p) != 1 || !p[0].Hidden {
		t.Errorf("peers: %+v", p)
	}
	n.net.Disconnect(real)
	until(t, "disconnected", func() bool { return len(n.net.Peers()) == 0 })
	n.net.Allow([]term.Term{atom("friend@nowhere")})
	err := n.net.Connect(context.Background(), real, false)
	if err == nil || !strings.Contains(err.Error(), "allow") {
		t.Errorf("connected, or said %v", err)
	}
	e.want("false", "net_kernel:connect_node('ours@%s').", hostOf(n))
}

// run has the process of a sink run a function.
func run(n *ours, p *node.Process, f func()) {
	done := make(chan struct{})
	n.mu.Lock()
	n.jobs = append(n.jobs, func() { f(); close(done) })
	job := len(n.jobs) - 1
	n.mu.Unlock()
	_ = n.Send(p.Self(), p.Self(), term.Tuple(atom("job"), term.Int(int64(job))))
	<-done
}

func mustRef(t *testing.T, p *node.Process, to term.Term) term.Term {
	t.Helper()
	ref, err := p.Monitor(to, node.MonitorOptions{})
	if err != nil {
		t.Error(err)
	}
	return ref
}
