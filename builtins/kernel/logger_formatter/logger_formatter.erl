%% The formatter of log events that the handlers of a node use when they are told nothing else.
-module(logger_formatter).

-export([format/2, check_config/1]).

-doc "The text of a log event.".
-spec format(map(), map()) -> unicode:chardata().
format(#{level := Level, msg := Msg, meta := Meta}, Config0) when is_map(Config0) ->
    Config = completed(Config0),
    #{template := Template} = Config,
    Full = add_title(Level, Meta, Config),
    {Before, Rest} = lists:splitwith(fun(Item) -> Item =/= msg end, Template),
    Head = fill(Level, Full, Before, Config),
    case Rest of
        [msg | After] ->
            Tail = fill(Level, Full, After, Config),
            limited([Head, message(Msg, Full, Head, Tail, Config), Tail], Config);
        [] ->
            limited(Head, Config)
    end.

completed(Config) ->
    Defaults = #{legacy_header => false, single_line => true, chars_limit => unlimited, depth => error_logger:get_format_depth(),
                 max_size => unlimited, time_designator => $T, time_offset => ""},
    Full = maps:merge(Defaults, Config),
    case Full of
        #{template := _} -> Full;
        _ -> Full#{template => default_template(Full)}
    end.

default_template(#{legacy_header := true}) -> [[logger_formatter, header], "\n", msg, "\n"];
default_template(#{single_line := true}) -> [time, " ", level, ": ", msg, "\n"];
default_template(_) -> [time, " ", level, ":\n", msg, "\n"].

%% The older header, for templates that show it.
add_title(Level, #{time := Time} = Meta, #{legacy_header := true} = Config) ->
    Own = maps:get(?MODULE, Meta, #{}),
    Title = case Own of
                #{title := Given} -> Given;
                _ -> title(Level, Meta)
            end,
    Header = ["=", Title, "==== ", legacy_time(Time, Config), " ==="],
    Meta#{?MODULE => Own#{title => Title, header => lists:flatten(Header)}};
add_title(_, Meta, _) ->
    Meta.

title(notice, #{error_logger := #{tag := _}}) -> "INFO REPORT";
title(Level, _) -> string:uppercase(atom_to_list(Level)) ++ " REPORT".

legacy_time(Time, #{time_offset := Offset}) ->
    Micro = Time rem 1000000,
    Seconds = Time div 1000000,
    {{{Year, Month, Day}, {Hour, Minute, Second}}, Zone} =
        if
            Offset =:= 0; Offset =:= "Z"; Offset =:= "z" ->
                {erlang:posixtime_to_universaltime(Seconds), " UTC"};
            true ->
                {erlang:universaltime_to_localtime(erlang:posixtime_to_universaltime(Seconds)), ""}
        end,
    io_lib:format("~w-~s-~4..0w::~2..0w:~2..0w:~2..0w.~6..0w~s", [Day, month(Month), Year, Hour, Minute, Second, Micro, Zone]).

month(N) -> element(N, {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}).

fill(Level, Meta, Template, Config) ->
    [filled(Item, Level, Meta, Config) || Item <- Template].

filled(level, Level, _, _) ->
    atom_to_list(Level);
filled({Key, Yes, No}, Level, Meta, Config) ->
    case value(Key, Meta) of
        {ok, _} -> fill(Level, Meta, Yes, Config);
        error -> fill(Level, Meta, No, Config)
    end;
filled(Key, _, Meta, Config) when is_atom(Key) ->
    shown(Key, value(Key, Meta), Config);
filled([Key | _] = Path, _, Meta, Config) when is_atom(Key) ->
    shown(Path, value(Path, Meta), Config);
filled(Text, _, _, _) ->
    Text.

value([], Value) -> {ok, Value};
value([Key | Path], Meta) when is_map_key(Key, Meta) -> value(Path, maps:get(Key, Meta));
value(Key, Meta) when is_atom(Key), is_map_key(Key, Meta) -> {ok, maps:get(Key, Meta)};
value(_, _) -> error.

shown(_, error, _) -> "";
shown(time, {ok, Time}, Config) -> time_text(Time, Config);
shown(mfa, {ok, {M, F, A}}, _) when is_atom(M), is_atom(F), is_integer(A) -> io_lib:format("~tw:~tw/~w", [M, F, A]);
shown(mfa, {ok, {M, F, A}}, Config) when is_atom(M), is_atom(F), is_list(A) -> shown(mfa, {ok, {M, F, length(A)}}, Config);
shown(_, {ok, Value}, Config) -> plain(Value, Config).

plain(Value, _) when is_atom(Value) -> io_lib:format("~tw", [Value]);
plain(Value, _) when is_integer(Value) -> integer_to_list(Value);
plain(Value, _) when is_pid(Value) -> pid_to_list(Value);
plain(Value, _) when is_reference(Value) -> ref_to_list(Value);
plain(Value, Config) when is_list(Value) ->
    case Value =:= [] orelse io_lib:printable_unicode_list(Value) of
        true -> io_lib:format("~ts", [Value]);
        false -> other(Value, Config)
    end;
plain(Value, Config) -> other(Value, Config).

other(Value, #{single_line := Single}) -> io_lib:format(if Single -> "~0tp"; true -> "~tp" end, [Value]).

time_text(Time, #{time_offset := Offset, time_designator := Designator}) when is_integer(Time) ->
    calendar:system_time_to_rfc3339(Time, [{unit, microsecond}, {offset, Offset}, {time_designator, Designator}]);
time_text(Time, Config) ->
    other(Time, Config).

%%% The message

message({string, Text}, Meta, Head, Tail, #{single_line := Single} = Config) ->
    case string(Text) of
        {ok, Chars} -> joined(Chars, Single, room(Head, Tail, Config));
        error -> message({"INVALID STRING: ~tp", [Text]}, Meta, Head, Tail, Config)
    end;
message({report, Report}, Meta, Head, Tail, Config) ->
    reported(Report, Meta, Config, Head, Tail);
message({Format, Args}, _, Head, Tail, #{single_line := Single} = Config) ->
    joined(formatted(Format, Args, Config, room(Head, Tail, Config)), Single, unlimited).

string(Text) ->
    try unicode:characters_to_list(Text) of
        List when is_list(List) -> {ok, List};
        _ -> error
    catch
        _:_ -> error
    end.

room(_, _, #{chars_limit := unlimited}) -> unlimited;
room(Head, Tail, #{chars_limit := Limit}) -> max(0, Limit - string:length([Head, Tail])).

reported(Report, Meta, #{depth := Depth, single_line := Single} = Config, Head, Tail) ->
    Callback = case Config of
                   #{report_cb := Given} -> Given;
                   _ -> maps:get(report_cb, Meta, fun logger:format_report/1)
               end,
    Room = room(Head, Tail, Config),
    try
        case erlang:fun_info(Callback, arity) of
            {arity, 1} ->
                case Callback(Report) of
                    {Format, Args} when is_list(Format), is_list(Args) -> {format, Format, Args};
                    Bad -> {bad, "REPORT_CB/1 ERROR: ~0tp; Returned: ~0tp", [Report, Bad]}
                end;
            {arity, 2} ->
                Text = Callback(Report, #{depth => Depth, chars_limit => Room, single_line => Single}),
                case string(Text) of
                    {ok, Chars} -> {text, Chars};
                    error -> {bad, "REPORT_CB/2 ERROR: ~0tp; Returned: ~0tp", [Report, Text]}
                end
        end
    of
        {text, Done} -> joined(Done, Single, unlimited);
        {_, F, A} -> joined(formatted(F, A, Config, Room), Single, unlimited)
    catch
        Class:Reason:Stack ->
            {arity, Arity} = erlang:fun_info(Callback, arity),
            joined(formatted("REPORT_CB/" ++ integer_to_list(Arity) ++ " CRASH: ~0tp; Reason: ~0tp", [Report, {Class, Reason, frames(Stack)}], Config, Room),
                   Single, unlimited)
    end.

frames(Stack) -> lists:takewhile(fun(Frame) -> element(1, Frame) =/= ?MODULE end, Stack).

formatted(Format, Args, #{depth := Depth, single_line := Single}, Room) ->
    try
        Scanned = io_lib:scan_format(Format, Args),
        Adapted = [adapt(Item, Depth, Single) || Item <- Scanned],
        case Room of
            unlimited -> io_lib:build_text(Adapted);
            _ -> io_lib:build_text(Adapted, [{chars_limit, Room}])
        end
    catch
        _:_ when Format =:= "FORMAT ERROR: ~0tp - ~0tp" -> "FORMAT ERROR";
        _:_ -> formatted("FORMAT ERROR: ~0tp - ~0tp", [Format, Args], #{depth => Depth, single_line => Single}, Room)
    end.

%% ~p and ~w show terms to the depth that is set; in a single line ~p does not break lines.
adapt(#{control_char := Char, args := [Arg], width := Width} = Spec, Depth, Single) when Char =:= $p; Char =:= $w ->
    Narrow = if Single, Char =:= $p, Width =:= none -> Spec#{width => 0}; true -> Spec end,
    if
        is_integer(Depth) -> Narrow#{control_char => Char - $a + $A, args => [Arg, Depth]};
        true -> Narrow
    end;
adapt(#{control_char := $P, width := none} = Spec, _, true) ->
    Spec#{width => 0};
adapt(Other, _, _) ->
    Other.

joined(Text, Single, Room) ->
    Flat = unicode:characters_to_list(Text),
    Line = if Single -> one_line(string:trim(Flat)); true -> Flat end,
    case Room of
        unlimited -> Line;
        _ ->
            case length(Line) > Room of
                true -> lists:sublist(Line, max(0, Room - 3)) ++ "...";
                false -> Line
            end
    end.

%% Every line break, with a comma before it or not, and the white space around it become ", ".
one_line(Text) ->
    lists:flatten(lists:join(", ", [without_comma(Part) || Part <- string:split(Text, "\n", all)])).

without_comma(Part) ->
    Trimmed = string:trim(string:trim(Part, both), trailing, "\r"),
    string:trim(Trimmed, trailing, ",").

limited(Text, #{max_size := unlimited}) -> Text;
limited(Text, #{max_size := Max}) ->
    case string:length(Text) > Max of
        true ->
            case lists:suffix("\n", unicode:characters_to_list(Text)) of
                true -> string:slice(Text, 0, Max - 4) ++ "...\n";
                false -> string:slice(Text, 0, Max - 3) ++ "..."
            end;
        false -> Text
    end.

%%% The configuration

-doc """
Tells whether a configuration of this formatter is correct.

    1> logger_formatter:check_config(#{single_line => true}).
    ok
""".
-spec check_config(term()) -> ok | {error, term()}.
check_config(Config) when is_map(Config) ->
    case [Wrong || {Key, Value} <- maps:to_list(Config), Wrong <- wrong(Key, Value)] of
        [] -> ok;
        [Reason | _] -> {error, Reason}
    end;
check_config(Config) ->
    {error, {invalid_formatter_config, ?MODULE, Config}}.

wrong(template, Template) ->
    case is_template(Template) of
        true -> [];
        false -> [{invalid_formatter_template, ?MODULE, Template}]
    end;
wrong(Key, Value) ->
    case valid(Key, Value) of
        true -> [];
        false -> [{invalid_formatter_config, ?MODULE, {Key, Value}}]
    end.

valid(chars_limit, Value) -> is_limit(Value);
valid(depth, Value) -> is_limit(Value);
valid(max_size, Value) -> is_limit(Value);
valid(legacy_header, Value) -> is_boolean(Value);
valid(single_line, Value) -> is_boolean(Value);
valid(report_cb, Value) -> is_function(Value, 1) orelse is_function(Value, 2);
valid(time_designator, Value) -> is_integer(Value) andalso Value >= 0 andalso Value =< 255;
valid(time_offset, Value) -> is_integer(Value) orelse Value =:= "" orelse Value =:= "Z" orelse Value =:= "z" orelse is_offset(Value);
valid(_, _) -> false.

is_limit(unlimited) -> true;
is_limit(N) -> is_integer(N) andalso N > 0.

is_offset([Sign, H1, H2, $:, M1, M2]) when Sign =:= $+; Sign =:= $- ->
    lists:all(fun(C) -> C >= $0 andalso C =< $9 end, [H1, H2, M1, M2]);
is_offset(_) -> false.

is_template([]) -> true;
is_template([Key | Rest]) when is_atom(Key) -> is_template(Rest);
is_template([{Key, Yes, No} | Rest]) ->
    (is_atom(Key) orelse is_path(Key)) andalso is_template(Yes) andalso is_template(No) andalso is_template(Rest);
is_template([Item | Rest]) -> (is_path(Item) orelse string(Item) =/= error andalso is_list(Item)) andalso is_template(Rest);
is_template(_) -> false.

is_path([_ | _] = Path) -> lists:all(fun is_atom/1, Path);
is_path(_) -> false.
