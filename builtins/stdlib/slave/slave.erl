%% Nodes that end with the one that has started them.
-module(slave).

-export([start/1, start/2, start/3, start_link/1, start_link/2, start_link/3, stop/1, pseudo/1, pseudo/2, relay/1]).

-define(BOOT, 32000).

-doc """
Starts a node on Host with the name that this one has there.

    1> catch slave:start(localhost).
    ...
""".
-spec start(Host :: atom()) -> {ok, node()} | {error, term()}.
start(Host) -> start(Host, own_name()).

-doc """
Starts a node with a name on Host. It ends with this node.

    1> catch slave:start(localhost, one).
    ...
""".
-spec start(Host :: atom(), Name :: atom()) -> {ok, node()} | {error, term()}.
start(Host, Name) -> start(Host, Name, "").

-doc """
Starts a node with a name and further flags on Host. It ends with this node.

    1> catch slave:start(localhost, one, "-hidden").
    ...
""".
-spec start(Host :: atom(), Name :: atom(), Args :: string()) -> {ok, node()} | {error, term()}.
start(Host, Name, Args) -> run(Host, Name, Args, no_link).

-doc """
Starts a node on Host with the name that this one has there. It ends with the caller.

    1> catch slave:start_link(localhost).
    ...
""".
-spec start_link(Host :: atom()) -> {ok, node()} | {error, term()}.
start_link(Host) -> start_link(Host, own_name()).

-doc """
Starts a node with a name on Host. It ends with the caller.

    1> catch slave:start_link(localhost, one).
    ...
""".
-spec start_link(Host :: atom(), Name :: atom()) -> {ok, node()} | {error, term()}.
start_link(Host, Name) -> start_link(Host, Name, "").

-doc """
Starts a node with a name and further flags on Host. It ends with the caller.

    1> catch slave:start_link(localhost, one, "-hidden").
    ...
""".
-spec start_link(Host :: atom(), Name :: atom(), Args :: string()) -> {ok, node()} | {error, term()}.
start_link(Host, Name, Args) -> run(Host, Name, Args, self()).

own_name() ->
    [Name | _] = string:split(atom_to_list(node()), "@"),
    list_to_atom(Name).

run(Host, Name, Args, Link) ->
    Node = list_to_atom(lists:concat([Name, "@", Host])),
    case is_alive() andalso known(Name, Host) andalso net_adm:ping(Node) of
        _ when node() =:= nonode@nohost -> {error, not_alive};
        pong -> {error, {already_running, Node}};
        _ ->
            Me = self(),
            Keeper = spawn(fun() -> keep(Me, Link, Host, Node, Args) end),
            Monitor = monitor(process, Keeper),
            receive
                {Keeper, Answer} ->
                    demonitor(Monitor, [flush]),
                    Answer;
                {'DOWN', Monitor, process, _, Reason} -> {error, Reason}
            end
    end.

known(Name, Host) ->
    case net_adm:names(Host) of
        {ok, Names} -> lists:keymember(atom_to_list(Name), 1, Names);
        _ -> false
    end.

%% The process that the new node watches.
keep(Caller, Link, Host, Node, Args) ->
    process_flag(trap_exit, true),
    is_pid(Link) andalso link(Link),
    Flag = case net_kernel:longnames() of
               true -> "-name";
               _ -> "-sname"
           end,
    Words = [Flag, atom_to_list(Node), "-setcookie", atom_to_list(erlang:get_cookie())] ++ string:lexemes(Args, " ")
        ++ ["-noinput", "-eval", peer:watch(self())],
    case opened(Host, Words) of
        {ok, Port} -> booting(Caller, Link, Port, Node, <<>>);
        Error -> Caller ! {self(), Error}
    end.

%% Here the program itself, elsewhere erl, by ssh or what -rsh names.
opened(Host, Words) ->
    case lists:member(atom_to_list(Host), ["localhost", "127.0.0.1" | here()]) of
        true -> port(peer:program(), Words);
        false ->
            Shell = case init:get_argument(rsh) of
                        {ok, [[Program] | _]} -> Program;
                        _ -> "ssh"
                    end,
            case os:find_executable(Shell) of
                false -> {error, no_rsh};
                Path -> port(Path, [atom_to_list(Host), "erl" | [quoted(W) || W <- Words]])
            end
    end.

here() ->
    {ok, Name} = inet:gethostname(),
    [_, Own] = string:split(atom_to_list(node()), "@"),
    [Name, Own].

quoted(Word) -> "'" ++ lists:flatten(string:replace(Word, "'", "'\\''", all)) ++ "'".

port(Program, Words) ->
    try {ok, open_port({spawn_executable, Program}, [{args, Words}, hide, binary, exit_status, stderr_to_stdout])}
    catch error:Reason -> {error, Reason}
    end.

booting(Caller, Link, Port, Node, Text) ->
    receive
        {started, _} ->
            Caller ! {self(), {ok, Node}},
            kept(Link, Port);
        {Port, {data, Data}} -> booting(Caller, Link, Port, Node, <<Text/binary, Data/binary>>);
        {Port, {exit_status, _}} ->
            io:put_chars(Text),
            Caller ! {self(), {error, timeout}};
        {'EXIT', Link, Reason} -> exit(Reason)
    after ?BOOT -> Caller ! {self(), {error, timeout}}
    end.

kept(Link, Port) ->
    receive
        {Port, {exit_status, _}} when is_pid(Link) -> exit(normal);
        {Port, {exit_status, _}} -> ok;
        {'EXIT', Link, Reason} -> exit(Reason);
        _ -> kept(Link, Port)
    end.

-doc """
Ends a node.

    1> slave:stop(nosuch@nowhere).
    ...
""".
-spec stop(Node :: node()) -> ok.
stop(Node) ->
    rpc:call(Node, erlang, halt, []),
    ok.

-doc """
Has processes of the names that follow Master on the command line pass everything on to those of Master.

    1> slave:pseudo([nosuch@nowhere]).
    ok
""".
-spec pseudo([node() | atom()]) -> ok.
pseudo([Master | Names]) -> pseudo(Master, Names).

-doc """
Has processes here pass what they get on to those with their names on Master.

    1> slave:pseudo(nosuch@nowhere, []).
    ok
""".
-spec pseudo(Master :: node(), Names :: [atom()]) -> ok.
pseudo(Master, Names) ->
    [register(Name, spawn(fun() -> relay({Name, Master}) end)) || Name <- Names],
    ok.

-doc """
Passes all messages on to Pid, and never returns.

    1> is_pid(spawn(slave, relay, [self()])).
    true
""".
-spec relay(Pid :: pid() | {atom(), node()}) -> no_return().
relay(Pid) ->
    receive
        Message ->
            Pid ! Message,
            relay(Pid)
    end.
