%% Process groups. Each scope is a server of its name on every node that takes part; a server knows its own members, watches them, and tells
%% the servers of the same scope on other nodes. No node depends on another one: a lost connection is a left member, and a new one is
%% answered by the list of all members.
%%
%% Servers meet by {discover, Pid}, answered by a cast {sync, Pid, [{Group, Pids}]}; then go {join, Pid, Group, PidOrPids} and
%% {leave, Pid, PidOrPids, Groups}. What newer servers send (versions in discover, local_data, update) is understood, but not sent.
-module(pg).
-behaviour(gen_server).

-export([start/1, start_link/0, start_link/1, join/2, join/3, leave/2, leave/3, monitor/1, monitor/2, monitor_scope/0, monitor_scope/1,
         demonitor/1, demonitor/2, get_members/1, get_members/2, get_local_members/1, get_local_members/2,
         which_groups/0, which_groups/1, which_local_groups/0, which_local_groups/1]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2]).

%% groups: group => {all members, own members}; own: pid => {monitor, groups}; peers: pid of a server => {monitor, group => members};
%% observers: reference => {monitor of the observer, group or all}.
-record(state, {scope, groups = #{}, own = #{}, peers = #{}, observers = #{}}).

-doc "Starts the server of a scope.".
-spec start(atom()) -> {ok, pid()} | {error, term()}.
start(Scope) when is_atom(Scope) -> gen_server:start({local, Scope}, ?MODULE, [Scope], []).

-doc "Starts the server of the default scope pg, linked to the caller.".
-spec start_link() -> {ok, pid()} | {error, term()}.
start_link() -> start_link(?MODULE).

-doc "Starts the server of a scope, linked to the caller.".
-spec start_link(atom()) -> {ok, pid()} | {error, term()}.
start_link(Scope) when is_atom(Scope) -> gen_server:start_link({local, Scope}, ?MODULE, [Scope], []).

-doc "Joins a process, or processes, of this node to a group of scope pg.".
-spec join(term(), pid() | [pid()]) -> ok.
join(Group, Pids) -> join(?MODULE, Group, Pids).

-doc "Joins a process, or processes, of this node to a group. Who joins twice has to leave twice.".
-spec join(atom(), term(), pid() | [pid()]) -> ok.
join(Scope, Group, Pids) ->
    local(Pids, [Scope, Group, Pids]),
    gen_server:call(Scope, {join_local, Group, Pids}, infinity).

-doc "Takes a process, or processes, out of a group of scope pg.".
-spec leave(term(), pid() | [pid()]) -> ok | not_joined.
leave(Group, Pids) -> leave(?MODULE, Group, Pids).

-doc "Takes a process, or processes, out of a group.".
-spec leave(atom(), term(), pid() | [pid()]) -> ok | not_joined.
leave(Scope, Group, Pids) ->
    local(Pids, [Scope, Group, Pids]),
    gen_server:call(Scope, {leave_local, Group, Pids}, infinity).

local(Pid, _) when is_pid(Pid), node(Pid) =:= node() -> ok;
local([_ | _] = Pids, Args) -> lists:foreach(fun(Pid) when is_pid(Pid), node(Pid) =:= node() -> ok; (Bad) -> error({nolocal, Bad}, Args) end, Pids);
local([], _) -> ok;
local(Pid, Args) when is_pid(Pid) -> error({nolocal, Pid}, Args).

-doc "Watches a group of scope pg: {Ref, Members}; {Ref, join | leave, Group, Pids} tell what changes.".
-spec monitor(term()) -> {reference(), [pid()]}.
monitor(Group) -> ?MODULE:monitor(?MODULE, Group).

-doc "Watches a group: {Ref, Members}; {Ref, join | leave, Group, Pids} tell what changes.".
-spec monitor(atom(), term()) -> {reference(), [pid()]}.
monitor(Scope, Group) -> gen_server:call(Scope, {monitor, Group}, infinity).

-doc "Watches all groups of scope pg: {Ref, #{Group => Members}}.".
-spec monitor_scope() -> {reference(), map()}.
monitor_scope() -> monitor_scope(?MODULE).

-doc "Watches all groups of a scope: {Ref, #{Group => Members}}.".
-spec monitor_scope(atom()) -> {reference(), map()}.
monitor_scope(Scope) -> gen_server:call(Scope, monitor, infinity).

-doc "Ends the watch of a group or of scope pg.".
-spec demonitor(reference()) -> ok | false.
demonitor(Ref) -> ?MODULE:demonitor(?MODULE, Ref).

-doc "Ends the watch of a group or of a scope.".
-spec demonitor(atom(), reference()) -> ok | false.
demonitor(Scope, Ref) ->
    case gen_server:call(Scope, {demonitor, Ref}, infinity) of
        ok -> flush(Ref);
        false -> false
    end.

flush(Ref) ->
    receive
        {Ref, join, _, _} -> flush(Ref);
        {Ref, leave, _, _} -> flush(Ref)
    after 0 -> ok
    end.

-doc "The members of a group of scope pg, on all nodes.".
-spec get_members(term()) -> [pid()].
get_members(Group) -> get_members(?MODULE, Group).

-doc "The members of a group, on all nodes.".
-spec get_members(atom(), term()) -> [pid()].
get_members(Scope, Group) -> members(Scope, {members, Group}).

-doc "The members of a group of scope pg on this node.".
-spec get_local_members(term()) -> [pid()].
get_local_members(Group) -> get_local_members(?MODULE, Group).

-doc "The members of a group on this node.".
-spec get_local_members(atom(), term()) -> [pid()].
get_local_members(Scope, Group) -> members(Scope, {local_members, Group}).

members(Scope, Request) ->
    try gen_server:call(Scope, Request, infinity)
    catch exit:{noproc, _} -> []
    end.

-doc "The groups of scope pg that have members.".
-spec which_groups() -> [term()].
which_groups() -> which_groups(?MODULE).

-doc "The groups of a scope that have members.".
-spec which_groups(atom()) -> [term()].
which_groups(Scope) when is_atom(Scope) -> ask(Scope, groups, [Scope]).

-doc "The groups of scope pg that have members on this node.".
-spec which_local_groups() -> [term()].
which_local_groups() -> which_local_groups(?MODULE).

-doc "The groups of a scope that have members on this node.".
-spec which_local_groups(atom()) -> [term()].
which_local_groups(Scope) when is_atom(Scope) -> ask(Scope, local_groups, [Scope]).

ask(Scope, Request, Args) ->
    try gen_server:call(Scope, Request, infinity)
    catch exit:{noproc, _} -> error(badarg, Args)
    end.

%%% The server

-doc false.
init([Scope]) ->
    ok = net_kernel:monitor_nodes(true),
    lists:foreach(fun(Node) -> {Scope, Node} ! {discover, self()} end, nodes()),
    {ok, #state{scope = Scope}}.

-doc false.
handle_call({members, Group}, _, #state{groups = Groups} = State) ->
    {All, _} = maps:get(Group, Groups, {[], []}),
    {reply, All, State};
handle_call({local_members, Group}, _, #state{groups = Groups} = State) ->
    {_, Own} = maps:get(Group, Groups, {[], []}),
    {reply, Own, State};
handle_call(groups, _, #state{groups = Groups} = State) ->
    {reply, maps:keys(Groups), State};
handle_call(local_groups, _, #state{groups = Groups} = State) ->
    {reply, [Group || {Group, {_, [_ | _]}} <- maps:to_list(Groups)], State};
handle_call({join_local, Group, Pids}, _, State) ->
    broadcast({join, self(), Group, Pids}, State),
    {reply, ok, joined(Group, Pids, true, watched(Group, list(Pids), State))};
handle_call({leave_local, Group, Pids}, _, State) ->
    case unwatched(Group, list(Pids), State) of
        {[], _} ->
            {reply, not_joined, State};
        {Left, New} ->
            broadcast({leave, self(), if is_pid(Pids) -> Pids; true -> Left end, [Group]}, State),
            {reply, ok, left(Group, Left, true, New)}
    end;
handle_call(monitor, {Pid, _}, #state{groups = Groups} = State) ->
    {Ref, New} = observed(Pid, all, State),
    {reply, {Ref, maps:map(fun(_, {All, _}) -> All end, Groups)}, New};
handle_call({monitor, Group}, {Pid, _}, #state{groups = Groups} = State) ->
    {Ref, New} = observed(Pid, {group, Group}, State),
    {All, _} = maps:get(Group, Groups, {[], []}),
    {reply, {Ref, All}, New};
handle_call({demonitor, Ref}, _, #state{observers = Observers} = State) ->
    case maps:take(Ref, Observers) of
        {_, Rest} ->
            erlang:demonitor(Ref, [flush]),
            {reply, ok, State#state{observers = Rest}};
        error ->
            {reply, false, State}
    end;
handle_call(_, _, State) ->
    {noreply, State}.

-doc false.
handle_cast({sync, Peer, Groups}, State) -> {noreply, synced(Peer, maps:from_list(Groups), State)};
handle_cast({local_data, Peer, _, Groups}, State) when is_map(Groups) -> {noreply, synced(Peer, Groups, State)};
handle_cast(_, State) -> {noreply, State}.

-doc false.
handle_info({discover, Peer}, State) -> {noreply, discovered(Peer, State)};
handle_info({discover, Peer, _}, State) -> {noreply, discovered(Peer, State)};
handle_info({join, Peer, Group, Pids}, #state{peers = Peers} = State) when is_map_key(Peer, Peers) ->
    {noreply, remote_join(Peer, Group, list(Pids), State)};
handle_info({leave, Peer, Pids, Groups}, #state{peers = Peers} = State) when is_map_key(Peer, Peers) ->
    {noreply, lists:foldl(fun(Group, S) -> remote_leave(Peer, Group, list(Pids), S) end, State, Groups)};
handle_info({update, Peer, Updates}, #state{peers = Peers} = State) when is_map_key(Peer, Peers) ->
    {noreply, lists:foldl(fun({Group, Added, Removed}, S) ->
                              remote_leave(Peer, Group, Removed, remote_join(Peer, Group, Added, S))
                          end, State, Updates)};
handle_info({'DOWN', Ref, process, Pid, _}, State) -> {noreply, down(Ref, Pid, State)};
handle_info({nodeup, Node}, State) when Node =:= node() ->
    {noreply, State};
handle_info({nodeup, Node}, #state{scope = Scope} = State) ->
    _ = erlang:send({Scope, Node}, {discover, self()}, [noconnect]),
    {noreply, State};
handle_info(_, State) ->
    {noreply, State}.

-doc false.
terminate(_, _) -> ok.

list(Pid) when is_pid(Pid) -> [Pid];
list(Pids) -> Pids.

broadcast(Message, #state{peers = Peers}) ->
    maps:foreach(fun(Peer, _) -> erlang:send(Peer, Message, [noconnect]) end, Peers).

%%% Own members

watched(Group, Pids, State) ->
    lists:foldl(fun(Pid, #state{own = Own} = S) ->
                    case Own of
                        #{Pid := {Ref, Groups}} -> S#state{own = Own#{Pid := {Ref, [Group | Groups]}}};
                        _ -> S#state{own = Own#{Pid => {erlang:monitor(process, Pid), [Group]}}}
                    end
                end, State, Pids).

%% Those of Pids that were members, once for each time that they leave.
unwatched(Group, Pids, State) ->
    {Left, New} = lists:foldl(fun(Pid, {Found, #state{own = Own} = S}) ->
        case Own of
            #{Pid := {Ref, Groups}} ->
                case lists:delete(Group, Groups) of
                    Groups -> {Found, S};
                    [] ->
                        erlang:demonitor(Ref, [flush]),
                        {[Pid | Found], S#state{own = maps:remove(Pid, Own)}};
                    Rest -> {[Pid | Found], S#state{own = Own#{Pid := {Ref, Rest}}}}
                end;
            _ -> {Found, S}
        end
    end, {[], State}, Pids),
    {lists:reverse(Left), New}.

down(Ref, Pid, #state{own = Own, peers = Peers, observers = Observers} = State) ->
    case {Own, Peers, Observers} of
        {#{Pid := {Ref, Groups}}, _, _} ->
            broadcast({leave, self(), Pid, Groups}, State),
            lists:foldl(fun(Group, S) -> left(Group, [Pid], true, S) end, State#state{own = maps:remove(Pid, Own)}, Groups);
        {_, #{Pid := {Ref, Groups}}, _} ->
            maps:fold(fun(Group, Pids, S) -> left(Group, Pids, false, S) end, State#state{peers = maps:remove(Pid, Peers)}, Groups);
        {_, _, #{Ref := _}} ->
            State#state{observers = maps:remove(Ref, Observers)};
        _ ->
            State
    end.

%%% Members on other nodes

discovered(Peer, #state{groups = Groups, peers = Peers} = State) ->
    gen_server:cast(Peer, {sync, self(), [{Group, Own} || {Group, {_, [_ | _] = Own}} <- maps:to_list(Groups)]}),
    case Peers of
        #{Peer := _} -> State;
        _ ->
            _ = erlang:send(Peer, {discover, self()}, [noconnect]),
            State#state{peers = Peers#{Peer => {erlang:monitor(process, Peer), #{}}}}
    end.

synced(Peer, Groups, #state{peers = Peers} = State) ->
    {Known, Old} = case Peers of
                       #{Peer := {_, Before}} -> {State, Before};
                       _ -> {State#state{peers = Peers#{Peer => {erlang:monitor(process, Peer), #{}}}}, #{}}
                   end,
    All = maps:keys(maps:merge(Old, Groups)),
    lists:foldl(fun(Group, S) ->
                    Was = maps:get(Group, Old, []),
                    Is = maps:get(Group, Groups, []),
                    remote_join(Peer, Group, Is -- Was, remote_leave(Peer, Group, Was -- Is, S))
                end, Known, All).

remote_join(_, _, [], State) ->
    State;
remote_join(Peer, Group, Pids, #state{peers = Peers} = State) ->
    #{Peer := {Ref, Groups}} = Peers,
    Now = Groups#{Group => Pids ++ maps:get(Group, Groups, [])},
    joined(Group, Pids, false, State#state{peers = Peers#{Peer := {Ref, Now}}}).

remote_leave(Peer, Group, Pids, #state{peers = Peers} = State) ->
    #{Peer := {Ref, Groups}} = Peers,
    Was = maps:get(Group, Groups, []),
    Is = Was -- Pids,
    case Was -- Is of
        [] -> State;
        Gone ->
            Now = case Is of [] -> maps:remove(Group, Groups); _ -> Groups#{Group := Is} end,
            left(Group, Gone, false, State#state{peers = Peers#{Peer := {Ref, Now}}})
    end.

%%% Groups and observers

joined(_, [], _, State) ->
    State;
joined(Group, Pids, Local, #state{groups = Groups} = State) ->
    {All, Own} = maps:get(Group, Groups, {[], []}),
    List = list(Pids),
    tell(join, Group, List, State),
    State#state{groups = Groups#{Group => {List ++ All, if Local -> List ++ Own; true -> Own end}}}.

left(Group, Pids, Local, #state{groups = Groups} = State) ->
    case Groups of
        #{Group := {All, Own}} ->
            tell(leave, Group, Pids, State),
            case {All -- Pids, if Local -> Own -- Pids; true -> Own end} of
                {[], _} -> State#state{groups = maps:remove(Group, Groups)};
                Rest -> State#state{groups = Groups#{Group := Rest}}
            end;
        _ ->
            State
    end.

observed(Pid, What, #state{observers = Observers} = State) ->
    Ref = erlang:monitor(process, Pid),
    {Ref, State#state{observers = Observers#{Ref => {Pid, What}}}}.

tell(Event, Group, Pids, #state{observers = Observers}) ->
    maps:foreach(fun(Ref, {Pid, all}) -> Pid ! {Ref, Event, Group, Pids};
                    (Ref, {Pid, {group, Own}}) when Own =:= Group -> Pid ! {Ref, Event, Group, Pids};
                    (_, _) -> ok
                 end, Observers).
