// Package stdlib is the shelf of the modules of OTP's application stdlib.
package stdlib

import (
	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/builtins/stdlib/array"
	"github.com/erlsh/erlsh/builtins/stdlib/base64"
	"github.com/erlsh/erlsh/builtins/stdlib/binary"
	"github.com/erlsh/erlsh/builtins/stdlib/c"
	"github.com/erlsh/erlsh/builtins/stdlib/calendar"
	"github.com/erlsh/erlsh/builtins/stdlib/compile"
	"github.com/erlsh/erlsh/builtins/stdlib/dbg"
	"github.com/erlsh/erlsh/builtins/stdlib/dict"
	"github.com/erlsh/erlsh/builtins/stdlib/digraph"
	"github.com/erlsh/erlsh/builtins/stdlib/digraph_utils"
	"github.com/erlsh/erlsh/builtins/stdlib/epp"
	"github.com/erlsh/erlsh/builtins/stdlib/erl_anno"
	"github.com/erlsh/erlsh/builtins/stdlib/erl_error"
	"github.com/erlsh/erlsh/builtins/stdlib/erl_eval"
	"github.com/erlsh/erlsh/builtins/stdlib/erl_lint"
	"github.com/erlsh/erlsh/builtins/stdlib/erl_parse"
	"github.com/erlsh/erlsh/builtins/stdlib/erl_pp"
	"github.com/erlsh/erlsh/builtins/stdlib/erl_scan"
	"github.com/erlsh/erlsh/builtins/stdlib/erl_stdlib_errors"
	"github.com/erlsh/erlsh/builtins/stdlib/ets"
	"github.com/erlsh/erlsh/builtins/stdlib/filelib"
	"github.com/erlsh/erlsh/builtins/stdlib/filename"
	"github.com/erlsh/erlsh/builtins/stdlib/gb_sets"
	"github.com/erlsh/erlsh/builtins/stdlib/gb_trees"
	"github.com/erlsh/erlsh/builtins/stdlib/gen"
	"github.com/erlsh/erlsh/builtins/stdlib/gen_event"
	"github.com/erlsh/erlsh/builtins/stdlib/gen_server"
	"github.com/erlsh/erlsh/builtins/stdlib/gen_statem"
	"github.com/erlsh/erlsh/builtins/stdlib/io"
	"github.com/erlsh/erlsh/builtins/stdlib/io_lib"
	"github.com/erlsh/erlsh/builtins/stdlib/json"
	"github.com/erlsh/erlsh/builtins/stdlib/lists"
	"github.com/erlsh/erlsh/builtins/stdlib/maps"
	mathematics "github.com/erlsh/erlsh/builtins/stdlib/math"
	"github.com/erlsh/erlsh/builtins/stdlib/ms_transform"
	"github.com/erlsh/erlsh/builtins/stdlib/orddict"
	"github.com/erlsh/erlsh/builtins/stdlib/ordsets"
	"github.com/erlsh/erlsh/builtins/stdlib/proc_lib"
	"github.com/erlsh/erlsh/builtins/stdlib/proplists"
	"github.com/erlsh/erlsh/builtins/stdlib/queue"
	"github.com/erlsh/erlsh/builtins/stdlib/rand"
	regexp "github.com/erlsh/erlsh/builtins/stdlib/re"
	"github.com/erlsh/erlsh/builtins/stdlib/records"
	"github.com/erlsh/erlsh/builtins/stdlib/sets"
	"github.com/erlsh/erlsh/builtins/stdlib/sofs"
	text "github.com/erlsh/erlsh/builtins/stdlib/string"
	"github.com/erlsh/erlsh/builtins/stdlib/supervisor"
	"github.com/erlsh/erlsh/builtins/stdlib/supervisor_bridge"
	"github.com/erlsh/erlsh/builtins/stdlib/sys"
	"github.com/erlsh/erlsh/builtins/stdlib/timer"
	"github.com/erlsh/erlsh/builtins/stdlib/unicode"
	"github.com/erlsh/erlsh/builtins/stdlib/uri_string"
)

// Modules returns the modules of the shelf, one line for each. Their servers start in this order.
func Modules() []func() *bif.Module {
	return []func() *bif.Module{
		array.Module,
		base64.Module,
		binary.Module,
		c.Module,
		calendar.Module,
		compile.Module,
		dbg.Module,
		dict.Module,
		digraph.Module,
		digraph_utils.Module,
		erl_anno.Module,
		erl_error.Module,
		erl_eval.Module,
		epp.Module,
		erl_lint.Module,
		erl_parse.Module,
		erl_pp.Module,
		erl_scan.Module,
		erl_stdlib_errors.Module,
		filelib.Module,
		ets.Module,
		filename.Module,
		gb_sets.Module,
		gb_trees.Module,
		gen.Module,
		gen_event.Module,
		gen_server.Module,
		gen_statem.Module,
		io.Module,
		io_lib.Module,
		json.Module,
		lists.Module,
		maps.Module,
		mathematics.Module,
		ms_transform.Module,
		orddict.Module,
		ordsets.Module,
		proc_lib.Module,
		proplists.Module,
		queue.Module,
		rand.Module,
		records.Module,
		regexp.Module,
		sets.Module,
		sofs.Module,
		text.Module,
		supervisor.Module,
		supervisor_bridge.Module,
		sys.Module,
		timer.Module,
		unicode.Module,
		uri_string.Module,
	}
}
