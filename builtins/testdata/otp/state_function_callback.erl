%% A door: a state machine with a function for each state.
-module(state_function_callback).
-behaviour(gen_statem).
-export([init/1, callback_mode/0, open/3, closed/3]).

init(Observer) -> {ok, closed, Observer}.
callback_mode() -> [state_functions, state_enter].

closed(enter, Old, Observer) -> Observer ! {closed, from, Old}, keep_state_and_data;
closed({call, From}, push, _) -> {next_state, open, self(), [{reply, From, opened}]};
closed(Type, Content, _) -> throw({keep_state_and_data, [{next_event, internal, {again, Type, Content}} || Type =/= internal]}).

open(enter, _, _) -> {keep_state_and_data, [{state_timeout, 10, close}]};
open(state_timeout, close, _) -> {next_state, nowhere, data};
open({call, From}, Question, Data) -> {keep_state, Data, [{reply, From, {open, Question, is_pid(Data)}}]};
open(_, _, _) -> {keep_state_and_data, postpone}.
