package file

import (
	"compress/gzip"
	"os"
	"slices"
	"syscall"

	"github.com/erlsh/erlsh/builtins/bif"
	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/code"
	"github.com/erlsh/erlsh/lang/term"
	"github.com/erlsh/erlsh/node"
)

// modes are those that a file is opened with.
type modes struct {
	read, write, append, exclusive, binary, raw, sync, directory bool
	utf8, compressed                                             bool
}

func (m *modes) set(o term.Term) bool {
	switch o.AtomName() {
	case "read":
		m.read = true
	case "write":
		m.write = true
	case "append":
		m.append = true
	case "exclusive":
		m.write, m.exclusive = true, true
	case "binary":
		m.binary = true
	case "raw":
		m.raw = true
	case "sync":
		m.sync = true
	case "directory":
		m.read, m.directory = true, true
	case "compressed":
		m.compressed = true
	case "delayed_write", "read_ahead":
	default:
		return m.setPair(o)
	}
	return true
}

func (m *modes) setPair(o term.Term) bool {
	e, _ := o.Tuple()
	switch {
	case len(e) == 3 && e[0].AtomName() == "delayed_write", len(e) == 2 && e[0].AtomName() == "read_ahead":
		return true
	case len(e) == 2 && e[0].AtomName() == "encoding":
		switch e[1].AtomName() {
		case "latin1":
			m.utf8 = false
			return true
		case "utf8", "unicode":
			m.utf8 = true
			return true
		}
	}
	return false
}

func (m *modes) flags() int {
	flags := os.O_RDONLY
	switch {
	case m.read && (m.write || m.append):
		flags = os.O_RDWR | os.O_CREATE
	case m.append:
		flags = os.O_WRONLY | os.O_CREATE
	case m.write:
		flags = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	if m.append {
		flags = flags&^os.O_TRUNC | os.O_APPEND
	}
	if m.exclusive {
		flags |= os.O_EXCL
	}
	if m.sync {
		flags |= os.O_SYNC
	}
	return flags
}

var (
	atomDescriptor = term.Atom("file_descriptor")
	atomPrimFile   = term.Atom("prim_file")
	atomOwner      = term.Atom("owner")
)

// soleModes may stand alone, without a list around them.
var soleModes = []string{"read", "write", "read_write", "binary", "character"}

// open opens a file and starts the process that serves it. With raw the process hides in a record, as the file handle does in OTP.
func open(p *node.Process, args []term.Term) (term.Term, error) {
	list, proper := args[1].Slice()
	if !proper {
		if args[1].IsAtom() && !slices.Contains(soleModes, args[1].AtomName()) {
			return term.Tuple(atom.ErrorAtom, atom.Badarg), nil
		}
		list = args[1:2]
	}
	var m modes
	for _, o := range list {
		m.set(o) // what is none of them is ignored, as in OTP
	}
	if m.compressed && (m.append || m.read && m.write) {
		return bif.ErrorTuple(syscall.EINVAL), nil
	}
	return onPath(func(path string) (term.Term, error) {
		var f *os.File
		var err error
		p.Blocking(func() { f, err = openFile(path, m) })
		if err != nil {
			return term.None, err
		}
		d := &device{file: f, modes: m}
		if m.compressed && m.write {
			d.packed = gzip.NewWriter(f)
		}
		pid, _, err := p.Spawn(node.SpawnOptions{Handler: d.serve, As: node.Shown{Loop: code.MFA{Module: term.Atom("file_io_server"), Name: term.Atom("server_loop"), Arity: 1}}})
		if err != nil {
			return term.None, err
		}
		if err := p.Send(pid, term.Tuple(atomOwner, p.Self())); err != nil {
			return term.None, err
		}
		if m.raw {
			return term.Tuple(atom.OK, term.Tuple(atomDescriptor, atomPrimFile, pid)), nil
		}
		return term.Tuple(atom.OK, pid), nil
	})(p, args)
}

func openFile(path string, m modes) (*os.File, error) {
	f, err := os.OpenFile(path, m.flags(), 0o666)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	switch {
	case err != nil:
	case info.IsDir() && !m.directory:
		err = syscall.EISDIR
	case !info.IsDir() && m.directory:
		err = syscall.ENOTDIR
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

// reply answers a request of this module.
func reply(p *node.Process, kind string, to, as, answer term.Term) {
	_ = p.Send(to, term.Tuple(term.Atom(kind), as, answer))
}

// outcome is ok or {error, Reason}.
func outcome(err error) term.Term {
	if err != nil {
		return bif.ErrorTuple(err)
	}
	return atom.OK
}
