%% Where comprehensions and funs show in stack traces. c0 to c21 return the frames of this module, with their lines.
-module(loops).
-compile(export_all).
-compile(nowarn_export_all).

t(F) ->
    try F()
    catch
        _:_:Stack -> [{N, A, line(I)} || {loops, N, A, I} <- Stack]
    end.

line(I) -> proplists:get_value(line, I).

bad(X) -> {1 / X, a}.

c0() -> t(fun() -> [1 / X || X <- [0]] end).
c1() -> t(fun() -> [bad(X) || X <- [3, 2, 1, 0]] end).
c2() -> t(fun() -> second([[1], [2, 0]]) end).
c3() -> t(fun() -> bytes([1, 0]) end).
c4() -> t(fun() -> [1 / X || <<X>> <= <<1, 0>>] end).
c5() -> t(fun() -> inside([[2, 1, 0]]) end).
c6() -> t(fun() -> bound([2, 0]) end).
c7() -> t(fun() -> nested([[2, 0]]) end).
c8() -> t(fun() -> filter([1, 0]) end).
c9() -> t(fun() -> [X || X <- list_to_atom("foo")] end).
c10() -> t(fun() -> [X || X <- [1, 2], not_boolean(X)] end).
c11() -> t(fun() -> free([1, 0], 5, 7) end).
c12() -> t(fun() -> called([1, 0], 5) end).
c13() -> t(fun() -> twice([1, 0]) end).
c14() -> t(fun() -> within([1, 0]) end).
c15() -> t(fun() -> within([2, 1]) end).
c16() -> t(fun() -> source([1, 0]) end).
c17() -> t(fun() -> thrown([1, 0]) end).
c18() -> t(fun() -> three([1, 0], 2, 3) end).
c19() -> t(fun() -> three_deep([1, 0], 2, 3) end).
c20() -> t(fun() -> lists:map(fun(X) -> [bad(Y) || Y <- X] end, [[1], [1, 0]]) end).
c21() -> t(fun() -> folded([1, 0]) end).

not_boolean(X) -> X.

second(L) ->
    [1 / Y ||
        X <- L,
        Y <- X].

bytes(L) -> << <<1>> || X <- L, bad(X) =/= 0 >>.

inside(L) -> lists:map(fun(X) -> [1 / Y || Y <- X] end, L).

bound(L) -> X = [1 / Y || Y <- L], {X}.

nested(L) -> [[1 / Y || Y <- X] || X <- L].

filter(L) ->
    [
     X
     ||
        X <- L,
        bad(X) =/= 0
    ].

free(L, A, B) -> [{A, B, 1 / X} || X <- L].

called(L, A) -> F = fun(X) -> {A, 1 / X} end, [F(X) || X <- L].

twice(L) -> A = [X || X <- L], B = [bad(X) || X <- A], {A, B}.

within(L) -> [case X of 0 -> bad(X); _ -> [bad(X - 1) || _ <- [1]] end || X <- L].

source(L) ->
    [X ||
        X <- [bad(Y)
              || Y <- L],
        Z <- [fun() -> X end,
              3],
        Z =/= X].

thrown(L) -> [throw({X, L}) || X <- L].

three(L, A, B) ->
    [{A, Q} || X <- L, {B, bad(X)} =/= x, Y <- [X], Q <- [Y]].

three_deep(L, A, B) ->
    [{A, Q, bad(Y)} || X <- L, B =/= x, Y <- [X], Q <- [Y]].

folded(L) -> lists:foldl(fun(X, A) -> [1 / X | A] end, [], L).
