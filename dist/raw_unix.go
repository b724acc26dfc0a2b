//go:build unix

package dist

import (
	"errors"
	"net"
	"syscall"
)

// rawWriter writes to a socket as much as there is room for, and does not wait for more.
type rawWriter struct {
	c   syscall.RawConn
	b   []byte
	n   int
	err error
	try func(fd uintptr) bool
}

// newRawWriter returns nil for what is no socket.
func newRawWriter(c net.Conn) *rawWriter {
	s, ok := c.(*net.TCPConn)
	if !ok {
		return nil
	}
	raw, err := s.SyscallConn()
	if err != nil {
		return nil
	}
	w := &rawWriter{c: raw}
	w.try = w.once
	return w
}

func (w *rawWriter) once(fd uintptr) bool {
	for {
		w.n, w.err = syscall.Write(int(fd), w.b)
		if !errors.Is(w.err, syscall.EINTR) {
			return true
		}
	}
}

// write returns how many bytes are written, which may be none. The caller sees to it that nobody else writes.
func (w *rawWriter) write(b []byte) (int, error) {
	w.b, w.n, w.err = b, 0, nil
	err := w.c.Write(w.try)
	w.b = nil
	if err == nil && w.err != nil && !errors.Is(w.err, syscall.EAGAIN) {
		err = w.err
	}
	return max(w.n, 0), err
}
