%% Dictionaries as hash tables that grow and shrink a slot at a time (P.-A. Larson, "Dynamic hash tables", 1988).
%%
%% A slot holds a list of [Key|Value] and lies in one of the segments of Slots each. Number is how many slots are in use, Most how many
%% there are; keys hash to 1..Most, and a slot not yet in use is still part of the one Buddy below it.
-module(dict).

-export([append/3, append_list/3, erase/2, fetch/2, fetch_keys/1, filter/2, find/2, fold/3, from_list/1, is_empty/1, is_key/2, map/2,
         merge/3, new/0, size/1, store/3, take/2, to_list/1, update/3, update/4, update_counter/3]).

-define(SLOTS, 16).
-define(FULL, 5).  % entries a slot at which the table grows
-define(EMPTY, 3). % and shrinks

-record(dict, {size = 0, number = ?SLOTS, most = ?SLOTS, buddy = ?SLOTS div 2, grow = ?SLOTS * ?FULL, shrink = ?SLOTS * ?EMPTY,
               segment, segments}).

-opaque dict() :: #dict{}.

-export_type([dict/0]).

-doc """
Returns an empty dictionary.

    1> dict:size(dict:new()).
    0
""".
-spec new() -> dict().
new() ->
    Segment = list_to_tuple(lists:duplicate(?SLOTS, [])),
    #dict{segment = Segment, segments = {Segment}}.

-doc """
Tells whether the dictionary has Key.

    1> dict:is_key(a, dict:from_list([{a,1}])).
    true
""".
-spec is_key(term(), dict()) -> boolean().
is_key(Key, D) -> key_in(Key, bucket(get_slot(Key, D), D)).

key_in(Key, [[Key | _] | _]) -> true;
key_in(Key, [_ | Rest]) -> key_in(Key, Rest);
key_in(_, []) -> false.

-doc """
Returns the pairs as a list.

    1> dict:to_list(dict:from_list([{a,1}])).
    [{a,1}]
""".
-spec to_list(dict()) -> [{term(), term()}].
to_list(D) -> fold(fun(Key, Value, List) -> [{Key, Value} | List] end, [], D).

-doc """
Makes a dictionary of pairs.

    1> dict:fetch(a, dict:from_list([{a,1}])).
    1
""".
-spec from_list([{term(), term()}]) -> dict().
from_list(Pairs) -> lists:foldl(fun({Key, Value}, D) -> store(Key, Value, D) end, new(), Pairs).

-doc """
Returns the number of keys.

    1> dict:size(dict:from_list([{a,1}])).
    1
""".
-spec size(dict()) -> non_neg_integer().
size(#dict{size = Size}) when is_integer(Size), Size >= 0 -> Size.

-doc """
Tells whether the dictionary is empty.

    1> dict:is_empty(dict:new()).
    true
""".
-spec is_empty(dict()) -> boolean().
is_empty(#dict{size = Size}) -> Size =:= 0.

-doc """
Returns the value of Key, which has to be there.

    1> dict:fetch(a, dict:from_list([{a,1}])).
    1
""".
-spec fetch(term(), dict()) -> term().
fetch(Key, D) ->
    case value_in(Key, bucket(get_slot(Key, D), D)) of
        {ok, Value} -> Value;
        error -> erlang:error(badarg, [Key, D])
    end.

-doc """
Returns {ok, Value} for a key of the dictionary and error for any other.

    1> dict:find(a, dict:from_list([{a,1}])).
    {ok,1}
""".
-spec find(term(), dict()) -> {ok, term()} | error.
find(Key, D) -> value_in(Key, bucket(get_slot(Key, D), D)).

value_in(Key, [[Key | Value] | _]) -> {ok, Value};
value_in(Key, [_ | Rest]) -> value_in(Key, Rest);
value_in(_, []) -> error.

-doc """
Returns the keys.

    1> dict:fetch_keys(dict:from_list([{a,1}])).
    [a]
""".
-spec fetch_keys(dict()) -> [term()].
fetch_keys(D) -> fold(fun(Key, _, Keys) -> [Key | Keys] end, [], D).

-doc """
Returns the dictionary without Key.

    1> dict:to_list(dict:erase(a, dict:from_list([{a,1}]))).
    []
""".
-spec erase(term(), dict()) -> dict().
erase(Key, D) ->
    case take(Key, D) of
        {_, D1} -> D1;
        error -> D
    end.

-doc """
Returns the value of Key and the dictionary without it, or error.

    1> dict:take(b, dict:from_list([{a,1}])).
    error
""".
-spec take(term(), dict()) -> {term(), dict()} | error.
take(Key, D) ->
    Slot = get_slot(Key, D),
    Bucket = bucket(Slot, D),
    case value_in(Key, Bucket) of
        {ok, Value} -> {Value, shrunk(put_bucket(Slot, without(Key, Bucket), D), 1)};
        error -> error
    end.

without(Key, [[Key | _] | Rest]) -> Rest;
without(Key, [Entry | Rest]) -> [Entry | without(Key, Rest)].

-doc """
Binds Key to Value.

    1> dict:to_list(dict:store(a, 1, dict:new())).
    [{a,1}]
""".
-spec store(term(), term(), dict()) -> dict().
store(Key, Value, D) -> change(Key, fun(_) -> Value end, fun() -> Value end, D).

-doc """
Puts Value at the end of the list that Key has.

    1> dict:to_list(dict:append(a, 2, dict:from_list([{a,[1]}]))).
    [{a,[1,2]}]
""".
-spec append(term(), term(), dict()) -> dict().
append(Key, Value, D) -> append_list(Key, [Value], D).

-doc """
Puts a list of values behind the list that Key has.

    1> dict:to_list(dict:append_list(a, [2,3], dict:from_list([{a,[1]}]))).
    [{a,[1,2,3]}]
""".
-spec append_list(term(), [term()], dict()) -> dict().
append_list(Key, Values, D) -> change(Key, fun(Old) -> Old ++ Values end, fun() -> Values end, D).

-doc """
Binds Key to what Fun makes of its value; the key has to be there.

    1> dict:to_list(dict:update(a, fun(X) -> X + 1 end, dict:from_list([{a,1}]))).
    [{a,2}]
""".
-spec update(term(), fun((term()) -> term()), dict()) -> dict().
update(Key, Fun, D) ->
    case is_key(Key, D) of
        true -> change(Key, Fun, none, D);
        false -> erlang:error(badarg, [Key, Fun, D])
    end.

-doc """
Binds Key to what Fun makes of its value, or to Init.

    1> dict:to_list(dict:update(a, fun(X) -> X + 1 end, 0, dict:new())).
    [{a,0}]
""".
-spec update(term(), fun((term()) -> term()), term(), dict()) -> dict().
update(Key, Fun, Init, D) -> change(Key, Fun, fun() when is_function(Fun, 1) -> Init end, D).

-doc """
Adds Increment to the number that Key has.

    1> dict:to_list(dict:update_counter(a, 2, dict:from_list([{a,1}]))).
    [{a,3}]
""".
-spec update_counter(term(), number(), dict()) -> dict().
update_counter(Key, Incr, D) when is_number(Incr) -> change(Key, fun(Old) -> Old + Incr end, fun() -> Incr end, D).

%% A key that is there keeps its place, a new one comes to the end of its slot.
change(Key, Fun, New, D) ->
    Slot = get_slot(Key, D),
    {Bucket, Added} = changed(Key, Fun, New, bucket(Slot, D)),
    grown(put_bucket(Slot, Bucket, D), Added).

changed(Key, Fun, _, [[Key | Old] | Rest]) -> {[[Key | Fun(Old)] | Rest], 0};
changed(Key, Fun, New, [Entry | Rest]) ->
    {Changed, Added} = changed(Key, Fun, New, Rest),
    {[Entry | Changed], Added};
changed(Key, _, New, []) -> {[[Key | New()]], 1}.

-doc """
Calls Fun for each key, its value and what the call before returned.

    1> dict:fold(fun(_, V, Sum) -> V + Sum end, 0, dict:from_list([{a,1},{b,2}])).
    3
""".
-spec fold(fun((term(), term(), Acc) -> Acc), Acc, dict()) -> Acc.
fold(Fun, Acc, D) -> fold_dict(Fun, Acc, D).

fold_dict(Fun, Acc, D) ->
    each_bucket(fun(Bucket, A) -> fold_bucket(Fun, A, Bucket) end, Acc, D#dict.segments).

fold_bucket(Fun, Acc, [[Key | Value] | Rest]) -> fold_bucket(Fun, Fun(Key, Value, Acc), Rest);
fold_bucket(Fun, Acc, []) when is_function(Fun, 3) -> Acc.

%% From the last slot to the first.
each_bucket(Fun, Acc, Segments) ->
    lists:foldr(fun(Segment, A) -> lists:foldr(Fun, A, tuple_to_list(Segment)) end, Acc, tuple_to_list(Segments)).

map_buckets(Fun, Segments) ->
    list_to_tuple([list_to_tuple([Fun(Bucket) || Bucket <- tuple_to_list(Segment)]) || Segment <- tuple_to_list(Segments)]).

-doc """
Puts what Fun gives for key and value in the place of each value.

    1> dict:to_list(dict:map(fun(_, V) -> V * 2 end, dict:from_list([{a,1}]))).
    [{a,2}]
""".
-spec map(fun((term(), term()) -> term()), dict()) -> dict().
map(Fun, D) -> map_dict(Fun, D).

map_dict(Fun, D) ->
    Segments = D#dict.segments,
    D#dict{segments = map_buckets(fun(Bucket) -> map_bucket(Fun, Bucket) end, Segments)}.

map_bucket(Fun, [[Key | Value] | Rest]) -> [[Key | Fun(Key, Value)] | map_bucket(Fun, Rest)];
map_bucket(Fun, []) when is_function(Fun, 2) -> [].

-doc """
Returns the pairs for which Pred is true.

    1> dict:to_list(dict:filter(fun(_, V) -> V > 1 end, dict:from_list([{a,1},{b,2}]))).
    [{b,2}]
""".
-spec filter(fun((term(), term()) -> boolean()), dict()) -> dict().
filter(Pred, D) -> filter_dict(Pred, D).

filter_dict(Pred, D) ->
    Segments = D#dict.segments,
    Kept = map_buckets(fun(Bucket) -> kept(Pred, Bucket) end, Segments),
    Count = each_bucket(fun(Bucket, N) -> N + length(Bucket) end, 0, Kept),
    shrunk(D#dict{segments = Kept}, D#dict.size - Count).

kept(Pred, [[Key | Value] = Entry | Rest]) ->
    case Pred(Key, Value) of
        true -> [Entry | kept(Pred, Rest)];
        false -> kept(Pred, Rest)
    end;
kept(Pred, []) when is_function(Pred, 2) -> [].

-doc """
Returns both dictionaries in one; where they share a key, Fun makes the value.

    1> dict:to_list(dict:merge(fun(_, A, B) -> A + B end, dict:from_list([{a,1}]), dict:from_list([{a,2}]))).
    [{a,3}]
""".
-spec merge(fun((term(), term(), term()) -> term()), dict(), dict()) -> dict().
merge(Fun, #dict{size = S1} = D1, #dict{size = S2} = D2) when S1 < S2 ->
    fold(fun(Key, V1, D) -> update(Key, fun(V2) -> Fun(Key, V1, V2) end, V1, D) end, D2, D1);
merge(Fun, D1, D2) ->
    fold(fun(Key, V2, D) -> update(Key, fun(V1) -> Fun(Key, V1, V2) end, V2, D) end, D1, D2).

%% The table.

get_slot(Key, D) ->
    Hash = erlang:phash(Key, D#dict.most),
    if
        Hash > D#dict.number -> Hash - D#dict.buddy;
        true -> Hash
    end.

bucket(Slot, #dict{segments = Segments}) ->
    element((Slot - 1) rem ?SLOTS + 1, element((Slot - 1) div ?SLOTS + 1, Segments)).

put_bucket(Slot, Bucket, #dict{segments = Segments} = D) ->
    At = (Slot - 1) div ?SLOTS + 1,
    Segment = setelement((Slot - 1) rem ?SLOTS + 1, element(At, Segments), Bucket),
    D#dict{segments = setelement(At, Segments, Segment)}.

%% Adds to the size, and puts one more slot into use when the table is full: it takes its share of the entries of its buddy.
grown(#dict{size = Size, grow = Grow} = D, Added) when Size + Added > Grow ->
    #dict{number = Last, buddy = Buddy, most = Most} = D1 = with_room(D),
    New = Last + 1,
    Old = New - Buddy,
    {Stay, Move} = lists:partition(fun([Key | _]) -> erlang:phash(Key, Most) =:= Old end, bucket(Old, D1)),
    resized(put_bucket(New, Move, put_bucket(Old, Stay, D1)), New, Size + Added);
grown(#dict{size = Size} = D, Added) -> D#dict{size = Size + Added}.

with_room(#dict{number = Most, most = Most, buddy = Buddy, segments = Segments, segment = Segment} = D) ->
    More = lists:duplicate(tuple_size(Segments), Segment),
    D#dict{most = 2 * Most, buddy = 2 * Buddy, segments = list_to_tuple(tuple_to_list(Segments) ++ More)};
with_room(D) -> D.

%% Takes from the size, and the last slot out of use when there are few entries.
shrunk(#dict{size = Size, shrink = Shrink, number = Last, buddy = Buddy} = D, Removed) when Size - Removed < Shrink, Last > ?SLOTS ->
    Old = Last - Buddy,
    Joined = bucket(Old, D) ++ bucket(Last, D),
    less_room(resized(put_bucket(Last, [], put_bucket(Old, Joined, D)), Last - 1, Size - Removed));
shrunk(#dict{size = Size} = D, Removed) -> D#dict{size = Size - Removed}.

less_room(#dict{number = Buddy, buddy = Buddy, most = Most, segments = Segments} = D) ->
    Half = lists:sublist(tuple_to_list(Segments), tuple_size(Segments) div 2),
    D#dict{most = Most div 2, buddy = Buddy div 2, segments = list_to_tuple(Half)};
less_room(D) -> D.

resized(D, Number, Size) -> D#dict{size = Size, number = Number, grow = Number * ?FULL, shrink = Number * ?EMPTY}.
