%% A handler with nothing that is optional.
-module(bare_event_callback).
-behaviour(gen_event).
-export([init/1, handle_event/2, handle_call/2]).

init(State) -> {ok, State}.
handle_event(_, State) -> {ok, State}.
handle_call(Query, State) -> {ok, Query, State}.
