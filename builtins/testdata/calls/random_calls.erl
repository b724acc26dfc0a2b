%% Calls of functions with arguments made at random after their specs, the same for the same seed, and what becomes of each.
%% It runs on a real erl and here; random_terms makes the arguments.
-module(random_calls).
-export([main/5]).

%% main(In, Out, Seed, Count, Dir): In holds {Module, Name, Arity, Spec, Flags} for each function, Out gets a line for each call, Dir
%% is for files. A line has the call, the outcome and the place of an exception, each behind a tab, and whether
%% the arguments were of their types.
main(In, Out, Seed, Count, Dir) ->
    ok = file:set_cwd(filename:dirname(Dir)),
    {ok, Lines} = file:consult(In),
    Functions = list_to_tuple([function(L) || L <- Lines]),
    {ok, F} = file:open(Out, [write, raw, delayed_write]),
    lists:foreach(fun(N) ->
        {Module, Name, Types, Flags} = element(N rem tuple_size(Functions) + 1, Functions),
        file:write(F, one(Seed, N, Module, Name, Types, Flags, Dir))
    end, lists:seq(0, Count - 1)),
    file:close(F).

function({Module, Name, Arity, Spec, Flags}) ->
    {Module, Name, random_terms:types(Module, Arity, Spec), Flags}.

one(Seed, N, Module, Name, Types, Flags, Dir) ->
    put(form, [F || F <- Flags, F =:= unordered orelse F =:= text orelse F =:= texts]),
    files(lists:member(files, Flags), Dir),
    Random = Seed * 1000003 + N * 7919,
    Setup = fun() -> random_terms:seed(Random, Module, Name, Flags, Dir), rand:seed(exsss, Random) end,
    {{Kind, Shown}, {Outcome, Place}} = in_process(fun() ->
        Setup(),
        random_terms:arguments(Types)
    end, Module, Name),
    Key = io_lib:format("~w:~w", [Module, Name]),
    [integer_to_list(N), $\t, Key, $/, integer_to_list(length(Types)), $\t, Key, text(Shown), $\t, text(ordered(Outcome)), $\t, text(Place), $\t, atom_to_list(Kind), $\n].

%% The call is made in a process of its own, whose group leader keeps what is printed.
in_process(Make, Module, Name) ->
    Leader = spawn(fun() -> leader([], "12 abc {x,\"y\"}. 3.5\nnext line\n{1,2}.\n") end),
    Parent = self(),
    {Pid, Ref} = spawn_monitor(fun() ->
        group_leader(Leader, self()),
        {Kind, Args} = Make(),
        Shown = {Kind, [plain(A) || A <- Args]},
        Parent ! {self(), Shown, []},
        Parent ! {self(), done, outcome(Module, Name, Args)}
    end),
    Shown = receive
                {Pid, S, []} -> S;
                {'DOWN', Ref, process, Pid, Why} -> io:format(standard_error, "~p:~p ~p~n", [Module, Name, Why]), exit({generator, Why})
            end,
    Result = receive
                 {Pid, done, Outcome} -> erlang:demonitor(Ref, [flush]), Outcome;
                 {'DOWN', Ref, process, Pid, Reason} -> {{exited, plain(Reason)}, []}
             after 5000 ->
                 exit(Pid, kill),
                 receive {'DOWN', Ref, process, Pid, _} -> ok end,
                 receive {Pid, done, _} -> ok after 0 -> ok end,
                 {timeout, []}
             end,
    Leader ! {stop, self()},
    Printed = receive {Leader, P} -> P end,
    {Shown, case Printed of [] -> Result; _ -> {O, Place} = Result, {{O, Printed}, Place} end}.

outcome(Module, Name, Args) ->
    try apply(Module, Name, Args) of
        V when Module =:= erl_pp -> {{ok, lists:flatten(V)}, []};
        V -> {{ok, plain(V)}, []}
    catch
        Class:Reason:Stack ->
            [{M, F, A, Info} | _] = Stack ++ [{none, none, [], []}],
            {{Class, plain(Reason), explained(M, Module, Reason, Stack, Info)}, {M, F, if is_list(A) -> length(A); true -> A end}}
    end.

%% What the module that explains errors has to say, where the function called is the one that failed.
explained(M, M, Reason, Stack, Info) ->
    case lists:keyfind(error_info, 1, Info) of
        {error_info, How} ->
            Explainer = maps:get(module, How, M),
            try Explainer:format_error(Reason, Stack) of
                Words when map_size(Words) =:= 0 -> [];
                Words -> plain(maps:map(fun(_, T) -> unicode:characters_to_list(T) end, Words))
            catch _:_ -> []
            end;
        false -> []
    end;
explained(_, _, _, _, _) -> [].

%% What cannot be the same in two systems is only named.
plain([H | T]) -> [plain(H) | plain(T)];
plain(#{} = M) when map_size(M) > 0 -> {'$map', lists:sort([{plain(K), plain(V)} || {K, V} <- maps:to_list(M)])};
plain({A, R}) when A =:= bm orelse A =:= ac, is_reference(R) -> {A, pattern};
plain({A, R}) when A =:= bm, is_binary(R); A =:= ac, is_list(R) -> {A, pattern};
plain({file_info, Size, Type, Access, A, M, C, Mode, Links, _, _, _, U, G}) -> {file_info, Size, Type, Access, kind(A), kind(M), kind(C), Mode, Links, U, G};
plain(F) when is_tuple(F), tuple_size(F) =:= 3, element(1, F) =:= file_descriptor -> '$file';
plain({re_pattern, N, U, R, B}) when is_binary(B) -> {re_pattern, N, U, R};
plain({#{type := Type}, S}) when is_atom(Type) -> {{random, Type}, S};
plain(T) when is_tuple(T) -> list_to_tuple([plain(E) || E <- tuple_to_list(T)]);
plain(F) when is_function(F) -> {'$fun', element(2, erlang:fun_info(F, arity))};
plain(P) when is_pid(P) -> '$pid';
plain(P) when is_port(P) -> '$port';
plain(R) when is_reference(R) -> '$ref';
plain(T) -> T.

kind(T) when is_tuple(T) -> time;
kind(T) when is_integer(T) -> seconds;
kind(T) -> T.

text(T) ->
    S = lists:flatten(io_lib:write(T)),
    case length(S) of
        L when L > 3000 -> [lists:sublist(S, 3000), "...", integer_to_list(L), $:, integer_to_list(erlang:phash2(S))];
        _ -> S
    end.

%% A result in no order is put in one, and chardata is taken as the text that it is, however it is cut into pieces.
ordered(T) ->
    case get(form) of
        [unordered | _] -> deep_order(T);
        [text | _] -> in_success(T, fun as_text/1);
        [texts | _] -> in_success(T, fun(L) when is_list(L) -> [as_text(E) || E <- L]; (E) -> E end);
        [] -> T
    end.

in_success({ok, T}, F) when is_tuple(T) -> {ok, list_to_tuple([F(E) || E <- tuple_to_list(T)])};
in_success({ok, T}, F) -> {ok, try F(T) catch error:_ -> T end};
in_success(T, _) -> T.

as_text(T) when is_list(T); is_binary(T) ->
    try unicode:characters_to_list(T) of
        L when is_list(L) -> L;
        _ -> T
    catch error:_ -> T
    end;
as_text(T) -> T.

deep_order([_ | T] = L) when is_list(T) -> try lists:sort([deep_order(E) || E <- L]) catch error:_ -> L end;
deep_order(T) when is_tuple(T) -> list_to_tuple([deep_order(E) || E <- tuple_to_list(T)]);
deep_order(T) -> T.

%% A small tree of files, the same before each call that has to do with files.
files(false, _) -> ok;
files(true, Dir) ->
    clear(Dir),
    case file:make_dir(Dir) of ok -> ok; E -> error({E, os:cmd("ls -laR " ++ Dir)}) end,
    [ok = file:make_dir(filename:join(Dir, D)) || D <- ["dir", "dir/sub"]],
    [ok = file:write_file(filename:join(Dir, F), B) || {F, B} <- [{"a", "first\nsecond\r\nthird"}, {"b.erl", "{x,1}.\n[y|z].\n"}, {"dir/c.txt", <<"A=1+2,A*3.\n">>},
        {"dir/sub/d.erl", ""}, {"dir/e", <<0, 255, 10, 195, 169, 10>>}]].

clear(Dir) ->
    case file:read_link_info(Dir) of
        {ok, Info} when element(3, Info) =:= directory ->
            {ok, Names} = file:list_dir_all(Dir),
            file:change_mode(Dir, 8#755),
            [clear(filename:join(Dir, N)) || N <- Names],
            file:del_dir(Dir);
        {ok, _} -> file:delete(Dir);
        _ -> ok
    end.

%% A group leader: it keeps what is printed and reads from a text.
leader(Printed, Input) ->
    receive
        {io_request, From, As, Request} ->
            {Answer, P, I} = try io_request(Request, Printed, Input) catch _:_ -> {{error, Request}, Printed, Input} end,
            From ! {io_reply, As, Answer},
            leader(P, I);
        {stop, Who} -> Who ! {self(), lists:append(lists:reverse(Printed))}
    end.

io_request({put_chars, Encoding, Chars}, P, I) ->
    case unicode:characters_to_list(Chars, Encoding) of
        L when is_list(L) -> {ok, [L | P], I};
        _ -> {{error, {put_chars, Encoding, Chars}}, P, I}
    end;
io_request({put_chars, Encoding, M, F, A}, P, I) -> io_request({put_chars, Encoding, apply(M, F, A)}, P, I);
io_request({get_line, _, Prompt}, P, I) ->
    {Line, Rest} = lists:splitwith(fun(C) -> C =/= $\n end, I),
    case Rest of
        [] when Line =:= [] -> {eof, prompt(Prompt, P), []};
        [] -> {Line, prompt(Prompt, P), []};
        [N | More] -> {Line ++ [N], prompt(Prompt, P), More}
    end;
io_request({get_chars, _, Prompt, N}, P, I) ->
    case lists:split(min(N, length(I)), I) of
        {[], _} when N > 0 -> {eof, prompt(Prompt, P), []};
        {Chars, Rest} -> {Chars, prompt(Prompt, P), Rest}
    end;
io_request({get_until, _, Prompt, M, F, A}, P, I) -> until(apply(M, F, [[], I | A]), M, F, A, prompt(Prompt, P));
io_request(getopts, P, I) -> {[{binary, false}, {encoding, unicode}], P, I};
io_request({setopts, _}, P, I) -> {ok, P, I};
io_request({get_geometry, columns}, P, I) -> {80, P, I};
io_request({get_geometry, rows}, P, I) -> {24, P, I};
io_request({requests, Rs}, P, I) -> lists:foldl(fun(R, {_, P1, I1}) -> io_request(R, P1, I1) end, {ok, P, I}, Rs);
io_request(R, P, I) -> {{error, R}, P, I}.

until({done, Result, Rest}, _, _, _, P) -> {Result, P, if is_list(Rest) -> Rest; true -> [] end};
until({more, C}, M, F, A, P) -> until(apply(M, F, [C, eof | A]), M, F, A, P).

prompt(Prompt, P) -> [lists:flatten(io_lib:format("~tp", [Prompt])) | P].
