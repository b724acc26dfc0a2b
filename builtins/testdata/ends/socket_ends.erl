%% Two ends of connections, each in a system of its own: what both see is written down, a line for each scene.
-module(socket_ends).
-export([main/3]).

main(server, PortFile, Out) ->
    {ok, L} = gen_tcp:listen(0, [{ip, {127, 0, 0, 1}}, {active, false}, binary, {backlog, 50}]),
    {ok, Port} = inet:port(L),
    ok = file:write_file(PortFile ++ ".new", integer_to_list(Port)),
    ok = file:rename(PortFile ++ ".new", PortFile),
    run(Out, fun({Name, Server, _}) -> {ok, S} = gen_tcp:accept(L, 20000), R = Server(S), gen_tcp:close(S), {Name, R} end);
main(client, PortFile, Out) ->
    Port = port_of(PortFile, 500),
    run(Out, fun({Name, _, Client}) ->
        {ok, C} = gen_tcp:connect({127, 0, 0, 1}, Port, [{active, false}, binary]),
        R = Client(C),
        gen_tcp:close(C),
        {Name, R}
    end).

port_of(File, N) when N > 0 ->
    case file:read_file(File) of
        {ok, B} -> binary_to_integer(B);
        _ -> receive after 20 -> port_of(File, N - 1) end
    end.

run(Out, One) ->
    Lines = [begin
                 Me = self(),
                 {_, Ref} = spawn_monitor(fun() -> Me ! {done, try One(Scene) catch C:R -> {element(1, Scene), C, R} end} end),
                 Result = receive {done, V} -> V end,
                 receive {'DOWN', Ref, _, _, _} -> ok end,
                 io_lib:format("~w~n", [anonymous(Result)])
             end || Scene <- scenes()],
    file:write_file(Out, Lines).

anonymous(T) when is_tuple(T) -> list_to_tuple([anonymous(E) || E <- tuple_to_list(T)]);
anonymous([H | T]) -> [anonymous(H) | anonymous(T)];
anonymous(P) when is_port(P) -> socket;
anonymous(B) when is_binary(B), byte_size(B) > 100 -> {byte_size(B), erlang:phash2(B)};
anonymous(X) -> X.

%% Messages until the connection is closed, or N of them.
messages(_, 0) -> [];
messages(S, N) ->
    receive
        {tcp_closed, S} = M -> [M];
        M -> [M | messages(S, N - 1)]
    after 60000 -> [timeout]
    end.

all(S) ->
    case gen_tcp:recv(S, 0, 5000) of
        {ok, X} -> [X | all(S)];
        Error -> [Error]
    end.

whole(S) -> [E | Parts] = lists:reverse(all(S)), {iolist_to_binary(lists:reverse(Parts)), E}.

echo(S) -> fun Loop() -> case gen_tcp:recv(S, 0, 5000) of {ok, X} -> ok = gen_tcp:send(S, X), Loop(); E -> E end end().

big() -> binary:copy(<<"0123456789abcdef">>, 70000).

scenes() ->
    [{raw, fun echo/1, fun(C) -> ok = gen_tcp:send(C, ["he", <<"llo">>]), {gen_tcp:recv(C, 5, 5000), gen_tcp:recv(C, 1, 50)} end},
     {exact, fun(S) -> [gen_tcp:recv(S, N, 5000) || N <- [1, 2, 3, 4]] end, fun(C) -> gen_tcp:send(C, "abbcccdddd"), gen_tcp:recv(C, 0, 5000) end}] ++
    [{{packet, P}, fun(S) -> inet:setopts(S, [{packet, P}]), X = [gen_tcp:recv(S, 0, 5000) || _ <- Sizes], [gen_tcp:send(S, binary:copy(<<"s">>, N)) || N <- Sizes], {X, gen_tcp:recv(S, 0, 5000)} end,
      fun(C) -> inet:setopts(C, [{packet, P}]), [gen_tcp:send(C, binary:copy(<<"c">>, N)) || N <- Sizes], [gen_tcp:recv(C, 0, 5000) || _ <- Sizes] end}
     || {P, Sizes} <- [{1, [0, 1, 255]}, {2, [0, 1, 70, 65535]}, {4, [0, 5, 70000]}]] ++
    [{{packet, P}, fun(S) -> inet:setopts(S, [{packet, P} | O]), all(S) end, fun(C) -> gen_tcp:send(C, Text), ok end}
     || {P, O, Text} <- [{line, [], "one\ntwo\r\n\nlast"}, {line, [{mode, list}], "é\nx"}, {line, [{line_delimiter, $;}], "a;b;c"}, {http, [], "GET /a?b HTTP/1.1\r\nHost: h\r\nX-Y: z\r\n\r\nbody\r\n"},
            {http_bin, [], "HTTP/1.0 404 Not Found\r\nContent-Length: 3\r\n\r\nabc"}, {httph_bin, [], "Accept: a\r\n b\r\n\r\n"}, {http, [], "junk\r\n"}, {tpkt, [], <<3, 0, 0, 6, 1, 2, 3, 0, 0, 4>>}, {cdr, [], <<"GIOP", 1, 2, 0, 0, 0, 0, 0, 2, 7, 8>>},
            {sunrm, [], <<1:1, 3:31, 1, 2, 3>>}, {asn1, [], <<48, 3, 2, 1, 5, 48, 0>>}, {fcgi, [], <<1, 2, 0, 1, 0, 2, 1, 0, "ab", 0>>}]] ++
    [{{active, once}, fun(S) -> inet:setopts(S, [{active, once}, {packet, 1}]), A = messages(S, 1), inet:setopts(S, [{active, once}]), B = messages(S, 1), {A, B, gen_tcp:recv(S, 0, 5000), gen_tcp:recv(S, 0, 5000)} end,
      fun(C) -> inet:setopts(C, [{packet, 1}]), [gen_tcp:send(C, X) || X <- ["a", "bb", "ccc"]] end},
     {{active, true}, fun(S) -> inet:setopts(S, [{active, true}, {packet, 2}]), messages(S, 10) end, fun(C) -> inet:setopts(C, [{packet, 2}]), [gen_tcp:send(C, X) || X <- ["a", "bb", "ccc"]] end},
     {{active, n}, fun(S) -> inet:setopts(S, [{active, 2}, {packet, 1}, {mode, list}]), A = messages(S, 3), inet:setopts(S, [{active, 1}]), {A, messages(S, 2), gen_tcp:recv(S, 0, 5000)} end,
      fun(C) -> inet:setopts(C, [{packet, 1}]), [gen_tcp:send(C, X) || X <- ["a", "bb", "ccc", "d"]] end},
     {shutdown, fun(S) -> X = whole(S), gen_tcp:send(S, "late"), gen_tcp:shutdown(S, write), X end,
      fun(C) -> gen_tcp:send(C, "early"), A = gen_tcp:shutdown(C, write), B = gen_tcp:send(C, "more"), {A, B, gen_tcp:recv(C, 4, 5000), gen_tcp:recv(C, 0, 5000)} end},
     {shutdown_read, fun(S) -> gen_tcp:recv(S, 0, 5000) end, fun(C) -> A = gen_tcp:shutdown(C, read), {A, gen_tcp:recv(C, 0, 1000), gen_tcp:send(C, "x")} end},
     {linger, fun(S) -> inet:setopts(S, [{show_econnreset, true}]), gen_tcp:send(S, "go"), {gen_tcp:recv(S, 0, 5000), gen_tcp:recv(S, 0, 5000)} end,
      fun(C) -> {ok, <<"go">>} = gen_tcp:recv(C, 2, 5000), inet:setopts(C, [{linger, {true, 0}}]), gen_tcp:close(C) end},
     {reset, fun(S) -> inet:setopts(S, [{active, true}]), gen_tcp:send(S, "go"), messages(S, 3) end,
      fun(C) -> {ok, <<"go">>} = gen_tcp:recv(C, 2, 5000), inet:setopts(C, [{linger, {true, 0}}]), gen_tcp:close(C) end},
     {closed, fun(S) -> inet:setopts(S, [{active, true}]), messages(S, 3) end, fun(C) -> gen_tcp:send(C, "bye"), gen_tcp:close(C), {gen_tcp:send(C, "x"), gen_tcp:recv(C, 0), inet:port(C)} end},
     {packet_size, fun(S) -> inet:setopts(S, [{packet, 2}, {packet_size, 3}]), {gen_tcp:recv(S, 0, 5000), gen_tcp:recv(S, 0, 5000)} end, fun(C) -> inet:setopts(C, [{packet, 2}]), gen_tcp:send(C, "hello"), gen_tcp:recv(C, 0, 5000) end},
     {big, fun(S) -> {ok, X} = gen_tcp:recv(S, byte_size(big()), 20000), gen_tcp:send(S, [X, X]), X =:= big() end,
      fun(C) -> gen_tcp:send(C, big()), {ok, X} = gen_tcp:recv(C, 2 * byte_size(big()), 20000), X =:= <<(big())/binary, (big())/binary>> end},
     {big_packet, fun(S) -> inet:setopts(S, [{packet, 4}]), {ok, X} = gen_tcp:recv(S, 0, 20000), gen_tcp:send(S, X), byte_size(X) end,
      fun(C) -> inet:setopts(C, [{packet, 4}]), gen_tcp:send(C, big()), {ok, X} = gen_tcp:recv(C, 0, 20000), X =:= big() end},
     {names, fun(S) -> {ok, {A, P}} = inet:peername(S), gen_tcp:send(S, integer_to_list(P)), A end,
      fun(C) -> {ok, {A, P}} = inet:sockname(C), {ok, B} = gen_tcp:recv(C, 0, 5000), {A, binary_to_integer(B) =:= P} end},
     {list_mode, fun(S) -> gen_tcp:send(S, <<0, 255, "ab">>), ok end, fun(C) -> inet:setopts(C, [list]), {gen_tcp:recv(C, 4, 5000), gen_tcp:recv(C, 0, 5000)} end},
     {unrecv, fun(S) -> gen_tcp:send(S, "abcd"), ok end, fun(C) -> {ok, X} = gen_tcp:recv(C, 2, 5000), gen_tcp:unrecv(C, X), {gen_tcp:recv(C, 4, 5000), gen_tcp:recv(C, 0, 5000)} end},
     {controlling, fun(S) -> Me = self(), P = spawn(fun() -> receive go -> inet:setopts(S, [{active, true}]), Me ! {got, messages(S, 3)} end end), R = gen_tcp:controlling_process(S, P), P ! go, {R, receive {got, M} -> M end} end,
      fun(C) -> gen_tcp:send(C, "x"), ok end},
     {udp, fun(S) ->
          {ok, U} = gen_udp:open(0, [{ip, {127, 0, 0, 1}}, binary, {active, true}]),
          {ok, P} = inet:port(U),
          gen_tcp:send(S, <<P:16>>),
          X = [receive {udp, U, A, From, D} -> gen_udp:send(U, A, From, [D, "!"]), {A, D} after 60000 -> timeout end || _ <- [1, 2, 3]],
          gen_tcp:recv(S, 0, 5000),
          X
      end,
      fun(C) ->
          {ok, <<P:16>>} = gen_tcp:recv(C, 2, 5000),
          {ok, U} = gen_udp:open(0, [{ip, {127, 0, 0, 1}}, list, {active, false}]),
          X = [begin ok = gen_udp:send(U, {127, 0, 0, 1}, P, D), {ok, {A, P, E}} = gen_udp:recv(U, 0, 5000), {A, E} end || D <- ["a", <<>>, binary:copy(<<"x">>, 5000)]],
          ok = gen_udp:connect(U, {127, 0, 0, 1}, P),
          {X, gen_udp:recv(U, 0, 50), gen_udp:close(U)}
      end}].
