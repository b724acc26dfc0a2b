// Package unicode is module unicode: text between lists of code points and binaries in the Unicode encodings, and its normal forms.
package unicode

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/builtins/chars"
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
			Pure:    func(args []term.Term) (term.Term, error) { return chars.ToList(args[0], chars.UTF8) },
		},
		{
			Spec:    "characters_to_list(Data :: chardata(), InEncoding :: encoding()) -> [char()] | {error | incomplete, [char()], chardata()}",
			Doc:     "Returns the code points of Data, whose binaries are in InEncoding.",
			Example: "1> unicode:characters_to_list(<<0,97>>, utf16).\n\"a\"",
			Pure: func(args []term.Term) (term.Term, error) {
				in, ok := chars.EncodingOf(args[1])
				if !ok {
					return term.None, term.Badarg()
				}
				return chars.ToList(args[0], in)
			},
		},
		{
			Spec:    "characters_to_binary(Data :: chardata()) -> unicode_binary() | {error | incomplete, unicode_binary(), chardata()}",
			Doc:     "Returns Data as one binary in UTF-8.",
			Example: "1> unicode:characters_to_binary([\"ab\",<<\"c\">>]).\n<<\"abc\">>",
			Pure: func(args []term.Term) (term.Term, error) {
				return chars.ToBinary(args[0], chars.UTF8, chars.UTF8)
			},
		},
		{
			Spec:    "characters_to_binary(Data :: chardata(), InEncoding :: encoding()) -> unicode_binary() | {error | incomplete, unicode_binary(), chardata()}",
			Doc:     "Returns Data, whose binaries are in InEncoding, as one binary in UTF-8.",
			Example: "1> unicode:characters_to_binary(<<228>>, latin1).\n<<\"ä\"/utf8>>",
			Pure: func(args []term.Term) (term.Term, error) {
				in, ok := chars.EncodingOf(args[1])
				if !ok {
					return term.None, term.Badarg()
				}
				return chars.ToBinary(args[0], in, chars.UTF8)
			},
		},
		{
			Spec:    "characters_to_binary(Data :: chardata(), InEncoding :: encoding(), OutEncoding :: encoding()) -> binary() | {error | incomplete, binary(), chardata()}",
			Doc:     "Returns Data, whose binaries are in InEncoding, as one binary in OutEncoding.",
			Example: "1> unicode:characters_to_binary(\"a\", unicode, utf16).\n<<0,97>>",
			Pure: func(args []term.Term) (term.Term, error) {
				in, ok1 := chars.EncodingOf(args[1])
				out, ok2 := chars.EncodingOf(args[2])
				if !ok1 || !ok2 {
					return term.None, term.Badarg()
				}
				return chars.ToBinary(args[0], in, out)
			},
		},
	}
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
				e, ok := chars.EncodingOf(args[0])
				if !ok {
					return term.None, bif.ClauseOf("unicode", "encoding_to_bom", args[0])
				}
				if e == chars.Latin1 {
					return term.EmptyBinary, nil
				}
				return term.Binary(e.Encode([]rune{0xfeff})), nil
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
