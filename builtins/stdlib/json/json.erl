%% What calls funs: encoders of one's own, and text that people read.
-module(json).

-export([encode/2, encode_atom/2, encode_key_value_list/2, encode_key_value_list_checked/2, encode_list/2, encode_map/2,
         encode_map_checked/2, encode_value/2, format/1, format/2, format/3, format_key_value_list/3, format_key_value_list_checked/3,
         format_value/3]).

-type encoder() :: fun((dynamic(), encoder()) -> iodata()).
-type formatter() :: fun((dynamic(), encoder(), map()) -> iodata()).

-doc """
As `encode/1`, with an encoder: a fun that gets each value and itself, and mostly calls `encode_value/2`.

    1> iolist_to_binary(json:encode({a,1}, fun(T, E) when is_tuple(T) -> json:encode_list(tuple_to_list(T), E); (V, E) -> json:encode_value(V, E) end)).
    <<"[\"a\",1]">>
""".
-spec encode(Term :: dynamic(), Encoder :: encoder()) -> iodata().
encode(Term, Encoder) when is_function(Encoder, 2) -> Encoder(Term, Encoder).

-doc """
The default encoder: encodes a value, and what is in it by the encoder.

    1> json:encode_value(5, fun json:encode_value/2).
    <<"5">>
""".
-spec encode_value(Value :: dynamic(), Encode :: encoder()) -> iodata().
encode_value(V, E) when is_atom(V) -> encode_atom(V, E);
encode_value(V, _) when is_binary(V) -> json:encode_binary(V);
encode_value(V, _) when is_integer(V) -> json:encode_integer(V);
encode_value(V, _) when is_float(V) -> json:encode_float(V);
encode_value(V, E) when is_list(V) -> encode_list(V, E);
encode_value(V, E) when is_map(V) -> encode_map(V, E);
encode_value(V, _) -> erlang:error({unsupported_type, V}).

-doc """
Encodes an atom: null, true and false as they are, any other as a string.

    1> json:encode_atom(null, fun json:encode_value/2).
    <<"null">>
""".
-spec encode_atom(Atom :: atom(), Encode :: encoder()) -> iodata().
encode_atom(null, _) -> <<"null">>;
encode_atom(true, _) -> <<"true">>;
encode_atom(false, _) -> <<"false">>;
encode_atom(A, E) -> E(atom_to_binary(A), E).

-doc """
Encodes a list as an array.

    1> iolist_to_binary(json:encode_list([1,2], fun json:encode_value/2)).
    <<"[1,2]">>
""".
-spec encode_list(List :: list(), Encode :: encoder()) -> iodata().
encode_list([], _) -> <<"[]">>;
encode_list([H | T], E) when is_function(E, 2) -> [$[, E(H, E) | list_rest(T, E)].

list_rest([], _) -> "]";
list_rest([H | T], E) -> [$,, E(H, E) | list_rest(T, E)].

-doc """
Encodes a map as an object.

    1> iolist_to_binary(json:encode_map(#{a => 1}, fun json:encode_value/2)).
    <<"{\"a\":1}">>
""".
-spec encode_map(Map :: map(), Encode :: encoder()) -> iodata().
encode_map(M, E) when is_map(M) -> encode_key_value_list(maps:to_list(M), E).

-doc """
As `encode_map/2`; two keys with the same text are an error.

    1> iolist_to_binary(json:encode_map_checked(#{a => 1}, fun json:encode_value/2)).
    <<"{\"a\":1}">>
""".
-spec encode_map_checked(Map :: map(), Encode :: encoder()) -> iodata().
encode_map_checked(M, E) when is_map(M) -> encode_key_value_list_checked(maps:to_list(M), E).

-doc """
Encodes a list of pairs as an object.

    1> iolist_to_binary(json:encode_key_value_list([{a,1},{b,2}], fun json:encode_value/2)).
    <<"{\"a\":1,\"b\":2}">>
""".
-spec encode_key_value_list([{term(), term()}], Encode :: encoder()) -> iodata().
encode_key_value_list([], _) -> <<"{}">>;
encode_key_value_list([_ | _] = L, E) when is_function(E, 2) ->
    [First | Rest] = [[key(K, E), $: | E(V, E)] || {K, V} <- L],
    [${, First, [[$, | Pair] || Pair <- Rest], $}].

-doc """
As `encode_key_value_list/2`; two keys with the same text are an error.

    1> iolist_to_binary(json:encode_key_value_list_checked([{a,1}], fun json:encode_value/2)).
    <<"{\"a\":1}">>
""".
-spec encode_key_value_list_checked([{term(), term()}], Encode :: encoder()) -> iodata().
encode_key_value_list_checked(L, E) -> encode_key_value_list(checked(L, E, #{}), E).

checked([{K, _} = Pair | Rest], E, Seen) ->
    Text = iolist_to_binary(key(K, E)),
    case Seen of
        #{Text := _} -> erlang:error({duplicate_key, K});
        _ -> [Pair | checked(Rest, E, Seen#{Text => K})]
    end;
checked([], _, _) -> [].

key(K, E) when is_atom(K) -> E(atom_to_binary(K), E);
key(K, E) when is_binary(K) -> E(K, E);
key(K, _) when is_integer(K) -> [$", json:encode_integer(K), $"];
key(K, _) when is_float(K) -> [$", json:encode_float(K), $"].

-doc """
Encodes a term with line breaks and indentation.

    1> iolist_to_binary(json:format([1,2])).
    <<"[1,2]\n">>
""".
-spec format(Term :: dynamic()) -> iodata().
format(Term) -> format(Term, fun format_value/3, #{}).

-doc """
As `format/1`, with a formatter or with options: `indent` (2), `max` (100, the length of a line).

    1> iolist_to_binary(json:format([1,2], #{indent => 4})).
    <<"[1,2]\n">>
""".
-spec format(Term :: dynamic(), OptionsOrEncoder :: map() | formatter()) -> iodata().
format(Term, Options) when is_map(Options) -> format(Term, fun format_value/3, Options);
format(Term, Encoder) when is_function(Encoder, 3) -> format(Term, Encoder, #{}).

-doc """
As `format/2`, with both.

    1> iolist_to_binary(json:format([1,2], fun json:format_value/3, #{})).
    <<"[1,2]\n">>
""".
-spec format(Term :: dynamic(), Encoder :: formatter(), Options :: map()) -> iodata().
format(Term, Encoder, Options) when is_function(Encoder, 3), is_map(Options) ->
    State = maps:merge(#{level => 0, col => 0, indent => 2, max => 100}, Options),
    [Encoder(Term, Encoder, State), $\n].

-doc """
The default formatter.

    1> json:format_value(5, fun json:format_value/3, #{}).
    <<"5">>
""".
-spec format_value(Value :: dynamic(), Encode :: formatter(), State :: map()) -> iodata().
format_value([H | _] = V, E, #{level := Level} = State) when is_list(H); is_map(H); is_binary(H) ->
    Newline = newline(Level + 1, State),
    Items = [E(Item, E, State#{level => Level + 1, col => 0}) || Item <- V],
    [$[, Newline, lists:join([$,, Newline], Items), newline(Level, State), $]];
format_value([_ | _] = V, E, #{level := Level, col := Col, max := Max} = State) ->
    Items = [E(Item, E, State#{level => Level + 1}) || Item <- V],
    [$[, filled(Items, Col + 1, Max, newline(Level + 1, State)), $]];
format_value(V, E, State) when is_map(V) -> format_key_value_list(maps:to_list(V), E, State);
format_value(V, E, State) -> encode_value(V, fun(X, _) -> E(X, E, State) end, plain).

encode_value(V, _, plain) when is_atom(V), V =/= null, not is_boolean(V) -> json:encode_binary(atom_to_binary(V));
encode_value(V, E, plain) -> encode_value(V, E).

newline(Level, #{indent := Indent}) -> [$\n, lists:duplicate(Level * Indent, $\s)].

%% Items as many to a line as fit; indentation does not count.
filled([Item | Rest], Col, Max, Newline) -> [Item | filled_rest(Rest, Col + iolist_size(Item), Max, Newline)].

filled_rest([Item | Rest], Col, Max, Newline) ->
    Size = iolist_size(Item),
    case Col + 1 + Size > Max of
        true -> [$,, Newline, Item | filled_rest(Rest, Size, Max, Newline)];
        false -> [$,, Item | filled_rest(Rest, Col + 1 + Size, Max, Newline)]
    end;
filled_rest([], _, _, _) -> [].

-doc """
Formats a list of pairs as an object.

    1> iolist_to_binary(json:format([{a,1}], fun([{_,_}|_] = L, E, S) -> json:format_key_value_list(L, E, S); (V, E, S) -> json:format_value(V, E, S) end)).
    <<"{ \"a\": 1 }\n">>
""".
-spec format_key_value_list([{term(), term()}], Encode :: formatter(), State :: map()) -> iodata().
format_key_value_list([], _, _) -> <<"{}">>;
format_key_value_list([{K, V}], E, State) when not is_list(V), not is_map(V) ->
    ["{ ", [key(K, fun(X, _) -> E(X, E, State) end), ": " | E(V, E, State)], " }"];
format_key_value_list(L, E, #{level := Level} = State) ->
    Pairs = [begin
                 Key = key(K, fun(X, _) -> E(X, E, State) end),
                 [Key, ": " | E(V, E, State#{level => Level + 1, col => iolist_size(Key) + 2})]
             end || {K, V} <- L],
    spread(Pairs, Level, State).

spread(Pairs, Level, State) ->
    [${, newline(Level + 1, State), lists:join([$,, newline(Level + 1, State)], Pairs), newline(Level, State), $}].

-doc """
As `format_key_value_list/3`; two keys with the same text are an error.

    1> iolist_to_binary(json:format([{a,1}], fun([{_,_}|_] = L, E, S) -> json:format_key_value_list_checked(L, E, S); (V, E, S) -> json:format_value(V, E, S) end)).
    <<"{ \"a\": 1 }\n">>
""".
-spec format_key_value_list_checked([{term(), term()}], Encoder :: formatter(), State :: map()) -> iodata().
format_key_value_list_checked(L, E, State) ->
    format_key_value_list(checked(L, fun(X, _) -> E(X, E, State) end, #{}), E, State).
