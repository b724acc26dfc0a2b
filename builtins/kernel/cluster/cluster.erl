%% What the nodes of a cluster think of each other. All that is asked of a node are calls of functions that every release has.
-module(cluster).

-export([check/0, check/1, views/1, show/0, show/1]).

%% What one node knows. Its clock is what it is ahead of this one's, in milliseconds; the answer took so many microseconds.
-type view() :: #{node := node(), release := string(), nodes := [node()], names := #{term() => pid()}, ticktime := term(),
                  clock := integer(), took := integer()} |
                #{node := node(), failed := term()}.
-type finding() :: {no_answer, node(), Reason :: term()} | {unconnected, node(), node()} | {one_sided, Sees :: node(), Not :: node()} |
                   {not_from_here, node(), SeenBy :: [node()]} | {name, Name :: term(), [{pid() | undefined, [node()]}]} |
                   {ticktime, [{term(), [node()]}]} | {clock, node(), Milliseconds :: integer()} | {releases, [string()]}.

-define(patience, 5000).
-define(second_look, 500).

-doc """
Compares what all connected nodes know, and returns what does not fit: nodes that do not answer or do not see each other, names of `global`
that are missing or differ, other tick times, clocks that are more than a second apart, releases that are too far apart. The list of a
healthy cluster is empty.

    1> cluster:check().
    []
""".
-spec check() -> [finding()].
check() -> check(?patience).

-doc """
The same, with a time in milliseconds after which a node counts as not answering.

    1> cluster:check(1000).
    []
""".
-spec check(Timeout :: timeout()) -> [finding()].
check(Timeout) -> element(2, settled(Timeout)).

%% What the nodes know, and what does not fit: what is still so after a while, for nodes may be about to meet.
settled(Timeout) ->
    Views = views(Timeout),
    case findings(Views) of
        [] -> {Views, []};
        First ->
            timer:sleep(?second_look),
            Again = views(Timeout),
            {Again, [F || F <- findings(Again), lists:member(F, First) orelse element(1, F) =/= unconnected]}
    end.

-doc """
What each connected node knows: the nodes that it sees, the names of `global` with their processes, its release, tick time and clock.

    1> [#{node := N, nodes := []}] = cluster:views(1000), N =:= node().
    true
""".
-spec views(Timeout :: timeout()) -> [view()].
views(Timeout) ->
    Nodes = [node() | lists:sort(nodes(connected))],
    Self = self(),
    Asked = [{Node, spawn_monitor(fun() -> Self ! {self(), ask(Node, Timeout)} end)} || Node <- Nodes],
    [receive
         {Pid, View} -> erlang:demonitor(Ref, [flush]), View;
         {'DOWN', Ref, _, _, Reason} -> #{node => Node, failed => Reason}
     end || {Node, {Pid, Ref}} <- Asked].

ask(Node, Timeout) ->
    try
        Began = erlang:monotonic_time(microsecond),
        Nodes = erpc:call(Node, erlang, nodes, [], Timeout),
        Took = erlang:monotonic_time(microsecond) - Began,
        Clock = erpc:call(Node, os, system_time, [millisecond], Timeout) - os:system_time(millisecond),
        Names = erpc:call(Node, global, registered_names, [], Timeout),
        Pids = erpc:call(Node, lists, map, [fun global:whereis_name/1, Names], Timeout),
        #{node => Node, nodes => Nodes, took => Took, clock => Clock, names => maps:from_list(lists:zip(Names, Pids)),
          release => erpc:call(Node, erlang, system_info, [otp_release], Timeout),
          ticktime => erpc:call(Node, net_kernel, get_net_ticktime, [], Timeout)}
    catch
        error:{erpc, Reason} -> #{node => Node, failed => Reason};
        _:Reason -> #{node => Node, failed => Reason}
    end.

findings(Views) ->
    Silent = [{no_answer, Node, Reason} || #{node := Node, failed := Reason} <- Views],
    Known = [View || #{nodes := _} = View <- Views],
    Silent ++ connections(Known) ++ strangers(Known, [Node || #{node := Node} <- Views]) ++ names(Known) ++ ticktimes(Known)
        ++ [{clock, Node, Ahead} || #{node := Node, clock := Ahead} <- Known, abs(Ahead) > 1000] ++ releases(Known).

%% A hidden node, this one perhaps, is nobody's business.
connections(Known) ->
    Visible = [View || #{node := Node} = View <- Known, lists:any(fun(#{nodes := Nodes}) -> lists:member(Node, Nodes) end, Known)],
    lists:append([between(A, B) || #{node := X} = A <- Visible, #{node := Y} = B <- Visible, X < Y]).

between(#{node := A, nodes := SeenByA}, #{node := B, nodes := SeenByB}) ->
    case {lists:member(B, SeenByA), lists:member(A, SeenByB)} of
        {true, true} -> [];
        {false, false} -> [{unconnected, A, B}];
        {true, false} -> [{one_sided, A, B}];
        {false, true} -> [{one_sided, B, A}]
    end.

strangers(Known, Asked) ->
    [{not_from_here, Node, [N || #{node := N, nodes := Nodes} <- Known, lists:member(Node, Nodes)]}
     || Node <- lists:usort(lists:append([Nodes || #{nodes := Nodes} <- Known])) -- Asked].

names(Known) ->
    [{name, Name, By} || Name <- lists:usort(lists:append([maps:keys(Names) || #{names := Names} <- Known])),
                         By <- [grouped([{maps:get(Name, Names, undefined), Node} || #{node := Node, names := Names} <- Known])],
                         length(By) > 1].

ticktimes(Known) ->
    case grouped([{Time, Node} || #{node := Node, ticktime := Time} <- Known]) of
        [_, _ | _] = Several -> [{ticktime, Several}];
        _ -> []
    end.

releases(Known) ->
    Numbers = lists:usort([list_to_integer(Release) || #{release := Release} <- Known]),
    [{releases, [integer_to_list(N) || N <- Numbers]} || Numbers =/= [], lists:last(Numbers) - hd(Numbers) > 2].

grouped(Pairs) -> [{Value, [Node || {V, Node} <- Pairs, V =:= Value]} || Value <- lists:usort([V || {V, _} <- Pairs])].

-doc """
Prints what each node knows, and what does not fit, with the reasons that such things have. It is the command `cluster()`.

    1> cluster:show().
    ...
""".
-spec show() -> ok.
show() -> show(?patience).

-doc """
The same, with a time in milliseconds after which a node counts as not answering.

    1> cluster:show(1000).
    ...
""".
-spec show(Timeout :: timeout()) -> ok.
show(Timeout) ->
    {Views, Findings} = settled(Timeout),
    Width = lists:max([length(shown(View)) || View <- Views]),
    io:format("~*ts ~7ts ~5ts ~5ts ~8ts ~10ts~n", [-Width, "Node", "Release", "Sees", "Names", "Ticktime", "Answer"]),
    lists:foreach(fun(View) -> row(Width, View) end, Views),
    case Findings of
        [] -> io:format("They agree.~n");
        _ ->
            io:format("~nWhat does not fit:~n"),
            lists:foreach(fun(Finding) -> io:format("  ~ts~n", [said(Finding)]) end, Findings)
    end.

shown(#{node := Node}) when Node =:= node() -> atom_to_list(Node) ++ " (here)";
shown(#{node := Node}) -> atom_to_list(Node).

row(Width, #{nodes := Nodes, names := Names, release := Release, ticktime := Time, took := Took} = View) ->
    io:format("~*ts ~7ts ~5w ~5w ~8w ~7.1f ms~n", [-Width, shown(View), Release, length(Nodes), map_size(Names), Time, Took / 1000]);
row(Width, #{failed := Reason} = View) ->
    io:format("~*ts does not answer: ~0tp~n", [-Width, shown(View), Reason]).

said({no_answer, Node, timeout}) ->
    io_lib:format("~w does not answer in time: it is overloaded or stopped, or the connection is dead and nobody has noticed yet~n"
                  "    (after the tick time it counts as down; erlang:disconnect_node(~w) ends the connection now)", [Node, Node]);
said({no_answer, Node, noconnection}) -> io_lib:format("~w has gone while it was asked", [Node]);
said({no_answer, Node, Reason}) -> io_lib:format("~w cannot be asked: ~0tp", [Node, Reason]);
said({unconnected, A, B}) ->
    io_lib:format("~w and ~w are not connected with each other: a partition that this node does not see,~n"
                  "    or connections that are not made by themselves (connect_all, dist_auto_connect)", [A, B]);
said({one_sided, A, B}) -> io_lib:format("~w sees ~w, which does not see it: it has lost the connection and ~w does not know yet", [A, B, A]);
said({not_from_here, Node, By}) -> io_lib:format("~w is connected with ~ts, but not with this node", [Node, list(By)]);
said({name, Name, By}) ->
    io_lib:format("the global name ~0tp is ~ts~n    (names are exchanged when nodes connect: let one that lacks it leave and connect again)",
                  [Name, lists:join("; ", [[value(Value), " at ", list(Nodes)] || {Value, Nodes} <- By])]);
said({ticktime, By}) ->
    ["tick times differ: ", lists:join("; ", [io_lib:format("~0tp s at ~ts", [Time, list(Nodes)]) || {Time, Nodes} <- By]),
     "\n    (the smaller one may take the other side for dead)"];
said({clock, Node, Ahead}) -> io_lib:format("the clock of ~w differs from this one by ~.1f s", [Node, Ahead / 1000]);
said({releases, Releases}) ->
    io_lib:format("the releases ~ts are more than two apart, which OTP does not promise to work", [lists:join(", ", Releases)]).

value(undefined) -> "unknown";
value(Pid) -> io_lib:format("~w", [Pid]).

list(Nodes) -> lists:join(", ", [atom_to_list(Node) || Node <- Nodes]).
