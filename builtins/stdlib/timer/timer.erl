%% Calls and messages after a time or in intervals. What is to be sent once to a local process is a timer of the node; all else goes
%% through the server timer_server, which is started when it is needed first.
-module(timer).

-export([apply_after/2, apply_after/3, apply_after/4, apply_interval/2, apply_interval/3, apply_interval/4, apply_repeatedly/2, apply_repeatedly/3, apply_repeatedly/4, send_after/2, send_after/3, send_interval/2, send_interval/3,
         exit_after/2, exit_after/3, kill_after/1, kill_after/2, cancel/1, sleep/1, tc/1, tc/2, tc/3, tc/4, now_diff/2,
         seconds/1, minutes/1, hours/1, hms/3, start/0]).
-export([serve/0, send/1]).

-doc """
Suspends the caller for a time in milliseconds, or for ever.

    1> timer:sleep(1).
    ok
""".
-spec sleep(timeout()) -> ok.
sleep(Time) -> receive after Time -> ok end.

-doc "Calls Fun and returns the time that it took in microseconds, and its value.".
-spec tc(fun(() -> term())) -> {integer(), term()}.
tc(Fun) ->
    Before = erlang:monotonic_time(),
    Value = Fun(),
    {elapsed(Before), Value}.

-doc "Calls Fun with arguments and returns the time that it took in microseconds, and its value.".
-spec tc(fun(), [term()]) -> {integer(), term()}.
tc(Fun, Args) ->
    Before = erlang:monotonic_time(),
    Value = apply(Fun, Args),
    {elapsed(Before), Value}.

-doc "Calls Module:Function(Args...) and returns the time that it took in microseconds, and its value.".
-spec tc(module(), atom(), [term()]) -> {integer(), term()}.
tc(M, F, Args) ->
    Before = erlang:monotonic_time(),
    Value = apply(M, F, Args),
    {elapsed(Before), Value}.

-doc "As tc/3, in Unit.".
-spec tc(module(), atom(), [term()], erlang:time_unit()) -> {integer(), term()}.
tc(M, F, Args, Unit) ->
    Before = erlang:monotonic_time(),
    Value = apply(M, F, Args),
    {erlang:convert_time_unit(erlang:monotonic_time() - Before, native, Unit), Value}.

elapsed(Before) -> erlang:convert_time_unit(erlang:monotonic_time() - Before, native, microsecond).

-doc """
The difference of two values of erlang:now/0 in microseconds.

    1> timer:now_diff({1,2,3}, {1,1,1}).
    1000002
""".
-spec now_diff({integer(), integer(), integer()}, {integer(), integer(), integer()}) -> integer().
now_diff({A2, B2, C2}, {A1, B1, C1}) ->
    ((A2 - A1) * 1000000 + B2 - B1) * 1000000 + C2 - C1.

-doc """
Seconds in milliseconds.

    1> timer:seconds(2).
    2000
""".
-spec seconds(number()) -> number().
seconds(Seconds) -> 1000 * Seconds.

-doc """
Minutes in milliseconds.

    1> timer:minutes(2).
    120000
""".
-spec minutes(number()) -> number().
minutes(Minutes) -> 60000 * Minutes.

-doc """
Hours in milliseconds.

    1> timer:hours(1).
    3600000
""".
-spec hours(number()) -> number().
hours(Hours) -> 3600000 * Hours.

-doc """
Hours, minutes and seconds in milliseconds.

    1> timer:hms(1, 1, 1).
    3661000
""".
-spec hms(number(), number(), number()) -> number().
hms(Hours, Minutes, Seconds) -> hours(Hours) + minutes(Minutes) + seconds(Seconds).

-doc "Spawns a process that calls Module:Function(Args...) after Time milliseconds.".
-spec apply_after(non_neg_integer(), module(), atom(), [term()]) -> {ok, term()} | {error, term()}.
apply_after(0, M, F, Args) when is_atom(M), is_atom(F), is_list(Args) ->
    _ = spawn_call(M, F, Args),
    {ok, {instant, make_ref()}};
apply_after(Time, M, F, Args) when is_integer(Time), Time >= 0, is_atom(M), is_atom(F), is_list(Args) ->
    request({once, Time, {M, F, Args}});
apply_after(_, _, _, _) ->
    {error, badarg}.

-doc "The same as apply_after(Time, Fun, []).".
-spec apply_after(non_neg_integer(), fun(() -> term())) -> {ok, term()} | {error, term()}.
apply_after(Time, Fun) -> apply_after(Time, Fun, []).

-doc "Spawns a process that calls Fun with the elements of Args after Time milliseconds.".
-spec apply_after(non_neg_integer(), fun(), [term()]) -> {ok, term()} | {error, term()}.
apply_after(Time, Fun, Args) when is_list(Args), is_function(Fun, length(Args)) -> apply_after(Time, erlang, apply, [Fun, Args]);
apply_after(_, _, _) -> {error, badarg}.

-doc "The same as apply_interval(Time, Fun, []).".
-spec apply_interval(non_neg_integer(), fun(() -> term())) -> {ok, term()} | {error, term()}.
apply_interval(Time, Fun) -> apply_interval(Time, Fun, []).

-doc "Spawns a process that calls Fun with the elements of Args every Time milliseconds, until the caller ends or cancels it.".
-spec apply_interval(non_neg_integer(), fun(), [term()]) -> {ok, term()} | {error, term()}.
apply_interval(Time, Fun, Args) when is_list(Args), is_function(Fun, length(Args)) -> apply_interval(Time, erlang, apply, [Fun, Args]);
apply_interval(_, _, _) -> {error, badarg}.

-doc "Spawns a process that calls Module:Function(Args...) every Time milliseconds, until the caller ends or cancels it.".
-spec apply_interval(non_neg_integer(), module(), atom(), [term()]) -> {ok, term()} | {error, term()}.
apply_interval(Time, M, F, Args) when is_integer(Time), Time >= 0, is_atom(M), is_atom(F), is_list(Args) ->
    request({interval, Time, self(), {M, F, Args}});
apply_interval(_, _, _, _) ->
    {error, badarg}.

-doc """
The same as apply_repeatedly(Time, Fun, []).

    1> {ok, Timer} = timer:apply_repeatedly(10000, fun() -> ok end), timer:cancel(Timer).
    {ok,cancel}
""".
-spec apply_repeatedly(non_neg_integer(), fun(() -> term())) -> {ok, term()} | {error, term()}.
apply_repeatedly(Time, Fun) -> apply_repeatedly(Time, Fun, []).

-doc """
As apply_interval/3, but a call begins only when the one before has ended.

    1> {ok, Timer} = timer:apply_repeatedly(10000, fun(_) -> ok end, [a]), timer:cancel(Timer).
    {ok,cancel}
""".
-spec apply_repeatedly(non_neg_integer(), fun(), [term()]) -> {ok, term()} | {error, term()}.
apply_repeatedly(Time, Fun, Args) when is_list(Args), is_function(Fun, length(Args)) -> apply_repeatedly(Time, erlang, apply, [Fun, Args]);
apply_repeatedly(_, _, _) -> {error, badarg}.

-doc """
As apply_interval/4, but a call begins only when the one before has ended; one that is late makes up for it at once.

    1> {ok, Timer} = timer:apply_repeatedly(10000, erlang, node, []), timer:cancel(Timer).
    {ok,cancel}
""".
-spec apply_repeatedly(non_neg_integer(), module(), atom(), [term()]) -> {ok, term()} | {error, term()}.
apply_repeatedly(Time, M, F, Args) when is_integer(Time), Time >= 0, is_atom(M), is_atom(F), is_list(Args) ->
    request({repeatedly, Time, self(), {M, F, Args}});
apply_repeatedly(_, _, _, _) ->
    {error, badarg}.

-doc "The same as send_after(Time, self(), Message).".
-spec send_after(non_neg_integer(), term()) -> {ok, term()} | {error, term()}.
send_after(Time, Message) -> send_after(Time, self(), Message).

-doc "Sends Message to a process, by pid, name or {Name, Node}, after Time milliseconds.".
-spec send_after(non_neg_integer(), pid() | atom() | {atom(), node()}, term()) -> {ok, term()} | {error, term()}.
send_after(0, To, Message) when is_pid(To); is_atom(To) ->
    send([To, Message]),
    {ok, {instant, make_ref()}};
send_after(Time, To, Message) when is_integer(Time), Time >= 0, is_pid(To), node(To) =:= node() ->
    {ok, {send_local, erlang:send_after(Time, To, Message)}};
send_after(Time, To, Message) when is_integer(Time), Time >= 0, is_pid(To) ->
    apply_after(Time, ?MODULE, send, [[To, Message]]);
send_after(Time, To, Message) when is_integer(Time), Time >= 0, is_atom(To) ->
    {ok, {send_local, erlang:send_after(Time, To, Message)}};
send_after(Time, {Name, Node}, Message) when is_atom(Name), Node =:= node() ->
    send_after(Time, Name, Message);
send_after(Time, {Name, Node}, Message) when is_integer(Time), Time >= 0, is_atom(Name), is_atom(Node) ->
    apply_after(Time, ?MODULE, send, [[{Name, Node}, Message]]);
send_after(_, _, _) ->
    {error, badarg}.

-doc "The same as send_interval(Time, self(), Message).".
-spec send_interval(non_neg_integer(), term()) -> {ok, term()} | {error, term()}.
send_interval(Time, Message) -> send_interval(Time, self(), Message).

-doc "Sends Message to a process every Time milliseconds, until that process ends or the timer is cancelled.".
-spec send_interval(non_neg_integer(), pid() | atom() | {atom(), node()}, term()) -> {ok, term()} | {error, term()}.
send_interval(Time, To, Message) when is_integer(Time), Time >= 0, is_pid(To) ->
    request({interval, Time, To, {?MODULE, send, [[To, Message]]}});
send_interval(Time, Name, Message) when is_integer(Time), Time >= 0, is_atom(Name) ->
    case whereis(Name) of
        Pid when is_pid(Pid) -> send_interval(Time, Pid, Message);
        _ -> {error, badarg}
    end;
send_interval(Time, {Name, Node}, Message) when is_atom(Name), Node =:= node() ->
    send_interval(Time, Name, Message);
send_interval(Time, {Name, Node} = To, Message) when is_integer(Time), Time >= 0, is_atom(Name), is_atom(Node) ->
    request({interval, Time, To, {?MODULE, send, [[To, Message]]}});
send_interval(_, _, _) ->
    {error, badarg}.

-doc "The same as exit_after(Time, self(), Reason).".
-spec exit_after(non_neg_integer(), term()) -> {ok, term()} | {error, term()}.
exit_after(Time, Reason) -> exit_after(Time, self(), Reason).

-doc "Sends an exit signal to a process after Time milliseconds.".
-spec exit_after(non_neg_integer(), pid(), term()) -> {ok, term()} | {error, term()}.
exit_after(Time, Pid, Reason) -> apply_after(Time, erlang, exit, [Pid, Reason]).

-doc "The same as exit_after(Time, self(), kill).".
-spec kill_after(non_neg_integer()) -> {ok, term()} | {error, term()}.
kill_after(Time) -> exit_after(Time, self(), kill).

-doc "The same as exit_after(Time, Pid, kill).".
-spec kill_after(non_neg_integer(), pid()) -> {ok, term()} | {error, term()}.
kill_after(Time, Pid) -> exit_after(Time, Pid, kill).

-doc "Cancels a timer of this module.".
-spec cancel(term()) -> {ok, cancel} | {error, term()}.
cancel({instant, Ref}) when is_reference(Ref) ->
    {ok, cancel};
cancel({send_local, Ref}) when is_reference(Ref) ->
    _ = erlang:cancel_timer(Ref),
    {ok, cancel};
cancel({Kind, Ref}) when is_reference(Ref), Kind =:= once orelse Kind =:= interval ->
    request({cancel, Ref});
cancel(_) ->
    {error, badarg}.

-doc "Starts the server of this module; it starts by itself when it is needed.".
-spec start() -> ok.
start() ->
    _ = server(),
    ok.

-doc false.
send([To, Message]) -> catch To ! Message.

%%% The server

request(Request) ->
    {ok, Answer} = gen:call(server(), '$gen_call', Request, infinity),
    Answer.

server() ->
    case whereis(timer_server) of
        undefined ->
            {Pid, Ref} = spawn_monitor(?MODULE, serve, []),
            Pid ! {ready, self()},
            receive
                {ready, Pid} -> erlang:demonitor(Ref, [flush]), Pid;
                {'DOWN', Ref, _, _, _} -> server()
            end;
        Pid ->
            Pid
    end.

-doc false.
serve() ->
    try register(timer_server, self()) of
        true ->
            receive {ready, From} -> From ! {ready, self()} end,
            loop(#{})
    catch
        error:badarg -> ok
    end.

%% Timers: reference => {Timer of the node, Call, Interval, Monitor}.
loop(Timers) ->
    receive
        {'$gen_call', From, Request} ->
            {Answer, New} = handle(Request, Timers),
            gen:reply(From, Answer),
            loop(New);
        {timeout, _, {once, Ref}} ->
            case maps:take(Ref, Timers) of
                {{_, {M, F, Args}, _, _}, Rest} -> _ = spawn_call(M, F, Args), loop(Rest);
                error -> loop(Timers)
            end;
        {timeout, _, {interval, Ref, Due}} ->
            case Timers of
                #{Ref := {_, {M, F, Args} = Call, {repeatedly, Time}, Monitor}} ->
                    {_, Running} = spawn_monitor(M, F, Args),
                    loop(Timers#{Ref := {{running, Running, Due}, Call, {repeatedly, Time}, Monitor}});
                #{Ref := {_, {M, F, Args} = Call, Time, Monitor}} ->
                    run(M, F, Args),
                    loop(Timers#{Ref := {again(Ref, Due, Time), Call, Time, Monitor}});
                _ -> loop(Timers)
            end;
        {'DOWN', Monitor, process, _, _} ->
            loop(maps:filtermap(fun(_, {Timer, _, _, Own}) when Own =:= Monitor -> stop(Timer), false;
                                   (Ref, {{running, Running, Due}, Call, {repeatedly, Time} = Every, Own}) when Running =:= Monitor ->
                                       {true, {again(Ref, Due, Time), Call, Every, Own}};
                                   (_, _) -> true
                                end, Timers));
        _ ->
            loop(Timers)
    end.

handle({once, Time, Call}, Timers) ->
    Ref = make_ref(),
    Timer = erlang:start_timer(Time, self(), {once, Ref}),
    {{ok, {once, Ref}}, Timers#{Ref => {Timer, Call, once, none}}};
handle({interval, Time, For, Call}, Timers) ->
    Ref = make_ref(),
    Monitor = erlang:monitor(process, For),
    {{ok, {interval, Ref}}, Timers#{Ref => {again(Ref, erlang:monotonic_time(millisecond), Time), Call, Time, Monitor}}};
handle({repeatedly, Time, For, Call}, Timers) ->
    Ref = make_ref(),
    Monitor = erlang:monitor(process, For),
    {{ok, {interval, Ref}}, Timers#{Ref => {again(Ref, erlang:monotonic_time(millisecond), Time), Call, {repeatedly, Time}, Monitor}}};
handle({cancel, Ref}, Timers) ->
    case maps:take(Ref, Timers) of
        {{Timer, _, _, Monitor}, Rest} ->
            stop(Timer),
            _ = Monitor =/= none andalso erlang:demonitor(Monitor, [flush]),
            {{ok, cancel}, Rest};
        error ->
            {{ok, cancel}, Timers}
    end;
handle(_, Timers) ->
    {{error, badarg}, Timers}.

%% A call that runs goes on, and is not waited for any more.
stop({running, Running, _}) -> erlang:demonitor(Running, [flush]);
stop(Timer) -> erlang:cancel_timer(Timer).

%% Intervals count from the first one, so that delays do not add up.
again(Ref, Due, Time) ->
    Next = Due + Time,
    erlang:start_timer(Next, self(), {interval, Ref, Next}, [{abs, true}]).

%% A message is sent by the server itself; other calls have a process of their own.
run(?MODULE, send, [Args]) -> send(Args);
run(M, F, Args) -> spawn_call(M, F, Args).

spawn_call(?MODULE, send, [Args]) -> send(Args);
spawn_call(M, F, Args) -> spawn(M, F, Args).
