// Package erts is the shelf of the modules that OTP keeps in the runtime system.
package erts

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/builtins/erts/atomics"
	"github.com/erlsh/erlsh/builtins/erts/counters"
	"github.com/erlsh/erlsh/builtins/erts/erl_erts_errors"
	"github.com/erlsh/erlsh/builtins/erts/erlang"
	"github.com/erlsh/erlsh/builtins/erts/erts_internal"
	initial "github.com/erlsh/erlsh/builtins/erts/init"
	"github.com/erlsh/erlsh/builtins/erts/persistent_term"
	"github.com/erlsh/erlsh/builtins/erts/zlib"
)

// Modules returns the modules of the shelf, one line for each.
func Modules() []func() *bif.Module {
	return []func() *bif.Module{
		erlang.Module,
		erl_erts_errors.Module,
		atomics.Module,
		counters.Module,
		persistent_term.Module,
		zlib.Module,
		initial.Module,
		erts_internal.Module,
	}
}
