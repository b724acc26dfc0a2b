%% The older interface to the logger: its messages and reports are log events, and an event manager named error_logger hands log events
%% to handlers of the older kind, once one is added.
-module(error_logger).

-export([error_msg/1, error_msg/2, format/2, error_report/1, error_report/2,
         warning_msg/1, warning_msg/2, warning_report/1, warning_report/2,
         info_msg/1, info_msg/2, info_report/1, info_report/2, error_info/1, warning_map/0,
         add_report_handler/1, add_report_handler/2, delete_report_handler/1, which_report_handlers/0,
         logfile/1, tty/1, get_format_depth/0, limit_term/1, start/0, start_link/0, stop/0]).
%% The handler of the logger, and the text of reports.
-export([log/2, adding_handler/1, removing_handler/1, report_to_format/1]).

-doc "The same as error_msg(Format, []).".
-spec error_msg(io:format()) -> ok.
error_msg(Format) -> error_msg(Format, []).

-doc "Logs a text at level error.".
-spec error_msg(io:format(), [term()]) -> ok.
error_msg(Format, Args) ->
    message(error, error_msg, error, Format, Args).

-doc "The same as error_msg/2.".
-spec format(io:format(), [term()]) -> ok.
format(#{level := _, msg := _} = Event, Config) when is_map(Config) -> % as the formatter of the log file, where the empty line comes first
    Text = unicode:characters_to_binary(logger_formatter:format(Event, Config)),
    [$\n, binary:part(Text, 0, byte_size(Text) - 1)];
format(Format, Args) -> error_msg(Format, Args).

-doc "The same as warning_msg(Format, []).".
-spec warning_msg(io:format()) -> ok.
warning_msg(Format) -> warning_msg(Format, []).

-doc "Logs a text at level warning.".
-spec warning_msg(io:format(), [term()]) -> ok.
warning_msg(Format, Args) ->
    message(warning, warning_msg, warning_msg, Format, Args).

-doc "The same as info_msg(Format, []).".
-spec info_msg(io:format()) -> ok.
info_msg(Format) -> info_msg(Format, []).

-doc "Logs a text at level notice, titled INFO.".
-spec info_msg(io:format(), [term()]) -> ok.
info_msg(Format, Args) ->
    message(notice, info_msg, info_msg, Format, Args).

-doc "The same as error_report(std_error, Report).".
-spec error_report(term()) -> ok.
error_report(Report) -> error_report(std_error, Report).

-doc "Logs a report of a type at level error.".
-spec error_report(term(), term()) -> ok.
error_report(Type, Report) -> report(error, error_report, Type, Report).

-doc "The same as warning_report(std_warning, Report).".
-spec warning_report(term()) -> ok.
warning_report(Report) -> warning_report(std_warning, Report).

-doc "Logs a report of a type at level warning.".
-spec warning_report(term(), term()) -> ok.
warning_report(Type, Report) -> report(warning, warning_report, Type, Report).

-doc "The same as info_report(std_info, Report).".
-spec info_report(term()) -> ok.
info_report(Report) -> info_report(std_info, Report).

-doc "Logs a report of a type at level notice, titled INFO.".
-spec info_report(term(), term()) -> ok.
info_report(Type, Report) -> report(notice, info_report, Type, Report).

-doc false.
error_info(Error) -> error_report(std_error, Error).

message(Level, Label, Tag, Format, Args) ->
    logger:log(Level, #{label => {?MODULE, Label}, format => Format, args => Args},
               #{error_logger => #{tag => Tag}, report_cb => fun ?MODULE:report_to_format/1}).

report(Level, Tag, Type, Report) ->
    Meta = #{error_logger => #{tag => Tag, type => Type}, report_cb => fun ?MODULE:report_to_format/1},
    logger:log(Level, #{label => {?MODULE, Tag}, report => Report},
               case lists:member(Type, [std_error, std_warning, std_info]) of
                   true -> Meta;
                   false -> Meta#{domain => [Type]}
               end).

-doc false.
report_to_format(#{label := {?MODULE, _}, format := Format, args := Args}) ->
    try io_lib:scan_format(Format, Args) of
        _ -> {Format, Args}
    catch
        _:_ -> {"ERROR: ~tp - ~tp", [Format, Args]}
    end;
report_to_format(#{label := {?MODULE, _}, report := Report}) ->
    case is_list(Report) andalso Report =/= [] andalso not io_lib:printable_unicode_list(Report) of
        true -> lines(Report);
        false when is_list(Report) -> {"~ts\n", [Report]};
        false -> {"~tp\n", [Report]}
    end.

lines(Report) ->
    {Formats, Args} = lists:unzip([line(Item) || Item <- Report]),
    {lists:append(lists:join("\n", Formats)), lists:append(Args)}.

line({Key, Value}) -> {"    ~tp: ~tp", [Key, Value]};
line(Other) -> {"    ~tp", [Other]}.

-doc """
What warnings are logged as.

    1> error_logger:warning_map().
    warning
""".
-spec warning_map() -> warning | error | info.
warning_map() -> warning.

-doc """
The depth to which the logger shows terms.

    1> error_logger:get_format_depth().
    unlimited
""".
-spec get_format_depth() -> unlimited | pos_integer().
get_format_depth() ->
    case application:get_env(kernel, error_logger_format_depth) of
        {ok, Depth} when is_integer(Depth) -> max(10, Depth);
        _ -> unlimited
    end.

-doc false.
limit_term(Term) ->
    case get_format_depth() of
        unlimited -> Term;
        Depth -> io_lib:limit_term(Term, Depth)
    end.

%%% Handlers of the older kind

-doc "The same as add_report_handler(Handler, []).".
-spec add_report_handler(module()) -> ok | term().
add_report_handler(Handler) -> add_report_handler(Handler, []).

-doc "Adds a gen_event handler, which gets log events in their older form.".
-spec add_report_handler(module(), term()) -> ok | term().
add_report_handler(Handler, Args) when is_atom(Handler) ->
    case logger:add_handler(?MODULE, ?MODULE, #{level => info, filter_default => log, filters => []}) of
        ok -> ok;
        {error, {already_exist, _}} -> ok
    end,
    gen_event:add_handler(?MODULE, Handler, Args).

-doc "Removes a handler of the older kind.".
-spec delete_report_handler(module()) -> term().
delete_report_handler(Handler) when is_atom(Handler) ->
    case whereis(?MODULE) of
        undefined ->
            ok;
        _ ->
            Result = gen_event:delete_handler(?MODULE, Handler, []),
            case gen_event:which_handlers(?MODULE) of
                [] -> _ = logger:remove_handler(?MODULE), Result;
                _ -> Result
            end
    end.

-doc """
The handlers of the older kind.

    1> error_logger:which_report_handlers().
    []
""".
-spec which_report_handlers() -> [term()].
which_report_handlers() ->
    case whereis(?MODULE) of
        undefined -> [];
        _ -> gen_event:which_handlers(?MODULE)
    end.

-doc false.
start() ->
    case gen_event:start({local, ?MODULE}) of
        {ok, Pid} -> {ok, Pid};
        {error, {already_started, Pid}} -> {ok, Pid};
        Error -> Error
    end.

-doc false.
start_link() -> start().

-doc false.
stop() ->
    _ = logger:remove_handler(?MODULE),
    ok.

-doc false.
adding_handler(Config) ->
    {ok, _} = start(),
    {ok, Config}.

-doc false.
removing_handler(_) ->
    case whereis(?MODULE) of
        undefined -> ok;
        Pid -> gen_event:stop(Pid)
    end.

-doc false.
log(#{meta := Meta} = Event, _) ->
    case older(Event) of
        {Tag, Pid, Format, Args} -> gen_event:notify(?MODULE, {Tag, maps:get(gl, Meta), {Pid, Format, Args}});
        ignore -> ok
    end.

%% {Tag, Pid, Format or Type, Arguments or Report}.
older(#{msg := {report, #{label := {?MODULE, _}, format := Format, args := Args}}, meta := #{pid := Pid, error_logger := #{tag := Tag}}}) ->
    {Tag, Pid, Format, Args};
older(#{msg := {report, #{label := {?MODULE, _}, report := Report}}, meta := #{pid := Pid, error_logger := #{tag := Tag, type := Type}}}) ->
    {Tag, Pid, Type, Report};
older(#{msg := {report, #{report := Report}}, meta := #{pid := Pid, error_logger := #{tag := Tag, type := Type}}}) ->
    {Tag, Pid, Type, Report};
older(#{level := Level, msg := {report, Report}, meta := #{pid := Pid, error_logger := _} = Meta}) ->
    {Format, Args} = case Meta of
                         #{error_logger := #{report_cb := Callback}} -> Callback(Report);
                         #{report_cb := Callback} when is_function(Callback, 1) -> Callback(Report);
                         _ -> logger:format_report(Report)
                     end,
    {tag(Level, Meta), Pid, Format, Args};
older(#{level := Level, msg := {Format, Args}, meta := #{pid := Pid, error_logger := _} = Meta}) when is_list(Args) ->
    {tag(Level, Meta), Pid, Format, Args};
older(_) ->
    ignore.

tag(_, #{error_logger := #{tag := Tag}}) -> Tag;
tag(warning, _) -> warning_msg;
tag(Level, _) when Level =:= notice; Level =:= info; Level =:= debug -> info_msg;
tag(_, _) -> error.

-doc "Writes all log events to a file too: {open, File}, close or filename.".
-spec logfile({open, file:name_all()} | close | filename) -> ok | {error, term()} | file:name_all().
logfile({open, File}) ->
    case logger:get_handler_config(error_logger_file) of
        {ok, _} -> {error, allready_have_logfile};
        _ ->
            logger:add_handler(error_logger_file, logger_std_h,
                               #{config => #{file => File, modes => [write]}, level => info,
                                 formatter => {?MODULE, #{legacy_header => true, single_line => false}}})
    end;
logfile(close) ->
    case logger:remove_handler(error_logger_file) of
        ok -> ok;
        _ -> {error, module_not_found}
    end;
logfile(filename) ->
    case logger:get_handler_config(error_logger_file) of
        {ok, #{config := #{file := File}}} -> File;
        _ -> {error, no_log_file}
    end.

-doc "Writes log events to the terminal, or no longer.".
-spec tty(boolean()) -> ok.
tty(false) ->
    _ = logger:remove_handler(default),
    ok;
tty(true) ->
    case lists:member(default, logger:get_handler_ids()) of
        true -> ok;
        false ->
            #{handlers := [Default]} = logger_config:initial(),
            logger:add_handler(default, logger_std_h, Default)
    end.
