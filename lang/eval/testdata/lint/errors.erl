-module(errors).
-export([a/1, nofun/3, a/1]).
-export([b/0]).
-import(lists, [map/2]).
-foo(bar).
-record(r, {x, y}).
-record(r, {x}).
-record(dup, {x, x}).
a(X) -> Y.
a(X) -> nolocal(X), fun nofun2/1, lists:nosuch(1).
b() -> case x of 1 -> A = 1; 2 -> B = 2 end, {A, B}.
c(X) when foo(X) -> ok;
c(X) when X = 1 -> ok;
c(X) when lists:member(X, []) -> ok.
d() -> #nosuch{}, #r{z = 1}, #r{x = 1, x = 2}, X = #r{}, X#r.nofield, X#r{w = 1}, #r.q.
g() -> {X = 1, X}, (Z = 1) + Z.
h() -> (true andalso (W = 1)), W, try Q = 1 catch _:_ -> ok end, Q, catch (P = 1), P.
i(X) -> #{a := 1}, #{X => Y} = X, <<A:B, B>> = X, <<C/binary, D>> = X, <<1:foo/bar>>.
j() -> [E || E <- [1]], E, fun(G) -> G end, G.
map(A, B) -> ok.
length(X) -> X.
k() -> length([]), is_record(a, b), record_info(fields, nosuch), record_info(x, r).
l() -> _, f(_).
m() -> X = Y, Y, Y.
