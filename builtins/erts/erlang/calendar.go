package erlang

import (
	"time"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
)

func calendarRows() []bif.Function {
	const stamp = "{{integer(), integer(), integer()}, {integer(), integer(), integer()}}"
	return []bif.Function{
		{Spec: "localtime_to_universaltime(Localtime :: " + stamp + ") -> " + stamp, Doc: "Converts local date and time to UTC.",
			Example: "1> erlang:universaltime_to_localtime(erlang:localtime_to_universaltime({{2020,2,29},{12,30,59}})).\n{{2020,2,29},{12,30,59}}",
			Pure:    toUniversal},
		{Spec: "localtime_to_universaltime(Localtime :: " + stamp + ", IsDst :: boolean() | undefined) -> " + stamp,
			Doc:     "As `localtime_to_universaltime/1`; IsDst tells whether it is summer time.",
			Example: "1> {_, {_, _, Second}} = erlang:localtime_to_universaltime({{2020,2,29},{12,30,59}}, undefined), Second.\n59", Pure: toUniversal},
		{Spec: "universaltime_to_localtime(Universaltime :: " + stamp + ") -> " + stamp, Doc: "Converts date and time in UTC to local ones.",
			Example: "1> {_, {_, _, Second}} = erlang:universaltime_to_localtime({{2020,2,29},{12,30,59}}), Second.\n59", Pure: toLocal},
		{Spec: "universaltime_to_posixtime(Universaltime :: " + stamp + ") -> integer()", Doc: "Returns the seconds since 1970.",
			Example: "1> erlang:universaltime_to_posixtime({{1970,1,1},{0,1,0}}).\n60", Pure: toPosix},
		{Spec: "posixtime_to_universaltime(Seconds :: integer()) -> " + stamp, Doc: "Returns date and time in UTC so many seconds after 1970 began.",
			Example: "1> erlang:posixtime_to_universaltime(60).\n{{1970,1,1},{0,1,0}}", Pure: fromPosix},
	}
}

// numbersOf reads a tuple of three integers.
func numbersOf(t term.Term) (out [3]int, ok bool) {
	e, ok := t.Tuple()
	if !ok || len(e) != 3 {
		return out, false
	}
	for i, x := range e {
		n, isInt := x.Int()
		if !isInt || n < -1<<31 || n >= 1<<31 {
			return out, false
		}
		out[i] = int(n)
	}
	return out, true
}

// stampOf reads a date and time, which have to exist.
func stampOf(t term.Term, zone *time.Location) (time.Time, bool) {
	e, ok := t.Tuple()
	if !ok || len(e) != 2 {
		return time.Time{}, false
	}
	d, ok1 := numbersOf(e[0])
	c, ok2 := numbersOf(e[1])
	if !ok1 || !ok2 || d[0] < 0 || d[1] < 1 || d[1] > 12 || d[2] < 1 || d[2] > 31 || c[0] < 0 || c[0] > 23 || c[1] < 0 || c[1] > 59 || c[2] < 0 || c[2] > 59 {
		return time.Time{}, false
	}
	date := time.Date(d[0], time.Month(d[1]), d[2], c[0], c[1], c[2], 0, zone)
	return date, time.Date(d[0], time.Month(d[1]), d[2], 0, 0, 0, 0, time.UTC).Day() == d[2]
}

// firstYear is the first of which the C library under the real emulator knows the local time.
const firstYear = 1902

func toUniversal(args []term.Term) (term.Term, error) {
	t, ok := stampOf(args[0], time.Local)
	ok = ok && t.Year() >= firstYear
	if len(args) == 2 {
		ok = ok && (args[1] == term.True || args[1] == term.False || args[1].AtomName() == "undefined")
	}
	if !ok {
		return term.None, term.Badarg()
	}
	if len(args) == 2 && args[1].AtomName() != "undefined" && t.IsDST() != (args[1] == term.True) {
		shift := time.Hour // the caller insists on the other season
		if t.IsDST() {
			shift = -time.Hour
		}
		t = t.Add(-shift)
	}
	return dateTime(t.UTC()), nil
}

func toLocal(args []term.Term) (term.Term, error) {
	t, ok := stampOf(args[0], time.UTC)
	if !ok || t.Year() < firstYear {
		return term.None, term.Badarg()
	}
	return dateTime(t.Local()), nil
}

func toPosix(args []term.Term) (term.Term, error) {
	t, ok := stampOf(args[0], time.UTC)
	if !ok {
		return term.None, term.Badarg()
	}
	return term.Int(t.Unix()), nil
}

func fromPosix(args []term.Term) (term.Term, error) {
	n, ok := args[0].Int()
	if !ok {
		return term.None, term.Badarg()
	}
	day, second := n/86400, n%86400
	if second < 0 {
		day, second = day-1, second+86400
	}
	year, month, date := civil(day)
	clock := term.Tuple(term.Int(second/3600), term.Int(second/60%60), term.Int(second%60))
	return term.Tuple(term.Tuple(term.Int(year), term.Int(month), term.Int(date)), clock), nil
}

// civil returns the date so many days after 1970-01-01, for years of any size, which package time does not promise. It counts in
// periods of 400 years that begin in March, so that the day that comes and goes is the last one.
func civil(day int64) (year, month, date int64) {
	day += 719468 // from 0000-03-01
	era := day / 146097
	if day < 0 {
		era = (day - 146096) / 146097
	}
	inEra := day - era*146097
	years := (inEra - inEra/1460 + inEra/36524 - inEra/146096) / 365
	inYear := inEra - (365*years + years/4 - years/100)
	shifted := (5*inYear + 2) / 153
	date = inYear - (153*shifted+2)/5 + 1
	if month = shifted + 3; month > 12 {
		month -= 12
		years++
	}
	return years + era*400, month, date
}
