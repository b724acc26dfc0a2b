%% Names and locks that hold in a whole cluster. Every node has a copy of the table of names, kept by global_name_server.
%%
%% A change of the table is made under a lock on all nodes, one after the other (register, re_register, unregister: by the registrar of the
%% node that changes). When two nodes meet, their lockers take a common lock in both halves of the cluster; then the servers exchange
%% their tables, resolve names that both have, and tell the other nodes of their half about what is new.
%%
%% The servers' messages: casts init_connect, lock_set, exchange, resolved, new_nodes, in_sync; init_connect_ack, cancel_connect,
%% lost_connection and remove_connection without wrapping. Each pair of nodes has two tags, by which messages of an earlier
%% connection are recognized.
-module(global).

-export([register_name/2, register_name/3, re_register_name/2, re_register_name/3, unregister_name/1, whereis_name/1, send/2,
         registered_names/0, register_name_external/2, register_name_external/3, unregister_name_external/1,
         set_lock/1, set_lock/2, set_lock/3, del_lock/1, del_lock/2, trans/2, trans/3, trans/4,
         sync/0, sync/1, disconnect/0, info/0, random_exit_name/3, random_notify_name/3, notify_all_name/3]).
-export([resolve_it/4, handle/1]).

%% The version of the exchange that is spoken here, and those since which lockers talk by the servers, nodes prevent overlapping partitions
%% and tell each other's versions, and an exchange that begins is acknowledged. OTP 23 speaks version 5.
-define(VERSION, 8).
-define(BY_SERVERS, 6).
-define(PREVENTS, 7).
-define(VERIFIES, 8).

%%% Names

-doc "The same as register_name(Name, Pid, fun global:random_exit_name/3).".
-spec register_name(term(), pid()) -> yes | no.
register_name(Name, Pid) -> register_name(Name, Pid, fun ?MODULE:random_exit_name/3).

-doc "Registers a process under a name in the whole cluster. Resolve(Name, Pid1, Pid2) decides when two clusters meet that both have it.".
-spec register_name(term(), pid(), term()) -> yes | no.
register_name(Name, Pid, Resolve) when is_pid(Pid), is_function(Resolve) orelse is_tuple(Resolve) ->
    registrar(fun(Nodes) ->
        case whereis_name(Name) =:= undefined andalso may_have(Name, Pid) of
            true ->
                _ = ask(Nodes, {register, Name, Pid, Resolve}),
                yes;
            false -> no
        end
    end).

%% A process has one name, unless the parameter global_multi_name_action of kernel is allow.
may_have(Name, Pid) ->
    case [Other || {Other, P} <- maps:to_list(table()), P =:= Pid] of
        [] -> true;
        Others ->
            application:get_env(kernel, global_multi_name_action) =:= {ok, allow} orelse
                begin
                    logger:log(error, "global: ~w registered under several names: ~tw\n", [Pid, [Name | Others]]),
                    false
                end
    end.

-doc "The same as re_register_name(Name, Pid, fun global:random_exit_name/3).".
-spec re_register_name(term(), pid()) -> yes.
re_register_name(Name, Pid) -> re_register_name(Name, Pid, fun ?MODULE:random_exit_name/3).

-doc "As register_name/3, whether the name is free or not.".
-spec re_register_name(term(), pid(), term()) -> yes.
re_register_name(Name, Pid, Resolve) when is_pid(Pid), is_function(Resolve) orelse is_tuple(Resolve) ->
    registrar(fun(Nodes) -> _ = ask(Nodes, {register, Name, Pid, Resolve}), yes end).

-doc "Removes a name from the whole cluster.".
-spec unregister_name(term()) -> term().
unregister_name(Name) ->
    case whereis_name(Name) of
        undefined -> ok;
        _ -> registrar(fun(Nodes) -> _ = ask(Nodes, {unregister, Name}), ok end)
    end.

-doc """
The process that has a name in the cluster.

    1> global:whereis_name(no_such_name).
    undefined
""".
-spec whereis_name(term()) -> pid() | undefined.
whereis_name(Name) ->
    case table() of
        #{Name := Pid} -> Pid;
        _ -> undefined
    end.

-doc "Sends a message to the process that has a name in the cluster.".
-spec send(term(), term()) -> pid().
send(Name, Message) ->
    case whereis_name(Name) of
        undefined -> exit({badarg, {Name, Message}});
        Pid ->
            Pid ! Message,
            Pid
    end.

-doc """
All names of the cluster.

    1> global:registered_names().
    []
""".
-spec registered_names() -> [term()].
registered_names() -> maps:keys(table()).

-doc false.
register_name_external(Name, Pid) -> register_name_external(Name, Pid, fun ?MODULE:random_exit_name/3).

-doc false.
register_name_external(Name, Pid, Resolve) when is_pid(Pid) ->
    registrar(fun(Nodes) ->
        case whereis_name(Name) of
            undefined -> _ = ask(Nodes, {register_ext, Name, Pid, Resolve, node()}), yes;
            _ -> no
        end
    end).

-doc false.
unregister_name_external(Name) -> unregister_name(Name).

%%% What to do about a name that two clusters have

-doc false.
resolve_it({M, F}, Name, Pid1, Pid2) -> catch M:F(Name, Pid1, Pid2);
resolve_it(Method, Name, Pid1, Pid2) -> catch Method(Name, Pid1, Pid2).

-doc "Kills one of the two processes, and keeps the other.".
-spec random_exit_name(term(), pid(), pid()) -> pid().
random_exit_name(Name, Pid1, Pid2) ->
    {Kept, Lost} = chosen(Pid1, Pid2),
    logger:log(notice, "global: Name conflict terminating ~w\n", [{Name, Lost}], #{domain => [otp]}),
    exit(Lost, kill),
    Kept.

-doc "Tells one of the two processes that it lost its name: {global_name_conflict, Name}.".
-spec random_notify_name(term(), pid(), pid()) -> pid().
random_notify_name(Name, Pid1, Pid2) ->
    {Kept, Lost} = chosen(Pid1, Pid2),
    Lost ! {global_name_conflict, Name},
    Kept.

-doc "Tells both processes that they lost their name: {global_name_conflict, Name, OtherPid}.".
-spec notify_all_name(term(), pid(), pid()) -> none.
notify_all_name(Name, Pid1, Pid2) ->
    Pid1 ! {global_name_conflict, Name, Pid2},
    Pid2 ! {global_name_conflict, Name, Pid1},
    none.

chosen(Pid1, Pid2) when node(Pid1) < node(Pid2) -> {Pid1, Pid2};
chosen(Pid1, Pid2) -> {Pid2, Pid1}.

%%% Locks

-doc "The same as set_lock(Id, [node()|nodes()], infinity).".
-spec set_lock({term(), term()}) -> boolean().
set_lock(Id) -> set_lock(Id, [node() | nodes()], infinity).

-doc "The same as set_lock(Id, Nodes, infinity).".
-spec set_lock({term(), term()}, [node()]) -> boolean().
set_lock(Id, Nodes) -> set_lock(Id, Nodes, infinity).

-doc "Takes the lock {Resource, Requester} on Nodes; who has the same requester may share it. The lock is free again when its holder ends.".
-spec set_lock({term(), term()}, [node()], non_neg_integer() | infinity) -> boolean().
set_lock({_, _} = Id, Nodes, Retries) when is_list(Nodes), Retries =:= infinity orelse is_integer(Retries) andalso Retries >= 0 ->
    _ = [net_kernel:connect_node(Node) || Node <- Nodes -- [node() | nodes(connected)]],
    locking(Id, Nodes, Retries, 1).

locking(Id, Nodes, Retries, Times) ->
    case lock_on(Id, [[lists:max(Nodes)], Nodes -- [lists:max(Nodes)]], []) of
        true -> true;
        false when Retries =:= 0 -> false;
        false ->
            random_sleep(Times),
            locking(Id, Nodes, if Retries =:= infinity -> infinity; true -> Retries - 1 end, Times + 1)
    end.

%% Takes a lock on groups of nodes, one group after the other. If one of them refuses, what was taken is given back.
lock_on(Id, [[] | Groups], Taken) -> lock_on(Id, Groups, Taken);
lock_on(Id, [Nodes | Groups], Taken) ->
    Replies = ask(Nodes, {set_lock, Id}),
    Granted = [Node || {Node, true} <- Replies],
    case [Node || {Node, false} <- Replies] of
        [] -> lock_on(Id, Groups, Granted ++ Taken);
        _ ->
            _ = ask(Granted ++ Taken, {del_lock, Id}),
            false
    end;
lock_on(_, [], _) ->
    true.

random_sleep(Times) ->
    Max = min(8000, 250 bsl min(5, Times div 2)),
    receive after rand(Max) -> ok end.

rand(Max) -> erlang:phash2({erlang:unique_integer(), erlang:monotonic_time(), self()}, Max) + 1.

-doc "The same as del_lock(Id, [node()|nodes()]).".
-spec del_lock({term(), term()}) -> true.
del_lock(Id) -> del_lock(Id, [node() | nodes()]).

-doc "Gives a lock back.".
-spec del_lock({term(), term()}, [node()]) -> true.
del_lock({_, _} = Id, Nodes) ->
    Boss = lists:max(Nodes),
    _ = ask(lists:delete(Boss, Nodes), {del_lock, Id}),
    _ = ask([Boss], {del_lock, Id}),
    true.

-doc "The same as trans(Id, Fun, [node()|nodes()], infinity).".
-spec trans({term(), term()}, fun(() -> term())) -> term() | aborted.
trans(Id, Fun) -> trans(Id, Fun, [node() | nodes()], infinity).

-doc "The same as trans(Id, Fun, Nodes, infinity).".
-spec trans({term(), term()}, fun(() -> term()), [node()]) -> term() | aborted.
trans(Id, Fun, Nodes) -> trans(Id, Fun, Nodes, infinity).

-doc "Calls Fun while the lock Id is held on Nodes; aborted if it could not be had.".
-spec trans({term(), term()}, fun(() -> term()), [node()], non_neg_integer() | infinity) -> term() | aborted.
trans(Id, Fun, Nodes, Retries) ->
    case set_lock(Id, Nodes, Retries) of
        true -> try Fun() after del_lock(Id, Nodes) end;
        false -> aborted
    end.

%% A request to the servers of several nodes: [{Node, Answer}] of those that answer. One that is lost while this goes on is not called back.
ask(Nodes, Request) -> of_all([Node || Node <- Nodes, lists:member(Node, [node() | nodes(connected)])], Request).

of_all([], _) -> [];
of_all([Node], Request) when Node =:= node() -> [{Node, own(Request)}];
of_all(Nodes, Request) ->
    {Replies, _} = gen_server:multi_call(Nodes, global_name_server, Request),
    Replies.

own(Request) ->
    {ok, Answer} = gen:call(global_name_server, '$gen_call', Request, infinity),
    Answer.

%%% The cluster

-doc "Waits until the names of all connected nodes are known here.".
-spec sync() -> ok | {error, term()}.
sync() -> sync(nodes()).

-doc "Waits until the names of Nodes are known here.".
-spec sync([node()]) -> ok | {error, term()}.
sync(Nodes) when is_list(Nodes) -> own({sync, Nodes -- [node()]}).

-doc "Disconnects from all nodes of the cluster.".
-spec disconnect() -> [node()].
disconnect() ->
    Known = own(get_known),
    lists:foreach(fun(Node) -> erlang:disconnect_node(Node) end, Known),
    Known.

-doc "What the server knows, for debugging.".
-spec info() -> term().
info() -> own(info).

%%% The registrar: changes of names by this node, one after the other

registrar(Change) ->
    Pid = own(registrar),
    Ref = erlang:monitor(process, Pid),
    Pid ! {change, self(), Ref, Change},
    receive
        {Ref, Answer} -> erlang:demonitor(Ref, [flush]), Answer;
        {'DOWN', Ref, _, _, _} -> registrar(Change)
    end.

registrar_loop() ->
    receive
        {change, From, Ref, Change} ->
            From ! {Ref, on_all_known(Change, 1)},
            registrar_loop();
        _ -> registrar_loop()
    end.

on_all_known(Change, Times) ->
    Nodes = [node() | own(get_known)],
    Id = {global, self()},
    Boss = lists:max(Nodes),
    case lock_on(Id, [[Boss], lists:delete(Boss, Nodes)], []) of
        true ->
            case own(get_known) -- Nodes of
                [] ->
                    try Change(Nodes) after del_lock(Id, Nodes) end;
                _ ->
                    del_lock(Id, Nodes),
                    on_all_known(Change, Times)
            end;
        false ->
            random_sleep(Times),
            on_all_known(Change, Times + 1)
    end.

%%% The server. Its state is a map in its dictionary.
%%
%% names: Name => {Pid, Method, Monitor, RegNode}; locks: Resource => {Requester, Pid => Monitor}; known: nodes of the cluster;
%% synced: those whose names are here; peers: Node => the exchange that goes on with it; waiting: callers of sync; lost: reports of
%% lost connections; doomed: known nodes that another one has lost, and that are to be left; early: what nodes have sent that are known by
%% others only; versions: Node => the version of the exchange that it speaks, as it says itself or others say of it.

-doc false.
handle(Message) ->
    State = case get(state) of
                undefined -> #{names => #{}, locks => #{}, known => [], synced => [], peers => #{}, waiting => [], lost => #{}, doomed => #{}, early => #{}, versions => #{},
                               locker => undefined, registrar => undefined, created => erlang:system_time(microsecond)};
                Kept -> Kept
            end,
    put(state, waiting(event(Message, State))),
    ok.

event({'$gen_call', {Pid, _} = From, Request}, State) ->
    case request(Request, Pid, From, State) of
        {reply, Answer, New} ->
            gen:reply(From, Answer),
            New;
        {later, New} ->
            New
    end;
event({'$gen_cast', Cast}, State) -> cast(Cast, State);
event({nodeup, Node}, State) -> nodeup(Node, State);
event({nodedown, Node}, State) -> nodedown(Node, State);
event({'DOWN', Ref, process, Pid, _}, State) -> down(Ref, Pid, State);
event({init_connect_ack, Node, MyTag, _}, #{peers := Peers} = State) ->
    case Peers of
        #{Node := #{my := MyTag}} -> State;
        #{Node := #{his := {_, HisTag}}} ->
            tell(Node, {cancel_connect, node(), HisTag}),
            connect(Node, State#{peers := maps:remove(Node, Peers)});
        _ -> State
    end;
event({cancel_connect, Node, MyTag}, #{peers := Peers} = State) ->
    case Peers of
        #{Node := #{my := MyTag}} -> connect(Node, cancelled(Node, State));
        _ -> State
    end;
event({locked, Node, MyTag, LockId}, State) -> with_peer(Node, MyTag, State, fun(Peer) -> exchange(Node, Peer#{lock => LockId}, State) end);
event({settled, Node, MyTag, Ops, Resolved}, State) ->
    with_peer(Node, MyTag, State, fun(#{his := {Version, HisTag}} = Peer) ->
        post(Node, {resolved, node(), Resolved, with_versions(maps:get(known, State), Version, State), unused, [], HisTag}),
        finish(Node, Peer#{ops => Ops}, State)
    end);
event({watchdog, Node, MyTag}, State) ->
    with_peer(Node, MyTag, State, fun(_) ->
        logger:log(warning, "'global' at node ~p disconnected node ~p: they did not agree in time", [node(), Node], #{domain => [otp]}),
        leave(Node),
        State
    end);
event({lost_connection, Node, Creation, Op, Lost}, State) -> lost_connection(Node, Creation, Op, Lost, State);
event({unreachable, Node}, State) -> unreachable(Node, State);
event({overlap, Node}, State) -> overlap(Node, State);
event({remove_connection, Node}, State) ->
    logger:log(warning, "'global' at node ~p disconnected node ~p in order to prevent overlapping partitions", [node(), Node],
               #{domain => [otp]}),
    leave(Node),
    State;
event(_, State) ->
    State.

leave(Node) -> spawn(fun() -> erlang:disconnect_node(Node) end).

post(Node, Cast) -> _ = erlang:send({global_name_server, Node}, {'$gen_cast', Cast}, [noconnect]).

tell(Node, Message) -> _ = erlang:send({global_name_server, Node}, Message, [noconnect]).

with_peer(Node, MyTag, #{peers := Peers} = State, Fun) ->
    case Peers of
        #{Node := #{my := MyTag} = Peer} -> Fun(Peer);
        _ -> State
    end.

%%% Requests

request({set_lock, {Resource, Requester}}, Pid, _, #{locks := Locks} = State) ->
    case Locks of
        #{Resource := {Requester, Holders}} when is_map_key(Pid, Holders) -> {reply, true, State};
        #{Resource := {Requester, Holders}} ->
            {reply, true, State#{locks := Locks#{Resource := {Requester, Holders#{Pid => erlang:monitor(process, Pid)}}}}};
        #{Resource := _} -> {reply, false, State};
        _ -> {reply, true, State#{locks := Locks#{Resource => {Requester, #{Pid => erlang:monitor(process, Pid)}}}}}
    end;
request({del_lock, {Resource, Requester}}, Pid, _, #{locks := Locks} = State) ->
    case Locks of
        #{Resource := {Requester, #{Pid := Ref}}} ->
            erlang:demonitor(Ref, [flush]),
            {reply, true, State#{locks := unlocked(Resource, Pid, Locks)}};
        _ -> {reply, true, State}
    end;
request({register, Name, Pid, Method}, _, _, State) -> {reply, yes, insert(Name, Pid, Method, node(Pid), State)};
request({register_ext, Name, Pid, Method, RegNode}, _, _, State) -> {reply, yes, insert(Name, Pid, Method, RegNode, State)};
request({unregister, Name}, _, _, State) -> {reply, ok, delete(Name, State)};
request(get_known, _, _, #{known := Known} = State) -> {reply, Known, State};
request(get_synced, _, _, #{synced := Synced} = State) -> {reply, Synced, State};
request(get_protocol_version, _, _, State) -> {reply, ?VERSION, State};
request(get_names_ext, _, _, State) -> {reply, [], State};
request({sync, Nodes}, _, From, #{waiting := Waiting} = State) -> {later, State#{waiting := [{From, Nodes} | Waiting]}};
request(info, _, _, State) -> {reply, State, State};
request(registrar, _, _, #{registrar := Pid} = State) ->
    case is_pid(Pid) andalso is_process_alive(Pid) of
        true -> {reply, Pid, State};
        false ->
            New = spawn(fun() -> registrar_loop() end),
            {reply, New, State#{registrar := New}}
    end;
request(_, _, _, State) ->
    {later, State}.

%% Callers of sync whose nodes are all there, or gone, are answered.
waiting(#{waiting := []} = State) -> State;
waiting(#{waiting := Waiting, synced := Synced} = State) ->
    Connected = nodes(),
    State#{waiting := [Caller || {From, Nodes} = Caller <- Waiting,
                                 case [Node || Node <- Nodes, not lists:member(Node, Synced), lists:member(Node, Connected)] of
                                     [] -> gen:reply(From, ok), false;
                                     _ -> true
                                 end]}.

unlocked(Resource, Pid, Locks) ->
    #{Resource := {Requester, Holders}} = Locks,
    case maps:remove(Pid, Holders) of
        None when map_size(None) =:= 0 -> maps:remove(Resource, Locks);
        Rest -> Locks#{Resource := {Requester, Rest}}
    end.

insert(Name, Pid, Method, RegNode, State) ->
    #{names := Names} = Free = delete(Name, State),
    ok = keep((table())#{Name => Pid}),
    Free#{names := Names#{Name => {Pid, Method, erlang:monitor(process, Pid), RegNode}}}.

delete(Name, #{names := Names} = State) ->
    case Names of
        #{Name := {_, _, Ref, _}} ->
            erlang:demonitor(Ref, [flush]),
            ok = keep(maps:remove(Name, table())),
            State#{names := maps:remove(Name, Names)};
        _ -> State
    end.

%% The end of a process frees its names and locks.
down(Ref, Pid, #{names := Names, locks := Locks} = State) ->
    Own = [Name || {Name, {P, _, R, _}} <- maps:to_list(Names), P =:= Pid, R =:= Ref],
    Held = [Resource || {Resource, {_, #{Pid := R}}} <- maps:to_list(Locks), R =:= Ref],
    Left = lists:foldl(fun delete/2, State, Own),
    Left#{locks := lists:foldl(fun(Resource, All) -> unlocked(Resource, Pid, All) end, Locks, Held)}.

%%% Nodes that come and go

nodeup(Node, #{known := Known, peers := Peers} = State) ->
    case lists:member(Node, Known) orelse is_map_key(Node, Peers) of
        true -> State;
        false -> connect(Node, State)
    end.

connect(Node, State) ->
    #{locker := Locker, peers := Peers, known := Known} = Ready = ready(State),
    MyTag = erlang:unique_integer(),
    post(Node, {init_connect, {?VERSION, MyTag}, node(), {locker, no_longer_a_pid, maps:from_list(with_versions(Known, ?VERSION, Ready)), Locker}}),
    _ = erlang:send_after(60000, self(), {watchdog, Node, MyTag}),
    Ready#{peers := Peers#{Node => #{my => MyTag}}}.

ready(#{locker := undefined} = State) ->
    Server = self(),
    _ = spawn(fun() -> process_flag(priority, high), receive after 1000 -> watch(Server) end end), % others have to do now
    State#{locker := spawn(fun() -> process_flag(priority, high), locker(Server, [], 0) end)};
ready(State) ->
    State.

%% Other nodes wait for the answers of this server. When it gives none for a while, this node leaves them.
watch(Server) ->
    Patience = application:get_env(kernel, global_patience, 20000),
    receive after Patience div 4 -> ok end,
    Ref = erlang:monitor(process, Server),
    Server ! {'$gen_call', {self(), Ref}, get_protocol_version},
    receive
        {Ref, _} -> erlang:demonitor(Ref, [flush]), watch(Server);
        {'DOWN', Ref, _, _, _} -> ok
    after Patience ->
        erlang:demonitor(Ref, [flush]),
        _ = nodes() =/= [] andalso
            logger:log(warning, "'global' at node ~p does not answer; disconnected from all nodes", [node()], #{domain => [otp]}),
        lists:foreach(fun erlang:disconnect_node/1, nodes()),
        watch(Server)
    end.

nodedown(Node, #{synced := Synced} = State) ->
    _ = lists:member(Node, Synced) andalso report_lost(Node, State),
    forget(Node, freed(Node, State)).

%% The names and locks of a lost node's processes. What it sent last is read when the connection has ended already, so that the monitors of
%% those may stand on the next connection, while the node takes nothing back of what it believes to have failed.
freed(Node, #{names := Names, locks := Locks} = State) ->
    Left = lists:foldl(fun delete/2, State, [Name || {Name, {Pid, _, _, _}} <- maps:to_list(Names), node(Pid) =:= Node]),
    Held = [{Resource, Pid, Ref} || {Resource, {_, Holders}} <- maps:to_list(Locks), {Pid, Ref} <- maps:to_list(Holders), node(Pid) =:= Node],
    Left#{locks := lists:foldl(fun({Resource, Pid, Ref}, All) ->
                                   erlang:demonitor(Ref, [flush]),
                                   unlocked(Resource, Pid, All)
                               end, Locks, Held)}.

%% At once, for the node may come back by what others tell of it, and then its names are not exchanged again.
report_lost(Node, #{known := Known, created := Creation} = State) ->
    Report = {lost_connection, node(), Creation, erlang:unique_integer([monotonic, positive]), Node},
    prevents() andalso lists:foreach(fun(Other) -> tell(Other, Report) end, preventing(Known, State) -- [Node]).

%% Those that know what these messages are about.
preventing(Nodes, State) -> [Node || Node <- Nodes, version(Node, State) >= ?PREVENTS].

prevents() -> application:get_env(kernel, prevent_overlapping_partitions, true).

forget(Node, #{known := Known, synced := Synced, doomed := Doomed, early := Early, versions := Versions} = State) ->
    cancelled(Node, State#{known := lists:delete(Node, Known), synced := lists:delete(Node, Synced), doomed := maps:remove(Node, Doomed),
                           early := maps:remove(Node, Early), versions := maps:remove(Node, Versions)}).

%% A node that others know cannot be reached from here: to them that is a connection that this node has lost.
unreachable(Node, #{known := Known, early := Early} = State) ->
    case lists:member(Node, Known) of
        true ->
            case {lists:member(Node, nodes()), Early} of
                {false, _} ->
                    logger:log(warning, "'global' at ~p failed to connect to ~p\n", [node(), Node], #{domain => [otp]}),
                    _ = report_lost(Node, State),
                    forget(Node, State);
                {true, #{Node := {Version, HisLocker}}} -> % it has begun anew meanwhile, and knows nothing of this cluster
                    meets(Version, Node, HisLocker, forget(Node, State));
                {true, _} ->
                    connect(Node, forget(Node, State))
            end;
        false ->
            State
    end.

cancelled(Node, #{peers := Peers, locker := Locker} = State) ->
    _ = is_pid(Locker) andalso (Locker ! {gone, Node}),
    State#{peers := maps:remove(Node, Peers)}.

%% Prevention of overlapping partitions: when two nodes lost each other, every third one leaves one of them. It waits a moment, for a node
%% that is down is lost by all, and no partition.
lost_connection(Node, Creation, Op, Lost, #{lost := Seen, known := Known, doomed := Doomed} = State) ->
    case Seen of
        #{{Node, Lost} := {Creation, Last}} when Op =< Last -> State;
        _ ->
            Message = {lost_connection, Node, Creation, Op, Lost},
            lists:foreach(fun(Other) -> tell(Other, Message) end, preventing(Known, State) -- [Node]),
            Removed = if Lost =:= node() -> Node; true -> Lost end,
            Marked = State#{lost := Seen#{{Node, Lost} => {Creation, Op}}},
            case lists:member(Removed, Known) andalso prevents() of
                true ->
                    _ = erlang:send_after(200, self(), {overlap, Removed}),
                    Marked#{doomed := Doomed#{Removed => true}};
                false ->
                    Marked
            end
    end.

%% Unless it went by itself meanwhile, and perhaps came back as a new member.
overlap(Node, #{doomed := Doomed} = State) ->
    case is_map_key(Node, Doomed) of
        true ->
            logger:log(warning, "'global' at node ~p requested disconnect from node ~p in order to prevent overlapping partitions",
                       [node(), Node], #{domain => [otp]}),
            case version(Node, State) >= ?PREVENTS of
                true -> tell(Node, {remove_connection, node()});
                false -> leave(Node)
            end,
            State#{doomed := maps:remove(Node, Doomed)};
        false ->
            State
    end.

%%% The exchange of two nodes

cast({init_connect, Version, Node, {locker, _, _, HisLocker}}, #{known := Known, early := Early} = State) when element(1, Version) > 4 ->
    case lists:member(Node, Known) of
        true -> State#{early := Early#{Node => {Version, HisLocker}}}; % others have told of it: it gets, or has got, in_sync
        false -> meets(Version, Node, HisLocker, State)
    end;
cast({lock_set, HisLocker, Flag, HisKnown, MyTag}, #{locker := Locker, peers := Peers} = State) ->
    case [Node || {Node, #{my := Tag}} <- maps:to_list(Peers), Tag =:= MyTag] of
        [Node] -> Locker ! {lock_set, Node, MyTag, HisLocker, Flag, HisKnown}, State;
        [] -> State
    end;
cast({lock_set, HisLocker, Flag, HisKnown}, #{peers := Peers} = State) -> % before OTP 25 it had no tag
    case Peers of
        #{node(HisLocker) := #{my := MyTag}} -> cast({lock_set, HisLocker, Flag, HisKnown, MyTag}, State);
        _ -> State
    end;
cast({exchange, Node, Names, _, MyTag}, State) ->
    with_peer(Node, MyTag, State, fun(Peer) -> resolve(Node, Peer#{names => Names}, State) end);
cast({resolved, Node, Ops, HisKnown, _, _, MyTag}, State) ->
    with_peer(Node, MyTag, State, fun(Peer) -> finish(Node, Peer#{his_ops => Ops, his_known => plain(HisKnown)}, told_of(HisKnown, State)) end);
cast({new_nodes, _, Ops, _, Nodes, _}, State) ->
    meet(plain(Nodes), lists:foldl(fun apply_op/2, told_of(Nodes, State), Ops));
cast({in_sync, Node, _}, State) -> % known it becomes by new_nodes only, so that it gets in_sync of this node too
    #{synced := Synced, early := Early} = Rest = cancelled(Node, State),
    Rest#{synced := [Node | lists:delete(Node, Synced)], early := maps:remove(Node, Early)};
cast(_, State) ->
    State.

meets(Version, Node, HisLocker, State) ->
    #{peers := Peers, locker := Locker} = Begun = case is_map_key(Node, maps:get(peers, State)) of
                                                      true -> State;
                                                      false -> connect(Node, State)
                                                  end,
    {His, HisTag} = {element(1, Version), element(2, Version)},
    #{Node := #{my := MyTag}} = Peers,
    _ = His >= ?VERIFIES andalso tell(Node, {init_connect_ack, node(), HisTag, MyTag}),
    Locker ! {meet, Node, MyTag, {His, HisTag}, HisLocker},
    told_of([{Node, His}], Begun#{peers := Peers#{Node := #{my => MyTag, his => {His, HisTag}}}}).

plain(Nodes) -> [case Item of {Node, _} -> Node; _ -> Item end || Item <- Nodes].

%% What nodes that are told of speak, if it is told.
told_of(Nodes, #{versions := Versions} = State) ->
    State#{versions := lists:foldl(fun({Node, V}, All) when V > 0 -> All#{Node => V}; (_, All) -> All end, Versions, Nodes)}.

version(Node, _) when Node =:= node() -> ?VERSION;
version(Node, #{versions := Versions}) -> maps:get(Node, Versions, 0).

%% Nodes as a node of a version wants to be told of them.
with_versions(Nodes, Version, _) when Version < ?PREVENTS -> Nodes;
with_versions(Nodes, _, State) -> [{Node, version(Node, State)} || Node <- Nodes].

%% Both lockers hold the lock: the names go to the other side.
exchange(Node, #{his := {_, HisTag}} = Peer, #{names := Names} = State) ->
    post(Node, {exchange, node(), [{Name, Pid, Method} || {Name, {Pid, Method, _, _}} <- maps:to_list(Names)], [], HisTag}),
    resolve(Node, Peer#{sent => true}, State).

%% His names are here, and the lock is held: a process of its own decides about names that both have, for that may call other nodes.
resolve(Node, #{sent := true, names := His, my := MyTag} = Peer, #{names := Own, peers := Peers} = State) ->
    Server = self(),
    spawn(fun() ->
        {Ops, Resolved} = lists:foldl(fun(Item, Acc) -> decide(Item, Own, Node, Acc) end, {[], []}, His),
        Server ! {settled, Node, MyTag, Ops, Resolved}
    end),
    State#{peers := Peers#{Node := maps:remove(names, Peer)}};
resolve(Node, Peer, #{peers := Peers} = State) ->
    State#{peers := Peers#{Node := Peer}}.

%% Of two nodes the one with the smaller name decides.
decide(Item, Own, Node, {Ops, Resolved}) ->
    Name = element(1, Item),
    Pid = element(2, Item),
    Method = element(3, Item),
    case Own of
        #{Name := {Pid, _, _, _}} -> {Ops, Resolved};
        #{Name := {Mine, MyMethod, _, _}} when node() < Node ->
            case rpc:call(node(Mine), ?MODULE, resolve_it, [MyMethod, Name, Pid, Mine]) of
                Mine -> {Ops, [{insert, {Name, Mine, MyMethod}} | Resolved]};
                Pid -> {[{insert, {Name, Pid, Method}} | Ops], Resolved};
                _ -> {[{delete, Name} | Ops], [{delete, Name} | Resolved]}
            end;
        #{Name := _} -> {Ops, Resolved};
        _ -> {[{insert, {Name, Pid, Method}} | Ops], Resolved}
    end.

%% Both sides have decided: the table changes here and on the nodes of this half, which hear of the nodes of the other half.
finish(Node, #{ops := Ops, his_ops := HisOps, his_known := HisKnown, lock := LockId, my := MyTag, his := {His, _}} = _, State) ->
    All = Ops ++ HisOps,
    #{known := Known, synced := Synced, peers := Peers, locker := Locker} = Changed = lists:foldl(fun apply_op/2, State, All),
    New = [Node | HisKnown -- [node()]],
    lists:foreach(fun(Other) ->
                      Told = with_versions(New, version(Other, Changed), Changed),
                      post(Other, {new_nodes, node(), All, [], Told, [{vsn, min(His, ?VERSION)}, {lock, LockId}]})
                  end, Known -- New),
    Locker ! {done, Node, MyTag},
    meet(HisKnown, Changed#{known := [Node | lists:delete(Node, Known)], synced := [Node | lists:delete(Node, Synced)],
                            peers := maps:remove(Node, Peers)});
finish(Node, Peer, #{peers := Peers} = State) ->
    State#{peers := Peers#{Node := Peer}}.

apply_op({insert, Item}, State) -> insert(element(1, Item), element(2, Item), element(3, Item), node(element(2, Item)), State);
apply_op({delete, Name}, State) -> delete(Name, State).

%% Nodes that belong to the cluster by what others say: they get a connection, and are told that this node has their names.
meet(Nodes, #{known := Known} = State) ->
    New = [Node || Node <- Nodes, Node =/= node(), not lists:member(Node, Known)],
    Server = self(),
    lists:foreach(fun(Node) ->
                      spawn(fun() ->
                          case joined(Node) of
                              true -> post(Node, {in_sync, node(), true});
                              false -> Server ! {unreachable, Node}
                          end
                      end)
                  end, New),
    lists:foldl(fun cancelled/2, State#{known := Known ++ New}, New).

%% Its own report says why a connection cannot be; here nobody has asked for it.
joined(Node) -> lists:member(Node, nodes()) orelse net_kernel:connect_node(Node) =:= true.

%%% The locker: takes the common lock with one peer after the other

%% Peers are {Node, MyTag, {Version, HisTag}, HisLocker}. Times counts the vain attempts.
locker(Server, [], _) ->
    receive
        {meet, Node, MyTag, HisTag, HisLocker} -> locker(Server, [{Node, MyTag, HisTag, HisLocker}], 0);
        _ -> locker(Server, [], 0)
    end;
locker(Server, Peers, Times) ->
    receive
        {meet, Node, MyTag, HisTag, HisLocker} ->
            locker(Server, lists:keystore(Node, 1, Peers, {Node, MyTag, HisTag, HisLocker}), Times);
        {gone, Node} ->
            locker(Server, lists:keydelete(Node, 1, Peers), Times);
        {lock_set, Node, MyTag, _, true, _} ->
            case lists:keyfind(Node, 1, Peers) of
                {Node, MyTag, _, _} = Peer -> locker(Server, answered(Server, Peer, Peers), Times);
                _ -> locker(Server, Peers, Times)
            end;
        {lock_set, _, _, _} = Direct ->
            Server ! {'$gen_cast', Direct},
            locker(Server, Peers, Times);
        _ ->
            locker(Server, Peers, Times)
    after turn(Times) ->
        [Peer | Rest] = own_host_first(Peers),
        case active(Server, Peer) of
            done -> locker(Server, Rest, 0);
            retry -> locker(Server, Rest ++ [Peer], Times + 1)
        end
    end.

own_host_first(Peers) ->
    Host = host(node()),
    {Near, Far} = lists:partition(fun(Peer) -> host(element(1, Peer)) =:= Host end, Peers),
    Near ++ Far.

host(Node) -> lists:last(string:split(atom_to_list(Node), "@")).

turn(0) -> rand(30);
turn(Times) ->
    case own(get_known) of
        [] -> 200 + rand(100);
        Known -> min(3000, 1000 + 100 * length(Known)) + rand(200 * min(Times, 10))
    end.

%% What one locker tells the other: once directly, then by the servers, then with a tag.
lock_set({_, _, {Version, _}, HisLocker}, Flag, Known) when Version < ?BY_SERVERS -> HisLocker ! {lock_set, self(), Flag, Known};
lock_set({Node, _, {Version, _}, _}, Flag, Known) when Version < ?VERIFIES -> post(Node, {lock_set, self(), Flag, Known});
lock_set({Node, _, {_, HisTag}, _}, Flag, Known) -> post(Node, {lock_set, self(), Flag, Known, HisTag}).

lock_id(HisLocker) -> {global, lists:sort([self(), HisLocker])}.

%% This side asks: boss of the own half, the two nodes, the rest; then the other side is told, and answers when it has done the same.
active(Server, {Node, MyTag, _, HisLocker} = Peer) ->
    Id = lock_id(HisLocker),
    case lock_half(Id, [Node]) of
        false -> retry;
        {true, Known} ->
            Half = [node() | Known],
            lock_set(Peer, true, Known),
            case answer(Node, MyTag, HisLocker) of
                {true, HisKnown} -> proceed(Server, Peer, Id, lists:usort([Node | Half] ++ plain(HisKnown)));
                false -> del_lock(Id, [Node | Half]), retry;
                gone -> del_lock(Id, Half), done;
                none ->
                    lock_set(Peer, false, Known),
                    del_lock(Id, [Node | Half]),
                    retry
            end
    end.

answer(Node, MyTag, HisLocker) ->
    receive
        {lock_set, Node, MyTag, _, true, HisKnown} -> {true, HisKnown};
        {lock_set, Node, MyTag, _, false, _} -> false;
        {lock_set, HisLocker, true, HisKnown} -> {true, HisKnown};
        {lock_set, HisLocker, false, _} -> false;
        {gone, Node} -> gone
    after 10000 -> none
    end.

%% The other side has the lock in its half: this one takes it in its own.
answered(Server, {Node, _, _, HisLocker} = Peer, Peers) ->
    Id = lock_id(HisLocker),
    case lock_half(Id, []) of
        {true, Known} ->
            lock_set(Peer, true, Known),
            _ = proceed(Server, Peer, Id, [Node, node() | Known]),
            lists:keydelete(Node, 1, Peers);
        false ->
            lock_set(Peer, false, []),
            Peers
    end.

%% Takes a lock at the boss of this half, at this node and Others, then at the rest. Only the holder of the boss's lock knows who belongs to
%% the half: another exchange may just have made it larger.
lock_half(Id, Others) ->
    Boss = lists:max([node() | own(get_known)]),
    case lock_on(Id, [[Boss]], []) of
        true ->
            Known = own(get_known),
            Near = [node() | Others] -- [Boss],
            lock_on(Id, [Near, Known -- [Boss | Near]], [Boss]) andalso {true, Known};
        false ->
            false
    end.

%% The servers exchange; then the lock is given back everywhere, at the boss last.
proceed(Server, {Node, MyTag, _, _}, Id, Nodes) ->
    Server ! {locked, Node, MyTag, Id},
    receive
        {done, Node, MyTag} -> ok;
        {gone, Node} -> ok
    after 30000 ->
        Server ! {watchdog, Node, MyTag}
    end,
    del_lock(Id, Nodes),
    done.
