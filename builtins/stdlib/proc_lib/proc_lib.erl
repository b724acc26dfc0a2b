%% Processes as OTP's behaviours need them. Each keeps two things in its dictionary, '$ancestors' and '$initial_call', from which
%% supervisors, sys and crash reports read who it is. An abnormal end is logged as a crash report and then passed on as the exit reason.
-module(proc_lib).

-export([spawn/1, spawn/2, spawn/3, spawn/4,
         spawn_link/1, spawn_link/2, spawn_link/3, spawn_link/4,
         spawn_opt/2, spawn_opt/3, spawn_opt/4, spawn_opt/5,
         start/3, start/4, start/5, start_link/3, start_link/4, start_link/5,
         start_monitor/3, start_monitor/4, start_monitor/5,
         init_ack/1, init_ack/2, hibernate/3, stop/1, stop/3,
         initial_call/1, translate_initial_call/1,
         format/1, format/2, format/3, report_cb/2]).
%% Entry points of the processes.
-export([init_p/3, init_p/5, wake_up/3]).

%%% Spawning

-doc """
Spawns a process that calls Fun. A crash of it is logged.

    1> is_pid(proc_lib:spawn(fun() -> ok end)).
    true
""".
-spec spawn(fun(() -> term())) -> pid().
spawn(Fun) when is_function(Fun) ->
    erlang:spawn(?MODULE, init_p, [parent(), ancestors(), Fun]).

-doc "Spawns a process on Node that calls Fun.".
-spec spawn(node(), fun(() -> term())) -> pid().
spawn(Node, Fun) when is_function(Fun) ->
    erlang:spawn(Node, ?MODULE, init_p, [parent(), ancestors(), Fun]).

-doc "Spawns a process that calls Module:Function(Args...).".
-spec spawn(module(), atom(), [term()]) -> pid().
spawn(M, F, A) when is_atom(M), is_atom(F), is_list(A) ->
    erlang:spawn(?MODULE, init_p, [parent(), ancestors(), M, F, A]).

-doc "Spawns a process on Node that calls Module:Function(Args...).".
-spec spawn(node(), module(), atom(), [term()]) -> pid().
spawn(Node, M, F, A) when is_atom(M), is_atom(F), is_list(A) ->
    erlang:spawn(Node, ?MODULE, init_p, [parent(), ancestors(), M, F, A]).

-doc """
Spawns a process that calls Fun, linked to the caller.

    1> is_pid(proc_lib:spawn_link(fun() -> ok end)).
    true
""".
-spec spawn_link(fun(() -> term())) -> pid().
spawn_link(Fun) when is_function(Fun) ->
    erlang:spawn_link(?MODULE, init_p, [parent(), ancestors(), Fun]).

-doc "Spawns a process on Node that calls Fun, linked to the caller.".
-spec spawn_link(node(), fun(() -> term())) -> pid().
spawn_link(Node, Fun) when is_function(Fun) ->
    erlang:spawn_link(Node, ?MODULE, init_p, [parent(), ancestors(), Fun]).

-doc "Spawns a process that calls Module:Function(Args...), linked to the caller.".
-spec spawn_link(module(), atom(), [term()]) -> pid().
spawn_link(M, F, A) when is_atom(M), is_atom(F), is_list(A) ->
    erlang:spawn_link(?MODULE, init_p, [parent(), ancestors(), M, F, A]).

-doc "Spawns a process on Node that calls Module:Function(Args...), linked to the caller.".
-spec spawn_link(node(), module(), atom(), [term()]) -> pid().
spawn_link(Node, M, F, A) when is_atom(M), is_atom(F), is_list(A) ->
    erlang:spawn_link(Node, ?MODULE, init_p, [parent(), ancestors(), M, F, A]).

-doc "Spawns a process that calls Fun, with the options of erlang:spawn_opt/2.".
-spec spawn_opt(fun(() -> term()), [term()]) -> pid() | {pid(), reference()}.
spawn_opt(Fun, Options) when is_function(Fun) ->
    erlang:spawn_opt(?MODULE, init_p, [parent(), ancestors(), Fun], Options).

-doc "Spawns a process on Node that calls Fun, with the options of erlang:spawn_opt/3.".
-spec spawn_opt(node(), fun(() -> term()), [term()]) -> pid() | {pid(), reference()}.
spawn_opt(Node, Fun, Options) when is_function(Fun) ->
    erlang:spawn_opt(Node, ?MODULE, init_p, [parent(), ancestors(), Fun], Options).

-doc "Spawns a process that calls Module:Function(Args...), with the options of erlang:spawn_opt/4.".
-spec spawn_opt(module(), atom(), [term()], [term()]) -> pid() | {pid(), reference()}.
spawn_opt(M, F, A, Options) when is_atom(M), is_atom(F), is_list(A) ->
    erlang:spawn_opt(?MODULE, init_p, [parent(), ancestors(), M, F, A], Options).

-doc "Spawns a process on Node that calls Module:Function(Args...), with the options of erlang:spawn_opt/5.".
-spec spawn_opt(node(), module(), atom(), [term()], [term()]) -> pid() | {pid(), reference()}.
spawn_opt(Node, M, F, A, Options) when is_atom(M), is_atom(F), is_list(A) ->
    erlang:spawn_opt(Node, ?MODULE, init_p, [parent(), ancestors(), M, F, A], Options).

parent() ->
    case process_info(self(), registered_name) of
        {registered_name, Name} -> Name;
        _ -> self()
    end.

ancestors() ->
    case get('$ancestors') of
        List when is_list(List) -> List;
        _ -> []
    end.

%%% The new process

-doc false.
init_p(Parent, Ancestors, Fun) ->
    {module, Module} = erlang:fun_info(Fun, module),
    {name, Name} = erlang:fun_info(Fun, name),
    {arity, Arity} = erlang:fun_info(Fun, arity),
    put('$ancestors', [Parent | Ancestors]),
    put('$initial_call', {Module, Name, Arity}),
    try Fun()
    catch Class:Reason:Stack -> crash(Class, Reason, Stack)
    end.

-doc false.
init_p(Parent, Ancestors, M, F, A) ->
    put('$ancestors', [Parent | Ancestors]),
    put('$initial_call', origin(M, F, A)),
    init_p_do_apply(M, F, A).

init_p_do_apply(M, F, A) ->
    try apply(M, F, A)
    catch Class:Reason:Stack -> crash(Class, Reason, Stack)
    end.

%% What a process is said to have been started with: for a behaviour the function of the user's module.
origin(gen, init_it, [gen_server, _, _, Kind, Arg | _]) when Kind =:= supervisor; Kind =:= supervisor_bridge ->
    {Kind, callback(Arg), 1};
origin(gen, init_it, [gen_server, _, _, _, Kind, Arg | _]) when Kind =:= supervisor; Kind =:= supervisor_bridge ->
    {Kind, callback(Arg), 1};
origin(gen, init_it, [gen_event | _]) -> {gen_event, init_it, 6};
origin(gen, init_it, [_, _, _, Module, _, _]) when is_atom(Module) -> {Module, init, 1};
origin(gen, init_it, [_, _, _, _, Module | _]) when is_atom(Module) -> {Module, init, 1};
origin(M, F, A) -> {M, F, length(A)}.

%% The argument of the two supervisors' init: {Name, Module, Args} or [Module, Args, Name].
callback({_, Module, _}) -> Module;
callback([Module | _]) -> Module.

-doc "As erlang:hibernate/3, for a process started by this module: an end of the continuation is still reported.".
-spec hibernate(module(), atom(), [term()]) -> no_return().
hibernate(M, F, A) when is_atom(M), is_atom(F), is_list(A) ->
    erlang:hibernate(?MODULE, wake_up, [M, F, A]).

-doc false.
wake_up(M, F, A) ->
    try apply(M, F, A)
    catch Class:Reason:Stack -> crash(Class, Reason, Stack)
    end.

crash(Class, Reason, Stack) ->
    case get('$initial_call') of
        {M, F, A} -> report(Class, Reason, {M, F, dummies(A)}, Stack);
        _ -> ok
    end,
    Exit = case Class of
               exit -> Reason;
               error -> {Reason, Stack};
               throw -> {{nocatch, Reason}, Stack}
           end,
    erlang:raise(exit, Exit, Stack).

dummies(Arity) when is_integer(Arity) ->
    [list_to_atom("Argument__" ++ integer_to_list(N)) || N <- lists:seq(1, Arity)];
dummies(Args) ->
    Args.

report(exit, normal, _, _) -> ok;
report(exit, shutdown, _, _) -> ok;
report(exit, {shutdown, _}, _, _) -> ok;
report(Class, Reason, Call, Stack) ->
    logger:log(error, #{label => {proc_lib, crash},
                        report => [describe(Class, Reason, Call, Stack), neighbours()]},
               #{domain => [otp, sasl], report_cb => fun ?MODULE:report_cb/2,
                 logger_formatter => #{title => "CRASH REPORT"},
                 error_logger => #{tag => error_report, type => crash_report},
                 mfa => {?MODULE, init_p, 5}}).

describe(Class, Reason, Call, Stack) ->
    Info = fun(Item) -> process_info(self(), Item) end,
    Named = case Info(registered_name) of [] -> {registered_name, []}; Name -> Name end,
    Shown = [Pair || {Key, _} = Pair <- get(), Key =/= '$ancestors', Key =/= '$initial_call'],
    [{initial_call, Call}, {pid, self()}, Named, {error_info, {Class, Reason, Stack}}, {ancestors, ancestors()},
     Info(message_queue_len), Info(messages), Info(links), {dictionary, Shown} |
     [Info(Item) || Item <- [trap_exit, status, heap_size, stack_size, reductions]]].

%% All processes that the end of this one takes along: linked, directly or not, and not trapping exits.
neighbours() ->
    {links, Links} = process_info(self(), links),
    neighbours(Links, [self()], []).

neighbours([Pid | Pids], Seen, Found) when is_pid(Pid), node(Pid) =:= node() ->
    case lists:member(Pid, Seen) orelse process_info(Pid, [trap_exit, links]) of
        [{trap_exit, false}, {links, Links}] -> neighbours(Links ++ Pids, [Pid | Seen], [Pid | Found]);
        _ -> neighbours(Pids, [Pid | Seen], Found)
    end;
neighbours([_ | Rest], Seen, Found) ->
    neighbours(Rest, Seen, Found);
neighbours([], _, Found) ->
    lists:append([neighbour(Pid) || Pid <- lists:reverse(Found)]).

neighbour(Pid) ->
    Items = [registered_name, initial_call, current_function, dictionary, message_queue_len, links, trap_exit,
             status, heap_size, stack_size, reductions, current_stacktrace],
    case process_info(Pid, Items) of
        undefined ->
            [];
        [Name, Call, Current, {dictionary, Dictionary} | Rest] ->
            Ancestors = proplists:get_value('$ancestors', Dictionary, []),
            Initial = case proplists:get_value('$initial_call', Dictionary) of
                          {M, F, A} -> {initial_call, {M, F, dummies(A)}};
                          _ -> Call
                      end,
            [{neighbour, [{pid, Pid}, Name, Initial, Current, {ancestors, Ancestors} | Rest]}]
    end.

%%% Starting in step

-doc "The same as start(Module, Function, Args, infinity).".
-spec start(module(), atom(), [term()]) -> term() | {error, term()}.
start(M, F, A) when is_atom(M), is_atom(F), is_list(A) -> start(M, F, A, infinity).

-doc "The same as start(Module, Function, Args, Timeout, []).".
-spec start(module(), atom(), [term()], timeout()) -> term() | {error, term()}.
start(M, F, A, Timeout) when is_atom(M), is_atom(F), is_list(A) -> start(M, F, A, Timeout, []).

-doc """
Spawns a process and waits until it calls init_ack/1,2; the value given there is returned.

    1> proc_lib:start(erlang, exit, [normal]).
    {error,normal}
""".
-spec start(module(), atom(), [term()], timeout(), [term()]) -> term() | {error, term()}.
start(M, F, A, Timeout, Options) when is_atom(M), is_atom(F), is_list(A) ->
    monitors(Options) andalso error(badarg, [M, F, A, Timeout, Options]),
    sync_start(?MODULE:spawn_opt(M, F, A, [monitor | Options]), Timeout).

sync_start({Pid, Ref}, Timeout) ->
    receive
        {ack, Pid, Answer} ->
            erlang:demonitor(Ref, [flush]),
            Answer;
        {'DOWN', Ref, process, Pid, Reason} ->
            {error, Reason}
    after Timeout ->
        erlang:demonitor(Ref, [flush]),
        exit(Pid, kill),
        {error, timeout}
    end.

-doc "The same as start_link(Module, Function, Args, infinity).".
-spec start_link(module(), atom(), [term()]) -> term() | {error, term()}.
start_link(M, F, A) when is_atom(M), is_atom(F), is_list(A) -> start_link(M, F, A, infinity).

-doc "The same as start_link(Module, Function, Args, Timeout, []).".
-spec start_link(module(), atom(), [term()], timeout()) -> term() | {error, term()}.
start_link(M, F, A, Timeout) when is_atom(M), is_atom(F), is_list(A) -> start_link(M, F, A, Timeout, []).

-doc "As start/5, with a link to the new process.".
-spec start_link(module(), atom(), [term()], timeout(), [term()]) -> term() | {error, term()}.
start_link(M, F, A, Timeout, Options) when is_atom(M), is_atom(F), is_list(A) ->
    monitors(Options) andalso error(badarg, [M, F, A, Timeout, Options]),
    sync_start_link(?MODULE:spawn_opt(M, F, A, [link | Options]), Timeout).

sync_start_link(Pid, Timeout) ->
    receive
        {ack, Pid, Answer} -> Answer;
        {'EXIT', Pid, Reason} -> {error, Reason}
    after Timeout ->
        unlink(Pid),
        exit(Pid, kill),
        receive {'EXIT', Pid, _} -> ok after 0 -> ok end,
        {error, timeout}
    end.

-doc "The same as start_monitor(Module, Function, Args, infinity).".
-spec start_monitor(module(), atom(), [term()]) -> {term(), reference()}.
start_monitor(M, F, A) when is_atom(M), is_atom(F), is_list(A) -> start_monitor(M, F, A, infinity).

-doc "The same as start_monitor(Module, Function, Args, Timeout, []).".
-spec start_monitor(module(), atom(), [term()], timeout()) -> {term(), reference()}.
start_monitor(M, F, A, Timeout) when is_atom(M), is_atom(F), is_list(A) -> start_monitor(M, F, A, Timeout, []).

-doc "As start/5, with a monitor of the new process: {Answer, Monitor}. A 'DOWN' message follows if the start fails.".
-spec start_monitor(module(), atom(), [term()], timeout(), [term()]) -> {term(), reference()}.
start_monitor(M, F, A, Timeout, Options) when is_atom(M), is_atom(F), is_list(A) ->
    monitors(Options) andalso error(badarg, [M, F, A, Timeout, Options]),
    sync_start_monitor(?MODULE:spawn_opt(M, F, A, [monitor | Options]), Timeout).

sync_start_monitor({Pid, Ref}, Timeout) ->
    receive
        {ack, Pid, Answer} ->
            {Answer, Ref};
        {'DOWN', Ref, process, Pid, Reason} = Down ->
            self() ! Down,
            {{error, Reason}, Ref}
    after Timeout ->
        exit(Pid, kill),
        {{error, timeout}, Ref}
    end.

monitors(Options) -> lists:any(fun(monitor) -> true; ({monitor, _}) -> true; (_) -> false end, Options).

-doc "Tells the process that waits in start that this one is ready: its call returns Answer.".
-spec init_ack(pid(), term()) -> ok.
init_ack(Parent, Answer) ->
    Parent ! {ack, self(), Answer},
    ok.

-doc "The same as init_ack(Parent, Answer), with the process that started this one.".
-spec init_ack(term()) -> ok.
init_ack(Answer) ->
    [Parent | _] = get('$ancestors'),
    init_ack(Parent, Answer).

%%% Stopping

-doc "The same as stop(Process, normal, infinity).".
-spec stop(term()) -> ok.
stop(Process) -> stop(Process, normal, infinity).

-doc "Asks Process to end with Reason by a system message, and waits until it did.".
-spec stop(term(), term(), timeout()) -> ok.
stop(Process, Reason, Timeout) ->
    Self = self(),
    Process =:= Self andalso exit({calling_self, {sys, terminate, [Process, Reason, infinity]}}),
    {Pid, Ref} = erlang:spawn_monitor(fun() -> halt(Self, Process, Reason, Timeout) end),
    receive
        {'DOWN', Ref, process, Pid, {Ref0, Outcome}} when is_reference(Ref0) -> stopped(Outcome);
        {'DOWN', Ref, process, Pid, Other} -> exit(Other)
    after Timeout ->
        exit(Pid, kill),
        receive {'DOWN', Ref, process, Pid, _} -> exit(timeout) end
    end.

stopped(ok) -> ok;
stopped({exit, Reason}) -> exit(Reason).

halt(Caller, Process, Reason, Timeout) ->
    Done = make_ref(),
    Ref = erlang:monitor(process, Process),
    _ = erlang:monitor(process, Caller),
    try sys:terminate(Process, Reason, infinity) of
        ok ->
            receive
                {'DOWN', Ref, _, _, Reason} -> exit({Done, ok});
                {'DOWN', Ref, _, _, Other} -> exit({Done, {exit, Other}})
            after Timeout -> exit({Done, {exit, timeout}})
            end
    catch
        exit:{noproc, {sys, terminate, _}} ->
            demonitor(Ref, [flush]),
            exit({Done, {exit, noproc}});
        exit:{Reason, {sys, terminate, _}} ->
            demonitor(Ref, [flush]),
            exit({Done, ok});
        exit:Other ->
            demonitor(Ref, [flush]),
            exit({Done, {exit, Other}})
    end.

%%% Where a process comes from

-doc "The function that a process was started with: {Module, Function, Arguments}, with made up names of arguments; false if unknown.".
-spec initial_call(term()) -> {module(), atom(), [atom()]} | false.
initial_call(Process) ->
    case lookup(Process) of
        {M, F, A} -> {M, F, dummies(A)};
        undefined -> false
    end.

-doc "As initial_call/1, with the arity in place of the arguments; {proc_lib, init_p, 5} if unknown.".
-spec translate_initial_call(term()) -> mfa().
translate_initial_call(Process) ->
    case lookup(Process) of
        {_, _, _} = Call -> Call;
        undefined -> {?MODULE, init_p, 5}
    end.

lookup({X, Y, Z}) when is_integer(X), is_integer(Y), is_integer(Z) ->
    lookup(c:pid(X, Y, Z));
lookup(Pid) when is_pid(Pid), node(Pid) =:= node() ->
    lookup(process_info(Pid, dictionary));
lookup(Pid) when is_pid(Pid) ->
    lookup(rpc:call(node(Pid), erlang, process_info, [Pid, dictionary]));
lookup({dictionary, Dictionary}) ->
    proplists:get_value('$initial_call', Dictionary);
lookup([_ | _] = Info) ->
    lookup(lists:keyfind(dictionary, 1, Info));
lookup(_) ->
    undefined.

%%% The text of a crash report

-doc false.
report_cb(#{label := {proc_lib, crash}, report := Report}, Options) ->
    Depth = maps:get(depth, Options, unlimited),
    Text = case maps:get(single_line, Options, false) of
               true -> one_line(Report, Depth);
               false -> text(Report, {maps:get(encoding, Options, utf8), Depth})
           end,
    cut(Text, maps:get(chars_limit, Options, unlimited)).

cut(Text, unlimited) -> Text;
cut(Text, Limit) -> string:slice(Text, 0, Limit).

-doc "The same as format(Report, latin1).".
-spec format(term()) -> string().
format(Report) -> format(Report, latin1).

-doc "The same as format(Report, Encoding, unlimited).".
-spec format(term(), latin1 | unicode | utf8) -> string().
format(Report, Encoding) -> format(Report, Encoding, unlimited).

-doc "The text of a crash report; terms are shown to Depth.".
-spec format(term(), latin1 | unicode | utf8, unlimited | pos_integer()) -> string().
format(Report, Encoding, Depth) ->
    lists:flatten(text(Report, {Encoding, Depth})).

text([Own, Linked], How) ->
    ["  crasher:\n", lines(Own, "    ", How), "\n  neighbours:\n", lines(Linked, "    ", How)].

lines(Items, Indent, How) -> lists:join($\n, [line(Item, Indent, How) || Item <- Items]).

line({neighbour, Items}, Indent, How) ->
    [Indent, "neighbour:\n", lines(Items, Indent ++ "  ", How)];
line({error_info, {Class, Reason, Stack}}, Indent, {Encoding, Depth}) ->
    Letter = letter(Encoding, Depth),
    Options = #{column => length(Indent) + 1,
                stack_trim_fun => fun(M, _, _) -> M =:= erl_eval orelse M =:= ?MODULE end,
                format_fun => fun(Term, Column) -> print(Letter, Depth, "~~.~w~s", [Column], Term) end},
    [Indent, erl_error:format_exception(Class, Reason, Stack, Options)];
line({initial_call, {M, F, A}}, Indent, {Encoding, _}) when is_list(A) ->
    S = if Encoding =:= latin1 -> "~s~s: ~w:~w/~w"; true -> "~ts~ts: ~tw:~tw/~w" end,
    io_lib:format(S, [Indent, "initial call", M, F, length(A)]);
line({Key, Value}, Indent, {Encoding, Depth}) ->
    [Indent, io_lib:format("~w: ", [Key]), print(letter(Encoding, Depth), Depth, "~~80.18~s", [], Value)];
line(Other, Indent, {Encoding, Depth}) ->
    [Indent, print(letter(Encoding, Depth), Depth, "~~80.18~s", [], Other)].

print(Format, unlimited, Pattern, Args, Term) ->
    io_lib:format(lists:flatten(io_lib:format(Pattern, Args ++ [Format])), [Term]);
print(Format, Depth, Pattern, Args, Term) ->
    io_lib:format(lists:flatten(io_lib:format(Pattern, Args ++ [Format])), [Term, Depth]).

letter(latin1, unlimited) -> "p";
letter(latin1, _) -> "P";
letter(_, unlimited) -> "tp";
letter(_, _) -> "tP".

one_line([Own, Linked], Depth) ->
    P = if Depth =:= unlimited -> fun(T) -> io_lib:format("~0tp", [T]) end;
           true -> fun(T) -> io_lib:format("~0tP", [T, Depth]) end
        end,
    ["crasher: ", items(Own, P), "; neighbours: " |
     lists:join("; ", [["neighbour: ", items(Items, P)] || {neighbour, Items} <- Linked])].

items(Items, P) -> lists:join(", ", [item(Item, P) || Item <- Items]).

item({initial_call, {M, F, A}}, _) when is_list(A) -> io_lib:format("initial call: ~tw:~tw/~w", [M, F, length(A)]);
item({error_info, {Class, Reason, Stack}}, P) ->
    [atom_to_list(Class), ": ", P({Reason, Stack})];
item({Key, Value}, P) -> [io_lib:format("~w: ", [Key]), P(Value)].
