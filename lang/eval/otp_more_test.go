package eval_test

// otpMore are further calls of the modules of otpCalls, and modules whose calls stand here only.
var otpMore = map[string][]string{
	"ordsets": {
		"S = @:from_list([3,1.0,1,b,a,\"x\"]), [@:is_element(1, S), @:size(S), @:fold(fun(X, A) -> [X|A] end, [], S), @:filter(fun erlang:is_atom/1, S), @:is_set(S), @:is_set([b,a])].",
		"{@:intersection([[1,2,3],[2,3],[3,4]]), @:union([]), @:is_subset([1], [1,2]), @:is_empty([]), @:new()}.", "@:intersection([]).", "@:from_list(a).",
	},
	"orddict": {
		"D = @:from_list([{a,1},{a,2},{b,3}]), {D, @:append(b, 4, @:store(b, [3], D)), @:append_list(c, [1,2], D), @:update(a, fun(X) -> -X end, 0, D), @:update_counter(z, 7, D)}.",
		"{@:filter(fun(_, V) -> V > 1 end, [{a,1},{b,2}]), @:fold(fun(K, V, A) -> [{V,K}|A] end, [], [{a,1},{b,2}]), @:take(a, [{a,1}]), @:take(x, [{a,1}]), @:is_empty([])}.", "@:update(q, fun(X) -> X end, []).",
	},
	"sets": {
		"S = @:from_list(lists:seq(1, 500)), {@:size(S), @:is_element(500, S), @:is_element(0, S), lists:sum(@:to_list(S)), @:size(@:filter(fun(X) -> X rem 3 =:= 0 end, S))}.",
		"A = @:from_list([1,2,3]), B = @:from_list([3,4]), {lists:sort(@:to_list(@:subtract(A, B))), @:to_list(@:intersection(A, B)), @:is_disjoint(A, B), @:fold(fun(X, Y) -> X + Y end, 0, A), @:is_set(A), @:is_set(foo)}.",
		"S = @:from_list([a,b], [{version,2}]), {S, @:is_element(a, S), @:to_list(@:del_element(a, S))}.",
	},
	"proplists": {
		"{@:normalize([b, {c,1}, {no_x,true}], [{aliases,[{c,d}]},{negations,[{no_x,x}]},{expand,[{b,[e,f]}]}]), @:substitute_aliases([{a,b}], [{a,1},a]), @:split([a,{b,1},{c,2},b], [a,b])}.",
		"{@:get_keys([a,{b,1},{a,2},{c}]), @:append_values(a, [{a,[1]},{a,2},b]), @:is_defined(z, [a]), @:to_map([a,{b,2}]), @:property(a, true), @:property(a, 1)}.", "@:get_bool(a, [{a,yes}]).", "@:expand([{a,[b,c]}], [a,{a,1},d]).",
	},
	"string": {
		"{@:centre(\"ab\", 6), @:left(\"abc\", 5, $.), @:right(\"abc\", 2), @:words(\"a b  c\"), @:sub_word(\"a b c\", 2), @:sub_string(\"hello\", 2, 4), @:copies(\"ab\", 3), @:concat(\"a\", \"b\"), @:equal(\"a\", \"a\")}.",
		"{@:rchr(\"abca\", $a), @:chr(\"abc\", $z), @:span(\"aab\", \"a\"), @:cspan(\"bba\", \"a\"), @:rstr(\"abab\", \"ab\"), @:to_lower(\"ABC\")}.",
		"@:right(\"abc\", 5, $.).", "@:sub_string(\"abc\", 0).", "@:substr(\"abc\", 5, 1).",
	},
	"base64": {
		"[@:decode(@:encode(crypto:hash(md5, integer_to_list(N)))) =:= crypto:hash(md5, integer_to_list(N)) || N <- lists:seq(1, 20)].", "@:mime_decode(<<\"a G V s\\nbG8=!\">>).", "@:decode_to_string(\"aGk=\").", "@:encode(a).", "@:decode(\"====\").",
	},
	"filename": {
		"{@:absname_join(\"/a\", \"b/../c\"), @:nativename(\"a/b\"), @:pathtype(\"/a\"), @:pathtype(\"a\"), @:rootname(\"a.b.c\", \".c\"), @:basename(<<\"a/b\">>), @:join(<<\"a\">>, \"b\"), @:split(<<\"/a/b\">>)}.",
		"{@:join([\"a//b/\", \"c/\"]), @:dirname(\"a\"), @:dirname(\"/\"), @:extension(\"a/.b\"), @:safe_relative_path(\"a/../b\"), @:safe_relative_path(\"../b\"), @:basename(\"/\")}.", "@:join(1, 2).",
	},
	"calendar": {
		"[@:gregorian_days_to_date(D) || D <- [0, 1, 59, 60, 365, 366, 730000, 738000]].", "{@:time_difference({{2020,1,1},{0,0,0}}, {{2021,3,4},{5,6,7}}), @:iso_week_number({2021,1,3}), @:iso_week_number({2020,12,31}), @:valid_date(2023,2,29)}.",
		"{@:rfc3339_to_system_time(\"2020-02-29T12:30:59Z\"), @:system_time_to_rfc3339(1582979459, [{offset,\"Z\"}]), @:time_to_seconds({1,2,3}), @:seconds_to_time(3723), @:datetime_to_gregorian_seconds({{1970,1,1},{0,0,0}})}.", "@:day_of_the_week(2025, 2, 30).",
	},
	"rand": {
		"[begin S = @:seed_s(A, {7,8,9}), {L, _} = lists:mapfoldl(fun(_, T) -> @:uniform_s(1000, T) end, S, lists:seq(1, 20)), {A, L} end || A <- [exsss, exro928ss, exrop, exs1024s, exsp]].",
		"S = @:jump(@:seed_s(exsss, 1)), {V, _} = @:uniform_real_s(S), V.", "{B, _} = @:bytes_s(10, @:seed_s(exsss, 5)), B.", "@:seed_s(nosuch, 1).", "[@:mwc59_value(@:mwc59_seed(N)) || N <- [1, 2, 3]].",
	},
	"timer":        {"{@:hours(2), @:tc(erlang, abs, [-1]) =/= x, @:now_diff({1,2,3}, {1,2,4})}.", "@:hms(a, 1, 2).", "@:seconds(x)."},
	"erl_anno":     {"A = @:set_file(\"f\", @:new({3,4})), {@:file(A), @:location(A), @:line(A), @:to_term(A), @:set_line(9, A), @:record(@:set_record(true, A)), @:text(@:set_text(\"t\", A)), @:end_location(@:set_text(\"a\\nb\", A))}.", "@:new(x).", "@:from_term({1,2})."},
	"otp_internal": {"[@:obsolete(M, F, A) || {M, F, A} <- [{erlang,phash,2},{lists,map,2},{http_uri,parse,1},{crypto,hmac,3},{auth,cookie,0},{random,uniform,0}]].", "{@:obsolete_type(http_uri, uri), @:obsolete_type(a, b, 0)}."},
	"erl_internal": {
		"[{@:arith_op(O, A), @:bool_op(O, A), @:comp_op(O, A), @:list_op(O, A), @:send_op(O, A)} || {O, A} <- [{'+',2},{'not',1},{'==',2},{'++',2},{'!',2},{foo,2}]].",
		"{length([1 || {F, A} <- erlang:module_info(exports), @:guard_bif(F, A)]), length([1 || {F, A} <- erlang:module_info(exports), @:bif(F, A)]) > 100, @:add_predefined_functions([]), @:old_type_test(list, 1)}.", "@:op_type(foo, 2).",
	},
	"erl_bits": {"[@:set_bit_type(S, T) || {S, T} <- [{default,[float]},{{integer,1,3},[binary]},{default,[utf8]},{default,[{unit,0}]},{default,[big,little]},{default,[signed,unsigned]},{16,[bitstring]}]].", "{@:system_bittype(integer), @:bits({bittype,binary,8,unsigned,big,x})}.", "@:as_list(element(2, @:set_bit_type(default, default)))."},
	"digraph": {
		"G = @:new([acyclic]), [A, B, C] = [@:add_vertex(G, V, [V]) || V <- [a, b, c]], E = @:add_edge(G, A, B, lbl), _ = @:add_edge(G, B, C), R = {@:no_vertices(G), @:no_edges(G), lists:sort(@:vertices(G)), element(2, @:edge(G, E)), @:get_path(G, A, C), @:out_neighbours(G, A), @:in_degree(G, C), element(1, @:add_edge(G, C, A)), @:vertex(G, b)}, @:delete(G), R.",
		"G = @:new(), [@:add_vertex(G, V) || V <- [1,2,3]], @:add_edge(G, 1, 2), @:add_edge(G, 2, 1), @:add_edge(G, 2, 3), R = {@:get_cycle(G, 1), @:get_short_cycle(G, 2), @:get_short_path(G, 1, 3), @:del_vertex(G, 3), @:no_edges(G), lists:keyfind(cyclicity, 1, @:info(G)), @:sink_vertices(G), @:source_vertices(G)}, @:delete(G), R.",
		"@:new([foo]).", "G = @:new(), R = {@:get_path(G, x, y), @:vertex(G, x), @:edge(G, y)}, @:delete(G), R.",
	},
	"uri_string": {
		"{@:parse(\"http://u%40h:80/p/q?x=1&y=%20#f\"), @:parse(<<\"urn:a:b\">>), @:recompose(#{scheme => \"https\", host => \"h\", path => \"/a b\"}), @:normalize(\"HTTP://Ex.COM/a/../b/./c\"), @:resolve(\"../d\", \"http://h/a/b/c\")}.",
		"{@:compose_query([{\"a\",\"1 2\"},{\"b\",\"é\"}]), @:dissect_query(\"a=1&b=%C3%A9&c\"), @:percent_decode(<<\"a%2Fb\">>), @:quote(\"a/b c\"), @:unquote(\"a%20b\"), @:allowed_characters() =/= []}.", "@:parse(\"http://[\").", "@:parse(\"%zz\").",
	},
	"erl_scan": {
		"{@:string(\"foo(X) -> X + 1.5e3, \\\"s\\\\n\\\", $a, 'q q', <<1:8>>.\"), @:string(\"16#FF 2#101 1_000.\", {1,1}), @:string(\"'abc\"), @:string(\"\\\"abc\")}.",
		"{@:tokens([], \"a. b\", 1), @:string(\"% c\\na.\", 1, [return]), @:string(\"a b\", 1, [text]), @:reserved_word('case'), @:reserved_word(foo), @:format_error({illegal,float})}.",
		"{ok, [T|_], _} = @:string(\"abc 1.\", {3,4}), {@:category(T), @:line(T), @:column(T), @:symbol(T), @:location(T)}.", "@:string(\"1.2.3 ... .. => := <- <= || ?= #{}\").", "@:string(a).",
	},
	"erl_posix_msg": {"[@:message(E) || E <- [enoent, eacces, eexist, einval, econnrefused, foo, etimedout, epipe]]."},
	"io_lib_fread":  {"{@:fread(\"~d ~s ~a\", \"12 abc def\"), @:fread(\"~f\", \"1.5\"), @:fread(\"~c\", \"xyz\"), @:fread(\"~16u\", \"ff\"), @:fread(\"~d\", \"x\"), @:fread(\"~d ~d\", \"1\"), @:fread(\"a~d\", \"a5b\")}."},
}
