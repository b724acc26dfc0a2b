//go:build !linux

package dist

import "net"

// rawSocket would read and write by system calls of its own; here Go's are good enough.
type rawSocket struct{ net.Conn }

func newRaw(net.Conn) *rawSocket { return nil }

// CloseWrite is there for the compiler alone: there is no such socket here.
func (w *rawSocket) CloseWrite() error { return nil }

func (w *rawSocket) writeAll(b net.Buffers) error {
	_, err := b.WriteTo(w.Conn)
	return err
}
