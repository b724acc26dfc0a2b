%% Terms made at random after types, the same for the same seed; now and then one of another type.
-module(random_terms).
-export([types/3, seed/5, arguments/1]).

%% types(Module, Arity, Spec) are the types of a function's arguments as the spec's text says.
types(_, Arity, "") -> [{type, 0, any, []} || _ <- lists:seq(1, Arity)];
types(_, Arity, Spec) ->
    {ok, Tokens, _} = erl_scan:string("-spec " ++ Spec ++ "."),
    {ok, {attribute, _, spec, {_, [Type | _]}}} = erl_parse:parse_form(Tokens),
    Types = case Type of
                {type, _, bounded_fun, [{type, _, 'fun', [{type, _, product, Ts}, _]}, Bounds]} ->
                    Known = [{V, T} || {type, _, constraint, [_, [{var, _, V}, T]]} <- Bounds],
                    [bound(T, Known) || T <- Ts];
                {type, _, 'fun', [{type, _, product, Ts}, _]} -> Ts
            end,
    Arity = length(Types),
    Types.

bound({var, _, V} = T, Known) ->
    case lists:keyfind(V, 1, Known) of
        {_, Bound} -> Bound;
        false -> T
    end;
bound(T, Known) when is_tuple(T) -> list_to_tuple([bound(E, Known) || E <- tuple_to_list(T)]);
bound(L, Known) when is_list(L) -> [bound(E, Known) || E <- L];
bound(T, _) -> T.

%% Chance is in the dictionary of the process: a state of mwc59.
seed(N, Module, Name, Flags, Dir) ->
    put('$chance', rand:mwc59_seed(N)),
    put('$where', {Module, Name, Flags, Dir}),
    ok.

%% below(N) is 0..N-1.
below(N) ->
    S = rand:mwc59(get('$chance')),
    put('$chance', S),
    rand:mwc59_value(S) rem N.

pick(L) -> lists:nth(below(length(L)) + 1, L).

many(Max, F) -> [F() || _ <- lists:seq(1, below(Max + 1))].

flag(F) -> {_, _, Flags, _} = get('$where'), lists:member(F, Flags).

module() -> {M, _, _, _} = get('$where'), M.

%% Most arguments are of their types, in a third of the calls one is not, or only nearly: {typed | wrong, Arguments}. What is opaque, and
%% what is to be in order, is right or something else, but never nearly right.
arguments(Specs) ->
    Made = [begin T = alternative(S), {T, value(T, 3)} end || S <- Specs],
    {Types, Args} = lists:unzip(Made),
    case Args =/= [] andalso below(3) of
        0 ->
            At = below(length(Args)) + 1,
            {Before, [A | After]} = lists:split(At - 1, Args),
            Other = case flag(exact) orelse opaque(lists:nth(At, Types)) of
                        true -> pick([a, -1, 1.5, {}, {a, b}, <<>>, #{}, <<1:3>>, [a | b], [1 | 2]]);
                        false -> spoilt(A)
                    end,
            {wrong, Before ++ [Other | After]};
        _ -> {typed, Args}
    end.

%% The one of a union that is made.
alternative({ann_type, _, [_, T]}) -> alternative(T);
alternative({paren_type, _, [T]}) -> alternative(T);
alternative({type, _, union, Ts}) -> alternative(pick(Ts));
alternative(T) -> T.

opaque({user_type, _, Name, _}) -> random_types:opaque(Name);
opaque({remote_type, _, [_, {atom, _, Name}, _]}) -> random_types:opaque(Name);
opaque(_) -> false.

spoilt(L) when is_list(L), L =/= [] ->
    case below(4) of
        0 -> any(2);
        1 -> with_tail(L, any(0));
        2 -> At = below(length_of(L)), replaced(L, At, any(1));
        3 -> At = below(length_of(L)), replaced(L, At, spoilt(element_at(L, At)))
    end;
spoilt({K, _}) when K =:= bm; K =:= ac -> any(2);
spoilt({Tag, _, _}) when Tag =:= 'Set'; Tag =:= 'OrdSet' -> any(2); % opaque
spoilt(T) when is_tuple(T), tuple_size(T) > 0 ->
    case below(3) of
        0 -> any(2);
        _ -> setelement(below(tuple_size(T)) + 1, T, any(1))
    end;
spoilt(M) when is_map(M) ->
    case below(3) of
        0 -> any(2);
        _ -> M#{any(1) => any(1)}
    end;
spoilt(B) when is_binary(B) ->
    case below(3) of
        0 -> any(2);
        1 -> <<B/binary, 1:3>>;
        2 -> <<B/binary, (pick([<<255>>, <<195>>, <<0>>]))/binary>>
    end;
spoilt(_) -> any(2).

with_tail([H | T], X) -> [H | with_tail(T, X)];
with_tail(_, X) -> X.

length_of([_ | T]) -> 1 + length_of(T);
length_of(_) -> 0.

replaced([_ | T], 0, X) -> [X | T];
replaced([H | T], N, X) -> [H | replaced(T, N - 1, X)].

element_at([H | _], 0) -> H;
element_at([_ | T], N) -> element_at(T, N - 1).

%% Any term at all.
any(0) ->
    case below(8) of
        0 -> integer();
        1 -> float();
        2 -> atom();
        3 -> pick([[], {}, <<>>, #{}, "abc", <<"abc">>]);
        4 -> pick([<<1:1>>, <<5, 3:4>>, <<255>>, <<"é"/utf8>>, "é", "日本", [1114112], [-1], [16#d800]]);
        5 -> case flag(same) of true -> element_of(); false -> pick([self(), fun erlang:abs/1, fun lists:foldl/3, fun(X) -> X end, fun(X, Y) -> {X, Y} end]) end;
        _ -> element_of()
    end;
any(D) ->
    case below(6) of
        0 -> many(4, fun() -> any(D - 1) end);
        1 -> list_to_tuple(many(4, fun() -> any(D - 1) end));
        2 -> maps:from_list(many(3, fun() -> {any(0), any(D - 1)} end));
        3 -> [any(D - 1) | any(0)];
        _ -> any(0)
    end.

%% Elements of lists, keys and values: few, so that they meet again, some equal but not the same.
element_of() ->
    case flag(distinct) of
        true -> pick([a, b, c, 1, 2, 3, "a", <<"a">>, {a, 1}, {b, 2}, {1, a}, [], 0, -1, true]);
        false -> alike()
    end.

alike() -> pick([a, b, c, 1, 2, 3, 1.0, 2.0, "a", "ab", <<"a">>, <<"ab">>, {a, 1}, {b, 2}, {1, a}, {1.0, b}, {a}, {a, b, c}, [], 0, -1, true, false, key]).

integer() ->
    case flag(small) of
        true -> pick([0, 1, 2, 3, 4, 5, 7, 10, 16, 100, -1, -2]);
        false ->
            case below(3) of
                0 -> pick([0, 1, -1, 2, 3, 255, 256, 65535, 65536, 1114111, 1114112, 1 bsl 31, 1 bsl 32, -(1 bsl 31), 1 bsl 59, -(1 bsl 59), 1 bsl 63, 1 bsl 64,
                           -(1 bsl 63), -(1 bsl 64), 1 bsl 100, -(1 bsl 100), 123456789012345678901234567890]);
                1 -> below(200) - 50;
                2 -> below(6)
            end
    end.

non_negative() ->
    case below(4) of
        0 -> abs(integer());
        _ -> below(9)
    end.

float() ->
    case below(3) of
        0 -> pick([0.0, -0.0, 1.0, -1.0, 0.5, 1.5, 2.5, -2.5, 1.0e10, 1.0e22, 1.0e-10, 1.0e300, -1.0e300, 5.0e-324, 1.7976931348623157e308, 3.14159, 100.0, 0.1, 9007199254740993.0]);
        1 -> (below(2000) - 1000) / 8;
        2 -> (below(2000000) - 1000000) / 9973
    end.

atom() -> pick([a, b, c, true, false, undefined, ok, error, '', 'Hello', 'é', 'λ', infinity, lists, erlang, second, native, utf8, latin1, unicode, all, none]).

char() ->
    case below(6) of
        0 -> pick([228, 233, 223, 955, 769, 776, 16#1F468, 16#200D, 16#1F469, 16#AC00, 16#11A8, 16#300, 16#1E9B, 16#FB01, 16#1F1E6, 16#1F1E7, 16#0E33, 16#0903]);
        1 -> pick([$\n, $\r, $\s, $\t, 0, 127, 160, 255, 256, 1114111]);
        _ -> pick("abcdefgABCXYZ0123456789.,;:-+_/\\ ab ")
    end.

string() ->
    case below(8) of
        0 -> pick(["", "abc", "hello world", "a,b,,c", "12", "-12", "+3.5e2", "1.5", "ff", "abcabcab", "  x ", "\r\n", "a.b.c", "é", "αβγ", "straße", "e" ++ [769], "#!@"]);
        1 -> many(12, fun char/0);
        2 -> many(20, fun() -> pick("ab ,") end);
        _ -> many(8, fun() -> pick("abcdABC 019.-_") end)
    end.

utf8() -> unicode:characters_to_binary([C || C <- string(), C < 16#d800 orelse C > 16#dfff]).

bytes() ->
    case below(3) of
        0 -> list_to_binary(many(12, fun() -> below(256) end));
        1 -> pick([<<>>, <<"abc">>, <<"a,b,,c">>, <<"12">>, <<"1.5">>, <<"ff">>, <<0>>, <<255, 254>>, <<"abcabcab">>]);
        2 -> utf8()
    end.

chardata(D) ->
    case below(5) of
        0 when D > 0 -> many(4, fun() -> pick([char(), chardata(D - 1), utf8(), string()]) end);
        1 when D > 0 -> many(2, fun() -> chardata(D - 1) end) ++ utf8();
        2 -> utf8();
        _ -> string()
    end.

iolist(D) ->
    L = many(4, fun() -> case below(3) of 0 when D > 0 -> iolist(D - 1); 1 -> bytes(); _ -> below(256) end end),
    case below(6) of
        0 -> L ++ bytes();
        _ -> L
    end.

%% value(Type, Depth): a term of a type, given in abstract form.
value(_, D) when D < -3 -> [];
value({ann_type, _, [_, T]}, D) -> value(T, D);
value({paren_type, _, [T]}, D) -> value(T, D);
value({atom, _, A}, _) -> A;
value({integer, _, I}, _) -> I;
value({char, _, C}, _) -> C;
value({op, _, '-', {integer, _, I}}, _) -> -I;
value({var, _, '_'}, D) -> any(max(D, 0));
value({var, _, V}, D) -> variable(V, D);
value({type, _, union, Ts}, D) -> value(pick(Ts), D);
value({type, _, range, [A, B]}, _) -> From = value(A, 0), To = value(B, 0), From + below(To - From + 1);
value({type, _, tuple, any}, D) -> list_to_tuple(many(3, fun() -> any(max(D - 2, 0)) end));
value({type, _, tuple, Ts}, D) -> list_to_tuple([value(T, D - 1) || T <- Ts]);
value({type, _, list, [T]}, D) -> many(6, fun() -> value(T, D - 1) end);
value({type, _, nonempty_list, [T]}, D) -> [value(T, D - 1) | many(4, fun() -> value(T, D - 1) end)];
value({type, _, list, []}, D) -> many(5, fun() -> any(max(D - 2, 0)) end);
value({type, _, nil, []}, _) -> [];
value({type, _, map, any}, D) -> maps:from_list(many(5, fun() -> {element_of(), any(max(D - 2, 0))} end));
value({type, _, map, []}, _) -> #{};
value({type, _, map, Fields}, D) -> maps:from_list(lists:append([field(F, D - 1) || F <- Fields]));
value({type, _, 'fun', []}, D) -> function(below(4), {type, 0, any, []}, D);
value({type, _, 'fun', [{type, _, any}, R]}, D) -> function(below(4), R, D);
value({type, _, 'fun', [{type, _, product, As}, R]}, D) -> function(length(As), R, D);
value({type, _, binary, Sizes}, _) when Sizes =/= [] -> bytes();
value({type, _, Name, Args}, D) -> named(Name, Args, D);
value({user_type, _, Name, Args}, D) -> random_types:make(module(), Name, Args, D, maker());
value({remote_type, _, [{atom, _, M}, {atom, _, Name}, Args]}, D) -> random_types:make(M, Name, Args, D, maker()).

maker() ->
    #{below => fun below/1, pick => fun pick/1, many => fun many/2, value => fun value/2, any => fun any/1, string => fun string/0, utf8 => fun utf8/0, bytes => fun bytes/0,
      chardata => fun chardata/1, iolist => fun iolist/1, integer => fun integer/0, element => fun element_of/0, char => fun char/0, where => get('$where')}.

field({type, _, _, [K, V]}, D) -> many(3, fun() -> {value(K, D), value(V, D)} end).

variable(_, D) ->
    case below(6) of
        0 -> any(max(D - 1, 0));
        _ -> element_of()
    end.

named(integer, _, _) -> integer();
named(pos_integer, _, _) -> max(non_negative(), 1);
named(non_neg_integer, _, _) -> non_negative();
named(neg_integer, _, _) -> -1 - non_negative();
named(float, _, _) -> float();
named(number, _, _) -> case below(2) of 0 -> integer(); 1 -> float() end;
named(atom, _, _) -> atom();
named(module, _, _) -> pick([lists, erlang, maps, none_such]);
named(node, _, _) -> pick([node(), 'x@y', nonode@nohost]);
named(boolean, _, _) -> pick([true, false]);
named(byte, _, _) -> below(256);
named(char, _, _) -> char();
named(arity, _, _) -> below(4);
named(string, _, _) -> string();
named(nonempty_string, _, _) -> [char() | string()];
named(binary, _, _) -> bytes();
named(bitstring, _, _) -> case below(2) of 0 -> bytes(); 1 -> <<(bytes())/binary, (below(8)):(below(7) + 1)>> end;
named(iodata, _, _) -> case below(3) of 0 -> bytes(); _ -> iolist(2) end;
named(iolist, _, _) -> iolist(2);
named(pid, _, _) -> self();
named(reference, _, _) -> make_ref();
named(port, _, _) -> self();
named(timeout, _, _) -> pick([0, 1, 5, infinity]);
named(mfa, _, _) -> {lists, map, 2};
named(tuple, _, D) -> list_to_tuple(many(3, fun() -> any(max(D - 2, 0)) end));
named(map, _, D) -> value({type, 0, map, any}, D);
named(list, As, D) -> value({type, 0, list, As}, D);
named(function, _, D) -> value({type, 0, 'fun', []}, D);
named(nonempty_improper_list, [A, B], D) -> [value(A, D) | value(B, D)];
named(_, _, D) ->
    case below(3) of
        0 -> any(max(D, 0));
        _ -> element_of()
    end.

%% A fun whose value depends on its arguments alone.
function(Arity, Return, D) ->
    Salt = below(1000),
    Where = get('$where'),
    F = fun(Args) ->
            Old = get('$chance'),
            Was = get('$where'),
            put('$where', Where),
            put('$chance', rand:mwc59_seed(erlang:phash2({Salt, plain(Args)}))),
            V = case below(12) =:= 0 andalso Salt > 900 of
                    true -> any(1);
                    false -> result(Return, Args, D)
                end,
            put('$chance', Old),
            put('$where', Was),
            V
        end,
    case Arity of
        0 -> fun() -> F([]) end;
        1 -> fun(A) -> F([A]) end;
        2 -> fun(A, B) -> F([A, B]) end;
        3 -> fun(A, B, C) -> F([A, B, C]) end;
        4 -> fun(A, B, C, E) -> F([A, B, C, E]) end;
        _ -> fun(A, B, C, E, G) -> F([A, B, C, E, G]) end
    end.

%% A type variable as the result of a fun is one of its arguments, or made of them.
result({var, _, _}, Args, _) when Args =/= [] ->
    case below(3) of
        0 -> pick(Args);
        1 -> list_to_tuple(Args);
        2 -> element_of()
    end;
result(T, _, D) -> value(T, min(D, 2) - 1).

plain([H | T]) -> [plain(H) | plain(T)];
plain(T) when is_tuple(T) -> [plain(E) || E <- tuple_to_list(T)];
plain(F) when is_function(F); is_pid(F); is_reference(F); is_port(F) -> x;
plain(M) when is_map(M), map_size(M) > 0 -> lists:sort([{plain(K), plain(V)} || {K, V} <- maps:to_list(M)]);
plain(T) -> T.
