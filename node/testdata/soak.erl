-module(soak).
-export([run/3]).

%% Drivers run at once, each for so many rounds of random spawns, links, monitors, kills, names and timers. When all have ended nothing
%% of them is left.
run(Drivers, Rounds, Seed) ->
    Started = [spawn_monitor(fun() -> driver(Rounds, Seed + N) end) || N <- lists:seq(1, Drivers)],
    [receive {'DOWN', Ref, process, Pid, Why} -> Why end || {Pid, Ref} <- Started].

driver(Rounds, Seed) ->
    _ = rand:seed(exsss, Seed),
    process_flag(trap_exit, true),
    Kids = rounds(Rounds, []),
    lists:foreach(fun(Kid) -> exit(Kid, kill) end, Kids),
    gone(Kids).

gone([]) -> exit(done);
gone([Kid | Kids]) ->
    Ref = monitor(process, Kid),
    receive {'DOWN', Ref, process, Kid, _} -> gone(Kids) end.

rounds(0, Kids) -> Kids;
rounds(N, Kids) -> rounds(N - 1, step(rand:uniform(16), swept(Kids))).

%% What came in is read, and dead kids are forgotten, so that the number of those that live stays in bounds.
swept(Kids) ->
    receive
        {'EXIT', Pid, _} -> swept(lists:delete(Pid, Kids));
        {'DOWN', _, process, Pid, _} -> swept(lists:delete(Pid, Kids));
        _ -> swept(Kids)
    after 0 ->
        case length(Kids) > 60 of
            true ->
                {Old, Young} = lists:split(30, Kids),
                lists:foreach(fun(Kid) -> exit(Kid, kill) end, Old),
                Young;
            false ->
                Kids
        end
    end.

one([]) -> self();
one(Kids) -> lists:nth(rand:uniform(length(Kids)), Kids).

name() -> lists:nth(rand:uniform(4), [soak_a, soak_b, soak_c, soak_d]).

step(1, Kids) -> [spawn(fun kid/0) | Kids];
step(2, Kids) -> [spawn_link(fun kid/0) | Kids];
step(3, Kids) -> {Kid, _} = spawn_monitor(fun kid/0), [Kid | Kids];
step(4, Kids) -> [spawn_opt(fun kid/0, [{priority, low}, link]) | Kids];
step(5, []) -> [];
step(5, Kids) -> exit(one(Kids), lists:nth(rand:uniform(3), [normal, kill, shutdown])), Kids;
step(6, Kids) -> one(Kids) ! stop, Kids;
step(7, Kids) -> _ = (catch register(name(), one(Kids))), Kids;
step(8, Kids) -> _ = (catch unregister(name())), _ = (catch name() ! hello), Kids;
step(9, Kids) -> erlang:send_after(rand:uniform(20), one(Kids), late), Kids;
step(10, Kids) -> erlang:cancel_timer(erlang:start_timer(1000, one(Kids), never)), Kids;
step(11, Kids) -> erlang:start_timer(60000, one(Kids), forgotten), Kids;
step(12, Kids) -> one(Kids) ! {link, one(Kids)}, Kids;
step(13, Kids) -> one(Kids) ! {monitor, one(Kids)}, Kids;
step(14, Kids) -> demonitor(monitor(process, one(Kids)), [flush]), Kids;
step(15, Kids) ->
    Kid = one(Kids),
    Ref = monitor(process, Kid, [{alias, reply_demonitor}]),
    Kid ! {ask, Ref},
    receive {answer, Ref} -> ok; {'DOWN', Ref, process, _, _} -> ok after 5 -> demonitor(Ref, [flush]) end,
    Kids;
step(16, Kids) -> _ = process_info(one(Kids), [links, monitors, messages]), Kids.

kid() ->
    receive
        {link, Pid} -> _ = (catch link(Pid)), kid();
        {monitor, Pid} -> monitor(process, Pid), kid();
        {ask, Ref} -> Ref ! {answer, Ref}, kid();
        stop -> ok;
        _ -> put(seen, [lists:seq(1, 10)]), kid()
    after 50 -> erlang:garbage_collect(), timeout
    end.
