%% A server that hides its state.
-module(status_callback).
-behaviour(gen_server).
-export([init/1, handle_call/3, handle_cast/2, format_status/1]).

init(State) -> {ok, State}.
handle_call(Request, _, State) -> {reply, Request, State}.
handle_cast(die, State) -> {stop, died, State}.
format_status(Status) -> maps:map(fun(state, _) -> hidden; (message, M) -> {message, M}; (_, Value) -> Value end, Status).
