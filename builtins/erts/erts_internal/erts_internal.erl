%% What functions of module erlang do that wait for a message: a process that waits in Erlang keeps no goroutine.
-module(erts_internal).

-export([await_spawn/2, awake/0]).

-doc """
Waits for the pid of a process that `erlang:spawn/4` or one of its relatives has asked another node for. With Monitored it comes in a
tuple with the reference of the monitor.

    1> self() ! {spawn_reply, Ref = make_ref(), self()}, erts_internal:await_spawn(Ref, false) =:= self().
    true
""".
-spec await_spawn(reference(), boolean()) -> pid() | {pid(), reference()}.
await_spawn(Ref, Monitored) ->
    receive
        {spawn_reply, Ref, {Pid, Down}} -> {Pid, Down};
        {spawn_reply, Ref, Pid} when Monitored -> {Pid, Ref};
        {spawn_reply, Ref, Pid} -> Pid
    end.

-doc """
What `erlang:hibernate/0` returns when there is a message.

    1> erts_internal:awake().
    ok
""".
-spec awake() -> ok.
awake() -> ok.
