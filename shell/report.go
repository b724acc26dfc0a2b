package shell

import (
	"strings"
	"time"

	"github.com/erlsh/erlsh/lang/format"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// Report prints a log event of the node as the default handler of the real logger does, whichever job is in front. It may be called
// from any goroutine.
func (j *jobs) Report(r node.Report) {
	j.Log(Headline(r.Level, r.Time) + "\n" + j.home.filled(r) + "\n")
}

// Log prints the text of a log event. It may be called from any goroutine.
func (j *jobs) Log(text string) {
	j.editor.Warn(j.home.theme.Failure(strings.TrimSuffix(text, "\n")) + "\n")
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

// settling is how long the end of a session waits at most for processes that still run.
const settling = 500 * time.Millisecond

// settle lets what the session has set off run until it waits, so that a report of it, say, is not lost.
func (s *Session) settle() { s.node.Settle(settling) }
