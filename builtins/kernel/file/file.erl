%% What file does with an open file is asked of the process that has it open; the rest of the module is native.
-module(file).

-export([get_cwd/1, write_file_info/2, write_file_info/3, allocate/3, sendfile/2, sendfile/5, read/2, read_line/1, write/2, close/1, position/2, pread/2, pread/3, pwrite/2, pwrite/3, truncate/1, sync/1, datasync/1,
         advise/4, copy/2, copy/3, del_dir_r/1, path_open/3, path_consult/2, path_read_file_info/2, format_error/1]).
-export([eval/1, eval/2, path_eval/2, path_script/2, path_script/3, read_file/2,
         script/1, script/2]).

-export_type([name_all/0]).

-type name_all() :: string() | binary() | atom().

-doc """
Reads Number characters of an open file.

    1> file:write_file("/tmp/erlsh_file_read", "hello"), {ok, F} = file:open("/tmp/erlsh_file_read", [read]), file:read(F, 4).
    {ok,"hell"}
""".
-spec read(term(), non_neg_integer()) -> {ok, string() | binary()} | eof | {error, term()}.
read(File, Number) when is_integer(Number), Number >= 0 -> ask(File, {read, Number});
read(_, _) -> {error, badarg}.

-doc """
Reads a line of an open file, the newline included.

    1> file:write_file("/tmp/erlsh_file_line", "one\ntwo"), {ok, F} = file:open("/tmp/erlsh_file_line", [read]), file:read_line(F).
    {ok,"one\n"}
""".
-spec read_line(term()) -> {ok, string() | binary()} | eof | {error, term()}.
read_line(File) -> ask(File, read_line).

-doc """
Writes bytes to an open file.

    1> {ok, F} = file:open("/tmp/erlsh_file_write", [write]), file:write(F, ["a", <<"b">>]).
    ok
""".
-spec write(term(), iodata()) -> ok | {error, term()}.
write(File, Bytes) ->
    try iolist_to_binary(Bytes) of
        Binary -> ask(File, {write, Binary})
    catch
        error:badarg -> {error, badarg}
    end.

-doc """
Closes an open file.

    1> {ok, F} = file:open("/tmp/erlsh_file_close", [write]), file:close(F).
    ok
""".
-spec close(term()) -> ok | {error, term()}.
close(File) ->
    case ask(File, close) of
        {error, terminated} -> ok;
        Answer -> Answer
    end.

-doc """
Sets the position of an open file and returns it: an offset, `bof`, `cur`, `eof`, or one of these with an offset.

    1> file:write_file("/tmp/erlsh_file_pos", "hello"), {ok, F} = file:open("/tmp/erlsh_file_pos", [read]), file:position(F, {eof,-1}).
    {ok,4}
""".
-spec position(term(), term()) -> {ok, integer()} | {error, term()}.
position(File, Where) -> ask(File, {position, Where}).

-doc """
Reads several pieces, each given by position and number of bytes.

    1> file:write_file("/tmp/erlsh_file_pread2", "hello"), {ok, F} = file:open("/tmp/erlsh_file_pread2", [read]), file:pread(F, [{0,1},{4,1}]).
    {ok,["h","o"]}
""".
-spec pread(term(), [{integer(), non_neg_integer()}]) -> {ok, [term()]} | {error, term()}.
pread(File, Places) -> pieces(File, Places, []).

pieces(_, [], Read) -> {ok, lists:reverse(Read)};
pieces(File, [{At, Number} | Places], Read) ->
    case pread(File, At, Number) of
        {ok, Data} -> pieces(File, Places, [Data | Read]);
        eof -> pieces(File, Places, [eof | Read]);
        Error -> Error
    end;
pieces(_, _, _) -> {error, badarg}.

-doc """
Reads Number bytes at a position.

    1> file:write_file("/tmp/erlsh_file_pread", "hello"), {ok, F} = file:open("/tmp/erlsh_file_pread", [read]), file:pread(F, 1, 3).
    {ok,"ell"}
""".
-spec pread(term(), integer(), non_neg_integer()) -> {ok, string() | binary()} | eof | {error, term()}.
pread(File, At, Number) when is_integer(Number), Number >= 0 -> ask(File, {pread, At, Number});
pread(_, _, _) -> {error, badarg}.

-doc """
Writes several pieces, each given by position and bytes.

    1> {ok, F} = file:open("/tmp/erlsh_file_pwrite2", [write]), file:pwrite(F, [{0,"ab"},{1,"c"}]).
    ok
""".
-spec pwrite(term(), [{integer(), iodata()}]) -> ok | {error, term()}.
pwrite(File, []) -> open_device(File);
pwrite(File, [{At, Bytes} | Places]) ->
    case pwrite(File, At, Bytes) of
        ok -> pwrite(File, Places);
        Error -> Error
    end;
pwrite(_, _) -> {error, badarg}.

-doc """
Writes bytes at a position.

    1> {ok, F} = file:open("/tmp/erlsh_file_pwrite", [write]), file:pwrite(F, 2, "ab").
    ok
""".
-spec pwrite(term(), integer(), iodata()) -> ok | {error, term()}.
pwrite(File, At, Bytes) ->
    try iolist_to_binary(Bytes) of
        Binary -> ask(File, {pwrite, At, Binary})
    catch
        error:badarg -> {error, badarg}
    end.

-doc """
Cuts an open file off at its position.

    1> {ok, F} = file:open("/tmp/erlsh_file_truncate", [write]), file:truncate(F).
    ok
""".
-spec truncate(term()) -> ok | {error, term()}.
truncate(File) -> ask(File, truncate).

-doc """
Makes sure that what was written is on the disk.

    1> {ok, F} = file:open("/tmp/erlsh_file_sync", [write]), file:sync(F).
    ok
""".
-spec sync(term()) -> ok | {error, term()}.
sync(File) -> ask(File, sync).

-doc """
As sync/1.

    1> {ok, F} = file:open("/tmp/erlsh_file_sync", [write]), file:datasync(F).
    ok
""".
-spec datasync(term()) -> ok | {error, term()}.
datasync(File) -> ask(File, sync).

-doc """
Tells how a part of an open file will be used: normal, sequential, random, no_reuse, will_need or dont_need. Nothing is made of it.

    1> {ok, F} = file:open("/tmp/erlsh_file_advise", [write]), file:advise(F, 0, 0, normal).
    ok
""".
-spec advise(term(), integer(), integer(), atom()) -> ok | {error, term()}.
advise(File, Offset, Length, Advice) when is_integer(Offset), is_integer(Length) ->
    case open_device(File) of
        ok ->
            case lists:member(Advice, [normal, sequential, random, no_reuse, will_need, dont_need]) of
                true -> ok;
                false -> {error, einval}
            end;
        Error -> Error
    end;
advise(_, _, _, _) -> {error, badarg}.

open_device(File) ->
    case position(File, cur) of
        {ok, _} -> ok;
        Error -> Error
    end.

-doc """
The same as copy(Source, Destination, infinity).

    1> file:write_file("/tmp/erlsh_file_copy", "hello"), file:copy("/tmp/erlsh_file_copy", "/tmp/erlsh_file_copied").
    {ok,5}
""".
-spec copy(term(), term()) -> {ok, non_neg_integer()} | {error, term()}.
copy(Source, Destination) -> copy(Source, Destination, infinity).

-doc """
Copies at most Number bytes from a file to another; each is a name, `{Name, Modes}`, or an open file.

    1> file:write_file("/tmp/erlsh_file_head", "hello"), file:copy("/tmp/erlsh_file_head", "/tmp/erlsh_file_headed", 2).
    {ok,2}
""".
-spec copy(term(), term(), non_neg_integer() | infinity) -> {ok, non_neg_integer()} | {error, term()}.
copy(Source, Destination, Number) ->
    with(Source, [read, binary], fun(In) -> with(Destination, [write, binary], fun(Out) -> copy(In, Out, Number, 0) end) end).

copy(_, _, 0, Copied) -> {ok, Copied};
copy(In, Out, Left, Copied) ->
    case read(In, min(Left, 65536)) of
        eof -> {ok, Copied};
        {ok, Data} ->
            Size = iolist_size(Data),
            case write(Out, Data) of
                ok -> copy(In, Out, if Left =:= infinity -> infinity; true -> Left - Size end, Copied + Size);
                Error -> Error
            end;
        Error -> Error
    end.

with(File, _, Fun) when is_pid(File) -> Fun(File);
with({file_descriptor, _, _} = File, _, Fun) -> Fun(File);
with({Name, Modes}, Mode, Fun) -> opened(open(Name, Mode ++ Modes), Fun);
with(Name, Mode, Fun) -> opened(open(Name, Mode), Fun).

opened({ok, File}, Fun) ->
    try Fun(File) after close(File) end;
opened(Error, _) -> Error.

-doc """
Removes a directory with all that is in it, or a file.

    1> file:make_dir("/tmp/erlsh_file_tree"), file:write_file("/tmp/erlsh_file_tree/x", ""), file:del_dir_r("/tmp/erlsh_file_tree").
    ok
""".
-spec del_dir_r(term()) -> ok | {error, term()}.
del_dir_r(Name) ->
    case read_link_info(Name) of
        {ok, Info} when element(3, Info) =:= directory ->
            case list_dir_all(Name) of
                {ok, Names} ->
                    _ = [del_dir_r(in(Name, Below)) || Below <- Names],
                    del_dir(Name);
                {error, _} -> del_dir(Name)
            end;
        {ok, _} -> delete(Name);
        Error -> Error
    end.

-doc """
Opens a file in the first directory of Path that has it.

    1> file:path_open(["/no/such/directory"], "x", [read]).
    {error,enoent}
""".
-spec path_open([term()], term(), [term()]) -> {ok, term(), string()} | {error, term()}.
path_open(Path, Name, Modes) -> first(Path, Name, fun(Full) -> found(open(Full, Modes), Full) end).

found({ok, What}, Full) -> {ok, What, Full};
found(Error, _) -> Error.

-doc """
consult/1 in the first directory of Path that has the file.

    1> file:path_consult(["/no/such/directory"], "x").
    {error,enoent}
""".
-spec path_consult([term()], term()) -> {ok, [term()], string()} | {error, term()}.
path_consult(Path, Name) -> first(Path, Name, fun(Full) -> found(consult(Full), Full) end).

-doc """
read_file_info/1 in the first directory of Path that has the file.

    1> file:path_read_file_info(["/no/such/directory"], "x").
    {error,enoent}
""".
-spec path_read_file_info([term()], term()) -> {ok, term(), string()} | {error, term()}.
path_read_file_info(Path, Name) -> first(Path, Name, fun(Full) -> found(read_file_info(Full), Full) end).

-doc """
The same as eval(Name, []).

    1> file:write_file("/tmp/erlsh_file_eval", "X = 1. X + 1."), file:eval("/tmp/erlsh_file_eval").
    ok
""".
-spec eval(term()) -> ok | {error, term()}.
eval(Name) -> eval(Name, []).

-doc """
Evaluates the expressions of a file, each ended by a dot, with variables that are bound.

    1> file:write_file("/tmp/erlsh_file_eval2", "1 = X."), file:eval("/tmp/erlsh_file_eval2", [{'X',1}]).
    ok
""".
-spec eval(term(), erl_eval:bindings()) -> ok | {error, term()}.
eval(Name, Bindings) ->
    case script(Name, Bindings) of
        {ok, _} -> ok;
        {error, {_, file, undefined_script}} -> ok;
        Error -> Error
    end.

-doc """
The same as script(Name, []).

    1> file:write_file("/tmp/erlsh_file_script", "X = 1. X + 1."), file:script("/tmp/erlsh_file_script").
    {ok,2}
""".
-spec script(term()) -> {ok, term()} | {error, term()}.
script(Name) -> script(Name, []).

-doc """
Evaluates the expressions of a file as eval/2 and returns the value of the last one.

    1> file:write_file("/tmp/erlsh_file_script2", "X + 1."), file:script("/tmp/erlsh_file_script2", [{'X',1}]).
    {ok,2}
""".
-spec script(term(), erl_eval:bindings()) -> {ok, term()} | {error, term()}.
script(Name, Bindings) ->
    case read_file(Name) of
        {ok, Binary} -> evaluated(source_text(Binary), 1, none, [], Bindings);
        Error -> Error
    end.

source_text(Binary) ->
    case unicode:characters_to_list(Binary) of
        Text when is_list(Text) -> Text;
        _ -> binary_to_list(Binary)
    end.

%% The expressions behind one that fails, or is no syntax, are evaluated all the same; the first error is the answer.
evaluated(Text, Line, Last, Errors, Bindings) ->
    case next_tokens(Text, Line) of
        {ok, Tokens, End, Rest} ->
            case erl_parse:parse_exprs(Tokens) of
                {ok, Exprs} ->
                    try erl_eval:exprs(Exprs, Bindings) of
                        {value, Value, New} -> evaluated(Rest, End, {ok, Value}, Errors, New)
                    catch
                        Class:Reason:Stack -> evaluated(Rest, End, Last, [{End, file, {Class, Reason, Stack}} | Errors], Bindings)
                    end;
                {error, Error} -> evaluated(Rest, End, Last, [Error | Errors], Bindings)
            end;
        {error, Error, End, Rest} -> evaluated(Rest, End, Last, [Error | Errors], Bindings);
        {eof, _} when Errors =/= [] -> {error, lists:last(Errors)};
        {eof, End} when Last =:= none -> {error, {End, file, undefined_script}};
        {eof, _} -> Last
    end.

next_tokens(Text, Line) ->
    Done = case erl_scan:tokens([], Text, Line) of
        {more, More} -> erl_scan:tokens(More, eof, Line);
        Found -> Found
    end,
    case Done of
        {done, {ok, Tokens, End}, Rest} -> {ok, Tokens, End, remaining(Rest)};
        {done, {error, Error, End}, Rest} -> {error, Error, End, remaining(Rest)};
        {done, {eof, End}, _} -> {eof, End}
    end.

remaining(eof) -> [];
remaining(Rest) -> Rest.

-doc """
eval/1 in the first directory of Path that has the file.

    1> file:path_eval(["/no/such/directory"], "x").
    {error,enoent}
""".
-spec path_eval([term()], term()) -> {ok, string()} | {error, term()}.
path_eval(Path, Name) ->
    first(Path, Name, fun(Full) ->
        case eval(Full) of
            ok -> {ok, Full};
            Error -> Error
        end
    end).

-doc """
The same as path_script(Path, Name, []).

    1> file:path_script(["/no/such/directory"], "x").
    {error,enoent}
""".
-spec path_script([term()], term()) -> {ok, term(), string()} | {error, term()}.
path_script(Path, Name) -> path_script(Path, Name, []).

-doc """
script/2 in the first directory of Path that has the file.

    1> file:write_file("/tmp/erlsh_file_path_script", "X + 1."), file:path_script(["/tmp"], "erlsh_file_path_script", [{'X',1}]).
    {ok,2,"/tmp/erlsh_file_path_script"}
""".
-spec path_script([term()], term(), erl_eval:bindings()) -> {ok, term(), string()} | {error, term()}.
path_script(Path, Name, Bindings) ->
    first(Path, Name, fun(Full) -> found(script(Full, Bindings), Full) end).

%% What Fun says of the file in the first directory that has it; one with a whole path is nowhere else.
first(Path, Name, Fun) ->
    try filename:pathtype(Name) of
        absolute -> Fun(Name);
        _ -> first_of(Path, Name, Fun)
    catch
        error:_ -> {error, badarg}
    end.

first_of([], _, _) -> {error, enoent};
first_of([Dir | Path], Name, Fun) ->
    case Fun(in(Dir, Name)) of
        {error, Reason} when Reason =:= enoent; Reason =:= enotdir -> first_of(Path, Name, Fun);
        Answer -> Answer
    end;
first_of(_, _, _) -> {error, badarg}.

-doc """
As read_file/1; the option `raw` makes no difference.

    1> file:read_file("/no/such/file", [raw]).
    {error,enoent}
""".
-spec read_file(term(), [term()]) -> {ok, binary()} | {error, atom()}.
read_file(Name, Options) when is_list(Options) -> read_file(Name).

in(".", Name) -> Name;
in(Dir, Name) -> filename:join(Dir, Name).

-doc """
Explains the reason of an error.

    1> file:format_error(enoent).
    "no such file or directory"
""".
-spec format_error(term()) -> unicode:chardata().
format_error({Line, file, undefined_script}) -> io_lib:format("~w: no value returned from script", [Line]);
format_error({Line, file, {Class, Reason, Stack}}) ->
    io_lib:format("~w: evaluation failed with reason ~w:~w and stacktrace ~w", [Line, Class, Reason, Stack]);
format_error({Line, Module, Reason}) when is_atom(Module) ->
    io_lib:format("~w: ~ts", [Line, Module:format_error(Reason)]);
format_error(undefined_script) -> "no value returned from script";
format_error(badarg) -> "bad argument";
format_error(system_limit) -> "a system limit was hit, probably not enough ports";
format_error(terminated) -> "the file server process is terminated";
format_error(Reason) -> posix_text(Reason).

%% ask has the process of an open file do something.
ask({file_descriptor, _, Pid}, Request) when is_pid(Pid) -> ask(Pid, Request);
ask(Name, Request) when is_atom(Name) ->
    case whereis(Name) of
        undefined when Request =:= read_line; element(1, Request) =:= read; element(1, Request) =:= write -> {error, arguments};
        undefined -> {error, badarg};
        Pid -> ask(Pid, Request)
    end;
ask(Pid, Request) when is_pid(Pid) ->
    Ref = monitor(process, Pid),
    Pid ! {file_request, self(), Ref, Request},
    receive
        {file_reply, Ref, Answer} ->
            demonitor(Ref, [flush]),
            Answer;
        {'DOWN', Ref, process, _, _} -> {error, terminated}
    end;
ask(_, _) -> {error, badarg}.

-doc """
The directory of a drive, of which only Windows has some.

    1> file:get_cwd("C:").
    {error,enotsup}
""".
-spec get_cwd(Drive :: string()) -> {ok, string()} | {error, enotsup | einval | badarg}.
get_cwd([Letter, $: | _]) when Letter >= $a, Letter =< $z; Letter >= $A, Letter =< $Z -> {error, enotsup};
get_cwd(Drive) when is_list(Drive); is_atom(Drive); is_binary(Drive) -> {error, einval};
get_cwd(_) -> {error, badarg}.

-doc """
Changes what is known of a file: times, permissions and owner, as far as the record `file_info` has them.

    1> file:write_file("/tmp/erlsh_file_info", ""), {ok, Info} = file:read_file_info("/tmp/erlsh_file_info"),
    .. file:write_file_info("/tmp/erlsh_file_info", setelement(8, Info, 8#100600)).
    ok
""".
-spec write_file_info(Name :: file:name_all(), Info :: tuple()) -> ok | {error, term()}.
write_file_info(Name, Info) when element(1, Info) =:= file_info -> write_file_info(Name, Info, []).

-doc """
As `write_file_info/2`; the times are local, universal or seconds since 1970.

    1> file:write_file_info("/no/such/file", setelement(1, erlang:make_tuple(14, undefined), file_info), [{time,posix}]).
    {error,enoent}
""".
-spec write_file_info(Name :: file:name_all(), Info :: tuple(), Options :: [raw | {time, local | universal | posix}]) -> ok | {error, term()}.
write_file_info(Name, Info, Options) when element(1, Info) =:= file_info, tuple_size(Info) =:= 14, is_list(Options) ->
    case read_file_info(Name, [raw, {time, local}]) of
        {ok, Old} ->
            Local = fun(undefined) -> undefined; (T) -> local_of(T, proplists:get_value(time, Options, local)) end,
            try [Local(element(N, Info)) || N <- [5, 6]] of
                [undefined, undefined] -> write_rest(Name, Info);
                [A, M] ->
                    case change_time(Name, or_else(A, element(5, Old)), or_else(M, element(6, Old))) of
                        ok -> write_rest(Name, Info);
                        Error -> Error
                    end
            catch error:_ -> {error, badarg}
            end;
        Error -> Error
    end;
write_file_info(_, _, _) -> {error, badarg}.

local_of(T, local) -> T;
local_of(T, universal) -> calendar:universal_time_to_local_time(T);
local_of(T, posix) -> calendar:system_time_to_local_time(T, second).

or_else(undefined, Other) -> Other;
or_else(T, _) -> T.

write_rest(Name, Info) ->
    Id = fun(Uid) when is_integer(Uid) -> Uid; (_) -> -1 end,
    Changed = case {Id(element(13, Info)), Id(element(14, Info))} of
                  {-1, -1} -> ok;
                  {Uid, Gid} -> change_owner(Name, Uid, Gid)
              end,
    case element(8, Info) of
        Mode when is_integer(Mode), Changed =:= ok -> change_mode(Name, Mode band 8#7777);
        _ -> Changed
    end.

-doc """
Makes an open file at least as long as Offset and Length say.

    1> {ok, F} = file:open("/tmp/erlsh_allocate", [write,raw]), file:allocate(F, 0, 100), file:close(F), filelib:file_size("/tmp/erlsh_allocate").
    100
""".
-spec allocate(File :: term(), Offset :: integer(), Length :: integer()) -> ok | {error, term()}.
allocate(File, Offset, Length) when is_pid(File); is_tuple(File), element(1, File) =:= file_descriptor ->
    if
        not is_integer(Offset); not is_integer(Length) -> {error, badarg};
        Offset < 0; Length =< 0 -> {error, einval};
        true -> lengthen(File, Offset + Length)
    end;
allocate(_, _, _) -> {error, badarg}.

lengthen(File, Size) ->
    case position(File, cur) of
        {ok, At} ->
            {ok, End} = position(File, eof),
            Done = case End < Size of
                       true -> {ok, _} = position(File, Size), truncate(File);
                       false -> ok
                   end,
            {ok, _} = position(File, At),
            Done;
        Error -> Error
    end.

-doc """
Sends a file over a socket and returns how many bytes that were.

    1> file:sendfile("/no/such/file", none).
    {error,enoent}
""".
-spec sendfile(Name :: file:name_all(), Socket :: inet:socket()) -> {ok, non_neg_integer()} | {error, term()}.
sendfile(Name, Socket) ->
    case open(Name, [read, raw, binary]) of
        {ok, File} ->
            try sendfile(File, Socket, 0, 0, []) after close(File) end;
        Error -> Error
    end.

-doc """
Sends Bytes of an open file from Offset on, all where Bytes is 0.

    1> file:write_file("/tmp/erlsh_sendfile", "hello"), {ok, L} = gen_tcp:listen(0, [{active,false}]), {ok, P} = inet:port(L),
    .. {ok, S} = gen_tcp:connect("localhost", P, []), {ok, T} = gen_tcp:accept(L), {ok, F} = file:open("/tmp/erlsh_sendfile", [raw,read]),
    .. file:sendfile(F, S, 1, 3, []), gen_tcp:recv(T, 3).
    {ok,"ell"}
""".
-spec sendfile(File :: term(), Socket :: inet:socket(), Offset :: non_neg_integer(), Bytes :: non_neg_integer(), Options :: [{chunk_size, non_neg_integer()}]) ->
          {ok, non_neg_integer()} | {error, term()}.
sendfile(File, Socket, Offset, Bytes, Options) when is_port(Socket), is_integer(Offset), Offset >= 0, is_integer(Bytes), Bytes >= 0 ->
    Chunk = proplists:get_value(chunk_size, Options, 1000000),
    send_chunks(File, Socket, Offset, case Bytes of 0 -> infinity; _ -> Bytes end, Chunk, 0);
sendfile(_, Socket, _, _, _) -> error({case_clause, Socket}).

send_chunks(_, _, _, 0, _, Sent) -> {ok, Sent};
send_chunks(File, Socket, Offset, Left, Chunk, Sent) ->
    case pread(File, Offset, min(Left, Chunk)) of
        {ok, Data} ->
            case gen_tcp:send(Socket, Data) of
                ok ->
                    N = iolist_size(Data),
                    send_chunks(File, Socket, Offset + N, case Left of infinity -> infinity; _ -> Left - N end, Chunk, Sent + N);
                Error -> Error
            end;
        eof -> {ok, Sent};
        Error -> Error
    end.
