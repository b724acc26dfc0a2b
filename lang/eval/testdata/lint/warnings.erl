-module(warnings).
-behaviour(gen_server).
-behaviour(nosuch).
-export([a/1, b/0, c/1, d/2, e/0, f/1, g/1, h/1, i/0, j/1, k/0]).
-record(unused, {x}).
-record(used, {x, y}).
-include("warnings.hrl").
a(X) -> Y = 1, ok.
b() -> 1 + 2, {a, b}, foo, "abc", [1], fun(X) -> X end, self(), length([]), #{}, <<1>>, ok.
c(X) -> F = fun(X) -> X end, [X || X <- [1]], F.
d(_, _) -> ok;
d(a, b) -> no.
e() -> case foo of foo -> 1; bar -> 2; _ -> 3; zip -> 4 end.
f(X) when X == 1, false -> ok;
f(X) -> 1 / 0, atom + 1.
g(#used{x = A}) -> B = case A of 1 -> C = A; 2 -> C = A end, D = 3.
h(X) -> try X catch error:E -> ok; T:R:S -> ok end.
i() -> X = 1, case X of 1 -> Y = 2; _ -> Y = 3 end, if true -> Z = Y end, begin Q = 1 end.
j([A|B]) -> [A]; j({A, A}) -> ok; j(_B) -> _B.
k() -> receive X -> ok after 10 -> ok end, M = #{a => 1}, #{a := V} = M, {N, N} = {1, 1}, element(1, {}), hd([]).
unused_fun() -> other().
other() -> ok.
