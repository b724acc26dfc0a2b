%% A state machine, an event handler and a server that return what they are told.
-module(frames_callback).
-export([init/1, callback_mode/0, handle_event/4, handle_event/2, handle_call/2, handle_call/3, handle_cast/2, terminate/2]).

init(Fun) when is_function(Fun, 0) -> Fun();
init({_, crash}) -> error(crash);
init(Value) -> Value.

callback_mode() -> case get(mode) of undefined -> handle_event_function; Mode -> Mode end.

handle_event(enter, _, b, _) -> get(enter);
handle_event(enter, _, _, _) -> keep_state_and_data;
handle_event(_, Fun, State, Data) -> Fun(State, Data).

handle_event(Fun, State) -> Fun(State).

handle_call(Fun, State) -> Fun(State).
handle_call(Fun, _, State) -> Fun(State).
handle_cast(Fun, State) -> Fun(State).

terminate(_, failing) -> error(failing);
terminate(_, _) -> ok.
