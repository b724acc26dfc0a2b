package node

import (
	"time"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

var (
	atomLogger      = term.Atom("logger")
	atomLog         = term.Atom("log")
	atomErrorLogger = term.Atom("error_logger")
	atomEmulator    = term.Atom("emulator")
	atomWarning     = term.Atom("warning")
	atomWarningMsg  = term.Atom("warning_msg")
	atomInfoMsg     = term.Atom("info_msg")
	atomPidKey      = term.Atom("pid")
	atomLeaderKey   = term.Atom("gl")
	atomTimeKey     = term.Atom("time")
)

// Report is a log event of the node itself. It may be given by any goroutine.
type Report struct {
	Level       term.Term // atom: error, warning, notice, info
	Format      string    // as io_lib:format/2 takes it
	Args        []term.Term
	Pid         term.Term
	GroupLeader term.Term
	Time        time.Time
}

// message is the event as the process named logger takes it: {log, Level, Format, Args, Metadata}.
func (r Report) message() term.Term {
	tag := r.Level
	switch tag {
	case term.ClassError:
	case atomWarning:
		tag = atomWarningMsg
	default:
		tag = atomInfoMsg
	}
	meta := []term.Term{
		atomTimeKey, term.Int(r.Time.UnixMicro()),
		atomErrorLogger, term.NewMap(atomEmulator, atom.True, atomTag, tag),
	}
	if !r.Pid.None() {
		meta = append(meta, atomPidKey, r.Pid)
	}
	if !r.GroupLeader.None() {
		meta = append(meta, atomLeaderKey, r.GroupLeader)
	}
	return term.Tuple(atomLog, r.Level, term.String(r.Format), term.List(r.Args...), term.NewMap(meta...))
}
