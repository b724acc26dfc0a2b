%% gen_statem: results, actions, timeouts, postponing, entering states, ends; and random scripts of events.
-module(statem_scenes).
-export([main/0]).

main() ->
    scene:run("gen_statem: start", starts()),
    scene:run("gen_statem: events", events()),
    scene:run("gen_statem: ends", ends()),
    scene:run("gen_statem: system", system()),
    scene:run("gen_statem: random scripts", [{integer_to_list(Seed), fun() -> script(Seed) end} || Seed <- lists:seq(1, 150)]).

start(Enter) -> start(Enter, []).
start(Enter, Actions) ->
    Self = self(),
    {ok, P} = gen_statem:start(statem_callback, fun() -> put(enter, Enter), {ok, s0, {Self, #{}}, Actions} end, []),
    scene:watch(P).

starts() ->
    %% One that crashes in each scene, for whose reports come first is open between two processes.
    [{"result of init: " ++ Name, fun() -> case gen_statem:start(statem_callback, X, []) of {ok, P} -> exit(P, kill), ok; R -> R end end} ||
        {Name, X} <- [{"ok", {ok, s, {self(), #{}}}}, {"ignore", ignore}, {"stop", {stop, why}}, {"shutdown", {stop, shutdown}}, {"bad", bad}, {"short", {ok, s}}]] ++
    [{"crash in init: " ++ Name, fun() -> gen_statem:start(statem_callback, F, []) end} ||
        {Name, F} <- [{"error", fun() -> error(oops) end}, {"exit", fun() -> exit(out) end}, {"throw", fun() -> throw(ignore) end}]] ++
    [{"bad callback mode", fun() ->
         {ok, {_, M}} = gen_statem:start_monitor(bad_mode_callback, [], []),
         receive {'DOWN', M, process, _, R} -> R end
     end},
     {"names", fun() ->
         {ok, P} = gen_statem:start({local, scene_statem}, statem_callback, {ok, s, {self(), #{}}}, []),
         A = gen_statem:start({local, scene_statem}, statem_callback, {ok, s, {self(), #{}}}, []) =:= {error, {already_started, P}},
         {A, gen_statem:call(scene_statem, q), gen_statem:stop(scene_statem), catch gen_statem:call(scene_statem, q), gen_statem:cast(scene_statem, q), catch gen_statem:stop(scene_statem)}
     end},
     {"initial actions", fun() -> P = start(true, [{next_event, internal, first}, {state_timeout, 5, later}]), receive {event, state_timeout, _, _, _} = M -> {M, gen_statem:stop(P)} end end},
     {"start_monitor", fun() -> {ok, {P, _}} = gen_statem:start_monitor(statem_callback, {ok, s, {self(), #{}}}, []), gen_statem:stop(P) end},
     {"enter_loop", fun() ->
         Self = self(),
         P = proc_lib:spawn(fun() -> gen_statem:enter_loop(statem_callback, [], s, {Self, #{}}, [{next_event, internal, x}]) end),
         {gen_statem:call(P, q), gen_statem:stop(P)}
     end},
     {"state functions", fun() ->
         {ok, P} = gen_statem:start(state_function_callback, self(), []),
         scene:watch(P),
         P ! hello,
         gen_statem:cast(P, hello),
         R = {gen_statem:call(P, push), gen_statem:call(P, how)},
         {R, scene:wait(P)}
     end}].

events() ->
    [{"types", fun() -> P = start(false), P ! i, gen_statem:cast(P, c), R = gen_statem:call(P, q), {R, gen_statem:call(P, r, 1000), gen_statem:call(P, t, {clean_timeout, 1000}), gen_statem:stop(P)} end},
     {"call timeout", fun() -> P = start(false), {catch gen_statem:call(P, fun(_, _, _) -> keep_state_and_data end, 5), catch gen_statem:call(P, fun(_, _, _) -> keep_state_and_data end, {dirty_timeout, 5}), gen_statem:stop(P)} end},
     {"bad timeout", fun() -> catch gen_statem:call(self(), x, {what, 5}) end},
     {"requests", fun() ->
         P = start(false),
         C = gen_statem:send_request(P, two, label, gen_statem:reqids_new()),
         {gen_statem:receive_response(gen_statem:send_request(P, one)), gen_statem:wait_response(gen_statem:send_request(P, x), 100), gen_statem:receive_response(C, 100, true), gen_statem:receive_response(gen_statem:send_request(nobody, x)), gen_statem:stop(P)}
     end},
     {"postpone until the state changes", fun() ->
         P = start(false),
         P ! {script, a, [{keep, [postpone]}, {keep, [postpone]}]}, P ! {script, b, [{next, s1, []}]}, P ! {script, c, [{next, s2, []}]},
         {gen_statem:call(P, q), gen_statem:stop(P)}
     end},
     {"several replies", fun() ->
         P = start(false),
         Id1 = gen_statem:send_request(P, fun({call, F}, _, {O, S}) -> {keep_state, {O, S#{from => F}}} end),
         Id2 = gen_statem:send_request(P, fun({call, F}, _, {_, #{from := F1}}) -> {keep_state_and_data, [{reply, F1, first}, {reply, F, second}]} end),
         {gen_statem:receive_response(Id1), gen_statem:receive_response(Id2), gen_statem:stop(P)}
     end},
     {"generic timeouts", fun() ->
         P = start(false),
         P ! {script, a, [{keep, [{{timeout, x}, 20, xx}, {{timeout, y}, 5, yy}, {{timeout, z}, 1, zz}, {{timeout, z}, cancel}, {{timeout, w}, infinity, ww}, {{timeout, x}, update, new}]}]},
         receive {event, {timeout, x}, _, _, _} -> gen_statem:stop(P) end
     end},
     {"event timeout", fun() ->
         P = start(false),
         P ! {script, a, [{keep, [5]}]},
         receive {event, timeout, _, _, _} -> ok end,
         P ! {script, b, [{keep, [{timeout, 10000, never}]}]}, P ! {script, c, []},
         {gen_statem:stop(P)}
     end},
     {"state timeout ends with the state", fun() ->
         P = start(false),
         P ! {script, a, [{keep, [{state_timeout, 10000, never}]}]}, P ! {script, b, [{next, s1, [{state_timeout, 5, in_s1}]}]},
         receive {event, state_timeout, _, _, _} -> gen_statem:stop(P) end
     end},
     {"change of modules", fun() ->
         P = start(false),
         P ! {script, a, [{keep, [{push_callback_module, other_statem_callback}]}]},
         A = gen_statem:call(P, who),
         gen_statem:cast(P, pop),
         {A, gen_statem:call(P, who), gen_statem:stop(P)}
     end},
     {"hibernate", fun() -> P = start(false), P ! {script, a, [{keep, [hibernate]}]}, {gen_statem:call(P, q), gen_statem:stop(P)} end},
     {"enter calls with results", fun() ->
         P = start(true),
         gen_statem:cast(P, fun(_, _, {O, S}) -> put({enter, s1}, {keep_state, {O, S#{entered => yes}}, [{state_timeout, 0, now}]}), {next_state, s1, {O, S}} end),
         receive {event, state_timeout, _, _, _} -> gen_statem:stop(P) end
     end}].

ends() ->
    Cast = fun(Result) -> P = start(true), gen_statem:cast(P, fun(_, _, _) -> case Result of F when is_function(F, 0) -> F(); _ -> Result end end), scene:wait(P) end,
    Call = fun(Fun) -> P = start(false), {catch gen_statem:call(P, Fun), scene:wait(P)} end,
    Self = self(),
    [{lists:flatten(io_lib:format("~w", [Result])), fun() -> Cast(Result) end} ||
        Result <- [stop, {stop, shutdown}, {stop, why}, bad, {keep_state_and_data, bad}, {keep_state_and_data, [{next_event, nothing, x}]}, {keep_state_and_data, [{reply, x, y}]},
                   {keep_state_and_data, [{timeout, -1, x}]}, {keep_state_and_data, [{state_timeout, 1, x, [bad]}]}, {keep_state_and_data, [pop_callback_module]},
                   {keep_state_and_data, [{push_callback_module, no_such_module}]}, {stop_and_reply, why, [bad]}, {stop_and_reply, normal, []}]] ++
    [{"error", fun() -> Cast(fun() -> error(oops) end) end},
     {"exit", fun() -> Cast(fun() -> exit(out) end) end},
     {"exit normal", fun() -> Cast(fun() -> exit(normal) end) end},
     {"throw is a result", fun() -> Cast(fun() -> throw({stop, thrown}) end) end},
     {"in a call", fun() -> Call(fun(_, _, _) -> error(oops) end) end},
     {"stop and reply", fun() ->
         P = start(false),
         M = monitor(process, P),
         {gen_statem:call(P, fun({call, From}, _, D) -> {stop_and_reply, shutdown, {reply, From, bye}, D} end), receive {'DOWN', M, process, P, R} -> R end}
     end},
     {"bad enter results", fun() -> [begin P = start(true), gen_statem:cast(P, fun(_, _, D) -> put({enter, s1}, R), {next_state, s1, D} end), scene:wait(P) end ||
        R <- [{next_state, s2, {Self, #{}}}, bad, {keep_state_and_data, postpone}, {keep_state_and_data, [{next_event, cast, x}]}, {keep_state_and_data, [bad]}, {stop, entering}]] end},
     {"stop with reason", fun() -> P = start(false), {gen_statem:stop(P, why, 1000), scene:wait(P)} end},
     {"postponed and queued in the report", fun() ->
         P = start(false),
         P ! {script, a, [{keep, [postpone, {{timeout, t}, 10000, x}]}]},
         P ! {script, b, [{keep, [{next_event, cast, fun(_, _, _) -> error(oops) end}, {next_event, cast, queued}]}]},
         scene:wait(P)
     end}].

system() ->
    [{"state", fun() ->
         P = start(false),
         A = sys:get_state(P),
         B = sys:replace_state(P, fun({s0, D}) -> {s1, D} end),
         ok = sys:suspend(P),
         C = sys:change_code(P, statem_callback, old, extra),
         ok = sys:resume(P),
         {A, B, C, sys:get_state(P), gen_statem:stop(P)}
     end},
     {"status", fun() ->
         {ok, P} = gen_statem:start({local, scene_statem}, statem_callback, {ok, s, {self(), #{}}}, []),
         P ! {script, a, [{keep, [postpone, {{timeout, t}, 10000, x}, {state_timeout, 10000, y}]}]},
         {sys:get_status(P), gen_statem:stop(P)}
     end},
     {"log", fun() ->
         P = start(true),
         ok = sys:log(P, {true, 30}),
         P ! {script, a, [{next, s1, [postpone, {state_timeout, 0, now}]}]}, gen_statem:call(P, q), gen_statem:cast(P, c),
         {sys:log(P, get), gen_statem:stop(P)}
     end},
     {"trace", fun() ->
         {ok, P} = gen_statem:start({local, scene_statem}, statem_callback, {ok, s, {self(), #{}}, [{next_event, internal, i}]}, [{debug, [trace]}]),
         gen_statem:call(P, q), P ! m, gen_statem:stop(P)
     end}].

%% A random script: a machine with or without enter calls gets events that change states, postpone, insert events and start timeouts.
script(Seed) ->
    rand:seed(exsss, {Seed, 2, 3}),
    P = start(rand:uniform(2) =:= 1),
    ok = sys:suspend(P),
    [P ! {script, N, [result() || _ <- lists:seq(1, rand:uniform(3))]} || N <- lists:seq(1, rand:uniform(6))],
    ok = sys:resume(P),
    scene:settle(),
    R = sys:get_state(P),
    exit(P, kill),
    element(1, R).

result() ->
    Actions = [action() || _ <- lists:seq(1, rand:uniform(4) - 1)],
    case rand:uniform(4) of
        1 -> {keep, Actions};
        2 -> {repeat, Actions};
        _ -> {next, pick([s0, s1, s2]), Actions}
    end.

action() ->
    case rand:uniform(12) of
        1 -> postpone;
        2 -> {postpone, pick([true, false])};
        3 -> {next_event, pick([internal, cast, info]), pick([x, y])};
        4 -> {next_event, internal, {script, {inserted, rand:uniform(3)}, [result_without_insert()]}};
        5 -> {timeout, 0, event};
        6 -> {state_timeout, 0, state};
        7 -> {{timeout, pick([a, b])}, 0, generic};
        8 -> {{timeout, pick([a, b])}, 0, other};
        9 -> {pick([timeout, state_timeout, {timeout, a}]), update, updated};
        10 -> {pick([timeout, state_timeout, {timeout, a}]), cancel};
        11 -> 0;
        12 -> {pick([timeout, state_timeout, {timeout, b}]), infinity, never}
    end.

result_without_insert() -> {pick([keep, repeat]), [pick([postpone, {timeout, 0, event}, {{timeout, c}, 0, c}])]}.

pick(List) -> lists:nth(rand:uniform(length(List)), List).
