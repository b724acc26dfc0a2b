%% pg on one node: members, leaving, observers; the messages between servers, sent by the scene in place of another server.
-module(pg_scenes).
-export([main/0]).

main() ->
    {ok, _} = pg:start(pg),
    {ok, S} = pg:start(scope),
    scene:run("pg", scenes(S)).

member() -> spawn(fun() -> receive stop -> ok end end).

stop(Pid) -> scene:watch(Pid) ! stop, scene:wait(Pid), pg:get_members(scope, sync), ok.

%% The server has handled what was sent to it before.
members(Group) -> ok = pg:join(scope, nothing, []), pg:get_members(scope, Group).

scenes(S) ->
    [{"join and leave", fun() ->
         A = member(), B = member(),
         R = [pg:join(g, A), pg:join(g, [A, B]), pg:get_members(g), pg:get_local_members(g), pg:which_groups(), pg:which_local_groups(),
              pg:leave(g, A), pg:get_members(g), pg:leave(g, [A, B]), pg:get_members(g), pg:leave(g, A), pg:which_groups(), pg:join(g, [])],
         stop(A), stop(B), R
     end},
     {"a member ends", fun() ->
         A = member(), B = member(),
         ok = pg:join(scope, g, [A, B]), ok = pg:join(scope, h, A),
         stop(A),
         R = {pg:get_members(scope, g), pg:which_groups(scope)},
         stop(B),
         {R, pg:which_groups(scope)}
     end},
     {"wrong use", fun() -> [try F() catch error:R -> R end || F <- [fun() -> pg:join(g, x) end, fun() -> pg:join(g, [x]) end, fun() -> pg:get_members(nobody, g) end, fun() -> pg:which_groups(nobody) end]] end},
     {"observers", fun() ->
         A = member(),
         {R1, M1} = pg:monitor(scope, g),
         {R2, M2} = pg:monitor_scope(scope),
         ok = pg:join(scope, g, A), ok = pg:join(scope, h, [A, A]),
         {_, M3} = pg:monitor(scope, h),
         ok = pg:leave(scope, h, A),
         ok = pg:demonitor(scope, R1),
         ok = pg:leave(scope, g, A),
         false = pg:demonitor(scope, R1),
         stop(A),
         {M1, M2, M3, pg:demonitor(scope, R2)}
     end},
     {"another server", fun() ->
         Self = self(),
         A = member(), B = member(),
         ok = pg:join(scope, g, A),
         S ! {discover, Self},
         S ! {join, Self, g, B},
         R1 = members(g),
         gen_server:cast(S, {sync, Self, [{h, [B]}]}),
         R2 = [members(G) || G <- [g, h]],
         S ! {join, Self, h, [B, B]}, S ! {leave, Self, B, [h]},
         R3 = {members(h), pg:get_local_members(scope, h), pg:which_local_groups(scope)},
         ok = pg:join(scope, own, A), ok = pg:leave(scope, own, A),
         stop(A),
         {R1, R2, R3}
     end}].
