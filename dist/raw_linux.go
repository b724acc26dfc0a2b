package dist

import (
	"io"
	"net"
	"syscall"
	"unsafe"
)

// rawSocket is a socket that is read and written without telling Go's scheduler, which would only take the time to be ready for a system call
// that blocks: these do not. A thread that is woken for that costs more than the call.
type rawSocket struct {
	c         syscall.RawConn
	in, out   transfer
	read, try func(fd uintptr) bool
}

// transfer is one call.
type transfer struct {
	b   []byte
	n   int
	err error
}

// newRaw returns nil for what is no socket of this system.
func newRaw(c net.Conn) *rawSocket {
	s, ok := c.(*net.TCPConn)
	if !ok {
		return nil
	}
	raw, err := s.SyscallConn()
	if err != nil {
		return nil
	}
	w := &rawSocket{c: raw}
	w.try = func(fd uintptr) bool {
		w.out.call(syscall.SYS_WRITE, fd)
		return true
	}
	w.read = func(fd uintptr) bool {
		w.in.call(syscall.SYS_READ, fd)
		return w.in.err != syscall.EAGAIN
	}
	return w
}

func (t *transfer) call(trap, fd uintptr) {
	for {
		n, _, errno := syscall.RawSyscall(trap, fd, uintptr(unsafe.Pointer(unsafe.SliceData(t.b))), uintptr(len(t.b)))
		if errno == syscall.EINTR {
			continue
		}
		t.n, t.err = int(n), nil
		if errno != 0 {
			t.n, t.err = 0, errno
		}
		return
	}
}

// Write writes as much as there is room for, which may be nothing, and does not wait for more. The caller sees to it that nobody else
// writes.
func (w *rawSocket) Write(b []byte) (int, error) {
	w.out = transfer{b: b}
	if err := w.c.Write(w.try); err != nil {
		return 0, err
	}
	n, err := w.out.n, w.out.err
	w.out.b = nil
	if err == syscall.EAGAIN {
		err = nil
	}
	return n, err
}

// Read waits for something to read.
func (w *rawSocket) Read(b []byte) (int, error) {
	w.in = transfer{b: b}
	if err := w.c.Read(w.read); err != nil {
		return 0, err
	}
	n, err := w.in.n, w.in.err
	w.in.b = nil
	if n == 0 && err == nil {
		err = io.EOF
	}
	return n, err
}
