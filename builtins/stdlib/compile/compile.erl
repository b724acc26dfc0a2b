%% What prints and decides; the reading and checking itself is a native function.
-module(compile).

-export([file/1, file/2]).

-doc """
Checks Filename.erl and prints what is wrong with it.

    1> compile:file("nofile").
    nofile.erl: no such file or directory
    error
""".
-spec file(Filename :: file:filename() | module()) -> {ok, module()} | error.
file(Filename) -> file(Filename, [report]).

-doc """
Checks Filename.erl. With report, report_errors or report_warnings it prints what it has to say; with return it returns it as well.
""".
-spec file(Filename :: file:filename() | module(), Options :: [term()]) ->
    {ok, module()} | {ok, module(), [binary()]} | error | {error, [binary()], [binary()]}.
file(Filename, Option) when not is_list(Option) -> file(Filename, [Option]);
file(Filename, Options) when is_atom(Filename) -> file(atom_to_list(Filename), Options);
file(Filename, Options) ->
    case compile:check(Filename, Options) of
        {ok, Module, Warnings} ->
            show(Warnings, wanted(report_warnings, Options)),
            case lists:member(return, Options) orelse lists:member(return_warnings, Options) of
                true -> {ok, Module, Warnings};
                false -> {ok, Module}
            end;
        {error, Errors, Warnings} ->
            show(Errors, wanted(report_errors, Options)),
            show(Warnings, wanted(report_warnings, Options)),
            case lists:member(return, Options) orelse lists:member(return_errors, Options) of
                true -> {error, Errors, Warnings};
                false -> error
            end
    end.

wanted(What, Options) -> lists:member(report, Options) orelse lists:member(What, Options).

show(_, false) -> ok;
show(Texts, true) -> lists:foreach(fun(Text) -> io:put_chars(Text) end, Texts).
