package tty

import (
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

// keys is what was changed about the keys of a terminal.
type keys struct {
	fd     int
	before *unix.Termios
}

// bindEscape has the terminal send its quit signal for Ctrl-G, so that the key is heard while no line is edited. It returns nil where
// In is no terminal.
func bindEscape(in *os.File, escapes chan<- os.Signal) *keys {
	fd := int(in.Fd())
	before, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return nil
	}
	changed := *before
	changed.Cc[unix.VQUIT] = 'G' & 0x1f
	if unix.IoctlSetTermios(fd, unix.TCSETS, &changed) != nil {
		return nil
	}
	signal.Notify(escapes, syscall.SIGQUIT)
	return &keys{fd: fd, before: before}
}

// release gives the keys back.
func (k *keys) release() {
	if k != nil {
		_ = unix.IoctlSetTermios(k.fd, unix.TCSETS, k.before)
	}
}
