%% What may be asked of any process of a behaviour: its state and status, to wait, to be traced, to change its code. A request is
%% the message {system, From, Request}; the behaviour hands it to handle_system_msg/6,7 and goes on in its system_continue/3.
-module(sys).

-export([suspend/1, suspend/2, resume/1, resume/2, get_status/1, get_status/2, get_state/1, get_state/2,
         replace_state/2, replace_state/3, change_code/4, change_code/5, terminate/2, terminate/3,
         log/2, log/3, trace/2, trace/3, statistics/2, statistics/3, log_to_file/2, log_to_file/3, no_debug/1, no_debug/2,
         install/2, install/3, remove/2, remove/3]).
%% For behaviours.
-export([handle_system_msg/6, handle_system_msg/7, handle_debug/4, print_log/1, get_log/1, get_debug/3, debug_options/1,
         suspend_loop_hib/6]).

-callback system_continue(Parent :: pid(), Debug :: [term()], Misc :: term()) -> no_return().
-callback system_terminate(Reason :: term(), Parent :: pid(), Debug :: [term()], Misc :: term()) -> no_return().
-callback system_code_change(Misc :: term(), module(), OldVersion :: term(), Extra :: term()) -> {ok, term()}.
-callback system_get_state(Misc :: term()) -> {ok, term()}.
-callback system_replace_state(fun((term()) -> term()), Misc :: term()) -> {ok, term(), term()}.
-optional_callbacks([system_get_state/1, system_replace_state/2]).

%%% Requests

-doc "Makes a process handle system messages only, until resume/1.".
-spec suspend(term()) -> ok.
suspend(Name) -> send_system_msg(Name, suspend).

-doc "As suspend/1; waits at most Timeout milliseconds for the answer.".
-spec suspend(term(), timeout()) -> ok.
suspend(Name, Timeout) -> send_system_msg(Name, suspend, Timeout).

-doc "Ends what suspend/1 began.".
-spec resume(term()) -> ok.
resume(Name) -> send_system_msg(Name, resume).

-doc "As resume/1; waits at most Timeout milliseconds for the answer.".
-spec resume(term(), timeout()) -> ok.
resume(Name, Timeout) -> send_system_msg(Name, resume, Timeout).

-doc "The status of a process: {status, Pid, {module, Module}, [Dictionary, SysState, Parent, Debug, Misc]}.".
-spec get_status(term()) -> term().
get_status(Name) -> send_system_msg(Name, get_status).

-doc "As get_status/1; waits at most Timeout milliseconds for the answer.".
-spec get_status(term(), timeout()) -> term().
get_status(Name, Timeout) -> send_system_msg(Name, get_status, Timeout).

-doc "The state of a process, for looking at it while debugging.".
-spec get_state(term()) -> term().
get_state(Name) ->
    case send_system_msg(Name, get_state) of
        {error, Reason} -> error(Reason);
        State -> State
    end.

-doc "As get_state/1; waits at most Timeout milliseconds for the answer.".
-spec get_state(term(), timeout()) -> term().
get_state(Name, Timeout) ->
    case send_system_msg(Name, get_state, Timeout) of
        {error, Reason} -> error(Reason);
        State -> State
    end.

-doc "Replaces the state of a process by what Fun makes of it, and returns the new one.".
-spec replace_state(term(), fun((term()) -> term())) -> term().
replace_state(Name, Fun) ->
    case send_system_msg(Name, {replace_state, Fun}) of
        {error, Reason} -> error(Reason);
        State -> State
    end.

-doc "As replace_state/2; waits at most Timeout milliseconds for the answer.".
-spec replace_state(term(), fun((term()) -> term()), timeout()) -> term().
replace_state(Name, Fun, Timeout) ->
    case send_system_msg(Name, {replace_state, Fun}, Timeout) of
        {error, Reason} -> error(Reason);
        State -> State
    end.

-doc "Has a suspended process call the code_change of its module.".
-spec change_code(term(), module(), term(), term()) -> ok | {error, term()}.
change_code(Name, Module, OldVersion, Extra) ->
    send_system_msg(Name, {change_code, Module, OldVersion, Extra}).

-doc "As change_code/4; waits at most Timeout milliseconds for the answer.".
-spec change_code(term(), module(), term(), term(), timeout()) -> ok | {error, term()}.
change_code(Name, Module, OldVersion, Extra, Timeout) ->
    send_system_msg(Name, {change_code, Module, OldVersion, Extra}, Timeout).

-doc "Asks a process to end with Reason. It may still be there when this returns.".
-spec terminate(term(), term()) -> ok.
terminate(Name, Reason) -> send_system_msg(Name, {terminate, Reason}).

-doc "As terminate/2; waits at most Timeout milliseconds for the answer.".
-spec terminate(term(), term(), timeout()) -> ok.
terminate(Name, Reason, Timeout) -> send_system_msg(Name, {terminate, Reason}, Timeout).

-doc "Keeps the last events of a process: true (ten of them), {true, N} or false; get returns them, print prints them.".
-spec log(term(), true | {true, pos_integer()} | false | get | print) -> ok | {ok, [term()]}.
log(Name, Flag) -> send_system_msg(Name, {debug, {log, Flag}}).

-doc "As log/2; waits at most Timeout milliseconds for the answer.".
-spec log(term(), term(), timeout()) -> ok | {ok, [term()]}.
log(Name, Flag, Timeout) -> send_system_msg(Name, {debug, {log, Flag}}, Timeout).

-doc "Prints every event of a process, or no longer.".
-spec trace(term(), boolean()) -> ok.
trace(Name, Flag) -> send_system_msg(Name, {debug, {trace, Flag}}).

-doc "As trace/2; waits at most Timeout milliseconds for the answer.".
-spec trace(term(), boolean(), timeout()) -> ok.
trace(Name, Flag, Timeout) -> send_system_msg(Name, {debug, {trace, Flag}}, Timeout).

-doc "Counts the messages of a process (true, false), or returns what was counted (get).".
-spec statistics(term(), true | false | get) -> ok | {ok, term()}.
statistics(Name, Flag) -> send_system_msg(Name, {debug, {statistics, Flag}}).

-doc "As statistics/2; waits at most Timeout milliseconds for the answer.".
-spec statistics(term(), true | false | get, timeout()) -> ok | {ok, term()}.
statistics(Name, Flag, Timeout) -> send_system_msg(Name, {debug, {statistics, Flag}}, Timeout).

-doc "Writes every event of a process to a file; false ends it.".
-spec log_to_file(term(), string() | false) -> ok | {error, open_file}.
log_to_file(Name, File) -> send_system_msg(Name, {debug, {log_to_file, File}}).

-doc "As log_to_file/2; waits at most Timeout milliseconds for the answer.".
-spec log_to_file(term(), string() | false, timeout()) -> ok | {error, open_file}.
log_to_file(Name, File, Timeout) -> send_system_msg(Name, {debug, {log_to_file, File}}, Timeout).

-doc "Ends all debugging of a process.".
-spec no_debug(term()) -> ok.
no_debug(Name) -> send_system_msg(Name, {debug, no_debug}).

-doc "As no_debug/1; waits at most Timeout milliseconds for the answer.".
-spec no_debug(term(), timeout()) -> ok.
no_debug(Name, Timeout) -> send_system_msg(Name, {debug, no_debug}, Timeout).

-doc "Has Fun(State, Event, Extra) called for every event of a process: {Fun, State} or {Id, Fun, State}.".
-spec install(term(), tuple()) -> ok.
install(Name, Spec) -> send_system_msg(Name, {debug, {install, Spec}}).

-doc "As install/2; waits at most Timeout milliseconds for the answer.".
-spec install(term(), tuple(), timeout()) -> ok.
install(Name, Spec, Timeout) -> send_system_msg(Name, {debug, {install, Spec}}, Timeout).

-doc "Removes a function that install/2 installed, by itself or by its id.".
-spec remove(term(), term()) -> ok.
remove(Name, FunOrId) -> send_system_msg(Name, {debug, {remove, FunOrId}}).

-doc "As remove/2; waits at most Timeout milliseconds for the answer.".
-spec remove(term(), term(), timeout()) -> ok.
remove(Name, FunOrId, Timeout) -> send_system_msg(Name, {debug, {remove, FunOrId}}, Timeout).

send_system_msg(Name, Request) ->
    try gen:call(Name, system, Request) of
        {ok, Answer} -> Answer
    catch
        exit:Reason -> exit({Reason, called(Name, Request, [])})
    end.

send_system_msg(Name, Request, Timeout) ->
    try gen:call(Name, system, Request, Timeout) of
        {ok, Answer} -> Answer
    catch
        exit:Reason -> exit({Reason, called(Name, Request, [Timeout])})
    end.

called(Name, {debug, {Function, Arg}}, More) -> {?MODULE, Function, [Name, Arg | More]};
called(Name, {debug, Function}, More) -> {?MODULE, Function, [Name | More]};
called(Name, {change_code, Module, Old, Extra}, More) -> {?MODULE, change_code, [Name, Module, Old, Extra | More]};
called(Name, {Function, Arg}, More) -> {?MODULE, Function, [Name, Arg | More]};
called(Name, Function, More) -> {?MODULE, Function, [Name | More]}.

%%% In the process that was asked

-doc "Handles a system message and goes on in Module:system_continue/3 or system_terminate/4.".
-spec handle_system_msg(term(), term(), pid(), module(), [term()], term()) -> no_return().
handle_system_msg(Request, From, Parent, Module, Debug, Misc) ->
    handle(running, Request, From, Parent, Module, Debug, Misc, false).

-doc "As handle_system_msg/6; Asleep tells that the process was hibernating, and shall again.".
-spec handle_system_msg(term(), term(), pid(), module(), [term()], term(), boolean()) -> no_return().
handle_system_msg(Request, From, Parent, Module, Debug, Misc, Asleep) ->
    handle(running, Request, From, Parent, Module, Debug, Misc, Asleep).

handle(State, Request, From, Parent, Module, Debug, Misc, Asleep) ->
    {Next, Answer, NewDebug, NewMisc} = perform(Request, State, Parent, Module, Debug, Misc),
    gen:reply(From, Answer),
    case Next of
        running -> Module:system_continue(Parent, NewDebug, NewMisc);
        suspended when Asleep -> rest(Parent, Module, NewDebug, NewMisc);
        suspended -> suspended(Parent, Module, NewDebug, NewMisc, false);
        {terminating, Reason} -> Module:system_terminate(Reason, Parent, NewDebug, NewMisc)
    end.

rest(Parent, Module, Debug, Misc) ->
    proc_lib:hibernate(?MODULE, suspend_loop_hib, [suspended, Parent, Module, Debug, Misc, true]).

-doc false.
suspend_loop_hib(suspended, Parent, Module, Debug, Misc, Asleep) ->
    suspended(Parent, Module, Debug, Misc, Asleep).

suspended(Parent, Module, Debug, Misc, Asleep) ->
    receive
        {system, From, Request} -> handle(suspended, Request, From, Parent, Module, Debug, Misc, Asleep);
        {'EXIT', Parent, Reason} -> Module:system_terminate(Reason, Parent, Debug, Misc)
    end.

perform(suspend, _, _, _, Debug, Misc) ->
    {suspended, ok, Debug, Misc};
perform(resume, _, _, _, Debug, Misc) ->
    {running, ok, Debug, Misc};
perform({terminate, Reason}, _, _, _, Debug, Misc) ->
    {{terminating, Reason}, ok, Debug, Misc};
perform(get_state, State, _, Module, Debug, Misc) ->
    {State, state(Module, Misc), Debug, Misc};
perform({replace_state, Fun}, State, _, Module, Debug, Misc) ->
    {Answer, New} = replaced(Module, Misc, Fun),
    {State, Answer, Debug, New};
perform(get_status, State, Parent, Module, Debug, Misc) ->
    {State, status(State, Parent, Module, Debug, Misc), Debug, Misc};
perform({debug, What}, State, _, _, Debug, Misc) ->
    {Answer, New} = debug(What, Debug),
    {State, Answer, New, Misc};
perform({change_code, Changed, OldVersion, Extra}, suspended, _, Module, Debug, Misc) ->
    case catch Module:system_code_change(Misc, Changed, OldVersion, Extra) of
        {ok, New} -> {suspended, ok, Debug, New};
        Failed -> {suspended, {error, Failed}, Debug, Misc}
    end;
perform(Other, State, _, _, Debug, Misc) ->
    {State, {error, {unknown_system_msg, Other}}, Debug, Misc}.

state(Module, Misc) ->
    try
        case erlang:function_exported(Module, system_get_state, 1) of
            true ->
                {ok, State} = Module:system_get_state(Misc),
                State;
            false ->
                Misc
        end
    catch
        Class:Reason -> {error, {callback_failed, {Module, system_get_state}, {Class, Reason}}}
    end.

replaced(Module, Misc, Fun) ->
    Has = erlang:function_exported(Module, system_replace_state, 2),
    try
        case Has of
            true ->
                {ok, State, New} = Module:system_replace_state(Fun, Misc),
                {State, New};
            false ->
                New = Fun(Misc),
                {New, New}
        end
    catch
        Class:Reason ->
            Failed = if Has -> {Module, system_replace_state}; true -> Fun end,
            {{error, {callback_failed, Failed, {Class, Reason}}}, Misc}
    end.

status(State, Parent, Module, Debug, Misc) ->
    Dictionary = get(),
    Shown = case erlang:function_exported(Module, format_status, 2) of
                true -> Module:format_status(normal, [Dictionary, State, Parent, Debug, Misc]);
                false -> Misc
            end,
    {status, self(), {module, Module}, [Dictionary, State, Parent, Debug, Shown]}.

%%% Debugging. A debug structure is a list of {trace, true}, {log, {Max, NewestFirst}}, {statistics, Counters},
%%% {log_to_file, {File, Device}} and {Id, {Fun, State}} for each installed function.

debug({trace, true}, Debug) -> {ok, put_option(trace, true, Debug)};
debug({trace, false}, Debug) -> {ok, drop(trace, Debug)};
debug({log, true}, Debug) -> {ok, keep_log(10, Debug)};
debug({log, {true, Max}}, Debug) when is_integer(Max), Max > 0 -> {ok, keep_log(Max, Debug)};
debug({log, false}, Debug) -> {ok, drop(log, Debug)};
debug({log, get}, Debug) -> {{ok, [Event || {Event, _, _} <- entries(Debug)]}, Debug};
debug({log, print}, Debug) -> print_log(Debug), {ok, Debug};
debug({statistics, true}, Debug) ->
    {ok, put_option(statistics, {erlang:localtime(), process_info(self(), reductions), 0, 0}, Debug)};
debug({statistics, false}, Debug) -> {ok, drop(statistics, Debug)};
debug({statistics, get}, Debug) -> {{ok, counted(lists:keyfind(statistics, 1, Debug))}, Debug};
debug({log_to_file, false}, Debug) -> {ok, close(Debug)};
debug({log_to_file, File}, Debug) ->
    Closed = close(Debug),
    case file:open(File, [write, {encoding, utf8}]) of
        {ok, Device} -> {ok, put_option(log_to_file, {File, Device}, Closed)};
        {error, _} -> {{error, open_file}, Closed}
    end;
debug({install, {Fun, State}}, Debug) -> {ok, put_option(Fun, {Fun, State}, Debug)};
debug({install, {Id, Fun, State}}, Debug) -> {ok, put_option(Id, {Fun, State}, Debug)};
debug({remove, Id}, Debug) -> {ok, drop(Id, Debug)};
debug(no_debug, Debug) -> close(Debug), {ok, []};
debug(_, Debug) -> {unknown_debug, Debug}.

put_option(Key, Value, Debug) ->
    case lists:keymember(Key, 1, Debug) of
        true -> lists:keyreplace(Key, 1, Debug, {Key, Value});
        false -> [{Key, Value} | Debug]
    end.

drop(Key, Debug) -> lists:keydelete(Key, 1, Debug).

close(Debug) ->
    case lists:keyfind(log_to_file, 1, Debug) of
        {_, {_, Device}} -> file:close(Device);
        false -> ok
    end,
    drop(log_to_file, Debug).

%% A log that is kept already goes on as it is, whatever its size. (sic)
keep_log(Max, Debug) ->
    case lists:keymember(log, 1, Debug) of
        true -> Debug;
        false -> [{log, {Max, []}} | Debug]
    end.

entries(Debug) ->
    case lists:keyfind(log, 1, Debug) of
        {_, {_, Newest}} -> lists:reverse(Newest);
        false -> []
    end.

counted({statistics, {Started, {reductions, Reductions}, In, Out}}) ->
    {reductions, Now} = process_info(self(), reductions),
    [{start_time, Started}, {current_time, erlang:localtime()}, {reductions, Now - Reductions},
     {messages_in, In}, {messages_out, Out}];
counted(false) ->
    no_statistics.

-doc "Tells an event of a process to whatever debugs it; Print(Device, Event, Name) prints it.".
-spec handle_debug([term()], fun(), term(), term()) -> [term()].
handle_debug([{trace, true} = Option | Rest], Print, Name, Event) ->
    Print(standard_io, Event, Name),
    [Option | handle_debug(Rest, Print, Name, Event)];
handle_debug([{log, {Max, Newest}} | Rest], Print, Name, Event) ->
    Log = {Max, lists:sublist([{Event, Name, Print} | Newest], Max)},
    [{log, Log} | handle_debug(Rest, Print, Name, Event)];
handle_debug([{statistics, Counters} | Rest], Print, Name, Event) ->
    [{statistics, count(Event, Counters)} | handle_debug(Rest, Print, Name, Event)];
handle_debug([{log_to_file, {_, Device}} = Option | Rest], Print, Name, Event) ->
    Print(Device, Event, Name),
    [Option | handle_debug(Rest, Print, Name, Event)];
handle_debug([{Id, {Fun, State}} | Rest], Print, Name, Event) ->
    case catch Fun(State, Event, Name) of
        done -> handle_debug(Rest, Print, Name, Event);
        {'EXIT', _} -> handle_debug(Rest, Print, Name, Event);
        New -> [{Id, {Fun, New}} | handle_debug(Rest, Print, Name, Event)]
    end;
handle_debug([], _, _, _) ->
    [].

count({in, _}, {Started, Reductions, In, Out}) -> {Started, Reductions, In + 1, Out};
count({in, _, _}, {Started, Reductions, In, Out}) -> {Started, Reductions, In + 1, Out};
count({out, _, _}, {Started, Reductions, In, Out}) -> {Started, Reductions, In, Out + 1};
count({out, _, _, _}, {Started, Reductions, In, Out}) -> {Started, Reductions, In, Out + 1};
count(_, Counters) -> Counters.

-doc "Prints the events kept in a debug structure.".
-spec print_log([term()]) -> ok.
print_log(Debug) ->
    lists:foreach(fun({Event, Name, Print}) -> Print(standard_io, Event, Name) end, entries(Debug)).

-doc """
The events kept in a debug structure.

    1> sys:get_log([]).
    []
""".
-spec get_log([term()]) -> [term()].
get_log([]) -> [];
get_log(Debug) -> [Event || {Event, _, _} <- entries(Debug)].

-doc "The value of an option in a debug structure.".
-spec get_debug(term(), [term()], term()) -> term().
get_debug(Key, Debug, Default) ->
    case lists:keyfind(Key, 1, Debug) of
        {_, Value} -> Value;
        false -> Default
    end.

-doc """
Makes a debug structure of start options.

    1> sys:debug_options([trace]).
    [{trace,true}]
""".
-spec debug_options([term()]) -> [term()].
debug_options(Options) -> lists:foldl(fun(Option, Debug) -> option(Option, Debug) end, [], Options).

option(trace, Debug) -> chosen({trace, true}, Debug);
option(log, Debug) -> chosen({log, true}, Debug);
option({log, Max}, Debug) -> chosen({log, {true, Max}}, Debug);
option(statistics, Debug) -> chosen({statistics, true}, Debug);
option({log_to_file, _} = Option, Debug) -> chosen(Option, Debug);
option({install, _} = Option, Debug) -> chosen(Option, Debug);
option(_, Debug) -> Debug.

chosen(Option, Debug) ->
    {_, New} = debug(Option, Debug),
    New.
