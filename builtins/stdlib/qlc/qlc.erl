%% Queries over lists and tables. A query handle says what to do and does nothing; e/1 does it. The compiler has made the list comprehension
%% in a call of q/1,2 a fun, in which every generator asks e/1 for what it goes through; so handles are made of handles.
-module(qlc).

-export([q/1, q/2, e/1, e/2, eval/1, eval/2, append/1, append/2, sort/1, sort/2, keysort/2, keysort/3, fold/3, fold/4, cursor/1, cursor/2,
         next_answers/1, next_answers/2, delete_cursor/1, string_to_handle/1, string_to_handle/2, string_to_handle/3, table/2,
         format_error/1, parse_transform/2]).

-doc """
Makes a query handle of a list comprehension, whose generators may go through lists and query handles.

    1> qlc:e(qlc:q([{X, Y} || X <- [1, 2], Y <- qlc:sort([b, a]), X > 1])).
    [{2,a},{2,b}]
""".
-spec q(QLC :: term()) -> QueryHandle :: term().
q(QLC) -> q(QLC, []).

-doc """
Like q/1, with options: `unique`, `{unique, Bool}` (no answer twice), `cache`, `{cache, How}`, `{join, How}`, `{lookup, Bool}`,
`{max_lookup, N}`; those that say how to go about it change nothing.

    1> qlc:e(qlc:q([X || X <- [b, a, b]], [unique])).
    [b,a]
""".
-spec q(QLC :: term(), Options :: term()) -> QueryHandle :: term().
q(Fun, Options) when is_function(Fun, 0) ->
    Known = fun(unique) -> true; ({unique, B}) -> is_boolean(B); (cache) -> true; ({cache, _}) -> true; ({max_list_size, _}) -> true;
               ({tmpdir, _}) -> true; ({tmpdir_usage, _}) -> true; ({join, _}) -> true; ({lookup, _}) -> true; ({max_lookup, _}) -> true;
               (_) -> false
            end,
    case listed(Options) of
        List when is_list(List) ->
            lists:all(Known, List) orelse error(badarg, [Fun, Options]),
            {qlc_handle, {qlc_lc, Fun, {qlc_opt, truth(unique, List), false, -1, any, [], any, 524288, allowed}}};
        _ -> error(badarg, [Fun, Options])
    end;
q(QLC, Options) -> error(badarg, [QLC, Options]).

-doc """
Returns all answers of a query.

    1> qlc:e(qlc:append([1], [2])).
    [1,2]
""".
-spec e(QueryHandle :: term()) -> [term()] | term().
e(Handle) -> eval(Handle, []).

-doc """
Like e/1, with options: `unique_all`, `{unique_all, Bool}` (no answer twice); `cache_all` and its like change nothing.

    1> qlc:e([1,2,1], unique_all).
    [1,2]
""".
-spec e(QueryHandle :: term(), Options :: term()) -> [term()] | term().
e(Handle, Options) -> eval(Handle, Options).

-doc "Like e/1.".
-spec eval(QueryHandle :: term()) -> [term()] | term().
eval(Handle) -> eval(Handle, []).

-doc "Like e/2.".
-spec eval(QueryHandle :: term(), Options :: term()) -> [term()] | term().
eval(Handle, Options) ->
    is_handle(Handle) andalso known(Options) orelse error(badarg, [Handle, Options]),
    answers(Handle, Options).

-doc """
Returns a handle whose answers are those of several, one after the other.

    1> qlc:e(qlc:append([[1], qlc:sort([3, 2])])).
    [1,2,3]
""".
-spec append(QueryHandles :: [term()]) -> QueryHandle :: term().
append(Handles) when is_list(Handles) ->
    lists:all(fun is_handle/1, Handles) orelse error(badarg, [Handles]),
    {qlc_handle, {qlc_append, Handles}};
append(Handles) -> error({bad_generator, Handles}, [Handles]).

-doc """
Returns a handle whose answers are those of the first and then those of the second.

    1> qlc:e(qlc:append([1], [2])).
    [1,2]
""".
-spec append(QueryHandle1 :: term(), QueryHandle2 :: term()) -> QueryHandle :: term().
append(First, Second) ->
    is_handle(First) andalso is_handle(Second) orelse error(badarg, [First, Second]),
    {qlc_handle, {qlc_append, [First, Second]}}.

-doc """
Returns a handle whose answers come in order.

    1> qlc:e(qlc:sort([b, c, a])).
    [a,b,c]
""".
-spec sort(QueryHandle :: term()) -> SortedQueryHandle :: term().
sort(Handle) -> sort(Handle, []).

-doc """
Like sort/1, with options: `{order, ascending | descending | Fun}` and `{unique, Bool}`.

    1> qlc:e(qlc:sort([1, 3, 2, 3], [{order, descending}, {unique, true}])).
    [3,2,1]
""".
-spec sort(QueryHandle :: term(), SortOptions :: term()) -> SortedQueryHandle :: term().
sort(Handle, Options) ->
    is_handle(Handle) andalso sorting(Options) orelse error(badarg, [Handle, Options]),
    {qlc_handle, {qlc_sort, Handle, none, listed(Options)}}.

-doc """
Returns a handle whose answers, tuples, come in the order of the elements at a position, or at several.

    1> qlc:e(qlc:keysort(2, [{a, 2}, {b, 1}])).
    [{b,1},{a,2}]
""".
-spec keysort(KeyPos :: pos_integer() | [pos_integer()], QueryHandle :: term()) -> SortedQueryHandle :: term().
keysort(KeyPos, Handle) -> keysort(KeyPos, Handle, []).

-doc """
Like keysort/2, with the options of sort/2.

    1> qlc:e(qlc:keysort(1, [{1}, {2}], {order, descending})).
    [{2},{1}]
""".
-spec keysort(KeyPos :: pos_integer() | [pos_integer()], QueryHandle :: term(), SortOptions :: term()) -> SortedQueryHandle :: term().
keysort(KeyPos, Handle, Options) ->
    Positions = listed(KeyPos),
    is_handle(Handle) andalso sorting(Options) andalso Positions =/= [] andalso lists:all(fun(P) -> is_integer(P) andalso P > 0 end, Positions)
        orelse error(badarg, [KeyPos, Handle, Options]),
    {qlc_handle, {qlc_sort, Handle, Positions, listed(Options)}}.

-doc """
Calls a fun with each answer and what it returned for the one before.

    1> qlc:fold(fun(X, Sum) -> X + Sum end, 0, qlc:q([X * X || X <- [1, 2, 3]])).
    14
""".
-spec fold(Function :: fun((term(), Acc) -> Acc), Acc0 :: Acc, QueryHandle :: term()) -> Acc | term().
fold(Function, Acc0, Handle) -> fold(Function, Acc0, Handle, []).

-doc """
Like fold/3, with the options of e/2.

    1> qlc:fold(fun(X, Sum) -> X + Sum end, 0, [1, 1], unique_all).
    1
""".
-spec fold(Function :: fun((term(), Acc) -> Acc), Acc0 :: Acc, QueryHandle :: term(), Options :: term()) -> Acc | term().
fold(Function, Acc0, Handle, Options) ->
    is_handle(Handle) andalso known(Options) orelse error(badarg, [Function, Acc0, Handle, Options]),
    case answers(Handle, Options) of
        All when is_list(All) -> each(Function, Acc0, All);
        Failed -> Failed
    end.

each(Function, Acc, [X | Rest]) -> each(Function, Function(X, Acc), Rest);
each(_, Acc, []) -> Acc.

-doc """
Makes a cursor, which gives the answers little by little to the process that made it.

    1> C = qlc:cursor([a, b, c]), qlc:next_answers(C, 2).
    [a,b]
    2> qlc:next_answers(C).
    [c]
""".
-spec cursor(QueryHandle :: term()) -> Cursor :: term().
cursor(Handle) -> cursor(Handle, []).

-doc "Like cursor/1, with the options of e/2.".
-spec cursor(QueryHandle :: term(), Options :: term()) -> Cursor :: term().
cursor(Handle, Options) ->
    is_handle(Handle) andalso known(Options) orelse error(badarg, [Handle, Options]),
    Owner = self(),
    Known = case Options of {spawn_options, _} -> []; _ when is_list(Options) -> lists:keydelete(spawn_options, 1, Options); _ -> Options end,
    Pid = spawn(fun() ->
        Monitor = monitor(process, Owner),
        receive
            {Owner, Ref, start} ->
                case try {ok, answers(Handle, Known)} catch Class:Reason:Stack -> {Class, Reason, Stack} end of
                    {ok, All} -> Owner ! {Ref, ok}, give(All, Owner, Monitor);
                    Failed -> Owner ! {Ref, Failed}
                end;
            {'DOWN', Monitor, process, Owner, _} -> ok
        end
    end),
    case ask(Pid, start) of
        ok -> {qlc_cursor, {Pid, Owner}};
        {Class, Reason, Stack} -> erlang:raise(Class, Reason, Stack)
    end.

give(Left, Owner, Monitor) ->
    receive
        {Owner, Ref, stop} -> Owner ! {Ref, ok};
        {Owner, Ref, {next, N}} when is_list(Left) ->
            {Some, Rest} = take(N, Left),
            Owner ! {Ref, Some},
            give(Rest, Owner, Monitor);
        {Owner, Ref, {next, _}} ->
            Owner ! {Ref, Left},
            give(Left, Owner, Monitor);
        {'DOWN', Monitor, process, Owner, _} -> ok
    end.

take(all_remaining, List) -> {List, []};
take(N, List) -> try lists:split(N, List) catch error:badarg -> {List, []} end.

ask(Pid, Request) ->
    Ref = monitor(process, Pid),
    Pid ! {self(), Ref, Request},
    receive
        {Ref, Answer} -> demonitor(Ref, [flush]), Answer;
        {'DOWN', Ref, process, Pid, _} -> gone
    end.

-doc """
Returns the next answers of a cursor, ten at most; [] when there are none any more.

    1> qlc:next_answers(qlc:cursor([])).
    []
""".
-spec next_answers(Cursor :: term()) -> [term()] | term().
next_answers(Cursor) -> next_answers(Cursor, 10).

-doc """
Returns the next answers of a cursor, a number of them at most or `all_remaining`.

    1> qlc:next_answers(qlc:cursor([1, 2, 3]), all_remaining).
    [1,2,3]
""".
-spec next_answers(Cursor :: term(), NumberOfAnswers :: pos_integer() | all_remaining) -> [term()] | term().
next_answers({qlc_cursor, {Pid, Owner}}, N) when N =:= all_remaining; is_integer(N), N > 0 ->
    Owner =:= self() orelse error(not_cursor_owner),
    case ask(Pid, {next, N}) of
        gone -> error({qlc_cursor_pid_no_longer_exists, Pid});
        Answers -> Answers
    end;
next_answers(Cursor, N) -> error(badarg, [Cursor, N]).

-doc """
Ends a cursor.

    1> qlc:delete_cursor(qlc:cursor([1])).
    ok
""".
-spec delete_cursor(Cursor :: term()) -> ok.
delete_cursor({qlc_cursor, {Pid, Owner}}) ->
    Owner =:= self() orelse error(not_cursor_owner),
    _ = ask(Pid, stop),
    ok;
delete_cursor(Cursor) -> error(badarg, [Cursor]).

-doc """
Makes a query handle of the text of a list comprehension.

    1> qlc:e(qlc:string_to_handle("[X || X <- [1, 2], X > 1].")).
    [2]
""".
-spec string_to_handle(QueryString :: string()) -> QueryHandle :: term() | {error, qlc, term()}.
string_to_handle(String) -> string_to_handle(String, [], []).

-doc "Like string_to_handle/1, with the options of q/2.".
-spec string_to_handle(QueryString :: string(), Options :: term()) -> QueryHandle :: term() | {error, qlc, term()}.
string_to_handle(String, Options) -> string_to_handle(String, Options, []).

-doc """
Like string_to_handle/2, with the values of variables, as module erl_eval has them.

    1> qlc:e(qlc:string_to_handle("[X || X <- L].", [unique], [{'L', [1, 1, 2]}])).
    [1,2]
""".
-spec string_to_handle(QueryString :: string(), Options :: term(), Bindings :: term()) -> QueryHandle :: term() | {error, qlc, term()}.
string_to_handle(String, Options, Bindings) when is_list(String) ->
    case erl_scan:string(String) of
        {ok, Tokens, _} ->
            case erl_parse:parse_exprs(Tokens) of
                {ok, [{lc, At, _, _} = LC]} ->
                    Call = {call, At, {remote, At, {atom, At, qlc}, {atom, At, q}}, [LC, erl_parse:abstract(Options)]},
                    try erl_eval:expr(Call, Bindings) of
                        {value, Handle, _} -> Handle
                    catch
                        error:{unbound_var, Name} -> {error, qlc, {place(Name, LC, At), erl_lint, {unbound_var, Name}}}
                    end;
                {ok, [Other | _]} -> {error, qlc, {element(2, Other), qlc, not_a_query_list_comprehension}};
                {error, What} -> {error, qlc, What}
            end;
        {error, What, _} -> {error, qlc, What}
    end;
string_to_handle(String, Options, Bindings) -> error(badarg, [String, Options, Bindings]).

%% place finds where a variable stands in an abstract form.
place(Name, {var, At, Name}, _) -> At;
place(Name, Form, Default) when is_tuple(Form) -> place(Name, tuple_to_list(Form), Default);
place(Name, [Form | Rest], Default) -> place(Name, Rest, place(Name, Form, Default));
place(_, _, Default) -> Default.

-doc """
Makes a query handle of a table. TraverseFun returns the objects: a list, whose tail may be a fun that returns the next ones, or, when
something fails, another term, which e/1 then returns. A TraverseFun with an argument gets a match specification. Of the options,
`{pre_fun, Fun}` and `{post_fun, Fun}` are called before and after, and `{parent_fun, Fun}` for the first one's argument; `info_fun`,
`lookup_fun`, `format_fun` and `key_equality` change nothing.

    1> qlc:e(qlc:table(fun() -> [1, 2 | fun() -> [3] end] end, [])).
    [1,2,3]
""".
-spec table(TraverseFun :: fun(), Options :: term()) -> QueryHandle :: term().
table(Traverse, Options) when is_function(Traverse, 0); is_function(Traverse, 1) ->
    Known = fun({parent_fun, F}) -> is_function(F, 0) orelse F =:= undefined;
               ({pre_fun, F}) -> is_function(F, 1) orelse F =:= undefined;
               ({post_fun, F}) -> is_function(F, 0) orelse F =:= undefined;
               ({info_fun, F}) -> is_function(F, 1) orelse F =:= undefined;
               ({lookup_fun, F}) -> is_function(F, 2) orelse F =:= undefined;
               ({format_fun, F}) -> is_function(F, 1) orelse F =:= undefined;
               ({key_equality, How}) -> lists:member(How, ['==', '=:=']);
               (_) -> false
            end,
    List = listed(Options),
    lists:all(Known, List) orelse error(badarg, [Traverse, Options]),
    {qlc_handle, {qlc_table, Traverse, [O || {_, V} = O <- List, V =/= undefined]}};
table(Traverse, Options) -> error(badarg, [Traverse, Options]).

-doc """
Explains a reason for which string_to_handle/1,2,3 fails.

    1> qlc:format_error(not_a_query_list_comprehension).
    "argument is not a query list comprehension"
""".
-spec format_error(Error :: term()) -> io_lib:chars().
format_error(not_a_query_list_comprehension) -> io_lib:format("argument is not a query list comprehension", []);
format_error(nomatch_pattern) -> io_lib:format("pattern cannot possibly match", []);
format_error(nomatch_filter) -> io_lib:format("filter evaluates to 'false'", []);
format_error({error, Module, Reason}) -> Module:format_error(Reason);
format_error(Error) -> io_lib:format("~tp~n", [Error]).

-doc "Returns the forms as they are: the compiler itself does what this parse transform stands for.".
-spec parse_transform(Forms :: [term()], Options :: [term()]) -> [term()].
parse_transform(Forms, _) -> Forms.

%% What a handle and options look like.

is_handle({qlc_handle, _}) -> true;
is_handle(List) -> is_list(List).

listed(Options) when is_list(Options) -> Options;
listed(Option) -> [Option].

truth(Key, Options) ->
    case [O || O <- Options, O =:= Key orelse is_tuple(O) andalso element(1, O) =:= Key] of
        [] -> false;
        Found ->
            case lists:last(Found) of
                {_, Value} -> Value;
                _ -> true
            end
    end.

known(Options) ->
    Known = fun(unique_all) -> true; ({unique_all, B}) -> is_boolean(B); (cache_all) -> true; ({cache_all, _}) -> true;
               ({max_list_size, _}) -> true; ({tmpdir, _}) -> true; ({tmpdir_usage, _}) -> true; ({spawn_options, _}) -> true; (_) -> false
            end,
    lists:all(Known, listed(Options)).

sorting(Options) ->
    Known = fun({order, O}) -> O =:= ascending orelse O =:= descending orelse is_function(O, 2); ({unique, B}) -> is_boolean(B);
               ({compressed, B}) -> is_boolean(B); ({size, _}) -> true; ({no_files, _}) -> true; ({tmpdir, _}) -> true; (_) -> false
            end,
    lists:all(Known, listed(Options)).

%% Evaluation. What a table returns instead of objects is the answer.

answers(Handle, Options) ->
    case run(Handle) of
        All when is_list(All) ->
            case truth(unique_all, listed(Options)) of
                true -> once(All);
                false -> All
            end;
        Failed -> Failed
    end.

run({qlc_handle, {qlc_lc, Fun, Options}}) ->
    case element(2, Options) of
        true -> once(Fun());
        false -> Fun()
    end;
run({qlc_handle, {qlc_append, Handles}}) -> together(Handles, []);
run({qlc_handle, {qlc_sort, Handle, Positions, Options}}) ->
    case run(Handle) of
        All when is_list(All) -> sorted(Positions, All, Options);
        Failed -> Failed
    end;
run({qlc_handle, {qlc_table, Traverse, Options}}) ->
    Value = case lists:keyfind(parent_fun, 1, Options) of
        {_, Parent} -> Parent();
        false -> undefined
    end,
    case lists:keyfind(pre_fun, 1, Options) of
        {_, Pre} -> Pre([{parent_value, Value}, {stop_fun, undefined}]);
        false -> ok
    end,
    try
        case Traverse of
            _ when is_function(Traverse, 0) -> collect(Traverse(), []);
            _ -> collect(Traverse([{'$1', [], ['$1']}]), [])
        end
    after
        case lists:keyfind(post_fun, 1, Options) of
            {_, Post} -> Post();
            false -> ok
        end
    end;
run(List) when is_list(List) -> List.

together([], Acc) -> lists:append(lists:reverse(Acc));
together([Handle | Rest], Acc) ->
    case run(Handle) of
        All when is_list(All) -> together(Rest, [All | Acc]);
        Failed -> Failed
    end.

collect([], Acc) -> lists:reverse(Acc);
collect([X | Rest], Acc) -> collect(Rest, [X | Acc]);
collect(More, Acc) when is_function(More, 0) -> collect(More(), Acc);
collect(Failed, _) -> Failed.

once(All) -> once(All, #{}).

once([X | Rest], Seen) when is_map_key(X, Seen) -> once(Rest, Seen);
once([X | Rest], Seen) -> [X | once(Rest, Seen#{X => true})];
once([], _) -> [].

sorted(Positions, All, Options) ->
    Key = case Positions of
        none -> fun(X) -> X end;
        _ -> fun(X) -> [element(P, X) || P <- Positions] end
    end,
    Before = case lists:keyfind(order, 1, Options) of
        {_, descending} -> fun(A, B) -> Key(A) >= Key(B) end;
        {_, Order} when is_function(Order) ->
            case Positions of
                [P] -> fun(A, B) -> Order(element(P, A), element(P, B)) end;
                _ -> fun(A, B) -> Order(Key(A), Key(B)) end
            end;
        _ -> fun(A, B) -> Key(A) =< Key(B) end
    end,
    case truth(unique, Options) of
        true -> lists:usort(Before, All);
        false -> lists:sort(Before, All)
    end.
