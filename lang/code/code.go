// Package code says what a module is and keeps the table of loaded ones.
//
// A Module is a set of Functions, native ones written in Go and ones compiled from Erlang by package eval, each with spec and
// documentation. A Table holds the modules of one node; calls to another module go through an Entry of it, so that newly loaded
// code is seen. Process is what running code may ask of the process that runs it.
package code

import (
	"sync/atomic"
	"time"

	"github.com/erlsh/erlsh/lang/term"
)

// Native is a function written in Go, as the evaluator calls it. args is valid during the call only. The error is a
// *term.Exception; a success with the zero Term is a bug of the function and ends the process with a report.
type Native func(p Process, args []term.Term) (term.Term, error)

// TailCall is what a native returns as its error to have Fun called with Args in its place, as apply does: nothing of the native
// remains. With Hibernate nothing of its callers remains either, and the call happens when the process has a message. With Await it
// happens then too, but the callers stay.
type TailCall struct {
	Fun       term.Term
	Args      []term.Term
	Hibernate bool
	Await     bool
}

// Error says what it is, for whoever takes it for a failure.
func (*TailCall) Error() string { return "call of another function" }

// Function is one function of a module. Exactly one of Pure, Native and Body is set.
type Function struct {
	Module, Name term.Term // atoms
	Arity        int
	Exported     bool
	Guard        bool // allowed in guards; Pure is set, or it is a Native without arguments that neither waits nor calls
	Auto         bool // module erlang: called without its module name
	Pure         func(args []term.Term) (term.Term, error)
	Native       Native
	// Short is a short way of a function with a Source, or nil. It returns what the Source would, and None wherever that has to be
	// asked: errors are its own. It depends on its arguments alone, which are valid during the call only.
	Short    func(args []term.Term) term.Term
	Body     atomic.Value // what package eval makes of the source; compiled at the first call
	Source   any          // the syntax tree that Body is made of
	Line     int          // where it stands in File
	Doc      func() *Doc  // reads what is known of it besides its code; may be nil
	InModule *Module
}

// Doc is what is known of a function besides its code.
type Doc struct {
	Spec    string // "reverse(List1 :: [T]) -> List2 :: [T]"
	Text    string // Markdown
	Example string // prompt lines and what they print
}

// Module is one version of a module.
type Module struct {
	Name       term.Term // atom
	File       string    // base name of the source, for stack traces: "lists.erl"
	Path       string    // where it was loaded from; "" for a module of the binary
	Loaded     time.Time // when its source was read, where there is a Path
	Doc        string
	Functions  map[NameArity]*Function
	Attributes term.Term // as module_info(attributes) returns them
	MD5        []byte    // of the text it was compiled from, where there was one
	Options    term.Term // those that it was compiled with, or None
	// Callbacks are what a behaviour demands of its modules; the optional ones are among them.
	Callbacks, Optional []NameArity
	// ErrorInfo is the module whose format_error/2 explains badarg and the like of this module's natives (an atom), or None
	// for one whose natives stand for Erlang code, which carries no such note.
	ErrorInfo term.Term
	// OnLoad is the name of the -on_load function, or None.
	OnLoad term.Term
	// Records are the native records that the module defines.
	Records map[term.Term]*NativeRecord
	// Gone is set when the module has been purged: its funs cannot be called any more.
	Gone atomic.Bool
}

// NativeRecord is the definition of a native record (OTP 29). The value of a field that has to be given is None.
type NativeRecord struct {
	Fields, Values []term.Term
	Exported       bool
}

// NameArity names a function within its module.
type NameArity struct {
	Name  term.Term // atom
	Arity int
}

// MFA names a function.
type MFA struct {
	Module, Name term.Term // atoms
	Arity        int
}

// Process is what running code asks of the process that runs it. *node.Process is the only implementation besides those of tests.
type Process interface {
	// Self returns the pid.
	Self() term.Term
	// Send does what the operator ! does with a pid, port, reference, registered name or {Name, Node}.
	Send(to, msg term.Term) error

	// Next returns the message at the receive cursor and moves the cursor behind it; false when no message is left.
	Next() (term.Term, bool)
	// Accept removes the message that Next returned last, puts the cursor to the front and stops the receive timer.
	Accept()
	// Rewind puts the cursor to the front and stops the receive timer: the receive ended without a message.
	Rewind()
	// Arm starts the receive timer, in milliseconds. It is called once for a receive that has to wait.
	Arm(milliseconds int64)
	// TimedOut reports whether the receive timer has run out.
	TimedOut() bool
	// SkipTo moves the cursor past every message that is certainly older than the reference ref, if that is known: for a receive
	// whose every clause demands ref.
	SkipTo(ref term.Term)

	// Call calls a fun, or a function as fun M:F/A, from inside a native and returns its result. It may wait for messages.
	Call(fun term.Term, args ...term.Term) (term.Term, error)
	// Hurried reports, once each time, that the running slice has lasted long although few reductions are used: it shall end soon.
	Hurried() bool
	// Room reports whether there is memory for so many bytes more: what asks for much at once looks first.
	Room(bytes int64) bool
	// Exhaust ends the process with a report, since it needs more memory than there is.
	Exhaust()
	// Code returns the table of the node.
	Code() *Table
}
