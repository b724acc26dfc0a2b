%% The older functions, for flat lists of characters.
-module(string).

-export([centre/2, centre/3, chars/2, chars/3, chr/2, concat/2, copies/2, cspan/2, join/2, left/2, left/3, len/1, rchr/2, right/2,
         right/3, rstr/2, span/2, str/2, strip/1, strip/2, strip/3, sub_string/2, sub_string/3, sub_word/2, sub_word/3, substr/2,
         substr/3, to_lower/1, to_upper/1, tokens/2, words/1, words/2]).

-doc """
Returns the number of characters in a flat string.

    1> string:len("abc").
    3
""".
-spec len(string()) -> non_neg_integer().
len(S) -> erlang:length(S).

-doc """
Returns both strings in one.

    1> string:concat("ab", "cd").
    "abcd"
""".
-spec concat(string(), string()) -> string().
concat(S1, S2) -> S1 ++ S2.

-doc """
Returns the position of the first Character, or 0.

    1> string:chr("abcb", $b).
    2
""".
-spec chr(string(), char()) -> non_neg_integer().
chr(S, C) when is_integer(C) -> chr(S, C, 1).

chr([C | _], C, I) -> I;
chr([_ | Cs], C, I) -> chr(Cs, C, I + 1);
chr([], _, _) -> 0.

-doc """
Returns the position of the last Character, or 0.

    1> string:rchr("abcb", $b).
    4
""".
-spec rchr(string(), char()) -> non_neg_integer().
rchr(S, C) when is_integer(C) -> rchr(S, C, 1, 0).

rchr([C | Cs], C, I, _) -> rchr(Cs, C, I + 1, I);
rchr([_ | Cs], C, I, Last) -> rchr(Cs, C, I + 1, Last);
rchr([], _, _, Last) -> Last.

-doc """
Returns the position of the first SubString, or 0.

    1> string:str("hello hello", "lo").
    4
""".
-spec str(string(), string()) -> non_neg_integer().
str(S, []) when is_list(S) -> 0;
str(S, Sub) when is_list(Sub) -> str(S, Sub, 1).

str([_ | Cs] = S, Sub, I) ->
    case l_prefix(Sub, S) of
        true -> I;
        false -> str(Cs, Sub, I + 1)
    end;
str([], _, _) -> 0.

-doc """
Returns the position of the last SubString, or 0.

    1> string:rstr("hello hello", "lo").
    10
""".
-spec rstr(string(), string()) -> non_neg_integer().
rstr(S, []) when is_list(S) -> 0;
rstr(S, Sub) when is_list(Sub) -> rstr(S, Sub, 1, 0).

rstr([_ | Cs] = S, Sub, I, Last) ->
    case l_prefix(Sub, S) of
        true -> rstr(Cs, Sub, I + 1, I);
        false -> rstr(Cs, Sub, I + 1, Last)
    end;
rstr([], _, _, Last) -> Last.

l_prefix([C | Sub], [C | Cs]) -> l_prefix(Sub, Cs);
l_prefix([], Cs) when is_list(Cs) -> true;
l_prefix(Sub, Cs) when is_list(Sub), is_list(Cs) -> false.

-doc """
Returns how many of the characters at the beginning of String are in Chars.

    1> string:span("aab", "a").
    2
""".
-spec span(string(), string()) -> non_neg_integer().
span(S, Chars) when is_list(Chars) -> span(S, Chars, 0).

span([C | Cs], Chars, I) ->
    case lists:member(C, Chars) of
        true -> span(Cs, Chars, I + 1);
        false -> I
    end;
span([], _, I) -> I.

-doc """
Returns how many of the characters at the beginning of String are not in Chars.

    1> string:cspan("aab", "b").
    2
""".
-spec cspan(string(), string()) -> non_neg_integer().
cspan(S, Chars) when is_list(Chars) -> cspan(S, Chars, 0).

cspan([C | Cs], Chars, I) ->
    case lists:member(C, Chars) of
        true -> I;
        false -> cspan(Cs, Chars, I + 1)
    end;
cspan([], _, I) -> I.

-doc """
Returns the characters of String from position Start on.

    1> string:substr("hello", 2).
    "ello"
""".
-spec substr(string(), pos_integer()) -> string().
substr(S, 1) when is_list(S) -> S;
substr(S, Start) when is_integer(Start), Start > 1 -> substr2(S, Start).

substr2(S, 1) when is_list(S) -> S;
substr2([_ | Cs], Start) -> substr2(Cs, Start - 1).

-doc """
Returns Length characters of String from position Start on.

    1> string:substr("hello", 2, 3).
    "ell"
""".
-spec substr(string(), pos_integer(), non_neg_integer()) -> string().
substr(S, Start, Length) when is_integer(Start), Start >= 1, is_integer(Length), Length >= 0 -> substr1(substr2(S, Start), Length).

substr1([C | Cs], Length) when Length > 0 -> [C | substr1(Cs, Length - 1)];
substr1(S, _) when is_list(S) -> [].

-doc """
Returns the pieces of String between separators, those that are not empty.

    1> string:tokens("a b,c", " ,").
    ["a","b","c"]
""".
-spec tokens(string(), [char()]) -> [string(), ...].
tokens(S, Separators) ->
    case Separators of
        [] -> case S of [] -> []; [_ | _] -> [S] end;
        [_ | _] -> tokens(lists:reverse(S), Separators, [])
    end.

%% From the last character to the first, so that the tokens come out in order.
tokens([C | Cs], Separators, Found) ->
    case lists:member(C, Separators) of
        true -> tokens(Cs, Separators, Found);
        false -> token(Cs, Separators, Found, [C])
    end;
tokens([], _, Found) -> Found.

token([C | Cs], Separators, Found, Token) ->
    case lists:member(C, Separators) of
        true -> tokens(Cs, Separators, [Token | Found]);
        false -> token(Cs, Separators, Found, [C | Token])
    end;
token([], _, Found, Token) -> [Token | Found].

-doc """
Returns the strings in one with Separator between them.

    1> string:join(["a","b"], ", ").
    "a, b"
""".
-spec join([string()], string()) -> string().
join([], Separator) when is_list(Separator) -> [];
join([S | Rest], Separator) -> S ++ lists:append([Separator ++ X || X <- Rest]).

-doc """
Returns a string of N times Character.

    1> string:chars($x, 3).
    "xxx"
""".
-spec chars(char(), non_neg_integer()) -> string().
chars(C, N) -> chars(C, N, []).

-doc """
Returns a string of N times Character, followed by Tail.

    1> string:chars($x, 2, "y").
    "xxy"
""".
-spec chars(char(), non_neg_integer(), string()) -> string().
chars(C, N, Tail) when N > 0 -> chars(C, N - 1, [C | Tail]);
chars(C, 0, Tail) when is_integer(C) -> Tail.

-doc """
Returns String Number times, one behind the other.

    1> string:copies("ab", 2).
    "abab"
""".
-spec copies(string(), non_neg_integer()) -> string().
copies(S, Number) when is_list(S), is_integer(Number), Number >= 0 -> copies(S, Number, []).

copies(_, 0, Made) -> Made;
copies(S, Number, Made) -> copies(S, Number - 1, S ++ Made).

-doc """
Returns the number of words between blanks.

    1> string:words("a bc d").
    3
""".
-spec words(string()) -> pos_integer().
words(S) -> words(S, $\s).

-doc """
Returns the number of words between Character.

    1> string:words("a,b", $,).
    2
""".
-spec words(string(), char()) -> pos_integer().
words(S, C) when is_integer(C) -> max(1, erlang:length(tokens(strip_left(S, C), [C]))).

-doc """
Returns the Nth word between blanks.

    1> string:sub_word("a bc d", 2).
    "bc"
""".
-spec sub_word(string(), integer()) -> string().
sub_word(S, N) -> sub_word(S, N, $\s).

-doc """
Returns the Nth word between Character.

    1> string:sub_word("a,b", 2, $,).
    "b"
""".
-spec sub_word(string(), integer(), char()) -> string().
sub_word(S, N, C) when is_integer(N), is_integer(C) ->
    Words = tokens(strip_left(S, C), [C]),
    if
        N > erlang:length(Words); Words =:= [] -> [];
        true -> lists:nth(N, Words)
    end.

-doc """
Returns String without blanks at its ends.

    1> string:strip("  a ").
    "a"
""".
-spec strip(string()) -> string().
strip(S) -> strip(S, both).

-doc """
Returns String without blanks at one end or both.

    1> string:strip("  a ", left).
    "a "
""".
-spec strip(string(), left | right | both) -> string().
strip(S, left) -> strip_left(S, $\s);
strip(S, right) -> strip_right(S, $\s);
strip(S, both) -> strip_right(strip_left(S, $\s), $\s).

-doc """
Returns String without Character at one end or both.

    1> string:strip("..a.", right, $.).
    "..a"
""".
-spec strip(string(), left | right | both, char()) -> string().
strip(S, right, C) -> strip_right(S, C);
strip(S, left, C) -> strip_left(S, C);
strip(S, both, C) -> strip_right(strip_left(S, C), C).

strip_left([C | S], C) when is_integer(C) -> strip_left(S, C);
strip_left([_ | _] = S, C) when is_integer(C) -> S;
strip_left([], C) when is_integer(C) -> [].

strip_right([C | S], C) when is_integer(C) ->
    case strip_right(S, C) of
        [] -> [];
        Rest -> [C | Rest]
    end;
strip_right([X | S], C) when is_integer(C) -> [X | strip_right(S, C)];
strip_right([], C) when is_integer(C) -> [].

-doc """
Returns String cut or filled up with blanks at its right to a length.

    1> string:left("abc", 5).
    "abc  "
""".
-spec left(string(), non_neg_integer()) -> string().
left(S, Length) when is_integer(Length) -> left(S, Length, $\s).

-doc """
Returns String cut or filled up with Character at its right to a length.

    1> string:left("abc", 5, $.).
    "abc.."
""".
-spec left(string(), non_neg_integer(), char()) -> string().
left(S, Length, C) when is_integer(C) ->
    Have = erlang:length(S),
    if
        Have > Length -> substr(S, 1, Length);
        true -> S ++ chars(C, Length - Have)
    end.

-doc """
Returns String cut or filled up with blanks at its left to a length.

    1> string:right("abc", 5).
    "  abc"
""".
-spec right(string(), non_neg_integer()) -> string().
right(S, Length) when is_integer(Length) -> right(S, Length, $\s).

-doc """
Returns String cut or filled up with Character at its left to a length.

    1> string:right("abc", 5, $.).
    "..abc"
""".
-spec right(string(), non_neg_integer(), char()) -> string().
right(S, Length, C) when is_integer(C) ->
    Have = erlang:length(S),
    if
        Have > Length -> substr2(S, Have - Length + 1);
        true -> chars(C, Length - Have, S)
    end.

-doc """
Returns String with blanks at both sides up to a length, or its middle.

    1> string:centre("abc", 5).
    " abc "
""".
-spec centre(string(), non_neg_integer()) -> string().
centre(S, Length) when is_integer(Length) -> centre(S, Length, $\s).

-doc """
Returns String with Character at both sides up to a length, or its middle.

    1> string:centre("abc", 5, $.).
    ".abc."
""".
-spec centre(string(), non_neg_integer(), char()) -> string().
centre(S, Length, C) when is_integer(C) ->
    Have = erlang:length(S),
    if
        Have > Length -> substr(S, (Have - Length) div 2 + 1, Length);
        true ->
            Left = (Length - Have) div 2,
            chars(C, Left, S ++ chars(C, Length - Have - Left))
    end.

-doc """
Returns the characters of String from position Start on.

    1> string:sub_string("hello", 3).
    "llo"
""".
-spec sub_string(string(), pos_integer()) -> string().
sub_string(S, Start) -> substr(S, Start).

-doc """
Returns the characters of String from position Start to Stop.

    1> string:sub_string("hello", 2, 4).
    "ell"
""".
-spec sub_string(string(), pos_integer(), pos_integer()) -> string().
sub_string(S, Start, Stop) -> substr(S, Start, Stop - Start + 1).

-doc """
Returns a string or character of latin1 in lower case.

    1> string:to_lower("ABC").
    "abc"
""".
-spec to_lower(string() | char()) -> string() | char().
to_lower(S) when is_list(S) -> [lower(C) || C <- S];
to_lower(C) when is_integer(C) -> lower(C).

lower(C) when is_integer(C), $A =< C, C =< $Z -> C + 32;
lower(C) when is_integer(C), 16#C0 =< C, C =< 16#D6 -> C + 32;
lower(C) when is_integer(C), 16#D8 =< C, C =< 16#DE -> C + 32;
lower(C) -> C.

-doc """
Returns a string or character of latin1 in upper case.

    1> string:to_upper("abc").
    "ABC"
""".
-spec to_upper(string() | char()) -> string() | char().
to_upper(S) when is_list(S) -> [upper(C) || C <- S];
to_upper(C) when is_integer(C) -> upper(C).

upper(C) when is_integer(C), $a =< C, C =< $z -> C - 32;
upper(C) when is_integer(C), 16#E0 =< C, C =< 16#F6 -> C - 32;
upper(C) when is_integer(C), 16#F8 =< C, C =< 16#FE -> C - 32;
upper(C) -> C.
