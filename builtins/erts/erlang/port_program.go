package erlang

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// program is a program of the operating system as the device of a port.
type program struct {
	cmd *exec.Cmd
	in  *os.File // what the program writes; nil when nobody reads it
	out *os.File // what it reads
}

// Read reads what the program has written.
func (d *program) Read(b []byte) (int, error) { return d.in.Read(b) }

// Write hands bytes to the program.
func (d *program) Write(b []byte) (int, error) { return d.out.Write(b) }

// Close closes both pipes; what the program makes of that is its own affair.
func (d *program) Close() error {
	var err error
	for _, f := range []*os.File{d.in, d.out} {
		if f != nil {
			err = errors.Join(err, f.Close())
		}
	}
	return err
}

// Wait returns the exit status as a shell tells it.
func (d *program) Wait() int {
	err := d.cmd.Wait()
	var e *exec.ExitError
	if !errors.As(err, &e) {
		return 0
	}
	if s, ok := e.Sys().(syscall.WaitStatus); ok && s.Signaled() {
		return 128 + int(s.Signal())
	}
	return e.ExitCode()
}

// launch starts the program of a port with its pipes.
func launch(o *portOptions) (*program, error) {
	d := &program{cmd: o.command()}
	var theirs []*os.File
	pipe := func() (r, w *os.File, err error) {
		r, w, err = os.Pipe()
		return r, w, err
	}
	closeTheirs := func() {
		for _, f := range theirs {
			_ = f.Close()
		}
	}
	var stdin, stdout *os.File
	if o.out {
		r, w, err := pipe()
		if err != nil {
			return nil, err
		}
		stdin, d.out = r, w
		theirs = append(theirs, r)
	}
	if o.in {
		r, w, err := pipe()
		if err != nil {
			closeTheirs()
			return nil, errors.Join(err, d.Close())
		}
		stdout, d.in = w, r
		theirs = append(theirs, w)
	}
	d.connect(o, stdin, stdout)
	err := d.cmd.Start()
	closeTheirs()
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// connect gives the program its ends of the pipes: as standard input and output, or as the descriptors 3 and 4.
func (d *program) connect(o *portOptions, stdin, stdout *os.File) {
	d.cmd.Stderr = os.Stderr
	if !o.stdio {
		d.cmd.Stdin, d.cmd.Stdout = os.Stdin, os.Stdout
		d.cmd.ExtraFiles = []*os.File{stdin, stdout}
		return
	}
	if stdin != nil { // a nil *os.File in the interface would not be nil
		d.cmd.Stdin = stdin
	}
	if stdout != nil {
		d.cmd.Stdout = stdout
		if o.stderr {
			d.cmd.Stderr = stdout
		}
	}
}
