%% The older interface to calls on other nodes: made of erpc, with every failure turned into {badrpc, Reason}.
-module(rpc).

-export([call/4, call/5, block_call/4, block_call/5, cast/4,
         async_call/4, yield/1, nb_yield/1, nb_yield/2,
         multicall/3, multicall/4, multicall/5, eval_everywhere/3, eval_everywhere/4,
         multi_server_call/2, multi_server_call/3, server_call/4,
         abcast/2, abcast/3, sbcast/2, sbcast/3,
         parallel_eval/1, pmap/3, pinfo/1, pinfo/2]).
%% Called by the server process rex for requests of other nodes.
-export([serve/5, perform/3]).

-doc """
Evaluates Module:Function(Args...) on Node and returns its value, or {badrpc, Reason}.

    1> rpc:call(node(), lists, sum, [[1,2,3]]).
    6
    2> rpc:call(node(), erlang, error, [oops]).
    {badrpc,{'EXIT',{oops,[{erlang,error,[oops],[]}]}}}
""".
-spec call(node(), module(), atom(), [term()]) -> term() | {badrpc, term()}.
call(Node, M, F, A) -> call(Node, M, F, A, infinity).

-doc """
Evaluates Module:Function(Args...) on Node and waits at most Timeout milliseconds.

    1> rpc:call(node(), timer, sleep, [5000], 10).
    {badrpc,timeout}
""".
-spec call(node(), module(), atom(), [term()], timeout()) -> term() | {badrpc, term()}.
call(Node, M, F, A, Timeout) ->
    try erpc:call(Node, M, F, A, Timeout) of
        {'EXIT', _} = Exit -> {badrpc, Exit};
        Value -> Value
    catch
        Class:Reason -> failure(Class, Reason)
    end.

failure(throw, {'EXIT', _} = Exit) -> {badrpc, Exit};
failure(throw, Value) -> Value;
failure(exit, {exception, Reason}) -> {badrpc, {'EXIT', Reason}};
failure(exit, {signal, Reason}) -> {badrpc, {'EXIT', Reason}};
failure(error, {exception, Reason, Stack}) -> {badrpc, {'EXIT', {Reason, Stack}}};
failure(error, {erpc, badarg}) -> error(badarg);
failure(error, {erpc, noconnection}) -> {badrpc, nodedown};
failure(error, {erpc, Reason}) -> {badrpc, Reason};
failure(Class, Reason) -> erlang:Class(Reason).

-doc """
As call/4, one such call after the other on Node: the server there does nothing else meanwhile.

    1> rpc:block_call(node(), lists, sum, [[1,2,3]]).
    6
""".
-spec block_call(node(), module(), atom(), [term()]) -> term() | {badrpc, term()}.
block_call(Node, M, F, A) -> block_call(Node, M, F, A, infinity).

-doc """
As call/5, one such call after the other on Node.

    1> rpc:block_call(node(), lists, sum, [[1,2,3]], 1000).
    6
""".
-spec block_call(node(), module(), atom(), [term()], timeout()) -> term() | {badrpc, term()}.
block_call(Node, M, F, A, Timeout) when is_atom(Node), is_atom(M), is_atom(F), is_list(A) ->
    Ref = erlang:monitor(process, {rex, Node}, [{alias, reply_demonitor}]),
    Tag = [alias | Ref],
    _ = erlang:send({rex, Node}, {'$gen_call', {self(), Tag}, {block_call, M, F, A, group_leader()}}),
    receive
        {Tag, Reply} -> Reply;
        {'DOWN', Ref, process, _, noconnection} -> {badrpc, nodedown};
        {'DOWN', Ref, process, _, Reason} -> {badrpc, {'EXIT', {Reason, [{?MODULE, block_call, 5, []}]}}}
    after Timeout ->
        erlang:demonitor(Ref, [flush]),
        {badrpc, timeout}
    end;
block_call(_, _, _, _, _) ->
    error(badarg).

-doc """
Evaluates Module:Function(Args...) on Node without waiting for it. Nothing tells whether the node was there.

    1> rpc:cast(node(), lists, sum, [[1,2,3]]).
    true
""".
-spec cast(node(), module(), atom(), [term()]) -> true.
cast(Node, M, F, A) ->
    try erpc:cast(Node, M, F, A) of
        ok -> true
    catch
        error:{erpc, badarg} -> error(badarg)
    end.

-doc """
Starts a call and returns a key, with which yield/1 fetches the value.

    1> rpc:yield(rpc:async_call(node(), lists, sum, [[1,2,3]])).
    6
""".
-spec async_call(node(), module(), atom(), [term()]) -> term().
async_call(Node, M, F, A) ->
    try erpc:send_request(Node, M, F, A)
    catch error:{erpc, badarg} -> error(badarg)
    end.

-doc """
Waits for the value of a call that async_call/4 started.

    1> rpc:yield(rpc:async_call(node(), erlang, abs, [-1])).
    1
""".
-spec yield(term()) -> term() | {badrpc, term()}.
yield(Key) ->
    try erpc:receive_response(Key) of
        {'EXIT', _} = Exit -> {badrpc, Exit};
        Value -> Value
    catch
        Class:Reason -> failure(Class, Reason)
    end.

-doc """
The same as nb_yield(Key, 0).

    1> rpc:nb_yield(rpc:async_call(node(), timer, sleep, [5000])).
    timeout
""".
-spec nb_yield(term()) -> {value, term()} | timeout.
nb_yield(Key) -> nb_yield(Key, 0).

-doc """
Waits at most Timeout milliseconds for the value of a call that async_call/4 started.

    1> rpc:nb_yield(rpc:async_call(node(), erlang, abs, [-1]), 1000).
    {value,1}
""".
-spec nb_yield(term(), timeout()) -> {value, term()} | timeout.
nb_yield(Key, Timeout) ->
    try erpc:wait_response(Key, Timeout) of
        no_response -> timeout;
        {response, {'EXIT', _} = Exit} -> {value, {badrpc, Exit}};
        {response, Value} -> {value, Value}
    catch
        Class:Reason -> {value, failure(Class, Reason)}
    end.

-doc """
The same as multicall([node()|nodes()], Module, Function, Args, infinity).

    1> rpc:multicall(erlang, abs, [-1]).
    {[1],[]}
""".
-spec multicall(module(), atom(), [term()]) -> {[term()], [node()]}.
multicall(M, F, A) -> multicall([node() | nodes()], M, F, A, infinity).

-doc """
multicall(Nodes, Module, Function, Args, infinity), or multicall([node()|nodes()], Module, Function, Args, Timeout).

    1> rpc:multicall([node()], erlang, abs, [-1]).
    {[1],[]}
""".
-spec multicall([node()] | module(), module() | atom(), atom() | [term()], [term()] | timeout()) -> {[term()], [node()]}.
multicall(Nodes, M, F, A) when is_list(Nodes) -> multicall(Nodes, M, F, A, infinity);
multicall(M, F, A, Timeout) -> multicall([node() | nodes()], M, F, A, Timeout).

-doc """
Evaluates Module:Function(Args...) on all Nodes at once: the values, and the nodes that gave none.

    1> rpc:multicall([node()], erlang, abs, [-1], 1000).
    {[1],[]}
""".
-spec multicall([node()], module(), atom(), [term()], timeout()) -> {[term()], [node()]}.
multicall(Nodes, M, F, A, Timeout) ->
    Answers =
        try erpc:multicall(Nodes, M, F, A, Timeout)
        catch error:{erpc, badarg} -> error(badarg)
        end,
    sort(Nodes, Answers, [], []).

sort([], [], Values, Bad) -> {lists:reverse(Values), lists:reverse(Bad)};
sort([Node | Nodes], [Answer | Answers], Values, Bad) ->
    case Answer of
        {ok, {'EXIT', _} = Exit} -> sort(Nodes, Answers, [{badrpc, Exit} | Values], Bad);
        {ok, Value} -> sort(Nodes, Answers, [Value | Values], Bad);
        {error, {erpc, badarg}} -> error(badarg);
        {error, {erpc, _}} -> sort(Nodes, Answers, Values, [Node | Bad]);
        {Class, Reason} -> sort(Nodes, Answers, [failure(Class, Reason) | Values], Bad)
    end.

-doc """
The same as eval_everywhere([node()|nodes()], Module, Function, Args).

    1> rpc:eval_everywhere(erlang, abs, [-1]).
    abcast
""".
-spec eval_everywhere(module(), atom(), [term()]) -> abcast.
eval_everywhere(M, F, A) -> eval_everywhere([node() | nodes()], M, F, A).

-doc """
Evaluates Module:Function(Args...) on all Nodes without waiting.

    1> rpc:eval_everywhere([node()], erlang, abs, [-1]).
    abcast
""".
-spec eval_everywhere([node()], module(), atom(), [term()]) -> abcast.
eval_everywhere(Nodes, M, F, A) ->
    try erpc:multicast(Nodes, M, F, A) of
        ok -> abcast
    catch
        error:{erpc, badarg} -> error(badarg)
    end.

-doc """
Sends {From, Request} to the process registered as Name on Node and waits for {ReplyWrapper, Node, Reply}.

    1> rpc:server_call(node(), no_such_name, x, y).
    {error,nodedown}
""".
-spec server_call(node(), atom(), term(), term()) -> term() | {error, nodedown}.
server_call(Node, Name, ReplyWrapper, Request) when is_atom(Node), is_atom(Name) ->
    Ref = erlang:monitor(process, {Name, Node}),
    _ = erlang:send({Name, Node}, {self(), Request}),
    receive
        {'DOWN', Ref, process, _, _} -> {error, nodedown};
        {ReplyWrapper, Node, Reply} ->
            erlang:demonitor(Ref, [flush]),
            Reply
    end.

-doc """
The same as multi_server_call([node()|nodes()], Name, Request).

    1> rpc:multi_server_call(no_such_name, hi).
    {[],[nonode@nohost]}
""".
-spec multi_server_call(atom(), term()) -> {[term()], [node()]}.
multi_server_call(Name, Request) -> multi_server_call([node() | nodes()], Name, Request).

-doc """
Sends {From, Request} to the processes registered as Name on Nodes, which answer {Name, Node, Reply}.

    1> rpc:multi_server_call([node()], no_such_name, hi).
    {[],[nonode@nohost]}
""".
-spec multi_server_call([node()], atom(), term()) -> {[term()], [node()]}.
multi_server_call(Nodes, Name, Request) when is_list(Nodes), is_atom(Name) ->
    Asked = [{Node, sent(Node, Name, Request)} || Node <- Nodes],
    answers(Asked, Name, [], []).

sent(Node, Name, Request) ->
    Ref = erlang:monitor(process, {Name, Node}),
    _ = erlang:send({Name, Node}, {self(), Request}),
    Ref.

answers([], _, Replies, Bad) -> {lists:reverse(Replies), lists:reverse(Bad)};
answers([{Node, Ref} | Asked], Name, Replies, Bad) ->
    receive
        {'DOWN', Ref, process, _, _} -> answers(Asked, Name, Replies, [Node | Bad]);
        {Name, Node, Reply} ->
            erlang:demonitor(Ref, [flush]),
            answers(Asked, Name, [Reply | Replies], Bad)
    end.

-doc """
The same as abcast([node()|nodes()], Name, Message).

    1> rpc:abcast(no_such_name, hi).
    abcast
""".
-spec abcast(atom(), term()) -> abcast.
abcast(Name, Message) -> abcast([node() | nodes()], Name, Message).

-doc """
Sends Message to the processes registered as Name on Nodes.

    1> rpc:abcast([node()], no_such_name, hi).
    abcast
""".
-spec abcast([node()], atom(), term()) -> abcast.
abcast(Nodes, Name, Message) when is_list(Nodes), is_atom(Name) ->
    _ = [erlang:send({Name, Node}, Message, [noconnect]) || Node <- Nodes],
    abcast.

-doc """
The same as sbcast([node()|nodes()], Name, Message).

    1> rpc:sbcast(no_such_name, hi).
    {[],[nonode@nohost]}
""".
-spec sbcast(atom(), term()) -> {[node()], [node()]}.
sbcast(Name, Message) -> sbcast([node() | nodes()], Name, Message).

-doc """
Sends Message to the processes registered as Name on Nodes and tells where there was one: {Good, Bad}.

    1> rpc:sbcast([node()], no_such_name, hi).
    {[],[nonode@nohost]}
""".
-spec sbcast([node()], atom(), term()) -> {[node()], [node()]}.
sbcast(Nodes, Name, Message) when is_list(Nodes), is_atom(Name) ->
    Asked = [{Node, sent(Node, rex, {sbcast, Name, Message})} || Node <- Nodes],
    told(Asked, [], []).

told([], Good, Bad) -> {lists:reverse(Good), lists:reverse(Bad)};
told([{Node, Ref} | Asked], Good, Bad) ->
    receive
        {'DOWN', Ref, process, _, _} -> told(Asked, Good, [Node | Bad]);
        {rex, Node, {nonexisting_name, _}} ->
            erlang:demonitor(Ref, [flush]),
            told(Asked, Good, [Node | Bad]);
        {rex, Node, _} ->
            erlang:demonitor(Ref, [flush]),
            told(Asked, [Node | Good], Bad)
    end.

-doc """
Evaluates each {Module, Function, Args} on one of the connected nodes, and returns the values in their order.

    1> rpc:parallel_eval([{erlang,abs,[-1]},{erlang,abs,[-2]}]).
    [1,2]
""".
-spec parallel_eval([{module(), atom(), [term()]}]) -> [term()].
parallel_eval(Calls) ->
    Nodes = [node() | nodes()],
    Keys = spread(Calls, Nodes, Nodes),
    [yield(Key) || Key <- Keys].

spread([], _, _) -> [];
spread(Calls, [], Nodes) -> spread(Calls, Nodes, Nodes);
spread([{M, F, A} | Calls], [Node | More], Nodes) -> [async_call(Node, M, F, A) | spread(Calls, More, Nodes)].

-doc """
Evaluates Module:Function(Element, ExtraArgs...) for every element, spread over the connected nodes.

    1> rpc:pmap({erlang,abs}, [], [-1,2]).
    [1,2]
""".
-spec pmap({module(), atom()}, [term()], [term()]) -> [term()].
pmap({M, F}, Extra, List) ->
    Values = parallel_eval([{M, F, [Element | Extra]} || Element <- List]),
    case [Bad || {badrpc, _} = Bad <- Values] of
        [] -> Values;
        _ -> exit(badrpc)
    end.

-doc """
process_info/1 for a process of any node.

    1> rpc:pinfo(self()) =/= undefined.
    true
""".
-spec pinfo(pid()) -> term().
pinfo(Pid) when node(Pid) =:= node() -> process_info(Pid);
pinfo(Pid) -> call(node(Pid), erlang, process_info, [Pid]).

-doc """
process_info/2 for a process of any node.

    1> rpc:pinfo(self(), priority).
    {priority,normal}
""".
-spec pinfo(pid(), term()) -> term().
pinfo(Pid, Item) when node(Pid) =:= node() -> process_info(Pid, Item);
pinfo(Pid, Item) -> call(node(Pid), erlang, process_info, [Pid, Item]).

%% The server's side: what a caller that does not use spawn requests asks of rex.

-doc false.
serve(Pid, Tag, M, F, A) ->
    Pid ! {Tag, perform(M, F, A)}.

-doc false.
perform(M, F, A) ->
    try apply(M, F, A) of
        {'EXIT', _} = Exit -> {badrpc, Exit};
        Value -> Value
    catch
        throw:Value -> failure(throw, Value);
        exit:Reason -> {badrpc, {'EXIT', Reason}};
        error:Reason:Stack ->
            Frames = lists:takewhile(fun(Frame) -> element(1, Frame) =/= ?MODULE end, Stack),
            {badrpc, {'EXIT', {Reason, if Frames =:= [] -> [{M, F, A, []}]; true -> Frames end}}}
    end.
