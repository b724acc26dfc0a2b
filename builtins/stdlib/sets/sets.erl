%% Sets in two representations: a hash table of the same kind as that of dict (version 1), and a map with [] for each element
%% (version 2). Both come with every function; where two sets differ in representation, they meet in that of the larger one.
-module(sets).

-export([add_element/2, del_element/2, filter/2, filtermap/2, fold/3, from_list/1, from_list/2, intersection/1, intersection/2,
         is_disjoint/2, is_element/2, is_empty/1, is_equal/2, is_set/1, is_subset/2, map/2, new/0, new/1, size/1, subtract/2, to_list/1,
         union/1, union/2]).

-define(SLOTS, 16).
-define(FULL, 5).
-define(EMPTY, 3).

-record(set, {size = 0, number = ?SLOTS, most = ?SLOTS, buddy = ?SLOTS div 2, grow = ?SLOTS * ?FULL, shrink = ?SLOTS * ?EMPTY,
              segment, segments}).

-type set() :: #set{} | #{term() => []}.

-export_type([set/0]).

-doc """
Returns an empty set, of version 1 as in OTP 25.

    1> sets:size(sets:new()).
    0
""".
-spec new() -> set().
new() ->
    Segment = list_to_tuple(lists:duplicate(?SLOTS, [])),
    #set{segment = Segment, segments = {Segment}}.

-doc """
Returns an empty set of a version.

    1> sets:new([{version,2}]).
    #{}
""".
-spec new([{version, 1..2}]) -> set().
new([{version, 2}]) -> #{};
new(Options) ->
    case proplists:get_value(version, Options, 1) of
        1 -> new();
        2 -> new([{version, 2}])
    end.

-doc """
Makes a set of the elements of a list.

    1> sets:size(sets:from_list([a,b,a])).
    2
""".
-spec from_list([term()]) -> set().
from_list(List) -> lists:foldl(fun add_element/2, new(), List).

-doc """
Makes a set of a version.

    1> sets:from_list([a,b,a], [{version,2}]).
    #{a => [],b => []}
""".
-spec from_list([term()], [{version, 1..2}]) -> set().
from_list(List, [{version, 2}]) -> maps:from_keys(List, []);
from_list(List, Options) ->
    case proplists:get_value(version, Options, 1) of
        1 -> from_list(List);
        2 -> from_list(List, [{version, 2}])
    end.

-doc """
Tells whether a term is a set.

    1> sets:is_set(sets:new()).
    true
""".
-spec is_set(term()) -> boolean().
is_set(#{}) -> true;
is_set(#set{}) -> true;
is_set(_) -> false.

-doc """
Returns the number of elements.

    1> sets:size(sets:from_list([a])).
    1
""".
-spec size(set()) -> non_neg_integer().
size(#{} = Set) -> map_size(Set);
size(#set{size = Size}) -> Size.

-doc """
Tells whether the set is empty.

    1> sets:is_empty(sets:new()).
    true
""".
-spec is_empty(set()) -> boolean().
is_empty(#{} = Set) -> map_size(Set) =:= 0;
is_empty(#set{size = Size}) -> Size =:= 0.

-doc """
Tells whether two sets have the same elements.

    1> sets:is_equal(sets:from_list([a]), sets:from_list([a], [{version,2}])).
    true
""".
-spec is_equal(set(), set()) -> boolean().
is_equal(Set1, Set2) -> sets:size(Set1) =:= sets:size(Set2) andalso is_subset(Set1, Set2).

-doc """
Returns the elements as a list.

    1> sets:to_list(sets:from_list([a])).
    [a]
""".
-spec to_list(set()) -> [term()].
to_list(#{} = Set) -> maps:keys(Set);
to_list(#set{} = Set) -> fold(fun(Elem, List) -> [Elem | List] end, [], Set).

-doc """
Tells whether Element is in the set.

    1> sets:is_element(a, sets:from_list([a])).
    true
""".
-spec is_element(term(), set()) -> boolean().
is_element(Elem, #{} = Set) -> is_map_key(Elem, Set);
is_element(Elem, #set{} = Set) -> lists:member(Elem, bucket(slot(Elem, Set), Set)).

-doc """
Returns the set with Element.

    1> sets:to_list(sets:add_element(a, sets:new())).
    [a]
""".
-spec add_element(term(), set()) -> set().
add_element(Elem, #{} = Set) -> Set#{Elem => []};
add_element(Elem, #set{} = Set) ->
    Slot = slot(Elem, Set),
    Bucket = bucket(Slot, Set),
    case lists:member(Elem, Bucket) of
        true -> Set;
        false -> grown(put_bucket(Slot, [Elem | Bucket], Set))
    end.

-doc """
Returns the set without Element.

    1> sets:to_list(sets:del_element(a, sets:from_list([a]))).
    []
""".
-spec del_element(term(), set()) -> set().
del_element(Elem, #{} = Set) -> maps:remove(Elem, Set);
del_element(Elem, #set{} = Set) ->
    Slot = slot(Elem, Set),
    Bucket = bucket(Slot, Set),
    case lists:member(Elem, Bucket) of
        false -> Set;
        true -> shrunk(put_bucket(Slot, lists:delete(Elem, Bucket), Set), 1)
    end.

-doc """
Returns what is in one of two sets.

    1> lists:sort(sets:to_list(sets:union(sets:from_list([a]), sets:from_list([b])))).
    [a,b]
""".
-spec union(set(), set()) -> set().
union(#{} = Set1, #{} = Set2) -> maps:merge(Set1, Set2);
union(Set1, Set2) ->
    case sets:size(Set1) < sets:size(Set2) of
        true -> fold(fun add_element/2, Set2, Set1);
        false -> fold(fun add_element/2, Set1, Set2)
    end.

-doc """
Returns what is in one of the sets of a list.

    1> sets:size(sets:union([sets:from_list([a]),sets:from_list([b])])).
    2
""".
-spec union([set()]) -> set().
union([Set1, Set2 | Sets]) -> union1(union(Set1, Set2), Sets);
union([Set]) -> Set;
union([]) -> new().

union1(Set1, [Set2 | Sets]) -> union1(union(Set1, Set2), Sets);
union1(Set, []) -> Set.

-doc """
Returns what is in both sets.

    1> sets:to_list(sets:intersection(sets:from_list([a,b]), sets:from_list([b]))).
    [b]
""".
-spec intersection(set(), set()) -> set().
intersection(#{} = Set1, #{} = Set2) -> maps:intersect(Set1, Set2);
intersection(Set1, Set2) ->
    case sets:size(Set1) < sets:size(Set2) of
        true -> filter(fun(Elem) -> is_element(Elem, Set2) end, Set1);
        false -> filter(fun(Elem) -> is_element(Elem, Set1) end, Set2)
    end.

-doc """
Returns what is in all sets of a list that is not empty.

    1> sets:to_list(sets:intersection([sets:from_list([a,b]),sets:from_list([b])])).
    [b]
""".
-spec intersection([set(), ...]) -> set().
intersection([Set1, Set2 | Sets]) -> intersection1(intersection(Set1, Set2), Sets);
intersection([Set]) -> Set.

intersection1(Set1, [Set2 | Sets]) -> intersection1(intersection(Set1, Set2), Sets);
intersection1(Set, []) -> Set.

-doc """
Tells whether two sets have no element in common.

    1> sets:is_disjoint(sets:from_list([a]), sets:from_list([b])).
    true
""".
-spec is_disjoint(set(), set()) -> boolean().
is_disjoint(Set1, Set2) ->
    case sets:size(Set1) < sets:size(Set2) of
        true -> not lists:any(fun(Elem) -> is_element(Elem, Set2) end, to_list(Set1));
        false -> not lists:any(fun(Elem) -> is_element(Elem, Set1) end, to_list(Set2))
    end.

-doc """
Returns the elements of Set1 that are not in Set2.

    1> sets:to_list(sets:subtract(sets:from_list([a,b]), sets:from_list([b]))).
    [a]
""".
-spec subtract(set(), set()) -> set().
subtract(Set1, Set2) -> filter(fun(Elem) -> not is_element(Elem, Set2) end, Set1).

-doc """
Tells whether all elements of Set1 are in Set2.

    1> sets:is_subset(sets:from_list([a]), sets:from_list([a,b])).
    true
""".
-spec is_subset(set(), set()) -> boolean().
is_subset(#{} = Set1, #{} = Set2) when map_size(Set1) > map_size(Set2) -> false;
is_subset(Set1, Set2) -> lists:all(fun(Elem) -> is_element(Elem, Set2) end, to_list(Set1)).

-doc """
Calls Fun for each element and what the call before returned.

    1> sets:fold(fun(X, Sum) -> X + Sum end, 0, sets:from_list([1,2])).
    3
""".
-spec fold(fun((term(), Acc) -> Acc), Acc, set()) -> Acc.
fold(Fun, Acc, #{} = Set) -> lists:foldl(Fun, Acc, maps:keys(Set));
fold(Fun, Acc, #set{segments = Segments}) ->
    each_bucket(fun(Bucket, A) -> lists:foldl(Fun, A, Bucket) end, Acc, Segments).

each_bucket(Fun, Acc, Segments) ->
    lists:foldr(fun(Segment, A) -> lists:foldr(Fun, A, tuple_to_list(Segment)) end, Acc, tuple_to_list(Segments)).

-doc """
Returns the elements for which Pred is true.

    1> sets:to_list(sets:filter(fun(X) -> X > 1 end, sets:from_list([1,2]))).
    [2]
""".
-spec filter(fun((term()) -> boolean()), set()) -> set().
filter(Pred, #{} = Set) when is_function(Pred, 1) -> maps:from_keys(kept(Pred, maps:keys(Set)), []);
filter(Pred, #set{segments = Segments, size = Size} = Set) when is_function(Pred, 1) ->
    Kept = list_to_tuple([list_to_tuple([lists:reverse(kept(Pred, Bucket)) || Bucket <- tuple_to_list(Segment)])
                          || Segment <- tuple_to_list(Segments)]),
    Count = each_bucket(fun(Bucket, N) -> N + length(Bucket) end, 0, Kept),
    shrunk(Set#set{segments = Kept}, Size - Count).

kept(Pred, [Elem | Rest]) ->
    case Pred(Elem) of
        true -> [Elem | kept(Pred, Rest)];
        false -> kept(Pred, Rest)
    end;
kept(_, []) -> [].

-doc """
Returns the set of what Fun gives for the elements.

    1> sets:to_list(sets:map(fun(X) -> -X end, sets:from_list([1]))).
    [-1]
""".
-spec map(fun((term()) -> term()), set()) -> set().
map(Fun, #{} = Set) -> maps:from_keys(lists:map(Fun, maps:keys(Set)), []);
map(Fun, #set{} = Set) -> fold(fun(Elem, Acc) -> add_element(Fun(Elem), Acc) end, new(), Set).

-doc """
Returns the set of what lists:filtermap/2 gives for the elements.

    1> sets:to_list(sets:filtermap(fun(X) -> {true,X} end, sets:from_list([1]))).
    [1]
""".
-spec filtermap(fun((term()) -> boolean() | {true, term()}), set()) -> set().
filtermap(Fun, #{} = Set) -> maps:from_keys(lists:filtermap(Fun, maps:keys(Set)), []);
filtermap(Fun, #set{} = Set) -> from_list(lists:filtermap(Fun, to_list(Set))).

%% The table of version 1.

slot(Elem, #set{number = Number, most = Most, buddy = Buddy}) ->
    Hash = erlang:phash(Elem, Most),
    if
        Hash > Number -> Hash - Buddy;
        true -> Hash
    end.

bucket(Slot, #set{segments = Segments}) ->
    element((Slot - 1) rem ?SLOTS + 1, element((Slot - 1) div ?SLOTS + 1, Segments)).

put_bucket(Slot, Bucket, #set{segments = Segments} = Set) ->
    At = (Slot - 1) div ?SLOTS + 1,
    Segment = setelement((Slot - 1) rem ?SLOTS + 1, element(At, Segments), Bucket),
    Set#set{segments = setelement(At, Segments, Segment)}.

grown(#set{size = Size, grow = Grow} = Set) when Size + 1 > Grow ->
    #set{number = Last, buddy = Buddy, most = Most} = Set1 = with_room(Set),
    New = Last + 1,
    Old = New - Buddy,
    {Stay, Move} = lists:partition(fun(Elem) -> erlang:phash(Elem, Most) =:= Old end, bucket(Old, Set1)),
    resized(put_bucket(New, Move, put_bucket(Old, Stay, Set1)), New, Size + 1);
grown(#set{size = Size} = Set) -> Set#set{size = Size + 1}.

with_room(#set{number = Most, most = Most, buddy = Buddy, segments = Segments, segment = Segment} = Set) ->
    More = lists:duplicate(tuple_size(Segments), Segment),
    Set#set{most = 2 * Most, buddy = 2 * Buddy, segments = list_to_tuple(tuple_to_list(Segments) ++ More)};
with_room(Set) -> Set.

shrunk(#set{size = Size, shrink = Shrink, number = Last, buddy = Buddy} = Set, Removed) when Size - Removed < Shrink, Last > ?SLOTS ->
    Old = Last - Buddy,
    Joined = bucket(Old, Set) ++ bucket(Last, Set),
    less_room(resized(put_bucket(Last, [], put_bucket(Old, Joined, Set)), Last - 1, Size - Removed));
shrunk(#set{size = Size} = Set, Removed) -> Set#set{size = Size - Removed}.

less_room(#set{number = Buddy, buddy = Buddy, most = Most, segments = Segments} = Set) ->
    Half = lists:sublist(tuple_to_list(Segments), tuple_size(Segments) div 2),
    Set#set{most = Most div 2, buddy = Buddy div 2, segments = list_to_tuple(Half)};
less_room(Set) -> Set.

resized(Set, Number, Size) -> Set#set{size = Size, number = Number, grow = Number * ?FULL, shrink = Number * ?EMPTY}.
