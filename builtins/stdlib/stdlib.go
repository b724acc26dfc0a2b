// Package stdlib is the shelf of the modules of OTP's application stdlib.
package stdlib

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/builtins/stdlib/c"
	"github.com/erlsh/erlsh/builtins/stdlib/compile"
	"github.com/erlsh/erlsh/builtins/stdlib/erl_error"
	"github.com/erlsh/erlsh/builtins/stdlib/erl_parse"
	"github.com/erlsh/erlsh/builtins/stdlib/erl_scan"
	"github.com/erlsh/erlsh/builtins/stdlib/gen"
	"github.com/erlsh/erlsh/builtins/stdlib/gen_event"
	"github.com/erlsh/erlsh/builtins/stdlib/gen_server"
	"github.com/erlsh/erlsh/builtins/stdlib/gen_statem"
	"github.com/erlsh/erlsh/builtins/stdlib/io"
	"github.com/erlsh/erlsh/builtins/stdlib/io_lib"
	"github.com/erlsh/erlsh/builtins/stdlib/lists"
	"github.com/erlsh/erlsh/builtins/stdlib/maps"
	"github.com/erlsh/erlsh/builtins/stdlib/proc_lib"
	"github.com/erlsh/erlsh/builtins/stdlib/proplists"
	text "github.com/erlsh/erlsh/builtins/stdlib/string"
	"github.com/erlsh/erlsh/builtins/stdlib/supervisor"
	"github.com/erlsh/erlsh/builtins/stdlib/supervisor_bridge"
	"github.com/erlsh/erlsh/builtins/stdlib/sys"
	"github.com/erlsh/erlsh/builtins/stdlib/unicode"
)

// Modules returns the modules of the shelf, one line for each. Their servers start in this order.
func Modules() []func() *bif.Module {
	return []func() *bif.Module{
		c.Module,
		erl_parse.Module,
		erl_scan.Module,
		io.Module,
		io_lib.Module,
		compile.Module,
		erl_error.Module,
		gen.Module,
		gen_event.Module,
		gen_server.Module,
		gen_statem.Module,
		lists.Module,
		maps.Module,
		proc_lib.Module,
		proplists.Module,
		text.Module,
		supervisor.Module,
		supervisor_bridge.Module,
		sys.Module,
		unicode.Module,
	}
}
