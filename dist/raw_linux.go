package dist

import (
	"io"
	"net"
	"syscall"
	"unsafe"
)

// rawSocket reads and writes a socket by system calls of its own. Reading blocks a thread, which the kernel wakes directly; Go's poller
// takes two more calls for each message. Writing does not block, so the scheduler need not hear of it: to wake the thread that watches
// calls which might block costs more than the call.
type rawSocket struct {
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
	failed := raw.Control(func(fd uintptr) { err = syscall.SetNonblock(int(fd), false) })
	if failed != nil || err != nil {
		return nil
	}
	w := &rawSocket{c: raw}
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
		n, _, errno := syscall.RawSyscall6(syscall.SYS_SENDTO, fd, uintptr(unsafe.Pointer(unsafe.SliceData(t.b))), uintptr(len(t.b)),
			syscall.MSG_DONTWAIT|syscall.MSG_NOSIGNAL, 0, 0)
		switch errno {
		case 0:
			t.n, t.err = int(n), nil
		case syscall.EINTR:
			continue
		case syscall.EAGAIN:
			t.n, t.err = 0, nil
		default:
			t.n, t.err = 0, errno
		}
		return
	}
}

// Write writes as much as there is room for, which may be nothing, and does not wait for more. The caller sees to it that nobody else
// writes.
func (w *rawSocket) Write(b []byte) (int, error) {
	w.out = transfer{b: b}
	if err := w.c.Write(w.write); err != nil {
		return 0, err
	}
	w.out.b = nil
	return w.out.n, w.out.err
}

// Read waits for something to read.
func (w *rawSocket) Read(b []byte) (int, error) {
	w.in = transfer{b: b}
	if err := w.c.Read(w.read); err != nil {
		return 0, err
	}
	w.in.b = nil
	if w.in.n <= 0 && w.in.err == nil {
		w.in.err = io.EOF
	}
	return max(w.in.n, 0), w.in.err
}

// shut ends calls that are under way: nothing else wakes a thread that reads.
func (w *rawSocket) shut() {
	_ = w.c.Control(func(fd uintptr) { _ = syscall.Shutdown(int(fd), syscall.SHUT_RDWR) })
}
