%% Event managers: one process that hands each event to all its handlers, newest first. A handler is a callback module with a
%% state of its own, named by Module or {Module, Id}.
%%
%% Events come as {notify, Event}, requests as {Caller, {Pid, Tag}, Request}.
-module(gen_event).

-export([start/0, start/1, start/2, start_link/0, start_link/1, start_link/2, start_monitor/0, start_monitor/1, start_monitor/2,
         stop/1, stop/3, notify/2, sync_notify/2, add_handler/3, add_sup_handler/3, delete_handler/3, swap_handler/3,
         swap_sup_handler/3, which_handlers/1, call/3, call/4, send_request/3, send_request/5, wait_response/2, wait_response/3,
         receive_response/2, receive_response/3, check_response/2, check_response/3,
         reqids_new/0, reqids_size/1, reqids_add/3, reqids_to_list/1]).
-export([init_it/6, wake_hib/5, system_continue/3, system_terminate/4, system_code_change/4, system_get_state/1,
         system_replace_state/2, format_status/2, format_log/1, format_log/2]).

-callback init(Args :: term()) -> {ok, term()} | {ok, term(), hibernate} | {error, term()}.
-callback handle_event(Event :: term(), State :: term()) -> term().
-callback handle_call(Request :: term(), State :: term()) -> term().
-callback handle_info(Message :: term(), State :: term()) -> term().
-callback terminate(Args :: term(), State :: term()) -> term().
-callback code_change(OldVersion :: term(), State :: term(), Extra :: term()) -> {ok, term()}.
-callback format_status(Option :: normal | terminate, [term()]) -> term().
-callback format_status(Status :: map()) -> map().
-optional_callbacks([handle_info/2, terminate/2, code_change/3, format_status/1, format_status/2]).

-record(handler, {module, id = false, state, supervised = false}).

%%% Starting and stopping

-doc "Starts a manager without handlers, linked to nobody.".
-spec start() -> {ok, pid()} | {error, term()}.
start() -> gen:start(?MODULE, nolink, no_callback, [], []).

-doc "As start/0, under a name or with options.".
-spec start(term()) -> {ok, pid()} | {error, term()}.
start(Name) when is_tuple(Name) -> gen:start(?MODULE, nolink, Name, no_callback, [], []);
start(Options) when is_list(Options) -> gen:start(?MODULE, nolink, no_callback, [], Options).

-doc "As start/0, under a name and with options.".
-spec start(term(), [term()]) -> {ok, pid()} | {error, term()}.
start(Name, Options) -> gen:start(?MODULE, nolink, Name, no_callback, [], Options).

-doc "Starts a manager without handlers, linked to the caller.".
-spec start_link() -> {ok, pid()} | {error, term()}.
start_link() -> gen:start(?MODULE, link, no_callback, [], []).

-doc "As start_link/0, under a name or with options.".
-spec start_link(term()) -> {ok, pid()} | {error, term()}.
start_link(Name) when is_tuple(Name) -> gen:start(?MODULE, link, Name, no_callback, [], []);
start_link(Options) when is_list(Options) -> gen:start(?MODULE, link, no_callback, [], Options).

-doc "As start_link/0, under a name and with options.".
-spec start_link(term(), [term()]) -> {ok, pid()} | {error, term()}.
start_link(Name, Options) -> gen:start(?MODULE, link, Name, no_callback, [], Options).

-doc "Starts a manager without handlers, monitored by the caller: {ok, {Pid, Monitor}}.".
-spec start_monitor() -> {ok, {pid(), reference()}} | {error, term()}.
start_monitor() -> monitored(gen:start(?MODULE, monitor, no_callback, [], [])).

-doc "As start_monitor/0, under a name or with options.".
-spec start_monitor(term()) -> {ok, {pid(), reference()}} | {error, term()}.
start_monitor(Name) when is_tuple(Name) -> monitored(gen:start(?MODULE, monitor, Name, no_callback, [], []));
start_monitor(Options) when is_list(Options) -> monitored(gen:start(?MODULE, monitor, no_callback, [], Options)).

-doc "As start_monitor/0, under a name and with options.".
-spec start_monitor(term(), [term()]) -> {ok, {pid(), reference()}} | {error, term()}.
start_monitor(Name, Options) -> monitored(gen:start(?MODULE, monitor, Name, no_callback, [], Options)).

monitored({{ok, Pid}, Ref}) -> {ok, {Pid, Ref}};
monitored({Failed, Ref}) ->
    erlang:demonitor(Ref, [flush]),
    Failed.

-doc "Stops a manager with reason normal; its handlers' terminate gets stop.".
-spec stop(term()) -> ok.
stop(Manager) -> gen:stop(Manager).

-doc "As stop/1, with a reason and a time to wait.".
-spec stop(term(), term(), timeout()) -> ok.
stop(Manager, Reason, Timeout) -> gen:stop(Manager, Reason, Timeout).

%%% Requests

-doc "Hands an event to all handlers; does not wait.".
-spec notify(term(), term()) -> ok.
notify({global, Name}, Event) ->
    _ = (catch global:send(Name, {notify, Event})),
    ok;
notify({via, Module, Name}, Event) ->
    _ = (catch Module:send(Name, {notify, Event})),
    ok;
notify(Manager, Event) ->
    send(Manager, {notify, Event}).

send(Manager, Msg) ->
    Manager ! Msg,
    ok.

-doc "Hands an event to all handlers, and returns when they are done with it.".
-spec sync_notify(term(), term()) -> ok.
sync_notify(Manager, Event) -> ask(Manager, {sync_notify, Event}).

-doc "Adds a handler, which is Module or {Module, Id}; its state comes from Module:init(Args).".
-spec add_handler(term(), term(), term()) -> ok | term().
add_handler(Manager, Handler, Args) -> ask(Manager, {add_handler, Handler, Args}).

-doc "As add_handler/3; handler and caller watch each other: {gen_event_EXIT, Handler, Reason} is sent when the handler is gone.".
-spec add_sup_handler(term(), term(), term()) -> ok | term().
add_sup_handler(Manager, Handler, Args) -> ask(Manager, {add_sup_handler, Handler, Args, self()}).

-doc "Removes a handler and returns what its terminate(Args, State) returns.".
-spec delete_handler(term(), term(), term()) -> term().
delete_handler(Manager, Handler, Args) -> ask(Manager, {delete_handler, Handler, Args}).

-doc "Replaces a handler: the new one's init gets {Args2, Result of the old one's terminate(Args1, State)}.".
-spec swap_handler(term(), {term(), term()}, {term(), term()}) -> ok | {error, term()}.
swap_handler(Manager, {Old, Args1}, {New, Args2}) -> ask(Manager, {swap_handler, Old, Args1, New, Args2}).

-doc "As swap_handler/3; the new handler is watched as by add_sup_handler/3.".
-spec swap_sup_handler(term(), {term(), term()}, {term(), term()}) -> ok | {error, term()}.
swap_sup_handler(Manager, {Old, Args1}, {New, Args2}) -> ask(Manager, {swap_sup_handler, Old, Args1, New, Args2, self()}).

-doc "The handlers of a manager.".
-spec which_handlers(term()) -> [term()].
which_handlers(Manager) -> ask(Manager, which_handlers).

ask(Manager, Request) ->
    {ok, Reply} = gen:call(Manager, self(), Request, infinity),
    Reply.

-doc "Sends a request to one handler and waits at most five seconds for its reply.".
-spec call(term(), term(), term()) -> term().
call(Manager, Handler, Query) -> call1(Manager, Handler, Query).

call1(Manager, Handler, Query) ->
    try gen:call(Manager, self(), {call, Handler, Query}) of
        {ok, Reply} -> Reply
    catch
        exit:Reason -> exit({Reason, {?MODULE, call, [Manager, Handler, Query]}})
    end.

-doc "Sends a request to one handler and waits at most Timeout milliseconds for its reply.".
-spec call(term(), term(), term(), timeout()) -> term().
call(Manager, Handler, Query, Timeout) ->
    try gen:call(Manager, self(), {call, Handler, Query}, Timeout) of
        {ok, Reply} -> Reply
    catch
        exit:Reason -> exit({Reason, {?MODULE, call, [Manager, Handler, Query, Timeout]}})
    end.

-doc "Sends a request to one handler; the answer is fetched later with the identifier that this returns.".
-spec send_request(term(), term(), term()) -> term().
send_request(Manager, Handler, Query) -> gen:send_request(Manager, self(), {call, Handler, Query}).

-doc "As send_request/3; the identifier is added to Collection under Label.".
-spec send_request(term(), term(), term(), term(), term()) -> term().
send_request(Manager, Handler, Query, Label, Collection) ->
    gen:send_request(Manager, self(), {call, Handler, Query}, Label, Collection).

-doc "Waits for the answer to a request.".
-spec wait_response(term(), timeout() | {abs, integer()}) -> term().
wait_response(Id, Timeout) -> opened(gen:wait_response(Id, Timeout)).

-doc "Waits for the next answer of a collection.".
-spec wait_response(term(), timeout() | {abs, integer()}, boolean()) -> term().
wait_response(Collection, Timeout, Delete) -> opened(gen:wait_response(Collection, Timeout, Delete)).

-doc "As wait_response/2, but after a timeout the request is given up.".
-spec receive_response(term(), timeout() | {abs, integer()}) -> term().
receive_response(Id, Timeout) -> opened(gen:receive_response(Id, Timeout)).

-doc "As wait_response/3, but after a timeout all requests are given up.".
-spec receive_response(term(), timeout() | {abs, integer()}, boolean()) -> term().
receive_response(Collection, Timeout, Delete) -> opened(gen:receive_response(Collection, Timeout, Delete)).

-doc "Tells whether a message is the answer to a request.".
-spec check_response(term(), term()) -> term().
check_response(Message, Id) -> opened(gen:check_response(Message, Id)).

-doc "Tells whether a message is an answer to a request of a collection.".
-spec check_response(term(), term(), boolean()) -> term().
check_response(Message, Collection, Delete) -> opened(gen:check_response(Message, Collection, Delete)).

%% The reply of a manager without such a handler counts as an error.
opened({reply, {error, _} = Error}) -> Error;
opened({{reply, {error, _} = Error}, Label, Collection}) -> {Error, Label, Collection};
opened(Answer) -> Answer.

-doc """
A new collection of requests.

    1> gen_event:reqids_size(gen_event:reqids_new()).
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

%%% The manager

-doc false.
init_it(Starter, Parent, ServerName, _, _, Options) ->
    process_flag(trap_exit, true),
    Name = gen:name(ServerName),
    Debug = gen:debug_options(Name, Options),
    proc_lib:init_ack(Starter, {ok, self()}),
    loop(Parent, Name, [], gen:hibernate_after(Options), Debug, false).

loop(Parent, Name, Handlers, Hibernate, Debug, true) ->
    proc_lib:hibernate(?MODULE, wake_hib, [Parent, Name, Handlers, Hibernate, Debug]);
loop(Parent, Name, Handlers, Hibernate, Debug, false) ->
    fetch_msg(Parent, Name, Handlers, Hibernate, Debug, false).

fetch_msg(Parent, Name, Handlers, Hibernate, Debug, false) ->
    receive
        Msg -> decode(Msg, Parent, Name, Handlers, Hibernate, Debug, false)
    after Hibernate ->
        loop(Parent, Name, Handlers, Hibernate, Debug, true)
    end.

-doc false.
wake_hib(Parent, Name, Handlers, Hibernate, Debug) ->
    receive Msg -> decode(Msg, Parent, Name, Handlers, Hibernate, Debug, true) end.

decode({system, From, Request}, Parent, Name, Handlers, Hibernate, Debug, Asleep) ->
    sys:handle_system_msg(Request, From, Parent, ?MODULE, Debug, [Name, Handlers, Hibernate, Asleep], Asleep);
decode({'EXIT', Parent, Reason}, Parent, Name, Handlers, _, _, _) ->
    terminate_server(Reason, Parent, Handlers, Name);
decode(Msg, Parent, Name, Handlers, Hibernate, [], _) ->
    handle_msg(Msg, Parent, Name, Handlers, Hibernate, []);
decode(Msg, Parent, Name, Handlers, Hibernate, Debug, _) ->
    handle_msg(Msg, Parent, Name, Handlers, Hibernate, sys:handle_debug(Debug, fun print_event/3, Name, {in, Msg})).

handle_msg({notify, Event}, Parent, Name, Handlers, Hibernate, Debug) ->
    {Asleep, New} = server_notify(Event, handle_event, Handlers, Name),
    loop(Parent, Name, New, Hibernate, Debug, Asleep);
handle_msg({_, From, stop}, Parent, Name, Handlers, _, _) ->
    catch terminate_server(normal, Parent, Handlers, Name),
    gen:reply(From, ok);
handle_msg({_, {_, _} = From, {sync_notify, Event}}, Parent, Name, Handlers, Hibernate, Debug) ->
    {Asleep, New} = server_notify(Event, handle_event, Handlers, Name),
    answer(From, {Asleep, ok, New}, Parent, Name, Hibernate, Debug);
handle_msg({_, {_, _} = From, {add_handler, Handler, Args}}, Parent, Name, Handlers, Hibernate, Debug) ->
    Done = server_add_handler(named(Handler), Args, Handlers, false),
    answer(From, Done, Parent, Name, Hibernate, Debug);
handle_msg({_, {_, _} = From, {add_sup_handler, Handler, Args, Sup}}, Parent, Name, Handlers, Hibernate, Debug) ->
    Done = watch(Sup, server_add_handler(named(Handler), Args, Handlers, Sup)),
    answer(From, Done, Parent, Name, Hibernate, Debug);
handle_msg({_, {_, _} = From, {call, Handler, Query}}, Parent, Name, Handlers, Hibernate, Debug) ->
    Done = server_call(Handler, Query, Handlers, Name),
    answer(From, Done, Parent, Name, Hibernate, Debug);
handle_msg({_, {_, _} = From, {delete_handler, Handler, Args}}, Parent, Name, Handlers, Hibernate, Debug) ->
    {Reply, New} = server_delete_handler(Handler, Args, Handlers, Name),
    answer(From, {false, Reply, New}, Parent, Name, Hibernate, Debug);
handle_msg({_, {_, _} = From, {swap_handler, Old, Args1, New, Args2}}, Parent, Name, Handlers, Hibernate, Debug) ->
    Done = server_swap_handler(Old, Args1, New, Args2, Handlers, Name),
    answer(From, Done, Parent, Name, Hibernate, Debug);
handle_msg({_, {_, _} = From, {swap_sup_handler, Old, Args1, New, Args2, Sup}}, Parent, Name, Handlers, Hibernate, Debug) ->
    Done = server_swap_handler(Old, Args1, New, Args2, Sup, Handlers, Name),
    answer(From, Done, Parent, Name, Hibernate, Debug);
handle_msg({_, {_, _} = From, which_handlers}, Parent, Name, Handlers, Hibernate, Debug) ->
    answer(From, {false, [name_of(H) || H <- Handlers], Handlers}, Parent, Name, Hibernate, Debug);
handle_msg({_, {_, _} = From, get_modules}, Parent, Name, Handlers, Hibernate, Debug) ->
    answer(From, {false, lists:usort([M || #handler{module = M} <- Handlers]), Handlers}, Parent, Name, Hibernate, Debug);
handle_msg(Msg, Parent, Name, Handlers, Hibernate, Debug) ->
    Left = case Msg of
               {'EXIT', From, Reason} -> terminate_supervised(From, Reason, Handlers, Name);
               _ -> Handlers
           end,
    {Asleep, New} = server_notify(Msg, handle_info, Left, Name),
    loop(Parent, Name, New, Hibernate, Debug, Asleep).

answer(From, {Asleep, Reply, Handlers}, Parent, Name, Hibernate, Debug) ->
    gen:reply(From, Reply),
    loop(Parent, Name, Handlers, Hibernate, Debug, Asleep).

named({Module, Id}) -> #handler{module = Module, id = Id};
named(Module) -> #handler{module = Module}.

name_of(#handler{module = Module, id = false}) -> Module;
name_of(#handler{module = Module, id = Id}) -> {Module, Id}.

server_add_handler(#handler{module = Module} = Handler, Args, Handlers, Parent) ->
    case catch Module:init(Args) of
        {ok, State} -> {false, ok, [Handler#handler{state = State, supervised = Parent} | Handlers]};
        {ok, State, hibernate} -> {true, ok, [Handler#handler{state = State, supervised = Parent} | Handlers]};
        Other -> {false, Other, Handlers}
    end.

watch(Parent, {_, ok, _} = Added) ->
    link(Parent),
    Added;
watch(_, NotAdded) ->
    NotAdded.

%% Takes a handler out of the list.
split(Handler, Handlers) ->
    case lists:splitwith(fun(H) -> name_of(H) =/= Handler end, Handlers) of
        {Before, [Found | After]} -> {Before, Found, After};
        {_, []} -> false
    end.

server_delete_handler(Handler, Args, Handlers, Name) ->
    case split(Handler, Handlers) of
        {Before, #handler{module = Module, state = State} = Found, After} ->
            {do_terminate(Module, Found, Args, State, delete, Name, normal), Before ++ After};
        false ->
            {{error, module_not_found}, Handlers}
    end.

%% The new handler is watched by whoever watched the old one.
server_swap_handler(Old, Args1, New, Args2, Handlers, Name) ->
    Sup = case split(Old, Handlers) of
              {_, #handler{supervised = Watching}, _} -> Watching;
              false -> false
          end,
    {Result, Left} = taken(Old, Args1, New, Sup, Handlers, Name),
    {Asleep, Reply, Now} = server_add_handler(named(New), {Args2, Result}, Left, Sup),
    {Asleep, swapped(Reply), Now}.

server_swap_handler(Old, Args1, New, Args2, Sup, Handlers, Name) ->
    {Result, Left} = taken(Old, Args1, New, Sup, Handlers, Name),
    {Asleep, Reply, Now} = watch(Sup, server_add_handler(named(New), {Args2, Result}, Left, Sup)),
    {Asleep, swapped(Reply), Now}.

taken(Old, Args1, New, Sup, Handlers, Name) ->
    case split(Old, Handlers) of
        {Before, #handler{module = Module, state = State} = Found, After} ->
            {do_terminate(Module, Found, Args1, State, swapped, Name, {swapped, New, Sup}), Before ++ After};
        false ->
            {error, Handlers}
    end.

swapped(ok) -> ok;
swapped({error, _} = Error) -> Error;
swapped(Other) -> {error, Other}.

server_notify(Event, Function, [Handler | Handlers], Name) ->
    {Asleep1, Kept} = server_update(Handler, Function, Event, Name),
    {Asleep2, Rest} = server_notify(Event, Function, Handlers, Name),
    {Asleep1 orelse Asleep2, Kept ++ Rest};
server_notify(_, _, [], _) ->
    {false, []}.

%% Calls a handler; what is left of it is a list of one handler or none.
server_update(#handler{module = Module, state = State} = Handler, Function, Event, Name) ->
    case catch Module:Function(Event, State) of
        {ok, New} ->
            {false, [Handler#handler{state = New}]};
        {ok, New, hibernate} ->
            {true, [Handler#handler{state = New}]};
        {swap_handler, Args1, New, Next, Args2} ->
            do_swap(Module, Handler, Args1, New, Next, Args2, Name);
        remove_handler ->
            do_terminate(Module, Handler, remove_handler, State, remove, Name, normal),
            {false, []};
        {'EXIT', {undef, [{Module, handle_info, [_, _], _} | _]}} when Function =:= handle_info ->
            unhandled(Module, Event),
            {false, [Handler]};
        Other ->
            do_terminate(Module, Handler, {error, Other}, State, Event, Name, crash),
            {false, []}
    end.

%% A handler gives way to another one. When that does not want to be installed, its report speaks (sic) of a manager that is called
%% false and whose last event was the real one's name, as OTP's does.
do_swap(Module, #handler{supervised = Sup} = Handler, Args1, State, Next, Args2, Name) ->
    Result = do_terminate(Module, Handler, Args1, State, swapped, Name, {swapped, Next, Sup}),
    #handler{module = NextModule} = Installed = named(Next),
    case catch NextModule:init({Args2, Result}) of
        {ok, New} ->
            {false, [Installed#handler{state = New, supervised = Sup}]};
        {ok, New, hibernate} ->
            {true, [Installed#handler{state = New, supervised = Sup}]};
        Other ->
            told(Installed#handler{supervised = Sup}, {error, crash}, {error, Other}, Name, false, crash),
            {false, []}
    end.

server_call(Name, Query, Handlers, Server) ->
    case split(Name, Handlers) of
        {Before, Found, After} ->
            {Asleep, Reply, Kept} = server_call_update(Found, Query, Server),
            {Asleep, Reply, Before ++ Kept ++ After};
        false ->
            {false, {error, bad_module}, Handlers}
    end.

server_call_update(#handler{module = Module, state = State} = Handler, Query, Name) ->
    case catch Module:handle_call(Query, State) of
        {ok, Reply, New} ->
            {false, Reply, [Handler#handler{state = New}]};
        {ok, Reply, New, hibernate} ->
            {true, Reply, [Handler#handler{state = New}]};
        {swap_handler, Reply, Args1, New, Next, Args2} ->
            {Asleep, Kept} = do_swap(Module, Handler, Args1, New, Next, Args2, Name),
            {Asleep, Reply, Kept};
        {remove_handler, Reply} ->
            do_terminate(Module, Handler, remove_handler, State, remove, Name, normal),
            {false, Reply, []};
        Other ->
            do_terminate(Module, Handler, {error, Other}, State, Query, Name, crash),
            {false, {error, Other}, []}
    end.

%%% The end of handlers and manager

%% Lets a handler terminate, tells about it, and returns what it returned.
do_terminate(Module, Handler, Args, State, Last, Name, How) ->
    Result = case erlang:function_exported(Module, terminate, 2) of
                 true -> catch Module:terminate(Args, State);
                 false -> ok
             end,
    told(Handler, Args, State, Last, Name, How),
    Result.

told(Handler, {error, Reason}, State, Last, Name, _) ->
    report_error(Handler, Reason, State, Last, Name),
    tell(Handler, Reason);
told(Handler, _, _, _, _, Reason) ->
    tell(Handler, Reason).

tell(#handler{supervised = false}, _) ->
    ok;
tell(#handler{supervised = Parent} = Handler, Reason) ->
    Parent ! {gen_event_EXIT, name_of(Handler), Reason},
    ok.

%% The handlers that a process that ended had added under its watch.
terminate_supervised(Pid, Reason, Handlers, Name) ->
    {Gone, Left} = lists:partition(fun(#handler{supervised = Parent}) -> Parent =:= Pid end, Handlers),
    Last = {parent_terminated, {Pid, Reason}},
    lists:foreach(fun(#handler{module = Module, state = State} = Handler) ->
                      do_terminate(Module, Handler, {stop, Reason}, State, Last, Name, shutdown)
                  end, Gone),
    Left.

terminate_server(Reason, Parent, Handlers, Name) ->
    lists:foreach(fun(#handler{module = Module, state = State} = Handler) ->
                      do_terminate(Module, Handler, stop, State, stop, Name, shutdown)
                  end, Handlers),
    lists:foreach(fun(#handler{supervised = Sup}) when is_pid(Sup), Sup =/= Parent -> unlink(Sup); (_) -> ok end, Handlers),
    exit(Reason).

%%% Called by sys

-doc false.
system_continue(Parent, Debug, [Name, Handlers, Hibernate, Asleep]) ->
    loop(Parent, Name, Handlers, Hibernate, Debug, Asleep).

-doc false.
system_terminate(Reason, Parent, _, [Name, Handlers | _]) ->
    terminate_server(Reason, Parent, Handlers, Name).

-doc false.
system_code_change([Name, Handlers, Hibernate, Asleep], Module, OldVersion, Extra) ->
    New = lists:map(fun(#handler{module = M, state = State} = Handler) when M =:= Module ->
                            {ok, Changed} = Module:code_change(OldVersion, State, Extra),
                            Handler#handler{state = Changed};
                       (Handler) -> Handler
                    end, Handlers),
    {ok, [Name, New, Hibernate, Asleep]}.

-doc false.
system_get_state([_, Handlers | _]) ->
    {ok, [{Module, Id, State} || #handler{module = Module, id = Id, state = State} <- Handlers]}.

-doc false.
system_replace_state(Fun, [Name, Handlers | Rest]) ->
    Pairs = [replaced(Fun, Handler) || Handler <- Handlers],
    {States, New} = lists:unzip(Pairs),
    {ok, States, [Name, New | Rest]}.

%% A fun that fails, or changes who the handler is, changes nothing.
replaced(Fun, #handler{module = Module, id = Id, state = State} = Handler) ->
    try Fun({Module, Id, State}) of
        {Module, Id, New} = Replaced -> {Replaced, Handler#handler{state = New}};
        _ -> {{Module, Id, State}, Handler}
    catch
        _:_ -> {{Module, Id, State}, Handler}
    end.

-doc false.
format_status(Option, [Dictionary, SysState, Parent, Debug, [Name, Handlers | _]]) ->
    Header = gen:format_status_header("Status for event handler", Name),
    Shown = [shown(Option, Handler, Dictionary, Debug) || Handler <- Handlers],
    [{header, Header}, {data, [{"Status", SysState}, {"Logged Events", sys:get_log(Debug)}, {"Parent", Parent}]},
     {items, {"Installed handlers", Shown}}].

shown(Option, #handler{module = Module, state = State} = Handler, Dictionary, Debug) ->
    case gen:format_status(Module, Option, #{state => State, log => sys:get_log(Debug)}, [Dictionary, State]) of
        #{'EXIT' := Text} -> Handler#handler{state = Text};
        #{'$status' := Other} -> Handler#handler{state = Other};
        #{state := Other} -> Handler#handler{state = Other}
    end.

print_event(Device, {in, {notify, Event}}, Name) ->
    io:format(Device, "*DBG* ~tp got event ~tp~n", [Name, Event]);
print_event(Device, {in, {_, _, {call, Handler, Query}}}, Name) ->
    io:format(Device, "*DBG* ~tp(~tp) got call ~tp~n", [Name, Handler, Query]);
print_event(Device, {in, Msg}, Name) ->
    io:format(Device, "*DBG* ~tp got ~tp~n", [Name, Msg]);
print_event(Device, Event, Name) ->
    io:format(Device, "*DBG* ~tp : ~tp~n", [Name, Event]).

%%% Reports

report_error(#handler{module = Module} = Handler, Reason, State, Last, Name) ->
    Shown = gen:format_status(Module, terminate, #{reason => Reason, state => State, message => Last, log => []}, [get(), State]),
    Status = case Shown of
                 #{'EXIT' := Text} -> Text;
                 #{'$status' := Other} -> Other;
                 #{state := Other} -> Other
             end,
    logger:log(error, #{label => {?MODULE, terminate}, handler => name_of(Handler), name => Name,
                        last_message => maps:get(message, Shown), state => Status, reason => maps:get(reason, Shown)},
               #{domain => [otp], report_cb => fun ?MODULE:format_log/2,
                 error_logger => #{tag => error, report_cb => fun ?MODULE:format_log/1}, mfa => {?MODULE, report_error, 5}}).

unhandled(Module, Msg) ->
    logger:log(warning, #{label => {?MODULE, no_handle_info}, module => Module, message => Msg},
               #{domain => [otp], report_cb => fun ?MODULE:format_log/2,
                 error_logger => #{tag => warning_msg, report_cb => fun ?MODULE:format_log/1},
                 mfa => {?MODULE, server_update, 4}}).

-doc false.
format_log(Report) -> gen:legacy_text(lines(Report, #{})).

-doc false.
format_log(Report, Options) -> gen:report_text(lines(Report, Options), Options).

lines(#{label := {?MODULE, no_handle_info}, module := Module, message := Msg}, #{single_line := true}) ->
    [{"Undefined handle_info in ~p.", Module}, {" Unhandled message: ~tp.", Msg}];
lines(#{label := {?MODULE, no_handle_info}, module := Module, message := Msg}, _) ->
    [{"** Undefined handle_info in ~p\n", Module}, {"** Unhandled message: ~tp\n", Msg}];
lines(#{handler := Handler, name := Name, last_message := Last, state := State, reason := Reason}, #{single_line := true}) ->
    [{"Generic event handler ~tp crashed.", Handler}, {" Installed: ~tp.", Name}, {" Last event: ~tp.", Last},
     {" State: ~tp.", State}, {" Reason: ~tp.", crash_reason(Reason)}];
lines(#{handler := Handler, name := Name, last_message := Last, state := State, reason := Reason}, _) ->
    [{"** gen_event handler ~tp crashed.\n", Handler}, {"** Was installed in ~tp\n", Name}, {"** Last event was: ~tp\n", Last},
     {"** When handler state == ~tp\n", State}, {"** Reason == ~tp\n", crash_reason(Reason)}].

crash_reason({'EXIT', Reason}) -> gen:report_reason(Reason);
crash_reason(Reason) -> Reason.
