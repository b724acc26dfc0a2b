package io_lib

import (
	"unicode/utf8"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/term"
)

// quoting are the functions that print characters and atoms as literals.
func quoting() []bif.Function {
	rows := []bif.Function{
		{
			Spec:    "write_atom(Atom :: atom()) -> chars()",
			Doc:     "Returns the characters of an atom as it is written in Erlang, with quotes where it needs them.",
			Example: "1> io_lib:write_atom('a b').\n\"'a b'\"",
			Pure:    writeAtom(false),
		},
		{
			Spec:    "write_atom_as_latin1(Atom :: atom()) -> string()",
			Doc:     "As write_atom/1, with escapes for characters above Latin-1.",
			Example: "1> io_lib:write_atom_as_latin1('\\x{3bb}').\n\"'\\\\x{3BB}'\"",
			Pure:    writeAtom(true),
		},
		{
			Spec:    "quote_atom(Atom :: atom(), Chars :: string()) -> boolean()",
			Doc:     "Tells whether an atom, whose characters are Chars, needs quotes.",
			Example: "1> io_lib:quote_atom(a1, \"a1\").\nfalse",
			Pure: func(args []term.Term) (term.Term, error) {
				text, ok := bif.Text(args[1])
				return term.Bool(!ok || format.Quoted(text)), nil
			},
		},
	}
	for _, k := range []struct {
		name string
		kind kind
		doc  string
	}{
		{"write_string", anyChar, ""},
		{"write_latin1_string", latin1Only, ", which may have characters of Latin-1 only"},
		{"write_string_as_latin1", asLatin1, ", with escapes for characters above Latin-1"},
	} {
		rows = append(rows, bif.Function{
			Spec:    k.name + "(String :: string()) -> chars()",
			Doc:     "Returns the characters of a string as it is written in Erlang" + k.doc + ".",
			Example: "1> io_lib:" + k.name + "(\"a\\nb\").\n\"\\\"a\\\\nb\\\"\"",
			Pure:    func(args []term.Term) (term.Term, error) { return quote(args[0], '"', k.kind) },
		}, bif.Function{
			Spec:    k.name + "(String :: string(), Quote :: char()) -> chars()",
			Doc:     "As " + k.name + "/1, between quotes of another kind.",
			Example: "1> io_lib:" + k.name + "(\"a b\", $').\n\"'a b'\"",
			Pure: func(args []term.Term) (term.Term, error) {
				q, _ := args[1].Int()
				return quote(args[0], rune(q), k.kind)
			},
		})
	}
	for _, k := range []struct {
		name string
		kind kind
		doc  string
	}{
		{"write_char", anyChar, ""},
		{"write_unicode_char", anyChar, ""},
		{"write_latin1_char", latin1Only, " of Latin-1"},
		{"write_char_as_latin1", asLatin1, ", with an escape for one above Latin-1"},
	} {
		rows = append(rows, bif.Function{
			Spec:    k.name + "(Char :: char()) -> chars()",
			Doc:     "Returns the characters of a character as it is written in Erlang" + k.doc + ".",
			Example: "1> io_lib:" + k.name + "($\\n).\n\"$\\\\n\"",
			Pure:    func(args []term.Term) (term.Term, error) { return writeChar(k.name, args, k.kind) },
		})
	}
	return append(rows, bif.Function{
		Spec:    "write_unicode_string(String :: string()) -> chars()",
		Doc:     "The older name of write_string/1.",
		Example: "1> io_lib:write_unicode_string(\"ab\").\n\"\\\"ab\\\"\"",
		Pure:    func(args []term.Term) (term.Term, error) { return quote(args[0], '"', anyChar) },
	})
}

// kind says what becomes of characters above Latin-1.
type kind uint8

const (
	anyChar kind = iota
	latin1Only
	asLatin1
)

// name is how stack traces call it.
func (k kind) name() term.Term {
	return term.Atom([...]string{anyChar: "unicode_as_unicode", latin1Only: "latin1", asLatin1: "unicode_as_latin1"}[k])
}

func writeAtom(latin1 bool) func(args []term.Term) (term.Term, error) {
	return func(args []term.Term) (term.Term, error) {
		name, ok := args[0].Atom()
		if !ok {
			return term.None, bif.ErtsError(term.Atom("badarg"), "atom_to_list", args[0])
		}
		return term.String(string(format.AppendAtom(nil, name, latin1))), nil
	}
}

// fits reports whether t is a character that can be written.
func (k kind) fits(t term.Term) (rune, bool) {
	i, ok := t.Int()
	ok = ok && i >= 0 && i <= utf8.MaxRune
	if k == latin1Only {
		ok = ok && i <= 0xff
	}
	return rune(i), ok
}

func quote(t term.Term, q rune, k kind) (term.Term, error) {
	b := make([]rune, 0, 32)
	b = append(b, q)
	rest := t
	for {
		c, ok := rest.Cons()
		if !ok {
			break
		}
		r, ok := k.fits(c.Head)
		if !ok {
			tail, _ := quote(c.Tail, q, k)
			if cell, ok := tail.Cons(); ok {
				tail = cell.Tail
			} else {
				tail = term.Nil
			}
			return term.None, bif.ClauseOf(module, "string_char", k.name(), c.Head, term.Int(int64(q)), tail)
		}
		b = append(b, []rune(string(format.AppendEscaped(nil, r, q, k == asLatin1)))...)
		rest = c.Tail
	}
	if !rest.IsNil() {
		return term.None, bif.ClauseOf(module, "write_string1", k.name(), rest, term.Int(int64(q)))
	}
	return runes(append(b, q)), nil
}

func runes(rs []rune) term.Term {
	elements := make([]term.Term, len(rs))
	for i, r := range rs {
		elements[i] = term.Int(int64(r))
	}
	return term.List(elements...)
}

func writeChar(name string, args []term.Term, k kind) (term.Term, error) {
	r, ok := k.fits(args[0])
	if !ok {
		return term.None, bif.ClauseOf(module, name, args[0])
	}
	return term.String(string(format.AppendChar(nil, r, k == asLatin1))), nil
}
