%% A server that does what its messages say: funs of the state.
-module(server_callback).
-behaviour(gen_server).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, handle_continue/2, terminate/2, code_change/3]).

init(Fun) when is_function(Fun, 0) -> Fun();
init(Value) -> Value.

handle_call(Fun, From, State) when is_function(Fun, 2) -> Fun(From, State);
handle_call(later, From, State) -> gen_server:reply(From, r), {noreply, State, {continue, c}};
handle_call(Request, From, State) -> tell({call, Request, From, State}), {reply, {answer, Request}, State}.

handle_cast(Fun, State) when is_function(Fun, 1) -> Fun(State);
handle_cast(Request, State) -> tell({cast, Request, State}), {noreply, State}.

handle_info(Fun, State) when is_function(Fun, 1) -> Fun(State);
handle_info(Message, State) -> tell({info, Message, State}), {noreply, State}.

handle_continue(Fun, State) when is_function(Fun, 1) -> Fun(State);
handle_continue(What, State) -> tell({continue, What, State}), {noreply, State}.

terminate(Reason, {terminate, Fun} = State) -> tell({terminate, Reason, State}), Fun();
terminate(Reason, State) -> tell({terminate, Reason, State}).

code_change(Old, State, Extra) when is_function(Extra) -> Extra(Old, State);
code_change(Old, State, Extra) -> {ok, {Old, State, Extra}}.

tell(What) ->
    case get(teller) of
        undefined -> ok;
        Pid -> Pid ! What
    end.
