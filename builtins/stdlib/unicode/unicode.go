// Package unicode is module unicode: text between lists of code points and binaries in the Unicode encodings, and its normal forms.
package unicode

import (
	"unicode/utf8"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

// Module returns the module.
func Module() *bif.Module {
	m := &bif.Module{
		Name:      "unicode",
		Doc:       "Converts text between lists of code points and binaries in the Unicode encodings, and normalizes it.",
		ErrorInfo: "erl_stdlib_errors",
	}
	m.Functions = append(m.Functions, converting()...)
	m.Functions = append(m.Functions, marks()...)
	m.Functions = append(m.Functions, classes()...)
	m.Functions = append(m.Functions, normalizing()...)
	return m
}

func converting() []bif.Function {
	return []bif.Function{
		{
			Spec:    "characters_to_list(Data :: chardata()) -> [char()] | {error | incomplete, [char()], chardata()}",
			Doc:     "Returns the code points of Data, whose binaries are in UTF-8.",
			Example: "1> unicode:characters_to_list([\"ab\",<<\"c\">>]).\n\"abc\"",
			Pure:    func(args []term.Term) (term.Term, error) { return toList(args[0], encoding{kind: utf8Kind}) },
		},
		{
			Spec:    "characters_to_list(Data :: chardata(), InEncoding :: encoding()) -> [char()] | {error | incomplete, [char()], chardata()}",
			Doc:     "Returns the code points of Data, whose binaries are in InEncoding.",
			Example: "1> unicode:characters_to_list(<<0,97>>, utf16).\n\"a\"",
			Pure: func(args []term.Term) (term.Term, error) {
				in, ok := encodingOf(args[1])
				if !ok {
					return term.None, term.Badarg()
				}
				return toList(args[0], in)
			},
		},
		{
			Spec:    "characters_to_binary(Data :: chardata()) -> unicode_binary() | {error | incomplete, unicode_binary(), chardata()}",
			Doc:     "Returns Data as one binary in UTF-8.",
			Example: "1> unicode:characters_to_binary([\"ab\",<<\"c\">>]).\n<<\"abc\">>",
			Pure: func(args []term.Term) (term.Term, error) {
				return toBinary(args[0], encoding{kind: utf8Kind}, encoding{kind: utf8Kind})
			},
		},
		{
			Spec:    "characters_to_binary(Data :: chardata(), InEncoding :: encoding()) -> unicode_binary() | {error | incomplete, unicode_binary(), chardata()}",
			Doc:     "Returns Data, whose binaries are in InEncoding, as one binary in UTF-8.",
			Example: "1> unicode:characters_to_binary(<<228>>, latin1).\n<<\"ä\"/utf8>>",
			Pure: func(args []term.Term) (term.Term, error) {
				in, ok := encodingOf(args[1])
				if !ok {
					return term.None, term.Badarg()
				}
				return toBinary(args[0], in, encoding{kind: utf8Kind})
			},
		},
		{
			Spec:    "characters_to_binary(Data :: chardata(), InEncoding :: encoding(), OutEncoding :: encoding()) -> binary() | {error | incomplete, binary(), chardata()}",
			Doc:     "Returns Data, whose binaries are in InEncoding, as one binary in OutEncoding.",
			Example: "1> unicode:characters_to_binary(\"a\", unicode, utf16).\n<<0,97>>",
			Pure: func(args []term.Term) (term.Term, error) {
				in, ok1 := encodingOf(args[1])
				out, ok2 := encodingOf(args[2])
				if !ok1 || !ok2 {
					return term.None, term.Badarg()
				}
				return toBinary(args[0], in, out)
			},
		},
	}
}

// List is what unicode:characters_to_list/1 returns: the code points of data, or a tuple that tells how far it is text. The error is
// badarg, for what is no chardata at all.
func List(data term.Term) (term.Term, error) { return toList(data, encoding{kind: utf8Kind}) }

// toList converts to code points.
func toList(data term.Term, in encoding) (term.Term, error) {
	if b, ok := data.Binary(); ok {
		switch {
		case in.kind == latin1Kind || in.kind == utf8Kind && ascii(b):
			return term.ByteList(b, term.Nil), nil
		case in.kind == utf8Kind && valid(b):
			return term.String(string(b)), nil
		}
	}
	r := reader{in: in, slow: in.kind > utf8Kind}
	state, rest := r.read(data)
	if state == bad {
		return term.None, term.Badarg()
	}
	elements := make([]term.Term, len(r.runes))
	for i, c := range r.runes {
		elements[i] = term.Int(int64(c))
	}
	return outcome(state, term.List(elements...), rest), nil
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// flat returns the bytes of a list of characters in UTF-8, and false for a list in which there is anything else.
func flat(list term.Term) ([]byte, bool) {
	size := 0
	end := list
	for c, ok := end.Cons(); ok; c, ok = end.Cons() {
		i, isInt := c.Head.Int()
		if !isInt || !validRune(i) {
			return nil, false
		}
		size += utf8.RuneLen(rune(i))
		end = c.Tail
	}
	if !end.IsNil() {
		return nil, false
	}
	out := make([]byte, 0, size)
	for c, ok := list.Cons(); ok; c, ok = c.Tail.Cons() {
		i, _ := c.Head.Int()
		out = utf8.AppendRune(out, rune(i))
	}
	return out, true
}

// toBinary converts to bytes.
func toBinary(data term.Term, in, out encoding) (term.Term, error) {
	if b, ok := data.Binary(); ok && in == out && in.kind == utf8Kind && valid(b) {
		return data, nil
	}
	if in.kind == utf8Kind && out == in {
		if b, ok := flat(data); ok {
			return term.Binary(b), nil
		}
	}
	r := reader{in: in, latin1: out.kind == latin1Kind, slow: in.kind > utf8Kind || out.kind != utf8Kind}
	state, rest := r.read(data)
	if state == bad {
		return term.None, term.Badarg()
	}
	return outcome(state, term.Binary(out.encode(r.runes)), rest), nil
}

var atomIncomplete = term.Atom("incomplete")

func outcome(s state, made, rest term.Term) term.Term {
	switch s {
	case wrong:
		return term.Tuple(atom.ErrorAtom, made, rest)
	case incomplete:
		return term.Tuple(atomIncomplete, made, rest)
	}
	return made
}

// marks are the functions about byte order marks, and one that asks for ASCII.
func marks() []bif.Function {
	return []bif.Function{
		{
			Spec:    "bom_to_encoding(Bin :: binary()) -> {Encoding :: encoding(), Length :: non_neg_integer()}",
			Doc:     "Returns the encoding that a byte order mark at the beginning of Bin tells of, and the length of the mark; `{latin1,0}` without one.",
			Example: "1> unicode:bom_to_encoding(<<239,187,191,\"abc\">>).\n{utf8,3}",
			Pure:    bomToEncoding,
		},
		{
			Spec:    "encoding_to_bom(InEncoding :: encoding()) -> Bin :: binary()",
			Doc:     "Returns the byte order mark of an encoding; it is empty for latin1.",
			Example: "1> unicode:encoding_to_bom(utf16).\n<<\"þÿ\">>",
			Pure: func(args []term.Term) (term.Term, error) {
				e, ok := encodingOf(args[0])
				if !ok {
					return term.None, bif.ClauseOf("unicode", "encoding_to_bom", args[0])
				}
				if e.kind == latin1Kind {
					return term.EmptyBinary, nil
				}
				return term.Binary(e.encode([]rune{0xfeff})), nil
			},
		},
		{
			Spec:    "bin_is_7bit(Bin :: binary()) -> boolean()",
			Doc:     "Tells whether Bin is a binary of ASCII characters only.",
			Example: "1> unicode:bin_is_7bit(<<\"abc\">>).\ntrue",
			Pure: func(args []term.Term) (term.Term, error) {
				b, ok := args[0].Binary()
				for _, c := range b {
					ok = ok && c < 128
				}
				return term.Bool(ok), nil
			},
		},
	}
}

func bomToEncoding(args []term.Term) (term.Term, error) {
	b, ok := args[0].Binary()
	if !ok {
		return term.None, bif.ClauseOf("unicode", "bom_to_encoding", args[0])
	}
	of := func(name, order string) term.Term {
		return term.Tuple(term.Atom(name), term.Atom(order))
	}
	for _, m := range []struct {
		mark string
		name term.Term
	}{
		{"\xef\xbb\xbf", term.Atom("utf8")},
		{"\x00\x00\xfe\xff", of("utf32", "big")},
		{"\xff\xfe\x00\x00", of("utf32", "little")},
		{"\xfe\xff", of("utf16", "big")},
		{"\xff\xfe", of("utf16", "little")},
	} {
		if len(b) >= len(m.mark) && string(b[:len(m.mark)]) == m.mark {
			return term.Tuple(m.name, term.Int(int64(len(m.mark)))), nil
		}
	}
	return term.Tuple(term.Atom("latin1"), term.Int(0)), nil
}
