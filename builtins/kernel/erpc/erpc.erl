%% Every call is a process on the other node, asked for by a spawn request with a monitor. The result travels as the exit reason of
%% that process, so that one signal brings the answer and a lost connection shows as the end of the same monitor.
-module(erpc).

-export([call/2, call/3, call/4, call/5, cast/2, cast/4,
         send_request/2, send_request/4, send_request/6,
         receive_response/1, receive_response/2, receive_response/3,
         wait_response/1, wait_response/2, wait_response/3,
         check_response/2, check_response/3,
         reqids_new/0, reqids_size/1, reqids_add/3, reqids_to_list/1,
         multicall/2, multicall/3, multicall/4, multicall/5,
         multicast/2, multicast/4]).
%% Named in spawn requests of other nodes: their shape is part of the protocol.
-export([execute_call/3, execute_call/4, execute_cast/3]).

-define(MAX_TIMEOUT, 16#ffffffff).
-define(is_mfa(M, F, A), (is_atom(M) andalso is_atom(F) andalso is_list(A))).
-define(is_timeout(T), (T =:= infinity orelse (is_integer(T) andalso T >= 0 andalso T =< ?MAX_TIMEOUT))).

-doc """
The same as call(Node, Fun, infinity).

    1> erpc:call(node(), fun() -> 1 + 1 end).
    2
""".
-spec call(node(), fun(() -> Result)) -> Result.
call(Node, Fun) -> call(Node, Fun, infinity).

-doc """
Evaluates Fun() on Node and returns its value, waiting at most Timeout milliseconds.

    1> erpc:call(node(), fun() -> 1 + 1 end, 1000).
    2
""".
-spec call(node(), fun(() -> Result), timeout()) -> Result.
call(Node, Fun, Timeout) when is_function(Fun, 0) ->
    call(Node, erlang, apply, [Fun, []], Timeout);
call(_, _, _) ->
    error({erpc, badarg}).

-doc """
The same as call(Node, Module, Function, Args, infinity).

    1> erpc:call(node(), lists, sum, [[1,2,3]]).
    6
""".
-spec call(node(), module(), atom(), [term()]) -> term().
call(Node, Module, Function, Args) ->
    call(Node, Module, Function, Args, infinity).

-doc """
Evaluates Module:Function(Args...) on Node and returns its value. Exceptions of the function are raised here with a reason that
begins with exception; when the call itself failed the error is {erpc, Reason}.

    1> erpc:call(node(), lists, sum, [[1,2,3]], 1000).
    6
""".
-spec call(node(), module(), atom(), [term()], timeout()) -> term().
call(Node, M, F, A, infinity) when Node =:= node(), ?is_mfa(M, F, A) ->
    try apply(M, F, A)
    catch
        throw:Value -> throw(Value);
        exit:Reason -> exit({exception, Reason});
        error:Reason:Stack -> error({exception, Reason, own_frames(Stack, M, F, A)})
    end;
call(Node, M, F, A, Timeout) when is_atom(Node), ?is_mfa(M, F, A), ?is_timeout(Timeout) ->
    Key = request(Node, M, F, A),
    await(Key, Timeout);
call(_, _, _, _, _) ->
    error({erpc, badarg}).

-doc """
Evaluates Fun() on Node without waiting for it.

    1> erpc:cast(node(), fun() -> 1 + 1 end).
    ok
""".
-spec cast(node(), fun(() -> term())) -> ok.
cast(Node, Fun) -> cast(Node, erlang, apply, [Fun, []]).

-doc """
Evaluates Module:Function(Args...) on Node without waiting for it. Nothing tells whether the node was there.

    1> erpc:cast(node(), lists, sum, [[1,2,3]]).
    ok
""".
-spec cast(node(), module(), atom(), [term()]) -> ok.
cast(Node, M, F, A) when is_atom(Node), ?is_mfa(M, F, A) ->
    _ = spawn_request(Node, ?MODULE, execute_cast, [M, F, A], [{reply, no}]),
    ok;
cast(_, _, _, _) ->
    error({erpc, badarg}).

-doc """
Sends a request to evaluate Fun() on Node; receive_response/1,2 or check_response/2 fetch the answer.

    1> Id = erpc:send_request(node(), fun() -> 1 + 1 end), erpc:receive_response(Id).
    2
""".
-spec send_request(node(), fun(() -> term())) -> term().
send_request(Node, Fun) when is_function(Fun, 0) -> send_request(Node, erlang, apply, [Fun, []]);
send_request(_, _) -> error({erpc, badarg}).

-doc """
Sends a request to evaluate Module:Function(Args...) on Node.

    1> Id = erpc:send_request(node(), lists, sum, [[1,2,3]]), erpc:receive_response(Id).
    6
""".
-spec send_request(node(), module(), atom(), [term()]) -> term().
send_request(Node, M, F, A) when is_atom(Node), ?is_mfa(M, F, A) -> request(Node, M, F, A);
send_request(_, _, _, _) -> error({erpc, badarg}).

-doc """
Sends a request and adds it, under Label, to a collection.

    1> C = erpc:send_request(node(), lists, sum, [[1,2]], first, erpc:reqids_new()), erpc:reqids_size(C).
    1
""".
-spec send_request(node(), module(), atom(), [term()], term(), map()) -> map().
send_request(Node, M, F, A, Label, Collection) when is_map(Collection) ->
    reqids_add(send_request(Node, M, F, A), Label, Collection);
send_request(_, _, _, _, _, _) ->
    error({erpc, badarg}).

-doc """
The same as receive_response(RequestId, infinity).

    1> erpc:receive_response(erpc:send_request(node(), erlang, abs, [-1])).
    1
""".
-spec receive_response(term()) -> term().
receive_response(Id) -> receive_response(Id, infinity).

-doc """
Waits at most Timeout milliseconds for the answer to a request and returns the value, or raises as call/5 does.

    1> erpc:receive_response(erpc:send_request(node(), erlang, abs, [-1]), 1000).
    1
""".
-spec receive_response(term(), timeout()) -> term().
receive_response([Res | Req] = Key, Timeout) when is_reference(Res), is_reference(Req), ?is_timeout(Timeout) ->
    await(Key, Timeout);
receive_response(_, _) ->
    error({erpc, badarg}).

-doc """
Waits for any answer of a collection: {Value, Label, NewCollection}, or no_request for an empty one.

    1> C = erpc:send_request(node(), erlang, abs, [-1], one, erpc:reqids_new()), {V, L, _} = erpc:receive_response(C, 1000, true), {V, L}.
    {1,one}
""".
-spec receive_response(map(), timeout(), boolean()) -> {term(), term(), map()} | no_request.
receive_response(Collection, Timeout, Delete) ->
    case collect(Collection, Timeout, Delete) of
        timeout ->
            maps:foreach(fun(Req, _) -> abandon(Req) end, Collection),
            error({erpc, timeout});
        no_request ->
            no_request;
        {Req, Res, Label, Answer} ->
            New = delete(Delete, Req, Collection),
            {labelled(Res, Answer, Label, New), Label, New}
    end.

-doc """
The same as wait_response(RequestId, 0).

    1> Id = erpc:send_request(node(), timer, sleep, [5000]), erpc:wait_response(Id).
    no_response
""".
-spec wait_response(term()) -> {response, term()} | no_response.
wait_response(Id) -> wait_response(Id, 0).

-doc """
Waits at most Timeout milliseconds for the answer to a request: {response, Value} or no_response, after which one may wait again.

    1> Id = erpc:send_request(node(), erlang, abs, [-1]), erpc:wait_response(Id, 1000).
    {response,1}
""".
-spec wait_response(term(), timeout()) -> {response, term()} | no_response.
wait_response([Res | Req], Timeout) when is_reference(Res), is_reference(Req), ?is_timeout(Timeout) ->
    receive
        {spawn_reply, Req, error, Reason} -> refused(Reason);
        {'DOWN', Req, process, _, Reason} -> {response, answer(Res, Reason)}
    after Timeout ->
        no_response
    end;
wait_response(_, _) ->
    error({erpc, badarg}).

-doc """
Waits for any answer of a collection and leaves the others alone when the time is over.

    1> erpc:wait_response(erpc:reqids_new(), 0, true).
    no_request
""".
-spec wait_response(map(), timeout(), boolean()) -> {{response, term()}, term(), map()} | no_response | no_request.
wait_response(Collection, Timeout, Delete) ->
    case collect(Collection, Timeout, Delete) of
        timeout -> no_response;
        no_request -> no_request;
        {Req, Res, Label, Answer} ->
            New = delete(Delete, Req, Collection),
            {{response, labelled(Res, Answer, Label, New)}, Label, New}
    end.

-doc """
Tells whether Message is the answer to a request.

    1> erpc:check_response(other, erpc:send_request(node(), timer, sleep, [10])).
    no_response
""".
-spec check_response(term(), term()) -> {response, term()} | no_response.
check_response({spawn_reply, Req, error, Reason}, [_ | Req]) -> refused(Reason);
check_response({'DOWN', Req, process, _, Reason}, [Res | Req]) -> {response, answer(Res, Reason)};
check_response(_, [Res | Req]) when is_reference(Res), is_reference(Req) -> no_response;
check_response(_, _) -> error({erpc, badarg}).

-doc """
Tells whether Message is the answer to a request of a collection.

    1> erpc:check_response(other, erpc:reqids_new(), true).
    no_request
""".
-spec check_response(term(), map(), boolean()) -> {{response, term()}, term(), map()} | no_response | no_request.
check_response(_, Collection, Delete) when map_size(Collection) =:= 0, is_boolean(Delete) -> no_request;
check_response(Message, Collection, Delete) when is_map(Collection), is_boolean(Delete) ->
    case Message of
        {spawn_reply, Req, error, Reason} when is_map_key(Req, Collection) ->
            checked(Req, {refused, Reason}, Collection, Delete);
        {'DOWN', Req, process, _, Reason} when is_map_key(Req, Collection) ->
            checked(Req, {down, Reason}, Collection, Delete);
        _ -> no_response
    end;
check_response(_, _, _) ->
    error({erpc, badarg}).

-doc """
An empty collection of requests.

    1> erpc:reqids_size(erpc:reqids_new()).
    0
""".
-spec reqids_new() -> map().
reqids_new() -> #{}.

-doc """
How many requests a collection has.

    1> erpc:reqids_size(erpc:reqids_new()).
    0
""".
-spec reqids_size(map()) -> non_neg_integer().
reqids_size(Collection) when is_map(Collection) -> map_size(Collection);
reqids_size(_) -> error({erpc, badarg}).

-doc """
Adds a request under a label to a collection.

    1> Id = erpc:send_request(node(), erlang, abs, [-1]), erpc:reqids_size(erpc:reqids_add(Id, one, erpc:reqids_new())).
    1
""".
-spec reqids_add(term(), term(), map()) -> map().
reqids_add([Res | Req], Label, Collection) when is_reference(Res), is_reference(Req), is_map(Collection), not is_map_key(Req, Collection) ->
    Collection#{Req => {Res, Label}};
reqids_add(_, _, _) ->
    error({erpc, badarg}).

-doc """
The requests of a collection with their labels.

    1> erpc:reqids_to_list(erpc:reqids_new()).
    []
""".
-spec reqids_to_list(map()) -> [{term(), term()}].
reqids_to_list(Collection) when is_map(Collection) ->
    [{[Res | Req], Label} || {Req, {Res, Label}} <- maps:to_list(Collection)];
reqids_to_list(_) ->
    error({erpc, badarg}).

-doc """
The same as multicall(Nodes, Fun, infinity).

    1> erpc:multicall([node()], fun() -> 1 end).
    [{ok,1}]
""".
-spec multicall([node()], fun(() -> term())) -> [term()].
multicall(Nodes, Fun) -> multicall(Nodes, Fun, infinity).

-doc """
Evaluates Fun() on all Nodes at once.

    1> erpc:multicall([node()], fun() -> 1 end, 1000).
    [{ok,1}]
""".
-spec multicall([node()], fun(() -> term()), timeout()) -> [term()].
multicall(Nodes, Fun, Timeout) when is_function(Fun, 0) -> multicall(Nodes, erlang, apply, [Fun, []], Timeout);
multicall(_, _, _) -> error({erpc, badarg}).

-doc """
The same as multicall(Nodes, Module, Function, Args, infinity).

    1> erpc:multicall([node()], erlang, abs, [-1]).
    [{ok,1}]
""".
-spec multicall([node()], module(), atom(), [term()]) -> [term()].
multicall(Nodes, M, F, A) -> multicall(Nodes, M, F, A, infinity).

-doc """
Evaluates Module:Function(Args...) on all Nodes at once and returns what became of each, in the order of Nodes: {ok, Value},
{throw, Value}, {exit, Reason} or {error, Reason}. Timeout is for all of them together.

    1> erpc:multicall([node()], erlang, error, [oops], 1000).
    [{error,{exception,oops,[{erlang,error,[oops],[]}]}}]
""".
-spec multicall([node()], module(), atom(), [term()], timeout()) -> [term()].
multicall(Nodes, M, F, A, Timeout) when is_list(Nodes), ?is_mfa(M, F, A), ?is_timeout(Timeout) ->
    _ = [error({erpc, badarg}) || Node <- Nodes, not is_atom(Node)],
    Keys = [request(Node, M, F, A) || Node <- Nodes],
    Deadline = deadline(Timeout),
    [one(Key, Deadline) || Key <- Keys];
multicall(_, _, _, _, _) ->
    error({erpc, badarg}).

-doc """
Evaluates Fun() on all Nodes without waiting.

    1> erpc:multicast([node()], fun() -> 1 end).
    ok
""".
-spec multicast([node()], fun(() -> term())) -> ok.
multicast(Nodes, Fun) when is_function(Fun, 0) -> multicast(Nodes, erlang, apply, [Fun, []]);
multicast(_, _) -> error({erpc, badarg}).

-doc """
Evaluates Module:Function(Args...) on all Nodes without waiting.

    1> erpc:multicast([node()], erlang, abs, [-1]).
    ok
""".
-spec multicast([node()], module(), atom(), [term()]) -> ok.
multicast(Nodes, M, F, A) when is_list(Nodes), ?is_mfa(M, F, A) ->
    _ = [cast(Node, M, F, A) || Node <- Nodes],
    ok;
multicast(_, _, _, _) ->
    error({erpc, badarg}).

%% The other side

-doc false.
execute_call(Res, Fun, Args) -> execute_call(Res, erlang, apply, [Fun, Args]).

-doc false.
execute_call(Res, M, F, A) ->
    Reason =
        try {Res, return, apply(M, F, A)}
        catch
            throw:Value -> {Res, throw, Value};
            exit:Why -> {Res, exit, Why};
            error:Why:Stack -> {Res, error, Why, own_frames(Stack, M, F, A)}
        end,
    exit(Reason).

-doc false.
execute_cast(M, F, A) ->
    try apply(M, F, A)
    catch error:Why:Stack -> error({exception, {Why, own_frames(Stack, M, F, A)}})
    end.

%% This side

request(Node, M, F, A) ->
    Res = make_ref(),
    [Res | spawn_request(Node, ?MODULE, execute_call, [Res, M, F, A], [{reply, error_only}, monitor])].

await([Res | Req], Timeout) ->
    receive
        {spawn_reply, Req, error, Reason} -> refused(Reason);
        {'DOWN', Req, process, _, Reason} -> answer(Res, Reason)
    after Timeout ->
        give_up(Req, Res)
    end.

%% The answer may have come while we gave up; then it counts.
give_up(Req, Res) ->
    case abandon(Req) of
        true -> error({erpc, timeout});
        false ->
            receive
                {spawn_reply, Req, error, Reason} -> refused(Reason);
                {'DOWN', Req, process, _, Reason} -> answer(Res, Reason)
            after 0 ->
                error({erpc, timeout})
            end
    end.

abandon(Req) ->
    case erlang:spawn_request_abandon(Req) of
        true -> true;
        false -> erlang:demonitor(Req, [info])
    end.

-spec refused(atom()) -> no_return().
refused(noconnection) -> error({erpc, noconnection});
refused(notsup) -> error({erpc, notsup});
refused(badopt) -> error({erpc, notsup});
refused(system_limit) -> error({erpc, system_limit});
refused(Reason) -> error({erpc, Reason}).

answer(Res, {Res, return, Value}) -> Value;
answer(Res, {Res, throw, Value}) -> throw(Value);
answer(Res, {Res, exit, Reason}) -> exit({exception, Reason});
answer(Res, {Res, error, Reason, Stack}) -> error({exception, Reason, Stack});
answer(Res, {Res, error, {erpc, _} = Reason}) -> error(Reason);
answer(_, noconnection) -> error({erpc, noconnection});
answer(_, Reason) -> exit({signal, Reason}).

one(Key, Deadline) ->
    try {ok, await(Key, left(Deadline))}
    catch
        throw:Value -> {throw, Value};
        exit:Reason -> {exit, Reason};
        error:Reason -> {error, Reason}
    end.

deadline(infinity) -> infinity;
deadline(Timeout) -> erlang:monotonic_time(millisecond) + Timeout.

left(infinity) -> infinity;
left(Deadline) -> max(0, Deadline - erlang:monotonic_time(millisecond)).

collect(Collection, Timeout, Delete) when is_map(Collection), ?is_timeout(Timeout), is_boolean(Delete) ->
    case map_size(Collection) of
        0 -> no_request;
        _ ->
            receive
                {spawn_reply, Req, error, Reason} when is_map_key(Req, Collection) ->
                    {Res, Label} = map_get(Req, Collection),
                    {Req, Res, Label, {refused, Reason}};
                {'DOWN', Req, process, _, Reason} when is_map_key(Req, Collection) ->
                    {Res, Label} = map_get(Req, Collection),
                    {Req, Res, Label, {down, Reason}}
            after Timeout ->
                timeout
            end
    end;
collect(_, _, _) ->
    error({erpc, badarg}).

checked(Req, Answer, Collection, Delete) ->
    {Res, Label} = map_get(Req, Collection),
    New = delete(Delete, Req, Collection),
    {{response, labelled(Res, Answer, Label, New)}, Label, New}.

%% The value, or the exception with the label of its request and the new collection.
labelled(Res, Answer, Label, New) ->
    try
        case Answer of
            {refused, Reason} -> refused(Reason);
            {down, Reason} -> answer(Res, Reason)
        end
    catch
        Class:What -> erlang:raise(Class, {What, Label, New}, [])
    end.

delete(true, Req, Collection) -> maps:remove(Req, Collection);
delete(false, _, Collection) -> Collection.

%% What the callee itself did, without the frames of this module that called it. A callee that left none, as erlang:error/1 does, is
%% named itself.
own_frames(Stack, M, F, A) ->
    case lists:takewhile(fun(Frame) -> element(1, Frame) =/= ?MODULE end, Stack) of
        [] -> [{M, F, A, []}];
        Frames -> Frames
    end.
