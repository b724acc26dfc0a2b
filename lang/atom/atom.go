// Package atom names the atoms that Go code mentions, so that `switch t { case atom.OK: }` reads and compiles to compares.
//
// A Go name is the atom's in camel case; one that Go reserves or that would read wrongly has a suffix that says what it is.
package atom

import "github.com/erlsh/erlsh/lang/term"

// The atoms, in alphabetical order.
var (
	After         = term.Atom("after")
	All           = term.Atom("all")
	Apply         = term.Atom("apply")
	Badarg        = term.Atom("badarg")
	Badarith      = term.Atom("badarith")
	Badarity      = term.Atom("badarity")
	Badfun        = term.Atom("badfun")
	Badkey        = term.Atom("badkey")
	Badmap        = term.Atom("badmap")
	Badmatch      = term.Atom("badmatch")
	Badrecord     = term.Atom("badrecord")
	CaseClause    = term.Atom("case_clause")
	Down          = term.Atom("DOWN")
	Empty         = term.Atom("")
	EOF           = term.Atom("eof")
	Erlang        = term.Atom("erlang")
	ErlEval       = term.Atom("erl_eval")
	ErrorAtom     = term.Atom("error")
	ErrorInfo     = term.Atom("error_info")
	ExitAtom      = term.Atom("exit")
	ExitSignal    = term.Atom("EXIT")
	False         = term.False
	File          = term.Atom("file")
	FunctionClaus = term.Atom("function_clause")
	IfClause      = term.Atom("if_clause")
	Infinity      = term.Atom("infinity")
	Kill          = term.Atom("kill")
	Killed        = term.Atom("killed")
	Line          = term.Atom("line")
	Link          = term.Atom("link")
	Monitor       = term.Atom("monitor")
	Nocatch       = term.Atom("nocatch")
	Noconnection  = term.Atom("noconnection")
	Nodedown      = term.Atom("nodedown")
	Nodeup        = term.Atom("nodeup")
	NonodeNohost  = term.Atom("nonode@nohost")
	None          = term.Atom("none")
	Noproc        = term.Atom("noproc")
	Normal        = term.Atom("normal")
	OK            = term.Atom("ok")
	Process       = term.Atom("process")
	SystemLimit   = term.Atom("system_limit")
	Throw         = term.Atom("throw")
	TimeoutValue  = term.Atom("timeout_value")
	True          = term.True
	TryClause     = term.Atom("try_clause")
	Undef         = term.Atom("undef")
	Undefined     = term.Atom("undefined")
)
