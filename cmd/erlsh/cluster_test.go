package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"
)

// TestClusters has clusters of this program alone, with each real release, and all mixed, in which names are registered, groups joined,
// processes and nodes killed, connections cut and made again, from a seed; afterwards all nodes agree on nodes, names and groups.
// ERLSH_CLUSTERS says how many steps are taken (12), ERLSH_SEED where chance begins (1).
func TestClusters(t *testing.T) {
	steps, seed := number("ERLSH_CLUSTERS", 12), uint64(number("ERLSH_SEED", 1))
	all := systems(t)
	ours := all[0]
	mixes := [][]system{{ours, ours, ours}}
	for _, real := range all[1:] {
		mixes = append(mixes, []system{ours, real, ours, real})
	}
	if len(all) > 2 {
		mixes = append(mixes, append([]system{ours}, all...))
	}
	if os.Getenv("ERLSH_CLUSTERS") == "" {
		mixes = [][]system{append([]system{ours}, all...)} // all that there are, once
	}
	for _, mix := range mixes {
		name := ""
		for _, r := range mix {
			name += r.kind + " "
		}
		t.Run(name[:len(name)-1], func(t *testing.T) {
			c := newCluster(t)
			c.mapper()
			for i, r := range mix {
				c.join(r, fmt.Sprintf("%c%d", "mzakt"[i%5], i))
			}
			s := story{c, rand.New(rand.NewPCG(seed, 7)), t}
			for i := range steps {
				s.step(i)
			}
			s.end()
		})
	}
}

func number(variable string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(variable)); err == nil {
		return n
	}
	return otherwise
}

// join starts a node with its scopes of groups.
func (c *cluster) join(r system, name string) {
	c.add(r, name).scopes()
}

func (p *peer) scopes() {
	for _, scope := range []string{"old", "new"} {
		if hasScope(p, scope) {
			p.want("ok", "element(1, pg:start(%s))", scope)
		}
	}
}

// story is what happens to a cluster.
type story struct {
	c *cluster
	*rand.Rand
	t *testing.T
}

func (s story) peer() *peer {
	for {
		if p := s.c.peers[s.IntN(len(s.c.peers))]; p.alive() {
			return p
		}
	}
}

const idle = "spawn(fun() -> receive stop -> ok end end)"

func (s story) step(i int) {
	p, q := s.peer(), s.peer()
	name, scope := fmt.Sprintf("name%d", s.IntN(6)), []string{"old", "new"}[s.IntN(2)]
	began := time.Now()
	var what, got string
	do := func(format string, args ...any) { what, got = fmt.Sprintf(format, args...), p.eval(format, args...) }
	switch s.IntN(12) {
	case 0, 1, 2:
		do("global:register_name(%s, %s)", name, idle)
	case 3:
		do("global:re_register_name(%s, %s, fun global:random_notify_name/3)", name, idle)
	case 4:
		do("global:unregister_name(%s)", name)
	case 5:
		do("case global:whereis_name(%s) of undefined -> none; P -> exit(P, kill) end", name)
	case 6, 7:
		if hasScope(p, scope) {
			do("pg:join(%s, group%d, %s)", scope, s.IntN(3), idle)
		}
	case 8:
		if hasScope(p, scope) {
			do("[exit(P, kill) || G <- pg:which_local_groups(%s), P <- pg:get_local_members(%s, G)]", scope, scope)
		}
	case 9:
		if s.living() > 2 {
			p.kill()
			what = "is killed"
		}
	case 10:
		do("erlang:disconnect_node(%s)", quoted(q.name))
	case 11:
		do("[net_kernel:connect_node(N) || N <- %s -- [node()]]", names(s.c.peers))
	}
	s.t.Logf("%d: %s (%s) %s = %s, %v", i, p.name, p.r.kind, what, got, time.Since(began).Round(time.Millisecond))
}

func (s story) living() int {
	return len(slices.DeleteFunc(slices.Clone(s.c.peers), func(p *peer) bool { return !p.alive() }))
}

// end brings the dead back and waits until all agree.
func (s story) end() {
	for _, p := range s.c.peers {
		if !p.alive() {
			p.start()
			p.scopes()
		}
	}
	began := time.Now()
	s.c.agree(patience, "old, new")
	s.t.Logf("all agree after %v: %s", time.Since(began).Round(time.Millisecond), s.c.peers[0].eval(view, "old, new"))
	for _, p := range s.c.peers { // and go on to work together
		p.want("yes", "global:register_name({last, node()}, %s)", idle)
	}
	for _, p := range s.c.peers {
		p.want(fmt.Sprint(len(s.c.peers)), "length([N || {last, _} = N <- global:registered_names()])")
		if got, err := p.ask("global:sync()", patience/2); got != "ok" {
			for _, q := range s.c.peers {
				s.t.Logf("%s: %s", q.name, q.eval("{global:info(), global:registered_names()}"))
			}
			s.t.Fatalf("%s: global:sync() = %s, %v", p.name, got, err)
		}
	}
}

// TestStall has the server of names stand still in a node of ours: it leaves the others, which go on.
func TestStall(t *testing.T) {
	all := systems(t)
	if os.Getenv("ERLSH_CLUSTERS") == "" {
		all = all[:1] // a real node waits for seconds between two attempts
	}
	c := newCluster(t, "-kernel", "global_patience", "400")
	ours, other := c.add(all[0], "ours"), c.add(all[len(all)-1], "other")
	c.agree(patience, "none")
	other.want("ok", "global:sync()")
	ours.want("true", "erlang:suspend_process(whereis(global_name_server))")
	other.want("yes", "global:register_name(name, %s)", idle)
	other.sees()
}
