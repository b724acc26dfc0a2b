%% Applications: modules that are started and stopped together, with an environment of parameters.
-module(application).

-export([load/1, load/2, unload/1, permit/2, takeover/2, start/1, start/2, stop/1, ensure_started/1, ensure_started/2, ensure_all_started/1, ensure_all_started/2,
         loaded_applications/0, which_applications/0, which_applications/1, info/0, start_type/0,
         get_env/1, get_env/2, get_env/3, get_all_env/0, get_all_env/1, set_env/1, set_env/2, set_env/3, set_env/4, unset_env/2, unset_env/3,
         get_key/1, get_key/2, get_all_key/0, get_all_key/1, get_application/0, get_application/1]).

-callback start(Type :: normal | {takeover, node()} | {failover, node()}, Args :: term()) ->
    {ok, pid()} | {ok, pid(), State :: term()} | {error, term()}.
-callback stop(State :: term()) -> term().

%%% Loading

-doc "Loads an application: by name, from the file Name.app in the code path, or as {application, Name, Keys}.".
-spec load(atom() | tuple()) -> ok | {error, term()}.
load(App) -> load(App, []).

-doc false.
load(App, _) when is_atom(App) ->
    case is_map_key(App, maps:get(loaded, application_controller:current())) of
        true -> {error, {already_loaded, App}};
        false -> from_file(App)
    end;
load({application, App, Keys} = Spec, _) when is_atom(App) ->
    case is_list(Keys) andalso well_formed(Keys) of
        true ->
            case application_controller:ask({load, Spec, #{}}) of
                {error, {already_loaded, App}} -> {error, {already_loaded, Spec}};
                Answer -> Answer
            end;
        false when is_list(Keys) -> {error, {bad_application, Spec}};
        false -> {error, {invalid_options, Keys}}
    end;
load(Spec, _) ->
    {error, {bad_application, Spec}}.

well_formed(Keys) -> lists:all(fun({Key, _}) when is_atom(Key) -> true; (_) -> false end, Keys).

from_file(App) ->
    Name = atom_to_list(App) ++ ".app",
    case code:where_is_file(Name) of
        non_existing ->
            {error, {"no such file or directory", Name}};
        Path ->
            case file:consult(Path) of
                {ok, [{application, Other, Keys}]} when is_atom(Other) -> application_controller:ask({load, {application, Other, Keys}, #{}});
                {ok, [Other | _]} -> {error, {bad_application, Other}};
                {ok, []} -> {error, {bad_application, []}};
                {error, {Line, Module, Reason}} -> {error, {[integer_to_list(Line), $:, $\s, Module:format_error(Reason)], Name}};
                {error, Reason} -> {error, {file:format_error(Reason), Name}}
            end
    end.

-doc "Forgets a loaded application.".
-spec unload(atom()) -> ok | {error, term()}.
unload(App) -> application_controller:ask({unload, App}).

%%% Starting and stopping

-doc "The same as start(Application, temporary).".
-spec start(atom()) -> ok | {error, term()}.
start(App) -> start(App, temporary).

-doc "Starts an application; it is loaded first if need be. What it needs must be running.".
-spec start(atom(), permanent | transient | temporary) -> ok | {error, term()}.
start(App, Type) when is_atom(App) ->
    case load(App) of
        ok -> begin_start(App, Type);
        {error, {already_loaded, App}} -> begin_start(App, Type);
        Error -> Error
    end;
start(App, _) -> {error, {bad_application, App}}.

begin_start(_, Type) when Type =/= permanent, Type =/= transient, Type =/= temporary -> {error, {invalid_restart_type, Type}};
begin_start(App, Type) -> application_controller:ask({start, App, Type, group_leader()}).

-doc "Says whether an application may run here: with false it is stopped, or waits when it is started.".
-spec permit(atom(), boolean()) -> ok | {error, term()}.
permit(App, Permission) when is_atom(App), is_boolean(Permission) -> application_controller:ask({permit, App, Permission}).

-doc "Takes over a distributed application from another node; there is none here.".
-spec takeover(atom(), permanent | transient | temporary) -> {error, term()}.
takeover(App, Type) when is_atom(App) -> start(App, Type).

-doc "Stops an application.".
-spec stop(atom()) -> ok | {error, term()}.
stop(App) -> application_controller:ask({stop, App}).

-doc "The same as ensure_started(Application, temporary).".
-spec ensure_started(atom()) -> ok | {error, term()}.
ensure_started(App) -> ensure_started(App, temporary).

-doc "As start/2; that the application runs already is no error.".
-spec ensure_started(atom(), permanent | transient | temporary) -> ok | {error, term()}.
ensure_started(App, Type) ->
    case start(App, Type) of
        {error, {already_started, App}} -> ok;
        Answer -> Answer
    end.

-doc """
The same as ensure_all_started(Application, temporary).

    1> application:ensure_all_started(stdlib).
    {ok,[]}
""".
-spec ensure_all_started(atom()) -> {ok, [atom()]} | {error, term()}.
ensure_all_started(App) -> ensure_all_started(App, temporary).

-doc "Starts an application and before it all that it needs; returns those that were started.".
-spec ensure_all_started(atom(), permanent | transient | temporary) -> {ok, [atom()]} | {error, term()}.
ensure_all_started(App, Type) ->
    case all_started(App, Type, []) of
        {ok, Started} ->
            {ok, lists:reverse(Started)};
        {error, Reason, Started} ->
            lists:foreach(fun stop/1, Started),
            {error, Reason}
    end.

all_started(App, Type, Started) ->
    case start(App, Type) of
        ok -> {ok, [App | Started]};
        {error, {already_started, App}} -> {ok, Started};
        {error, {not_started, Need}} ->
            case all_started(Need, Type, Started) of
                {ok, More} -> all_started(App, Type, More);
                {error, {Need, _}, More} = Error ->
                    case optional(App, Need) of
                        true -> all_started(App, Type, More);
                        false -> Error
                    end;
                Error -> Error
            end;
        {error, Reason} -> {error, {App, Reason}, Started}
    end.

optional(App, Need) ->
    case get_key(App, optional_applications) of
        {ok, Optional} -> lists:member(Need, Optional) andalso code:where_is_file(atom_to_list(Need) ++ ".app") =:= non_existing;
        undefined -> false
    end.

%%% What there is

-doc "The loaded applications: [{Application, Description, Version}].".
-spec loaded_applications() -> [{atom(), string(), string()}].
loaded_applications() ->
    [{App, Text, Version} || {App, #{description := Text, vsn := Version}} <- maps:to_list(maps:get(loaded, application_controller:current()))].

-doc "The running applications, newest first: [{Application, Description, Version}].".
-spec which_applications() -> [{atom(), string(), string()}].
which_applications() ->
    #{loaded := Loaded, running := Running} = application_controller:current(),
    [described(App, Loaded) || {App, _, _} <- Running].

described(App, Loaded) ->
    #{App := #{description := Text, vsn := Version}} = Loaded,
    {App, Text, Version}.

-doc "The running applications; Timeout is not needed here.".
-spec which_applications(timeout()) -> [{atom(), string(), string()}].
which_applications(infinity) -> which_applications();
which_applications(Timeout) when is_integer(Timeout), Timeout >= 0 -> which_applications().

-doc "What is loaded, loading, started, running and starting.".
-spec info() -> [{atom(), [term()]}].
info() ->
    #{running := Running, starting := Starting, started := Started, held := Held} = application_controller:current(),
    [{loaded, loaded_applications()}, {loading, []}, {started, Started}, {start_p_false, [{App, Type} || {App, {Type, _}} <- maps:to_list(Held)]},
     {running, [{App, Master} || {App, Master, _} <- Running]}, {starting, [{App, Type} || {App, {_, Type, _}} <- maps:to_list(Starting)]}].

-doc "How the application that the caller belongs to is being started; undefined when it runs.".
-spec start_type() -> normal | local | undefined.
start_type() ->
    Leader = group_leader(),
    case [App || {App, {Master, _, _}} <- maps:to_list(maps:get(starting, application_controller:current())), Master =:= Leader] of
        [_ | _] -> normal;
        [] -> undefined
    end.

-doc """
The application that the caller belongs to.

    1> application:get_application().
    undefined
""".
-spec get_application() -> {ok, atom()} | undefined.
get_application() -> of_leader(group_leader()).

-doc "The application that a process or a module belongs to.".
-spec get_application(pid() | module()) -> {ok, atom()} | undefined.
get_application(Pid) when is_pid(Pid) ->
    case process_info(Pid, group_leader) of
        {group_leader, Leader} -> of_leader(Leader);
        undefined -> undefined
    end;
get_application(Module) when is_atom(Module) ->
    case [App || {App, #{modules := Modules}} <- maps:to_list(maps:get(loaded, application_controller:current())), lists:member(Module, Modules)] of
        [App | _] -> {ok, App};
        [] -> undefined
    end.

of_leader(Leader) ->
    #{running := Running, starting := Starting} = application_controller:current(),
    Masters = [{App, Master} || {App, Master, _} <- Running, App =/= kernel] ++ [{App, Master} || {App, {Master, _, _}} <- maps:to_list(Starting)],
    case lists:keyfind(Leader, 2, Masters) of
        {App, _} -> {ok, App};
        false -> undefined
    end.

%%% The environment

-doc "A parameter of the application that the caller belongs to.".
-spec get_env(atom()) -> {ok, term()} | undefined.
get_env(Key) ->
    case get_application() of
        {ok, App} -> get_env(App, Key);
        undefined -> undefined
    end.

-doc """
A parameter of an application.

    1> application:get_env(stdlib, no_such_parameter).
    undefined
""".
-spec get_env(atom(), atom()) -> {ok, term()} | undefined.
get_env(App, Key) ->
    case application_controller:current() of
        #{env := #{App := #{Key := Value}}} -> {ok, Value};
        _ -> undefined
    end.

-doc """
A parameter of an application, or Default.

    1> application:get_env(stdlib, no_such_parameter, 7).
    7
""".
-spec get_env(atom(), atom(), term()) -> term().
get_env(App, Key, Default) ->
    case get_env(App, Key) of
        {ok, Value} -> Value;
        undefined -> Default
    end.

-doc "All parameters of the application that the caller belongs to.".
-spec get_all_env() -> [{atom(), term()}].
get_all_env() ->
    case get_application() of
        {ok, App} -> get_all_env(App);
        undefined -> []
    end.

-doc "All parameters of an application.".
-spec get_all_env(atom()) -> [{atom(), term()}].
get_all_env(App) ->
    case application_controller:current() of
        #{env := #{App := Params}} -> maps:to_list(Params);
        _ -> []
    end.

-doc "The same as set_env(Config, []).".
-spec set_env([{atom(), [{atom(), term()}]}]) -> ok.
set_env(Config) when is_list(Config) -> set_env(Config, []).

-doc "Sets parameters of several applications: [{Application, [{Key, Value}]}].".
-spec set_env([{atom(), [{atom(), term()}]}], [term()]) -> ok.
set_env(Config, Options) when is_list(Config), is_list(Options) ->
    case wrong_config(Config, []) of
        false -> application_controller:ask({set_env, Config});
        Text -> error({badarg, Text}, [Config, Options])
    end.

wrong_config([{App, Params} | Rest], Seen) when is_atom(App), is_list(Params) ->
    case {lists:member(App, Seen), repeated([Key || {Key, _} <- Params])} of
        {true, _} -> "duplicate application config: " ++ atom_to_list(App);
        {false, {yes, Key}} -> "application: " ++ atom_to_list(App) ++ "; duplicate parameter: " ++ atom_to_list(Key);
        {false, no} -> wrong_config(Rest, [App | Seen])
    end;
wrong_config([], _) -> false;
wrong_config([Other | _], _) -> lists:flatten(io_lib:format("invalid application config: ~0tp", [Other])).

repeated(Keys) ->
    case Keys -- lists:usort(Keys) of
        [] -> no;
        [Key | _] -> {yes, Key}
    end.

-doc "Sets a parameter of an application.".
-spec set_env(atom(), atom(), term()) -> ok.
set_env(App, Key, Value) -> set_env(App, Key, Value, []).

-doc "Sets a parameter of an application; the options matter for distributed releases only.".
-spec set_env(atom(), atom(), term(), [term()] | timeout()) -> ok.
set_env(App, Key, Value, _) -> application_controller:ask({set_env, [{App, [{Key, Value}]}]}).

-doc "Removes a parameter of an application.".
-spec unset_env(atom(), atom()) -> ok.
unset_env(App, Key) -> application_controller:ask({unset_env, App, Key}).

-doc "Removes a parameter of an application; the options matter for distributed releases only.".
-spec unset_env(atom(), atom(), [term()] | timeout()) -> ok.
unset_env(App, Key, _) -> unset_env(App, Key).

%%% Keys

-doc "A key of the application that the caller belongs to.".
-spec get_key(atom()) -> {ok, term()} | undefined.
get_key(Key) ->
    case get_application() of
        {ok, App} -> get_key(App, Key);
        undefined -> undefined
    end.

-doc "A key of a loaded application: description, vsn, modules, applications, mod ...".
-spec get_key(atom(), atom()) -> {ok, term()} | undefined.
get_key(App, env) ->
    case application_controller:current() of
        #{loaded := #{App := _}} -> {ok, get_all_env(App)};
        _ -> undefined
    end;
get_key(App, Key) ->
    case application_controller:current() of
        #{loaded := #{App := #{Key := Value}}} -> {ok, Value};
        _ -> undefined
    end.

-doc "All keys of the application that the caller belongs to.".
-spec get_all_key() -> {ok, [{atom(), term()}]} | undefined | [].
get_all_key() ->
    case get_application() of
        {ok, App} -> get_all_key(App);
        undefined -> []
    end.

-doc "All keys of a loaded application.".
-spec get_all_key(atom()) -> {ok, [{atom(), term()}]} | undefined.
get_all_key(App) ->
    Keys = [description, id, vsn, modules, maxP, maxT, registered, included_applications, optional_applications, applications, env, mod, start_phases],
    case application_controller:current() of
        #{loaded := #{App := _}} -> {ok, [{Key, element(2, get_key(App, Key))} || Key <- Keys]};
        _ -> undefined
    end.
