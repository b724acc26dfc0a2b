package tty

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chzyer/readline"
	"github.com/rivo/uniseg"
)

// Completion is how a text could go on.
type Completion struct {
	Candidates []string // what would be inserted
	Shared     int      // how many characters of each candidate's name stand there already
	Hint       string   // what to show where nothing can be inserted; "" for nothing
}

// filter is asked about every key while a line is edited: Ctrl-G leaves the seat. A Delete key with nothing to delete does nothing.
func (e *Editor) filter(r rune) (rune, bool) {
	o := e.rl.Operation
	switch r {
	case keyTab:
		if o.IsSearchMode() {
			return readline.CharTab, true // the end of the search
		}
	case keyDelete:
		return readline.CharDelete, e.typed > 0
	case readline.CharInterrupt:
		e.rl.Config.InterruptPrompt = "^C"
	case readline.CharBell:
		e.rl.Config.InterruptPrompt = "^C"
		if e.options.Escape == nil || o.IsSearchMode() {
			return r, true
		}
		e.rl.Config.InterruptPrompt = ""
		e.escaped.Store(true)
		return readline.CharInterrupt, true
	}
	return r, true
}

// change is told of every key that changed a line. It takes the Tab out of it, and completes.
func (e *Editor) change(line []rune, pos int, key rune) ([]rune, int, bool) {
	e.typed = len(line)
	if key != keyTab || pos == 0 || line[pos-1] != keyTab {
		return nil, 0, false
	}
	line = slices.Delete(slices.Clone(line), pos-1, pos)
	pos--
	e.typed = len(line)
	e.turns.Lock()
	front, prompt := e.front, e.prompt
	e.turns.Unlock()
	var c Completion
	if front != nil && front.complete != nil {
		c = front.complete(line[:pos])
	}
	common := []rune(common(c.Candidates))
	switch {
	case len(common) > 0:
		line = slices.Insert(line, pos, common...)
		pos += len(common)
	case len(c.Candidates) > 1 || c.Hint != "":
		shown := c.Hint
		if shown == "" {
			shown = e.table(names(c, line[:pos]))
		}
		e.Write(prompt + string(line) + "\n" + strings.TrimSuffix(shown, "\n") + "\n")
	default:
		e.rl.Terminal.Print("\a")
	}
	e.typed = len(line)
	return line, pos, true
}

// common returns what all candidates begin with.
func common(candidates []string) string {
	if len(candidates) == 0 {
		return ""
	}
	shared := []rune(candidates[0])
	for _, c := range candidates[1:] {
		n := 0
		for _, r := range c {
			if n == len(shared) || shared[n] != r {
				break
			}
			n++
		}
		shared = shared[:n]
	}
	return string(shared)
}

// names returns the whole names of candidates.
func names(c Completion, before []rune) []string {
	start := string(before[max(0, len(before)-c.Shared):])
	out := make([]string, len(c.Candidates))
	for i, rest := range c.Candidates {
		out[i] = start + rest
	}
	return out
}

// tableLimit is how many names a table shows.
const tableLimit = 400

// table puts names into columns.
func (e *Editor) table(names []string) string {
	left := max(0, len(names)-tableLimit)
	names = names[:len(names)-left]
	columns, _, ok := e.Size()
	if !ok {
		columns = 80
	}
	widest := 0
	for _, n := range names {
		widest = max(widest, uniseg.StringWidth(n))
	}
	perRow := max(1, columns/(widest+2))
	var b strings.Builder
	for i, n := range names {
		b.WriteString(n)
		if i%perRow == perRow-1 || i == len(names)-1 {
			b.WriteByte('\n')
			continue
		}
		b.WriteString(strings.Repeat(" ", widest+2-uniseg.StringWidth(n)))
	}
	if left > 0 {
		fmt.Fprintf(&b, "... and %d more\n", left)
	}
	return b.String()
}
