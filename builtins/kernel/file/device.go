package file

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"syscall"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// device is an open file and the process that serves it. What was read ahead waits in ahead; the position of the file is behind it.
type device struct {
	file  *os.File
	modes modes
	ahead []byte

	packed   *gzip.Writer // of a file that is written compressed, until it is closed
	unpacked io.Reader    // of a file that is read compressed, from the first read on
}

var (
	atomFileRequest = term.Atom("file_request")
	atomIORequest   = term.Atom("io_request")
	atomClose       = term.Atom("close")
)

// serve takes one message of the process.
func (d *device) serve(p *node.Process, message term.Term) {
	e, _ := message.Tuple()
	switch {
	case len(e) == 2 && e[0] == atomOwner:
		_, _ = p.Monitor(e[1], node.MonitorOptions{})
	case len(e) == 5 && e[0] == atom.Down:
		d.end(p)
	case len(e) == 4 && e[0] == atomFileRequest:
		if e[3] == atomClose {
			reply(p, "file_reply", e[1], e[2], outcome(d.close()))
			d.end(p)
			return
		}
		reply(p, "file_reply", e[1], e[2], d.request(e[3]))
	case len(e) == 4 && e[0] == atomIORequest:
		answer := d.ioRequest(p, e[3])
		reply(p, "io_reply", e[1], e[2], answer)
		if x, ok := answer.Tagged(atom.ErrorAtom, 2); ok && x[1].Kind() == term.KindTuple { // no translation, after which nothing works
			d.end(p)
		}
	}
}

func (d *device) end(p *node.Process) {
	_ = d.close() // closed already when that was the request
	_ = p.ExitSignal(p.Self(), atom.Normal)
}

// close ends the compressed data, if the file has some, and closes the file.
func (d *device) close() error {
	var err error
	if d.packed != nil {
		err = d.packed.Close()
		d.packed = nil
	}
	return errors.Join(err, d.file.Close())
}

// source is where the bytes of the file come from. A file that is not compressed is read as it is, as in OTP.
func (d *device) source() (io.Reader, error) {
	if !d.modes.compressed {
		return d.file, nil
	}
	if d.unpacked == nil {
		b := bufio.NewReader(d.file)
		d.unpacked = b
		if head, err := b.Peek(2); err == nil && head[0] == 0x1f && head[1] == 0x8b {
			z, err := gzip.NewReader(b)
			if err != nil {
				return nil, syscall.EIO
			}
			d.unpacked = z
		}
	}
	return d.unpacked, nil
}

// request carries out what a function of module file asks for.
func (d *device) request(what term.Term) term.Term {
	if name, ok := what.Atom(); ok {
		switch name {
		case "read_line":
			return d.answer(d.line())
		case "truncate":
			return outcome(d.truncate())
		case "sync":
			return outcome(d.file.Sync())
		}
		return badarg
	}
	e, _ := what.Tuple()
	if len(e) < 2 {
		return badarg
	}
	n, _ := e[1].Int()
	switch e[0].AtomName() {
	case "read":
		return d.answer(d.take(int(min(n, 1<<40))))
	case "write":
		data, _ := e[1].Binary()
		if d.modes.utf8 { // bytes are characters of Latin-1 then
			data = []byte(fromLatin1(data))
		}
		return outcome(d.write(data))
	case "position":
		at, err := d.position(e[1])
		if err != nil {
			return bif.ErrorTuple(err)
		}
		return term.Tuple(atom.OK, term.Int(at))
	case "pread", "pwrite":
		if len(e) != 3 {
			return badarg
		}
		if _, err := d.position(e[1]); err != nil {
			return bif.ErrorTuple(err)
		}
		if data, ok := e[2].Binary(); ok {
			return outcome(d.write(data))
		}
		length, _ := e[2].Int()
		return d.answer(d.take(int(length)))
	}
	return badarg
}

// answer makes {ok, Data}, eof or {error, Reason} of what was read.
func (d *device) answer(b []byte, err error) term.Term {
	switch {
	case errors.Is(err, io.EOF):
		return atom.EOF
	case err != nil:
		return bif.ErrorTuple(err)
	case d.modes.binary:
		return term.Tuple(atom.OK, term.Binary(b))
	}
	chars := make([]term.Term, len(b))
	for i, c := range b {
		chars[i] = term.Int(int64(c))
	}
	return term.Tuple(atom.OK, term.List(chars...))
}

// more reads another portion ahead; false at the end of the file.
func (d *device) more() (bool, error) {
	portion := make([]byte, 64<<10)
	from, err := d.source()
	if err != nil {
		return false, err
	}
	n, err := from.Read(portion)
	d.ahead = append(d.ahead, portion[:n]...)
	if d.modes.compressed {
		switch {
		case n > 0:
			return true, nil
		case err == nil:
			return d.more()
		case !errors.Is(err, io.EOF):
			return false, syscall.EIO
		}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	return n > 0, nil
}

// take returns n bytes, fewer at the end of the file; io.EOF when there are none.
func (d *device) take(n int) ([]byte, error) {
	for len(d.ahead) < n {
		ok, err := d.more()
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
	}
	n = min(n, len(d.ahead))
	if n == 0 {
		if _, err := d.file.Stat(); err != nil {
			return nil, err
		}
		return nil, io.EOF
	}
	out := d.ahead[:n:n]
	d.ahead = d.ahead[n:]
	return out, nil
}

// line returns a line with its newline, or what is left; a carriage return in front of the newline is dropped, as in OTP.
func (d *device) line() ([]byte, error) {
	from := 0
	for {
		if at := bytes.IndexByte(d.ahead[from:], '\n'); at >= 0 {
			b, err := d.take(from + at + 1)
			if n := len(b); err == nil && n > 1 && b[n-2] == '\r' {
				b = append(bytes.Clone(b[:n-2]), '\n')
			}
			return b, err
		}
		from = len(d.ahead)
		if ok, err := d.more(); err != nil {
			return nil, err
		} else if !ok {
			return d.take(len(d.ahead))
		}
	}
}

// settle puts the position of the file to where the reader is.
func (d *device) settle() error {
	if len(d.ahead) == 0 {
		return nil
	}
	_, err := d.file.Seek(-int64(len(d.ahead)), io.SeekCurrent)
	d.ahead = nil
	return err
}

func (d *device) write(b []byte) error {
	if d.modes.compressed {
		if d.packed == nil {
			return syscall.EBADF
		}
		_, err := d.packed.Write(b)
		return err
	}
	if err := d.settle(); err != nil {
		return err
	}
	_, err := d.file.Write(b)
	return err
}

func (d *device) truncate() error {
	if d.modes.compressed {
		return syscall.EINVAL
	}
	if err := d.settle(); err != nil {
		return err
	}
	at, err := d.file.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	return d.file.Truncate(at)
}

// position moves to an offset, bof, cur, eof, or one of these with an offset.
func (d *device) position(where term.Term) (int64, error) {
	if d.modes.compressed {
		return 0, syscall.EINVAL
	}
	if err := d.settle(); err != nil {
		return 0, err
	}
	offset, isInt := where.Int()
	from := term.Atom("bof")
	if !isInt {
		from, offset = where, 0
		if e, ok := where.Tuple(); ok && len(e) == 2 {
			from = e[0]
			offset, isInt = e[1].Int()
			if !isInt {
				return 0, os.ErrInvalid
			}
		}
	}
	whence := map[string]int{"bof": io.SeekStart, "cur": io.SeekCurrent, "eof": io.SeekEnd}
	w, ok := whence[from.AtomName()]
	if !ok {
		return 0, os.ErrInvalid
	}
	return d.file.Seek(offset, w)
}
