%% Which functions of OTP stand in stack traces.
-module(frames_scenes).
-export([main/0]).

main() ->
    scene:run("frames: gen_statem", [{T, fun() -> frames(F()) end} || {T, F} <- starts() ++ returns() ++ enters()]),
    scene:run("frames: gen_event", [{T, fun() -> frames(F()) end} || {T, F} <- handlers()]),
    scene:run("frames: callers", [{T, fun() -> frames(F()) end} || {T, F} <- callers()]),
    scene:run("endings of watched handlers", endings()).

%% Every frame of OTP and of the funs here as {Module, Function, Arity}, with a marker that keeps it from being taken for a stack. What
%% called the fun of the scene is left out.
frames([{scene, scene, _, _} | _]) -> [];
frames({M, F, A, L}) when is_atom(M), is_atom(F), is_list(L) -> {in, M, F, if is_list(A) -> length(A); true -> A end};
frames([H | T]) -> [frames(H) | frames(T)];
frames(Tuple) when is_tuple(Tuple) -> list_to_tuple(frames(tuple_to_list(Tuple)));
frames(Other) -> Other.

start(Init) -> gen_statem:start(frames_callback, Init, []).

%% How a machine ends that is started so.
ends(Init) ->
    case start(Init) of
        {ok, Pid} -> scene:wait(Pid);
        Failed -> Failed
    end.

starts() ->
    [{"init: short", fun() -> ends({ok, s}) end},
     {"init: action", fun() -> ends({ok, s, d, bad}) end},
     {"init: reply", fun() -> ends({ok, s, d, {reply, x, y}}) end},
     {"init: error", fun() -> ends(fun() -> error(oops) end) end}] ++
    [{io_lib:format("mode ~0p", [Mode]), fun() -> ends(fun() -> put(mode, Mode), {ok, s, d} end) end}
     || Mode <- [bad, [], [state_enter], [handle_event_function, bad]]] ++
    [{"two modes", fun() ->
         {ok, P} = start(fun() -> put(mode, [state_functions, handle_event_function]), {ok, s, d} end),
         gen_statem:call(P, fun(S, D) -> {stop_and_reply, normal, {reply, S, D}} end)
     end}].

returns() ->
    [{io_lib:format("return ~0p", [R]), fun() ->
         {ok, P} = start({ok, s, d}),
         gen_statem:cast(P, fun(_, _) -> R end),
         scene:wait(P)
     end} || R <- [bad, {next_state, x}, {stop, why}, {stop, why, e}, {stop_and_reply, why, bad}, {stop_and_reply, why, [{reply, x, y}]},
                   {keep_state, e, bad}, {keep_state, e, {reply, x, y}}, {keep_state, e, {next_event, bad, x}},
                   {keep_state, e, {timeout, -1, x}}, {keep_state, e, {state_timeout, soon, x}}, {keep_state, e, {postpone, bad}},
                   {keep_state, e, {change_callback_module, no_such_module}}, {keep_state, e, pop_callback_module}]] ++
    [{"error", fun() ->
         {ok, P} = start({ok, s, d}),
         gen_statem:cast(P, fun(_, _) -> error(oops) end),
         scene:wait(P)
     end},
     {"timeouts that wait", fun() ->
         {ok, P} = start({ok, s, d, [{state_timeout, 10000, st}, {{timeout, n}, 10000, gt}, {timeout, 10000, ev}]}),
         gen_statem:cast(P, fun(_, _) -> {stop, why} end),
         scene:wait(P)
     end}].

enters() ->
    [{io_lib:format("enter ~0p", [R]), fun() ->
         {ok, P} = start(fun() -> put(mode, [handle_event_function, state_enter]), put(enter, R), {ok, a, d} end),
         gen_statem:cast(P, fun(_, D) -> {next_state, b, D} end),
         scene:wait(P)
     end} || R <- [{next_state, c, d}, {keep_state, d, postpone}, {keep_state, d, {next_event, cast, x}}]].

with(Handler) ->
    {ok, P} = gen_event:start(),
    {P, gen_event:add_handler(P, frames_callback, Handler)}.

handlers() ->
    [{"add", fun() -> with({x, crash}) end},
     {"add watched", fun() -> {ok, P} = gen_event:start(), gen_event:add_sup_handler(P, frames_callback, {x, crash}) end},
     {"delete", fun() -> {P, ok} = with({ok, failing}), gen_event:delete_handler(P, frames_callback, x) end},
     {"swap", fun() -> {P, ok} = with({ok, s}), gen_event:swap_handler(P, {frames_callback, x}, {no_such_module, y}) end},
     {"swap watched", fun() -> {P, ok} = with({ok, s}), gen_event:swap_sup_handler(P, {frames_callback, x}, {no_such_module, y}) end},
     {"call", fun() -> {P, ok} = with({ok, s}), gen_event:call(P, frames_callback, fun(_) -> error(oops) end) end}] ++
    [{"swapped by itself", fun() ->
         {P, ok} = with({ok, s}),
         gen_event:sync_notify(P, fun(_) -> {swap_handler, x, s, {no_such_module, id}, y} end)
     end}].

callers() ->
    [{"bad options", fun() -> catch gen_server:start(frames_callback, {ok, s}, bad) end},
     {"bad timeout", fun() -> catch gen_server:start(frames_callback, {ok, s}, [{timeout, bad}]) end},
     {"statem call", fun() -> catch gen_statem:call(1, x) end},
     {"multi_call", fun() -> catch gen_server:multi_call([node()], x, y, bad) end},
     {"proc_lib", fun() -> catch proc_lib:start(1, f, []) end},
     {"replace_state", fun() ->
         {ok, P} = gen_server:start(frames_callback, {ok, s}, []),
         catch sys:replace_state(P, fun(_) -> error(oops) end)
     end},
     {"child", fun() ->
         Child = #{id => a, start => {no_such_module, start, []}},
         R = supervisor:start_link(sup_callback, {ok, {#{}, [Child]}}),
         receive {'EXIT', _, _} -> R end
     end}].

endings() ->
    [{io_lib:format("~p ~p", [Name, State]), fun() ->
         {ok, P} = gen_event:start(),
         ok = gen_event:add_sup_handler(P, frames_callback, {ok, State}),
         _ = F(P),
         receive {gen_event_EXIT, H, Why} -> {H, Why} after 1000 -> none end
     end} || State <- [fine, failing],
             {Name, F} <- [{delete, fun(P) -> gen_event:delete_handler(P, frames_callback, x) end},
                           {swap, fun(P) -> gen_event:swap_handler(P, {frames_callback, x}, {{event_callback, 2}, {self(), y}}) end},
                           {remove, fun(P) -> gen_event:notify(P, fun(_) -> remove_handler end) end},
                           {call, fun(P) -> gen_event:call(P, frames_callback, fun(_) -> {remove_handler, ok} end) end},
                           {bad, fun(P) -> gen_event:notify(P, fun(_) -> bad end) end},
                           {stop, fun(P) -> gen_event:stop(P) end}]].
