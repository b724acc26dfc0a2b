package erlang

import (
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
)

func convertRows() []bif.Function {
	return []bif.Function{
		{Spec: "atom_to_list(Atom :: atom()) -> string()", Doc: "Returns the name of Atom as a string.",
			Example: "1> atom_to_list(ok).\n\"ok\"", Auto: true, Pure: atomToList},
		{Spec: "list_to_atom(String :: string()) -> atom()", Doc: "Returns the atom of that name, made if need be.",
			Example: "1> list_to_atom(\"ok\").\nok", Auto: true, Pure: listToAtom},
		{Spec: "list_to_existing_atom(String :: string()) -> atom()", Doc: "Returns the atom of that name; fails if there is none yet.",
			Example: "1> list_to_existing_atom(\"ok\").\nok", Auto: true, Pure: listToExistingAtom},
		{Spec: "atom_to_binary(Atom :: atom()) -> binary()", Doc: "Returns the name of Atom as UTF-8.",
			Example: "1> atom_to_binary(ok).\n<<\"ok\">>", Auto: true, Pure: atomToBinary},
		{Spec: "atom_to_binary(Atom :: atom(), Encoding :: latin1 | unicode | utf8) -> binary()", Doc: "Returns the name of Atom in Encoding.",
			Example: "1> atom_to_binary(ok, latin1).\n<<\"ok\">>", Auto: true, Pure: atomToBinary},
		{Spec: "binary_to_atom(Binary :: binary()) -> atom()", Doc: "Returns the atom whose name in UTF-8 is Binary, made if need be.",
			Example: "1> binary_to_atom(<<\"ok\">>).\nok", Auto: true, Pure: binaryToAtom},
		{Spec: "binary_to_atom(Binary :: binary(), Encoding :: latin1 | unicode | utf8) -> atom()",
			Doc:     "Returns the atom whose name in Encoding is Binary, made if need be.",
			Example: "1> binary_to_atom(<<\"ok\">>, utf8).\nok", Auto: true, Pure: binaryToAtom},
		{Spec: "binary_to_existing_atom(Binary :: binary()) -> atom()", Doc: "As `binary_to_atom/1`, but fails if there is no such atom yet.",
			Example: "1> binary_to_existing_atom(<<\"ok\">>).\nok", Auto: true, Pure: binaryToExistingAtom},
		{Spec: "binary_to_existing_atom(Binary :: binary(), Encoding :: latin1 | unicode | utf8) -> atom()",
			Doc:     "As `binary_to_atom/2`, but fails if there is no such atom yet.",
			Example: "1> binary_to_existing_atom(<<\"ok\">>, utf8).\nok", Auto: true, Pure: binaryToExistingAtom},
		{Spec: "integer_to_list(Integer :: integer()) -> string()", Doc: "Returns Integer in decimal digits.",
			Example: "1> integer_to_list(-42).\n\"-42\"", Auto: true, Pure: integerToList},
		{Spec: "integer_to_list(Integer :: integer(), Base :: 2..36) -> string()", Doc: "Returns Integer in digits of Base, letters in upper case.",
			Example: "1> integer_to_list(255, 16).\n\"FF\"", Auto: true, Pure: integerToList},
		{Spec: "integer_to_binary(Integer :: integer()) -> binary()", Doc: "Returns Integer in decimal digits.",
			Example: "1> integer_to_binary(-42).\n<<\"-42\">>", Auto: true, Pure: integerToBinary},
		{Spec: "integer_to_binary(Integer :: integer(), Base :: 2..36) -> binary()", Doc: "Returns Integer in digits of Base, letters in upper case.",
			Example: "1> integer_to_binary(255, 16).\n<<\"FF\">>", Auto: true, Pure: integerToBinary},
		{Spec: "list_to_integer(String :: string()) -> integer()", Doc: "Reads decimal digits, with or without a sign.",
			Example: "1> list_to_integer(\"-42\").\n-42", Auto: true, Pure: listToInteger},
		{Spec: "list_to_integer(String :: string(), Base :: 2..36) -> integer()", Doc: "Reads digits of Base, letters in either case.",
			Example: "1> list_to_integer(\"ff\", 16).\n255", Auto: true, Pure: listToInteger},
		{Spec: "binary_to_integer(Binary :: binary()) -> integer()", Doc: "Reads decimal digits, with or without a sign.",
			Example: "1> binary_to_integer(<<\"-42\">>).\n-42", Auto: true, Pure: binaryToInteger},
		{Spec: "binary_to_integer(Binary :: binary(), Base :: 2..36) -> integer()", Doc: "Reads digits of Base, letters in either case.",
			Example: "1> binary_to_integer(<<\"ff\">>, 16).\n255", Auto: true, Pure: binaryToInteger},
	}
}

func atomToList(args []term.Term) (term.Term, error) {
	name, ok := args[0].Atom()
	if !ok {
		return term.None, term.Badarg()
	}
	return term.String(name), nil
}

// charsOf returns the string of a list of characters, and false for anything else. more tells that the list is longer than limit.
func charsOf(t term.Term, limit int) (s string, more, ok bool) {
	var b strings.Builder
	n := 0
	for c, cell := t.Cons(); cell; c, cell = t.Cons() {
		r, isInt := c.Head.Int()
		if !isInt || r < 0 || r > utf8.MaxRune || r >= 0xd800 && r < 0xe000 {
			return "", false, false
		}
		if n++; n <= limit {
			b.WriteRune(rune(r))
		}
		t = c.Tail
	}
	return b.String(), n > limit, t.IsNil()
}

func listToAtom(args []term.Term) (term.Term, error) {
	s, more, ok := charsOf(args[0], term.MaxAtom)
	switch {
	case !ok:
		return term.None, term.Badarg()
	case more:
		return term.None, term.SystemLimit()
	}
	return term.Atom(s), nil
}

func listToExistingAtom(args []term.Term) (term.Term, error) {
	s, more, ok := charsOf(args[0], term.MaxAtom)
	if ok && !more {
		if a, ok := term.ExistingAtom(s); ok {
			return a, nil
		}
	}
	return term.None, term.Badarg()
}

// latin1 reports whether the second argument asks for Latin-1; without one it is UTF-8.
func latin1(args []term.Term) (isLatin1, ok bool) {
	if len(args) == 1 {
		return false, true
	}
	switch args[1].AtomName() {
	case "latin1":
		return true, true
	case "utf8", "unicode":
		return false, true
	}
	return false, false
}

func atomToBinary(args []term.Term) (term.Term, error) {
	name, ok := args[0].Atom()
	narrow, known := latin1(args)
	if !ok || !known {
		return term.None, term.Badarg()
	}
	if !narrow {
		return term.BinaryString(name), nil
	}
	out := make([]byte, 0, len(name))
	for _, r := range name {
		if r > 255 {
			return term.None, term.Badarg()
		}
		out = append(out, byte(r))
	}
	return term.Binary(out), nil
}

// atomName reads the name of an atom out of a binary.
func atomName(args []term.Term) (string, error) {
	b, ok := args[0].Binary()
	narrow, known := latin1(args)
	if !ok || !known {
		return "", term.Badarg()
	}
	name := string(b)
	if narrow {
		name = fromLatin1(b)
	}
	switch {
	case !utf8.ValidString(name):
		return "", term.Badarg()
	case !term.AtomFits(name):
		return "", term.SystemLimit()
	}
	return name, nil
}

func fromLatin1(b []byte) string {
	var s strings.Builder
	for _, c := range b {
		s.WriteRune(rune(c))
	}
	return s.String()
}

func binaryToAtom(args []term.Term) (term.Term, error) {
	name, err := atomName(args)
	if err != nil {
		return term.None, err
	}
	return term.Atom(name), nil
}

func binaryToExistingAtom(args []term.Term) (term.Term, error) {
	name, err := atomName(args)
	if err == nil {
		if a, ok := term.ExistingAtom(name); ok {
			return a, nil
		}
	}
	return term.None, term.Badarg()
}

// base returns the base that the second argument asks for, ten without one.
func base(args []term.Term) (int, bool) {
	if len(args) == 1 {
		return 10, true
	}
	n, ok := args[1].Int()
	return int(n), ok && n >= 2 && n <= 36
}

func digits(args []term.Term) (string, error) {
	b, ok := base(args)
	if !ok || !args[0].IsInteger() {
		return "", term.Badarg()
	}
	if n, ok := args[0].Int(); ok && b == 10 {
		return strconv.FormatInt(n, 10), nil
	}
	n, _ := args[0].Big()
	return strings.ToUpper(n.Text(b)), nil
}

func integerToList(args []term.Term) (term.Term, error) {
	if n, ok := args[0].Int(); ok && len(args) == 1 {
		var room [20]byte
		return term.ByteList(strconv.AppendInt(room[:0], n, 10), term.Nil), nil
	}
	s, err := digits(args)
	if err != nil {
		return term.None, err
	}
	return term.String(s), nil
}

func integerToBinary(args []term.Term) (term.Term, error) {
	if n, ok := args[0].Int(); ok && len(args) == 1 {
		return term.Binary(strconv.AppendInt(nil, n, 10)), nil
	}
	s, err := digits(args)
	if err != nil {
		return term.None, err
	}
	return term.BinaryString(s), nil
}

// parseInteger reads an integer without anything around it.
func parseInteger(s string, base int) (term.Term, error) {
	number := strings.TrimLeft(s, "+-")
	if len(s)-len(number) > 1 || number == "" {
		return term.None, term.Badarg()
	}
	for i := 0; i < len(number); i++ {
		if digit(number[i]) >= base {
			return term.None, term.Badarg()
		}
	}
	if len(number) <= 10 { // fits a word in any base
		n, err := strconv.ParseInt(s, base, 64)
		return term.Int(n), err
	}
	n, ok := new(big.Int).SetString(s, base)
	if !ok {
		return term.None, term.Badarg()
	}
	return term.Big(n), nil
}

// digit returns the value of a digit, a large one for what is none.
func digit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'z':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'Z':
		return int(c-'A') + 10
	}
	return 99
}

// fewDigits is how many decimal digits fit a word in any case.
const fewDigits = 18

// decimal reads an integer of few digits; false for anything else.
func decimal(t term.Term) (int64, bool) {
	c, ok := t.Cons()
	if !ok {
		return 0, false
	}
	negative := c.Head == term.Int('-')
	if negative || c.Head == term.Int('+') {
		t = c.Tail
	}
	n, digits := int64(0), 0
	for c, ok := t.Cons(); ok; c, ok = t.Cons() {
		d, isInt := c.Head.Int()
		if digits++; !isInt || d < '0' || d > '9' || digits > fewDigits {
			return 0, false
		}
		n = 10*n + d - '0'
		t = c.Tail
	}
	if negative {
		n = -n
	}
	return n, digits > 0 && t.IsNil()
}

func listToInteger(args []term.Term) (term.Term, error) {
	if len(args) == 1 {
		if n, ok := decimal(args[0]); ok {
			return term.Int(n), nil
		}
	}
	b, ok := base(args)
	s, isList := bif.Bytes(args[0])
	if !ok || !isList {
		return term.None, term.Badarg()
	}
	return parseInteger(string(s), b)
}

func binaryToInteger(args []term.Term) (term.Term, error) {
	b, ok := base(args)
	s, isBinary := args[0].Binary()
	if !ok || !isBinary {
		return term.None, term.Badarg()
	}
	return parseInteger(string(s), b)
}
