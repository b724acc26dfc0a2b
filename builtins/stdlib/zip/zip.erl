%% Archives in the format of zip (APPNOTE.TXT of PKWARE, without its 64-bit extension and its encryption): a header and the data of each
%% file, then the directory, which says where they are, then the record of its end. An archive is read whole; a handle is a process that
%% keeps one.
-module(zip).

-export([zip/2, zip/3, create/2, create/3, unzip/1, unzip/2, extract/1, extract/2, table/1, table/2, list_dir/1, list_dir/2, foldl/3,
         t/1, tt/1, zip_open/1, zip_open/2, zip_get/1, zip_get/2, zip_get_crc32/2, zip_list_dir/1, zip_close/1, zip_t/1, zip_tt/1]).

-record(zip_comment, {comment}).
-record(zip_file, {name, info, comment, offset, comp_size}).
-record(file_info, {size, type, access, atime, mtime, ctime, mode, links, major_device, minor_device, inode, uid, gid}).

%% What a directory says of a file beyond its #zip_file{}.
-record(entry, {file, method, crc}).

-define(LOCAL, 16#04034b50).
-define(CENTRAL, 16#02014b50).
-define(END, 16#06054b50).

-doc """
Makes an archive of files, directories with all that is in them, and `{Name, Content}` or `{Name, Content, FileInfo}`.

    1> zip:zip("/tmp/erlsh_z1.zip", [{"a.txt", <<"hello">>}]).
    {ok,"/tmp/erlsh_z1.zip"}
""".
-spec zip(Name :: file:name(), FileList :: [term()]) -> {ok, file:name() | {file:name(), binary()}} | {error, term()}.
zip(Name, FileList) -> zip(Name, FileList, []).

-doc """
Like zip/2, with options: `memory` returns the archive, `{cwd, Dir}` says where the files are, `{comment, Text}`, `{compress, What}` and
`{uncompress, What}` (all, extensions, or extensions to `add` or `del`), `verbose`, `cooked`.

    1> {ok, {_, Archive}} = zip:zip("z.zip", [{"a.txt", <<"hello">>}], [memory]), zip:unzip(Archive, [memory]).
    {ok,[{"a.txt",<<"hello">>}]}
""".
-spec zip(Name :: file:name(), FileList :: [term()], Options :: [term()]) ->
    {ok, file:name() | {file:name(), binary()}} | {error, term()}.
zip(Name, FileList, Options) ->
    guarded(fun() ->
        O = options(Options, [memory, verbose, cooked, cwd, comment, compress, uncompress],
                    #{compress => all, uncompress => [".Z", ".zip", ".zoo", ".arc", ".lzh", ".arj"], comment => "", cwd => ""}),
        is_list(FileList) orelse throw(einval),
        Files = lists:append([gather(F, O) || F <- FileList]),
        {Body, Directory, _} = lists:foldl(fun(File, Acc) -> pack(File, O, Acc) end, {[], [], 0}, Files),
        Comment = unicode:characters_to_binary(maps:get(comment, O)),
        Size = iolist_size(Directory),
        Count = length(Files),
        All = [Body, Directory, <<?END:32/little, 0:16, 0:16, Count:16/little, Count:16/little, Size:32/little,
                                  (iolist_size(Body)):32/little, (byte_size(Comment)):16/little>>, Comment],
        case O of
            #{memory := true} -> {Name, iolist_to_binary(All)};
            #{} ->
                case file:write_file(Name, All) of
                    ok -> Name;
                    {error, Why} -> throw(Why)
                end
        end
    end).

-doc "Like zip/2.".
-spec create(Name :: file:name(), FileList :: [term()]) -> {ok, file:name()} | {error, term()}.
create(Name, FileList) -> zip(Name, FileList).

-doc "Like zip/3.".
-spec create(Name :: file:name(), FileList :: [term()], Options :: [term()]) ->
    {ok, file:name() | {file:name(), binary()}} | {error, term()}.
create(Name, FileList, Options) -> zip(Name, FileList, Options).

-doc """
Extracts all files of an archive, a file or a binary, and returns their names.

    1> zip:unzip("nope.zip").
    {error,enoent}
""".
-spec unzip(Archive :: file:name() | binary()) -> {ok, [file:name()]} | {error, term()}.
unzip(Archive) -> unzip(Archive, []).

-doc """
Like unzip/1, with options: `memory` returns `{Name, Content}` of each file, `{cwd, Dir}` says where they go, `{file_list, Names}` and
`{file_filter, Fun}` which are wanted, `keep_old_files` lets those be that exist, `verbose`, `cooked`.

    1> {ok, {_, Archive}} = zip:zip("z.zip", [{"a", <<"1">>}, {"b", <<"2">>}], [memory]), ok.
    ok
    2> zip:unzip(Archive, [memory, {file_list, ["b"]}]).
    {ok,[{"b",<<"2">>}]}
""".
-spec unzip(Archive :: file:name() | binary(), Options :: [term()]) -> {ok, [file:name() | {file:name(), binary()}]} | {error, term()}.
unzip(Archive, Options) ->
    guarded(fun() ->
        O = options(Options, [memory, verbose, cooked, cwd, file_list, file_filter, keep_old_files], #{cwd => ""}),
        {Bytes, Entries, _} = open(Archive),
        lists:append([unpack(E, Bytes, O) || E <- Entries, wanted(E, O)])
    end).

-doc "Like unzip/1.".
-spec extract(Archive :: file:name() | binary()) -> {ok, [file:name()]} | {error, term()}.
extract(Archive) -> unzip(Archive).

-doc "Like unzip/2.".
-spec extract(Archive :: file:name() | binary(), Options :: [term()]) ->
    {ok, [file:name() | {file:name(), binary()}]} | {error, term()}.
extract(Archive, Options) -> unzip(Archive, Options).

-doc """
Lists an archive: its comment, and a record `zip_file` for each file.

    1> {ok, {_, Archive}} = zip:zip("z.zip", [], [memory, {comment, "none"}]), zip:table(Archive).
    {ok,[{zip_comment,"none"}]}
""".
-spec table(Archive :: file:name() | binary()) -> {ok, [tuple()]} | {error, term()}.
table(Archive) -> list_dir(Archive, []).

-doc "Like list_dir/2.".
-spec table(Archive :: file:name() | binary(), Options :: [term()]) -> {ok, [tuple()]} | {error, term()}.
table(Archive, Options) -> list_dir(Archive, Options).

-doc "Like table/1.".
-spec list_dir(Archive :: file:name() | binary()) -> {ok, [tuple()]} | {error, term()}.
list_dir(Archive) -> list_dir(Archive, []).

-doc """
Like table/1; the option `cooked`, which says how a file is opened, changes nothing.

    1> zip:list_dir("nope.zip", [cooked]).
    {error,enoent}
""".
-spec list_dir(Archive :: file:name() | binary(), Options :: [term()]) -> {ok, [tuple()]} | {error, term()}.
list_dir(Archive, Options) ->
    guarded(fun() ->
        options(Options, [cooked], #{}),
        {_, Entries, Comment} = open(Archive),
        [#zip_comment{comment = Comment} | [E#entry.file || E <- Entries]]
    end).

-doc """
Calls `Fun(Name, GetInfo, GetBin, Acc)` for the files of an archive, a file or `{Name, Binary}`; the funs GetInfo and GetBin return the
record `file_info` and the content.

    1> {ok, Archive} = zip:zip("z.zip", [{"a", <<"12">>}, {"b", <<"3">>}], [memory]), zip:foldl(fun(_, _, Bin, N) -> N + byte_size(Bin()) end, 0, Archive).
    {ok,3}
""".
-spec foldl(Fun :: fun((file:name(), fun(() -> tuple()), fun(() -> binary()), Acc) -> Acc), Acc,
            Archive :: file:name() | {file:name(), binary()}) -> {ok, Acc} | {error, term()}.
foldl(Fun, Acc0, Archive) when is_function(Fun, 4) ->
    guarded(fun() ->
        Source = case Archive of {_, Binary} -> Binary; _ -> Archive end,
        {Bytes, Entries, _} = open(Source),
        lists:foldl(fun(#entry{file = F} = E, Acc) -> Fun(F#zip_file.name, fun() -> F#zip_file.info end, fun() -> content(E, Bytes) end, Acc) end,
                    Acc0, Entries)
    end);
foldl(_, _, _) -> {error, einval}.

-doc """
Prints the names of the files of an archive.

    1> {ok, {_, Archive}} = zip:zip("z.zip", [{"a", <<"1">>}], [memory]), zip:t(Archive).
    a
    ok
""".
-spec t(Archive :: file:name() | binary() | pid()) -> ok | {error, term()}.
t(Pid) when is_pid(Pid) -> zip_t(Pid);
t(Archive) -> print(table(Archive), fun name/1).

-doc """
Prints the names of the files of an archive with sizes, times and the share of it that the packed file takes, in per cent.

    1> zip:tt("nope.zip").
    {error,enoent}
""".
-spec tt(Archive :: file:name() | binary() | pid()) -> ok | {error, term()}.
tt(Pid) when is_pid(Pid) -> zip_tt(Pid);
tt(Archive) -> print(table(Archive), fun long/1).

-doc "Opens an archive for zip_get/2 and its like, and returns a handle. It closes with the process that opened it.".
-spec zip_open(Archive :: file:name() | binary()) -> {ok, pid()} | {error, term()}.
zip_open(Archive) -> zip_open(Archive, []).

-doc """
Like zip_open/1, with the options `memory`, `cooked` and `{cwd, Dir}`, which say what zip_get/2 does.

    1> {ok, {_, Archive}} = zip:zip("z.zip", [{"a", <<"1">>}], [memory]), {ok, Z} = zip:zip_open(Archive, [memory]), zip:zip_get("a", Z).
    {ok,{"a",<<"1">>}}
    2> zip:zip_close(Z).
    ok
""".
-spec zip_open(Archive :: file:name() | binary(), Options :: [term()]) -> {ok, pid()} | {error, term()}.
zip_open(Archive, Options) ->
    guarded(fun() ->
        O = options(Options, [memory, cooked, cwd], #{cwd => ""}),
        {Bytes, Entries, Comment} = open(Archive),
        Owner = self(),
        spawn(fun() -> keep(monitor(process, Owner), Owner, Bytes, Entries, Comment, O) end)
    end).

-doc """
Extracts all files of an open archive.

    1> {ok, {_, Archive}} = zip:zip("z.zip", [{"a", <<"1">>}], [memory]), {ok, Z} = zip:zip_open(Archive, [memory]), zip:zip_get(Z).
    {ok,[{"a",<<"1">>}]}
""".
-spec zip_get(Handle :: pid()) -> {ok, [file:name() | {file:name(), binary()}]} | {error, term()}.
zip_get(Handle) when is_pid(Handle) -> ask(Handle, get).

-doc """
Extracts one file of an open archive.

    1> {ok, {_, Archive}} = zip:zip("z.zip", [], [memory]), {ok, Z} = zip:zip_open(Archive, [memory]), zip:zip_get("a", Z).
    {error,file_not_found}
""".
-spec zip_get(FileName :: file:name(), Handle :: pid()) -> {ok, file:name() | {file:name(), binary()}} | {error, term()}.
zip_get(FileName, Handle) when is_pid(Handle) -> ask(Handle, {get, FileName}).

-doc """
Returns the check sum of a file of an open archive.

    1> {ok, {_, Archive}} = zip:zip("z.zip", [{"a", <<"1">>}], [memory]), {ok, Z} = zip:zip_open(Archive), zip:zip_get_crc32("a", Z).
    {ok,2212294583}
""".
-spec zip_get_crc32(FileName :: file:name(), Handle :: pid()) -> {ok, non_neg_integer()} | {error, term()}.
zip_get_crc32(FileName, Handle) when is_pid(Handle) -> ask(Handle, {crc, FileName}).

-doc """
Lists an open archive, as table/1 does.

    1> {ok, {_, Archive}} = zip:zip("z.zip", [], [memory]), {ok, Z} = zip:zip_open(Archive), zip:zip_list_dir(Z).
    {ok,[{zip_comment,[]}]}
""".
-spec zip_list_dir(Handle :: pid()) -> {ok, [tuple()]} | {error, term()}.
zip_list_dir(Handle) when is_pid(Handle) -> ask(Handle, list_dir).

-doc """
Prints the names of the files of an open archive.

    1> {ok, {_, Archive}} = zip:zip("z.zip", [{"a", <<"1">>}], [memory]), {ok, Z} = zip:zip_open(Archive), zip:zip_t(Z).
    a
    ok
""".
-spec zip_t(Handle :: pid()) -> ok | {error, term()}.
zip_t(Handle) when is_pid(Handle) -> print(zip_list_dir(Handle), fun name/1).

-doc "Prints the names of the files of an open archive with sizes and times.".
-spec zip_tt(Handle :: pid()) -> ok | {error, term()}.
zip_tt(Handle) when is_pid(Handle) -> print(zip_list_dir(Handle), fun long/1).

-doc """
Closes an archive that zip_open/1 opened.

    1> {ok, {_, Archive}} = zip:zip("z.zip", [], [memory]), {ok, Z} = zip:zip_open(Archive), zip:zip_close(Z).
    ok
    2> zip:zip_close(Z).
    {error,einval}
""".
-spec zip_close(Handle :: pid()) -> ok | {error, einval}.
zip_close(Handle) when is_pid(Handle) -> ask(Handle, close).

%% The process of an open archive, which its owner alone may use.

keep(Monitor, Owner, Bytes, Entries, Comment, O) ->
    receive
        {Owner, Ref, close} -> Owner ! {Ref, ok};
        {Owner, Ref, Request} ->
            Owner ! {Ref, guarded(fun() -> served(Request, Bytes, Entries, Comment, O) end)},
            keep(Monitor, Owner, Bytes, Entries, Comment, O);
        {'DOWN', Monitor, process, Owner, _} -> ok
    end.

served(list_dir, _, Entries, Comment, _) -> [#zip_comment{comment = Comment} | [E#entry.file || E <- Entries]];
served(get, Bytes, Entries, _, O) -> lists:append([unpack(E, Bytes, O) || E <- Entries]);
served({crc, Name}, _, Entries, _, _) ->
    case [Crc || #entry{file = #zip_file{name = N}, crc = Crc} <- Entries, N =:= Name] of
        [Crc | _] -> Crc;
        [] -> throw(file_not_found)
    end;
served({get, Name}, Bytes, Entries, _, O) ->
    case [E || #entry{file = #zip_file{name = N}} = E <- Entries, N =:= Name] of
        [E | _] ->
            case unpack(E, Bytes, O) of
                [File] -> File;
                [] -> Name
            end;
        [] -> throw(file_not_found)
    end.

ask(Handle, Request) ->
    Ref = monitor(process, Handle),
    Handle ! {self(), Ref, Request},
    receive
        {Ref, Answer} -> demonitor(Ref, [flush]), Answer;
        {'DOWN', Ref, process, Handle, _} -> {error, einval}
    end.

%% guarded calls a fun that throws reasons.
guarded(Fun) ->
    try {ok, Fun()}
    catch throw:Reason -> {error, Reason}
    end.

options(Options, Known, Defaults) when is_list(Options) ->
    lists:foldl(fun(Option, O) ->
        case Option of
            {Key, {How, Extensions}} when (Key =:= compress orelse Key =:= uncompress), is_list(Extensions) ->
                Have = maps:get(Key, O),
                lists:member(Key, Known) orelse throw({bad_option, Option}),
                case How of
                    add when Have =:= all -> O;
                    add -> O#{Key => Have ++ Extensions};
                    del when Have =:= all -> O#{Key => {but, Extensions}};
                    del -> O#{Key => Have -- Extensions};
                    _ -> throw({bad_option, Option})
                end;
            {Key, Value} ->
                lists:member(Key, Known) andalso not lists:member(Key, [memory, verbose, cooked, keep_old_files])
                    orelse throw({bad_option, Option}),
                O#{Key => Value};
            _ ->
                lists:member(Option, Known) andalso lists:member(Option, [memory, verbose, cooked, keep_old_files])
                    orelse throw({bad_option, Option}),
                O#{Option => true}
        end
    end, Defaults, Options);
options(Options, _, _) -> throw({bad_option, Options}).

%% Writing. What is to be packed is {Name, Content, Time}; the name of a directory ends with a slash.

gather({Name, Content}, _) -> given(Name, Content, calendar:local_time());
gather({Name, Content, #file_info{mtime = Time}}, _) -> given(Name, Content, Time);
gather(Name, #{cwd := Cwd} = O) when is_list(Name); is_binary(Name) ->
    Path = case Cwd of "" -> Name; _ -> filename:join(Cwd, Name) end,
    case file:read_file_info(Path) of
        {ok, #file_info{type = directory, mtime = Time}} ->
            {ok, Inside} = file:list_dir(Path),
            [{string:trim(text(Name), trailing, "/") ++ "/", <<>>, Time} |
             lists:append([gather(filename:join(Name, F), O) || F <- lists:reverse(Inside)])];
        {ok, #file_info{mtime = Time}} ->
            case file:read_file(Path) of
                {ok, Content} -> [{text(Name), Content, Time}];
                {error, Why} -> throw(Why)
            end;
        {error, Why} -> throw(Why)
    end;
gather(_, _) -> throw(einval).

given(Name, Content, Time) when is_list(Name), is_binary(Content) -> [{Name, Content, Time}];
given(_, _, _) -> throw(einval).

text(Name) when is_binary(Name) -> unicode:characters_to_list(Name);
text(Name) -> Name.

pack({Name0, Content, Time}, O, {Body, Directory, At}) ->
    Name = case Name0 of
        "/" ++ Relative ->
            error_logger:error_msg("Illegal absolute path: ~ts, converting to ~ts~n", [Name0, Relative]),
            Relative;
        _ -> Name0
    end,
    maps:is_key(verbose, O) andalso io:format("adding: ~tp~n", [Name]),
    {Method, Data} = packed(Name, Content, O),
    Bytes = unicode:characters_to_binary(Name),
    Unicode = case lists:all(fun(C) -> C < 128 end, Name) of true -> 0; false -> 16#800 end,
    Common = <<20:16/little, Unicode:16/little, Method:16/little, (dos(Time))/binary, (erlang:crc32(Content)):32/little,
               (byte_size(Data)):32/little, (byte_size(Content)):32/little, (byte_size(Bytes)):16/little, 0:16>>,
    Local = [<<?LOCAL:32/little>>, Common, Bytes, Data],
    Central = [<<?CENTRAL:32/little, 20, 3>>, Common, <<0:16, 0:16, 0:16, (8#644 bsl 16):32/little, At:32/little>>, Bytes],
    {[Body, Local], [Directory, Central], At + iolist_size(Local)}.

packed(Name, Content, #{compress := Do, uncompress := Leave}) ->
    Extension = filename:extension(Name),
    case byte_size(Content) >= 10 andalso among(Extension, Do) andalso not among(Extension, Leave) of
        true -> {8, zlib:zip(Content)};
        false -> {0, Content}
    end.

among(_, all) -> true;
among(Extension, {but, List}) -> not lists:member(Extension, List);
among(Extension, List) -> lists:member(Extension, List).

%% Times in the manner of DOS, and back. Its five bits for seconds count pairs; OTP 25 puts the seconds there as they are (sic).
dos({{Year, Month, Day}, {Hour, Minute, Second}}) ->
    <<((Hour bsl 11) bor (Minute bsl 5) bor (Second band 31)):16/little, (((Year - 1980) bsl 9) bor (Month bsl 5) bor Day):16/little>>.

undos(<<Time:16/little, Date:16/little>>) ->
    {{(Date bsr 9) + 1980, (Date bsr 5) band 15, Date band 31}, {Time bsr 11, (Time bsr 5) band 63, Time band 31}}.

%% Reading.

open(Archive) when is_binary(Archive) ->
    {At, Count, Comment} = finish(Archive, byte_size(Archive) - 22),
    {Archive, entries(Archive, At, Count), Comment};
open(Archive) when is_list(Archive) ->
    case file:read_file(Archive) of
        {ok, Bytes} -> open(Bytes);
        {error, Why} -> throw(Why)
    end;
open(_) -> throw(einval).

%% finish looks for the record of the end, behind which a comment may stand.
finish(Bytes, At) when At >= 0, At >= byte_size(Bytes) - 22 - 65535 ->
    case Bytes of
        <<_:At/binary, ?END:32/little, _:32, _:16, Count:16/little, _:32, Directory:32/little, Length:16/little, Comment:Length/binary,
          _/binary>> ->
            {Directory, Count, string_of(Comment)};
        _ -> finish(Bytes, At - 1)
    end;
finish(_, _) -> throw(bad_eocd).

entries(_, _, 0) -> [];
entries(Bytes, At, Count) ->
    case Bytes of
        <<_:At/binary, ?CENTRAL:32/little, _:32, _:16, Method:16/little, Time:4/binary, Crc:32/little, Packed:32/little, Size:32/little,
          NameLength:16/little, ExtraLength:16/little, CommentLength:16/little, _:32, _:32, Offset:32/little,
          Name0:NameLength/binary, _:ExtraLength/binary, Comment:CommentLength/binary, _/binary>> ->
            Name = string_of(Name0),
            Type = case lists:suffix("/", Name) of true -> directory; false -> regular end,
            When = undos(Time),
            Info = #file_info{size = Size, type = Type, access = read_write, atime = When, mtime = When, ctime = When, mode = 8#066,
                              links = 1, major_device = 0, minor_device = 0, inode = 0, uid = 0, gid = 0},
            File = #zip_file{name = Name, info = Info, comment = string_of(Comment), offset = Offset, comp_size = Packed},
            [#entry{file = File, method = Method, crc = Crc} |
             entries(Bytes, At + 46 + NameLength + ExtraLength + CommentLength, Count - 1)];
        _ -> throw(bad_central_directory)
    end.

string_of(Bytes) ->
    case unicode:characters_to_list(Bytes) of
        List when is_list(List) -> List;
        _ -> binary_to_list(Bytes)
    end.

content(#entry{file = #zip_file{offset = At, comp_size = Size, name = Name}, method = Method, crc = Crc}, Bytes) ->
    Content = case Bytes of
        <<_:At/binary, ?LOCAL:32/little, _:22/binary, NameLength:16/little, ExtraLength:16/little, _:NameLength/binary,
          _:ExtraLength/binary, Data:Size/binary, _/binary>> ->
            case Method of
                0 -> Data;
                8 -> try zlib:unzip(Data) catch error:_ -> throw({bad_crc, Name}) end;
                _ -> throw({bad_file_header, Name})
            end;
        _ -> throw({bad_file_header, Name})
    end,
    erlang:crc32(Content) =:= Crc orelse throw({bad_crc, Name}),
    Content.

wanted(#entry{file = F}, O) ->
    case O of
        #{file_list := Names} -> lists:member(F#zip_file.name, Names);
        #{} -> true
    end andalso
    case O of
        #{file_filter := Fun} -> Fun(F);
        #{} -> true
    end.

unpack(#entry{file = #zip_file{name = Name, info = Info}} = E, Bytes, #{cwd := Cwd} = O) ->
    Path = inside(Name, Cwd),
    case {Info#file_info.type, O} of
        {directory, #{memory := true}} -> [];
        {directory, _} -> ok = filelib:ensure_dir(filename:join(Path, "x")), [];
        {_, #{memory := true}} ->
            Content = content(E, Bytes),
            told("extracting: ~tp~n", Path, O),
            [{Path, Content}];
        {_, #{keep_old_files := true}} ->
            case filelib:is_file(Path) of
                true -> [];
                false -> written(E, Path, Bytes, O)
            end;
        _ -> written(E, Path, Bytes, O)
    end.

written(E, Path, Bytes, O) ->
    Content = content(E, Bytes),
    case filelib:ensure_dir(Path) of
        ok -> ok;
        {error, Reason} -> throw(Reason)
    end,
    case file:write_file(Path, Content) of
        ok ->
            told("extracting: ~tp~n", Path, O),
            _ = file:change_time(Path, (E#entry.file#zip_file.info)#file_info.mtime),
            [Path];
        {error, Why} -> throw(Why)
    end.

told(Format, Path, O) -> maps:is_key(verbose, O) andalso io:format(Format, [Path]).

%% inside is where a file goes. None goes above the directory, whatever it is called.
inside(Name, Cwd) ->
    Path = case Cwd of "" -> Name; _ -> filename:join(Cwd, Name) end,
    case filename:pathtype(Name) =:= relative andalso below(filename:split(Name), 0) of
        true -> Path;
        false ->
            Plain = filename:basename(Name),
            error_logger:error_msg("Illegal path: ~ts, extracting in ~ts~n", [Path, case Cwd of "" -> "./"; _ -> Cwd end]),
            case Cwd of "" -> Plain; _ -> filename:join(Cwd, Plain) end
    end.

below(_, Depth) when Depth < 0 -> false;
below([], _) -> true;
below([".." | Rest], Depth) -> below(Rest, Depth - 1);
below(["." | Rest], Depth) -> below(Rest, Depth);
below([_ | Rest], Depth) -> below(Rest, Depth + 1).

%% Printing.

print({ok, List}, Line) -> lists:foreach(Line, List);
print(Error, _) -> Error.

name(#zip_comment{}) -> ok;
name(#zip_file{name = Name}) -> io:format("~ts~n", [Name]).

long(#zip_comment{comment = []}) -> ok;
long(#zip_comment{comment = Text}) -> io:format("Archive comment: ~ts~n", [Text]);
long(#zip_file{name = Name, comp_size = Packed, comment = Comment, info = #file_info{size = Size, mtime = {{Y, Mo, D}, {H, Mi, _}}}}) ->
    Month = element(Mo, {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}),
    Share = case Size of 0 -> 100; _ -> Packed * 100 div Size end,
    io:format("~8w ~s ~2w ~2..0w:~2..0w ~w ~8w ~2w% ~ts ~ts~n", [Packed, Month, D, H, Mi, Y, Size, Share, Name, Comment]).
