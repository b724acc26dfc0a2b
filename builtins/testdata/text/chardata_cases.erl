%% Chardata made at random, the same for the same seed, and what unicode_util and string make of it.
-module(chardata_cases).
-export([main/3]).

%% main(Kind, Seed, Count) prints a line for each case: the call and its outcome. A kind is steps, or {strings, Module}, which has a
%% module that stands for string called.
main(Kind, Seed, Count) ->
    rand:seed(exsss, Seed),
    lists:foreach(fun(N) -> shown(N, Kind, call(Kind)) end, lists:seq(1, Count)).

shown(N, Kind, {Module, Name, Args}) ->
    Result = try
                 {ok, apply(Module, Name, Args)}
             catch
                 Class:Reason:Stack ->
                     {M, F, A, _} = hd(Stack),
                     {Class, Reason, named(M, Kind), inlined(F), A}
             end,
    io:put_chars([integer_to_list(N), "\t", atom_to_list(Name), "\t", io_lib:write(Args), "\t", io_lib:write(Result), $\n]).

inlined('-inlined-append/2-') -> append;
inlined('-inlined-rev/1-') -> rev;
inlined(F) -> F.

named(M, {strings, M}) -> string;
named(M, _) -> M.

call(steps) ->
    {unicode_util, pick([cp, cp, gc, gc, gc, gc, nfc, nfd, nfkc, nfkd, uppercase, lowercase, titlecase, casefold]), [text()]};
call({strings, M}) ->
    {Name, Args} = pick([
        fun() -> {length, [text()]} end, fun() -> {to_graphemes, [text()]} end, fun() -> {reverse, [text()]} end, fun() -> {is_empty, [text()]} end,
        fun() -> {next_codepoint, [text()]} end, fun() -> {next_grapheme, [text()]} end, fun() -> {equal, alike()} end,
        fun() -> {equal, alike() ++ [pick([true, false])]} end,
        fun() -> {equal, alike() ++ [pick([true, false]), pick([none, nfc, nfd, nfkc, nfkd])]} end,
        fun() -> {slice, [text(), below(4)]} end, fun() -> {slice, [text(), below(4), pick([0, 1, 2, 3, 5, infinity])]} end,
        fun() -> {trim, [text()]} end, fun() -> {trim, [text(), dir()]} end, fun() -> {trim, [text(), dir(), set()]} end, fun() -> {chomp, [text()]} end,
        fun() -> {take, [text(), set()]} end, fun() -> {take, [text(), set(), pick([true, false])]} end,
        fun() -> {take, [text(), set(), pick([true, false]), pick([leading, trailing])]} end,
        fun() -> {pad, [text(), below(12), dir()]} end, fun() -> {pad, [text(), below(12)]} end, fun() -> {pad, [text(), below(12), dir(), cluster()]} end,
        fun() -> {uppercase, [text()]} end, fun() -> {lowercase, [text()]} end, fun() -> {titlecase, [text()]} end, fun() -> {casefold, [text()]} end,
        fun() -> {to_integer, [number()]} end, fun() -> {to_float, [number()]} end,
        fun() -> T = text(), {prefix, [T, within(T)]} end, fun() -> T = text(), {find, [T, within(T)]} end,
        fun() -> T = text(), {find, [T, within(T), pick([leading, trailing])]} end,
        fun() -> T = text(), {split, [T, within(T)]} end, fun() -> T = text(), {split, [T, within(T), pick([leading, trailing, all])]} end,
        fun() -> T = text(), {replace, [T, within(T), short()]} end, fun() -> T = text(), {replace, [T, within(T), short(), pick([leading, trailing, all])]} end,
        fun() -> {lexemes, [text(), set()]} end, fun() -> {nth_lexeme, [text(), 1 + below(3), set()]} end]),
    {M, Name, Args}.

below(N) -> rand:uniform(N) - 1.

pick(L) -> picked(lists:nth(rand:uniform(length(L)), L)).

picked(F) when is_function(F, 0) -> F();
picked(X) -> X.

dir() -> pick([leading, trailing, both]).

%% Most texts are short, of few letters, so that searches find something; a few are no text at all somewhere.
text() ->
    case below(8) of
        0 -> flat();
        1 -> unicode:characters_to_binary(sound(flat()));
        2 -> chardata(3, fun odd/0);
        _ -> chardata(below(4), fun few/0)
    end.

flat() -> [few() || _ <- lists:seq(1, below(7))].

short() -> pick(["", "x", <<"yz">>, [<<"a">>, $b]]).

sound(L) -> [C || C <- L, is_integer(C), C >= 0, C < 16#d800 orelse C > 16#dfff, C < 16#110000].

chardata(0, Char) ->
    case below(3) of
        0 -> unicode:characters_to_binary(sound([Char() || _ <- lists:seq(1, below(4))]));
        _ -> [Char() || _ <- lists:seq(1, below(4))]
    end;
chardata(Depth, Char) ->
    Parts = [case below(3) of
                 0 -> Char();
                 _ -> chardata(Depth - 1, Char)
             end || _ <- lists:seq(1, below(5))],
    case below(8) of
        0 when Parts =/= [] -> tailed(Parts, unicode:characters_to_binary(sound([Char()])));
        _ -> Parts
    end.

tailed([X], T) -> [X | T];
tailed([X | Xs], T) -> [X | tailed(Xs, T)].

few() ->
    case below(3) of
        0 -> pick("abcABC");
        1 -> pick(" \n\r\t,;");
        2 -> pick([$a, $e, 769, 778, 807, 229, 223, 16#200d, 16#1f468, 16#1f3fd, 16#fe0f, 16#1f1e6, 16#1f1e7, 16#1100, 16#1161, 16#11a8, 16#ac00, 16#ac01, 16#600, 16#903,
                   16#a9, 16#ad, 16#130, 16#1f1, 16#1c6, 16#3a3, 16#fb01, 16#fb03, 16#2126, 16#1e9b, 16#323, 16#13a0, 16#ab70, 16#200b, 16#2028, 16#e31, 16#1f600, 955, 16#fdfa])
    end.

odd() ->
    case below(12) of
        0 -> pick([-1, 16#d800, 16#110000, a, 1.5, 200.5, <<255>>, <<"a", 195>>, <<1:3>>, {}, 1 bsl 70]);
        _ -> few()
    end.

cluster() -> pick([$x, $x, 955, [$e, 769], [16#1f468, 16#200d, 16#1f468], "ab", $-]).

%% Sets of clusters.
set() -> pick(["a", "ab", " ", ",;", "", [769], [[$e, 769]], [[13, 10], $a], "abcABC", [229, 778], [955, 16#1f468], whole]).

%% A text that the other one has somewhere, or not.
within(T) ->
    case below(4) of
        0 -> pick(["a", "", <<"b">>, [[$e], 769], "\r\n", " "]);
        1 -> text();
        _ ->
            case catch unicode:characters_to_list(T) of
                L when is_list(L), L =/= [], is_integer(hd(L)) ->
                    At = below(length(L)),
                    Part = lists:sublist(L, At + 1, 1 + below(3)),
                    case below(3) of
                        0 -> Part;
                        1 -> unicode:characters_to_binary(sound(Part));
                        2 -> [unicode:characters_to_binary(sound(Part)), []]
                    end;
                _ -> "a"
            end
    end.

alike() ->
    T = text(),
    case below(3) of
        0 -> [T, text()];
        1 ->
            case catch unicode:characters_to_list(T) of
                L when is_list(L) -> [T, L];
                _ -> [T, T]
            end;
        2 ->
            case catch unicode:characters_to_nfd_binary(T) of
                B when is_binary(B) -> [T, B];
                _ -> [T, T]
            end
    end.

number() ->
    case below(4) of
        0 -> text();
        1 -> [pick(["1", "-2", "+3.", "1.5", "x", "", "1.0e5", "1e5"]), text()];
        2 -> pick(["12", "-12.5e2x", "+7", "1.", "1.5.5", ".5", <<"42abc">>, <<"-1.5">>, ["1", [$2, <<"3x">>]], [<<>>, "7"], "1_000", "abc", "- 1", <<"1.5", 255>>, "12\x{300}"]);
        3 -> [$1 + below(9), few(), <<"23">>]
    end.
