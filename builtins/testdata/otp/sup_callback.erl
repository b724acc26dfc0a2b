%% A supervisor's module whose init returns its argument, and children that do what they are told.
-module(sup_callback).
-behaviour(supervisor).
-export([init/1, child/1, child/2, child/3, fails/1, twice/2, named/2]).

init(Fun) when is_function(Fun, 0) -> Fun();
init(Value) -> Value.

%% A child that ends as it is told, and says to Observer when it starts and ends.
child(Observer) -> child(Observer, child).
child(Observer, Name) -> child(Observer, Name, plain).

child(Observer, Name, How) ->
    Pid = spawn_link(fun() ->
        _ = How =:= traps andalso process_flag(trap_exit, true),
        _ = How =:= stubborn andalso process_flag(trap_exit, true),
        loop(Observer, Name, How)
    end),
    Observer ! {started, Name},
    case How of
        extra -> {ok, Pid, extra};
        _ -> {ok, Pid}
    end.

loop(Observer, Name, How) ->
    receive
        {'EXIT', _, _} when How =:= stubborn -> loop(Observer, Name, How);
        {'EXIT', _, Reason} -> Observer ! {asked, Name, Reason}, exit(Reason);
        {exit, Reason} -> exit(Reason)
    end.

%% A start function with another answer.
fails(throw) -> throw(thrown);
fails(exit) -> exit(exited);
fails(error) -> error(failed);
fails(Value) -> Value.

%% Starts well while the counter in the table is not in the list.
twice(Table, Observer) ->
    N = ets:update_counter(Table, count, 1),
    Bad = ets:lookup_element(Table, bad, 2),
    case lists:member(N, Bad) of
        true -> Observer ! {refused, N}, {error, {start, N}};
        false -> child(Observer, N)
    end.

named(Observer, Name) ->
    {ok, Pid} = child(Observer, Name),
    register(Name, Pid),
    {ok, Pid}.
