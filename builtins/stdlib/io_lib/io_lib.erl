%% What device processes use to cut their input: each function takes the characters so far and new ones, and says when it has enough.
-module(io_lib).

-export([bformat/2, bformat/3, bfwrite/2, bfwrite/3, bwrite/2, bwrite_string/3, collect_chars/3, collect_chars/4, collect_line/3, collect_line/4, get_until/3, get_until/4]).

-doc """
As collect_chars/4 for characters of Latin-1.

    1> io_lib:collect_chars(start, "abc", 2).
    {stop,"ab","c"}
""".
-spec collect_chars(State :: term(), Data :: string() | binary() | eof, Count :: non_neg_integer()) ->
    {stop, Result :: string() | binary() | eof, Rest :: term()} | (State :: term()).
collect_chars(State, Data, Count) -> collect_chars(State, Data, latin1, Count).

-doc """
Collects Count characters: `start` is the first State, and what comes back is the next one until it is `{stop,Result,Rest}`. A State
that read/3 or older devices use, `[]` or a pair, is answered with `{more,State}` and `{done,Result,Rest}`.

    1> S = io_lib:collect_chars(start, "ab", unicode, 3), io_lib:collect_chars(S, "cd", unicode, 3).
    {stop,"abc","d"}
    2> io_lib:collect_chars(start, <<"abc">>, unicode, 2).
    {stop,<<"ab">>,<<"c">>}
""".
-spec collect_chars(State :: term(), Data :: string() | binary() | eof, Encoding :: latin1 | unicode, Count :: non_neg_integer()) ->
    {stop, Result :: string() | binary() | eof, Rest :: term()} | {done, term(), term()} | (State :: term()).
collect_chars(start, eof, _, _) -> {stop, eof, eof};
collect_chars(start, Data, Encoding, Count) when is_binary(Data) -> chars_of_binary(Data, [], Encoding, Count);
collect_chars(start, Data, _, Count) when is_list(Data) -> chars_of_list(Data, [], Count);
collect_chars({binary, Pieces, _}, eof, _, _) -> {stop, joined(Pieces), eof};
collect_chars({binary, Pieces, Left}, Data, Encoding, _) -> chars_of_binary(Data, Pieces, Encoding, Left);
collect_chars({list, Reversed, Left}, Data, _, _) -> chars_of_list(Data, Reversed, Left);
collect_chars([], Data, _, Count) -> chars_of_client(Data, [], Count);
collect_chars({Left, Reversed}, Data, _, _) -> chars_of_client(Data, Reversed, Left).

chars_of_binary(Data, Pieces, Encoding, Count) ->
    case characters(Data, Encoding, Count) of
        {Here, Size} when Here =:= Count, Size < byte_size(Data) ->
            <<Part:Size/binary, Rest/binary>> = Data,
            {stop, joined([Part | Pieces]), Rest};
        {Here, _} when Here =:= Count -> {stop, joined([Data | Pieces]), eof};
        {Here, _} -> {binary, [Data | Pieces], Count - Here}
    end.

%% How many characters there are, at most Count, and how many bytes these have.
characters(Data, latin1, Count) ->
    N = min(byte_size(Data), Count),
    {N, N};
characters(Data, unicode, Count) -> characters(Data, 0, 0, Count).

characters(Data, Size, N, Count) when N < Count ->
    case Data of
        <<_:Size/binary, C/utf8, _/binary>> -> characters(Data, Size + byte_size(<<C/utf8>>), N + 1, Count);
        _ -> {N, Size}
    end;
characters(_, Size, N, _) -> {N, Size}.

chars_of_list(Rest, Reversed, 0) -> {stop, lists:reverse(Reversed, []), Rest};
chars_of_list(eof, Reversed, _) -> {stop, lists:reverse(Reversed, []), eof};
chars_of_list([], Reversed, Left) -> {list, Reversed, Left};
chars_of_list([C | Rest], Reversed, Left) -> chars_of_list(Rest, [C | Reversed], Left - 1).

chars_of_client(Rest, Reversed, Left) when Left =< 0 -> {done, lists:reverse(Reversed, []), Rest};
chars_of_client([C | Rest], Reversed, Left) -> chars_of_client(Rest, [C | Reversed], Left - 1);
chars_of_client([], Reversed, Left) -> {more, {Left, Reversed}};
chars_of_client(eof, [], _) -> {done, eof, []};
chars_of_client(eof, Reversed, _) -> {done, lists:reverse(Reversed), []}.

joined(Pieces) -> list_to_binary(lists:reverse(Pieces)).

-doc """
As collect_line/4 for characters of Latin-1.

    1> io_lib:collect_line(start, "ab\ncd", ignored).
    {stop,"ab\n","cd"}
""".
-spec collect_line(State :: term(), Data :: string() | binary() | eof, term()) ->
    {stop, Result :: string() | binary() | eof, Rest :: term()} | (State :: term()).
collect_line(State, Data, Unused) -> collect_line(State, Data, latin1, Unused).

-doc """
Collects a line, as collect_chars/4 collects characters. A carriage return in front of the new line is left out.

    1> S = io_lib:collect_line(start, "ab", unicode, ignored), io_lib:collect_line(S, "c\r\nd", unicode, ignored).
    {stop,"abc\n","d"}
""".
-spec collect_line(State :: term(), Data :: string() | binary() | eof, Encoding :: latin1 | unicode, term()) ->
    {stop, Result :: string() | binary() | eof, Rest :: term()} | (State :: term()).
collect_line(start, eof, _, _) -> {stop, eof, eof};
collect_line(start, Data, Encoding, Unused) -> collect_line([], Data, Encoding, Unused);
collect_line([Piece | _] = Pieces, eof, _, _) when is_binary(Piece) -> {stop, joined(Pieces), eof};
collect_line(Reversed, eof, _, _) -> {stop, lists:reverse(Reversed, []), eof};
collect_line(Pieces, Data, _, _) when is_binary(Data) -> line_of_binary(Data, Pieces);
collect_line(Reversed, Data, _, _) when is_list(Data) -> line_of_list(Data, Reversed).

line_of_list([$\n | Rest], [$\r | Reversed]) -> {stop, lists:reverse(Reversed, "\n"), Rest};
line_of_list([$\n | Rest], Reversed) -> {stop, lists:reverse(Reversed, "\n"), Rest};
line_of_list([C | Rest], Reversed) -> line_of_list(Rest, [C | Reversed]);
line_of_list([], Reversed) -> Reversed.

%% A carriage return at the end of the data is a piece of its own, since a new line may follow.
line_of_binary(<<$\n, Rest/binary>>, [<<$\r>> | Pieces]) -> {stop, joined([<<$\n>> | Pieces]), Rest};
line_of_binary(Data, Pieces) ->
    case binary:match(Data, <<"\n">>) of
        {At, 1} ->
            Line = case At > 0 andalso binary:at(Data, At - 1) of
                $\r -> [<<$\n>>, binary:part(Data, 0, At - 1)];
                _ -> [binary:part(Data, 0, At + 1)]
            end,
            {stop, joined(Line ++ Pieces), binary:part(Data, At + 1, byte_size(Data) - At - 1)};
        nomatch ->
            case byte_size(Data) > 0 andalso binary:last(Data) of
                $\r -> [<<$\r>>, binary:part(Data, 0, byte_size(Data) - 1) | Pieces];
                _ -> [Data | Pieces]
            end
    end.

-doc """
As get_until/4 for characters of Latin-1.

    1> io_lib:get_until(start, "1234 \n", {io_lib, fread, ["~d"]}).
    {stop,{ok,[1234]}," \n"}
""".
-spec get_until(State :: term(), Data :: string() | binary() | eof, {module(), atom(), [term()]}) ->
    {stop, Result :: term(), Rest :: term()} | (State :: term()).
get_until(State, Data, Call) -> get_until(State, Data, latin1, Call).

-doc """
Collects what a function asks for: Module:Function(Continuation, Characters, Extra...) returns `{done,Result,Rest}` or
`{more,Continuation}`.

    1> io_lib:get_until(start, <<"ab\n">>, unicode, {io_lib, fread, ["~s"]}).
    {stop,{ok,["ab"]},[]}
""".
-spec get_until(State :: term(), Data :: string() | binary() | eof, Encoding :: latin1 | unicode, {module(), atom(), [term()]}) ->
    {stop, Result :: term(), Rest :: term()} | (State :: term()).
get_until(start, Data, Encoding, Call) -> get_until([], Data, Encoding, Call);
get_until(Continuation, Data, Encoding, {Module, Function, Extra}) ->
    Characters = if
        is_binary(Data), Encoding =:= unicode -> unicode:characters_to_list(Data);
        is_binary(Data) -> binary_to_list(Data);
        true -> Data
    end,
    case apply(Module, Function, [Continuation, Characters | Extra]) of
        {done, Result, Rest} when is_binary(Data), is_list(Result), Encoding =:= unicode ->
            {stop, unicode:characters_to_binary(Result), Rest};
        {done, Result, Rest} when is_binary(Data), is_list(Result) -> {stop, list_to_binary(Result), Rest};
        {done, Result, Rest} -> {stop, Result, Rest};
        {more, Next} -> Next
    end.

-doc """
As `fwrite/2`, and returns a binary in UTF-8.

    1> io_lib:bfwrite("~p", ["abc"]).
    <<"\"abc\"">>
""".
-spec bfwrite(Format :: io:format(), Data :: [term()]) -> unicode:unicode_binary().
bfwrite(Format, Data) -> bfwrite(Format, Data, []).

-doc """
As `fwrite/3`, and returns a binary in UTF-8.

    1> io_lib:bfwrite("~p", ["abc"], []).
    <<"\"abc\"">>
""".
-spec bfwrite(Format :: io:format(), Data :: [term()], Options :: [{chars_limit, integer()}]) -> unicode:unicode_binary().
bfwrite(Format, Data, Options) ->
    try unicode:characters_to_binary(io_lib:format(Format, Data, Options))
    catch error:_ -> error(badarg, [Format, Data])
    end.

-doc """
The same as `bfwrite/2`.

    1> io_lib:bformat("~w", [a]).
    <<"a">>
""".
-spec bformat(Format :: io:format(), Data :: [term()]) -> unicode:unicode_binary().
bformat(Format, Data) -> bfwrite(Format, Data, []).

-doc """
The same as `bfwrite/3`.

    1> io_lib:bformat("~w", [a], []).
    <<"a">>
""".
-spec bformat(Format :: io:format(), Data :: [term()], Options :: [{chars_limit, integer()}]) -> unicode:unicode_binary().
bformat(Format, Data, Options) -> bfwrite(Format, Data, Options).

-doc """
As `write/2` with options, and returns a binary in UTF-8.

    1> io_lib:bwrite({a,"b"}, []).
    <<"{a,[98]}">>
""".
-spec bwrite(Term :: term(), Options :: [{depth, integer()} | {encoding, latin1 | utf8 | unicode} | {chars_limit, integer()}]) -> unicode:unicode_binary().
bwrite(Term, Options) when is_list(Options) -> unicode:characters_to_binary(io_lib:write(Term, Options)).

-doc """
Returns a string between quotes as a binary in UTF-8; with `[]` for the quote, without quotes.

    1> io_lib:bwrite_string("ab", $", []).
    <<"\"ab\"">>
""".
-spec bwrite_string(String :: string(), Quote :: char() | [], Options :: term()) -> unicode:unicode_binary().
bwrite_string(String, [], _) ->
    Written = unicode:characters_to_list(io_lib:write_string(String, $")),
    unicode:characters_to_binary(lists:sublist(Written, 2, length(Written) - 2));
bwrite_string(String, Quote, _) -> unicode:characters_to_binary(io_lib:write_string(String, Quote)).
