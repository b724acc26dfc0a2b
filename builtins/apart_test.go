package builtins

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/erlsh/erlsh/lang/format"
)

// TestNodesApart has one node change what a program can change, and looks at another node of the same program: it sees nothing of it.
func TestNodesApart(t *testing.T) {
	one, other := newConversation(t), newConversation(t)
	dir := t.TempDir()
	module := filepath.Join(dir, "apart_module")
	if err := os.WriteFile(module+".erl", []byte("-module(apart_module).\n-export([f/0]).\nf() -> here.\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ change, look, changed string }{
		{"register(apart, self()).", "lists:member(apart, registered()).", "true"},
		{"persistent_term:put(apart, 1).", "persistent_term:get(apart, none).", "1"},
		{"A = atomics:new(1, []), atomics:put(A, 1, 7), persistent_term:put(apart_a, A).", "catch atomics:get(persistent_term:get(apart_a), 1).", "7"},
		{"C = counters:new(1, []), counters:add(C, 1, 7), persistent_term:put(apart_c, C).", "catch counters:get(persistent_term:get(apart_c), 1).", "7"},
		{fmt.Sprintf("code:load_abs(%q).", module), "catch apart_module:f().", "here"},
		{fmt.Sprintf("code:add_patha(%q).", dir), fmt.Sprintf("lists:member(%q, code:get_path()).", dir), "true"},
		{"pg:start(apart_scope), pg:join(apart_scope, g, self()).", "catch length(pg:get_members(apart_scope, g)).", "1"},
		{"erlang:system_monitor(self(), [busy_port]).", "erlang:system_monitor() =/= undefined.", "true"},
		{"erlang:trace_pattern({lists,seq,2}, true).", "erlang:trace_info({lists,seq,2}, traced).", "{traced,global}"},
		{"logger:add_handler(apart, logger_std_h, #{}).", "lists:member(apart, logger:get_handler_ids()).", "true"},
		{"os:putenv(\"APART\", \"x\").", "os:getenv(\"APART\", none).", "[120]"},
		{"application:set_env(kernel, apart, 1).", "application:get_env(kernel, apart).", "{ok,1}"},
		{"logger:set_primary_config(level, debug).", "maps:get(level, logger:get_primary_config()).", "debug"},
		{"error_logger:tty(false).", "lists:member(default, logger:get_handler_ids()).", "false"},
		{fmt.Sprintf("file:set_cwd(%q).", dir), fmt.Sprintf("file:get_cwd() =:= {ok, %q}.", dir), "true"},
		{"ets:new(apart, [named_table]).", "ets:whereis(apart) =/= undefined.", "true"},
		{"global:register_name(apart, self()).", "global:whereis_name(apart) =:= self().", "true"},
		{"Me = self(), spawn(fun() -> register(apart_2, self()), Me ! up, receive x -> ok end end), receive up -> ok end.", "is_pid(whereis(apart_2)).", "true"},
		{"open_port({spawn, \"cat\"}, []).", "length(erlang:ports()).", "2"},
		{"erlang:send_after(100000, self(), x), application:load({application, apart, []}).", "application:get_key(apart, vsn).", "{ok,[]}"},
	} {
		one.say(c.change)
		if got := format.Write(one.value(c.look), format.Options{}); got != c.changed {
			t.Errorf("%s after %s: %s", c.look, c.change, got)
		}
		if got := format.Write(other.value(c.look), format.Options{}); got == c.changed {
			t.Errorf("the other node sees %s: %s is %s", c.change, c.look, got)
		}
	}
}
