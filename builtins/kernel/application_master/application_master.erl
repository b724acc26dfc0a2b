%% The master of a running application: the group leader of its processes. Another process, its child, has called Module:start/2 and holds
%% the link to the application's first supervisor.
-module(application_master).

-export([start/6]).

-doc "Starts the master of an application; it tells the controller {started, ...} and, when the application ends, {ended, ...}.".
-spec start(pid(), atom(), module(), term(), undefined | [{atom(), term()}], pid()) -> pid().
start(Controller, App, Module, Args, Phases, Leader) ->
    spawn(fun() -> init(Controller, App, Module, Args, Phases, Leader) end).

init(Controller, App, Module, Args, Phases, Leader) ->
    process_flag(trap_exit, true),
    group_leader(Leader, self()),
    Self = self(),
    Child = spawn_link(fun() -> child(Self, Module, Args, Phases) end),
    starting(Controller, App, Child, Leader).

starting(Controller, App, Child, Leader) ->
    receive
        {Child, started} ->
            Controller ! {started, App, self(), ok},
            running(Controller, App, Child, Leader);
        {Child, failed, Reason} ->
            Controller ! {started, App, self(), {error, Reason}},
            kill_all();
        {'EXIT', Child, Reason} ->
            Controller ! {started, App, self(), {error, Reason}},
            kill_all();
        Other ->
            forward(Other, Leader),
            starting(Controller, App, Child, Leader)
    end.

running(Controller, App, Child, Leader) ->
    receive
        {'EXIT', Child, Reason} ->
            kill_all(),
            Controller ! {ended, App, self(), Reason};
        stop ->
            Child ! {self(), stop},
            running(Controller, App, Child, Leader);
        Other ->
            forward(Other, Leader),
            running(Controller, App, Child, Leader)
    end.

%% The I/O of the application's processes is that of whoever started it.
forward({io_request, _, _, _} = Request, Leader) -> Leader ! Request;
forward(_, _) -> ok.

%% No process of the application outlives it.
kill_all() ->
    Self = self(),
    lists:foreach(fun(Pid) -> exit(Pid, kill) end,
                  [Pid || Pid <- processes(), Pid =/= Self, process_info(Pid, group_leader) =:= {group_leader, Self}]).

%%% The child

child(Master, Module, Args, Phases) ->
    group_leader(Master, self()),
    process_flag(trap_exit, true),
    case called(Module, Args) of
        {ok, Pid, State} ->
            link(Pid),
            case phases(Module, Args, Phases) of
                ok ->
                    Master ! {self(), started},
                    serve(Master, Module, Pid, State);
                Error ->
                    stop_top(Pid),
                    Master ! {self(), failed, Error}
            end;
        {error, Reason} ->
            Master ! {self(), failed, Reason}
    end.

called(Module, Args) ->
    Call = {Module, start, [normal, Args]},
    case catch Module:start(normal, Args) of
        {ok, Pid} when is_pid(Pid) -> {ok, Pid, []};
        {ok, Pid, State} when is_pid(Pid) -> {ok, Pid, State};
        {error, Reason} -> {error, {Reason, Call}};
        Other -> {error, {bad_return, {Call, Other}}}
    end.

phases(_, _, undefined) ->
    ok;
phases(_, _, []) ->
    ok;
phases(Module, Args, [{Phase, PhaseArgs} | Rest]) ->
    case catch Module:start_phase(Phase, normal, PhaseArgs) of
        ok -> phases(Module, Args, Rest);
        {error, Reason} -> {Reason, {Module, start_phase, [Phase, normal, PhaseArgs]}};
        Other -> {bad_return, {{Module, start_phase, [Phase, normal, PhaseArgs]}, Other}}
    end.

serve(Master, Module, Pid, State) ->
    receive
        {'EXIT', Pid, Reason} ->
            stopped(Module, prepared(Module, State)),
            exit(Reason);
        {Master, stop} ->
            Prepared = prepared(Module, State),
            stop_top(Pid),
            stopped(Module, Prepared),
            exit(normal);
        {'EXIT', Master, Reason} ->
            exit(Reason);
        _ ->
            serve(Master, Module, Pid, State)
    end.

stop_top(Pid) ->
    Ref = erlang:monitor(process, Pid),
    unlink(Pid),
    exit(Pid, shutdown),
    receive {'DOWN', Ref, process, Pid, _} -> ok end.

prepared(Module, State) ->
    case erlang:function_exported(Module, prep_stop, 1) of
        true ->
            case catch Module:prep_stop(State) of
                {'EXIT', _} -> State;
                New -> New
            end;
        false ->
            State
    end.

stopped(Module, State) -> catch Module:stop(State).
