%% State machines. An event goes to the callback of the current state; what that returns may change state and data and ask for
%% actions: replies, timeouts, events to insert, to postpone the event until the state changes.
%%
%% Between two events the machine is P (what seldom changes), S (state, data, postponed events, timers) and Q, the queue of events that
%% come before those in the mailbox. Timeouts of zero time wait in S until Q is empty. One event is handled by these steps: call the
%% callback, read its actions into a transition (record t), call the new state's enter function where there is one, and then settle:
%% queue, timers, next event.
-module(gen_statem).

-export([start/3, start/4, start_link/3, start_link/4, start_monitor/3, start_monitor/4, stop/1, stop/3,
         cast/2, call/2, call/3, reply/1, reply/2, enter_loop/4, enter_loop/5, enter_loop/6,
         send_request/2, send_request/4, wait_response/1, wait_response/2, wait_response/3,
         receive_response/1, receive_response/2, receive_response/3, check_response/2, check_response/3,
         reqids_new/0, reqids_size/1, reqids_add/3, reqids_to_list/1]).
-export([init_it/6, wakeup_from_hibernate/3, system_continue/3, system_terminate/4, system_code_change/4,
         system_get_state/1, system_replace_state/2, format_status/2, format_log/1, format_log/2]).

-callback init(Args :: term()) -> term().
-callback callback_mode() -> term().
-callback state_name(EventType :: term(), EventContent :: term(), Data :: term()) -> term().
-callback handle_event(EventType :: term(), EventContent :: term(), State :: term(), Data :: term()) -> term().
-callback terminate(Reason :: term(), State :: term(), Data :: term()) -> term().
-callback code_change(OldVersion :: term(), State :: term(), Data :: term(), Extra :: term()) -> term().
-callback format_status(Option :: normal | terminate, [term()]) -> term().
-callback format_status(Status :: map()) -> map().
-optional_callbacks([format_status/1, format_status/2, terminate/3, code_change/4, state_name/3, handle_event/4]).

%% The process: modules is the stack of callback modules, enter tells whether states have enter calls.
-record(p, {parent, name, modules, mode, enter, hibernate_after}).
%% timers: type => {Reference, Content}; zero: [{type, content}] in the order of delivery; postponed: newest first.
-record(s, {state, data, postponed = [], timers = #{}, zero = []}).

%%% Starting and stopping

-doc "Starts a state machine without a name, linked to nobody.".
-spec start(module(), term(), [term()]) -> {ok, pid()} | ignore | {error, term()}.
start(Module, Args, Options) -> gen:start(?MODULE, nolink, Module, Args, Options).

-doc "Starts a state machine under a name.".
-spec start(term(), module(), term(), [term()]) -> {ok, pid()} | ignore | {error, term()}.
start(Name, Module, Args, Options) -> gen:start(?MODULE, nolink, Name, Module, Args, Options).

-doc "As start/3, with a link to the caller.".
-spec start_link(module(), term(), [term()]) -> {ok, pid()} | ignore | {error, term()}.
start_link(Module, Args, Options) -> gen:start(?MODULE, link, Module, Args, Options).

-doc "As start/4, with a link to the caller.".
-spec start_link(term(), module(), term(), [term()]) -> {ok, pid()} | ignore | {error, term()}.
start_link(Name, Module, Args, Options) -> gen:start(?MODULE, link, Name, Module, Args, Options).

-doc "As start/3, with a monitor: {ok, {Pid, Monitor}}.".
-spec start_monitor(module(), term(), [term()]) -> {ok, {pid(), reference()}} | ignore | {error, term()}.
start_monitor(Module, Args, Options) -> monitored(gen:start(?MODULE, monitor, Module, Args, Options)).

-doc "As start/4, with a monitor: {ok, {Pid, Monitor}}.".
-spec start_monitor(term(), module(), term(), [term()]) -> {ok, {pid(), reference()}} | ignore | {error, term()}.
start_monitor(Name, Module, Args, Options) -> monitored(gen:start(?MODULE, monitor, Name, Module, Args, Options)).

monitored({{ok, Pid}, Ref}) -> {ok, {Pid, Ref}};
monitored({Failed, Ref}) ->
    erlang:demonitor(Ref, [flush]),
    Failed.

-doc "Stops a state machine with reason normal.".
-spec stop(term()) -> ok.
stop(Server) -> gen:stop(Server).

-doc "Stops a state machine with a reason, and waits for its end.".
-spec stop(term(), term(), timeout()) -> ok.
stop(Server, Reason, Timeout) -> gen:stop(Server, Reason, Timeout).

%%% Events

-doc "Sends an event of type cast.".
-spec cast(term(), term()) -> ok.
cast({global, Name}, Event) -> posted(fun() -> global:send(Name, {'$gen_cast', Event}) end);
cast({via, Module, Name}, Event) -> posted(fun() -> Module:send(Name, {'$gen_cast', Event}) end);
cast({Name, Node} = Server, Event) when is_atom(Name), is_atom(Node) -> posted(fun() -> Server ! {'$gen_cast', Event} end);
cast(Server, Event) when is_atom(Server); is_pid(Server) -> posted(fun() -> Server ! {'$gen_cast', Event} end).

posted(Send) ->
    try Send() of _ -> ok catch _:_ -> ok end.

-doc "The same as call(Server, Request, infinity).".
-spec call(term(), term()) -> term().
call(Server, Request) -> call(Server, Request, infinity).

-doc "Sends an event of type {call, From} and waits for the reply: Timeout, {clean_timeout, Timeout} or {dirty_timeout, Timeout}.".
-spec call(term(), term(), term()) -> term().
call(Server, Request, infinity = T) -> call_dirty(Server, Request, T, T);
call(Server, Request, {dirty_timeout, T} = Timeout) -> call_dirty(Server, Request, Timeout, T);
call(Server, Request, {clean_timeout, T} = Timeout) -> call_dirty(Server, Request, Timeout, T);
call(Server, Request, {_, _} = Timeout) -> error(badarg, [Server, Request, Timeout]);
call(Server, Request, T) -> call_dirty(Server, Request, T, T).

call_dirty(Server, Request, Timeout, Time) ->
    try gen:call(Server, '$gen_call', Request, Time) of
        {ok, Reply} -> Reply
    catch
        exit:Reason:Stack -> erlang:raise(exit, {Reason, {?MODULE, call, [Server, Request, Timeout]}}, Stack)
    end.

-doc "Answers one or several calls: {reply, From, Reply}.".
-spec reply(term()) -> ok.
reply({reply, From, Reply}) -> reply(From, Reply);
reply(Replies) when is_list(Replies) -> lists:foreach(fun({reply, From, Reply}) -> reply(From, Reply) end, Replies).

-doc "Answers a call.".
-spec reply({pid(), term()}, term()) -> ok.
reply(From, Reply) -> gen:reply(From, Reply).

-doc "Sends an event of type {call, From}; the answer is fetched later with the identifier that this returns.".
-spec send_request(term(), term()) -> term().
send_request(Server, Request) -> gen:send_request(Server, '$gen_call', Request).

-doc "As send_request/2; the identifier is added to Collection under Label.".
-spec send_request(term(), term(), term(), term()) -> term().
send_request(Server, Request, Label, Collection) -> gen:send_request(Server, '$gen_call', Request, Label, Collection).

-doc "Waits for the answer to a request.".
-spec wait_response(term()) -> term().
wait_response(Id) -> gen:wait_response(Id, infinity).

-doc "Waits for the answer to a request, at most for a time; then one may wait again.".
-spec wait_response(term(), timeout() | {abs, integer()}) -> term().
wait_response(Id, Timeout) -> gen:wait_response(Id, Timeout).

-doc "Waits for the next answer of a collection: {Answer, Label, NewCollection}, no_request or timeout.".
-spec wait_response(term(), timeout() | {abs, integer()}, boolean()) -> term().
wait_response(Collection, Timeout, Delete) -> gen:wait_response(Collection, Timeout, Delete).

-doc "Waits for the answer to a request.".
-spec receive_response(term()) -> term().
receive_response(Id) -> gen:receive_response(Id, infinity).

-doc "As wait_response/2, but after a timeout the request is given up.".
-spec receive_response(term(), timeout() | {abs, integer()}) -> term().
receive_response(Id, Timeout) -> gen:receive_response(Id, Timeout).

-doc "As wait_response/3, but after a timeout all requests are given up.".
-spec receive_response(term(), timeout() | {abs, integer()}, boolean()) -> term().
receive_response(Collection, Timeout, Delete) -> gen:receive_response(Collection, Timeout, Delete).

-doc "Tells whether a message is the answer to a request.".
-spec check_response(term(), term()) -> term().
check_response(Message, Id) -> gen:check_response(Message, Id).

-doc "Tells whether a message is an answer to a request of a collection.".
-spec check_response(term(), term(), boolean()) -> term().
check_response(Message, Collection, Delete) -> gen:check_response(Message, Collection, Delete).

-doc """
A new collection of requests.

    1> gen_statem:reqids_size(gen_statem:reqids_new()).
    0
""".
-spec reqids_new() -> term().
reqids_new() -> gen:reqids_new().

-doc "The number of requests in a collection.".
-spec reqids_size(term()) -> non_neg_integer().
reqids_size(Collection) -> gen:reqids_size(Collection).

-doc "Adds a request to a collection under Label.".
-spec reqids_add(term(), term(), term()) -> term().
reqids_add(Id, Label, Collection) -> gen:reqids_add(Id, Label, Collection).

-doc "The requests of a collection: [{Identifier, Label}].".
-spec reqids_to_list(term()) -> [{term(), term()}].
reqids_to_list(Collection) -> gen:reqids_to_list(Collection).

%%% Start of the process

-doc "Makes the calling process a state machine; it was started by proc_lib and does not return from here.".
-spec enter_loop(module(), [term()], term(), term()) -> no_return().
enter_loop(Module, Options, State, Data) -> enter_loop(Module, Options, State, Data, self()).

-doc "As enter_loop/4, with the name that the process has, or with actions.".
-spec enter_loop(module(), [term()], term(), term(), term()) -> no_return().
enter_loop(Module, Options, State, Data, {Scope, _} = Name) when Scope =:= local; Scope =:= global ->
    enter_loop(Module, Options, State, Data, Name, []);
enter_loop(Module, Options, State, Data, {via, _, _} = Name) -> enter_loop(Module, Options, State, Data, Name, []);
enter_loop(Module, Options, State, Data, Pid) when is_pid(Pid) -> enter_loop(Module, Options, State, Data, Pid, []);
enter_loop(Module, Options, State, Data, Actions) -> enter_loop(Module, Options, State, Data, self(), Actions).

-doc "As enter_loop/4, with the name that the process has and actions.".
-spec enter_loop(module(), [term()], term(), term(), term(), term()) -> no_return().
enter_loop(Module, Options, State, Data, ServerName, Actions) ->
    Name = gen:get_proc_name(ServerName),
    enter(gen:get_parent(), gen:debug_options(Name, Options), Module, Name, gen:hibernate_after(Options), State, Data, Actions).

-doc false.
init_it(Starter, Parent, ServerName, Module, Args, Options) ->
    Name = gen:name(ServerName),
    Debug = gen:debug_options(Name, Options),
    try Module:init(Args) of
        Result -> init_result(Starter, Parent, ServerName, Module, Result, Name, Debug, gen:hibernate_after(Options))
    catch
        throw:Result ->
            init_result(Starter, Parent, ServerName, Module, Result, Name, Debug, gen:hibernate_after(Options));
        Class:Reason:Stack ->
            failed(Starter, ServerName, {error, Reason}),
            init_error(Class, Reason, Stack, Name, Debug, Module),
            erlang:raise(Class, Reason, Stack)
    end.

init_result(Starter, Parent, ServerName, Module, Result, Name, Debug, HibernateAfter) ->
    case Result of
        {ok, State, Data} ->
            proc_lib:init_ack(Starter, {ok, self()}),
            enter(Parent, Debug, Module, Name, HibernateAfter, State, Data, []);
        {ok, State, Data, Actions} ->
            proc_lib:init_ack(Starter, {ok, self()}),
            enter(Parent, Debug, Module, Name, HibernateAfter, State, Data, Actions);
        {stop, Reason} ->
            failed(Starter, ServerName, {error, Reason}),
            exit(Reason);
        ignore ->
            failed(Starter, ServerName, ignore),
            exit(normal);
        Other ->
            Reason = {bad_return_from_init, Other},
            failed(Starter, ServerName, {error, Reason}),
            init_error(error, Reason, here(), Name, Debug, Module),
            exit(Reason)
    end.

failed(Starter, ServerName, Answer) ->
    gen:unregister_name(ServerName),
    proc_lib:init_ack(Starter, Answer).

init_error(Class, Reason, Stack, Name, Debug, Module) ->
    P = #p{name = Name, modules = [Module], mode = state_functions, enter = false},
    error_info(Class, Reason, Stack, P, Debug, #s{}, []).

%% The first state is entered by an event of its own, which no callback sees.
enter(Parent, Debug0, Module, Name, HibernateAfter, State, Data, Actions) ->
    P = #p{parent = Parent, name = Name, modules = [Module], hibernate_after = HibernateAfter},
    S = #s{state = State, data = Data},
    Event = {internal, init_state},
    Debug = note(P, Debug0, {enter, Module, State}),
    case get_callback_mode(P, Module) of
        #p{enter = Enter} = Known ->
            loop_actions(Known, Debug, S, [Event], {State, Data}, false, Enter, [], [], false, false, Actions);
        {Class, Reason, Stack} ->
            terminate(Class, Reason, Stack, P#p{mode = state_functions, enter = false}, Debug, S, [Event])
    end.

%% P with what the module says about its callbacks, or an exception.
get_callback_mode(P, Module) ->
    try Module:callback_mode() of Result -> callback_mode_result(P, Result)
    catch
        throw:Result -> callback_mode_result(P, Result);
        Class:Reason:Stack -> {Class, Reason, Stack}
    end.

callback_mode_result(P, Modes) when is_list(Modes) -> callback_mode_result(P, Modes, Modes, undefined, false, list);
callback_mode_result(P, Mode) -> callback_mode_result(P, Mode, [Mode], undefined, false, atom).

%% Of several modes in a list the last one counts.
callback_mode_result(P, Result, [Mode | Modes], _, Enter, Kind) when Mode =:= state_functions; Mode =:= handle_event_function ->
    callback_mode_result(P, Result, Modes, Mode, Enter, Kind);
callback_mode_result(P, Result, [state_enter | Modes], Mode, _, list) ->
    callback_mode_result(P, Result, Modes, Mode, true, list);
callback_mode_result(P, _, [], Mode, Enter, _) when Mode =/= undefined ->
    P#p{mode = Mode, enter = Enter};
callback_mode_result(_, Result, _, _, _, _) ->
    {error, {bad_return_from_callback_mode, Result}, here()}.

%%% Between events

%% Hibernate is what the last callback asked for.
loop(P, Debug, S, [Event | _] = Q, _) ->
    loop_event(P, Debug, S, Event, Q);
loop(P, Debug, #s{zero = [Event | Zero]} = S, [], _) ->
    receives(P, Debug, S#s{zero = Zero}, Event);
loop(P, Debug, S, [], true) ->
    proc_lib:hibernate(?MODULE, wakeup_from_hibernate, [P, Debug, S]);
loop(P, Debug, S, [], false) ->
    loop_receive(P, Debug, S).

loop_receive(#p{parent = Parent, hibernate_after = Time} = P, Debug, S) ->
    receive
        {'EXIT', Parent, Reason} = Exit -> parent_gone(Reason, here(), P, Debug, S, Exit);
        Msg -> message(P, Debug, S, Msg, false)
    after Time -> loop(P, Debug, S, [], true)
    end.

-doc false.
wakeup_from_hibernate(#p{parent = Parent} = P, Debug, S) ->
    receive
        {'EXIT', Parent, Reason} = Exit -> parent_gone(Reason, here(), P, Debug, S, Exit);
        Msg -> message(P, Debug, S, Msg, true)
    end.

parent_gone(Reason, Here, P, Debug, S, Exit) ->
    terminate(exit, Reason, Here, P, note(P, Debug, {in, {info, Exit}, S#s.state}), S, []).

message(P, Debug, S, {'$gen_call', From, Request}, _) ->
    receives(P, Debug, S, {{call, From}, Request});
message(P, Debug, S, {'$gen_cast', Content}, _) ->
    receives(P, Debug, S, {cast, Content});
message(P, Debug, S, {system, From, Request}, Asleep) ->
    sys:handle_system_msg(Request, From, P#p.parent, ?MODULE, Debug, {P, S, Asleep}, Asleep);
message(P, Debug, #s{timers = Timers} = S, {timeout, Ref, Type} = Msg, _) ->
    case Timers of
        #{Type := {Ref, Content}} -> receives(P, Debug, S#s{timers = maps:remove(Type, Timers)}, {Type, Content});
        _ -> receives(P, Debug, S, {info, Msg})
    end;
message(P, Debug, S, Msg, _) ->
    receives(P, Debug, S, {info, Msg}).

receives(P, [], S, Event) -> loop_event(P, [], S, Event, [Event]);
receives(P, Debug, S, Event) -> loop_event(P, note(P, Debug, {in, Event, S#s.state}), S, Event, [Event]).

loop_event(#p{mode = Mode, modules = [Module | _]} = P, Debug, #s{state = State, data = Data} = S, {Type, Content}, Q) ->
    loop_state_callback(P, Debug, S, Q, State, Data, false, Mode, Module, Type, Content).

%% Calls the callback, for an event or to enter a state. State and Data are the ones that it gets.
loop_state_callback(P, Debug, S, Q, State, Data, InEnter, Mode, Module, Type, Content) ->
    try
        case Mode of
            state_functions -> Module:State(Type, Content, Data);
            handle_event_function -> Module:handle_event(Type, Content, State, Data)
        end
    of
        Result -> called(P, Debug, S, Q, {State, Data}, InEnter, Result)
    catch
        throw:Result -> called(P, Debug, S, Q, {State, Data}, InEnter, Result);
        Class:Reason:Stack -> terminate(Class, Reason, Stack, P, Debug, S, Q)
    end.

%% What the actions of an event have asked for goes on through the enter call.
called(P, Debug, S, Q, Was, false, Result) ->
    loop_state_callback_result(P, Debug, S, Q, Was, false, [], [], false, false, Result);
called(P, Debug, S, Q, Was, {true, Events, Timeouts, Postpone, Hibernate}, Result) ->
    loop_state_callback_result(P, Debug, S, Q, Was, true, Events, Timeouts, Postpone, Hibernate, Result).

%% Was is the state and the data that the callback was called with; InEnter tells that it was an enter call, which may not change the
%% state. The event that is handled stands first in Q.
loop_state_callback_result(P, Debug, S, Q, {State, Data} = Was, InEnter, Events, Timeouts, Postpone, Hibernate, Result) ->
    case next(Result, State, Data, InEnter) of
        {Next, NewData, Repeat, Actions} ->
            Enter = P#p.enter andalso (Repeat orelse Next =/= State),
            loop_actions(P, Debug, S, Q, {Next, NewData}, InEnter, Enter, Events, Timeouts, Postpone, Hibernate, Actions);
        {stop, Reason, NewData} ->
            terminate(exit, Reason, here(), P, Debug, settled(S, State, NewData), Q);
        {stop, Reason, NewData, reply, Replies} ->
            do_reply_then_terminate(exit, Reason, here(), P, Debug, settled(S, State, NewData), Q, Replies);
        {bad, Kind} ->
            terminate(error, {Kind, Result}, here(), P, Debug, settled(S, Was), Q)
    end.

%% Makes one form of all that a callback may return: {State, Data, Repeat, Actions}, {stop, Reason, Data}, the same with
%% replies, or {bad, Kind}. A tag would not do to tell them apart, for a state may be any term: their sizes differ.
next({next_state, State, NewData}, State, _, _) -> {State, NewData, false, []};
next({next_state, State, NewData, Actions}, State, _, _) -> {State, NewData, false, Actions};
next({next_state, Next, NewData}, _, _, false) -> {Next, NewData, false, []};
next({next_state, Next, NewData, Actions}, _, _, false) -> {Next, NewData, false, Actions};
next({keep_state, NewData}, State, _, _) -> {State, NewData, false, []};
next({keep_state, NewData, Actions}, State, _, _) -> {State, NewData, false, Actions};
next(keep_state_and_data, State, Data, _) -> {State, Data, false, []};
next({keep_state_and_data, Actions}, State, Data, _) -> {State, Data, false, Actions};
next({repeat_state, NewData}, State, _, _) -> {State, NewData, true, []};
next({repeat_state, NewData, Actions}, State, _, _) -> {State, NewData, true, Actions};
next(repeat_state_and_data, State, Data, _) -> {State, Data, true, []};
next({repeat_state_and_data, Actions}, State, Data, _) -> {State, Data, true, Actions};
next(stop, _, Data, _) -> {stop, normal, Data};
next({stop, Reason}, _, Data, _) -> {stop, Reason, Data};
next({stop, Reason, NewData}, _, _, _) -> {stop, Reason, NewData};
next({stop_and_reply, Reason, Replies}, _, Data, _) -> {stop, Reason, Data, reply, Replies};
next({stop_and_reply, Reason, Replies, NewData}, _, _, _) -> {stop, Reason, NewData, reply, Replies};
next({next_state, _, _}, _, _, true) -> {bad, bad_state_enter_return_from_state_function};
next({next_state, _, _, _}, _, _, true) -> {bad, bad_state_enter_return_from_state_function};
next(_, _, _, _) -> {bad, bad_return_from_state_function}.

settled(S, {State, Data}) -> settled(S, State, Data).
settled(S, State, Data) -> S#s{state = State, data = Data}.

do_reply_then_terminate(Class, Reason, Here, P, Debug, S, Q, {reply, _, _} = Reply) ->
    do_reply_then_terminate(Class, Reason, Here, P, Debug, S, Q, [Reply]);
do_reply_then_terminate(Class, Reason, Here, P, Debug, S, Q, [{reply, {_, _} = From, Reply} | Replies]) ->
    gen:reply(From, Reply),
    do_reply_then_terminate(Class, Reason, Here, P, note(P, Debug, {out, Reply, From}), S, Q, Replies);
do_reply_then_terminate(Class, Reason, Here, P, Debug, S, Q, []) ->
    terminate(Class, Reason, Here, P, Debug, S, Q);
do_reply_then_terminate(_, _, _, P, Debug, S, Q, [Bad | _]) ->
    terminate(error, {bad_reply_action_from_state_function, Bad}, here(), P, Debug, S, Q);
do_reply_then_terminate(_, _, _, P, Debug, S, Q, Bad) ->
    terminate(error, {bad_reply_action_from_state_function, Bad}, here(), P, Debug, S, Q).

%%% Actions

%% S still has the state before the event; New is the new state and data. Enter tells that an enter call follows. What the actions have
%% asked for so far: Events and Timeouts, the last one first, and two flags.
loop_actions(P, Debug, S, Q, New, InEnter, Enter, Events, Timeouts, Postpone, Hibernate, []) ->
    loop_enter(P, Debug, S, Q, New, InEnter, Enter, Events, Timeouts, Postpone, Hibernate);
loop_actions(P, Debug, S, Q, New, InEnter, Enter, Events, Timeouts, Postpone, Hibernate, [_ | _] = Actions) ->
    loop_actions_list(P, Debug, S, Q, New, InEnter, Enter, Events, Timeouts, Postpone, Hibernate, Actions);
loop_actions(P, Debug, S, Q, New, InEnter, Enter, Events, Timeouts, Postpone, Hibernate, Action) ->
    loop_actions_list(P, Debug, S, Q, New, InEnter, Enter, Events, Timeouts, Postpone, Hibernate, [Action]).

loop_actions_list(P, Debug, S, Q, New, InEnter, Enter, Events, Timeouts, Postpone, Hibernate, []) ->
    loop_enter(P, Debug, S, Q, New, InEnter, Enter, Events, Timeouts, Postpone, Hibernate);
loop_actions_list(P, Debug, S, Q, New, false, Enter, Events, Timeouts, _, Hibernate, [postpone | Actions]) ->
    loop_actions_list(P, Debug, S, Q, New, false, Enter, Events, Timeouts, true, Hibernate, Actions);
loop_actions_list(P, Debug, S, Q, New, false, Enter, Events, Timeouts, _, Hibernate, [{postpone, Flag} | Actions]) when is_boolean(Flag) ->
    loop_actions_list(P, Debug, S, Q, New, false, Enter, Events, Timeouts, Flag, Hibernate, Actions);
loop_actions_list(P, Debug, S, Q, New, true, _, _, _, _, _, [Action | _])
  when Action =:= postpone; element(1, Action) =:= postpone, tuple_size(Action) =:= 2, is_boolean(element(2, Action)) ->
    terminate(error, {bad_state_enter_action_from_state_function, Action}, here(), P, Debug, settled(S, New), Q);
loop_actions_list(P, Debug, S, Q, New, InEnter, Enter, Events, Timeouts, Postpone, Hibernate, [Action | Actions]) ->
    case modules(Action, P) of
        none ->
            loop_actions_list(P, Debug, S, Q, New, InEnter, Enter, Events, Timeouts, Postpone, Hibernate, Actions, Action);
        [Module | _] = Modules ->
            Noted = note(P, Debug, {module, Module, element(1, New)}),
            case get_callback_mode(P, Module) of
                #p{enter = HasEnter} = Known ->
                    Entering = HasEnter andalso (Enter orelse InEnter =:= false andalso element(1, New) =/= S#s.state),
                    loop_actions_list(Known#p{modules = Modules}, Noted, S, Q, New, InEnter, Entering, Events, Timeouts, Postpone,
                                      Hibernate, Actions);
                {Class, Reason, Stack} ->
                    terminate(Class, Reason, Stack, P, Noted, settled(S, New), Q)
            end
    end.

loop_actions_list(P, Debug, S, Q, New, InEnter, Enter, Events, Timeouts, Postpone, Hibernate, Actions, Action) ->
    case action(Action, Timeouts) of
        {timeouts, More} ->
            loop_actions_list(P, Debug, S, Q, New, InEnter, Enter, Events, More, Postpone, Hibernate, Actions);
        {hibernate, Flag} ->
            loop_actions_list(P, Debug, S, Q, New, InEnter, Enter, Events, Timeouts, Postpone, Flag, Actions);
        {reply, From, Reply} ->
            loop_actions_reply(P, Debug, S, Q, New, InEnter, Enter, Events, Timeouts, Postpone, Hibernate, Actions, From, Reply);
        {event, Type, Content} when InEnter =:= false ->
            case event_type(Type) of
                true ->
                    Noted = note(P, Debug, {in, {Type, Content}, element(1, New)}),
                    loop_actions_list(P, Noted, S, Q, New, InEnter, Enter, [{Type, Content} | Events], Timeouts, Postpone, Hibernate, Actions);
                false ->
                    loop_actions_next_event_bad(P, Debug, S, Q, New, InEnter, Enter, Type, Content)
            end;
        {event, Type, Content} ->
            loop_actions_next_event_bad(P, Debug, S, Q, New, InEnter, Enter, Type, Content);
        bad ->
            terminate(error, {bad_action_from_state_function, Action}, here(), P, Debug, settled(S, New), Q)
    end.

loop_actions_reply(P, Debug, S, Q, New, InEnter, Enter, Events, Timeouts, Postpone, Hibernate, Actions, {_, _} = From, Reply) ->
    gen:reply(From, Reply),
    Noted = note(P, Debug, {out, Reply, From}),
    loop_actions_list(P, Noted, S, Q, New, InEnter, Enter, Events, Timeouts, Postpone, Hibernate, Actions);
loop_actions_reply(P, Debug, S, Q, New, _, _, _, _, _, _, _, From, Reply) ->
    terminate(error, {bad_action_from_state_function, {reply, From, Reply}}, here(), P, Debug, settled(S, New), Q).

loop_actions_next_event_bad(P, Debug, S, Q, New, InEnter, _, Type, Content) ->
    Kind = if InEnter -> bad_state_enter_action_from_state_function; true -> bad_action_from_state_function end,
    terminate(error, {Kind, {next_event, Type, Content}}, here(), P, Debug, settled(S, New), Q).

%% The callback modules after an action that changes them.
modules({change_callback_module, M}, #p{modules = [_ | Rest]}) when is_atom(M) -> [M | Rest];
modules({push_callback_module, M}, #p{modules = Modules}) when is_atom(M) -> [M | Modules];
modules(pop_callback_module, #p{modules = [_ | [_ | _] = Rest]}) -> Rest;
modules(_, _) -> none.

action(hibernate, _) -> {hibernate, true};
action({hibernate, Flag}, _) when is_boolean(Flag) -> {hibernate, Flag};
action({next_event, Type, Content}, _) -> {event, Type, Content};
action({reply, From, Reply}, _) -> {reply, From, Reply};
action({Type, cancel}, Timeouts) -> timeout(Type, {cancel, undefined, []}, Timeouts);
action({Type, update, Content}, Timeouts) -> timeout(Type, {update, Content, []}, Timeouts);
action({Type, Time, Content}, Timeouts) when Time =/= cancel -> timeout(Type, {Time, Content, []}, Timeouts);
action({Type, Time, Content, Options}, Timeouts) when Time =/= cancel, Time =/= update -> timeout(Type, {Time, Content, Options}, Timeouts);
action(Time, Timeouts) when Time =:= infinity; is_integer(Time), Time >= 0 -> timeout(timeout, {Time, Time, []}, Timeouts);
action(_, _) -> bad.

timeout(Type, {Time, _, Options} = How, Timeouts) ->
    case timeout_type(Type) andalso valid_time(Time, Options) of
        true -> {timeouts, [{Type, How} | Timeouts]};
        false -> bad
    end.

timeout_type(timeout) -> true;
timeout_type(state_timeout) -> true;
timeout_type({timeout, _}) -> true;
timeout_type(_) -> false.

valid_time(cancel, []) -> true;
valid_time(update, []) -> true;
valid_time(infinity, Options) -> absolute(Options) =/= bad;
valid_time(Time, Options) when is_integer(Time) ->
    case absolute(Options) of
        false -> Time >= 0;
        Absolute -> Absolute =:= true
    end;
valid_time(_, _) -> false.

absolute([]) -> false;
absolute({abs, Flag}) when is_boolean(Flag) -> Flag;
absolute([{abs, Flag} | More]) when is_boolean(Flag) ->
    case absolute(More) of
        bad -> bad;
        _ -> Flag
    end;
absolute(_) -> bad.

event_type(cast) -> true;
event_type(info) -> true;
event_type(internal) -> true;
event_type({call, {_, _}}) -> true;
event_type(Type) -> timeout_type(Type).

loop_enter(P, Debug, S, Q, {State, Data}, _, true, Events, Timeouts, Postpone, Hibernate) ->
    #p{mode = Mode, modules = [Module | _]} = P,
    loop_state_callback(P, Debug, S, Q, State, Data, {true, Events, Timeouts, Postpone, Hibernate}, Mode, Module, enter, S#s.state);
loop_enter(P, Debug, #s{state = Old} = S0, [Event | Q], {State, Data}, _, false, Events, Timeouts, Postpone, Hibernate) ->
    Noted = case Debug of
                [] -> [];
                _ when Postpone -> note(P, Debug, {postpone, Event, Old, State});
                _ -> note(P, Debug, {consume, Event, Old, State})
            end,
    S = waited(S0),
    Postponed = if Postpone -> [Event | S#s.postponed]; true -> S#s.postponed end,
    if
        State =:= Old ->
            settle(P, Noted, S#s{data = Data, postponed = Postponed}, insert(Events, Q), Timeouts, Hibernate);
        true ->
            New = cancel(state_timeout, S#s{state = State, data = Data, postponed = []}),
            settle(P, Noted, New, insert(Events, lists:reverse(Postponed, Q)), Timeouts, Hibernate)
    end.

%% Any event ends the wait that an event timeout is about.
waited(#s{timers = Timers, zero = []} = S) when not is_map_key(timeout, Timers) -> S;
waited(S) -> cancel(timeout, S).

insert([], Q) -> Q;
insert(Events, Q) -> lists:reverse(Events, Q).

settle(P, Debug, S, Q, [], Hibernate) ->
    loop(P, Debug, S, Q, Hibernate);
settle(P, Debug, S, Q, Timeouts, Hibernate) ->
    {NewDebug, New} = timers(Timeouts, [], [], P, Debug, S),
    loop(P, NewDebug, New, Q, Hibernate).

%%% Timers

%% The last timeout of a type in the list of actions, the first here, is the one that counts. Zero timeouts of one list are delivered in
%% the order of the list.
timers([{Type, How} | Rest], Seen, Zero, P, Debug, S) ->
    case lists:member(Type, Seen) of
        true ->
            timers(Rest, Seen, Zero, P, Debug, S);
        false ->
            {NewZero, NewDebug, New} = timer(Type, How, Zero, P, Debug, S),
            timers(Rest, [Type | Seen], NewZero, P, NewDebug, New)
    end;
timers([], _, Zero, _, Debug, #s{zero = Before} = S) ->
    {Debug, S#s{zero = Before ++ Zero}}.

timer(Type, {cancel, _, _}, Zero, _, Debug, S) ->
    {Zero, Debug, cancel(Type, S)};
timer(Type, {infinity, _, _}, Zero, _, Debug, S) ->
    {Zero, Debug, cancel(Type, S)};
timer(Type, {update, Content, _}, Zero, P, Debug, #s{timers = Timers, zero = Waiting} = S) ->
    case Timers of
        #{Type := {Ref, _}} ->
            {Zero, Debug, S#s{timers = Timers#{Type := {Ref, Content}}}};
        _ ->
            case lists:keymember(Type, 1, Waiting) of
                true -> {Zero, Debug, S#s{zero = lists:keyreplace(Type, 1, Waiting, {Type, Content})}};
                false -> timer(Type, {0, Content, []}, Zero, P, Debug, S)
            end
    end;
timer(Type, {Time, Content, Options}, Zero, P, Debug, S) ->
    Cleared = cancel(Type, S),
    Noted = note(P, Debug, {start_timer, {Type, Time, Content, Options}, S#s.state}),
    case absolute(Options) of
        false when Time =:= 0 ->
            {[{Type, Content} | Zero], Noted, Cleared};
        Absolute ->
            Ref = erlang:start_timer(Time, self(), Type, [{abs, Absolute}]),
            {Zero, Noted, Cleared#s{timers = (Cleared#s.timers)#{Type => {Ref, Content}}}}
    end.

%% After this no message of the timer comes any more.
cancel(Type, #s{timers = Timers, zero = Zero} = S) ->
    case Timers of
        #{Type := {Ref, _}} ->
            case erlang:cancel_timer(Ref) of
                false -> receive {timeout, Ref, _} -> ok after 0 -> ok end;
                _ -> ok
            end,
            S#s{timers = maps:remove(Type, Timers)};
        _ when Zero =:= [] ->
            S;
        _ ->
            S#s{zero = lists:keydelete(Type, 1, Zero)}
    end.

waiting(#s{timers = Timers, zero = Zero}) ->
    List = [{Type, Content} || {Type, {_, Content}} <- maps:to_list(Timers)],
    All = lists:reverse(lists:sort(List)) ++ Zero,
    {length(All), All}.

%%% The end

here() ->
    try throw(here)
    catch _:_:Stack -> tl(Stack)
    end.

terminate(Class, Reason, Stack, #p{modules = [Module | _]} = P, Debug, S, Q) ->
    case erlang:function_exported(Module, terminate, 3) of
        true ->
            try Module:terminate(Reason, S#s.state, S#s.data) of
                _ -> ok
            catch
                throw:_ -> ok;
                OwnClass:Own:OwnStack ->
                    error_info(OwnClass, Own, OwnStack, P, Debug, S, Q),
                    erlang:raise(OwnClass, Own, OwnStack)
            end;
        false ->
            ok
    end,
    case quiet(Class, Reason) of
        true -> note(P, Debug, {terminate, Reason, S#s.state});
        false -> error_info(Class, Reason, Stack, P, Debug, S, Q)
    end,
    case Stack of
        [] -> erlang:Class(Reason);
        _ -> erlang:raise(Class, Reason, Stack)
    end.

quiet(exit, normal) -> true;
quiet(exit, shutdown) -> true;
quiet(exit, {shutdown, _}) -> true;
quiet(_, _) -> false.

%%% Called by sys

-doc false.
system_continue(_, Debug, {P, S, Asleep}) -> loop(P, Debug, S, [], Asleep).

-doc false.
system_terminate(Reason, _, Debug, {P, S, _}) -> terminate(exit, Reason, here(), P, Debug, S, []).

-doc false.
system_code_change({#p{modules = [Module | _]} = P, S, Asleep}, _, OldVersion, Extra) ->
    case catch Module:code_change(OldVersion, S#s.state, S#s.data, Extra) of
        {ok, State, Data} ->
            #p{} = Known = get_callback_mode(P, Module),
            {ok, {Known, settled(S, State, Data), Asleep}};
        Other ->
            Other
    end.

-doc false.
system_get_state({_, S, _}) -> {ok, {S#s.state, S#s.data}}.

-doc false.
system_replace_state(Fun, {P, S, Asleep}) ->
    {State, Data} = New = Fun({S#s.state, S#s.data}),
    {ok, New, {P, settled(S, State, Data), Asleep}}.

-doc false.
format_status(Option, [Dictionary, SysState, Parent, Debug, {#p{name = Name, modules = Modules}, S, _}]) ->
    Log = sys:get_log(Debug),
    Status = #{state => S#s.state, data => S#s.data, postponed => S#s.postponed, timeouts => waiting(S), log => Log},
    Shown = gen:format_status(hd(Modules), Option, Status, [Dictionary, S#s.state, S#s.data]),
    Own = case Shown of
              #{'EXIT' := Text} -> [{data, [{"State", {S#s.state, Text}}]}];
              #{'$status' := List} when is_list(List) -> List;
              #{'$status' := Other} -> [Other];
              #{state := State, data := Data} -> [{data, [{"State", {State, Data}}]}]
          end,
    [{header, gen:format_status_header("Status for state machine", Name)},
     {data, [{"Status", SysState}, {"Parent", Parent}, {"Modules", Modules}, {"Time-outs", maps:get(timeouts, Shown)},
             {"Logged Events", maps:get(log, Shown)}, {"Postponed", maps:get(postponed, Shown)}]} | Own].

note(_, [], _) -> [];
note(#p{name = Name}, Debug, Event) -> sys:handle_debug(Debug, fun print_event/3, Name, Event).

print_event(Device, Event, Name) ->
    case Event of
        {enter, Module, State} -> io:format(Device, "*DBG* ~tp enter ~tp in state ~tp~n", [Name, Module, State]);
        {module, Module, State} -> io:format(Device, "*DBG* ~tp module ~tp in state ~tp~n", [Name, Module, State]);
        {in, What, State} -> io:format(Device, "*DBG* ~tp receive ~ts in state ~tp~n", [Name, event_text(What), State]);
        {out, Reply, {To, _}} -> io:format(Device, "*DBG* ~tp send ~tp to ~tw~n", [Name, Reply, To]);
        {start_timer, Timer, State} -> io:format(Device, "*DBG* ~tp start_timer ~tp in state ~tp~n", [Name, Timer, State]);
        {terminate, Reason, State} -> io:format(Device, "*DBG* ~tp terminate ~tp in state ~tp~n", [Name, Reason, State]);
        {Tag, What, State, Next} ->
            To = if State =:= Next -> ""; true -> io_lib:format(" => ~tp", [Next]) end,
            io:format(Device, "*DBG* ~tp ~tw ~ts in state ~tp~ts~n", [Name, Tag, event_text(What), State, To])
    end.

event_text({{call, {Pid, _}}, Request}) -> io_lib:format("call ~tp from ~tw", [Request, Pid]);
event_text({Type, Content}) -> io_lib:format("~tw ~tp", [Type, Content]).

%%% The report of an abnormal end

error_info(Class, Reason, Stack, #p{name = Name, modules = [Module | _] = Modules} = P, Debug, S, Q) ->
    Status = #{reason => {Class, Reason, Stack}, state => S#s.state, data => S#s.data, queue => Q, postponed => S#s.postponed,
               timeouts => waiting(S), log => sys:get_log(Debug)},
    Shown = gen:format_status(Module, terminate, Status, [get(), S#s.state, S#s.data]),
    State = case Shown of
                #{'EXIT' := Text} -> {S#s.state, Text};
                #{'$status' := Other} -> Other;
                #{state := Now, data := Data} -> {Now, Data}
            end,
    Report = maps:with([reason, queue, postponed, timeouts, log], Shown),
    logger:log(error, Report#{label => {?MODULE, terminate}, name => Name, modules => Modules, callback_mode => P#p.mode,
                              state_enter => P#p.enter, state => State, client_info => client(Q)},
               #{domain => [otp], report_cb => fun ?MODULE:format_log/2,
                 error_logger => #{tag => error, report_cb => fun ?MODULE:format_log/1}, mfa => {?MODULE, error_info, 7}}).

client([{{call, {Pid, _}}, _} | _]) when node(Pid) =/= node() -> {Pid, remote};
client([{{call, {Pid, _}}, _} | _]) ->
    case process_info(Pid, [current_stacktrace, registered_name]) of
        undefined -> {Pid, dead};
        [{current_stacktrace, Stack}, {registered_name, []}] -> {Pid, {Pid, Stack}};
        [{current_stacktrace, Stack}, {registered_name, Name}] -> {Pid, {Name, Stack}}
    end;
client(_) -> undefined.

-doc false.
format_log(Report) -> gen:legacy_text(lines(Report, #{})).

-doc false.
format_log(Report, Options) -> gen:report_text(lines(Report, Options), Options).

lines(#{name := Name, reason := {Class, Reason0, Stack0}, queue := Q, state := State, client_info := Client} = R, #{single_line := true}) ->
    {_, Reason, Stack} = cause(Class, Reason0, Stack0),
    [{"State machine ~tp terminating. Reason: ~tp.", {args, [Name, Reason]}}] ++ [{" Stack: ~tp.", Stack} || Stack =/= []] ++
        [{" Last event: ~tp.", hd(Q)} || Q =/= []] ++ [{" State: ~tp.", State}] ++
        [{" Log: ~tp.", Log} || #{log := [_ | _] = Log} <- [R]] ++ gen:report_client(Client, single);
lines(#{name := Name, reason := {Class, Reason0, Stack0}, queue := Q, postponed := Postponed, modules := Modules, state := State,
        callback_mode := Mode, state_enter := Enter, timeouts := {_, Waiting} = Timeouts, log := Log, client_info := Client}, _) ->
    {_, Reason, Stack} = cause(Class, Reason0, Stack0),
    Shown = if Enter -> [Mode, state_enter]; true -> Mode end,
    [{"** State machine ~tp terminating~n", Name}] ++ [{"** Last event = ~tp~n", hd(Q)} || Q =/= []] ++
        [{"** When server state  = ~tp~n", State}, {"** Reason for termination = ~tp:~tp~n", {args, [Class, Reason]}},
         {"** Callback modules = ~tp~n", Modules}, {"** Callback mode = ~tp~n", Shown}] ++
        [{"** Queued = ~tp~n", tl(Q)} || length(Q) > 1] ++ [{"** Postponed = ~tp~n", Postponed} || Postponed =/= []] ++
        [{"** Stacktrace =~n**  ~tp~n", Stack} || Stack =/= []] ++ [{"** Time-outs: ~tp~n", Timeouts} || Waiting =/= []] ++
        [{"** Log =~n**  ~tp~n", Log} || Log =/= []] ++ gen:report_client(Client, multi).

%% An undefined function is told by what is missing.
cause(error, undef, [{M, F, A, _} | Rest] = Stack) ->
    case gen:report_reason({undef, Stack}) of
        {'module could not be loaded', _} -> {error, {'module could not be loaded', M}, Rest};
        {'function not exported', _} -> {error, {'function not exported', {M, F, if is_list(A) -> length(A); true -> A end}}, Rest};
        _ -> {error, undef, Stack}
    end;
cause(Class, Reason, Stack) ->
    {Class, Reason, Stack}.
