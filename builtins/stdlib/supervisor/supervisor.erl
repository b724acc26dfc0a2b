%% Supervisors: processes that start children, watch them by links and start them again.
%%
%% The state holds the children by id, with the ids newest first. Under simple_one_for_one there is one pattern of a child, and the
%% running ones stand in dynamics by pid. A restart that fails is tried again by a message of the supervisor to itself, so that it
%% answers requests in between; until then the child's pid is {restarting, OldPid}.
-module(supervisor).
-behaviour(gen_server).

-export([start_link/2, start_link/3, start_child/2, restart_child/2, delete_child/2, terminate_child/2,
         which_children/1, count_children/1, check_childspecs/1, check_childspecs/2, get_childspec/2, get_callback_module/1]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2, code_change/3, format_status/2,
         format_log/1, format_log/2]).

-callback init(Args :: term()) -> {ok, {map() | tuple(), [map() | tuple()]}} | ignore.

-record(child, {pid, id, mfargs, restart_type, significant, shutdown, child_type, modules = []}).
-record(state, {name, strategy, children = {[], #{}}, dynamics, intensity, period, restarts = [],
                dynamic_restarts = 0, auto_shutdown, module, args}).

%%% Requests

-doc "Starts a supervisor with the flags and children that Module:init(Args) returns, linked to the caller.".
-spec start_link(module(), term()) -> {ok, pid()} | ignore | {error, term()}.
start_link(Module, Args) -> gen_server:start_link(?MODULE, {self, Module, Args}, []).

-doc "As start_link/2, under a name.".
-spec start_link(term(), module(), term()) -> {ok, pid()} | ignore | {error, term()}.
start_link(Name, Module, Args) -> gen_server:start_link(Name, ?MODULE, {Name, Module, Args}, []).

-doc "Starts one more child: of a specification, or, under simple_one_for_one, with further arguments.".
-spec start_child(term(), term()) -> {ok, pid() | undefined} | {ok, pid(), term()} | {error, term()}.
start_child(Supervisor, SpecOrArgs) -> ask(Supervisor, {start_child, SpecOrArgs}).

-doc "Starts a child that was terminated, or that could not be restarted.".
-spec restart_child(term(), term()) -> {ok, pid() | undefined} | {ok, pid(), term()} | {error, term()}.
restart_child(Supervisor, Id) -> ask(Supervisor, {restart_child, Id}).

-doc "Forgets a child that is not running.".
-spec delete_child(term(), term()) -> ok | {error, term()}.
delete_child(Supervisor, Id) -> ask(Supervisor, {delete_child, Id}).

-doc "Terminates a child: by id, or, under simple_one_for_one, by pid.".
-spec terminate_child(term(), term()) -> ok | {error, term()}.
terminate_child(Supervisor, Id) -> ask(Supervisor, {terminate_child, Id}).

-doc "The specification of a child, as a map.".
-spec get_childspec(term(), term()) -> {ok, map()} | {error, not_found}.
get_childspec(Supervisor, Id) -> ask(Supervisor, {get_childspec, Id}).

-doc "The children: [{Id, Pid, Type, Modules}].".
-spec which_children(term()) -> [tuple()].
which_children(Supervisor) -> ask(Supervisor, which_children).

-doc "The number of specifications, running children, supervisors and workers.".
-spec count_children(term()) -> [{atom(), non_neg_integer()}].
count_children(Supervisor) -> ask(Supervisor, count_children).

ask(Supervisor, Request) -> gen_server:call(Supervisor, Request, infinity).

-doc """
Tells whether these are correct specifications of children.

    1> supervisor:check_childspecs([#{id => a, start => {m, f, []}}]).
    ok
    2> supervisor:check_childspecs([#{id => a}]).
    {error,missing_start}
""".
-spec check_childspecs([term()]) -> ok | {error, term()}.
check_childspecs(Specs) -> check_childspecs(Specs, undefined).

-doc "As check_childspecs/1, for a supervisor with this auto_shutdown.".
-spec check_childspecs([term()], undefined | never | any_significant | all_significant) -> ok | {error, term()}.
check_childspecs(Specs, Auto)
  when is_list(Specs), Auto =:= undefined orelse Auto =:= never orelse Auto =:= any_significant orelse Auto =:= all_significant ->
    case check_startspec(Specs, [], #{}, Auto) of
        {ok, _} -> ok;
        Error -> Error
    end;
check_childspecs(Specs, Auto) when is_list(Specs) -> {error, {badarg, Auto}};
check_childspecs(Specs, _) -> {error, {badarg, Specs}}.

-doc "The module whose init/1 gave a supervisor its children.".
-spec get_callback_module(pid()) -> module().
get_callback_module(Pid) ->
    {status, _, {module, _}, [_, _, _, _, Misc]} = sys:get_status(Pid),
    case lists:keyfind(supervisor, 1, Misc) of
        {supervisor, [{"Callback", Module}]} -> Module;
        _ ->
            [_, {data, _}, {data, [{"State", State}]} | _] = Misc,
            State#state.module
    end.

%%% Starting

-doc false.
init({Name, Module, Args}) ->
    process_flag(trap_exit, true),
    case Module:init(Args) of
        {ok, {Flags, Specs}} ->
            case flags(Flags, #state{name = own_name(Name, Module), module = Module, args = Args}) of
                {ok, State} when State#state.strategy =:= simple_one_for_one -> init_dynamic(State, Specs);
                {ok, State} -> init_children(State, Specs);
                {error, Reason} -> {stop, {supervisor_data, Reason}}
            end;
        ignore ->
            ignore;
        Other ->
            {stop, {bad_return, {Module, init, Other}}}
    end.

own_name(self, Module) -> {self(), Module};
own_name(Name, _) -> Name.

init_children(State, Specs) ->
    case check_startspec(Specs, [], #{}, State#state.auto_shutdown) of
        {ok, Children} ->
            case start_children(Children, State#state.name) of
                {ok, Started} ->
                    {ok, State#state{children = Started}};
                {error, Id, Reason, Started} ->
                    _ = terminate_children(Started, State#state.name),
                    {stop, {shutdown, {failed_to_start_child, Id, Reason}}}
            end;
        {error, Reason} ->
            {stop, {start_spec, Reason}}
    end.

init_dynamic(State, [Spec]) ->
    case check_startspec([Spec], [], #{}, State#state.auto_shutdown) of
        {ok, {[Id], Map}} ->
            #{Id := Child} = Map,
            Dynamics = case Child#child.restart_type of
                           temporary -> {mapsets, #{}};
                           _ -> {maps, #{}}
                       end,
            {ok, State#state{children = {[Id], Map}, dynamics = Dynamics}};
        {error, Reason} ->
            {stop, {start_spec, Reason}}
    end;
init_dynamic(_, Specs) ->
    {stop, {bad_start_spec, Specs}}.

flags({Strategy, Intensity, Period}, State) ->
    flags(#{strategy => Strategy, intensity => Intensity, period => Period}, State);
flags(Flags, State) when is_map(Flags) ->
    Get = fun(Key, Default) -> maps:get(Key, Flags, Default) end,
    Checks = [{strategy, Get(strategy, one_for_one),
               fun(S) -> lists:member(S, [one_for_one, one_for_all, rest_for_one, simple_one_for_one]) end},
              {intensity, Get(intensity, 1), fun(I) -> is_integer(I) andalso I >= 0 end},
              {period, Get(period, 5), fun(P) -> is_integer(P) andalso P > 0 end},
              {auto_shutdown, Get(auto_shutdown, never),
               fun(A) -> lists:member(A, [never, any_significant, all_significant]) end}],
    case [{invalid(Key), Value} || {Key, Value, Valid} <- Checks, not Valid(Value)] of
        [Error | _] ->
            {error, Error};
        [] ->
            [Strategy, Intensity, Period, Auto] = [Value || {_, Value, _} <- Checks],
            {ok, State#state{strategy = Strategy, intensity = Intensity, period = Period, auto_shutdown = Auto}}
    end;
flags(Other, _) ->
    {error, {invalid_type, Other}}.

invalid(strategy) -> invalid_strategy;
invalid(intensity) -> invalid_intensity;
invalid(period) -> invalid_period;
invalid(auto_shutdown) -> invalid_auto_shutdown.

%% Starts children oldest first. Children that are ignored and temporary are not kept.
start_children({Ids, Map}, Name) ->
    Start = fun(Id, #child{restart_type = Restart} = Child) ->
                case do_start_child(Name, Child) of
                    {ok, undefined} when Restart =:= temporary -> remove;
                    {ok, Pid} -> {update, Child#child{pid = Pid}};
                    {ok, Pid, _} -> {update, Child#child{pid = Pid}};
                    {error, Reason} ->
                        report(start_error, Reason, Child, Name),
                        {abort, Id, Reason}
                end
            end,
    children_map(Start, lists:reverse(Ids), Map, []).

%% Calls Fun with each child; it says whether to remove the child, to update it, or to stop here.
children_map(_, [], Map, Done) ->
    {ok, {Done, Map}};
children_map(Fun, [Id | Ids], Map, Done) ->
    case Fun(Id, map_get(Id, Map)) of
        {update, Child} -> children_map(Fun, Ids, Map#{Id := Child}, [Id | Done]);
        remove -> children_map(Fun, Ids, maps:remove(Id, Map), Done);
        {abort, Id, Reason} -> {error, Id, Reason, {lists:reverse(Ids, [Id | Done]), Map}}
    end.

do_start_child(Name, #child{mfargs = {M, F, Args}} = Child) ->
    case do_start_child_i(M, F, Args) of
        {ok, Pid} when is_pid(Pid) ->
            progress(Child#child{pid = Pid}, Name),
            {ok, Pid};
        {ok, Pid, Extra} ->
            progress(Child#child{pid = Pid}, Name),
            {ok, Pid, Extra};
        Other ->
            Other
    end.

do_start_child_i(M, F, Args) ->
    case catch apply(M, F, Args) of
        {ok, Pid} when is_pid(Pid) -> {ok, Pid};
        {ok, Pid, Extra} when is_pid(Pid) -> {ok, Pid, Extra};
        ignore -> {ok, undefined};
        {error, Reason} -> {error, Reason};
        Other -> {error, Other}
    end.

%%% Specifications

check_startspec([Spec | Specs], Ids, Map, Auto) ->
    case check_childspec(Spec, Auto) of
        {ok, #child{id = Id}} when is_map_key(Id, Map) -> {error, {duplicate_child_name, Id}};
        {ok, #child{id = Id} = Child} -> check_startspec(Specs, [Id | Ids], Map#{Id => Child}, Auto);
        {error, _} = Error -> Error
    end;
check_startspec([], Ids, Map, _) ->
    {ok, {Ids, Map}}.

check_childspec({Id, Start, Restart, Shutdown, Type, Modules}, Auto) ->
    check_childspec(#{id => Id, start => Start, restart => Restart, shutdown => Shutdown, type => Type, modules => Modules}, Auto);
check_childspec(#{id := Id, start := Start} = Spec, Auto) ->
    Type = maps:get(type, Spec, worker),
    Restart = maps:get(restart, Spec, permanent),
    Significant = maps:get(significant, Spec, false),
    Shutdown = maps:get(shutdown, Spec, case Type of supervisor -> infinity; _ -> 5000 end),
    case wrong(Start, Type, Restart, Significant, Auto, Shutdown) of
        false -> check_modules(#child{id = Id, mfargs = Start, restart_type = Restart, significant = Significant,
                                      shutdown = Shutdown, child_type = Type},
                               maps:get(modules, Spec, none));
        Error -> {error, Error}
    end;
check_childspec(#{id := _}, _) -> {error, missing_start};
check_childspec(Spec, _) when is_map(Spec) -> {error, missing_id};
check_childspec(Other, _) -> {error, {invalid_child_spec, Other}}.

%% The first thing that is wrong with a specification, or false.
wrong({M, F, Args}, Type, Restart, Significant, Auto, Shutdown) when is_atom(M), is_atom(F), is_list(Args) ->
    Types = lists:member(Type, [worker, supervisor]),
    Restarts = lists:member(Restart, [permanent, transient, temporary]),
    if
        not Restarts -> {invalid_restart_type, Restart};
        not is_boolean(Significant) -> {invalid_significant, Significant};
        Significant, Auto =:= never -> {bad_combination, [{auto_shutdown, never}, {significant, true}]};
        Significant, Restart =:= permanent -> {bad_combination, [{restart, permanent}, {significant, true}]};
        not Types -> {invalid_child_type, Type};
        Shutdown =:= infinity; Shutdown =:= brutal_kill; is_integer(Shutdown), Shutdown > 0; Shutdown =:= 0 -> false;
        true -> {invalid_shutdown, Shutdown}
    end;
wrong(Start, _, _, _, _, _) ->
    {invalid_mfa, Start}.

check_modules(#child{mfargs = {M, _, _}} = Child, none) -> {ok, Child#child{modules = [M]}};
check_modules(Child, dynamic) -> {ok, Child#child{modules = dynamic}};
check_modules(Child, Modules) when is_list(Modules) ->
    case [M || M <- Modules, not is_atom(M)] of
        [] -> {ok, Child#child{modules = Modules}};
        [Bad | _] -> {error, {invalid_module, Bad}}
    end;
check_modules(_, Modules) -> {error, {invalid_modules, Modules}}.

%%% Requests in the supervisor

-doc false.
handle_call({start_child, Args}, _, #state{strategy = simple_one_for_one} = State) ->
    #child{mfargs = {M, F, A}} = Pattern = pattern(State),
    All = A ++ Args,
    case do_start_child_i(M, F, All) of
        {ok, undefined} -> {reply, {ok, undefined}, State};
        {ok, Pid} -> {reply, {ok, Pid}, store(Pid, All, Pattern, State)};
        {ok, Pid, Extra} -> {reply, {ok, Pid, Extra}, store(Pid, All, Pattern, State)};
        Error -> {reply, Error, State}
    end;
handle_call({start_child, Spec}, _, State) ->
    case check_childspec(Spec, State#state.auto_shutdown) of
        {ok, Child} -> add_child(Child, State);
        Error -> {reply, Error, State}
    end;
handle_call({terminate_child, Id}, _, #state{strategy = simple_one_for_one} = State) when not is_pid(Id) ->
    {reply, {error, simple_one_for_one}, State};
handle_call({terminate_child, Id}, _, State) ->
    case find(Id, State) of
        {ok, Child} ->
            stop_child(Child, State#state.name),
            {reply, ok, gone(Child, State)};
        error ->
            {reply, {error, not_found}, State}
    end;
handle_call({Request, _}, _, #state{strategy = simple_one_for_one} = State)
  when Request =:= restart_child; Request =:= delete_child ->
    {reply, {error, simple_one_for_one}, State};
handle_call({restart_child, Id}, _, State) ->
    case find_id(Id, State) of
        {ok, #child{pid = undefined} = Child} -> start_again(Child, State);
        {ok, #child{pid = {restarting, _}}} -> {reply, {error, restarting}, State};
        {ok, _} -> {reply, {error, running}, State};
        error -> {reply, {error, not_found}, State}
    end;
handle_call({delete_child, Id}, _, State) ->
    case find_id(Id, State) of
        {ok, #child{pid = undefined}} -> {reply, ok, forget(Id, State)};
        {ok, #child{pid = {restarting, _}}} -> {reply, {error, restarting}, State};
        {ok, _} -> {reply, {error, running}, State};
        error -> {reply, {error, not_found}, State}
    end;
handle_call({get_childspec, Id}, _, State) ->
    case find_spec(Id, State) of
        {ok, Child} -> {reply, {ok, as_map(Child)}, State};
        error -> {reply, {error, not_found}, State}
    end;
handle_call(which_children, _, #state{strategy = simple_one_for_one} = State) ->
    #child{child_type = Type, modules = Modules} = pattern(State),
    {_, Running} = State#state.dynamics,
    {reply, [{undefined, case Pid of {restarting, _} -> restarting; _ -> Pid end, Type, Modules}
             || Pid <- maps:keys(Running)], State};
handle_call(which_children, _, #state{children = {Ids, Map}} = State) ->
    {reply, [shown(maps:get(Id, Map)) || Id <- Ids], State};
handle_call(count_children, _, #state{strategy = simple_one_for_one} = State) ->
    {_, Running} = State#state.dynamics,
    All = map_size(Running),
    Active = All - State#state.dynamic_restarts,
    {Supervisors, Workers} = case pattern(State) of
                                 #child{child_type = supervisor} -> {All, 0};
                                 _ -> {0, All}
                             end,
    {reply, [{specs, 1}, {active, Active}, {supervisors, Supervisors}, {workers, Workers}], State};
handle_call(count_children, _, #state{children = {Ids, Map}} = State) ->
    Children = [maps:get(Id, Map) || Id <- Ids],
    Supervisors = length([C || #child{child_type = supervisor} = C <- Children]),
    Active = length([C || #child{pid = Pid} = C <- Children, is_pid(Pid)]),
    {reply, [{specs, length(Ids)}, {active, Active}, {supervisors, Supervisors}, {workers, length(Ids) - Supervisors}], State}.

add_child(#child{id = Id} = Child, #state{children = {Ids, Map}} = State) ->
    case Map of
        #{Id := #child{pid = undefined}} ->
            {reply, {error, already_present}, State};
        #{Id := #child{pid = Pid}} ->
            {reply, {error, {already_started, Pid}}, State};
        _ ->
            case do_start_child(State#state.name, Child) of
                {ok, undefined} when Child#child.restart_type =:= temporary ->
                    {reply, {ok, undefined}, State};
                {ok, Pid} ->
                    {reply, {ok, Pid}, State#state{children = {[Id | Ids], Map#{Id => added(Pid, Child)}}}};
                {ok, Pid, Extra} ->
                    {reply, {ok, Pid, Extra}, State#state{children = {[Id | Ids], Map#{Id => added(Pid, Child)}}}};
                {error, Reason} ->
                    {reply, {error, {Reason, Child}}, State}
            end
    end.

%% The arguments of a temporary child are not needed again.
added(Pid, #child{restart_type = temporary, mfargs = {M, F, _}} = Child) -> Child#child{pid = Pid, mfargs = {M, F, undefined}};
added(Pid, Child) -> Child#child{pid = Pid}.

start_again(Child, State) ->
    case do_start_child(State#state.name, Child) of
        {ok, Pid} -> {reply, {ok, Pid}, put_child(Child#child{pid = Pid}, State)};
        {ok, Pid, Extra} -> {reply, {ok, Pid, Extra}, put_child(Child#child{pid = Pid}, State)};
        {error, Reason} -> {reply, {error, Reason}, State}
    end.

shown(#child{pid = {restarting, _}, id = Id, child_type = Type, modules = Modules}) -> {Id, restarting, Type, Modules};
shown(#child{pid = Pid, id = Id, child_type = Type, modules = Modules}) -> {Id, Pid, Type, Modules}.

as_map(#child{id = Id, mfargs = Start, restart_type = Restart, significant = Significant, shutdown = Shutdown,
              child_type = Type, modules = Modules}) ->
    #{id => Id, start => Start, restart => Restart, significant => Significant, shutdown => Shutdown, type => Type,
      modules => Modules}.

-doc false.
handle_cast({try_again_restart, What}, State) ->
    case find(What, State) of
        {ok, #child{pid = {restarting, _}} = Child} -> outcome(restart(Child, State));
        _ -> {noreply, State}
    end.

-doc false.
handle_info({'EXIT', Pid, Reason}, State) ->
    case find_pid(Pid, State) of
        {ok, Child} -> outcome(ended(Child, Reason, State));
        error -> {noreply, State}
    end;
handle_info(Message, State) ->
    logger:log(error, "Supervisor received unexpected message: ~tp~n", [Message],
               #{domain => [otp], error_logger => #{tag => error}, mfa => {?MODULE, handle_info, 2}}),
    {noreply, State}.

outcome({ok, State}) -> {noreply, State};
outcome({shutdown, State}) -> {stop, shutdown, State}.

-doc false.
terminate(_, #state{strategy = simple_one_for_one} = State) -> terminate_dynamics(State);
terminate(_, State) -> terminate_children(State#state.children, State#state.name).

%%% The end of a child

ended(#child{restart_type = permanent} = Child, Reason, State) ->
    report(child_terminated, Reason, Child, State#state.name),
    restart(Child, State);
ended(Child, Reason, State) when Reason =:= normal; Reason =:= shutdown ->
    ended_by_itself(Child, gone(Child, State));
ended(Child, {shutdown, _}, State) ->
    ended_by_itself(Child, gone(Child, State));
ended(#child{restart_type = transient} = Child, Reason, State) ->
    report(child_terminated, Reason, Child, State#state.name),
    restart(Child, State);
ended(#child{restart_type = temporary} = Child, Reason, State) ->
    report(child_terminated, Reason, Child, State#state.name),
    ended_by_itself(Child, gone(Child, State)).

%% The end of a significant child may be the end of the supervisor.
ended_by_itself(#child{significant = true}, #state{auto_shutdown = any_significant} = State) ->
    {shutdown, State};
ended_by_itself(#child{significant = true}, #state{auto_shutdown = all_significant} = State) ->
    case any_significant(State) of
        true -> {ok, State};
        false -> {shutdown, State}
    end;
ended_by_itself(_, State) ->
    {ok, State}.

any_significant(#state{strategy = simple_one_for_one, dynamics = {_, Running}}) ->
    map_size(Running) > 0;
any_significant(#state{children = {_, Map}}) ->
    lists:any(fun(#child{significant = S, pid = Pid}) -> S andalso Pid =/= undefined end, maps:values(Map)).

restart(Child, State) ->
    case count_restart(State) of
        {ok, Counted} ->
            case restart(Counted#state.strategy, Child, Counted) of
                {ok, New} ->
                    {ok, New};
                {try_again, What, New} ->
                    gen_server:cast(self(), {try_again_restart, What}),
                    {ok, New}
            end;
        {too_many, Counted} ->
            report(shutdown, reached_max_restart_intensity, Child, State#state.name),
            {shutdown, gone(Child, Counted)}
    end.

restart(simple_one_for_one, #child{pid = Old, mfargs = {M, F, _}} = Child, #state{dynamics = {maps, Running}} = State) ->
    #{Old := Args} = Running,
    Rest = State#state{dynamics = {maps, maps:remove(Old, Running)},
                       dynamic_restarts = case Old of
                                              {restarting, _} -> State#state.dynamic_restarts - 1;
                                              _ -> State#state.dynamic_restarts
                                          end},
    case do_start_child_i(M, F, Args) of
        {ok, undefined} ->
            {ok, Rest};
        {ok, Pid} ->
            {ok, store(Pid, Args, Child, Rest)};
        {ok, Pid, _} ->
            {ok, store(Pid, Args, Child, Rest)};
        {error, Reason} ->
            report(start_error, Reason, Child, State#state.name),
            What = restarting(Old),
            Again = store(What, Args, Child, Rest),
            {try_again, What, Again#state{dynamic_restarts = Again#state.dynamic_restarts + 1}}
    end;
restart(one_for_one, #child{id = Id, pid = Old} = Child, State) ->
    case do_start_child(State#state.name, Child) of
        {ok, Pid} ->
            {ok, put_child(Child#child{pid = Pid}, State)};
        {ok, Pid, _} ->
            {ok, put_child(Child#child{pid = Pid}, State)};
        {error, Reason} ->
            report(start_error, Reason, Child, State#state.name),
            {try_again, Id, put_child(Child#child{pid = restarting(Old)}, State)}
    end;
restart(rest_for_one, #child{id = Id} = Child, #state{children = {Ids, Map}} = State) ->
    Emptied = Map#{Id := Child#child{pid = undefined}},
    {Later, [Id | Earlier]} = lists:splitwith(fun(Other) -> Other =/= Id end, Ids),
    Stopped = terminate_children({Later ++ [Id], maps:with([Id | Later], Emptied)}, State#state.name),
    together(Child, {Earlier, maps:without([Id | Later], Emptied)}, Stopped, State);
restart(one_for_all, #child{id = Id} = Child, #state{children = {Ids, Map}} = State) ->
    Stopped = terminate_children({Ids, Map#{Id := Child#child{pid = undefined}}}, State#state.name),
    together(Child, {[], #{}}, Stopped, State).

%% Starts the stopped children again, on top of those that stayed.
together(#child{pid = Old}, {Ids0, Map0}, Stopped, State) ->
    case start_children(Stopped, State#state.name) of
        {ok, {Ids, Map}} ->
            {ok, State#state{children = {Ids ++ Ids0, maps:merge(Map0, Map)}}};
        {error, Id, _, {Ids, Map}} ->
            #{Id := Failed} = Map,
            Marked = Map#{Id := Failed#child{pid = restarting(case Failed#child.pid of undefined -> Old; Pid -> Pid end)}},
            {try_again, Id, State#state{children = {Ids ++ Ids0, maps:merge(Map0, Marked)}}}
    end.

restarting({restarting, _} = Already) -> Already;
restarting(Pid) -> {restarting, Pid}.

%% At most intensity restarts in period seconds are allowed.
count_restart(#state{intensity = Max, period = Period, restarts = Restarts} = State) ->
    Now = erlang:monotonic_time(1),
    Recent = [Now | [At || At <- Restarts, Now - At =< Period]],
    Counted = State#state{restarts = Recent},
    case length(Recent) > Max of
        true -> {too_many, Counted};
        false -> {ok, Counted}
    end.

%%% Terminating children

%% Newest first. Temporary children are not kept.
terminate_children({Ids, Map}, Name) ->
    lists:foreach(fun(Id) -> stop_child(maps:get(Id, Map), Name) end, Ids),
    Kept = maps:map(fun(_, Child) -> Child#child{pid = undefined} end,
                    maps:filter(fun(_, #child{restart_type = Restart}) -> Restart =/= temporary end, Map)),
    {[Id || Id <- Ids, is_map_key(Id, Kept)], Kept}.

stop_child(#child{pid = Pid} = Child, Name) when is_pid(Pid) ->
    case shutdown(Child) of
        ok -> ok;
        {error, normal} when Child#child.restart_type =/= permanent -> ok;
        {error, Reason} -> report(shutdown_error, Reason, Child, Name)
    end;
stop_child(_, _) ->
    ok.

shutdown(#child{pid = Pid, shutdown = How} = Child) ->
    Ref = erlang:monitor(process, Pid),
    case unlinked(Pid, Ref, Child) of
        {ended, Outcome} ->
            Outcome;
        ok when How =:= brutal_kill ->
            exit(Pid, kill),
            receive
                {'DOWN', Ref, process, Pid, killed} -> ok;
                {'DOWN', Ref, process, Pid, Reason} -> {error, Reason}
            end;
        ok ->
            exit(Pid, shutdown),
            receive
                {'DOWN', Ref, process, Pid, Reason} -> expected(Reason, Child)
            after How ->
                exit(Pid, kill),
                receive {'DOWN', Ref, process, Pid, Reason} -> {error, Reason} end
            end
    end.

%% Gives up the link; a child that ended before tells its reason by the exit message that lies in the mailbox.
unlinked(Pid, Ref, Child) ->
    unlink(Pid),
    receive
        {'EXIT', Pid, Reason} ->
            receive {'DOWN', Ref, process, Pid, _} -> {ended, already(Reason, Child)} end
    after 0 -> ok
    end.

already(shutdown, _) -> ok;
already({shutdown, _}, #child{restart_type = Restart}) when Restart =/= permanent -> ok;
already(Reason, _) -> {error, Reason}.

expected(shutdown, _) -> ok;
expected({shutdown, _}, #child{restart_type = Restart}) when Restart =/= permanent -> ok;
expected(Reason, _) -> {error, Reason}.

%% All children of a simple_one_for_one supervisor end at the same time; errors of a kind are one report.
terminate_dynamics(#state{dynamics = {_, Running}} = State) ->
    #child{shutdown = How} = Pattern = pattern(State),
    Asked = [{Pid, erlang:monitor(process, Pid)} || Pid <- maps:keys(Running), is_pid(Pid)],
    {Waiting, Errors} = lists:foldl(fun(One, All) -> ask_to_end(One, How, Pattern, All) end, {#{}, #{}}, Asked),
    Timer = case How of
                brutal_kill -> undefined;
                infinity -> undefined;
                Time -> erlang:start_timer(Time, self(), kill)
            end,
    All = await(Waiting, Pattern, Timer, Errors),
    maps:foreach(fun(Reason, Count) -> report_many(Reason, Count, Pattern, State#state.name) end, All).

ask_to_end({Pid, Ref}, How, Pattern, {Waiting, Errors}) ->
    case unlinked(Pid, Ref, Pattern) of
        {ended, Outcome} ->
            {Waiting, tally(Outcome, Pattern, Errors)};
        ok ->
            exit(Pid, case How of brutal_kill -> kill; _ -> shutdown end),
            {Waiting#{Ref => Pid}, Errors}
    end.

await(Waiting, _, Timer, Errors) when map_size(Waiting) =:= 0 ->
    _ = Timer =/= undefined andalso erlang:cancel_timer(Timer),
    receive {timeout, Timer, kill} -> ok after 0 -> ok end,
    Errors;
await(Waiting, #child{shutdown = How} = Pattern, Timer, Errors) ->
    receive
        {'DOWN', Ref, process, _, killed} when is_map_key(Ref, Waiting), How =:= brutal_kill ->
            await(maps:remove(Ref, Waiting), Pattern, Timer, Errors);
        {'DOWN', Ref, process, _, Reason} when is_map_key(Ref, Waiting) ->
            await(maps:remove(Ref, Waiting), Pattern, Timer, tally(expected(Reason, Pattern), Pattern, Errors));
        {timeout, Timer, kill} ->
            maps:foreach(fun(_, Pid) -> exit(Pid, kill) end, Waiting),
            await(Waiting, Pattern, undefined, Errors)
    end.

tally(ok, _, Errors) -> Errors;
tally({error, normal}, #child{restart_type = Restart}, Errors) when Restart =/= permanent -> Errors;
tally({error, Reason}, _, Errors) -> maps:update_with(Reason, fun(N) -> N + 1 end, 1, Errors).

%%% The children in the state

pattern(#state{children = {[Id], Map}}) -> maps:get(Id, Map).

store(Pid, _, #child{restart_type = temporary}, #state{dynamics = {mapsets, Running}} = State) ->
    State#state{dynamics = {mapsets, Running#{Pid => []}}};
store(Pid, Args, _, #state{dynamics = {maps, Running}} = State) ->
    State#state{dynamics = {maps, Running#{Pid => Args}}}.

%% By pid under simple_one_for_one, otherwise by id, or by pid.
find(What, #state{strategy = simple_one_for_one} = State) -> find_dynamic(What, State);
find(What, State) -> find_id(What, State).

%% A process that is gone may have been a child.
find_dynamic(Pid, State) ->
    case find_pid(Pid, State) of
        error when is_pid(Pid), node(Pid) =:= node() ->
            case is_process_alive(Pid) of
                true -> error;
                false -> {ok, pattern(State)}
            end;
        Found ->
            Found
    end.

find_id(Id, #state{children = {_, Map}}) -> maps:find(Id, Map).

find_pid(Pid, #state{strategy = simple_one_for_one, dynamics = {Kind, Running}} = State) ->
    case Running of
        #{Pid := Args} ->
            #child{mfargs = {M, F, _}} = Child = pattern(State),
            {ok, Child#child{pid = Pid, mfargs = {M, F, case Kind of maps -> Args; mapsets -> undefined end}}};
        _ ->
            error
    end;
find_pid(Pid, #state{children = {_, Map}}) ->
    case [Child || #child{pid = P} = Child <- maps:values(Map), P =:= Pid] of
        [Child | _] -> {ok, Child};
        [] -> error
    end.

find_spec(Id, #state{strategy = simple_one_for_one} = State) ->
    case pattern(State) of
        #child{id = Id} = Child -> {ok, Child};
        Child ->
            case find_dynamic(Id, State) of
                {ok, _} -> {ok, Child};
                error -> error
            end
    end;
find_spec(Id, State) ->
    find_id(Id, State).

put_child(#child{id = Id} = Child, #state{children = {Ids, Map}} = State) ->
    State#state{children = {Ids, Map#{Id := Child}}}.

forget(Id, #state{children = {Ids, Map}} = State) ->
    State#state{children = {lists:delete(Id, Ids), maps:remove(Id, Map)}}.

%% A child that ended and is not restarted: only its specification stays, unless it is temporary.
gone(#child{pid = Pid}, #state{strategy = simple_one_for_one, dynamics = {Kind, Running}} = State) ->
    Waiting = case Pid of {restarting, _} -> 1; _ -> 0 end,
    State#state{dynamics = {Kind, maps:remove(Pid, Running)}, dynamic_restarts = State#state.dynamic_restarts - Waiting};
gone(#child{restart_type = temporary, id = Id}, State) -> forget(Id, State);
gone(Child, State) -> put_child(Child#child{pid = undefined}, State).

%%% New flags and specifications by a change of code

-doc false.
code_change(_, State, _) ->
    case (State#state.module):init(State#state.args) of
        {ok, {Flags, Specs}} ->
            case flags(Flags, State) of
                {ok, New} -> respecified(Specs, New);
                {error, Reason} -> {error, {supervisor_data, Reason}}
            end;
        ignore -> {ok, State};
        Error -> Error
    end.

respecified([Spec], #state{strategy = simple_one_for_one} = State) ->
    case check_startspec([Spec], [], #{}, State#state.auto_shutdown) of
        {ok, Children} -> {ok, State#state{children = Children}};
        Error -> Error
    end;
respecified(Specs, #state{strategy = simple_one_for_one}) ->
    {error, {bad_start_spec, Specs}};
respecified(Specs, #state{children = {Old, OldMap}} = State) ->
    case check_startspec(Specs, [], #{}, State#state.auto_shutdown) of
        {ok, {Ids, Map}} ->
            Pid = fun(Id) -> case OldMap of #{Id := #child{pid = P}} -> P; _ -> undefined end end,
            Kept = maps:map(fun(Id, Child) -> Child#child{pid = Pid(Id)} end, Map),
            Others = [Id || Id <- Old, not is_map_key(Id, Map)],
            {ok, State#state{children = {Ids ++ Others, maps:merge(OldMap, Kept)}}};
        Error ->
            Error
    end.

-doc false.
format_status(terminate, [_, State]) -> State;
format_status(_, [_, State]) -> [{data, [{"State", State}]}, {supervisor, [{"Callback", State#state.module}]}].

%%% Reports

report(Context, Reason, Child, Name) ->
    failure(Context, [{supervisor, Name}, {errorContext, Context}, {reason, Reason}, {offender, facts(Child)}]).

report_many(Reason, Count, Child, Name) ->
    [_ | Facts] = facts(Child),
    failure(shutdown_error, [{supervisor, Name}, {errorContext, shutdown_error}, {reason, Reason},
                             {offender, [{nb_children, Count} | Facts]}]).

failure(Context, Report) ->
    logger:log(error, #{label => {?MODULE, Context}, report => Report},
               (meta())#{logger_formatter => #{title => "SUPERVISOR REPORT"},
                         error_logger => #{tag => error_report, type => supervisor_report,
                                           report_cb => fun ?MODULE:format_log/1}}).

progress(Child, Name) ->
    logger:allow(info, ?MODULE) andalso
        logger:log(info, #{label => {?MODULE, progress}, report => [{supervisor, Name}, {started, facts(Child)}]},
                   (meta())#{logger_formatter => #{title => "PROGRESS REPORT"},
                             error_logger => #{tag => info_report, type => progress,
                                               report_cb => fun ?MODULE:format_log/1}}).

meta() -> #{domain => [otp, sasl], report_cb => fun ?MODULE:format_log/2, mfa => {?MODULE, report, 4}}.

facts(#child{pid = Pid, id = Id, mfargs = Start, restart_type = Restart, significant = Significant, shutdown = Shutdown,
             child_type = Type}) ->
    [{pid, Pid}, {id, Id}, {mfargs, Start}, {restart_type, Restart}, {significant, Significant}, {shutdown, Shutdown},
     {child_type, Type}].

-doc false.
format_log(Report) -> gen:legacy_text(lines(Report, #{})).

-doc false.
format_log(Report, Options) -> gen:report_text(lines(Report, Options), Options).

lines(#{report := [{supervisor, Name}, {started, Facts}]}, #{single_line := true}) ->
    {Format, Args} = brief(Facts),
    [{"Supervisor: ~tp.", Name}, {" Started: " ++ Format ++ ".", {args, Args}}];
lines(#{report := [{supervisor, Name}, {errorContext, Context}, {reason, Reason}, {offender, Facts}]},
      #{single_line := true}) ->
    {Format, Args} = brief(Facts),
    [{"Supervisor: ~tp.", Name}, {" Context: ~tp.", Context}, {" Reason: ~tp.", Reason},
     {" Offender: " ++ Format ++ ".", {args, Args}}];
lines(#{report := Report}, _) ->
    [{"    " ++ atom_to_list(Key) ++ ": ~tp~n", Value} || {Key, Value} <- Report].

brief([{Key, Pid}, {id, Id} | _]) -> {"id=~tp," ++ atom_to_list(Key) ++ "=~tp", [Id, Pid]}.
