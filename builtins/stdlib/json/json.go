// Package json is module json of OTP 27.
package json

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
)

//go:embed json.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:   "json",
		Doc:    "JSON (RFC 8259) to terms and back.",
		Source: source,
		Functions: append(hookRows(), []bif.Function{
			{
				Spec:    "decode(Binary :: binary()) -> decode_value()",
				Doc:     "Returns the value that JSON text stands for: maps with binary keys, lists, binaries, numbers, true, false and null.",
				Example: "1> json:decode(<<\"{\\\"a\\\": [1,2.5,null]}\">>).\n#{<<\"a\">> => [1,2.5,null]}",
				Pure: func(args []term.Term) (term.Term, error) {
					b, ok := args[0].Binary()
					if !ok {
						return term.None, term.FunctionClause()
					}
					return decode(b)
				},
			},
			{
				Spec:    "encode(Term :: encode_value()) -> iodata()",
				Doc:     "Returns the JSON text of a term.",
				Example: "1> iolist_to_binary(json:encode(#{a => [1,true,<<\"x\">>]})).\n<<\"{\\\"a\\\":[1,true,\\\"x\\\"]}\">>",
				Pure: func(args []term.Term) (term.Term, error) {
					return encodeTerm(args[0])
				},
			},
			{
				Spec:    "encode_binary(Binary :: binary()) -> iodata()",
				Doc:     "Returns the JSON string of a binary in UTF-8.",
				Example: "1> iolist_to_binary(json:encode_binary(<<\"x\">>)).\n<<\"\\\"x\\\"\">>",
				Pure: func(args []term.Term) (term.Term, error) {
					b, ok := args[0].Binary()
					if !ok {
						return term.None, term.FunctionClause()
					}
					return encodeString(b, false)
				},
			},
			{
				Spec:    "encode_binary_escape_all(Binary :: binary()) -> iodata()",
				Doc:     "As encode_binary, in ASCII characters only.",
				Example: "1> iolist_to_binary(json:encode_binary_escape_all(<<\"x\">>)).\n<<\"\\\"x\\\"\">>",
				Pure: func(args []term.Term) (term.Term, error) {
					b, ok := args[0].Binary()
					if !ok {
						return term.None, term.FunctionClause()
					}
					return encodeString(b, true)
				},
			},
			{
				Spec:    "encode_integer(Integer :: integer()) -> iodata()",
				Doc:     "Returns the JSON text of an integer.",
				Example: "1> json:encode_integer(5).\n<<\"5\">>",
				Pure: func(args []term.Term) (term.Term, error) {
					n, ok := args[0].Big()
					if !ok {
						return term.None, term.FunctionClause()
					}
					return term.BinaryString(n.String()), nil
				},
			},
			{
				Spec:    "encode_float(Float :: float()) -> iodata()",
				Doc:     "Returns the JSON text of a float.",
				Example: "1> json:encode_float(0.5).\n<<\"0.5\">>",
				Pure: func(args []term.Term) (term.Term, error) {
					if _, ok := args[0].Float(); !ok {
						return term.None, term.FunctionClause()
					}
					return term.BinaryString(floatText(args[0])), nil
				},
			},
		}...),
	}
}
