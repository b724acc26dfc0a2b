package bif

import (
	"errors"
	"io/fs"
	"syscall"

	"github.com/erlsh/erlsh/lang/atom"
	"github.com/erlsh/erlsh/lang/term"
)

const errNotDirectory = syscall.ENOTDIR

// PosixName returns the name of an error of the operating system, as Erlang spells it: enoent, eacces ... What is none of those is
// einval.
func PosixName(err error) string {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		if name := errnoNames[errno]; name != "" {
			return name
		}
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "enoent"
	case errors.Is(err, fs.ErrExist):
		return "eexist"
	case errors.Is(err, fs.ErrPermission):
		return "eacces"
	case errors.Is(err, fs.ErrClosed):
		return "terminated"
	}
	return "einval"
}

// ErrorTuple returns {error, Reason} for an error of the operating system.
func ErrorTuple(err error) term.Term { return term.Tuple(atom.ErrorAtom, term.Atom(PosixName(err))) }

var errnoNames = map[syscall.Errno]string{
	syscall.EACCES: "eacces", syscall.EADDRINUSE: "eaddrinuse", syscall.EADDRNOTAVAIL: "eaddrnotavail", syscall.EAGAIN: "eagain",
	syscall.EBADF: "ebadf", syscall.EBUSY: "ebusy", syscall.ECONNABORTED: "econnaborted", syscall.ECONNREFUSED: "econnrefused",
	syscall.ECONNRESET: "econnreset", syscall.EEXIST: "eexist", syscall.EFBIG: "efbig", syscall.EHOSTUNREACH: "ehostunreach",
	syscall.EINTR: "eintr", syscall.EINVAL: "einval", syscall.EIO: "eio", syscall.EISDIR: "eisdir", syscall.ELOOP: "eloop",
	syscall.EMFILE: "emfile", syscall.EMLINK: "emlink", syscall.ENAMETOOLONG: "enametoolong", syscall.ENETUNREACH: "enetunreach",
	syscall.ENFILE: "enfile", syscall.ENODEV: "enodev", syscall.ENOENT: "enoent", syscall.ENOMEM: "enomem", syscall.ENOSPC: "enospc",
	syscall.ENOTDIR: "enotdir", syscall.ENOTEMPTY: "eexist", syscall.ENXIO: "enxio", syscall.EPERM: "eperm",
	syscall.EPIPE: "epipe", syscall.EROFS: "erofs", syscall.ESPIPE: "espipe", syscall.ESRCH: "esrch", syscall.ETIMEDOUT: "etimedout",
	syscall.ETXTBSY: "etxtbsy", syscall.ENOTCONN: "enotconn", syscall.EISCONN: "eisconn", syscall.EMSGSIZE: "emsgsize",
	syscall.EDESTADDRREQ: "edestaddrreq", syscall.EALREADY: "ealready", syscall.EINPROGRESS: "einprogress", syscall.ENETDOWN: "enetdown",
	syscall.EHOSTDOWN: "ehostdown", syscall.ENOBUFS: "enobufs", syscall.EAFNOSUPPORT: "eafnosupport", syscall.ENOTSOCK: "enotsock",
	syscall.EPROTONOSUPPORT: "eprotonosupport", syscall.EPROTOTYPE: "eprototype", syscall.ENETRESET: "enetreset", syscall.ESHUTDOWN: "eshutdown",
	syscall.EDOM: "edom", syscall.ERANGE: "erange", syscall.EFAULT: "efault", syscall.ENOSYS: "enosys", syscall.ENOTTY: "enotty", syscall.ECHILD: "echild",
	syscall.ENOEXEC: "enoexec", syscall.E2BIG: "e2big", syscall.EDEADLK: "edeadlk", syscall.ENOLCK: "enolck", syscall.ESTALE: "estale", syscall.EDQUOT: "edquot",
	syscall.EUSERS: "eusers", syscall.ENOTBLK: "enotblk", syscall.EPFNOSUPPORT: "epfnosupport", syscall.ESOCKTNOSUPPORT: "esocktnosupport",
	syscall.EOPNOTSUPP: "eopnotsupp", syscall.ENOPROTOOPT: "enoprotoopt", syscall.ETOOMANYREFS: "etoomanyrefs", syscall.EXDEV: "exdev",
}
