package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestRabbitMQ asks a real RabbitMQ what an operator asks it. ERLSH_RABBITMQ says how to start one that is called rabbit@localhost and has
// the cookie crumbs; the port mapper's port comes in ERL_EPMD_PORT.
func TestRabbitMQ(t *testing.T) {
	command := strings.Fields(os.Getenv("ERLSH_RABBITMQ"))
	if len(command) == 0 {
		t.Skip("SKIPPED: ERLSH_RABBITMQ does not say how to start a RabbitMQ")
	}
	c := newCluster(t)
	probe := c.add(system{"erlsh", []string{"erlsh", "-hidden"}}, "probe@localhost") // first: it is the port mapper
	rabbit := exec.Command(command[0], command[1:]...)
	rabbit.Env = append(os.Environ(), "ERL_EPMD_PORT="+c.port)
	rabbit.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := rabbit.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(-rabbit.Process.Pid, syscall.SIGKILL)
		_ = rabbit.Wait()
	})
	deadline := time.Now().Add(2 * time.Minute)
	for probe.eval("rpc:call(rabbit@localhost, rabbit, is_running, [])") != "true" {
		if time.Now().After(deadline) {
			t.Fatal("RabbitMQ does not start")
		}
		time.Sleep(500 * time.Millisecond)
	}
	probe.want("[rabbit@localhost]", "rpc:call(rabbit@localhost, rabbit_nodes, list_running, [])")
	probe.want("[<<47>>]", "rpc:call(rabbit@localhost, rabbit_vhost, list_names, [])")
	probe.want("[]", "[App || {App, _, _} <- [rabbit], not lists:keymember(rabbit, 1, rpc:call(rabbit@localhost, application, which_applications, []))]")
	probe.want("true", "is_integer(erpc:call(rabbit@localhost, fun() -> length(processes()) end))")
	probe.want("{[],[rabbit@localhost]}", "{nodes(), nodes(hidden)}")
	probe.want("[]", "rpc:call(rabbit@localhost, erlang, nodes, [])")
}

// TestElixir meets a node of Elixir: calls of its modules, its structs, and a message each way.
func TestElixir(t *testing.T) {
	path, err := exec.LookPath("elixir")
	if err != nil {
		t.Skip("SKIPPED: no elixir on this machine")
	}
	c := newCluster(t)
	ours := c.add(system{"erlsh", []string{"erlsh"}}, "ours@localhost")
	script := `Process.register(self(), :main)
receive do {from, :swap, map} -> send(from, {:swapped, Map.new(map, fn {k, v} -> {v, k} end)}) end
{:probe, :"ours@localhost"} |> send({:range, 1..3, self()})
receive do :stop -> :ok end`
	iex := exec.Command(path, "--sname", "ex@localhost", "--cookie", "crumbs", "-e", script)
	iex.Env = append(os.Environ(), "ERL_EPMD_PORT="+c.port, "HOME="+c.home)
	iex.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := iex.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(-iex.Process.Pid, syscall.SIGKILL)
		_ = iex.Wait()
	})
	ours.want("up", `(fun F() -> case is_pid(rpc:call('ex@localhost', erlang, whereis, [main])) of true -> up; _ -> receive after 100 -> F() end end end)()`)
	ours.want("[#{a => 2},#{b => 3}]", `lists:sort([begin #{} = M, M end || M <- rpc:call('ex@localhost', 'Elixir.Enum', map, [[#{b => 3}, #{a => 2}], fun(X) -> X end])])`)
	ours.want("{swapped,#{1 => x}}", `begin register(probe, self()), {main, 'ex@localhost'} ! {self(), swap, #{x => 1}}, receive {swapped, _} = S -> S after 60000 -> lost end end`)
	ours.want("{1,3,'Elixir.Range'}", `receive {range, #{first := A, last := Z, '__struct__' := R}, P} when node(P) =:= 'ex@localhost' -> P ! stop, {A, Z, R} after 60000 -> lost end`)
}

// TestOlder meets a node of OTP 23, whose handshake, funs of the interpreter and global are older, together with one of OTP 25 where there
// is one. ERLSH_OTP23 says how to start its erl.
func TestOlder(t *testing.T) {
	command := strings.Fields(os.Getenv("ERLSH_OTP23"))
	if len(command) == 0 {
		t.Skip("SKIPPED: ERLSH_OTP23 does not say how to start an erl of OTP 23")
	}
	c := newCluster(t)
	c.mapper()
	ours := c.add(system{"erlsh", []string{"erlsh"}}, "ours@localhost")
	old := c.add(system{"otp23", command}, "old@localhost")
	all := []*peer{ours, old, c.add(system{"erlsh", []string{"erlsh"}}, "second@localhost")}
	ours.want("true", "net_kernel:connect_node(old@localhost)")
	for _, r := range systems(t) {
		if r.kind == "otp25" {
			all = append(all, c.add(r, "new@localhost"))
		}
	}
	for i, p := range all {
		p.want("pong", "net_adm:ping(old@localhost)")
		p.want("ok", "global:sync()")
		p.want("yes", "global:register_name(n%d, whereis(rex))", i)
	}
	names := make([]string, len(all))
	for i := range all {
		names[i] = fmt.Sprintf("n%d", i)
	}
	for _, p := range all {
		p.want("["+strings.Join(names, ",")+"]", "begin global:sync(), lists:sort(global:registered_names()) end")
		p.want(fmt.Sprint(len(all)-1), "length(nodes())")
	}
	for _, pair := range [][2]*peer{{ours, old}, {old, ours}} {
		at, other := pair[0], pair[1].name
		at.want("[2,4]", "rpc:call(%s, lists, map, [fun(X) -> X * 2 end, [1, 2]])", other)
		at.want("[{4,7},{4,7}]", "begin A = 7, rpc:call(%s, lists, map, [fun F(X) when X > 3 -> {X, A}; F(X) -> F(X + 1) end, [1, 2]]) end", other)
		at.want("{got,hi}", "begin P = spawn(%s, fun() -> receive {To, M} -> To ! {got, M} end end), P ! {self(), hi}, receive {got, _} = G -> G after 60000 -> lost end end", other)
		at.want("{why,normal}", "begin {P1, R} = spawn_monitor(%s, fun() -> receive go -> exit(why) end end), P1 ! go, {receive {'DOWN', R, _, _, W} -> W after 60000 -> lost end, normal} end", other)
	}
}
