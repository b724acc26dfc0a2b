%% Applications: loading, starting with what they need, phases, included applications, permission, ends of each type.
-module(application_scenes).
-export([main/0]).

main() ->
    register(scene_caller, self()),
    scene:run("application: loading", loading()),
    scene:run("application: starting", starting()),
    scene:run("application: phases", phases()),
    scene:run("application: ends", ends()).

load(App, Keys) ->
    application:load({application, App, [{description, "of a scene"}, {vsn, "1.0"}, {applications, [kernel, stdlib]} | Keys]}).

running() -> [App || {App, _, _} <- application:which_applications(), App =/= kernel, App =/= stdlib].

loading() ->
    [{"keys and environment", fun() ->
         ok = load(a1, [{env, [{k, v}, {k2, v2}]}, {mod, {application_callback, args}}]),
         [load(a1, []), lists:sort(application:get_all_env(a1)), application:get_env(a1, k), application:get_env(a1, no), application:get_env(a1, no, default),
          application:get_key(a1, vsn), application:get_key(a1, no), application:get_key(nobody, vsn), lists:keydelete(env, 1, element(2, application:get_all_key(a1))),
          lists:member({a1, "of a scene", "1.0"}, application:loaded_applications())]
     end},
     {"what is none", fun() ->
         [application:load(no_such_application), application:load({application, foo}), application:load({application, "b1", []}),
          application:load(5), application:start("x"), application:stop("x"), application:start(a1, foo)]
     end},
     {"set and unset", fun() ->
         ok = load(a2, [{env, [{a, 1}]}]),
         [application:set_env(a2, b, 2), lists:sort(application:get_all_env(a2)), application:unset_env(a2, a), application:get_env(a2, a),
          application:set_env([{a2, [{c, 3}, {d, 4}]}]), lists:sort(application:get_all_env(a2)), application:set_env(not_loaded, x, 1),
          application:get_env(not_loaded, x)]
     end},
     {"modules", fun() -> [application:get_application(lists), application:get_application(gen), application:get_application(no_such_module)] end}].

starting() ->
    [{"start and stop", fun() ->
         [application:start(a1), application:start(a1), running(), application:stop(a1), application:stop(a1), running(),
          application:unload(a1), application:unload(a1)]
     end},
     {"what others need", fun() ->
         load(d1, [{mod, {application_callback, d1}}]),
         application:load({application, d2, [{vsn, "2"}, {applications, [kernel, stdlib, d1]}, {mod, {application_callback, d2}}]}),
         application:load({application, d3, [{vsn, "3"}, {applications, [d2, no_such_application]}]}),
         [application:start(d2), application:ensure_all_started(d2), application:ensure_all_started(d2), running(), application:start(d3),
          application:ensure_all_started(d3), application:ensure_started(d1), application:stop(d1), running(), application:stop(d2)]
     end},
     {"starts that fail", fun() ->
         [begin
              load(App, [{mod, {application_callback, Args}}]),
              {element(1, application:start(App)), application:unload(App)}
          end || {App, Args} <- [{e1, bad}, {e2, crash}, {e3, weird}]]
     end},
     {"no module, and a module that is not there", fun() ->
         load(e4, []),
         load(e5, [{mod, {no_such_module, x}}]),
         [application:start(e4), running(), application:stop(e4), element(1, application:start(e5))]
     end},
     {"permission", fun() ->
         load(q1, [{mod, {application_callback, q1}}]),
         [application:permit(q1, false), application:start(q1), running(), application:permit(q1, true), running(),
          application:permit(nobody, true), application:permit(q1, false), running(), application:stop(q1)]
     end}].

phases() ->
    [{"phases", fun() ->
         load(p1, [{mod, {application_callback, p1}}, {start_phases, [{one, a}, {two, b}]}]),
         [application:start(p1), application:stop(p1)]
     end},
     {"a phase that fails", fun() ->
         load(p2, [{mod, {application_callback, p2}}, {start_phases, [{one, a}, {two, fail}]}]),
         [application:start(p2), running()]
     end},
     {"included", fun() ->
         load(i1, [{mod, {application_callback, i1}}, {start_phases, [{go, inner}]}]),
         load(i2, [{included_applications, [i1]}, {mod, {application_starter, [application_callback, i2]}},
                   {start_phases, [{early, x}, {go, outer}]}]),
         [application:start(i2), running(), application:stop(i2)]
     end}].

ends() ->
    [{"killed", fun() ->
         load(g1, [{mod, {application_callback, {with, fun() -> spawn_link(fun() -> register(g1_top, self()), receive x -> ok end end) end}}}]),
         Started = application:start(g1),
         Top = scene:watch(whereis(g1_top)),
         Of = application:get_application(Top),
         exit(Top, kill),
         {Started, Of, scene:wait(Top), gone(g1)}
     end},
     {"transient, normal", fun() -> ended(g2, transient, normal) end},
     {"temporary, crash", fun() -> ended(g3, temporary, crash) end},
     {"started, not running", fun() -> {lists:keymember(g3, 1, proplists:get_value(started, application:info())), application:stop(g3), application:stop(g3)} end}].

ended(App, Type, Reason) ->
    load(App, [{mod, {application_callback, {with, fun() -> spawn_link(fun() -> receive stop -> exit(Reason) end end) end}}}]),
    Started = application:start(App, Type),
    [Top] = [P || P <- processes(), application:get_application(P) =:= {ok, App}, process_info(P, initial_call) =:= {initial_call, {erlang, apply, 2}},
                  process_info(P, trap_exit) =:= {trap_exit, false}],
    scene:watch(Top) ! stop,
    {Started, scene:wait(Top), gone(App)}.

gone(App) ->
    case lists:member(App, running()) of
        true -> receive after 1 -> gone(App) end;
        false -> gone
    end.
