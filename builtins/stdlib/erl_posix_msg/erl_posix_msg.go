// Package erl_posix_msg is module erl_posix_msg: the names of the errors of the operating system, explained.
package erl_posix_msg

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/term"
)

// Module returns the module.
func Module() *bif.Module {
	return &bif.Module{
		Name: "erl_posix_msg",
		Doc:  "The names of the errors of the operating system, explained.",
		Functions: []bif.Function{{
			Spec: "message(Reason :: atom()) -> string()", Doc: "Explains the name of an error in words.",
			Example: "1> erl_posix_msg:message(enoent).\n\"no such file or directory\"",
			Pure:    message,
		}},
	}
}

func message(args []term.Term) (term.Term, error) {
	return term.String(bif.PosixText(args[0].AtomName())), nil
}
