%% gen_server: starts, calls, casts, timeouts, ends and their reports.
-module(server_scenes).
-export([main/0, stray/0]).

main() ->
    scene:run("gen_server: start", starts()),
    scene:run("gen_server: calls", calls()),
    scene:run("gen_server: actions", actions()),
    scene:run("gen_server: ends", ends()),
    scene:run("gen_server: requests", requests()),
    scene:run("sys", system()).

start(Init) -> start(Init, []).
start(Init, Options) -> gen_server:start(server_callback, Init, Options).

%% A server that tells the caller what it does.
telling() -> telling(state).
telling(State) ->
    Self = self(),
    {ok, Pid} = start(fun() -> put(teller, Self), {ok, State} end),
    scene:watch(Pid).

stray() -> receive go -> gen_server:enter_loop(server_callback, [], state, {local, nobody}) end.

starts() ->
    [{"ok", fun() -> start({ok, s}) end},
     {"ignore", fun() -> start(ignore) end},
     {"stop", fun() -> start({stop, why}) end},
     {"stop shutdown", fun() -> start({stop, {shutdown, x}}) end},
     {"bad return", fun() -> start(what) end},
     {"error in OTP 26 form", fun() -> start({error, why}) end},
     {"throw", fun() -> start(fun() -> throw({ok, s}) end) end},
     {"exit", fun() -> start(fun() -> exit(out) end) end},
     {"exit normal", fun() -> start(fun() -> exit(normal) end) end},
     {"error", fun() -> start(fun() -> error(oops) end) end},
     {"no module", fun() -> gen_server:start(no_such_module, [], []) end},
     {"linked stop", fun() -> gen_server:start_link(server_callback, {stop, why}, []) end},
     {"linked ignore", fun() -> gen_server:start_link(server_callback, ignore, []) end},
     {"linked error", fun() -> gen_server:start_link(server_callback, fun() -> error(oops) end, []) end},
     {"monitor", fun() -> gen_server:start_monitor(server_callback, {ok, s}, []) end},
     {"monitor failing", fun() -> gen_server:start_monitor(server_callback, {stop, why}, []) end},
     {"timeout", fun() -> start(fun() -> receive after infinity -> ok end end, [{timeout, 10}]) end},
     {"linked timeout", fun() -> gen_server:start_link(server_callback, fun() -> receive after infinity -> ok end end, [{timeout, 10}]) end},
     {"named", fun() ->
         {ok, Pid} = gen_server:start({local, scene_name}, server_callback, {ok, s}, []),
         Same = whereis(scene_name) =:= Pid,
         Again = gen_server:start({local, scene_name}, server_callback, {ok, s}, []),
         Linked = gen_server:start_link({local, scene_name}, server_callback, {ok, s}, []),
         {Failed, Ref} = gen_server:start_monitor({local, scene_name}, server_callback, {ok, s}, []),
         {Same, Again =:= {error, {already_started, Pid}}, Linked =:= Again, Failed, Ref, gen_server:stop(scene_name)}
     end},
     {"name is free after a failed start", fun() ->
         {gen_server:start({local, scene_name}, server_callback, {stop, no}, []), whereis(scene_name)}
     end},
     {"bad name", fun() -> gen_server:start({nowhere, x}, server_callback, {ok, s}, []) end},
     {"via", fun() ->
         {ok, Pid} = gen_server:start({via, global, {a, name}}, server_callback, {ok, s}, []),
         R = gen_server:call({via, global, {a, name}}, hello),
         {global:whereis_name({a, name}) =:= Pid, R, gen_server:call({global, {a, name}}, hello), gen_server:stop({global, {a, name}})}
     end},
     {"continue in init", fun() ->
         Self = self(),
         start(fun() -> put(teller, Self), {ok, s, {continue, more}} end)
     end},
     {"timeout in init", fun() ->
         Self = self(),
         start(fun() -> put(teller, Self), {ok, s, 0} end)
     end},
     {"hibernate in init", fun() ->
         {ok, Pid} = start(fun() -> {ok, s, hibernate} end),
         {gen_server:call(Pid, x), gen_server:stop(Pid)}
     end},
     {"spawn options", fun() ->
         {ok, Pid} = start({ok, s}, [{spawn_opt, [{priority, high}]}]),
         {process_info(Pid, priority), gen_server:stop(Pid)}
     end},
     {"dictionary", fun() ->
         {ok, Pid} = start({ok, s}),
         {dictionary, D} = process_info(Pid, dictionary),
         {lists:sort(D), proc_lib:initial_call(Pid), proc_lib:translate_initial_call(Pid), gen_server:stop(Pid)}
     end},
     {"parent's end", fun() ->
         Self = self(),
         Parent = spawn(fun() ->
             {ok, Pid} = gen_server:start_link(server_callback, fun() -> process_flag(trap_exit, true), put(teller, Self), {ok, s} end, []),
             Self ! {started, Pid},
             receive stop -> exit(parent_gone) end
         end),
         receive {started, Pid} -> scene:watch(Pid) end,
         Parent ! stop,
         scene:wait(Pid)
     end},
     {"enter_loop", fun() ->
         Self = self(),
         Pid = proc_lib:spawn(fun() -> put(teller, Self), gen_server:enter_loop(server_callback, [], state) end),
         {gen_server:call(Pid, hi), gen_server:stop(Pid)}
     end},
     {"enter_loop, not the name", fun() ->
         Pid = proc_lib:spawn(?MODULE, stray, []),
         scene:watch(Pid) ! go,
         scene:wait(Pid)
     end}].

calls() ->
    [{"call and cast", fun() ->
         P = telling(),
         R = gen_server:call(P, one),
         ok = gen_server:cast(P, two),
         P ! three,
         {R, gen_server:call(P, four, infinity), gen_server:stop(P)}
     end},
     {"no reply, reply later", fun() ->
         P = telling(),
         {gen_server:call(P, fun(From, S) -> spawn(fun() -> gen_server:reply(From, later) end), {noreply, S} end), gen_server:stop(P)}
     end},
     {"timeout", fun() ->
         P = telling(),
         Failed = (catch gen_server:call(P, fun(_, S) -> {noreply, S} end, 5)),
         {Failed, gen_server:stop(P)}
     end},
     {"late reply is dropped", fun() ->
         P = telling(),
         Self = self(),
         Failed = (catch gen_server:call(P, fun(From, S) -> Self ! {from, From}, {noreply, S} end, 5)),
         receive {from, From} -> gen_server:reply(From, late) end,
         {Failed, gen_server:stop(P)}
     end},
     {"noproc by name", fun() -> catch gen_server:call(nobody, x) end},
     {"noproc by pid", fun() -> P = spawn(fun() -> receive stop -> ok end end), scene:watch(P) ! stop, scene:wait(P), catch gen_server:call(P, x) end},
     {"noproc global", fun() -> catch gen_server:call({global, nobody}, x) end},
     {"noproc here", fun() -> catch gen_server:call({nobody, node()}, x) end},
     {"no such node", fun() -> catch gen_server:call({nobody, 'x@y'}, x) end},
     {"self", fun() -> catch gen_server:call(self(), x) end},
     {"bad timeout", fun() -> catch gen_server:call(self(), x, soon) end},
     {"not a server", fun() -> catch gen_server:call("abc", x) end},
     {"server ends in the call", fun() ->
         P = telling(),
         catch gen_server:call(P, fun(_, S) -> {stop, normal, S} end)
     end},
     {"reply comes after terminate", fun() ->
         P = telling(),
         {gen_server:call(P, fun(_, S) -> {stop, normal, bye, S} end), scene:wait(P)}
     end},
     {"cast to nobody", fun() -> [gen_server:cast(To, x) || To <- [nobody, {nobody, 'x@y'}, {global, nobody}, self()]] end},
     {"bad cast", fun() -> gen_server:cast("x", y) end},
     {"abcast", fun() -> {gen_server:abcast(nobody, x), gen_server:abcast([node(), 'x@y'], nobody, x)} end},
     {"multi_call", fun() ->
         {ok, P} = gen_server:start({local, scene_name}, server_callback, {ok, s}, []),
         A = gen_server:multi_call(scene_name, hello),
         B = gen_server:multi_call(['x@y', node()], scene_name, hello),
         C = gen_server:multi_call([node()], scene_name, fun(_, S) -> {noreply, S} end, 5),
         D = gen_server:multi_call([node()], nobody, x, 100),
         {A, B, C, D, gen_server:stop(P)}
     end},
     {"wire form", fun() ->
         Self = self(),
         Fake = spawn(fun() -> receive {'$gen_call', {From, [alias | Ref]}, Req} -> Self ! {is_pid(From), is_reference(Ref), Req}, Ref ! {[alias | Ref], fake} end end),
         gen_server:call(Fake, hello)
     end}].

actions() ->
    [{"reply with timeout", fun() ->
         P = telling(),
         R = gen_server:call(P, fun(_, S) -> {reply, ok, S, 5} end),
         receive {info, timeout, _} = M -> {R, M, gen_server:stop(P)} end
     end},
     {"timeout is cancelled by a message", fun() ->
         P = telling(),
         gen_server:call(P, fun(_, S) -> {reply, ok, S, 5000} end),
         {gen_server:call(P, x), gen_server:stop(P)}
     end},
     {"continue chain", fun() ->
         P = telling(),
         gen_server:cast(P, fun(S) -> {noreply, S, {continue, fun(S2) -> {noreply, {S2, more}, {continue, last}} end}} end),
         receive {continue, last, S} -> {S, gen_server:stop(P)} end
     end},
     {"continue before the next message", fun() ->
         P = telling(),
         gen_server:cast(P, fun(S) -> self() ! message, {noreply, S, {continue, first}} end),
         receive {info, message, _} -> gen_server:stop(P) end
     end},
     {"hibernate", fun() ->
         P = telling(),
         R = gen_server:call(P, fun(_, S) -> {reply, ok, S, hibernate} end),
         {R, gen_server:call(P, after_sleep), gen_server:stop(P)}
     end},
     {"hibernate_after", fun() ->
         {ok, P} = start({ok, s}, [{hibernate_after, 1}]),
         receive after 20 -> ok end,
         {gen_server:call(P, x), gen_server:stop(P)}
     end},
     {"stop in continue", fun() ->
         P = telling(),
         gen_server:cast(P, fun(S) -> {noreply, S, {continue, fun(S2) -> {stop, normal, S2} end}} end),
         scene:wait(P)
     end},
     {"throw is a return value", fun() ->
         P = telling(),
         {gen_server:call(P, fun(_, S) -> throw({reply, thrown, S}) end), gen_server:stop(P)}
     end},
     {"no handle_info", fun() ->
         {ok, P} = gen_server:start(bare_callback, [], []),
         P ! something,
         {gen_server:call(P, x), gen_server:stop(P)}
     end},
     {"no handle_continue", fun() ->
         {ok, P} = gen_server:start(bare_callback, [], []),
         scene:watch(P),
         {catch gen_server:call(P, continue), scene:wait(P)}
     end}].

ends() ->
    [{"stop", fun() -> P = telling(), {gen_server:stop(P), scene:wait(P)} end},
     {"stop with reason", fun() -> P = telling(), {gen_server:stop(P, why, 1000), scene:wait(P)} end},
     {"stop with shutdown", fun() -> P = telling(), {gen_server:stop(P, {shutdown, x}, 1000), scene:wait(P)} end},
     {"stop of nobody", fun() -> {catch gen_server:stop(nobody), catch gen_server:stop({nobody, 'x@y'}), catch gen_server:stop({global, nobody})} end},
     {"stop in cast", fun() -> P = telling(), gen_server:cast(P, fun(S) -> {stop, why, {last, S}} end), scene:wait(P) end},
     {"shutdown in cast", fun() -> P = telling(), gen_server:cast(P, fun(S) -> {stop, shutdown, S} end), scene:wait(P) end},
     {"error in cast", fun() -> P = telling(), gen_server:cast(P, fun(_) -> error(oops) end), scene:wait(P) end},
     {"exit in info", fun() -> P = telling(), P ! fun(_) -> exit(out) end, scene:wait(P) end},
     {"exit normal in info", fun() -> P = telling(), P ! fun(_) -> exit(normal) end, scene:wait(P) end},
     {"exit shutdown in info", fun() -> P = telling(), P ! fun(_) -> exit(shutdown) end, scene:wait(P) end},
     {"error in call", fun() -> P = telling(), {catch gen_server:call(P, fun(_, _) -> error(oops) end), scene:wait(P)} end},
     {"bad return in call", fun() -> P = telling(), {catch gen_server:call(P, fun(_, _) -> what end), scene:wait(P)} end},
     {"bad return in cast", fun() -> P = telling(), gen_server:cast(P, fun(_) -> {reply, x, y} end), scene:wait(P) end},
     {"undef in call", fun() -> P = telling(), {catch gen_server:call(P, fun(_, _) -> no_such_callback:f(x) end), scene:wait(P)} end},
     {"terminate crashes", fun() -> P = telling({terminate, fun() -> error(in_terminate) end}), {catch gen_server:stop(P), scene:wait(P)} end},
     {"terminate throws", fun() -> P = telling({terminate, fun() -> throw(in_terminate) end}), {catch gen_server:stop(P), scene:wait(P)} end},
     {"terminate exits after an error", fun() ->
         P = telling({terminate, fun() -> exit(in_terminate) end}),
         {catch gen_server:call(P, fun(_, _) -> error(first) end), scene:wait(P)}
     end},
     {"killed", fun() -> P = telling(), exit(P, kill), scene:wait(P) end},
     {"exit signal", fun() -> P = telling(), exit(P, out), scene:wait(P) end},
     {"links in the crash report", fun() ->
         Self = self(),
         P = telling(),
         gen_server:call(P, fun(_, S) -> Other = spawn_link(fun() -> receive never -> ok end end), Self ! Other, put(note, seen), {reply, ok, S} end),
         gen_server:cast(P, fun(_) -> exit(linked) end),
         scene:wait(P)
     end},
     {"format_status for the report", fun() ->
         {ok, P} = gen_server:start(status_callback, secret, []),
         gen_server:cast(scene:watch(P), die),
         scene:wait(P)
     end},
     {"old format_status for the report", fun() ->
         {ok, P} = gen_server:start(old_status_callback, secret, []),
         gen_server:cast(scene:watch(P), die),
         scene:wait(P)
     end}].

requests() ->
    [{"send_request", fun() ->
         P = telling(),
         Id = gen_server:send_request(P, x),
         {gen_server:receive_response(Id, 1000), gen_server:stop(P)}
     end},
     {"wait twice", fun() ->
         P = telling(),
         Id = gen_server:send_request(P, fun(From, S) -> erlang:send_after(30, self(), fun(S2) -> gen_server:reply(From, late), {noreply, S2} end), {noreply, S} end),
         {gen_server:wait_response(Id, 0), gen_server:wait_response(Id, infinity), gen_server:stop(P)}
     end},
     {"receive gives up", fun() ->
         P = telling(),
         Id = gen_server:send_request(P, fun(From, S) -> put(from, From), {noreply, S} end),
         R = gen_server:receive_response(Id, 0),
         gen_server:cast(P, fun(S) -> gen_server:reply(get(from), late), {noreply, S} end),
         {R, gen_server:stop(P)}
     end},
     {"nobody", fun() -> gen_server:receive_response(gen_server:send_request(nobody, x), 100) end},
     {"dies", fun() ->
         P = telling(),
         gen_server:receive_response(gen_server:send_request(P, fun(_, S) -> {stop, shutdown, S} end), 1000)
     end},
     {"check", fun() ->
         P = telling(),
         Id = gen_server:send_request(P, x),
         A = gen_server:check_response(other, Id),
         B = receive Message when is_tuple(Message), element(1, Message) =/= call -> gen_server:check_response(Message, Id) end,
         {A, B, gen_server:stop(P)}
     end},
     {"collection", fun() ->
         P = telling(),
         C0 = gen_server:reqids_new(),
         C1 = gen_server:send_request(P, one, first, C0),
         C2 = gen_server:reqids_add(gen_server:send_request(P, two), second, C1),
         C3 = gen_server:send_request(nobody, three, third, C2),
         Sizes = [gen_server:reqids_size(C) || C <- [C0, C1, C2, C3]],
         Labels = lists:sort([L || {_, L} <- gen_server:reqids_to_list(C3)]),
         {A, C4} = next(C3), {B, C5} = next(C4), {C, C6} = next(C5),
         {Sizes, Labels, lists:sort([A, B, C]), gen_server:receive_response(C6, 10, true), gen_server:check_response(m, C6, false), gen_server:stop(P)}
     end},
     {"collection kept", fun() ->
         P = telling(),
         C = gen_server:send_request(P, fun(_, S) -> {noreply, S} end, l, gen_server:reqids_new()),
         {gen_server:check_response(m, C, true), gen_server:wait_response(C, 1, true), gen_server:receive_response(C, {abs, erlang:monotonic_time(millisecond)}, false), gen_server:stop(P)}
     end},
     {"wrong use", fun() ->
         [try F() catch error:R -> R end ||
             F <- [fun() -> gen_server:reqids_size(x) end, fun() -> gen_server:reqids_to_list(x) end,
                   fun() -> gen_server:reqids_add(x, y, #{}) end, fun() -> gen_server:check_response(a, b) end,
                   fun() -> gen_server:wait_response(a, 1) end, fun() -> gen_server:receive_response(a, 1, true) end,
                   fun() -> gen_server:send_request("a", 1) end, fun() -> gen_server:send_request(x, 1, l, no_collection) end]]
     end}].

next(Collection) ->
    {Answer, Label, Rest} = gen_server:receive_response(Collection, 1000, true),
    {{Label, Answer}, Rest}.

system() ->
    [{"get_state", fun() -> P = telling(s1), {sys:get_state(P), gen_server:stop(P)} end},
     {"replace_state", fun() -> P = telling(s1), {sys:replace_state(P, fun(S) -> {new, S} end), sys:get_state(P), gen_server:stop(P)} end},
     {"replace_state crashing", fun() -> P = telling(s1), {catch sys:replace_state(P, fun(_) -> error(no) end), sys:get_state(P), gen_server:stop(P)} end},
     {"get_status", fun() ->
         {ok, P} = gen_server:start({local, scene_name}, server_callback, {ok, s}, []),
         {sys:get_status(P), gen_server:stop(P)}
     end},
     {"get_status unnamed", fun() ->
         {ok, P} = gen_server:start({global, {a, b}}, server_callback, {ok, s}, []),
         {sys:get_status(P), gen_server:stop(P)}
     end},
     {"get_status formatted", fun() ->
         {ok, P} = gen_server:start({local, scene_name}, status_callback, secret, []),
         {ok, P2} = gen_server:start({global, g}, old_status_callback, secret, []),
         {sys:get_status(P), sys:get_status(P2), gen_server:stop(P), gen_server:stop(P2)}
     end},
     {"suspend and resume", fun() ->
         P = telling(),
         ok = sys:suspend(P),
         Waiting = (catch gen_server:call(P, x, 20)),
         {status, _, _, [_, Sys | _]} = sys:get_status(P),
         ok = sys:resume(P),
         {Waiting, Sys, gen_server:call(P, y), gen_server:stop(P)}
     end},
     {"stop while suspended", fun() -> P = telling(), ok = sys:suspend(P), {gen_server:stop(P), scene:wait(P)} end},
     {"change_code", fun() ->
         P = telling(s1),
         Running = sys:change_code(P, server_callback, old, extra),
         ok = sys:suspend(P),
         R1 = sys:change_code(P, server_callback, old, extra),
         R2 = sys:change_code(P, server_callback, old, fun(_, _) -> {error, no} end),
         R3 = sys:change_code(P, server_callback, old, fun(_, _) -> throw(bad) end),
         ok = sys:resume(P),
         {Running, R1, R2, R3, sys:get_state(P), gen_server:stop(P)}
     end},
     {"statistics", fun() ->
         P = telling(),
         A = sys:statistics(P, get),
         ok = sys:statistics(P, true),
         gen_server:call(P, x), gen_server:cast(P, y), P ! z,
         {ok, S} = sys:statistics(P, get),
         ok = sys:statistics(P, false),
         {A, [lists:keyfind(K, 1, S) || K <- [messages_in, messages_out]], [K || {K, _} <- S], sys:statistics(P, get), gen_server:stop(P)}
     end},
     {"log", fun() ->
         P = telling(),
         A = sys:log(P, get),
         ok = sys:log(P, true),
         gen_server:call(P, x), gen_server:cast(P, y), P ! z,
         {ok, L} = sys:log(P, get),
         ok = sys:log(P, {true, 2}),
         {ok, L2} = sys:log(P, get),
         P ! again,
         {ok, L3} = sys:log(P, get),
         ok = sys:log(P, false),
         {A, L, L2, L3, sys:log(P, get), gen_server:stop(P)}
     end},
     {"trace", fun() ->
         {ok, P} = gen_server:start({local, scene_name}, server_callback, {ok, s}, []),
         ok = sys:trace(P, true),
         gen_server:call(P, x), gen_server:cast(P, y), P ! z,
         gen_server:call(P, later),
         ok = sys:trace(P, false),
         gen_server:call(P, x),
         gen_server:stop(P)
     end},
     {"trace by option", fun() ->
         {ok, P} = gen_server:start({local, scene_name}, server_callback, {ok, s}, [{debug, [trace, {log, 3}]}]),
         gen_server:call(P, x), gen_server:cast(P, y), P ! z,
         sys:log(P, print),
         {gen_server:stop(P)}
     end},
     {"bad debug option", fun() ->
         {ok, P} = gen_server:start(server_callback, {ok, s}, [{debug, [what, statistics]}]),
         {ok, L} = sys:statistics(P, get),
         {length(L), gen_server:stop(P)}
     end},
     {"install", fun() ->
         P = telling(),
         Self = self(),
         ok = sys:install(P, {fun(N, Event, _) -> Self ! {seen, N, Event}, if N < 3 -> N + 1; true -> done end end, 1}),
         gen_server:call(P, x), gen_server:call(P, y), gen_server:call(P, z),
         ok = sys:install(P, {my_id, fun(N, Event, _) -> Self ! {id, N, Event}, N end, 1}),
         P ! one,
         ok = sys:remove(P, my_id),
         P ! two,
         gen_server:stop(P)
     end},
     {"no_debug", fun() ->
         P = telling(),
         ok = sys:trace(P, true), ok = sys:statistics(P, true),
         ok = sys:no_debug(P),
         {sys:statistics(P, get), gen_server:stop(P)}
     end},
     {"log in the report", fun() ->
         {ok, P} = gen_server:start(server_callback, {ok, s}, [{debug, [log]}]),
         gen_server:call(scene:watch(P), one),
         gen_server:cast(P, fun(_) -> exit(bad) end),
         scene:wait(P)
     end},
     {"unknown request", fun() -> P = telling(), {gen:call(P, system, {what}), gen_server:stop(P)} end},
     {"nobody", fun() -> {catch sys:get_state(nobody), catch sys:suspend(nobody, 10), catch sys:log(nobody, true), catch sys:change_code(nobody, a, b, c), catch sys:terminate(nobody, x)} end},
     {"terminate", fun() -> P = telling(), {sys:terminate(P, why), scene:wait(P)} end},
     {"hibernating server", fun() ->
         P = telling(),
         gen_server:call(P, fun(_, S) -> {reply, ok, S, hibernate} end),
         {sys:get_state(P), sys:suspend(P), sys:get_state(P), sys:resume(P), gen_server:call(P, x), gen_server:stop(P)}
     end}].
