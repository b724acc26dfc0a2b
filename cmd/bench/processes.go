package main

// processes measures the node: starting and ending processes, messages, mailboxes, links and monitors. A goal below 1 means that
// the case is to be faster than in the real Erlang.
var processes = Suite{
	Name: "processes",
	Module: `
-module(bench).
-compile(export_all).
-compile(nowarn_export_all).

spawn_exit() -> spawns(200000).
spawns(0) -> ok;
spawns(N) -> spawn(bench, nothing, []), spawns(N - 1).
nothing() -> ok.

spawn_wait() -> waits(100000).
waits(0) -> ok;
waits(N) -> Me = self(), spawn(fun() -> Me ! done end), receive done -> ok end, waits(N - 1).

ping_pong() ->
    P = spawn(fun echo/0),
    pings(200000, P),
    P ! stop.
echo() -> receive {From, M} -> From ! M, echo(); stop -> ok end.
pings(0, _) -> ok;
pings(N, P) -> P ! {self(), N}, receive N -> pings(N - 1, P) end.

ring() ->
    Last = links(1000, self()),
    Last ! 300,
    laps(Last).
links(0, Next) -> Next;
links(N, Next) -> links(N - 1, spawn(bench, hop, [Next])).
hop(Next) -> receive 0 -> Next ! 0; N -> Next ! N, hop(Next) end.
laps(First) -> receive 0 -> ok; 1 -> First ! 0, laps(First); N -> First ! N - 1, laps(First) end.

fan_in() ->
    Me = self(),
    [spawn(fun() -> send_all(10000, Me) end) || _ <- lists:seq(1, 50)],
    take_all(500000).
send_all(0, _) -> ok;
send_all(N, To) -> To ! N, send_all(N - 1, To).
take_all(0) -> ok;
take_all(N) -> receive _ -> take_all(N - 1) end.

own_mailbox() -> own(300000).
own(0) -> ok;
own(N) -> self() ! N, receive N -> own(N - 1) end.

one_way() -> send_all(300000, self()), take_all(300000).

selective_last() ->
    send_all(100000, self()),
    self() ! last,
    receive last -> ok end,
    self() ! last2,
    receive last2 -> ok end,
    take_all(100000).

fresh_reference() ->
    send_all(100000, self()),
    P = spawn(fun answers/0),
    ask(2000, P),
    P ! stop,
    take_all(100000).
answers() -> receive {From, Ref} -> From ! {Ref, ok}, answers(); stop -> ok end.
ask(0, _) -> ok;
ask(N, P) ->
    Ref = make_ref(),
    P ! {self(), Ref},
    receive {Ref, ok} -> ask(N - 1, P) end.

fresh_monitor() ->
    send_all(100000, self()),
    P = spawn(fun answers/0),
    call(2000, P),
    P ! stop,
    take_all(100000).
call(0, _) -> ok;
call(N, P) ->
    Ref = monitor(process, P),
    P ! {self(), Ref},
    receive {Ref, ok} -> demonitor(Ref, [flush]), call(N - 1, P) end.

monitors() ->
    P = spawn(fun() -> receive stop -> ok end end),
    Refs = set(100000, P, []),
    P ! stop,
    fired(Refs).
set(0, _, Refs) -> lists:reverse(Refs);
set(N, P, Refs) -> set(N - 1, P, [monitor(process, P) | Refs]).
fired([]) -> ok;
fired([_ | Refs]) -> receive {'DOWN', _, process, _, normal} -> fired(Refs) end.

monitor_each() ->
    Ps = sleepers(20000, []),
    Refs = [monitor(process, P) || P <- Ps],
    [P ! stop || P <- Ps],
    fired(Refs).
sleepers(0, L) -> L;
sleepers(N, L) -> sleepers(N - 1, [spawn(fun() -> receive stop -> ok end end) | L]).

link_chain() ->
    process_flag(trap_exit, true),
    P = spawn_link(fun() -> chain(100000) end),
    receive {'EXIT', P, collapse} -> process_flag(trap_exit, false) end.
chain(0) -> exit(collapse);
chain(N) -> spawn_link(fun() -> chain(N - 1) end), receive never -> ok end.

link_hub() ->
    {P, R} = spawn_monitor(fun() -> hub(100000), exit(collapse) end),
    receive {'DOWN', R, process, P, collapse} -> ok end.
hub(0) -> ok;
hub(N) -> spawn_link(fun() -> receive never -> ok end end), hub(N - 1).

timers() -> times(100000).
times(0) -> ok;
times(N) -> erlang:cancel_timer(erlang:send_after(1000, self(), x)), times(N - 1).

receive_after() -> afters(100000).
afters(0) -> ok;
afters(N) -> self() ! N, receive N -> ok after 1000 -> no end, afters(N - 1).

server_call() ->
    {ok, P} = gen_server:start(bench, [], []),
    server_calls(50000, P),
    gen_server:stop(P).
server_calls(0, _) -> ok;
server_calls(N, P) -> N = gen_server:call(P, N), server_calls(N - 1, P).
server_cast() ->
    {ok, P} = gen_server:start(bench, [], []),
    server_casts(50000, P),
    ok = gen_server:call(P, ok),
    gen_server:stop(P).
server_casts(0, _) -> ok;
server_casts(N, P) -> gen_server:cast(P, N), server_casts(N - 1, P).
init(State) -> {ok, State}.
handle_call(Request, _, State) -> {reply, Request, State}.
handle_cast(_, State) -> {noreply, State}.

names() -> register_all(50000).
register_all(0) -> ok;
register_all(N) -> register(bench_name, self()), bench_name ! N, receive N -> ok end, unregister(bench_name), register_all(N - 1).

under_load() ->
    Ls = [spawn(fun forever/0) || _ <- lists:seq(1, 16)],
    P = spawn(fun echo/0),
    pings(100, P),
    P ! stop,
    [exit(L, kill) || L <- Ls],
    ok.
forever() -> forever().
`,
	Cases: []Case{
		{Name: "spawn_exit", Goal: 0.5}, {Name: "spawn_wait", Goal: 0.5}, {Name: "ping_pong", Goal: 0.67}, {Name: "ring", Goal: 0.67},
		{Name: "fan_in", Goal: 0.67}, {Name: "own_mailbox", Goal: 1}, {Name: "one_way", Goal: 1}, {Name: "selective_last", Goal: 1},
		{Name: "fresh_reference", Goal: 1}, {Name: "fresh_monitor", Goal: 1}, {Name: "monitors", Goal: 1}, {Name: "monitor_each", Goal: 1},
		{Name: "link_chain", Goal: 1}, {Name: "link_hub", Goal: 1}, {Name: "timers", Goal: 1}, {Name: "receive_after", Goal: 1},
		{Name: "names", Goal: 1}, {Name: "server_call", Goal: 2}, {Name: "server_cast", Goal: 2}, {Name: "under_load"},
	},
}
