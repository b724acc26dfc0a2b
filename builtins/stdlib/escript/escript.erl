%% What an escript can ask about itself.
-module(escript).

-export([script_name/0]).

-doc """
Returns the name of the escript that runs, as it was given on the command line.

    1> escript:script_name().
    ...
""".
-spec script_name() -> string().
script_name() ->
    [Name | _] = init:get_plain_arguments(),
    Name.
