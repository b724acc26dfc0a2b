%% Tracing: what erlang:trace/3 and trace_pattern/3 tell, and what dbg prints.
-module(trace_scenes).
-export([main/0, call_f/0, call_boom/0, call_g/0]).

main() ->
    traced:fact(0),
    scene:run("trace", calls() ++ of_processes() ++ information() ++ printed()),
    scene:run("system_monitor", monitors()),
    scene:run("call_count", counting()).

%% What is told while another process runs a fun: a list of messages.
told(Flags, Patterns, Fun) ->
    [erlang:trace_pattern(MFA, Spec, Options) || {MFA, Spec, Options} <- Patterns],
    Me = self(),
    Pid = spawn(fun() -> receive go -> ok end, catch trace_helper(Fun), Me ! {self(), done}, receive stop -> ok end end),
    1 = erlang:trace(Pid, true, Flags),
    Pid ! go,
    receive {Pid, done} -> ok end,
    Ref = erlang:trace_delivered(all),
    receive {trace_delivered, all, Ref} -> ok end,
    Told = messages(Pid),
    erlang:trace(Pid, false, [all]),
    scene:wait(begin scene:watch(Pid) ! stop, Pid end),
    [erlang:trace_pattern(MFA, false, Options) || {MFA, _, Options} <- Patterns],
    Told.

trace_helper(Fun) -> R = Fun(), R.

messages(Pid) ->
    receive
        {trace, _, send, {Pid, done}, _} -> messages(Pid);
        M when element(1, M) =:= trace -> [setelement(2, M, who(element(2, M), Pid)) | messages(Pid)];
        M when element(1, M) =:= trace_ts -> [setelement(2, M, who(element(2, M), Pid)) | messages(Pid)]
    after 0 -> []
    end.

who(Pid, Pid) -> traced;
who(_, _) -> another.

call_f() -> traced:g(traced:f(1)), ok.
call_g() -> traced:g(2), ok.
call_boom() -> catch traced:boom(0), ok.

calls() ->
    Return = [{'_', [], [{return_trace}]}],
    Exception = [{'_', [], [{exception_trace}]}],
    All = {traced, '_', '_'},
    [{"calls from outside", fun() -> told([call], [{All, true, []}], fun() -> traced:fact(3) end) end},
     {"all calls", fun() -> told([call], [{All, true, [local]}], fun() -> traced:fact(3) end) end},
     {"what they return", fun() -> told([call], [{All, Return, [local]}], fun() -> traced:fact(2) end) end},
     {"tail calls return as well", fun() -> told([call], [{All, Return, [local]}], fun() -> traced:f(1) end) end},
     {"a loop", fun() -> told([call], [{{traced, loop, 2}, Return, [local]}], fun() -> traced:loop(3, 0) end) end},
     {"arity", fun() -> told([call, arity], [{{traced, loop, 2}, true, [local]}], fun() -> traced:loop(1, 0) end) end},
     {"exceptions", fun() -> told([call], [{All, Exception, [local]}], fun() -> catch traced:boom(2) end) end},
     {"exceptions that nobody is told of", fun() -> told([call], [{All, Return, [local]}], fun() -> catch traced:boom(1) end) end},
     {"an exception that is handled", fun() -> told([call], [{All, Exception, [local]}], fun() -> try traced:boom(0) catch _:_ -> traced:g(0) end end) end},
     {"return_to", fun() -> told([call, return_to], [{All, true, [local]}], fun ?MODULE:call_f/0) end},
     {"return_to behind return_from", fun() -> told([call, return_to], [{{traced, g, 1}, Return, [local]}], fun ?MODULE:call_f/0) end},
     {"natives", fun() -> told([call], [{{lists, reverse, 2}, Return, []}], fun() -> lists:reverse([1, 2], []) end) end},
     {"apply", fun() -> told([call], [{All, Return, [local]}], fun() -> traced:through_apply(g, [1]), apply(traced, h, [1]) end) end},
     {"a fun", fun() -> told([call], [{All, Return, []}], fun() -> F = fun traced:g/1, F(2) end) end},
     {"called by a library", fun() -> told([call], [{{traced, g, 1}, Return, []}], fun() -> traced:mapped([1, 2]) end) end},
     {"the caller", fun() -> told([call], [{All, [{'_', [], [{message, {caller}}]}], [local]}], fun ?MODULE:call_g/0) end},
     {"messages", fun() ->
         told([call], [{{traced, fact, 1}, [{[1], [], [{message, false}]}, {['$1'], [{'>', '$1', 1}], [{message, {{big, '$1'}}}]}], [local]}],
              fun() -> traced:fact(3) end)
     end},
     {"guards", fun() -> told([call], [{{traced, fact, 1}, [{['$1'], [{'==', {'rem', '$1', 2}, 0}], []}], [local]}], fun() -> traced:fact(4) end) end},
     {"silent until", fun() -> told([call, silent], [{{traced, fact, 1}, [{[2], [], [{silent, false}]}, {'_', [], []}], [local]}], fun() -> traced:fact(4) end) end},
     {"until", fun() -> told([call], [{{traced, fact, 1}, [{[2], [], [{disable_trace, call}]}, {'_', [], []}], [local]}], fun() -> traced:fact(4) end) end},
     {"more from here on", fun() ->
         told([call], [{{traced, fact, 1}, [{[1], [], [{trace, [], [send]}]}, {'_', [], []}], [local]}], fun() -> traced:fact(2), self() ! hello end)
     end},
     {"spawned as well", fun() ->
         told([call, set_on_spawn], [{{traced, g, 1}, Return, []}], fun() ->
             {_, Ref} = spawn_monitor(traced, g, [7]),
             receive {'DOWN', Ref, _, _, _} -> traced:g(8) end
         end)
     end}].

of_processes() ->
    [{"messages of a process", fun() -> told([send, 'receive'], [], fun() -> self() ! {a, 1}, receive {a, _} -> ok end end) end},
     {"only some messages", fun() ->
         erlang:trace_pattern(send, [{['_', {a, '_'}], [], []}], []),
         Told = told([send], [], fun() -> self() ! {a, 1}, self() ! {b, 1} end),
         erlang:trace_pattern(send, true, []),
         Told
     end},
     {"links and names", fun() ->
         told([procs], [], fun() ->
             P = spawn_link(fun() -> receive stop -> ok end end),
             register(trace_scene_name, self()), unregister(trace_scene_name),
             Ref = monitor(process, P),
             unlink(P), P ! stop, receive {'DOWN', Ref, _, _, _} -> ok end
         end)
     end},
     {"the end", fun() ->
         P = spawn(fun() -> receive go -> exit(bye) end end),
         erlang:trace(P, true, [procs]),
         P ! go,
         receive M -> M end
     end}].

information() ->
    [{"trace_info", fun() ->
         P = spawn(fun() -> receive stop -> ok end end),
         Before = [erlang:trace_info(P, flags), erlang:trace_info(P, tracer)],
         erlang:trace(P, true, [call, send, procs, timestamp]),
         After = [erlang:trace_info(P, flags), erlang:trace_info(P, tracer)],
         erlang:trace(P, false, [all]),
         P ! stop,
         {Before, After, erlang:trace_info(new, flags)}
     end},
     {"trace_info of a function", fun() ->
         F = {traced, fact, 1},
         A = erlang:trace_info(F, all),
         1 = erlang:trace_pattern(F, [{'_', [], [{return_trace}]}], [local]),
         B = [erlang:trace_info(F, I) || I <- [all, traced, match_spec, meta, call_count]],
         1 = erlang:trace_pattern(F, true, []),
         C = erlang:trace_info(F, all),
         1 = erlang:trace_pattern(F, false, []),
         {A, B, C, erlang:trace_info(F, traced)}
     end},
     {"patterns", fun() ->
         [catch_badarg(fun() -> erlang:trace_pattern(MFA, Spec, Options) end)
          || {MFA, Spec, Options} <- [{{traced, nosuch, 1}, true, []}, {{nomodule, f, 1}, true, []}, {{traced, '_', 1}, true, []}, {{traced, fact, '_'}, true, []},
                                      {{traced, h, 1}, true, []}, {{traced, h, 1}, true, [local]}, {{traced, fact, 1}, foo, []}, {{traced, fact, 1}, true, [foo]},
                                      {{traced, fact, 1}, [{foo}], []}, {{'_', fact, 1}, true, []}, {{traced, fact}, true, []}, {{traced, '_', '_'}, false, [local]}]]
     end},
     {"who cannot be traced", fun() ->
         P = spawn(fun() -> receive stop -> ok end end),
         R = [catch_badarg(fun() -> erlang:trace(Who, On, Flags) end)
              || {Who, On, Flags} <- [{P, true, [foo]}, {P, true, foo}, {P, maybe, []}, {1, true, []}, {nobody, true, []}, {P, true, [{tracer, foo}]},
                                      {P, true, [call]}, {P, true, [send]}, {P, false, [all]}]],
         P ! stop,
         R
     end}].

catch_badarg(F) -> try F() catch error:R -> R end.

%% Waits until the tracer of dbg has printed.
printed_all() ->
    Ref = erlang:trace_delivered(all),
    receive {trace_delivered, all, Ref} -> ok end,
    {ok, Tracer} = dbg:get_tracer(),
    idle(Tracer).

idle(Tracer) ->
    case process_info(Tracer, [message_queue_len, status]) of
        [{message_queue_len, 0}, {status, waiting}] -> ok;
        _ -> erlang:yield(), idle(Tracer)
    end.

printed() ->
    Run = fun(Pid, F) -> Pid ! {self(), F}, receive {Pid, done} -> printed_all() end end,
    Worker = fun() -> spawn(fun Loop() -> receive {From, F} -> catch F(), From ! {self(), done}, Loop() end end) end,
    Leader = fun() -> {fun(M, Out) -> dbg:dhandler(M, Out), Out end, group_leader()} end,
    [{"dbg without a tracer", fun() -> [dbg:get_tracer(), dbg:p(self(), c), dbg:tp(traced, '_', []), dbg:stop()] end},
     {"dbg:tracer", fun() ->
         {ok, Server} = dbg:tracer(process, Leader()),
         [is_pid(Server), dbg:tracer(), element(1, dbg:get_tracer()), dbg:stop(), dbg:get_tracer()]
     end},
     {"dbg:p", fun() ->
         dbg:tracer(process, Leader()),
         P = Worker(),
         R = [dbg:p(P, c), dbg:p(P, [c, m]), dbg:p(P, clear), dbg:p(nobody, c), dbg:p(P, foo), dbg:p(P, [c, foo]), dbg:p("<0.9999.0>", c), dbg:p({0, 9999, 0}, c)],
         dbg:stop(),
         R
     end},
     {"dbg:tpl", fun() ->
         dbg:tracer(process, Leader()),
         P = Worker(),
         dbg:p(P, c),
         R = [dbg:tp(traced, fact, x), dbg:tp(traced, fact, 1, x)],
         Run(P, fun() -> traced:fact(2), ok end),
         R2 = [dbg:tpl(traced, fact, 1, [{['$1'], [{'>', '$1', 1}], [{message, {{big, '$1'}}}]}]), dbg:tpl(traced, fact, 1, [{['$1'], [], [{return_trace}]}]),
               dbg:tpl(traced, fact, 1, [{['$1'], [{'>', '$1', 1}], [{message, {{big, '$1'}}}]}]), dbg:tpl(traced, fact, 1, 1)],
         Run(P, fun() -> traced:fact(3), ok end),
         R3 = [dbg:tpl({traced, boom, 1}, x), dbg:tpl(traced, boom, 1, cx)],
         Run(P, fun ?MODULE:call_boom/0),
         R4 = [dbg:tpl(nomodule, x), dbg:tpl(traced, nosuch, x), dbg:tpl(traced, fact, 1, foo), dbg:tpl(traced, fact, 1, 99), dbg:tpl(traced, fact, 1, [{foo}]),
               dbg:tpl(traced, fact, 1, [{['$1'], [], [{foo}]}]), dbg:tpl(traced, fact, 1, [{'_', [], ['$1']}])],
         dbg:ltp(),
         R5 = [dbg:ctpl(traced, fact, 1), dbg:ctp({traced, boom, 1}), dbg:dtp(1), dbg:dtp(77), dbg:dtp()],
         dbg:stop_clear(),
         {R, R2, R3, R4, R5}
     end},
     {"dbg prints messages", fun() ->
         dbg:tracer(process, Leader()),
         P = Worker(),
         dbg:p(P, [s]),
         Run(P, fun() -> self() ! hello, self() ! {a, "str", <<"bin">>, [1, 2]}, ok end),
         dbg:stop()
     end},
     {"dbg prints where calls return", fun() ->
         dbg:tracer(process, Leader()),
         P = Worker(),
         dbg:p(P, [c, return_to]),
         dbg:tpl(traced, h, []), dbg:tpl(traced, g, c),
         Run(P, fun ?MODULE:call_f/0),
         dbg:stop_clear()
     end},
     {"dhandler", fun() ->
         Me = self(),
         [dbg:dhandler(E, group_leader())
          || E <- [{trace, Me, send_to_non_existing_process, {a, 1}, Me}, {trace, Me, call, {m, f, [1, "abc", {x}]}}, {trace, Me, call, {m, f, 2}, [1, 2]},
                   {trace, Me, return_from, {m, f, 2}, "val"}, {trace, Me, return_to, undefined}, {trace, Me, spawn, Me, {m, f, [1, 2]}}, {trace, Me, spawned, Me, {m, f, [1, 2]}},
                   {trace, Me, exit, normal}, {trace, Me, in, {m, f, 1}}, {trace, Me, in, 1, {m, f, 1}}, {trace_ts, Me, call, {m, f, [1]}, extra, {1, 2, 3}},
                   {trace_ts, Me, return_from, {m, f, 1}, v, 123}, {trace_ts, Me, 'receive', m, {1, 2, 3}}, {drop, 5}, {seq_trace, 0, {send, {0, 1}, Me, Me, msg}},
                   {seq_trace, 0, {print, {0, 1}, Me, [], info}, {1, 2, 3}}, end_of_trace, foo, {x, y}]],
         ok
     end}].

%% Settings of the system monitor: what setting them returns, and what is set then.
monitors() ->
    [{io_lib:format("~0p", [Settings]), fun() ->
         erlang:system_monitor(self(), [busy_port]),
         Args = [case S of me -> self(); {me, O} -> {self(), O}; _ -> S end || S <- Settings],
         Result = try apply(erlang, system_monitor, Args) catch error:Reason -> Reason end,
         Now = erlang:system_monitor(),
         erlang:system_monitor(undefined),
         {Result, Now}
     end} || Settings <- [[me, []], [undefined], [undefined, []], [other, []], [{me, [busy_dist_port]}], [me, bad], [me, [bad]], [1], [{me, x}],
                          [me, [{long_gc, 10}, {large_heap, 1000}, busy_port, busy_dist_port, {long_schedule, 0}]],
                          [me, [{long_gc, -1}]], [me, [busy_port, busy_port]], [me, [{large_heap, 20000}]]]] ++
    [{"its process ends", fun() ->
         Pid = scene:watch(spawn(fun() -> receive stop -> ok end end)),
         erlang:system_monitor(Pid, [busy_port]),
         Pid ! stop,
         {scene:wait(Pid), erlang:system_monitor()}
     end}].

%% How often functions are called by a process that nobody traces, with what trace_pattern/3 is asked before each call.
counting() ->
    Counts = fun() -> [element(2, erlang:trace_info({traced, F, 1}, call_count)) || F <- [fact, f, g]] end,
    [{"counters", fun() ->
         [begin
              Matched = [try erlang:trace_pattern({traced, F, 1}, How, Options) catch error:R -> R end || F <- Functions],
              scene:ended(fun() -> traced:fact(N), traced:g(N) end),
              {How, Matched, Counts()}
          end || {Functions, How, Options, N} <- [{[fact, f, g], true, [call_count], 3}, {[fact], true, [call_count], 2},
                                                  {[g], pause, [call_count], 1}, {[g], true, [call_count], 1}, {[fact, g], restart, [call_count], 4},
                                                  {[nothing], true, [call_count], 1}, {[g], [], [call_count], 1}, {[g], true, [global, call_count], 1},
                                                  {[f], false, [call_count], 1}, {[f], restart, [call_count], 1}, {[fact, g], true, [local, call_count], 2}]]
     end},
     {"facts", fun() ->
         A = erlang:trace_info({traced, g, 1}, all),
         erlang:trace_pattern({traced, '_', '_'}, false, [local]),
         B = erlang:trace_info({traced, g, 1}, all),
         erlang:trace_pattern({traced, '_', '_'}, false, [call_count]),
         {A, B, erlang:trace_info({traced, g, 1}, all), Counts()}
     end}].
