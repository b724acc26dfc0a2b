%% The module that a machine changes to for a while.
-module(other_statem_callback).
-export([callback_mode/0, handle_event/4]).

callback_mode() -> handle_event_function.

handle_event({call, From}, Content, State, _) -> {keep_state_and_data, [{reply, From, {other, Content, State}}]};
handle_event(cast, pop, _, _) -> {keep_state_and_data, [pop_callback_module]}.
