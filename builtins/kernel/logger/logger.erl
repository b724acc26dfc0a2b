%% The logger: events with a level, a message and metadata, which pass the primary level and filters and then those of each handler.
%%
%% Everything of an event happens in the process that logs it. The configuration is one map, kept by logger_config; changes of it go
%% through the process named logger, which also gets the events of the node itself.
-module(logger).

-export([emergency/1, emergency/2, emergency/3, alert/1, alert/2, alert/3, critical/1, critical/2, critical/3, error/1, error/2, error/3,
         warning/1, warning/2, warning/3, notice/1, notice/2, notice/3, info/1, info/2, info/3, debug/1, debug/2, debug/3]).
-export([log/2, log/3, log/4, macro_log/3, macro_log/4, macro_log/5, allow/2, compare_levels/2, timestamp/0,
         add_handler/3, add_handlers/1, remove_handler/1, get_handler_ids/0, get_handler_config/0, get_handler_config/1,
         set_handler_config/2, set_handler_config/3, update_handler_config/2, update_handler_config/3,
         update_formatter_config/2, update_formatter_config/3, add_handler_filter/3, remove_handler_filter/2,
         add_primary_filter/2, remove_primary_filter/1, get_primary_config/0, set_primary_config/1, set_primary_config/2,
         update_primary_config/1, get_proxy_config/0, set_proxy_config/1, update_proxy_config/1, get_config/0, reconfigure/0,
         set_module_level/2, unset_module_level/0, unset_module_level/1, get_module_level/0, get_module_level/1,
         set_application_level/2, unset_application_level/1,
         set_process_metadata/1, update_process_metadata/1, unset_process_metadata/0, get_process_metadata/0,
         add_default_metadata/1, format_report/1, format_otp_report/1, filter_stacktrace/2, i/0, i/1]).
%% Called by the processes logger and logger_proxy.
-export([handle/1, handle_proxy/1]).

%%% Logging

-doc "Logs a string or a report at level emergency.".
-spec emergency(unicode:chardata() | map() | [{term(), term()}]) -> ok.
emergency(X) -> log(emergency, X).

-doc "Logs at level emergency: a string or report with metadata, a format with arguments, or what a fun returns for its argument.".
-spec emergency(term(), term()) -> ok.
emergency(X, Y) -> log(emergency, X, Y).

-doc "Logs at level emergency: a format with arguments, or what a fun returns for its argument, with metadata.".
-spec emergency(term(), term(), map()) -> ok.
emergency(X, Y, Z) -> log(emergency, X, Y, Z).

-doc "Logs a string or a report at level alert.".
-spec alert(unicode:chardata() | map() | [{term(), term()}]) -> ok.
alert(X) -> log(alert, X).

-doc "Logs at level alert: a string or report with metadata, a format with arguments, or what a fun returns for its argument.".
-spec alert(term(), term()) -> ok.
alert(X, Y) -> log(alert, X, Y).

-doc "Logs at level alert: a format with arguments, or what a fun returns for its argument, with metadata.".
-spec alert(term(), term(), map()) -> ok.
alert(X, Y, Z) -> log(alert, X, Y, Z).

-doc "Logs a string or a report at level critical.".
-spec critical(unicode:chardata() | map() | [{term(), term()}]) -> ok.
critical(X) -> log(critical, X).

-doc "Logs at level critical: a string or report with metadata, a format with arguments, or what a fun returns for its argument.".
-spec critical(term(), term()) -> ok.
critical(X, Y) -> log(critical, X, Y).

-doc "Logs at level critical: a format with arguments, or what a fun returns for its argument, with metadata.".
-spec critical(term(), term(), map()) -> ok.
critical(X, Y, Z) -> log(critical, X, Y, Z).

-doc "Logs a string or a report at level error.".
-spec error(unicode:chardata() | map() | [{term(), term()}]) -> ok.
error(X) -> log(error, X).

-doc "Logs at level error: a string or report with metadata, a format with arguments, or what a fun returns for its argument.".
-spec error(term(), term()) -> ok.
error(X, Y) -> log(error, X, Y).

-doc "Logs at level error: a format with arguments, or what a fun returns for its argument, with metadata.".
-spec error(term(), term(), map()) -> ok.
error(X, Y, Z) -> log(error, X, Y, Z).

-doc "Logs a string or a report at level warning.".
-spec warning(unicode:chardata() | map() | [{term(), term()}]) -> ok.
warning(X) -> log(warning, X).

-doc "Logs at level warning: a string or report with metadata, a format with arguments, or what a fun returns for its argument.".
-spec warning(term(), term()) -> ok.
warning(X, Y) -> log(warning, X, Y).

-doc "Logs at level warning: a format with arguments, or what a fun returns for its argument, with metadata.".
-spec warning(term(), term(), map()) -> ok.
warning(X, Y, Z) -> log(warning, X, Y, Z).

-doc "Logs a string or a report at level notice.".
-spec notice(unicode:chardata() | map() | [{term(), term()}]) -> ok.
notice(X) -> log(notice, X).

-doc "Logs at level notice: a string or report with metadata, a format with arguments, or what a fun returns for its argument.".
-spec notice(term(), term()) -> ok.
notice(X, Y) -> log(notice, X, Y).

-doc "Logs at level notice: a format with arguments, or what a fun returns for its argument, with metadata.".
-spec notice(term(), term(), map()) -> ok.
notice(X, Y, Z) -> log(notice, X, Y, Z).

-doc "Logs a string or a report at level info.".
-spec info(unicode:chardata() | map() | [{term(), term()}]) -> ok.
info(X) -> log(info, X).

-doc "Logs at level info: a string or report with metadata, a format with arguments, or what a fun returns for its argument.".
-spec info(term(), term()) -> ok.
info(X, Y) -> log(info, X, Y).

-doc "Logs at level info: a format with arguments, or what a fun returns for its argument, with metadata.".
-spec info(term(), term(), map()) -> ok.
info(X, Y, Z) -> log(info, X, Y, Z).

-doc "Logs a string or a report at level debug.".
-spec debug(unicode:chardata() | map() | [{term(), term()}]) -> ok.
debug(X) -> log(debug, X).

-doc "Logs at level debug: a string or report with metadata, a format with arguments, or what a fun returns for its argument.".
-spec debug(term(), term()) -> ok.
debug(X, Y) -> log(debug, X, Y).

-doc "Logs at level debug: a format with arguments, or what a fun returns for its argument, with metadata.".
-spec debug(term(), term(), map()) -> ok.
debug(X, Y, Z) -> log(debug, X, Y, Z).
-doc "Logs a string or a report.".
-spec log(atom(), unicode:chardata() | map() | [{term(), term()}]) -> ok.
log(Level, StringOrReport) ->
    logs(level_passes(Level), Level, StringOrReport, none, #{}).

-doc "Logs a string or a report with metadata, a format with arguments, or what a fun returns for its argument.".
-spec log(atom(), term(), term()) -> ok.
log(Level, StringOrReport, Meta) when is_map(Meta), not is_function(StringOrReport) ->
    logs(level_passes(Level), Level, StringOrReport, none, Meta);
log(Level, FormatOrFun, Args) ->
    logs(level_passes(Level), Level, FormatOrFun, {args, Args}, #{}).

-doc "Logs a format with arguments, or what a fun returns for its argument, with metadata.".
-spec log(atom(), term(), term(), map()) -> ok.
log(Level, FormatOrFun, Args, Meta) ->
    logs(level_passes(Level), Level, FormatOrFun, {args, Args}, Meta).

-doc false.
macro_log(Location, Level, StringOrReport) -> macro_log(Location, Level, StringOrReport, #{}).

-doc false.
macro_log(Location, Level, StringOrReport, Meta) when is_map(Meta), not is_function(StringOrReport) ->
    logs(true, Level, StringOrReport, none, maps:merge(Location, Meta));
macro_log(Location, Level, FormatOrFun, Args) -> macro_log(Location, Level, FormatOrFun, Args, #{}).

-doc false.
macro_log(Location, Level, FormatOrFun, Args, Meta) ->
    logs(true, Level, FormatOrFun, {args, Args}, maps:merge(Location, Meta)).

level_passes(Level) ->
    #{primary := #{level := Limit}} = logger_config:current(),
    logger_config:number(Level) =< logger_config:number(Limit).

logs(false, _, _, _, _) ->
    ok;
logs(true, Level, X, none, Meta) when is_map(Meta) ->
    allowed(Level, message(X), Meta);
logs(true, Level, Fun, {args, Arg}, Meta) when is_function(Fun, 1), is_map(Meta) ->
    try Fun(Arg) of
        {Format, Args} when is_list(Format), is_list(Args) -> allowed(Level, {Format, Args}, Meta);
        ignore -> ok;
        Other ->
            case message(Other) of
                {string, _} = Message -> allowed(Level, Message, Meta);
                Message -> allowed(Level, Message, Meta)
            end
    catch
        Class:Reason -> allowed(Level, {"LAZY_FUN CRASH: ~tp; Reason: ~tp", [{Fun, Arg}, {Class, Reason}]}, Meta)
    end;
logs(true, Level, Format, {args, Args}, Meta) when is_list(Args), is_map(Meta), is_list(Format) orelse is_binary(Format) orelse is_atom(Format) ->
    allowed(Level, {Format, Args}, Meta).

message(Report) when is_map(Report) -> {report, Report};
message([First | _] = Report) when is_tuple(First) -> {report, Report};
message(Text) when is_list(Text); is_binary(Text) -> {string, Text}.

%% An event of a process whose group leader is on another node goes there too.
allowed(Level, Message, Meta0) ->
    Config = logger_config:current(),
    #{primary := #{metadata := Common}} = Config,
    Own = case get('$logger_metadata$') of
              undefined -> Meta0;
              Mine -> maps:merge(Mine, Meta0)
          end,
    Meta = add_default_metadata(maps:merge(Common, Own)),
    remote(node(maps:get(gl, Meta)), Level, Message, Meta),
    handed_out(#{level => Level, msg => Message, meta => Meta}, Config).

remote(Node, _, _, _) when Node =:= node() ->
    ok;
remote(Node, Level, {Kind, Text}, Meta) when Kind =:= report; Kind =:= string ->
    _ = erlang:send({logger_proxy, Node}, {log, Level, Text, Meta}, [noconnect]),
    ok;
remote(Node, Level, {Format, Args}, Meta) ->
    _ = erlang:send({logger_proxy, Node}, {log, Level, Format, Args, Meta}, [noconnect]),
    ok.

handed_out(Event, #{primary := #{filters := Filters, filter_default := Default}, handlers := Handlers}) ->
    case filtered(Filters, Event, Default, primary) of
        stop -> ok;
        Passed -> lists:foreach(fun(Handler) -> handle_event(Handler, Passed) end, Handlers)
    end,
    ok.

handle_event(#{id := Id, module := Module, level := Limit, filters := Filters, filter_default := Default} = Config, #{level := Level} = Event) ->
    case logger_config:number(Level) =< logger_config:number(Limit) andalso filtered(Filters, Event, Default, Id) of
        false -> ok;
        stop -> ok;
        Passed ->
            try Module:log(Passed, maps:without([level, filters, filter_default], Config)) of
                _ -> ok
            catch
                Class:Reason:Stack -> handler_failed(Id, Config, Passed, {Class, Reason, Stack})
            end
    end.

%% stop, or the event as the last filter left it.
filtered([], Event, log, _) -> Event;
filtered([], _, stop, _) -> stop;
filtered([{Id, {Fun, Arg}} = Filter | Filters], Event, Default, Owner) ->
    try Fun(Event, Arg) of
        stop -> stop;
        ignore -> filtered(Filters, Event, Default, Owner);
        #{level := Level, msg := {_, _}, meta := Meta} = New when is_atom(Level), is_map(Meta) ->
            filtered(Filters, New, log, Owner);
        Bad ->
            filter_failed(Id, Filter, Owner, Event, {bad_return_value, Bad}),
            filtered(Filters, Event, Default, Owner)
    catch
        Class:Reason:Stack ->
            filter_failed(Id, Filter, Owner, Event, {Class, Reason, own_frames(Stack)}),
            filtered(Filters, Event, Default, Owner)
    end.

own_frames(Stack) -> lists:takewhile(fun(Frame) -> element(1, Frame) =/= ?MODULE end, Stack).

%% What fails is removed, so that the next event does not fail again.
filter_failed(Id, Filter, Owner, Event, Reason) ->
    Removed = case Owner of
                  primary -> remove_primary_filter(Id);
                  _ -> remove_handler_filter(Owner, Id)
              end,
    internal(Removed, {removed_failing_filter, Id},
             [{logger, removed_failing_filter}, {filter, Filter}, {owner, Owner}, {log_event, Event}, {reason, Reason}]).

handler_failed(Id, Config, Event, {Class, Reason, Stack}) ->
    Removed = remove_handler(Id),
    internal(Removed, {removed_failing_handler, Id},
             [{logger, removed_failing_handler}, {handler, {Id, maps:get(module, Config)}}, {log_event, Event}, {config, Config},
              {reason, {Class, Reason, own_frames(Stack)}}]).

internal(ok, Short, Report) ->
    io:format(standard_error, "Logger - error: ~0tp~n", [Short]),
    spawn(fun() -> log(debug, Report, #{internal_log_event => true, mfa => {?MODULE, internal, 3}}) end),
    ok;
internal(_, _, _) ->
    ok.

%%% Levels

-doc """
Compares two levels by severity.

    1> logger:compare_levels(error, info).
    gt
""".
-spec compare_levels(atom(), atom()) -> eq | gt | lt.
compare_levels(A, B) ->
    logger_config:is_level(A) andalso logger_config:is_level(B) orelse erlang:error(badarg, [A, B]),
    case {logger_config:number(A), logger_config:number(B)} of
        {N, N} -> eq;
        {N, M} when N < M -> gt;
        _ -> lt
    end.

-doc """
Tells whether an event of Module at Level passes the primary level or that of the module.

    1> logger:allow(error, lists).
    true
""".
-spec allow(atom(), module()) -> boolean().
allow(Level, Module) ->
    #{primary := #{level := Primary}, modules := Modules} = logger_config:current(),
    logger_config:number(Level) =< logger_config:number(case Modules of #{Module := Own} -> Own; _ -> Primary end).

-doc "The time for the metadata of an event, in microseconds.".
-spec timestamp() -> integer().
timestamp() -> erlang:system_time(microsecond).

-doc false.
add_default_metadata(Meta) ->
    maps:merge(#{pid => self(), gl => group_leader(), time => timestamp()}, Meta).

%%% Metadata of processes

-doc "Sets the metadata that all events of the calling process have.".
-spec set_process_metadata(map()) -> ok.
set_process_metadata(Meta) when is_map(Meta) ->
    put('$logger_metadata$', Meta),
    ok;
set_process_metadata(Meta) ->
    erlang:error(badarg, [Meta]).

-doc "Adds to the metadata that all events of the calling process have.".
-spec update_process_metadata(map()) -> ok.
update_process_metadata(Meta) when is_map(Meta) ->
    case get_process_metadata() of
        undefined -> set_process_metadata(Meta);
        Old -> set_process_metadata(maps:merge(Old, Meta))
    end;
update_process_metadata(Meta) ->
    erlang:error(badarg, [Meta]).

-doc """
The metadata that all events of the calling process have.

    1> logger:get_process_metadata().
    undefined
""".
-spec get_process_metadata() -> map() | undefined.
get_process_metadata() -> get('$logger_metadata$').

-doc "Forgets the metadata of the calling process.".
-spec unset_process_metadata() -> ok.
unset_process_metadata() ->
    erase('$logger_metadata$'),
    ok.

%%% Configuration: #{primary, handlers in their order, modules, proxy}

%% Runs Change(Config) in the process logger: {Answer, NewConfig}, or the answer alone.
change(Change) ->
    case whereis(?MODULE) of
        Pid when Pid =:= self() ->
            changed(Change);
        _ ->
            {ok, Answer} = gen:call(?MODULE, '$gen_call', {change, Change}, infinity),
            Answer
    end.

changed(Change) ->
    case Change(logger_config:current()) of
        {Answer, New} when is_map(New) ->
            ok = logger_config:write(New),
            Answer;
        Answer ->
            Answer
    end.

-doc false.
handle({'$gen_call', From, {change, Change}}) ->
    Answer = try changed(Change) catch Class:Reason -> {error, {Class, Reason}} end,
    gen:reply(From, Answer);
handle({log, Level, Format, Args, Meta}) ->
    case logger_config:number(Level) =< logger_config:number(maps:get(level, maps:get(primary, logger_config:current()))) of
        true -> allowed(Level, {Format, Args}, Meta);
        false -> ok
    end;
handle(_) ->
    ok.

%% Events of processes on other nodes whose group leader is here.
-doc false.
handle_proxy({log, Level, Format, Args, Meta}) -> proxied(Level, {Format, Args}, Meta);
handle_proxy({log, Level, StringOrReport, Meta}) -> proxied(Level, message(StringOrReport), Meta);
handle_proxy(_) -> ok.

proxied(Level, Message, Meta) ->
    try level_passes(Level) andalso handed_out(#{level => Level, msg => Message, meta => Meta}, logger_config:current()) of
        _ -> ok
    catch
        _:_ -> ok
    end.

-doc "The whole configuration of the logger.".
-spec get_config() -> map().
get_config() ->
    #{primary => get_primary_config(), handlers => get_handler_config(), proxy => get_proxy_config(), module_levels => get_module_level()}.

-doc "Sets everything back to what it was when the node started.".
-spec reconfigure() -> ok.
reconfigure() -> change(fun(_) -> {ok, logger_config:initial()} end).

%%% Primary configuration

-doc "The level, filters and metadata that all events pass first.".
-spec get_primary_config() -> map().
get_primary_config() -> maps:get(primary, logger_config:current()).

-doc "Sets the primary configuration; what is not given becomes the default.".
-spec set_primary_config(map()) -> ok | {error, term()}.
set_primary_config(Primary) -> primary(Primary, fun(_) -> logger_config:default_primary() end).

-doc "Sets one key of the primary configuration.".
-spec set_primary_config(atom(), term()) -> ok | {error, term()}.
set_primary_config(Key, Value) -> primary(#{Key => Value}, fun(Old) -> Old end).

-doc "Changes the given keys of the primary configuration.".
-spec update_primary_config(map()) -> ok | {error, term()}.
update_primary_config(Primary) -> primary(Primary, fun(Old) -> Old end).

primary(Changes, Base) when is_map(Changes) ->
    change(fun(#{primary := Old} = Config) ->
        case logger_config:check_all(Changes, [level, filters, filter_default, metadata], invalid_primary_config) of
            ok -> {ok, Config#{primary := maps:merge(Base(Old), Changes)}};
            Error -> Error
        end
    end);
primary(Other, _) ->
    {error, {invalid_config, Other}}.

-doc "Adds a filter {Fun, Arg} that all events pass: Fun(Event, Arg) returns stop, ignore or an event.".
-spec add_primary_filter(atom(), {fun((map(), term()) -> term()), term()}) -> ok | {error, term()}.
add_primary_filter(Id, Filter) ->
    change(fun(#{primary := #{filters := Filters} = Primary} = Config) ->
        case added_filter(Id, Filter, Filters) of
            {ok, New} -> {ok, Config#{primary := Primary#{filters := New}}};
            Error -> Error
        end
    end).

added_filter(Id, Filter, Filters) ->
    case {logger_config:check_filter({Id, Filter}), lists:keymember(Id, 1, Filters)} of
        {ok, false} -> {ok, Filters ++ [{Id, Filter}]};
        {ok, true} -> {error, {already_exist, Id}};
        {Error, _} -> Error
    end.

-doc "Removes a primary filter.".
-spec remove_primary_filter(atom()) -> ok | {error, term()}.
remove_primary_filter(Id) ->
    change(fun(#{primary := #{filters := Filters} = Primary} = Config) ->
        case lists:keytake(Id, 1, Filters) of
            {value, _, Rest} -> {ok, Config#{primary := Primary#{filters := Rest}}};
            false -> {error, {not_found, Id}}
        end
    end).

%%% Handlers

-doc "Adds a handler: Module:log(Event, Config) is called for the events that pass its level and filters.".
-spec add_handler(atom(), module(), map()) -> ok | {error, term()}.
add_handler(Id, _, _) when not is_atom(Id) -> {error, {invalid_id, Id}};
add_handler(_, Module, _) when not is_atom(Module) -> {error, {invalid_module, Module}};
add_handler(_, _, Given) when not is_map(Given) -> {error, {invalid_config, Given}};
add_handler(Id, Module, Given) ->
    Config = maps:merge(handler_defaults(Id, Module), Given#{id => Id, module => Module}),
    change(fun(#{handlers := Handlers} = All) ->
        case {find(Id, Handlers), logger_config:check_all(Config, any, invalid_handler_config), loggable(Module)} of
            {{ok, _}, _, _} -> {error, {already_exist, Id}};
            {_, {error, _} = Error, _} -> Error;
            {_, _, {error, _} = Error} -> Error;
            _ ->
                case callback(Module, adding_handler, [Config], {ok, Config}) of
                    {ok, New} -> {ok, All#{handlers := [New | Handlers]}};
                    {error, Reason} -> {error, {handler_not_added, Reason}}
                end
        end
    end).

handler_defaults(Id, Module) ->
    #{id => Id, module => Module, level => all, filters => [], filter_default => log, formatter => {logger_formatter, #{}}}.

loggable(Module) ->
    _ = (catch Module:module_info(module)),
    case erlang:function_exported(Module, log, 2) of
        true -> ok;
        false -> {error, {invalid_handler, {function_not_exported, {Module, log, 2}}}}
    end.

callback(Module, Function, Args, Default) ->
    case erlang:function_exported(Module, Function, length(Args)) of
        false ->
            Default;
        true ->
            _ = whereis(user) =/= undefined andalso group_leader(whereis(user), self()), % for what the callback prints
            try apply(Module, Function, Args) of
                {ok, _} = Good -> Good;
                {error, _} = Bad -> Bad;
                ok -> Default;
                Other -> {error, {callback_return, Other}}
            catch
                Class:Reason -> {error, {callback_crashed, {Class, Reason}}}
            end
    end.

find(Id, Handlers) ->
    case [Handler || #{id := Own} = Handler <- Handlers, Own =:= Id] of
        [Handler] -> {ok, Handler};
        [] -> {error, {not_found, Id}}
    end.

-doc "Adds the handlers that the environment of an application names under logger.".
-spec add_handlers(atom() | [tuple()]) -> ok | {error, term()}.
add_handlers(App) when is_atom(App) ->
    add_handlers(application:get_env(App, logger, []));
add_handlers([{handler, Id, Module, Config} | Rest]) ->
    case add_handler(Id, Module, Config) of
        ok -> add_handlers(Rest);
        Error -> Error
    end;
add_handlers([{filters, Default, Filters} | Rest]) ->
    _ = update_primary_config(#{filter_default => Default, filters => Filters}),
    add_handlers(Rest);
add_handlers([{module_level, Level, Modules} | Rest]) ->
    _ = set_module_level(Modules, Level),
    add_handlers(Rest);
add_handlers([_ | Rest]) -> add_handlers(Rest);
add_handlers([]) -> ok.

-doc "Removes a handler.".
-spec remove_handler(atom()) -> ok | {error, term()}.
remove_handler(Id) ->
    change(fun(#{handlers := Handlers} = All) ->
        case find(Id, Handlers) of
            {ok, #{module := Module} = Config} ->
                _ = callback(Module, removing_handler, [Config], ok),
                {ok, All#{handlers := lists:delete(Config, Handlers)}};
            Error ->
                Error
        end
    end).

-doc "The names of the handlers.".
-spec get_handler_ids() -> [atom()].
get_handler_ids() -> [Id || #{id := Id} <- maps:get(handlers, logger_config:current())].

-doc "The configurations of all handlers.".
-spec get_handler_config() -> [map()].
get_handler_config() -> [shown_config(Config) || Config <- maps:get(handlers, logger_config:current())].

-doc "The configuration of a handler.".
-spec get_handler_config(atom()) -> {ok, map()} | {error, term()}.
get_handler_config(Id) ->
    case find(Id, maps:get(handlers, logger_config:current())) of
        {ok, Config} -> {ok, shown_config(Config)};
        Error -> Error
    end.

shown_config(#{module := Module} = Config) ->
    case erlang:function_exported(Module, filter_config, 1) of
        true -> try Module:filter_config(Config) catch _:_ -> Config end;
        false -> Config
    end.

-doc "Sets the configuration of a handler; what is not given becomes the default.".
-spec set_handler_config(atom(), map()) -> ok | {error, term()}.
set_handler_config(Id, Config) -> reconfigured(Id, set, Config).

-doc "Sets one key of the configuration of a handler.".
-spec set_handler_config(atom(), atom(), term()) -> ok | {error, term()}.
set_handler_config(Id, Key, Value) -> reconfigured(Id, update, #{Key => Value}, set).

-doc "Changes the given keys of the configuration of a handler.".
-spec update_handler_config(atom(), map()) -> ok | {error, term()}.
update_handler_config(Id, Config) -> reconfigured(Id, update, Config).

-doc "Changes one key of the configuration of a handler; under config the given keys of that map.".
-spec update_handler_config(atom(), atom(), term()) -> ok | {error, term()}.
update_handler_config(Id, Key, Value) -> reconfigured(Id, update, #{Key => Value}).

reconfigured(Id, How, Changes) -> reconfigured(Id, How, Changes, How).

reconfigured(Id, How, Changes, Deep) when is_map(Changes) ->
    change(fun(#{handlers := Handlers} = All) ->
        case find(Id, Handlers) of
            {ok, Old} -> put_handler(Old, proposed(Old, How, Changes), Deep, All);
            Error -> Error
        end
    end);
reconfigured(_, _, Changes, _) ->
    {error, {invalid_config, Changes}}.

proposed(#{id := Id, module := Module}, set, Changes) ->
    maps:merge(handler_defaults(Id, Module), Changes);
proposed(Old, update, Changes) ->
    maps:merge(Old, Changes).

put_handler(#{id := Id, module := Module} = Old, New, Deep, #{handlers := Handlers} = All) ->
    case logger_config:check_all(New, any, invalid_handler_config) of
        ok when map_get(id, New) =/= Id; map_get(module, New) =/= Module ->
            Changed = [Key || Key <- [id, module], maps:get(Key, New) =/= maps:get(Key, Old)],
            {error, {illegal_config_change, maps:with(Changed, Old), maps:with(Changed, New)}};
        ok ->
            case callback(Module, changing_config, [Deep, Old, New], {ok, New}) of
                {ok, Final} ->
                    {ok, All#{handlers := [case Handler of Old -> Final; _ -> Handler end || Handler <- Handlers]}};
                Error ->
                    Error
            end;
        Error ->
            Error
    end.

-doc "Changes the given keys of the formatter's configuration of a handler.".
-spec update_formatter_config(atom(), map()) -> ok | {error, term()}.
update_formatter_config(Id, Changes) when is_map(Changes) ->
    change(fun(#{handlers := Handlers} = All) ->
        case find(Id, Handlers) of
            {ok, #{formatter := {Module, Options}} = Old} ->
                put_handler(Old, Old#{formatter := {Module, maps:merge(Options, Changes)}}, update, All);
            Error -> Error
        end
    end);
update_formatter_config(_, Changes) ->
    {error, {invalid_formatter_config, Changes}}.

-doc "Sets one key of the formatter's configuration of a handler.".
-spec update_formatter_config(atom(), atom(), term()) -> ok | {error, term()}.
update_formatter_config(Id, Key, Value) -> update_formatter_config(Id, #{Key => Value}).

-doc "Adds a filter to a handler.".
-spec add_handler_filter(atom(), atom(), {fun((map(), term()) -> term()), term()}) -> ok | {error, term()}.
add_handler_filter(Id, FilterId, Filter) ->
    filters_of(Id, fun(Filters) -> added_filter(FilterId, Filter, Filters) end).

-doc "Removes a filter from a handler.".
-spec remove_handler_filter(atom(), atom()) -> ok | {error, term()}.
remove_handler_filter(Id, FilterId) ->
    filters_of(Id, fun(Filters) ->
        case lists:keytake(FilterId, 1, Filters) of
            {value, _, Rest} -> {ok, Rest};
            false -> {error, {not_found, FilterId}}
        end
    end).

filters_of(Id, Change) ->
    change(fun(#{handlers := Handlers} = All) ->
        case find(Id, Handlers) of
            {ok, #{filters := Filters} = Old} ->
                case Change(Filters) of
                    {ok, New} -> {ok, All#{handlers := [case H of Old -> Old#{filters := New}; _ -> H end || H <- Handlers]}};
                    Error -> Error
                end;
            Error ->
                Error
        end
    end).

%%% Levels of modules and applications, and the proxy

-doc "Lets events of modules that use the logging macros pass at Level, whatever the primary level is.".
-spec set_module_level(module() | [module()], atom()) -> ok | {error, term()}.
set_module_level(Module, Level) when is_atom(Module) ->
    set_module_level([Module], Level);
set_module_level(Modules, Level) ->
    case is_list(Modules) andalso lists:all(fun is_atom/1, Modules) of
        false -> {error, {not_a_list_of_modules, Modules}};
        true ->
            case logger_config:is_level(Level) of
                false -> {error, {invalid_level, Level}};
                true -> change(fun(#{modules := Old} = All) -> {ok, All#{modules := maps:merge(Old, maps:from_keys(Modules, Level))}} end)
            end
    end.

-doc "Forgets the levels of all modules.".
-spec unset_module_level() -> ok.
unset_module_level() -> change(fun(All) -> {ok, All#{modules := #{}}} end).

-doc "Forgets the level of some modules.".
-spec unset_module_level(module() | [module()]) -> ok | {error, term()}.
unset_module_level(Module) when is_atom(Module) -> unset_module_level([Module]);
unset_module_level(Modules) ->
    case is_list(Modules) andalso lists:all(fun is_atom/1, Modules) of
        true -> change(fun(#{modules := Old} = All) -> {ok, All#{modules := maps:without(Modules, Old)}} end);
        false -> {error, {not_a_list_of_modules, Modules}}
    end.

-doc "The levels of all modules that have one.".
-spec get_module_level() -> [{module(), atom()}].
get_module_level() -> lists:sort(maps:to_list(maps:get(modules, logger_config:current()))).

-doc "The levels of some modules, as far as they have one.".
-spec get_module_level(module() | [module()]) -> [{module(), atom()}].
get_module_level(Module) when is_atom(Module) -> get_module_level([Module]);
get_module_level(Modules) when is_list(Modules) -> [Pair || {Module, _} = Pair <- get_module_level(), lists:member(Module, Modules)].

-doc "Sets the level of all modules of an application.".
-spec set_application_level(atom(), atom()) -> ok | {error, term()}.
set_application_level(App, Level) ->
    case application:get_key(App, modules) of
        {ok, Modules} -> set_module_level(Modules, Level);
        undefined -> {error, {not_loaded, App}}
    end.

-doc "Forgets the levels of all modules of an application.".
-spec unset_application_level(atom()) -> ok | {error, term()}.
unset_application_level(App) ->
    case application:get_key(App, modules) of
        {ok, Modules} -> unset_module_level(Modules);
        undefined -> {error, {not_loaded, App}}
    end.

-doc "The configuration of the process that gets events of other nodes.".
-spec get_proxy_config() -> map().
get_proxy_config() -> maps:get(proxy, logger_config:current()).

-doc "Sets the configuration of the proxy; what is not given becomes the default.".
-spec set_proxy_config(map()) -> ok | {error, term()}.
set_proxy_config(Proxy) -> proxy(Proxy, fun(_) -> logger_config:default_proxy() end).

-doc "Changes the given keys of the configuration of the proxy.".
-spec update_proxy_config(map()) -> ok | {error, term()}.
update_proxy_config(Proxy) -> proxy(Proxy, fun(Old) -> Old end).

proxy(Changes, Base) when is_map(Changes) ->
    case maps:without(maps:keys(logger_config:default_proxy()), Changes) of
        Wrong when map_size(Wrong) > 0 -> {error, {invalid_olp_config, Wrong}};
        _ -> change(fun(#{proxy := Old} = All) -> {ok, All#{proxy := maps:merge(Base(Old), Changes)}} end)
    end;
proxy(Other, _) ->
    {error, {invalid_config, Other}}.

%%% Reports as text

-doc """
A format and arguments for a report.

    1> logger:format_report(#{a => 1}).
    {"    ~tp: ~tp",[a,1]}
""".
-spec format_report(map() | [term()]) -> {string(), [term()]}.
format_report(Report) when is_map(Report) ->
    format_report(lists:sort(maps:to_list(Report)));
format_report([]) ->
    {"~tp", [[]]};
format_report(Report) when is_list(Report) ->
    case io_lib:printable_list(lists:flatten([Report])) of
        true -> {"~ts", [Report]};
        false -> pairs(Report)
    end;
format_report(Report) ->
    {"~tp", [Report]}.

pairs(Report) ->
    Lines = [pair(Item) || Item <- Report],
    {lists:append(lists:join("\n", [Format || {Format, _} <- Lines])), lists:append([Args || {_, Args} <- Lines])}.

pair({Key, Value}) ->
    case is_list(Value) andalso Value =/= [] andalso io_lib:printable_unicode_list(Value) of
        true -> {"    ~tp: ~ts", [Key, Value]};
        false -> {"    ~tp: ~tp", [Key, Value]}
    end;
pair(Other) ->
    {"    ~tp", [Other]}.

-doc """
As format_report/1, where of #{label, report} only the report is shown.

    1> logger:format_otp_report(#{label => x, report => [{a,1}]}).
    {"    ~tp: ~tp",[a,1]}
""".
-spec format_otp_report(map()) -> {string(), [term()]}.
format_otp_report(#{label := _, report := Report}) -> format_report(Report);
format_otp_report(Report) -> format_report(Report).

-doc """
A stack without the frames of Module at its end.

    1> logger:filter_stacktrace(m, [{a,b,1,[]},{m,f,1,[]}]).
    [{a,b,1,[]}]
""".
-spec filter_stacktrace(module(), [tuple()]) -> [tuple()].
filter_stacktrace(Module, Stack) -> lists:takewhile(fun(Frame) -> element(1, Frame) =/= Module end, Stack).

-doc "Prints the configuration of the logger.".
-spec i() -> ok.
i() -> lists:foreach(fun i/1, [primary, handlers, proxy, modules]).

-doc "Prints one part of the configuration of the logger: primary, handlers, proxy, modules or the name of a handler.".
-spec i(atom()) -> ok.
i(What) -> logger_config:print(What).
