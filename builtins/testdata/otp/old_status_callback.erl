%% A server that hides its state the older way.
-module(old_status_callback).
-behaviour(gen_server).
-export([init/1, handle_call/3, handle_cast/2, format_status/2]).

init(State) -> {ok, State}.
handle_call(Request, _, State) -> {reply, Request, State}.
handle_cast(die, State) -> {stop, died, State}.
format_status(terminate, [_, _]) -> hidden_at_the_end;
format_status(normal, [_, _]) -> [{data, [{"State", hidden}]}].
