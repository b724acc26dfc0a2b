package string

import (
	"math"
	"math/big"
	"slices"
	"strconv"

	"golang.org/x/text/unicode/norm"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

// comparisons are the functions that say how much two texts are alike.
func comparisons() []bif.Function {
	return []bif.Function{
		{
			Spec:    "equal(A :: unicode:chardata(), B :: unicode:chardata()) -> boolean()",
			Doc:     "Tells whether two texts have the same code points, in whatever form.",
			Example: "1> string:equal(\"abc\", <<\"abc\">>).\ntrue",
			Pure:    func(args []term.Term) (term.Term, error) { return equal(args[0], args[1], term.False, atom.None) },
		},
		{
			Spec:    "equal(A :: unicode:chardata(), B :: unicode:chardata(), IgnoreCase :: boolean()) -> boolean()",
			Doc:     "As equal/2; with IgnoreCase `true` upper and lower case are the same.",
			Example: "1> string:equal(\"abc\", \"ABC\", true).\ntrue",
			Pure:    func(args []term.Term) (term.Term, error) { return equal(args[0], args[1], args[2], atom.None) },
		},
		{
			Spec:    "equal(A :: unicode:chardata(), B :: unicode:chardata(), IgnoreCase :: boolean(), Norm :: none | nfc | nfd | nfkc | nfkd) -> boolean()",
			Doc:     "As equal/3 on the texts in a normal form.",
			Example: "1> string:equal([229], [97,778], false, nfc).\ntrue",
			Pure:    func(args []term.Term) (term.Term, error) { return equal(args[0], args[1], args[2], args[3]) },
		},
		{
			Spec:    "jaro_similarity(A :: unicode:chardata(), B :: unicode:chardata()) -> Similarity :: float()",
			Doc:     "Returns how similar two texts are by the measure of Jaro, from 0.0 to 1.0.",
			Example: "1> string:jaro_similarity(\"same\", \"same\").\n1.0",
			Pure:    jaro,
		},
	}
}

func equal(a, b, ignoreCase, form term.Term) (term.Term, error) {
	if ignoreCase != term.True && ignoreCase != term.False {
		return term.None, term.FunctionClause()
	}
	forms := map[string]norm.Form{"nfc": norm.NFC, "nfd": norm.NFD, "nfkc": norm.NFKC, "nfkd": norm.NFKD}
	normal, known := forms[form.AtomName()]
	if !known && form != atom.None {
		return term.None, term.FunctionClause()
	}
	x, errX := codepoints(a)
	y, errY := codepoints(b)
	for _, err := range []*invalid{errX, errY} {
		if err != nil && err.odd {
			return term.None, err.exception("equal_1", 2)
		}
	}
	if errX != nil || errY != nil {
		return term.False, nil
	}
	if ignoreCase == term.True {
		x, y = folded(x), folded(y)
	}
	if known {
		return term.Bool(normal.String(string(x)) == normal.String(string(y))), nil
	}
	return term.Bool(slices.Equal(x, y)), nil
}

func folded(runes []rune) []rune {
	var out []rune
	for _, r := range runes {
		out = fold.of(r, out)
	}
	return out
}

// jaro counts the clusters that both texts have near the same place, and those of them in another order.
func jaro(args []term.Term) (term.Term, error) {
	a, err := clusters(args[0])
	if err != nil {
		return term.None, err.exception("jaro_similarity", 2)
	}
	b, err := clusters(args[1])
	if err != nil {
		return term.None, err.exception("jaro_similarity", 2)
	}
	switch {
	case len(a) == 0 && len(b) == 0:
		return term.Float(1), nil
	case len(a) == 0 || len(b) == 0:
		return term.Float(0), nil
	}
	window := max(max(len(a), len(b))/2-1, 0)
	used := make([]bool, len(b))
	var inA []term.Term
	for i, x := range a {
		for j := max(0, i-window); j < min(len(b), i+window+1); j++ {
			if !used[j] && term.Equal(x, b[j]) {
				used[j] = true
				inA = append(inA, x)
				break
			}
		}
	}
	if len(inA) == 0 {
		return term.Float(0), nil
	}
	moved, k := 0, 0
	for j, in := range used {
		if in {
			if !term.Equal(inA[k], b[j]) {
				moved++
			}
			k++
		}
	}
	m := float64(len(inA))
	return term.Float((m/float64(len(a)) + m/float64(len(b)) + (m-float64(moved/2))/m) / 3), nil
}

// numbers are the functions that read a number off the front of a text.
func numbers() []bif.Function {
	rows := []bif.Function{
		{
			Spec:    "to_integer(String :: unicode:chardata()) -> {integer(), Rest :: unicode:chardata()} | {error, no_integer | badarg}",
			Doc:     "Reads an integer off the front of a text.",
			Example: "1> string:to_integer(\"33+22\").\n{33,\"+22\"}",
			Pure:    toInteger,
		},
		{
			Spec:    "to_float(String :: unicode:chardata()) -> {float(), Rest :: unicode:chardata()} | {error, no_float | badarg}",
			Doc:     "Reads a float off the front of a text.",
			Example: "1> string:to_float(\"1.5kg\").\n{1.5,\"kg\"}",
			Pure:    toFloat,
		},
	}
	for _, f := range []struct {
		name string
		pure func(args []term.Term) (term.Term, error)
	}{{"integer", ofList(toInteger)}, {"float", ofList(toFloat)}} {
		rows = append(rows, bif.Function{
			Spec:    "list_to_" + f.name + "(String :: string()) -> {" + f.name + "(), Rest :: string()} | {error, no_" + f.name + " | badarg}",
			Doc:     "The same as to_" + f.name + "/1, for lists.",
			Example: "1> string:list_to_" + f.name + "(\"x\").\n{error,no_" + f.name + "}",
			Pure:    f.pure,
		})
	}
	return rows
}

func ofList(f func(args []term.Term) (term.Term, error)) func(args []term.Term) (term.Term, error) {
	return func(args []term.Term) (term.Term, error) {
		if !args[0].IsList() {
			return failed("not_a_list")
		}
		return f(args)
	}
}

// scanner reads characters of a number and can go back to a place.
type scanner struct {
	t    term.Term
	text []byte
}

// one takes the next character when it is one of the given.
func (s *scanner) one(of string) bool {
	r, rest, ok, err := next(s.t)
	if err != nil {
		return false
	}
	if !ok || r >= 0x80 || !slices.Contains([]byte(of), byte(r)) {
		return false
	}
	s.text = append(s.text, byte(r))
	s.t = rest
	return true
}

func (s *scanner) digits() bool {
	n := len(s.text)
	for s.one("0123456789") {
	}
	return len(s.text) > n
}

func failed(reason string) (term.Term, error) {
	return term.Tuple(atom.ErrorAtom, term.Atom(reason)), nil
}

// odd reports whether what is left is no text at all.
func (s *scanner) odd() bool {
	_, err := codepoints(s.t)
	return err != nil && err.odd
}

func toInteger(args []term.Term) (term.Term, error) {
	s := scanner{t: args[0]}
	s.one("+-")
	if !s.digits() {
		if s.odd() {
			return failed("badarg")
		}
		return failed("no_integer")
	}
	n, ok := new(big.Int).SetString(string(s.text), 10)
	if !ok {
		return failed("no_integer")
	}
	return term.Tuple(term.Big(n), ending(args[0], s.t)), nil
}

// ending is the rest of a text; of a binary it stays one when it is empty.
func ending(whole, rest term.Term) term.Term {
	if whole.IsBinary() && rest.IsNil() {
		return term.EmptyBinary
	}
	return rest
}

func toFloat(args []term.Term) (term.Term, error) {
	s := scanner{t: args[0]}
	s.one("+-")
	if !s.digits() || !s.one(".,") || !s.digits() {
		if s.odd() {
			return failed("badarg")
		}
		return failed("no_float")
	}
	end := s.t
	text := string(s.text)
	if s.one("eE") {
		s.one("+-")
		if s.digits() {
			end, text = s.t, string(s.text)
		}
	}
	f, err := strconv.ParseFloat(commaless(text), 64)
	if err != nil || math.IsInf(f, 0) {
		return failed("no_float")
	}
	return term.Tuple(term.Float(f), ending(args[0], end)), nil
}

func commaless(text string) string {
	b := []byte(text)
	if i := slices.Index(b, ','); i >= 0 {
		b[i] = '.'
	}
	return string(b)
}
