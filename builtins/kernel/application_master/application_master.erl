%% The master of a running application: the group leader of its processes. Another process, its child, has called Module:start/2 and holds
%% the link to the application's first supervisor.
-module(application_master).

-export([start/5, init/4]).

-doc "Starts the master of an application; it tells the controller {started, App, Master}, and by its exit that the application failed to start or has ended.".
-spec start(pid(), atom(), map(), module(), pid()) -> pid().
start(Controller, App, Keys, Type, Leader) ->
    erlang:spawn_opt(proc_lib, init_p, [Controller, [], ?MODULE, init, [Controller, Leader, {App, Keys}, Type]], [link]).

-doc false.
init(Controller, Leader, {App, #{mod := {Module, Args}} = Keys}, _) ->
    process_flag(trap_exit, true),
    group_leader(Leader, self()),
    Self = self(),
    Child = spawn_link(fun() -> start_it_old(Self, Module, Args, {App, Keys}) end),
    case starting(Child, Leader) of
        ok ->
            Controller ! {started, App, self()},
            running(Child, Leader);
        {error, Reason} ->
            kill_all(),
            exit(Reason)
    end.

starting(Child, Leader) ->
    receive
        {Child, started} -> ok;
        {Child, failed, Reason} -> {error, Reason};
        {'EXIT', Child, Reason} -> {error, Reason};
        Other ->
            forward(Other, Leader),
            starting(Child, Leader)
    end.

running(Child, Leader) ->
    receive
        {'EXIT', Child, Reason} ->
            terminate(Reason, Leader);
        stop ->
            Child ! {self(), stop},
            running(Child, Leader);
        Other ->
            forward(Other, Leader),
            running(Child, Leader)
    end.

terminate(Reason, _) ->
    kill_all(),
    exit(Reason).

%% The I/O of the application's processes is that of whoever started it.
forward({io_request, _, _, _} = Request, Leader) -> Leader ! Request;
forward(_, _) -> ok.

%% No process of the application outlives it.
kill_all() ->
    Self = self(),
    lists:foreach(fun(Pid) -> exit(Pid, kill) end,
                  [Pid || Pid <- processes(), Pid =/= Self, process_info(Pid, group_leader) =:= {group_leader, Self}]).

%%% The child

start_it_old(Master, application_starter, [Module, Args], {App, Keys}) ->
    entered(Master),
    begun(Master, Module, result(catch Module:start(normal, Args), Module, Args), fun() -> everywhere(App, Keys) end);
start_it_old(Master, Module, Args, {_, #{start_phases := Phases}}) ->
    entered(Master),
    begun(Master, Module, result(catch Module:start(normal, Args), Module, Args), fun() -> phases(Module, Phases) end).

entered(Master) ->
    group_leader(Master, self()),
    process_flag(trap_exit, true).

result({ok, Pid}, _, _) when is_pid(Pid) -> {ok, Pid, []};
result({ok, Pid, State}, _, _) when is_pid(Pid) -> {ok, Pid, State};
result({error, Reason}, Module, Args) -> {error, {Reason, {Module, start, [normal, Args]}}};
result(Other, Module, Args) -> {error, {bad_return, {{Module, start, [normal, Args]}, Other}}}.

begun(Master, Module, {ok, Pid, State}, Phases) ->
    link(Pid),
    case Phases() of
        ok ->
            Master ! {self(), started},
            serve(Master, Module, Pid, State);
        Error ->
            stop_top(Pid),
            Master ! {self(), failed, Error}
    end;
begun(Master, _, {error, Reason}, _) ->
    Master ! {self(), failed, Reason}.

phases(_, undefined) ->
    ok;
phases(_, []) ->
    ok;
phases(Module, [{Phase, PhaseArgs} | Rest]) ->
    case phase(Module, Phase, PhaseArgs) of
        ok -> phases(Module, Rest);
        Error -> Error
    end.

phase(Module, Phase, PhaseArgs) ->
    case catch Module:start_phase(Phase, normal, PhaseArgs) of
        ok -> ok;
        {error, Reason} -> {Reason, {Module, start_phase, [Phase, normal, PhaseArgs]}};
        Other -> {bad_return, {{Module, start_phase, [Phase, normal, PhaseArgs]}, Other}}
    end.

%% The phases of an application that includes others: each of them goes through the including one, then through those included that
%% have it too.
everywhere(App, #{start_phases := Phases}) when is_list(Phases) -> each(Phases, App);
everywhere(App, _) -> {start_phases_undefined, App}.

each([], _) ->
    ok;
each([{Phase, _} | Rest], App) ->
    case included([App], Phase, App) of
        ok -> each(Rest, App);
        Error -> Error
    end.

included([], _, _) ->
    ok;
included([App | Apps], Phase, Top) ->
    {ok, Own} = application:get_key(App, included_applications),
    case entered_by(App, Phase) of
        ok -> included(Own ++ Apps, Phase, Top);
        Error -> Error
    end.

entered_by(App, Phase) ->
    case {application:get_key(App, start_phases), application:get_key(App, mod)} of
        {{ok, undefined}, _} ->
            {start_phases_undefined, App};
        {{ok, Phases}, {ok, Mod}} ->
            Module = case Mod of
                         {application_starter, [M, _]} -> M;
                         {M, _} -> M
                     end,
            case lists:keyfind(Phase, 1, Phases) of
                {_, Args} -> phase(Module, Phase, Args);
                false -> ok
            end
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
