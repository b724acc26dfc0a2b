// Package erl_erts_errors is module erl_erts_errors: what was wrong with which argument of a function of the runtime system, in the
// words that the shell prints below an error.
//
// A row of the table says for each argument of a function what it must be; a check gives the words for one that is not.
package erl_erts_errors

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
		Name: "erl_erts_errors",
		Doc:  "Explains the errors of the functions of the runtime system.",
		Functions: []bif.Function{{
			Spec:    "format_error(Reason :: term(), Stacktrace :: [term()]) -> #{pos_integer() | general => unicode:chardata()}",
			Doc:     "Returns what was wrong with the arguments of the call on top of Stacktrace, by their numbers.",
			Example: "1> erl_erts_errors:format_error(badarg, [{erlang,abs,[x],[]}]).\n#{1 => <<\"not a number\">>}",
			Proc:    formatError,
		}, {
			Spec:    "format_bs_fail(Reason :: term(), Stacktrace :: [term()]) -> #{general => unicode:chardata(), reason => unicode:chardata()}",
			Doc:     "Says which segment of a binary could not be built, and why.",
			Example: "1> erl_erts_errors:format_bs_fail(badarg, [{m,f,0,[]}]).\n#{}",
			Pure:    formatBsFail,
		}},
	}
}

// call is the call that failed.
type call struct {
	process *node.Process
	module  string
	name    string
	reason  term.Term
	args    []term.Term
	// forced says that the argument is to blame, innocent that another one is already.
	forced, innocent bool
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
	key := fmt.Sprintf("%s:%s/%d", frame[0].AtomName(), frame[1].AtomName(), len(given))
	key = strings.TrimPrefix(key, "erlang:")
	row, ok := table()[key+" "+causeOf(frame[3])]
	if !ok {
		row = table()[key]
	}
	return explain(&call{process: p, module: frame[0].AtomName(), name: frame[1].AtomName(), reason: args[0], args: given}, row), nil
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

// explain runs the checks of a row, one word for each argument: what it must be, or - for one that cannot be wrong.
//
//	atom     the argument must be an atom
//	atom!    it is to blame, whatever it is: the call failed, and nothing else can be the reason
//	base~    it is to blame if no other argument is
//	index@2  what it must be depends on the second argument
//
// The only argument of a function is always to blame, unless its word ends in ?.
func explain(c *call, row string) term.Term {
	words := strings.Fields(row)
	texts := make([]string, len(words))
	blamed := false
	for i, w := range words {
		if !strings.HasSuffix(w, "~") {
			texts[i] = c.check(i, w)
			blamed = blamed || texts[i] != ""
		}
	}
	for i, w := range words {
		if strings.HasSuffix(w, "~") {
			c.innocent = blamed
			texts[i] = c.check(i, strings.TrimSuffix(w, "~"))
		}
	}
	var out []term.Term
	for i, text := range texts {
		if text != "" {
			out = append(out, term.Int(int64(i+1)), chars(text))
		}
	}
	return term.NewMap(out...)
}

// check runs one word of a row on an argument.
func (c *call) check(i int, word string) string {
	name, forced := strings.CutSuffix(word, "!")
	name, free := strings.CutSuffix(name, "?")
	name, other, _ := strings.Cut(name, "@")
	check := checks()[name]
	if check == nil {
		return ""
	}
	c.forced = forced || len(c.args) == 1 && !free
	with := term.None
	if other != "" {
		with = c.args[other[0]-'1']
	}
	return check(c, c.args[i], with)
}

// textual begins the words about texts that do not stand for a value; those come in two parts.
const textual = "not a textual representation of "

func chars(text string) term.Term {
	if what, ok := strings.CutPrefix(text, textual); ok {
		return term.List(term.BinaryString(textual), term.BinaryString(what))
	}
	return term.BinaryString(text)
}
