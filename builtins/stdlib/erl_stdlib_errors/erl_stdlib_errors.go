// Package erl_stdlib_errors is module erl_stdlib_errors: what was wrong with which argument of a function of the standard library, in
// the words that the shell prints below an error.
//
// A row of the table has a word for each argument of a function; checks says what the word asks for.
package erl_stdlib_errors

import (
	"fmt"
	"strings"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name: "erl_stdlib_errors",
		Doc:  "Explains the errors of the functions of the standard library.",
		Functions: []bif.Function{{
			Spec:    "format_error(Reason :: term(), Stacktrace :: [term()]) -> #{pos_integer() | general => unicode:chardata()}",
			Doc:     "Returns what was wrong with the arguments of the call on top of Stacktrace, by their numbers.",
			Example: "1> erl_stdlib_errors:format_error(badarg, [{lists,member,[a,b],[]}]).\n#{2 => <<\"not a list\">>}",
			Proc:    formatError,
		}},
	}
}

// table has a row for each function, with a word for each of its arguments; - is for one that is never to blame.
var table = map[string]string{
	"lists:keyfind/3": "- position list", "lists:keymember/3": "- position list", "lists:keysearch/3": "- position list",
	"lists:member/2": "- list", "lists:reverse/2": "list -", "lists:seq/3": "integer integer increment",

	"maps:filter/2": "fun2 pairs", "maps:filtermap/2": "fun2 pairs", "maps:foreach/2": "fun2 pairs", "maps:map/2": "fun2 pairs",
	"maps:fold/3": "fun3 - pairs", "maps:find/2": "- map", "maps:from_keys/2": "list -", "maps:from_list/1": "list",
	"maps:get/2": "key map", "maps:get/3": "- map -", "maps:groups_from_list/2": "fun1 list", "maps:groups_from_list/3": "fun1 fun1 list",
	"maps:intersect/2": "map map", "maps:intersect_with/3": "fun3 map map", "maps:is_key/2": "- map", "maps:iterator/1": "map",
	"maps:iterator/2": "map order", "maps:keys/1": "map", "maps:merge/2": "map map", "maps:merge_with/3": "fun3 map map",
	"maps:next/1": "iterator", "maps:put/3": "- - map", "maps:remove/2": "- map", "maps:size/1": "map", "maps:take/2": "- map",
	"maps:to_list/1": "pairs", "maps:update/3": "key - map", "maps:update_with/3": "- fun1 map", "maps:update_with/4": "- fun1 - map",
	"maps:values/1": "map", "maps:with/2": "list map", "maps:without/2": "list map",

	"binary:at/2": "binary place", "binary:bin_to_list/1": "binary", "binary:bin_to_list/2": "binary poslen",
	"binary:bin_to_list/3": "binary place length", "binary:compile_pattern/1": "pattern", "binary:copy/1": "binary",
	"binary:copy/2": "binary count", "binary:decode_hex/1": "hex", "binary:decode_unsigned/1": "binary",
	"binary:decode_unsigned/2": "binary endian", "binary:encode_hex/1": "binary", "binary:encode_hex/2": "binary -",
	"binary:encode_unsigned/1": "count", "binary:encode_unsigned/2": "count endian", "binary:first/1": "some", "binary:last/1": "some",
	"binary:list_to_bin/1": "iolist", "binary:longest_common_prefix/1": "binaries", "binary:longest_common_suffix/1": "binaries",
	"binary:match/2": "binary pattern", "binary:match/3": "binary pattern rest", "binary:matches/2": "binary pattern",
	"binary:matches/3": "binary pattern rest", "binary:part/2": "binary poslen", "binary:part/3": "binary place length",
	"binary:referenced_byte_size/1": "bits", "binary:replace/3": "binary pattern binary", "binary:replace/4": "binary pattern binary rest",
	"binary:split/2": "binary pattern", "binary:split/3": "binary pattern rest", "binary:join/2": "binaries binary",

	"math:acos/1": "domain", "math:acosh/1": "domain", "math:asin/1": "domain", "math:atanh/1": "domain", "math:log/1": "domain",
	"math:log10/1": "domain", "math:log2/1": "domain", "math:sqrt/1": "domain", "math:fmod/2": "number domain",
	"math:atan2/2": "number number", "math:pow/2": "number number",

	"re:compile/1": "source", "re:compile/2": "source options", "re:inspect/2": "compiled item", "re:run/2": "iodata expression",
	"re:run/3": "iodata expression options", "re:split/2": "iodata expression", "re:split/3": "iodata expression options",
	"re:replace/3": "iodata expression iodata", "re:replace/4": "iodata expression iodata options",

	"unicode:characters_to_binary/1": "chars", "unicode:characters_to_binary/2": "chars encoding",
	"unicode:characters_to_binary/3": "chars encoding encoding", "unicode:characters_to_list/1": "chars",
	"unicode:characters_to_list/2": "chars encoding",
}

// call is the call that failed.
type call struct {
	process *node.Process
	name    string    // of the function
	reason  term.Term // its first element, where it is a tuple
	cause   string
	args    []term.Term
}

func formatError(p *node.Process, args []term.Term) (term.Term, error) {
	top, ok := args[1].Cons()
	if !ok {
		return term.None, term.FunctionClause()
	}
	frame, _ := top.Head.Tuple()
	if len(frame) != 4 {
		return term.None, term.FunctionClause()
	}
	given, ok := frame[2].Slice()
	if !ok {
		return term.EmptyMap, nil
	}
	c := &call{process: p, name: frame[1].AtomName(), reason: args[0], cause: causeOf(frame[3]), args: given}
	if e, ok := args[0].Tuple(); ok && len(e) > 0 {
		c.reason = e[0]
	}
	module := frame[0].AtomName()
	switch module {
	case "io":
		return explainIO(p, args[1]), nil
	case "ets":
		return c.explainETS(fmt.Sprintf("%s/%d", frame[1].AtomName(), len(given))), nil
	}
	row, ok := table[fmt.Sprintf("%s:%s/%d", module, frame[1].AtomName(), len(given))]
	switch {
	case ok:
	case module == "math" && len(given) == 1:
		row = "number"
	case module == "unicode" && len(given) == 1:
		row = "chars"
	}
	return c.explain(strings.Fields(row)), nil
}

// causeOf finds the cause in the error_info of a frame.
func causeOf(location term.Term) string {
	for c, ok := location.Cons(); ok; c, ok = c.Tail.Cons() {
		e, _ := c.Head.Tagged(atom.ErrorInfo, 2)
		if e == nil {
			continue
		}
		if info, ok := e[1].Map(); ok {
			cause, _ := info.Get(term.Atom("cause"))
			return cause.AtomName()
		}
	}
	return ""
}

// explain runs the checks of a row.
func (c *call) explain(row []string) term.Term {
	var out term.MapBuilder
	for i, word := range row {
		if word == "-" || i >= len(c.args) {
			continue
		}
		if text := checks[word](c, c.args[i]); text != "" {
			out.Put(term.Int(int64(i+1)), term.BinaryString(text))
		} else if word == "rest" && out.Len() == 0 {
			out.Put(term.Int(int64(i+1)), term.BinaryString(badOptions(c.name, c.args[i])))
		}
	}
	return out.Map().Term()
}

// badOptions tells options that are none from a part that is not in the binary, where the functions that only look say so.
func badOptions(name string, t term.Term) string {
	options, _ := t.Slice()
	if len(options) != 1 || name != "match" && name != "matches" {
		return "invalid options"
	}
	if e, ok := options[0].Tagged(term.Atom("scope"), 2); ok {
		if part, _ := e[1].Tuple(); len(part) == 2 && part[0].IsInteger() && part[1].IsInteger() {
			return "specified part is not wholly inside binary"
		}
	}
	return "invalid options"
}
