%% Files by questions and patterns. A pattern is compiled to {Base, Components}: the directory to begin in and, for each further
%% component of a name, a literal or a list of parts: characters, question, star, accept (a star at the end), {one_of, Set},
%% {alt, Parts}, or the only part double_star. Names are cut by the length of the directory that a relative pattern was put into.
-module(filelib).

-export([compile_wildcard/1, ensure_dir/1, ensure_path/1, file_size/1, file_size/2, find_file/2, find_file/3, find_source/1,
         find_source/2, find_source/3, fold_files/5, fold_files/6, is_dir/1, is_dir/2, is_file/1, is_file/2, is_regular/1,
         is_regular/2, last_modified/1, last_modified/2, safe_relative_path/2, wildcard/1, wildcard/2, wildcard/3]).

-type filename_all() :: string() | binary().
-type find_file_rule() :: {ObjDirSuffix :: string(), SrcDirSuffix :: string()}.
-type find_source_rule() :: {ObjExtension :: string(), SrcExtension :: string(), [find_file_rule()]}.

-doc """
Returns the files that match a pattern, sorted. In a pattern `?` is any character, `*` any number of them, `[a-z]` one of a set,
`{a,b}` one of several, `**` as a whole name any number of directories; a backslash takes the meaning from what follows.

    1> filelib:wildcard("/no/such/dir/*").
    []
""".
-spec wildcard(Wildcard :: string()) -> [string()].
wildcard(Pattern) when is_list(Pattern) -> found(Pattern, ".", file, 1).

-doc """
As `wildcard/1`, in a directory, or with a module that has `list_dir/1`, `read_file_info/1` and `read_link_info/1`.

    1> filelib:wildcard("*", "/no/such/dir").
    []
""".
-spec wildcard(Wildcard :: string(), CwdOrModule :: string() | module()) -> [string()].
wildcard(Pattern, Cwd) when is_list(Pattern), is_list(Cwd) -> found(Pattern, Cwd, file, 2);
wildcard(Pattern, Mod) when is_list(Pattern), is_atom(Mod) -> found(Pattern, ".", Mod, 2).

-doc """
As `wildcard/2`, with both.

    1> filelib:wildcard("*", "/no/such/dir", file).
    []
""".
-spec wildcard(Wildcard :: string(), Cwd :: string(), Module :: module()) -> [string()].
wildcard(Pattern, Cwd, Mod) when is_list(Pattern), is_list(Cwd), is_atom(Mod) -> found(Pattern, Cwd, Mod, 3).

-doc """
Compiles a pattern; what comes out shows whether it is one.

    1> filelib:compile_wildcard("a/b").
    {compiled_wildcard,{{exists,"./a/b"},2}}
""".
-spec compile_wildcard(Wildcard :: string()) -> term().
compile_wildcard(Pattern) when is_list(Pattern) ->
    try {compiled_wildcard, compiled(Pattern, ".")}
    catch throw:{badpattern, _} = Reason -> erlang:raise(error, Reason, [{filelib, compile_wildcard, 1, place()}])
    end.

place() -> [{file, "filelib.erl"}, {line, 1}].

found(Pattern, Cwd, Mod, Arity) ->
    try compiled(Pattern, Cwd) of
        {{exists, File}, Prefix} ->
            case info(read_link_info, File, Mod) of
                {ok, _} -> [lists:nthtail(Prefix, File)];
                _ -> []
            end;
        {[Base | Rest], Prefix} ->
            lists:sort([lists:nthtail(Prefix, F) || F <- under([Base], Rest, Mod)])
    catch
        throw:{badpattern, _} = Reason -> erlang:raise(error, Reason, [{filelib, wildcard, Arity, place()}])
    end.

info(Ask, File, file) -> file:Ask(File);
info(read_link_info, File, Mod) ->
    case erlang:function_exported(Mod, read_link_info, 1) of
        true -> Mod:read_link_info(File);
        false -> Mod:read_file_info(File)
    end;
info(Ask, File, Mod) -> Mod:Ask(File).

compiled(Pattern, Cwd0) ->
    [Root | _] = Names = filename:split(Pattern),
    case filename:pathtype(Root) of
        relative ->
            Cwd = filename:join([Cwd0]),
            Dir = case lists:last(Cwd) of $/ -> Cwd; _ -> Cwd ++ "/" end,
            {literals(Names, Dir), length(Dir)};
        _ ->
            {literals(tl(Names), Root), 0}
    end.

%% The literal names at the beginning belong to the base.
literals(["." | [_ | _] = Names], Base) -> literals(Names, Base);
literals([Name | Names] = All, Base) ->
    case part(Name) of
        {literal, L} -> literals(Names, join(Base, L));
        _ -> [Base | [case part(N) of {literal, L} -> L; P -> P end || N <- All]]
    end;
literals([], Base) -> {exists, Base}.

join(Base, Name) ->
    case lists:last(Base) of
        $/ -> Base ++ Name;
        _ -> Base ++ [$/ | Name]
    end.

part("**") -> [double_star];
part(Name) ->
    {ok, Parts, []} = parts(Name, [], false),
    case lists:all(fun is_integer/1, Parts) of
        true -> {literal, Parts};
        false -> Parts
    end.

%% parts(Text, Reversed, InAlternative): up to the end, or to the comma or brace that ends an alternative.
parts([C | _] = Rest, Acc, true) when C =:= $,; C =:= $} -> {ok, lists:reverse(Acc), Rest};
parts("?" ++ T, Acc, In) -> parts(T, [question | Acc], In);
parts("*" ++ T, Acc, In) -> star(string:trim(T, leading, "*"), Acc, In);
parts("[" ++ T, Acc, In) ->
    case set(T, []) of
        {Set, Rest} -> parts(Rest, [{one_of, Set} | Acc], In);
        none -> parts(T, [$[ | Acc], In)
    end;
parts("{" ++ T, Acc, In) ->
    {Alts, Rest} = alternatives(T, []),
    parts(Rest, [{alt, Alts} | Acc], In);
parts([$\\, C | T], Acc, In) -> parts(T, [C | Acc], In);
parts("\\", Acc, In) -> parts([], Acc, In);
parts([C | T], Acc, In) -> parts(T, [C | Acc], In);
parts([], _, true) -> throw({badpattern, missing_delimiter});
parts([], Acc, false) -> {ok, lists:reverse(Acc), []}.

star([], Acc, false) -> {ok, lists:reverse(Acc, [accept]), []};
star(T, Acc, In) -> parts(T, [star | Acc], In).

set([$] | T], [_ | _] = Acc) -> {gb_sets:from_list(Acc), T};
set([A, $-, B | T], Acc) when A =/= $], B =/= $] -> set(T, lists:seq(A, B) ++ Acc);
set([$\\, C | T], Acc) -> set(T, [C | Acc]);
set([$] | _], []) -> none;
set([C | T], Acc) -> set(T, [C | Acc]);
set([], _) -> none.

alternatives(T, Acc) ->
    case parts(T, [], true) of
        {ok, Parts, "," ++ Rest} -> alternatives(Rest, [Parts | Acc]);
        {ok, Parts, "}" ++ Rest} -> {[Parts | Acc], Rest}
    end.

%% under(Dirs, Components, Mod): the files below some directories that match.
under(Files, [], _) -> Files;
under(Dirs, [[double_star]], Mod) -> lists:append([everything(D, Mod) || D <- Dirs]);
under(Dirs, [[double_star] | Rest], Mod) -> lists:usort(under(lists:append([[D | directories(D, Mod)] || D <- Dirs]), Rest, Mod));
under(Dirs, [Part | Rest], Mod) ->
    under(lists:append([matching(D, Part, Mod) || D <- Dirs]), Rest, Mod).

matching(Dir, Part, Mod) ->
    case lists:all(fun is_integer/1, Part) of
        true ->
            File = join(Dir, Part),
            case info(read_link_info, File, Mod) of
                {ok, _} -> [File];
                _ -> []
            end;
        false ->
            [join(Dir, F) || F <- listing(Dir, Mod), match(Part, F)]
    end.

listing(Dir, Mod) ->
    case Mod:list_dir(Dir) of
        {ok, Files} -> [F || F <- Files, is_list(F)];
        _ -> []
    end.

everything(Dir, Mod) ->
    lists:append([[File | everything(File, Mod)] || F <- listing(Dir, Mod), File <- [join(Dir, F)]]).

directories(Dir, Mod) ->
    lists:append([[File | directories(File, Mod)] || F <- listing(Dir, Mod), File <- [join(Dir, F)], is_directory(File, Mod)]).

match([accept], _) -> true;
match([star | Parts], Name) -> anywhere(Parts, Name);
match([question | Parts], [_ | Name]) -> match(Parts, Name);
match([{one_of, Set} | Parts], [C | Name]) -> gb_sets:is_element(C, Set) andalso match(Parts, Name);
match([{alt, Alts} | Parts], Name) -> lists:any(fun(Alt) -> match(Alt ++ Parts, Name) end, Alts);
match([C | Parts], [C | Name]) when is_integer(C) -> match(Parts, Name);
match([], []) -> true;
match(_, _) -> false.

anywhere(Parts, Name) ->
    match(Parts, Name) orelse (Name =/= [] andalso anywhere(Parts, tl(Name))).

-doc """
Tells whether a name is that of a directory.

    1> filelib:is_dir("/").
    true
""".
-spec is_dir(Name :: filename_all()) -> boolean().
is_dir(Name) -> is_directory(Name, file).

-doc """
As `is_dir/1`, with a module that answers.

    1> filelib:is_dir("/", file).
    true
""".
-spec is_dir(Name :: filename_all(), Module :: module()) -> boolean().
is_dir(Name, Mod) when is_atom(Mod) -> is_directory(Name, Mod).

is_directory(Name, Mod) -> type(Name, Mod) =:= directory.

type(Name, Mod) ->
    case about(Name, Mod) of
        {ok, Info} -> element(3, Info);
        _ -> none
    end.

about(Name, file) -> try file:read_file_info(Name) catch _:_ -> {error, badarg} end;
about(Name, erl_prim_loader) -> about(Name, file);
about(Name, Mod) -> Mod:read_file_info(Name).

-doc """
Tells whether a name is that of a file or a directory.

    1> filelib:is_file("/no/such/file").
    false
""".
-spec is_file(Name :: filename_all()) -> boolean().
is_file(Name) -> is_entry(Name, file).

-doc """
As `is_file/1`, with a module that answers.

    1> filelib:is_file("/", file).
    true
""".
-spec is_file(Name :: filename_all(), Module :: module()) -> boolean().
is_file(Name, Mod) when is_atom(Mod) -> is_entry(Name, Mod).

is_entry(Name, Mod) ->
    T = type(Name, Mod),
    T =:= regular orelse T =:= directory.

-doc """
Tells whether a name is that of a file that is no directory or device.

    1> filelib:is_regular("/").
    false
""".
-spec is_regular(Name :: filename_all()) -> boolean().
is_regular(Name) -> type(Name, file) =:= regular.

-doc """
As `is_regular/1`, with a module that answers.

    1> filelib:is_regular("/", file).
    false
""".
-spec is_regular(Name :: filename_all(), Module :: module()) -> boolean().
is_regular(Name, Mod) when is_atom(Mod) -> type(Name, Mod) =:= regular.

-doc """
Returns the size of a file in bytes; 0 when there is none.

    1> filelib:file_size("/no/such/file").
    0
""".
-spec file_size(Filename :: filename_all()) -> non_neg_integer().
file_size(Name) -> file_size(Name, file).

-doc """
As `file_size/1`, with a module that answers.

    1> filelib:file_size("/no/such/file", file).
    0
""".
-spec file_size(Filename :: filename_all(), Module :: module()) -> non_neg_integer().
file_size(Name, Mod) when is_atom(Mod) ->
    case about(Name, Mod) of
        {ok, Info} -> element(2, Info);
        _ -> 0
    end.

-doc """
Returns the local time at which a file was changed last; 0 when there is none.

    1> filelib:last_modified("/no/such/file").
    0
""".
-spec last_modified(Name :: filename_all()) -> calendar:datetime() | 0.
last_modified(Name) -> last_modified(Name, file).

-doc """
As `last_modified/1`, with a module that answers.

    1> filelib:last_modified("/no/such/file", file).
    0
""".
-spec last_modified(Name :: filename_all(), Module :: module()) -> calendar:datetime() | 0.
last_modified(Name, Mod) when is_atom(Mod) ->
    case about(Name, Mod) of
        {ok, Info} -> element(6, Info);
        _ -> 0
    end.

-doc """
Folds a fun over the files of a directory whose names match a regular expression, of the directories below it too when asked for.

    1> filelib:fold_files("/no/such/dir", ".*", true, fun(F, Acc) -> [F|Acc] end, []).
    []
""".
-spec fold_files(Dir :: filename_all(), RegExp :: string(), Recursive :: boolean(), Fun, AccIn) -> AccOut when
      Fun :: fun((F :: file:filename(), AccIn) -> AccOut), AccIn :: term(), AccOut :: term().
fold_files(Dir, RegExp, Recursive, Fun, Acc) -> fold_files(Dir, RegExp, Recursive, Fun, Acc, file).

-doc """
As `fold_files/5`, with a module that answers.

    1> filelib:fold_files("/no/such/dir", ".*", true, fun(F, Acc) -> [F|Acc] end, [], file).
    []
""".
-spec fold_files(Dir :: filename_all(), RegExp :: string(), Recursive :: boolean(), Fun, AccIn, Module :: module()) -> AccOut when
      Fun :: fun((F :: file:filename(), AccIn) -> AccOut), AccIn :: term(), AccOut :: term().
fold_files(Dir, RegExp, Recursive, Fun, Acc, Mod) ->
    {ok, Re} = re:compile(RegExp, [unicode]),
    fold_dir(Dir, Re, Recursive, Fun, Acc, Mod).

fold_dir(Dir, Re, Recursive, Fun, Acc, Mod) ->
    case Mod:list_dir(Dir) of
        {ok, Names} -> lists:foldl(fun(Name, A) -> fold_one(filename:join(Dir, Name), Name, Re, Recursive, Fun, A, Mod) end, Acc, Names);
        _ -> Acc
    end.

fold_one(File, Name, Re, Recursive, Fun, Acc, Mod) ->
    case type(File, Mod) of
        regular ->
            try re:run(Name, Re, [{capture, none}]) of
                match -> Fun(File, Acc);
                nomatch -> Acc
            catch
                error:badarg -> Acc % a name that is not in the encoding of the expression
            end;
        directory ->
            case Recursive of
                true -> fold_dir(File, Re, Recursive, Fun, Acc, Mod);
                false -> Acc;
                _ -> erlang:error({badarg, Recursive})
            end;
        _ ->
            Acc
    end.

-doc """
Makes the directories that a file of this name needs.

    1> filelib:ensure_dir("/a_file").
    ok
""".
-spec ensure_dir(Name :: filename_all()) -> ok | {error, Reason :: file:posix()}.
ensure_dir("/") -> ok;
ensure_dir(Name) -> made(filename:dirname(Name)).

-doc """
Makes a directory, and those above it.

    1> filelib:ensure_path("/").
    ok
""".
-spec ensure_path(Path :: filename_all()) -> ok | {error, Reason :: file:posix()}.
ensure_path("/") -> ok;
ensure_path(Path) -> filename:dirname(Path), made(Path).

made(Dir) ->
    case is_directory(Dir, file) of
        true -> ok;
        false ->
            Above = filename:dirname(Dir),
            case Above =:= Dir orelse made(Above) of
                true -> {error, einval};
                ok ->
                    case file:make_dir(Dir) of
                        {error, eexist} ->
                            case is_directory(Dir, file) of
                                true -> ok;
                                false -> {error, eexist}
                            end;
                        Other -> Other
                    end;
                {error, eexist} -> {error, enotdir};
                Error -> Error
            end
    end.

-doc """
Returns a relative path without dots, links followed; `unsafe` when it leads out of a directory.

    1> filelib:safe_relative_path("a/../b", "").
    "b"
""".
-spec safe_relative_path(Filename :: filename_all(), Cwd :: filename_all()) -> unsafe | filename_all().
safe_relative_path(Path, Cwd) ->
    case filename:pathtype(Path) of
        relative when Path =:= ""; Path =:= <<>> -> Path;
        relative ->
            Base = case Cwd of "" -> "."; <<>> -> <<".">>; _ -> Cwd end,
            case safe(filename:split(Path), [], Base, sets:new(), 0) of
                unsafe -> unsafe;
                [] when is_binary(Path) -> <<>>;
                [] -> "";
                Names -> filename:join(Names)
            end;
        _ -> unsafe
    end.

%% safe(Names, DirsReversed, Cwd, LinksSeen, _): follows links, each once.
safe([Up | Names], Dirs, Cwd, Seen, N) when Up =:= ".."; Up =:= <<"..">> ->
    case Dirs of
        [] -> unsafe;
        [_ | Rest] -> safe(Names, Rest, Cwd, Seen, N)
    end;
safe([Here | Names], Dirs, Cwd, Seen, N) when Here =:= "."; Here =:= <<".">> -> safe(Names, Dirs, Cwd, Seen, N);
safe([Name | Names], Dirs, Cwd, Seen, N) ->
    File = filename:join([Cwd | lists:reverse(Dirs, [Name])]),
    case file:read_link(File) of
        {ok, To} ->
            case sets:is_element(File, Seen) orelse filename:pathtype(To) =/= relative of
                true -> unsafe;
                false -> safe(filename:split(To) ++ Names, Dirs, Cwd, sets:add_element(File, Seen), N + 1)
            end;
        _ -> safe(Names, [Name | Dirs], Cwd, Seen, N)
    end;
safe([], Dirs, _, _, _) -> lists:reverse(Dirs).

-doc """
Looks for a file in a directory, and in those that the usual rules of a source tree make of its name.

    1> filelib:find_file("no_such_file", "/").
    {error,not_found}
""".
-spec find_file(Filename :: string(), Dir :: string()) -> {ok, string()} | {error, not_found}.
find_file(Name, Dir) -> find_file(Name, Dir, []).

-doc """
As `find_file/2`, with rules: `{From, To}` replaces the end of the directory.

    1> filelib:find_file("no_such_file", "/ebin", [{"ebin","src"}]).
    {error,not_found}
""".
-spec find_file(Filename :: string(), Dir :: string(), Rules :: [find_file_rule()]) -> {ok, string()} | {error, not_found}.
find_file(Name, Dir, []) -> find_file(Name, Dir, file_rules());
find_file(Name, Dir, Rules) -> first_file([Rule || {_, _} = Rule <- Rules], filename:split(Dir), Name).

file_rules() -> [{"", ""}, {"", "src"}, {"ebin", "src"}, {"ebin", ""}, {"", "esrc"}, {"ebin", "esrc"}].

source_rules() ->
    [{".beam", ".erl", [{"ebin", "src"}, {"ebin", "esrc"}, {"ebin", "src/*"}]}, {".erl", ".yrl", [{"", ""}]}, {"", ".src", [{"", ""}]},
     {".so", ".c", [{"priv", "c_src"}]}, {".o", ".c", [{"priv", "c_src"}]}, {"", ".c", [{"priv", "c_src"}, {"", "c_src"}]},
     {"", ".in", [{"", ""}]}, {"", "", [{"", "Makefile"}]}].

first_file([{From, To} | Rules], Dir, Name) ->
    Files = case replaced(From, To, Dir) of
                none -> [];
                New -> existing(filename:join(New, Name))
            end,
    case Files of
        [File | _] -> {ok, File};
        [] -> first_file(Rules, Dir, Name)
    end;
first_file([], _, _) -> {error, not_found}.

existing(File) ->
    case lists:member($*, File) of
        true -> [F || F <- wildcard(File), is_regular(F)];
        false -> [File || is_regular(File)]
    end.

replaced(From, To, Names) ->
    Suffix = case From of "" -> []; _ -> filename:split(From) end,
    case lists:reverse(Names) of
        Reversed when Suffix =:= [] -> joined(lists:reverse(Reversed), To);
        Reversed ->
            case lists:prefix(lists:reverse(Suffix), Reversed) of
                true -> joined(lists:reverse(lists:nthtail(length(Suffix), Reversed)), To);
                false -> none
            end
    end.

joined([], "") -> ".";
joined([], To) -> To;
joined(Names, "") -> filename:join(Names);
joined(Names, To) -> filename:join(Names ++ [To]).

-doc """
Looks for the source file of a compiled file.

    1> filelib:find_source("/no_such_file.beam").
    {error,not_found}
""".
-spec find_source(FilePath :: string()) -> {ok, string()} | {error, not_found}.
find_source(Path) -> find_source(filename:basename(Path), filename:dirname(Path)).

-doc """
As `find_source/1`, for a name and a directory.

    1> filelib:find_source("no_such_file.beam", "/").
    {error,not_found}
""".
-spec find_source(Filename :: string(), Dir :: string()) -> {ok, string()} | {error, not_found}.
find_source(Name, Dir) -> find_source(Name, Dir, []).

-doc """
As `find_source/2`, with rules: `{ObjectExtension, SourceExtension, FileRules}`.

    1> filelib:find_source("no_such_file.beam", "/", [{".beam",".erl",[{"ebin","src"}]}]).
    {error,not_found}
""".
-spec find_source(Filename :: string(), Dir :: string(), Rules :: [find_source_rule()]) -> {ok, string()} | {error, not_found}.
find_source(Name, Dir, []) -> find_source(Name, Dir, source_rules());
find_source(Name, Dir, Rules) ->
    case [{filename:basename(Name, Ext) ++ Source, FileRules} || {Ext, Source, FileRules} <- Rules, ends(Name, Ext)] of
        [] -> {error, not_found};
        Candidates -> first_source(Candidates, Dir)
    end.

ends(Name, "") -> filename:extension(Name) =:= "";
ends(Name, Ext) -> filename:extension(Name) =:= Ext.

first_source([{File, Rules} | Rest], Dir) ->
    case find_file(File, Dir, [{"", ""} | Rules]) of
        {error, not_found} -> first_source(Rest, Dir);
        Found -> Found
    end;
first_source([], _) -> {error, not_found}.
