package main

// language measures the evaluator itself: calls, loops, lists, binaries, maps, funs and exceptions.
var language = Suite{
	Name: "language",
	Module: `
-module(bench).
-compile(export_all).
-compile(nowarn_export_all).

fib() -> fib(25).
fib(N) when N < 2 -> N;
fib(N) -> fib(N - 1) + fib(N - 2).

tail_loop() -> loop(1000000, 0).
loop(0, Acc) -> Acc;
loop(N, Acc) -> loop(N - 1, Acc + N).

binary_append() -> byte_size(append(100000, <<>>)).
append(0, B) -> B;
append(N, B) -> append(N - 1, <<B/binary, N:8>>).

tree_match() -> sum(tree(16)).
tree(0) -> leaf;
tree(D) -> {node, tree(D - 1), D, tree(D - 1)}.
sum(leaf) -> 0;
sum({node, L, V, R}) -> sum(L) + V + sum(R).

comprehension() -> length([X * 2 || X <- lists:seq(1, 100000), X rem 2 =:= 0]).

naive_map() -> length(map(fun(X) -> X + 1 end, seq(1000000, []))).
map(F, [H | T]) -> [F(H) | map(F, T)];
map(_, []) -> [].
seq(0, L) -> L;
seq(N, L) -> seq(N - 1, [N | L]).

traverse() -> walk(10, seq(100000, []), 0).
walk(0, _, Acc) -> Acc;
walk(N, L, Acc) -> walk(N - 1, L, total(L, Acc)).
total([H | T], Acc) -> total(T, Acc + H);
total([], Acc) -> Acc.

reverse() -> length(rev(seq(300000, []), [])).
rev([H | T], Acc) -> rev(T, [H | Acc]);
rev([], Acc) -> Acc.

copy(0, _, Acc) -> Acc;
copy(N, B, Acc) -> copy(N - 1, B, <<Acc/binary, B/binary>>).

bit_parse() -> parse(copy(30000, <<1, 2:16, "abcd">>, <<>>), 0).
parse(<<A, B:16, C:4/binary, Rest/binary>>, N) -> parse(Rest, N + A + B + byte_size(C));
parse(<<>>, N) -> N.

bit_bytes() -> bytes(copy(30000, <<"0123456789">>, <<>>), 0).
bytes(<<C, Rest/binary>>, N) when C >= $0, C =< $9 -> bytes(Rest, N + C - $0);
bytes(<<>>, N) -> N.

bit_build() -> byte_size(<< <<X:16/little, (X + 1):8>> || X <- seq(100000, []) >>).

throw_catch() -> throws(100000, 0).
throws(0, N) -> N;
throws(K, N) -> throws(K - 1, N + try throw(K) catch throw:V -> V end).

throw_deep() -> deep_throws(3000, 0).
deep_throws(0, N) -> N;
deep_throws(K, N) -> deep_throws(K - 1, N + try deep(100, K) catch throw:V -> V end).
deep(0, V) -> throw(V);
deep(N, V) -> 1 + deep(N - 1, V).

error_catch() -> errors(100000, 0).
errors(0, N) -> N;
errors(K, N) -> errors(K - 1, N + try K + a catch error:badarith -> 1 end).

fold_fun() -> lists:foldl(fun(X, A) -> X + A end, 0, lists:seq(1, 1000000)).

sort() -> length(lists:sort(shuffled(100000, 12345, []))).
shuffled(0, _, L) -> L;
shuffled(N, S, L) -> S1 = (S * 1103515245 + 12345) band 16#7fffffff, shuffled(N - 1, S1, [S1 | L]).

map_put() -> maps:size(puts(100000, #{})).
puts(0, M) -> M;
puts(N, M) -> puts(N - 1, M#{N => N}).

map_get_update() -> M = puts(1000, #{}), gets(100000, M, 0).
gets(0, _, A) -> A;
gets(N, M, A) -> K = N rem 1000 + 1, #{K := V} = M, gets(N - 1, M#{K := V + 1}, A + V).

strings() -> length(lists:flatten(build(20000, []))).
build(0, L) -> L;
build(N, L) -> build(N - 1, [integer_to_list(N), $,, atom_to_list(ok) | L]).

records() -> rec(300000, {state, 0, [], undefined}).
rec(0, S) -> element(2, S);
rec(N, {state, C, L, U}) -> rec(N - 1, {state, C + 1, L, U}).

case_dispatch() -> dispatch(300000, 0).
dispatch(0, A) -> A;
dispatch(N, A) ->
    D = case N rem 5 of 0 -> zero; 1 -> one; 2 -> two; 3 -> three; _ -> many end,
    dispatch(N - 1, A + weight(D)).
weight(zero) -> 0; weight(one) -> 1; weight(two) -> 2; weight(three) -> 3; weight(many) -> 9.
`,
	Cases: []Case{
		{Name: "fib", Goal: 8, PromptGoal: 25,
			Prompt: "F = fun Fib(N) when N < 2 -> N; Fib(N) -> Fib(N - 1) + Fib(N - 2) end, F(20)."},
		{Name: "tail_loop", Goal: 8, PromptGoal: 25, Prompt: "F = fun L(0, A) -> A; L(N, A) -> L(N - 1, A + N) end, F(300000, 0)."},
		{Name: "binary_append", Goal: 12, PromptGoal: 25, Prompt: "F = fun A(0, B) -> B; A(N, B) -> A(N - 1, <<B/binary, N:8>>) end, byte_size(F(30000, <<>>))."},
		{Name: "tree_match", Goal: 8, PromptGoal: 25,
			Prompt: "T = fun T(0) -> leaf; T(D) -> {node, T(D - 1), D, T(D - 1)} end, S = fun S(leaf) -> 0; S({node, L, V, R}) -> S(L) + V + S(R) end, S(T(12))."},
		{Name: "comprehension", Goal: 8, PromptGoal: 25, Prompt: "length([X * 2 || X <- lists:seq(1, 100000), X rem 2 =:= 0])."},
		{Name: "naive_map", Goal: 8},
		{Name: "traverse", Goal: 12},
		{Name: "reverse", Goal: 12},
		{Name: "bit_parse", Goal: 12},
		{Name: "bit_bytes", Goal: 12},
		{Name: "bit_build", Goal: 12},
		{Name: "throw_catch", Goal: 2},
		{Name: "throw_deep", Goal: 6},
		{Name: "error_catch", Goal: 2},
		{Name: "fold_fun", Goal: 4},
		{Name: "sort", Goal: 1},
		{Name: "map_put", Goal: 1},
		{Name: "map_get_update", Goal: 1},
		{Name: "strings", Goal: 4},
		{Name: "records", Goal: 8},
		{Name: "case_dispatch", Goal: 8},
	},
}
