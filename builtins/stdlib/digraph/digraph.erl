%% A graph is three tables: vertices {V, Label}, edges {E, V1, V2, Label}, and a bag of neighbours, {{out, V1}, E} and {{in, V2}, E},
%% which also holds the numbers for names that are made up: {'$vid', N} and {'$eid', N}.
-module(digraph).

-export([add_edge/3, add_edge/4, add_edge/5, add_vertex/1, add_vertex/2, add_vertex/3, del_edge/2, del_edges/2, del_path/3,
         del_vertex/2, del_vertices/2, delete/1, edge/2, edges/1, edges/2, get_cycle/2, get_path/3, get_short_cycle/2,
         get_short_path/3, in_degree/2, in_edges/2, in_neighbours/2, info/1, new/0, new/1, no_edges/1, no_vertices/1, out_degree/2,
         out_edges/2, out_neighbours/2, sink_vertices/1, source_vertices/1, vertex/2, vertices/1]).

-record(digraph, {vtab, etab, ntab, cyclic = true}).

-type graph() :: #digraph{}.
-type vertex() :: term().
-type edge() :: term().
-type label() :: term().
-type d_type() :: cyclic | acyclic | private | protected.
-type add_edge_err_rsn() :: {bad_edge, Path :: [vertex()]} | {bad_vertex, V :: vertex()}.

-doc """
Returns an empty graph, which may have cycles. It belongs to the process and goes with it.

    1> digraph:no_vertices(digraph:new()).
    0
""".
-spec new() -> graph().
new() -> new([]).

-doc """
As `new/0`, with options: `acyclic` graphs refuse edges that close a cycle, `private` ones are for the process alone.

    1> digraph:no_vertices(digraph:new([acyclic])).
    0
""".
-spec new(Type :: [d_type()]) -> graph().
new(Type) ->
    case options(Type, protected, []) of
        {Access, Rest} ->
            V = ets:new(vertices, [set, Access]),
            E = ets:new(edges, [set, Access]),
            N = ets:new(neighbours, [bag, Access]),
            ets:insert(N, [{'$vid', 0}, {'$eid', 0}]),
            #digraph{vtab = V, etab = E, ntab = N, cyclic = Rest =:= [] orelse lists:last(Rest) =:= cyclic};
        error ->
            erlang:error(badarg)
    end.

options([T | Ts], Access, Acc) when T =:= cyclic; T =:= acyclic -> options(Ts, Access, [T | Acc]);
options([T | Ts], _, Acc) when T =:= protected; T =:= private -> options(Ts, T, Acc);
options([], Access, Acc) -> {Access, Acc};
options(_, _, _) -> error.

-doc """
Deletes a graph.

    1> digraph:delete(digraph:new()).
    true
""".
-spec delete(G :: graph()) -> true.
delete(G) -> ets:delete(G#digraph.vtab), ets:delete(G#digraph.etab), ets:delete(G#digraph.ntab).

-doc """
Returns what is known of a graph: whether it may have cycles, the memory in words, and who may read it.

    1> hd(digraph:info(digraph:new([acyclic]))).
    {cyclicity,acyclic}
""".
-spec info(G :: graph()) -> [{cyclicity, cyclic | acyclic} | {memory, non_neg_integer()} | {protection, protected | private}].
info(G) ->
    Cyclicity = case G#digraph.cyclic of true -> cyclic; false -> acyclic end,
    Words = lists:sum([ets:info(T, memory) || T <- [G#digraph.vtab, G#digraph.etab, G#digraph.ntab]]),
    [{cyclicity, Cyclicity}, {memory, Words}, {protection, ets:info(G#digraph.vtab, protection)}].

-doc """
Adds a vertex with a name that is made up.

    1> digraph:add_vertex(digraph:new()).
    ['$v'|0]
""".
-spec add_vertex(G :: graph()) -> vertex().
add_vertex(G) -> put_vertex({fresh(G, '$vid', '$v'), []}, G).

-doc """
Adds a vertex with an empty label, or gives one that is there an empty label.

    1> digraph:add_vertex(digraph:new(), a).
    a
""".
-spec add_vertex(G :: graph(), V :: vertex()) -> vertex().
add_vertex(G, V) -> put_vertex({V, []}, G).

-doc """
As `add_vertex/2`, with a label.

    1> G = digraph:new(), digraph:add_vertex(G, a, "label"), digraph:vertex(G, a).
    {a,"label"}
""".
-spec add_vertex(G :: graph(), V :: vertex(), Label :: label()) -> vertex().
add_vertex(G, V, Label) -> put_vertex({V, Label}, G).

put_vertex({V, _} = Row, G) -> ets:insert(G#digraph.vtab, Row), V.

fresh(G, Key, Tag) ->
    N = G#digraph.ntab,
    [{Key, K}] = ets:lookup(N, Key),
    true = ets:delete(N, Key),
    true = ets:insert(N, {Key, K + 1}),
    [Tag | K].

-doc """
Deletes a vertex with its edges.

    1> G = digraph:new(), digraph:add_vertex(G, a), digraph:del_vertex(G, a).
    true
""".
-spec del_vertex(G :: graph(), V :: vertex()) -> true.
del_vertex(G, V) ->
    del_edges(G, edges(G, V)),
    ets:delete(G#digraph.vtab, V).

-doc """
Deletes vertices with their edges.

    1> G = digraph:new(), digraph:add_vertex(G, a), digraph:del_vertices(G, [a]), digraph:vertices(G).
    []
""".
-spec del_vertices(G :: graph(), Vertices :: [vertex()]) -> true.
del_vertices(G, [V | Vs]) -> del_vertex(G, V), del_vertices(G, Vs);
del_vertices(#digraph{}, []) -> true.

-doc """
Returns a vertex with its label.

    1> digraph:vertex(digraph:new(), a).
    false
""".
-spec vertex(G :: graph(), V :: vertex()) -> {V :: vertex(), Label :: label()} | false.
vertex(G, V) ->
    case ets:lookup(G#digraph.vtab, V) of
        [] -> false;
        [Row] -> Row
    end.

-doc """
Returns the number of vertices.

    1> digraph:no_vertices(digraph:new()).
    0
""".
-spec no_vertices(G :: graph()) -> non_neg_integer().
no_vertices(G) -> ets:info(G#digraph.vtab, size).

-doc """
Returns the vertices.

    1> G = digraph:new(), digraph:add_vertex(G, a), digraph:vertices(G).
    [a]
""".
-spec vertices(G :: graph()) -> [vertex()].
vertices(G) -> ets:select(G#digraph.vtab, [{{'$1', '_'}, [], ['$1']}]).

-doc """
Returns the vertices that no edge leads to.

    1> G = digraph:new(), [digraph:add_vertex(G, V) || V <- [a,b]], digraph:add_edge(G, a, b), digraph:source_vertices(G).
    [a]
""".
-spec source_vertices(G :: graph()) -> [vertex()].
source_vertices(G) -> [V || V <- vertices(G), not ets:member(G#digraph.ntab, {in, V})].

-doc """
Returns the vertices that no edge leads away from.

    1> G = digraph:new(), [digraph:add_vertex(G, V) || V <- [a,b]], digraph:add_edge(G, a, b), digraph:sink_vertices(G).
    [b]
""".
-spec sink_vertices(G :: graph()) -> [vertex()].
sink_vertices(G) -> [V || V <- vertices(G), not ets:member(G#digraph.ntab, {out, V})].

-doc """
Returns the number of edges that lead to a vertex.

    1> digraph:in_degree(digraph:new(), a).
    0
""".
-spec in_degree(G :: graph(), V :: vertex()) -> non_neg_integer().
in_degree(G, V) -> length(ets:lookup(G#digraph.ntab, {in, V})).

-doc """
Returns the number of edges that lead away from a vertex.

    1> digraph:out_degree(digraph:new(), a).
    0
""".
-spec out_degree(G :: graph(), V :: vertex()) -> non_neg_integer().
out_degree(G, V) -> length(ets:lookup(G#digraph.ntab, {out, V})).

-doc """
Returns the vertices with an edge to a vertex.

    1> G = digraph:new(), [digraph:add_vertex(G, V) || V <- [a,b]], digraph:add_edge(G, a, b), digraph:in_neighbours(G, b).
    [a]
""".
-spec in_neighbours(G :: graph(), V :: vertex()) -> [vertex()].
in_neighbours(G, V) -> ends(ets:lookup(G#digraph.ntab, {in, V}), G#digraph.etab, 2, []).

-doc """
Returns the vertices that edges lead to from a vertex.

    1> G = digraph:new(), [digraph:add_vertex(G, V) || V <- [a,b]], digraph:add_edge(G, a, b), digraph:out_neighbours(G, a).
    [b]
""".
-spec out_neighbours(G :: graph(), V :: vertex()) -> [vertex()].
out_neighbours(G, V) -> ends(ets:lookup(G#digraph.ntab, {out, V}), G#digraph.etab, 3, []).

ends([{_, E} | Rows], Edges, At, Acc) -> ends(Rows, Edges, At, [ets:lookup_element(Edges, E, At) | Acc]);
ends([], _, _, Acc) -> Acc.

-doc """
Returns the edges that lead to a vertex.

    1> G = digraph:new(), digraph:add_vertex(G, a), digraph:add_edge(G, a, a), digraph:in_edges(G, a).
    [['$e'|0]]
""".
-spec in_edges(G :: graph(), V :: vertex()) -> [edge()].
in_edges(G, V) -> [E || {_, E} <- ets:lookup(G#digraph.ntab, {in, V})].

-doc """
Returns the edges that lead away from a vertex.

    1> G = digraph:new(), digraph:add_vertex(G, a), digraph:add_edge(G, a, a), digraph:out_edges(G, a).
    [['$e'|0]]
""".
-spec out_edges(G :: graph(), V :: vertex()) -> [edge()].
out_edges(G, V) -> [E || {_, E} <- ets:lookup(G#digraph.ntab, {out, V})].

-doc """
Adds an edge with a name that is made up.

    1> G = digraph:new(), [digraph:add_vertex(G, V) || V <- [a,b]], digraph:add_edge(G, a, b).
    ['$e'|0]
""".
-spec add_edge(G :: graph(), V1 :: vertex(), V2 :: vertex()) -> edge() | {error, add_edge_err_rsn()}.
add_edge(G, V1, V2) -> put_edge({fresh(G, '$eid', '$e'), V1, V2, []}, G).

-doc """
As `add_edge/3`, with a label.

    1> G = digraph:new(), digraph:add_vertex(G, a), digraph:add_edge(G, a, b, label).
    {error,{bad_vertex,b}}
""".
-spec add_edge(G :: graph(), V1 :: vertex(), V2 :: vertex(), Label :: label()) -> edge() | {error, add_edge_err_rsn()}.
add_edge(G, V1, V2, Label) -> put_edge({fresh(G, '$eid', '$e'), V1, V2, Label}, G).

-doc """
Adds an edge with a name and a label, or changes one that is there.

    1> G = digraph:new([acyclic]), digraph:add_vertex(G, a), digraph:add_edge(G, e, a, a, []).
    {error,{bad_edge,[a,a]}}
""".
-spec add_edge(G :: graph(), E :: edge(), V1 :: vertex(), V2 :: vertex(), Label :: label()) -> edge() | {error, add_edge_err_rsn()}.
add_edge(G, E, V1, V2, Label) -> put_edge({E, V1, V2, Label}, G).

put_edge({E, V1, V2, _} = Row, G) ->
    {V, Edges} = {G#digraph.vtab, G#digraph.etab},
    case {ets:member(V, V1), ets:member(V, V2)} of
        {false, _} -> {error, {bad_vertex, V1}};
        {_, false} -> {error, {bad_vertex, V2}};
        _ ->
            case ets:lookup(Edges, E) of
                [{E, V1, V2, _}] -> ets:insert(Edges, Row), E;
                [_] -> {error, {bad_edge, [V1, V2]}};
                [] -> closing(Row, G)
            end
    end.

closing({E, V1, V2, _} = Row, #digraph{cyclic = false} = G) ->
    case V1 =:= V2 orelse get_path(G, V2, V1) of
        true -> {error, {bad_edge, [V1, V2]}};
        false -> link_up(Row, G), E;
        Path -> {error, {bad_edge, Path}}
    end;
closing({E, _, _, _} = Row, G) -> link_up(Row, G), E.

link_up({E, V1, V2, _} = Row, #digraph{etab = Edges, ntab = N}) ->
    ets:insert(N, [{{in, V2}, E}, {{out, V1}, E}]),
    ets:insert(Edges, Row).

-doc """
Deletes an edge.

    1> digraph:del_edge(digraph:new(), e).
    true
""".
-spec del_edge(G :: graph(), E :: edge()) -> true.
del_edge(G, E) ->
    #digraph{etab = Edges, ntab = N} = record(G),
    case ets:lookup(Edges, E) of
        [{E, V1, V2, _}] ->
            ets:delete_object(N, {{in, V2}, E}),
            ets:delete_object(N, {{out, V1}, E}),
            ets:delete(Edges, E);
        [] -> true
    end.

record(#digraph{} = G) -> G;
record(G) -> erlang:error({badrecord, G}).

-doc """
Deletes edges.

    1> digraph:del_edges(digraph:new(), [e, f]).
    true
""".
-spec del_edges(G :: graph(), Edges :: [edge()]) -> true.
del_edges(G, [E | Es]) -> del_edge(G, E), del_edges(G, Es);
del_edges(#digraph{}, []) -> true.

-doc """
Returns an edge: its name, its two vertices, its label.

    1> digraph:edge(digraph:new(), e).
    false
""".
-spec edge(G :: graph(), E :: edge()) -> {E :: edge(), V1 :: vertex(), V2 :: vertex(), Label :: label()} | false.
edge(G, E) ->
    case ets:lookup(G#digraph.etab, E) of
        [] -> false;
        [Row] -> Row
    end.

-doc """
Returns the number of edges.

    1> digraph:no_edges(digraph:new()).
    0
""".
-spec no_edges(G :: graph()) -> non_neg_integer().
no_edges(G) -> ets:info(G#digraph.etab, size).

-doc """
Returns all edges.

    1> digraph:edges(digraph:new()).
    []
""".
-spec edges(G :: graph()) -> [edge()].
edges(G) -> ets:select(G#digraph.etab, [{{'$1', '_', '_', '_'}, [], ['$1']}]).

-doc """
Returns the edges from and to a vertex.

    1> digraph:edges(digraph:new(), a).
    []
""".
-spec edges(G :: graph(), V :: vertex()) -> [edge()].
edges(G, V) -> in_edges(G, V) ++ out_edges(G, V).

-doc """
Deletes edges until no path leads from one vertex to another.

    1> G = digraph:new(), [digraph:add_vertex(G, V) || V <- [a,b]], digraph:add_edge(G, a, b), digraph:del_path(G, a, b), digraph:edges(G).
    []
""".
-spec del_path(G :: graph(), V1 :: vertex(), V2 :: vertex()) -> true.
del_path(G, V1, V2) ->
    case get_path(G, V1, V2) of
        false -> true;
        [_ | To] = Path ->
            Steps = lists:zip(lists:droplast(Path), To),
            del_edges(G, [E || {A, B} <- Steps, E <- out_edges(G, A), element(3, edge(G, E)) =:= B]),
            del_path(G, V1, V2)
    end.

-doc """
Returns a path from one vertex to another, of at least one edge; not the shortest one.

    1> G = digraph:new(), [digraph:add_vertex(G, V) || V <- [a,b]], digraph:add_edge(G, a, b), digraph:get_path(G, a, b).
    [a,b]
""".
-spec get_path(G :: graph(), V1 :: vertex(), V2 :: vertex()) -> [vertex(), ...] | false.
get_path(G, V1, V2) -> deep(out_neighbours(G, V1), V2, [], [V1], [V1], 1, G, 1).

%% Depth first: Later are neighbours and path of vertices that are still open, Seen is kept; a path has more than Least edges.
deep([W | Ws], W, Later, Path, Seen, Least, G, N) ->
    if
        N < Least -> deep(Ws, W, Later, Path, Seen, Least, G, N);
        true -> lists:reverse([W | Path])
    end;
deep([V | Vs], W, Later, Path, Seen, Least, G, N) ->
    case lists:member(V, Seen) of
        true -> deep(Vs, W, Later, Path, Seen, Least, G, N);
        false -> deep(out_neighbours(G, V), W, [{Vs, Path} | Later], [V | Path], [V | Seen], Least, G, N + 1)
    end;
deep([], W, [{Vs, Path} | Later], _, Seen, Least, G, N) -> deep(Vs, W, Later, Path, Seen, Least, G, N - 1);
deep([], _, [], _, _, _, _, _) -> false.

-doc """
Returns a cycle through a vertex, of at least two vertices if there is one, else [V] for a loop.

    1> G = digraph:new(), digraph:add_vertex(G, a), digraph:add_edge(G, a, a), digraph:get_cycle(G, a).
    [a]
""".
-spec get_cycle(G :: graph(), V :: vertex()) -> [vertex(), ...] | false.
get_cycle(G, V) ->
    case deep(out_neighbours(G, V), V, [], [V], [V], 2, G, 1) of
        false ->
            case lists:member(V, out_neighbours(G, V)) of
                true -> [V];
                false -> false
            end;
        Cycle -> Cycle
    end.

-doc """
Returns a path with as few edges as possible.

    1> digraph:get_short_path(digraph:new(), a, b).
    false
""".
-spec get_short_path(G :: graph(), V1 :: vertex(), V2 :: vertex()) -> [vertex(), ...] | false.
get_short_path(G, V1, V2) -> wide(queue_of(V1, out_neighbours(G, V1), queue:new()), V2, G, #{V1 => none}).

-doc """
Returns a cycle through a vertex with as few edges as possible.

    1> G = digraph:new(), digraph:add_vertex(G, a), digraph:add_edge(G, a, a), digraph:get_short_cycle(G, a).
    [a,a]
""".
-spec get_short_cycle(G :: graph(), V :: vertex()) -> [vertex(), ...] | false.
get_short_cycle(G, V) -> get_short_path(G, V, V).

queue_of(From, Vs, Q) -> lists:foldr(fun(V, A) -> queue:in({From, V}, A) end, Q, Vs).

%% Breadth first; Parents tells where each vertex was reached from.
wide(Q0, Goal, G, Parents) ->
    case queue:out(Q0) of
        {{value, {From, Goal}}, _} -> trace(From, Parents, [Goal]);
        {{value, {_, V}}, Q} when is_map_key(V, Parents) -> wide(Q, Goal, G, Parents);
        {{value, {From, V}}, Q} -> wide(queue_of(V, out_neighbours(G, V), Q), Goal, G, Parents#{V => From});
        {empty, _} -> false
    end.

trace(V, Parents, Path) ->
    case Parents of
        #{V := none} -> [V | Path];
        #{V := From} -> trace(From, Parents, [V | Path])
    end.
