// Package tty is the terminal: it edits lines, keeps their history, and is the one writer of the screen, so that a report that
// arrives while somebody types does not tear the line apart. The same Editor reads and writes pipes and files, where it does
// none of that.
//
// Start with New.
package tty

import (
	"bufio"
	"errors"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/chzyer/readline"
	"golang.org/x/term"
)

// ErrInterrupt is what ReadLine returns when Ctrl-C was typed into the line.
var ErrInterrupt = errors.New("interrupted")

// Options say where an Editor reads and writes.
type Options struct {
	In       *os.File
	Out, Err *os.File
	History  string // file that keeps typed lines from session to session; "" for none
	// Line edits with history and redraws, where In and Out are a terminal.
	Line bool
	// Prompts shows prompts without editing: for terminals that cannot move their cursor.
	Prompts bool
	// Escape is called when Ctrl-G is typed and no seat is in front any more; it ends with a call of Front. Without it Ctrl-G does
	// what the line editor makes of it.
	Escape func()
}

// Editor reads lines and writes text, for the seats at it. Its methods may be called from any goroutine; lines are handed out in the
// order in which they were asked for.
type Editor struct {
	options Options
	rl      *readline.Instance // nil without line editing
	in      *bufio.Reader      // guarded by reading; without line editing

	reading sync.Mutex // held by the one that waits for a line

	writing sync.Mutex
	out     *bufio.Writer // guarded by writing
	due     bool          // guarded by writing: a timer will flush out
	column  int           // guarded by writing: where the next character of Out goes

	turns   sync.Mutex
	arrived *sync.Cond // another seat is in front; of turns
	front   *Seat      // guarded by turns
	prompt  string     // guarded by turns: of the line that is edited
	away    bool       // guarded by turns: Escape runs

	signals chan os.Signal // Ctrl-C, while no line is edited
	escapes chan os.Signal // Ctrl-G, likewise
	escaped atomic.Bool    // the line that is being interrupted was left by Ctrl-G
	typed   int            // characters in the line; of the goroutine of the line editor
	keys    *keys
	closing sync.Once
}

// New returns an Editor. The error says why the terminal could not be prepared.
func New(o Options) (*Editor, error) {
	e := &Editor{options: o, out: bufio.NewWriter(o.Out), signals: make(chan os.Signal, 1), escapes: make(chan os.Signal, 1)}
	e.arrived = sync.NewCond(&e.turns)
	if !o.Line && !o.Prompts { // Ctrl-C ends the program
		e.in = bufio.NewReader(o.In)
		return e, nil
	}
	signal.Notify(e.signals, os.Interrupt)
	go e.passInterrupts()
	if !o.Line {
		e.in = bufio.NewReader(o.In)
		return e, nil
	}
	if o.Escape != nil {
		e.keys = bindEscape(o.In, e.escapes)
	}
	rl, err := readline.NewEx(&readline.Config{
		Stdin:                  readline.NewCancelableStdin(&keyboard{in: o.In}),
		Stdout:                 o.Out,
		Stderr:                 o.Err,
		HistoryFile:            o.History,
		HistoryLimit:           5000,
		DisableAutoSaveHistory: true,
		Listener:               readline.FuncListener(e.change),
		FuncFilterInputRune:    e.filter,
		InterruptPrompt:        "^C",
		EOFPrompt:              "\n",
	})
	if err != nil {
		return nil, err
	}
	e.rl = rl
	return e, nil
}

// Ask reads a line for nobody in particular: while Escape runs.
func (e *Editor) Ask(prompt string) (string, error) { return e.readLine(nil, prompt, true) }

// readLine reads a line for a seat, or for Ask. The error is errLeft when the seat was left meanwhile.
func (e *Editor) readLine(s *Seat, prompt string, always bool) (string, error) {
	e.reading.Lock()
	defer e.reading.Unlock()
	if e.rl == nil {
		if (always || e.options.Prompts) && prompt != "" {
			e.Write(prompt)
		}
		e.Flush()
		line, err := e.in.ReadString('\n')
		if line != "" {
			return asText(line), nil
		}
		return "", err
	}
	typed, ok := e.resume(s)
	if !ok {
		return "", errLeft
	}
	e.Flush()
	if at := strings.LastIndexByte(prompt, '\n'); at >= 0 { // the library redraws one line only
		e.Write(prompt[:at+1])
		prompt = prompt[at+1:]
	}
	e.rl.SetPrompt(prompt)
	e.turns.Lock()
	e.prompt = prompt
	e.turns.Unlock()
	if typed != "" {
		e.rl.Operation.SetBuffer(typed)
	}
	_, _ = io.WriteString(e.options.Out, pasteOn)
	line, err := e.rl.Readline()
	_, _ = io.WriteString(e.options.Out, pasteOff)
	_ = e.rl.SaveHistory("") // the next line begins behind the newest entry
	e.setColumn(0)
	switch {
	case errors.Is(err, readline.ErrInterrupt):
		return "", e.interrupted(s, line)
	case err != nil:
		return "", io.EOF
	}
	return line + "\n", nil
}

// pasteOn has the terminal mark what is pasted, pasteOff no longer.
const (
	pasteOn  = "\x1b[?2004h"
	pasteOff = "\x1b[?2004l"
)

// asText takes bytes that are no UTF-8 for Latin-1, as the real shell does.
func asText(line string) string {
	if utf8.ValidString(line) {
		return line
	}
	var b strings.Builder
	for line != "" {
		r, size := utf8.DecodeRuneInString(line)
		if r == utf8.RuneError && size == 1 {
			r = rune(line[0])
		}
		b.WriteRune(r)
		line = line[size:]
	}
	return b.String()
}

// resume returns what was typed when a seat was left; false when another one is in front.
func (e *Editor) resume(s *Seat) (typed string, ok bool) {
	e.turns.Lock()
	defer e.turns.Unlock()
	if s == nil {
		return "", true
	}
	typed, s.typed = s.typed, ""
	return typed, e.front == s
}

// interrupted tells Ctrl-G from Ctrl-C in the middle of a line.
func (e *Editor) interrupted(s *Seat, line string) error {
	if !e.escaped.Swap(false) || s == nil || !e.leave() {
		return ErrInterrupt
	}
	e.turns.Lock()
	s.typed = line
	e.turns.Unlock()
	go e.options.Escape()
	return errLeft
}

// readPassword reads a line for a seat without showing it.
func (e *Editor) readPassword(s *Seat, prompt string) (string, error) {
	if e.rl == nil {
		return e.readLine(s, prompt, true)
	}
	e.reading.Lock()
	defer e.reading.Unlock()
	if _, ok := e.resume(s); !ok {
		return "", errLeft
	}
	line, err := e.rl.ReadPassword(prompt)
	switch {
	case errors.Is(err, readline.ErrInterrupt):
		return "", ErrInterrupt
	case err != nil:
		return "", io.EOF
	}
	return string(line) + "\n", nil
}

// Remember adds an entry to the history.
func (e *Editor) Remember(entry string) {
	if e.rl == nil {
		return
	}
	if entry = oneLine(entry); entry != "" {
		_ = e.rl.SaveHistory(entry) // a history that cannot be written is no reason to stop
	}
}

// oneLine makes one line of a form for the history, whose file has one entry a line. Lines are joined, comments go, and a line that ends
// inside quotes does so with \n. What cannot be joined without changing what it means, text in triple quotes, is left out.
func oneLine(text string) string {
	text = strings.TrimSpace(text)
	if !strings.Contains(text, "\n") {
		return text
	}
	if strings.Contains(text, `"""`) {
		return ""
	}
	var b strings.Builder
	quote, escaped, comment, gap := rune(0), false, false, false
	for _, r := range text {
		if comment && r != '\n' {
			continue
		}
		comment = false
		if quote == 0 && !escaped {
			switch {
			case r == '%':
				comment = true
				continue
			case strings.ContainsRune(" \t\r\n", r):
				gap = true
				continue
			}
		}
		if gap {
			b.WriteByte(' ')
		}
		gap = false
		switch {
		case r == '\n' && escaped && quote != 0:
			b.WriteString("n")
		case r == '\n':
			b.WriteString(`\n`)
		default:
			b.WriteRune(r)
		}
		switch {
		case escaped:
			escaped = false
		case r == '\\', r == '$' && quote == 0:
			escaped = true
		case r == quote:
			quote = 0
		case quote == 0 && (r == '"' || r == '\''):
			quote = r
		}
	}
	return b.String()
}

// Write writes text to the output, above the line that is being typed if there is one. Without a terminal it may wait in a buffer
// until Flush.
func (e *Editor) Write(text string) {
	e.writing.Lock()
	defer e.writing.Unlock()
	e.advance(text)
	if e.rl == nil {
		_, _ = e.out.WriteString(text)
		if !e.due {
			e.due = true
			time.AfterFunc(flushDelay, e.Flush)
		}
		return
	}
	_, _ = io.WriteString(e.rl.Stdout(), text)
}

// flushDelay is how long text waits in the buffer at most.
const flushDelay = 20 * time.Millisecond

// Warn writes text to the error output, after everything written so far.
func (e *Editor) Warn(text string) {
	e.writing.Lock()
	defer e.writing.Unlock()
	if e.rl != nil && sameFile(e.options.Out, e.options.Err) {
		e.advance(text)
		_, _ = io.WriteString(e.rl.Stdout(), text)
		return
	}
	_ = e.out.Flush()
	_, _ = io.WriteString(e.options.Err, text)
}

func sameFile(a, b *os.File) bool {
	x, err := a.Stat()
	if err != nil {
		return false
	}
	y, err := b.Stat()
	return err == nil && os.SameFile(x, y)
}

// Flush writes out what waits in a buffer.
func (e *Editor) Flush() {
	e.writing.Lock()
	defer e.writing.Unlock()
	e.due = false
	_ = e.out.Flush()
}

// advance wants writing held.
func (e *Editor) advance(text string) {
	if at := strings.LastIndexByte(text, '\n'); at >= 0 {
		e.column = 0
		text = text[at+1:]
	}
	e.column += len([]rune(text))
}

func (e *Editor) setColumn(c int) {
	e.writing.Lock()
	defer e.writing.Unlock()
	e.column = c
}

// Column returns how many characters of the current output line are written.
func (e *Editor) Column() int {
	e.writing.Lock()
	defer e.writing.Unlock()
	return e.column
}

// Size returns columns and rows of the terminal, false where there is none.
func (e *Editor) Size() (columns, rows int, ok bool) {
	columns, rows, err := term.GetSize(int(e.options.Out.Fd()))
	return columns, rows, err == nil && columns > 0
}

// Interactive reports whether lines are edited on a terminal.
func (e *Editor) Interactive() bool { return e.rl != nil }

// Close gives the terminal back and writes out what is left. It does not wait for a reader that nobody will feed any more.
func (e *Editor) Close() {
	e.closing.Do(func() {
		signal.Stop(e.signals)
		signal.Stop(e.escapes)
		close(e.signals)
	})
	e.Flush()
	defer e.keys.release()
	if e.rl == nil {
		return
	}
	if !e.reading.TryLock() { // closing would wait until the one who reads a line has it
		_ = e.rl.Terminal.ExitRawMode()
		return
	}
	defer e.reading.Unlock()
	_ = e.rl.Close()
}

// IsTerminal reports whether a file is a terminal.
func IsTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }
