package main

// ets measures tables: what goes in and out one by one, and what looks at all objects.
var ets = Suite{
	Name: "ets",
	Module: `
-module(bench).
-compile(export_all).
-compile(nowarn_export_all).

fill(T, 0) -> T;
fill(T, N) -> ets:insert(T, {N, N}), fill(T, N - 1).

insert_set() -> done(fill(ets:new(t, [set]), 100000)).
insert_ordered() -> done(fill(ets:new(t, [ordered_set]), 100000)).
insert_public_named() -> done(fill(ets:new(bench_table, [set, public, named_table]), 100000)).
insert_bag() -> done(bag(ets:new(t, [bag]), 100000)).
bag(T, 0) -> T;
bag(T, N) -> ets:insert(T, {N rem 20000, N}), bag(T, N - 1).

insert_list() -> T = ets:new(t, [set]), ets:insert(T, [{N, N} || N <- lists:seq(1, 100000)]), done(T).

random_ordered() -> done(shuffled(ets:new(t, [ordered_set]), 100000, 12345)).
shuffled(T, 0, _) -> T;
shuffled(T, N, S) -> S1 = (S * 1103515245 + 12345) band 16#7fffffff, ets:insert(T, {S1, N}), shuffled(T, N - 1, S1).

lookup_set() -> T = fill(ets:new(t, [set]), 1000), look(T, 300000, 0).
lookup_ordered() -> T = fill(ets:new(t, [ordered_set]), 1000), look(T, 300000, 0).
lookup_large() -> T = ets:new(t, [set]), ets:insert(T, {1, lists:seq(1, 100)}), large(T, 100000, 0).
large(T, 0, A) -> done(T), A;
large(T, N, A) -> [{_, [H | _]}] = ets:lookup(T, 1), large(T, N - 1, A + H).
look(T, 0, A) -> done(T), A;
look(T, N, A) -> [{_, V}] = ets:lookup(T, N rem 1000 + 1), look(T, N - 1, A + V).

lookup_element() -> T = fill(ets:new(t, [set]), 1000), element(T, 300000, 0).
element(T, 0, A) -> done(T), A;
element(T, N, A) -> element(T, N - 1, A + ets:lookup_element(T, N rem 1000 + 1, 2)).

binary_keys() -> T = ets:new(t, [set]), put_binaries(T, 50000), get_binaries(T, 50000, 0).
put_binaries(_, 0) -> ok;
put_binaries(T, N) -> ets:insert(T, {<<"key-", (integer_to_binary(N))/binary>>, N}), put_binaries(T, N - 1).
get_binaries(T, 0, A) -> done(T), A;
get_binaries(T, N, A) -> [{_, V}] = ets:lookup(T, <<"key-", (integer_to_binary(N))/binary>>), get_binaries(T, N - 1, A + V).

update_counter() -> T = ets:new(t, [set]), ets:insert(T, {c, 0}), count(T, 300000).
count(T, 0) -> done(T);
count(T, N) -> ets:update_counter(T, c, 1), count(T, N - 1).
update_element() -> T = ets:new(t, [set]), ets:insert(T, {c, 0}), set(T, 300000).
set(T, 0) -> done(T);
set(T, N) -> ets:update_element(T, c, {2, N}), set(T, N - 1).

insert_delete() -> T = ets:new(t, [set]), cycle(T, 100000).
cycle(T, 0) -> done(T);
cycle(T, N) -> ets:insert(T, {N, N}), ets:delete(T, N), cycle(T, N - 1).

select() -> T = fill(ets:new(t, [set]), 100000), L = ets:select(T, [{{'$1', '$2'}, [{'=:=', {'rem', '$1', 2}, 0}], ['$2']}]), done(T), length(L).
select_key() -> T = fill(ets:new(t, [set]), 1000), keyed(T, 30000).
keyed(T, 0) -> done(T);
keyed(T, N) -> [N1] = ets:select(T, [{{N rem 1000 + 1, '$1'}, [], ['$1']}]), keyed(T, N - 1 + N1 - N1).
match_all() -> T = fill(ets:new(t, [set]), 100000), L = ets:match_object(T, {'_', 77}), done(T), length(L).
tab2list() -> T = fill(ets:new(t, [set]), 100000), L = ets:tab2list(T), done(T), length(L).
fold() -> T = fill(ets:new(t, [set]), 100000), S = ets:foldl(fun({_, V}, A) -> V + A end, 0, T), done(T), S.
first_next() -> T = fill(ets:new(t, [ordered_set]), 50000), N = walk(T, ets:first(T), 0), done(T), N.
walk(_, '$end_of_table', N) -> N;
walk(T, K, N) -> walk(T, ets:next(T, K), N + 1).

tables() -> many(10000).
many(0) -> ok;
many(N) -> done(ets:new(t, [])), many(N - 1).

readers() ->
    T = fill(ets:new(t, [set, public, {read_concurrency, true}, {write_concurrency, true}]), 1000),
    Me = self(),
    Ps = [spawn(fun() -> look_only(T, 50000, 0), Me ! {done, self()} end) || _ <- [1, 2, 3, 4]],
    [receive {done, P} -> ok end || P <- Ps],
    done(T).
look_only(_, 0, A) -> A;
look_only(T, N, A) -> [{_, V}] = ets:lookup(T, N rem 1000 + 1), look_only(T, N - 1, A + V).

done(T) -> ets:delete(T).
`,
	Cases: []Case{
		{Name: "insert_set", Goal: 1}, {Name: "insert_ordered", Goal: 1}, {Name: "insert_public_named", Goal: 1}, {Name: "insert_bag", Goal: 1},
		{Name: "insert_list", Goal: 1}, {Name: "random_ordered", Goal: 1}, {Name: "lookup_set", Goal: 4}, {Name: "lookup_ordered", Goal: 4},
		{Name: "lookup_large", Goal: 1}, {Name: "lookup_element", Goal: 4}, {Name: "binary_keys", Goal: 4}, {Name: "update_counter", Goal: 4},
		{Name: "update_element", Goal: 4}, {Name: "insert_delete", Goal: 4}, {Name: "select", Goal: 1}, {Name: "select_key", Goal: 4},
		{Name: "match_all", Goal: 1}, {Name: "tab2list", Goal: 1}, {Name: "fold", Goal: 1}, {Name: "first_next", Goal: 4}, {Name: "tables", Goal: 1},
		{Name: "readers", Goal: 1},
	},
}
