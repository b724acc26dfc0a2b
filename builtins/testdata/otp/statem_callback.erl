%% A state machine that does what its events say, and tells Observer what it gets.
-module(statem_callback).
-behaviour(gen_statem).
-export([init/1, callback_mode/0, handle_event/4, terminate/3, code_change/4]).

init(Fun) when is_function(Fun, 0) -> Fun();
init(Value) -> Value.

callback_mode() ->
    case get(enter) of
        true -> [handle_event_function, state_enter];
        _ -> handle_event_function
    end.

handle_event(enter, Old, State, {Observer, _} = Data) ->
    Observer ! {enter, Old, State, Data},
    case get({enter, State}) of
        undefined -> keep_state_and_data;
        Result -> erase({enter, State}), Result
    end;
handle_event(Type, Fun, State, Data) when is_function(Fun, 3) -> Fun(Type, State, Data);
handle_event(Type, {script, Name, Results} = Content, State, {Observer, Seen}) ->
    Observer ! {event, Type, Name, State},
    %% The N-th time that the event is handled, the N-th result is returned.
    N = maps:get(Name, Seen, 0),
    Data = {Observer, Seen#{Name => N + 1}},
    _ = Content,
    case N < length(Results) of
        true -> result(lists:nth(N + 1, Results), Data);
        false -> {keep_state, Data}
    end;
handle_event({call, From}, Content, State, {Observer, _}) ->
    Observer ! {call, Content, State},
    {keep_state_and_data, [{reply, From, {answer, Content, State}}]};
handle_event(Type, Content, State, {Observer, _} = Data) ->
    Observer ! {event, Type, Content, State, element(1, Data) =:= Observer},
    keep_state_and_data.

result({next, State, Actions}, Data) -> {next_state, State, Data, Actions};
result({keep, Actions}, Data) -> {keep_state, Data, Actions};
result({repeat, Actions}, Data) -> {repeat_state, Data, Actions}.

terminate(Reason, State, {Observer, _}) -> Observer ! {terminate, Reason, State}.

code_change(Old, State, {Observer, Seen}, Extra) -> {ok, {Old, State}, {Observer, Seen#{extra => Extra}}}.
