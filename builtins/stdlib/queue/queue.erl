%% Queues as {Rear, Front}: two lists, of which the rear one is in reverse order. Neither is empty while there are two elements.
-module(queue).

-compile({no_auto_import, [get/1]}).

-type queue() :: {[term()], [term()]}.

-export([all/2, any/2, cons/2, daeh/1, delete/2, delete_r/2, delete_with/2, delete_with_r/2, drop/1, drop_r/1, filter/2, filtermap/2,
         fold/3, from_list/1, get/1, get_r/1, head/1, in/2, in_r/2, init/1, is_empty/1, is_queue/1, join/2, lait/1, last/1, len/1,
         liat/1, member/2, new/0, out/1, out_r/1, peek/1, peek_r/1, reverse/1, snoc/2, split/2, tail/1, to_list/1]).

-doc """
Returns an empty queue.

    1> queue:new().
    {[],[]}
""".
-spec new() -> queue().
new() -> {[], []}.

-doc """
Tells whether a term is a queue.

    1> queue:is_queue(queue:new()).
    true
""".
-spec is_queue(term()) -> boolean().
is_queue({R, F}) when is_list(R), is_list(F) -> true;
is_queue(_) -> false.

-doc """
Tells whether the queue is empty.

    1> queue:is_empty(queue:new()).
    true
""".
-spec is_empty(queue()) -> boolean().
is_empty({[], []}) -> true;
is_empty({In, Out}) when is_list(In), is_list(Out) -> false;
is_empty(Q) -> erlang:error(badarg, [Q]).

-doc """
Returns the number of elements.

    1> queue:len(queue:from_list([a,b])).
    2
""".
-spec len(queue()) -> non_neg_integer().
len({R, F}) when is_list(R), is_list(F) -> length(R) + length(F);
len(Q) -> erlang:error(badarg, [Q]).

-doc """
Returns the elements from front to rear.

    1> queue:to_list(queue:from_list([a,b])).
    [a,b]
""".
-spec to_list(queue()) -> [term()].
to_list({In, Out}) when is_list(In), is_list(Out) -> Out ++ lists:reverse(In, []);
to_list(Q) -> erlang:error(badarg, [Q]).

-doc """
Makes a queue of the elements of a list, the first one in front.

    1> queue:peek(queue:from_list([a,b])).
    {value,a}
""".
-spec from_list([term()]) -> queue().
from_list(L) when is_list(L) -> front_only(L);
from_list(L) -> erlang:error(badarg, [L]).

%% A queue of a list in order from the front; the rear gets a half of it.
front_only([]) -> {[], []};
front_only([_] = R) -> {R, []};
front_only([X, Y]) -> {[Y], [X]};
front_only(F) ->
    {Front, Rear} = lists:split(length(F) div 2, F),
    {lists:reverse(Rear, []), Front}.

%% The same of a list in order from the rear.
rear_only([]) -> {[], []};
rear_only([_] = F) -> {[], F};
rear_only([Y, X]) -> {[Y], [X]};
rear_only(R) ->
    {Rear, Front} = lists:split(length(R) div 2, R),
    {Rear, lists:reverse(Front, [])}.

-doc """
Puts Item in at the rear.

    1> queue:in(b, queue:in(a, queue:new())).
    {[b],[a]}
""".
-spec in(term(), queue()) -> queue().
in(X, {[_] = In, []}) -> {[X], In};
in(X, {In, Out}) when is_list(In), is_list(Out) -> {[X | In], Out};
in(X, Q) -> erlang:error(badarg, [X, Q]).

-doc """
Puts Item in at the front.

    1> queue:to_list(queue:in_r(a, queue:from_list([b]))).
    [a,b]
""".
-spec in_r(term(), queue()) -> queue().
in_r(X, {[], [_] = F}) -> {F, [X]};
in_r(X, {R, F}) when is_list(R), is_list(F) -> {R, [X | F]};
in_r(X, Q) -> erlang:error(badarg, [X, Q]).

-doc """
Takes the item in front out: {{value, Item}, Rest}, or {empty, Queue}.

    1> queue:out(queue:from_list([a])).
    {{value,a},{[],[]}}
""".
-spec out(queue()) -> {{value, term()}, queue()} | {empty, queue()}.
out({[], []} = Q) -> {empty, Q};
out({[V], []}) -> {{value, V}, {[], []}};
out({[Y | In], []}) ->
    [V | Out] = lists:reverse(In, []),
    {{value, V}, {[Y], Out}};
out({In, [V]}) when is_list(In) -> {{value, V}, rear_only(In)};
out({In, [V | Out]}) when is_list(In) -> {{value, V}, {In, Out}};
out(Q) -> erlang:error(badarg, [Q]).

-doc """
Takes the item at the rear out: {{value, Item}, Rest}, or {empty, Queue}.

    1> queue:out_r(queue:from_list([a])).
    {{value,a},{[],[]}}
""".
-spec out_r(queue()) -> {{value, term()}, queue()} | {empty, queue()}.
out_r({[], []} = Q) -> {empty, Q};
out_r({[], [V]}) -> {{value, V}, {[], []}};
out_r({[], [Y | Out]}) ->
    [V | In] = lists:reverse(Out, []),
    {{value, V}, {In, [Y]}};
out_r({[V], Out}) when is_list(Out) -> {{value, V}, front_only(Out)};
out_r({[V | In], Out}) when is_list(Out) -> {{value, V}, {In, Out}};
out_r(Q) -> erlang:error(badarg, [Q]).

-doc """
Returns the item in front; there has to be one.

    1> queue:get(queue:from_list([a,b])).
    a
""".
-spec get(queue()) -> term().
get({[], []} = Q) -> erlang:error(empty, [Q]);
get({R, F}) when is_list(R), is_list(F) -> front(R, F);
get(Q) -> erlang:error(badarg, [Q]).

front(_, [H | _]) -> H;
front([H], []) -> H;
front([_ | R], []) -> lists:last(R).

-doc """
Returns the item at the rear; there has to be one.

    1> queue:get_r(queue:from_list([a,b])).
    b
""".
-spec get_r(queue()) -> term().
get_r({[], []} = Q) -> erlang:error(empty, [Q]);
get_r({[H | _], F}) when is_list(F) -> H;
get_r({[], [H]}) -> H;
get_r({[], [_ | F]}) -> lists:last(F);
get_r(Q) -> erlang:error(badarg, [Q]).

-doc """
Returns {value, Item} for the item in front, or empty.

    1> queue:peek(queue:from_list([a,b])).
    {value,a}
""".
-spec peek(queue()) -> empty | {value, term()}.
peek({[], []}) -> empty;
peek({R, [H | _]}) when is_list(R) -> {value, H};
peek({[H], []}) -> {value, H};
peek({[_ | R], []}) -> {value, lists:last(R)};
peek(Q) -> erlang:error(badarg, [Q]).

-doc """
Returns {value, Item} for the item at the rear, or empty.

    1> queue:peek_r(queue:from_list([a,b])).
    {value,b}
""".
-spec peek_r(queue()) -> empty | {value, term()}.
peek_r({[], []}) -> empty;
peek_r({[H | _], F}) when is_list(F) -> {value, H};
peek_r({[], [H]}) -> {value, H};
peek_r({[], [_ | R]}) -> {value, lists:last(R)};
peek_r(Q) -> erlang:error(badarg, [Q]).

-doc """
Returns the queue without the item in front; there has to be one.

    1> queue:to_list(queue:drop(queue:from_list([a,b]))).
    [b]
""".
-spec drop(queue()) -> queue().
drop({[], []} = Q) -> erlang:error(empty, [Q]);
drop({[_], []}) -> {[], []};
drop({[Y | R], []}) ->
    [_ | F] = lists:reverse(R, []),
    {[Y], F};
drop({R, [_]}) when is_list(R) -> rear_only(R);
drop({R, [_ | F]}) when is_list(R) -> {R, F};
drop(Q) -> erlang:error(badarg, [Q]).

-doc """
Returns the queue without the item at the rear; there has to be one.

    1> queue:to_list(queue:drop_r(queue:from_list([a,b]))).
    [a]
""".
-spec drop_r(queue()) -> queue().
drop_r({[], []} = Q) -> erlang:error(empty, [Q]);
drop_r({[], [_]}) -> {[], []};
drop_r({[], [Y | F]}) ->
    [_ | R] = lists:reverse(F, []),
    {R, [Y]};
drop_r({[_], F}) when is_list(F) -> front_only(F);
drop_r({[_ | R], F}) when is_list(F) -> {R, F};
drop_r(Q) -> erlang:error(badarg, [Q]).

-doc """
Returns the queue with its items in reverse order.

    1> queue:to_list(queue:reverse(queue:from_list([a,b]))).
    [b,a]
""".
-spec reverse(queue()) -> queue().
reverse({R, F}) when is_list(R), is_list(F) -> {F, R};
reverse(Q) -> erlang:error(badarg, [Q]).

-doc """
Returns Q1 with the items of Q2 behind its own.

    1> queue:to_list(queue:join(queue:from_list([a]), queue:from_list([b]))).
    [a,b]
""".
-spec join(queue(), queue()) -> queue().
join({R, F} = Q, {[], []}) when is_list(R), is_list(F) -> Q;
join({[], []}, {R, F} = Q) when is_list(R), is_list(F) -> Q;
join({R1, F1}, {R2, F2}) when is_list(R1), is_list(F1), is_list(R2), is_list(F2) -> {R2, F1 ++ lists:reverse(R1, F2)};
join(Q1, Q2) -> erlang:error(badarg, [Q1, Q2]).

-doc """
Splits the queue behind its first N items.

    1> queue:split(1, queue:from_list([a,b])).
    {{[a],[]},{[],[b]}}
""".
-spec split(non_neg_integer(), queue()) -> {queue(), queue()}.
split(0, {R, F} = Q) when is_list(R), is_list(F) -> {{[], []}, Q};
split(N, {R, F} = Q) when is_integer(N), N >= 1, is_list(R), is_list(F) ->
    Front = length(F),
    if
        N < Front ->
            [X | Rest] = F,
            split_front(N - 1, Rest, R, [], X);
        N > Front ->
            Length = length(R),
            if
                N < Front + Length -> split_rear(Front + Length - N, R, F);
                N > Front + Length -> erlang:error(badarg, [N, Q]);
                true -> {Q, {[], []}}
            end;
        true -> {front_only(F), rear_only(R)}
    end;
split(N, Q) -> erlang:error(badarg, [N, Q]).

split_front(0, F, R, Rear, X) -> {{Rear, [X]}, {R, F}};
split_front(N, [Y | F], R, Rear, X) -> split_front(N - 1, F, R, [Y | Rear], X).

split_rear(M, [X | R], F) -> split_rear(M - 1, R, F, [], X).

split_rear(0, R, F, Front, X) -> {{R, F}, {[X], Front}};
split_rear(M, [Y | R], F, Front, X) -> split_rear(M - 1, R, F, [Y | Front], X).

-doc """
Tells whether Item is in the queue.

    1> queue:member(a, queue:from_list([a])).
    true
""".
-spec member(term(), queue()) -> boolean().
member(X, {R, F}) when is_list(R), is_list(F) -> lists:member(X, R) orelse lists:member(X, F);
member(X, Q) -> erlang:error(badarg, [X, Q]).

-doc """
Keeps the items for which Fun returns true, and puts the items of a list in the place of one for which it returns that.

    1> queue:to_list(queue:filter(fun(X) -> X > 1 end, queue:from_list([1,2]))).
    [2]
""".
-spec filter(fun((term()) -> boolean() | [term()]), queue()) -> queue().
filter(Fun, {R0, F0}) when is_function(Fun, 1), is_list(R0), is_list(F0) ->
    F = filter_f(Fun, F0),
    R = filter_r(Fun, R0),
    settled(R, F);
filter(Fun, Q) -> erlang:error(badarg, [Fun, Q]).

settled([], F) -> front_only(F);
settled(R, []) -> rear_only(R);
settled(R, F) -> {R, F}.

filter_f(_, []) -> [];
filter_f(Fun, [X | F]) ->
    case Fun(X) of
        true -> [X | filter_f(Fun, F)];
        [Y] -> [Y | filter_f(Fun, F)];
        false -> filter_f(Fun, F);
        [] -> filter_f(Fun, F);
        L when is_list(L) -> L ++ filter_f(Fun, F)
    end.

%% The rear is filtered from its end, so that the fun sees the items in order.
filter_r(_, []) -> [];
filter_r(Fun, [X | R0]) ->
    R = filter_r(Fun, R0),
    case Fun(X) of
        true -> [X | R];
        [Y] -> [Y | R];
        false -> R;
        [] -> R;
        L when is_list(L) -> lists:reverse(L, R)
    end.

-doc """
Keeps the items for which Fun returns true, and Value where it returns {true, Value}.

    1> queue:to_list(queue:filtermap(fun(X) -> {true,-X} end, queue:from_list([1]))).
    [-1]
""".
-spec filtermap(fun((term()) -> boolean() | {true, term()}), queue()) -> queue().
filtermap(Fun, {R0, F0}) when is_function(Fun, 1), is_list(R0), is_list(F0) ->
    F = lists:filtermap(Fun, F0),
    R = filtermap_r(Fun, R0),
    settled(R, F);
filtermap(Fun, Q) -> erlang:error(badarg, [Fun, Q]).

filtermap_r(_, []) -> [];
filtermap_r(Fun, [X | R0]) ->
    R = filtermap_r(Fun, R0),
    case Fun(X) of
        true -> [X | R];
        {true, Y} -> [Y | R];
        false -> R
    end.

-doc """
Calls Fun for each item and what the call before returned.

    1> queue:fold(fun(X, Sum) -> X + Sum end, 0, queue:from_list([1,2])).
    3
""".
-spec fold(fun((term(), Acc) -> Acc), Acc, queue()) -> Acc.
fold(Fun, Acc, {R, F}) when is_function(Fun, 2), is_list(R), is_list(F) -> lists:foldr(Fun, lists:foldl(Fun, Acc, F), R);
fold(Fun, Acc, Q) -> erlang:error(badarg, [Fun, Acc, Q]).

-doc """
Tells whether Pred is true for some item.

    1> queue:any(fun(X) -> X > 1 end, queue:from_list([1,2])).
    true
""".
-spec any(fun((term()) -> boolean()), queue()) -> boolean().
any(Pred, {R, F}) when is_function(Pred, 1), is_list(R), is_list(F) -> lists:any(Pred, F) orelse lists:any(Pred, R);
any(Pred, Q) -> erlang:error(badarg, [Pred, Q]).

-doc """
Tells whether Pred is true for every item.

    1> queue:all(fun(X) -> X > 1 end, queue:from_list([1,2])).
    false
""".
-spec all(fun((term()) -> boolean()), queue()) -> boolean().
all(Pred, {R, F}) when is_function(Pred, 1), is_list(R), is_list(F) -> lists:all(Pred, F) andalso lists:all(Pred, R);
all(Pred, Q) -> erlang:error(badarg, [Pred, Q]).

-doc """
Returns the queue without the first item that matches Item.

    1> queue:to_list(queue:delete(a, queue:from_list([a,b,a]))).
    [b,a]
""".
-spec delete(term(), queue()) -> queue().
delete(Item, {R0, F0} = Q) when is_list(R0), is_list(F0) -> delete_with_front(fun(X) -> X =:= Item end, Q);
delete(Item, Q) -> erlang:error(badarg, [Item, Q]).

-doc """
Returns the queue without the last item that matches Item.

    1> queue:to_list(queue:delete_r(a, queue:from_list([a,b,a]))).
    [a,b]
""".
-spec delete_r(term(), queue()) -> queue().
delete_r(Item, {R, F}) when is_list(R), is_list(F) ->
    {F1, R1} = delete(Item, {F, R}),
    {R1, F1};
delete_r(Item, Q) -> erlang:error(badarg, [Item, Q]).

-doc """
Returns the queue without the first item for which Pred is true.

    1> queue:to_list(queue:delete_with(fun(X) -> X > 1 end, queue:from_list([1,2,3]))).
    [1,3]
""".
-spec delete_with(fun((term()) -> boolean()), queue()) -> queue().
delete_with(Pred, {R, F} = Q) when is_function(Pred, 1), is_list(R), is_list(F) -> delete_with_front(Pred, Q);
delete_with(Pred, Q) -> erlang:error(badarg, [Pred, Q]).

delete_with_front(Pred, {R, F} = Q) ->
    case cut(Pred, F) of
        false ->
            case cut(Pred, lists:reverse(R)) of
                false -> Q;
                [] -> front_only(F);
                R1 -> {lists:reverse(R1), F}
            end;
        [] -> rear_only(R);
        F1 -> {R, F1}
    end.

%% The list without the first element for which Pred is true; false when there is none.
cut(_, []) -> false;
cut(Pred, [X | Rest]) ->
    case Pred(X) of
        true -> Rest;
        false ->
            case cut(Pred, Rest) of
                false -> false;
                Cut -> [X | Cut]
            end
    end.

-doc """
Returns the queue without the last item for which Pred is true.

    1> queue:to_list(queue:delete_with_r(fun(X) -> X > 1 end, queue:from_list([1,2,3]))).
    [1,2]
""".
-spec delete_with_r(fun((term()) -> boolean()), queue()) -> queue().
delete_with_r(Pred, {R, F}) when is_function(Pred, 1), is_list(R), is_list(F) ->
    {F1, R1} = delete_with(Pred, {F, R}),
    {R1, F1};
delete_with_r(Pred, Q) -> erlang:error(badarg, [Pred, Q]).

%% The names of C. Okasaki for the same functions.

-doc """
The same as in_r/2.

    1> queue:cons(a, queue:new()).
    {[],[a]}
""".
-spec cons(term(), queue()) -> queue().
cons(X, Q) -> in_r(X, Q).

-doc """
The same as get/1.

    1> queue:head(queue:from_list([a,b])).
    a
""".
-spec head(queue()) -> term().
head({[], []} = Q) -> erlang:error(empty, [Q]);
head({R, F}) when is_list(R), is_list(F) -> front(R, F);
head(Q) -> erlang:error(badarg, [Q]).

-doc """
The same as drop/1.

    1> queue:tail(queue:from_list([a])).
    {[],[]}
""".
-spec tail(queue()) -> queue().
tail(Q) -> drop(Q).

-doc """
The same as in/2 with its arguments the other way round.

    1> queue:to_list(queue:snoc(queue:from_list([a]), b)).
    [a,b]
""".
-spec snoc(queue(), term()) -> queue().
snoc(Q, X) -> in(X, Q).

-doc """
The same as get_r/1.

    1> queue:daeh(queue:from_list([a,b])).
    b
""".
-spec daeh(queue()) -> term().
daeh(Q) -> get_r(Q).

-doc """
The same as get_r/1.

    1> queue:last(queue:from_list([a,b])).
    b
""".
-spec last(queue()) -> term().
last(Q) -> get_r(Q).

-doc """
The same as drop_r/1.

    1> queue:to_list(queue:liat(queue:from_list([a,b]))).
    [a]
""".
-spec liat(queue()) -> queue().
liat(Q) -> drop_r(Q).

-doc """
The same as drop_r/1.

    1> queue:to_list(queue:lait(queue:from_list([a,b]))).
    [a]
""".
-spec lait(queue()) -> queue().
lait(Q) -> drop_r(Q).

-doc """
The same as drop_r/1.

    1> queue:to_list(queue:init(queue:from_list([a,b]))).
    [a]
""".
-spec init(queue()) -> queue().
init(Q) -> drop_r(Q).
