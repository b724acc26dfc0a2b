%% A server with nothing that is optional.
-module(bare_callback).
-behaviour(gen_server).
-export([init/1, handle_call/3, handle_cast/2]).

init(_) -> {ok, bare}.
handle_call(continue, _, State) -> {reply, ok, State, {continue, x}};
handle_call(Request, _, State) -> {reply, Request, State}.
handle_cast(_, State) -> {noreply, State}.
