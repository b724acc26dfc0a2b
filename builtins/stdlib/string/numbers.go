package string

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

// numbers are the functions that read a number off the front of a text.
func numbers() []bif.Function {
	rows := []bif.Function{
		{
			Spec:    "to_integer(String :: unicode:chardata()) -> {integer(), Rest :: unicode:chardata()} | {error, no_integer | badarg}",
			Doc:     "Reads an integer off the front of a text.",
			Example: "1> string:to_integer(\"33+22\").\n{33,\"+22\"}",
			Pure:    func(args []term.Term) (term.Term, error) { return numberOf(args[0], "+-0123456789", readInteger) },
		},
		{
			Spec:    "to_float(String :: unicode:chardata()) -> {float(), Rest :: unicode:chardata()} | {error, no_float | badarg}",
			Doc:     "Reads a float off the front of a text.",
			Example: "1> string:to_float(\"1.5kg\").\n{1.5,\"kg\"}",
			Pure:    func(args []term.Term) (term.Term, error) { return numberOf(args[0], "+-0123456789eE.,", readFloat) },
		},
	}
	for _, f := range []struct {
		name string
		read reader
	}{{"integer", readInteger}, {"float", readFloat}} {
		rows = append(rows, bif.Function{
			Spec:    "list_to_" + f.name + "(String :: string()) -> {" + f.name + "(), Rest :: string()} | {error, no_" + f.name + " | badarg}",
			Doc:     "The same as to_" + f.name + "/1, for lists.",
			Example: "1> string:list_to_" + f.name + "(\"x\").\n{error,no_" + f.name + "}",
			Pure: func(args []term.Term) (term.Term, error) {
				if !args[0].IsList() {
					return failed("not_a_list")
				}
				n, rest := f.read(args[0])
				if n.None() {
					return failed("no_" + f.name)
				}
				return term.Tuple(n, rest), nil
			},
		})
	}
	return rows
}

// reader reads a number off the front of a list; without one it returns None.
type reader func(list term.Term) (number, rest term.Term)

// numberOf reads a number off the front of any text, of which only the given characters are looked at.
func numberOf(t term.Term, of string, read reader) (term.Term, error) {
	end, err := setOf(of).span(t, true)
	if err != nil {
		return failed("badarg")
	}
	head, bad := codepoints(prefixUpTo(t, end))
	if bad != nil {
		return failed("badarg")
	}
	n, rest := read(runeList(head, term.Nil))
	if n.None() && strings.Contains(of, "e") {
		return failed("no_float")
	}
	if n.None() {
		return failed("no_integer")
	}
	left, _ := rest.Length()
	if b, ok := t.Binary(); ok {
		return term.Tuple(n, term.Binary(b[len(head)-left:])), nil
	}
	joined, _ := term.Join(rest, end)
	return term.Tuple(n, joined), nil
}

// scanner takes the characters of a number off a list.
type scanner struct {
	t    term.Term
	text []byte
}

// one takes the next character when it is one of the given.
func (s *scanner) one(of string) bool {
	c, ok := s.t.Cons()
	if !ok {
		return false
	}
	r, ok := c.Head.Int()
	if !ok || r < 0 || r >= 0x80 || !strings.ContainsRune(of, rune(r)) {
		return false
	}
	s.text = append(s.text, byte(r))
	s.t = c.Tail
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

func readInteger(list term.Term) (number, rest term.Term) {
	s := scanner{t: list}
	s.one("+-")
	if !s.digits() {
		return term.None, list
	}
	n, _ := new(big.Int).SetString(string(s.text), 10)
	return term.Big(n), s.t
}

func readFloat(list term.Term) (number, rest term.Term) {
	s := scanner{t: list}
	s.one("+-")
	if !s.digits() || !s.one(".,") || !s.digits() {
		return term.None, list
	}
	end, text := s.t, string(s.text)
	if s.one("eE") {
		s.one("+-")
		if s.digits() {
			end, text = s.t, string(s.text)
		}
	}
	f, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	if err != nil || math.IsInf(f, 0) {
		return term.None, list
	}
	return term.Float(f), end
}
