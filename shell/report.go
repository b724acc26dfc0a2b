package shell

import (
	"strings"
	"time"

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
	var b strings.Builder
	args := r.Args
	for rest := r.Format; rest != ""; {
		before, after, found := strings.Cut(rest, "~")
		b.WriteString(before)
		if !found {
			break
		}
		after = strings.TrimPrefix(after, "t")
		switch directive := after[0]; {
		case directive == 'n':
			b.WriteByte('\n')
		case directive == 's' && len(args) > 0:
			b.WriteString(textOf(args[0]))
			args = args[1:]
		case len(args) > 0:
			line := b.String()[strings.LastIndexByte(b.String(), '\n')+1:]
			b.WriteString(format.Pretty(args[0], format.Options{Home: s.node.Origin(), Column: len([]rune(line)) + 1}))
			args = args[1:]
		}
		rest = after[1:]
	}
	return b.String()
}
