%% What erl_parse does with the annotations of the abstract format, and tokens of a term; the rest of the module is native.
-module(erl_parse).

-export([anno_from_term/1, anno_to_term/1, fold_anno/3, map_anno/2, mapfold_anno/3, new_anno/1, normalise/1, tokens/2]).

-doc """
Puts what Fun gives for an annotation in its place, everywhere in a form, an expression, or a list of these.

    1> erl_parse:map_anno(fun(_) -> 7 end, {op,1,'+',{var,1,'X'},{integer,1,2}}).
    {op,7,'+',{var,7,'X'},{integer,7,2}}
""".
-spec map_anno(fun((erl_anno:anno()) -> term()), term()) -> term().
map_anno(Fun, Abstract) ->
    {Mapped, _} = mapfold_anno(fun(Anno, none) -> {Fun(Anno), none} end, none, Abstract),
    Mapped.

-doc """
Calls Fun with each annotation and what the call before returned, from the outside to the inside and from left to right.

    1> erl_parse:fold_anno(fun(A, L) -> [A|L] end, [], {op,1,'+',{var,2,'X'},{integer,3,2}}).
    [3,2,1]
""".
-spec fold_anno(fun((erl_anno:anno(), Acc) -> Acc), Acc, term()) -> Acc.
fold_anno(Fun, Acc, Abstract) ->
    {_, Last} = mapfold_anno(fun(Anno, Before) -> {Anno, Fun(Anno, Before)} end, Acc, Abstract),
    Last.

-doc """
As map_anno/2 and fold_anno/3 at once.

    1> erl_parse:mapfold_anno(fun(A, N) -> {A + N, N + 1} end, 10, {op,1,'+',{var,1,'X'},{integer,1,2}}).
    {{op,11,'+',{var,12,'X'},{integer,13,2}},13}
""".
-spec mapfold_anno(fun((erl_anno:anno(), Acc) -> {term(), Acc}), Acc, term()) -> {term(), Acc}.
mapfold_anno(Fun, Acc, Abstract) -> walk(Fun, Acc, Abstract).

-doc """
Makes annotations of locations.

    1> erl_parse:new_anno({atom,{1,2},a}).
    {atom,{1,2},a}
""".
-spec new_anno(term()) -> term().
new_anno(Term) -> map_anno(fun erl_anno:new/1, Term).

-doc """
Makes annotations of the terms that anno_to_term/1 made of them.

    1> erl_parse:anno_from_term({atom,1,a}).
    {atom,1,a}
""".
-spec anno_from_term(term()) -> term().
anno_from_term(Term) -> map_anno(fun erl_anno:from_term/1, Term).

-doc """
Makes terms of annotations.

    1> erl_parse:anno_to_term({atom,1,a}).
    {atom,1,a}
""".
-spec anno_to_term(term()) -> term().
anno_to_term(Abstract) -> map_anno(fun erl_anno:to_term/1, Abstract).

%% Only what carries an annotation is changed: names, arities, operators and the values of literals stay.
walk(Fun, Acc, [Head | Tail]) ->
    {Head1, Acc1} = walk(Fun, Acc, Head),
    {Tail1, Acc2} = walk(Fun, Acc1, Tail),
    {[Head1 | Tail1], Acc2};
walk(_, Acc, {Mark, _} = Other) when Mark =:= eof; Mark =:= error; Mark =:= warning -> {Other, Acc};
walk(Fun, Acc, {clauses, Clauses}) ->
    {New, Acc1} = walk(Fun, Acc, Clauses),
    {{clauses, New}, Acc1};
walk(Fun, Acc, {function, M, F, Arity}) when is_tuple(M) ->
    {[M1, F1, Arity1], Acc1} = walk(Fun, Acc, [M, F, Arity]),
    {{function, M1, F1, Arity1}, Acc1};
walk(_, Acc, {function, _, _} = Name) -> {Name, Acc};
walk(Fun, Acc, {typed_record_field, Field, Type}) ->
    {[Field1, Type1], Acc1} = walk(Fun, Acc, [Field, Type]),
    {{typed_record_field, Field1, Type1}, Acc1};
walk(Fun, Acc, {attribute, Anno, Kind, Value}) ->
    {Anno1, Acc1} = Fun(Anno, Acc),
    {Value1, Acc2} = attribute(Fun, Acc1, Kind, Value),
    {{attribute, Anno1, Kind, Value1}, Acc2};
walk(Fun, Acc, {Literal, Anno, Value}) when Literal =:= atom; Literal =:= char; Literal =:= float; Literal =:= integer; Literal =:= string;
                                            Literal =:= var ->
    {Anno1, Acc1} = Fun(Anno, Acc),
    {{Literal, Anno1, Value}, Acc1};
walk(Fun, Acc, {bin_element, Anno, Value, Size, Types}) ->
    {Anno1, Acc1} = Fun(Anno, Acc),
    {[Value1, Size1], Acc2} = walk(Fun, Acc1, [Value, Size]),
    {{bin_element, Anno1, Value1, Size1, Types}, Acc2};
walk(Fun, Acc, Form) when tuple_size(Form) >= 2, tuple_size(Form) =< 6 ->
    [Tag, Anno | Parts] = tuple_to_list(Form),
    {Anno1, Acc1} = Fun(Anno, Acc),
    {Parts1, Acc2} = walk(Fun, Acc1, Parts),
    {list_to_tuple([Tag, Anno1 | Parts1]), Acc2};
walk(_, Acc, Other) when not is_tuple(Other) -> {Other, Acc}.

attribute(Fun, Acc, record, {Name, Fields}) ->
    {Fields1, Acc1} = walk(Fun, Acc, Fields),
    {{Name, Fields1}, Acc1};
attribute(Fun, Acc, Kind, {Name, Types}) when Kind =:= spec; Kind =:= callback ->
    {Types1, Acc1} = walk(Fun, Acc, Types),
    {{Name, Types1}, Acc1};
attribute(Fun, Acc, Kind, {Name, Type, Parameters}) when Kind =:= type; Kind =:= opaque; Kind =:= nominal ->
    {[Type1, Parameters1], Acc1} = walk(Fun, Acc, [Type, Parameters]),
    {{Name, Type1, Parameters1}, Acc1};
attribute(_, Acc, _, Value) -> {Value, Acc}.

-doc """
Returns the term that an expression in the abstract format stands for.

    1> erl_parse:normalise({tuple,1,[{atom,1,a}]}).
    {a}
""".
-spec normalise(AbsTerm :: term()) -> term().
normalise({Literal, _, Value}) when Literal =:= atom; Literal =:= char; Literal =:= float; Literal =:= integer; Literal =:= string -> Value;
normalise({nil, _}) -> [];
normalise({bin, Anno, Elements}) ->
    {value, Binary, _} = erl_eval:expr({bin, Anno, constants(Elements)}, []),
    Binary;
normalise({cons, _, Head, Tail}) -> [normalise(Head) | normalise(Tail)];
normalise({tuple, _, Elements}) -> list_to_tuple(all(Elements));
normalise({map, _, Fields} = Map) ->
    maps:from_list(lists:map(fun({map_field_assoc, _, Key, Value}) -> {normalise(Key), normalise(Value)};
                                (_) -> erlang:error({badarg, Map})
                             end, Fields));
normalise({op, _, '+', {Number, _, N}}) when Number =:= char; Number =:= integer; Number =:= float -> N;
normalise({op, _, '-', {Number, _, N}}) when Number =:= char; Number =:= integer; Number =:= float -> -N;
normalise({'fun', _, {function, {atom, _, M}, {atom, _, F}, {integer, _, A}}}) -> fun M:F/A;
normalise(Other) -> erlang:error({badarg, Other}).

all([Element | Elements]) -> [normalise(Element) | all(Elements)];
all([]) -> [].

constants([{bin_element, Anno, {string, _, _} = Text, Size, Types} | Elements]) -> [{bin_element, Anno, Text, Size, Types} | constants(Elements)];
constants([{bin_element, Anno, Value, Size, Types} | Elements]) ->
    [{bin_element, Anno, {value, Anno, normalise(Value)}, Size, Types} | constants(Elements)];
constants([]) -> [].

-doc """
Returns the tokens of a term in the abstract format, in front of other tokens.

    1> erl_parse:tokens({tuple,1,[{atom,1,a}]}, [{dot,1}]).
    [{'{',1},{atom,1,a},{'}',1},{dot,1}]
""".
-spec tokens(term(), [erl_scan:token()]) -> [erl_scan:token()].
tokens({Literal, _, _} = Token, More) when Literal =:= atom; Literal =:= char; Literal =:= float; Literal =:= integer; Literal =:= string;
                                           Literal =:= var ->
    [Token | More];
tokens({nil, Anno}, More) -> [{'[', Anno}, {']', Anno} | More];
tokens({cons, Anno, Head, Tail}, More) -> [{'[', Anno} | tokens(Head, tail(Tail, More))];
tokens({tuple, Anno, []}, More) -> [{'{', Anno}, {'}', Anno} | More];
tokens({tuple, Anno, [First | Rest]}, More) -> [{'{', Anno} | tokens(First, elements(Rest, Anno, More))].

tail({cons, Anno, Head, Tail}, More) -> [{',', Anno} | tokens(Head, tail(Tail, More))];
tail({nil, Anno}, More) -> [{']', Anno} | More];
tail(Other, More) ->
    Anno = element(2, Other),
    [{'|', Anno} | tokens(Other, [{']', Anno} | More])].

elements([Next | Rest], _, More) ->
    Anno = element(2, Next),
    [{',', Anno} | tokens(Next, elements(Rest, Anno, More))];
elements([], Anno, More) -> [{'}', Anno} | More].
