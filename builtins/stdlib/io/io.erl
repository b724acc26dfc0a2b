%% The client of the I/O protocol: every function sends a request to a device process and waits for its answer.
-module(io).

-export([put_chars/1, put_chars/2, put_chars/3, nl/0, nl/1, write/1, write/2, format/1, format/2, format/3, fwrite/1, fwrite/2, fwrite/3,
         get_chars/2, get_chars/3, get_line/1, get_line/2, get_password/0, get_password/1, fread/2, fread/3,
         read/1, read/2, read/3, read/4, columns/0, columns/1, rows/0, rows/1, getopts/0, getopts/1, setopts/1, setopts/2,
         request/1, request/2, requests/1, requests/2,
         scan_erl_exprs/1, scan_erl_exprs/2, scan_erl_exprs/3, scan_erl_exprs/4,
         scan_erl_form/1, scan_erl_form/2, scan_erl_form/3, scan_erl_form/4,
         parse_erl_exprs/1, parse_erl_exprs/2, parse_erl_exprs/3, parse_erl_exprs/4,
         parse_erl_form/1, parse_erl_form/2, parse_erl_form/3, parse_erl_form/4]).

-type device() :: atom() | pid().
-type format() :: atom() | string() | binary().
-type prompt() :: atom() | unicode:chardata().

-export_type([device/0, format/0, prompt/0]).

%% Sends a request for output. A failure is raised by the exported function itself, so that its arguments stand in the stack trace.
-define(OUTPUT(Device, Request, Arguments),
        case ask(Device, Request, failed) of
            {failed, Reason} -> error(reason(Reason), Arguments, [{error_info, #{module => erl_stdlib_errors, cause => {io, Reason}}}]);
            {error, Reason} -> error(reason(Reason), Arguments, [{error_info, #{module => erl_stdlib_errors, cause => {device, Reason}}}]);
            Answer -> Answer
        end).

-doc """
Writes characters to the standard output.

    1> io:put_chars([$a, "bc", <<"\n">>]).
    abc
    ok
""".
-spec put_chars(CharData :: unicode:chardata()) -> ok.
put_chars(Chars) -> ?OUTPUT(group_leader(), {put_chars, unicode, Chars}, [Chars]).

-doc """
Writes characters to a device.

    1> io:put_chars(standard_io, "abc\n").
    abc
    ok
""".
-spec put_chars(IoDevice :: device(), CharData :: unicode:chardata()) -> ok.
put_chars(Device, Chars) -> ?OUTPUT(Device, {put_chars, unicode, Chars}, [Device, Chars]).

-doc """
Writes characters to a device, where binaries among them have an encoding.

    1> io:put_chars(standard_io, latin1, <<"abc\n">>).
    abc
    ok
""".
-spec put_chars(IoDevice :: device(), Encoding :: latin1 | unicode, CharData :: iodata() | unicode:chardata()) -> ok.
put_chars(Device, Encoding, Chars) -> ?OUTPUT(Device, {put_chars, Encoding, Chars}, [Device, Encoding, Chars]).

-doc """
Writes a new line to the standard output.
""".
-spec nl() -> ok.
nl() -> ?OUTPUT(group_leader(), nl, []).

-doc """
Writes a new line to a device.
""".
-spec nl(IoDevice :: device()) -> ok.
nl(Device) -> ?OUTPUT(Device, nl, [Device]).

-doc """
Writes a term to the standard output, as `~w` does.
""".
-spec write(Term :: term()) -> ok.
write(Term) -> ?OUTPUT(group_leader(), {write, Term}, [Term]).

-doc """
Writes a term to a device, as `~w` does.
""".
-spec write(IoDevice :: device(), Term :: term()) -> ok.
write(Device, Term) -> ?OUTPUT(Device, {write, Term}, [Device, Term]).

-doc """
Writes a format without arguments to the standard output.

    1> io:format("abc~n").
    abc
    ok
""".
-spec format(Format :: format()) -> ok.
format(Format) -> ?OUTPUT(group_leader(), {format, Format, []}, [Format]).

-doc """
Writes a format, filled as io_lib:format/2 fills it, to the standard output.

    1> io:format("~p ~s~n", [{a, "b"}, "b"]).
    {a,"b"} b
    ok
""".
-spec format(Format :: format(), Data :: [term()]) -> ok.
format(Format, Data) -> ?OUTPUT(group_leader(), {format, Format, Data}, [Format, Data]).

-doc """
Writes a format, filled as io_lib:format/2 fills it, to a device.

    1> io:format(standard_io, "~5b~n", [7]).
        7
    ok
""".
-spec format(IoDevice :: device(), Format :: format(), Data :: [term()]) -> ok.
format(Device, Format, Data) -> ?OUTPUT(Device, {format, Format, Data}, [Device, Format, Data]).

-doc """
Writes a format without arguments to the standard output.

    1> io:fwrite("abc~n").
    abc
    ok
""".
-spec fwrite(Format :: format()) -> ok.
fwrite(Format) -> ?OUTPUT(group_leader(), {format, Format, []}, [Format]).

-doc """
Writes a format, filled as io_lib:format/2 fills it, to the standard output.

    1> io:fwrite("~p ~s~n", [{a, "b"}, "b"]).
    {a,"b"} b
    ok
""".
-spec fwrite(Format :: format(), Data :: [term()]) -> ok.
fwrite(Format, Data) -> ?OUTPUT(group_leader(), {format, Format, Data}, [Format, Data]).

-doc """
Writes a format, filled as io_lib:format/2 fills it, to a device.

    1> io:fwrite(standard_io, "~5b~n", [7]).
        7
    ok
""".
-spec fwrite(IoDevice :: device(), Format :: format(), Data :: [term()]) -> ok.
fwrite(Device, Format, Data) -> ?OUTPUT(Device, {format, Format, Data}, [Device, Format, Data]).

-doc """
Reads Count characters from the standard input, after it has shown Prompt.
""".
-spec get_chars(Prompt :: prompt(), Count :: non_neg_integer()) -> string() | binary() | {error, Description :: term()} | eof.
get_chars(Prompt, Count) -> get_chars(group_leader(), Prompt, Count).

-doc """
Reads Count characters from a device, after it has shown Prompt.
""".
-spec get_chars(IoDevice :: device(), Prompt :: prompt(), Count :: non_neg_integer()) -> string() | binary() | {error, Description :: term()} | eof.
get_chars(Device, Prompt, Count) when is_integer(Count), Count >= 0 -> request(Device, {get_chars, unicode, Prompt, Count}).

-doc """
Reads a line from the standard input, after it has shown Prompt.
""".
-spec get_line(Prompt :: prompt()) -> string() | binary() | {error, Description :: term()} | eof.
get_line(Prompt) -> get_line(group_leader(), Prompt).

-doc """
Reads a line from a device, after it has shown Prompt.
""".
-spec get_line(IoDevice :: device(), Prompt :: prompt()) -> string() | binary() | {error, Description :: term()} | eof.
get_line(Device, Prompt) -> request(Device, {get_line, unicode, Prompt}).

-doc """
Reads a line from the standard input that is not shown while it is typed.
""".
-spec get_password() -> string() | binary() | {error, Description :: term()} | eof.
get_password() -> get_password(group_leader()).

-doc """
Reads a line from a device that is not shown while it is typed.
""".
-spec get_password(IoDevice :: device()) -> string() | binary() | {error, Description :: term()} | eof.
get_password(Device) -> request(Device, {get_password, unicode}).

-doc """
Reads from the standard input by a format, as io_lib:fread/2 does.
""".
-spec fread(Prompt :: prompt(), Format :: format()) -> {ok, [term()]} | {error, {fread, atom()}} | {error, Description :: term()} | eof.
fread(Prompt, Format) -> fread(group_leader(), Prompt, Format).

-doc """
Reads from a device by a format, as io_lib:fread/2 does.
""".
-spec fread(IoDevice :: device(), Prompt :: prompt(), Format :: format()) -> {ok, [term()]} | {error, {fread, atom()}} | {error, Description :: term()} | eof.
fread(Device, Prompt, Format) -> request(Device, {fread, Prompt, Format}).

-doc """
Reads a term, with a full stop behind it, from the standard input.
""".
-spec read(Prompt :: prompt()) -> {ok, term()} | {error, Description :: term()} | eof.
read(Prompt) -> read(group_leader(), Prompt).

-doc """
Reads a term, with a full stop behind it, from a device.
""".
-spec read(IoDevice :: device(), Prompt :: prompt()) -> {ok, term()} | {error, Description :: term()} | eof.
read(Device, Prompt) ->
    case read(Device, Prompt, 1) of
        {ok, Term, _} -> {ok, Term};
        {error, Description, _} -> {error, Description};
        {eof, _} -> eof;
        Other -> Other
    end.

-doc """
As read/2; also returns where the term ended, when it begins at Location.
""".
-spec read(IoDevice :: device(), Prompt :: prompt(), Location :: term()) -> {ok, term(), EndLocation :: term()} | {eof, term()} | {error, term(), term()} | {error, Description :: term()} | eof.
read(Device, Prompt, Location) -> read(Device, Prompt, Location, []).

-doc """
As read/3, with options of the scanner.
""".
-spec read(IoDevice :: device(), Prompt :: prompt(), Location :: term(), Options :: [term()]) -> {ok, term(), EndLocation :: term()} | {eof, term()} | {error, term(), term()} | {error, Description :: term()} | eof.
read(Device, Prompt, Location, Options) -> parsed(Device, Prompt, Location, Options, fun erl_parse:parse_term/1).

-doc """
Reads the tokens of expressions from the standard input.
""".
-spec scan_erl_exprs(Prompt :: prompt()) -> {ok, Tokens :: term(), EndLocation :: term()} | {eof, term()} | {error, term(), term()} | {error, Description :: term()} | eof.
scan_erl_exprs(Prompt) -> scan_erl_exprs(group_leader(), Prompt).

-doc """
Reads the tokens of expressions from a device.
""".
-spec scan_erl_exprs(IoDevice :: device(), Prompt :: prompt()) -> {ok, Tokens :: term(), EndLocation :: term()} | {eof, term()} | {error, term(), term()} | {error, Description :: term()} | eof.
scan_erl_exprs(Device, Prompt) -> scan_erl_exprs(Device, Prompt, 1).

-doc """
Reads the tokens of expressions from a device, which begins at Location.
""".
-spec scan_erl_exprs(IoDevice :: device(), Prompt :: prompt(), Location :: term()) -> {ok, Tokens :: term(), EndLocation :: term()} | {eof, term()} | {error, term(), term()} | {error, Description :: term()} | eof.
scan_erl_exprs(Device, Prompt, Location) -> scan_erl_exprs(Device, Prompt, Location, []).

-doc """
As scan_erl_exprs/3, with options of the scanner.
""".
-spec scan_erl_exprs(IoDevice :: device(), Prompt :: prompt(), Location :: term(), Options :: [term()]) -> {ok, Tokens :: term(), EndLocation :: term()} | {eof, term()} | {error, term(), term()} | {error, Description :: term()} | eof.
scan_erl_exprs(Device, Prompt, Location, Options) -> tokens(Device, Prompt, Location, Options).

-doc """
Reads the syntax tree of expressions from the standard input.
""".
-spec parse_erl_exprs(Prompt :: prompt()) -> {ok, Tree :: term(), EndLocation :: term()} | {eof, term()} | {error, term(), term()} | {error, Description :: term()} | eof.
parse_erl_exprs(Prompt) -> parse_erl_exprs(group_leader(), Prompt).

-doc """
Reads the syntax tree of expressions from a device.
""".
-spec parse_erl_exprs(IoDevice :: device(), Prompt :: prompt()) -> {ok, Tree :: term(), EndLocation :: term()} | {eof, term()} | {error, term(), term()} | {error, Description :: term()} | eof.
parse_erl_exprs(Device, Prompt) -> parse_erl_exprs(Device, Prompt, 1).

-doc """
Reads the syntax tree of expressions from a device, which begins at Location.
""".
-spec parse_erl_exprs(IoDevice :: device(), Prompt :: prompt(), Location :: term()) -> {ok, Tree :: term(), EndLocation :: term()} | {eof, term()} | {error, term(), term()} | {error, Description :: term()} | eof.
parse_erl_exprs(Device, Prompt, Location) -> parse_erl_exprs(Device, Prompt, Location, []).

-doc """
As parse_erl_exprs/3, with options of the scanner.
""".
-spec parse_erl_exprs(IoDevice :: device(), Prompt :: prompt(), Location :: term(), Options :: [term()]) -> {ok, Tree :: term(), EndLocation :: term()} | {eof, term()} | {error, term(), term()} | {error, Description :: term()} | eof.
parse_erl_exprs(Device, Prompt, Location, Options) -> parsed(Device, Prompt, Location, Options, fun erl_parse:parse_exprs/1).

-doc """
Reads the tokens of a form from the standard input.
""".
-spec scan_erl_form(Prompt :: prompt()) -> {ok, Tokens :: term(), EndLocation :: term()} | {eof, term()} | {error, term(), term()} | {error, Description :: term()} | eof.
scan_erl_form(Prompt) -> scan_erl_form(group_leader(), Prompt).

-doc """
Reads the tokens of a form from a device.
""".
-spec scan_erl_form(IoDevice :: device(), Prompt :: prompt()) -> {ok, Tokens :: term(), EndLocation :: term()} | {eof, term()} | {error, term(), term()} | {error, Description :: term()} | eof.
scan_erl_form(Device, Prompt) -> scan_erl_form(Device, Prompt, 1).

-doc """
Reads the tokens of a form from a device, which begins at Location.
""".
-spec scan_erl_form(IoDevice :: device(), Prompt :: prompt(), Location :: term()) -> {ok, Tokens :: term(), EndLocation :: term()} | {eof, term()} | {error, term(), term()} | {error, Description :: term()} | eof.
scan_erl_form(Device, Prompt, Location) -> scan_erl_form(Device, Prompt, Location, []).

-doc """
As scan_erl_form/3, with options of the scanner.
""".
-spec scan_erl_form(IoDevice :: device(), Prompt :: prompt(), Location :: term(), Options :: [term()]) -> {ok, Tokens :: term(), EndLocation :: term()} | {eof, term()} | {error, term(), term()} | {error, Description :: term()} | eof.
scan_erl_form(Device, Prompt, Location, Options) -> tokens(Device, Prompt, Location, Options).

-doc """
Reads the syntax tree of a form from the standard input.
""".
-spec parse_erl_form(Prompt :: prompt()) -> {ok, Tree :: term(), EndLocation :: term()} | {eof, term()} | {error, term(), term()} | {error, Description :: term()} | eof.
parse_erl_form(Prompt) -> parse_erl_form(group_leader(), Prompt).

-doc """
Reads the syntax tree of a form from a device.
""".
-spec parse_erl_form(IoDevice :: device(), Prompt :: prompt()) -> {ok, Tree :: term(), EndLocation :: term()} | {eof, term()} | {error, term(), term()} | {error, Description :: term()} | eof.
parse_erl_form(Device, Prompt) -> parse_erl_form(Device, Prompt, 1).

-doc """
Reads the syntax tree of a form from a device, which begins at Location.
""".
-spec parse_erl_form(IoDevice :: device(), Prompt :: prompt(), Location :: term()) -> {ok, Tree :: term(), EndLocation :: term()} | {eof, term()} | {error, term(), term()} | {error, Description :: term()} | eof.
parse_erl_form(Device, Prompt, Location) -> parse_erl_form(Device, Prompt, Location, []).

-doc """
As parse_erl_form/3, with options of the scanner.
""".
-spec parse_erl_form(IoDevice :: device(), Prompt :: prompt(), Location :: term(), Options :: [term()]) -> {ok, Tree :: term(), EndLocation :: term()} | {eof, term()} | {error, term(), term()} | {error, Description :: term()} | eof.
parse_erl_form(Device, Prompt, Location, Options) -> parsed(Device, Prompt, Location, Options, fun erl_parse:parse_form/1).

tokens(Device, Prompt, Location, Options) ->
    request(Device, {get_until, unicode, Prompt, erl_scan, tokens, [Location, Options]}).

parsed(Device, Prompt, Location, Options, Parse) ->
    case tokens(Device, Prompt, Location, Options) of
        {ok, Tokens, End} ->
            case Parse(Tokens) of
                {ok, Value} -> {ok, Value, End};
                {error, Description} -> {error, Description, End}
            end;
        Other -> Other
    end.

-doc """
Returns how many columns the standard output has.
""".
-spec columns() -> {ok, pos_integer()} | {error, enotsup}.
columns() -> columns(group_leader()).

-doc """
Returns how many columns a device has.
""".
-spec columns(IoDevice :: device()) -> {ok, pos_integer()} | {error, enotsup}.
columns(Device) ->
    case request(Device, {get_geometry, columns}) of
        N when is_integer(N), N > 0 -> {ok, N};
        _ -> {error, enotsup}
    end.

-doc """
Returns how many rows the standard output has.
""".
-spec rows() -> {ok, pos_integer()} | {error, enotsup}.
rows() -> rows(group_leader()).

-doc """
Returns how many rows a device has.
""".
-spec rows(IoDevice :: device()) -> {ok, pos_integer()} | {error, enotsup}.
rows(Device) ->
    case request(Device, {get_geometry, rows}) of
        N when is_integer(N), N > 0 -> {ok, N};
        _ -> {error, enotsup}
    end.

-doc """
Returns the options of the standard input.
""".
-spec getopts() -> [{atom(), term()}] | {error, term()}.
getopts() -> getopts(group_leader()).

-doc """
Returns the options of a device.
""".
-spec getopts(IoDevice :: device()) -> [{atom(), term()}] | {error, term()}.
getopts(Device) -> request(Device, getopts).

-doc """
Sets options of the standard input: `binary` or `list` for what is read, `{encoding,Encoding}`, `{echo,Boolean}`, `{expand_fun,Fun}`.
""".
-spec setopts(Options :: [term()]) -> ok | {error, term()}.
setopts(Options) -> setopts(group_leader(), Options).

-doc """
Sets options of a device.
""".
-spec setopts(IoDevice :: device(), Options :: [term()]) -> ok | {error, term()}.
setopts(Device, Options) -> request(Device, {setopts, Options}).

-doc """
Sends a request to the standard output and returns the answer.
""".
-spec request(Request :: term()) -> term().
request(Request) -> request(group_leader(), Request).

-doc """
Sends a request to a device and returns the answer.
""".
-spec request(IoDevice :: device(), Request :: term()) -> term().
request(Device, Request) -> ask(Device, Request, error).

-doc """
Sends requests to the standard output, which carries them out without others in between, and returns the answer to the last one.
""".
-spec requests(Requests :: [term()]) -> term().
requests(Requests) -> requests(group_leader(), Requests).

-doc """
Sends requests to a device, as requests/1 does.
""".
-spec requests(IoDevice :: device(), Requests :: [term()]) -> term().
requests(Device, Requests) -> ask(Device, {requests, Requests}, error).

%% What a device says of itself is {error, Reason}; what is found out here has the given tag, so that the two can be told apart.
ask(standard_io, Request, Tag) -> ask(group_leader(), Request, Tag);
ask(Device, _, Tag) when Device =:= self() -> {Tag, calling_self};
ask(Device, Request, Tag) when is_pid(Device) ->
    Monitor = erlang:monitor(process, Device),
    Device ! {io_request, self(), Monitor, message(Device, Request)},
    receive
        {io_reply, Monitor, Answer} ->
            erlang:demonitor(Monitor, [flush]),
            Answer;
        {'DOWN', Monitor, process, _, _} ->
            receive {'EXIT', Device, _} -> ok after 0 -> ok end,
            {Tag, terminated}
    end;
ask(Name, Request, Tag) when is_atom(Name) ->
    case whereis(Name) of
        undefined -> {Tag, arguments};
        Device -> ask(Device, Request, Tag)
    end.

%% The request as the protocol has it. Characters go as a binary, which is smaller than a list.
message(_, nl) -> {put_chars, unicode, "\n"};
message(_, {write, Term}) -> {put_chars, unicode, io_lib, write, [Term]};
message(_, {format, Format, Data}) -> {put_chars, unicode, io_lib, format, [Format, Data]};
message(_, {fwrite, Format, Data}) -> {put_chars, unicode, io_lib, fwrite, [Format, Data]};
message(_, {fread, Prompt, Format}) -> {get_until, unicode, Prompt, io_lib, fread, [Format]};
message(Device, {put_chars, Encoding, Chars} = Request) when is_list(Chars) ->
    To = case node(Device) =:= node() of
        true -> Encoding;
        false -> unicode
    end,
    case catch unicode:characters_to_binary(Chars, Encoding, To) of
        Binary when is_binary(Binary) -> {put_chars, To, Binary};
        _ -> Request
    end;
message(Device, {requests, Requests}) -> {requests, messages(Device, Requests)};
message(_, Request) -> Request.

messages(Device, [{requests, Inner} | Requests]) -> messages(Device, Inner) ++ messages(Device, Requests);
messages(Device, [Request | Requests]) -> [message(Device, Request) | messages(Device, Requests)];
messages(_, []) -> [].

reason(Reason) when Reason =:= terminated; Reason =:= calling_self -> Reason;
reason({no_translation, _, _}) -> no_translation;
reason(_) -> badarg.
