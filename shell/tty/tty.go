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
	// Complete returns what could follow the text before the cursor, each candidate as the characters to insert, and how many
	// characters before the cursor they all share. It may be nil.
	Complete func(before []rune) (candidates []string, shared int)
	// Line edits with history and redraws, where In and Out are a terminal.
	Line bool
}

// Editor reads lines and writes text. Its methods may be called from any goroutine; lines are handed out in the order in which
// they were asked for.
type Editor struct {
	options Options
	rl      *readline.Instance // nil without line editing
	in      *bufio.Reader      // guarded by reading; without line editing

	reading sync.Mutex // held by the one that waits for a line

	writing sync.Mutex
	out     *bufio.Writer // guarded by writing
	column  int           // guarded by writing: where the next character of Out goes

	interrupts chan os.Signal
	done       sync.WaitGroup
}

// New returns an Editor. The error says why the terminal could not be prepared.
func New(o Options) (*Editor, error) {
	e := &Editor{options: o, out: bufio.NewWriter(o.Out), interrupts: make(chan os.Signal, 1)}
	signal.Notify(e.interrupts, os.Interrupt)
	if !o.Line {
		e.in = bufio.NewReader(o.In)
		return e, nil
	}
	rl, err := readline.NewEx(&readline.Config{
		Stdin:                  readline.NewCancelableStdin(o.In),
		Stdout:                 o.Out,
		Stderr:                 o.Err,
		HistoryFile:            o.History,
		HistoryLimit:           5000,
		DisableAutoSaveHistory: true,
		AutoComplete:           completer{o.Complete},
		InterruptPrompt:        "^C",
		EOFPrompt:              "\n",
	})
	if err != nil {
		return nil, err
	}
	e.rl = rl
	return e, nil
}

type completer struct {
	complete func(before []rune) ([]string, int)
}

// Do is the completion interface of the readline library.
func (c completer) Do(line []rune, pos int) ([][]rune, int) {
	if c.complete == nil {
		return nil, 0
	}
	candidates, shared := c.complete(line[:pos])
	out := make([][]rune, len(candidates))
	for i, s := range candidates {
		out[i] = []rune(s)
	}
	return out, shared
}

// ReadLine returns the next line with its newline, if it has one. The prompt is shown where there is a terminal, and in front of
// input from a pipe only with always. Errors are io.EOF and ErrInterrupt, or what reading the file gave.
func (e *Editor) ReadLine(prompt string, always bool) (string, error) {
	e.reading.Lock()
	defer e.reading.Unlock()
	if e.rl == nil {
		if always && prompt != "" {
			e.Write(prompt)
		}
		e.Flush()
		line, err := e.in.ReadString('\n')
		if line != "" {
			return line, nil
		}
		return "", err
	}
	e.Flush()
	if at := strings.LastIndexByte(prompt, '\n'); at >= 0 { // the library redraws one line only
		e.Write(prompt[:at+1])
		prompt = prompt[at+1:]
	}
	e.rl.SetPrompt(prompt)
	line, err := e.rl.Readline()
	e.setColumn(0)
	switch {
	case errors.Is(err, readline.ErrInterrupt):
		return "", ErrInterrupt
	case err != nil:
		return "", io.EOF
	}
	return line + "\n", nil
}

// ReadLineThen reads a line in the background and gives it to then.
func (e *Editor) ReadLineThen(prompt string, then func(line string, err error)) {
	e.done.Add(1)
	go func() {
		defer e.done.Done()
		then(e.ReadLine(prompt, true))
	}()
}

// ReadPassword reads a line without showing it.
func (e *Editor) ReadPassword() (string, error) {
	e.reading.Lock()
	defer e.reading.Unlock()
	if e.rl == nil {
		return e.in.ReadString('\n')
	}
	line, err := e.rl.ReadPassword("")
	return string(line), err
}

// Remember adds an entry to the history.
func (e *Editor) Remember(entry string) {
	if e.rl != nil && strings.TrimSpace(entry) != "" {
		_ = e.rl.SaveHistory(entry) // a history that cannot be written is no reason to stop
	}
}

// Write writes text to the output, above the line that is being typed if there is one. Without a terminal it may wait in a buffer
// until Flush.
func (e *Editor) Write(text string) {
	e.writing.Lock()
	defer e.writing.Unlock()
	e.advance(text)
	if e.rl == nil {
		_, _ = e.out.WriteString(text)
		return
	}
	_, _ = io.WriteString(e.rl.Stdout(), text)
}

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

// Interrupts delivers a value for every Ctrl-C that is typed while no line is being edited.
func (e *Editor) Interrupts() <-chan os.Signal { return e.interrupts }

// Close gives the terminal back and writes out what is left. It does not wait for a reader that nobody will feed any more.
func (e *Editor) Close() {
	signal.Stop(e.interrupts)
	e.Flush()
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
