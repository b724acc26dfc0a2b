%% The commands of the prompt that are ordinary functions.
-module(c).

-export([bt/1, c/1, c/2, cd/1, cluster/0, erlangrc/0, erlangrc/1, flush/0, i/0, i/3, l/1, lc/1, lm/0, ls/0, ls/1, m/0, m/1, memory/0, memory/1, mm/0, nc/1, nc/2, ni/0,
         nl/1, nregs/0, pi/1, pi/3, pid/3, pwd/0, q/0, regs/0, uptime/0]).

-doc """
stack backtrace for a process

    1> bt(self()).
    ...
""".
-spec bt(Pid :: pid()) -> ok | undefined.
bt(Pid) ->
    case process_info(Pid, current_stacktrace) of
        undefined -> undefined;
        {_, Stack} -> io:format("~p~n", [Stack])
    end.

-doc """
compile and load module or file <Mod>

    1> c(nofile).
    {error,non_existing}
""".
-spec c(Mod :: module() | file:name()) -> {ok, module()} | {error, term()} | error.
c(Module) -> c(Module, []).

-doc """
compile and load module or file <Mod> with options

    1> c("nofile", []).
    nofile.erl: no such file or directory
    error
""".
-spec c(Mod :: module() | file:name(), Options :: [term()] | term()) -> {ok, module()} | {error, term()} | error.
c(Module, Options) when is_atom(Module) ->
    case source(Module) of
        {ok, File} -> compile_and_load(File, Options);
        Error -> Error
    end;
c(File, Options) -> compile_and_load(File, Options).

-doc """
evaluate the file .erlang of the home directory, or that of the user's configuration of erlang

    1> c:erlangrc(["/no/such/directory"]).
    {error,enoent}
""".
-spec erlangrc() -> {ok, file:filename()} | {error, term()}.
erlangrc() ->
    case init:get_argument(home) of
        {ok, [[Home]]} -> erlangrc([Home, filename:basedir(user_config, "erlang")]);
        _ -> {error, enoent}
    end.

-doc """
evaluate the first file .erlang of the directories

    1> c:erlangrc(["/no/such/directory"]).
    {error,enoent}
""".
-spec erlangrc(Path :: [file:name()]) -> {ok, file:filename()} | {error, term()}.
erlangrc([Home | _] = Path) when is_list(Home) ->
    case file:path_eval(Path, ".erlang") of
        {error, enoent} = Error -> Error;
        {error, Reason} = Error ->
            Where = case Reason of
                        {Line, _, _} -> io_lib:format("error on line ~p: ", [Line]);
                        _ -> ""
                    end,
            error_logger:error_msg("file:path_eval(~tp,~tp): ~ts~ts~n", [Path, ".erlang", Where, file:format_error(Reason)]),
            Error;
        Done -> Done
    end.

%% The source of a module: in the current directory, or where it was loaded from.
source(Module) ->
    Name = atom_to_list(Module),
    case readable(Name ++ ".erl") of
        true -> {ok, Name};
        false ->
            case code:which(Module) of
                File when is_list(File) -> {ok, File};
                preloaded -> {error, preloaded};
                non_existing -> {error, non_existing}
            end
    end.

readable(File) ->
    case file:read_file_info(File) of
        {ok, _} -> true;
        {error, _} -> false
    end.

compile_and_load(File, Options) when not is_list(Options) -> compile_and_load(File, [Options]);
compile_and_load(File0, Options) ->
    File = case is_atom(File0) of
               true -> atom_to_list(File0);
               false -> File0
           end,
    Reports = [report_errors, report_warnings],
    case compile:file(File, [binary | Reports ++ (Options -- Reports)]) of
        Compiled when element(1, Compiled) =:= ok ->
            Module = element(2, Compiled),
            code:purge(Module),
            Source = filename:absname(filename:rootname(File, ".erl") ++ ".erl"),
            loaded(Module, code:load_binary(Module, Source, element(3, Compiled)));
        Other -> Other
    end.

loaded(Module, {module, Module}) -> {ok, Module};
loaded(_, Error) -> Error.

-doc """
change working directory

    1> cd(".").
    ...
""".
-spec cd(Dir :: file:name()) -> ok.
cd(Dir) ->
    _ = file:set_cwd(Dir),
    pwd().

-doc """
flush any messages sent to the shell

    1> self() ! hi, flush().
    Shell got hi
    ok
""".
-spec flush() -> ok.
flush() ->
    receive
        Message ->
            io:format("Shell got ~tp~n", [Message]),
            flush()
    after 0 ->
        ok
    end.

-doc """
information about the system

    1> i().
    ...
""".
-spec i() -> ok.
i() -> pinfo([{node(), processes()}]).

-doc """
list all modified modules

    1> mm().
    []
""".
-spec mm() -> [module()].
mm() -> code:modified_modules().

-doc """
compile and load code in <File> on all nodes

    1> nc(nofile).
    nofile.erl: no such file or directory
    error
""".
-spec nc(File :: file:name() | module()) -> {ok, module()} | error.
nc(File) -> nc(File, []).

-doc """
compile and load code in <File> on all nodes, with options

    1> nc(nofile, []).
    nofile.erl: no such file or directory
    error
""".
-spec nc(File :: file:name() | module(), Options :: [term()] | term()) -> {ok, module()} | error.
nc(File, Options) ->
    case compile_and_load(File, Options) of
        {ok, Module} ->
            _ = nl(Module),
            {ok, Module};
        Other -> Other
    end.

-doc """
load module on all nodes

    1> nl(nofile).
    error
""".
-spec nl(Module :: module()) -> abcast | error.
nl(Module) ->
    case code:which(Module) of
        non_existing -> error;
        _ ->
            lists:foreach(fun(Node) -> rpc:cast(Node, c, l, [Module]) end, nodes()),
            _ = l(Module),
            abcast
    end.

-doc """
compares what the connected nodes know of each other

    1> cluster().
    ...
""".
-spec cluster() -> ok.
cluster() -> cluster:show().

-doc """
information about the networked system

    1> ni().
    ...
""".
-spec ni() -> ok.
ni() ->
    pinfo([{Node, rpc:call(Node, erlang, processes, [])} || Node <- [node() | nodes()]]).

pinfo(Nodes) ->
    line("Pid", "Initial Call", "Heap", "Reds", "Msgs"),
    line("Registered", "Current Function", "Stack", "", ""),
    Totals = [row(Pid, rpc:pinfo(Pid)) || {_, Pids} <- Nodes, is_list(Pids), Pid <- Pids],
    {Heap, Reds, Msgs, Stack} =
        lists:foldl(fun({A, B, C, D}, {E, F, G, H}) -> {A + E, B + F, C + G, D + H} end, {0, 0, 0, 0}, Totals),
    line("Total", "", integer_to_list(Heap), integer_to_list(Reds), integer_to_list(Msgs)),
    line("", "", integer_to_list(Stack), "", "").

row(_, undefined) -> {0, 0, 0, 0};
row(Pid, Info) ->
    Get = fun(Item, Default) -> proplists:get_value(Item, Info, Default) end,
    Initial = case Get(initial_call, undefined) of
                  {M, F, A} -> mfa(M, F, A);
                  _ -> ""
              end,
    Current = case Get(current_function, undefined) of
                  {CM, CF, CA} -> mfa(CM, CF, CA);
                  _ -> ""
              end,
    Heap = Get(total_heap_size, 0),
    Reds = Get(reductions, 0),
    Msgs = Get(message_queue_len, 0),
    Stack = Get(stack_size, 0),
    line(pid_to_list(Pid), Initial, integer_to_list(Heap), integer_to_list(Reds), integer_to_list(Msgs)),
    Name = case Get(registered_name, []) of
               [] -> "";
               Registered -> atom_to_list(Registered)
           end,
    line(Name, Current, integer_to_list(Stack), "", ""),
    {Heap, Reds, Msgs, Stack}.

mfa(M, F, A) -> lists:flatten(io_lib:format("~w:~tw/~w", [M, F, A])).

line(A, B, C, D, E) ->
    io:format("~-21ts ~-33ts ~8ts ~8ts ~4ts~n", [cut(A, 21), cut(B, 33), C, D, E]).

cut(Text, Width) when length(Text) > Width -> lists:sublist(Text, Width);
cut(Text, _) -> Text.

-doc """
deprecated alias for pi(X,Y,Z)

    1> is_list(i(0,1,0)) orelse i(0,1,0) =:= undefined.
    true
""".
-spec i(X :: non_neg_integer(), Y :: non_neg_integer(), Z :: non_neg_integer()) -> [{atom(), term()}] | undefined.
i(X, Y, Z) -> pi(X, Y, Z).

-doc """
information about process <Pid>

    1> is_list(pi(self())).
    true
""".
-spec pi(Pid :: pid()) -> [{atom(), term()}] | undefined.
pi(Pid) -> rpc:pinfo(Pid).

-doc """
information about pid <X,Y,Z>

    1> is_list(pi(0,1,0)) orelse pi(0,1,0) =:= undefined.
    true
""".
-spec pi(X :: non_neg_integer(), Y :: non_neg_integer(), Z :: non_neg_integer()) -> [{atom(), term()}] | undefined.
pi(X, Y, Z) -> pi(pid(X, Y, Z)).

-doc """
load or reload module

    1> l(nofile).
    {error,nofile}
""".
-spec l(Module :: module()) -> {module, module()} | {error, term()}.
l(Module) ->
    code:purge(Module),
    code:load_file(Module).

-doc """
compile a list of Erlang modules

    1> lc([]).
    ok
""".
-spec lc([File :: file:name() | module()]) -> ok.
lc(Files) -> lists:foreach(fun(File) -> compile:file(File, [report]) end, Files).

-doc """
load all modified modules

    1> lm().
    []
""".
-spec lm() -> [{module, module()} | {error, term()}].
lm() -> [l(Module) || Module <- mm()].

-doc """
list files in the current directory

    1> ls().
    ...
""".
-spec ls() -> ok.
ls() -> ls(".").

-doc """
list files in directory <Dir>

    1> ls("/nonexistent").
    no such file or directory
    ok
""".
-spec ls(Dir :: file:name()) -> ok.
ls(Dir) ->
    case file:list_dir(Dir) of
        {ok, Names} -> columns(lists:sort(Names));
        {error, enotdir} -> io:format("~ts~n", [Dir]);
        {error, Reason} -> io:format("~ts~n", [file:format_error(Reason)])
    end.

columns([]) -> ok;
columns(Names) ->
    Width = lists:max([length(Name) || Name <- Names]) + 5,
    PerLine = max(1, 80 div Width),
    columns(Names, Width, PerLine, PerLine).

columns([], _, PerLine, PerLine) -> ok;
columns([], _, _, _) -> io:nl();
columns(Names, Width, PerLine, 0) ->
    io:nl(),
    columns(Names, Width, PerLine, PerLine);
columns([Name | Names], Width, PerLine, Left) ->
    io:format("~ts", [string:pad(Name, Width)]),
    columns(Names, Width, PerLine, Left - 1).

-doc """
which modules are loaded

    1> m().
    ...
""".
-spec m() -> ok.
m() ->
    io:format("~-20ts ~ts~n", ["Module", "File"]),
    lists:foreach(fun({Module, File}) -> io:format("~-20tw ~tp~n", [Module, File]) end, lists:sort(code:all_loaded())).

-doc """
information about module <Mod>

    1> m(lists).
    ...
""".
-spec m(Mod :: module()) -> ok.
m(Module) ->
    Info = Module:module_info(),
    io:format("Module: ~tw~n", [Module]),
    io:format("MD5: ~ts~n", [[io_lib:format("~2.16.0b", [B]) || <<B>> <= proplists:get_value(md5, Info, <<>>)]]),
    case code:which(Module) of
        File when is_list(File) -> io:format("Object file: ~ts~n", [File]);
        Other -> io:format("Object file: ~tw~n", [Other])
    end,
    io:format("Compiler options:  ~p~n", [proplists:get_value(options, proplists:get_value(compile, Info, []), [])]),
    io:format("Exports: ~n"),
    exports(lists:sort(proplists:get_value(exports, Info, []))).

%% Many exports stand in two columns.
exports(All) when length(All) > 16 ->
    {Left, Right} = lists:split((length(All) + 1) div 2, All),
    columns_of(Left, Right);
exports(All) -> lists:foreach(fun(A) -> io:format("         ~ts~n", [exported(A)]) end, All).

columns_of([], []) -> ok;
columns_of([A], []) -> io:format("         ~ts~n", [exported(A)]);
columns_of([A | Left], [B | Right]) ->
    io:format("         ~-30ts~ts~n", [exported(A), exported(B)]),
    columns_of(Left, Right).

exported({F, A}) -> lists:flatten(io_lib:format("~tw/~w", [F, A])).

-doc """
memory allocation information

    1> is_list(memory()).
    true
""".
-spec memory() -> [{atom(), non_neg_integer()}].
memory() -> erlang:memory().

-doc """
memory allocation information of type <T>

    1> is_integer(memory(total)).
    true
""".
-spec memory(T :: atom() | [atom()]) -> non_neg_integer() | [{atom(), non_neg_integer()}].
memory(Type) -> erlang:memory(Type).

-doc """
information about all registered processes

    1> nregs().
    ...
""".
-spec nregs() -> ok.
nregs() -> lists:foreach(fun registered_on/1, [node() | nodes()]).

-doc """
convert X,Y,Z to a Pid

    1> pid(0,1,0).
    <0.1.0>
""".
-spec pid(X :: non_neg_integer(), Y :: non_neg_integer(), Z :: non_neg_integer()) -> pid().
pid(X, Y, Z) ->
    list_to_pid("<" ++ integer_to_list(X) ++ "." ++ integer_to_list(Y) ++ "." ++ integer_to_list(Z) ++ ">").

-doc """
print working directory

    1> pwd().
    ...
""".
-spec pwd() -> ok.
pwd() ->
    case file:get_cwd() of
        {ok, Dir} -> io:format("~ts~n", [Dir]);
        {error, Reason} -> io:format("Cannot determine current directory: ~ts~n", [file:format_error(Reason)])
    end.

-doc "quit - shorthand for init:stop()".
-spec q() -> no_return().
q() -> init:stop().

-doc """
information about registered processes

    1> regs().
    ...
""".
-spec regs() -> ok.
regs() -> registered_on(node()).

registered_on(Node) ->
    io:format("~n** Registered procs on node ~w **~n", [Node]),
    reg_line("Name", "Pid", "Initial Call", "Reds", "Msgs"),
    Names = case rpc:call(Node, erlang, registered, []) of
                List when is_list(List) -> lists:sort(List);
                _ -> []
            end,
    lists:foreach(fun(Name) -> registered_row(Node, Name) end, Names),
    io:format("~n** Registered ports on node ~w **~n", [Node]),
    io:format("~-21ts ~-15ts ~ts~n", ["Name", "Id", "Command"]).

registered_row(Node, Name) ->
    case rpc:call(Node, erlang, whereis, [Name]) of
        Pid when is_pid(Pid) ->
            case rpc:pinfo(Pid) of
                Info when is_list(Info) ->
                    {M, F, A} = proplists:get_value(initial_call, Info, {erlang, apply, 2}),
                    reg_line(atom_to_list(Name), pid_to_list(Pid), mfa(M, F, A),
                             integer_to_list(proplists:get_value(reductions, Info, 0)),
                             integer_to_list(proplists:get_value(message_queue_len, Info, 0)));
                _ -> ok
            end;
        _ -> ok
    end.

reg_line(A, B, C, D, E) ->
    io:format("~-21ts ~-12ts ~-25ts ~12ts ~4ts~n", [cut(A, 21), B, cut(C, 25), D, E]).

-doc """
print node uptime

    1> uptime().
    ...
""".
-spec uptime() -> ok.
uptime() ->
    {Total, _} = erlang:statistics(wall_clock),
    Seconds = Total div 1000,
    Parts = [{Seconds div 86400, "day"}, {Seconds div 3600 rem 24, "hour"}, {Seconds div 60 rem 60, "minute"}, {Seconds rem 60, "second"}],
    Text = [unit(N, Unit) || {N, Unit} <- Parts, N > 0 orelse Unit =:= "second"],
    io:format("~ts~n", [lists:join(", ", Text)]).

unit(1, Unit) -> "1 " ++ Unit;
unit(N, Unit) -> integer_to_list(N) ++ " " ++ Unit ++ "s".
