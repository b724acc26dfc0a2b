%% logger: the text of events, filters, and the reports of the behaviours.
-module(logger_scenes).
-export([main/0]).

main() ->
    scene:run("logger_formatter", [{"texts", fun texts/0}, {"configurations", fun configurations/0}, {"templates", fun templates/0}, {"check_config", fun checks/0}]),
    scene:run("logger_filters", [{"filters", fun filters/0}]),
    scene:run("reports as text", [{"behaviours", fun reports/0}, {"crash", fun crash/0}]),
    scene:run("logger", events()).

meta() -> #{time => 1795600000123456, pid => list_to_pid("<0.80.0>"), gl => list_to_pid("<0.60.0>"), mfa => {m, f, 1}, line => 12, file => "m.erl", domain => [a, b]}.

messages() ->
    [{string, "text"}, {string, <<"bytes">>}, {string, ["io", $l, <<"ist">>]}, {string, "two\nlines\n"}, {string, "trailing\n"}, {string, ""},
     {"~p ~s", [{a, "b"}, "c"]}, {"~p", [lists:seq(1, 60)]}, {"bad ~p", []}, {"bad ~p", [1, 2]}, {"~w~n~tp~n", [x, "y"]}, {"a,~nb,~n  c", []},
     {report, #{a => 1, b => "two", c => {x, y}}}, {report, [{a, 1}, b, {c, "three"}]}, {report, #{label => {m, f}, report => [{a, 1}]}},
     {report, #{}}, {report, #{list => lists:seq(1, 60), text => "some\nlines"}}].

show(Title, Text) -> io:format("~ts: ~0tp~n", [Title, unicode:characters_to_list(Text)]).

texts() ->
    [show("legacy", logger_formatter:format(#{level => L, msg => M, meta => meta()}, #{legacy_header => true, single_line => false})) || L <- [error, notice], M <- messages()],
    [show("single", logger_formatter:format(#{level => info, msg => M, meta => meta()}, #{time_offset => "Z"})) || M <- messages()],
    [show("lines", logger_formatter:format(#{level => info, msg => M, meta => meta()}, #{time_offset => "Z", single_line => false})) || M <- messages()],
    ok.

configurations() ->
    Event = #{level => warning, msg => {"~p and ~p", [lists:seq(1, 40), {deep, {deeper, {deepest, [x]}}}]}, meta => meta()},
    Long = #{level => warning, msg => {string, lists:duplicate(30, $x)}, meta => meta()},
    Report = Event#{msg := {report, #{key => lists:seq(1, 40)}}},
    [show(io_lib:format("~0p", [maps:remove(report_cb, C)]), logger_formatter:format(E, C#{time_offset => "Z"})) || E <- [Event, Long, Report],
        C <- [#{depth => 10}, #{single_line => false, depth => 12}, #{max_size => 60}, #{max_size => 100}, #{time_designator => $\s},
              #{legacy_header => true, single_line => false}, #{legacy_header => true},
              #{report_cb => fun(R) -> {"mine: ~p", [R]} end}, #{report_cb => fun(R, O) -> io_lib:format("mine: ~p ~p", [R, O]) end}]],
    [show(io_lib:format("~0p", [Offset]), logger_formatter:format(Event#{msg := {string, "x"}}, #{time_offset => Offset})) || Offset <- ["Z", "z", "+01:30", "-02:00", 0, 3600000000]],
    [show("report_cb", logger_formatter:format(Event#{msg := {report, #{a => 1}}, meta := (meta())#{report_cb => Callback}}, #{template => [msg]})) ||
        Callback <- [fun(R) -> {"~p", [R]} end, fun(_) -> bad end, fun(_, #{single_line := S}) -> io_lib:format("~p", [S]) end, fun(_, _) -> bad end]],
    show("title", logger_formatter:format(Event#{msg := {string, "x"}, meta := (meta())#{logger_formatter => #{title => "MY TITLE"}}}, #{legacy_header => true, single_line => false})),
    [show("tag", logger_formatter:format(#{level => notice, msg => {string, "x"}, meta => (meta())#{error_logger => #{tag => Tag, type => Type}}}, #{legacy_header => true, single_line => false})) ||
        {Tag, Type} <- [{info_msg, none}, {info_report, std_info}, {info_report, progress}, {error, none}, {error_report, crash_report}, {error_report, supervisor_report}, {warning_msg, none}]],
    ok.

templates() ->
    Event = #{level => error, msg => {string, "message"}, meta => (meta())#{own => #{deep => "value", n => 12, t => {a, b}}, bin => <<"abc">>, ref => a, map => #{x => 1}}},
    [show(io_lib:format("~0p", [T]), logger_formatter:format(Event, #{template => T, time_offset => "Z"})) ||
        T <- [[msg], [level, " ", msg, "\n"], [mfa, ":", line, " ", file, " ", pid, " ", domain], [[own, deep], "/", [own, n], "/", [own, t], "/", [own, none]],
              [{own, ["yes ", [own, deep]], ["no"]}, {none, ["yes"], ["no ", level]}, {[own, n], [msg], []}], [bin, " ", ref, " ", map], [time], [], ["only text"], [none], [{level, ["a", level], []}]]],
    ok.

checks() ->
    [io:format("~0p: ~0p~n", [C, logger_formatter:check_config(C)]) ||
        C <- [#{}, x, #{single_line => x}, #{legacy_header => true}, #{depth => 0}, #{depth => 10}, #{chars_limit => a}, #{max_size => unlimited}, #{what => 1},
              #{template => x}, #{template => [msg, "a", {a, [b], []}, [a, b]]}, #{template => [{a, b}]}, #{time_offset => "Z"}, #{time_offset => "x"}, #{time_offset => "+01:00"}, #{time_designator => $T}, #{time_designator => "T"}, #{report_cb => x}]],
    ok.

filters() ->
    E = fun(Level, Domain) -> #{level => Level, msg => {string, "x"}, meta => case Domain of none -> #{}; _ -> #{domain => Domain} end} end,
    R = fun(X) when is_map(X) -> event; (X) -> X end,
    {[[R(logger_filters:domain(E(info, D), {A, C, [a, b]})) || A <- [log, stop], C <- [super, sub, equal, not_equal, undefined]] || D <- [none, [], [a], [a, b], [a, b, c], [b]]],
     [[R(logger_filters:level(E(L, none), {A, C, warning})) || A <- [log, stop], C <- [eq, neq, lt, lteq, gt, gteq]] || L <- [error, warning, info]],
     [R(logger_filters:progress((E(L, none))#{msg := M}, log)) || L <- [info, error], M <- [{string, "x"}, {report, #{label => {supervisor, progress}}}, {report, #{label => {application_controller, progress}}}]],
     [try logger_filters:F(E(info, none), x) catch error:Reason -> Reason end || F <- [domain, level, progress, remote_gl]]}.

reports() ->
    Client = [undefined, {list_to_pid("<0.80.0>"), {name, [{a, b, 1, []}]}}, {list_to_pid("<0.80.0>"), dead}, {list_to_pid("<0.80.0>"), remote}],
    Options = [#{}, #{single_line => true, depth => unlimited, chars_limit => unlimited}, #{single_line => false, depth => 10, chars_limit => unlimited}],
    Undef = {undef, [{nosuchmodule, f, [x], []}, {m, g, 1, []}]},
    Server = #{label => {gen_server, terminate}, name => n, last_message => {m, "text"}, state => lists:seq(1, 40), log => [], reason => why, client_info => undefined},
    Machine = #{label => {gen_statem, terminate}, name => n, queue => [{cast, x}, {info, y}], postponed => [], modules => [m], callback_mode => state_functions,
                state_enter => false, state => {s, d}, timeouts => {0, []}, log => [], reason => {error, oops, [{m, f, 1, [{file, "m.erl"}, {line, 3}]}]}, client_info => undefined},
    Event = #{label => {gen_event, terminate}, handler => {h, 1}, name => n, last_message => m, state => s, reason => {'EXIT', why}},
    Sup = fun(L, R) -> #{label => {supervisor, L}, report => R} end,
    Child = [{pid, list_to_pid("<0.80.0>")}, {id, a}, {mfargs, {m, f, [x]}}, {restart_type, permanent}, {significant, false}, {shutdown, 5000}, {child_type, worker}],
    [T(gen_server, R, O) || T <- [fun text/3], R <- [Server#{client_info := C} || C <- Client] ++ [Server#{log := [a, {b}]}, Server#{reason := Undef}, Server#{reason := {undef, [{lists, nosuch, [x], []}]}},
        #{label => {gen_server, no_handle_info}, module => m, message => {a, b}}], O <- Options],
    [text(gen_statem, R, O) || R <- [Machine, Machine#{queue := []}, Machine#{queue := [x]}, Machine#{postponed := [{cast, p}], timeouts := {1, [{timeout, t}]}, log := [l], state_enter := true},
        Machine#{reason := {exit, why, []}}, Machine#{reason := {error, undef, [{nosuchmodule, f, [x], []}]}}, Machine#{client_info := {list_to_pid("<0.80.0>"), dead}}], O <- Options],
    [text(gen_event, R, O) || R <- [Event, Event#{reason := bad}, Event#{reason := {'EXIT', Undef}}, Event#{handler := h}, #{label => {gen_event, no_handle_info}, module => m, message => x}], O <- Options],
    [text(supervisor, R, O) || R <- [Sup(progress, [{supervisor, {local, s}}, {started, Child}]), Sup(child_terminated, [{supervisor, {local, s}}, {errorContext, child_terminated}, {reason, why}, {offender, Child}]),
        Sup(shutdown_error, [{supervisor, {local, s}}, {errorContext, shutdown_error}, {reason, killed}, {offender, [{nb_children, 2} | tl(Child)]}])], O <- Options],
    ok.

text(Module, Report, Options) ->
    io:format("~p ~0p:~n~ts~n", [Module, Options, Module:format_log(Report, Options)]),
    map_size(Options) =:= 0 andalso io:format("~0p~n", [Module:format_log(Report)]).

crash() ->
    Pid = list_to_pid("<0.80.0>"),
    Own = fun(Info) -> [{initial_call, {m, init, ['Argument__1']}}, {pid, Pid}, {registered_name, []}, {error_info, Info}, {ancestors, [a, Pid]}, {message_queue_len, 0}, {messages, []},
           {links, [Pid]}, {dictionary, [{k, "v"}]}, {trap_exit, false}, {status, running}, {heap_size, 233}, {stack_size, 28}, {reductions, 100}] end,
    Stack = [{m, f, [a, "text"], [{file, "m.erl"}, {line, 3}]}, {m, g, 2, [{file, "m.erl"}, {line, 4}]}, {proc_lib, init_p_do_apply, 3, []}],
    Neighbour = {neighbour, [{pid, Pid}, {registered_name, n}, {initial_call, {erlang, apply, 2}}, {current_function, {m, loop, 0}}, {ancestors, []}, {message_queue_len, 0}, {links, [Pid]},
        {trap_exit, false}, {status, waiting}, {heap_size, 1}, {stack_size, 2}, {reductions, 3}, {current_stacktrace, [{m, loop, 0, [{file, "m.erl"}, {line, 9}]}]}]},
    Report = fun(Info, Linked) -> #{label => {proc_lib, crash}, report => [Own(Info), Linked]} end,
    Infos = [{exit, why, Stack}, {error, badarith, Stack}, {error, {badmatch, lists:seq(1, 50)}, Stack}, {throw, ball, Stack}, {error, undef, [{x, y, [1], []} | Stack]}, {error, function_clause, Stack}, {exit, {why, "text"}, []}],
    [io:format("~ts~n", [proc_lib:report_cb(Report(Info, []), #{single_line => false, depth => Depth, chars_limit => unlimited})]) || Info <- Infos, Depth <- [unlimited, 10]],
    [io:format("~ts~n", [proc_lib:report_cb(Report(hd(Infos), [Neighbour, Neighbour]), #{single_line => Single, depth => unlimited, chars_limit => unlimited})]) || Single <- [false, true]],
    io:format("~ts~n", [proc_lib:format([Own(hd(Infos)), [Neighbour]])]),
    ok.

events() ->
    [{"calls", fun() ->
         logger:error("text"), logger:warning("~p", [x]), logger:info(#{a => 1}), logger:notice([{a, 1}]), logger:debug("meta", #{own => 1}),
         logger:log(alert, fun(X) -> {"fun ~p", [X]} end, arg), logger:log(critical, fun(_) -> #{lazy => report} end, arg), logger:emergency(<<"bytes">>)
     end},
     {"error_logger", fun() ->
         error_logger:error_msg("text ~p~n", [1]), error_logger:error_report([{a, 1}]), error_logger:error_report(my_type, "text"),
         error_logger:warning_msg("w"), error_logger:warning_report([{a, 1}]), error_logger:info_msg("i"), error_logger:info_report([{a, 1}])
     end},
     {"primary level", fun() ->
         Old = maps:get(level, logger:get_primary_config()),
         ok = logger:set_primary_config(level, error),
         logger:warning("not seen"), logger:error("seen"),
         {logger:allow(info, m), logger:set_primary_config(level, Old)}
     end},
     {"primary filter", fun() ->
         ok = logger:add_primary_filter(no_x, {fun(#{msg := {string, "x"}}, stop) -> stop; (_, _) -> ignore end, stop}),
         logger:error("x"), logger:error("y"),
         {logger:add_primary_filter(no_x, {fun(_, _) -> ignore end, a}), logger:remove_primary_filter(no_x), logger:remove_primary_filter(no_x)}
     end},
     {"handler level and filters", fun() ->
         ok = logger:set_handler_config(scene, level, error),
         logger:warning("not seen"), logger:error("seen"),
         ok = logger:add_handler_filter(scene, f, {fun(E, extra) -> E#{msg := {string, "changed"}} end, extra}),
         logger:error("to be changed"),
         {logger:remove_handler_filter(scene, f), logger:set_handler_config(scene, level, all), logger:set_handler_config(scene, level, what)}
     end},
     {"levels of modules", fun() ->
         {logger:set_module_level(some_module, debug), logger:get_module_level(), logger:allow(debug, some_module), logger:unset_module_level(some_module), logger:get_module_level()}
     end},
     {"process metadata", fun() ->
         {logger:set_process_metadata(#{a => 1}), logger:update_process_metadata(#{b => 2}), logger:get_process_metadata(), logger:unset_process_metadata(), logger:get_process_metadata()}
     end},
     {"crashed process", fun() -> scene:ended(fun() -> error(oops) end), ok end},
     {"older handlers", fun() ->
         ok = error_logger:add_report_handler(event_callback, {self(), s}),
         W = error_logger:which_report_handlers(),
         error_logger:error_msg("text ~p", [1]), error_logger:info_report([{a, 1}]), logger:error("new"),
         {W, error_logger:delete_report_handler(event_callback)}
     end}].
