// Package proplists is module proplists. Looking a value up is Go, since programs read their options with it.
package proplists

import (
	_ "embed"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

//go:embed proplists.erl
var source string

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name:   "proplists",
		Doc:    "Lists of properties, as options are given: `{Key,Value}`, or an atom for `{Atom,true}`.",
		Source: source,
		Functions: []bif.Function{
			{
				Spec:    "get_value(Key :: term(), List :: [term()]) -> term()",
				Doc:     "The same as get_value(Key, List, undefined).",
				Example: "1> proplists:get_value(b, [a,{b,1}]).\n1",
				Pure:    func(args []term.Term) (term.Term, error) { return value(args[0], args[1], atom.Undefined) },
			},
			{
				Spec:    "get_value(Key :: term(), List :: [term()], Default :: term()) -> term()",
				Doc:     "Returns the value of the first entry with this key, or Default.",
				Example: "1> proplists:get_value(c, [a,{b,1}], none).\nnone",
				Pure:    func(args []term.Term) (term.Term, error) { return value(args[0], args[1], args[2]) },
			},
		},
	}
}

func value(key, list, absent term.Term) (term.Term, error) {
	for {
		c, ok := list.Cons()
		if !ok {
			break
		}
		if c.Head == key && key.IsAtom() {
			return term.True, nil
		}
		if e, ok := c.Head.Tuple(); ok && len(e) > 0 && term.Equal(e[0], key) {
			if len(e) == 2 {
				return e[1], nil
			}
			return absent, nil // an entry of another shape hides those behind it
		}
		list = c.Tail
	}
	if !list.IsNil() {
		return term.None, bif.ClauseOf("proplists", "get_value", key, list, absent)
	}
	return absent, nil
}
