%% Calls of the functions that have a short way in Go, with arguments of all kinds: run/2 returns what each of them came to. Two nodes,
%% of which one has no short ways, have to return the same.
-module(shorts).
-export([run/2]).

run(Seed, N) ->
    rand:seed(exsss, {Seed, 42, 4711}),
    lists:append([play(Module, Start, Calls, N) || {Module, Start, Calls} <- plays()]).

%% What a play begins with, and the calls in it: the name with what to call it with.
plays() ->
    [{ordsets, [], [{F, [key, state]} || F <- [is_element, add_element, add_element, add_element, del_element]] ++
                   [{F, [state, list]} || F <- [union, intersection, subtract, is_subset, is_disjoint]] ++
                   [{F, [list, state]} || F <- [union, intersection, subtract, is_subset, is_disjoint]]},
     {array, array:new(), array()}, {array, array:new(7), array()}, {array, array:new({default, 0}), array()},
     {dict, dict:new(), dict()}, {dict, dict:from_list([{K, K} || K <- lists:seq(1, 75)]), dict()},
     {gb_trees, gb_trees:empty(), gb_trees()}, {gb_sets, gb_sets:empty(), gb_sets()},
     {string, [], [{tokens, [text, list]}, {tokens, [text, text]}, {tokens, [list, list]}, {join, [texts, text]}, {join, [texts, list]}]},
     {queue, queue:new(), [{in, [key, state]}, {in, [key, state]}, {in_r, [key, state]}, {out, [state]}, {out_r, [state]}, {is_empty, [state]}]}].

array() ->
    [{set, [index, value, whole]}, {set, [index, value, whole]}, {set, [small, value, state]}, {get, [index, state]}, {size, [state]},
     {resize, [index, whole]}, {relax, [state]}, {fix, [state]}, {reset, [index, state]}].

dict() ->
    [{store, [key, value, state]}, {store, [key, value, state]}, {store, [value, value, state]}, {append, [key, value, state]},
     {append_list, [key, list, state]}, {update_counter, [key, value, state]}, {erase, [key, state]}, {is_key, [key, state]},
     {fetch, [key, state]}, {find, [key, state]}, {update, [key, {'fun', 1}, value, state]}, {take, [key, state]}].

gb_trees() ->
    [{enter, [key, value, state]}, {enter, [value, key, state]}, {insert, [key, value, state]}, {update, [key, value, state]},
     {lookup, [key, state]}, {is_defined, [key, state]}, {get, [key, state]}, {delete, [key, state]}, {delete_any, [key, state]},
     {take_smallest, [state]}, {balance, [state]}, {to_list, [state]}, {keys, [state]}, {values, [state]}].

gb_sets() ->
    [{add, [key, state]}, {add_element, [value, state]}, {insert, [key, state]}, {is_member, [key, state]}, {is_element, [key, state]},
     {delete, [key, state]}, {delete_any, [key, state]}, {del_element, [key, state]}, {take_smallest, [state]}, {balance, [state]},
     {to_list, [state]}].

play(Module, Start, Calls, N) -> play(Module, Calls, N, Start, Start, []).

play(_, _, 0, _, _, Seen) -> lists:reverse(Seen);
play(Module, Calls, N, State, Start, Seen) ->
    {Name, Kinds} = one_of(Calls),
    Args = [argument(Kind, State) || Kind <- Kinds],
    Outcome = outcome(Module, Name, Args),
    Next = case Outcome of
        {ok, New} ->
            case lists:member(State, Args) of
                true -> newest(New, State, Start);
                false -> State
            end;
        _ -> State
    end,
    play(Module, Calls, N - 1, Next, Start, [{Module, Name, Args, Outcome} | Seen]).

%% A result goes on as the state where it looks like one.
newest(New, State, Start) ->
    case rand:uniform(200) of
        1 -> Start;
        _ when is_tuple(New), tuple_size(New) =:= tuple_size(Start), element(1, New) =/= found, element(1, New) =/= ok -> like(New, State);
        _ when is_list(New), is_list(Start) -> New;
        _ -> State
    end.

like({{value, _}, Q}, _) -> Q;
like({empty, Q}, _) -> Q;
like({value, _}, State) -> State;
like({_, {Size, _} = T}, _) when is_integer(Size) -> T;
like(New, State) when is_integer(element(1, New)) =:= is_integer(element(1, State)) -> New;
like(_, State) -> State.

outcome(Module, Name, Args) ->
    try {ok, call(Module, Name, Args)}
    catch C:R:Trace ->
        {M, F, A, _} = hd(Trace),
        {C, R, {M, F, plain(A)}}
    end.

%% Two funs of the same text are not equal on two nodes.
plain(Args) when is_list(Args) -> [case is_function(A) of true -> 'fun'; false -> A end || A <- Args];
plain(Arity) -> Arity.

call(M, F, [A]) -> M:F(A);
call(M, F, [A, B]) -> M:F(A, B);
call(M, F, [A, B, C]) -> M:F(A, B, C);
call(M, F, [A, B, C, D]) -> M:F(A, B, C, D).

argument(whole, State) -> State;
argument(Kind, State) ->
    case rand:uniform(60) of
        1 -> junk();
        _ -> good(Kind, State)
    end.

good(state, State) ->
    case rand:uniform(25) of
        1 -> damaged(State);
        _ -> State
    end;
good(key, _) -> one_of([rand:uniform(40), rand:uniform(40), rand:uniform(200), 1.0 * rand:uniform(40), one_of([a, b, c]), {rand:uniform(5), x}]);
good(value, _) -> one_of([rand:uniform(1000), -rand:uniform(10), (1 bsl 63) - 1, 1.5, [x], atom, "text", 1 bsl 64]);
good(index, _) -> one_of([rand:uniform(12) - 1, rand:uniform(150), rand:uniform(3000), 123456]);
good(text, _) -> [one_of([$a, $b, $,, $\s, 1.0, c]) || _ <- lists:seq(1, rand:uniform(12) - 1)];
good(texts, _) -> [argument(text, x) || _ <- lists:seq(1, rand:uniform(5) - 1)];
good(small, _) -> rand:uniform(30) - 1;
good({'fun', 1}, _) -> one_of([fun erlang:is_list/1, fun erlang:list_to_atom/1, fun lists:reverse/1]);
good(list, _) ->
    List = lists:usort([good(key, x) || _ <- lists:seq(1, rand:uniform(8))]),
    case rand:uniform(12) of
        1 -> List ++ junk();
        2 -> lists:reverse(List);
        _ -> List
    end.

junk() ->
    one_of([foo, 1, -1, 0, 1.0, -0.0, 1 bsl 70, {}, {a}, [], [a | b], "text", <<1>>, #{}, nil, {1, nil}, {-1, nil}, {a, nil}, {[], x}, {x, []},
            {[a | b], []}, {array, 3, 0, x, 10}, {array, 3, 10, x, {a}}, {array, 100, 100, x, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10}},
            {dict, 1, 2, 3, 4, 5, 6, 7, 8}, {1, {a, b, nil, nil}}, {3, {a, b, nil, x}}, {2, {a, nil, x}}]).

%% A term with one part of it replaced.
damaged(T) when is_tuple(T), tuple_size(T) > 0 ->
    I = rand:uniform(tuple_size(T)),
    setelement(I, T, part(element(I, T)));
damaged([H | T]) ->
    case rand:uniform(3) of
        1 -> [part(H) | T];
        _ -> [H | part(T)]
    end;
damaged(_) -> junk().

part(T) ->
    case rand:uniform(4) of
        1 -> junk();
        _ -> damaged(T)
    end.

one_of(List) -> lists:nth(rand:uniform(length(List)), List).
