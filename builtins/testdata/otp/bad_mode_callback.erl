%% A machine without a callback mode.
-module(bad_mode_callback).
-export([init/1, callback_mode/0]).

init(_) -> {ok, s, d}.
callback_mode() -> what.
