%% Terms of the types that have names: structures of modules, texts of a syntax, options.
-module(random_types).
-export([make/5, opaque/1]).

%% make(Module, Name, Args, Depth, Maker): a term of the type Module:Name; Maker holds the funs of random_terms.
make(M, Name, Args, D, R) -> type(M, Name, Args, D, R).

below(N, #{below := F}) -> F(N).
pick(L, #{pick := F}) -> F(L).
many(N, F, #{many := G}) -> G(N, F).
string(#{string := F}) -> F().
element_of(#{element := F}) -> F().
any(N, #{any := F}) -> F(N).
value(T, D, #{value := F}) -> F(T, D).
elements(R) -> many(6, fun() -> element_of(R) end, R).
pairs(R) -> [{element_of(R), element_of(R)} || _ <- many(6, fun() -> x end, R)].

opaque(Name) -> lists:member(Name, [array, dict, tree, set, iter, iterator, queue, graph, relation, family, a_function, a_set, anyset, state, export_state, mp, cp, set_fun, order, sorted, device]).

type(random, order, _, _, R) -> pick([fun(A, B) -> A =< B end, fun(A, B) -> A >= B end, fun(A, B) -> erlang:phash2(A) =< erlang:phash2(B) end], R);
type(random, sorted, _, _, R) -> lists:sort(elements(R));
type(random, unique, _, _, R) -> lists:usort(elements(R));
type(random, keys, [{integer, _, N}], _, R) -> lists:ukeysort(N, many(5, fun() -> {pick([a, b, c, 1, 1.0], R), pick([x, y, z, 2, 2.0], R)} end, R));
type(_, chardata, _, _, #{chardata := F}) -> F(2);
type(_, charlist, _, _, #{chardata := F}) -> case F(1) of L when is_list(L) -> L; B -> [B] end;
type(_, chars, _, _, #{chardata := F}) -> F(1);
type(_, unicode_binary, _, _, #{utf8 := F}) -> F();
type(_, grapheme_cluster, _, _, #{char := F} = R) -> case below(5, R) of 0 -> pick([[$e, 769], "\r\n", [F()]], R); _ -> F() end;
type(_, encoding, _, _, R) -> pick([utf8, latin1, unicode, utf16, {utf16, little}, utf32, {utf32, little}, {utf32, big}], R);
type(array, array, _, _, R) ->
    A = case below(4, R) of
            0 -> array:new(below(5, R), {default, element_of(R)});
            1 -> array:from_list(elements(R), element_of(R));
            2 -> array:set(below(40, R), x, array:new());
            3 -> array:from_list(elements(R))
        end,
    case below(4, R) of 0 -> array:fix(A); 1 -> array:relax(A); _ -> A end;
type(_, dict, _, _, R) -> dict:from_list(pairs(R));
type(_, tree, _, _, R) -> lists:foldl(fun({K, V}, T) -> gb_trees:enter(K, V, T) end, gb_trees:empty(), pairs(R));
type(gb_sets, set, _, _, R) -> gb_sets:from_list(elements(R));
type(gb_sets, iter, _, _, R) -> gb_sets:iterator(gb_sets:from_list(elements(R)));
type(gb_trees, iter, _, D, R) -> gb_trees:iterator(type(gb_trees, tree, [], D, R));
type(maps, iterator, _, _, R) -> maps:iterator(maps:from_list(pairs(R)));
type(sets, set, _, _, R) -> sets:from_list(elements(R), [{version, 1 + below(2, R)}]);
type(queue, queue, _, _, R) ->
    Q = queue:from_list(elements(R)),
    case below(3, R) of
        0 -> Q;
        1 -> queue:in(element_of(R), Q);
        2 -> queue:reverse(queue:in_r(element_of(R), Q))
    end;
type(_, graph, _, _, R) -> graph(R);
type(_, vertex, _, _, R) -> pick([a, b, c, d, e, f], R);
type(_, edge, _, _, R) -> pick([['$e' | 0], ['$e' | 1], ['$e' | 2], e1, none], R);
type(_, label, _, _, R) -> element_of(R);
type(digraph, d_type, _, _, R) -> pick([cyclic, acyclic, private, protected], R);
type(_, date, _, _, R) -> date(R);
type(_, time, _, _, R) -> time(R);
type(_, datetime, _, _, R) -> {date(R), time(R)};
type(_, timestamp, _, _, R) -> {below(3000, R), below(1000000, R), below(1000000, R)};
type(_, time_unit, _, _, R) -> pick([second, millisecond, microsecond, nanosecond, native, perf_counter, 1, 7, 1000, seconds], R);
type(_, base64_string, _, _, R) -> base64:encode_to_string(value({type, 0, binary, []}, 0, R)) ++ pick(["", "", "=", " \n", "*", "a"], R);
type(_, base64_binary, _, _, R) -> <<(base64:encode(value({type, 0, binary, []}, 0, R)))/binary, (pick([<<>>, <<>>, <<"=">>, <<" \n">>, <<"*">>, <<"ab">>], R))/binary>>;
type(_, byte_string, _, _, R) -> many(8, fun() -> below(256, R) end, R);
type(_, T, _, _, R) when T =:= part -> {below(6, R), below(7, R) - 2};
type(binary, cp, _, _, R) -> binary:compile_pattern(pick([<<"a">>, <<"ab">>, [<<"b">>, <<",">>], [<<"ab">>, <<"a">>, <<"c">>]], R));
type(_, T, _, _, R) when T =:= name_all; T =:= filename_all; T =:= filename; T =:= name -> file_name(R);
type(file, device, _, D, #{where := {_, _, _, Dir}} = R) ->
    Modes = pick([[read], [read, write], [write], [read, binary], [read, raw], [read, write, raw, binary], [append], [read, {encoding, utf8}], [read, write, {encoding, utf16}]], R),
    {ok, F} = file:open(filename:join(Dir, pick(["a", "dir/c.txt", "dir/e"], R)), Modes),
    case below(3, R) of 0 -> file:position(F, below(8, R)); _ -> D end,
    F;
type(file, mode, _, _, R) -> pick([read, write, append, exclusive, raw, binary, delayed_write, read_ahead, {read_ahead, 10}, compressed, {encoding, utf8}, {encoding, latin1}, {encoding, none}, directory, ram, x], R);
type(_, device, _, _, R) -> pick([group_leader(), standard_io, self(), none], R);
type(_, prompt, _, _, R) -> pick(["> ", '', {format, "~p> ", [1]}, <<"p">>, 'a b', {x}], R);
type(_, format, _, _, R) -> pick(["~p", "~w~n", "abc", "~s", "~ts", "~d", "~u ~a", "~q", "~~", "~5p|~-5w|", <<"~p">>, '~w', "~s ~f", "~c~c", "~10.4.0f", "~", "~*s"], R);
type(_, uri_string, _, _, R) -> uri(R);
type(_, uri_map, _, _, R) ->
    maps:from_list(many(5, fun() -> pick([{scheme, "http"}, {scheme, <<"ftp">>}, {host, "ex ample.com"}, {host, <<"h">>}, {host, ""}, {port, 80}, {port, 8042}, {port, undefined},
        {path, "/a/../b"}, {path, "a b"}, {path, <<"/x">>}, {path, ""}, {query, "q=1&r=%20"}, {fragment, "f"}, {userinfo, "u:p"}, {x, 1}], R) end, R));
type(io, _, _, _, R) -> any(1, R);
type(json, dynamic, _, D, R) -> json_term(D, R);
type(json, encode_value, _, D, R) -> json_term(D, R);
type(json, encoder, _, _, _) -> fun(V, E) -> json:encode_value(V, E) end;
type(rand, builtin_alg, _, _, R) -> pick([exsss, exro928ss, exrop, exs1024s, exsp, exs64, exsplus, exs1024, default, dummy, mwc59, none], R);
type(rand, state, _, _, #{where := {_, Name, _, _}} = R) ->
    Old = case Name of uniform_real_s -> []; _ -> [exs64, exsplus, exs1024] end,
    rand:seed_s(pick([exsss, exro928ss, exrop, exs1024s, exsp | Old], R), below(100000, R));
type(rand, export_state, _, D, R) -> rand:export_seed_s(type(rand, state, [], D, R));
type(rand, seed, _, _, R) -> pick([below(1000, R), {1, 2, 3}, {below(99, R), 0, -1}, [1, 2], [1], [below(9, R) | lists:seq(1, 15)], 1 bsl 70, -5], R);
type(re, mp, _, _, R) -> element(2, re:compile(pick(["a", "(b)(c)?", "[a-c]+", ".", "(?<n>.)", "x*"], R)));
type(re, compile_option, _, _, R) -> pick([unicode, anchored, caseless, dollar_endonly, dotall, extended, firstline, multiline, no_auto_capture, dupnames, ungreedy,
    {newline, crlf}, {newline, any}, bsr_anycrlf, bsr_unicode, no_start_optimize, ucp, never_utf, none], R);
type(re, option, _, D, R) ->
    case below(3, R) of
        0 -> type(re, compile_option, [], D, R);
        1 -> pick([global, notbol, noteol, notempty, notempty_atstart, {offset, below(4, R)}, report_errors, {match_limit, 1000}, trim, {parts, below(4, R)}, group], R);
        2 -> pick([{capture, pick([all, first, all_but_first, none, all_names, [1], [0, 2], [n], ["n", 1], []], R)}, {return, pick([list, binary, iodata, index], R)},
                   {capture, pick([all, first, all_but_first, none, all_names, [1], [n]], R), pick([index, list, binary], R)}], R)
    end;
type(sofs, T, _, _, R) when T =:= relation; T =:= family; T =:= a_function; T =:= a_set; T =:= anyset -> a_set(T, R);
type(sofs, set_fun, _, _, R) -> pick([1, 2, fun sofs:to_external/1, {external, fun({A, _}) -> A; (A) -> A end}, fun sofs:union/1, {external, fun(A) -> {A, 1} end},
    {external, fun(A) -> is_atom(A) end}, fun sofs:is_empty_set/1], R);
type(sofs, type, _, _, R) -> pick([atom, [atom], [{atom, atom}], [{atom, [atom]}], [[atom]], {atom, atom}, [a], [{a, b}], '_', ['_'], [{a, [b]}]], R);
type(sofs, external_set, _, _, R) -> pick([[a, b], [{a, b}, {c, d}], [[a], [b]], [], {a, [b]}, [{a, [b]}]], R);
type(_, location, _, _, R) -> pick([0, 1, 17, {1, 1}, {3, 14}], R);
type(_, line, _, _, R) -> pick([0, 1, 17], R);
type(erl_anno, column, _, _, R) -> pick([1, 17], R);
type(_, anno, _, _, R) -> pick([0, 3, {1, 2}, [{location, 5}], [{file, "f"}, {location, {1, 2}}], [{text, "ab"}, {location, {2, 3}}], [{generated, true}, {location, 1}],
    [{location, {1, 1}}, {record, true}], [{text, "a\nbc"}, {location, 1}], [{end_location, {1, 4}}, {location, {1, 1}}]], R);
type(_, token, _, _, R) -> pick(tokens(R), R);
type(_, abstract_expr, _, _, R) -> expression(R);
type(_, abstract_form, _, _, R) -> form(R);
type(erl_eval, bindings, _, _, R) -> case below(3, R) of 0 -> []; 1 -> [{'A', element_of(R)}]; 2 -> #{'A' => 1, 'B' => element_of(R)} end;
type(erl_eval, binding_struct, _, D, R) -> type(erl_eval, bindings, [], D, R);
type(_, ip_address, _, _, R) -> pick([{127, 0, 0, 1}, {1, 2, 3, 256}, {0, 0, 0, 0, 0, 0, 0, 1}, {255, 255, 255, 255}, {16#fe80, 0, 0, 0, 1, 2, 3, 4}], R);
type(inet, address_text, _, _, R) -> pick(["127.0.0.1", "1.2", "::1", "fe80::1%lo", "1.2.3.4.5", "::ffff:1.2.3.4", "1:2:3:4:5:6:7:8", "0x7f.1", "300.1.1.1", "", "a", "1::2::3", "::1.2.3", "1.2.3.4 ", "0377.0.0.01",
    "1:2:3:4:5:6:1.2.3.4", "12345::", ":1", "::", "fe80::1%2", "4294967295", "4294967296", "1.16777215", "1.2.65536"], R);
type(_, port_number, _, _, R) -> pick([80, 443, 21, 99999], R);
type(zlib, zstream, _, _, R) ->
    Z = zlib:open(),
    case below(4, R) of
        0 -> zlib:deflateInit(Z);
        1 -> zlib:inflateInit(Z);
        2 -> zlib:deflateInit(Z, 1), zlib:deflate(Z, "abcabc", sync);
        3 -> ok
    end,
    Z;
type(_, crypto_integer, _, D, R) -> value({type, 0, pos_integer, []}, D, R);
type(_, _, [], D, R) -> any(max(D - 1, 0), R);
type(_, _, [T | _], D, R) -> value(T, D, R).

date(R) ->
    case below(3, R) of
        0 -> pick([{1970, 1, 1}, {2024, 2, 29}, {1900, 2, 28}, {2000, 12, 31}, {0, 1, 1}, {2021, 2, 29}, {2022, 13, 1}, {9999, 12, 31}, {2020, 1, 0}], R);
        _ -> {1950 + below(120, R), 1 + below(12, R), 1 + below(28, R)}
    end.

time(R) -> pick([{0, 0, 0}, {23, 59, 59}, {24, 0, 0}, {12, 30, 60}, {below(24, R), below(60, R), below(60, R)}], R).

%% A graph of its own for each call, with the same vertices and edges.
graph(R) ->
    G = digraph:new(pick([[], [acyclic], [private]], R)),
    [digraph:add_vertex(G, V) || V <- lists:sublist([a, b, c, d, e], below(6, R))],
    many(7, fun() -> digraph:add_edge(G, pick([a, b, c, d, e], R), pick([a, b, c, d, e], R), element_of(R)) end, R),
    G.

%% Names of files: in a function that works on files always under the directory for them, seen from the one above, which is the current one:
%% a name that is spoilt afterwards stays in there.
file_name(#{where := {_, _, Flags, Dir}} = R) ->
    case lists:member(files, Flags) of
        true ->
            Name = filename:join(filename:basename(Dir), pick(["a", "b.erl", "dir", "dir/c.txt", "dir/sub", "dir/sub/d.erl", "none", "dir/none", "a/x", "dir/e", "", "é", "*.erl"], R)),
            case below(5, R) of 0 -> list_to_binary(unicode:characters_to_list(Name)); _ -> Name end;
        false ->
            N = pick(["a", "/usr/lib", "a/b.c", "../x", "", "/", "//a//b/", ".x", "a.b.c", "dir/", ".", "..", "a/../b", "c:/x", "é/b", "x.erl", "./a", "a/./b", "a/b/../../../c"], R),
            case below(6, R) of
                0 -> unicode:characters_to_binary(N);
                1 -> pick([abc, ["a", $b], ["a", ["b/" | "c"]], [a, "b"], 'x.erl', ['a/b', "c"]], R);
                2 -> string(R);
                _ -> N
            end
    end.

uri(R) ->
    U = pick(["http://example.com", "foo://user:pw@example.com:8042/over/there?name=ferret&x=%20a#nose", "mailto:a@b.c", "/a/b/../c", "?q", "#f", "", "http://[::1]:80/x", "http://host:99999999/",
        "http://a b", "//host", "http:a", "urn:x:y", "%zz", "http://%C3%A9/", "http://é", "a/./b", "../..", "http://h/%7Eu?x=y&z", "1http://x", "http://h:/p", "HTTP://EX.com/%2f", "a=1&b=2;c", "a=%E5%A4&+=x",
        "x+y=z%20"], R),
    case below(2, R) of 1 -> unicode:characters_to_binary(U); _ -> U end.

json_term(D, R) ->
    case below(8, R) of
        0 when D > 0 -> many(4, fun() -> json_term(D - 1, R) end, R);
        1 when D > 0 -> maps:from_list(many(3, fun() -> {pick([a, <<"k">>, 1, 1.5, <<"é"/utf8>>], R), json_term(D - 1, R)} end, R));
        2 -> pick([null, true, false, abc, undefined], R);
        3 -> value({type, 0, float, []}, 0, R);
        4 -> value({type, 0, integer, []}, 0, R);
        5 -> any(0, R);
        _ -> value({user_type, 0, unicode_binary, []}, 0, R)
    end.

a_set(T, R) ->
    Rel = fun() -> many(5, fun() -> {pick([a, b, c, 1], R), pick([a, b, c, 1], R)} end, R) end,
    Fam = fun() -> lists:ukeysort(1, many(4, fun() -> {pick([a, b, c, 1], R), pick([[], [a], [b, c], [1]], R)} end, R)) end,
    Set = fun() -> many(5, fun() -> pick([a, b, c, 1, 2], R) end, R) end,
    case T of
        relation -> sofs:relation(Rel());
        family -> sofs:family(Fam());
        a_function -> sofs:a_function(lists:ukeysort(1, Rel()));
        a_set -> case below(4, R) of 0 -> sofs:relation(Rel()); 1 -> sofs:from_term([[a], [b, c], []]); 2 -> sofs:family(Fam()); 3 -> sofs:set(Set()) end;
        anyset -> case below(3, R) of 0 -> sofs:from_term({a, [b]}); 1 -> sofs:from_term(a); 2 -> sofs:set(Set()) end
    end.

source(R) ->
    pick(["1 + 2", "foo(X, Y)", "{a, [b | C], #{k => v, 1 => \"s\"}}", "case X of 1 -> a; _ when X > 2, is_atom(X); true -> b end", "fun(X) -> X * 2 end", "<<1, X:8/integer, Y/binary, \"abc\"/utf8>>",
        "[X || X <- [1, 2, 3], X rem 2 =:= 0]", "try f() of a -> b catch error:E:S -> {E, S} after ok end", "begin A = 1, A + 1 end", "if A > 1 -> x; true -> y end", "receive X -> X after 10 -> t end",
        "#r{a = 1, _ = 2}", "R#r.a", "-3.5e10", "not (A and B) orelse C", "fun lists:map/2", "fun f/1", "M#{a := 1}", "<< <<X>> || <<X:4>> <= B >>", "\"a string with\\nescapes\"", "'quoted atom'",
        "A ! B", "catch exit(x)", "lists:map(fun({A, B}) -> A ++ B; (C) -> C end, [a, b])", "$a", "16#ff", "(A + B) * C - -D", "a:b(c, d)", "X = Y = 3", "[a, b | c]", "1 +", "foo(", "{a, b", "A B", "lists:seq(1, 3)",
        "maybe", "(fun F(0) -> 1; F(N) -> N * F(N - 1) end)(5)", "element(1, {A})", "length([1, 2])", "1.0e3", "#{}", "{}", "<<>>", "[]", "abs(-1)"], R).

tokens(R) ->
    case erl_scan:string(source(R) ++ pick([".", "", ". "], R), pick([1, {1, 1}], R), pick([[], [text], [return]], R)) of
        {ok, [_ | _] = Ts, _} -> Ts;
        _ -> [{dot, 1}]
    end.

expression(R) ->
    {ok, Ts, _} = erl_scan:string(source(R) ++ "."),
    case erl_parse:parse_exprs(Ts) of
        {ok, [E | _]} -> E;
        _ -> {atom, 1, none}
    end.

form(R) ->
    F = pick(["f(X) -> X.", "-module(m).", "f(0) -> a; f(N) when N > 0, is_integer(N) -> g(N - 1).", "-export([f/1, g/2]).", "-record(r, {a, b = 1 :: integer(), c :: atom()}).", "-type t() :: a | b | [integer()].",
        "-spec f(integer()) -> ok | {error, term()}.", "-file(\"x\", 3).", "-opaque o(X) :: {X, binary()}.", "-callback c(map()) -> fun((...) -> any()).", "-compile([a, {b, c}]).", "-author(\"me\").",
        "f() -> receive a -> b end, try x catch _:_ -> y end."], R),
    {ok, Ts, _} = erl_scan:string(F),
    {ok, Form} = erl_parse:parse_form(Ts),
    Form.
