%% A bridge to a process that tells Observer who it is.
-module(bridge_callback).
-behaviour(supervisor_bridge).
-export([init/1, terminate/2]).

init({ok, Observer}) ->
    Pid = spawn_link(fun() -> receive {exit, Reason} -> exit(Reason) end end),
    Observer ! {bridged, Pid},
    {ok, Pid, Observer};
init(Other) -> Other.

terminate(Reason, Observer) -> Observer ! {bridge_terminates, Reason}.
