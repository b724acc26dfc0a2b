%% Servers: a process that owns a state and handles one request after the other, in callbacks of the user's module.
-module(gen_server).

-export([start/3, start/4, start_link/3, start_link/4, start_monitor/3, start_monitor/4, stop/1, stop/3,
         call/2, call/3, cast/2, reply/2, abcast/2, abcast/3, multi_call/2, multi_call/3, multi_call/4,
         send_request/2, send_request/4, wait_response/2, wait_response/3, receive_response/2, receive_response/3,
         check_response/2, check_response/3, reqids_new/0, reqids_size/1, reqids_add/3, reqids_to_list/1,
         enter_loop/3, enter_loop/4, enter_loop/5]).
%% What gen, sys and logger call.
-export([init_it/6, wake_hib/6, system_continue/3, system_terminate/4, system_code_change/4,
         system_get_state/1, system_replace_state/2, format_status/2, format_log/1, format_log/2]).

-callback init(Args :: term()) ->
    {ok, State :: term()} | {ok, State :: term(), timeout() | hibernate | {continue, term()}} | {stop, term()} | ignore.
-callback handle_call(Request :: term(), From :: {pid(), term()}, State :: term()) -> term().
-callback handle_cast(Request :: term(), State :: term()) -> term().
-callback handle_info(Message :: term(), State :: term()) -> term().
-callback handle_continue(Continuation :: term(), State :: term()) -> term().
-callback terminate(Reason :: term(), State :: term()) -> term().
-callback code_change(OldVersion :: term(), State :: term(), Extra :: term()) -> {ok, term()} | {error, term()}.
-callback format_status(Option :: normal | terminate, [term()]) -> term().
-callback format_status(Status :: map()) -> map().
-optional_callbacks([handle_info/2, handle_continue/2, terminate/2, code_change/3, format_status/1, format_status/2]).

%%% Starting and stopping

-doc "Starts a server without a name, linked to nobody. Its init(Args) has run when this returns.".
-spec start(module(), term(), [term()]) -> {ok, pid()} | ignore | {error, term()}.
start(Module, Args, Options) -> gen:start(?MODULE, nolink, Module, Args, Options).

-doc "Starts a server under Name: {local, Atom}, {global, Term} or {via, Module, Term}.".
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

-doc "Stops a server with reason normal, and waits for its end.".
-spec stop(term()) -> ok.
stop(Server) -> gen:stop(Server).

-doc "Stops a server with Reason, and waits for its end.".
-spec stop(term(), term(), timeout()) -> ok.
stop(Server, Reason, Timeout) -> gen:stop(Server, Reason, Timeout).

%%% Requests

-doc "Sends a request to a server and waits at most five seconds for its reply.".
-spec call(term(), term()) -> term().
call(Server, Request) ->
    try gen:call(Server, '$gen_call', Request) of
        {ok, Reply} -> Reply
    catch
        error:Reason:Stack -> exit({{Reason, Stack}, {?MODULE, call, [Server, Request]}});
        _:Reason -> exit({Reason, {?MODULE, call, [Server, Request]}})
    end.

-doc "Sends a request to a server and waits at most Timeout milliseconds for its reply.".
-spec call(term(), term(), timeout()) -> term().
call(Server, Request, Timeout) ->
    try gen:call(Server, '$gen_call', Request, Timeout) of
        {ok, Reply} -> Reply
    catch
        error:Reason:Stack -> exit({{Reason, Stack}, {?MODULE, call, [Server, Request, Timeout]}});
        _:Reason -> exit({Reason, {?MODULE, call, [Server, Request, Timeout]}})
    end.

-doc "Sends a message to a server, which handle_cast/2 gets. Nothing tells whether the server is there.".
-spec cast(term(), term()) -> ok.
cast(Server, Request) when is_pid(Server) ->
    try Server ! {'$gen_cast', Request} of _ -> ok catch _:_ -> ok end;
cast({global, Name}, Request) ->
    try global:send(Name, {'$gen_cast', Request}) of _ -> ok catch _:_ -> ok end;
cast({via, Module, Name}, Request) ->
    try Module:send(Name, {'$gen_cast', Request}) of _ -> ok catch _:_ -> ok end;
cast({Name, Node} = Server, Request) when is_atom(Name), is_atom(Node) ->
    post(Server, Request);
cast(Server, Request) when is_atom(Server) ->
    post(Server, Request).

post(Server, Request) ->
    try Server ! {'$gen_cast', Request} of _ -> ok catch _:_ -> ok end.

-doc "Answers a call whose From was kept.".
-spec reply({pid(), term()}, term()) -> ok.
reply(From, Reply) -> gen:reply(From, Reply).

-doc "Casts to the servers named Name on this node and all connected ones.".
-spec abcast(atom(), term()) -> abcast.
abcast(Name, Request) when is_atom(Name) -> abcast([node() | nodes()], Name, Request).

-doc "Casts to the servers named Name on Nodes.".
-spec abcast([node()], atom(), term()) -> abcast.
abcast(Nodes, Name, Request) when is_list(Nodes), is_atom(Name) ->
    _ = [post({Name, Node}, Request) || Node <- Nodes, is_atom(Node)],
    abcast.

-doc "Calls the servers named Name on this node and all connected ones: {[{Node, Reply}], NodesWithoutReply}.".
-spec multi_call(atom(), term()) -> {[{node(), term()}], [node()]}.
multi_call(Name, Request) when is_atom(Name) -> multi_call([node() | nodes()], Name, Request, infinity).

-doc "Calls the servers named Name on Nodes.".
-spec multi_call([node()], atom(), term()) -> {[{node(), term()}], [node()]}.
multi_call(Nodes, Name, Request) when is_list(Nodes), is_atom(Name) -> multi_call(Nodes, Name, Request, infinity).

-doc "Calls the servers named Name on Nodes; those that did not answer within Timeout milliseconds count as bad.".
-spec multi_call([node()], atom(), term(), timeout()) -> {[{node(), term()}], [node()]}.
multi_call(Nodes, Name, Request, Timeout)
  when is_list(Nodes), is_atom(Name), Timeout =:= infinity orelse is_integer(Timeout) andalso Timeout >= 0 ->
    Deadline = if Timeout =:= infinity -> infinity;
                  true -> {abs, erlang:monotonic_time(millisecond) + Timeout}
               end,
    Asked = [{Node, gen:send_request({Name, Node}, '$gen_call', Request)} || Node <- Nodes],
    Answers = [{Node, gen:receive_response(Ref, Deadline)} || {Node, Ref} <- Asked],
    {[{Node, Reply} || {Node, {reply, Reply}} <- Answers],
     [Node || {Node, Answer} <- Answers, not is_reply(Answer)]}.

is_reply({reply, _}) -> true;
is_reply(_) -> false.

-doc "Sends a request to a server; the answer is fetched later with the identifier that this returns.".
-spec send_request(term(), term()) -> term().
send_request(Server, Request) ->
    try gen:send_request(Server, '$gen_call', Request)
    catch error:Reason -> error(Reason, [Server, Request])
    end.

-doc "As send_request/2; the identifier is added to Collection under Label.".
-spec send_request(term(), term(), term(), term()) -> term().
send_request(Server, Request, Label, Collection) ->
    try gen:send_request(Server, '$gen_call', Request, Label, Collection)
    catch error:Reason -> error(Reason, [Server, Request, Label, Collection])
    end.

-doc "Waits for the answer to a request: {reply, Reply}, {error, {Reason, Server}}, or timeout, and then one may wait again.".
-spec wait_response(term(), timeout() | {abs, integer()}) -> term().
wait_response(Id, Timeout) ->
    try gen:wait_response(Id, Timeout)
    catch error:_ -> error(badarg, [Id, Timeout])
    end.

-doc "Waits for the next answer of a collection: {Answer, Label, NewCollection}, no_request or timeout.".
-spec wait_response(term(), timeout() | {abs, integer()}, boolean()) -> term().
wait_response(Collection, Timeout, Delete) ->
    try gen:wait_response(Collection, Timeout, Delete)
    catch error:Reason -> error(Reason, [Collection, Timeout, Delete])
    end.

-doc "As wait_response/2, but after a timeout the request is given up.".
-spec receive_response(term(), timeout() | {abs, integer()}) -> term().
receive_response(Id, Timeout) ->
    try gen:receive_response(Id, Timeout)
    catch error:_ -> error(badarg, [Id, Timeout])
    end.

-doc "As wait_response/3, but after a timeout all requests of the collection are given up.".
-spec receive_response(term(), timeout() | {abs, integer()}, boolean()) -> term().
receive_response(Collection, Timeout, Delete) ->
    try gen:receive_response(Collection, Timeout, Delete)
    catch error:Reason -> error(Reason, [Collection, Timeout, Delete])
    end.

-doc "Tells whether a message that the caller received is the answer to a request; no_reply if not.".
-spec check_response(term(), term()) -> term().
check_response(Message, Id) ->
    try gen:check_response(Message, Id)
    catch error:_ -> error(badarg, [Message, Id])
    end.

-doc "Tells whether a message is an answer to a request of a collection: {Answer, Label, NewCollection}, no_request or no_reply.".
-spec check_response(term(), term(), boolean()) -> term().
check_response(Message, Collection, Delete) ->
    try gen:check_response(Message, Collection, Delete)
    catch error:_ -> error(badarg, [Message, Collection, Delete])
    end.

-doc """
A new collection of requests.

    1> gen_server:reqids_size(gen_server:reqids_new()).
    0
""".
-spec reqids_new() -> term().
reqids_new() -> gen:reqids_new().

-doc "The number of requests in a collection.".
-spec reqids_size(term()) -> non_neg_integer().
reqids_size(Collection) ->
    try gen:reqids_size(Collection)
    catch error:_ -> error(badarg, [Collection])
    end.

-doc "Adds a request to a collection under Label.".
-spec reqids_add(term(), term(), term()) -> term().
reqids_add(Id, Label, Collection) ->
    try gen:reqids_add(Id, Label, Collection)
    catch error:_ -> error(badarg, [Id, Label, Collection])
    end.

-doc "The requests of a collection: [{Identifier, Label}].".
-spec reqids_to_list(term()) -> [{term(), term()}].
reqids_to_list(Collection) ->
    try gen:reqids_to_list(Collection)
    catch error:_ -> error(badarg, [Collection])
    end.

%%% The server

-doc "Makes the calling process a server; it was started by proc_lib and does not return from here.".
-spec enter_loop(module(), [term()], term()) -> no_return().
enter_loop(Module, Options, State) -> enter_loop(Module, Options, State, self(), infinity).

-doc "As enter_loop/3, with the name that the process has, or with what init/1 may return as third element.".
-spec enter_loop(module(), [term()], term(), term()) -> no_return().
enter_loop(Module, Options, State, {Scope, _} = Name) when Scope =:= local; Scope =:= global ->
    enter_loop(Module, Options, State, Name, infinity);
enter_loop(Module, Options, State, {via, _, _} = Name) ->
    enter_loop(Module, Options, State, Name, infinity);
enter_loop(Module, Options, State, Action) ->
    enter_loop(Module, Options, State, self(), Action).

-doc "As enter_loop/3, with the name that the process has and what init/1 may return as third element.".
-spec enter_loop(module(), [term()], term(), term(), term()) -> no_return().
enter_loop(Module, Options, State, ServerName, Action) ->
    Name = gen:get_proc_name(ServerName),
    Parent = gen:get_parent(),
    Debug = gen:debug_options(Name, Options),
    loop(Parent, Name, State, Module, Action, gen:hibernate_after(Options), Debug).

%% What a callback may return beside the state.
-define(is_action(A), (A =:= infinity orelse A =:= hibernate orelse is_integer(A) andalso A >= 0
                       orelse is_tuple(A) andalso tuple_size(A) =:= 2 andalso element(1, A) =:= continue)).

-doc false.
init_it(Starter, Parent, ServerName, Module, Args, Options) ->
    Name = gen:name(ServerName),
    Debug = gen:debug_options(Name, Options),
    Hibernate = gen:hibernate_after(Options),
    case init_it(Module, Args) of
        {ok, {ok, State}} ->
            proc_lib:init_ack(Starter, {ok, self()}),
            loop(Parent, Name, State, Module, infinity, Hibernate, Debug);
        {ok, {ok, State, Action}} when ?is_action(Action) ->
            proc_lib:init_ack(Starter, {ok, self()}),
            loop(Parent, Name, State, Module, Action, Hibernate, Debug);
        {ok, ignore} ->
            failed(Starter, ServerName, ignore),
            exit(normal);
        {ok, {stop, Reason}} ->
            failed(Starter, ServerName, {error, Reason}),
            exit(Reason);
        {ok, Other} ->
            failed(Starter, ServerName, {error, {bad_return_value, Other}}),
            exit({bad_return_value, Other});
        {raised, Class, Reason, Stack} ->
            failed(Starter, ServerName, {error, exit_reason(Class, Reason, Stack)}),
            erlang:raise(Class, Reason, Stack)
    end.

init_it(Module, Args) ->
    try {ok, Module:init(Args)}
    catch
        throw:Value -> {ok, Value};
        Class:Reason:Stack -> {raised, Class, Reason, Stack}
    end.

%% The name is free again before the starter hears of the failure.
failed(Starter, ServerName, Answer) ->
    gen:unregister_name(ServerName),
    proc_lib:init_ack(Starter, Answer).

exit_reason(error, Reason, Stack) -> {Reason, Stack};
exit_reason(exit, Reason, _) -> Reason.

loop(Parent, Name, State, Mod, infinity, infinity, []) ->
    receive
        {system, _, _} = Msg -> decode_msg(Msg, Parent, Name, State, Mod, infinity, infinity, [], false);
        {'EXIT', _, _} = Msg -> decode_msg(Msg, Parent, Name, State, Mod, infinity, infinity, [], false);
        Msg -> handle_msg(Msg, Parent, Name, State, Mod, infinity)
    end;
loop(Parent, Name, State, Mod, {continue, Continuation} = Msg, Hibernate, Debug) ->
    Result = try_dispatch(Mod, handle_continue, Continuation, State),
    case Debug of
        [] ->
            handle_common_reply(Result, Parent, Name, undefined, Msg, Mod, Hibernate, State);
        _ ->
            Seen = sys:handle_debug(Debug, fun print_event/3, Name, Msg),
            handle_common_reply(Result, Parent, Name, undefined, Msg, Mod, Hibernate, State, Seen)
    end;
loop(Parent, Name, State, Mod, hibernate, Hibernate, Debug) ->
    proc_lib:hibernate(?MODULE, wake_hib, [Parent, Name, State, Mod, Hibernate, Debug]);
loop(Parent, Name, State, Mod, infinity, Hibernate, Debug) ->
    receive
        Msg -> decode_msg(Msg, Parent, Name, State, Mod, infinity, Hibernate, Debug, false)
    after Hibernate ->
        loop(Parent, Name, State, Mod, hibernate, Hibernate, Debug)
    end;
loop(Parent, Name, State, Mod, Time, Hibernate, Debug) ->
    Msg = receive Input -> Input after Time -> timeout end,
    decode_msg(Msg, Parent, Name, State, Mod, Time, Hibernate, Debug, false).

-doc false.
wake_hib(Parent, Name, State, Mod, Hibernate, Debug) ->
    Msg = receive Input -> Input end,
    decode_msg(Msg, Parent, Name, State, Mod, hibernate, Hibernate, Debug, true).

decode_msg({system, From, Request}, Parent, Name, State, Mod, Time, Hibernate, Debug, Asleep) ->
    sys:handle_system_msg(Request, From, Parent, ?MODULE, Debug, [Name, State, Mod, Time, Hibernate], Asleep);
decode_msg({'EXIT', Parent, Reason} = Msg, Parent, Name, State, Mod, _, _, Debug, _) ->
    terminate(exit, Reason, here(), Reason, Name, undefined, Msg, Mod, State, Debug);
decode_msg(Msg, Parent, Name, State, Mod, _, Hibernate, [], _) ->
    handle_msg(Msg, Parent, Name, State, Mod, Hibernate);
decode_msg(Msg, Parent, Name, State, Mod, _, Hibernate, Debug, _) ->
    Seen = sys:handle_debug(Debug, fun print_event/3, Name, {in, Msg}),
    handle_msg(Msg, Parent, Name, State, Mod, Hibernate, Seen).

handle_msg({'$gen_call', From, Request}, Parent, Name, State, Mod, Hibernate) ->
    case try_handle_call(Mod, Request, From, State) of
        {ok, {reply, Reply, New}} ->
            gen:reply(From, Reply),
            loop(Parent, Name, New, Mod, infinity, Hibernate, []);
        {ok, {reply, Reply, New, Action}} when ?is_action(Action) ->
            gen:reply(From, Reply),
            loop(Parent, Name, New, Mod, Action, Hibernate, []);
        {ok, {stop, Reason, Reply, New}} ->
            try terminate(exit, Reason, here(), Reason, Name, From, Request, Mod, New, [])
            after gen:reply(From, Reply)
            end;
        Other ->
            handle_common_reply(Other, Parent, Name, From, Request, Mod, Hibernate, State)
    end;
handle_msg({'$gen_cast', Request} = Msg, Parent, Name, State, Mod, Hibernate) ->
    case try_dispatch(Mod, handle_cast, Request, State) of
        {ok, {noreply, New}} -> loop(Parent, Name, New, Mod, infinity, Hibernate, []);
        Other -> handle_common_reply(Other, Parent, Name, undefined, Msg, Mod, Hibernate, State)
    end;
handle_msg(Msg, Parent, Name, State, Mod, Hibernate) ->
    case try_dispatch(Mod, handle_info, Msg, State) of
        {ok, {noreply, New}} -> loop(Parent, Name, New, Mod, infinity, Hibernate, []);
        Other -> handle_common_reply(Other, Parent, Name, undefined, Msg, Mod, Hibernate, State)
    end.

handle_msg({'$gen_call', From, Request}, Parent, Name, State, Mod, Hibernate, Debug) ->
    case try_handle_call(Mod, Request, From, State) of
        {ok, {reply, Reply, New}} ->
            loop(Parent, Name, New, Mod, infinity, Hibernate, traced_reply(Name, From, Reply, New, Debug));
        {ok, {reply, Reply, New, Action}} when ?is_action(Action) ->
            loop(Parent, Name, New, Mod, Action, Hibernate, traced_reply(Name, From, Reply, New, Debug));
        {ok, {stop, Reason, Reply, New}} ->
            try terminate(exit, Reason, here(), Reason, Name, From, Request, Mod, New, Debug)
            after traced_reply(Name, From, Reply, New, Debug)
            end;
        Other ->
            handle_common_reply(Other, Parent, Name, From, Request, Mod, Hibernate, State, Debug)
    end;
handle_msg(Msg, Parent, Name, State, Mod, Hibernate, Debug) ->
    handle_common_reply(try_dispatch(Msg, Mod, State), Parent, Name, undefined, Msg, Mod, Hibernate, State, Debug).

traced_reply(Name, From, Reply, State, Debug) ->
    gen:reply(From, Reply),
    sys:handle_debug(Debug, fun print_event/3, Name, {out, Reply, From, State}).

handle_common_reply({ok, {noreply, New}}, Parent, Name, _, _, Mod, Hibernate, _) ->
    loop(Parent, Name, New, Mod, infinity, Hibernate, []);
handle_common_reply({ok, {noreply, New, Action}}, Parent, Name, _, _, Mod, Hibernate, _) when ?is_action(Action) ->
    loop(Parent, Name, New, Mod, Action, Hibernate, []);
handle_common_reply(Ended, _, Name, From, Msg, Mod, _, State) ->
    ended(Ended, here(), Name, From, Msg, Mod, State, []).

handle_common_reply({ok, {noreply, New}}, Parent, Name, _, _, Mod, Hibernate, _, Debug) ->
    Seen = sys:handle_debug(Debug, fun print_event/3, Name, {noreply, New}),
    loop(Parent, Name, New, Mod, infinity, Hibernate, Seen);
handle_common_reply({ok, {noreply, New, Action}}, Parent, Name, _, _, Mod, Hibernate, _, Debug) when ?is_action(Action) ->
    Seen = sys:handle_debug(Debug, fun print_event/3, Name, {noreply, New}),
    loop(Parent, Name, New, Mod, Action, Hibernate, Seen);
handle_common_reply(Ended, _, Name, From, Msg, Mod, _, State, Debug) ->
    ended(Ended, here(), Name, From, Msg, Mod, State, Debug).

ended({ok, {stop, Reason, New}}, Here, Name, From, Msg, Mod, _, Debug) ->
    terminate(exit, Reason, Here, Reason, Name, From, Msg, Mod, New, Debug);
ended({raised, Class, Reason, Stack}, _, Name, From, Msg, Mod, State, Debug) ->
    terminate(Class, Reason, Stack, {Reason, Stack}, Name, From, Msg, Mod, State, Debug);
ended({ok, Bad}, Here, Name, From, Msg, Mod, State, Debug) ->
    Reason = {bad_return_value, Bad},
    terminate(exit, Reason, Here, Reason, Name, From, Msg, Mod, State, Debug).

%% The stack of the function that calls.
here() ->
    {current_stacktrace, [_ | Stack]} = process_info(self(), current_stacktrace),
    Stack.

try_handle_call(Mod, Request, From, State) ->
    try {ok, Mod:handle_call(Request, From, State)}
    catch
        throw:Value -> {ok, Value};
        Class:Reason:Stack -> {raised, Class, Reason, Stack}
    end.

try_dispatch({'$gen_cast', Msg}, Mod, State) -> try_dispatch(Mod, handle_cast, Msg, State);
try_dispatch(Info, Mod, State) -> try_dispatch(Mod, handle_info, Info, State).

try_dispatch(Mod, Callback, Msg, State) ->
    try {ok, Mod:Callback(Msg, State)}
    catch
        throw:Value -> {ok, Value};
        error:undef = Reason:Stack when Callback =:= handle_info ->
            case erlang:function_exported(Mod, handle_info, 2) of
                false -> unhandled(Mod, Msg), {ok, {noreply, State}};
                true -> {raised, error, Reason, Stack}
            end;
        Class:Reason:Stack -> {raised, Class, Reason, Stack}
    end.

unhandled(Mod, Msg) ->
    logger:log(warning, #{label => {?MODULE, no_handle_info}, module => Mod, message => Msg},
               #{domain => [otp], report_cb => fun ?MODULE:format_log/2,
                 error_logger => #{tag => warning_msg, report_cb => fun ?MODULE:format_log/1},
                 mfa => {?MODULE, try_dispatch, 4}}).

%% Told is what the report says: the stack of an exit too, if a callback made it.
terminate(Class, Reason, Stack, Told, Name, From, Msg, Mod, State, Debug) ->
    case try_terminate(Mod, exit_reason(Class, Reason, Stack), State) of
        ok ->
            quiet(Reason, Class) orelse error_info(Told, Name, From, Msg, Mod, State, Debug);
        {raised, OwnClass, Own, OwnStack} ->
            error_info({Own, OwnStack}, Name, From, Msg, Mod, State, Debug),
            erlang:raise(OwnClass, Own, OwnStack)
    end,
    erlang:raise(Class, Reason, Stack).

quiet(normal, exit) -> true;
quiet(shutdown, exit) -> true;
quiet({shutdown, _}, exit) -> true;
quiet(_, _) -> false.

try_terminate(Mod, Cause, State) ->
    case erlang:function_exported(Mod, terminate, 2) of
        false ->
            ok;
        true ->
            try Mod:terminate(Cause, State) of
                _ -> ok
            catch
                throw:_ -> ok;
                Class:Reason:Stack -> {raised, Class, Reason, Stack}
            end
    end.

%%% Called by sys

-doc false.
system_continue(Parent, Debug, [Name, State, Mod, Time, Hibernate]) ->
    loop(Parent, Name, State, Mod, Time, Hibernate, Debug).

-doc false.
system_terminate(Reason, _, Debug, [Name, State, Mod, _, _]) ->
    terminate(exit, Reason, here(), Reason, Name, undefined, [], Mod, State, Debug).

-doc false.
system_code_change([Name, State, Mod, Time, Hibernate], _, OldVersion, Extra) ->
    case catch Mod:code_change(OldVersion, State, Extra) of
        {ok, New} -> {ok, [Name, New, Mod, Time, Hibernate]};
        Other -> Other
    end.

-doc false.
system_get_state([_, State | _]) -> {ok, State}.

-doc false.
system_replace_state(Fun, [Name, State | Rest]) ->
    New = Fun(State),
    {ok, New, [Name, New | Rest]}.

-doc false.
format_status(Option, [Dictionary, SysState, Parent, Debug, [Name, State, Mod, _, _]]) ->
    Header = gen:format_status_header("Status for generic server", Name),
    Status = gen:format_status(Mod, Option, #{state => State, log => sys:get_log(Debug)}, [Dictionary, State]),
    Own = case Status of
              #{'EXIT' := Text} -> [{data, [{"State", Text}]}];
              #{'$status' := List} when is_list(List) -> List;
              #{'$status' := Other} -> [Other];
              #{state := Shown} -> [{data, [{"State", Shown}]}]
          end,
    [{header, Header},
     {data, [{"Status", SysState}, {"Parent", Parent}, {"Logged events", maps:get(log, Status)}]} | Own].

print_event(Device, {in, {'$gen_call', {From, _}, Request}}, Name) ->
    io:format(Device, "*DBG* ~tp got call ~tp from ~tw~n", [Name, Request, From]);
print_event(Device, {in, {'$gen_cast', Request}}, Name) ->
    io:format(Device, "*DBG* ~tp got cast ~tp~n", [Name, Request]);
print_event(Device, {in, Msg}, Name) ->
    io:format(Device, "*DBG* ~tp got ~tp~n", [Name, Msg]);
print_event(Device, {out, Reply, {To, _}, State}, Name) ->
    io:format(Device, "*DBG* ~tp sent ~tp to ~tw, new state ~tp~n", [Name, Reply, To, State]);
print_event(Device, {noreply, State}, Name) ->
    io:format(Device, "*DBG* ~tp new state ~tp~n", [Name, State]);
print_event(Device, Event, Name) ->
    io:format(Device, "*DBG* ~tp dbg  ~tp~n", [Name, Event]).

%%% The report of an abnormal end

error_info(Cause, Name, From, Msg, Mod, State, Debug) ->
    Log = sys:get_log(Debug),
    Shown = gen:format_status(Mod, terminate, #{reason => Cause, state => State, message => Msg, log => Log}, [get(), State]),
    logger:log(error, #{label => {?MODULE, terminate}, name => Name,
                        last_message => maps:get(message, Shown), state => shown_state(Shown),
                        log => maps:get(log, Shown), reason => maps:get(reason, Shown), client_info => client(From)},
               #{domain => [otp], report_cb => fun ?MODULE:format_log/2,
                 error_logger => #{tag => error, report_cb => fun ?MODULE:format_log/1},
                 mfa => {?MODULE, error_info, 7}}).

shown_state(#{'EXIT' := Text}) -> Text;
shown_state(#{'$status' := State}) -> State;
shown_state(#{state := State}) -> State.

client(undefined) ->
    undefined;
client({From, _}) when is_pid(From), node(From) =/= node() ->
    {From, remote};
client({From, _}) when is_pid(From) ->
    case process_info(From, [current_stacktrace, registered_name]) of
        undefined -> {From, dead};
        [{current_stacktrace, Stack}, {registered_name, []}] -> {From, {From, Stack}};
        [{current_stacktrace, Stack}, {registered_name, Name}] -> {From, {Name, Stack}}
    end.

-doc false.
format_log(Report) -> gen:legacy_text(log_lines(Report, #{})).

-doc false.
format_log(Report, Options) -> gen:report_text(log_lines(Report, Options), Options).

log_lines(#{label := {?MODULE, no_handle_info}, module := Mod, message := Msg}, #{single_line := true}) ->
    [{"Undefined handle_info in ~p.", Mod}, {" Unhandled message: ~tp.", Msg}];
log_lines(#{label := {?MODULE, no_handle_info}, module := Mod, message := Msg}, _) ->
    [{"** Undefined handle_info in ~p~n", Mod}, {"** Unhandled message: ~tp~n", Msg}];
log_lines(#{label := {?MODULE, terminate}} = R, #{single_line := true}) ->
    #{name := Name, last_message := Msg, state := State, log := Log, reason := Reason, client_info := Client} = R,
    [{"Generic server ~tp terminating.", Name}, {" Reason: ~tp.", gen:report_reason(Reason)},
     {" Last message: ~tp.", Msg}, {" State: ~tp.", State} |
     [{" Log: ~tp", Log} || Log =/= []]] ++ gen:report_client(Client, single);
log_lines(#{label := {?MODULE, terminate}} = R, _) ->
    #{name := Name, last_message := Msg, state := State, log := Log, reason := Reason, client_info := Client} = R,
    [{"** Generic server ~tp terminating \n", Name}, {"** Last message in was ~tp~n", Msg},
     {"** When Server state == ~tp~n", State},
     {"** Reason for termination ==~n** ~tp~n", gen:report_reason(Reason)}] ++
        gen:report_log(Log) ++ gen:report_client(Client, multi).
