%% What is made of the natives: traversals that call funs, deletion by match, files.
-module(ets).

-export([delete_all_objects/1, select_delete/2, match_delete/2, tab2list/1, foldl/3, foldr/3, match_spec_run/2, test_ms/2, fun2ms/1,
         init_table/2, repair_continuation/2, from_dets/2, to_dets/2, tab2file/2, tab2file/3, file2tab/1, file2tab/2, tabfile_info/1,
         i/0, i/1, i/2, i/3, table/1, table/2]).

-export_type([table/0, tab/0, tid/0, match_spec/0, comp_match_spec/0, match_pattern/0, continuation/0, table_type/0]).

-type table() :: atom() | reference().
-type tab() :: table().
-type tid() :: reference().
-type match_pattern() :: atom() | tuple().
-type match_spec() :: [{match_pattern(), [term()], [term()]}].
-type comp_match_spec() :: reference().
-type continuation() :: '$end_of_table' | tuple().
-type table_type() :: set | ordered_set | bag | duplicate_bag.

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

-doc "Writes a table to a file, which file2tab/1 reads, also on a real node.".
-spec tab2file(Table :: table(), Filename :: file:name()) -> ok | {error, Reason :: term()}.
tab2file(Table, File) -> tab2file(Table, File, []).

-doc """
The same; the file gets what file2tab/2 verifies: `{extended_info,[object_count,md5sum]}`. `{sync,true}` waits until it is on the disk.
""".
-spec tab2file(Table :: table(), Filename :: file:name(), Options :: [{sync, boolean()} | {extended_info, [md5sum | object_count]}]) ->
    ok | {error, Reason :: term()}.
tab2file(Table, File, Options) ->
    case file_options(Options, false, []) of
        {ok, Sync, Extra} ->
            case catch ets:info(Table) of
                Info when is_list(Info) -> write_table(Table, File, Info, Sync, Extra);
                _ -> {error, badtab}
            end;
        Error -> Error
    end.

file_options([], Sync, Extra) -> {ok, Sync, Extra};
file_options([{sync, Sync} | More], _, Extra) when is_boolean(Sync) -> file_options(More, Sync, Extra);
file_options([{extended_info, Extra} = Option | More], Sync, _) when is_list(Extra) ->
    case Extra -- [object_count, md5sum] of
        [] -> file_options(More, Sync, Extra);
        _ -> {error, {unknown_option, Option}}
    end;
file_options([Option | _], _, _) -> {error, {unknown_option, Option}}.

%% The format is that of a log of module disk_log: a head, then each term with its length and a mark.
-define(LOG_MARK, 1, 2, 3, 4).
-define(LOG_CLOSED, 99, 88, 77, 11).
-define(LOG_OPEN, 6, 7, 8, 9).
-define(ITEM_MARK, 98, 87, 76, 65).

item(Binary) -> <<(byte_size(Binary)):32, ?ITEM_MARK, Binary/binary>>.

write_table(Table, File, Info, Sync, Extra) ->
    Head = list_to_tuple([I || {K, _} = I <- Info, K =/= reg_name] ++ [{major_version, 1}, {minor_version, 0}, {extended_info, Extra}]),
    case catch [term_to_binary(T) || T <- [Head | ets:tab2list(Table)]] of
        [_ | Objects] = Terms ->
            End = [{count, length(Objects)} || lists:member(object_count, Extra)] ++ [{md5, erlang:md5(Terms)} || lists:member(md5sum, Extra)],
            Last = [item(term_to_binary(['$end_of_table', End])) || Extra =/= []],
            Bytes = [<<?LOG_MARK, ?LOG_CLOSED>>, [item(T) || T <- Terms], Last],
            case file:write_file(File, Bytes, [raw || Sync]) of
                ok -> ok;
                {error, Reason} -> {error, {file_error, File, Reason}}
            end;
        _ -> {error, badtab}
    end.

-doc "Makes the table anew that tab2file/2 wrote; its owner is the calling process.".
-spec file2tab(Filename :: file:name()) -> {ok, table()} | {error, Reason :: term()}.
file2tab(File) -> file2tab(File, []).

-doc "The same; with `{verify,true}` the table is as it was written, or there is none.".
-spec file2tab(Filename :: file:name(), Options :: [{verify, boolean()}]) -> {ok, table()} | {error, Reason :: term()}.
file2tab(File, []) -> file2tab(File, [{verify, false}]);
file2tab(File, [{verify, Verify}]) when is_boolean(Verify) ->
    case read_table(File) of
        {ok, Head, Objects, Verified} when Verified; not Verify ->
            Value = fun(K) -> proplists:get_value(K, Head) end,
            Options = [Value(type), Value(protection), {keypos, Value(keypos)}] ++ [named_table || Value(named_table)] ++
                [compressed || Value(compressed) =:= true],
            try ets:new(Value(name), Options) of
                Table ->
                    ets:insert(Table, Objects),
                    {ok, Table}
            catch error:badarg -> {error, cannot_create_table}
            end;
        {ok, _, _, false} -> {error, checksum_error};
        Error -> Error
    end;
file2tab(_, [Option | _]) -> {error, {unknown_option, Option}}.

-doc "Returns what the head of a file says that tab2file/2 wrote.".
-spec tabfile_info(Filename :: file:name()) -> {ok, [{Item :: atom(), Value :: term()}]} | {error, Reason :: term()}.
tabfile_info(File) ->
    case read_table(File) of
        {ok, Head, _, _} ->
            Items = [{K, proplists:get_value(K, Head)} || K <- [name, type, protection, named_table, keypos, size, extended_info]],
            {ok, Items ++ [{version, {proplists:get_value(major_version, Head), proplists:get_value(minor_version, Head)}}]};
        Error -> Error
    end.

read_table(File) ->
    case file:read_file(File) of
        {ok, <<?LOG_MARK, State:4/binary, Items/binary>>} when State =:= <<?LOG_CLOSED>>; State =:= <<?LOG_OPEN>> ->
            try items(Items) of
                [Head | Rest] -> parts(binary_to_term(Head), Head, Rest);
                [] -> {error, badfile}
            catch error:_ -> {error, badfile}
            end;
        {ok, _} -> {error, {read_error, {not_a_log_file, File}}};
        {error, Reason} -> {error, {read_error, {file_error, File, Reason}}}
    end.

items(<<Size:32, ?ITEM_MARK, Item:Size/binary, Rest/binary>>) -> [Item | items(Rest)];
items(_) -> [].

parts(Head, First, Items) when is_tuple(Head) ->
    Items1 = [{I, binary_to_term(I)} || I <- Items],
    {Objects, Ends} = lists:partition(fun({_, T}) -> is_tuple(T) end, Items1),
    Info = tuple_to_list(Head),
    Verified = case {proplists:get_value(extended_info, Info), Ends} of
                   {[], []} -> length(Objects) =:= proplists:get_value(size, Info);
                   {_, [{_, ['$end_of_table', End]}]} ->
                       lists:all(fun({count, N}) -> N =:= length(Objects);
                                    ({md5, Sum}) -> Sum =:= erlang:md5([First | [I || {I, _} <- Objects]])
                                 end, End);
                   _ -> false
               end,
    {ok, Info, [T || {_, T} <- Objects], Verified}.

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

-doc """
Makes a query handle of a table, for module qlc.

    1> T = ets:new(t, [ordered_set]), ets:insert(T, [{1, a}, {2, b}]), qlc:e(qlc:q([V || {_, V} <- ets:table(T)])).
    [a,b]
""".
-spec table(Table :: table()) -> QueryHandle :: term().
table(Table) -> ets:table(Table, []).

-doc """
Like table/1, with options: `{traverse, How}`, which is `select`, `{select, MatchSpec}`, `first_next` or `last_prev`, and `{n_objects, N}`,
how many are fetched at a time.

    1> T = ets:new(t, [ordered_set]), ets:insert(T, [{1, a}, {2, b}]), qlc:e(ets:table(T, [{traverse, last_prev}])).
    [{2,b},{1,a}]
""".
-spec table(Table :: table(), Options :: term()) -> QueryHandle :: term().
table(Table, Options) ->
    List = case is_list(Options) of true -> Options; false -> [Options] end,
    How = case lists:keyfind(traverse, 1, List) of {_, T} -> T; false -> select end,
    Most = case lists:keyfind(n_objects, 1, List) of {_, N} when is_integer(N), N > 0 -> N; _ -> 100 end,
    Rest = [O || O <- List, not is_tuple(O) orelse element(1, O) =/= traverse andalso element(1, O) =/= n_objects],
    Traverse = case How of
        select -> fun(MatchSpec) -> portions(ets:select(Table, MatchSpec, Most)) end;
        {select, MatchSpec} -> fun() -> portions(ets:select(Table, MatchSpec, Most)) end;
        first_next -> fun() -> steps(Table, ets:first(Table), fun ets:next/2) end;
        last_prev -> fun() -> steps(Table, ets:last(Table), fun ets:prev/2) end;
        _ -> erlang:error(badarg, [Table, Options])
    end,
    Pre = fun(_) -> ets:safe_fixtable(Table, true) end,
    Post = fun() -> try ets:safe_fixtable(Table, false) catch error:badarg -> true end end,
    qlc:table(Traverse, [{pre_fun, Pre}, {post_fun, Post} | Rest]).

portions('$end_of_table') -> [];
portions({Objects, Continuation}) -> Objects ++ fun() -> portions(ets:select(Continuation)) end.

steps(_, '$end_of_table', _) -> [];
steps(Table, Key, Next) -> ets:lookup(Table, Key) ++ fun() -> steps(Table, Next(Table, Key), Next) end.
