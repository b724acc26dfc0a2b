%% General balanced trees (A. Andersson, "General Balanced Trees", 1999): a tree is {Size, Node}, a node {Key, Value, Smaller, Bigger}
%% or nil. No balance is kept in the nodes; where an insertion has gone too deep, the smallest subtree above it that is too deep for its
%% size is made anew.
-module(gb_trees).

-export([balance/1, delete/2, delete_any/2, empty/0, enter/3, from_list/1, from_orddict/1, get/2, insert/3, is_defined/2, is_empty/1, iterator/1,
         iterator/2, iterator_from/2, iterator_from/3, keys/1, larger/2, largest/1, lookup/2, map/2, next/1, size/1, smaller/2, smallest/1,
         take/2, take_any/2, take_largest/1, take_smallest/1, to_list/1, update/3, values/1]).

-compile({no_auto_import, [get/1, get/2, size/1]}).

-type tree() :: {non_neg_integer(), tuple() | nil}.
-type iter() :: [tuple()].

-export_type([tree/0, iter/0]).

-doc """
Returns an empty tree.

    1> gb_trees:empty().
    {0,nil}
""".
-spec empty() -> tree().
empty() -> {0, nil}.

-doc """
Tells whether the tree is empty.

    1> gb_trees:is_empty(gb_trees:empty()).
    true
""".
-spec is_empty(tree()) -> boolean().
is_empty({0, nil}) -> true;
is_empty(_) -> false.

-doc """
Returns the number of keys.

    1> gb_trees:size(gb_trees:from_orddict([{a,1}])).
    1
""".
-spec size(tree()) -> non_neg_integer().
size({Size, _}) when is_integer(Size), Size >= 0 -> Size.

-doc """
Returns {value, Value} for a key of the tree and none for any other.

    1> gb_trees:lookup(a, gb_trees:from_orddict([{a,1}])).
    {value,1}
""".
-spec lookup(term(), tree()) -> none | {value, term()}.
lookup(Key, {_, T}) -> lookup_1(Key, T).

lookup_1(Key, {K, _, Smaller, _}) when Key < K -> lookup_1(Key, Smaller);
lookup_1(Key, {K, _, _, Bigger}) when Key > K -> lookup_1(Key, Bigger);
lookup_1(_, {_, Value, _, _}) -> {value, Value};
lookup_1(_, nil) -> none.

-doc """
Tells whether the tree has Key.

    1> gb_trees:is_defined(a, gb_trees:from_orddict([{a,1}])).
    true
""".
-spec is_defined(term(), tree()) -> boolean().
is_defined(Key, {_, T}) -> is_defined_1(Key, T).

is_defined_1(Key, {K, _, Smaller, _}) when Key < K -> is_defined_1(Key, Smaller);
is_defined_1(Key, {K, _, _, Bigger}) when Key > K -> is_defined_1(Key, Bigger);
is_defined_1(_, {_, _, _, _}) -> true;
is_defined_1(_, nil) -> false.

-doc """
Returns the value of Key, which has to be there.

    1> gb_trees:get(a, gb_trees:from_orddict([{a,1}])).
    1
""".
-spec get(term(), tree()) -> term().
get(Key, {_, T}) -> get_1(Key, T).

get_1(Key, {K, _, Smaller, _}) when Key < K -> get_1(Key, Smaller);
get_1(Key, {K, _, _, Bigger}) when Key > K -> get_1(Key, Bigger);
get_1(_, {_, Value, _, _}) -> Value.

-doc """
Binds Key to Value; the tree has to have Key.

    1> gb_trees:to_list(gb_trees:update(a, 2, gb_trees:from_orddict([{a,1}]))).
    [{a,2}]
""".
-spec update(term(), term(), tree()) -> tree().
update(Key, Value, {Size, T}) -> {Size, update_1(Key, Value, T)}.

update_1(Key, Value, {K, V, Smaller, Bigger}) when Key < K -> {K, V, update_1(Key, Value, Smaller), Bigger};
update_1(Key, Value, {K, V, Smaller, Bigger}) when Key > K -> {K, V, Smaller, update_1(Key, Value, Bigger)};
update_1(Key, Value, {_, _, Smaller, Bigger}) -> {Key, Value, Smaller, Bigger}.

-doc """
Binds Key to Value; the tree must not have Key.

    1> gb_trees:insert(a, 1, gb_trees:empty()).
    {1,{a,1,nil,nil}}
""".
-spec insert(term(), term(), tree()) -> tree().
insert(Key, Value, {Size, T}) when is_integer(Size) -> {Size + 1, insert_1(Key, Value, T, (Size + 1) * (Size + 1))}.

%% Room is halved at every step down; 0 says that the new node stands too deep. Then the way up carries {Node, Height, Size}, the height
%% as a power of two, until a subtree is found that is to be balanced.
insert_1(Key, Value, {K, V, Smaller, Bigger}, Room) when Key < K ->
    case insert_1(Key, Value, Smaller, Room div 2) of
        {Node, Height, Size} ->
            {Height2, Size2} = count(Bigger),
            deep({K, V, Node, Bigger}, 2 * max(Height, Height2), Size + Size2 + 1);
        Node -> {K, V, Node, Bigger}
    end;
insert_1(Key, Value, {K, V, Smaller, Bigger}, Room) when Key > K ->
    case insert_1(Key, Value, Bigger, Room div 2) of
        {Node, Height, Size} ->
            {Height2, Size2} = count(Smaller),
            deep({K, V, Smaller, Node}, 2 * max(Height, Height2), Size + Size2 + 1);
        Node -> {K, V, Smaller, Node}
    end;
insert_1(Key, Value, nil, 0) -> {{Key, Value, nil, nil}, 1, 1};
insert_1(Key, Value, nil, _) -> {Key, Value, nil, nil};
insert_1(Key, _, _, _) -> erlang:error({key_exists, Key}).

deep(Node, Height, Size) when Height > Size * Size -> balance(Node, Size);
deep(Node, Height, Size) -> {Node, Height, Size}.

count({_, _, nil, nil}) -> {1, 1};
count({_, _, Smaller, Bigger}) ->
    {Height1, Size1} = count(Smaller),
    {Height2, Size2} = count(Bigger),
    {2 * max(Height1, Height2), Size1 + Size2 + 1};
count(nil) -> {1, 0}.

-doc """
Binds Key to Value, whether the tree has Key or not.

    1> gb_trees:to_list(gb_trees:enter(a, 1, gb_trees:empty())).
    [{a,1}]
""".
-spec enter(term(), term(), tree()) -> tree().
enter(Key, Value, T) ->
    case is_defined(Key, T) of
        true -> update(Key, Value, T);
        false -> insert(Key, Value, T)
    end.

-doc """
Returns the tree in its best form, which helps after many deletions.

    1> gb_trees:balance(gb_trees:empty()).
    {0,nil}
""".
-spec balance(tree()) -> tree().
balance({Size, T}) -> {Size, balance(T, Size)}.

balance(T, Size) -> balance_list(to_list_1(T), Size).

balance_list(List, Size) ->
    {T, []} = balance_list_1(List, Size),
    T.

balance_list_1(List, Size) when Size > 1 ->
    Half = (Size - 1) div 2,
    {Smaller, [{Key, Value} | Rest]} = balance_list_1(List, Size - 1 - Half),
    {Bigger, Rest1} = balance_list_1(Rest, Half),
    {{Key, Value, Smaller, Bigger}, Rest1};
balance_list_1([{Key, Value} | Rest], 1) -> {{Key, Value, nil, nil}, Rest};
balance_list_1(List, 0) -> {nil, List}.

-doc """
Makes a tree of pairs in the order of their keys.

    1> gb_trees:from_orddict([{a,1}]).
    {1,{a,1,nil,nil}}
""".
-spec from_orddict([{term(), term()}]) -> tree().
from_orddict(List) ->
    Size = length(List),
    {Size, balance_list(List, Size)}.

-doc """
Returns the tree without Key, if it has Key.

    1> gb_trees:delete_any(a, gb_trees:empty()).
    {0,nil}
""".
-spec delete_any(term(), tree()) -> tree().
delete_any(Key, T) ->
    case is_defined(Key, T) of
        true -> delete(Key, T);
        false -> T
    end.

-doc """
Returns the tree without Key, which has to be there.

    1> gb_trees:delete(a, gb_trees:from_orddict([{a,1}])).
    {0,nil}
""".
-spec delete(term(), tree()) -> tree().
delete(Key, {Size, T}) when is_integer(Size), Size >= 0 -> {Size - 1, delete_1(Key, T)}.

delete_1(Key, {K, Value, Smaller, Larger}) when Key < K -> {K, Value, delete_1(Key, Smaller), Larger};
delete_1(Key, {K, Value, Smaller, Bigger}) when Key > K -> {K, Value, Smaller, delete_1(Key, Bigger)};
delete_1(_, {_, _, Smaller, Larger}) -> merge(Smaller, Larger).

merge(Smaller, nil) -> Smaller;
merge(nil, Larger) -> Larger;
merge(Smaller, Larger) ->
    {Key, Value, Rest} = take_smallest1(Larger),
    {Key, Value, Smaller, Rest}.

-doc """
Returns the value of Key and the tree without it, or error.

    1> gb_trees:take_any(b, gb_trees:from_orddict([{a,1}])).
    error
""".
-spec take_any(term(), tree()) -> {term(), tree()} | error.
take_any(Key, T) ->
    case is_defined(Key, T) of
        true -> take(Key, T);
        false -> error
    end.

-doc """
Returns the value of Key, which has to be there, and the tree without it.

    1> gb_trees:take(a, gb_trees:from_orddict([{a,1}])).
    {1,{0,nil}}
""".
-spec take(term(), tree()) -> {term(), tree()}.
take(Key, {Size, T}) when is_integer(Size), Size >= 0 ->
    {Value, Rest} = take_1(Key, T),
    {Value, {Size - 1, Rest}}.

take_1(Key, {K, V, Smaller, Larger}) when Key < K ->
    {Value, Rest} = take_1(Key, Smaller),
    {Value, {K, V, Rest, Larger}};
take_1(Key, {K, V, Smaller, Bigger}) when Key > K ->
    {Value, Rest} = take_1(Key, Bigger),
    {Value, {K, V, Smaller, Rest}};
take_1(_, {_, Value, Smaller, Larger}) -> {Value, merge(Smaller, Larger)}.

-doc """
Returns the least key, its value and the tree without it.

    1> gb_trees:take_smallest(gb_trees:from_orddict([{a,1}])).
    {a,1,{0,nil}}
""".
-spec take_smallest(tree()) -> {term(), term(), tree()}.
take_smallest({Size, T}) when is_integer(Size), Size >= 0 ->
    {Key, Value, Rest} = take_smallest1(T),
    {Key, Value, {Size - 1, Rest}}.

take_smallest1({Key, Value, nil, Larger}) -> {Key, Value, Larger};
take_smallest1({Key, Value, Smaller, Larger}) ->
    {Least, V, Rest} = take_smallest1(Smaller),
    {Least, V, {Key, Value, Rest, Larger}}.

-doc """
Returns the least key and its value.

    1> gb_trees:smallest(gb_trees:from_orddict([{a,1},{b,2}])).
    {a,1}
""".
-spec smallest(tree()) -> {term(), term()}.
smallest({_, T}) -> smallest_1(T).

smallest_1({Key, Value, nil, _}) -> {Key, Value};
smallest_1({_, _, Smaller, _}) -> smallest_1(Smaller).

-doc """
Returns the greatest key, its value and the tree without it.

    1> gb_trees:take_largest(gb_trees:from_orddict([{a,1}])).
    {a,1,{0,nil}}
""".
-spec take_largest(tree()) -> {term(), term(), tree()}.
take_largest({Size, T}) when is_integer(Size), Size >= 0 ->
    {Key, Value, Rest} = take_largest1(T),
    {Key, Value, {Size - 1, Rest}}.

take_largest1({Key, Value, Smaller, nil}) -> {Key, Value, Smaller};
take_largest1({Key, Value, Smaller, Larger}) ->
    {Most, V, Rest} = take_largest1(Larger),
    {Most, V, {Key, Value, Smaller, Rest}}.

-doc """
Returns the greatest key and its value.

    1> gb_trees:largest(gb_trees:from_orddict([{a,1},{b,2}])).
    {b,2}
""".
-spec largest(tree()) -> {term(), term()}.
largest({_, T}) -> largest_1(T).

largest_1({Key, Value, _, nil}) -> {Key, Value};
largest_1({_, _, _, Larger}) -> largest_1(Larger).

-doc """
Returns the greatest key below Key and its value, or none.

    1> gb_trees:smaller(b, gb_trees:from_orddict([{a,1},{b,2}])).
    {a,1}
""".
-spec smaller(term(), tree()) -> none | {term(), term()}.
smaller(Key, {_, T}) -> smaller_1(Key, T, none).

smaller_1(_, nil, Best) -> Best;
smaller_1(Key, {K, V, _, Larger}, _) when Key > K -> smaller_1(Key, Larger, {K, V});
smaller_1(Key, {_, _, Smaller, _}, Best) -> smaller_1(Key, Smaller, Best).

-doc """
Returns the least key above Key and its value, or none.

    1> gb_trees:larger(a, gb_trees:from_orddict([{a,1},{b,2}])).
    {b,2}
""".
-spec larger(term(), tree()) -> none | {term(), term()}.
larger(Key, {_, T}) -> larger_1(Key, T, none).

larger_1(_, nil, Best) -> Best;
larger_1(Key, {K, V, Smaller, _}, _) when Key < K -> larger_1(Key, Smaller, {K, V});
larger_1(Key, {_, _, _, Larger}, Best) -> larger_1(Key, Larger, Best).

-doc """
Returns the pairs in the order of their keys.

    1> gb_trees:to_list(gb_trees:from_orddict([{a,1},{b,2}])).
    [{a,1},{b,2}]
""".
-spec to_list(tree()) -> [{term(), term()}].
to_list({_, T}) -> to_list(T, []).

to_list_1(T) -> to_list(T, []).

to_list({Key, Value, Smaller, Larger}, List) -> to_list(Smaller, [{Key, Value} | to_list(Larger, List)]);
to_list(nil, List) -> List.

-doc """
Returns the keys in their order.

    1> gb_trees:keys(gb_trees:from_orddict([{a,1},{b,2}])).
    [a,b]
""".
-spec keys(tree()) -> [term()].
keys({_, T}) -> keys(T, []).

keys({Key, _, Smaller, Larger}, List) -> keys(Smaller, [Key | keys(Larger, List)]);
keys(nil, List) -> List.

-doc """
Returns the values in the order of their keys.

    1> gb_trees:values(gb_trees:from_orddict([{a,1},{b,2}])).
    [1,2]
""".
-spec values(tree()) -> [term()].
values({_, T}) -> values(T, []).

values({_, Value, Smaller, Larger}, List) -> values(Smaller, [Value | values(Larger, List)]);
values(nil, List) -> List.

-doc """
Puts what Fun gives for key and value in the place of each value.

    1> gb_trees:map(fun(_, V) -> V * 2 end, gb_trees:from_orddict([{a,1}])).
    {1,{a,2,nil,nil}}
""".
-spec map(fun((term(), term()) -> term()), tree()) -> tree().
map(Fun, {Size, T}) when is_function(Fun, 2) -> {Size, map_1(Fun, T)}.

map_1(_, nil) -> nil;
map_1(Fun, {Key, Value, Smaller, Larger}) -> {Key, Fun(Key, Value), map_1(Fun, Smaller), map_1(Fun, Larger)}.

-doc """
Returns an iterator, from which next/1 takes the pairs in the order of their keys.

    1> element(1, gb_trees:next(gb_trees:iterator(gb_trees:from_orddict([{a,1}])))).
    a
""".
-spec iterator(tree()) -> iter().
iterator({_, T}) -> iterator_1(T).

iterator_1(T) -> leftmost(T, []).

%% The nodes still to come, each with all that is bigger than it.
leftmost({_, _, nil, _} = T, Later) -> [T | Later];
leftmost({_, _, Smaller, _} = T, Later) -> leftmost(Smaller, [T | Later]);
leftmost(nil, Later) -> Later.

-doc """
Returns an iterator in the order of the keys, or against it with reversed.

    1> element(1, gb_trees:next(gb_trees:iterator(gb_trees:from_orddict([{a,1},{b,2}]), reversed))).
    b
""".
-spec iterator(tree(), ordered | reversed) -> iter().
iterator(T, ordered) -> iterator(T);
iterator({_, T}, reversed) -> {reversed, rightmost(T, [])}.

rightmost({_, _, _, nil} = T, Later) -> [T | Later];
rightmost({_, _, _, Larger} = T, Later) -> rightmost(Larger, [T | Later]);
rightmost(nil, Later) -> Later.

-doc """
Returns an iterator that begins at Key or the first key above it.

    1> element(1, gb_trees:next(gb_trees:iterator_from(b, gb_trees:from_orddict([{a,1},{c,2}])))).
    c
""".
-spec iterator_from(term(), tree()) -> iter().
iterator_from(Key, {_, T}) -> iterator_from_1(Key, T, []).

iterator_from_1(Key, {K, _, _, T}, Later) when K < Key -> iterator_from_1(Key, T, Later);
iterator_from_1(_, {_, _, nil, _} = T, Later) -> [T | Later];
iterator_from_1(Key, {_, _, T, _} = Node, Later) -> iterator_from_1(Key, T, [Node | Later]);
iterator_from_1(_, nil, Later) -> Later.

-doc """
Returns an iterator that begins at Key, in the order of the keys or against it.

    1> element(1, gb_trees:next(gb_trees:iterator_from(b, gb_trees:from_orddict([{a,1},{c,2}]), reversed))).
    a
""".
-spec iterator_from(term(), tree(), ordered | reversed) -> iter().
iterator_from(Key, T, ordered) -> iterator_from(Key, T);
iterator_from(Key, {_, T}, reversed) -> {reversed, down_from(Key, T, [])}.

down_from(Key, {K, _, T, _}, Later) when K > Key -> down_from(Key, T, Later);
down_from(_, {_, _, _, nil} = T, Later) -> [T | Later];
down_from(Key, {_, _, _, T} = Node, Later) -> down_from(Key, T, [Node | Later]);
down_from(_, nil, Later) -> Later.

-doc """
Returns the next key, its value and the iterator for those behind it, or none.

    1> gb_trees:next(gb_trees:iterator(gb_trees:empty())).
    none
""".
-spec next(iter()) -> none | {term(), term(), iter()}.
next([{Key, Value, _, T} | Later]) -> {Key, Value, leftmost(T, Later)};
next([]) -> none;
next({reversed, [{Key, Value, T, _} | Later]}) -> {Key, Value, {reversed, rightmost(T, Later)}};
next({reversed, []}) -> none.

-doc """
Makes a tree of pairs in any order; of those with equal keys the last one counts.

    1> gb_trees:to_list(gb_trees:from_list([{x,1},{a,3},{x,4}])).
    [{a,3},{x,4}]
""".
-spec from_list([{term(), term()}]) -> tree().
from_list(List) -> from_orddict(orddict:from_list(List)).
