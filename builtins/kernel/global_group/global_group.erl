%% A cluster can be split into global groups, each with names of its own. That is configured; this node has no such configuration, so that
%% all nodes it sees are its group, and there are no others.
-module(global_group).

-export([global_groups/0, own_nodes/0, info/0, monitor_nodes/1, registered_names/1, send/2, send/3, sync/0, whereis_name/1, whereis_name/2]).

-doc """
The own group and the others: undefined, for there are none.

    1> global_group:global_groups().
    undefined
""".
-spec global_groups() -> {atom(), [atom()]} | undefined.
global_groups() -> undefined.

-doc """
The nodes of the own group: this one and all that are connected.

    1> global_group:own_nodes().
    [nonode@nohost]
""".
-spec own_nodes() -> [node()].
own_nodes() -> [node() | nodes()].

-doc """
What is configured: nothing.

    1> hd(global_group:info()).
    {state,no_conf}
""".
-spec info() -> [{atom(), term()}].
info() ->
    [{state, no_conf}, {own_group_name, []}, {own_group_nodes, []}, {synced_nodes, []}, {sync_error, []}, {no_contact, []},
     {other_groups, []}, {monitoring, []}].

-doc """
Subscribes the calling process to nodeup and nodedown of the nodes of the own group.

    1> global_group:monitor_nodes(maybe_so).
    {error,not_boolean}
""".
-spec monitor_nodes(boolean()) -> ok | {error, not_boolean}.
monitor_nodes(Flag) when is_boolean(Flag) ->
    _ = net_kernel:monitor_nodes(Flag),
    ok;
monitor_nodes(_) ->
    {error, not_boolean}.

-doc """
The names that a node knows; those of a group are none.

    1> global_group:registered_names({node, node()}).
    []
""".
-spec registered_names({group, atom()} | {node, node()}) -> [term()].
registered_names({node, Node}) ->
    case on(Node, registered_names, []) of
        Names when is_list(Names) -> Names;
        _ -> []
    end;
registered_names({group, _}) ->
    [].

-doc "Sends a message to the process that has a name in the own group: its pid, or {badarg, {Name, Message}}.".
-spec send(term(), term()) -> pid() | {badarg, {term(), term()}}.
send(Name, Message) -> sent(global:whereis_name(Name), Name, Message).

-doc "Sends a message to the process that has a name on a node, or in a group.".
-spec send({group, atom()} | {node, node()}, term(), term()) -> pid() | {badarg, {term(), term()}}.
send(Where, Name, Message) -> sent(whereis_name(Where, Name), Name, Message).

sent(undefined, Name, Message) -> {badarg, {Name, Message}};
sent(Pid, _, Message) ->
    Pid ! Message,
    Pid.

-doc "Brings the own group in line with its configuration; without one there is nothing to do.".
-spec sync() -> ok.
sync() -> ok.

-doc """
The process that has a name in the own group.

    1> global_group:whereis_name(no_such_name).
    undefined
""".
-spec whereis_name(term()) -> pid() | undefined.
whereis_name(Name) -> global:whereis_name(Name).

-doc """
The process that has a name on a node, or in a group.

    1> global_group:whereis_name({node, node()}, no_such_name).
    undefined
""".
-spec whereis_name({group, atom()} | {node, node()}, term()) -> pid() | undefined.
whereis_name({node, Node}, Name) ->
    case on(Node, whereis_name, [Name]) of
        Pid when is_pid(Pid) -> Pid;
        _ -> undefined
    end;
whereis_name({group, _}, _) ->
    undefined.

on(Node, Function, Args) when Node =:= node() -> apply(global, Function, Args);
on(Node, Function, Args) -> rpc:call(Node, global, Function, Args).
