package tty

import (
	"errors"
	"io"
	"strings"
)

// Seat is the place of one conversation at the terminal. The one in front reads and writes; what the others write is kept until they
// come to the front, and whoever reads there waits. Where lines are not edited there is one seat only, in front from the beginning.
type Seat struct {
	editor   *Editor
	complete func(before []rune) Completion
	through  bool // it writes without being in front

	typed string // guarded by Editor.turns: the line as it stood when the seat was left
	gone  bool   // guarded by Editor.turns

	held       strings.Builder // guarded by Editor.turns: output since the seat was left
	lost       int             // guarded by Editor.turns: characters that held had no room for
	interrupts chan struct{}
}

// heldLimit is how many bytes of output a seat keeps that is not in front.
const heldLimit = 1 << 20

// NewSeat returns a seat. The first one is in front. complete says how the text before the cursor could go on when Tab is pressed; it
// may be nil.
func (e *Editor) NewSeat(complete func(before []rune) Completion) *Seat {
	s := &Seat{editor: e, complete: complete, interrupts: make(chan struct{}, 1)}
	e.turns.Lock()
	defer e.turns.Unlock()
	if e.front == nil && !e.away {
		e.front = s
	}
	return s
}

// NewBackdrop returns a seat whose output comes out whoever is in front, and that is never in front itself.
func (e *Editor) NewBackdrop() *Seat {
	return &Seat{editor: e, through: true, interrupts: make(chan struct{}, 1)}
}

// Front puts a seat in front: it gets the input from now on, and what it has written meanwhile comes out.
func (e *Editor) Front(s *Seat) {
	e.turns.Lock()
	defer e.turns.Unlock()
	e.away = false
	e.front = s
	if s.lost > 0 {
		e.Write("... (older output is left out)\n")
	}
	if s.held.Len() > 0 {
		e.Write(s.held.String())
	}
	s.held.Reset()
	s.lost = 0
	e.arrived.Broadcast()
}

// leave takes the seat in front away. False when there is none, or nothing to switch to.
func (e *Editor) leave() bool {
	e.turns.Lock()
	defer e.turns.Unlock()
	if e.options.Escape == nil || e.away {
		return false
	}
	e.front, e.away = nil, true
	return true
}

// Leave does what Ctrl-G does: no seat is in front any more, and Escape runs.
func (e *Editor) Leave() {
	if e.leave() {
		go e.options.Escape()
	}
}

// await returns when the seat is in front; false when it never will be again.
func (s *Seat) await() bool {
	e := s.editor
	e.turns.Lock()
	defer e.turns.Unlock()
	for e.front != s && !s.gone {
		e.arrived.Wait()
	}
	return !s.gone
}

// Close ends the conversation: whoever reads there gets io.EOF.
func (s *Seat) Close() {
	e := s.editor
	e.turns.Lock()
	defer e.turns.Unlock()
	s.gone = true
	e.arrived.Broadcast()
}

// ReadLine returns the next line with its newline, if it has one. The prompt is shown where there is a terminal, and in front of
// input from a pipe only with always. Errors are io.EOF and ErrInterrupt, or what reading the file gave.
func (s *Seat) ReadLine(prompt string, always bool) (string, error) {
	return s.read(func() (string, error) { return s.editor.readLine(s, prompt, always) })
}

// ReadPassword is ReadLine for what must not be seen on the screen.
func (s *Seat) ReadPassword(prompt string) (string, error) {
	return s.read(func() (string, error) { return s.editor.readPassword(s, prompt) })
}

func (s *Seat) read(line func() (string, error)) (string, error) {
	for s.await() {
		got, err := line()
		if !errors.Is(err, errLeft) {
			return got, err
		}
	}
	return "", io.EOF
}

// errLeft says that the one at the keyboard turned to something else in the middle of a line.
var errLeft = errors.New("seat left")

// Write writes text to the output, above the line that is being typed if there is one. Without a terminal it may wait in a buffer
// until Flush.
func (s *Seat) Write(text string) {
	if s.inFront(text) {
		s.editor.Write(text)
	}
}

// Warn writes text to the error output, after everything written so far.
func (s *Seat) Warn(text string) {
	if s.inFront(text) {
		s.editor.Warn(text)
	}
}

// inFront reports whether the seat may write; otherwise it keeps the text.
func (s *Seat) inFront(text string) bool {
	e := s.editor
	e.turns.Lock()
	defer e.turns.Unlock()
	switch {
	case e.front == s || s.through || e.rl == nil:
		return true
	case s.held.Len()+len(text) > heldLimit:
		s.lost += s.held.Len()
		s.held.Reset()
		s.held.WriteString(text[max(0, len(text)-heldLimit):])
	default:
		s.held.WriteString(text)
	}
	return false
}

// Remember adds an entry to the history.
func (s *Seat) Remember(entry string) { s.editor.Remember(entry) }

// Size returns columns and rows of the terminal, false where there is none.
func (s *Seat) Size() (columns, rows int, ok bool) { return s.editor.Size() }

// Interrupts delivers a value for every Ctrl-C that is typed while this seat is in front and no line is being edited.
func (s *Seat) Interrupts() <-chan struct{} { return s.interrupts }

// Interrupt does what Ctrl-C does to whoever works there.
func (s *Seat) Interrupt() {
	select {
	case s.interrupts <- struct{}{}:
	default: // one is on its way
	}
}

// passInterrupts hands Ctrl-C to the seat in front, and what stands for Ctrl-G while no line is edited to Escape.
func (e *Editor) passInterrupts() {
	for {
		select {
		case _, ok := <-e.signals:
			if !ok {
				return
			}
			e.turns.Lock()
			front := e.front
			e.turns.Unlock()
			if front != nil {
				front.Interrupt()
			}
		case <-e.escapes:
			e.Write("\n")
			e.Leave()
		}
	}
}
