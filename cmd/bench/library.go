package main

// library measures the hot functions of the standard library. Where OTP has them in C the goal is 1, where it has them in Erlang 4.
var library = Suite{
	Name: "library",
	Module: `
-module(bench).
-compile(export_all).
-compile(nowarn_export_all).

times(0, _) -> ok;
times(N, F) -> F(), times(N - 1, F).

shuffled(0, _, L) -> L;
shuffled(N, S, L) -> S1 = (S * 1103515245 + 12345) band 16#7fffffff, shuffled(N - 1, S1, [S1 | L]).
numbers() -> shuffled(100000, 12345, []).
pairs(N) -> [{K, integer_to_list(K)} || K <- shuffled(N, 4711, [])].

sort() -> L = numbers(), times(3, fun() -> lists:sort(L) end).
sort_tuples() -> L = pairs(30000), times(3, fun() -> lists:sort(L) end).
sort_fun() -> L = numbers(), lists:sort(fun(A, B) -> A >= B end, L).
sort_external() -> L = numbers(), lists:sort(fun erlang:'=<'/2, L).
keysort() -> L = pairs(50000), lists:keysort(1, L).
usort() -> L = numbers(), lists:usort(L).
map_fun() -> L = lists:seq(1, 100000), times(5, fun() -> lists:map(fun(X) -> X + 1 end, L) end).
map_external() -> L = lists:seq(1, 100000), times(5, fun() -> lists:map(fun erlang:abs/1, L) end).
map_local() -> L = lists:seq(1, 100000), times(5, fun() -> lists:map(fun successor/1, L) end).
successor(X) -> X + 1.
fold_fun() -> L = lists:seq(1, 100000), times(5, fun() -> lists:foldl(fun(X, A) -> X + A end, 0, L) end).
fold_external() -> L = lists:seq(1, 100000), times(5, fun() -> lists:foldl(fun erlang:max/2, 0, L) end).
filter_fun() -> L = lists:seq(1, 100000), times(5, fun() -> lists:filter(fun(X) -> X rem 3 =:= 0 end, L) end).
foreach_fun() -> L = lists:seq(1, 100000), times(5, fun() -> lists:foreach(fun(X) -> X + 1 end, L) end).
reverse() -> L = lists:seq(1, 100000), times(20, fun() -> lists:reverse(L) end).
member() -> L = lists:seq(1, 10000), times(200, fun() -> lists:member(0, L) end).
keyfind() -> L = [{K, v} || K <- lists:seq(1, 10000)], times(100, fun() -> lists:keyfind(x, 1, L) end).
append() -> L = lists:seq(1, 100000), times(20, fun() -> L ++ [x] end).
zip() -> L = lists:seq(1, 100000), times(3, fun() -> lists:zip(L, L) end).
flatten() -> L = [[X, [X, [X]]] || X <- lists:seq(1, 30000)], times(3, fun() -> lists:flatten(L) end).
ukeymerge() -> L = lists:keysort(1, pairs(30000)), lists:ukeymerge(1, L, L).

maps_put() -> lists:foldl(fun(N, M) -> maps:put(N, N, M) end, #{}, lists:seq(1, 50000)).
maps_get() -> M = maps:from_list([{N, N} || N <- lists:seq(1, 1000)]), times(100, fun() -> [maps:get(N, M) || N <- lists:seq(1, 1000)] end).
maps_from_list() -> L = pairs(30000), maps:from_list(L).
maps_to_list() -> M = maps:from_list(pairs(30000)), times(3, fun() -> maps:to_list(M) end).
maps_map() -> M = maps:from_list(pairs(30000)), maps:map(fun(_, V) -> V end, M).
maps_fold() -> M = maps:from_list(pairs(30000)), maps:fold(fun(K, _, A) -> K + A end, 0, M).
maps_filter() -> M = maps:from_list(pairs(30000)), maps:filter(fun(K, _) -> K rem 2 =:= 0 end, M).
maps_update_with() -> lists:foldl(fun(N, M) -> maps:update_with(N rem 100, fun(V) -> V + 1 end, 0, M) end, #{}, lists:seq(1, 50000)).
maps_merge() -> M = maps:from_list(pairs(30000)), N = maps:from_list([{K, x} || K <- lists:seq(1, 3000)]), times(3, fun() -> maps:merge(M, N) end).

string_building() -> times(20, fun() -> lists:flatten([["item ", integer_to_list(N), $,] || N <- lists:seq(1, 1000)]) end).
binary_building() -> times(20, fun() -> iolist_to_binary([[<<"item ">>, integer_to_binary(N), $,] || N <- lists:seq(1, 1000)]) end).
words() -> lists:append([integer_to_list(N) ++ ", word" || N <- lists:seq(1, 2000)]).
string_split() -> S = words(), times(3, fun() -> string:split(S, ",", all) end).
string_split_binary() -> S = list_to_binary(words()), times(3, fun() -> string:split(S, <<",">>, all) end).
string_tokens() -> S = words(), times(3, fun() -> string:tokens(S, ", ") end).
string_lexemes() -> S = words(), string:lexemes(S, ", ").
string_join() -> L = [integer_to_list(N) || N <- lists:seq(1, 10000)], times(10, fun() -> string:join(L, ", ") end).
string_upper() -> S = words(), times(3, fun() -> string:uppercase(S) end).
string_trim() -> S = "   " ++ words() ++ "   ", string:trim(S).
string_length() -> S = words(), times(3, fun() -> string:length(S) end).
binary_split() -> S = list_to_binary(words()), times(20, fun() -> binary:split(S, <<",">>, [global]) end).
binary_replace() -> S = list_to_binary(words()), times(20, fun() -> binary:replace(S, <<"word">>, <<"term">>, [global]) end).
unicode_both() -> S = words(), times(10, fun() -> unicode:characters_to_list(unicode:characters_to_binary(S)) end).

re_run() -> S = list_to_binary(words()), times(3, fun() -> re:run(S, "[0-9]+", [global, {capture, first, binary}]) end).
re_one() -> times(5000, fun() -> re:run("2024-11-05 12:33:07", "^(\\d+)-(\\d+)-(\\d+)", [{capture, all, list}]) end).
re_compiled() -> {ok, R} = re:compile("(\\w+)@(\\w+)\\.com"), times(5000, fun() -> re:run("mail to joe@example.com, please", R) end).
re_replace() -> S = words(), re:replace(S, "w(or)d", "t\\1m", [global, {return, list}]).
re_split() -> S = words(), re:split(S, ",", [{return, list}]).

term() -> [{K, a, <<"some bytes">>, [K, K * 1.5, "text"], #{key => K, "k2" => {x, y}}} || K <- lists:seq(1, 5000)].
format_w() -> T = term(), io_lib:format("~w", [T]).
format_p() -> T = lists:sublist(term(), 300), io_lib:format("~p", [T]).
format_small() -> times(10000, fun() -> io_lib:format("~s is ~w of ~p~n", ["name", 42, {a, "b"}]) end).
format_numbers() -> times(10000, fun() -> io_lib:format("~4..0w ~8.2f ~.16b", [17, 3.14159, 255]) end).
encode() -> T = term(), times(3, fun() -> term_to_binary(T) end).
decode() -> B = term_to_binary(term()), times(3, fun() -> binary_to_term(B) end).
phash2() -> T = term(), times(3, fun() -> erlang:phash2(T) end).
iolist() -> L = [[<<"some bytes">>, "text", $,, [X rem 256]] || X <- lists:seq(1, 20000)], times(3, fun() -> iolist_to_binary(L) end).
list_atoms() -> lists:foldl(fun(_, A) -> list_to_atom(atom_to_list(A)) end, some_atom, lists:seq(1, 50000)).
integers() -> lists:foldl(fun(X, N) -> list_to_integer(integer_to_list(X * 1000)) + N end, 0, lists:seq(1, 50000)).
floats() -> lists:foldl(fun(X, N) -> length(float_to_list(X / 3, [short])) + N end, 0, lists:seq(1, 20000)).
md5() -> B = binary:copy(<<"0123456789">>, 100000), erlang:md5(B).

queues() -> drain(lists:foldl(fun queue:in/2, queue:new(), lists:seq(1, 50000))).
drain(Q) -> case queue:out(Q) of {{value, _}, Q1} -> drain(Q1); {empty, _} -> ok end.
dicts() -> D = lists:foldl(fun({K, V}, D) -> dict:store(K, V, D) end, dict:new(), pairs(10000)), dict:fold(fun(K, _, A) -> K + A end, 0, D).
dict_update() -> lists:foldl(fun(N, D) -> dict:update_counter(N rem 100, 1, D) end, dict:new(), lists:seq(1, 20000)).
gb_tree() -> T = lists:foldl(fun({K, V}, T) -> gb_trees:enter(K, V, T) end, gb_trees:empty(), pairs(10000)), gb_trees:to_list(T).
gb_set() -> gb_sets:to_list(lists:foldl(fun gb_sets:add/2, gb_sets:new(), shuffled(10000, 99, []))).
ordset() -> lists:foldl(fun ordsets:add_element/2, [], lists:seq(1, 500)).
sets_v2() -> lists:foldl(fun sets:add_element/2, sets:new([{version, 2}]), shuffled(20000, 99, [])).
arrays() -> lists:foldl(fun(N, A) -> array:set(N, N, A) end, array:new(), lists:seq(0, 20000)).
random() -> lists:foldl(fun(_, S) -> {_, S1} = rand:uniform_s(100, S), S1 end, rand:seed_s(exsss, {1, 2, 3}), lists:seq(1, 30000)).
proplist() -> L = [{K, v} || K <- lists:seq(1, 200)], times(1000, fun() -> proplists:get_value(150, L) end).
encode64() -> times(3, fun() -> base64:decode(base64:encode(binary:copy(<<"0123456789">>, 10000))) end).
scan() -> S = lists:append(["f(X) -> {X, \"text\", 17.5, 'an atom'}. " || _ <- lists:seq(1, 200)]), erl_scan:string(S).
`,
	Cases: []Case{
		{Name: "sort", Goal: 1}, {Name: "sort_tuples", Goal: 1}, {Name: "sort_fun", Goal: 4}, {Name: "sort_external", Goal: 4},
		{Name: "keysort", Goal: 4}, {Name: "usort", Goal: 4}, {Name: "map_fun", Goal: 4}, {Name: "map_external", Goal: 4},
		{Name: "map_local", Goal: 4}, {Name: "fold_fun", Goal: 4}, {Name: "fold_external", Goal: 4}, {Name: "filter_fun", Goal: 4},
		{Name: "foreach_fun", Goal: 4}, {Name: "reverse", Goal: 1}, {Name: "member", Goal: 1}, {Name: "keyfind", Goal: 1},
		{Name: "append", Goal: 1}, {Name: "zip", Goal: 4}, {Name: "flatten", Goal: 4}, {Name: "ukeymerge", Goal: 4},
		{Name: "maps_put", Goal: 1}, {Name: "maps_get", Goal: 1}, {Name: "maps_from_list", Goal: 1}, {Name: "maps_to_list", Goal: 4},
		{Name: "maps_map", Goal: 4}, {Name: "maps_fold", Goal: 4}, {Name: "maps_filter", Goal: 4}, {Name: "maps_update_with", Goal: 4},
		{Name: "maps_merge", Goal: 1},
		{Name: "string_building", Goal: 4}, {Name: "binary_building", Goal: 1}, {Name: "string_split", Goal: 4},
		{Name: "string_split_binary", Goal: 4}, {Name: "string_tokens", Goal: 4}, {Name: "string_lexemes", Goal: 4},
		{Name: "string_join", Goal: 4}, {Name: "string_upper", Goal: 4}, {Name: "string_trim", Goal: 4}, {Name: "string_length", Goal: 4},
		{Name: "binary_split", Goal: 1}, {Name: "binary_replace", Goal: 1}, {Name: "unicode_both", Goal: 1},
		{Name: "re_run", Goal: 1}, {Name: "re_one", Goal: 1}, {Name: "re_compiled", Goal: 1}, {Name: "re_replace", Goal: 4},
		{Name: "re_split", Goal: 4},
		{Name: "format_w", Goal: 4}, {Name: "format_p", Goal: 4}, {Name: "format_small", Goal: 4}, {Name: "format_numbers", Goal: 4},
		{Name: "encode", Goal: 1}, {Name: "decode", Goal: 1}, {Name: "phash2", Goal: 1}, {Name: "iolist", Goal: 1},
		{Name: "list_atoms", Goal: 4}, {Name: "integers", Goal: 4}, {Name: "floats", Goal: 1}, {Name: "md5", Goal: 1},
		{Name: "queues", Goal: 4}, {Name: "dicts", Goal: 4}, {Name: "dict_update", Goal: 4}, {Name: "gb_tree", Goal: 4},
		{Name: "gb_set", Goal: 4}, {Name: "ordset", Goal: 4}, {Name: "sets_v2", Goal: 4}, {Name: "arrays", Goal: 4},
		{Name: "random", Goal: 4}, {Name: "proplist", Goal: 4}, {Name: "encode64", Goal: 4}, {Name: "scan", Goal: 4},
	},
}
