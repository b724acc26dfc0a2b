%% Watching sockets, and what says more of what is native.
-module(inet).
-export([monitor/1, cancel_monitor/1, socknames/2, peernames/2, getifaddrs/1]).
-export_type([socket/0, ip_address/0, port_number/0]).

-type socket() :: port().
-type ip_address() :: tuple().
-type port_number() :: 0..65535.

-doc """
Sends a message `{'DOWN',Ref,port,Socket,Reason}` when a socket is closed.

    1> {ok, S} = gen_tcp:listen(0, []), R = inet:monitor(S), gen_tcp:close(S), receive {'DOWN', R, port, S, Why} -> Why end.
    normal
""".
-spec monitor(Socket :: inet:socket()) -> reference().
monitor(Socket) when is_port(Socket) -> erlang:monitor(port, Socket);
monitor(Socket) -> error(badarg, [Socket]).

-doc """
Ends a monitor of `monitor/1`; `false` when it had ended already.

    1> {ok, S} = gen_tcp:listen(0, []), inet:cancel_monitor(inet:monitor(S)).
    true
""".
-spec cancel_monitor(Monitor :: reference()) -> boolean().
cancel_monitor(Monitor) when is_reference(Monitor) -> erlang:demonitor(Monitor, [info]);
cancel_monitor(Monitor) -> error(badarg, [Monitor]).

-doc """
As `socknames/1`: the association is one of SCTP, which other sockets do not have.

    1> {ok, S} = gen_tcp:listen(0, [{ip,loopback}]), inet:socknames(S, 0) =:= inet:socknames(S).
    true
""".
-spec socknames(Socket :: inet:socket(), Association :: integer()) -> {ok, [{inet:ip_address(), inet:port_number()}]} | {error, atom()}.
socknames(Socket, Association) when is_integer(Association) -> inet:socknames(Socket).

-doc """
As `peernames/1`: the association is one of SCTP, which other sockets do not have.

    1> {ok, S} = gen_tcp:listen(0, []), inet:peernames(S, 0).
    {error,enotconn}
""".
-spec peernames(Socket :: inet:socket(), Association :: integer()) -> {ok, [{inet:ip_address(), inet:port_number()}]} | {error, atom()}.
peernames(Socket, Association) when is_integer(Association) -> inet:peernames(Socket).

-doc """
As `getifaddrs/0`; there are no network namespaces to choose from.

    1> inet:getifaddrs([]) =:= inet:getifaddrs().
    true
""".
-spec getifaddrs(Options :: [term()]) -> {ok, [{Name :: string(), [{Option :: atom(), term()}]}]} | {error, atom()}.
getifaddrs([]) -> inet:getifaddrs();
getifaddrs(_) -> {error, einval}.
