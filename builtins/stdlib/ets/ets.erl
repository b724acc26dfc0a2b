%% What is made of the natives: traversals that call funs, deletion by match, files.
-module(ets).

-export([delete_all_objects/1, select_delete/2, match_delete/2, tab2list/1, foldl/3, foldr/3, match_spec_run/2, test_ms/2, fun2ms/1,
         init_table/2, repair_continuation/2, from_dets/2, to_dets/2, i/0, i/1, i/2, i/3]).

-export_type([table/0, match_spec/0, comp_match_spec/0, continuation/0]).

-type table() :: atom() | reference().
-type match_spec() :: [{atom() | tuple(), [term()], [term()]}].
-opaque comp_match_spec() :: reference().
-opaque continuation() :: '$end_of_table' | tuple().

-doc """
Deletes all objects.

    1> T = ets:new(t, []), ets:insert(T, {a,1}), ets:delete_all_objects(T), ets:tab2list(T).
    []
""".
-spec delete_all_objects(Table :: table()) -> true.
delete_all_objects(Table) ->
    _ = ets:internal_delete_all(Table, undefined),
    true.

-doc """
Deletes the objects for which the match specification gives true, and returns how many there were.

    1> T = ets:new(t, []), ets:insert(T, [{1,a},{2,b}]), ets:select_delete(T, [{{'$1','_'},[{'>','$1',1}],[true]}]).
    1
""".
-spec select_delete(Table :: table(), MatchSpec :: match_spec()) -> non_neg_integer().
select_delete(Table, [{'_', [], [true]}]) -> ets:internal_delete_all(Table, undefined);
select_delete(Table, MatchSpec) -> ets:internal_select_delete(Table, MatchSpec).

-doc """
Deletes the objects that match the pattern.

    1> T = ets:new(t, [ordered_set]), ets:insert(T, [{1,a},{2,b}]), ets:match_delete(T, {'_',a}), ets:tab2list(T).
    [{2,b}]
""".
-spec match_delete(Table :: table(), Pattern :: term()) -> true.
match_delete(Table, Pattern) ->
    _ = select_delete(Table, [{Pattern, [], [true]}]),
    true.

-doc """
Returns all objects.

    1> T = ets:new(t, [ordered_set]), ets:insert(T, [{2,b},{1,a}]), ets:tab2list(T).
    [{1,a},{2,b}]
""".
-spec tab2list(Table :: table()) -> [Object :: tuple()].
tab2list(Table) -> ets:match_object(Table, '_').

-doc """
Calls Function for every object and what the call before returned, and returns the last result; an ordered_set is visited from its first
object to its last.

    1> T = ets:new(t, []), ets:insert(T, [{1,a},{2,b}]), ets:foldl(fun({K,_}, Sum) -> K + Sum end, 0, T).
    3
""".
-spec foldl(Function :: fun((Object :: tuple(), Acc) -> Acc), Acc, Table :: table()) -> Acc.
foldl(Function, Acc, Table) ->
    ets:safe_fixtable(Table, true),
    try fold(Function, Acc, Table, ets:first(Table), fun(K) -> ets:next(Table, K) end)
    after unfix(Table)
    end.

-doc """
As foldl/3; an ordered_set is visited from its last object to its first.

    1> T = ets:new(t, [ordered_set]), ets:insert(T, [{1,a},{2,b}]), ets:foldr(fun({K,_}, L) -> [K|L] end, [], T).
    [1,2]
""".
-spec foldr(Function :: fun((Object :: tuple(), Acc) -> Acc), Acc, Table :: table()) -> Acc.
foldr(Function, Acc, Table) ->
    ets:safe_fixtable(Table, true),
    try fold(Function, Acc, Table, ets:last(Table), fun(K) -> ets:prev(Table, K) end)
    after unfix(Table)
    end.

fold(_, Acc, _, '$end_of_table', _) -> Acc;
fold(Function, Acc, Table, Key, Next) ->
    Objects = ets:lookup(Table, Key),
    fold(Function, lists:foldl(Function, Acc, Objects), Table, Next(Key), Next).

%% The fun may have deleted the table.
unfix(Table) ->
    try ets:safe_fixtable(Table, false) catch error:badarg -> true end.

-doc """
Returns what a compiled match specification gives for the tuples of a list that it matches.

    1> ets:match_spec_run([{1},{2}], ets:match_spec_compile([{{'$1'},[],[{{'$1',x}}]}])).
    [{1,x},{2,x}]
""".
-spec match_spec_run(List :: [term()], CompiledMatchSpec :: comp_match_spec()) -> list().
match_spec_run(List, Compiled) -> lists:reverse(ets:match_spec_run_r(List, Compiled, [])).

-doc """
Tells what a match specification gives for a tuple, `false` where it does not match, or what is wrong with it.

    1> ets:test_ms({1,a}, [{{'$1','_'},[],['$1']}]).
    {ok,1}
""".
-spec test_ms(Tuple :: tuple(), MatchSpec :: match_spec()) -> {ok, Result :: term()} | {error, [{warning | error, string()}]}.
test_ms(Tuple, MatchSpec) ->
    case erlang:match_spec_test(Tuple, MatchSpec, table) of
        {ok, Result, _Flags, _Warnings} -> {ok, Result};
        {error, _} = Error -> Error
    end.

-doc """
Makes a match specification of a fun whose argument is the object: a fun that stands in the call itself.

    1> ets:fun2ms(fun({K,V}) when V > 1 -> K end).
    [{{'$1','$2'},[{'>','$2',1}],['$1']}]
""".
-spec fun2ms(LiteralFun :: function()) -> match_spec().
fun2ms(Fun) when is_function(Fun) ->
    case ms_transform:from_fun(ets, Fun) of
        {ok, Spec} -> Spec;
        {error, Text} ->
            io:format("Error: ~ts~n", [Text]),
            {error, transform_error};
        false ->
            exit({badarg, {ets, fun2ms, [function, called, with, real, 'fun', should, be, transformed, with, parse_transform, 'or',
                                         called, with, a, 'fun', generated, in, the, shell]}})
    end.

-doc """
Empties the table and fills it with what a fun returns that is called with `read`: lists of objects, with the fun for what follows, until it
returns `end_of_input`. It is called with `close` when something goes wrong.

    1> T = ets:new(t, []), ets:init_table(T, fun(read) -> {[{a,1}], fun(read) -> end_of_input end} end), ets:tab2list(T).
    [{a,1}]
""".
-spec init_table(Table :: table(), InitFun :: fun((read | close) -> term())) -> true.
init_table(Table, Fun) ->
    ets:delete_all_objects(Table),
    fill(Table, Fun).

fill(Table, Fun) ->
    case (catch Fun(read)) of
        {'EXIT', Reason} ->
            catch Fun(close),
            exit(Reason);
        end_of_input -> true;
        {Objects, Next} when is_list(Objects), is_function(Next) ->
            case (catch ets:insert(Table, Objects)) of
                true -> fill(Table, Next);
                {'EXIT', Reason} ->
                    catch Next(close),
                    exit(Reason)
            end;
        Other ->
            catch Fun(close),
            error({badfun, Fun, Other})
    end.

-doc """
Gives a continuation that was stored or sent its compiled match specification back.

    1> ets:repair_continuation('$end_of_table', []).
    '$end_of_table'
""".
-spec repair_continuation(Continuation :: continuation(), MatchSpec :: match_spec()) -> continuation().
repair_continuation('$end_of_table', _) -> '$end_of_table';
repair_continuation({Table, Slot, Limit, Spec, List, Got}, MatchSpec) when is_integer(Slot), is_integer(Limit), is_integer(Got) ->
    {Table, Slot, Limit, compiled(Spec, MatchSpec), List, Got};
repair_continuation({Table, Last, End, Limit, Spec, List, Reverse, Got}, MatchSpec)
  when is_integer(Limit), is_list(List), is_integer(Reverse), is_integer(Got) ->
    {Table, Last, End, Limit, compiled(Spec, MatchSpec), List, Reverse, Got}.

compiled(Spec, MatchSpec) ->
    case ets:is_compiled_ms(Spec) of
        true -> Spec;
        false -> ets:match_spec_compile(MatchSpec)
    end.

-doc "Fills an ETS table with the objects of an open Dets table.".
-spec from_dets(Table :: table(), DetsTab :: term()) -> true.
from_dets(Table, Dets) ->
    case (catch dets:to_ets(Dets, Table)) of
        Table -> true;
        _ -> error(badarg, [Table, Dets])
    end.

-doc "Fills an open Dets table with the objects of an ETS table; what it held is gone.".
-spec to_dets(Table :: table(), DetsTab :: term()) -> DetsTab :: term().
to_dets(Table, Dets) ->
    case (catch dets:from_ets(Dets, Table)) of
        ok -> Dets;
        _ -> error(badarg, [Table, Dets])
    end.

-doc "Prints a list of all tables.".
-spec i() -> ok.
i() ->
    row("id", "name", "type", "size", "mem", "owner"),
    io:format(" ----------------------------------------------------------------------------\n"),
    lists:foreach(fun table_row/1, tables()),
    ok.

tables() ->
    {Named, Others} = lists:partition(fun is_atom/1, ets:all()),
    lists:sort(Named) ++ lists:sort(Others).

table_row(Table) ->
    case catch info_row(Table) of
        {'EXIT', _} -> row(text(Table), "unreadable", "unknown", "unknown", "unknown", "unknown");
        _ -> ok
    end.

info_row(Table) ->
    Value = fun(Item) -> text(ets:info(Table, Item)) end,
    Owner = ets:info(Table, owner),
    Who = case process_info(Owner, registered_name) of
              {registered_name, Name} -> Name;
              _ -> Owner
          end,
    row(text(Table), Value(name), Value(type), Value(size), Value(memory), text(Who)).

text(Term) -> io_lib:format("~p", [Term]).

row(Id, Name, Type, Size, Memory, Owner) ->
    Columns = [{Id, 15}, {Name, 17}, {Type, 5}, {Size, 6}, {Memory, 8}, {Owner, 0}],
    io:format("~ts~n", [[[$\s | string:pad(Text, Width)] || {Text, Width} <- Columns]]).

-doc "Shows the objects of a table, page by page: a return gives the next page, q ends, /Regexp searches.".
-spec i(Table :: table()) -> ok.
i(Table) -> i(Table, 40, 80).

-doc "As i/1, with pages of Height lines.".
-spec i(Table :: table(), Height :: pos_integer()) -> ok.
i(Table, Height) -> i(Table, Height, 80).

-doc "As i/1, with pages of Height lines of Width characters.".
-spec i(Table :: table(), Height :: pos_integer(), Width :: pos_integer()) -> ok.
i(Table, Height, Width) -> page(Table, Height, Width, ets:first(Table), 1, 1).

page(Table, Height, Width, Key, Number, Turn) ->
    {Next, Line} = lines(Table, Height, Width, Key, Number, 0),
    browse(Table, Height, Width, Next, Line, Turn).

lines(_, _, _, '$end_of_table', Number, _) -> {'$end_of_table', Number};
lines(_, Height, _, Key, Number, Shown) when Shown >= Height -> {Key, Number};
lines(Table, Height, Width, Key, Number, Shown) ->
    Objects = ets:lookup(Table, Key),
    Last = lists:foldl(fun(Object, N) -> io:format("~-4w ~ts~n", [N, object(Object, Width - 5)]), N + 1 end, Number, Objects),
    lines(Table, Height, Width, ets:next(Table, Key), Last, Shown + length(Objects)).

object(Object, Width) ->
    Text = lists:flatten(io_lib:format("~tp", [Object])),
    case lists:member($\n, Text) orelse length(Text) > Width of
        true -> lists:sublist(lists:flatten(io_lib:format("~tw", [Object])), max(Width - 4, 1)) ++ " ...";
        false -> Text
    end.

browse(Table, Height, Width, Next, Number, Turn) ->
    Where = case Next of
                '$end_of_table' -> "EOT";
                _ -> "(c)ontinue"
            end,
    case io:get_line(Where ++ "  (q)uit (p)Digits (k)ill /Regexp -->") of
        eof -> ok;
        "q\n" -> ok;
        "k\n" ->
            ets:delete(Table),
            ok;
        "/" ++ Rest ->
            search(Table, Width, lists:droplast(Rest), ets:first(Table), 1),
            browse(Table, Height, Width, Next, Number, Turn);
        "p" ++ Digits ->
            case catch list_to_integer(lists:droplast(Digits)) of
                Lines when is_integer(Lines), Lines > 0 -> page(Table, Lines, Width, ets:first(Table), 1, Turn);
                _ -> browse(Table, Height, Width, Next, Number, Turn)
            end;
        _ when Next =:= '$end_of_table' -> browse(Table, Height, Width, Next, Number, Turn);
        _ -> page(Table, Height, Width, Next, Number, Turn + 1)
    end.

search(_, _, _, '$end_of_table', _) -> ok;
search(Table, Width, Text, Key, Number) ->
    Objects = ets:lookup(Table, Key),
    lists:foreach(fun({N, Object}) ->
        Shown = lists:flatten(io_lib:format("~tw", [Object])),
        case catch re:run(Shown, Text) of
            {match, _} -> io:format("~-4w ~ts~n", [N, object(Object, Width - 5)]);
            _ -> ok
        end
    end, lists:zip(lists:seq(Number, Number + length(Objects) - 1), Objects)),
    search(Table, Width, Text, ets:next(Table, Key), Number + length(Objects)).
