%% Sets as lists in the order of terms, without elements that compare equal.
-module(ordsets).

-export([add_element/2, del_element/2, filter/2, filtermap/2, fold/3, from_list/1, intersection/1, intersection/2, is_disjoint/2,
         is_element/2, is_empty/1, is_equal/2, is_set/1, is_subset/2, map/2, new/0, size/1, subtract/2, to_list/1, union/1, union/2]).

-doc """
Returns an empty set.

    1> ordsets:new().
    []
""".
-spec new() -> [].
new() -> [].

-doc """
Tells whether a term is an ordered set.

    1> ordsets:is_set([a,b]).
    true
""".
-spec is_set(term()) -> boolean().
is_set([Elem | Rest]) -> ascending(Elem, Rest);
is_set([]) -> true;
is_set(_) -> false.

ascending(A, [B | Rest]) when A < B -> ascending(B, Rest);
ascending(_, [_ | _]) -> false;
ascending(_, []) -> true.

-doc """
Returns the number of elements.

    1> ordsets:size([a,b]).
    2
""".
-spec size([term()]) -> non_neg_integer().
size(Set) -> length(Set).

-doc """
Tells whether the set is empty.

    1> ordsets:is_empty([]).
    true
""".
-spec is_empty([term()]) -> boolean().
is_empty(Set) -> Set =:= [].

-doc """
Tells whether two sets are equal.

    1> ordsets:is_equal([a], [a]).
    true
""".
-spec is_equal([term()], [term()]) -> boolean().
is_equal(Set1, Set2) when is_list(Set1), is_list(Set2) -> Set1 == Set2.

-doc """
Returns the elements as a list.

    1> ordsets:to_list([a,b]).
    [a,b]
""".
-spec to_list([T]) -> [T].
to_list(Set) -> Set.

-doc """
Makes a set of the elements of a list.

    1> ordsets:from_list([b,a,b]).
    [a,b]
""".
-spec from_list([T]) -> [T].
from_list(List) -> lists:usort(List).

-doc """
Tells whether Element is in the set.

    1> ordsets:is_element(a, [a,b]).
    true
""".
-spec is_element(term(), [term()]) -> boolean().
is_element(E, [Elem | Rest]) when E > Elem -> is_element(E, Rest);
is_element(E, [Elem | _]) when E < Elem -> false;
is_element(_, [_ | _]) -> true;
is_element(_, []) -> false.

-doc """
Returns the set with Element.

    1> ordsets:add_element(b, [a,c]).
    [a,b,c]
""".
-spec add_element(E, [T]) -> [T | E].
add_element(E, [Elem | Rest]) when E > Elem -> [Elem | add_element(E, Rest)];
add_element(E, [Elem | _] = Set) when E < Elem -> [E | Set];
add_element(_, [_ | _] = Set) -> Set;
add_element(E, []) -> [E].

-doc """
Returns the set without Element.

    1> ordsets:del_element(b, [a,b]).
    [a]
""".
-spec del_element(term(), [T]) -> [T].
del_element(E, [Elem | Rest]) when E > Elem -> [Elem | del_element(E, Rest)];
del_element(E, [Elem | _] = Set) when E < Elem -> Set;
del_element(_, [_ | Rest]) -> Rest;
del_element(_, []) -> [].

-doc """
Returns what is in one of two sets.

    1> ordsets:union([a,c], [b,c]).
    [a,b,c]
""".
-spec union([A], [B]) -> [A | B].
union([A | As], [B | _] = Bs) when A < B -> [A | union(As, Bs)];
union([A | _] = As, [B | Bs]) when A > B -> [B | union(Bs, As)];
union([A | As], [_ | Bs]) -> [A | union(As, Bs)];
union([], Bs) -> Bs;
union(As, []) -> As.

-doc """
Returns what is in one of the sets of a list.

    1> ordsets:union([[a],[b],[a,c]]).
    [a,b,c]
""".
-spec union([[T]]) -> [T].
union(Sets) -> lists:umerge(Sets).

-doc """
Returns what is in both sets.

    1> ordsets:intersection([a,b], [b,c]).
    [b]
""".
-spec intersection([term()], [term()]) -> [term()].
intersection([A | As], [B | _] = Bs) when A < B -> intersection(As, Bs);
intersection([A | _] = As, [B | Bs]) when A > B -> intersection(Bs, As);
intersection([A | As], [_ | Bs]) -> [A | intersection(As, Bs)];
intersection([], _) -> [];
intersection(_, []) -> [].

-doc """
Returns what is in all sets of a list that is not empty.

    1> ordsets:intersection([[a,b],[b],[b,c]]).
    [b]
""".
-spec intersection([[term()], ...]) -> [term()].
intersection([Set1, Set2 | Sets]) -> intersection1(intersection(Set1, Set2), Sets);
intersection([Set]) -> Set.

intersection1(Set1, [Set2 | Sets]) -> intersection1(intersection(Set1, Set2), Sets);
intersection1(Set, []) -> Set.

-doc """
Tells whether two sets have no element in common.

    1> ordsets:is_disjoint([a], [b]).
    true
""".
-spec is_disjoint([term()], [term()]) -> boolean().
is_disjoint([A | As], [B | _] = Bs) when A < B -> is_disjoint(As, Bs);
is_disjoint([A | _] = As, [B | Bs]) when A > B -> is_disjoint(Bs, As);
is_disjoint([_ | _], [_ | _]) -> false;
is_disjoint([], _) -> true;
is_disjoint(_, []) -> true.

-doc """
Returns the elements of Set1 that are not in Set2.

    1> ordsets:subtract([a,b], [b]).
    [a]
""".
-spec subtract([T], [term()]) -> [T].
subtract([A | As], [B | _] = Bs) when A < B -> [A | subtract(As, Bs)];
subtract([A | _] = As, [B | Bs]) when A > B -> subtract(As, Bs);
subtract([_ | As], [_ | Bs]) -> subtract(As, Bs);
subtract([], _) -> [];
subtract(As, []) -> As.

-doc """
Tells whether all elements of Set1 are in Set2.

    1> ordsets:is_subset([a], [a,b]).
    true
""".
-spec is_subset([term()], [term()]) -> boolean().
is_subset([A | _], [B | _]) when A < B -> false;
is_subset([A | _] = As, [B | Bs]) when A > B -> is_subset(As, Bs);
is_subset([_ | As], [_ | Bs]) -> is_subset(As, Bs);
is_subset([], _) -> true;
is_subset(_, []) -> false.

-doc """
Calls Fun for each element and what the call before returned.

    1> ordsets:fold(fun(X, Sum) -> X + Sum end, 0, [1,2]).
    3
""".
-spec fold(fun((T, Acc) -> Acc), Acc, [T]) -> Acc.
fold(Fun, Acc, Set) -> lists:foldl(Fun, Acc, Set).

-doc """
Returns the elements for which Pred is true.

    1> ordsets:filter(fun(X) -> X > 1 end, [1,2]).
    [2]
""".
-spec filter(fun((T) -> boolean()), [T]) -> [T].
filter(Pred, Set) -> lists:filter(Pred, Set).

-doc """
Returns the set of what Fun gives for the elements.

    1> ordsets:map(fun(X) -> -X end, [1,2]).
    [-2,-1]
""".
-spec map(fun((A) -> B), [A]) -> [B].
map(Fun, Set) -> from_list(lists:map(Fun, Set)).

-doc """
Returns the set of what lists:filtermap/2 gives.

    1> ordsets:filtermap(fun(X) -> {true,X rem 2} end, [1,3]).
    [1]
""".
-spec filtermap(fun((A) -> boolean() | {true, B}), [A]) -> [A | B].
filtermap(Fun, Set) -> from_list(lists:filtermap(Fun, Set)).
