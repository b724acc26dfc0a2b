%% Dictionaries as lists of pairs in the order of their keys.
-module(orddict).

-export([append/3, append_list/3, erase/2, fetch/2, fetch_keys/1, filter/2, find/2, fold/3, from_list/1, is_empty/1, is_key/2, map/2,
         merge/3, new/0, size/1, store/3, take/2, to_list/1, update/3, update/4, update_counter/3]).

-doc """
Returns an empty dictionary.

    1> orddict:new().
    []
""".
-spec new() -> [].
new() -> [].

-doc """
Tells whether the dictionary has Key.

    1> orddict:is_key(a, [{a,1}]).
    true
""".
-spec is_key(term(), [{term(), term()}]) -> boolean().
is_key(Key, [{K, _} | _]) when Key < K -> false;
is_key(Key, [{K, _} | Rest]) when Key > K -> is_key(Key, Rest);
is_key(_, [{_, _} | _]) -> true;
is_key(_, []) -> false.

-doc """
Returns the pairs as a list.

    1> orddict:to_list([{a,1}]).
    [{a,1}]
""".
-spec to_list([{K, V}]) -> [{K, V}].
to_list(Dict) -> Dict.

-doc """
Makes a dictionary of pairs; of those with the same key the last one counts.

    1> orddict:from_list([{b,1},{a,2}]).
    [{a,2},{b,1}]
""".
-spec from_list([{K, V}]) -> [{K, V}].
from_list([]) -> [];
from_list([{_, _}] = Pairs) -> Pairs;
from_list(Pairs) -> lists:ukeysort(1, reverse_pairs(Pairs, [])).

reverse_pairs([{_, _} = Pair | Rest], Acc) -> reverse_pairs(Rest, [Pair | Acc]);
reverse_pairs([], Acc) -> Acc.

-doc """
Returns the number of keys.

    1> orddict:size([{a,1}]).
    1
""".
-spec size([{term(), term()}]) -> non_neg_integer().
size(Dict) -> length(Dict).

-doc """
Tells whether the dictionary is empty.

    1> orddict:is_empty([]).
    true
""".
-spec is_empty([{term(), term()}]) -> boolean().
is_empty([]) -> true;
is_empty([_ | _]) -> false.

-doc """
Returns the value of Key, which has to be there.

    1> orddict:fetch(a, [{a,1}]).
    1
""".
-spec fetch(K, [{K, V}]) -> V.
fetch(Key, [{K, _} | Rest]) when Key > K -> fetch(Key, Rest);
fetch(Key, [{K, Value} | _]) when Key == K -> Value.

-doc """
Returns {ok, Value} for a key of the dictionary and error for any other.

    1> orddict:find(a, [{a,1}]).
    {ok,1}
""".
-spec find(K, [{K, V}]) -> {ok, V} | error.
find(Key, [{K, _} | _]) when Key < K -> error;
find(Key, [{K, _} | Rest]) when Key > K -> find(Key, Rest);
find(_, [{_, Value} | _]) -> {ok, Value};
find(_, []) -> error.

-doc """
Returns the keys.

    1> orddict:fetch_keys([{a,1},{b,2}]).
    [a,b]
""".
-spec fetch_keys([{K, term()}]) -> [K].
fetch_keys([{Key, _} | Rest]) -> [Key | fetch_keys(Rest)];
fetch_keys([]) -> [].

-doc """
Returns the dictionary without Key.

    1> orddict:erase(a, [{a,1},{b,2}]).
    [{b,2}]
""".
-spec erase(K, [{K, V}]) -> [{K, V}].
erase(Key, [{K, _} = Pair | Rest]) when Key < K -> [Pair | Rest];
erase(Key, [{K, _} = Pair | Rest]) when Key > K -> [Pair | erase(Key, Rest)];
erase(_, [{_, _} | Rest]) -> Rest;
erase(_, []) -> [].

-doc """
Returns the value of Key and the dictionary without it, or error.

    1> orddict:take(a, [{a,1},{b,2}]).
    {1,[{b,2}]}
""".
-spec take(K, [{K, V}]) -> {V, [{K, V}]} | error.
take(Key, Dict) -> take_1(Key, Dict, []).

take_1(Key, [{K, _} | _], _) when Key < K -> error;
take_1(Key, [{K, _} = Pair | Rest], Before) when Key > K -> take_1(Key, Rest, [Pair | Before]);
take_1(_, [{_, Value} | Rest], Before) -> {Value, lists:reverse(Before, Rest)};
take_1(_, [], _) -> error.

-doc """
Binds Key to Value.

    1> orddict:store(b, 2, [{a,1}]).
    [{a,1},{b,2}]
""".
-spec store(K, V, [{K, V}]) -> [{K, V}].
store(Key, Value, [{K, _} = Pair | Rest]) when Key < K -> [{Key, Value}, Pair | Rest];
store(Key, Value, [{K, _} = Pair | Rest]) when Key > K -> [Pair | store(Key, Value, Rest)];
store(Key, Value, [{_, _} | Rest]) -> [{Key, Value} | Rest];
store(Key, Value, []) -> [{Key, Value}].

-doc """
Puts Value at the end of the list that Key has.

    1> orddict:append(a, 2, [{a,[1]}]).
    [{a,[1,2]}]
""".
-spec append(K, V, [{K, [V]}]) -> [{K, [V]}].
append(Key, New, [{K, _} = Pair | Rest]) when Key < K -> [{Key, [New]}, Pair | Rest];
append(Key, New, [{K, _} = Pair | Rest]) when Key > K -> [Pair | append(Key, New, Rest)];
append(Key, New, [{_, Old} | Rest]) -> [{Key, Old ++ [New]} | Rest];
append(Key, New, []) -> [{Key, [New]}].

-doc """
Puts a list of values behind the list that Key has.

    1> orddict:append_list(a, [2,3], [{a,[1]}]).
    [{a,[1,2,3]}]
""".
-spec append_list(K, [V], [{K, [V]}]) -> [{K, [V]}].
append_list(Key, New, [{K, _} = Pair | Rest]) when Key < K -> [{Key, New}, Pair | Rest];
append_list(Key, New, [{K, _} = Pair | Rest]) when Key > K -> [Pair | append_list(Key, New, Rest)];
append_list(Key, New, [{_, Old} | Rest]) -> [{Key, Old ++ New} | Rest];
append_list(Key, New, []) -> [{Key, New}].

-doc """
Binds Key to what Fun makes of its value; the key has to be there.

    1> orddict:update(a, fun(X) -> X + 1 end, [{a,1}]).
    [{a,2}]
""".
-spec update(K, fun((V) -> V), [{K, V}]) -> [{K, V}].
update(Key, Fun, [{K, _} = Pair | Rest]) when Key > K -> [Pair | update(Key, Fun, Rest)];
update(Key, Fun, [{K, Value} | Rest]) when Key == K -> [{Key, Fun(Value)} | Rest].

-doc """
Binds Key to what Fun makes of its value, or to Init.

    1> orddict:update(b, fun(X) -> X + 1 end, 0, [{a,1}]).
    [{a,1},{b,0}]
""".
-spec update(K, fun((V) -> V), V, [{K, V}]) -> [{K, V}].
update(Key, _, Init, [{K, _} = Pair | Rest]) when Key < K -> [{Key, Init}, Pair | Rest];
update(Key, Fun, Init, [{K, _} = Pair | Rest]) when Key > K -> [Pair | update(Key, Fun, Init, Rest)];
update(Key, Fun, _, [{_, Value} | Rest]) -> [{Key, Fun(Value)} | Rest];
update(Key, _, Init, []) -> [{Key, Init}].

-doc """
Adds Increment to the number that Key has.

    1> orddict:update_counter(a, 2, [{a,1}]).
    [{a,3}]
""".
-spec update_counter(K, number(), [{K, number()}]) -> [{K, number()}].
update_counter(Key, Incr, [{K, _} = Pair | Rest]) when Key < K -> [{Key, Incr}, Pair | Rest];
update_counter(Key, Incr, [{K, _} = Pair | Rest]) when Key > K -> [Pair | update_counter(Key, Incr, Rest)];
update_counter(Key, Incr, [{_, Value} | Rest]) -> [{Key, Value + Incr} | Rest];
update_counter(Key, Incr, []) -> [{Key, Incr}].

-doc """
Calls Fun for each key, its value and what the call before returned.

    1> orddict:fold(fun(_, V, Sum) -> V + Sum end, 0, [{a,1},{b,2}]).
    3
""".
-spec fold(fun((K, V, Acc) -> Acc), Acc, [{K, V}]) -> Acc.
fold(Fun, Acc, [{Key, Value} | Rest]) -> fold(Fun, Fun(Key, Value, Acc), Rest);
fold(Fun, Acc, []) when is_function(Fun, 3) -> Acc.

-doc """
Puts what Fun gives for key and value in the place of each value.

    1> orddict:map(fun(_, V) -> V * 2 end, [{a,1}]).
    [{a,2}]
""".
-spec map(fun((K, V1) -> V2), [{K, V1}]) -> [{K, V2}].
map(Fun, [{Key, Value} | Rest]) -> [{Key, Fun(Key, Value)} | map(Fun, Rest)];
map(Fun, []) when is_function(Fun, 2) -> [].

-doc """
Returns the pairs for which Pred is true.

    1> orddict:filter(fun(_, V) -> V > 1 end, [{a,1},{b,2}]).
    [{b,2}]
""".
-spec filter(fun((K, V) -> boolean()), [{K, V}]) -> [{K, V}].
filter(Pred, [{Key, Value} = Pair | Rest]) ->
    case Pred(Key, Value) of
        true -> [Pair | filter(Pred, Rest)];
        false -> filter(Pred, Rest)
    end;
filter(Pred, []) when is_function(Pred, 2) -> [].

-doc """
Returns both dictionaries in one; where they share a key, Fun makes the value.

    1> orddict:merge(fun(_, A, B) -> A + B end, [{a,1}], [{a,2},{b,3}]).
    [{a,3},{b,3}]
""".
-spec merge(fun((K, V, V) -> V), [{K, V}], [{K, V}]) -> [{K, V}].
merge(Fun, [{K1, _} = P1 | D1], [{K2, _} = P2 | D2]) when K1 < K2 -> [P1 | merge(Fun, D1, [P2 | D2])];
merge(Fun, [{K1, _} = P1 | D1], [{K2, _} = P2 | D2]) when K1 > K2 -> [P2 | merge(Fun, [P1 | D1], D2)];
merge(Fun, [{K1, V1} | D1], [{_, V2} | D2]) -> [{K1, Fun(K1, V1, V2)} | merge(Fun, D1, D2)];
merge(Fun, [], D2) when is_function(Fun, 3) -> D2;
merge(Fun, D1, []) when is_function(Fun, 3) -> D1.
