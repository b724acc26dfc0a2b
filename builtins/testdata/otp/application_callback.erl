%% An application whose callbacks tell the registered process scene_caller what they are called for. Its argument says how it starts.
-module(application_callback).
-behaviour(application).
-behaviour(supervisor).
-export([start/2, prep_stop/1, stop/1, start_phase/3, init/1]).

tell(What) -> scene_caller ! What.

start(Type, {with, Pid}) ->
    tell({start, Type, with}),
    {ok, Pid()};
start(Type, Args) ->
    tell({start, Type, Args, application:get_application()}),
    case Args of
        bad -> {error, why};
        crash -> error(boo);
        weird -> weird;
        _ ->
            {ok, Pid} = supervisor:start_link(?MODULE, Args),
            {ok, Pid, {state, Args}}
    end.

prep_stop(State) -> tell({prep_stop, State}), {prepared, State}.

stop(State) -> tell({stop, State}).

start_phase(Phase, Type, Args) ->
    tell({phase, Phase, Type, Args}),
    case Args of
        fail -> {error, phase_failed};
        _ -> ok
    end.

init(_) -> {ok, {#{}, []}}.
