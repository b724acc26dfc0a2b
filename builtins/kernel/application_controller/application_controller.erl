%% The process that knows the applications of a node: which are loaded, their environment, which run. It answers requests one after the
%% other; a start goes on in the application's master, and its caller is answered when that is done.
-module(application_controller).

-export([current/0, ask/1, stop_all/1, handle/1, format_log/1, format_log/2]).

%% What is known: loaded (application => map of keys), env (application => map of parameters), running ([{Application, Master, Type}],
%% newest first), starting (application => {Master, Type, callers}), stopping (application => callers), started ([{Application, Type}] of
%% all that were started and not stopped since, newest first), barred (applications that must not run), held (application => {Type,
%% Leader} of those started meanwhile).

-doc "What is known of the applications of this node.".
-spec current() -> map().
current() ->
    case read() of
        undefined -> initial();
        Known -> Known
    end.

initial() ->
    #{loaded => #{kernel => builtin(kernel, "8.5.3", []), stdlib => builtin(stdlib, "4.2", [kernel])},
      env => maps:merge_with(fun(_, Default, Given) -> maps:merge(Default, Given) end,
                             #{kernel => #{net_ticktime => 60}, stdlib => #{}}, given()), starting => #{}, stopping => #{},
      running => [{stdlib, undefined, permanent}, {kernel, whereis(application_controller), permanent}],
      started => [{stdlib, permanent}, {kernel, permanent}], barred => [], held => #{}}.

builtin(App, Version, Needs) ->
    (keys([]))#{description => "ERTS  CXC 138 10", vsn => Version, applications => Needs, modules => modules(App)}.

%% The keys of an application with their defaults.
keys(Given) ->
    Defaults = #{description => [], id => [], vsn => [], modules => [], maxP => infinity, maxT => infinity, registered => [],
                 included_applications => [], optional_applications => [], applications => [], env => [], mod => [],
                 start_phases => undefined},
    maps:merge(Defaults, maps:with(maps:keys(Defaults), maps:from_list(Given))).

-doc "Has the controller answer a request.".
-spec ask(term()) -> term().
ask(Request) ->
    {ok, Answer} = gen:call(?MODULE, '$gen_call', Request, infinity),
    Answer.

-doc "Stops all applications, the newest first, and then the program.".
-spec stop_all(non_neg_integer()) -> ok.
stop_all(Status) ->
    lists:foreach(fun({App, Master, _}) when is_pid(Master), App =/= kernel -> application:stop(App); (_) -> ok end,
                  maps:get(running, current())),
    init:stopped(Status).

-doc false.
handle({'$gen_call', From, Request}) ->
    Known = current(),
    try perform(Request, From, Known) of
        {reply, Answer, New} ->
            ok = write(New),
            gen:reply(From, Answer);
        {later, New} ->
            ok = write(New)
    catch
        Class:Reason:Stack -> gen:reply(From, {error, {Class, Reason, Stack}})
    end;
handle({started, App, Master}) ->
    Known = #{starting := Starting, running := Running, started := Started} = current(),
    case Starting of
        #{App := {Master, Type, Callers}} ->
            ok = write(Known#{starting := maps:remove(App, Starting), running := [{App, Master, Type} | Running],
                              started := [{App, Type} | Started]}),
            progress(App),
            answer(Callers, ok);
        _ ->
            ok
    end;
handle({'EXIT', Master, Reason}) ->
    Known = #{starting := Starting, running := Running} = current(),
    case {lists:keyfind(Master, 2, Running), [App || {App, {Pid, _, _}} <- maps:to_list(Starting), Pid =:= Master]} of
        {{App, _, Type}, _} ->
            gone(App, Type, Reason, Known#{running := lists:keydelete(App, 1, Running)});
        {false, [App]} ->
            #{App := {_, Type, Callers}} = Starting,
            ok = write(Known#{starting := maps:remove(App, Starting)}),
            exited(App, Reason, Type),
            answer(Callers, {error, Reason});
        {false, []} ->
            ok
    end;
handle(_) ->
    ok.

answer(Callers, Answer) -> lists:foreach(fun(From) -> gen:reply(From, Answer) end, Callers).

gone(App, Type, Reason, #{stopping := Stopping} = Known) ->
    Callers = maps:get(App, Stopping, []),
    Rest = case lists:keymember(stopped, 1, Callers) of
               true -> unstarted(App, Known);
               false -> Known
           end,
    ok = write(Rest#{stopping := maps:remove(App, Stopping)}),
    ended(App, Type, if Callers =:= [] -> Reason; true -> stopped end),
    answer([From || {_, From} <- Callers], ok).


perform({load, {application, App, Given}, Env}, _, #{loaded := Loaded, env := Envs} = Known) ->
    case Loaded of
        #{App := _} ->
            {reply, {error, {already_loaded, App}}, Known};
        _ ->
            Keys = keys(Given),
            Own = maps:merge(maps:from_list(maps:get(env, Keys)), maps:get(App, Envs, #{})),
            {reply, ok, Known#{loaded := Loaded#{App => Keys}, env := Envs#{App => maps:merge(Own, Env)}}}
    end;
perform({unload, App}, _, #{loaded := Loaded, env := Envs, running := Running} = Known) ->
    case {lists:keymember(App, 1, Running), Loaded} of
        {true, _} -> {reply, {error, {running, App}}, Known};
        {_, #{App := _}} -> {reply, ok, Known#{loaded := maps:remove(App, Loaded), env := maps:remove(App, Envs)}};
        _ -> {reply, {error, {not_loaded, App}}, Known}
    end;
perform({set_env, List}, _, #{env := Envs} = Known) ->
    New = lists:foldl(fun({App, Params}, All) -> All#{App => maps:merge(maps:get(App, All, #{}), maps:from_list(Params))} end, Envs, List),
    {reply, ok, Known#{env := New}};
perform({unset_env, App, Key}, _, #{env := Envs} = Known) ->
    {reply, ok, Known#{env := Envs#{App => maps:remove(Key, maps:get(App, Envs, #{}))}}};
perform({start, App, Type, Leader}, From, Known) ->
    start(App, Type, Leader, From, Known);
perform({stop, App}, From, #{running := Running, started := Started} = Known) ->
    case {lists:keyfind(App, 1, Running), lists:keymember(App, 1, Started)} of
        {false, false} ->
            {reply, {error, {not_started, App}}, Known};
        {false, true} ->
            {reply, ok, unstarted(App, Known)};
        {{App, Master, _}, _} when App =/= kernel, is_pid(Master) ->
            {later, halting(App, Master, {stopped, From}, Known)};
        {{App, _, Type}, _} ->
            ended(App, Type, stopped),
            {reply, ok, unstarted(App, Known#{running := lists:keydelete(App, 1, Running)})}
    end;
perform({permit, App, _}, _, #{loaded := Loaded} = Known) when not is_map_key(App, Loaded) ->
    {reply, {error, {not_loaded, App}}, Known};
perform({permit, App, true}, From, #{barred := Barred, held := Held} = Known) ->
    Free = Known#{barred := lists:delete(App, Barred), held := maps:remove(App, Held)},
    case Held of
        #{App := {Type, Leader}} -> start(App, Type, Leader, From, unstarted(App, Free));
        _ -> {reply, ok, Free}
    end;
perform({permit, App, false}, From, #{barred := Barred, running := Running} = Known) ->
    Shut = Known#{barred := lists:usort([App | Barred])},
    case lists:keyfind(App, 1, Running) of
        {App, Master, _} when is_pid(Master) -> {later, halting(App, Master, {barred, From}, Shut)};
        _ -> {reply, ok, Shut}
    end.

halting(App, Master, Caller, #{stopping := Stopping} = Known) ->
    Master ! stop,
    Known#{stopping := Stopping#{App => [Caller | maps:get(App, Stopping, [])]}}.

unstarted(App, #{started := Started, held := Held} = Known) ->
    Known#{started := lists:keydelete(App, 1, Started), held := maps:remove(App, Held)}.

start(App, Type, Leader, From, #{loaded := Loaded, running := Running, starting := Starting, started := Started} = Known) ->
    case {lists:keymember(App, 1, Running) orelse lists:keymember(App, 1, Started), Starting, Loaded} of
        {true, _, _} ->
            {reply, {error, {already_started, App}}, Known};
        {_, #{App := {Master, _, Callers}}, _} ->
            {later, Known#{starting := Starting#{App := {Master, Type, [From | Callers]}}}};
        {_, _, #{App := #{applications := Needs, optional_applications := Optional} = Keys}} ->
            case [Need || Need <- Needs, not lists:keymember(Need, 1, Running), not (lists:member(Need, Optional) andalso not is_map_key(Need, Loaded))] of
                [Need | _] -> {reply, {error, {not_started, Need}}, Known};
                [] -> launch(App, Type, Leader, From, Keys, Known)
            end;
        _ ->
            {reply, {error, {not_loaded, App}}, Known}
    end.

%% An application without a callback module is only a library.
launch(App, Type, Leader, From, Keys, #{barred := Barred, held := Held, started := Started} = Known) ->
    case lists:member(App, Barred) of
        true -> {reply, ok, Known#{held := Held#{App => {Type, Leader}}, started := [{App, Type} | Started]}};
        false -> launched(App, Type, Leader, From, Keys, Known)
    end.

launched(App, Type, _, _, #{mod := []}, #{running := Running, started := Started} = Known) ->
    progress(App),
    {reply, ok, Known#{running := [{App, undefined, Type} | Running], started := [{App, Type} | Started]}};
launched(App, Type, Leader, From, Keys, #{starting := Starting} = Known) ->
    process_flag(trap_exit, true),
    Master = application_master:start(self(), App, Keys, Type, Leader),
    {later, Known#{starting := Starting#{App => {Master, Type, [From]}}}}.

%% The end of an application that the node cannot be without is the end of the node.
ended(App, Type, Reason) ->
    exited(App, Reason, Type),
    case Type of
        permanent when Reason =/= stopped -> terminate(App, Reason);
        transient when Reason =/= stopped, Reason =/= normal, Reason =/= shutdown -> terminate(App, Reason);
        _ -> ok
    end.

terminate(App, Reason) ->
    #{running := Running} = current(),
    lists:foreach(fun({_, Master, _}) when is_pid(Master), Master =/= self() ->
                          Ref = erlang:monitor(process, Master),
                          Master ! stop,
                          receive {'DOWN', Ref, _, _, _} -> ok end;
                     (_) -> ok
                  end, Running),
    io:format(user, "Kernel pid terminated (~w) (~0tp)~n", [?MODULE, {application_terminated, App, Reason}]),
    erlang:halt(1).

%%% Reports

progress(App) ->
    logger:log(info, #{label => {?MODULE, progress}, report => [{application, App}, {started_at, node()}]},
               #{domain => [otp, sasl], report_cb => fun ?MODULE:format_log/2, logger_formatter => #{title => "PROGRESS REPORT"},
                 error_logger => #{tag => info_report, type => progress, report_cb => fun ?MODULE:format_log/1},
                 mfa => {?MODULE, progress, 1}}).

exited(App, Reason, Type) ->
    logger:log(notice, #{label => {?MODULE, exit}, report => [{application, App}, {exited, Reason}, {type, Type}]},
               #{domain => [otp], report_cb => fun ?MODULE:format_log/2,
                 error_logger => #{tag => info_report, type => std_info, report_cb => fun ?MODULE:format_log/1},
                 mfa => {?MODULE, exited, 3}}).

-doc false.
format_log(Report) -> gen:legacy_text(lines(Report, #{})).

-doc false.
format_log(Report, Options) -> gen:report_text(lines(Report, Options), Options).

lines(#{report := [{application, App}, {started_at, Node}]}, #{single_line := true}) ->
    [{"Application: ~tp.", App}, {" Started at: ~tp.", Node}];
lines(#{report := [{application, App}, {exited, Reason}, {type, Type}]}, #{single_line := true}) ->
    [{"Application: ~tp.", App}, {" Exited: ~tp.", Reason}, {" Type: ~tp.", Type}];
lines(#{report := Report}, _) ->
    [{"    " ++ atom_to_list(Key) ++ ": ~tp~n", Value} || {Key, Value} <- Report].
