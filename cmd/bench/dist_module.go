package main

// distModule is what both sides of the suite dist run: serve/0 in a peer, main/1 in the node that measures. It prints the name of each
// case with its figure: nanoseconds for one operation.
const distModule = `
-module(distbench).
-export([serve/0, main/1, echo/0, sink/1, watch/2, answer/1, nothing/0]).

serve() ->
    pg:start(pg),
    register(echo, spawn(distbench, echo, [])),
    register(sink, spawn(distbench, sink, [0])),
    receive stop -> ok end.

echo() -> receive {From, M} -> From ! M, echo() end.
sink(N) -> receive {done, From} -> From ! {got, N}, sink(0); _ -> sink(N + 1) end.
nothing() -> ok.
answer(To) -> To ! spawned.
watch(To, Group) ->
    {Ref, _} = pg:monitor(pg, Group),
    To ! watching,
    seen(To, Ref).
seen(To, Ref) -> receive {Ref, join, _, _} -> To ! joined, seen(To, Ref); stop -> ok; _ -> seen(To, Ref) end.

main([P1, P2, P3]) ->
    pg:start(pg),
    show(first_ping, once(fun() -> pong = net_adm:ping(P1) end)),
    measure(P1),
    global:sync(),
    show(global_2, best(5, 100, fun(I) -> yes = global:register_name({n, I}, self()), global:unregister_name({n, I}) end) div 2),
    pong = net_adm:ping(P2),
    pong = net_adm:ping(P3),
    wait(fun() -> lists:sort(rpc:call(P3, erlang, nodes, [])) =:= lists:sort([node(), P1, P2]) end),
    global:sync(),
    show(multicall_3, best(5, 500, fun(_) -> {[_, _, _], []} = rpc:multicall([P1, P2, P3], erlang, node, []) end)),
    lost(P3, p3, nodedown),
    wait(fun() -> lists:sort(rpc:call(P2, erlang, nodes, [])) =:= lists:sort([node(), P1]) end),
    show(global_3, best(5, 100, fun(I) -> yes = global:register_name({n, I}, self()), global:unregister_name({n, I}) end) div 2),
    lost(P2, p2, ignored),
    show(reconnect, reconnect(10, P1)),
    io:format("end~n"),
    halt().

lost(P, Name, Show) ->
    erlang:monitor_node(P, true),
    io:format("kill ~w~n", [Name]),
    receive {nodedown, P} -> io:format("~w ~w~n", [Show, erlang:system_time(nanosecond)]) end.

measure(P) ->
    Echo = {echo, P},
    show(ping_pong, best(5, 3000, fun(I) -> Echo ! {self(), I}, receive I -> ok end end)),
    show(one_way, one_way({sink, P}, 60000)),
    show(binary_64k, volume({sink, P}, 1500, 65536)),
    show(binary_16m, volume({sink, P}, 10, 16777216)),
    show(rpc_call, best(5, 1000, fun(_) -> P = rpc:call(P, erlang, node, []) end)),
    show(erpc_call, best(5, 1000, fun(_) -> P = erpc:call(P, erlang, node, []) end)),
    show(remote_spawn, best(5, 1000, fun(_) -> spawn(P, distbench, answer, [self()]), receive spawned -> ok end end)),
    W = spawn(P, distbench, watch, [self(), group]),
    receive watching -> ok end,
    wait(fun() -> length(pg:get_members(pg, nosuch)) =:= 0 end),
    show(pg_join, joins(5, 500)),
    W ! stop.

joins(Rounds, N) ->
    lists:min([begin
        {T, _} = timer:tc(fun() -> repeat(N, fun(_) -> pg:join(pg, group, self()), receive joined -> ok end end) end),
        repeat(N, fun(_) -> pg:leave(pg, group, self()) end),
        T * 1000 div N
    end || _ <- lists:seq(1, Rounds)]).

one_way(Sink, N) ->
    lists:min([begin
        {T, _} = timer:tc(fun() -> send(N, Sink), Sink ! {done, self()}, receive {got, N} -> ok end end),
        T * 1000 div N
    end || _ <- lists:seq(1, 5)]).
send(0, _) -> ok;
send(N, To) -> To ! {message, N}, send(N - 1, To).

volume(Sink, N, Size) ->
    Bin = binary:copy(<<"x">>, Size),
    lists:min([begin
        {T, _} = timer:tc(fun() -> repeat(N, fun(_) -> Sink ! Bin end), Sink ! {done, self()}, receive {got, N} -> ok end end),
        T * 1000 div N
    end || _ <- lists:seq(1, 5)]).

reconnect(N, P) ->
    lists:min([begin
        timer:sleep(300), % until global has nothing more to say, which would connect again
        wait(fun() -> erlang:disconnect_node(P), timer:sleep(20), not lists:member(P, nodes()) end),
        once(fun() -> true = net_kernel:connect_node(P) end)
    end || _ <- lists:seq(1, N)]).

best(Rounds, N, F) -> lists:min([element(1, timer:tc(fun() -> repeat(N, F) end)) * 1000 div N || _ <- lists:seq(1, Rounds)]).
repeat(0, _) -> ok;
repeat(N, F) -> F(N), repeat(N - 1, F).
once(F) -> element(1, timer:tc(F)) * 1000.
show(Name, T) -> io:format("~w ~w~n", [Name, T]).
wait(F) -> case F() of true -> ok; false -> timer:sleep(20), wait(F) end.
`
