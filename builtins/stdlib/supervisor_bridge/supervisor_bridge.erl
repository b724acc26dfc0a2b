%% Bridges: a supervisor's child in front of a subsystem that is not built of behaviours. It starts and ends with the process that
%% the callback module started.
-module(supervisor_bridge).
-behaviour(gen_server).

-export([start_link/2, start_link/3]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2, code_change/3, format_log/1, format_log/2]).

-callback init(Args :: term()) -> {ok, pid(), term()} | ignore | {error, term()}.
-callback terminate(Reason :: term(), State :: term()) -> term().

-record(state, {module, pid, state, name}).

-doc "Starts a bridge, linked to the caller. Module:init(Args) starts the process behind it: {ok, Pid, State}.".
-spec start_link(module(), term()) -> {ok, pid()} | ignore | {error, term()}.
start_link(Module, Args) -> gen_server:start_link(?MODULE, [Module, Args, self], []).

-doc "As start_link/2, under a name.".
-spec start_link(term(), module(), term()) -> {ok, pid()} | ignore | {error, term()}.
start_link(Name, Module, Args) -> gen_server:start_link(Name, ?MODULE, [Module, Args, Name], []).

-doc false.
init([Module, Args, Given]) ->
    process_flag(trap_exit, true),
    Name = case Given of self -> {self(), Module}; _ -> Given end,
    case Module:init(Args) of
        {ok, Pid, Inner} when is_pid(Pid) ->
            link(Pid),
            progress(Pid, Module, Args, Name),
            {ok, #state{module = Module, pid = Pid, state = Inner, name = Name}};
        ignore ->
            ignore;
        {error, Reason} ->
            {stop, Reason}
    end.

-doc false.
handle_call(which_children, _, State) -> {reply, [], State};
handle_call(count_children, _, State) -> {reply, [{specs, 0}, {active, 0}, {supervisors, 0}, {workers, 0}], State};
handle_call(_, _, State) -> {reply, {error, badcall}, State}.

-doc false.
handle_cast(_, State) -> {noreply, State}.

-doc false.
handle_info({'EXIT', Pid, Reason}, #state{pid = Pid} = State) ->
    report(child_terminated, Reason, State),
    {stop, Reason, State#state{pid = undefined}};
handle_info(_, State) ->
    {noreply, State}.

-doc false.
terminate(_, #state{pid = undefined}) ->
    ok;
terminate(Reason, #state{pid = Pid, module = Module, state = Inner} = State) ->
    unlink(Pid),
    try Module:terminate(Reason, Inner) of
        _ -> ok
    catch
        Class:Own -> report(shutdown_error, {Class, Own}, State)
    end.

-doc false.
code_change(_, State, _) -> {ok, State}.

report(Context, Reason, #state{name = Name, pid = Pid, module = Module}) ->
    logger:log(error, #{label => {supervisor, error},
                        report => [{supervisor, Name}, {errorContext, Context}, {reason, Reason},
                                   {offender, [{pid, Pid}, {mod, Module}]}]},
               #{domain => [otp, sasl], report_cb => fun ?MODULE:format_log/2, logger_formatter => #{title => "SUPERVISOR REPORT"},
                 error_logger => #{tag => error_report, type => supervisor_report, report_cb => fun ?MODULE:format_log/1},
                 mfa => {?MODULE, report, 3}}).

progress(Pid, Module, Args, Name) ->
    logger:log(info, #{label => {supervisor, progress},
                       report => [{supervisor, Name}, {started, [{pid, Pid}, {mfa, {Module, init, [Args]}}]}]},
               #{domain => [otp, sasl], report_cb => fun ?MODULE:format_log/2, logger_formatter => #{title => "PROGRESS REPORT"},
                 error_logger => #{tag => info_report, type => progress, report_cb => fun ?MODULE:format_log/1},
                 mfa => {?MODULE, progress, 4}}).

-doc false.
format_log(Report) -> gen:legacy_text(lines(Report, #{})).

-doc false.
format_log(Report, Options) -> gen:report_text(lines(Report, Options), Options).

lines(#{report := [{supervisor, Name}, {started, Facts}]}, #{single_line := true}) ->
    [{"Supervisor: ~tp.", Name}, {" Started: ~tp.", Facts}];
lines(#{report := [{supervisor, Name}, {errorContext, Context}, {reason, Reason}, {offender, Facts}]}, #{single_line := true}) ->
    [{"Supervisor: ~tp.", Name}, {" Context: ~tp.", Context}, {" Reason: ~tp.", Reason}, {" Offender: ~tp.", Facts}];
lines(#{report := Report}, _) ->
    [{"    " ++ atom_to_list(Key) ++ ": ~tp~n", Value} || {Key, Value} <- Report].
