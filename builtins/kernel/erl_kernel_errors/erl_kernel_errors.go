// Package erl_kernel_errors is module erl_kernel_errors: what was wrong with which argument of a function of module os, in the words
// that the shell prints below an error.
package erl_kernel_errors

import (
	"strings"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
)

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name: "erl_kernel_errors",
		Doc:  "Explains the errors of functions of the application kernel.",
		Functions: []bif.Function{{
			Spec:    "format_error(Reason :: term(), Stacktrace :: [term()]) -> #{pos_integer() | general => unicode:chardata()}",
			Doc:     "Returns what was wrong with the arguments of the call on top of Stacktrace, by their numbers.",
			Example: "1> erl_kernel_errors:format_error(badarg, [{os,getenv,[x],[]}]).\n#{1 => <<\"not a list\">>}",
			Pure:    formatError,
		}},
	}
}

func formatError(args []term.Term) (term.Term, error) {
	top, ok := args[1].Cons()
	if !ok {
		return term.None, term.FunctionClause()
	}
	frame, _ := top.Head.Tuple()
	if len(frame) != 4 {
		return term.None, term.FunctionClause()
	}
	given, ok := frame[2].Slice()
	if !ok || frame[0].AtomName() != "os" {
		return term.EmptyMap, nil
	}
	var out []term.Term
	for i, text := range explain(frame[1].AtomName(), given) {
		if text != "" {
			out = append(out, term.Int(int64(i+1)), term.BinaryString(text))
		}
	}
	return term.NewMap(out...), nil
}

func explain(function string, args []term.Term) []string {
	switch function {
	case "getenv":
		return []string{list(args[0])}
	case "putenv":
		return []string{variable(args[0]), list(args[1])}
	case "unsetenv":
		return []string{variable(args[0])}
	case "system_time", "perf_counter":
		return []string{"invalid time unit"}
	case "cmd":
		if len(args) == 2 && args[1].Kind() != term.KindMap {
			return []string{"", "not a map"}
		}
		return []string{"not a list of characters"}
	}
	return nil
}

func list(t term.Term) string {
	text, ok := bif.Text(t)
	switch {
	case !t.IsList():
		return "not a list"
	case !ok:
		return "not a list of characters"
	case strings.Contains(text, "\x00"):
		return `"\0" characters is not allowed in environment variable names or values`
	}
	return ""
}

func variable(t term.Term) string {
	if s := list(t); s != "" {
		return s
	}
	if text, _ := bif.Text(t); strings.Contains(text, "=") {
		return `"=" characters is not allowed in environment variable names`
	}
	return ""
}
