// Package stdlib is the shelf of the modules of OTP's application stdlib.
package stdlib

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/builtins/stdlib/c"
	"github.com/erlsh/erlsh/builtins/stdlib/io"
	"github.com/erlsh/erlsh/builtins/stdlib/io_lib"
	"github.com/erlsh/erlsh/builtins/stdlib/lists"
	"github.com/erlsh/erlsh/builtins/stdlib/maps"
	"github.com/erlsh/erlsh/builtins/stdlib/proplists"
	text "github.com/erlsh/erlsh/builtins/stdlib/string"
	"github.com/erlsh/erlsh/builtins/stdlib/unicode"
)

// Modules returns the modules of the shelf, one line for each. Their servers start in this order.
func Modules() []func() *bif.Module {
	return []func() *bif.Module{
		c.Module,
		io.Module,
		io_lib.Module,
		lists.Module,
		maps.Module,
		proplists.Module,
		text.Module,
		unicode.Module,
	}
}
