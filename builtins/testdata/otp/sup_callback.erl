%% A supervisor's module whose init returns its argument, and children that do what they are told.
-module(sup_callback).
-behaviour(supervisor).
-export([init/1, child/1, child/2, child/3, fails/1, twice/2, named/2, counter/1]).

init(Fun) when is_function(Fun, 0) -> Fun();
init(Value) -> Value.

%% A child that ends as it is told, and says to Observer when it starts and ends.
child(Observer) -> child(Observer, child).
child(Observer, Name) -> child(Observer, Name, plain).

child(Observer, Name, How) ->
    Self = self(),
    Pid = spawn_link(fun() ->
        _ = How =:= traps andalso process_flag(trap_exit, true),
        _ = How =:= stubborn andalso process_flag(trap_exit, true),
        Self ! {self(), ready},
        loop(Observer, Name, How)
    end),
    receive {Pid, ready} -> ok end,
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

%% Counts starts; those whose number is in the list shall fail.
counter(Bad) -> spawn(fun() -> count(1, Bad) end).

count(N, Bad) ->
    receive
        {next, From} ->
            From ! {start, N, lists:member(N, Bad)},
            count(N + 1, Bad)
    end.

%% Starts well when the counter says so.
twice(Counter, Observer) ->
    Counter ! {next, self()},
    receive
        {start, N, true} -> Observer ! {refused, N}, {error, {start, N}};
        {start, N, false} -> child(Observer, N)
    end.

named(Observer, Name) ->
    {ok, Pid} = child(Observer, Name),
    register(Name, Pid),
    {ok, Pid}.
