%% What calls funs and merges.
-module(lists).

-export([concat/1, dropwhile/2, enumerate/1, enumerate/2, enumerate/3, flatmap/2, join/2, keymap/3, keymerge/3, mapfoldr/3, merge/1,
         merge/2, merge/3, merge3/3, rkeymerge/3, rmerge/2, rmerge/3, rmerge3/3, rukeymerge/3, rumerge/2, rumerge/3, rumerge3/3,
         search/2, splitwith/2, subtract/2, takewhile/2, ukeymerge/3, umerge/1, umerge/2, umerge/3, umerge3/3, uniq/2, zf/2, zip/2,
         zip/3, zip3/3, zip3/4, zipwith/3, zipwith/4, zipwith3/4, zipwith3/5]).

-doc """
Returns the text of the elements, which are atoms, numbers and strings, one behind the other.

    1> lists:concat([doc, '/', file, '.', 3]).
    "doc/file.3"
""".
-spec concat([atom() | integer() | float() | string()]) -> string().
concat(Things) -> flatmap(fun thing_to_list/1, Things).

thing_to_list(X) when is_integer(X) -> integer_to_list(X);
thing_to_list(X) when is_float(X) -> float_to_list(X);
thing_to_list(X) when is_atom(X) -> atom_to_list(X);
thing_to_list(X) when is_list(X) -> X.

-doc """
Returns List1 without the first occurrence of each element of List2, as List1 -- List2 does.

    1> lists:subtract([1,2,1,3], [1]).
    [2,1,3]
""".
-spec subtract([T], [T]) -> [T].
subtract(List1, List2) -> List1 -- List2.

-doc """
Returns the elements from the first one on for which Pred is not true.

    1> lists:dropwhile(fun(X) -> X < 3 end, [1,2,3,1]).
    [3,1]
""".
-spec dropwhile(fun((T) -> boolean()), [T]) -> [T].
dropwhile(Pred, List) when is_function(Pred, 1) -> dropwhile_1(Pred, List).

dropwhile_1(Pred, [Elem | Rest] = List) ->
    case Pred(Elem) of
        true -> dropwhile_1(Pred, Rest);
        false -> List
    end;
dropwhile_1(_, []) -> [].

-doc """
Returns the elements before the first one for which Pred is not true.

    1> lists:takewhile(fun(X) -> X < 3 end, [1,2,3,1]).
    [1,2]
""".
-spec takewhile(fun((T) -> boolean()), [T]) -> [T].
takewhile(Pred, List) when is_function(Pred, 1) -> takewhile_1(Pred, List).

takewhile_1(Pred, [Elem | Rest]) ->
    case Pred(Elem) of
        true -> [Elem | takewhile_1(Pred, Rest)];
        false -> []
    end;
takewhile_1(_, []) -> [].

-doc """
Returns takewhile(Pred, List) and dropwhile(Pred, List).

    1> lists:splitwith(fun(X) -> X < 3 end, [1,2,3,1]).
    {[1,2],[3,1]}
""".
-spec splitwith(fun((T) -> boolean()), [T]) -> {[T], [T]}.
splitwith(Pred, List) when is_function(Pred, 1) -> splitwith_1(Pred, List, []).

splitwith_1(Pred, [Elem | Rest] = List, Taken) ->
    case Pred(Elem) of
        true -> splitwith_1(Pred, Rest, [Elem | Taken]);
        false -> {lists:reverse(Taken), List}
    end;
splitwith_1(Pred, [], Taken) when is_function(Pred, 1) -> {lists:reverse(Taken), []}.

-doc """
Returns {value, Elem} for the first element for which Pred is true, or false.

    1> lists:search(fun(X) -> X > 1 end, [1,2,3]).
    {value,2}
""".
-spec search(fun((T) -> boolean()), [T]) -> {value, T} | false.
search(Pred, List) when is_function(Pred, 1) -> search_1(Pred, List).

search_1(Pred, [Elem | Rest]) ->
    case Pred(Elem) of
        true -> {value, Elem};
        false -> search_1(Pred, Rest)
    end;
search_1(_, []) -> false.

-doc """
Returns the elements numbered from 1.

    1> lists:enumerate([a,b]).
    [{1,a},{2,b}]
""".
-spec enumerate([T]) -> [{integer(), T}].
enumerate(List) when is_list(List) -> enumerate_1(1, List).

-doc """
Returns the elements numbered from Index.

    1> lists:enumerate(10, [a,b]).
    [{10,a},{11,b}]
""".
-spec enumerate(integer(), [T]) -> [{integer(), T}].
enumerate(Index, List) when is_integer(Index), is_list(List) -> enumerate_1(Index, List).

enumerate_1(Index, [Elem | Rest]) -> [{Index, Elem} | enumerate_1(Index + 1, Rest)];
enumerate_1(_, []) -> [].

-doc """
Returns the elements numbered Index, Index + Step and so on.

    1> lists:enumerate(0, -2, [a,b,c]).
    [{0,a},{-2,b},{-4,c}]
""".
-spec enumerate(integer(), integer(), [T]) -> [{integer(), T}].
enumerate(Index, Step, List) when is_integer(Index), is_integer(Step), is_list(List) -> enumerate_1(Index, Step, List).

enumerate_1(Index, Step, [Elem | Rest]) -> [{Index, Elem} | enumerate_1(Index + Step, Step, Rest)];
enumerate_1(_, _, []) -> [].

-doc """
Returns the lists that Fun gives for the elements, one behind the other.

    1> lists:flatmap(fun(X) -> [X,X] end, [a,b]).
    [a,a,b,b]
""".
-spec flatmap(fun((A) -> [B]), [A]) -> [B].
flatmap(Fun, List) when is_function(Fun, 1) -> flatmap_1(Fun, List).

flatmap_1(Fun, [Elem | Rest]) -> Fun(Elem) ++ flatmap_1(Fun, Rest);
flatmap_1(_, []) -> [].

-doc """
Returns the elements with Sep between them.

    1> lists:join(x, [a,b,c]).
    [a,x,b,x,c]
""".
-spec join(T, [T]) -> [T].
join(_, []) -> [];
join(Sep, [Elem | Rest]) -> [Elem | join_prepend(Sep, Rest)].

join_prepend(_, []) -> [];
join_prepend(Sep, [Elem | Rest]) -> [Sep, Elem | join_prepend(Sep, Rest)].

-doc """
Puts Fun(Element) in the place of the Nth element of every tuple.

    1> lists:keymap(fun(X) -> X * 2 end, 2, [{a,1},{b,2}]).
    [{a,2},{b,4}]
""".
-spec keymap(fun((term()) -> term()), pos_integer(), [tuple()]) -> [tuple()].
keymap(Fun, N, [Tuple | Rest]) -> [setelement(N, Tuple, Fun(element(N, Tuple))) | keymap(Fun, N, Rest)];
keymap(Fun, N, []) when is_integer(N), N >= 1, is_function(Fun, 1) -> [].

-doc """
As mapfoldl, from the last element to the first.

    1> lists:mapfoldr(fun(X, N) -> {{N,X},N+1} end, 1, [a,b]).
    {[{2,a},{1,b}],3}
""".
-spec mapfoldr(fun((A, Acc) -> {B, Acc}), Acc, [A]) -> {[B], Acc}.
mapfoldr(Fun, Acc, List) when is_function(Fun, 2) -> mapfoldr_1(Fun, Acc, List).

mapfoldr_1(Fun, Acc0, [Elem | Rest]) ->
    {Mapped, Acc1} = mapfoldr_1(Fun, Acc0, Rest),
    {New, Acc2} = Fun(Elem, Acc1),
    {[New | Mapped], Acc2};
mapfoldr_1(_, Acc, []) -> {[], Acc}.

-doc """
Returns the elements for which Fun gives different values, the first of each.

    1> lists:uniq(fun({X, _}) -> X end, [{a,1},{b,2},{a,3}]).
    [{a,1},{b,2}]
""".
-spec uniq(fun((T) -> term()), [T]) -> [T].
uniq(Fun, List) when is_function(Fun, 1) -> uniq_2(List, Fun, #{}).

uniq_2([Elem | Rest], Fun, Seen) ->
    Key = Fun(Elem),
    case is_map_key(Key, Seen) of
        true -> uniq_2(Rest, Fun, Seen);
        false -> [Elem | uniq_2(Rest, Fun, Seen#{Key => true})]
    end;
uniq_2([], _, _) -> [].

-doc """
The old name of filtermap.

    1> lists:zf(fun(X) -> X > 1 end, [1,2]).
    [2]
""".
-spec zf(fun((A) -> boolean() | {true, B}), [A]) -> [A | B].
zf(Fun, List) -> lists:filtermap(Fun, List).

%% Zips. How says what happens where one list is longer than the others.

-doc """
Returns pairs of the elements of two lists of the same length.

    1> lists:zip([a,b], [1,2]).
    [{a,1},{b,2}]
""".
-spec zip([A], [B]) -> [{A, B}].
zip([A | As], [B | Bs]) -> [{A, B} | zip(As, Bs)];
zip([], []) -> [].

-doc """
As zip/2; where the lists differ in length, trim ends with the shorter one and {pad, {A, B}} fills it up.

    1> lists:zip([a,b], [1], {pad, {x,y}}).
    [{a,1},{b,y}]
""".
-spec zip([A], [B], fail | trim | {pad, {A, B}}) -> [{A, B}].
zip([A | As], [B | Bs], How) -> [{A, B} | zip(As, Bs, How)];
zip([], [], fail) -> [];
zip([], [], trim) -> [];
zip([], [], {pad, {_, _}}) -> [];
zip([_ | _], [], trim) -> [];
zip([], [_ | _], trim) -> [];
zip([], [_ | _] = Bs, {pad, {A, _}}) -> [{A, B} || B <- Bs];
zip([_ | _] = As, [], {pad, {_, B}}) -> [{A, B} || A <- As].

-doc """
Returns triples of the elements of three lists of the same length.

    1> lists:zip3([a], [1], [x]).
    [{a,1,x}]
""".
-spec zip3([A], [B], [C]) -> [{A, B, C}].
zip3([A | As], [B | Bs], [C | Cs]) -> [{A, B, C} | zip3(As, Bs, Cs)];
zip3([], [], []) -> [].

-doc """
As zip3/3; How is that of zip/3.

    1> lists:zip3([a,b], [1], [x,y], trim).
    [{a,1,x}]
""".
-spec zip3([A], [B], [C], fail | trim | {pad, {A, B, C}}) -> [{A, B, C}].
zip3([A | As], [B | Bs], [C | Cs], How) -> [{A, B, C} | zip3(As, Bs, Cs, How)];
zip3([], [], [], fail) -> [];
zip3([], [], [], trim) -> [];
zip3(As, Bs, Cs, trim) when is_list(As), is_list(Bs), is_list(Cs) -> [];
zip3([], [], [], {pad, {_, _, _}}) -> [];
zip3(As, Bs, Cs, {pad, {A, B, C}} = How) ->
    {Head1, Rest1} = padded(As, A),
    {Head2, Rest2} = padded(Bs, B),
    {Head3, Rest3} = padded(Cs, C),
    [{Head1, Head2, Head3} | zip3(Rest1, Rest2, Rest3, How)].

padded([Elem | Rest], _) -> {Elem, Rest};
padded([], Pad) -> {Pad, []}.

-doc """
Returns what Fun gives for the elements of two lists of the same length.

    1> lists:zipwith(fun(A, B) -> A + B end, [1,2], [10,20]).
    [11,22]
""".
-spec zipwith(fun((A, B) -> T), [A], [B]) -> [T].
zipwith(Fun, [A | As], [B | Bs]) -> [Fun(A, B) | zipwith(Fun, As, Bs)];
zipwith(Fun, [], []) when is_function(Fun, 2) -> [].

-doc """
As zipwith/3; How is that of zip/3.

    1> lists:zipwith(fun(A, B) -> A + B end, [1,2], [30], trim).
    [31]
""".
-spec zipwith(fun((A, B) -> T), [A], [B], fail | trim | {pad, {A, B}}) -> [T].
zipwith(Fun, [A | As], [B | Bs], How) -> [Fun(A, B) | zipwith(Fun, As, Bs, How)];
zipwith(Fun, [], [], fail) when is_function(Fun, 2) -> [];
zipwith(Fun, [], [], trim) when is_function(Fun, 2) -> [];
zipwith(Fun, [], [], {pad, {_, _}}) when is_function(Fun, 2) -> [];
zipwith(Fun, [_ | _], [], trim) when is_function(Fun, 2) -> [];
zipwith(Fun, [], [_ | _], trim) when is_function(Fun, 2) -> [];
zipwith(Fun, [], [_ | _] = Bs, {pad, {A, _}}) -> [Fun(A, B) || B <- Bs];
zipwith(Fun, [_ | _] = As, [], {pad, {_, B}}) -> [Fun(A, B) || A <- As].

-doc """
Returns what Fun gives for the elements of three lists of the same length.

    1> lists:zipwith3(fun(A, B, C) -> A + B + C end, [1], [2], [3]).
    [6]
""".
-spec zipwith3(fun((A, B, C) -> T), [A], [B], [C]) -> [T].
zipwith3(Fun, [A | As], [B | Bs], [C | Cs]) -> [Fun(A, B, C) | zipwith3(Fun, As, Bs, Cs)];
zipwith3(Fun, [], [], []) when is_function(Fun, 3) -> [].

-doc """
As zipwith3/4; How is that of zip/3.

    1> lists:zipwith3(fun(A, B, C) -> A + B + C end, [1], [2,2], [3], trim).
    [6]
""".
-spec zipwith3(fun((A, B, C) -> T), [A], [B], [C], fail | trim | {pad, {A, B, C}}) -> [T].
zipwith3(Fun, [A | As], [B | Bs], [C | Cs], How) -> [Fun(A, B, C) | zipwith3(Fun, As, Bs, Cs, How)];
zipwith3(Fun, [], [], [], fail) when is_function(Fun, 3) -> [];
zipwith3(Fun, As, Bs, Cs, trim) when is_function(Fun, 3), is_list(As), is_list(Bs), is_list(Cs) -> [];
zipwith3(Fun, [], [], [], {pad, {_, _, _}}) when is_function(Fun, 3) -> [];
zipwith3(Fun, As, Bs, Cs, {pad, {A, B, C}} = How) ->
    {Head1, Rest1} = padded(As, A),
    {Head2, Rest2} = padded(Bs, B),
    {Head3, Rest3} = padded(Cs, C),
    [Fun(Head1, Head2, Head3) | zipwith3(Fun, Rest1, Rest2, Rest3, How)].

%% Merges of lists that are sorted already. Every merge is one of two sorted lists by a test that says whether the left head goes
%% first; u stands for no duplicates, r for lists in descending order, key for tuples compared by one element.

-doc """
Merges the sorted lists of a list.

    1> lists:merge([[1,4],[2],[3]]).
    [1,2,3,4]
""".
-spec merge([[T]]) -> [T].
merge(Lists) -> mergel(Lists, []).

mergel([], Acc) -> pairwise(fun merge/2, lists:reverse(Acc));
mergel([List | Lists], Acc) -> mergel(Lists, [List | Acc]).

-doc """
Merges the sorted lists of a list, without duplicates.

    1> lists:umerge([[1,3],[1,2]]).
    [1,2,3]
""".
-spec umerge([[T]]) -> [T].
umerge(Lists) -> umergel(Lists, [], asc).

umergel([], Acc, asc) -> pairwise(fun umerge/2, lists:reverse(Acc));
umergel([List | Lists], Acc, asc) -> umergel(Lists, [List | Acc], asc).

pairwise(_, []) -> [];
pairwise(_, [List]) -> List;
pairwise(Merge, Lists) -> pairwise(Merge, pairs(Merge, Lists)).

pairs(Merge, [A, B | Lists]) -> [Merge(A, B) | pairs(Merge, Lists)];
pairs(_, Lists) -> Lists.

-doc """
Merges two sorted lists.

    1> lists:merge([1,3], [2,4]).
    [1,2,3,4]
""".
-spec merge([A], [B]) -> [A | B].
merge(List1, []) -> List1;
merge(List1, [B | Bs]) -> merge2(List1, B, Bs, []).

merge2([A | As], B, Bs, Acc) when A =< B -> merge2(As, B, Bs, [A | Acc]);
merge2([_ | _] = List1, B, [Next | Bs], Acc) -> merge2(List1, Next, Bs, [B | Acc]);
merge2([A | As], B, [], Acc) -> lists:reverse(lists:reverse(As, [A, B | Acc]));
merge2([], B, Bs, Acc) -> lists:reverse(lists:reverse(Bs, [B | Acc])).

-doc """
Merges three sorted lists.

    1> lists:merge3([1], [3], [2]).
    [1,2,3]
""".
-spec merge3([A], [B], [C]) -> [A | B | C].
merge3(List1, List2, List3) -> three(List1, List2, List3, []).

three([A | As], [B | _] = Bs, [C | _] = Cs, Acc) when A =< B, A =< C -> three(As, Bs, Cs, [A | Acc]);
three([_ | _] = As, [B | Bs], [C | _] = Cs, Acc) when B =< C -> three(As, Bs, Cs, [B | Acc]);
three([_ | _] = As, [_ | _] = Bs, [C | Cs], Acc) -> three(As, Bs, Cs, [C | Acc]);
three(As, Bs, [], Acc) -> lists:reverse(Acc, merge(As, Bs));
three([], Bs, Cs, Acc) -> lists:reverse(Acc, merge(Bs, Cs));
three(As, [], Cs, Acc) -> lists:reverse(Acc, merge(As, Cs)).

-doc """
Merges two lists that are sorted by Fun.

    1> lists:merge(fun(A, B) -> A >= B end, [3,1], [2]).
    [3,2,1]
""".
-spec merge(fun((A, B) -> boolean()), [A], [B]) -> [A | B].
merge(Fun, List1, List2) when is_function(Fun, 2), is_list(List1), is_list(List2) -> by(Fun, List1, List2, []).

by(Fun, [A | As] = List1, [B | Bs] = List2, Acc) ->
    case Fun(A, B) of
        true -> by(Fun, As, List2, [A | Acc]);
        false -> by(Fun, List1, Bs, [B | Acc])
    end;
by(_, [], List2, Acc) -> lists:reverse(lists:reverse(List2, Acc));
by(_, List1, [], Acc) -> lists:reverse(lists:reverse(List1, Acc)).

-doc """
Merges two sorted lists without duplicates, without duplicates in the result.

    1> lists:umerge([1,2], [2,3]).
    [1,2,3]
""".
-spec umerge([A], [B]) -> [A | B].
umerge([], List2) -> List2;
umerge([A | As], []) -> lists:reverse(lists:reverse(As, [A]));
umerge(List1, [B | Bs]) -> held(List1, B, Bs, []).

%% The right list's head is held until it is known whether it goes before the left one's, or is one that is there already.
held([A | As], B, Bs, Acc) when A =< B -> held(As, B, Bs, [A | Acc]);
held([_ | _] = List1, B, [Next | Bs], Acc) -> held(List1, Next, Bs, with_head(B, Acc));
held([A | As], B, [], Acc) -> lists:reverse(lists:reverse(As, [A | with_head(B, Acc)]));
held([], B, Bs, Acc) -> lists:reverse(lists:reverse(Bs, with_head(B, Acc))).

with_head(B, [Last | _] = Acc) when B == Last -> Acc;
with_head(B, Acc) -> [B | Acc].

-doc """
Merges three sorted lists without duplicates.

    1> lists:umerge3([1,2], [2,3], [1]).
    [1,2,3]
""".
-spec umerge3([A], [B], [C]) -> [A | B | C].
umerge3(List1, List2, List3) -> uthree(List1, List2, List3, []).

uthree([A | As], Bs, Cs, [Last | _] = Acc) when A == Last -> uthree(As, Bs, Cs, Acc);
uthree(As, [B | Bs], Cs, [Last | _] = Acc) when B == Last -> uthree(As, Bs, Cs, Acc);
uthree(As, Bs, [C | Cs], [Last | _] = Acc) when C == Last -> uthree(As, Bs, Cs, Acc);
uthree([A | As], [B | _] = Bs, [C | _] = Cs, Acc) when A =< B, A =< C -> uthree(As, Bs, Cs, [A | Acc]);
uthree([_ | _] = As, [B | Bs], [C | _] = Cs, Acc) when B =< C -> uthree(As, Bs, Cs, [B | Acc]);
uthree([_ | _] = As, [_ | _] = Bs, [C | Cs], Acc) -> uthree(As, Bs, Cs, [C | Acc]);
uthree(As, Bs, [], Acc) -> lists:reverse(Acc, umerge(As, Bs));
uthree([], Bs, Cs, Acc) -> lists:reverse(Acc, umerge(Bs, Cs));
uthree(As, [], Cs, Acc) -> lists:reverse(Acc, umerge(As, Cs)).

-doc """
Merges two lists that are sorted by Fun and have no duplicates.

    1> lists:umerge(fun(A, B) -> A >= B end, [3,1], [3,2]).
    [3,2,1]
""".
-spec umerge(fun((A, B) -> boolean()), [A], [B]) -> [A | B].
umerge(Fun, [], List2) when is_function(Fun, 2), is_list(List2) -> List2;
umerge(Fun, List1, List2) when is_function(Fun, 2), is_list(List1), is_list(List2) -> unique(Fun, List1, List2, []).

%% Of two elements that go before one another the left list's stays.
unique(Fun, [A | As] = List1, [B | Bs] = List2, Acc) ->
    case Fun(A, B) of
        true ->
            case Fun(B, A) of
                true -> unique(Fun, List1, Bs, Acc);
                false -> unique(Fun, As, List2, [A | Acc])
            end;
        false -> unique(Fun, List1, Bs, [B | Acc])
    end;
unique(_, [], List2, Acc) -> lists:reverse(lists:reverse(List2, Acc));
unique(_, List1, [], Acc) -> lists:reverse(lists:reverse(List1, Acc)).

-doc false.
rmerge([], List2) -> List2;
rmerge(List1, List2) -> by(fun(A, B) -> A > B end, List1, List2, []).

-doc false.
rmerge3(List1, List2, List3) -> rmerge(rmerge(List1, List2), List3).

-doc false.
rmerge(Fun, List1, List2) when is_function(Fun, 2) -> by(fun(A, B) -> not Fun(A, B) end, List1, List2, []).

-doc false.
rumerge(List1, List2) -> unique(fun(A, B) -> A >= B end, List1, List2, []).

-doc false.
rumerge3(List1, List2, List3) -> rumerge(rumerge(List1, List2), List3).

-doc false.
rumerge(Fun, List1, List2) when is_function(Fun, 2) -> unique(fun(A, B) -> Fun(B, A) end, List1, List2, []).

-doc """
Merges two lists of tuples that are sorted by their Nth elements.

    1> lists:keymerge(1, [{a,1},{c,1}], [{b,2}]).
    [{a,1},{b,2},{c,1}]
""".
-spec keymerge(pos_integer(), [tuple()], [tuple()]) -> [tuple()].
keymerge(N, List1, List2) when is_integer(N), N > 0 ->
    case List2 of
        [Tuple | _] ->
            _ = element(N, Tuple),
            by(fun(A, B) -> element(N, A) =< element(N, B) end, List1, List2, []);
        [] ->
            List1
    end.

-doc """
As keymerge; of tuples whose Nth elements compare equal only the one of List1 stays.

    1> lists:ukeymerge(1, [{a,1}], [{a,2},{b,2}]).
    [{a,1},{b,2}]
""".
-spec ukeymerge(pos_integer(), [tuple()], [tuple()]) -> [tuple()].
ukeymerge(N, List1, List2) when is_integer(N), N > 0 ->
    case List1 of
        [Tuple | _] ->
            _ = element(N, Tuple),
            unique(fun(A, B) -> element(N, A) =< element(N, B) end, List1, List2, []);
        [] ->
            List2
    end.

-doc false.
rkeymerge(N, List1, List2) when is_integer(N), N > 0 ->
    by(fun(A, B) -> element(N, A) > element(N, B) end, List1, List2, []).

-doc false.
rukeymerge(N, List1, List2) when is_integer(N), N > 0 ->
    unique(fun(A, B) -> element(N, A) >= element(N, B) end, List1, List2, []).
