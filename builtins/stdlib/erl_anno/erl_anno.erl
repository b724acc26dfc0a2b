%% Annotations of the abstract format: a line, {Line, Column}, or a list that says more.
-module(erl_anno).

-export([new/1, is_anno/1, line/1, column/1, location/1, text/1, file/1, generated/1, record/1, end_location/1,
         set_end_location/2, set_line/2, set_location/2, set_text/2, set_file/2, set_generated/2, set_record/2, to_term/1, from_term/1]).

-export_type([anno/0, line/0, column/0, location/0]).

-type line() :: non_neg_integer().
-type column() :: pos_integer().
-type location() :: line() | {line(), column()}.
-type anno() :: location() | list().

-doc """
Makes an annotation of a location.

    1> erl_anno:new({1,2}).
    {1,2}
""".
-spec new(location()) -> anno().
new(Line) when is_integer(Line), Line >= 0 -> Line;
new({Line, Column} = Location) when is_integer(Line), is_integer(Column), Line >= 0, Column > 0 -> Location;
new(Other) -> error(badarg, [Other]).

-doc """
Tells whether a term is an annotation.

    1> erl_anno:is_anno(7).
    true
""".
-spec is_anno(term()) -> boolean().
is_anno([_ | _] = Anno) -> is_list_of_items(Anno) andalso lists:keymember(location, 1, Anno);
is_anno(Anno) -> is_location(Anno).

is_list_of_items([{Key, Value} | Rest]) -> fits(Key, Value) andalso is_list_of_items(Rest);
is_list_of_items(Rest) -> Rest =:= [].

is_location(Line) when is_integer(Line) -> Line >= 0;
is_location({Line, Column}) when is_integer(Line), is_integer(Column) -> Line >= 0 andalso Column > 0;
is_location(_) -> false.

fits(location, Location) -> is_location(Location);
fits(end_location, Location) -> is_location(Location);
fits(text, Text) -> is_list(Text);
fits(file, File) -> is_list(File) orelse is_binary(File);
fits(generated, Flag) -> Flag =:= true;
fits(record, Flag) -> Flag =:= true;
fits(_, _) -> false.

-doc """
Returns the line.

    1> erl_anno:line({3,4}).
    3
""".
-spec line(anno()) -> line().
line(Anno) ->
    case location(Anno) of
        {Line, _} -> Line;
        Line -> Line
    end.

-doc """
Returns the column, or undefined.

    1> erl_anno:column({3,4}).
    4
""".
-spec column(anno()) -> column() | undefined.
column(Anno) ->
    case location(Anno) of
        {_, Column} -> Column;
        _ -> undefined
    end.

-doc """
Returns the location.

    1> erl_anno:location([{location,5},{generated,true}]).
    5
""".
-spec location(anno()) -> location().
location(Anno) -> item(location, Anno, undefined).

-doc """
Returns where the text of the token ends, if the text is known.

    1> erl_anno:end_location([{text,"ab"},{location,{1,1}}]).
    {1,3}
""".
-spec end_location(anno()) -> location() | undefined.
end_location(Anno) ->
    case {item(end_location, Anno, undefined), text(Anno)} of
        {undefined, undefined} -> undefined;
        {undefined, Text} -> advance(Text, location(Anno));
        {End, _} -> End
    end.

advance([], Location) -> Location;
advance([$\n | Rest], {Line, _}) -> advance(Rest, {Line + 1, 1});
advance([$\n | Rest], Line) -> advance(Rest, Line + 1);
advance([_ | Rest], {Line, Column}) -> advance(Rest, {Line, Column + 1});
advance([_ | Rest], Line) -> advance(Rest, Line).

-doc """
Returns the text, or undefined.

    1> erl_anno:text(1).
    undefined
""".
-spec text(anno()) -> string() | undefined.
text(Anno) -> item(text, Anno, undefined).

-doc """
Returns the file, or undefined.

    1> erl_anno:file(1).
    undefined
""".
-spec file(anno()) -> file:filename() | undefined.
file(Anno) -> item(file, Anno, undefined).

-doc """
Tells whether a program made the form.

    1> erl_anno:generated(1).
    false
""".
-spec generated(anno()) -> boolean().
generated(Anno) -> item(generated, Anno, false).

-doc """
Tells whether the form came from a record.

    1> erl_anno:record(1).
    false
""".
-spec record(anno()) -> boolean().
record(Anno) -> item(record, Anno, false).

-doc """
Changes the line.

    1> erl_anno:set_line(7, {1,2}).
    {7,2}
""".
-spec set_line(line(), anno()) -> anno().
set_line(Line, Anno) ->
    case location(Anno) of
        {_, Column} -> set_location({Line, Column}, Anno);
        _ -> set_location(Line, Anno)
    end.

-doc """
Changes the location.

    1> erl_anno:set_location(7, {1,2}).
    7
""".
-spec set_location(location(), anno()) -> anno().
set_location(Location, Anno) -> set(location, Location, Anno).

-doc """
Keeps where something ends.

    1> erl_anno:set_end_location({1,9}, {1,2}).
    [{end_location,{1,9}},{location,{1,2}}]
""".
-spec set_end_location(location(), anno()) -> anno().
set_end_location(End, Anno) -> set(end_location, End, Anno).

-doc """
Keeps the text of a token.

    1> erl_anno:set_text("a", 1).
    [{text,"a"},{location,1}]
""".
-spec set_text(string(), anno()) -> anno().
set_text(Text, Anno) -> set(text, Text, Anno).

-doc """
Keeps the name of a file.

    1> erl_anno:set_file("f.erl", 1).
    [{file,"f.erl"},{location,1}]
""".
-spec set_file(file:filename(), anno()) -> anno().
set_file(File, Anno) -> set(file, File, Anno).

-doc """
Marks a form as made by a program.

    1> erl_anno:set_generated(true, 1).
    [{generated,true},{location,1}]
""".
-spec set_generated(boolean(), anno()) -> anno().
set_generated(Flag, Anno) -> set(generated, Flag, Anno).

-doc """
Marks a form as one that came from a record.

    1> erl_anno:set_record(true, 1).
    [{record,true},{location,1}]
""".
-spec set_record(boolean(), anno()) -> anno().
set_record(Flag, Anno) -> set(record, Flag, Anno).

-doc """
Returns the term of an annotation.

    1> erl_anno:to_term(1).
    1
""".
-spec to_term(anno()) -> term().
to_term(Anno) -> Anno.

-doc """
Makes an annotation of a term.

    1> erl_anno:from_term(1).
    1
""".
-spec from_term(term()) -> anno().
from_term(Term) when is_integer(Term), Term < 0 -> set_generated(true, new(-Term));
from_term(Term) -> Term.

item(Key, [_ | _] = Anno, Default) ->
    case lists:keyfind(Key, 1, Anno) of
        {Key, Value} -> Value;
        false -> Default
    end;
item(_, [], Default) -> Default;
item(Key, Anno, Default) ->
    case is_location(Anno) of
        true when Key =:= location -> Anno;
        true -> Default;
        false -> error(badarg)
    end.

%% What says nothing, a flag that is false or no more than a location, is left out.
set(Key, Value, Anno) ->
    Flag = Key =:= generated orelse Key =:= record,
    Right = (is_boolean(Value) andalso Flag) orelse fits(Key, Value),
    if
        not Right -> error(badarg);
        is_list(Anno), Anno =/= [], Value =:= false -> plain(lists:keydelete(Key, 1, Anno));
        is_list(Anno), Anno =/= [] -> plain(put(Key, Value, Anno));
        true ->
            case is_location(Anno) of
                true when Key =:= location -> Value;
                true when Value =:= false -> Anno;
                true -> [{Key, Value}, {location, Anno}];
                false -> error(badarg)
            end
    end.

put(Key, Value, Anno) ->
    case lists:keymember(Key, 1, Anno) of
        true -> lists:keyreplace(Key, 1, Anno, {Key, Value});
        false -> [{Key, Value} | Anno]
    end.

plain([{location, Location}]) -> Location;
plain(Anno) -> Anno.
