package erlang

import (
	"math"
	"strconv"
	"strings"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/term"
)

func floatRows() []bif.Function {
	return []bif.Function{
		{Spec: "float_to_list(Float :: float()) -> string()", Doc: "Returns Float with twenty decimals and an exponent.",
			Example: "1> float_to_list(7.0).\n\"7.00000000000000000000e+00\"", Auto: true, Pure: floatToList},
		{Spec: "float_to_list(Float :: float(), Options :: [{decimals, 0..253} | {scientific, 0..249} | compact | short]) -> string()",
			Doc: "Returns Float as the options say: with so many decimals (and without the zeros at its end, with `compact`), with an exponent, " +
				"or as short as reads back to the same float.",
			Example: "1> float_to_list(7.12, [{decimals,4},compact]).\n\"7.12\"", Auto: true, Pure: floatToList},
		{Spec: "float_to_binary(Float :: float()) -> binary()", Doc: "As `float_to_list/1`, a binary.",
			Example: "1> float_to_binary(7.0).\n<<\"7.00000000000000000000e+00\">>", Auto: true, Pure: floatToBinary},
		{Spec: "float_to_binary(Float :: float(), Options :: [{decimals, 0..253} | {scientific, 0..249} | compact | short]) -> binary()",
			Doc:     "As `float_to_list/2`, a binary.",
			Example: "1> float_to_binary(7.12, [short]).\n<<\"7.12\">>", Auto: true, Pure: floatToBinary},
		{Spec: "list_to_float(String :: string()) -> float()", Doc: "Reads a float as Erlang writes one: with a decimal point and digits on both sides.",
			Example: "1> list_to_float(\"2.2e3\").\n2.2e3", Auto: true, Pure: listToFloat},
		{Spec: "binary_to_float(Binary :: binary()) -> float()", Doc: "Reads a float as Erlang writes one.",
			Example: "1> binary_to_float(<<\"2.2e3\">>).\n2.2e3", Auto: true, Pure: binaryToFloat},
	}
}

var shortly = term.Atom("short")

// short reports whether the options ask for the short form alone, and returns the float.
func short(args []term.Term) (float64, bool) {
	if len(args) == 1 {
		return 0, false
	}
	options, ok := args[1].Cons()
	f, isFloat := args[0].Float()
	return f, ok && isFloat && options.Head == shortly && options.Tail.IsNil()
}

func floatToList(args []term.Term) (term.Term, error) {
	if f, ok := short(args); ok {
		var room [32]byte
		return term.ByteList(format.AppendFloat(room[:0], f), term.Nil), nil
	}
	s, err := floatText(args)
	if err != nil {
		return term.None, err
	}
	return term.String(s), nil
}

func floatToBinary(args []term.Term) (term.Term, error) {
	s, err := floatText(args)
	if err != nil {
		return term.None, err
	}
	return term.BinaryString(s), nil
}

// floatText writes a float as the options say; of contradicting ones the last counts.
func floatText(args []term.Term) (string, error) {
	f, ok := args[0].Float()
	if !ok {
		return "", term.Badarg()
	}
	if len(args) == 1 {
		return scientific(f, 20), nil
	}
	options, ok := args[1].Slice()
	if !ok {
		return "", term.Badarg()
	}
	how, places, compact := "scientific", 20, false
	for _, o := range options {
		e, isTuple := o.Tuple()
		switch {
		case o.AtomName() == "compact":
			compact = true
		case o.AtomName() == "short":
			how = "short"
		case isTuple && len(e) == 2 && (e[0].AtomName() == "decimals" || e[0].AtomName() == "scientific"):
			how = e[0].AtomName()
			n, ok := e[1].Int()
			if !ok || n < 0 || n > 253 || how == "scientific" && n > 249 {
				return "", term.Badarg()
			}
			places = int(n)
		default:
			return "", term.Badarg()
		}
	}
	switch how {
	case "short":
		return format.Float(f), nil
	case "scientific":
		return scientific(f, places), nil
	}
	if s := decimals(f, places, compact); len(s) <= maxDecimals {
		return s, nil
	}
	return "", term.Badarg()
}

// maxDecimals is how long the text of a float without an exponent can be, as in OTP.
const maxDecimals = 255

// scientific is the form with an exponent of at least two digits.
func scientific(f float64, places int) string { return strconv.FormatFloat(f, 'e', places, 64) }

// decimals rounds the fraction half away from zero where it is small enough to be computed with, as OTP does.
func decimals(f float64, places int, compact bool) string {
	s := strconv.FormatFloat(f, 'f', places, 64)
	if a := math.Abs(f); a < 1<<53 && places < 18 {
		whole, fraction := math.Modf(a)
		scaled := math.Round(fraction * math.Pow10(places))
		if places == 0 {
			whole, scaled = math.Round(a), 0
		} else if scaled >= math.Pow10(places) {
			whole, scaled = whole+1, 0
		}
		s = strconv.FormatFloat(whole, 'f', 0, 64)
		if places > 0 {
			digits := strconv.FormatFloat(scaled, 'f', 0, 64)
			s += "." + strings.Repeat("0", places-len(digits)) + digits
		}
		if math.Signbit(f) {
			s = "-" + s
		}
	}
	if compact && places > 0 {
		s = strings.TrimRight(s, "0")
		if strings.HasSuffix(s, ".") {
			s += "0"
		}
	}
	return s
}

func listToFloat(args []term.Term) (term.Term, error) {
	b, ok := bif.Bytes(args[0])
	if !ok {
		return term.None, term.Badarg()
	}
	return parseFloat(string(b))
}

func binaryToFloat(args []term.Term) (term.Term, error) {
	b, ok := args[0].Binary()
	if !ok {
		return term.None, term.Badarg()
	}
	return parseFloat(string(b))
}

// parseFloat wants [sign] digits . digits [e [sign] digits].
func parseFloat(s string) (term.Term, error) {
	rest := s
	skip := func(signed bool) bool {
		if signed && rest != "" && (rest[0] == '+' || rest[0] == '-') {
			rest = rest[1:]
		}
		n := 0
		for n < len(rest) && rest[n] >= '0' && rest[n] <= '9' {
			n++
		}
		rest = rest[n:]
		return n > 0
	}
	ok := skip(true) && strings.HasPrefix(rest, ".")
	if ok {
		rest = rest[1:]
		ok = skip(false)
	}
	if ok && rest != "" && (rest[0] == 'e' || rest[0] == 'E') {
		rest = rest[1:]
		ok = skip(true)
	}
	f, err := strconv.ParseFloat(s, 64)
	if !ok || rest != "" || err != nil && math.IsInf(f, 0) {
		return term.None, term.Badarg()
	}
	return term.Float(f), nil
}
