%% Runs sequences of operations on tables and writes what comes of each: the same on a real node and here.
-module(ets_driver).
-export([main/2]).

main(In, Out) ->
    {ok, Sequences} = file:consult(In),
    {ok, F} = file:open(Out, [write, raw]),
    Self = self(),
    lists:foreach(fun(Operations) ->
        {_, M} = spawn_monitor(fun() -> Self ! {lines, [line(O) || O <- Operations]} end),
        receive {'DOWN', M, _, _, _} -> ok end,
        Lines = receive {lines, L} -> L after 0 -> ["died\n" || _ <- Operations] end,
        ok = file:write(F, unicode:characters_to_binary(Lines))
    end, Sequences),
    file:close(F).

line(Operation) ->
    Result = try {ok, do(Operation)}
             catch C:R:S ->
                 [{M, F, A, _} | _] = S,
                 {C, R, M, F, case is_list(A) of true -> length(A); false -> A end,
                  try maps:map(fun(_, Text) -> binary_to_atom(Text) end, erl_stdlib_errors:format_error(R, S)) catch _:_ -> none end}
             end,
    io_lib:format("~w~n", [norm(Result)]).

norm([H | T]) -> [norm(H) | norm(T)];
norm(T) when is_tuple(T) -> list_to_tuple(norm(tuple_to_list(T)));
norm(T) when is_map(T) -> {map, lists:sort([{norm(K), norm(V)} || {K, V} <- maps:to_list(T)])};
norm(T) when is_pid(T) -> pid;
norm(T) when is_reference(T) -> ref;
norm(T) -> T.

do({walk, T, next}) -> ordered(T, keys(T, ets:first(T), fun(K) -> ets:next(T, K) end));
do({walk, T, prev}) -> ordered(T, keys(T, ets:last(T), fun(K) -> ets:prev(T, K) end));
do({slots, T}) -> ordered(T, lists:append(slots(T, 0)));
do({fold, F, T}) -> ordered(T, ets:F(fun(O, L) -> [O | L] end, [], T));
do({drain, F, T, What, Limit}) ->
    {Sizes, All} = drain(F, ets:F(T, What, Limit), [], []),
    {Sizes, ordered(T, All)};
do({walk_delete, T}) ->
    ets:safe_fixtable(T, true),
    Keys = keys(T, ets:first(T), fun(K) -> ets:delete(T, K), ets:next(T, K) end),
    ets:safe_fixtable(T, false),
    {ordered(T, Keys), ets:info(T, size)};
do({in_another, Operation}) ->
    Me = self(),
    {_, M} = spawn_monitor(fun() -> Me ! {answer, line(Operation)} end),
    receive {'DOWN', M, _, _, R} -> R end,
    receive {answer, A} -> list_to_atom(lists:sublist(lists:flatten(A), 250)) after 0 -> none end;
do({call, new, [Name, Options]}) ->
    case ets:new(Name, Options) of
        Name -> Name;
        Id -> put(id, Id), unnamed
    end;
%% The order in one key is that of time on a real node too, but not after a list that took it long or an object that comes back while the
%% table is fixed.
do({call, F, [T | _] = Args}) when F =:= lookup; F =:= take; F =:= lookup_element ->
    Result = apply(ets, F, [case A of '$id' -> get(id); _ -> A end || A <- Args]),
    case ets:info(case T of '$id' -> get(id); _ -> T end, type) of
        Bag when is_list(Result), Bag =:= bag; is_list(Result), Bag =:= duplicate_bag -> lists:sort(Result);
        _ -> Result
    end;
do({call, F, Args}) ->
    Result = apply(ets, F, [case A of '$id' -> get(id); _ -> A end || A <- Args]),
    case lists:member(F, [select, select_reverse, match, match_object, tab2list]) of
        true -> ordered(hd(Args), Result);
        false when F =:= first; F =:= last ->
            case ets:info(hd(Args), type) of
                ordered_set -> Result;
                _ -> Result =:= '$end_of_table' orelse ets:member(hd(Args), Result)
            end;
        false -> Result
    end.

keys(_, '$end_of_table', _) -> [];
keys(T, K, Next) -> [K | keys(T, Next(K), Next)].

slots(T, N) ->
    case ets:slot(T, N) of
        '$end_of_table' -> [];
        Objects -> [Objects | slots(T, N + 1)]
    end.

drain(_, '$end_of_table', Sizes, All) -> {lists:reverse(Sizes), lists:append(lists:reverse(All))};
drain(F, {L, C}, Sizes, All) -> drain(F, ets:F(C), [length(L) | Sizes], [L | All]).

%% The order of an ordered_set counts, that of the others does not.
ordered(T, L) ->
    case ets:info(T, type) of
        ordered_set -> L;
        _ -> [X || {_, X} <- lists:sort([{io_lib:format("~w", [X]), X} || X <- L])]
    end.
