%% What the nodes of a cluster think of each other. All that is asked of a node are calls of functions that every release has.
-module(cluster).

-export([check/0, check/1, views/1, show/0, show/1, top/0, top/1, top/2, top/3, tables/0, tables/1, tables/2]).

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
check(Timeout) -> findings(views(Timeout)).

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

-doc """
The same as top(node()).

    1> cluster:top().
    ...
""".
-spec top() -> ok.
top() -> top(node()).

-doc """
The same as top(Node, memory).

    1> cluster:top(node()).
    ...
""".
-spec top(Node :: node()) -> ok.
top(Node) -> top(Node, memory).

-doc """
The same as top(Node, By, 10).

    1> cluster:top(node(), message_queue_len).
    ...
""".
-spec top(Node :: node(), By :: memory | message_queue_len | reductions | total_heap_size) -> ok | {error, term()}.
top(Node, By) -> top(Node, By, 10).

-doc """
Prints how a node is, and its processes that have most of something: memory, messages, or reductions within a second.

    1> cluster:top(node(), message_queue_len, 3).
    ...
""".
-spec top(Node :: node(), By :: memory | message_queue_len | reductions | total_heap_size, Count :: pos_integer()) -> ok | {error, term()}.
top(Node, By, Count) when By =:= memory; By =:= message_queue_len; By =:= reductions; By =:= total_heap_size ->
    Wait = case By of
               reductions -> 1000;
               _ -> 0
           end,
    case there(Node, top_there(), [{'By', By}, {'Count', Count}, {'Wait', Wait}]) of
        {ok, {System, Memory, Processes}} ->
            overview(Node, System, Memory),
            io:format("~-16ts ~-34ts ~10ts ~9ts ~11ts  ~ts~n", ["Pid", "Name or first call", "Memory", "Messages", "Reductions", "Current function"]),
            [process(P, Info) || {P, Info} <- Processes],
            ok;
        Error -> Error
    end.

-doc """
The same as tables(node()).

    1> cluster:tables().
    ...
""".
-spec tables() -> ok.
tables() -> tables(node()).

-doc """
The same as tables(Node, 10).

    1> cluster:tables(node()).
    ...
""".
-spec tables(Node :: node()) -> ok | {error, term()}.
tables(Node) -> tables(Node, 10).

-doc """
Prints the ets tables of a node that take most memory.

    1> cluster:tables(node(), 3).
    ...
""".
-spec tables(Node :: node(), Count :: pos_integer()) -> ok | {error, term()}.
tables(Node, Count) ->
    case there(Node, tables_there(), [{'Count', Count}]) of
        {ok, Tables} ->
            io:format("~-34ts ~-10ts ~11ts ~10ts  ~ts~n", ["Table", "Type", "Objects", "Memory", "Owner"]),
            [io:format("~-34ts ~-10ts ~11w ~10ts  ~ts~n", [short(Name, 34), Type, Size, bytes(Bytes), owner(Owner, Called)])
             || {Bytes, Name, Type, Size, Owner, Called} <- Tables],
            ok;
        Error -> Error
    end.

%% Evaluates a text on a node, which needs nothing but erl_eval there, in one call however many processes there are.
there(Node, Text, Bindings) ->
    {ok, Tokens, _} = erl_scan:string(Text),
    {ok, Exprs} = erl_parse:parse_exprs(Tokens),
    try erpc:call(Node, erl_eval, exprs, [Exprs, Bindings], 60000) of
        {value, Value, _} -> {ok, Value}
    catch
        error:{erpc, Reason} -> {error, Reason};
        _:Reason -> {error, Reason}
    end.

top_there() ->
    "Look = fun() -> [{V, P} || P <- processes(), P =/= self(), {_, V} <- [process_info(P, By)]] end,"
    "First = case Wait of 0 -> #{}; _ -> L = maps:from_list([{P, V} || {V, P} <- Look()]), timer:sleep(Wait), L end,"
    "Most = lists:sublist(lists:reverse(lists:sort([{V - maps:get(P, First, 0), P} || {V, P} <- Look()])), Count),"
    "Items = [registered_name, initial_call, memory, message_queue_len, reductions, current_function, dictionary],"
    "{[{I, try erlang:system_info(I) catch error:badarg -> unknown end} || I <- [otp_release, process_count, process_limit, port_count, port_limit, atom_count, atom_limit]]"
    "  ++ [{uptime, element(1, erlang:statistics(wall_clock))}, {run_queue, erlang:statistics(run_queue)}],"
    " erlang:memory(),"
    " [{P, [{By, V}] ++ case lists:keyfind(dictionary, 1, Info) of"
    "                       {_, D} -> [{'$initial_call', proplists:get_value('$initial_call', D)} | lists:keydelete(dictionary, 1, Info)];"
    "                       false -> Info end}"
    "  || {V, P} <- Most, Info <- [process_info(P, Items)], is_list(Info)]}.".

tables_there() ->
    "Word = erlang:system_info(wordsize),"
    "lists:sublist(lists:reverse(lists:sort("
    "    [{proplists:get_value(memory, I) * Word, proplists:get_value(name, I), proplists:get_value(type, I), proplists:get_value(size, I), Owner,"
    "      case is_pid(Owner) andalso process_info(Owner, registered_name) of {_, N} -> N; _ -> [] end}"
    "     || T <- ets:all(), I <- [ets:info(T)], is_list(I), Owner <- [proplists:get_value(owner, I)]])), Count).".

overview(Node, System, Memory) ->
    Of = fun(Key) -> proplists:get_value(Key, System, unknown) end,
    Days = Of(uptime) div 86400000,
    io:format("~w  release ~ts  up ~w d ~2..0w:~2..0w  processes ~ts  ports ~ts  atoms ~ts  waiting to run ~w~n",
              [Node, Of(otp_release), Days, Of(uptime) div 3600000 rem 24, Of(uptime) div 60000 rem 60, share(Of(process_count), Of(process_limit)),
               share(Of(port_count), Of(port_limit)), share(Of(atom_count), Of(atom_limit)), Of(run_queue)]),
    io:format("memory ~ts: ~ts~n~n", [bytes(proplists:get_value(total, Memory)),
              lists:join(", ", [[atom_to_list(Kind), " ", bytes(Size)] || {Kind, Size} <- Memory, lists:member(Kind, [processes, binary, ets, atom, code])])]).

share(Count, Limit) when is_integer(Count), is_integer(Limit) -> io_lib:format("~w (~w %)", [Count, Count * 100 div Limit]);
share(Count, _) -> io_lib:format("~w", [Count]).

process(Pid, Info) ->
    Of = fun(Key) -> proplists:get_value(Key, Info) end,
    Name = case {Of(registered_name), Of('$initial_call')} of
               {Registered, _} when is_atom(Registered), Registered =/= undefined -> Registered;
               {_, undefined} -> Of(initial_call);
               {_, Initial} -> Initial
           end,
    io:format("~-16w ~-34ts ~10ts ~9w ~11w  ~ts~n",
              [Pid, short(Name, 34), bytes(Of(memory)), Of(message_queue_len), Of(reductions), function(Of(current_function))]).

short(Name, Width) ->
    Text = lists:flatten(function(Name)),
    case length(Text) > Width of
        true -> lists:sublist(Text, Width - 3) ++ "...";
        false -> Text
    end.

function({M, F, A}) when is_atom(M), is_atom(F), is_integer(A) -> io_lib:format("~w:~w/~w", [M, F, A]);
function(Other) -> io_lib:format("~0tp", [Other]).

owner(Owner, []) -> io_lib:format("~w", [Owner]);
owner(Owner, Name) -> io_lib:format("~w (~w)", [Owner, Name]).

bytes(N) when N >= 10 bsl 30 -> io_lib:format("~.1f GB", [N / (1 bsl 30)]);
bytes(N) when N >= 10 bsl 20 -> io_lib:format("~w MB", [N bsr 20]);
bytes(N) when N >= 10 bsl 10 -> io_lib:format("~w KB", [N bsr 10]);
bytes(N) -> io_lib:format("~w B", [N]).
