package dist

import (
	"errors"
	"io"
	"net"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// rawSocket reads and writes a socket by system calls of its own. Reading blocks a thread, which the kernel wakes directly; Go's poller
// takes two more calls for each message. Writing does not block.
type rawSocket struct {
	f       *os.File
	c       syscall.RawConn
	in, out transfer
	read    func(fd uintptr) bool
	write   func(fd uintptr) bool
}

// transfer is one call.
type transfer struct {
	b   []byte
	n   int
	err error
}

// newRaw takes a socket over from Go's poller, which would be woken for everything that comes in too; nil for what is no socket of
// this system, which remains as it is.
func newRaw(c net.Conn) *rawSocket {
	s, ok := c.(*net.TCPConn)
	if !ok {
		return nil
	}
	watched, err := s.SyscallConn()
	if err != nil {
		return nil
	}
	var own int
	failed := watched.Control(func(fd uintptr) {
		if err = syscall.SetNonblock(int(fd), false); err == nil {
			own, err = unix.FcntlInt(fd, syscall.F_DUPFD_CLOEXEC, 0)
		}
	})
	if failed != nil || err != nil {
		return nil
	}
	f := os.NewFile(uintptr(own), "tcp") // TCPConn.File would go on asking the poller
	raw, err := f.SyscallConn()
	if err != nil {
		return nil
	}
	_ = s.Close()
	w := &rawSocket{f: f, c: raw}
	w.write = func(fd uintptr) bool {
		w.out.send(fd)
		return true
	}
	w.read = func(fd uintptr) bool {
		w.in.receive(fd)
		return true
	}
	return w
}

func (t *transfer) receive(fd uintptr) {
	for {
		t.n, t.err = syscall.Read(int(fd), t.b)
		if t.err != syscall.EINTR {
			return
		}
	}
}

func (t *transfer) send(fd uintptr) {
	for {
		t.n, t.err = syscall.SendmsgN(int(fd), t.b, nil, nil, syscall.MSG_DONTWAIT|syscall.MSG_NOSIGNAL)
		switch t.err {
		case syscall.EINTR:
			continue
		case syscall.EAGAIN:
			t.err = nil
		}
		t.n = max(t.n, 0)
		return
	}
}

// Write writes as much as there is room for, which may be nothing, and does not wait for more. The caller sees to it that nobody else
// writes.
func (w *rawSocket) Write(b []byte) (int, error) {
	w.out = transfer{b: b}
	if w.c.Write(w.write) != nil { // its own errors say that the file is closed, in words of their own
		return 0, os.ErrClosed
	}
	w.out.b = nil
	return w.out.n, w.out.err
}

// Read waits for something to read.
func (w *rawSocket) Read(b []byte) (int, error) {
	w.in = transfer{b: b}
	if w.c.Read(w.read) != nil {
		return 0, os.ErrClosed
	}
	w.in.b = nil
	if w.in.n <= 0 && w.in.err == nil {
		w.in.err = io.EOF
	}
	return max(w.in.n, 0), w.in.err
}

// writeAll writes all of it, waiting as long as it takes.
func (w *rawSocket) writeAll(buffers net.Buffers) error {
	for i, b := range buffers {
		flags := syscall.MSG_NOSIGNAL
		if i < len(buffers)-1 {
			flags |= moreToCome
		}
		for len(b) > 0 {
			var n int
			var failed error
			err := w.c.Control(func(fd uintptr) { n, failed = syscall.SendmsgN(int(fd), b, nil, nil, flags) })
			switch {
			case err != nil:
				return os.ErrClosed
			case failed == syscall.EINTR:
			case failed != nil:
				return failed
			default:
				b = b[n:]
			}
		}
	}
	return nil
}

// moreToCome is MSG_MORE: the kernel need not make a packet of what it has so far.
const moreToCome = 0x8000

// CloseWrite tells the peer that nothing more comes.
func (w *rawSocket) CloseWrite() error {
	var failed error
	err := w.c.Control(func(fd uintptr) { failed = syscall.Shutdown(int(fd), syscall.SHUT_WR) })
	return errors.Join(err, failed)
}

// Close ends calls that are under way too: nothing else wakes a thread that reads.
func (w *rawSocket) Close() error {
	_ = w.c.Control(func(fd uintptr) { _ = syscall.Shutdown(int(fd), syscall.SHUT_RDWR) })
	return w.f.Close()
}
