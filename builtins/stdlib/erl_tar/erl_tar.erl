%% Archives in the format of tar: blocks of 512 bytes, a header for each file and behind it what the file holds (POSIX.1-2001, "ustar"
%% and "pax"; what GNU tar writes for long names and large numbers is read, too). An archive that is read is read whole.
-module(erl_tar).

-export([create/2, create/3, extract/1, extract/2, table/1, table/2, t/1, tt/1, open/2, init/3, add/3, add/4, close/1, format_error/1]).

-record(file_info, {size, type, access, atime, mtime, ctime, mode, links, major_device, minor_device, inode, uid, gid}).

%% An archive that is open: how to write to what it is, the stream that compresses or undefined, and what it was opened for.
-record(reader, {handle, access, deflate, func}).

-record(member, {name, type, size, mtime, mode, uid, gid, link}).

-doc """
Makes an archive of files, directories with all that is in them, and `{NameInArchive, ContentOrFile}`.

    1> erl_tar:create("/tmp/erlsh_t1.tar", [{"a.txt", <<"hello">>}]).
    ok
    2> erl_tar:table("/tmp/erlsh_t1.tar").
    {ok,["a.txt"]}
""".
-spec create(Archive :: file:name(), Files :: [term()]) -> ok | {error, term()}.
create(Archive, Files) -> create(Archive, Files, []).

-doc """
Like create/2, with the options `compressed`, `cooked`, `dereference` (what a symbolic link leads to is stored) and `verbose`.

    1> erl_tar:create("/tmp/erlsh_t2.tgz", [{"a.txt", <<"hello">>}], [compressed]).
    ok
    2> erl_tar:extract("/tmp/erlsh_t2.tgz", [compressed, memory]).
    {ok,[{"a.txt",<<"hello">>}]}
""".
-spec create(Archive :: file:name(), Files :: [term()], Options :: [term()]) -> ok | {error, term()}.
create(Archive, Files, Options) ->
    Known = [O || O <- Options, O =:= compressed orelse O =:= cooked],
    case open(Archive, [write | Known]) of
        {ok, Tar} ->
            Result = create_all(Files, Tar, Options),
            case {Result, close(Tar)} of
                {ok, Closed} -> Closed;
                {Error, _} -> Error
            end;
        Error -> Error
    end.

create_all([], _, _) -> ok;
create_all([File | Rest], Tar, Options) ->
    Added = case File of
        {Name, What} -> add(Tar, What, Name, Options);
        _ -> add(Tar, File, File, Options)
    end,
    case Added of
        ok -> create_all(Rest, Tar, Options);
        Error -> Error
    end.

-doc """
Extracts all files of an archive: a file, `{binary, Archive}` or `{file, OpenFile}`.

    1> erl_tar:extract("nope.tar").
    {error,{"nope.tar",enoent}}
""".
-spec extract(Archive :: file:name() | {binary, binary()} | {file, file:io_device()}) -> ok | {error, term()}.
extract(Archive) -> extract(Archive, []).

-doc """
Like extract/1, with options: `memory` returns `{Name, Content}` of each file, `{cwd, Dir}` says where they go, `{files, Names}` which are
wanted, `keep_old_files` lets those be that exist; `compressed`, `cooked`, `verbose`. No file goes outside of the directory.

    1> erl_tar:extract({binary, <<0:8192>>}, [memory]).
    {ok,[]}
""".
-spec extract(Archive :: file:name() | {binary, binary()} | {file, file:io_device()}, Options :: [term()]) ->
    ok | {ok, [{file:name(), binary()}]} | {error, term()}.
extract(Archive, Options) when is_list(Archive); is_binary(Archive); is_tuple(Archive) ->
    read(Archive, Options, fun(Members) ->
        Wanted = case lists:keyfind(files, 1, Options) of
            {files, Names} -> [M || {#member{name = N}, _} = M <- Members, lists:member(N, Names)];
            false -> Members
        end,
        case lists:member(memory, Options) of
            true -> {ok, [{N, Content} || {#member{name = N, type = regular}, Content} <- Wanted]};
            false ->
                Cwd = case lists:keyfind(cwd, 1, Options) of {cwd, Dir} -> Dir; false -> "." end,
                lists:foreach(fun({M, Content}) -> put_file(M, Content, Cwd, Options) end, Wanted)
        end
    end);
extract(Archive, Options) -> error(function_clause, [Archive, Options]).

-doc """
Returns the names of the files of an archive.

    1> erl_tar:table({binary, <<0:8192>>}).
    {ok,[]}
""".
-spec table(Archive :: file:name() | {binary, binary()} | {file, file:io_device()}) -> {ok, [file:name()]} | {error, term()}.
table(Archive) -> table(Archive, []).

-doc """
Like table/1, with the options `compressed`, `cooked` and `verbose`, with which each is a tuple of name, type, size, time of change,
mode, user and group.

    1> erl_tar:create("/tmp/erlsh_t3.tar", [{"a.txt", <<"hello">>}], [{mtime, 0}]).
    ok
    2> erl_tar:table("/tmp/erlsh_t3.tar", [verbose]).
    {ok,[{"a.txt",regular,5,0,33188,0,0}]}
""".
-spec table(Archive :: file:name() | {binary, binary()} | {file, file:io_device()}, Options :: [term()]) ->
    {ok, [file:name() | tuple()]} | {error, term()}.
table(Archive, Options) ->
    read(Archive, Options, fun(Members) ->
        case lists:member(verbose, Options) of
            true -> {ok, [row(M) || {M, _} <- Members]};
            false -> {ok, [M#member.name || {M, _} <- Members]}
        end
    end).

row(#member{name = Name, type = Type, size = Size, mtime = Time, mode = Mode, uid = User, gid = Group}) ->
    Kind = case Type of directory -> 8#040000; symlink -> 8#120000; _ -> 8#100000 end,
    {Name, Type, Size, Time, (Mode band 8#7777) bor Kind, User, Group}.

-doc """
Prints the names of the files of an archive.

    1> erl_tar:create("/tmp/erlsh_t4.tar", [{"a.txt", <<"hello">>}]).
    ok
    2> erl_tar:t("/tmp/erlsh_t4.tar").
    a.txt
    ok
""".
-spec t(Archive :: file:name() | {binary, binary()} | {file, file:io_device()}) -> ok | {error, term()}.
t(Archive) ->
    case table(Archive) of
        {ok, Names} -> lists:foreach(fun(Name) -> io:format("~ts\n", [Name]) end, Names);
        Error -> Error
    end.

-doc """
Prints the files of an archive as `ls -l` does.

    1> erl_tar:tt("nope.tar").
    {error,{"nope.tar",enoent}}
""".
-spec tt(Archive :: file:name() | {binary, binary()} | {file, file:io_device()}) -> ok | {error, term()}.
tt(Archive) ->
    case table(Archive, [verbose]) of
        {ok, Rows} -> lists:foreach(fun long/1, Rows);
        Error -> Error
    end.

long({Name, Type, Size, Time, Mode, User, Group}) ->
    {{Y, Mo, D}, {H, Mi, _}} = calendar:system_time_to_local_time(Time, second),
    Month = element(Mo, {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}),
    Kind = case Type of directory -> $d; symlink -> $s; _ -> $- end,
    Bits = [case Mode band Bit of 0 -> $-; _ -> Letter end ||
            {Bit, Letter} <- [{8#400, $r}, {8#200, $w}, {8#100, $x}, {8#40, $r}, {8#20, $w}, {8#10, $x}, {4, $r}, {2, $w}, {1, $x}]],
    io:format("~s ~4w/~-4w ~7w ~s ~2w ~2..0w:~2..0w ~w ~ts\n", [[Kind | Bits], User, Group, Size, Month, D, H, Mi, Y, Name]).

-doc """
Opens an archive to write to it with add/3, or to read.

    1> erl_tar:open("/nope/a.tar", [write]).
    {error,{"/nope/a.tar",enoent}}
""".
-spec open(Archive :: file:name() | {binary, binary()} | {file, file:io_device()}, Modes :: [read | write | compressed | cooked]) ->
    {ok, term()} | {error, {file:name(), term()}}.
open({binary, Bytes}, Modes) when is_list(Modes) -> {ok, #reader{handle = {binary, Bytes}, access = read}};
open({file, Fd}, Modes) when is_list(Modes) ->
    Access = case lists:member(write, Modes) of true -> write; false -> read end,
    {ok, #reader{handle = Fd, access = Access, func = fun on_file/2}};
open(Archive, Modes) when is_list(Archive) orelse is_binary(Archive), is_list(Modes) ->
    case {lists:member(read, Modes), lists:member(write, Modes), Modes -- [read, write, compressed, cooked]} of
        {true, false, []} -> opened(Archive, read, [raw, binary, read], false);
        {false, true, []} -> opened(Archive, write, [raw, binary, write], lists:member(compressed, Modes));
        _ -> {error, {Archive, einval}}
    end.

opened(Archive, Access, Modes, Compressed) ->
    case file:open(Archive, Modes) of
        {ok, Fd} ->
            Deflate = case Compressed of
                true ->
                    Z = zlib:open(),
                    ok = zlib:deflateInit(Z, default, deflated, 31, 8, default),
                    Z;
                false -> undefined
            end,
            {ok, #reader{handle = Fd, access = Access, deflate = Deflate, func = fun on_file/2}};
        {error, Reason} -> {error, {Archive, Reason}}
    end.

on_file(write, {Fd, Data}) -> file:write(Fd, Data);
on_file(close, Fd) -> file:close(Fd).

-doc """
Makes an archive of something that can be written to: Fun is called with `write` and `{Handle, Data}`, `position` and `{Handle, Position}`
and `close` and Handle.

    1> {ok, T} = erl_tar:init(self(), write, fun(write, {P, D}) -> P ! iolist_size(D), ok; (close, _) -> ok end), ok.
    ok
    2> erl_tar:add(T, <<"hello">>, "a.txt", []).
    ok
""".
-spec init(Handle :: term(), AccessMode :: write, Fun :: fun((atom(), term()) -> term())) -> {ok, term()} | {error, badarg}.
init(Handle, write, Fun) when is_function(Fun, 2) -> {ok, #reader{handle = Handle, access = write, func = Fun}};
init(_, _, _) -> {error, badarg}.

-doc "Adds a file, or a directory with all that is in it, to an open archive, by its own name.".
-spec add(Tar :: term(), File :: file:name(), Options :: [term()]) -> ok | {error, {file:name(), term()}}.
add(Tar, File, Options) -> add(Tar, File, File, Options).

-doc """
Adds a file, a directory or a binary to an open archive. The options are `dereference`, `verbose`, and for binaries `{mtime, Seconds}`,
`{uid, N}` and `{gid, N}`.

    1> {ok, T} = erl_tar:open("/tmp/erlsh_t5.tar", [write]), erl_tar:add(T, <<"hello">>, "a.txt", []), erl_tar:close(T).
    ok
    2> erl_tar:extract("/tmp/erlsh_t5.tar", [memory]).
    {ok,[{"a.txt",<<"hello">>}]}
""".
-spec add(Tar :: term(), What :: file:name() | binary(), NameInArchive :: file:name(), Options :: [term()]) ->
    ok | {error, {file:name(), term()}}.
add(#reader{access = write} = Tar, What, Name, Options) when is_binary(What), is_list(Options) ->
    told("a ~ts\n", Name, Options),
    Now = erlang:system_time(second),
    put_member(Tar, with(Options, #member{name = Name, type = regular, size = byte_size(What), mtime = Now, mode = 8#100644, uid = 0,
                                          gid = 0, link = ""}), What);
add(#reader{access = write} = Tar, What, Name, Options) when is_list(What), is_list(Options) ->
    told("a ~ts\n", Name, Options),
    Read = case lists:member(dereference, Options) of true -> fun file:read_file_info/2; false -> fun file:read_link_info/2 end,
    case Read(What, [{time, posix}]) of
        {ok, Info} -> add_file(Tar, What, Name, Info, Options);
        {error, Reason} -> {error, {What, Reason}}
    end;
add(#reader{}, _, _, _) -> {error, eacces};
add(Tar, What, Name, Options) -> error(function_clause, [Tar, What, Name, Options]).

with(Options, M) ->
    lists:foldl(fun({mtime, T}, Acc) when is_integer(T) -> Acc#member{mtime = T};
                   ({uid, N}, Acc) when is_integer(N) -> Acc#member{uid = N};
                   ({gid, N}, Acc) when is_integer(N) -> Acc#member{gid = N};
                   (_, Acc) -> Acc
                end, M, Options).

add_file(Tar, Path, Name, #file_info{type = Type, mtime = Time, mode = Mode, uid = User, gid = Group}, Options) ->
    M = with(Options, #member{name = Name, type = Type, size = 0, mtime = Time, mode = Mode, uid = User, gid = Group, link = ""}),
    case Type of
        regular ->
            case file:read_file(Path) of
                {ok, Content} -> put_member(Tar, M#member{size = byte_size(Content)}, Content);
                {error, Reason} -> {error, {Path, Reason}}
            end;
        symlink ->
            case file:read_link(Path) of
                {ok, To} -> put_member(Tar, M#member{link = To}, <<>>);
                {error, Reason} -> {error, {Path, Reason}}
            end;
        directory ->
            case file:list_dir(Path) of
                {ok, []} -> put_member(Tar, M#member{name = Name ++ "/"}, <<>>);
                {ok, Inside} -> add_each(lists:sort(Inside), Tar, Path, Name, Options);
                {error, Reason} -> {error, {Path, Reason}}
            end;
        _ -> {error, {Path, unsupported_type}}
    end.

add_each([], _, _, _, _) -> ok;
add_each([F | Rest], Tar, Path, Name, Options) ->
    case add(Tar, filename:join(Path, F), filename:join(Name, F), Options) of
        ok -> add_each(Rest, Tar, Path, Name, Options);
        Error -> Error
    end.

-doc """
Ends an archive that was opened.

    1> {ok, T} = erl_tar:open("/tmp/erlsh_t6.tar", [write]), erl_tar:close(T).
    ok
    2> filelib:file_size("/tmp/erlsh_t6.tar").
    1024
""".
-spec close(Tar :: term()) -> ok | {error, term()}.
close(#reader{handle = {binary, _}}) -> ok;
close(#reader{handle = Handle, access = Access, deflate = Z, func = Fun} = Tar) ->
    Written = case Access of
        write -> emit(Tar, <<0:8192>>);
        read -> ok
    end,
    Last = case Z of
        undefined -> ok;
        _ ->
            Rest = zlib:deflate(Z, [], finish),
            ok = zlib:close(Z),
            Fun(write, {Handle, Rest})
    end,
    Closed = Fun(close, Handle),
    case [E || {error, _} = E <- [Written, Last, Closed]] of
        [Error | _] -> Error;
        [] -> ok
    end;
close(_) -> {error, einval}.

-doc """
Explains a reason for which the functions of this module fail.

    1> erl_tar:format_error({"a.tar", enoent}).
    "a.tar: no such file or directory"
""".
-spec format_error(Reason :: term()) -> string().
format_error(invalid_tar_checksum) -> "Checksum failed";
format_error(bad_header) -> "Unrecognized tar header format";
format_error(eof) -> "Unexpected end of file";
format_error(unsafe_path) -> "The path points above the current working directory";
format_error({Name, Reason}) -> lists:flatten(io_lib:format("~ts: ~ts", [Name, format_error(Reason)]));
format_error(Atom) -> file:format_error(Atom).

told(Format, Name, Options) ->
    case lists:member(verbose, Options) of
        true -> io:format(Format, [Name]);
        false -> ok
    end.

%% Writing.

emit(#reader{handle = Handle, deflate = undefined, func = Fun}, Data) -> Fun(write, {Handle, Data});
emit(#reader{handle = Handle, deflate = Z, func = Fun}, Data) -> Fun(write, {Handle, zlib:deflate(Z, Data)}).

put_member(Tar, M, Content) ->
    case emit(Tar, [header(M), Content, padding(byte_size(Content))]) of
        ok -> ok;
        {error, Reason} -> {error, {M#member.name, Reason}}
    end.

padding(Size) ->
    Missing = (512 - Size rem 512) rem 512,
    <<0:(Missing * 8)>>.

%% header makes the block of a member, and in front of it a member of type x with what does not fit there.
header(#member{name = Name, link = Link} = M) ->
    Bytes = utf8(Name),
    Target = utf8(Link),
    {Prefix, Short, Path} = case split(Bytes) of
        {P, S} -> {P, S, []};
        none -> {<<>>, part(Bytes, 100), [{"path", Bytes}]}
    end,
    {To, LinkPath} = case plain(Target) andalso byte_size(Target) =< 100 of
        true -> {Target, []};
        false -> {part(Target, 100), [{"linkpath", Target}]}
    end,
    Large = [{"size", integer_to_binary(M#member.size)} || M#member.size > 8#77777777777],
    More = case Path ++ LinkPath ++ Large of
        [] -> [];
        Records ->
            Text = iolist_to_binary([record(K, V) || {K, V} <- Records]),
            [block(M#member{size = byte_size(Text), mode = 8#644}, <<>>, part(<<"PaxHeaders/", Short/binary>>, 100), <<>>, $x), Text,
             padding(byte_size(Text))]
    end,
    Flag = case M#member.type of regular -> $0; symlink -> $2; directory -> $5 end,
    [More, block(M, Prefix, Short, To, Flag)].

utf8(Name) ->
    case unicode:characters_to_binary(Name) of
        Bytes when is_binary(Bytes) -> Bytes;
        _ -> iolist_to_binary(Name)
    end.

part(Bytes, Most) -> binary:part(Bytes, 0, min(Most, byte_size(Bytes))).

plain(Bytes) -> lists:all(fun(C) -> C < 128 end, binary_to_list(Bytes)).

%% split finds a slash that leaves at most 155 bytes in front and 100 behind.
split(Bytes) ->
    case {plain(Bytes), byte_size(Bytes)} of
        {false, _} -> none;
        {true, Size} when Size =< 100 -> {<<>>, Bytes};
        {true, Size} ->
            Fits = [At || {At, 1} <- binary:matches(Bytes, <<"/">>), At > 0, At =< 155, Size - At - 1 =< 100, Size - At - 1 > 0],
            case Fits of
                [At | _] -> {binary:part(Bytes, 0, At), binary:part(Bytes, At + 1, Size - At - 1)};
                [] -> none
            end
    end.

%% A record of a pax header begins with its own length.
record(Key, Value) ->
    Rest = iolist_to_binary([" ", Key, "=", Value, "\n"]),
    Own = byte_size(Rest),
    First = Own + length(integer_to_list(Own)),
    Length = Own + length(integer_to_list(First)),
    [integer_to_list(Length), Rest].

block(#member{size = Size, mtime = Time, mode = Mode, uid = User, gid = Group}, Prefix, Name, Link, Flag) ->
    Front = [field(Name, 100), octal(Mode, 7), 0, octal(User, 7), 0, octal(Group, 7), 0, octal(Size, 11), 0, octal(max(Time, 0), 11), 0],
    Back = [Flag, field(Link, 100), <<"ustar", 0, "00">>, <<0:512>>, octal(0, 7), 0, octal(0, 7), 0, field(Prefix, 155), <<0:96>>],
    Sum = sum(iolist_to_binary([Front, "        ", Back])),
    [Front, octal(Sum, 7), 0, Back].

field(Bytes, Size) -> [Bytes, <<0:((Size - byte_size(Bytes)) * 8)>>].

octal(N, Width) ->
    Text = string:right(integer_to_list(N, 8), Width, $0),
    case N >= 1 bsl (3 * Width) of
        true -> lists:duplicate(Width, $7);
        false -> Text
    end.

sum(Bytes) -> lists:sum(binary_to_list(Bytes)).

%% Reading.

read(Archive, Options, Fun) ->
    try
        Bytes = case {fetch(Archive), lists:member(compressed, Options)} of
            {<<31, 139, _/binary>> = Packed, true} ->
                try zlib:gunzip(Packed) catch error:_ -> throw(eof) end;
            {Plain, _} -> Plain
        end,
        Fun(members(Bytes, #{}))
    catch throw:Reason -> {error, Reason}
    end.

fetch({binary, Bytes}) when is_binary(Bytes) -> Bytes;
fetch({file, Fd}) -> drain(Fd, []);
fetch(#reader{handle = {binary, Bytes}}) -> Bytes;
fetch(#reader{handle = Fd, access = read}) -> drain(Fd, []);
fetch(#reader{}) -> throw(eacces);
fetch(Name) when is_list(Name); is_binary(Name) ->
    case file:read_file(Name) of
        {ok, Bytes} -> Bytes;
        {error, Reason} -> throw({Name, Reason})
    end;
fetch(Archive) -> error(function_clause, [Archive, []]).

drain(Fd, Acc) ->
    case file:read(Fd, 65536) of
        {ok, Data} -> drain(Fd, [Data | Acc]);
        eof -> iolist_to_binary(lists:reverse(Acc));
        {error, Reason} -> throw(Reason)
    end.

%% members reads all blocks. More holds what a member of type x, L or K says of the one behind it.
members(<<0:4096, _/binary>>, _) -> [];
members(<<Block:512/binary, Rest/binary>>, More) ->
    <<Name0:100/binary, Mode:8/binary, User:8/binary, Group:8/binary, Size0:12/binary, Time:12/binary, Sum:8/binary, Flag, Link0:100/binary,
      Magic:6/binary, _:82/binary, Prefix0:155/binary, _/binary>> = Block,
    <<Head:148/binary, _:8/binary, Tail/binary>> = Block,
    number(Sum) =:= sum(Head) + 256 + sum(Tail) orelse throw(invalid_tar_checksum),
    Size = case More of #{"size" := S} -> binary_to_integer(S); #{} -> number(Size0) end,
    Held = case lists:member(Flag, [$1, $2, $3, $4, $5, $6]) of true -> 0; false -> Size end,
    Skip = byte_size(padding(Held)),
    case Rest of
        <<Content:Held/binary, _:Skip/binary, Behind/binary>> ->
            case Flag of
                $x -> members(Behind, maps:merge(More, records(Content)));
                $g -> members(Behind, More);
                $L -> members(Behind, More#{"path" => text(Content)});
                $K -> members(Behind, More#{"linkpath" => text(Content)});
                _ ->
                    Prefix = case Magic of <<"ustar", 0>> -> text(Prefix0); _ -> <<>> end,
                    Own = case Prefix of <<>> -> text(Name0); P -> <<P/binary, "/", (text(Name0))/binary>> end,
                    Name = case More of #{"path" := Long} -> characters(Long); #{} -> characters(Own) end,
                    M = #member{name = case More of #{"path" := _} -> Name; #{} -> trimmed(Name) end, type = type(Flag, Name), size = Held, mtime = number(Time), mode = number(Mode),
                                uid = number(User), gid = number(Group), link = characters(maps:get("linkpath", More, text(Link0)))},
                    [{M, Content} | members(Behind, #{})]
            end;
        _ -> throw(eof)
    end;
members(_, _) -> throw(eof).

type(F, Name) when F =:= $0; F =:= 0; F =:= $7 ->
    case lists:suffix("/", Name) of true -> directory; false -> regular end;
type($1, _) -> link;
type($2, _) -> symlink;
type($3, _) -> char;
type($4, _) -> block;
type($5, _) -> directory;
type($6, _) -> fifo;
type(_, _) -> regular.

trimmed(Name) ->
    case string:trim(Name, trailing, "/") of
        "" -> Name;
        Short -> Short
    end.

text(Field) -> hd(binary:split(Field, <<0>>)).

characters(Bytes) ->
    case unicode:characters_to_list(Bytes) of
        List when is_list(List) -> List;
        _ -> binary_to_list(Bytes)
    end.

%% Numbers are octal digits, or, large ones, bytes behind one with the highest bit.
number(<<1:1, _:7, Rest/binary>>) -> binary:decode_unsigned(Rest);
number(Field) ->
    case string:trim(binary_to_list(text(Field))) of
        "" -> 0;
        Digits -> try list_to_integer(Digits, 8) catch error:badarg -> throw(invalid_tar_checksum) end
    end.

records(<<>>) -> #{};
records(Bytes) ->
    try
        [Digits, _] = binary:split(Bytes, <<" ">>),
        Length = binary_to_integer(Digits),
        Used = byte_size(Digits) + 1,
        <<_:Used/binary, Record:(Length - Used - 1)/binary, "\n", Rest/binary>> = Bytes,
        [Key, Value] = binary:split(Record, <<"=">>),
        maps:put(binary_to_list(Key), Value, records(Rest))
    catch error:_ -> throw(bad_header)
    end.

put_file(#member{name = Name, type = Type} = M, Content, Cwd, Options) ->
    Safe = filename:pathtype(Name) =:= relative andalso below(filename:split(Name), 0),
    Safe orelse throw({Name, unsafe_path}),
    Path = filename:join(Cwd, Name),
    clear(filename:split(Name), Cwd, Name),
    done(filelib:ensure_dir(Path)),
    case Type of
        directory ->
            done(filelib:ensure_dir(filename:join(Path, "x"))),
            told("x ~ts\n", Name, Options);
        symlink ->
            Target = M#member.link,
            Inside = filename:pathtype(Target) =:= relative andalso below(filename:split(Name) -- [filename:basename(Name)], 0) andalso
                below(lists:droplast(filename:split(Name)) ++ filename:split(Target), 0),
            Inside orelse throw({Target, unsafe_symlink}),
            case file:make_symlink(Target, Path) of
                {error, eexist} ->
                    _ = file:delete(Path),
                    done(file:make_symlink(Target, Path));
                Made -> done(Made)
            end,
            told("x ~ts\n", Name, Options);
        regular ->
            case lists:member(keep_old_files, Options) andalso filelib:is_file(Path) of
                true -> told("x ~ts - exists, not created\n", Name, Options);
                false ->
                    written(file:write_file(Path, Content), Name),
                    _ = file:write_file_info(Path, #file_info{mode = M#member.mode, mtime = M#member.mtime, atime = M#member.mtime},
                                             [{time, posix}]),
                    told("x ~ts\n", Name, Options)
            end;
        _ -> told("x ~ts - not created\n", Name, Options)
    end.

%% clear refuses to go through a link that leads out of the directory.
clear(Parts, Cwd, Name) ->
    lists:foldl(fun(Part, At) ->
        Next = filename:join(At, Part),
        case file:read_link(Next) of
            {ok, To} ->
                filename:pathtype(To) =:= relative andalso below(lists:nthtail(length(filename:split(Cwd)), filename:split(At)) ++ filename:split(To), 0)
                    orelse throw({Name, unsafe_path});
            _ -> ok
        end,
        Next
    end, Cwd, lists:droplast(Parts)).

done(ok) -> ok;
done({error, Reason}) -> throw(Reason).

written(ok, _) -> ok;
written({error, Reason}, Name) -> throw({Name, Reason}).

below(_, Depth) when Depth < 0 -> false;
below([], _) -> true;
below([".." | Rest], Depth) -> below(Rest, Depth - 1);
below(["." | Rest], Depth) -> below(Rest, Depth);
below([_ | Rest], Depth) -> below(Rest, Depth + 1).
