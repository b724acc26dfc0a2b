%% The Gregorian calendar, reckoned back to the year 0.
-module(calendar).

-export([date_to_gregorian_days/1, date_to_gregorian_days/3, datetime_to_gregorian_seconds/1, day_of_the_week/1, day_of_the_week/3,
         gregorian_days_to_date/1, gregorian_seconds_to_datetime/1, is_leap_year/1, iso_week_number/0, iso_week_number/1,
         last_day_of_the_month/2, local_time/0, local_time_to_universal_time/1, local_time_to_universal_time/2,
         local_time_to_universal_time_dst/1, local_time_to_system_time/1, local_time_to_system_time/2,
         now_to_datetime/1, now_to_local_time/1, now_to_universal_time/1, rfc3339_to_system_time/1,
         rfc3339_to_system_time/2, seconds_to_daystime/1, seconds_to_time/1, system_time_to_local_time/2, system_time_to_rfc3339/1,
         system_time_to_rfc3339/2, system_time_to_universal_time/2, time_difference/2, time_to_seconds/1, universal_time/0,
         universal_time_to_local_time/1, universal_time_to_system_time/1, universal_time_to_system_time/2, valid_date/1, valid_date/3]).

-define(DAY, 86400).
-define(EPOCH, 62167219200). % 1970-01-01 in seconds since the year 0

-type date() :: {non_neg_integer(), 1..12, 1..31}.
-type time() :: {0..23, 0..59, 0..59}.
-type datetime() :: {date(), time()}.

-export_type([date/0, time/0, datetime/0]).

-doc """
Returns the number of days from year 0 to a date.

    1> calendar:date_to_gregorian_days(1970, 1, 1).
    719528
""".
-spec date_to_gregorian_days(non_neg_integer(), 1..12, 1..31) -> non_neg_integer().
date_to_gregorian_days(Year, Month, Day) when is_integer(Day), Day > 0 ->
    Last = last_day_of_the_month(Year, Month),
    if
        Day =< Last -> before_year(Year) + before_month(Year, Month) + Day - 1
    end.

-doc """
Returns the number of days from year 0 to a date.

    1> calendar:date_to_gregorian_days({1970,1,1}).
    719528
""".
-spec date_to_gregorian_days(date()) -> non_neg_integer().
date_to_gregorian_days({Year, Month, Day}) -> date_to_gregorian_days(Year, Month, Day).

%% The year 0 is a leap year.
before_year(0) -> 0;
before_year(Year) ->
    Y = Year - 1,
    Year * 365 + Y div 4 - Y div 100 + Y div 400 + 1.

before_month(Year, Month) ->
    Days = element(Month, {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334}),
    case Month > 2 andalso is_leap_year(Year) of
        true -> Days + 1;
        false -> Days
    end.

-doc """
Returns the number of seconds from year 0 to a date and time.

    1> calendar:datetime_to_gregorian_seconds({{1970,1,1},{0,0,0}}).
    62167219200
""".
-spec datetime_to_gregorian_seconds(datetime()) -> non_neg_integer().
datetime_to_gregorian_seconds({Date, Time}) -> ?DAY * date_to_gregorian_days(Date) + time_to_seconds(Time).

-doc """
Returns the day of the week: 1 for Monday to 7 for Sunday.

    1> calendar:day_of_the_week(2024, 2, 29).
    4
""".
-spec day_of_the_week(non_neg_integer(), 1..12, 1..31) -> 1..7.
day_of_the_week(Year, Month, Day) -> (date_to_gregorian_days(Year, Month, Day) + 5) rem 7 + 1.

-doc """
Returns the day of the week: 1 for Monday to 7 for Sunday.

    1> calendar:day_of_the_week({2024,2,29}).
    4
""".
-spec day_of_the_week(date()) -> 1..7.
day_of_the_week({Year, Month, Day}) -> day_of_the_week(Year, Month, Day).

-doc """
Returns the date so many days after year 0.

    1> calendar:gregorian_days_to_date(719528).
    {1970,1,1}
""".
-spec gregorian_days_to_date(non_neg_integer()) -> date().
gregorian_days_to_date(Days) ->
    _ = Days div 365,
    {Year, DayOfYear} = day_to_year(Days),
    {Month, Day} = month_of(Year, DayOfYear, 1),
    {Year, Month, Day}.

day_to_year(Days) when is_integer(Days), Days >= 0 ->
    Guess = Days div 366,
    year_of(Guess, Days).

year_of(Year, Days) ->
    Next = before_year(Year + 1),
    if
        Days >= Next -> year_of(Year + 1 + (Days - Next) div 366, Days);
        true -> {Year, Days - before_year(Year)}
    end.

month_of(Year, Days, Month) ->
    case last_day_of_the_month(Year, Month) of
        Last when Days >= Last -> month_of(Year, Days - Last, Month + 1);
        _ -> {Month, Days + 1}
    end.

-doc """
Returns the date and time so many seconds after year 0.

    1> calendar:gregorian_seconds_to_datetime(62167219200).
    {{1970,1,1},{0,0,0}}
""".
-spec gregorian_seconds_to_datetime(non_neg_integer()) -> datetime().
gregorian_seconds_to_datetime(Seconds) when Seconds >= 0 ->
    {gregorian_days_to_date(Seconds div ?DAY), seconds_to_time(Seconds rem ?DAY)}.

-doc """
Tells whether a year has a 29th of February.

    1> calendar:is_leap_year(2024).
    true
""".
-spec is_leap_year(non_neg_integer()) -> boolean().
is_leap_year(Year) when is_integer(Year), Year >= 0 -> Year rem 4 =:= 0 andalso (Year rem 100 > 0 orelse Year rem 400 =:= 0).

-doc "Returns year and number of the week of today, by ISO 8601.".
-spec iso_week_number() -> {non_neg_integer(), 1..53}.
iso_week_number() ->
    {Date, _} = local_time(),
    iso_week_number(Date).

-doc """
Returns year and number of the week of a date, by ISO 8601.

    1> calendar:iso_week_number({2021,1,3}).
    {2020,53}
""".
-spec iso_week_number(date()) -> {non_neg_integer(), 1..53}.
iso_week_number({Year, Month, Day}) ->
    Days = date_to_gregorian_days(Year, Month, Day),
    First = first_week(Year),
    Next = first_week(Year + 1),
    if
        Days < First -> {Year - 1, (Days - first_week(Year - 1)) div 7 + 1};
        Days < Next -> {Year, (Days - First) div 7 + 1};
        true -> {Year + 1, 1}
    end.

%% The Monday of the week of the 4th of January.
first_week(Year) -> date_to_gregorian_days(Year, 1, 4) - day_of_the_week(Year, 1, 4) + 1.

-doc """
Returns the number of days of a month.

    1> calendar:last_day_of_the_month(2024, 2).
    29
""".
-spec last_day_of_the_month(non_neg_integer(), 1..12) -> 28..31.
last_day_of_the_month(Year, Month) when is_integer(Year), Year >= 0 -> last_day_of_the_month1(Year, Month).

last_day_of_the_month1(_, 4) -> 30;
last_day_of_the_month1(_, 6) -> 30;
last_day_of_the_month1(_, 9) -> 30;
last_day_of_the_month1(_, 11) -> 30;
last_day_of_the_month1(Year, 2) ->
    case is_leap_year(Year) of
        true -> 29;
        false -> 28
    end;
last_day_of_the_month1(_, Month) when is_integer(Month), Month > 0, Month < 13 -> 31.

-doc "Returns the date and time here.".
-spec local_time() -> datetime().
local_time() -> erlang:localtime().

-doc "Returns the date and time in UTC.".
-spec universal_time() -> datetime().
universal_time() -> erlang:universaltime().

-doc "Converts from the time here to UTC.".
-spec local_time_to_universal_time(datetime()) -> datetime().
local_time_to_universal_time(DateTime) -> erlang:localtime_to_universaltime(DateTime).

-doc "Converts from the time here to UTC; IsDst says whether it is summer time, where that is not clear.".
-spec local_time_to_universal_time(datetime(), boolean() | undefined) -> datetime().
local_time_to_universal_time(DateTime, IsDst) -> erlang:localtime_to_universaltime(DateTime, IsDst).

-doc "Converts from the time here to UTC; a time that was twice has two results, one that was not has none.".
-spec local_time_to_universal_time_dst(datetime()) -> [datetime()].
local_time_to_universal_time_dst(DateTime) ->
    Summer = erlang:localtime_to_universaltime(DateTime, true),
    Winter = erlang:localtime_to_universaltime(DateTime, false),
    [U || U <- lists:usort([Summer, Winter]), erlang:universaltime_to_localtime(U) =:= DateTime].

-doc "Converts from UTC to the time here.".
-spec universal_time_to_local_time(datetime()) -> datetime().
universal_time_to_local_time(DateTime) -> erlang:universaltime_to_localtime(DateTime).

-doc """
Converts what erlang:now/0 or erlang:timestamp/0 returns to UTC.

    1> calendar:now_to_datetime({0,0,0}).
    {{1970,1,1},{0,0,0}}
""".
-spec now_to_datetime(erlang:timestamp()) -> datetime().
now_to_datetime({Mega, Seconds, _}) -> system_time_to_datetime(1000000 * Mega + Seconds).

-doc """
The same as now_to_datetime/1.

    1> calendar:now_to_universal_time({0,86400,0}).
    {{1970,1,2},{0,0,0}}
""".
-spec now_to_universal_time(erlang:timestamp()) -> datetime().
now_to_universal_time(Now) -> now_to_datetime(Now).

-doc "Converts what erlang:timestamp/0 returns to the time here.".
-spec now_to_local_time(erlang:timestamp()) -> datetime().
now_to_local_time({Mega, Seconds, _}) -> erlang:universaltime_to_localtime(now_to_universal_time({Mega, Seconds, 0})).

-doc """
Converts a system time of a unit to UTC.

    1> calendar:system_time_to_universal_time(0, second).
    {{1970,1,1},{0,0,0}}
""".
-spec system_time_to_universal_time(integer(), erlang:time_unit()) -> datetime().
system_time_to_universal_time(Time, Unit) -> system_time_to_datetime(erlang:convert_time_unit(Time, Unit, second)).

system_time_to_datetime(Seconds) -> gregorian_seconds_to_datetime(Seconds + ?EPOCH).

-doc "Converts a system time of a unit to the time here.".
-spec system_time_to_local_time(integer(), erlang:time_unit()) -> datetime().
system_time_to_local_time(Time, Unit) -> erlang:universaltime_to_localtime(system_time_to_universal_time(Time, Unit)).

-doc """
Converts UTC to a system time in seconds.

    1> calendar:universal_time_to_system_time({{1970,1,2},{0,0,0}}).
    86400
""".
-spec universal_time_to_system_time(datetime()) -> integer().
universal_time_to_system_time(DateTime) -> universal_time_to_system_time(DateTime, []).

-doc """
Converts UTC to a system time of the unit in the options.

    1> calendar:universal_time_to_system_time({{1970,1,1},{0,0,1}}, [{unit,millisecond}]).
    1000
""".
-spec universal_time_to_system_time(datetime(), [{unit, erlang:time_unit()}]) -> integer().
universal_time_to_system_time(DateTime, Options) ->
    Unit = proplists:get_value(unit, Options, second),
    erlang:convert_time_unit(datetime_to_gregorian_seconds(DateTime) - ?EPOCH, second, Unit).

-doc """
Converts seconds to days and a time.

    1> calendar:seconds_to_daystime(90061).
    {1,{1,1,1}}
""".
-spec seconds_to_daystime(integer()) -> {integer(), time()}.
seconds_to_daystime(Seconds) ->
    Days = Seconds div ?DAY,
    Rest = Seconds rem ?DAY,
    if
        Rest < 0 -> {Days - 1, seconds_to_time(Rest + ?DAY)};
        true -> {Days, seconds_to_time(Rest)}
    end.

-doc """
Converts the seconds of a day to a time.

    1> calendar:seconds_to_time(3661).
    {1,1,1}
""".
-spec seconds_to_time(0..86400) -> time().
seconds_to_time(Seconds) when Seconds >= 0, Seconds < ?DAY ->
    Minutes = Seconds div 60,
    {Minutes div 60, Minutes rem 60, Seconds rem 60}.

-doc """
Converts a time to the seconds of the day.

    1> calendar:time_to_seconds({1,1,1}).
    3661
""".
-spec time_to_seconds(time()) -> 0..86400.
time_to_seconds({H, M, S}) when is_integer(H), is_integer(M), is_integer(S) -> H * 3600 + M * 60 + S.

-doc """
Returns the days and time between two dates and times.

    1> calendar:time_difference({{2024,1,1},{0,0,0}}, {{2024,1,2},{1,0,0}}).
    {1,{1,0,0}}
""".
-spec time_difference(datetime(), datetime()) -> {integer(), time()}.
time_difference({{_, _, _}, {_, _, _}} = From, {{_, _, _}, {_, _, _}} = To) ->
    seconds_to_daystime(datetime_to_gregorian_seconds(To) - datetime_to_gregorian_seconds(From)).

-doc """
Tells whether there is such a date.

    1> calendar:valid_date(2023, 2, 29).
    false
""".
-spec valid_date(integer(), integer(), integer()) -> boolean().
valid_date(Year, Month, Day) when is_integer(Year), is_integer(Month), is_integer(Day) -> valid_date1(Year, Month, Day).

valid_date1(Year, Month, Day) when Year >= 0, Month > 0, Month < 13, Day > 0 -> Day =< last_day_of_the_month(Year, Month);
valid_date1(_, _, _) -> false.

-doc """
Tells whether there is such a date.

    1> calendar:valid_date({2024,2,29}).
    true
""".
-spec valid_date({integer(), integer(), integer()}) -> boolean().
valid_date({Year, Month, Day}) -> valid_date(Year, Month, Day).

%% RFC 3339.

-doc """
Converts a time in the format of RFC 3339 to a system time in seconds.

    1> calendar:rfc3339_to_system_time("1970-01-02T00:00:00Z").
    86400
""".
-spec rfc3339_to_system_time(string()) -> integer().
rfc3339_to_system_time(Text) -> rfc3339_to_system_time(Text, []).

-doc """
Converts a time in the format of RFC 3339 to a system time of the unit in the options.

    1> calendar:rfc3339_to_system_time("1970-01-01T00:00:01.5Z", [{unit,millisecond}]).
    1500
""".
-spec rfc3339_to_system_time(string(), [{unit, erlang:time_unit()}]) -> integer().
rfc3339_to_system_time(Text, Options) ->
    Unit = proplists:get_value(unit, Options, second),
    _ = erlang:convert_time_unit(1, second, Unit),
    [Y1, Y2, Y3, Y4, $-, Mo1, Mo2, $-, D1, D2, _, H1, H2, $:, Mi1, Mi2, $:, S1, S2 | Rest] = Text,
    {Fraction, Zone} = lists:splitwith(fun(C) -> C =:= $. orelse C >= $0 andalso C =< $9 end, Rest),
    Date = {number([Y1, Y2, Y3, Y4]), number([Mo1, Mo2]), number([D1, D2])},
    Time = {number([H1, H2]), number([Mi1, Mi2]), number([S1, S2])},
    Seconds = datetime_to_gregorian_seconds({Date, Time}) - ?EPOCH - offset(Zone),
    check(Date, Text),
    erlang:convert_time_unit(Seconds, second, Unit) + fraction(Fraction, erlang:convert_time_unit(1, second, Unit)).

number(Digits) -> list_to_integer(Digits).

check({Y, M, D}, Text) ->
    case valid_date(Y, M, D) of
        true -> ok;
        false -> erlang:error({badmatch, Text})
    end.

offset([]) -> 0;
offset("Z") -> 0;
offset("z") -> 0;
offset([Sign, H1, H2, $:, M1, M2]) ->
    Seconds = number([H1, H2]) * 3600 + number([M1, M2]) * 60,
    case Sign of
        $+ -> Seconds;
        $- -> -Seconds
    end.

fraction([], _) -> 0;
fraction([$. | Digits], PerSecond) ->
    Value = number(Digits) * PerSecond,
    Value div power(10, length(Digits)).

power(_, 0) -> 1;
power(N, E) -> N * power(N, E - 1).

-doc "Converts a system time in seconds to the format of RFC 3339, with the offset of the time here.".
-spec system_time_to_rfc3339(integer()) -> string().
system_time_to_rfc3339(Time) -> system_time_to_rfc3339(Time, []).

-doc """
Converts a system time to the format of RFC 3339. Options are {unit, Unit}, {offset, "Z", "+02:00" or a time of the
unit}, {time_designator, Char} and, since OTP 27, {return, string | binary}.

    1> calendar:system_time_to_rfc3339(1500, [{unit,millisecond},{offset,"Z"}]).
    "1970-01-01T00:00:01.500Z"
""".
-spec system_time_to_rfc3339(integer(), [tuple()]) -> string() | binary().
system_time_to_rfc3339(Time, Options) ->
    Unit = proplists:get_value(unit, Options, second),
    Designator = proplists:get_value(time_designator, Options, $T),
    _ = erlang:convert_time_unit(Time, Unit, second),
    PerSecond = erlang:convert_time_unit(1, second, Unit),
    Whole = floor_div(Time, PerSecond),
    {Shift, Zone} = zone(proplists:get_value(offset, Options, ""), Whole, PerSecond),
    {{Y, Mo, D}, {H, Mi, S}} = system_time_to_datetime(Whole + Shift),
    Y =< 9999 orelse erlang:error({badarg, [Time, Options]}),
    Date = [digits(Y, 4), $-, digits(Mo, 2), $-, digits(D, 2), Designator],
    Clock = [digits(H, 2), $:, digits(Mi, 2), $:, digits(S, 2), part(Time - Whole * PerSecond, PerSecond, Unit)],
    Text = lists:flatten([Date, Clock, Zone]),
    case proplists:get_value(return, Options, string) of
        string -> Text;
        binary -> list_to_binary(Text)
    end.

floor_div(A, B) when A >= 0 -> A div B;
floor_div(A, B) -> -((-A + B - 1) div B).

part(_, 1, _) -> [];
part(Rest, PerSecond, _) ->
    Width = length(integer_to_list(PerSecond)) - 1,
    [$. | digits(Rest * power(10, Width) div PerSecond, Width)].

digits(N, Width) ->
    Text = integer_to_list(N),
    lists:duplicate(max(0, Width - length(Text)), $0) ++ Text.

zone("", Seconds, _) ->
    Universal = system_time_to_datetime(Seconds),
    Shift = datetime_to_gregorian_seconds(erlang:universaltime_to_localtime(Universal)) - datetime_to_gregorian_seconds(Universal),
    {Shift, zone_text(Shift)};
zone("Z", _, _) -> {0, "Z"};
zone("z", _, _) -> {0, "z"};
zone([_, _, _, $:, _, _] = Zone, _, _) -> {offset(Zone), Zone};
zone(Shift, _, PerSecond) when is_integer(Shift) ->
    Seconds = Shift div PerSecond,
    {Seconds, zone_text(Seconds)}.

zone_text(Shift) when Shift < 0 -> [$- | zone_digits(-Shift)];
zone_text(Shift) -> [$+ | zone_digits(Shift)].

zone_digits(Shift) -> [digits(Shift div 3600, 2), $:, digits(Shift rem 3600 div 60, 2)].

-doc """
Returns the seconds since 1970 of a local time.

    1> calendar:local_time_to_system_time({{1970,1,2},{0,0,0}}) > 0.
    true
""".
-spec local_time_to_system_time(datetime()) -> integer().
local_time_to_system_time(Local) -> local_time_to_system_time(Local, []).

-doc """
As `local_time_to_system_time/1`; the option says the unit. Times that there are twice or never, when clocks are changed, are refused.

    1> calendar:local_time_to_system_time({{1970,1,2},{0,0,0}}, [{unit,millisecond}]) rem 1000.
    0
""".
-spec local_time_to_system_time(datetime(), [{unit, erlang:time_unit()}]) -> integer().
local_time_to_system_time(Local, Options) ->
    case local_time_to_universal_time_dst(Local) of
        [DateTime] -> universal_time_to_system_time(DateTime, Options);
        [] -> error({nonexistent_local_time, Local});
        [_, _] -> error({ambiguous_local_time, Local})
    end.
