%% supervisor: strategies, intensity, specifications, requests, shutdown, reports.
-module(supervisor_scenes).
-export([main/0]).

main() ->
    scene:run("supervisor: start", starts()),
    scene:run("supervisor: requests", requests()),
    scene:run("supervisor: strategies", strategies()),
    scene:run("supervisor: simple_one_for_one", simple()),
    scene:run("supervisor: shutdown", shutdown()),
    scene:run("supervisor: significant children", significant()),
    scene:run("supervisor: specifications", specs()),
    scene:run("supervisor_bridge", bridge()).

sup(Flags, Specs) ->
    case supervisor:start_link(sup_callback, {ok, {Flags, Specs}}) of
        {ok, Pid} -> {ok, scene:watch(Pid)};
        Other -> Other
    end.

child(Id) -> child(Id, #{}).
child(Id, More) -> maps:merge(#{id => Id, start => {sup_callback, child, [self(), Id]}}, More).

pid(Sup, Id) ->
    {Id, Pid, _, _} = lists:keyfind(Id, 1, supervisor:which_children(Sup)),
    Pid.

stop(Sup) ->
    unlink(scene:watch(Sup)),
    exit(Sup, shutdown),
    scene:wait(Sup).

%% Ends a child and waits until the supervisor has dealt with it.
crash(Sup, Id, Reason) ->
    pid(Sup, Id) ! {exit, Reason},
    scene:settle().

%% The result of a start, and the exit that follows it.
ended(Result) ->
    scene:settle(),
    receive {'EXIT', _, Reason} -> {Result, Reason} after 0 -> Result end.

starts() ->
    [{"ok", fun() -> {ok, S} = sup(#{}, [child(a), child(b)]), {supervisor:which_children(S), supervisor:count_children(S), stop(S)} end},
     {"tuples", fun() ->
         {ok, S} = sup({one_for_one, 1, 5}, [{a, {sup_callback, child, [self()]}, permanent, 2000, worker, [sup_callback]}]),
         {supervisor:which_children(S), stop(S)}
     end},
     {"a child fails", fun() -> sup(#{}, [child(a), #{id => b, start => {sup_callback, fails, [{error, no}]}}, child(c)]) end},
     {"a child throws", fun() -> sup(#{}, [#{id => b, start => {sup_callback, fails, [throw]}}]) end},
     {"a child exits", fun() -> sup(#{}, [#{id => b, start => {sup_callback, fails, [exit]}}]) end},
     {"a child is strange", fun() -> sup(#{}, [#{id => b, start => {sup_callback, fails, [strange]}}]) end},
     {"a child has no function", fun() -> sup(#{}, [#{id => b, start => {sup_callback, nothing, []}}]) end},
     {"ignored children", fun() ->
         {ok, S} = sup(#{}, [#{id => a, start => {sup_callback, fails, [ignore]}},
                             #{id => b, start => {sup_callback, fails, [ignore]}, restart => temporary}]),
         {supervisor:which_children(S), supervisor:count_children(S), stop(S)}
     end},
     {"wrong flags", fun() -> [ended(sup(F, [])) || F <- [x, {one_for_one, 1}, #{strategy => x}, #{intensity => -1}, #{period => 0}, #{auto_shutdown => x}, {x, 1, 1}]] end},
     {"wrong init", fun() -> [ended(supervisor:start_link(sup_callback, R)) || R <- [x, {ok, x}, ignore, {error, x}]] end},
     {"init crashes", fun() -> supervisor:start_link(sup_callback, fun() -> error(oops) end) end},
     {"named", fun() ->
         {ok, S} = supervisor:start_link({local, scene_sup}, sup_callback, {ok, {#{}, []}}),
         {supervisor:start_link({local, scene_sup}, sup_callback, {ok, {#{}, []}}) =:= {error, {already_started, S}},
          supervisor:get_callback_module(S), stop(S)}
     end},
     {"state and status", fun() ->
         {ok, S} = supervisor:start_link({local, scene_sup}, sup_callback, {ok, {#{}, [child(a)]}}),
         {sys:get_state(S), sys:get_status(S), stop(S)}
     end},
     {"unexpected message", fun() -> {ok, S} = sup(#{}, []), S ! hello, {supervisor:which_children(S), stop(S)} end},
     {"initial call", fun() -> {ok, S} = sup(#{}, []), {proc_lib:translate_initial_call(S), proc_lib:initial_call(S), stop(S)} end}].

requests() ->
    [{"start_child", fun() ->
         {ok, S} = sup(#{}, [child(a)]),
         {ok, _} = supervisor:start_child(S, child(b)),
         R = [supervisor:start_child(S, Spec) || Spec <- [child(b), x, child(c, #{start => {sup_callback, child, [self(), c, extra]}}),
              child(d, #{start => {sup_callback, fails, [{error, no}]}}), child(e, #{start => {sup_callback, fails, [ignore]}}),
              child(f, #{start => {sup_callback, fails, [ignore]}, restart => temporary}), child(g, #{start => {sup_callback, fails, [exit]}})]],
         {R, supervisor:which_children(S), stop(S)}
     end},
     {"terminate, restart, delete", fun() ->
         {ok, S} = sup(#{}, [child(a), child(b), child(t, #{restart => temporary})]),
         {[supervisor:terminate_child(S, a), supervisor:terminate_child(S, a), supervisor:terminate_child(S, x), supervisor:terminate_child(S, t)],
          supervisor:which_children(S), supervisor:count_children(S), supervisor:start_child(S, child(a)),
          [supervisor:restart_child(S, a), supervisor:restart_child(S, a), supervisor:restart_child(S, x)],
          [supervisor:delete_child(S, a), supervisor:terminate_child(S, a), supervisor:delete_child(S, a), supervisor:delete_child(S, a)],
          supervisor:which_children(S), stop(S)}
     end},
     {"restart fails", fun() ->
         T = sup_callback:counter([2]),
         {ok, S} = sup(#{}, [#{id => a, start => {sup_callback, twice, [T, self()]}}]),
         ok = supervisor:terminate_child(S, a),
         R = supervisor:restart_child(S, a),
         {R, supervisor:which_children(S), stop(S)}
     end},
     {"get_childspec", fun() ->
         {ok, S} = sup(#{}, [child(a), child(b, #{restart => transient, shutdown => brutal_kill, type => supervisor, modules => dynamic})]),
         {supervisor:get_childspec(S, a), supervisor:get_childspec(S, pid(S, b)), supervisor:get_childspec(S, c), stop(S)}
     end},
     {"of nobody", fun() -> [catch F(nobody) || F <- [fun supervisor:which_children/1, fun supervisor:count_children/1]] end}].

strategies() ->
    [{"one_for_one", fun() ->
         {ok, S} = sup(#{intensity => 5}, [child(a), child(b)]),
         Before = pid(S, b),
         crash(S, a, boom),
         {pid(S, b) =:= Before, supervisor:which_children(S), stop(S)}
     end},
     {"permanent, transient, temporary", fun() ->
         {ok, S} = sup(#{intensity => 20}, [child(p), child(n, #{restart => transient}), child(t, #{restart => temporary})]),
         crash(S, p, normal), crash(S, n, normal), crash(S, t, normal),
         A = supervisor:which_children(S),
         {ok, _} = supervisor:restart_child(S, n), {ok, _} = supervisor:start_child(S, child(t, #{restart => temporary})),
         crash(S, p, {shutdown, x}), crash(S, n, {shutdown, x}), crash(S, t, shutdown),
         B = supervisor:which_children(S),
         {ok, _} = supervisor:restart_child(S, n), {ok, _} = supervisor:start_child(S, child(t, #{restart => temporary})),
         crash(S, p, bad), crash(S, n, bad), crash(S, t, bad),
         {A, B, supervisor:which_children(S), stop(S)}
     end},
     {"one_for_all", fun() ->
         {ok, S} = sup(#{strategy => one_for_all}, [child(a, #{start => {sup_callback, child, [self(), a, traps]}}),
                                                    child(t, #{restart => temporary}), child(b),
                                                    child(c, #{start => {sup_callback, child, [self(), c, traps]}})]),
         crash(S, b, boom),
         {supervisor:which_children(S), stop(S)}
     end},
     {"rest_for_one", fun() ->
         T = fun(N) -> child(N, #{start => {sup_callback, child, [self(), N, traps]}}) end,
         {ok, S} = sup(#{strategy => rest_for_one}, [T(a), T(b), T(c), T(d)]),
         A = pid(S, a),
         crash(S, b, boom),
         {A =:= pid(S, a), supervisor:which_children(S), stop(S)}
     end},
     {"intensity", fun() ->
         {ok, S} = sup(#{intensity => 1, period => 100}, [child(a), child(b)]),
         crash(S, a, one),
         crash(S, a, two),
         scene:wait(S)
     end},
     {"intensity zero", fun() ->
         {ok, S} = sup(#{intensity => 0}, [child(a, #{restart => transient}), child(b, #{start => {sup_callback, child, [self(), b, traps]}})]),
         crash(S, a, one),
         scene:wait(S)
     end},
     {"tries again", fun() ->
         T = sup_callback:counter([2, 3]),
         {ok, S} = sup(#{intensity => 5}, [child(z), #{id => a, start => {sup_callback, twice, [T, self()]}}]),
         crash(S, a, boom),
         {supervisor:which_children(S), stop(S)}
     end},
     {"tries again and gives up", fun() ->
         T = sup_callback:counter([2, 3, 4, 5, 6, 7]),
         {ok, S} = sup(#{intensity => 3}, [#{id => a, start => {sup_callback, twice, [T, self()]}}]),
         crash(S, a, boom),
         scene:wait(S)
     end},
     {"tries again, one_for_all", fun() ->
         T = sup_callback:counter([2, 3]),
         {ok, S} = sup(#{strategy => one_for_all, intensity => 5}, [child(x), #{id => a, start => {sup_callback, twice, [T, self()]}}, child(y)]),
         crash(S, x, boom),
         {supervisor:which_children(S), stop(S)}
     end},
     {"tries again, rest_for_one", fun() ->
         T = sup_callback:counter([2, 3]),
         {ok, S} = sup(#{strategy => rest_for_one, intensity => 5}, [child(w), child(x), #{id => a, start => {sup_callback, twice, [T, self()]}}, child(y)]),
         crash(S, x, boom),
         {supervisor:which_children(S), stop(S)}
     end},
     {"ignored on restart", fun() ->
         {ok, S} = sup(#{intensity => 5}, [child(a)]),
         sys:replace_state(S, fun(State) -> State end),
         crash(S, a, x),
         {supervisor:which_children(S), stop(S)}
     end},
     {"unlinked child", fun() ->
         {ok, S} = sup(#{}, [child(a)]),
         exit(pid(S, a), kill),
         scene:settle(),
         {supervisor:which_children(S), stop(S)}
     end}].

simple() ->
    Spec = fun(More) -> child(c, maps:merge(#{start => {sup_callback, child, [self()]}}, More)) end,
    Simple = fun(More) -> sup(#{strategy => simple_one_for_one, intensity => 3}, [Spec(More)]) end,
    [{"start, count, terminate", fun() ->
         {ok, S} = Simple(#{}),
         {ok, P} = supervisor:start_child(S, []), {ok, _} = supervisor:start_child(S, [two]), {ok, _, extra} = supervisor:start_child(S, [three, extra]),
         {supervisor:count_children(S), lists:sort([{I, T, M} || {I, _, T, M} <- supervisor:which_children(S)]),
          [supervisor:terminate_child(S, X) || X <- [c, P, P]], supervisor:restart_child(S, c), supervisor:delete_child(S, c),
          supervisor:count_children(S), supervisor:get_childspec(S, c), supervisor:get_childspec(S, P), stop(S)}
     end},
     {"a start fails", fun() ->
         {ok, S} = sup(#{strategy => simple_one_for_one}, [#{id => c, start => {sup_callback, fails, []}}]),
         {[supervisor:start_child(S, [X]) || X <- [{error, no}, ignore, throw, exit, strange]], supervisor:count_children(S), stop(S)}
     end},
     {"restart keeps the arguments", fun() ->
         {ok, S} = Simple(#{}),
         {ok, P} = supervisor:start_child(S, [seven]),
         P ! {exit, boom},
         scene:settle(),
         {supervisor:which_children(S), stop(S)}
     end},
     {"temporary", fun() ->
         {ok, S} = Simple(#{restart => temporary}),
         {ok, P} = supervisor:start_child(S, [seven]),
         P ! {exit, boom},
         scene:settle(),
         {supervisor:which_children(S), sys:get_state(S), stop(S)}
     end},
     {"transient", fun() ->
         {ok, S} = Simple(#{restart => transient}),
         {ok, P} = supervisor:start_child(S, [seven]),
         P ! {exit, normal},
         scene:settle(),
         {supervisor:which_children(S), stop(S)}
     end},
     {"tries again", fun() ->
         T = sup_callback:counter([2, 3]),
         {ok, S} = sup(#{strategy => simple_one_for_one, intensity => 5}, [#{id => a, start => {sup_callback, twice, [T]}}]),
         {ok, P} = supervisor:start_child(S, [self()]),
         P ! {exit, boom},
         scene:settle(),
         {supervisor:which_children(S), supervisor:count_children(S), stop(S)}
     end},
     {"stubborn children are killed", fun() ->
         {ok, S} = Simple(#{shutdown => 10}),
         supervisor:start_child(S, [a, stubborn]), supervisor:start_child(S, [b, stubborn]), supervisor:start_child(S, [c, plain]),
         stop(S)
     end},
     {"brutal", fun() ->
         {ok, S} = Simple(#{shutdown => brutal_kill}),
         supervisor:start_child(S, [a, stubborn]), supervisor:start_child(S, [b, traps]),
         stop(S)
     end}].

shutdown() ->
    One = fun(How, Shutdown, Restart) ->
        {ok, S} = sup(#{}, [child(a, #{start => {sup_callback, child, [self(), a, How]}, shutdown => Shutdown, restart => Restart})]),
        stop(S)
    end,
    [{"order", fun() ->
         T = fun(N) -> child(N, #{start => {sup_callback, child, [self(), N, traps]}}) end,
         {ok, S} = sup(#{}, [T(a), T(b), T(c)]),
         stop(S)
     end},
     {"polite", fun() -> One(plain, 1000, permanent) end},
     {"stubborn", fun() -> One(stubborn, 10, permanent) end},
     {"brutal", fun() -> One(stubborn, brutal_kill, permanent) end},
     {"infinity", fun() -> One(traps, infinity, permanent) end},
     {"child died before", fun() ->
         {ok, S} = sup(#{}, [child(a), child(b, #{restart => transient})]),
         sys:suspend(S),
         A = scene:watch(pid_of(S, a)), B = scene:watch(pid_of(S, b)),
         A ! {exit, normal}, B ! {exit, normal},
         scene:wait(A), scene:wait(B),
         unlink(S),
         exit(S, shutdown),
         scene:wait(S)
     end},
     {"nested", fun() ->
         Inner = #{id => inner, type => supervisor, start => {supervisor, start_link, [sup_callback, {ok, {#{}, [child(x, #{start => {sup_callback, child, [self(), x, traps]}})]}}]}},
         {ok, S} = sup(#{}, [Inner]),
         {supervisor:count_children(S), supervisor:which_children(S), stop(S)}
     end},
     {"the parent's kill", fun() ->
         {ok, S} = sup(#{}, [child(a, #{start => {sup_callback, child, [self(), a, traps]}})]),
         exit(S, kill),
         scene:wait(S)
     end}].

pid_of(S, Id) ->
    State = sys:get_state(S),
    {_, Map} = element(4, State),
    element(2, maps:get(Id, Map)).

significant() ->
    Sig = fun(Id, Restart) -> child(Id, #{significant => true, restart => Restart}) end,
    [{"any", fun() ->
         {ok, S} = sup(#{auto_shutdown => any_significant}, [Sig(a, transient), Sig(b, temporary), child(c)]),
         pid(S, b) ! {exit, normal},
         scene:wait(S)
     end},
     {"any, abnormal transient", fun() ->
         {ok, S} = sup(#{auto_shutdown => any_significant}, [Sig(a, transient)]),
         crash(S, a, bad),
         {supervisor:which_children(S), stop(S)}
     end},
     {"any, terminate_child", fun() ->
         {ok, S} = sup(#{auto_shutdown => any_significant}, [Sig(a, transient)]),
         {supervisor:terminate_child(S, a), supervisor:which_children(S), stop(S)}
     end},
     {"all", fun() ->
         {ok, S} = sup(#{auto_shutdown => all_significant}, [Sig(a, transient), Sig(b, temporary), child(c)]),
         crash(S, b, bad),
         W = supervisor:which_children(S),
         pid(S, a) ! {exit, normal},
         {W, scene:wait(S)}
     end},
     {"simple", fun() ->
         {ok, S} = sup(#{strategy => simple_one_for_one, auto_shutdown => all_significant}, [child(c, #{start => {sup_callback, child, [self()]}, restart => temporary, significant => true})]),
         {ok, A} = supervisor:start_child(S, []), {ok, B} = supervisor:start_child(S, []),
         A ! {exit, normal},
         scene:settle(),
         W = supervisor:count_children(S),
         B ! {exit, normal},
         {W, scene:wait(S)}
     end}].

specs() ->
    [{"check", fun() ->
         Base = #{id => a, start => {m, f, []}},
         [supervisor:check_childspecs(X) || X <- [x, [], [x], [#{id => a}], [#{start => {m, f, []}}], [Base], [Base, Base],
             [Base#{start => {m, f, x}}], [Base#{start => {"m", f, []}}], [Base#{start => x}], [Base#{restart => x}], [Base#{shutdown => x}], [Base#{shutdown => -1}],
             [Base#{shutdown => 0}], [Base#{type => x}], [Base#{modules => x}], [Base#{modules => [1]}], [Base#{modules => dynamic}],
             [Base#{significant => x, type => y}], [Base#{shutdown => x, type => y}], [Base#{shutdown => x, modules => 1}], [Base#{significant => x, restart => y, start => z}], [Base#{significant => true}], [Base#{significant => true, restart => transient}],
             [{a, {m, f, []}, permanent, 1, worker, [m]}], [{a, {m, f, []}, permanent, 1, worker}], [{a, {m, f, []}, x, y, z, w}]]]
     end},
     {"check with auto_shutdown", fun() ->
         Base = #{id => a, start => {m, f, []}, significant => true, restart => transient},
         [supervisor:check_childspecs([Base], X) || X <- [undefined, never, any_significant, all_significant, x]]
     end}].

bridge() ->
    [{"start and stop", fun() ->
         Self = self(),
         {ok, B} = supervisor_bridge:start_link(bridge_callback, {ok, Self}),
         {proc_lib:translate_initial_call(B), stop(B)}
     end},
     {"ignore", fun() -> supervisor_bridge:start_link(bridge_callback, ignore) end},
     {"error", fun() -> supervisor_bridge:start_link({local, scene_bridge}, bridge_callback, {error, no}) end},
     {"strange", fun() -> supervisor_bridge:start_link(bridge_callback, strange) end},
     {"the process ends", fun() ->
         Self = self(),
         {ok, B} = supervisor_bridge:start_link({local, scene_bridge}, bridge_callback, {ok, Self}),
         scene:watch(B),
         receive {bridged, P} -> P ! {exit, boom} end,
         scene:wait(B)
     end}].
