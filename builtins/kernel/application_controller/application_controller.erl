%% The process that knows the applications of a node: which are loaded, their environment, which run. It answers requests one after the
%% other; a start goes on in the application's master, and its caller is answered when that is done.
-module(application_controller).

-export([current/0, ask/1, handle/1, format_log/1, format_log/2]).

%% What is known: loaded (application => map of keys), env (application => map of parameters), running ([{Application, Master, Type}],
%% newest first), starting (application => {Master, Type, callers}), stopping (application => callers).

-doc "What is known of the applications of this node.".
-spec current() -> map().
current() ->
    case read() of
        undefined -> initial();
        Known -> Known
    end.

initial() ->
    #{loaded => #{kernel => builtin("8.5.3", []), stdlib => builtin("4.2", [kernel])},
      env => maps:merge_with(fun(_, Default, Given) -> maps:merge(Default, Given) end,
                             #{kernel => #{net_ticktime => 60}, stdlib => #{}}, given()), starting => #{}, stopping => #{},
      running => [{stdlib, undefined, permanent}, {kernel, whereis(application_controller), permanent}]}.

builtin(Version, Needs) ->
    (keys([]))#{description => "ERTS  CXC 138 10", vsn => Version, applications => Needs}.

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
handle({started, App, Master, Result}) ->
    Known = #{starting := Starting} = current(),
    case Starting of
        #{App := {Master, Type, Callers}} -> started(App, Master, Type, Callers, Result, Known#{starting := maps:remove(App, Starting)});
        _ -> ok
    end;
handle({ended, App, Master, Reason}) ->
    Known = #{running := Running, stopping := Stopping} = current(),
    case lists:keyfind(App, 1, Running) of
        {App, Master, Type} ->
            Callers = maps:get(App, Stopping, []),
            ok = write(Known#{running := lists:keydelete(App, 1, Running), stopping := maps:remove(App, Stopping)}),
            ended(App, Type, if Callers =:= [] -> Reason; true -> stopped end),
            lists:foreach(fun(From) -> gen:reply(From, ok) end, Callers);
        _ ->
            ok
    end;
handle(_) ->
    ok.

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
perform({stop, App}, From, #{running := Running, stopping := Stopping} = Known) ->
    case lists:keyfind(App, 1, Running) of
        false ->
            {reply, {error, {not_started, App}}, Known};
        {App, Master, _} when App =/= kernel, is_pid(Master) ->
            Master ! stop,
            {later, Known#{stopping := Stopping#{App => [From | maps:get(App, Stopping, [])]}}};
        {App, _, Type} ->
            ended(App, Type, stopped),
            {reply, ok, Known#{running := lists:keydelete(App, 1, Running)}}
    end.

start(App, Type, Leader, From, #{loaded := Loaded, running := Running, starting := Starting} = Known) ->
    case {lists:keymember(App, 1, Running), Starting, Loaded} of
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
launch(App, Type, _, _, #{mod := []}, #{running := Running} = Known) ->
    progress(App),
    {reply, ok, Known#{running := [{App, undefined, Type} | Running]}};
launch(App, Type, Leader, From, #{mod := {Module, Args}, start_phases := Phases}, #{starting := Starting} = Known) ->
    Master = application_master:start(self(), App, Module, Args, Phases, Leader),
    {later, Known#{starting := Starting#{App => {Master, Type, [From]}}}}.

started(App, Master, Type, Callers, Result, #{running := Running} = Known) ->
    Answer = case Result of
                 ok ->
                     ok = write(Known#{running := [{App, Master, Type} | Running]}),
                     progress(App),
                     ok;
                 {error, Reason} ->
                     ok = write(Known),
                     exited(App, Reason, Type),
                     {error, Reason}
             end,
    lists:foreach(fun(From) -> gen:reply(From, Answer) end, Callers).

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
