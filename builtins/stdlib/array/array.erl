%% Arrays as trees of ten children a node. An array is {array, Size, Max, Default, Elements}: Max is how many elements the tree has room
%% for, 0 where the size is fixed. A leaf is a tuple of ten values; a node a tuple of ten trees and the number of elements that each of
%% them has room for; a tree in which nothing was set yet is only that number.
-module(array).

-export([append/2, concat/1, concat/2, foldl/5, foldr/5, from/2, from/3, mapfoldl/3, mapfoldl/5, mapfoldr/3, mapfoldr/5, prepend/2, shift/2,
         slice/3, sparse_foldl/5, sparse_foldr/5, sparse_mapfoldl/3, sparse_mapfoldl/5, sparse_mapfoldr/3, sparse_mapfoldr/5]).
-export([default/1, fix/1, foldl/3, foldr/3, from_list/1, from_list/2, from_orddict/1, from_orddict/2, get/2, is_array/1, is_fix/1, map/2,
         new/0, new/1, new/2, relax/1, reset/2, resize/1, resize/2, set/3, size/1, sparse_foldl/3, sparse_foldr/3, sparse_map/2,
         sparse_size/1, sparse_to_list/1, sparse_to_orddict/1, to_list/1, to_orddict/1]).

-compile({no_auto_import, [size/1]}).

-define(WIDTH, 10).

-record(array, {size :: non_neg_integer(), max :: non_neg_integer(), default, elements}).

-opaque array() :: #array{}.

-export_type([array/0]).

-doc """
Returns an array that grows as needed and whose elements are undefined.

    1> array:new().
    {array,0,10,undefined,10}
""".
-spec new() -> array().
new() -> new([]).

-doc """
Returns an array by options: a size, {size, N}, fixed, {fixed, Bool}, {default, Value}, or a list of these. A size makes
it fixed.

    1> array:new(5).
    {array,5,0,undefined,10}
""".
-spec new(term()) -> array().
new(Options) -> made(options(Options, {0, false, undefined}, Options)).

-doc """
Returns an array of a size by options.

    1> array:get(3, array:new(5, {default,0})).
    0
""".
-spec new(non_neg_integer(), term()) -> array().
new(Size, Options) when is_integer(Size), Size >= 0 -> made(options(Options, {Size, true, undefined}, Options));
new(_, _) -> erlang:error(badarg).

options([Option | Rest], Found, All) -> options(Rest, option(Option, Found, All), All);
options([], Found, _) -> Found;
options(Option, Found, All) -> option(Option, Found, All).

option(Size, {_, _, Default}, _) when is_integer(Size), Size >= 0 -> {Size, true, Default};
option({size, Size}, {_, _, Default}, _) when is_integer(Size), Size >= 0 -> {Size, true, Default};
option(fixed, {Size, _, Default}, _) -> {Size, true, Default};
option({fixed, Fixed}, {Size, _, Default}, _) when is_boolean(Fixed) -> {Size, Fixed, Default};
option({default, Default}, {Size, Fixed, _}, _) -> {Size, Fixed, Default};
option(_, _, _) -> erlang:error(badarg).

made({Size, Fixed, Default}) ->
    Room = room(Size - 1, ?WIDTH),
    Max = if Fixed -> 0; true -> Room end,
    #array{size = Size, max = Max, default = Default, elements = Room}.

%% The room of a tree for index I.
room(I, Room) when I >= Room -> room(I, Room * ?WIDTH);
room(_, Room) -> Room.

-doc """
Tells whether a term is an array.

    1> array:is_array(array:new()).
    true
""".
-spec is_array(term()) -> boolean().
is_array(#array{size = Size, max = Max}) when is_integer(Size), is_integer(Max) -> true;
is_array(_) -> false.

-doc """
Returns the number of elements; the highest index is one less.

    1> array:size(array:from_list([a,b])).
    2
""".
-spec size(array()) -> non_neg_integer().
size(#array{size = Size}) -> Size;
size(_) -> erlang:error(badarg).

-doc """
Returns the value of elements that were not set.

    1> array:default(array:new()).
    undefined
""".
-spec default(array()) -> term().
default(#array{default = Default}) -> Default;
default(_) -> erlang:error(badarg).

-doc """
Makes the array one of a fixed size.

    1> array:is_fix(array:fix(array:new())).
    true
""".
-spec fix(array()) -> array().
fix(#array{} = A) -> A#array{max = 0}.

-doc """
Tells whether the array has a fixed size.

    1> array:is_fix(array:new(5)).
    true
""".
-spec is_fix(array()) -> boolean().
is_fix(#array{max = 0}) -> true;
is_fix(#array{}) -> false.

-doc """
Makes the array one that grows as needed.

    1> array:is_fix(array:relax(array:new(5))).
    false
""".
-spec relax(array()) -> array().
relax(#array{size = Size} = A) -> A#array{max = room(Size - 1, ?WIDTH)}.

-doc """
Changes the size.

    1> array:to_list(array:resize(1, array:from_list([a,b]))).
    [a]
""".
-spec resize(non_neg_integer(), array()) -> array().
resize(Size, #array{size = Old, max = Max, elements = E} = A) when is_integer(Size), Size >= 0 ->
    if
        Size > Old, Max > 0 ->
            {E1, Max1} = grown(Size - 1, E, Max),
            A#array{size = Size, max = Max1, elements = E1};
        Size > Old ->
            {E1, _} = grown(Size - 1, E, room(Old - 1, ?WIDTH)),
            A#array{size = Size, elements = E1};
        Size < Old -> A#array{size = Size};
        true -> A
    end;
resize(_, _) -> erlang:error(badarg).

-doc """
Cuts off the elements at the end that have the default value.

    1> array:size(array:resize(array:from_list([a,undefined]))).
    1
""".
-spec resize(array()) -> array().
resize(A) -> resize(sparse_size(A), A).

grown(I, E, _) when is_integer(E) ->
    Room = room(I, E),
    {Room, Room};
grown(I, E, Max) when I >= Max -> grown(I, setelement(1, node_of(Max), E), Max * ?WIDTH);
grown(_, E, Max) -> {E, Max}.

node_of(Room) -> erlang:make_tuple(?WIDTH + 1, Room).

-doc """
Sets the element of index I; the first one has index 0.

    1> array:to_list(array:set(1, b, array:new())).
    [undefined,b]
""".
-spec set(non_neg_integer(), term(), array()) -> array().
set(I, Value, #array{size = Size, max = Max, default = Default, elements = E} = A) when is_integer(I), I >= 0 ->
    if
        I < Size -> A#array{elements = set_1(I, E, Value, Default)};
        I < Max -> A#array{size = I + 1, elements = set_1(I, E, Value, Default)};
        Max > 0 ->
            {E1, Max1} = grown(I, E, Max),
            A#array{size = I + 1, max = Max1, elements = set_1(I, E1, Value, Default)};
        true -> erlang:error(badarg)
    end;
set(_, _, _) -> erlang:error(badarg).

set_1(I, {_, _, _, _, _, _, _, _, _, _, Room} = Node, Value, Default) ->
    At = I div Room + 1,
    setelement(At, Node, set_1(I rem Room, element(At, Node), Value, Default));
set_1(I, Room, Value, Default) when is_integer(Room), Room > ?WIDTH -> set_1(I, node_of(Room div ?WIDTH), Value, Default);
set_1(I, Room, Value, Default) when is_integer(Room) -> setelement(I + 1, erlang:make_tuple(?WIDTH, Default), Value);
set_1(I, Leaf, Value, _) -> setelement(I + 1, Leaf, Value).

-doc """
Returns the element of index I.

    1> array:get(1, array:from_list([a,b])).
    b
""".
-spec get(non_neg_integer(), array()) -> term().
get(I, #array{size = Size, max = Max, default = Default, elements = E}) when is_integer(I), I >= 0 ->
    if
        I < Size -> get_1(I, E, Default);
        Max > 0 -> Default;
        true -> erlang:error(badarg)
    end;
get(_, _) -> erlang:error(badarg).

get_1(I, {_, _, _, _, _, _, _, _, _, _, Room} = Node, Default) -> get_1(I rem Room, element(I div Room + 1, Node), Default);
get_1(_, Room, Default) when is_integer(Room) -> Default;
get_1(I, Leaf, _) -> element(I + 1, Leaf).

-doc """
Gives the element of index I the default value.

    1> array:to_list(array:reset(0, array:from_list([a,b]))).
    [undefined,b]
""".
-spec reset(non_neg_integer(), array()) -> array().
reset(I, #array{size = Size, max = Max, default = Default, elements = E} = A) when is_integer(I), I >= 0 ->
    if
        I < Size ->
            case get_1(I, E, Default) of
                Default -> A;
                _ -> A#array{elements = set_1(I, E, Default, Default)}
            end;
        Max > 0 -> A;
        true -> erlang:error(badarg)
    end;
reset(_, _) -> erlang:error(badarg).

-doc """
Returns the elements as a list.

    1> array:to_list(array:from_list([a,b])).
    [a,b]
""".
-spec to_list(array()) -> [term()].
to_list(#array{} = A) -> foldr(fun(_, Value, List) -> [Value | List] end, [], A);
to_list(_) -> erlang:error(badarg).

-doc """
Returns the elements that have not the default value as a list.

    1> array:sparse_to_list(array:set(1, b, array:new())).
    [b]
""".
-spec sparse_to_list(array()) -> [term()].
sparse_to_list(#array{} = A) -> sparse_foldr(fun(_, Value, List) -> [Value | List] end, [], A);
sparse_to_list(_) -> erlang:error(badarg).

-doc """
Makes an array of the elements of a list.

    1> array:get(0, array:from_list([a,b])).
    a
""".
-spec from_list([term()]) -> array().
from_list(List) -> from_list(List, undefined).

-doc """
Makes an array of the elements of a list and with a default value.

    1> array:get(5, array:from_list([a,b], none)).
    none
""".
-spec from_list([term()], term()) -> array().
from_list(List, Default) when is_list(List) -> from_list_1(List, 0, new({default, Default}));
from_list(_, _) -> erlang:error(badarg).

from_list_1([Value | Rest], I, A) -> from_list_1(Rest, I + 1, set(I, Value, A));
from_list_1([], _, A) -> A;
from_list_1(_, _, _) -> erlang:error(badarg).

-doc """
Returns the elements as pairs with their indices.

    1> array:to_orddict(array:from_list([a,b])).
    [{0,a},{1,b}]
""".
-spec to_orddict(array()) -> [{non_neg_integer(), term()}].
to_orddict(#array{} = A) -> foldr(fun(I, Value, List) -> [{I, Value} | List] end, [], A);
to_orddict(_) -> erlang:error(badarg).

-doc """
Returns the elements that have not the default value as pairs with their indices.

    1> array:sparse_to_orddict(array:set(1, b, array:new())).
    [{1,b}]
""".
-spec sparse_to_orddict(array()) -> [{non_neg_integer(), term()}].
sparse_to_orddict(#array{} = A) -> sparse_foldr(fun(I, Value, List) -> [{I, Value} | List] end, [], A);
sparse_to_orddict(_) -> erlang:error(badarg).

-doc """
Makes an array of pairs in the order of their indices.

    1> array:to_list(array:from_orddict([{1,b}])).
    [undefined,b]
""".
-spec from_orddict([{non_neg_integer(), term()}]) -> array().
from_orddict(Pairs) -> from_orddict(Pairs, undefined).

-doc """
Makes an array of pairs in the order of their indices and with a default value.

    1> array:to_list(array:from_orddict([{1,b}], none)).
    [none,b]
""".
-spec from_orddict([{non_neg_integer(), term()}], term()) -> array().
from_orddict(Pairs, Default) when is_list(Pairs) -> from_orddict_1(Pairs, 0, new({default, Default}));
from_orddict(_, _) -> erlang:error(badarg).

from_orddict_1([{I, Value} | Rest], Next, A) when is_integer(I), I >= Next -> from_orddict_1(Rest, I + 1, set(I, Value, gap(Next, I, A)));
from_orddict_1([], _, A) -> A;
from_orddict_1(Pairs, _, _) -> erlang:error({badarg, Pairs}).

%% A gap that is just one leaf is written out, as OTP does.
gap(Next, I, A) when I rem ?WIDTH =:= 0, (Next + ?WIDTH - 1) div ?WIDTH =:= I div ?WIDTH - 1 -> set(I - 1, A#array.default, A);
gap(_, _, A) -> A.

-doc """
Puts what Fun gives for index and value in the place of every element.

    1> array:to_list(array:map(fun(I, V) -> {I,V} end, array:from_list([a]))).
    [{0,a}]
""".
-spec map(fun((non_neg_integer(), term()) -> term()), array()) -> array().
map(Fun, #array{} = A) when is_function(Fun, 2) -> foldl(fun(I, Value, New) -> set(I, Fun(I, Value), New) end, A, A);
map(_, _) -> erlang:error(badarg).

-doc """
As map/2 for the elements that have not the default value.

    1> array:to_list(array:sparse_map(fun(_, V) -> -V end, array:set(1, 5, array:new()))).
    [undefined,-5]
""".
-spec sparse_map(fun((non_neg_integer(), term()) -> term()), array()) -> array().
sparse_map(Fun, #array{} = A) when is_function(Fun, 2) -> sparse_foldl(fun(I, Value, New) -> set(I, Fun(I, Value), New) end, A, A);
sparse_map(_, _) -> erlang:error(badarg).

-doc """
Calls Fun for each index, its element and what the call before returned.

    1> array:foldl(fun(_, V, Sum) -> V + Sum end, 0, array:from_list([1,2])).
    3
""".
-spec foldl(fun((non_neg_integer(), term(), Acc) -> Acc), Acc, array()) -> Acc.
foldl(Fun, Acc, #array{size = Size, elements = E, default = Default}) when is_function(Fun, 3) ->
    up(Fun, Acc, 0, Size, E, Default);
foldl(_, _, _) -> erlang:error(badarg).

%% The elements of a tree whose first index is At, as far as they are below Size.
up(_, Acc, At, Size, _, _) when At >= Size -> Acc;
up(Fun, Acc, At, Size, Room, Default) when is_integer(Room) -> repeat_up(Fun, Acc, At, min(Size, At + Room), Default);
up(Fun, Acc, At, Size, {_, _, _, _, _, _, _, _, _, _, Room} = Node, Default) ->
    up_children(Fun, Acc, At, Size, Node, Default, Room, 1);
up(Fun, Acc, At, Size, Leaf, _) -> up_leaf(Fun, Acc, At, Size, Leaf, 1).

up_children(Fun, Acc, At, Size, Node, Default, Room, Child) when Child =< ?WIDTH, At < Size ->
    up_children(Fun, up(Fun, Acc, At, Size, element(Child, Node), Default), At + Room, Size, Node, Default, Room, Child + 1);
up_children(_, Acc, _, _, _, _, _, _) -> Acc.

up_leaf(Fun, Acc, At, Size, Leaf, I) when I =< ?WIDTH, At < Size -> up_leaf(Fun, Fun(At, element(I, Leaf), Acc), At + 1, Size, Leaf, I + 1);
up_leaf(_, Acc, _, _, _, _) -> Acc.

repeat_up(Fun, Acc, At, End, Value) when At < End -> repeat_up(Fun, Fun(At, Value, Acc), At + 1, End, Value);
repeat_up(_, Acc, _, _, _) -> Acc.

-doc """
As foldl, from the last element to the first.

    1> array:foldr(fun(_, V, L) -> [V|L] end, [], array:from_list([1,2])).
    [1,2]
""".
-spec foldr(fun((non_neg_integer(), term(), Acc) -> Acc), Acc, array()) -> Acc.
foldr(Fun, Acc, #array{size = Size, elements = E, default = Default}) when is_function(Fun, 3) ->
    down(Fun, Acc, 0, Size, E, Default);
foldr(_, _, _) -> erlang:error(badarg).

down(_, Acc, At, Size, _, _) when At >= Size -> Acc;
down(Fun, Acc, At, Size, Room, Default) when is_integer(Room) -> repeat_down(Fun, Acc, At, min(Size, At + Room) - 1, Default);
down(Fun, Acc, At, Size, {_, _, _, _, _, _, _, _, _, _, Room} = Node, Default) ->
    down_children(Fun, Acc, At, Size, Node, Default, Room, ?WIDTH);
down(Fun, Acc, At, Size, Leaf, _) -> down_leaf(Fun, Acc, At, Leaf, min(?WIDTH, Size - At)).

down_children(Fun, Acc, At, Size, Node, Default, Room, Child) when Child > 0 ->
    Acc1 = down(Fun, Acc, At + (Child - 1) * Room, Size, element(Child, Node), Default),
    down_children(Fun, Acc1, At, Size, Node, Default, Room, Child - 1);
down_children(_, Acc, _, _, _, _, _, _) -> Acc.

down_leaf(Fun, Acc, At, Leaf, I) when I > 0 -> down_leaf(Fun, Fun(At + I - 1, element(I, Leaf), Acc), At, Leaf, I - 1);
down_leaf(_, Acc, _, _, _) -> Acc.

repeat_down(Fun, Acc, First, I, Value) when I >= First -> repeat_down(Fun, Fun(I, Value, Acc), First, I - 1, Value);
repeat_down(_, Acc, _, _, _) -> Acc.

-doc """
As foldl for the elements that have not the default value.

    1> array:sparse_foldl(fun(I, _, L) -> [I|L] end, [], array:set(2, x, array:new())).
    [2]
""".
-spec sparse_foldl(fun((non_neg_integer(), term(), Acc) -> Acc), Acc, array()) -> Acc.
sparse_foldl(Fun, Acc, #array{default = Default} = A) when is_function(Fun, 3) -> foldl(sparse(Fun, Default), Acc, set_only(A));
sparse_foldl(_, _, _) -> erlang:error(badarg).

-doc """
As foldr for the elements that have not the default value.

    1> array:sparse_foldr(fun(I, _, L) -> [I|L] end, [], array:set(2, x, array:new())).
    [2]
""".
-spec sparse_foldr(fun((non_neg_integer(), term(), Acc) -> Acc), Acc, array()) -> Acc.
sparse_foldr(Fun, Acc, #array{default = Default} = A) when is_function(Fun, 3) -> foldr(sparse(Fun, Default), Acc, set_only(A));
sparse_foldr(_, _, _) -> erlang:error(badarg).

sparse(Fun, Default) ->
    fun(_, Value, Acc) when Value =:= Default -> Acc;
       (I, Value, Acc) -> Fun(I, Value, Acc)
    end.

%% An array without elements in which nothing was set needs no walk.
set_only(#array{elements = Room} = A) when is_integer(Room) -> A#array{size = 0};
set_only(A) -> A.

-doc """
Returns the size without the elements at the end that have the default value.

    1> array:sparse_size(array:from_list([a,undefined])).
    1
""".
-spec sparse_size(array()) -> non_neg_integer().
sparse_size(#array{} = A) ->
    try sparse_foldr(fun(I, _, _) -> throw({last, I}) end, [], A) of
        [] -> 0
    catch
        {last, I} -> I + 1
    end;
sparse_size(_) -> erlang:error(badarg).

%%% Parts of an array

-doc """
As foldl/3 for the elements from index Low to index High.

    1> array:foldl(1, 2, fun(_, V, Sum) -> V + Sum end, 0, array:from_list([1,2,3,4])).
    5
""".
-spec foldl(non_neg_integer(), integer(), fun((non_neg_integer(), term(), Acc) -> Acc), Acc, array()) -> Acc.
foldl(Low, High, Fun, Acc, A) -> upwards(Low, High, folded(Low, High, Fun, A), Acc, A).

-doc """
As foldr/3 for the elements from index High down to index Low.

    1> array:foldr(1, 2, fun(_, V, L) -> [V|L] end, [], array:from_list([a,b,c,d])).
    [b,c]
""".
-spec foldr(non_neg_integer(), integer(), fun((non_neg_integer(), term(), Acc) -> Acc), Acc, array()) -> Acc.
foldr(Low, High, Fun, Acc, A) -> downwards(Low, High, folded(Low, High, Fun, A), Acc, A).

-doc """
As foldl/5 for the elements that have not the default value.

    1> array:sparse_foldl(0, 2, fun(I, _, L) -> [I|L] end, [], array:set(2, x, array:new())).
    [2]
""".
-spec sparse_foldl(non_neg_integer(), integer(), fun((non_neg_integer(), term(), Acc) -> Acc), Acc, array()) -> Acc.
sparse_foldl(Low, High, Fun, Acc, A) -> upwards(Low, High, sparse(folded(Low, High, Fun, A), default(A)), Acc, A).

-doc """
As foldr/5 for the elements that have not the default value.

    1> array:sparse_foldr(0, 2, fun(I, _, L) -> [I|L] end, [], array:set(2, x, array:new())).
    [2]
""".
-spec sparse_foldr(non_neg_integer(), integer(), fun((non_neg_integer(), term(), Acc) -> Acc), Acc, array()) -> Acc.
sparse_foldr(Low, High, Fun, Acc, A) -> downwards(Low, High, sparse(folded(Low, High, Fun, A), default(A)), Acc, A).

%% The fun of a fold over a part, once the arguments are known to be right.
folded(Low, High, Fun, #array{size = Size}) when is_integer(Low), Low >= 0, is_integer(High), High < Size, is_function(Fun, 3) -> Fun;
folded(_, _, _, _) -> erlang:error(badarg).

upwards(I, High, Fun, Acc, A) when I =< High -> upwards(I + 1, High, Fun, Fun(I, get(I, A), Acc), A);
upwards(_, _, _, Acc, _) -> Acc.

downwards(Low, I, Fun, Acc, A) when I >= Low -> downwards(Low, I - 1, Fun, Fun(I, get(I, A), Acc), A);
downwards(_, _, _, Acc, _) -> Acc.

-doc """
Calls Fun for each index, its element and what the call before gave; it returns the new element and what the next call gets.

    1> {A, Sum} = array:mapfoldl(fun(I, V, S) -> {I * V, V + S} end, 0, array:from_list([1,2,3])), {array:to_list(A), Sum}.
    {[0,2,6],6}
""".
-spec mapfoldl(fun((non_neg_integer(), term(), Acc) -> {term(), Acc}), Acc, array()) -> {array(), Acc}.
mapfoldl(Fun, Acc, A) -> mapfoldl(0, size(A) - 1, Fun, Acc, A).

-doc """
As mapfoldl/3 for the elements from index Low to index High; the others stay.

    1> {A, Seen} = array:mapfoldl(1, 2, fun(_, V, S) -> {-V, [V|S]} end, [], array:from_list([1,2,3])), {array:to_list(A), Seen}.
    {[1,-2,-3],[3,2]}
""".
-spec mapfoldl(non_neg_integer(), integer(), fun((non_neg_integer(), term(), Acc) -> {term(), Acc}), Acc, array()) -> {array(), Acc}.
mapfoldl(Low, High, Fun, Acc, A) -> upwards(Low, High, changing(folded(Low, High, Fun, A)), {A, Acc}, A).

-doc """
As mapfoldl/3, from the last element to the first.

    1> {A, Seen} = array:mapfoldr(fun(_, V, S) -> {-V, [V|S]} end, [], array:from_list([1,2,3])), {array:to_list(A), Seen}.
    {[-1,-2,-3],[1,2,3]}
""".
-spec mapfoldr(fun((non_neg_integer(), term(), Acc) -> {term(), Acc}), Acc, array()) -> {array(), Acc}.
mapfoldr(Fun, Acc, A) -> mapfoldr(0, size(A) - 1, Fun, Acc, A).

-doc """
As mapfoldl/5, from index High down to index Low.

    1> {A, Seen} = array:mapfoldr(1, 2, fun(_, V, S) -> {-V, [V|S]} end, [], array:from_list([1,2,3])), {array:to_list(A), Seen}.
    {[1,-2,-3],[2,3]}
""".
-spec mapfoldr(non_neg_integer(), integer(), fun((non_neg_integer(), term(), Acc) -> {term(), Acc}), Acc, array()) -> {array(), Acc}.
mapfoldr(Low, High, Fun, Acc, A) -> downwards(Low, High, changing(folded(Low, High, Fun, A)), {A, Acc}, A).

-doc """
As mapfoldl/3 for the elements that have not the default value.

    1> {A, Seen} = array:sparse_mapfoldl(fun(I, V, S) -> {-V, [I|S]} end, [], array:set(1, 5, array:new())), {array:to_list(A), Seen}.
    {[undefined,-5],[1]}
""".
-spec sparse_mapfoldl(fun((non_neg_integer(), term(), Acc) -> {term(), Acc}), Acc, array()) -> {array(), Acc}.
sparse_mapfoldl(Fun, Acc, A) -> sparse_mapfoldl(0, size(A) - 1, Fun, Acc, A).

-doc """
As mapfoldl/5 for the elements that have not the default value.

    1> {_, Seen} = array:sparse_mapfoldl(0, 1, fun(I, V, S) -> {-V, [I|S]} end, [], array:set(1, 5, array:new())), Seen.
    [1]
""".
-spec sparse_mapfoldl(non_neg_integer(), integer(), fun((non_neg_integer(), term(), Acc) -> {term(), Acc}), Acc, array()) -> {array(), Acc}.
sparse_mapfoldl(Low, High, Fun, Acc, A) ->
    upwards(Low, High, sparse(changing(folded(Low, High, Fun, A)), default(A)), {A, Acc}, A).

-doc """
As mapfoldr/3 for the elements that have not the default value.

    1> {A, Seen} = array:sparse_mapfoldr(fun(I, V, S) -> {-V, [I|S]} end, [], array:set(1, 5, array:new())), {array:to_list(A), Seen}.
    {[undefined,-5],[1]}
""".
-spec sparse_mapfoldr(fun((non_neg_integer(), term(), Acc) -> {term(), Acc}), Acc, array()) -> {array(), Acc}.
sparse_mapfoldr(Fun, Acc, A) -> sparse_mapfoldr(0, size(A) - 1, Fun, Acc, A).

-doc """
As mapfoldr/5 for the elements that have not the default value.

    1> {_, Seen} = array:sparse_mapfoldr(0, 1, fun(I, V, S) -> {-V, [I|S]} end, [], array:set(1, 5, array:new())), Seen.
    [1]
""".
-spec sparse_mapfoldr(non_neg_integer(), integer(), fun((non_neg_integer(), term(), Acc) -> {term(), Acc}), Acc, array()) -> {array(), Acc}.
sparse_mapfoldr(Low, High, Fun, Acc, A) ->
    downwards(Low, High, sparse(changing(folded(Low, High, Fun, A)), default(A)), {A, Acc}, A).

%% A fold that carries the array along and puts the new elements into it.
changing(Fun) ->
    fun(I, Value, {A, Acc}) ->
        {New, Acc1} = Fun(I, Value, Acc),
        {set(I, New, A), Acc1}
    end.

%%% Arrays of other arrays

-doc """
Makes an array of what Fun gives: from a state the next element and the next state, or done.

    1> array:to_list(array:from(fun(4) -> done; (N) -> {N * N, N + 1} end, 1)).
    [1,4,9]
""".
-spec from(fun((State) -> {term(), State} | done), State) -> array().
from(Fun, State) -> from(Fun, State, undefined).

-doc """
As from/2, with a default value.

    1> array:get(9, array:from(fun(_) -> done end, 1, none)).
    none
""".
-spec from(fun((State) -> {term(), State} | done), State, term()) -> array().
from(Fun, State, Default) when is_function(Fun, 1) -> from(Fun, State, 0, new({default, Default}));
from(_, _, _) -> erlang:error(badarg).

from(Fun, State, I, A) ->
    case Fun(State) of
        {Value, Next} -> from(Fun, Next, I + 1, set(I, Value, A));
        done -> A;
        _ -> erlang:error(badarg)
    end.

-doc """
Adds a value at the end, also to an array of a fixed size.

    1> array:to_list(array:append(c, array:from_list([a,b]))).
    [a,b,c]
""".
-spec append(term(), array()) -> array().
append(Value, #array{size = Size} = A) -> as_fixed(A, set(Size, Value, relax(A)));
append(_, _) -> erlang:error(badarg).

-doc """
Adds a value at the front, also to an array of a fixed size.

    1> array:to_list(array:prepend(c, array:from_list([a,b]))).
    [c,a,b]
""".
-spec prepend(term(), array()) -> array().
prepend(Value, #array{} = A) -> set(0, Value, shift(-1, A)).

-doc """
Drops elements at the front, or with a negative number puts as many of the default value there.

    1> array:to_list(array:shift(1, array:from_list([a,b]))).
    [b]
""".
-spec shift(integer(), array()) -> array().
shift(Steps, #array{size = Size} = A) when is_integer(Steps), Steps =< Size -> moved(A, max(Steps, 0), Steps, Size - Steps);
shift(_, _) -> erlang:error(badarg).

-doc """
Returns the array of Length elements from index I on.

    1> array:to_list(array:slice(1, 2, array:from_list([a,b,c,d]))).
    [b,c]
""".
-spec slice(non_neg_integer(), non_neg_integer(), array()) -> array().
slice(I, Length, #array{size = Size} = A) when is_integer(I), I >= 0, is_integer(Length), Length >= 0, I + Length =< Size ->
    moved(A, I, I, Length);
slice(_, _, _) -> erlang:error(badarg).

%% The array of Length elements that has those of A from index Low on, each Steps further to the front.
moved(#array{default = Default, size = Size} = A, Low, Steps, Length) ->
    Empty = resize(Length, new({default, Default})),
    High = min(Size, Steps + Length) - 1,
    as_fixed(A, sparse_foldl(Low, High, fun(I, Value, New) -> set(I - Steps, Value, New) end, Empty, A)).

as_fixed(#array{max = 0}, New) -> fix(New);
as_fixed(_, New) -> New.

-doc """
Puts the arrays of a list one behind the other; the first one says what the default value is, and whether the size is fixed.

    1> array:to_list(array:concat([array:from_list([a]), array:from_list([b])])).
    [a,b]
""".
-spec concat([array(), ...]) -> array().
concat([A]) -> A;
concat([A, B | Rest]) -> concat([concat(A, B) | Rest]);
concat(_) -> erlang:error(badarg).

-doc """
Puts the elements of B behind those of A, also where A has a fixed size.

    1> array:to_list(array:concat(array:from_list([a]), array:from_list([b]))).
    [a,b]
""".
-spec concat(array(), array()) -> array().
concat(#array{size = Size} = A, #array{size = More} = B) ->
    Long = resize(Size + More, relax(A)),
    as_fixed(A, foldl(fun(I, Value, New) -> set(Size + I, Value, New) end, Long, B));
concat(_, _) -> erlang:error(badarg).
