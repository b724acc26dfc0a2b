package shell

import "github.com/erlsh/erlsh/lang/term"

// console is where a session reads and writes: a group leader of this node with its seat at the terminal, or one of another node.
type console interface {
	// Pid returns the group leader of what is evaluated.
	Pid() term.Term
	Write(text string)
	// Warn writes what is no value: errors, explanations, reports.
	Warn(text string)
	// ReadLine returns the next line with its newline; the error is tty.ErrInterrupt, or the end of the input.
	ReadLine(prompt string) (string, error)
	// Remember adds an entry to the history.
	Remember(entry string)
	// Size returns columns and rows, false where that is not known.
	Size() (columns, rows int, ok bool)
	// Interrupts delivers a value for every request to stop the running evaluation.
	Interrupts() <-chan struct{}
}
