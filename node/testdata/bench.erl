-module(bench).
-export([one/0, idle/0, wait/0]).

one() -> spawn(bench, wait, []), ok.

idle() -> many(1000000), ready.
many(0) -> ok;
many(N) -> spawn(bench, wait, []), many(N - 1).
wait() -> receive stop -> ok end.
