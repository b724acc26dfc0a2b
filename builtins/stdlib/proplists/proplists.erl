%% Lists of properties: {Key, Value}, or an atom, which stands for {Atom, true}.
-module(proplists).

-export([append_values/2, compact/1, delete/2, expand/2, from_map/1, get_all_values/2, get_bool/2, get_keys/1, is_defined/2, lookup/2,
         lookup_all/2, normalize/2, property/1, property/2, split/2, substitute_aliases/2, substitute_negations/2, to_map/1, to_map/2,
         unfold/1]).

-doc """
Returns a property in its shortest form.

    1> proplists:property({a,true}).
    a
""".
-spec property({Key :: term(), Value :: term()} | atom()) -> term().
property({Key, true}) when is_atom(Key) -> Key;
property(Property) -> Property.

-doc """
Makes a property of a key and a value.

    1> proplists:property(a, 1).
    {a,1}
""".
-spec property(Key :: term(), Value :: term()) -> term().
property(Key, true) when is_atom(Key) -> Key;
property(Key, Value) -> {Key, Value}.

-doc """
Returns the list with {Atom, true} in the form Atom.

    1> proplists:compact([{a,true},{b,1}]).
    [a,{b,1}]
""".
-spec compact([term()]) -> [term()].
compact(List) -> [property(Property) || Property <- List].

-doc """
Returns the list with Atom in the form {Atom, true}.

    1> proplists:unfold([a,{b,1}]).
    [{a,true},{b,1}]
""".
-spec unfold([term()]) -> [term()].
unfold([Property | Rest]) when is_atom(Property) -> [{Property, true} | unfold(Rest)];
unfold([Property | Rest]) -> [Property | unfold(Rest)];
unfold([]) -> [].

-doc """
Returns the first entry with this key, or none.

    1> proplists:lookup(b, [a,{b,1}]).
    {b,1}
""".
-spec lookup(Key :: term(), [term()]) -> none | tuple().
lookup(Key, [Property | Rest]) ->
    case entry(Key, Property) of
        none -> lookup(Key, Rest);
        Entry -> Entry
    end;
lookup(_, []) -> none.

%% The entry as a tuple when it has this key.
entry(Key, Key) when is_atom(Key) -> {Key, true};
entry(Key, Property) when tuple_size(Property) >= 1, element(1, Property) =:= Key -> Property;
entry(_, _) -> none.

-doc """
Returns all entries with this key.

    1> proplists:lookup_all(a, [a,{b,1},{a,2}]).
    [{a,true},{a,2}]
""".
-spec lookup_all(Key :: term(), [term()]) -> [tuple()].
lookup_all(Key, [Property | Rest]) ->
    case entry(Key, Property) of
        none -> lookup_all(Key, Rest);
        Entry -> [Entry | lookup_all(Key, Rest)]
    end;
lookup_all(_, []) -> [].

-doc """
Tells whether there is an entry with this key.

    1> proplists:is_defined(a, [a]).
    true
""".
-spec is_defined(Key :: term(), [term()]) -> boolean().
is_defined(Key, [Property | Rest]) -> entry(Key, Property) =/= none orelse is_defined(Key, Rest);
is_defined(_, []) -> false.

-doc """
Returns the values of all entries {Key, Value} with this key.

    1> proplists:get_all_values(a, [{a,1},a,{b,2}]).
    [1,true]
""".
-spec get_all_values(Key :: term(), [term()]) -> [term()].
get_all_values(Key, [Property | Rest]) ->
    case entry(Key, Property) of
        {_, Value} -> [Value | get_all_values(Key, Rest)];
        _ -> get_all_values(Key, Rest)
    end;
get_all_values(_, []) -> [].

-doc """
Returns the values of all entries with this key, those that are lists appended.

    1> proplists:append_values(a, [{a,[1,2]},{a,3}]).
    [1,2,3]
""".
-spec append_values(Key :: term(), [term()]) -> [term()].
append_values(Key, [Property | Rest]) ->
    case entry(Key, Property) of
        {_, Value} when is_list(Value) -> Value ++ append_values(Key, Rest);
        {_, Value} -> [Value | append_values(Key, Rest)];
        _ -> append_values(Key, Rest)
    end;
append_values(_, []) -> [].

-doc """
Returns the value of a property that is true or false; anything else counts as false.

    1> proplists:get_bool(a, [a]).
    true
""".
-spec get_bool(Key :: term(), [term()]) -> boolean().
get_bool(Key, [Property | Rest]) ->
    case entry(Key, Property) of
        none -> get_bool(Key, Rest);
        {_, true} -> true;
        _ -> false
    end;
get_bool(_, []) -> false.

-doc """
Returns the keys, each once, in no particular order.

    1> proplists:get_keys([{a,1}]).
    [a]
""".
-spec get_keys([term()]) -> [term()].
get_keys(List) -> sets:to_list(get_keys(List, sets:new())).

get_keys([Key | Rest], Keys) when is_atom(Key) -> get_keys(Rest, sets:add_element(Key, Keys));
get_keys([Tuple | Rest], Keys) when tuple_size(Tuple) >= 1 -> get_keys(Rest, sets:add_element(element(1, Tuple), Keys));
get_keys([_ | Rest], Keys) -> get_keys(Rest, Keys);
get_keys([], Keys) -> Keys.

-doc """
Returns the list without the entries with this key.

    1> proplists:delete(a, [a,{b,1},{a,2}]).
    [{b,1}]
""".
-spec delete(Key :: term(), [term()]) -> [term()].
delete(Key, [Property | Rest]) ->
    case entry(Key, Property) of
        none -> [Property | delete(Key, Rest)];
        _ -> delete(Key, Rest)
    end;
delete(_, []) -> [].

-doc """
Gives keys that have another name that name: {Alias, Key}.

    1> proplists:substitute_aliases([{colour,color}], [{colour,red}]).
    [{color,red}]
""".
-spec substitute_aliases([{term(), term()}], [term()]) -> [term()].
substitute_aliases(Aliases, Props) -> [substitute_aliases_1(Aliases, Property) || Property <- Props].

substitute_aliases_1([{Alias, Key} | Rest], Property) ->
    case entry(Alias, Property) of
        none -> substitute_aliases_1(Rest, Property);
        Entry -> property(setelement(1, Entry, Key))
    end;
substitute_aliases_1([], Property) -> Property.

-doc """
Turns keys that mean the contrary of another round: {Negation, Key}.

    1> proplists:substitute_negations([{no_foo,foo}], [no_foo]).
    [{foo,false}]
""".
-spec substitute_negations([{term(), term()}], [term()]) -> [term()].
substitute_negations(Negations, Props) -> [substitute_negations_1(Negations, Property) || Property <- Props].

substitute_negations_1([{Negation, Key} | Rest], Property) ->
    case entry(Negation, Property) of
        none -> substitute_negations_1(Rest, Property);
        {_, true} -> {Key, false};
        _ when is_atom(Key) -> Key;
        _ -> {Key, true}
    end;
substitute_negations_1([], Property) -> Property.

-doc """
Puts a list of properties in the place of a property: {Property, Expansion}.

    1> proplists:expand([{foo,[bar,baz]}], [a,foo,b]).
    [a,bar,baz,b]
""".
-spec expand([{term(), [term()]}], [term()]) -> [term()].
expand(Expansions, Props) when is_list(Props) ->
    Full = [{property(Property), Expansion} || {Property, Expansion} <- Expansions],
    lists:flatmap(fun({_, P}) when is_list(P) -> P; ({_, P}) -> [P] end, lists:foldl(fun expand_one/2, open(Props), Full)).

open([Property | Rest]) -> [{open, property(Property)} | open(Rest)];
open([]) -> [].

%% What an expansion has put in is not looked at again.
expand_one({Property, Expansion}, Parts) -> expand_one(key_of(Property), Property, Expansion, Parts).

expand_one(Key, Property, Expansion, [{open, P} = Part | Parts]) ->
    case entry(Key, P) of
        none -> [Part | expand_one(Key, Property, Expansion, Parts)];
        _ when P =:= Property -> [{expanded, Expansion} | [Other || Other <- Parts, not same_key(Key, Other)]];
        _ -> [Part | Parts]
    end;
expand_one(Key, Property, Expansion, [Part | Parts]) -> [Part | expand_one(Key, Property, Expansion, Parts)];
expand_one(_, _, _, []) -> [].

same_key(Key, {open, P}) -> entry(Key, P) =/= none;
same_key(_, _) -> false.

key_of(Property) when is_atom(Property) -> Property;
key_of(Property) when tuple_size(Property) >= 1 -> element(1, Property);
key_of(Property) -> Property.

-doc """
Applies stages in turn, {aliases, List}, {negations, List} and {expand, List}, and returns the result compact.

    1> proplists:normalize([{no_a,true}], [{negations,[{no_a,a}]}]).
    [{a,false}]
""".
-spec normalize([term()], [{aliases | negations | expand, [term()]}]) -> [term()].
normalize(Props, Stages) -> compact(apply_stages(Props, Stages)).

apply_stages(Props, [{aliases, Aliases} | Stages]) -> apply_stages(substitute_aliases(Aliases, Props), Stages);
apply_stages(Props, [{negations, Negations} | Stages]) -> apply_stages(substitute_negations(Negations, Props), Stages);
apply_stages(Props, [{expand, Expansions} | Stages]) -> apply_stages(expand(Expansions, Props), Stages);
apply_stages(Props, []) -> Props.

-doc """
Returns the entries of each of the keys as lists, and all other entries.

    1> proplists:split([{a,1},b,{c,2}], [a,c]).
    {[[{a,1}],[{c,2}]],[b]}
""".
-spec split([term()], [Key :: term()]) -> {[[term()]], [term()]}.
split(List, Keys) ->
    Empty = maps:from_list([{Key, []} || Key <- Keys]),
    {Found, Rest} = split(List, Empty, []),
    {[lists:reverse(map_get(Key, Found)) || Key <- Keys], lists:reverse(Rest)}.

split([Property | Rest], Found, Others) ->
    Key = if is_atom(Property) -> Property;
             tuple_size(Property) >= 1 -> element(1, Property);
             true -> make_ref()
          end,
    case Found of
        #{Key := Entries} -> split(Rest, Found#{Key := [Property | Entries]}, Others);
        _ -> split(Rest, Found, [Property | Others])
    end;
split([], Found, Others) -> {Found, Others}.

-doc """
Makes a map of the properties; of entries with the same key the first counts.

    1> proplists:to_map([a,{b,1},{b,2}]).
    #{a => true,b => 1}
""".
-spec to_map([term()]) -> map().
to_map(List) -> to_map(List, #{}, fun(Key, Value, Map) -> Map#{Key => Value} end).

to_map(List, Map, Put) ->
    lists:foldr(fun({Key, Value}, Acc) -> Put(Key, Value, Acc);
                   (Key, Acc) when is_atom(Key) -> Put(Key, true, Acc);
                   (Tuple, Acc) when is_tuple(Tuple), tuple_size(Tuple) > 0 -> maps:remove(element(1, Tuple), Acc); % it hides those behind it
                   (_, Acc) -> Acc
                end, Map, List).

-doc """
Normalizes the properties by the stages, and makes a map of them.

    1> proplists:to_map([no_a], [{negations,[{no_a,a}]}]).
    #{a => false}
""".
-spec to_map([term()], [{aliases | negations | expand, [term()]}]) -> map().
to_map(List, Stages) -> to_map(apply_stages(List, Stages)).

-doc """
Makes a list of properties of a map.

    1> proplists:from_map(#{a => true,b => 1}).
    [{a,true},{b,1}]
""".
-spec from_map(map()) -> [term()].
from_map(Map) -> maps:to_list(Map).
