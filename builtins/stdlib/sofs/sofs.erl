%% A set is {'Set', Ordset, TypeOfElements}, an ordered set, a tuple or an element alone, {'OrdSet', Value, Type}. The type '_' goes with any.
-module(sofs).

-export([a_function/1, a_function/2, canonical_relation/1, composite/2, constant_function/2, converse/1, difference/2,
         digraph_to_family/1, digraph_to_family/2, domain/1, drestriction/2, drestriction/3, empty_set/0, extension/3,
         fam2rel/1, family/1, family/2, family_difference/2, family_domain/1, family_field/1, family_intersection/1,
         family_intersection/2, family_projection/2, family_range/1, family_specification/2, family_to_digraph/1,
         family_to_digraph/2, family_to_relation/1, family_union/1, family_union/2, field/1, from_external/2, from_sets/1,
         from_term/1, from_term/2, image/2, intersection/1, intersection/2, intersection_of_family/1, inverse/1,
         inverse_image/2, is_a_function/1, is_disjoint/2, is_empty_set/1, is_equal/2, is_set/1, is_sofs_set/1, is_subset/2,
         is_type/1, join/4, multiple_relative_product/2, no_elements/1, partition/1, partition/2, partition/3,
         partition_family/2, product/1, product/2, projection/2, range/1, rel2fam/1, relation/1, relation/2,
         relation_to_family/1, relative_product/1, relative_product/2, relative_product1/2, restriction/2, restriction/3,
         set/1, set/2, specification/2, strict_relation/1, substitution/2, symdiff/2, symmetric_partition/2, to_external/1,
         to_sets/1, type/1, union/1, union/2, union_of_family/1, weak_relation/1]).

-type anyset() :: tuple().
-type a_set() :: tuple().
-type relation() :: tuple().
-type a_function() :: tuple().
-type family() :: tuple().
-type external_set() :: term().
-type type() :: term().
-type set_fun() :: pos_integer() | {external, fun((external_set()) -> external_set())} | fun((anyset()) -> anyset()).

-doc "Returns the empty set.\n\n"
     "    1> sofs:to_external(sofs:empty_set()).\n    []".
-spec empty_set() -> a_set().
empty_set() -> {'Set', [], '_'}.

-doc "Tells whether a term is a type: an atom, a tuple of types, or a list of one type.\n\n"
     "    1> sofs:is_type([{a,[b]}]).\n    true".
-spec is_type(Term :: term()) -> boolean().
is_type('_') -> false;
is_type(T) -> is_some_type(T).

is_some_type(T) when is_atom(T) -> true;
is_some_type(T) when is_tuple(T), T =/= {} -> lists:all(fun is_type/1, tuple_to_list(T));
is_some_type([T]) -> is_some_type(T);
is_some_type(_) -> false.

-doc "Makes a set whose elements have no structure.\n\n"
     "    1> sofs:to_external(sofs:set([b,a,b])).\n    [a,b]".
-spec set(Terms :: [term()]) -> a_set().
set(L) ->
    try {'Set', lists:usort(L), atom} catch _:_ -> erlang:error(badarg) end.

-doc "Makes a set of a type that has no inner structure of sets.\n\n"
     "    1> sofs:type(sofs:set([{1,a}], [{n,m}])).\n    [{n,m}]".
-spec set(Terms :: [term()], Type :: type()) -> a_set().
set([], [T]) -> {'Set', [], T};
set(L, [T]) when is_atom(T), T =/= '_' ->
    try {'Set', lists:usort(L), T} catch _:_ -> erlang:error(badarg) end;
set(L, [_] = T) ->
    case catch typed(L, T) of
        {'Set', _, _} = S -> S;
        _ -> erlang:error(badarg)
    end;
set(_, _) -> erlang:error(badarg).

-doc "Makes a set of a term: lists are sets, tuples are tuples, all else has no structure.\n\n"
     "    1> sofs:type(sofs:from_term([{1,[a]}])).\n    [{atom,[atom]}]".
-spec from_term(Term :: term()) -> anyset().
from_term(T) ->
    case catch typed(T, '_') of
        {Tag, _, _} = S when Tag =:= 'Set'; Tag =:= 'OrdSet' -> S;
        _ -> erlang:error(badarg)
    end.

-doc "Makes a set of a term and a type.\n\n"
     "    1> sofs:type(sofs:from_term([1], [n])).\n    [n]".
-spec from_term(Term :: term(), Type :: type()) -> anyset().
from_term(T, Type) ->
    case Type =/= '_' andalso (catch typed(T, Type)) of
        {Tag, _, _} = S when Tag =:= 'Set'; Tag =:= 'OrdSet' -> S;
        _ -> erlang:error(badarg)
    end.

typed(Term, Type0) ->
    true = is_some_type(Type0),
    Type = merge(Type0, type_of(Term, Type0)),
    wrap(case flat(Type0) of true -> lists:usort(Term); false -> sorted(Term, Type) end, Type).

%% A set whose elements have no sets inside.
flat([T]) when is_atom(T) -> T =/= '_';
flat([T]) when is_tuple(T) -> lists:all(fun(E) -> is_atom(E) andalso E =/= '_' end, tuple_to_list(T));
flat(_) -> false.

wrap(L, [T]) -> {'Set', L, T};
wrap(X, T) -> {'OrdSet', X, T}.

%% The type of a term as far as a given type asks for structure.
type_of(L, '_') when is_list(L) -> [lists:foldl(fun merge/2, '_', [type_of(E, '_') || E <- L])];
type_of(L, [T]) when is_list(L) -> [lists:foldl(fun merge/2, T, [type_of(E, T) || E <- L])];
type_of({}, '_') -> throw(none);
type_of(T, '_') when is_tuple(T) -> list_to_tuple([type_of(E, '_') || E <- tuple_to_list(T)]);
type_of(_, '_') -> atom;
type_of(T, Types) when is_tuple(T), is_tuple(Types), tuple_size(T) =:= tuple_size(Types) ->
    list_to_tuple([type_of(E, Y) || {E, Y} <- lists:zip(tuple_to_list(T), tuple_to_list(Types))]);
type_of(_, T) when is_atom(T) -> T;
type_of(_, _) -> throw(none).

merge('_', T) -> T;
merge(T, '_') -> T;
merge(T, T) -> T;
merge([A], [B]) -> [merge(A, B)];
merge(A, B) when is_tuple(A), is_tuple(B), tuple_size(A) =:= tuple_size(B) ->
    list_to_tuple([merge(X, Y) || {X, Y} <- lists:zip(tuple_to_list(A), tuple_to_list(B))]);
merge(_, _) -> throw(none).

%% Lists that are sets in order. Of elements that compare equal the last one stays.
sorted(L, [T]) when is_list(L) -> lists:usort(lists:reverse([sorted(E, T) || E <- L]));
sorted(T, Types) when is_tuple(T), is_tuple(Types) -> list_to_tuple([sorted(E, Y) || {E, Y} <- lists:zip(tuple_to_list(T), tuple_to_list(Types))]);
sorted(X, _) -> X.

match(A, B) -> try merge(A, B) of _ -> true catch throw:none -> false end.

%% Two types that go together, or type_mismatch.
both(A, B) -> try merge(A, B) catch throw:none -> erlang:error(type_mismatch) end.

-doc "Makes a set of what `to_external/1` returned and its type.\n\n"
     "    1> sofs:to_external(sofs:from_external([a,b], [t])).\n    [a,b]".
-spec from_external(ExternalSet :: external_set(), Type :: type()) -> anyset().
from_external(L, [T]) -> {'Set', L, T};
from_external(X, T) -> {'OrdSet', X, T}.

-doc "Makes a set of sets, or an ordered set of a tuple of them.\n\n"
     "    1> sofs:to_external(sofs:from_sets([sofs:set([a]), sofs:set([b])])).\n    [[a],[b]]".
-spec from_sets(Sets :: [anyset()] | tuple()) -> anyset().
from_sets(L) when is_list(L) ->
    T = common_type(L, '_'),
    {'Set', lists:usort([to_external(S) || S <- L]), T};
from_sets(T) when is_tuple(T) ->
    L = tuple_to_list(T),
    case lists:all(fun is_sofs_set/1, L) of
        true -> {'OrdSet', list_to_tuple([to_external(S) || S <- L]), list_to_tuple([type(S) || S <- L])};
        false -> erlang:error(badarg)
    end;
from_sets(_) -> erlang:error(badarg).

common_type([S | Ss], T) ->
    is_sofs_set(S) orelse erlang:error(badarg),
    common_type(Ss, both(T, type(S)));
common_type([], T) -> T;
common_type(_, _) -> erlang:error(badarg).

-doc "Returns the lists, tuples and elements that a set is made of.\n\n"
     "    1> sofs:to_external(sofs:set([b,a])).\n    [a,b]".
-spec to_external(AnySet :: anyset()) -> external_set().
to_external({'Set', L, _}) -> L;
to_external({'OrdSet', X, _}) -> X.

-doc "Returns the type of a set.\n\n"
     "    1> sofs:type(sofs:relation([{a,1}])).\n    [{atom,atom}]".
-spec type(AnySet :: anyset()) -> type().
type({'Set', _, T}) -> [T];
type({'OrdSet', _, T}) -> T.

-doc "Returns the elements of a set, or of an ordered set, as sets.\n\n"
     "    1> length(sofs:to_sets(sofs:from_term([[a],[b]]))).\n    2".
-spec to_sets(ASet :: a_set()) -> [anyset()] | tuple().
to_sets({'Set', L, T}) -> [wrap(E, T) || E <- L];
to_sets({'OrdSet', X, T}) when is_tuple(X), is_tuple(T) -> list_to_tuple([wrap(E, Y) || {E, Y} <- lists:zip(tuple_to_list(X), tuple_to_list(T))]);
to_sets({'OrdSet', _, _}) -> erlang:error(badarg).

-doc "Returns the number of elements.\n\n"
     "    1> sofs:no_elements(sofs:set([a,b])).\n    2".
-spec no_elements(ASet :: a_set()) -> non_neg_integer().
no_elements({'Set', L, _}) -> length(L);
no_elements({'OrdSet', X, T}) when is_tuple(X), is_tuple(T) -> tuple_size(X);
no_elements({'OrdSet', _, _}) -> erlang:error(badarg).

-doc "Returns the set of those elements for which a fun is true.\n\n"
     "    1> sofs:to_external(sofs:specification({external, fun(X) -> X > 1 end}, sofs:set([1,2,3]))).\n    [2,3]".
-spec specification(Fun :: set_fun(), Set1 :: a_set()) -> a_set().
specification(Fun, {'Set', L, T}) ->
    case {[X || X <- L, truth(Fun, X, T)], lists:any(fun(X) -> not is_boolean(truth_value(Fun, X, T)) end, L)} of
        {_, true} -> erlang:error(badarg);
        {Kept, false} -> {'Set', Kept, T}
    end.

truth(Fun, X, T) -> truth_value(Fun, X, T) =:= true.

truth_value({external, F}, X, _) when is_function(F, 1) -> F(X);
truth_value(F, X, T) -> F(wrap(X, T)).

-doc "Returns the union of two sets.\n\n"
     "    1> sofs:to_external(sofs:union(sofs:set([a]), sofs:set([b]))).\n    [a,b]".
-spec union(Set1 :: a_set(), Set2 :: a_set()) -> a_set().
union({'Set', A, T}, {'Set', B, U}) -> {'Set', ordsets:union(A, B), both(T, U)}.

-doc "Returns the union of the sets of a set.\n\n"
     "    1> sofs:to_external(sofs:union(sofs:from_term([[a],[b]]))).\n    [a,b]".
-spec union(SetOfSets :: a_set()) -> a_set().
union({'Set', Ls, [T]}) -> {'Set', ordsets:union(Ls), T};
union({'Set', [], '_'} = S) -> S;
union({'Set', _, _}) -> erlang:error(badarg).

-doc "Returns the intersection of two sets.\n\n"
     "    1> sofs:to_external(sofs:intersection(sofs:set([a,b]), sofs:set([b]))).\n    [b]".
-spec intersection(Set1 :: a_set(), Set2 :: a_set()) -> a_set().
intersection({'Set', A, T}, {'Set', B, U}) -> {'Set', ordsets:intersection(A, B), both(T, U)}.

-doc "Returns the intersection of the sets of a set, which is not empty.\n\n"
     "    1> sofs:to_external(sofs:intersection(sofs:from_term([[a,b],[b]]))).\n    [b]".
-spec intersection(SetOfSets :: a_set()) -> a_set().
intersection({'Set', [_ | _] = Ls, [T]}) -> {'Set', ordsets:intersection(Ls), T};
intersection({'Set', _, _}) -> erlang:error(badarg).

-doc "Returns the elements of the first set that are not in the second.\n\n"
     "    1> sofs:to_external(sofs:difference(sofs:set([a,b]), sofs:set([b]))).\n    [a]".
-spec difference(Set1 :: a_set(), Set2 :: a_set()) -> a_set().
difference({'Set', A, T}, {'Set', B, U}) -> {'Set', ordsets:subtract(A, B), both(T, U)}.

-doc "Returns the elements that are in one of two sets only.\n\n"
     "    1> sofs:to_external(sofs:symdiff(sofs:set([a,b]), sofs:set([b,c]))).\n    [a,c]".
-spec symdiff(Set1 :: a_set(), Set2 :: a_set()) -> a_set().
symdiff({'Set', A, T}, {'Set', B, U}) -> {'Set', ordsets:union(ordsets:subtract(A, B), ordsets:subtract(B, A)), both(T, U)}.

-doc "Returns the elements of the first set only, of both, and of the second only.\n\n"
     "    1> sofs:to_external(element(2, sofs:symmetric_partition(sofs:set([a,b]), sofs:set([b,c])))).\n    [b]".
-spec symmetric_partition(Set1 :: a_set(), Set2 :: a_set()) -> {a_set(), a_set(), a_set()}.
symmetric_partition({'Set', A, T0}, {'Set', B, U}) ->
    T = both(T0, U),
    {{'Set', ordsets:subtract(A, B), T}, {'Set', ordsets:intersection(A, B), T}, {'Set', ordsets:subtract(B, A), T}}.

-doc "Returns the set of all pairs.\n\n"
     "    1> sofs:to_external(sofs:product(sofs:set([a]), sofs:set([1,2]))).\n    [{a,1},{a,2}]".
-spec product(Set1 :: a_set(), Set2 :: a_set()) -> relation().
product({'Set', _, _} = A, {'Set', _, _} = B) -> of_product([A, B]).

-doc "Returns the set of all tuples of elements of some sets.\n\n"
     "    1> sofs:to_external(sofs:product({sofs:set([a]), sofs:set([1,2])})).\n    [{a,1},{a,2}]".
-spec product(TupleOfSets :: tuple()) -> relation().
product({A, B}) -> product(A, B);
product(T) when is_tuple(T), T =/= {} ->
    Sets = tuple_to_list(T),
    case lists:all(fun({'Set', _, _}) -> true; (_) -> false end, Sets) of
        true -> of_product(Sets);
        false -> erlang:error(badarg)
    end;
product({}) -> erlang:error(badarg).

of_product(Sets) ->
    Types = [T || {'Set', _, T} <- Sets],
    case tuples([L || {'Set', L, _} <- Sets]) of
        [] -> {'Set', [], no_elements_type(Types)};
        Ls -> {'Set', [list_to_tuple(L) || L <- Ls], list_to_tuple(Types)}
    end.

no_elements_type(Types) ->
    case lists:member('_', Types) of
        true -> '_';
        false -> list_to_tuple(Types)
    end.

tuples([L | Ls]) -> [[X | Rest] || X <- L, Rest <- tuples(Ls)];
tuples([]) -> [[]].

-doc "Returns the function that is the same for each element of a set.\n\n"
     "    1> sofs:to_external(sofs:constant_function(sofs:set([a,b]), sofs:from_term(1))).\n    [{a,1},{b,1}]".
-spec constant_function(Set :: a_set(), AnySet :: anyset()) -> a_function().
constant_function({'Set', L, T}, S) ->
    case is_sofs_set(S) of
        true -> {'Set', [{X, to_external(S)} || X <- L], {T, type(S)}};
        false -> erlang:error(badarg)
    end.

-doc "Tells whether two sets of one type are equal.\n\n"
     "    1> sofs:is_equal(sofs:set([a]), sofs:set([a])).\n    true".
-spec is_equal(AnySet1 :: anyset(), AnySet2 :: anyset()) -> boolean().
is_equal({'Set', A, T}, {'Set', B, U}) -> _ = both(T, U), A == B;
is_equal({'OrdSet', A, T}, {'OrdSet', B, U}) -> _ = both(T, U), A == B;
is_equal(A, B) ->
    case is_sofs_set(A) andalso is_sofs_set(B) of
        true -> erlang:error(type_mismatch);
        false -> erlang:error(function_clause, [A, B])
    end.

-doc "Tells whether all elements of the first set are in the second.\n\n"
     "    1> sofs:is_subset(sofs:set([a]), sofs:set([a,b])).\n    true".
-spec is_subset(Set1 :: a_set(), Set2 :: a_set()) -> boolean().
is_subset({'Set', A, T}, {'Set', B, U}) -> _ = both(T, U), ordsets:is_subset(A, B).

-doc "Tells whether a term is a set of this module, ordered or not.\n\n"
     "    1> sofs:is_sofs_set(sofs:empty_set()).\n    true".
-spec is_sofs_set(Term :: term()) -> boolean().
is_sofs_set({'Set', _, _}) -> true;
is_sofs_set({'OrdSet', _, _}) -> true;
is_sofs_set(_) -> false.

-doc "Tells whether a set is an unordered one.\n\n"
     "    1> sofs:is_set(sofs:from_term({a})).\n    false".
-spec is_set(AnySet :: anyset()) -> boolean().
is_set({'Set', _, _}) -> true;
is_set({'OrdSet', _, _}) -> false.

-doc "Tells whether a set is the empty unordered one.\n\n"
     "    1> sofs:is_empty_set(sofs:set([])).\n    true".
-spec is_empty_set(AnySet :: anyset()) -> boolean().
is_empty_set({'Set', L, _}) -> L =:= [];
is_empty_set({'OrdSet', _, _}) -> false.

-doc "Tells whether two sets have no element in common.\n\n"
     "    1> sofs:is_disjoint(sofs:set([a]), sofs:set([b])).\n    true".
-spec is_disjoint(Set1 :: a_set(), Set2 :: a_set()) -> boolean().
is_disjoint({'Set', A, T}, {'Set', B, U}) -> _ = both(T, U), ordsets:is_disjoint(A, B).

-doc "Makes a relation: a set of tuples of one size.\n\n"
     "    1> sofs:type(sofs:relation([{a,1}])).\n    [{atom,atom}]".
-spec relation(Tuples :: [tuple()]) -> relation().
relation([T | _] = L) when is_tuple(T) -> relation_of(L, tuple_size(T));
relation([]) -> {'Set', [], {atom, atom}};
relation(_) -> erlang:error(badarg).

relation_of(L, N) ->
    try true = N > 0 andalso lists:all(fun(T) -> tuple_size(T) =:= N end, L), {'Set', lists:usort(L), erlang:make_tuple(N, atom)}
    catch _:_ -> erlang:error(badarg)
    end.

-doc "Makes a relation of a type, or of tuples of a size.\n\n"
     "    1> sofs:type(sofs:relation([], 3)).\n    [{atom,atom,atom}]".
-spec relation(Tuples :: [tuple()], TypeOrSize :: type() | pos_integer()) -> relation().
relation(L, N) when is_integer(N) -> relation_of(L, N);
relation([], [T]) when is_tuple(T); T =:= '_' -> {'Set', [], T};
relation(L, [T]) when is_tuple(T) -> pairs(L, T);
relation([E | _] = L, ['_']) when is_tuple(E) -> pairs(L, E, '_');
relation(_, _) -> erlang:error(badarg).

-doc "Makes a function: a relation of pairs with different first elements.\n\n"
     "    1> sofs:to_external(sofs:a_function([{b,2},{a,1}])).\n    [{a,1},{b,2}]".
-spec a_function(Tuples :: [tuple()]) -> a_function().
a_function(L) -> function_of(pairs(L, {atom, atom})).

-doc "Makes a function of a type.\n\n"
     "    1> sofs:type(sofs:a_function([{a,1}], [{x,y}])).\n    [{x,y}]".
-spec a_function(Tuples :: [tuple()], Type :: type()) -> a_function().
a_function(L, [{_, _} = T]) -> function_of(pairs(L, T));
a_function([], ['_']) -> empty_set();
a_function([{_, _} = E | _] = L, ['_']) -> function_of(pairs(L, E, '_'));
a_function(_, _) -> erlang:error(badarg).

pairs(L, T) ->
    case catch typed(L, [T]) of
        {'Set', _, _} = S -> S;
        _ -> erlang:error(badarg)
    end.

%% As the first of them is.
pairs(L, E, Type) ->
    case catch typed(L, [type_of(E, Type)]) of
        {'Set', _, _} = S -> S;
        _ -> erlang:error(badarg)
    end.

function_of({'Set', L, _} = S) ->
    case is_function_list(L) of
        true -> S;
        false -> erlang:error(bad_function)
    end.

is_function_list([{A, _} | [{B, _} | _] = L]) -> A /= B andalso is_function_list(L);
is_function_list(_) -> true.

-doc "Makes a family: a function whose values are sets.\n\n"
     "    1> sofs:to_external(sofs:family([{a,[2,1]}])).\n    [{a,[1,2]}]".
-spec family(Tuples :: [tuple()]) -> family().
family(L) -> function_of(pairs(L, {atom, [atom]})).

-doc "Makes a family of a type.\n\n"
     "    1> sofs:type(sofs:family([{a,[1]}], [{x,[y]}])).\n    [{x,[y]}]".
-spec family(Tuples :: [tuple()], Type :: type()) -> family().
family(L, [{_, [_]} = T]) -> function_of(pairs(L, T));
family(L, ['_']) ->
    case pairs(L, '_') of
        {'Set', _, {_, [_]}} = S -> function_of(S);
        {'Set', [], '_'} = S -> S;
        _ -> erlang:error(badarg)
    end;
family(_, _) -> erlang:error(badarg).

-doc "Returns the first elements of a relation.\n\n"
     "    1> sofs:to_external(sofs:domain(sofs:relation([{a,1}]))).\n    [a]".
-spec domain(BinRel :: relation()) -> a_set().
domain(R) -> {L, T, _} = binary(R), {'Set', lists:usort([A || {A, _} <- L]), T}.

%% The pairs of a relation and the types of both sides.
binary({'Set', L, {T, U}}) -> {L, T, U};
binary({'Set', [], '_'}) -> {[], '_', '_'};
binary({'Set', _, _}) -> erlang:error(badarg).

result([], T, U) when T =:= '_'; U =:= '_' -> empty_set();
result(L, T, U) -> {'Set', lists:usort(L), {T, U}}.

-doc "Returns the second elements of a relation.\n\n"
     "    1> sofs:to_external(sofs:range(sofs:relation([{a,1}]))).\n    [1]".
-spec range(BinRel :: relation()) -> a_set().
range(R) -> {L, _, T} = binary(R), {'Set', lists:usort([B || {_, B} <- L]), T}.

-doc "Returns all elements of a relation.\n\n"
     "    1> sofs:to_external(sofs:field(sofs:relation([{a,b}]))).\n    [a,b]".
-spec field(BinRel :: relation()) -> a_set().
field(R) -> union(domain(R), range(R)).

-doc "Returns a relation with its pairs turned round.\n\n"
     "    1> sofs:to_external(sofs:converse(sofs:relation([{a,1}]))).\n    [{1,a}]".
-spec converse(BinRel :: relation()) -> relation().
converse(R) -> {L, T, U} = binary(R), result([{B, A} || {A, B} <- L], U, T).

-doc "Returns the inverse of a function.\n\n"
     "    1> sofs:to_external(sofs:inverse(sofs:relation([{a,1}]))).\n    [{1,a}]".
-spec inverse(Function :: a_function()) -> a_function().
inverse(R) -> _ = function_of(R), function_of(converse(R)).

-doc "Returns the second elements that go with the elements of a set.\n\n"
     "    1> sofs:to_external(sofs:image(sofs:relation([{a,1},{b,2}]), sofs:set([a]))).\n    [1]".
-spec image(BinRel :: relation(), Set1 :: a_set()) -> a_set().
image(R, {'Set', S, V}) ->
    {L, T, U} = binary(R),
    _ = both(T, V),
    {'Set', lists:usort([B || {A, B} <- L, ordsets:is_element(A, S)]), U}.

-doc "Returns the first elements that go with the elements of a set.\n\n"
     "    1> sofs:to_external(sofs:inverse_image(sofs:relation([{a,1},{b,2}]), sofs:set([1]))).\n    [a]".
-spec inverse_image(BinRel :: relation(), Set1 :: a_set()) -> a_set().
inverse_image(R, S) -> image(converse(R), S).

-doc "Returns a relation without its pairs of equal elements.\n\n"
     "    1> sofs:to_external(sofs:strict_relation(sofs:relation([{a,a},{a,b}]))).\n    [{a,b}]".
-spec strict_relation(BinRel1 :: relation()) -> relation().
strict_relation({'Set', _, T} = R) -> {L, _, _} = binary(R), {'Set', [P || {A, B} = P <- L, A /= B], T}.

-doc "Returns a relation with a pair {X,X} for each element.\n\n"
     "    1> sofs:to_external(sofs:weak_relation(sofs:relation([{a,b}]))).\n    [{a,a},{a,b},{b,b}]".
-spec weak_relation(BinRel1 :: relation()) -> relation().
weak_relation(R) ->
    {L, T, U} = binary(R),
    case match(T, U) of
        true -> result(L ++ [{X, X} || {A, B} <- L, X <- [A, B]], merge(T, U), merge(T, U));
        false -> erlang:error(badarg)
    end.

-doc "Returns the pairs that two relations make when one follows the other.\n\n"
     "    1> sofs:to_external(sofs:relative_product(sofs:relation([{a,1}]), sofs:relation([{1,x}]))).\n    [{a,x}]".
-spec relative_product(BinRel1 :: relation(), BinRel2 :: relation()) -> relation().
relative_product({'Set', _, _} = R1, {'Set', _, _} = R2) -> relative_product1(converse(R1), R2);
relative_product(Rs, {'Set', _, _} = R) when is_list(Rs) -> relative_product1(to_tuples(Rs), R);
relative_product(Rs, R) when is_tuple(Rs) -> relative_product(tuple_to_list(Rs), R).

%% The relation between the tuples of what goes with an element in each of some relations, and the element.
to_tuples([]) -> erlang:error(badarg);
to_tuples(Rs) -> converse(grouped(Rs)).

grouped(Rs) ->
    {Bs, T} = with_domain(Rs, [], '_'),
    Keys = ordsets:intersection([lists:usort([A || {A, _} <- L]) || {L, _, _} <- Bs]),
    Rows = [{K, list_to_tuple(Row)} || K <- Keys, Row <- tuples([[B || {A, B} <- L, A == K] || {L, _, _} <- Bs])],
    Types = [U || {_, _, U} <- Bs],
    result(Rows, T, case Rows of [] -> no_elements_type(Types); _ -> list_to_tuple(Types) end).

%% Relations taken apart, and the type of what they all begin with.
with_domain([R | Rs], Bs, T) ->
    {_, A, _} = B = binary(R),
    with_domain(Rs, [B | Bs], both(A, T));
with_domain([], Bs, T) -> {lists:reverse(Bs), T}.

-doc "Returns the pairs of an element and the tuple of what goes with it in each relation.\n\n"
     "    1> sofs:to_external(sofs:relative_product([sofs:relation([{a,1}]), sofs:relation([{a,x}])])).\n    [{a,{1,x}}]".
-spec relative_product(ListOfBinRels :: [relation()]) -> relation().
relative_product([]) -> erlang:error(badarg);
relative_product(Rs) when is_list(Rs) -> grouped(Rs);
relative_product(Rs) when is_tuple(Rs) -> relative_product(tuple_to_list(Rs)).

-doc "Returns the pairs of what goes with one element in two relations.\n\n"
     "    1> sofs:to_external(sofs:relative_product1(sofs:relation([{a,1}]), sofs:relation([{a,x}]))).\n    [{1,x}]".
-spec relative_product1(BinRel1 :: relation(), BinRel2 :: relation()) -> relation().
relative_product1(R1, R2) ->
    {L1, T1, U1} = binary(R1),
    {L2, T2, U2} = binary(R2),
    _ = both(T1, T2),
    By = maps:groups_from_list(fun({A, _}) -> A end, fun({_, B}) -> B end, L2),
    result([{X, Y} || {A, X} <- L1, Y <- maps:get(A, By, [])], U1, U2).

-doc "Returns the pairs of a tuple of the relation's elements and a tuple of what goes with each.\n\n"
     "    1> sofs:to_external(sofs:multiple_relative_product({sofs:relation([{a,1}]), sofs:relation([{b,2}])}, sofs:relation([{a,b}]))).\n    [{{a,b},{1,2}}]".
-spec multiple_relative_product(TupleOfBinRels :: tuple(), BinRel1 :: relation()) -> relation().
multiple_relative_product(Rs, {'Set', L, T}) when is_tuple(Rs), is_tuple(T), tuple_size(Rs) =:= tuple_size(T) ->
    Bs = [binary(R) || R <- tuple_to_list(Rs)],
    Rows = [{Row, list_to_tuple(Out)} || Row <- L, Out <- tuples([[B || {A, B} <- P, A == E] || {E, {P, _, _}} <- lists:zip(tuple_to_list(Row), Bs)])],
    result(Rows, T, list_to_tuple([U || {_, _, U} <- Bs]));
multiple_relative_product(Rs, {'Set', _, _}) when is_tuple(Rs) -> erlang:error(badarg).

-doc "Returns the function that applies one function after the other.\n\n"
     "    1> sofs:to_external(sofs:composite(sofs:a_function([{a,1}]), sofs:a_function([{1,x}]))).\n    [{a,x}]".
-spec composite(Function1 :: a_function(), Function2 :: a_function()) -> a_function().
composite(F1, F2) ->
    {L1, T1, U1} = binary(function_of(F1)),
    {L2, T2, U2} = binary(function_of(F2)),
    _ = both(U1, T2),
    Of = maps:from_list(L2),
    case lists:all(fun({_, B}) -> is_map_key(B, Of) end, L1) of
        true -> result([{A, maps:get(B, Of)} || {A, B} <- L1], T1, U2);
        false -> erlang:error(bad_function)
    end.

-doc "Tells whether a relation is a function.\n\n"
     "    1> sofs:is_a_function(sofs:relation([{a,1},{a,2}])).\n    false".
-spec is_a_function(BinRel :: relation()) -> boolean().
is_a_function(R) -> {L, _, _} = binary(R), is_function_list(L).

-doc "Returns the pairs whose first element is in a set.\n\n"
     "    1> sofs:to_external(sofs:restriction(sofs:relation([{a,1},{b,2}]), sofs:set([a]))).\n    [{a,1}]".
-spec restriction(BinRel1 :: relation(), Set :: a_set()) -> relation().
restriction(R, S) -> restriction(1, R, S).

-doc "Returns the elements whose image by a fun is in a set.\n\n"
     "    1> sofs:to_external(sofs:restriction(2, sofs:relation([{a,1},{b,2}]), sofs:set([2]))).\n    [{b,2}]".
-spec restriction(SetFun :: set_fun(), Set1 :: a_set(), Set2 :: a_set()) -> a_set().
restriction(F, {'Set', _, T} = S1, {'Set', Set, U}) ->
    {L, V} = images(F, S1),
    _ = both(V, U),
    {'Set', [X || {X, Y} <- L, ordsets:is_element(Y, Set)], T}.

-doc "Returns the pairs whose first element is not in a set.\n\n"
     "    1> sofs:to_external(sofs:drestriction(sofs:relation([{a,1},{b,2}]), sofs:set([a]))).\n    [{b,2}]".
-spec drestriction(BinRel1 :: relation(), Set :: a_set()) -> relation().
drestriction(R, S) -> drestriction(1, R, S).

-doc "Returns the elements whose image by a fun is not in a set.\n\n"
     "    1> sofs:to_external(sofs:drestriction(2, sofs:relation([{a,1},{b,2}]), sofs:set([2]))).\n    [{a,1}]".
-spec drestriction(SetFun :: set_fun(), Set1 :: a_set(), Set2 :: a_set()) -> a_set().
drestriction(F, S1, S2) -> difference(S1, restriction(F, S1, S2)).

-doc "Returns the set of the images of the elements by a fun.\n\n"
     "    1> sofs:to_external(sofs:projection(2, sofs:relation([{a,1},{b,2}]))).\n    [1,2]".
-spec projection(SetFun :: set_fun(), Set1 :: a_set()) -> a_set().
projection(F, S) -> {L, T} = images(F, S), {'Set', lists:usort([Y || {_, Y} <- L]), T}.

-doc "Returns the pairs of each element and its image by a fun.\n\n"
     "    1> sofs:to_external(sofs:substitution(1, sofs:relation([{a,1}]))).\n    [{{a,1},a}]".
-spec substitution(SetFun :: set_fun(), Set1 :: a_set()) -> a_set().
substitution(F, {'Set', _, T} = S) -> {L, U} = images(F, S), result(L, T, U).

%% Each element with its image by a set fun, and the type of the images.
images(I, {'Set', L, T}) when is_integer(I), is_tuple(T), I >= 1, I =< tuple_size(T) -> {[{X, element(I, X)} || X <- L], element(I, T)};
images(I, {'Set', [], '_'}) when is_integer(I) -> {[], '_'};
images(I, {'Set', _, _}) when is_integer(I) -> erlang:error(badarg);
images({external, F}, {'Set', _, [_]}) when is_function(F, 1) -> erlang:error(badarg);
images({external, F}, {'Set', L, T}) when is_function(F, 1), T =/= '_' ->
    Type = F(T),
    is_type(Type) orelse erlang:error(badarg),
    {[{X, F(X)} || X <- L], Type};
images(F, S) -> set_images(F, S).

set_images(_, {'Set', [], _}) -> {[], '_'};
set_images(F, {'Set', L, T}) ->
    Pairs = [{X, F(wrap(X, T))} || X <- L],
    case lists:all(fun({_, S}) -> is_sofs_set(S) end, Pairs) of
        true ->
            U = lists:foldl(fun({_, S}, Acc) -> both(type(S), Acc) end, '_', Pairs),
            {[{X, to_external(S)} || {X, S} <- Pairs], U};
        false -> erlang:error(badarg)
    end.

-doc "Returns the coarsest partition of which each set is a union.\n\n"
     "    1> sofs:to_external(sofs:partition(sofs:from_term([[a,b],[b,c]]))).\n    [[a],[b],[c]]".
-spec partition(SetOfSets :: a_set()) -> a_set().
partition({'Set', Ls, [T]}) ->
    Of = [{X, [N || {N, L} <- lists:enumerate(Ls), ordsets:is_element(X, L)]} || X <- ordsets:union(Ls)],
    Groups = maps:groups_from_list(fun({_, Ns}) -> Ns end, fun({X, _}) -> X end, Of),
    {'Set', lists:usort(maps:values(Groups)), [T]};
partition({'Set', [], '_'} = S) -> S;
partition({'Set', _, _}) -> erlang:error(badarg).

-doc "Returns the sets of elements with the same image by a fun.\n\n"
     "    1> sofs:to_external(sofs:partition(2, sofs:relation([{a,1},{b,1},{c,2}]))).\n    [[{a,1},{b,1}],[{c,2}]]".
-spec partition(SetFun :: set_fun(), Set :: a_set()) -> a_set().
partition(F, S) -> range(partition_family(F, S)).

-doc "Returns the elements whose image by a fun is in a set, and the others.\n\n"
     "    1> sofs:to_external(element(2, sofs:partition(1, sofs:relation([{a,1},{b,2}]), sofs:set([a])))).\n    [{b,2}]".
-spec partition(SetFun :: set_fun(), Set1 :: a_set(), Set2 :: a_set()) -> {a_set(), a_set()}.
partition(F, S1, S2) -> In = restriction(F, S1, S2), {In, difference(S1, In)}.

-doc "Returns the family of the elements by their image by a fun.\n\n"
     "    1> sofs:to_external(sofs:partition_family(2, sofs:relation([{a,1},{b,1}]))).\n    [{1,[{a,1},{b,1}]}]".
-spec partition_family(SetFun :: set_fun(), Set :: a_set()) -> family().
partition_family(F, {'Set', _, T} = S) ->
    {L, U} = images(F, S),
    result(maps:to_list(maps:groups_from_list(fun({_, Y}) -> Y end, fun({X, _}) -> X end, L)), U, [T]).

-doc "Returns the pairs of an element and a set that it is in.\n\n"
     "    1> sofs:to_external(sofs:canonical_relation(sofs:from_term([[a],[a,b]]))).\n    [{a,[a]},{a,[a,b]},{b,[a,b]}]".
-spec canonical_relation(SetOfSets :: a_set()) -> relation().
canonical_relation({'Set', Ls, [T]}) -> result([{X, L} || L <- Ls, X <- L], T, [T]);
canonical_relation({'Set', [], '_'} = S) -> S;
canonical_relation({'Set', _, _}) -> erlang:error(badarg).

-doc "Returns a relation that has a pair for each element of a set too, where it had none.\n\n"
     "    1> sofs:to_external(sofs:extension(sofs:relation([{a,1}]), sofs:set([a,b]), sofs:from_term(0))).\n    [{a,1},{b,0}]".
-spec extension(BinRel1 :: relation(), Set :: a_set(), AnySet :: anyset()) -> relation().
extension({'Set', _, T} = R, {'Set', S, V}, Any) ->
    case {T, V, is_sofs_set(Any)} of
        {{_, _}, _, true} ->
            {L, A, B} = binary(R),
            result(L ++ [{X, to_external(Any)} || X <- ordsets:subtract(S, [K || {K, _} <- L])], both(A, V), both(B, type(Any)));
        {'_', '_', true} -> R;
        {'_', _, true} -> {'Set', [], {V, type(Any)}}; % (sic) as OTP
        {_, _, true} -> erlang:error(badarg)
    end.

-doc "Returns the natural join of two relations: tuples that agree in element I of one and J of the other, made one.\n\n"
     "    1> sofs:to_external(sofs:join(sofs:relation([{a,1}]), 2, sofs:relation([{1,x}]), 1)).\n    [{a,1,x}]".
-spec join(Relation1 :: relation(), I :: pos_integer(), Relation2 :: relation(), J :: pos_integer()) -> relation().
join({'Set', _, T}, I, {'Set', _, U}, J) when is_integer(I), is_integer(J), T =:= '_' orelse U =:= '_' -> empty_set();
join({'Set', L1, T}, I, {'Set', L2, U}, J) when is_integer(I), is_integer(J), is_tuple(T), is_tuple(U), I >= 1, J >= 1, I =< tuple_size(T), J =< tuple_size(U) ->
    _ = both(element(I, T), element(J, U)),
    Whole = fun(A, B) -> list_to_tuple(tuple_to_list(A) ++ tuple_to_list(erlang:delete_element(J, B))) end,
    By = maps:groups_from_list(fun(B) -> element(J, B) end, L2),
    {'Set', lists:usort([Whole(A, B) || A <- L1, B <- maps:get(element(I, A), By, [])]), Whole(T, U)};
join({'Set', _, _}, I, {'Set', _, _}, J) when is_integer(I), is_integer(J) -> erlang:error(badarg).

-doc "Returns the family of what goes with each element.\n\n"
     "    1> sofs:to_external(sofs:relation_to_family(sofs:relation([{a,1},{a,2}]))).\n    [{a,[1,2]}]".
-spec relation_to_family(BinRel :: relation()) -> family().
relation_to_family(R) ->
    {L, T, U} = binary(R),
    result(maps:to_list(maps:groups_from_list(fun({A, _}) -> A end, fun({_, B}) -> B end, L)), T, [U]).

-doc "The same as `relation_to_family/1`.\n\n"
     "    1> sofs:to_external(sofs:rel2fam(sofs:relation([{a,1}]))).\n    [{a,[1]}]".
-spec rel2fam(BinRel :: relation()) -> family().
rel2fam(R) -> relation_to_family(R).

-doc "Returns the pairs of an index and an element of its set.\n\n"
     "    1> sofs:to_external(sofs:family_to_relation(sofs:family([{a,[1,2]}]))).\n    [{a,1},{a,2}]".
-spec family_to_relation(Family :: family()) -> relation().
family_to_relation(F) -> {L, T, U} = indexed(F), result([{I, X} || {I, S} <- L, X <- S], T, U).

%% The pairs of a family, the type of the indices and that of the elements of the sets.
indexed({'Set', L, {T, [U]}}) -> {L, T, U};
indexed({'Set', [], '_'}) -> {[], '_', '_'};
indexed({'Set', _, _}) -> erlang:error(badarg).

family_result([], _, '_') -> empty_set();
family_result(L, T, U) -> {'Set', lists:usort(L), {T, [U]}}.

-doc "The same as `family_to_relation/1`.\n\n"
     "    1> sofs:to_external(sofs:fam2rel(sofs:family([{a,[1]}]))).\n    [{a,1}]".
-spec fam2rel(Family :: family()) -> relation().
fam2rel(F) -> family_to_relation(F).

-doc "Returns the part of a family for whose sets a fun is true.\n\n"
     "    1> sofs:to_external(sofs:family_specification(fun sofs:is_empty_set/1, sofs:family([{a,[1]},{b,[]}]))).\n    [{b,[]}]".
-spec family_specification(Fun :: set_fun(), Family1 :: family()) -> family().
family_specification(Fun, {'Set', _, Type} = F) ->
    {L, _, U} = indexed(F),
    Truths = [{P, truth_value(Fun, S, [U])} || {_, S} = P <- L],
    case lists:all(fun({_, B}) -> is_boolean(B) end, Truths) of
        true -> {'Set', [P || {P, true} <- Truths], Type};
        false -> erlang:error(badarg)
    end.

-doc "Returns the union of the sets of a family.\n\n"
     "    1> sofs:to_external(sofs:union_of_family(sofs:family([{a,[1]},{b,[2]}]))).\n    [1,2]".
-spec union_of_family(Family :: family()) -> a_set().
union_of_family(F) -> {L, _, U} = indexed(F), {'Set', ordsets:union([S || {_, S} <- L]), U}.

-doc "Returns the intersection of the sets of a family, which is not empty.\n\n"
     "    1> sofs:to_external(sofs:intersection_of_family(sofs:family([{a,[1,2]},{b,[2]}]))).\n    [2]".
-spec intersection_of_family(Family :: family()) -> a_set().
intersection_of_family(F) ->
    case indexed(F) of
        {[], _, _} -> erlang:error(badarg);
        {L, _, U} -> {'Set', ordsets:intersection([S || {_, S} <- L]), U}
    end.

-doc "Returns the family of the unions of the sets of sets.\n\n"
     "    1> sofs:to_external(sofs:family_union(sofs:from_term([{a,[[1],[2]]}]))).\n    [{a,[1,2]}]".
-spec family_union(Family1 :: family()) -> family().
family_union(F) -> family_projection(fun union/1, sets_of_sets(F)).

sets_of_sets({'Set', _, {_, [[_]]}} = F) -> F;
sets_of_sets({'Set', [], '_'} = F) -> F;
sets_of_sets({'Set', _, _}) -> erlang:error(badarg).

-doc "Returns the family of the intersections of the sets of sets, which are not empty.\n\n"
     "    1> sofs:to_external(sofs:family_intersection(sofs:from_term([{a,[[1,2],[2]]}]))).\n    [{a,[2]}]".
-spec family_intersection(Family1 :: family()) -> family().
family_intersection(F) -> family_projection(fun intersection/1, sets_of_sets(F)).

-doc "Returns the family of the domains of relations.\n\n"
     "    1> sofs:to_external(sofs:family_domain(sofs:from_term([{a,[{1,x}]}]))).\n    [{a,[1]}]".
-spec family_domain(Family1 :: family()) -> family().
family_domain(F) -> of_relations(F), family_projection(fun domain/1, F).

-doc "Returns the family of the ranges of relations.\n\n"
     "    1> sofs:to_external(sofs:family_range(sofs:from_term([{a,[{1,x}]}]))).\n    [{a,[x]}]".
-spec family_range(Family1 :: family()) -> family().
family_range(F) -> of_relations(F), family_projection(fun range/1, F).

-doc "Returns the family of the fields of relations.\n\n"
     "    1> sofs:to_external(sofs:family_field(sofs:from_term([{a,[{1,x}]}]))).\n    [{a,[1,x]}]".
-spec family_field(Family1 :: family()) -> family().
family_field(F) -> of_relations(F), family_projection(fun field/1, F).

%% The sets of a family must be relations, even where there are none.
of_relations({'Set', _, {_, [{_, _}]}}) -> ok;
of_relations({'Set', _, {_, ['_']}}) -> ok;
of_relations({'Set', _, '_'}) -> ok;
of_relations({'Set', _, _}) -> erlang:error(badarg).

-doc "Returns the family of the unions of the sets with the same index; an index of one family alone keeps its set.\n\n"
     "    1> sofs:to_external(sofs:family_union(sofs:family([{a,[1]}]), sofs:family([{a,[2]},{b,[3]}]))).\n    [{a,[1,2]},{b,[3]}]".
-spec family_union(Family1 :: family(), Family2 :: family()) -> family().
family_union(F1, F2) -> merged(F1, F2, fun(M1, M2) -> maps:merge_with(fun(_, A, B) -> ordsets:union(A, B) end, M1, M2) end).

merged(F1, F2, Fun) ->
    {L1, T1, U1} = indexed(F1),
    {L2, T2, U2} = indexed(F2),
    family_result(maps:to_list(Fun(maps:from_list(L1), maps:from_list(L2))), both(T1, T2), both(U1, U2)).

-doc "Returns the family of the intersections of the sets with the same index in both.\n\n"
     "    1> sofs:to_external(sofs:family_intersection(sofs:family([{a,[1,2]}]), sofs:family([{a,[2]},{b,[3]}]))).\n    [{a,[2]}]".
-spec family_intersection(Family1 :: family(), Family2 :: family()) -> family().
family_intersection(F1, F2) -> merged(F1, F2, fun(M1, M2) -> maps:intersect_with(fun(_, A, B) -> ordsets:intersection(A, B) end, M1, M2) end).

-doc "Returns the first family with the sets of the second taken out.\n\n"
     "    1> sofs:to_external(sofs:family_difference(sofs:family([{a,[1,2]}]), sofs:family([{a,[2]}]))).\n    [{a,[1]}]".
-spec family_difference(Family1 :: family(), Family2 :: family()) -> family().
family_difference(F1, F2) -> merged(F1, F2, fun(M1, M2) -> maps:map(fun(I, A) -> ordsets:subtract(A, maps:get(I, M2, [])) end, M1) end).

-doc "Returns the family of the images of the sets by a fun.\n\n"
     "    1> sofs:to_external(sofs:family_projection(fun sofs:union/1, sofs:from_term([{a,[[1],[2]]}]))).\n    [{a,[1,2]}]".
-spec family_projection(SetFun :: set_fun(), Family1 :: family()) -> family().
family_projection(Fun, F) ->
    {L, T, U} = indexed(F),
    {Pairs, V} = case Fun of
                     {external, _} when L =/= [] -> erlang:error(badarg);
                     _ -> set_images(Fun, {'Set', [S || {_, S} <- L], [U]})
                 end,
    case lists:zipwith(fun({I, _}, {_, Y}) -> {I, Y} end, L, Pairs) of
        [] -> empty_set();
        Rows -> {'Set', lists:usort(Rows), {T, V}}
    end.

-doc "Makes a graph with an edge from each index to each element of its set.\n\n"
     "    1> digraph:no_edges(sofs:family_to_digraph(sofs:family([{a,[b,c]}]))).\n    2".
-spec family_to_digraph(Family :: family()) -> digraph:graph().
family_to_digraph(F) -> family_to_digraph(F, []).

-doc "As `family_to_digraph/1`, for a type of graph.\n\n"
     "    1> digraph:no_edges(sofs:family_to_digraph(sofs:family([{a,[b]}]), [acyclic])).\n    1".
-spec family_to_digraph(Family :: family(), GraphType :: [digraph:d_type()]) -> digraph:graph().
family_to_digraph(F, Type) ->
    {L, _, _} = indexed(F),
    G = digraph:new(Type),
    try
        _ = [digraph:add_vertex(G, V) || {I, S} <- L, V <- [I | S]],
        _ = [case digraph:add_edge(G, I, X) of {error, {bad_edge, _}} -> throw(cyclic); _ -> ok end || {I, S} <- L, X <- S],
        G
    catch
        throw:cyclic -> true = digraph:delete(G), erlang:error(cyclic)
    end.

-doc "Makes a family of a graph: for each vertex its neighbours.\n\n"
     "    1> sofs:to_external(sofs:digraph_to_family(sofs:family_to_digraph(sofs:family([{a,[b]}])))).\n    [{a,[b]},{b,[]}]".
-spec digraph_to_family(Graph :: digraph:graph()) -> family().
digraph_to_family(G) -> digraph_to_family(G, [{atom, [atom]}]).

-doc "As `digraph_to_family/1`, for a type.\n\n"
     "    1> sofs:type(sofs:digraph_to_family(digraph:new(), [{v,[v]}])).\n    [{v,[v]}]".
-spec digraph_to_family(Graph :: digraph:graph(), Type :: type()) -> family().
digraph_to_family(G, [{_, [_]} = T] = Type) ->
    %% A neighbour that more than one edge leads to counts more than once (sic), as in OTP.
    try true = is_type(Type), {'Set', lists:sort([{V, lists:sort(digraph:out_neighbours(G, V))} || V <- digraph:vertices(G)]), T}
    catch _:_ -> erlang:error(badarg)
    end;
digraph_to_family(_, _) -> erlang:error(badarg).
