%% A handler of events that tells Observer what it gets, and does what funs say.
-module(event_callback).
-behaviour(gen_event).
-export([init/1, handle_event/2, handle_call/2, handle_info/2, terminate/2, code_change/3]).

init({Observer, State}) when is_pid(Observer) -> {ok, {Observer, State}};
init({{Observer, State}, Old}) when is_pid(Observer) -> Observer ! {init, State, Old}, {ok, {Observer, {State, Old}}};
init(Fun) when is_function(Fun) -> Fun();
init(Value) -> Value.

handle_event(Fun, State) when is_function(Fun) -> Fun(State);
handle_event(Event, {Observer, S} = State) -> Observer ! {event, Event, S}, {ok, State}.

handle_call(Fun, State) when is_function(Fun) -> Fun(State);
handle_call(Query, {_, S} = State) -> {ok, {answer, Query, S}, State}.

handle_info(Fun, State) when is_function(Fun) -> Fun(State);
handle_info(Message, {Observer, S} = State) -> Observer ! {info, Message, S}, {ok, State}.

terminate(crash, _) -> error(in_terminate);
terminate(Args, {Observer, S}) -> Observer ! {terminate, Args, S}, {terminated, S}.

code_change(Old, {Observer, S}, Extra) -> {ok, {Observer, {Old, S, Extra}}}.
