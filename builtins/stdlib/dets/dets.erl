%% Tables that live in files. What a table holds is kept in memory while it is open, in a table of ets that every process may read; the file
%% is a journal of the changes, which one process, registered as dets and started by the first table that is opened, writes before it
%% answers. A journal that holds more than it has to is written anew when its table is closed.
%%
%% A file begins with ?MAGIC; then come blocks of length, check sum and a term: {Type, KeyPos} and after it lists of changes,
%% {insert, Objects}, {delete, Key}, {delete_object, Object} and clear. The file format is our own: OTP's files are not read.
-module(dets).

-export([all/0, close/1, delete/2, delete_all_objects/1, delete_object/2, first/1, foldl/3, foldr/3, from_ets/2, info/1, info/2,
         init_table/2, init_table/3, insert/2, insert_new/2, is_dets_file/1, lookup/2, match/1, match/2, match/3, match_delete/2,
         match_object/1, match_object/2, match_object/3, member/2, next/2, open_file/1, open_file/2, pid2name/1, repair_continuation/2,
         safe_fixtable/2, select/1, select/2, select/3, select_delete/2, slot/2, start/0, stop/0, sync/1, table/1, table/2, to_ets/2,
         traverse/2, update_counter/3]).

-define(MAGIC, "erlsh dets 1\n").

%% A table that is open; those are the objects of the table dets_open_tables of ets.
-record(open, {name, tab, file, type, keypos, access, auto_save, ram_file, fixed = false}).

-doc """
Opens the table of a file that exists and returns the name that it gets.

    1> dets:open_file("nope.dets").
    {error,{file_error,"nope.dets",enoent}}
""".
-spec open_file(Filename :: file:name()) -> {ok, reference()} | {error, term()}.
open_file(File) ->
    Name = case File of
        _ when is_atom(File) -> atom_to_list(File);
        _ -> File
    end,
    is_list(Name) orelse is_binary(Name) orelse badarg(open_file, [File]),
    ask({open_existing, Name}).

-doc """
Opens a table, and makes it when there is none. The options are `{file, Name}` (else the name of the table), `{type, set | bag |
duplicate_bag}`, `{keypos, N}`, `{access, read | read_write}`; `auto_save`, `ram_file`, `repair`, `force` and the sizes change nothing.

    1> dets:open_file(t, [{file, "/tmp/erlsh_d1.dets"}]).
    {ok,t}
    2> dets:insert(t, [{a, 1}, {b, 2}]), dets:lookup(t, b).
    [{b,2}]
    3> dets:close(t).
    ok
""".
-spec open_file(Name :: term(), Args :: [term()]) -> {ok, term()} | {error, term()}.
open_file(Name, Args) when is_list(Args) ->
    lists:all(fun valid/1, Args) orelse badarg(open_file, [Name, Args]),
    Default = case Name of
        _ when is_atom(Name) -> atom_to_list(Name);
        _ -> none
    end,
    case option(file, Args, Default) of
        none -> badarg(open_file, [Name, Args]);
        File ->
            ask({open, #open{name = Name, file = File, type = option(type, Args, set), keypos = option(keypos, Args, 1),
                             access = option(access, Args, read_write), auto_save = option(auto_save, Args, 180000),
                             ram_file = option(ram_file, Args, false)}})
    end;
open_file(Name, Args) -> badarg(open_file, [Name, Args]).

valid({type, T}) -> lists:member(T, [set, bag, duplicate_bag]);
valid({keypos, N}) -> is_integer(N) andalso N > 0;
valid({file, F}) -> is_list(F) orelse is_binary(F) orelse is_atom(F);
valid({access, A}) -> A =:= read orelse A =:= read_write;
valid({auto_save, T}) -> T =:= infinity orelse is_integer(T) andalso T >= 0;
valid({ram_file, B}) -> is_boolean(B);
valid({Key, _}) -> lists:member(Key, [cache_size, delayed_write, estimated_no_objects, force, max_no_slots, min_no_slots, repair, version, debug]);
valid(_) -> false.

option(Key, Options, Default) ->
    case lists:keyfind(Key, 1, Options) of
        {_, Value} -> Value;
        false -> Default
    end.

-doc """
Closes a table for the process that opened it. A table that nobody has open any more is gone from memory.

    1> {ok, T} = dets:open_file(t, [{file, "/tmp/erlsh_d14.dets"}]), dets:insert(T, [{N rem 3, N} || N <- lists:seq(1, 400)]), dets:close(T).
    ok
    2> file:write_file("/tmp/erlsh_d14.dets", <<0, 0, 0, 9, "torn">>, [append]), {ok, R} = dets:open_file("/tmp/erlsh_d14.dets"), dets:lookup(R, 1).
    [{1,400}]
    3> dets:close(t).
    {error,not_owner}
""".
-spec close(Name :: term()) -> ok | {error, term()}.
close(Name) -> ask({close, Name}).

-doc """
Returns the names of the tables that are open.

    1> dets:all().
    []
""".
-spec all() -> [term()].
all() ->
    case ets:whereis(dets_open_tables) of
        undefined -> [];
        Tables -> [Name || #open{name = Name} <- ets:tab2list(Tables)]
    end.

-doc """
Inserts one or several objects.

    1> {ok, T} = dets:open_file(t, [{file, "/tmp/erlsh_d2.dets"}]), dets:insert(T, {a, 1}), dets:insert(T, {a, 2}), dets:lookup(T, a).
    [{a,2}]
""".
-spec insert(Name :: term(), Objects :: tuple() | [tuple()]) -> ok | {error, term()}.
insert(Name, Objects) ->
    #open{keypos = KeyPos} = opened(Name, insert, [Name, Objects]),
    List = objects(Objects, KeyPos, insert, [Name, Objects]),
    change(Name, fun(_) -> {ok, [{insert, List}]} end).

objects(Objects, KeyPos, Function, Args) ->
    List = case is_list(Objects) of true -> Objects; false -> [Objects] end,
    try lists:all(fun(X) -> is_tuple(X) andalso tuple_size(X) >= KeyPos end, List) of
        true -> List;
        false -> badarg(Function, Args)
    catch error:function_clause -> badarg(Function, Args)
    end.

-doc """
Inserts objects when none of their keys is there.

    1> {ok, T} = dets:open_file(t, [{file, "/tmp/erlsh_d3.dets"}]), [dets:insert_new(T, {a, N}) || N <- [1, 2]].
    [true,false]
""".
-spec insert_new(Name :: term(), Objects :: tuple() | [tuple()]) -> boolean() | {error, term()}.
insert_new(Name, Objects) ->
    #open{keypos = KeyPos} = opened(Name, insert_new, [Name, Objects]),
    List = objects(Objects, KeyPos, insert_new, [Name, Objects]),
    change(Name, fun(Tab) ->
        case lists:any(fun(X) -> ets:member(Tab, element(KeyPos, X)) end, List) of
            true -> {false, []};
            false -> {true, [{insert, List}]}
        end
    end).

-doc "Deletes the objects with a key.".
-spec delete(Name :: term(), Key :: term()) -> ok | {error, term()}.
delete(Name, Key) ->
    opened(Name, delete, [Name, Key]),
    change(Name, fun(Tab) -> {ok, [{delete, Key} || ets:member(Tab, Key)]} end).

-doc "Deletes an object.".
-spec delete_object(Name :: term(), Object :: tuple()) -> ok | {error, term()}.
delete_object(Name, Object) ->
    #open{keypos = KeyPos} = opened(Name, delete_object, [Name, Object]),
    is_tuple(Object) andalso tuple_size(Object) >= KeyPos orelse badarg(delete_object, [Name, Object]),
    change(Name, fun(_) -> {ok, [{delete_object, Object}]} end).

-doc """
Deletes all objects.

    1> {ok, T} = dets:open_file(t, [{file, "/tmp/erlsh_d4.dets"}]), dets:insert(T, {a, 1}), dets:delete_all_objects(T), dets:info(T, size).
    0
""".
-spec delete_all_objects(Name :: term()) -> ok | {error, term()}.
delete_all_objects(Name) ->
    opened(Name, delete_all_objects, [Name]),
    change(Name, fun(_) -> {ok, [clear]} end).

-doc "Deletes the objects that match a pattern.".
-spec match_delete(Name :: term(), Pattern :: term()) -> ok | {error, term()}.
match_delete(Name, Pattern) ->
    opened(Name, match_delete, [Name, Pattern]),
    change(Name, fun(Tab) -> {ok, [{delete_object, X} || X <- ets:match_object(Tab, Pattern)]} end).

-doc """
Deletes the objects for which a match specification gives true, and returns how many.

    1> {ok, T} = dets:open_file(t, [{file, "/tmp/erlsh_d5.dets"}]), dets:insert(T, [{1}, {2}]), dets:select_delete(T, [{{'$1'}, [{'>', '$1', 1}], [true]}]).
    1
""".
-spec select_delete(Name :: term(), MatchSpec :: [tuple()]) -> non_neg_integer() | {error, term()}.
select_delete(Name, MatchSpec) ->
    opened(Name, select_delete, [Name, MatchSpec]),
    Compiled = try ets:match_spec_compile(MatchSpec) catch error:badarg -> badarg(select_delete, [Name, MatchSpec]) end,
    change(Name, fun(Tab) ->
        Gone = [X || X <- ets:tab2list(Tab), ets:match_spec_run([X], Compiled) =:= [true]],
        {length(Gone), [{delete_object, X} || X <- Gone]}
    end).

-doc """
Adds to the element behind the key, or to that at a position, and returns the sum.

    1> {ok, T} = dets:open_file(t, [{file, "/tmp/erlsh_d6.dets"}]), dets:insert(T, {hits, 1}), dets:update_counter(T, hits, 5).
    6
""".
-spec update_counter(Name :: term(), Key :: term(), Increment :: integer() | {pos_integer(), integer()}) -> integer().
update_counter(Name, Key, Increment) ->
    #open{keypos = KeyPos, type = Type} = opened(Name, update_counter, [Name, Key, Increment]),
    {Pos, Add} = case Increment of
        {_, _} -> Increment;
        _ -> {KeyPos + 1, Increment}
    end,
    Type =:= set andalso is_integer(Add) andalso is_integer(Pos) andalso Pos =/= KeyPos orelse badarg(update_counter, [Name, Key, Increment]),
    Answer = change(Name, fun(Tab) ->
        case ets:lookup(Tab, Key) of
            [Object] when Pos > 0, Pos =< tuple_size(Object), is_integer(element(Pos, Object)) ->
                Sum = element(Pos, Object) + Add,
                {Sum, [{insert, [setelement(Pos, Object, Sum)]}]};
            _ -> {badarg, []}
        end
    end),
    case Answer of
        badarg -> badarg(update_counter, [Name, Key, Increment]);
        _ -> Answer
    end.

-doc "Returns the objects with a key.".
-spec lookup(Name :: term(), Key :: term()) -> [tuple()] | {error, term()}.
lookup(Name, Key) -> ets:lookup(tab(Name, lookup, [Name, Key]), Key).

-doc "Tells whether there is an object with a key.".
-spec member(Name :: term(), Key :: term()) -> boolean() | {error, term()}.
member(Name, Key) -> ets:member(tab(Name, member, [Name, Key]), Key).

-doc "Returns the first key in an order of the table's own, or '$end_of_table'.".
-spec first(Name :: term()) -> term().
first(Name) -> ets:first(tab(Name, first, [Name])).

-doc "Returns the key behind a key, or '$end_of_table'.".
-spec next(Name :: term(), Key :: term()) -> term().
next(Name, Key) ->
    Tab = tab(Name, next, [Name, Key]),
    case ets:member(Tab, Key) of
        true -> ets:next(Tab, Key);
        false -> '$end_of_table'
    end.

-doc """
Calls a fun with each object and what it returned for the one before.

    1> {ok, T} = dets:open_file(t, [{file, "/tmp/erlsh_d7.dets"}]), dets:insert(T, [{a, 1}, {b, 2}]), dets:foldl(fun({_, N}, Sum) -> N + Sum end, 0, T).
    3
""".
-spec foldl(Function :: fun((tuple(), Acc) -> Acc), Acc0 :: Acc, Name :: term()) -> Acc | {error, term()}.
foldl(Function, Acc0, Name) -> lists:foldl(Function, Acc0, ets:tab2list(tab(Name, foldl, [Function, Acc0, Name]))).

-doc "Like foldl/3: the objects are in no order.".
-spec foldr(Function :: fun((tuple(), Acc) -> Acc), Acc0 :: Acc, Name :: term()) -> Acc | {error, term()}.
foldr(Function, Acc0, Name) -> lists:foldr(Function, Acc0, ets:tab2list(tab(Name, foldr, [Function, Acc0, Name]))).

-doc """
Calls a fun with each object until it ends that: it returns `continue`, `{continue, Value}` or `{done, Value}`; the values are returned.

    1> {ok, T} = dets:open_file(t, [{file, "/tmp/erlsh_d8.dets"}]), dets:insert(T, {a, 1}), dets:traverse(T, fun(X) -> {continue, X} end).
    [{a,1}]
""".
-spec traverse(Name :: term(), Fun :: fun((tuple()) -> continue | {continue, term()} | {done, term()})) -> [term()] | {error, term()}.
traverse(Name, Fun) -> visit(ets:tab2list(tab(Name, traverse, [Name, Fun])), Fun, []).

visit([], _, Acc) -> Acc;
visit([X | Rest], Fun, Acc) ->
    case Fun(X) of
        continue -> visit(Rest, Fun, Acc);
        {continue, Value} -> visit(Rest, Fun, [Value | Acc]);
        {done, Value} -> [Value | Acc];
        Other -> Other
    end.

-doc """
Returns for each object that matches a pattern the values of its variables.

    1> {ok, T} = dets:open_file(t, [{file, "/tmp/erlsh_d9.dets"}]), dets:insert(T, {a, 1}), dets:match(T, {'$1', '$2'}).
    [[a,1]]
""".
-spec match(Name :: term(), Pattern :: term()) -> [[term()]] | {error, term()}.
match(Name, Pattern) -> ets:match(tab(Name, match, [Name, Pattern]), Pattern).

-doc "Like match/2, some at a time: returns them and how to go on with match/1, or '$end_of_table'.".
-spec match(Name :: term(), Pattern :: term(), N :: default | pos_integer()) -> {[[term()]], Continuation :: term()} | '$end_of_table'.
match(Name, Pattern, N) -> ets:match(tab(Name, match, [Name, Pattern, N]), Pattern, many(N)).

-doc "Goes on with match/3.".
-spec match(Continuation :: term()) -> {[[term()]], Continuation :: term()} | '$end_of_table'.
match(Continuation) -> ets:match(Continuation).

-doc "Returns the objects that match a pattern.".
-spec match_object(Name :: term(), Pattern :: term()) -> [tuple()] | {error, term()}.
match_object(Name, Pattern) -> ets:match_object(tab(Name, match_object, [Name, Pattern]), Pattern).

-doc "Like match_object/2, some at a time.".
-spec match_object(Name :: term(), Pattern :: term(), N :: default | pos_integer()) -> {[tuple()], Continuation :: term()} | '$end_of_table'.
match_object(Name, Pattern, N) -> ets:match_object(tab(Name, match_object, [Name, Pattern, N]), Pattern, many(N)).

-doc "Goes on with match_object/3.".
-spec match_object(Continuation :: term()) -> {[tuple()], Continuation :: term()} | '$end_of_table'.
match_object(Continuation) -> ets:match_object(Continuation).

-doc "Returns what a match specification gives for the objects that it matches.".
-spec select(Name :: term(), MatchSpec :: [tuple()]) -> [term()] | {error, term()}.
select(Name, MatchSpec) -> ets:select(tab(Name, select, [Name, MatchSpec]), MatchSpec).

-doc "Like select/2, some at a time.".
-spec select(Name :: term(), MatchSpec :: [tuple()], N :: default | pos_integer()) -> {[term()], Continuation :: term()} | '$end_of_table'.
select(Name, MatchSpec, N) -> ets:select(tab(Name, select, [Name, MatchSpec, N]), MatchSpec, many(N)).

-doc "Goes on with select/3.".
-spec select(Continuation :: term()) -> {[term()], Continuation :: term()} | '$end_of_table'.
select(Continuation) -> ets:select(Continuation).

many(default) -> 100;
many(N) -> N.

-doc "Makes a continuation of select/3 that went through term_to_binary/1 good again.".
-spec repair_continuation(Continuation :: term(), MatchSpec :: term()) -> term().
repair_continuation(Continuation, MatchSpec) -> ets:repair_continuation(Continuation, MatchSpec).

-doc "Returns the objects of a slot, or '$end_of_table'. Here all are in the first one.".
-spec slot(Name :: term(), I :: non_neg_integer()) -> [tuple()] | '$end_of_table'.
slot(Name, 0) -> ets:tab2list(tab(Name, slot, [Name, 0]));
slot(Name, I) when is_integer(I), I > 0 ->
    tab(Name, slot, [Name, I]),
    '$end_of_table';
slot(Name, I) -> badarg(slot, [Name, I]).

-doc "Fixes a table for going through it with first/1 and next/2, or lets it go again.".
-spec safe_fixtable(Name :: term(), Fix :: boolean()) -> ok.
safe_fixtable(Name, Fix) when is_boolean(Fix) ->
    ets:safe_fixtable(tab(Name, safe_fixtable, [Name, Fix]), Fix),
    ok;
safe_fixtable(Name, Fix) -> badarg(safe_fixtable, [Name, Fix]).

-doc """
Replaces what a table holds by the objects of a table of ets.

    1> {ok, T} = dets:open_file(t, [{file, "/tmp/erlsh_d10.dets"}]), E = ets:new(e, []), ets:insert(E, {a, 1}), dets:from_ets(T, E).
    ok
    2> dets:lookup(t, a).
    [{a,1}]
""".
-spec from_ets(Name :: term(), EtsTab :: ets:tab()) -> ok | {error, term()}.
from_ets(Name, EtsTab) ->
    #open{keypos = KeyPos} = opened(Name, from_ets, [Name, EtsTab]),
    All = try ets:tab2list(EtsTab) catch error:badarg -> badarg(from_ets, [Name, EtsTab]) end,
    List = objects(All, KeyPos, from_ets, [Name, EtsTab]),
    change(Name, fun(_) -> {ok, [clear, {insert, List}]} end).

-doc "Inserts the objects of a table into one of ets, and returns that.".
-spec to_ets(Name :: term(), EtsTab :: ets:tab()) -> ets:tab() | {error, term()}.
to_ets(Name, EtsTab) ->
    All = ets:tab2list(tab(Name, to_ets, [Name, EtsTab])),
    try ets:insert(EtsTab, All) catch error:badarg -> badarg(to_ets, [Name, EtsTab]) end,
    EtsTab.

-doc """
Replaces what a table holds by what a fun gives: called with `read` it returns `{Objects, Fun}`, with the fun to go on with, or
`end_of_input`, with `close` it ends.

    1> {ok, T} = dets:open_file(t, [{file, "/tmp/erlsh_d11.dets"}]), End = fun(read) -> end_of_input; (close) -> ok end, ok.
    ok
    2> dets:init_table(t, fun(read) -> {[{a, 1}], End} end), dets:lookup(t, a).
    [{a,1}]
""".
-spec init_table(Name :: term(), InitFun :: fun((read | close) -> term())) -> ok | {error, term()}.
init_table(Name, InitFun) -> init_table(Name, InitFun, []).

-doc "Like init_table/2; of the options only `{format, term}` is known, which is the default.".
-spec init_table(Name :: term(), InitFun :: fun((read | close) -> term()), Options :: [term()]) -> ok | {error, term()}.
init_table(Name, InitFun, Options) when is_function(InitFun, 1) ->
    #open{keypos = KeyPos} = opened(Name, init_table, [Name, InitFun, Options]),
    lists:member({format, bchunk}, Options) andalso badarg(init_table, [Name, InitFun, Options]),
    case gathered(InitFun, []) of
        {ok, All} ->
            List = objects(All, KeyPos, init_table, [Name, InitFun, Options]),
            change(Name, fun(_) -> {ok, [clear, {insert, List}]} end);
        Error -> Error
    end;
init_table(Name, InitFun, Options) -> badarg(init_table, [Name, InitFun, Options]).

gathered(Fun, Acc) ->
    case Fun(read) of
        end_of_input -> {ok, lists:append(lists:reverse(Acc))};
        {Objects, Next} when is_list(Objects), is_function(Next, 1) -> gathered(Next, [Objects | Acc]);
        Other -> {error, {init_fun, Other}}
    end.

-doc """
Returns what is known of a table, undefined when it is not open.

    1> dets:info(nope).
    undefined
""".
-spec info(Name :: term()) -> [{atom(), term()}] | undefined.
info(Name) ->
    case find(Name) of
        #open{} = T -> [{Item, about(Item, T)} || Item <- [type, keypos, size, file_size, filename]];
        none -> undefined
    end.

-doc """
Returns something that is known of a table, by its name: `type`, `keypos`, `size`, `file_size`, `filename`, `access`, `users` and others.

    1> {ok, T} = dets:open_file(t, [{file, "/tmp/erlsh_d12.dets"}, {type, bag}]), dets:info(T, type).
    bag
""".
-spec info(Name :: term(), Item :: atom()) -> term().
info(Name, Item) ->
    case find(Name) of
        #open{} = T -> about(Item, T);
        none -> undefined
    end.

about(type, T) -> T#open.type;
about(keypos, T) -> T#open.keypos;
about(size, T) -> ets:info(T#open.tab, size);
about(no_objects, T) -> ets:info(T#open.tab, size);
about(no_keys, #open{type = set} = T) -> ets:info(T#open.tab, size);
about(no_keys, T) -> map_size(ets:foldl(fun(X, Keys) -> Keys#{element(T#open.keypos, X) => true} end, #{}, T#open.tab));
about(file_size, T) -> filelib:file_size(T#open.file);
about(memory, T) -> filelib:file_size(T#open.file);
about(filename, T) -> T#open.file;
about(access, T) -> T#open.access;
about(auto_save, T) -> T#open.auto_save;
about(ram_file, T) -> T#open.ram_file;
about(hash, _) -> phash2;
about(version, _) -> 9;
about(owner, _) -> whereis(dets);
about(safe_fixed, T) ->
    case ets:info(T#open.tab, safe_fixed) of
        false -> false;
        {_, Who} -> {erlang:timestamp(), Who}
    end;
about(users, T) -> ask({users, T#open.name});
about(_, _) -> undefined.

-doc """
Tells whether a file holds a table.

    1> dets:is_dets_file("nope.dets").
    {error,{file_error,"nope.dets",enoent}}
""".
-spec is_dets_file(Filename :: file:name()) -> boolean() | {error, term()}.
is_dets_file(File) ->
    case file:open(File, [read, raw, binary]) of
        {ok, Fd} ->
            Start = file:read(Fd, length(?MAGIC)),
            ok = file:close(Fd),
            Start =:= {ok, <<?MAGIC>>};
        {error, Reason} -> {error, {file_error, File, Reason}}
    end.

-doc "Waits until all changes are in the file: they are.".
-spec sync(Name :: term()) -> ok | {error, term()}.
sync(Name) ->
    opened(Name, sync, [Name]),
    ask({sync, Name}).

-doc "Returns the name of the table that a process has open: no process stands for a table here.".
-spec pid2name(Pid :: pid()) -> {ok, term()} | undefined.
pid2name(_) -> undefined.

-doc "Starts the process that writes the files. The first table that is opened does so.".
-spec start() -> ok.
start() ->
    server(),
    ok.

-doc """
Closes all tables and ends the process that writes the files.

    1> dets:stop().
    stopped
""".
-spec stop() -> stopped.
stop() ->
    case whereis(dets) of
        undefined -> stopped;
        _ -> ask(stop)
    end.

-doc """
Makes a query handle of a table, for module qlc.

    1> {ok, T} = dets:open_file(t, [{file, "/tmp/erlsh_d13.dets"}]), dets:insert(T, {a, 1}), qlc:e(qlc:q([V || {_, V} <- dets:table(T)])).
    [1]
""".
-spec table(Name :: term()) -> QueryHandle :: term().
table(Name) -> table(Name, []).

-doc "Like table/1, with the options `{traverse, How}` and `{n_objects, N}` of ets:table/2.".
-spec table(Name :: term(), Options :: term()) -> QueryHandle :: term().
table(Name, Options) ->
    Specs = case Options of
        {traverse, {select, S}} -> S;
        _ when is_list(Options) -> case lists:keyfind(traverse, 1, Options) of {_, {select, S}} -> S; _ -> [{'_', [], ['$_']}] end;
        _ -> [{'_', [], ['$_']}]
    end,
    qlc:table(fun() -> ets:select(tab(Name, table, [Name]), Specs) end, []).

%% Finding tables.

find(Name) ->
    case ets:whereis(dets_open_tables) of
        undefined -> none;
        Tables ->
            case ets:lookup(Tables, Name) of
                [T] -> T;
                [] -> none
            end
    end.

opened(Name, Function, Args) ->
    case find(Name) of
        #open{} = T -> T;
        none -> badarg(Function, Args)
    end.

tab(Name, Function, Args) -> (opened(Name, Function, Args))#open.tab.

%% badarg blames the function that was called from outside.
badarg(Function, Args) ->
    try error(badarg)
    catch error:badarg:Stack ->
        Callers = lists:dropwhile(fun(Frame) -> element(1, Frame) =:= ?MODULE end, Stack),
        erlang:raise(error, badarg, [{?MODULE, Function, Args, []} | Callers])
    end.

change(Name, Fun) ->
    case find(Name) of
        #open{access = read, file = File} -> {error, {access_mode, File}};
        _ -> ask({change, Name, Fun})
    end.

%% The process that writes.

server() ->
    case whereis(dets) of
        undefined ->
            {Pid, Ref} = spawn_monitor(fun() ->
                try register(dets, self()) of
                    true ->
                        ets:new(dets_open_tables, [named_table, public, {keypos, #open.name}]),
                        receive {ready, From, Tag} -> From ! {Tag, ok} end,
                        serve(#{})
                catch error:badarg -> ok
                end
            end),
            Pid ! {ready, self(), Ref},
            receive
                {Ref, ok} -> demonitor(Ref, [flush]), Pid;
                {'DOWN', Ref, process, Pid, _} -> server()
            end;
        Pid -> Pid
    end.

ask(Request) ->
    Pid = server(),
    Ref = monitor(process, Pid),
    Pid ! {dets, self(), Ref, Request},
    receive
        {Ref, Answer} -> demonitor(Ref, [flush]), Answer;
        {'DOWN', Ref, process, Pid, Reason} -> exit(Reason)
    end.

%% State has for each name {Fd, Blocks, Users}: how many changes the journal holds, and who has the table open, with a monitor each.
serve(State) ->
    receive
        {dets, From, Ref, stop} ->
            maps:foreach(fun(Name, Entry) -> shut(Name, Entry) end, State),
            From ! {Ref, stopped};
        {dets, From, Ref, Request} ->
            {Answer, Next} = handle(Request, From, State),
            From ! {Ref, Answer},
            serve(Next);
        {'DOWN', Monitor, process, Pid, _} ->
            serve(lists:foldl(fun(Name, S) -> leave(Name, {Pid, Monitor}, S) end, State, maps:keys(State)));
        _ -> serve(State)
    end.

handle({open_existing, File}, From, State) ->
    case head(File) of
        {ok, Type, KeyPos} ->
            case [Name || #open{name = Name, file = F} <- ets:tab2list(dets_open_tables), F =:= File, is_reference(Name)] of
                [Name | _] -> {{ok, Name}, join(Name, From, State)};
                [] ->
                    T = #open{name = make_ref(), file = File, type = Type, keypos = KeyPos, access = read_write, auto_save = 180000, ram_file = false},
                    handle({open, T}, From, State)
            end;
        Error -> {Error, State}
    end;
handle({open, #open{name = Name} = T}, From, State) ->
    case State of
        #{Name := _} ->
            [Have] = ets:lookup(dets_open_tables, Name),
            Same = fun(Pos) -> element(Pos, Have) =:= element(Pos, T) end,
            case lists:all(Same, [#open.file, #open.type, #open.keypos, #open.access]) of
                true -> {{ok, Name}, join(Name, From, State)};
                false -> {{error, incompatible_arguments}, State}
            end;
        #{} ->
            case load(T) of
                {ok, Tab, Fd, Blocks} ->
                    ets:insert(dets_open_tables, T#open{tab = Tab}),
                    {{ok, Name}, join(Name, From, State#{Name => {Fd, Blocks, []}})};
                Error -> {Error, State}
            end
    end;
handle({close, Name}, From, State) ->
    case State of
        #{Name := {_, _, Users}} ->
            case lists:keyfind(From, 1, Users) of
                {_, Monitor} = User ->
                    demonitor(Monitor, [flush]),
                    {ok, leave(Name, User, State)};
                false -> {{error, not_owner}, State}
            end;
        #{} -> {{error, not_owner}, State}
    end;
handle({users, Name}, _, State) ->
    {[Pid || {Pid, _} <- element(3, maps:get(Name, State, {none, 0, []}))], State};
handle({sync, Name}, _, State) ->
    case State of
        #{Name := {Fd, _, _}} -> {case file:sync(Fd) of ok -> ok; {error, einval} -> ok; Error -> Error end, State};
        #{} -> {{error, not_owner}, State}
    end;
handle({change, Name, Fun}, _, State) ->
    case State of
        #{Name := {Fd, Blocks, Users}} ->
            [#open{tab = Tab, file = File} = T] = ets:lookup(dets_open_tables, Name),
            try Fun(Tab) of
                {Answer, []} -> {Answer, State};
                {Answer, Changes} ->
                    case file:write(Fd, block(Changes)) of
                        ok ->
                            lists:foreach(fun(C) -> apply_change(C, T) end, Changes),
                            {Answer, State#{Name := {Fd, Blocks + weight(Changes), Users}}};
                        {error, Reason} -> {{error, {file_error, File, Reason}}, State}
                    end
            catch error:badarg -> {badarg, State}
            end;
        #{} -> {{error, not_owner}, State}
    end.

weight(Changes) -> lists:sum([case C of {insert, L} -> length(L); _ -> 1 end || C <- Changes]).

apply_change({insert, Objects}, #open{tab = Tab, type = bag}) ->
    lists:foreach(fun(X) -> ets:delete_object(Tab, X), ets:insert(Tab, X) end, Objects);
apply_change({insert, Objects}, #open{tab = Tab}) -> ets:insert(Tab, Objects);
apply_change({delete, Key}, #open{tab = Tab}) -> ets:delete(Tab, Key);
apply_change({delete_object, Object}, #open{tab = Tab}) -> ets:delete_object(Tab, Object);
apply_change(clear, #open{tab = Tab}) -> ets:delete_all_objects(Tab).

join(Name, Pid, State) ->
    maps:update_with(Name, fun({Fd, Blocks, Users}) -> {Fd, Blocks, [{Pid, monitor(process, Pid)} | Users]} end, State).

leave(Name, User, State) ->
    case State of
        #{Name := {Fd, Blocks, Users}} ->
            case {lists:member(User, Users), lists:delete(User, Users)} of
                {false, _} -> State;
                {true, []} ->
                    shut(Name, {Fd, Blocks, []}),
                    maps:remove(Name, State);
                {true, Rest} -> State#{Name := {Fd, Blocks, Rest}}
            end;
        #{} -> State
    end.

%% shut closes a file, written anew when its journal is much longer than the table.
shut(Name, {Fd, Blocks, _}) ->
    [#open{tab = Tab, file = File, access = Access} = T] = ets:lookup(dets_open_tables, Name),
    ets:delete(dets_open_tables, Name),
    _ = file:close(Fd),
    Access =:= read_write andalso Blocks > 2 * ets:info(Tab, size) + 100 andalso
        begin
            New = filename:flatten([File, ".new"]),
            _ = file:write_file(New, [start_of(T), block([{insert, ets:tab2list(Tab)}])]),
            file:rename(New, File)
        end,
    ets:delete(Tab).

%% Files.

start_of(#open{type = Type, keypos = KeyPos}) -> [?MAGIC, block({Type, KeyPos})].

block(Term) ->
    Bytes = term_to_binary(Term),
    [<<(byte_size(Bytes)):32, (erlang:crc32(Bytes)):32>>, Bytes].

blocks(<<Size:32, Sum:32, Bytes:Size/binary, Rest/binary>>, At, Acc) ->
    case erlang:crc32(Bytes) of
        Sum -> blocks(Rest, At + 8 + Size, [binary_to_term(Bytes) | Acc]);
        _ -> {lists:reverse(Acc), At}
    end;
blocks(_, At, Acc) -> {lists:reverse(Acc), At}.

content(File) ->
    case file:read_file(File) of
        {ok, <<?MAGIC, Rest/binary>>} ->
            case blocks(Rest, length(?MAGIC), []) of
                {[{Type, KeyPos} | Changes], End} -> {ok, Type, KeyPos, Changes, End};
                _ -> {error, {not_a_dets_file, File}}
            end;
        {ok, _} -> {error, {not_a_dets_file, File}};
        {error, Reason} -> {error, {file_error, File, Reason}}
    end.

head(File) ->
    case content(File) of
        {ok, Type, KeyPos, _, _} -> {ok, Type, KeyPos};
        Error -> Error
    end.

%% load reads a file; what stands behind the last whole block was not written to its end, and goes.
load(#open{file = File, type = Type, keypos = KeyPos, access = Access} = T) ->
    case content(File) of
        {ok, Type, KeyPos, Changes, End} -> load(T, lists:append(Changes), End);
        {ok, Type, _, _, _} -> {error, {keypos_mismatch, File}};
        {ok, _, _, _, _} -> {error, {type_mismatch, File}};
        {error, {file_error, _, enoent}} when Access =:= read_write ->
            case file:write_file(File, Start = start_of(T)) of
                ok -> load(T, [], iolist_size(Start));
                {error, Reason} -> {error, {file_error, File, Reason}}
            end;
        Error -> Error
    end.

load(#open{file = File, type = Type, keypos = KeyPos, access = Access} = T, Changes, End) ->
    Modes = case Access of read -> [read, raw, binary]; read_write -> [read, write, raw, binary] end,
    case file:open(File, Modes) of
        {ok, Fd} ->
            {ok, _} = file:position(Fd, End),
            _ = Access =:= read_write andalso file:truncate(Fd),
            Tab = ets:new(dets, [Type, public, {keypos, KeyPos}]),
            lists:foreach(fun(C) -> apply_change(C, T#open{tab = Tab}) end, Changes),
            {ok, Tab, Fd, weight(Changes)};
        {error, Reason} -> {error, {file_error, File, Reason}}
    end.
