-module(scenes).
-compile(export_all).
-compile(nowarn_export_all).

%% Each scene returns a term without pids and references, which is the same on every Erlang node.
run() -> [{Name, scene(Name)} || Name <- names()].

names() ->
    [list_to_atom("s_" ++ N) || F <- [element(1, X) || X <- module_info(exports), element(2, X) =:= 0],
                                N <- [strip(atom_to_list(F))], N =/= none].
strip("s_" ++ N) -> N;
strip(_) -> none.

scene(Name) ->
    {P, R} = spawn_monitor(fun() -> exit({result, ?MODULE:Name()}) end),
    receive {'DOWN', R, process, P, {result, X}} -> X; {'DOWN', R, process, P, Why} -> {crashed, reason(Why)}
    after 60000 -> exit(P, kill), timeout end.

reason({Why, [_ | _]}) -> Why;
reason(Why) -> Why.

down(F) -> {P, R} = spawn_monitor(F), receive {'DOWN', R, process, P, Why} -> reason(Why) after 60000 -> none end.
flush() -> receive M -> [hide(M) | flush()] after 30 -> [] end.
first() -> receive M -> hide(M) after 60000 -> nothing end.
hide(M) when is_pid(M) -> pid;
hide(M) when is_reference(M) -> ref;
hide(M) when is_function(M) -> function;
hide(M) when is_tuple(M) -> list_to_tuple(hide(tuple_to_list(M)));
hide([H | T]) -> [hide(H) | hide(T)];
hide(M) -> M.
loop() -> loop().
idle() -> receive stop -> ok end.
idle_in_native() -> lists:foreach(fun(_) -> idle() end, [1, 2]).
try_(F) -> try F() of V -> {ok, hide(V)} catch C:E -> {C, E} end.

s_exit_normal() -> down(fun() -> ok end).
s_exit_reason() -> down(fun() -> exit(why) end).
s_exit_error() -> down(fun() -> error(why) end).
s_exit_throw() -> down(fun() -> throw(why) end).
s_exit_badmatch() -> down(fun() -> X = 1, Y = X + 1, X = Y end).
s_exit_undef() -> down(fun() -> nosuch:function() end).
s_spawn_undef() -> {P, R} = spawn_monitor(nosuch, function, []), receive {'DOWN', R, process, P, Why} -> reason(Why) end.
s_self_normal() -> down(fun() -> exit(self(), normal), stayed end).
s_self_normal_trap() -> down(fun() -> process_flag(trap_exit, true), exit(self(), normal), exit(flush()) end).
s_self_kill() -> down(fun() -> exit(self(), kill), exit(survived) end).
s_self_kill_trap() -> down(fun() -> process_flag(trap_exit, true), exit(self(), kill), exit(survived) end).
s_self_reason_caught() -> down(fun() -> catch exit(self(), reason), exit(survived) end).
s_self_kill_after() ->
    Me = self(),
    W = down(fun() -> try exit(self(), kill) after Me ! cleaned end end),
    {W, flush()}.
s_other_normal() -> P = spawn(fun idle/0), exit(P, normal), timer_wait(), X = is_process_alive(P), P ! stop, X.
s_other_normal_trap() -> Me = self(), P = spawn(fun() -> process_flag(trap_exit, true), Me ! ready, receive X -> Me ! hide(X) end end),
    receive ready -> ok end, exit(P, normal), flush().
s_other_kill_trap() -> {P, R} = spawn_monitor(fun() -> process_flag(trap_exit, true), loop() end), exit(P, kill), receive {'DOWN', R, _, _, W} -> W end.
s_kill_loop() -> {P, R} = spawn_monitor(fun loop/0), exit(P, kill), receive {'DOWN', R, _, _, W} -> W end.
s_kill_native_loop() ->
    {P, R} = spawn_monitor(fun() -> lists:foreach(fun(_) -> loop() end, [1]) end), exit(P, kill), receive {'DOWN', R, _, _, W} -> W end.
s_kill_native_many() ->
    L = lists:seq(1, 1000),
    {P, R} = spawn_monitor(fun() -> forever(fun() -> lists:map(fun(X) -> X end, L) end) end), exit(P, kill), receive {'DOWN', R, _, _, W} -> W end.
forever(F) -> F(), forever(F).
s_kill_sort_wait() ->
    Me = self(),
    {P, R} = spawn_monitor(fun() -> try lists:foldl(fun(_, A) -> Me ! in, receive never -> A end end, 0, [1]) after Me ! cleaned end end),
    receive in -> ok end, exit(P, kill), receive {'DOWN', R, _, _, W} -> {W, flush()} end.
timer_wait() -> receive after 20 -> ok end.

s_link_killed() -> down(fun() -> P = spawn_link(fun idle/0), exit(P, kill), idle() end).
s_link_kill_reason() -> down(fun() -> spawn_link(fun() -> exit(kill) end), idle() end).
s_link_kill_reason_trap() -> process_flag(trap_exit, true), spawn_link(fun() -> exit(kill) end), flush().
s_link_killed_trap() -> process_flag(trap_exit, true), P = spawn_link(fun idle/0), exit(P, kill), flush().
s_link_normal() -> spawn_link(fun() -> ok end), timer_wait(), alive.
s_link_normal_trap() -> process_flag(trap_exit, true), spawn_link(fun() -> ok end), flush().
s_link_error_trap() -> process_flag(trap_exit, true), spawn_link(fun() -> exit({a, b}) end), flush().
s_link_dead() -> P = dead(), down(fun() -> link(P), idle() end).
s_link_dead_caught() -> P = dead(), try_(fun() -> link(P) end).
s_link_dead_trap() -> P = dead(), process_flag(trap_exit, true), {link(P), flush()}.
s_link_self() -> {link(self()), unlink(self()), process_info(self(), links)}.
s_link_twice() -> process_flag(trap_exit, true), P = spawn_link(fun idle/0), link(P), unlink(P), P ! stop, flush().
s_link_badarg() -> [try_(fun() -> link(X) end) || X <- [a, 1, make_ref()]].
s_unlink_dead() -> unlink(dead()).
s_unlink_exit() -> process_flag(trap_exit, true), P = spawn_link(fun() -> exit(x) end), unlink(P), receive {'EXIT', P, W} -> W after 20 -> none end =:= none orelse ok.
s_link_chain() -> process_flag(trap_exit, true), spawn_link(fun() -> spawn_link(fun() -> spawn_link(fun() -> exit(deep) end), idle() end), idle() end), flush().
s_links_info() -> P = spawn_link(fun idle/0), {links, [P]} = process_info(self(), links), unlink(P), process_info(self(), links).
dead() -> {P, R} = spawn_monitor(fun() -> ok end), receive {'DOWN', R, _, _, _} -> P end.

s_monitor_dead() -> monitor(process, dead()), flush().
s_monitor_name() -> register(scene_name, spawn(fun idle/0)), monitor(process, scene_name), scene_name ! stop, flush().
s_monitor_noname() -> monitor(process, scene_nobody), flush().
s_monitor_name_node() -> register(scene_name2, spawn(fun idle/0)), monitor(process, {scene_name2, node()}), exit(whereis(scene_name2), bye), flush().
s_monitor_self() -> R = monitor(process, self()), {process_info(self(), monitors), demonitor(R, [info])}.
s_monitor_tag() -> monitor(process, dead(), [{tag, {my, tag}}]), flush().
s_monitor_badarg() -> [try_(fun() -> monitor(process, X) end) || X <- [1, {a, 1}, "x", {}]] ++ [try_(fun() -> monitor(proc, self()) end)].
s_monitor_info() -> P = spawn(fun idle/0), monitor(process, P), {monitors, [{process, P}]} = process_info(self(), monitors),
    {monitored_by, [Q]} = process_info(P, monitored_by), P ! stop, Q =:= self().
s_monitor_noproc_node() -> monitor(process, {x, 'no@where'}), flush().
s_demonitor() -> P = spawn(fun idle/0), R = monitor(process, P), X = demonitor(R), P ! stop, {X, flush()}.
s_demonitor_flush() -> R = monitor(process, dead()), timer_wait(), {demonitor(R, [flush]), flush()}.
s_demonitor_info() -> R = monitor(process, dead()), timer_wait(), {demonitor(R, [info]), demonitor(R, [flush, info]), flush()}.
s_demonitor_live_info() -> P = spawn(fun idle/0), R = monitor(process, P), {demonitor(R, [info]), demonitor(R, [info]), P ! stop}.
s_demonitor_badarg() -> [try_(fun() -> demonitor(a) end), try_(fun() -> demonitor(make_ref(), [x]) end), try_(fun() -> demonitor(make_ref()) end)].
s_many_monitors() -> P = spawn(fun idle/0), [monitor(process, P) || _ <- lists:seq(1, 20)], P ! stop, length(flush()).

s_alias() -> A = alias(), A ! one, A ! two, X = unalias(A), A ! three, {X, unalias(A), flush()}.
s_alias_reply() -> A = alias([reply]), A ! one, A ! two, {flush(), unalias(A)}.
s_alias_monitor_explicit() -> P = spawn(fun idle/0), R = monitor(process, P, [{alias, explicit_unalias}]), P ! stop, X = flush(), R ! still, {X, flush(), unalias(R)}.
s_alias_monitor_demonitor() -> P = spawn(fun idle/0), R = monitor(process, P, [{alias, demonitor}]), R ! a, demonitor(R), R ! b, P ! stop, {flush(), unalias(R)}.
s_alias_monitor_down() -> P = spawn(fun idle/0), R = monitor(process, P, [{alias, demonitor}]), P ! stop, X = flush(), R ! late, {X, flush()}.
s_alias_monitor_reply() -> P = spawn(fun idle/0), R = monitor(process, P, [{alias, reply_demonitor}]), R ! a, R ! b, timer_wait(), P ! stop, {flush(), demonitor(R, [info])}.
s_alias_badarg() -> [try_(fun() -> alias(x) end), try_(fun() -> alias([x]) end), try_(fun() -> unalias(x) end)].
s_send_ref() -> make_ref() ! x.

s_register() -> P = spawn(fun idle/0), [try_(fun() -> register(r_one, P) end), try_(fun() -> register(r_one, self()) end),
    try_(fun() -> register(r_two, P) end), try_(fun() -> register(undefined, self()) end), try_(fun() -> register(r_three, dead()) end),
    try_(fun() -> register("x", self()) end), whereis(r_one) =:= P, unregister(r_one), whereis(r_one), try_(fun() -> unregister(r_one) end), P ! stop].
s_register_free() -> {P, R} = spawn_monitor(fun() -> register(r_free, self()), idle() end), timer_wait(), P ! stop, receive {'DOWN', R, _, _, _} -> whereis(r_free) end.
s_register_again() -> register(r_again, self()), unregister(r_again), register(r_again2, self()), process_info(self(), registered_name).
s_send_noname() -> try_(fun() -> nobody_here ! x end).
s_send_noname_node() -> {nobody_here, node()} ! x.
s_send_dead() -> dead() ! x.
s_send_bad() -> [try_(fun() -> X ! m end) || X <- [1, "a", {a}, {a, 1}, #{}]].
s_send_unconnected() -> {x, 'no@where'} ! m.

s_spawn_opt() -> {P, R} = spawn_opt(fun() -> exit(x) end, [monitor, {priority, high}, {fullsweep_after, 1}]), receive {'DOWN', R, process, P, W} -> W end.
s_spawn_opt_monitor_tag() -> {_, _} = spawn_opt(fun() -> exit(x) end, [{monitor, [{tag, t}]}]), flush().
s_spawn_opt_bad() -> [try_(fun() -> spawn_opt(fun() -> ok end, O) end) || O <- [[x], x, [{priority, x}], [link | x]]].
s_spawn_priority() -> Me = self(), spawn_opt(fun() -> Me ! process_info(self(), priority) end, [{priority, low}]), flush().
s_spawn_bad() -> [try_(fun() -> spawn(x) end), try_(fun() -> spawn(a, b, c) end), try_(fun() -> spawn(1, b, []) end), hide(down(fun() -> F = fun(X) -> X end, F() end))].
s_spawn_request() -> R = spawn_request(fun() -> exit(x) end, [monitor]), receive {spawn_reply, R, ok, P} when is_pid(P) -> flush() end.
s_spawn_request_quiet() -> spawn_request(fun() -> ok end, [{reply, error_only}]), flush().
s_spawn_request_no() -> spawn_request(fun() -> ok end, [{reply, no}]), flush().
s_spawn_request_tag() -> spawn_request(erlang, self, [], [{reply_tag, {t, 1}}]), flush().
s_spawn_request_bad() -> spawn_request(fun() -> ok end, [nonsense]), flush().
s_spawn_request_node() -> spawn_request('no@where', fun() -> ok end), flush().
s_spawn_request_bad_reply() -> try_(fun() -> spawn_request(fun() -> ok end, [{reply, x}]) end).
s_spawn_node_down() -> P = spawn('no@where', fun() -> ok end), monitor(process, P), is_pid(P).
s_spawn_monitor_node_down() -> {_, _} = spawn_monitor('no@where', fun() -> ok end), flush().
s_abandon() -> spawn_request_abandon(make_ref()).

s_group_leader() -> Me = self(), G = spawn(fun idle/0), group_leader(G, self()), spawn(fun() -> Me ! (group_leader() =:= G) end), X = flush(), G ! stop, X.
s_flags() -> [process_flag(trap_exit, true), process_flag(trap_exit, false), process_flag(priority, high), process_flag(priority, normal),
    process_flag(error_handler, x), process_flag(error_handler, error_handler), process_flag(message_queue_data, off_heap), process_flag(message_queue_data, on_heap),
    process_flag(save_calls, 10), process_flag(save_calls, 0), process_flag(sensitive, true), process_flag(sensitive, false)].
s_flags_bad() -> [try_(fun() -> process_flag(F, V) end) || {F, V} <- [{trap_exit, x}, {priority, x}, {nonsense, 1}, {save_calls, -1}, {save_calls, a}, {sensitive, 1},
    {message_queue_data, x}, {error_handler, 1}, {min_heap_size, -1}, {fullsweep_after, a}, {max_heap_size, -1}]].
s_suspend() ->
    Me = self(),
    P = spawn(fun() -> receive go -> Me ! went end end),
    X = erlang:suspend_process(P), {status, S} = process_info(P, status), P ! go, A = flush(), Y = erlang:resume_process(P), {X, S, A, Y, flush()}.
s_suspend_twice() ->
    Me = self(),
    P = spawn(fun() -> receive go -> Me ! went end end),
    erlang:suspend_process(P), erlang:suspend_process(P), Z = erlang:suspend_process(P, [unless_suspending]), P ! go,
    erlang:resume_process(P), A = flush(), erlang:resume_process(P), {Z, A, flush()}.
s_suspend_kill() -> {P, R} = spawn_monitor(fun loop/0), erlang:suspend_process(P), exit(P, kill), receive {'DOWN', R, _, _, W} -> W after 60000 -> none end.
s_suspend_owner_dies() ->
    Me = self(),
    P = spawn(fun() -> receive go -> Me ! went end end),
    down(fun() -> erlang:suspend_process(P), ok end), P ! go, flush().
s_suspend_bad() -> [try_(fun() -> erlang:suspend_process(self()) end), try_(fun() -> erlang:suspend_process(dead()) end), try_(fun() -> erlang:resume_process(self()) end),
    try_(fun() -> erlang:suspend_process(x) end)].
s_hibernate() -> Me = self(), P = spawn(fun() -> erlang:hibernate(?MODULE, woken, [Me]) end), timer_wait(), {current_function, F} = process_info(P, current_function), P ! hi, {F, flush()}.
s_hibernate_catch() -> down(fun() -> self() ! x, catch erlang:hibernate(erlang, exit, [out]), exit(caught) end).
woken(To) -> receive M -> To ! {woken, M} end.
s_info_dead() -> process_info(dead()).
s_info_bad() -> [try_(fun() -> process_info(self(), nonsense) end), try_(fun() -> process_info(a) end), try_(fun() -> process_info(self(), [links, x]) end)].
s_info_name() -> process_info(self(), registered_name).
s_info_names() -> process_info(self(), [registered_name, trap_exit, message_queue_len]).
s_info_queue() -> self() ! a, self() ! b, {process_info(self(), message_queue_len), process_info(self(), messages)}.
s_info_waiting() -> P = spawn(fun idle/0), timer_wait(), P ! other, timer_wait(), X = process_info(P, [status, message_queue_len, messages, current_function, initial_call]), P ! stop, X.
s_info_dictionary() -> put(a, 1), process_info(self(), dictionary).
s_order() -> Me = self(), spawn(fun() -> [Me ! N || N <- lists:seq(1, 50)], exit(done) end), flush() =:= lists:seq(1, 50).
s_order_exit() -> process_flag(trap_exit, true), Me = self(), spawn_link(fun() -> Me ! one, Me ! two, exit(three) end), flush().
s_order_down() -> Me = self(), spawn_monitor(fun() -> Me ! one, exit(Me, normal), Me ! two end), flush().
s_order_monitor_kill() -> P = spawn(fun loop/0), R = monitor(process, P), exit(P, kill), receive {'DOWN', R, _, _, W} -> W end.
s_order_unlink_kill() -> P = spawn_link(fun loop/0), unlink(P), exit(P, kill), timer_wait(), alive.
s_receive_after_zero() -> self() ! a, receive b -> b after 0 -> {zero, flush()} end.
s_receive_infinity() -> self() ! a, receive a -> a after infinity -> never end.
s_receive_bad_after() -> [try_(fun() -> receive after T -> ok end end) || T <- [-1, x, 1.5, 1 bsl 32]].
s_timers() -> R = erlang:send_after(10, self(), m), X = [first() | flush()], {X, erlang:cancel_timer(R)}.
s_start_timer() -> R = erlang:start_timer(5, self(), m), receive {timeout, R, m} -> ok after 60000 -> no end.
s_timer_name() -> register(timer_name, self()), erlang:send_after(5, timer_name, m), [first() | flush()].
s_timer_bad() -> [try_(fun() -> erlang:send_after(-1, self(), x) end), try_(fun() -> erlang:send_after(x, self(), x) end), try_(fun() -> erlang:send_after(1, {a, b}, x) end)].
s_trace_send() -> P = spawn(fun() -> receive go -> ok end, nobody_ever(), ok end), erlang:trace(P, true, [send, 'receive', procs]), P ! go, [setelement(2, M, p) || M <- flush(), is_tuple(M)].
nobody_ever() -> self() ! hello.
s_exit_bad() -> [try_(fun() -> exit(x, y) end), try_(fun() -> exit(dead(), y) end), try_(fun() -> is_process_alive(x) end)].
s_alive_after_exit() -> [begin P = spawn(fun loop/0), exit(P, W), is_process_alive(P) end || W <- [kill, x, normal, kill, y]].
s_nested_catch() -> down(fun() -> process_flag(trap_exit, true), spawn_link(fun() -> exit(a) end), receive {'EXIT', _, a} -> exit({got, a}) end end).
