%% What the scenes of tracing trace.
-module(traced).
-export([fact/1, f/1, g/1, boom/1, loop/2, through_apply/2, mapped/1]).

fact(0) -> 1;
fact(N) -> N * fact(N - 1).

f(X) -> g(X + 1).
g(X) -> h(X), X.
h(X) -> X.

boom(0) -> error(oops);
boom(N) -> 1 + boom(N - 1).

loop(0, Sum) -> Sum;
loop(N, Sum) -> loop(N - 1, Sum + N).

through_apply(F, Args) -> apply(traced, F, Args).

mapped(L) -> lists:map(fun traced:g/1, L).
