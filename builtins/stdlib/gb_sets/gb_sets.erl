%% Sets as general balanced trees: a set is {Size, Node}, a node {Element, Smaller, Bigger} or nil. See gb_trees.
-module(gb_sets).

-export([add/2, add_element/2, balance/1, del_element/2, delete/2, delete_any/2, difference/2, empty/0, filter/2, filtermap/2, fold/3,
         from_list/1, from_ordset/1, insert/2, intersection/1, intersection/2, is_disjoint/2, is_element/2, is_empty/1, is_equal/2,
         is_member/2, is_set/1, is_subset/2, iterator/1, iterator/2, iterator_from/2, iterator_from/3, larger/2, largest/1, map/2, new/0,
         next/1, singleton/1, size/1, smaller/2, smallest/1, subtract/2, take_largest/1, take_smallest/1, to_list/1, union/1, union/2]).

-compile({no_auto_import, [size/1]}).

-type set() :: {non_neg_integer(), tuple() | nil}.
-type iter() :: [tuple()].

-export_type([set/0, iter/0]).

-doc """
Returns an empty set.

    1> gb_sets:empty().
    {0,nil}
""".
-spec empty() -> set().
empty() -> {0, nil}.

-doc """
Returns an empty set.

    1> gb_sets:new().
    {0,nil}
""".
-spec new() -> set().
new() -> empty().

-doc """
Tells whether the set is empty.

    1> gb_sets:is_empty(gb_sets:new()).
    true
""".
-spec is_empty(set()) -> boolean().
is_empty({0, nil}) -> true;
is_empty(_) -> false.

-doc """
Returns the number of elements.

    1> gb_sets:size(gb_sets:from_list([a,b,a])).
    2
""".
-spec size(set()) -> non_neg_integer().
size({Size, _}) -> Size.

-doc """
Tells whether two sets have the same elements.

    1> gb_sets:is_equal(gb_sets:from_list([a,b]), gb_sets:from_list([b,a])).
    true
""".
-spec is_equal(set(), set()) -> boolean().
is_equal({Size, _} = Set1, {Size, _} = Set2) -> to_list(Set1) == to_list(Set2);
is_equal({_, _}, {_, _}) -> false.

-doc """
Returns a set of one element.

    1> gb_sets:singleton(a).
    {1,{a,nil,nil}}
""".
-spec singleton(term()) -> set().
singleton(Elem) -> {1, {Elem, nil, nil}}.

-doc """
Tells whether Element is in the set.

    1> gb_sets:is_element(a, gb_sets:from_list([a])).
    true
""".
-spec is_element(term(), set()) -> boolean().
is_element(Elem, Set) -> is_member(Elem, Set).

-doc """
Tells whether Element is in the set.

    1> gb_sets:is_member(b, gb_sets:from_list([a])).
    false
""".
-spec is_member(term(), set()) -> boolean().
is_member(Elem, {_, T}) -> is_member_1(Elem, T).

is_member_1(Elem, {E, Smaller, _}) when Elem < E -> is_member_1(Elem, Smaller);
is_member_1(Elem, {E, _, Bigger}) when Elem > E -> is_member_1(Elem, Bigger);
is_member_1(_, {_, _, _}) -> true;
is_member_1(_, nil) -> false.

-doc """
Returns the set with Element, which must not be in it.

    1> gb_sets:insert(a, gb_sets:new()).
    {1,{a,nil,nil}}
""".
-spec insert(term(), set()) -> set().
insert(Elem, {Size, T}) -> {Size + 1, insert_1(Elem, T, (Size + 1) * (Size + 1))}.

%% As in gb_trees; {up, Node, Height, Size} is what is still to be balanced.
insert_1(Elem, {E, Smaller, Bigger}, Room) when Elem < E ->
    case insert_1(Elem, Smaller, Room div 2) of
        {up, Node, Height, Size} ->
            {Height2, Size2} = count(Bigger),
            deep({E, Node, Bigger}, 2 * max(Height, Height2), Size + Size2 + 1);
        Node -> {E, Node, Bigger}
    end;
insert_1(Elem, {E, Smaller, Bigger}, Room) when Elem > E ->
    case insert_1(Elem, Bigger, Room div 2) of
        {up, Node, Height, Size} ->
            {Height2, Size2} = count(Smaller),
            deep({E, Smaller, Node}, 2 * max(Height, Height2), Size + Size2 + 1);
        Node -> {E, Smaller, Node}
    end;
insert_1(Elem, nil, 0) -> {up, {Elem, nil, nil}, 1, 1};
insert_1(Elem, nil, _) -> {Elem, nil, nil};
insert_1(Elem, _, _) -> erlang:error({key_exists, Elem}).

deep(Node, Height, Size) when Height > Size * Size -> balance(Node, Size);
deep(Node, Height, Size) -> {up, Node, Height, Size}.

count({_, nil, nil}) -> {1, 1};
count({_, Smaller, Bigger}) ->
    {Height1, Size1} = count(Smaller),
    {Height2, Size2} = count(Bigger),
    {2 * max(Height1, Height2), Size1 + Size2 + 1};
count(nil) -> {1, 0}.

-doc """
Returns the set in its best form, which helps after many deletions.

    1> gb_sets:balance(gb_sets:new()).
    {0,nil}
""".
-spec balance(set()) -> set().
balance({Size, T}) -> {Size, balance(T, Size)}.

balance(T, Size) -> balance_list(to_list_1(T), Size).

balance_list(List, Size) ->
    {T, []} = balance_list_1(List, Size),
    T.

balance_list_1(List, Size) when Size > 1 ->
    Half = (Size - 1) div 2,
    {Smaller, [Elem | Rest]} = balance_list_1(List, Size - 1 - Half),
    {Bigger, Rest1} = balance_list_1(Rest, Half),
    {{Elem, Smaller, Bigger}, Rest1};
balance_list_1([Elem | Rest], 1) -> {{Elem, nil, nil}, Rest};
balance_list_1(List, 0) -> {nil, List}.

-doc """
Returns the set with Element.

    1> gb_sets:to_list(gb_sets:add_element(a, gb_sets:from_list([b]))).
    [a,b]
""".
-spec add_element(term(), set()) -> set().
add_element(Elem, Set) -> add(Elem, Set).

-doc """
Returns the set with Element.

    1> gb_sets:to_list(gb_sets:add(a, gb_sets:from_list([b]))).
    [a,b]
""".
-spec add(term(), set()) -> set().
add(Elem, Set) ->
    case is_member(Elem, Set) of
        true -> Set;
        false -> insert(Elem, Set)
    end.

-doc """
Makes a set of the elements of a list.

    1> gb_sets:to_list(gb_sets:from_list([b,a,b])).
    [a,b]
""".
-spec from_list([term()]) -> set().
from_list(List) -> from_ordset(ordsets:from_list(List)).

-doc """
Makes a set of an ordered set.

    1> gb_sets:from_ordset([a]).
    {1,{a,nil,nil}}
""".
-spec from_ordset([term()]) -> set().
from_ordset(List) ->
    Size = length(List),
    {Size, balance_list(List, Size)}.

-doc """
Returns the set without Element, if it is there.

    1> gb_sets:del_element(a, gb_sets:new()).
    {0,nil}
""".
-spec del_element(term(), set()) -> set().
del_element(Elem, Set) -> delete_any(Elem, Set).

-doc """
Returns the set without Element, if it is there.

    1> gb_sets:delete_any(a, gb_sets:new()).
    {0,nil}
""".
-spec delete_any(term(), set()) -> set().
delete_any(Elem, Set) ->
    case is_member(Elem, Set) of
        true -> delete(Elem, Set);
        false -> Set
    end.

-doc """
Returns the set without Element, which has to be there.

    1> gb_sets:delete(a, gb_sets:from_list([a])).
    {0,nil}
""".
-spec delete(term(), set()) -> set().
delete(Elem, {Size, T}) -> {Size - 1, delete_1(Elem, T)}.

delete_1(Elem, {E, Smaller, Larger}) when Elem < E -> {E, delete_1(Elem, Smaller), Larger};
delete_1(Elem, {E, Smaller, Bigger}) when Elem > E -> {E, Smaller, delete_1(Elem, Bigger)};
delete_1(_, {_, Smaller, Larger}) -> merge(Smaller, Larger).

merge(Smaller, nil) -> Smaller;
merge(nil, Larger) -> Larger;
merge(Smaller, Larger) ->
    {Elem, Rest} = take_smallest1(Larger),
    {Elem, Smaller, Rest}.

-doc """
Returns the least element and the set without it.

    1> gb_sets:take_smallest(gb_sets:from_list([a])).
    {a,{0,nil}}
""".
-spec take_smallest(set()) -> {term(), set()}.
take_smallest({Size, T}) ->
    {Elem, Rest} = take_smallest1(T),
    {Elem, {Size - 1, Rest}}.

take_smallest1({Elem, nil, Larger}) -> {Elem, Larger};
take_smallest1({Elem, Smaller, Larger}) ->
    {Least, Rest} = take_smallest1(Smaller),
    {Least, {Elem, Rest, Larger}}.

-doc """
Returns the least element.

    1> gb_sets:smallest(gb_sets:from_list([b,a])).
    a
""".
-spec smallest(set()) -> term().
smallest({_, T}) -> smallest_1(T).

smallest_1({Elem, nil, _}) -> Elem;
smallest_1({_, Smaller, _}) -> smallest_1(Smaller).

-doc """
Returns the greatest element and the set without it.

    1> gb_sets:take_largest(gb_sets:from_list([a])).
    {a,{0,nil}}
""".
-spec take_largest(set()) -> {term(), set()}.
take_largest({Size, T}) ->
    {Elem, Rest} = take_largest1(T),
    {Elem, {Size - 1, Rest}}.

take_largest1({Elem, Smaller, nil}) -> {Elem, Smaller};
take_largest1({Elem, Smaller, Larger}) ->
    {Most, Rest} = take_largest1(Larger),
    {Most, {Elem, Smaller, Rest}}.

-doc """
Returns the greatest element.

    1> gb_sets:largest(gb_sets:from_list([b,a])).
    b
""".
-spec largest(set()) -> term().
largest({_, T}) -> largest_1(T).

largest_1({Elem, _, nil}) -> Elem;
largest_1({_, _, Larger}) -> largest_1(Larger).

-doc """
Returns {found, E} for the greatest element below Element, or none.

    1> gb_sets:smaller(b, gb_sets:from_list([a,b])).
    {found,a}
""".
-spec smaller(term(), set()) -> none | {found, term()}.
smaller(Elem, {_, T}) -> smaller_1(Elem, T, none).

smaller_1(_, nil, Best) -> Best;
smaller_1(Elem, {E, _, Larger}, _) when Elem > E -> smaller_1(Elem, Larger, {found, E});
smaller_1(Elem, {_, Smaller, _}, Best) -> smaller_1(Elem, Smaller, Best).

-doc """
Returns {found, E} for the least element above Element, or none.

    1> gb_sets:larger(a, gb_sets:from_list([a,b])).
    {found,b}
""".
-spec larger(term(), set()) -> none | {found, term()}.
larger(Elem, {_, T}) -> larger_1(Elem, T, none).

larger_1(_, nil, Best) -> Best;
larger_1(Elem, {E, Smaller, _}, _) when Elem < E -> larger_1(Elem, Smaller, {found, E});
larger_1(Elem, {_, _, Larger}, Best) -> larger_1(Elem, Larger, Best).

-doc """
Returns the elements in their order.

    1> gb_sets:to_list(gb_sets:from_list([b,a])).
    [a,b]
""".
-spec to_list(set()) -> [term()].
to_list({_, T}) -> to_list(T, []).

to_list_1(T) -> to_list(T, []).

to_list({Elem, Smaller, Larger}, List) -> to_list(Smaller, [Elem | to_list(Larger, List)]);
to_list(nil, List) -> List.

-doc """
Returns an iterator, from which next/1 takes the elements in their order.

    1> element(1, gb_sets:next(gb_sets:iterator(gb_sets:from_list([a])))).
    a
""".
-spec iterator(set()) -> iter().
iterator({_, T}) -> leftmost(T, []).

leftmost({_, nil, _} = T, Later) -> [T | Later];
leftmost({_, Smaller, _} = T, Later) -> leftmost(Smaller, [T | Later]);
leftmost(nil, Later) -> Later.

-doc """
Returns an iterator in the order of the elements, or against it with reversed.

    1> element(1, gb_sets:next(gb_sets:iterator(gb_sets:from_list([a,b]), reversed))).
    b
""".
-spec iterator(set(), ordered | reversed) -> iter().
iterator(Set, ordered) -> iterator(Set);
iterator({_, T}, reversed) -> {reversed, rightmost(T, [])}.

rightmost({_, _, nil} = T, Later) -> [T | Later];
rightmost({_, _, Larger} = T, Later) -> rightmost(Larger, [T | Later]);
rightmost(nil, Later) -> Later.

-doc """
Returns an iterator that begins at Element or the first one above it.

    1> element(1, gb_sets:next(gb_sets:iterator_from(b, gb_sets:from_list([a,c])))).
    c
""".
-spec iterator_from(term(), set()) -> iter().
iterator_from(Elem, {_, T}) -> iterator_from(Elem, T, []).


-doc """
Returns an iterator that begins at Element, in the order of the elements or against it.

    1> element(1, gb_sets:next(gb_sets:iterator_from(b, gb_sets:from_list([a,c]), reversed))).
    a
""".
-spec iterator_from(term(), set(), ordered | reversed) -> iter().
iterator_from(Elem, Set, ordered) -> iterator_from(Elem, Set);
iterator_from(Elem, {_, T}, reversed) -> {reversed, down_from(Elem, T, [])};
iterator_from(Elem, {E, _, T}, Later) when E < Elem -> iterator_from(Elem, T, Later);
iterator_from(_, {_, nil, _} = T, Later) -> [T | Later];
iterator_from(Elem, {_, T, _} = Node, Later) -> iterator_from(Elem, T, [Node | Later]);
iterator_from(_, nil, Later) -> Later.

down_from(Elem, {E, T, _}, Later) when E > Elem -> down_from(Elem, T, Later);
down_from(_, {_, _, nil} = T, Later) -> [T | Later];
down_from(Elem, {_, _, T} = Node, Later) -> down_from(Elem, T, [Node | Later]);
down_from(_, nil, Later) -> Later.

-doc """
Returns the next element and the iterator for those behind it, or none.

    1> gb_sets:next(gb_sets:iterator(gb_sets:new())).
    none
""".
-spec next(iter()) -> none | {term(), iter()}.
next([{Elem, _, T} | Later]) -> {Elem, leftmost(T, Later)};
next([]) -> none;
next({reversed, [{Elem, T, _} | Later]}) -> {Elem, {reversed, rightmost(T, Later)}};
next({reversed, []}) -> none.

-doc """
Returns what is in one of two sets.

    1> gb_sets:to_list(gb_sets:union(gb_sets:from_list([a]), gb_sets:from_list([b]))).
    [a,b]
""".
-spec union(set(), set()) -> set().
union({N1, T1}, {N2, T2}) when N2 < N1 -> union(to_list_1(T2), N2, T1, N1);
union({N1, T1}, {N2, T2}) -> union(to_list_1(T1), N1, T2, N2).

%% Few elements are added to the larger set one by one; many are merged.
union(List, N1, T, N2) ->
    case few(N1, N2) of
        true -> lists:foldl(fun add/2, {N2, T}, List);
        false -> merged(fun ordsets:union/2, List, to_list_1(T))
    end.

few(_, N2) when N2 < 10 -> false;
few(N1, N2) -> N2 >= N1 * round(1.46 * math:log(N2)).

merged(Fun, List1, List2) -> bigger_right(Fun(List1, List2)).

%% A balanced set of a list; the right side gets the odd element.
bigger_right(List) ->
    Size = length(List),
    {T, []} = bigger_right(lists:reverse(List), Size),
    {Size, T}.

bigger_right(List, Size) when Size > 1 ->
    Half = (Size - 1) div 2,
    {Bigger, [Elem | Rest]} = bigger_right(List, Size - 1 - Half),
    {Smaller, Rest1} = bigger_right(Rest, Half),
    {{Elem, Smaller, Bigger}, Rest1};
bigger_right([Elem | Rest], 1) -> {{Elem, nil, nil}, Rest};
bigger_right(List, 0) -> {nil, List}.

-doc """
Returns what is in one of the sets of a list.

    1> gb_sets:to_list(gb_sets:union([gb_sets:from_list([a]),gb_sets:from_list([b])])).
    [a,b]
""".
-spec union([set()]) -> set().
union([Set | Sets]) -> union_list(Set, Sets);
union([]) -> empty().

union_list(Set, [Next | Sets]) -> union_list(union(Set, Next), Sets);
union_list(Set, []) -> Set.

-doc """
Returns what is in both sets.

    1> gb_sets:to_list(gb_sets:intersection(gb_sets:from_list([a,b]), gb_sets:from_list([b]))).
    [b]
""".
-spec intersection(set(), set()) -> set().
intersection({N1, T1}, {N2, T2}) when N2 < N1 -> intersection(to_list_1(T2), N2, T1, N1);
intersection({N1, T1}, {N2, T2}) -> intersection(to_list_1(T1), N1, T2, N2).

intersection(List, N1, T, N2) ->
    case few(N1, N2) of
        true -> bigger_right([Elem || Elem <- List, is_member_1(Elem, T)]);
        false -> merged(fun ordsets:intersection/2, List, to_list_1(T))
    end.

-doc """
Returns what is in all sets of a list that is not empty.

    1> gb_sets:to_list(gb_sets:intersection([gb_sets:from_list([a,b]),gb_sets:from_list([b])])).
    [b]
""".
-spec intersection([set(), ...]) -> set().
intersection([Set | Sets]) -> intersection_list(Set, Sets).

intersection_list(Set, [Next | Sets]) -> intersection_list(intersection(Set, Next), Sets);
intersection_list(Set, []) -> Set.

-doc """
Tells whether two sets have no element in common.

    1> gb_sets:is_disjoint(gb_sets:from_list([a]), gb_sets:from_list([b])).
    true
""".
-spec is_disjoint(set(), set()) -> boolean().
is_disjoint({N1, T1}, {N2, T2}) when N1 < N2 -> not lists:any(fun(Elem) -> is_member_1(Elem, T2) end, to_list_1(T1));
is_disjoint({_, T1}, {_, T2}) -> not lists:any(fun(Elem) -> is_member_1(Elem, T1) end, to_list_1(T2)).

-doc """
Returns the elements of Set1 that are not in Set2.

    1> gb_sets:to_list(gb_sets:subtract(gb_sets:from_list([a,b]), gb_sets:from_list([b]))).
    [a]
""".
-spec subtract(set(), set()) -> set().
subtract(Set1, Set2) -> difference(Set1, Set2).

-doc """
Returns the elements of Set1 that are not in Set2.

    1> gb_sets:to_list(gb_sets:difference(gb_sets:from_list([a,b]), gb_sets:from_list([b]))).
    [a]
""".
-spec difference(set(), set()) -> set().
difference({N1, T1}, {N2, T2}) -> difference(to_list_1(T1), N1, T2, N2).

difference(List, N1, T, N2) ->
    case few(N1, N2) of
        true -> bigger_right([Elem || Elem <- List, not is_member_1(Elem, T)]);
        false -> merged(fun ordsets:subtract/2, List, to_list_1(T))
    end.

-doc """
Tells whether all elements of Set1 are in Set2.

    1> gb_sets:is_subset(gb_sets:from_list([a]), gb_sets:from_list([a,b])).
    true
""".
-spec is_subset(set(), set()) -> boolean().
is_subset({N1, T1}, {N2, T2}) ->
    case few(N1, N2) of
        true -> lists:all(fun(Elem) -> is_member_1(Elem, T2) end, to_list_1(T1));
        false -> ordsets:is_subset(to_list_1(T1), to_list_1(T2))
    end.

-doc """
Tells whether a term is a set.

    1> gb_sets:is_set(gb_sets:new()).
    true
""".
-spec is_set(term()) -> boolean().
is_set({0, nil}) -> true;
is_set({N, {_, _, _}}) when is_integer(N), N >= 0 -> true;
is_set(_) -> false.

-doc """
Returns the elements for which Pred is true.

    1> gb_sets:to_list(gb_sets:filter(fun(X) -> X > 1 end, gb_sets:from_list([1,2]))).
    [2]
""".
-spec filter(fun((term()) -> boolean()), set()) -> set().
filter(Pred, Set) when is_function(Pred, 1) -> from_ordset([Elem || Elem <- to_list(Set), Pred(Elem)]).

-doc """
Returns the set of what Fun gives for the elements.

    1> gb_sets:to_list(gb_sets:map(fun(X) -> -X end, gb_sets:from_list([1,2]))).
    [-2,-1]
""".
-spec map(fun((term()) -> term()), set()) -> set().
map(Fun, Set) when is_function(Fun, 1) -> from_list(lists:map(Fun, to_list(Set))).

-doc """
Returns the set of what lists:filtermap/2 gives for the elements.

    1> gb_sets:to_list(gb_sets:filtermap(fun(X) -> {true,-X} end, gb_sets:from_list([1]))).
    [-1]
""".
-spec filtermap(fun((term()) -> boolean() | {true, term()}), set()) -> set().
filtermap(Fun, Set) when is_function(Fun, 1) -> from_list(lists:filtermap(Fun, to_list(Set))).

-doc """
Calls Fun for each element and what the call before returned.

    1> gb_sets:fold(fun(X, Sum) -> X + Sum end, 0, gb_sets:from_list([1,2])).
    3
""".
-spec fold(fun((term(), Acc) -> Acc), Acc, set()) -> Acc.
fold(Fun, Acc, {_, T}) when is_function(Fun, 2) -> fold_1(Fun, Acc, T).

fold_1(Fun, Acc0, {Elem, Smaller, Bigger}) ->
    Acc1 = fold_1(Fun, Acc0, Smaller),
    fold_1(Fun, Fun(Elem, Acc1), Bigger);
fold_1(_, Acc, _) -> Acc.
