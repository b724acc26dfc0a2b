%% What an operator asks about nodes.
-module(net_adm).

-export([ping/1, ping_list/1, names/0, host_file/0, world/0, world/1, world_list/1, world_list/2]).

-doc """
Tries to reach Node: pong, or pang when it cannot be reached or does not let us in.

    1> net_adm:ping(node()).
    pong
""".
-spec ping(node()) -> pong | pang.
ping(Node) when is_atom(Node) ->
    try net_kernel:is_auth(Node) of
        yes -> pong;
        _ -> unreachable(Node)
    catch
        _:_ -> unreachable(Node)
    end.

unreachable(Node) ->
    erlang:disconnect_node(Node),
    pang.

-doc """
Connects to the nodes of a list and returns those that answered.

    1> net_adm:ping_list([]).
    []
""".
-spec ping_list([node()]) -> [node()].
ping_list(Nodes) ->
    [Node || Node <- Nodes, ping(Node) =:= pong].

-doc """
The nodes that the port mapper of this host knows, with their ports: {ok, [{Name, Port}]}, or {error, address} without one.

    1> is_tuple(net_adm:names()).
    true
""".
-spec names() -> {ok, [{string(), inet:port_number()}]} | {error, address | file:posix()}.
names() -> names(localhost()).

-doc """
The hosts of the file .hosts.erlang in the current or home directory.

    1> element(1, net_adm:host_file()).
    error
""".
-spec host_file() -> [atom()] | {error, term()}.
host_file() ->
    Home = case os:getenv("HOME") of
               false -> [];
               Dir -> [Dir]
           end,
    case file:path_consult(["." | Home], ".hosts.erlang") of
        {ok, Hosts, _} -> Hosts;
        Error -> Error
    end.

-doc "Connects to every node of every host in .hosts.erlang, and returns those that answered.".
-spec world() -> [node()].
world() -> world(silent).

-doc "The same as world/0; with verbose it tells which nodes it tries.".
-spec world(verbose | silent) -> [node()].
world(Verbosity) ->
    case host_file() of
        {error, Reason} -> exit({error, Reason});
        Hosts -> world_list(Hosts, Verbosity)
    end.

-doc """
Connects to every node of the hosts of a list.

    1> net_adm:world_list([]).
    []
""".
-spec world_list([atom()]) -> [node()].
world_list(Hosts) when is_list(Hosts) -> world_list(Hosts, silent).

-doc "The same as world_list/1; with verbose it tells which nodes it tries.".
-spec world_list([atom()], verbose | silent) -> [node()].
world_list(Hosts, Verbosity) when is_list(Hosts) ->
    lists:append([on_host(Host, Verbosity) || Host <- Hosts]).

on_host(Host, Verbosity) ->
    case names(Host) of
        {ok, Names} ->
            Nodes = [list_to_atom(Name ++ "@" ++ atom_to_list(Host)) || {Name, _} <- Names],
            [Node || Node <- Nodes, told(Verbosity, Node, ping(Node)) =:= pong];
        {error, _} ->
            []
    end.

told(verbose, Node, Answer) ->
    io:format("Pinging ~w -> ~w~n", [Node, Answer]),
    Answer;
told(_, _, Answer) ->
    Answer.
