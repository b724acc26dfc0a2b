%% Formats and terms made at random, the same for the same seed, and what io_lib makes of them.
-module(text_cases).
-export([main/3]).

%% main(Kind, Seed, Count) prints a line for each case: the case and its outcome.
main(Kind, Seed, Count) ->
    rand:seed(exsss, Seed),
    lists:foreach(fun(N) -> one(Kind, N) end, lists:seq(1, Count)).

one(reads, N) ->
    {Format, Text} = read(),
    shown(N, [Format, Text], fun() -> reading(Format, Text) end);
one(scans, N) ->
    {Format, Args} = make(formats),
    shown(N, [Format, without_funs(Args)], fun() ->
        Scanned = io_lib:scan_format(Format, Args),
        {without_funs(Scanned), without_funs(io_lib:unscan_format(Scanned)), lists:flatten(io_lib:build_text(Scanned))}
    end);
one(sources, N) ->
    Text = source(),
    shown(N, [Text], fun() ->
        case erl_scan:string(Text, {1, 1}) of
            {ok, Tokens, End} -> {Tokens, End, erl_parse:parse_term(Tokens), erl_parse:parse_exprs(Tokens)};
            Error -> Error
        end
    end);
one(Kind, N) ->
    {Format, Args} = make(Kind),
    Result = try unicode:characters_to_binary(io_lib:format(Format, Args))
             catch error:Reason -> {error, Reason}
             end,
    Shown = case Args of [A | _] when is_function(A) -> 'fun'; _ -> Args end,
    io:put_chars([integer_to_list(N), "\t", io_lib:write(Format), "\t", io_lib:write(Result), "\t", io_lib:write(without_funs(Shown)), $\n]).

shown(N, Case, F) ->
    Result = try F() catch error:Reason -> {error, Reason} end,
    io:put_chars([integer_to_list(N), "\t", io_lib:write(Case), "\t", io_lib:write(Result), $\n]).

%% A format of fread, and a text that it reads, or nearly.
read() ->
    Parts = [pick([{"~d", fun() -> pick(["12", "-7", "+3", "x", "", "007", "12a"]) end}, {"~u", fun() -> pick(["12", "-7", "0"]) end}, {"~-", fun() -> pick(["-", "+", ""]) end},
                   {"~f", fun() -> pick(["1.5", "-2.25", "3", "1.0e3", "1e5", ".5", "1.", "1.5.5"]) end}, {"~s", fun() -> pick(["abc", "", "a,b"]) end},
                   {"~a", fun() -> pick(["abc", "'x y'", "A1"]) end}, {"~c", fun() -> pick(["x", "", " "]) end}, {"~2c", fun() -> pick(["xy", "x", "abc"]) end},
                   {"~l", fun() -> "" end}, {"~16u", fun() -> pick(["ff", "fg", "1"]) end}, {"~#", fun() -> pick(["16#ff", "2#12", "10", "37#1", "16#"]) end},
                   {"~x", fun() -> pick(["ff", "zz"]) end}, {"~*s", fun() -> "skip" end}, {"~3d", fun() -> pick(["1234", "12", "-12"]) end}, {"~5s", fun() -> pick(["abcdefg", "ab"]) end},
                   {"~*d", fun() -> pick(["12", "z"]) end}, {"~ts", fun() -> pick(["λx", "ab"]) end}, {"~tc", fun() -> "λ" end}, {"~~", fun() -> "~" end}, {"abc", fun() -> pick(["abc", "abd"]) end},
                   {" ", fun() -> pick(["  ", "", "\n", "\t"]) end}, {",", fun() -> pick([",", ";", ""]) end}, {"~q", fun() -> "" end}, {"~", fun() -> "" end}, {"~8b", fun() -> "77" end}])
             || _ <- lists:seq(1, rand:uniform(5))],
    Between = pick(["", " ", ","]),
    {lists:append(lists:join(Between, [F || {F, _} <- Parts])), lists:append(lists:join(Between, [T() || {_, T} <- Parts])) ++ pick(["", "", "rest", " "])}.

%% A text read at once, and in two pieces.
reading(Format, Text) ->
    {Now, Later} = lists:split(rand:uniform(length(Text) + 1) - 1, Text),
    Pieces = try
                 case io_lib:fread([], Now, Format) of
                     {more, C} -> {more, io_lib:fread(C, Later, Format), try io_lib:fread(C, eof, Format) catch error:R -> R end};
                     Done -> Done
                 end
             catch error:Reason -> Reason
             end,
    {try io_lib:fread(Format, Text) catch error:Why -> Why end, rests(Pieces)}.

%% What a continuation looks like is a thing of each side.
rests({more, A, B}) -> {more, rests(A), rests(B)};
rests({more, _}) -> more;
rests(X) -> X.

%% Tokens in a row that make a term, or an expression, or nothing.
source() ->
    Words = [pick(["a", "b", "'c d'", "X", "1", "-2", "1.5", "8#17", "$a", "\"s\"", "\"\"", "<<1>>", "<<\"a\">>", "{", "}", "[", "]", "|", ",", ";", "(", ")", "=>", ":=", "fun",
                   "end", "->", "when", "case", "of", "begin", "if", "=", "==", "=:=", "+", "-", "*", "/", "div", "not", "andalso", "!", "++", "::", ":", "f(", "m:f(", "X", "%c\n", " ", "\n", "catch", "try", "after",
                   "receive", "||", "<-", "<=", "maybe", "else", "?", "fun f/1", "lists:map", "[X || X <- L]", "{a, 1}", "[1, 2 | T]", "fun() -> ok end", "..."])
             || _ <- lists:seq(1, rand:uniform(7))],
    lists:append(lists:join(pick(["", " ", " ", " "]), Words)) ++ pick([".", ".", ".", "", ". ", "..", ".a"]).

without_funs(F) when is_function(F) -> 'fun';
without_funs([H | T]) -> [without_funs(H) | without_funs(T)];
without_funs(T) when is_tuple(T) -> list_to_tuple([without_funs(E) || E <- tuple_to_list(T)]);
without_funs(M) when is_map(M) -> maps:map(fun(_, V) -> without_funs(V) end, M);
without_funs(T) -> T.

pick(L) -> lists:nth(rand:uniform(length(L)), L).

%% Formats of several controls with fitting arguments, or not.
make(formats) ->
    Parts = [part() || _ <- lists:seq(1, rand:uniform(4))],
    Args0 = lists:append([A || {_, A} <- Parts]),
    Args = case rand:uniform(15) of
               1 -> Args0 ++ [extra];
               2 when Args0 =/= [] -> tl(Args0);
               3 when Args0 =/= [] -> [pick([a, 1.5, -3, "x", <<"y">>, [b | c]]) | tl(Args0)];
               _ -> Args0
           end,
    {lists:append([F || {F, _} <- Parts]), Args};
%% Terms as ~p prints them: nested, at any column and width.
make(terms) ->
    T = term(rand:uniform(6)),
    Mod = pick(["", "", "", "t", "l", "tl"]),
    case rand:uniform(6) of
        1 -> {"~" ++ number(90) ++ Mod ++ "p", [T]};
        2 -> {"~" ++ number(90) ++ "." ++ number(30) ++ Mod ++ "p", [T]};
        3 -> {pick(["", "abc", "a\nbc", "  "]) ++ "~" ++ Mod ++ "P", [T, rand:uniform(40)]};
        4 -> {"~" ++ number(60) ++ Mod ++ "P", [T, rand:uniform(20)]};
        5 -> {pick(["", "abc: ", "x\n    "]) ++ "~" ++ Mod ++ "p~n", [T]};
        6 -> {"~" ++ pick(["", "t", "l"]) ++ pick(["w", "w", "W"]), [T]}
    end.

number(Max) -> integer_to_list(rand:uniform(Max)).

part() ->
    case rand:uniform(10) of
        1 -> {pick(["abc", " ", "\n", "~~", "~n", "~3n", "xé", "~3~"]), []};
        _ -> control()
    end.

control() ->
    {Field, More} = field(),
    {Char, Args} = pick([{"c", [pick([$a, 233, 955, 65, 10])]}, {"tc", [pick([$a, 233, 955, 128512])]}, {"s", [text()]}, {"ts", [text()]},
                         {"ls", [text()]}, {"d", [integer()]}, {"B", [integer()]}, {"b", [integer()]}, {"X", [integer(), text()]},
                         {"#", [integer()]}, {"+", [integer()]}, {"x", [integer(), text()]}, {"f", [float_of()]}, {"e", [float_of()]},
                         {"g", [float_of()]}, {"w", [term(3)]}, {"p", [term(3)]}, {"tw", [term(3)]}, {"tp", [term(3)]}, {"W", [term(3), rand:uniform(9)]},
                         {"P", [term(3), rand:uniform(9)]}, {"i", [any]}, {"s", [text()]}, {"kw", [term(2)]}, {"Kp", [pick([fun(A, B) -> A =< B end, x]), term(2)]},
                         {"q", [1]}, {"tB", [3]}, {"lp", [term(2)]}, {"lw", [term(2)]}]),
    {"~" ++ Field ++ Char, More ++ Args}.

%% Width, precision and padding: {Text, Arguments of the stars}.
field() ->
    case rand:uniform(8) of
        1 -> {number(12), []};
        2 -> {"-" ++ number(12), []};
        3 -> {"." ++ number(9), []};
        4 -> {number(12) ++ "." ++ number(9), []};
        5 -> {number(12) ++ "." ++ number(5) ++ "." ++ [pick("*0_x ")], []};
        6 -> {number(12) ++ ".." ++ [pick("*0_x ")], []};
        7 -> {"*", [pick([5, 0, -7, a])]};
        8 -> {"", []}
    end.

integer() -> pick([0, 1, -1, 9, 255, -256, 12345678901234567890, -98765432109876543210, rand:uniform(100000)]).

float_of() -> pick([0.0, -0.0, 1.0, 1.5, -2.25, 1.0e10, 1.0e22, 1.0e-10, 123456.789, 0.1, 5, 1.7976931348623157e308, 5.0e-324, rand:uniform() * 1000, 2.5, 0.5, 99.995, 1.0e15, a]).

text() -> pick(["", "abc", "hello world", "αβ", [233, 10], <<"bin">>, <<"é"/utf8>>, <<255>>, atom, 'Ato m', ["deep", [<<"x">>, $y]], [a, b], 5, "long text that is longer than most"]).

term(0) -> leaf();
term(D) ->
    case rand:uniform(9) of
        1 -> [term(D - 1) || _ <- lists:seq(1, rand:uniform(6))];
        2 -> list_to_tuple([term(D - 1) || _ <- lists:seq(1, rand:uniform(6))]);
        3 -> list_to_tuple([pick([ok, error, point, 'Tag x']) | [term(D - 1) || _ <- lists:seq(1, rand:uniform(5))]]);
        4 -> maps:from_list([{leaf(), term(D - 1)} || _ <- lists:seq(1, rand:uniform(4))]);
        5 -> [leaf() || _ <- lists:seq(1, rand:uniform(30))];
        6 -> [{leaf(), term(D - 1)} || _ <- lists:seq(1, rand:uniform(5))];
        7 -> [term(D - 1), term(D - 1) | leaf()];
        _ -> leaf()
    end.

leaf() ->
    pick([a, b, some_atom, 'Needs quotes', [], {}, #{}, 1, -17, 1234567890123, 1.5, -2.0e-7, 1.0e100, "text", "longer text with words in it that goes on", "é", "λx", [0, 1, 2], <<>>,
          <<"binary">>, <<"longer binary with many words inside it, so that it breaks">>, <<1, 2, 3>>, <<"é"/utf8>>, <<255, 254>>, <<5:3>>, <<1, 2, 3:4>>, "a\nb", "tab\t",
          <<"a\nb">>, 'λ', 'it\'s', true, undefined, lists:seq(1, 40), lists:duplicate(50, $z), "\e[0m", rand:uniform(1000)]).
