%% Everything is made of walks: forest/3 walks depth first from each vertex of a list and gives the trees that it finds.
-module(digraph_utils).

-export([arborescence_root/1, components/1, condensation/1, cyclic_strong_components/1, is_acyclic/1, is_arborescence/1, is_tree/1,
         loop_vertices/1, postorder/1, preorder/1, reachable/2, reachable_neighbours/2, reaching/2, reaching_neighbours/2,
         strong_components/1, subgraph/2, subgraph/3, topsort/1]).

-type graph() :: digraph:graph().
-type vertex() :: digraph:vertex().

-doc """
Returns the components: sets of vertices between which edges lead in either direction.

    1> G = digraph:new(), [digraph:add_vertex(G, V) || V <- [a,b]], digraph:add_edge(G, a, b), [lists:sort(C) || C <- digraph_utils:components(G)].
    [[a,b]]
""".
-spec components(G :: graph()) -> [Component :: [vertex()]].
components(G) -> forest(G, fun around/3).

-doc """
Returns the strong components: sets of vertices each of which is reachable from each other one.

    1> G = digraph:new(), [digraph:add_vertex(G, V) || V <- [a,b]], digraph:add_edge(G, a, b), lists:sort(digraph_utils:strong_components(G)).
    [[a],[b]]
""".
-spec strong_components(G :: graph()) -> [StrongComponent :: [vertex()]].
strong_components(G) -> forest(G, fun into/3, revpostorder(G)).

-doc """
Returns the strong components that have a cycle.

    1> G = digraph:new(), [digraph:add_vertex(G, V) || V <- [a,b]], digraph:add_edge(G, a, a), digraph_utils:cyclic_strong_components(G).
    [[a]]
""".
-spec cyclic_strong_components(G :: graph()) -> [StrongComponent :: [vertex()]].
cyclic_strong_components(G) -> [C || C <- strong_components(G), not singleton(C, G)].

singleton([V], G) -> not lists:member(V, digraph:out_neighbours(G, V));
singleton(_, _) -> false.

-doc """
Returns the vertices that can be reached from some vertices, those included.

    1> G = digraph:new(), [digraph:add_vertex(G, V) || V <- [a,b]], digraph:add_edge(G, a, b), lists:sort(digraph_utils:reachable([a], G)).
    [a,b]
""".
-spec reachable(Vertices :: [vertex()], G :: graph()) -> Reachable :: [vertex()].
reachable(Vs, G) when is_list(Vs) -> lists:append(forest(G, fun out/3, Vs, first)).

-doc """
Returns the vertices that can be reached from some vertices by at least one edge.

    1> G = digraph:new(), [digraph:add_vertex(G, V) || V <- [a,b]], digraph:add_edge(G, a, b), digraph_utils:reachable_neighbours([a], G).
    [b]
""".
-spec reachable_neighbours(Vertices :: [vertex()], G :: graph()) -> Reachable :: [vertex()].
reachable_neighbours(Vs, G) when is_list(Vs) -> lists:append(forest(G, fun out/3, Vs, not_first)).

-doc """
Returns the vertices from which some vertices can be reached, those included.

    1> G = digraph:new(), [digraph:add_vertex(G, V) || V <- [a,b]], digraph:add_edge(G, a, b), lists:sort(digraph_utils:reaching([b], G)).
    [a,b]
""".
-spec reaching(Vertices :: [vertex()], G :: graph()) -> Reaching :: [vertex()].
reaching(Vs, G) when is_list(Vs) -> lists:append(forest(G, fun into/3, Vs, first)).

-doc """
Returns the vertices from which some vertices can be reached by at least one edge.

    1> G = digraph:new(), [digraph:add_vertex(G, V) || V <- [a,b]], digraph:add_edge(G, a, b), digraph_utils:reaching_neighbours([b], G).
    [a]
""".
-spec reaching_neighbours(Vertices :: [vertex()], G :: graph()) -> Reaching :: [vertex()].
reaching_neighbours(Vs, G) when is_list(Vs) -> lists:append(forest(G, fun into/3, Vs, not_first)).

-doc """
Returns the vertices so that each stands behind those with an edge to it; false when there is a cycle of several.

    1> G = digraph:new(), [digraph:add_vertex(G, V) || V <- [a,b]], digraph:add_edge(G, b, a), digraph_utils:topsort(G).
    [b,a]
""".
-spec topsort(G :: graph()) -> [vertex()] | false.
topsort(G) ->
    L = revpostorder(G),
    case length(forest(G, fun into/3, L)) =:= length(digraph:vertices(G)) of
        true -> L;
        false -> false
    end.

-doc """
Tells whether a graph has no cycle.

    1> digraph_utils:is_acyclic(digraph:new()).
    true
""".
-spec is_acyclic(G :: graph()) -> boolean().
is_acyclic(G) -> loop_vertices(G) =:= [] andalso topsort(G) =/= false.

-doc """
Returns the root when the graph is an arborescence: a tree whose edges lead away from one vertex.

    1> G = digraph:new(), [digraph:add_vertex(G, V) || V <- [a,b]], digraph:add_edge(G, b, a), digraph_utils:arborescence_root(G).
    {yes,b}
""".
-spec arborescence_root(G :: graph()) -> no | {yes, Root :: vertex()}.
arborescence_root(G) ->
    case digraph:no_edges(G) =:= digraph:no_vertices(G) - 1 of
        true ->
            case lists:partition(fun(V) -> digraph:in_degree(G, V) =:= 0 end, digraph:vertices(G)) of
                {[Root], Others} ->
                    case lists:all(fun(V) -> digraph:in_degree(G, V) =:= 1 end, Others) of
                        true -> {yes, Root};
                        false -> no
                    end;
                _ -> no
            end;
        false -> no
    end.

-doc """
Tells whether a graph is an arborescence.

    1> digraph_utils:is_arborescence(digraph:new()).
    false
""".
-spec is_arborescence(G :: graph()) -> boolean().
is_arborescence(G) -> arborescence_root(G) =/= no.

-doc """
Tells whether a graph is a tree, directions aside.

    1> digraph_utils:is_tree(digraph:new()).
    false
""".
-spec is_tree(G :: graph()) -> boolean().
is_tree(G) -> digraph:no_edges(G) =:= digraph:no_vertices(G) - 1 andalso length(components(G)) =:= 1.

-doc """
Returns the vertices with an edge to themselves.

    1> G = digraph:new(), digraph:add_vertex(G, a), digraph:add_edge(G, a, a), digraph_utils:loop_vertices(G).
    [a]
""".
-spec loop_vertices(G :: graph()) -> Vertices :: [vertex()].
loop_vertices(G) -> [V || V <- digraph:vertices(G), lists:member(V, digraph:out_neighbours(G, V))].

-doc """
Returns a new graph of some of the vertices and the edges between them.

    1> G = digraph:new(), [digraph:add_vertex(G, V) || V <- [a,b]], digraph:vertices(digraph_utils:subgraph(G, [a])).
    [a]
""".
-spec subgraph(G :: graph(), Vertices :: [vertex()]) -> SubGraph :: graph().
subgraph(G, Vs) ->
    try part(G, Vs, inherit, true)
    catch throw:badarg -> erlang:error(badarg)
    end.

-doc """
As `subgraph/2`, with options: `{type, Type}` for the new graph, `{keep_labels, false}` to leave labels out.

    1> G = digraph:new(), digraph:add_vertex(G, a, l), digraph:vertex(digraph_utils:subgraph(G, [a], [{keep_labels,false}]), a).
    {a,[]}
""".
-spec subgraph(G :: graph(), Vertices :: [vertex()], Options :: [{type, inherit | [digraph:d_type()]} | {keep_labels, boolean()}]) ->
          SubGraph :: graph().
subgraph(G, Vs, Options) ->
    try
        {Type, Keep} = subgraph_options(Options, inherit, true),
        part(G, Vs, Type, Keep)
    catch throw:badarg -> erlang:error(badarg)
    end.

subgraph_options([{type, T} | Os], _, Keep) when T =:= inherit; is_list(T) -> subgraph_options(Os, T, Keep);
subgraph_options([{keep_labels, Keep} | Os], T, _) when is_boolean(Keep) -> subgraph_options(Os, T, Keep);
subgraph_options([], T, Keep) -> {T, Keep};
subgraph_options(_, _, _) -> throw(badarg).

part(G, Vs, inherit, Keep) ->
    Info = digraph:info(G),
    {_, Cyclicity} = lists:keyfind(cyclicity, 1, Info),
    {_, Protection} = lists:keyfind(protection, 1, Info),
    part(G, Vs, [Cyclicity, Protection], Keep);
part(G, Vs, Type, Keep) ->
    Sub = try digraph:new(Type) catch error:badarg -> throw(badarg) end,
    Label = fun(L) -> case Keep of true -> L; false -> [] end end,
    lists:foreach(fun(V) ->
        case digraph:vertex(G, V) of
            {_, L} -> digraph:add_vertex(Sub, V, Label(L));
            false -> ok
        end
    end, Vs),
    _ = [case digraph:edge(G, E) of
             {E, V1, V2, L} -> _ = digraph:add_edge(Sub, E, V1, V2, Label(L))
         end || V <- Vs, E <- digraph:out_edges(G, V), lists:member(element(3, digraph:edge(G, E)), Vs)],
    Sub.

-doc """
Returns a new graph whose vertices are the strong components, with an edge where one leads between them.

    1> G = digraph:new(), digraph:add_vertex(G, a), digraph:vertices(digraph_utils:condensation(G)).
    [[a]]
""".
-spec condensation(G :: graph()) -> CondensedGraph :: graph().
condensation(G) ->
    Components = strong_components(G),
    {cyclicity, Type} = lists:keyfind(cyclicity, 1, digraph:info(G)),
    New = digraph:new([Type]),
    Of = maps:from_list([{V, C} || C <- Components, V <- C]),
    _ = [digraph:add_vertex(New, C) || C <- Components],
    _ = [digraph:add_edge(New, C, D) || C <- Components, D <- lists:usort([maps:get(W, Of) || V <- C, W <- digraph:out_neighbours(G, V)]), C =/= D],
    New.

-doc """
Returns the vertices in the order in which a walk depth first comes to them.

    1> G = digraph:new(), digraph:add_vertex(G, a), digraph_utils:preorder(G).
    [a]
""".
-spec preorder(G :: graph()) -> Vertices :: [vertex()].
preorder(G) -> lists:reverse(revpreorder(G)).

-doc """
Returns the vertices in the order in which a walk depth first leaves them.

    1> G = digraph:new(), [digraph:add_vertex(G, V) || V <- [a,b]], digraph:add_edge(G, a, b), digraph_utils:postorder(G).
    [b,a]
""".
-spec postorder(G :: graph()) -> Vertices :: [vertex()].
postorder(G) -> lists:reverse(revpostorder(G)).

revpreorder(G) -> lists:append(forest(G, fun out/3)).

revpostorder(G) ->
    {L, _} = leave(digraph:vertices(G), #{}, fun out/3, G, []),
    L.

%% leave(Vertices, Seen, Next, G, Left): vertices as a walk leaves them, the last one first.
leave([V | Vs], Seen, Next, G, Left) when is_map_key(V, Seen) -> leave(Vs, Seen, Next, G, Left);
leave([V | Vs], Seen, Next, G, Left0) ->
    {Left, Seen1} = leave(Next(G, V, []), Seen#{V => true}, Next, G, Left0),
    leave(Vs, Seen1, Next, G, [V | Left]);
leave([], Seen, _, _, Left) -> {Left, Seen}.

forest(G, Next) -> forest(G, Next, digraph:vertices(G)).

forest(G, Next, Vs) -> forest(G, Next, Vs, first).

%% The trees of a walk that starts at each vertex of a list; with not_first a start counts when an edge leads to it only.
forest(G, Next, Vs, How) -> trees(Vs, #{}, G, Next, How, []).

trees([V | Vs], Seen, G, Next, first, Acc) ->
    {Tree, Seen1} = walk([V], Seen, G, Next, []),
    trees(Vs, Seen1, G, Next, first, add(Tree, Acc));
trees([V | Vs], Seen, G, Next, not_first, Acc) ->
    {Tree, Seen1} = walk(Next(G, V, []), Seen, G, Next, []),
    trees(Vs, Seen1, G, Next, not_first, add(Tree, Acc));
trees([], _, _, _, _, Acc) -> Acc.

add([], Acc) -> Acc;
add(Tree, Acc) -> [Tree | Acc].

walk([V | Vs], Seen, G, Next, Tree) when is_map_key(V, Seen) -> walk(Vs, Seen, G, Next, Tree);
walk([V | Vs], Seen, G, Next, Tree) -> walk(Next(G, V, Vs), Seen#{V => true}, G, Next, [V | Tree]);
walk([], Seen, _, _, Tree) -> {Tree, Seen}.

into(G, V, Vs) -> digraph:in_neighbours(G, V) ++ Vs.

out(G, V, Vs) -> digraph:out_neighbours(G, V) ++ Vs.

around(G, V, Vs) -> into(G, V, out(G, V, Vs)).
