%% Nodes under control. What a peer has to do it is told by -eval, in words that erlsh and erl both understand. A peer in a cluster calls
%% back over the distribution and ends when its control process does. One with a connection of its own reads requests from its standard
%% input, one a line, and answers on its standard output; lines there that begin otherwise are what its processes write.
-module(peer).
-behaviour(gen_server).

-export([start/1, start_link/0, start_link/1, stop/1, get_state/1, call/4, call/5, cast/4, send/3, random_name/0, random_name/1]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2]).
-export([program/0, watch/1]).

-record(state, {options, notify, port, node, phase = booting, text = <<>>, next = 0, calls = #{}}).

-define(BOOT, 15000).
-define(PATIENCE, 5000).
-define(MARK, "\1peer:").

-doc """
Makes up a name for a node that no other has.

    1> length(peer:random_name()) > 5.
    true
""".
-spec random_name() -> string().
random_name() -> random_name("peer").

-doc """
Makes up a name for a node that begins with Prefix.

    1> lists:prefix("worker-", peer:random_name(worker)).
    true
""".
-spec random_name(Prefix :: string() | atom()) -> string().
random_name(Prefix) -> lists:concat([Prefix, "-", erlang:unique_integer([positive]), "-", os:getpid()]).

-doc """
Starts a peer with a random name, linked to the caller.

    1> catch peer:start_link().
    ...
""".
-spec start_link() -> {ok, pid(), node()} | {error, term()}.
start_link() -> start_link(#{name => random_name()}).

-doc """
Starts a peer, linked to the caller, and waits until it is up. Options are name, host, longnames, exec (a program, or {Program, Args}),
args, env, wait_boot, peer_down, shutdown, and connection: standard_io, or a port, for a peer that answers call/4 without distribution.

    1> {ok, Peer, _} = peer:start_link(#{connection => standard_io, exec => "/nowhere/erlsh"}).
    ...
""".
-spec start_link(Options :: map()) -> {ok, pid()} | {ok, pid(), node()} | {error, term()}.
start_link(Options) -> start(Options, start_link).

-doc """
Starts a peer as start_link/1 does, without a link.

    1> catch peer:start(#{name => one}).
    ...
""".
-spec start(Options :: map()) -> {ok, pid()} | {ok, pid(), node()} | {error, term()}.
start(Options) -> start(Options, start).

start(Options, How) ->
    check(Options),
    Boot = maps:get(wait_boot, Options, ?BOOT),
    Notify = case Boot of
                 false -> false;
                 {Pid, Tag} when is_pid(Pid) -> {Pid, Tag};
                 _ when is_integer(Boot); Boot =:= infinity -> {self(), make_ref()}
             end,
    case gen_server:How(?MODULE, {Notify, Options}, []) of
        {ok, Peer} when is_integer(Boot); Boot =:= infinity -> booted(Peer, Notify, Boot);
        {ok, Peer} when is_map_key(host, Options) -> {ok, Peer, full_name(Options)};
        Other -> Other
    end.

booted(Peer, {_, Ref}, Timeout) ->
    Monitor = monitor(process, Peer),
    receive
        {Ref, {started, Node, Peer}} ->
            demonitor(Monitor, [flush]),
            {ok, Peer, Node};
        {Ref, {boot_failed, Reason, Peer}} ->
            demonitor(Monitor, [flush]),
            exit({boot_failed, Reason});
        {'DOWN', Monitor, process, _, Reason} -> exit(Reason)
    after Timeout ->
        gen_server:stop(Peer),
        demonitor(Monitor, [flush]),
        exit(timeout)
    end.

full_name(#{name := Name, host := Host}) -> list_to_atom(lists:concat([Name, "@", Host]));
full_name(_) -> undefined.

check(Options) ->
    Args = maps:get(args, Options, []),
    is_list(Args) orelse error({invalid_arg, Args}),
    [error({invalid_arg, A}) || A <- Args, not io_lib:char_list(A)],
    is_map_key(connection, Options) orelse (is_map_key(name, Options) andalso is_alive()) orelse error(not_alive),
    case maps:get(exec, Options, "") of
        {Program, Before} when is_list(Before) ->
            io_lib:char_list(Program) orelse error({exec, Program}),
            [error({exec, A}) || A <- Before, not io_lib:char_list(A)];
        Program -> io_lib:char_list(Program) orelse error({exec, Program})
    end,
    shutdown_known(maps:get(shutdown, Options, halt)) orelse error({shutdown, maps:get(shutdown, Options)}).

shutdown_known(How) when How =:= close; How =:= halt -> true;
shutdown_known({halt, Time}) -> long_enough(Time);
shutdown_known({Time, Node}) -> long_enough(Time) andalso is_atom(Node);
shutdown_known(Time) -> long_enough(Time).

long_enough(infinity) -> true;
long_enough(Time) -> is_integer(Time) andalso Time >= 1000 andalso Time =< 16#ffffffff.

-doc """
Ends a peer and its control process.

    1> catch peer:stop(nosuch).
    ...
""".
-spec stop(Peer :: pid()) -> ok.
stop(Peer) -> gen_server:stop(Peer).

-doc """
Tells whether a peer boots, runs or is down.

    1> catch peer:get_state(nosuch).
    ...
""".
-spec get_state(Peer :: pid()) -> booting | running | {down, term()}.
get_state(Peer) -> gen_server:call(Peer, get_state).

-doc """
The same as call(Peer, Module, Function, Args, 5000).

    1> catch peer:call(nosuch, erlang, node, []).
    ...
""".
-spec call(Peer :: pid(), Module :: module(), Function :: atom(), Args :: [term()]) -> term().
call(Peer, M, F, A) -> call(Peer, M, F, A, ?PATIENCE).

-doc """
Has a peer with a connection of its own call a function, and returns what that returns, or raises what that raises.

    1> catch peer:call(nosuch, erlang, node, [], 1000).
    ...
""".
-spec call(Peer :: pid(), Module :: module(), Function :: atom(), Args :: [term()], Timeout :: timeout()) -> term().
call(Peer, M, F, A, Timeout) ->
    case gen_server:call(Peer, {call, M, F, A}, Timeout) of
        {ok, Value} -> Value;
        {Class, {Reason, Stack}} -> erlang:raise(Class, Reason, Stack);
        {error, Reason} -> error(Reason)
    end.

-doc """
Has a peer with a connection of its own call a function, whatever that returns.

    1> peer:cast(self(), erlang, node, []).
    ok
""".
-spec cast(Peer :: pid(), Module :: module(), Function :: atom(), Args :: [term()]) -> ok.
cast(Peer, M, F, A) -> gen_server:cast(Peer, {cast, M, F, A}).

-doc """
Sends a message to a process of a peer, by the connection of its own.

    1> peer:send(self(), init, hello).
    ok
""".
-spec send(Peer :: pid(), To :: pid() | atom(), Message :: term()) -> ok.
send(Peer, To, Message) -> gen_server:cast(Peer, {send, To, Message}).

%% The control process.

init({Notify, Options}) ->
    process_flag(trap_exit, true),
    {Program, Args} = command(Options),
    try open_port({spawn_executable, Program}, [{args, Args}, {env, maps:get(env, Options, [])}, hide, binary, exit_status, stderr_to_stdout]) of
        Port -> {ok, #state{options = Options, notify = Notify, port = Port}}
    catch
        error:Reason -> {stop, Reason}
    end.

handle_call({call, M, F, A}, From, #state{options = #{connection := _}, phase = Phase, next = N, calls = Calls} = S) when Phase =:= running; Phase =:= booting ->
    tell(S, {call, N, M, F, A}),
    {noreply, S#state{next = N + 1, calls = Calls#{N => From}}};
handle_call({call, _, _, _}, _, S) -> {reply, {error, noconnection}, S};
handle_call(get_node, _, S) -> {reply, S#state.node, S};
handle_call(get_state, _, S) -> {reply, S#state.phase, S};
handle_call(group_leader, _, S) -> {reply, group_leader(), S}.

handle_cast({cast, M, F, A}, S) ->
    tell(S, {cast, M, F, A}),
    {noreply, S};
handle_cast({send, To, Message}, S) ->
    tell(S, {message, To, Message}),
    {noreply, S}.

handle_info({started, Node}, S) ->
    monitor_node(Node, true),
    {noreply, up(Node, S)};
handle_info({Port, {data, Data}}, #state{port = Port, text = Text} = S) -> {noreply, lines(<<Text/binary, Data/binary>>, S)};
handle_info({nodedown, Node}, S) -> down({nodedown, Node}, S);
handle_info({Port, {exit_status, Status}}, #state{port = Port} = S) -> down({exit_status, Status}, S);
handle_info({'EXIT', Port, Reason}, #state{port = Port} = S) -> down(Reason, S);
handle_info({'EXIT', _, Reason}, S) -> {stop, Reason, S};
handle_info(_, S) -> {noreply, S}.

terminate(_, #state{phase = {down, _}} = S) -> shut(S);
terminate(_, #state{options = Options, node = Node} = S) ->
    case maps:get(shutdown, Options, halt) of
        close -> ok;
        halt -> halted(S, ?PATIENCE);
        {halt, Time} -> halted(S, Time);
        {Time, _} -> stopped(S, Time);
        Time -> stopped(S, Time)
    end,
    is_map_key(connection, Options) orelse Node =:= undefined orelse gone(Node),
    shut(S).

%% The peer ends at once, or when it no longer hears of us.
halted(#state{options = #{connection := _}} = S, Time) ->
    tell(S, {cast, erlang, halt, []}),
    await(S, Time);
halted(#state{node = undefined}, _) -> ok;
halted(#state{node = Node}, Time) -> catch erpc:call(Node, erlang, halt, [], Time).

stopped(#state{options = #{connection := _}} = S, Time) ->
    tell(S, {cast, init, stop, []}),
    await(S, Time);
stopped(#state{node = undefined}, _) -> ok;
stopped(#state{node = Node} = S, Time) ->
    erpc:cast(Node, init, stop, []),
    await(S, Time).

await(#state{port = Port}, Time) ->
    receive
        {Port, {exit_status, _}} -> ok;
        {'EXIT', Port, _} -> ok
    after Time -> ok
    end.

gone(Node) ->
    lists:member(Node, nodes(connected)) andalso erlang:disconnect_node(Node).

shut(#state{port = Port}) ->
    catch port_close(Port),
    ok.

%% Tells a peer with a connection of its own something.
tell(#state{options = #{connection := _}, port = Port}, Request) ->
    catch port_command(Port, [base64:encode(term_to_binary(Request)), $\n]),
    ok;
tell(_, _) -> ok.

up(Node, #state{notify = {Pid, Tag}} = S) ->
    Pid ! {Tag, {started, Node, self()}},
    S#state{phase = running, node = Node, notify = false, text = <<>>};
up(Node, S) -> S#state{phase = running, node = Node, text = <<>>}.

down(Reason, #state{phase = booting, text = Text} = S) ->
    Text =:= <<>> orelse io:put_chars(Text),
    case S#state.notify of
        {Pid, Tag} -> Pid ! {Tag, {boot_failed, Reason, self()}};
        false -> ok
    end,
    {stop, normal, S#state{phase = {down, Reason}}};
down(_, #state{phase = {down, _}} = S) -> {noreply, S};
down(Reason, #state{options = Options, calls = Calls} = S0) ->
    [gen_server:reply(From, {error, noconnection}) || From <- maps:values(Calls)],
    S = S0#state{phase = {down, Reason}, calls = #{}},
    case maps:get(peer_down, Options, stop) of
        stop -> {stop, normal, S};
        crash -> {stop, Reason, S};
        continue -> {noreply, S}
    end.

%% What a peer has written. One in a cluster has its group leaders elsewhere: what comes here is only of interest when it does not start.
lines(Text, #state{options = #{connection := _}} = S) ->
    case binary:split(Text, <<"\n">>) of
        [Line, Rest] -> lines(Rest, line(Line, S));
        [Rest] -> S#state{text = Rest}
    end;
lines(Text, #state{phase = booting} = S) -> S#state{text = Text};
lines(_, S) -> S#state{text = <<>>}.

line(<<?MARK, Term/binary>>, #state{calls = Calls} = S) ->
    case binary_to_term(base64:decode(string:trim(Term))) of
        {reply, N, Result} when is_map_key(N, Calls) ->
            gen_server:reply(map_get(N, Calls), Result),
            S#state{calls = maps:remove(N, Calls)};
        {started, Node} -> up(Node, S);
        _ -> S
    end;
line(Text, S) ->
    io:put_chars([Text, $\n]),
    S.

%% The program and its arguments.
command(Options) ->
    {Program, Before} = case maps:get(exec, Options, default) of
                            default -> {program(), []};
                            {P, Args} -> {P, Args};
                            P -> {P, []}
                        end,
    Found = case os:find_executable(Program) of
                false -> Program;
                Path -> Path
            end,
    {Found, Before ++ name(Options) ++ cookie(Options) ++ maps:get(args, Options, []) ++ orders(Options)}.

name(#{name := Name} = Options) ->
    Long = maps:get(longnames, Options, net_kernel:longnames() =:= true),
    Flag = case Long of
               true -> "-name";
               false -> "-sname"
           end,
    case Options of
        #{host := Host} -> [Flag, lists:concat([Name, "@", Host])];
        _ -> [Flag, lists:concat([Name])]
    end;
name(_) -> [].

cookie(#{name := _}) ->
    case is_alive() of
        true -> ["-setcookie", atom_to_list(erlang:get_cookie())];
        false -> []
    end;
cookie(_) -> [].

orders(#{connection := _}) ->
    ["-noshell", "-eval",
     "Out = fun(T) -> io:put_chars(user, [\"" ++ ?MARK ++ "\", base64:encode(term_to_binary(T)), 10]) end, "
     "Out({started, node()}), "
     "Loop = fun Loop() -> case io:get_line(user, '') of "
     "Line when is_list(Line); is_binary(Line) -> "
     "case binary_to_term(base64:decode(string:trim(Line))) of "
     "{call, N, M, F, A} -> spawn(fun() -> Out({reply, N, try {ok, apply(M, F, A)} catch C:E:S -> {C, {E, S}} end}) end); "
     "{cast, M, F, A} -> spawn(M, F, A); "
     "{message, To, Message} -> catch To ! Message "
     "end, Loop(); _ -> halt() end end, spawn(Loop)."];
orders(_) -> ["-noinput", "-eval", watch(self())].

-doc false.
-spec watch(pid()) -> string().
watch(Pid) ->
    "P = binary_to_term(base64:decode(\"" ++ binary_to_list(base64:encode(term_to_binary(Pid))) ++ "\")), "
    "net_kernel:connect_node(node(P)), P ! {started, node()}, "
    "spawn(fun() -> R = monitor(process, P), receive {'DOWN', R, _, _, _} -> halt() end end).".

-doc false.
-spec program() -> string().
program() ->
    Given = case file:read_file("/proc/self/cmdline") of
                {ok, Line} -> binary_to_list(hd(binary:split(Line, <<0>>)));
                _ -> "erlsh"
            end,
    case os:find_executable(Given) of
        false ->
            case file:read_link("/proc/self/exe") of
                {ok, Path} -> Path;
                _ -> Given
            end;
        Path -> filename:absname(Path)
    end.
