%% What the behaviours have in common: starting under a name, calls with a reply tag, request collections, debug options.
%%
%% A call is the message {Label, {Pid, Tag}, Request}, a reply {Tag, Reply}. Tag is [alias | Monitor]: the monitor is an alias too, and
%% a reply that comes after the caller gave up is dropped by the node.
-module(gen).

-export([start/5, start/6, stop/1, stop/3, call/3, call/4, reply/2,
         send_request/3, send_request/5, wait_response/2, wait_response/3, receive_response/2, receive_response/3,
         check_response/2, check_response/3, reqids_new/0, reqids_size/1, reqids_add/3, reqids_to_list/1,
         name/1, unregister_name/1, get_proc_name/1, get_parent/0,
         debug_options/2, hibernate_after/1, format_status_header/2, format_status/4]).
-export([init_it/6, init_it/7]).
%% The texts of the behaviours' reports.
-export([report_text/2, legacy_text/1, report_reason/1, report_log/1, report_client/2]).

%%% Starting

-doc "Starts a process of behaviour Behaviour under Name; How is link, monitor or nolink.".
-spec start(module(), link | monitor | nolink, term(), module(), term(), [term()]) -> term().
start(Behaviour, How, Name, Module, Args, Options) ->
    case where(Name) of
        undefined -> do_spawn(Behaviour, How, Name, Module, Args, Options);
        Pid when How =:= monitor -> {{error, {already_started, Pid}}, erlang:monitor(process, Pid)};
        Pid -> {error, {already_started, Pid}}
    end.

-doc "Starts a process of behaviour Behaviour without a name.".
-spec start(module(), link | monitor | nolink, module(), term(), [term()]) -> term().
start(Behaviour, How, Module, Args, Options) ->
    do_spawn(Behaviour, How, Module, Args, Options).

do_spawn(Behaviour, How, Module, Args, Options) ->
    Timeout = timeout(Options),
    launch(Behaviour, How, [Module, Args, Options], Timeout, option(spawn_opt, Options, [])).

do_spawn(Behaviour, How, Name, Module, Args, Options) ->
    Timeout = timeout(Options),
    launch(Behaviour, How, [Name, Module, Args, Options], Timeout, option(spawn_opt, Options, [])).

launch(Behaviour, How, Args, Timeout, Spawn) ->
    case How of
        link -> proc_lib:start_link(?MODULE, init_it, [Behaviour, self(), self() | Args], Timeout, Spawn);
        monitor -> proc_lib:start_monitor(?MODULE, init_it, [Behaviour, self(), self | Args], Timeout, Spawn);
        nolink -> proc_lib:start(?MODULE, init_it, [Behaviour, self(), self | Args], Timeout, Spawn)
    end.

timeout(Options) ->
    case lists:keyfind(timeout, 1, Options) of
        {_, Time} -> Time;
        false -> infinity
    end.

option(Key, Options, Default) ->
    case lists:keyfind(Key, 1, Options) of
        {_, Value} -> Value;
        false -> Default
    end.

-doc false.
init_it(Behaviour, Starter, Parent, Module, Args, Options) ->
    Behaviour:init_it(Starter, parent(Parent), self(), Module, Args, Options).

-doc false.
init_it(Behaviour, Starter, Parent, Name, Module, Args, Options) ->
    case register_name(Name) of
        true -> Behaviour:init_it(Starter, parent(Parent), Name, Module, Args, Options);
        {false, Pid} -> proc_lib:init_ack(Starter, {error, {already_started, Pid}})
    end.

parent(self) -> self();
parent(Pid) -> Pid.

%%% Names

where({global, Name}) -> global:whereis_name(Name);
where({via, Module, Name}) -> Module:whereis_name(Name);
where({local, Name}) -> whereis(Name).

register_name({local, Name} = How) ->
    try register(Name, self())
    catch error:_ -> {false, where(How)}
    end;
register_name({global, Name} = How) ->
    taken(global:register_name(Name, self()), How);
register_name({via, Module, Name} = How) ->
    taken(Module:register_name(Name, self()), How).

taken(yes, _) -> true;
taken(no, How) -> {false, where(How)}.

-doc "Gives up a name that start/6 registered.".
-spec unregister_name(term()) -> ok.
unregister_name({local, Name}) ->
    try unregister(Name) of
        _ -> ok
    catch
        _:_ -> ok
    end;
unregister_name({global, Name}) -> _ = global:unregister_name(Name), ok;
unregister_name({via, Module, Name}) -> _ = Module:unregister_name(Name), ok;
unregister_name(Pid) when is_pid(Pid) -> ok.

-doc """
The bare name in a server name.

    1> gen:name({local, x}).
    x
""".
-spec name(term()) -> term().
name({local, Name}) -> Name;
name({global, Name}) -> Name;
name({via, _, Name}) -> Name;
name(Pid) when is_pid(Pid) -> Pid.

-doc "Checks that the caller has the name that it says it has, and returns the bare name; exits otherwise.".
-spec get_proc_name(term()) -> term().
get_proc_name(Pid) when is_pid(Pid) ->
    Pid;
get_proc_name({local, Name}) ->
    case process_info(self(), registered_name) of
        {registered_name, Name} -> Name;
        {registered_name, _} -> exit(process_not_registered);
        [] -> exit(process_not_registered)
    end;
get_proc_name({global, Name}) ->
    own(global:whereis_name(Name), Name, process_not_registered_globally);
get_proc_name({via, Module, Name}) ->
    own(Module:whereis_name(Name), Name, {process_not_registered_via, Module}).

own(Pid, Name, _) when Pid =:= self() -> Name;
own(_, _, Reason) -> exit(Reason).

-doc "The process that started the caller; exits if that is not known.".
-spec get_parent() -> pid().
get_parent() ->
    case get('$ancestors') of
        [Parent | _] when is_pid(Parent) -> Parent;
        [Parent | _] when is_atom(Parent) -> named_parent(Parent);
        _ -> exit(process_was_not_started_by_proc_lib)
    end.

named_parent(Name) ->
    case whereis(Name) of
        undefined ->
            case global:whereis_name(Name) of
                undefined -> exit(could_not_find_registered_name);
                Pid -> Pid
            end;
        Pid ->
            Pid
    end.

%%% Calls

-doc "The same as call(Process, Label, Request, 5000).".
-spec call(term(), term(), term()) -> {ok, term()}.
call(Process, Label, Request) when is_pid(Process) -> do_call(Process, Label, Request, 5000);
call(Process, Label, Request) -> call(Process, Label, Request, 5000).

-doc "Sends a request to a process and waits for the reply; exits if none comes.".
-spec call(term(), term(), term(), timeout()) -> {ok, term()}.
call(Process, Label, Request, Timeout)
  when is_pid(Process), Timeout =:= infinity orelse is_integer(Timeout) andalso Timeout >= 0 ->
    do_call(Process, Label, Request, Timeout);
call(Process, Label, Request, Timeout) when Timeout =:= infinity; is_integer(Timeout), Timeout >= 0 ->
    do_for_proc(Process, fun(To) -> do_call(To, Label, Request, Timeout) end).

do_call(To, _, _, _) when To =:= self() ->
    exit(calling_self);
do_call(To, Label, Request, infinity) when is_pid(To), node(To) =:= node() ->
    Ref = erlang:monitor(process, To),
    To ! {Label, {self(), Ref}, Request},
    receive
        {Ref, Reply} ->
            erlang:demonitor(Ref, [flush]),
            {ok, Reply};
        {'DOWN', Ref, _, _, Reason} ->
            exit(Reason)
    end;
do_call(To, Label, Request, Timeout) ->
    Ref = erlang:monitor(process, To, [{alias, demonitor}]),
    Tag = [alias | Ref],
    _ = erlang:send(To, {Label, {self(), Tag}, Request}, [noconnect]),
    receive
        {Tag, Reply} ->
            erlang:demonitor(Ref, [flush]),
            {ok, Reply};
        {'DOWN', Ref, _, _, noconnection} ->
            exit({nodedown, node_of(To)});
        {'DOWN', Ref, _, _, Reason} ->
            exit(Reason)
    after Timeout ->
        erlang:demonitor(Ref, [flush]),
        receive {Tag, Reply} -> {ok, Reply} after 0 -> exit(timeout) end
    end.

node_of({_, Node}) -> Node;
node_of(Pid) -> node(Pid).

%% Calls Fun with something that can be monitored and sent to.
do_for_proc(Pid, Fun) when is_pid(Pid) ->
    Fun(Pid);
do_for_proc(Name, Fun) when is_atom(Name) ->
    case whereis(Name) of
        Pid when is_pid(Pid) -> Fun(Pid);
        undefined -> exit(noproc)
    end;
do_for_proc({local, Name}, Fun) when is_atom(Name) ->
    do_for_proc(Name, Fun);
do_for_proc({global, Name}, Fun) ->
    found(global:whereis_name(Name), Fun);
do_for_proc({via, Module, Name}, Fun) ->
    found(Module:whereis_name(Name), Fun);
do_for_proc({Name, Node}, Fun) when Node =:= node() ->
    do_for_proc(Name, Fun);
do_for_proc({_, Node}, _) when is_atom(Node), node() =:= nonode@nohost ->
    exit({nodedown, Node});
do_for_proc({_, Node} = Process, Fun) when is_atom(Node) ->
    Fun(Process).

found(Pid, Fun) when is_pid(Pid) ->
    try Fun(Pid)
    catch exit:{nodedown, _} when node(Pid) =/= node() -> exit(noproc)
    end;
found(undefined, _) ->
    exit(noproc).

-doc "Answers a call.".
-spec reply({pid(), term()}, term()) -> ok.
reply({_, [alias | Alias] = Tag}, Reply) when is_reference(Alias) ->
    Alias ! {Tag, Reply},
    ok;
reply({_, [[alias | Alias] | _] = Tag}, Reply) when is_reference(Alias) ->
    Alias ! {Tag, Reply},
    ok;
reply({To, Tag}, Reply) ->
    try To ! {Tag, Reply} of
        _ -> ok
    catch
        _:_ -> ok
    end.

-doc "The same as stop(Process, normal, infinity).".
-spec stop(term()) -> ok.
stop(Process) -> stop(Process, normal, infinity).

-doc "Stops a process by a system message, and waits for its end.".
-spec stop(term(), term(), timeout()) -> ok.
stop(Process, Reason, Timeout) ->
    do_for_proc(Process, fun(To) -> proc_lib:stop(To, Reason, Timeout) end).

%%% Requests whose answer is fetched later. The identifier is the monitor.

-doc "Sends a request and returns an identifier, with which the answer is fetched.".
-spec send_request(term(), term(), term()) -> reference().
send_request(Process, Label, Request) ->
    try do_for_proc(Process, fun(To) -> do_send_request(To, Label, Request) end)
    catch
        exit:Reason ->
            Ref = make_ref(),
            self() ! {'DOWN', Ref, process, Process, Reason},
            Ref
    end.

do_send_request(To, Label, Request) ->
    Ref = erlang:monitor(process, To, [{alias, demonitor}]),
    _ = erlang:send(To, {Label, {self(), [alias | Ref]}, Request}, [noconnect]),
    Ref.

-doc "Sends a request and adds its identifier to a collection.".
-spec send_request(term(), term(), term(), term(), map()) -> map().
send_request(Process, Label, Request, Tag, Collection) when is_map(Collection) ->
    maps:put(send_request(Process, Label, Request), Tag, Collection).

-doc "Waits for an answer at most until Timeout; the request stays open if none came.".
-spec wait_response(reference(), timeout() | {abs, integer()}) -> {reply, term()} | {error, term()} | timeout.
wait_response(Ref, Timeout) ->
    receive
        {[alias | Ref], Reply} ->
            erlang:demonitor(Ref, [flush]),
            {reply, Reply};
        {'DOWN', Ref, _, Object, Reason} ->
            {error, {Reason, Object}}
    after left(Timeout) -> timeout
    end.

-doc "Waits for the answer to one of the requests of a collection.".
-spec wait_response(map(), timeout() | {abs, integer()}, boolean()) -> term().
wait_response(Collection, _, Delete) when map_size(Collection) =:= 0, is_boolean(Delete) ->
    no_request;
wait_response(Collection, Timeout, Delete) when is_map(Collection), is_boolean(Delete) ->
    receive
        {[alias | Ref], _} = Message when is_map_key(Ref, Collection) -> answered(Message, Ref, Collection, Delete);
        {'DOWN', Ref, _, _, _} = Message when is_map_key(Ref, Collection) -> answered(Message, Ref, Collection, Delete)
    after left(Timeout) -> timeout
    end.

-doc "Waits for an answer at most until Timeout, after which the request is given up.".
-spec receive_response(reference(), timeout() | {abs, integer()}) -> {reply, term()} | {error, term()} | timeout.
receive_response(Ref, Timeout) when is_reference(Ref) ->
    receive
        {[alias | Ref], Reply} ->
            erlang:demonitor(Ref, [flush]),
            {reply, Reply};
        {'DOWN', Ref, _, Object, Reason} ->
            {error, {Reason, Object}}
    after left(Timeout) ->
        erlang:demonitor(Ref, [flush]),
        receive {[alias | Ref], Reply} -> {reply, Reply} after 0 -> timeout end
    end.

-doc "As wait_response/3, but when the time is over all requests of the collection are given up.".
-spec receive_response(map(), timeout() | {abs, integer()}, boolean()) -> term().
receive_response(Collection, Timeout, Delete) ->
    case wait_response(Collection, Timeout, Delete) of
        timeout -> abandon(maps:keys(Collection), Collection, Delete);
        Answer -> Answer
    end.

abandon([], _, _) ->
    timeout;
abandon([Ref | Refs], Collection, Delete) ->
    erlang:demonitor(Ref, [flush]),
    receive
        {[alias | Ref], _} = Message ->
            [erlang:demonitor(Other, [flush]) || Other <- Refs],
            answered(Message, Ref, Collection, Delete)
    after 0 -> abandon(Refs, Collection, Delete)
    end.

answered(Message, Ref, Collection, Delete) ->
    Answer = check_response(Message, Ref),
    Tag = maps:get(Ref, Collection),
    Rest = if Delete -> maps:remove(Ref, Collection); true -> Collection end,
    {Answer, Tag, Rest}.

left({abs, Time}) -> max(0, Time - erlang:monotonic_time(millisecond));
left(Timeout) -> Timeout.

-doc "Tells whether Message is the answer to a request.".
-spec check_response(term(), reference()) -> {reply, term()} | {error, term()} | no_reply.
check_response({[alias | Ref], Reply}, Ref) when is_reference(Ref) ->
    erlang:demonitor(Ref, [flush]),
    {reply, Reply};
check_response({'DOWN', Ref, _, Object, Reason}, Ref) when is_reference(Ref) ->
    {error, {Reason, Object}};
check_response(_, Ref) when is_reference(Ref) ->
    no_reply.

-doc "Tells whether Message is the answer to one of the requests of a collection.".
-spec check_response(term(), map(), boolean()) -> term().
check_response(_, Collection, Delete) when map_size(Collection) =:= 0, is_boolean(Delete) ->
    no_request;
check_response({[alias | Ref], _} = Message, Collection, Delete) when is_map_key(Ref, Collection), is_boolean(Delete) ->
    answered(Message, Ref, Collection, Delete);
check_response({'DOWN', Ref, _, _, _} = Message, Collection, Delete)
  when is_map_key(Ref, Collection), is_boolean(Delete) ->
    answered(Message, Ref, Collection, Delete);
check_response(_, Collection, Delete) when is_map(Collection), is_boolean(Delete) ->
    no_reply.

-doc """
An empty collection of requests.

    1> gen:reqids_size(gen:reqids_new()).
    0
""".
-spec reqids_new() -> map().
reqids_new() -> #{}.

-doc "The number of requests in a collection.".
-spec reqids_size(map()) -> non_neg_integer().
reqids_size(Collection) when is_map(Collection) -> map_size(Collection);
reqids_size(_) -> error(badarg).

-doc "Adds a request with a label of the caller's choice to a collection.".
-spec reqids_add(reference(), term(), map()) -> map().
reqids_add(Ref, Tag, Collection) when is_reference(Ref), is_map(Collection), not is_map_key(Ref, Collection) ->
    maps:put(Ref, Tag, Collection);
reqids_add(_, _, _) ->
    error(badarg).

-doc "The requests of a collection with their labels.".
-spec reqids_to_list(map()) -> [{reference(), term()}].
reqids_to_list(Collection) when is_map(Collection) -> maps:to_list(Collection);
reqids_to_list(_) -> error(badarg).

%%% Options and status

-doc "The debug structure that the option debug of a start function asks for.".
-spec debug_options(term(), [term()]) -> [term()].
debug_options(Name, Options) ->
    case lists:keyfind(debug, 1, Options) of
        {_, Debug} ->
            try sys:debug_options(Debug)
            catch
                _:_ ->
                    error_logger:format("~tp: ignoring erroneous debug options - ~tp~n", [Name, Debug]),
                    []
            end;
        false ->
            []
    end.

-doc "The time of the option hibernate_after, or infinity.".
-spec hibernate_after([term()]) -> timeout().
hibernate_after(Options) -> option(hibernate_after, Options, infinity).

-doc "The first line of a status: a text with the name of the process.".
-spec format_status_header(string(), term()) -> term().
format_status_header(Text, Pid) when is_pid(Pid) -> lists:concat([Text, " ", pid_to_list(Pid)]);
format_status_header(Text, Name) when is_atom(Name) -> lists:concat([Text, " ", Name]);
format_status_header(Text, Name) -> {Text, Name}.

-doc false.
format_status(Module, Option, Status, Args) ->
    case {erlang:function_exported(Module, format_status, 1), erlang:function_exported(Module, format_status, 2)} of
        {true, _} -> modern(Module, Status);
        {_, true} -> older(Module, Option, Status, Args);
        _ -> Status
    end.

modern(Module, Status) ->
    try Module:format_status(Status) of
        New when is_map(New), map_size(New) =:= map_size(Status) -> New;
        _ -> Status#{'EXIT' => atom_to_list(Module) ++ ":format_status/1 returned a map with unexpected keys"}
    catch
        _:_ -> Status#{'EXIT' => atom_to_list(Module) ++ ":format_status/1 crashed"}
    end.

older(Module, Option, Status, Args) ->
    try Module:format_status(Option, Args) of
        Result -> Status#{'$status' => Result}
    catch
        throw:Result -> Status#{'$status' => Result};
        _:_ -> Status#{'EXIT' => atom_to_list(Module) ++ ":format_status/2 crashed"}
    end.

%%% Reports. A text is given as lines {Format, Argument}, {Format, {args, Arguments}} or {Format, none}.

-doc false.
report_text(Lines, Options) ->
    {Format, Args} = joined(Lines, fun(F) -> adapt(F, Options) end, depth(Options)),
    case Options of
        #{chars_limit := Limit} when is_integer(Limit) -> io_lib:format(Format, Args, [{chars_limit, Limit}]);
        _ -> io_lib:format(Format, Args)
    end.

-doc false.
legacy_text(Lines) ->
    Options = #{depth => error_logger:get_format_depth()},
    joined(Lines, fun(Format) -> adapt(Format, Options) end, depth(Options)).

depth(#{depth := Depth}) when is_integer(Depth) -> [Depth];
depth(_) -> [].

joined(Lines, Adapt, Depth) ->
    {lists:append([Adapt(Format) || {Format, _} <- Lines]),
     lists:append([[Arg | Depth] || {_, Args} <- Lines, Arg <- arguments(Args)])}.

arguments(none) -> [];
arguments({args, List}) -> List;
arguments(Arg) -> [Arg].

%% ~p becomes ~P where a depth is set, and ~0p in a text of one line.
adapt(Format, Options) ->
    Zero = maps:get(single_line, Options, false),
    Deep = depth(Options) =/= [],
    adapt1(Format, Zero, Deep).

adapt1([$~, $t, $p | Rest], Zero, Deep) -> [$~ | zero(Zero, [$t, letter(Deep) | adapt1(Rest, Zero, Deep)])];
adapt1([$~, $p | Rest], Zero, Deep) -> [$~ | zero(Zero, [letter(Deep) | adapt1(Rest, Zero, Deep)])];
adapt1([C | Rest], Zero, Deep) -> [C | adapt1(Rest, Zero, Deep)];
adapt1([], _, _) -> [].

zero(true, Text) -> [$0 | Text];
zero(false, Text) -> Text.

letter(true) -> $P;
letter(false) -> $p.

%% An undefined function is told by what is missing: the module or the export.
-doc false.
report_reason({undef, [{M, F, A, L} | Stack]}) ->
    Arity = if is_list(A) -> length(A); true -> A end,
    case {erlang:module_loaded(M) orelse code:is_loaded(M) =/= false, erlang:function_exported(M, F, Arity)} of
        {false, _} -> {'module could not be loaded', [{M, F, A, L} | Stack]};
        {true, false} -> {'function not exported', [{M, F, A, L} | Stack]};
        {true, true} -> {undef, [{M, F, A, L} | Stack]}
    end;
report_reason(Reason) ->
    Reason.

-doc false.
report_log([]) ->
    [];
report_log([First | Rest]) ->
    [{"** Log ==~n** [~tp", First} | [{",~n    ~tp", Item} || Item <- Rest]] ++ [{"]~n", none}].

-doc false.
report_client(undefined, _) -> [];
report_client({Pid, dead}, multi) -> [{"** Client ~p is dead~n", Pid}];
report_client({Pid, dead}, single) -> [{" Client ~p is dead.", Pid}];
report_client({Pid, remote}, multi) -> [{"** Client ~p is remote on node ~p~n", {args, [Pid, node(Pid)]}}];
report_client({Pid, remote}, single) -> [{" Client ~p is remote on node ~p.", {args, [Pid, node(Pid)]}}];
report_client({_, {Name, Stack}}, multi) -> [{"** Client ~tp stacktrace~n** ~tp~n", {args, [Name, Stack]}}];
report_client({_, {Name, Stack}}, single) -> [{" Client ~tp stacktrace: ~tp.", {args, [Name, Stack]}}].
