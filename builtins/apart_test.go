package builtins

import (
	"fmt"
	"testing"

	"github.com/erlsh/erlsh/lang/format"
)

// TestNodesApart has one node change what a program can change, and looks at another node of the same program: it sees nothing of it.
func TestNodesApart(t *testing.T) {
	one, other := newConversation(t), newConversation(t)
	dir := t.TempDir()
	for _, c := range []struct{ change, look, changed string }{
		{"register(apart, self()).", "lists:member(apart, registered()).", "true"},
		{"persistent_term:put(apart, 1).", "persistent_term:get(apart, none).", "1"},
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
