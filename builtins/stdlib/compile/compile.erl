%% What prints and decides; the reading and checking itself is a native function.
-module(compile).

-export([file/1, file/2, noenv_file/2, forms/1, forms/2, noenv_forms/2, env_compiler_options/0, options/0]).

-type file() :: file:filename() | module().
-type messages() :: [{file:filename(), [{erl_anno:location() | none, module(), term()}]}].
-type result() :: {ok, module()} | {ok, module(), messages() | binary()} | {ok, module(), binary(), messages()} | error | {error, messages(), messages()}.

-doc """
Checks Filename.erl and prints what is wrong with it.

    1> compile:file("nofile").
    nofile.erl: no such file or directory
    error
""".
-spec file(Filename :: file()) -> result().
file(Filename) -> file(Filename, [report_errors, report_warnings]).

-doc """
Checks Filename.erl. With report, report_errors or report_warnings it prints what it has to say; with return it returns it as well; with
binary it returns the module in a form that code:load_binary/3 takes. Nothing is written: erlsh loads source text.
""".
-spec file(Filename :: file(), Options :: [term()] | term()) -> result().
file(Filename, Option) when not is_list(Option) -> file(Filename, [Option]);
file(Filename, Options) when is_atom(Filename) -> file(atom_to_list(Filename), Options);
file(Filename, Options) -> done(compile:check(Filename, Options), Options).

-doc "The same as `file/2`: no variable of the system adds options here.".
-spec noenv_file(Filename :: file(), Options :: [term()] | term()) -> result().
noenv_file(Filename, Options) -> file(Filename, Options).

-doc """
Compiles forms in the abstract format and returns the module in a form that code:load_binary/3 takes.

    1> {ok, m, _} = compile:forms([{attribute,1,module,m}]), ok.
    ok
""".
-spec forms(Forms :: [tuple()]) -> result().
forms(Forms) -> forms(Forms, [report_errors, report_warnings]).

-doc "Compiles forms in the abstract format, with the options of `file/2`.".
-spec forms(Forms :: [tuple()], Options :: [term()] | term()) -> result().
forms(Forms, Option) when not is_list(Option) -> forms(Forms, [Option]);
forms(Forms, Options) -> done(compile:check_forms(Forms, Options), [binary | Options]).

-doc "The same as `forms/2`.".
-spec noenv_forms(Forms :: [tuple()], Options :: [term()] | term()) -> result().
noenv_forms(Forms, Options) -> forms(Forms, Options).

-doc """
Returns the options that a variable of the system adds: none.

    1> compile:env_compiler_options().
    []
""".
-spec env_compiler_options() -> [term()].
env_compiler_options() -> [].

-doc """
Prints the options of file/2.

    1> compile:options().
    ...
""".
-spec options() -> ok.
options() ->
    io:format("report, report_errors, report_warnings - print errors, warnings, or both~n"
              "return, return_errors, return_warnings - return errors, warnings, or both~n"
              "binary - return the module~n{i,Dir} - look for included files in Dir~n"
              "{d,Macro}, {d,Macro,Value} - define Macro~nwarnings_as_errors, export_all, warn_*, nowarn_* - as in -compile(...)~n").

done({ok, Module, Binary, Warnings, Texts}, Options) ->
    show(Texts, wanted(report_warnings, Options)),
    Bin = [Binary || lists:member(binary, Options)],
    Ws = [Warnings || returned(return_warnings, Options)],
    list_to_tuple([ok, Module | Bin ++ Ws]);
done({error, Errors, Warnings, ErrorTexts, WarningTexts}, Options) ->
    show(ErrorTexts, wanted(report_errors, Options)),
    show(WarningTexts, wanted(report_warnings, Options)),
    case returned(return_errors, Options) of
        true -> {error, Errors, Warnings};
        false -> error
    end.

wanted(What, Options) -> lists:member(report, Options) orelse lists:member(What, Options).

returned(What, Options) -> lists:member(return, Options) orelse lists:member(What, Options).

show(_, false) -> ok;
show(Texts, true) -> lists:foreach(fun(Text) -> io:put_chars(Text) end, Texts).
