package term

// Exception is an Erlang exception on its way: what natives return as error and what the evaluator raises.
type Exception struct {
	Class  Term // one of the atoms error, exit, throw
	Reason Term
	Stack  Term // the stack trace, a list of {M,F,ArityOrArgs,Location}; None until somebody has captured it
	Args   Term // for erlang:error/2,3: the argument list of the function that failed; None otherwise
	Info   Term // the error_info map of the failing call; None for the one that its module gives to all
	// Complete says that Stack is the whole trace; without it, what raises adds the callers behind it.
	Complete bool
}

// The three classes of exceptions.
var (
	ClassError = Atom("error")
	ClassExit  = Atom("exit")
	ClassThrow = Atom("throw")
)

// Error describes the exception for Go readers; people see what package shell makes of it.
func (e *Exception) Error() string { return e.Class.AtomName() + ": " + e.Reason.String() }

// Error returns an exception of class error.
func Error(reason Term) *Exception { return &Exception{Class: ClassError, Reason: reason} }

// Exit returns an exception of class exit.
func Exit(reason Term) *Exception { return &Exception{Class: ClassExit, Reason: reason} }

// Throw returns an exception of class throw.
func Throw(value Term) *Exception { return &Exception{Class: ClassThrow, Reason: value} }

var (
	atomBadarg        = Atom("badarg")
	atomBadarith      = Atom("badarith")
	atomSystemLimit   = Atom("system_limit")
	atomUndef         = Atom("undef")
	atomFunctionClaus = Atom("function_clause")
)

// Badarg returns error:badarg.
func Badarg() *Exception { return Error(atomBadarg) }

// Badarith returns error:badarith.
func Badarith() *Exception { return Error(atomBadarith) }

// SystemLimit returns error:system_limit.
func SystemLimit() *Exception { return Error(atomSystemLimit) }

// Undef returns error:undef.
func Undef() *Exception { return Error(atomUndef) }

// FunctionClause returns error:function_clause.
func FunctionClause() *Exception { return Error(atomFunctionClaus) }
