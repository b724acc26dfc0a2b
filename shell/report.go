package shell

import (
	"strings"
	"time"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// Report prints a log event of the node as the default handler of the real logger does. It may be called from any goroutine.
func (s *Session) Report(r node.Report) {
	s.Log(Headline(r.Level, r.Time) + "\n" + s.filled(r) + "\n")
}

// Log prints the text of a log event. It may be called from any goroutine.
func (s *Session) Log(text string) {
	s.group.Warn(s.theme.Failure(strings.TrimSuffix(text, "\n")) + "\n")
}

// Headline is the first line of a log event: =ERROR REPORT==== 25-Nov-2026::09:40:00.123456 ===
func Headline(level term.Term, at time.Time) string {
	return "=" + strings.ToUpper(level.AtomName()) + " REPORT==== " + at.Format("2-Jan-2006::15:04:05.000000") + " ==="
}

// filled puts the arguments of a report into its format.
func (s *Session) filled(r node.Report) string {
	o := format.Options{Home: s.node.Origin()}
	text, err := format.Format(o, r.Format, r.Args...)
	if err != nil {
		return r.Format + " " + format.Write(term.List(r.Args...), o)
	}
	return text
}

// drainLog waits until the processes of the logger have dealt with what they got, but not for long: nobody reads what comes after the end.
func (s *Session) drainLog() {
	for _, name := range []string{"logger", "logger_std_h_default"} {
		for deadline := time.Now().Add(time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
			pid := s.node.Whereis(term.Atom(name))
			if pid.None() || s.idle(pid) {
				break
			}
		}
	}
}

// idle reports whether a process waits and has no message.
func (s *Session) idle(pid term.Term) bool {
	length, status := term.Atom("message_queue_len"), term.Atom("status")
	info := s.apply(atom.Erlang, term.Atom("process_info"), pid, term.List(length, status))
	return info.None() || info == atom.Undefined ||
		term.Equal(info, term.List(term.Tuple(length, term.Int(0)), term.Tuple(status, term.Atom("waiting"))))
}
