-module(dbg).

-export([tracer/0, tracer/2, get_tracer/0, get_tracer/1, stop/0, stop_clear/0, p/1, p/2, c/3, c/4, i/0, n/1, cn/1, ln/0, h/0,
         tp/2, tp/3, tp/4, tpl/2, tpl/3, tpl/4, tpe/2, ctp/0, ctp/1, ctp/2, ctp/3, ctpl/0, ctpl/1, ctpl/2, ctpl/3, ctpg/0, ctpg/1, ctpg/2,
         ctpg/3, ctpe/1, ltp/0, dtp/0, dtp/1, wtp/1, rtp/1, fun2ms/1, dhandler/2, transform_flags/1]).
-export([serve/0, collect/2]).

-type match_spec() :: [{term(), [term()], [term()]}].

-doc """
Starts the tracer, a process that prints what is traced.
""".
-spec tracer() -> {ok, pid()} | {error, already_started}.
tracer() -> tracer(process, {fun dhandler/2, user}).

-doc """
Starts a tracer that calls a fun for every trace message, with what it returned the time before: at first Initial.
""".
-spec tracer(process, {Handler :: fun((Event :: term(), Data) -> Data), Initial :: Data}) -> {ok, pid()} | {error, term()}.
tracer(process, {Handler, Initial}) when is_function(Handler, 2) -> ask({start, Handler, Initial});
tracer(_, _) -> {error, bad_tracer}.

-doc "Returns the tracer.".
-spec get_tracer() -> {ok, pid()} | {error, {no_tracer_on_node, node()}}.
get_tracer() -> get_tracer(node()).

-doc "Returns the tracer of a node.".
-spec get_tracer(Node :: node()) -> {ok, pid()} | {error, {no_tracer_on_node, node()}}.
get_tracer(Node) when Node =:= node() -> known(get_tracer, {error, {no_tracer_on_node, Node}});
get_tracer(Node) -> {error, {no_tracer_on_node, Node}}.

-doc "Ends all tracing of processes, and the tracer. The patterns of functions stay.".
-spec stop() -> ok.
stop() -> known(stop, ok).

-doc "Ends all tracing, and forgets the patterns of functions.".
-spec stop_clear() -> ok.
stop_clear() ->
    _ = erlang:trace_pattern({'_', '_', '_'}, false, [local]),
    _ = erlang:trace_pattern(send, true, []),
    _ = erlang:trace_pattern('receive', true, []),
    stop().

-doc "Traces a process for messages: p(What, [m]).".
-spec p(What :: term()) -> {ok, list()} | {error, term()}.
p(What) -> p(What, [m]).

-doc """
Traces a process for what the flags say: s and r for messages that are sent and received, m for both, c for calls that tp and tpl name, p for
starts, ends and links, sos and sol for tracing those that it starts or links to as well, or any flag of erlang:trace/3; clear ends it. What is
a pid, a registered name, the number of a pid, or all, new or existing.
""".
-spec p(What :: term(), Flags :: atom() | [atom()]) -> {ok, [{matched, node(), non_neg_integer()} | tuple()]} | {error, term()}.
p(What, Flags) when is_atom(Flags) -> p(What, [Flags]);
p(What, Flags) ->
    case get_tracer() of
        {ok, Tracer} ->
            case transform_flags(Flags) of
                {error, _} = Error -> Error;
                Real -> set(process(What), Tracer, Real)
            end;
        Error -> Error
    end.

process(Pid) when is_pid(Pid) -> {ok, Pid};
process(Which) when Which =:= all; Which =:= processes; Which =:= new; Which =:= new_processes; Which =:= existing; Which =:= existing_processes ->
    {ok, Which};
process(Name) when is_atom(Name) ->
    case whereis(Name) of
        undefined -> {no_proc, Name};
        Pid -> {ok, Pid}
    end;
process(N) when is_integer(N) -> process({0, N, 0});
process({A, B, C} = Which) -> text_process(lists:concat(["<", A, ".", B, ".", C, ">"]), Which);
process("<" ++ _ = Text) -> text_process(Text, Text);
process(Which) -> {no_proc, Which}.

text_process(Text, Which) ->
    try {ok, list_to_pid(Text)} catch error:badarg -> {no_proc, Which} end.

set({no_proc, Which}, _, _) -> {ok, [{matched, node(), 0, {no_proc, Which}}]};
set({ok, Which}, Tracer, Flags) ->
    {On, Real} = case lists:member(clear, Flags) of
                     true -> {false, [all]};
                     false -> {true, [{tracer, Tracer} | Flags]}
                 end,
    try {ok, [{matched, node(), erlang:trace(Which, On, Real)}]}
    catch error:badarg -> {ok, [{matched, node(), 0, {no_proc, Which}}]}
    end.

-doc """
Returns the flags of erlang:trace/3 that flags of p/2 stand for.

    1> dbg:transform_flags([m,c]).
    [send,'receive',call]
""".
-spec transform_flags(Flags :: [atom()]) -> [atom()] | {error, {bad_flags, [term()]}}.
transform_flags(Flags) when is_list(Flags) ->
    Real = lists:append([real_flag(F) || F <- Flags]),
    case [F || {bad, F} <- Real] of
        [] -> Real;
        Bad -> {error, {bad_flags, Bad}}
    end;
transform_flags(Flag) -> transform_flags([Flag]).

real_flag(s) -> [send];
real_flag(r) -> ['receive'];
real_flag(m) -> [send, 'receive'];
real_flag(c) -> [call];
real_flag(p) -> [procs];
real_flag(sos) -> [set_on_spawn];
real_flag(sofs) -> [set_on_first_spawn];
real_flag(sol) -> [set_on_link];
real_flag(sofl) -> [set_on_first_link];
real_flag(F) ->
    case lists:member(F, [clear, all, send, 'receive', procs, ports, call, arity, return_to, silent, running, exiting, garbage_collection,
                          timestamp, monotonic_timestamp, strict_monotonic_timestamp, cpu_timestamp, set_on_spawn, set_on_first_spawn,
                          set_on_link, set_on_first_link]) of
        true -> [F];
        false -> [{bad, F}]
    end.

-doc "Calls a function in a process of its own that is traced for everything, and returns the result.".
-spec c(Module :: module(), Function :: atom(), Args :: [term()]) -> term().
c(Module, Function, Args) -> c(Module, Function, Args, all).

-doc "Calls a function in a process of its own that is traced for what the flags of p/2 say, and returns the result.".
-spec c(Module :: module(), Function :: atom(), Args :: [term()], Flags :: atom() | [atom()]) -> term().
c(Module, Function, Args, Flag) when is_atom(Flag) -> c(Module, Function, Args, [Flag]);
c(Module, Function, Args, Flags) ->
    case transform_flags(Flags) of
        {error, _} = Error -> {error, Error};
        Real ->
            _ = tracer(),
            {ok, Tracer} = get_tracer(),
            Me = self(),
            Pid = spawn(fun() -> receive go -> ok end, Me ! {self(), catch apply(Module, Function, Args)}, receive stop -> ok end end),
            _ = erlang:trace(Pid, true, [{tracer, Tracer} | Real]),
            M = monitor(process, Pid),
            Pid ! go,
            receive
                {Pid, Result} ->
                    _ = erlang:trace(Pid, false, [all]),
                    demonitor(M, [flush]),
                    Pid ! stop,
                    Result;
                {'DOWN', M, _, _, Reason} -> {'EXIT', Reason}
            end
    end.

-doc "Prints which processes are traced, and for what.".
-spec i() -> ok.
i() ->
    io:format("~nNode ~w:~n~-12s ~-21s ~s~n", [node(), "Pid", "Initial call", "Trace "]),
    lists:foreach(fun(Pid) ->
        case erlang:trace_info(Pid, flags) of
            {flags, [_ | _] = Flags} ->
                {initial_call, Call} = process_info(Pid, initial_call),
                Names = lists:join(" | ", [atom_to_list(short_flag(F)) || F <- Flags]),
                io:format("~-12s ~-21s ~s~n", [io_lib:format("~w", [Pid]), io_lib:format("~w", [Call]), Names]);
            _ -> ok
        end
    end, processes()).

short_flag(send) -> s;
short_flag('receive') -> r;
short_flag(call) -> c;
short_flag(procs) -> p;
short_flag(set_on_spawn) -> sos;
short_flag(set_on_first_spawn) -> sofs;
short_flag(set_on_link) -> sol;
short_flag(set_on_first_link) -> sofl;
short_flag(F) -> F.

-doc "Would trace another node as well; here only this node is traced.".
-spec n(Node :: node()) -> {ok, node()} | {error, term()}.
n(Node) when Node =:= node() -> {ok, Node};
n(Node) ->
    case net_adm:ping(Node) of
        pong -> {error, {cant_add_node, Node}};
        pang -> {error, {nodedown, Node}}
    end.

-doc "Would no longer trace another node.".
-spec cn(Node :: node()) -> ok.
cn(_) -> ok.

-doc "Prints which nodes are traced.".
-spec ln() -> ok.
ln() ->
    case get_tracer() of
        {ok, _} -> io:format("~p~n", [node()]);
        _ -> ok
    end.

-doc "Says where to begin.".
-spec h() -> ok.
h() ->
    io:format("tracer()            starts the process that prints~n"
              "p(What, Flags)      traces processes: c calls, m messages, p starts, ends and links~n"
              "tpl(M, F, A, x)     tells of the calls of a function, of what they return and of exceptions; tp only of those from other modules~n"
              "ctp(), p(all, clear), stop()  end all that~n"
              "h(dbg, tpl) and the like tell more~n").

%% Patterns of functions

-doc "As tp/4 for all functions of a module, or for {Module, Function, Arity}.".
-spec tp(ModuleOrMFA :: module() | tuple(), Pattern :: term()) -> {ok, list()} | {error, term()}.
tp({_, _, _} = MFA, Pattern) -> pattern(MFA, Pattern, global);
tp(Event, Pattern) when Event =:= send; Event =:= 'receive' -> tpe(Event, Pattern);
tp(Module, Pattern) -> pattern({Module, '_', '_'}, Pattern, global).

-doc "As tp/4 for a function with any number of arguments.".
-spec tp(Module :: module(), Function :: atom(), Pattern :: term()) -> {ok, list()} | {error, term()}.
tp(Module, Function, Pattern) -> pattern({Module, Function, '_'}, Pattern, global).

-doc """
Tells of calls of exported functions that name the module, in processes that p/2 traces for calls. Pattern is a match specification as fun2ms/1
makes it, [] for none, x for what they return and exceptions, c for the caller, cx for both, or the number of one that ltp/0 lists.
""".
-spec tp(Module :: module(), Function :: atom(), Arity :: arity() | '_', Pattern :: term()) -> {ok, list()} | {error, term()}.
tp(Module, Function, Arity, Pattern) -> pattern({Module, Function, Arity}, Pattern, global).

-doc "As tpl/4 for all functions of a module, or for {Module, Function, Arity}.".
-spec tpl(ModuleOrMFA :: module() | tuple(), Pattern :: term()) -> {ok, list()} | {error, term()}.
tpl({_, _, _} = MFA, Pattern) -> pattern(MFA, Pattern, local);
tpl(Module, Pattern) -> pattern({Module, '_', '_'}, Pattern, local).

-doc "As tpl/4 for a function with any number of arguments.".
-spec tpl(Module :: module(), Function :: atom(), Pattern :: term()) -> {ok, list()} | {error, term()}.
tpl(Module, Function, Pattern) -> pattern({Module, Function, '_'}, Pattern, local).

-doc "As tp/4 for all calls, also those within the module and of functions that are not exported.".
-spec tpl(Module :: module(), Function :: atom(), Arity :: arity() | '_', Pattern :: term()) -> {ok, list()} | {error, term()}.
tpl(Module, Function, Arity, Pattern) -> pattern({Module, Function, Arity}, Pattern, local).

-doc "Says of which messages to tell: send with a specification for [Receiver, Message], 'receive' with one for [Node, Sender, Message].".
-spec tpe(Event :: send | 'receive', Pattern :: term()) -> {ok, list()} | {error, term()}.
tpe(Event, Pattern) -> pattern(Event, Pattern, global).

pattern(What, Pattern, Kind) ->
    case ask({pattern, Pattern}) of
        {ok, _, Saved, false} -> {ok, Saved};
        {ok, Spec, Saved, true} ->
            try erlang:trace_pattern(What, Spec, [Kind]) of
                N -> {ok, [{matched, node(), N} | Saved]}
            catch error:badarg ->
                case erlang:match_spec_test([], Spec, trace) of
                    {error, Problems} -> {error, Problems};
                    _ -> {error, bad_mfa}
                end
            end;
        Error -> Error
    end.

-doc "Forgets all patterns of functions.".
-spec ctp() -> {ok, list()}.
ctp() -> forget({'_', '_', '_'}, local).
-doc "Forgets the patterns of a module, or of {Module, Function, Arity}.".
-spec ctp(ModuleOrMFA :: module() | tuple()) -> {ok, list()}.
ctp({_, _, _} = MFA) -> forget(MFA, local);
ctp(Module) -> forget({Module, '_', '_'}, local).
-doc "Forgets the patterns of a function.".
-spec ctp(Module :: module(), Function :: atom()) -> {ok, list()}.
ctp(Module, Function) -> forget({Module, Function, '_'}, local).
-doc "Forgets the pattern of a function.".
-spec ctp(Module :: module(), Function :: atom(), Arity :: arity()) -> {ok, list()}.
ctp(Module, Function, Arity) -> forget({Module, Function, Arity}, local).

-doc "Forgets all patterns of functions.".
-spec ctpl() -> {ok, list()}.
ctpl() -> ctp().
-doc "As ctp/1.".
-spec ctpl(ModuleOrMFA :: module() | tuple()) -> {ok, list()}.
ctpl(What) -> ctp(What).
-doc "As ctp/2.".
-spec ctpl(Module :: module(), Function :: atom()) -> {ok, list()}.
ctpl(Module, Function) -> ctp(Module, Function).
-doc "As ctp/3.".
-spec ctpl(Module :: module(), Function :: atom(), Arity :: arity()) -> {ok, list()}.
ctpl(Module, Function, Arity) -> ctp(Module, Function, Arity).

-doc "As ctp/0, and counts exported functions.".
-spec ctpg() -> {ok, list()}.
ctpg() -> forget({'_', '_', '_'}, global).
-doc "As ctp/1, and counts exported functions.".
-spec ctpg(ModuleOrMFA :: module() | tuple()) -> {ok, list()}.
ctpg({_, _, _} = MFA) -> forget(MFA, global);
ctpg(Module) -> forget({Module, '_', '_'}, global).
-doc "As ctp/2, and counts exported functions.".
-spec ctpg(Module :: module(), Function :: atom()) -> {ok, list()}.
ctpg(Module, Function) -> forget({Module, Function, '_'}, global).
-doc "As ctp/3.".
-spec ctpg(Module :: module(), Function :: atom(), Arity :: arity()) -> {ok, list()}.
ctpg(Module, Function, Arity) -> forget({Module, Function, Arity}, global).

-doc "Tells of all messages again.".
-spec ctpe(Event :: send | 'receive') -> {ok, list()}.
ctpe(Event) -> {ok, [{matched, node(), erlang:trace_pattern(Event, true, [])}]}.

forget(MFA, Kind) ->
    case get_tracer() of
        {ok, _} -> {ok, [{matched, node(), erlang:trace_pattern(MFA, false, [Kind])}]};
        _ -> {ok, []}
    end.

-doc "Prints the patterns that tp and tpl know by a number or a name.".
-spec ltp() -> ok.
ltp() ->
    {ok, Patterns} = ask(patterns),
    lists:foreach(fun({N, P}) -> io:format("~p: ~p~n", [N, P]) end, lists:sort(Patterns ++ built_in())).

built_in() ->
    [{c, call_pattern(c)}, {caller_exception_trace, cx}, {caller_trace, c}, {cx, call_pattern(cx)}, {exception_trace, x}, {x, call_pattern(x)}].

call_pattern(x) -> [{'_', [], [{exception_trace}]}];
call_pattern(c) -> [{'_', [], [{message, {caller}}]}];
call_pattern(cx) -> [{'_', [], [{exception_trace}, {message, {caller}}]}].

-doc "Forgets the patterns that have numbers.".
-spec dtp() -> ok.
dtp() -> ask({forget, all}).

-doc "Forgets the pattern with a number.".
-spec dtp(N :: integer()) -> ok.
dtp(N) -> ask({forget, N}).

-doc "Writes the patterns that have numbers to a file.".
-spec wtp(Name :: file:name()) -> ok | {error, term()}.
wtp(Name) ->
    {ok, Patterns} = ask(patterns),
    file:write_file(Name, [io_lib:format("~tw.~n", [P]) || {_, P} <- lists:sort(Patterns)]).

-doc "Reads patterns from a file that wtp/1 wrote; each gets a number.".
-spec rtp(Name :: file:name()) -> ok | {error, term()}.
rtp(Name) ->
    case file:consult(Name) of
        {ok, Patterns} -> lists:foreach(fun(P) -> ask({pattern, P}) end, Patterns);
        Error -> Error
    end.

-doc """
Makes a match specification for calls of a fun whose argument is the list of arguments: a fun that stands in the call itself.

    1> dbg:fun2ms(fun([A]) when A > 1 -> return_trace() end).
    [{['$1'],[{'>','$1',1}],[{return_trace}]}]
""".
-spec fun2ms(LiteralFun :: function()) -> match_spec().
fun2ms(Fun) when is_function(Fun) ->
    case ms_transform:from_fun(dbg, Fun) of
        {ok, Spec} -> Spec;
        {error, Text} ->
            io:format("Error: ~ts~n", [Text]),
            {error, transform_error};
        false ->
            exit({badarg, {dbg, fun2ms, [function, called, with, real, 'fun', should, be, transformed, with, parse_transform, 'or',
                                         called, with, a, 'fun', generated, in, the, shell]}})
    end.

%% The server

ask(Request) ->
    case whereis(dbg) of
        undefined ->
            Starter = self(),
            {Pid, M} = spawn_monitor(fun() ->
                case catch register(dbg, self()) of
                    true -> Starter ! {started, self()}, ?MODULE:serve();
                    _ -> ok
                end
            end),
            receive
                {started, Pid} -> demonitor(M, [flush]);
                {'DOWN', M, _, _, _} -> ok
            end,
            ask(Request);
        Pid -> request(Pid, Request, {error, not_started})
    end.

%% The same, without starting a server for it.
known(Request, Otherwise) ->
    case whereis(dbg) of
        undefined -> Otherwise;
        Pid -> request(Pid, Request, Otherwise)
    end.

request(Pid, Request, Otherwise) ->
    M = monitor(process, Pid),
    Pid ! {self(), M, Request},
    receive
        {M, Answer} -> demonitor(M, [flush]), Answer;
        {'DOWN', M, _, _, _} -> Otherwise
    end.

-doc "The server of the module.".
-spec serve() -> no_return().
serve() ->
    process_flag(trap_exit, true),
    serve(undefined, [], 1).

serve(Tracer, Patterns, Next) ->
    receive
        {From, Ref, {start, Handler, Initial}} when Tracer =:= undefined ->
            Leader = group_leader(),
            Pid = spawn_link(fun() -> group_leader(Leader, self()), ?MODULE:collect(Handler, Initial) end),
            From ! {Ref, {ok, self()}},
            serve(Pid, Patterns, Next);
        {From, Ref, {start, _, _}} ->
            From ! {Ref, {error, already_started}},
            serve(Tracer, Patterns, Next);
        {From, Ref, get_tracer} ->
            From ! {Ref, case Tracer of undefined -> {error, {no_tracer_on_node, node()}}; _ -> {ok, Tracer} end},
            serve(Tracer, Patterns, Next);
        {From, Ref, stop} ->
            stopped(Tracer),
            unregister(dbg),
            From ! {Ref, ok};
        {From, Ref, patterns} ->
            From ! {Ref, {ok, Patterns}},
            serve(Tracer, Patterns, Next);
        {From, Ref, {forget, all}} ->
            From ! {Ref, ok},
            serve(Tracer, [], Next);
        {From, Ref, {forget, N}} ->
            From ! {Ref, ok},
            serve(Tracer, lists:keydelete(N, 1, Patterns), Next);
        {From, Ref, {pattern, Pattern}} ->
            {Answer, Patterns1, Next1} = look_up(Pattern, Patterns, Next),
            From ! {Ref, case Answer of {ok, Spec, Saved} -> {ok, Spec, Saved, Tracer =/= undefined}; _ -> Answer end},
            serve(Tracer, Patterns1, Next1);
        {'EXIT', Tracer, _} -> serve(undefined, Patterns, Next);
        _ -> serve(Tracer, Patterns, Next)
    end.

stopped(undefined) -> ok;
stopped(Tracer) ->
    _ = erlang:trace(all, false, [all]),
    M = monitor(process, Tracer),
    Tracer ! {'$dbg_stop', self()},
    receive {'DOWN', M, _, _, _} -> ok end.

%% What a pattern stands for, and what to say of its number. A specification that is seen for the first time gets one.
look_up([], Patterns, Next) -> {{ok, [], []}, Patterns, Next};
look_up(caller_trace, Patterns, Next) -> look_up(c, Patterns, Next);
look_up(exception_trace, Patterns, Next) -> look_up(x, Patterns, Next);
look_up(caller_exception_trace, Patterns, Next) -> look_up(cx, Patterns, Next);
look_up(Name, Patterns, Next) when Name =:= x; Name =:= c; Name =:= cx -> {{ok, call_pattern(Name), [{saved, Name}]}, Patterns, Next};
look_up(Spec, Patterns, Next) when is_list(Spec) ->
    case lists:keyfind(Spec, 2, Patterns) of
        {N, _} -> {{ok, Spec, [{saved, N}]}, Patterns, Next};
        false ->
            case erlang:match_spec_test([], Spec, trace) of
                {error, Problems} -> {{error, Problems}, Patterns, Next};
                _ -> {{ok, Spec, [{saved, Next}]}, [{Next, Spec} | Patterns], Next + 1}
            end
    end;
look_up(N, Patterns, Next) ->
    case lists:keyfind(N, 1, Patterns) of
        {_, Spec} -> {{ok, Spec, [{saved, N}]}, Patterns, Next};
        false -> {{error, unknown_pattern}, Patterns, Next}
    end.

%% The tracer

-doc "The tracer: calls the handler for every trace message.".
-spec collect(Handler :: function(), Data :: term()) -> ok.
collect(Handler, Data) ->
    receive
        {'$dbg_stop', _} -> ok;
        Event when element(1, Event) =:= trace; element(1, Event) =:= trace_ts; element(1, Event) =:= seq_trace; element(1, Event) =:= drop ->
            ?MODULE:collect(Handler, Handler(Event, Data));
        _ -> ?MODULE:collect(Handler, Data)
    end.

-doc "Prints a trace message, as the tracer of tracer/0 does.".
-spec dhandler(Event :: term(), Out :: io:device()) -> io:device().
dhandler(end_of_trace, Out) -> Out;
dhandler({drop, N}, Out) -> say(Out, "*** Dropped ~p messages.", [N]);
dhandler(Event, Out) when element(1, Event) =:= trace, tuple_size(Event) >= 4 -> event(tuple_to_list(Event), "", [], Out);
dhandler(Event, Out) when element(1, Event) =:= trace_ts, tuple_size(Event) >= 5 ->
    All = tuple_to_list(Event),
    event(lists:droplast(All), " (Timestamp: ~p)", [lists:last(All)], Out);
dhandler(Event, Out) when element(1, Event) =:= seq_trace -> seq_event(tuple_to_list(Event), Out);
dhandler(_, Out) -> Out.

event([_, From | Rest], Stamp, Time, Out) ->
    {Format, Args} = text(Rest),
    say(Out, "(~p) " ++ Format ++ Stamp, [From | Args] ++ Time).

text(['receive', Message]) -> {"<< ~p", [Message]};
text([send, Message, To]) -> {"~p ! ~p", [To, Message]};
text([call, MFA]) -> {"call ~ts", [called(MFA)]};
text([call, MFA, Extra]) -> {"call ~ts (~p)", [called(MFA), Extra]};
text([return_from, MFA, Value]) -> {"returned from ~ts -> ~p", [called(MFA), Value]};
text([return_to, undefined]) -> {"returning to undefined", []};
text([return_to, MFA]) -> {"returning to ~ts", [called(MFA)]};
text([spawn, Pid, MFA]) -> {"spawn ~p as ~ts", [Pid, called(MFA)]};
text([Event | About]) -> {lists:append(["~p" | [" ~p" || _ <- About]]), [Event | About]}.

called({M, F, Args}) when is_list(Args) ->
    io_lib:format("~tw:~tw(~ts)", [M, F, lists:join(",", [io_lib:format("~tp", [A]) || A <- Args])]);
called({M, F, Arity}) -> io_lib:format("~tw:~tw/~w", [M, F, Arity]);
called(Other) -> io_lib:format("~tp", [Other]).

seq_event([_, Label, Info | Stamp], Out) ->
    {Lead, Time} = case Stamp of
                       [] -> {"SeqTrace [~p]: ", []};
                       [T] -> {"SeqTrace ~p [~p]: ", [T]}
                   end,
    {Format, Args} = seq_text(Info),
    say(Out, Lead ++ Format, Time ++ [Label | Args]).

seq_text({print, Serial, From, _, Info}) -> {"-> ~p [Serial: ~p, From: ~p]", [Info, Serial, From]};
seq_text({'receive', Serial, From, _, Message}) -> {"<< ~p [Serial: ~p, From: ~p]", [Message, Serial, From]};
seq_text({send, Serial, From, To, Message}) -> {"(~p) ~p ! ~p [Serial: ~p]", [From, To, Message, Serial]};
seq_text(Other) -> {"~p", [Other]}.

say(Out, Format, Args) ->
    io:format(Out, Format ++ "~n", Args),
    Out.
