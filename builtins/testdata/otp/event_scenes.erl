%% gen_event: handlers, calls, swaps, supervision of handlers, ends.
-module(event_scenes).
-export([main/0]).

main() -> scene:run("gen_event", scenes()).

manager() -> manager([one]).
manager(States) ->
    {ok, M} = gen_event:start(),
    [ok = gen_event:add_handler(M, {event_callback, S}, {self(), S}) || S <- States],
    scene:watch(M).

scenes() ->
    [{"notify", fun() -> M = manager([one, two]), {gen_event:notify(M, hello), gen_event:sync_notify(M, again), gen_event:which_handlers(M), gen_event:stop(M)} end},
     {"info", fun() -> M = manager(), M ! hello, {gen_event:which_handlers(M), gen_event:stop(M)} end},
     {"call", fun() -> M = manager([one, two]), {[gen_event:call(M, H, q) || H <- [{event_callback, one}, {event_callback, x}, event_callback]], gen_event:call(M, {event_callback, two}, q, 1000), gen_event:stop(M)} end},
     {"add", fun() ->
         M = manager([]),
         {[gen_event:add_handler(M, event_callback, X) || X <- [{self(), s}, {error, no}, other, {self(), s}, fun() -> error(oops) end, fun() -> throw(t) end, fun() -> {ok, {self(), h}, hibernate} end]],
          gen_event:add_handler(M, no_such_module, x), gen_event:which_handlers(M), gen_event:stop(M)}
     end},
     {"delete", fun() ->
         M = manager([one, two]),
         {[gen_event:delete_handler(M, H, A) || {H, A} <- [{{event_callback, one}, bye}, {{event_callback, one}, bye}, {{event_callback, two}, crash}]],
          gen_event:which_handlers(M), gen_event:stop(M)}
     end},
     {"swap", fun() ->
         M = manager([one]),
         Self = self(),
         {gen_event:swap_handler(M, {{event_callback, one}, a1}, {{event_callback, new}, {Self, a2}}),
          gen_event:swap_handler(M, {{event_callback, x}, a1}, {{event_callback, newer}, {Self, a2}}),
          gen_event:swap_handler(M, {{event_callback, new}, a1}, {{event_callback, newest}, fun() -> error(no) end}),
          gen_event:which_handlers(M), gen_event:stop(M)}
     end},
     {"swap by return", fun() ->
         M = manager([one, two]),
         Self = self(),
         gen_event:sync_notify(M, fun({O, S}) -> {swap_handler, a1, {O, S}, {event_callback, {new, S}}, {Self, a2}} end),
         R = gen_event:call(M, {event_callback, {new, one}}, fun(S) -> {swap_handler, reply, a3, S, event_callback, {Self, a4}} end),
         {R, gen_event:which_handlers(M), gen_event:stop(M)}
     end},
     {"remove by return", fun() ->
         M = manager([one, two, three]),
         Only = fun(Name, Result) -> fun({_, S} = State) -> if S =:= Name -> Result; true -> {ok, State} end end end,
         gen_event:sync_notify(M, Only(two, remove_handler)),
         R = gen_event:call(M, {event_callback, three}, fun(_) -> {remove_handler, gone} end),
         M ! Only(one, remove_handler),
         {R, gen_event:which_handlers(M), gen_event:stop(M)}
     end},
     {"bad returns", fun() ->
         M = manager([one, two, three, four]),
         Only = fun(Name, Do) -> fun({_, S} = State) -> if S =:= Name -> Do(); true -> {ok, State} end end end,
         gen_event:sync_notify(M, Only(two, fun() -> bad end)),
         M ! Only(three, fun() -> error(oops) end),
         R = gen_event:call(M, {event_callback, four}, fun(_) -> exit(out) end),
         R2 = gen_event:call(M, {event_callback, one}, fun(_) -> strange end),
         {R, R2, gen_event:which_handlers(M), gen_event:stop(M)}
     end},
     {"no handle_info, no terminate", fun() ->
         M = manager([]),
         ok = gen_event:add_handler(M, bare_event_callback, s),
         M ! hello,
         {gen_event:call(M, bare_event_callback, q), gen_event:delete_handler(M, bare_event_callback, x), gen_event:stop(M)}
     end},
     {"supervised handler is deleted", fun() ->
         M = manager([]),
         ok = gen_event:add_sup_handler(M, event_callback, {self(), s}),
         gen_event:delete_handler(M, event_callback, bye),
         gen_event:stop(M)
     end},
     {"supervised handler removes itself", fun() ->
         M = manager([]),
         ok = gen_event:add_sup_handler(M, event_callback, {self(), s}),
         gen_event:sync_notify(M, fun(_) -> remove_handler end),
         gen_event:stop(M)
     end},
     {"supervised handler crashes", fun() ->
         M = manager([]),
         ok = gen_event:add_sup_handler(M, {event_callback, id}, {self(), s}),
         gen_event:sync_notify(M, fun(_) -> error(oops) end),
         ok = gen_event:add_sup_handler(M, {event_callback, id}, {self(), s}),
         gen_event:sync_notify(M, fun(_) -> bad end),
         gen_event:stop(M)
     end},
     {"supervised handler is swapped", fun() ->
         M = manager([]),
         Self = self(),
         ok = gen_event:add_sup_handler(M, event_callback, {self(), s}),
         ok = gen_event:swap_sup_handler(M, {event_callback, a1}, {{event_callback, n}, {Self, a2}}),
         gen_event:sync_notify(M, fun(S) -> {swap_handler, a3, S, event_callback, {Self, a4}} end),
         {gen_event:which_handlers(M), gen_event:stop(M)}
     end},
     {"the supervisor of a handler ends", fun() ->
         M = manager([stays]),
         Self = self(),
         scene:ended(fun() -> ok = gen_event:add_sup_handler(M, event_callback, {Self, s}), exit(gone) end),
         scene:settle(),
         {gen_event:which_handlers(M), gen_event:stop(M)}
     end},
     {"the manager ends under supervised handlers", fun() ->
         M = manager([]),
         ok = gen_event:add_sup_handler(M, event_callback, {self(), s}),
         gen_event:stop(M, why, 1000)
     end},
     {"stops", fun() -> M = manager([one, two]), {gen_event:stop(M), scene:wait(M)} end},
     {"start_link and the parent's end", fun() ->
         Self = self(),
         P = spawn(fun() -> {ok, M} = gen_event:start_link(), gen_event:add_handler(M, event_callback, {Self, s}), Self ! {m, M}, receive stop -> exit(parent) end end),
         M = receive {m, Pid} -> scene:watch(Pid) end,
         P ! stop,
         scene:wait(M)
     end},
     {"names", fun() ->
         {ok, M} = gen_event:start({local, scene_events}),
         A = gen_event:start({local, scene_events}) =:= {error, {already_started, M}},
         {A, gen_event:notify(scene_events, x), gen_event:stop(scene_events), catch gen_event:notify(scene_events, x),
          catch gen_event:sync_notify(scene_events, x), catch gen_event:call(scene_events, x, y), gen_event:notify({global, x}, y), catch gen_event:which_handlers({global, x})}
     end},
     {"start_monitor", fun() -> {ok, {M, _}} = gen_event:start_monitor(), gen_event:stop(M) end},
     {"requests", fun() ->
         M = manager([one]),
         H = {event_callback, one},
         A = gen_event:receive_response(gen_event:send_request(M, H, q), 1000),
         B = gen_event:receive_response(gen_event:send_request(M, x, q), 1000),
         C = gen_event:send_request(M, H, q, label, gen_event:reqids_new()),
         {D, label, E} = gen_event:receive_response(C, 1000, true),
         {A, B, D, gen_event:reqids_size(E), gen_event:receive_response(gen_event:send_request(nobody, x, q), 10), gen_event:stop(M)}
     end},
     {"system", fun() ->
         {ok, M} = gen_event:start({local, scene_events}),
         ok = gen_event:add_handler(M, event_callback, {self(), s}),
         ok = gen_event:add_sup_handler(M, {event_callback, x}, {self(), t}),
         A = sys:get_state(M),
         B = sys:replace_state(M, fun({Module, false, {O, S}}) -> {Module, false, {O, {new, S}}}; (_) -> error(no) end),
         C = sys:get_status(M),
         ok = sys:suspend(M),
         D = sys:change_code(M, event_callback, old, extra),
         ok = sys:resume(M),
         {A, B, C, D, sys:get_state(M), gen_event:stop(M)}
     end},
     {"trace", fun() ->
         {ok, M} = gen_event:start({local, scene_events}, [{debug, [trace]}]),
         gen_event:notify(M, hello),
         M ! info,
         gen_event:stop(M)
     end},
     {"hibernate", fun() ->
         M = manager([one]),
         gen_event:sync_notify(M, fun(S) -> {ok, S, hibernate} end),
         receive after 20 -> ok end,
         {gen_event:call(M, {event_callback, one}, q), gen_event:stop(M)}
     end},
     {"initial call", fun() -> M = manager([]), {proc_lib:translate_initial_call(M), proc_lib:initial_call(M), gen_event:stop(M)} end}].
